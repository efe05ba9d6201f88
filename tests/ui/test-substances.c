/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The register's page: lists of the substance in the row, suggestions, the inventory. */
#include "config.h"

#include "qd-form-view.h"
#include "qd-instance-table.h"
#include "qd-inventory-import.h"
#include "qd-list-tags.h"
#include "qd-lists-pane.h"
#include "qd-look.h"
#include "register-kit.h"

typedef struct
{
  Register reg;
  GtkWidget *pane;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  register_open (&fixture->reg);
  g_setenv ("QINGDAN_INVENTORY_DIR", fixture->reg.dir, TRUE);
  g_assert_true (qd_instance_add_rows (fixture->reg.instance, fixture->reg.range, 0, 2, &error));
  g_assert_no_error (error);
  fixture->pane = qd_lists_pane_new (fixture->reg.draft);
  register_show (&fixture->reg, fixture->pane, 480);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  register_close (&fixture->reg);
}

static void
show (Fixture *fixture, guint row)
{
  qd_lists_pane_show_node (QD_LISTS_PANE (fixture->pane), qd_instance_get_child (fixture->reg.instance, fixture->reg.range, row - 1));
}

/* What stands there follows the row, and what is typed into it. */
static void
test_hits (Fixture *fixture, gconstpointer data)
{
  wait_for_text (&fixture->reg, "Choose a substance");
  show (fixture, 1);
  wait_for_text (&fixture->reg, "Type a name");
  register_set (&fixture->reg, 1, "cas", "75-09-2");
  wait_for_text (&fixture->reg, "重点管控新污染物清单");
  g_assert_nonnull (find_part (fixture->pane, "2023-03-01"));
  g_assert_nonnull (find_part (fixture->pane, "第28号"));
  g_assert_nonnull (find_part (fixture->pane, "Listed"));
  g_assert_nonnull (find_part (fixture->pane, "was not imported"));
  register_set (&fixture->reg, 2, "nameZh", "氯化汞");
  show (fixture, 2);
  wait_for_text (&fixture->reg, "汞及其化合物是一个类别");
  g_assert_nonnull (find_part (fixture->pane, "Please check"));
  g_assert_null (find_part (fixture->pane, "重点管控新污染物清单"));
  register_set (&fixture->reg, 2, "nameZh", "乙醇");
  wait_for_text (&fixture->reg, "No list has");
  /* Whoever finds nothing is told what that does not mean. */
  g_assert_nonnull (find_part (fixture->pane, "Not found does not mean not listed"));
  register_set (&fixture->reg, 2, "smiles", "CCO");
  wait_for_text (&fixture->reg, "C2H6O");
  g_assert_nonnull (find_part (fixture->pane, "46.069"));
  register_set (&fixture->reg, 2, "formula", "H2O");
  wait_for_text (&fixture->reg, "18.015");
  register_set (&fixture->reg, 2, "formula", "H2Ox");
  wait_for_text (&fixture->reg, "character 3");
  qd_instance_remove_rows (fixture->reg.instance, fixture->reg.range, 1, 1, NULL);
  wait_for_text (&fixture->reg, "Choose a substance");
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  char **text = user_data;

  *text = qd_substance_data_import_finish (QD_SUBSTANCE_DATA (source), result, &error);
  if (*text == NULL)
    *text = g_strdup (error->message);
}

/* The inventory says "listed" or nothing; one button takes it over, one step takes it back. */
static void
test_inventory (Fixture *fixture, gconstpointer data)
{
  QdSubstanceData *substances = qd_lists_pane_get_data (QD_LISTS_PANE (fixture->pane));
  g_autofree char *path = g_build_filename (fixture->reg.dir, "iecsc.csv.txt", NULL), *text = NULL, *bad = NULL;
  g_autoptr (GError) error = NULL;

  register_set (&fixture->reg, 1, "cas", "75-09-2");
  register_set (&fixture->reg, 2, "cas", "64-17-5");
  show (fixture, 1);
  wait_for_text (&fixture->reg, "was not imported");
  g_assert_true (g_file_set_contents (path, "a,b\n1,2\n", -1, NULL));
  qd_substance_data_import_async (substances, path, NULL, imported_cb, &bad);
  while (bad == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (bad, "CAS号"));
  g_assert_true (g_file_set_contents (path, "中文名,CAS号,流水号\n二氯甲烷,75-09-2,12345\n", -1, NULL));
  qd_substance_data_import_async (substances, path, NULL, imported_cb, &text);
  while (text == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (text, "1 substances"));
  wait_for_text (&fixture->reg, "serial number 12345");
  g_signal_emit_by_name (gtk_widget_get_ancestor (find_part (fixture->pane, "Enter in the register"), GTK_TYPE_BUTTON), "clicked");
  g_assert_cmpstr (register_get (&fixture->reg, 1, "iecsc"), ==, "listed");
  g_assert_cmpstr (register_get (&fixture->reg, 1, "serial"), ==, "12345");
  g_assert_true (qd_draft_undo (fixture->reg.draft, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (register_get (&fixture->reg, 1, "iecsc"), ==, "");
  g_assert_cmpstr (register_get (&fixture->reg, 1, "serial"), ==, "");
  show (fixture, 2);
  wait_for_text (&fixture->reg, "confidential part");
  g_assert_null (find_part (fixture->pane, "Enter in the register"));
}

static guint
find_column (QdTableModel *model, const char *name)
{
  for (guint i = 0; i < qd_table_model_get_n_columns (model); i++)
    if (g_str_has_suffix (qd_table_model_get_column (model, i)->id, name))
      return i;
  g_assert_not_reached ();
}

/* A suggestion fills its row, and one step takes it back. */
static void
test_suggestions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QdInstanceTable) table = qd_instance_table_new (fixture->reg.instance, fixture->reg.range, fixture->reg.draft);
  QdTableModel *model = QD_TABLE_MODEL (table);
  QdSubstanceData *substances = qd_lists_pane_get_data (QD_LISTS_PANE (fixture->pane));
  guint name = find_column (model, "/nameZh"), lists = find_column (model, "/lists");
  g_autoptr (GPtrArray) none = NULL, found = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *tags = NULL, *note = NULL;

  g_assert_false (qd_table_model_get_column (model, name)->suggests);
  none = qd_table_model_suggest (model, 0, name, "二氯");
  g_assert_cmpuint (none->len, ==, 0);
  while (qd_substance_data_get_names (substances) == NULL)
    g_main_context_iteration (NULL, TRUE);
  qd_instance_table_set_names (table, qd_substance_data_get_names (substances));
  g_assert_true (qd_table_model_get_column (model, name)->suggests);
  g_assert_false (qd_table_model_get_column (model, lists)->suggests);
  found = qd_table_model_suggest (model, 0, name, "eljw");
  g_assert_cmpuint (found->len, >=, 2);
  g_assert_nonnull (strstr (g_ptr_array_index (found, 1), "二氯甲烷"));
  g_assert_true (qd_table_model_accept (model, 0, name, g_ptr_array_index (found, 0), &error));
  g_assert_no_error (error);
  g_assert_cmpstr (register_get (&fixture->reg, 1, "nameZh"), ==, "二氯甲烷");
  g_assert_cmpstr (register_get (&fixture->reg, 1, "cas"), ==, "75-09-2");
  g_assert_cmpstr (register_get (&fixture->reg, 1, "nameEn"), ==, "Dichloromethane");
  tags = qd_table_model_dup_display (model, 0, lists);
  g_assert_cmpstr (tags, ==, "新 优 水 气 土");
  note = qd_table_model_dup_note (model, 0, lists);
  g_assert_nonnull (strstr (note, "有毒有害大气污染物名录"));
  g_assert_true (qd_draft_undo (fixture->reg.draft, &error));
  g_assert_cmpstr (register_get (&fixture->reg, 1, "nameZh"), ==, "");
  g_assert_cmpstr (register_get (&fixture->reg, 1, "cas"), ==, "");
}

static void
test_tags (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *ids, *zh, *en;
  } rows[] = {
    { "CN-NP-2023 CN-PC-1 CN-PC-2", "新 优", "New Priority" },
    { "CN-WATER-1 CN-WATER-2", "水", "Water" },
    { "NO-SUCH CN-AIR-2018", "NO-SUCH 气", "NO-SUCH Air" },
    { "", "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *zh = qd_list_tags_dup (fixture->reg.pack, rows[i].ids, "zh-CN"), *en = qd_list_tags_dup (fixture->reg.pack, rows[i].ids, "en");

      g_assert_cmpstr (zh, ==, rows[i].zh);
      g_assert_cmpstr (en, ==, rows[i].en);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  adw_init ();
  qd_look_init ();
  g_test_add ("/substances/hits", Fixture, NULL, set_up, test_hits, tear_down);
  g_test_add ("/substances/inventory", Fixture, NULL, set_up, test_inventory, tear_down);
  g_test_add ("/substances/suggestions", Fixture, NULL, set_up, test_suggestions, tear_down);
  g_test_add ("/substances/tags", Fixture, NULL, set_up, test_tags, tear_down);
  return g_test_run ();
}
