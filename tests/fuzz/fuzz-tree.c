/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "qd-expr.h"
#include "qd-tree.h"

static void
check_paths (QdTreeNode *document, QdTreeNode *node, guint *left)
{
  g_autofree char *path = qd_tree_node_dup_path (node);
  g_autoptr (QdExpr) expr = NULL;
  g_autoptr (GPtrArray) found = NULL;
  QdContext context = { .node = document, .position = 1, .size = 1 };

  if (*left == 0 || strlen (path) > 400)
    return;
  (*left)--;
  expr = qd_expr_parse (path, NULL, NULL, NULL);
  g_assert_nonnull (expr);
  found = qd_expr_eval_nodes (expr, &context, NULL);
  g_assert_nonnull (found);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_true (found->pdata[0] == node);
  for (guint i = 0; i < node->n_children; i++)
    check_paths (document, node->children[i], left);
}

/* What parses is written, parsed and written again: the two texts are the same. A node's path leads to it. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  for (QdTreeMode mode = QD_TREE_COMPACT; mode <= QD_TREE_FULL; mode++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QdTree) tree = qd_tree_parse ((const char *) data, (gssize) size, mode, &error), again = NULL;
      g_autofree char *first = NULL, *second = NULL, *value = NULL;
      guint left = 100;

      if (tree == NULL)
        {
          g_assert_true (error->domain == QD_XML_ERROR);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          continue;
        }
      first = qd_tree_node_to_xml (qd_tree_get_document (tree), FALSE);
      g_assert_true (g_utf8_validate (first, -1, NULL));
      again = qd_tree_parse (first, -1, mode, &error);
      g_assert_no_error (error);
      second = qd_tree_node_to_xml (qd_tree_get_document (again), FALSE);
      g_assert_cmpstr (first, ==, second);
      value = qd_tree_node_dup_string (qd_tree_get_document (tree));
      g_assert_true (g_utf8_validate (value, -1, NULL));
      if (mode == QD_TREE_FULL)
        check_paths (qd_tree_get_document (tree), qd_tree_get_document (tree), &left);
      qd_tree_insert_copy (tree, qd_tree_get_root (tree), 0, qd_tree_get_root (tree));
      qd_tree_remove (tree, qd_tree_get_root (tree));
    }
  return 0;
}
