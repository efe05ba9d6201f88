/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-form-private.h"
#include "qd-xml.h"

G_BEGIN_DECLS

/* What reading one form needs: the document, where its tags stand in the source, and the expressions met so far. */

/* An expression in its place, for the graph and for messages. */
typedef struct
{
  QdExpr *expr;          /* borrowed from its owner */
  QdField *field;        /* context */
  int prop;              /* QdProp, or -1: only checked */
  const QdXml *node;     /* where its text stands */
  const char *attribute; /* static (nullable) */
} QdSite;

typedef struct
{
  QdForm *form;
  QdXmlDocument *document;
  const char *text;
  gsize length;
  GArray *offsets;      /* (owned) (element-type guint32): start tags in document order */
  GHashTable *exprs;    /* (owned): text → QdExpr; for elements that see only the root's namespaces */
  GHashTable *bind_ids; /* (owned): bind id → QdField */
  GHashTable *ids;      /* (owned): ids of checks */
  GArray *sites;        /* (owned) (element-type QdSite) */
  QdXml *html, *model, *body;
  gboolean is_strict; /* one of our own forms: every path must lead somewhere */
} QdFormParser;

gboolean qd_form_parse (QdForm *form, GBytes *xml, GError **error);

/* Sets an error with the place of @attribute (NULL: the tag) of @node; @position counts characters in it from 1, or is 0. Returns FALSE. */
gboolean qd_form_parser_fail (QdFormParser *self, GError **error, int code, const QdXml *node, const char *attribute, guint position, const char *format, ...) G_GNUC_PRINTF (7, 8);
/* A path that leads nowhere: an error in our own forms. Forms of others have some, and the field's tools take them as empty: a warning. */
gboolean qd_form_parser_note_dangling (QdFormParser *self, GError **error, guint32 offset, guint position, const char *message);
gboolean qd_form_parser_fail_at (QdFormParser *self, GError **error, GQuark domain, int code, guint32 offset, guint position, const char *message);
void qd_form_parser_warn (QdFormParser *self, const QdXml *node, const char *format, ...) G_GNUC_PRINTF (3, 4);
guint32 qd_form_parser_offset (QdFormParser *self, const QdXml *node, const char *attribute);

/* Parses @text, the value of @attribute of @node. With @field it becomes a site of the graph. */
QdExpr *qd_form_parser_expr (QdFormParser *self, const QdXml *node, const char *attribute, const char *text, QdField *field, int prop, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The field that a reference names; NULL when there is none, with an error where that is one. */
QdField *qd_form_parser_resolve (QdFormParser *self, const QdXml *node, const char *attribute, const char *text, QdField *context, gboolean *has_predicates_out, GError **error);

/* qd-form-text.c */
gboolean qd_form_parse_itext (QdFormParser *self, GError **error);
/* Label, hint or message element. */
QdText *qd_form_parse_text (QdFormParser *self, QdXml *node, QdField *field, int prop, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Text of an attribute: jr:itext('id') or plain. */
QdText *qd_form_parse_attribute_text (QdFormParser *self, const QdXml *node, const char *attribute, const char *text, QdField *field, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Makes the outputs of the itext a text uses part of the graph at @field. */
void qd_form_add_itext_sites (QdFormParser *self, const QdXml *node, const QdText *text, QdField *field, int prop);

/* qd-form-model.c */
gboolean qd_form_parse_instances (QdFormParser *self, GError **error);
gboolean qd_form_parse_binds (QdFormParser *self, GError **error);
gboolean qd_form_parse_qd (QdFormParser *self, GError **error);
gboolean qd_form_parse_model_actions (QdFormParser *self, GError **error);
gboolean qd_form_parse_action (QdFormParser *self, QdXml *node, QdField *source, QdField *context, GError **error);
gboolean qd_form_is_action (const QdXml *node);

/* qd-form-body.c */
/* Finds the repeats before anything else: they shape rows and scopes. */
gboolean qd_form_parse_repeats (QdFormParser *self, GError **error);
gboolean qd_form_parse_body (QdFormParser *self, GError **error);

/* qd-form-graph.c */
gboolean qd_form_parser_build_graph (QdFormParser *self, GError **error);

/* qd-form.c */
GPtrArray *qd_attr_array_new (void);
void qd_field_add_property (QdField *self, const char *prefix, const char *local, char *value, gboolean is_control);
GPtrArray *qd_check_array_new (void);
QdItemset *qd_itemset_new (void);
QdItext *qd_itext_new (void);
QdLanguage *qd_language_new (const char *name);

G_END_DECLS
