/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The declaration page: rows, the timing of errors, sections, findings, help. */
#include "config.h"

#include "qd-declaration-page.h"
#include "qd-field-editor.h"
#include "qd-field-row.h"
#include "qd-findings-pane.h"
#include "qd-form-view.h"
#include "qd-help-pane.h"
#include "qd-look.h"
#include "qd-outline.h"
#include "qd-section-view.h"
#include "qd-table.h"
#include "small-workspace.h"
#include "widget-kit.h"

typedef struct
{
  Small small;
  QdDraft *draft;
  GtkWidget *view;
  GtkWidget *window;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  small_open (&fixture->small);
  fixture->draft = small_draft (&fixture->small);
  fixture->view = qd_form_view_new (fixture->small.workspace, fixture->draft);
  g_object_add_weak_pointer (G_OBJECT (fixture->view), (gpointer *) &fixture->view);
  fixture->window = window_with (fixture->view);
  settle ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  assert_gone (fixture->window, &fixture->view);
  g_assert_finalize_object (g_steal_pointer (&fixture->draft));
  small_close (&fixture->small);
}

static QdFieldRow *
find_row_in (GtkWidget *widget, QdNodeId node)
{
  if (QD_IS_FIELD_ROW (widget) && qd_field_row_get_node (QD_FIELD_ROW (widget)) == node)
    return QD_FIELD_ROW (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      QdFieldRow *found = find_row_in (child, node);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static QdFieldRow *
row_of (Fixture *fixture, const char *path)
{
  QdFieldRow *row = find_row_in (fixture->view, small_node (fixture->draft, path));

  g_assert_nonnull (row);
  return row;
}

static GtkEditable *
entry_of (Fixture *fixture, const char *path)
{
  GtkWidget *entry = find_of_type (GTK_WIDGET (row_of (fixture, path)), GTK_TYPE_ENTRY);

  g_assert_nonnull (entry);
  return GTK_EDITABLE (entry);
}

/* Typing does not blame; leaving does; the keystroke that cures forgives at once. */
static void
test_timing (Fixture *fixture, gconstpointer data)
{
  QdFieldRow *amount = row_of (fixture, "/d/a/amount");
  GtkEditable *entry = entry_of (fixture, "/d/a/amount");

  small_set (fixture->draft, "/d/a/limit", "10");
  gtk_widget_grab_focus (GTK_WIDGET (entry));
  gtk_editable_set_text (entry, "49.6");
  g_assert_cmpstr (small_get (fixture->draft, "/d/a/amount"), ==, "49.6");
  g_assert_cmpstr (small_get (fixture->draft, "/d/a/half"), ==, "24.8");
  g_assert_cmpstr (qd_field_row_get_message (amount), ==, "");
  gtk_widget_grab_focus (GTK_WIDGET (entry_of (fixture, "/d/a/name")));
  g_assert_cmpstr (qd_field_row_get_message (amount), ==, "More than the limit.");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (amount), "qd-critical-row"));
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, "Amount, t");
  gtk_widget_grab_focus (GTK_WIDGET (entry));
  gtk_editable_set_text (entry, "9");
  g_assert_cmpstr (qd_field_row_get_message (amount), ==, "");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (amount), "qd-critical-row"));
}

static void
test_required_after_check (Fixture *fixture, gconstpointer data)
{
  QdFieldRow *name = row_of (fixture, "/d/a/name");
  GtkWidget *pane = find_of_type (fixture->view, QD_TYPE_FINDINGS_PANE);
  guint critical, unexplained, all;

  gtk_widget_grab_focus (GTK_WIDGET (entry_of (fixture, "/d/a/name")));
  gtk_widget_grab_focus (GTK_WIDGET (entry_of (fixture, "/d/a/amount")));
  g_assert_cmpstr (qd_field_row_get_message (name), ==, "");
  qd_form_view_count (QD_FORM_VIEW (fixture->view), &critical, &unexplained, &all);
  g_assert_cmpuint (critical, ==, 0);
  qd_form_view_run (QD_FORM_VIEW (fixture->view), "check");
  g_assert_cmpstr (qd_field_row_get_message (name), !=, "");
  qd_form_view_count (QD_FORM_VIEW (fixture->view), &critical, &unexplained, &all);
  g_assert_cmpuint (critical, ==, 1);
  g_assert_cmpuint (qd_findings_pane_get_n_rows (QD_FINDINGS_PANE (pane)), ==, 1);
  g_assert_nonnull (strstr (qd_findings_pane_get_verdict (QD_FINDINGS_PANE (pane)), "1 to fix"));
  gtk_editable_set_text (entry_of (fixture, "/d/a/name"), "DW001");
  qd_form_view_count (QD_FORM_VIEW (fixture->view), &critical, &unexplained, &all);
  g_assert_cmpuint (critical, ==, 0);
}

static void
test_fix_and_undo (Fixture *fixture, gconstpointer data)
{
  QdFieldRow *amount = row_of (fixture, "/d/a/amount");
  GtkEditable *entry = entry_of (fixture, "/d/a/amount");

  small_set (fixture->draft, "/d/a/limit", "10");
  gtk_widget_grab_focus (GTK_WIDGET (entry));
  gtk_editable_set_text (entry, "4");
  gtk_editable_set_text (entry, "49");
  gtk_editable_set_text (entry, "49.6");
  gtk_widget_grab_focus (GTK_WIDGET (entry_of (fixture, "/d/a/name")));
  g_assert_true (qd_field_row_apply_fix (amount));
  g_assert_cmpstr (small_get (fixture->draft, "/d/a/amount"), ==, "10");
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "10");
  g_assert_true (qd_form_view_can (QD_FORM_VIEW (fixture->view), "undo"));
  qd_form_view_run (QD_FORM_VIEW (fixture->view), "undo");
  g_assert_cmpstr (small_get (fixture->draft, "/d/a/amount"), ==, "49.6");
  /* What was typed in one go is one step. */
  qd_form_view_run (QD_FORM_VIEW (fixture->view), "undo");
  g_assert_cmpstr (small_get (fixture->draft, "/d/a/amount"), ==, "");
  qd_form_view_run (QD_FORM_VIEW (fixture->view), "redo");
  g_assert_cmpstr (small_get (fixture->draft, "/d/a/amount"), ==, "49.6");
}

static void
test_numbers_and_dates (Fixture *fixture, gconstpointer data)
{
  GtkEditable *amount = entry_of (fixture, "/d/a/amount");
  GtkEditable *when = entry_of (fixture, "/d/a/when");

  gtk_widget_grab_focus (GTK_WIDGET (amount));
  gtk_editable_set_text (amount, "１，４６０．５");
  g_assert_cmpstr (small_get (fixture->draft, "/d/a/amount"), ==, "1460.5");
  g_assert_cmpstr (gtk_editable_get_text (amount), ==, "１，４６０．５");
  gtk_widget_grab_focus (GTK_WIDGET (when));
  g_assert_cmpstr (gtk_editable_get_text (amount), ==, "1,460.5");
  gtk_editable_set_text (when, "20261124");
  g_assert_cmpstr (small_get (fixture->draft, "/d/a/when"), ==, "2026-11-24");
  gtk_widget_grab_focus (GTK_WIDGET (amount));
  g_assert_cmpstr (gtk_editable_get_text (when), ==, "2026-11-24");
  g_assert_cmpstr (gtk_editable_get_text (amount), ==, "1460.5");
}

static void
test_choices_and_relevance (Fixture *fixture, gconstpointer data)
{
  QdFieldRow *secret = row_of (fixture, "/d/a/secret");
  GtkWidget *clean = GTK_WIDGET (row_of (fixture, "/d/a/clean"));
  GtkWidget *no = find_text (clean, "No");
  GtkWidget *marks = GTK_WIDGET (row_of (fixture, "/d/a/marks"));
  GtkWidget *red = gtk_widget_get_ancestor (find_text (marks, "Red"), GTK_TYPE_CHECK_BUTTON);
  GtkWidget *blue = gtk_widget_get_ancestor (find_text (marks, "Blue"), GTK_TYPE_CHECK_BUTTON);

  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (secret)));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (gtk_widget_get_ancestor (no, GTK_TYPE_TOGGLE_BUTTON)), TRUE);
  g_assert_cmpstr (small_get (fixture->draft, "/d/a/clean"), ==, "no");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (secret)));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (red), GTK_ACCESSIBLE_PROPERTY_LABEL, "Marks: Red");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (red), TRUE);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (blue), TRUE);
  g_assert_cmpstr (small_get (fixture->draft, "/d/a/marks"), ==, "red blue");
  small_set (fixture->draft, "/d/a/clean", "yes");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (secret)));
}

static gboolean
table_is_shown (gpointer data)
{
  return find_of_type (data, QD_TYPE_TABLE) != NULL;
}

static void
test_sections (Fixture *fixture, gconstpointer data)
{
  /* Only one section's fields exist at a time. */
  g_assert_nonnull (find_row_in (fixture->view, small_node (fixture->draft, "/d/a/name")));
  g_assert_null (find_of_type (fixture->view, QD_TYPE_TABLE));
  qd_form_view_run (QD_FORM_VIEW (fixture->view), "next-section");
  wait_until (table_is_shown, fixture->view);
  g_assert_null (find_row_in (fixture->view, small_node (fixture->draft, "/d/a/name")));
  qd_form_view_run (QD_FORM_VIEW (fixture->view), "next-section");
  g_assert_null (find_of_type (fixture->view, QD_TYPE_TABLE));
  qd_form_view_run (QD_FORM_VIEW (fixture->view), "previous-section");
  qd_form_view_run (QD_FORM_VIEW (fixture->view), "previous-section");
  g_assert_nonnull (find_row_in (fixture->view, small_node (fixture->draft, "/d/a/name")));
}

static void
test_repeat_cards (Fixture *fixture, gconstpointer data)
{
  QdInstance *instance = qd_draft_get_instance (fixture->draft);
  g_autoptr (GError) error = NULL;
  GtkWidget *add;
  QdNodeId range;

  qd_form_view_run (QD_FORM_VIEW (fixture->view), "next-section");
  qd_form_view_run (QD_FORM_VIEW (fixture->view), "next-section");
  range = small_node (fixture->draft, "/d/c/item");
  g_assert_cmpint (qd_instance_get_node_type (instance, range), ==, QD_NODE_REPEAT_RANGE);
  g_assert_cmpuint (qd_instance_get_n_children (instance, range), ==, 0);
  add = gtk_widget_get_ancestor (find_text (fixture->view, "Add row"), GTK_TYPE_BUTTON);
  g_signal_emit_by_name (add, "clicked");
  g_assert_cmpuint (qd_instance_get_n_children (instance, range), ==, 1);
  g_assert_nonnull (find_text (fixture->view, "Item, row 1"));
  gtk_editable_set_text (entry_of (fixture, "/d/c/item[1]/title"), "One");
  g_assert_cmpstr (small_get (fixture->draft, "/d/c/item[1]/title"), ==, "One");
  qd_instance_remove_rows (instance, range, 0, 1, &error);
  g_assert_no_error (error);
  g_assert_null (find_text (fixture->view, "Item, row 1"));
}

static void
test_go_to_and_reason (Fixture *fixture, gconstpointer data)
{
  GtkWidget *pane = find_of_type (fixture->view, QD_TYPE_FINDINGS_PANE);
  g_autoptr (GError) error = NULL;
  guint critical, unexplained, all;

  small_set (fixture->draft, "/d/a/name", "DW001");
  small_set (fixture->draft, "/d/a/limit", "5000");
  qd_form_view_run (QD_FORM_VIEW (fixture->view), "next-section");
  qd_form_view_run (QD_FORM_VIEW (fixture->view), "check");
  g_assert_cmpuint (qd_findings_pane_get_n_rows (QD_FINDINGS_PANE (pane)), ==, 1);
  qd_form_view_count (QD_FORM_VIEW (fixture->view), &critical, &unexplained, &all);
  g_assert_cmpuint (unexplained, ==, 1);
  qd_form_view_run (QD_FORM_VIEW (fixture->view), "next-finding");
  g_assert_cmpstr (qd_field_row_get_message (row_of (fixture, "/d/a/limit")), ==, "A high limit.");
  qd_instance_set_annotation (qd_draft_get_instance (fixture->draft), small_node (fixture->draft, "/d/a/limit"), "why-high", "It is a big river", &error);
  g_assert_no_error (error);
  qd_form_view_count (QD_FORM_VIEW (fixture->view), &critical, &unexplained, &all);
  g_assert_cmpuint (unexplained, ==, 0);
  g_assert_true (qd_form_view_go_to (QD_FORM_VIEW (fixture->view), "/d/a/name"));
  g_assert_false (qd_form_view_go_to (QD_FORM_VIEW (fixture->view), "/d/nowhere"));
}

/* Only what was confirmed is shown as law. */
static void
test_help (Fixture *fixture, gconstpointer data)
{
  GtkWidget *pane = find_of_type (fixture->view, QD_TYPE_HELP_PANE);

  qd_help_pane_show_node (QD_HELP_PANE (pane), small_node (fixture->draft, "/d/a/name"));
  g_assert_nonnull (find_text (pane, "Water Code, Art. 12"));
  g_assert_null (find_text (pane, "basis to be confirmed"));
  qd_help_pane_show_node (QD_HELP_PANE (pane), small_node (fixture->draft, "/d/a/amount"));
  g_assert_nonnull (find_text (pane, "basis to be confirmed"));
  g_assert_null (find_text (pane, "Rumour, Art. 1"));
}

static void
test_page (void)
{
  Small small = { 0 };
  QdDraft *draft;
  GtkWidget *page;
  GtkWidget *window;

  small_open (&small);
  draft = small_draft (&small);
  page = qd_declaration_page_new (small.workspace, draft);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  g_assert_true (qd_page_can (QD_PAGE (page), "preview"));
  g_assert_true (qd_page_can (QD_PAGE (page), "check"));
  g_assert_false (qd_page_can (QD_PAGE (page), "undo"));
  g_assert_false (qd_page_can (QD_PAGE (page), "amend"));
  g_assert_false (qd_page_can (QD_PAGE (page), "no such command"));
  small_set (draft, "/d/a/limit", "1");
  small_set (draft, "/d/a/amount", "2");
  g_assert_false (qd_page_can (QD_PAGE (page), "seal"));
  small_set (draft, "/d/a/amount", "1");
  g_assert_true (qd_page_can (QD_PAGE (page), "seal"));
  assert_gone (window, &page);
  g_assert_finalize_object (draft);
  small_close (&small);
}

int
main (int argc, char *argv[])
{
  /* The folders are not isolated: icons are found through the MIME types in the system's. The home is one of its own. */
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  qd_look_init ();
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/form-view/timing", test_timing);
  ADD ("/form-view/required-after-check", test_required_after_check);
  ADD ("/form-view/fix-and-undo", test_fix_and_undo);
  ADD ("/form-view/numbers-and-dates", test_numbers_and_dates);
  ADD ("/form-view/choices-and-relevance", test_choices_and_relevance);
  ADD ("/form-view/sections", test_sections);
  ADD ("/form-view/repeat-cards", test_repeat_cards);
  ADD ("/form-view/go-to-and-reason", test_go_to_and_reason);
  ADD ("/form-view/help", test_help);
  g_test_add_func ("/form-view/page", test_page);
  return g_test_run ();
}
