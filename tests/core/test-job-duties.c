/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The duties of a workspace: facts from what is stored, marks and declarations that close deadlines, the summary, and the
 * calendar on paper. */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "qd-draft.h"
#include "qd-job-calendar.h"
#include "qd-job-duties.h"
#include "qd-job-returns.h"
#include "qd-receipt.h"
#include "qd-report-calendar.h"
#include "file-kit.h"
#include "seal-kit.h"

#define DAY "2026-11-24"

typedef struct
{
  char *folder;
  char *path;
  QdPack *pack;
  QdStore *store;
  QdDutyJob *job;
} Fixture;

/* The demonstration's enterprise as it lies in the source tree. */
static void
add_demo (Fixture *fixture, const char *name, const char *form_id)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "resources", "demo", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) xml = NULL;
  g_autoptr (GBytes) saved = NULL;
  g_autoptr (QdInstance) instance = NULL;
  gsize length;
  QdForm *form = qd_pack_get_form (fixture->pack, form_id, &error);
  QdInstanceOptions options = { .mode = QD_INSTANCE_EDIT, .resolver = qd_pack_resolve, .resolver_data = fixture->pack };

  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &text, &length, &error));
  xml = g_bytes_new (text, length);
  options.xml = xml;
  instance = qd_instance_new (form, &options, &error);
  g_assert_no_error (error);
  saved = qd_instance_save (instance);
  g_assert_cmpint (qd_store_add_declaration (fixture->store, form_id, qd_form_get_version (form), "", NULL, 0, saved, &error), >, 0);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("qd-duties-XXXXXX", &error);
  fixture->path = g_build_filename (fixture->folder, "w.qingdan", NULL);
  fixture->pack = qd_pack_load_builtin (&error);
  g_assert_no_error (error);
  fixture->store = qd_store_create (fixture->path, &error);
  g_assert_no_error (error);
  if (data == NULL)
    {
      add_demo (fixture, "profile.xml", "cn.profile");
      add_demo (fixture, "register.xml", "cn.register");
    }
  fixture->job = qd_duty_job_new (fixture->store, fixture->pack, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->job, qd_duty_job_free);
  if (fixture->store)
    g_assert_finalize_object (fixture->store);
  qd_pack_unref (fixture->pack);
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static QdAssessment *
assess (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  QdAssessment *assessment = qd_duty_job_assess (fixture->job, DAY, "zh-CN", &error);

  g_assert_no_error (error);
  return assessment;
}

static void
test_nothing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QdAssessment) assessment = assess (fixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSummary) summary = qd_duty_job_summarize (fixture->job, assessment, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (assessment->n_yes, ==, 0);
  g_assert_cmpuint (assessment->n_maybe, >, 10);
  g_assert_null (qd_duty_job_get_profile (fixture->job));
  g_assert_cmpuint (summary->duties->len, ==, 0);
  g_assert_cmpstr (summary->region, ==, "");
  g_assert_cmpuint (summary->maybe, ==, assessment->n_maybe);
}

/* The same facts, read twice; another answer, another result; a language, its texts. */
static void
test_follows_the_store (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QdAssessment) before = assess (fixture);
  g_autoptr (QdAssessment) again = assess (fixture);
  g_autoptr (QdAssessment) english = NULL;
  g_autoptr (QdAssessment) after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDraft) profile = NULL;
  QdInstance *instance;
  QdNodeId node;

  g_assert_cmpuint (before->n_yes, >, 10);
  g_assert_cmpuint (before->n_yes, ==, again->n_yes);
  english = qd_duty_job_assess (fixture->job, DAY, "en", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (before->n_yes, ==, english->n_yes);
  g_assert_cmpstr (((QdDuty *) before->duties->pdata[0])->title, !=, ((QdDuty *) english->duties->pdata[0])->title);

  /* Substances have their English names in English texts, from the lists; and only there. */
  g_assert_nonnull (strstr (qd_assessment_find (before, "R13-10")->why, "二氯甲烷"));
  g_assert_nonnull (strstr (qd_assessment_find (english, "R13-10")->why, "Dichloromethane"));
  g_assert_null (strstr (qd_assessment_find (english, "R13-10")->why, "二氯甲烷"));
  g_assert_true (g_str_has_prefix (((QdDutyInput *) qd_assessment_find (english, "R13-10")->inputs->pdata[0])->label, "Dichloromethane"));

  profile = qd_draft_open (fixture->store, fixture->pack, qd_store_find_declaration (fixture->store, "cn.profile"), "zh-CN", &error);
  g_assert_no_error (error);
  instance = qd_draft_get_instance (profile);
  node = qd_instance_find (instance, "/profile/permits/permit[1]/class");
  g_assert_cmpuint (node, !=, 0);
  g_assert_true (qd_instance_set_value (instance, node, "", &error));
  after = assess (fixture); /* not on disk when it was asked for */
  g_assert_cmpuint (after->n_yes, <, before->n_yes);
  g_assert_cmpuint (after->n_maybe, >, before->n_maybe);
  g_clear_object (&profile);
  g_assert_null (qd_duty_job_assess (fixture->job, "2026-13-01", "zh-CN", &error));
  g_assert_nonnull (error);
}

static void
test_marks (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QdAssessment) before = assess (fixture);
  g_autoptr (QdAssessment) after = NULL;
  g_autoptr (GArray) open = qd_assessment_get_open (before);
  g_autoptr (GError) error = NULL;
  const QdOccurrence *first = NULL;
  gboolean found = FALSE;

  for (guint i = 0; i < open->len && !first; i++)
    if (g_array_index (open, QdOccurrence, i).due && g_date_valid (&g_array_index (open, QdOccurrence, i).due->plan))
      first = &g_array_index (open, QdOccurrence, i);
  g_assert_nonnull (first);
  {
    g_autofree char *file = g_build_filename (fixture->folder, "回执.pdf", NULL);
    g_autofree char *sha256 = NULL;
    QdDone done = { .site = first->due->site, .rule = (char *) first->duty->rule, .period = first->due->period, .date = (char *) DAY, .note = (char *) "已报", .evidence_name = (char *) "回执.pdf" };
    g_assert_true (g_file_set_contents (file, "receipt", -1, NULL));
    sha256 = qd_store_import_blob (fixture->store, file, NULL, &error);
    g_assert_no_error (error);
    g_unlink (file);
    done.evidence = sha256;
    g_assert_true (qd_store_mark_done (fixture->store, &done, &error));
    after = assess (fixture);
    g_assert_cmpuint (after->marks->len, ==, 1);
    g_assert_cmpstr (((QdDutyMark *) after->marks->pdata[0])->evidence, ==, sha256);
    g_assert_cmpstr (((QdDutyMark *) after->marks->pdata[0])->evidence_name, ==, "回执.pdf");
    g_assert_cmpstr (((QdDutyMark *) after->marks->pdata[0])->note, ==, "已报");
  }
  {
    const QdDuty *duty = qd_assessment_find (after, first->duty->rule);
    for (guint i = 0; i < duty->dues->len; i++)
      {
        const QdDue *due = duty->dues->pdata[i];
        if (g_str_equal (due->period, first->due->period) && g_str_equal (due->site, first->due->site) && g_str_equal (due->label, first->due->label))
          {
            g_assert_cmpint (due->state, ==, QD_DUE_DONE);
            found = TRUE;
          }
      }
  }
  g_assert_true (found);
}

/* The cockpit is told what is open, where and by when, and who holds it. */
static void
test_summary (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QdAssessment) assessment = assess (fixture);
  g_autoptr (GArray) open = qd_assessment_get_open (assessment);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSummary) summary = NULL;
  const QdSummaryDuty *first;
  guint n = 0;

  for (guint i = 0; i < open->len; i++)
    {
      const QdOccurrence *one = &g_array_index (open, QdOccurrence, i);
      n += one->due && one->duty->kind == QD_DUTY_DUTY && g_date_valid (&one->due->plan);
    }
  summary = qd_duty_job_summarize (fixture->job, assessment, &error);
  g_assert_cmpuint (summary->duties->len, ==, n);
  g_assert_cmpstr (summary->region, ==, "654002");
  g_assert_cmpstr (summary->industry, ==, "2710");
  g_assert_cmpstr (summary->date, ==, DAY);
  for (guint i = 1; i < summary->duties->len; i++)
    g_assert_cmpint (strcmp (((QdSummaryDuty *) summary->duties->pdata[i - 1])->due, ((QdSummaryDuty *) summary->duties->pdata[i])->due), <=, 0);
  first = summary->duties->pdata[0];
  g_assert_cmpint (first->holder, ==, QD_HOLDER_US);
  g_assert_true (qd_store_set_waiting (fixture->store, first->site, first->rule, first->period, QD_HOLDER_LABORATORY, "报告 11-25 出", &error));
  g_clear_pointer (&summary, qd_summary_free);
  summary = qd_duty_job_summarize (fixture->job, assessment, &error);
  first = summary->duties->pdata[0];
  g_assert_cmpint (first->holder, ==, QD_HOLDER_LABORATORY);
  g_assert_cmpstr (first->note, ==, "报告 11-25 出");
}

/* Facts in drafts: what is told of a change of the profile, of the draft, and of what the user keeps. Steps: "fact=V", "draft=V", "keep". */
static const struct
{
  const char *name;
  const char *steps;
  const char *told; /* "mine→now", NULL: nothing */
} change_rows[] = {
  { "nothing", "", NULL },
  { "changed", "fact=李四", "张三→李四" },
  { "changed-back", "fact=李四;fact=张三", NULL },
  { "empty", "fact=", "张三→" },
  { "empty-and-own", "fact=;draft=王五", "王五→" },
  { "empty-and-followed", "fact=;draft=", NULL },
  { "own-is-no-change", "draft=王五", NULL },
  { "own-then-changed", "draft=王五;fact=李四", "王五→李四" },
  { "own-is-the-new-one", "draft=李四;fact=李四", NULL },
  { "kept", "fact=李四;keep", NULL },
  { "kept-empty", "fact=;keep", NULL },
  { "kept-then-edited", "fact=李四;keep;draft=赵六", NULL },
  { "kept-then-changed-again", "fact=李四;keep;fact=王五", "张三→王五" },
  { "kept-then-empty", "fact=李四;keep;fact=", "张三→" },
  { "kept-twice", "fact=李四;keep;fact=王五;keep", NULL },
  { "kept-and-came-back", "fact=李四;keep;fact=王五;keep;fact=李四", "张三→李四" },
};

static void
set_text (QdDraft *draft, const char *path, const char *value)
{
  g_autoptr (GError) error = NULL;
  QdNodeId node = qd_instance_find (qd_draft_get_instance (draft), path);

  g_assert_cmpuint (node, !=, 0);
  g_assert_true (qd_instance_set_value (qd_draft_get_instance (draft), node, value, &error));
  g_assert_no_error (error);
}

static char *
tell (Fixture *fixture, gint64 id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = qd_job_list_fact_changes (fixture->store, fixture->pack, id, "zh-CN", &error);
  GString *told = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < changes->len; i++)
    {
      const QdFactChange *change = changes->pdata[i];
      g_assert_cmpstr (change->path, ==, "/disclosure/ent/legal");
      g_assert_cmpstr (change->before, ==, "张三");
      g_string_append_printf (told, "%s→%s", change->mine, change->now);
    }
  return g_string_free (told, FALSE);
}

static void
test_changes (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (change_rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QdDraft) profile = qd_draft_open (fixture->store, fixture->pack, qd_store_find_declaration (fixture->store, "cn.profile"), "zh-CN", &error);
      g_autoptr (QdDraft) draft = NULL;
      g_auto (GStrv) steps = g_strsplit (change_rows[i].steps, ";", -1);
      g_autofree char *told = NULL;
      const char *fact = "张三";

      g_test_message ("%s", change_rows[i].name);
      set_text (profile, "/profile/ent/legal", fact);
      draft = qd_draft_create (fixture->store, fixture->pack, "cn.cpa-disclosure", "2024", "生产厂区", "zh-CN", &error);
      g_assert_no_error (error);
      for (guint j = 0; steps[j]; j++)
        {
          if (g_str_has_prefix (steps[j], "fact="))
            set_text (profile, "/profile/ent/legal", fact = steps[j] + strlen ("fact="));
          else if (g_str_has_prefix (steps[j], "draft="))
            set_text (draft, "/disclosure/ent/legal", steps[j] + strlen ("draft="));
          else if (g_str_equal (steps[j], "keep"))
            g_assert_true (qd_store_keep_fact (fixture->store, qd_draft_get_id (draft), "/disclosure/ent/legal", fact, &error));
        }
      told = tell (fixture, qd_draft_get_id (draft));
      g_assert_cmpstr (told, ==, change_rows[i].told ? change_rows[i].told : "");
    }
}

/* What came from a file may have been typed: that a fact is empty says nothing of it. */
static void
test_changes_of_a_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDraft) made = qd_draft_create (fixture->store, fixture->pack, "cn.cpa-disclosure", "2024", "生产厂区", "zh-CN", &error);
  g_autoptr (QdDraft) profile = qd_draft_open (fixture->store, fixture->pack, qd_store_find_declaration (fixture->store, "cn.profile"), "zh-CN", &error);
  g_autoptr (GBytes) xml = NULL;
  QdForm *form = qd_pack_get_form (fixture->pack, "cn.cpa-disclosure", &error);
  gint64 id;

  set_text (made, "/disclosure/ent/legal", "张三");
  set_text (made, "/disclosure/sig/preparer", "某人");
  xml = qd_instance_save (qd_draft_get_instance (made));
  id = qd_store_add_declaration (fixture->store, "cn.cpa-disclosure", qd_form_get_version (form), "2025", "生产厂区", 0, xml, &error);
  g_assert_no_error (error);
  set_text (profile, "/profile/ent/legal", "");
  {
    g_autofree char *told = tell (fixture, id);
    g_assert_cmpstr (told, ==, "");
  }
}

/* What a receiver said of what it returned: its words and days, and nothing where it says nothing. */
static const struct
{
  const char *name;
  QdReceiptKind kind;
  guint points;
  const char *due;
  gboolean other_package;
  gboolean garbage;
  gboolean told;
} return_rows[] = {
  { "with-a-day", QD_RECEIPT_RETURNED, 2, "2026-11-27", FALSE, FALSE, TRUE },
  { "without-a-day", QD_RECEIPT_RETURNED, 1, NULL, FALSE, FALSE, TRUE },
  { "without-points", QD_RECEIPT_RETURNED, 0, NULL, FALSE, FALSE, TRUE },
  { "of-another-package", QD_RECEIPT_RETURNED, 1, "2026-11-27", TRUE, FALSE, FALSE },
  { "no-return", QD_RECEIPT_ACCEPTED, 0, NULL, FALSE, FALSE, FALSE },
  { "garbage", QD_RECEIPT_RETURNED, 1, NULL, FALSE, TRUE, FALSE },
};

static GBytes *
make_answer (guint i, const char *package, GDateTime *time, SealKit *kit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) points = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_return_point_free);
  QdReceipt content = { .kind = return_rows[i].kind, .package_sha256 = (char *) package, .number = (char *) "1", .receiver = (char *) "县局", .time = time, .due = (char *) return_rows[i].due, .points = points };
  GBytes *xml;

  for (guint j = 0; j < return_rows[i].points; j++)
    {
      g_autofree char *text = g_strdup_printf ("请核对 %u", j + 1);
      g_ptr_array_add (points, qd_return_point_new ("/disclosure/ent/legal", text));
    }
  xml = qd_receipt_create (&content, kit->signer, &error);
  g_assert_no_error (error);
  return xml;
}

static void
test_returns (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autofree char *file = g_build_filename (fixture->folder, "file", NULL);
  g_autoptr (GDateTime) time = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (time, "%Y-%m-%d");

  for (guint i = 0; i < G_N_ELEMENTS (return_rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) xml = g_bytes_new_static ("<d/>", 4);
      g_autoptr (GBytes) answer = NULL;
      g_autoptr (GPtrArray) deliveries = NULL;
      g_autoptr (GPtrArray) returned = NULL;
      g_autofree char *content = g_strdup_printf ("package %u", i);
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, return_rows[i].other_package ? "other" : content, -1);
      QdDelivery *delivery;
      gint64 id = qd_store_add_declaration (fixture->store, "cn.cpa-disclosure", "1", "2024", NULL, 0, xml, &error);

      g_test_message ("%s", return_rows[i].name);
      g_assert_true (g_file_set_contents (file, content, -1, &error));
      g_assert_true (qd_store_seal (fixture->store, id, file, xml, xml, &error));
      g_assert_cmpint (qd_store_add_delivery (fixture->store, id, "https://example.invalid/", &error), >, 0);
      answer = return_rows[i].garbage ? g_bytes_new_static ("<receipt/>", 10) : make_answer (i, digest, time, kit);
      g_assert_true (g_file_set_contents (file, g_bytes_get_data (answer, NULL), (gssize) g_bytes_get_size (answer), &error));
      deliveries = qd_store_list_deliveries (fixture->store, &error);
      delivery = deliveries->pdata[deliveries->len - 1];
      delivery->state = QD_STATE_RETURNED;
      g_free (delivery->receipt_sha256);
      delivery->receipt_sha256 = qd_store_import_blob (fixture->store, file, NULL, &error);
      g_assert_true (qd_store_update_delivery (fixture->store, delivery, NULL, &error));
      returned = qd_job_list_returned (fixture->store, &error);
      g_assert_no_error (error);
      if (!return_rows[i].told)
        {
          for (guint j = 0; j < returned->len; j++)
            g_assert_cmpint (((QdReturned *) returned->pdata[j])->declaration, !=, id);
          continue;
        }
      {
        const QdReturned *one = returned->pdata[0]; /* the newest */
        g_assert_cmpint (one->declaration, ==, id);
        g_assert_cmpstr (one->date, ==, today);
        g_assert_cmpstr (one->due, ==, return_rows[i].due ? return_rows[i].due : "");
        g_assert_cmpstr (one->receiver, ==, "县局");
        g_assert_cmpuint (one->reasons->len, ==, return_rows[i].points);
        if (one->reasons->len > 0)
          g_assert_cmpstr (one->reasons->pdata[0], ==, "请核对 1");
      }
    }
  g_unlink (file);
}

/* On paper: the same day gives the same file, in both languages, with much, with nothing. */
static void
test_calendar (Fixture *fixture, gconstpointer data)
{
  static const char *const languages[] = { "zh-CN", "en" };
  g_autoptr (QdAssessment) assessment = assess (fixture);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      g_autoptr (GBytes) first = qd_report_calendar_to_pdf (assessment, "伊宁沃原\u202e生物制药", languages[i], &error);
      g_autoptr (GBytes) second = qd_report_calendar_to_pdf (assessment, "伊宁沃原\u202e生物制药", languages[i], &error);
      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (first, second));
      g_assert_true (g_str_has_prefix (g_bytes_get_data (first, NULL), "%PDF-"));
    }
  {
    g_autofree char *date = g_steal_pointer (&assessment->date);
    assessment->date = g_strdup ("someday");
    g_assert_null (qd_report_calendar_to_pdf (assessment, "", "en", &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  }
}

static guint
count_parts (const char *text, const char *part)
{
  guint n = 0;

  for (; (text = strstr (text, part)) != NULL; text += strlen (part))
    n++;
  return n;
}

static void
cancel_cb (goffset done, goffset total, gpointer cancellable)
{
  g_assert_cmpint (done, <=, total);
  g_cancellable_cancel (cancellable);
}

/* Many enterprises in one file: each event names whose it is; what cannot be read is said, and nothing is written of what was cancelled. */
static void
test_calendars (Fixture *fixture, gconstpointer data)
{
  g_autofree char *ics = g_build_filename (fixture->folder, "all.ics", NULL);
  g_autofree char *pdf = g_build_filename (fixture->folder, "all.PDF", NULL);
  g_autofree char *missing = g_build_filename (fixture->folder, "missing.qingdan", NULL);
  const char *const paths[] = { fixture->path, missing, fixture->path, NULL };
  g_autoptr (GPtrArray) skipped = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (QdAssessment) assessment = assess (fixture);
  g_autoptr (GArray) year = qd_assessment_get_calendar (assessment, 2026, 11, 12);
  g_autofree char *text = NULL;

  g_assert_true (qd_store_set_setting (fixture->store, "name", "演示药厂", &error));
  g_assert_true (qd_job_write_calendar (paths, fixture->pack, "全部企业", DAY, "zh-CN", ics, NULL, NULL, skipped, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (skipped->len, ==, 1);
  g_assert_true (g_str_has_prefix (skipped->pdata[0], "missing.qingdan: "));
  g_assert_true (g_file_get_contents (ics, &text, NULL, NULL));
  g_assert_cmpuint (count_parts (text, "BEGIN:VCALENDAR"), ==, 1);
  g_assert_cmpuint (count_parts (text, "BEGIN:VEVENT"), ==, 2 * year->len);
  g_assert_nonnull (strstr (text, "X-WR-CALNAME:全部企业"));
  g_clear_pointer (&text, g_free);
  g_assert_true (qd_job_write_calendar (paths, fixture->pack, "全部企业", DAY, "en", pdf, NULL, NULL, skipped, NULL, &error));
  g_assert_true (g_file_get_contents (pdf, &text, NULL, NULL));
  g_assert_true (g_str_has_prefix (text, "%PDF-"));
  g_unlink (ics);
  g_unlink (pdf);
  g_assert_false (qd_job_write_calendar (paths, fixture->pack, "全部企业", DAY, "zh-CN", ics, cancel_cb, cancellable, skipped, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (g_file_test (ics, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  qd_test_isolate_dirs ();
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/job-duties/nothing", Fixture, "empty", set_up, test_nothing, tear_down);
  g_test_add ("/job-duties/follows-the-store", Fixture, NULL, set_up, test_follows_the_store, tear_down);
  g_test_add ("/job-duties/marks", Fixture, NULL, set_up, test_marks, tear_down);
  g_test_add ("/job-duties/changes", Fixture, NULL, set_up, test_changes, tear_down);
  g_test_add ("/job-duties/changes-of-a-file", Fixture, NULL, set_up, test_changes_of_a_file, tear_down);
  g_test_add ("/job-duties/returns", Fixture, "empty", set_up, test_returns, tear_down);
  g_test_add ("/job-duties/calendar", Fixture, NULL, set_up, test_calendar, tear_down);
  g_test_add ("/job-duties/calendar-of-nothing", Fixture, "empty", set_up, test_calendar, tear_down);
  g_test_add ("/job-duties/calendars", Fixture, NULL, set_up, test_calendars, tear_down);
  g_test_add ("/job-duties/summary", Fixture, NULL, set_up, test_summary, tear_down);
  return g_test_run ();
}
