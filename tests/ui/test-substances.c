/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The register's page: lists of the substance in the row, suggestions, the inventory. */
#include "config.h"

#include "qd-column-grid.h"
#include "qd-form-view.h"
#include "qd-instance-table.h"
#include "qd-inventory-import.h"
#include "qd-inventory-page.h"
#include "qd-list-tags.h"
#include "qd-lists-pane.h"
#include "qd-look.h"
#include "qd-structure-view.h"
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

/* It has a picture that takes room. */
static gboolean
is_drawn (gpointer data)
{
  GtkWidget *view = find_of_type (((Fixture *) data)->pane, QD_TYPE_STRUCTURE_VIEW);

  return view != NULL && qd_structure_view_is_drawn (QD_STRUCTURE_VIEW (view)) && gtk_widget_get_height (view) > 20;
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
  wait_until (is_drawn, fixture);
  gtk_test_accessible_assert_role (find_of_type (fixture->pane, QD_TYPE_STRUCTURE_VIEW), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (find_of_type (fixture->pane, QD_TYPE_STRUCTURE_VIEW), GTK_ACCESSIBLE_PROPERTY_LABEL, "Structure of 乙醇, C2H6O");
  register_set (&fixture->reg, 2, "smiles", "C(C");
  wait_for_text (&fixture->reg, "has no other half");
  g_assert_null (find_of_type (fixture->pane, QD_TYPE_STRUCTURE_VIEW));
  register_set (&fixture->reg, 2, "smiles", "CCO");
  register_set (&fixture->reg, 2, "formula", "H2O");
  wait_for_text (&fixture->reg, "18.015");
  register_set (&fixture->reg, 2, "formula", "H2Ox");
  wait_for_text (&fixture->reg, "character 3");
  qd_instance_remove_rows (fixture->reg.instance, fixture->reg.range, 1, 1, NULL);
  wait_for_text (&fixture->reg, "Choose a substance");
}

static void
done_cb (QdInventoryPage *page, const char *text, char **text_out)
{
  *text_out = g_strdup (text);
}

static GtkWidget *
open_inventory (Fixture *fixture, const char *csv, char **text_out)
{
  g_autofree char *path = g_build_filename (fixture->reg.dir, "iecsc.csv.txt", NULL);
  GtkWidget *page;

  g_assert_true (g_file_set_contents (path, csv, -1, NULL));
  page = qd_inventory_page_new (qd_lists_pane_get_data (QD_LISTS_PANE (fixture->pane)), path);
  g_signal_connect (page, "done", G_CALLBACK (done_cb), text_out);
  return window_with (page);
}

static gboolean
has_text (gpointer text)
{
  return *(char **) text != NULL;
}

/* Nothing is kept before the button; what was shown is kept. The inventory says "listed" or nothing; one button takes it over. */
static void
test_inventory (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdInventory) early = NULL;
  GtkWidget *window, *page;

  register_set (&fixture->reg, 1, "cas", "75-09-2");
  register_set (&fixture->reg, 2, "cas", "64-17-5");
  show (fixture, 1);
  wait_for_text (&fixture->reg, "was not imported");
  window = open_inventory (fixture, "中文名,CAS号,流水号\n二氯甲烷,75-09-2,12345\n丙酮,67-64-1,12346\n甲醇,67-56-1,12347\n乙酸,64-19-7,12348\n甲苯,108-88-3,12349\n坏号,108-88-4,\n", &text);
  page = find_of_type (window, QD_TYPE_INVENTORY_PAGE);
  wait_for_part (window, "6 rows = 5 substances of the inventory + 0 repeated + 1 without a valid number + 0 empty.");
  wait_for_part (window, "B7  108-88-4");
  g_assert_nonnull (find_part (window, "check digit"));
  g_assert_nonnull (find_part (window, "not thereby new"));
  early = qd_inventory_load (NULL);
  g_assert_null (early);
  g_assert_true (gtk_widget_activate_action (page, "inventory.apply", NULL));
  wait_until (has_text, &text);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_nonnull (strstr (text, "5 substances"));
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

/* A guess can be changed, and what was guessed from the content alone is confirmed before anything comes in. */
static void
test_inventory_mapping (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = NULL;
  GtkWidget *window = open_inventory (fixture, "品名,又一名,登记号\n二氯甲烷,甲叉二氯,75-09-2\n丙酮,木酮,67-64-1\n甲醇,木精,67-56-1\n", &text);
  GtkWidget *page = find_of_type (window, QD_TYPE_INVENTORY_PAGE);
  GtkWidget *grid = find_of_type (window, QD_TYPE_COLUMN_GRID);
  g_autoptr (QdInventory) kept = NULL;

  wait_for_part (window, "3 rows = 3 substances of the inventory");
  wait_for_part (window, "2 of 3 columns mapped, 2 guessed");
  gtk_widget_activate_action (page, "inventory.apply", NULL);
  settle ();
  g_assert_null (text);
  /* The second column has further names; then the first one has none, and so it goes back. */
  g_signal_emit_by_name (grid, "choice-chosen", 1, (guint) QD_INVENTORY_ALIAS_ZH + 1);
  wait_for_part (window, "3 of 3 columns mapped, 2 guessed");
  g_signal_emit_by_name (grid, "choice-chosen", 0, 0);
  wait_for_part (window, "or none for names");
  g_signal_emit_by_name (grid, "choice-chosen", 0, (guint) QD_INVENTORY_NAME_ZH + 1);
  wait_for_part (window, "3 rows = 3 substances of the inventory");
  g_assert_true (gtk_widget_activate_action (page, "inventory.confirm", NULL));
  g_assert_nonnull (find_part (window, "3 of 3 columns mapped"));
  g_assert_null (find_part (window, "guessed:"));
  g_assert_true (gtk_widget_activate_action (page, "inventory.apply", NULL));
  wait_until (has_text, &text);
  gtk_window_destroy (GTK_WINDOW (window));
  kept = qd_inventory_load (NULL);
  g_assert_cmpint (qd_inventory_find (kept, NULL, NULL, "木精", NULL, NULL), ==, QD_INVENTORY_LISTED);
}

/* What is no inventory has its reasons on the page, and there is nothing to keep. */
static void
test_inventory_bad (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *csv, *message;
  } rows[] = {
    { "a,b\n1,2\n", "no column for CAS" },
    { "中文名,CAS号\n甲,75-09-2\n乙,75-09-3\n", "have no valid CAS" },
    { "PK\x03\x04 no workbook", "Cannot read" },
    { "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off", "damaged" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = NULL;
      GtkWidget *window = open_inventory (fixture, rows[i].csv, &text);

      wait_for_part (window, rows[i].message);
      gtk_widget_activate_action (find_of_type (window, QD_TYPE_INVENTORY_PAGE), "inventory.apply", NULL);
      settle ();
      g_assert_null (text);
      gtk_window_destroy (GTK_WINDOW (window));
    }
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
    const char *ids, *zh, *en, *cas, *name;
  } rows[] = {
    { "CN-NP-2023 CN-PC-1 CN-PC-2", "新 优", "New Priority" },
    { "CN-WATER-1 CN-WATER-2", "水", "Water" },
    { "NO-SUCH CN-AIR-2018", "NO-SUCH 气", "NO-SUCH Air" },
    { "", "", "" },
    /* A class has its own word, unless the list names the substance itself. */
    { "CN-NP-2023", "抗", "Antibiotic", "7704-67-8", "硫氰酸红霉素" },
    { "CN-NP-2023", "抗", "Antibiotic", NULL, "青霉素钠" },
    { "CN-NP-2023 CN-PC-1", "新 优", "New Priority", "75-09-2", "二氯甲烷" },
    { "CN-AIR-2018", "气", "Air", "7704-67-8", "硫氰酸红霉素" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *zh = qd_list_tags_dup (fixture->reg.pack, rows[i].ids, rows[i].cas, rows[i].name, NULL, "zh-CN");
      g_autofree char *en = qd_list_tags_dup (fixture->reg.pack, rows[i].ids, rows[i].cas, rows[i].name, NULL, "en");

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
  g_test_add ("/substances/inventory-mapping", Fixture, NULL, set_up, test_inventory_mapping, tear_down);
  g_test_add ("/substances/inventory-bad", Fixture, NULL, set_up, test_inventory_bad, tear_down);
  g_test_add ("/substances/suggestions", Fixture, NULL, set_up, test_suggestions, tear_down);
  g_test_add ("/substances/tags", Fixture, NULL, set_up, test_tags, tear_down);
  return g_test_run ();
}
