/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-gateway"
#include "config.h"

#include "qd-gateway-private.h"

#include <string.h>
#include "qd-digest.h"

#define EXTENSIONS "creation,termination,checksum"
#define ALGORITHMS "sha1,sha256"
#define MAX_METADATA (8 * 1024)
#define MAX_HEADERS (32 * 1024)
/* Bytes of one upload that may wait for the disk before its connection is held back. */
#define MAX_QUEUED (4 * 1024 * 1024)

/*
 * One HTTP request; counted, since a thread may still work on it when its connection is gone. Its fields belong to the main
 * thread, except during a job.
 */
struct _QdGatewayRequest
{
  QdGateway *gateway;     /* (owned) */
  SoupServerMessage *msg; /* (owned) */
  gboolean finished;      /* the connection is done with it */
  gboolean paused;

  char *id; /* (nullable): upload */
  char *sha256;
  gint64 offset;
  gint64 size;
  char *metadata;
  GBytes *body;
  guint status; /* 0: not known yet */
  const char *text;
  gboolean is_new;

  QdGatewayWrite write;
  gint64 want_offset;
  gint64 length;
  gsize queued;
  gboolean opened;
  gboolean detached;  /* another request took the upload over */
  gboolean ending;    /* the whole body is here */
  GPtrArray *waiting; /* (element-type QdGatewayRequest): those that came while the digest was made */
};

static void dispatch (QdGatewayRequest *request);
static void end_write_done (QdGatewayJob *job);

static void
request_clear (gpointer data)
{
  QdGatewayRequest *request = data;

  qd_gateway_write_clear (&request->write);
  g_clear_pointer (&request->waiting, g_ptr_array_unref);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_free (request->id);
  g_free (request->sha256);
  g_free (request->metadata);
  g_object_unref (request->msg);
  g_object_unref (request->gateway);
}

void
qd_gateway_request_unref (QdGatewayRequest *request)
{
  g_atomic_rc_box_release_full (request, request_clear);
}

/*
 * libsoup (3.2.3 and 3.6.5) takes Content-Length out of a 204, reads the lack of one as "until the connection ends", and so
 * ends the connection. A client would connect anew for every chunk, or be hung up on in the middle of the next one.
 */
static void
wrote_headers_cb (SoupServerMessage *msg)
{
  if (soup_server_message_get_status (msg) == 204)
    soup_message_headers_set_encoding (soup_server_message_get_response_headers (msg), SOUP_ENCODING_NONE);
}

static QdGatewayRequest *
request_new (QdGateway *self, SoupServerMessage *msg)
{
  QdGatewayRequest *request = g_atomic_rc_box_new0 (QdGatewayRequest);

  request->gateway = g_object_ref (self);
  request->msg = g_object_ref (msg);
  request->write.fd = -1;
  g_signal_connect (msg, "wrote-headers", G_CALLBACK (wrote_headers_cb), NULL);
  g_object_set_data_full (G_OBJECT (msg), "qd-request", request, (GDestroyNotify) qd_gateway_request_unref);
  return request;
}

static void
pause_io (QdGatewayRequest *request)
{
  if (request->paused || request->finished)
    return;
  request->paused = TRUE;
  soup_server_message_pause (request->msg);
}

static void
resume_io (QdGatewayRequest *request)
{
  if (!request->paused || request->finished)
    return;
  request->paused = FALSE;
  soup_server_message_unpause (request->msg);
}

static void
push_job (GThreadPool *pool, QdGatewayRequest *request, QdGatewayJobFunc run, QdGatewayJobFunc done)
{
  QdGatewayJob *job = qd_gateway_job_new (request->gateway, run, done);

  job->request = g_atomic_rc_box_acquire (request);
  qd_gateway_push (pool, job);
}

/* Answers. */

static void
answer (QdGatewayRequest *request, guint status, const char *text)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->msg);

  if (request->finished)
    return;
  soup_message_headers_replace (headers, "Tus-Resumable", "1.0.0");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_server_message_set_status (request->msg, status, status == 460 ? "Checksum Mismatch" : NULL);
  if (text != NULL && soup_server_message_get_method (request->msg) != SOUP_METHOD_HEAD && status != 204)
    soup_server_message_set_response (request->msg, "text/plain; charset=utf-8", SOUP_MEMORY_COPY, text, strlen (text));
  resume_io (request);
}

static void
set_number (QdGatewayRequest *request, const char *name, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  soup_message_headers_replace (soup_server_message_get_response_headers (request->msg), name, text);
}

static void
answer_refusal (QdGatewayRequest *request)
{
  const char *text = request->text;

  if (text == NULL)
    text = request->status == 404 ? "There is no such upload.\n" : request->status == 507 ? "The receiver's disk is full.\n"
                                                                                          : "The receiver has a problem of its own.\n";
  answer (request, request->status, text);
}

/* Reads a header that must be a whole number. */
static gboolean
read_number (SoupMessageHeaders *headers, const char *name, gint64 *out)
{
  const char *text = soup_message_headers_get_one (headers, name);
  guint64 number;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    return FALSE;
  *out = (gint64) number;
  return TRUE;
}

/* Creation. */

static void
create_in_thread (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  request->status = qd_gateway_spool_create (request->gateway->spool, request->size, request->metadata, &request->id, &request->offset, &request->text);
}

static void
create_done (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  g_autofree char *location = NULL;

  if (request->status != 0)
    {
      answer_refusal (request);
      return;
    }
  location = g_strdup_printf ("/uploads/%s", request->id);
  soup_message_headers_replace (soup_server_message_get_response_headers (request->msg), "Location", location);
  set_number (request, "Upload-Offset", request->offset);
  g_debug ("created %s, %" G_GINT64_FORMAT " bytes", request->id, request->size);
  answer (request, 201, NULL);
}

static void
start_create (QdGatewayRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->msg);
  const char *metadata = soup_message_headers_get_one (headers, "Upload-Metadata");

  if (!read_number (headers, "Upload-Length", &request->size))
    answer (request, 400, "Upload-Length is missing or no number.\n");
  else if (metadata != NULL && (strlen (metadata) > MAX_METADATA || !g_utf8_validate (metadata, -1, NULL)))
    answer (request, 400, "Upload-Metadata is too long or no text.\n");
  else
    {
      request->metadata = g_strdup (metadata);
      push_job (request->gateway->disk, request, create_in_thread, create_done);
    }
}

/* HEAD and DELETE. */

static void
stat_in_thread (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  request->status = qd_gateway_spool_stat (request->gateway->spool, request->id, &request->offset, &request->size, &request->metadata);
}

static void
stat_done (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  if (request->status != 0)
    {
      answer_refusal (request);
      return;
    }
  set_number (request, "Upload-Offset", request->offset);
  set_number (request, "Upload-Length", request->size);
  if (request->metadata != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (request->msg), "Upload-Metadata", request->metadata);
  answer (request, 200, NULL);
}

static void
remove_in_thread (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  request->status = qd_gateway_spool_remove (request->gateway->spool, request->id);
}

static void
remove_done (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  if (request->status != 0)
    answer_refusal (request);
  else
    answer (request, 204, NULL);
}

/* Receipts. */

static void
receipt_in_thread (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  g_autoptr (GError) error = NULL;

  if (qd_gateway_index_get_package (qd_gateway_spool_get_index (request->gateway->spool), request->sha256, NULL, NULL, &request->body, &error))
    request->status = request->body != NULL ? 200 : 202;
  else
    request->status = error == NULL ? 404 : 500;
}

static void
receipt_done (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  gsize length;
  const char *data;

  if (request->finished)
    return;
  if (request->status == 200)
    {
      data = g_bytes_get_data (request->body, &length);
      soup_server_message_set_response (request->msg, "application/xml", SOUP_MEMORY_COPY, data, length);
      answer (request, 200, NULL);
    }
  else
    answer (request, request->status, request->status == 202 ? "Received, not yet verified.\n" : request->status == 404 ? "No package of that digest is here.\n"
                                                                                                                        : "The receiver has a problem of its own.\n");
}

/* The front page, for people. */

static void
count_in_thread (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  QdGatewayIndex *index = qd_gateway_spool_get_index (request->gateway->spool);

  request->metadata = g_strdup_printf ("%s\nqingdan-gateway %s, tus 1.0.0\nwaiting: %u\naccepted: %u\nreturned: %u\n", request->gateway->name, QD_VERSION, qd_gateway_index_count (index, QD_RECEIPT_RECEIVED), qd_gateway_index_count (index, QD_RECEIPT_ACCEPTED), qd_gateway_index_count (index, QD_RECEIPT_RETURNED));
}

static void
count_done (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  answer (request, 200, request->metadata);
}

/* PATCH. */

static void
release_writer (QdGatewayRequest *request)
{
  QdGateway *self = request->gateway;

  if (g_hash_table_lookup (self->writers, request->id) == request)
    g_hash_table_remove (self->writers, request->id);
}

static void
wake_waiting (QdGatewayRequest *request)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&request->waiting);

  for (guint i = 0; waiting != NULL && i < waiting->len; i++)
    dispatch (g_ptr_array_index (waiting, i));
}

static void
answer_write (QdGatewayRequest *request)
{
  release_writer (request);
  if (request->detached)
    g_debug ("let go of %s", request->id); /* its own answer comes when its body ends, if ever */
  else if (request->write.status != 0)
    {
      request->status = request->write.status;
      request->text = request->write.text;
      answer_refusal (request);
    }
  else
    {
      set_number (request, "Upload-Offset", request->write.offset);
      answer (request, 204, NULL);
    }
  wake_waiting (request);
}

static void
complete_in_thread (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  request->write.status = request->sha256 == NULL ? 500 : qd_gateway_spool_complete (request->gateway->spool, request->write.id, request->sha256, &request->is_new, &request->write.text);
}

static void
complete_done (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  if (request->write.status == 0 && request->is_new)
    qd_gateway_judge_later (request->gateway, request->sha256);
  answer_write (request);
}

static void
digest_in_thread (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  g_autofree char *path = qd_gateway_spool_dup_upload_path (request->gateway->spool, request->write.id);

  request->sha256 = qd_file_digest (path, NULL, request->gateway->stopping, NULL);
}

static void
digest_done (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  push_job (request->gateway->disk, request, complete_in_thread, complete_done);
}

static void
end_write_in_thread (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  gboolean was_open = request->write.fd >= 0;

  qd_gateway_spool_end_write (request->gateway->spool, &request->write, !request->ending);
  request->is_new = was_open && request->write.offset == request->write.size;
}

static void
end_write_done (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  /* Also when the connection was cut after the last byte: the package is whole, and the client will hear it from HEAD. */
  if (request->is_new && (request->write.status == 0 || !request->ending))
    push_job (request->gateway->judges, request, digest_in_thread, digest_done);
  else
    answer_write (request);
}

static void
write_in_thread (QdGatewayJob *job)
{
  qd_gateway_spool_write (job->gateway->spool, &job->request->write, job->bytes);
}

static void
write_done (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;

  request->queued -= g_bytes_get_size (job->bytes);
  if (request->queued <= MAX_QUEUED / 2 && !request->ending)
    resume_io (request);
}

static void
got_chunk_cb (SoupServerMessage *msg, GBytes *chunk, QdGatewayRequest *request)
{
  QdGateway *self = request->gateway;
  QdGatewayJob *job;

  self->received += g_bytes_get_size (chunk);
  g_debug ("received %s %" G_GSIZE_FORMAT, request->id, g_bytes_get_size (chunk));
  if (request->detached || request->status != 0)
    return;
  job = qd_gateway_job_new (self, write_in_thread, write_done);
  job->request = g_atomic_rc_box_acquire (request);
  job->bytes = g_bytes_ref (chunk);
  qd_gateway_push (self->disk, job);
  request->queued += g_bytes_get_size (chunk);
  if (request->queued > MAX_QUEUED)
    pause_io (request);
}

static void
begin_write_in_thread (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  qd_gateway_spool_begin_write (request->gateway->spool, &request->write, request->want_offset, request->length);
}

static void
begin_write_done (QdGatewayJob *job)
{
  QdGatewayRequest *request = job->request;
  request->opened = TRUE;
  if (request->write.status != 0)
    request->status = request->write.status; /* the body is still read, and thrown away */
  resume_io (request);
}

/* Another request wants the upload: the one that holds it, whose client is most likely gone, must let go. FALSE: wait for it. */
static gboolean
take_over (QdGatewayRequest *request)
{
  QdGatewayRequest *holder = g_hash_table_lookup (request->gateway->writers, request->id);

  if (holder == NULL || holder == request)
    return TRUE;
  if (!holder->ending && !holder->detached)
    {
      holder->detached = TRUE;
      push_job (request->gateway->disk, holder, end_write_in_thread, end_write_done);
    }
  if (holder->waiting == NULL)
    holder->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_gateway_request_unref);
  g_ptr_array_add (holder->waiting, g_atomic_rc_box_acquire (request));
  return FALSE;
}

/* Before the body: where it goes must be known when the first byte of it comes. */
static gboolean
prepare_write (QdGatewayRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->msg);
  const char *checksum = soup_message_headers_get_one (headers, "Upload-Checksum");

  if (g_strcmp0 (soup_message_headers_get_content_type (headers, NULL), "application/offset+octet-stream") != 0)
    {
      request->status = 415;
      request->text = "Content-Type must be application/offset+octet-stream.\n";
      return FALSE;
    }
  if (!read_number (headers, "Upload-Offset", &request->want_offset))
    {
      request->status = 400;
      request->text = "Upload-Offset is missing or no number.\n";
      return FALSE;
    }
  request->length = -1;
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    request->length = soup_message_headers_get_content_length (headers);
  if (checksum != NULL)
    {
      g_auto (GStrv) words = g_strsplit (checksum, " ", 2);
      gsize length = 0;
      guchar *digest;

      if (words[0] == NULL || words[1] == NULL || (!g_str_equal (words[0], "sha1") && !g_str_equal (words[0], "sha256")))
        {
          request->status = 400;
          request->text = "Upload-Checksum must be sha1 or sha256 and base64.\n";
          return FALSE;
        }
      digest = g_base64_decode (words[1], &length);
      request->write.expected = g_bytes_new_take (digest, length);
      request->write.checksum = g_checksum_new (g_str_equal (words[0], "sha256") ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA1);
    }
  return TRUE;
}

static void
start_write (QdGatewayRequest *request)
{
  request->write.id = g_strdup (request->id);
  g_hash_table_insert (request->gateway->writers, g_strdup (request->id), request);
  g_signal_connect (request->msg, "got-chunk", G_CALLBACK (got_chunk_cb), request);
  push_job (request->gateway->disk, request, begin_write_in_thread, begin_write_done);
}

/* The whole body of a PATCH is here. */
static void
end_write (QdGatewayRequest *request)
{
  if (request->status != 0)
    {
      release_writer (request);
      request->text = request->write.text != NULL ? request->write.text : request->text;
      answer_refusal (request);
      wake_waiting (request);
      return;
    }
  if (request->detached)
    {
      answer (request, 409, "Another request went on with this upload.\n");
      return;
    }
  request->ending = TRUE;
  pause_io (request);
  push_job (request->gateway->disk, request, end_write_in_thread, end_write_done);
}

static void
finished_cb (SoupServer *server, SoupServerMessage *msg, gpointer user_data)
{
  QdGatewayRequest *request = g_object_get_data (G_OBJECT (msg), "qd-request");

  if (request == NULL)
    return;
  request->finished = TRUE;
  /* They hold each other until here. */
  g_object_set_data (G_OBJECT (msg), "qd-request", NULL);
}

static void
aborted_cb (SoupServer *server, SoupServerMessage *msg, gpointer user_data)
{
  QdGatewayRequest *request = g_object_get_data (G_OBJECT (msg), "qd-request");

  if (request != NULL && request->write.id != NULL && !request->detached && !request->ending)
    {
      g_debug ("cut %s", request->id);
      request->detached = TRUE;
      push_job (request->gateway->disk, request, end_write_in_thread, end_write_done);
    }
  finished_cb (server, msg, user_data);
}

/* Requests. */

static gsize
measure_headers (SoupMessageHeaders *headers)
{
  SoupMessageHeadersIter iter;
  const char *name, *value;
  gsize size = 0;

  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    size += strlen (name) + strlen (value);
  return size;
}

static gboolean
is_tus_method (const char *method)
{
  return method == SOUP_METHOD_POST || method == SOUP_METHOD_HEAD || method == SOUP_METHOD_DELETE || g_strcmp0 (method, "PATCH") == 0;
}

static char *
dup_id (const char *path, const char *prefix)
{
  const char *id;

  if (!g_str_has_prefix (path, prefix))
    return NULL;
  id = path + strlen (prefix);
  return *id != '\0' && strlen (id) <= 64 && strspn (id, "0123456789abcdef-") == strlen (id) ? g_strdup (id) : NULL;
}

/* Called when the headers of a request are read. */
static void
early_cb (SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query, gpointer user_data)
{
  QdGateway *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (msg);
  const char *method = soup_server_message_get_method (msg);
  QdGatewayRequest *request = request_new (self, msg);

  /* No body is ever kept in memory: that of a PATCH goes to the disk as it comes, any other is thrown away. */
  soup_message_body_set_accumulate (soup_server_message_get_request_body (msg), FALSE);
  if (measure_headers (headers) > MAX_HEADERS)
    {
      request->status = 431;
      request->text = "The headers are too long.\n";
      return;
    }
  if (is_tus_method (method) && g_strcmp0 (soup_message_headers_get_one (headers, "Tus-Resumable"), "1.0.0") != 0)
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (msg), "Tus-Version", "1.0.0");
      request->status = 412;
      request->text = "This server speaks tus 1.0.0.\n";
      return;
    }
  request->id = dup_id (path, "/uploads/");
  if (g_strcmp0 (method, "PATCH") != 0)
    return;
  if (request->id == NULL)
    {
      request->status = 404;
      return;
    }
  if (prepare_write (request))
    {
      pause_io (request);
      dispatch (request);
    }
}

/* What needs no body, or whose body has not come yet (PATCH). May be put off until an upload is free. */
static void
dispatch (QdGatewayRequest *request)
{
  const char *method = soup_server_message_get_method (request->msg);

  if (request->finished || !take_over (request))
    return;
  if (g_strcmp0 (method, "PATCH") == 0)
    start_write (request);
  else if (method == SOUP_METHOD_HEAD)
    push_job (request->gateway->disk, request, stat_in_thread, stat_done);
  else
    push_job (request->gateway->disk, request, remove_in_thread, remove_done);
}

static void
answer_options (QdGatewayRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->msg);

  soup_message_headers_replace (headers, "Tus-Version", "1.0.0");
  soup_message_headers_replace (headers, "Tus-Extension", EXTENSIONS);
  soup_message_headers_replace (headers, "Tus-Checksum-Algorithm", ALGORITHMS);
  set_number (request, "Tus-Max-Size", request->gateway->options.max_size);
  answer (request, 204, NULL);
}

/* Called when a request is there with its body. */
static void
handler_cb (SoupServer *server, SoupServerMessage *msg, const char *path, GHashTable *query, gpointer user_data)
{
  QdGateway *self = user_data;
  const char *method = soup_server_message_get_method (msg);
  QdGatewayRequest *request = g_object_get_data (G_OBJECT (msg), "qd-request");
  g_autofree char *sha256 = dup_id (path, "/receipts/");

  if (request == NULL)
    {
      soup_server_message_set_status (msg, 400, NULL);
      return;
    }
  if (request->write.id != NULL)
    {
      end_write (request);
      return;
    }
  if (request->status != 0)
    {
      answer_refusal (request);
      return;
    }
  if (method == SOUP_METHOD_OPTIONS)
    {
      answer_options (request);
      return;
    }
  pause_io (request);
  if (method == SOUP_METHOD_POST && g_str_equal (path, "/"))
    start_create (request);
  else if (request->id != NULL && (method == SOUP_METHOD_HEAD || method == SOUP_METHOD_DELETE))
    dispatch (request);
  else if (method == SOUP_METHOD_GET && qd_is_sha256 (sha256))
    {
      request->sha256 = g_steal_pointer (&sha256);
      push_job (self->disk, request, receipt_in_thread, receipt_done);
    }
  else if (method == SOUP_METHOD_GET && g_str_equal (path, "/"))
    push_job (self->disk, request, count_in_thread, count_done);
  else if (method == SOUP_METHOD_GET || method == SOUP_METHOD_HEAD || method == SOUP_METHOD_DELETE)
    answer (request, 404, "There is nothing here.\n");
  else
    answer (request, 405, "Not a request of a tus client.\n");
}

static void
started_cb (SoupServer *server, SoupServerMessage *msg, gpointer user_data)
{
  GSocket *socket = soup_server_message_get_socket (msg);

  /* So that the connection of a machine that vanished ends one day. */
  if (socket != NULL)
    g_socket_set_keepalive (socket, TRUE);
}

void
qd_gateway_serve (QdGateway *self)
{
  g_signal_connect (self->server, "request-started", G_CALLBACK (started_cb), self);
  g_signal_connect (self->server, "request-finished", G_CALLBACK (finished_cb), self);
  g_signal_connect (self->server, "request-aborted", G_CALLBACK (aborted_cb), self);
  soup_server_add_early_handler (self->server, NULL, early_cb, self, NULL);
  soup_server_add_handler (self->server, NULL, handler_cb, self, NULL);
}
