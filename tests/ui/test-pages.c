/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The other pages: built with little, empty and filled, named, and gone with their window. */
#include "config.h"

#include "qd-bar.h"
#include "qd-choice-button.h"
#include "qd-declarations-page.h"
#include "qd-first-run.h"
#include "qd-header.h"
#include "qd-kind-page.h"
#include "qd-look.h"
#include "qd-new-declaration.h"
#include "qd-outbox-page.h"
#include "qd-packs-page.h"
#include "qd-preview-page.h"
#include "qd-seal-page.h"
#include "qd-shell.h"
#include "qd-targets.h"
#include "qd-window.h"
#include "small-workspace.h"
#include "widget-kit.h"

static void
test_bar (void)
{
  QdBar *bar = g_object_ref_sink (QD_BAR (qd_bar_new ()));

  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (bar)));
  qd_bar_show (bar, "error", "The disk is full.", "Try again", "win.check");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (bar)));
  g_assert_cmpstr (qd_bar_get_text (bar), ==, "The disk is full.");
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_ROLE_ALERT);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, "The disk is full.");
  qd_bar_show (bar, NULL, NULL, NULL, NULL);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (bar)));
  g_assert_finalize_object (bar);
}

static void
choice_free (gpointer data)
{
  QdChoice *choice = data;

  g_free (choice->value);
  g_free (choice->label);
  g_free (choice);
}

static void
add_choice (GPtrArray *choices, const char *value, const char *label)
{
  QdChoice *choice = g_new0 (QdChoice, 1);

  choice->value = g_strdup (value);
  choice->label = g_strdup (label);
  g_ptr_array_add (choices, choice);
}

static void
test_choice_button (void)
{
  QdChoiceButton *button = g_object_ref_sink (QD_CHOICE_BUTTON (qd_choice_button_new ()));
  g_autoptr (GPtrArray) choices = g_ptr_array_new_with_free_func (choice_free);

  add_choice (choices, "2710", "化学药品原料药制造");
  add_choice (choices, "2720", "化学药品制剂制造");
  add_choice (choices, "0111", "稻谷种植");
  qd_choice_button_set_choices (button, choices);
  g_assert_nonnull (find_text (GTK_WIDGET (button), "Choose…"));
  qd_choice_button_set_value (button, "2710");
  g_assert_nonnull (find_text (GTK_WIDGET (button), "化学药品原料药制造"));
  g_assert_cmpstr (qd_choice_button_get_value (button), ==, "2710");
  /* A value that is no choice is kept and shown. */
  qd_choice_button_set_value (button, "9999");
  g_assert_nonnull (find_text (GTK_WIDGET (button), "9999"));
  /* Any part of label or code finds it; the empty choice is one more. */
  g_assert_cmpuint (qd_choice_button_count_matches (button, "药品"), ==, 2);
  g_assert_cmpuint (qd_choice_button_count_matches (button, "原料"), ==, 1);
  g_assert_cmpuint (qd_choice_button_count_matches (button, "27"), ==, 2);
  g_assert_cmpuint (qd_choice_button_count_matches (button, ""), ==, 4);
  g_assert_finalize_object (button);
}

static void
test_first_run (void)
{
  GtkWidget *page = qd_first_run_new ();
  GtkWidget *window;

  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  g_assert_nonnull (find_text (page, "New workspace"));
  g_assert_nonnull (find_text (page, "Try the demo"));
  qd_first_run_show_problem (QD_FIRST_RUN (page), "It is not there.", "/nowhere.qingdan");
  g_assert_nonnull (find_text (page, "It is not there."));
  g_assert_nonnull (find_text (page, "Try again"));
  assert_gone (window, &page);
}

static void
test_declarations (void)
{
  Small small = { 0 };
  GtkWidget *page;
  GtkWidget *window;

  small_open (&small);
  page = qd_declarations_page_new (small.workspace);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  g_assert_cmpuint (qd_declarations_page_get_n_rows (QD_DECLARATIONS_PAGE (page)), ==, 0);
  g_assert_nonnull (find_text (page, "No declarations yet"));
  assert_gone (window, &page);
  g_object_unref (small_draft (&small));
  page = qd_declarations_page_new (small.workspace);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  g_assert_cmpuint (qd_declarations_page_get_n_rows (QD_DECLARATIONS_PAGE (page)), ==, 1);
  g_assert_nonnull (find_text (page, "Small declaration"));
  g_assert_nonnull (find_text (page, "Year 2026"));
  assert_gone (window, &page);
  small_close (&small);
}

static void
test_outbox (void)
{
  Small small = { 0 };
  GtkWidget *page;
  GtkWidget *window;

  small_open (&small);
  page = qd_outbox_page_new (small.workspace);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  g_assert_cmpuint (qd_outbox_page_get_n_rows (QD_OUTBOX_PAGE (page)), ==, 0);
  g_assert_nonnull (find_text (page, "No packages yet"));
  g_assert_true (qd_page_can (QD_PAGE (page), "load-receipt"));
  g_assert_false (qd_page_can (QD_PAGE (page), "save-to-usb"));
  assert_gone (window, &page);
  small_close (&small);
}

static void
test_kind_and_packs (void)
{
  Small small = { 0 };
  GtkWidget *page;
  GtkWidget *window;

  small_open (&small);
  page = qd_kind_page_new (small.workspace, "profile");
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  g_assert_nonnull (find_text (page, "Credit code"));
  assert_gone (window, &page);
  /* The small pack has no register: the page says so instead of failing. */
  page = qd_kind_page_new (small.workspace, "register");
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  g_assert_nonnull (find_text (page, "This page cannot be shown"));
  assert_gone (window, &page);
  page = qd_packs_page_new (small.workspace);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  g_assert_nonnull (find_text (page, "small 1"));
  assert_gone (window, &page);
  small_close (&small);
}

static void
test_shell (void)
{
  Small small = { 0 };
  GtkWidget *shell;
  GtkWidget *window;
  static const char *const names[] = { "overview", "profile", "substances", "declarations", "outbox", "packs" };

  small_open (&small);
  shell = qd_shell_new (small.workspace);
  g_object_add_weak_pointer (G_OBJECT (shell), (gpointer *) &shell);
  window = window_with (shell);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      qd_shell_show_nth_page (QD_SHELL (shell), i);
      g_assert_nonnull (qd_shell_get_page (QD_SHELL (shell)));
      g_assert_nonnull (qd_page_get_header (qd_shell_get_page (QD_SHELL (shell))));
    }
  /* A page is made once. */
  qd_shell_show_page (QD_SHELL (shell), "overview");
  {
    QdPage *first = qd_shell_get_page (QD_SHELL (shell));
    qd_shell_show_page (QD_SHELL (shell), "packs");
    qd_shell_show_page (QD_SHELL (shell), "overview");
    g_assert_true (qd_shell_get_page (QD_SHELL (shell)) == first);
  }
  assert_gone (window, &shell);
  small_close (&small);
}

static gboolean
preview_is_ready (gpointer data)
{
  return qd_preview_page_get_n_pages (data) > 0;
}

static void
test_preview_and_seal (void)
{
  Small small = { 0 };
  QdDraft *draft;
  GtkWidget *page;
  GtkWidget *window;

  small_open (&small);
  draft = small_draft (&small);
  page = qd_preview_page_new (small.workspace, draft);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  wait_until (preview_is_ready, page);
  g_assert_true (qd_page_can (QD_PAGE (page), "export"));
  /* The required name is missing. */
  g_assert_nonnull (find_text (page, "1 to fix, 0 to explain"));
  assert_gone (window, &page);
  /* Closed while it prepares: the thread ends by itself, the page is let go of when it does. */
  page = qd_seal_page_new (small.workspace, draft);
  g_object_add_weak_pointer (G_OBJECT (page), (gpointer *) &page);
  window = window_with (page);
  g_assert_false (qd_page_can (QD_PAGE (page), "seal"));
  gtk_window_destroy (GTK_WINDOW (window));
  while (page != NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (draft);
  small_close (&small);
}

static void
test_periods (void)
{
  static const struct
  {
    int year, month;
    const char *out;
  } rows[] = {
    { 2026, 11, "2025" },
    { 2027, 1, "2026" },
  };
  Small small = { 0 };

  small_open (&small);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GDateTime) today = g_date_time_new_utc (rows[i].year, rows[i].month, 24, 0, 0, 0);
      g_autofree char *out = qd_new_declaration_dup_period (qd_workspace_get_form (small.workspace, "small.declaration"), today);
      g_assert_cmpstr (out, ==, rows[i].out);
    }
  small_close (&small);
}

static void
test_targets (void)
{
  Small small = { 0 };
  g_autoptr (GPtrArray) receivers = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_receiver_free);
  g_autoptr (GPtrArray) back = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *name = NULL;

  small_open (&small);
  g_assert_null (qd_targets_dup_default (small.store));
  g_ptr_array_add (receivers, qd_receiver_new ("市局\t一", "https://example.org/files/"));
  g_ptr_array_add (receivers, qd_receiver_new ("U 盘", "/media/usb"));
  qd_targets_save (small.store, receivers, &error);
  g_assert_no_error (error);
  back = qd_targets_list (small.store);
  g_assert_cmpuint (back->len, ==, 2);
  g_assert_cmpstr (((QdReceiver *) g_ptr_array_index (back, 0))->name, ==, "市局 一");
  first = qd_targets_dup_default (small.store);
  g_assert_cmpstr (first, ==, "https://example.org/files/");
  name = qd_targets_dup_name (small.store, "/media/usb");
  g_assert_cmpstr (name, ==, "U 盘");
  small_close (&small);
}

/* Every command has its action in the window, named as in shortcuts and menus. */
static void
test_window (void)
{
  g_autoptr (GtkApplication) application = gtk_application_new ("cn.qingdan.Test", G_APPLICATION_NON_UNIQUE);
  g_autoptr (GError) error = NULL;
  QdWindow *window;
  guint n;
  const QdCommand *commands = qd_window_get_commands (&n);

  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  window = qd_window_new (application);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  qd_window_show_first_run (window, NULL, NULL);
  gtk_window_present (GTK_WINDOW (window));
  for (guint i = 0; i < n; i++)
    {
      g_assert_true (g_action_group_has_action (G_ACTION_GROUP (window), commands[i].name));
      g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (window), commands[i].name));
    }
  qd_window_open (window, "/nowhere/at-all.qingdan", QD_WORKSPACE_OPEN);
  g_assert_nonnull (find_text (GTK_WIDGET (window), "at-all.qingdan is not there. Is the USB stick plugged in?"));
  gtk_window_destroy (GTK_WINDOW (window));
  while (window != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
css_error_cb (GtkCssProvider *provider, GtkCssSection *section, GError *error, gpointer user_data)
{
  g_autofree char *where = gtk_css_section_to_string (section);

  g_error ("%s: %s", where, error->message);
}

static void
test_css (void)
{
  static const char *const files[] = { "style.css", "style-dark.css", "style-hc.css" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();
      g_autofree char *path = g_strconcat ("/cn/qingdan/Qingdan/", files[i], NULL);
      g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, NULL);
      g_assert_nonnull (bytes);
      g_signal_connect (provider, "parsing-error", G_CALLBACK (css_error_cb), NULL);
      gtk_css_provider_load_from_resource (provider, path);
    }
}

int
main (int argc, char *argv[])
{
  /* The folders are not isolated: icons are found through the MIME types in the system's. The home is one of its own. */
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  qd_look_init ();
  g_test_add_func ("/pages/bar", test_bar);
  g_test_add_func ("/pages/choice-button", test_choice_button);
  g_test_add_func ("/pages/first-run", test_first_run);
  g_test_add_func ("/pages/declarations", test_declarations);
  g_test_add_func ("/pages/outbox", test_outbox);
  g_test_add_func ("/pages/kind-and-packs", test_kind_and_packs);
  g_test_add_func ("/pages/shell", test_shell);
  g_test_add_func ("/pages/preview-and-seal", test_preview_and_seal);
  g_test_add_func ("/pages/periods", test_periods);
  g_test_add_func ("/pages/targets", test_targets);
  g_test_add_func ("/pages/window", test_window);
  g_test_add_func ("/pages/css", test_css);
  return g_test_run ();
}
