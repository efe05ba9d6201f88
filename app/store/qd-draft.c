/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-draft"
#include "config.h"

#include "qd-draft.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "qd-host-private.h"
#include "qd-journal-private.h"
#include "qd-tree.h"

/* So many changes are played back at most when a draft is opened that was not closed well; of a large one, where writing takes longer, ten times as many. */
#define SNAPSHOT_EVERY 5000
/* Steps whose changes stay at hand, so that undo works while the disk does not. */
#define CACHED_STEPS 64
/* Changes of a step that are felt when they are undone at once. */
#define LONG_STEP 2000
#define COUNTS_DELAY_MS 400
#define SNAPSHOT_RETRY_MS 1000
/* A draft with so many nodes is put away in a thread, and written anew only when that saves playing back many changes. */
#define LARGE_NODES 100000
#define LARGE_SNAPSHOT_EVERY 500
/* Opening reads about 10 to 20 MB/s. */
#define LARGE_BYTES (2 * 1024 * 1024)
#define PROGRESS_MS 100

struct _QdDraft
{
  GObject parent_instance;

  QdStore *store; /* (owned) */
  QdPack *pack;   /* (owned) */
  QdHost host;    /* for the instance, as long as that lives; borrows from this draft */
  gint64 id;
  gboolean read_only;
  char *form_id;
  char *period;
  char *site;           /* (nullable) */
  QdInstance *instance; /* (owned) */

  gint64 last_step;
  GArray *undo;       /* (element-type gint64): steps that can be undone, the newest last */
  GArray *redo;       /* (element-type gint64): steps that undid one, the newest last */
  GHashTable *cache;  /* gint64 → GPtrArray of QdChange */
  GQueue cached;      /* (element-type gint64): keys of @cache, oldest first */
  gint64 copied_step; /* the step whose cached changes are no longer those that were queued */
  guint depth;        /* of begin_step */
  gint64 open_step;   /* 0: nothing recorded in it yet */
  char *origin;       /* (nullable): of the open step */
  gboolean playing;   /* undo and redo record by themselves */
  gint64 undone_step; /* in pieces: what is recorded takes this step back; else 0 */
  guint since_snapshot;
  guint counts_source;
  guint snapshot_source;
  guint critical, unexplained; /* as the store has them */
  gboolean adopted;            /* somebody has it: what is done to it is kept */

  QdTree *last; /* (owned) (nullable): the last sealed version */
  gboolean last_read;
};

typedef enum
{
  PROP_CAN_UNDO = 1,
  PROP_CAN_REDO,
} QdDraftProperty;

static GParamSpec *properties[PROP_CAN_REDO + 1];

G_DEFINE_FINAL_TYPE (QdDraft, qd_draft, G_TYPE_OBJECT)

/* Steps */

static void
notify_steps (QdDraft *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_UNDO]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_REDO]);
}

static gint64
peek_last (GArray *steps)
{
  return steps->len > 0 ? g_array_index (steps, gint64, steps->len - 1) : 0;
}

/* The journal is never rewritten: undoing a step appends one that takes it back. Where undo stands follows from all steps in order. */
static void
place_step (QdDraft *self, gint64 step, gint64 undoes)
{
  if (undoes == 0)
    {
      g_array_append_val (self->undo, step);
      g_array_set_size (self->redo, 0);
    }
  else if (undoes == peek_last (self->undo))
    {
      g_array_set_size (self->undo, self->undo->len - 1);
      g_array_append_val (self->redo, step);
    }
  else if (undoes == peek_last (self->redo))
    {
      g_array_set_size (self->redo, self->redo->len - 1);
      g_array_append_val (self->undo, step);
    }
  self->last_step = MAX (self->last_step, step);
}

static void
copy_changes (GPtrArray *to, GPtrArray *changes)
{
  for (guint i = 0; i < changes->len; i++)
    {
      const QdChange *change = changes->pdata[i];
      g_ptr_array_add (to, qd_change_new (change->kind, change->path, change->name, change->old_text, change->new_text));
    }
}

static void
keep_changes (QdDraft *self, gint64 step, GPtrArray *changes)
{
  GPtrArray *kept = g_hash_table_lookup (self->cache, &step);

  if (kept)
    {
      /* A second record within one step. What was queued belongs to the writer now and is not appended to. */
      if (self->copied_step != step)
        {
          GPtrArray *own = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_change_free);
          copy_changes (own, kept);
          kept = own;
          g_hash_table_replace (self->cache, g_memdup2 (&step, sizeof step), own);
          self->copied_step = step;
        }
      copy_changes (kept, changes);
      return;
    }
  g_hash_table_insert (self->cache, g_memdup2 (&step, sizeof step), g_ptr_array_ref (changes));
  g_queue_push_tail (&self->cached, g_memdup2 (&step, sizeof step));
  if (self->cached.length > CACHED_STEPS)
    {
      g_autofree gint64 *oldest = g_queue_pop_head (&self->cached);
      g_hash_table_remove (self->cache, oldest);
    }
}

static gboolean
snapshot_cb (gpointer data)
{
  QdDraft *self = data;
  g_autoptr (GBytes) xml = NULL;

  /* What is half done is for nobody to keep. */
  if (qd_instance_is_open (self->instance))
    {
      self->snapshot_source = g_timeout_add (SNAPSHOT_RETRY_MS, snapshot_cb, self);
      return G_SOURCE_REMOVE;
    }
  xml = qd_instance_save (self->instance);
  self->snapshot_source = 0;
  self->since_snapshot = 0;
  qd_store_queue_snapshot (self->store, self->id, -1, xml);
  return G_SOURCE_REMOVE;
}

static gboolean
is_large (QdDraft *self)
{
  return qd_instance_get_size (self->instance) > LARGE_NODES;
}

static gboolean
queue_changes (QdDraft *self, gint64 step, gint64 undoes, const char *origin, GPtrArray *changes, GError **error)
{
  if (!qd_store_queue_changes (self->store, self->id, step, undoes, origin, g_ptr_array_ref (changes), error))
    return FALSE;
  keep_changes (self, step, changes);
  self->since_snapshot += changes->len;
  if (self->since_snapshot > (is_large (self) ? 10 * SNAPSHOT_EVERY : SNAPSHOT_EVERY) && !self->snapshot_source)
    self->snapshot_source = g_idle_add_full (G_PRIORITY_LOW, snapshot_cb, self, NULL);
  return TRUE;
}

/* Takes what the instance has changed since the last time to the store. */
static void
record (QdDraft *self)
{
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;
  gint64 step;

  if (self->playing)
    return;
  changes = qd_instance_steal_changes (self->instance);
  if (!changes || changes->len == 0)
    return;
  step = self->open_step ? self->open_step : self->last_step + 1;
  if (!queue_changes (self, step, self->undone_step, self->origin ? self->origin : "typed", changes, &error))
    {
      /* Nobody should have edited it. It goes back to what the store has. */
      g_autoptr (GError) second = NULL;
      g_message ("%s", error->message);
      self->playing = TRUE;
      if (!qd_instance_apply (self->instance, changes, TRUE, &second))
        g_message ("%s", second->message);
      self->playing = FALSE;
      return;
    }
  if (step == self->open_step)
    return;
  if (self->depth > 0)
    self->open_step = step;
  place_step (self, step, self->undone_step);
  notify_steps (self);
}

void
qd_draft_begin_step (QdDraft *self, const char *origin)
{
  g_return_if_fail (QD_IS_DRAFT (self));
  record (self);
  if (self->depth++ == 0)
    {
      g_free (self->origin);
      self->origin = g_strdup (origin ? origin : "typed");
      self->open_step = 0;
    }
}

void
qd_draft_end_step (QdDraft *self)
{
  g_return_if_fail (QD_IS_DRAFT (self) && self->depth > 0);
  record (self);
  if (--self->depth == 0)
    {
      self->open_step = 0;
      g_clear_pointer (&self->origin, g_free);
    }
}

/* Changes that take @changes back when played forward. */
static GPtrArray *
invert (GPtrArray *changes)
{
  GPtrArray *inverse = g_ptr_array_new_full (changes->len, (GDestroyNotify) qd_change_free);

  for (guint i = changes->len; i-- > 0;)
    g_ptr_array_add (inverse, qd_change_invert (changes->pdata[i]));
  return inverse;
}

static gboolean
take_back (QdDraft *self, GArray *steps, const char *origin, GError **error)
{
  gint64 step, target;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GPtrArray) inverse = NULL;

  record (self);
  target = peek_last (steps);
  if (self->read_only || target == 0 || self->depth > 0 || qd_instance_is_open (self->instance))
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND, _ ("There is nothing to undo or redo here."));
      return FALSE;
    }
  changes = g_hash_table_lookup (self->cache, &target);
  changes = changes ? g_ptr_array_ref (changes) : qd_store_read_step (self->store, self->id, target, error);
  if (!changes)
    return FALSE;
  inverse = invert (changes);
  step = self->last_step + 1;

  self->playing = TRUE;
  if (!qd_instance_apply (self->instance, changes, TRUE, error))
    {
      self->playing = FALSE;
      return FALSE;
    }
  if (!queue_changes (self, step, target, origin, inverse, error))
    {
      g_autoptr (GError) second = NULL;
      if (!qd_instance_apply (self->instance, changes, FALSE, &second))
        g_message ("%s", second->message);
      self->playing = FALSE;
      return FALSE;
    }
  self->playing = FALSE;
  place_step (self, step, target);
  notify_steps (self);
  return TRUE;
}

gboolean
qd_draft_undo (QdDraft *self, GError **error)
{
  g_return_val_if_fail (QD_IS_DRAFT (self), FALSE);
  return take_back (self, self->undo, "undo", error);
}

gboolean
qd_draft_redo (QdDraft *self, GError **error)
{
  g_return_val_if_fail (QD_IS_DRAFT (self), FALSE);
  return take_back (self, self->redo, "redo", error);
}

/* The same in pieces: an edit that plays the changes, and whose record is said to take the step back. */

typedef struct
{
  gboolean redo;
  gint64 step;
  GPtrArray *changes; /* (owned) (nullable): of @step */
  guint done;
  QdEditProgress progress;
  gpointer progress_data;
} Undo;

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  g_clear_pointer (&undo->changes, g_ptr_array_unref);
  g_free (undo);
}

static GArray *
get_steps (QdDraft *self, gboolean redo)
{
  return redo ? self->redo : self->undo;
}

gboolean
qd_draft_is_undo_long (QdDraft *self, gboolean redo)
{
  gint64 step;
  GPtrArray *changes;

  g_return_val_if_fail (QD_IS_DRAFT (self), FALSE);
  step = peek_last (get_steps (self, redo));
  changes = step != 0 ? g_hash_table_lookup (self->cache, &step) : NULL;
  return step != 0 && !self->read_only && (!changes || changes->len > LONG_STEP);
}

static gboolean
undo_piece (QdInstance *instance, gint64 deadline, double *share_out, gpointer data, GError **error)
{
  Undo *undo = data;
  gboolean over;

  if (!qd_instance_apply_some (instance, undo->changes, TRUE, &undo->done, deadline - g_get_monotonic_time (), &over, error))
    return FALSE;
  *share_out = over ? 1 : MIN (0.99, 0.8 * undo->done / MAX (1, undo->changes->len));
  return TRUE;
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  QdDraft *self = g_task_get_source_object (task);
  GError *error = NULL;
  gboolean good = qd_long_edit_finish (QD_INSTANCE (source), result, &error);

  record (self);
  self->undone_step = 0;
  g_clear_pointer (&self->origin, g_free);
  if (good)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* @task: (transfer full) */
static void
play_step (GTask *task)
{
  QdDraft *self = g_task_get_source_object (task);
  Undo *undo = g_task_get_task_data (task);

  /* Somebody may have edited while the step was read. */
  record (self);
  if (undo->step == 0 || self->read_only || self->depth > 0 || qd_instance_is_open (self->instance) || undo->step != peek_last (get_steps (self, undo->redo)))
    {
      g_task_return_new_error (task, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND, _ ("There is nothing to undo or redo here."));
      g_object_unref (task);
      return;
    }
  self->undone_step = undo->step;
  g_free (self->origin);
  self->origin = g_strdup (undo->redo ? "redo" : "undo");
  qd_long_edit_async (self->instance, undo_piece, undo, NULL, undo->progress, undo->progress_data, g_task_get_cancellable (task), undone_cb, task);
}

static void
read_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  QdDraft *self = source;
  const Undo *undo = data;
  GError *error = NULL;
  GPtrArray *changes = qd_store_read_step (self->store, self->id, undo->step, &error);

  if (changes)
    g_task_return_pointer (task, changes, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
step_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  GTask *task = data;
  Undo *undo = g_task_get_task_data (task);
  GError *error = NULL;

  undo->changes = g_task_propagate_pointer (G_TASK (result), &error);
  if (undo->changes)
    play_step (task);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

void
qd_draft_undo_async (QdDraft *self, gboolean redo, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;
  Undo *undo = g_new0 (Undo, 1);
  GPtrArray *changes;

  g_return_if_fail (QD_IS_DRAFT (self));
  record (self);
  *undo = (Undo){ .redo = redo, .step = peek_last (get_steps (self, redo)), .progress = progress, .progress_data = progress_data };
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, qd_draft_undo_async);
  g_task_set_task_data (task, undo, undo_free);
  /* What is cancelled is taken back first. */
  g_task_set_check_cancellable (task, FALSE);
  changes = g_hash_table_lookup (self->cache, &undo->step);
  if (changes || undo->step == 0)
    {
      undo->changes = changes ? g_ptr_array_ref (changes) : NULL;
      play_step (task);
    }
  else
    {
      g_autoptr (GTask) reading = g_task_new (self, NULL, step_read_cb, task);

      g_task_set_task_data (reading, undo, NULL);
      g_task_run_in_thread (reading, read_in_thread);
    }
}

gboolean
qd_draft_undo_finish (QdDraft *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self) && g_async_result_is_tagged (result, qd_draft_undo_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
qd_draft_can_undo (QdDraft *self)
{
  g_return_val_if_fail (QD_IS_DRAFT (self), FALSE);
  return !self->read_only && self->undo->len > 0;
}

gboolean
qd_draft_can_redo (QdDraft *self)
{
  g_return_val_if_fail (QD_IS_DRAFT (self), FALSE);
  return !self->read_only && self->redo->len > 0;
}

/* Counts of findings, as lists of declarations show them */

static gboolean
counts_cb (gpointer data)
{
  QdDraft *self = data;
  QdFindingCounts counts;
  guint critical, unexplained;

  self->counts_source = 0;
  qd_instance_count_findings (self->instance, qd_instance_get_root (self->instance), &counts);
  critical = counts.critical;
  unexplained = counts.possible - counts.explained;
  if (critical != self->critical || unexplained != self->unexplained)
    qd_store_queue_counts (self->store, self->id, critical, unexplained);
  self->critical = critical;
  self->unexplained = unexplained;
  return G_SOURCE_REMOVE;
}

static void
nodes_changed_cb (QdInstance *instance, gpointer nodes, QdDraft *self)
{
  record (self);
}

static void
rows_changed_cb (QdInstance *instance, guint range, guint position, guint removed, guint added, QdDraft *self)
{
  record (self);
}

static void
findings_changed_cb (QdInstance *instance, QdDraft *self)
{
  record (self);
  if (!self->read_only && !self->counts_source)
    self->counts_source = g_timeout_add (COUNTS_DELAY_MS, counts_cb, self);
}

/* Opening */

/* Reading a large draft leaves as much memory free as it keeps: to the system, not to this program, which may never need it again. */
static void
give_memory_back (void)
{
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}

/* Takes @instance. */
static void
take_instance (QdDraft *self, QdInstance *instance)
{
  g_autoptr (GPtrArray) old = qd_instance_steal_changes (instance);

  self->instance = instance;
  g_signal_connect (instance, "nodes-changed", G_CALLBACK (nodes_changed_cb), self);
  g_signal_connect (instance, "rows-changed", G_CALLBACK (rows_changed_cb), self);
  g_signal_connect (instance, "findings-changed", G_CALLBACK (findings_changed_cb), self);
}

static QdDraft *
new_draft (QdStore *store, QdPack *pack)
{
  QdDraft *self = g_object_new (QD_TYPE_DRAFT, NULL);

  self->store = g_object_ref (store);
  self->pack = qd_pack_ref (pack);
  return self;
}

static QdDraft *
load_draft (QdStore *store, QdPack *pack, gint64 id, const char *language, GCancellable *cancellable, int *share, GError **error)
{
  g_autoptr (QdDraft) self = NULL;
  g_autoptr (QdDeclaration) row = NULL;
  g_autoptr (GArray) steps = NULL;
  QdForm *form;
  QdInstance *instance;

  row = qd_store_get_declaration (store, id, error);
  if (!row)
    return NULL;
  form = qd_pack_get_form (pack, row->form_id, error);
  if (!form)
    return NULL;

  self = new_draft (store, pack);
  self->id = id;
  self->read_only = qd_store_is_read_only (store) || row->state >= QD_STATE_SEALED;
  self->form_id = g_steal_pointer (&row->form_id);
  self->period = g_steal_pointer (&row->period);
  self->site = g_steal_pointer (&row->site);
  self->critical = row->critical;
  self->unexplained = row->unexplained;

  self->host = (QdHost){ .store = store, .pack = pack, .form_id = self->form_id, .period = self->period, .site = self->site, .before_id = id };
  /* A form that has changed since may have other fields: those that are new start empty. */
  instance = qd_host_load (&self->host, form, id, g_strcmp0 (row->form_version, qd_form_get_version (form)) == 0 ? QD_INSTANCE_RESTORE : QD_INSTANCE_EDIT, language, cancellable, share, &self->since_snapshot, error);
  if (!instance)
    return NULL;
  take_instance (self, instance);
  steps = qd_store_read_steps (store, id, error);
  if (!steps)
    return NULL;
  for (guint i = 0; i < steps->len; i++)
    place_step (self, g_array_index (steps, QdStep, i).step, g_array_index (steps, QdStep, i).undoes);
  return g_steal_pointer (&self);
}

QdDraft *
qd_draft_open (QdStore *store, QdPack *pack, gint64 id, const char *language, GError **error)
{
  QdDraft *self;

  g_return_val_if_fail (QD_IS_STORE (store) && pack != NULL, NULL);
  self = load_draft (store, pack, id, language, NULL, NULL, error);
  if (self)
    self->adopted = TRUE;
  return self;
}

typedef struct
{
  QdStore *store;
  QdPack *pack;
  gint64 id;
  char *language;
  int share; /* atomic */
  QdEditProgress progress;
  gpointer progress_data;
  guint timer;
} OpenJob;

static void
open_job_free (gpointer data)
{
  OpenJob *job = data;

  g_clear_handle_id (&job->timer, g_source_remove);
  g_object_unref (job->store);
  qd_pack_unref (job->pack);
  g_free (job->language);
  g_free (job);
}

static gboolean
open_progress_cb (gpointer data)
{
  OpenJob *job = data;

  job->progress (g_atomic_int_get (&job->share) / 1000.0, job->progress_data);
  return G_SOURCE_CONTINUE;
}

static void
open_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  OpenJob *job = data;
  GError *error = NULL;
  QdDraft *self = load_draft (job->store, job->pack, job->id, job->language, cancellable, &job->share, &error);

  if (self && is_large (self))
    give_memory_back ();
  /* Here, since freeing it takes a while, too. */
  if (self && g_cancellable_set_error_if_cancelled (cancellable, &error))
    g_clear_object (&self);
  if (self)
    g_task_return_pointer (task, self, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
qd_draft_open_async (QdStore *store, QdPack *pack, gint64 id, const char *language, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  OpenJob *job = g_new0 (OpenJob, 1);

  g_return_if_fail (QD_IS_STORE (store) && pack != NULL);
  job->store = g_object_ref (store);
  job->pack = qd_pack_ref (pack);
  job->id = id;
  job->language = g_strdup (language);
  job->progress = progress;
  job->progress_data = progress_data;
  if (progress)
    job->timer = g_timeout_add (PROGRESS_MS, open_progress_cb, job);
  g_task_set_source_tag (task, qd_draft_open_async);
  g_task_set_task_data (task, job, open_job_free);
  g_task_run_in_thread (task, open_in_thread);
}

QdDraft *
qd_draft_open_finish (GAsyncResult *result, GError **error)
{
  OpenJob *job;
  QdDraft *self;

  g_return_val_if_fail (g_async_result_is_tagged (result, qd_draft_open_async), NULL);
  job = g_task_get_task_data (G_TASK (result));
  g_clear_handle_id (&job->timer, g_source_remove);
  self = g_task_propagate_pointer (G_TASK (result), error);
  if (self)
    self->adopted = TRUE;
  return self;
}

gboolean
qd_draft_is_large (QdStore *store, QdPack *pack, gint64 id)
{
  g_autoptr (QdDeclaration) row = NULL;
  QdForm *form, *reg;
  gint64 newest;

  g_return_val_if_fail (QD_IS_STORE (store) && pack != NULL, FALSE);
  if (qd_store_get_snapshot_size (store, id) > LARGE_BYTES)
    return TRUE;
  row = qd_store_get_declaration (store, id, NULL);
  form = row ? qd_pack_get_form (pack, row->form_id, NULL) : NULL;
  if (!form || !qd_form_has_instance (form, "jr://instance/register"))
    return FALSE;
  reg = qd_host_find_form (pack, "register");
  newest = reg ? qd_store_find_declaration (store, qd_form_get_id (reg)) : 0;
  return newest != 0 && qd_store_get_snapshot_size (store, newest) > LARGE_BYTES;
}

QdDraft *
qd_draft_create (QdStore *store, QdPack *pack, const char *form_id, const char *period, const char *site, const char *language, GError **error)
{
  g_autoptr (QdDraft) self = NULL;
  g_autoptr (GBytes) xml = NULL;
  QdInstanceOptions options = { .mode = QD_INSTANCE_CREATE, .language = language, .resolver = qd_host_resolve };
  QdForm *form;
  QdInstance *instance;

  g_return_val_if_fail (QD_IS_STORE (store) && pack != NULL && form_id != NULL, NULL);
  form = qd_pack_get_form (pack, form_id, error);
  if (!form)
    return NULL;
  self = new_draft (store, pack);
  self->form_id = g_strdup (form_id);
  self->period = g_strdup (period);
  self->site = g_strdup (site);
  self->host = (QdHost){ .store = store, .pack = pack, .form_id = self->form_id, .period = self->period, .site = self->site };
  options.resolver_data = &self->host;
  instance = qd_instance_new (form, &options, error);
  if (!instance)
    return NULL;
  take_instance (self, instance);
  xml = qd_instance_save (instance);
  self->id = qd_store_add_declaration (store, form_id, qd_form_get_version (form), period, site, 0, xml, error);
  if (self->id == 0)
    return NULL;
  self->adopted = TRUE;
  counts_cb (self);
  return g_steal_pointer (&self);
}

GBytes *
qd_draft_resolve (const char *uri, char **media_type_out, gpointer user_data, GError **error)
{
  QdDraft *self = user_data;

  /* The host never changes while the draft lives, store and pack lock themselves. */
  g_return_val_if_fail (QD_IS_DRAFT (self), NULL);
  return qd_host_resolve (uri, media_type_out, &self->host, error);
}

QdInstance *
qd_draft_get_instance (QdDraft *self)
{
  g_return_val_if_fail (QD_IS_DRAFT (self), NULL);
  return self->instance;
}

QdStore *
qd_draft_get_store (QdDraft *self)
{
  g_return_val_if_fail (QD_IS_DRAFT (self), NULL);
  return self->store;
}

QdPack *
qd_draft_get_pack (QdDraft *self)
{
  g_return_val_if_fail (QD_IS_DRAFT (self), NULL);
  return self->pack;
}

gint64
qd_draft_get_id (QdDraft *self)
{
  g_return_val_if_fail (QD_IS_DRAFT (self), 0);
  return self->id;
}

gboolean
qd_draft_is_read_only (QdDraft *self)
{
  g_return_val_if_fail (QD_IS_DRAFT (self), TRUE);
  return self->read_only;
}

/* The element at a positioned path, by a walk: what is sealed needs no engine to be read. */
static QdTreeNode *
find_element (QdTree *tree, const char *path)
{
  g_auto (GStrv) steps = g_strsplit (path + (*path == '/'), "/", -1);
  QdTreeNode *node = NULL;

  for (guint i = 0; steps[i]; i++)
    {
      char *bracket = strchr (steps[i], '[');
      guint64 wanted = bracket ? g_ascii_strtoull (bracket + 1, NULL, 10) : 1, seen = 0;
      const char *name;
      QdTreeNode *parent = i == 0 ? qd_tree_get_document (tree) : node;

      if (bracket)
        *bracket = '\0';
      name = strchr (steps[i], ':') ? strchr (steps[i], ':') + 1 : steps[i];
      node = NULL;
      for (guint32 c = 0; c < parent->n_children && !node; c++)
        if (parent->children[c]->kind == QD_TREE_ELEMENT && g_str_equal (parent->children[c]->name, name) && ++seen == wanted)
          node = parent->children[c];
      if (!node)
        return NULL;
    }
  return node;
}

char *
qd_draft_dup_last_value (QdDraft *self, const char *path)
{
  QdTreeNode *node;

  g_return_val_if_fail (QD_IS_DRAFT (self) && path != NULL, NULL);
  if (!self->last_read)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) xml = qd_store_read_last (self->store, self->form_id, self->site, self->id, &error);

      self->last_read = TRUE;
      if (xml)
        self->last = qd_tree_parse (g_bytes_get_data (xml, NULL), g_bytes_get_size (xml), QD_TREE_FOREIGN, &error);
      if (error)
        g_message ("%s", error->message);
    }
  node = self->last ? find_element (self->last, path) : NULL;
  return node ? qd_tree_node_dup_string (node) : NULL;
}

GPtrArray *
qd_draft_list_history (QdDraft *self, const char *path, GError **error)
{
  g_return_val_if_fail (QD_IS_DRAFT (self) && path != NULL, NULL);
  record (self);
  return qd_store_read_history (self->store, self->id, path, error);
}

/* The last of a large draft: written down, when that is worth it, and freed. */
typedef struct
{
  GWeakRef store; /* closing it waits for nobody */
  gint64 id;
  gint64 step;
  QdInstance *instance;
  gboolean write;
} Leftover;

static gpointer
put_away_in_thread (gpointer data)
{
  Leftover *left = data;

  if (left->write)
    {
      g_autoptr (GBytes) xml = qd_instance_save (left->instance);
      g_autoptr (QdStore) store = g_weak_ref_get (&left->store);

      if (store)
        qd_store_queue_snapshot (store, left->id, left->step, xml);
    }
  g_object_unref (left->instance);
  give_memory_back ();
  g_weak_ref_clear (&left->store);
  g_free (left);
  return NULL;
}

/* Takes the instance, which nobody else has any more. */
static void
put_away (QdDraft *self)
{
  Leftover *left = g_new0 (Leftover, 1);

  g_weak_ref_init (&left->store, self->store);
  left->id = self->id;
  left->step = self->last_step;
  left->write = self->adopted && !self->read_only && self->since_snapshot > LARGE_SNAPSHOT_EVERY;
  left->instance = g_steal_pointer (&self->instance);
  g_thread_unref (g_thread_new ("put-away", put_away_in_thread, left));
}

static void
qd_draft_dispose (GObject *object)
{
  QdDraft *self = QD_DRAFT (object);

  /* First: the callbacks called below forget their sources. */
  g_clear_handle_id (&self->counts_source, g_source_remove);
  g_clear_handle_id (&self->snapshot_source, g_source_remove);
  if (self->instance)
    {
      g_signal_handlers_disconnect_by_data (self->instance, self);
      if (qd_instance_is_open (self->instance))
        qd_instance_rollback (self->instance);
      if (self->id && self->adopted && !self->read_only)
        {
          record (self);
          counts_cb (self);
        }
      if (is_large (self) && G_OBJECT (self->instance)->ref_count == 1)
        put_away (self);
      else if (self->id && self->adopted && !self->read_only && self->since_snapshot > 0)
        snapshot_cb (self);
    }
  /* Recording may have asked for another snapshot. */
  g_clear_handle_id (&self->snapshot_source, g_source_remove);
  g_clear_object (&self->instance);
  g_clear_object (&self->store);
  g_clear_pointer (&self->pack, qd_pack_unref);
  G_OBJECT_CLASS (qd_draft_parent_class)->dispose (object);
}

static void
qd_draft_finalize (GObject *object)
{
  QdDraft *self = QD_DRAFT (object);

  g_free (self->form_id);
  g_free (self->period);
  g_free (self->site);
  g_free (self->origin);
  g_array_unref (self->undo);
  g_array_unref (self->redo);
  g_hash_table_unref (self->cache);
  g_queue_clear_full (&self->cached, g_free);
  g_clear_pointer (&self->last, qd_tree_free);
  G_OBJECT_CLASS (qd_draft_parent_class)->finalize (object);
}

static void
qd_draft_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  QdDraft *self = QD_DRAFT (object);

  switch ((QdDraftProperty) prop_id)
    {
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, qd_draft_can_undo (self));
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, qd_draft_can_redo (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
qd_draft_class_init (QdDraftClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = qd_draft_dispose;
  object_class->finalize = qd_draft_finalize;
  object_class->get_property = qd_draft_get_property;

  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
qd_draft_init (QdDraft *self)
{
  self->undo = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->redo = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->cache = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  g_queue_init (&self->cached);
}
