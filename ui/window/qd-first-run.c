/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-first-run"
#include "config.h"
#include "qd-first-run.h"

#include <glib/gi18n.h>
#include "qd-bar.h"
#include "qd-header.h"
#include "qd-look.h"
#include "qd-page.h"

struct _QdFirstRun
{
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkBox *header_place;
  GtkWidget *header;
  QdBar *bar;
  GtkListBox *list;
  GtkLabel *pack_label;
};

static void
page_iface_init (QdPageInterface *iface)
{
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdFirstRun, qd_first_run, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

static void
add_choice (QdFirstRun *self, const char *icon, const char *title, const char *detail, const char *button, const char *action, gboolean suggested)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *image = qd_icon_new (icon, "qd-card-icon");
  GtkWidget *push = gtk_button_new_with_label (button);
  g_autofree char *name = g_strdup_printf ("%s %s", button, title);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), detail);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_set_valign (image, GTK_ALIGN_CENTER);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
  gtk_widget_add_css_class (row, "qd-choice-row");
  gtk_widget_set_valign (push, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (push), action);
  if (suggested)
    gtk_widget_add_css_class (push, "suggested-action");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), push);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), push);
  qd_name (push, name); /* last: libadwaita 1.7 names the widget after the row alone */
  gtk_list_box_append (self->list, row);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  QdFirstRun *self = user_data;
  GSList *files;
  g_autofree char *path = NULL;

  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return FALSE;
  files = gdk_file_list_get_files (g_value_get_boxed (value));
  path = files != NULL ? g_file_get_path (files->data) : NULL;
  g_slist_free (files);
  if (path == NULL || !g_str_has_suffix (path, ".qingdan"))
    {
      qd_first_run_show_problem (self, _ ("This is not a workspace; drop a file that ends in .qingdan."), NULL);
      return FALSE;
    }
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-file", "s", path);
  return TRUE;
}

static void
qd_first_run_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), QD_TYPE_FIRST_RUN);
  G_OBJECT_CLASS (qd_first_run_parent_class)->dispose (object);
}

static void
qd_first_run_class_init (QdFirstRunClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_first_run_dispose;
  g_type_ensure (QD_TYPE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/qingdan/Qingdan/ui/qd-first-run.ui");
  gtk_widget_class_bind_template_child (widget_class, QdFirstRun, box);
  gtk_widget_class_bind_template_child (widget_class, QdFirstRun, header_place);
  gtk_widget_class_bind_template_child (widget_class, QdFirstRun, bar);
  gtk_widget_class_bind_template_child (widget_class, QdFirstRun, list);
  gtk_widget_class_bind_template_child (widget_class, QdFirstRun, pack_label);
}

static void
qd_first_run_init (QdFirstRun *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  self->header = qd_header_new (QD_HEADER_PLAIN, _ ("Qingdan"), NULL);
  gtk_widget_set_hexpand (self->header, TRUE);
  gtk_box_append (self->header_place, self->header);
  add_choice (self, "qd-plus-symbolic", _ ("New workspace"), _ ("Answer a dozen questions; the list of duties takes about 10 minutes"), _ ("New…"), "win.new", TRUE);
  add_choice (self, "qd-folder-symbolic", _ ("Open workspace"), _ ("A .qingdan file on disk or a USB stick; dropping it here works too"), _ ("Open…"), "win.open", FALSE);
  add_choice (self, "qd-demo-symbolic", _ ("Try the demo"), _ ("All data of an invented antibiotics plant; change what you like"), _ ("Open demo"), "win.demo", FALSE);
  add_choice (self, "qd-people-symbolic", _ ("Many enterprises"), _ ("For consultants: what is due, returned and unsigned in all workspaces you look after"), _ ("Show all"), "win.cockpit", FALSE);
  qd_name (self->list, _ ("How to begin"));
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

GtkWidget *
qd_first_run_new (void)
{
  return g_object_new (QD_TYPE_FIRST_RUN, NULL);
}

void
qd_first_run_show_problem (QdFirstRun *self, const char *text, const char *missing)
{
  g_autofree char *action = NULL;

  if (missing != NULL)
    {
      g_autoptr (GVariant) target = g_variant_ref_sink (g_variant_new_string (missing));
      action = g_action_print_detailed_name ("win.open-file", target);
    }
  qd_bar_show (self->bar, "warning", text, missing != NULL ? _ ("Try again") : NULL, action);
}

void
qd_first_run_set_pack (QdFirstRun *self, const char *text)
{
  gtk_label_set_text (self->pack_label, text);
}
