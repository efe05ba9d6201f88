/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-duties"
#include "config.h"
#include "qd-duties.h"

#include "qd-look.h"

/* Midnight passes while the program runs. */
#define LOOK_AT_THE_DATE_SECONDS 300

struct _QdDuties
{
  GObject parent_instance;
  QdStore *store; /* (owned) */
  QdPack *pack;   /* (owned) */
  QdDutyJob *job; /* (owned) (nullable): with the thread while that runs */

  QdAssessed *assessed; /* (owned) (nullable) */
  char *problem;        /* (owned) (nullable) */
  gboolean busy;
  gboolean again; /* something changed while it was busy */
  GCancellable *cancellable;
  guint date_timer;

  gpointer work; /* (not owned) (nullable): of the task on its way */

  GMutex mutex; /* guards: */
  GCond idle;
  gboolean running; /* the thread holds store and pack */
};

G_DEFINE_FINAL_TYPE (QdDuties, qd_duties, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
assessed_clear (gpointer data)
{
  QdAssessed *self = data;

  g_clear_pointer (&self->assessment, qd_assessment_free);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_clear_pointer (&self->touched, g_ptr_array_unref);
  g_clear_pointer (&self->returned, g_ptr_array_unref);
}

QdAssessed *
qd_assessed_ref (QdAssessed *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
qd_assessed_unref (QdAssessed *self)
{
  g_atomic_rc_box_release_full (self, assessed_clear);
}

const QdDeclaration *
qd_assessed_find_record (QdAssessed *self, gint64 id)
{
  for (guint i = 0; id != 0 && i < self->records->len; i++)
    {
      const QdDeclaration *record = g_ptr_array_index (self->records, i);
      if (record->id == id)
        return record;
    }
  return NULL;
}

gboolean
qd_assessed_is_amended (QdAssessed *self, gint64 declaration)
{
  for (guint i = 0; i < self->records->len; i++)
    if (((const QdDeclaration *) self->records->pdata[i])->amends == declaration)
      return TRUE;
  return FALSE;
}

const QdReturned *
qd_assessed_find_returned (QdAssessed *self, gint64 declaration)
{
  for (guint i = 0; i < self->returned->len; i++)
    if (((const QdReturned *) self->returned->pdata[i])->declaration == declaration)
      return self->returned->pdata[i];
  return NULL;
}

static const QdDue *
find_due (QdAssessed *self, gint64 declaration, const QdDuty **duty_out)
{
  GPtrArray *duties = self->assessment->duties;

  for (guint i = 0; i < duties->len; i++)
    {
      const QdDuty *duty = duties->pdata[i];
      for (guint j = 0; j < duty->dues->len; j++)
        if (((const QdDue *) duty->dues->pdata[j])->declaration == declaration)
          {
            *duty_out = duty;
            return duty->dues->pdata[j];
          }
    }
  return NULL;
}

const QdDue *
qd_assessed_find_due (QdAssessed *self, gint64 declaration, const QdDuty **duty_out)
{
  const QdDue *due = NULL;

  /* An amendment is due when its original was; a chain of them ends. */
  for (guint depth = 0; declaration != 0 && due == NULL && depth < 32; depth++)
    {
      const QdDeclaration *record = qd_assessed_find_record (self, declaration);
      due = find_due (self, declaration, duty_out);
      declaration = record != NULL ? record->amends : 0;
    }
  return due;
}

GPtrArray *
qd_assessed_find_changes (QdAssessed *self, gint64 declaration)
{
  for (guint i = 0; i < self->touched->len; i++)
    {
      const QdTouchedDraft *draft = g_ptr_array_index (self->touched, i);
      if (draft->declaration == declaration)
        return draft->changes;
    }
  return NULL;
}

const QdWaiting *
qd_assessed_find_waiting (QdAssessed *self, const QdDuty *duty, const QdDue *due)
{
  for (guint i = 0; i < self->waiting->len; i++)
    {
      const QdWaiting *waiting = g_ptr_array_index (self->waiting, i);
      if (g_str_equal (waiting->rule, duty->rule) && g_str_equal (waiting->period, due->period) && g_str_equal (waiting->site, due->site))
        return waiting;
    }
  return NULL;
}

/* In the thread. */

typedef struct
{
  QdStore *store; /* (owned) (nullable) */
  QdPack *pack;   /* (owned) (nullable) */
  QdDutyJob *job; /* (owned) (nullable) */
  char *language;
} Work;

static void
work_clear (Work *work)
{
  g_clear_pointer (&work->job, qd_duty_job_free);
  g_clear_object (&work->store);
  g_clear_pointer (&work->pack, qd_pack_unref);
}

static void
work_free (gpointer data)
{
  Work *work = data;

  work_clear (work);
  g_free (work->language);
  g_free (work);
}

static void
tell_the_cockpit (QdDutyJob *job, QdStore *store, QdAssessment *assessment)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSummary) summary = NULL;

  if (qd_store_is_read_only (store))
    return;
  summary = qd_duty_job_summarize (job, assessment, &error);
  if (summary == NULL || !qd_store_write_summary (store, summary, &error))
    g_message ("%s", error->message);
}

static QdAssessed *
assess (Work *work, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d");
  g_autoptr (QdAssessed) assessed = g_atomic_rc_box_new0 (QdAssessed);

  if (work->job == NULL)
    work->job = qd_duty_job_new (work->store, work->pack, error);
  if (work->job == NULL || (assessed->assessment = qd_duty_job_assess (work->job, date, work->language, error)) == NULL ||
      (assessed->waiting = qd_store_list_waiting (work->store, error)) == NULL ||
      (assessed->records = qd_store_list_declarations (work->store, error)) == NULL ||
      (assessed->touched = qd_duty_job_list_touched (work->job, work->language, error)) == NULL ||
      (assessed->returned = qd_job_list_returned (work->store, error)) == NULL)
    return NULL;
  tell_the_cockpit (work->job, work->store, assessed->assessment);
  return g_steal_pointer (&assessed);
}

static void
work_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  QdDuties *self = source;
  Work *work = task_data;
  GError *error = NULL;
  QdAssessed *assessed = assess (work, &error);

  g_mutex_lock (&self->mutex);
  self->running = FALSE;
  g_cond_signal (&self->idle);
  g_mutex_unlock (&self->mutex);
  if (assessed != NULL)
    g_task_return_pointer (task, assessed, (GDestroyNotify) qd_assessed_unref);
  else
    g_task_return_error (task, error);
}

/* In the main thread. */

static void start (QdDuties *self);

static void
done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdDuties *self = QD_DUTIES (source);
  Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  QdAssessed *assessed = g_task_propagate_pointer (G_TASK (result), &error);

  self->busy = FALSE;
  self->work = NULL;
  self->job = g_steal_pointer (&work->job);
  work_clear (work);       /* the task itself may go later, in its thread */
  if (self->store == NULL) /* disposed of meanwhile */
    {
      g_clear_pointer (&assessed, qd_assessed_unref);
      return;
    }
  g_clear_pointer (&self->problem, g_free);
  if (assessed != NULL)
    {
      g_clear_pointer (&self->assessed, qd_assessed_unref);
      self->assessed = assessed;
    }
  else
    self->problem = g_strdup (error->message); /* the old result stays */
  if (self->again)
    start (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
start (QdDuties *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, done_cb, NULL);
  Work *work = g_new0 (Work, 1);

  self->busy = TRUE;
  self->again = FALSE;
  self->running = TRUE; /* no thread yet */
  work->store = g_object_ref (self->store);
  work->pack = qd_pack_ref (self->pack);
  work->job = g_steal_pointer (&self->job);
  work->language = g_strdup (qd_look_get_language ());
  self->work = work;
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, work, work_free);
  g_task_run_in_thread (task, work_in_thread);
}

void
qd_duties_refresh (QdDuties *self)
{
  g_return_if_fail (QD_IS_DUTIES (self));
  if (self->store == NULL)
    return;
  if (self->busy)
    self->again = TRUE;
  else
    start (self);
}

QdAssessed *
qd_duties_get (QdDuties *self)
{
  g_return_val_if_fail (QD_IS_DUTIES (self), NULL);
  return self->assessed;
}

const char *
qd_duties_get_problem (QdDuties *self)
{
  g_return_val_if_fail (QD_IS_DUTIES (self), NULL);
  return self->problem;
}

gboolean
qd_duties_is_busy (QdDuties *self)
{
  g_return_val_if_fail (QD_IS_DUTIES (self), FALSE);
  return self->busy;
}

static gboolean
date_cb (gpointer user_data)
{
  QdDuties *self = user_data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d");

  if (self->assessed != NULL && !g_str_equal (self->assessed->assessment->date, date))
    qd_duties_refresh (self);
  return G_SOURCE_CONTINUE;
}

static void
qd_duties_dispose (GObject *object)
{
  QdDuties *self = QD_DUTIES (object);

  g_clear_handle_id (&self->date_timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_mutex_lock (&self->mutex);
  while (self->running)
    g_cond_wait (&self->idle, &self->mutex);
  g_mutex_unlock (&self->mutex);
  /* Whoever closes the workspace wants it closed now, not when the task is told. */
  if (self->work != NULL)
    work_clear (self->work);
  g_clear_pointer (&self->job, qd_duty_job_free);
  g_clear_object (&self->store);
  g_clear_pointer (&self->pack, qd_pack_unref);
  G_OBJECT_CLASS (qd_duties_parent_class)->dispose (object);
}

static void
qd_duties_finalize (GObject *object)
{
  QdDuties *self = QD_DUTIES (object);

  g_clear_pointer (&self->assessed, qd_assessed_unref);
  g_free (self->problem);
  g_object_unref (self->cancellable);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->idle);
  G_OBJECT_CLASS (qd_duties_parent_class)->finalize (object);
}

static void
qd_duties_class_init (QdDutiesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_duties_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_duties_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", QD_TYPE_DUTIES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qd_duties_init (QdDuties *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->idle);
  self->cancellable = g_cancellable_new ();
  self->date_timer = g_timeout_add_seconds (LOOK_AT_THE_DATE_SECONDS, date_cb, self);
}

QdDuties *
qd_duties_new (QdStore *store, QdPack *pack)
{
  QdDuties *self = g_object_new (QD_TYPE_DUTIES, NULL);

  self->store = g_object_ref (store);
  self->pack = qd_pack_ref (pack);
  return self;
}
