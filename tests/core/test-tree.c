/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "qd-tree.h"

#include <string.h>

static const struct
{
  const char *name;
  QdTreeMode mode;
  const char *xml;
  const char *written; /* NULL: the error below */
  QdXmlError code;
  const char *place; /* what the message begins with */
} parse_rows[] = {
  { "leaf", QD_TREE_COMPACT, "<a>x</a>", "<a>x</a>" },
  { "layout", QD_TREE_COMPACT, "<a>\n  <b> 1 </b>\n <!-- c --><c/>\n</a>", "<a><b> 1 </b><c></c></a>" },
  { "mixed", QD_TREE_COMPACT, "<a> <o/> <p/>t</a>", "<a> <o></o> <p></p>t</a>" },
  { "comment in leaf", QD_TREE_COMPACT, "<a>x<!-- c -->y</a>", "<a>xy</a>" },
  { "full", QD_TREE_FULL, "<?t d?><a>\n<b/><!--c--></a>", "<?t d?>\n<a>\n<b></b><!--c--></a>" },
  { "cdata", QD_TREE_FULL, "<a><![CDATA[<&]]>x</a>", "<a>&lt;&amp;x</a>" },
  { "entities", QD_TREE_COMPACT, "<a b='&quot;&#10;&lt;'>&amp;&#x6e05;&gt;</a>", "<a b=\"&quot;&#xA;&lt;\">&amp;清&gt;</a>" },
  { "ampersands", QD_TREE_COMPACT, "<a b='&amp;&#38;&#x26;#38;&amp;amp;'>&amp;#38;</a>", "<a b=\"&amp;&amp;&amp;#38;&amp;amp;\">&amp;#38;</a>" },
  { "attribute order", QD_TREE_COMPACT, "<a xmlns:z='u:1' xmlns:y='u:2' y:a='1' z:b='2' c='3'/>", "<a xmlns:y=\"u:2\" xmlns:z=\"u:1\" c=\"3\" z:b=\"2\" y:a=\"1\"></a>" },
  { "namespaces where used", QD_TREE_COMPACT, "<a xmlns='u:d' xmlns:p='u:p'><p:b/><p:b/><c xmlns=''/></a>", "<a xmlns=\"u:d\"><p:b xmlns:p=\"u:p\"></p:b><p:b xmlns:p=\"u:p\"></p:b><c xmlns=\"\"></c></a>" },
  { "xml:lang", QD_TREE_COMPACT, "<a xml:lang='zh'/>", "<a xml:lang=\"zh\"></a>" },
  { "declared encoding", QD_TREE_COMPACT, "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>", "<a>é</a>" },
  { "empty", QD_TREE_COMPACT, "", NULL, QD_XML_ERROR_SYNTAX, "Line 1, column 1: " },
  { "text only", QD_TREE_COMPACT, "hello", NULL, QD_XML_ERROR_SYNTAX, "Line 1, column 1: " },
  { "not closed", QD_TREE_COMPACT, "<a>\n<b></a>", NULL, QD_XML_ERROR_SYNTAX, "Line 2, column " },
  { "two roots", QD_TREE_COMPACT, "<a/><b/>", NULL, QD_XML_ERROR_SYNTAX, "Line 1, column " },
  { "prefix", QD_TREE_COMPACT, "<a><p:b/></a>", NULL, QD_XML_ERROR_SYNTAX, "Line 1, column " },
  { "bad byte", QD_TREE_COMPACT, "<a>\xff</a>", NULL, QD_XML_ERROR_SYNTAX, "Line 1, column " },
  { "control character", QD_TREE_COMPACT, "<a>&#1;</a>", NULL, QD_XML_ERROR_SYNTAX, "Line 1, column " },
  { "doctype", QD_TREE_COMPACT, "<!DOCTYPE a><a/>", NULL, QD_XML_ERROR_FORBIDDEN, "Line 1, column " },
  { "external entity", QD_TREE_FULL, "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/hostname'>]><a>&e;</a>", NULL, QD_XML_ERROR_FORBIDDEN, "Line 1, column " },
  { "unknown entity", QD_TREE_FULL, "<a>&e;</a>", NULL, QD_XML_ERROR_SYNTAX, "Line 1, column " },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (parse_rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QdTree) tree = qd_tree_parse (parse_rows[i].xml, -1, parse_rows[i].mode, &error);
      g_autofree char *text = NULL;

      g_test_message ("%s: %s", parse_rows[i].name, error == NULL ? "" : error->message);
      if (parse_rows[i].written == NULL)
        {
          g_assert_null (tree);
          g_assert_error (error, QD_XML_ERROR, (int) parse_rows[i].code);
          g_assert_true (g_str_has_prefix (error->message, parse_rows[i].place));
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          continue;
        }
      g_assert_no_error (error);
      text = qd_tree_node_to_xml (qd_tree_get_document (tree), FALSE);
      g_assert_cmpstr (text, ==, parse_rows[i].written);
    }
}

static void
test_limits (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) deep = g_string_new (NULL);

  for (guint i = 0; i < 5000; i++)
    g_string_append (deep, "<a>");
  g_assert_null (qd_tree_parse (deep->str, -1, QD_TREE_FULL, &error));
  g_assert_error (error, QD_XML_ERROR, QD_XML_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_string_truncate (deep, 0);
  g_string_append (deep, "<a");
  for (guint i = 0; i < 2000; i++)
    g_string_append_printf (deep, " b%u=''", i);
  g_string_append (deep, "/>");
  g_assert_null (qd_tree_parse (deep->str, -1, QD_TREE_FULL, &error));
  g_assert_error (error, QD_XML_ERROR, QD_XML_ERROR_TOO_LARGE);
}

static void
assert_xml (QdTree *tree, const char *expected)
{
  g_autofree char *text = qd_tree_node_to_xml (qd_tree_get_document (tree), FALSE);

  g_assert_cmpstr (text, ==, expected);
}

/* Checks parent and index of everything below. */
static void
assert_consistent (const QdTreeNode *node)
{
  for (guint i = 0; i < node->n_attributes; i++)
    {
      g_assert_true (node->attributes[i]->parent == node);
      g_assert_cmpuint (node->attributes[i]->index, ==, i);
    }
  for (guint i = 0; i < node->n_children; i++)
    {
      g_assert_true (node->children[i]->parent == node);
      g_assert_cmpuint (node->children[i]->index, ==, i);
      assert_consistent (node->children[i]);
    }
}

static void
test_edit (void)
{
  g_autoptr (QdTree) tree = qd_tree_parse ("<d><row t='1'><q>1</q></row><end/></d>", -1, QD_TREE_COMPACT, NULL);
  QdTreeNode *root = qd_tree_get_root (tree), *row = root->children[0], *copy;

  row->flags = QD_TREE_FLAG_TEMPLATE;
  copy = qd_tree_insert_copy (tree, root, 1, row);
  g_assert_cmpuint (copy->flags, ==, 0);
  qd_tree_set_value (tree, qd_tree_node_find_child (copy, NULL, "q"), "2 < 3");
  qd_tree_set_attribute (tree, copy, NULL, NULL, "t", NULL);
  qd_tree_set_attribute (tree, copy, "urn:x", "x", "na", "why");
  assert_xml (tree, "<d><row t=\"1\"><q>1</q></row><row xmlns:x=\"urn:x\" x:na=\"why\"><q>2 &lt; 3</q></row><end></end></d>");
  g_assert_cmpstr (qd_tree_node_get_attribute (copy, "urn:x", "na"), ==, "why");
  g_assert_null (qd_tree_node_get_attribute (copy, NULL, "na"));

  qd_tree_move (tree, copy, 2);
  qd_tree_move (tree, copy, 0);
  qd_tree_set_attribute (tree, copy, "urn:x", NULL, "na", NULL);
  assert_xml (tree, "<d><row><q>2 &lt; 3</q></row><row t=\"1\"><q>1</q></row><end></end></d>");
  qd_tree_remove (tree, copy);
  for (guint i = 0; i < 600; i++)
    qd_tree_append_element (tree, root, "urn:y", NULL, "y");
  while (root->n_children > 3)
    qd_tree_remove (tree, root->children[2]);
  assert_consistent (qd_tree_get_document (tree));
  assert_xml (tree, "<d><row t=\"1\"><q>1</q></row><end></end><y xmlns=\"urn:y\"></y></d>");

  row->flags = QD_TREE_FLAG_IRRELEVANT;
  {
    g_autofree char *kept = qd_tree_node_to_xml (root, TRUE);
    g_autofree char *value = qd_tree_node_dup_string (root);

    g_assert_cmpstr (kept, ==, "<d><end></end><y xmlns=\"urn:y\"></y></d>");
    g_assert_cmpstr (value, ==, "");
    g_assert_cmpstr (qd_tree_node_peek_string (row), ==, "");
  }
}

static void
test_clashing_prefixes (void)
{
  g_autoptr (QdTree) tree = qd_tree_new ();
  QdTreeNode *root = qd_tree_append_element (tree, qd_tree_get_document (tree), "urn:a", "p", "r");

  qd_tree_set_attribute (tree, root, "urn:b", "p", "x", "1");
  qd_tree_set_attribute (tree, root, "urn:c", NULL, "y", "2");
  assert_xml (tree, "<p:r xmlns:ns0=\"urn:b\" xmlns:ns1=\"urn:c\" xmlns:p=\"urn:a\" ns0:x=\"1\" ns1:y=\"2\"></p:r>");
}

static void
collect (QdTreeNode *node, GPtrArray *all)
{
  g_ptr_array_add (all, node);
  for (guint i = 0; i < node->n_attributes; i++)
    g_ptr_array_add (all, node->attributes[i]);
  for (guint i = 0; i < node->n_children; i++)
    collect (node->children[i], all);
}

static void
test_order_and_paths (void)
{
  static const char *const paths[] = {
    "/", "/comment()[1]", "/*[1]", "/*[1]/@*[name()='p:a']", "/*[1]/text()[1]", "/*[1]/*[1]", "/*[1]/*[1]/@*[name()='c']", "/*[1]/text()[2]", "/*[1]/processing-instruction('t')[1]", "/*[1]/processing-instruction('u')[1]", "/*[1]/processing-instruction('t')[2]", "/*[1]/*[2]"
  };
  g_autoptr (QdTree) tree = qd_tree_parse ("<!--x--><r xmlns:p='u' p:a='1'>t<b c='2'/>u<?t?><?u?><?t?><b/></r>", -1, QD_TREE_FULL, NULL);
  g_autoptr (QdTree) other = qd_tree_new ();
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  collect (qd_tree_get_document (tree), all);
  g_assert_cmpuint (all->len, ==, G_N_ELEMENTS (paths));
  for (guint i = 0; i < all->len; i++)
    {
      g_autofree char *path = qd_tree_node_dup_path (all->pdata[i]);

      g_assert_cmpstr (path, ==, paths[i]);
      for (guint j = 0; j < all->len; j++)
        {
          int order = qd_tree_node_compare (all->pdata[i], all->pdata[j]);

          g_assert_cmpint (order < 0 ? -1 : order > 0, ==, i < j ? -1 : i > j);
        }
    }
  g_assert_cmpint (qd_tree_node_compare (all->pdata[3], qd_tree_get_document (other)), <, 0);
  g_assert_cmpint (qd_tree_node_compare (qd_tree_get_document (other), all->pdata[3]), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tree/parse", test_parse);
  g_test_add_func ("/tree/limits", test_limits);
  g_test_add_func ("/tree/edit", test_edit);
  g_test_add_func ("/tree/clashing-prefixes", test_clashing_prefixes);
  g_test_add_func ("/tree/order-and-paths", test_order_and_paths);
  return g_test_run ();
}
