/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include "qd-finding.h"

G_BEGIN_DECLS

/** Errors of forms. Messages name file, line, column and say in a plain sentence what to change. */
#define QD_FORM_ERROR (qd_form_error_quark ())
GQuark qd_form_error_quark (void);
typedef enum
{
  QD_FORM_ERROR_INVALID,  /* not a form, or a construct that cannot work */
  QD_FORM_ERROR_CYCLE,    /* calculates that depend on themselves */
  QD_FORM_ERROR_INSTANCE, /* an instance that does not fit the form */
  QD_FORM_ERROR_MISSING,  /* an external secondary instance that cannot be had */
  QD_FORM_ERROR_VALUE,    /* an edit that cannot be done: read-only node, unknown node, wrong row */
} QdFormError;

/**
 * QdResolver: gives the content behind a URI of a secondary instance: jr://file-csv/…, jr://file/…, jr://instance/profile,
 * jr://instance/register, jr://instance/last, jr://instance/period, jr://instance/catalog/NAME,
 * jr://instance/calendar/work-YEAR.
 *
 * Returns: (transfer full) (nullable): the bytes; %NULL without @error when there is nothing there (the form then sees a blank instance)
 */
typedef GBytes *(*QdResolver) (const char *uri, char **media_type_out, gpointer user_data, GError **error);

/**
 * QdForm: the definition: an ODK XForms document, parsed once, immutable, shareable.
 */
#define QD_TYPE_FORM (qd_form_get_type ())
G_DECLARE_FINAL_TYPE (QdForm, qd_form, QD, FORM, GObject)

/**
 * qd_form_new:
 * @xml: the form
 * @name: file name for messages
 *
 * Errors: %QD_XML_ERROR, %QD_EXPR_ERROR, %QD_FORM_ERROR
 */
QdForm *qd_form_new (GBytes *xml, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *qd_form_get_id (QdForm *self);
const char *qd_form_get_version (QdForm *self);
/** Title in @language ("zh-CN", "en"), falling back to h:title. */
const char *qd_form_get_title (QdForm *self, const char *language);
/** (array zero-terminated=1): languages of the form's itext; the default first */
const char *const *qd_form_get_languages (QdForm *self);
/** What did not stop the form from loading but is worth telling. */
const char *const *qd_form_get_warnings (QdForm *self);
/** SHA-256 of the form's bytes, lower-case hex. */
const char *qd_form_get_digest (QdForm *self);

/** Does the form read the instance with that URI ("jr://instance/register")? */
gboolean qd_form_has_instance (QdForm *self, const char *uri);

/* qd:form: what the declaration is about */

/** Attribute of qd:form: "duties", "authority", "period" (year, quarter, month, event), "kind" (declaration, profile, register) … (nullable) */
const char *qd_form_get_info (QdForm *self, const char *name);
/** (element-type QdBasis): all citations of the form */
GPtrArray *qd_form_get_bases (QdForm *self);
/** (nullable): one citation by id */
const QdBasis *qd_form_find_basis (QdForm *self, const char *id);

/**
 * QdField: the definition of one node: shared by all rows of a repeat. Borrowed from the form, lives as long as it does.
 * A repeat is one field: that of its range and of its rows alike; its children are the fields of a row (the columns).
 */
typedef struct _QdField QdField;

typedef enum
{
  QD_NODE_ROOT,
  QD_NODE_GROUP,
  QD_NODE_REPEAT_RANGE,    /* holds the rows */
  QD_NODE_REPEAT_INSTANCE, /* one row */
  QD_NODE_INPUT,
  QD_NODE_SELECT,
  QD_NODE_RANGE,
  QD_NODE_RANK,
  QD_NODE_TRIGGER,
  QD_NODE_UPLOAD,
  QD_NODE_NOTE,
  QD_NODE_MODEL_VALUE, /* in the model, not in the body */
} QdNodeType;

typedef enum
{
  QD_VALUE_STRING,
  QD_VALUE_INT,
  QD_VALUE_DECIMAL,
  QD_VALUE_BOOLEAN,
  QD_VALUE_DATE,
  QD_VALUE_TIME,
  QD_VALUE_DATE_TIME,
  QD_VALUE_GEOPOINT,
  QD_VALUE_GEOTRACE,
  QD_VALUE_GEOSHAPE,
  QD_VALUE_BINARY,
  QD_VALUE_BARCODE,
  QD_VALUE_INTENT,
} QdValueType;

const QdField *qd_form_get_root_field (QdForm *self);
/** Field by unpositioned path, "/data/row/qty". */
const QdField *qd_form_find_field (QdForm *self, const char *ref);
const char *qd_field_get_ref (const QdField *self);
const char *qd_field_get_name (const QdField *self);
QdNodeType qd_field_get_node_type (const QdField *self);
QdValueType qd_field_get_value_type (const QdField *self);
/** select (many), rank */
gboolean qd_field_is_multiple (const QdField *self);
/** Has a calculate: computed, never typed. */
gboolean qd_field_is_calculated (const QdField *self);
/** Does the first load fill it from another instance (profile, register, the last declaration)? */
gboolean qd_form_takes_over (QdForm *self, const QdField *field);
gboolean qd_field_has_appearance (const QdField *self, const char *token);
/** (array zero-terminated=1) */
const char *const *qd_field_get_appearances (const QdField *self);
/** (nullable): qd:unit, qd:basis (ids), qd:places (declared decimals), control attributes such as start, end, step, mediatype … */
const char *qd_field_get_attribute (const QdField *self, const char *name);
QdConfidence qd_field_get_confidence (const QdField *self);
const QdField *qd_field_get_parent (const QdField *self);
guint qd_field_get_n_children (const QdField *self);
const QdField *qd_field_get_child (const QdField *self, guint i);

G_END_DECLS
