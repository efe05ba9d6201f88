/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-cockpit-shell"
#include "config.h"
#include "qd-cockpit-shell.h"

#include <glib/gi18n.h>
#include "qd-ask.h"
#include "qd-bar.h"
#include "qd-board-page.h"
#include "qd-check-page.h"
#include "qd-enterprises-page.h"
#include "qd-file-dialog.h"
#include "qd-header.h"
#include "qd-lines-page.h"
#include "qd-look.h"
#include "qd-recent.h"

struct _QdCockpitShell
{
  GtkWidget parent_instance;
  QdCockpit *cockpit; /* (owned) */
  QdCheckRun *run;    /* (owned) */
  char *person_path;  /* (owned) (nullable): whose person is being asked for */

  AdwLeaflet *leaflet;
  GtkWidget *content;
  GtkMenuButton *workspace_button;
  GMenuModel *workspace_menu;
  GtkLabel *count_label;
  GtkListBox *list;
  GtkWidget *recent_title;
  GtkListBox *recent;
  GtkImage *network_icon;
  GtkLabel *network_label;
  QdBar *bar;
  GtkStack *pages;
};

G_DEFINE_FINAL_TYPE (QdCockpitShell, qd_cockpit_shell, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_PAGE_CHANGED,
  SIGNAL_OPEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const struct
{
  const char *name;
  const char *icon;
  const char *title;
} entries[] = {
  { "board", "qd-board-symbolic", NC_ ("page", "Board") },
  { "enterprises", "qd-factory-symbolic", NC_ ("page", "Enterprises") },
  { "calendar", "qd-calendar-symbolic", NC_ ("page", "Calendar") },
  { "deliveries", "qd-plane-symbolic", NC_ ("page", "Outbox") },
  { "packs", "qd-package-symbolic", NC_ ("page", "Packs") },
  { "check", "qd-check-symbolic", NC_ ("page", "Check") },
};

static GtkWidget *
make_page (QdCockpitShell *self, const char *name)
{
  if (g_str_equal (name, "board"))
    return qd_board_page_new (self->cockpit);
  if (g_str_equal (name, "enterprises"))
    return qd_enterprises_page_new (self->cockpit);
  if (g_str_equal (name, "calendar"))
    return qd_lines_page_new (self->cockpit, QD_LINES_CALENDAR);
  if (g_str_equal (name, "deliveries"))
    return qd_lines_page_new (self->cockpit, QD_LINES_DELIVERIES);
  if (g_str_equal (name, "packs"))
    return qd_lines_page_new (self->cockpit, QD_LINES_PACKS);
  return qd_check_page_new (self->cockpit, self->run);
}

static void
folded_cb (QdCockpitShell *self)
{
  gboolean folded = adw_leaflet_get_folded (self->leaflet);

  for (GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (self->pages)); page != NULL; page = gtk_widget_get_next_sibling (page))
    qd_header_set_folded (qd_page_get_header (QD_PAGE (page)), folded);
}

static void
show_page (QdCockpitShell *self, guint i)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->pages, entries[i].name);
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int) i);

  if (page == NULL)
    {
      page = make_page (self, entries[i].name);
      gtk_stack_add_named (self->pages, page, entries[i].name);
      folded_cb (self);
    }
  /* Selecting a row shows its page, which is this one: the second time round there is nothing to do. */
  if (gtk_list_box_get_selected_row (self->list) != row)
    {
      gtk_list_box_select_row (self->list, row);
      return;
    }
  gtk_stack_set_visible_child (self->pages, page);
  qd_page_shown (QD_PAGE (page));
  g_signal_emit (self, signals[SIGNAL_PAGE_CHANGED], 0);
}

void
qd_cockpit_shell_show_nth_page (QdCockpitShell *self, guint n)
{
  if (n >= G_N_ELEMENTS (entries))
    return;
  show_page (self, n);
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}

void
qd_cockpit_shell_show_page (QdCockpitShell *self, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (g_str_equal (entries[i].name, name))
      qd_cockpit_shell_show_nth_page (self, i);
}

QdPage *
qd_cockpit_shell_get_page (QdCockpitShell *self)
{
  GtkWidget *page = gtk_stack_get_visible_child (self->pages);

  return page != NULL ? QD_PAGE (page) : NULL;
}

static void
row_selected_cb (QdCockpitShell *self, GtkListBoxRow *row)
{
  if (row != NULL)
    show_page (self, (guint) gtk_list_box_row_get_index (row));
}

static void
row_activated_cb (QdCockpitShell *self, GtkListBoxRow *row)
{
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}

/* The sidebar */

static GtkWidget *
build_sidebar_row (const char *icon, const char *css, const char *title, GtkWidget **count_out)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (title);
  GtkWidget *count = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (count, "qd-dense");
  gtk_widget_add_css_class (count, "qd-figure");
  gtk_box_append (GTK_BOX (box), qd_icon_new (icon, css));
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), count);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  *count_out = count;
  return row;
}

static void
set_count (QdCockpitShell *self, guint entry, guint n)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int) entry);
  const char *title = g_dpgettext2 (NULL, "page", entries[entry].title);
  g_autofree char *text = n > 0 ? g_strdup_printf ("%u", n) : g_strdup ("");
  g_autofree char *label = n > 0 ? g_strdup_printf ("%s, %u", title, n) : g_strdup (title);

  gtk_label_set_text (g_object_get_data (G_OBJECT (row), "count"), text);
  qd_name (row, label);
}

static void
add_recent (QdCockpitShell *self, QdEnterprise *enterprise)
{
  g_auto (QdMark) mark = { 0 };
  g_autofree char *label = NULL;
  GtkWidget *count;
  GtkWidget *row;

  qd_enterprise_get_mark (enterprise, &mark);
  row = build_sidebar_row (qd_enterprise_is_held (enterprise) ? "qd-lock-symbolic" : mark.icon, mark.css, qd_enterprise_get_name (enterprise), &count);
  if (mark.count > 0)
    {
      g_autofree char *text = g_strdup_printf ("%u", mark.count);
      gtk_label_set_text (GTK_LABEL (count), text);
      gtk_widget_add_css_class (count, "qd-strong");
      qd_look_set_css (count, mark.css);
    }
  /* Translators: enterprise, its worst mark */
  label = g_strdup_printf (C_ ("cockpit", "%s, %s"), qd_enterprise_get_name (enterprise), mark.words);
  qd_name (row, label);
  gtk_widget_set_tooltip_text (row, label);
  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (qd_enterprise_get_path (enterprise)), g_free);
  gtk_list_box_append (self->recent, row);
}

static void
recent_activated_cb (QdCockpitShell *self, GtkListBoxRow *row)
{
  g_signal_emit (self, signals[SIGNAL_OPEN], 0, g_object_get_data (G_OBJECT (row), "path"), (gint64) 0);
}

static void
fill_recent (QdCockpitShell *self)
{
  g_auto (GStrv) recent = qd_recent_dup_list ();
  GListModel *enterprises = qd_cockpit_get_enterprises (self->cockpit);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->recent, 0)) != NULL)
    gtk_list_box_remove (self->recent, GTK_WIDGET (row));
  for (guint n = 0; recent[n] != NULL; n++)
    for (guint i = 0; i < g_list_model_get_n_items (enterprises); i++)
      {
        g_autoptr (QdEnterprise) enterprise = g_list_model_get_item (enterprises, i);
        if (g_str_equal (qd_enterprise_get_path (enterprise), recent[n]))
          add_recent (self, enterprise);
      }
  gtk_widget_set_visible (self->recent_title, gtk_list_box_get_row_at_index (self->recent, 0) != NULL);
}

/* Packages that are neither accepted nor returned, as the board has them. */
static guint
count_under_way (QdCockpitShell *self)
{
  GListModel *enterprises = qd_cockpit_get_enterprises (self->cockpit);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (enterprises); i++)
    {
      g_autoptr (QdEnterprise) enterprise = g_list_model_get_item (enterprises, i);
      n += qd_enterprise_count (enterprise, QD_BOARD_WAITING, G_MININT, G_MAXINT);
    }
  return n;
}

static void
cockpit_changed_cb (QdCockpitShell *self)
{
  guint n = g_list_model_get_n_items (qd_cockpit_get_enterprises (self->cockpit));
  g_autofree char *text = g_strdup_printf (ngettext ("%u workspace", "%u workspaces", n), n);

  gtk_label_set_text (self->count_label, text);
  set_count (self, 1, n);
  set_count (self, 3, count_under_way (self));
  fill_recent (self);
}

static void
network_cb (QdCockpitShell *self, gboolean available)
{
  gtk_image_set_from_icon_name (self->network_icon, available ? "qd-online-symbolic" : "qd-offline-symbolic");
  gtk_label_set_text (self->network_label, available ? _ ("Online") : _ ("Offline; filling and sealing still work"));
}

/* Actions */

static void
show_sidebar (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_leaflet_navigate (QD_COCKPIT_SHELL (widget)->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
open_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  const char *path;
  gint64 declaration;

  g_variant_get (parameter, "(&sx)", &path, &declaration);
  g_signal_emit (widget, signals[SIGNAL_OPEN], 0, path, declaration);
}

static void
place_chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdCockpitShell) self = user_data;
  g_autofree char *path = qd_file_dialog_finish (result);

  if (path != NULL && self->cockpit != NULL)
    qd_cockpit_add (self->cockpit, path);
}

static void
add_file (GtkWidget *widget, const char *action, GVariant *parameter)
{
  qd_file_dialog_async (widget, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Add a Workspace"), _ ("Add"), _ ("Workspaces"), "*.qingdan", NULL, place_chosen_cb, g_object_ref (widget));
}

static void
add_folder (GtkWidget *widget, const char *action, GVariant *parameter)
{
  qd_file_dialog_async (widget, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("Add a Folder with Workspaces"), _ ("Add"), NULL, NULL, NULL, place_chosen_cb, g_object_ref (widget));
}

static void
retry (GtkWidget *widget, const char *action, GVariant *parameter)
{
  qd_cockpit_refresh_path (QD_COCKPIT_SHELL (widget)->cockpit, g_variant_get_string (parameter, NULL));
}

static void
remove_enterprise (GtkWidget *widget, const char *action, GVariant *parameter)
{
  qd_cockpit_remove (QD_COCKPIT_SHELL (widget)->cockpit, g_variant_get_string (parameter, NULL));
}

static void
refresh (GtkWidget *widget, const char *action, GVariant *parameter)
{
  qd_cockpit_refresh (QD_COCKPIT_SHELL (widget)->cockpit);
}

static void
person_asked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdCockpitShell) self = user_data;
  g_autofree char *person = qd_ask_text_finish (result);
  g_autofree char *path = g_steal_pointer (&self->person_path);

  if (person == NULL || path == NULL || self->cockpit == NULL)
    return;
  g_strstrip (person);
  qd_cockpit_set_person (self->cockpit, path, person);
}

static void
ask_person (GtkWidget *widget, const char *action, GVariant *parameter)
{
  QdCockpitShell *self = QD_COCKPIT_SHELL (widget);
  GListModel *enterprises = qd_cockpit_get_enterprises (self->cockpit);
  const char *path = g_variant_get_string (parameter, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (enterprises); i++)
    {
      g_autoptr (QdEnterprise) enterprise = g_list_model_get_item (enterprises, i);
      const QdSummary *summary = qd_enterprise_get_summary (enterprise);
      if (summary == NULL || !g_str_equal (qd_enterprise_get_path (enterprise), path))
        continue;
      g_free (self->person_path);
      self->person_path = g_strdup (path);
      qd_ask_text_async (widget, _ ("Who looks after it?"), qd_enterprise_get_name (enterprise), _ ("Responsible person"), *summary->person != '\0' ? summary->person : g_get_real_name (), _ ("Save"), person_asked_cb, g_object_ref (self));
      return;
    }
}

static void
check_all (GtkWidget *widget, const char *action, GVariant *parameter)
{
  QdCockpitShell *self = QD_COCKPIT_SHELL (widget);
  GListModel *enterprises = qd_cockpit_get_enterprises (self->cockpit);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) paths = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (enterprises); i++)
    {
      g_autoptr (QdEnterprise) enterprise = g_list_model_get_item (enterprises, i);
      if (qd_enterprise_count (enterprise, QD_BOARD_DRAFTS, G_MININT, G_MAXINT) > 0)
        g_strv_builder_add (builder, qd_enterprise_get_path (enterprise));
    }
  paths = g_strv_builder_end (builder);
  if (qd_cockpit_get_pack (self->cockpit) != NULL)
    qd_check_run_start (self->run, (const char *const *) paths, qd_cockpit_get_pack (self->cockpit), qd_look_get_language ());
}

static void
cancel_check (GtkWidget *widget, const char *action, GVariant *parameter)
{
  qd_check_run_cancel (QD_COCKPIT_SHELL (widget)->run);
}

static void
problem_cb (QdCockpitShell *self, const char *message)
{
  qd_bar_show (self->bar, "warning", message, _ ("Read all again"), "cockpit.refresh");
}

static void
qd_cockpit_shell_dispose (GObject *object)
{
  QdCockpitShell *self = QD_COCKPIT_SHELL (object);

  g_signal_handlers_disconnect_by_data (g_network_monitor_get_default (), self);
  if (self->run != NULL)
    {
      qd_check_run_cancel (self->run);
      g_signal_handlers_disconnect_by_data (self->run, self->cockpit);
    }
  if (self->cockpit != NULL)
    g_signal_handlers_disconnect_by_data (self->cockpit, self);
  gtk_widget_dispose_template (GTK_WIDGET (self), QD_TYPE_COCKPIT_SHELL);
  /* A thread that still reads may drop the last reference: its timers and monitors belong to this one. */
  if (self->cockpit != NULL)
    g_object_run_dispose (G_OBJECT (self->cockpit));
  g_clear_object (&self->run);
  g_clear_object (&self->cockpit);
  g_clear_pointer (&self->person_path, g_free);
  G_OBJECT_CLASS (qd_cockpit_shell_parent_class)->dispose (object);
}

static void
qd_cockpit_shell_class_init (QdCockpitShellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_cockpit_shell_dispose;
  signals[SIGNAL_PAGE_CHANGED] = g_signal_new ("page-changed", QD_TYPE_COCKPIT_SHELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_OPEN] = g_signal_new ("open", QD_TYPE_COCKPIT_SHELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_INT64);
  g_type_ensure (QD_TYPE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/qingdan/Qingdan/ui/qd-cockpit-shell.ui");
  gtk_widget_class_bind_template_child (widget_class, QdCockpitShell, leaflet);
  gtk_widget_class_bind_template_child (widget_class, QdCockpitShell, content);
  gtk_widget_class_bind_template_child (widget_class, QdCockpitShell, workspace_button);
  gtk_widget_class_bind_template_child (widget_class, QdCockpitShell, workspace_menu);
  gtk_widget_class_bind_template_child (widget_class, QdCockpitShell, count_label);
  gtk_widget_class_bind_template_child (widget_class, QdCockpitShell, list);
  gtk_widget_class_bind_template_child (widget_class, QdCockpitShell, recent_title);
  gtk_widget_class_bind_template_child (widget_class, QdCockpitShell, recent);
  gtk_widget_class_bind_template_child (widget_class, QdCockpitShell, network_icon);
  gtk_widget_class_bind_template_child (widget_class, QdCockpitShell, network_label);
  gtk_widget_class_bind_template_child (widget_class, QdCockpitShell, bar);
  gtk_widget_class_bind_template_child (widget_class, QdCockpitShell, pages);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, recent_activated_cb);
  gtk_widget_class_install_action (widget_class, "shell.sidebar", NULL, show_sidebar);
  gtk_widget_class_install_action (widget_class, "cockpit.open", "(sx)", open_action);
  gtk_widget_class_install_action (widget_class, "cockpit.add-file", NULL, add_file);
  gtk_widget_class_install_action (widget_class, "cockpit.add-folder", NULL, add_folder);
  gtk_widget_class_install_action (widget_class, "cockpit.retry", "s", retry);
  gtk_widget_class_install_action (widget_class, "cockpit.remove", "s", remove_enterprise);
  gtk_widget_class_install_action (widget_class, "cockpit.person", "s", ask_person);
  gtk_widget_class_install_action (widget_class, "cockpit.refresh", NULL, refresh);
  gtk_widget_class_install_action (widget_class, "cockpit.check-all", NULL, check_all);
  gtk_widget_class_install_action (widget_class, "cockpit.cancel-check", NULL, cancel_check);
}

static void
qd_cockpit_shell_init (QdCockpitShell *self)
{
  GNetworkMonitor *monitor = g_network_monitor_get_default ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->run = qd_check_run_new ();
  gtk_menu_button_set_menu_model (self->workspace_button, self->workspace_menu);
  qd_name (self->workspace_button, _ ("All enterprises"));
  qd_name (self->list, _ ("Pages"));
  qd_name (self->recent, _ ("Recent workspaces"));
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      const char *title = g_dpgettext2 (NULL, "page", entries[i].title);
      GtkWidget *count;
      GtkWidget *row = build_sidebar_row (entries[i].icon, NULL, title, &count);
      gtk_widget_add_css_class (count, "qd-secondary");
      g_object_set_data (G_OBJECT (row), "count", count);
      qd_name (row, title);
      gtk_list_box_append (self->list, row);
    }
  g_signal_connect_swapped (self->leaflet, "notify::folded", G_CALLBACK (folded_cb), self);
  g_signal_connect_object (monitor, "network-changed", G_CALLBACK (network_cb), self, G_CONNECT_SWAPPED);
  network_cb (self, g_network_monitor_get_network_available (monitor));
}

GtkWidget *
qd_cockpit_shell_new (QdCockpit *cockpit)
{
  QdCockpitShell *self = g_object_new (QD_TYPE_COCKPIT_SHELL, NULL);

  self->cockpit = g_object_ref (cockpit);
  g_signal_connect_swapped (cockpit, "changed", G_CALLBACK (cockpit_changed_cb), self);
  g_signal_connect_swapped (cockpit, "problem", G_CALLBACK (problem_cb), self);
  g_signal_connect_object (self->run, "workspace-checked", G_CALLBACK (qd_cockpit_refresh_path), cockpit, G_CONNECT_SWAPPED);
  cockpit_changed_cb (self);
  return GTK_WIDGET (self);
}
