/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-records"
#include "config.h"

#include "qd-records.h"

#include <string.h>

#include "qd-store-private.h"

typedef struct
{
  const QdDone *done;
  const char *site;
  const char *rule;
  const char *text; /* period, or date */
  const char *note;
  QdHolder holder;
  gpointer result;
  gboolean is_new;
} Call;

static gint64
now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

void
qd_done_free (QdDone *self)
{
  g_free (self->site);
  g_free (self->rule);
  g_free (self->period);
  g_free (self->date);
  g_free (self->note);
  g_free (self->evidence);
  g_free (self->evidence_name);
  g_free (self);
}

void
qd_waiting_free (QdWaiting *self)
{
  g_free (self->site);
  g_free (self->rule);
  g_free (self->period);
  g_free (self->note);
  g_free (self);
}

static gboolean
mark_in_thread (QdDb *db, gpointer data, GError **error)
{
  const QdDone *done = ((Call *) data)->done;

  return qd_db_run (db, error, "INSERT OR REPLACE INTO done (site, rule, period, date, note, evidence, evidence_name, marked_at) VALUES (?,?,?,?,?,?,?,?)", "ttttttti", done->site, done->rule, done->period, done->date, done->note ? done->note : "", done->evidence, done->evidence_name, now ());
}

gboolean
qd_store_mark_done (QdStore *self, const QdDone *done, GError **error)
{
  Call call = { .done = done };

  g_return_val_if_fail (QD_IS_STORE (self) && done->site != NULL && done->rule != NULL && done->period != NULL && done->date != NULL, FALSE);
  return qd_store_call (self, QD_CALL_WRITE, mark_in_thread, &call, error);
}

static gboolean
unmark_in_thread (QdDb *db, gpointer data, GError **error)
{
  const Call *call = data;

  return qd_db_run (db, error, "DELETE FROM done WHERE site = ? AND rule = ? AND period = ?", "ttt", call->site, call->rule, call->text);
}

gboolean
qd_store_unmark_done (QdStore *self, const char *site, const char *rule, const char *period, GError **error)
{
  Call call = { .site = site, .rule = rule, .text = period };

  g_return_val_if_fail (QD_IS_STORE (self) && site != NULL && rule != NULL && period != NULL, FALSE);
  return qd_store_call (self, QD_CALL_WRITE, unmark_in_thread, &call, error);
}

static gboolean
list_done_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_done_free);
  g_autoptr (sqlite3_stmt) query = NULL;
  int step;

  query = qd_db_query (db, error, "SELECT site, rule, period, date, note, evidence, evidence_name, marked_at FROM done ORDER BY date DESC, rule", "");
  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    {
      QdDone *row = g_new0 (QdDone, 1);

      row->site = qd_db_dup_text (query, 0);
      row->rule = qd_db_dup_text (query, 1);
      row->period = qd_db_dup_text (query, 2);
      row->date = qd_db_dup_text (query, 3);
      row->note = qd_db_dup_text (query, 4);
      row->evidence = qd_db_dup_text (query, 5);
      row->evidence_name = qd_db_dup_text (query, 6);
      row->marked_at = sqlite3_column_int64 (query, 7);
      g_ptr_array_add (rows, row);
    }
  if (step == 0)
    call->result = g_steal_pointer (&rows);
  return step == 0;
}

GPtrArray *
qd_store_list_done (QdStore *self, GError **error)
{
  Call call = { 0 };

  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  qd_store_call (self, QD_CALL_READ, list_done_in_thread, &call, error);
  return call.result;
}

static gboolean
set_waiting_in_thread (QdDb *db, gpointer data, GError **error)
{
  const Call *call = data;

  if (call->holder == QD_HOLDER_US)
    return qd_db_run (db, error, "DELETE FROM waiting WHERE site = ? AND rule = ? AND period = ?", "ttt", call->site, call->rule, call->text);
  return qd_db_run (db, error, "INSERT OR REPLACE INTO waiting (site, rule, period, holder, note, since) VALUES (?,?,?,?,?,?)", "tttiti", call->site, call->rule, call->text, (gint64) call->holder, call->note, now ());
}

gboolean
qd_store_set_waiting (QdStore *self, const char *site, const char *rule, const char *period, QdHolder holder, const char *note, GError **error)
{
  Call call = { .site = site, .rule = rule, .text = period, .holder = holder, .note = note ? note : "" };

  g_return_val_if_fail (QD_IS_STORE (self) && site != NULL && rule != NULL && period != NULL, FALSE);
  g_return_val_if_fail ((guint) holder <= QD_HOLDER_AUTHORITY, FALSE);
  return qd_store_call (self, QD_CALL_WRITE, set_waiting_in_thread, &call, error);
}

static gboolean
list_waiting_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_waiting_free);
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT site, rule, period, holder, note, since FROM waiting ORDER BY since, rule", "");
  int step;

  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    {
      QdWaiting *row = g_new0 (QdWaiting, 1);

      row->site = qd_db_dup_text (query, 0);
      row->rule = qd_db_dup_text (query, 1);
      row->period = qd_db_dup_text (query, 2);
      row->holder = (QdHolder) CLAMP (sqlite3_column_int (query, 3), QD_HOLDER_US, QD_HOLDER_AUTHORITY);
      row->note = qd_db_dup_text (query, 4);
      row->since = sqlite3_column_int64 (query, 5);
      g_ptr_array_add (rows, row);
    }
  if (step == 0)
    call->result = g_steal_pointer (&rows);
  return step == 0;
}

GPtrArray *
qd_store_list_waiting (QdStore *self, GError **error)
{
  Call call = { 0 };

  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  qd_store_call (self, QD_CALL_READ, list_waiting_in_thread, &call, error);
  return call.result;
}

/* Kept facts are settings: "kept:ID:PATH". */

static char *
make_kept_key (gint64 declaration, const char *path)
{
  return g_strdup_printf ("kept:%" G_GINT64_FORMAT ":%s", declaration, path);
}

gboolean
qd_store_keep_fact (QdStore *self, gint64 declaration, const char *path, const char *value, GError **error)
{
  g_autofree char *key = make_kept_key (declaration, path);

  return qd_store_set_setting (self, key, value, error);
}

static gboolean
list_kept_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (GHashTable) kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT substr (key, ?), value FROM setting WHERE substr (key, 1, ?) = ?", "iit", (gint64) strlen (call->text) + 1, (gint64) strlen (call->text), call->text);
  int step;

  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    g_hash_table_insert (kept, qd_db_dup_text (query, 0), qd_db_dup_text (query, 1));
  if (step == 0)
    call->result = g_steal_pointer (&kept);
  return step == 0;
}

GHashTable *
qd_store_list_kept_facts (QdStore *self, gint64 declaration, GError **error)
{
  g_autofree char *prefix = make_kept_key (declaration, "");
  Call call = { .text = prefix };

  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  qd_store_call (self, QD_CALL_READ, list_kept_in_thread, &call, error);
  return call.result;
}

static gboolean
remind_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;

  if (!qd_db_run (db, error, "INSERT OR IGNORE INTO reminded (site, rule, due) VALUES (?,?,?)", "ttt", call->site, call->rule, call->text))
    return FALSE;
  call->is_new = sqlite3_changes (db->db) == 1;
  return TRUE;
}

gboolean
qd_store_remind_once (QdStore *self, const char *site, const char *rule, const char *due)
{
  Call call = { .site = site, .rule = rule, .text = due };
  g_autoptr (GError) error = NULL;

  g_return_val_if_fail (QD_IS_STORE (self) && site != NULL && rule != NULL && due != NULL, FALSE);
  if (!qd_store_call (self, QD_CALL_QUIET, remind_in_thread, &call, &error))
    g_debug ("Nobody is reminded of %s: %s", rule, error->message);
  return call.is_new;
}
