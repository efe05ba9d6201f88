/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "qd-transfer.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "qd-http-private.h"
#include "qd-tus-private.h"
#include "qd-upload-state-private.h"
#include "stub-tus.h"

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
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  remove_tree (self->dir);
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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/transfer/plain", Fixture, NULL, set_up, test_plain, tear_down);
  g_test_add ("/transfer/hostile", Fixture, NULL, set_up, test_hostile, tear_down);
  return g_test_run ();
}
