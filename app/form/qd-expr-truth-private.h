/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-expr-private.h"
#include "qd-expr-truth.h"

G_BEGIN_DECLS

/* Three-valued evaluation: qd-expr-truth.c has the logic, qd-expr-truth-path.c the nodes of paths and how certain they are. */

/* A trail is for people: of hundreds of missing amounts the first ones are enough. */
#define QD_MAX_TRAIL 40

typedef struct
{
  QdEval ev;
  QdContext context;
  QdEnv env; /* hooks for what is known of facts, over those of the caller */
  QdTruthWorld *world;
  GArray *trail;            /* (element-type QdTrailItem): where to write now */
  guint segment;            /* what the operand at work has written begins here */
  const char *any_of, *any; /* interned: a name and its question, the last that was looked for */
} QdTruthEval;

typedef struct
{
  QdTreeNode *node;
  QdTruth certainty;
} QdFound;

typedef struct
{
  QdFound *items; /* (owned) (nullable): while they do not fit inside */
  QdFound inside[6];
  guint n, size;
  QdTruth rest;     /* maybe: there may be more that nobody has entered */
  const char *name; /* interned (nullable): of the last step, when it is a child of that name */
} QdFoundSet;

/* The trail: what is written goes to where the evaluation writes now. */
void qd_truth_leave_trail (QdTruthEval *self, QdTrailKind kind, QdTreeNode *node, const char *name);
void qd_truth_append_trail (GArray *trail, const GArray *more);
/* Does a leaf have a value that is not "unknown"? Rows and groups are known. Leaves a trail. */
gboolean qd_truth_leaf_is_known (QdTruthEval *self, QdTreeNode *node);

const QdFound *qd_found_get (const QdFoundSet *set, guint i);
/* Adds the nodes of a path, a union, or what else gives nodes; the caller frees @out->items. */
void qd_truth_collect (QdTruthEval *self, const QdScope *scope, const QdExprNode *node, QdFoundSet *out);
/* A path as a condition: is there any? */
QdTruth qd_truth_of_path (QdTruthEval *self, const QdScope *scope, const QdExprNode *node);

/* Errors stay in self->ev; until somebody looks, all is maybe. */
QdTruth qd_truth_eval (QdTruthEval *self, const QdScope *scope, const QdExprNode *node);
/* Is everything known that the value depends on? Then the ordinary evaluator may work it out. */
gboolean qd_truth_is_known (QdTruthEval *self, const QdScope *scope, const QdExprNode *node);

G_END_DECLS
