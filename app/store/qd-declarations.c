/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-declarations"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "qd-store-private.h"

#define COLUMNS "d.id, d.form_id, d.form_version, d.period, d.site, d.state, d.amends, d.critical, d.unexplained, d.edited_at, p.sha256"
#define TABLES "declaration d LEFT JOIN package p ON p.declaration = d.id"

/* What a call carries to the writer thread and back. */
typedef struct
{
  gint64 id;
  gint64 other;
  QdState state;
  const char *form_id;
  const char *form_version;
  const char *period;
  const char *text;
  const char *value;
  GBytes *bytes;
  GBytes *verdict;
  const QdUpload *upload;
  gpointer result;
  gpointer *changes_out;
} Call;

void
qd_declaration_free (QdDeclaration *self)
{
  g_free (self->form_id);
  g_free (self->form_version);
  g_free (self->period);
  g_free (self->site);
  g_free (self->package_sha256);
  g_free (self);
}

QdDeclaration *
qd_declaration_copy (const QdDeclaration *self)
{
  QdDeclaration *copy = g_memdup2 (self, sizeof *self);

  copy->form_id = g_strdup (self->form_id);
  copy->form_version = g_strdup (self->form_version);
  copy->period = g_strdup (self->period);
  copy->site = g_strdup (self->site);
  copy->package_sha256 = g_strdup (self->package_sha256);
  return copy;
}

void
qd_attachment_free (QdAttachment *self)
{
  g_free (self->name);
  g_free (self->sha256);
  g_free (self);
}

static QdDeclaration *
read_row (sqlite3_stmt *query)
{
  QdDeclaration *row = g_new0 (QdDeclaration, 1);

  row->id = sqlite3_column_int64 (query, 0);
  row->form_id = qd_db_dup_text (query, 1);
  row->form_version = qd_db_dup_text (query, 2);
  row->period = qd_db_dup_text (query, 3);
  row->site = qd_db_dup_text (query, 4);
  row->state = (QdState) CLAMP (sqlite3_column_int (query, 5), QD_STATE_DRAFT, QD_STATE_RETURNED);
  row->amends = sqlite3_column_int64 (query, 6);
  row->critical = sqlite3_column_int (query, 7);
  row->unexplained = sqlite3_column_int (query, 8);
  row->edited_at = sqlite3_column_int64 (query, 9);
  row->package_sha256 = qd_db_dup_text (query, 10);
  return row;
}

static gboolean
set_not_found (QdDb *db, gint64 id, GError **error)
{
  g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND, _ ("“%s” holds no declaration %ld."), db->name, (long) id);
  return FALSE;
}

static gboolean
list_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_declaration_free);
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT " COLUMNS " FROM " TABLES " ORDER BY d.edited_at DESC, d.id DESC", "");
  int step;

  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    g_ptr_array_add (rows, read_row (query));
  if (step == 0)
    call->result = g_steal_pointer (&rows);
  return step == 0;
}

GPtrArray *
qd_store_list_declarations (QdStore *self, GError **error)
{
  Call call = { 0 };

  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  qd_store_call (self, QD_CALL_READ, list_in_thread, &call, error);
  return call.result;
}

static gboolean
get_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT " COLUMNS " FROM " TABLES " WHERE d.id = ?", "i", call->id);
  int step;

  if (!query)
    return FALSE;
  step = qd_db_step (db, query, error);
  if (step == 0)
    return set_not_found (db, call->id, error);
  if (step == 1)
    call->result = read_row (query);
  return step == 1;
}

QdDeclaration *
qd_store_get_declaration (QdStore *self, gint64 id, GError **error)
{
  Call call = { .id = id };

  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  qd_store_call (self, QD_CALL_READ, get_in_thread, &call, error);
  return call.result;
}

static gboolean
find_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT max (id) FROM declaration WHERE form_id = ?", "t", call->form_id);

  if (!query || qd_db_step (db, query, error) < 0)
    return FALSE;
  call->id = sqlite3_column_int64 (query, 0);
  return TRUE;
}

gint64
qd_store_find_declaration (QdStore *self, const char *form_id)
{
  Call call = { .form_id = form_id };
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (QD_IS_STORE (self) && form_id != NULL, 0);
  if (!qd_store_call (self, QD_CALL_READ, find_in_thread, &call, &error))
    g_debug ("No declaration of %s can be found: %s", form_id, error->message);
  return call.id;
}

static gboolean
insert_declaration (QdDb *db, Call *call, GError **error)
{
  const char *sql = call->other
                        ? "INSERT INTO declaration (form_id, form_version, period, site, edited_at, amends) VALUES (?,?,?,?,?,?)"
                        : "INSERT INTO declaration (form_id, form_version, period, site, edited_at) VALUES (?,?,?,?,?)";

  if (!qd_db_run (db, error, sql, call->other ? "ttttii" : "tttti", call->form_id, call->form_version, call->period, call->text, g_get_real_time () / G_USEC_PER_SEC, call->other))
    return FALSE;
  call->id = sqlite3_last_insert_rowid (db->db);
  return qd_db_run (db, error, "INSERT INTO snapshot (declaration, seq, xml) SELECT ?, seq, ? FROM head", "iB", call->id, call->bytes);
}

static gboolean
add_in_thread (QdDb *db, gpointer data, GError **error)
{
  if (!qd_db_begin (db, error))
    return FALSE;
  return qd_db_end (db, insert_declaration (db, data, error), error);
}

gint64
qd_store_add_declaration (QdStore *self, const char *form_id, const char *form_version, const char *period, const char *site, gint64 amends, GBytes *xml, GError **error)
{
  Call call = { .form_id = form_id, .form_version = form_version ? form_version : "", .period = period ? period : "", .text = site, .other = amends, .bytes = xml };

  g_return_val_if_fail (QD_IS_STORE (self) && form_id != NULL && xml != NULL, 0);
  return qd_store_call (self, QD_CALL_WRITE, add_in_thread, &call, error) ? call.id : 0;
}

static gboolean
snapshot_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT seq, xml FROM snapshot WHERE declaration = ? ORDER BY id DESC LIMIT 1", "i", call->id);
  int step;

  if (!query)
    return FALSE;
  step = qd_db_step (db, query, error);
  if (step == 0)
    return set_not_found (db, call->id, error);
  if (step < 0)
    return FALSE;
  if (call->changes_out)
    {
      *call->changes_out = qd_journal_read_changes (db, call->id, 0, sqlite3_column_int64 (query, 0), error);
      if (!*call->changes_out)
        return FALSE;
    }
  call->result = g_bytes_new (sqlite3_column_blob (query, 1), sqlite3_column_bytes (query, 1));
  return TRUE;
}

GBytes *
qd_store_read_snapshot (QdStore *self, gint64 id, GPtrArray **changes_since_out, GError **error)
{
  gpointer changes = NULL;
  Call call = { .id = id, .changes_out = changes_since_out ? &changes : NULL };

  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  qd_store_call (self, QD_CALL_CURRENT, snapshot_in_thread, &call, error);
  if (changes_since_out)
    *changes_since_out = changes;
  return call.result;
}

static gboolean
size_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT length(xml) FROM snapshot WHERE declaration = ? ORDER BY id DESC LIMIT 1", "i", call->id);

  if (!query || qd_db_step (db, query, error) != 1)
    return FALSE;
  call->other = sqlite3_column_int64 (query, 0);
  return TRUE;
}

gsize
qd_store_get_snapshot_size (QdStore *self, gint64 id)
{
  Call call = { .id = id };
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (QD_IS_STORE (self), 0);
  if (!qd_store_call (self, QD_CALL_READ, size_in_thread, &call, &error))
    return 0;
  return (gsize) call.other;
}

static gboolean
first_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT xml FROM snapshot WHERE declaration = ? ORDER BY id LIMIT 1", "i", call->id);
  int step;

  if (!query)
    return FALSE;
  step = qd_db_step (db, query, error);
  if (step == 0)
    return set_not_found (db, call->id, error);
  if (step == 1)
    call->result = g_bytes_new (sqlite3_column_blob (query, 0), sqlite3_column_bytes (query, 0));
  return step == 1;
}

GBytes *
qd_store_read_first (QdStore *self, gint64 id, GError **error)
{
  Call call = { .id = id };

  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  qd_store_call (self, QD_CALL_READ, first_in_thread, &call, error);
  return call.result;
}

static gboolean
newest_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT max (seq) FROM journal WHERE declaration = ?", "i", call->id);

  if (!query || qd_db_step (db, query, error) != 1)
    return FALSE;
  call->other = sqlite3_column_int64 (query, 0);
  return TRUE;
}

gint64
qd_store_get_newest_change (QdStore *self, gint64 id, GError **error)
{
  Call call = { .id = id };

  g_return_val_if_fail (QD_IS_STORE (self), -1);
  return qd_store_call (self, QD_CALL_CURRENT, newest_in_thread, &call, error) ? call.other : -1;
}

static gboolean
last_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (sqlite3_stmt) query = NULL;
  int step;

  query = qd_db_query (db, error, "SELECT p.submission FROM package p JOIN declaration d ON d.id = p.declaration"
                                  " WHERE d.form_id = ?1 AND d.site IS ?2 AND d.id < ?3 ORDER BY d.id DESC LIMIT 1",
                       "tti",
                       call->form_id,
                       call->text,
                       call->id ? call->id : G_MAXINT64);
  if (!query)
    return FALSE;
  step = qd_db_step (db, query, error);
  if (step == 1)
    call->result = g_bytes_new (sqlite3_column_blob (query, 0), sqlite3_column_bytes (query, 0));
  return step >= 0;
}

GBytes *
qd_store_read_last (QdStore *self, const char *form_id, const char *site, gint64 before_id, GError **error)
{
  Call call = { .form_id = form_id, .text = site, .id = before_id };

  g_return_val_if_fail (QD_IS_STORE (self) && form_id != NULL, NULL);
  qd_store_call (self, QD_CALL_READ, last_in_thread, &call, error);
  return call.result;
}

static gboolean
state_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;

  if (!qd_db_run (db, error, "UPDATE declaration SET state = ? WHERE id = ?", "ii", (gint64) call->state, call->id))
    return FALSE;
  return sqlite3_changes (db->db) == 1 || set_not_found (db, call->id, error);
}

gboolean
qd_store_set_state (QdStore *self, gint64 id, QdState state, GError **error)
{
  Call call = { .id = id, .state = state };

  g_return_val_if_fail (QD_IS_STORE (self), FALSE);
  return qd_store_call (self, QD_CALL_WRITE, state_in_thread, &call, error);
}

static gboolean
put_package (QdDb *db, Call *call, GError **error)
{
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT state FROM declaration WHERE id = ?", "i", call->id);
  int step;

  if (!query)
    return FALSE;
  step = qd_db_step (db, query, error);
  if (step == 0)
    return set_not_found (db, call->id, error);
  if (step < 0)
    return FALSE;
  if (sqlite3_column_int (query, 0) >= QD_STATE_SEALED)
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_SEALED, _ ("This declaration is sealed and never changes. Create an amendment instead."));
      return FALSE;
    }
  return qd_upload_name (db, call->upload, error) &&
         qd_db_run (db, error, "INSERT INTO package (declaration, sha256, submission, verdict, sealed_at) VALUES (?,?,?,?,?)", "itBBi", call->id, call->upload->sha256, call->bytes, call->verdict, g_get_real_time () / G_USEC_PER_SEC) &&
         qd_db_run (db, error, "UPDATE declaration SET state = 2 WHERE id = ?", "i", call->id);
}

static gboolean
seal_in_thread (QdDb *db, gpointer data, GError **error)
{
  if (!qd_db_begin (db, error))
    return FALSE;
  return qd_db_end (db, put_package (db, data, error), error);
}

gboolean
qd_store_seal (QdStore *self, gint64 id, const char *package_path, GBytes *submission_xml, GBytes *verdict_xml, GError **error)
{
  g_auto (QdUpload) upload = { 0 };
  Call call = { .id = id, .upload = &upload, .bytes = submission_xml, .verdict = verdict_xml };

  g_return_val_if_fail (QD_IS_STORE (self) && package_path != NULL && submission_xml != NULL && verdict_xml != NULL, FALSE);
  if (!qd_store_upload (self, package_path, NULL, &upload, error))
    return FALSE;
  if (!qd_store_call (self, QD_CALL_WRITE, seal_in_thread, &call, error))
    {
      qd_store_drop_upload (self, &upload);
      return FALSE;
    }
  qd_store_mark_sealed (self, id);
  return TRUE;
}

static gboolean
attach_in_thread (QdDb *db, gpointer data, GError **error)
{
  const Call *call = data;

  if (!call->value)
    return qd_db_run (db, error, "DELETE FROM attachment WHERE declaration = ? AND name = ?", "it", call->id, call->text);
  return qd_db_run (db, error, "INSERT INTO attachment (declaration, name, sha256) VALUES (?,?,?) ON CONFLICT DO UPDATE SET sha256 = excluded.sha256", "itt", call->id, call->text, call->value);
}

gboolean
qd_store_attach (QdStore *self, gint64 declaration, const char *name, const char *sha256, GError **error)
{
  Call call = { .id = declaration, .text = name, .value = sha256 };

  g_return_val_if_fail (QD_IS_STORE (self) && name != NULL, FALSE);
  return qd_store_call (self, QD_CALL_WRITE, attach_in_thread, &call, error);
}

static gboolean
attachments_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_attachment_free);
  g_autoptr (sqlite3_stmt) query = NULL;
  int step;

  query = qd_db_query (db, error, "SELECT a.name, a.sha256, b.size FROM attachment a JOIN blob b USING (sha256) WHERE declaration = ? ORDER BY name", "i", call->id);
  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    {
      QdAttachment *row = g_new0 (QdAttachment, 1);

      row->name = qd_db_dup_text (query, 0);
      row->sha256 = qd_db_dup_text (query, 1);
      row->size = sqlite3_column_int64 (query, 2);
      g_ptr_array_add (rows, row);
    }
  if (step == 0)
    call->result = g_steal_pointer (&rows);
  return step == 0;
}

GPtrArray *
qd_store_list_attachments (QdStore *self, gint64 declaration, GError **error)
{
  Call call = { .id = declaration };

  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  qd_store_call (self, QD_CALL_READ, attachments_in_thread, &call, error);
  return call.result;
}

static gboolean
get_setting_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT value FROM setting WHERE key = ?", "t", call->text);
  int step;

  if (!query)
    return FALSE;
  step = qd_db_step (db, query, error);
  if (step == 1)
    call->result = qd_db_dup_text (query, 0);
  return step >= 0;
}

char *
qd_store_dup_setting (QdStore *self, const char *key)
{
  Call call = { .text = key };
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (QD_IS_STORE (self) && key != NULL, NULL);
  if (!qd_store_call (self, QD_CALL_READ, get_setting_in_thread, &call, &error))
    g_debug ("The setting %s cannot be read: %s", key, error->message);
  return call.result;
}

static gboolean
set_setting_in_thread (QdDb *db, gpointer data, GError **error)
{
  const Call *call = data;

  if (!call->value)
    return qd_db_run (db, error, "DELETE FROM setting WHERE key = ?", "t", call->text);
  return qd_db_run (db, error, "INSERT INTO setting (key, value) VALUES (?,?) ON CONFLICT DO UPDATE SET value = excluded.value", "tt", call->text, call->value);
}

gboolean
qd_store_set_setting (QdStore *self, const char *key, const char *value, GError **error)
{
  Call call = { .text = key, .value = value };

  g_return_val_if_fail (QD_IS_STORE (self) && key != NULL, FALSE);
  return qd_store_call (self, QD_CALL_WRITE, set_setting_in_thread, &call, error);
}

static gboolean
verify_in_thread (QdDb *db, gpointer data, GError **error)
{
  return qd_journal_verify (db, error);
}

gboolean
qd_store_verify_journal (QdStore *self, GError **error)
{
  g_return_val_if_fail (QD_IS_STORE (self), FALSE);
  return qd_store_call (self, QD_CALL_CURRENT, verify_in_thread, NULL, error);
}

static gboolean
steps_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;

  call->result = qd_journal_read_steps (db, call->id, error);
  return call->result != NULL;
}

GArray *
qd_store_read_steps (QdStore *self, gint64 declaration, GError **error)
{
  Call call = { .id = declaration };

  qd_store_call (self, QD_CALL_CURRENT, steps_in_thread, &call, error);
  return call.result;
}

static gboolean
step_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;

  call->result = qd_journal_read_changes (db, call->id, call->other, 0, error);
  return call->result != NULL;
}

GPtrArray *
qd_store_read_step (QdStore *self, gint64 declaration, gint64 step, GError **error)
{
  Call call = { .id = declaration, .other = step };

  qd_store_call (self, QD_CALL_CURRENT, step_in_thread, &call, error);
  return call.result;
}

static gboolean
history_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;

  call->result = qd_journal_read_history (db, call->id, call->text, error);
  return call->result != NULL;
}

GPtrArray *
qd_store_read_history (QdStore *self, gint64 declaration, const char *path, GError **error)
{
  Call call = { .id = declaration, .text = path };

  qd_store_call (self, QD_CALL_CURRENT, history_in_thread, &call, error);
  return call.result;
}
