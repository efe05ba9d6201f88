/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-decimal.h"
#include "qd-tree.h"

G_BEGIN_DECLS

/**
 * QdExpr: a parsed XPath 1.0 expression with ODK's and Qingdan's functions. Immutable, shareable between threads.
 * One parser makes it, one evaluator runs it; forms, checks and duty rules all use it.
 */
typedef struct _QdExpr QdExpr;

/** Errors of expressions. Messages are plain sentences that name the character position, counted from 1. */
#define QD_EXPR_ERROR (qd_expr_error_quark ())
GQuark qd_expr_error_quark (void);
typedef enum
{
  QD_EXPR_ERROR_SYNTAX,
  QD_EXPR_ERROR_UNKNOWN_FUNCTION,
  QD_EXPR_ERROR_ARGUMENTS, /* number or kind of arguments */
  QD_EXPR_ERROR_UNKNOWN_PREFIX,
  QD_EXPR_ERROR_UNKNOWN_NODE, /* a path or instance that does not exist, found at load */
  QD_EXPR_ERROR_TYPE,
  QD_EXPR_ERROR_TOO_COMPLEX, /* nesting or work limit */
} QdExprError;

/**
 * Resolves a namespace prefix; returns an interned URI or NULL when unknown. Also asked once for the prefix "": the
 * namespace that element names without prefix match besides none at all, "*" for any. jr and qd need no declaration.
 */
typedef const char *(*QdPrefixFunc) (const char *prefix, gpointer user_data);

QdExpr *qd_expr_parse (const char *text, QdPrefixFunc prefixes, gpointer user_data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
QdExpr *qd_expr_ref (QdExpr *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_expr_unref (QdExpr *self);
const char *qd_expr_get_text (const QdExpr *self);

/* What the dependency graph needs to know. */

typedef struct
{
  const char *ns;   /* interned or NULL */
  const char *name; /* interned; NULL for `*` or node() */
  guint8 axis;      /* QdAxis */
} QdPathStep;

typedef enum
{
  QD_AXIS_SELF,
  QD_AXIS_CHILD,
  QD_AXIS_PARENT,
  QD_AXIS_ATTRIBUTE,
  QD_AXIS_DESCENDANT,
  QD_AXIS_DESCENDANT_OR_SELF,
  QD_AXIS_ANCESTOR,
  QD_AXIS_ANCESTOR_OR_SELF,
  QD_AXIS_FOLLOWING_SIBLING,
  QD_AXIS_PRECEDING_SIBLING,
  QD_AXIS_FOLLOWING,
  QD_AXIS_PRECEDING,
  QD_AXIS_NAMESPACE,
} QdAxis;

typedef enum
{
  QD_PATH_CONTEXT,  /* relative to the node the expression (or, in a predicate, the filtered node) is on */
  QD_PATH_CURRENT,  /* current()/… */
  QD_PATH_ROOT,     /* /… of the primary instance (or of the tree the context node is in) */
  QD_PATH_INSTANCE, /* instance('id')/… */
  QD_PATH_OTHER,    /* from any other node-set expression */
} QdPathOrigin;

typedef struct
{
  QdPathOrigin origin;
  const char *instance_id; /* QD_PATH_INSTANCE only */
  const QdPathStep *steps;
  guint n_steps;
  const QdExpr *base; /* unused */
  int outer;          /* index, in this expression's paths, of the path whose predicate holds this one; -1 at top level */
  guint outer_step;   /* the step of the outer path that carries the predicate; G_MAXUINT: its start, as in instance('x')[…] */
  guint position;     /* character position in the text, from 1 */
  gboolean has_predicates;
} QdPath;

guint qd_expr_get_n_paths (const QdExpr *self);
const QdPath *qd_expr_get_path (const QdExpr *self, guint i);

typedef enum
{
  QD_EXPR_USES_POSITION = 1 << 0, /* position() of the context node, indexed by repeat order */
  QD_EXPR_USES_NOW = 1 << 1,      /* today(), now() */
  QD_EXPR_USES_RANDOM = 1 << 2,   /* random(), uuid(), randomize() without seed: computed once */
  QD_EXPR_USES_LANGUAGE = 1 << 3, /* jr:itext(), jr:choice-name() */
  QD_EXPR_USES_ONCE = 1 << 4,
  QD_EXPR_USES_FACTS = 1 << 5, /* qd:fact(), qd:catalogue(), qd:local(), qd:known(): in duty rules only */
} QdExprUses;
QdExprUses qd_expr_get_uses (const QdExpr *self);

/* Values. */

/**
 * QdNumber: an XPath number. `value` is always right; where `exact` is set, `decimal` is the same number without
 * rounding, and + - * (and / where the quotient ends) of exact operands stay exact.
 */
typedef struct
{
  double value;
  gboolean exact;
  QdDecimal decimal;
} QdNumber;

/** XPath 1.0 §4.2 string(): no exponent, shortest text that reads back as the same number; NaN, Infinity, 0 for -0. */
char *qd_number_to_string (const QdNumber *self) G_GNUC_WARN_UNUSED_RESULT;
/** XPath 1.0 §4.4 number(): optional white space, minus, digits with point; else NaN. No exponent, no plus. */
void qd_number_parse (QdNumber *self, const char *text);

/** Keys of one path that are computed once, and that a look-up may ask for; those beyond are computed for each node. */
#define QD_EXPR_MAX_KEYS 4

typedef struct _QdEnv QdEnv;

/** The world an expression runs in. All hooks may be NULL. Strings handed out are owned by the caller. */
typedef struct
{
  /** Document node of a secondary instance, or NULL when there is none of that id. */
  QdTreeNode *(*instance) (QdEnv *env, const char *id);
  /** Elements @item_name below @parent whose @n children @names (all without namespace) have the texts @keys, through an index; NULL when no index
   * can serve. Array of QdTreeNode* in document order, borrowed until the next call or change. */
  const GPtrArray *(*lookup) (QdEnv *env, QdTreeNode *parent, const char *item_name, const char *const *names, const char *const *keys, guint n);
  /** Where the children of that name lie among those of @parent: @n of them in a row from @first on. FALSE when that is not known and all must be looked at. */
  gboolean (*children) (QdEnv *env, QdTreeNode *parent, const char *ns, const char *name, guint *first, guint *n);
  char *(*itext) (QdEnv *env, const char *id);
  /** jr:choice-name(value, 'path'): label of a choice of the control bound to @path. */
  char *(*choice_name) (QdEnv *env, QdTreeNode *context, const char *value, const char *path);
  /** pulldata('file', 'want', 'key', 'value') */
  char *(*pulldata) (QdEnv *env, const char *file, const char *want, const char *key, const char *value);
  /** property('deviceid'), also jr:preload values */
  char *(*property) (QdEnv *env, const char *name);
  /** qd:listed(cas, name, list): is the substance on the pack's list? The text is a list entry id, "" when not. */
  char *(*listed) (QdEnv *env, const char *cas, const char *name, const char *list);
  /** qd:lists() (@certain) and qd:lists-maybe(): ids of the lists, with spaces between */
  char *(*lists) (QdEnv *env, const char *cas, const char *name_zh, const char *name_en, gboolean certain);
  /** qd:workday-add(): does one work on that day? Without it Monday to Friday. */
  gboolean (*is_workday) (QdEnv *env, guint year, guint month, guint day);
  /** qd:fact(name), qd:local(name): a text, or NULL and the truth of a fact that has no text. */
  char *(*fact) (QdEnv *env, const char *function, const char *name, gboolean *holds_out);
} QdEnvClass;

struct _QdEnv
{
  const QdEnvClass *klass;
  gpointer user_data;
  GDateTime *now; /* (owned): the moment all of today() and now() see; with the local offset */
  const char *language;
};

typedef struct
{
  QdEnv *env;
  QdTreeNode *node;    /* context node */
  QdTreeNode *current; /* current(); the node the whole expression is on */
  gsize position;      /* from 1 */
  gsize size;
} QdContext;

gboolean qd_expr_eval_boolean (const QdExpr *self, const QdContext *context, gboolean *out, GError **error);
gboolean qd_expr_eval_number (const QdExpr *self, const QdContext *context, QdNumber *out, GError **error);
/** Returns: (transfer full): the string value; what a `calculate` stores */
char *qd_expr_eval_string (const QdExpr *self, const QdContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Returns: (transfer container): QdTreeNode* in document order without doubles */
GPtrArray *qd_expr_eval_nodes (const QdExpr *self, const QdContext *context, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** randomize() and itemsets keep the order that the expression gives, not document order. */
gboolean qd_expr_is_ordered_result (const QdExpr *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdExpr, qd_expr_unref)

G_END_DECLS
