/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "qd-expr.h"

#include <math.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

/*
 * Random documents and expressions, evaluated here and by libxml2. What is left out, since the two are meant to differ:
 *  - concat() and join() of node-sets, round(x, n), position(node): ODK widens them;
 *  - texts that look like dates, which ODK counts in days;
 *  - texts of numbers with more than 15 digits or an exponent, and number() of texts with an exponent: libxml2 does not follow XPath 1.0;
 *  - the text "-", which libxml2 reads as a number, so that no text here begins with a minus sign;
 *  - `<` and the like between a boolean and a node-set: libxml2 compares the numbers of the nodes;
 *  - id() without a DTD: libxml2 finds nothing;
 *  - the following axis of attributes, where libxml2 forgets the content of their element;
 *  - `//.`, from which libxml2 leaves out the node itself;
 *  - the order of namespace nodes, which is not defined.
 */

#define DOCUMENTS 100
#define EXPRESSIONS 150

typedef struct
{
  GRand *random;
  GString *text;
} Maker;

static guint
pick (Maker *self, guint n)
{
  return (guint) g_rand_int_range (self->random, 0, (gint32) n);
}

#define PICK(self, array) (array)[pick ((self), G_N_ELEMENTS (array))]

static void
put (Maker *self, const char *text)
{
  g_string_append (self->text, text);
}

static const char *const names[] = { "a", "b", "c", "p:a", "row" };
static const char *const texts[] = { "", "1", "2", "2.5", " 4 ", "x", "ab", "x y", "0", "清", "NaN" };

static void
make_element (Maker *self, guint depth)
{
  const char *name = PICK (self, names);
  guint n = depth == 0 ? 0 : pick (self, 5);

  put (self, "<");
  put (self, name);
  if (pick (self, 3) == 0)
    g_string_append_printf (self->text, " n='%s'", PICK (self, texts));
  if (pick (self, 4) == 0)
    g_string_append_printf (self->text, " p:n='%s'", PICK (self, texts));
  if (pick (self, 9) == 0)
    put (self, pick (self, 2) ? " xml:lang='en'" : " xml:lang='zh-CN'");
  put (self, ">");
  if (n == 0)
    put (self, PICK (self, texts));
  for (guint i = 0; i < n; i++)
    switch (pick (self, 8))
      {
      case 0:
        put (self, PICK (self, texts));
        break;
      case 1:
        put (self, "<!--k-->");
        break;
      case 2:
        put (self, pick (self, 2) ? "<?go on?>" : "<?stop?>");
        break;
      default:
        make_element (self, depth - 1);
        break;
      }
  g_string_append_printf (self->text, "</%s>", name);
}

static void make_number (Maker *self, guint depth);
static void make_string (Maker *self, guint depth);
static void make_boolean (Maker *self, guint depth);

static void
make_predicate (Maker *self, guint depth)
{
  static const char *const indexes[] = { "1", "2", "last()", "position() = 2", "position() = last()", "position() < 3", "last() - 1", "position() mod 2 = 0" };

  put (self, "[");
  switch (pick (self, 4))
    {
    case 0:
      make_boolean (self, depth - 1);
      break;
    case 1:
      make_number (self, depth - 1);
      break;
    default:
      put (self, PICK (self, indexes));
      break;
    }
  put (self, "]");
}

static void
make_path (Maker *self, guint depth)
{
  static const char *const axes[] = { "", "", "", "child::", "descendant::", "descendant-or-self::", "self::", "parent::", "ancestor::", "ancestor-or-self::", "following-sibling::", "preceding-sibling::", "following::", "preceding::" };
  static const char *const tests[] = { "a", "b", "c", "row", "p:a", "p:*", "*", "*", "node()", "text()", "comment()", "processing-instruction()", "processing-instruction('go')" };
  static const char *const starts[] = { "", "", "/", "//", ".//", "./", "../" };
  guint n = 1 + pick (self, 3);

  if (depth > 1 && pick (self, 8) == 0)
    {
      put (self, "(");
      make_path (self, depth - 1);
      put (self, pick (self, 2) ? " | " : "|");
      make_path (self, depth - 1);
      put (self, ")");
      if (pick (self, 2))
        make_predicate (self, depth);
      if (pick (self, 2))
        return;
      put (self, "/");
    }
  else
    {
      put (self, PICK (self, starts));
    }
  for (guint i = 0; i < n; i++)
    {
      gboolean after_slashes = g_str_has_suffix (self->text->str, "//");

      if (i > 0)
        {
          after_slashes = pick (self, 5) == 0;
          put (self, after_slashes ? "//" : "/");
        }
      if (i == n - 1 && pick (self, 8) == 0)
        {
          put (self, pick (self, 2) ? "@n" : "@*");
        }
      else if (pick (self, 10) == 0)
        {
          put (self, pick (self, 2) && !after_slashes ? "." : "..");
          continue;
        }
      else
        {
          put (self, PICK (self, axes));
          put (self, PICK (self, tests));
        }
      if (depth > 1 && pick (self, 4) == 0)
        make_predicate (self, depth);
      if (depth > 1 && pick (self, 12) == 0)
        make_predicate (self, depth);
    }
}

static void
make_number (Maker *self, guint depth)
{
  static const char *const literals[] = { "0", "1", "2", "3", "0.5", "2.25", "10", ".5", "7." };
  static const char *const operators[] = { " + ", " - ", " * ", " mod " };
  static const char *const functions[] = { "floor(", "ceiling(", "round(", "-(", "number(" };

  switch (depth <= 1 ? 0 : pick (self, 9))
    {
    case 1:
      make_number (self, depth - 1);
      put (self, PICK (self, operators));
      make_number (self, depth - 1);
      break;
    case 2:
      make_number (self, depth - 1);
      put (self, pick (self, 2) ? " div 2" : " div 0");
      break;
    case 3:
      put (self, PICK (self, functions));
      make_number (self, depth - 1);
      put (self, ")");
      break;
    case 4:
      put (self, "count(");
      make_path (self, depth - 1);
      put (self, ")");
      break;
    case 5:
      put (self, "sum(");
      make_path (self, depth - 1);
      put (self, ")");
      break;
    case 6:
      put (self, "string-length(");
      make_string (self, depth - 1);
      put (self, ")");
      break;
    case 7:
      put (self, "number(");
      make_path (self, depth - 1);
      put (self, ")");
      break;
    case 8:
      put (self, "(");
      make_number (self, depth - 1);
      put (self, ")");
      break;
    default:
      put (self, PICK (self, literals));
      break;
    }
}

static void
make_string (Maker *self, guint depth)
{
  static const char *const pairs[] = { "substring-before(", "substring-after(", "concat(" };
  static const char *const namers[] = { "name(", "local-name(", "namespace-uri(", "string(" };

  switch (depth <= 1 ? 0 : pick (self, 7))
    {
    case 1:
      put (self, PICK (self, pairs));
      make_string (self, depth - 1);
      put (self, ", ");
      make_string (self, depth - 1);
      put (self, ")");
      break;
    case 2:
      put (self, PICK (self, namers));
      make_path (self, depth - 1);
      put (self, ")");
      break;
    case 3:
      put (self, "normalize-space(");
      make_string (self, depth - 1);
      put (self, ")");
      break;
    case 4:
      put (self, "translate(");
      make_string (self, depth - 1);
      put (self, ", 'ab清', 'x')");
      break;
    case 5:
      put (self, "substring(");
      make_string (self, depth - 1);
      put (self, ", ");
      make_number (self, 1);
      if (pick (self, 2))
        {
          put (self, ", ");
          make_number (self, 1);
        }
      put (self, ")");
      break;
    case 6:
      put (self, "string(");
      make_boolean (self, depth - 1);
      put (self, ")");
      break;
    default:
      g_string_append_printf (self->text, "'%s'", PICK (self, texts));
      break;
    }
}

static void
make_boolean (Maker *self, guint depth)
{
  static const char *const orders[] = { " = ", " != ", " < ", " <= ", " > ", " >= " };
  static const char *const pairs[] = { "contains(", "starts-with(" };

  switch (depth <= 1 ? 0 : pick (self, 11))
    {
    case 1:
      make_boolean (self, depth - 1);
      put (self, pick (self, 2) ? " and " : " or ");
      make_boolean (self, depth - 1);
      break;
    case 2:
      put (self, "not(");
      make_boolean (self, depth - 1);
      put (self, ")");
      break;
    case 3:
      make_path (self, depth - 1);
      put (self, PICK (self, orders));
      make_number (self, depth - 1);
      break;
    case 4:
      make_path (self, depth - 1);
      put (self, PICK (self, orders));
      make_path (self, depth - 1);
      break;
    case 5:
      make_path (self, depth - 1);
      put (self, PICK (self, orders));
      make_string (self, depth - 1);
      break;
    case 6:
      make_number (self, depth - 1);
      put (self, PICK (self, orders));
      make_string (self, depth - 1);
      break;
    case 7:
      put (self, PICK (self, pairs));
      make_string (self, depth - 1);
      put (self, ", ");
      make_string (self, depth - 1);
      put (self, ")");
      break;
    case 8:
      put (self, "boolean(");
      make_path (self, depth - 1);
      put (self, pick (self, 2) ? ") = true()" : ") != false()");
      break;
    case 9:
      put (self, pick (self, 2) ? "lang('en')" : "lang('zh')");
      break;
    case 10:
      put (self, "(");
      make_path (self, depth - 1);
      put (self, pick (self, 2) ? " = false())" : " != true())");
      break;
    default:
      put (self, pick (self, 2) ? "true()" : "false()");
      break;
    }
}

static void
append_number (GString *text, double value)
{
  if (isnan (value))
    g_string_append (text, "NaN");
  else
    g_string_append_printf (text, "%.14g", value);
}

/* The peer's side. */

static gboolean
is_alike (const xmlNode *a, const xmlNode *b)
{
  return a->type == b->type && (a->type != XML_PI_NODE || xmlStrEqual (a->name, b->name));
}

static void
append_peer_path (const xmlNode *node, GString *path)
{
  guint position = 1;

  if (node->type == XML_DOCUMENT_NODE)
    return;
  append_peer_path (node->parent, path);
  for (const xmlNode *sibling = node->prev; sibling != NULL && node->type != XML_ATTRIBUTE_NODE; sibling = sibling->prev)
    if (is_alike (sibling, node))
      position++;
  switch ((int) node->type)
    {
    case XML_ATTRIBUTE_NODE:
      g_string_append_printf (path, "/@*[name()='%s%s%s']", node->ns == NULL ? "" : (const char *) node->ns->prefix, node->ns == NULL ? "" : ":", (const char *) node->name);
      break;
    case XML_TEXT_NODE:
      g_string_append_printf (path, "/text()[%u]", position);
      break;
    case XML_COMMENT_NODE:
      g_string_append_printf (path, "/comment()[%u]", position);
      break;
    case XML_PI_NODE:
      g_string_append_printf (path, "/processing-instruction('%s')[%u]", (const char *) node->name, position);
      break;
    default:
      g_string_append_printf (path, "/*[%u]", position);
      break;
    }
}

static char *
peer_result (xmlXPathContext *context, const char *text)
{
  xmlXPathObject *object = xmlXPathEvalExpression ((const xmlChar *) text, context);
  GString *result = g_string_new (NULL);

  if (object == NULL)
    {
      g_string_append (result, "error");
      return g_string_free (result, FALSE);
    }
  switch ((int) object->type)
    {
    case XPATH_NODESET:
      xmlXPathNodeSetSort (object->nodesetval);
      for (int i = 0; object->nodesetval != NULL && i < object->nodesetval->nodeNr; i++)
        {
          gsize before = result->len;

          append_peer_path (object->nodesetval->nodeTab[i], result);
          g_string_append (result, before == result->len ? "/ " : " ");
        }
      break;
    case XPATH_BOOLEAN:
      g_string_append (result, object->boolval ? "true" : "false");
      break;
    case XPATH_NUMBER:
      append_number (result, object->floatval);
      break;
    default:
      g_string_append (result, (const char *) object->stringval);
      break;
    }
  xmlXPathFreeObject (object);
  return g_string_free (result, FALSE);
}

/* Our side. */

static const char *
find_prefix (const char *prefix, gpointer user_data)
{
  return strcmp (prefix, "p") == 0 ? g_intern_static_string ("urn:p") : NULL;
}

static char *
own_result (QdTreeNode *node, const char *text, char kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdExpr) expr = qd_expr_parse (text, find_prefix, NULL, &error);
  QdContext context = { .node = node, .current = node, .position = 1, .size = 1 };
  GString *result;
  gboolean boolean;
  QdNumber number;

  g_assert_no_error (error);
  if (kind == 's')
    {
      char *string = qd_expr_eval_string (expr, &context, &error);

      g_assert_no_error (error);
      return string;
    }
  result = g_string_new (NULL);
  if (kind == 'b')
    {
      qd_expr_eval_boolean (expr, &context, &boolean, &error);
      g_assert_no_error (error);
      g_string_append (result, boolean ? "true" : "false");
    }
  else if (kind == 'n')
    {
      qd_expr_eval_number (expr, &context, &number, &error);
      g_assert_no_error (error);
      append_number (result, number.value);
    }
  else
    {
      g_autoptr (GPtrArray) nodes = qd_expr_eval_nodes (expr, &context, &error);

      g_assert_no_error (error);
      for (guint i = 0; i < nodes->len; i++)
        {
          g_autofree char *path = qd_tree_node_dup_path (nodes->pdata[i]);

          g_string_append_printf (result, "%s ", path);
        }
    }
  return g_string_free (result, FALSE);
}

static void
collect (QdTreeNode *node, const xmlNode *peer, GPtrArray *nodes, GPtrArray *peers)
{
  const xmlNode *child = peer->children;

  g_ptr_array_add (nodes, node);
  g_ptr_array_add (peers, (gpointer) peer);
  for (guint i = 0; i < node->n_children; i++, child = child->next)
    collect (node->children[i], child, nodes, peers);
}

static void
test_random (void)
{
  static const char kinds[] = "pnbs";
  guint disagreements = 0, checked = 0;

  for (guint d = 0; d < DOCUMENTS; d++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (20260815 + d);
      g_autoptr (GString) xml = g_string_new ("<?go first?><top xmlns:p='urn:p' n='1'>");
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GPtrArray) nodes = g_ptr_array_new (), peers = g_ptr_array_new ();
      Maker maker = { random, xml };
      g_autoptr (QdTree) tree = NULL;
      xmlXPathContext *context;
      xmlDoc *doc;

      for (guint i = 0; i < 4; i++)
        make_element (&maker, 3);
      g_string_append (xml, "</top><!--end-->");
      tree = qd_tree_parse (xml->str, -1, QD_TREE_FULL, NULL);
      g_assert_nonnull (tree);
      doc = xmlReadMemory (xml->str, (int) xml->len, NULL, NULL, XML_PARSE_NONET);
      g_assert_nonnull (doc);
      collect (qd_tree_get_document (tree), (xmlNode *) doc, nodes, peers);
      context = xmlXPathNewContext (doc);
      xmlXPathRegisterNs (context, (const xmlChar *) "p", (const xmlChar *) "urn:p");
      maker.text = text;
      for (guint e = 0; e < EXPRESSIONS; e++)
        {
          guint at = pick (&maker, nodes->len);
          char kind = kinds[pick (&maker, 4)];
          g_autofree char *own = NULL, *peer = NULL;

          g_string_truncate (text, 0);
          if (kind == 'p')
            make_path (&maker, 3);
          else if (kind == 'n')
            make_number (&maker, 4);
          else if (kind == 'b')
            make_boolean (&maker, 4);
          else
            make_string (&maker, 4);
          if (strchr (text->str, '@') != NULL && strstr (text->str, "following::") != NULL)
            continue;
          context->node = peers->pdata[at];
          peer = peer_result (context, text->str);
          own = own_result (nodes->pdata[at], text->str, kind);
          checked++;
          if (strcmp (own, peer) != 0 && disagreements++ < 20)
            g_test_message ("document %u, node %u: %s\n  here: %s\n  peer: %s", d, at, text->str, own, peer);
        }
      xmlXPathFreeContext (context);
      xmlFreeDoc (doc);
    }
  g_test_message ("%u expressions, %u disagreements", checked, disagreements);
  g_assert_cmpuint (disagreements, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expr-peer/random", test_random);
  return g_test_run ();
}
