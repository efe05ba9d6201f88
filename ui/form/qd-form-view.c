/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-form-view"
#include "config.h"
#include "qd-form-view.h"

#include <glib/gi18n.h>
#include "qd-bar.h"
#include "qd-file-dialog.h"
#include "qd-findings-pane.h"
#include "qd-header.h"
#include "qd-help-pane.h"
#include "qd-history-pane.h"
#include "qd-import-book.h"
#include "qd-import-page.h"
#include "qd-look.h"
#include "qd-outline.h"
#include "qd-section-view.h"
#include "qd-sheet-export.h"
#include "qd-undo.h"
#include "qd-window.h"

#define WIDE 1040        /* from here on three columns */
#define MIDDLE 740       /* from here on the outline stays */
#define OUTLINE 232      /* px */
#define UPDATE_AFTER 120 /* ms: counts may be this late, values never */

struct _QdFormView
{
  GtkWidget parent_instance;
  QdWorkspace *workspace; /* (owned) */
  QdDraft *draft;         /* (owned) */
  QdInstance *instance;   /* (not owned) */
  GPtrArray *sections;    /* (element-type QdSection) */
  GHashTable *left;       /* indexes of sections that were left */
  guint section;          /* index shown */
  gboolean checked;
  guint update_timer;
  guint mode_idle;
  int mode; /* 0 narrow, 1 middle, 2 wide */

  GtkWidget *box;
  GtkWidget *outline;
  GtkWidget *flap;
  GtkWidget *bar;
  GtkWidget *number;
  GtkWidget *title;
  GtkWidget *detail;
  GtkWidget *section_button; /* the outline as a menu, in narrow windows */
  GtkWidget *next_button;
  GtkWidget *previous_button;
  GtkWidget *section_view;
  GtkWidget *pane;
  GtkWidget *tabs[4]; /* the last: an extra one, or NULL */
  GtkWidget *pane_head;
  GtkWidget *stack;
  GtkWidget *help;
  GtkWidget *findings;
  GtkWidget *history;
};

G_DEFINE_FINAL_TYPE (QdFormView, qd_form_view, GTK_TYPE_WIDGET)

static guint changed_signal;
static guint node_focused_signal;

static const char *const pane_names[] = { "help", "findings", "history", "extra" };

static void
changed (QdFormView *self)
{
  g_signal_emit (self, changed_signal, 0);
}

int
qd_form_view_count (QdFormView *self, guint *critical_out, guint *unexplained_out, guint *all_out)
{
  QdFindingCounts counts;

  qd_instance_count_findings (self->instance, qd_instance_get_root (self->instance), &counts);
  if (!self->checked)
    counts.critical -= counts.required;
  *critical_out = counts.critical;
  *unexplained_out = counts.possible - counts.explained;
  *all_out = counts.critical + counts.possible + counts.notice;
  return counts.critical > 0 ? QD_SEVERITY_CRITICAL : counts.possible > 0 ? QD_SEVERITY_POSSIBLE
                                                  : counts.notice > 0     ? QD_SEVERITY_NOTICE
                                                                          : -1;
}

static const char *
visible_pane (QdFormView *self)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (self->stack));
}

static void
update_pane (QdFormView *self)
{
  QdNodeId node = qd_section_view_get_current (QD_SECTION_VIEW (self->section_view));
  const char *name = visible_pane (self);

  if (g_strcmp0 (name, "help") == 0)
    qd_help_pane_show_node (QD_HELP_PANE (self->help), node);
  else if (g_strcmp0 (name, "history") == 0)
    qd_history_pane_show_node (QD_HISTORY_PANE (self->history), node);
  else if (g_strcmp0 (name, "findings") == 0)
    qd_findings_pane_update (QD_FINDINGS_PANE (self->findings), self->checked);
}

static gboolean
update_cb (gpointer user_data)
{
  QdFormView *self = user_data;
  const char *name = visible_pane (self);

  self->update_timer = 0;
  qd_outline_update (QD_OUTLINE (self->outline), self->checked, self->left);
  if (g_strcmp0 (name, "findings") == 0)
    qd_findings_pane_update (QD_FINDINGS_PANE (self->findings), self->checked);
  changed (self);
  return G_SOURCE_REMOVE;
}

static void
schedule_update (QdFormView *self)
{
  if (self->update_timer == 0)
    self->update_timer = g_timeout_add (UPDATE_AFTER, update_cb, self);
}

/* Sections. */

static const QdSection *
nth_section (QdFormView *self, guint i)
{
  return i < self->sections->len ? g_ptr_array_index (self->sections, i) : NULL;
}

static gboolean
find_section (QdFormView *self, guint from, int step, guint *out)
{
  for (int i = (int) from + step; i >= 0 && i < (int) self->sections->len; i += step)
    if (qd_section_is_relevant (nth_section (self, (guint) i), self->instance))
      {
        *out = (guint) i;
        return TRUE;
      }
  return FALSE;
}

static void
update_section_head (QdFormView *self)
{
  const QdSection *section = nth_section (self, self->section);
  guint number = 0, other;
  g_autofree char *text = NULL;
  g_autofree char *both = NULL;
  g_autofree char *hint = NULL;

  for (guint i = 0; i <= self->section && i < self->sections->len; i++)
    if (qd_section_is_relevant (nth_section (self, i), self->instance))
      number++;
  text = g_strdup_printf ("%u", number);
  gtk_label_set_text (GTK_LABEL (self->number), text);
  gtk_label_set_text (GTK_LABEL (self->title), section != NULL ? section->title : "");
  if (section != NULL && section->node != 0)
    hint = qd_instance_dup_hint (self->instance, section->node);
  gtk_label_set_text (GTK_LABEL (self->detail), hint != NULL ? hint : "");
  gtk_widget_set_visible (self->detail, hint != NULL && *hint != '\0');
  both = g_strdup_printf ("%s %s", text, section != NULL ? section->title : "");
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->section_button), both);
  gtk_widget_set_sensitive (self->next_button, find_section (self, self->section, 1, &other));
  gtk_widget_set_sensitive (self->previous_button, find_section (self, self->section, -1, &other));
}

static void
show_section (QdFormView *self, guint index)
{
  if (index >= self->sections->len)
    return;
  if (index != self->section)
    g_hash_table_add (self->left, GUINT_TO_POINTER (self->section));
  self->section = index;
  qd_section_view_show (QD_SECTION_VIEW (self->section_view), nth_section (self, index));
  qd_outline_select (QD_OUTLINE (self->outline), index);
  update_section_head (self);
  schedule_update (self);
}

static void
chosen_cb (QdFormView *self, guint index)
{
  if (index != self->section)
    show_section (self, index);
}

static void
step_section (QdFormView *self, int step)
{
  guint other;

  if (!find_section (self, self->section, step, &other))
    return;
  show_section (self, other);
  qd_section_view_focus (QD_SECTION_VIEW (self->section_view));
}

static void
next_cb (QdFormView *self)
{
  step_section (self, 1);
}

static void
previous_cb (QdFormView *self)
{
  step_section (self, -1);
}

static void
section_menu_cb (GtkWidget *button, QdFormView *self)
{
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "section"));

  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->section_button));
  show_section (self, index);
}

static void
fill_section_menu (GtkMenuButton *menu_button, gpointer user_data)
{
  QdFormView *self = user_data;
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  guint number = 0;

  for (guint i = 0; i < self->sections->len; i++)
    {
      const QdSection *section = nth_section (self, i);
      g_autofree char *text = NULL;
      GtkWidget *button;
      if (!qd_section_is_relevant (section, self->instance))
        continue;
      text = g_strdup_printf ("%u %s", ++number, section->title);
      button = gtk_button_new_with_label (text);
      gtk_label_set_xalign (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), 0);
      gtk_widget_add_css_class (button, "flat");
      g_object_set_data (G_OBJECT (button), "section", GUINT_TO_POINTER (i));
      g_signal_connect (button, "clicked", G_CALLBACK (section_menu_cb), self);
      gtk_box_append (GTK_BOX (box), button);
    }
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 380);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  gtk_menu_button_set_popover (menu_button, popover);
}

/* Pane. */

static void
show_pane (QdFormView *self, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (pane_names); i++)
    if (g_str_equal (pane_names[i], name) && self->tabs[i] != NULL)
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->tabs[i]), TRUE);
  adw_flap_set_reveal_flap (ADW_FLAP (self->flap), TRUE);
}

static void
tab_cb (GtkToggleButton *button, QdFormView *self)
{
  if (!gtk_toggle_button_get_active (button))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (pane_names); i++)
    if (GTK_WIDGET (button) == self->tabs[i])
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), pane_names[i]);
  update_pane (self);
}

static void
node_focused_cb (QdFormView *self, guint node)
{
  if (g_strcmp0 (visible_pane (self), "findings") != 0)
    update_pane (self);
  g_signal_emit (self, node_focused_signal, 0, node);
  changed (self);
}

static gboolean
go_to_node (QdFormView *self, QdNodeId node)
{
  for (guint i = 0; i < self->sections->len; i++)
    if (qd_section_holds (nth_section (self, i), self->instance, node))
      {
        if (i != self->section)
          show_section (self, i);
        if (self->mode < 2)
          adw_flap_set_reveal_flap (ADW_FLAP (self->flap), FALSE);
        qd_section_view_go_to (QD_SECTION_VIEW (self->section_view), node);
        return TRUE;
      }
  return FALSE;
}

static void
finding_go_to_cb (QdFormView *self, guint node)
{
  if (node != 0 && qd_instance_is_alive (self->instance, node))
    go_to_node (self, node);
}

gboolean
qd_form_view_go_to (QdFormView *self, const char *path)
{
  QdNodeId node = qd_instance_find (self->instance, path);

  return node != 0 && go_to_node (self, node);
}

/* The instance. */

static void
nodes_changed_cb (QdFormView *self, GArray *nodes)
{
  qd_section_view_refresh (QD_SECTION_VIEW (self->section_view), nodes);
  update_section_head (self);
  schedule_update (self);
}

static void
rows_changed_cb (QdFormView *self, guint range)
{
  qd_section_view_rows_changed (QD_SECTION_VIEW (self->section_view), range);
  schedule_update (self);
}

static void
findings_changed_cb (QdFormView *self)
{
  /* Findings may be pinned to fields whose own values did not change. */
  qd_section_view_refresh (QD_SECTION_VIEW (self->section_view), NULL);
  schedule_update (self);
}

static void
undo (QdFormView *self)
{
  qd_section_view_commit (QD_SECTION_VIEW (self->section_view));
  qd_undo (GTK_WIDGET (self), self->draft, FALSE);
}

static void
redo (QdFormView *self)
{
  qd_undo (GTK_WIDGET (self), self->draft, TRUE);
}

static void
check (QdFormView *self)
{
  guint critical, unexplained, all;
  g_autoptr (GError) error = NULL;

  qd_section_view_commit (QD_SECTION_VIEW (self->section_view));
  self->checked = TRUE;
  qd_section_view_set_checked (QD_SECTION_VIEW (self->section_view), TRUE);
  qd_findings_pane_mark_checked (QD_FINDINGS_PANE (self->findings));
  show_pane (self, "findings");
  qd_form_view_count (self, &critical, &unexplained, &all);
  if (!qd_draft_is_read_only (self->draft))
    {
      QdState state = critical == 0 && unexplained == 0 ? QD_STATE_CHECKED : QD_STATE_DRAFT;
      g_autoptr (QdDeclaration) record = qd_store_get_declaration (qd_draft_get_store (self->draft), qd_draft_get_id (self->draft), NULL);
      if (record != NULL && record->state <= QD_STATE_CHECKED && record->state != state && !qd_store_set_state (qd_draft_get_store (self->draft), qd_draft_get_id (self->draft), state, &error))
        qd_toast (GTK_WIDGET (self), error->message, NULL, NULL);
    }
  schedule_update (self);
}

static void
check_section (QdFormView *self)
{
  QdNodeId node;

  qd_section_view_commit (QD_SECTION_VIEW (self->section_view));
  qd_section_view_set_checked (QD_SECTION_VIEW (self->section_view), TRUE);
  node = qd_section_find_critical (nth_section (self, self->section), self->instance);
  if (node != 0)
    {
      go_to_node (self, node);
      return;
    }
  qd_section_view_set_checked (QD_SECTION_VIEW (self->section_view), self->checked);
  step_section (self, 1);
}

static void
step_finding (QdFormView *self, gboolean back)
{
  QdNodeId node;

  qd_findings_pane_update (QD_FINDINGS_PANE (self->findings), self->checked);
  node = qd_findings_pane_step (QD_FINDINGS_PANE (self->findings), back);
  if (node != 0)
    go_to_node (self, node);
}

static void
same_as_last (QdFormView *self)
{
  QdNodeId node = qd_section_view_get_current (QD_SECTION_VIEW (self->section_view));
  g_autofree char *path = node != 0 ? qd_instance_dup_path (self->instance, node) : NULL;
  g_autofree char *last = path != NULL ? qd_draft_dup_last_value (self->draft, path) : NULL;
  g_autoptr (GError) error = NULL;

  if (last == NULL || *last == '\0')
    {
      qd_toast (GTK_WIDGET (self), _ ("No earlier sealed declaration has this field."), NULL, NULL);
      return;
    }
  qd_draft_begin_step (self->draft, "carried");
  if (!qd_instance_set_value (self->instance, node, last, &error) || !qd_instance_set_annotation (self->instance, node, "origin", "carried", &error))
    qd_toast (GTK_WIDGET (self), error->message, NULL, NULL);
  qd_draft_end_step (self->draft);
  update_pane (self);
}

static void
step_pane (QdFormView *self, gboolean back)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *places[3];
  guint n = 0, at = 0;

  if (gtk_widget_get_visible (self->outline))
    places[n++] = self->outline;
  places[n++] = self->section_view;
  if (adw_flap_get_reveal_flap (ADW_FLAP (self->flap)))
    places[n++] = self->pane;
  for (guint i = 0; i < n; i++)
    if (focus != NULL && gtk_widget_is_ancestor (focus, places[i]))
      at = i;
  at = (at + (back ? n - 1 : 1)) % n;
  if (places[at] == self->section_view)
    qd_section_view_focus (QD_SECTION_VIEW (self->section_view));
  else if (places[at] == self->outline)
    gtk_widget_grab_focus (self->outline);
  else
    gtk_widget_child_focus (self->stack, GTK_DIR_TAB_FORWARD);
}

/* Sheets. */

static void
imported_cb (QdFormView *self, guint n, GtkWidget *page)
{
  GtkRoot *root = gtk_widget_get_root (page);
  g_autofree char *text = g_strdup_printf (ngettext ("%u row imported", "%u rows imported", n), n);

  if (QD_IS_WINDOW (root))
    qd_window_pop (QD_WINDOW (root));
  qd_toast (GTK_WIDGET (self), text, _ ("Undo"), "win.undo");
  changed (self);
}

static void
book_imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdFormView *self = QD_FORM_VIEW (source);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  guint n_rows = 0;
  gboolean good = qd_import_book_finish (GTK_WIDGET (self), result, &n_rows, &error);

  if (self->instance == NULL)
    return;
  if (!good)
    {
      qd_toast (GTK_WIDGET (self), error->message, NULL, NULL);
      return;
    }
  text = g_strdup_printf (ngettext ("The workbook is taken over: %u row in its tables", "The workbook is taken over: %u rows in its tables", n_rows), n_rows);
  qd_toast (GTK_WIDGET (self), text, _ ("Undo"), "win.undo");
  changed (self);
}

static void
import_path_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdFormView *self = QD_FORM_VIEW (source);
  g_autofree char *path = qd_file_dialog_finish (result);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  QdNodeId range = self->instance != NULL ? qd_section_view_get_table (QD_SECTION_VIEW (self->section_view)) : 0;
  GtkWidget *page;

  if (path == NULL || self->instance == NULL || !QD_IS_WINDOW (root))
    return;
  if (range == 0)
    {
      qd_import_book_async (GTK_WIDGET (self), self->draft, path, book_imported_cb, NULL);
      return;
    }
  page = qd_import_page_new (self->draft, range, path);
  g_signal_connect_object (page, "done", G_CALLBACK (imported_cb), self, G_CONNECT_SWAPPED);
  qd_window_push (QD_WINDOW (root), page);
}

/* Into the table that the section shows, else a workbook of the whole declaration. */
static void
import (QdFormView *self)
{
  gboolean whole = qd_section_view_get_table (QD_SECTION_VIEW (self->section_view)) == 0;

  qd_form_view_commit (self);
  qd_file_dialog_async (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_OPEN, whole ? _ ("Import an exported workbook") : _ ("Import rows"), C_ ("verb", "Open"), _ ("Workbooks and text"), whole ? "*.xlsx;*.xls" : "*.xlsx;*.xls;*.csv;*.txt", NULL, import_path_cb, NULL);
}

static void
export_path_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdFormView *self = QD_FORM_VIEW (source);
  g_autofree char *path = qd_file_dialog_finish (result);
  g_autoptr (GError) error = NULL;
  QdNodeId range;
  gboolean good;

  if (path == NULL || self->instance == NULL)
    return;
  range = qd_section_view_get_table (QD_SECTION_VIEW (self->section_view));
  good = range != 0 ? qd_sheet_export_table (self->instance, range, path, &error) : qd_sheet_export_declaration (self->instance, path, &error);
  qd_toast (GTK_WIDGET (self), good ? _ ("The workbook is written.") : error->message, NULL, NULL);
}

/* The table that the section shows, else everything. */
static void export(QdFormView *self)
{
  QdNodeId range = qd_section_view_get_table (QD_SECTION_VIEW (self->section_view));
  g_autofree char *label = range != 0 ? qd_instance_dup_label (self->instance, range) : NULL;
  g_autofree char *name = g_strdup_printf ("%s.xlsx", label != NULL ? label : qd_form_get_title (qd_instance_get_form (self->instance), qd_look_get_language ()));

  g_strdelimit (name, "/\\", '-');
  qd_form_view_commit (self);
  qd_file_dialog_async (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_SAVE, range != 0 ? _ ("Export the table") : _ ("Export the declaration"), C_ ("verb", "Save"), _ ("Workbooks"), "*.xlsx", name, export_path_cb, NULL);
}

gboolean
qd_form_view_can (QdFormView *self, const char *command)
{
  static const char *const always[] = { "check", "next-finding", "previous-finding", "next-section", "previous-section", "check-section", "next-pane", "previous-pane", "help", "pane-help", "pane-findings", "pane-history", "toggle-pane", "export", NULL };
  static const char *const editing[] = { "apply-fix", "same-as-last", "field-menu", NULL };

  if (g_str_equal (command, "undo"))
    return qd_draft_can_undo (self->draft);
  if (g_str_equal (command, "redo"))
    return qd_draft_can_redo (self->draft);
  if (g_str_equal (command, "import"))
    return !qd_draft_is_read_only (self->draft);
  if (g_strv_contains (editing, command))
    return !qd_draft_is_read_only (self->draft);
  return g_strv_contains (always, command);
}

void
qd_form_view_run (QdFormView *self, const char *command)
{
  QdSectionView *section_view = QD_SECTION_VIEW (self->section_view);

  if (g_str_equal (command, "undo"))
    undo (self);
  else if (g_str_equal (command, "redo"))
    redo (self);
  else if (g_str_equal (command, "check"))
    check (self);
  else if (g_str_equal (command, "check-section"))
    check_section (self);
  else if (g_str_equal (command, "next-finding"))
    step_finding (self, FALSE);
  else if (g_str_equal (command, "previous-finding"))
    step_finding (self, TRUE);
  else if (g_str_equal (command, "next-section"))
    step_section (self, 1);
  else if (g_str_equal (command, "previous-section"))
    step_section (self, -1);
  else if (g_str_equal (command, "next-pane"))
    step_pane (self, FALSE);
  else if (g_str_equal (command, "previous-pane"))
    step_pane (self, TRUE);
  else if (g_str_equal (command, "help") || g_str_equal (command, "pane-help"))
    show_pane (self, "help");
  else if (g_str_equal (command, "pane-findings"))
    show_pane (self, "findings");
  else if (g_str_equal (command, "pane-history"))
    show_pane (self, "history");
  else if (g_str_equal (command, "toggle-pane"))
    adw_flap_set_reveal_flap (ADW_FLAP (self->flap), !adw_flap_get_reveal_flap (ADW_FLAP (self->flap)));
  else if (g_str_equal (command, "apply-fix"))
    qd_section_view_apply_fix (section_view);
  else if (g_str_equal (command, "same-as-last"))
    same_as_last (self);
  else if (g_str_equal (command, "field-menu"))
    qd_section_view_popup_menu (section_view);
  else if (g_str_equal (command, "import"))
    import (self);
  else if (g_str_equal (command, "export"))
    export(self);
  changed (self);
}

void
qd_form_view_commit (QdFormView *self)
{
  qd_section_view_commit (QD_SECTION_VIEW (self->section_view));
}

void
qd_form_view_focus (QdFormView *self)
{
  qd_section_view_focus (QD_SECTION_VIEW (self->section_view));
}

void
qd_form_view_set_names (QdFormView *self, QdNameIndex *names)
{
  qd_section_view_set_names (QD_SECTION_VIEW (self->section_view), names);
}

void
qd_form_view_set_filter (QdFormView *self, const char *text)
{
  qd_section_view_set_filter (QD_SECTION_VIEW (self->section_view), text);
}

QdDraft *
qd_form_view_get_draft (QdFormView *self)
{
  return self->draft;
}

/* Widths. */

gboolean
qd_form_view_is_narrow (QdFormView *self)
{
  return self->mode == 0;
}

static gboolean
apply_mode_cb (gpointer user_data)
{
  QdFormView *self = user_data;
  gboolean several = self->sections->len > 1;

  self->mode_idle = 0;
  adw_flap_set_fold_policy (ADW_FLAP (self->flap), self->mode == 2 ? ADW_FLAP_FOLD_POLICY_NEVER : ADW_FLAP_FOLD_POLICY_ALWAYS);
  adw_flap_set_reveal_flap (ADW_FLAP (self->flap), self->mode == 2);
  gtk_widget_set_visible (self->outline, self->mode > 0 && several);
  gtk_widget_set_visible (self->section_button, self->mode == 0 && several);
  gtk_widget_set_visible (gtk_widget_get_parent (self->number), self->mode > 0 || !several);
  gtk_widget_set_visible (gtk_widget_get_parent (self->next_button), several);
  changed (self);
  return G_SOURCE_REMOVE;
}

static void
qd_form_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QdFormView *self = QD_FORM_VIEW (widget);
  double scale = qd_look_text_scale ();
  int mode = width >= (int) (WIDE * scale) ? 2 : width >= (int) (MIDDLE * scale) ? 1
                                                                                 : 0;

  /* Not here and now: what is shown must not change while it is being laid out. */
  if (mode != self->mode)
    {
      self->mode = mode;
      if (self->mode_idle == 0)
        self->mode_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, apply_mode_cb, self, NULL);
    }
  gtk_widget_allocate (self->box, width, height, baseline, NULL);
}

static void
qd_form_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  QdFormView *self = QD_FORM_VIEW (widget);

  gtk_widget_measure (self->box, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
  /* The columns fold before they get too narrow: the window may shrink below what is open now. */
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = MIN (*minimum, 360);
}

static void
qd_form_view_dispose (GObject *object)
{
  QdFormView *self = QD_FORM_VIEW (object);

  g_clear_handle_id (&self->update_timer, g_source_remove);
  g_clear_handle_id (&self->mode_idle, g_source_remove);
  if (self->instance != NULL)
    g_signal_handlers_disconnect_by_data (self->instance, self);
  if (self->draft != NULL)
    g_signal_handlers_disconnect_by_data (self->draft, self);
  self->instance = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->sections, g_ptr_array_unref);
  g_clear_pointer (&self->left, g_hash_table_unref);
  g_clear_object (&self->draft);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (qd_form_view_parent_class)->dispose (object);
}

static void
qd_form_view_class_init (QdFormViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_form_view_dispose;
  widget_class->size_allocate = qd_form_view_size_allocate;
  widget_class->measure = qd_form_view_measure;
  changed_signal = g_signal_new ("changed", QD_TYPE_FORM_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  node_focused_signal = g_signal_new ("node-focused", QD_TYPE_FORM_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
qd_form_view_init (QdFormView *self)
{
  self->left = g_hash_table_new (NULL, NULL);
  self->mode = -1;
}

static GtkWidget *
build_section_head (QdFormView *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *titles = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *content = adw_button_content_new ();

  self->number = qd_label_new (NULL, "qd-page-title");
  self->title = qd_label_new (NULL, "qd-page-title");
  self->detail = qd_label_new (NULL, "qd-caption");
  gtk_box_append (GTK_BOX (line), self->number);
  gtk_box_append (GTK_BOX (line), self->title);
  gtk_box_append (GTK_BOX (titles), line);
  gtk_box_append (GTK_BOX (titles), self->detail);
  gtk_widget_set_hexpand (titles, TRUE);
  self->section_button = gtk_menu_button_new ();
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->section_button), fill_section_menu, self, NULL);
  gtk_widget_set_visible (self->section_button, FALSE);
  qd_name (self->section_button, _ ("Sections"));
  self->previous_button = qd_icon_button_new ("qd-up-symbolic", _ ("Previous section"), NULL);
  self->next_button = gtk_button_new ();
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "qd-down-symbolic");
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), _ ("Next section"));
  gtk_button_set_child (GTK_BUTTON (self->next_button), content);
  qd_name (self->next_button, _ ("Next section"));
  g_signal_connect_swapped (self->previous_button, "clicked", G_CALLBACK (previous_cb), self);
  g_signal_connect_swapped (self->next_button, "clicked", G_CALLBACK (next_cb), self);
  gtk_widget_add_css_class (buttons, "linked");
  gtk_widget_set_valign (buttons, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (buttons), self->previous_button);
  gtk_box_append (GTK_BOX (buttons), self->next_button);
  gtk_box_append (GTK_BOX (head), self->section_button);
  gtk_box_append (GTK_BOX (head), titles);
  gtk_box_append (GTK_BOX (head), buttons);
  gtk_widget_set_margin_top (head, 12);
  gtk_widget_set_margin_bottom (head, 6);
  gtk_widget_set_margin_start (head, 18);
  gtk_widget_set_margin_end (head, 18);
  return head;
}

static void
add_tab (QdFormView *self, guint i, const char *icon, const char *label)
{
  GtkWidget *content = adw_button_content_new ();

  self->tabs[i] = gtk_toggle_button_new ();
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), icon);
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), label);
  gtk_button_set_child (GTK_BUTTON (self->tabs[i]), content);
  gtk_widget_add_css_class (self->tabs[i], "flat");
  qd_name (self->tabs[i], label);
  if (i > 0)
    gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->tabs[i]), GTK_TOGGLE_BUTTON (self->tabs[0]));
}

void
qd_form_view_add_pane (QdFormView *self, const char *icon, const char *label, GtkWidget *pane)
{
  g_return_if_fail (self->tabs[3] == NULL);
  add_tab (self, 3, icon, label);
  gtk_box_prepend (GTK_BOX (self->pane_head), self->tabs[3]);
  gtk_stack_add_named (GTK_STACK (self->stack), pane, "extra");
  g_signal_connect (self->tabs[3], "toggled", G_CALLBACK (tab_cb), self);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->tabs[3]), TRUE);
}

static GtkWidget *
build_pane (QdFormView *self)
{
  static const struct
  {
    const char *icon;
    const char *label;
  } tabs[] = {
    { "qd-notice-symbolic", N_ ("Help") },
    { "qd-list-symbolic", N_ ("Findings") },
    { "qd-history-symbolic", N_ ("Last year") },
  };
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *close = qd_icon_button_new ("qd-close-symbolic", _ ("Hide the pane"), "win.toggle-pane");

  self->pane = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->pane, "qd-pane");
  gtk_widget_add_css_class (self->pane, "background");
  gtk_widget_set_size_request (self->pane, 356, -1);
  gtk_widget_set_hexpand (self->pane, FALSE);
  gtk_widget_add_css_class (head, "qd-pane-head");
  for (guint i = 0; i < G_N_ELEMENTS (tabs); i++)
    {
      add_tab (self, i, tabs[i].icon, _ (tabs[i].label));
      gtk_box_append (GTK_BOX (head), self->tabs[i]);
    }
  self->pane_head = head;
  gtk_widget_add_css_class (close, "flat");
  gtk_widget_set_hexpand (close, TRUE);
  gtk_widget_set_halign (close, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (head), close);
  self->help = qd_help_pane_new (self->draft);
  self->findings = qd_findings_pane_new (self->draft);
  self->history = qd_history_pane_new (self->draft);
  g_signal_connect_swapped (self->findings, "go-to", G_CALLBACK (finding_go_to_cb), self);
  g_signal_connect_swapped (self->findings, "changed", G_CALLBACK (schedule_update), self);
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), self->help, "help");
  gtk_stack_add_named (GTK_STACK (self->stack), self->findings, "findings");
  gtk_stack_add_named (GTK_STACK (self->stack), self->history, "history");
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_box_append (GTK_BOX (self->pane), head);
  gtk_box_append (GTK_BOX (self->pane), self->stack);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->tabs[0]), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (tabs); i++)
    g_signal_connect (self->tabs[i], "toggled", G_CALLBACK (tab_cb), self);
  return self->pane;
}

/* An amendment of a returned declaration shows what the receiver wants changed. */
static void
load_points (QdFormView *self)
{
  QdStore *store = qd_draft_get_store (self->draft);
  g_autoptr (QdDeclaration) record = qd_store_get_declaration (store, qd_draft_get_id (self->draft), NULL);
  g_autoptr (GPtrArray) deliveries = qd_store_list_deliveries (store, NULL);

  if (record == NULL || deliveries == NULL || qd_workspace_get_courier (self->workspace) == NULL)
    return;
  for (guint i = 0; i < deliveries->len; i++)
    {
      const QdDelivery *delivery = g_ptr_array_index (deliveries, i);
      g_autoptr (QdReceipt) receipt = NULL;
      if (delivery->state != QD_STATE_RETURNED || (delivery->declaration != record->amends && delivery->declaration != record->id))
        continue;
      receipt = qd_courier_get_receipt (qd_workspace_get_courier (self->workspace), delivery->id, NULL);
      if (receipt != NULL && receipt->points != NULL)
        {
          qd_findings_pane_set_points (QD_FINDINGS_PANE (self->findings), receipt->points);
          return;
        }
    }
}

static void
build (QdFormView *self)
{
  GtkWidget *middle = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->sections = qd_sections_new (self->instance);
  self->outline = qd_outline_new (self->instance, self->sections);
  gtk_widget_set_size_request (self->outline, (int) (OUTLINE * qd_look_text_scale ()), -1);
  gtk_widget_set_hexpand (self->outline, FALSE);
  g_signal_connect_swapped (self->outline, "chosen", G_CALLBACK (chosen_cb), self);
  self->bar = qd_bar_new ();
  self->section_view = qd_section_view_new (self->draft);
  gtk_widget_set_vexpand (self->section_view, TRUE);
  gtk_widget_set_hexpand (middle, TRUE);
  g_signal_connect_swapped (self->section_view, "node-focused", G_CALLBACK (node_focused_cb), self);
  g_signal_connect_swapped (self->section_view, "undo", G_CALLBACK (undo), self);
  gtk_box_append (GTK_BOX (middle), self->bar);
  gtk_box_append (GTK_BOX (middle), build_section_head (self));
  gtk_box_append (GTK_BOX (middle), self->section_view);
  self->flap = adw_flap_new ();
  adw_flap_set_content (ADW_FLAP (self->flap), middle);
  adw_flap_set_flap (ADW_FLAP (self->flap), build_pane (self));
  adw_flap_set_flap_position (ADW_FLAP (self->flap), GTK_PACK_END);
  adw_flap_set_separator (ADW_FLAP (self->flap), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  adw_flap_set_locked (ADW_FLAP (self->flap), TRUE);
  adw_flap_set_swipe_to_open (ADW_FLAP (self->flap), FALSE);
  gtk_widget_set_hexpand (self->flap, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_box_append (GTK_BOX (self->box), self->outline);
  gtk_box_append (GTK_BOX (self->box), self->flap);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
qd_form_view_new (QdWorkspace *workspace, QdDraft *draft)
{
  QdFormView *self = g_object_new (QD_TYPE_FORM_VIEW, NULL);
  guint first = 0;

  self->workspace = g_object_ref (workspace);
  self->draft = g_object_ref (draft);
  self->instance = qd_draft_get_instance (draft);
  build (self);
  if (qd_draft_is_read_only (draft) && !qd_workspace_is_read_only (workspace))
    qd_bar_show (QD_BAR (self->bar), NULL, _ ("Sealed; it cannot be changed."), _ ("Create amendment"), "win.amend");
  g_signal_connect_swapped (self->instance, "nodes-changed", G_CALLBACK (nodes_changed_cb), self);
  g_signal_connect_swapped (self->instance, "rows-changed", G_CALLBACK (rows_changed_cb), self);
  g_signal_connect_swapped (self->instance, "findings-changed", G_CALLBACK (findings_changed_cb), self);
  g_signal_connect_swapped (draft, "notify", G_CALLBACK (changed), self);
  if (self->sections->len > 0)
    {
      if (!qd_section_is_relevant (nth_section (self, 0), self->instance))
        find_section (self, 0, 1, &first);
      self->section = first;
      show_section (self, first);
    }
  qd_outline_update (QD_OUTLINE (self->outline), FALSE, self->left);
  load_points (self);
  return GTK_WIDGET (self);
}
