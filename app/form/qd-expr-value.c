/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-value"
#include "config.h"
#include "qd-expr.h"
#include "qd-expr-private.h"

#include <math.h>
#include <string.h>

/* Node-sets: one node needs no memory. */

void
qd_node_set_clear (QdNodeSet *set)
{
  g_free (set->items);
  memset (set, 0, sizeof *set);
}

void
qd_node_set_add (QdNodeSet *set, QdTreeNode *node)
{
  if (set->n == 0)
    {
      set->one = node;
      if (set->items != NULL)
        set->items[0] = node;
      set->n = 1;
      return;
    }
  if (set->n >= set->size)
    {
      set->size = MAX (8, set->n * 2);
      set->items = g_renew (QdTreeNode *, set->items, set->size);
      if (set->n == 1)
        set->items[0] = set->one;
    }
  set->items[set->n++] = node;
}

static int
compare_nodes (gconstpointer a, gconstpointer b)
{
  return qd_tree_node_compare (*(const QdTreeNode *const *) a, *(const QdTreeNode *const *) b);
}

void
qd_node_set_sort (QdNodeSet *set)
{
  guint kept = 1, i;

  if (set->n < 2 || set->ordered)
    return;
  /* Most sets are in order already. */
  for (i = 1; i < set->n; i++)
    if (compare_nodes (&set->items[i - 1], &set->items[i]) >= 0)
      break;
  if (i == set->n)
    return;
  qsort (set->items, set->n, sizeof *set->items, compare_nodes);
  for (i = 1; i < set->n; i++)
    if (set->items[i] != set->items[i - 1])
      set->items[kept++] = set->items[i];
  set->n = kept;
  set->one = set->items[0];
}

/* Texts. */

void
qd_text_clear (QdText *text)
{
  g_clear_pointer (&text->owned, g_free);
  text->text = NULL;
}

char *
qd_text_take (QdText *text)
{
  char *string = text->owned != NULL ? g_steal_pointer (&text->owned) : g_strdup (text->text);

  text->text = NULL;
  return string;
}

void
qd_text_of_node (QdText *text, const QdTreeNode *node)
{
  text->owned = NULL;
  text->text = qd_tree_node_leaf_string (node);
  if (text->text == NULL)
    text->text = text->owned = qd_tree_node_dup_string (node);
}

/* Values. */

void
qd_value_clear (QdValue *value)
{
  if (value->type == QD_VALUE_NODES)
    qd_node_set_clear (&value->nodes);
  else if (value->type == QD_VALUE_STRING)
    qd_text_clear (&value->text);
  value->type = QD_VALUE_BOOLEAN;
}

gboolean
qd_value_to_boolean (const QdValue *value)
{
  switch ((QdValueType) value->type)
    {
    case QD_VALUE_NODES:
      return value->nodes.n > 0;
    case QD_VALUE_NUMBER:
    case QD_VALUE_DATE:
      return value->number.value != 0 && !isnan (value->number.value);
    case QD_VALUE_STRING:
      return *value->text.text != '\0';
    case QD_VALUE_BOOLEAN:
    case QD_VALUE_ANY:
    default:
      return value->boolean;
    }
}

void
qd_value_to_number (QdEval *ev, const QdValue *value, QdNumber *out)
{
  QdText text;

  switch ((QdValueType) value->type)
    {
    case QD_VALUE_NODES:
      if (value->nodes.n == 0)
        {
          qd_number_set_double (out, NAN);
          return;
        }
      qd_text_of_node (&text, qd_node_set_get (&value->nodes, 0));
      qd_number_parse_or_date (ev, out, text.text);
      qd_text_clear (&text);
      return;
    case QD_VALUE_NUMBER:
    case QD_VALUE_DATE:
      *out = value->number;
      return;
    case QD_VALUE_STRING:
      qd_number_parse_or_date (ev, out, value->text.text);
      return;
    case QD_VALUE_BOOLEAN:
    case QD_VALUE_ANY:
    default:
      qd_number_set_int (out, value->boolean);
      return;
    }
}

void
qd_value_to_text (QdEval *ev, const QdValue *value, QdText *out)
{
  out->owned = NULL;
  switch ((QdValueType) value->type)
    {
    case QD_VALUE_NODES:
      if (value->nodes.n == 0)
        out->text = "";
      else
        qd_text_of_node (out, qd_node_set_get (&value->nodes, 0));
      return;
    case QD_VALUE_NUMBER:
      out->text = out->owned = qd_number_to_string (&value->number);
      return;
    case QD_VALUE_DATE:
      /* An impossible date has no text: nothing that looks like one must get into a declaration. */
      if (isnan (value->number.value))
        out->text = "";
      else
        out->text = out->owned = qd_date_to_string (ev, value->milliseconds, value->has_time);
      return;
    case QD_VALUE_STRING:
      out->text = value->text.text;
      return;
    case QD_VALUE_BOOLEAN:
    case QD_VALUE_ANY:
    default:
      out->text = value->boolean ? "true" : "false";
      return;
    }
}

gboolean
qd_value_set_boolean (QdValue *value, gboolean boolean)
{
  value->type = QD_VALUE_BOOLEAN;
  value->boolean = boolean;
  return TRUE;
}

gboolean
qd_value_set_double (QdValue *value, double number)
{
  value->type = QD_VALUE_NUMBER;
  /* A whole number is exact again, whatever way led to it. */
  if (fabs (number) < 9007199254740992.0 && number == trunc (number) && !(number == 0 && signbit (number)))
    qd_number_set_int (&value->number, (gint64) number);
  else
    qd_number_set_double (&value->number, number);
  return TRUE;
}

gboolean
qd_value_set_int (QdValue *value, gint64 number)
{
  value->type = QD_VALUE_NUMBER;
  qd_number_set_int (&value->number, number);
  return TRUE;
}

gboolean
qd_value_set_number (QdValue *value, const QdNumber *number)
{
  value->type = QD_VALUE_NUMBER;
  value->number = *number;
  return TRUE;
}

gboolean
qd_value_take_string (QdValue *value, char *string)
{
  value->type = QD_VALUE_STRING;
  value->text.owned = string;
  value->text.text = string;
  return TRUE;
}

gboolean
qd_value_set_static_string (QdValue *value, const char *string)
{
  value->type = QD_VALUE_STRING;
  value->text.owned = NULL;
  value->text.text = string;
  return TRUE;
}

gboolean
qd_value_set_node (QdValue *value, QdTreeNode *node)
{
  value->type = QD_VALUE_NODES;
  memset (&value->nodes, 0, sizeof value->nodes);
  if (node != NULL)
    qd_node_set_add (&value->nodes, node);
  return TRUE;
}

gboolean
qd_value_set_date (QdValue *value, gint64 milliseconds, gboolean has_time)
{
  value->type = QD_VALUE_DATE;
  value->milliseconds = milliseconds;
  value->has_time = has_time;
  qd_date_to_number (milliseconds, &value->number);
  return TRUE;
}
