/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-expr.h"

G_BEGIN_DECLS

/** Three values. The order is that of Kleene's logic: `and` takes the least, `or` the greatest. */
typedef enum
{
  QD_TRUTH_NO,
  QD_TRUTH_MAYBE,
  QD_TRUTH_YES,
} QdTruth;

/** "no", "maybe", "yes" */
const char *qd_truth_to_nick (QdTruth self);

/** One place that an evaluation looked at and that made its result so. */
typedef struct
{
  QdTreeNode *node; /* (nullable): the node, or what it should be in; NULL for a fact or a list of the pack */
  const char *name; /* (nullable): interned: what is not there: a child of @node, a fact, or a list of the pack */
  guint8 kind;      /* QdTrailKind */
} QdTrailItem;

typedef enum
{
  QD_TRAIL_KNOWN,     /* the value of @node was read */
  QD_TRAIL_MISSING,   /* @node is empty or says unknown, or has no child @name */
  QD_TRAIL_TABLE,     /* rows @name of @node: none of them fits */
  QD_TRAIL_NO_ROWS,   /* the table @name of @node has no rows, and nobody said that there are none */
  QD_TRAIL_UNSURE,    /* @node is marked as not certain (attribute "maybe") */
  QD_TRAIL_FACT,      /* the derived fact @name */
  QD_TRAIL_CATALOGUE, /* the pack has no list @name */
  QD_TRAIL_LOCAL,     /* no region profile says @name */
} QdTrailKind;

/**
 * QdTruthWorld: what rules can ask beyond the document. All hooks may be NULL.
 */
typedef struct _QdTruthWorld QdTruthWorld;
struct _QdTruthWorld
{
  /** qd:fact('name') as a condition. @trail: where to add what the fact itself looked at (element-type QdTrailItem). FALSE with @error set. */
  gboolean (*fact) (QdTruthWorld *world, const char *name, GArray *trail, QdTruth *truth_out, GError **error);
  /** qd:fact('name') as a text: NULL while it is unknown. FALSE with @error set. */
  gboolean (*fact_text) (QdTruthWorld *world, const char *name, GArray *trail, char **text_out, GError **error);
  /** qd:catalogue('NAME') */
  QdTruth (*catalogue) (QdTruthWorld *world, const char *name);
  /** qd:local('name'): what the region says; NULL when it says nothing */
  const char *(*local) (QdTruthWorld *world, const char *name);
  /** Children of @parent named @item whose child @child may equal @key; NULL when there is no index. (transfer none) */
  GPtrArray *(*lookup) (QdTruthWorld *world, QdTreeNode *parent, const char *item, const char *child, const char *key);
  /** Are values of elements of this name a list of the pack each, so that one that is not in the pack cannot be denied? */
  gboolean (*is_list_element) (QdTruthWorld *world, const char *name);
  gpointer user_data;
};

/**
 * qd_expr_eval_truth:
 * @trail: (nullable) (element-type QdTrailItem): what made the result so is added: for yes the inputs that suffice, for
 *   maybe those that are missing, for no those that rule it out
 *
 * Kleene's logic as app/duty/README.md says. An operand that is empty, says "unknown" or is not there makes a
 * comparison maybe; what has only known operands is done by the ordinary evaluator.
 *
 * Errors: %QD_EXPR_ERROR
 */
gboolean qd_expr_eval_truth (const QdExpr *self, const QdContext *context, QdTruthWorld *world, GArray *trail, QdTruth *out, GError **error);

/** The text of @self, or NULL in @out when it is not known. FALSE on errors. */
gboolean qd_expr_eval_known_string (const QdExpr *self, const QdContext *context, QdTruthWorld *world, GArray *trail, char **out, GError **error);

/**
 * qd_expr_eval_found:
 * @nodes: (element-type QdTreeNode): gets the nodes that are certainly in the path, in the order found
 * @maybe: (nullable) (element-type QdTreeNode): gets those that may be in it; may be the same array
 * @trail: (nullable): gets what was not known on the way
 * @more_out: maybe when there may be more that nobody has entered
 *
 * Returns: %FALSE with @error; also, without, when @self is no path: use qd_expr_eval_known_string()
 */
gboolean qd_expr_eval_found (const QdExpr *self, const QdContext *context, QdTruthWorld *world, GArray *trail, GPtrArray *nodes, GPtrArray *maybe, QdTruth *more_out, GError **error);

/** Names in calls of @function ("qd:fact", "qd:catalogue", "qd:local") with a literal, also those in other arguments and predicates. */
GPtrArray *qd_expr_list_names (const QdExpr *self, const char *function) G_GNUC_WARN_UNUSED_RESULT;

/** Does it call @function ("qd:known") anywhere? */
gboolean qd_expr_calls (const QdExpr *self, const char *function);

/** Literals that an element @name is compared with by `=`, as in list = 'X'. (element-type utf8), interned */
GPtrArray *qd_expr_list_literals (const QdExpr *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
