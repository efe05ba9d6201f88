/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an edit costs the main thread, how soon it is on disk, and a paste of 100,000 changes in one step beside bare SQLite. */
#include "config.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdio.h>

#include "bench.h"
#include "qd-journal-private.h"
#include "qd-summary.h"

#define EDITS 2000
#define PASTE 100000
#define SUMMARIES 200
#define BLOB (100 * 1024 * 1024)

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static GPtrArray *
make_changes (guint n)
{
  GPtrArray *changes = g_ptr_array_new_full (n, (GDestroyNotify) qd_change_free);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/d/substances/row[%u]/amount", i + 1);
      g_autofree char *value = g_strdup_printf ("%u.%u", i * 7, i % 10);
      g_ptr_array_add (changes, qd_change_new (QD_CHANGE_VALUE, path, NULL, "", value));
    }
  return changes;
}

/* The same rows by bare SQLite with the same indexes and care, without chain and queue. */
static double
measure_bare (const char *path)
{
  sqlite3 *db = NULL;
  sqlite3_stmt *insert = NULL;
  double start;

  sqlite3_open (path, &db);
  sqlite3_exec (db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                    "CREATE TABLE j (seq INTEGER PRIMARY KEY, d INTEGER, step INTEGER, u INTEGER, path TEXT, new TEXT, hash BLOB) STRICT;"
                    "CREATE INDEX js ON j (d, step, u); CREATE INDEX jp ON j (d, path);",
                NULL,
                NULL,
                NULL);
  start = bench_wall ();
  sqlite3_exec (db, "BEGIN", NULL, NULL, NULL);
  sqlite3_prepare_v2 (db, "INSERT INTO j (d, step, u, path, new, hash) VALUES (1, 1, 0, ?, ?, zeroblob (32))", -1, &insert, NULL);
  for (guint i = 0; i < PASTE; i++)
    {
      g_autofree char *row = g_strdup_printf ("/d/substances/row[%u]/amount", i + 1);
      g_autofree char *value = g_strdup_printf ("%u.%u", i * 7, i % 10);

      sqlite3_bind_text (insert, 1, row, -1, SQLITE_STATIC);
      sqlite3_bind_text (insert, 2, value, -1, SQLITE_STATIC);
      sqlite3_step (insert);
      sqlite3_reset (insert);
    }
  sqlite3_finalize (insert);
  sqlite3_exec (db, "COMMIT", NULL, NULL, NULL);
  start = bench_wall () - start;
  sqlite3_close (db);
  return start;
}

static gboolean
measure_blob (QdStore *store, const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "package", NULL);
  g_autofree char *data = g_malloc (BLOB);
  g_autofree char *sha256 = NULL;
  g_autofree char *digest = NULL;
  double start, hashed, in, out;

  for (gsize i = 0; i < BLOB; i++)
    data[i] = (char) (i * 2654435761u >> 13);
  start = bench_wall ();
  digest = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) data, BLOB);
  hashed = bench_wall () - start;
  g_file_set_contents (path, data, BLOB, NULL);
  start = bench_wall ();
  sha256 = qd_store_import_blob (store, path, NULL, NULL);
  in = bench_wall () - start;
  if (g_strcmp0 (sha256, digest) != 0)
    return FALSE;
  start = bench_wall ();
  if (!qd_store_export_blob (store, sha256, path, NULL))
    return FALSE;
  out = bench_wall () - start;
  printf ("blob of %d MiB            in %.0f ms, out %.0f ms; the digest alone %.0f ms\n", BLOB >> 20, in, out, hashed);
  g_unlink (path);
  return TRUE;
}

/* A workspace with 40 open duties and 20 declarations, one in eight still open in this process. */
static QdStore *
make_workspace (const char *path, guint n)
{
  QdStore *store = qd_store_create (path, NULL);
  g_autoptr (QdSummary) summary = qd_summary_new ();
  g_autoptr (GBytes) xml = g_bytes_new_static ("<d/>", 4);

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *rule = g_strdup_printf ("R%02u-%u", i / 10, i % 10);
      QdSummaryDuty duty = { .site = (char *) "1", .rule = rule, .period = (char *) "2026", .title = (char *) "有毒有害水污染物：监测、评估、排查、公开", .due = (char *) "2026-12-15", .note = (char *) "" };
      g_ptr_array_add (summary->duties, qd_summary_duty_copy (&duty));
    }
  for (guint i = 0; i < 20; i++)
    qd_store_add_declaration (store, "cn.bench", "1", "2026", NULL, 0, xml, NULL);
  qd_store_set_setting (store, "name", "伊宁沃原生物制药", NULL);
  qd_store_write_summary (store, summary, NULL);
  if (n % 8 != 0)
    g_clear_object (&store);
  return store;
}

/* What the cockpit does when it opens; the budget is one second for 200. */
static gboolean
measure_summaries (const char *folder)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  guint duties = 0;
  double start;

  for (guint i = 0; i < SUMMARIES; i++)
    {
      char *path = g_strdup_printf ("%s/%u.qingdan", folder, i);
      QdStore *store = make_workspace (path, i);
      g_ptr_array_add (paths, path);
      if (store)
        g_ptr_array_add (open, store);
    }
  start = bench_wall ();
  for (guint i = 0; i < SUMMARIES; i++)
    {
      g_autoptr (QdSummary) summary = qd_summary_read (paths->pdata[i], NULL);
      if (!summary)
        return FALSE;
      duties += summary->duties->len;
    }
  printf ("read %d summaries         %.0f ms (%u duties; %u workspaces are open)\n", SUMMARIES, bench_wall () - start, duties, open->len);
  g_ptr_array_set_size (open, 0);
  for (guint i = 0; i < SUMMARIES; i++)
    g_unlink (paths->pdata[i]);
  return TRUE;
}

int
main (void)
{
  g_autofree char *folder = g_dir_make_tmp ("qd-bench-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "w.qingdan", NULL);
  g_autofree char *bare = g_build_filename (folder, "bare.db", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) xml = g_bytes_new_static ("<d/>", 4);
  g_autofree double *times = g_new (double, EDITS);
  QdStore *store = qd_store_create (path, &error);
  GPtrArray *paste;
  gint64 id;
  double start, queued, bare_time;

  if (!store)
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  id = qd_store_add_declaration (store, "cn.bench", "1", "2026", NULL, 0, xml, &error);

  for (guint i = 0; i < EDITS; i++)
    {
      GPtrArray *changes = make_changes (1);

      start = bench_wall ();
      qd_store_queue_changes (store, id, i + 1, 0, "typed", changes, NULL);
      times[i] = bench_wall () - start;
      g_usleep (200);
    }
  qsort (times, EDITS, sizeof *times, compare_doubles);
  printf ("queue one edit             p50 %.3f ms  p99 %.3f ms  max %.3f ms\n", times[EDITS / 2], times[EDITS * 99 / 100], times[EDITS - 1]);

  for (guint i = 0; i < 20; i++)
    {
      qd_store_queue_changes (store, id, EDITS + i + 1, 0, "typed", make_changes (1), NULL);
      start = bench_wall ();
      if (!qd_store_flush (store, NULL))
        return 1;
      times[i] = bench_wall () - start;
    }
  qsort (times, 20, sizeof *times, compare_doubles);
  printf ("one edit to disk           p50 %.1f ms  max %.1f ms\n", times[10], times[19]);

  paste = make_changes (PASTE);
  start = bench_wall ();
  qd_store_queue_changes (store, id, EDITS + 100, 0, "pasted", paste, NULL);
  queued = bench_wall () - start;
  if (!qd_store_flush (store, NULL))
    return 1;
  start = bench_wall () - start;
  bare_time = measure_bare (bare);
  printf ("paste of %d changes    queued in %.2f ms, on disk in %.0f ms; bare SQLite %.0f ms (%.2f times)\n", PASTE, queued, start, bare_time, start / bare_time);

  start = bench_wall ();
  if (!qd_store_verify_journal (store, &error))
    return 1;
  printf ("verify the chain           %.0f ms\n", bench_wall () - start);
  start = bench_wall ();
  g_object_unref (store);
  printf ("close                      %.1f ms\n", bench_wall () - start);
  start = bench_wall ();
  store = qd_store_open (path, FALSE, &error);
  if (!store)
    return 1;
  printf ("open                       %.1f ms\n", bench_wall () - start);

  if (!measure_blob (store, folder))
    return 1;
  g_object_unref (store);
  if (!measure_summaries (folder))
    return 1;

  g_unlink (path);
  g_unlink (bare);
  g_rmdir (folder);
  return 0;
}
