/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-table-grid"
#include "config.h"
#include "qd-table-grid-private.h"

#include <adwaita.h>
#include <math.h>
#include <glib/gi18n-lib.h>
#include "qd-table-paste.h"

#define FLASH_MS 600
#define AUTOSCROLL_MS 30
#define FEW_ROWS 100

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
  if (self->cells)
    g_hash_table_remove_all (self->cells);
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

/* Rows. */

void
qd_table_grid_insert_row (QdTableGrid *self, gboolean at_end)
{
  g_autoptr (GError) error = NULL;
  guint position;

  if (!self->model || !qd_table_model_can_add_rows (self->model))
    {
      qd_table_grid_message (self, _ ("This table takes no more rows"), NULL);
      return;
    }
  qd_table_grid_commit_edit (self);
  position = at_end || !qd_table_grid_has_cell (self) ? qd_table_model_get_n_rows (self->model) : qd_table_grid_get_model_row (self);
  self->pasted.n_rows = 0;
  if (!qd_table_model_insert_rows (self->model, position, 1, &error))
    {
      qd_table_grid_take_error (self, g_steal_pointer (&error));
      return;
    }
  if (qd_table_view_from_model (self->view, position, &position))
    qd_table_cursor_set (&self->cursor, position, at_end ? 0 : self->cursor.active.column, FALSE);
  qd_table_grid_moved (self, TRUE);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  guint left = *(const guint *) a, right = *(const guint *) b;

  return left < right ? -1 : left > right;
}

void
qd_table_grid_delete_rows (QdTableGrid *self)
{
  QdCellRange range = qd_table_cursor_get_range (&self->cursor);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  guint deleted = 0;

  if (!qd_table_grid_has_cell (self))
    return;
  if (!qd_table_model_can_add_rows (self->model))
    {
      qd_table_grid_message (self, _ ("The rows of this table are fixed"), NULL);
      return;
    }
  qd_table_grid_commit_edit (self);
  for (guint i = 0; i < range.n_rows; i++)
    {
      guint row = qd_table_view_to_model (self->view, range.row + i);

      g_array_append_val (rows, row);
    }
  g_array_sort (rows, compare_rows);
  self->pasted.n_rows = 0;
  /* Translators: name of an undo step */
  qd_table_model_begin_step (self->model, C_ ("undo step", "Delete rows"));
  /* Runs of neighbouring rows, from the last. */
  for (guint end = rows->len; end > 0;)
    {
      guint start = end - 1;

      while (start > 0 && g_array_index (rows, guint, start - 1) + 1 == g_array_index (rows, guint, start))
        start--;
      if (!qd_table_model_remove_rows (self->model, g_array_index (rows, guint, start), end - start, &error))
        break;
      deleted += end - start;
      end = start;
    }
  qd_table_model_end_step (self->model);
  qd_table_cursor_set (&self->cursor, range.row, self->cursor.active.column, FALSE);
  qd_table_grid_moved (self, TRUE);
  if (error)
    qd_table_grid_take_error (self, g_steal_pointer (&error));
  if (deleted == 0)
    return;
  text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u row deleted", "%u rows deleted", deleted), deleted);
  qd_table_grid_message (self, text, "table.undo");
}

void
qd_table_grid_move_row (QdTableGrid *self, gboolean down)
{
  QdCellRange range = qd_table_cursor_get_range (&self->cursor);
  guint n = self->model ? qd_table_model_get_n_rows (self->model) : 0, from, to;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (!qd_table_grid_has_cell (self) || !qd_table_model_can_add_rows (self->model))
    return;
  if (qd_table_view_is_filtered (self->view) || qd_table_view_is_sorted (self->view))
    {
      qd_table_grid_message (self, _ ("Rows can be moved when the table is neither sorted nor filtered"), NULL);
      return;
    }
  if (down ? range.row + range.n_rows >= n : range.row == 0)
    return;
  qd_table_grid_commit_edit (self);
  self->pasted.n_rows = 0;
  /* The one row beside the block goes to its other side. */
  from = down ? range.row + range.n_rows : range.row - 1;
  to = down ? range.row : range.row + range.n_rows - 1;
  qd_table_model_begin_step (self->model, C_ ("undo step", "Move rows"));
  ok = qd_table_model_move_row (self->model, from, to, &error);
  qd_table_model_end_step (self->model);
  if (!ok)
    {
      qd_table_grid_take_error (self, g_steal_pointer (&error));
      return;
    }
  self->cursor.active.row += down ? 1 : -1;
  range.row += down ? 1 : -1;
  self->cursor.end.row = self->cursor.active.row == range.row ? range.row + range.n_rows - 1 : range.row;
  qd_table_grid_moved (self, TRUE);
}

void
qd_table_grid_fill (QdTableGrid *self, gboolean right)
{
  QdCellRange target = qd_table_cursor_get_range (&self->cursor), source;
  g_autoptr (GError) error = NULL;
  guint n = right ? target.n_columns : target.n_rows;

  if (!qd_table_grid_has_cell (self))
    return;
  /* One row or column alone takes from its neighbour. */
  if (n == 1)
    {
      if (right ? target.column == 0 : target.row == 0)
        return;
      *(right ? &target.column : &target.row) -= 1;
      *(right ? &target.n_columns : &target.n_rows) += 1;
    }
  source = target;
  *(right ? &source.n_columns : &source.n_rows) = 1;
  self->pasted.n_rows = 0;
  if (!qd_table_fill (self->view, &source, &target, FALSE, NULL, &error))
    qd_table_grid_take_error (self, g_steal_pointer (&error));
  qd_table_grid_moved (self, FALSE);
}

gboolean
qd_table_grid_next_problem (QdTableGrid *self, gboolean back)
{
  QdCellPos found;

  if (!self->model)
    return FALSE;
  qd_table_grid_commit_edit (self);
  /* After a paste the first bad cell of the block comes first. */
  if (self->find_in_pasted && self->pasted.n_rows > 0 && !back)
    {
      self->find_in_pasted = FALSE;
      for (guint i = 0; i < self->pasted.n_rows; i++)
        for (guint j = 0; j < self->pasted.n_columns; j++)
          if (qd_table_model_get_flags (self->model, qd_table_view_to_model (self->view, self->pasted.row + i), self->pasted.column + j) & QD_CELL_CRITICAL)
            {
              qd_table_cursor_set (&self->cursor, self->pasted.row + i, self->pasted.column + j, FALSE);
              qd_table_grid_moved (self, TRUE);
              return TRUE;
            }
    }
  if (!qd_table_find_problem (self->view, self->summary, &self->cursor.active, back, &found))
    return FALSE;
  qd_table_cursor_set (&self->cursor, found.row, found.column, FALSE);
  qd_table_grid_moved (self, TRUE);
  return TRUE;
}

void
qd_table_grid_apply_fix (QdTableGrid *self)
{
  g_autofree char *message = NULL;
  g_autofree char *fix = NULL;
  g_autoptr (GError) error = NULL;
  guint row;

  if (!qd_table_grid_has_cell (self))
    return;
  qd_table_grid_cancel_edit (self);
  row = qd_table_grid_get_model_row (self);
  message = qd_table_model_dup_message (self->model, row, self->cursor.active.column, &fix);
  if (!fix)
    return;
  if (!qd_table_model_set_cells (self->model, &(QdCellEdit){ row, self->cursor.active.column, fix }, 1, C_ ("undo step", "Quick fix"), &error))
    qd_table_grid_take_error (self, g_steal_pointer (&error));
  qd_table_grid_moved (self, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

/* Mouse. */

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

static void
stop_autoscroll (QdTableGrid *self)
{
  g_clear_handle_id (&self->scroll_source, g_source_remove);
}

static void
update_fill_target (QdTableGrid *self, double x, double y)
{
  QdCellRange source = qd_table_cursor_get_range (&self->cursor);
  QdCellPos pos = qd_table_grid_nearest (self, x, y);
  guint up = source.row > pos.row ? source.row - pos.row : 0, down = pos.row >= source.row + source.n_rows ? pos.row - (source.row + source.n_rows) + 1 : 0;
  guint left = source.column > pos.column ? source.column - pos.column : 0, right = pos.column >= source.column + source.n_columns ? pos.column - (source.column + source.n_columns) + 1 : 0;

  self->fill_target = source;
  /* One direction: the one with more cells. */
  if (up + down > 0 && up + down >= left + right)
    {
      self->fill_target.row -= up;
      self->fill_target.n_rows += up + down;
    }
  else
    {
      self->fill_target.column -= left;
      self->fill_target.n_columns += left + right;
    }
}

static void
drag_to (QdTableGrid *self, double x, double y)
{
  QdTableShape shape = qd_table_grid_get_shape (self);
  QdCellPos pos = qd_table_grid_nearest (self, x, y);

  switch (self->drag.kind)
    {
    case QD_HIT_CELL:
      qd_table_cursor_set (&self->cursor, pos.row, pos.column, TRUE);
      qd_table_grid_moved (self, FALSE);
      break;
    case QD_HIT_ROW:
      qd_table_cursor_select_rows (&self->cursor, &shape, pos.row, TRUE);
      qd_table_grid_moved (self, FALSE);
      break;
    case QD_HIT_HEAD:
      qd_table_cursor_select_columns (&self->cursor, &shape, pos.column, TRUE);
      qd_table_grid_moved (self, FALSE);
      break;
    case QD_HIT_HANDLE:
      update_fill_target (self, x, y);
      gtk_widget_queue_draw (self->canvas);
      break;
    case QD_HIT_NONE:
    case QD_HIT_SORT:
    case QD_HIT_RESIZE:
    case QD_HIT_CORNER:
    default:
      break;
    }
}

/* While the pointer is beyond a border, the cells come towards it. */
static gboolean
autoscroll_cb (gpointer data)
{
  QdTableGrid *self = data;
  double left = self->gutter + qd_table_grid_get_frozen_width (self), right = gtk_widget_get_width (GTK_WIDGET (self));
  double top = self->head_height, bottom = gtk_widget_get_height (GTK_WIDGET (self));
  double down = self->drag_y < top ? self->drag_y - top : self->drag_y > bottom ? self->drag_y - bottom
                                                                                : 0;
  double across = self->drag_x < left ? self->drag_x - left : self->drag_x > right ? self->drag_x - right
                                                                                   : 0;

  if (self->drag.kind == QD_HIT_ROW || qd_table_grid_get_hscroll (self) == 0)
    across = MAX (across, 0);
  if (self->drag.kind == QD_HIT_ROW)
    across = 0;
  if (self->drag.kind == QD_HIT_HEAD)
    down = 0;
  if (down != 0 && self->vadjustment)
    gtk_adjustment_set_value (self->vadjustment, gtk_adjustment_get_value (self->vadjustment) + down / 2);
  if (across != 0 && self->hadjustment)
    gtk_adjustment_set_value (self->hadjustment, gtk_adjustment_get_value (self->hadjustment) + across / 2);
  if (down != 0 || across != 0)
    drag_to (self, self->drag_x, self->drag_y);
  return G_SOURCE_CONTINUE;
}

static void
sort_by (QdTableGrid *self, guint column)
{
  gboolean descending;
  int now = qd_table_view_get_sort_column (self->view, &descending);

  qd_table_grid_commit_edit (self);
  if (now != (int) column)
    qd_table_view_sort (self->view, (int) column, FALSE);
  else if (!descending)
    qd_table_view_sort (self->view, (int) column, TRUE);
  else
    qd_table_view_sort (self->view, -1, FALSE);
}

static gboolean
is_shift (GtkEventController *controller)
{
  return (gtk_event_controller_get_current_event_state (controller) & GDK_SHIFT_MASK) != 0;
}

static void
pressed_cb (QdTableGrid *self, int n_press, double x, double y, GtkGesture *gesture)
{
  QdTableShape shape = qd_table_grid_get_shape (self);
  gboolean extend = is_shift (GTK_EVENT_CONTROLLER (gesture));
  QdHit hit;

  self->drag.kind = QD_HIT_NONE;
  if (!self->model)
    return;
  qd_table_grid_commit_edit (self);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  hit = qd_table_grid_hit (self, x, y);
  self->drag = hit;
  if (n_press == 2)
    {
      if (hit.kind == QD_HIT_RESIZE)
        qd_table_grid_fit_column (self, hit.column);
      else if (hit.kind == QD_HIT_CELL)
        qd_table_grid_begin_edit (self, QD_EDIT_INSIDE);
      self->drag.kind = QD_HIT_NONE;
      return;
    }
  switch (hit.kind)
    {
    case QD_HIT_CELL:
      qd_table_cursor_set (&self->cursor, hit.row, hit.column, extend);
      qd_table_grid_moved (self, !extend);
      break;
    case QD_HIT_ROW:
      qd_table_cursor_select_rows (&self->cursor, &shape, hit.row, extend);
      qd_table_grid_moved (self, FALSE);
      break;
    case QD_HIT_HEAD:
      qd_table_cursor_select_columns (&self->cursor, &shape, hit.column, extend);
      qd_table_grid_moved (self, FALSE);
      break;
    case QD_HIT_SORT:
      sort_by (self, hit.column);
      break;
    case QD_HIT_CORNER:
      qd_table_cursor_select_all (&self->cursor, &shape);
      qd_table_grid_moved (self, FALSE);
      break;
    case QD_HIT_RESIZE:
      self->drag_width = (int) lround (g_array_index (self->columns, QdColumnLayout, hit.column).width / self->zoom);
      break;
    case QD_HIT_HANDLE:
      self->fill_target = qd_table_cursor_get_range (&self->cursor);
      break;
    case QD_HIT_NONE:
    default:
      break;
    }
}

static void
right_pressed_cb (QdTableGrid *self, int n_press, double x, double y)
{
  QdCellRange range = qd_table_cursor_get_range (&self->cursor);
  QdTableShape shape = qd_table_grid_get_shape (self);
  QdHit hit;

  if (!self->model)
    return;
  qd_table_grid_commit_edit (self);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  hit = qd_table_grid_hit (self, x, y);
  if (hit.kind == QD_HIT_CELL && !qd_cell_range_contains (&range, hit.row, hit.column))
    qd_table_cursor_set (&self->cursor, hit.row, hit.column, FALSE);
  else if (hit.kind == QD_HIT_ROW && !(hit.row >= range.row && hit.row - range.row < range.n_rows && range.n_columns == shape.n_columns))
    qd_table_cursor_select_rows (&self->cursor, &shape, hit.row, FALSE);
  else if (hit.kind == QD_HIT_HEAD || hit.kind == QD_HIT_SORT)
    qd_table_cursor_select_columns (&self->cursor, &shape, hit.column, FALSE);
  qd_table_grid_moved (self, FALSE);
  qd_table_grid_show_menu (self, x, y);
}

static void
drag_update_cb (QdTableGrid *self, double dx, double dy, GtkGesture *gesture)
{
  double x, y;

  if (self->drag.kind == QD_HIT_NONE || !gtk_gesture_drag_get_start_point (GTK_GESTURE_DRAG (gesture), &x, &y))
    return;
  if (self->drag.kind == QD_HIT_RESIZE)
    {
      qd_table_grid_set_column_width (self, self->drag.column, self->drag_width + (int) lround (dx / self->zoom), FALSE);
      return;
    }
  self->drag_x = x + dx;
  self->drag_y = y + dy;
  self->fill_series = (gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture)) & GDK_CONTROL_MASK) != 0;
  if (!self->scroll_source)
    self->scroll_source = g_timeout_add (AUTOSCROLL_MS, autoscroll_cb, self);
  /* A press that does not leave its cell is no drag. */
  if (fabs (dx) > 3 || fabs (dy) > 3)
    drag_to (self, self->drag_x, self->drag_y);
}

static void
drag_end_cb (QdTableGrid *self, double dx, double dy, GtkGesture *gesture)
{
  QdCellRange source = qd_table_cursor_get_range (&self->cursor), target = self->fill_target;
  gboolean series = (gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture)) & GDK_CONTROL_MASK) != 0;
  g_autoptr (GError) error = NULL;

  stop_autoscroll (self);
  self->fill_target.n_rows = 0;
  if (self->drag.kind == QD_HIT_RESIZE && self->columns && self->drag.column < self->columns->len && dx != 0)
    qd_table_grid_set_column_width (self, self->drag.column, (int) lround (g_array_index (self->columns, QdColumnLayout, self->drag.column).width / self->zoom), TRUE);
  if (self->drag.kind == QD_HIT_HANDLE && (target.n_rows > source.n_rows || target.n_columns > source.n_columns))
    {
      self->pasted.n_rows = 0;
      if (!qd_table_fill (self->view, &source, &target, series, NULL, &error))
        qd_table_grid_take_error (self, g_steal_pointer (&error));
      else
        qd_table_cursor_select (&self->cursor, &target);
      qd_table_grid_moved (self, FALSE);
    }
  self->drag.kind = QD_HIT_NONE;
  gtk_widget_queue_draw (self->canvas);
}

static void
motion_cb (QdTableGrid *self, double x, double y)
{
  QdHit hit = qd_table_grid_hit (self, x, y);
  int hover = hit.kind == QD_HIT_HEAD || hit.kind == QD_HIT_SORT ? (int) hit.column : -1;

  if (self->drag.kind == QD_HIT_NONE)
    gtk_widget_set_cursor_from_name (GTK_WIDGET (self), hit.kind == QD_HIT_RESIZE ? "col-resize" : hit.kind == QD_HIT_HANDLE ? "crosshair"
                                                                                                                             : NULL);
  if (hover != self->hover_head)
    {
      self->hover_head = hover;
      gtk_widget_queue_draw (self->canvas);
    }
}

static void
motion_left_cb (QdTableGrid *self)
{
  if (self->hover_head < 0)
    return;
  self->hover_head = -1;
  gtk_widget_queue_draw (self->canvas);
}

static gboolean
query_tooltip_cb (QdTableGrid *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  QdHit hit;
  g_autofree char *text = NULL;
  GdkRectangle rect;

  if (keyboard || !self->model || !self->columns)
    return FALSE;
  hit = qd_table_grid_hit (self, x, y);
  if (hit.kind == QD_HIT_SORT)
    text = g_strdup (_ ("Sort by this column; the order in the declaration stays"));
  else if (hit.kind == QD_HIT_HEAD && pango_layout_is_ellipsized (g_array_index (self->columns, QdColumnLayout, hit.column).head))
    text = g_strdup (qd_table_model_get_column (self->model, hit.column)->title);
  else if (hit.kind == QD_HIT_CELL)
    text = qd_table_model_dup_message (self->model, qd_table_view_to_model (self->view, hit.row), hit.column, NULL);
  if (!text)
    return FALSE;
  rect = qd_table_grid_get_cell_rect (self, hit.row, hit.column);
  if (hit.kind != QD_HIT_CELL)
    {
      rect.y = 0;
      rect.height = self->head_height;
    }
  gtk_tooltip_set_text (tooltip, text);
  gtk_tooltip_set_tip_area (tooltip, &rect);
  return TRUE;
}

static gboolean
zoom_scroll_cb (QdTableGrid *self, double dx, double dy, GtkEventController *controller)
{
  if (!(gtk_event_controller_get_current_event_state (controller) & GDK_CONTROL_MASK) || dy == 0)
    return FALSE;
  qd_table_grid_zoom (self, dy < 0 ? 1 : -1);
  return TRUE;
}

static void
append_section (GMenu *menu, const char *const *items)
{
  g_autoptr (GMenu) section = g_menu_new ();

  for (; items[0]; items += 2)
    g_menu_append (section, g_dgettext (GETTEXT_PACKAGE, items[0]), items[1]);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
}

static GMenuModel *
make_menu (void)
{
  static const char *const edit[] = { N_ ("Cut"), "table.cut", N_ ("Copy"), "table.copy", N_ ("Copy With Headings"), "table.copy-with-heads", N_ ("Paste"), "table.paste", N_ ("Clear"), "table.clear", NULL };
  static const char *const rows[] = { N_ ("Insert Row Above"), "table.insert-row", N_ ("Delete Rows"), "table.delete-rows", N_ ("Move Up"), "table.move-up", N_ ("Move Down"), "table.move-down", NULL };
  static const char *const fills[] = { N_ ("Fill Down"), "table.fill-down", N_ ("Fill Right"), "table.fill-right", NULL };
  static const char *const sorts[] = { N_ ("Sort Ascending"), "table.sort-ascending", N_ ("Sort Descending"), "table.sort-descending", N_ ("Original Order"), "table.sort-none", NULL };
  GMenu *menu = g_menu_new ();

  append_section (menu, edit);
  append_section (menu, rows);
  append_section (menu, fills);
  append_section (menu, sorts);
  return G_MENU_MODEL (menu);
}

void
qd_table_grid_show_menu (QdTableGrid *self, double x, double y)
{
  if (!self->menu)
    {
      g_autoptr (GMenuModel) model = make_menu ();

      self->menu = gtk_popover_menu_new_from_model (model);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* The model. */

/* Only cells that changed are laid out anew. */
static void
forget_rows (QdTableGrid *self, guint position, guint count)
{
  guint n_columns = qd_table_model_get_n_columns (self->model), n_rows = qd_table_model_get_n_rows (self->model);

  gtk_widget_queue_draw (self->canvas);
  if (!self->cells || position >= n_rows)
    return;
  count = MIN (count, n_rows - position);
  if (count > FEW_ROWS)
    {
      g_hash_table_remove_all (self->cells);
      return;
    }
  for (guint i = 0; i < count; i++)
    {
      guint row;

      if (qd_table_view_from_model (self->view, position + i, &row))
        for (guint j = 0; j < n_columns; j++)
          g_hash_table_remove (self->cells, qd_table_grid_get_cell_key (self, row, j));
    }
}

static void
cells_changed_cb (QdTableGrid *self, guint position, guint count)
{
  qd_table_summary_cells_changed (self->summary, position, count);
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
  stop_autoscroll (self);
  g_signal_handlers_disconnect_by_data (self->model, self);
  g_signal_handlers_disconnect_by_data (self->view, self);
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
  g_clear_pointer (&self->cells, g_hash_table_unref);
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
  GtkEventController *controller;
  GtkGesture *click, *drag;
  AdwStyleManager *manager = adw_style_manager_get_default ();

  self->zoom = 1;
  self->hover_head = -1;
  qd_table_cursor_init (&self->cursor);
  self->canvas = qd_table_canvas_new ();
  gtk_widget_set_can_target (self->canvas, FALSE);
  gtk_widget_set_parent (self->canvas, GTK_WIDGET (self));
  qd_table_grid_init_editor (self);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);

  click = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_PRIMARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  drag = gtk_gesture_drag_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), GDK_BUTTON_PRIMARY);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_gesture_group (drag, click);
  click = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (right_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  controller = gtk_event_controller_motion_new ();
  g_signal_connect_swapped (controller, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (controller, "leave", G_CALLBACK (motion_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
  controller = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  g_signal_connect_swapped (controller, "scroll", G_CALLBACK (zoom_scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);

  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (colors_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (colors_changed), self, G_CONNECT_SWAPPED);
}

GtkWidget *
qd_table_grid_new (void)
{
  return g_object_new (QD_TYPE_TABLE_GRID, NULL);
}
