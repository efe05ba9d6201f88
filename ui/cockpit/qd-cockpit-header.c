/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-cockpit-header"
#include "config.h"
#include "qd-cockpit-header.h"

#include <glib/gi18n.h>
#include "qd-header.h"
#include "qd-look.h"

GtkWidget *
qd_cockpit_header_new (const char *title)
{
  GtkWidget *header = qd_header_new (QD_HEADER_SHELL, title, NULL);
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *content = adw_button_content_new ();
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autofree char *today = qd_cockpit_dup_today ();

  g_menu_append (menu, _ ("A _workspace…"), "cockpit.add-file");
  g_menu_append (menu, _ ("A _folder with workspaces…"), "cockpit.add-folder");
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "qd-plus-symbolic");
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), _ ("Add enterprise"));
  gtk_menu_button_set_child (GTK_MENU_BUTTON (button), content);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), G_MENU_MODEL (menu));
  qd_name (button, _ ("Add enterprise"));
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), button);
  qd_header_set_title (header, title, today);
  return header;
}

char *
qd_cockpit_dup_today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y-%m-%d %A");
}

GtkWidget *
qd_cockpit_empty_new (void)
{
  static const struct
  {
    const char *label;
    const char *action;
  } buttons[] = {
    { N_ ("Add a workspace…"), "cockpit.add-file" },
    { N_ ("Add a folder…"), "cockpit.add-folder" },
    { N_ ("New workspace…"), "win.new" },
  };
  GtkWidget *status = adw_status_page_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "qd-people-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), _ ("No enterprises yet"));
  adw_status_page_set_description (ADW_STATUS_PAGE (status), _ ("Add the workspaces you look after: single files, or a folder that holds them. They stay where they are."));
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      GtkWidget *button = gtk_button_new_with_label (_ (buttons[i].label));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), buttons[i].action);
      gtk_widget_add_css_class (button, "pill");
      if (i == 0)
        gtk_widget_add_css_class (button, "suggested-action");
      qd_name (button, _ (buttons[i].label));
      gtk_box_append (GTK_BOX (box), button);
    }
  adw_status_page_set_child (ADW_STATUS_PAGE (status), box);
  return status;
}

GtkWidget *
qd_cockpit_loading_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *spinner = gtk_spinner_new ();

  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (spinner, 32, 32);
  gtk_spinner_start (GTK_SPINNER (spinner));
  gtk_box_append (GTK_BOX (box), spinner);
  gtk_box_append (GTK_BOX (box), gtk_label_new (_ ("Reading the workspaces")));
  return box;
}

GtkWidget *
qd_cockpit_card_new (GtkWidget *child)
{
  GtkWidget *card = gtk_frame_new (NULL);

  gtk_frame_set_child (GTK_FRAME (card), child);
  gtk_widget_add_css_class (card, "view");
  gtk_widget_add_css_class (card, "card");
  gtk_widget_set_overflow (card, GTK_OVERFLOW_HIDDEN);
  return card;
}
