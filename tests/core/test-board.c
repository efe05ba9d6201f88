/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the cockpit makes of a summary, and the check of all drafts of a workspace. */
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qd-draft.h"
#include "qd-job-board.h"
#include "qd-job-check.h"
#include "qd-receipt.h"
#include "seal-kit.h"
#include "file-kit.h"

#define TODAY "2026-11-24"

static QdPack *
load_pack (void)
{
  g_autofree char *dir = g_test_build_filename (G_TEST_DIST, "ui", "pack", NULL);
  g_autoptr (GError) error = NULL;
  QdPack *pack = qd_pack_load (dir, &error);

  g_assert_no_error (error);
  return pack;
}

static void
add_duty (QdSummary *summary, const char *title, const char *due, gboolean statutory, gint64 declaration, QdHolder holder, const char *note)
{
  QdSummaryDuty duty = { .site = (char *) "1", .rule = (char *) "R1", .period = (char *) "2026", .title = (char *) title, .due = (char *) due, .statutory = statutory, .declaration = declaration, .holder = holder, .note = (char *) note };

  g_ptr_array_add (summary->duties, qd_summary_duty_copy (&duty));
}

static gint64
noon (const char *date)
{
  g_autofree char *text = g_strconcat (date, "T12:00:00", NULL);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, zone);

  return g_date_time_to_unix (time);
}

static void
add_declaration (QdSummary *summary, gint64 id, const char *form, QdState state, gint64 amends, guint critical, const char *edited)
{
  QdDeclaration row = { .id = id, .form_id = (char *) form, .form_version = (char *) "1", .period = (char *) "2026", .state = state, .amends = amends, .critical = critical, .edited_at = noon (edited) };

  g_ptr_array_add (summary->declarations, qd_declaration_copy (&row));
}

static QdSummaryDelivery *
add_delivery (QdSummary *summary, gint64 declaration, QdState state, gint64 offset, const char *changed)
{
  QdSummaryDelivery *row = g_new0 (QdSummaryDelivery, 1);

  row->declaration = declaration;
  row->state = state;
  row->size = 1000;
  row->offset = offset;
  row->changed_at = noon (changed);
  g_ptr_array_add (summary->deliveries, row);
  return row;
}

/* A row in one line, to compare with. */
static char *
describe (const QdBoardRow *row)
{
  static const char *const columns[] = { "due", "returned", "unsigned", "waiting", "draft" };
  static const char *const holders[] = { "us", "enterprise", "laboratory", "authority" };

  return g_strdup_printf ("%s %d %s #%" G_GINT64_FORMAT " %s %s%s %s points=%u critical=%u %d%%",
                          columns[row->column],
                          row->days,
                          row->title ? row->title : row->form_id,
                          row->declaration,
                          *row->due ? row->due : "-",
                          holders[row->holder],
                          row->statutory ? " law" : "",
                          *row->note ? row->note : "-",
                          row->points,
                          row->critical,
                          row->percent);
}

static void
assert_rows (const QdSummary *summary, QdPack *pack, const char *const *expected)
{
  g_autoptr (GPtrArray) rows = qd_board_list (summary, pack, TODAY);

  for (guint i = 0; i < rows->len; i++)
    {
      g_autofree char *text = describe (rows->pdata[i]);
      g_assert_cmpstr (text, ==, expected[i]);
    }
  g_assert_null (expected[rows->len]);
}

static void
test_due (void)
{
  g_autoptr (QdPack) pack = load_pack ();
  g_autoptr (QdSummary) summary = qd_summary_new ();

  add_duty (summary, "far", "2026-12-25", TRUE, 0, QD_HOLDER_US, "");
  add_duty (summary, "last of 30 days", "2026-12-24", FALSE, 0, QD_HOLDER_LABORATORY, "报告 11-25 出");
  add_duty (summary, "ours", "2026-11-30", FALSE, 0, QD_HOLDER_US, "");
  add_duty (summary, "law", "2026-11-30", TRUE, 0, QD_HOLDER_US, "");
  add_duty (summary, "overdue", "2026-11-20", TRUE, 7, QD_HOLDER_ENTERPRISE, "缺 4 张照片");
  add_duty (summary, "today", TODAY, TRUE, 0, QD_HOLDER_US, "");
  add_duty (summary, "no date", "", TRUE, 0, QD_HOLDER_US, "");
  add_duty (summary, "no such day", "2026-02-30", TRUE, 0, QD_HOLDER_US, "");
  add_duty (summary, "accepted meanwhile", "2026-11-25", TRUE, 99, QD_HOLDER_US, "");
  add_duty (summary, "with the receiver", "2026-11-25", TRUE, 8, QD_HOLDER_US, "");
  add_duty (summary, "sealed, not sent", "2026-11-26", TRUE, 9, QD_HOLDER_US, "");
  add_duty (summary, "amended", "2026-11-27", TRUE, 5, QD_HOLDER_US, "");
  add_declaration (summary, 7, "small.declaration", QD_STATE_DRAFT, 0, 3, "2026-11-23");
  add_declaration (summary, 8, "small.declaration", QD_STATE_RECEIVED, 0, 0, "2026-11-01");
  add_declaration (summary, 9, "small.declaration", QD_STATE_SEALED, 0, 0, "2026-11-01");
  add_declaration (summary, 10, "small.declaration", QD_STATE_DRAFT, 5, 0, "2026-11-01");
  {
    static const char *const expected[] = {
      "due -4 overdue #7 2026-11-20 enterprise law 缺 4 张照片 points=0 critical=3 -1%",
      "due 0 today #0 2026-11-24 us law - points=0 critical=0 -1%",
      "due 2 sealed, not sent #9 2026-11-26 us law - points=0 critical=0 -1%",
      "due 3 amended #10 2026-11-27 us law - points=0 critical=0 -1%",
      "due 6 law #0 2026-11-30 us law - points=0 critical=0 -1%",
      "due 6 ours #0 2026-11-30 us - points=0 critical=0 -1%",
      "due 30 last of 30 days #0 2026-12-24 laboratory 报告 11-25 出 points=0 critical=0 -1%",
      "waiting 23 small.declaration #8 2026-11-25 authority law - points=0 critical=0 -1%",
      "waiting 23 small.declaration #9 2026-11-26 us law - points=0 critical=0 -1%",
      "draft 23 small.declaration #10 2026-11-27 us law - points=0 critical=0 -1%",
      "draft 1 small.declaration #7 2026-11-20 enterprise law 缺 4 张照片 points=0 critical=3 -1%",
      NULL,
    };
    assert_rows (summary, pack, expected);
  }
}

static GBytes *
make_return (guint n)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) time = g_date_time_new_now_local ();
  QdReceipt content = { .kind = QD_RECEIPT_RETURNED, .package_sha256 = (char *) "9d41c07e00112233445566778899aabbccddeeff00112233445566775b2e70a3", .number = (char *) "1", .receiver = (char *) "县局", .time = time };
  GBytes *xml;

  content.points = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_return_point_free);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (content.points, qd_return_point_new ("/d/a/name", "请核对"));
  xml = qd_receipt_create (&content, kit->signer, &error);
  g_assert_no_error (error);
  g_ptr_array_unref (content.points);
  return xml;
}

static void
test_declarations (void)
{
  g_autoptr (QdPack) pack = load_pack ();
  g_autoptr (QdSummary) summary = qd_summary_new ();
  static const char *const expected[] = {
    "returned 6 small.declaration #1 - us - points=5 critical=0 -1%",
    "returned 4 small.declaration #2 2027-01-31 enterprise law 等数据 points=2 critical=1 -1%",
    "returned 1 small.declaration #3 - us - points=0 critical=0 -1%",
    "unsigned 4 small.declaration #5 - us - points=0 critical=0 -1%",
    "unsigned 0 gone.form #4 - us - points=0 critical=0 -1%",
    "waiting 41 small.declaration #6 2027-02-28 authority law - points=0 critical=0 -1%",
    "waiting 2 small.declaration #7 - us - points=0 critical=0 -1%",
    "waiting 0 small.declaration #8 - us - points=0 critical=0 62%",
    "draft 4 small.declaration #5 - us - points=0 critical=0 -1%",
    "draft 0 small.declaration #2 2027-01-31 enterprise law 等数据 points=0 critical=1 -1%",
    "draft 0 gone.form #4 - us - points=0 critical=0 -1%",
    "draft 0 small.declaration #9 - us - points=0 critical=2 -1%",
    NULL,
  };

  add_declaration (summary, 1, "small.declaration", QD_STATE_RETURNED, 0, 0, "2026-10-01");
  add_delivery (summary, 1, QD_STATE_RETURNED, 1000, "2026-11-18")->answer = make_return (5);
  /* The amendment of a returned one, still being worked on; the original (22) is not listed any more. */
  add_declaration (summary, 2, "small.declaration", QD_STATE_DRAFT, 22, 1, "2026-11-24");
  add_delivery (summary, 22, QD_STATE_RETURNED, 1000, "2026-11-20")->answer = make_return (2);
  add_duty (summary, "补正", "2027-01-31", TRUE, 22, QD_HOLDER_ENTERPRISE, "等数据");
  /* An answer that is none, or not well signed, is not counted. */
  add_declaration (summary, 3, "small.declaration", QD_STATE_RETURNED, 0, 0, "2026-10-01");
  add_delivery (summary, 3, QD_STATE_RETURNED, 1000, "2026-11-23")->answer = g_bytes_new_static ("<receipt/>", 10);
  /* Of a form that the pack does not have. */
  add_declaration (summary, 4, "gone.form", QD_STATE_CHECKED, 0, 0, TODAY);
  add_declaration (summary, 5, "small.declaration", QD_STATE_CHECKED, 0, 0, "2026-11-20");
  add_declaration (summary, 6, "small.declaration", QD_STATE_RECEIVED, 0, 0, "2026-10-01");
  add_delivery (summary, 6, QD_STATE_RECEIVED, 1000, "2026-10-14");
  /* With the authority, the note about the laboratory is past. */
  add_duty (summary, "已报", "2027-02-28", TRUE, 6, QD_HOLDER_LABORATORY, "报告 10-01 出");
  add_declaration (summary, 7, "small.declaration", QD_STATE_SEALED, 0, 0, "2026-11-22");
  add_declaration (summary, 8, "small.declaration", QD_STATE_SEALED, 0, 0, "2026-11-22");
  add_delivery (summary, 8, QD_STATE_SEALED, 620, TODAY);
  add_declaration (summary, 9, "small.declaration", QD_STATE_DRAFT, 0, 2, TODAY);
  add_declaration (summary, 10, "small.profile", QD_STATE_CHECKED, 0, 0, TODAY);
  assert_rows (summary, pack, expected);
}

static void
test_days (void)
{
  static const struct
  {
    const char *from, *to;
    int days;
  } rows[] = {
    { "2026-11-24", "2026-11-24", 0 },
    { "2026-11-24", "2026-11-20", -4 },
    { "2026-02-28", "2026-03-01", 1 },
    { "2028-02-28", "2028-03-01", 2 },
    { "2026-12-31", "2027-01-01", 1 },
    { "", "2026-11-24", 0 },
    { "2026-11-24", "2026-13-01", 0 },
    { "2026-11-24", "2026-11-25x", 0 },
    { "2026-11-24", "0000-00-00", 0 },
    { "2026-11-24", "-999--9--9", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (qd_board_days_between (rows[i].from, rows[i].to), ==, rows[i].days);
}

/* The check of a whole workspace */

typedef struct
{
  char *folder;
  char *path;
  QdPack *pack;
  gint64 bad, good, doubtful, unknown;
} Fixture;

static gint64
make_draft (QdStore *store, QdPack *pack, const char *name, const char *limit)
{
  g_autoptr (GError) error = NULL;
  QdDraft *draft = qd_draft_create (store, pack, "small.declaration", "2026", "Site", "en", &error);
  QdInstance *instance;
  gint64 id;

  g_assert_no_error (error);
  id = qd_draft_get_id (draft);
  instance = qd_draft_get_instance (draft);
  qd_instance_set_value (instance, qd_instance_find (instance, "/d/a/name"), name, &error);
  g_assert_no_error (error);
  qd_instance_set_value (instance, qd_instance_find (instance, "/d/a/limit"), limit, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (draft);
  return id;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) xml = g_bytes_new_static ("<d/>", 4);
  g_autoptr (QdDraft) profile = NULL;
  QdStore *store;

  self->folder = g_dir_make_tmp ("qd-board-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "沃原.qingdan", NULL);
  self->pack = load_pack ();
  store = qd_store_create (self->path, &error);
  g_assert_no_error (error);
  profile = qd_draft_create (store, self->pack, "small.profile", "", NULL, "en", &error);
  g_assert_no_error (error);
  g_clear_object (&profile);
  self->unknown = qd_store_add_declaration (store, "gone.form", "1", "2026", NULL, 0, xml, &error);
  self->bad = make_draft (store, self->pack, "", "");
  self->good = make_draft (store, self->pack, "W1", "");
  self->doubtful = make_draft (store, self->pack, "W2", "5000");
  g_assert_true (qd_store_set_state (store, self->bad, QD_STATE_CHECKED, &error));
  g_assert_true (qd_store_close (store, &error));
  g_assert_no_error (error);
  g_object_unref (store);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->path);
  qd_pack_unref (self->pack);
}

static void
assert_results (Fixture *self, GPtrArray *results)
{
  guint seen = 0;

  g_assert_cmpuint (results->len, ==, 4); /* not the profile */
  for (guint i = 0; i < results->len; i++)
    {
      const QdCheckResult *result = results->pdata[i];
      if (result->declaration == self->unknown)
        {
          g_assert_error (result->error, QD_PACK_ERROR, QD_PACK_ERROR_NOT_FOUND);
          g_assert_true (g_utf8_validate (result->error->message, -1, NULL));
          continue;
        }
      g_assert_no_error (result->error);
      g_assert_cmpuint (result->critical, ==, result->declaration == self->bad ? 1 : 0);
      g_assert_cmpuint (result->unexplained, ==, result->declaration == self->doubtful ? 1 : 0);
      seen++;
    }
  g_assert_cmpuint (seen, ==, 3);
}

static void
assert_states (Fixture *self, QdState bad, QdState good)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdStore) store = qd_store_open (self->path, TRUE, &error);
  g_autoptr (QdDeclaration) first = NULL;
  g_autoptr (QdDeclaration) second = NULL;

  g_assert_no_error (error);
  first = qd_store_get_declaration (store, self->bad, &error);
  second = qd_store_get_declaration (store, self->good, &error);
  g_assert_no_error (error);
  g_assert_cmpint (first->state, ==, bad);
  g_assert_cmpint (second->state, ==, good);
  g_assert_cmpuint (first->critical, ==, 1);
}

static void
test_check (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = NULL;
  gboolean read_only = TRUE;

  results = qd_job_check_workspace (self->path, self->pack, "en", NULL, &read_only, &error);
  g_assert_no_error (error);
  g_assert_false (read_only);
  assert_results (self, results);
  assert_states (self, QD_STATE_DRAFT, QD_STATE_CHECKED);
}

static void
test_check_held (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = NULL;
  gboolean read_only = FALSE;
  int ready[2];
  int status;
  pid_t pid;
  char byte;

  g_assert_cmpint (pipe (ready), ==, 0);
  pid = fork ();
  if (pid == 0)
    {
      QdStore *store = qd_store_open (self->path, FALSE, NULL);
      if (store && write (ready[1], "x", 1) == 1)
        for (;;)
          pause ();
      _exit (1);
    }
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  results = qd_job_check_workspace (self->path, self->pack, "en", NULL, &read_only, &error);
  g_assert_no_error (error);
  g_assert_true (read_only);
  assert_results (self, results);
  assert_states (self, QD_STATE_CHECKED, QD_STATE_DRAFT); /* as it was */
  kill (pid, SIGKILL);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
}

static void
test_check_bad (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *missing = g_build_filename (self->folder, "missing.qingdan", NULL);
  g_autofree char *text = g_build_filename (self->folder, "text.qingdan", NULL);

  g_assert_null (qd_job_check_workspace (missing, self->pack, "en", NULL, NULL, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (text, "这不是工作区", -1, NULL));
  g_assert_null (qd_job_check_workspace (text, self->pack, "en", NULL, NULL, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_A_WORKSPACE);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  g_assert_null (qd_job_check_workspace (self->path, self->pack, "en", cancellable, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  qd_test_isolate_dirs ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/board/due", test_due);
  g_test_add_func ("/board/declarations", test_declarations);
  g_test_add_func ("/board/days", test_days);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/check/all", test_check);
  ADD ("/check/held-elsewhere", test_check_held);
  ADD ("/check/bad", test_check_bad);
  return g_test_run ();
}
