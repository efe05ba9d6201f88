/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-gateway"
#include "config.h"

#include "qd-gateway.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>
#include "qd-digest.h"
#include "qd-gateway-judge-private.h"
#include "qd-gateway-spool-private.h"

#define EXTENSIONS "creation,termination,checksum"
#define ALGORITHMS "sha1,sha256"
#define DEFAULT_MAX_SIZE (G_GINT64_CONSTANT (4) * 1024 * 1024 * 1024)
#define MAX_METADATA (8 * 1024)
#define MAX_HEADERS (32 * 1024)
/* Bytes of one upload that may wait for the disk before its connection is held back. */
#define MAX_QUEUED (4 * 1024 * 1024)

typedef struct _Request Request;
typedef struct _Job Job;
typedef void (*JobFunc) (Job *job);

struct _QdGateway
{
  GObject parent_instance;

  QdGatewayOptions options; /* strings owned below */
  char *dir;
  char *name;
  char *trust_pem;
  char *cert;

  QdGatewaySpool *spool; /* (owned): touched by the disk thread only, once started */
  GThreadPool *disk;     /* (owned): one thread, in order */
  GThreadPool *judges;   /* (owned): one thread: digests and verifications */
  GMainContext *context; /* (owned) */
  SoupServer *server;    /* (owned) (nullable) */
  char *url;
  GCancellable *stopping; /* (owned) */
  GHashTable *writers;    /* (element-type utf8 Request): the PATCH that holds an upload */
  GHashTable *delays;     /* (element-type uint): timeouts before verification */
  guint n_jobs;           /* under way in the threads */
  gint64 received;
};

G_DEFINE_FINAL_TYPE (QdGateway, qd_gateway, G_TYPE_OBJECT)

/*
 * One HTTP request; counted, since a thread may still work on it when its connection is gone. Its fields belong to the main
 * thread, except during a job.
 */
struct _Request
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
  GPtrArray *waiting; /* (element-type Request): those that came while the digest was made */
};

/* What a thread does, and then the main thread with its result. */
struct _Job
{
  QdGateway *gateway; /* (owned) */
  Request *request;   /* (owned) (nullable) */
  JobFunc run;
  JobFunc done;  /* (nullable) */
  GBytes *bytes; /* (nullable): of a body */

  /* verification */
  char *sha256;
  gint64 number;
  GBytes *receipt; /* (nullable) */
  QdReceiptKind kind;
};

static void dispatch (Request *request);
static void end_write_done (Job *job);
static void judge_later (QdGateway *self, const char *sha256);

static void
request_clear (gpointer data)
{
  Request *request = data;

  qd_gateway_write_clear (&request->write);
  g_clear_pointer (&request->waiting, g_ptr_array_unref);
  g_clear_pointer (&request->body, g_bytes_unref);
  g_free (request->id);
  g_free (request->sha256);
  g_free (request->metadata);
  g_object_unref (request->msg);
  g_object_unref (request->gateway);
}

static void
request_unref (Request *request)
{
  g_atomic_rc_box_release_full (request, request_clear);
}

static Request *
request_new (QdGateway *self, SoupServerMessage *msg)
{
  Request *request = g_atomic_rc_box_new0 (Request);

  request->gateway = g_object_ref (self);
  request->msg = g_object_ref (msg);
  request->write.fd = -1;
  g_object_set_data_full (G_OBJECT (msg), "qd-request", request, (GDestroyNotify) request_unref);
  return request;
}

static void
pause_io (Request *request)
{
  if (request->paused || request->finished)
    return;
  request->paused = TRUE;
  soup_server_message_pause (request->msg);
}

static void
resume_io (Request *request)
{
  if (!request->paused || request->finished)
    return;
  request->paused = FALSE;
  soup_server_message_unpause (request->msg);
}

/* Threads. */

static void
job_free (Job *job)
{
  g_clear_pointer (&job->request, request_unref);
  g_clear_pointer (&job->bytes, g_bytes_unref);
  g_clear_pointer (&job->receipt, g_bytes_unref);
  g_free (job->sha256);
  g_object_unref (job->gateway);
  g_free (job);
}

static gboolean
job_done_cb (gpointer data)
{
  Job *job = data;

  job->gateway->n_jobs--;
  if (job->done != NULL)
    job->done (job);
  job_free (job);
  return G_SOURCE_REMOVE;
}

static void
return_job (Job *job)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, job_done_cb, job, NULL);
  g_source_attach (source, job->gateway->context);
}

static void
run_in_thread (gpointer data, gpointer user_data)
{
  Job *job = data;

  job->run (job);
  return_job (job);
}

static Job *
job_new (QdGateway *self, JobFunc run, JobFunc done)
{
  Job *job = g_new0 (Job, 1);

  job->gateway = g_object_ref (self);
  job->run = run;
  job->done = done;
  return job;
}

static void
push (GThreadPool *pool, Job *job)
{
  job->gateway->n_jobs++;
  g_thread_pool_push (pool, job, NULL);
}

static void
push_job (GThreadPool *pool, Request *request, JobFunc run, JobFunc done)
{
  Job *job = job_new (request->gateway, run, done);

  job->request = g_atomic_rc_box_acquire (request);
  push (pool, job);
}

/* Answers. */

static void
answer (Request *request, guint status, const char *text)
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
set_number (Request *request, const char *name, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  soup_message_headers_replace (soup_server_message_get_response_headers (request->msg), name, text);
}

static void
answer_refusal (Request *request)
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
create_in_thread (Job *job)
{
  Request *request = job->request;
  request->status = qd_gateway_spool_create (request->gateway->spool, request->size, request->metadata, &request->id, &request->offset, &request->text);
}

static void
create_done (Job *job)
{
  Request *request = job->request;
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
start_create (Request *request)
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
stat_in_thread (Job *job)
{
  Request *request = job->request;
  request->status = qd_gateway_spool_stat (request->gateway->spool, request->id, &request->offset, &request->size, &request->metadata);
}

static void
stat_done (Job *job)
{
  Request *request = job->request;
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
remove_in_thread (Job *job)
{
  Request *request = job->request;
  request->status = qd_gateway_spool_remove (request->gateway->spool, request->id);
}

static void
remove_done (Job *job)
{
  Request *request = job->request;
  if (request->status != 0)
    answer_refusal (request);
  else
    answer (request, 204, NULL);
}

/* Receipts. */

static void
receipt_in_thread (Job *job)
{
  Request *request = job->request;
  g_autoptr (GError) error = NULL;

  if (qd_gateway_index_get_package (qd_gateway_spool_get_index (request->gateway->spool), request->sha256, NULL, NULL, &request->body, &error))
    request->status = request->body != NULL ? 200 : 202;
  else
    request->status = error == NULL ? 404 : 500;
}

static void
receipt_done (Job *job)
{
  Request *request = job->request;
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
count_in_thread (Job *job)
{
  Request *request = job->request;
  QdGatewayIndex *index = qd_gateway_spool_get_index (request->gateway->spool);

  request->metadata = g_strdup_printf ("%s\nqingdan-gateway %s, tus 1.0.0\nwaiting: %u\naccepted: %u\nreturned: %u\n", request->gateway->name, QD_VERSION, qd_gateway_index_count (index, QD_RECEIPT_RECEIVED), qd_gateway_index_count (index, QD_RECEIPT_ACCEPTED), qd_gateway_index_count (index, QD_RECEIPT_RETURNED));
}

static void
count_done (Job *job)
{
  Request *request = job->request;
  answer (request, 200, request->metadata);
}

/* PATCH. */

static void
release_writer (Request *request)
{
  QdGateway *self = request->gateway;

  if (g_hash_table_lookup (self->writers, request->id) == request)
    g_hash_table_remove (self->writers, request->id);
}

static void
wake_waiting (Request *request)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&request->waiting);

  for (guint i = 0; waiting != NULL && i < waiting->len; i++)
    dispatch (g_ptr_array_index (waiting, i));
}

static void
answer_write (Request *request)
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
complete_in_thread (Job *job)
{
  Request *request = job->request;
  request->write.status = request->sha256 == NULL ? 500 : qd_gateway_spool_complete (request->gateway->spool, request->write.id, request->sha256, &request->is_new, &request->write.text);
}

static void
complete_done (Job *job)
{
  Request *request = job->request;
  if (request->write.status == 0 && request->is_new)
    judge_later (request->gateway, request->sha256);
  answer_write (request);
}

static void
digest_in_thread (Job *job)
{
  Request *request = job->request;
  g_autofree char *path = qd_gateway_spool_dup_upload_path (request->gateway->spool, request->write.id);

  request->sha256 = qd_file_digest (path, NULL, request->gateway->stopping, NULL);
}

static void
digest_done (Job *job)
{
  Request *request = job->request;
  push_job (request->gateway->disk, request, complete_in_thread, complete_done);
}

static void
end_write_in_thread (Job *job)
{
  Request *request = job->request;
  gboolean was_open = request->write.fd >= 0;

  qd_gateway_spool_end_write (request->gateway->spool, &request->write, !request->ending);
  request->is_new = was_open && request->write.offset == request->write.size;
}

static void
end_write_done (Job *job)
{
  Request *request = job->request;
  /* Also when the connection was cut after the last byte: the package is whole, and the client will hear it from HEAD. */
  if (request->is_new && (request->write.status == 0 || !request->ending))
    push_job (request->gateway->judges, request, digest_in_thread, digest_done);
  else
    answer_write (request);
}

static void
write_in_thread (Job *job)
{
  qd_gateway_spool_write (job->gateway->spool, &job->request->write, job->bytes);
}

static void
write_done (Job *job)
{
  Request *request = job->request;

  request->queued -= g_bytes_get_size (job->bytes);
  if (request->queued <= MAX_QUEUED / 2 && !request->ending)
    resume_io (request);
}

static void
got_chunk_cb (SoupServerMessage *msg, GBytes *chunk, Request *request)
{
  QdGateway *self = request->gateway;
  Job *job;

  self->received += g_bytes_get_size (chunk);
  g_debug ("received %s %" G_GSIZE_FORMAT, request->id, g_bytes_get_size (chunk));
  if (request->detached || request->status != 0)
    return;
  job = job_new (self, write_in_thread, write_done);
  job->request = g_atomic_rc_box_acquire (request);
  job->bytes = g_bytes_ref (chunk);
  push (self->disk, job);
  request->queued += g_bytes_get_size (chunk);
  if (request->queued > MAX_QUEUED)
    pause_io (request);
}

static void
begin_write_in_thread (Job *job)
{
  Request *request = job->request;
  qd_gateway_spool_begin_write (request->gateway->spool, &request->write, request->want_offset, request->length);
}

static void
begin_write_done (Job *job)
{
  Request *request = job->request;
  request->opened = TRUE;
  if (request->write.status != 0)
    request->status = request->write.status; /* the body is still read, and thrown away */
  resume_io (request);
}

/* Another request wants the upload: the one that holds it, whose client is most likely gone, must let go. FALSE: wait for it. */
static gboolean
take_over (Request *request)
{
  Request *holder = g_hash_table_lookup (request->gateway->writers, request->id);

  if (holder == NULL || holder == request)
    return TRUE;
  if (!holder->ending && !holder->detached)
    {
      holder->detached = TRUE;
      push_job (request->gateway->disk, holder, end_write_in_thread, end_write_done);
    }
  if (holder->waiting == NULL)
    holder->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) request_unref);
  g_ptr_array_add (holder->waiting, g_atomic_rc_box_acquire (request));
  return FALSE;
}

/* Before the body: where it goes must be known when the first byte of it comes. */
static gboolean
prepare_write (Request *request)
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
start_write (Request *request)
{
  request->write.id = g_strdup (request->id);
  g_hash_table_insert (request->gateway->writers, g_strdup (request->id), request);
  g_signal_connect (request->msg, "got-chunk", G_CALLBACK (got_chunk_cb), request);
  push_job (request->gateway->disk, request, begin_write_in_thread, begin_write_done);
}

/* The whole body of a PATCH is here. */
static void
end_write (Request *request)
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
  Request *request = g_object_get_data (G_OBJECT (msg), "qd-request");

  if (request == NULL)
    return;
  request->finished = TRUE;
  /* They hold each other until here. */
  g_object_set_data (G_OBJECT (msg), "qd-request", NULL);
}

static void
aborted_cb (SoupServer *server, SoupServerMessage *msg, gpointer user_data)
{
  Request *request = g_object_get_data (G_OBJECT (msg), "qd-request");

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
  Request *request = request_new (self, msg);

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
dispatch (Request *request)
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
answer_options (Request *request)
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
  Request *request = g_object_get_data (G_OBJECT (msg), "qd-request");
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

/* Verification. */

static void
note_in_thread (Job *job)
{
  g_autoptr (GError) error = NULL;

  if (!qd_gateway_spool_store_receipt (job->gateway->spool, job->sha256, job->kind, job->receipt, &error))
    g_warning ("%s", error->message);
}

static void
judge_in_thread (Job *job)
{
  QdGateway *self = job->gateway;
  g_autofree char *path = qd_gateway_spool_dup_package_path (self->spool, job->sha256);
  g_autoptr (GError) error = NULL;

  if (g_cancellable_is_cancelled (self->stopping))
    return;
  job->receipt = qd_gateway_judge (&self->options, path, job->sha256, job->number, &job->kind, self->stopping, &error);
  if (job->receipt == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("%s: %s", path, error->message);
}

static void
judge_done (Job *job)
{
  Job *note;

  if (job->receipt == NULL)
    return;
  note = job_new (job->gateway, note_in_thread, NULL);
  note->sha256 = g_strdup (job->sha256);
  note->receipt = g_bytes_ref (job->receipt);
  note->kind = job->kind;
  push (job->gateway->disk, note);
}

static void
number_in_thread (Job *job)
{
  g_autoptr (GError) error = NULL;

  if (!qd_gateway_index_get_package (qd_gateway_spool_get_index (job->gateway->spool), job->sha256, NULL, &job->number, NULL, &error) && error != NULL)
    g_warning ("%s", error->message);
}

static void
number_done (Job *job)
{
  Job *judge;

  if (job->number == 0)
    return;
  judge = job_new (job->gateway, judge_in_thread, judge_done);
  judge->sha256 = g_strdup (job->sha256);
  judge->number = job->number;
  push (job->gateway->judges, judge);
}

typedef struct
{
  QdGateway *gateway;
  char *sha256;
} Delay;

static void
delay_free (gpointer data)
{
  Delay *delay = data;

  g_free (delay->sha256);
  g_free (delay);
}

static gboolean
delay_cb (gpointer data)
{
  Delay *delay = data;
  Job *job = job_new (delay->gateway, number_in_thread, number_done);

  g_hash_table_remove (delay->gateway->delays, g_main_current_source ());
  job->sha256 = g_strdup (delay->sha256);
  push (delay->gateway->disk, job);
  return G_SOURCE_REMOVE;
}

static void
judge_later (QdGateway *self, const char *sha256)
{
  g_autoptr (GSource) source = self->options.delay > 0 ? g_timeout_source_new_seconds (self->options.delay) : g_idle_source_new ();
  Delay *delay = g_new0 (Delay, 1);

  delay->gateway = self;
  delay->sha256 = g_strdup (sha256);
  g_source_set_callback (source, delay_cb, delay, delay_free);
  g_source_attach (source, self->context);
  g_hash_table_add (self->delays, g_source_ref (source));
}

/* The object. */

static void
qd_gateway_dispose (GObject *object)
{
  qd_gateway_stop (QD_GATEWAY (object));
  G_OBJECT_CLASS (qd_gateway_parent_class)->dispose (object);
}

static void
qd_gateway_finalize (GObject *object)
{
  QdGateway *self = QD_GATEWAY (object);

  g_clear_pointer (&self->spool, qd_gateway_spool_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->writers, g_hash_table_unref);
  g_clear_pointer (&self->delays, g_hash_table_unref);
  g_clear_pointer (&self->options.pack, qd_pack_unref);
  g_clear_object (&self->options.signer);
  g_clear_object (&self->stopping);
  g_free (self->dir);
  g_free (self->name);
  g_free (self->trust_pem);
  g_free (self->cert);
  g_free (self->url);
  G_OBJECT_CLASS (qd_gateway_parent_class)->finalize (object);
}

static void
qd_gateway_class_init (QdGatewayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = qd_gateway_dispose;
  object_class->finalize = qd_gateway_finalize;
}

static void
qd_gateway_init (QdGateway *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->stopping = g_cancellable_new ();
  self->writers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->delays = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) g_source_unref, NULL);
}

QdGateway *
qd_gateway_new (const QdGatewayOptions *options, GError **error)
{
  g_autoptr (QdGateway) self = NULL;

  g_return_val_if_fail (options->policy != QD_GATEWAY_CHECK || options->pack != NULL, NULL);

  self = g_object_new (QD_TYPE_GATEWAY, NULL);
  self->options = *options;
  self->options.dir = self->dir = g_strdup (options->dir);
  self->options.name = self->name = g_strdup (options->name);
  self->options.trust_pem = self->trust_pem = g_strdup (options->trust_pem);
  self->options.cert = self->cert = g_strdup (options->cert);
  self->options.signer = g_object_ref (options->signer);
  self->options.pack = options->pack != NULL ? qd_pack_ref (options->pack) : NULL;
  if (self->options.max_size == 0)
    self->options.max_size = DEFAULT_MAX_SIZE;
  self->spool = qd_gateway_spool_open (self->dir, self->options.max_size, error);
  if (self->spool == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

/* "127.0.0.1:0", "[::1]:8080" */
static GSocketAddress *
parse_listen (const char *listen, GError **error)
{
  g_autoptr (GSocketConnectable) parsed = g_network_address_parse (listen, 0, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  if (parsed != NULL)
    address = g_inet_socket_address_new_from_string (g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed)), g_network_address_get_port (G_NETWORK_ADDRESS (parsed)));
  if (address == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("“%s” is no address to listen on. Write it like 127.0.0.1:8080."), listen);
  return g_steal_pointer (&address);
}

gboolean
qd_gateway_start (QdGateway *self, const char *listen, GError **error)
{
  g_autoptr (GSocketAddress) address = parse_listen (listen, error);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GPtrArray) pending = NULL;
  SoupServerListenOptions flags = 0;
  GSList *uris;

  g_return_val_if_fail (self->server == NULL, FALSE);

  if (address == NULL)
    return FALSE;
  if (self->cert != NULL)
    {
      certificate = g_tls_certificate_new_from_file (self->cert, error);
      if (certificate == NULL)
        return FALSE;
      flags = SOUP_SERVER_LISTEN_HTTPS;
    }
  pending = qd_gateway_index_list_pending (qd_gateway_spool_get_index (self->spool), error);
  if (pending == NULL)
    return FALSE;
  self->server = soup_server_new ("server-header", "qingdan-gateway", "tls-certificate", certificate, NULL);
  g_signal_connect (self->server, "request-started", G_CALLBACK (started_cb), self);
  g_signal_connect (self->server, "request-finished", G_CALLBACK (finished_cb), self);
  g_signal_connect (self->server, "request-aborted", G_CALLBACK (aborted_cb), self);
  soup_server_add_early_handler (self->server, NULL, early_cb, self, NULL);
  soup_server_add_handler (self->server, NULL, handler_cb, self, NULL);
  if (!soup_server_listen (self->server, address, flags, error))
    {
      g_clear_object (&self->server);
      return FALSE;
    }
  self->disk = g_thread_pool_new (run_in_thread, NULL, 1, TRUE, NULL);
  self->judges = g_thread_pool_new (run_in_thread, NULL, 1, TRUE, NULL);
  uris = soup_server_get_uris (self->server);
  self->url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  if (g_str_has_suffix (self->url, "/"))
    self->url[strlen (self->url) - 1] = '\0';
  for (guint i = 0; i < pending->len; i++)
    judge_later (self, g_ptr_array_index (pending, i));
  return TRUE;
}

const char *
qd_gateway_get_url (QdGateway *self)
{
  return self->url;
}

gint64
qd_gateway_get_received (QdGateway *self)
{
  return self->received;
}

void
qd_gateway_stop (QdGateway *self)
{
  GHashTableIter iter;
  gpointer source;

  g_cancellable_cancel (self->stopping);
  g_hash_table_iter_init (&iter, self->delays);
  while (g_hash_table_iter_next (&iter, &source, NULL))
    g_source_destroy (source);
  g_hash_table_remove_all (self->delays);
  if (self->server == NULL)
    return;
  soup_server_disconnect (self->server);
  while (self->n_jobs > 0)
    g_main_context_iteration (self->context, TRUE);
  g_clear_object (&self->server);
  while (self->n_jobs > 0)
    g_main_context_iteration (self->context, TRUE);
  g_thread_pool_free (g_steal_pointer (&self->disk), FALSE, TRUE);
  g_thread_pool_free (g_steal_pointer (&self->judges), FALSE, TRUE);
}
