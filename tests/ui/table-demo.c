/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grid in a window, for scenarios with real keys and for looking at it. Invented numbers of an invented plant. */
#include "config.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "memory-table.h"
#include "qd-ident.h"
#include "qd-table-grid-private.h"
#include "qd-table.h"
#include "test-input-method.h"

static const char *const substances[] = {
  "二氯甲烷\t75-09-2\tnew water air prio\t12.40\t178.60\t\t4.86\t6.20\t0.05\t168.89\t11.00\t0.00",
  "乙酸丁酯\t123-86-4\t\t38.20\t1246.00\t\t92.40\t41.30\t12.60\t1101.10\t36.80\t0.00",
  "丙酮\t67-64-1\t\t16.50\t402.00\t\t31.20\t18.40\t6.90\t346.10\t15.90\t0.00",
  "甲醇\t67-56-1\t\t9.80\t316.40\t\t58.70\t11.20\t24.60\t221.50\t10.20\t0.00",
  "正丁醇\t71-36-3\t\t21.00\t588.00\t\t44.10\t15.60\t9.30\t519.40\t20.60\t0.00",
  "苯乙酸\t103-82-2\t\t14.60\t962.00\t\t948.20\t0.02\t11.40\t3.18\t13.80\t0.00",
  "液氨\t7664-41-7\t\t22.00\t2140.00\t\t2086.40\t3.80\t48.20\t0.00\t23.60\t0.00",
  "浓硫酸\t7664-93-9\t\t46.00\t3860.00\t\t3812.00\t0.06\t0.00\t51.94\t42.00\t0.00",
  "氢氧化钠\t1310-73-2\t\t60.00\t5420.00\t\t5376.00\t0.00\t46.00\t0.00\t58.00\t0.00",
  "氨水\t1336-21-6\t\t8.40\t612.00\t\t596.40\t2.10\t12.70\t0.00\t9.20\t0.00",
  "冰乙酸\t64-19-7\t\t5.20\t148.00\t\t141.60\t0.35\t6.05\t0.00\t5.20\t0.00",
  "异丙醇\t67-63-1\t\t4.10\t86.00\t\t约 12\t3.40\t1.90\t68.20\t4.30\t待改",
  "乙腈\t75-05-8\t\t1.80\t24.60\t\t1.10\t0.42\t0.38\t18.10\t1.90\t17.05",
  "活性炭\t7440-44-0\t\t6.20\t184.00\t\t0.00\t0.00\t0.00\t184.70\t5.50\t0.00",
  "玉米浆\t无，混合物\t\t210.00\t9640.00\t\t9168.00\t0.00\t486.00\t0.00\t196.00\t0.00",
  "豆饼粉\t无，混合物\t\t164.00\t7250.00\t\t6802.00\t1.20\t452.80\t0.00\t158.00\t0.00",
  "聚醚消泡剂\t无，混合物\t\t4.60\t96.00\t\t71.40\t0.00\t24.70\t0.00\t4.50\t0.00",
  "硫氰酸红霉素\t7704-67-8\tanti\t31.00\t\t1180.00\t1148.00\t0.01\t0.84\t28.15\t34.00\t0.00",
  "6-氨基青霉烷酸\t551-16-6\tanti\t18.00\t\t642.00\t627.40\t0.02\t1.36\t10.22\t21.00\t0.00",
  "7-氨基头孢烷酸\t957-68-6\tanti\t12.00\t\t486.00\t477.10\t0.01\t0.92\t8.97\t11.00\t0.00",
  "青霉素 G 钾\t113-98-4\tanti\t27.00\t\t1530.00\t1507.00\t0.02\t2.18\t22.80\t25.00\t0.00",
  "青霉素钠\t69-57-8\tanti\t9.00\t\t268.00\t259.40\t0.01\t0.66\t6.93\t10.00\t0.00",
};

static QdMemoryTable *table;

enum
{
  NAME,
  CAS,
  LISTS,
  OPENING,
  BOUGHT,
  MADE,
  USED,
  AIR,
};

static QdCellFlags
judge_substance (QdMemoryTable *self, guint row, guint column, char **message_out, char **fix_out)
{
  gboolean made = *qd_memory_table_peek (self, row, LISTS) == 'a';
  const char *text = qd_memory_table_peek (self, row, column);

  if (column == (made ? BOUGHT : MADE))
    return QD_CELL_NOT_RELEVANT;
  if (column == CAS && g_ascii_isdigit (*text) && !qd_cas_is_valid (text))
    {
      if (message_out)
        *message_out = g_strdup_printf ("CAS 号校验位不对：%s。同名物质为 67-63-0。", text);
      if (fix_out)
        *fix_out = g_strdup ("67-63-0");
      return QD_CELL_CRITICAL;
    }
  if (column == 11 && g_ascii_strtod (text, NULL) > 10)
    {
      if (message_out)
        *message_out = g_strdup_printf ("收支不平：差额 %s%%，限 10%%。核对库存，或补登去向。", text);
      return QD_CELL_CRITICAL;
    }
  if (column == AIR && strcmp (text, "18.40") == 0)
    {
      if (message_out)
        *message_out = g_strdup ("较上年变化 30.3%，超过 30% 请写明原因。");
      return QD_CELL_POSSIBLE;
    }
  return QD_CELL_NORMAL;
}

static void
make_substances (void)
{
  static const char *const columns[] = { "text:物质名称", "text:CAS 号", "choice:名录::m", "number:年初库存:t:t", "number:购入:t:t", "number:生产:t:t", "number:反应与带出:t:t", "number:废气:t:t", "number:废水:t:t", "number:废物:t:t", "number:年末库存:t:t", "text:差额 %::c" };
  static const char *const lists[] = { "new", "新", "water", "水", "air", "气", "prio", "优", "anti", "抗", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    qd_memory_table_add_column (table, columns[i]);
  qd_memory_table_set_choices (table, LISTS, lists);
  qd_memory_table_set_rule (table, judge_substance);
  for (guint i = 0; i < G_N_ELEMENTS (substances); i++)
    qd_memory_table_append (table, substances[i]);
}

/* One column of each kind. */
static void
make_plain (guint n_rows)
{
  static const char *const columns[] = { "text:名称", "number:数量:t:t", "date:日期", "choice:介质", "yesno:外送", "number:合计:t:c", "text:备注" };
  static const char *const media[] = { "air", "废气", "water", "废水", "waste", "危险废物", "soil", "土壤", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    qd_memory_table_add_column (table, columns[i]);
  qd_memory_table_set_choices (table, 3, media);
  for (guint i = 0; i < n_rows; i++)
    qd_memory_table_append (table, "");
}

static void
undo_cb (QdTable *widget)
{
  qd_memory_table_undo (table);
}

static gboolean
message_cb (QdTable *widget, const char *text, const char *action)
{
  printf ("message\t%s\t%s\n", text, action ? action : "");
  fflush (stdout);
  return FALSE;
}

static void
focus_cb (GtkWindow *window)
{
  GtkWidget *focus = gtk_window_get_focus (window);

  printf ("focus\t%s\n", focus ? G_OBJECT_TYPE_NAME (focus) : "none");
  fflush (stdout);
}

static GtkWidget *
find_grid (GtkWidget *widget)
{
  if (QD_IS_TABLE_GRID (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_grid (child);

      if (found)
        return found;
    }
  return NULL;
}

/* Left, top, right, bottom of a cell, and the height of the heads, in the window. */
static void
print_place (QdTable *widget, guint row, guint column)
{
  GtkWidget *grid = find_grid (GTK_WIDGET (widget)), *window = GTK_WIDGET (gtk_widget_get_root (grid));
  GdkRectangle rect = qd_table_grid_get_cell_rect (QD_TABLE_GRID (grid), row, column);
  double x, y, left, top;

  gtk_widget_translate_coordinates (grid, window, 0, 0, &x, &y);
  gtk_native_get_surface_transform (GTK_NATIVE (window), &left, &top);
  x += left;
  y += top;
  printf ("%d %d %d %d %d\n", (int) x + rect.x, (int) y + rect.y, (int) x + rect.x + rect.width, (int) y + rect.y + rect.height, (int) y);
}

/* Commands on standard input: dump, undo, steps, cursor, filter TEXT, problems, place ROW COLUMN, go ROW COLUMN, select ROWS COLUMNS, dark. */
static gboolean
command_cb (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  QdTable *widget = data;
  g_autofree char *line = NULL;
  guint row = 0, column = 0;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL)
    {
      gtk_window_destroy (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (widget))));
      return G_SOURCE_REMOVE;
    }
  g_strchomp (line);
  if (strcmp (line, "dump") == 0)
    {
      g_autofree char *dump = qd_memory_table_dump (table);

      fputs (dump, stdout);
    }
  else if (strcmp (line, "undo") == 0)
    qd_memory_table_undo (table);
  else if (strcmp (line, "steps") == 0)
    printf ("%u\n", qd_memory_table_get_n_steps (table));
  else if (strcmp (line, "cursor") == 0)
    {
      QdCellRange range = qd_table_get_selection (widget);

      qd_table_get_cursor (widget, &row, &column);
      printf ("%u %u %u %u\n", row, column, range.n_rows, range.n_columns);
    }
  else if (g_str_has_prefix (line, "filter"))
    qd_table_set_filter (widget, line + strlen ("filter "));
  else if (strcmp (line, "problems") == 0)
    qd_table_set_only_problems (widget, TRUE);
  else if (sscanf (line, "place %u %u", &row, &column) == 2)
    print_place (widget, row, column);
  else if (sscanf (line, "go %u %u", &row, &column) == 2)
    qd_table_go_to (widget, row, column);
  else if (sscanf (line, "select %u %u", &row, &column) == 2)
    qd_table_select (widget, &(QdCellRange){ 7, 6, row, column });
  else if (strcmp (line, "dark") == 0)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  printf ("ok\n");
  fflush (stdout);
  return G_SOURCE_CONTINUE;
}

static void
closed_cb (GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GIOChannel) channel = g_io_channel_unix_new (STDIN_FILENO);
  GtkWidget *window, *widget, *box, *entry;
  const char *what = argc > 1 ? argv[1] : "substances";

  g_setenv ("FC_LANG", "zh-cn", FALSE);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, QD_BUILD_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  if (g_getenv ("QD_TEST_INPUT_METHOD"))
    test_input_method_prepare ();
  adw_init ();
  if (g_getenv ("QD_TEST_INPUT_METHOD"))
    test_input_method_register ();
  table = qd_memory_table_new ();
  if (strcmp (what, "substances") == 0)
    make_substances ();
  else
    make_plain ((guint) atoi (what));
  window = adw_window_new ();
  gtk_window_set_title (GTK_WINDOW (window), "Table demo");
  gtk_window_set_default_size (GTK_WINDOW (window), 1058, 720);
  widget = qd_table_new (QD_TABLE_MODEL (table), "demo");
  qd_table_set_placeholder (QD_TABLE (widget), "还没有物质。直接输入、粘贴或导入。");
  g_signal_connect (widget, "undo", G_CALLBACK (undo_cb), NULL);
  g_signal_connect (widget, "message", G_CALLBACK (message_cb), NULL);
  g_signal_connect (window, "notify::focus-widget", G_CALLBACK (focus_cb), NULL);
  g_signal_connect_swapped (window, "destroy", G_CALLBACK (closed_cb), loop);
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  entry = gtk_entry_new ();
  gtk_box_append (GTK_BOX (box), widget);
  gtk_box_append (GTK_BOX (box), entry);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_grab_focus (widget);
  g_io_add_watch (channel, G_IO_IN | G_IO_HUP, command_cb, widget);
  g_main_loop_run (loop);
  g_object_unref (table);
  return 0;
}
