/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import-frame"
#include "config.h"
#include "qd-import-frame.h"

#include <glib/gi18n.h>
#include "qd-bar.h"
#include "qd-header.h"
#include "qd-look.h"

/* More rows above the data than any head has. */
#define MAX_FIRST_ROW 50

struct _QdImportFrame
{
  GtkWidget parent_instance;
  GtkWidget *box, *header, *bar, *progress_box, *progress, *body, *tools, *gap, *flap;
  GtkWidget *apply, *source, *counts, *issues_head;
  GtkWidget *toggle, *sheets, *first_row;
  int *counting; /* (nullable): the rows that are shown as read */
  guint timer, fold_idle;
  char *path;            /* (owned) (nullable) */
  GStrv names;           /* (owned) (nullable): worksheets */
  GCancellable *reading; /* (owned) (nullable) */
  int rows_read;         /* atomic */
  gboolean updating;     /* the tools follow, not the other way */
};

G_DEFINE_FINAL_TYPE (QdImportFrame, qd_import_frame, GTK_TYPE_WIDGET)

enum
{
  READ,
  FIRST_ROW,
  STOP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
stop_cb (QdImportFrame *self)
{
  g_cancellable_cancel (self->reading);
  g_signal_emit (self, signals[STOP], 0);
  qd_import_frame_set_counting (self, NULL);
  qd_import_frame_say (self, "warning", _ ("Stopped. Nothing was written."));
}

static gboolean
tick_cb (gpointer user_data)
{
  QdImportFrame *self = user_data;
  g_autofree char *text = g_strdup_printf (_ ("%d rows so far"), g_atomic_int_get (self->counting));

  gtk_progress_bar_set_text (GTK_PROGRESS_BAR (self->progress), text);
  gtk_progress_bar_pulse (GTK_PROGRESS_BAR (self->progress));
  return G_SOURCE_CONTINUE;
}

void
qd_import_frame_count_cb (guint rows, gpointer counter)
{
  g_atomic_int_set ((int *) counter, (int) rows);
}

void
qd_import_frame_set_counting (QdImportFrame *self, int *counter)
{
  self->counting = counter;
  gtk_widget_set_visible (self->progress_box, counter != NULL);
  if (counter == NULL)
    g_clear_handle_id (&self->timer, g_source_remove);
  else
    {
      g_atomic_int_set (counter, 0);
      if (self->timer == 0)
        self->timer = g_timeout_add (100, tick_cb, self);
    }
}

/* Reading the file. */

static void
show_names (QdImportFrame *self, GStrv names)
{
  g_autoptr (GtkStringList) model = gtk_string_list_new ((const char *const *) names);

  self->names = g_strdupv (names);
  self->updating = TRUE;
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->sheets), G_LIST_MODEL (model));
  self->updating = FALSE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdImportFrame) self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) names = NULL;
  g_autoptr (QdSheet) sheet = qd_sheet_open_finish (result, &names, &error);

  if (self->box == NULL || g_task_get_cancellable (G_TASK (result)) != self->reading || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  qd_import_frame_set_counting (self, NULL);
  qd_import_frame_say (self, sheet != NULL ? NULL : "error", sheet != NULL ? NULL : error->message);
  if (sheet == NULL)
    return;
  if (self->names == NULL)
    show_names (self, names);
  gtk_widget_set_visible (self->body, TRUE);
  g_signal_emit (self, signals[READ], 0, sheet);
}

static void
read_sheet (QdImportFrame *self, const char *name)
{
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  self->reading = g_cancellable_new ();
  qd_import_frame_set_counting (self, &self->rows_read);
  qd_sheet_open_async (self->path, name, qd_import_frame_count_cb, &self->rows_read, self->reading, read_cb, g_object_ref (self));
}

void
qd_import_frame_open (QdImportFrame *self, const char *path)
{
  g_return_if_fail (self->path == NULL);

  self->path = g_strdup (path);
  read_sheet (self, NULL);
}

static void
sheet_chosen_cb (QdImportFrame *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->sheets));

  if (!self->updating && self->names != NULL && selected < g_strv_length (self->names))
    read_sheet (self, self->names[selected]);
}

static void
first_row_cb (QdImportFrame *self)
{
  if (!self->updating)
    g_signal_emit (self, signals[FIRST_ROW], 0, (guint) gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->first_row)));
}

void
qd_import_frame_set_first_row (QdImportFrame *self, guint row, guint n_rows)
{
  self->updating = TRUE;
  gtk_spin_button_set_range (GTK_SPIN_BUTTON (self->first_row), 0, MIN (n_rows, MAX_FIRST_ROW));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->first_row), row);
  self->updating = FALSE;
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

  g_cancellable_cancel (self->reading);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->fold_idle, g_source_remove);
  self->updating = TRUE;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (qd_import_frame_parent_class)->dispose (object);
}

static void
qd_import_frame_finalize (GObject *object)
{
  QdImportFrame *self = QD_IMPORT_FRAME (object);

  g_clear_object (&self->reading);
  g_strfreev (self->names);
  g_free (self->path);
  G_OBJECT_CLASS (qd_import_frame_parent_class)->finalize (object);
}

static void
qd_import_frame_class_init (QdImportFrameClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_import_frame_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_import_frame_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[READ] = g_signal_new ("read", QD_TYPE_IMPORT_FRAME, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[FIRST_ROW] = g_signal_new ("first-row", QD_TYPE_IMPORT_FRAME, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[STOP] = g_signal_new ("stop", QD_TYPE_IMPORT_FRAME, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
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
  self->sheets = gtk_drop_down_new (NULL, NULL);
  self->first_row = gtk_spin_button_new_with_range (0, MAX_FIRST_ROW, 1);
  qd_import_frame_add_tool (self, _ ("Worksheet"), self->sheets, FALSE);
  qd_import_frame_add_tool (self, _ ("Rows above the data"), self->first_row, FALSE);
  g_signal_connect_object (self->sheets, "notify::selected", G_CALLBACK (sheet_chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->first_row, "value-changed", G_CALLBACK (first_row_cb), self, G_CONNECT_SWAPPED);
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
