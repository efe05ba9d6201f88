/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "qd-expr.h"

#define DOCUMENT "<d xmlns:p='urn:p' xml:lang='zh'><a id='1'>1</a><a>2.50</a><b><c>x y</c><c/></b><p:e p:f='g'>t<u/>v<!--w--><?z?></p:e><t>2026-11-24</t></d>"

static const char *
find_prefix (const char *prefix, gpointer user_data)
{
  return strcmp (prefix, "p") == 0 ? "urn:p" : NULL;
}

static void
check_error (GError **error)
{
  g_assert_nonnull (*error);
  g_assert_true ((*error)->domain == QD_EXPR_ERROR);
  g_assert_true (g_utf8_validate ((*error)->message, -1, NULL));
  g_clear_error (error);
}

/* The input is the expression. Whatever parses is evaluated for all types, and its paths are looked at. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const QdEnvClass no_hooks;
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdExpr) expr = qd_expr_parse (text, find_prefix, NULL, &error);
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 11, 24, 8, 30, 0);
  QdEnv env = { .klass = &no_hooks, .now = now, .language = "zh-CN" };
  g_autoptr (QdTree) tree = NULL;
  g_autoptr (GPtrArray) nodes = NULL;
  g_autofree char *string = NULL;
  QdContext context = { .env = &env, .position = 1, .size = 1 };
  gboolean boolean;
  QdNumber number;

  if (expr == NULL)
    {
      check_error (&error);
      return 0;
    }
  for (guint i = 0; i < qd_expr_get_n_paths (expr); i++)
    g_assert_cmpint (qd_expr_get_path (expr, i)->outer, <, (int) i);
  tree = qd_tree_parse (DOCUMENT, -1, size % 2 ? QD_TREE_FULL : QD_TREE_COMPACT, NULL);
  context.node = context.current = qd_tree_get_root (tree);
  string = qd_expr_eval_string (expr, &context, &error);
  if (string == NULL)
    check_error (&error);
  else
    g_assert_true (g_utf8_validate (string, -1, NULL));
  if (!qd_expr_eval_boolean (expr, &context, &boolean, &error))
    check_error (&error);
  if (!qd_expr_eval_number (expr, &context, &number, &error))
    {
      check_error (&error);
    }
  else
    {
      g_autofree char *written = qd_number_to_string (&number);
      QdNumber again;

      /* What is written reads back as the same number. */
      qd_number_parse (&again, written);
      if (number.value == number.value && number.value - number.value == 0)
        g_assert_true (again.value == number.value);
    }
  nodes = qd_expr_eval_nodes (expr, &context, &error);
  if (nodes == NULL)
    check_error (&error);
  else if (strstr (text, "randomize") == NULL)
    for (guint i = 1; i < nodes->len; i++)
      g_assert_cmpint (qd_tree_node_compare (nodes->pdata[i - 1], nodes->pdata[i]), <, 0);
  return 0;
}
