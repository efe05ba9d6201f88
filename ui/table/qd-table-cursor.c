/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-table-cursor"
#include "config.h"
#include "qd-table-cursor.h"

gboolean
qd_cell_range_contains (const QdCellRange *self, guint row, guint column)
{
  return row >= self->row && row - self->row < self->n_rows && column >= self->column && column - self->column < self->n_columns;
}

void
qd_table_cursor_init (QdTableCursor *self)
{
  *self = (QdTableCursor){ .tab_column = -1 };
}

QdCellRange
qd_table_cursor_get_range (const QdTableCursor *self)
{
  guint row = MIN (self->active.row, self->end.row), column = MIN (self->active.column, self->end.column);

  return (QdCellRange){ row, column, MAX (self->active.row, self->end.row) - row + 1, MAX (self->active.column, self->end.column) - column + 1 };
}

gboolean
qd_table_cursor_is_single (const QdTableCursor *self)
{
  return self->active.row == self->end.row && self->active.column == self->end.column;
}

static guint
last (guint n)
{
  return n > 0 ? n - 1 : 0;
}

static void
clamp_pos (QdCellPos *pos, const QdTableShape *shape)
{
  pos->row = MIN (pos->row, last (shape->n_rows));
  pos->column = MIN (pos->column, last (shape->n_columns));
}

void
qd_table_cursor_clamp (QdTableCursor *self, const QdTableShape *shape)
{
  clamp_pos (&self->active, shape);
  clamp_pos (&self->end, shape);
  if (self->tab_column >= (int) shape->n_columns)
    self->tab_column = -1;
}

void
qd_table_cursor_set (QdTableCursor *self, guint row, guint column, gboolean extend)
{
  self->end = (QdCellPos){ row, column };
  if (!extend)
    self->active = self->end;
  self->tab_column = -1;
}

void
qd_table_cursor_select (QdTableCursor *self, const QdCellRange *range)
{
  qd_table_cursor_set (self, range->row, range->column, FALSE);
  qd_table_cursor_set (self, range->row + last (range->n_rows), range->column + last (range->n_columns), TRUE);
}

void
qd_table_cursor_select_all (QdTableCursor *self, const QdTableShape *shape)
{
  qd_table_cursor_select (self, &(QdCellRange){ 0, 0, shape->n_rows, shape->n_columns });
}

void
qd_table_cursor_select_rows (QdTableCursor *self, const QdTableShape *shape, guint row, gboolean extend)
{
  guint from = extend ? self->active.row : row;

  qd_table_cursor_set (self, from, 0, FALSE);
  qd_table_cursor_set (self, row, last (shape->n_columns), TRUE);
}

void
qd_table_cursor_select_columns (QdTableCursor *self, const QdTableShape *shape, guint column, gboolean extend)
{
  guint from = extend ? self->active.column : column;

  qd_table_cursor_set (self, 0, from, FALSE);
  qd_table_cursor_set (self, last (shape->n_rows), column, TRUE);
}

static gboolean
is_empty (const QdTableShape *shape, guint row, guint column)
{
  return shape->is_empty && shape->is_empty (row, column, shape->data);
}

/* As spreadsheets do: along filled cells to the last of them, else to the next filled one, else to the border. */
static void
move_to_edge (QdCellPos *pos, const QdTableShape *shape, int down, int right)
{
  gboolean along = FALSE, first = TRUE;

  for (;;)
    {
      guint row = pos->row + (guint) down, column = pos->column + (guint) right;

      if (row >= shape->n_rows || column >= shape->n_columns)
        return;
      if (first)
        along = !is_empty (shape, pos->row, pos->column) && !is_empty (shape, row, column);
      if (along && is_empty (shape, row, column))
        return;
      *pos = (QdCellPos){ row, column };
      if (!along && !is_empty (shape, row, column))
        return;
      first = FALSE;
    }
}

void
qd_table_cursor_move (QdTableCursor *self, const QdTableShape *shape, QdMove move, gboolean extend)
{
  QdCellPos pos = extend ? self->end : self->active;
  guint page = MAX (1, shape->page);

  if (shape->n_rows == 0 || shape->n_columns == 0)
    return;
  clamp_pos (&pos, shape);
  switch (move)
    {
    case QD_MOVE_LEFT:
      pos.column -= pos.column > 0;
      break;
    case QD_MOVE_RIGHT:
      pos.column++;
      break;
    case QD_MOVE_UP:
      pos.row -= pos.row > 0;
      break;
    case QD_MOVE_DOWN:
      pos.row++;
      break;
    case QD_MOVE_EDGE_LEFT:
      move_to_edge (&pos, shape, 0, -1);
      break;
    case QD_MOVE_EDGE_RIGHT:
      move_to_edge (&pos, shape, 0, 1);
      break;
    case QD_MOVE_EDGE_UP:
      move_to_edge (&pos, shape, -1, 0);
      break;
    case QD_MOVE_EDGE_DOWN:
      move_to_edge (&pos, shape, 1, 0);
      break;
    case QD_MOVE_ROW_START:
      pos.column = 0;
      break;
    case QD_MOVE_ROW_END:
      pos.column = shape->n_columns - 1;
      break;
    case QD_MOVE_TABLE_START:
      pos = (QdCellPos){ 0, 0 };
      break;
    case QD_MOVE_TABLE_END:
      pos = (QdCellPos){ shape->n_rows - 1, shape->n_columns - 1 };
      break;
    case QD_MOVE_PAGE_UP:
      pos.row -= MIN (pos.row, page);
      break;
    case QD_MOVE_PAGE_DOWN:
      pos.row += page;
      break;
    default:
      g_return_if_reached ();
    }
  clamp_pos (&pos, shape);
  qd_table_cursor_set (self, pos.row, pos.column, extend);
}

gboolean
qd_table_cursor_tab (QdTableCursor *self, const QdTableShape *shape, gboolean back)
{
  guint64 n = (guint64) shape->n_rows * shape->n_columns;
  guint64 at;
  int origin = self->tab_column >= 0 ? self->tab_column : (int) self->active.column;

  if (n == 0)
    return FALSE;
  at = (guint64) self->active.row * shape->n_columns + self->active.column;
  for (;;)
    {
      guint row, column;

      if (back ? at == 0 : at + 1 >= n)
        return FALSE;
      at = back ? at - 1 : at + 1;
      row = (guint) (at / shape->n_columns);
      column = (guint) (at % shape->n_columns);
      if (shape->is_skipped && shape->is_skipped (row, column, shape->data))
        continue;
      qd_table_cursor_set (self, row, column, FALSE);
      self->tab_column = origin;
      return TRUE;
    }
}

void
qd_table_cursor_enter (QdTableCursor *self, const QdTableShape *shape, gboolean back)
{
  guint column = self->tab_column >= 0 ? (guint) self->tab_column : self->active.column;
  guint row = self->active.row;

  if (shape->n_rows == 0)
    return;
  if (back)
    row -= row > 0;
  else
    row = MIN (row + 1, shape->n_rows - 1);
  qd_table_cursor_set (self, row, column, FALSE);
}
