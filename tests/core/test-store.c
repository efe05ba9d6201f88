/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qd-db-private.h"
#include "qd-draft.h"
#include "qd-journal-private.h"

/* A disk that is full after so many writes: SQLite's own file layer with two methods of its files replaced. */
static int writes_left = -1; /* -1: any number */
static sqlite3_vfs full_vfs;
static sqlite3_vfs *plain_vfs;
static struct
{
  const sqlite3_io_methods *plain;
  sqlite3_io_methods shim;
} shims[4];

static const sqlite3_io_methods *
find_plain (sqlite3_file *file)
{
  for (guint i = 0; i < G_N_ELEMENTS (shims); i++)
    if (file->pMethods == &shims[i].shim)
      return shims[i].plain;
  g_assert_not_reached ();
}

static int
full_write (sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
  int left = g_atomic_int_get (&writes_left);

  if (left == 0)
    return SQLITE_FULL;
  if (left > 0)
    g_atomic_int_add (&writes_left, -1);
  return find_plain (file)->xWrite (file, data, size, offset);
}

static int
full_open (sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
  int code = plain_vfs->xOpen (plain_vfs, name, file, flags, out_flags);

  for (guint i = 0; code == SQLITE_OK && i < G_N_ELEMENTS (shims); i++)
    {
      if (shims[i].plain && shims[i].plain != file->pMethods)
        continue;
      if (!shims[i].plain)
        {
          shims[i].plain = file->pMethods;
          shims[i].shim = *file->pMethods;
          shims[i].shim.xWrite = full_write;
        }
      file->pMethods = &shims[i].shim;
      break;
    }
  return code;
}

static void
install_full_vfs (void)
{
  plain_vfs = sqlite3_vfs_find (NULL);
  full_vfs = *plain_vfs;
  full_vfs.zName = "full";
  full_vfs.xOpen = full_open;
  g_assert_cmpint (sqlite3_vfs_register (&full_vfs, 1), ==, SQLITE_OK);
}

/* Helpers */

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("qd-store-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "沃原.qingdan", NULL);
}

static GPtrArray *
list_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    g_ptr_array_add (names, g_strdup (name));
  return names;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) names = list_folder (fixture->folder);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names->pdata[i], NULL);
      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static QdStore *
open_store (const char *path, gboolean read_only)
{
  g_autoptr (GError) error = NULL;
  QdStore *store = qd_store_open (path, read_only, &error);

  g_assert_no_error (error);
  return store;
}

static QdStore *
create_store (const char *path)
{
  g_autoptr (GError) error = NULL;
  QdStore *store = qd_store_create (path, &error);

  g_assert_no_error (error);
  return store;
}

static void
close_store (QdStore *store)
{
  g_autoptr (GError) error = NULL;

  qd_store_close (store, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (store);
}

static gint64
add_declaration (QdStore *store, const char *form, const char *site)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) xml = g_bytes_new_static ("<d/>", 4);
  gint64 id = qd_store_add_declaration (store, form, "1", "2026", site, 0, xml, &error);

  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);
  return id;
}

static void
edit (QdStore *store, gint64 declaration, gint64 step, QdChangeKind kind, const char *path, const char *old, const char *fresh)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_change_free);

  g_ptr_array_add (changes, qd_change_new (kind, path, NULL, old, fresh));
  qd_store_queue_changes (store, declaration, step, 0, "typed", changes, &error);
  g_assert_no_error (error);
}

static void
flush (QdStore *store)
{
  g_autoptr (GError) error = NULL;

  qd_store_flush (store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (qd_store_get_n_pending (store), ==, 0);
}

/* What another program would do to the file. */
static int
raw_sql (const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  int code;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  code = sqlite3_exec (db, sql, NULL, NULL, NULL);
  sqlite3_close (db);
  return code;
}

static gint64
raw_number (const char *path, const char *sql)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *statement = NULL;
  gint64 number;

  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return number;
}

static char *
digest_of (const char *path)
{
  g_autofree char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) data, size);
}

static char *
write_file (Fixture *fixture, const char *name, gsize size, guint seed)
{
  char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *data = g_malloc (size + 1);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (gsize i = 0; i < size; i++)
    data[i] = g_rand_int (random);
  g_assert_true (g_file_set_contents (path, data, size, NULL));
  return path;
}

static void
seal (Fixture *fixture, QdStore *store, gint64 id)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *package = write_file (fixture, "p.asice", 2500000, id);
  g_autoptr (GBytes) submission = g_bytes_new_static ("<sealed/>", 9);
  g_autoptr (GBytes) verdict = g_bytes_new_static ("<verdict/>", 10);

  qd_store_seal (store, id, package, submission, verdict, &error);
  g_assert_no_error (error);
}

/* Tests */

static void
test_create (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *before = NULL, *after = NULL, *name = NULL;

  g_assert_false (qd_store_is_read_only (store));
  g_assert_cmpstr (qd_store_get_path (store), ==, fixture->path);
  g_assert_cmpint (add_declaration (store, "cn.profile", NULL), ==, 1);
  qd_store_set_setting (store, "name", "沃原", &error);
  g_assert_no_error (error);
  close_store (store);

  /* One file stays, nothing beside it. */
  names = list_folder (fixture->folder);
  g_assert_cmpuint (names->len, ==, 1);

  before = digest_of (fixture->path);
  g_assert_null (qd_store_create (fixture->path, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IO);
  g_clear_error (&error);
  after = digest_of (fixture->path);
  g_assert_cmpstr (before, ==, after);

  store = open_store (fixture->path, FALSE);
  name = qd_store_dup_setting (store, "name");
  g_assert_cmpstr (name, ==, "沃原");
  g_assert_null (qd_store_dup_setting (store, "target"));
  qd_store_set_setting (store, "name", NULL, &error);
  g_assert_no_error (error);
  g_assert_null (qd_store_dup_setting (store, "name"));
  g_assert_cmpint (qd_store_find_declaration (store, "cn.profile"), ==, 1);
  g_assert_cmpint (qd_store_find_declaration (store, "cn.register"), ==, 0);
  close_store (store);
}

static void
test_declarations (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (QdDeclaration) row = NULL;
  g_autoptr (QdDeclaration) copy = NULL;
  g_autoptr (GBytes) xml = g_bytes_new_static ("<d>1</d>", 8);
  gint64 first = add_declaration (store, "cn.a", "东厂");
  gint64 second = qd_store_add_declaration (store, "cn.a", "2", "2027", "东厂", first, xml, &error);

  g_assert_no_error (error);
  rows = qd_store_list_declarations (store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  row = qd_store_get_declaration (store, second, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (row->form_id, ==, "cn.a");
  g_assert_cmpstr (row->form_version, ==, "2");
  g_assert_cmpstr (row->period, ==, "2027");
  g_assert_cmpint (row->amends, ==, first);
  g_assert_cmpint (row->state, ==, QD_STATE_DRAFT);
  copy = qd_declaration_copy (row);
  g_assert_cmpstr (copy->site, ==, "东厂");

  qd_store_queue_counts (store, second, 3, 2);
  qd_store_set_state (store, second, QD_STATE_CHECKED, &error);
  g_assert_no_error (error);
  g_clear_pointer (&row, qd_declaration_free);
  row = qd_store_get_declaration (store, second, &error);
  g_assert_cmpint (row->state, ==, QD_STATE_CHECKED);
  g_assert_cmpuint (row->critical, ==, 3);
  g_assert_cmpuint (row->unexplained, ==, 2);

  /* An edit after the check makes it a draft again. */
  edit (store, second, 1, QD_CHANGE_VALUE, "/d/a", NULL, "1");
  g_clear_pointer (&row, qd_declaration_free);
  row = qd_store_get_declaration (store, second, &error);
  g_assert_cmpint (row->state, ==, QD_STATE_DRAFT);

  g_assert_null (qd_store_get_declaration (store, 99, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (qd_store_set_state (store, 99, QD_STATE_CHECKED, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* Sealed is no word that one can just say. */
  g_assert_false (qd_store_set_state (store, first, QD_STATE_SEALED, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (qd_store_add_declaration (store, "cn.a", "1", "2026", NULL, 77, xml, &error), ==, 0);
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  close_store (store);
}

static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *text; /* NULL: made by SQL */
    const char *sql;
    QdStoreError code;
  } rows[] = {
    { "empty", "", NULL, QD_STORE_ERROR_NOT_A_WORKSPACE },
    { "text", "this is a letter\n", NULL, QD_STORE_ERROR_NOT_A_WORKSPACE },
    { "short header", "SQLite format 3", NULL, QD_STORE_ERROR_NOT_A_WORKSPACE },
    { "other database", NULL, "CREATE TABLE t (x); PRAGMA journal_mode = WAL; INSERT INTO t VALUES (1)", QD_STORE_ERROR_NOT_A_WORKSPACE },
    { "other application", NULL, "PRAGMA application_id = 1; PRAGMA user_version = 2; CREATE TABLE t (x)", QD_STORE_ERROR_NOT_A_WORKSPACE },
    { "our id, no version", NULL, "PRAGMA application_id = 0x51444e47; CREATE TABLE t (x)", QD_STORE_ERROR_NOT_A_WORKSPACE },
    { "our id, no tables", NULL, "PRAGMA application_id = 0x51444e47; PRAGMA user_version = 3; CREATE TABLE t (x)", QD_STORE_ERROR_CORRUPT },
    { "missing", NULL, NULL, QD_STORE_ERROR_NOT_FOUND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *before = NULL;

      g_test_message ("%s", rows[i].name);
      if (rows[i].text)
        g_assert_true (g_file_set_contents (fixture->path, rows[i].text, -1, NULL));
      else if (rows[i].sql)
        g_assert_cmpint (raw_sql (fixture->path, rows[i].sql), ==, SQLITE_OK);
      if (rows[i].text || rows[i].sql)
        before = digest_of (fixture->path);

      for (int read_only = 0; read_only < 2; read_only++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GPtrArray) names = NULL;

          g_assert_null (qd_store_open (fixture->path, read_only, &error));
          g_assert_error (error, QD_STORE_ERROR, (int) rows[i].code);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          names = list_folder (fixture->folder);
          g_assert_cmpuint (names->len, ==, before ? 1 : 0);
        }
      if (before)
        {
          g_autofree char *after = digest_of (fixture->path);
          g_assert_cmpstr (before, ==, after);
        }
      g_unlink (fixture->path);
    }
  {
    g_autoptr (GError) error = NULL;
    g_assert_null (qd_store_open (fixture->folder, FALSE, &error));
    g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_A_WORKSPACE);
  }
}

static void
test_newer (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *before = NULL, *after = NULL;

  add_declaration (store, "cn.a", NULL);
  close_store (store);
  g_assert_cmpint (raw_sql (fixture->path, "PRAGMA user_version = 99; CREATE TABLE from_the_future (x)"), ==, SQLITE_OK);
  before = digest_of (fixture->path);

  g_assert_null (qd_store_open (fixture->path, FALSE, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NEWER);
  g_clear_error (&error);
  store = open_store (fixture->path, TRUE);
  rows = qd_store_list_declarations (store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_false (qd_store_set_setting (store, "name", "x", &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_READ_ONLY);
  close_store (store);
  after = digest_of (fixture->path);
  g_assert_cmpstr (before, ==, after);
}

static void
test_migration (Fixture *fixture, gconstpointer data)
{
  g_autofree char *script = g_strconcat ("PRAGMA application_id = 0x51444e47; PRAGMA user_version = 1;", qd_db_get_schema (1), "INSERT INTO declaration (form_id, form_version, period, edited_at) VALUES ('cn.a', '1', '2026', 5);", NULL);
  g_autofree char *kept = g_strconcat (fixture->path, ".v1", NULL);
  g_autofree char *before = NULL, *after = NULL, *old = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  QdStore *store;

  g_assert_cmpint (raw_sql (fixture->path, script), ==, SQLITE_OK);
  before = digest_of (fixture->path);
  g_assert_null (qd_store_open (fixture->path, TRUE, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_READ_ONLY);
  g_clear_error (&error);

  /* A disk that fills up in the middle leaves the old file as it was, and no copy. */
  for (int n = 0; n < 12; n += 3)
    {
      g_autoptr (GPtrArray) names = NULL;

      g_atomic_int_set (&writes_left, n);
      g_assert_null (qd_store_open (fixture->path, FALSE, &error));
      g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_FULL);
      g_clear_error (&error);
      g_atomic_int_set (&writes_left, -1);
      after = digest_of (fixture->path);
      g_assert_cmpstr (before, ==, after);
      g_clear_pointer (&after, g_free);
      names = list_folder (fixture->folder);
      g_assert_cmpuint (names->len, ==, 1);
    }

  store = open_store (fixture->path, FALSE);
  rows = qd_store_list_deliveries (store, &error);
  g_assert_no_error (error);
  g_assert_cmpint (qd_store_find_declaration (store, "cn.a"), ==, 1);
  close_store (store);
  old = digest_of (kept);
  g_assert_cmpstr (before, ==, old);
  g_assert_cmpint (raw_number (fixture->path, "PRAGMA user_version"), ==, QD_DB_VERSION);

  /* One with something in the way of the new tables is not converted, and not touched either. */
  g_unlink (fixture->path);
  g_assert_cmpint (raw_sql (fixture->path, script), ==, SQLITE_OK);
  g_assert_cmpint (raw_sql (fixture->path, "CREATE TABLE delivery (x)"), ==, SQLITE_OK);
  g_clear_pointer (&before, g_free);
  before = digest_of (fixture->path);
  g_assert_null (qd_store_open (fixture->path, FALSE, &error));
  g_assert_nonnull (error);
  after = digest_of (fixture->path);
  g_assert_cmpstr (before, ==, after);
}

static void
test_truncated (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  g_autofree char *whole = NULL;
  gsize size;
  gint64 id = add_declaration (store, "cn.a", NULL);

  for (int i = 0; i < 500; i++)
    edit (store, id, i + 1, QD_CHANGE_VALUE, "/d/field-with-a-name", "old value", "new value");
  close_store (store);
  g_assert_true (g_file_get_contents (fixture->path, &whole, &size, NULL));

  for (gsize keep = 0; keep < size; keep += keep + 5000 < size ? 4096 * 3 + 7 : 999)
    for (int read_only = 0; read_only < 2; read_only++)
      {
        g_autoptr (GError) error = NULL;
        g_autofree char *after = NULL;
        gsize after_size;

        g_assert_true (g_file_set_contents (fixture->path, whole, keep, NULL));
        store = qd_store_open (fixture->path, read_only, &error);
        g_assert_null (store);
        g_assert_true (error->domain == QD_STORE_ERROR);
        g_assert_cmpint (error->code, ==, keep < 100 ? QD_STORE_ERROR_NOT_A_WORKSPACE : QD_STORE_ERROR_CORRUPT);
        g_assert_true (g_file_get_contents (fixture->path, &after, &after_size, NULL));
        g_assert_cmpmem (after, after_size, whole, keep);
      }
}

static void
test_altered_tables (Fixture *fixture, gconstpointer data)
{
  static const char *const scripts[] = {
    "DROP TRIGGER package_no_update",
    "DROP TRIGGER journal_no_delete",
    "CREATE TRIGGER sneak AFTER INSERT ON journal BEGIN DELETE FROM setting; END",
    "ALTER TABLE setting ADD COLUMN x TEXT",
  };

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autoptr (GError) error = NULL;

      close_store (create_store (fixture->path));
      g_assert_cmpint (raw_sql (fixture->path, scripts[i]), ==, SQLITE_OK);
      g_assert_null (qd_store_open (fixture->path, FALSE, &error));
      g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_CORRUPT);
      g_unlink (fixture->path);
    }
}

static void
count_cb (QdStore *store, gpointer data)
{
  ++*(int *) data;
}

static void
test_journal (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GBytes) xml = NULL;
  g_autoptr (GBytes) second = g_bytes_new_static ("<d>2</d>", 8);
  g_autoptr (GArray) steps = NULL;
  gint64 a = add_declaration (store, "cn.a", NULL), b = add_declaration (store, "cn.b", NULL);
  int changed = 0, state_changed = 0;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_signal_connect (store, "changed", G_CALLBACK (count_cb), &changed);
  g_signal_connect (store, "save-state-changed", G_CALLBACK (count_cb), &state_changed);

  edit (store, a, 1, QD_CHANGE_VALUE, "/d/a", NULL, "1");
  edit (store, b, 1, QD_CHANGE_VALUE, "/d/b", "", "二");
  edit (store, a, 2, QD_CHANGE_VALUE, "/d/a", "1", "2");
  g_assert_cmpuint (qd_store_get_n_pending (store), <=, 3);
  flush (store);
  g_assert_nonnull (qd_store_get_saved_at (store));
  g_assert_null (qd_store_get_save_problem (store));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (changed, >, 0);
  g_assert_cmpint (state_changed, >, 0);

  xml = qd_store_read_snapshot (store, a, &changes, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (xml, NULL), g_bytes_get_size (xml), "<d/>", 4);
  g_assert_cmpuint (changes->len, ==, 2);
  g_assert_null (((QdChange *) changes->pdata[0])->old_text);
  g_assert_cmpstr (((QdChange *) changes->pdata[1])->new_text, ==, "2");
  steps = qd_store_read_steps (store, a, &error);
  g_assert_cmpuint (steps->len, ==, 2);

  /* A snapshot holds what was queued before it, and only that. */
  qd_store_queue_snapshot (store, a, -1, second);
  edit (store, a, 3, QD_CHANGE_VALUE, "/d/a", "2", "3");
  g_clear_pointer (&changes, g_ptr_array_unref);
  g_clear_pointer (&xml, g_bytes_unref);
  xml = qd_store_read_snapshot (store, a, &changes, &error);
  g_assert_cmpuint (g_bytes_get_size (xml), ==, 8);
  g_assert_cmpuint (changes->len, ==, 1);
  /* One that comes late says up to which step it goes. */
  edit (store, a, 4, QD_CHANGE_VALUE, "/d/a", "3", "4");
  edit (store, a, 5, QD_CHANGE_VALUE, "/d/a", "4", "5");
  for (gint64 step = 3; step <= 6; step++)
    {
      qd_store_queue_snapshot (store, a, step, second);
      g_clear_pointer (&changes, g_ptr_array_unref);
      g_clear_pointer (&xml, g_bytes_unref);
      xml = qd_store_read_snapshot (store, a, &changes, &error);
      g_assert_cmpuint (changes->len, ==, MAX (5 - step, 0));
    }
  g_assert_cmpuint (qd_store_get_snapshot_size (store, a), ==, 8);
  g_assert_cmpuint (qd_store_get_snapshot_size (store, 99), ==, 0);
  for (int i = 0; i < 5; i++)
    qd_store_queue_snapshot (store, a, -1, second);
  flush (store);

  qd_store_verify_journal (store, &error);
  g_assert_no_error (error);
  close_store (store);
  g_assert_cmpint (raw_number (fixture->path, "SELECT count (*) FROM snapshot WHERE declaration = 1"), ==, 3);
}

static void
test_tampering (Fixture *fixture, gconstpointer data)
{
  /* As somebody would who puts the triggers back afterwards. */
  static const struct
  {
    const char *sql;
    const char *row;
  } rows[] = {
    { "UPDATE journal SET new = '9' WHERE seq = 2", "2" },
    { "UPDATE journal SET old = NULL WHERE seq = 3", "3" },
    { "UPDATE journal SET time = time + 1 WHERE seq = 1", "1" },
    { "UPDATE journal SET origin = 'imported' WHERE seq = 1", "1" },
    { "DELETE FROM journal WHERE seq = 2", "2" },
    { "DELETE FROM journal WHERE seq = 4", "4" },
    { "UPDATE journal SET hash = zeroblob (32) WHERE seq = 4", "4" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *script = NULL;
      QdStore *store = create_store (fixture->path);
      gint64 id = add_declaration (store, "cn.a", NULL);

      for (int n = 0; n < 4; n++)
        edit (store, id, n + 1, QD_CHANGE_VALUE, "/d/a", "", "1");
      close_store (store);
      script = g_strconcat ("DROP TRIGGER journal_no_update; DROP TRIGGER journal_no_delete;", rows[i].sql, ";"
                                                                                                            "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT raise (ABORT, 'journal'); END;"
                                                                                                            "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT raise (ABORT, 'journal'); END;",
                            NULL);
      g_assert_cmpint (raw_sql (fixture->path, script), ==, SQLITE_OK);
      store = open_store (fixture->path, FALSE);
      g_assert_false (qd_store_verify_journal (store, &error));
      g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_CORRUPT);
      g_assert_nonnull (strstr (error->message, rows[i].row));
      close_store (store);
      g_unlink (fixture->path);
    }
}

static void
test_history (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    QdChangeKind kind;
    const char *path, *old, *fresh;
  } changes[] = {
    { QD_CHANGE_ADD, "/d/row[1]", NULL, "<row/>" },
    { QD_CHANGE_VALUE, "/d/row[1]/q", "", "first" },
    { QD_CHANGE_ADD, "/d/row[1]", NULL, "<row/>" },  /* it is row 2 now */
    { QD_CHANGE_VALUE, "/d/row[1]/q", "", "other" }, /* not it */
    { QD_CHANGE_VALUE, "/d/row[2]/q", "first", "second" },
    { QD_CHANGE_ADD, "/d/row[3]", NULL, "<row/>" },
    { QD_CHANGE_MOVE, "/d/row[2]", "1", "2" }, /* row 3 */
    { QD_CHANGE_VALUE, "/d/row[3]/q", "second", "third" },
    { QD_CHANGE_ADD, "/d/row[1]/sub[1]", NULL, "<sub/>" }, /* of another row */
    { QD_CHANGE_REMOVE, "/d/row[1]", "<row/>", NULL },     /* row 2 */
    { QD_CHANGE_VALUE, "/d/row[2]/q", "third", "fourth" },
  };
  static const char *const expected[] = { "fourth", "third", "second", "first" };
  QdStore *store = create_store (fixture->path);
  gint64 id = add_declaration (store, "cn.a", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    edit (store, id, i + 1, changes[i].kind, changes[i].path, changes[i].old, changes[i].fresh);
  items = qd_store_read_history (store, id, "/d/row[2]/q", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < items->len; i++)
    g_assert_cmpstr (((QdHistoryItem *) items->pdata[i])->new_text, ==, expected[i]);
  close_store (store);
}

static void
test_blobs (Fixture *fixture, gconstpointer data)
{
  static const gsize sizes[] = { 0, 1, QD_DB_CHUNK_SIZE - 1, QD_DB_CHUNK_SIZE, QD_DB_CHUNK_SIZE + 1, 6 * QD_DB_CHUNK_SIZE + 17 };
  QdStore *store = create_store (fixture->path);
  g_autofree char *out = g_build_filename (fixture->folder, "out", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GPtrArray) files = NULL;
  g_autofree char *last = NULL;
  gint64 id = add_declaration (store, "cn.a", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autofree char *path = write_file (fixture, "in", sizes[i], i);
      g_autofree char *expected = digest_of (path);
      g_autofree char *sha256 = qd_store_import_blob (store, path, NULL, &error);
      g_autofree char *again = NULL, *exported = NULL;

      g_assert_no_error (error);
      g_assert_cmpstr (sha256, ==, expected);
      again = qd_store_import_blob (store, path, NULL, &error);
      g_assert_cmpstr (again, ==, expected);
      qd_store_export_blob (store, sha256, out, &error);
      g_assert_no_error (error);
      exported = digest_of (out);
      g_assert_cmpstr (exported, ==, expected);
      qd_store_attach (store, id, "报告.pdf", sha256, &error);
      g_assert_no_error (error);
      g_free (last);
      last = g_steal_pointer (&sha256);
    }
  files = qd_store_list_attachments (store, id, &error);
  g_assert_cmpuint (files->len, ==, 1);
  g_assert_cmpint (((QdAttachment *) files->pdata[0])->size, ==, 6 * QD_DB_CHUNK_SIZE + 17);

  g_assert_false (qd_store_attach (store, id, "x", "no digest", &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (qd_store_import_blob (store, "/nowhere", NULL, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_unlink (out);
  g_assert_false (qd_store_export_blob (store, "00", out, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  {
    g_autofree char *path = g_build_filename (fixture->folder, "in", NULL);

    g_cancellable_cancel (cancellable);
    g_assert_null (qd_store_import_blob (store, path, cancellable, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
  }
  close_store (store);

  /* Every content once; and what is damaged is not handed out. */
  g_assert_cmpint (raw_number (fixture->path, "SELECT count (*) FROM blob"), ==, G_N_ELEMENTS (sizes));
  g_assert_cmpint (raw_number (fixture->path, "SELECT sum (length (data)) = (SELECT sum (size) FROM blob) FROM chunk"), ==, 1);
  g_assert_cmpint (raw_sql (fixture->path, "DROP TRIGGER chunk_no_update; UPDATE chunk SET data = zeroblob (length (data)) WHERE n = 2;"
                                           "CREATE TRIGGER chunk_no_update BEFORE UPDATE ON chunk BEGIN SELECT raise (ABORT, 'sealed'); END;"
                                           "INSERT INTO chunk VALUES (7, 0, x'00')"),
                   ==,
                   SQLITE_OK);
  store = open_store (fixture->path, FALSE);
  g_assert_false (qd_store_export_blob (store, last, out, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_CORRUPT);
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
  close_store (store);
  g_assert_cmpint (raw_number (fixture->path, "SELECT count (*) FROM chunk WHERE upload = 7"), ==, 0);
}

static void
test_sealed (Fixture *fixture, gconstpointer data)
{
  static const char *const forbidden[] = {
    "UPDATE package SET verdict = x'00'",
    "DELETE FROM package",
    "UPDATE blob SET size = 1",
    "UPDATE chunk SET data = x'00'",
    "DELETE FROM chunk",
    "INSERT INTO chunk SELECT upload, 99, x'00' FROM blob",
    "UPDATE declaration SET state = 0",
    "UPDATE declaration SET period = '1999' WHERE id = 2",
    "PRAGMA foreign_keys = ON; DELETE FROM declaration WHERE id = 2",
    "INSERT INTO journal VALUES (99, 2, 9, 0, 0, '/d', NULL, NULL, NULL, 1, 'x', zeroblob (32))",
    "INSERT INTO snapshot (declaration, seq, xml) VALUES (2, 0, x'00')",
    "UPDATE journal SET new = 'x'",
    "DELETE FROM journal",
  };
  QdStore *store = create_store (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDeclaration) row = NULL;
  g_autoptr (GBytes) last = NULL;
  g_autofree char *package = NULL, *digest = NULL, *before = NULL, *after = NULL, *out = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  GPtrArray *changes;
  gint64 other = add_declaration (store, "cn.a", "西厂"), id = add_declaration (store, "cn.a", "东厂"), next;

  edit (store, id, 1, QD_CHANGE_VALUE, "/d/a", "", "1");
  seal (fixture, store, id);
  row = qd_store_get_declaration (store, id, &error);
  g_assert_cmpint (row->state, ==, QD_STATE_SEALED);
  package = g_build_filename (fixture->folder, "p.asice", NULL);
  digest = digest_of (package);
  g_assert_cmpstr (row->package_sha256, ==, digest);

  changes = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_change_free);
  g_ptr_array_add (changes, qd_change_new (QD_CHANGE_VALUE, "/d/a", NULL, "1", "2"));
  g_assert_false (qd_store_queue_changes (store, id, 2, 0, "typed", changes, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_SEALED);
  g_clear_error (&error);
  g_assert_false (qd_store_seal (store, id, package, bytes, bytes, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_SEALED);
  g_clear_error (&error);
  g_assert_false (qd_store_set_state (store, id, QD_STATE_DRAFT, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_SEALED);
  g_clear_error (&error);
  g_assert_false (qd_store_attach (store, id, "late.pdf", digest, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_SEALED);
  g_clear_error (&error);
  g_assert_false (qd_store_seal (store, other, "/nowhere", bytes, bytes, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);

  /* The last version: of the same site, and before the one that asks. */
  next = add_declaration (store, "cn.a", "东厂");
  last = qd_store_read_last (store, "cn.a", "东厂", next, &error);
  g_assert_cmpuint (g_bytes_get_size (last), ==, 9);
  g_assert_null (qd_store_read_last (store, "cn.a", "西厂", next, &error));
  g_assert_null (qd_store_read_last (store, "cn.a", "东厂", id, &error));
  g_assert_null (qd_store_read_last (store, "cn.a", NULL, next, &error));
  g_assert_no_error (error);
  close_store (store);

  before = digest_of (fixture->path);
  for (guint i = 0; i < G_N_ELEMENTS (forbidden); i++)
    {
      g_test_message ("%s", forbidden[i]);
      g_assert_cmpint (raw_sql (fixture->path, forbidden[i]) & 0xff, ==, SQLITE_CONSTRAINT);
    }
  after = digest_of (fixture->path);
  g_assert_cmpstr (before, ==, after);

  /* Known also after opening again. */
  store = open_store (fixture->path, FALSE);
  changes = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_change_free);
  g_assert_false (qd_store_queue_changes (store, id, 2, 0, "typed", changes, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_SEALED);
  g_clear_error (&error);
  out = g_build_filename (fixture->folder, "out.asice", NULL);
  qd_store_export_blob (store, digest, out, &error);
  g_assert_no_error (error);
  close_store (store);
}

static void
test_deliveries (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (QdDelivery) delivery = NULL;
  g_autoptr (QdDeclaration) row = NULL;
  gint64 draft = add_declaration (store, "cn.a", NULL), id = add_declaration (store, "cn.b", NULL), number;
  static const struct
  {
    QdState given, lifted;
  } states[] = {
    { QD_STATE_SENT, QD_STATE_SENT },
    { QD_STATE_RECEIVED, QD_STATE_RECEIVED },
    { QD_STATE_SENT, QD_STATE_RECEIVED },
    { QD_STATE_RETURNED, QD_STATE_RETURNED },
    { QD_STATE_RECEIVED, QD_STATE_RETURNED },
    { QD_STATE_ACCEPTED, QD_STATE_ACCEPTED },
  };

  seal (fixture, store, id);
  g_assert_cmpint (qd_store_add_delivery (store, draft, "https://example.org", &error), ==, 0);
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  number = qd_store_add_delivery (store, id, "https://example.org", &error);
  g_assert_cmpint (number, >, 0);
  g_assert_cmpint (qd_store_add_delivery (store, id, "https://example.org", &error), ==, number);
  g_assert_cmpint (qd_store_add_delivery (store, id, "/media/usb", &error), !=, number);
  rows = qd_store_list_deliveries (store, &error);
  g_assert_cmpuint (rows->len, ==, 2);
  delivery = qd_delivery_copy (rows->pdata[0]);
  g_assert_cmpint (delivery->size, ==, 2500000);
  g_assert_cmpint (delivery->state, ==, QD_STATE_SEALED);

  delivery->offset = 1048576;
  delivery->tries = 3;
  delivery->paused = TRUE;
  delivery->next_try = 1234;
  delivery->problem = g_strdup ("网络中断");
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      delivery->state = states[i].given;
      qd_store_update_delivery (store, delivery, i == 0 ? "第一次" : i == 1 ? "第二次"
                                                                            : NULL,
                                &error);
      g_assert_no_error (error);
      g_clear_pointer (&row, qd_declaration_free);
      row = qd_store_get_declaration (store, id, &error);
      g_assert_cmpint (row->state, ==, states[i].lifted);
    }
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = qd_store_list_deliveries (store, &error);
  {
    const QdDelivery *read = rows->pdata[0];

    g_assert_cmpint (read->offset, ==, 1048576);
    g_assert_cmpuint (read->tries, ==, 3);
    g_assert_true (read->paused);
    g_assert_cmpint (read->next_try, ==, 1234);
    g_assert_cmpstr (read->problem, ==, "网络中断");
    g_assert_cmpint (read->state, ==, QD_STATE_ACCEPTED);
  }
  lines = qd_store_list_delivery_log (store, number, &error);
  g_assert_cmpuint (lines->len, ==, 2);
  g_assert_true (g_str_has_suffix (lines->pdata[0], " 第二次"));
  g_assert_cmpint (((char *) lines->pdata[0])[10], ==, 'T');
  delivery->id = 99;
  g_assert_false (qd_store_update_delivery (store, delivery, "x", &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  close_store (store);
}

static void
test_full (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  gint64 id = add_declaration (store, "cn.a", NULL);
  int step = 0;

  flush (store);
  /* Whatever write the space ends at. */
  for (int n = 0; n < 12; n++)
    {
      g_autoptr (GError) error = NULL;
      guint pending;

      g_atomic_int_set (&writes_left, n % 6);
      for (int i = 0; i < 30; i++)
        edit (store, id, ++step, QD_CHANGE_VALUE, "/d/a", "a value that takes some room in the file", "another one");
      if (!qd_store_flush (store, &error))
        {
          g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_FULL);
          g_clear_error (&error);
          pending = qd_store_get_n_pending (store);
          g_assert_cmpuint (pending, ==, 30);
          g_assert_nonnull (qd_store_get_save_problem (store));
          /* Reading goes on; closing and sealing wait. */
          g_assert_cmpint (qd_store_find_declaration (store, "cn.a"), ==, id);
          g_assert_false (qd_store_close (store, &error));
          g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_FULL);
          g_clear_error (&error);
          edit (store, id, ++step, QD_CHANGE_VALUE, "/d/a", "x", "y");
          g_assert_cmpuint (qd_store_get_n_pending (store), ==, 31);
        }
      else
        g_assert_cmpint (n % 6, >, 0);
      g_atomic_int_set (&writes_left, -1);
      flush (store);
      g_assert_null (qd_store_get_save_problem (store));
      qd_store_verify_journal (store, &error);
      g_assert_no_error (error);
    }
  close_store (store);
  g_assert_cmpint (raw_number (fixture->path, "SELECT count (*) FROM journal"), ==, step);
}

/* Without anybody asking: once there is space, the writer comes by itself. */
static void
test_full_retries (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  gint64 id = add_declaration (store, "cn.a", NULL);
  int turns = 0;

  flush (store);
  g_atomic_int_set (&writes_left, 0);
  edit (store, id, 1, QD_CHANGE_VALUE, "/d/a", "1", "2");
  for (; turns < 1000 && !qd_store_get_save_problem (store); turns++)
    g_usleep (10000);
  g_assert_nonnull (qd_store_get_save_problem (store));
  g_assert_cmpuint (qd_store_get_n_pending (store), ==, 1);
  g_atomic_int_set (&writes_left, -1);
  for (turns = 0; turns < 1000 && qd_store_get_n_pending (store) > 0; turns++)
    g_usleep (10000);
  g_assert_cmpuint (qd_store_get_n_pending (store), ==, 0);
  g_assert_null (qd_store_get_save_problem (store));
  close_store (store);
}

/* A file on a full disk is not made by halves. */
static void
test_full_create (Fixture *fixture, gconstpointer data)
{
  for (int n = 0; n < 20; n += 4)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) names = NULL;

      g_atomic_int_set (&writes_left, n);
      g_assert_null (qd_store_create (fixture->path, &error));
      g_atomic_int_set (&writes_left, -1);
      g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_FULL);
      names = list_folder (fixture->folder);
      g_assert_cmpuint (names->len, ==, 0);
    }
}

static void
test_in_use (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  QdStore *reader;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *pid = g_strdup_printf ("%d", (int) getpid ());
  g_autofree char *alias = g_build_filename (fixture->folder, "alias", NULL);
  gint64 id = add_declaration (store, "cn.a", NULL);

  g_assert_null (qd_store_open (fixture->path, FALSE, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IN_USE);
  g_assert_nonnull (strstr (error->message, pid));
  g_assert_nonnull (strstr (error->message, g_get_host_name ()));
  g_clear_error (&error);
  /* By another name it is the same file. */
  g_assert_cmpint (symlink (fixture->path, alias), ==, 0);
  g_assert_null (qd_store_open (alias, FALSE, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IN_USE);
  g_clear_error (&error);

  reader = open_store (alias, TRUE);
  edit (store, id, 1, QD_CHANGE_VALUE, "/d/a", "", "1");
  flush (store);
  rows = qd_store_list_declarations (reader, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  qd_store_verify_journal (reader, &error);
  g_assert_no_error (error);
  /* The writer may go while somebody reads, and the next one may come. */
  close_store (store);
  store = open_store (fixture->path, FALSE);
  edit (store, id, 2, QD_CHANGE_VALUE, "/d/a", "1", "2");
  flush (store);
  close_store (reader);
  edit (store, id, 3, QD_CHANGE_VALUE, "/d/a", "2", "3");
  close_store (store);
  g_assert_cmpint (raw_number (fixture->path, "SELECT count (*) FROM journal"), ==, 3);
}

/* In another process: 0 opened for writing, 1 in use, 2 anything else. With @stay it says so and waits to be killed. */
static int
run_other (const char *path, gboolean stay)
{
  g_autoptr (GError) error = NULL;
  QdStore *store = qd_store_open (path, FALSE, &error);

  if (!store)
    return g_error_matches (error, QD_STORE_ERROR, QD_STORE_ERROR_IN_USE) ? 1 : 2;
  if (stay)
    {
      g_assert_cmpint (write (STDOUT_FILENO, "x", 1), ==, 1);
      pause ();
    }
  close_store (store);
  return 0;
}

static const char *own_name;

static void
test_two_processes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) other = NULL;
  QdStore *store = create_store (fixture->path);
  char byte;

  other = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, own_name, "--other", fixture->path, NULL);
  g_assert_no_error (error);
  g_subprocess_wait (other, NULL, &error);
  g_assert_cmpint (g_subprocess_get_exit_status (other), ==, 1);
  g_clear_object (&other);
  close_store (store);

  /* The other one holds it, and dies without a word: the lock dies with it, its file may lie about. */
  other = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, own_name, "--stay", fixture->path, NULL);
  g_assert_cmpint (g_input_stream_read (g_subprocess_get_stdout_pipe (other), &byte, 1, NULL, &error), ==, 1);
  g_assert_null (qd_store_open (fixture->path, FALSE, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IN_USE);
  g_assert_nonnull (strstr (error->message, g_subprocess_get_identifier (other)));
  g_clear_error (&error);
  store = open_store (fixture->path, TRUE);
  close_store (store);
  g_subprocess_force_exit (other);
  g_subprocess_wait (other, NULL, &error);
  store = open_store (fixture->path, FALSE);
  close_store (store);
}

int
main (int argc, char **argv)
{
  own_name = argv[0];
  if (argc == 3 && (g_str_equal (argv[1], "--other") || g_str_equal (argv[1], "--stay")))
    return run_other (argv[2], g_str_equal (argv[1], "--stay"));

  g_test_init (&argc, &argv, NULL);
  install_full_vfs ();
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/store/create", test_create);
  ADD ("/store/declarations", test_declarations);
  ADD ("/store/foreign", test_foreign);
  ADD ("/store/newer", test_newer);
  ADD ("/store/migration", test_migration);
  ADD ("/store/truncated", test_truncated);
  ADD ("/store/altered-tables", test_altered_tables);
  ADD ("/store/journal", test_journal);
  ADD ("/store/tampering", test_tampering);
  ADD ("/store/history", test_history);
  ADD ("/store/blobs", test_blobs);
  ADD ("/store/sealed", test_sealed);
  ADD ("/store/deliveries", test_deliveries);
  ADD ("/store/full", test_full);
  ADD ("/store/full-retries", test_full_retries);
  ADD ("/store/full-create", test_full_create);
  ADD ("/store/in-use", test_in_use);
  ADD ("/store/two-processes", test_two_processes);
  return g_test_run ();
}
