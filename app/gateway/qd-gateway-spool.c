/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-gateway-spool"
#include "config.h"

#include "qd-gateway-spool-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "qd-digest.h"

#define RESERVE (1024 * 1024)

struct _QdGatewaySpool
{
  QdGatewayIndex *index; /* (owned) */
  char *dir;
  char *uploads;
  char *packages;
  char *receipts;
  gint64 max_size;
};

static gboolean
sync_folder (const char *path)
{
  int fd = g_open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return done;
}

static gboolean
has_space (QdGatewaySpool *self, gint64 bytes)
{
  struct statvfs vfs;

  if (statvfs (self->dir, &vfs) != 0)
    return TRUE;
  return (guint64) vfs.f_bavail * vfs.f_frsize >= (guint64) bytes + RESERVE;
}

static guint
status_from_errno (int code)
{
  return code == ENOSPC || code == EDQUOT || code == EFBIG ? 507 : 500;
}

static guint
status_from_error (GError *error)
{
  g_autoptr (GError) owned = error;

  if (owned == NULL)
    return 404;
  g_warning ("%s", owned->message);
  return g_error_matches (owned, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? 507 : 500;
}

char *
qd_gateway_spool_dup_package_path (QdGatewaySpool *self, const char *sha256)
{
  g_autofree char *name = g_strconcat (sha256, ".asice", NULL);

  return g_build_filename (self->packages, name, NULL);
}

char *
qd_gateway_spool_dup_upload_path (QdGatewaySpool *self, const char *id)
{
  return g_build_filename (self->uploads, id, NULL);
}

/* After a crash: offsets that match the files, files that match the index, whole uploads made packages. */
static gboolean
recover (QdGatewaySpool *self, GError **error)
{
  g_autoptr (GPtrArray) uploads = qd_gateway_index_list_open (self->index, error);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (uploads == NULL)
    return FALSE;
  for (guint i = 0; i < uploads->len; i++)
    {
      QdGatewayUpload *upload = g_ptr_array_index (uploads, i);
      g_autofree char *path = qd_gateway_spool_dup_upload_path (self, upload->id);
      g_autofree char *sha256 = NULL;
      const char *text;
      GStatBuf status;
      gboolean new;

      if (g_stat (path, &status) != 0 || status.st_size < upload->offset || status.st_size > upload->size)
        {
          qd_gateway_index_remove_upload (self->index, upload->id, NULL);
          continue;
        }
      /* A killed process leaves its bytes in the cache and so on disk; a power cut only what was flushed. */
      if (qd_gateway_index_is_rebooted (self->index) && truncate (path, upload->offset) == 0)
        status.st_size = upload->offset;
      if (status.st_size < upload->size)
        {
          g_hash_table_add (known, upload->id);
          continue;
        }
      sha256 = qd_file_digest (path, NULL, NULL, error);
      if (sha256 == NULL)
        return FALSE;
      qd_gateway_spool_complete (self, upload->id, sha256, &new, &text);
    }
  dir = g_dir_open (self->uploads, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!g_hash_table_contains (known, name))
      {
        g_autofree char *path = g_build_filename (self->uploads, name, NULL);

        g_unlink (path);
      }
  return TRUE;
}

QdGatewaySpool *
qd_gateway_spool_open (const char *dir, gint64 max_size, GError **error)
{
  g_autoptr (QdGatewaySpool) self = g_new0 (QdGatewaySpool, 1);
  g_autofree char *index = g_build_filename (dir, "index.sqlite", NULL);

  self->dir = g_strdup (dir);
  self->uploads = g_build_filename (dir, "uploads", NULL);
  self->packages = g_build_filename (dir, "packages", NULL);
  self->receipts = g_build_filename (dir, "receipts", NULL);
  self->max_size = max_size;
  if (g_mkdir_with_parents (self->uploads, 0700) != 0 || g_mkdir_with_parents (self->packages, 0700) != 0 || g_mkdir_with_parents (self->receipts, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("The folder “%s” cannot be used: %s. Choose another one, or change its permissions."), dir, g_strerror (errno));
      return NULL;
    }
  self->index = qd_gateway_index_open (index, error);
  if (self->index == NULL || !recover (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
qd_gateway_spool_free (QdGatewaySpool *self)
{
  g_clear_pointer (&self->index, qd_gateway_index_free);
  g_free (self->dir);
  g_free (self->uploads);
  g_free (self->packages);
  g_free (self->receipts);
  g_free (self);
}

QdGatewayIndex *
qd_gateway_spool_get_index (QdGatewaySpool *self)
{
  return self->index;
}

/* The digest that the client announces; NULL when it does not or cannot. */
static char *
dup_announced_digest (const char *metadata)
{
  g_auto (GStrv) pairs = g_strsplit (metadata != NULL ? metadata : "", ",", 64);

  for (gsize i = 0; pairs[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (g_strstrip (pairs[i]), " ", 2);
      g_autofree guchar *decoded = NULL;
      g_autofree char *text = NULL;
      gsize length = 0;

      if (g_strcmp0 (words[0], "sha256") != 0 || words[1] == NULL)
        continue;
      decoded = g_base64_decode (words[1], &length);
      text = g_strndup ((const char *) decoded, length);
      return qd_is_sha256 (text) ? g_steal_pointer (&text) : NULL;
    }
  return NULL;
}

guint
qd_gateway_spool_create (QdGatewaySpool *self, gint64 size, const char *metadata, char **id_out, gint64 *offset_out, const char **text_out)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *digest = dup_announced_digest (metadata);
  g_autofree char *path = qd_gateway_spool_dup_upload_path (self, id);
  QdGatewayUpload upload = { .id = id, .size = size, .metadata = (char *) metadata, .sha256 = digest };
  g_autoptr (GError) error = NULL;
  gint64 known_size = 0;
  int fd;

  if (size == 0)
    {
      *text_out = "An empty file is no package.\n";
      return 400;
    }
  if (size > self->max_size)
    {
      *text_out = "The package is larger than this receiver takes.\n";
      return 413;
    }
  if (digest != NULL && qd_gateway_index_get_package (self->index, digest, &known_size, NULL, NULL, &error) && known_size == size)
    {
      upload.done = TRUE;
      upload.offset = size;
    }
  else if (error == NULL && !has_space (self, size))
    {
      *text_out = "The receiver's disk is full.\n";
      return 507;
    }
  if (error != NULL)
    return status_from_error (g_steal_pointer (&error));
  if (!upload.done)
    {
      fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
      if (fd < 0)
        return status_from_errno (errno);
      close (fd);
      if (!sync_folder (self->uploads))
        return 500;
    }
  if (!qd_gateway_index_add_upload (self->index, &upload, &error))
    return status_from_error (g_steal_pointer (&error));
  *id_out = g_steal_pointer (&id);
  *offset_out = upload.offset;
  return 0;
}

/* What is on disk now: the file's length, not the index's memory. */
static guint
find_upload (QdGatewaySpool *self, const char *id, QdGatewayUpload **upload_out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdGatewayUpload) upload = qd_gateway_index_get_upload (self->index, id, &error);
  g_autofree char *path = NULL;
  GStatBuf status;

  if (upload == NULL)
    return status_from_error (g_steal_pointer (&error));
  if (!upload->done)
    {
      path = qd_gateway_spool_dup_upload_path (self, id);
      if (g_stat (path, &status) != 0)
        return 404;
      upload->offset = status.st_size;
    }
  *upload_out = g_steal_pointer (&upload);
  return 0;
}

guint
qd_gateway_spool_stat (QdGatewaySpool *self, const char *id, gint64 *offset_out, gint64 *size_out, char **metadata_out)
{
  g_autoptr (QdGatewayUpload) upload = NULL;
  guint status = find_upload (self, id, &upload);

  if (status != 0)
    return status;
  *offset_out = upload->offset;
  *size_out = upload->size;
  *metadata_out = g_steal_pointer (&upload->metadata);
  return 0;
}

guint
qd_gateway_spool_remove (QdGatewaySpool *self, const char *id)
{
  g_autoptr (QdGatewayUpload) upload = NULL;
  g_autofree char *path = qd_gateway_spool_dup_upload_path (self, id);
  g_autoptr (GError) error = NULL;
  guint status = find_upload (self, id, &upload);

  if (status != 0)
    return status;
  if (!qd_gateway_index_remove_upload (self->index, id, &error))
    return status_from_error (g_steal_pointer (&error));
  g_unlink (path);
  return 0;
}

void
qd_gateway_write_clear (QdGatewayWrite *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  g_clear_pointer (&self->id, g_free);
  g_clear_pointer (&self->checksum, g_checksum_free);
  g_clear_pointer (&self->expected, g_bytes_unref);
}

static void
fail (QdGatewayWrite *write, guint status, const char *text)
{
  write->status = status;
  write->text = text;
}

void
qd_gateway_spool_begin_write (QdGatewaySpool *self, QdGatewayWrite *write, gint64 offset, gint64 length)
{
  g_autoptr (QdGatewayUpload) upload = NULL;
  g_autofree char *path = qd_gateway_spool_dup_upload_path (self, write->id);
  guint status = find_upload (self, write->id, &upload);

  if (status != 0)
    {
      fail (write, status, "There is no such upload.\n");
      return;
    }
  write->begin = write->offset = upload->offset;
  write->size = upload->size;
  if (offset != upload->offset)
    fail (write, 409, "The offset is another one; ask with HEAD.\n");
  else if (length > upload->size - offset)
    fail (write, 413, "More bytes than were announced.\n");
  else if (!has_space (self, MAX (length, 0)))
    fail (write, 507, "The receiver's disk is full.\n");
  else if (!upload->done)
    {
      write->fd = g_open (path, O_WRONLY | O_CLOEXEC);
      if (write->fd < 0 || lseek (write->fd, offset, SEEK_SET) != offset)
        fail (write, 500, "The upload cannot be written.\n");
    }
}

void
qd_gateway_spool_write (QdGatewaySpool *self, QdGatewayWrite *write_state, GBytes *bytes)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  if (write_state->status != 0)
    return;
  if ((gint64) length > write_state->size - write_state->offset)
    {
      fail (write_state, 413, "More bytes than were announced.\n");
      return;
    }
  if (write_state->checksum != NULL)
    g_checksum_update (write_state->checksum, data, length);
  while (length > 0)
    {
      ssize_t n = write (write_state->fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          fail (write_state, status_from_errno (errno), errno == ENOSPC ? "The receiver's disk is full.\n" : "The upload cannot be written.\n");
          return;
        }
      g_debug ("wrote %s %" G_GINT64_FORMAT " %zd", write_state->id, write_state->offset, n);
      data += n;
      length -= n;
      write_state->offset += n;
    }
}

void
qd_gateway_spool_end_write (QdGatewaySpool *self, QdGatewayWrite *write, gboolean aborted)
{
  g_autoptr (GError) error = NULL;

  if (write->fd < 0)
    return;
  if (!aborted && write->status == 0 && write->checksum != NULL)
    {
      guint8 digest[64];
      gsize length = sizeof digest;
      g_autoptr (GBytes) found = NULL;

      g_checksum_get_digest (write->checksum, digest, &length);
      found = g_bytes_new (digest, length);
      if (!g_bytes_equal (found, write->expected))
        {
          /* tus: a chunk that does not match is thrown away. */
          if (ftruncate (write->fd, write->begin) == 0)
            write->offset = write->begin;
          fail (write, 460, "The chunk was damaged on the way.\n");
        }
    }
  if (fdatasync (write->fd) != 0)
    fail (write, status_from_errno (errno), "The upload cannot be written.\n");
  else if (!qd_gateway_index_set_offset (self->index, write->id, write->offset, &error))
    fail (write, status_from_error (g_steal_pointer (&error)), "The upload cannot be written.\n");
  close (write->fd);
  write->fd = -1;
}

guint
qd_gateway_spool_complete (QdGatewaySpool *self, const char *id, const char *sha256, gboolean *new_out, const char **text_out)
{
  g_autofree char *from = qd_gateway_spool_dup_upload_path (self, id);
  g_autofree char *to = qd_gateway_spool_dup_package_path (self, sha256);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdGatewayUpload) upload = qd_gateway_index_get_upload (self->index, id, &error);

  if (upload == NULL)
    return status_from_error (g_steal_pointer (&error));
  if (upload->sha256 != NULL && !g_str_equal (upload->sha256, sha256))
    {
      qd_gateway_index_remove_upload (self->index, id, NULL);
      g_unlink (from);
      *text_out = "The package is not the one that was announced; send it anew.\n";
      return 460;
    }
  /* First the file under its final name, then the index that speaks of it, last the old name: a crash between leaves nothing half. */
  if ((link (from, to) != 0 && errno != EEXIST) || !sync_folder (self->packages))
    {
      *text_out = "The package cannot be kept.\n";
      return status_from_errno (errno);
    }
  if (!qd_gateway_index_add_package (self->index, id, sha256, upload->size, new_out, &error))
    return status_from_error (g_steal_pointer (&error));
  g_unlink (from);
  return 0;
}

gboolean
qd_gateway_spool_store_receipt (QdGatewaySpool *self, const char *sha256, QdReceiptKind kind, GBytes *receipt, GError **error)
{
  g_autofree char *name = g_strconcat (sha256, ".xml", NULL);
  g_autofree char *path = g_build_filename (self->receipts, name, NULL);
  gsize length;
  const char *data = g_bytes_get_data (receipt, &length);

  if (!g_file_set_contents_full (path, data, length, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, error))
    return FALSE;
  return qd_gateway_index_set_receipt (self->index, sha256, kind, receipt, error);
}
