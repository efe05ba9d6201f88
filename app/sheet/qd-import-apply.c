/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import"
#include "config.h"

#include "qd-import-private.h"

#include <glib/gi18n-lib.h>

#include "qd-long-edit.h"
#include "qd-sheet-writer.h"

/* The import itself, in pieces; and the rows that it refuses, for people to correct. */

/* Rows between two looks at the clock. */
#define ROWS_AT_ONCE 64
#define NEW_ROWS_AT_ONCE 500

typedef enum
{
  STAGE_JUDGE,
  STAGE_REMOVE,
  STAGE_ADD,
  STAGE_WRITE,
  STAGE_SETTLE,
  STAGE_WRITE_AGAIN, /* actions of the form run when all is written, and may have put other values into fields that the sheet fills */
  STAGE_SETTLE_AGAIN,
  STAGE_OVER,
} Stage;

struct _QdImportWriting
{
  QdImport *import; /* (owned) */
  QdImportRun *run; /* (owned) */
  GPtrArray *rows;  /* (owned) (element-type QdImportRow) */
  char **values;    /* (owned): one for each target */
  QdImportMode mode;
  gboolean refuse_nothing;

  Stage stage;
  guint at;    /* in the stage */
  guint first; /* row of the repeat for the first new one */
  guint next;  /* row of the repeat for the next new one */
};

static gboolean
write_row (QdImport *self, guint target_row, char **values, GError **error)
{
  QdNodeId row = qd_instance_get_child (self->instance, self->range, target_row);

  for (guint i = 0; i < self->targets->len; i++)
    {
      QdNodeId node;

      if (values[i] == NULL || (values[i][0] == '\0' && !self->is_ours))
        continue;
      node = qd_instance_find_in_row (self->instance, row, qd_import_target (self, (int) i)->field);
      if (node == 0 || g_str_equal (qd_instance_get_value (self->instance, node), values[i]) || qd_instance_is_readonly (self->instance, node))
        continue;
      if (!qd_instance_set_value (self->instance, node, values[i], error))
        return FALSE;
    }
  return TRUE;
}

/* The next row of the sheet. */
static gboolean
write_next (QdImportWriting *self, GError **error)
{
  const QdImportRow *row = g_ptr_array_index (self->rows, self->at++);
  QdImportRow again = { .sheet_row = row->sheet_row };
  gboolean good;

  if (row->fate != QD_ROW_ADDED && row->fate != QD_ROW_UPDATED)
    return TRUE;
  good = qd_import_run_read (self->run, &again, self->values) && write_row (self->import, row->fate == QD_ROW_UPDATED ? row->target : self->next++, self->values, error);
  g_free (again.notice);
  qd_import_clear_values (self->values, self->run->targets->len);
  return good;
}

static void
enter (QdImportWriting *self, Stage stage)
{
  self->stage = stage;
  self->at = 0;
  self->next = self->first;
  /* Hundreds of thousands of texts are let go in a turn of their own, not in that of the commit. */
  if (stage == STAGE_SETTLE_AGAIN)
    {
      g_ptr_array_set_size (self->rows, 0);
      qd_import_run_forget (self->run);
    }
}

/* What was judged is all known: may it be done? */
static gboolean
begin_to_write (QdImportWriting *self, GError **error)
{
  QdImport *import = self->import;
  guint n = qd_instance_get_n_children (import->instance, import->range);
  guint n_new = self->run->counts.added;

  for (guint i = 0; self->refuse_nothing && i < self->rows->len; i++)
    {
      const QdImportRow *row = g_ptr_array_index (self->rows, i);

      if (row->fate != QD_ROW_REFUSED)
        continue;
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_CORRUPT, _ ("Sheet “%s”, row %u: %s"), qd_sheet_get_name (self->run->sheet), row->sheet_row + 1, row->reason);
      return FALSE;
    }
  if (n_new + self->run->counts.updated == 0 && self->mode != QD_IMPORT_REPLACE)
    enter (self, STAGE_OVER);
  else if (qd_instance_can_add_remove (import->instance, import->range))
    {
      self->first = self->mode == QD_IMPORT_REPLACE ? 0 : n;
      enter (self, self->mode == QD_IMPORT_REPLACE ? STAGE_REMOVE : STAGE_ADD);
    }
  else if (n_new > 0 && (self->mode != QD_IMPORT_REPLACE || n_new > n))
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("The form fixes the number of rows of this table: it has %u, and the sheet brings %u."), n, n_new);
      return FALSE;
    }
  else
    enter (self, STAGE_WRITE);
  return TRUE;
}

static gboolean
remove_some (QdImportWriting *self, GError **error)
{
  QdImport *import = self->import;
  guint n = qd_instance_get_n_children (import->instance, import->range), count = MIN (n, NEW_ROWS_AT_ONCE);

  if (n == 0)
    enter (self, STAGE_ADD);
  return n == 0 || qd_instance_remove_rows (import->instance, import->range, n - count, count, error);
}

static gboolean
add_some (QdImportWriting *self, GError **error)
{
  QdImport *import = self->import;
  guint count = MIN (self->run->counts.added - self->at, NEW_ROWS_AT_ONCE), first = self->first + self->at;

  self->at += count;
  if (count == 0)
    enter (self, STAGE_WRITE);
  return count == 0 || qd_instance_add_rows (import->instance, import->range, first, count, error);
}

static gboolean
write_some (QdImportWriting *self, GError **error)
{
  for (guint i = 0; i < ROWS_AT_ONCE && self->at < self->rows->len; i++)
    if (!write_next (self, error))
      return FALSE;
  if (self->at >= self->rows->len)
    enter (self, self->stage + 1);
  return TRUE;
}

/* Of each stage, how far the bar is when it begins: from measured times. */
static const double starts[] = { 0, 0.1, 0.12, 0.25, 0.55, 0.8, 0.95, 1 };

static double
get_share (QdImportWriting *self)
{
  double from = starts[self->stage], part = 0;

  if (self->stage == STAGE_JUDGE)
    part = (double) self->run->next / MAX (1, qd_sheet_get_n_rows (self->run->sheet));
  else if (self->stage == STAGE_ADD)
    part = (double) self->at / MAX (1, self->run->counts.added);
  else if (self->stage == STAGE_WRITE || self->stage == STAGE_WRITE_AGAIN)
    part = (double) self->at / MAX (1, self->rows->len);
  return self->stage == STAGE_OVER ? 1 : from + MIN (part, 0.99) * (starts[self->stage + 1] - from);
}

gboolean
qd_import_writing_piece (QdInstance *instance, gint64 deadline, double *share_out, gpointer writing, GError **error)
{
  QdImportWriting *self = writing;
  gboolean good = TRUE;

  do
    switch (self->stage)
      {
      case STAGE_JUDGE:
        if (qd_import_run_judge (self->run, self->rows, ROWS_AT_ONCE))
          good = begin_to_write (self, error);
        break;
      case STAGE_REMOVE:
        good = remove_some (self, error);
        break;
      case STAGE_ADD:
        good = add_some (self, error);
        break;
      case STAGE_WRITE:
      case STAGE_WRITE_AGAIN:
        good = write_some (self, error);
        break;
      case STAGE_SETTLE:
      case STAGE_SETTLE_AGAIN:
        if (qd_edit_settle (instance, deadline))
          enter (self, self->stage + 1);
        break;
      case STAGE_OVER:
        break;
      }
  while (good && self->stage != STAGE_OVER && !qd_edit_is_late (deadline));
  *share_out = get_share (self);
  return good;
}

QdImportWriting *
qd_import_writing_new (QdImport *import, QdImportMode mode)
{
  QdImportWriting *self = g_new0 (QdImportWriting, 1);

  self->import = g_object_ref (import);
  self->mode = mode;
  self->run = qd_import_run_new (import, mode);
  self->rows = qd_import_rows_new ();
  self->values = g_new0 (char *, self->run->targets->len + 1);
  return self;
}

void
qd_import_writing_free (QdImportWriting *self)
{
  g_free (self->values);
  g_ptr_array_unref (self->rows);
  qd_import_run_free (self->run);
  g_object_unref (self->import);
  g_free (self);
}

const QdImportCounts *
qd_import_writing_get_counts (QdImportWriting *self)
{
  return &self->run->counts;
}

void
qd_import_writing_refuse_nothing (QdImportWriting *self)
{
  self->refuse_nothing = TRUE;
}

gboolean
qd_import_apply (QdImport *self, QdImportMode mode, QdImportCounts *counts_out, GError **error)
{
  g_autoptr (QdImportWriting) writing = qd_import_writing_new (self, mode);
  gboolean good = qd_long_edit (self->instance, qd_import_writing_piece, writing, error);

  if (counts_out != NULL)
    *counts_out = writing->run->counts;
  return good;
}

static void
edited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (qd_long_edit_finish (QD_INSTANCE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
qd_import_edit_async (QdInstance *instance, QdEditPiece piece, GTask *task, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable)
{
  qd_long_edit_async (instance, piece, g_task_get_task_data (task), NULL, progress, progress_data, cancellable, edited_cb, task);
}

void
qd_import_apply_async (QdImport *self, QdImportMode mode, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, qd_import_apply_async);
  g_task_set_task_data (task, qd_import_writing_new (self, mode), (GDestroyNotify) qd_import_writing_free);
  qd_import_edit_async (self->instance, qd_import_writing_piece, task, progress, progress_data, cancellable);
}

gboolean
qd_import_apply_finish (QdImport *self, GAsyncResult *result, QdImportCounts *counts_out, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self) && g_async_result_is_tagged (result, qd_import_apply_async), FALSE);

  if (counts_out != NULL)
    *counts_out = ((QdImportWriting *) g_task_get_task_data (G_TASK (result)))->run->counts;
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The refused rows, for people to correct. */

static gboolean
write_cell (QdSheetWriter *writer, QdSheet *sheet, guint from, guint to, guint column, QdSheetStyle style, GError **error)
{
  QdCellType type = qd_sheet_get_cell_type (sheet, from, column);

  return qd_sheet_writer_put (writer, to, column, type, style, qd_sheet_get_text (sheet, from, column), error);
}

gboolean
qd_import_write_refused (QdImport *self, GPtrArray *rows, const char *path, GError **error)
{
  g_autoptr (QdSheetWriter) writer = qd_sheet_writer_new (path, error);
  guint n_columns = qd_sheet_get_n_columns (self->sheet);
  guint out = 0;

  if (writer == NULL)
    return FALSE;
  qd_sheet_writer_add_sheet (writer, qd_sheet_get_name (self->sheet));
  for (; out < self->first_row; out++)
    {
      for (guint column = 0; column < n_columns; column++)
        if (!write_cell (writer, self->sheet, out, out, column, QD_SHEET_STYLE_HEAD, error))
          return FALSE;
      if (out + 1 == self->first_row && !qd_sheet_writer_put (writer, out, n_columns, QD_CELL_TEXT, QD_SHEET_STYLE_HEAD, _ ("Why it was refused"), error))
        return FALSE;
    }
  for (guint i = 0; i < rows->len; i++)
    {
      const QdImportRow *row = g_ptr_array_index (rows, i);

      if (row->fate != QD_ROW_REFUSED)
        continue;
      for (guint column = 0; column < n_columns; column++)
        if (!write_cell (writer, self->sheet, row->sheet_row, out, column, QD_SHEET_STYLE_NORMAL, error))
          return FALSE;
      if (!qd_sheet_writer_put (writer, out++, n_columns, QD_CELL_TEXT, QD_SHEET_STYLE_NOTE, row->reason, error))
        return FALSE;
    }
  return qd_sheet_writer_close (writer, error);
}
