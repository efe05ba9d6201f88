/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-truth-names"
#include "config.h"
#include "qd-expr-truth-private.h"

#include <string.h>

static gboolean
is_call (const QdExprNode *node, const char *name)
{
  return node->kind == QD_NODE_CALL && strcmp (node->call.function->name, name) == 0;
}

/* Names in the syntax tree, for those who load rules. */

typedef void (*VisitNode) (const QdExprNode *node, gpointer data);

static void
visit_node (const QdExprNode *node, VisitNode visit, gpointer data)
{
  visit (node, data);
  for (guint i = 0; i < node->n; i++)
    visit_node (node->items[i], visit, data);
  if (node->kind != QD_NODE_PATH)
    return;
  if (node->path->base != NULL)
    visit_node (node->path->base, visit, data);
  for (guint p = 0; p < node->path->n_base_predicates; p++)
    visit_node (node->path->base_predicates[p].node, visit, data);
  for (guint i = 0; i < node->path->n_steps; i++)
    for (guint p = 0; p < node->path->steps[i].n_predicates; p++)
      visit_node (node->path->steps[i].predicates[p].node, visit, data);
}

typedef struct
{
  const char *name;
  GPtrArray *found;
} Names;

static void
add_unique (GPtrArray *array, const char *text)
{
  const char *interned = g_intern_string (text);

  if (!g_ptr_array_find (array, interned, NULL))
    g_ptr_array_add (array, (gpointer) interned);
}

static void
visit_call_name (const QdExprNode *node, gpointer data)
{
  Names *names = data;

  if (is_call (node, names->name) && node->n > 0 && node->items[0]->kind == QD_NODE_STRING)
    add_unique (names->found, node->items[0]->string);
}

GPtrArray *
qd_expr_list_names (const QdExpr *self, const char *function)
{
  Names names = { function, g_ptr_array_new () };

  visit_node (self->root, visit_call_name, &names);
  return names.found;
}

static void
visit_call (const QdExprNode *node, gpointer data)
{
  Names *names = data;

  if (is_call (node, names->name))
    g_ptr_array_add (names->found, (gpointer) node);
}

gboolean
qd_expr_calls (const QdExpr *self, const char *function)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  Names names = { function, found };

  visit_node (self->root, visit_call, &names);
  return found->len > 0;
}

static gboolean
ends_in (const QdExprNode *node, const char *name)
{
  const QdStep *last;

  if (node->kind != QD_NODE_PATH || node->path->n_steps == 0)
    return FALSE;
  last = &node->path->steps[node->path->n_steps - 1];
  return last->test == QD_TEST_NAME && strcmp (last->name, name) == 0;
}

static void
visit_literal (const QdExprNode *node, gpointer data)
{
  Names *names = data;

  if (node->kind != QD_NODE_EQUAL)
    return;
  for (guint side = 0; side < 2; side++)
    if (node->items[1 - side]->kind == QD_NODE_STRING && ends_in (node->items[side], names->name))
      add_unique (names->found, node->items[1 - side]->string);
}

GPtrArray *
qd_expr_list_literals (const QdExpr *self, const char *name)
{
  Names names = { name, g_ptr_array_new () };

  visit_node (self->root, visit_literal, &names);
  return names.found;
}
