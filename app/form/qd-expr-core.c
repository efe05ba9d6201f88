/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-core"
#include "config.h"
#include "qd-expr.h"
#include "qd-expr-private.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

/* The function library of XPath 1.0 §4, and what ODK widens of it: concat() of node-sets, position(node), round(x, digits). */

/* Node-sets. */

static gboolean
fn_last (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return qd_value_set_int (out, (gint64) scope->size);
}

static gboolean
fn_position (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdNodeSet set;
  QdTreeNode *node;
  gint64 position = 1;

  if (call->n == 0)
    return qd_value_set_int (out, (gint64) scope->position);
  if (!qd_eval_nodes (ev, scope, call->items[0], &set))
    return FALSE;
  node = set.n > 0 ? qd_node_set_get (&set, 0) : NULL;
  if (set.n > 1)
    {
      qd_node_set_clear (&set);
      return qd_eval_fail (ev, call->items[0], QD_EXPR_ERROR_TYPE, _ ("position() takes one node, but the path leads to several."));
    }
  qd_node_set_clear (&set);
  if (node == NULL || node->parent == NULL || node->kind != QD_TREE_ELEMENT)
    return qd_value_set_double (out, NAN);
  /* Among siblings of the same name: the number of a row in its repeat. */
  for (guint i = 0; i < node->index; i++)
    {
      const QdTreeNode *sibling = node->parent->children[i];

      if (sibling->name == node->name && sibling->ns == node->ns && sibling->kind == QD_TREE_ELEMENT && !(sibling->flags & QD_TREE_FLAG_TEMPLATE))
        position++;
    }
  return qd_eval_work (ev, node->index / 8) && qd_value_set_int (out, position);
}

static gboolean
count_node (QdEval *ev, QdTreeNode *node, gpointer data)
{
  (*(gint64 *) data)++;
  return TRUE;
}

static gboolean
fn_count (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  gint64 n = 0;

  return qd_eval_visit (ev, scope, call->items[0], count_node, &n) && qd_value_set_int (out, n);
}

typedef struct
{
  GHashTable *ids; /* (element-type utf8 utf8) */
  QdNodeSet set;
} IdSearch;

static void
add_ids (IdSearch *search, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_hash_table_add (search->ids, g_strdup (words[i]));
}

static gboolean
add_ids_of_node (QdEval *ev, QdTreeNode *node, gpointer data)
{
  QdText text;

  qd_text_of_node (&text, node);
  add_ids (data, text.text);
  qd_text_clear (&text);
  return TRUE;
}

static void
find_ids (QdEval *ev, QdTreeNode *node, IdSearch *search)
{
  const char *xml_id = qd_tree_node_get_attribute (node, QD_XML_NAMESPACE, "id");
  const char *plain_id = qd_tree_node_get_attribute (node, NULL, "id");

  ev->work++;
  if ((xml_id != NULL && g_hash_table_contains (search->ids, xml_id)) || (plain_id != NULL && g_hash_table_contains (search->ids, plain_id)))
    qd_node_set_add (&search->set, node);
  for (guint i = 0; i < node->n_children; i++)
    if (node->children[i]->kind == QD_TREE_ELEMENT)
      find_ids (ev, node->children[i], search);
}

/* Without a DTD no attribute is declared as an ID; those named xml:id and id are taken for one. */
static gboolean
fn_id (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  IdSearch search = { .ids = ids };
  QdTreeNode *root = scope->node;
  QdText text;

  if (call->items[0]->type == QD_VALUE_NODES)
    {
      if (!qd_eval_visit (ev, scope, call->items[0], add_ids_of_node, &search))
        return FALSE;
    }
  else
    {
      if (!qd_eval_text (ev, scope, call->items[0], &text))
        return FALSE;
      add_ids (&search, text.text);
      qd_text_clear (&text);
    }
  while (root != NULL && root->parent != NULL)
    root = root->parent;
  if (root != NULL)
    find_ids (ev, root, &search);
  out->type = QD_VALUE_NODES;
  out->nodes = search.set;
  return TRUE;
}

static gboolean
keep_first (QdEval *ev, QdTreeNode *node, gpointer data)
{
  *(QdTreeNode **) data = node;
  return FALSE;
}

/* The node that name() and its kin speak of: the first of the argument, or the context node. */
static gboolean
named_node (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdTreeNode **node)
{
  *node = NULL;
  if (call->n > 0)
    return qd_eval_visit (ev, scope, call->items[0], keep_first, node);
  *node = scope->node;
  return TRUE;
}

static gboolean
fn_local_name (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdTreeNode *node;

  return named_node (ev, scope, call, &node) && qd_value_set_static_string (out, node == NULL || node->name == NULL ? "" : node->name);
}

static gboolean
fn_namespace_uri (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdTreeNode *node;

  return named_node (ev, scope, call, &node) && qd_value_set_static_string (out, node == NULL || node->ns == NULL ? "" : node->ns);
}

static gboolean
fn_name (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdTreeNode *node;

  if (!named_node (ev, scope, call, &node))
    return FALSE;
  if (node == NULL || node->name == NULL)
    return qd_value_set_static_string (out, "");
  if (node->prefix == NULL)
    return qd_value_set_static_string (out, node->name);
  return qd_value_take_string (out, g_strconcat (node->prefix, ":", node->name, NULL));
}

/* Strings. */

/* The text of an argument, or of the context node when there is none. */
static gboolean
text_or_context (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdText *text)
{
  if (call->n > 0)
    return qd_eval_text (ev, scope, call->items[0], text);
  text->text = "";
  text->owned = NULL;
  if (scope->node != NULL)
    qd_text_of_node (text, scope->node);
  return TRUE;
}

static gboolean
fn_string (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdText text;

  if (!text_or_context (ev, scope, call, &text))
    return FALSE;
  out->type = QD_VALUE_STRING;
  out->text = text;
  return TRUE;
}

typedef struct
{
  GString *text;
  const char *separator;
  gboolean any;
} Join;

static gboolean
join_node (QdEval *ev, QdTreeNode *node, gpointer data)
{
  Join *join = data;
  QdText text;

  qd_text_of_node (&text, node);
  if (join->any && join->separator != NULL)
    g_string_append (join->text, join->separator);
  join->any = TRUE;
  g_string_append (join->text, text.text);
  qd_text_clear (&text);
  if (join->text->len > QD_EXPR_MAX_TEXT)
    return qd_eval_too_complex (ev);
  return TRUE;
}

static gboolean
join_arguments (QdEval *ev, const QdScope *scope, const QdExprNode *call, guint first, const char *separator, QdValue *out)
{
  g_autoptr (GString) result = g_string_new (NULL);
  Join join = { result, separator, FALSE };

  for (guint i = first; i < call->n; i++)
    {
      const QdExprNode *argument = call->items[i];
      QdText text;

      if (argument->type == QD_VALUE_NODES)
        {
          if (!qd_eval_visit (ev, scope, argument, join_node, &join))
            return FALSE;
          continue;
        }
      if (!qd_eval_text (ev, scope, argument, &text))
        return FALSE;
      if (join.any && separator != NULL)
        g_string_append (result, separator);
      join.any = TRUE;
      g_string_append (result, text.text);
      qd_text_clear (&text);
      if (result->len > QD_EXPR_MAX_TEXT)
        return qd_eval_too_complex (ev);
    }
  return qd_eval_work (ev, result->len) && qd_value_take_string (out, g_string_free (g_steal_pointer (&result), FALSE));
}

static gboolean
fn_concat (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return join_arguments (ev, scope, call, 0, NULL, out);
}

static gboolean
fn_join (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdText separator;
  gboolean ok;

  if (!qd_eval_text (ev, scope, call->items[0], &separator))
    return FALSE;
  ok = join_arguments (ev, scope, call, 1, separator.text, out);
  qd_text_clear (&separator);
  return ok;
}

static gboolean
two_texts (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdText *a, QdText *b)
{
  if (!qd_eval_text (ev, scope, call->items[0], a))
    return FALSE;
  if (qd_eval_text (ev, scope, call->items[1], b))
    return TRUE;
  qd_text_clear (a);
  return FALSE;
}

typedef enum
{
  PAIR_STARTS_WITH,
  PAIR_ENDS_WITH,
  PAIR_CONTAINS,
} PairTest;

static gboolean
test_pair (QdEval *ev, const QdScope *scope, const QdExprNode *call, PairTest test, QdValue *out)
{
  QdText a, b;
  gboolean result;

  if (!two_texts (ev, scope, call, &a, &b))
    return FALSE;
  if (test == PAIR_STARTS_WITH)
    result = g_str_has_prefix (a.text, b.text);
  else if (test == PAIR_ENDS_WITH)
    result = g_str_has_suffix (a.text, b.text);
  else
    result = strstr (a.text, b.text) != NULL;
  qd_text_clear (&a);
  qd_text_clear (&b);
  return qd_value_set_boolean (out, result);
}

static gboolean
fn_starts_with (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return test_pair (ev, scope, call, PAIR_STARTS_WITH, out);
}

static gboolean
fn_ends_with (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return test_pair (ev, scope, call, PAIR_ENDS_WITH, out);
}

static gboolean
fn_contains (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return test_pair (ev, scope, call, PAIR_CONTAINS, out);
}

static gboolean
split_at (QdEval *ev, const QdScope *scope, const QdExprNode *call, gboolean before, QdValue *out)
{
  QdText a, b;
  const char *found;
  char *result;

  if (!two_texts (ev, scope, call, &a, &b))
    return FALSE;
  found = strstr (a.text, b.text);
  if (found == NULL)
    result = g_strdup ("");
  else if (before)
    result = g_strndup (a.text, (gsize) (found - a.text));
  else
    result = g_strdup (found + strlen (b.text));
  qd_text_clear (&a);
  qd_text_clear (&b);
  return qd_value_take_string (out, result);
}

static gboolean
fn_substring_before (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return split_at (ev, scope, call, TRUE, out);
}

static gboolean
fn_substring_after (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return split_at (ev, scope, call, FALSE, out);
}

static gboolean
fn_substring (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdNumber start, length;
  double first, end = INFINITY, position = 1;
  GString *result;
  QdText text;

  if (!qd_eval_number (ev, scope, call->items[1], &start))
    return FALSE;
  qd_number_round (&start);
  first = start.value;
  if (call->n > 2)
    {
      if (!qd_eval_number (ev, scope, call->items[2], &length))
        return FALSE;
      qd_number_round (&length);
      end = first + length.value;
    }
  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  result = g_string_new (NULL);
  /* Comparisons with NaN are false, as the rule wants. */
  for (const char *p = text.text; *p != '\0'; p = g_utf8_next_char (p), position++)
    if (position >= first && position < end)
      g_string_append_unichar (result, g_utf8_get_char (p));
  qd_text_clear (&text);
  return qd_value_take_string (out, g_string_free (result, FALSE));
}

static gboolean
fn_string_length (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdText text;
  gint64 length;

  if (!text_or_context (ev, scope, call, &text))
    return FALSE;
  length = g_utf8_strlen (text.text, -1);
  qd_text_clear (&text);
  return qd_value_set_int (out, length);
}

static gboolean
fn_normalize_space (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  GString *result;
  QdText text;

  if (!text_or_context (ev, scope, call, &text))
    return FALSE;
  result = g_string_new (NULL);
  for (const char *p = text.text + strspn (text.text, " \t\r\n"); *p != '\0';)
    {
      gsize run = strcspn (p, " \t\r\n"), gap = strspn (p + run, " \t\r\n");

      g_string_append_len (result, p, (gssize) run);
      p += run + gap;
      if (gap > 0 && *p != '\0')
        g_string_append_c (result, ' ');
    }
  qd_text_clear (&text);
  return qd_value_take_string (out, g_string_free (result, FALSE));
}

static gboolean
fn_translate (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  g_autoptr (GHashTable) map = g_hash_table_new (NULL, NULL);
  QdText text, from, to;
  GString *result;
  const char *q;

  if (!qd_eval_text (ev, scope, call->items[1], &from))
    return FALSE;
  if (!qd_eval_text (ev, scope, call->items[2], &to))
    {
      qd_text_clear (&from);
      return FALSE;
    }
  q = to.text;
  for (const char *p = from.text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gpointer key = GUINT_TO_POINTER (g_utf8_get_char (p));

      if (!g_hash_table_contains (map, key))
        g_hash_table_insert (map, key, GUINT_TO_POINTER (*q == '\0' ? 0 : g_utf8_get_char (q)));
      if (*q != '\0')
        q = g_utf8_next_char (q);
    }
  qd_text_clear (&from);
  qd_text_clear (&to);
  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  result = g_string_new (NULL);
  for (const char *p = text.text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gpointer replacement;

      if (!g_hash_table_lookup_extended (map, GUINT_TO_POINTER (c), NULL, &replacement))
        g_string_append_unichar (result, c);
      else if (replacement != NULL)
        g_string_append_unichar (result, GPOINTER_TO_UINT (replacement));
    }
  qd_text_clear (&text);
  return qd_value_take_string (out, g_string_free (result, FALSE));
}

/* Booleans. */

static gboolean
fn_boolean (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  gboolean value;

  return qd_eval_boolean (ev, scope, call->items[0], &value) && qd_value_set_boolean (out, value);
}

static gboolean
fn_not (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  gboolean value;

  return qd_eval_boolean (ev, scope, call->items[0], &value) && qd_value_set_boolean (out, !value);
}

static gboolean
fn_true (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return qd_value_set_boolean (out, TRUE);
}

static gboolean
fn_false (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return qd_value_set_boolean (out, FALSE);
}

static gboolean
fn_lang (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  const char *lang = NULL;
  QdText wanted;
  gboolean result = FALSE;

  if (!qd_eval_text (ev, scope, call->items[0], &wanted))
    return FALSE;
  for (const QdTreeNode *node = scope->node; node != NULL && lang == NULL; node = node->parent)
    lang = qd_tree_node_get_attribute (node, QD_XML_NAMESPACE, "lang");
  if (lang != NULL)
    {
      gsize length = strlen (wanted.text);

      result = g_ascii_strncasecmp (lang, wanted.text, length) == 0 && (lang[length] == '\0' || lang[length] == '-');
    }
  qd_text_clear (&wanted);
  return qd_value_set_boolean (out, result);
}

/* Numbers. */

static gboolean
fn_number (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdNumber number;

  if (call->n > 0)
    return qd_eval_number (ev, scope, call->items[0], &number) && qd_value_set_number (out, &number);
  if (scope->node == NULL)
    return qd_value_set_double (out, NAN);
  {
    QdText text;

    qd_text_of_node (&text, scope->node);
    qd_number_parse_or_date (ev, &number, text.text);
    qd_text_clear (&text);
  }
  return qd_value_set_number (out, &number);
}

static gboolean
add_node (QdEval *ev, QdTreeNode *node, gpointer data)
{
  QdText text;

  qd_text_of_node (&text, node);
  qd_total_add (ev, data, text.text);
  qd_text_clear (&text);
  return TRUE;
}

static gboolean
fn_sum (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdTotal total = { 0 };

  if (!qd_eval_visit (ev, scope, call->items[0], add_node, &total))
    return FALSE;
  out->type = QD_VALUE_NUMBER;
  qd_total_finish (&total, &out->number);
  return TRUE;
}

static gboolean
round_with (QdEval *ev, const QdScope *scope, const QdExprNode *call, void (*rounder) (QdNumber *self), QdValue *out)
{
  QdNumber number;

  if (!qd_eval_number (ev, scope, call->items[0], &number))
    return FALSE;
  rounder (&number);
  return qd_value_set_number (out, &number);
}

static gboolean
fn_floor (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return round_with (ev, scope, call, qd_number_floor, out);
}

static gboolean
fn_ceiling (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return round_with (ev, scope, call, qd_number_ceiling, out);
}

/* With one argument as XPath 1.0 has it (-1.5 is -1); with digits as ODK has it (ties away from zero). */
static gboolean
fn_round (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdNumber number, digits;

  if (call->n == 1)
    return round_with (ev, scope, call, qd_number_round, out);
  if (!qd_eval_number (ev, scope, call->items[0], &number) || !qd_eval_number (ev, scope, call->items[1], &digits))
    return FALSE;
  if (isnan (digits.value))
    return qd_value_set_double (out, NAN);
  qd_number_round_to (&number, (int) CLAMP (digits.value, -40, 40));
  return qd_value_set_number (out, &number);
}

const QdExprFunction qd_expr_core_functions[] = {
  { "last", 0, 0, QD_VALUE_NUMBER, QD_FUNCTION_LAST, 0, fn_last },
  { "position", 0, 1, QD_VALUE_NUMBER, QD_FUNCTION_POSITION | QD_FUNCTION_NODES_FIRST, 0, fn_position },
  { "count", 1, 1, QD_VALUE_NUMBER, QD_FUNCTION_NODES_FIRST, 0, fn_count, QD_LOGIC_COUNT },
  { "id", 1, 1, QD_VALUE_NODES, QD_FUNCTION_CONTEXT, 0, fn_id },
  { "local-name", 0, 1, QD_VALUE_STRING, QD_FUNCTION_CONTEXT_IF_BARE | QD_FUNCTION_NODES_FIRST, 0, fn_local_name },
  { "namespace-uri", 0, 1, QD_VALUE_STRING, QD_FUNCTION_CONTEXT_IF_BARE | QD_FUNCTION_NODES_FIRST, 0, fn_namespace_uri },
  { "name", 0, 1, QD_VALUE_STRING, QD_FUNCTION_CONTEXT_IF_BARE | QD_FUNCTION_NODES_FIRST, 0, fn_name },
  { "string", 0, 1, QD_VALUE_STRING, QD_FUNCTION_CONTEXT_IF_BARE, 0, fn_string },
  { "concat", 0, -1, QD_VALUE_STRING, 0, 0, fn_concat, QD_LOGIC_ALL_NODES },
  { "join", 1, -1, QD_VALUE_STRING, 0, 0, fn_join, QD_LOGIC_ALL_NODES },
  { "starts-with", 2, 2, QD_VALUE_BOOLEAN, 0, 0, fn_starts_with },
  { "ends-with", 2, 2, QD_VALUE_BOOLEAN, 0, 0, fn_ends_with },
  { "contains", 2, 2, QD_VALUE_BOOLEAN, 0, 0, fn_contains },
  { "substring-before", 2, 2, QD_VALUE_STRING, 0, 0, fn_substring_before },
  { "substring-after", 2, 2, QD_VALUE_STRING, 0, 0, fn_substring_after },
  { "substring", 2, 3, QD_VALUE_STRING, 0, 0, fn_substring },
  { "string-length", 0, 1, QD_VALUE_NUMBER, QD_FUNCTION_CONTEXT_IF_BARE, 0, fn_string_length },
  { "normalize-space", 0, 1, QD_VALUE_STRING, QD_FUNCTION_CONTEXT_IF_BARE, 0, fn_normalize_space },
  { "translate", 3, 3, QD_VALUE_STRING, 0, 0, fn_translate },
  { "boolean", 1, 1, QD_VALUE_BOOLEAN, 0, 0, fn_boolean, QD_LOGIC_BOOLEAN },
  { "not", 1, 1, QD_VALUE_BOOLEAN, 0, 0, fn_not, QD_LOGIC_NOT },
  { "true", 0, 0, QD_VALUE_BOOLEAN, 0, 0, fn_true },
  { "false", 0, 0, QD_VALUE_BOOLEAN, 0, 0, fn_false },
  { "lang", 1, 1, QD_VALUE_BOOLEAN, QD_FUNCTION_CONTEXT, 0, fn_lang },
  { "number", 0, 1, QD_VALUE_NUMBER, QD_FUNCTION_CONTEXT_IF_BARE, 0, fn_number },
  { "sum", 1, 1, QD_VALUE_NUMBER, QD_FUNCTION_NODES_FIRST, 0, fn_sum, QD_LOGIC_ALL_NODES },
  { "floor", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_floor },
  { "ceiling", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_ceiling },
  { "round", 1, 2, QD_VALUE_NUMBER, 0, 0, fn_round },
  { NULL }
};
