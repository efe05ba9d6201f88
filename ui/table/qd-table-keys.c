/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What keys do: moving, editing, and the commands that have a key. */
#define G_LOG_DOMAIN "qd-table-keys"
#include "config.h"
#include "qd-table-grid-private.h"

/* The input method has had each of them before (GtkText asks it in the target phase); what it keeps never comes here. */

static void
leave (QdTableGrid *self, gboolean back)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  qd_table_grid_commit_edit (self);
  if (root)
    gtk_widget_child_focus (GTK_WIDGET (root), back ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
}

static void
press_tab (QdTableGrid *self, gboolean back)
{
  QdTableShape shape;

  qd_table_grid_take_choice (self);
  qd_table_grid_commit_edit (self);
  shape = qd_table_grid_get_shape (self);
  if (!qd_table_cursor_tab (&self->cursor, &shape, back) && !back && self->model && qd_table_model_can_add_rows (self->model))
    {
      QdTableCursor before = self->cursor;

      qd_table_grid_insert_row (self, TRUE);
      shape = qd_table_grid_get_shape (self);
      self->cursor = before;
      /* The run of Tabs goes on, so that Enter still finds its column. */
      if (!qd_table_cursor_tab (&self->cursor, &shape, FALSE))
        qd_table_cursor_clamp (&self->cursor, &shape);
    }
  qd_table_grid_moved (self, TRUE);
}

void
qd_table_grid_press_enter (QdTableGrid *self, gboolean back)
{
  QdTableShape shape;

  qd_table_grid_take_choice (self);
  qd_table_grid_commit_edit (self);
  shape = qd_table_grid_get_shape (self);
  qd_table_cursor_enter (&self->cursor, &shape, back);
  qd_table_grid_moved (self, TRUE);
}

static gboolean
get_move (guint key, gboolean control, QdMove *out)
{
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      *out = control ? QD_MOVE_EDGE_LEFT : QD_MOVE_LEFT;
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      *out = control ? QD_MOVE_EDGE_RIGHT : QD_MOVE_RIGHT;
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      *out = control ? QD_MOVE_EDGE_UP : QD_MOVE_UP;
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      *out = control ? QD_MOVE_EDGE_DOWN : QD_MOVE_DOWN;
      return TRUE;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      *out = control ? QD_MOVE_TABLE_START : QD_MOVE_ROW_START;
      return TRUE;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      *out = control ? QD_MOVE_TABLE_END : QD_MOVE_ROW_END;
      return TRUE;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      *out = QD_MOVE_PAGE_UP;
      return !control; /* Ctrl+PgUp: previous section, of the page */
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      *out = QD_MOVE_PAGE_DOWN;
      return !control;
    default:
      return FALSE;
    }
}

static gboolean
is_enter (guint key)
{
  return key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter;
}

/* Keys of commands. GtkText has some of them itself, so they cannot wait for shortcuts further up. */
static const struct
{
  guint key;
  GdkModifierType state;
  const char *action;
  gboolean editing; /* also while an edit goes on, which is committed first */
} commands[] = {
  { GDK_KEY_c, GDK_CONTROL_MASK, "table.copy" },
  { GDK_KEY_Insert, GDK_CONTROL_MASK, "table.copy" },
  { GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "table.copy-with-heads" },
  { GDK_KEY_x, GDK_CONTROL_MASK, "table.cut" },
  { GDK_KEY_v, GDK_CONTROL_MASK, "table.paste" },
  { GDK_KEY_Insert, GDK_SHIFT_MASK, "table.paste" },
  { GDK_KEY_a, GDK_CONTROL_MASK, "table.select-all" },
  { GDK_KEY_d, GDK_CONTROL_MASK, "table.fill-down" },
  { GDK_KEY_r, GDK_CONTROL_MASK, "table.fill-right" },
  { GDK_KEY_t, GDK_CONTROL_MASK, "table.today" },
  { GDK_KEY_apostrophe, GDK_CONTROL_MASK, "table.copy-above" },
  { GDK_KEY_Return, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "table.insert-row", TRUE },
  { GDK_KEY_KP_Enter, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "table.insert-row", TRUE },
  { GDK_KEY_Delete, GDK_CONTROL_MASK, "table.delete-rows" },
  { GDK_KEY_KP_Delete, GDK_CONTROL_MASK, "table.delete-rows" },
  { GDK_KEY_Delete, 0, "table.clear" },
  { GDK_KEY_KP_Delete, 0, "table.clear" },
  { GDK_KEY_Up, GDK_ALT_MASK, "table.move-up", TRUE },
  { GDK_KEY_Return, GDK_ALT_MASK, "table.apply-fix", TRUE },
  { GDK_KEY_F2, 0, "table.edit" },
  { GDK_KEY_F8, 0, "table.next-problem", TRUE },
  { GDK_KEY_F8, GDK_SHIFT_MASK, "table.previous-problem", TRUE },
};

static gboolean
run_command (QdTableGrid *self, guint key, GdkModifierType state)
{
  guint lower = gdk_keyval_to_lower (key);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (commands[i].key == lower && commands[i].state == state && (self->mode == QD_EDIT_NONE || commands[i].editing))
      {
        qd_table_grid_commit_edit (self);
        return gtk_widget_activate_action (GTK_WIDGET (self), commands[i].action, NULL);
      }
  return FALSE;
}

static gboolean
press_while_editing (QdTableGrid *self, guint key, GdkModifierType state)
{
  gboolean shift = (state & GDK_SHIFT_MASK) != 0, control = (state & GDK_CONTROL_MASK) != 0, alt = (state & GDK_ALT_MASK) != 0;
  QdMove move;

  if (run_command (self, key, state))
    return TRUE;
  if (key == GDK_KEY_Escape)
    {
      if (self->list_shown && self->mode == QD_EDIT_REPLACE)
        qd_table_grid_hide_list (self);
      else
        qd_table_grid_cancel_edit (self);
      return TRUE;
    }
  if (is_enter (key) && !control && !alt)
    {
      qd_table_grid_press_enter (self, shift);
      return TRUE;
    }
  if (key == GDK_KEY_Tab || key == GDK_KEY_ISO_Left_Tab || key == GDK_KEY_KP_Tab)
    {
      if (control)
        leave (self, shift);
      else
        press_tab (self, shift);
      return TRUE;
    }
  if (key == GDK_KEY_F2)
    {
      self->mode = self->mode == QD_EDIT_REPLACE ? QD_EDIT_INSIDE : QD_EDIT_REPLACE;
      return TRUE;
    }
  if (alt && (key == GDK_KEY_Down || key == GDK_KEY_KP_Down))
    {
      qd_table_grid_open (self);
      return TRUE;
    }
  if (control && !shift && !alt && key == GDK_KEY_t)
    {
      qd_table_grid_put_today (self);
      return TRUE;
    }
  if (control && !alt && (key == GDK_KEY_apostrophe || key == GDK_KEY_quotedbl))
    {
      qd_table_grid_copy_above (self);
      return TRUE;
    }
  if (shift || control || alt || !get_move (key, FALSE, &move))
    return FALSE;
  if (self->list_shown)
    {
      if (move == QD_MOVE_UP || move == QD_MOVE_DOWN)
        return qd_table_grid_move_in_list (self, move == QD_MOVE_UP ? -1 : 1);
      if (move == QD_MOVE_PAGE_UP || move == QD_MOVE_PAGE_DOWN)
        return qd_table_grid_move_in_list (self, move == QD_MOVE_PAGE_UP ? -8 : 8);
    }
  if (self->mode == QD_EDIT_INSIDE && move != QD_MOVE_UP && move != QD_MOVE_DOWN && move != QD_MOVE_PAGE_UP && move != QD_MOVE_PAGE_DOWN)
    return FALSE;
  qd_table_grid_take_choice (self);
  qd_table_grid_commit_edit (self);
  qd_table_grid_move (self, move, FALSE);
  return TRUE;
}

static gboolean
is_zoom (QdTableGrid *self, guint key)
{
  switch (key)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      gtk_widget_activate_action (GTK_WIDGET (self), "table.zoom-in", NULL);
      return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_underscore:
    case GDK_KEY_KP_Subtract:
      gtk_widget_activate_action (GTK_WIDGET (self), "table.zoom-out", NULL);
      return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      gtk_widget_activate_action (GTK_WIDGET (self), "table.zoom-reset", NULL);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
press_while_moving (QdTableGrid *self, guint key, GdkModifierType state)
{
  gboolean shift = (state & GDK_SHIFT_MASK) != 0, control = (state & GDK_CONTROL_MASK) != 0, alt = (state & GDK_ALT_MASK) != 0;
  QdTableShape shape = qd_table_grid_get_shape (self);
  QdMove move;

  if (run_command (self, key, state))
    return TRUE;
  if (control && !alt && is_zoom (self, key))
    return TRUE;
  if (alt && !control && (key == GDK_KEY_Down || key == GDK_KEY_KP_Down))
    {
      /* A list or calendar where the column has one, unless whole rows are selected. */
      gboolean whole = qd_table_cursor_get_range (&self->cursor).n_columns == shape.n_columns && shape.n_columns > 1;

      if (qd_table_grid_has_cell (self) && !whole && qd_table_grid_get_active_column (self)->type != QD_COLUMN_TEXT && qd_table_grid_get_active_column (self)->type != QD_COLUMN_NUMBER)
        return gtk_widget_activate_action (GTK_WIDGET (self), "table.open", NULL);
      return gtk_widget_activate_action (GTK_WIDGET (self), "table.move-down", NULL);
    }
  if (key == GDK_KEY_Tab || key == GDK_KEY_ISO_Left_Tab || key == GDK_KEY_KP_Tab)
    {
      if (control)
        leave (self, shift);
      else
        press_tab (self, shift);
      return TRUE;
    }
  if (is_enter (key) && !control && !alt)
    {
      qd_table_grid_press_enter (self, shift);
      return TRUE;
    }
  if (key == GDK_KEY_BackSpace && !control && !alt)
    {
      if (qd_table_grid_start_edit (self, QD_EDIT_REPLACE, TRUE))
        self->had_text = TRUE;
      return TRUE;
    }
  if (key == GDK_KEY_Escape && (self->pasted.n_rows > 0 || !qd_table_cursor_is_single (&self->cursor)))
    {
      self->pasted.n_rows = 0;
      qd_table_cursor_set (&self->cursor, self->cursor.active.row, self->cursor.active.column, FALSE);
      qd_table_grid_moved (self, FALSE);
      return TRUE;
    }
  if (key == GDK_KEY_Menu || (key == GDK_KEY_F10 && shift))
    {
      GdkRectangle rect = qd_table_grid_get_cell_rect (self, self->cursor.active.row, self->cursor.active.column);

      qd_table_grid_show_menu (self, rect.x + rect.width / 2., rect.y + rect.height);
      return TRUE;
    }
  if (alt || !get_move (key, control, &move))
    return FALSE;
  qd_table_grid_move (self, move, shift);
  return TRUE;
}

static gboolean
key_pressed_cb (QdTableGrid *self, guint key, guint code, GdkModifierType state)
{
  state &= GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK;
  if (self->preedit || !self->model || state & GDK_SUPER_MASK)
    return FALSE;
  return self->mode == QD_EDIT_NONE ? press_while_moving (self, key, state) : press_while_editing (self, key, state);
}

/* Before the input method: it would make a space of it. */
static gboolean
key_captured_cb (QdTableGrid *self, guint key, guint code, GdkModifierType state)
{
  state &= GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK;
  if (self->preedit || state != 0 || (key != GDK_KEY_space && key != GDK_KEY_KP_Space) || !self->model)
    return FALSE;
  if (qd_table_grid_toggle (self))
    return TRUE;
  if (self->mode != QD_EDIT_NONE || !qd_table_grid_has_cell (self) || !qd_table_grid_get_active_column (self)->multiple)
    return FALSE;
  qd_table_grid_open (self);
  return TRUE;
}

void
qd_table_grid_add_keys (QdTableGrid *self)
{
  GtkEventController *keys;

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_BUBBLE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->text, keys);

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_captured_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->text, keys);
}
