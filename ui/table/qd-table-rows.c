/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands on rows and cells: insert, delete, move, fill, quick fix, and the way to the next problem. */
#define G_LOG_DOMAIN "qd-table-rows"
#include "config.h"
#include "qd-table-grid-private.h"

#include <glib/gi18n-lib.h>
#include "qd-table-paste.h"

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
