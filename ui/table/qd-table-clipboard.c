/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-table-clipboard"
#include "config.h"
#include "qd-table-grid-private.h"

#include <string.h>
#include <glib/gi18n-lib.h>
#include "qd-table-paste.h"
#include "qd-work.h"

/* Text and HTML of one copy. */
static GdkContentProvider *
make_provider (QdTableGrid *self, const QdTableBlock *block, guint first_column)
{
  g_autofree char *tsv = qd_table_block_to_tsv (block);
  g_autofree gboolean *as_text = g_new0 (gboolean, block->n_columns);
  g_autoptr (GBytes) bytes = NULL;
  GdkContentProvider *providers[2];
  char *html;

  for (guint i = 0; i < block->n_columns; i++)
    as_text[i] = qd_table_model_get_column (self->model, first_column + i)->type != QD_COLUMN_NUMBER;
  html = qd_table_block_to_html (block, as_text);
  bytes = g_bytes_new_take (html, strlen (html));
  providers[0] = gdk_content_provider_new_typed (G_TYPE_STRING, tsv);
  providers[1] = gdk_content_provider_new_for_bytes ("text/html", bytes);
  return gdk_content_provider_new_union (providers, G_N_ELEMENTS (providers));
}

void
qd_table_grid_copy (QdTableGrid *self, gboolean heads)
{
  QdCellRange range = qd_table_cursor_get_range (&self->cursor);
  g_autoptr (QdTableBlock) block = NULL;
  g_autoptr (GdkContentProvider) provider = NULL;

  if (!qd_table_grid_has_cell (self))
    return;
  block = qd_table_copy (self->view, &range, heads);
  provider = make_provider (self, block, range.column);
  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (self)), provider);
}

void
qd_table_grid_clear (QdTableGrid *self)
{
  QdCellRange range = qd_table_cursor_get_range (&self->cursor);
  g_autoptr (GError) error = NULL;
  guint cleared = 0;

  if (!qd_table_grid_has_cell (self))
    return;
  if (!qd_table_clear (self->view, &range, &cleared, &error))
    qd_table_grid_take_error (self, g_steal_pointer (&error));
  else if (cleared > 0)
    self->pasted.n_rows = 0;
  qd_table_grid_moved (self, FALSE);
}

void
qd_table_grid_cut (QdTableGrid *self)
{
  qd_table_grid_copy (self, FALSE);
  qd_table_grid_clear (self);
}

/* Selects what was written, and tells what became of it. */
static void
tell_pasted (QdTableGrid *self, const QdPasteResult *result)
{
  g_autofree char *message = qd_paste_result_dup_message (result);

  if (result->range.n_rows > 0)
    {
      self->pasted = result->range;
      self->find_in_pasted = result->marked > 0;
      qd_table_cursor_select (&self->cursor, &result->range);
    }
  qd_table_grid_moved (self, FALSE);
  qd_table_grid_message (self, message, result->placed > 0 || result->added_rows > 0 ? "table.undo" : NULL);
}

typedef struct
{
  QdTableGrid *grid; /* (owned) */
  QdWork *work;      /* (owned) */
} LongPaste;

static void
pasted_cb (GObject *source, GAsyncResult *async, gpointer data)
{
  g_autofree LongPaste *job = data;
  g_autoptr (QdTableGrid) self = job->grid;
  g_autoptr (GError) error = NULL;
  QdPasteResult result;
  gboolean good = qd_table_paste_finish (QD_TABLE_VIEW (source), async, &result, &error);

  qd_work_end (job->work);
  if (!self->model || QD_TABLE_VIEW (source) != self->view)
    return;
  if (good)
    tell_pasted (self, &result);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    qd_table_grid_message (self, _ ("Stopped. Nothing was written."), NULL);
  else
    qd_table_grid_take_error (self, g_steal_pointer (&error));
}

/* Writes a block, in pieces when it is big. */
static void
put_block (QdTableGrid *self, QdTableBlock *block, const QdCellRange *selection)
{
  g_autoptr (QdTableBlock) owned = block;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  QdPasteResult result;

  if (qd_table_paste_is_long (self->view, block, selection))
    {
      LongPaste *job = g_new0 (LongPaste, 1);

      job->grid = g_object_ref (self);
      job->work = qd_work_begin (GTK_WIDGET (self), _ ("Pasting…"));
      qd_table_paste_async (self->view, g_steal_pointer (&owned), selection, qd_work_progress, job->work, qd_work_get_cancellable (job->work), pasted_cb, job);
      return;
    }
  if (!qd_table_paste (self->view, block, selection, &result, &error))
    {
      qd_table_grid_take_error (self, g_steal_pointer (&error));
      return;
    }
  if (result.status != QD_PASTE_TOO_MANY_COLUMNS)
    {
      tell_pasted (self, &result);
      return;
    }
  message = qd_paste_result_dup_message (&result);
  g_clear_pointer (&self->refused, qd_table_block_free);
  if (result.n_columns <= qd_table_model_get_n_columns (self->model))
    {
      self->refused = g_steal_pointer (&owned);
      self->refused_at = (QdCellPos){ selection->row, 0 };
    }
  qd_table_grid_message (self, message, self->refused ? "table.paste-first-column" : NULL);
}

void
qd_table_grid_paste_first_column (QdTableGrid *self)
{
  QdCellRange at = { self->refused_at.row, 0, 1, 1 };

  if (self->refused && self->model)
    put_block (self, g_steal_pointer (&self->refused), &at);
}

void
qd_table_grid_paste_text (QdTableGrid *self, const char *text)
{
  QdCellRange range = qd_table_cursor_get_range (&self->cursor);
  g_autoptr (GError) error = NULL;
  QdTableBlock *block;

  if (!self->model || qd_table_model_get_n_columns (self->model) == 0)
    return;
  block = qd_table_block_parse_tsv (text, -1, &error);
  if (block)
    put_block (self, block, &range);
  else
    qd_table_grid_take_error (self, g_steal_pointer (&error));
}

/* Reading the clipboard: HTML first when there is some, then text; the better of the two is written. */
typedef struct
{
  QdTableGrid *grid;         /* (owned) */
  GCancellable *cancellable; /* (owned) */
  QdCellRange selection;     /* when the command was given */
  QdTableBlock *html;        /* (owned) (nullable) */
} PasteJob;

static void
paste_job_free (PasteJob *job)
{
  g_clear_object (&job->grid);
  g_clear_object (&job->cancellable);
  g_clear_pointer (&job->html, qd_table_block_free);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PasteJob, paste_job_free)

/* @text: (nullable) */
static void
finish_paste (PasteJob *job, const char *text)
{
  g_autoptr (QdTableBlock) block = NULL;
  g_autoptr (GError) error = NULL;

  if (g_cancellable_is_cancelled (job->cancellable) || !job->grid->model)
    return;
  if (text)
    block = qd_table_block_parse_tsv (text, -1, &error);
  /* Text is what spreadsheets show; but where line breaks within cells were written without quotes, its shape is wrong. */
  if (job->html && (!block || block->n_rows != job->html->n_rows || block->n_columns != job->html->n_columns))
    {
      g_clear_pointer (&block, qd_table_block_free);
      block = g_steal_pointer (&job->html);
      g_clear_error (&error);
    }
  if (block)
    put_block (job->grid, g_steal_pointer (&block), &job->selection);
  else if (error)
    qd_table_grid_take_error (job->grid, g_steal_pointer (&error));
  else
    qd_table_grid_message (job->grid, _ ("The clipboard holds no table text; nothing was written"), NULL);
}

static void
text_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PasteJob) job = data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  finish_paste (job, text);
}

static void
read_text (GdkClipboard *clipboard, PasteJob *job)
{
  if (gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard), G_TYPE_STRING) || gdk_content_formats_contain_mime_type (gdk_clipboard_get_formats (clipboard), "text/plain;charset=utf-8") || gdk_content_formats_contain_mime_type (gdk_clipboard_get_formats (clipboard), "text/plain"))
    gdk_clipboard_read_text_async (clipboard, job->cancellable, text_read_cb, job);
  else
    {
      finish_paste (job, NULL);
      paste_job_free (job);
    }
}

static void
html_spliced_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  PasteJob *job = data;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (source), result, NULL) >= 0)
    {
      g_autoptr (GBytes) bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (source));
      gsize length;
      const char *html = g_bytes_get_data (bytes, &length);

      job->html = length > 0 ? qd_table_block_parse_html (html, (gssize) length, NULL) : NULL;
    }
  read_text (gtk_widget_get_clipboard (GTK_WIDGET (job->grid)), job);
}

static void
html_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  PasteJob *job = data;
  g_autoptr (GInputStream) stream = gdk_clipboard_read_finish (GDK_CLIPBOARD (source), result, NULL, NULL);
  g_autoptr (GOutputStream) memory = NULL;

  if (!stream)
    {
      read_text (GDK_CLIPBOARD (source), job);
      return;
    }
  memory = g_memory_output_stream_new_resizable ();
  g_output_stream_splice_async (memory, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT, job->cancellable, html_spliced_cb, job);
}

void
qd_table_grid_paste (QdTableGrid *self)
{
  static const char *html_types[] = { "text/html", NULL };
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));
  PasteJob *job;

  if (!self->model || qd_table_model_get_n_columns (self->model) == 0)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  job = g_new0 (PasteJob, 1);
  job->grid = g_object_ref (self);
  job->cancellable = g_object_ref (self->cancellable);
  job->selection = qd_table_cursor_get_range (&self->cursor);
  if (gdk_content_formats_contain_mime_type (gdk_clipboard_get_formats (clipboard), "text/html"))
    gdk_clipboard_read_async (clipboard, html_types, G_PRIORITY_DEFAULT, job->cancellable, html_read_cb, job);
  else
    read_text (clipboard, job);
}
