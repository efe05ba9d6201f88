/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-lock"
#include "config.h"

#include "qd-lock-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "qd-store.h"

struct _QdLock
{
  char *path;
  int fd;
};

/* The holder writes "host\nprocess id\nprogram\n". Only asked while the lock is held, so it cannot be stale; it may be half written. */
static GStrv
read_holder (int fd)
{
  char buffer[512] = "";
  ssize_t size = pread (fd, buffer, sizeof buffer - 1, 0);
  g_autofree char *text = g_utf8_make_valid (buffer, size > 0 ? size : 0);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 4);

  return g_strv_length (lines) == 4 ? g_steal_pointer (&lines) : NULL;
}

static void
set_in_use_error (int fd, const char *name, GError **error)
{
  g_auto (GStrv) lines = read_holder (fd);

  if (lines)
    g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IN_USE, _ ("“%s” is in use on %s (%s, process %s). Close it there, or open it read-only."), name, lines[0], lines[2], lines[1]);
  else
    g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IN_USE, _ ("“%s” is in use by another program. Close it there, or open it read-only."), name);
}

static char *
dup_lock_path (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *lock_name = g_strdup_printf (".%s.lock", base);

  return g_build_filename (folder, lock_name, NULL);
}

gboolean
qd_lock_is_held_elsewhere (const char *path, char **host_out)
{
  g_autofree char *lock_path = dup_lock_path (path);
  g_auto (GStrv) lines = NULL;
  int fd = open (lock_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  gboolean held = FALSE;

  *host_out = NULL;
  if (fd < 0)
    return FALSE;
  /* A shared lock only asks; qd_lock_acquire() forgives the instant for which it stands. */
  held = flock (fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  if (held && (lines = read_holder (fd)))
    {
      gboolean ours = g_str_equal (lines[0], g_get_host_name ()) && g_ascii_strtoll (lines[1], NULL, 10) == getpid ();
      held = !ours;
      *host_out = ours ? NULL : g_strdup (lines[0]);
    }
  close (fd);
  return held;
}

QdLock *
qd_lock_acquire (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *lock_path = dup_lock_path (path);
  g_autofree char *info = NULL;
  QdLock *self;
  int fd = -1;
  guint tries = 0;

  for (;;)
    {
      struct stat held, named;

      fd = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
      if (fd < 0)
        {
          int saved = errno;
          gboolean read_only = saved == EROFS || saved == EACCES || saved == EPERM;
          g_set_error (error, QD_STORE_ERROR, read_only ? QD_STORE_ERROR_READ_ONLY : saved == ENOSPC || saved == EDQUOT ? QD_STORE_ERROR_FULL
                                                                                                                        : QD_STORE_ERROR_IO,
                       _ ("“%s” cannot be opened for writing: %s. Open it read-only, or copy it to a folder where you may write."),
                       name,
                       g_strerror (saved));
          return NULL;
        }
      if (flock (fd, LOCK_EX | LOCK_NB) != 0)
        {
          int saved = errno;
          if (saved == EWOULDBLOCK && tries++ < 3)
            {
              close (fd);
              g_usleep (2000);
              continue;
            }
          if (saved == EWOULDBLOCK)
            set_in_use_error (fd, name, error);
          else
            g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IO, _ ("The folder of “%s” knows no locks (%s). Copy the workspace to a local disk, or open it read-only."), name, g_strerror (saved));
          close (fd);
          return NULL;
        }
      /* The holder before us removes its lock file when it goes: a lock on a file without a name locks nothing. */
      if (fstat (fd, &held) == 0 && stat (lock_path, &named) == 0 && held.st_dev == named.st_dev && held.st_ino == named.st_ino)
        break;
      close (fd);
    }

  info = g_strdup_printf ("%s\n%d\n%s\n", g_get_host_name (), (int) getpid (), g_get_prgname () ? g_get_prgname () : "qingdan");
  if (ftruncate (fd, 0) != 0 || pwrite (fd, info, strlen (info), 0) < 0)
    g_debug ("The lock file says nothing about us: %s", g_strerror (errno));

  self = g_new0 (QdLock, 1);
  self->path = g_steal_pointer (&lock_path);
  self->fd = fd;
  return self;
}

void
qd_lock_release (QdLock *self)
{
  g_unlink (self->path);
  close (self->fd);
  g_free (self->path);
  g_free (self);
}
