/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-digest"
#include "config.h"

#include "qd-digest.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK (256 * 1024)

gboolean
qd_is_sha256 (const char *text)
{
  if (text == NULL || strlen (text) != 64)
    return FALSE;
  return strspn (text, "0123456789abcdef") == 64;
}

char *
qd_fd_digest (int fd, gint64 *size_out, GCancellable *cancellable, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *block = g_malloc (BLOCK);
  gint64 size = 0;

  for (;;)
    {
      ssize_t n;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      n = read (fd, block, BLOCK);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
          return NULL;
        }
      if (n == 0)
        break;
      g_checksum_update (checksum, block, n);
      size += n;
    }
  if (size_out != NULL)
    *size_out = size;
  return g_strdup (g_checksum_get_string (checksum));
}

char *
qd_file_digest (const char *path, gint64 *size_out, GCancellable *cancellable, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_CLOEXEC);
  char *digest;

  if (fd < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
      return NULL;
    }
  digest = qd_fd_digest (fd, size_out, cancellable, error);
  close (fd);
  return digest;
}
