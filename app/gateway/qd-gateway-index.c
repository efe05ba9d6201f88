/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-gateway-index"
#include "config.h"

#include "qd-gateway-index-private.h"

#include <glib/gi18n-lib.h>
#include <sqlite3.h>
#include <string.h>

#define APPLICATION_ID 0x51444757 /* QDGW */
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

struct _QdGatewayIndex
{
  sqlite3 *db;
  gboolean rebooted;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS upload (id TEXT PRIMARY KEY, size INTEGER NOT NULL, offset INTEGER NOT NULL, metadata TEXT, sha256 TEXT,"
    " done INTEGER NOT NULL, created INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS package (number INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,"
    " received INTEGER NOT NULL, kind TEXT, receipt BLOB) STRICT;"
    "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT) STRICT;";

/* The one place where SQLite's errors become ours. */
static void
set_error (QdGatewayIndex *self, GError **error)
{
  int code = sqlite3_errcode (self->db) & 0xff;

  g_set_error (error,
               G_IO_ERROR,
               code == SQLITE_FULL ? G_IO_ERROR_NO_SPACE : code == SQLITE_BUSY ? G_IO_ERROR_BUSY
                                                                               : G_IO_ERROR_FAILED,
               _ ("The index of the delivery server cannot be used: %s. Check the disk and whether another server uses the folder."),
               sqlite3_errmsg (self->db));
}

static sqlite3_stmt *
prepare (QdGatewayIndex *self, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) == SQLITE_OK)
    return statement;
  set_error (self, error);
  return NULL;
}

static void
bind_text (sqlite3_stmt *statement, int i, const char *text)
{
  if (text == NULL)
    sqlite3_bind_null (statement, i);
  else
    sqlite3_bind_text (statement, i, text, -1, SQLITE_TRANSIENT);
}

static char *
dup_column (sqlite3_stmt *statement, int i)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, i));
}

/* Runs a statement that gives no rows. */
static gboolean
finish (QdGatewayIndex *self, sqlite3_stmt *statement, GError **error)
{
  if (sqlite3_step (statement) == SQLITE_DONE)
    return TRUE;
  set_error (self, error);
  return FALSE;
}

static gboolean
execute (QdGatewayIndex *self, const char *sql, GError **error)
{
  if (sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  set_error (self, error);
  return FALSE;
}

void
qd_gateway_upload_free (QdGatewayUpload *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_free (self->metadata);
  g_free (self->sha256);
  g_free (self);
}

static gboolean
note_boot (QdGatewayIndex *self, GError **error)
{
  g_autofree char *boot = NULL;
  g_autoptr (sqlite3_stmt) get = prepare (self, "SELECT value FROM meta WHERE key = 'boot'", error);
  g_autoptr (sqlite3_stmt) put = NULL;

  if (get == NULL)
    return FALSE;
  if (!g_file_get_contents (BOOT_ID, &boot, NULL, NULL))
    boot = g_strdup ("unknown");
  g_strchomp (boot);
  if (sqlite3_step (get) == SQLITE_ROW)
    self->rebooted = g_str_equal (boot, "unknown") || g_strcmp0 (boot, (const char *) sqlite3_column_text (get, 0)) != 0;
  put = prepare (self, "INSERT INTO meta VALUES ('boot', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", error);
  if (put == NULL)
    return FALSE;
  bind_text (put, 1, boot);
  return finish (self, put, error);
}

QdGatewayIndex *
qd_gateway_index_open (const char *path, GError **error)
{
  g_autoptr (QdGatewayIndex) self = g_new0 (QdGatewayIndex, 1);
  g_autofree char *pragmas = g_strdup_printf ("PRAGMA application_id = %d;", APPLICATION_ID);

  if (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      set_error (self, error);
      return NULL;
    }
  sqlite3_busy_timeout (self->db, 2000);
  /* EXCLUSIVE: one server a folder; the lock falls with the process, however it ends. */
  if (!execute (self, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;", error))
    return NULL;
  if (!execute (self, pragmas, error) || !execute (self, schema, error) || !note_boot (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
qd_gateway_index_free (QdGatewayIndex *self)
{
  sqlite3_close (self->db);
  g_free (self);
}

gboolean
qd_gateway_index_is_rebooted (QdGatewayIndex *self)
{
  return self->rebooted;
}

gboolean
qd_gateway_index_add_upload (QdGatewayIndex *self, const QdGatewayUpload *upload, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = prepare (self, "INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, unixepoch ())", error);

  if (statement == NULL)
    return FALSE;
  bind_text (statement, 1, upload->id);
  sqlite3_bind_int64 (statement, 2, upload->size);
  sqlite3_bind_int64 (statement, 3, upload->offset);
  bind_text (statement, 4, upload->metadata);
  bind_text (statement, 5, upload->sha256);
  sqlite3_bind_int (statement, 6, upload->done);
  return finish (self, statement, error);
}

static QdGatewayUpload *
read_upload (sqlite3_stmt *statement)
{
  QdGatewayUpload *upload = g_new0 (QdGatewayUpload, 1);

  upload->id = dup_column (statement, 0);
  upload->size = sqlite3_column_int64 (statement, 1);
  upload->offset = sqlite3_column_int64 (statement, 2);
  upload->metadata = dup_column (statement, 3);
  upload->sha256 = dup_column (statement, 4);
  upload->done = sqlite3_column_int (statement, 5) != 0;
  return upload;
}

QdGatewayUpload *
qd_gateway_index_get_upload (QdGatewayIndex *self, const char *id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = prepare (self, "SELECT id, size, offset, metadata, sha256, done FROM upload WHERE id = ?", error);
  int code;

  if (statement == NULL)
    return NULL;
  bind_text (statement, 1, id);
  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    return read_upload (statement);
  if (code != SQLITE_DONE)
    set_error (self, error);
  return NULL;
}

GPtrArray *
qd_gateway_index_list_open (QdGatewayIndex *self, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_gateway_upload_free);
  g_autoptr (sqlite3_stmt) statement = prepare (self, "SELECT id, size, offset, metadata, sha256, done FROM upload WHERE NOT done", error);
  int code;

  if (statement == NULL)
    return NULL;
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    g_ptr_array_add (list, read_upload (statement));
  if (code == SQLITE_DONE)
    return g_steal_pointer (&list);
  set_error (self, error);
  return NULL;
}

gboolean
qd_gateway_index_set_offset (QdGatewayIndex *self, const char *id, gint64 offset, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = prepare (self, "UPDATE upload SET offset = ? WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  sqlite3_bind_int64 (statement, 1, offset);
  bind_text (statement, 2, id);
  return finish (self, statement, error);
}

gboolean
qd_gateway_index_remove_upload (QdGatewayIndex *self, const char *id, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = prepare (self, "DELETE FROM upload WHERE id = ?", error);

  if (statement == NULL)
    return FALSE;
  bind_text (statement, 1, id);
  return finish (self, statement, error);
}

static gboolean
insert_package (QdGatewayIndex *self, const char *upload, const char *sha256, gint64 size, gboolean *new_out, GError **error)
{
  g_autoptr (sqlite3_stmt) insert = prepare (self, "INSERT INTO package (sha256, size, received) VALUES (?, ?, unixepoch ()) ON CONFLICT DO NOTHING", error);
  g_autoptr (sqlite3_stmt) update = prepare (self, "UPDATE upload SET done = 1, offset = size, sha256 = ? WHERE id = ?", error);

  if (insert == NULL || update == NULL)
    return FALSE;
  bind_text (insert, 1, sha256);
  sqlite3_bind_int64 (insert, 2, size);
  if (!finish (self, insert, error))
    return FALSE;
  *new_out = sqlite3_changes (self->db) == 1;
  bind_text (update, 1, sha256);
  bind_text (update, 2, upload);
  return finish (self, update, error);
}

gboolean
qd_gateway_index_add_package (QdGatewayIndex *self, const char *upload, const char *sha256, gint64 size, gboolean *new_out, GError **error)
{
  if (!execute (self, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (insert_package (self, upload, sha256, size, new_out, error) && execute (self, "COMMIT", error))
    return TRUE;
  execute (self, "ROLLBACK", NULL);
  return FALSE;
}

gboolean
qd_gateway_index_get_package (QdGatewayIndex *self, const char *sha256, gint64 *size_out, gint64 *number_out, GBytes **receipt_out, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = prepare (self, "SELECT size, number, receipt FROM package WHERE sha256 = ?", error);
  int code;

  if (statement == NULL)
    return FALSE;
  bind_text (statement, 1, sha256);
  code = sqlite3_step (statement);
  if (code != SQLITE_ROW)
    {
      if (code != SQLITE_DONE)
        set_error (self, error);
      return FALSE;
    }
  if (size_out != NULL)
    *size_out = sqlite3_column_int64 (statement, 0);
  if (number_out != NULL)
    *number_out = sqlite3_column_int64 (statement, 1);
  if (receipt_out != NULL && sqlite3_column_type (statement, 2) == SQLITE_BLOB)
    *receipt_out = g_bytes_new (sqlite3_column_blob (statement, 2), sqlite3_column_bytes (statement, 2));
  return TRUE;
}

GPtrArray *
qd_gateway_index_list_pending (QdGatewayIndex *self, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (sqlite3_stmt) statement = prepare (self, "SELECT sha256 FROM package WHERE receipt IS NULL ORDER BY number", error);
  int code;

  if (statement == NULL)
    return NULL;
  while ((code = sqlite3_step (statement)) == SQLITE_ROW)
    g_ptr_array_add (list, dup_column (statement, 0));
  if (code == SQLITE_DONE)
    return g_steal_pointer (&list);
  set_error (self, error);
  return NULL;
}

gboolean
qd_gateway_index_set_receipt (QdGatewayIndex *self, const char *sha256, QdReceiptKind kind, GBytes *receipt, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = prepare (self, "UPDATE package SET kind = ?, receipt = ? WHERE sha256 = ? AND receipt IS NULL", error);
  gsize length;
  const void *data = g_bytes_get_data (receipt, &length);

  if (statement == NULL)
    return FALSE;
  bind_text (statement, 1, qd_receipt_kind_to_nick (kind));
  sqlite3_bind_blob64 (statement, 2, data, length, SQLITE_TRANSIENT);
  bind_text (statement, 3, sha256);
  return finish (self, statement, error);
}

guint
qd_gateway_index_count (QdGatewayIndex *self, QdReceiptKind kind)
{
  g_autoptr (sqlite3_stmt) statement = prepare (self, "SELECT count(*) FROM package WHERE coalesce(kind, 'received') = ?", NULL);

  if (statement == NULL)
    return 0;
  bind_text (statement, 1, qd_receipt_kind_to_nick (kind));
  return sqlite3_step (statement) == SQLITE_ROW ? sqlite3_column_int (statement, 0) : 0;
}
