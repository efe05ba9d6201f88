/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody types; the process is killed without warning; what is lost is at most the last second, and the file is whole. */
#include "config.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "qd-journal-private.h"

#define ROUNDS 10
#define FORM "cn.kill"

typedef struct
{
  gint64 number;
  gint64 time; /* monotonic, microseconds */
} Key;

static const char *own_name;

/* The one who types: numbers upward from those that are there, each told to the parent once it is queued. */
static int
type_until_killed (const char *path)
{
  g_autoptr (QdStore) store = qd_store_open (path, FALSE, NULL);
  g_autoptr (GPtrArray) changes = NULL;
  gint64 declaration = qd_store_find_declaration (store, FORM);
  g_autoptr (GBytes) xml = qd_store_read_snapshot (store, declaration, &changes, NULL);
  gint64 number = changes->len;

  for (;;)
    {
      g_autofree char *old = g_strdup_printf ("%" G_GINT64_FORMAT, number);
      g_autofree char *fresh = g_strdup_printf ("%" G_GINT64_FORMAT, number + 1);
      GPtrArray *edit = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_change_free);
      Key key;

      number++;
      g_ptr_array_add (edit, qd_change_new (QD_CHANGE_VALUE, "/d/typed", NULL, old, fresh));
      if (!qd_store_queue_changes (store, declaration, number, 0, "typed", edit, NULL))
        return 1;
      key.number = number;
      key.time = g_get_monotonic_time ();
      if (write (STDOUT_FILENO, &key, sizeof key) != sizeof key)
        return 1;
      g_usleep (10000);
    }
}

static void
assert_whole (const char *path)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, "PRAGMA integrity_check", -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  g_assert_cmpstr ((const char *) sqlite3_column_text (statement, 0), ==, "ok");
  sqlite3_finalize (statement);
  sqlite3_close (db);
}

/* The numbers in the journal are 1, 2, 3 … without a gap: nothing was lost but at the end. Returns how many. */
static gint64
count_saved (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdStore) store = qd_store_open (path, FALSE, &error);
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GBytes) xml = NULL;

  g_assert_no_error (error);
  qd_store_verify_journal (store, &error);
  g_assert_no_error (error);
  xml = qd_store_read_snapshot (store, qd_store_find_declaration (store, FORM), &changes, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < changes->len; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%u", i + 1);
      g_assert_cmpstr (((QdChange *) changes->pdata[i])->new_text, ==, expected);
    }
  return changes->len;
}

static void
test_kill (void)
{
  g_autofree char *folder = g_dir_make_tmp ("qd-kill-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "w.qingdan", NULL);
  g_autofree char *lock = g_build_filename (folder, ".w.qingdan.lock", NULL);
  g_autoptr (GBytes) xml = g_bytes_new_static ("<d/>", 4);
  QdStore *store = qd_store_create (path, NULL);
  gint64 saved = 0, worst = 0;
  guint late = 0;

  g_assert_cmpint (qd_store_add_declaration (store, FORM, "1", "2026", NULL, 0, xml, NULL), ==, 1);
  g_assert_finalize_object (store);

  for (int round = 0; round < ROUNDS; round++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSubprocess) child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, own_name, "--type", path, NULL);
      g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (Key));
      GInputStream *pipe = g_subprocess_get_stdout_pipe (child);
      Key key;
      gsize n;
      gint64 before = saved, lost_since = 0;

      g_assert_no_error (error);
      /* The clock starts with the first key, whatever the start took. */
      g_assert_true (g_input_stream_read_all (pipe, &key, sizeof key, &n, NULL, NULL) && n == sizeof key);
      g_array_append_val (keys, key);
      g_usleep (g_random_int_range (20000, round % 3 == 0 ? 1800000 : 500000));
      g_subprocess_force_exit (child);
      while (g_input_stream_read_all (pipe, &key, sizeof key, &n, NULL, NULL) && n == sizeof key)
        g_array_append_val (keys, key);
      g_subprocess_wait (child, NULL, NULL);
      g_assert_true (g_subprocess_get_if_signaled (child));

      g_assert_true (g_file_test (lock, G_FILE_TEST_EXISTS));
      saved = count_saved (path);
      assert_whole (path);
      g_assert_cmpint (saved, >=, before);
      key = g_array_index (keys, Key, keys->len - 1);
      /* A key that was typed just before the end may have been queued without having been told. */
      g_assert_cmpint (saved, <=, key.number + 1);
      for (guint i = 0; i < keys->len && !lost_since; i++)
        if (g_array_index (keys, Key, i).number > saved)
          lost_since = g_array_index (keys, Key, i).time;
      if (lost_since)
        worst = MAX (worst, key.time - lost_since);
      if (lost_since && key.time - lost_since > G_USEC_PER_SEC)
        late++;
    }
  g_test_message ("%" G_GINT64_FORMAT " changes on disk after %d kills; at most the last %d ms were lost", saved, ROUNDS, (int) (worst / 1000));
  g_assert_cmpint (saved, >, ROUNDS);
  /* A machine that stands still for a second is not the store's fault; one that does so every time would be. */
  g_assert_cmpuint (late, <, ROUNDS / 3);

  g_unlink (path);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  own_name = argv[0];
  if (argc == 3 && g_str_equal (argv[1], "--type"))
    return type_until_killed (argv[2]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/kill", test_kill);
  return g_test_run ();
}
