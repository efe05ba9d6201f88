/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "qd-gateway.h"

#include <curl/curl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include "qd-digest.h"
#include "qd-package.h"
#include "qd-transfer.h"
#include "qd-verdict.h"
#include "file-kit.h"

typedef struct
{
  char *dir;
  char *spool;
  char *package; /* sealed, about 2.5 MiB */
  char *state;
  char *sha256;
  gint64 size;
  char *cert; /* of the receiver's key */
  QdSigner *signer;
  QdGateway *gateway;
  CURL *curl; /* of raw requests */
  long connections;
} Fixture;

static void
start_gateway (Fixture *self, QdGatewayPolicy policy, gint64 max_size)
{
  g_autoptr (GError) error = NULL;
  QdGatewayOptions options = { .dir = self->spool, .name = "示例接收站 <1>", .signer = self->signer, .policy = policy, .max_size = max_size, .due_days = 15 };

  self->gateway = qd_gateway_new (&options, &error);
  g_assert_no_error (error);
  g_assert_true (qd_gateway_start (self->gateway, "127.0.0.1:0", &error));
  g_assert_no_error (error);
}

static void
stop_gateway (Fixture *self)
{
  qd_gateway_stop (self->gateway);
  g_assert_finalize_object (g_steal_pointer (&self->gateway));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (QdPackageWriter) writer = qd_package_writer_new ();
  g_autofree char *p12 = NULL;
  g_autoptr (GBytes) declaration = g_bytes_new_static ("<declaration/>", 14);
  g_autoptr (GBytes) attachment = NULL;
  gsize length = 2500000;
  guint8 *noise = g_malloc (length);

  self->dir = g_dir_make_tmp ("qd-gateway-XXXXXX", &error);
  g_assert_no_error (error);
  self->spool = g_build_filename (self->dir, "spool", NULL);
  self->package = g_build_filename (self->dir, "申报.asice", NULL);
  self->state = g_strconcat (self->package, ".upload", NULL);
  self->cert = g_build_filename (self->dir, "cert.pem", NULL);
  p12 = g_build_filename (self->dir, "key.p12", NULL);
  g_assert_true (qd_demo_key_create (p12, self->cert, "1234", "示例接收站", NULL, QD_KEY_EC_P256, &error));
  g_assert_no_error (error);
  self->signer = qd_signer_new_from_pkcs12 (p12, "1234", &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < length; i++)
    noise[i] = (guint8) g_rand_int (random);
  attachment = g_bytes_new_take (noise, length);
  qd_package_writer_add_bytes (writer, "declaration.xml", "application/xml", declaration, &error);
  g_assert_no_error (error);
  qd_package_writer_add_bytes (writer, "附件.bin", "application/octet-stream", attachment, &error);
  g_assert_no_error (error);
  qd_package_writer_write (writer, self->package, self->signer, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  self->sha256 = qd_file_digest (self->package, &self->size, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->curl, curl_easy_cleanup);
  if (self->gateway != NULL)
    stop_gateway (self);
  qd_test_remove_tree (self->dir);
  g_clear_object (&self->signer);
  g_free (self->dir);
  g_free (self->spool);
  g_free (self->package);
  g_free (self->state);
  g_free (self->sha256);
  g_free (self->cert);
}

/* Runs blocking client code in a thread while the gateway's loop turns. */

typedef struct
{
  Fixture *fixture;
  gpointer (*run) (Fixture *fixture, GError **error);
  gpointer result;
  GError *error;
  int done;
} Client;

static gpointer
client_thread (gpointer data)
{
  Client *client = data;

  client->result = client->run (client->fixture, &client->error);
  g_atomic_int_set (&client->done, 1);
  g_main_context_wakeup (NULL);
  return NULL;
}

static gpointer
run_client (Fixture *self, gpointer (*run) (Fixture *, GError **), GError **error)
{
  Client client = { .fixture = self, .run = run };
  GThread *thread = g_thread_new ("client", client_thread, &client);

  while (!g_atomic_int_get (&client.done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  if (client.error != NULL)
    g_propagate_error (error, client.error);
  return client.result;
}

static gpointer
send_package (Fixture *self, GError **error)
{
  g_autoptr (QdTarget) target = qd_target_new (qd_gateway_get_url (self->gateway));

  return GINT_TO_POINTER (qd_transfer_send (self->package, self->sha256, target, self->state, NULL, NULL, NULL, error));
}

static gpointer
fetch_receipt (Fixture *self, GError **error)
{
  g_autoptr (QdTarget) target = qd_target_new (qd_gateway_get_url (self->gateway));
  gboolean known = TRUE;

  for (;;)
    {
      GBytes *bytes = qd_transfer_fetch_receipt (self->sha256, target, &known, NULL, error);

      if (bytes != NULL || !known || (error != NULL && *error != NULL))
        return bytes;
    }
}

static guint
count_files (Fixture *self, const char *folder)
{
  g_autofree char *path = g_build_filename (self->spool, folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static QdReceipt *
deliver (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  QdReceipt *receipt;

  g_assert_true (GPOINTER_TO_INT (run_client (self, send_package, &error)));
  g_assert_no_error (error);
  bytes = run_client (self, fetch_receipt, &error);
  g_assert_no_error (error);
  g_assert_nonnull (bytes);
  receipt = qd_receipt_read (bytes, self->sha256, self->cert, &error);
  g_assert_no_error (error);
  return receipt;
}

static void
test_accept (Fixture *self, gconstpointer data)
{
  g_autoptr (QdReceipt) receipt = NULL;
  g_autoptr (QdReceipt) again = NULL;

  start_gateway (self, QD_GATEWAY_ACCEPT, 0);
  receipt = deliver (self);
  g_assert_cmpint (receipt->kind, ==, QD_RECEIPT_ACCEPTED);
  g_assert_cmpstr (receipt->package_sha256, ==, self->sha256);
  g_assert_cmpstr (receipt->receiver, ==, "示例接收站 <1>");
  g_assert_cmpstr (receipt->number, ==, "000001");
  g_assert_true (receipt->demo);
  g_assert_cmpint (qd_gateway_get_received (self->gateway), ==, self->size);

  /* Delivered again, as if nothing were known of the first time, over a server that was started anew. */
  stop_gateway (self);
  start_gateway (self, QD_GATEWAY_ACCEPT, 0);
  g_unlink (self->state);
  again = deliver (self);
  g_assert_cmpstr (again->number, ==, "000001");
  g_assert_cmpint (qd_gateway_get_received (self->gateway), ==, 0);
  g_assert_cmpuint (count_files (self, "packages"), ==, 1);
  g_assert_cmpuint (count_files (self, "uploads"), ==, 0);
  g_assert_cmpuint (count_files (self, "receipts"), ==, 1);
}

static void
test_return (Fixture *self, gconstpointer data)
{
  g_autoptr (QdReceipt) receipt = NULL;

  start_gateway (self, QD_GATEWAY_RETURN, 0);
  receipt = deliver (self);
  g_assert_cmpint (receipt->kind, ==, QD_RECEIPT_RETURNED);
  g_assert_cmpuint (receipt->points->len, ==, 1);
  g_assert_nonnull (receipt->due);
}

static void
test_damaged (Fixture *self, gconstpointer data)
{
  g_autoptr (QdReceipt) receipt = NULL;
  g_autofree char *bytes = NULL;
  gsize length;

  /* A package whose seal is broken arrives whole, and comes back. */
  g_file_get_contents (self->package, &bytes, &length, NULL);
  bytes[length / 2] ^= 1;
  g_file_set_contents (self->package, bytes, length, NULL);
  g_free (self->sha256);
  self->sha256 = qd_file_digest (self->package, NULL, NULL, NULL);
  start_gateway (self, QD_GATEWAY_ACCEPT, 0);
  receipt = deliver (self);
  g_assert_cmpint (receipt->kind, ==, QD_RECEIPT_RETURNED);
  g_assert_cmpuint (receipt->points->len, >=, 1);
}

static void
test_too_large (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start_gateway (self, QD_GATEWAY_ACCEPT, self->size - 1);
  g_assert_false (GPOINTER_TO_INT (run_client (self, send_package, &error)));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_REFUSED);
  g_assert_cmpuint (count_files (self, "uploads"), ==, 0);
}

/* A full disk, played by a limit on file sizes: the receiver says so, keeps what it has, and goes on from there later. */
static void
test_full (Fixture *self, gconstpointer data)
{
  struct rlimit before, small;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdReceipt) receipt = NULL;

  start_gateway (self, QD_GATEWAY_ACCEPT, 0);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 1500000;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (GPOINTER_TO_INT (run_client (self, send_package, &error)));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  signal (SIGXFSZ, SIG_DFL);
  g_test_message ("%s", error->message);
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_SERVER);
  g_assert_nonnull (strstr (error->message, "full"));
  g_assert_cmpuint (count_files (self, "packages"), ==, 0);
  receipt = deliver (self);
  g_assert_cmpint (receipt->kind, ==, QD_RECEIPT_ACCEPTED);
}

static void
run_sql (Fixture *self, const char *sql)
{
  g_autofree char *path = g_build_filename (self->spool, "index.sqlite", NULL);
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

/* What a crash may leave in the folder, and what the next start makes of it. */
static void
test_recover (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *id;
    gint64 size;   /* announced */
    gint64 offset; /* known to be on disk */
    gint64 length; /* of the file; -1: none */
    gint64 after;  /* -1: the upload is gone */
    gint64 after_reboot;
  } rows[] = {
    { "a0", 1000, 400, 400, 400, 400 },
    { "a1", 1000, 400, 700, 700, 400 }, /* the process was killed before it could note more */
    { "a2", 1000, 400, 300, -1, -1 },   /* lost what was said to be there: the client must begin anew */
    { "a3", 1000, 400, -1, -1, -1 },
    { "a4", 1000, 0, 1200, -1, -1 },
  };

  for (guint reboot = 0; reboot < 2; reboot++)
    {
      g_autofree char *stray = g_build_filename (self->spool, "uploads", "ff", NULL);

      start_gateway (self, QD_GATEWAY_ACCEPT, 0);
      stop_gateway (self);
      run_sql (self, "DELETE FROM upload");
      if (reboot == 1)
        run_sql (self, "UPDATE meta SET value = 'another' WHERE key = 'boot'");
      for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
        {
          g_autofree char *sql = g_strdup_printf ("INSERT INTO upload VALUES ('%s', %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT ", NULL, NULL, 0, 0)", rows[i].id, rows[i].size, rows[i].offset);
          g_autofree char *path = g_build_filename (self->spool, "uploads", rows[i].id, NULL);
          g_autofree char *filler = g_strnfill (MAX (rows[i].length, 0), 'x');

          run_sql (self, sql);
          if (rows[i].length >= 0)
            g_file_set_contents (path, filler, rows[i].length, NULL);
        }
      g_file_set_contents (stray, "x", 1, NULL);
      start_gateway (self, QD_GATEWAY_ACCEPT, 0);
      g_assert_false (g_file_test (stray, G_FILE_TEST_EXISTS));
      for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
        {
          g_autofree char *path = g_build_filename (self->spool, "uploads", rows[i].id, NULL);
          gint64 expected = reboot == 1 ? rows[i].after_reboot : rows[i].after;
          GStatBuf status;

          g_test_message ("%s, %s", rows[i].id, reboot == 1 ? "after a reboot" : "same boot");
          g_assert_cmpint (g_stat (path, &status), ==, expected < 0 ? -1 : 0);
          if (expected >= 0)
            g_assert_cmpint (status.st_size, ==, expected);
        }
      stop_gateway (self);
    }
}

/* A folder serves one gateway. */
static void
test_one (Fixture *self, gconstpointer data)
{
  QdGatewayOptions options = { .dir = self->spool, .name = "x", .signer = self->signer, .policy = QD_GATEWAY_ACCEPT };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdGateway) second = NULL;

  start_gateway (self, QD_GATEWAY_ACCEPT, 0);
  second = qd_gateway_new (&options, &error);
  g_assert_null (second);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);
  stop_gateway (self);
  second = qd_gateway_new (&options, &error);
  g_assert_no_error (error);
  g_assert_false (qd_gateway_start (second, "nonsense", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

/* A pack with one form: an amount that must be there and not be negative. */
static const char pack_xml[] = "<pack xmlns=\"urn:qingdan:pack:1\" id=\"test\" version=\"1\" valid-from=\"2026-01-01\">"
                               "<title lang=\"zh-CN\">测试</title><title lang=\"en\">Test</title><source>none</source>"
                               "<forms><form id=\"test.amount\" file=\"forms/amount.xml\"/></forms></pack>";
static const char form_xml[] = "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:odk=\"http://www.opendatakit.org/xforms\" xmlns:qd=\"urn:qingdan:form:1\">"
                               "<h:head><h:title>Amount</h:title><model odk:xforms-version=\"1.0.0\"><qd:form kind=\"declaration\" period=\"year\"/>"
                               "<instance><data id=\"test.amount\" version=\"1\"><qty/></data></instance>"
                               "<bind nodeset=\"/data/qty\" type=\"decimal\" required=\"true()\" constraint=\". &gt;= 0\"/>"
                               "</model></h:head><h:body><input ref=\"/data/qty\"><label>Quantity</label></input></h:body></h:html>";

static QdPack *
make_pack (Fixture *self)
{
  g_autofree char *forms = g_build_filename (self->dir, "pack", "forms", NULL);
  g_autofree char *form = g_build_filename (forms, "amount.xml", NULL);
  g_autofree char *dir = g_build_filename (self->dir, "pack", NULL);
  g_autofree char *top = g_build_filename (dir, "pack.xml", NULL);
  g_autoptr (GError) error = NULL;
  QdPack *pack;

  g_mkdir_with_parents (forms, 0700);
  g_file_set_contents (form, form_xml, -1, NULL);
  g_file_set_contents (top, pack_xml, -1, NULL);
  pack = qd_pack_load (dir, &error);
  g_assert_no_error (error);
  return pack;
}

static GBytes *
make_verdict (QdPack *pack, const char *declaration)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) xml = g_bytes_new (declaration, strlen (declaration));
  QdInstanceOptions options = { .mode = QD_INSTANCE_RESTORE, .xml = xml };
  QdForm *form = qd_pack_get_form (pack, "test.amount", &error);
  g_autoptr (QdInstance) instance = NULL;
  g_autoptr (QdVerdict) verdict = NULL;

  g_assert_no_error (error);
  instance = qd_instance_new (form, &options, &error);
  g_assert_no_error (error);
  verdict = qd_verdict_new (instance, qd_pack_get_id (pack), qd_pack_get_version (pack), qd_pack_get_digest (pack));
  return qd_verdict_to_xml (verdict);
}

#define AMOUNT(qty) "<data id=\"test.amount\" version=\"1\"><qty>" qty "</qty></data>"

static const struct
{
  const char *name;
  const char *declaration;
  const char *checked; /* what the sealed verdict is about */
  QdReceiptKind kind;
  const char *path; /* (nullable): of one of the points */
} checks[] = {
  { "good", AMOUNT ("5"), AMOUNT ("5"), QD_RECEIPT_ACCEPTED, NULL },
  { "critical", AMOUNT ("-5"), AMOUNT ("-5"), QD_RECEIPT_RETURNED, "/data/qty" },
  { "missing", AMOUNT (""), AMOUNT (""), QD_RECEIPT_RETURNED, "/data/qty" },
  { "a verdict about something else", AMOUNT ("-5"), AMOUNT ("5"), QD_RECEIPT_RETURNED, "/data/qty" },
  { "a good one with another's verdict", AMOUNT ("6"), AMOUNT ("5"), QD_RECEIPT_RETURNED, NULL },
  { "another version of the form", "<data id=\"test.amount\" version=\"2\"><qty>5</qty></data>", AMOUNT ("5"), QD_RECEIPT_RETURNED, NULL },
  { "an unknown form", "<data id=\"other\" version=\"1\"/>", AMOUNT ("5"), QD_RECEIPT_RETURNED, NULL },
  { "no XML", "hello", AMOUNT ("5"), QD_RECEIPT_RETURNED, NULL },
};

static void
test_check (Fixture *self, gconstpointer data)
{
  g_autoptr (QdPack) pack = make_pack (self);
  g_autoptr (GError) error = NULL;
  QdGatewayOptions options = { .dir = self->spool, .name = "接收站", .signer = self->signer, .trust_pem = self->cert, .policy = QD_GATEWAY_CHECK, .pack = pack };

  self->gateway = qd_gateway_new (&options, &error);
  g_assert_no_error (error);
  g_assert_true (qd_gateway_start (self->gateway, "127.0.0.1:0", &error));
  for (gsize i = 0; i < G_N_ELEMENTS (checks); i++)
    {
      g_autoptr (QdPackageWriter) writer = qd_package_writer_new ();
      g_autoptr (GBytes) declaration = g_bytes_new (checks[i].declaration, strlen (checks[i].declaration));
      g_autoptr (GBytes) verdict = make_verdict (pack, checks[i].checked);
      g_autoptr (QdReceipt) receipt = NULL;
      gboolean found = checks[i].path == NULL;

      g_test_message ("%s", checks[i].name);
      g_unlink (self->package);
      g_clear_pointer (&self->sha256, g_free);
      qd_package_writer_add_bytes (writer, "declaration.xml", "application/xml", declaration, &error);
      qd_package_writer_add_bytes (writer, "verdict.xml", "application/xml", verdict, &error);
      qd_package_writer_write (writer, self->package, self->signer, NULL, NULL, NULL, NULL, &self->sha256, &error);
      g_assert_no_error (error);
      receipt = deliver (self);
      for (guint j = 0; j < receipt->points->len; j++)
        {
          const QdReturnPoint *point = g_ptr_array_index (receipt->points, j);

          g_test_message ("  %s: %s", point->path, point->message);
          found = found || g_strcmp0 (point->path, checks[i].path) == 0;
        }
      g_assert_cmpint (receipt->kind, ==, checks[i].kind);
      g_assert_cmpint (receipt->points->len > 0, ==, receipt->kind == QD_RECEIPT_RETURNED);
      g_assert_true (found);
    }
}

/* One raw request after another, as another client or an attacker would send it. %U stands for the upload's path. */
typedef struct
{
  const char *name;
  const char *method;
  const char *path;
  const char *headers[6];
  const char *body;
  long status;
  const char *header; /* (nullable): must be in the answer */
} Raw;

#define TUS "Tus-Resumable: 1.0.0"
#define OCTETS "Content-Type: application/offset+octet-stream"
static const Raw raws[] = {
  { "options", "OPTIONS", "/", { NULL }, NULL, 204, "Tus-Extension: creation,termination,checksum" },
  { "front page", "GET", "/", { NULL }, NULL, 200, "text/plain" },
  { "creation without version", "POST", "/", { "Upload-Length: 10" }, "", 412, "Tus-Version: 1.0.0" },
  { "creation of another version", "POST", "/", { "Tus-Resumable: 2.0.0", "Upload-Length: 10" }, "", 412, NULL },
  { "creation without length", "POST", "/", { TUS }, "", 400, NULL },
  { "creation of a negative length", "POST", "/", { TUS, "Upload-Length: -1" }, "", 400, NULL },
  { "creation of nothing", "POST", "/", { TUS, "Upload-Length: 0" }, "", 400, NULL },
  { "creation of too much", "POST", "/", { TUS, "Upload-Length: 99999999999999" }, "", 413, NULL },
  { "creation elsewhere", "POST", "/other", { TUS, "Upload-Length: 10" }, "", 405, NULL },
  { "put", "PUT", "/", { TUS }, "x", 405, NULL },
  { "head of nothing", "HEAD", "/uploads/00000000-0000-0000-0000-000000000000", { TUS }, NULL, 404, NULL },
  { "head of a path outside", "HEAD", "/uploads/../index.sqlite", { TUS }, NULL, 404, NULL },
  { "patch of nothing", "PATCH", "/uploads/0", { TUS, OCTETS, "Upload-Offset: 0" }, "hello", 404, NULL },
  { "receipt of nothing", "GET", "/receipts/00000000000000000000000000000000000000000000000000000000000000ff", { NULL }, NULL, 404, NULL },
  { "receipt of no digest", "GET", "/receipts/../index.sqlite", { NULL }, NULL, 404, NULL },
  { "creation", "POST", "/", { TUS, "Upload-Length: 10", "Upload-Metadata: filename eA==" }, "", 201, "Location: /uploads/" },
  { "patch of another type", "PATCH", "%U", { TUS, "Content-Type: text/plain", "Upload-Offset: 0" }, "hello", 415, NULL },
  { "patch without offset", "PATCH", "%U", { TUS, OCTETS }, "hello", 400, NULL },
  { "patch past the offset", "PATCH", "%U", { TUS, OCTETS, "Upload-Offset: 5" }, "hello", 409, NULL },
  { "patch past the end", "PATCH", "%U", { TUS, OCTETS, "Upload-Offset: 0" }, "hello, world", 413, NULL },
  { "patch past the end, length unsaid", "PATCH", "%U", { TUS, OCTETS, "Upload-Offset: 0", "Transfer-Encoding: chunked" }, "hello, world", 413, NULL },
  { "unknown checksum", "PATCH", "%U", { TUS, OCTETS, "Upload-Offset: 0", "Upload-Checksum: md5 XUFAKrxLKna5cZ2REBfFkg==" }, "hello", 400, NULL },
  { "wrong checksum", "PATCH", "%U", { TUS, OCTETS, "Upload-Offset: 0", "Upload-Checksum: sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=" }, "hello", 460, NULL },
  { "nothing was kept", "HEAD", "%U", { TUS }, NULL, 200, "Upload-Offset: 0" },
  { "right checksum", "PATCH", "%U", { TUS, OCTETS, "Upload-Offset: 0", "Upload-Checksum: sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00=" }, "hello", 204, "Upload-Offset: 5" },
  { "head", "HEAD", "%U", { TUS }, NULL, 200, "Upload-Metadata: filename eA==" },
  { "deletion", "DELETE", "%U", { TUS }, NULL, 204, NULL },
  { "deletion again", "DELETE", "%U", { TUS }, NULL, 404, NULL },
  { "head after deletion", "HEAD", "%U", { TUS }, NULL, 404, NULL },
  { "creation with a digest", "POST", "/", { TUS, "Upload-Length: 5", "Upload-Metadata: sha256 MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMA==" }, "", 201, NULL },
  { "another content than announced", "PATCH", "%U", { TUS, OCTETS, "Upload-Offset: 0" }, "hello", 460, NULL },
  { "which is gone", "HEAD", "%U", { TUS }, NULL, 404, NULL },
  { "creation of no package", "POST", "/", { TUS, "Upload-Length: 5" }, "", 201, NULL },
  { "no package", "PATCH", "%U", { TUS, OCTETS, "Upload-Offset: 0" }, "hello", 204, "Upload-Offset: 5" },
  { "done stays done", "HEAD", "%U", { TUS }, NULL, 200, "Upload-Offset: 5" },
  { "nothing more goes in", "PATCH", "%U", { TUS, OCTETS, "Upload-Offset: 5" }, "x", 413, NULL },
};

static size_t
collect_cb (char *data, size_t size, size_t n, void *user_data)
{
  g_string_append_len (user_data, data, size * n);
  return size * n;
}

static void
run_raw (Fixture *self, const Raw *raw, char **upload)
{
  CURL *curl;
  struct curl_slist *list = NULL;
  long connections = 0;
  g_autoptr (GString) answer = g_string_new (NULL);
  g_autofree char *url = g_strconcat (qd_gateway_get_url (self->gateway), g_str_equal (raw->path, "%U") ? *upload : raw->path, NULL);
  long status = 0;
  const char *location;

  if (self->curl == NULL)
    self->curl = curl_easy_init ();
  curl = self->curl;
  curl_easy_reset (curl);
  for (gsize i = 0; i < G_N_ELEMENTS (raw->headers) && raw->headers[i] != NULL; i++)
    list = curl_slist_append (list, raw->headers[i]);
  curl_easy_setopt (curl, CURLOPT_URL, url);
  curl_easy_setopt (curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt (curl, CURLOPT_HTTPHEADER, list);
  curl_easy_setopt (curl, CURLOPT_HEADERDATA, answer);
  curl_easy_setopt (curl, CURLOPT_HEADERFUNCTION, collect_cb);
  curl_easy_setopt (curl, CURLOPT_WRITEDATA, answer);
  curl_easy_setopt (curl, CURLOPT_WRITEFUNCTION, collect_cb);
  if (raw->body != NULL)
    curl_easy_setopt (curl, CURLOPT_POSTFIELDS, raw->body);
  if (g_str_equal (raw->method, "HEAD"))
    curl_easy_setopt (curl, CURLOPT_NOBODY, 1L);
  else
    curl_easy_setopt (curl, CURLOPT_CUSTOMREQUEST, raw->method);
  g_assert_cmpint (curl_easy_perform (curl), ==, CURLE_OK);
  curl_easy_getinfo (curl, CURLINFO_RESPONSE_CODE, &status);
  g_assert_cmpint (status, ==, raw->status);
  if (raw->header != NULL)
    g_assert_nonnull (strstr (answer->str, raw->header));
  location = strstr (answer->str, "Location: ");
  if (location != NULL)
    {
      g_free (*upload);
      *upload = g_strndup (location + 10, strcspn (location + 10, "\r\n"));
    }
  curl_slist_free_all (list);
  curl_easy_getinfo (curl, CURLINFO_NUM_CONNECTS, &connections);
  g_test_message ("%s: %ld, %ld new connections", raw->name, status, connections);
  self->connections += connections;
}

static gpointer
run_raws (Fixture *self, GError **error)
{
  g_autofree char *upload = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (raws); i++)
    run_raw (self, &raws[i], &upload);
  return NULL;
}

/* A request that stands still in the middle must not keep its upload from a client that comes back. */
static gpointer
take_over (Fixture *self, GError **error)
{
  static const char begin[] = "HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\nUpload-Offset: 0\r\nContent-Length: 10\r\n\r\nhel";
  const Raw create = { "creation", "POST", "/", { TUS, "Upload-Length: 10" }, "", 201, NULL };
  const Raw head = { "head", "HEAD", "%U", { TUS }, NULL, 200, "Upload-Offset: " };
  const Raw late = { "what came late is not there", "HEAD", "%U", { TUS }, NULL, 200, "Upload-Offset: 0" };
  const Raw whole = { "the rest", "PATCH", "%U", { TUS, OCTETS, "Upload-Offset: 0" }, "HELLO HELL", 204, "Upload-Offset: 10" };
  g_autofree char *upload = NULL;
  g_autofree char *request = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  GOutputStream *out;

  run_raw (self, &create, &upload);
  request = g_strdup_printf ("PATCH %s %s", upload, begin);
  connection = g_socket_client_connect_to_uri (client, qd_gateway_get_url (self->gateway), 80, NULL, error);
  g_assert_nonnull (connection);
  out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_assert_true (g_output_stream_write_all (out, request, strlen (request) - 3, NULL, NULL, NULL));
  run_raw (self, &head, &upload); /* takes the upload over */
  g_assert_true (g_output_stream_write_all (out, "hello worl", 10, NULL, NULL, NULL));
  run_raw (self, &late, &upload);
  run_raw (self, &whole, &upload);
  return NULL;
}

static void
test_take_over (Fixture *self, gconstpointer data)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "HELLO HELL", -1);
  g_autofree char *name = g_strconcat (digest, ".asice", NULL);
  g_autofree char *path = g_build_filename (self->spool, "packages", name, NULL);

  start_gateway (self, QD_GATEWAY_ACCEPT, 0);
  run_client (self, take_over, NULL);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_raw (Fixture *self, gconstpointer data)
{
  start_gateway (self, QD_GATEWAY_ACCEPT, 0);
  run_client (self, run_raws, NULL);
  /* No answer ends the connection, chunks would cost a handshake each. Debian 13's curl takes a fresh one now and then. */
  g_assert_cmpint (self->connections, <=, 4);
  g_assert_cmpuint (count_files (self, "uploads"), ==, 0);
  g_assert_cmpuint (count_files (self, "packages"), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/gateway/accept", Fixture, NULL, set_up, test_accept, tear_down);
  g_test_add ("/gateway/return", Fixture, NULL, set_up, test_return, tear_down);
  g_test_add ("/gateway/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/gateway/check", Fixture, NULL, set_up, test_check, tear_down);
  g_test_add ("/gateway/too-large", Fixture, NULL, set_up, test_too_large, tear_down);
  g_test_add ("/gateway/full", Fixture, NULL, set_up, test_full, tear_down);
  g_test_add ("/gateway/recover", Fixture, NULL, set_up, test_recover, tear_down);
  g_test_add ("/gateway/one", Fixture, NULL, set_up, test_one, tear_down);
  g_test_add ("/gateway/take-over", Fixture, NULL, set_up, test_take_over, tear_down);
  g_test_add ("/gateway/raw", Fixture, NULL, set_up, test_raw, tear_down);
  return g_test_run ();
}
