/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scratch folders: private, gone at the end, and cleared away when a process was killed over them, but only then. */
#include "config.h"
#include "qd-scratch.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "file-kit.h"

static char *
put_file (const QdScratch *scratch)
{
  char *path = g_build_filename (qd_scratch_get_path (scratch), "附件.pdf", NULL);

  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  return path;
}

static void
test_gone (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdScratch) a = qd_scratch_new ("test", &error);
  g_autoptr (QdScratch) b = NULL;
  g_autofree char *path = NULL;
  g_autofree char *file = NULL;
  struct stat info;

  g_assert_no_error (error);
  b = qd_scratch_new ("test", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (qd_scratch_get_path (a), !=, qd_scratch_get_path (b));
  g_assert_cmpint (stat (qd_scratch_get_path (a), &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  file = put_file (a);
  path = g_strdup (qd_scratch_get_path (a));
  qd_scratch_free (g_steal_pointer (&a));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (qd_scratch_get_path (b), G_FILE_TEST_IS_DIR));
}

/* A process that makes a folder, tells its path and waits to be killed. */
static pid_t
start_holder (char **path_out)
{
  char path[4096] = "";
  int pipes[2];
  pid_t pid;

  g_assert_cmpint (pipe (pipes), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      QdScratch *scratch = qd_scratch_new ("test", NULL);
      g_autofree char *file = put_file (scratch);

      g_assert_cmpint (write (pipes[1], qd_scratch_get_path (scratch), strlen (qd_scratch_get_path (scratch)) + 1), >, 0);
      for (;;)
        pause ();
    }
  g_assert_cmpint (read (pipes[0], path, sizeof path), >, 0);
  close (pipes[0]);
  close (pipes[1]);
  *path_out = g_strdup (path);
  return pid;
}

static void
test_killed (void)
{
  g_autofree char *path = NULL;
  pid_t pid = start_holder (&path);
  g_autoptr (QdScratch) during = qd_scratch_new ("test", NULL);
  g_autoptr (QdScratch) other_kind = NULL;
  g_autoptr (QdScratch) after = NULL;
  g_autofree char *file = g_build_filename (path, "附件.pdf", NULL);

  g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS)); /* in use: left alone */
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS));
  other_kind = qd_scratch_new ("other", NULL);
  g_assert_true (g_file_test (file, G_FILE_TEST_EXISTS));
  after = qd_scratch_new ("test", NULL);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (qd_scratch_get_path (during), G_FILE_TEST_IS_DIR));
}

/* What is no scratch folder is not followed or removed, and a cache that cannot be written is said. */
static void
test_hostile (void)
{
  g_autofree char *elsewhere = g_dir_make_tmp ("qd-elsewhere-XXXXXX", NULL);
  g_autofree char *kept = g_build_filename (elsewhere, "kept", NULL);
  g_autofree char *parent = g_build_filename (g_get_user_cache_dir (), "qingdan", "links", NULL);
  g_autofree char *link = g_build_filename (parent, "link", NULL);
  g_autofree char *in_the_way = g_build_filename (g_get_user_cache_dir (), "qingdan", "file", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdScratch) scratch = NULL;
  g_autoptr (QdScratch) none = NULL;

  g_assert_true (g_file_set_contents (kept, "x", 1, NULL));
  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_cmpint (symlink (elsewhere, link), ==, 0);
  scratch = qd_scratch_new ("links", &error);
  g_assert_no_error (error);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));

  g_assert_true (g_file_set_contents (in_the_way, "x", 1, NULL));
  none = qd_scratch_new ("file", &error);
  g_assert_null (none);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  qd_test_remove_tree (elsewhere);
}

int
main (int argc, char *argv[])
{
  g_autofree char *cache = g_dir_make_tmp ("qd-cache-XXXXXX", NULL);
  int status;

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scratch/gone", test_gone);
  g_test_add_func ("/scratch/killed", test_killed);
  g_test_add_func ("/scratch/hostile", test_hostile);
  status = g_test_run ();
  qd_test_remove_tree (cache);
  return status;
}
