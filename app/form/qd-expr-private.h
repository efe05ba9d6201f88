/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-expr.h"
#include "qd-tree-private.h"

G_BEGIN_DECLS

/* Limits: an expression is foreign input. */
#define QD_EXPR_MAX_BYTES (1024 * 1024)
#define QD_EXPR_MAX_NESTING 200 /* parentheses, arguments and predicates within each other */
#define QD_EXPR_MAX_DEPTH 1000  /* of the syntax tree; long chains of one operator lie flat in it */
/* Nodes looked at and bytes of text made, an evaluation. A fuzzer looks for faults, not for slowness. */
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
#define QD_EXPR_MAX_WORK 100000
#else
#define QD_EXPR_MAX_WORK 30000000
#endif
#define QD_EXPR_MAX_TEXT (64 * 1024 * 1024)

/* The syntax tree. It lives in the arena of its expression, so that freeing needs no recursion. */

typedef struct _QdExprNode QdExprNode;
typedef struct _QdExprPath QdExprPath;
typedef struct _QdExprFunction QdExprFunction;
typedef struct _QdEval QdEval;
typedef struct _QdScope QdScope;
typedef struct _QdValue QdValue;

typedef enum
{
  QD_NODE_OR, /* list */
  QD_NODE_AND,
  QD_NODE_UNION,
  QD_NODE_SUM, /* list of terms; those of QD_NODE_NEGATE are subtracted */
  QD_NODE_EQUAL,
  QD_NODE_NOT_EQUAL,
  QD_NODE_LESS,
  QD_NODE_LESS_EQUAL,
  QD_NODE_GREATER,
  QD_NODE_GREATER_EQUAL,
  QD_NODE_SUBTRACT,
  QD_NODE_MULTIPLY,
  QD_NODE_DIVIDE,
  QD_NODE_MODULO,
  QD_NODE_NEGATE,
  QD_NODE_NUMBER,
  QD_NODE_STRING,
  QD_NODE_CALL,
  QD_NODE_PATH,
} QdExprKind;

typedef enum
{
  QD_VALUE_ANY, /* only as a static type */
  QD_VALUE_NODES,
  QD_VALUE_NUMBER,
  QD_VALUE_STRING,
  QD_VALUE_BOOLEAN,
  QD_VALUE_DATE, /* a number of days that reads as a date: what today(), date() … give */
} QdValueType;

typedef enum
{
  QD_NODE_FLAG_POSITION = 1 << 0, /* reads position() of its own context */
  QD_NODE_FLAG_LAST = 1 << 1,     /* reads last() of its own context */
  QD_NODE_FLAG_CONTEXT = 1 << 2,  /* its value depends on the context node (or differs each time) */
} QdNodeFlags;

struct _QdExprNode
{
  guint8 kind;
  guint8 type; /* static QdValueType */
  guint8 flags;
  guint16 depth;
  guint32 offset; /* byte offset in the text */
  guint32 n;
  QdExprNode **items; /* operands, arguments */
  union
  {
    QdNumber number;
    const char *string;
    QdExprPath *path;
    struct
    {
      const QdExprFunction *function;
      gpointer cache; /* atomic: a compiled regular expression */
      QdExprNode *next_cache;
    } call;
  };
};

typedef enum
{
  QD_TEST_NAME,
  QD_TEST_ANY_NAME,
  QD_TEST_ANY_IN_NAMESPACE,
  QD_TEST_NODE,
  QD_TEST_TEXT,
  QD_TEST_COMMENT,
  QD_TEST_PI,
} QdTestKind;

typedef enum
{
  QD_PREDICATE_PLAIN,
  QD_PREDICATE_INDEX, /* [3], [position() = 3] */
  QD_PREDICATE_LAST,  /* [last()], [position() = last()] */
  QD_PREDICATE_KEY,   /* [child = …] where the right side is the same for all nodes */
  QD_PREDICATE_KEYS,  /* several of them with "and" between */
} QdPredicateKind;

/* Predicates of a step that can be counted without a set. */
#define QD_EXPR_MAX_COUNTED 8

typedef struct _QdStep QdStep;
typedef struct _QdPredicate QdPredicate;

struct _QdPredicate
{
  QdExprNode *node;
  guint8 kind;
  guint8 key_slot;
  guint32 index;          /* QD_PREDICATE_INDEX */
  QdExprNode *key;        /* QD_PREDICATE_KEY: the side that does not change */
  const QdStep *key_step; /* the child step on the other side */
  QdPredicate *parts;     /* (nullable): QD_PREDICATE_KEYS */
  guint n_parts;
};

struct _QdStep
{
  guint8 axis;
  guint8 test;
  gboolean loose;   /* an unprefixed element name: also matches in @loose_ns */
  const char *name; /* interned */
  const char *ns;   /* interned */
  const char *loose_ns;
  QdPredicate *predicates;
  guint n_predicates;
  gboolean needs_size; /* a predicate reads last(), so that the nodes must be counted first */
};

struct _QdExprPath
{
  guint8 origin;    /* QdPathOrigin */
  QdExprNode *base; /* QD_PATH_OTHER, QD_PATH_INSTANCE with predicates …: the expression it starts from */
  QdPredicate *base_predicates;
  guint n_base_predicates;
  const char *instance_id;
  QdStep *steps;
  guint n_steps;
  gboolean streams; /* its nodes can be visited one by one, in document order, without a set */
};

typedef struct _QdExprBlock QdExprBlock;

struct _QdExpr
{
  gatomicrefcount ref_count;
  char *text;
  QdExprNode *root;
  QdExprBlock *blocks; /* (owned) (nullable): the arena, its last block first */
  gsize block_used;
  gsize block_size;
  GArray *paths;      /* (element-type QdPath) */
  QdExprNode *caches; /* (nullable): chain of the calls that may hold a regular expression */
  QdExprUses uses;
  gboolean is_ascii; /* offsets are positions */
};

gpointer qd_expr_allocate (QdExpr *self, gsize size);
guint qd_expr_position_of (const QdExpr *self, guint offset);

/* Values. */

typedef struct
{
  QdTreeNode **items; /* (nullable): NULL while there is at most one */
  QdTreeNode *one;
  guint n;
  guint size;
  gboolean ordered; /* the order means something: it is not sorted again */
} QdNodeSet;

/* A text that may be borrowed from a node or a literal. */
typedef struct
{
  const char *text;
  char *owned; /* (nullable) */
} QdText;

struct _QdValue
{
  guint8 type;
  gboolean boolean;
  gboolean has_time; /* QD_VALUE_DATE: its text always has a time */
  QdNumber number;
  gint64 milliseconds; /* QD_VALUE_DATE: of local time since 1970-01-01 */
  QdText text;
  QdNodeSet nodes;
};

struct _QdEval
{
  const QdExpr *expr;
  const QdContext *context;
  QdTreeNode *current;
  GDateTime *now;        /* (owned) (nullable): made when first asked for */
  GTimeZone *local_zone; /* (owned) (nullable) */
  guint64 work;
  GError *error;
};

/* What changes from node to node while predicates run. */
struct _QdScope
{
  QdTreeNode *node;
  gsize position;
  gsize size;
};

typedef gboolean (*QdFunctionImpl) (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out);

typedef enum
{
  QD_FUNCTION_PURE = 0,
  QD_FUNCTION_CONTEXT = 1 << 0,         /* reads the context node */
  QD_FUNCTION_CONTEXT_IF_BARE = 1 << 1, /* reads it when called without arguments */
  QD_FUNCTION_POSITION = 1 << 2,
  QD_FUNCTION_LAST = 1 << 3,
  QD_FUNCTION_NODES_FIRST = 1 << 4, /* the first argument must be a node-set */
} QdFunctionFlags;

/* What three-valued evaluation has to know of a function. */
typedef enum
{
  QD_LOGIC_NONE, /* known when its arguments are */
  QD_LOGIC_NOT,
  QD_LOGIC_BOOLEAN,
  QD_LOGIC_IF,
  QD_LOGIC_SELECTED,
  QD_LOGIC_COUNT,
  QD_LOGIC_CURRENT,
  QD_LOGIC_ALL_NODES, /* reads all nodes of its arguments, not the first alone */
  QD_LOGIC_FACT,
  QD_LOGIC_CATALOGUE,
  QD_LOGIC_LOCAL,
  QD_LOGIC_KNOWN,
  QD_LOGIC_CERTAIN,
} QdLogic;

struct _QdExprFunction
{
  const char *name; /* with the prefix "jr:" or "qd:" for those of other namespaces */
  gint8 min;
  gint8 max;   /* -1: any number */
  guint8 type; /* QdValueType of the result */
  guint8 flags;
  guint8 uses; /* QdExprUses */
  QdFunctionImpl impl;
  guint8 logic; /* QdLogic */
};

const QdExprFunction *qd_expr_find_function (const char *name);
/* One table a file, ended by a NULL name. */
extern const QdExprFunction qd_expr_core_functions[];
extern const QdExprFunction qd_expr_odk_functions[];
extern const QdExprFunction qd_expr_math_functions[];
extern const QdExprFunction qd_expr_date_functions[];
extern const QdExprFunction qd_expr_geo_functions[];
extern const QdExprFunction qd_expr_own_functions[];

/* Evaluation. Each returns FALSE with ev->error set; results are then not touched. */

gboolean qd_eval_value (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdValue *out);
gboolean qd_eval_boolean (QdEval *ev, const QdScope *scope, const QdExprNode *node, gboolean *out);
gboolean qd_eval_number (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdNumber *out);
gboolean qd_eval_double (QdEval *ev, const QdScope *scope, const QdExprNode *node, double *out);
gboolean qd_eval_text (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdText *out);
/* Error when the value is no node-set. */
gboolean qd_eval_nodes (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdNodeSet *out);

/* Calls @visit for each node; stops early when it returns FALSE, which is no error. */
typedef gboolean (*QdVisit) (QdEval *ev, QdTreeNode *node, gpointer data);
gboolean qd_eval_visit (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdVisit visit, gpointer data);
/* In qd-expr-path.c: the same for a path. */
gboolean qd_path_visit (QdEval *ev, const QdScope *scope, const QdExprPath *path, QdVisit visit, gpointer data);

gboolean qd_eval_fail (QdEval *ev, const QdExprNode *node, QdExprError code, const char *message) G_GNUC_WARN_UNUSED_RESULT;
gboolean qd_eval_too_complex (QdEval *ev);
static inline gboolean
qd_eval_work (QdEval *ev, guint64 amount)
{
  ev->work += amount;
  return G_LIKELY (ev->work <= QD_EXPR_MAX_WORK) || qd_eval_too_complex (ev);
}

/* In qd-expr-path.c: the nodes of one step from @node, before predicates, in the order of the axis. */
void qd_path_add_axis (const QdEval *ev, const QdStep *step, QdTreeNode *node, QdNodeSet *out);

/* One text of a node against another value that is no node-set (XPath 1.0 §3.4), and the operator for exchanged sides. */
gboolean qd_eval_compare_text (QdEval *ev, QdExprKind kind, const char *text, const QdValue *other);
QdExprKind qd_expr_kind_mirrored (QdExprKind kind);

/* `text = value`, where text is that of a node. */
gboolean qd_eval_text_equals (QdEval *ev, const char *text, const QdValue *value);

void qd_node_set_clear (QdNodeSet *set);
void qd_node_set_add (QdNodeSet *set, QdTreeNode *node);
/* Sorts into document order and drops doubles, unless the order means something. */
void qd_node_set_sort (QdNodeSet *set);
static inline QdTreeNode *
qd_node_set_get (const QdNodeSet *set, guint i)
{
  return set->items == NULL ? set->one : set->items[i];
}

void qd_text_clear (QdText *text);
/* Steals or copies the text: a string to keep. */
char *qd_text_take (QdText *text) G_GNUC_WARN_UNUSED_RESULT;
void qd_text_of_node (QdText *text, const QdTreeNode *node);

void qd_value_clear (QdValue *value);
gboolean qd_value_to_boolean (const QdValue *value);
void qd_value_to_number (QdEval *ev, const QdValue *value, QdNumber *out);
/* @out may borrow from @value, which must then live on. */
void qd_value_to_text (QdEval *ev, const QdValue *value, QdText *out);
/* Makers, for functions. */
gboolean qd_value_set_boolean (QdValue *value, gboolean boolean);
gboolean qd_value_set_double (QdValue *value, double number);
gboolean qd_value_set_int (QdValue *value, gint64 number);
gboolean qd_value_set_number (QdValue *value, const QdNumber *number);
gboolean qd_value_take_string (QdValue *value, char *string);
gboolean qd_value_set_static_string (QdValue *value, const char *string);
gboolean qd_value_set_node (QdValue *value, QdTreeNode *node);
gboolean qd_value_set_date (QdValue *value, gint64 milliseconds, gboolean has_time);

/* Numbers, beyond the public ones. */
void qd_number_set_double (QdNumber *self, double value);
void qd_number_set_int (QdNumber *self, gint64 value);
void qd_number_set_decimal (QdNumber *self, QdDecimal value);
void qd_number_add (QdNumber *self, const QdNumber *other);
void qd_number_subtract (QdNumber *self, const QdNumber *other);
void qd_number_multiply (QdNumber *self, const QdNumber *other);
void qd_number_divide (QdNumber *self, const QdNumber *other);
void qd_number_modulo (QdNumber *self, const QdNumber *other);
void qd_number_negate (QdNumber *self);
/* Adds many texts: the double of each is not made while all are exact. */
typedef struct
{
  QdDecimal exact; /* of the exact terms */
  double rest;     /* of the others, and of what did not fit */
  gboolean has_rest;
} QdTotal;
void qd_total_add (QdEval *ev, QdTotal *self, const char *text);
void qd_total_finish (const QdTotal *self, QdNumber *out);
/* -1, 0, 1; 2 when one of them is not a number. */
int qd_number_compare (const QdNumber *a, const QdNumber *b);
/* Half up towards positive infinity (XPath 1.0 §4.4), down, up, towards zero. */
void qd_number_round (QdNumber *self);
void qd_number_floor (QdNumber *self);
void qd_number_ceiling (QdNumber *self);
void qd_number_truncate (QdNumber *self);
/* Ties away from zero; negative digits round before the point. */
void qd_number_round_to (QdNumber *self, int digits);

/* Dates (qd-expr-date.c). Time is local wall-clock time: a date without time is a whole number of days. */
#define QD_DAY_MS G_GINT64_CONSTANT (86400000)
gboolean qd_date_parse (QdEval *ev, const char *text, gint64 *milliseconds_out, gboolean *has_time_out);
/* number() of a text: a number, or the days of a date. */
void qd_number_parse_or_date (QdEval *ev, QdNumber *self, const char *text);
void qd_date_to_number (gint64 milliseconds, QdNumber *out);
char *qd_date_to_string (QdEval *ev, gint64 milliseconds, gboolean has_time) G_GNUC_WARN_UNUSED_RESULT;
GDateTime *qd_eval_get_now (QdEval *ev);

G_END_DECLS
