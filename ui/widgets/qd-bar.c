/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-bar"
#include "config.h"
#include "qd-bar.h"

#include "qd-look.h"

struct _QdBar
{
  GtkWidget parent_instance;
  GtkWidget *revealer;
  GtkWidget *box;
  GtkWidget *icon;
  GtkWidget *label;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (QdBar, qd_bar, GTK_TYPE_WIDGET)

static void
qd_bar_dispose (GObject *object)
{
  QdBar *self = QD_BAR (object);

  g_clear_pointer (&self->revealer, gtk_widget_unparent);
  G_OBJECT_CLASS (qd_bar_parent_class)->dispose (object);
}

static void
qd_bar_class_init (QdBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_bar_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static void
qd_bar_init (QdBar *self)
{
  self->revealer = gtk_revealer_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  gtk_widget_add_css_class (self->box, "qd-bar");
  self->icon = qd_icon_new ("qd-notice-symbolic", "qd-info");
  self->label = qd_label_new (NULL, NULL);
  gtk_widget_set_hexpand (self->label, TRUE);
  self->button = gtk_button_new ();
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->box), self->icon);
  gtk_box_append (GTK_BOX (self->box), self->label);
  gtk_box_append (GTK_BOX (self->box), self->button);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), self->box);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
qd_bar_new (void)
{
  return g_object_new (QD_TYPE_BAR, NULL);
}

void
qd_bar_show (QdBar *self, const char *css, const char *text, const char *button, const char *action)
{
  static const char *const classes[] = { "error", "warning", "ok" };
  const char *icon = "qd-notice-symbolic";
  const char *colour = "qd-info";

  g_return_if_fail (QD_IS_BAR (self));
  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), text != NULL);
  if (text == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->label), "");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (self->box, classes[i]);
  if (css != NULL)
    gtk_widget_add_css_class (self->box, css);
  if (g_strcmp0 (css, "error") == 0)
    icon = "qd-critical-symbolic", colour = "qd-error";
  else if (g_strcmp0 (css, "warning") == 0)
    icon = "qd-possible-symbolic", colour = "qd-warning";
  else if (g_strcmp0 (css, "ok") == 0)
    icon = "qd-ok-symbolic", colour = "qd-ok";
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon);
  qd_look_set_css (self->icon, colour);
  gtk_label_set_text (GTK_LABEL (self->label), text);
  qd_name (self, text);
  gtk_widget_set_visible (self->button, button != NULL);
  if (button != NULL)
    {
      gtk_button_set_label (GTK_BUTTON (self->button), button);
      qd_set_action (self->button, action);
    }
}

const char *
qd_bar_get_text (QdBar *self)
{
  return gtk_label_get_text (GTK_LABEL (self->label));
}
