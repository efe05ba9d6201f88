/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-store"
#include "config.h"

#include "qd-store.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "qd-lock-private.h"
#include "qd-store-private.h"

/* Edits wait this long for company, so that fast typing is a few commits and not one a key. */
#define BATCH_DELAY (200 * G_TIME_SPAN_MILLISECOND)
#define RETRY_DELAY (1 * G_TIME_SPAN_SECOND)

typedef struct
{
  QdStoreFunc func;
  gpointer data;
  QdCallKind kind;
  gboolean ok;
  gboolean done;
  GError *error;
} Call;

struct _QdStore
{
  GObject parent_instance;

  char *path;
  gboolean read_only;
  QdLock *lock;    /* (owned) (nullable): of a writable store */
  GThread *writer; /* (owned) (nullable) */
  QdDb *db;        /* (owned) (nullable): of the writer thread while that runs */
  GMainContext *context;

  GMutex mutex;     /* guards what follows */
  GCond wake;       /* for the writer */
  GCond done;       /* for callers */
  GQueue calls;     /* (element-type Call): on the stacks of their callers */
  GPtrArray *edits; /* (element-type QdEdit) */
  guint n_pending;  /* changes in @edits and in the transaction that runs */
  gint64 due;       /* monotonic: when @edits are to be written */
  gboolean quit;
  GHashTable *sealed; /* (element-type gint64): these take no edits */
  GError *problem;    /* (nullable): why the last write of edits did not work */
  gint64 saved_at;    /* Unix microseconds, 0 never */
  GSource *notice;    /* (nullable): will emit in the owner's thread */
  gboolean emit_changed;
  gboolean emit_state;

  char *shown_problem; /* what the getters gave out last */
  GDateTime *shown_at;
};

enum
{
  CHANGED,
  SAVE_STATE_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (QdStore, qd_store, G_TYPE_OBJECT)

static const char *const state_nicks[] = { "draft", "checked", "sealed", "sent", "received", "accepted", "returned" };

const char *
qd_state_to_nick (QdState state)
{
  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (state_nicks), NULL);
  return state_nicks[state];
}

static void
free_weak_ref (gpointer data)
{
  GWeakRef *ref = data;

  g_weak_ref_clear (ref);
  g_free (ref);
}

static gboolean
emit_cb (gpointer data)
{
  g_autoptr (QdStore) self = g_weak_ref_get (data);
  gboolean changed, state;

  if (!self)
    return G_SOURCE_REMOVE;
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->notice, g_source_unref);
  changed = self->emit_changed;
  state = self->emit_state;
  self->emit_changed = self->emit_state = FALSE;
  g_mutex_unlock (&self->mutex);

  if (state)
    g_signal_emit (self, signals[SAVE_STATE_CHANGED], 0);
  if (changed)
    g_signal_emit (self, signals[CHANGED], 0);
  return G_SOURCE_REMOVE;
}

/* The mutex is held. Signals come from the thread that owns the store, coalesced. */
static void
notify_owner (QdStore *self, gboolean changed, gboolean state)
{
  GWeakRef *ref;

  self->emit_changed |= changed;
  self->emit_state |= state;
  if (self->notice || self->quit)
    return;
  ref = g_new0 (GWeakRef, 1);
  g_weak_ref_init (ref, self);
  self->notice = g_idle_source_new ();
  g_source_set_priority (self->notice, G_PRIORITY_DEFAULT);
  g_source_set_callback (self->notice, emit_cb, ref, free_weak_ref);
  g_source_attach (self->notice, self->context);
}

/* The mutex is held, and let go of while writing. New edits may be queued meanwhile; those that could not be written stay before them. */
static gboolean
write_edits (QdStore *self)
{
  g_autoptr (GPtrArray) batch = g_steal_pointer (&self->edits);
  g_autoptr (GError) error = NULL;
  guint n = 0;
  gboolean ok;

  self->edits = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_edit_free);
  for (guint i = 0; i < batch->len; i++)
    {
      const QdEdit *edit = batch->pdata[i];
      n += edit->changes ? edit->changes->len : 0;
    }
  g_mutex_unlock (&self->mutex);
  ok = qd_journal_write (self->db, batch, &error);
  g_mutex_lock (&self->mutex);

  if (ok)
    {
      self->n_pending -= n;
      self->saved_at = g_get_real_time ();
      g_clear_error (&self->problem);
      notify_owner (self, TRUE, TRUE);
    }
  else
    {
      g_ptr_array_extend_and_steal (batch, g_steal_pointer (&self->edits));
      self->edits = g_steal_pointer (&batch);
      self->due = g_get_monotonic_time () + RETRY_DELAY;
      if (!self->problem || g_strcmp0 (self->problem->message, error->message) != 0)
        {
          g_clear_error (&self->problem);
          self->problem = g_steal_pointer (&error);
          notify_owner (self, FALSE, TRUE);
        }
    }
  g_cond_broadcast (&self->done);
  return ok;
}

/* The mutex is held. */
static void
run_call (QdStore *self, Call *call)
{
  gboolean written = TRUE;

  /* A read that can do without them does not retry what has just not worked. */
  if (self->edits->len > 0 && !(call->kind == QD_CALL_READ && self->problem))
    written = write_edits (self);
  if (!written && call->kind != QD_CALL_READ)
    {
      call->error = g_error_copy (self->problem);
    }
  else
    {
      g_mutex_unlock (&self->mutex);
      call->ok = call->func (self->db, call->data, &call->error);
      g_mutex_lock (&self->mutex);
      if (call->ok && call->kind == QD_CALL_WRITE)
        notify_owner (self, TRUE, FALSE);
    }
  call->done = TRUE;
  g_cond_broadcast (&self->done);
}

static gpointer
writer_main (gpointer data)
{
  QdStore *self = data;

  g_mutex_lock (&self->mutex);
  for (;;)
    {
      Call *call = g_queue_pop_head (&self->calls);

      if (call)
        run_call (self, call);
      else if (self->quit)
        break;
      else if (self->edits->len > 0 && g_get_monotonic_time () >= self->due)
        write_edits (self);
      else if (self->edits->len > 0)
        g_cond_wait_until (&self->wake, &self->mutex, self->due);
      else
        g_cond_wait (&self->wake, &self->mutex);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

gboolean
qd_store_call (QdStore *self, QdCallKind kind, QdStoreFunc func, gpointer data, GError **error)
{
  Call call = { .func = func, .data = data, .kind = kind };

  if (kind >= QD_CALL_WRITE && self->read_only)
    {
      g_autofree char *name = g_filename_display_basename (self->path);
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_READ_ONLY, _ ("“%s” is open read-only. Open it for writing to change it."), name);
      return FALSE;
    }
  g_mutex_lock (&self->mutex);
  if (!self->writer || self->quit)
    {
      g_mutex_unlock (&self->mutex);
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IO, _ ("The workspace is closed. Open it again."));
      return FALSE;
    }
  g_queue_push_tail (&self->calls, &call);
  g_cond_signal (&self->wake);
  while (!call.done)
    g_cond_wait (&self->done, &self->mutex);
  g_mutex_unlock (&self->mutex);
  if (call.error)
    g_propagate_error (error, call.error);
  return call.ok;
}

static gboolean
flush_in_thread (QdDb *db, gpointer data, GError **error)
{
  return TRUE;
}

gboolean
qd_store_flush (QdStore *self, GError **error)
{
  g_return_val_if_fail (QD_IS_STORE (self), FALSE);
  return qd_store_call (self, QD_CALL_CURRENT, flush_in_thread, NULL, error);
}

/* Edits */

/* Takes @edit. */
static gboolean
queue_edit (QdStore *self, QdEdit *edit, GError **error)
{
  gboolean ok = FALSE;

  g_mutex_lock (&self->mutex);
  if (self->read_only || !self->writer || self->quit)
    g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_READ_ONLY, _ ("The workspace is open read-only. Open it for writing to change it."));
  else if (g_hash_table_contains (self->sealed, &edit->declaration))
    g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_SEALED, _ ("This declaration is sealed and never changes. Create an amendment instead."));
  else
    {
      if (self->edits->len == 0)
        {
          self->due = g_get_monotonic_time () + BATCH_DELAY;
          g_cond_signal (&self->wake);
        }
      if (edit->changes)
        {
          if (self->n_pending == 0)
            notify_owner (self, FALSE, TRUE);
          self->n_pending += edit->changes->len;
        }
      g_ptr_array_add (self->edits, g_steal_pointer (&edit));
      ok = TRUE;
    }
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&edit, qd_edit_free);
  return ok;
}

gboolean
qd_store_queue_changes (QdStore *self, gint64 declaration, gint64 step, gint64 undoes, const char *origin, GPtrArray *changes, GError **error)
{
  QdEdit *edit = g_new0 (QdEdit, 1);

  edit->declaration = declaration;
  edit->step = step;
  edit->undoes = undoes;
  edit->time = g_get_real_time () / 1000;
  edit->origin = g_strdup (origin);
  edit->changes = changes;
  return queue_edit (self, edit, error);
}

void
qd_store_queue_snapshot (QdStore *self, gint64 declaration, gint64 step, GBytes *xml)
{
  QdEdit *edit = g_new0 (QdEdit, 1);

  edit->declaration = declaration;
  edit->snapshot_step = step;
  edit->snapshot = g_bytes_ref (xml);
  /* A snapshot saves time, not data: a declaration sealed meanwhile does without. */
  queue_edit (self, edit, NULL);
}

void
qd_store_queue_counts (QdStore *self, gint64 declaration, guint critical, guint unexplained)
{
  QdEdit *edit = g_new0 (QdEdit, 1);

  edit->declaration = declaration;
  edit->has_counts = TRUE;
  edit->critical = critical;
  edit->unexplained = unexplained;
  queue_edit (self, edit, NULL);
}

void
qd_store_mark_sealed (QdStore *self, gint64 declaration)
{
  gint64 *key = g_memdup2 (&declaration, sizeof declaration);

  g_mutex_lock (&self->mutex);
  g_hash_table_add (self->sealed, key);
  g_mutex_unlock (&self->mutex);
}

guint
qd_store_get_n_pending (QdStore *self)
{
  guint n;

  g_return_val_if_fail (QD_IS_STORE (self), 0);
  g_mutex_lock (&self->mutex);
  n = self->n_pending;
  g_mutex_unlock (&self->mutex);
  return n;
}

GDateTime *
qd_store_get_saved_at (QdStore *self)
{
  gint64 saved_at;

  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  g_mutex_lock (&self->mutex);
  saved_at = self->saved_at;
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&self->shown_at, g_date_time_unref);
  if (saved_at)
    {
      g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (saved_at / G_USEC_PER_SEC);
      self->shown_at = g_date_time_to_local (utc);
    }
  return self->shown_at;
}

const char *
qd_store_get_save_problem (QdStore *self)
{
  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  g_free (self->shown_problem);
  g_mutex_lock (&self->mutex);
  self->shown_problem = self->problem ? g_strdup (self->problem->message) : NULL;
  g_mutex_unlock (&self->mutex);
  return self->shown_problem;
}

/* Opening and closing */

static gboolean
prepare_in_thread (QdDb *db, gpointer data, GError **error)
{
  QdStore *self = data;
  g_autoptr (sqlite3_stmt) query = NULL;
  int step;

  query = qd_db_query (db, error, "SELECT id FROM declaration WHERE state >= 2", "");
  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    qd_store_mark_sealed (self, sqlite3_column_int64 (query, 0));
  /* What a stream left behind that was cut off before its last byte. */
  return step == 0 &&
         (db->read_only || qd_db_run (db, error, "DELETE FROM chunk WHERE upload NOT IN (SELECT upload FROM blob)", ""));
}

static char *
dup_real_path (const char *path)
{
  char *real = realpath (path, NULL);
  char *result = real ? g_strdup (real) : g_canonicalize_filename (path, NULL);

  free (real);
  return result;
}

QdStore *
qd_store_open (const char *path, gboolean read_only, GError **error)
{
  g_autoptr (QdStore) self = NULL;
  int version;

  g_return_val_if_fail (path != NULL, NULL);
  self = g_object_new (QD_TYPE_STORE, NULL);
  self->path = dup_real_path (path);
  self->read_only = read_only;
  /* Looked at before anything is put beside it: a file that is not ours stays alone. */
  if (!qd_db_peek (self->path, &version, error))
    return NULL;
  if (!read_only && !(self->lock = qd_lock_acquire (self->path, error)))
    return NULL;
  self->db = qd_db_open (self->path, read_only, error);
  if (!self->db)
    return NULL;
  self->writer = g_thread_new ("qd-store", writer_main, self);
  if (!qd_store_call (self, QD_CALL_READ, prepare_in_thread, self, error))
    return NULL;
  return g_steal_pointer (&self);
}

QdStore *
qd_store_create (const char *path, GError **error)
{
  g_autofree char *real = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  real = dup_real_path (path);
  if (!qd_db_create (real, error))
    return NULL;
  return qd_store_open (real, FALSE, error);
}

static void
stop (QdStore *self)
{
  if (self->writer)
    {
      g_mutex_lock (&self->mutex);
      self->quit = TRUE;
      g_cond_signal (&self->wake);
      g_mutex_unlock (&self->mutex);
      g_thread_join (g_steal_pointer (&self->writer));
    }
  if (self->notice)
    g_source_destroy (self->notice);
  g_clear_pointer (&self->notice, g_source_unref);
  g_clear_pointer (&self->db, qd_db_close);
  g_clear_pointer (&self->lock, qd_lock_release);
}

gboolean
qd_store_close (QdStore *self, GError **error)
{
  g_return_val_if_fail (QD_IS_STORE (self), FALSE);
  if (!self->writer)
    return TRUE;
  if (!self->read_only && !qd_store_flush (self, error))
    return FALSE;
  stop (self);
  return TRUE;
}

const char *
qd_store_get_path (QdStore *self)
{
  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  return self->path;
}

gboolean
qd_store_is_read_only (QdStore *self)
{
  g_return_val_if_fail (QD_IS_STORE (self), TRUE);
  return self->read_only;
}

static void
qd_store_dispose (GObject *object)
{
  QdStore *self = QD_STORE (object);
  g_autoptr (GError) error = NULL;

  if (self->writer && !qd_store_close (self, &error))
    g_message ("%u changes are lost with the program: %s", qd_store_get_n_pending (self), error->message);
  stop (self);
  G_OBJECT_CLASS (qd_store_parent_class)->dispose (object);
}

static void
qd_store_finalize (GObject *object)
{
  QdStore *self = QD_STORE (object);

  g_free (self->path);
  g_ptr_array_unref (self->edits);
  g_hash_table_unref (self->sealed);
  g_clear_error (&self->problem);
  g_free (self->shown_problem);
  g_clear_pointer (&self->shown_at, g_date_time_unref);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->wake);
  g_cond_clear (&self->done);
  G_OBJECT_CLASS (qd_store_parent_class)->finalize (object);
}

static void
qd_store_class_init (QdStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = qd_store_dispose;
  object_class->finalize = qd_store_finalize;

  /** QdStore::changed: after a write that lists or open declarations of others may want to show. */
  signals[CHANGED] = g_signal_new ("changed", QD_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  /** QdStore::save-state-changed: pending edits, the time of the last save or the problem are others now. */
  signals[SAVE_STATE_CHANGED] = g_signal_new ("save-state-changed", QD_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qd_store_init (QdStore *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->wake);
  g_cond_init (&self->done);
  g_queue_init (&self->calls);
  self->edits = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_edit_free);
  self->sealed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->context = g_main_context_ref_thread_default ();
}
