/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import-book"
#include "config.h"
#include "qd-import-book.h"

#include <glib/gi18n.h>
#include "qd-book.h"
#include "qd-work.h"

typedef struct
{
  QdDraft *draft; /* (owned) */
  QdWork *work;   /* (owned) (nullable): until it is over */
  QdBook *book;   /* (owned) (nullable): once it is read */
  guint n_rows;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->book, qd_book_free);
  g_object_unref (job->draft);
  g_free (job);
}

/* @error: (nullable) (transfer full) */
static void
end (GTask *task, GError *error)
{
  Job *job = g_task_get_task_data (task);

  g_clear_pointer (&job->work, qd_work_end);
  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s", _ ("Stopped. Nothing was written."));
      g_error_free (error);
    }
  else
    g_task_return_error (task, error);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Job *job = g_task_get_task_data (task);
  QdImportCounts counts = { 0 };
  GError *error = NULL;

  qd_book_apply_finish (QD_INSTANCE (source), result, &counts, &error);
  qd_draft_end_step (job->draft);
  job->n_rows = counts.rows;
  end (task, error);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer path, GCancellable *cancellable)
{
  GError *error = NULL;
  QdBook *book = qd_book_read (path, NULL, NULL, cancellable, &error);

  if (book != NULL)
    g_task_return_pointer (task, book, (GDestroyNotify) qd_book_free);
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;

  job->book = g_task_propagate_pointer (G_TASK (result), &error);
  if (job->book == NULL)
    {
      end (task, error);
      g_object_unref (task);
      return;
    }
  qd_draft_begin_step (job->draft, "imported");
  qd_book_apply_async (job->book, qd_draft_get_instance (job->draft), qd_work_progress, job->work, qd_work_get_cancellable (job->work), applied_cb, task);
}

void
qd_import_book_async (GtkWidget *parent, QdDraft *draft, const char *path, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (parent, NULL, callback, user_data);
  g_autoptr (GTask) reading = NULL;
  Job *job = g_new0 (Job, 1);

  job->draft = g_object_ref (draft);
  job->work = qd_work_begin (parent, _ ("Importing…"));
  g_task_set_source_tag (task, qd_import_book_async);
  g_task_set_task_data (task, job, job_free);
  reading = g_task_new (parent, qd_work_get_cancellable (job->work), read_cb, task);
  g_task_set_source_tag (reading, qd_import_book_async);
  g_task_set_task_data (reading, g_strdup (path), g_free);
  g_task_run_in_thread (reading, read_in_thread);
}

gboolean
qd_import_book_finish (GtkWidget *parent, GAsyncResult *result, guint *n_rows_out, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, parent) && g_async_result_is_tagged (result, qd_import_book_async), FALSE);

  if (n_rows_out != NULL)
    *n_rows_out = ((Job *) g_task_get_task_data (G_TASK (result)))->n_rows;
  return g_task_propagate_boolean (G_TASK (result), error);
}
