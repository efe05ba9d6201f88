/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-db"
#define _GNU_SOURCE /* renameat2 */
#include "config.h"

#include "qd-db-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef CIFS_SUPER_MAGIC
#define CIFS_SUPER_MAGIC 0xff534d42
#endif
#ifndef SMB2_SUPER_MAGIC
#define SMB2_SUPER_MAGIC 0xfe534d42
#endif

G_DEFINE_QUARK (qd_store_error, qd_store_error)

void
qd_db_set_error (QdDb *self, int code, GError **error)
{
  int system = self->db ? sqlite3_system_errno (self->db) : 0;
  const char *text = self->db ? sqlite3_errmsg (self->db) : sqlite3_errstr (code);

  switch (code & 0xff)
    {
    case SQLITE_FULL:
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_FULL, _ ("The disk that holds “%s” is full. Free some space; nothing that was saved is lost."), self->name);
      break;
    case SQLITE_IOERR:
      /* A quota or a file size limit is a full disk to the user; SQLite reports it as any other write error. */
      if (system == ENOSPC || system == EDQUOT || system == EFBIG)
        g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_FULL, _ ("The disk that holds “%s” is full. Free some space; nothing that was saved is lost."), self->name);
      else
        g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IO, _ ("The disk reports an error at “%s”: %s. Check the disk or the cable."), self->name, system ? g_strerror (system) : text);
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_READ_ONLY, _ ("“%s” cannot be written. Check the permissions of the file and its folder."), self->name);
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_CORRUPT, _ ("“%s” is damaged (%s). Use a backup; the file was not changed."), self->name, text);
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IN_USE, _ ("“%s” is held by another program. Close it there and try again."), self->name);
      break;
    case SQLITE_CONSTRAINT:
      if (strcmp (text, "sealed") == 0)
        g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_SEALED, _ ("This declaration is sealed and never changes. Create an amendment instead."));
      else if (strcmp (text, "package") == 0)
        g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND, _ ("This declaration has no sealed package. Seal it first."));
      else
        g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND, _ ("“%s” does not hold what this entry names (%s)."), self->name, text);
      break;
    default:
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IO, _ ("“%s” cannot be read or written: %s."), self->name, text);
    }
}

static gboolean
bind_va (QdDb *self, sqlite3_stmt *statement, GError **error, const char *types, va_list args)
{
  for (int i = 1; *types; types++, i++)
    {
      int code = SQLITE_OK;

      switch (*types)
        {
        case 'i':
          code = sqlite3_bind_int64 (statement, i, va_arg (args, gint64));
          break;
        case 't':
          code = sqlite3_bind_text (statement, i, va_arg (args, const char *), -1, SQLITE_STATIC);
          break;
        case 'b':
          {
            gconstpointer data = va_arg (args, gconstpointer);
            gsize size = va_arg (args, gsize);
            code = size ? sqlite3_bind_blob64 (statement, i, data, size, SQLITE_STATIC) : sqlite3_bind_zeroblob (statement, i, 0);
            break;
          }
        case 'B':
          {
            gsize size;
            gconstpointer data = g_bytes_get_data (va_arg (args, GBytes *), &size);
            code = size ? sqlite3_bind_blob64 (statement, i, data, size, SQLITE_STATIC) : sqlite3_bind_zeroblob (statement, i, 0);
            break;
          }
        default:
          g_assert_not_reached ();
        }
      if (code != SQLITE_OK)
        {
          qd_db_set_error (self, code, error);
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
qd_db_bind (QdDb *self, sqlite3_stmt *statement, GError **error, const char *types, ...)
{
  va_list args;
  gboolean ok;

  sqlite3_reset (statement);
  va_start (args, types);
  ok = bind_va (self, statement, error, types, args);
  va_end (args);
  return ok;
}

static sqlite3_stmt *
query_va (QdDb *self, GError **error, const char *sql, const char *types, va_list args)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  int code = sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL);

  if (code != SQLITE_OK)
    {
      qd_db_set_error (self, code, error);
      return NULL;
    }
  if (!bind_va (self, statement, error, types, args))
    return NULL;
  return g_steal_pointer (&statement);
}

sqlite3_stmt *
qd_db_query (QdDb *self, GError **error, const char *sql, const char *types, ...)
{
  va_list args;
  sqlite3_stmt *statement;

  va_start (args, types);
  statement = query_va (self, error, sql, types, args);
  va_end (args);
  return statement;
}

int
qd_db_step (QdDb *self, sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step (statement);

  if (code == SQLITE_ROW)
    return 1;
  if (code == SQLITE_DONE)
    return 0;
  qd_db_set_error (self, code, error);
  return -1;
}

gboolean
qd_db_run (QdDb *self, GError **error, const char *sql, const char *types, ...)
{
  va_list args;
  g_autoptr (sqlite3_stmt) statement = NULL;
  int step;

  va_start (args, types);
  statement = query_va (self, error, sql, types, args);
  va_end (args);
  if (!statement)
    return FALSE;
  do
    step = qd_db_step (self, statement, error);
  while (step == 1);
  return step == 0;
}

gboolean
qd_db_begin (QdDb *self, GError **error)
{
  return qd_db_run (self, error, "BEGIN IMMEDIATE", "");
}

gboolean
qd_db_end (QdDb *self, gboolean ok, GError **error)
{
  if (ok)
    ok = qd_db_run (self, error, "COMMIT", "");
  /* SQLite rolls back by itself on some errors (disk full), on others not. */
  if (!ok && !sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);
  return ok;
}

char *
qd_db_dup_text (sqlite3_stmt *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

static void
db_free (QdDb *self)
{
  /* Nothing is open but cached statements of SQLite itself; an error here has no consequence. */
  if (self->db)
    sqlite3_close_v2 (self->db);
  g_free (self->path);
  g_free (self->name);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdDb, db_free)

static QdDb *
connect_to (const char *path, int flags, GError **error)
{
  g_autoptr (QdDb) self = g_new0 (QdDb, 1);
  int code;

  self->path = g_strdup (path);
  self->name = g_filename_display_basename (path);
  self->read_only = (flags & SQLITE_OPEN_READONLY) != 0;
  code = sqlite3_open_v2 (path, &self->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (code != SQLITE_OK)
    {
      qd_db_set_error (self, code, error);
      return NULL;
    }
  sqlite3_busy_timeout (self->db, 2000);
  /* The file may come from anywhere: its schema must not make us run more than plain SQL. */
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
  if (!qd_db_run (self, error, "PRAGMA synchronous = FULL", "") ||
      !qd_db_run (self, error, "PRAGMA cell_size_check = ON", "") ||
      !qd_db_run (self, error, "PRAGMA temp_store = MEMORY", ""))
    return NULL;
  return g_steal_pointer (&self);
}

static gboolean
run_script (QdDb *self, const char *sql, GError **error)
{
  int code = sqlite3_exec (self->db, sql, NULL, NULL, NULL);

  if (code != SQLITE_OK)
    qd_db_set_error (self, code, error);
  return code == SQLITE_OK;
}

/* Brings the schema from version @from to ours, in one transaction. */
static gboolean
run_schemas (QdDb *self, int from, GError **error)
{
  g_autofree char *pragma = g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d", QD_DB_APPLICATION_ID, QD_DB_VERSION);
  gboolean ok = TRUE;

  if (!qd_db_begin (self, error))
    return FALSE;
  for (int version = from + 1; ok && version <= QD_DB_VERSION; version++)
    ok = run_script (self, qd_db_get_schema (version), error);
  ok = ok && run_script (self, pragma, error);
  return qd_db_end (self, ok, error);
}

static char *
dup_schema_text (QdDb *self, GError **error)
{
  g_autoptr (sqlite3_stmt) query = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  int step;

  query = qd_db_query (self, error, "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%' ORDER BY name", "");
  if (!query)
    return NULL;
  while ((step = qd_db_step (self, query, error)) == 1)
    g_string_append_printf (text, "%s: %s\n", sqlite3_column_text (query, 0), sqlite3_column_text (query, 1));
  return step == 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* A file whose tables or triggers were altered by hand could lose edits or let sealed data change. */
static gboolean
check_schema (QdDb *self, GError **error)
{
  g_autoptr (QdDb) model = NULL;
  g_autofree char *expected = NULL, *found = NULL;

  model = connect_to (":memory:", SQLITE_OPEN_READWRITE, error);
  if (!model || !run_schemas (model, 0, error))
    return FALSE;
  expected = dup_schema_text (model, error);
  found = dup_schema_text (self, error);
  if (!expected || !found)
    return FALSE;
  if (strcmp (expected, found) == 0)
    return TRUE;
  g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_CORRUPT, _ ("The tables of “%s” were altered by another program. Use a backup; the file was not changed."), self->name);
  return FALSE;
}

static gboolean
expect_answer (QdDb *self, const char *sql, const char *answer, GError **error)
{
  g_autoptr (sqlite3_stmt) query = qd_db_query (self, error, sql, "");
  int step;

  if (!query)
    return FALSE;
  step = qd_db_step (self, query, error);
  if (step < 0)
    return FALSE;
  if (step == 0 ? answer == NULL : g_strcmp0 ((const char *) sqlite3_column_text (query, 0), answer) == 0)
    return TRUE;
  g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_CORRUPT, _ ("“%s” is damaged (%s). Use a backup; the file was not changed."), self->name, sqlite3_column_text (query, 0));
  return FALSE;
}

static void
remove_file (const char *path)
{
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);

  g_unlink (path);
  g_unlink (journal);
}

static gboolean
sync_folder_of (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean ok = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return ok;
}

static char *
dup_side_path (const char *path, const char *suffix)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = g_strdup_printf (".%s.%s-%d", base, suffix, (int) getpid ());

  return g_build_filename (folder, name, NULL);
}

gboolean
qd_db_create (const char *path, GError **error)
{
  g_autofree char *fresh = dup_side_path (path, "new");
  g_autofree char *name = g_filename_display_basename (path);
  g_autoptr (QdDb) self = NULL;
  int saved;

  /* In the rollback mode the header, with our application id, is in the file itself before anything else sees it. */
  remove_file (fresh);
  self = connect_to (fresh, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
  /* Most of a workspace is chunks of files; larger pages take them in a third faster than the usual ones. */
  if (!self || !qd_db_run (self, error, "PRAGMA page_size = 8192", "") || !run_schemas (self, 0, error))
    {
      g_clear_pointer (&self, db_free);
      remove_file (fresh);
      return FALSE;
    }
  g_clear_pointer (&self, db_free);

  if (renameat2 (AT_FDCWD, fresh, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
    {
      sync_folder_of (path);
      return TRUE;
    }
  saved = errno;
  /* vfat and some shares know no RENAME_NOREPLACE. */
  if (saved == EINVAL && !g_file_test (path, G_FILE_TEST_EXISTS) && g_rename (fresh, path) == 0)
    {
      sync_folder_of (path);
      return TRUE;
    }
  remove_file (fresh);
  if (saved == EEXIST || saved == EINVAL)
    g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IO, _ ("There is a file “%s” already. Choose another name; nothing was overwritten."), name);
  else
    g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IO, _ ("“%s” cannot be made: %s."), name, g_strerror (saved));
  return FALSE;
}

static guint32
read_be32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_BE (value);
}

static gboolean
has_content (const char *path, const char *suffix)
{
  g_autofree char *side = g_strconcat (path, suffix, NULL);
  GStatBuf info;

  return g_stat (side, &info) == 0 && info.st_size > 0;
}

/* SQLite takes a last page that is cut off for one that ends in zeros. What lies beside the file may yet make it whole. */
static gboolean
is_cut_off (const char *path, const guint8 *header, gint64 size)
{
  gint64 page_size = header[16] << 8 | header[17];

  if (page_size == 1)
    page_size = 65536;
  return read_be32 (header + 24) == read_be32 (header + 92) && size < page_size * read_be32 (header + 28) &&
         !has_content (path, "-wal") && !has_content (path, "-journal");
}

gboolean
qd_db_peek (const char *path, int *version_out, GError **error)
{
  g_autofree char *name = g_filename_display_basename (path);
  sqlite3_vfs *vfs = sqlite3_vfs_find (NULL);
  g_autofree sqlite3_file *file = g_malloc0 (vfs->szOsFile);
  guint8 header[100] = { 0 };
  sqlite3_filename sqlite_name;
  sqlite3_int64 size = 0;
  GStatBuf info;
  int code;

  if (g_stat (path, &info) != 0)
    {
      int saved = errno;
      g_set_error (error, QD_STORE_ERROR, saved == ENOENT ? QD_STORE_ERROR_NOT_FOUND : QD_STORE_ERROR_IO, _ ("“%s” cannot be opened: %s."), name, g_strerror (saved));
      return FALSE;
    }
  if (!S_ISREG (info.st_mode))
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_A_WORKSPACE, _ ("“%s” is not a workspace file."), name);
      return FALSE;
    }

  /* Through SQLite's own file layer: closing a descriptor of ours would drop the POSIX locks of every other connection
   * of this process to the same file. */
  sqlite_name = sqlite3_create_filename (path, "", "", 0, NULL);
  code = vfs->xOpen (vfs, sqlite_name, file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, NULL);
  if (code == SQLITE_OK)
    {
      code = file->pMethods->xFileSize (file, &size);
      if (code == SQLITE_OK && size >= (sqlite3_int64) sizeof header)
        code = file->pMethods->xRead (file, header, sizeof header, 0);
      file->pMethods->xClose (file);
    }
  sqlite3_free_filename (sqlite_name);
  if (code != SQLITE_OK)
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IO, _ ("“%s” cannot be read. Check the permissions of the file."), name);
      return FALSE;
    }

  *version_out = (int) read_be32 (header + 60);
  if (memcmp (header, "SQLite format 3", 16) != 0 || read_be32 (header + 68) != QD_DB_APPLICATION_ID || *version_out < 1)
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_A_WORKSPACE, _ ("“%s” is not a workspace of this program; it was not changed. Workspaces end in .qingdan."), name);
      return FALSE;
    }
  if (is_cut_off (path, header, size))
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_CORRUPT, _ ("“%s” is not whole: its end is missing. Copy it again, or use a backup; the file was not changed."), name);
      return FALSE;
    }
  return TRUE;
}

/* SQLite's shared memory beside a WAL file does not work over a network; the rollback journal does. */
static gboolean
is_on_network (const char *path)
{
  struct statfs info;

  if (statfs (path, &info) != 0)
    return FALSE;
  switch ((guint32) info.f_type)
    {
    case NFS_SUPER_MAGIC:
    case SMB_SUPER_MAGIC:
    case CIFS_SUPER_MAGIC:
    case SMB2_SUPER_MAGIC:
    case V9FS_MAGIC:
      return TRUE;
    default:
      return FALSE;
    }
}

/* Copies, converts and verifies beside the original, and swaps only then; the original stays as NAME.vN where links work. */
static gboolean
migrate (const char *path, int from, GError **error)
{
  g_autofree char *copy = dup_side_path (path, "migration");
  g_autofree char *kept = g_strdup_printf ("%s.v%d", path, from);
  g_autoptr (QdDb) self = NULL;
  gboolean ok;

  remove_file (copy);
  /* Leaving the WAL mode folds its file in and needs every other connection gone: none may read the old file while it is replaced. */
  self = connect_to (path, SQLITE_OPEN_READWRITE, error);
  if (!self || !expect_answer (self, "PRAGMA journal_mode = DELETE", "delete", error))
    return FALSE;
  ok = qd_db_run (self, error, "VACUUM INTO ?", "t", copy);
  g_clear_pointer (&self, db_free);
  if (ok)
    {
      self = connect_to (copy, SQLITE_OPEN_READWRITE, error);
      ok = self && run_schemas (self, from, error) &&
           expect_answer (self, "PRAGMA integrity_check", "ok", error) &&
           expect_answer (self, "PRAGMA foreign_key_check", NULL, error) &&
           check_schema (self, error);
      g_clear_pointer (&self, db_free);
    }
  if (!ok)
    {
      remove_file (copy);
      return FALSE;
    }
  g_unlink (kept);
  if (link (path, kept) != 0)
    g_debug ("No copy of the old version is kept: %s", g_strerror (errno));
  if (g_rename (copy, path) != 0)
    {
      int saved = errno;
      g_autofree char *name = g_filename_display_basename (path);
      remove_file (copy);
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_IO, _ ("“%s” cannot be brought to the new version: %s. The old one was not changed."), name, g_strerror (saved));
      return FALSE;
    }
  sync_folder_of (path);
  return TRUE;
}

/* Read-only, with what SQLite takes as parameters of a URI. */
static QdDb *
connect_with (const char *path, const char *parameters, GError **error)
{
  g_autofree char *escaped = g_uri_escape_string (path, "/", FALSE);
  g_autofree char *uri = g_strdup_printf ("file:%s?%s", escaped, parameters);
  QdDb *self = connect_to (uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, error);

  if (self)
    {
      g_free (self->path);
      self->path = g_strdup (path);
      g_free (self->name);
      self->name = g_filename_display_basename (path);
    }
  return self;
}

static void
set_not_closed_error (const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_basename (path);

  g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_READ_ONLY, _ ("“%s” was not closed well and lies where nothing can be written. Copy it, together with the file that ends in -wal, to a disk and open it there."), name);
}

/* On a read-only medium there is no shared memory file; without a WAL file nothing can change under us either. */
static QdDb *
open_immutable (const char *path, GError **error)
{
  if (has_content (path, "-wal"))
    {
      set_not_closed_error (path, error);
      return NULL;
    }
  return connect_with (path, "immutable=1", error);
}

static gboolean
exists (const char *path, const char *suffix)
{
  g_autofree char *side = g_strconcat (path, suffix, NULL);

  return g_file_test (side, G_FILE_TEST_EXISTS);
}

/* Rows of a summary are few; what takes more steps than this is not one. */
#define MAX_STEPS 1000
static int
stop_cb (void *data)
{
  guint *steps = data;

  return ++*steps > MAX_STEPS;
}

QdDb *
qd_db_open_beside (const char *path, GError **error)
{
  g_autoptr (QdDb) self = NULL;
  int version;

  if (!qd_db_peek (path, &version, error))
    return NULL;
  /* With shared memory, somebody has it open or died over it; read-only, SQLite neither makes nor recovers that file. Without any of
   * its files nobody has, and nothing but the file itself needs to be read; the caller looks again whether that stayed so. */
  if (exists (path, "-shm"))
    self = connect_with (path, "readonly_shm=1", error);
  else if (exists (path, "-journal"))
    self = connect_to (path, SQLITE_OPEN_READONLY, error);
  else
    self = open_immutable (path, error);
  if (!self)
    return NULL;
  sqlite3_progress_handler (self->db, 1000, stop_cb, &self->steps);
  return g_steal_pointer (&self);
}

/* A connection opened for reading alone leaves its -wal and -shm beside the file; one that could write, but is told not to,
 * takes them away when it is the last. */
static QdDb *
connect_for_reading (const char *path, GError **error)
{
  g_autoptr (QdDb) self = NULL;

  if (access (path, W_OK) != 0 || is_on_network (path))
    return connect_to (path, SQLITE_OPEN_READONLY, error);
  self = connect_to (path, SQLITE_OPEN_READWRITE, error);
  if (!self || !qd_db_run (self, error, "PRAGMA query_only = ON", ""))
    return NULL;
  self->read_only = TRUE;
  return g_steal_pointer (&self);
}

QdDb *
qd_db_open (const char *path, gboolean read_only, GError **error)
{
  g_autoptr (QdDb) self = NULL;
  g_autofree char *name = g_filename_display_basename (path);
  gboolean network;
  int version;

  if (!qd_db_peek (path, &version, error))
    return NULL;
  if (version > QD_DB_VERSION && !read_only)
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NEWER, _ ("“%s” was made by a newer version of this program. Open it read-only, or update the program."), name);
      return NULL;
    }
  if (version < QD_DB_VERSION)
    {
      if (read_only)
        {
          g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_READ_ONLY, _ ("“%s” was made by an older version and has to be converted first. Open it for writing once."), name);
          return NULL;
        }
      if (!migrate (path, version, error))
        return NULL;
      version = QD_DB_VERSION;
    }

  if (read_only)
    {
      g_autofree char *folder = g_path_get_dirname (path);
      self = access (folder, W_OK) != 0 ? open_immutable (path, error) : connect_for_reading (path, error);
    }
  else
    self = connect_to (path, SQLITE_OPEN_READWRITE, error);
  if (!self)
    return NULL;
  if (!read_only && sqlite3_db_readonly (self->db, NULL) == 1)
    {
      qd_db_set_error (self, SQLITE_READONLY, error);
      return NULL;
    }
  /* A file that was last on a local disk is in the WAL mode; held exclusively, it can be read and left without shared memory. */
  network = !read_only && is_on_network (path);
  if (network && !qd_db_run (self, error, "PRAGMA locking_mode = EXCLUSIVE", ""))
    return NULL;
  /* Before anything is written: one with other tables is left as it is. */
  if (version == QD_DB_VERSION && !check_schema (self, error))
    return NULL;
  if (network && (!qd_db_run (self, error, "PRAGMA journal_mode = DELETE", "") ||
                  !qd_db_run (self, error, "PRAGMA locking_mode = NORMAL", "") ||
                  !qd_db_run (self, error, "SELECT count (*) FROM setting", "")))
    return NULL;
  if (!read_only && !network &&
      (!qd_db_run (self, error, "PRAGMA journal_mode = WAL", "") ||
       !qd_db_run (self, error, "PRAGMA journal_size_limit = 16777216", "")))
    return NULL;
  return g_steal_pointer (&self);
}

void
qd_db_close (QdDb *self)
{
  /* All is in the WAL file, safely; folding it in leaves one file to copy. A reader elsewhere may keep us from it. */
  if (!self->read_only)
    sqlite3_wal_checkpoint_v2 (self->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
  db_free (self);
}
