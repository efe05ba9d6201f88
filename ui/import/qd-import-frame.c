/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import-frame"
#include "config.h"
#include "qd-import-frame.h"

#include <glib/gi18n.h>
#include "qd-bar.h"
#include "qd-header.h"
#include "qd-look.h"

struct _QdImportFrame
{
  GtkWidget parent_instance;
  GtkWidget *box, *header, *bar, *progress_box, *progress, *body, *tools, *gap, *flap;
  GtkWidget *apply, *source, *counts, *issues_head;
  int *rows_read; /* (nullable): of the page */
  guint timer, fold_idle;
  GtkWidget *toggle;
};

G_DEFINE_FINAL_TYPE (QdImportFrame, qd_import_frame, GTK_TYPE_WIDGET)

static guint stop_signal;

static void
stop_cb (QdImportFrame *self)
{
  g_signal_emit (self, stop_signal, 0);
}

static gboolean
tick_cb (gpointer user_data)
{
  QdImportFrame *self = user_data;
  g_autofree char *text = g_strdup_printf (_ ("%d rows so far"), g_atomic_int_get (self->rows_read));

  gtk_progress_bar_set_text (GTK_PROGRESS_BAR (self->progress), text);
  gtk_progress_bar_pulse (GTK_PROGRESS_BAR (self->progress));
  return G_SOURCE_CONTINUE;
}

void
qd_import_frame_set_reading (QdImportFrame *self, int *rows_read)
{
  self->rows_read = rows_read;
  gtk_widget_set_visible (self->progress_box, rows_read != NULL);
  if (rows_read == NULL)
    g_clear_handle_id (&self->timer, g_source_remove);
  else
    {
      g_atomic_int_set (rows_read, 0);
      if (self->timer == 0)
        self->timer = g_timeout_add (100, tick_cb, self);
    }
}

GtkWidget *
qd_import_frame_get_header (QdImportFrame *self)
{
  return self->header;
}

QdSheetPreview *
qd_import_frame_get_preview (QdImportFrame *self)
{
  return QD_SHEET_PREVIEW (self->source);
}

void
qd_import_frame_add_tool (QdImportFrame *self, const char *label, GtkWidget *tool, gboolean at_end)
{
  GtkWidget *after = at_end ? gtk_widget_get_last_child (self->tools) : gtk_widget_get_prev_sibling (self->gap);

  if (label != NULL)
    {
      GtkWidget *text = gtk_label_new (label);

      gtk_box_insert_child_after (GTK_BOX (self->tools), text, after);
      qd_name (tool, label);
      after = text;
    }
  gtk_box_insert_child_after (GTK_BOX (self->tools), tool, after);
}

void
qd_import_frame_show_body (QdImportFrame *self)
{
  gtk_widget_set_visible (self->body, TRUE);
}

void
qd_import_frame_show_left (QdImportFrame *self)
{
  if (adw_flap_get_folded (ADW_FLAP (self->flap)))
    adw_flap_set_reveal_flap (ADW_FLAP (self->flap), FALSE);
}

void
qd_import_frame_say (QdImportFrame *self, const char *css, const char *text)
{
  qd_bar_show (QD_BAR (self->bar), css, text, NULL, NULL);
}

void
qd_import_frame_set_apply_label (QdImportFrame *self, const char *text)
{
  gtk_button_set_label (GTK_BUTTON (self->apply), text);
}

void
qd_import_frame_clear_counts (QdImportFrame *self)
{
  qd_look_clear (self->counts);
}

void
qd_import_frame_add_count (QdImportFrame *self, const char *icon, const char *css, const char *word, guint n)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = qd_label_new (word, NULL);
  g_autofree char *digits = g_strdup_printf ("%u", n);
  g_autofree char *number = qd_look_number (digits);

  gtk_box_append (GTK_BOX (line), qd_icon_new (icon, css));
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (line), label);
  gtk_box_append (GTK_BOX (line), qd_label_new (number, "heading"));
  gtk_box_append (GTK_BOX (self->counts), line);
}

void
qd_import_frame_add_sum (QdImportFrame *self, const char *text, const char *css)
{
  gtk_box_append (GTK_BOX (self->counts), qd_label_new (text, css));
}

void
qd_import_frame_set_issues_head (QdImportFrame *self, const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->issues_head), text);
}

/* Its parts. */

static GtkWidget *
scrolled (GtkWidget *child)
{
  GtkWidget *window = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (window), child);
  gtk_widget_set_hexpand (window, TRUE);
  return window;
}

static void
set_margins (GtkWidget *widget)
{
  gtk_widget_set_margin_start (widget, 16);
  gtk_widget_set_margin_end (widget, 16);
  gtk_widget_set_margin_top (widget, 12);
  gtk_widget_set_margin_bottom (widget, 12);
}

static GtkWidget *
build_left (QdImportFrame *self, GtkWidget *columns)
{
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *window;

  self->source = qd_sheet_preview_new ();
  gtk_box_append (GTK_BOX (left), columns);
  gtk_box_append (GTK_BOX (left), qd_label_new (_ ("The sheet (the file itself is never changed)"), "heading"));
  gtk_box_append (GTK_BOX (left), self->source);
  set_margins (left);
  window = scrolled (left);
  gtk_widget_set_vexpand (window, TRUE);
  /* With less than this the right half lies over it. */
  gtk_widget_set_size_request (window, 480, -1);
  return window;
}

static GtkWidget *
build_right (QdImportFrame *self, GtkWidget *issues, const char *export)
{
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12), *cover = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_widget_set_vexpand (issues, TRUE);
  self->counts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class (self->counts, "card");
  gtk_widget_add_css_class (self->counts, "qd-padded");
  self->issues_head = qd_label_new ("", "qd-secondary");
  gtk_widget_set_hexpand (self->issues_head, TRUE);
  gtk_box_append (GTK_BOX (head), self->issues_head);
  if (export != NULL)
    {
      GtkWidget *button = gtk_button_new_with_label (C_ ("verb", "Export"));

      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), export);
      gtk_box_append (GTK_BOX (head), button);
    }
  gtk_box_append (GTK_BOX (right), qd_label_new (_ ("Dry run: nothing is written yet"), "heading"));
  gtk_box_append (GTK_BOX (right), self->counts);
  gtk_box_append (GTK_BOX (right), head);
  gtk_box_append (GTK_BOX (right), issues);
  gtk_widget_set_size_request (right, 344, -1);
  /* The columns take what is left. */
  gtk_widget_set_hexpand (right, FALSE);
  set_margins (right);
  gtk_widget_set_vexpand (right, TRUE);
  /* With its margins it hides what it lies over. */
  gtk_widget_add_css_class (cover, "background");
  gtk_box_append (GTK_BOX (cover), right);
  return cover;
}

static gboolean
fold_cb (gpointer user_data)
{
  QdImportFrame *self = user_data;

  self->fold_idle = 0;
  gtk_widget_set_visible (self->toggle, adw_flap_get_folded (ADW_FLAP (self->flap)));
  return G_SOURCE_REMOVE;
}

/* It folds while the window is laid out: nothing may change its size then. */
static void
folded_cb (QdImportFrame *self)
{
  if (self->fold_idle == 0)
    self->fold_idle = g_idle_add (fold_cb, self);
}

static GtkWidget *
build_tools (QdImportFrame *self)
{
  GtkWidget *window;

  self->toggle = gtk_toggle_button_new_with_label (_ ("Dry run"));
  self->tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->gap = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->tools, "toolbar");
  gtk_widget_set_hexpand (self->gap, TRUE);
  gtk_box_append (GTK_BOX (self->tools), self->toggle);
  gtk_box_append (GTK_BOX (self->tools), self->gap);
  qd_name (self->toggle, _ ("Dry run"));
  gtk_widget_set_visible (self->toggle, FALSE);
  g_signal_connect_object (self->flap, "notify::folded", G_CALLBACK (folded_cb), self, G_CONNECT_SWAPPED);
  g_object_bind_property (self->flap, "reveal-flap", self->toggle, "active", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  window = scrolled (self->tools);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (window), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  return window;
}

static void
build_progress (QdImportFrame *self)
{
  GtkWidget *stop = gtk_button_new_with_label (C_ ("verb", "Stop"));

  self->progress_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  self->progress = gtk_progress_bar_new ();
  gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (self->progress), TRUE);
  gtk_widget_set_hexpand (self->progress, TRUE);
  g_signal_connect_swapped (stop, "clicked", G_CALLBACK (stop_cb), self);
  gtk_box_append (GTK_BOX (self->progress_box), self->progress);
  gtk_box_append (GTK_BOX (self->progress_box), stop);
  gtk_widget_set_margin_start (self->progress_box, 16);
  gtk_widget_set_margin_end (self->progress_box, 16);
  gtk_widget_set_visible (self->progress_box, FALSE);
}

static void
build_flap (QdImportFrame *self, GtkWidget *left, GtkWidget *right)
{
  adw_flap_set_content (ADW_FLAP (self->flap), left);
  adw_flap_set_flap (ADW_FLAP (self->flap), right);
  adw_flap_set_flap_position (ADW_FLAP (self->flap), GTK_PACK_END);
  adw_flap_set_separator (ADW_FLAP (self->flap), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  adw_flap_set_swipe_to_open (ADW_FLAP (self->flap), FALSE);
}

static void
qd_import_frame_dispose (GObject *object)
{
  QdImportFrame *self = QD_IMPORT_FRAME (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->fold_idle, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (qd_import_frame_parent_class)->dispose (object);
}

static void
qd_import_frame_class_init (QdImportFrameClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_import_frame_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  stop_signal = g_signal_new ("stop", QD_TYPE_IMPORT_FRAME, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qd_import_frame_init (QdImportFrame *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->header = qd_header_new (QD_HEADER_TASK, "", C_ ("verb", "Cancel"));
  self->apply = gtk_button_new_with_label ("");
  gtk_widget_add_css_class (self->apply, "suggested-action");
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), self->apply);
  self->bar = qd_bar_new ();
  self->flap = adw_flap_new ();
  self->body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_visible (self->body, FALSE);
  build_progress (self);
  gtk_box_append (GTK_BOX (self->body), build_tools (self));
  gtk_box_append (GTK_BOX (self->body), self->flap);
  gtk_box_append (GTK_BOX (self->box), self->header);
  gtk_box_append (GTK_BOX (self->box), self->bar);
  gtk_box_append (GTK_BOX (self->box), self->progress_box);
  gtk_box_append (GTK_BOX (self->box), self->body);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
qd_import_frame_new (GtkWidget *columns, GtkWidget *issues, const char *apply, const char *export)
{
  QdImportFrame *self = g_object_new (QD_TYPE_IMPORT_FRAME, NULL);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->apply), apply);
  build_flap (self, build_left (self, columns), build_right (self, issues, export));
  return GTK_WIDGET (self);
}
