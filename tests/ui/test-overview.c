/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The overview and what belongs to it, over the built-in pack and the demonstration's enterprise: what is on screen is what the core says. */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "qd-bar.h"
#include "qd-calendar-export.h"
#include "qd-declaration-page.h"
#include "qd-demo.h"
#include "qd-duty-dialogs.h"
#include "qd-duty-marks.h"
#include "qd-duty-pane.h"
#include "qd-duty-popover.h"
#include "qd-duty-table.h"
#include "qd-fact-changes.h"
#include "qd-kind-page.h"
#include "qd-look.h"
#include "qd-month-strip.h"
#include "qd-overview-page.h"
#include "qd-reminder.h"
#include "small-workspace.h"
#include "widget-kit.h"

/* A workspace with the real pack; with @demo, its enterprise. */
static void
real_open (Small *self, gboolean demo)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  self->dir = g_dir_make_tmp ("qd-overview-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (self->dir, "real.qingdan", NULL);
  self->pack = qd_pack_load_builtin (&error);
  g_assert_no_error (error);
  self->store = qd_store_create (path, &error);
  g_assert_no_error (error);
  if (demo)
    qd_demo_fill (self->store, self->pack, &error);
  g_assert_no_error (error);
  self->workspace = qd_workspace_new (self->store, self->pack);
}

static gboolean
is_idle (gpointer data)
{
  QdDuties *duties = qd_workspace_get_duties (data);

  return !qd_duties_is_busy (duties) && (qd_duties_get (duties) != NULL || qd_duties_get_problem (duties) != NULL);
}

/* Until the duties are those of what is stored now. */
static QdAssessed *
wait_for_duties (Small *self)
{
  QdDuties *duties = qd_workspace_get_duties (self->workspace);

  settle ();
  qd_duties_refresh (duties);
  wait_until (is_idle, self->workspace);
  settle ();
  return qd_duties_get (duties);
}

static GtkWidget *
open_page (Small *self, GtkWidget **window_out)
{
  GtkWidget *page = qd_overview_page_new (self->workspace);

  *window_out = window_with (page);
  return page;
}

static QdDutyTable *
table_of (GtkWidget *page)
{
  return QD_DUTY_TABLE (find_of_type (page, QD_TYPE_DUTY_TABLE));
}

static guint
n_rows (GtkWidget *page)
{
  return g_list_model_get_n_items (qd_duty_table_get_rows (table_of (page)));
}

/* The n-th toggle button of the counters. */
static GtkToggleButton *
find_counter (GtkWidget *page, const char *label)
{
  GtkWidget *text = find_text (page, label);

  g_assert_nonnull (text);
  return GTK_TOGGLE_BUTTON (gtk_widget_get_ancestor (text, GTK_TYPE_TOGGLE_BUTTON));
}

static void
test_without_rules (void)
{
  Small small = { 0 };
  GtkWidget *page, *window;

  small_open (&small);
  page = open_page (&small, &window);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  g_assert_null (wait_for_duties (&small));
  g_assert_cmpstr (qd_overview_page_get_next_step (QD_OVERVIEW_PAGE (page)), ==, "The duties cannot be worked out.");
  g_assert_nonnull (qd_bar_get_text (QD_BAR (find_of_type (page, QD_TYPE_BAR))));
  g_assert_cmpuint (n_rows (page), ==, 0);
  assert_gone (window, &page);
  small_close (&small);
}

/* Nothing is known yet: a first step, and questions only. */
static void
test_empty (void)
{
  Small small = { 0 };
  GtkWidget *page, *window;
  QdAssessed *assessed;
  GListModel *rows;

  real_open (&small, FALSE);
  page = open_page (&small, &window);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  assessed = wait_for_duties (&small);
  g_assert_nonnull (assessed);
  g_assert_true (g_str_has_prefix (qd_overview_page_get_next_step (QD_OVERVIEW_PAGE (page)), "No duties yet"));
  g_assert_cmpuint (assessed->assessment->n_overdue, ==, 0);
  rows = qd_duty_table_get_rows (table_of (page));
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (QdDutyItem) item = g_list_model_get_item (rows, i);
      QdDutyAction action = qd_duty_item_get_action (item);
      if (qd_duty_item_get_group (item) == QD_DUTY_GROUP_MAYBE)
        g_assert_true (action == QD_DUTY_ACTION_ANSWER || action == QD_DUTY_ACTION_NONE);
    }
  assert_gone (window, &page);
  small_close (&small);
}

static void
test_figures (void)
{
  Small small = { 0 };
  GtkWidget *page, *window;
  QdAssessed *assessed;
  const QdAssessment *assessment;
  g_autofree char *subtitle = NULL;
  g_autofree char *soon = NULL;
  g_autofree char *maybe = NULL;
  guint all;

  real_open (&small, TRUE);
  page = open_page (&small, &window);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  assessed = wait_for_duties (&small);
  g_assert_nonnull (assessed);
  assessment = assessed->assessment;
  g_assert_cmpuint (assessment->n_yes, >, 10);
  g_assert_cmpuint (assessment->n_no, >, 10);
  subtitle = g_strdup_printf ("%u apply, %u to be checked", assessment->n_yes, assessment->n_maybe);
  g_assert_nonnull (find_text (page, subtitle));

  /* Each counter shows the core's figure, is named with it, and lets that many rows through. */
  all = n_rows (page);
  soon = g_strdup_printf ("Within 30 days, %u, filter", assessment->n_soon);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (find_counter (page, "Within 30 days")), GTK_ACCESSIBLE_PROPERTY_LABEL, soon);
  maybe = g_strdup_printf ("Please check, %u, filter", assessment->n_maybe);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (find_counter (page, "Please check")), GTK_ACCESSIBLE_PROPERTY_LABEL, maybe);
  gtk_toggle_button_set_active (find_counter (page, "Overdue"), TRUE);
  g_assert_cmpuint (n_rows (page), ==, assessment->n_overdue);
  gtk_toggle_button_set_active (find_counter (page, "Within 30 days"), TRUE);
  g_assert_false (gtk_toggle_button_get_active (find_counter (page, "Overdue")));
  g_assert_cmpuint (n_rows (page), ==, assessment->n_soon);
  gtk_toggle_button_set_active (find_counter (page, "Please check"), TRUE);
  g_assert_cmpuint (n_rows (page), >=, assessment->n_maybe); /* and duties whose date waits for an answer */
  gtk_toggle_button_set_active (find_counter (page, "Returned"), TRUE);
  g_assert_cmpuint (n_rows (page), ==, 0);
  gtk_toggle_button_set_active (find_counter (page, "Returned"), FALSE);
  g_assert_cmpuint (n_rows (page), ==, all);

  qd_duty_table_set_search (table_of (page), "there is no such duty");
  g_assert_cmpuint (n_rows (page), ==, 0);
  g_assert_nonnull (find_text (page, "No row fits the filters."));
  qd_duty_table_set_search (table_of (page), "");
  g_assert_cmpuint (n_rows (page), ==, all);
  assert_gone (window, &page);
  small_close (&small);
}

/* Rows by date; law before defaults of ours on the same day; without a date last. */
static void
test_order (void)
{
  Small small = { 0 };
  QdAssessed *assessed;
  static const QdDutyView views[] = { QD_DUTY_VIEW_OPEN, QD_DUTY_VIEW_YEAR, QD_DUTY_VIEW_DONE, QD_DUTY_VIEW_INFORMATION };

  real_open (&small, TRUE);
  assessed = wait_for_duties (&small);
  for (guint v = 0; v < G_N_ELEMENTS (views); v++)
    {
      g_autoptr (GListStore) items = qd_duty_items_load (assessed, views[v]);
      g_autoptr (QdDutyItem) last = NULL;
      for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (items)); i++)
        {
          QdDutyItem *item = g_list_model_get_item (G_LIST_MODEL (items), i);
          g_autofree char *title = qd_duty_item_dup_title (item);
          g_autofree char *day = qd_duty_item_dup_day (item);
          g_autofree char *distance = qd_duty_item_dup_distance (item);
          const char *icon, *css;
          g_autofree char *state = qd_duty_item_dup_state (item, &icon, &css);
          g_assert_cmpstr (title, !=, "");
          g_assert_cmpstr (day, !=, "");
          g_assert_cmpstr (state, !=, "");
          g_assert_nonnull (distance);
          g_assert_nonnull (icon);
          g_assert_true (qd_duty_item_matches (item, qd_duty_item_get_duty (item)->title));
          if (last != NULL)
            g_assert_cmpint (qd_duty_item_compare (last, item), <=, 0);
          g_set_object (&last, item);
          g_object_unref (item);
        }
    }
  small_close (&small);
}

static void
test_strip (void)
{
  Small small = { 0 };
  GtkWidget *page, *window;
  QdAssessed *assessed;
  QdMonthStrip *strip;
  guint first, in_months = 0, all;
  g_autoptr (GListStore) year = NULL;

  real_open (&small, TRUE);
  page = open_page (&small, &window);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  assessed = wait_for_duties (&small);
  strip = QD_MONTH_STRIP (find_of_type (page, QD_TYPE_MONTH_STRIP));
  first = qd_month_strip_parse (assessed->assessment->date);
  year = qd_duty_items_load (assessed, QD_DUTY_VIEW_YEAR);
  all = n_rows (page);
  for (guint cell = 0; cell < QD_MONTHS; cell++)
    {
      guint n = 0;
      g_autofree char *count = NULL;
      for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (year)); i++)
        {
          g_autoptr (QdDutyItem) item = g_list_model_get_item (G_LIST_MODEL (year), i);
          if (qd_month_strip_month_of (item, first) == first + cell)
            n++;
        }
      in_months += n;
      count = g_strdup_printf (n == 1 ? "%u deadline:" : "%u deadlines:", n);
      g_assert_nonnull (strstr (qd_month_strip_get_name (strip, cell), n > 0 ? count : "nothing due"));
      qd_month_strip_choose (strip, first + cell);
      g_assert_cmpuint (qd_month_strip_get_chosen (strip), ==, first + cell);
      g_assert_cmpuint (n_rows (page), ==, n);
    }
  g_assert_cmpuint (in_months, >, 10);
  qd_month_strip_choose (strip, 0);
  g_assert_cmpuint (n_rows (page), ==, all);
  g_assert_cmpuint (qd_month_strip_parse ("2026-13-01"), ==, 0);
  g_assert_cmpuint (qd_month_strip_parse (""), ==, 0);
  assert_gone (window, &page);
  small_close (&small);
}

static QdDutyItem *
find_registrable (GtkWidget *page)
{
  GListModel *rows = qd_duty_table_get_rows (table_of (page));

  for (guint i = 0; i < g_list_model_get_n_items (rows); i++)
    {
      QdDutyItem *item = g_list_model_get_item (rows, i);
      /* A cycle would begin anew with what is done: here, a day of the calendar. */
      if (qd_duty_item_get_action (item) == QD_DUTY_ACTION_REGISTER && g_str_equal (qd_duty_item_get_due (item)->kind, "monthly"))
        return item;
      g_object_unref (item);
    }
  g_assert_not_reached ();
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  GtkWidget *text = find_text (widget, label);

  return text != NULL ? gtk_widget_get_ancestor (text, GTK_TYPE_BUTTON) : NULL;
}

static QdDutyItem *
find_done (QdAssessed *assessed, const char *rule, const char *period)
{
  g_autoptr (GListStore) items = qd_duty_items_load (assessed, QD_DUTY_VIEW_DONE);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (items)); i++)
    {
      QdDutyItem *item = g_list_model_get_item (G_LIST_MODEL (items), i);
      if (g_str_equal (qd_duty_item_get_duty (item)->rule, rule) && g_str_equal (qd_duty_item_get_due (item)->period, period))
        return item;
      g_object_unref (item);
    }
  return NULL;
}

static guint
count_rows (GtkWidget *marks)
{
  GtkWidget *list = find_of_type (marks, GTK_TYPE_LIST_BOX);
  guint n = 0;

  while (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), (int) n) != NULL)
    n++;
  return n;
}

/* The evidence of a mark: listed, looked at, saved, gone with the mark, back with it. */
static void
check_evidence (Small *small, GtkWidget *window, QdDutyItem *item)
{
  const QdDue *due = qd_duty_item_get_due (item);
  const char *rule = qd_duty_item_get_duty (item)->rule;
  g_autofree char *file = g_build_filename (small->dir, "回执 1.pdf", NULL);
  g_autofree char *saved = g_build_filename (small->dir, "saved.pdf", NULL);
  g_autofree char *nowhere = g_build_filename (small->dir, "no", "saved.pdf", NULL);
  g_autofree char *sha256 = NULL, *digest = NULL, *subtitle = NULL, *copy = NULL, *again = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) target = NULL;
  GtkWidget *marks, *all;
  const QdDutyMark *mark;
  QdDone done = { .site = due->site, .rule = (char *) rule, .period = due->period, .date = (char *) "2026-11-20", .note = (char *) "<b>已报", .evidence_name = (char *) "../回执 1.pdf" };

  g_assert_true (g_file_set_contents (file, "evidence", -1, NULL));
  done.evidence = sha256 = qd_store_import_blob (small->store, file, NULL, &error);
  g_assert_true (qd_store_mark_done (small->store, &done, &error));
  wait_for_duties (small);
  all = qd_duty_marks_show (GTK_WINDOW (window), small->workspace, "");
  marks = qd_duty_marks_show (GTK_WINDOW (window), small->workspace, rule);
  settle ();
  g_assert_cmpuint (count_rows (all), >=, count_rows (marks));
  digest = qd_look_digest (sha256);
  subtitle = g_strdup_printf ("Done on 2026-11-20 · <b>已报\n../回执 1.pdf · SHA-256 %s", digest);
  g_assert_nonnull (find_text (marks, subtitle));
  mark = ((QdDutyMark *) qd_duties_get (qd_workspace_get_duties (small->workspace))->assessment->marks->pdata[0]);
  for (guint i = 0; *mark->evidence == '\0'; i++)
    mark = ((QdDutyMark *) qd_duties_get (qd_workspace_get_duties (small->workspace))->assessment->marks->pdata[i]);
  target = g_variant_ref_sink (g_variant_new (QD_DUTY_MARK_TYPE, mark->site, mark->rule, mark->period, mark->date, mark->note, mark->evidence, mark->evidence_name));

  /* A name with folders in it stays below our own; a second look writes over the first. */
  copy = qd_duty_marks_copy_out (small->workspace, mark, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (copy, g_get_user_cache_dir ()));
  g_assert_true (g_str_has_suffix (copy, G_DIR_SEPARATOR_S "回执 1.pdf"));
  again = qd_duty_marks_copy_out (small->workspace, mark, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (copy, ==, again);
  g_assert_true (qd_duty_marks_save (small->workspace, mark, saved, &error));
  g_assert_true (g_file_get_contents (saved, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "evidence");
  g_assert_false (qd_duty_marks_save (small->workspace, mark, nowhere, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);

  qd_duty_marks_take_back (marks, small->workspace, mark);
  wait_for_duties (small);
  g_assert_null (find_text (marks, subtitle));
  qd_duty_marks_again (marks, small->workspace, target);
  wait_for_duties (small);
  g_assert_nonnull (find_text (marks, subtitle));
  gtk_window_destroy (GTK_WINDOW (marks));
  gtk_window_destroy (GTK_WINDOW (all));
  g_unlink (file);
  g_unlink (saved);
  settle ();
}

/* Marked as done in the window that asks, the deadline is no longer open; taken back, it is again. */
static void
test_mark (void)
{
  Small small = { 0 };
  GtkWidget *page, *window, *dialog;
  g_autoptr (QdDutyItem) item = NULL;
  g_autoptr (QdDutyItem) done = NULL;
  g_autofree char *rule = NULL;
  g_autofree char *period = NULL;
  g_autoptr (GPtrArray) marks = NULL;
  QdAssessed *assessed;
  guint before;

  real_open (&small, TRUE);
  page = open_page (&small, &window);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  wait_for_duties (&small);
  item = find_registrable (page);
  rule = g_strdup (qd_duty_item_get_duty (item)->rule);
  period = g_strdup (qd_duty_item_get_due (item)->period);
  marks = qd_store_list_done (small.store, NULL);
  before = marks->len;
  g_clear_pointer (&marks, g_ptr_array_unref);

  /* Waiting for somebody first. */
  dialog = qd_duty_mark_show (GTK_WINDOW (window), small.workspace, item);
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_of_type (dialog, ADW_TYPE_COMBO_ROW)), 3);
  g_signal_emit_by_name (find_button (dialog, "Save"), "clicked");
  settle ();
  assessed = wait_for_duties (&small);
  g_assert_cmpuint (assessed->waiting->len, ==, 1);
  g_assert_cmpint (((QdWaiting *) assessed->waiting->pdata[0])->holder, ==, QD_HOLDER_LABORATORY);

  dialog = qd_duty_mark_show (GTK_WINDOW (window), small.workspace, item);
  {
    GtkWidget *date = find_of_type (dialog, ADW_TYPE_ENTRY_ROW);
    gtk_editable_set_text (GTK_EDITABLE (date), "2026-13-40");
    g_signal_emit_by_name (find_button (dialog, "Save"), "clicked");
    g_assert_nonnull (qd_bar_get_text (QD_BAR (find_of_type (dialog, QD_TYPE_BAR))));
    gtk_editable_set_text (GTK_EDITABLE (date), "20261120"); /* as people type it */
  }
  g_signal_emit_by_name (find_button (dialog, "Save"), "clicked");
  settle ();
  assessed = wait_for_duties (&small);
  marks = qd_store_list_done (small.store, NULL);
  g_assert_cmpuint (marks->len, ==, before + 1);
  done = find_done (assessed, rule, period);
  g_assert_nonnull (done);
  g_assert_cmpstr (qd_duty_item_get_mark (done)->date, ==, "2026-11-20");
  g_assert_cmpint (qd_duty_item_get_action (done), ==, QD_DUTY_ACTION_TAKE_BACK);
  qd_duty_run (page, small.workspace, done);
  g_clear_object (&done);
  assessed = wait_for_duties (&small);
  done = find_done (assessed, rule, period);
  g_assert_null (done);
  check_evidence (&small, window, item);
  g_clear_object (&item);
  assert_gone (window, &page);
  small_close (&small);
}

static void
test_popover_and_lists (void)
{
  Small small = { 0 };
  GtkWidget *page, *window, *list, *popover;
  QdAssessed *assessed;
  g_autoptr (QdDutyItem) item = NULL;

  real_open (&small, TRUE);
  page = open_page (&small, &window);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  assessed = wait_for_duties (&small);
  item = g_list_model_get_item (qd_duty_table_get_rows (table_of (page)), 0);
  popover = qd_duty_popover_show (page, item);
  g_assert_nonnull (find_text (popover, qd_duty_item_get_duty (item)->title));
  g_assert_nonnull (find_text (popover, qd_duty_item_get_duty (item)->why));
  g_assert_nonnull (find_text (popover, "Legal basis"));
  gtk_popover_popdown (GTK_POPOVER (popover));
  settle ();
  list = qd_duty_not_applicable_show (GTK_WINDOW (window), assessed);
  settle ();
  g_assert_nonnull (find_of_type (list, GTK_TYPE_LIST_VIEW));
  gtk_window_destroy (GTK_WINDOW (list));
  g_clear_object (&item);
  assert_gone (window, &page);
  small_close (&small);
}

static void
test_calendar (void)
{
  Small small = { 0 };
  QdAssessed *assessed;
  g_autofree char *ics = NULL, *pdf = NULL, *nowhere = NULL, *text = NULL;
  gsize length;
  g_autoptr (GError) error = NULL;

  real_open (&small, TRUE);
  assessed = wait_for_duties (&small);
  ics = g_build_filename (small.dir, "duties.ics", NULL);
  pdf = g_build_filename (small.dir, "duties.PDF", NULL);
  nowhere = g_build_filename (small.dir, "no", "duties.ics", NULL);
  g_assert_true (qd_calendar_export_write (small.workspace, assessed, ics, &error));
  g_assert_true (g_file_get_contents (ics, &text, &length, NULL));
  g_assert_true (g_str_has_prefix (text, "BEGIN:VCALENDAR\r\n"));
  g_assert_nonnull (strstr (text, "BEGIN:VALARM"));
  g_clear_pointer (&text, g_free);
  g_assert_true (qd_calendar_export_write (small.workspace, assessed, pdf, &error));
  g_assert_true (g_file_get_contents (pdf, &text, &length, NULL));
  g_assert_true (g_str_has_prefix (text, "%PDF-"));
  g_assert_false (qd_calendar_export_write (small.workspace, assessed, nowhere, &error));
  g_assert_nonnull (error);
  small_close (&small);
}

/* Beside the profile: what hangs on a question, and what an answer has changed. */
static void
test_pane (void)
{
  Small small = { 0 };
  GtkWidget *page, *window;
  QdDutyPane *pane;
  QdAssessed *assessed;
  g_autoptr (QdDraft) profile = NULL;
  g_autoptr (GError) error = NULL;
  QdInstance *instance;
  g_autofree char *path = NULL;
  QdNodeId node = 0;
  guint before;

  real_open (&small, TRUE);
  assessed = wait_for_duties (&small);
  page = qd_kind_page_new (small.workspace, "profile");
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  pane = QD_DUTY_PANE (find_of_type (page, QD_TYPE_DUTY_PANE));
  g_assert_nonnull (pane);
  g_assert_cmpuint (qd_duty_pane_count_changed (pane), ==, 0);
  profile = qd_workspace_open_kind (small.workspace, "profile", &error);
  g_assert_no_error (error);
  instance = qd_draft_get_instance (profile);

  /* The class of the permit decides much. */
  for (guint i = 0; node == 0 && i < assessed->assessment->duties->len; i++)
    {
      const QdDuty *duty = assessed->assessment->duties->pdata[i];
      for (guint j = 0; node == 0 && duty->kind == QD_DUTY_DUTY && j < duty->inputs->len; j++)
        {
          const QdDutyInput *input = duty->inputs->pdata[j];
          if (input->source == QD_INPUT_PROFILE && g_str_has_suffix (input->path, "/class"))
            node = qd_instance_find (instance, input->path);
        }
    }
  g_assert_cmpuint (node, !=, 0);
  qd_duty_pane_show_node (pane, node);
  g_assert_cmpuint (qd_duty_pane_count_affected (pane), >, 0);
  before = assessed->assessment->n_yes;
  qd_instance_set_value (instance, node, "", &error);
  g_assert_no_error (error);
  assessed = wait_for_duties (&small);
  g_assert_cmpuint (assessed->assessment->n_yes, <, before);
  g_assert_cmpuint (qd_duty_pane_count_changed (pane), >, 0);
  qd_draft_undo (profile, &error);
  g_assert_no_error (error);
  assessed = wait_for_duties (&small);
  g_assert_cmpuint (assessed->assessment->n_yes, ==, before);
  g_assert_cmpuint (qd_duty_pane_count_changed (pane), ==, 0);

  /* What is asked for but not there yet: as near as one can get. */
  g_assert_true (qd_kind_page_go_to (QD_KIND_PAGE (page), "/profile/ent/name"));
  g_assert_true (qd_kind_page_go_to (QD_KIND_PAGE (page), "/profile/ent/name/nothing[3]/here"));
  g_assert_false (qd_kind_page_go_to (QD_KIND_PAGE (page), "elsewhere"));
  g_clear_object (&profile);
  assert_gone (window, &page);
  small_close (&small);
}

/* The fact is gone: kept, it is not told again; taken over after all, it is one step to undo. */
static void
check_keeping (Small *small, QdDraft *profile, gint64 id)
{
  g_autoptr (QdDraft) draft = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *window;
  QdAssessed *assessed;

  qd_instance_set_value (qd_draft_get_instance (profile), small_node (profile, "/profile/ent/legal"), "", &error);
  assessed = wait_for_duties (small);
  g_assert_nonnull (qd_assessed_find_changes (assessed, id));
  window = qd_fact_changes_show (NULL, small->workspace, id);
  draft = qd_workspace_open_draft (small->workspace, id, &error);
  g_signal_emit_by_name (find_button (window, "Take over"), "clicked");
  g_assert_cmpstr (small_get (draft, "/disclosure/ent/legal"), ==, "");
  g_assert_false (gtk_widget_get_sensitive (find_button (window, "Take over")));
  g_signal_emit_by_name (find_button (window, "Keep mine"), "clicked");
  g_assert_cmpstr (small_get (draft, "/disclosure/ent/legal"), ==, "李四");
  g_signal_emit_by_name (find_button (window, "Take over"), "clicked");
  g_assert_true (qd_draft_undo (draft, &error));
  g_assert_cmpstr (small_get (draft, "/disclosure/ent/legal"), ==, "李四");
  gtk_window_destroy (GTK_WINDOW (window));
  assessed = wait_for_duties (small);
  g_assert_null (qd_assessed_find_changes (assessed, id));

  qd_instance_set_value (qd_draft_get_instance (profile), small_node (profile, "/profile/ent/legal"), "周七", &error);
  assessed = wait_for_duties (small);
  g_assert_nonnull (qd_assessed_find_changes (assessed, id));
  window = qd_fact_changes_show (NULL, small->workspace, id);
  g_signal_emit_by_name (find_button (window, "Keep all of mine"), "clicked");
  settle ();
  assessed = wait_for_duties (small);
  g_assert_null (qd_assessed_find_changes (assessed, id));
  g_assert_cmpstr (small_get (draft, "/disclosure/ent/legal"), ==, "李四");
}

/* A fact changes: the draft that took it over is named, and takes the new one over only when told; one that is sealed never does. */
static void
test_fact_changes (void)
{
  Small small = { 0 };
  g_autoptr (QdDraft) profile = NULL;
  g_autoptr (QdDraft) draft = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("<x/>", 4);
  g_autofree char *package = NULL;
  QdAssessed *assessed;
  GPtrArray *changes;
  GtkWidget *window, *page, *page_window;
  gint64 id;

  real_open (&small, TRUE);
  profile = qd_workspace_open_kind (small.workspace, "profile", &error);
  draft = qd_draft_create (small.store, small.pack, "cn.cpa-disclosure", "2024", "生产厂区", "en", &error);
  g_assert_no_error (error);
  id = qd_draft_get_id (draft);
  g_clear_object (&draft);
  assessed = wait_for_duties (&small);
  g_assert_null (qd_assessed_find_changes (assessed, id));
  g_assert_null (qd_fact_changes_show (NULL, small.workspace, id));

  qd_instance_set_value (qd_draft_get_instance (profile), small_node (profile, "/profile/ent/legal"), "李四", &error);
  g_assert_no_error (error);
  assessed = wait_for_duties (&small);
  changes = qd_assessed_find_changes (assessed, id);
  g_assert_nonnull (changes);
  g_assert_cmpuint (changes->len, ==, 1);
  {
    const QdFactChange *change = changes->pdata[0];
    g_assert_cmpstr (change->path, ==, "/disclosure/ent/legal");
    g_assert_cmpstr (change->now, ==, "李四");
    g_assert_cmpstr (change->mine, ==, change->before);
    g_assert_cmpstr (change->mine, !=, "李四");
  }
  draft = qd_workspace_open_draft (small.workspace, id, &error);
  page = qd_declaration_page_new (small.workspace, draft);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  page_window = window_with (page);
  g_clear_object (&draft);
  g_assert_nonnull (find_text (page, "1 fact has changed since this draft took it over."));
  window = qd_fact_changes_show (NULL, small.workspace, id);
  g_assert_nonnull (window);
  g_signal_emit_by_name (find_button (window, "Take all over"), "clicked");
  settle ();
  draft = qd_workspace_open_draft (small.workspace, id, &error);
  g_assert_cmpstr (small_get (draft, "/disclosure/ent/legal"), ==, "李四");
  g_clear_object (&draft);
  assessed = wait_for_duties (&small);
  g_assert_null (qd_assessed_find_changes (assessed, id));
  g_assert_null (find_text (page, "1 fact has changed since this draft took it over."));
  assert_gone (page_window, &page);

  check_keeping (&small, profile, id);
  package = g_build_filename (small.dir, "p.asice", NULL);
  g_assert_true (g_file_set_contents (package, "zip", -1, NULL));
  qd_store_seal (small.store, id, package, bytes, bytes, &error);
  g_assert_no_error (error);
  qd_instance_set_value (qd_draft_get_instance (profile), small_node (profile, "/profile/ent/legal"), "王五", &error);
  assessed = wait_for_duties (&small);
  g_assert_null (qd_assessed_find_changes (assessed, id));
  draft = qd_workspace_open_draft (small.workspace, id, &error);
  g_assert_cmpstr (small_get (draft, "/disclosure/ent/legal"), ==, "李四");
  g_clear_object (&draft);
  g_clear_object (&profile);
  small_close (&small);
}

/* Told once of each deadline, ever. */
static void
test_reminder (void)
{
  Small small = { 0 };
  QdAssessed *assessed;
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;
  g_autofree char *again = NULL;

  real_open (&small, TRUE);
  assessed = wait_for_duties (&small);
  g_assert_cmpuint (assessed->assessment->n_overdue, >, 0); /* the demonstration has something that is late */
  text = qd_reminder_dup_text (small.store, assessed, &title);
  g_assert_nonnull (text);
  g_assert_nonnull (strstr (text, "overdue"));
  g_assert_nonnull (title);
  g_clear_pointer (&title, g_free);
  again = qd_reminder_dup_text (small.store, assessed, &title);
  g_assert_null (again);
  g_assert_null (title);
  qd_reminder_tell (small.workspace, assessed); /* without an application: nothing, and no harm */
  small_close (&small);
}

/* The next step, over an assessment made by hand. */

typedef struct
{
  const char *name;
  int days; /* G_MAXINT: no date */
  QdDueState state;
  gboolean is_default;
  gboolean maybe;
  gboolean waiting;
  const char *form;
  int record; /* QdState, -1: none */
  guint critical;
  struct
  {
    const char *date, *due, *reason;
    guint points;
  } answer; /* of the receiver that returned it */
} Made;

static void
made_duty_free (gpointer data)
{
  QdDuty *duty = data;

  g_ptr_array_unref (duty->inputs);
  g_ptr_array_unref (duty->missing);
  g_ptr_array_unref (duty->dues);
  g_ptr_array_unref (duty->bases);
  g_ptr_array_unref (duty->penalties);
  g_free (duty);
}

static QdDuty *
make_duty (const Made *made, gint64 record)
{
  QdDuty *duty = g_new0 (QdDuty, 1);
  char *empty = (char *) "";

  duty->rule = made->name;
  duty->title = (char *) made->name;
  duty->truth = made->maybe ? QD_TRUTH_MAYBE : QD_TRUTH_YES;
  duty->short_title = duty->why = duty->note = duty->site = duty->sites_label = duty->form = duty->form_title = duty->office = duty->office_title = empty;
  duty->pack_form = (char *) (made->form != NULL ? made->form : "");
  duty->inputs = g_ptr_array_new ();
  duty->missing = g_ptr_array_new_with_free_func (g_free);
  duty->dues = g_ptr_array_new_with_free_func (g_free);
  duty->bases = g_ptr_array_new ();
  duty->penalties = g_ptr_array_new ();
  if (made->maybe)
    {
      QdDutyInput *input = g_new0 (QdDutyInput, 1);
      input->path = (char *) "/profile/ent/x";
      input->label = input->value = empty;
      g_ptr_array_add (duty->missing, input);
    }
  else
    {
      QdDue *due = g_new0 (QdDue, 1);
      due->state = made->state;
      due->days = made->days;
      due->is_default = made->is_default;
      due->period = due->period_label = due->label = due->short_label = due->site = due->note = due->declaration_state = empty;
      due->declaration = record;
      if (made->days != G_MAXINT)
        {
          g_date_set_dmy (&due->plan, 24, 11, 2026);
          if (made->days < 0)
            g_date_subtract_days (&due->plan, (guint) -made->days);
          else
            g_date_add_days (&due->plan, (guint) made->days);
        }
      g_ptr_array_add (duty->dues, due);
    }
  return duty;
}

static char *
title_cb (const QdDeclaration *record, gpointer user_data)
{
  return g_strdup (record->form_id);
}

static void
made_clear (gpointer data)
{
  QdAssessed *assessed = data;

  g_ptr_array_unref (assessed->assessment->duties);
  g_ptr_array_unref (assessed->assessment->marks);
  g_free (assessed->assessment);
  g_ptr_array_unref (assessed->waiting);
  g_ptr_array_unref (assessed->records);
  g_ptr_array_unref (assessed->touched);
  g_ptr_array_unref (assessed->returned);
}

static void
check_step (const char *expected, gboolean has_profile, const Made *made, guint n)
{
  QdAssessed *assessed = g_atomic_rc_box_new0 (QdAssessed);
  GListStore *items = g_list_store_new (QD_TYPE_DUTY_ITEM);

  assessed->assessment = g_new0 (QdAssessment, 1);
  assessed->assessment->duties = g_ptr_array_new_with_free_func (made_duty_free);
  assessed->assessment->marks = g_ptr_array_new ();
  assessed->waiting = g_ptr_array_new_with_free_func (g_free);
  assessed->records = g_ptr_array_new_with_free_func (g_free);
  assessed->touched = g_ptr_array_new ();
  assessed->returned = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_returned_free);
  for (guint i = 0; i < n; i++)
    {
      if (made[i].record >= 0)
        {
          QdDeclaration *record = g_new0 (QdDeclaration, 1);
          record->id = i + 1;
          record->form_id = (char *) made[i].name;
          record->period = (char *) "2026";
          record->state = (QdState) made[i].record;
          record->critical = made[i].critical;
          g_ptr_array_add (assessed->records, record);
        }
      if (made[i].answer.date != NULL)
        {
          QdReturned *returned = g_new0 (QdReturned, 1);
          returned->declaration = i + 1;
          returned->date = g_strdup (made[i].answer.date);
          returned->due = g_strdup (made[i].answer.due);
          returned->receiver = g_strdup ("");
          returned->reasons = g_ptr_array_new_with_free_func (g_free);
          for (guint j = 0; j < made[i].answer.points; j++)
            g_ptr_array_add (returned->reasons, g_strdup (made[i].answer.reason));
          g_ptr_array_add (assessed->returned, returned);
        }
      if (made[i].waiting)
        {
          QdWaiting *waiting = g_new0 (QdWaiting, 1);
          waiting->rule = (char *) made[i].name;
          waiting->site = waiting->period = waiting->note = (char *) "";
          waiting->holder = QD_HOLDER_LABORATORY;
          g_ptr_array_add (assessed->waiting, waiting);
        }
      g_ptr_array_add (assessed->assessment->duties, make_duty (&made[i], made[i].record >= 0 ? i + 1 : 0));
    }
  for (guint i = 0; i < n; i++)
    {
      const QdDuty *duty = assessed->assessment->duties->pdata[i];
      g_autoptr (QdDutyItem) item = qd_duty_item_new (assessed, duty, duty->dues->len > 0 ? duty->dues->pdata[0] : NULL);
      guint at = 0;
      for (; at < g_list_model_get_n_items (G_LIST_MODEL (items)); at++)
        {
          g_autoptr (QdDutyItem) other = g_list_model_get_item (G_LIST_MODEL (items), at);
          if (qd_duty_item_compare (item, other) < 0)
            break;
        }
      g_list_store_insert (items, at, item);
    }
  {
    g_autoptr (QdNextStep) step = qd_next_step_find (assessed, G_LIST_MODEL (items), has_profile, title_cb, NULL);
    g_assert_cmpstr (step->sentence, ==, expected);
    if (g_str_has_prefix (expected, "Nothing"))
      g_assert_null (step->button);
    else
      g_assert_true (step->button != NULL && (step->item != NULL) != (step->action != NULL));
  }
  g_object_unref (items);
  g_atomic_rc_box_release_full (assessed, made_clear);
}

static void
test_next_step (void)
{
#define STEP(expected, ...)                                   \
  do                                                          \
    {                                                         \
      const Made made[] = { __VA_ARGS__ };                    \
      check_step (expected, TRUE, made, G_N_ELEMENTS (made)); \
    }                                                         \
  while (0)
  STEP ("Do “late” and mark it as done. It is 4 days overdue.",
        { "soon", 3, QD_DUE_DATED, FALSE, FALSE, FALSE, NULL, -1, 0 },
        { "late", -4, QD_DUE_OVERDUE, FALSE, FALSE, FALSE, NULL, -1, 0 });
  STEP ("Do “own” and mark it as done. The default cycle ended 1 day ago.",
        { "own", -1, QD_DUE_OVERDUE, TRUE, FALSE, FALSE, NULL, -1, 0 });
  /* Law before a default of ours on the same day. */
  STEP ("Do “law” and mark it as done. Due on 2026-11-27, 3 days left.",
        { "default", 3, QD_DUE_DATED, TRUE, FALSE, FALSE, NULL, -1, 0 },
        { "law", 3, QD_DUE_DATED, FALSE, FALSE, FALSE, NULL, -1, 0 });
  /* What was returned comes first of all, whatever is late; with the receiver's reason and days where its answer names them, the earliest first. */
  check_step ("“back” was returned on 2026-11-20: a wrong sum (and 1 more point). Amend it by 2026-11-27.", TRUE, (const Made[]){ { "early", -3, QD_DUE_OVERDUE, FALSE, FALSE, FALSE, NULL, -1, 0 }, { "open", 2, QD_DUE_DATED, FALSE, FALSE, FALSE, "f", QD_STATE_RETURNED, 0, { "2026-11-21", "", "a wrong name", 1 } }, { "back", 20, QD_DUE_DATED, FALSE, FALSE, FALSE, "f", QD_STATE_RETURNED, 0, { "2026-11-20", "2026-11-27", "a wrong sum", 2 } }, { "later", 20, QD_DUE_DATED, FALSE, FALSE, FALSE, "f", QD_STATE_RETURNED, 0, { "2026-11-20", "2026-12-27", "a wrong date", 1 } } }, 4);
  check_step ("“open” was returned on 2026-11-21: a wrong name. Read the points and amend it.", TRUE, (const Made[]){ { "open", 2, QD_DUE_DATED, FALSE, FALSE, FALSE, "f", QD_STATE_RETURNED, 0, { "2026-11-21", "", "a wrong name", 1 } } }, 1);
  STEP ("“back” was returned. Read the receiver's points and amend it.",
        { "late", -4, QD_DUE_OVERDUE, FALSE, FALSE, FALSE, NULL, -1, 0 },
        { "back", 20, QD_DUE_DATED, FALSE, FALSE, FALSE, "f", QD_STATE_RETURNED, 0 });
  STEP ("Fix the 3 points of “draft”, then seal and send it. It is due today.",
        { "draft", 0, QD_DUE_DATED, FALSE, FALSE, FALSE, "f", QD_STATE_DRAFT, 3 });
  STEP ("Finish “draft”, then seal and send it. It is due today.",
        { "draft", 0, QD_DUE_DATED, FALSE, FALSE, FALSE, "f", QD_STATE_CHECKED, 0 });
  STEP ("Start “form”. It is due today.", { "form", 0, QD_DUE_DATED, FALSE, FALSE, FALSE, "f", -1, 0 });
  STEP ("“sealed” is sealed but not sent. It is due today.", { "sealed", 0, QD_DUE_DATED, FALSE, FALSE, FALSE, "f", QD_STATE_SEALED, 0 });
  /* Sent, or with somebody else: nothing of ours. */
  STEP ("Do “other” and mark it as done. Due on 2026-12-14, 20 days left.",
        { "sent", 0, QD_DUE_DATED, FALSE, FALSE, FALSE, "f", QD_STATE_SENT, 0 },
        { "laboratory", 1, QD_DUE_DATED, FALSE, FALSE, TRUE, NULL, -1, 0 },
        { "other", 20, QD_DUE_DATED, FALSE, FALSE, FALSE, NULL, -1, 0 });
  /* Far away: a question is next. */
  STEP ("Answer what is missing, so that it can be decided whether “question” applies.",
        { "far", 100, QD_DUE_DATED, FALSE, FALSE, FALSE, NULL, -1, 0 },
        { "question", 0, QD_DUE_DATED, FALSE, TRUE, FALSE, NULL, -1, 0 });
  STEP ("Nothing to do today. Next: “far”, 2027-03-04.", { "far", 100, QD_DUE_DATED, FALSE, FALSE, FALSE, NULL, -1, 0 });
  STEP ("Nothing to do today.", { "always", G_MAXINT, QD_DUE_ALWAYS, FALSE, FALSE, FALSE, NULL, -1, 0 });
  {
    const Made made[] = { { "late", -4, QD_DUE_OVERDUE, FALSE, FALSE, FALSE, NULL, -1, 0 } };
    check_step ("No duties yet: fill in the profile first, about 10 minutes. It goes into every declaration.", FALSE, made, 1);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  qd_look_init ();
  g_test_add_func ("/overview/next-step", test_next_step);
  g_test_add_func ("/overview/without-rules", test_without_rules);
  g_test_add_func ("/overview/empty", test_empty);
  g_test_add_func ("/overview/figures", test_figures);
  g_test_add_func ("/overview/order", test_order);
  g_test_add_func ("/overview/strip", test_strip);
  g_test_add_func ("/overview/mark", test_mark);
  g_test_add_func ("/overview/popover-and-lists", test_popover_and_lists);
  g_test_add_func ("/overview/calendar", test_calendar);
  g_test_add_func ("/overview/pane", test_pane);
  g_test_add_func ("/overview/reminder", test_reminder);
  g_test_add_func ("/overview/fact-changes", test_fact_changes);
  return g_test_run ();
}
