/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-check-run"
#include "config.h"
#include "qd-check-run.h"

/* What came of one workspace. */
typedef struct
{
  QdCheckRun *run; /* (owned) */
  char *path;
  GPtrArray *results; /* (owned) (nullable) */
  char *problem;      /* (owned) (nullable) */
  gboolean read_only;
} Outcome;

typedef struct
{
  GStrv paths;
  QdPack *pack;
  char *language;
} Job;

struct _QdCheckRun
{
  GObject parent_instance;
  GCancellable *cancellable; /* (owned) (nullable): while it runs */
  gboolean cancelled;
  guint done;
  guint total;
  GHashTable *outcomes; /* (owned): path → Outcome */
};

G_DEFINE_FINAL_TYPE (QdCheckRun, qd_check_run, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_WORKSPACE_CHECKED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
outcome_free (gpointer data)
{
  Outcome *self = data;

  g_clear_object (&self->run);
  g_free (self->path);
  g_clear_pointer (&self->results, g_ptr_array_unref);
  g_free (self->problem);
  g_free (self);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_strfreev (job->paths);
  qd_pack_unref (job->pack);
  g_free (job->language);
  g_free (job);
}

static void
qd_check_run_dispose (GObject *object)
{
  QdCheckRun *self = QD_CHECK_RUN (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->outcomes, g_hash_table_unref);
  G_OBJECT_CLASS (qd_check_run_parent_class)->dispose (object);
}

static void
qd_check_run_class_init (QdCheckRunClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_check_run_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", QD_TYPE_CHECK_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_WORKSPACE_CHECKED] = g_signal_new ("workspace-checked", QD_TYPE_CHECK_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
qd_check_run_init (QdCheckRun *self)
{
  self->outcomes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, outcome_free);
}

QdCheckRun *
qd_check_run_new (void)
{
  return g_object_new (QD_TYPE_CHECK_RUN, NULL);
}

static gboolean
outcome_cb (gpointer data)
{
  Outcome *outcome = data;
  g_autoptr (QdCheckRun) self = g_steal_pointer (&outcome->run);

  if (self->outcomes == NULL)
    {
      outcome_free (outcome);
      return G_SOURCE_REMOVE;
    }
  self->done++;
  g_hash_table_replace (self->outcomes, outcome->path, outcome);
  g_signal_emit (self, signals[SIGNAL_WORKSPACE_CHECKED], 0, outcome->path);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;

  for (guint i = 0; job->paths[i] != NULL && !g_cancellable_is_cancelled (cancellable); i++)
    {
      g_autoptr (GError) error = NULL;
      Outcome *outcome = g_new0 (Outcome, 1);

      outcome->results = qd_job_check_workspace (job->paths[i], job->pack, job->language, cancellable, &outcome->read_only, &error);
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          outcome_free (outcome);
          break;
        }
      outcome->run = g_object_ref (source);
      outcome->path = g_strdup (job->paths[i]);
      outcome->problem = error != NULL ? g_strdup (error->message) : NULL;
      g_idle_add_full (G_PRIORITY_DEFAULT, outcome_cb, outcome, NULL);
    }
  g_task_return_boolean (task, TRUE);
}

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdCheckRun *self = QD_CHECK_RUN (source);

  if (self->outcomes == NULL)
    return;
  self->cancelled = g_cancellable_is_cancelled (self->cancellable);
  g_clear_object (&self->cancellable);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
qd_check_run_start (QdCheckRun *self, const char *const *paths, QdPack *pack, const char *language)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (QD_IS_CHECK_RUN (self));
  if (self->cancellable != NULL)
    return;
  self->cancellable = g_cancellable_new ();
  self->cancelled = FALSE;
  self->done = 0;
  self->total = g_strv_length ((char **) paths);
  g_hash_table_remove_all (self->outcomes);
  job = g_new0 (Job, 1);
  job->paths = g_strdupv ((char **) paths);
  job->pack = qd_pack_ref (pack);
  job->language = g_strdup (language);
  task = g_task_new (self, self->cancellable, done_cb, NULL);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, run_in_thread);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
qd_check_run_cancel (QdCheckRun *self)
{
  g_cancellable_cancel (self->cancellable);
}

gboolean
qd_check_run_is_running (QdCheckRun *self)
{
  return self->cancellable != NULL;
}

gboolean
qd_check_run_was_cancelled (QdCheckRun *self)
{
  return self->cancelled;
}

guint
qd_check_run_get_done (QdCheckRun *self)
{
  return self->done;
}

guint
qd_check_run_get_total (QdCheckRun *self)
{
  return self->total;
}

guint
qd_check_run_count_drafts (QdCheckRun *self, guint *critical_out)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  *critical_out = 0;
  g_hash_table_iter_init (&iter, self->outcomes);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const Outcome *outcome = value;
      for (guint i = 0; outcome->results != NULL && i < outcome->results->len; i++)
        {
          const QdCheckResult *result = outcome->results->pdata[i];
          n += result->error == NULL;
          *critical_out += result->critical;
        }
    }
  return n;
}

const QdCheckResult *
qd_check_run_find (QdCheckRun *self, const char *path, gint64 declaration)
{
  const Outcome *outcome = g_hash_table_lookup (self->outcomes, path);

  for (guint i = 0; outcome != NULL && outcome->results != NULL && i < outcome->results->len; i++)
    if (((QdCheckResult *) outcome->results->pdata[i])->declaration == declaration)
      return outcome->results->pdata[i];
  return NULL;
}

const char *
qd_check_run_get_problem (QdCheckRun *self, const char *path)
{
  const Outcome *outcome = g_hash_table_lookup (self->outcomes, path);

  return outcome != NULL ? outcome->problem : NULL;
}

gboolean
qd_check_run_was_read_only (QdCheckRun *self, const char *path)
{
  const Outcome *outcome = g_hash_table_lookup (self->outcomes, path);

  return outcome != NULL && outcome->read_only;
}
