/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-header"
#include "config.h"
#include "qd-header.h"

#include <glib/gi18n.h>
#include "qd-look.h"

static GMenuModel *
build_menu (void)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) files = g_menu_new ();
  g_autoptr (GMenu) rest = g_menu_new ();

  g_menu_append (files, _ ("_New Workspace…"), "win.new");
  g_menu_append (files, _ ("_Open…"), "win.open");
  g_menu_append (files, _ ("Try the _Demo"), "win.demo");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (files));
  g_menu_append (rest, _ ("_Preferences"), "win.preferences");
  g_menu_append (rest, _ ("_Keyboard Shortcuts"), "win.show-help-overlay");
  g_menu_append (rest, _ ("_About Qingdan"), "app.about");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (rest));
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

GtkWidget *
qd_header_new (QdHeaderKind kind, const char *title, const char *back)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *menu = gtk_menu_button_new ();
  g_autoptr (GMenuModel) model = build_menu ();

  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), adw_window_title_new (title, ""));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (menu), "qd-menu-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (menu), model);
  gtk_menu_button_set_primary (GTK_MENU_BUTTON (menu), TRUE);
  gtk_widget_set_tooltip_text (menu, _ ("Main menu"));
  qd_name (menu, _ ("Main menu"));
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), menu);
  if (kind == QD_HEADER_TASK)
    {
      GtkWidget *button = qd_icon_button_new ("qd-back-symbolic", back != NULL ? back : _ ("Back"), "win.back");
      if (back != NULL)
        {
          GtkWidget *content = adw_button_content_new ();
          adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "qd-back-symbolic");
          adw_button_content_set_label (ADW_BUTTON_CONTENT (content), back);
          gtk_button_set_child (GTK_BUTTON (button), content);
        }
      adw_header_bar_pack_start (ADW_HEADER_BAR (header), button);
    }
  else if (kind == QD_HEADER_SHELL)
    {
      GtkWidget *button = qd_icon_button_new ("qd-back-symbolic", _ ("Show the sidebar"), "shell.sidebar");
      gtk_widget_set_visible (button, FALSE);
      adw_header_bar_pack_start (ADW_HEADER_BAR (header), button);
      g_object_set_data (G_OBJECT (header), "sidebar-button", button);
      adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
    }
  return header;
}

void
qd_header_set_title (GtkWidget *header, const char *title, const char *subtitle)
{
  AdwWindowTitle *widget = ADW_WINDOW_TITLE (adw_header_bar_get_title_widget (ADW_HEADER_BAR (header)));

  adw_window_title_set_title (widget, title);
  adw_window_title_set_subtitle (widget, subtitle != NULL ? subtitle : "");
}

void
qd_header_set_folded (GtkWidget *header, gboolean folded)
{
  GtkWidget *button = g_object_get_data (G_OBJECT (header), "sidebar-button");

  if (button != NULL)
    gtk_widget_set_visible (button, folded);
}

void
qd_close_on_escape (GtkWidget *window)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0), gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (window, controller);
}

void
qd_toast (GtkWidget *from, const char *text, const char *button, const char *action)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (from, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast;

  if (overlay == NULL)
    return;
  toast = adw_toast_new (escaped);
  adw_toast_set_timeout (toast, button != NULL ? 8 : 4);
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  if (button != NULL)
    {
      adw_toast_set_button_label (toast, button);
      adw_toast_set_detailed_action_name (toast, action);
    }
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
}
