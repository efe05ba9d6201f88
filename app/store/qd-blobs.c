/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-blobs"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "qd-store-private.h"

/* So many chunks are one transaction: few enough for edits to get through, many enough not to wait for the disk at each. */
#define CHUNKS_PER_PIECE 4
#define PIECE_SIZE (CHUNKS_PER_PIECE * QD_DB_CHUNK_SIZE)

typedef struct
{
  gint64 upload;
  gint64 n; /* of the first chunk */
  const guint8 *data;
  gsize size;
} Piece;

typedef struct
{
  const char *sha256;
  gint64 upload; /* 0: look for @sha256 first */
  gint64 size;
  gint64 n;
  GBytes *data;
} Fetch;

void
qd_upload_clear (QdUpload *upload)
{
  g_clear_pointer (&upload->sha256, g_free);
}

static gboolean
put_chunks (QdDb *db, const Piece *piece, GError **error)
{
  for (gsize done = 0, n = piece->n; done < piece->size; done += QD_DB_CHUNK_SIZE, n++)
    if (!qd_db_run (db, error, "INSERT INTO chunk (upload, n, data) VALUES (?,?,?)", "iib", piece->upload, (gint64) n, piece->data + done, MIN (piece->size - done, QD_DB_CHUNK_SIZE)))
      return FALSE;
  return TRUE;
}

static gboolean
put_piece_in_thread (QdDb *db, gpointer data, GError **error)
{
  if (!qd_db_begin (db, error))
    return FALSE;
  return qd_db_end (db, put_chunks (db, data, error), error);
}

static gboolean
drop_upload (QdDb *db, gint64 upload, GError **error)
{
  return qd_db_run (db, error, "DELETE FROM chunk WHERE upload = ?", "i", upload);
}

static gboolean
drop_in_thread (QdDb *db, gpointer data, GError **error)
{
  return drop_upload (db, *(gint64 *) data, error);
}

gboolean
qd_upload_name (QdDb *db, const QdUpload *upload, GError **error)
{
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT 1 FROM blob WHERE sha256 = ?", "t", upload->sha256);
  int step;

  if (!query)
    return FALSE;
  step = qd_db_step (db, query, error);
  if (step < 0)
    return FALSE;
  if (step == 1)
    return drop_upload (db, upload->upload, error);
  return qd_db_run (db, error, "INSERT INTO blob (sha256, size, upload) VALUES (?,?,?)", "tii", upload->sha256, upload->size, upload->upload);
}

static gboolean
name_in_thread (QdDb *db, gpointer data, GError **error)
{
  if (!qd_db_begin (db, error))
    return FALSE;
  return qd_db_end (db, qd_upload_name (db, data, error), error);
}

void
qd_store_drop_upload (QdStore *self, const QdUpload *upload)
{
  gint64 number = upload->upload;
  g_autoptr (GError) error = NULL;

  if (!qd_store_call (self, QD_CALL_CURRENT, drop_in_thread, &number, &error))
    g_debug ("A cut-off file stays until the workspace is opened again: %s", error->message);
}

/* Reads until the buffer is full or the file ends: -1 on error. */
static gssize
read_full (int fd, guint8 *buffer, gsize size)
{
  gsize done = 0;

  while (done < size)
    {
      ssize_t n = read (fd, buffer + done, size - done);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return -1;
      if (n == 0)
        break;
      done += n;
    }
  return done;
}

static gboolean
stream_in (QdStore *self, int fd, const char *name, GCancellable *cancellable, QdUpload *upload, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (PIECE_SIZE);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (gint64 n = 0;; n += CHUNKS_PER_PIECE)
    {
      Piece piece = { .upload = upload->upload, .n = n, .data = buffer };
      gssize size;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      size = read_full (fd, buffer, PIECE_SIZE);
      if (size < 0)
        {
          g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IO, _ ("“%s” cannot be read: %s."), name, g_strerror (errno));
          return FALSE;
        }
      if (size == 0)
        break;
      piece.size = size;
      g_checksum_update (checksum, buffer, size);
      upload->size += size;
      if (!qd_store_call (self, QD_CALL_CURRENT, put_piece_in_thread, &piece, error))
        return FALSE;
      if (size < PIECE_SIZE)
        break;
    }
  upload->sha256 = g_strdup (g_checksum_get_string (checksum));
  return TRUE;
}

gboolean
qd_store_upload (QdStore *self, const char *path, GCancellable *cancellable, QdUpload *upload, GError **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean ok;

  if (fd < 0)
    {
      int saved = errno;
      g_set_error (error, QD_STORE_ERROR, saved == ENOENT ? QD_STORE_ERROR_NOT_FOUND : QD_STORE_ERROR_IO, _ ("“%s” cannot be read: %s."), name, g_strerror (saved));
      return FALSE;
    }
  /* Any number that no other upload has: what is cut off is swept away when the workspace opens. */
  upload->upload = ((gint64) g_random_int () << 31 | g_random_int ()) & G_MAXINT64;
  ok = stream_in (self, fd, name, cancellable, upload, error);
  close (fd);
  if (!ok)
    qd_store_drop_upload (self, upload);
  return ok;
}

char *
qd_store_import_blob (QdStore *self, const char *path, GCancellable *cancellable, GError **error)
{
  g_auto (QdUpload) upload = { 0 };

  g_return_val_if_fail (QD_IS_STORE (self) && path != NULL, NULL);
  if (!qd_store_upload (self, path, cancellable, &upload, error))
    return NULL;
  if (!qd_store_call (self, QD_CALL_WRITE, name_in_thread, &upload, error))
    {
      qd_store_drop_upload (self, &upload);
      return NULL;
    }
  return g_steal_pointer (&upload.sha256);
}

static gboolean
fetch_in_thread (QdDb *db, gpointer data, GError **error)
{
  Fetch *fetch = data;
  g_autoptr (sqlite3_stmt) query = NULL;
  int step;

  if (fetch->upload == 0)
    {
      g_autoptr (sqlite3_stmt) blob = qd_db_query (db, error, "SELECT upload, size FROM blob WHERE sha256 = ?", "t", fetch->sha256);

      if (!blob)
        return FALSE;
      step = qd_db_step (db, blob, error);
      if (step == 0)
        g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND, _ ("“%s” holds no file with the digest %s."), db->name, fetch->sha256);
      if (step <= 0)
        return FALSE;
      fetch->upload = sqlite3_column_int64 (blob, 0);
      fetch->size = sqlite3_column_int64 (blob, 1);
    }
  query = qd_db_query (db, error, "SELECT data FROM chunk WHERE upload = ? AND n = ?", "ii", fetch->upload, fetch->n);
  if (!query)
    return FALSE;
  step = qd_db_step (db, query, error);
  if (step == 1)
    fetch->data = g_bytes_new (sqlite3_column_blob (query, 0), sqlite3_column_bytes (query, 0));
  return step >= 0;
}

static gboolean
set_write_error (const char *name, int code, GError **error)
{
  g_set_error (error, QD_STORE_ERROR, code == ENOSPC || code == EDQUOT || code == EFBIG ? QD_STORE_ERROR_FULL : QD_STORE_ERROR_IO, _ ("“%s” cannot be written: %s. No partial file was left."), name, g_strerror (code));
  return FALSE;
}

static gboolean
write_full (int fd, GBytes *bytes)
{
  gsize size, done = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  while (done < size)
    {
      ssize_t n = write (fd, data + done, size - done);
      if (n < 0 && errno != EINTR)
        return FALSE;
      if (n > 0)
        done += n;
    }
  return TRUE;
}

static gboolean
stream_out (QdStore *self, const char *sha256, int fd, const char *name, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  Fetch fetch = { .sha256 = sha256 };
  gint64 size = 0;

  for (fetch.n = 0;; fetch.n++)
    {
      g_autoptr (GBytes) bytes = NULL;

      fetch.data = NULL;
      if (!qd_store_call (self, QD_CALL_READ, fetch_in_thread, &fetch, error))
        return FALSE;
      bytes = fetch.data;
      if (!bytes)
        break;
      if (!write_full (fd, bytes))
        return set_write_error (name, errno, error);
      g_checksum_update (checksum, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      size += g_bytes_get_size (bytes);
    }
  if (size != fetch.size || strcmp (g_checksum_get_string (checksum), sha256) != 0)
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_CORRUPT, _ ("The stored content of “%s” is damaged: its digest is not %s. Use a backup."), name, sha256);
      return FALSE;
    }
  return fsync (fd) == 0 || set_write_error (name, errno, error);
}

gboolean
qd_store_export_blob (QdStore *self, const char *sha256, const char *path, GError **error)
{
  g_autofree char *folder = NULL, *base = NULL, *name = NULL, *pattern = NULL, *part = NULL;
  int fd;

  g_return_val_if_fail (QD_IS_STORE (self) && sha256 != NULL && path != NULL, FALSE);
  folder = g_path_get_dirname (path);
  base = g_path_get_basename (path);
  name = g_filename_display_name (base);
  /* Not the whole name in front: it may be as long as names can be. */
  pattern = g_strdup (".qingdan-part-XXXXXX");
  part = g_build_filename (folder, pattern, NULL);
  fd = g_mkstemp_full (part, O_WRONLY | O_CLOEXEC, 0666);
  if (fd < 0)
    return set_write_error (name, errno, error);
  if (!stream_out (self, sha256, fd, name, error))
    {
      close (fd);
      g_unlink (part);
      return FALSE;
    }
  if (close (fd) != 0 || g_rename (part, path) != 0)
    {
      int saved = errno;
      g_unlink (part);
      return set_write_error (name, saved, error);
    }
  fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0)
    {
      fsync (fd);
      close (fd);
    }
  return TRUE;
}
