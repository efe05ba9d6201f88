/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "qd-courier.h"
#include "qd-target-store.h"

#include <glib/gstdio.h>
#include <string.h>
#include "qd-digest.h"
#include "stub-tus.h"
#include "file-kit.h"

#define MIB (1024 * 1024)
#define SIZE (2 * MIB + 345)

typedef struct
{
  char *dir;
  QdStore *store;
  QdCourier *courier;
  StubTus *stub;
  gint64 declaration;
  gint64 delivery;
  char *sha256;
  GBytes *bytes;
  QdSigner *signer;
  char *cert;
  guint changes; /* delivery-changed of our delivery */
} Fixture;

static void
changed_cb (QdCourier *courier, gint64 id, Fixture *self)
{
  if (id == self->delivery)
    self->changes++;
}

static void
start_courier (Fixture *self)
{
  self->courier = qd_courier_new (self->store);
  g_signal_connect (self->courier, "delivery-changed", G_CALLBACK (changed_cb), self);
  qd_courier_start (self->courier);
  qd_courier_start (self->courier);
}

static void
stop_courier (Fixture *self)
{
  qd_courier_stop (self->courier);
  /* A task that has just ended may hold the courier for a moment longer than its callback. */
  for (int i = 0; i < 1000 && G_OBJECT (self->courier)->ref_count > 1; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      g_usleep (10 * 1000);
    }
  g_assert_finalize_object (g_steal_pointer (&self->courier));
}

static void
add_delivery (Fixture *self, const char *target)
{
  g_autoptr (GError) error = NULL;

  self->delivery = qd_store_add_delivery (self->store, self->declaration, target, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  g_autoptr (GBytes) xml = g_bytes_new_static ("<x/>", 4);
  g_autofree char *path = NULL;
  g_autofree char *package = NULL;
  g_autofree char *p12 = NULL;
  guint8 *noise = g_malloc (SIZE);

  for (gsize i = 0; i < SIZE; i++)
    noise[i] = (guint8) g_rand_int (random);
  self->bytes = g_bytes_new_take (noise, SIZE);
  self->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->bytes);
  self->dir = g_dir_make_tmp ("qd-courier-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (self->dir, "沃原.qingdan", NULL);
  package = g_build_filename (self->dir, "p.asice", NULL);
  p12 = g_build_filename (self->dir, "key.p12", NULL);
  self->cert = g_build_filename (self->dir, "cert.pem", NULL);
  g_assert_true (qd_demo_key_create (p12, self->cert, "1234", "示例接收站", NULL, QD_KEY_EC_P256, &error));
  self->signer = qd_signer_new_from_pkcs12 (p12, "1234", &error);
  g_assert_no_error (error);
  g_file_set_contents (package, g_bytes_get_data (self->bytes, NULL), SIZE, &error);
  g_assert_no_error (error);
  self->store = qd_store_create (path, &error);
  g_assert_no_error (error);
  self->declaration = qd_store_add_declaration (self->store, "disclosure", "1", "2026", NULL, 0, xml, &error);
  g_assert_no_error (error);
  qd_store_seal (self->store, self->declaration, package, xml, xml, &error);
  g_assert_no_error (error);
  self->stub = stub_tus_new (NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "qingdan", NULL);

  if (self->courier != NULL)
    stop_courier (self);
  qd_store_close (self->store, NULL);
  g_clear_object (&self->store);
  stub_tus_free (self->stub);
  g_clear_object (&self->signer);
  qd_test_remove_tree (self->dir);
  qd_test_remove_tree (cache);
  g_free (self->dir);
  g_free (self->cert);
  g_free (self->sha256);
  g_bytes_unref (self->bytes);
}

static QdDelivery *
get_row (Fixture *self)
{
  g_autoptr (GPtrArray) rows = qd_store_list_deliveries (self->store, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (((QdDelivery *) rows->pdata[i])->id == self->delivery)
      return qd_delivery_copy (rows->pdata[i]);
  g_assert_not_reached ();
}

/* Turns the loop until the delivery is as wanted; the test's own time limit ends what never comes. */
static QdDelivery *
wait_for (Fixture *self, gboolean (*is_there) (const QdDelivery *row))
{
  for (;;)
    {
      g_autoptr (QdDelivery) row = get_row (self);

      if (is_there (row))
        return g_steal_pointer (&row);
      g_main_context_iteration (NULL, TRUE);
    }
}

static gboolean
is_sent (const QdDelivery *row)
{
  return row->state >= QD_STATE_SENT;
}

static gboolean
is_received (const QdDelivery *row)
{
  return row->state >= QD_STATE_RECEIVED;
}

static gboolean
is_decided (const QdDelivery *row)
{
  return row->state == QD_STATE_ACCEPTED || row->state == QD_STATE_RETURNED;
}

static gboolean
has_problem (const QdDelivery *row)
{
  return row->problem != NULL;
}

static GBytes *
make_receipt (Fixture *self, QdReceiptKind kind, const char *sha256, int minutes)
{
  g_autoptr (QdReceipt) receipt = g_new0 (QdReceipt, 1);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GError) error = NULL;
  GBytes *bytes;

  receipt->kind = kind;
  receipt->package_sha256 = g_strdup (sha256);
  receipt->number = g_strdup ("000007");
  receipt->receiver = g_strdup ("示例接收站");
  receipt->time = g_date_time_add_minutes (now, minutes);
  receipt->points = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_return_point_free);
  if (kind == QD_RECEIPT_RETURNED)
    {
      receipt->due = g_strdup ("2026-11-27");
      g_ptr_array_add (receipt->points, qd_return_point_new ("/disclosure/a", "请核对"));
    }
  bytes = qd_receipt_create (receipt, self->signer, &error);
  g_assert_no_error (error);
  return bytes;
}

static gboolean
log_has (Fixture *self, const char *text)
{
  g_autoptr (GPtrArray) lines = qd_store_list_delivery_log (self->store, self->delivery, NULL);

  for (guint i = 0; i < lines->len; i++)
    if (strstr (lines->pdata[i], text) != NULL)
      return TRUE;
  return FALSE;
}

static QdState
get_declaration_state (Fixture *self)
{
  g_autoptr (QdDeclaration) declaration = qd_store_get_declaration (self->store, self->declaration, NULL);

  return declaration->state;
}

/* sealed → sent → received → accepted, each when it is so and not before. */
static void
test_states (Fixture *self, gconstpointer data)
{
  g_autoptr (QdDelivery) row = NULL;
  g_autoptr (GBytes) receipt = make_receipt (self, QD_RECEIPT_ACCEPTED, self->sha256, 0);
  g_autoptr (GBytes) there = NULL;
  g_autoptr (QdReceipt) read = NULL;
  g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (self->stub));
  g_autoptr (GError) error = NULL;
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "qingdan", "outbox", NULL);
  g_autoptr (GDir) dir = NULL;

  target->trust_pem = g_strdup (self->cert);
  g_assert_true (qd_target_save (self->store, target, &error));
  start_courier (self);
  add_delivery (self, stub_tus_get_url (self->stub));
  row = wait_for (self, is_sent);
  g_assert_cmpint (row->state, ==, QD_STATE_SENT);
  g_assert_cmpint (row->offset, ==, SIZE);
  g_assert_null (row->problem);
  g_assert_cmpint (get_declaration_state (self), ==, QD_STATE_SENT);
  there = stub_tus_dup_data (self->stub);
  g_assert_true (g_bytes_equal (there, self->bytes));
  g_assert_true (log_has (self, "Sending began."));
  g_assert_true (log_has (self, "Delivered, being verified."));

  stub_tus_set_receipt (self->stub, 202, NULL);
  qd_courier_resume (self->courier, self->delivery);
  qd_delivery_free (g_steal_pointer (&row));
  row = wait_for (self, is_received);
  g_assert_cmpint (row->state, ==, QD_STATE_RECEIVED);
  g_assert_null (row->receipt_sha256);

  stub_tus_set_receipt (self->stub, 200, receipt);
  qd_courier_resume (self->courier, self->delivery);
  qd_delivery_free (g_steal_pointer (&row));
  row = wait_for (self, is_decided);
  g_assert_cmpint (row->state, ==, QD_STATE_ACCEPTED);
  g_assert_nonnull (row->receipt_sha256);
  g_assert_cmpint (get_declaration_state (self), ==, QD_STATE_ACCEPTED);
  read = qd_courier_get_receipt (self->courier, self->delivery, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (read->number, ==, "000007");
  g_assert_true (log_has (self, "000007"));
  g_assert_cmpint (stub_tus_get_counts (self->stub).received, ==, SIZE);
  g_assert_cmpuint (self->changes, >, 0);

  /* Nothing of it stays in the cache. */
  stop_courier (self);
  dir = g_dir_open (cache, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
}

/* The courier is stopped in the middle, as when the program ends; the next one goes on where the receiver stands. */
static void
test_restart (Fixture *self, gconstpointer data)
{
  static const StubTrick tricks[] = { { "PATCH", STUB_SHORT, MIB }, { "PATCH", STUB_HANG }, { NULL } };
  g_autoptr (QdDelivery) row = NULL;

  stub_tus_set_tricks (self->stub, tricks);
  start_courier (self);
  add_delivery (self, stub_tus_get_url (self->stub));
  while (stub_tus_get_tricks_left (self->stub) > 0)
    g_main_context_iteration (NULL, FALSE);
  stop_courier (self);
  row = get_row (self);
  g_assert_cmpint (row->state, ==, QD_STATE_SEALED);
  g_assert_null (row->problem);

  start_courier (self);
  qd_delivery_free (g_steal_pointer (&row));
  row = wait_for (self, is_sent);
  g_assert_true (log_has (self, "Going on from the 1.0"));
  g_assert_cmpint (stub_tus_get_counts (self->stub).received, <=, SIZE + MIB);
  g_assert_cmpuint (stub_tus_get_counts (self->stub).posts, ==, 1);
}

static void
test_pause (Fixture *self, gconstpointer data)
{
  static const StubTrick tricks[] = { { "PATCH", STUB_HANG }, { NULL } };
  g_autoptr (QdDelivery) row = NULL;
  gint64 confirmed, total, resumed_at;
  double rate;

  stub_tus_set_tricks (self->stub, tricks);
  start_courier (self);
  add_delivery (self, stub_tus_get_url (self->stub));
  while (stub_tus_get_tricks_left (self->stub) > 0)
    g_main_context_iteration (NULL, FALSE);
  g_assert_true (qd_courier_get_progress (self->courier, self->delivery, &confirmed, &total, &resumed_at, &rate));
  g_assert_cmpint (confirmed, ==, 0);
  g_assert_cmpint (total, ==, SIZE);
  qd_courier_pause (self->courier, self->delivery);
  while (qd_courier_get_progress (self->courier, self->delivery, NULL, NULL, NULL, NULL))
    g_main_context_iteration (NULL, TRUE);
  row = get_row (self);
  g_assert_true (row->paused);
  g_assert_cmpint (row->state, ==, QD_STATE_SEALED);
  g_assert_null (row->problem);
  qd_courier_resume (self->courier, self->delivery);
  qd_delivery_free (g_steal_pointer (&row));
  row = wait_for (self, is_sent);
  g_assert_false (row->paused);
  g_assert_true (log_has (self, "Paused."));
  g_assert_true (log_has (self, "Resumed."));
}

/* Why it waits is told, and the receiver's own time is kept to. */
static void
test_problem (Fixture *self, gconstpointer data)
{
  static const StubTrick tricks[] = { { "PATCH", STUB_STATUS, 503, "Retry-After: 3000\r\n" }, { NULL } };
  g_autoptr (QdDelivery) row = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;

  stub_tus_set_tricks (self->stub, tricks);
  start_courier (self);
  add_delivery (self, stub_tus_get_url (self->stub));
  row = wait_for (self, has_problem);
  g_assert_cmpint (row->state, ==, QD_STATE_SEALED);
  g_assert_cmpint (row->next_try, >=, now + 3000);
  g_assert_cmpuint (row->tries, ==, 1);
  g_assert_true (log_has (self, "Try 1: "));
  /* Now, since somebody asked. */
  qd_courier_resume (self->courier, self->delivery);
  qd_delivery_free (g_steal_pointer (&row));
  row = wait_for (self, is_sent);
  g_assert_null (row->problem);
}

/* A receipt of another package, or of somebody else, changes nothing. */
static void
test_foreign_receipt (Fixture *self, gconstpointer data)
{
  g_autofree char *other = g_strnfill (64, 'a');
  g_autoptr (GBytes) foreign = make_receipt (self, QD_RECEIPT_ACCEPTED, other, 0);
  g_autofree char *path = g_build_filename (self->dir, "r.xml", NULL);
  g_autoptr (QdDelivery) row = NULL;
  g_autoptr (GError) error = NULL;

  stub_tus_set_receipt (self->stub, 200, foreign);
  start_courier (self);
  add_delivery (self, stub_tus_get_url (self->stub));
  row = wait_for (self, has_problem);
  g_assert_cmpint (row->state, ==, QD_STATE_SENT);
  g_assert_nonnull (strstr (row->problem, "another package"));
  g_assert_null (row->receipt_sha256);

  g_file_set_contents (path, g_bytes_get_data (foreign, NULL), g_bytes_get_size (foreign), NULL);
  g_assert_false (qd_courier_load_receipt (self->courier, path, &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT);
  g_clear_error (&error);
  g_file_set_contents (path, "no receipt", -1, NULL);
  g_assert_false (qd_courier_load_receipt (self->courier, path, &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT);
  g_clear_error (&error);
  g_assert_false (qd_courier_load_receipt (self->courier, "/nowhere/r.xml", &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT);
  g_assert_null (qd_courier_get_receipt (self->courier, self->delivery, NULL));
}

static void
load (Fixture *self, QdReceiptKind kind, int minutes, QdState expected)
{
  g_autoptr (GBytes) receipt = make_receipt (self, kind, self->sha256, minutes);
  g_autofree char *path = g_build_filename (self->dir, "r.xml", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDelivery) row = NULL;

  g_file_set_contents (path, g_bytes_get_data (receipt, NULL), g_bytes_get_size (receipt), NULL);
  g_assert_true (qd_courier_load_receipt (self->courier, path, &error));
  g_assert_no_error (error);
  row = get_row (self);
  g_assert_cmpint (row->state, ==, expected);
}

/* Receipts that come as files: forward only, and of two final ones the later. */
static void
test_load (Fixture *self, gconstpointer data)
{
  g_autoptr (QdReceipt) read = NULL;

  self->courier = qd_courier_new (self->store);
  add_delivery (self, self->dir);
  load (self, QD_RECEIPT_RECEIVED, 0, QD_STATE_RECEIVED);
  load (self, QD_RECEIPT_RETURNED, 1, QD_STATE_RETURNED);
  load (self, QD_RECEIPT_RECEIVED, 2, QD_STATE_RETURNED);
  load (self, QD_RECEIPT_ACCEPTED, 0, QD_STATE_RETURNED);
  read = qd_courier_get_receipt (self->courier, self->delivery, NULL);
  g_assert_cmpstr (read->due, ==, "2026-11-27");
  g_assert_cmpuint (read->points->len, ==, 1);
  load (self, QD_RECEIPT_ACCEPTED, 5, QD_STATE_ACCEPTED);
  g_assert_true (log_has (self, "Returned: 1 point, to be answered by 2026-11-27."));
}

static void
save_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  char **path = user_data;

  *path = qd_courier_save_to_folder_finish (QD_COURIER (source), result, &error);
  g_assert_no_error (error);
}

static void
save_fails_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_assert_null (qd_courier_save_to_folder_finish (QD_COURIER (source), result, user_data));
}

/* A folder as target, a receipt that somebody puts there, and a copy on a stick. */
static void
test_folder (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->dir, "share", NULL);
  g_autofree char *stick = g_build_filename (self->dir, "stick", NULL);
  g_autofree char *answer = g_build_filename (folder, "0001.receipt.xml", NULL);
  g_autofree char *noise = g_build_filename (folder, "0000.receipt.xml", NULL);
  g_autofree char *path = NULL;
  g_autofree char *digest = NULL;
  g_autoptr (GBytes) receipt = make_receipt (self, QD_RECEIPT_RETURNED, self->sha256, 0);
  g_autoptr (QdDelivery) row = NULL;
  g_autoptr (GError) error = NULL;

  g_mkdir (folder, 0700);
  g_mkdir (stick, 0700);
  start_courier (self);
  add_delivery (self, folder);
  row = wait_for (self, is_sent);
  g_assert_cmpint (row->state, ==, QD_STATE_SENT);
  g_file_set_contents (noise, "<receipt/>", -1, NULL);
  g_file_set_contents (answer, g_bytes_get_data (receipt, NULL), g_bytes_get_size (receipt), NULL);
  qd_courier_resume (self->courier, self->delivery);
  qd_delivery_free (g_steal_pointer (&row));
  row = wait_for (self, is_decided);
  g_assert_cmpint (row->state, ==, QD_STATE_RETURNED);

  qd_courier_save_to_folder_async (self->courier, self->delivery, stick, NULL, save_cb, &path);
  while (path == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_str_has_prefix (path, stick));
  digest = qd_file_digest (path, NULL, NULL, NULL);
  g_assert_cmpstr (digest, ==, self->sha256);
  g_assert_true (log_has (self, path));

  qd_courier_save_to_folder_async (self->courier, self->delivery, "/nowhere", NULL, save_fails_cb, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_TARGET);
}

int
main (int argc, char *argv[])
{
  g_autofree char *cache = g_dir_make_tmp ("qd-cache-XXXXXX", NULL);
  int status;

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/courier/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("states", test_states);
  ADD ("restart", test_restart);
  ADD ("pause", test_pause);
  ADD ("problem", test_problem);
  ADD ("foreign-receipt", test_foreign_receipt);
  ADD ("load", test_load);
  ADD ("folder", test_folder);
  status = g_test_run ();
  qd_test_remove_tree (cache);
  return status;
}
