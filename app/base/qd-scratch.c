/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-scratch"
#include "config.h"

#include "qd-scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct _QdScratch
{
  char *path;
  int fd; /* of the folder, locked while it is in use: the lock ends with the process, whatever ends that */
};

/* Files only: a scratch folder has no folders in it. */
static void
remove_folder (const char *path)
{
  g_autoptr (GDir) entries = g_dir_open (path, 0, NULL);
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      g_unlink (file);
    }
  g_rmdir (path);
}

/* The folder's descriptor, locked; -1 when it is in use or gone. */
static int
lock_folder (const char *path)
{
  struct stat info;
  int fd = g_open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);

  if (fd < 0)
    return -1;
  /* Without links it was cleared away between its making and its locking. */
  if (flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, &info) == 0 && info.st_nlink > 0 && g_file_test (path, G_FILE_TEST_IS_DIR))
    return fd;
  close (fd);
  return -1;
}

static void
sweep (const char *parent)
{
  g_autoptr (GDir) entries = g_dir_open (parent, 0, NULL);
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);
      int fd = lock_folder (path);

      if (fd < 0)
        continue;
      g_debug ("left behind: %s", path);
      remove_folder (path);
      close (fd);
    }
}

QdScratch *
qd_scratch_new (const char *kind, GError **error)
{
  g_autofree char *parent = g_build_filename (g_get_user_cache_dir (), "qingdan", kind, NULL);

  g_mkdir_with_parents (parent, 0700);
  sweep (parent);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *path = g_build_filename (parent, "XXXXXX", NULL);
      QdScratch *self;
      int fd;

      if (g_mkdtemp_full (path, 0700) == NULL)
        break;
      fd = lock_folder (path);
      if (fd < 0)
        continue;
      self = g_new0 (QdScratch, 1);
      self->path = g_steal_pointer (&path);
      self->fd = fd;
      return self;
    }
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _ ("No folder for temporary files could be made in “%s”: %s. Make room there, or check the permissions."), parent, g_strerror (errno));
  return NULL;
}

const char *
qd_scratch_get_path (const QdScratch *self)
{
  return self->path;
}

void
qd_scratch_free (QdScratch *self)
{
  if (self == NULL)
    return;
  remove_folder (self->path);
  close (self->fd);
  g_free (self->path);
  g_free (self);
}
