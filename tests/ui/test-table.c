/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grid in a window: what it says to screen readers, its actions, its messages, and that it lets go of everything. */
#include "config.h"

#include <adwaita.h>
#include <string.h>
#include "memory-table.h"
#include "qd-table.h"

typedef struct
{
  GtkWidget *window;
  QdTable *table;
  QdMemoryTable *model;
  GtkWidget *grid;
  char *message;
  char *action;
  guint n_messages;
} Fixture;

static GtkWidget *
find_child (GtkWidget *widget, const char *type)
{
  if (strcmp (G_OBJECT_TYPE_NAME (widget), type) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_child (child, type);

      if (found)
        return found;
    }
  return NULL;
}

static gboolean
message_cb (Fixture *fixture, const char *text, const char *action)
{
  g_free (fixture->message);
  g_free (fixture->action);
  fixture->message = g_strdup (text);
  fixture->action = g_strdup (action);
  fixture->n_messages++;
  return TRUE;
}

static void
undo_cb (Fixture *fixture)
{
  qd_memory_table_undo (fixture->model);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const columns[] = { "text:名称", "number:数量:t:t", "date:日期", "choice:介质", "yesno:外送", "number:合计:t:c", "text:备注" };
  static const char *const media[] = { "air", "废气", "water", "废水", NULL };

  fixture->model = qd_memory_table_new ();
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    qd_memory_table_add_column (fixture->model, columns[i]);
  qd_memory_table_set_choices (fixture->model, 3, media);
  qd_memory_table_append (fixture->model, "甲醇\t1246.5\t2026-11-24\tair\ttrue\t7\t");
  qd_memory_table_append (fixture->model, "丙酮\t约 12\t\t\t\t\t");
  qd_memory_table_append (fixture->model, "乙腈\t0.1\t\t\t\t\t");
  qd_memory_table_append (fixture->model, "甲苯\t0.2\t\t\t\t\t");
  fixture->table = QD_TABLE (qd_table_new (QD_TABLE_MODEL (fixture->model), data));
  g_signal_connect_swapped (fixture->table, "message", G_CALLBACK (message_cb), fixture);
  g_signal_connect_swapped (fixture->table, "undo", G_CALLBACK (undo_cb), fixture);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->table));
  fixture->grid = find_child (GTK_WIDGET (fixture->table), "QdTableGrid");
  gtk_window_present (GTK_WINDOW (fixture->window));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->table));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->table), (gpointer *) &fixture->table);
  g_object_add_weak_pointer (G_OBJECT (fixture->grid), (gpointer *) &fixture->grid);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (fixture->table);
  g_assert_null (fixture->grid);
  g_assert_finalize_object (fixture->model);
  g_free (fixture->message);
  g_free (fixture->action);
}

static void
run (Fixture *fixture, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->table), action, NULL));
}

static void
at (Fixture *fixture, guint row, guint column, guint n_rows, guint n_columns)
{
  qd_table_select (fixture->table, &(QdCellRange){ row, column, n_rows, n_columns });
}

static void
assert_cursor (Fixture *fixture, guint row, guint column)
{
  guint at_row, at_column;

  g_assert_true (qd_table_get_cursor (fixture->table, &at_row, &at_column));
  g_assert_cmpuint (at_row, ==, row);
  g_assert_cmpuint (at_column, ==, column);
}

static void
test_accessible (Fixture *fixture, gconstpointer data)
{
  GtkWidget *text = find_child (fixture->grid, "GtkText");

  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (fixture->grid), GTK_ACCESSIBLE_ROLE_GRID);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->grid), GTK_ACCESSIBLE_PROPERTY_LABEL, "Row 1, 名称, 甲醇");
  at (fixture, 0, 1, 1, 1);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->grid), GTK_ACCESSIBLE_PROPERTY_LABEL, "Row 1, 数量 t, 1,246.5");
  at (fixture, 1, 1, 1, 1);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->grid), GTK_ACCESSIBLE_PROPERTY_LABEL, "Row 2, 数量 t, 约 12, must fix");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, "Row 2, 数量 t, 约 12, must fix");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, "“约 12”不是数字，请只填数值");
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  at (fixture, 1, 0, 1, 1);
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_FALSE);
  at (fixture, 0, 3, 1, 1);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->grid), GTK_ACCESSIBLE_PROPERTY_LABEL, "Row 1, 介质, 废气");
  at (fixture, 0, 5, 1, 1);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->grid), GTK_ACCESSIBLE_PROPERTY_LABEL, "Row 1, 合计 t, 7, cannot be changed");
  at (fixture, 2, 6, 1, 1);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->grid), GTK_ACCESSIBLE_PROPERTY_LABEL, "Row 3, 备注, empty");
  g_assert_true (gtk_widget_grab_focus (GTK_WIDGET (fixture->table)));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (fixture->window)) == text);
}

static gboolean
has_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) && strcmp (gtk_label_get_text (GTK_LABEL (widget)), text) == 0)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    if (has_label (child, text))
      return TRUE;
  return FALSE;
}

static GtkWidget *
find_button (GtkWidget *widget, const char *action)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), action) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, action);

      if (found)
        return found;
    }
  return NULL;
}

static void
test_cell_line (Fixture *fixture, gconstpointer data)
{
  GtkWidget *fix = find_button (GTK_WIDGET (fixture->table), "table.apply-fix");

  g_assert_true (has_label (GTK_WIDGET (fixture->table), "Row 1, 名称"));
  g_assert_false (gtk_widget_get_visible (fix));
  at (fixture, 1, 1, 1, 1);
  g_assert_true (has_label (GTK_WIDGET (fixture->table), "“约 12”不是数字，请只填数值"));
  g_assert_true (has_label (GTK_WIDGET (fixture->table), "Unit t"));
  g_assert_true (gtk_widget_get_visible (fix) && gtk_widget_get_sensitive (fix));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (fix)), ==, "Change to 12");
  g_assert_cmpuint (qd_table_get_n_critical (fixture->table), ==, 1);
  g_signal_emit_by_name (fix, "clicked");
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 1, 1), ==, "12");
  g_assert_false (gtk_widget_get_visible (fix));
  g_assert_cmpuint (qd_table_get_n_critical (fixture->table), ==, 0);
}

static void
test_status (Fixture *fixture, gconstpointer data)
{
  at (fixture, 2, 1, 2, 1);
  g_assert_true (has_label (GTK_WIDGET (fixture->table), "Selected 2 rows × 1 columns"));
  g_assert_true (has_label (GTK_WIDGET (fixture->table), "Sum 0.3"));
  g_assert_true (has_label (GTK_WIDGET (fixture->table), "Mean 0.15"));
  g_assert_true (has_label (GTK_WIDGET (fixture->table), "Numbers 2"));
  g_assert_true (has_label (GTK_WIDGET (fixture->table), "1 cell must be fixed"));
}

static void
test_messages (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = qd_memory_table_dump (fixture->model);
  g_autofree char *after = NULL;

  at (fixture, 0, 0, 1, 1);
  qd_table_paste_text (fixture->table, "a\t1\nb\tx");
  g_assert_cmpstr (fixture->message, ==, "Pasted 2 rows × 2 columns: all 4 cells written, 1 to fix");
  g_assert_cmpstr (fixture->action, ==, "table.undo");
  g_assert_cmpuint (qd_table_get_selection (fixture->table).n_rows, ==, 2);
  run (fixture, "table.undo");
  after = qd_memory_table_dump (fixture->model);
  g_assert_cmpstr (after, ==, before);
  /* Too many columns: nothing, and the way out. */
  at (fixture, 1, 6, 1, 1);
  qd_table_paste_text (fixture->table, "p\t5");
  g_assert_cmpstr (fixture->action, ==, "table.paste-first-column");
  g_assert_nonnull (strstr (fixture->message, "nothing was written"));
  run (fixture, "table.paste-first-column");
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 1, 0), ==, "p");
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 1, 1), ==, "5");
  /* Wider than the whole table: no such way. */
  at (fixture, 0, 0, 1, 1);
  qd_table_paste_text (fixture->table, "1\t2\t3\t4\t5\t6\t7\t8");
  g_assert_null (fixture->action);
  qd_table_paste_text (fixture->table, "");
  g_assert_cmpstr (fixture->message, ==, "The clipboard holds no table text; nothing was written");
  /* A refusal of the model is told in its own words. */
  qd_memory_table_fail_at (fixture->model, 0);
  qd_table_paste_text (fixture->table, "z");
  g_assert_cmpstr (fixture->message, ==, "只读，不能修改");
}

static void
test_rows (Fixture *fixture, gconstpointer data)
{
  at (fixture, 1, 0, 2, 1);
  run (fixture, "table.delete-rows");
  g_assert_cmpstr (fixture->message, ==, "2 rows deleted");
  g_assert_cmpuint (qd_table_get_n_shown (fixture->table), ==, 2);
  g_assert_cmpuint (qd_memory_table_get_n_steps (fixture->model), ==, 1);
  run (fixture, "table.undo");
  g_assert_cmpuint (qd_table_get_n_shown (fixture->table), ==, 4);
  at (fixture, 3, 0, 1, 1);
  run (fixture, "table.move-up");
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 2, 0), ==, "甲苯");
  assert_cursor (fixture, 2, 0);
  at (fixture, 0, 0, 2, 7);
  run (fixture, "table.move-down");
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 0, 0), ==, "甲苯");
  g_assert_cmpuint (qd_table_get_selection (fixture->table).row, ==, 1);
  g_assert_cmpuint (qd_table_get_selection (fixture->table).n_rows, ==, 2);
  run (fixture, "table.add-row");
  assert_cursor (fixture, 4, 0);
  /* Deleting all leaves an empty table that still takes text. */
  run (fixture, "table.select-all");
  run (fixture, "table.delete-rows");
  g_assert_cmpuint (qd_table_get_n_shown (fixture->table), ==, 0);
  g_assert_false (qd_table_get_cursor (fixture->table, NULL, NULL));
  qd_table_paste_text (fixture->table, "neu\t1");
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 0, 0), ==, "neu");
  /* Fixed rows. */
  qd_memory_table_set_fixed_rows (fixture->model, TRUE);
  run (fixture, "table.delete-rows");
  g_assert_cmpstr (fixture->message, ==, "The rows of this table are fixed");
  run (fixture, "table.insert-row");
  g_assert_cmpstr (fixture->message, ==, "This table takes no more rows");
  g_assert_cmpuint (qd_table_get_n_shown (fixture->table), ==, 1);
}

static void
test_view (Fixture *fixture, gconstpointer data)
{
  qd_table_set_filter (fixture->table, "乙");
  g_assert_cmpuint (qd_table_get_n_shown (fixture->table), ==, 1);
  assert_cursor (fixture, 2, 0);
  /* A jump to a hidden row takes the filter off. */
  qd_table_go_to (fixture->table, 1, 1);
  g_assert_cmpuint (qd_table_get_n_shown (fixture->table), ==, 4);
  assert_cursor (fixture, 1, 1);
  qd_table_set_only_problems (fixture->table, TRUE);
  g_assert_cmpuint (qd_table_get_n_shown (fixture->table), ==, 1);
  qd_table_set_only_problems (fixture->table, FALSE);
  /* Nothing matches: that is said, and what is typed then becomes a row at the end. */
  qd_table_set_filter (fixture->table, "没有");
  g_assert_false (qd_table_get_cursor (fixture->table, NULL, NULL));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->grid), GTK_ACCESSIBLE_PROPERTY_LABEL, "No rows match the filter");
  gtk_editable_set_text (GTK_EDITABLE (find_child (fixture->grid, "GtkText")), "末行");
  qd_table_commit (fixture->table);
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 4, 1), ==, "末行"); /* the column where the cursor was */
  g_assert_cmpuint (qd_table_get_n_shown (fixture->table), ==, 1);
  qd_table_set_filter (fixture->table, NULL);
  while (qd_memory_table_undo (fixture->model))
    ;
  at (fixture, 0, 0, 1, 1);
  g_assert_true (qd_table_next_problem (fixture->table, FALSE));
  assert_cursor (fixture, 1, 1);
  at (fixture, 0, 1, 1, 1);
  run (fixture, "table.sort-descending");
  at (fixture, 0, 0, 1, 1);
  assert_cursor (fixture, 0, 0);
  at (fixture, 1, 0, 1, 1);
  assert_cursor (fixture, 3, 0);
  run (fixture, "table.move-up");
  g_assert_nonnull (strstr (fixture->message, "neither sorted nor filtered"));
  run (fixture, "table.sort-none");
  g_assert_cmpuint (qd_memory_table_get_n_steps (fixture->model), ==, 0);
}

static void
test_fill (Fixture *fixture, gconstpointer data)
{
  at (fixture, 2, 0, 1, 1);
  run (fixture, "table.fill-down"); /* one row alone takes the one above */
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 2, 0), ==, "丙酮");
  at (fixture, 0, 2, 3, 1);
  run (fixture, "table.fill-down");
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 2, 2), ==, "2026-11-24");
  at (fixture, 0, 5, 1, 1);
  run (fixture, "table.fill-right");
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 0, 5), ==, "7"); /* computed */
  at (fixture, 1, 2, 1, 1);
  run (fixture, "table.clear");
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 1, 2), ==, "");
  run (fixture, "table.copy-above");
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 1, 2), ==, "2026-11-24");
}

/* Editing through the live text, as typing does. */
static void
test_edit (Fixture *fixture, gconstpointer data)
{
  GtkWidget *text = find_child (fixture->grid, "GtkText");

  at (fixture, 0, 1, 1, 1);
  g_assert_cmpint (gtk_text_get_input_purpose (GTK_TEXT (text)), ==, GTK_INPUT_PURPOSE_NUMBER);
  gtk_editable_set_text (GTK_EDITABLE (text), "１２．５");
  qd_table_commit (fixture->table);
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 0, 1), ==, "12.5");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (text)), ==, "");
  /* An edit that changes nothing is no step. */
  run (fixture, "table.edit");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (text)), ==, "12.5");
  qd_table_commit (fixture->table);
  g_assert_cmpuint (qd_memory_table_get_n_steps (fixture->model), ==, 1);
  /* Choices are edited by label. */
  at (fixture, 0, 3, 1, 1);
  g_assert_cmpint (gtk_text_get_input_purpose (GTK_TEXT (text)), ==, GTK_INPUT_PURPOSE_FREE_FORM);
  run (fixture, "table.edit");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (text)), ==, "废气");
  gtk_editable_set_text (GTK_EDITABLE (text), "废水");
  qd_table_commit (fixture->table);
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 0, 3), ==, "water");
  /* Computed cells take nothing. */
  at (fixture, 0, 5, 1, 1);
  g_assert_false (gtk_editable_get_editable (GTK_EDITABLE (text)));
  gtk_editable_set_text (GTK_EDITABLE (text), "9");
  qd_table_commit (fixture->table);
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 0, 5), ==, "7");
  /* The row goes while it is edited: the edit goes too. */
  at (fixture, 3, 0, 1, 1);
  gtk_editable_set_text (GTK_EDITABLE (text), "lost");
  g_assert_true (qd_table_model_remove_rows (QD_TABLE_MODEL (fixture->model), 3, 1, NULL));
  qd_table_commit (fixture->table);
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 2, 0), ==, "乙腈");
  /* A row comes above it: the edit goes along. */
  at (fixture, 1, 0, 1, 1);
  gtk_editable_set_text (GTK_EDITABLE (text), "kept");
  g_assert_true (qd_table_model_insert_rows (QD_TABLE_MODEL (fixture->model), 0, 1, NULL));
  assert_cursor (fixture, 2, 0);
  qd_table_commit (fixture->table);
  g_assert_cmpstr (qd_memory_table_peek (fixture->model, 2, 0), ==, "kept");
}

/* Widths and zoom come back in the next table of that id. */
static void
test_config (Fixture *fixture, gconstpointer data)
{
  GtkWidget *again;
  GtkAdjustment *adjustment;
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "qingdan", "tables.ini", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  run (fixture, "table.zoom-in");
  run (fixture, "table.zoom-in");
  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  g_assert_cmpint (g_key_file_get_integer (file, "kept", "zoom", NULL), ==, 125);
  g_key_file_set_integer (file, "kept", "width /data/row/c0", 700);
  g_key_file_set_integer (file, "kept", "width /data/row/c1", 5);
  g_assert_true (g_key_file_save_to_file (file, path, NULL));
  again = qd_table_new (QD_TABLE_MODEL (fixture->model), "kept");
  gtk_window_set_child (GTK_WINDOW (fixture->window), again);
  fixture->table = QD_TABLE (again);
  g_signal_connect_swapped (fixture->table, "message", G_CALLBACK (message_cb), fixture);
  fixture->grid = find_child (again, "QdTableGrid");
  gtk_test_widget_wait_for_draw (again);
  adjustment = gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (fixture->grid));
  /* 700 px at 125 % alone are more than the window. */
  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), >, 875);
  run (fixture, "table.zoom-reset");
  gtk_test_widget_wait_for_draw (again);
  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), <, 1400);
}

static void
test_scrolling (Fixture *fixture, gconstpointer data)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (fixture->grid));

  g_assert_true (qd_table_model_insert_rows (QD_TABLE_MODEL (fixture->model), 4, 3000, NULL));
  qd_table_go_to (fixture->table, 2999, 6);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->table));
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), >, 2900 * 20);
  assert_cursor (fixture, 2999, 6);
  /* Fewer rows: the view comes back to what is left. */
  g_assert_true (qd_table_model_remove_rows (QD_TABLE_MODEL (fixture->model), 4, 3000, NULL));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->table));
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, 0);
  assert_cursor (fixture, 3, 6);
}

static void
test_replace (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QdMemoryTable) other = qd_memory_table_new ();

  qd_memory_table_add_column (other, "text:一列");
  qd_memory_table_append (other, "值");
  at (fixture, 3, 6, 1, 1);
  qd_table_set_model (fixture->table, QD_TABLE_MODEL (other));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->table));
  assert_cursor (fixture, 0, 0);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->grid), GTK_ACCESSIBLE_PROPERTY_LABEL, "Row 1, 一列, 值");
  g_assert_cmpuint (qd_table_get_n_critical (fixture->table), ==, 0);
  qd_table_set_model (fixture->table, NULL);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (fixture->table));
  g_assert_false (qd_table_get_cursor (fixture->table, NULL, NULL));
  qd_table_paste_text (fixture->table, "x");
  run (fixture, "table.copy");
  run (fixture, "table.add-row");
  qd_table_set_model (fixture->table, QD_TABLE_MODEL (fixture->model));
  assert_cursor (fixture, 0, 0);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
#define ADD(path, id, func) g_test_add ("/table/widget/" path, Fixture, id, set_up, func, tear_down)
  ADD ("accessible", NULL, test_accessible);
  ADD ("cell-line", NULL, test_cell_line);
  ADD ("status", NULL, test_status);
  ADD ("messages", NULL, test_messages);
  ADD ("rows", NULL, test_rows);
  ADD ("view", NULL, test_view);
  ADD ("fill", NULL, test_fill);
  ADD ("edit", NULL, test_edit);
  ADD ("config", "kept", test_config);
  ADD ("scrolling", NULL, test_scrolling);
  ADD ("replace", NULL, test_replace);
  return g_test_run ();
}
