/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-facts.h"
#include "qd-rules-private.h"

G_BEGIN_DECLS

/* Children of one name. */
typedef struct
{
  guint first, n;
} QdRange;

/* One site's facts document. */
typedef struct
{
  char *code, *name, *region; /* (owned): "" */
  QdTree *tree;               /* (owned) */
  QdTreeNode *root;           /* facts; rows have their number in the source, from 1, in node->data */
  GHashTable *by_list;        /* (owned): interned list name → GPtrArray of substance rows */
  GHashTable *ranges;         /* (owned): interned name → QdRange of the children of root */
  GHashTable *shown;          /* (owned): QdTreeNode → what people read, where that is not the value */
  guint position;             /* of the site's row, from 1 */
  guint n_by_name;            /* substances without CAS number: only their names were looked up in the lists */
} QdSiteFacts;

typedef struct
{
  gint64 id;
  char *form, *period, *site, *state, *finished; /* (owned): "" */
} QdKeptDeclaration;

typedef struct
{
  char *rule, *period, *site, *date, *note, *evidence, *evidence_name; /* (owned): "" */
} QdKeptDone;

struct _QdFacts
{
  gatomicrefcount refs;
  QdRules *rules;
  char *date;
  QdDay day;
  char *language;
  GPtrArray *sites;        /* (element-type QdSiteFacts) */
  GPtrArray *declarations; /* (element-type QdKeptDeclaration) */
  GPtrArray *done;         /* (element-type QdKeptDone) */
  GHashTable *labels;      /* field ref → label */
  GHashTable *choices;     /* field ref → GHashTable of value → label */
};

/* Rows of the forms that facts are made of. */
#define QD_SITE_REF "/profile/sites/site"
#define QD_SUBSTANCE_REF "/register/table/substance"

/** Makes the documents, one a site; a profile without sites gives one that is unknown. */
void qd_facts_add_sites (QdFacts *facts, const QdFactsOptions *options);

/** Where in its source a node of the document is: the positioned path, with the child @name that may not be there. "" when it is of no source. */
char *qd_facts_dup_path (QdFacts *self, const QdTreeNode *node, const char *name, QdInputSource *source_out) G_GNUC_WARN_UNUSED_RESULT;
/** What people call it: "菌渣 · 年产生量". */
char *qd_facts_dup_label (QdFacts *self, const QdSiteFacts *site, const QdTreeNode *node, const char *name) G_GNUC_WARN_UNUSED_RESULT;
/** What people read as its value; "" for groups. */
char *qd_facts_dup_value (QdFacts *self, const QdSiteFacts *site, const QdTreeNode *node) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
