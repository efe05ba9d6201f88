/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags with floods of attributes never reach a parser, whatever stands around them and however the text is cut. */
#include "config.h"

#include "qd-form.h"
#include "qd-tree.h"
#include "qd-xml-guard.h"

#include <string.h>

static char *
dup_flood (const char *before, guint n, const char *after)
{
  GString *text = g_string_new (before);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, " a%u='>'", i);
  g_string_append (text, after);
  return g_string_free (text, FALSE);
}

static const struct
{
  const char *name, *before, *after;
  guint n;
  gboolean good;
} cases[] = {
  { "none", "<a", "/>", 0, TRUE },
  { "at the limit", "<a", "/>", QD_XML_MAX_ATTRIBUTES, TRUE },
  { "over the limit", "<a", "/>", QD_XML_MAX_ATTRIBUTES + 1, FALSE },
  { "never closed", "<a", "", QD_XML_MAX_ATTRIBUTES + 1, FALSE },
  { "in a comment", "<a><!-- it's <b", "--></a>", QD_XML_MAX_ATTRIBUTES + 1, TRUE },
  { "behind a comment", "<a><!-- it's ---><b", "/></a>", QD_XML_MAX_ATTRIBUTES + 1, FALSE },
  { "behind what only looks like the end", "<a><!-- -- > ->  --><b", "/></a>", QD_XML_MAX_ATTRIBUTES + 1, FALSE },
  { "in a CDATA section", "<a><![CDATA[ it's <b", "]]></a>", QD_XML_MAX_ATTRIBUTES + 1, TRUE },
  { "behind a CDATA section", "<a><![CDATA[ it's ]]]]><b", "/></a>", QD_XML_MAX_ATTRIBUTES + 1, FALSE },
  { "in an instruction", "<?x it's <b", "?><a/>", QD_XML_MAX_ATTRIBUTES + 1, TRUE },
  { "behind an instruction", "<?x it's ?\?><a", "/>", QD_XML_MAX_ATTRIBUTES + 1, FALSE },
  { "in text", "<a>", "</a>", QD_XML_MAX_ATTRIBUTES + 1, TRUE },
  { "behind a tag whose value holds a bracket", "<b c='a>\"b'/><a", "/>", QD_XML_MAX_ATTRIBUTES + 1, FALSE },
  { "like a CDATA section, but none", "<![CDAT<", "/>", QD_XML_MAX_ATTRIBUTES + 1, FALSE },
  { "like a comment, but none", "<!-<", "/>", QD_XML_MAX_ATTRIBUTES + 1, FALSE },
};

static void
test_table (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = dup_flood (cases[i].before, cases[i].n, cases[i].after);
      gsize length = strlen (text);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (qd_xml_has_few_attributes (text, length), ==, cases[i].good);
      for (gsize cut = 1; cut < MIN (length, 200); cut++)
        {
          QdXmlGuard guard = { 0 };
          gboolean good = TRUE;
          for (gsize at = 0; good && at < length; at += cut)
            good = qd_xml_guard_feed (&guard, text + at, MIN (cut, length - at));
          g_assert_cmpint (good, ==, cases[i].good);
        }
    }
}

static void
test_encoding (void)
{
  g_assert_true (qd_xml_is_harmless ("", 0));
  g_assert_true (qd_xml_is_harmless ("<名/>", strlen ("<名/>")));
  g_assert_false (qd_xml_is_harmless ("<a>\xff</a>", 8));
  g_assert_false (qd_xml_is_harmless ("<a>\0</a>", 8));
}

/* What libxml2 2.9 needs minutes for is refused at once, and the message says where it lies. */
static void
test_readers (void)
{
  g_autofree char *flood = dup_flood ("<a", 200000, "/>");
  g_autofree char *form = dup_flood ("<h:html xmlns:h='http://www.w3.org/1999/xhtml'", 200000, "/>");
  g_autoptr (GBytes) form_bytes = g_bytes_new (form, strlen (form));
  g_autoptr (GError) error = NULL;

  g_assert_null (qd_tree_parse (flood, (gssize) strlen (flood), QD_TREE_COMPACT, &error));
  g_assert_error (error, QD_XML_ERROR, QD_XML_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (qd_form_new (form_bytes, "bad-form.xml", &error));
  g_assert_error (error, QD_XML_ERROR, QD_XML_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "bad-form.xml"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/xml-guard/table", test_table);
  g_test_add_func ("/xml-guard/encoding", test_encoding);
  g_test_add_func ("/xml-guard/readers", test_readers);
  return g_test_run ();
}
