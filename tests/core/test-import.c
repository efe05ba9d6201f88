/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "qd-book.h"
#include "qd-import.h"
#include "qd-pack.h"
#include "qd-sheet-export.h"

#define FORM_HEAD                                                                                                                                          \
  "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' xmlns:qd='urn:qingdan:form:1'><h:head><h:title>T</h:title><model>" \
  "<instance><d id='t' version='1'><row><name/><cas/><qty/><n/><day/><ok/><kind/><mass/><got/><sum/></row></d></instance>"
#define FORM_TAIL                                                                                                                                                          \
  "<bind nodeset='/d/row/name' type='string' qd:synonyms='品名|物料名称'/><bind nodeset='/d/row/cas' type='string' qd:format='cas' qd:synonyms='CAS No.'/>"          \
  "<bind nodeset='/d/row/qty' type='decimal' qd:unit='t/a'/><bind nodeset='/d/row/n' type='int'/><bind nodeset='/d/row/day' type='date'/>"                                 \
  "<bind nodeset='/d/row/ok' type='boolean'/><bind nodeset='/d/row/got' type='decimal' qd:unit-field='mass'/>"                                                             \
  "<bind nodeset='/d/row/sum' type='decimal' calculate='../qty * 2'/></model></h:head><h:body><group ref='/d/row'><label>Rows</label>"                                     \
  "<repeat nodeset='/d/row' appearance='table' qd:key='cas|name'>"                                                                                                         \
  "<input ref='/d/row/name'><label>名称</label></input><input ref='/d/row/cas'><label>CAS 号</label></input>"                                                           \
  "<input ref='/d/row/qty'><label>年用量</label></input><input ref='/d/row/n'><label>件数</label></input><input ref='/d/row/day'><label>盘点日期</label></input>" \
  "<input ref='/d/row/ok'><label>合格</label></input>"                                                                                                                   \
  "<select ref='/d/row/kind'><label>环节</label><item><label>生产</label><value>p</value></item><item><label>使用</label><value>u</value></item></select>"           \
  "<select1 ref='/d/row/mass'><label>单位</label><item><label>t</label><value>t</value></item><item><label>kg</label><value>kg</value></item></select1>"                 \
  "<input ref='/d/row/got'><label>购入</label></input><input ref='/d/row/sum'><label>合计量</label></input></repeat></group></h:body></h:html>"

static QdInstance *
make_instance (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) xml = g_bytes_new_static (FORM_HEAD FORM_TAIL, strlen (FORM_HEAD FORM_TAIL));
  g_autoptr (QdForm) form = qd_form_new (xml, "t.xml", &error);
  QdInstanceOptions options = { 0 };
  QdInstance *instance;

  g_assert_no_error (error);
  instance = qd_instance_new (form, &options, &error);
  g_assert_no_error (error);
  return instance;
}

static QdNodeId
find_range (QdInstance *instance, const char *ref)
{
  g_autofree char *first = g_strdup_printf ("%s[1]", ref);
  QdNodeId node = qd_instance_find (instance, ref);

  if (node == 0)
    node = qd_instance_find (instance, first);
  g_assert_cmpuint (node, !=, 0);
  while (qd_instance_get_node_type (instance, node) != QD_NODE_REPEAT_RANGE)
    node = qd_instance_get_parent (instance, node);
  return node;
}

static QdImport *
open_csv (QdInstance *instance, const char *csv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (csv, strlen (csv));
  g_autoptr (QdSheet) sheet = qd_sheet_read_text (bytes, "t.csv", &error);

  g_assert_no_error (error);
  return qd_import_new (instance, find_range (instance, "/d/row"), sheet);
}

static const char *
value_at (QdInstance *instance, guint row, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/d/row[%u]/%s", row, name);
  QdNodeId node = qd_instance_find (instance, path);

  g_assert_cmpuint (node, !=, 0);
  return qd_instance_get_value (instance, node);
}

/* A correction is offered only where it is certain: what stands behind a number may be another unit. */
static void
test_fixes (void)
{
  static const struct
  {
    const char *text, *fix; /* (nullable fix) */
  } rows[] = {
    { "约 40", "40" },
    { "约４０ ", "40" },
    { "不到 0.5", "0.5" },
    { "约 40 桶", NULL },
    { "40 桶", NULL },
    { "约 40 左右", NULL },
    { "许多", NULL },
    { "约 5.", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *csv = g_strdup_printf ("名称,CAS号,年用量(t)\n丙酮,67-64-1,%s\n", rows[i].text);
      g_autoptr (QdInstance) instance = make_instance ();
      g_autoptr (QdImport) import = open_csv (instance, csv);
      QdImportCounts counts;
      g_autoptr (GPtrArray) judged = qd_import_check (import, QD_IMPORT_APPEND, &counts);
      const QdImportRow *row = g_ptr_array_index (judged, 0);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (row->fate, ==, QD_ROW_REFUSED);
      g_assert_cmpstr (row->fix, ==, rows[i].fix);
    }
}

static void
clear_rows (QdInstance *instance)
{
  QdNodeId range = find_range (instance, "/d/row");

  g_assert_true (qd_instance_remove_rows (instance, range, 0, qd_instance_get_n_children (instance, range), NULL));
}

/* Which field a head means, and its unit. */
static void
test_heads (void)
{
  static const struct
  {
    const char *csv;
    guint first_row;
    const char *fields; /* names by column, "-" left out, "?" after a guess that asks to be confirmed */
    const char *units;
  } rows[] = {
    { "名称,CAS号,年用量(kg)\n丙酮,67-64-1,3\n", 1, "name cas qty", "- - kg" },
    { "序号,物料名称,CAS No.,年用量（吨/年）,盘点日期\n1,丙酮,67-64-1,3,2025.12.31\n", 1, "- name cas qty day", "- - - 吨/年 -" },
    { "2025 年台账,,\n品名,编号,年用量/t\n丙酮,67-64-1,5\n乙酸,64-19-7,6\n", 2, "name cas? qty", "- - t" },
    { "单位：kg,,\n品名,CAS,年用量\n丙酮,67-64-1,5\n", 2, "name cas qty?", "- - kg" },
    { "品名,年用量(kg),购入\n丙酮,5,6\n", 1, "name qty got?", "- kg kg" },
    { "品名,入库日\n丙酮,2025/1/5\n", 1, "name day?", "- -" },
    { "丙酮,1\n乙酸,2\n", 0, "- -", "- -" },
    { "原料名称,合计量\n丙酮,2\n", 1, "name? -", "- -" },
    { "", 0, "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (QdInstance) instance = make_instance ();
      g_autoptr (QdImport) import = open_csv (instance, rows[i].csv);
      g_autoptr (GString) fields = g_string_new (NULL);
      g_autoptr (GString) units = g_string_new (NULL);

      for (guint k = 0; k < qd_import_get_n_columns (import); k++)
        {
          const QdImportColumn *column = qd_import_get_column (import, k);
          gboolean asks = column->guess == QD_GUESS_PART || column->guess == QD_GUESS_CONTENT || column->unit_guessed;

          g_string_append_printf (fields, "%s%s%s", k > 0 ? " " : "", column->field < 0 ? "-" : qd_field_get_name (qd_import_get_field (import, (guint) column->field)), column->field >= 0 && asks ? "?" : "");
          g_string_append_printf (units, "%s%s", k > 0 ? " " : "", column->unit != NULL ? column->unit : "-");
        }
      g_test_message ("%s", rows[i].csv);
      g_assert_cmpstr (fields->str, ==, rows[i].fields);
      g_assert_cmpstr (units->str, ==, rows[i].units);
      g_assert_cmpuint (qd_import_get_first_row (import), ==, rows[i].first_row);
      g_assert_cmpuint (qd_import_count_unconfirmed (import), ==, strchr (rows[i].fields, '?') != NULL);
    }
}

/* What one cell becomes. */
static void
test_cells (void)
{
  static const struct
  {
    const char *head;
    const char *cell;
    const char *field;
    const char *value; /* NULL: the row is refused */
    gboolean notice;
  } rows[] = {
    { "年用量(kg)", "1500", "qty", "1.5", FALSE },
    { "年用量(kg)", "0.05L", "qty", "0.00005L", FALSE },
    { "年用量(t)", "12.40", "qty", "12.40", FALSE },
    { "年用量(t)", "\"1,250\"", "qty", "1250", TRUE },
    { "年用量", "310 kg", "qty", "0.31", TRUE },
    { "年用量(t)", "１２８．５", "qty", "128.5", TRUE },
    { "年用量(t)", "约12~15", "qty", NULL, FALSE },
    { "年用量(t)", "1.2.5", "qty", NULL, FALSE },
    { "年用量(mg/L)", "5", "qty", NULL, FALSE },
    { "年用量(t)", "5 桶", "qty", NULL, FALSE },
    { "件数", "12", "n", "12", FALSE },
    { "件数", "12.5", "n", NULL, FALSE },
    { "盘点日期", "2025.12.31", "day", "2025-12-31", FALSE },
    { "盘点日期", "2025.13.02", "day", NULL, FALSE },
    { "合格", "√", "ok", "true", FALSE },
    { "合格", "也许", "ok", NULL, FALSE },
    { "环节", "生产、使用", "kind", "p u", FALSE },
    { "环节", "生产、销售", "kind", NULL, FALSE },
    { "CAS", "7647–01–0", "cas", "7647-01-0", TRUE },
    { "CAS", "CAS:1310-73-2", "cas", "1310-73-2", TRUE },
    { "CAS", " 141 - 78 - 6 ", "cas", "141-78-6", TRUE },
    { "CAS", "６７－６４－１", "cas", "67-64-1", TRUE },
    { "CAS", "75-09-3", "cas", NULL, FALSE },
    { "CAS", "9003/5/8", "cas", NULL, FALSE },
    { "CAS", "9003-05-8", "cas", "9003-05-8", FALSE },
    { "购入(kg)", "5", "mass", "kg", FALSE },
    { "购入(kg)", "5", "got", "5", FALSE },
    { "购入", "5 kg", "mass", "kg", TRUE },
    { "购入(kg)", "0.5 t", "got", "500", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (QdInstance) instance = make_instance ();
      g_autofree char *csv = g_strdup_printf ("品名,%s\n丙酮,%s\n", rows[i].head, rows[i].cell);
      g_autoptr (QdImport) import = NULL;
      g_autoptr (GPtrArray) checked = NULL;
      const QdImportRow *row;
      g_autoptr (GError) error = NULL;

      clear_rows (instance);
      import = open_csv (instance, csv);
      checked = qd_import_check (import, QD_IMPORT_APPEND, NULL);
      g_test_message ("%s", csv);
      g_assert_cmpuint (checked->len, ==, 1);
      row = g_ptr_array_index (checked, 0);
      g_assert_cmpint (row->fate, ==, rows[i].value != NULL ? QD_ROW_ADDED : QD_ROW_REFUSED);
      g_assert_true ((row->reason != NULL) == (rows[i].value == NULL));
      g_assert_true (rows[i].value == NULL || (row->notice != NULL) == rows[i].notice);
      g_assert_true (qd_import_apply (import, QD_IMPORT_APPEND, NULL, &error));
      g_assert_no_error (error);
      if (rows[i].value != NULL)
        g_assert_cmpstr (value_at (instance, 1, rows[i].field), ==, rows[i].value);
      else
        g_assert_cmpuint (qd_instance_get_n_children (instance, find_range (instance, "/d/row")), ==, 0);
    }
}

static void
test_update (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdImport) first = NULL;
  g_autoptr (QdImport) second = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GBytes) again = NULL;
  QdImportCounts counts;
  static const QdRowFate fates[] = { QD_ROW_UPDATED, QD_ROW_ADDED, QD_ROW_REFUSED, QD_ROW_EMPTY, QD_ROW_UPDATED, QD_ROW_REFUSED, QD_ROW_REFUSED };

  clear_rows (instance);
  first = open_csv (instance, "品名,CAS,年用量(t)\n丙酮,67-64-1,3\n发酵液,,4\n");
  g_assert_true (qd_import_apply (first, QD_IMPORT_APPEND, &counts, NULL));
  g_assert_cmpuint (counts.added, ==, 2);
  g_clear_pointer (&changes, g_ptr_array_unref);
  changes = qd_instance_steal_changes (instance);
  g_assert_nonnull (changes);
  g_clear_pointer (&changes, g_ptr_array_unref);

  before = qd_instance_save (instance);
  second = open_csv (instance, "品名,CAS,年用量(kg)\n二甲基甲酮,67-64-1,5000\n乙酸,64-19-7,100\n冰醋酸,64-19-7,100\n,,\n发酵液,,\n,,7\n合计,,5100\n");
  rows = qd_import_check (second, QD_IMPORT_UPDATE, &counts);
  g_assert_cmpuint (rows->len, ==, G_N_ELEMENTS (fates));
  for (gsize i = 0; i < G_N_ELEMENTS (fates); i++)
    g_assert_cmpint (((QdImportRow *) g_ptr_array_index (rows, i))->fate, ==, fates[i]);
  g_assert_cmpuint (counts.rows, ==, counts.added + counts.updated + counts.refused + counts.empty);
  g_assert_true (qd_import_apply (second, QD_IMPORT_UPDATE, &counts, NULL));
  g_assert_cmpuint (counts.updated, ==, 2);
  g_assert_cmpuint (counts.added, ==, 1);
  g_assert_cmpstr (value_at (instance, 1, "name"), ==, "二甲基甲酮");
  g_assert_cmpstr (value_at (instance, 1, "qty"), ==, "5");
  g_assert_cmpstr (value_at (instance, 1, "sum"), ==, "10");
  g_assert_cmpstr (value_at (instance, 2, "qty"), ==, "4");
  g_assert_cmpstr (value_at (instance, 3, "qty"), ==, "0.1");

  /* Taken back, the declaration is what it was, byte for byte; and forth again. */
  after = qd_instance_save (instance);
  changes = qd_instance_steal_changes (instance);
  g_assert_true (qd_instance_apply (instance, changes, TRUE, NULL));
  back = qd_instance_save (instance);
  g_assert_true (g_bytes_equal (before, back));
  g_assert_true (qd_instance_apply (instance, changes, FALSE, NULL));
  again = qd_instance_save (instance);
  g_assert_true (g_bytes_equal (after, again));
}

static void
test_replace (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdImport) first = open_csv (instance, "品名\n丙酮\n乙酸\n丁醇\n");
  g_autoptr (QdImport) second = NULL;

  g_assert_true (qd_import_apply (first, QD_IMPORT_REPLACE, NULL, NULL));
  g_assert_cmpuint (qd_instance_get_n_children (instance, find_range (instance, "/d/row")), ==, 3);
  second = open_csv (instance, "品名\n苯\n苯\n");
  g_assert_true (qd_import_apply (second, QD_IMPORT_REPLACE, NULL, NULL));
  g_assert_cmpuint (qd_instance_get_n_children (instance, find_range (instance, "/d/row")), ==, 1);
  g_assert_cmpstr (value_at (instance, 1, "name"), ==, "苯");
}

/* Whatever stands in a table: no row gets lost, and the dry run tells what the import does. */
static void
test_random (void)
{
  static const char *const cells[] = { "", "丙酮", "67-64-1", "75-09-3", "12", "1.2.3", "\"1,250\"", "2025.12.31", "是", "生产", "kg", "310 kg", "#N/A", "合计", " ", "0.05L", "乙酸", "64-19-7" };
  static const char *const heads[] = { "品名", "CAS", "年用量(kg)", "件数", "盘点日期", "合格", "环节", "单位", "购入", "备注" };

  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (QdInstance) instance = make_instance ();
      g_autoptr (GString) csv = g_string_new (NULL);
      g_autoptr (QdImport) import = NULL;
      g_autoptr (GPtrArray) rows = NULL;
      QdImportMode mode = (QdImportMode) g_test_rand_int_range (0, 3);
      guint n_rows = (guint) g_test_rand_int_range (0, 12);
      QdImportCounts dry;
      QdImportCounts wet;
      guint n_before;
      guint n_after;

      for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
        g_string_append_printf (csv, "%s%s", i > 0 ? "," : "", heads[i]);
      for (guint i = 0; i < n_rows; i++)
        {
          g_string_append_c (csv, '\n');
          for (gsize k = 0; k < G_N_ELEMENTS (heads); k++)
            g_string_append_printf (csv, "%s%s", k > 0 ? "," : "", g_test_rand_bit () ? "" : cells[g_test_rand_int_range (0, (int) G_N_ELEMENTS (cells))]);
        }
      g_string_append (csv, "\n末行,,,,,,,,,x\n");
      import = open_csv (instance, csv->str);
      n_before = qd_instance_get_n_children (instance, find_range (instance, "/d/row"));
      rows = qd_import_check (import, mode, &dry);
      g_assert_cmpuint (dry.rows, ==, qd_sheet_get_n_rows (qd_import_get_sheet (import)) - qd_import_get_first_row (import));
      g_assert_cmpuint (dry.rows, ==, rows->len);
      g_assert_cmpuint (dry.rows, ==, dry.added + dry.updated + dry.refused + dry.empty);
      for (guint i = 0; i < rows->len; i++)
        {
          const QdImportRow *row = g_ptr_array_index (rows, i);

          g_assert_true ((row->reason != NULL) == (row->fate == QD_ROW_REFUSED));
        }
      g_assert_true (qd_import_apply (import, mode, &wet, NULL));
      g_assert_cmpmem (&dry, sizeof dry, &wet, sizeof wet);
      n_after = qd_instance_get_n_children (instance, find_range (instance, "/d/row"));
      g_assert_cmpuint (n_after, ==, (mode == QD_IMPORT_REPLACE ? 0 : n_before) + dry.added);
    }
}

static void
test_mapping (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdImport) import = open_csv (instance, "代号,用量\n丙酮,3\n");
  g_autoptr (QdImport) next = open_csv (instance, "用量,代号\n3,丙酮\n");
  g_autofree char *mapping = NULL;
  static const char *const bad[] = { "", "[columns]\n0=a\n", "[columns]\n0=/d/none;;代号;\n", "\xff\xfe", "[x" };

  qd_import_set_column (import, 0, 0, NULL);
  qd_import_set_column (import, 1, 2, "kg");
  mapping = qd_import_dup_mapping (import);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      qd_import_load_mapping (next, bad[i]);
      g_assert_cmpint (qd_import_get_column (next, 1)->field, ==, -1);
    }
  qd_import_load_mapping (next, mapping);
  g_assert_cmpint (qd_import_get_column (next, 1)->field, ==, 0);
  g_assert_cmpint (qd_import_get_column (next, 0)->field, ==, 2);
  g_assert_cmpstr (qd_import_get_column (next, 0)->unit, ==, "kg");
  g_assert_cmpuint (qd_import_count_unconfirmed (next), ==, 0);
  /* A field has one column: the other one loses it. */
  qd_import_set_column (next, 0, 0, NULL);
  g_assert_cmpint (qd_import_get_column (next, 1)->field, ==, -1);
}

/* Somebody copied a column of a table that we wrote. */
static void
test_copied_column (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdImport) import = open_csv (instance, "qd-table:/d/row\n,qd:/d/row/name,qd:/d/row/name\nNo.,name,name\n1,a,b\n");
  g_autoptr (GPtrArray) rows = NULL;
  QdImportCounts counts;

  g_assert_cmpint (qd_import_get_column (import, 1)->field, >=, 0);
  g_assert_cmpint (qd_import_get_column (import, 2)->field, ==, -1);
  rows = qd_import_check (import, QD_IMPORT_UPDATE, &counts);
  g_assert_cmpuint (counts.rows, ==, 1);
  g_assert_cmpuint (counts.refused, ==, 0);
  g_assert_true (qd_import_apply (import, QD_IMPORT_UPDATE, NULL, NULL));
}

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = qd_import_check_finish (QD_IMPORT (object), result, NULL, &error);
  int *state = user_data;

  *state = rows != NULL ? (int) rows->len : -1;
  g_assert_true (rows != NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

static void
test_thread (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (GString) csv = g_string_new ("品名,年用量(kg)\n");
  g_autoptr (QdImport) import = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  int whole = -2;
  int cancelled = -2;

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (csv, "物质%u,%u\n", i, i);
  import = open_csv (instance, csv->str);
  qd_import_check_async (import, QD_IMPORT_UPDATE, NULL, NULL, NULL, checked_cb, &whole);
  g_cancellable_cancel (cancellable);
  qd_import_check_async (import, QD_IMPORT_UPDATE, NULL, NULL, cancellable, checked_cb, &cancelled);
  while (whole == -2 || cancelled == -2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (whole, ==, 3000);
  g_assert_cmpint (cancelled, ==, -1);
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdImport) import = open_csv (instance, "品名,年用量(kg)\n丙酮,3\n乙酸,多\n苯,4\n水,少\n");
  g_autoptr (GPtrArray) rows = qd_import_check (import, QD_IMPORT_APPEND, NULL);
  g_autofree char *dir = g_dir_make_tmp ("qd-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "refused.xlsx", NULL);
  g_autofree char *none = g_build_filename (dir, "none", "refused.xlsx", NULL);
  g_autoptr (QdSheet) sheet = NULL;

  g_assert_true (qd_import_write_refused (import, rows, path, &error));
  g_assert_no_error (error);
  sheet = qd_sheet_read (path, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (qd_sheet_get_n_rows (sheet), ==, 3);
  g_assert_cmpstr (qd_sheet_get_text (sheet, 1, 0), ==, "乙酸");
  g_assert_cmpstr (qd_sheet_get_text (sheet, 2, 1), ==, "少");
  g_assert_cmpstr (qd_sheet_get_text (sheet, 2, 2), ==, ((QdImportRow *) g_ptr_array_index (rows, 3))->reason);
  g_assert_false (qd_import_write_refused (import, rows, none, &error));
  g_assert_nonnull (error);
  g_unlink (path);
  g_rmdir (dir);
}

/* Fields whose value a workbook brings back, one a line: computed ones follow from these. */
static char *
describe (QdInstance *instance, QdNodeId node)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < qd_instance_get_n_children (instance, node); i++)
    {
      g_autofree char *below = describe (instance, qd_instance_get_child (instance, node, i));

      g_string_append (out, below);
    }
  if (qd_instance_get_n_children (instance, node) == 0 && qd_instance_get_value (instance, node)[0] != '\0')
    {
      g_autofree char *path = qd_instance_dup_path (instance, node);

      g_string_append_printf (out, "%s = %s\n", path, qd_instance_get_value (instance, node));
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static QdInstance *
load (QdPack *pack, const char *form_id, const char *path)
{
  g_autoptr (GError) error = NULL;
  QdInstanceOptions options = { .resolver = qd_pack_resolve, .resolver_data = pack, .language = "zh-CN", .mode = path != NULL ? QD_INSTANCE_RESTORE : QD_INSTANCE_CREATE };
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  gsize length;
  QdInstance *instance;

  if (path != NULL)
    {
      g_assert_true (g_file_get_contents (path, &text, &length, &error));
      bytes = g_bytes_new_take (g_steal_pointer (&text), length);
      options.xml = bytes;
      options.xml_name = path;
    }
  instance = qd_instance_new (qd_pack_get_form (pack, form_id, &error), &options, &error);
  g_assert_no_error (error);
  return instance;
}

static gboolean
import_book (QdInstance *instance, const char *path, QdImportCounts *counts, GError **error)
{
  g_autoptr (QdBook) book = qd_book_read (path, NULL, NULL, NULL, error);

  return book != NULL && qd_book_apply (book, instance, counts, error);
}

/* The register of a plant, with dirty rows as ledgers have them: substances are real, amounts invented. What each row has to become stands in
 * a file beside it, which was written before the import was. */

static JsonObject *
load_expected (JsonParser **parser_out)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "sheets", "substance-register-expected.json", NULL);

  *parser_out = json_parser_new ();
  json_parser_load_from_file (*parser_out, path, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (*parser_out));
}

static QdImport *
open_register (QdPack *pack, QdInstance **instance_out)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "sheets", "substance-register.csv", NULL);
  g_autoptr (QdSheet) sheet = qd_sheet_read (path, NULL, NULL, NULL, NULL, &error);
  QdInstanceOptions options = { .resolver = qd_pack_resolve, .resolver_data = pack, .language = "zh-CN" };
  QdImport *import;

  g_assert_no_error (error);
  *instance_out = qd_instance_new (qd_pack_get_form (pack, "cn.register", &error), &options, &error);
  g_assert_no_error (error);
  import = qd_import_new (*instance_out, find_range (*instance_out, "/register/table/substance"), sheet);
  qd_import_set_catalog (import, qd_pack_get_substances (pack));
  return import;
}

/* What the import says of the issues of a row. SOLUTION_QTY is a question about a row that comes in: the form asks it (below). */
static void
check_issue (JsonObject *dirty, JsonObject *issue, const QdImportRow *row)
{
  const char *code = json_object_get_string_member (issue, "code");
  const char *suggestion = json_object_get_string_member_with_default (issue, "suggestion", NULL);
  JsonObject *written = json_object_get_object_member (dirty, "as_written");
  const char *text = row->reason != NULL ? row->reason : row->notice;

  g_test_message ("row %u, %s: %s", row->sheet_row + 1, code, text);
  if (g_str_equal (code, "SOLUTION_QTY"))
    return;
  if (suggestion != NULL)
    g_assert_nonnull (strstr (text, suggestion));
  if (json_object_has_member (dirty, "conflicts_with_line"))
    {
      g_autofree char *line = g_strdup_printf ("%d", (int) json_object_get_int_member (dirty, "conflicts_with_line"));
      gboolean other = strstr (text, json_object_get_string_member (written, "quantity_t")) != NULL;

      g_assert_nonnull (strstr (text, line));
      /* Only amounts that differ are worth showing. */
      g_assert_true (other == g_str_equal (code, "DUPLICATE_CONFLICT"));
    }
  if (g_str_equal (json_object_get_string_member (issue, "severity"), "error"))
    g_assert_cmpint (row->fate, ==, QD_ROW_REFUSED);
  if (g_str_equal (json_object_get_string_member (issue, "field"), "quantity_t") && g_str_has_prefix (code, "QTY") && row->fate == QD_ROW_REFUSED)
    g_assert_cmpint (row->column, ==, 5);
  if (g_str_equal (json_object_get_string_member (issue, "field"), "cas") && row->fate == QD_ROW_REFUSED && !g_str_equal (code, "CAS_MISSING"))
    g_assert_cmpint (row->column, ==, 2);
  if (g_str_equal (json_object_get_string_member (issue, "field"), "name_zh"))
    g_assert_nonnull (strstr (text, json_object_get_string_member (written, "name_zh")));
}

/* The row of the declaration with that number, role and year. */
static QdNodeId
find_substance (QdInstance *instance, QdNodeId range, const char *cas, const char *role, const char *year)
{
  for (guint i = 0; i < qd_instance_get_n_children (instance, range); i++)
    {
      QdNodeId row = qd_instance_get_child (instance, range, i);
      g_autofree char *path = qd_instance_dup_path (instance, row);
      const char *const names[] = { "cas", "roles", "year" }, *const values[] = { cas, role, year };
      gboolean same = TRUE;

      for (gsize k = 0; same && k < G_N_ELEMENTS (names); k++)
        {
          g_autofree char *node = g_strdup_printf ("%s/%s", path, names[k]);

          same = g_str_equal (qd_instance_get_value (instance, qd_instance_find (instance, node)), values[k]);
        }
      if (same)
        return row;
    }
  return 0;
}

static const char *
get_cell (QdInstance *instance, QdNodeId row, const char *name)
{
  g_autofree char *path = qd_instance_dup_path (instance, row);
  g_autofree char *node = g_strdup_printf ("%s/%s", path, name);

  g_assert_cmpuint (qd_instance_find (instance, node), !=, 0);
  return qd_instance_get_value (instance, qd_instance_find (instance, node));
}

static const char *
role_code (const char *label)
{
  static const char *const pairs[] = { "生产", "produce", "加工使用", "use", "库存", "stock", "排放", "emit" };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i += 2)
    if (g_str_equal (pairs[i], label))
      return pairs[i + 1];
  g_assert_not_reached ();
}

static gboolean
has_finding (QdInstance *instance, QdNodeId row, const char *rule)
{
  g_autoptr (GPtrArray) findings = qd_instance_get_findings (instance);

  for (guint i = 0; i < findings->len; i++)
    if (g_str_equal (qd_finding_get_rule (g_ptr_array_index (findings, i)), rule))
      for (QdNodeId node = qd_finding_get_node (g_ptr_array_index (findings, i)); node != 0; node = qd_instance_get_parent (instance, node))
        if (node == row)
          return TRUE;
  return FALSE;
}

static void
test_register (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonParser) parser = NULL;
  JsonObject *expected = load_expected (&parser);
  JsonArray *dirty = json_object_get_array_member (expected, "dirty");
  JsonObject *numbers = json_object_get_object_member (expected, "rows");
  g_autoptr (QdPack) pack = qd_pack_load_builtin (&error);
  g_autoptr (QdInstance) instance = NULL;
  g_autoptr (QdImport) import = open_register (pack, &instance);
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  static const char *const fields[] = { "nameZh", "nameEn", "cas", "roles", "year", "quantity", NULL, "purpose" };
  QdImportCounts counts;
  QdNodeId range = find_range (instance, "/register/table/substance");
  guint held = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (qd_import_get_first_row (import), ==, 1);
  /* No column has to be mapped by hand. */
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      int field = qd_import_get_column (import, i)->field;

      g_assert_cmpstr (field < 0 ? NULL : qd_field_get_name (qd_import_get_field (import, (guint) field)), ==, fields[i]);
    }
  rows = qd_import_check (import, QD_IMPORT_UPDATE, &counts);
  g_assert_cmpuint (counts.rows, ==, json_object_get_int_member (numbers, "data_rows"));
  g_assert_cmpuint (json_array_get_length (dirty), ==, json_object_get_int_member (numbers, "dirty"));
  for (guint i = 0; i < json_array_get_length (dirty); i++)
    {
      JsonObject *one = json_array_get_object_element (dirty, i);
      JsonArray *issues = json_object_get_array_member (one, "issues");
      const QdImportRow *row = g_ptr_array_index (rows, json_object_get_int_member (one, "line") - 2);
      gboolean hold = g_str_equal (json_object_get_string_member (one, "import"), "hold");

      g_hash_table_add (known, GINT_TO_POINTER (json_object_get_int_member (one, "line")));
      g_assert_cmpint (row->fate, ==, hold ? QD_ROW_REFUSED : QD_ROW_ADDED);
      g_assert_true ((row->reason != NULL) == hold);
      g_assert_true (hold || row->notice != NULL);
      held += hold;
      for (guint k = 0; k < json_array_get_length (issues); k++)
        check_issue (one, json_array_get_object_element (issues, k), row);
    }
  /* All clean rows come in, without a word. */
  for (guint i = 0; i < rows->len; i++)
    if (!g_hash_table_contains (known, GUINT_TO_POINTER (i + 2)))
      {
        const QdImportRow *row = g_ptr_array_index (rows, i);

        g_test_message ("row %u: %s %s", i + 2, row->reason, row->notice);
        g_assert_cmpint (row->fate, ==, QD_ROW_ADDED);
        g_assert_null (row->notice);
      }
  g_assert_cmpuint (counts.refused, ==, held);
  g_assert_true (qd_import_apply (import, QD_IMPORT_UPDATE, &counts, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (qd_instance_get_n_children (instance, range), ==, counts.rows - held);
  /* Rows that came in have the values that were expected, in the field of their role. */
  for (guint i = 0; i < json_array_get_length (dirty); i++)
    {
      JsonObject *one = json_array_get_object_element (dirty, i);
      JsonObject *values = json_object_get_null_member (one, "normalised") ? NULL : json_object_get_object_member (one, "normalised");
      JsonArray *issues = json_object_get_array_member (one, "issues");
      g_autofree char *year = NULL;
      const char *role;
      QdNodeId row;

      if (values == NULL)
        continue;
      year = g_strdup_printf ("%d", (int) json_object_get_int_member (values, "year"));
      role = role_code (json_object_get_string_member (values, "role"));
      row = find_substance (instance, range, json_object_get_string_member (values, "cas"), role, year);
      g_assert_cmpuint (row, !=, 0);
      g_assert_cmpfloat (g_ascii_strtod (get_cell (instance, row, role), NULL), ==, json_object_get_double_member (values, "quantity_t"));
      g_assert_cmpstr (get_cell (instance, row, "unit"), ==, "t");
      g_assert_cmpstr (get_cell (instance, row, "quantity"), ==, "");
      for (guint k = 0; k < json_array_get_length (issues); k++)
        if (g_str_equal (json_object_get_string_member (json_array_get_object_element (issues, k), "code"), "SOLUTION_QTY"))
          g_assert_true (has_finding (instance, row, "REG-solution"));
    }
}

/* The number of the row of the declaration that a line of the sheet became. */
static QdNodeId
row_of_line (QdInstance *instance, QdNodeId range, QdSheet *sheet, guint line)
{
  return find_substance (instance, range, qd_sheet_get_text (sheet, line - 1, 2), role_code (qd_sheet_get_text (sheet, line - 1, 3)), qd_sheet_get_text (sheet, line - 1, 4));
}

static gboolean
holds_word (const char *words, const char *word)
{
  g_auto (GStrv) parts = g_strsplit (words, " ", -1);

  return g_strv_contains ((const char *const *) parts, word);
}

/* The lists of each substance of the register, and those where a person has to look; near misses are on none. */
static void
test_register_lists (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonParser) parser = NULL;
  JsonObject *expected = load_expected (&parser);
  JsonArray *hits = json_object_get_array_member (expected, "list_hits_clean_rows");
  JsonArray *classes = json_object_get_array_member (expected, "class_matches_for_a_person");
  JsonArray *misses = json_object_get_array_member (expected, "near_misses_not_to_flag_as_listed");
  g_autoptr (QdPack) pack = qd_pack_load_builtin (&error);
  g_autoptr (QdInstance) instance = NULL;
  g_autoptr (QdImport) import = open_register (pack, &instance);
  QdSheet *sheet = qd_import_get_sheet (import);
  QdNodeId range = find_range (instance, "/register/table/substance");
  guint listed = 0;

  g_assert_no_error (error);
  g_assert_true (qd_import_apply (import, QD_IMPORT_UPDATE, NULL, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < json_array_get_length (hits); i++)
    {
      JsonObject *one = json_array_get_object_element (hits, i);
      JsonArray *lists = json_object_get_array_member (one, "lists");
      QdNodeId row = row_of_line (instance, range, sheet, (guint) json_object_get_int_member (one, "line"));
      const char *found = get_cell (instance, row, "lists");
      g_auto (GStrv) words = g_strsplit (found, " ", -1);

      g_test_message ("line %d: %s", (int) json_object_get_int_member (one, "line"), found);
      g_assert_cmpuint (g_strv_length (words), ==, json_array_get_length (lists));
      for (guint k = 0; k < json_array_get_length (lists); k++)
        {
          JsonObject *list = json_array_get_object_element (lists, k);
          const QdPackList *info = qd_pack_find_list (pack, json_object_get_string_member (list, "list_id"));
          g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (QdMatch));
          gboolean entry_found = FALSE;

          g_assert_nonnull (info);
          g_assert_true (holds_word (found, qd_pack_list_get_id (info)));
          qd_catalog_match (qd_pack_get_substances (pack), json_object_get_string_member (one, "cas"), NULL, NULL, matches);
          for (guint m = 0; m < matches->len; m++)
            entry_found = entry_found || (g_str_equal (g_array_index (matches, QdMatch, m).entry->list_id, qd_pack_list_get_id (info)) && g_str_equal (g_array_index (matches, QdMatch, m).entry->entry_no, json_object_get_string_member (list, "entry_no")));
          g_assert_true (entry_found);
        }
    }
  for (guint i = 0; i < qd_instance_get_n_children (instance, range); i++)
    listed += *get_cell (instance, qd_instance_get_child (instance, range, i), "lists") != '\0';
  g_assert_cmpuint (listed, ==, json_array_get_length (hits));
  for (guint i = 0; i < json_array_get_length (classes); i++)
    {
      JsonObject *one = json_array_get_object_element (classes, i);
      JsonArray *lines = json_object_get_array_member (one, "lines"), *entries = json_object_get_array_member (one, "class_entries");

      for (guint k = 0; k < json_array_get_length (lines); k++)
        {
          QdNodeId row = row_of_line (instance, range, sheet, (guint) json_array_get_int_element (lines, k));

          for (guint m = 0; m < json_array_get_length (entries); m++)
            {
              const char *id = json_object_get_string_member (json_array_get_object_element (entries, m), "list_id");

              g_test_message ("line %d: %s", (int) json_array_get_int_element (lines, k), id);
              g_assert_true (holds_word (get_cell (instance, row, "lists"), id) || holds_word (get_cell (instance, row, "listsMaybe"), id));
            }
        }
    }
  for (guint i = 0; i < json_array_get_length (misses); i++)
    {
      QdNodeId row = row_of_line (instance, range, sheet, (guint) json_object_get_int_member (json_array_get_object_element (misses, i), "line"));

      g_assert_cmpstr (get_cell (instance, row, "lists"), ==, "");
      g_assert_cmpstr (get_cell (instance, row, "listsMaybe"), ==, "");
    }
  /* Stocks of banned substances must not go unnoticed; half a kilogram is not nothing; use and emission stay rows of their own. */
  g_assert_true (has_finding (instance, row_of_line (instance, range, sheet, 197), "REG-ban-stock"));
  g_assert_true (has_finding (instance, row_of_line (instance, range, sheet, 198), "REG-ban-stock"));
  g_assert_cmpstr (get_cell (instance, row_of_line (instance, range, sheet, 189), "stock"), ==, "0.0005");
  g_assert_cmpstr (get_cell (instance, row_of_line (instance, range, sheet, 89), "use"), ==, "1240");
  g_assert_cmpstr (get_cell (instance, row_of_line (instance, range, sheet, 220), "emit"), ==, "0.92");
  g_assert_cmpstr (get_cell (instance, row_of_line (instance, range, sheet, 88), "use"), ==, "1010");
}

/* Numbers and names that do not belong together, by the sheet, by the lists, and by the declaration. */
static void
test_identity (void)
{
  static const struct
  {
    const char *csv;
    guint row; /* from 0 after the head */
    gboolean refused;
    const char *says;
  } rows[] = {
    { "中文名称,CAS,环节,年份,数量(t)\n甲醇,67-56-1,库存,2025,1\n乙醇,64-17-5,库存,2025,1\n甲醇,64-17-5,生产,2025,2\n", 2, TRUE, "67-56-1" },
    { "中文名称,CAS,环节,年份,数量(t)\n甲醇,67-56-1,库存,2025,1\n乙醇,64-17-5,库存,2025,1\n甲醇,64-17-5,生产,2025,2\n", 0, FALSE, NULL },
    { "中文名称,CAS,环节,年份,数量(t)\n甲醇,67-56-1,库存,2025,1\n乙醇,64-17-5,库存,2025,1\n甲醇,64-17-5,生产,2025,2\n", 1, FALSE, NULL },
    { "中文名称,CAS,环节,年份,数量(t)\n醋酸丁酯,123-86-4,库存,2025,1\n乙酸丁酯,123-86-4,生产,2025,1\n", 1, FALSE, NULL },
    { "中文名称,CAS,环节,年份,数量(t)\n二氯甲烷,67-66-3,库存,2025,1\n", 0, TRUE, "75-09-2" },
    { "中文名称,CAS,环节,年份,数量(t)\n氯仿,67-66-3,库存,2025,1\n", 0, FALSE, NULL },
    { "中文名称,CAS,环节,年份,数量(t)\n氯仿,,库存,2025,1\n", 0, TRUE, "67-66-3" },
    { "中文名称,CAS,环节,年份,数量(t)\n某商品,,库存,2025,1\n", 0, TRUE, "某商品" },
    { "中文名称,CAS,环节,年份,数量(t)\n苯,71-43-3,库存,2025,1\n", 0, TRUE, "71-43-2" },
    { "中文名称,CAS,环节,年份,数量(t)\n苯,71-43-2,库存、生产,2025,1\n", 0, TRUE, "1" },
    { "中文名称,CAS,环节,年份,数量(t)\n苯,71-43-2,,2025,1\n", 0, TRUE, "1" },
    { "中文名称,CAS,环节,年份,数量(t)\n苯,71-43-2,生产,2025,\n", 0, TRUE, NULL },
    { "中文名称,CAS,环节,年份,数量(t),生产量(t)\n苯,71-43-2,生产,2025,1,2\n", 0, TRUE, NULL },
    { "中文名称,CAS,环节,年份,数量(t),生产量(t)\n苯,71-43-2,生产,2025,1,\n", 0, FALSE, NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = qd_pack_load_builtin (&error);

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (QdInstance) instance = load (pack, "cn.register", NULL);
      g_autoptr (GBytes) bytes = g_bytes_new_static (rows[i].csv, strlen (rows[i].csv));
      g_autoptr (QdSheet) sheet = qd_sheet_read_text (bytes, "t.csv", &error);
      g_autoptr (QdImport) import = qd_import_new (instance, find_range (instance, "/register/table/substance"), sheet);
      g_autoptr (GPtrArray) checked = NULL;
      const QdImportRow *row;

      qd_import_set_catalog (import, qd_pack_get_substances (pack));
      checked = qd_import_check (import, QD_IMPORT_UPDATE, NULL);
      row = g_ptr_array_index (checked, rows[i].row);
      g_test_message ("%s%s", rows[i].csv, row->reason);
      g_assert_true ((row->fate == QD_ROW_REFUSED) == rows[i].refused);
      if (rows[i].says != NULL)
        g_assert_nonnull (strstr (row->reason, rows[i].says));
    }
}

/* Each form of the pack, filled, goes to a workbook and comes back into an empty declaration as it was. */
static void
test_round_trip (void)
{
  static const struct
  {
    const char *form;
    const char *file; /* below resources/demo or tests/data */
  } rows[] = {
    { "cn.profile", "../resources/demo/profile.xml" },
    { "cn.register", "../resources/demo/register.xml" },
    { "cn.cpa-disclosure", "../resources/demo/cpa-disclosure.xml" },
    { "cn.cpa-disclosure", "data/lukang-2017.xml" },
    { "cn.cpa-disclosure", "data/ruyi-2024.xml" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = qd_pack_load_builtin (&error);
  g_autofree char *dir = g_dir_make_tmp ("qd-XXXXXX", NULL);
  g_autofree char *book = g_build_filename (dir, "book.xlsx", NULL);

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, rows[i].file, NULL);
      g_autoptr (QdInstance) instance = load (pack, rows[i].form, path);
      g_autoptr (QdInstance) empty = load (pack, rows[i].form, NULL);
      g_autofree char *before = describe (instance, qd_instance_get_root (instance));
      g_autofree char *after = NULL;
      g_autofree char *same = NULL;
      QdImportCounts counts;

      g_test_message ("%s", rows[i].file);
      g_assert_true (qd_sheet_export_declaration (instance, book, &error));
      g_assert_no_error (error);
      g_assert_true (import_book (empty, book, &counts, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (counts.rows, ==, counts.added + counts.empty);
      after = describe (empty, qd_instance_get_root (empty));
      g_assert_cmpstr (before, ==, after);
      /* Into the same declaration: nothing changes. */
      g_assert_true (import_book (instance, book, &counts, &error));
      same = describe (instance, qd_instance_get_root (instance));
      g_assert_cmpstr (before, ==, same);
      g_unlink (book);
    }
  g_rmdir (dir);
}

/* What is awkward in a sheet comes back, too. */
static void
test_awkward (void)
{
  static const char *const names[] = { " 前后有空格 ", "合计", "qd:/d/row/name", "两\n行", "=1+1", "#N/A", "007", "12.40", "a,b;c\"d", "真\t值" };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdInstance) empty = make_instance ();
  QdNodeId range = find_range (instance, "/d/row");
  g_autofree char *dir = g_dir_make_tmp ("qd-XXXXXX", NULL);
  g_autofree char *book = g_build_filename (dir, "book.xlsx", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  clear_rows (instance);
  g_assert_true (qd_instance_add_rows (instance, range, 0, G_N_ELEMENTS (names) + 1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      static const char *const fields[] = { "name", "qty", "day", "ok", "kind", "mass" };
      const char *const values[] = { names[i], "1234567.8900", "2026-02-28", "false", "p u", "kg" };

      for (gsize k = 0; k < G_N_ELEMENTS (fields); k++)
        {
          g_autofree char *path = g_strdup_printf ("/d/row[%u]/%s", i + 1, fields[k]);

          g_assert_true (qd_instance_set_value (instance, qd_instance_find (instance, path), values[k], NULL));
        }
    }
  before = describe (instance, range);
  g_assert_true (qd_sheet_export_table (instance, range, book, &error));
  g_assert_no_error (error);
  g_assert_true (import_book (empty, book, NULL, &error));
  g_assert_no_error (error);
  after = describe (empty, find_range (empty, "/d/row"));
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpuint (qd_instance_get_n_children (empty, find_range (empty, "/d/row")), ==, G_N_ELEMENTS (names) + 1);
  g_unlink (book);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/import/heads", test_heads);
  g_test_add_func ("/import/cells", test_cells);
  g_test_add_func ("/import/update", test_update);
  g_test_add_func ("/import/replace", test_replace);
  g_test_add_func ("/import/random", test_random);
  g_test_add_func ("/import/mapping", test_mapping);
  g_test_add_func ("/import/copied-column", test_copied_column);
  g_test_add_func ("/import/thread", test_thread);
  g_test_add_func ("/import/refused", test_refused);
  g_test_add_func ("/import/register", test_register);
  g_test_add_func ("/import/register-lists", test_register_lists);
  g_test_add_func ("/import/fixes", test_fixes);
  g_test_add_func ("/import/identity", test_identity);
  g_test_add_func ("/import/round-trip", test_round_trip);
  g_test_add_func ("/import/awkward", test_awkward);
  return g_test_run ();
}
