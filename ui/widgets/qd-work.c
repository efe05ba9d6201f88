/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-work"
#include "config.h"
#include "qd-work.h"

#include <glib/gi18n.h>
#include "qd-look.h"

#define SHOW_AFTER_MS 300

struct _QdWork
{
  GtkWidget *root;            /* (owned) (nullable): the window */
  GtkEventController *shield; /* (unowned): of @root */
  GCancellable *cancellable;  /* (owned) */
  char *title;                /* (owned) */
  double share;
  guint timer;
  GtkWidget *window, *bar, *stop; /* (nullable): until it is shown */
};

static gboolean
swallow_cb (void)
{
  return GDK_EVENT_STOP;
}

static void
stop_cb (QdWork *self)
{
  g_cancellable_cancel (self->cancellable);
  if (self->stop != NULL)
    gtk_widget_set_sensitive (self->stop, FALSE);
}

static gboolean
close_cb (QdWork *self)
{
  stop_cb (self);
  return TRUE;
}

static gboolean
key_cb (QdWork *self, guint key)
{
  if (key != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  stop_cb (self);
  return GDK_EVENT_STOP;
}

static gboolean
show_cb (gpointer data)
{
  QdWork *self = data;
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *label = qd_label_new (self->title, "heading");
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->timer = 0;
  self->window = adw_window_new ();
  self->bar = gtk_progress_bar_new ();
  self->stop = gtk_button_new_with_label (C_ ("verb", "Stop"));
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), self->share);
  qd_name (self->bar, self->title);
  gtk_widget_set_halign (self->stop, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), self->bar);
  gtk_box_append (GTK_BOX (box), self->stop);
  gtk_widget_set_margin_start (box, 24);
  gtk_widget_set_margin_end (box, 24);
  gtk_widget_set_margin_top (box, 18);
  gtk_widget_set_margin_bottom (box, 18);
  adw_window_set_content (ADW_WINDOW (self->window), box);
  gtk_window_set_title (GTK_WINDOW (self->window), self->title);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 360, -1);
  gtk_window_set_resizable (GTK_WINDOW (self->window), FALSE);
  gtk_window_set_modal (GTK_WINDOW (self->window), TRUE);
  gtk_window_set_transient_for (GTK_WINDOW (self->window), GTK_WINDOW (self->root));
  g_signal_connect_swapped (self->stop, "clicked", G_CALLBACK (stop_cb), self);
  g_signal_connect_swapped (self->window, "close-request", G_CALLBACK (close_cb), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (self->window, keys);
  gtk_window_present (GTK_WINDOW (self->window));
  return G_SOURCE_REMOVE;
}

QdWork *
qd_work_begin (GtkWidget *parent, const char *title)
{
  QdWork *self = g_new0 (QdWork, 1);
  GtkRoot *root = gtk_widget_get_root (parent);

  self->cancellable = g_cancellable_new ();
  self->title = g_strdup (title);
  if (!GTK_IS_WINDOW (root))
    return self;
  /* What is typed or clicked before the bar is there would go into data that is being worked on. */
  self->root = GTK_WIDGET (g_object_ref (root));
  self->shield = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (self->shield, GTK_PHASE_CAPTURE);
  g_signal_connect (self->shield, "key-pressed", G_CALLBACK (swallow_cb), NULL);
  gtk_widget_add_controller (self->root, self->shield);
  gtk_widget_set_can_target (self->root, FALSE);
  g_signal_connect_swapped (self->root, "unrealize", G_CALLBACK (stop_cb), self);
  self->timer = g_timeout_add (SHOW_AFTER_MS, show_cb, self);
  return self;
}

GCancellable *
qd_work_get_cancellable (QdWork *self)
{
  return self->cancellable;
}

void
qd_work_progress (double share, gpointer work)
{
  QdWork *self = work;

  self->share = share;
  if (self->bar != NULL)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->bar), share);
}

void
qd_work_end (QdWork *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  if (self->root != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->root, self);
      gtk_widget_remove_controller (self->root, self->shield);
      gtk_widget_set_can_target (self->root, TRUE);
    }
  g_clear_object (&self->root);
  g_object_unref (self->cancellable);
  g_free (self->title);
  g_free (self);
}
