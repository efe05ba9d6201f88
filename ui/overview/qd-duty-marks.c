/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-duty-marks"
#include "config.h"
#include "qd-duty-marks.h"

#include <adwaita.h>
#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include "qd-file-dialog.h"
#include "qd-header.h"
#include "qd-look.h"

gboolean
qd_duty_marks_save (QdWorkspace *workspace, const QdDutyMark *mark, const char *path, GError **error)
{
  return qd_store_export_blob (qd_workspace_get_store (workspace), mark->evidence, path, error);
}

char *
qd_duty_marks_copy_out (QdWorkspace *workspace, const QdDutyMark *mark, GError **error)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "qingdan", "evidence", mark->evidence, NULL);
  g_autofree char *name = g_path_get_basename (mark->evidence_name);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int code = errno;
      g_autofree char *shown = g_filename_display_name (folder);
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), _ ("The folder %s cannot be made: %s."), shown, g_strerror (code));
      return NULL;
    }
  g_chmod (path, 0600); /* of the last time; the folder's name is the digest, but who knows what was done to the file */
  if (!qd_duty_marks_save (workspace, mark, path, error))
    return NULL;
  g_chmod (path, 0400);
  return g_steal_pointer (&path);
}

/* Taking back, and again */

void
qd_duty_marks_take_back (GtkWidget *from, QdWorkspace *workspace, const QdDutyMark *mark)
{
  g_autoptr (GVariant) target = g_variant_ref_sink (g_variant_new (QD_DUTY_MARK_TYPE, mark->site, mark->rule, mark->period, mark->date, mark->note, mark->evidence, mark->evidence_name));
  g_autofree char *action = g_action_print_detailed_name ("win.mark-again", target);
  g_autoptr (GError) error = NULL;

  if (qd_workspace_is_read_only (workspace))
    qd_toast (from, _ ("The workspace is open read-only. Open it for writing to change it."), NULL, NULL);
  else if (!qd_store_unmark_done (qd_workspace_get_store (workspace), mark->site, mark->rule, mark->period, &error))
    qd_toast (from, error->message, NULL, NULL);
  else
    qd_toast (from, _ ("The mark was taken back."), _ ("Undo"), action);
}

void
qd_duty_marks_again (GtkWidget *from, QdWorkspace *workspace, GVariant *target)
{
  QdDone done = { 0 };
  g_autoptr (GError) error = NULL;

  g_variant_get (target, "(&s&s&s&s&s&s&s)", &done.site, &done.rule, &done.period, &done.date, &done.note, &done.evidence, &done.evidence_name);
  if (*done.evidence == '\0')
    done.evidence = done.evidence_name = NULL;
  if (!qd_store_mark_done (qd_workspace_get_store (workspace), &done, &error))
    qd_toast (from, error->message, NULL, NULL);
}

/* The window */

typedef struct
{
  GtkWidget *window;      /* (not owned): owns this */
  QdWorkspace *workspace; /* (owned) */
  char *rule;             /* (owned) (nullable) */
  QdAssessed *assessed;   /* (owned) (nullable): what the rows show */
  GtkWidget *list;
  GtkWidget *empty;
} Window;

static void
window_free (gpointer data)
{
  Window *self = data;

  g_signal_handlers_disconnect_by_data (qd_workspace_get_duties (self->workspace), self);
  g_clear_pointer (&self->assessed, qd_assessed_unref);
  g_object_unref (self->workspace);
  g_free (self->rule);
  g_free (self);
}

static const QdDutyMark *
get_mark (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (button), "mark");
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) window = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_default_for_uri_finish (result, &error) && adw_window_get_content (ADW_WINDOW (window)) != NULL)
    {
      g_autofree char *text = g_strdup_printf (_ ("No program opens the file: %s Save it instead."), error->message);
      qd_toast (adw_window_get_content (ADW_WINDOW (window)), text, NULL, NULL);
    }
}

static void
open_cb (GtkWidget *button, Window *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = qd_duty_marks_copy_out (self->workspace, get_mark (button), &error);
  g_autofree char *uri = path != NULL ? g_filename_to_uri (path, NULL, &error) : NULL;

  if (uri != NULL)
    g_app_info_launch_default_for_uri_async (uri, NULL, NULL, opened_cb, g_object_ref (self->window));
  else
    qd_toast (button, error->message, NULL, NULL);
}

typedef struct
{
  GtkWidget *window;      /* (owned) */
  QdWorkspace *workspace; /* (owned) */
  QdAssessed *assessed;   /* (owned): of @mark */
  const QdDutyMark *mark;
} Save;

static void
save_free (Save *self)
{
  g_object_unref (self->window);
  g_object_unref (self->workspace);
  qd_assessed_unref (self->assessed);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Save, save_free)

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Save) self = user_data;
  g_autofree char *path = qd_file_dialog_finish (result);
  g_autofree char *name = path != NULL ? g_filename_display_basename (path) : NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return;
  if (qd_duty_marks_save (self->workspace, self->mark, path, &error))
    text = g_strdup_printf (_ ("Written: %s"), name);
  else
    text = g_strdup_printf (_ ("%s was not written: %s"), name, error->message);
  if (adw_window_get_content (ADW_WINDOW (self->window)) != NULL)
    qd_toast (adw_window_get_content (ADW_WINDOW (self->window)), text, NULL, NULL);
}

static void
save_cb (GtkWidget *button, Window *self)
{
  Save *save = g_new0 (Save, 1);

  save->window = g_object_ref (self->window);
  save->workspace = g_object_ref (self->workspace);
  save->assessed = qd_assessed_ref (self->assessed);
  save->mark = get_mark (button);
  qd_file_dialog_async (self->window, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("Save the evidence"), C_ ("verb", "Save"), NULL, NULL, save->mark->evidence_name, chosen_cb, save);
}

static void
take_back_cb (GtkWidget *button, Window *self)
{
  qd_duty_marks_take_back (button, self->workspace, get_mark (button));
}

static void
add_button (Window *self, GtkWidget *row, const QdDutyMark *mark, const char *title, const char *icon, const char *verb, GCallback callback)
{
  GtkWidget *button = qd_icon_button_new (icon, verb, NULL);
  g_autofree char *name = g_strdup_printf (_ ("%s, %s"), verb, title);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  qd_name (button, name);
  g_object_set_data (G_OBJECT (button), "mark", (gpointer) mark);
  g_signal_connect (button, "clicked", callback, self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

/* Its code, where no deadline names it. */
static const char *
get_site_name (const QdAssessment *assessment, const char *site)
{
  for (guint i = 0; i < assessment->duties->len; i++)
    {
      const QdDuty *duty = assessment->duties->pdata[i];
      for (guint j = 0; j < duty->dues->len; j++)
        if (g_str_equal (((const QdDue *) duty->dues->pdata[j])->site, site))
          return ((const QdDue *) duty->dues->pdata[j])->site_name;
    }
  return site;
}

/* What it was for: the duty, which of its deadlines, the period and the site. */
static char *
dup_title (const QdAssessment *assessment, const QdDutyMark *mark)
{
  const QdDuty *duty = qd_assessment_find ((QdAssessment *) assessment, mark->rule);
  GString *title = g_string_new (duty != NULL ? duty->title : mark->rule);
  const QdDue *due = NULL;
  gsize length = strcspn (mark->period, "#");

  for (guint i = 0; duty != NULL && due == NULL && i < duty->dues->len; i++)
    if (g_str_equal (((const QdDue *) duty->dues->pdata[i])->period, mark->period))
      due = duty->dues->pdata[i];
  if (due != NULL && *due->label != '\0')
    g_string_append_printf (title, " · %s", due->label);
  if (length > 0)
    {
      g_autofree char *period = g_strndup (mark->period, length);
      g_autofree char *label = qd_look_period (period);
      g_string_append_printf (title, " · %s", due != NULL && *due->period_label != '\0' ? due->period_label : label);
    }
  if (*mark->site != '\0')
    g_string_append_printf (title, " · %s", get_site_name (assessment, mark->site));
  return g_string_free (title, FALSE);
}

static char *
dup_subtitle (const QdDutyMark *mark)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, _ ("Done on %s"), mark->date);
  if (*mark->note != '\0')
    g_string_append_printf (text, " · %s", mark->note);
  if (*mark->evidence != '\0')
    {
      g_autofree char *digest = qd_look_digest (mark->evidence);
      g_string_append_printf (text, "\n%s · SHA-256 %s", mark->evidence_name, digest);
    }
  return g_string_free (text, FALSE);
}

static void
add_mark (Window *self, const QdDutyMark *mark)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = dup_title (self->assessed->assessment, mark);
  g_autofree char *subtitle = dup_subtitle (mark);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  if (*mark->evidence != '\0')
    {
      add_button (self, row, mark, title, "qd-eye-symbolic", _ ("Open the evidence"), G_CALLBACK (open_cb));
      add_button (self, row, mark, title, "qd-download-symbolic", _ ("Save the evidence…"), G_CALLBACK (save_cb));
    }
  if (!qd_workspace_is_read_only (self->workspace))
    add_button (self, row, mark, title, "qd-undo-symbolic", _ ("Take the mark back"), G_CALLBACK (take_back_cb));
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
}

static void
update (Window *self)
{
  QdAssessed *assessed = qd_duties_get (qd_workspace_get_duties (self->workspace));
  GtkWidget *focus = gtk_widget_get_focus_child (self->list);
  int at = focus != NULL ? gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (focus)) : -1;
  GtkListBoxRow *row;
  guint n = 0;

  while ((row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), GTK_WIDGET (row));
  g_clear_pointer (&self->assessed, qd_assessed_unref);
  if (assessed != NULL)
    self->assessed = qd_assessed_ref (assessed);
  for (guint i = 0; assessed != NULL && i < assessed->assessment->marks->len; i++)
    {
      const QdDutyMark *mark = assessed->assessment->marks->pdata[i];
      if (self->rule != NULL && !g_str_equal (mark->rule, self->rule))
        continue;
      add_mark (self, mark);
      n++;
    }
  if (at >= 0 && n > 0)
    gtk_widget_child_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), MIN (at, (int) n - 1))), GTK_DIR_TAB_FORWARD);
  gtk_widget_set_visible (self->list, n > 0);
  gtk_widget_set_visible (self->empty, n == 0);
}

GtkWidget *
qd_duty_marks_show (GtkWindow *parent, QdWorkspace *workspace, const char *rule)
{
  Window *self = g_new0 (Window, 1);
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *overlay = adw_toast_overlay_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->workspace = g_object_ref (workspace);
  self->rule = rule != NULL && *rule != '\0' ? g_strdup (rule) : NULL;
  self->window = adw_window_new ();
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  qd_name (self->list, _ ("Marked as done"));
  self->empty = qd_label_new (_ ("Nothing is marked as done."), "qd-secondary");
  g_object_set_data_full (G_OBJECT (self->window), "marks", self, window_free);
  gtk_window_set_title (GTK_WINDOW (self->window), _ ("Marked as done"));
  gtk_window_set_transient_for (GTK_WINDOW (self->window), parent);
  gtk_window_set_modal (GTK_WINDOW (self->window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 620, 460);
  qd_close_on_escape (self->window);
  /* The commands of the main window: win.mark-again. */
  if (G_IS_ACTION_GROUP (parent))
    gtk_widget_insert_action_group (self->window, "win", G_ACTION_GROUP (parent));
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 18);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_box_append (GTK_BOX (box), self->empty);
  gtk_box_append (GTK_BOX (box), self->list);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (outer), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (outer), scroller);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (overlay), outer);
  adw_window_set_content (ADW_WINDOW (self->window), overlay);
  g_signal_connect_swapped (qd_workspace_get_duties (workspace), "changed", G_CALLBACK (update), self);
  update (self);
  gtk_window_present (GTK_WINDOW (self->window));
  gtk_widget_child_focus (scroller, GTK_DIR_TAB_FORWARD); /* else keys go nowhere at first */
  return self->window;
}
