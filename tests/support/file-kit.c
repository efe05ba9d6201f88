/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "file-kit.h"

#include <glib/gstdio.h>
#include <stdlib.h>

void
qd_test_remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        qd_test_remove_tree (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static char *home;

static void
remove_home (void)
{
  qd_test_remove_tree (home);
  g_free (home);
}

void
qd_test_isolate_dirs (void)
{
  static const char *const variables[] = { "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME" };

  home = g_dir_make_tmp ("qingdan-test-XXXXXX", NULL);
  g_assert_nonnull (home);
  atexit (remove_home);
  g_setenv ("HOME", home, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *dir = g_build_filename (home, variables[i], NULL);

      g_assert_cmpint (g_mkdir (dir, 0700), ==, 0);
      g_setenv (variables[i], dir, TRUE);
    }
}
