/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-sheet-open"
#include "config.h"

#include "qd-sheet.h"

typedef struct
{
  char *path, *name; /* (owned) (nullable name) */
  QdSheetProgress progress;
  gpointer progress_data;
  GStrv names; /* (owned) (nullable): result */
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_free (opening->path);
  g_free (opening->name);
  g_strfreev (opening->names);
  g_free (opening);
}

static void
open_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Opening *opening = task_data;
  QdSheet *sheet = NULL;
  GError *error = NULL;

  opening->names = qd_sheet_list (opening->path, &error);
  if (opening->names != NULL)
    sheet = qd_sheet_read (opening->path, opening->name, opening->progress, opening->progress_data, cancellable, &error);
  if (sheet == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, sheet, (GDestroyNotify) qd_sheet_unref);
}

void
qd_sheet_open_async (const char *path, const char *name, QdSheetProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Opening *opening = g_new0 (Opening, 1);

  opening->path = g_strdup (path);
  opening->name = g_strdup (name);
  opening->progress = progress;
  opening->progress_data = progress_data;
  g_task_set_source_tag (task, qd_sheet_open_async);
  g_task_set_task_data (task, opening, opening_free);
  g_task_run_in_thread (task, open_in_thread);
}

QdSheet *
qd_sheet_open_finish (GAsyncResult *result, GStrv *names_out, GError **error)
{
  QdSheet *sheet;

  g_return_val_if_fail (g_task_is_valid (result, NULL) && g_async_result_is_tagged (result, qd_sheet_open_async), NULL);
  sheet = g_task_propagate_pointer (G_TASK (result), error);
  if (sheet != NULL && names_out != NULL)
    *names_out = g_steal_pointer (&((Opening *) g_task_get_task_data (G_TASK (result)))->names);
  return sheet;
}
