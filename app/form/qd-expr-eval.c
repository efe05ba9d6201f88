/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-eval"
#include "config.h"
#include "qd-expr.h"
#include "qd-expr-private.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

gboolean
qd_eval_fail (QdEval *ev, const QdExprNode *node, QdExprError code, const char *message)
{
  if (ev->error == NULL)
    ev->error = g_error_new (QD_EXPR_ERROR, (int) code, _ ("Character %u: %s"), qd_expr_position_of (ev->expr, node->offset), message);
  return FALSE;
}

gboolean
qd_eval_too_complex (QdEval *ev)
{
  return qd_eval_fail (ev, ev->expr->root, QD_EXPR_ERROR_TOO_COMPLEX, _ ("The formula takes too much work on this document."));
}

/* Sets of nodes. */

static gboolean
add_visited (QdEval *ev, QdTreeNode *node, gpointer data)
{
  qd_node_set_add (data, node);
  return TRUE;
}

static gboolean
eval_union (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdNodeSet *out)
{
  QdNodeSet all = { 0 };

  for (guint i = 0; i < node->n; i++)
    if (!qd_eval_visit (ev, scope, node->items[i], add_visited, &all))
      {
        qd_node_set_clear (&all);
        return FALSE;
      }
  if (!qd_eval_work (ev, all.n))
    {
      qd_node_set_clear (&all);
      return FALSE;
    }
  qd_node_set_sort (&all);
  *out = all;
  return TRUE;
}

gboolean
qd_eval_nodes (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdNodeSet *out)
{
  QdValue value;

  if (node->kind == QD_NODE_PATH)
    {
      QdNodeSet set = { 0 };

      if (!qd_path_visit (ev, scope, node->path, add_visited, &set))
        {
          qd_node_set_clear (&set);
          return FALSE;
        }
      *out = set;
      return TRUE;
    }
  if (node->kind == QD_NODE_UNION)
    return eval_union (ev, scope, node, out);
  if (!qd_eval_value (ev, scope, node, &value))
    return FALSE;
  if (value.type != QD_VALUE_NODES)
    {
      qd_value_clear (&value);
      return qd_eval_fail (ev, node, QD_EXPR_ERROR_TYPE, _ ("Nodes are needed here."));
    }
  *out = value.nodes;
  return TRUE;
}

gboolean
qd_eval_visit (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdVisit visit, gpointer data)
{
  QdNodeSet set;

  if (node->kind == QD_NODE_PATH)
    return qd_path_visit (ev, scope, node->path, visit, data);
  if (!qd_eval_nodes (ev, scope, node, &set))
    return FALSE;
  for (guint i = 0; i < set.n; i++)
    if (!visit (ev, qd_node_set_get (&set, i), data))
      break;
  qd_node_set_clear (&set);
  return ev->error == NULL;
}

static gboolean
keep_first (QdEval *ev, QdTreeNode *node, gpointer data)
{
  *(QdTreeNode **) data = node;
  return FALSE;
}

/* Scalars. What a path needs is its first node only, and no set is made. */

gboolean
qd_eval_boolean (QdEval *ev, const QdScope *scope, const QdExprNode *node, gboolean *out)
{
  QdValue value;

  if (node->kind == QD_NODE_PATH)
    {
      QdTreeNode *first = NULL;

      if (!qd_path_visit (ev, scope, node->path, keep_first, &first))
        return FALSE;
      *out = first != NULL;
      return TRUE;
    }
  if (!qd_eval_value (ev, scope, node, &value))
    return FALSE;
  *out = qd_value_to_boolean (&value);
  qd_value_clear (&value);
  return TRUE;
}

gboolean
qd_eval_number (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdNumber *out)
{
  QdValue value;

  if (node->kind == QD_NODE_NUMBER)
    {
      *out = node->number;
      return TRUE;
    }
  if (node->kind == QD_NODE_PATH)
    {
      QdTreeNode *first = NULL;
      QdText text;

      if (!qd_path_visit (ev, scope, node->path, keep_first, &first))
        return FALSE;
      if (first == NULL)
        {
          qd_number_set_double (out, NAN);
          return TRUE;
        }
      qd_text_of_node (&text, first);
      qd_number_parse_or_date (ev, out, text.text);
      qd_text_clear (&text);
      return TRUE;
    }
  if (!qd_eval_value (ev, scope, node, &value))
    return FALSE;
  qd_value_to_number (ev, &value, out);
  qd_value_clear (&value);
  return TRUE;
}

gboolean
qd_eval_double (QdEval *ev, const QdScope *scope, const QdExprNode *node, double *out)
{
  QdNumber number;

  if (!qd_eval_number (ev, scope, node, &number))
    return FALSE;
  *out = number.value;
  return TRUE;
}

gboolean
qd_eval_text (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdText *out)
{
  QdValue value;

  if (node->kind == QD_NODE_STRING)
    {
      out->text = node->string;
      out->owned = NULL;
      return TRUE;
    }
  if (node->kind == QD_NODE_PATH)
    {
      QdTreeNode *first = NULL;

      if (!qd_path_visit (ev, scope, node->path, keep_first, &first))
        return FALSE;
      out->text = "";
      out->owned = NULL;
      if (first != NULL)
        qd_text_of_node (out, first);
      return qd_eval_work (ev, out->owned == NULL ? 1 : strlen (out->owned));
    }
  if (!qd_eval_value (ev, scope, node, &value))
    return FALSE;
  qd_value_to_text (ev, &value, out);
  if (value.type == QD_VALUE_STRING)
    {
      *out = value.text;
      value.text.owned = NULL;
    }
  qd_value_clear (&value);
  return TRUE;
}

/* Comparisons, XPath 1.0 §3.4. */

static gboolean
order_holds (QdExprKind kind, int order)
{
  switch (kind)
    {
    case QD_NODE_EQUAL:
      return order == 0;
    case QD_NODE_NOT_EQUAL:
      return order != 0;
    case QD_NODE_LESS:
      return order == -1;
    case QD_NODE_LESS_EQUAL:
      return order == -1 || order == 0;
    case QD_NODE_GREATER:
      return order == 1;
    case QD_NODE_GREATER_EQUAL:
    default:
      return order == 1 || order == 0;
    }
}

static gboolean
is_equality (QdExprKind kind)
{
  return kind == QD_NODE_EQUAL || kind == QD_NODE_NOT_EQUAL;
}

QdExprKind
qd_expr_kind_mirrored (QdExprKind kind)
{
  switch (kind)
    {
    case QD_NODE_LESS:
      return QD_NODE_GREATER;
    case QD_NODE_LESS_EQUAL:
      return QD_NODE_GREATER_EQUAL;
    case QD_NODE_GREATER:
      return QD_NODE_LESS;
    case QD_NODE_GREATER_EQUAL:
      return QD_NODE_LESS_EQUAL;
    default:
      return kind;
    }
}

static gboolean
is_numeric (const QdValue *value)
{
  return value->type == QD_VALUE_NUMBER || value->type == QD_VALUE_DATE;
}

static gboolean
compare_numbers (QdEval *ev, QdExprKind kind, const QdValue *left, const QdValue *right)
{
  QdNumber a, b;

  qd_value_to_number (ev, left, &a);
  qd_value_to_number (ev, right, &b);
  return order_holds (kind, qd_number_compare (&a, &b));
}

static gboolean
compare_atoms (QdEval *ev, QdExprKind kind, const QdValue *left, const QdValue *right)
{
  if (is_equality (kind))
    {
      if (left->type == QD_VALUE_BOOLEAN || right->type == QD_VALUE_BOOLEAN)
        return (qd_value_to_boolean (left) == qd_value_to_boolean (right)) == (kind == QD_NODE_EQUAL);
      if (!is_numeric (left) && !is_numeric (right))
        return (strcmp (left->text.text, right->text.text) == 0) == (kind == QD_NODE_EQUAL);
    }
  return compare_numbers (ev, kind, left, right);
}

/* One text of a node against another value that is no node-set. */
gboolean
qd_eval_compare_text (QdEval *ev, QdExprKind kind, const char *text, const QdValue *other)
{
  QdNumber a;

  if (is_equality (kind) && other->type == QD_VALUE_STRING)
    return (strcmp (text, other->text.text) == 0) == (kind == QD_NODE_EQUAL);
  qd_number_parse_or_date (ev, &a, text);
  if (is_numeric (other))
    return order_holds (kind, qd_number_compare (&a, &other->number));
  {
    QdNumber b;

    qd_value_to_number (ev, other, &b);
    return order_holds (kind, qd_number_compare (&a, &b));
  }
}

static gboolean
compare_set_with_atom (QdEval *ev, QdExprKind kind, const QdNodeSet *set, const QdValue *other, gboolean *out)
{
  *out = FALSE;
  if (other->type == QD_VALUE_BOOLEAN)
    {
      QdValue exists;

      qd_value_set_boolean (&exists, set->n > 0);
      *out = compare_atoms (ev, kind, &exists, other);
      return TRUE;
    }
  for (guint i = 0; i < set->n && !*out; i++)
    {
      QdText text;

      qd_text_of_node (&text, qd_node_set_get (set, i));
      *out = qd_eval_compare_text (ev, kind, text.text, other);
      qd_text_clear (&text);
    }
  return qd_eval_work (ev, set->n);
}

gboolean
qd_eval_text_equals (QdEval *ev, const char *text, const QdValue *value)
{
  if (value->type != QD_VALUE_NODES)
    return qd_eval_compare_text (ev, QD_NODE_EQUAL, text, value);
  for (guint i = 0; i < value->nodes.n; i++)
    {
      QdText other;
      gboolean equal;

      qd_text_of_node (&other, qd_node_set_get (&value->nodes, i));
      equal = strcmp (text, other.text) == 0;
      qd_text_clear (&other);
      if (equal)
        return TRUE;
    }
  ev->work += value->nodes.n;
  return FALSE;
}

/* Two large sets: equality through a table, order through the extremes. */
static gboolean
compare_large_sets (QdEval *ev, QdExprKind kind, const QdNodeSet *left, const QdNodeSet *right)
{
  if (is_equality (kind))
    {
      g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      gboolean found = FALSE;

      for (guint i = 0; i < left->n; i++)
        g_hash_table_add (texts, qd_tree_node_dup_string (qd_node_set_get (left, i)));
      /* With two different texts on one side, whatever is on the other differs from one of them. */
      if (kind == QD_NODE_NOT_EQUAL && g_hash_table_size (texts) > 1)
        return right->n > 0;
      for (guint i = 0; i < right->n && !found; i++)
        {
          QdText text;

          qd_text_of_node (&text, qd_node_set_get (right, i));
          found = g_hash_table_contains (texts, text.text) == (kind == QD_NODE_EQUAL);
          qd_text_clear (&text);
        }
      return found;
    }
  {
    const QdNodeSet *sets[2] = { left, right };
    gboolean wants_low = kind == QD_NODE_LESS || kind == QD_NODE_LESS_EQUAL;
    QdNumber best[2];

    for (guint side = 0; side < 2; side++)
      {
        qd_number_set_double (&best[side], NAN);
        for (guint i = 0; i < sets[side]->n; i++)
          {
            QdText text;
            QdNumber number;

            qd_text_of_node (&text, qd_node_set_get (sets[side], i));
            qd_number_parse_or_date (ev, &number, text.text);
            qd_text_clear (&text);
            if (isnan (number.value))
              continue;
            if (isnan (best[side].value) || qd_number_compare (&number, &best[side]) == ((side == 0) == wants_low ? -1 : 1))
              best[side] = number;
          }
      }
    return order_holds (kind, qd_number_compare (&best[0], &best[1]));
  }
}

static gboolean
compare_sets (QdEval *ev, QdExprKind kind, const QdNodeSet *left, const QdNodeSet *right, gboolean *out)
{
  *out = FALSE;
  if (left->n == 0 || right->n == 0)
    return TRUE;
  if (left->n == 1 || right->n == 1)
    {
      const QdNodeSet *many = left->n == 1 ? right : left;
      QdValue one = { .type = QD_VALUE_STRING };
      gboolean ok;

      qd_text_of_node (&one.text, qd_node_set_get (left->n == 1 ? left : right, 0));
      ok = compare_set_with_atom (ev, left->n == 1 ? qd_expr_kind_mirrored (kind) : kind, many, &one, out);
      qd_text_clear (&one.text);
      return ok;
    }
  *out = compare_large_sets (ev, kind, left, right);
  return qd_eval_work (ev, (guint64) left->n + right->n);
}

static gboolean
eval_comparison (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdValue *out)
{
  QdExprKind kind = (QdExprKind) node->kind;
  QdValue left, right;
  gboolean holds = FALSE, ok = TRUE;

  if (!qd_eval_value (ev, scope, node->items[0], &left))
    return FALSE;
  if (!qd_eval_value (ev, scope, node->items[1], &right))
    {
      qd_value_clear (&left);
      return FALSE;
    }
  if (left.type == QD_VALUE_NODES && right.type == QD_VALUE_NODES)
    ok = compare_sets (ev, kind, &left.nodes, &right.nodes, &holds);
  else if (left.type == QD_VALUE_NODES)
    ok = compare_set_with_atom (ev, kind, &left.nodes, &right, &holds);
  else if (right.type == QD_VALUE_NODES)
    ok = compare_set_with_atom (ev, qd_expr_kind_mirrored (kind), &right.nodes, &left, &holds);
  else
    holds = compare_atoms (ev, kind, &left, &right);
  qd_value_clear (&left);
  qd_value_clear (&right);
  return ok && qd_value_set_boolean (out, holds);
}

/* Arithmetic. */

static gboolean
eval_sum (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdValue *out)
{
  QdNumber total, term;

  if (!qd_eval_number (ev, scope, node->items[0], &total))
    return FALSE;
  for (guint i = 1; i < node->n; i++)
    {
      const QdExprNode *item = node->items[i];
      gboolean minus = item->kind == QD_NODE_NEGATE;

      if (!qd_eval_number (ev, scope, minus ? item->items[0] : item, &term))
        return FALSE;
      if (minus)
        qd_number_subtract (&total, &term);
      else
        qd_number_add (&total, &term);
    }
  return qd_value_set_number (out, &total);
}

static gboolean
eval_arithmetic (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdValue *out)
{
  QdNumber left, right;

  if (!qd_eval_number (ev, scope, node->items[0], &left) || !qd_eval_number (ev, scope, node->items[1], &right))
    return FALSE;
  if (node->kind == QD_NODE_MULTIPLY)
    qd_number_multiply (&left, &right);
  else if (node->kind == QD_NODE_DIVIDE)
    qd_number_divide (&left, &right);
  else
    qd_number_modulo (&left, &right);
  return qd_value_set_number (out, &left);
}

gboolean
qd_eval_value (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdValue *out)
{
  gboolean holds = FALSE;
  QdNumber number;

  if (!qd_eval_work (ev, 1))
    return FALSE;
  switch ((QdExprKind) node->kind)
    {
    case QD_NODE_OR:
    case QD_NODE_AND:
      for (guint i = 0; i < node->n; i++)
        {
          if (!qd_eval_boolean (ev, scope, node->items[i], &holds))
            return FALSE;
          if (holds == (node->kind == QD_NODE_OR))
            break;
        }
      return qd_value_set_boolean (out, holds);
    case QD_NODE_UNION:
    case QD_NODE_PATH:
      {
        QdNodeSet set;

        if (!qd_eval_nodes (ev, scope, node, &set))
          return FALSE;
        out->type = QD_VALUE_NODES;
        out->nodes = set;
        return TRUE;
      }
    case QD_NODE_SUM:
      return eval_sum (ev, scope, node, out);
    case QD_NODE_EQUAL:
    case QD_NODE_NOT_EQUAL:
    case QD_NODE_LESS:
    case QD_NODE_LESS_EQUAL:
    case QD_NODE_GREATER:
    case QD_NODE_GREATER_EQUAL:
      return eval_comparison (ev, scope, node, out);
    case QD_NODE_MULTIPLY:
    case QD_NODE_DIVIDE:
    case QD_NODE_MODULO:
      return eval_arithmetic (ev, scope, node, out);
    case QD_NODE_NEGATE:
      if (!qd_eval_number (ev, scope, node->items[0], &number))
        return FALSE;
      qd_number_negate (&number);
      return qd_value_set_number (out, &number);
    case QD_NODE_NUMBER:
      return qd_value_set_number (out, &node->number);
    case QD_NODE_STRING:
      return qd_value_set_static_string (out, node->string);
    case QD_NODE_CALL:
      return node->call.function->impl (ev, scope, node, out);
    case QD_NODE_SUBTRACT: /* only while parsing */
    default:
      g_assert_not_reached ();
    }
}

/* Entry points. */

static void
begin (QdEval *ev, QdScope *scope, const QdExpr *self, const QdContext *context)
{
  memset (ev, 0, sizeof *ev);
  ev->expr = self;
  ev->context = context;
  ev->current = context->current != NULL ? context->current : context->node;
  scope->node = context->node;
  scope->position = context->position;
  scope->size = context->size;
}

static gboolean
end (QdEval *ev, GError **error)
{
  g_clear_pointer (&ev->local_zone, g_time_zone_unref);
  g_clear_pointer (&ev->now, g_date_time_unref);
  if (ev->error == NULL)
    return TRUE;
  g_propagate_error (error, ev->error);
  return FALSE;
}

gboolean
qd_expr_eval_boolean (const QdExpr *self, const QdContext *context, gboolean *out, GError **error)
{
  QdEval ev;
  QdScope scope;

  begin (&ev, &scope, self, context);
  if (!qd_eval_boolean (&ev, &scope, self->root, out))
    g_assert (ev.error != NULL);
  return end (&ev, error);
}

gboolean
qd_expr_eval_number (const QdExpr *self, const QdContext *context, QdNumber *out, GError **error)
{
  QdEval ev;
  QdScope scope;

  begin (&ev, &scope, self, context);
  if (!qd_eval_number (&ev, &scope, self->root, out))
    g_assert (ev.error != NULL);
  return end (&ev, error);
}

char *
qd_expr_eval_string (const QdExpr *self, const QdContext *context, GError **error)
{
  QdEval ev;
  QdScope scope;
  QdText text = { 0 };

  begin (&ev, &scope, self, context);
  if (!qd_eval_text (&ev, &scope, self->root, &text))
    g_assert (ev.error != NULL);
  if (!end (&ev, error))
    {
      qd_text_clear (&text);
      return NULL;
    }
  return qd_text_take (&text);
}

GPtrArray *
qd_expr_eval_nodes (const QdExpr *self, const QdContext *context, GError **error)
{
  QdEval ev;
  QdScope scope;
  QdNodeSet set = { 0 };
  GPtrArray *nodes;

  begin (&ev, &scope, self, context);
  if (!qd_eval_nodes (&ev, &scope, self->root, &set))
    g_assert (ev.error != NULL);
  if (!end (&ev, error))
    {
      qd_node_set_clear (&set);
      return NULL;
    }
  nodes = g_ptr_array_sized_new (set.n);
  for (guint i = 0; i < set.n; i++)
    g_ptr_array_add (nodes, qd_node_set_get (&set, i));
  qd_node_set_clear (&set);
  return nodes;
}
