/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Client and gateway are killed in the middle of an upload, again and again, and started anew. Proves: it resumes, a kill
 * costs one chunk at most (by the bytes that the gateway counts), exactly one package is accepted.
 * QINGDAN_GATEWAY is the gateway's program.
 */
#include "config.h"

#include <glib/gstdio.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "qd-digest.h"
#include "qd-package.h"
#include "qd-transfer.h"
#include "file-kit.h"

#define MIB (1024 * 1024)
#define ATTACHMENT (10 * MIB)
#define CHUNK MIB
#define MAX_KILLS 40

typedef struct
{
  char *dir;
  char *package;
  char *state;
  char *sha256;
  gint64 size;
  char *cert;
  char *url; /* of the gateway's first start; later ones take the same port */
  GPid gateway;
  GPid client;
  char *log; /* of all gateways */
  int log_fd;
  GString *unread;
  guint listening; /* how often a gateway said so */
  gint64 received; /* bytes of bodies, as the gateways counted them */
} Fixture;

/* Returns the wait status. */
static int
end (GPid *pid, int signal_number)
{
  int status;

  if (signal_number != 0)
    kill (*pid, signal_number);
  g_assert_cmpint (waitpid (*pid, &status, 0), ==, *pid);
  *pid = 0;
  return status;
}

static void
start_gateway (Fixture *self)
{
  g_autofree char *spool = g_build_filename (self->dir, "spool", NULL);
  g_autofree char *key = g_build_filename (self->dir, "key.p12", NULL);
  g_autofree char *pin = g_build_filename (self->dir, "pin", NULL);
  const char *listen = self->url != NULL ? self->url + strlen ("http://") : "127.0.0.1:0";
  const char *argv[] = { g_getenv ("QINGDAN_GATEWAY"), "--listen", listen, "--dir", spool, "--key", key, "--pin-file", pin, "--policy", "accept", NULL };
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "G_MESSAGES_DEBUG", "qd-gateway", TRUE);
  g_autoptr (GError) error = NULL;
  int err = g_open (self->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  g_assert_cmpint (err, >=, 0);
  g_spawn_async_with_fds (NULL, (char **) argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &self->gateway, -1, err, err, &error);
  g_assert_no_error (error);
  close (err);
}

static gboolean
is_running (GPid pid)
{
  siginfo_t info = { 0 };

  return waitid (P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
}

/* Takes in what the gateway has logged; FALSE when there is nothing new. */
static gboolean
read_log (Fixture *self)
{
  char block[4096];
  ssize_t n = read (self->log_fd, block, sizeof block);
  char *end_of_line;

  if (n <= 0)
    return FALSE;
  g_string_append_len (self->unread, block, n);
  while ((end_of_line = strchr (self->unread->str, '\n')) != NULL)
    {
      const char *word;

      *end_of_line = '\0';
      word = strstr (self->unread->str, "received ");
      if (word != NULL)
        self->received += g_ascii_strtoll (strrchr (word, ' ') + 1, NULL, 10);
      word = strstr (self->unread->str, "listening on ");
      if (word != NULL && self->url == NULL)
        self->url = g_strdup (word + strlen ("listening on "));
      if (word != NULL)
        self->listening++;
      g_string_erase (self->unread, 0, end_of_line + 1 - self->unread->str);
    }
  return TRUE;
}

static void
wait_for_gateway (Fixture *self)
{
  guint before = self->listening;

  start_gateway (self);
  while (self->listening == before)
    {
      g_assert_true (is_running (self->gateway));
      if (!read_log (self))
        g_usleep (500);
    }
}

/* Waits until the gateway has received @bytes more; FALSE when the client ended before. */
static gboolean
follow (Fixture *self, gint64 bytes)
{
  gint64 until = self->received + bytes;

  while (self->received < until)
    if (!read_log (self))
      {
        if (!is_running (self->client))
          return FALSE;
        g_usleep (100);
      }
  return TRUE;
}

/* What it had logged before still counts. */
static int
end_gateway (Fixture *self, int signal_number)
{
  int status = end (&self->gateway, signal_number);

  while (read_log (self))
    continue;
  return status;
}

static const char *program;

static void
start_client (Fixture *self)
{
  const char *argv[] = { program, "--client", self->package, self->sha256, self->url, self->state, NULL };
  g_autoptr (GError) error = NULL;

  g_spawn_async (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &self->client, &error);
  g_assert_no_error (error);
}

static int
run_client (char **argv)
{
  g_autoptr (QdTarget) target = qd_target_new (argv[2]);
  g_autoptr (GError) error = NULL;

  if (qd_transfer_send (argv[0], argv[1], target, argv[3], NULL, NULL, NULL, &error))
    return 0;
  g_printerr ("# client: %s\n", error->message);
  return 4;
}

static void
set_up (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autoptr (QdPackageWriter) writer = qd_package_writer_new ();
  g_autoptr (QdSigner) signer = NULL;
  g_autoptr (GBytes) declaration = g_bytes_new_static ("<d/>", 4);
  g_autoptr (GBytes) attachment = NULL;
  g_autofree char *key = NULL;
  g_autofree char *pin = NULL;
  guint32 *noise = g_malloc (ATTACHMENT);

  for (gsize i = 0; i < ATTACHMENT / sizeof *noise; i++)
    noise[i] = g_rand_int (random);
  attachment = g_bytes_new_take (noise, ATTACHMENT);
  self->dir = g_dir_make_tmp ("qd-resume-XXXXXX", &error);
  g_assert_no_error (error);
  self->log = g_build_filename (self->dir, "gateway.log", NULL);
  self->log_fd = g_open (self->log, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  self->unread = g_string_new (NULL);
  self->package = g_build_filename (self->dir, "p.asice", NULL);
  self->state = g_strconcat (self->package, ".upload", NULL);
  self->cert = g_build_filename (self->dir, "cert.pem", NULL);
  key = g_build_filename (self->dir, "key.p12", NULL);
  pin = g_build_filename (self->dir, "pin", NULL);
  g_file_set_contents (pin, "1234\n", -1, NULL);
  g_assert_true (qd_demo_key_create (key, self->cert, "1234", "receiver", NULL, QD_KEY_EC_P256, &error));
  signer = qd_signer_new_from_pkcs12 (key, "1234", &error);
  g_assert_no_error (error);
  qd_package_writer_add_bytes (writer, "declaration.xml", "application/xml", declaration, &error);
  qd_package_writer_add_bytes (writer, "a.bin", "application/octet-stream", attachment, &error);
  qd_package_writer_write (writer, self->package, signer, NULL, NULL, NULL, NULL, &self->sha256, &error);
  g_assert_no_error (error);
  g_free (qd_file_digest (self->package, &self->size, NULL, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self)
{
  close (self->log_fd);
  g_string_free (self->unread, TRUE);
  qd_test_remove_tree (self->dir);
  g_free (self->log);
  g_free (self->dir);
  g_free (self->package);
  g_free (self->state);
  g_free (self->sha256);
  g_free (self->cert);
  g_free (self->url);
}

static guint
count_files (Fixture *self, const char *folder)
{
  g_autofree char *path = g_build_filename (self->dir, "spool", folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
assert_delivered (Fixture *self)
{
  g_autoptr (QdTarget) target = qd_target_new (self->url);
  g_autofree char *name = g_strconcat (self->sha256, ".asice", NULL);
  g_autofree char *path = g_build_filename (self->dir, "spool", "packages", name, NULL);
  g_autofree char *digest = qd_file_digest (path, NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QdReceipt) receipt = NULL;
  gboolean known = TRUE;

  g_assert_cmpstr (digest, ==, self->sha256);
  g_assert_cmpuint (count_files (self, "packages"), ==, 1);
  while (bytes == NULL && known)
    bytes = qd_transfer_fetch_receipt (self->sha256, target, &known, NULL, &error);
  g_assert_no_error (error);
  receipt = qd_receipt_read (bytes, self->sha256, self->cert, &error);
  g_assert_no_error (error);
  g_assert_cmpint (receipt->kind, ==, QD_RECEIPT_ACCEPTED);
  g_assert_cmpstr (receipt->number, ==, "000001");
}

static void
test_kill (void)
{
  Fixture self = { 0 };
  guint kills = 0, gateway_kills = 0;
  int status;

  set_up (&self);
  wait_for_gateway (&self);
  start_client (&self);
  while (kills < MAX_KILLS && follow (&self, g_test_rand_int_range (1, MIB)))
    {
      kills++;
      if (g_test_rand_bit ())
        {
          gateway_kills++;
          end_gateway (&self, SIGKILL);
          wait_for_gateway (&self);
        }
      /* A client without a gateway may go on by itself or give up; either way the next one takes over. */
      end (&self.client, SIGKILL);
      start_client (&self);
    }
  status = end (&self.client, 0);
  if (!WIFEXITED (status) || WEXITSTATUS (status) != 0)
    {
      start_client (&self);
      status = end (&self.client, 0);
    }
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  assert_delivered (&self);
  g_assert_cmpuint (count_files (&self, "uploads"), ==, 0);

  /* Again; then twice as if nothing were known of it. */
  for (guint i = 0; i < 3; i++)
    {
      if (i > 0)
        g_unlink (self.state);
      start_client (&self);
      status = end (&self.client, 0);
      g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
    }
  assert_delivered (&self);
  status = end_gateway (&self, SIGTERM);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  g_test_message ("%u kills (%u of the gateway, too), %" G_GINT64_FORMAT " bytes received for %" G_GINT64_FORMAT ", that is %" G_GINT64_FORMAT " again", kills, gateway_kills, self.received, self.size, self.received - self.size);
  g_assert_cmpuint (kills, >=, 10);
  g_assert_cmpint (self.received, >=, self.size);
  g_assert_cmpint (self.received, <=, self.size + (gint64) kills * CHUNK);
  tear_down (&self);
}

int
main (int argc, char *argv[])
{
  program = argv[0];
  if (argc == 6 && g_str_equal (argv[1], "--client"))
    return run_client (argv + 2);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/resume/kill", test_kill);
  return g_test_run ();
}
