/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-duty-dialogs"
#include "config.h"
#include "qd-duty-dialogs.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include "qd-bar.h"
#include "qd-duty-marks.h"
#include "qd-file-dialog.h"
#include "qd-header.h"
#include "qd-look.h"
#include "qd-new-declaration.h"

/* How a duty stands, as the first row asks it. */
enum
{
  STANDING_DONE,
  STANDING_OURS,
  STANDING_ENTERPRISE,
  STANDING_LABORATORY,
  STANDING_AUTHORITY,
};

typedef struct
{
  GtkWidget *window;      /* (not owned): owns this */
  QdWorkspace *workspace; /* (owned) */
  QdDutyItem *item;       /* (owned) */
  char *evidence;         /* (owned) (nullable): path of the chosen file */
  GtkWidget *standing;
  GtkWidget *date;
  GtkWidget *note;
  GtkWidget *file;
  GtkWidget *save;
  GtkWidget *bar;
} Mark;

static void
mark_free (gpointer data)
{
  Mark *self = data;

  g_object_unref (self->workspace);
  g_object_unref (self->item);
  g_free (self->evidence);
  g_free (self);
}

static void
file_chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) window = user_data;
  Mark *self = g_object_get_data (G_OBJECT (window), "mark");
  g_autofree char *path = qd_file_dialog_finish (result);
  g_autofree char *name = NULL;

  if (path == NULL || self == NULL)
    return;
  name = g_path_get_basename (path);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->file), name);
  g_free (self->evidence);
  self->evidence = g_steal_pointer (&path);
}

static void
choose_cb (Mark *self)
{
  qd_file_dialog_async (self->window, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Evidence"), _ ("Choose"), NULL, NULL, NULL, file_chosen_cb, g_object_ref (self->window));
}

static void
import_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  char *sha256 = qd_store_import_blob (QD_STORE (source), task_data, cancellable, &error);

  if (sha256 != NULL)
    g_task_return_pointer (task, sha256, g_free);
  else
    g_task_return_error (task, error);
}

static gboolean
write_done (Mark *self, const char *sha256, GError **error)
{
  const QdDuty *duty = qd_duty_item_get_duty (self->item);
  const QdDue *due = qd_duty_item_get_due (self->item);
  g_autofree char *date = qd_look_read_date (gtk_editable_get_text (GTK_EDITABLE (self->date)));
  g_autofree char *name = self->evidence != NULL ? g_path_get_basename (self->evidence) : NULL;
  QdDone done = {
    .site = due->site,
    .rule = (char *) duty->rule,
    .period = due->period,
    .date = date,
    .note = (char *) gtk_editable_get_text (GTK_EDITABLE (self->note)),
    .evidence = (char *) sha256,
    .evidence_name = name,
  };

  return qd_store_mark_done (qd_workspace_get_store (self->workspace), &done, error);
}

static void
finish (Mark *self, gboolean ok, GError *error)
{
  if (!ok)
    {
      qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
      gtk_widget_set_sensitive (self->save, TRUE);
      return;
    }
  gtk_window_close (GTK_WINDOW (self->window));
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) window = user_data;
  Mark *self = g_object_get_data (G_OBJECT (window), "mark");
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = g_task_propagate_pointer (G_TASK (result), &error);

  if (self == NULL)
    return;
  finish (self, sha256 != NULL && write_done (self, sha256, &error), error);
}

static gboolean
is_date (const char *text)
{
  g_autofree char *date = qd_look_read_date (text);
  int year = 0, month = 0, day = 0;

  return sscanf (date, "%4d-%2d-%2d", &year, &month, &day) == 3 && strlen (date) == 10 && month >= 1 && day >= 1 && g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year);
}

static void
save_cb (Mark *self)
{
  QdStore *store = qd_workspace_get_store (self->workspace);
  const QdDue *due = qd_duty_item_get_due (self->item);
  const char *rule = qd_duty_item_get_duty (self->item)->rule;
  guint standing = adw_combo_row_get_selected (ADW_COMBO_ROW (self->standing));
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;

  if (standing != STANDING_DONE)
    {
      gboolean ok = qd_store_set_waiting (store, due->site, rule, due->period, (QdHolder) (QD_HOLDER_US + (standing - STANDING_OURS)), gtk_editable_get_text (GTK_EDITABLE (self->note)), &error);
      finish (self, ok, error);
      return;
    }
  if (!is_date (gtk_editable_get_text (GTK_EDITABLE (self->date))))
    {
      qd_bar_show (QD_BAR (self->bar), "error", _ ("Write the day on which it was done as 2026-11-24."), NULL, NULL);
      gtk_widget_grab_focus (self->date);
      return;
    }
  gtk_widget_set_sensitive (self->save, FALSE);
  if (self->evidence == NULL)
    {
      finish (self, write_done (self, NULL, &error), error);
      return;
    }
  task = g_task_new (store, NULL, imported_cb, g_object_ref (self->window));
  g_task_set_source_tag (task, save_cb);
  g_task_set_task_data (task, g_strdup (self->evidence), g_free);
  g_task_run_in_thread (task, import_in_thread);
}

static void
standing_cb (Mark *self)
{
  gboolean done = adw_combo_row_get_selected (ADW_COMBO_ROW (self->standing)) == STANDING_DONE;

  gtk_widget_set_visible (self->date, done);
  gtk_widget_set_visible (self->file, done);
}

static GtkWidget *
small_window_new (GtkWindow *parent, const char *title, GtkWidget *header, GtkWidget *content)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  qd_close_on_escape (window);
  gtk_box_append (GTK_BOX (outer), header);
  gtk_box_append (GTK_BOX (outer), content);
  adw_window_set_content (ADW_WINDOW (window), outer);
  return window;
}

static GtkWidget *
build_rows (Mark *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  const char *const standings[] = { C_ ("duty", "Done"), _ ("Ours to do"), _ ("Waits for the enterprise"), _ ("Waits for the laboratory"), _ ("Waits for the authority"), NULL };
  g_autoptr (GtkStringList) names = gtk_string_list_new (standings);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");
  GtkWidget *choose = gtk_button_new_with_label (_ ("Choose…"));
  const QdWaiting *waiting = qd_duty_item_get_waiting (self->item);

  self->standing = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->standing), C_ ("column heading", "State"));
  adw_combo_row_set_model (ADW_COMBO_ROW (self->standing), G_LIST_MODEL (names));
  qd_name (self->standing, C_ ("column heading", "State"));
  self->date = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->date), _ ("Done on (2026-11-24)"));
  gtk_editable_set_text (GTK_EDITABLE (self->date), today);
  self->note = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->note), C_ ("duty", "Note"));
  self->file = adw_action_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->file), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->file), _ ("Evidence"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->file), _ ("A receipt, a photo, a report: it is copied into the workspace"));
  gtk_widget_set_valign (choose, GTK_ALIGN_CENTER);
  qd_name (choose, _ ("Choose the evidence"));
  g_signal_connect_swapped (choose, "clicked", G_CALLBACK (choose_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->file), choose);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->standing);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->date);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->note);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->file);
  g_signal_connect_swapped (self->standing, "notify::selected", G_CALLBACK (standing_cb), self);
  if (waiting != NULL)
    {
      adw_combo_row_set_selected (ADW_COMBO_ROW (self->standing), STANDING_OURS + (guint) waiting->holder);
      gtk_editable_set_text (GTK_EDITABLE (self->note), waiting->note);
    }
  return group;
}

GtkWidget *
qd_duty_mark_show (GtkWindow *parent, QdWorkspace *workspace, QdDutyItem *item)
{
  Mark *self = g_new0 (Mark, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_label (_ ("Cancel"));
  g_autofree char *title = qd_duty_item_dup_title (item);

  self->workspace = g_object_ref (workspace);
  self->item = g_object_ref (item);
  self->save = gtk_button_new_with_label (C_ ("verb", "Save"));
  gtk_widget_add_css_class (self->save, "suggested-action");
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->save);
  self->bar = qd_bar_new ();
  gtk_widget_set_margin_top (box, 18);
  gtk_widget_set_margin_bottom (box, 24);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_box_append (GTK_BOX (box), self->bar);
  gtk_box_append (GTK_BOX (box), qd_label_new (title, "qd-strong"));
  self->window = small_window_new (parent, _ ("Mark a duty"), header, box);
  g_object_set_data_full (G_OBJECT (self->window), "mark", self, mark_free);
  gtk_box_append (GTK_BOX (box), build_rows (self));
  gtk_window_set_default_size (GTK_WINDOW (self->window), 480, -1);
  gtk_window_set_default_widget (GTK_WINDOW (self->window), self->save);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_close), self->window);
  g_signal_connect_swapped (self->save, "clicked", G_CALLBACK (save_cb), self);
  gtk_window_present (GTK_WINDOW (self->window));
  return self->window;
}

/* What does not apply */

static void
setup_no (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_box_append (GTK_BOX (column), qd_label_new (NULL, "qd-strong"));
  gtk_box_append (GTK_BOX (column), qd_label_new (NULL, "qd-dense"));
  gtk_widget_set_margin_top (column, 6);
  gtk_widget_set_margin_bottom (column, 6);
  gtk_widget_set_margin_start (column, 12);
  gtk_widget_set_margin_end (column, 12);
  gtk_list_item_set_child (item, column);
  gtk_list_item_set_activatable (item, FALSE);
}

static void
bind_no (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  const QdDuty *duty = qd_duty_item_get_duty (gtk_list_item_get_item (item));
  GtkWidget *column = gtk_list_item_get_child (item);
  g_autofree char *why = g_strdup_printf (_ ("Not applicable, because: %s"), duty->why);

  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (column)), duty->title);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (column)), why);
}

static gboolean
no_matches (gpointer item, gpointer search)
{
  return qd_duty_item_matches (item, gtk_editable_get_text (GTK_EDITABLE (search)));
}

static void
no_search_cb (GtkFilter *filter)
{
  gtk_filter_changed (filter, GTK_FILTER_CHANGE_DIFFERENT);
}

GtkWidget *
qd_duty_not_applicable_show (GtkWindow *parent, QdAssessed *assessed)
{
  GListStore *items = g_list_store_new (QD_TYPE_DUTY_ITEM);
  GtkWidget *search = gtk_search_entry_new ();
  GtkFilter *filter = GTK_FILTER (gtk_custom_filter_new (no_matches, search, NULL));
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *list;
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *window;

  for (guint i = 0; i < assessed->assessment->duties->len; i++)
    {
      const QdDuty *duty = g_ptr_array_index (assessed->assessment->duties, i);
      g_autoptr (QdDutyItem) item = NULL;
      if (duty->truth != QD_TRUTH_NO || duty->kind != QD_DUTY_DUTY)
        continue;
      item = qd_duty_item_new (assessed, duty, NULL);
      g_list_store_append (items, item);
    }
  g_signal_connect (factory, "setup", G_CALLBACK (setup_no), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_no), NULL);
  g_signal_connect_object (search, "search-changed", G_CALLBACK (no_search_cb), filter, G_CONNECT_SWAPPED);
  list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (gtk_filter_list_model_new (G_LIST_MODEL (items), filter)))), factory);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (list), TRUE);
  qd_name (list, _ ("Duties that do not apply"));
  qd_name (search, _ ("Search duties, substances, law"));
  gtk_widget_set_margin_start (search, 12);
  gtk_widget_set_margin_end (search, 12);
  gtk_widget_set_margin_bottom (search, 6);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (box), search);
  gtk_box_append (GTK_BOX (box), scroller);
  window = small_window_new (parent, _ ("Not applicable"), header, box);
  gtk_window_set_default_size (GTK_WINDOW (window), 620, 560);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

/* Actions */

static void
answer (GtkWidget *from, QdDutyItem *item)
{
  const QdDue *due = qd_duty_item_get_due (item);
  GPtrArray *missing = due != NULL && due->state == QD_DUE_UNKNOWN ? due->missing : qd_duty_item_get_duty (item)->missing;

  for (guint i = 0; i < missing->len; i++)
    {
      const QdDutyInput *input = g_ptr_array_index (missing, i);
      if (*input->path == '\0' || (input->source != QD_INPUT_PROFILE && input->source != QD_INPUT_SUBSTANCES))
        continue;
      gtk_widget_activate_action (from, "win.answer", "(ss)", input->source == QD_INPUT_PROFILE ? "profile" : "substances", input->path);
      return;
    }
}

static char *
dup_site_name (QdWorkspace *workspace, const char *code)
{
  g_autoptr (QdDraft) profile = *code != '\0' ? qd_workspace_open_kind (workspace, "profile", NULL) : NULL;
  QdInstance *instance = profile != NULL ? qd_draft_get_instance (profile) : NULL;
  QdNodeId sites = instance != NULL ? qd_instance_find (instance, "/profile/sites") : 0;

  for (guint i = 0; sites != 0 && i < qd_instance_get_n_children (instance, sites); i++)
    {
      g_autofree char *code_path = g_strdup_printf ("/profile/sites/site[%u]/code", i + 1);
      g_autofree char *name_path = g_strdup_printf ("/profile/sites/site[%u]/name", i + 1);
      QdNodeId code_node = qd_instance_find (instance, code_path);
      QdNodeId name_node = qd_instance_find (instance, name_path);
      if (code_node != 0 && name_node != 0 && g_str_equal (qd_instance_get_value (instance, code_node), code))
        return g_strdup (qd_instance_get_value (instance, name_node));
    }
  return qd_workspace_dup_site (workspace);
}

static void
start (GtkWidget *from, QdWorkspace *workspace, QdDutyItem *item)
{
  const QdDuty *duty = qd_duty_item_get_duty (item);
  const QdDue *due = qd_duty_item_get_due (item);
  QdForm *form = qd_workspace_get_form (workspace, duty->pack_form);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDraft) draft = NULL;
  g_autofree char *site = dup_site_name (workspace, due->site);
  g_autofree char *period = *due->period != '\0' ? g_strdup (due->period) : form != NULL ? qd_new_declaration_dup_period (form, now)
                                                                                         : g_strdup ("");

  draft = qd_draft_create (qd_workspace_get_store (workspace), qd_workspace_get_pack (workspace), duty->pack_form, period, *site != '\0' ? site : NULL, qd_look_get_language (), &error);
  if (draft == NULL)
    {
      qd_toast (from, error->message, NULL, NULL);
      return;
    }
  qd_workspace_touch (workspace);
  gtk_widget_activate_action (from, "win.open-declaration", "x", qd_draft_get_id (draft));
}

void
qd_duty_run (GtkWidget *from, QdWorkspace *workspace, QdDutyItem *item)
{
  GtkRoot *root = gtk_widget_get_root (from);
  const QdDeclaration *record = qd_duty_item_get_record (item);
  QdDutyAction action = qd_duty_item_get_action (item);

  if (qd_workspace_is_read_only (workspace) && (action == QD_DUTY_ACTION_START || action == QD_DUTY_ACTION_REGISTER))
    {
      qd_toast (from, _ ("The workspace is open read-only. Open it for writing to change it."), NULL, NULL);
      return;
    }
  switch (action)
    {
    case QD_DUTY_ACTION_ANSWER:
      answer (from, item);
      break;
    case QD_DUTY_ACTION_START:
      start (from, workspace, item);
      break;
    case QD_DUTY_ACTION_CONTINUE:
    case QD_DUTY_ACTION_AMEND:
    case QD_DUTY_ACTION_OPEN:
      gtk_widget_activate_action (from, "win.open-declaration", "x", record->id);
      break;
    case QD_DUTY_ACTION_REGISTER:
      qd_duty_mark_show (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, workspace, item);
      break;
    case QD_DUTY_ACTION_TAKE_BACK:
      qd_duty_marks_take_back (from, workspace, qd_duty_item_get_mark (item));
      break;
    case QD_DUTY_ACTION_NONE:
    default:
      break;
    }
}
