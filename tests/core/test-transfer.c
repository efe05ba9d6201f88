/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "qd-transfer.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include "make-cert.h"
#include "qd-http-private.h"
#include "qd-tus-private.h"
#include "qd-upload-state-private.h"
#include "stub-tus.h"
#include "file-kit.h"

#define MIB (1024 * 1024)
#define SIZE (3 * MIB + 12345)
/* More than the socket buffers of loopback hold is never on its way, so a cut costs one chunk at most. */
#define CHUNK MIB

typedef struct
{
  char *dir;
  char *package;
  char *state;
  char *sha256;
  GBytes *bytes;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  guint8 *bytes = g_malloc (SIZE);

  for (gsize i = 0; i < SIZE; i++)
    bytes[i] = (guint8) g_rand_int (random);
  self->bytes = g_bytes_new_take (bytes, SIZE);
  self->dir = g_dir_make_tmp ("qd-transfer-XXXXXX", &error);
  g_assert_no_error (error);
  self->package = g_build_filename (self->dir, "申报包.asice", NULL);
  self->state = g_strconcat (self->package, ".upload", NULL);
  self->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->bytes);
  g_file_set_contents (self->package, g_bytes_get_data (self->bytes, NULL), SIZE, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  qd_test_remove_tree (self->dir);
  g_free (self->dir);
  g_free (self->package);
  g_free (self->state);
  g_free (self->sha256);
  g_bytes_unref (self->bytes);
}

static gboolean
send_to (Fixture *self, const QdTarget *target, GError **error)
{
  return qd_transfer_send (self->package, self->sha256, target, self->state, NULL, NULL, NULL, error);
}

static void
assert_arrived (Fixture *self, StubTus *stub)
{
  g_autoptr (GBytes) there = stub_tus_dup_data (stub);

  g_assert_true (g_bytes_equal (there, self->bytes));
}

static void
test_plain (Fixture *self, gconstpointer data)
{
  g_autoptr (StubTus) stub = stub_tus_new (NULL);
  g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (stub));
  g_autoptr (GError) error = NULL;
  g_autofree char *metadata = NULL;
  g_autofree char *digest64 = g_base64_encode ((guchar *) self->sha256, 64);
  StubCounts counts;

  target->bearer = g_strdup ("secret");
  g_assert_true (send_to (self, target, &error));
  g_assert_no_error (error);
  assert_arrived (self, stub);
  counts = stub_tus_get_counts (stub);
  g_assert_cmpint (counts.received, ==, SIZE);
  g_assert_cmpint (counts.max_patch, ==, CHUNK);
  g_assert_false (counts.expected);
  g_assert_false (counts.checksums);
  g_assert_true (counts.authorized);
  metadata = stub_tus_dup_metadata (stub);
  g_assert_nonnull (strstr (metadata, digest64));
  g_assert_nonnull (strstr (metadata, "filename 55Sz5oql5YyFLmFzaWNl")); /* 申报包.asice */

  /* Once more: nothing is sent again, nothing is created again. */
  g_assert_true (send_to (self, target, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stub_tus_get_counts (stub).received, ==, SIZE);
  g_assert_cmpuint (stub_tus_get_counts (stub).posts, ==, 1);
}

static const struct
{
  const char *name;
  StubTrick tricks[8];
  int code;          /* -1: the attempt gets through; else QdCourierError */
  guint attempts;    /* how many it takes at most */
  gint64 sent_again; /* at most */
  guint posts;       /* uploads begun */
  guint retry_after; /* of the first error */
  const char *extensions;
} tus_rows[] = {
  { "cut in the middle of a chunk", { { "PATCH", STUB_DROP, 300000 } }, -1, 1, 0, 1 },
  { "cut at the first byte", { { "PATCH", STUB_DROP, 0 } }, -1, 1, CHUNK, 1 },
  { "cut, all of the chunk lost", { { "PATCH", STUB_DROP_LOSE, 900000 } }, -1, 1, CHUNK, 1 },
  { "cut again and again", { { "PATCH", STUB_DROP, 5000 }, { "PATCH", STUB_DROP, 5000 }, { "PATCH", STUB_DROP, 5000 }, { "PATCH", STUB_DROP, 5000 }, { "PATCH", STUB_DROP, 5000 }, { "PATCH", STUB_DROP, 5000 } }, -1, 1, 0, 1 },
  { "cut on the question after a cut", { { "PATCH", STUB_DROP, 300000 }, { "HEAD", STUB_RAW, 0, "" } }, QD_COURIER_ERROR_NETWORK, 2, 0, 1 },
  { "server goes back", { { "PATCH", STUB_DROP, 300000 }, { "HEAD", STUB_LOWER, 100000 } }, -1, 1, CHUNK, 1 },
  { "server goes back to nothing", { { "PATCH", STUB_DROP, 300000 }, { "HEAD", STUB_LOWER, 0 } }, -1, 1, CHUNK, 1 },
  { "server keeps less than it got", { { "PATCH", STUB_SHORT, 70000 } }, -1, 1, CHUNK, 1 },
  { "answer lost", { { "PATCH", STUB_DROP, CHUNK } }, -1, 1, 0, 1 },
  { "answer without an offset", { { "PATCH", STUB_SILENT } }, -1, 1, 0, 1 },
  { "conflict", { { "PATCH", STUB_STATUS, 409 } }, -1, 1, CHUNK, 1 },
  { "conflict for ever", { { "PATCH", STUB_STATUS, 409 }, { "PATCH", STUB_STATUS, 409 }, { "PATCH", STUB_STATUS, 409 }, { "PATCH", STUB_STATUS, 409 } }, QD_COURIER_ERROR_SERVER, 2, 4 * CHUNK, 1 },
  { "forgotten before a chunk", { { "PATCH", STUB_FORGET } }, -1, 1, CHUNK, 2 },
  { "gone before a chunk", { { "PATCH", STUB_STATUS, 410 } }, -1, 1, CHUNK, 2 },
  { "forgotten after a cut", { { "PATCH", STUB_DROP, 1000 }, { "HEAD", STUB_FORGET } }, -1, 1, CHUNK, 2 },
  { "gone after a cut", { { "PATCH", STUB_DROP, 1000 }, { "HEAD", STUB_STATUS, 410 } }, -1, 1, CHUNK, 2 },
  { "forgotten for ever", { { "PATCH", STUB_FORGET }, { "PATCH", STUB_FORGET }, { "PATCH", STUB_FORGET } }, QD_COURIER_ERROR_SERVER, 2, 3 * CHUNK, 4 },
  { "locked", { { "PATCH", STUB_STATUS, 423 } }, QD_COURIER_ERROR_NETWORK, 2, CHUNK, 1 },
  { "locked for a time", { { "PATCH", STUB_STATUS, 423, "Retry-After: 7\r\n" } }, QD_COURIER_ERROR_NETWORK, 2, CHUNK, 1, 7 },
  { "server error", { { "PATCH", STUB_STATUS, 500 } }, QD_COURIER_ERROR_SERVER, 2, CHUNK, 1 },
  { "server busy", { { "PATCH", STUB_STATUS, 503, "Retry-After: 120\r\n" } }, QD_COURIER_ERROR_SERVER, 2, CHUNK, 1, 120 },
  { "server busy, absurdly long", { { "PATCH", STUB_STATUS, 503, "Retry-After: 99999999999\r\n" } }, QD_COURIER_ERROR_SERVER, 2, CHUNK, 1, 86400 },
  { "server busy until a past date", { { "PATCH", STUB_STATUS, 503, "Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n" } }, QD_COURIER_ERROR_SERVER, 2, CHUNK, 1, 0 },
  { "server full", { { "PATCH", STUB_STATUS, 507 } }, QD_COURIER_ERROR_SERVER, 2, CHUNK, 1 },
  { "server busy at creation", { { "POST", STUB_STATUS, 503, "Retry-After: 9\r\n" } }, QD_COURIER_ERROR_SERVER, 2, 0, 1, 9 },
  { "server busy at the question", { { "PATCH", STUB_STATUS, 500 }, { "HEAD", STUB_STATUS, 423, "Retry-After: 3\r\n" } }, QD_COURIER_ERROR_SERVER, 3, CHUNK, 1 },
  { "version refused", { { "PATCH", STUB_STATUS, 412 } }, QD_COURIER_ERROR_SERVER, 2, CHUNK, 1 },
  { "redirect of a chunk", { { "PATCH", STUB_STATUS, 307, "Location: http://127.0.0.1:1/\r\n" } }, QD_COURIER_ERROR_TARGET, 2, CHUNK, 1 },
  { "redirect of the creation", { { "POST", STUB_STATUS, 302, "Location: /elsewhere\r\n" } }, QD_COURIER_ERROR_TARGET, 2, 0, 1 },
  { "redirect of the options", { { "OPTIONS", STUB_STATUS, 301, "Location: /elsewhere\r\n" } }, QD_COURIER_ERROR_TARGET, 2, 0, 1 },
  { "too large", { { "POST", STUB_STATUS, 413 } }, QD_COURIER_ERROR_REFUSED, 2, 0, 1 },
  { "too large in mid course", { { "PATCH", STUB_STATUS, 413 } }, QD_COURIER_ERROR_REFUSED, 2, CHUNK, 1 },
  { "not let in", { { "POST", STUB_STATUS, 401 } }, QD_COURIER_ERROR_REFUSED, 2, 0, 1 },
  { "no tus server", { { "OPTIONS", STUB_STATUS, 404 } }, QD_COURIER_ERROR_SERVER, 2, 0, 1 },
  { "garbage instead of options", { { "OPTIONS", STUB_RAW, 0, "\x01\x02garbage\xff\r\n\r\n" } }, QD_COURIER_ERROR_SERVER, 2, 0, 1 },
  { "garbage instead of an offset", { { "PATCH", STUB_DROP, 10 }, { "HEAD", STUB_STATUS, 200, "Upload-Offset: -5\r\n" } }, QD_COURIER_ERROR_NETWORK, 2, 0, 1 },
  { "an offset past the end", { { "PATCH", STUB_DROP, 10 }, { "HEAD", STUB_STATUS, 200, "Upload-Offset: 99999999\r\n" } }, -1, 1, CHUNK, 2 },
  { "an offset past what numbers hold", { { "PATCH", STUB_STATUS, 204, "Upload-Offset: 99999999999999999999999\r\n" } }, -1, 1, CHUNK, 1 },
  { "upload of another length", { { "PATCH", STUB_DROP, 10 }, { "HEAD", STUB_STATUS, 200, "Upload-Offset: 5\r\nUpload-Length: 6\r\n" } }, -1, 1, CHUNK, 2 },
  { "no Location", { { "POST", STUB_LOCATION, 0, "" } }, QD_COURIER_ERROR_SERVER, 2, 0, 2 },
  { "Location on another host", { { "POST", STUB_LOCATION, 0, "http://127.0.0.2/u/1" } }, QD_COURIER_ERROR_SERVER, 2, 0, 2 },
  { "Location of another scheme", { { "POST", STUB_LOCATION, 0, "file:///etc/passwd" } }, QD_COURIER_ERROR_SERVER, 2, 0, 2 },
  { "Location that is no URL", { { "POST", STUB_LOCATION, 0, "http://[::1/%zz" } }, QD_COURIER_ERROR_SERVER, 2, 0, 2 },
  { "has the package already", { { "POST", STUB_KNOWN } }, -1, 1, 0, 1 },
  { "damaged on the way", { { "PATCH", STUB_FLIP } }, -1, 1, CHUNK, 1, 0, "creation,checksum" },
  { "endless header", { { "OPTIONS", STUB_RAW, 0, NULL } }, QD_COURIER_ERROR_SERVER, 2, 0, 1 },
};

static void
test_hostile (Fixture *self, gconstpointer data)
{
  g_autofree char *filler = g_strnfill (80000, 'x');
  g_autofree char *endless = g_strdup_printf ("HTTP/1.1 200 OK\r\nX: %s\r\nContent-Length: 0\r\n\r\n", filler);

  for (gsize i = 0; i < G_N_ELEMENTS (tus_rows); i++)
    {
      g_autoptr (StubTus) stub = stub_tus_new (NULL);
      g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (stub));
      StubTrick tricks[G_N_ELEMENTS (tus_rows[i].tricks)];
      StubCounts counts;
      gboolean sent = FALSE;
      guint attempts = 0;
      gboolean known = tus_rows[i].tricks[0].kind == STUB_KNOWN;

      g_test_message ("%s", tus_rows[i].name);
      memcpy (tricks, tus_rows[i].tricks, sizeof tricks);
      for (gsize j = 0; j < G_N_ELEMENTS (tricks); j++)
        if (tricks[j].method != NULL && tricks[j].kind == STUB_RAW && tricks[j].text == NULL)
          tricks[j].text = endless;
      stub_tus_set_tricks (stub, tricks);
      if (tus_rows[i].extensions != NULL)
        stub_tus_set_extensions (stub, tus_rows[i].extensions, "sha1,sha256", SIZE);
      while (!sent && attempts < tus_rows[i].attempts)
        {
          g_autoptr (GError) error = NULL;

          sent = send_to (self, target, &error);
          attempts++;
          if (attempts == 1 && tus_rows[i].code >= 0)
            {
              g_assert_false (sent);
              g_assert_error (error, QD_COURIER_ERROR, tus_rows[i].code);
              g_assert_cmpuint (qd_courier_error_get_retry_after (error), ==, tus_rows[i].retry_after);
            }
          else if (attempts == 1)
            g_assert_no_error (error);
          if (error != NULL)
            {
              g_test_message ("  %s", error->message);
              g_assert_true (g_utf8_validate (error->message, -1, NULL));
              g_assert_true (g_str_has_suffix (error->message, "."));
            }
        }
      g_assert_true (sent);
      g_assert_cmpuint (attempts, ==, tus_rows[i].attempts);
      g_assert_cmpuint (stub_tus_get_tricks_left (stub), ==, 0);
      counts = stub_tus_get_counts (stub);
      g_assert_cmpuint (counts.posts, ==, tus_rows[i].posts);
      g_assert_cmpint (counts.received, <=, (known ? 0 : SIZE) + tus_rows[i].sent_again);
      g_assert_false (counts.expected);
      g_assert_cmpint (counts.checksums, ==, tus_rows[i].extensions != NULL);
      if (!known)
        assert_arrived (self, stub);
      g_unlink (self->state);
    }
}

/* Chunks get smaller on a link that cuts, and stay so for the next attempt. */
static void
test_chunks (Fixture *self, gconstpointer data)
{
  static const StubTrick tricks[] = { { "PATCH", STUB_DROP, 1000 }, { "PATCH", STUB_DROP, 1000 }, { "PATCH", STUB_DROP, 1000 }, { "PATCH", STUB_DROP, 1000 }, { "PATCH", STUB_DROP, 1000 }, { "HEAD", STUB_RAW, 0, "" }, { NULL } };
  static const StubTrick no_tricks[] = { { NULL } };
  g_autoptr (StubTus) stub = stub_tus_new (NULL);
  g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (stub));
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (QdUploadState) state = NULL;

  /* The last question is cut, too: the attempt ends with the state on disk. */
  stub_tus_set_tricks (stub, &tricks[4]);
  g_assert_false (send_to (self, target, &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_NETWORK);
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (self->state, &text, &length, NULL));
  state = qd_upload_state_parse (text, length);
  g_assert_nonnull (state);
  g_assert_cmpint (state->chunk, ==, MIB / 2);
  g_assert_cmpstr (state->sha256, ==, self->sha256);
  g_assert_cmpint (state->size, ==, SIZE);
  stub_tus_set_tricks (stub, no_tricks);
  g_assert_true (send_to (self, target, &error));
  g_assert_no_error (error);
  g_assert_cmpint (stub_tus_get_counts (stub).received, <=, SIZE + CHUNK);

  g_unlink (self->state);
  stub_tus_set_tricks (stub, tricks);
  g_assert_false (send_to (self, target, &error));
  g_clear_error (&error);
  g_assert_cmpint (stub_tus_get_counts (stub).min_patch, ==, 64 * 1024);
}

static const struct
{
  const char *name;
  const char *address;
  int code;
} targets[] = {
  { "empty", "", QD_COURIER_ERROR_TARGET },
  { "relative folder", "outbox", QD_COURIER_ERROR_TARGET },
  { "no host", "https:///x", QD_COURIER_ERROR_TARGET },
  { "another scheme", "ftp://127.0.0.1/x", QD_COURIER_ERROR_TARGET },
  { "a user name", "http://user:word@127.0.0.1/x", QD_COURIER_ERROR_TARGET },
  { "a fragment", "http://127.0.0.1/x#y", QD_COURIER_ERROR_TARGET },
  { "nobody listens", "http://127.0.0.1:1/x", QD_COURIER_ERROR_NETWORK },
  { "no such name", "http://host.invalid/x", QD_COURIER_ERROR_NETWORK },
  { "no such folder", "/nowhere/at/all", QD_COURIER_ERROR_TARGET },
};

static void
test_targets (Fixture *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (QdTarget) target = qd_target_new (targets[i].address);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) receipt_error = NULL;
      gboolean known;

      g_test_message ("%s", targets[i].name);
      g_assert_false (send_to (self, target, &error));
      g_assert_error (error, QD_COURIER_ERROR, targets[i].code);
      g_assert_null (qd_transfer_fetch_receipt (self->sha256, target, &known, NULL, &receipt_error));
      g_assert_error (receipt_error, QD_COURIER_ERROR, targets[i].code);
      g_assert_false (g_file_test (self->state, G_FILE_TEST_EXISTS));
    }
}

static const struct
{
  const char *name;
  const char *text;
  gboolean good;
} states[] = {
#define SHA "sha256=9d41c07e00112233445566778899aabbccddeeff00112233445566775b2e70a3\n"
  { "whole", "[upload]\n" SHA "size=10\ntarget=http://h/b\nurl=http://h/u/1\noffset=3\nchunk=65536\n", TRUE },
  { "default port", "[upload]\n" SHA "size=10\ntarget=http://h/b\nurl=http://h:80/u/1\noffset=10\nchunk=0\n", TRUE },
  { "empty", "", FALSE },
  { "cut off", "[upload]\n" SHA "size=10\ntarg", FALSE },
  { "zero bytes", "\0\0\0\0", FALSE },
  { "no digest", "[upload]\nsize=10\ntarget=http://h/b\nurl=http://h/u/1\noffset=3\n", FALSE },
  { "offset past the end", "[upload]\n" SHA "size=10\ntarget=http://h/b\nurl=http://h/u/1\noffset=11\n", FALSE },
  { "negative offset", "[upload]\n" SHA "size=10\ntarget=http://h/b\nurl=http://h/u/1\noffset=-1\n", FALSE },
  { "another host", "[upload]\n" SHA "size=10\ntarget=http://h/b\nurl=http://g/u/1\noffset=3\n", FALSE },
  { "out of TLS", "[upload]\n" SHA "size=10\ntarget=https://h/b\nurl=http://h/u/1\noffset=3\n", FALSE },
  { "a file", "[upload]\n" SHA "size=10\ntarget=http://h/b\nurl=file:///etc/passwd\noffset=3\n", FALSE },
};

static void
test_state (Fixture *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    {
      g_autoptr (QdUploadState) state = qd_upload_state_parse (states[i].text, strlen (states[i].text));
      g_autoptr (StubTus) stub = stub_tus_new (NULL);
      g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (stub));
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", states[i].name);
      g_assert_cmpint (state != NULL, ==, states[i].good);
      /* Whatever lies there, the package gets through. */
      g_file_set_contents (self->state, states[i].text, -1, NULL);
      g_assert_true (send_to (self, target, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (stub_tus_get_counts (stub).posts, ==, 1);
      assert_arrived (self, stub);
    }
  /* A state that cannot be written stops before the first byte. */
  {
    g_autoptr (StubTus) stub = stub_tus_new (NULL);
    g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (stub));
    g_autoptr (GError) error = NULL;

    g_assert_false (qd_transfer_send (self->package, self->sha256, target, "/nowhere/x.upload", NULL, NULL, NULL, &error));
    g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE);
    g_assert_cmpuint (stub_tus_get_counts (stub).patches, ==, 0);
  }
}

static void
test_changed_package (Fixture *self, gconstpointer data)
{
  g_autoptr (StubTus) stub = stub_tus_new (NULL);
  g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (stub));
  g_autoptr (GError) error = NULL;

  g_file_set_contents (self->package, "other", -1, NULL);
  g_assert_false (send_to (self, target, &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE);
  g_clear_error (&error);
  g_unlink (self->package);
  g_assert_false (send_to (self, target, &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE);
  g_assert_cmpuint (stub_tus_get_counts (stub).options, ==, 0);
}

/* At most one upload of a package is under way: the second says so and changes nothing. */
static void
test_lock (Fixture *self, gconstpointer data)
{
  g_autoptr (StubTus) stub = stub_tus_new (NULL);
  g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (stub));
  g_autoptr (GError) error = NULL;
  g_autofree char *lock = g_strconcat (self->state, ".lock", NULL);
  int fd = qd_upload_lock (lock, &error);

  g_assert_no_error (error);
  g_assert_false (send_to (self, target, &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE);
  g_clear_error (&error);
  g_assert_cmpuint (stub_tus_get_counts (stub).options, ==, 0);
  qd_upload_unlock (lock, fd);
  g_assert_true (send_to (self, target, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (lock, G_FILE_TEST_EXISTS));
}

static void
cancel_cb (gint64 confirmed, gint64 total, gint64 resumed_at, gpointer user_data)
{
  g_assert_cmpint (total, ==, SIZE);
  g_assert_cmpint (resumed_at, <=, confirmed);
  if (confirmed >= MIB)
    g_cancellable_cancel (user_data);
}

static gpointer
cancel_thread (gpointer data)
{
  /* Only once the request hangs is there something to cancel. */
  gpointer *pair = data;

  while (stub_tus_get_tricks_left (pair[0]) > 0)
    g_thread_yield ();
  g_cancellable_cancel (pair[1]);
  return NULL;
}

static void
test_cancel (Fixture *self, gconstpointer data)
{
  static const StubTrick hang[] = { { "PATCH", STUB_HANG }, { NULL } };
  g_autoptr (StubTus) stub = stub_tus_new (NULL);
  g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (stub));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gpointer pair[] = { stub, cancellable };
  GThread *thread;

  g_assert_false (qd_transfer_send (self->package, self->sha256, target, self->state, cancel_cb, cancellable, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpint (stub_tus_get_counts (stub).received, ==, MIB);

  /* In the middle of a request that never ends. */
  stub_tus_set_tricks (stub, hang);
  g_cancellable_reset (cancellable);
  thread = g_thread_new ("cancel", cancel_thread, pair);
  g_assert_false (qd_transfer_send (self->package, self->sha256, target, self->state, NULL, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_thread_join (thread);

  /* And then on from there. */
  g_assert_true (send_to (self, target, &error));
  g_assert_no_error (error);
  assert_arrived (self, stub);
  g_assert_cmpint (stub_tus_get_counts (stub).received, <=, SIZE + CHUNK);
}

static void
test_stall (Fixture *self, gconstpointer data)
{
  static const StubTrick hang[] = { { "PATCH", STUB_HANG }, { "HEAD", STUB_RAW, 0, "" }, { NULL } };
  g_autoptr (StubTus) stub = stub_tus_new (NULL);
  g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (stub));
  g_autoptr (GError) error = NULL;
  g_autoptr (QdHttp) http = qd_http_new (target, NULL, &error);

  stub_tus_set_tricks (stub, hang);
  qd_http_set_stall_time (http, 1);
  g_assert_false (qd_tus_send (http, self->package, SIZE, self->sha256, target, self->state, NULL, NULL, &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_NETWORK);
  g_assert_cmpuint (stub_tus_get_tricks_left (stub), ==, 0);
}

static void
test_options (Fixture *self, gconstpointer data)
{
  g_autoptr (StubTus) stub = stub_tus_new (NULL);
  g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (stub));
  g_autoptr (GError) error = NULL;

  stub_tus_set_extensions (stub, "termination", "", SIZE);
  g_assert_false (send_to (self, target, &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_SERVER);
  g_clear_error (&error);
  stub_tus_set_extensions (stub, "creation", "", SIZE - 1);
  g_assert_false (send_to (self, target, &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_cmpuint (stub_tus_get_counts (stub).posts, ==, 0);
  stub_tus_set_extensions (stub, "checksum , creation", "md5,sha1", SIZE);
  g_assert_true (send_to (self, target, &error));
  g_assert_no_error (error);
  g_assert_true (stub_tus_get_counts (stub).checksums);

  target->bearer = g_strdup ("two\r\nX-Lines: 1");
  g_assert_false (send_to (self, target, &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_TARGET);
}

/* A token goes over plain HTTP only to this computer. */
static void
test_token (void)
{
  static const struct
  {
    const char *address;
    gboolean good;
  } rows[] = {
    { "https://station.example/tus", TRUE },
    { "http://127.0.0.1:8080/", TRUE },
    { "http://127.8.9.1/", TRUE },
    { "http://[::1]:8080/", TRUE },
    { "http://LOCALHOST:8080/", TRUE },
    { "http://station.example/tus", FALSE },
    { "HTTP://station.example/tus", FALSE },
    { "http://localhost.station.example/", FALSE },
    { "http://192.168.1.9/", FALSE },
    { "http://[fe80::1]/", FALSE },
    { "http://127.0.0.1.station.example/", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (QdTarget) target = qd_target_new (rows[i].address);
      g_autoptr (GError) error = NULL;
      g_autoptr (QdHttp) without = qd_http_new (target, NULL, &error);
      g_autoptr (QdHttp) with = NULL;

      g_test_message ("%s", rows[i].address);
      g_assert_no_error (error);
      target->bearer = g_strdup ("secret");
      with = qd_http_new (target, NULL, &error);
      g_assert_true ((with != NULL) == rows[i].good);
      if (!rows[i].good)
        g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_TARGET);
    }
}

static void
test_receipts (Fixture *self, gconstpointer data)
{
  static const struct
  {
    guint status;
    gsize size;
    gboolean bytes;
    gboolean known;
    int code;
  } rows[] = {
    { 200, 100, TRUE, TRUE, -1 },
    { 202, 0, FALSE, TRUE, -1 },
    { 404, 0, FALSE, FALSE, -1 },
    { 410, 0, FALSE, FALSE, -1 },
    { 302, 0, FALSE, FALSE, QD_COURIER_ERROR_TARGET },
    { 403, 0, FALSE, FALSE, QD_COURIER_ERROR_REFUSED },
    { 500, 0, FALSE, FALSE, QD_COURIER_ERROR_SERVER },
    { 200, 2 * MIB, FALSE, FALSE, QD_COURIER_ERROR_SERVER },
  };
  g_autoptr (StubTus) stub = stub_tus_new (NULL);
  g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (stub));

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *filler = g_strnfill (rows[i].size, 'r');
      g_autoptr (GBytes) body = g_bytes_new (filler, rows[i].size);
      g_autoptr (GBytes) found = NULL;
      g_autoptr (GError) error = NULL;
      gboolean known;

      g_test_message ("%u, %" G_GSIZE_FORMAT " bytes", rows[i].status, rows[i].size);
      stub_tus_set_receipt (stub, rows[i].status, body);
      found = qd_transfer_fetch_receipt (self->sha256, target, &known, NULL, &error);
      if (rows[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, QD_COURIER_ERROR, rows[i].code);
      g_assert_cmpint (found != NULL, ==, rows[i].bytes);
      g_assert_cmpint (known, ==, rows[i].known);
      if (rows[i].bytes)
        g_assert_true (g_bytes_equal (found, body));
    }
}

static void
test_tls (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *name;
    long from, to;
    gboolean with_ca;
    gboolean by_number; /* 127.0.0.1 instead of localhost, which the certificate is for */
    gboolean good;
  } rows[] = {
    { "unknown", -60, 3600, FALSE, FALSE, FALSE },
    { "known", -60, 3600, TRUE, FALSE, TRUE },
    { "expired", -7200, -60, TRUE, FALSE, FALSE },
    { "not yet valid", 3600, 7200, TRUE, FALSE, FALSE },
    { "of another name", -60, 3600, TRUE, TRUE, FALSE },
  };
  g_autofree char *cert = g_build_filename (self->dir, "cert.pem", NULL);
  g_autofree char *both = g_build_filename (self->dir, "both.pem", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (StubTus) stub = NULL;
      g_autoptr (QdTarget) target = NULL;
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) parts = NULL;
      g_autofree char *url = NULL;

      g_test_message ("%s", rows[i].name);
      make_cert (cert, both, rows[i].from, rows[i].to);
      stub = stub_tus_new (both);
      parts = g_strsplit (stub_tus_get_url (stub), "localhost", 2);
      url = g_strjoinv (rows[i].by_number ? "127.0.0.1" : "localhost", parts);
      target = qd_target_new (url);
      if (rows[i].with_ca)
        target->ca_bundle = g_strdup (cert);
      g_assert_cmpint (send_to (self, target, &error), ==, rows[i].good);
      if (rows[i].good)
        {
          g_assert_no_error (error);
          assert_arrived (self, stub);
        }
      else
        {
          g_test_message ("  %s", error->message);
          g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_TLS);
          g_assert_cmpuint (stub_tus_get_counts (stub).options, ==, 0);
          g_assert_cmpint (strstr (error->message, "expired") != NULL, ==, g_str_equal (rows[i].name, "expired"));
        }
      g_unlink (self->state);
    }
  {
    g_autoptr (StubTus) stub = stub_tus_new (both);
    g_autoptr (QdTarget) target = qd_target_new (stub_tus_get_url (stub));
    g_autoptr (GError) error = NULL;

    target->ca_bundle = g_strdup ("/nowhere/ca.pem");
    g_assert_false (send_to (self, target, &error));
    g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_TLS);
  }
}

static guint
count_entries (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_folder (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->dir, "U 盘", NULL);
  g_autofree char *copy = g_build_filename (folder, "申报包.asice", NULL);
  g_autofree char *renamed = g_strdup_printf ("%s/申报包-%s.asice", folder, self->sha256);
  g_autofree char *partial = g_strdup_printf ("%s/.%s.part", folder, self->sha256);
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (QdTarget) target = qd_target_new (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_assert_true (qd_target_is_folder (target));
  g_mkdir (folder, 0700);
  /* What an attempt that was cut off left there goes away. */
  g_file_set_contents (partial, "half", -1, NULL);
  g_assert_true (send_to (self, target, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (copy, &text, &length, NULL));
  g_assert_cmpmem (text, length, g_bytes_get_data (self->bytes, NULL), SIZE);
  g_assert_cmpuint (count_entries (folder), ==, 1);

  /* Again: it is there. */
  g_assert_true (send_to (self, target, &error));
  g_assert_cmpuint (count_entries (folder), ==, 1);

  /* Another file of that name is left alone. */
  g_file_set_contents (copy, "somebody's", -1, NULL);
  g_assert_true (send_to (self, target, &error));
  g_assert_true (g_file_test (renamed, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_entries (folder), ==, 2);

  /* Cancelled: nothing is left behind. */
  g_unlink (copy);
  g_unlink (renamed);
  g_assert_false (qd_transfer_send (self->package, self->sha256, target, self->state, cancel_cb, cancellable, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_entries (folder), ==, 0);
}

/* A full file system, played by a limit on file sizes: the write fails in the middle just so. */
static void
test_full (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->dir, "full", NULL);
  g_autoptr (QdTarget) target = qd_target_new (folder);
  struct rlimit before, small;
  g_autoptr (GError) error = NULL;

  g_mkdir (folder, 0700);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = SIZE / 2;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (send_to (self, target, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  signal (SIGXFSZ, SIG_DFL);
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_SPACE);
  g_assert_cmpuint (count_entries (folder), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/transfer/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("plain", test_plain);
  ADD ("hostile", test_hostile);
  ADD ("chunks", test_chunks);
  ADD ("targets", test_targets);
  ADD ("state", test_state);
  ADD ("changed-package", test_changed_package);
  ADD ("lock", test_lock);
  ADD ("cancel", test_cancel);
  ADD ("stall", test_stall);
  ADD ("options", test_options);
  g_test_add_func ("/transfer/token", test_token);
  ADD ("receipts", test_receipts);
  ADD ("tls", test_tls);
  ADD ("folder", test_folder);
  ADD ("full", test_full);
  return g_test_run ();
}
