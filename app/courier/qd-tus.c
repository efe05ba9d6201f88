/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-tus"
#include "config.h"

#include "qd-tus-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include "qd-package.h"
#include "qd-upload-state-private.h"

#define CHUNK_MAX (1024 * 1024)
#define CHUNK_MIN (64 * 1024)
#define SLOW_CHUNK (8 * G_USEC_PER_SEC)
#define FAST_CHUNK (2 * G_USEC_PER_SEC)
#define MAX_REPLY (64 * 1024)
#define SAVE_INTERVAL G_USEC_PER_SEC
/* Exchanges in a row that may end without one more byte on the other side before an attempt gives up. */
#define MAX_IDLE 4
#define MAX_CREATIONS 3
#define MAX_SETBACKS 8

typedef struct
{
  QdHttp *http;
  const QdTarget *target;
  const char *package_path;
  const char *sha256;
  gint64 size;
  const char *state_path;
  QdTransferProgress progress;
  gpointer user_data;

  QdUploadState *state; /* (owned) (nullable) */
  int fd;
  GChecksumType checksum; /* meaningful when has_checksum */
  gboolean has_checksum;
  gboolean asked;        /* OPTIONS done */
  gboolean knows_offset; /* state->offset is the server's word */
  gint64 resumed_at;     /* -1 until known */
  guint idle;            /* exchanges since the server's offset rose */
  guint setbacks;        /* how often it fell */
  guint creations;
  gint64 saved_at;
} Upload;

static void
upload_clear (Upload *self)
{
  g_clear_pointer (&self->state, qd_upload_state_free);
  if (self->fd >= 0)
    close (self->fd);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Upload, upload_clear)

static gboolean
has_token (const char *list, const char *token)
{
  g_auto (GStrv) parts = NULL;

  if (list == NULL)
    return FALSE;
  parts = g_strsplit (list, ",", 64);
  for (gsize i = 0; parts[i] != NULL; i++)
    if (g_ascii_strcasecmp (g_strstrip (parts[i]), token) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_tus (const QdHttpReply *reply)
{
  return has_token (qd_http_reply_get_header (reply, "tus-version"), "1.0.0") ||
         g_strcmp0 (qd_http_reply_get_header (reply, "tus-resumable"), "1.0.0") == 0;
}

static void
set_not_tus (GError **error)
{
  qd_courier_set_error (error, QD_COURIER_ERROR_SERVER, 0, _ ("What answers at the receiver's address is no delivery server (tus 1.0). Check the address."));
}

/* What the server can do: once an attempt, since it may have been replaced. */
static gboolean
ask_options (Upload *self, GError **error)
{
  g_autoptr (QdHttpReply) reply = NULL;
  const char *extensions, *algorithms;
  gint64 max_size;

  if (self->asked)
    return TRUE;
  reply = qd_http_run (self->http, "OPTIONS", self->target->address, NULL, NULL, MAX_REPLY, error);
  if (reply == NULL)
    return FALSE;
  if (reply->status >= 300 && reply->status != 404 && reply->status != 405 && reply->status != 501)
    {
      qd_http_reply_set_error (reply, error);
      return FALSE;
    }
  extensions = qd_http_reply_get_header (reply, "tus-extension");
  if (reply->status >= 300 || !is_tus (reply) || !has_token (extensions, "creation"))
    {
      set_not_tus (error);
      return FALSE;
    }
  if (qd_http_reply_get_number (reply, "tus-max-size", &max_size) && max_size > 0 && self->size > max_size)
    {
      g_autofree char *have = g_format_size (self->size);
      g_autofree char *most = g_format_size (max_size);

      qd_courier_set_error (error, QD_COURIER_ERROR_REFUSED, 0, _ ("The package has %s, the receiver takes at most %s. Make the attachments smaller, or deliver it on a USB stick."), have, most);
      return FALSE;
    }
  algorithms = qd_http_reply_get_header (reply, "tus-checksum-algorithm");
  if (has_token (extensions, "checksum"))
    {
      self->has_checksum = TRUE;
      if (has_token (algorithms, "sha256"))
        self->checksum = G_CHECKSUM_SHA256;
      else if (has_token (algorithms, "sha1"))
        self->checksum = G_CHECKSUM_SHA1; /* the one that tus 1.0 demands; guards the link, not the content */
      else
        self->has_checksum = FALSE;
    }
  self->asked = TRUE;
  return TRUE;
}

/* Notes what the server confirmed; the disk hears of it once a second, for the server's word counts anyway. */
static gboolean
note_offset (Upload *self, gint64 offset, gboolean always_save, GError **error)
{
  gint64 now = g_get_monotonic_time ();

  if (self->resumed_at < 0)
    self->resumed_at = offset;
  else if (offset > self->state->offset)
    self->idle = 0;
  else if (offset < self->state->offset)
    self->setbacks++;
  self->state->offset = offset;
  self->knows_offset = TRUE;
  if (self->progress != NULL)
    self->progress (offset, self->size, MIN (self->resumed_at, offset), self->user_data);
  if (!always_save && now - self->saved_at < SAVE_INTERVAL)
    return TRUE;
  self->saved_at = now;
  return qd_upload_state_save (self->state, self->state_path, error);
}

static char *
dup_metadata (Upload *self)
{
  g_autofree char *name = g_path_get_basename (self->package_path);
  g_autofree char *display = g_filename_display_name (name);
  g_autofree char *name64 = g_base64_encode ((const guchar *) display, strlen (display));
  g_autofree char *digest64 = g_base64_encode ((const guchar *) self->sha256, strlen (self->sha256));
  g_autofree char *type64 = g_base64_encode ((const guchar *) QD_PACKAGE_MEDIA_TYPE, strlen (QD_PACKAGE_MEDIA_TYPE));

  return g_strdup_printf ("Upload-Metadata: filename %s,sha256 %s,filetype %s", name64, digest64, type64);
}

static gboolean
create_upload (Upload *self, GError **error)
{
  g_autofree char *length = g_strdup_printf ("Upload-Length: %" G_GINT64_FORMAT, self->size);
  g_autofree char *metadata = dup_metadata (self);
  const char *headers[] = { "Tus-Resumable: 1.0.0", length, metadata, NULL };
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  g_autoptr (QdHttpReply) reply = NULL;
  const char *location;
  g_autofree char *url = NULL;
  gint64 offset = 0;

  g_clear_pointer (&self->state, qd_upload_state_free);
  if (++self->creations > MAX_CREATIONS)
    {
      qd_courier_set_error (error, QD_COURIER_ERROR_SERVER, 0, _ ("The receiver forgets the upload each time it has begun. It will be tried again later; tell the receiver if it lasts."));
      return FALSE;
    }
  if (!ask_options (self, error))
    return FALSE;
  reply = qd_http_run (self->http, "POST", self->target->address, headers, empty, MAX_REPLY, error);
  if (reply == NULL)
    return FALSE;
  if (reply->status == 412)
    {
      set_not_tus (error);
      return FALSE;
    }
  if (reply->status != 201)
    {
      qd_http_reply_set_error (reply, error);
      return FALSE;
    }
  location = qd_http_reply_get_header (reply, "location");
  if (location == NULL || *location == '\0')
    {
      set_not_tus (error);
      return FALSE;
    }
  url = g_uri_resolve_relative (self->target->address, location, G_URI_FLAGS_ENCODED, NULL);
  /* Another origin would get our access token; https that turns into http would leave TLS. */
  if (url == NULL || !qd_is_same_origin (url, self->target->address))
    {
      qd_courier_set_error (error, QD_COURIER_ERROR_SERVER, 0, _ ("The receiver names an upload address that is not its own, which for safety is not used. Tell the receiver."));
      return FALSE;
    }
  self->state = qd_upload_state_new (self->sha256, self->size, self->target->address, url);
  self->state->chunk = CHUNK_MAX;
  /* A receiver that has this very package already says so here. */
  if (!qd_http_reply_get_number (reply, "upload-offset", &offset) || offset > self->size)
    offset = 0;
  g_debug ("new upload %s", url);
  return note_offset (self, offset, TRUE, error);
}

/* Asks how much the server has. Forgets the upload when the server did. */
static gboolean
ask_offset (Upload *self, GError **error)
{
  const char *headers[] = { "Tus-Resumable: 1.0.0", NULL };
  g_autoptr (QdHttpReply) reply = qd_http_run (self->http, "HEAD", self->state->url, headers, NULL, MAX_REPLY, error);
  gint64 offset, length;

  if (reply == NULL)
    return FALSE;
  if (reply->status == 404 || reply->status == 410)
    {
      g_clear_pointer (&self->state, qd_upload_state_free);
      return TRUE;
    }
  if (reply->status == 412)
    {
      set_not_tus (error);
      return FALSE;
    }
  if (reply->status != 200 && reply->status != 204)
    {
      qd_http_reply_set_error (reply, error);
      return FALSE;
    }
  if (!qd_http_reply_get_number (reply, "upload-offset", &offset))
    {
      set_not_tus (error);
      return FALSE;
    }
  if (offset > self->size || (qd_http_reply_get_number (reply, "upload-length", &length) && length != self->size))
    {
      /* Another upload lives there now. */
      g_clear_pointer (&self->state, qd_upload_state_free);
      return TRUE;
    }
  g_debug ("the server has %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, offset, self->size);
  return note_offset (self, offset, TRUE, error);
}

static GBytes *
read_chunk (Upload *self, GError **error)
{
  gsize want = MIN (self->state->chunk, self->size - self->state->offset);
  g_autofree guint8 *data = g_malloc (want);
  gsize have = 0;

  while (have < want)
    {
      ssize_t n = pread (self->fd, data + have, want - have, self->state->offset + have);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE, _ ("The package “%s” cannot be read any more: %s."), self->package_path, n == 0 ? _ ("it became shorter") : g_strerror (errno));
          return NULL;
        }
      have += n;
    }
  return g_bytes_new_take (g_steal_pointer (&data), want);
}

static char *
dup_checksum_header (Upload *self, GBytes *chunk)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (self->checksum);
  guint8 digest[32];
  gsize length = sizeof digest;
  g_autofree char *base64 = NULL;

  g_checksum_update (checksum, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
  g_checksum_get_digest (checksum, digest, &length);
  base64 = g_base64_encode (digest, length);
  return g_strdup_printf ("Upload-Checksum: %s %s", self->checksum == G_CHECKSUM_SHA256 ? "sha256" : "sha1", base64);
}

static void
adapt_chunk (Upload *self, gint64 took)
{
  if (took > SLOW_CHUNK)
    self->state->chunk /= 2;
  else if (took < FAST_CHUNK)
    self->state->chunk *= 2;
  self->state->chunk = CLAMP (self->state->chunk, CHUNK_MIN, CHUNK_MAX);
}

static void
set_cut (Upload *self, GError *cause, GError **error)
{
  g_autofree char *confirmed = NULL;

  if (!g_error_matches (cause, QD_COURIER_ERROR, QD_COURIER_ERROR_NETWORK) || self->state == NULL || self->state->offset == 0)
    {
      g_propagate_error (error, cause);
      return;
    }
  confirmed = g_format_size (self->state->offset);
  qd_courier_set_error (error, QD_COURIER_ERROR_NETWORK, qd_courier_error_get_retry_after (cause), _ ("The network was cut; the receiver has confirmed %s. Sending will go on there."), confirmed);
  g_error_free (cause);
}

/* Sends one chunk. TRUE also when the server must be asked how things stand. */
static gboolean
send_chunk (Upload *self, GError **error)
{
  g_autofree char *at = g_strdup_printf ("Upload-Offset: %" G_GINT64_FORMAT, self->state->offset);
  const char *headers[] = { "Tus-Resumable: 1.0.0", "Content-Type: application/offset+octet-stream", at, NULL, NULL };
  g_autofree char *checksum = NULL;
  g_autoptr (GBytes) chunk = read_chunk (self, error);
  g_autoptr (QdHttpReply) reply = NULL;
  g_autoptr (GError) local = NULL;
  gint64 began, offset;

  if (chunk == NULL)
    return FALSE;
  if (self->has_checksum)
    headers[3] = checksum = dup_checksum_header (self, chunk);
  self->knows_offset = FALSE;
  self->idle++;
  began = g_get_monotonic_time ();
  reply = qd_http_run (self->http, "PATCH", self->state->url, headers, chunk, MAX_REPLY, &local);
  if (reply == NULL)
    {
      if (!g_error_matches (local, QD_COURIER_ERROR, QD_COURIER_ERROR_NETWORK))
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      self->state->chunk = MAX (self->state->chunk / 2, CHUNK_MIN);
      /* A link that still brings bytes over is worth going on with; one that does not is for the next attempt. */
      if (self->idle >= MAX_IDLE || !ask_offset (self, NULL))
        {
          (void) qd_upload_state_save (self->state, self->state_path, NULL);
          set_cut (self, g_steal_pointer (&local), error);
          return FALSE;
        }
      return TRUE;
    }
  switch (reply->status)
    {
    case 200:
    case 204:
      if (!qd_http_reply_get_number (reply, "upload-offset", &offset) || offset > self->size)
        return TRUE; /* ask */
      adapt_chunk (self, g_get_monotonic_time () - began);
      return note_offset (self, offset, offset == self->size, error);
    case 404:
    case 410:
      g_clear_pointer (&self->state, qd_upload_state_free);
      return TRUE;
    case 409:
    case 460: /* checksum mismatch: damaged on the way */
      return TRUE;
    case 412:
      set_not_tus (error);
      return FALSE;
    default:
      qd_http_reply_set_error (reply, error);
      return FALSE;
    }
}

gboolean
qd_tus_send (QdHttp *http, const char *package_path, gint64 size, const char *package_sha256, const QdTarget *target, const char *state_path, QdTransferProgress progress, gpointer user_data, GError **error)
{
  g_auto (Upload) self = {
    .http = http,
    .target = target,
    .package_path = package_path,
    .sha256 = package_sha256,
    .size = size,
    .state_path = state_path,
    .progress = progress,
    .user_data = user_data,
    .fd = -1,
    .resumed_at = -1,
  };
  g_autoptr (GError) local = NULL;

  self.state = qd_upload_state_load (state_path, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (self.state != NULL && (!g_str_equal (self.state->sha256, package_sha256) || self.state->size != size || !g_str_equal (self.state->target, target->address)))
    g_clear_pointer (&self.state, qd_upload_state_free);
  if (self.state != NULL)
    self.state->chunk = CLAMP (self.state->chunk, CHUNK_MIN, CHUNK_MAX);
  self.fd = g_open (package_path, O_RDONLY | O_CLOEXEC);
  if (self.fd < 0)
    {
      g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE, _ ("The package “%s” cannot be read any more: %s."), package_path, g_strerror (errno));
      return FALSE;
    }

  for (;;)
    {
      if (self.state == NULL)
        {
          if (!create_upload (&self, error))
            return FALSE;
        }
      else if (!self.knows_offset)
        {
          if (!ask_offset (&self, error))
            return FALSE;
          if (self.state == NULL)
            continue;
        }
      if (self.state->offset == size)
        return TRUE;
      if (self.idle >= MAX_IDLE || self.setbacks > MAX_SETBACKS)
        {
          qd_courier_set_error (error, QD_COURIER_ERROR_SERVER, 0, _ ("The receiver does not keep what it is sent. It will be tried again later; tell the receiver if it lasts."));
          return FALSE;
        }
      if (!ask_options (&self, error) || !send_chunk (&self, error))
        return FALSE;
    }
}
