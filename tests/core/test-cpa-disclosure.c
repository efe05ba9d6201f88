/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one-month disclosure under compulsory cleaner-production audit: published cases must raise what a reader of them
 * found, the demonstration must be clean, and every rule must fire when its one cause is there, and only then.
 */
#include "config.h"
#include "qd-instance.h"
#include "qd-pack.h"
#include "qd-verdict.h"

#include <gio/gio.h>
#include <string.h>

#define ROOT "/disclosure/"

static QdPack *pack;

typedef struct
{
  GBytes *last; /* (nullable) */
  gboolean has_register;
  gboolean is_receiver; /* reads what was sealed, as it is */
} Host;

static GBytes *
read_source (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("G_TEST_SRCDIR"), folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text;
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (text, length);
}

static GBytes *
resolve (const char *uri, char **media_type_out, gpointer user_data, GError **error)
{
  const Host *host = user_data;

  if (media_type_out)
    *media_type_out = g_strdup ("text/xml");
  if (g_str_equal (uri, "jr://instance/profile"))
    return read_source ("../resources/demo", "profile.xml");
  if (g_str_equal (uri, "jr://instance/register") && host->has_register)
    return read_source ("../resources/demo", "register.xml");
  if (g_str_equal (uri, "jr://instance/last") && host->last)
    return g_bytes_ref (host->last);
  if (media_type_out)
    g_clear_pointer (media_type_out, g_free);
  return qd_pack_resolve (uri, media_type_out, pack, error);
}

static QdInstance *
open_instance (const char *form_id, GBytes *xml, Host *host)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 3600);
  g_autoptr (GDateTime) now = g_date_time_new (zone, 2026, 11, 24, 10, 42, 7);
  QdForm *form = qd_pack_get_form (pack, form_id, &error);
  QdInstanceOptions options = {
    .mode = !xml ? QD_INSTANCE_CREATE : host->is_receiver ? QD_INSTANCE_RESTORE
                                                          : QD_INSTANCE_EDIT,
    .xml = xml,
    .now = now,
    .resolver = resolve,
    .resolver_data = host,
  };
  QdInstance *instance;

  g_assert_no_error (error);
  instance = qd_instance_new (form, &options, &error);
  g_assert_no_error (error);
  return instance;
}

/* The demonstration of a form; paths of another form than the disclosure begin with its root. */
static const struct
{
  const char *root, *form, *file, *source;
} demos[] = {
  { "/profile/", "cn.profile", "profile.xml", "forms/profile.xml" },
  { "/register/", "cn.register", "register.xml", "forms/register.xml" },
  { ROOT, "cn.cpa-disclosure", "cpa-disclosure.xml", "forms/cpa-disclosure.xml" },
};

static QdInstance *
open_demo_of (const char *path, Host *host)
{
  guint i = 0;
  g_autoptr (GBytes) xml = NULL;

  while (i + 1 < G_N_ELEMENTS (demos) && !g_str_has_prefix (path, demos[i].root))
    i++;
  xml = read_source ("../resources/demo", demos[i].file);
  return open_instance (demos[i].form, xml, host);
}

static QdInstance *
open_demo (Host *host)
{
  return open_demo_of (ROOT, host);
}

static QdNodeId
find (QdInstance *instance, const char *path)
{
  g_autofree char *full = *path == '/' ? g_strdup (path) : g_strconcat (ROOT, path, NULL);
  QdNodeId node = qd_instance_find (instance, full);

  if (node == 0)
    g_error ("no node %s", full);
  return node;
}

static void
set (QdInstance *instance, const char *path, const char *value)
{
  g_autoptr (GError) error = NULL;

  qd_instance_set_value (instance, find (instance, path), value, &error);
  g_assert_no_error (error);
}

/* "rule severity path" of each finding, sorted. */
static GPtrArray *
list_findings (QdInstance *instance)
{
  g_autoptr (GPtrArray) findings = qd_instance_get_findings (instance);
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < findings->len; i++)
    {
      const QdFinding *finding = g_ptr_array_index (findings, i);

      g_ptr_array_add (lines, g_strdup_printf ("%s %s %s", qd_finding_get_rule (finding), qd_severity_to_nick (qd_finding_get_severity (finding)), qd_finding_get_path (finding)));
    }
  return lines;
}

static gboolean
has_line (GPtrArray *lines, const char *rule, const char *severity, const char *path)
{
  g_autofree char *line = g_strdup_printf ("%s %s %s%s", rule, severity, *path == '/' ? "" : ROOT, path);

  return g_ptr_array_find_with_equal_func (lines, line, g_str_equal, NULL);
}

static gboolean
has_finding (QdInstance *instance, const char *rule, const char *severity, const char *path)
{
  g_autoptr (GPtrArray) lines = list_findings (instance);

  return has_line (lines, rule, severity, path);
}

/* A demonstration that is edited by one rule after the other, each of which takes its edits back. */
typedef struct
{
  QdInstance *instance;
  GPtrArray *findings; /* (element-type utf8): before any edit */
} Bench;

static Host bench_host = { NULL, TRUE };

static Bench *
get_bench (const char *path)
{
  static Bench benches[G_N_ELEMENTS (demos)];
  guint i = 0;

  while (i + 1 < G_N_ELEMENTS (demos) && !g_str_has_prefix (path, demos[i].root))
    i++;
  if (!benches[i].instance)
    {
      g_autoptr (GPtrArray) ignored = NULL;

      benches[i].instance = open_demo_of (path, &bench_host);
      benches[i].findings = list_findings (benches[i].instance);
      ignored = qd_instance_steal_changes (benches[i].instance);
    }
  return &benches[i];
}

static void
test_forms (void)
{
  const char *const *ids = qd_pack_get_form_ids (pack);

  for (guint i = 0; ids[i]; i++)
    {
      g_autoptr (GError) error = NULL;
      QdForm *form = qd_pack_get_form (pack, ids[i], &error);
      const char *const *warnings;

      g_assert_no_error (error);
      warnings = qd_form_get_warnings (form);
      for (guint k = 0; warnings && warnings[k]; k++)
        {
          g_test_message ("%s: %s", ids[i], warnings[k]);
          g_test_fail ();
        }
      g_assert_cmpstr (qd_form_get_version (form), ==, qd_pack_get_version (pack));
      g_assert_true (g_strv_contains (qd_form_get_languages (form), "zh-CN"));
      g_assert_true (g_strv_contains (qd_form_get_languages (form), "en"));
      g_assert_cmpstr (qd_form_get_title (form, "zh-CN"), !=, qd_form_get_title (form, "en"));
      g_assert_nonnull (qd_form_get_info (form, "kind"));
    }
}

/* A case and the findings that its file of expectations lists, no more and no fewer. */
static void
test_case (gconstpointer data)
{
  static const struct
  {
    const char *name, *folder, *file, *form;
  } cases[] = {
    { "ruyi-2024", "data", "ruyi-2024.xml", "cn.cpa-disclosure" },
    { "lukang-2017", "data", "lukang-2017.xml", "cn.cpa-disclosure" },
    { "demo", "../resources/demo", "cpa-disclosure.xml", "cn.cpa-disclosure" },
    { "demo-profile", "../resources/demo", "profile.xml", "cn.profile" },
    { "demo-register", "../resources/demo", "register.xml", "cn.register" },
  };
  const char *name = data;
  g_autofree char *expected_name = g_strconcat (name, ".expected", NULL);
  g_autoptr (GBytes) expected_bytes = read_source ("data", expected_name);
  g_autofree char *expected_text = g_strndup (g_bytes_get_data (expected_bytes, NULL), g_bytes_get_size (expected_bytes));
  g_auto (GStrv) expected_lines = g_strsplit (expected_text, "\n", -1);
  g_autoptr (GPtrArray) expected = g_ptr_array_new ();

  for (guint i = 0; expected_lines[i]; i++)
    if (*expected_lines[i] && *expected_lines[i] != '#')
      g_ptr_array_add (expected, expected_lines[i]);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Host host = { NULL, g_str_has_prefix (name, "demo") };
      g_autoptr (GBytes) xml = NULL;
      g_autoptr (QdInstance) instance = NULL;
      g_autoptr (GPtrArray) lines = NULL;

      if (!g_str_equal (cases[i].name, name))
        continue;
      xml = read_source (cases[i].folder, cases[i].file);
      instance = open_instance (cases[i].form, xml, &host);
      lines = list_findings (instance);
      for (guint k = 0; k < lines->len; k++)
        if (!g_ptr_array_find_with_equal_func (expected, g_ptr_array_index (lines, k), g_str_equal, NULL))
          {
            g_test_message ("not expected: %s", (const char *) g_ptr_array_index (lines, k));
            g_test_fail ();
          }
      for (guint k = 0; k < expected->len; k++)
        if (!g_ptr_array_find_with_equal_func (lines, g_ptr_array_index (expected, k), g_str_equal, NULL))
          {
            g_test_message ("missing: %s", (const char *) g_ptr_array_index (expected, k));
            g_test_fail ();
          }
      g_assert_cmpuint (lines->len, ==, expected->len);
      return;
    }
  g_assert_not_reached ();
}

/* The figures of the published evaluation: 25,661 t in three months against 16,864 t a year. */
static void
test_ruyi_figures (void)
{
  Host host = { NULL, FALSE };
  g_autoptr (GBytes) xml = read_source ("data", "ruyi-2024.xml");
  g_autoptr (QdInstance) instance = open_instance ("cn.cpa-disclosure", xml, &host);
  g_autoptr (GPtrArray) findings = qd_instance_get_node_findings (instance, find (instance, "listing/water/actual"));
  const QdFinding *finding;

  g_assert_cmpstr (qd_instance_get_value (instance, find (instance, "listing/water/months")), ==, "3");
  g_assert_cmpstr (qd_instance_get_value (instance, find (instance, "listing/water/annual")), ==, "102644");
  g_assert_cmpuint (findings->len, ==, 1);
  finding = g_ptr_array_index (findings, 0);
  g_assert_nonnull (strstr (qd_finding_get_message (finding), "1.52"));
  g_assert_nonnull (strstr (qd_finding_get_message (finding), "102644"));
  g_assert_nonnull (strstr (qd_finding_get_message (finding), "6.09"));
  g_clear_pointer (&findings, g_ptr_array_unref);
  findings = qd_instance_get_node_findings (instance, find (instance, "listing/water/monthsStated"));
  g_assert_cmpuint (findings->len, ==, 1);
  g_assert_cmpstr (qd_finding_get_fix (g_ptr_array_index (findings, 0)), ==, "3");
}

static void
test_demo_seals (void)
{
  Host host = { NULL, TRUE };
  g_autoptr (QdInstance) instance = open_demo (&host);
  g_autoptr (QdVerdict) verdict = qd_verdict_new (instance, qd_pack_get_id (pack), qd_pack_get_version (pack), qd_pack_get_digest (pack));
  static const char *const values[][2] = {
    { "listing/notice/dueDisclose", "2026-11-28" },
    { "listing/notice/dueStart", "2026-12-28" },
    { "listing/notice/dueFinish", "2027-10-28" },
    { "listing/water/annual", "1400000" },
    { "a/row[1]/overConcTimes", "0.1" },
    { "a/row[1]/overConcPercent", "10" },
    { "a/row[1]/overTotalPercent", "10" },
    { "a/row[2]/overConcTimes", "0" },
    { "a/row[1]/concUnit", "mg/L" },
    { "b/value/total", "16181.675" },
    { "b/product[1]/actual", "6526.3158" },
    { "b/product[1]/overPercent", "5.26" },
    { "em/table/row[1]/computed", "49.64" },
    { "em/table/row[2]/computed", "5960.592" },
    { "em/table/row[3]/computed", "36.5" },
    { "hw/table/row[1]/handled", "11910.5" },
    { "hw/table/row[1]/category", "HW02 医药废物" },
    { "raw/table/row[1]/lists", "CN-NP-2023 CN-PC-1 CN-WATER-1 CN-AIR-2018 CN-SOIL-1" },
  };

  g_assert_cmpuint (qd_verdict_count (verdict, QD_SEVERITY_CRITICAL), ==, 0);
  g_assert_cmpuint (qd_verdict_count_unexplained (verdict), ==, 0);
  g_assert_true (qd_verdict_can_seal (verdict));
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_assert_cmpstr (qd_instance_get_value (instance, find (instance, values[i][0])), ==, values[i][1]);
}

/* The company block comes from the profile at first load, and only then. */
static void
test_from_profile (void)
{
  static const char *const fields[] = { "name", "uscc", "legal", "siteAddr", "region", "ind", "lon", "permitNo", "keyUnit" };
  Host host = { NULL, FALSE };
  g_autoptr (QdInstance) fresh = open_instance ("cn.cpa-disclosure", NULL, &host);
  g_autoptr (QdInstance) demo = open_demo (&host);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      g_autofree char *path = g_strconcat ("ent/", fields[i], NULL);

      g_assert_cmpstr (qd_instance_get_value (fresh, find (fresh, path)), !=, "");
      g_assert_cmpstr (qd_instance_get_value (fresh, find (fresh, path)), ==, qd_instance_get_value (demo, find (demo, path)));
    }
  g_assert_cmpstr (qd_instance_get_value (fresh, find (fresh, "asOf")), ==, "2026-11-24");
}

/* A receiver has neither register nor last version. It must read the same declaration and come to the same verdict on it. */
static void
test_receiver (void)
{
  g_autoptr (GBytes) bytes = read_source ("../resources/demo", "cpa-disclosure.xml");
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto (GStrv) parts = g_strsplit (text, "<total>56.21</total>", 2);
  g_autofree char *other = g_strjoinv ("<total>20</total>", parts);
  g_autoptr (GBytes) last = g_bytes_new (other, strlen (other));
  Host sender = { last, TRUE };
  Host receiver = { NULL, FALSE, TRUE };
  g_autoptr (QdInstance) here = open_demo (&sender);
  g_autoptr (GBytes) sent = qd_instance_serialize (here);
  g_autoptr (QdInstance) there = open_instance ("cn.cpa-disclosure", sent, &receiver);
  g_autoptr (GBytes) received = qd_instance_serialize (there);
  g_autoptr (QdVerdict) sealed = qd_verdict_new (here, "cn", "1", "0");
  g_autoptr (QdVerdict) again = qd_verdict_new (there, "cn", "1", "0");
  g_autoptr (GBytes) sealed_xml = qd_verdict_to_xml (sealed);

  g_assert_cmpmem (g_bytes_get_data (sent, NULL), g_bytes_get_size (sent), g_bytes_get_data (received, NULL), g_bytes_get_size (received));
  g_assert_true (has_finding (here, "A-prior", "notice", "a/row[1]/total"));
  g_assert_false (has_finding (there, "A-prior", "notice", "a/row[1]/total"));
  g_assert_cmpuint (qd_verdict_count (again, QD_SEVERITY_CRITICAL), ==, 0);
  g_assert_true (qd_verdict_agrees (again, sealed_xml));
}

/* Choosing a substance of the register fills its row. */
static void
test_from_register (void)
{
  Host host = { NULL, TRUE };
  g_autoptr (QdInstance) instance = open_demo (&host);
  g_autoptr (GPtrArray) choices = qd_instance_get_choices (instance, find (instance, "raw/table/row[1]/pick"));
  g_autoptr (GError) error = NULL;

  /* Used in 2025: eight substances; not the row of 2024, nor the product. */
  g_assert_cmpuint (choices->len, ==, 8);
  qd_instance_add_rows (instance, find (instance, "raw/table/row"), 2, 1, &error);
  g_assert_no_error (error);
  set (instance, "raw/table/row[3]/pick", "123-86-4");
  g_assert_cmpstr (qd_instance_get_value (instance, find (instance, "raw/table/row[3]/name")), ==, "乙酸丁酯");
  g_assert_cmpstr (qd_instance_get_value (instance, find (instance, "raw/table/row[3]/cas")), ==, "123-86-4");
  g_assert_cmpstr (qd_instance_get_value (instance, find (instance, "raw/table/row[3]/qty")), ==, "960");
  g_assert_cmpstr (qd_instance_get_value (instance, find (instance, "raw/table/row[3]/use")), ==, "红霉素萃取");
}

/* Trade secrets may be withheld with a reason, but never what is discharged. */
static void
test_withhold (void)
{
  static const struct
  {
    const char *path;
    gboolean may;
  } rows[] = {
    { "b/value/withhold", TRUE },
    { "raw/table/row/withhold", TRUE },
    { "a/row/withhold", FALSE },
    { "em/table/row/withhold", FALSE },
    { "hw/table/row/withhold", FALSE },
  };
  QdForm *form = qd_pack_get_form (pack, "cn.cpa-disclosure", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strconcat (ROOT, rows[i].path, NULL);

      g_assert_true ((qd_form_find_field (form, path) != NULL) == rows[i].may);
    }
}

/* Each required field, emptied alone, is missed. */
static guint
check_required (QdInstance *instance, QdNodeId node)
{
  guint n = 0;

  for (guint i = 0; i < qd_instance_get_n_children (instance, node); i++)
    n += check_required (instance, qd_instance_get_child (instance, node, i));
  if (qd_instance_get_n_children (instance, node) == 0 && qd_instance_is_relevant (instance, node) && qd_instance_is_required (instance, node))
    {
      g_autofree char *path = qd_instance_dup_path (instance, node);
      g_autofree char *value = g_strdup (qd_instance_get_value (instance, node));

      if (!*value)
        return 0;
      g_assert_false (has_finding (instance, "required", "critical", path));
      set (instance, path, "");
      if (!has_finding (instance, "required", "critical", path))
        {
          g_test_message ("%s is not missed", path);
          g_test_fail ();
        }
      set (instance, path, value);
      n++;
    }
  return n;
}

static void
test_required (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (demos); i++)
    {
      Host host = { NULL, TRUE };
      g_autoptr (QdInstance) instance = open_demo_of (demos[i].root, &host);
      g_autoptr (GPtrArray) before = list_findings (instance);
      g_autoptr (GPtrArray) after = NULL;

      g_assert_cmpuint (check_required (instance, qd_instance_get_root (instance)), >, 25);
      after = list_findings (instance);
      g_assert_cmpuint (after->len, ==, before->len);
    }
}

typedef struct
{
  const char *rule;
  const char *severity;
  const char *path;
  const char *edits;               /* "path=value|…", "+range" adds a row, "-range" removes all */
  const char *last_from, *last_to; /* change to the demonstration that makes it the last version */
  gboolean heals;                  /* the finding is in the demonstration and goes away */
} RuleRow;

static const RuleRow rule_rows[] = {
  /* enterprise */
  { "ENT-name-space", "critical", "ent/name", "ent/name=沃原 " },
  { "ENT-uscc", "critical", "ent/uscc", "ent/uscc=91654002MA0QNGDA03" },
  { "ENT-legal-tel", "critical", "ent/legalTel", "ent/legalTel=12" },
  { "ENT-env-tel", "critical", "ent/envTel", "ent/envTel=电话" },
  { "ENT-lon", "critical", "ent/lon", "ent/lon=43.9" },
  { "ENT-lat", "critical", "ent/lat", "ent/lat=81.3" },
  { "ENT-permit", "critical", "ent/permitNo", "ent/permitNo=91654002MA0QNGDA0200P" },
  { "ENT-permit-uscc", "possible", "ent/permitNo", "ent/permitNo=91130200699229617X001P" },
  { "ENT-permit-term", "possible", "ent/permitTo", "ent/permitTo=2027-05-30" },
  { "ENT-permit-over", "possible", "ent/permitTo", "ent/permitFrom=2021-06-01|ent/permitTo=2026-05-31" },
  { "ENT-key-none", "critical", "ent/keyUnit", "ent/keyUnit=water none" },
  /* listing, publication, audit */
  { "LIST-date-future", "critical", "listing/notice/date", "listing/notice/date=2026-11-25" },
  { "LIST-energy", "notice", "listing/variant", "listing/variant=A C", .heals = TRUE },
  { "LIST-other-only", "possible", "listing/variant", "listing/variant=O" },
  { "LIST-year", "possible", "listing/dataYear", "listing/dataYear=2023" },
  { "LIST-overdue", "possible", "listing/publication/state", "listing/notice/date=2026-10-20|listing/publication/state=planned" },
  { "LIST-plan-late", "possible", "listing/publication/planned", "listing/publication/state=planned|listing/publication/planned=2026-11-29" },
  { "LIST-published-late", "possible", "listing/publication/date", "listing/notice/date=2026-10-19" },
  { "LIST-published-early", "possible", "listing/publication/date", "listing/publication/date=2026-10-27" },
  { "LIST-published-future", "critical", "listing/publication/date", "listing/publication/date=2026-11-25" },
  { "AUD-start-future", "critical", "listing/audit/start", "listing/audit/start=2026-11-25" },
  { "AUD-end-future", "critical", "listing/audit/end", "listing/audit/state=finished|listing/audit/end=2026-11-25" },
  { "AUD-order", "critical", "listing/audit/end", "listing/audit/state=finished|listing/audit/end=2026-11-09" },
  { "AUD-start-late", "possible", "listing/audit/start", "listing/notice/date=2026-09-09" },
  { "AUD-end-late", "possible", "listing/audit/end", "listing/notice/date=2025-11-22|listing/audit/state=finished|listing/audit/end=2026-11-23" },
  { "AUD-waiting-late", "possible", "listing/audit/state", "listing/notice/date=2026-09-19|listing/audit/state=waiting" },
  { "AUD-running-late", "possible", "listing/audit/state", "listing/notice/date=2025-11-19" },
  { "AUD-interval", "possible", "listing/audit/previous", "listing/audit/previous=2021-11-19" },
  /* waste water */
  { "WATER-order", "critical", "listing/water/to", "listing/water/to=2025-12-31" },
  { "WATER-over", "critical", "listing/water/actual", "listing/water/actual=1460000.01" },
  { "WATER-annual", "possible", "listing/water/annual", "listing/water/actual=1095001" },
  { "WATER-months", "possible", "listing/water/monthsStated", "listing/water/monthsStated=8" },
  { "WATER-parts", "possible", "listing/water/approved", "listing/water/domestic=53000" },
  /* A */
  { "A-rows", "critical", "a", "-a/row" },
  { "A-none-over", "possible", "a", "a/row[1]/conc=34|a/row[1]/total=51.1" },
  { "A-denied", "critical", "a/row[1]/statement", "a/row[1]/statement=无" },
  { "A-double", "possible", "a/row[1]/pollutant", "a/row[2]/pollutant=氨氮" },
  { "A-limit-copied", "possible", "a/row[2]/conc", "a/row[2]/conc=500" },
  { "A-volume", "notice", "a", "a/row[2]/cap=2465" },
  { "A-prior", "notice", "a/row[1]/total", "", "<total>56.21</total>", "<total>43.2</total>" },
  /* B */
  { "B-energy-rows", "critical", "b", "-b/energy" },
  { "B-product-rows", "critical", "b", "-b/product" },
  { "B-power-factor", "possible", "b/energy[1]/factor", "b/energy[1]/factor=0.28498" },
  { "B-per-value", "possible", "b/value/perValue", "b/value/perValue=1.641" },
  { "B-energy-sum", "possible", "b/value/total", "b/product[1]/energy=16300" },
  { "B-none-over", "possible", "b", "b/product[1]/quota=6600" },
  { "B-denied", "critical", "b/product[1]/statement", "b/product[1]/statement=无" },
  { "B-prior", "notice", "b/value/perValue", "", "<perValue>0.1641</perValue>", "<perValue>0.25</perValue>" },
  /* C: materials */
  { "C-nothing", "possible", "raw/has", "raw/has=no|em/has=no|hw/has=no" },
  { "RAW-rows", "critical", "raw/table", "-raw/table/row" },
  { "RAW-cas", "critical", "raw/table/row[1]/cas", "raw/table/row[1]/cas=75-09-3" },
  { "RAW-double", "possible", "raw/table/row[2]/cas", "raw/table/row[2]/cas=75-09-2" },
  { "RAW-class-t2", "possible", "raw/table/row[2]/toxic", "raw/table/row[2]/cas=75-21-8" },
  { "RAW-class-t4", "critical", "raw/table/row[2]/toxic", "raw/table/row[2]/cas=309-00-2" },
  { "RAW-t5-reason", "critical", "raw/table/row[1]/toxicReason", "raw/table/row[1]/toxicReason=有毒" },
  { "RAW-npl", "notice", "raw/table/row[1]/cas", "raw/table/row[1]/cas=123-86-4|raw/table/row[1]/name=乙酸丁酯", .heals = TRUE },
  { "RAW-register", "possible", "raw/table/row[1]/qty", "raw/table/row[1]/qty=181" },
  { "RAW-missing", "possible", "raw/table", "raw/table/row[2]/cas=123-86-4|raw/table/row[2]/name=乙酸丁酯" },
  { "RAW-prior", "notice", "raw/table/row[1]/qty", "", "<qty>180</qty>", "<qty>138</qty>" },
  /* C: emissions */
  { "EM-rows", "critical", "em/table", "-em/table/row" },
  { "EM-cas", "critical", "em/table/row[1]/cas", "em/table/row[1]/cas=75-9-2" },
  { "EM-outlet", "possible", "em/table/row[1]/outlet", "em/table/row[1]/outlet=DA001" },
  { "EM-slip", "critical", "em/table/row[1]/qty", "em/table/row[1]/qty=0.0496" },
  { "EM-load", "possible", "em/table/row[1]/qty", "em/table/row[1]/qty=60" },
  { "EM-over", "possible", "em/table/row[1]/conc", "listing/variant=C|em/table/row[1]/conc=0.21|em/table/row[1]/qty=306.6" },
  { "EM-double", "possible", "em/table/row[2]/name", "em/table/row[2]/outlet=DW001" },
  { "EM-prior", "notice", "em/table/row[1]/qty", "", "<qty>49.64</qty>", "<qty>71.2</qty>" },
  /* C: waste */
  { "HW-rows", "critical", "hw/table", "-hw/table/row" },
  { "HW-code", "critical", "hw/table/row[1]/code", "hw/table/row[1]/code=27600202" },
  { "HW-code-list", "notice", "hw/table/row[1]/code", "hw/table/row[1]/code=900-249-08|hw/table/disposal[1]/code=900-249-08|hw/table/disposal[2]/code=900-249-08" },
  { "HW-double", "possible", "hw/table/row[2]/name", "hw/table/row[2]/name=菌渣|hw/table/row[2]/code=276-002-02" },
  { "HW-balance", "critical", "hw/table/row[1]/gen", "hw/table/row[1]/gen=12000" },
  { "HW-orphan", "critical", "hw/table/disposal[4]/code", "hw/table/disposal[4]/code=900-402-06" },
  { "HW-prior", "notice", "hw/table/row[1]/gen", "", "<gen>11860.5</gen>", "<gen>8000</gen>" },
  /* C: risk */
  { "RISK-plan-future", "critical", "risk/planDate", "risk/planDate=2026-11-25" },
  { "RISK-plan-old", "possible", "risk/planDate", "risk/planDate=2023-11-19" },
  { "RISK-measures", "critical", "risk", "-risk/measure" },
  /* sign-off */
  { "SIG-tel", "critical", "sig/preparerTel", "sig/preparerTel=古丽" },
  { "SIG-same-reviewer", "possible", "sig/reviewer", "sig/reviewer=古丽" },
  { "SIG-same-head", "possible", "sig/head", "sig/head=阿依努尔" },
  { "SIG-future", "critical", "sig/headDate", "sig/headDate=2026-11-25" },
  { "SIG-order", "possible", "sig/headDate", "sig/headDate=2026-11-18" },
  { "SIG-statement", "critical", "sig/statement", "sig/statement=no" },
  /* the profile */
  { "ENT-name-space", "critical", "/profile/ent/name", "/profile/ent/name=沃原 " },
  { "ENT-uscc", "critical", "/profile/ent/uscc", "/profile/ent/uscc=91654002MA0QNGDA03" },
  { "ENT-legal-tel", "critical", "/profile/ent/legalTel", "/profile/ent/legalTel=12" },
  { "ENT-env-tel", "critical", "/profile/ent/envTel", "/profile/ent/envTel=12" },
  { "ENT-uscc-form", "critical", "/profile/ent/uscc", "/profile/ent/uscc=91654002MA0QNGDA0" },
  { "SITE-rows", "critical", "/profile/sites", "-/profile/sites/site" },
  { "SITE-code", "critical", "/profile/sites/site[1]/code", "/profile/sites/site[1]/code=1" },
  { "SITE-code-double", "critical", "/profile/sites/site[2]/code", "+/profile/sites/site|/profile/sites/site[2]/code=001" },
  { "SITE-lon", "critical", "/profile/sites/site[1]/lon", "/profile/sites/site[1]/lon=72.9" },
  { "SITE-lon", "critical", "/profile/sites/site[1]/lon", "/profile/sites/site[1]/lon=136.1" },
  { "SITE-lat", "critical", "/profile/sites/site[1]/lat", "/profile/sites/site[1]/lat=17.9" },
  { "SITE-lat", "critical", "/profile/sites/site[1]/lat", "/profile/sites/site[1]/lat=54.1" },
  { "SITE-process-none", "critical", "/profile/sites/site[1]/process", "/profile/sites/site[1]/process=none tan" },
  { "SITE-pops-none", "critical", "/profile/sites/site[1]/popsSource", "/profile/sites/site[1]/popsSource=none kiln" },
  { "PERMIT-no", "critical", "/profile/permits/permit[1]/no", "/profile/permits/permit[1]/no=91654002MA0QNGDA02" },
  { "PERMIT-uscc", "possible", "/profile/permits/permit[1]/no", "/profile/permits/permit[1]/no=91130200699229617X001P" },
  { "PERMIT-site", "possible", "/profile/permits/permit[1]/no", "/profile/permits/permit[1]/no=91654002MA0QNGDA02002P" },
  { "PERMIT-double", "critical", "/profile/permits/permit[2]/no", "+/profile/permits/permit|/profile/permits/permit[2]/no=91654002MA0QNGDA02001P" },
  { "PERMIT-order", "critical", "/profile/permits/permit[1]/to", "/profile/permits/permit[1]/from=2027-05-31" },
  { "PERMIT-term", "possible", "/profile/permits/permit[1]/to", "/profile/permits/permit[1]/to=2027-06-02" },
  { "PERMIT-over", "possible", "/profile/permits/permit[1]/to", "/profile/permits/permit[1]/to=2026-11-23" },
  { "PERMIT-renew", "notice", "/profile/permits/permit[1]/to", "/profile/permits/permit[1]/to=2027-01-22" },
  { "PERMIT-cas", "critical", "/profile/permits/pollutant[1]/cas", "+/profile/permits/pollutant|/profile/permits/pollutant[1]/cas=75-09-3" },
  { "PERMIT-outlet", "critical", "/profile/permits/outlet[1]/code", "/profile/permits/outlet[1]/code=W1" },
  { "KEY-double", "critical", "/profile/keys/unit[1]/kind", "/profile/keys/unit[2]/kind=water" },
  { "KEY-future", "critical", "/profile/keys/unit[1]/listDate", "/profile/keys/unit[1]/listDate=2026-11-25" },
  { "HW-code", "critical", "/profile/hw/waste[1]/code", "/profile/hw/waste[1]/code=27600202" },
  { "HW-year", "critical", "/profile/hw/waste[1]/year", "/profile/hw/waste[1]/year=2028" },
  { "constraint", "critical", "/profile/hw/waste[1]/gen", "/profile/hw/waste[1]/gen=-1" },
  { "TRADE-cas", "critical", "/profile/trade/plan[1]/cas", "/profile/trade/plan-any=yes|+/profile/trade/plan|/profile/trade/plan[1]/cas=335-67-2" },
  { "TRADE-hs", "critical", "/profile/trade/plan[1]/hs", "/profile/trade/plan-any=yes|+/profile/trade/plan|/profile/trade/plan[1]/hs=29159090" },
  { "PRODUCT-hs", "critical", "/profile/products/product[1]/hs", "/profile/products/product[1]/hs=29159090" },
  { "DOC-order", "critical", "/profile/docs/doc[1]/publicOn", "/profile/docs/doc-any=yes|+/profile/docs/doc|/profile/docs/doc[1]/receivedOn=2026-11-20|/profile/docs/doc[1]/publicOn=2026-11-19" },
  { "NOTICE-order", "critical", "/profile/notices/notice[1]/due", "/profile/notices/notice-any=yes|+/profile/notices/notice|/profile/notices/notice[1]/receivedOn=2026-11-20|/profile/notices/notice[1]/due=2026-11-19" },
  { "CPA-order", "possible", "/profile/cpa/startedOn", "/profile/cpa/startedOn=2026-03-09" },
  { "SOIL-future", "critical", "/profile/soil/check[1]/date", "/profile/soil/check[1]/date=2026-11-25" },
  { "ANY-hw-waste", "possible", "/profile/hw/waste-any", "-/profile/hw/waste" },
  { "HW-licence-order", "critical", "/profile/hw/licence[1]/to", "/profile/hw/licence-any=yes|+/profile/hw/licence|/profile/hw/licence[1]/from=2026-01-02|/profile/hw/licence[1]/to=2026-01-02" },
  { "SOIL-monitoring-future", "critical", "/profile/soil/monitoring[1]/date", "/profile/soil/monitoring[1]/date=2026-11-25" },
  { "DOC-future", "critical", "/profile/docs/doc[1]/receivedOn", "/profile/docs/doc-any=yes|+/profile/docs/doc|/profile/docs/doc[1]/receivedOn=2026-11-25" },
  { "NOTICE-future", "critical", "/profile/notices/notice[1]/receivedOn", "/profile/notices/notice-any=yes|+/profile/notices/notice|/profile/notices/notice[1]/receivedOn=2026-11-25" },
  { "EID-case-future", "critical", "/profile/eid/case[1]/date", "/profile/eid/case-any=yes|+/profile/eid/case|/profile/eid/case[1]/date=2026-11-25" },
  { "EXCEED-future", "critical", "/profile/permits/exceedance[1]/detectedOn", "/profile/permits/exceedance-any=yes|+/profile/permits/exceedance|/profile/permits/exceedance[1]/detectedOn=2026-11-25" },
  { "EMERGENCY-future", "critical", "/profile/emergency/plan[1]/filedOn", "/profile/emergency/plan[1]/filedOn=2026-11-25" },
  { "CPA-list-future", "critical", "/profile/cpa/listDate", "/profile/cpa/startedOn=|/profile/cpa/listDate=2026-11-25" },
  { "CPA-accepted-future", "critical", "/profile/cpa/accepted", "/profile/cpa/accepted=2026-11-25" },
  { "EID-list-future", "critical", "/profile/eid/listDate", "/profile/eid/listDate=2026-11-25" },
  { "SW-year", "critical", "/profile/sw/waste[1]/year", "/profile/sw/waste[1]/year=1999" },
  { "ANNUAL-year", "critical", "/profile/permits/annual[1]/year", "/profile/permits/annual[1]/year=2028" },
  { "NOTICE-year", "critical", "/profile/notices/notice[1]/year", "/profile/notices/notice-any=yes|+/profile/notices/notice|/profile/notices/notice[1]/year=1999" },
  { "ANY-permits-permit", "possible", "/profile/permits/permit-any", "/profile/permits/permit-any=yes|-/profile/permits/permit" },
  { "ANY-permits-pollutant", "possible", "/profile/permits/pollutant-any", "/profile/permits/pollutant-any=yes|-/profile/permits/pollutant" },
  { "ANY-permits-outlet", "possible", "/profile/permits/outlet-any", "/profile/permits/outlet-any=yes|-/profile/permits/outlet" },
  { "ANY-permits-annual", "possible", "/profile/permits/annual-any", "/profile/permits/annual-any=yes|-/profile/permits/annual" },
  { "ANY-permits-exceedance", "possible", "/profile/permits/exceedance-any", "/profile/permits/exceedance-any=yes|-/profile/permits/exceedance" },
  { "ANY-keys-unit", "possible", "/profile/keys/unit-any", "/profile/keys/unit-any=yes|-/profile/keys/unit" },
  { "ANY-products-product", "possible", "/profile/products/product-any", "/profile/products/product-any=yes|-/profile/products/product" },
  { "ANY-hw-facility", "possible", "/profile/hw/facility-any", "/profile/hw/facility-any=yes|-/profile/hw/facility" },
  { "ANY-hw-licence", "possible", "/profile/hw/licence-any", "/profile/hw/licence-any=yes|-/profile/hw/licence" },
  { "ANY-sw-waste", "possible", "/profile/sw/waste-any", "/profile/sw/waste-any=yes|-/profile/sw/waste" },
  { "ANY-projects-project", "possible", "/profile/projects/project-any", "/profile/projects/project-any=yes|-/profile/projects/project" },
  { "ANY-soil-check", "possible", "/profile/soil/check-any", "/profile/soil/check-any=yes|-/profile/soil/check" },
  { "ANY-soil-monitoring", "possible", "/profile/soil/monitoring-any", "/profile/soil/monitoring-any=yes|-/profile/soil/monitoring" },
  { "ANY-soil-tank", "possible", "/profile/soil/tank-any", "/profile/soil/tank-any=yes|-/profile/soil/tank" },
  { "ANY-soil-demolition", "possible", "/profile/soil/demolition-any", "/profile/soil/demolition-any=yes|-/profile/soil/demolition" },
  { "ANY-soil-landEvent", "possible", "/profile/soil/landEvent-any", "/profile/soil/landEvent-any=yes|-/profile/soil/landEvent" },
  { "ANY-eid-case", "possible", "/profile/eid/case-any", "/profile/eid/case-any=yes|-/profile/eid/case" },
  { "ANY-docs-doc", "possible", "/profile/docs/doc-any", "/profile/docs/doc-any=yes|-/profile/docs/doc" },
  { "ANY-trade-plan", "possible", "/profile/trade/plan-any", "/profile/trade/plan-any=yes|-/profile/trade/plan" },
  { "ANY-emergency-plan", "possible", "/profile/emergency/plan-any", "/profile/emergency/plan-any=yes|-/profile/emergency/plan" },
  { "ANY-livestock-herd", "possible", "/profile/livestock/herd-any", "/profile/livestock/herd-any=yes|-/profile/livestock/herd" },
  { "ANY-notices-notice", "possible", "/profile/notices/notice-any", "/profile/notices/notice-any=yes|-/profile/notices/notice" },
  /* the register */
  { "REG-cas", "critical", "/register/table/substance[1]/cas", "/register/table/substance[1]/cas=75-09-3" },
  { "REG-conc", "critical", "/register/table/substance[1]/conc", "/register/table/substance[1]/conc=0" },
  { "REG-conc", "critical", "/register/table/substance[1]/conc", "/register/table/substance[1]/conc=100.1" },
  { "REG-year", "critical", "/register/table/substance[1]/year", "/register/table/substance[1]/year=2027" },
  { "REG-kg", "possible", "/register/table/substance[1]/use", "/register/table/substance[1]/use=1000000" },
  { "REG-any", "critical", "/register/table/substance-any", "/register/table/substance-any=no" },
  { "REG-export", "critical", "/register/table/substance[1]/export", "/register/table/substance[1]/sell=5|/register/table/substance[1]/export=5.1" },
  { "REG-emit", "critical", "/register/table/substance[1]/emit", "/register/table/substance[1]/emitWater=0.2" },
  { "REG-emit-parts", "possible", "/register/table/substance[1]/emit", "/register/table/substance[1]/emitWater=" },
  { "REG-solution", "possible", "/register/table/substance[1]/nameZh", "/register/table/substance[1]/conc=|/register/table/substance[1]/nameZh=二氯甲烷(85%)" },
  { "REG-ban", "possible", "/register/table/substance[1]/cas", "/register/table/substance[1]/cas=118-74-1|/register/table/substance[1]/nameZh=六氯苯" },
  { "REG-ban-stock", "possible", "/register/table/substance[1]/stock", "/register/table/substance[1]/cas=118-74-1|/register/table/substance[1]/nameZh=六氯苯|/register/table/substance[1]/stock=0.5" },
  { "REG-maybe", "notice", "/register/table/substance[1]/nameZh", "/register/table/substance[1]/cas=|/register/table/substance[1]/nameEn=|/register/table/substance[1]/nameZh=氯仿" },
  { "REG-new", "possible", "/register/table/substance[1]/iecsc", "/register/table/substance[1]/roles=use import|/register/table/substance[1]/iecsc=unlisted" },
  { "REG-iecsc", "notice", "/register/table/substance[1]/iecsc", "/register/table/substance[1]/roles=use import" },
  { "REG-npl", "notice", "/register/table/substance[1]/cas", "/register/table/substance[1]/cas=123-86-4|/register/table/substance[1]/nameZh=乙酸丁酯", .heals = TRUE },
  { "required", "critical", "/register/table/substance[1]/cas", "/register/table/substance[1]/cas=" },
  /* rules of the language */
  { "constraint", "critical", "a/row[1]/total", "a/row[1]/total=-1" },
  { "constraint", "critical", "em/table/row[1]/conc", "em/table/row[1]/conc=-0.1" },
  { "type", "critical", "raw/table/row[1]/qty", "raw/table/row[1]/qty=约 180" },
  { "type", "critical", "listing/notice/date", "listing/notice/date=2026-13-01" },
  { "required", "critical", "b/energy[1]/kindOther", "b/energy[1]/kind=other" },
  { "required", "critical", "b/value/withholdReason", "b/value/withhold=output" },
  { "required", "critical", "raw/table/row[1]/withholdReason", "raw/table/row[1]/withhold=qty" },
  { "required", "critical", "em/table/row[1]/methodNote", "em/table/row[1]/method=estimate" },
  { "required", "critical", "hw/table/disposal[1]/licence", "hw/table/disposal[1]/way=out-use" },
  { "required", "critical", "listing/reasonOther", "listing/variant=A B C O" },
};

/* Equal values on the edge of a rule, and reasons that lift it: nothing may be found. */
static const RuleRow quiet_rows[] = {
  { "LIST-published-late", "possible", "listing/publication/date", "listing/notice/date=2026-10-20" },
  { "AUD-start-late", "possible", "listing/audit/start", "listing/notice/date=2026-09-10" },
  { "AUD-interval", "possible", "listing/audit/previous", "listing/audit/previous=2021-11-20" },
  { "WATER-over", "critical", "listing/water/actual", "listing/water/actual=1460000" },
  { "WATER-annual", "possible", "listing/water/annual", "listing/water/actual=1095000" },
  { "ENT-permit-term", "possible", "ent/permitTo", "ent/permitTo=2027-06-01" },
  { "A-prior", "notice", "a/row[1]/total", "", "<total>56.21</total>", "<total>56.21</total>" },
  { "RAW-prior", "notice", "raw/table/row[1]/qty", "", "<qty>180</qty>", "<qty>200</qty>" },
  { "EM-load", "possible", "em/table/row[1]/qty", "em/table/row[1]/qty=52" },
  { "EM-over", "possible", "em/table/row[3]/conc", "listing/variant=C|em/table/row[3]/conc=2L" },
  { "RISK-plan-old", "possible", "risk/planDate", "risk/planDate=2023-11-20" },
  { "SIG-same-reviewer", "possible", "sig/reviewer", "ent/staff=3|sig/reviewer=古丽" },
  { "RAW-rows", "critical", "raw/table", "raw/has=no|-raw/table/row" },
  { "A-rows", "critical", "a", "listing/variant=C|-a/row" },
};

static void
apply_edits (QdInstance *instance, const char *edits)
{
  g_auto (GStrv) parts = g_strsplit (edits, "|", -1);

  for (guint i = 0; parts[i] && *parts[i]; i++)
    {
      char *value = strchr (parts[i], '=');
      g_autoptr (GError) error = NULL;

      if (*parts[i] == '-' || *parts[i] == '+')
        {
          QdNodeId range = find (instance, parts[i] + 1);
          guint n = qd_instance_get_n_children (instance, range);

          if (*parts[i] == '-')
            qd_instance_remove_rows (instance, range, 0, n, &error);
          else
            qd_instance_add_rows (instance, range, n, 1, &error);
          g_assert_no_error (error);
          continue;
        }
      g_assert_nonnull (value);
      *value++ = '\0';
      set (instance, parts[i], value);
    }
}

/* The demonstration itself, changed in one place, as the last version. */
static QdInstance *
open_with_last (const RuleRow *row, Host *host)
{
  g_autoptr (GBytes) bytes = read_source ("../resources/demo", "cpa-disclosure.xml");
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto (GStrv) parts = g_strsplit (text, row->last_from, 2);
  char *changed;

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  changed = g_strjoinv (row->last_to, parts);
  host->last = g_bytes_new_take (changed, strlen (changed));
  return open_demo (host);
}

static void
take_back (Bench *bench)
{
  g_autoptr (GPtrArray) changes = qd_instance_steal_changes (bench->instance);
  g_autoptr (GPtrArray) after = NULL;
  g_autoptr (GError) error = NULL;

  if (changes)
    qd_instance_apply (bench->instance, changes, TRUE, &error);
  g_assert_no_error (error);
  after = list_findings (bench->instance);
  g_assert_cmpuint (after->len, ==, bench->findings->len);
}

/* Every message says its numbers, in both languages: no place left empty, no NaN. */
static void
check_messages (QdInstance *instance)
{
  static const char *const languages[] = { "zh-CN", "en" };
  static const char *const faults[] = { "NaN", "Infinity", "“”", "e-", "  " };

  for (guint k = 0; k < G_N_ELEMENTS (languages); k++)
    {
      g_autoptr (GPtrArray) findings = NULL;

      qd_instance_set_language (instance, languages[k]);
      findings = qd_instance_get_findings (instance);
      for (guint i = 0; i < findings->len; i++)
        {
          const QdFinding *finding = g_ptr_array_index (findings, i);
          const char *message = qd_finding_get_message (finding);

          g_assert_nonnull (message);
          for (guint f = 0; f < G_N_ELEMENTS (faults); f++)
            if (!*message || strstr (message, faults[f]))
              {
                g_test_message ("%s: “%s” in %s", qd_finding_get_rule (finding), faults[f], message);
                g_test_fail ();
              }
        }
    }
}

static void
test_rule (gconstpointer data)
{
  const RuleRow *row = data;
  Bench *bench = get_bench (row->path);

  g_assert_true (has_line (bench->findings, row->rule, row->severity, row->path) == row->heals);
  if (row->last_from)
    {
      Host host = { NULL, TRUE };
      g_autoptr (QdInstance) instance = open_with_last (row, &host);

      g_assert_true (has_finding (instance, row->rule, row->severity, row->path));
      check_messages (instance);
      g_clear_pointer (&host.last, g_bytes_unref);
      return;
    }
  apply_edits (bench->instance, row->edits);
  g_assert_true (has_finding (bench->instance, row->rule, row->severity, row->path) == !row->heals);
  check_messages (bench->instance);
  take_back (bench);
}

static void
test_quiet (gconstpointer data)
{
  const RuleRow *row = data;
  Bench *bench = get_bench (row->path);

  if (row->last_from)
    {
      Host host = { NULL, TRUE };
      g_autoptr (QdInstance) instance = open_with_last (row, &host);

      g_assert_false (has_finding (instance, row->rule, row->severity, row->path));
      g_clear_pointer (&host.last, g_bytes_unref);
      return;
    }
  apply_edits (bench->instance, row->edits);
  g_assert_false (has_finding (bench->instance, row->rule, row->severity, row->path));
  take_back (bench);
}

/* No rule of a form without a row above. */
static void
test_every_rule_has_a_row (void)
{
  g_autoptr (GRegex) regex = g_regex_new ("<qd:check id=\"([^\"]+)\" ref=\"(/[^/\"]+)", 0, 0, NULL);
  guint n = 0;

  for (guint d = 0; d < G_N_ELEMENTS (demos); d++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = qd_pack_read (pack, demos[d].source, &error);
      g_autofree char *text = NULL;
      g_autoptr (GMatchInfo) match = NULL;

      g_assert_no_error (error);
      text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_regex_match (regex, text, 0, &match);
      for (; g_match_info_matches (match); g_match_info_next (match, NULL), n++)
        {
          g_autofree char *id = g_match_info_fetch (match, 1);
          g_autofree char *root = g_match_info_fetch (match, 2);
          gboolean is_there = FALSE;

          for (guint i = 0; i < G_N_ELEMENTS (rule_rows); i++)
            is_there |= g_str_equal (rule_rows[i].rule, id) && g_str_has_prefix (*rule_rows[i].path == '/' ? rule_rows[i].path : ROOT, root);
          if (!is_there)
            {
              g_test_message ("no row for %s of %s", id, demos[d].form);
              g_test_fail ();
            }
        }
    }
  g_assert_cmpuint (n, >, 100);
}

int
main (int argc, char **argv)
{
  static const char *const cases[] = { "ruyi-2024", "lukang-2017", "demo", "demo-profile", "demo-register" };
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  pack = qd_pack_load_builtin (&error);
  g_assert_no_error (error);

  g_test_add_func ("/cpa-disclosure/forms", test_forms);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cpa-disclosure/case/%s", cases[i]);

      g_test_add_data_func (path, cases[i], test_case);
    }
  g_test_add_func ("/cpa-disclosure/ruyi-figures", test_ruyi_figures);
  g_test_add_func ("/cpa-disclosure/demo-seals", test_demo_seals);
  g_test_add_func ("/cpa-disclosure/from-profile", test_from_profile);
  g_test_add_func ("/cpa-disclosure/from-register", test_from_register);
  g_test_add_func ("/cpa-disclosure/receiver", test_receiver);
  g_test_add_func ("/cpa-disclosure/withhold", test_withhold);
  g_test_add_func ("/cpa-disclosure/required", test_required);
  g_test_add_func ("/cpa-disclosure/every-rule-has-a-row", test_every_rule_has_a_row);
  for (guint i = 0; i < G_N_ELEMENTS (rule_rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cpa-disclosure/rule/%s/%u", rule_rows[i].rule, i);

      g_test_add_data_func (path, &rule_rows[i], test_rule);
    }
  for (guint i = 0; i < G_N_ELEMENTS (quiet_rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/cpa-disclosure/quiet/%s/%u", quiet_rows[i].rule, i);

      g_test_add_data_func (path, &quiet_rows[i], test_quiet);
    }
  status = g_test_run ();
  g_clear_pointer (&pack, qd_pack_unref);
  return status;
}
