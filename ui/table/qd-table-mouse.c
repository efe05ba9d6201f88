/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mouse: selecting, dragging, filling, sorting by heads, the menu, and what tooltips say. */
#define G_LOG_DOMAIN "qd-table-mouse"
#include "config.h"
#include "qd-table-grid-private.h"

#include <math.h>
#include <glib/gi18n-lib.h>
#include "qd-table-paste.h"

#define AUTOSCROLL_MS 30

void
qd_table_grid_stop_autoscroll (QdTableGrid *self)
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
      else if (hit.kind == QD_HIT_CELL && qd_table_model_get_column (self->model, hit.column)->multiple)
        qd_table_grid_open (self);
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

  qd_table_grid_stop_autoscroll (self);
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

/* Of several choices some have no room. */
static gboolean
has_hidden_chips (QdTableGrid *self, guint row, guint column)
{
  const QdDrawnCell *cell = qd_table_grid_get_cell (self, row, column);
  const char *text;

  if (cell->boxed == 0)
    return FALSE;
  text = pango_layout_get_text (cell->layout);
  return text[cell->boxed] != '\0' || g_str_has_suffix (text, "…");
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
    {
      text = qd_table_model_dup_message (self->model, qd_table_view_to_model (self->view, hit.row), hit.column, NULL);
      if (!text && has_hidden_chips (self, hit.row, hit.column))
        text = qd_table_model_dup_display (self->model, qd_table_view_to_model (self->view, hit.row), hit.column);
    }
  if (!text || !*text)
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

void
qd_table_grid_add_mouse (QdTableGrid *self)
{
  GtkEventController *controller;
  GtkGesture *click, *drag;

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
}
