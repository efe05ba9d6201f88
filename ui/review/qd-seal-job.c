/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-seal-job"
#include "config.h"
#include "qd-seal-job.h"

#include <glib/gi18n.h>

typedef struct
{
  QdStore *store;
  gint64 declaration;
  QdDossier *dossier;
  char *key_path;
  char *pin; /* wiped as soon as the key is open */
  char *uscc;
  char *target;
  QdSealProgress progress;
  gpointer user_data;
  GMutex lock; /* guards the three below */
  gint64 done;
  gint64 total;
  guint idle;
  GTask *task; /* (not owned) */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->store);
  g_object_unref (job->dossier);
  g_free (job->key_path);
  qd_pin_free (job->pin);
  g_free (job->uscc);
  g_free (job->target);
  g_mutex_clear (&job->lock);
  g_free (job);
}

static gboolean
progress_idle_cb (gpointer user_data)
{
  GTask *task = user_data;
  Job *job = g_task_get_task_data (task);
  gint64 done, total;

  g_mutex_lock (&job->lock);
  job->idle = 0;
  done = job->done;
  total = job->total;
  g_mutex_unlock (&job->lock);
  if (!g_task_get_completed (task) && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    job->progress (done, total, job->user_data);
  return G_SOURCE_REMOVE;
}

/* In the thread: many reports become one idle source. */
static void
progress_cb (goffset done, goffset total, gpointer user_data)
{
  Job *job = user_data;

  g_mutex_lock (&job->lock);
  job->done = done;
  job->total = total;
  if (job->idle == 0)
    job->idle = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, progress_idle_cb, g_object_ref (job->task), g_object_unref);
  g_mutex_unlock (&job->lock);
}

static QdSigner *
open_key (Job *job, GError **error)
{
  g_autoptr (QdSigner) signer = qd_signer_new_from_pkcs12 (job->key_path, job->pin, error);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  const char *uscc;

  qd_pin_free (g_steal_pointer (&job->pin));
  if (signer == NULL)
    return NULL;
  if (g_date_time_compare (qd_signer_get_not_after (signer), now) < 0)
    {
      g_autofree char *date = g_date_time_format (qd_signer_get_not_after (signer), "%Y-%m-%d");
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_EXPIRED, _ ("The certificate expired on %s; use one that is valid."), date);
      return NULL;
    }
  uscc = qd_signer_get_uscc (signer);
  if (!qd_signer_is_demo (signer) && uscc != NULL && job->uscc != NULL && *job->uscc != '\0' && g_ascii_strcasecmp (uscc, job->uscc) != 0)
    {
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY, _ ("The certificate belongs to %s, not to this enterprise (%s). Nothing was sealed."), qd_signer_get_subject (signer), job->uscc);
      return NULL;
    }
  return g_steal_pointer (&signer);
}

static void
seal_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  g_autoptr (QdSigner) signer = open_key (job, &error);
  char *sha256 = NULL;

  if (signer != NULL)
    sha256 = qd_job_seal_declaration (job->store, job->declaration, job->dossier, signer, job->target, progress_cb, job, cancellable, &error);
  if (sha256 == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, sha256, g_free);
}

void
qd_seal_job_async (QdStore *store, gint64 declaration, QdDossier *dossier, const char *key_path, char *pin, const char *uscc, const char *target, QdSealProgress progress, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->store = g_object_ref (store);
  job->declaration = declaration;
  job->dossier = g_object_ref (dossier);
  job->key_path = g_strdup (key_path);
  job->pin = pin;
  job->uscc = g_strdup (uscc);
  job->target = g_strdup (target);
  job->progress = progress;
  job->user_data = user_data;
  job->task = task;
  g_mutex_init (&job->lock);
  g_task_set_source_tag (task, qd_seal_job_async);
  /* Once the package is stored it is sealed, even if the button was pressed late. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, seal_in_thread);
}

char *
qd_seal_job_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, qd_seal_job_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
