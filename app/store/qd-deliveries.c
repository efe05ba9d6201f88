/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-deliveries"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "qd-store-private.h"

typedef struct
{
  gint64 id;
  gint64 declaration;
  const char *text;
  const QdDelivery *delivery;
  gpointer result;
} Call;

void
qd_delivery_free (QdDelivery *self)
{
  g_free (self->package_sha256);
  g_free (self->target);
  g_free (self->problem);
  g_free (self->receipt_sha256);
  g_free (self);
}

QdDelivery *
qd_delivery_copy (const QdDelivery *self)
{
  QdDelivery *copy = g_memdup2 (self, sizeof *self);

  copy->package_sha256 = g_strdup (self->package_sha256);
  copy->target = g_strdup (self->target);
  copy->problem = g_strdup (self->problem);
  copy->receipt_sha256 = g_strdup (self->receipt_sha256);
  return copy;
}

static gint64
now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static gboolean
write_log (QdDb *db, gint64 delivery, const char *text, GError **error)
{
  return qd_db_run (db, error, "INSERT INTO delivery_log (delivery, time, text) VALUES (?,?,?)", "iit", delivery, now (), text);
}

static gboolean
add (QdDb *db, Call *call, GError **error)
{
  g_autoptr (sqlite3_stmt) running = NULL;
  int step;

  running = qd_db_query (db, error, "SELECT id FROM delivery WHERE declaration = ? AND target = ? AND state < 5", "it", call->declaration, call->text);
  if (!running)
    return FALSE;
  step = qd_db_step (db, running, error);
  if (step == 1)
    call->id = sqlite3_column_int64 (running, 0);
  if (step != 0)
    return step == 1;
  if (!qd_db_run (db, error, "INSERT INTO delivery (declaration, target, changed_at) VALUES (?,?,?)", "iti", call->declaration, call->text, now ()))
    return FALSE;
  call->id = sqlite3_last_insert_rowid (db->db);
  return TRUE;
}

static gboolean
add_in_thread (QdDb *db, gpointer data, GError **error)
{
  if (!qd_db_begin (db, error))
    return FALSE;
  return qd_db_end (db, add (db, data, error), error);
}

/* A package is at most once on its way to one target: asking again gives the delivery that runs. */
gint64
qd_store_add_delivery (QdStore *self, gint64 declaration, const char *target, GError **error)
{
  Call call = { .declaration = declaration, .text = target };

  g_return_val_if_fail (QD_IS_STORE (self) && target != NULL, 0);
  return qd_store_call (self, QD_CALL_WRITE, add_in_thread, &call, error) ? call.id : 0;
}

static gboolean
list_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_delivery_free);
  g_autoptr (sqlite3_stmt) query = NULL;
  int step;

  query = qd_db_query (db, error, "SELECT d.id, d.declaration, p.sha256, b.size, d.target, d.state, d.sent, d.paused, d.next_try, d.tries, d.problem, d.receipt, d.changed_at"
                                  " FROM delivery d JOIN package p USING (declaration) JOIN blob b USING (sha256) ORDER BY d.id",
                       "");
  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    {
      QdDelivery *row = g_new0 (QdDelivery, 1);

      row->id = sqlite3_column_int64 (query, 0);
      row->declaration = sqlite3_column_int64 (query, 1);
      row->package_sha256 = qd_db_dup_text (query, 2);
      row->size = sqlite3_column_int64 (query, 3);
      row->target = qd_db_dup_text (query, 4);
      row->state = (QdState) sqlite3_column_int (query, 5);
      row->offset = sqlite3_column_int64 (query, 6);
      row->paused = sqlite3_column_int (query, 7) != 0;
      row->next_try = sqlite3_column_int64 (query, 8);
      row->tries = sqlite3_column_int (query, 9);
      row->problem = qd_db_dup_text (query, 10);
      row->receipt_sha256 = qd_db_dup_text (query, 11);
      row->changed_at = sqlite3_column_int64 (query, 12);
      g_ptr_array_add (rows, row);
    }
  if (step == 0)
    call->result = g_steal_pointer (&rows);
  return step == 0;
}

GPtrArray *
qd_store_list_deliveries (QdStore *self, GError **error)
{
  Call call = { 0 };

  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  qd_store_call (self, QD_CALL_READ, list_in_thread, &call, error);
  return call.result;
}

static gboolean
update (QdDb *db, const Call *call, GError **error)
{
  const QdDelivery *row = call->delivery;

  if (!qd_db_run (db, error, "UPDATE delivery SET state = ?, sent = ?, paused = ?, next_try = ?, tries = ?, problem = ?, receipt = ?, changed_at = ? WHERE id = ?", "iiiiittii", (gint64) row->state, row->offset, (gint64) (row->paused ? 1 : 0), row->next_try, (gint64) row->tries, row->problem, row->receipt_sha256, now (), row->id))
    return FALSE;
  if (sqlite3_changes (db->db) != 1)
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND, _ ("“%s” holds no delivery %ld."), db->name, (long) row->id);
      return FALSE;
    }
  /* The way there only goes forward, whichever target is ahead; of two final answers the later counts. */
  if (!qd_db_run (db, error, "UPDATE declaration SET state = ?1 WHERE id = (SELECT declaration FROM delivery WHERE id = ?2) AND (state < ?1 OR ?1 >= 5)", "ii", (gint64) row->state, row->id))
    return FALSE;
  return !call->text || write_log (db, row->id, call->text, error);
}

static gboolean
update_in_thread (QdDb *db, gpointer data, GError **error)
{
  if (!qd_db_begin (db, error))
    return FALSE;
  return qd_db_end (db, update (db, data, error), error);
}

gboolean
qd_store_update_delivery (QdStore *self, const QdDelivery *delivery, const char *event, GError **error)
{
  Call call = { .delivery = delivery, .text = event };

  g_return_val_if_fail (QD_IS_STORE (self) && delivery != NULL, FALSE);
  return qd_store_call (self, QD_CALL_WRITE, update_in_thread, &call, error);
}

static gboolean
log_in_thread (QdDb *db, gpointer data, GError **error)
{
  Call *call = data;
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT time, text FROM delivery_log WHERE delivery = ? ORDER BY id DESC", "i", call->id);
  int step;

  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (sqlite3_column_int64 (query, 0));
      g_autofree char *stamp = time ? g_date_time_format (time, "%FT%T%:z") : g_strdup ("");

      g_ptr_array_add (lines, g_strdup_printf ("%s %s", stamp, (const char *) sqlite3_column_text (query, 1)));
    }
  if (step == 0)
    call->result = g_steal_pointer (&lines);
  return step == 0;
}

GPtrArray *
qd_store_list_delivery_log (QdStore *self, gint64 delivery, GError **error)
{
  Call call = { .id = delivery };

  g_return_val_if_fail (QD_IS_STORE (self), NULL);
  qd_store_call (self, QD_CALL_READ, log_in_thread, &call, error);
  return call.result;
}
