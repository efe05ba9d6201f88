/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stub-tus.h"

#include <string.h>

#define MAX_HEAD 65536

struct _StubTus
{
  GSocketService *service;      /* (owned) */
  GTlsCertificate *certificate; /* (owned) (nullable) */
  GMainContext *context;        /* (owned) */
  GMainLoop *loop;              /* (owned) */
  GThread *thread;              /* (owned) */
  char *url;
  GCancellable *stop; /* (owned) */

  GMutex lock; /* guards everything below */
  GCond idle;
  guint n_connections;
  const StubTrick *tricks; /* (nullable) */
  char *extensions;
  char *algorithms;
  gint64 max_size;
  gboolean exists;
  guint generation; /* each upload has its own path */
  GByteArray *data;
  gint64 length;
  char *metadata;
  guint receipt_status;
  GBytes *receipt; /* (nullable) */
  StubCounts counts;
};

typedef struct
{
  char *method;
  char *path;
  GHashTable *headers;
  gint64 content_length;
} Request;

static void
request_clear (Request *self)
{
  g_free (self->method);
  g_free (self->path);
  g_clear_pointer (&self->headers, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Request, request_clear)

static const char *
get_header (Request *request, const char *name)
{
  return g_hash_table_lookup (request->headers, name);
}

/* Reads the head of a request; FALSE when the connection ended. */
static gboolean
read_head (StubTus *self, GDataInputStream *in, Request *request)
{
  g_autofree char *line = g_data_input_stream_read_line (in, NULL, self->stop, NULL);
  g_auto (GStrv) words = NULL;

  if (line == NULL)
    return FALSE;
  words = g_strsplit (g_strchomp (line), " ", 3);
  if (g_strv_length (words) != 3)
    return FALSE;
  request->method = g_strdup (words[0]);
  request->path = g_strdup (words[1]);
  request->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (;;)
    {
      g_autofree char *text = g_data_input_stream_read_line (in, NULL, self->stop, NULL);
      char *colon;

      if (text == NULL)
        return FALSE;
      g_strchomp (text);
      if (*text == '\0')
        break;
      colon = strchr (text, ':');
      if (colon == NULL)
        return FALSE;
      g_hash_table_replace (request->headers, g_ascii_strdown (text, colon - text), g_strstrip (g_strdup (colon + 1)));
    }
  if (get_header (request, "content-length") != NULL)
    request->content_length = g_ascii_strtoll (get_header (request, "content-length"), NULL, 10);
  return TRUE;
}

/* Takes the next trick when it is for this method. */
static const StubTrick *
take_trick (StubTus *self, const char *method)
{
  if (self->tricks == NULL || self->tricks->method == NULL || !g_str_equal (self->tricks->method, method))
    return NULL;
  return self->tricks++;
}

static gboolean
answer (StubTus *self, GOutputStream *out, guint status, const char *lines, GBytes *body, gboolean head)
{
  g_autofree char *text = g_strdup_printf ("HTTP/1.1 %u X\r\nTus-Resumable: 1.0.0\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n%s\r\n", status, body != NULL ? g_bytes_get_size (body) : 0, lines);

  if (status == 204)
    {
      g_free (text);
      text = g_strdup_printf ("HTTP/1.1 204 X\r\nTus-Resumable: 1.0.0\r\n%s\r\n", lines);
    }
  if (!g_output_stream_write_all (out, text, strlen (text), NULL, self->stop, NULL))
    return FALSE;
  return body == NULL || head || g_output_stream_write_all (out, g_bytes_get_data (body, NULL), g_bytes_get_size (body), NULL, self->stop, NULL);
}

static gboolean
skip_body (StubTus *self, GInputStream *in, gint64 length)
{
  while (length > 0)
    {
      gssize n = g_input_stream_skip (in, MIN (length, 65536), self->stop, NULL);

      if (n <= 0)
        return FALSE;
      length -= n;
    }
  return TRUE;
}

static char *
dup_upload_path (StubTus *self)
{
  return g_strdup_printf ("/uploads/%u", self->generation);
}

/* FALSE: cut the connection. Called with the lock held; lets go of it while it reads. */
static gboolean
handle_patch (StubTus *self, GInputStream *in, GOutputStream *out, Request *request, const StubTrick *trick)
{
  g_autofree char *path = dup_upload_path (self);
  gint64 offset = get_header (request, "upload-offset") != NULL ? g_ascii_strtoll (get_header (request, "upload-offset"), NULL, 10) : -1;
  gint64 keep = request->content_length;
  g_autofree guint8 *body = NULL;
  gsize got = 0;
  g_autofree char *lines = NULL;
  const char *checksum = get_header (request, "upload-checksum");

  self->counts.patches++;
  self->counts.max_patch = MAX (self->counts.max_patch, request->content_length);
  if (offset + request->content_length < self->length)
    self->counts.min_patch = self->counts.min_patch == 0 ? request->content_length : MIN (self->counts.min_patch, request->content_length);
  if (get_header (request, "expect") != NULL)
    self->counts.expected = TRUE;
  if (checksum != NULL)
    self->counts.checksums = TRUE;
  if (trick != NULL && (trick->kind == STUB_DROP || trick->kind == STUB_DROP_LOSE || trick->kind == STUB_SHORT))
    keep = MIN (keep, trick->n);
  body = g_malloc (request->content_length + 1);
  g_mutex_unlock (&self->lock);
  g_input_stream_read_all (in, body, trick != NULL && trick->kind == STUB_SHORT ? (gsize) request->content_length : (gsize) keep, &got, self->stop, NULL);
  g_mutex_lock (&self->lock);
  self->counts.received += got;
  keep = MIN (keep, (gint64) got);
  if (!self->exists || !g_str_equal (request->path, path))
    return answer (self, out, 404, "", NULL, FALSE);
  if (offset != (gint64) self->data->len)
    return answer (self, out, 409, "", NULL, FALSE);
  if (g_strcmp0 (get_header (request, "content-type"), "application/offset+octet-stream") != 0)
    return answer (self, out, 415, "", NULL, FALSE);
  if (trick != NULL && trick->kind == STUB_FLIP)
    body[0] ^= 1;
  if (checksum != NULL && (trick == NULL || trick->kind == STUB_FLIP))
    {
      g_auto (GStrv) words = g_strsplit (checksum, " ", 2);
      g_autoptr (GChecksum) sum = g_checksum_new (g_str_equal (words[0], "sha256") ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA1);
      guint8 digest[32];
      gsize length = sizeof digest;
      g_autofree char *base64 = NULL;

      g_checksum_update (sum, body, keep);
      g_checksum_get_digest (sum, digest, &length);
      base64 = g_base64_encode (digest, length);
      if (g_strcmp0 (base64, words[1]) != 0)
        return answer (self, out, 460, "", NULL, FALSE);
    }
  if (trick == NULL || trick->kind != STUB_DROP_LOSE)
    g_byte_array_append (self->data, body, keep);
  if (trick != NULL && (trick->kind == STUB_DROP || trick->kind == STUB_DROP_LOSE))
    return FALSE;
  if (trick != NULL && trick->kind == STUB_SILENT)
    return answer (self, out, 204, "", NULL, FALSE);
  lines = g_strdup_printf ("Upload-Offset: %u\r\n", self->data->len);
  return answer (self, out, 204, lines, NULL, FALSE);
}

/* FALSE: cut the connection. */
static gboolean
handle (StubTus *self, GInputStream *in, GOutputStream *out, Request *request)
{
  const StubTrick *trick = take_trick (self, request->method);
  g_autofree char *path = NULL;
  g_autofree char *lines = NULL;

  self->counts.authorized = g_strcmp0 (get_header (request, "authorization"), "Bearer secret") == 0;
  if (trick != NULL && trick->kind == STUB_LOWER)
    g_byte_array_set_size (self->data, MIN (self->data->len, trick->n));
  if (trick != NULL && trick->kind == STUB_FORGET)
    self->exists = FALSE;
  if (trick != NULL && trick->kind == STUB_RAW)
    {
      g_output_stream_write_all (out, trick->text, strlen (trick->text), NULL, self->stop, NULL);
      return FALSE;
    }
  if (trick != NULL && trick->kind == STUB_HANG)
    {
      g_mutex_unlock (&self->lock);
      while (!g_cancellable_is_cancelled (self->stop) && g_input_stream_skip (in, 65536, self->stop, NULL) > 0)
        continue;
      g_mutex_lock (&self->lock);
      return FALSE;
    }
  if (trick != NULL && trick->kind == STUB_STATUS)
    {
      g_autofree char *text = g_strdup (trick->text != NULL ? trick->text : "");

      if (g_str_equal (request->method, "PATCH"))
        self->counts.patches++;
      if (!g_str_equal (request->method, "HEAD") && !skip_body (self, in, request->content_length))
        return FALSE;
      return answer (self, out, trick->n, text, NULL, FALSE);
    }
  if (g_str_equal (request->method, "OPTIONS"))
    {
      self->counts.options++;
      lines = g_strdup_printf ("Tus-Version: 0.2.2,1.0.0\r\nTus-Extension: %s\r\nTus-Checksum-Algorithm: %s\r\nTus-Max-Size: %" G_GINT64_FORMAT "\r\n", self->extensions, self->algorithms, self->max_size);
      return answer (self, out, 204, lines, NULL, FALSE);
    }
  if (g_str_equal (request->method, "GET"))
    return answer (self, out, self->receipt_status, "Content-Type: application/xml\r\n", self->receipt, FALSE);
  if (g_str_equal (request->method, "POST"))
    {
      self->counts.posts++;
      if (!skip_body (self, in, request->content_length))
        return FALSE;
      if (get_header (request, "upload-length") == NULL)
        return answer (self, out, 400, "", NULL, FALSE);
      self->length = g_ascii_strtoll (get_header (request, "upload-length"), NULL, 10);
      g_free (self->metadata);
      self->metadata = g_strdup (get_header (request, "upload-metadata"));
      self->exists = TRUE;
      self->generation++;
      g_byte_array_set_size (self->data, 0);
      path = dup_upload_path (self);
      if (trick != NULL && trick->kind == STUB_KNOWN)
        lines = g_strdup_printf ("Location: %s\r\nUpload-Offset: %" G_GINT64_FORMAT "\r\n", path, self->length);
      else
        lines = g_strdup_printf ("Location: %s\r\n", trick != NULL && trick->kind == STUB_LOCATION ? trick->text : path);
      return answer (self, out, 201, lines, NULL, FALSE);
    }
  if (g_str_equal (request->method, "HEAD"))
    {
      self->counts.heads++;
      path = dup_upload_path (self);
      if (!self->exists || !g_str_equal (request->path, path))
        return answer (self, out, 404, "", NULL, TRUE);
      lines = g_strdup_printf ("Upload-Offset: %u\r\nUpload-Length: %" G_GINT64_FORMAT "\r\nCache-Control: no-store\r\n", self->data->len, self->length);
      return answer (self, out, 200, lines, NULL, TRUE);
    }
  if (g_str_equal (request->method, "PATCH"))
    return handle_patch (self, in, out, request, trick);
  return answer (self, out, 405, "", NULL, FALSE);
}

/* In the thread that accepts, so that no connection is ever uncounted while its own thread is yet to start. */
static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  StubTus *self = user_data;

  g_mutex_lock (&self->lock);
  self->n_connections++;
  g_mutex_unlock (&self->lock);
  return FALSE;
}

static gboolean
run_cb (GThreadedSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  StubTus *self = user_data;
  g_autoptr (GIOStream) stream = G_IO_STREAM (g_object_ref (connection));
  g_autoptr (GDataInputStream) in = NULL;
  gboolean go_on = TRUE;

  if (self->certificate != NULL)
    {
      GIOStream *tls = g_tls_server_connection_new (stream, self->certificate, NULL);

      g_object_unref (stream);
      stream = tls;
      go_on = g_tls_connection_handshake (G_TLS_CONNECTION (tls), self->stop, NULL);
    }
  in = g_data_input_stream_new (g_io_stream_get_input_stream (stream));
  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_LF);
  while (go_on)
    {
      g_auto (Request) request = { 0 };

      go_on = read_head (self, in, &request);
      if (!go_on)
        break;
      g_mutex_lock (&self->lock);
      go_on = handle (self, G_INPUT_STREAM (in), g_io_stream_get_output_stream (stream), &request);
      g_mutex_unlock (&self->lock);
    }
  g_io_stream_close (stream, NULL, NULL);
  g_mutex_lock (&self->lock);
  self->n_connections--;
  g_cond_signal (&self->idle);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gpointer
loop_thread (gpointer user_data)
{
  StubTus *self = user_data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

StubTus *
stub_tus_new (const char *certificate)
{
  StubTus *self = g_new0 (StubTus, 1);
  g_autoptr (GError) error = NULL;
  guint16 port;

  g_mutex_init (&self->lock);
  g_cond_init (&self->idle);
  self->stop = g_cancellable_new ();
  self->data = g_byte_array_new ();
  self->extensions = g_strdup ("creation");
  self->algorithms = g_strdup ("");
  self->max_size = G_MAXINT32;
  self->receipt_status = 404;
  if (certificate != NULL)
    {
      self->certificate = g_tls_certificate_new_from_file (certificate, &error);
      g_assert_no_error (error);
    }
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  self->service = g_threaded_socket_service_new (16);
  {
    g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
    g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
    g_autoptr (GSocketAddress) bound = NULL;

    g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
    g_assert_no_error (error);
    port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  }
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  g_signal_connect (self->service, "run", G_CALLBACK (run_cb), self);
  g_socket_service_start (self->service);
  g_main_context_pop_thread_default (self->context);
  self->url = g_strdup_printf ("%s://%s:%u/base", certificate != NULL ? "https" : "http", certificate != NULL ? "localhost" : "127.0.0.1", port);
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("stub-tus", loop_thread, self);
  return self;
}

/* In the thread that accepts: elsewhere the cancelled accept would race with it. */
static gboolean
stop_cb (gpointer user_data)
{
  StubTus *self = user_data;

  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_main_loop_quit (self->loop);
  return G_SOURCE_REMOVE;
}

void
stub_tus_free (StubTus *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  /* Not g_main_context_invoke(): while the thread is yet to take the context, that would stop a loop before it runs. */
  g_source_set_callback (source, stop_cb, self, NULL);
  g_source_attach (source, self->context);
  g_cancellable_cancel (self->stop);
  g_thread_join (self->thread);
  g_mutex_lock (&self->lock);
  while (self->n_connections > 0)
    g_cond_wait (&self->idle, &self->lock);
  g_mutex_unlock (&self->lock);
  while (g_main_context_iteration (self->context, FALSE)) /* the accept that was cancelled */
    continue;
  g_clear_object (&self->service);
  g_clear_object (&self->certificate);
  g_clear_object (&self->stop);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_byte_array_unref (self->data);
  g_clear_pointer (&self->receipt, g_bytes_unref);
  g_free (self->url);
  g_free (self->extensions);
  g_free (self->algorithms);
  g_free (self->metadata);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->idle);
  g_free (self);
}

const char *
stub_tus_get_url (StubTus *self)
{
  return self->url;
}

void
stub_tus_set_tricks (StubTus *self, const StubTrick *tricks)
{
  g_mutex_lock (&self->lock);
  self->tricks = tricks;
  g_mutex_unlock (&self->lock);
}

guint
stub_tus_get_tricks_left (StubTus *self)
{
  guint n = 0;

  g_mutex_lock (&self->lock);
  for (const StubTrick *trick = self->tricks; trick != NULL && trick->method != NULL; trick++)
    n++;
  g_mutex_unlock (&self->lock);
  return n;
}

void
stub_tus_set_extensions (StubTus *self, const char *extensions, const char *algorithms, gint64 max_size)
{
  g_mutex_lock (&self->lock);
  g_free (self->extensions);
  g_free (self->algorithms);
  self->extensions = g_strdup (extensions);
  self->algorithms = g_strdup (algorithms);
  self->max_size = max_size;
  g_mutex_unlock (&self->lock);
}

void
stub_tus_set_receipt (StubTus *self, guint status, GBytes *body)
{
  g_mutex_lock (&self->lock);
  self->receipt_status = status;
  g_clear_pointer (&self->receipt, g_bytes_unref);
  self->receipt = body != NULL ? g_bytes_ref (body) : NULL;
  g_mutex_unlock (&self->lock);
}

GBytes *
stub_tus_dup_data (StubTus *self)
{
  GBytes *bytes;

  g_mutex_lock (&self->lock);
  bytes = g_bytes_new (self->data->data, self->data->len);
  g_mutex_unlock (&self->lock);
  return bytes;
}

char *
stub_tus_dup_metadata (StubTus *self)
{
  char *metadata;

  g_mutex_lock (&self->lock);
  metadata = g_strdup (self->metadata);
  g_mutex_unlock (&self->lock);
  return metadata;
}

StubCounts
stub_tus_get_counts (StubTus *self)
{
  StubCounts counts;

  g_mutex_lock (&self->lock);
  counts = self->counts;
  g_mutex_unlock (&self->lock);
  return counts;
}
