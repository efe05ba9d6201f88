/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-folder"
#include "config.h"

#include "qd-folder-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include "qd-digest.h"
#include "qd-receipt-private.h"

#define BLOCK (256 * 1024)
/* What a file system needs beside the bytes of the file: a directory entry, some blocks. */
#define RESERVE (64 * 1024)
#define MAX_RECEIPT_FILES 10000

static void
set_space_error (gint64 size, gint64 left, GError **error)
{
  g_autofree char *need = g_format_size (size);
  g_autofree char *have = g_format_size (left);

  g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_SPACE, _ ("Not enough space in the folder: %s needed, %s left. No partial file was left behind."), need, have);
}

static gint64
get_space (const char *folder)
{
  struct statvfs vfs;

  if (statvfs (folder, &vfs) != 0)
    return G_MAXINT64;
  return MIN ((guint64) vfs.f_bavail * vfs.f_frsize, (guint64) G_MAXINT64);
}

static void
set_write_error (int code, const char *folder, gint64 size, GError **error)
{
  if (code == ENOSPC || code == EDQUOT || code == EFBIG)
    set_space_error (size, get_space (folder), error);
  else
    g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_TARGET, _ ("The folder “%s” cannot be written: %s. Check that the stick or share is connected and not write-protected."), folder, g_strerror (code));
}

/* Copies and flushes. */
static gboolean
copy_to (int from, int to, const char *folder, gint64 size, QdTransferProgress progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *block = g_malloc (BLOCK);
  gint64 done = 0;

  for (;;)
    {
      ssize_t n;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      n = read (from, block, BLOCK);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE, _ ("The package cannot be read any more: %s."), g_strerror (errno));
          return FALSE;
        }
      if (n == 0)
        break;
      for (ssize_t written = 0; written < n;)
        {
          ssize_t w = write (to, block + written, n - written);

          if (w < 0 && errno == EINTR)
            continue;
          if (w < 0)
            {
              set_write_error (errno, folder, size, error);
              return FALSE;
            }
          written += w;
        }
      done += n;
      if (progress != NULL)
        progress (done, size, 0, user_data);
    }
  if (fsync (to) != 0)
    {
      set_write_error (errno, folder, size, error);
      return FALSE;
    }
  return TRUE;
}

/* Reads back what the medium holds, not what the cache does. */
static gboolean
compare_copy (const char *path, const char *sha256, GCancellable *cancellable, GError **error)
{
  g_autofree char *digest = NULL;
  int fd = g_open (path, O_RDONLY | O_CLOEXEC);

  if (fd >= 0)
    {
      posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
      digest = qd_fd_digest (fd, NULL, cancellable, error);
      close (fd);
      if (digest == NULL && g_cancellable_is_cancelled (cancellable))
        return FALSE;
    }
  if (g_strcmp0 (digest, sha256) == 0)
    return TRUE;
  g_clear_error (error);
  g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_TARGET, _ ("What was written does not read back the same, so it was removed. Use another stick or folder."));
  return FALSE;
}

static void
flush_folder (const char *folder)
{
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  (void) fsync (fd);
  close (fd);
}

/* The path to write, or one that already holds the package (@present_out). */
static char *
choose_path (const char *package_path, const char *sha256, const char *folder, gboolean *present_out, GCancellable *cancellable)
{
  g_autofree char *base = g_path_get_basename (package_path);
  g_autofree char *name = NULL;

  if (g_str_has_suffix (base, ".asice"))
    base[strlen (base) - strlen (".asice")] = '\0';
  else
    g_strlcpy (base, "", 1);
  *present_out = FALSE;
  name = *base != '\0' ? g_strconcat (base, ".asice", NULL) : g_strconcat (sha256, ".asice", NULL);
  for (;;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *there = NULL;

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
      there = qd_file_digest (path, NULL, cancellable, NULL);
      if (g_strcmp0 (there, sha256) == 0)
        {
          *present_out = TRUE;
          return g_steal_pointer (&path);
        }
      /* Another file of that name stays; ours then carries its digest, which no other can. */
      if (strstr (name, sha256) != NULL)
        return g_steal_pointer (&path);
      g_free (name);
      name = g_strdup_printf ("%s-%s.asice", base, sha256);
    }
}

gboolean
qd_folder_send (const char *package_path, gint64 size, const char *package_sha256, const char *folder, QdTransferProgress progress, gpointer user_data, GCancellable *cancellable, char **path_out, GError **error)
{
  gboolean present, done = FALSE;
  g_autofree char *path = NULL;
  g_autofree char *temporary = NULL;
  g_autofree char *temporary_name = g_strdup_printf (".%s.part", package_sha256);
  int from, to;
  gint64 left;

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_TARGET, _ ("There is no folder “%s”. Connect the stick or share, or choose another folder."), folder);
      return FALSE;
    }
  path = choose_path (package_path, package_sha256, folder, &present, cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (present)
    {
      if (progress != NULL)
        progress (size, size, size, user_data);
      if (path_out != NULL)
        *path_out = g_steal_pointer (&path);
      return TRUE;
    }
  temporary = g_build_filename (folder, temporary_name, NULL);
  g_unlink (temporary); /* of an attempt that was cut off */
  left = get_space (folder);
  if (left < size + RESERVE)
    {
      set_space_error (size, left, error);
      return FALSE;
    }
  from = g_open (package_path, O_RDONLY | O_CLOEXEC);
  if (from < 0)
    {
      g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE, _ ("The package cannot be read any more: %s."), g_strerror (errno));
      return FALSE;
    }
  to = g_open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (to < 0)
    set_write_error (errno, folder, size, error);
  else
    {
      done = copy_to (from, to, folder, size, progress, user_data, cancellable, error);
      if (close (to) != 0 && done)
        {
          set_write_error (errno, folder, size, error);
          done = FALSE;
        }
      done = done && compare_copy (temporary, package_sha256, cancellable, error);
      if (done && g_rename (temporary, path) != 0)
        {
          set_write_error (errno, folder, size, error);
          done = FALSE;
        }
      if (!done)
        g_unlink (temporary);
      flush_folder (folder);
    }
  close (from);
  if (done && path_out != NULL)
    *path_out = g_steal_pointer (&path);
  return done;
}

/* Takes the file's receipt when it is about the package and says more than what we have. */
static void
consider_file (const char *path, const char *sha256, GBytes **best, QdReceiptKind *best_kind)
{
  GStatBuf status;
  g_autofree char *text = NULL;
  gsize length = 0;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *digest = NULL;
  QdReceiptKind kind;

  if (g_stat (path, &status) != 0 || !S_ISREG (status.st_mode) || status.st_size > QD_RECEIPT_MAX_SIZE)
    return;
  if (!g_file_get_contents (path, &text, &length, NULL))
    return;
  bytes = g_bytes_new_take (g_steal_pointer (&text), length);
  digest = qd_receipt_peek (bytes, &kind);
  if (g_strcmp0 (digest, sha256) != 0 || (*best != NULL && kind <= *best_kind))
    return;
  g_clear_pointer (best, g_bytes_unref);
  *best = g_steal_pointer (&bytes);
  *best_kind = kind;
}

static void
consider_folder (const char *folder, const char *suffix, const char *sha256, GBytes **best, QdReceiptKind *best_kind, GCancellable *cancellable)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL && n++ < MAX_RECEIPT_FILES && !g_cancellable_is_cancelled (cancellable))
    {
      g_autofree char *path = NULL;

      if (!g_str_has_suffix (name, suffix))
        continue;
      path = g_build_filename (folder, name, NULL);
      consider_file (path, sha256, best, best_kind);
    }
}

GBytes *
qd_folder_find_receipt (const char *package_sha256, const char *folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) best = NULL;
  QdReceiptKind kind = QD_RECEIPT_RECEIVED;
  g_autofree char *receipts = g_build_filename (folder, "receipts", NULL);

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_TARGET, _ ("There is no folder “%s”. Connect the stick or share, or choose another folder."), folder);
      return NULL;
    }
  consider_folder (receipts, ".xml", package_sha256, &best, &kind, cancellable);
  consider_folder (folder, ".receipt.xml", package_sha256, &best, &kind, cancellable);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return g_steal_pointer (&best);
}
