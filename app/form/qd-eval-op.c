/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-eval-op"
#include "config.h"
#include "qd-eval-op.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "qd-expr.h"
#include "qd-tree.h"

static const char *
get_text (JsonObject *request, const char *name, const char *fallback, GError **error)
{
  JsonNode *node = json_object_get_member (request, name);

  if (node == NULL && fallback != NULL)
    return fallback;
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    {
      g_set_error (error, QD_EXPR_ERROR, QD_EXPR_ERROR_ARGUMENTS, _ ("The request lacks the text “%s”."), name);
      return NULL;
    }
  return json_node_get_string (node);
}

static const char *
find_prefix (const char *prefix, gpointer user_data)
{
  JsonObject *namespaces = user_data;
  JsonNode *node = namespaces == NULL ? NULL : json_object_get_member (namespaces, prefix);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return g_intern_string (json_node_get_string (node));
}

static QdTreeNode *
find_instance (QdTreeNode *node, const char *id)
{
  const char *own = node->kind == QD_TREE_ELEMENT && strcmp (node->name, "instance") == 0 ? qd_tree_node_get_attribute (node, NULL, "id") : NULL;

  if (own != NULL && strcmp (own, id) == 0)
    return node;
  for (guint i = 0; i < node->n_children; i++)
    {
      QdTreeNode *found = find_instance (node->children[i], id);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* When the document is a form, its secondary instances are where they stand. */
static QdTreeNode *
instance_of_document (QdEnv *env, const char *id)
{
  return find_instance (qd_tree_get_document (env->user_data), id);
}

static JsonNode *
number_node (const QdNumber *number)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  if (isnan (number->value))
    json_node_set_string (node, "NaN");
  else if (isinf (number->value))
    json_node_set_string (node, number->value < 0 ? "-Infinity" : "Infinity");
  else if (number->value == 0 && signbit (number->value))
    json_node_set_string (node, "-0");
  else if (fabs (number->value) < 9007199254740992.0 && number->value == trunc (number->value))
    json_node_set_int (node, (gint64) number->value);
  else
    json_node_set_double (node, number->value);
  return node;
}

static JsonNode *
paths_node (GPtrArray *nodes)
{
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_sized_new (nodes->len);

  for (guint i = 0; i < nodes->len; i++)
    {
      g_autofree char *path = qd_tree_node_dup_path (nodes->pdata[i]);

      json_array_add_string_element (array, path);
    }
  json_node_take_array (node, array);
  return node;
}

static JsonNode *
evaluate (const QdExpr *expr, const QdContext *context, const char *want, GError **error)
{
  g_autoptr (GPtrArray) nodes = NULL;
  g_autofree char *text = NULL;
  gboolean boolean;
  QdNumber number;

  if (strcmp (want, "number") == 0)
    return qd_expr_eval_number (expr, context, &number, error) ? number_node (&number) : NULL;
  if (strcmp (want, "boolean") == 0)
    return qd_expr_eval_boolean (expr, context, &boolean, error) ? json_node_init_boolean (json_node_alloc (), boolean) : NULL;
  if (strcmp (want, "string") == 0)
    {
      text = qd_expr_eval_string (expr, context, error);
      return text == NULL ? NULL : json_node_init_string (json_node_alloc (), text);
    }
  if (strcmp (want, "nodes") == 0)
    {
      nodes = qd_expr_eval_nodes (expr, context, error);
      return nodes == NULL ? NULL : paths_node (nodes);
    }
  g_set_error (error, QD_EXPR_ERROR, QD_EXPR_ERROR_ARGUMENTS, _ ("“want” is number, string, boolean or nodes, not “%s”."), want);
  return NULL;
}

JsonNode *
qd_engine_eval (JsonObject *request, GError **error)
{
  static const QdEnvClass hooks = { .instance = instance_of_document };
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  QdEnv env = { .klass = &hooks, .now = now };
  QdContext context = { .env = &env, .position = 1, .size = 1 };
  g_autoptr (QdTree) tree = NULL;
  g_autoptr (QdExpr) where = NULL, expr = NULL;
  g_autoptr (GPtrArray) found = NULL;
  JsonNode *ns_node = json_object_get_member (request, "ns");
  JsonObject *namespaces = ns_node != NULL && JSON_NODE_HOLDS_OBJECT (ns_node) ? json_node_get_object (ns_node) : NULL;
  const char *xml = get_text (request, "xml", NULL, error), *path, *text, *want;

  if (xml == NULL || (path = get_text (request, "context", "/", error)) == NULL || (text = get_text (request, "expr", NULL, error)) == NULL ||
      (want = get_text (request, "want", "string", error)) == NULL)
    return NULL;
  tree = qd_tree_parse (xml, -1, QD_TREE_FULL, error);
  if (tree == NULL)
    return NULL;
  env.user_data = tree;
  context.node = qd_tree_get_document (tree);
  where = qd_expr_parse (path, find_prefix, namespaces, error);
  if (where == NULL)
    return NULL;
  found = qd_expr_eval_nodes (where, &context, error);
  if (found == NULL)
    return NULL;
  if (found->len == 0)
    {
      g_set_error (error, QD_EXPR_ERROR, QD_EXPR_ERROR_UNKNOWN_NODE, _ ("The document has no node “%s”."), path);
      return NULL;
    }
  context.node = context.current = found->pdata[0];
  expr = qd_expr_parse (text, find_prefix, namespaces, error);
  return expr == NULL ? NULL : evaluate (expr, &context, want, error);
}
