/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-table-grid"
#include "config.h"
#include "qd-table-grid-private.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define FLASH_MS 600
#define FEW_ROWS 100
#define SUMMARY_PIECE 8000 /* µs, between frames */

enum
{
  PROP_0,
  PROP_HADJUSTMENT,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
};

enum
{
  MESSAGE,
  CURSOR_MOVED,
  CHANGED,        /* totals, marks, number of rows */
  LAYOUT_CHANGED, /* columns, zoom, scroll position */
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (QdTableGrid, qd_table_grid, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

/* Cells. */

static gboolean
is_skipped (guint row, guint column, gpointer data)
{
  QdTableGrid *self = data;

  return qd_table_model_get_column (self->model, column)->computed ||
         (qd_table_model_get_flags (self->model, qd_table_view_to_model (self->view, row), column) & QD_CELL_NOT_RELEVANT) != 0;
}

static gboolean
is_empty (guint row, guint column, gpointer data)
{
  QdTableGrid *self = data;
  g_autofree char *text = qd_table_model_dup_text (self->model, qd_table_view_to_model (self->view, row), column);

  return !text || !*text;
}

QdTableShape
qd_table_grid_get_shape (QdTableGrid *self)
{
  QdTableShape shape = { 0, 0, 1, is_skipped, is_empty, self };

  if (self->model)
    {
      int room = gtk_widget_get_height (GTK_WIDGET (self)) - self->head_height;

      shape.n_rows = qd_table_view_get_n_rows (self->view);
      shape.n_columns = qd_table_model_get_n_columns (self->model);
      shape.page = (guint) MAX (1, room / MAX (1, self->row_height) - 1);
    }
  return shape;
}

gboolean
qd_table_grid_has_cell (QdTableGrid *self)
{
  QdTableShape shape = qd_table_grid_get_shape (self);

  return self->cursor.active.row < shape.n_rows && self->cursor.active.column < shape.n_columns;
}

guint
qd_table_grid_get_model_row (QdTableGrid *self)
{
  return qd_table_view_to_model (self->view, self->cursor.active.row);
}

void
qd_table_grid_invalidate (QdTableGrid *self)
{
  qd_table_grid_forget_cells (self);
  gtk_widget_queue_draw (self->canvas);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

char *
qd_table_grid_dup_cell_label (QdTableGrid *self)
{
  const QdColumn *column;
  g_autofree char *text = NULL;
  g_autofree char *title = NULL;
  QdCellFlags flags;
  guint row;

  if (!qd_table_grid_has_cell (self))
    return g_strdup (self->model && qd_table_model_get_n_rows (self->model) > 0 ? _ ("No rows match the filter") : self->placeholder ? self->placeholder
                                                                                                                                     : _ ("Empty table"));
  row = qd_table_grid_get_model_row (self);
  column = qd_table_model_get_column (self->model, self->cursor.active.column);
  flags = qd_table_model_get_flags (self->model, row, self->cursor.active.column);
  text = flags & QD_CELL_NOT_RELEVANT ? g_strdup (_ ("not applicable")) : qd_table_model_dup_display (self->model, row, self->cursor.active.column);
  title = column->unit && *column->unit ? g_strdup_printf ("%s %s", column->title, column->unit) : g_strdup (column->title);
  if (!text || !*text)
    {
      g_free (text);
      text = g_strdup (_ ("empty"));
    }
  if (flags & QD_CELL_CRITICAL)
    /* Translators: what a screen reader says of a cell: row, column, text */
    return g_strdup_printf (_ ("Row %u, %s, %s, must fix"), row + 1, title, text);
  if (flags & QD_CELL_POSSIBLE)
    return g_strdup_printf (_ ("Row %u, %s, %s, check"), row + 1, title, text);
  if (column->computed || flags & QD_CELL_READ_ONLY)
    return g_strdup_printf (_ ("Row %u, %s, %s, cannot be changed"), row + 1, title, text);
  return g_strdup_printf (_ ("Row %u, %s, %s"), row + 1, title, text);
}

static void
update_accessible (QdTableGrid *self)
{
  g_autofree char *label = qd_table_grid_dup_cell_label (self);
  g_autofree char *message = NULL;
  QdCellFlags flags = QD_CELL_NORMAL;

  if (qd_table_grid_has_cell (self))
    {
      flags = qd_table_model_get_flags (self->model, qd_table_grid_get_model_row (self), self->cursor.active.column);
      message = qd_table_model_dup_message (self->model, qd_table_grid_get_model_row (self), self->cursor.active.column, NULL);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, message ? message : "", -1);
  /* The text has the focus, so it says the same. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_PROPERTY_LABEL, label, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, message ? message : "", -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->text), GTK_ACCESSIBLE_STATE_INVALID, flags & QD_CELL_CRITICAL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

void
qd_table_grid_moved (QdTableGrid *self, gboolean scroll)
{
  QdTableShape shape = qd_table_grid_get_shape (self);

  if (!self->model)
    return;
  qd_table_cursor_clamp (&self->cursor, &shape);
  qd_table_grid_update_layout (self);
  if (scroll)
    {
      qd_table_grid_update_adjustments (self);
      qd_table_grid_scroll_to (self, self->cursor.end.row, self->cursor.end.column);
    }
  qd_table_grid_prepare_editor (self);
  update_accessible (self);
  gtk_widget_queue_draw (self->canvas);
  g_signal_emit (self, signals[CURSOR_MOVED], 0);
}

void
qd_table_grid_typed (QdTableGrid *self)
{
  g_signal_emit (self, signals[CURSOR_MOVED], 0);
}

void
qd_table_grid_move (QdTableGrid *self, QdMove move, gboolean extend)
{
  QdTableShape shape = qd_table_grid_get_shape (self);

  qd_table_cursor_move (&self->cursor, &shape, move, extend);
  qd_table_grid_moved (self, TRUE);
}

void
qd_table_grid_message (QdTableGrid *self, const char *text, const char *action)
{
  g_signal_emit (self, signals[MESSAGE], 0, text, action);
}

void
qd_table_grid_take_error (QdTableGrid *self, GError *error)
{
  gtk_widget_error_bell (GTK_WIDGET (self));
  qd_table_grid_message (self, error ? error->message : _ ("This cannot be changed here"), NULL);
  g_clear_error (&error);
}

static gboolean
flash_over_cb (gpointer data)
{
  QdTableGrid *self = data;

  self->flash_source = 0;
  gtk_widget_queue_draw (self->canvas);
  return G_SOURCE_REMOVE;
}

void
qd_table_grid_flash (QdTableGrid *self)
{
  gboolean animate = TRUE;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animate, NULL);
  if (!animate || !qd_table_grid_has_cell (self))
    return;
  self->flash = self->cursor.active;
  g_clear_handle_id (&self->flash_source, g_source_remove);
  self->flash_source = g_timeout_add (FLASH_MS, flash_over_cb, self);
  gtk_widget_queue_draw (self->canvas);
}

/* The model. */

/* Only cells that changed are laid out anew. */
static void
forget_rows (QdTableGrid *self, guint position, guint count)
{
  guint n_rows = qd_table_model_get_n_rows (self->model);

  gtk_widget_queue_draw (self->canvas);
  if (position >= n_rows)
    return;
  count = MIN (count, n_rows - position);
  if (count > FEW_ROWS)
    {
      qd_table_grid_forget_cells (self);
      return;
    }
  for (guint i = 0; i < count; i++)
    {
      guint row;

      if (qd_table_view_from_model (self->view, position + i, &row))
        qd_table_grid_forget_row (self, row);
    }
}

/* After a change of many rows: totals and counts are told when they are complete. */
static gboolean
summarise_cb (gpointer data)
{
  QdTableGrid *self = data;

  if (!qd_table_summary_read_some (self->summary, g_get_monotonic_time () + SUMMARY_PIECE))
    return G_SOURCE_CONTINUE;
  self->summary_source = 0;
  gtk_widget_queue_draw (self->canvas);
  g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
summarise (QdTableGrid *self)
{
  if (!self->summary_source && !qd_table_summary_is_complete (self->summary))
    self->summary_source = g_idle_add (summarise_cb, self);
}

static void
cells_changed_cb (QdTableGrid *self, guint position, guint count)
{
  qd_table_summary_cells_changed (self->summary, position, count);
  summarise (self);
  forget_rows (self, position, count);
  qd_table_grid_prepare_editor (self);
  update_accessible (self);
  g_signal_emit (self, signals[CHANGED], 0);
  g_signal_emit (self, signals[CURSOR_MOVED], 0);
}

static void
rows_changed_cb (QdTableGrid *self, guint position, guint removed, guint added)
{
  qd_table_summary_rows_changed (self->summary, position, removed, added);
  summarise (self);
  if (self->mode != QD_EDIT_NONE)
    {
      if (self->edited.row >= position + removed)
        self->edited.row = self->edited.row - removed + added;
      else if (self->edited.row >= position && removed != added)
        self->edit_lost = TRUE; /* ended when the view knows the rows too */
    }
  if (removed != added)
    self->pasted.n_rows = 0;
}

static void
view_changed_cb (QdTableGrid *self)
{
  QdTableShape shape = qd_table_grid_get_shape (self);
  guint row;

  qd_table_cursor_clamp (&self->cursor, &shape);
  if (self->edit_lost || (self->mode != QD_EDIT_NONE && !qd_table_view_from_model (self->view, self->edited.row, &row)))
    qd_table_grid_cancel_edit (self);
  else if (self->mode != QD_EDIT_NONE && row != self->cursor.active.row)
    self->cursor.active.row = self->cursor.end.row = row;
  self->edit_lost = FALSE;
  qd_table_grid_invalidate (self);
  qd_table_grid_update_adjustments (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  g_signal_emit (self, signals[CHANGED], 0);
  qd_table_grid_moved (self, FALSE);
}

static void
columns_changed_cb (QdTableGrid *self)
{
  qd_table_grid_cancel_edit (self);
  qd_table_summary_reset (self->summary);
  summarise (self);
  qd_table_cursor_init (&self->cursor);
  self->pasted.n_rows = 0;
  qd_table_grid_invalidate_layout (self);
  g_signal_emit (self, signals[CHANGED], 0);
  qd_table_grid_moved (self, FALSE);
}

static void
drop_model (QdTableGrid *self)
{
  if (!self->model)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  qd_table_grid_stop_autoscroll (self);
  g_signal_handlers_disconnect_by_data (self->model, self);
  g_signal_handlers_disconnect_by_data (self->view, self);
  g_clear_handle_id (&self->summary_source, g_source_remove);
  g_clear_pointer (&self->summary, qd_table_summary_free);
  g_clear_object (&self->view);
  g_clear_object (&self->model);
  g_clear_pointer (&self->refused, qd_table_block_free);
  qd_table_cursor_init (&self->cursor);
  self->pasted.n_rows = 0;
}

void
qd_table_grid_set_model (QdTableGrid *self, QdTableModel *model)
{
  if (self->model == model)
    return;
  qd_table_grid_commit_edit (self);
  drop_model (self);
  if (model)
    {
      self->model = g_object_ref (model);
      self->summary = qd_table_summary_new (model);
      summarise (self);
      /* Before the view, which emits on the same signals: the summary must know the rows first. */
      g_signal_connect_swapped (model, "rows-changed", G_CALLBACK (rows_changed_cb), self);
      self->view = qd_table_view_new (model);
      g_signal_connect_swapped (model, "cells-changed", G_CALLBACK (cells_changed_cb), self);
      g_signal_connect_swapped (model, "columns-changed", G_CALLBACK (columns_changed_cb), self);
      g_signal_connect_swapped (self->view, "changed", G_CALLBACK (view_changed_cb), self);
    }
  if (self->hadjustment)
    gtk_adjustment_set_value (self->hadjustment, 0);
  if (self->vadjustment)
    gtk_adjustment_set_value (self->vadjustment, 0);
  qd_table_grid_invalidate_layout (self);
  g_signal_emit (self, signals[CHANGED], 0);
  qd_table_grid_moved (self, FALSE);
}

/* The widget. */

void
qd_table_grid_layout_changed (QdTableGrid *self)
{
  g_signal_emit (self, signals[LAYOUT_CHANGED], 0);
}

static void
scrolled_cb (QdTableGrid *self)
{
  qd_table_grid_layout_changed (self);
  gtk_widget_queue_draw (self->canvas);
  gtk_widget_queue_allocate (self->text);
}

static void
set_adjustment (QdTableGrid *self, GtkAdjustment **place, GtkAdjustment *adjustment)
{
  if (*place == adjustment)
    return;
  if (*place)
    g_signal_handlers_disconnect_by_func (*place, scrolled_cb, self);
  g_clear_object (place);
  if (adjustment)
    {
      *place = g_object_ref_sink (adjustment);
      g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self);
    }
  qd_table_grid_update_adjustments (self);
}

static void
qd_table_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QdTableGrid *self = QD_TABLE_GRID (widget);

  qd_table_grid_update_layout (self);
  qd_table_grid_update_adjustments (self);
  gtk_widget_size_allocate (self->canvas, &(GtkAllocation){ 0, 0, width, height }, -1);
  qd_table_grid_place_editor (self);
  if (self->menu)
    gtk_popover_present (GTK_POPOVER (self->menu));
  qd_table_grid_layout_changed (self);
}

static void
qd_table_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 160 : 100;
}

static void
qd_table_grid_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QdTableGrid *self = QD_TABLE_GRID (widget);

  gtk_widget_snapshot_child (widget, self->canvas, snapshot);
  if (self->mode != QD_EDIT_NONE)
    {
      GdkRectangle clip = qd_table_grid_get_clip (self, self->cursor.active.column < self->n_frozen);
      GdkRectangle cell = qd_table_grid_get_cell_rect (self, self->cursor.active.row, self->cursor.active.column);
      GtkAllocation text;
      int padding = qd_table_grid_get_padding (self);

      gtk_widget_get_allocation (self->text, &text);
      cell.width = MAX (cell.width, text.width + 2 * padding - 1);
      /* It may grow over the scrolled columns, not over what is left of it or the heads. */
      clip.width = gtk_widget_get_width (widget) - clip.x;
      gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float) clip.x - 1, (float) clip.y - 1, (float) clip.width + 1, (float) clip.height + 1));
      qd_table_grid_draw_editor_frame (self, snapshot, &cell);
      gtk_widget_snapshot_child (widget, self->text, snapshot);
      gtk_snapshot_pop (snapshot);
    }
}

static gboolean
qd_table_grid_grab_focus (GtkWidget *widget)
{
  return gtk_text_grab_focus_without_selecting (GTK_TEXT (QD_TABLE_GRID (widget)->text));
}

static gboolean
qd_table_grid_focus (GtkWidget *widget, GtkDirectionType direction)
{
  /* One stop; inside it Tab goes from cell to cell. */
  if (gtk_widget_get_focus_child (widget))
    return FALSE;
  return gtk_widget_grab_focus (widget);
}

static void
colors_changed (QdTableGrid *self)
{
  self->colors_valid = FALSE;
  gtk_widget_queue_draw (self->canvas);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
qd_table_grid_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  QdTableGrid *self = QD_TABLE_GRID (widget);

  GTK_WIDGET_CLASS (qd_table_grid_parent_class)->css_changed (widget, change);
  /* Fonts may have changed: widths of texts and heights of rows with them. */
  if (self->canvas)
    {
      colors_changed (self);
      qd_table_grid_refresh_layout (self);
    }
}

static void
qd_table_grid_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  QdTableGrid *self = QD_TABLE_GRID (object);

  switch (id)
    {
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->hadjustment);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->vadjustment);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, (int) self->hscroll_policy);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, (int) self->vscroll_policy);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
qd_table_grid_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  QdTableGrid *self = QD_TABLE_GRID (object);

  switch (id)
    {
    case PROP_HADJUSTMENT:
      set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, &self->vadjustment, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      self->hscroll_policy = (guint) g_value_get_enum (value) & 1;
      break;
    case PROP_VSCROLL_POLICY:
      self->vscroll_policy = (guint) g_value_get_enum (value) & 1;
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
qd_table_grid_dispose (GObject *object)
{
  QdTableGrid *self = QD_TABLE_GRID (object);

  self->mode = QD_EDIT_NONE;
  drop_model (self);
  g_clear_handle_id (&self->flash_source, g_source_remove);
  if (self->text)
    qd_table_grid_dispose_editor (self);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->canvas, gtk_widget_unparent);
  if (self->hadjustment)
    g_signal_handlers_disconnect_by_func (self->hadjustment, scrolled_cb, self);
  if (self->vadjustment)
    g_signal_handlers_disconnect_by_func (self->vadjustment, scrolled_cb, self);
  g_clear_object (&self->hadjustment);
  g_clear_object (&self->vadjustment);
  G_OBJECT_CLASS (qd_table_grid_parent_class)->dispose (object);
}

static void
qd_table_grid_finalize (GObject *object)
{
  QdTableGrid *self = QD_TABLE_GRID (object);

  g_free (self->id);
  g_free (self->placeholder);
  g_clear_pointer (&self->columns, g_array_unref);
  qd_table_grid_dispose_cells (self);
  G_OBJECT_CLASS (qd_table_grid_parent_class)->finalize (object);
}

static void
qd_table_grid_class_init (QdTableGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = qd_table_grid_get_property;
  object_class->set_property = qd_table_grid_set_property;
  object_class->dispose = qd_table_grid_dispose;
  object_class->finalize = qd_table_grid_finalize;
  widget_class->size_allocate = qd_table_grid_size_allocate;
  widget_class->measure = qd_table_grid_measure;
  widget_class->snapshot = qd_table_grid_snapshot;
  widget_class->grab_focus = qd_table_grid_grab_focus;
  widget_class->focus = qd_table_grid_focus;
  widget_class->css_changed = qd_table_grid_css_changed;

  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");

  signals[MESSAGE] = g_signal_new ("message", QD_TYPE_TABLE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[CURSOR_MOVED] = g_signal_new ("cursor-moved", QD_TYPE_TABLE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED] = g_signal_new ("changed", QD_TYPE_TABLE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  signals[LAYOUT_CHANGED] = g_signal_new ("layout-changed", QD_TYPE_TABLE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "qd-grid");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GRID);
}

static void
qd_table_grid_init (QdTableGrid *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  self->zoom = 1;
  self->hover_head = -1;
  qd_table_cursor_init (&self->cursor);
  self->canvas = qd_table_canvas_new ();
  gtk_widget_set_can_target (self->canvas, FALSE);
  gtk_widget_set_parent (self->canvas, GTK_WIDGET (self));
  qd_table_grid_init_editor (self);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  qd_table_grid_add_mouse (self);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (colors_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (colors_changed), self, G_CONNECT_SWAPPED);
}

GtkWidget *
qd_table_grid_new (void)
{
  return g_object_new (QD_TYPE_TABLE_GRID, NULL);
}
