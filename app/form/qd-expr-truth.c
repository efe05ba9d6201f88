/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-truth"
#include "config.h"
#include "qd-calendar.h"
#include "qd-expr-truth-private.h"

#include <string.h>

/*
 * Kleene's logic over the syntax tree. This file decides what is known and what is not; what has only known operands goes to the
 * ordinary evaluator. While it works, it keeps a trail of the places looked at: an operator keeps the part of those operands
 * that made its result so. Errors stay in the evaluation and end it; until then everything is maybe.
 */

const char *
qd_truth_to_nick (QdTruth self)
{
  static const char *const nicks[] = { "no", "maybe", "yes" };

  return nicks[self];
}

static gboolean
is_nodes (const QdExprNode *node)
{
  return node->kind == QD_NODE_PATH || node->kind == QD_NODE_UNION || node->type == QD_VALUE_NODES;
}

/* Comparisons: there is a pair that makes it true (XPath 1.0 §3.4), maybe, or there is certainly none. */

static QdTruth
invert (QdTruth truth)
{
  return (QdTruth) (QD_TRUTH_YES - truth);
}

static QdTruth
compare_with_boolean (QdTruthEval *self, const QdScope *scope, const QdExprNode *nodes, const QdExprNode *other, QdExprKind kind)
{
  QdTruth left = qd_truth_eval (self, scope, nodes), right = qd_truth_eval (self, scope, other);

  if (left == QD_TRUTH_MAYBE || right == QD_TRUTH_MAYBE)
    return QD_TRUTH_MAYBE;
  return (left == right) == (kind == QD_NODE_EQUAL) ? QD_TRUTH_YES : QD_TRUTH_NO;
}

/* Do its values name lists of the pack? */
static gboolean
is_list (QdTruthEval *self, const QdFoundSet *set)
{
  return set->name != NULL && self->world->is_list_element != NULL && self->world->is_list_element (self->world, set->name);
}

static QdTruth
compare_found (QdTruthEval *self, QdExprKind kind, const QdFoundSet *set, const QdValue *other)
{
  guint mark = self->trail->len;
  QdTruth best = set->rest;

  for (guint i = 0; i < set->n; i++)
    {
      const QdFound *found = qd_found_get (set, i);
      guint before = self->trail->len;
      QdTruth one = QD_TRUTH_MAYBE;
      QdText text;

      if (!qd_eval_work (&self->ev, 1))
        return QD_TRUTH_MAYBE;
      if (qd_truth_leaf_is_known (self, found->node))
        {
          qd_text_of_node (&text, found->node);
          one = qd_eval_compare_text (&self->ev, kind, text.text, other) ? QD_TRUTH_YES : QD_TRUTH_NO;
          qd_text_clear (&text);
        }
      one = MIN (one, found->certainty);
      if (one == QD_TRUTH_YES)
        {
          g_array_remove_range (self->trail, mark, before - mark);
          return one;
        }
      if (one == QD_TRUTH_NO && (best == QD_TRUTH_MAYBE || set->n > 4))
        g_array_set_size (self->trail, before);
      best = MAX (best, one);
    }
  /* Whoever looks a substance up in a list that the pack does not have cannot say no. */
  if (best == QD_TRUTH_NO && kind == QD_NODE_EQUAL && other->type == QD_VALUE_STRING && is_list (self, set) &&
      self->world->catalogue (self->world, other->text.text) != QD_TRUTH_YES)
    {
      qd_truth_leave_trail (self, QD_TRAIL_CATALOGUE, NULL, g_intern_string (other->text.text));
      return QD_TRUTH_MAYBE;
    }
  return best;
}

static QdTruth
compare_with_value (QdTruthEval *self, const QdScope *scope, QdExprKind kind, const QdExprNode *nodes, const QdExprNode *other)
{
  QdFoundSet set = { 0 };
  QdTruth result;
  QdValue value;

  qd_truth_collect (self, scope, nodes, &set);
  if (set.n == 0 && set.rest == QD_TRUTH_NO && !is_list (self, &set))
    return QD_TRUTH_NO;
  if (!qd_truth_is_known (self, scope, other) || !qd_eval_value (&self->ev, scope, other, &value))
    result = QD_TRUTH_MAYBE;
  else
    {
      result = compare_found (self, kind, &set, &value);
      qd_value_clear (&value);
    }
  g_free (set.items);
  return result;
}

static QdTruth
compare_sets (QdTruthEval *self, const QdScope *scope, QdExprKind kind, const QdExprNode *left, const QdExprNode *right)
{
  QdFoundSet a = { 0 }, b = { 0 };
  QdTruth best = QD_TRUTH_NO;

  qd_truth_collect (self, scope, left, &a);
  qd_truth_collect (self, scope, right, &b);
  if (a.n + (a.rest == QD_TRUTH_MAYBE) > 0 && b.n + (b.rest == QD_TRUTH_MAYBE) > 0)
    best = MAX (a.rest, b.rest);
  else
    a.n = b.n = 0;
  for (guint i = 0; i < b.n && best != QD_TRUTH_YES && self->ev.error == NULL; i++)
    {
      const QdFound *found = qd_found_get (&b, i);
      QdTruth one = QD_TRUTH_MAYBE;

      if (qd_truth_leaf_is_known (self, found->node))
        {
          QdValue value = { .type = QD_VALUE_STRING };

          qd_text_of_node (&value.text, found->node);
          one = compare_found (self, kind, &a, &value);
          qd_text_clear (&value.text);
        }
      else if (a.n == 0)
        one = a.rest;
      best = MAX (best, MIN (one, found->certainty));
    }
  g_free (a.items);
  g_free (b.items);
  return best;
}

static gboolean
is_boolean (const QdExprNode *node)
{
  return node->type == QD_VALUE_BOOLEAN;
}

static QdTruth
eval_comparison (QdTruthEval *self, const QdScope *scope, const QdExprNode *node)
{
  QdExprKind kind = (QdExprKind) node->kind;
  const QdExprNode *left = node->items[0], *right = node->items[1];
  gboolean equality = kind == QD_NODE_EQUAL || kind == QD_NODE_NOT_EQUAL, holds;

  if (equality && (is_boolean (left) || is_boolean (right)))
    return compare_with_boolean (self, scope, left, right, kind);
  if (is_nodes (left) && is_nodes (right))
    return compare_sets (self, scope, kind, left, right);
  if (is_nodes (left))
    return compare_with_value (self, scope, kind, left, right);
  if (is_nodes (right))
    return compare_with_value (self, scope, qd_expr_kind_mirrored (kind), right, left);
  if (!qd_truth_is_known (self, scope, left) || !qd_truth_is_known (self, scope, right))
    return QD_TRUTH_MAYBE;
  if (!qd_eval_boolean (&self->ev, scope, node, &holds))
    return QD_TRUTH_MAYBE;
  return holds ? QD_TRUTH_YES : QD_TRUTH_NO;
}

/* Functions. */

/* The literal or known text of the first argument; NULL when it is not known. */
static char *
dup_name_argument (QdTruthEval *self, const QdScope *scope, const QdExprNode *call)
{
  QdText text;

  if (!qd_truth_is_known (self, scope, call->items[0]) || !qd_eval_text (&self->ev, scope, call->items[0], &text))
    return NULL;
  return qd_text_take (&text);
}

static QdTruth
fact_truth (QdTruthEval *self, const QdScope *scope, const QdExprNode *call)
{
  g_autofree char *name = dup_name_argument (self, scope, call);
  QdTruth truth = QD_TRUTH_MAYBE;

  if (name != NULL && self->world->fact != NULL && !self->world->fact (self->world, name, self->trail, &truth, &self->ev.error))
    return QD_TRUTH_MAYBE;
  return truth;
}

/* As a text: NULL when unknown. */
static char *
dup_fact_text (QdTruthEval *self, const QdScope *scope, const QdExprNode *call)
{
  g_autofree char *name = dup_name_argument (self, scope, call);
  char *text = NULL;

  if (name == NULL)
    return NULL;
  if (call->call.function->logic == QD_LOGIC_LOCAL)
    {
      const char *said = self->world->local != NULL ? self->world->local (self->world, name) : NULL;

      if (said == NULL)
        qd_truth_leave_trail (self, QD_TRAIL_LOCAL, NULL, g_intern_string (name));
      return g_strdup (said);
    }
  if (self->world->fact_text == NULL || !self->world->fact_text (self->world, name, self->trail, &text, &self->ev.error))
    return NULL;
  return text;
}

static QdTruth
catalogue_truth (QdTruthEval *self, const QdScope *scope, const QdExprNode *call)
{
  g_autofree char *name = dup_name_argument (self, scope, call);

  if (name != NULL && self->world->catalogue != NULL && self->world->catalogue (self->world, name) == QD_TRUTH_YES)
    return QD_TRUTH_YES;
  if (name != NULL)
    qd_truth_leave_trail (self, QD_TRAIL_CATALOGUE, NULL, g_intern_string (name));
  return QD_TRUTH_MAYBE;
}

/* Is @word among the words of @list? */
static gboolean
has_word (const char *list, const char *word)
{
  gsize length = strlen (word);

  for (const char *p = list + strspn (list, " \t\r\n"); *p != '\0';)
    {
      gsize end = strcspn (p, " \t\r\n");

      if (end == length && memcmp (p, word, length) == 0)
        return TRUE;
      p += end;
      p += strspn (p, " \t\r\n");
    }
  return FALSE;
}

/* selected(x, 'v'): an empty selection, and one that says "unknown" beside others, cannot be denied. */
static QdTruth
selected_truth (QdTruthEval *self, const QdScope *scope, const QdExprNode *call)
{
  QdText list, wanted;
  QdTruth result;

  if (!qd_truth_is_known (self, scope, call->items[0]) || !qd_truth_is_known (self, scope, call->items[1]))
    return QD_TRUTH_MAYBE;
  if (!qd_eval_text (&self->ev, scope, call->items[0], &list))
    return QD_TRUTH_MAYBE;
  if (!qd_eval_text (&self->ev, scope, call->items[1], &wanted))
    {
      qd_text_clear (&list);
      return QD_TRUTH_MAYBE;
    }
  result = has_word (list.text, wanted.text) ? QD_TRUTH_YES : has_word (list.text, "unknown") ? QD_TRUTH_MAYBE
                                                                                              : QD_TRUTH_NO;
  qd_text_clear (&list);
  qd_text_clear (&wanted);
  return result;
}

static QdTruth
known_truth (QdTruthEval *self, const QdScope *scope, const QdExprNode *call)
{
  return qd_truth_is_known (self, scope, call->items[0]) ? QD_TRUTH_YES : QD_TRUTH_NO;
}

static QdTruth
if_truth (QdTruthEval *self, const QdScope *scope, const QdExprNode *call)
{
  QdTruth condition = qd_truth_eval (self, scope, call->items[0]);
  QdTruth then, otherwise;

  if (condition != QD_TRUTH_MAYBE)
    return qd_truth_eval (self, scope, call->items[condition == QD_TRUTH_YES ? 1 : 2]);
  then = qd_truth_eval (self, scope, call->items[1]);
  otherwise = qd_truth_eval (self, scope, call->items[2]);
  return then == otherwise ? then : QD_TRUTH_MAYBE;
}

static QdTruth
call_truth (QdTruthEval *self, const QdScope *scope, const QdExprNode *call)
{
  gboolean holds;

  switch ((QdLogic) call->call.function->logic)
    {
    case QD_LOGIC_NOT:
      return invert (qd_truth_eval (self, scope, call->items[0]));
    case QD_LOGIC_BOOLEAN:
      return qd_truth_eval (self, scope, call->items[0]);
    case QD_LOGIC_IF:
      return if_truth (self, scope, call);
    case QD_LOGIC_SELECTED:
      return selected_truth (self, scope, call);
    case QD_LOGIC_FACT:
      return fact_truth (self, scope, call);
    case QD_LOGIC_CATALOGUE:
      return catalogue_truth (self, scope, call);
    case QD_LOGIC_KNOWN:
      return known_truth (self, scope, call);
    case QD_LOGIC_CERTAIN:
      return qd_truth_eval (self, scope, call->items[0]) == QD_TRUTH_YES ? QD_TRUTH_YES : QD_TRUTH_NO;
    case QD_LOGIC_NONE:
    case QD_LOGIC_COUNT:
    case QD_LOGIC_CURRENT:
    case QD_LOGIC_ALL_NODES:
    case QD_LOGIC_LOCAL:
    default:
      if (!qd_truth_is_known (self, scope, call) || !qd_eval_boolean (&self->ev, scope, call, &holds))
        return QD_TRUTH_MAYBE;
      return holds ? QD_TRUTH_YES : QD_TRUTH_NO;
    }
}

/* and, or: an operand that settles the result is its only reason; else those that are as it is. */
static QdTruth
eval_junction (QdTruthEval *self, const QdScope *scope, const QdExprNode *node)
{
  QdTruth settles = node->kind == QD_NODE_OR ? QD_TRUTH_YES : QD_TRUTH_NO;
  QdTruth result = invert (settles);
  guint start = self->trail->len, segment = self->segment;

  for (guint i = 0; i < node->n && self->ev.error == NULL; i++)
    {
      guint mark = self->trail->len;
      QdTruth truth;

      self->segment = mark;
      truth = qd_truth_eval (self, scope, node->items[i]);
      if (truth == settles || (truth == QD_TRUTH_MAYBE && result != QD_TRUTH_MAYBE))
        {
          g_array_remove_range (self->trail, start, mark - start);
          result = truth;
        }
      else if (truth != result || self->trail->len - start > 2 * QD_MAX_TRAIL)
        {
          g_array_set_size (self->trail, mark);
        }
      if (truth == settles)
        break;
    }
  self->segment = segment;
  return result;
}

QdTruth
qd_truth_eval (QdTruthEval *self, const QdScope *scope, const QdExprNode *node)
{
  QdTruth result = QD_TRUTH_NO;
  gboolean holds;

  if (self->ev.error != NULL || !qd_eval_work (&self->ev, 1))
    return QD_TRUTH_MAYBE;
  switch ((QdExprKind) node->kind)
    {
    case QD_NODE_OR:
    case QD_NODE_AND:
      return eval_junction (self, scope, node);
    case QD_NODE_EQUAL:
    case QD_NODE_NOT_EQUAL:
    case QD_NODE_LESS:
    case QD_NODE_LESS_EQUAL:
    case QD_NODE_GREATER:
    case QD_NODE_GREATER_EQUAL:
      return eval_comparison (self, scope, node);
    case QD_NODE_PATH:
      return qd_truth_of_path (self, scope, node);
    case QD_NODE_UNION:
      for (guint i = 0; i < node->n; i++)
        result = MAX (result, qd_truth_eval (self, scope, node->items[i]));
      return result;
    case QD_NODE_CALL:
      return call_truth (self, scope, node);
    case QD_NODE_SUM:
    case QD_NODE_SUBTRACT:
    case QD_NODE_MULTIPLY:
    case QD_NODE_DIVIDE:
    case QD_NODE_MODULO:
    case QD_NODE_NEGATE:
    case QD_NODE_NUMBER:
    case QD_NODE_STRING:
    default:
      if (!qd_truth_is_known (self, scope, node) || !qd_eval_boolean (&self->ev, scope, node, &holds))
        return QD_TRUTH_MAYBE;
      return holds ? QD_TRUTH_YES : QD_TRUTH_NO;
    }
}

/* Scalars: is everything known that the value depends on? */

static gboolean
all_are_known (QdTruthEval *self, const QdScope *scope, const QdExprNode *node, gboolean with_values)
{
  QdFoundSet set = { 0 };
  gboolean known;

  qd_truth_collect (self, scope, node, &set);
  known = set.rest == QD_TRUTH_NO;
  for (guint i = 0; i < set.n; i++)
    {
      const QdFound *found = qd_found_get (&set, i);
      guint mark = self->trail->len;

      known &= found->certainty == QD_TRUTH_YES;
      if (with_values && !qd_truth_leaf_is_known (self, found->node))
        known = FALSE;
      else if (set.n > 6)
        g_array_set_size (self->trail, mark);
    }
  g_free (set.items);
  return known;
}

static gboolean
first_is_known (QdTruthEval *self, const QdScope *scope, const QdExprNode *node)
{
  QdFoundSet set = { 0 };
  gboolean known;

  qd_truth_collect (self, scope, node, &set);
  known = set.n > 0 && set.rest == QD_TRUTH_NO && qd_found_get (&set, 0)->certainty == QD_TRUTH_YES && qd_truth_leaf_is_known (self, qd_found_get (&set, 0)->node);
  g_free (set.items);
  return known;
}

static gboolean
text_is_there (char *text)
{
  gboolean there = text != NULL;

  g_free (text);
  return there;
}

static gboolean
fact_is_known (QdTruthEval *self, const QdScope *scope, const QdExprNode *call)
{
  guint mark = self->trail->len;

  if (text_is_there (dup_fact_text (self, scope, call)))
    return TRUE;
  g_array_set_size (self->trail, mark);
  return fact_truth (self, scope, call) != QD_TRUTH_MAYBE;
}

static gboolean
call_is_known (QdTruthEval *self, const QdScope *scope, const QdExprNode *call)
{
  QdLogic logic = (QdLogic) call->call.function->logic;
  gboolean known = TRUE;
  QdTruth condition;

  switch (logic)
    {
    case QD_LOGIC_NOT:
    case QD_LOGIC_BOOLEAN:
    case QD_LOGIC_SELECTED:
    case QD_LOGIC_CATALOGUE:
    case QD_LOGIC_KNOWN:
    case QD_LOGIC_CERTAIN:
      return call_truth (self, scope, call) != QD_TRUTH_MAYBE;
    case QD_LOGIC_LOCAL:
      return text_is_there (dup_fact_text (self, scope, call));
    case QD_LOGIC_FACT:
      return fact_is_known (self, scope, call);
    case QD_LOGIC_COUNT:
      return all_are_known (self, scope, call->items[0], FALSE);
    case QD_LOGIC_CURRENT:
      return TRUE;
    case QD_LOGIC_IF:
      condition = qd_truth_eval (self, scope, call->items[0]);
      return condition != QD_TRUTH_MAYBE && qd_truth_is_known (self, scope, call->items[condition == QD_TRUTH_YES ? 1 : 2]);
    case QD_LOGIC_NONE:
    case QD_LOGIC_ALL_NODES:
    default:
      break;
    }
  /* string(), number() … without arguments read the context node. */
  if (call->n == 0 && (call->call.function->flags & QD_FUNCTION_CONTEXT_IF_BARE))
    return scope->node != NULL && qd_truth_leaf_is_known (self, scope->node);
  /* All of them are looked at, so that all that is missing is told. */
  for (guint i = 0; i < call->n; i++)
    known &= is_nodes (call->items[i]) && logic == QD_LOGIC_ALL_NODES ? all_are_known (self, scope, call->items[i], TRUE) : qd_truth_is_known (self, scope, call->items[i]);
  return known;
}

gboolean
qd_truth_is_known (QdTruthEval *self, const QdScope *scope, const QdExprNode *node)
{
  gboolean known = TRUE;

  if (self->ev.error != NULL || !qd_eval_work (&self->ev, 1))
    return FALSE;
  switch ((QdExprKind) node->kind)
    {
    case QD_NODE_NUMBER:
    case QD_NODE_STRING:
      return TRUE;
    case QD_NODE_PATH:
    case QD_NODE_UNION:
      return first_is_known (self, scope, node);
    case QD_NODE_CALL:
      return call_is_known (self, scope, node);
    case QD_NODE_SUM:
    case QD_NODE_SUBTRACT:
    case QD_NODE_MULTIPLY:
    case QD_NODE_DIVIDE:
    case QD_NODE_MODULO:
    case QD_NODE_NEGATE:
      for (guint i = 0; i < node->n; i++)
        known &= qd_truth_is_known (self, scope, node->items[i]);
      return known;
    case QD_NODE_OR:
    case QD_NODE_AND:
    case QD_NODE_EQUAL:
    case QD_NODE_NOT_EQUAL:
    case QD_NODE_LESS:
    case QD_NODE_LESS_EQUAL:
    case QD_NODE_GREATER:
    case QD_NODE_GREATER_EQUAL:
    default:
      return qd_truth_eval (self, scope, node) != QD_TRUTH_MAYBE;
    }
}

/* The ordinary evaluator, when it meets a fact that is known. */

static char *
env_fact (QdEnv *env, const char *function, const char *name, gboolean *holds_out)
{
  QdTruthEval *self = env->user_data;
  g_autoptr (GArray) unused = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  QdTruthWorld *world = self->world;
  QdTruth truth = QD_TRUTH_MAYBE;
  char *text = NULL;

  if (strcmp (function, "qd:local") == 0)
    text = g_strdup (world->local != NULL ? world->local (world, name) : "");
  else if (strcmp (function, "qd:catalogue") == 0)
    truth = world->catalogue != NULL ? world->catalogue (world, name) : QD_TRUTH_MAYBE;
  else if (world->fact_text != NULL && (!world->fact_text (world, name, unused, &text, NULL) || text == NULL) && world->fact != NULL)
    world->fact (world, name, unused, &truth, NULL);
  *holds_out = truth == QD_TRUTH_YES;
  return text;
}

static QdTreeNode *
env_instance (QdEnv *env, const char *id)
{
  const QdTruthEval *self = env->user_data;
  QdEnv *outer = self->context.env;

  return outer != NULL && outer->klass->instance != NULL ? outer->klass->instance (outer, id) : NULL;
}

static char *
env_listed (QdEnv *env, const char *cas, const char *name, const char *list)
{
  const QdTruthEval *self = env->user_data;
  QdEnv *outer = self->context.env;

  return outer != NULL && outer->klass->listed != NULL ? outer->klass->listed (outer, cas, name, list) : NULL;
}

static gboolean
env_children (QdEnv *env, QdTreeNode *parent, const char *ns, const char *name, guint *first, guint *n)
{
  const QdTruthEval *self = env->user_data;
  QdEnv *outer = self->context.env;

  return outer != NULL && outer->klass->children != NULL && outer->klass->children (outer, parent, ns, name, first, n);
}

static gboolean
env_is_workday (QdEnv *env, guint year, guint month, guint day)
{
  const QdTruthEval *self = env->user_data;
  QdEnv *outer = self->context.env;

  if (outer == NULL || outer->klass->is_workday == NULL)
    return qd_calendar_is_workday (NULL, qd_day_new (year, month, day), NULL);
  return outer->klass->is_workday (outer, year, month, day);
}

static const QdEnvClass truth_env_class = {
  .children = env_children,
  .fact = env_fact,
  .instance = env_instance,
  .is_workday = env_is_workday,
  .listed = env_listed,
};

static void
truth_init (QdTruthEval *self, const QdExpr *expr, const QdContext *context, QdTruthWorld *world, GArray *trail, QdContext *inner)
{
  static QdTruthWorld nothing;

  memset (self, 0, sizeof *self);
  self->context = *context;
  self->env.klass = &truth_env_class;
  self->env.user_data = self;
  self->env.now = context->env != NULL ? context->env->now : NULL;
  self->env.language = context->env != NULL ? context->env->language : NULL;
  self->world = world != NULL ? world : &nothing;
  self->trail = trail;
  *inner = *context;
  inner->env = &self->env;
  self->ev.expr = expr;
  self->ev.context = inner;
  self->ev.current = context->current != NULL ? context->current : context->node;
}

static gboolean
truth_finish (QdTruthEval *self, GError **error)
{
  g_clear_pointer (&self->ev.now, g_date_time_unref);
  g_clear_pointer (&self->ev.local_zone, g_time_zone_unref);
  if (self->ev.error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->ev.error));
  return FALSE;
}

gboolean
qd_expr_eval_truth (const QdExpr *self, const QdContext *context, QdTruthWorld *world, GArray *trail, QdTruth *out, GError **error)
{
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  QdScope scope = { context->node, context->position, context->size };
  QdContext inner;
  QdTruth result;
  QdTruthEval truth;

  truth_init (&truth, self, context, world, own, &inner);
  result = qd_truth_eval (&truth, &scope, self->root);
  if (!truth_finish (&truth, error))
    return FALSE;
  if (trail != NULL)
    qd_truth_append_trail (trail, own);
  *out = result;
  return TRUE;
}

gboolean
qd_expr_eval_known_string (const QdExpr *self, const QdContext *context, QdTruthWorld *world, GArray *trail, char **out, GError **error)
{
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  QdScope scope = { context->node, context->position, context->size };
  QdContext inner;
  QdText text = { NULL };
  QdTruthEval truth;

  truth_init (&truth, self, context, world, own, &inner);
  *out = NULL;
  if (qd_truth_is_known (&truth, &scope, self->root) && qd_eval_text (&truth.ev, &scope, self->root, &text))
    *out = qd_text_take (&text);
  if (!truth_finish (&truth, error))
    {
      g_clear_pointer (out, g_free);
      return FALSE;
    }
  if (trail != NULL)
    qd_truth_append_trail (trail, own);
  return TRUE;
}

gboolean
qd_expr_eval_found (const QdExpr *self, const QdContext *context, QdTruthWorld *world, GArray *trail, GPtrArray *nodes, GPtrArray *maybe, QdTruth *more_out, GError **error)
{
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  QdScope scope = { context->node, context->position, context->size };
  QdFoundSet set = { 0 };
  QdContext inner;
  QdTruthEval truth;

  if (!is_nodes (self->root))
    return FALSE;
  truth_init (&truth, self, context, world, own, &inner);
  qd_truth_collect (&truth, &scope, self->root, &set);
  for (guint i = 0; i < set.n; i++)
    if (qd_found_get (&set, i)->certainty == QD_TRUTH_YES)
      g_ptr_array_add (nodes, qd_found_get (&set, i)->node);
    else if (maybe != NULL)
      g_ptr_array_add (maybe, qd_found_get (&set, i)->node);
  *more_out = set.rest;
  g_free (set.items);
  if (!truth_finish (&truth, error))
    return FALSE;
  if (trail != NULL)
    qd_truth_append_trail (trail, own);
  return TRUE;
}
