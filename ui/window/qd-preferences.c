/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-preferences"
#include "config.h"
#include "qd-preferences.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include "qd-look.h"
#include "qd-receiver-row.h"
#include "qd-recent.h"
#include "qd-reminder.h"
#include "qd-targets.h"

typedef struct
{
  GtkWidget *window;      /* (not owned): owns this */
  QdWorkspace *workspace; /* (owned) (nullable) */
  GtkWidget *group;
  GPtrArray *rows; /* (element-type QdReceiverRow) */
} Preferences;

static void
preferences_free (gpointer data)
{
  Preferences *self = data;

  g_clear_object (&self->workspace);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

static void
show_problem (Preferences *self, const char *message)
{
  g_autofree char *escaped = g_markup_escape_text (message, -1);

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self->window), adw_toast_new (escaped));
}

static void
save (Preferences *self)
{
  g_autoptr (GPtrArray) receivers = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_receiver_free);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    {
      QdReceiverRow *row = g_ptr_array_index (self->rows, i);

      g_ptr_array_add (receivers, qd_receiver_new (qd_receiver_row_get_name (row), qd_receiver_row_get_address (row)));
    }
  if (!qd_targets_save (qd_workspace_get_store (self->workspace), receivers, &error))
    show_problem (self, error->message);
}

static void
remove_cb (Preferences *self, GtkWidget *row)
{
  g_ptr_array_remove (self->rows, row);
  adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->group), row);
  save (self);
}

static void
add_receiver (Preferences *self, const char *name, const char *address)
{
  GtkWidget *row = qd_receiver_row_new (qd_workspace_get_store (self->workspace), name, address);

  g_signal_connect_swapped (row, "changed", G_CALLBACK (save), self);
  g_signal_connect_swapped (row, "removed", G_CALLBACK (remove_cb), self);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->group), row);
  g_ptr_array_add (self->rows, row);
}

static void
add_cb (Preferences *self)
{
  add_receiver (self, "", "");
}

/* What still stands in an entry is taken. */
static gboolean
close_cb (Preferences *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    qd_receiver_row_commit (g_ptr_array_index (self->rows, i));
  return FALSE;
}

static GtkWidget *
build_receivers (Preferences *self)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *add = gtk_button_new_with_label (_ ("Add"));

  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (page), _ ("Receivers"));
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (page), "qd-plane-symbolic");
  self->group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self->group), _ ("Receivers"));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self->group), _ ("The first one gets every sealed package; others can be chosen in the outbox."));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (self->group));
  if (self->workspace == NULL)
    {
      gtk_widget_set_sensitive (self->group, FALSE);
      adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self->group), _ ("Open a workspace first: each has its own receivers."));
      return page;
    }
  qd_name (add, _ ("Add a receiver"));
  g_signal_connect_swapped (add, "clicked", G_CALLBACK (add_cb), self);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (self->group), add);
  {
    g_autoptr (GPtrArray) receivers = qd_targets_list (qd_workspace_get_store (self->workspace));
    for (guint i = 0; i < receivers->len; i++)
      {
        const QdReceiver *receiver = g_ptr_array_index (receivers, i);
        add_receiver (self, receiver->name, receiver->address);
      }
  }
  gtk_widget_set_sensitive (self->group, !qd_workspace_is_read_only (self->workspace));
  return page;
}

static void
scheme_cb (AdwComboRow *row)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT, ADW_COLOR_SCHEME_FORCE_DARK };
  static const char *const words[] = { "default", "light", "dark" };
  guint i = adw_combo_row_get_selected (row);

  if (i >= G_N_ELEMENTS (schemes))
    return;
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), schemes[i]);
  qd_recent_set_value ("appearance", words[i]);
}

static void
reminders_cb (GtkSwitch *toggle)
{
  qd_recent_set_value (QD_REMINDER_KEY, gtk_switch_get_active (toggle) ? "1" : NULL);
}

static GtkWidget *
build_reminders (void)
{
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *toggle = gtk_switch_new ();
  g_autofree char *value = qd_recent_dup_value (QD_REMINDER_KEY);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Remind me of what is due"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("A notification of the desktop, once for each deadline, a week before"));
  gtk_switch_set_active (GTK_SWITCH (toggle), g_strcmp0 (value, "1") == 0);
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  qd_name (toggle, _ ("Remind me of what is due"));
  g_signal_connect (toggle, "notify::active", G_CALLBACK (reminders_cb), NULL);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Reminders"));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return group;
}

static GtkWidget *
build_appearance (void)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *row = adw_combo_row_new ();
  const char *choices[] = { _ ("As the desktop"), _ ("Light"), _ ("Dark"), NULL };
  g_autoptr (GtkStringList) model = gtk_string_list_new (choices);
  AdwColorScheme scheme = adw_style_manager_get_color_scheme (adw_style_manager_get_default ());

  adw_preferences_page_set_title (ADW_PREFERENCES_PAGE (page), _ ("General"));
  adw_preferences_page_set_icon_name (ADW_PREFERENCES_PAGE (page), "qd-settings-symbolic");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Colours"));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), scheme == ADW_COLOR_SCHEME_FORCE_DARK ? 2 : scheme == ADW_COLOR_SCHEME_FORCE_LIGHT ? 1
                                                                                                                                      : 0);
  g_signal_connect (row, "notify::selected", G_CALLBACK (scheme_cb), NULL);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (build_reminders ()));
  return page;
}

void
qd_preferences_show (GtkWindow *parent, QdWorkspace *workspace)
{
  Preferences *self = g_new0 (Preferences, 1);

  self->window = adw_preferences_window_new ();
  self->workspace = workspace != NULL ? g_object_ref (workspace) : NULL;
  self->rows = g_ptr_array_new ();
  g_object_set_data_full (G_OBJECT (self->window), "preferences", self, preferences_free);
  gtk_window_set_transient_for (GTK_WINDOW (self->window), parent);
  gtk_window_set_modal (GTK_WINDOW (self->window), TRUE);
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (self->window), FALSE);
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (self->window), ADW_PREFERENCES_PAGE (build_receivers (self)));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (self->window), ADW_PREFERENCES_PAGE (build_appearance ()));
  g_signal_connect_swapped (self->window, "close-request", G_CALLBACK (close_cb), self);
  gtk_window_present (GTK_WINDOW (self->window));
}
