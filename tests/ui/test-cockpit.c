/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cockpit over workspaces of every kind: readable, held by another process, missing, damaged, older. */
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cockpit-kit.h"
#include "qd-board-column.h"
#include "qd-board-filter.h"
#include "qd-board-page.h"
#include "qd-board-table.h"
#include "qd-check-page.h"
#include "qd-cockpit-shell.h"
#include "qd-cockpit-line.h"
#include "qd-draft.h"
#include "qd-lines-page.h"
#include "qd-month-strip.h"
#include "qd-look.h"
#include "qd-recent.h"
#include "widget-kit.h"

typedef struct
{
  char *folder;
  QdPack *pack;
  QdCockpit *cockpit;
  guint changes;
  pid_t holder;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "ui", "pack", NULL);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("qd-cockpit-XXXXXX", &error);
  g_assert_no_error (error);
  self->pack = qd_pack_load (dir, &error);
  g_assert_no_error (error);
  qd_recent_set_values ("recent", (const char *const[]){ NULL });
  qd_recent_set_values ("cockpit-places", (const char *const[]){ NULL });
  qd_recent_set_values ("cockpit-hidden", (const char *const[]){ NULL });
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  int status;

  if (self->holder != 0)
    {
      kill (self->holder, SIGKILL);
      g_assert_cmpint (waitpid (self->holder, &status, 0), ==, self->holder);
    }
  /* Threads let go of what they read for a moment later. */
  for (guint i = 0; i < 60000 && g_atomic_int_get (&G_OBJECT (self->cockpit)->ref_count) > 1; i++)
    {
      settle ();
      g_usleep (1000);
    }
  g_assert_finalize_object (g_steal_pointer (&self->cockpit));
  settle ();
  qd_pack_unref (self->pack);
  cockpit_kit_remove (self->folder);
  g_free (self->folder);
}

static void
close_store (QdStore *store)
{
  g_autoptr (GError) error = NULL;

  qd_store_close (store, &error);
  g_assert_no_error (error);
  g_object_unref (store);
}

static char *
path_of (Fixture *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

/* Two enterprises with something in every column. */
static void
make_two (Fixture *self)
{
  QdStore *store = cockpit_kit_create (self->folder, "a.qingdan", "甲制药", "654002", "2710", "古丽");
  QdSummary *summary = qd_summary_new ();
  gint64 draft = cockpit_kit_declare (store, "small.declaration", "2026", QD_STATE_DRAFT, 3);

  cockpit_kit_add_duty (summary, "毒害水污染物评估", -4, draft, QD_HOLDER_US, "");
  cockpit_kit_add_duty (summary, "隐患排查", 2, 0, QD_HOLDER_LABORATORY, "报告后天出");
  cockpit_kit_add_duty (summary, "年报", 90, 0, QD_HOLDER_US, "");
  cockpit_kit_declare (store, "small.declaration", "2025", QD_STATE_RETURNED, 0);
  cockpit_kit_declare (store, "small.declaration", "2024", QD_STATE_CHECKED, 0);
  cockpit_kit_write (store, summary, 12, 0);
  close_store (store);

  store = cockpit_kit_create (self->folder, "b.qingdan", "乙焦化", "654028", "2521", NULL);
  summary = qd_summary_new ();
  cockpit_kit_add_duty (summary, "自行监测结果公开", -1, 0, QD_HOLDER_ENTERPRISE, "缺 4 张照片");
  cockpit_kit_add_duty (summary, "排污许可证变更", 20, 0, QD_HOLDER_US, "");
  cockpit_kit_declare (store, "small.declaration", "2026", QD_STATE_RECEIVED, 0);
  cockpit_kit_write (store, summary, 5, 3);
  close_store (store);
}

static void
changed_cb (Fixture *self)
{
  self->changes++;
}

static gboolean
has_changed (gpointer data)
{
  return ((Fixture *) data)->changes > 0;
}

static void
wait_for_change (Fixture *self)
{
  wait_until (has_changed, self);
  self->changes = 0;
}

static void
start (Fixture *self)
{
  self->cockpit = qd_cockpit_new (self->pack);
  g_signal_connect_swapped (self->cockpit, "changed", G_CALLBACK (changed_cb), self);
  g_assert_true (qd_cockpit_is_loading (self->cockpit));
  wait_for_change (self);
  g_assert_false (qd_cockpit_is_loading (self->cockpit));
}

static void
start_with_folder (Fixture *self)
{
  qd_recent_set_values ("cockpit-places", (const char *const[]){ self->folder, NULL });
  start (self);
}

/* (transfer none): the list holds it */
static QdEnterprise *
find (Fixture *self, const char *name)
{
  GListModel *list = qd_cockpit_get_enterprises (self->cockpit);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (QdEnterprise) enterprise = g_list_model_get_item (list, i);
      if (g_str_equal (qd_enterprise_get_name (enterprise), name))
        return enterprise;
    }
  return NULL;
}

/* A child that holds the workspace until it is killed. */
static void
hold (Fixture *self, const char *path)
{
  int ready[2];
  char byte;

  g_assert_cmpint (pipe (ready), ==, 0);
  self->holder = fork ();
  if (self->holder == 0)
    {
      QdStore *store = qd_store_open (path, FALSE, NULL);
      if (store != NULL && write (ready[1], "x", 1) == 1)
        for (;;)
          pause ();
      _exit (1);
    }
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
}

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

/* Every kind of workspace: what is said of each, and that one hinders no other. */
static void
test_kinds (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *name;
    int code; /* QdStoreError, -1 readable */
    gboolean held;
    int age;
    const char *icon;
    guint count;
  } rows[] = {
    { "甲制药", -1, TRUE, 0, "qd-critical-symbolic", 1 },
    { "乙焦化", -1, FALSE, 3, "qd-critical-symbolic", 1 },
    { "丙牧场", -1, FALSE, -1, "qd-check-symbolic", 0 },
    { "丁电厂", -1, FALSE, 1, "qd-maybe-symbolic", 7 },
    { "坏", QD_STORE_ERROR_NOT_A_WORKSPACE, FALSE, -1, "qd-possible-symbolic", 0 },
    { "旧", QD_STORE_ERROR_READ_ONLY, FALSE, -1, "qd-possible-symbolic", 0 },
    { "没了", QD_STORE_ERROR_NOT_FOUND, FALSE, -1, "qd-possible-symbolic", 0 },
  };
  g_autofree char *held = path_of (self, "a.qingdan");
  g_autofree char *bad = path_of (self, "坏.qingdan");
  g_autofree char *old = path_of (self, "旧.qingdan");
  g_autofree char *gone = path_of (self, "没了.qingdan");

  make_two (self);
  close_store (cockpit_kit_create (self->folder, "c.qingdan", "丙牧场", "", "", NULL));
  {
    QdStore *store = cockpit_kit_create (self->folder, "d.qingdan", "丁电厂", "", "", NULL);
    cockpit_kit_write (store, qd_summary_new (), 7, 1);
    close_store (store);
  }
  close_store (cockpit_kit_create (self->folder, "旧.qingdan", "", "", "", NULL));
  run_sql (old, "PRAGMA user_version = 2");
  g_assert_true (g_file_set_contents (bad, "这不是工作区", -1, NULL));
  qd_recent_add (gone);
  qd_recent_add (held); /* known twice, listed once */
  hold (self, held);
  start_with_folder (self);

  g_assert_cmpuint (g_list_model_get_n_items (qd_cockpit_get_enterprises (self->cockpit)), ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      QdEnterprise *enterprise = find (self, rows[i].name);
      g_auto (QdMark) mark = { 0 };

      g_test_message ("%s", rows[i].name);
      g_assert_nonnull (enterprise);
      if (rows[i].code < 0)
        g_assert_no_error (qd_enterprise_get_error (enterprise));
      else
        {
          g_assert_error (qd_enterprise_get_error (enterprise), QD_STORE_ERROR, rows[i].code);
          g_assert_null (qd_enterprise_get_summary (enterprise));
        }
      g_assert_cmpint (qd_enterprise_is_held (enterprise), ==, rows[i].held);
      g_assert_cmpint (qd_enterprise_get_age (enterprise), ==, rows[i].age);
      qd_enterprise_get_mark (enterprise, &mark);
      g_assert_cmpstr (mark.icon, ==, rows[i].icon);
      g_assert_cmpuint (mark.count, ==, rows[i].count);
      g_assert_true (g_utf8_validate (mark.words, -1, NULL));
    }
  /* Nothing was repaired, converted or locked. */
  g_assert_cmpuint (g_list_model_get_n_items (qd_cockpit_get_items (self->cockpit)), ==, 9);
}

static GtkWidget *
find_nth_of_type (GtkWidget *widget, GType type, guint *n)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type) && (*n)-- == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_nth_of_type (child, type, n);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static GListModel *
column_items (GtkWidget *page, guint n)
{
  return qd_board_column_view_get_items (QD_BOARD_COLUMN_VIEW (find_nth_of_type (page, QD_TYPE_BOARD_COLUMN_VIEW, &n)));
}

/* "甲制药 / title | chip | who" */
static char *
describe (GListModel *items, guint i)
{
  g_autoptr (QdBoardItem) item = g_list_model_get_item (items, i);
  g_autofree char *chip = qd_board_item_dup_chip (item);
  g_autofree char *who = qd_board_item_dup_who (item);

  return g_strdup_printf ("%s / %s | %s | %s", qd_enterprise_get_name (qd_board_item_get_enterprise (item)), qd_board_item_get_title (item), chip, who);
}

static void
assert_rows (GListModel *items, const char *const *expected)
{
  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autofree char *text = describe (items, i);
      g_assert_cmpstr (text, ==, expected[i]);
    }
  g_assert_null (expected[g_list_model_get_n_items (items)]);
}

static void
test_board (Fixture *self, gconstpointer data)
{
  GtkWidget *page, *window, *search;
  GListModel *due;

  make_two (self);
  start_with_folder (self);
  page = qd_board_page_new (self->cockpit);
  window = window_with (page);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  g_assert_cmpstr (qd_board_page_get_state (QD_BOARD_PAGE (page)), ==, "board");
  due = column_items (page, QD_BOARD_DUE);
  assert_rows (due, (const char *const[]){ "甲制药 / 毒害水污染物评估 | 4 days overdue | With us, 3 to fix", "乙焦化 / 自行监测结果公开 | 1 day overdue | With the enterprise, 缺 4 张照片", "甲制药 / 隐患排查 | 2 days left | With the laboratory, 报告后天出", "乙焦化 / 排污许可证变更 | 20 days left | With us, not begun", NULL });
  assert_rows (column_items (page, QD_BOARD_RETURNED), (const char *const[]){ "甲制药 / Small declaration, Year 2025 | Returned | With us, returned today", NULL });
  assert_rows (column_items (page, QD_BOARD_UNSIGNED), (const char *const[]){ "甲制药 / Small declaration, Year 2024 | Nothing to fix | With us, edited today", NULL });
  assert_rows (column_items (page, QD_BOARD_WAITING), (const char *const[]){ "乙焦化 / Small declaration, Year 2026 | Received | With the authority, 0 days so far", NULL });
  g_assert_nonnull (find_text (page, "Overdue 2"));
  g_assert_nonnull (find_text (page, "Within 7 days 1"));
  g_assert_nonnull (find_text (page, "Returned 1"));
  g_assert_nonnull (find_text (page, "To be sealed 1"));
  g_assert_nonnull (find_text (page, "Please check 17"));

  /* Search: names, titles, notes. */
  search = find_of_type (page, GTK_TYPE_SEARCH_ENTRY);
  g_assert_nonnull (search);
  {
    static const struct
    {
      const char *words;
      guint n;
    } rows[] = { { "甲", 2 }, { "监测", 1 }, { "照片", 1 }, { "变更", 1 }, { " 乙焦化 ", 2 }, { "没有这样的", 0 }, { "", 4 } };
    for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
      {
        gtk_editable_set_text (GTK_EDITABLE (search), rows[i].words);
        g_signal_emit_by_name (search, "search-changed");
        settle ();
        g_assert_cmpuint (g_list_model_get_n_items (due), ==, rows[i].n);
        g_assert_cmpstr (qd_board_page_get_state (QD_BOARD_PAGE (page)), ==, rows[i].n > 0 ? "board" : "nothing");
      }
  }
  /* Choices: the first lets all through, the others are what occurs. */
  for (guint choice = 0; choice < 3; choice++)
    {
      guint n = choice;
      GtkDropDown *drop_down = GTK_DROP_DOWN (find_nth_of_type (page, GTK_TYPE_DROP_DOWN, &n));
      g_assert_cmpuint (g_list_model_get_n_items (gtk_drop_down_get_model (drop_down)), ==, choice == 2 ? 2 : 3);
      gtk_drop_down_set_selected (drop_down, 1);
      settle ();
      g_assert_cmpuint (g_list_model_get_n_items (due), ==, 2);
      g_assert_nonnull (find_text (page, choice == 1 ? "Please check 5" : "Please check 12"));
      gtk_drop_down_set_selected (drop_down, 0);
    }
  settle ();
  g_assert_cmpuint (g_list_model_get_n_items (due), ==, 4);
  assert_gone (window, &page);
}

static void
test_table (Fixture *self, gconstpointer data)
{
  GtkWidget *page, *window;
  QdBoardTable *table;
  GListModel *items;
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;

  make_two (self);
  start_with_folder (self);
  page = qd_board_page_new (self->cockpit);
  window = window_with (page);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  qd_board_page_show_table (QD_BOARD_PAGE (page), TRUE);
  g_assert_cmpstr (qd_board_page_get_state (QD_BOARD_PAGE (page)), ==, "table");
  table = QD_BOARD_TABLE (find_of_type (page, QD_TYPE_BOARD_TABLE));
  items = qd_board_table_get_items (table);
  g_assert_cmpuint (g_list_model_get_n_items (items), ==, 7); /* what the four columns show */
  qd_board_table_sort_by (table, 4, GTK_SORT_DESCENDING);
  last = describe (items, 0);
  g_assert_nonnull (g_strrstr (last, "Small declaration")); /* without a date: last, turned round first */
  qd_board_table_sort_by (table, 4, GTK_SORT_ASCENDING);
  first = describe (items, 0);
  g_assert_cmpstr (first, ==, "甲制药 / 毒害水污染物评估 | 4 days overdue | With us, 3 to fix");
  for (guint column = 0; column < 9; column++)
    qd_board_table_sort_by (table, column, GTK_SORT_ASCENDING);
  settle ();
  qd_board_page_show_table (QD_BOARD_PAGE (page), FALSE);
  g_assert_cmpstr (qd_board_page_get_state (QD_BOARD_PAGE (page)), ==, "board");
  assert_gone (window, &page);
}

typedef struct
{
  char *path;
  gint64 declaration;
  guint n;
} Opened;

static void
open_cb (Opened *opened, const char *path, gint64 declaration)
{
  g_free (opened->path);
  opened->path = g_strdup (path);
  opened->declaration = declaration;
  opened->n++;
}

static void
test_shell (Fixture *self, gconstpointer data)
{
  GtkWidget *shell, *window, *list;
  Opened opened = { 0 };
  guint n = 0;
  g_autofree char *first = path_of (self, "a.qingdan");
  g_autofree char *second = path_of (self, "b.qingdan");

  make_two (self);
  qd_recent_add (second);
  start_with_folder (self);
  shell = qd_cockpit_shell_new (self->cockpit);
  g_signal_connect_swapped (shell, "open", G_CALLBACK (open_cb), &opened);
  window = window_with (shell);
  g_object_add_weak_pointer (G_OBJECT (shell), (gpointer *) &shell);
  qd_cockpit_shell_show_page (QD_COCKPIT_SHELL (shell), "board");
  settle ();
  g_assert_true (QD_IS_BOARD_PAGE (qd_cockpit_shell_get_page (QD_COCKPIT_SHELL (shell))));

  /* The first row of the board is the overdue duty, with its draft. */
  list = find_of_type (find_nth_of_type (shell, QD_TYPE_BOARD_COLUMN_VIEW, &n), GTK_TYPE_LIST_VIEW);
  g_signal_emit_by_name (list, "activate", 0);
  g_assert_cmpuint (opened.n, ==, 1);
  g_assert_cmpstr (opened.path, ==, first);
  g_assert_cmpint (opened.declaration, ==, 1);
  g_signal_emit_by_name (list, "activate", 1);
  g_assert_cmpstr (opened.path, ==, second);
  g_assert_cmpint (opened.declaration, ==, 0); /* not begun: the overview */

  /* Recent workspaces stand in the sidebar with their worst mark. */
  n = 1;
  list = find_nth_of_type (shell, GTK_TYPE_LIST_BOX, &n);
  g_assert_nonnull (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0));
  g_assert_null (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 1));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0)), GTK_ACCESSIBLE_PROPERTY_LABEL, "乙焦化, 1 overdue");
  opened.n = 0;
  g_signal_emit_by_name (list, "row-activated", gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0));
  g_assert_cmpuint (opened.n, ==, 1);

  for (guint i = 0; i < 7; i++) /* one more than there are */
    qd_cockpit_shell_show_nth_page (QD_COCKPIT_SHELL (shell), i);
  g_assert_true (QD_IS_CHECK_PAGE (qd_cockpit_shell_get_page (QD_COCKPIT_SHELL (shell))));
  gtk_window_set_default_size (GTK_WINDOW (window), 640, 480);
  settle ();
  g_free (opened.path);
  assert_gone (window, &shell);
}

static void
deliver (QdStore *store, gint64 declaration, QdState state, gint64 offset, const char *problem)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = NULL;
  QdDelivery *row;

  qd_store_add_delivery (store, declaration, "https://example.invalid/", &error);
  g_assert_no_error (error);
  list = qd_store_list_deliveries (store, &error);
  row = list->pdata[list->len - 1];
  row->state = state;
  row->offset = offset;
  row->problem = g_strdup (problem);
  qd_store_update_delivery (store, row, NULL, &error);
  g_assert_no_error (error);
}

/* "甲制药 · title · chip" of each row, with newlines between. */
static char *
dup_lines (GtkWidget *page)
{
  GListModel *lines = qd_lines_page_get_lines (QD_LINES_PAGE (page));
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (lines); i++)
    {
      g_autoptr (QdCockpitLine) line = g_list_model_get_item (lines, i);
      g_string_append_printf (text, "%s%s|%s|%s", i > 0 ? "\n" : "", line->name, line->title, line->chip);
    }
  return g_string_free (text, FALSE);
}

static void
assert_lines (GtkWidget *page, const char *expected)
{
  g_autofree char *lines = dup_lines (page);

  g_assert_cmpstr (lines, ==, expected);
}

/* Deadlines of all enterprises: by date, by month, by word; a row leads to its declaration. */
static void
test_calendar (Fixture *self, gconstpointer data)
{
  GtkWidget *page, *window;
  QdMonthStrip *strip;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  guint present = (guint) (g_date_time_get_year (now) * 12 + g_date_time_get_month (now) - 1);

  make_two (self);
  start_with_folder (self);
  page = qd_lines_page_new (self->cockpit, QD_LINES_CALENDAR);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  assert_lines (page, "甲制药|毒害水污染物评估|4 days overdue\n乙焦化|自行监测结果公开|1 day overdue\n甲制药|隐患排查|2 days left\n乙焦化|排污许可证变更|20 days left\n甲制药|年报|90 days left");
  strip = QD_MONTH_STRIP (find_of_type (page, QD_TYPE_MONTH_STRIP));
  g_assert_nonnull (strstr (qd_month_strip_get_name (strip, 0), "甲制药"));
  /* What is late is a matter of the present month. */
  qd_lines_page_choose (QD_LINES_PAGE (page), present);
  g_assert_true (g_list_model_get_n_items (qd_lines_page_get_lines (QD_LINES_PAGE (page))) >= 2);
  g_assert_true (g_list_model_get_n_items (qd_lines_page_get_lines (QD_LINES_PAGE (page))) < 5);
  qd_lines_page_choose (QD_LINES_PAGE (page), 0);
  gtk_editable_set_text (GTK_EDITABLE (find_of_type (page, GTK_TYPE_SEARCH_ENTRY)), "乙焦化");
  g_signal_emit_by_name (find_of_type (page, GTK_TYPE_SEARCH_ENTRY), "search-changed");
  assert_lines (page, "乙焦化|自行监测结果公开|1 day overdue\n乙焦化|排污许可证变更|20 days left");
  g_assert_true (qd_page_can (QD_PAGE (page), "export"));
  assert_gone (window, &page);
}

static gboolean
file_is_there (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* The calendar of all, written in a thread; a workspace that cannot be read does not keep the others from it. */
static void
test_calendar_export (Fixture *self, gconstpointer data)
{
  g_autofree char *ics = path_of (self, "all.ics");
  g_autofree char *broken = path_of (self, "c.qingdan");
  g_autofree char *text = NULL;
  GtkWidget *page, *window, *overlay;

  make_two (self);
  g_assert_true (g_file_set_contents (broken, "no workspace", -1, NULL));
  start_with_folder (self);
  page = qd_lines_page_new (self->cockpit, QD_LINES_CALENDAR);
  overlay = adw_toast_overlay_new ();
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (overlay), page);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (overlay);
  qd_lines_page_export (QD_LINES_PAGE (page), ics);
  wait_until (file_is_there, ics);
  settle ();
  g_assert_true (g_file_get_contents (ics, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "BEGIN:VCALENDAR"));
  g_assert_true (g_str_has_suffix (text, "END:VCALENDAR\r\n"));
  assert_gone (window, &page);
}

/* States are the source's own words, one each, never merged. */
static void
test_deliveries (Fixture *self, gconstpointer data)
{
  static const struct
  {
    QdState state;
    const char *chip;
    guint choice;
  } rows[] = {
    { QD_STATE_SEALED, "Sealed, not sent", 1 },
    { QD_STATE_SENT, "Sent", 2 },
    { QD_STATE_RECEIVED, "Received", 3 },
    { QD_STATE_ACCEPTED, "Accepted", 4 },
    { QD_STATE_RETURNED, "Returned", 5 },
  };
  QdStore *store = cockpit_kit_create (self->folder, "a.qingdan", "甲制药", "654002", "2710", NULL);
  GtkWidget *page, *window;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *period = g_strdup_printf ("%u", 2020 + i);
      gint64 id = cockpit_kit_declare (store, "small.declaration", period, QD_STATE_SEALED, 0);
      deliver (store, id, rows[i].state, 1, i == 0 ? "no network" : NULL);
    }
  cockpit_kit_write (store, qd_summary_new (), 0, 0);
  close_store (store);
  start_with_folder (self);
  page = qd_lines_page_new (self->cockpit, QD_LINES_DELIVERIES);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  g_assert_cmpuint (g_list_model_get_n_items (qd_lines_page_get_lines (QD_LINES_PAGE (page))), ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (QdCockpitLine) line = NULL;
      qd_lines_page_choose (QD_LINES_PAGE (page), rows[i].choice);
      g_assert_cmpuint (g_list_model_get_n_items (qd_lines_page_get_lines (QD_LINES_PAGE (page))), ==, 1);
      line = g_list_model_get_item (qd_lines_page_get_lines (QD_LINES_PAGE (page)), 0);
      g_assert_cmpstr (line->chip, ==, rows[i].chip);
      g_assert_cmpint (line->declaration, ==, i + 1);
      g_assert_cmpint (strstr (line->note, "no network") != NULL, ==, i == 0);
    }
  assert_gone (window, &page);
}

/* The pack, and which versions of its forms are in use where; another one than the pack's stands out. */
static void
test_packs (Fixture *self, gconstpointer data)
{
  GtkWidget *page, *window;
  g_autofree char *lines = NULL;

  make_two (self);
  start_with_folder (self);
  page = qd_lines_page_new (self->cockpit, QD_LINES_PACKS);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  lines = dup_lines (page);
  g_assert_true (g_str_has_prefix (lines, qd_pack_get_id (self->pack)));
  g_assert_cmpuint (g_list_model_get_n_items (qd_lines_page_get_lines (QD_LINES_PAGE (page))), ==, 2);
  {
    g_autoptr (QdCockpitLine) line = g_list_model_get_item (qd_lines_page_get_lines (QD_LINES_PAGE (page)), 1);
    g_assert_cmpstr (line->note, ==, "4 declarations, 2 enterprises");
    g_assert_null (line->path);
  }
  g_assert_false (qd_page_can (QD_PAGE (page), "export"));
  assert_gone (window, &page);
}

static gboolean
has_two (gpointer data)
{
  return g_list_model_get_n_items (qd_cockpit_get_enterprises (((Fixture *) data)->cockpit)) == 2;
}

static gboolean
has_one (gpointer data)
{
  return g_list_model_get_n_items (qd_cockpit_get_enterprises (((Fixture *) data)->cockpit)) == 1;
}

static gboolean
has_maybe (gpointer data)
{
  QdEnterprise *enterprise = find (data, "乙焦化");

  return enterprise != NULL && qd_enterprise_get_summary (enterprise) != NULL && qd_enterprise_get_summary (enterprise)->maybe == 99;
}

/* Folders are watched; what is taken off stays off; what did not change stays the same object. */
static void
test_places (Fixture *self, gconstpointer data)
{
  g_autofree char *first = path_of (self, "a.qingdan");
  g_autofree char *second = path_of (self, "b.qingdan");
  g_autofree char *away = path_of (self, "away");
  QdEnterprise *kept;

  start (self);
  g_assert_cmpuint (g_list_model_get_n_items (qd_cockpit_get_enterprises (self->cockpit)), ==, 0);
  qd_cockpit_add (self->cockpit, self->folder);
  wait_for_change (self);
  make_two (self);
  wait_until (has_two, self);

  kept = find (self, "甲制药");
  {
    QdStore *store = qd_store_open (second, FALSE, NULL);
    cockpit_kit_write (store, qd_summary_new (), 99, 0);
    close_store (store);
  }
  wait_until (has_maybe, self);
  g_assert_true (find (self, "甲制药") == kept);

  qd_cockpit_remove (self->cockpit, first);
  wait_until (has_one, self);
  g_assert_nonnull (find (self, "乙焦化"));
  g_assert_true (g_file_test (first, G_FILE_TEST_EXISTS));
  qd_cockpit_refresh (self->cockpit);
  self->changes = 0;
  wait_for_change (self);
  g_assert_true (has_one (self));
  qd_cockpit_add (self->cockpit, first); /* by itself, although its folder is there */
  wait_until (has_two, self);

  g_assert_cmpint (g_rename (second, away), ==, 0);
  wait_until (has_one, self);
  g_assert_nonnull (find (self, "甲制药"));
  g_unlink (away);
}

static void
test_empty (Fixture *self, gconstpointer data)
{
  GtkWidget *page, *window;

  self->cockpit = qd_cockpit_new (self->pack);
  g_signal_connect_swapped (self->cockpit, "changed", G_CALLBACK (changed_cb), self);
  page = qd_board_page_new (self->cockpit);
  g_assert_cmpstr (qd_board_page_get_state (QD_BOARD_PAGE (page)), ==, "loading");
  window = window_with (page);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  if (qd_cockpit_is_loading (self->cockpit))
    wait_for_change (self);
  g_assert_cmpstr (qd_board_page_get_state (QD_BOARD_PAGE (page)), ==, "empty");
  g_assert_nonnull (find_text (page, "No enterprises yet"));
  assert_gone (window, &page);
}

static gint64
make_draft (Fixture *self, QdStore *store, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDraft) draft = qd_draft_create (store, self->pack, "small.declaration", "2026", NULL, "en", &error);
  QdInstance *instance;

  g_assert_no_error (error);
  instance = qd_draft_get_instance (draft);
  qd_instance_set_value (instance, qd_instance_find (instance, "/d/a/name"), name, &error);
  g_assert_no_error (error);
  return qd_draft_get_id (draft);
}

static gboolean
is_idle (gpointer run)
{
  return !qd_check_run_is_running (run);
}

static void
make_draft_workspace (Fixture *self, const char *file, const char *name, const char *value)
{
  QdStore *store = cockpit_kit_create (self->folder, file, name, "", "", NULL);

  make_draft (self, store, value);
  close_store (store);
}

static gboolean
has_checked (gpointer data)
{
  QdEnterprise *enterprise = find (data, "甲制药");

  return qd_enterprise_count (enterprise, QD_BOARD_UNSIGNED, G_MININT, G_MAXINT) == 1;
}

static void
test_check (Fixture *self, gconstpointer data)
{
  g_autoptr (QdCheckRun) run = qd_check_run_new ();
  g_autofree char *good = path_of (self, "a.qingdan");
  g_autofree char *bad = path_of (self, "b.qingdan");
  g_autofree char *gone = path_of (self, "gone.qingdan");
  const char *const paths[] = { good, bad, gone, NULL };
  GtkWidget *page, *window;
  guint critical;

  make_draft_workspace (self, "a.qingdan", "甲制药", "W1");
  make_draft_workspace (self, "b.qingdan", "乙焦化", "");
  hold (self, bad);
  start_with_folder (self);
  g_signal_connect_object (run, "workspace-checked", G_CALLBACK (qd_cockpit_refresh_path), self->cockpit, G_CONNECT_SWAPPED);
  page = qd_check_page_new (self->cockpit, run);
  window = window_with (page);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  g_assert_true (qd_page_can (QD_PAGE (page), "check"));

  qd_check_run_start (run, paths, self->pack, "en");
  g_assert_true (qd_check_run_is_running (run));
  g_assert_false (qd_page_can (QD_PAGE (page), "check"));
  g_assert_cmpstr (qd_check_page_get_status (QD_CHECK_PAGE (page)), ==, "Checking: 0 of 3 workspaces");
  wait_until (is_idle, run);
  g_assert_cmpuint (qd_check_run_get_done (run), ==, 3);
  g_assert_cmpuint (qd_check_run_count_drafts (run, &critical), ==, 2);
  g_assert_cmpuint (critical, ==, 1);
  g_assert_cmpuint (qd_check_run_find (run, good, 1)->critical, ==, 0);
  g_assert_cmpuint (qd_check_run_find (run, bad, 1)->critical, ==, 1);
  g_assert_null (qd_check_run_find (run, bad, 2));
  g_assert_true (qd_check_run_was_read_only (run, bad));
  g_assert_false (qd_check_run_was_read_only (run, good));
  g_assert_nonnull (qd_check_run_get_problem (run, gone));
  g_assert_cmpstr (qd_check_page_get_status (QD_CHECK_PAGE (page)), ==, "2 drafts checked, 1 to fix in all.");
  g_assert_nonnull (find_text (page, "1 to fix"));
  /* The one without findings counts as checked now, and the board says so. */
  wait_until (has_checked, self);

  /* Cancelled at once: no result, and said so. */
  qd_check_run_start (run, paths, self->pack, "en");
  qd_check_run_cancel (run);
  wait_until (is_idle, run);
  g_assert_true (qd_check_run_was_cancelled (run));
  g_assert_cmpuint (qd_check_run_get_done (run), <, 3);
  g_assert_nonnull (g_strrstr (qd_check_page_get_status (QD_CHECK_PAGE (page)), "Stopped after"));
  settle ();
  assert_gone (window, &page);
}

static void
problem_cb (char **problem, const char *message)
{
  g_free (*problem);
  *problem = g_strdup (message);
}

static gboolean
is_set (gpointer text)
{
  return *(char **) text != NULL;
}

static gboolean
has_person (gpointer data)
{
  QdEnterprise *enterprise = find (data, "甲制药");

  return g_str_equal (qd_enterprise_get_summary (enterprise)->person, "阿依努尔");
}

static void
test_person (Fixture *self, gconstpointer data)
{
  g_autofree char *first = path_of (self, "a.qingdan");
  g_autofree char *second = path_of (self, "b.qingdan");
  g_autofree char *problem = NULL;

  make_two (self);
  start_with_folder (self);
  g_signal_connect_swapped (self->cockpit, "problem", G_CALLBACK (problem_cb), &problem);
  qd_cockpit_set_person (self->cockpit, first, "阿依努尔");
  wait_until (has_person, self);
  g_assert_null (problem);
  hold (self, second);
  qd_cockpit_set_person (self->cockpit, second, "阿依努尔");
  wait_until (is_set, &problem);
  g_assert_true (g_utf8_validate (problem, -1, NULL));
}

/* The settings: workspaces that were opened are all known, eight are recent. */
static void
test_recent (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) list = NULL;
  g_auto (GStrv) known = NULL;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *path = g_strdup_printf ("/tmp/%u 号.qingdan", i);
      qd_recent_add (path);
    }
  qd_recent_add ("/tmp/3 号.qingdan");
  qd_recent_remove ("/tmp/4 号.qingdan");
  qd_recent_remove ("/tmp/none.qingdan");
  list = qd_recent_dup_list ();
  known = qd_recent_dup_known ();
  g_assert_cmpuint (g_strv_length (list), ==, 8);
  g_assert_cmpuint (g_strv_length (known), ==, 19);
  g_assert_cmpstr (list[0], ==, "/tmp/3 号.qingdan");
  g_assert_cmpstr (list[1], ==, "/tmp/19 号.qingdan");
  g_assert_false (g_strv_contains ((const char *const *) known, "/tmp/4 号.qingdan"));
  start (self); /* none of them is there: that is said of each */
  g_assert_cmpuint (g_list_model_get_n_items (qd_cockpit_get_enterprises (self->cockpit)), ==, 19);
}

int
main (int argc, char **argv)
{
  /* The folders are not isolated: icons are found through the MIME types in the system's. The home is one of its own. */
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  qd_look_init ();
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/cockpit/kinds", test_kinds);
  ADD ("/cockpit/board", test_board);
  ADD ("/cockpit/table", test_table);
  ADD ("/cockpit/shell", test_shell);
  ADD ("/cockpit/places", test_places);
  ADD ("/cockpit/empty", test_empty);
  ADD ("/cockpit/check", test_check);
  ADD ("/cockpit/person", test_person);
  ADD ("/cockpit/recent", test_recent);
  g_test_add ("/cockpit/calendar", Fixture, NULL, set_up, test_calendar, tear_down);
  g_test_add ("/cockpit/calendar-export", Fixture, NULL, set_up, test_calendar_export, tear_down);
  g_test_add ("/cockpit/deliveries", Fixture, NULL, set_up, test_deliveries, tear_down);
  g_test_add ("/cockpit/packs", Fixture, NULL, set_up, test_packs, tear_down);
  return g_test_run ();
}
