/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-http"
#include "config.h"

#include "qd-http-private.h"

#include <curl/curl.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_HEADERS (64 * 1024)
#define MAX_RETRY_AFTER (24 * 60 * 60)
#define MAX_SERVER_TEXT 300

/* X509_V_ERR_CERT_HAS_EXPIRED, which CURLINFO_SSL_VERIFYRESULT reports; OpenSSL's headers belong to app/seal. */
#define VERIFY_EXPIRED 10

struct _QdHttp
{
  CURL *curl;
  const QdTarget *target;
  GCancellable *cancellable; /* (owned) (nullable) */
  guint stall_time;
};

typedef struct
{
  QdHttpReply *reply;
  GBytes *body; /* (nullable) */
  gsize sent;   /* bytes of the body */
  gsize max_reply;
  gsize header_size;
  gboolean too_large;
} Exchange;

typedef struct curl_slist CurlList;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CurlList, curl_slist_free_all)

static gboolean
is_header_safe (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || (guchar) *p == 0x7f)
      return FALSE;
  return TRUE;
}

/* A token over plain HTTP can be read by everybody on the way; on this computer itself there is no way. */
static gboolean
is_token_safe (const char *address)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GInetAddress) number = NULL;

  if (uri == NULL || !g_str_equal (g_uri_get_scheme (uri), "http"))
    return TRUE;
  number = g_inet_address_new_from_string (g_uri_get_host (uri));
  return number != NULL ? g_inet_address_get_is_loopback (number) : g_ascii_strcasecmp (g_uri_get_host (uri), "localhost") == 0;
}

/*
 * Bodies go through a callback that cannot rewind, not through CURLOPT_POSTFIELDS: when a kept-alive connection dies in
 * mid request, curl would otherwise send the whole body again by itself, though the server may hold a part of it.
 */
static size_t
read_body_cb (char *buffer, size_t size, size_t n, void *user_data)
{
  Exchange *exchange = user_data;
  gsize total;
  const char *data = g_bytes_get_data (exchange->body, &total);
  gsize length = MIN (size * n, total - exchange->sent);

  memcpy (buffer, data + exchange->sent, length);
  exchange->sent += length;
  return length;
}

static size_t
write_body_cb (char *data, size_t size, size_t n, void *user_data)
{
  Exchange *exchange = user_data;

  if (exchange->reply->body->len + size * n > exchange->max_reply)
    {
      exchange->too_large = TRUE;
      return 0;
    }
  g_byte_array_append (exchange->reply->body, (const guint8 *) data, size * n);
  return size * n;
}

static size_t
write_header_cb (char *data, size_t size, size_t n, void *user_data)
{
  Exchange *exchange = user_data;
  gsize length = size * n;
  const char *colon;
  g_autofree char *name = NULL;
  g_autofree char *value = NULL;

  exchange->header_size += length;
  if (exchange->header_size > MAX_HEADERS)
    {
      exchange->too_large = TRUE;
      return 0;
    }
  if (length > 5 && g_ascii_strncasecmp (data, "HTTP/", 5) == 0)
    {
      /* A new answer begins (after 100 Continue). */
      g_hash_table_remove_all (exchange->reply->headers);
      return length;
    }
  colon = memchr (data, ':', length);
  if (colon == NULL)
    return length;
  name = g_ascii_strdown (data, colon - data);
  value = g_utf8_make_valid (colon + 1, length - (colon + 1 - data));
  g_strstrip (value);
  g_hash_table_replace (exchange->reply->headers, g_steal_pointer (&name), g_steal_pointer (&value));
  return length;
}

static int
watch_progress_cb (void *user_data, curl_off_t down_total, curl_off_t down, curl_off_t up_total, curl_off_t up)
{
  QdHttp *self = user_data;

  return g_cancellable_is_cancelled (self->cancellable) ? 1 : 0;
}

/* The one place where libcurl's codes become ours. */
static void
set_error_from_curl (QdHttp *self, CURLcode code, const Exchange *exchange, GError **error)
{
  long verify = 0;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return;
  if (exchange->too_large)
    {
      qd_courier_set_error (error, QD_COURIER_ERROR_SERVER, 0, _ ("The receiver's answer is far too long for a delivery server. Check the receiver's address."));
      return;
    }
  g_debug ("request: %s", curl_easy_strerror (code));
  switch (code)
    {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      qd_courier_set_error (error, QD_COURIER_ERROR_NETWORK, 0, _ ("The receiver's server was not found. Check the network and the receiver's address."));
      break;
    case CURLE_COULDNT_CONNECT:
      qd_courier_set_error (error, QD_COURIER_ERROR_NETWORK, 0, _ ("The receiver's server does not answer. Nothing was lost; sending will go on where it stopped."));
      break;
    case CURLE_OPERATION_TIMEDOUT:
      qd_courier_set_error (error, QD_COURIER_ERROR_NETWORK, 0, _ ("The connection stood still for too long. Nothing was lost; sending will go on where it stopped."));
      break;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      curl_easy_getinfo (self->curl, CURLINFO_SSL_VERIFYRESULT, &verify);
      if (verify == VERIFY_EXPIRED)
        qd_courier_set_error (error, QD_COURIER_ERROR_TLS, 0, _ ("The receiver's certificate has expired; for safety nothing was sent. Tell the receiver, or choose another one."));
      else
        qd_courier_set_error (error, QD_COURIER_ERROR_TLS, 0, _ ("The receiver's certificate cannot be trusted; for safety nothing was sent. Ask the receiver for its CA certificate, or check the address."));
      break;
    case CURLE_SSL_CACERT_BADFILE:
      qd_courier_set_error (error, QD_COURIER_ERROR_TLS, 0, _ ("The CA certificate file “%s” cannot be read. Choose the file again in the receiver's settings."), self->target->ca_bundle != NULL ? self->target->ca_bundle : "");
      break;
    case CURLE_SSL_CERTPROBLEM:
      qd_courier_set_error (error, QD_COURIER_ERROR_TLS, 0, _ ("The client certificate for this receiver cannot be used. Check the file and its key in the receiver's settings."));
      break;
    case CURLE_SSL_CONNECT_ERROR:
      qd_courier_set_error (error, QD_COURIER_ERROR_NETWORK, 0, _ ("No secure connection to the receiver came about. It will be tried again."));
      break;
    case CURLE_URL_MALFORMAT:
      qd_courier_set_error (error, QD_COURIER_ERROR_TARGET, 0, _ ("“%s” is not an address that packages can be sent to. It must begin with https://."), self->target->address);
      break;
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL: /* HTTP/0.9, that is: no HTTP at all */
      qd_courier_set_error (error, QD_COURIER_ERROR_SERVER, 0, _ ("What answers at the receiver's address is no delivery server. Check the address."));
      break;
    default:
      qd_courier_set_error (error, QD_COURIER_ERROR_NETWORK, 0, _ ("The connection to the receiver was cut. Nothing was lost; sending will go on where it stopped."));
      break;
    }
}

QdHttp *
qd_http_new (const QdTarget *target, GCancellable *cancellable, GError **error)
{
  QdHttp *self;
  static gsize initialised = 0;

  if (target->bearer != NULL && !is_header_safe (target->bearer))
    {
      qd_courier_set_error (error, QD_COURIER_ERROR_TARGET, 0, _ ("The access token of this receiver contains characters that cannot be sent. Enter it again."));
      return NULL;
    }
  if (target->bearer != NULL && !is_token_safe (target->address))
    {
      qd_courier_set_error (error, QD_COURIER_ERROR_TARGET, 0, _ ("The access token would travel readable by anybody, as the address of this receiver begins with http://. Nothing was sent. Ask the receiver for its https:// address."));
      return NULL;
    }
  if (g_once_init_enter (&initialised))
    {
      curl_global_init (CURL_GLOBAL_DEFAULT);
      g_once_init_leave (&initialised, 1);
    }
  self = g_new0 (QdHttp, 1);
  self->target = target;
  self->stall_time = 60;
  g_set_object (&self->cancellable, cancellable);
  self->curl = curl_easy_init ();
  g_assert (self->curl != NULL);
  return self;
}

void
qd_http_free (QdHttp *self)
{
  curl_easy_cleanup (self->curl);
  g_clear_object (&self->cancellable);
  g_free (self);
}

void
qd_http_set_stall_time (QdHttp *self, guint seconds)
{
  self->stall_time = seconds;
}

static void
set_security (QdHttp *self)
{
  const QdTarget *target = self->target;

  curl_easy_setopt (self->curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (self->curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt (self->curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt (self->curl, CURLOPT_SSL_VERIFYHOST, 2L);
  if (target->ca_bundle != NULL)
    {
      curl_easy_setopt (self->curl, CURLOPT_CAINFO, target->ca_bundle);
      /* Only the receiver's own CA counts then, not also those of the system. */
      curl_easy_setopt (self->curl, CURLOPT_CAPATH, NULL);
    }
  if (target->client_cert != NULL)
    {
      gboolean pkcs12 = g_str_has_suffix (target->client_cert, ".p12") || g_str_has_suffix (target->client_cert, ".pfx");

      curl_easy_setopt (self->curl, CURLOPT_SSLCERT, target->client_cert);
      curl_easy_setopt (self->curl, CURLOPT_SSLCERTTYPE, pkcs12 ? "P12" : "PEM");
    }
  if (target->client_key != NULL)
    curl_easy_setopt (self->curl, CURLOPT_SSLKEY, target->client_key);
}

QdHttpReply *
qd_http_run (QdHttp *self, const char *method, const char *url, const char *const *headers, GBytes *body, gsize max_reply, GError **error)
{
  g_autoptr (QdHttpReply) reply = NULL;
  g_autoptr (CurlList) list = NULL;
  Exchange exchange = { .body = body, .max_reply = max_reply };
  CURLcode code;
  long status = 0;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
    return NULL;
  reply = exchange.reply = g_new0 (QdHttpReply, 1);
  reply->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  reply->body = g_byte_array_new ();
  for (gsize i = 0; headers != NULL && headers[i] != NULL; i++)
    {
      g_assert (is_header_safe (headers[i]));
      list = curl_slist_append (list, headers[i]);
    }
  /* Without this curl asks first for bodies over 1 kB: one round trip more a chunk. */
  list = curl_slist_append (list, "Expect:");
  if (body != NULL && g_strcmp0 (method, "PATCH") != 0)
    list = curl_slist_append (list, "Content-Type:");
  if (self->target->bearer != NULL)
    {
      g_autofree char *line = g_strdup_printf ("Authorization: Bearer %s", self->target->bearer);

      list = curl_slist_append (list, line);
    }

  curl_easy_reset (self->curl);
  set_security (self);
  curl_easy_setopt (self->curl, CURLOPT_URL, url);
  curl_easy_setopt (self->curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (self->curl, CURLOPT_USERAGENT, "qingdan/" QD_VERSION);
  curl_easy_setopt (self->curl, CURLOPT_CONNECTTIMEOUT, 20L);
  curl_easy_setopt (self->curl, CURLOPT_LOW_SPEED_LIMIT, 64L);
  curl_easy_setopt (self->curl, CURLOPT_LOW_SPEED_TIME, (long) self->stall_time);
  curl_easy_setopt (self->curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt (self->curl, CURLOPT_XFERINFOFUNCTION, watch_progress_cb);
  curl_easy_setopt (self->curl, CURLOPT_XFERINFODATA, self);
  curl_easy_setopt (self->curl, CURLOPT_WRITEFUNCTION, write_body_cb);
  curl_easy_setopt (self->curl, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt (self->curl, CURLOPT_HEADERFUNCTION, write_header_cb);
  curl_easy_setopt (self->curl, CURLOPT_HEADERDATA, &exchange);
  curl_easy_setopt (self->curl, CURLOPT_HTTPHEADER, list);
  if (body != NULL && g_bytes_get_size (body) > 0)
    {
      curl_easy_setopt (self->curl, CURLOPT_UPLOAD, 1L);
      curl_easy_setopt (self->curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t) g_bytes_get_size (body));
      curl_easy_setopt (self->curl, CURLOPT_READFUNCTION, read_body_cb);
      curl_easy_setopt (self->curl, CURLOPT_READDATA, &exchange);
    }
  else if (body != NULL)
    {
      curl_easy_setopt (self->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) 0);
      curl_easy_setopt (self->curl, CURLOPT_POSTFIELDS, "");
    }
  if (g_str_equal (method, "HEAD"))
    curl_easy_setopt (self->curl, CURLOPT_NOBODY, 1L);
  else
    curl_easy_setopt (self->curl, CURLOPT_CUSTOMREQUEST, method);

  code = curl_easy_perform (self->curl);
  if (code != CURLE_OK)
    {
      set_error_from_curl (self, code, &exchange, error);
      return NULL;
    }
  curl_easy_getinfo (self->curl, CURLINFO_RESPONSE_CODE, &status);
  reply->status = status;
  g_debug ("%s %s: %ld", method, url, status);
  return g_steal_pointer (&reply);
}

void
qd_http_reply_free (QdHttpReply *self)
{
  g_clear_pointer (&self->headers, g_hash_table_unref);
  g_clear_pointer (&self->body, g_byte_array_unref);
  g_free (self);
}

const char *
qd_http_reply_get_header (const QdHttpReply *self, const char *name)
{
  return g_hash_table_lookup (self->headers, name);
}

gboolean
qd_http_reply_get_number (const QdHttpReply *self, const char *name, gint64 *out)
{
  const char *text = qd_http_reply_get_header (self, name);
  guint64 number;

  /* g_ascii_string_to_unsigned() refuses signs, spaces and what is too large. */
  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT64, &number, NULL))
    return FALSE;
  *out = (gint64) number;
  return TRUE;
}

guint
qd_http_reply_get_retry_after (const QdHttpReply *self)
{
  const char *text = qd_http_reply_get_header (self, "retry-after");
  gint64 seconds = 0;
  time_t when;

  if (text == NULL)
    return 0;
  if (!qd_http_reply_get_number (self, "retry-after", &seconds))
    {
      when = curl_getdate (text, NULL);
      seconds = when < 0 ? 0 : (gint64) when - g_get_real_time () / G_USEC_PER_SEC;
    }
  return (guint) CLAMP (seconds, 0, MAX_RETRY_AFTER);
}

/* The server's own words, when it gives them as plain text: one line, shortened. */
static char *
dup_server_text (const QdHttpReply *self)
{
  const char *type = qd_http_reply_get_header (self, "content-type");
  g_autofree char *text = NULL;

  if (type == NULL || g_ascii_strncasecmp (type, "text/plain", 10) != 0 || self->body->len == 0)
    return NULL;
  text = g_utf8_make_valid ((const char *) self->body->data, MIN (self->body->len, 4 * MAX_SERVER_TEXT));
  for (char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)) && (guchar) *p < 0x80)
      *p = ' ';
  g_strstrip (text);
  if (*text == '\0')
    return NULL;
  if (g_utf8_strlen (text, -1) > MAX_SERVER_TEXT)
    *g_utf8_offset_to_pointer (text, MAX_SERVER_TEXT) = '\0';
  return g_steal_pointer (&text);
}

void
qd_http_reply_set_error (const QdHttpReply *self, GError **error)
{
  guint wait = qd_http_reply_get_retry_after (self);
  g_autofree char *text = dup_server_text (self);

  if (self->status >= 300 && self->status < 400)
    qd_courier_set_error (error, QD_COURIER_ERROR_TARGET, 0, _ ("The receiver's address points on to another one, which for safety is not followed. Ask the receiver for the right address."));
  else if (self->status == 401 || self->status == 403)
    qd_courier_set_error (error, QD_COURIER_ERROR_REFUSED, wait, _ ("The receiver does not let this program in (answer %u). Check the access token or client certificate in the receiver's settings."), self->status);
  else if (self->status == 413)
    qd_courier_set_error (error, QD_COURIER_ERROR_REFUSED, 0, _ ("The package is too large for this receiver. Make the attachments smaller, or deliver it on a USB stick."));
  else if (self->status == 423 || self->status == 429)
    qd_courier_set_error (error, QD_COURIER_ERROR_NETWORK, wait, _ ("The receiver is still busy with this package. It will be tried again."));
  else if (self->status == 507)
    qd_courier_set_error (error, QD_COURIER_ERROR_SERVER, wait, _ ("The receiver's disk is full. It will be tried again later; tell the receiver if it lasts."));
  else if (self->status >= 500)
    qd_courier_set_error (error, QD_COURIER_ERROR_SERVER, wait, _ ("The receiver's server has a problem of its own (answer %u). It will be tried again later."), self->status);
  else if (self->status >= 400 && text != NULL)
    /* Translators: the first is an HTTP status, the second the server's own words. */
    qd_courier_set_error (error, QD_COURIER_ERROR_REFUSED, wait, _ ("The receiver refuses the package (answer %u): %s"), self->status, text);
  else if (self->status >= 400)
    qd_courier_set_error (error, QD_COURIER_ERROR_REFUSED, wait, _ ("The receiver refuses the package (answer %u). Check the receiver's address."), self->status);
  else
    qd_courier_set_error (error, QD_COURIER_ERROR_SERVER, wait, _ ("What answers at the receiver's address is no delivery server. Check the address."));
}
