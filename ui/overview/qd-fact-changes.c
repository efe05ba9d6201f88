/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-fact-changes"
#include "config.h"
#include "qd-fact-changes.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include "qd-header.h"
#include "qd-look.h"

static void
look_cb (GtkWidget *button, gpointer user_data)
{
  QdWorkspace *workspace = user_data;
  gint64 *id = g_object_get_data (G_OBJECT (button), "declaration");
  GtkRoot *root = gtk_widget_get_root (button);

  qd_fact_changes_show (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, workspace, *id);
}

static void
add_draft (GtkWidget *rows, QdWorkspace *workspace, const QdTouchedDraft *touched)
{
  g_autoptr (QdDeclaration) record = qd_store_get_declaration (qd_workspace_get_store (workspace), touched->declaration, NULL);
  QdForm *form = record != NULL ? qd_workspace_get_form (workspace, record->form_id) : NULL;
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *look = gtk_button_new_with_label (C_ ("verb", "Look"));
  g_autofree char *period = NULL;
  g_autofree char *count = g_strdup_printf (ngettext ("%u field took over another value", "%u fields took over other values", touched->changes->len), touched->changes->len);
  g_autofree char *detail = NULL;
  g_autofree char *name = NULL;

  if (form == NULL)
    return;
  period = qd_look_period (record->period);
  detail = g_strdup_printf ("%s · %s", period, count);
  gtk_box_append (GTK_BOX (texts), qd_label_new (qd_form_get_title (form, qd_look_get_language ()), "qd-strong"));
  gtk_box_append (GTK_BOX (texts), qd_label_new (detail, "qd-dense"));
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (look, GTK_ALIGN_CENTER);
  name = g_strdup_printf (_ ("%s, %s"), C_ ("verb", "Look"), qd_form_get_title (form, qd_look_get_language ()));
  qd_name (look, name);
  g_object_set_data_full (G_OBJECT (look), "declaration", g_memdup2 (&touched->declaration, sizeof (gint64)), g_free);
  g_signal_connect (look, "clicked", G_CALLBACK (look_cb), workspace);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), look);
  gtk_box_append (GTK_BOX (rows), row);
}

void
qd_fact_changes_list_refresh (GtkWidget *list, QdWorkspace *workspace, QdAssessed *assessed)
{
  GtkWidget *rows = gtk_widget_get_last_child (list);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (rows)) != NULL)
    gtk_box_remove (GTK_BOX (rows), child);
  for (guint i = 0; i < assessed->touched->len; i++)
    add_draft (rows, workspace, g_ptr_array_index (assessed->touched, i));
  gtk_widget_set_visible (list, assessed->touched->len > 0);
}

GtkWidget *
qd_fact_changes_list_new (void)
{
  GtkWidget *widget = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *head = qd_label_new (_ ("Drafts that took over other values"), "heading");

  gtk_widget_set_margin_top (head, 9);
  gtk_box_append (GTK_BOX (widget), head);
  gtk_box_append (GTK_BOX (widget), gtk_box_new (GTK_ORIENTATION_VERTICAL, 9));
  gtk_widget_set_visible (widget, FALSE);
  return widget;
}

/* One draft */

typedef struct
{
  GtkWidget *window; /* (not owned): owns this */
  QdDraft *draft;    /* (owned) */
  GtkWidget *group;
  GtkWidget *status;
  GPtrArray *changes; /* (owned) */
} Window;

static void
window_free (gpointer data)
{
  Window *self = data;

  g_object_unref (self->draft);
  g_ptr_array_unref (self->changes);
  g_free (self);
}

static gboolean
take_over (Window *self, const QdFactChange *change)
{
  QdInstance *instance = qd_draft_get_instance (self->draft);
  QdNodeId node = qd_instance_find (instance, change->path);
  g_autoptr (GError) error = NULL;

  if (node != 0 && qd_instance_set_value (instance, node, change->now, &error))
    return TRUE;
  if (error != NULL)
    gtk_label_set_text (GTK_LABEL (self->status), error->message);
  return FALSE;
}

/* What was said of a fact can be said otherwise while the window stands. */
static void
decide (GtkWidget *button)
{
  GtkWidget *other = g_object_get_data (G_OBJECT (button), "other");

  gtk_widget_set_sensitive (other, TRUE);
  gtk_widget_grab_focus (other);
  gtk_widget_set_sensitive (button, FALSE);
}

static void
take_one_cb (GtkWidget *button, Window *self)
{
  const QdFactChange *change = g_object_get_data (G_OBJECT (button), "change");

  qd_draft_begin_step (self->draft, "carried");
  if (take_over (self, change))
    decide (button);
  qd_draft_end_step (self->draft);
}

static gboolean
keep (Window *self, const QdFactChange *change)
{
  QdInstance *instance = qd_draft_get_instance (self->draft);
  QdNodeId node = qd_instance_find (instance, change->path);
  g_autoptr (GError) error = NULL;

  /* Taken over a moment ago: back to what it was, as an edit of its own. */
  if (node != 0 && g_str_equal (qd_instance_get_value (instance, node), change->now) && !qd_instance_set_value (instance, node, change->mine, &error))
    {
      gtk_label_set_text (GTK_LABEL (self->status), error->message);
      return FALSE;
    }
  if (qd_store_keep_fact (qd_draft_get_store (self->draft), qd_draft_get_id (self->draft), change->path, change->now, &error))
    return TRUE;
  gtk_label_set_text (GTK_LABEL (self->status), error->message);
  return FALSE;
}

static void
keep_one_cb (GtkWidget *button, Window *self)
{
  if (keep (self, g_object_get_data (G_OBJECT (button), "change")))
    decide (button);
}

static void
keep_all_cb (GtkWidget *button, Window *self)
{
  gboolean ok = TRUE;

  for (guint i = 0; i < self->changes->len; i++)
    ok = keep (self, g_ptr_array_index (self->changes, i)) && ok;
  if (ok)
    gtk_window_close (GTK_WINDOW (self->window));
}

static void
take_all_cb (GtkWidget *button, Window *self)
{
  gboolean ok = TRUE;

  qd_draft_begin_step (self->draft, "carried");
  for (guint i = 0; i < self->changes->len; i++)
    ok = take_over (self, g_ptr_array_index (self->changes, i)) && ok; /* one step to undo */
  qd_draft_end_step (self->draft);
  if (ok)
    gtk_window_close (GTK_WINDOW (self->window));
}

static void
add_change (Window *self, QdFactChange *change)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *take = gtk_button_new_with_label (_ ("Take over"));
  GtkWidget *own = gtk_button_new_with_label (_ ("Keep mine"));
  const char *empty = _ ("(empty)");
  const char *mine = *change->mine != '\0' ? change->mine : empty;
  const char *now = *change->now != '\0' ? change->now : empty;
  g_autofree char *subtitle = g_str_equal (change->mine, change->before) ? g_strdup_printf (_ ("%s → now %s"), mine, now) : g_strdup_printf (_ ("yours: %s; now %s"), mine, now);
  g_autofree char *name = g_strdup_printf (_ ("Take over: %s"), change->label);
  g_autofree char *own_name = g_strdup_printf (_ ("Keep mine: %s"), change->label);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), change->label);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (take, GTK_ALIGN_CENTER);
  qd_name (take, name);
  gtk_widget_set_valign (own, GTK_ALIGN_CENTER);
  qd_name (own, own_name);
  g_object_set_data (G_OBJECT (take), "change", change);
  g_object_set_data (G_OBJECT (take), "other", own);
  g_signal_connect (take, "clicked", G_CALLBACK (take_one_cb), self);
  g_object_set_data (G_OBJECT (own), "change", change);
  g_object_set_data (G_OBJECT (own), "other", take);
  g_signal_connect (own, "clicked", G_CALLBACK (keep_one_cb), self);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), own);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), take);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
}

GtkWidget *
qd_fact_changes_show (GtkWindow *parent, QdWorkspace *workspace, gint64 declaration)
{
  g_autoptr (GError) error = NULL;
  QdAssessed *assessed = qd_duties_get (qd_workspace_get_duties (workspace));
  GPtrArray *changes = assessed != NULL ? qd_assessed_find_changes (assessed, declaration) : NULL;
  QdDraft *draft = changes != NULL ? qd_workspace_open_draft (workspace, declaration, &error) : NULL;
  Window *self;
  GtkWidget *outer, *page, *header, *all, *none, *group;

  if (draft == NULL)
    {
      if (error != NULL)
        g_message ("%s", error->message);
      return NULL;
    }
  outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  page = adw_preferences_page_new ();
  header = adw_header_bar_new ();
  all = gtk_button_new_with_label (_ ("Take all over"));
  none = gtk_button_new_with_label (_ ("Keep all of mine"));
  group = adw_preferences_group_new ();
  self = g_new0 (Window, 1);
  self->draft = draft;
  self->changes = g_ptr_array_ref (changes);
  self->window = adw_window_new ();
  self->group = adw_preferences_group_new ();
  self->status = qd_label_new (_ ("The facts below have changed since the draft was made. Nothing is taken over by itself. What you keep is not asked again until the fact changes again."), NULL);
  g_object_set_data_full (G_OBJECT (self->window), "window", self, window_free);
  gtk_window_set_title (GTK_WINDOW (self->window), _ ("Changed facts"));
  gtk_window_set_transient_for (GTK_WINDOW (self->window), parent);
  gtk_window_set_modal (GTK_WINDOW (self->window), TRUE);
  qd_close_on_escape (self->window);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 560, 480);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->status);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (self->group));
  gtk_widget_set_vexpand (page, TRUE);
  gtk_widget_add_css_class (all, "suggested-action");
  g_signal_connect (all, "clicked", G_CALLBACK (take_all_cb), self);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), all);
  g_signal_connect (none, "clicked", G_CALLBACK (keep_all_cb), self);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), none);
  gtk_box_append (GTK_BOX (outer), header);
  gtk_box_append (GTK_BOX (outer), page);
  adw_window_set_content (ADW_WINDOW (self->window), outer);
  for (guint i = 0; i < changes->len; i++)
    add_change (self, g_ptr_array_index (changes, i));
  gtk_window_present (GTK_WINDOW (self->window));
  return self->window;
}
