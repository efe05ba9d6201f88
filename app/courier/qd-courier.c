/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-courier"
#include "config.h"

#include "qd-courier.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include "qd-folder-private.h"
#include "qd-receipt-private.h"
#include "qd-target-store.h"

/* Seconds. What time alone may heal is tried again soon, what somebody must see to less often. */
#define RETRY_FIRST 30
#define RETRY_MAX (15 * 60)
#define RETRY_SLOW_FIRST (5 * 60)
#define RETRY_SLOW_MAX (60 * 60)
#define POLL_FIRST 2
#define POLL_MAX (15 * 60)
#define IDLE_MAX (10 * 60)
#define SAVE_INTERVAL (2 * G_USEC_PER_SEC)
#define NOTIFY_INTERVAL (G_USEC_PER_SEC / 10)

/* Of the delivery under way. */
typedef struct
{
  gint64 id; /* 0: none */
  gint64 confirmed;
  gint64 total;
  gint64 resumed_at;
  gint64 began; /* monotonic; 0 until the receiver has spoken */
  gint64 saved;
  gint64 notified;
} Running;

struct _QdCourier
{
  GObject parent_instance;

  QdStore *store;           /* (owned) */
  GMainContext *context;    /* (owned) */
  GNetworkMonitor *monitor; /* (owned) */
  GThread *thread;          /* (owned) (nullable) */
  gulong store_handler;
  gulong monitor_handler;

  GMutex rows; /* held while a delivery is read, changed and written */

  GMutex mutex; /* guards everything below */
  GCond wake;
  gboolean quit;
  gboolean changed; /* the queue may hold something new */
  gboolean offline; /* the system says so; it may be wrong */
  gboolean stuck;   /* a row could not be written (disk full): everything waits a little */
  GHashTable *now;  /* (element-type gint64): to be tried whatever next_try says */
  Running running;
  GCancellable *cancellable; /* (owned) (nullable): of the delivery under way */
};

enum
{
  DELIVERY_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (QdCourier, qd_courier, G_TYPE_OBJECT)

/* Signals, always in the main context. */

typedef struct
{
  GWeakRef courier;
  gint64 id;
} Notice;

static void
notice_free (gpointer data)
{
  Notice *notice = data;

  g_weak_ref_clear (&notice->courier);
  g_free (notice);
}

static gboolean
notify_cb (gpointer data)
{
  Notice *notice = data;
  g_autoptr (QdCourier) self = g_weak_ref_get (&notice->courier);

  if (self != NULL)
    g_signal_emit (self, signals[DELIVERY_CHANGED], 0, notice->id);
  return G_SOURCE_REMOVE;
}

static void
notify_changed (QdCourier *self, gint64 id)
{
  Notice *notice = g_new0 (Notice, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  g_weak_ref_init (&notice->courier, self);
  notice->id = id;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, notify_cb, notice, notice_free);
  g_source_attach (source, self->context);
}

/* Rows. */

static QdDelivery *
find_delivery (QdCourier *self, gint64 id, GError **error)
{
  g_autoptr (GPtrArray) rows = qd_store_list_deliveries (self->store, error);

  if (rows == NULL)
    return NULL;
  for (guint i = 0; i < rows->len; i++)
    if (((QdDelivery *) g_ptr_array_index (rows, i))->id == id)
      return qd_delivery_copy (g_ptr_array_index (rows, i));
  g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND, _ ("There is no such delivery in the outbox."));
  return NULL;
}

typedef void (*ChangeFunc) (QdDelivery *row, gpointer data);

/* The only way a row is written: read, changed and written under one lock, so that no thread undoes what another did. */
static gboolean
change_row (QdCourier *self, gint64 id, ChangeFunc change, gpointer data, const char *event, GError **error)
{
  g_autoptr (QdDelivery) row = NULL;
  gboolean done = FALSE;

  g_mutex_lock (&self->rows);
  row = find_delivery (self, id, error);
  if (row != NULL)
    {
      change (row, data);
      done = qd_store_update_delivery (self->store, row, event, error);
    }
  g_mutex_unlock (&self->rows);
  if (done)
    notify_changed (self, id);
  return done;
}

static void
change_row_or_warn (QdCourier *self, gint64 id, ChangeFunc change, gpointer data, const char *event)
{
  g_autoptr (GError) error = NULL;

  if (change_row (self, id, change, data, event, &error))
    return;
  g_message ("delivery %" G_GINT64_FORMAT ": %s", id, error->message);
  g_mutex_lock (&self->mutex);
  self->stuck = TRUE;
  g_mutex_unlock (&self->mutex);
}

static gboolean
is_final (QdState state)
{
  return state == QD_STATE_ACCEPTED || state == QD_STATE_RETURNED;
}

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

/* Doubling from @first to @most, give or take a fifth so that not all come back at once. */
static guint
compute_wait (guint first, guint most, guint tries)
{
  double wait = MIN ((double) first * (1u << MIN (tries, 20)), (double) most);

  return (guint) (wait * g_random_double_range (0.8, 1.2));
}

/* The package as a file: in the cache, since it lies in the workspace and can be had again. */

static char *
dup_cache_dir (void)
{
  char *dir = g_build_filename (g_get_user_cache_dir (), "qingdan", "outbox", NULL);

  g_mkdir_with_parents (dir, 0700);
  return dir;
}

static char *
dup_package_path (QdCourier *self, const QdDelivery *row)
{
  g_autofree char *dir = dup_cache_dir ();
  g_autoptr (QdDeclaration) declaration = qd_store_get_declaration (self->store, row->declaration, NULL);
  g_autofree char *name = NULL;

  if (declaration != NULL)
    name = g_strdup_printf ("%s-%s-%.8s.asice", declaration->form_id, declaration->period, row->package_sha256);
  else
    name = g_strdup_printf ("%s.asice", row->package_sha256);
  g_strdelimit (name, "/\\:*?\"<>|", '_');
  return g_build_filename (dir, name, NULL);
}

static char *
dup_state_path (const QdDelivery *row, const char *package_path)
{
  g_autofree char *target = g_compute_checksum_for_string (G_CHECKSUM_SHA256, row->target, -1);

  return g_strdup_printf ("%s.%.8s.upload", package_path, target);
}

static char *
materialise (QdCourier *self, const QdDelivery *row, GError **error)
{
  g_autofree char *path = dup_package_path (self, row);
  GStatBuf status;

  if (g_stat (path, &status) == 0 && status.st_size == row->size)
    return g_steal_pointer (&path);
  if (!qd_store_export_blob (self->store, row->package_sha256, path, error))
    return NULL;
  return g_steal_pointer (&path);
}

static void
remove_cached (QdCourier *self, const QdDelivery *row)
{
  g_autofree char *path = dup_package_path (self, row);
  g_autofree char *state = dup_state_path (row, path);

  g_unlink (state);
  g_unlink (path);
}

/* Receipts. */

static GBytes *
read_blob (QdCourier *self, const char *sha256, GError **error)
{
  g_autofree char *dir = dup_cache_dir ();
  g_autofree char *path = g_strdup_printf ("%s/.%s.receipt", dir, sha256);
  g_autofree char *text = NULL;
  gsize length;
  gboolean done = qd_store_export_blob (self->store, sha256, path, error) && g_file_get_contents (path, &text, &length, error);

  g_unlink (path);
  return done ? g_bytes_new_take (g_steal_pointer (&text), length) : NULL;
}

static char *
store_receipt (QdCourier *self, GBytes *bytes, GError **error)
{
  g_autofree char *dir = dup_cache_dir ();
  g_autofree char *path = g_build_filename (dir, ".receipt-XXXXXX", NULL);
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);
  int fd = g_mkstemp (path);
  char *sha256 = NULL;

  if (fd < 0)
    {
      g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE, _ ("The state of the upload cannot be written: %s. Make room, or check the permissions of that folder."), g_strerror (errno));
      return NULL;
    }
  close (fd);
  if (g_file_set_contents (path, data, length, error))
    sha256 = qd_store_import_blob (self->store, path, NULL, error);
  g_unlink (path);
  return sha256;
}

typedef struct
{
  QdState state;
  char *receipt_sha256;
} Answer;

static void
apply_answer (QdDelivery *row, gpointer data)
{
  const Answer *answer = data;

  row->state = answer->state;
  g_free (row->receipt_sha256);
  row->receipt_sha256 = g_strdup (answer->receipt_sha256);
  g_clear_pointer (&row->problem, g_free);
  row->offset = row->size;
  row->tries = 0;
  row->next_try = 0;
}

static char *
dup_answer_event (const QdReceipt *receipt)
{
  if (receipt->kind == QD_RECEIPT_ACCEPTED)
    return g_strdup_printf (_ ("Accepted by %s, number %s."), receipt->receiver, receipt->number);
  if (receipt->kind == QD_RECEIPT_RECEIVED)
    return g_strdup_printf (_ ("Received by %s, number %s; being verified. This is not the acceptance."), receipt->receiver, receipt->number);
  if (receipt->due != NULL)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Returned: %u point, to be answered by %s.", "Returned: %u points, to be answered by %s.", receipt->points->len), receipt->points->len, receipt->due);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Returned: %u point.", "Returned: %u points.", receipt->points->len), receipt->points->len);
}

static QdState
state_from_kind (QdReceiptKind kind)
{
  static const QdState states[] = { QD_STATE_RECEIVED, QD_STATE_ACCEPTED, QD_STATE_RETURNED };

  return states[kind];
}

/* Does @receipt say more, or something later, than what the delivery has? */
static gboolean
is_news (QdCourier *self, const QdDelivery *row, const QdReceipt *receipt)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QdReceipt) known = NULL;

  if (!is_final (row->state))
    return state_from_kind (receipt->kind) > row->state || row->receipt_sha256 == NULL;
  if (receipt->kind == QD_RECEIPT_RECEIVED)
    return FALSE;
  bytes = row->receipt_sha256 != NULL ? read_blob (self, row->receipt_sha256, NULL) : NULL;
  known = bytes != NULL ? qd_receipt_read (bytes, NULL, NULL, NULL) : NULL;
  return known == NULL || g_date_time_compare (receipt->time, known->time) > 0;
}

static gboolean
take_receipt (QdCourier *self, const QdDelivery *row, GBytes *bytes, const char *trust_pem, GError **error)
{
  g_autoptr (QdReceipt) receipt = qd_receipt_read (bytes, row->package_sha256, trust_pem, error);
  g_autofree char *event = NULL;
  g_autofree char *sha256 = NULL;
  Answer answer;

  if (receipt == NULL)
    return FALSE;
  if (!is_news (self, row, receipt))
    return TRUE;
  sha256 = store_receipt (self, bytes, error);
  if (sha256 == NULL)
    return FALSE;
  answer.state = state_from_kind (receipt->kind);
  answer.receipt_sha256 = sha256;
  event = dup_answer_event (receipt);
  if (!change_row (self, row->id, apply_answer, &answer, event, error))
    return FALSE;
  remove_cached (self, row);
  return TRUE;
}

/* The worker: one delivery after another. */

static void
apply_offset (QdDelivery *row, gpointer data)
{
  row->offset = *(gint64 *) data;
}

static void
progress_cb (gint64 confirmed, gint64 total, gint64 resumed_at, gpointer user_data)
{
  QdCourier *self = user_data;
  gint64 now = g_get_monotonic_time ();
  gboolean first, save, notify;
  gint64 id;

  g_mutex_lock (&self->mutex);
  id = self->running.id;
  first = self->running.began == 0;
  if (first)
    self->running.began = now;
  self->running.confirmed = confirmed;
  self->running.total = total;
  self->running.resumed_at = resumed_at;
  save = first || now - self->running.saved >= SAVE_INTERVAL;
  if (save)
    self->running.saved = now;
  notify = !save && now - self->running.notified >= NOTIFY_INTERVAL;
  if (notify)
    self->running.notified = now;
  g_mutex_unlock (&self->mutex);

  if (save)
    {
      g_autofree char *event = NULL;
      g_autofree char *size = g_format_size (confirmed);

      if (first)
        event = resumed_at > 0 && confirmed < total ? g_strdup_printf (_ ("Going on from the %s that the receiver has confirmed."), size) : g_strdup (_ ("Sending began."));
      change_row_or_warn (self, id, apply_offset, &confirmed, event);
    }
  else if (notify)
    notify_changed (self, id);
}

typedef struct
{
  const char *problem;
  guint wait;
  gboolean count;
} Failure;

static void
apply_failure (QdDelivery *row, gpointer data)
{
  const Failure *failure = data;

  g_free (row->problem);
  row->problem = g_strdup (failure->problem);
  row->next_try = get_now () + failure->wait;
  if (failure->count)
    row->tries++;
}

static gboolean
is_transient (const GError *error)
{
  return g_error_matches (error, QD_COURIER_ERROR, QD_COURIER_ERROR_NETWORK) || g_error_matches (error, QD_COURIER_ERROR, QD_COURIER_ERROR_SERVER);
}

static void
note_failure (QdCourier *self, const QdDelivery *row, const GError *error)
{
  guint wait = is_transient (error) ? compute_wait (RETRY_FIRST, RETRY_MAX, row->tries) : compute_wait (RETRY_SLOW_FIRST, RETRY_SLOW_MAX, row->tries);
  guint asked = qd_courier_error_get_retry_after (error);
  Failure failure = { .count = TRUE };
  g_autofree char *event = NULL;
  gboolean offline;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_mutex_lock (&self->mutex);
  offline = self->offline;
  g_mutex_unlock (&self->mutex);
  failure.wait = asked > 0 ? MAX (asked, wait / 2) : wait;
  failure.problem = error->message;
  if (offline && g_error_matches (error, QD_COURIER_ERROR, QD_COURIER_ERROR_NETWORK) && row->offset == 0)
    failure.problem = _ ("Offline; will send when connected. If it is urgent, save to USB.");
  /* Translators: %s is a whole sentence that says what went wrong. */
  event = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Try %u: %s Next try in about %u second.", "Try %u: %s Next try in about %u seconds.", failure.wait), row->tries + 1, failure.problem, failure.wait);
  change_row_or_warn (self, row->id, apply_failure, &failure, event);
}

static void
apply_sent (QdDelivery *row, gpointer data)
{
  row->state = QD_STATE_SENT;
  row->offset = row->size;
  row->tries = 0;
  row->next_try = 0;
  g_clear_pointer (&row->problem, g_free);
}

static void
send_delivery (QdCourier *self, const QdDelivery *row, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdTarget) target = qd_target_load (self->store, row->target);
  g_autofree char *package = materialise (self, row, &error);
  g_autofree char *state = NULL;

  if (package == NULL || !qd_target_load_token (self->store, target, cancellable, &error))
    {
      note_failure (self, row, error);
      return;
    }
  state = dup_state_path (row, package);
  if (qd_transfer_send (package, row->package_sha256, target, state, progress_cb, self, cancellable, &error))
    {
      change_row_or_warn (self, row->id, apply_sent, NULL, qd_target_is_folder (target) ? _ ("Written to the folder and read back. This is not the acceptance.") : _ ("Delivered, being verified. This is not the acceptance."));
      return;
    }
  /* A damaged file in the cache is of no use; the workspace has the whole one. */
  if (g_error_matches (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE))
    g_unlink (package);
  note_failure (self, row, error);
}

static void
apply_received (QdDelivery *row, gpointer data)
{
  row->state = QD_STATE_RECEIVED;
  g_clear_pointer (&row->problem, g_free);
}

static void
poll_delivery (QdCourier *self, const QdDelivery *row, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdTarget) target = qd_target_load (self->store, row->target);
  gboolean known = FALSE;
  g_autoptr (GBytes) bytes = NULL;
  Failure failure = { .count = TRUE };

  if (qd_target_load_token (self->store, target, cancellable, &error))
    bytes = qd_transfer_fetch_receipt (row->package_sha256, target, &known, cancellable, &error);
  if (bytes != NULL && take_receipt (self, row, bytes, target->trust_pem, &error))
    {
      g_autoptr (QdDelivery) after = find_delivery (self, row->id, NULL);

      if (after == NULL || is_final (after->state))
        return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (bytes == NULL && error == NULL && known && row->state == QD_STATE_SENT)
    change_row_or_warn (self, row->id, apply_received, NULL, _ ("The receiver has the package and is verifying it. This is not the acceptance."));
  /* Asking again is no failure, so it stays out of the log; the problem is shown. */
  failure.wait = compute_wait (POLL_FIRST, POLL_MAX, row->tries);
  failure.problem = error != NULL ? error->message : NULL;
  if (error != NULL)
    failure.wait = MAX (failure.wait, MAX (RETRY_FIRST, qd_courier_error_get_retry_after (error)));
  change_row_or_warn (self, row->id, apply_failure, &failure, error != NULL && g_strcmp0 (row->problem, error->message) != 0 ? error->message : NULL);
}

/* The delivery to see to now, or NULL and in how many seconds the next is due. The mutex is held. */
static QdDelivery *
pick (QdCourier *self, GPtrArray *rows, gint64 *wait_out)
{
  const QdDelivery *best = NULL;
  gint64 now = get_now ();

  *wait_out = IDLE_MAX;
  for (guint i = 0; i < rows->len; i++)
    {
      const QdDelivery *row = g_ptr_array_index (rows, i);
      gboolean asked = g_hash_table_contains (self->now, &row->id);

      if (row->paused || is_final (row->state))
        continue;
      if (!asked && row->next_try > now)
        {
          *wait_out = MIN (*wait_out, row->next_try - now);
          continue;
        }
      /* What somebody asked for first, then whoever waits longest. */
      if (best == NULL || (asked && !g_hash_table_contains (self->now, &best->id)) || (!asked && row->next_try < best->next_try))
        best = row;
    }
  return best != NULL ? qd_delivery_copy (best) : NULL;
}

static gpointer
worker_main (gpointer data)
{
  QdCourier *self = data;

  g_mutex_lock (&self->mutex);
  while (!self->quit)
    {
      g_autoptr (GPtrArray) rows = NULL;
      g_autoptr (QdDelivery) row = NULL;
      gint64 wait = IDLE_MAX;

      self->changed = FALSE;
      g_mutex_unlock (&self->mutex);
      rows = qd_store_list_deliveries (self->store, NULL);
      g_mutex_lock (&self->mutex);
      if (self->quit)
        break;
      if (self->stuck)
        {
          wait = RETRY_FIRST;
          self->stuck = FALSE;
        }
      else if (rows != NULL)
        row = pick (self, rows, &wait);
      if (row == NULL)
        {
          gint64 until = g_get_monotonic_time () + wait * G_USEC_PER_SEC;

          while (!self->quit && !self->changed && g_cond_wait_until (&self->wake, &self->mutex, until))
            continue;
          continue;
        }
      g_hash_table_remove (self->now, &row->id);
      memset (&self->running, 0, sizeof self->running);
      self->running.id = row->id;
      self->cancellable = g_cancellable_new ();
      {
        g_autoptr (GCancellable) cancellable = g_object_ref (self->cancellable);

        g_mutex_unlock (&self->mutex);
        notify_changed (self, row->id);
        if (row->state < QD_STATE_SENT)
          send_delivery (self, row, cancellable);
        else
          poll_delivery (self, row, cancellable);
        g_mutex_lock (&self->mutex);
      }
      self->running.id = 0;
      g_clear_object (&self->cancellable);
      notify_changed (self, row->id);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

/* The main thread. */

static void
wake (QdCourier *self)
{
  g_mutex_lock (&self->mutex);
  self->changed = TRUE;
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->mutex);
}

static void
network_changed_cb (QdCourier *self, gboolean available)
{
  g_autoptr (GPtrArray) rows = NULL;
  gboolean came;

  g_mutex_lock (&self->mutex);
  came = self->offline && available;
  self->offline = !available;
  g_mutex_unlock (&self->mutex);
  if (!came)
    return;
  rows = qd_store_list_deliveries (self->store, NULL);
  g_mutex_lock (&self->mutex);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const QdDelivery *row = g_ptr_array_index (rows, i);

      if (row->problem != NULL && !is_final (row->state))
        g_hash_table_add (self->now, g_memdup2 (&row->id, sizeof row->id));
    }
  g_mutex_unlock (&self->mutex);
  wake (self);
}

static void
qd_courier_dispose (GObject *object)
{
  QdCourier *self = QD_COURIER (object);

  qd_courier_stop (self);
  g_clear_signal_handler (&self->store_handler, self->store);
  g_clear_signal_handler (&self->monitor_handler, self->monitor);
  g_clear_object (&self->monitor);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (qd_courier_parent_class)->dispose (object);
}

static void
qd_courier_finalize (GObject *object)
{
  QdCourier *self = QD_COURIER (object);

  g_hash_table_unref (self->now);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->rows);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->wake);
  G_OBJECT_CLASS (qd_courier_parent_class)->finalize (object);
}

static void
qd_courier_class_init (QdCourierClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = qd_courier_dispose;
  object_class->finalize = qd_courier_finalize;

  /**
   * QdCourier::delivery-changed:
   * @id: a delivery whose row, log or progress changed
   */
  signals[DELIVERY_CHANGED] = g_signal_new ("delivery-changed", QD_TYPE_COURIER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
}

static void
qd_courier_init (QdCourier *self)
{
  g_mutex_init (&self->rows);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->wake);
  self->now = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->context = g_main_context_ref_thread_default ();
}

QdCourier *
qd_courier_new (QdStore *store)
{
  QdCourier *self = g_object_new (QD_TYPE_COURIER, NULL);

  g_set_object (&self->store, store);
  self->store_handler = g_signal_connect_object (store, "changed", G_CALLBACK (wake), self, G_CONNECT_SWAPPED);
  self->monitor = g_object_ref (g_network_monitor_get_default ());
  self->offline = !g_network_monitor_get_network_available (self->monitor);
  self->monitor_handler = g_signal_connect_object (self->monitor, "network-changed", G_CALLBACK (network_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

void
qd_courier_start (QdCourier *self)
{
  g_return_if_fail (QD_IS_COURIER (self));

  if (self->thread != NULL)
    return;
  self->quit = FALSE;
  self->thread = g_thread_new ("courier", worker_main, self);
}

void
qd_courier_stop (QdCourier *self)
{
  g_return_if_fail (QD_IS_COURIER (self));

  if (self->thread == NULL)
    return;
  g_mutex_lock (&self->mutex);
  self->quit = TRUE;
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->mutex);
  g_thread_join (g_steal_pointer (&self->thread));
}

static void
apply_pause (QdDelivery *row, gpointer data)
{
  row->paused = GPOINTER_TO_INT (data);
  row->next_try = 0;
}

void
qd_courier_pause (QdCourier *self, gint64 delivery)
{
  g_return_if_fail (QD_IS_COURIER (self));

  change_row_or_warn (self, delivery, apply_pause, GINT_TO_POINTER (TRUE), _ ("Paused."));
  g_mutex_lock (&self->mutex);
  if (self->running.id == delivery && self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_mutex_unlock (&self->mutex);
}

void
qd_courier_resume (QdCourier *self, gint64 delivery)
{
  g_autoptr (QdDelivery) row = NULL;

  g_return_if_fail (QD_IS_COURIER (self));

  row = find_delivery (self, delivery, NULL);
  if (row == NULL)
    return;
  if (row->paused)
    change_row_or_warn (self, delivery, apply_pause, GINT_TO_POINTER (FALSE), _ ("Resumed."));
  g_mutex_lock (&self->mutex);
  if (self->running.id != delivery)
    g_hash_table_add (self->now, g_memdup2 (&delivery, sizeof delivery));
  g_mutex_unlock (&self->mutex);
  wake (self);
}

gboolean
qd_courier_get_progress (QdCourier *self, gint64 delivery, gint64 *confirmed, gint64 *total, gint64 *resumed_at, double *rate)
{
  Running running;
  double seconds;

  g_return_val_if_fail (QD_IS_COURIER (self), FALSE);

  g_mutex_lock (&self->mutex);
  running = self->running;
  g_mutex_unlock (&self->mutex);
  if (running.id != delivery || running.began == 0)
    return FALSE;
  seconds = (double) (g_get_monotonic_time () - running.began) / G_USEC_PER_SEC;
  if (confirmed != NULL)
    *confirmed = running.confirmed;
  if (total != NULL)
    *total = running.total;
  if (resumed_at != NULL)
    *resumed_at = running.resumed_at;
  if (rate != NULL)
    *rate = seconds > 0 ? (double) (running.confirmed - running.resumed_at) / seconds : 0;
  return TRUE;
}

gboolean
qd_courier_load_receipt (QdCourier *self, const char *path, GError **error)
{
  GStatBuf status;
  g_autofree char *text = NULL;
  g_autofree char *digest = NULL;
  gsize length;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) local = NULL;
  const QdDelivery *found = NULL;
  g_autoptr (QdTarget) target = NULL;
  QdReceiptKind kind;

  g_return_val_if_fail (QD_IS_COURIER (self), FALSE);

  if (g_stat (path, &status) == 0 && status.st_size <= QD_RECEIPT_MAX_SIZE && g_file_get_contents (path, &text, &length, &local))
    {
      bytes = g_bytes_new_take (g_steal_pointer (&text), length);
      digest = qd_receipt_peek (bytes, &kind);
    }
  if (local != NULL)
    {
      g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT, _ ("The receipt file cannot be read: %s."), local->message);
      return FALSE;
    }
  if (digest == NULL)
    {
      g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT, _ ("This is not a receipt. Ask the receiver for the receipt file (XML)."));
      return FALSE;
    }
  rows = qd_store_list_deliveries (self->store, error);
  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const QdDelivery *row = g_ptr_array_index (rows, i);

      if (g_strcmp0 (row->package_sha256, digest) == 0 && (found == NULL || (is_final (found->state) && !is_final (row->state))))
        found = row;
    }
  if (found == NULL)
    {
      g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT, _ ("The receipt belongs to another package (the digests differ) and was not used."));
      return FALSE;
    }
  target = qd_target_load (self->store, found->target);
  return take_receipt (self, found, bytes, target->trust_pem, error);
}

typedef struct
{
  gint64 id;
  char *folder;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_free (save->folder);
  g_free (save);
}

static void
apply_nothing (QdDelivery *row, gpointer data)
{
}

static void
save_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  QdCourier *self = source;
  Save *save = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDelivery) row = find_delivery (self, save->id, &error);
  g_autofree char *package = row != NULL ? materialise (self, row, &error) : NULL;
  g_autofree char *path = NULL;
  g_autofree char *event = NULL;

  if (package == NULL || !qd_folder_send (package, row->size, row->package_sha256, save->folder, NULL, NULL, cancellable, &path, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  event = g_strdup_printf (_ ("Saved to “%s” and read back."), path);
  change_row_or_warn (self, row->id, apply_nothing, NULL, event);
  g_task_return_pointer (task, g_steal_pointer (&path), g_free);
}

void
qd_courier_save_to_folder_async (QdCourier *self, gint64 delivery, const char *folder, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Save *save = g_new0 (Save, 1);

  g_return_if_fail (QD_IS_COURIER (self));

  save->id = delivery;
  save->folder = g_strdup (folder);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, qd_courier_save_to_folder_async);
  g_task_set_task_data (task, save, save_free);
  g_task_run_in_thread (task, save_in_thread);
}

char *
qd_courier_save_to_folder_finish (QdCourier *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, qd_courier_save_to_folder_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

QdReceipt *
qd_courier_get_receipt (QdCourier *self, gint64 delivery, GError **error)
{
  g_autoptr (QdDelivery) row = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QdTarget) target = NULL;

  g_return_val_if_fail (QD_IS_COURIER (self), NULL);

  row = find_delivery (self, delivery, error);
  if (row == NULL || row->receipt_sha256 == NULL)
    return NULL;
  bytes = read_blob (self, row->receipt_sha256, error);
  if (bytes == NULL)
    return NULL;
  target = qd_target_load (self->store, row->target);
  return qd_receipt_read (bytes, row->package_sha256, target->trust_pem, error);
}
