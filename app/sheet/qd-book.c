/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-book"
#include "config.h"
#include "qd-book.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-book-private.h"
#include "qd-import-private.h"

struct _QdBook
{
  char *path;        /* (owned) */
  GPtrArray *sheets; /* (owned) (element-type QdSheet) */
};

static gboolean
read_fields (QdInstance *instance, QdSheet *sheet, GError **error)
{
  for (guint row = QD_BOOK_HEAD_ROW + 1; row < qd_sheet_get_n_rows (sheet); row++)
    {
      const char *ref = qd_sheet_get_text (sheet, row, QD_BOOK_FIELD_PATH);
      const QdField *field = g_str_has_prefix (ref, QD_IMPORT_MARK "/") ? qd_form_find_field (qd_instance_get_form (instance), ref + strlen (QD_IMPORT_MARK)) : NULL;
      QdNodeId node = field != NULL ? qd_instance_find (instance, qd_field_get_ref (field)) : 0;
      g_autofree char *reason = NULL;
      g_autofree char *value = NULL;

      if (node == 0 || qd_field_is_calculated (field))
        continue;
      value = qd_import_read_value (instance, field, qd_sheet_get_text (sheet, row, QD_BOOK_FIELD_VALUE), qd_sheet_get_cell_type (sheet, row, QD_BOOK_FIELD_VALUE), &reason);
      if (value == NULL)
        {
          g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_CORRUPT, _ ("Sheet “%s”, row %u: %s"), qd_sheet_get_name (sheet), row + 1, reason);
          return FALSE;
        }
      if (qd_instance_is_readonly (instance, node) || g_str_equal (qd_instance_get_value (instance, node), value))
        continue;
      if (!qd_instance_set_value (instance, node, value, error))
        return FALSE;
    }
  return TRUE;
}

/* The table of a sheet of ours, or 0. */
static QdNodeId
find_range (QdInstance *instance, const char *mark)
{
  QdNodeId node = qd_instance_find (instance, mark + strlen (QD_BOOK_TABLE_MARK));

  if (node != 0 && qd_instance_get_node_type (instance, node) == QD_NODE_REPEAT_INSTANCE)
    node = qd_instance_get_parent (instance, node);
  return node != 0 && qd_instance_get_node_type (instance, node) == QD_NODE_REPEAT_RANGE ? node : 0;
}

QdBook *
qd_book_read (const char *path, QdSheetProgress progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_auto (GStrv) names = qd_sheet_list (path, error);
  g_autoptr (QdBook) self = NULL;
  gboolean is_ours = FALSE;

  if (names == NULL)
    return NULL;
  self = g_new0 (QdBook, 1);
  self->path = g_strdup (path);
  self->sheets = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_sheet_unref);
  for (guint i = 0; names[i] != NULL; i++)
    {
      QdSheet *sheet = qd_sheet_read (path, names[i], progress, user_data, cancellable, error);
      const char *mark;

      if (sheet == NULL)
        return NULL;
      g_ptr_array_add (self->sheets, sheet);
      mark = qd_sheet_get_text (sheet, 0, 0);
      is_ours = is_ours || g_str_has_prefix (mark, QD_BOOK_FIELDS_MARK) || g_str_has_prefix (mark, QD_BOOK_TABLE_MARK);
    }
  if (is_ours)
    return g_steal_pointer (&self);
  g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("%s has no paths of fields; name the table to import into."), path);
  return NULL;
}

void
qd_book_free (QdBook *self)
{
  g_ptr_array_unref (self->sheets);
  g_free (self->path);
  g_free (self);
}

/* The import, sheet by sheet. */

typedef struct
{
  QdBook *book;
  guint at;                 /* sheet */
  QdImportWriting *writing; /* (owned) (nullable): of the table of that sheet */
  gboolean again;           /* tables may have set single fields by actions of the form: the sheet has the last word */
  QdImportCounts counts;
} Writing;

static void
writing_free (gpointer data)
{
  Writing *self = data;

  g_clear_pointer (&self->writing, qd_import_writing_free);
  g_free (self);
}

static gboolean
check_form (QdBook *self, QdInstance *instance, GError **error)
{
  const char *form_id = qd_form_get_id (qd_instance_get_form (instance));

  for (guint i = 0; i < self->sheets->len; i++)
    {
      const char *mark = qd_sheet_get_text (g_ptr_array_index (self->sheets, i), 0, 0);

      if (!g_str_has_prefix (mark, QD_BOOK_FIELDS_MARK) || g_str_equal (mark + strlen (QD_BOOK_FIELDS_MARK), form_id))
        continue;
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("%s was written from the form %s, but this declaration fills %s."), self->path, mark + strlen (QD_BOOK_FIELDS_MARK), form_id);
      return FALSE;
    }
  return TRUE;
}

static gboolean
begin_table (Writing *self, QdInstance *instance, QdSheet *sheet, GError **error)
{
  QdNodeId range = find_range (instance, qd_sheet_get_text (sheet, 0, 0));
  g_autoptr (QdImport) import = NULL;

  if (range == 0)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_CORRUPT, _ ("Sheet “%s” belongs to a table that this declaration does not have."), qd_sheet_get_name (sheet));
      return FALSE;
    }
  import = qd_import_new (instance, range, sheet);
  self->writing = qd_import_writing_new (import, QD_IMPORT_REPLACE);
  qd_import_writing_refuse_nothing (self->writing);
  return TRUE;
}

static gboolean
go_on (Writing *self, QdInstance *instance, gint64 deadline, double *share_out, GError **error)
{
  QdSheet *sheet = g_ptr_array_index (self->book->sheets, self->at);
  const char *mark = qd_sheet_get_text (sheet, 0, 0);
  const QdImportCounts *counts;

  if (self->writing != NULL)
    {
      if (!qd_import_writing_piece (instance, deadline, share_out, self->writing, error))
        return FALSE;
      if (*share_out < 1)
        return TRUE;
      counts = qd_import_writing_get_counts (self->writing);
      self->counts.rows += counts->rows;
      self->counts.added += counts->added;
      self->counts.empty += counts->empty;
      g_clear_pointer (&self->writing, qd_import_writing_free);
    }
  else if (g_str_has_prefix (mark, QD_BOOK_FIELDS_MARK))
    {
      if (!read_fields (instance, sheet, error))
        return FALSE;
      qd_edit_settle (instance, 0);
    }
  else if (g_str_has_prefix (mark, QD_BOOK_TABLE_MARK) && !self->again)
    return begin_table (self, instance, sheet, error);
  self->at++;
  return TRUE;
}

static gboolean
book_piece (QdInstance *instance, gint64 deadline, double *share_out, gpointer data, GError **error)
{
  Writing *self = data;
  guint n = self->book->sheets->len;
  double part = 0;

  if (self->at == 0 && !self->again && self->writing == NULL && !check_form (self->book, instance, error))
    return FALSE;
  do
    {
      if (self->at >= n)
        {
          if (self->again)
            break;
          self->again = TRUE;
          self->at = 0;
        }
      part = 0;
      if (!go_on (self, instance, deadline, &part, error))
        return FALSE;
    }
  while (!qd_edit_is_late (deadline));
  *share_out = self->again ? (self->at >= n ? 1 : 0.99) : 0.99 * (self->at + (self->writing != NULL ? part : 0)) / n;
  return TRUE;
}

gboolean
qd_book_apply (QdBook *self, QdInstance *instance, QdImportCounts *counts_out, GError **error)
{
  Writing writing = { .book = self };
  gboolean good = qd_long_edit (instance, book_piece, &writing, error);

  g_clear_pointer (&writing.writing, qd_import_writing_free);
  if (counts_out != NULL)
    *counts_out = writing.counts;
  return good;
}

void
qd_book_apply_async (QdBook *self, QdInstance *instance, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (instance, NULL, callback, user_data);
  Writing *writing = g_new0 (Writing, 1);

  writing->book = self;
  g_task_set_source_tag (task, qd_book_apply_async);
  g_task_set_task_data (task, writing, writing_free);
  qd_import_edit_async (instance, book_piece, task, progress, progress_data, cancellable);
}

gboolean
qd_book_apply_finish (QdInstance *instance, GAsyncResult *result, QdImportCounts *counts_out, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, instance) && g_async_result_is_tagged (result, qd_book_apply_async), FALSE);

  if (counts_out != NULL)
    *counts_out = ((Writing *) g_task_get_task_data (G_TASK (result)))->counts;
  return g_task_propagate_boolean (G_TASK (result), error);
}
