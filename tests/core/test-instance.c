/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "form-kit.h"

/* Relevance, read-only, required. */

static void
test_relevance (void)
{
  g_autoptr (QdInstance) instance = kit_instance (
      "<data id=\"t\"><a>1</a><g><x>5</x><y/><sub><z>7</z></sub></g><n>const</n><sum/></data>",
      "<bind nodeset=\"/data/g\" relevant=\"/data/a = 1\"/><bind nodeset=\"/data/g/y\" calculate=\"/data/g/x * 2\"/>"
      "<bind nodeset=\"/data/n\" relevant=\"false()\"/><bind nodeset=\"/data/sum\" calculate=\"concat(/data/g/x, '-', /data/g/y, '-', /data/g/sub/z, '-', /data/n)\"/>",
      "<input ref=\"/data/a\"/>");
  g_autofree char *xml = NULL, *draft = NULL;

  g_assert_cmpstr (kit_get (instance, "/data/sum"), ==, "5-10-7-");
  g_assert_false (qd_instance_is_relevant (instance, kit_node (instance, "/data/n")));
  kit_set (instance, "/data/a", "2");
  g_assert_false (qd_instance_is_relevant (instance, kit_node (instance, "/data/g/sub/z")));
  g_assert_cmpstr (kit_get (instance, "/data/sum"), ==, "---");
  /* What was typed is kept, what was computed is not. */
  g_assert_cmpstr (kit_get (instance, "/data/g/x"), ==, "5");
  g_assert_cmpstr (kit_get (instance, "/data/g/y"), ==, "");
  xml = kit_serialize (instance);
  g_assert_null (strstr (xml, "<g>"));
  draft = kit_save (instance);
  g_assert_nonnull (strstr (draft, "<x>5</x>"));
  kit_set (instance, "/data/a", "1");
  g_assert_cmpstr (kit_get (instance, "/data/sum"), ==, "5-10-7-");
}

static void
test_readonly (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><a/><g><x/></g><c/></data>", "<bind nodeset=\"/data/g\" readonly=\"/data/a = 1\"/><bind nodeset=\"/data/c\" calculate=\"/data/a\"/>", "<input ref=\"/data/a\"/>");
  g_autoptr (GError) error = NULL;
  QdNodeId x = kit_node (instance, "/data/g/x");

  kit_set (instance, "/data/g/x", "one");
  kit_set (instance, "/data/a", "1");
  g_assert_true (qd_instance_is_readonly (instance, x));
  g_assert_false (qd_instance_set_value (instance, x, "two", &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE);
  g_assert_cmpstr (kit_get (instance, "/data/g/x"), ==, "one");
  g_clear_error (&error);
  g_assert_true (qd_instance_is_readonly (instance, kit_node (instance, "/data/c")));
  g_assert_false (qd_instance_set_value (instance, kit_node (instance, "/data/c"), "9", &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (qd_instance_set_value (instance, 4711, "9", &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (qd_instance_set_value (instance, kit_node (instance, "/data/a"), "\xff", &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE);
}

static void
test_required (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><a/><b/><row><q/></row></data>",
                                                  "<bind nodeset=\"/data/a\" required=\"true()\" type=\"int\"/><bind nodeset=\"/data/b\" required=\"/data/a &gt; 3\"/><bind nodeset=\"/data/row/q\" required=\"true()\"/>",
                                                  "<repeat nodeset=\"/data/row\"><input ref=\"/data/row/q\"/></repeat>");
  QdNodeId root = qd_instance_get_root (instance);
  guint filled, total;
  g_autofree char *first = kit_findings (instance), *second = NULL, *third = NULL;

  g_assert_cmpstr (first, ==, "required /data/a; required /data/row[1]/q");
  qd_instance_count_required (instance, root, &filled, &total);
  g_assert_cmpuint (filled, ==, 0);
  g_assert_cmpuint (total, ==, 2);
  kit_set (instance, "/data/a", "4");
  second = kit_findings (instance);
  g_assert_cmpstr (second, ==, "required /data/b; required /data/row[1]/q");
  qd_instance_count_required (instance, root, &filled, &total);
  g_assert_cmpuint (filled, ==, 1);
  g_assert_cmpuint (total, ==, 3);
  qd_instance_count_required (instance, kit_node (instance, "/data/row"), &filled, &total);
  g_assert_cmpuint (total, ==, 1);
  /* Not applicable, with a reason, is an answer. */
  g_assert_true (qd_instance_set_annotation (instance, kit_node (instance, "/data/b"), "na", "无此项", NULL));
  third = kit_findings (instance);
  g_assert_cmpstr (third, ==, "required /data/row[1]/q");
  qd_instance_count_required (instance, root, &filled, &total);
  g_assert_cmpuint (filled, ==, 2);
}

/* Types: kept as typed, and said. */

static void
test_types (void)
{
  static const struct
  {
    const char *type;
    const char *value;
    gboolean fits;
    const char *zh;
    const char *fix;
  } rows[] = {
    { "int", "12", TRUE, NULL, NULL },
    { "int", "-7", TRUE, NULL, NULL },
    { "int", "1.5", FALSE, "“1.5”不是整数，请只填整数。", NULL },
    { "int", "2147483648", FALSE, "“2147483648”不是整数，请只填整数。", NULL },
    { "decimal", "0.0496", TRUE, NULL, NULL },
    { "decimal", "-.5", TRUE, NULL, NULL },
    { "decimal", "1e5", FALSE, "“1e5”不是数字，请只填数值。", NULL },
    { "decimal", "约 12", FALSE, "“约 12”不是数字，请只填数值。", "12" },
    { "decimal", "12.5 t", FALSE, "“12.5 t”不是数字，请只填数值。", "12.5" },
    { "decimal", "1,460", FALSE, "“1,460”不是数字，请只填数值。", NULL },
    { "decimal", "0.05L", TRUE, NULL, NULL },
    { "decimal", "L", FALSE, "“L”不是数字，请只填数值。", NULL },
    { "date", "2026-02-29", FALSE, "“2026-02-29”不是日期，请按 2026-11-24 的格式填写。", NULL },
    { "date", "2024-02-29", TRUE, NULL, NULL },
    { "date", "2026-13-01", FALSE, "没有 13 月，请按 2026-11-24 的格式填写。", NULL },
    { "date", "2026/11/24", FALSE, "“2026/11/24”不是日期，请按 2026-11-24 的格式填写。", NULL },
    { "time", "10:42", TRUE, NULL, NULL },
    { "time", "24:00", FALSE, "“24:00”不是时间，请按 10:42 的格式填写。", NULL },
    { "dateTime", "2026-11-24T10:42:07.000+08:00", TRUE, NULL, NULL },
    { "dateTime", "2026-11-24", FALSE, "“2026-11-24”不是日期时间，请按 2026-11-24T10:42:00 的格式填写。", NULL },
    { "boolean", "true", TRUE, NULL, NULL },
    { "boolean", "yes", FALSE, "“yes”不是“true”或“false”。", NULL },
    { "geopoint", "43.91 81.32 600 5", TRUE, NULL, NULL },
    { "geopoint", "143.91 81.32", FALSE, "“143.91 81.32”不是经纬度，请按“纬度 经度”填写，单位为度。", NULL },
    { "geotrace", "1 1; 2 2", TRUE, NULL, NULL },
    { "geotrace", "1 1", FALSE, "“1 1”不是经纬度，请按“纬度 经度”填写，单位为度。", NULL },
    { "geoshape", "1 1; 2 2; 3 3; 1 1", TRUE, NULL, NULL },
    { "string", "anything", TRUE, NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *bind = g_strdup_printf ("<bind nodeset=\"/data/a\" type=\"%s\"/>", rows[i].type);
      g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><a/></data>", bind, "<input ref=\"/data/a\"><label>数量</label></input>");
      g_autoptr (GPtrArray) findings = NULL;

      kit_set (instance, "/data/a", rows[i].value);
      g_assert_cmpstr (kit_get (instance, "/data/a"), ==, rows[i].value);
      findings = qd_instance_get_findings (instance);
      g_test_message ("%s %s", rows[i].type, rows[i].value);
      g_assert_cmpuint (findings->len, ==, rows[i].fits ? 0 : 1);
      if (rows[i].fits)
        continue;
      g_assert_cmpstr (qd_finding_get_rule (findings->pdata[0]), ==, "type");
      g_assert_cmpstr (qd_finding_get_message (findings->pdata[0]), ==, rows[i].zh);
      g_assert_cmpstr (qd_finding_get_fix (findings->pdata[0]), ==, rows[i].fix);
      g_assert_cmpstr (qd_finding_get_place (findings->pdata[0]), ==, "数量");
      g_assert_true (qd_finding_blocks (findings->pdata[0]));
      qd_instance_set_language (instance, "en");
      g_clear_pointer (&findings, g_ptr_array_unref);
      findings = qd_instance_get_findings (instance);
      g_assert_null (strstr (qd_finding_get_message (findings->pdata[0]), "请"));
    }
}

/* What a calculate gives takes the form of its type. */
static void
test_coercion (void)
{
  static const struct
  {
    const char *type;
    const char *expression;
    const char *value;
  } rows[] = {
    { "int", "7 div 2", "3" },
    { "int", "-7 div 2", "-3" },
    { "int", "'abc'", "" },
    { "decimal", "1 div 0", "" },
    { "decimal", "0.1 + 0.2", "0.3" },
    { "decimal", "'' + 1", "" },
    { "string", "1 div 0", "Infinity" },
    { "date", "'2026-11-24T10:00:00'", "2026-11-24" },
    { "date", "'soon'", "" },
    { "date", "today()", "2026-11-24" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *bind = g_strdup_printf ("<bind nodeset=\"/data/a\" type=\"%s\" calculate=\"%s\"/>", rows[i].type, rows[i].expression);
      g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><a/></data>", bind, "<input ref=\"/data/a\"/>");

      g_test_message ("%s", rows[i].expression);
      g_assert_cmpstr (kit_get (instance, "/data/a"), ==, rows[i].value);
    }
}

/* Repeats. */

#define ROWS "<data id=\"t\"><row jr:template=\"\"><q>1</q><p/><t/><sub jr:template=\"\"><s/></sub></row><sum/><n/></data>"
#define ROWS_MODEL                                                                                                                                            \
  "<bind nodeset=\"/data/row/q\" type=\"decimal\"/><bind nodeset=\"/data/row/t\" calculate=\"../q * ../p\"/><bind nodeset=\"/data/row/p\" type=\"decimal\"/>" \
  "<bind nodeset=\"/data/sum\" calculate=\"sum(/data/row/t)\"/><bind nodeset=\"/data/n\" calculate=\"count(/data/row) + count(/data/row/sub)\"/>"
#define ROWS_BODY "<group ref=\"/data/row\"><label>Rows</label><repeat nodeset=\"/data/row\"><input ref=\"/data/row/q\"/><input ref=\"/data/row/p\"/><repeat nodeset=\"/data/row/sub\"><input ref=\"/data/row/sub/s\"/></repeat></repeat></group>"

static void
test_rows (void)
{
  g_autoptr (QdInstance) instance = kit_instance (ROWS, ROWS_MODEL, ROWS_BODY);
  g_autoptr (GError) error = NULL;
  QdNodeId range = kit_node (instance, "/data/row"), second;
  g_autofree char *path = NULL, *xml = NULL;

  g_assert_cmpuint (qd_instance_get_n_children (instance, range), ==, 0);
  g_assert_true (qd_instance_can_add_remove (instance, range));
  g_assert_true (qd_instance_add_rows (instance, range, 0, 3, NULL));
  g_assert_cmpstr (kit_get (instance, "/data/row[2]/q"), ==, "1");
  g_assert_cmpstr (kit_get (instance, "/data/n"), ==, "3");
  kit_set (instance, "/data/row[1]/p", "5");
  kit_set (instance, "/data/row[2]/p", "7");
  kit_set (instance, "/data/row[3]/p", "11");
  g_assert_cmpstr (kit_get (instance, "/data/sum"), ==, "23");
  second = kit_node (instance, "/data/row[2]/p");
  g_assert_true (qd_instance_add_rows (instance, kit_node (instance, "/data/row[2]/sub"), 0, 2, NULL));
  g_assert_cmpstr (kit_get (instance, "/data/n"), ==, "5");

  /* Ids follow their node, paths follow its place. */
  g_assert_true (qd_instance_move_row (instance, range, 1, 2, NULL));
  path = qd_instance_dup_path (instance, second);
  g_assert_cmpstr (path, ==, "/data/row[3]/p");
  g_assert_cmpstr (kit_get (instance, "/data/row[2]/p"), ==, "11");
  g_assert_true (qd_instance_remove_rows (instance, range, 0, 2, NULL));
  g_assert_cmpuint (qd_instance_get_n_children (instance, range), ==, 1);
  g_assert_true (qd_instance_is_alive (instance, second));
  g_assert_cmpstr (kit_get (instance, "/data/sum"), ==, "7");
  xml = kit_serialize (instance);
  g_assert_nonnull (strstr (xml, "<row><q>1</q><p>7</p><t>7</t><sub><s/></sub><sub><s/></sub></row><sum>7</sum>"));

  g_assert_false (qd_instance_add_rows (instance, range, 5, 1, &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (qd_instance_remove_rows (instance, range, 0, 2, &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (qd_instance_add_rows (instance, second, 0, 1, &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE);
  g_assert_true (qd_instance_remove_rows (instance, range, 0, 1, NULL));
  g_assert_false (qd_instance_is_alive (instance, second));
  g_assert_cmpint (qd_instance_get_worst (instance, second), ==, -1);
  g_assert_null (qd_instance_get_field (instance, second));
}

static void
test_tree (void)
{
  g_autoptr (QdInstance) instance = kit_instance (ROWS, ROWS_MODEL, ROWS_BODY);
  QdNodeId root = qd_instance_get_root (instance), range = kit_node (instance, "/data/row"), row;

  g_assert_true (qd_instance_add_rows (instance, range, 0, 2, NULL));
  g_assert_cmpint (qd_instance_get_node_type (instance, root), ==, QD_NODE_ROOT);
  g_assert_cmpuint (qd_instance_get_parent (instance, root), ==, 0);
  g_assert_cmpuint (qd_instance_get_child (instance, root, 0), ==, range);
  g_assert_cmpint (qd_instance_get_node_type (instance, range), ==, QD_NODE_REPEAT_RANGE);
  row = qd_instance_get_child (instance, range, 1);
  g_assert_cmpint (qd_instance_get_node_type (instance, row), ==, QD_NODE_REPEAT_INSTANCE);
  g_assert_cmpuint (qd_instance_get_index (instance, row), ==, 1);
  g_assert_cmpuint (qd_instance_get_parent (instance, row), ==, range);
  g_assert_cmpuint (qd_instance_get_n_children (instance, row), ==, 4);
  g_assert_cmpint (qd_instance_get_node_type (instance, qd_instance_get_child (instance, row, 2)), ==, QD_NODE_MODEL_VALUE);
  g_assert_cmpint (qd_instance_get_node_type (instance, qd_instance_get_child (instance, row, 3)), ==, QD_NODE_REPEAT_RANGE);
  g_assert_cmpuint (qd_instance_get_parent (instance, qd_instance_get_child (instance, row, 0)), ==, row);
  g_assert_cmpuint (qd_instance_find (instance, "/data/row[2]/q"), ==, qd_instance_get_child (instance, row, 0));
  g_assert_cmpuint (qd_instance_find (instance, "/data/row[3]/q"), ==, 0);
  g_assert_cmpuint (qd_instance_find (instance, "/data/row[0]/q"), ==, 0);
  g_assert_cmpuint (qd_instance_find (instance, "/data/nope"), ==, 0);
  g_assert_cmpuint (qd_instance_find (instance, "nope"), ==, 0);
}

static void
test_counted_rows (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><n>2</n><row jr:template=\"\"><q>d</q></row></data>", "<bind nodeset=\"/data/n\" type=\"int\"/>", "<input ref=\"/data/n\"/><repeat nodeset=\"/data/row\" jr:count=\"/data/n\"><input ref=\"/data/row/q\"/></repeat>");
  QdNodeId range = kit_node (instance, "/data/row");
  g_autoptr (GPtrArray) changes = NULL;
  g_autofree char *before = NULL, *after = NULL;

  g_assert_cmpuint (qd_instance_get_n_children (instance, range), ==, 2);
  g_assert_false (qd_instance_can_add_remove (instance, range));
  g_assert_false (qd_instance_add_rows (instance, range, 0, 1, NULL));
  kit_set (instance, "/data/row[2]/q", "typed");
  g_assert_null (strstr (kit_get (instance, "/data/row[1]/q"), "typed"));
  before = kit_save (instance);
  g_clear_pointer (&changes, g_ptr_array_unref);
  changes = qd_instance_steal_changes (instance);
  g_clear_pointer (&changes, g_ptr_array_unref);
  /* Rows that a count takes away come back with what was in them. */
  kit_set (instance, "/data/n", "1");
  g_assert_cmpuint (qd_instance_get_n_children (instance, range), ==, 1);
  changes = qd_instance_steal_changes (instance);
  g_assert_cmpuint (changes->len, ==, 2);
  g_assert_true (qd_instance_apply (instance, changes, TRUE, NULL));
  after = kit_save (instance);
  g_assert_cmpstr (before, ==, after);
  /* Not a number: the rows stay. Negative: none. */
  kit_set (instance, "/data/n", "x");
  g_assert_cmpuint (qd_instance_get_n_children (instance, range), ==, 2);
  kit_set (instance, "/data/n", "-4");
  g_assert_cmpuint (qd_instance_get_n_children (instance, range), ==, 0);
}

static void
test_fixed_rows (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><row><q>a</q></row><row><q>b</q></row></data>", "", "<repeat nodeset=\"/data/row\" jr:noAddRemove=\"true()\"><input ref=\"/data/row/q\"/></repeat>");

  g_assert_cmpuint (qd_instance_get_n_children (instance, kit_node (instance, "/data/row")), ==, 2);
  g_assert_false (qd_instance_can_add_remove (instance, kit_node (instance, "/data/row")));
  g_assert_cmpstr (kit_get (instance, "/data/row[2]/q"), ==, "b");
}

/* Without jr:template the first row gives the shape, not the values. */
static void
test_implicit_template (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><row><q>a</q></row></data>", "", "<repeat nodeset=\"/data/row\"><input ref=\"/data/row/q\"/></repeat>");

  g_assert_true (qd_instance_add_rows (instance, kit_node (instance, "/data/row"), 1, 1, NULL));
  g_assert_cmpstr (kit_get (instance, "/data/row[1]/q"), ==, "a");
  g_assert_cmpstr (kit_get (instance, "/data/row[2]/q"), ==, "");
}

static void
test_position_and_totals (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><row jr:template=\"\"><q>1</q><pos/><run/></row></data>",
                                                  "<bind nodeset=\"/data/row/pos\" calculate=\"position(..)\"/>"
                                                  "<bind nodeset=\"/data/row/run\" type=\"decimal\" calculate=\"../q + coalesce(../preceding-sibling::row[1]/run, 0)\"/>",
                                                  "<repeat nodeset=\"/data/row\"><input ref=\"/data/row/q\"/></repeat>");
  QdNodeId range = kit_node (instance, "/data/row");

  g_assert_true (qd_instance_add_rows (instance, range, 0, 4, NULL));
  g_assert_cmpstr (kit_get (instance, "/data/row[4]/pos"), ==, "4");
  g_assert_cmpstr (kit_get (instance, "/data/row[4]/run"), ==, "4");
  kit_set (instance, "/data/row[2]/q", "10");
  g_assert_cmpstr (kit_get (instance, "/data/row[4]/run"), ==, "13");
  g_assert_true (qd_instance_remove_rows (instance, range, 0, 1, NULL));
  g_assert_cmpstr (kit_get (instance, "/data/row[3]/pos"), ==, "3");
  g_assert_cmpstr (kit_get (instance, "/data/row[3]/run"), ==, "12");
  g_assert_true (qd_instance_move_row (instance, range, 0, 2, NULL));
  g_assert_cmpstr (kit_get (instance, "/data/row[1]/run"), ==, "1");
  g_assert_cmpstr (kit_get (instance, "/data/row[3]/run"), ==, "12");
}

/* Actions and preloads. */

static void
test_actions (void)
{
  g_autoptr (QdForm) form = kit_form (
      "<data id=\"t\"><a/><b>B</b><first/><load/><changed/><ready/><hidden/><twice/><row jr:template=\"\"><q/><new/><echo/></row></data>",
      "<bind nodeset=\"/data/hidden\" relevant=\"false()\"/>"
      "<setvalue event=\"odk-instance-first-load\" ref=\"/data/first\" value=\"concat(/data/b, '!')\"/>"
      "<setvalue event=\"odk-instance-load\" ref=\"/data/load\">text</setvalue>"
      "<setvalue event=\"xforms-ready\" ref=\"/data/ready\" value=\"1 + 1\"/>"
      "<setvalue event=\"odk-instance-first-load odk-instance-load\" ref=\"/data/hidden\" value=\"'x'\"/>"
      "<setvalue event=\"odk-instance-first-load odk-instance-load\" ref=\"/data/twice\" value=\"concat(., 'x')\"/>",
      "<input ref=\"/data/a\"><setvalue event=\"xforms-value-changed\" ref=\"/data/changed\" value=\"concat(/data/a, '+', .)\"/></input>"
      "<input ref=\"/data/changed\"><setvalue event=\"xforms-value-changed\" ref=\"/data/b\"/></input>"
      "<repeat nodeset=\"/data/row\"><setvalue event=\"odk-new-repeat\" ref=\"/data/row/new\" value=\"position(..)\"/>"
      "<input ref=\"/data/row/q\"><setvalue event=\"xforms-value-changed\" ref=\"/data/row/echo\" value=\"../q\"/></input></repeat>");
  g_autoptr (QdInstance) instance = kit_instance_full (form, QD_INSTANCE_CREATE, NULL), again = NULL;
  g_autoptr (GBytes) saved = NULL;
  g_autoptr (GPtrArray) changes = NULL;

  g_assert_cmpstr (kit_get (instance, "/data/first"), ==, "B!");
  g_assert_cmpstr (kit_get (instance, "/data/load"), ==, "text");
  g_assert_cmpstr (kit_get (instance, "/data/ready"), ==, "2");
  g_assert_cmpstr (kit_get (instance, "/data/hidden"), ==, "");
  /* An action for both events runs once at load. */
  g_assert_cmpstr (kit_get (instance, "/data/twice"), ==, "x");
  g_assert_null (qd_instance_steal_changes (instance));

  kit_set (instance, "/data/a", "A");
  g_assert_cmpstr (kit_get (instance, "/data/changed"), ==, "A+");
  g_assert_cmpstr (kit_get (instance, "/data/b"), ==, "");
  changes = qd_instance_steal_changes (instance);
  g_assert_cmpuint (changes->len, ==, 3);

  g_assert_true (qd_instance_add_rows (instance, kit_node (instance, "/data/row"), 0, 2, NULL));
  g_assert_cmpstr (kit_get (instance, "/data/row[2]/new"), ==, "2");
  kit_set (instance, "/data/row[2]/q", "Q");
  g_assert_cmpstr (kit_get (instance, "/data/row[1]/echo"), ==, "");
  g_assert_cmpstr (kit_get (instance, "/data/row[2]/echo"), ==, "Q");

  kit_set (instance, "/data/first", "kept");
  saved = qd_instance_save (instance);
  again = kit_instance_full (form, QD_INSTANCE_RESTORE, saved);
  g_assert_cmpstr (kit_get (again, "/data/first"), ==, "kept");
  g_assert_cmpstr (kit_get (again, "/data/row[2]/echo"), ==, "Q");
}

static void
test_endless_actions (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><a>0</a><b>0</b></data>", "", "<input ref=\"/data/a\"><setvalue event=\"xforms-value-changed\" ref=\"/data/b\" value=\"/data/a + 1\"/></input>"
                                                                                                "<input ref=\"/data/b\"><setvalue event=\"xforms-value-changed\" ref=\"/data/a\" value=\"/data/b + 1\"/></input>");

  kit_set (instance, "/data/a", "1");
  g_assert_cmpint (atoi (kit_get (instance, "/data/a")), >, 1);
}

static void
test_preload (void)
{
  g_autoptr (QdForm) form = kit_form ("<data id=\"t\"><s/><e/><d/><u/><meta><instanceID/></meta></data>",
                                      "<bind nodeset=\"/data/s\" type=\"dateTime\" jr:preload=\"timestamp\" jr:preloadParams=\"start\"/><bind nodeset=\"/data/e\" type=\"dateTime\" jr:preload=\"timestamp\" jr:preloadParams=\"end\"/>"
                                      "<bind nodeset=\"/data/d\" type=\"date\" jr:preload=\"date\" jr:preloadParams=\"today\"/><bind nodeset=\"/data/u\" jr:preload=\"property\" jr:preloadParams=\"username\"/>"
                                      "<bind nodeset=\"/data/meta/instanceID\" jr:preload=\"uid\"/>",
                                      "");
  g_autoptr (QdInstance) instance = kit_instance_full (form, QD_INSTANCE_CREATE, NULL), edited = NULL, restored = NULL;
  g_autoptr (GBytes) xml = NULL;
  g_autofree char *id = g_strdup (kit_get (instance, "/data/meta/instanceID")), *text = NULL;

  g_assert_cmpstr (kit_get (instance, "/data/s"), ==, "2026-11-24T10:42:07.500+08:00");
  g_assert_cmpstr (kit_get (instance, "/data/e"), ==, "");
  g_assert_cmpstr (kit_get (instance, "/data/d"), ==, "2026-11-24");
  g_assert_true (g_str_has_prefix (id, "uuid:"));
  xml = qd_instance_serialize (instance);
  restored = kit_instance_full (form, QD_INSTANCE_RESTORE, xml);
  g_assert_cmpstr (kit_get (restored, "/data/meta/instanceID"), ==, id);
  g_assert_cmpuint (qd_instance_find (restored, "/data/meta/deprecatedID"), ==, 0);
  /* An amendment gets an id of its own and names the one it replaces. */
  edited = kit_instance_full (form, QD_INSTANCE_EDIT, xml);
  g_assert_cmpstr (kit_get (edited, "/data/meta/deprecatedID"), ==, id);
  g_assert_cmpstr (kit_get (edited, "/data/meta/instanceID"), !=, id);
  g_assert_true (g_str_has_prefix (kit_get (edited, "/data/meta/instanceID"), "uuid:"));
  text = kit_serialize (edited);
  g_assert_nonnull (strstr (text, "</instanceID><deprecatedID>uuid:"));
}

/* A form without meta gets one: the record's id is required. */
static void
test_default_meta (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><a/></data>", "", "");

  g_assert_true (g_str_has_prefix (kit_get (instance, "/data/orx:meta/orx:instanceID"), "uuid:"));
}

static void
test_edit (void)
{
  g_autoptr (QdForm) form = kit_form ("<data id=\"t\"><a>default</a><g><x>dx</x></g><row jr:template=\"\"><q>dq</q></row></data>", "<bind nodeset=\"/data/g\" relevant=\"/data/a != 'no'\"/>", "<repeat nodeset=\"/data/row\"><input ref=\"/data/row/q\"/></repeat>");
  static const char text[] = "<data id=\"t\" version=\"old\"><unknown>1</unknown><row><q>1</q></row><a>yes</a><row><q/></row></data>";
  g_autoptr (GBytes) xml = g_bytes_new_static (text, strlen (text)), other = g_bytes_new_static ("<data id=\"u\"/>", 14), broken = g_bytes_new_static ("<data id=", 9);
  g_autoptr (QdInstance) instance = kit_instance_full (form, QD_INSTANCE_EDIT, xml);
  g_autoptr (GError) error = NULL;
  QdInstanceOptions options = { .mode = QD_INSTANCE_RESTORE, .xml = other, .xml_name = "other.xml" };

  g_assert_cmpstr (kit_get (instance, "/data/a"), ==, "yes");
  g_assert_cmpstr (kit_get (instance, "/data/g/x"), ==, "");
  g_assert_cmpuint (qd_instance_get_n_children (instance, kit_node (instance, "/data/row")), ==, 2);
  g_assert_cmpstr (kit_get (instance, "/data/row[1]/q"), ==, "1");
  g_assert_cmpstr (kit_get (instance, "/data/row[2]/q"), ==, "");

  g_assert_null (qd_instance_new (form, &options, &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_INSTANCE);
  g_assert_nonnull (strstr (error->message, "other.xml"));
  g_clear_error (&error);
  options.xml = broken;
  g_assert_null (qd_instance_new (form, &options, &error));
  g_assert_true (g_str_has_prefix (error->message, "other.xml: "));
  g_clear_error (&error);
  options.xml = NULL;
  g_assert_null (qd_instance_new (form, &options, &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_INSTANCE);
}

/* Choices. */

#define CITIES                                                                                                                                               \
  "<itext><translation lang=\"en\" default=\"true()\"><text id=\"nl\"><value>Netherlands</value></text></translation>"                                       \
  "<translation lang=\"zh-CN\"><text id=\"nl\"><value>荷兰</value></text></translation></itext>"                                                           \
  "<instance id=\"cities\"><root><item><name>ams</name><label>Amsterdam</label><c>nl</c></item><item><name>dro</name><label>Dronten</label><c>nl</c></item>" \
  "<item><name>nyc</name><label>New York</label><c>us</c></item></root></instance>"

static void
test_choices (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><c/><city/><many/><copy/><name/></data>",
                                                  CITIES "<bind nodeset=\"/data/copy\" calculate=\"/data/city\"/><bind nodeset=\"/data/name\" calculate=\"jr:choice-name(/data/c, '/data/c')\"/>",
                                                  "<select1 ref=\"/data/c\"><item><label ref=\"jr:itext('nl')\"/><value>nl</value></item><item><label>USA</label><value>us</value></item></select1>"
                                                  "<select1 ref=\"/data/city\"><itemset nodeset=\"instance('cities')/root/item[c = /data/c]\"><value ref=\"name\"/><label ref=\"label\"/></itemset></select1>"
                                                  "<select ref=\"/data/many\"><itemset nodeset=\"instance('cities')/root/item\"><value ref=\"name\"/><label ref=\"label\"/></itemset></select>");
  QdNodeId city = kit_node (instance, "/data/city");
  g_autoptr (GPtrArray) choices = qd_instance_get_choices (instance, city), more = NULL;
  g_autofree char *display = NULL, *xml = NULL, *findings = NULL, *name = NULL;

  g_assert_cmpuint (choices->len, ==, 0);
  kit_set (instance, "/data/c", "nl");
  g_assert_cmpstr (kit_get (instance, "/data/name"), ==, "Netherlands");
  more = qd_instance_get_choices (instance, city);
  g_assert_cmpuint (more->len, ==, 2);
  g_assert_cmpstr (((QdChoice *) more->pdata[1])->label, ==, "Dronten");
  kit_set (instance, "/data/city", "dro");
  g_assert_cmpstr (kit_get (instance, "/data/copy"), ==, "dro");
  /* A choice that the filter takes away counts no longer, is kept, and says so. */
  kit_set (instance, "/data/c", "us");
  g_assert_cmpstr (kit_get (instance, "/data/copy"), ==, "");
  g_assert_cmpstr (kit_get (instance, "/data/city"), ==, "dro");
  xml = kit_serialize (instance);
  g_assert_nonnull (strstr (xml, "<city/>"));
  findings = kit_findings (instance);
  g_assert_cmpstr (findings, ==, "choice /data/city");
  kit_set (instance, "/data/c", "nl");
  g_assert_cmpstr (kit_get (instance, "/data/copy"), ==, "dro");
  kit_set (instance, "/data/many", "ams nyc");
  display = qd_instance_dup_display (instance, kit_node (instance, "/data/many"));
  g_assert_cmpstr (display, ==, "Amsterdam, New York");
  qd_instance_set_language (instance, "zh-CN");
  name = qd_instance_dup_display (instance, kit_node (instance, "/data/c"));
  g_assert_cmpstr (name, ==, "荷兰");
  g_assert_cmpstr (kit_get (instance, "/data/name"), ==, "荷兰");
  /* What is not on a fixed list stays as pasted. */
  kit_set (instance, "/data/many", "ams atlantis");
  g_assert_cmpstr (kit_get (instance, "/data/many"), ==, "ams atlantis");
  g_clear_pointer (&findings, g_free);
  findings = kit_findings (instance);
  g_assert_cmpstr (findings, ==, "choice /data/many");
}

static void
test_texts (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><a>3</a><n/><s><r jr:template=\"\"><q/></r></s></data>",
                                                  "<itext><translation lang=\"zh-CN\"><text id=\"a\"><value>数量 <output value=\"/data/a\"/> 吨</value></text><text id=\"h\"><value>提示</value><value form=\"guidance\">怎样填写</value></text></translation></itext>"
                                                  "<bind nodeset=\"/data/a\" type=\"decimal\" qd:places=\"2\"/>",
                                                  "<input ref=\"/data/a\"><label ref=\"jr:itext('a')\"/><hint ref=\"jr:itext('h')\"/></input>"
                                                  "<group ref=\"/data/s\" appearance=\"section\"><label>4 排放口</label><group ref=\"/data/s/r\"><repeat nodeset=\"/data/s/r\"><input ref=\"/data/s/r/q\"><label>数量</label></input></repeat></group></group>");
  QdNodeId a = kit_node (instance, "/data/a");
  g_autofree char *label = qd_instance_dup_label (instance, a), *hint = qd_instance_dup_hint (instance, a), *guidance = qd_instance_dup_guidance (instance, a), *display = NULL, *changed = NULL, *column = NULL;

  g_assert_cmpstr (label, ==, "数量 3 吨");
  g_assert_cmpstr (hint, ==, "提示");
  g_assert_cmpstr (guidance, ==, "怎样填写");
  kit_set (instance, "/data/a", "12.5");
  changed = qd_instance_dup_label (instance, a);
  g_assert_cmpstr (changed, ==, "数量 12.5 吨");
  display = qd_instance_dup_display (instance, a);
  g_assert_cmpstr (display, ==, "12.50");
  column = qd_instance_dup_field_label (instance, qd_form_find_field (qd_instance_get_form (instance), "/data/s/r/q"));
  g_assert_cmpstr (column, ==, "数量");
  g_assert_null (qd_instance_dup_label (instance, kit_node (instance, "/data/n")));
}

/* Checks. */

#define CHECKED                                                                                                                                                                                                           \
  "<qd:form><qd:legal id=\"l1\" instrument=\"I\"/><qd:legal id=\"l2\" instrument=\"J\"/></qd:form>"                                                                                                                       \
  "<bind nodeset=\"/data/cap\" type=\"decimal\"/><bind nodeset=\"/data/s/row/q\" type=\"decimal\" constraint=\". &gt;= 0\" jr:constraintMsg=\"不能为负\" qd:basis=\"l1\" qd:confidence=\"P\"/>"                       \
  "<qd:check id=\"over\" ref=\"/data/s/row/q\" when=\". != ''\" test=\". &lt;= /data/cap\" severity=\"possible\" basis=\"l2\" fix=\"/data/cap\"><qd:message>超过 <output value=\"/data/cap\"/></qd:message></qd:check>" \
  "<qd:check id=\"near\" ref=\"/data/s\" test=\"sum(row/q) &lt; 100\" severity=\"notice\"><qd:message lang=\"en\">near</qd:message><qd:message lang=\"zh-CN\">接近</qd:message></qd:check>"

static void
test_checks (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><cap>50</cap><s><row jr:template=\"\"><q/></row></s></data>", CHECKED, "<input ref=\"/data/cap\"/><group ref=\"/data/s\" appearance=\"section\"><label>4 排放口与排放量</label><repeat nodeset=\"/data/s/row\"><input ref=\"/data/s/row/q\"><label>数量</label></input></repeat></group>");
  QdNodeId range = kit_node (instance, "/data/s/row"), node;
  g_autoptr (GPtrArray) findings = NULL;
  const QdFinding *finding;
  g_autofree char *all = NULL, *none = NULL;

  g_assert_true (qd_instance_add_rows (instance, range, 0, 3, NULL));
  kit_set (instance, "/data/s/row[2]/q", "60");
  kit_set (instance, "/data/s/row[1]/q", "-1");
  kit_set (instance, "/data/s/row[3]/q", "45");
  all = kit_findings (instance);
  g_assert_cmpstr (all, ==, "constraint /data/s/row[1]/q; over /data/s/row[2]/q; near /data/s");
  g_assert_cmpint (qd_instance_get_worst (instance, qd_instance_get_root (instance)), ==, QD_SEVERITY_CRITICAL);
  g_assert_cmpint (qd_instance_get_worst (instance, range), ==, QD_SEVERITY_CRITICAL);
  g_assert_cmpint (qd_instance_get_worst (instance, kit_node (instance, "/data/s/row[2]")), ==, QD_SEVERITY_POSSIBLE);
  g_assert_cmpint (qd_instance_get_worst (instance, kit_node (instance, "/data/s/row[3]")), ==, -1);
  g_assert_cmpint (qd_instance_get_worst (instance, kit_node (instance, "/data/cap")), ==, -1);

  node = kit_node (instance, "/data/s/row[2]/q");
  findings = qd_instance_get_node_findings (instance, node);
  g_assert_cmpuint (findings->len, ==, 1);
  finding = findings->pdata[0];
  g_assert_cmpstr (qd_finding_get_message (finding), ==, "超过 50");
  g_assert_cmpstr (qd_finding_get_place (finding), ==, "4 排放口与排放量，第 2 行 数量");
  g_assert_cmpstr (qd_finding_get_fix (finding), ==, "50");
  g_assert_cmpstr (qd_finding_get_basis (finding), ==, "l2");
  g_assert_cmpint (qd_finding_get_confidence (finding), ==, QD_CONFIDENCE_PARTLY);
  g_assert_cmpuint (qd_finding_get_node (finding), ==, node);
  g_assert_true (qd_finding_blocks (finding));
  /* A reason explains a possible finding; it moves with its row, and the path with it. */
  g_assert_true (qd_instance_set_annotation (instance, node, "why-over", "试生产", NULL));
  g_assert_true (qd_instance_move_row (instance, range, 1, 0, NULL));
  g_clear_pointer (&findings, g_ptr_array_unref);
  findings = qd_instance_get_node_findings (instance, node);
  finding = findings->pdata[0];
  g_assert_cmpstr (qd_finding_get_reason (finding), ==, "试生产");
  g_assert_cmpstr (qd_finding_get_path (finding), ==, "/data/s/row[1]/q");
  g_assert_cmpstr (qd_finding_get_place (finding), ==, "4 排放口与排放量，第 1 行 数量");
  g_assert_false (qd_finding_blocks (finding));
  kit_set (instance, "/data/cap", "70");
  kit_set (instance, "/data/s/row[2]/q", "0");
  kit_set (instance, "/data/s/row[3]/q", "0.05L");
  g_assert_true (qd_instance_remove_rows (instance, range, 0, 1, NULL));
  none = kit_findings (instance);
  /* sum() of a limit of detection is no number: the check cannot be said to hold. */
  g_assert_cmpstr (none, ==, "over /data/s/row[2]/q; near /data/s");
  g_assert_cmpint (qd_instance_get_worst (instance, range), ==, QD_SEVERITY_POSSIBLE);
}

/* Changes. */

static void
test_undo (void)
{
  g_autoptr (QdInstance) instance = kit_instance (ROWS, ROWS_MODEL, ROWS_BODY);
  QdNodeId range = kit_node (instance, "/data/row");
  g_autofree char *before = kit_save (instance), *after = NULL, *undone = NULL, *redone = NULL;
  g_autoptr (GPtrArray) changes = NULL, broken = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_change_free);
  g_autoptr (GError) error = NULL;

  qd_instance_begin (instance);
  g_assert_true (qd_instance_add_rows (instance, range, 0, 3, NULL));
  kit_set (instance, "/data/row[1]/p", "5");
  kit_set (instance, "/data/row[2]/p", "<&>\"\n");
  g_assert_true (qd_instance_add_rows (instance, kit_node (instance, "/data/row[2]/sub"), 0, 1, NULL));
  g_assert_true (qd_instance_set_annotation (instance, kit_node (instance, "/data/row[2]/q"), "note", "a \"b\"", NULL));
  g_assert_true (qd_instance_move_row (instance, range, 0, 2, NULL));
  g_assert_true (qd_instance_remove_rows (instance, range, 0, 2, NULL));
  qd_instance_commit (instance);
  after = kit_save (instance);
  changes = qd_instance_steal_changes (instance);
  g_assert_null (qd_instance_steal_changes (instance));
  g_assert_true (qd_instance_apply (instance, changes, TRUE, &error));
  g_assert_no_error (error);
  undone = kit_save (instance);
  g_assert_cmpstr (undone, ==, before);
  g_assert_true (qd_instance_apply (instance, changes, FALSE, &error));
  redone = kit_save (instance);
  g_assert_cmpstr (redone, ==, after);
  g_assert_null (qd_instance_steal_changes (instance));

  /* What does not fit changes nothing. */
  g_ptr_array_add (broken, qd_change_new (QD_CHANGE_VALUE, "/data/row[1]/p", NULL, "5", "6"));
  g_ptr_array_add (broken, qd_change_new (QD_CHANGE_ADD, "/data/row[2]", NULL, NULL, "<row><q>9</q></row>"));
  g_ptr_array_add (broken, qd_change_new (QD_CHANGE_VALUE, "/data/row[7]/p", NULL, "", "1"));
  g_assert_false (qd_instance_apply (instance, broken, FALSE, &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE);
  g_clear_pointer (&redone, g_free);
  redone = kit_save (instance);
  g_assert_cmpstr (redone, ==, after);
}

typedef struct
{
  GString *log;
  guint n_nodes;
} Log;

static void
rows_changed_cb (QdInstance *instance, guint range, guint position, guint removed, guint added, Log *log)
{
  g_autofree char *path = qd_instance_dup_path (instance, range);

  g_string_append_printf (log->log, "%s %u -%u +%u; ", path, position, removed, added);
}

static void
nodes_changed_cb (QdInstance *instance, GArray *nodes, Log *log)
{
  log->n_nodes += nodes->len;
  for (guint i = 0; i < nodes->len; i++)
    g_assert_true (qd_instance_is_alive (instance, g_array_index (nodes, QdNodeId, i)));
}

static void
findings_changed_cb (QdInstance *instance, Log *log)
{
  g_string_append (log->log, "findings; ");
}

static void
test_signals (void)
{
  g_autoptr (QdInstance) instance = kit_instance (ROWS, ROWS_MODEL, ROWS_BODY);
  QdNodeId range = kit_node (instance, "/data/row");
  Log log = { g_string_new (NULL), 0 };

  g_signal_connect (instance, "rows-changed", G_CALLBACK (rows_changed_cb), &log);
  g_signal_connect (instance, "nodes-changed", G_CALLBACK (nodes_changed_cb), &log);
  g_signal_connect (instance, "findings-changed", G_CALLBACK (findings_changed_cb), &log);
  g_assert_true (qd_instance_add_rows (instance, range, 0, 4, NULL));
  g_assert_cmpstr (log.log->str, ==, "/data/row 0 -0 +4; ");
  for (guint i = 1; i <= 4; i++)
    {
      g_autofree char *path = g_strdup_printf ("/data/row[%u]/p", i);

      kit_set (instance, path, "2");
    }
  g_string_truncate (log.log, 0);
  log.n_nodes = 0;
  kit_set (instance, "/data/row[2]/p", "3");
  /* The field, its product and the sum: nothing of other rows. */
  g_assert_cmpuint (log.n_nodes, ==, 3);
  kit_set (instance, "/data/row[2]/p", "x");
  g_assert_cmpstr (log.log->str, ==, "findings; ");
  g_string_truncate (log.log, 0);
  /* One batch, one signal a table. */
  qd_instance_begin (instance);
  g_assert_true (qd_instance_remove_rows (instance, range, 1, 1, NULL));
  g_assert_true (qd_instance_add_rows (instance, range, 2, 2, NULL));
  g_assert_cmpstr (log.log->str, ==, "");
  qd_instance_commit (instance);
  g_assert_cmpstr (log.log->str, ==, "/data/row 1 -2 +3; findings; ");
  g_string_truncate (log.log, 0);
  g_assert_true (qd_instance_move_row (instance, range, 0, 1, NULL));
  g_assert_cmpstr (log.log->str, ==, "/data/row 0 -2 +2; ");
  g_string_free (log.log, TRUE);
}

/* Writing. */

static void
test_namespaces (void)
{
  g_autoptr (QdForm) form = kit_form ("<d xmlns=\"urn:x\" xmlns:o=\"urn:o\" id=\"t\" orx:version=\"2\"><a o:b=\"1\"/><o:c>v</o:c><orx:meta><orx:instanceID>i</orx:instanceID></orx:meta></d>", "<bind nodeset=\"/d/o:c\" xmlns:o=\"urn:o\" calculate=\"concat(/d/a, /d/a/@o:b)\"/>", "<input ref=\"/d/a\"/>");
  g_autoptr (QdInstance) instance = kit_instance_full (form, QD_INSTANCE_CREATE, NULL), again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *xml = NULL, *second = NULL;

  kit_set (instance, "/d/a", "z");
  xml = kit_serialize (instance);
  g_assert_cmpstr (xml, ==, "<d xmlns=\"urn:x\" xmlns:o=\"urn:o\" xmlns:orx=\"http://openrosa.org/xforms\" id=\"t\" orx:version=\"2\"><a o:b=\"1\">z</a><o:c>z1</o:c><orx:meta><orx:instanceID>i</orx:instanceID></orx:meta></d>");
  bytes = qd_instance_serialize (instance);
  again = kit_instance_full (form, QD_INSTANCE_RESTORE, bytes);
  second = kit_serialize (again);
  g_assert_cmpstr (second, ==, xml);
}

static void
test_escapes (void)
{
  g_autoptr (QdForm) form = kit_form ("<data id=\"t\"><a/><meta><instanceID>i</instanceID></meta></data>", "", "<input ref=\"/data/a\"/>");
  g_autoptr (QdInstance) instance = kit_instance_full (form, QD_INSTANCE_CREATE, NULL), again = NULL;
  g_autoptr (GBytes) saved = NULL;
  const char *text = "<a>&amp;\"'\r\n\t中文 \xf0\x9f\x8c\x8f";

  kit_set (instance, "/data/a", text);
  g_assert_true (qd_instance_set_annotation (instance, kit_node (instance, "/data/a"), "note", text, NULL));
  saved = qd_instance_save (instance);
  again = kit_instance_full (form, QD_INSTANCE_RESTORE, saved);
  g_assert_cmpstr (kit_get (again, "/data/a"), ==, text);
  g_assert_cmpstr (qd_instance_get_annotation (again, kit_node (again, "/data/a"), "note"), ==, text);
}

/* Instances of the host. */

static GBytes *
resolve (const char *uri, char **media_type_out, gpointer user_data, GError **error)
{
  static const struct
  {
    const char *uri;
    const char *text;
  } files[] = {
    { "jr://instance/profile", "<p xmlns=\"urn:p\"><name>甲厂</name></p>" },
    { "jr://file-csv/cities.csv", "\xef\xbb\xbfname,label,pop\nams,\"Amster\"\"dam, NL\",1\n\nnyc,New York,2\n" },
    { "jr://file/places.geojson", "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"id\":\"f1\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[102,0.5]},\"properties\":{\"title\":\"P\",\"n\":3}}]}" },
    { "jr://file/list.xml", "<root><item><name>x</name></item></root>" },
    { "jr://instance/catalog/CN-AIR", "list_id,entry_no,name_zh,name_en,cas\nCN-AIR,1,二氯甲烷,Dichloromethane,75-09-2\nCN-AIR,7,镉及其化合物,Cadmium,\n" },
    { "jr://instance/calendar/work-2026", "date,kind,name\n2026-10-01,holiday,国庆节\n2026-10-02,holiday,国庆节\n2026-10-05,holiday,国庆节\n2026-10-06,holiday,国庆节\n2026-10-07,holiday,国庆节\n2026-10-10,workday,国庆节\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    if (strcmp (uri, files[i].uri) == 0)
      return g_bytes_new_static (files[i].text, strlen (files[i].text));
  return NULL;
}

static void
test_host_instances (void)
{
  g_autoptr (QdForm) form = kit_form ("<data id=\"t\"><name/><city/><pull/><geo/><last/><cas/><listed/><cd/></data>",
                                      "<instance id=\"profile\" src=\"jr://instance/profile\"/><instance id=\"last\" src=\"jr://instance/last\"/><instance id=\"cities\" src=\"jr://file-csv/cities.csv\"/><instance id=\"places\" src=\"jr://file/places.geojson\"/>"
                                      "<bind nodeset=\"/data/name\" calculate=\"instance('profile')/p/name\"/><bind nodeset=\"/data/city\" calculate=\"instance('cities')/root/item[name = 'ams']/label\"/>"
                                      "<bind nodeset=\"/data/pull\" calculate=\"pulldata('cities', 'pop', 'name', 'nyc')\"/><bind nodeset=\"/data/geo\" calculate=\"concat(instance('places')/root/item/geometry, '|', instance('places')/root/item/n)\"/>"
                                      "<bind nodeset=\"/data/last\" calculate=\"concat('[', instance('last')/data/name, ']')\"/><bind nodeset=\"/data/listed\" calculate=\"qd:listed(/data/cas, '', 'CN-AIR')\"/><bind nodeset=\"/data/cd\" calculate=\"qd:listed('', '镉及其化合物', 'CN-AIR')\"/>",
                                      "");
  QdInstanceOptions options = { .resolver = resolve };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdInstance) instance = qd_instance_new (form, &options, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (kit_get (instance, "/data/name"), ==, "甲厂");
  g_assert_cmpstr (kit_get (instance, "/data/city"), ==, "Amster\"dam, NL");
  g_assert_cmpstr (kit_get (instance, "/data/pull"), ==, "2");
  g_assert_cmpstr (kit_get (instance, "/data/geo"), ==, "0.5 102 0 0|3");
  g_assert_cmpstr (kit_get (instance, "/data/last"), ==, "[]");
  g_assert_cmpstr (kit_get (instance, "/data/listed"), ==, "");
  kit_set (instance, "/data/cas", "75-09-2");
  g_assert_cmpstr (kit_get (instance, "/data/listed"), ==, "1");
  g_assert_cmpstr (kit_get (instance, "/data/cd"), ==, "7");
  options.resolver = NULL;
  options.missing_is_error = TRUE;
  g_assert_null (qd_instance_new (form, &options, &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_MISSING);
  g_assert_nonnull (strstr (error->message, "cities.csv"));
}

/* The host's calendar of each year that is passed through; Monday to Friday where it has none. */
static void
test_workdays (void)
{
  static const struct
  {
    const char *from, *n, *with, *without;
  } rows[] = {
    { "2026-09-30", "1", "2026-10-08", "2026-10-01" },
    { "2026-09-30", "2", "2026-10-09", "2026-10-02" },
    { "2026-09-30", "3", "2026-10-10", "2026-10-05" }, /* a Saturday worked instead */
    { "2026-10-12", "-1", "2026-10-10", "2026-10-09" },
    { "2026-10-10", "-3", "2026-09-30", "2026-10-07" },
    { "2026-12-31", "1", "2027-01-01", "2027-01-01" }, /* no calendar of 2027 */
    { "2026-10-01", "0", "2026-10-01", "2026-10-01" },
    { "", "1", "", "" },
  };
  g_autoptr (QdForm) form = kit_form ("<data id=\"t\"><from/><n/><to/></data>", "<bind nodeset=\"/data/from\" type=\"date\"/><bind nodeset=\"/data/n\" type=\"int\"/><bind nodeset=\"/data/to\" type=\"date\" calculate=\"qd:workday-add(/data/from, /data/n)\"/>", "");

  for (int with = 0; with < 2; with++)
    {
      QdInstanceOptions options = { .resolver = with ? resolve : NULL };
      g_autoptr (GError) error = NULL;
      g_autoptr (QdInstance) instance = qd_instance_new (form, &options, &error);

      g_assert_no_error (error);
      for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
        {
          kit_set (instance, "/data/from", rows[i].from);
          kit_set (instance, "/data/n", rows[i].n);
          g_assert_cmpstr (kit_get (instance, "/data/to"), ==, with ? rows[i].with : rows[i].without);
        }
    }
}

static void
test_attachments (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><f/><row jr:template=\"\"><g/></row></data>", "", "<upload ref=\"/data/f\" mediatype=\"image/*\"/><repeat nodeset=\"/data/row\"><upload ref=\"/data/row/g\"/></repeat>");
  g_autoptr (GPtrArray) names = NULL;

  g_assert_true (qd_instance_add_rows (instance, kit_node (instance, "/data/row"), 0, 2, NULL));
  kit_set (instance, "/data/f", "图.png");
  kit_set (instance, "/data/row[2]/g", "b.pdf");
  kit_set (instance, "/data/row[1]/g", "图.png");
  names = qd_instance_get_attachments (instance);
  g_assert_cmpuint (names->len, ==, 2);
  g_assert_cmpstr (names->pdata[0], ==, "图.png");
  g_assert_cmpstr (names->pdata[1], ==, "b.pdf");
}

/* once() and random values: computed once, kept in drafts, undone like what was typed. */
static void
test_sticky (void)
{
  g_autoptr (QdForm) form = kit_form ("<data id=\"t\"><a/><u/><o/><meta><instanceID>i</instanceID></meta></data>", "<bind nodeset=\"/data/u\" calculate=\"uuid()\"/><bind nodeset=\"/data/o\" calculate=\"if(/data/a = '', '', once(/data/a))\"/>", "<input ref=\"/data/a\"/>");
  g_autoptr (QdInstance) instance = kit_instance_full (form, QD_INSTANCE_CREATE, NULL), again = NULL;
  g_autoptr (GBytes) saved = NULL;
  g_autofree char *before = kit_save (instance), *after = NULL, *restored = NULL;
  g_autoptr (GPtrArray) changes = NULL;

  g_assert_cmpuint (strlen (kit_get (instance, "/data/u")), ==, 36);
  kit_set (instance, "/data/a", "1");
  g_assert_cmpstr (kit_get (instance, "/data/o"), ==, "1");
  kit_set (instance, "/data/a", "2");
  g_assert_cmpstr (kit_get (instance, "/data/o"), ==, "1");
  saved = qd_instance_save (instance);
  again = kit_instance_full (form, QD_INSTANCE_RESTORE, saved);
  restored = kit_save (again);
  after = kit_save (instance);
  g_assert_cmpstr (restored, ==, after);
  changes = qd_instance_steal_changes (instance);
  g_assert_true (qd_instance_apply (instance, changes, TRUE, NULL));
  g_clear_pointer (&after, g_free);
  after = kit_save (instance);
  g_assert_cmpstr (after, ==, before);
}

/* Whole-instance work stays linear: a form whose rows would chase each other for ever still loads. */
static void
test_restless_form (void)
{
  g_autoptr (QdInstance) instance = kit_instance ("<data id=\"t\"><row jr:template=\"\"><q/></row></data>", "<bind nodeset=\"/data/row/q\" type=\"int\" calculate=\"sum(../../row/q) + 1\"/>", "<repeat nodeset=\"/data/row\" jr:count=\"3\"><input ref=\"/data/row/q\"/></repeat>");

  g_assert_cmpuint (qd_instance_get_n_children (instance, kit_node (instance, "/data/row")), ==, 3);
}

/* Whoever sends documents chooses their names: they go with the document. */
static void
test_foreign_names (void)
{
  g_autoptr (QdForm) form = kit_form ("<data id=\"t\" xmlns:x=\"urn:x\"><a/><row jr:template=\"\"><q/></row></data>", "<bind nodeset=\"/data/a\" calculate=\"count(/data/row/@known)\"/>", "<repeat nodeset=\"/data/row\"/>");

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *element = g_strdup_printf ("foreign-element-%u", i), *attribute = g_strdup_printf ("foreign-attribute-%u", i), *uri = g_strdup_printf ("urn:foreign:%u", i), *note = g_strdup_printf ("foreign-note-%u", i);
      g_autofree char *text = g_strdup_printf ("<data id=\"t\" xmlns:f=\"%s\" xmlns:x=\"urn:x\"><%s>1</%s><row known=\"1\" %s=\"2\" x:%s=\"3\" f:y=\"4\"><q>5</q><f:q/></row><row known=\"\"/></data>", uri, element, element, attribute, attribute);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
      g_autoptr (QdInstance) instance = kit_instance_full (form, QD_INSTANCE_RESTORE, bytes);
      g_autofree char *saved = NULL;

      g_assert_cmpstr (kit_get (instance, "/data/a"), ==, "2");
      g_assert_cmpstr (kit_get (instance, "/data/row[1]/q"), ==, "5");
      g_assert_true (qd_instance_set_annotation (instance, kit_node (instance, "/data/row[1]/q"), note, "why", NULL));
      saved = kit_save (instance);
      g_assert_nonnull (strstr (saved, attribute));
      g_assert_nonnull (strstr (saved, note));
      g_assert_cmpuint (g_quark_try_string (element), ==, 0);
      g_assert_cmpuint (g_quark_try_string (attribute), ==, 0);
      g_assert_cmpuint (g_quark_try_string (uri), ==, 0);
      g_assert_cmpuint (g_quark_try_string (note), ==, 0);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (QdForm) form = kit_form ("<data id=\"t\"><row/></data>", "", "<repeat nodeset=\"/data/row\"/>");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  int share = 0;
  QdInstanceOptions options = { .cancellable = cancellable, .share = &share };
  g_autoptr (QdInstance) instance = qd_instance_new (form, &options, &error);

  g_assert_no_error (error);
  g_assert_cmpint (share, >, 0);
  g_assert_cmpint (share, <=, 1000);
  g_cancellable_cancel (cancellable);
  g_assert_null (qd_instance_new (form, &options, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  /* Once it is there it is nobody's business. */
  g_assert_true (qd_instance_add_rows (instance, qd_instance_find (instance, "/data/row"), 0, 3, NULL));
  g_assert_cmpuint (qd_instance_get_size (instance), >, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/instance/cancelled", test_cancelled);
  g_test_add_func ("/instance/foreign-names", test_foreign_names);
  g_test_add_func ("/instance/relevance", test_relevance);
  g_test_add_func ("/instance/readonly", test_readonly);
  g_test_add_func ("/instance/required", test_required);
  g_test_add_func ("/instance/types", test_types);
  g_test_add_func ("/instance/coercion", test_coercion);
  g_test_add_func ("/instance/rows", test_rows);
  g_test_add_func ("/instance/tree", test_tree);
  g_test_add_func ("/instance/counted-rows", test_counted_rows);
  g_test_add_func ("/instance/fixed-rows", test_fixed_rows);
  g_test_add_func ("/instance/implicit-template", test_implicit_template);
  g_test_add_func ("/instance/position-and-totals", test_position_and_totals);
  g_test_add_func ("/instance/actions", test_actions);
  g_test_add_func ("/instance/endless-actions", test_endless_actions);
  g_test_add_func ("/instance/preload", test_preload);
  g_test_add_func ("/instance/default-meta", test_default_meta);
  g_test_add_func ("/instance/edit", test_edit);
  g_test_add_func ("/instance/choices", test_choices);
  g_test_add_func ("/instance/texts", test_texts);
  g_test_add_func ("/instance/checks", test_checks);
  g_test_add_func ("/instance/undo", test_undo);
  g_test_add_func ("/instance/signals", test_signals);
  g_test_add_func ("/instance/namespaces", test_namespaces);
  g_test_add_func ("/instance/escapes", test_escapes);
  g_test_add_func ("/instance/host-instances", test_host_instances);
  g_test_add_func ("/instance/workdays", test_workdays);
  g_test_add_func ("/instance/attachments", test_attachments);
  g_test_add_func ("/instance/sticky", test_sticky);
  g_test_add_func ("/instance/restless-form", test_restless_form);
  return g_test_run ();
}
