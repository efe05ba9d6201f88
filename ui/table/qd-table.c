/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-table"
#include "config.h"
#include "qd-table.h"

#include <adwaita.h>
#include <string.h>
#include <glib/gi18n-lib.h>
#include "qd-table-grid-private.h"
#include "qd-table-value.h"

/* More selected cells than this are counted in idle time. */
#define COUNT_AT_ONCE 4000

struct _QdTable
{
  GtkWidget parent_instance;

  GtkWidget *grid;
  GtkWidget *overlay;
  GtkWidget *totals;

  GtkWidget *line_place; /* "第 12 行，反应与带出" */
  GtkWidget *line_mark;  /* drawing of the finding's shape */
  GtkWidget *line_message;
  GtkWidget *line_fix;
  GtkWidget *line_note;
  QdCellFlags mark;

  GtkWidget *status_selection;
  GtkWidget *status_sum;
  GtkWidget *status_mean;
  GtkWidget *status_count;
  GtkWidget *status_critical;
  GtkWidget *status_possible;
  GtkWidget *status_next;
  guint n_critical; /* cells, when they were counted last */
  guint n_possible;

  /* Counting of a large selection. */
  guint count_source;
  QdCellRange counted;
  guint64 count_at;
  QdTableStats stats;

  AdwToast *toast; /* (owned) (nullable): only the newest is shown */
};

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_ID,
  PROP_PLACEHOLDER,
  PROP_N_CRITICAL,
  PROP_N_POSSIBLE,
  N_PROPERTIES
};

enum
{
  MESSAGE,
  UNDO,
  CURSOR_MOVED,
  VIEW_CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (QdTable, qd_table, GTK_TYPE_WIDGET)

static QdTableGrid *
get_grid (QdTable *self)
{
  return QD_TABLE_GRID (self->grid);
}

/* Status line. */

static void
show_stats (QdTable *self)
{
  gboolean any = self->stats.count > 0;
  g_autofree char *sum = any ? qd_table_stats_dup_sum (&self->stats) : NULL;
  g_autofree char *mean = any ? qd_table_stats_dup_mean (&self->stats) : NULL;
  g_autofree char *sum_text = any ? g_strdup_printf (_ ("Sum %s"), sum) : NULL;
  g_autofree char *mean_text = mean ? g_strdup_printf (_ ("Mean %s"), mean) : NULL;
  g_autofree char *count_text = any ? g_strdup_printf (_ ("Numbers %u"), self->stats.count) : NULL;

  gtk_label_set_text (GTK_LABEL (self->status_sum), sum_text);
  gtk_label_set_text (GTK_LABEL (self->status_mean), mean_text);
  gtk_label_set_text (GTK_LABEL (self->status_count), count_text);
  gtk_widget_set_visible (self->status_sum, any);
  gtk_widget_set_visible (self->status_mean, mean != NULL);
  gtk_widget_set_visible (self->status_count, any);
}

/* Counts on; TRUE when there is more. */
static gboolean
count_some (QdTable *self)
{
  QdTableGrid *grid = get_grid (self);
  guint64 total = (guint64) self->counted.n_rows * self->counted.n_columns, end = MIN (total, self->count_at + COUNT_AT_ONCE);

  for (; self->count_at < end; self->count_at++)
    {
      guint row = self->counted.row + (guint) (self->count_at / self->counted.n_columns), column = self->counted.column + (guint) (self->count_at % self->counted.n_columns);
      guint model_row;
      g_autofree char *text = NULL;

      if (qd_table_model_get_column (grid->model, column)->type != QD_COLUMN_NUMBER)
        continue;
      model_row = qd_table_view_to_model (grid->view, row);
      if (qd_table_model_get_flags (grid->model, model_row, column) & QD_CELL_NOT_RELEVANT)
        continue;
      text = qd_table_model_dup_text (grid->model, model_row, column);
      qd_table_stats_add (&self->stats, text);
    }
  return self->count_at < total;
}

static gboolean
count_cb (gpointer data)
{
  QdTable *self = data;

  if (count_some (self))
    return G_SOURCE_CONTINUE;
  self->count_source = 0;
  show_stats (self);
  return G_SOURCE_REMOVE;
}

static void
update_selection (QdTable *self)
{
  QdTableGrid *grid = get_grid (self);
  g_autofree char *text = NULL;
  QdTableShape shape = qd_table_grid_get_shape (grid);

  g_clear_handle_id (&self->count_source, g_source_remove);
  self->stats = (QdTableStats){ .count = 0 };
  self->count_at = 0;
  if (!qd_table_grid_has_cell (grid) || qd_table_cursor_is_single (&grid->cursor))
    {
      guint shown = shape.n_rows, all = grid->model ? qd_table_model_get_n_rows (grid->model) : 0;

      if (grid->view && qd_table_view_is_filtered (grid->view))
        text = g_strdup_printf (_ ("%u of %u rows shown"), shown, all);
      else
        text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u row", "%u rows", all), all);
      gtk_label_set_text (GTK_LABEL (self->status_selection), text);
      show_stats (self);
      return;
    }
  self->counted = qd_table_cursor_get_range (&grid->cursor);
  text = g_strdup_printf (_ ("Selected %u rows × %u columns"), self->counted.n_rows, self->counted.n_columns);
  gtk_label_set_text (GTK_LABEL (self->status_selection), text);
  if (count_some (self))
    self->count_source = g_idle_add (count_cb, self);
  else
    show_stats (self);
}

static void
update_counts (QdTable *self)
{
  guint critical, possible;
  g_autofree char *critical_text = NULL;
  g_autofree char *possible_text = NULL;

  /* Told again when it is. */
  if (get_grid (self)->summary && !qd_table_summary_is_complete (get_grid (self)->summary))
    return;
  critical = self->n_critical = get_grid (self)->summary ? qd_table_summary_get_n_critical (get_grid (self)->summary) : 0;
  possible = self->n_possible = get_grid (self)->summary ? qd_table_summary_get_n_possible (get_grid (self)->summary) : 0;
  critical_text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u cell must be fixed", "%u cells must be fixed", critical), critical);
  possible_text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u cell to check", "%u cells to check", possible), possible);

  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (self->status_critical)), critical_text);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (self->status_possible)), possible_text);
  gtk_widget_set_visible (self->status_critical, critical > 0);
  gtk_widget_set_visible (self->status_possible, possible > 0);
  gtk_widget_set_visible (self->status_next, critical + possible > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "table.next-problem", critical + possible > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "table.previous-problem", critical + possible > 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_CRITICAL]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_POSSIBLE]);
}

/* Cell line. */

/* What is typed now would fit: the old message no longer speaks of it. */
static gboolean
is_being_cured (QdTableGrid *grid)
{
  const char *text;
  gboolean fits = FALSE;
  g_autofree char *value = NULL;

  if (grid->mode == QD_EDIT_NONE)
    return FALSE;
  text = gtk_editable_get_text (GTK_EDITABLE (grid->text));
  if (g_strcmp0 (text, grid->original) == 0)
    return FALSE;
  value = qd_table_value_normalise (qd_table_model_get_column (grid->model, grid->edited.column), NULL, text, &fits);
  return fits;
}

static void
update_line (QdTable *self)
{
  QdTableGrid *grid = get_grid (self);
  g_autofree char *place = NULL;
  g_autofree char *message = NULL;
  g_autofree char *fix = NULL;
  g_autofree char *note = NULL;
  g_autofree char *fix_text = NULL;
  g_autofree char *right = NULL;
  const QdColumn *column;
  guint row;

  self->mark = QD_CELL_NORMAL;
  if (qd_table_grid_has_cell (grid))
    {
      row = qd_table_grid_get_model_row (grid);
      column = qd_table_model_get_column (grid->model, grid->cursor.active.column);
      /* Translators: row number and column title */
      place = g_strdup_printf (_ ("Row %u, %s"), row + 1, column->title);
      if (!is_being_cured (grid))
        {
          self->mark = qd_table_model_get_flags (grid->model, row, grid->cursor.active.column) & (QD_CELL_CRITICAL | QD_CELL_POSSIBLE);
          message = qd_table_model_dup_message (grid->model, row, grid->cursor.active.column, &fix);
        }
      note = qd_table_model_dup_note (grid->model, row, grid->cursor.active.column);
      if (column->unit && *column->unit)
        right = note ? g_strdup_printf (_ ("Unit %s, %s"), column->unit, note) : g_strdup_printf (_ ("Unit %s"), column->unit);
      else
        right = g_steal_pointer (&note);
    }
  gtk_label_set_text (GTK_LABEL (self->line_place), place);
  gtk_label_set_text (GTK_LABEL (self->line_message), message);
  gtk_widget_set_tooltip_text (self->line_message, message);
  gtk_widget_remove_css_class (self->line_message, "error");
  gtk_widget_remove_css_class (self->line_message, "warning");
  if (self->mark != QD_CELL_NORMAL)
    gtk_widget_add_css_class (self->line_message, self->mark & QD_CELL_CRITICAL ? "error" : "warning");
  gtk_widget_set_visible (self->line_mark, self->mark != QD_CELL_NORMAL);
  gtk_widget_queue_draw (self->line_mark);
  gtk_label_set_text (GTK_LABEL (self->line_note), right);
  if (fix)
    {
      fix_text = *fix ? g_strdup_printf (_ ("Change to %s"), fix) : g_strdup (_ ("Clear"));
      gtk_button_set_label (GTK_BUTTON (self->line_fix), fix_text);
    }
  gtk_widget_set_visible (self->line_fix, fix != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "table.apply-fix", fix != NULL);
}

static void
cursor_moved_cb (QdTable *self)
{
  update_line (self);
  update_selection (self);
  g_signal_emit (self, signals[CURSOR_MOVED], 0);
}

static void
changed_cb (QdTable *self)
{
  update_counts (self);
  update_selection (self);
  g_signal_emit (self, signals[VIEW_CHANGED], 0);
}

/* Messages. */

static gboolean
qd_table_real_message (QdTable *self, const char *text, const char *action)
{
  g_autofree char *title = g_markup_escape_text (text, -1); /* libadwaita 1.2 reads markup */
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_timeout (toast, action ? 8 : 4);
  if (action)
    {
      adw_toast_set_button_label (toast, strcmp (action, "table.undo") == 0 ? _ ("Undo") : _ ("Paste From First Column"));
      adw_toast_set_action_name (toast, action);
    }
  if (self->toast)
    adw_toast_dismiss (self->toast);
  g_set_object (&self->toast, toast);
  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->overlay), toast);
  return TRUE;
}

static void
message_cb (QdTable *self, const char *text, const char *action)
{
  gboolean handled;

  g_signal_emit (self, signals[MESSAGE], 0, text, action, &handled);
}

/* Actions. */

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_copy (get_grid (QD_TABLE (widget)), strcmp (name, "table.copy-with-heads") == 0);
}

static void
cut_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_cut (get_grid (QD_TABLE (widget)));
}

static void
paste_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_paste (get_grid (QD_TABLE (widget)));
}

static void
paste_first_column_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_paste_first_column (get_grid (QD_TABLE (widget)));
}

static void
clear_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_clear (get_grid (QD_TABLE (widget)));
}

static void
select_all_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QdTableGrid *grid = get_grid (QD_TABLE (widget));
  QdTableShape shape = qd_table_grid_get_shape (grid);

  qd_table_cursor_select_all (&grid->cursor, &shape);
  qd_table_grid_moved (grid, FALSE);
}

static void
fill_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_fill (get_grid (QD_TABLE (widget)), strcmp (name, "table.fill-right") == 0);
}

static void
insert_row_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_insert_row (get_grid (QD_TABLE (widget)), strcmp (name, "table.add-row") == 0);
  gtk_widget_grab_focus (QD_TABLE (widget)->grid);
}

static void
delete_rows_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_delete_rows (get_grid (QD_TABLE (widget)));
}

static void
move_row_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_move_row (get_grid (QD_TABLE (widget)), strcmp (name, "table.move-down") == 0);
}

static void
edit_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_begin_edit (get_grid (QD_TABLE (widget)), QD_EDIT_INSIDE);
}

static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_open (get_grid (QD_TABLE (widget)));
}

static void
today_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_put_today (get_grid (QD_TABLE (widget)));
}

static void
copy_above_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_copy_above (get_grid (QD_TABLE (widget)));
}

static void
apply_fix_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_apply_fix (get_grid (QD_TABLE (widget)));
}

static void
problem_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_next_problem (QD_TABLE (widget), strcmp (name, "table.previous-problem") == 0);
  gtk_widget_grab_focus (QD_TABLE (widget)->grid);
}

static void
sort_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QdTable *self = QD_TABLE (widget);
  QdTableGrid *grid = get_grid (self);

  qd_table_sort (self, strcmp (name, "table.sort-none") == 0 ? -1 : (int) grid->cursor.active.column, strcmp (name, "table.sort-descending") == 0);
}

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_zoom (get_grid (QD_TABLE (widget)), strcmp (name, "table.zoom-in") == 0 ? 1 : strcmp (name, "table.zoom-out") == 0 ? -1
                                                                                                                                   : 0);
}

static void
undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_table_grid_cancel_edit (get_grid (QD_TABLE (widget)));
  g_signal_emit (widget, signals[UNDO], 0);
}

/* The widget. */

static void
draw_mark_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  QdTable *self = data;
  const QdTableColors *colors = qd_table_grid_get_colors (get_grid (self));
  QdCellFlags mark = (QdCellFlags) GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (area), "mark"));

  if (mark == QD_CELL_NORMAL)
    mark = self->mark;
  cairo_translate (cr, (width - 16) / 2., (height - 16) / 2.);
  qd_table_draw_mark (cr, mark, mark & QD_CELL_CRITICAL ? &colors->error : &colors->warning, 16);
}

/* @mark: QD_CELL_NORMAL: that of the active cell */
static GtkWidget *
make_mark (QdTable *self, QdCellFlags mark)
{
  GtkWidget *area = g_object_new (GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (area), 16);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (area), 16);
  g_object_set_data (G_OBJECT (area), "mark", GUINT_TO_POINTER (mark));
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw_mark_cb, self, NULL);
  return area;
}

static GtkWidget *
make_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_count (QdTable *self, QdCellFlags mark, const char *css_class)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (GTK_BOX (box), make_mark (self, mark));
  gtk_box_append (GTK_BOX (box), make_label (css_class));
  return box;
}

static void
make_line (QdTable *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_widget_add_css_class (box, "qd-table-line");
  self->line_place = make_label ("heading");
  gtk_label_set_ellipsize (GTK_LABEL (self->line_place), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (self->line_place), 14);
  self->line_mark = make_mark (self, QD_CELL_NORMAL);
  self->line_message = make_label (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->line_message), PANGO_ELLIPSIZE_END);
  self->line_fix = gtk_button_new ();
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->line_fix), "table.apply-fix");
  gtk_widget_set_valign (self->line_fix, GTK_ALIGN_CENTER);
  self->line_note = make_label ("qd-secondary");
  gtk_widget_set_hexpand (self->line_note, TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->line_note), 1);
  gtk_label_set_ellipsize (GTK_LABEL (self->line_note), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), self->line_place);
  gtk_box_append (GTK_BOX (box), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  gtk_box_append (GTK_BOX (box), self->line_mark);
  gtk_box_append (GTK_BOX (box), self->line_message);
  gtk_box_append (GTK_BOX (box), self->line_fix);
  gtk_box_append (GTK_BOX (box), self->line_note);
  gtk_widget_set_parent (box, GTK_WIDGET (self));
}

static void
make_cells (QdTable *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->grid = qd_table_grid_new ();
  g_signal_connect_swapped (self->grid, "cursor-moved", G_CALLBACK (cursor_moved_cb), self);
  g_signal_connect_swapped (self->grid, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->grid, "message", G_CALLBACK (message_cb), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->grid);
  /* Kinetic panning with a finger would swallow drags that select. */
  gtk_scrolled_window_set_kinetic_scrolling (GTK_SCROLLED_WINDOW (scrolled), FALSE);
  self->overlay = adw_toast_overlay_new ();
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->overlay), scrolled);
  gtk_widget_set_vexpand (self->overlay, TRUE);
  gtk_widget_set_hexpand (self->overlay, TRUE);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));
  self->totals = qd_table_totals_new (get_grid (self));
  gtk_widget_set_parent (self->totals, GTK_WIDGET (self));
}

static void
make_status (QdTable *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18), *spacer;

  gtk_widget_add_css_class (box, "qd-table-status");
  self->status_selection = make_label ("qd-secondary");
  self->status_sum = make_label (NULL);
  self->status_mean = make_label (NULL);
  self->status_count = make_label (NULL);
  self->status_critical = make_count (self, QD_CELL_CRITICAL, "error");
  self->status_possible = make_count (self, QD_CELL_POSSIBLE, "warning");
  /* Translators: F8 is a key */
  self->status_next = gtk_button_new_with_label (_ ("Next cell F8"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->status_next), "table.next-problem");
  gtk_widget_add_css_class (self->status_next, "flat");
  gtk_widget_set_valign (self->status_next, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->status_selection);
  gtk_box_append (GTK_BOX (box), self->status_sum);
  gtk_box_append (GTK_BOX (box), self->status_mean);
  gtk_box_append (GTK_BOX (box), self->status_count);
  spacer = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_hexpand (spacer, TRUE);
  gtk_box_append (GTK_BOX (box), spacer);
  gtk_box_append (GTK_BOX (box), self->status_critical);
  gtk_box_append (GTK_BOX (box), self->status_possible);
  gtk_box_append (GTK_BOX (box), self->status_next);
  gtk_widget_set_parent (box, GTK_WIDGET (self));
}

static void
qd_table_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  QdTable *self = QD_TABLE (object);

  switch (id)
    {
    case PROP_MODEL:
      g_value_set_object (value, get_grid (self)->model);
      break;
    case PROP_ID:
      g_value_set_string (value, get_grid (self)->id);
      break;
    case PROP_PLACEHOLDER:
      g_value_set_string (value, get_grid (self)->placeholder);
      break;
    case PROP_N_CRITICAL:
      g_value_set_uint (value, qd_table_get_n_critical (self));
      break;
    case PROP_N_POSSIBLE:
      g_value_set_uint (value, qd_table_get_n_possible (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
qd_table_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  QdTable *self = QD_TABLE (object);

  switch (id)
    {
    case PROP_MODEL:
      qd_table_set_model (self, g_value_get_object (value));
      break;
    case PROP_ID:
      qd_table_set_id (self, g_value_get_string (value));
      break;
    case PROP_PLACEHOLDER:
      qd_table_set_placeholder (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static gboolean
qd_table_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (QD_TABLE (widget)->grid);
}

static void
qd_table_compute_expand (GtkWidget *widget, gboolean *horizontal, gboolean *vertical)
{
  *horizontal = *vertical = TRUE;
}

static void
qd_table_dispose (GObject *object)
{
  QdTable *self = QD_TABLE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->count_source, g_source_remove);
  if (self->grid)
    {
      g_signal_handlers_disconnect_by_data (self->grid, self);
      qd_table_grid_set_model (get_grid (self), NULL);
      self->grid = NULL;
    }
  g_clear_object (&self->toast);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (qd_table_parent_class)->dispose (object);
}

static const char css[] =
    ".qd-table-line, .qd-table-status { padding: 2px 12px; min-height: 28px; background-color: @window_bg_color; font-size: 10pt; }"
    ".qd-table-line { border-bottom: 1px solid alpha(currentColor, .12); }"
    ".qd-table-status { border-top: 1px solid alpha(currentColor, .12); font-feature-settings: \"tnum\"; }"
    ".qd-table-line .heading { font-size: 10pt; }"
    ".qd-table-line .error, .qd-table-status .error { color: @error_color; font-weight: bold; }"
    ".qd-table-line .warning, .qd-table-status .warning { color: mix(@warning_color, @window_fg_color, .15); font-weight: bold; }"
    ".qd-table-line .qd-secondary, .qd-table-status .qd-secondary { color: alpha(@window_fg_color, .65); }"
    ".qd-table-line button, .qd-table-status button { min-height: 24px; padding: 0 10px; }";

static void
load_css (void)
{
  GdkDisplay *display = gdk_display_get_default ();
  GtkCssProvider *provider;

  if (!display || g_object_get_data (G_OBJECT (display), "qd-table-css"))
    return;
  provider = gtk_css_provider_new ();
  gtk_css_provider_load_from_data (provider, css, -1);
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_THEME + 1);
  g_object_set_data_full (G_OBJECT (display), "qd-table-css", provider, g_object_unref);
}

static gboolean
stop_when_handled (GSignalInvocationHint *hint, GValue *sum, const GValue *value, gpointer data)
{
  gboolean handled = g_value_get_boolean (value);

  g_value_set_boolean (sum, handled);
  return !handled;
}

static void
qd_table_class_init (QdTableClass *klass)
{
  static const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "table.copy", copy_action },
    { "table.copy-with-heads", copy_action },
    { "table.cut", cut_action },
    { "table.paste", paste_action },
    { "table.paste-first-column", paste_first_column_action },
    { "table.clear", clear_action },
    { "table.select-all", select_all_action },
    { "table.fill-down", fill_action },
    { "table.fill-right", fill_action },
    { "table.insert-row", insert_row_action },
    { "table.add-row", insert_row_action },
    { "table.delete-rows", delete_rows_action },
    { "table.move-up", move_row_action },
    { "table.move-down", move_row_action },
    { "table.edit", edit_action },
    { "table.open", open_action },
    { "table.today", today_action },
    { "table.copy-above", copy_above_action },
    { "table.apply-fix", apply_fix_action },
    { "table.next-problem", problem_action },
    { "table.previous-problem", problem_action },
    { "table.sort-ascending", sort_action },
    { "table.sort-descending", sort_action },
    { "table.sort-none", sort_action },
    { "table.zoom-in", zoom_action },
    { "table.zoom-out", zoom_action },
    { "table.zoom-reset", zoom_action },
    { "table.undo", undo_action },
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = qd_table_get_property;
  object_class->set_property = qd_table_set_property;
  object_class->dispose = qd_table_dispose;
  widget_class->grab_focus = qd_table_grab_focus;
  widget_class->compute_expand = qd_table_compute_expand;

  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, QD_TYPE_TABLE_MODEL, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_PLACEHOLDER] = g_param_spec_string ("placeholder", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_CRITICAL] = g_param_spec_uint ("n-critical", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_N_POSSIBLE] = g_param_spec_uint ("n-possible", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  signals[MESSAGE] = g_signal_new_class_handler ("message", QD_TYPE_TABLE, G_SIGNAL_RUN_LAST, G_CALLBACK (qd_table_real_message), stop_when_handled, NULL, NULL, G_TYPE_BOOLEAN, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[UNDO] = g_signal_new ("undo", QD_TYPE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CURSOR_MOVED] = g_signal_new ("cursor-moved", QD_TYPE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[VIEW_CHANGED] = g_signal_new ("view-changed", QD_TYPE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "qd-table");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
qd_table_init (QdTable *self)
{
  load_css ();
  gtk_orientable_set_orientation (GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))), GTK_ORIENTATION_VERTICAL);
  make_line (self);
  make_cells (self);
  make_status (self);
  update_line (self);
  update_counts (self);
  update_selection (self);
}

GtkWidget *
qd_table_new (QdTableModel *model, const char *id)
{
  return g_object_new (QD_TYPE_TABLE, "id", id, "model", model, NULL);
}

QdTableModel *
qd_table_get_model (QdTable *self)
{
  g_return_val_if_fail (QD_IS_TABLE (self), NULL);
  return get_grid (self)->model;
}

void
qd_table_set_model (QdTable *self, QdTableModel *model)
{
  g_return_if_fail (QD_IS_TABLE (self));
  if (get_grid (self)->model == model)
    return;
  qd_table_grid_set_model (get_grid (self), model);
  update_line (self);
  update_counts (self);
  update_selection (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

const char *
qd_table_get_id (QdTable *self)
{
  g_return_val_if_fail (QD_IS_TABLE (self), NULL);
  return get_grid (self)->id;
}

void
qd_table_set_id (QdTable *self, const char *id)
{
  QdTableGrid *grid = get_grid (self);

  g_return_if_fail (QD_IS_TABLE (self));
  if (g_strcmp0 (grid->id, id) == 0)
    return;
  g_free (grid->id);
  grid->id = g_strdup (id);
  qd_table_grid_invalidate_layout (grid);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ID]);
}

void
qd_table_set_placeholder (QdTable *self, const char *text)
{
  QdTableGrid *grid = get_grid (self);

  g_return_if_fail (QD_IS_TABLE (self));
  if (g_strcmp0 (grid->placeholder, text) == 0)
    return;
  g_free (grid->placeholder);
  grid->placeholder = g_strdup (text);
  qd_table_grid_invalidate (grid);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PLACEHOLDER]);
}

gboolean
qd_table_get_cursor (QdTable *self, guint *row_out, guint *column_out)
{
  QdTableGrid *grid = get_grid (self);

  g_return_val_if_fail (QD_IS_TABLE (self), FALSE);
  if (!qd_table_grid_has_cell (grid))
    return FALSE;
  if (row_out)
    *row_out = qd_table_grid_get_model_row (grid);
  if (column_out)
    *column_out = grid->cursor.active.column;
  return TRUE;
}

QdCellRange
qd_table_get_selection (QdTable *self)
{
  return qd_table_cursor_get_range (&get_grid (self)->cursor);
}

void
qd_table_select (QdTable *self, const QdCellRange *range)
{
  QdTableGrid *grid = get_grid (self);

  g_return_if_fail (QD_IS_TABLE (self) && range);
  qd_table_grid_commit_edit (grid);
  qd_table_cursor_select (&grid->cursor, range);
  qd_table_grid_moved (grid, TRUE);
}

void
qd_table_go_to (QdTable *self, guint model_row, guint column)
{
  QdTableGrid *grid = get_grid (self);
  guint row;

  g_return_if_fail (QD_IS_TABLE (self));
  if (!grid->model || model_row >= qd_table_model_get_n_rows (grid->model))
    return;
  qd_table_grid_commit_edit (grid);
  if (!qd_table_view_from_model (grid->view, model_row, &row))
    {
      qd_table_view_set_filter (grid->view, NULL);
      qd_table_view_set_only_problems (grid->view, FALSE);
      if (!qd_table_view_from_model (grid->view, model_row, &row))
        return;
    }
  qd_table_cursor_set (&grid->cursor, row, column, FALSE);
  qd_table_grid_moved (grid, TRUE);
  qd_table_grid_flash (grid);
}

gboolean
qd_table_next_problem (QdTable *self, gboolean back)
{
  g_return_val_if_fail (QD_IS_TABLE (self), FALSE);
  return qd_table_grid_next_problem (get_grid (self), back);
}

guint
qd_table_get_n_critical (QdTable *self)
{
  return self->n_critical;
}

guint
qd_table_get_n_possible (QdTable *self)
{
  return self->n_possible;
}

guint
qd_table_get_n_shown (QdTable *self)
{
  return get_grid (self)->view ? qd_table_view_get_n_rows (get_grid (self)->view) : 0;
}

void
qd_table_set_filter (QdTable *self, const char *text)
{
  QdTableGrid *grid = get_grid (self);

  qd_table_grid_commit_edit (grid);
  if (grid->view)
    qd_table_view_set_filter (grid->view, text);
}

void
qd_table_set_only_problems (QdTable *self, gboolean only)
{
  QdTableGrid *grid = get_grid (self);

  qd_table_grid_commit_edit (grid);
  if (grid->view)
    qd_table_view_set_only_problems (grid->view, only);
}

void
qd_table_sort (QdTable *self, int column, gboolean descending)
{
  QdTableGrid *grid = get_grid (self);

  qd_table_grid_commit_edit (grid);
  if (grid->view)
    qd_table_view_sort (grid->view, column, descending);
}

void
qd_table_commit (QdTable *self)
{
  g_return_if_fail (QD_IS_TABLE (self));
  qd_table_grid_commit_edit (get_grid (self));
}

void
qd_table_paste_text (QdTable *self, const char *text)
{
  g_return_if_fail (QD_IS_TABLE (self) && text);
  qd_table_grid_commit_edit (get_grid (self));
  qd_table_grid_paste_text (get_grid (self), text);
}
