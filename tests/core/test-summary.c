/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a workspace tells without being opened, and the user's marks on duties. */
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qd-db-private.h"
#include "qd-summary.h"
#include "file-kit.h"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("qd-summary-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "沃原 1%2.qingdan", NULL);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Names in the folder, sorted: what a reader leaves behind would show here. */
static char *
dup_listing (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return g_strjoinv ("|", (char **) names->pdata);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *listing = dup_listing (fixture->folder);
  g_auto (GStrv) names = g_strsplit (listing, "|", -1);

  for (guint i = 0; names[i]; i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);
      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
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

static QdSummary *
make_summary (guint n)
{
  QdSummary *summary = qd_summary_new ();

  summary->region = g_strdup ("654002");
  summary->industry = g_strdup ("2710");
  summary->maybe = 7;
  summary->date = g_strdup ("2026-11-24");
  for (guint i = 0; i < n; i++)
    {
      QdSummaryDuty duty = {
        .site = (char *) "生产厂区",
        .rule = (char *) "R13-10",
        .title = (char *) "有毒有害水污染物：监测、评估",
        .statutory = i % 2,
        .form_id = i % 2 ? (char *) "cn.a" : NULL,
        .declaration = i,
        .holder = (QdHolder) (i % 4),
        .note = (char *) "",
      };
      g_autofree char *period = g_strdup_printf ("%04u", 2026 + i);
      g_autofree char *due = g_strdup_printf ("2027-%02u-31", 1 + i % 12);
      duty.period = period;
      duty.due = due;
      g_ptr_array_add (summary->duties, qd_summary_duty_copy (&duty));
    }
  return summary;
}

static void
write_summary (QdStore *store, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSummary) summary = make_summary (n);

  qd_store_write_summary (store, summary, &error);
  g_assert_no_error (error);
}

static QdSummary *
read_summary (const char *path)
{
  g_autoptr (GError) error = NULL;
  QdSummary *summary = qd_summary_read (path, &error);

  g_assert_no_error (error);
  return summary;
}

static gint64
add_declaration (QdStore *store, const char *form)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) xml = g_bytes_new_static ("<d/>", 4);
  gint64 id = qd_store_add_declaration (store, form, "1", "2026", "生产厂区", 0, xml, &error);

  g_assert_no_error (error);
  return id;
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;

  {
    /* Nothing was ever assessed. */
    g_autoptr (QdSummary) empty = read_summary (fixture->path);
    g_assert_cmpint (empty->counted_at, ==, 0);
    g_assert_cmpstr (empty->name, ==, "");
    g_assert_cmpuint (empty->duties->len, ==, 0);
    g_assert_cmpuint (empty->declarations->len, ==, 0);
  }
  g_assert_true (qd_store_set_setting (store, "name", "伊宁沃原", NULL));
  g_assert_true (qd_store_set_setting (store, "site", "生产厂区", NULL));
  g_assert_true (qd_store_set_setting (store, "person", "古丽", NULL));
  add_declaration (store, "cn.a");
  write_summary (store, 5);

  /* While it is open for writing, and not yet in the file itself. */
  before = dup_listing (fixture->folder);
  {
    g_autoptr (QdSummary) summary = read_summary (fixture->path);
    const QdSummaryDuty *last;
    g_assert_cmpstr (summary->name, ==, "伊宁沃原");
    g_assert_cmpstr (summary->site, ==, "生产厂区");
    g_assert_cmpstr (summary->person, ==, "古丽");
    g_assert_cmpstr (summary->region, ==, "654002");
    g_assert_cmpstr (summary->industry, ==, "2710");
    g_assert_cmpstr (summary->date, ==, "2026-11-24");
    g_assert_cmpuint (summary->maybe, ==, 7);
    g_assert_cmpint (summary->counted_at, >, 0);
    g_assert_cmpuint (summary->duties->len, ==, 5);
    last = summary->duties->pdata[4];
    g_assert_cmpstr (last->due, ==, "2027-05-31");
    g_assert_cmpstr (last->period, ==, "2030");
    g_assert_cmpint (last->declaration, ==, 4);
    g_assert_null (last->form_id);
    g_assert_false (last->statutory);
    g_assert_cmpint (last->holder, ==, QD_HOLDER_US);
    g_assert_cmpuint (summary->declarations->len, ==, 1);
    g_assert_cmpstr (((QdDeclaration *) summary->declarations->pdata[0])->form_id, ==, "cn.a");
    /* We hold it ourselves: that is no other program. */
    g_assert_false (summary->is_held);
  }
  after = dup_listing (fixture->folder);
  g_assert_cmpstr (before, ==, after);

  /* The store still has its locks: it writes on. */
  add_declaration (store, "cn.b");
  write_summary (store, 3);
  close_store (store);

  g_clear_pointer (&before, g_free);
  g_clear_pointer (&after, g_free);
  before = dup_listing (fixture->folder);
  {
    g_autoptr (QdSummary) summary = read_summary (fixture->path);
    g_assert_cmpuint (summary->duties->len, ==, 3);
    g_assert_cmpuint (summary->declarations->len, ==, 2);
  }
  after = dup_listing (fixture->folder);
  g_assert_cmpstr (before, ==, after);
  g_assert_null (strchr (after, '|')); /* the workspace alone */
}

static void
test_same_is_not_written (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  g_autoptr (QdSummary) first = NULL;
  g_autoptr (QdSummary) second = NULL;
  GStatBuf before, after;
  g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);

  write_summary (store, 5);
  first = read_summary (fixture->path);
  g_assert_cmpint (g_stat (wal, &before), ==, 0);
  write_summary (store, 5);
  g_assert_cmpint (g_stat (wal, &after), ==, 0);
  g_assert_cmpint (before.st_size, ==, after.st_size);
  write_summary (store, 6);
  g_assert_cmpint (g_stat (wal, &after), ==, 0);
  g_assert_cmpint (before.st_size, <, after.st_size);
  second = read_summary (fixture->path);
  g_assert_cmpuint (second->duties->len, ==, 6);
  close_store (store);
}

/* What the cockpit lists: neither accepted ones nor those that an amendment has replaced. */
static void
test_declarations (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  g_autoptr (GBytes) xml = g_bytes_new_static ("<d/>", 4);
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_build_filename (fixture->folder, "p.asice", NULL);
  gint64 accepted = add_declaration (store, "cn.accepted");
  gint64 returned = add_declaration (store, "cn.returned");
  gint64 amendment;

  g_assert_true (g_file_set_contents (file, "package", -1, NULL));
  for (gint64 id = accepted; id <= returned; id++)
    {
      qd_store_seal (store, id, file, xml, xml, &error);
      g_assert_no_error (error);
    }
  g_assert_true (qd_store_set_state (store, accepted, QD_STATE_ACCEPTED, NULL));
  g_assert_true (qd_store_set_state (store, returned, QD_STATE_RETURNED, NULL));
  {
    g_autoptr (QdSummary) summary = read_summary (fixture->path);
    g_assert_cmpuint (summary->declarations->len, ==, 1);
    g_assert_cmpint (((QdDeclaration *) summary->declarations->pdata[0])->state, ==, QD_STATE_RETURNED);
  }
  amendment = qd_store_add_declaration (store, "cn.returned", "1", "2026", "生产厂区", returned, xml, &error);
  g_assert_no_error (error);
  {
    g_autoptr (QdSummary) summary = read_summary (fixture->path);
    g_assert_cmpuint (summary->declarations->len, ==, 1);
    g_assert_cmpint (((QdDeclaration *) summary->declarations->pdata[0])->id, ==, amendment);
  }
  close_store (store);
}

/* How each delivery stands, and the answer of one that was returned. */
static void
test_deliveries (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  g_autoptr (GBytes) xml = g_bytes_new_static ("<d/>", 4);
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_build_filename (fixture->folder, "p.asice", NULL);
  g_autofree char *answer = NULL;
  g_autoptr (QdSummary) summary = NULL;
  gint64 ids[3];

  g_assert_true (g_file_set_contents (file, "the answer", -1, NULL));
  answer = qd_store_import_blob (store, file, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GPtrArray) list = NULL;
      g_autofree char *package = g_strdup_printf ("package %u", i);
      QdDelivery *row = NULL;
      ids[i] = add_declaration (store, "cn.a");
      g_assert_true (g_file_set_contents (file, package, -1, NULL));
      g_assert_true (qd_store_seal (store, ids[i], file, xml, xml, &error));
      g_assert_cmpint (qd_store_add_delivery (store, ids[i], "/nowhere", &error), >, 0);
      g_assert_cmpint (qd_store_add_delivery (store, ids[i], "/elsewhere", &error), >, 0);
      list = qd_store_list_deliveries (store, &error);
      g_assert_no_error (error);
      for (guint n = 0; n < list->len; n++)
        if (row == NULL || ((QdDelivery *) list->pdata[n])->id > row->id)
          row = list->pdata[n];
      g_assert_nonnull (row);
      g_assert_cmpint (row->declaration, ==, ids[i]);
      row->offset = 4;
      row->state = i == 0 ? QD_STATE_RETURNED : i == 1 ? QD_STATE_ACCEPTED
                                                       : QD_STATE_SEALED;
      row->receipt_sha256 = i < 2 ? g_strdup (answer) : NULL;
      g_assert_true (qd_store_update_delivery (store, row, NULL, &error));
      g_assert_no_error (error);
    }
  summary = read_summary (fixture->path);
  g_assert_cmpuint (summary->deliveries->len, ==, 3); /* the newest of each */
  {
    const QdSummaryDelivery *queued = summary->deliveries->pdata[0], *accepted = summary->deliveries->pdata[1], *returned = summary->deliveries->pdata[2];
    g_assert_cmpint (accepted->declaration, ==, ids[1]);
    g_assert_cmpint (accepted->state, ==, QD_STATE_ACCEPTED);
    g_assert_null (accepted->answer);
    g_assert_cmpstr (accepted->form_id, ==, "cn.a");
    g_assert_cmpstr (accepted->target, ==, "/elsewhere");
    g_assert_cmpstr (accepted->problem, ==, "");
    g_assert_cmpstr (accepted->site, ==, "生产厂区");
    g_assert_cmpint (queued->declaration, ==, ids[2]);
    g_assert_cmpint (queued->state, ==, QD_STATE_SEALED);
    g_assert_cmpint (queued->size, ==, 9);
    g_assert_cmpint (queued->offset, ==, 4);
    g_assert_cmpint (queued->changed_at, >, 0);
    g_assert_null (queued->answer);
    g_assert_cmpint (returned->declaration, ==, ids[0]);
    g_assert_cmpint (returned->state, ==, QD_STATE_RETURNED);
    g_assert_cmpmem (g_bytes_get_data (returned->answer, NULL), g_bytes_get_size (returned->answer), "the answer", 10);
  }
  close_store (store);
}

/* A child that opens the workspace for writing, writes, and then waits until it is killed. */
static pid_t
start_holder (const char *path)
{
  int ready[2];
  pid_t pid;
  char byte;

  g_assert_cmpint (pipe (ready), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      QdStore *store = qd_store_open (path, FALSE, NULL);
      if (store)
        {
          write_summary (store, 9);
          if (write (ready[1], "x", 1) == 1)
            for (;;)
              pause ();
        }
      _exit (1);
    }
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  return pid;
}

static void
test_held_elsewhere (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = NULL, *after = NULL;
  g_autofree char *wal = g_strconcat (fixture->path, "-wal", NULL);
  pid_t pid;
  int status;

  close_store (create_store (fixture->path));
  pid = start_holder (fixture->path);
  before = dup_listing (fixture->folder);
  {
    g_autoptr (QdSummary) summary = read_summary (fixture->path);
    g_assert_cmpuint (summary->duties->len, ==, 9);
    g_assert_true (summary->is_held);
    g_assert_cmpstr (summary->holder, ==, g_get_host_name ());
  }
  after = dup_listing (fixture->folder);
  g_assert_cmpstr (before, ==, after);

  /* It dies: what it had written is still read, nothing is repaired, the lock is gone. */
  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  {
    g_autoptr (QdSummary) summary = read_summary (fixture->path);
    g_autofree char *now = dup_listing (fixture->folder);
    g_assert_cmpuint (summary->duties->len, ==, 9);
    g_assert_false (summary->is_held);
    g_assert_null (summary->holder);
    g_assert_cmpstr (now, ==, after);
  }

  /* Copied with its WAL file but without the shared memory, it cannot be read without repairing it: that is said. */
  {
    g_autofree char *shm = g_strconcat (fixture->path, "-shm", NULL);
    g_autoptr (GError) error = NULL;
    g_unlink (shm);
    g_assert_null (qd_summary_read (fixture->path, &error));
    g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_READ_ONLY);
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    g_assert_false (g_file_test (shm, G_FILE_TEST_EXISTS));
  }
}

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_bad (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *text; /* content of the file, or NULL: … */
    const char *sql;  /* … a workspace that this changes, or NULL: no file */
    QdStoreError code;
  } rows[] = {
    { "missing", NULL, NULL, QD_STORE_ERROR_NOT_FOUND },
    { "empty", "", NULL, QD_STORE_ERROR_NOT_A_WORKSPACE },
    { "text", "这不是工作区", NULL, QD_STORE_ERROR_NOT_A_WORKSPACE },
    { "other application", NULL, "PRAGMA application_id = 1", QD_STORE_ERROR_NOT_A_WORKSPACE },
    { "older", NULL, "PRAGMA user_version = 2", QD_STORE_ERROR_READ_ONLY },
    { "without the table", NULL, "DROP TABLE summary", QD_STORE_ERROR_IO },
    { "other columns", NULL, "DROP TABLE summary_duty; CREATE TABLE summary_duty (x)", QD_STORE_ERROR_IO },
    { "endless", NULL, "DROP TABLE summary_duty; CREATE VIEW summary_duty AS WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r)"
                       " SELECT n, '' site, '' rule, '' period, '' title, '' due, 0 statutory, '' form_id, 0 declaration, 0 holder, '' note FROM r",
      QD_STORE_ERROR_IO },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *before = NULL, *after = NULL;

      g_test_message ("%s", rows[i].name);
      if (rows[i].text)
        g_assert_true (g_file_set_contents (fixture->path, rows[i].text, -1, NULL));
      else if (rows[i].sql)
        {
          close_store (create_store (fixture->path));
          run_sql (fixture->path, rows[i].sql);
        }
      before = dup_listing (fixture->folder);
      g_assert_null (qd_summary_read (fixture->path, &error));
      g_assert_error (error, QD_STORE_ERROR, (int) rows[i].code);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      after = dup_listing (fixture->folder);
      g_assert_cmpstr (before, ==, after);
      g_unlink (fixture->path);
    }
  {
    /* A newer program keeps what we know how to read, or not; either way it is no crash and no change. */
    g_autoptr (QdSummary) summary = NULL;
    close_store (create_store (fixture->path));
    run_sql (fixture->path, "PRAGMA user_version = 99; CREATE TABLE from_the_future (x)");
    summary = read_summary (fixture->path);
    g_assert_cmpuint (summary->duties->len, ==, 0);
  }
}

static void
test_done (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autofree char *file = g_build_filename (fixture->folder, "回执.pdf", NULL);
  g_autofree char *sha256 = NULL;
  QdDone done = { .site = (char *) "厂", .rule = (char *) "R13-10", .period = (char *) "2026", .date = (char *) "2026-11-20", .note = (char *) "已报县局" };
  g_autoptr (GPtrArray) rows = NULL;

  g_assert_true (g_file_set_contents (file, "evidence", -1, NULL));
  sha256 = qd_store_import_blob (store, file, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (qd_store_mark_done (store, &done, &error));
  done.evidence = sha256;
  done.evidence_name = (char *) "回执.pdf";
  done.date = (char *) "2026-11-21";
  g_assert_true (qd_store_mark_done (store, &done, &error)); /* replaces */
  done.rule = (char *) "R13-11";
  done.date = (char *) "2026-11-22";
  done.evidence = NULL;
  done.note = NULL;
  g_assert_true (qd_store_mark_done (store, &done, &error));
  rows = qd_store_list_done (store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  {
    const QdDone *newest = rows->pdata[0], *older = rows->pdata[1];
    g_assert_cmpstr (newest->rule, ==, "R13-11");
    g_assert_cmpstr (newest->note, ==, "");
    g_assert_null (newest->evidence);
    g_assert_cmpstr (older->date, ==, "2026-11-21");
    g_assert_cmpstr (older->evidence, ==, sha256);
    g_assert_cmpstr (older->evidence_name, ==, "回执.pdf");
    g_assert_cmpint (older->marked_at, >, 0);
  }
  /* Evidence that is not in the workspace. */
  done.evidence = (char *) "0000000000000000000000000000000000000000000000000000000000000000";
  g_assert_false (qd_store_mark_done (store, &done, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_true (qd_store_unmark_done (store, "厂", "R13-11", "2026", &error));
  g_assert_true (qd_store_unmark_done (store, "厂", "R13-99", "2026", &error)); /* nothing to take back */
  g_clear_pointer (&rows, g_ptr_array_unref);
  rows = qd_store_list_done (store, &error);
  g_assert_cmpuint (rows->len, ==, 1);
  close_store (store);

  store = qd_store_open (fixture->path, TRUE, &error);
  g_assert_no_error (error);
  g_assert_false (qd_store_unmark_done (store, "厂", "R13-10", "2026", &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_READ_ONLY);
  close_store (store);
}

static void
test_waiting (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  const QdWaiting *row;

  g_assert_true (qd_store_set_waiting (store, "厂", "R1", "2026", QD_HOLDER_LABORATORY, "报告 11-25 出", &error));
  g_assert_true (qd_store_set_waiting (store, "厂", "R2", "2026", QD_HOLDER_ENTERPRISE, NULL, &error));
  g_assert_true (qd_store_set_waiting (store, "厂", "R1", "2026", QD_HOLDER_AUTHORITY, "已送", &error));
  g_assert_true (qd_store_set_waiting (store, "厂", "R2", "2026", QD_HOLDER_US, NULL, &error));
  g_assert_no_error (error);
  rows = qd_store_list_waiting (store, &error);
  g_assert_cmpuint (rows->len, ==, 1);
  row = rows->pdata[0];
  g_assert_cmpstr (row->rule, ==, "R1");
  g_assert_cmpint (row->holder, ==, QD_HOLDER_AUTHORITY);
  g_assert_cmpstr (row->note, ==, "已送");
  g_assert_cmpint (row->since, >, 0);
  close_store (store);
}

static void
changed_cb (guint *count)
{
  (*count)++;
}

static void
test_reminded (Fixture *fixture, gconstpointer data)
{
  QdStore *store = create_store (fixture->path);
  guint count = 0;

  g_signal_connect_swapped (store, "changed", G_CALLBACK (changed_cb), &count);
  g_assert_true (qd_store_remind_once (store, "厂", "R1", "2026-11-24"));
  g_assert_false (qd_store_remind_once (store, "厂", "R1", "2026-11-24"));
  g_assert_true (qd_store_remind_once (store, "厂", "R1", "2026-12-24"));
  g_assert_true (qd_store_remind_once (store, "二厂", "R1", "2026-11-24"));
  write_summary (store, 2);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (count, ==, 0); /* none of that is a change to show */
  close_store (store);

  store = qd_store_open (fixture->path, FALSE, NULL);
  g_assert_false (qd_store_remind_once (store, "厂", "R1", "2026-11-24"));
  close_store (store);
  store = qd_store_open (fixture->path, TRUE, NULL);
  g_assert_false (qd_store_remind_once (store, "厂", "R9", "2026-11-24")); /* better not than again and again */
  close_store (store);
}

int
main (int argc, char **argv)
{
  qd_test_isolate_dirs ();
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/summary/round-trip", test_round_trip);
  ADD ("/summary/same", test_same_is_not_written);
  ADD ("/summary/declarations", test_declarations);
  ADD ("/summary/deliveries", test_deliveries);
  ADD ("/summary/held-elsewhere", test_held_elsewhere);
  ADD ("/summary/bad", test_bad);
  ADD ("/records/done", test_done);
  ADD ("/records/waiting", test_waiting);
  ADD ("/records/reminded", test_reminded);
  return g_test_run ();
}
