/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-upload-state"
#include "config.h"

#include "qd-upload-state-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include "qd-digest.h"
#include "qd-receipt.h"

#define GROUP "upload"
#define MAX_STATE (64 * 1024)

gboolean
qd_is_http_address (const char *text)
{
  g_autoptr (GUri) uri = NULL;

  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return FALSE;
  uri = g_uri_parse (text, G_URI_FLAGS_HAS_PASSWORD, NULL);
  if (uri == NULL || g_uri_get_userinfo (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return FALSE;
  if (!g_str_equal (g_uri_get_scheme (uri), "http") && !g_str_equal (g_uri_get_scheme (uri), "https"))
    return FALSE;
  return g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0';
}

static int
get_port (GUri *uri)
{
  if (g_uri_get_port (uri) != -1)
    return g_uri_get_port (uri);
  return g_str_equal (g_uri_get_scheme (uri), "https") ? 443 : 80;
}

gboolean
qd_is_same_origin (const char *url_a, const char *url_b)
{
  g_autoptr (GUri) a = NULL;
  g_autoptr (GUri) b = NULL;

  if (!qd_is_http_address (url_a) || !qd_is_http_address (url_b))
    return FALSE;
  a = g_uri_parse (url_a, G_URI_FLAGS_NONE, NULL);
  b = g_uri_parse (url_b, G_URI_FLAGS_NONE, NULL);
  return a != NULL && b != NULL && g_str_equal (g_uri_get_scheme (a), g_uri_get_scheme (b)) &&
         g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0 && get_port (a) == get_port (b);
}

QdUploadState *
qd_upload_state_new (const char *sha256, gint64 size, const char *target, const char *url)
{
  QdUploadState *self = g_new0 (QdUploadState, 1);

  self->sha256 = g_strdup (sha256);
  self->size = size;
  self->target = g_strdup (target);
  self->url = g_strdup (url);
  return self;
}

void
qd_upload_state_free (QdUploadState *self)
{
  g_free (self->sha256);
  g_free (self->target);
  g_free (self->url);
  g_free (self);
}

QdUploadState *
qd_upload_state_parse (const char *text, gsize length)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (QdUploadState) self = NULL;

  /* Addresses and digests need no escapes, and a key file with broken ones makes GLib warn. */
  if (length == 0 || length > MAX_STATE || memchr (text, '\\', length) != NULL || !g_key_file_load_from_data (file, text, length, G_KEY_FILE_NONE, NULL))
    return NULL;
  self = g_new0 (QdUploadState, 1);
  self->sha256 = g_key_file_get_string (file, GROUP, "sha256", NULL);
  self->size = g_key_file_get_int64 (file, GROUP, "size", NULL);
  self->target = g_key_file_get_string (file, GROUP, "target", NULL);
  self->url = g_key_file_get_string (file, GROUP, "url", NULL);
  self->offset = g_key_file_get_int64 (file, GROUP, "offset", NULL);
  self->chunk = g_key_file_get_int64 (file, GROUP, "chunk", NULL);
  if (!qd_is_sha256 (self->sha256) || self->size <= 0 || self->offset < 0 || self->offset > self->size || self->chunk < 0)
    return NULL;
  if (!qd_is_same_origin (self->url, self->target))
    return NULL;
  return g_steal_pointer (&self);
}

QdUploadState *
qd_upload_state_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length = 0;
  g_autoptr (GError) local = NULL;

  if (!g_file_get_contents (path, &text, &length, &local))
    {
      if (!g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE, _ ("The state of the upload cannot be read: %s. Check the permissions of that folder."), local->message);
      return NULL;
    }
  return qd_upload_state_parse (text, length);
}

gboolean
qd_upload_state_save (const QdUploadState *self, const char *path, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GError) local = NULL;

  g_key_file_set_string (file, GROUP, "sha256", self->sha256);
  g_key_file_set_int64 (file, GROUP, "size", self->size);
  g_key_file_set_string (file, GROUP, "target", self->target);
  g_key_file_set_string (file, GROUP, "url", self->url);
  g_key_file_set_int64 (file, GROUP, "offset", self->offset);
  g_key_file_set_int64 (file, GROUP, "chunk", self->chunk);
  text = g_key_file_to_data (file, &length, NULL);
  if (g_file_set_contents_full (path, text, length, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &local))
    return TRUE;
  g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE, _ ("The state of the upload cannot be written: %s. Make room, or check the permissions of that folder."), local->message);
  return FALSE;
}

int
qd_upload_lock (const char *path, GError **error)
{
  for (;;)
    {
      int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
      struct stat held, named;

      if (fd < 0)
        {
          g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE, _ ("The state of the upload cannot be written: %s. Make room, or check the permissions of that folder."), g_strerror (errno));
          return -1;
        }
      if (flock (fd, LOCK_EX | LOCK_NB) != 0)
        {
          close (fd);
          g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE, _ ("This package is being sent already, by another window or program. Wait until that one is done."));
          return -1;
        }
      /* Whoever held it before may have removed the file meanwhile: then this lock is on a file that has no name. */
      if (fstat (fd, &held) == 0 && stat (path, &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev)
        return fd;
      close (fd);
    }
}

void
qd_upload_unlock (const char *path, int fd)
{
  g_unlink (path);
  close (fd);
}
