/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-long-edit"
#include "config.h"
#include "qd-long-edit.h"

/* Of one piece: short enough that a window stays alive, long enough that little is lost between pieces. */
static gint64 piece_length = 30000;

void
qd_long_edit_set_piece_length (gint64 microseconds)
{
  piece_length = microseconds;
}

gboolean
qd_edit_settle (QdInstance *instance, gint64 deadline)
{
  return qd_instance_settle_some (instance, deadline == 0 ? G_MAXINT64 : MAX (0, deadline - g_get_monotonic_time ()));
}

gboolean
qd_long_edit (QdInstance *instance, QdEditPiece piece, gpointer user_data, GError **error)
{
  gboolean is_inner = qd_instance_is_open (instance), good = TRUE;

  if (!is_inner)
    qd_instance_begin (instance);
  for (double share = 0; good && share < 1;)
    good = piece (instance, 0, &share, user_data, error);
  if (is_inner)
    return good;
  if (good)
    qd_instance_commit (instance);
  else
    qd_instance_rollback (instance);
  return good;
}

typedef struct
{
  QdEditPiece piece;
  gpointer user_data;
  GDestroyNotify destroy;
  QdEditProgress progress;
  gpointer progress_data;
  GError *error; /* (owned) (nullable): all is being taken back */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  if (work->destroy != NULL)
    work->destroy (work->user_data);
  g_clear_error (&work->error);
  g_free (work);
}

static gboolean
piece_cb (gpointer data)
{
  GTask *task = data;
  QdInstance *instance = g_task_get_source_object (task);
  Work *work = g_task_get_task_data (task);
  double share = 0;

  /* Whoever closed the program has put an end to it. */
  if (!qd_instance_is_open (instance))
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "The edit was taken back");
      return G_SOURCE_REMOVE;
    }
  if (work->error == NULL && !g_cancellable_set_error_if_cancelled (g_task_get_cancellable (task), &work->error) &&
      work->piece (instance, g_get_monotonic_time () + piece_length, &share, work->user_data, &work->error))
    {
      if (work->progress != NULL)
        work->progress (share, work->progress_data);
      if (share < 1)
        return G_SOURCE_CONTINUE;
      qd_instance_commit (instance);
      g_task_return_boolean (task, TRUE);
      return G_SOURCE_REMOVE;
    }
  if (!qd_instance_rollback_some (instance, piece_length))
    return G_SOURCE_CONTINUE;
  g_task_return_error (task, g_steal_pointer (&work->error));
  return G_SOURCE_REMOVE;
}

void
qd_long_edit_async (QdInstance *instance, QdEditPiece piece, gpointer user_data, GDestroyNotify destroy, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data)
{
  GTask *task;
  Work *work;

  g_return_if_fail (!qd_instance_is_open (instance));

  task = g_task_new (instance, cancellable, callback, callback_data);
  work = g_new0 (Work, 1);
  *work = (Work){ piece, user_data, destroy, progress, progress_data, NULL };
  g_task_set_source_tag (task, qd_long_edit_async);
  g_task_set_task_data (task, work, work_free);
  /* Its answer is ours alone: what is cancelled is taken back first. */
  g_task_set_check_cancellable (task, FALSE);
  qd_instance_begin (instance);
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, piece_cb, task, g_object_unref);
}

gboolean
qd_long_edit_finish (QdInstance *instance, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, instance) && g_async_result_is_tagged (result, qd_long_edit_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
