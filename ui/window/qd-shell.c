/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-shell"
#include "config.h"
#include "qd-shell.h"

#include <glib/gi18n.h>
#include "qd-bar.h"
#include "qd-declarations-page.h"
#include "qd-header.h"
#include "qd-kind-page.h"
#include "qd-look.h"
#include "qd-outbox-page.h"
#include "qd-overview-page.h"
#include "qd-packs-page.h"
#include "qd-recent.h"
#include "qd-reminder.h"

struct _QdShell
{
  GtkWidget parent_instance;
  QdWorkspace *workspace; /* (owned) */

  AdwLeaflet *leaflet;
  GtkWidget *content;
  GtkMenuButton *workspace_button;
  GMenu *recent_section;
  GMenuModel *workspace_menu;
  GtkLabel *name_label;
  GtkLabel *place_label;
  GtkListBox *list;
  GtkImage *network_icon;
  GtkLabel *network_label;
  GtkImage *save_icon;
  GtkLabel *save_label;
  QdBar *bar;
  GtkStack *pages;
};

G_DEFINE_FINAL_TYPE (QdShell, qd_shell, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_PAGE_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static const struct
{
  const char *name;
  const char *icon;
  const char *title;
} entries[] = {
  { "overview", "qd-overview-symbolic", NC_ ("page", "Overview") },
  { "profile", "qd-factory-symbolic", NC_ ("page", "Profile") },
  { "substances", "qd-flask-symbolic", NC_ ("page", "Substances") },
  { "declarations", "qd-document-symbolic", NC_ ("page", "Declarations") },
  { "outbox", "qd-plane-symbolic", NC_ ("page", "Outbox") },
  { "packs", "qd-package-symbolic", NC_ ("page", "Packs") },
};

static GtkWidget *
make_page (QdShell *self, const char *name)
{
  if (g_str_equal (name, "overview"))
    return qd_overview_page_new (self->workspace);
  if (g_str_equal (name, "profile"))
    return qd_kind_page_new (self->workspace, "profile");
  if (g_str_equal (name, "substances"))
    return qd_kind_page_new (self->workspace, "register");
  if (g_str_equal (name, "declarations"))
    return qd_declarations_page_new (self->workspace);
  if (g_str_equal (name, "outbox"))
    return qd_outbox_page_new (self->workspace);
  return qd_packs_page_new (self->workspace);
}

static void
folded_cb (QdShell *self)
{
  gboolean folded = adw_leaflet_get_folded (self->leaflet);

  for (GtkWidget *page = gtk_widget_get_first_child (GTK_WIDGET (self->pages)); page != NULL; page = gtk_widget_get_next_sibling (page))
    {
      GtkWidget *header = qd_page_get_header (QD_PAGE (page));
      if (header != NULL)
        qd_header_set_folded (header, folded);
    }
}

static void
show_page (QdShell *self, const char *name)
{
  GtkWidget *page = gtk_stack_get_child_by_name (self->pages, name);

  if (page == NULL)
    {
      page = make_page (self, name);
      gtk_stack_add_named (self->pages, page, name);
      folded_cb (self);
    }
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (g_str_equal (entries[i].name, name))
      {
        GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int) i);
        /* Selecting a row shows its page, which is this one: the second time round there is nothing to do. */
        if (gtk_list_box_get_selected_row (self->list) != row)
          {
            gtk_list_box_select_row (self->list, row);
            return;
          }
      }
  if (gtk_stack_get_visible_child (self->pages) != page)
    gtk_stack_set_visible_child (self->pages, page);
  qd_page_shown (QD_PAGE (page));
  g_signal_emit (self, signals[SIGNAL_PAGE_CHANGED], 0);
}

void
qd_shell_show_page (QdShell *self, const char *name)
{
  show_page (self, name);
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}

void
qd_shell_show_nth_page (QdShell *self, guint n)
{
  if (n < G_N_ELEMENTS (entries))
    qd_shell_show_page (self, entries[n].name);
}

QdPage *
qd_shell_get_page (QdShell *self)
{
  GtkWidget *page = gtk_stack_get_visible_child (self->pages);

  return page != NULL ? QD_PAGE (page) : NULL;
}

static void
row_selected_cb (QdShell *self, GtkListBoxRow *row)
{
  if (row != NULL)
    show_page (self, entries[gtk_list_box_row_get_index (row)].name);
}

static void
row_activated_cb (QdShell *self, GtkListBoxRow *row)
{
  adw_leaflet_set_visible_child (self->leaflet, self->content);
}

static void
show_sidebar (GtkWidget *widget, const char *action, GVariant *parameter)
{
  adw_leaflet_navigate (QD_SHELL (widget)->leaflet, ADW_NAVIGATION_DIRECTION_BACK);
}

static void
set_badge (QdShell *self, const char *name, const char *icon, guint n, const char *css, const char *words)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int) i);
      GtkWidget *badge = g_object_get_data (G_OBJECT (row), "badge");
      const char *title = g_dpgettext2 (NULL, "page", entries[i].title);
      g_autofree char *count = NULL;
      g_autofree char *label = NULL;
      if (!g_str_equal (entries[i].name, name))
        continue;
      count = g_strdup_printf ("%u", n);
      gtk_widget_set_visible (badge, n > 0);
      gtk_image_set_from_icon_name (GTK_IMAGE (gtk_widget_get_first_child (badge)), icon);
      gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (badge)), count);
      qd_look_set_css (badge, css);
      label = n > 0 ? g_strdup_printf ("%s, %u %s", title, n, words) : g_strdup (title);
      qd_name (row, label);
    }
}

static void
update_overview_badge (QdShell *self)
{
  QdAssessed *assessed = qd_duties_get (qd_workspace_get_duties (self->workspace));

  if (assessed == NULL)
    return;
  if (assessed->assessment->n_overdue > 0)
    set_badge (self, "overview", "qd-critical-symbolic", assessed->assessment->n_overdue, "qd-error", _ ("overdue"));
  else
    set_badge (self, "overview", "qd-clock-symbolic", assessed->assessment->n_soon, "qd-warning", _ ("due within 30 days"));
}

static void
update_badges (QdShell *self)
{
  g_autoptr (GPtrArray) list = qd_store_list_declarations (qd_workspace_get_store (self->workspace), NULL);
  g_autoptr (GPtrArray) deliveries = qd_store_list_deliveries (qd_workspace_get_store (self->workspace), NULL);
  guint returned = 0;
  guint waiting = 0;

  for (guint i = 0; list != NULL && i < list->len; i++)
    if (((QdDeclaration *) g_ptr_array_index (list, i))->state == QD_STATE_RETURNED)
      returned++;
  for (guint i = 0; deliveries != NULL && i < deliveries->len; i++)
    if (((QdDelivery *) g_ptr_array_index (deliveries, i))->state == QD_STATE_SEALED)
      waiting++;
  set_badge (self, "declarations", "qd-return-symbolic", returned, "qd-warning", _ ("returned"));
  set_badge (self, "outbox", "qd-plane-symbolic", waiting, "qd-info", _ ("not sent yet"));
}

static void
update_names (QdShell *self)
{
  g_autofree char *name = qd_workspace_dup_name (self->workspace);
  g_autofree char *place = qd_workspace_dup_place (self->workspace);
  g_autofree char *label = g_strdup_printf (_ ("Workspace %s"), name);

  gtk_label_set_text (self->name_label, name);
  gtk_label_set_text (self->place_label, place);
  qd_name (self->workspace_button, label);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->workspace_button), qd_store_get_path (qd_workspace_get_store (self->workspace)));
}

static void
workspace_changed_cb (QdShell *self)
{
  update_names (self);
  update_badges (self);
}

static void
duties_changed_cb (QdShell *self)
{
  QdAssessed *assessed = qd_duties_get (qd_workspace_get_duties (self->workspace));

  update_overview_badge (self);
  if (assessed != NULL)
    qd_reminder_tell (self->workspace, assessed);
}

static void
save_state_cb (QdShell *self)
{
  QdStore *store = qd_workspace_get_store (self->workspace);
  const char *problem = qd_store_get_save_problem (store);
  GDateTime *saved = qd_store_get_saved_at (store);
  g_autofree char *text = NULL;
  const char *icon = "qd-check-symbolic";

  if (qd_workspace_is_read_only (self->workspace))
    {
      text = g_strdup (_ ("Read-only"));
      icon = "qd-lock-symbolic";
    }
  else if (problem != NULL)
    {
      guint n = qd_store_get_n_pending (store);
      g_autofree char *bar = g_strdup_printf (ngettext ("The last %u edit is in memory only. %s The program keeps trying.", "The last %u edits are in memory only. %s The program keeps trying.", n), n, problem);
      text = g_strdup (_ ("Not saved yet"));
      icon = "qd-possible-symbolic";
      qd_bar_show (self->bar, "error", bar, NULL, NULL);
    }
  else if (qd_store_get_n_pending (store) > 0)
    text = g_strdup (_ ("Saving…"));
  else if (saved != NULL)
    {
      g_autofree char *time = g_date_time_format (saved, "%H:%M:%S");
      text = g_strdup_printf (_ ("All saved %s"), time);
    }
  else
    text = g_strdup (_ ("All saved"));
  gtk_label_set_text (self->save_label, text);
  gtk_image_set_from_icon_name (self->save_icon, icon);
  if (problem == NULL)
    qd_bar_show (self->bar, "warning", qd_workspace_get_read_only_reason (self->workspace), NULL, NULL);
}

static void
network_cb (QdShell *self, gboolean available)
{
  gtk_image_set_from_icon_name (self->network_icon, available ? "qd-online-symbolic" : "qd-offline-symbolic");
  gtk_label_set_text (self->network_label, available ? _ ("Online") : _ ("Offline; filling and sealing still work"));
}

static void
fill_list (QdShell *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      const char *title = g_dpgettext2 (NULL, "page", entries[i].title);
      GtkWidget *row = gtk_list_box_row_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
      GtkWidget *badge = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
      GtkWidget *label = qd_label_new (title, NULL);
      gtk_widget_set_hexpand (label, TRUE);
      gtk_box_append (GTK_BOX (box), qd_icon_new (entries[i].icon, NULL));
      gtk_box_append (GTK_BOX (box), label);
      gtk_box_append (GTK_BOX (badge), qd_icon_new ("qd-notice-symbolic", NULL));
      gtk_box_append (GTK_BOX (badge), gtk_label_new (NULL));
      gtk_widget_add_css_class (badge, "qd-strong");
      gtk_widget_add_css_class (badge, "qd-dense");
      gtk_widget_set_visible (badge, FALSE);
      gtk_box_append (GTK_BOX (box), badge);
      gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
      g_object_set_data (G_OBJECT (row), "badge", badge);
      qd_name (row, title);
      gtk_list_box_append (self->list, row);
    }
}

static void
fill_recent (QdShell *self)
{
  g_auto (GStrv) recent = qd_recent_dup_list ();

  g_menu_remove_all (self->recent_section);
  for (guint i = 0; recent[i] != NULL; i++)
    {
      g_autofree char *base = g_path_get_basename (recent[i]);
      g_autoptr (GMenuItem) item = g_menu_item_new (base, NULL);
      g_menu_item_set_action_and_target (item, "win.open-file", "s", recent[i]);
      g_menu_append_item (self->recent_section, item);
    }
}

static void
qd_shell_dispose (GObject *object)
{
  QdShell *self = QD_SHELL (object);

  g_signal_handlers_disconnect_by_data (g_network_monitor_get_default (), self);
  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->workspace, self);
      g_signal_handlers_disconnect_by_data (qd_workspace_get_store (self->workspace), self);
      g_signal_handlers_disconnect_by_data (qd_workspace_get_duties (self->workspace), self);
    }
  gtk_widget_dispose_template (GTK_WIDGET (self), QD_TYPE_SHELL);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (qd_shell_parent_class)->dispose (object);
}

static void
qd_shell_class_init (QdShellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_shell_dispose;
  signals[SIGNAL_PAGE_CHANGED] = g_signal_new ("page-changed", QD_TYPE_SHELL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (QD_TYPE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/qingdan/Qingdan/ui/qd-shell.ui");
  gtk_widget_class_bind_template_child (widget_class, QdShell, leaflet);
  gtk_widget_class_bind_template_child (widget_class, QdShell, content);
  gtk_widget_class_bind_template_child (widget_class, QdShell, workspace_button);
  gtk_widget_class_bind_template_child (widget_class, QdShell, recent_section);
  gtk_widget_class_bind_template_child (widget_class, QdShell, workspace_menu);
  gtk_widget_class_bind_template_child (widget_class, QdShell, name_label);
  gtk_widget_class_bind_template_child (widget_class, QdShell, place_label);
  gtk_widget_class_bind_template_child (widget_class, QdShell, list);
  gtk_widget_class_bind_template_child (widget_class, QdShell, network_icon);
  gtk_widget_class_bind_template_child (widget_class, QdShell, network_label);
  gtk_widget_class_bind_template_child (widget_class, QdShell, save_icon);
  gtk_widget_class_bind_template_child (widget_class, QdShell, save_label);
  gtk_widget_class_bind_template_child (widget_class, QdShell, bar);
  gtk_widget_class_bind_template_child (widget_class, QdShell, pages);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_install_action (widget_class, "shell.sidebar", NULL, show_sidebar);
}

static void
qd_shell_init (QdShell *self)
{
  GNetworkMonitor *monitor = g_network_monitor_get_default ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_menu_model (self->workspace_button, self->workspace_menu);
  qd_name (self->list, _ ("Pages"));
  fill_list (self);
  fill_recent (self);
  g_signal_connect_swapped (self->leaflet, "notify::folded", G_CALLBACK (folded_cb), self);
  g_signal_connect_object (monitor, "network-changed", G_CALLBACK (network_cb), self, G_CONNECT_SWAPPED);
  network_cb (self, g_network_monitor_get_network_available (monitor));
}

GtkWidget *
qd_shell_new (QdWorkspace *workspace)
{
  QdShell *self = g_object_new (QD_TYPE_SHELL, NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "changed", G_CALLBACK (workspace_changed_cb), self);
  g_signal_connect_swapped (qd_workspace_get_store (workspace), "save-state-changed", G_CALLBACK (save_state_cb), self);
  g_signal_connect_swapped (qd_workspace_get_duties (workspace), "changed", G_CALLBACK (duties_changed_cb), self);
  workspace_changed_cb (self);
  duties_changed_cb (self);
  save_state_cb (self);
  return GTK_WIDGET (self);
}
