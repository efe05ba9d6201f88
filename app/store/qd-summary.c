/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-summary"
#include "config.h"

#include "qd-summary.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "qd-lock-private.h"
#include "qd-store-private.h"

/* The file comes from anywhere: no more of it is taken into memory than a cockpit can show. */
#define MAX_ROWS 2000
#define MAX_ANSWER (256 * 1024)

QdSummaryDuty *
qd_summary_duty_copy (const QdSummaryDuty *self)
{
  QdSummaryDuty *copy = g_memdup2 (self, sizeof *self);

  copy->site = g_strdup (self->site);
  copy->rule = g_strdup (self->rule);
  copy->period = g_strdup (self->period);
  copy->title = g_strdup (self->title);
  copy->due = g_strdup (self->due);
  copy->form_id = g_strdup (self->form_id);
  copy->note = g_strdup (self->note);
  return copy;
}

void
qd_summary_duty_free (QdSummaryDuty *self)
{
  g_free (self->site);
  g_free (self->rule);
  g_free (self->period);
  g_free (self->title);
  g_free (self->due);
  g_free (self->form_id);
  g_free (self->note);
  g_free (self);
}

void
qd_summary_delivery_free (QdSummaryDelivery *self)
{
  g_clear_pointer (&self->answer, g_bytes_unref);
  g_free (self->form_id);
  g_free (self->period);
  g_free (self->site);
  g_free (self->target);
  g_free (self->problem);
  g_free (self);
}

QdSummary *
qd_summary_new (void)
{
  QdSummary *self = g_new0 (QdSummary, 1);

  self->duties = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_summary_duty_free);
  self->declarations = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_declaration_free);
  self->deliveries = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_summary_delivery_free);
  return self;
}

void
qd_summary_free (QdSummary *self)
{
  g_free (self->path);
  g_free (self->name);
  g_free (self->site);
  g_free (self->region);
  g_free (self->industry);
  g_free (self->person);
  g_free (self->date);
  g_free (self->holder);
  g_ptr_array_unref (self->duties);
  g_ptr_array_unref (self->declarations);
  g_ptr_array_unref (self->deliveries);
  g_free (self);
}

static const char *
or_empty (const char *text)
{
  return text ? text : "";
}

/* Reading */

static gboolean
read_settings (QdDb *db, QdSummary *summary, GError **error)
{
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT key, value FROM setting WHERE key IN ('name', 'site', 'person')", "");
  int step;

  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    {
      g_autofree char *key = qd_db_dup_text (query, 0);
      char **place = g_strcmp0 (key, "name") == 0 ? &summary->name : g_strcmp0 (key, "site") == 0 ? &summary->site
                                                                                                  : &summary->person;
      g_free (*place);
      *place = qd_db_dup_text (query, 1);
    }
  return step == 0;
}

static gboolean
read_head (QdDb *db, QdSummary *summary, GError **error)
{
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT region, industry, maybe, date, counted_at FROM summary", "");
  int step;

  if (!query)
    return FALSE;
  step = qd_db_step (db, query, error);
  if (step == 1)
    {
      summary->region = qd_db_dup_text (query, 0);
      summary->industry = qd_db_dup_text (query, 1);
      summary->maybe = CLAMP (sqlite3_column_int (query, 2), 0, 100000);
      summary->date = qd_db_dup_text (query, 3);
      summary->counted_at = sqlite3_column_int64 (query, 4);
    }
  return step >= 0;
}

static gboolean
read_duties (QdDb *db, GPtrArray *duties, GError **error)
{
  g_autoptr (sqlite3_stmt) query = NULL;
  int step;

  query = qd_db_query (db, error, "SELECT site, rule, period, title, due, statutory, form_id, declaration, holder, note FROM summary_duty ORDER BY n LIMIT ?", "i", (gint64) MAX_ROWS);
  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    {
      QdSummaryDuty *row = g_new0 (QdSummaryDuty, 1);

      row->site = qd_db_dup_text (query, 0);
      row->rule = qd_db_dup_text (query, 1);
      row->period = qd_db_dup_text (query, 2);
      row->title = qd_db_dup_text (query, 3);
      row->due = qd_db_dup_text (query, 4);
      row->statutory = sqlite3_column_int (query, 5) != 0;
      row->form_id = qd_db_dup_text (query, 6);
      row->declaration = sqlite3_column_int64 (query, 7);
      row->holder = (QdHolder) CLAMP (sqlite3_column_int (query, 8), QD_HOLDER_US, QD_HOLDER_AUTHORITY);
      row->note = qd_db_dup_text (query, 9);
      g_ptr_array_add (duties, row);
    }
  return step == 0;
}

static gboolean
read_declarations (QdDb *db, GPtrArray *declarations, GError **error)
{
  g_autoptr (sqlite3_stmt) query = NULL;
  int step;

  /* One that was amended is settled by its amendment. */
  query = qd_db_query (db, error, "SELECT id, form_id, form_version, period, site, state, amends, critical, unexplained, edited_at FROM declaration d"
                                  " WHERE state <> 5 AND NOT EXISTS (SELECT 1 FROM declaration a WHERE a.amends = d.id) ORDER BY edited_at DESC, id DESC LIMIT ?",
                       "i",
                       (gint64) MAX_ROWS);
  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
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
      g_ptr_array_add (declarations, row);
    }
  return step == 0;
}

static gboolean
read_deliveries (QdDb *db, GPtrArray *deliveries, GError **error)
{
  g_autoptr (sqlite3_stmt) query = NULL;
  int step;

  /* Of an answer the first piece: it is small, and only that of a return says more than its state. */
  query = qd_db_query (db, error, "SELECT y.declaration, y.state, b.size, y.sent, y.changed_at,"
                                  " CASE WHEN y.state = 6 THEN (SELECT c.data FROM blob r JOIN chunk c ON c.upload = r.upload WHERE r.sha256 = y.receipt AND r.size <= ? ORDER BY c.n LIMIT 1) END,"
                                  " d.form_id, d.period, coalesce (d.site, ''), y.target, coalesce (y.problem, '')"
                                  " FROM delivery y JOIN declaration d ON d.id = y.declaration JOIN package p ON p.declaration = y.declaration JOIN blob b ON b.sha256 = p.sha256"
                                  " WHERE y.id IN (SELECT max (id) FROM delivery GROUP BY declaration) ORDER BY y.id DESC LIMIT ?",
                       "ii",
                       (gint64) MAX_ANSWER,
                       (gint64) MAX_ROWS);
  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    {
      QdSummaryDelivery *row = g_new0 (QdSummaryDelivery, 1);

      row->declaration = sqlite3_column_int64 (query, 0);
      row->state = (QdState) CLAMP (sqlite3_column_int (query, 1), QD_STATE_SEALED, QD_STATE_RETURNED);
      row->size = sqlite3_column_int64 (query, 2);
      row->offset = sqlite3_column_int64 (query, 3);
      row->changed_at = sqlite3_column_int64 (query, 4);
      if (sqlite3_column_type (query, 5) == SQLITE_BLOB)
        row->answer = g_bytes_new (sqlite3_column_blob (query, 5), (gsize) sqlite3_column_bytes (query, 5));
      row->form_id = qd_db_dup_text (query, 6);
      row->period = qd_db_dup_text (query, 7);
      row->site = qd_db_dup_text (query, 8);
      row->target = qd_db_dup_text (query, 9);
      row->problem = qd_db_dup_text (query, 10);
      g_ptr_array_add (deliveries, row);
    }
  return step == 0;
}

static gboolean
read_all (QdDb *db, QdSummary *summary, GError **error)
{
  return qd_db_run (db, error, "BEGIN", "") && read_settings (db, summary, error) && read_head (db, summary, error) &&
         read_duties (db, summary->duties, error) && read_declarations (db, summary->declarations, error) &&
         read_deliveries (db, summary->deliveries, error) &&
         qd_db_run (db, error, "COMMIT", "");
}

/* Size and time of the file, and whether a WAL file lies beside it: the same before and after means that nobody wrote meanwhile. */
static char *
dup_state (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  GStatBuf info = { 0 };
  GStatBuf wal_info = { 0 };

  if (g_stat (path, &info) != 0)
    return NULL;
  if (g_stat (wal, &wal_info) != 0)
    wal_info.st_size = -1;
  return g_strdup_printf ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld %" G_GINT64_FORMAT, (gint64) info.st_size, (gint64) info.st_mtim.tv_sec, info.st_mtim.tv_nsec, (gint64) wal_info.st_size);
}

static QdSummary *
read_once (const char *path, GError **error)
{
  g_autoptr (QdSummary) summary = qd_summary_new ();
  QdDb *db;
  gboolean ok;
  int version;

  if (!qd_db_peek (path, &version, error))
    return NULL;
  if (version < 3)
    {
      g_autofree char *name = g_filename_display_basename (path);
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_READ_ONLY, _ ("“%s” was made by an older version and tells nothing yet. Open it once."), name);
      return NULL;
    }
  db = qd_db_open_beside (path, error);
  if (!db)
    return NULL;
  ok = read_all (db, summary, error);
  qd_db_close (db);
  if (!ok)
    return NULL;
  summary->path = g_strdup (path);
  if (!summary->name)
    summary->name = g_strdup ("");
  if (!summary->site)
    summary->site = g_strdup ("");
  if (!summary->person)
    summary->person = g_strdup ("");
  if (!summary->region)
    summary->region = g_strdup ("");
  if (!summary->industry)
    summary->industry = g_strdup ("");
  if (!summary->date)
    summary->date = g_strdup ("");
  return g_steal_pointer (&summary);
}

QdSummary *
qd_summary_read (const char *path, GError **error)
{
  g_autoptr (QdSummary) summary = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  for (guint tries = 0; tries < 3; tries++)
    {
      g_autofree char *before = dup_state (path);
      g_autofree char *after = NULL;

      g_clear_error (error);
      g_clear_pointer (&summary, qd_summary_free);
      summary = read_once (path, error);
      after = dup_state (path);
      if (g_strcmp0 (before, after) == 0)
        break;
    }
  if (summary)
    summary->is_held = qd_lock_is_held_elsewhere (path, &summary->holder);
  return g_steal_pointer (&summary);
}

/* Writing */

static gboolean
is_same (const QdSummary *a, const QdSummary *b)
{
  if (g_strcmp0 (a->region, b->region) != 0 || g_strcmp0 (a->industry, b->industry) != 0 || a->maybe != b->maybe ||
      g_strcmp0 (a->date, b->date) != 0 || a->duties->len != b->duties->len)
    return FALSE;
  for (guint i = 0; i < a->duties->len; i++)
    {
      const QdSummaryDuty *x = a->duties->pdata[i], *y = b->duties->pdata[i];

      if (strcmp (x->site, y->site) != 0 || strcmp (x->rule, y->rule) != 0 || strcmp (x->period, y->period) != 0 ||
          strcmp (x->title, y->title) != 0 || strcmp (x->due, y->due) != 0 ||
          x->statutory != y->statutory || g_strcmp0 (x->form_id, y->form_id) != 0 || x->declaration != y->declaration ||
          x->holder != y->holder || strcmp (x->note, y->note) != 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_rows (QdDb *db, const QdSummary *summary, GError **error)
{
  g_autoptr (sqlite3_stmt) insert = NULL;

  if (!qd_db_run (db, error, "DELETE FROM summary_duty", "") ||
      !qd_db_run (db, error, "INSERT OR REPLACE INTO summary (id, region, industry, maybe, date, counted_at) VALUES (1,?,?,?,?,?)", "ttiti", or_empty (summary->region), or_empty (summary->industry), (gint64) summary->maybe, or_empty (summary->date), g_get_real_time () / G_USEC_PER_SEC))
    return FALSE;
  insert = qd_db_query (db, error, "INSERT INTO summary_duty (n, site, rule, period, title, due, statutory, form_id, declaration, holder, note)"
                                   " VALUES (?,?,?,?,?,?,?,?,nullif (?, 0),?,?)",
                        "");
  if (!insert)
    return FALSE;
  for (guint i = 0; i < MIN (summary->duties->len, MAX_ROWS); i++)
    {
      const QdSummaryDuty *duty = summary->duties->pdata[i];

      if (!qd_db_bind (db, insert, error, "itttttitiit", (gint64) i, duty->site, duty->rule, duty->period, duty->title, duty->due, (gint64) duty->statutory, duty->form_id, duty->declaration, (gint64) duty->holder, duty->note) ||
          qd_db_step (db, insert, error) != 0)
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_in_thread (QdDb *db, gpointer data, GError **error)
{
  const QdSummary *summary = data;
  g_autoptr (QdSummary) old = qd_summary_new ();

  /* The age of the counts is told to the day: the same counts of the same day need no write. */
  if (!read_head (db, old, error) || !read_duties (db, old->duties, error))
    return FALSE;
  if (old->counted_at && is_same (old, summary))
    return TRUE;
  if (!qd_db_begin (db, error))
    return FALSE;
  return qd_db_end (db, write_rows (db, summary, error), error);
}

gboolean
qd_store_write_summary (QdStore *self, const QdSummary *summary, GError **error)
{
  g_return_val_if_fail (QD_IS_STORE (self) && summary != NULL, FALSE);
  return qd_store_call (self, QD_CALL_QUIET, write_in_thread, (gpointer) summary, error);
}
