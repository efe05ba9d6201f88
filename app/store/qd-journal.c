/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-journal"
#include "config.h"

#include "qd-journal-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-draft.h"

void
qd_edit_free (QdEdit *edit)
{
  g_clear_pointer (&edit->changes, g_ptr_array_unref);
  g_clear_pointer (&edit->snapshot, g_bytes_unref);
  g_free (edit->origin);
  g_free (edit);
}

void
qd_history_item_free (QdHistoryItem *item)
{
  g_free (item->origin);
  g_free (item->old_text);
  g_free (item->new_text);
  g_free (item);
}

/* A length before each text, so that no two rows have the same bytes; "-" is no text, which is not the empty one. */
static void
append_text (GString *bytes, const char *text)
{
  if (text)
    g_string_append_printf (bytes, "%" G_GSIZE_FORMAT ":%s", strlen (text), text);
  else
    g_string_append_c (bytes, '-');
}

/* SHA-256 over the hash of the row before and everything in this one. @hash is both input and output. */
static void
chain (guint8 *hash, gint64 seq, gint64 declaration, gint64 step, gint64 undoes, gint64 time, const char *origin, int kind, const char *path, const char *name, const char *old, const char *fresh, GString *bytes, GChecksum *checksum)
{
  gsize size = QD_DB_HASH_SIZE;

  g_string_truncate (bytes, 0);
  g_string_append_printf (bytes, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d ", seq, declaration, step, undoes, time, kind);
  append_text (bytes, origin);
  append_text (bytes, path);
  append_text (bytes, name);
  append_text (bytes, old);
  append_text (bytes, fresh);
  g_checksum_reset (checksum);
  g_checksum_update (checksum, hash, QD_DB_HASH_SIZE);
  g_checksum_update (checksum, (const guchar *) bytes->str, bytes->len);
  g_checksum_get_digest (checksum, hash, &size);
}

static gboolean
read_head (QdDb *db, gint64 *seq, guint8 *hash, GError **error)
{
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT seq, hash FROM head", "");
  int step;

  if (!query)
    return FALSE;
  step = qd_db_step (db, query, error);
  if (step < 0)
    return FALSE;
  if (step == 0 || sqlite3_column_bytes (query, 1) != QD_DB_HASH_SIZE)
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_CORRUPT, _ ("The journal of “%s” has no end mark. Use a backup; the file was not changed."), db->name);
      return FALSE;
    }
  *seq = sqlite3_column_int64 (query, 0);
  memcpy (hash, sqlite3_column_blob (query, 1), QD_DB_HASH_SIZE);
  return TRUE;
}

/* The row of the journal that a snapshot goes up to; @seq is the last one. */
static gboolean
find_snapshot_row (QdDb *db, const QdEdit *edit, gint64 *seq, GError **error)
{
  g_autoptr (sqlite3_stmt) query = NULL;

  if (edit->snapshot_step < 0)
    return TRUE;
  query = qd_db_query (db, error, "SELECT ifnull (min (seq) - 1, ?1) FROM journal WHERE declaration = ?2 AND step > ?3", "iii", *seq, edit->declaration, edit->snapshot_step);
  if (!query || qd_db_step (db, query, error) != 1)
    return FALSE;
  *seq = sqlite3_column_int64 (query, 0);
  return TRUE;
}

static gboolean
write_edits (QdDb *db, GPtrArray *edits, GError **error)
{
  g_autoptr (sqlite3_stmt) insert = NULL;
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 hash[QD_DB_HASH_SIZE];
  gint64 seq, first, reached;

  if (!read_head (db, &seq, hash, error))
    return FALSE;
  first = seq;
  insert = qd_db_query (db, error, "INSERT INTO journal (seq, declaration, step, undoes, kind, path, name, old, new, time, origin, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", "");
  if (!insert)
    return FALSE;

  for (guint i = 0; i < edits->len; i++)
    {
      const QdEdit *edit = edits->pdata[i];

      for (guint c = 0; edit->changes && c < edit->changes->len; c++)
        {
          const QdChange *change = edit->changes->pdata[c];

          seq++;
          chain (hash, seq, edit->declaration, edit->step, edit->undoes, edit->time, edit->origin, change->kind, change->path, change->name, change->old_text, change->new_text, bytes, checksum);
          if (!qd_db_bind (db, insert, error, "iiiiittttitb", seq, edit->declaration, edit->step, edit->undoes, (gint64) change->kind, change->path, change->name, change->old_text, change->new_text, edit->time, edit->origin, hash, (gsize) QD_DB_HASH_SIZE) ||
              qd_db_step (db, insert, error) < 0)
            return FALSE;
        }
      if (edit->changes && edit->changes->len > 0 &&
          !qd_db_run (db, error, "UPDATE declaration SET edited_at = ?, state = 0 WHERE id = ?", "ii", edit->time / 1000, edit->declaration))
        return FALSE;
      /* Three snapshots are kept: where it all began, and two to open from. */
      reached = seq;
      if (edit->snapshot &&
          (!find_snapshot_row (db, edit, &reached, error) ||
           !qd_db_run (db, error, "INSERT INTO snapshot (declaration, seq, xml) VALUES (?,?,?)", "iiB", edit->declaration, reached, edit->snapshot) ||
           !qd_db_run (db, error, "DELETE FROM snapshot WHERE declaration = ?1 AND id <> (SELECT min (id) FROM snapshot WHERE declaration = ?1)"
                                  " AND id NOT IN (SELECT id FROM snapshot WHERE declaration = ?1 ORDER BY id DESC LIMIT 2)",
                       "i",
                       edit->declaration)))
        return FALSE;
      if (edit->has_counts &&
          !qd_db_run (db, error, "UPDATE declaration SET critical = ?, unexplained = ? WHERE id = ?", "iii", (gint64) edit->critical, (gint64) edit->unexplained, edit->declaration))
        return FALSE;
    }
  return seq == first ||
         qd_db_run (db, error, "UPDATE head SET seq = ?, hash = ?", "ib", seq, hash, (gsize) QD_DB_HASH_SIZE);
}

gboolean
qd_journal_write (QdDb *db, GPtrArray *edits, GError **error)
{
  if (!qd_db_begin (db, error))
    return FALSE;
  return qd_db_end (db, write_edits (db, edits, error), error);
}

static gboolean
set_bad_row (QdDb *db, gint64 seq, GError **error)
{
  g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_CORRUPT, _ ("The journal of “%s” was altered: row %ld does not follow from the rows before it. Use a backup."), db->name, (long) seq);
  return FALSE;
}

gboolean
qd_journal_verify (QdDb *db, GError **error)
{
  g_autoptr (sqlite3_stmt) query = NULL;
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 hash[QD_DB_HASH_SIZE] = { 0 }, head_hash[QD_DB_HASH_SIZE];
  gint64 seq = 0, head_seq;
  int step;

  if (!read_head (db, &head_seq, head_hash, error))
    return FALSE;
  query = qd_db_query (db, error, "SELECT seq, declaration, step, undoes, time, origin, kind, path, name, old, new, hash FROM journal ORDER BY seq", "");
  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    {
#define TEXT(column) ((const char *) sqlite3_column_text (query, column))
      seq++;
      chain (hash, seq, sqlite3_column_int64 (query, 1), sqlite3_column_int64 (query, 2), sqlite3_column_int64 (query, 3), sqlite3_column_int64 (query, 4), TEXT (5), sqlite3_column_int (query, 6), TEXT (7), TEXT (8), TEXT (9), TEXT (10), bytes, checksum);
#undef TEXT
      if (sqlite3_column_int64 (query, 0) != seq || sqlite3_column_bytes (query, 11) != QD_DB_HASH_SIZE || memcmp (hash, sqlite3_column_blob (query, 11), QD_DB_HASH_SIZE) != 0)
        return set_bad_row (db, seq, error);
    }
  if (step < 0)
    return FALSE;
  if (seq != head_seq || memcmp (hash, head_hash, QD_DB_HASH_SIZE) != 0)
    return set_bad_row (db, seq + 1, error);
  return TRUE;
}

GArray *
qd_journal_read_steps (QdDb *db, gint64 declaration, GError **error)
{
  g_autoptr (sqlite3_stmt) query = qd_db_query (db, error, "SELECT DISTINCT step, undoes FROM journal WHERE declaration = ? ORDER BY step", "i", declaration);
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (QdStep));
  int step;

  if (!query)
    return NULL;
  while ((step = qd_db_step (db, query, error)) == 1)
    {
      QdStep row = { sqlite3_column_int64 (query, 0), sqlite3_column_int64 (query, 1) };
      g_array_append_val (steps, row);
    }
  return step == 0 ? g_steal_pointer (&steps) : NULL;
}

GPtrArray *
qd_journal_read_changes (QdDb *db, gint64 declaration, gint64 step, gint64 after, GError **error)
{
  g_autoptr (sqlite3_stmt) query = NULL;
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_change_free);
  int got;

  if (step)
    query = qd_db_query (db, error, "SELECT kind, path, name, old, new FROM journal WHERE declaration = ? AND step = ? ORDER BY seq", "ii", declaration, step);
  else /* the unary plus keeps to the primary key: the rows after a snapshot are few */
    query = qd_db_query (db, error, "SELECT kind, path, name, old, new FROM journal WHERE +declaration = ? AND seq > ? ORDER BY seq", "ii", declaration, after);
  if (!query)
    return NULL;
  while ((got = qd_db_step (db, query, error)) == 1)
    g_ptr_array_add (changes, qd_change_new (sqlite3_column_int (query, 0), (const char *) sqlite3_column_text (query, 1), (const char *) sqlite3_column_text (query, 2), (const char *) sqlite3_column_text (query, 3), (const char *) sqlite3_column_text (query, 4)));
  return got == 0 ? g_steal_pointer (&changes) : NULL;
}

/* Splits "/d/row[12]" into "/d/row" and 11; a path without a position is its first row. */
static char *
split_row (const char *path, guint64 *index_out)
{
  const char *bracket = strrchr (path, '[');

  *index_out = 0;
  if (!bracket || !g_str_has_suffix (path, "]"))
    return g_strdup (path);
  *index_out = g_ascii_strtoull (bracket + 1, NULL, 10);
  if (*index_out > 0)
    *index_out -= 1;
  return g_strndup (path, bracket - path);
}

/* What @path was called before the change: NULL when its row was not there. */
static char *
rename_back (const char *path, QdChangeKind kind, const char *changed, const char *old, const char *fresh)
{
  guint64 row, mine, before;
  g_autofree char *range = split_row (changed, &row);
  gsize length = strlen (range);
  char *rest;

  if (strncmp (path, range, length) != 0 || path[length] != '[')
    return g_strdup (path);
  mine = g_ascii_strtoull (path + length + 1, &rest, 10) - 1;
  before = mine;
  if (*rest != ']')
    return g_strdup (path);
  if (kind == QD_CHANGE_ADD)
    {
      if (mine == row)
        return NULL;
      before = mine > row ? mine - 1 : mine;
    }
  else if (kind == QD_CHANGE_REMOVE)
    before = mine >= row ? mine + 1 : mine;
  else if (kind == QD_CHANGE_MOVE)
    {
      guint64 from = g_ascii_strtoull (old ? old : "", NULL, 10), to = g_ascii_strtoull (fresh ? fresh : "", NULL, 10);

      if (mine == to)
        before = from;
      else if (from < to && mine >= from && mine < to)
        before = mine + 1;
      else if (to < from && mine > to && mine <= from)
        before = mine - 1;
    }
  return g_strdup_printf ("%s[%" G_GUINT64_FORMAT "%s", range, before + 1, rest);
}

/* Values of @path in the rows from @after to @before, newest first. */
static gboolean
add_history (QdDb *db, GPtrArray *items, gint64 declaration, const char *path, gint64 after, gint64 before, GError **error)
{
  g_autoptr (sqlite3_stmt) query = NULL;
  int step;

  query = qd_db_query (db, error, "SELECT time, origin, old, new FROM journal WHERE declaration = ? AND path = ? AND seq > ? AND seq < ? AND kind = 0 ORDER BY seq DESC", "itii", declaration, path, after, before);
  if (!query)
    return FALSE;
  while ((step = qd_db_step (db, query, error)) == 1)
    {
      QdHistoryItem *item = g_new0 (QdHistoryItem, 1);

      item->time = sqlite3_column_int64 (query, 0);
      item->origin = qd_db_dup_text (query, 1);
      item->old_text = qd_db_dup_text (query, 2);
      item->new_text = qd_db_dup_text (query, 3);
      g_ptr_array_add (items, item);
    }
  return step == 0;
}

GPtrArray *
qd_journal_read_history (QdDb *db, gint64 declaration, const char *path, GError **error)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_history_item_free);
  g_autofree char *name = g_strdup (path);
  g_autoptr (sqlite3_stmt) rows = NULL;
  gint64 before = G_MAXINT64;
  int step;

  /* Backward through the changes of rows: between two of them the field has one name. */
  rows = qd_db_query (db, error, "SELECT seq, kind, path, old, new FROM journal WHERE declaration = ? AND kind >= 2 ORDER BY seq DESC", "i", declaration);
  if (!rows)
    return NULL;
  while ((step = qd_db_step (db, rows, error)) == 1)
    {
      gint64 seq = sqlite3_column_int64 (rows, 0);
      g_autofree char *earlier = rename_back (name, sqlite3_column_int (rows, 1), (const char *) sqlite3_column_text (rows, 2), (const char *) sqlite3_column_text (rows, 3), (const char *) sqlite3_column_text (rows, 4));

      if (g_strcmp0 (earlier, name) == 0)
        continue;
      if (!add_history (db, items, declaration, name, seq, before, error))
        return NULL;
      if (!earlier)
        return g_steal_pointer (&items);
      before = seq;
      g_free (name);
      name = g_steal_pointer (&earlier);
    }
  if (step < 0 || !add_history (db, items, declaration, name, 0, before, error))
    return NULL;
  return g_steal_pointer (&items);
}
