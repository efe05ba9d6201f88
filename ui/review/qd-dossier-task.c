/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-dossier-task"
#include "config.h"
#include "qd-dossier-task.h"

#include "qd-look.h"

typedef struct
{
  QdDraft *draft; /* (owned): only its resolver, which any thread may use, is touched */
  QdPack *pack;
  QdForm *form;
  GBytes *bytes;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->draft);
  qd_pack_unref (job->pack);
  g_object_unref (job->form);
  g_bytes_unref (job->bytes);
  g_free (job);
}

static void
prepare_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  QdInstanceOptions options = { .now = now, .language = qd_look_get_language (), .resolver = qd_draft_resolve, .resolver_data = job->draft };
  GError *error = NULL;
  QdDossier *dossier = qd_dossier_prepare (job->pack, job->form, job->bytes, &options, &error);

  if (dossier == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, dossier, g_object_unref);
}

void
qd_dossier_task_async (QdDraft *draft, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  QdInstance *instance = qd_draft_get_instance (draft);
  Job *job = g_new0 (Job, 1);

  job->draft = g_object_ref (draft);
  job->pack = qd_pack_ref (qd_draft_get_pack (draft));
  job->form = g_object_ref (qd_instance_get_form (instance));
  job->bytes = qd_instance_save (instance);
  g_task_set_source_tag (task, qd_dossier_task_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, prepare_in_thread);
}

QdDossier *
qd_dossier_task_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, qd_dossier_task_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
