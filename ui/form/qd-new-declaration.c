/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-new-declaration"
#include "config.h"
#include "qd-new-declaration.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>
#include "qd-bar.h"
#include "qd-header.h"
#include "qd-look.h"

typedef struct
{
  GtkWidget *window;      /* (not owned): owns this */
  GtkWindow *parent;      /* (not owned): the window is modal for it */
  QdWorkspace *workspace; /* (owned) */
  GStrv form_ids;         /* (owned) */
  GtkWidget *form;
  GtkWidget *period;
  GtkWidget *site;
  GtkWidget *bar;
} Dialog;

static void
dialog_free (gpointer data)
{
  Dialog *self = data;

  g_object_unref (self->workspace);
  g_strfreev (self->form_ids);
  g_free (self);
}

char *
qd_new_declaration_dup_period (QdForm *form, GDateTime *today)
{
  const char *kind = qd_form_get_info (form, "period");
  int year = g_date_time_get_year (today);
  int month = g_date_time_get_month (today);

  if (g_strcmp0 (kind, "month") == 0)
    return month > 1 ? g_strdup_printf ("%04d-%02d", year, month - 1) : g_strdup_printf ("%04d-12", year - 1);
  if (g_strcmp0 (kind, "quarter") == 0)
    return month > 3 ? g_strdup_printf ("%04dQ%d", year, (month - 1) / 3) : g_strdup_printf ("%04dQ4", year - 1);
  if (g_strcmp0 (kind, "year") == 0)
    return g_strdup_printf ("%04d", year - 1);
  return g_date_time_format (today, "%Y-%m-%d");
}

static gboolean
is_period (const char *text)
{
  return g_regex_match_simple ("^[0-9]{4}(Q[1-4]|-(0[1-9]|1[0-2])(-[0-3][0-9])?)?$", text, 0, 0);
}

static QdForm *
chosen_form (Dialog *self)
{
  guint i = adw_combo_row_get_selected (ADW_COMBO_ROW (self->form));

  return i < g_strv_length (self->form_ids) ? qd_workspace_get_form (self->workspace, self->form_ids[i]) : NULL;
}

static void
form_changed_cb (Dialog *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  QdForm *form = chosen_form (self);
  g_autofree char *period = form != NULL ? qd_new_declaration_dup_period (form, now) : NULL;

  if (period != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->period), period);
}

static void
create_cb (Dialog *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDraft) draft = NULL;
  QdForm *form = chosen_form (self);
  g_autofree char *period = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->period))));
  g_autofree char *site = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->site))));

  if (form == NULL)
    return;
  if (!is_period (period))
    {
      qd_bar_show (QD_BAR (self->bar), "error", _ ("Write the period as 2026, 2026Q3, 2026-11 or 2026-11-24."), NULL, NULL);
      gtk_widget_grab_focus (self->period);
      return;
    }
  draft = qd_draft_create (qd_workspace_get_store (self->workspace), qd_workspace_get_pack (self->workspace), qd_form_get_id (form), period, *site != '\0' ? site : NULL, qd_look_get_language (), &error);
  if (draft == NULL)
    {
      qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
      return;
    }
  qd_workspace_touch (self->workspace);
  gtk_widget_activate_action (GTK_WIDGET (self->parent), "win.open-declaration", "x", qd_draft_get_id (draft));
  gtk_window_close (GTK_WINDOW (self->window));
}

static GtkWidget *
build_header (Dialog *self)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_label (_ ("Cancel"));
  GtkWidget *create = gtk_button_new_with_label (C_ ("declaration", "Create"));

  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), adw_window_title_new (_ ("New declaration"), ""));
  gtk_widget_add_css_class (create, "suggested-action");
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_close), self->window);
  g_signal_connect_swapped (create, "clicked", G_CALLBACK (create_cb), self);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), create);
  gtk_window_set_default_widget (GTK_WINDOW (self->window), create);
  return header;
}

static GtkWidget *
build_group (Dialog *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  g_autofree char *site = qd_workspace_dup_site (self->workspace);

  for (guint i = 0; self->form_ids[i] != NULL; i++)
    gtk_string_list_append (titles, qd_form_get_title (qd_workspace_get_form (self->workspace, self->form_ids[i]), qd_look_get_language ()));
  self->form = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->form), C_ ("column heading", "Form"));
  adw_combo_row_set_model (ADW_COMBO_ROW (self->form), G_LIST_MODEL (titles));
  qd_name (self->form, C_ ("column heading", "Form"));
  self->period = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->period), _ ("Period: 2026, 2026Q3, 2026-11 or the date of the event"));
  self->site = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->site), C_ ("column heading", "Site"));
  gtk_editable_set_text (GTK_EDITABLE (self->site), site);
  g_signal_connect_swapped (self->form, "notify::selected", G_CALLBACK (form_changed_cb), self);
  g_signal_connect_swapped (self->period, "entry-activated", G_CALLBACK (create_cb), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->form);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->period);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), self->site);
  return group;
}

void
qd_new_declaration_show (GtkWindow *parent, QdWorkspace *workspace)
{
  Dialog *self = g_new0 (Dialog, 1);
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->window = adw_window_new ();
  self->parent = parent;
  self->workspace = g_object_ref (workspace);
  self->form_ids = qd_workspace_dup_declaration_forms (workspace);
  g_object_set_data_full (G_OBJECT (self->window), "dialog", self, dialog_free);
  gtk_window_set_title (GTK_WINDOW (self->window), _ ("New declaration"));
  gtk_window_set_transient_for (GTK_WINDOW (self->window), parent);
  gtk_window_set_modal (GTK_WINDOW (self->window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 560, -1);
  gtk_widget_set_margin_top (box, 18);
  gtk_widget_set_margin_bottom (box, 24);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  self->bar = qd_bar_new ();
  gtk_box_append (GTK_BOX (box), self->bar);
  gtk_box_append (GTK_BOX (box), build_group (self));
  gtk_box_append (GTK_BOX (outer), build_header (self));
  gtk_box_append (GTK_BOX (outer), box);
  adw_window_set_content (ADW_WINDOW (self->window), outer);
  form_changed_cb (self);
  gtk_window_present (GTK_WINDOW (self->window));
}
