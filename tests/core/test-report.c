/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#include "qd-report.h"

static const char head[] =
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' xmlns:jr='http://openrosa.org/javarosa'"
    " xmlns:odk='http://www.opendatakit.org/xforms' xmlns:qd='urn:qingdan:form:1'><h:head><h:title>废水与固废申报</h:title><model>"
    "<qd:form kind='declaration' authority='生态环境主管部门' enterprise='/d/ent/name' reporting-period='/d/ent/year'>"
    "<qd:legal id='new' instrument='生态环境法典' article='967(1)' valid-from='2026-08-15' confidence='C'/>"
    "<qd:legal id='old' instrument='清洁生产促进法' article='27(2)' valid-from='2012-07-01' valid-to='2026-08-14' confidence='C'/>"
    "<qd:legal id='maybe' instrument='未经核实的办法' article='3' valid-from='2016-07-01' confidence='P'/>"
    "</qd:form>"
    "<instance><d id='t.report' version='3'>"
    "<ent><name/><year/><kind/><staff/><hidden/></ent>"
    "<out><intro/><row jr:template=''><name/><amount/><way/><text/><never/></row><extra><a/><b/></extra></out>"
    "<wide><row jr:template=''>%s</row></wide>"
    "<site jr:template=''><name/><part jr:template=''><code/></part></site>"
    "</d></instance>"
    "<bind nodeset='/d/ent/year' type='int'/><bind nodeset='/d/ent/staff' type='int' qd:unit='人'/>"
    "<bind nodeset='/d/ent/hidden' type='string' relevant='false()'/>"
    "<bind nodeset='/d/out/row/amount' type='decimal' qd:unit='t/a'/><bind nodeset='/d/out/row/never' type='string' relevant='false()'/>"
    "<bind nodeset='/d/out/extra/a' type='string'/>"
    "<qd:check id='big' ref='/d/ent/staff' when=\". != ''\" test='. &lt; 1000' severity='possible'><qd:message>人数很多</qd:message></qd:check>"
    "<qd:check id='first' ref='/d/ent/name' test=\". != '缺'\" severity='critical'><qd:message>单位名称不对</qd:message></qd:check>"
    "</model></h:head><h:body>"
    "<group ref='/d/ent' appearance='section'><label>单位基本信息</label>"
    "<input ref='/d/ent/name'><label>单位名称</label></input><input ref='/d/ent/year'><label>数据年度</label></input>"
    "<select1 ref='/d/ent/kind'><label>类型</label><item><label>重点排污单位</label><value>key</value></item><item><label>其他单位</label><value>other</value></item></select1>"
    "<input ref='/d/ent/staff'><label>职工人数</label></input><input ref='/d/ent/hidden'><label>不该印出</label></input></group>"
    "<group ref='/d/out' appearance='section'><label>排放口与排放量</label>"
    "<group ref='/d/out/row'><label>废水排放口</label><repeat nodeset='/d/out/row' appearance='table'>"
    "<input ref='/d/out/row/name'><label>污染物</label></input><input ref='/d/out/row/amount'><label>年排放量</label></input>"
    "<select1 ref='/d/out/row/way'><label>去向</label><item><label>直接排放</label><value>direct</value></item></select1>"
    "<input ref='/d/out/row/text'><label>数据来源</label></input><input ref='/d/out/row/never'><label>永不出现</label></input></repeat></group>"
    "<group ref='/d/out/extra'><label>补充说明</label><input ref='/d/out/extra/a'><label>甲项</label></input><input ref='/d/out/extra/b'><label>乙项</label></input></group>"
    "</group>"
    "<group ref='/d/wide' appearance='section'><label>宽表</label><group ref='/d/wide/row'><label>很宽的表</label><repeat nodeset='/d/wide/row' appearance='table'>";

static const char tail[] =
    "</repeat></group></group>"
    "<group ref='/d/site'><label>场所</label><repeat nodeset='/d/site'><input ref='/d/site/name'><label>场所名称</label></input>"
    "<group ref='/d/site/part'><label>部位</label><repeat nodeset='/d/site/part' appearance='table'><input ref='/d/site/part/code'><label>编码</label></input></repeat></group>"
    "</repeat></group></h:body></h:html>";

#define WIDE 24

static QdInstance *
make_instance (void)
{
  g_autoptr (GString) fields = g_string_new (NULL);
  g_autoptr (GString) xml = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QdForm) form = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 ("2026-11-24T10:42:07+08:00", NULL);
  g_autoptr (GError) error = NULL;
  QdInstanceOptions options = { .now = now };
  QdInstance *instance;

  for (int i = 0; i < WIDE; i++)
    g_string_append_printf (fields, "<w%d/>", i);
  g_string_append_printf (xml, head, fields->str);
  for (int i = 0; i < WIDE; i++)
    g_string_append_printf (xml, "<input ref='/d/wide/row/w%d'><label>第%d列的名称</label></input>", i, i);
  g_string_append (xml, tail);
  bytes = g_string_free_to_bytes (g_steal_pointer (&xml));
  form = qd_form_new (bytes, "report.xml", &error);
  g_assert_no_error (error);
  instance = qd_instance_new (form, &options, &error);
  g_assert_no_error (error);
  return instance;
}

static void
set (QdInstance *instance, const char *path, const char *value)
{
  g_autoptr (GError) error = NULL;

  qd_instance_set_value (instance, qd_instance_find (instance, path), value, &error);
  g_assert_no_error (error);
}

static void
add_rows (QdInstance *instance, const char *path, guint n)
{
  g_autoptr (GError) error = NULL;

  qd_instance_add_rows (instance, qd_instance_find (instance, path), 0, n, &error);
  g_assert_no_error (error);
}

static void
fill (QdInstance *instance, guint rows)
{
  set (instance, "/d/ent/name", "伊宁沃原生物制药有限公司");
  set (instance, "/d/ent/year", "2026");
  set (instance, "/d/ent/kind", "key");
  set (instance, "/d/ent/staff", "1200");
  qd_instance_begin (instance);
  add_rows (instance, "/d/out/row", rows);
  for (guint i = 1; i <= rows; i++)
    {
      g_autofree char *name = g_strdup_printf ("/d/out/row[%u]/name", i), *amount = g_strdup_printf ("/d/out/row[%u]/amount", i);
      g_autofree char *pollutant = g_strdup_printf ("污染物甲%u号", i);

      set (instance, name, pollutant);
      set (instance, amount, "0.0496");
    }
  qd_instance_commit (instance);
}

/* Spaces of any width and number are one space: they only say how things stand on the page. */
static char *
fold_spaces (const char *text, gsize length)
{
  g_autoptr (GString) folded = g_string_sized_new (length);

  for (const char *p = text; p < text + length; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c != ' ' && c != 0x3000)
        g_string_append_unichar (folded, c);
      else if (folded->len > 0 && folded->str[folded->len - 1] != ' ')
        g_string_append_c (folded, ' ');
    }
  return g_string_free (g_steal_pointer (&folded), FALSE);
}

/* The text of all pages, each ended by a form feed, as another program reads it. */
static char *
read_text (QdReport *report)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pdf = qd_report_to_pdf (report, &error);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) text = NULL;

  g_assert_no_error (error);
  process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "pdftotext", "-layout", "-", "-", NULL);
  g_assert_no_error (error);
  g_subprocess_communicate (process, pdf, NULL, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  return fold_spaces (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
}

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *p = text; (p = strstr (p, part)); p += strlen (part))
    n++;
  return n;
}

/* The text is shown as it is: g_test_message() would turn it into question marks in most locales. */
static void
assert_has (const char *text, const char *part)
{
  if (!strstr (text, part))
    fprintf (stderr, "“%s” is missing in:\n%s\n", part, text);
  g_assert_nonnull (strstr (text, part));
}

static QdVerdict *
make_verdict (QdInstance *instance)
{
  return qd_verdict_new (instance, "cn", "2026.11", "00");
}

#define DIGEST "5c450530cd05242b2bae3067cb2efd51f868aa7409ac0c7abe55404df6c0f584"

static void
test_sealed (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdVerdict) verdict = NULL;
  g_autoptr (QdReport) report = NULL;
  g_autofree char *all = NULL, *pages = NULL;
  g_auto (GStrv) sheets = NULL;
  g_autoptr (GError) error = NULL;
  guint n;

  fill (instance, 60);
  qd_instance_set_annotation (instance, qd_instance_find (instance, "/d/ent/staff"), "why-big", "含劳务派遣 300 人", &error);
  qd_instance_set_annotation (instance, qd_instance_find (instance, "/d/out/extra/a"), "na", "没有这类设施", &error);
  qd_instance_set_annotation (instance, qd_instance_find (instance, "/d/ent/year"), "note", "按合同年度", &error);
  g_assert_no_error (error);
  verdict = make_verdict (instance);
  report = qd_report_new (instance, verdict, DIGEST, "zh-CN");
  n = qd_report_get_n_pages (report);
  g_assert_cmpuint (n, >=, 3);
  all = read_text (report);
  g_assert_cmpuint (count (all, "\f"), ==, n);

  assert_has (all, "废水与固废申报");
  assert_has (all, "伊宁沃原生物制药有限公司 2026 年度");
  assert_has (all, "1 单位基本信息");
  assert_has (all, "2 排放口与排放量");
  assert_has (all, "重点排污单位");
  assert_has (all, "1200");
  assert_has (all, "人");
  assert_has (all, "表 2-1 废水排放口");
  assert_has (all, "污染物甲60号");
  assert_has (all, "不适用：没有这类设施");
  assert_has (all, "备注：按合同年度");
  g_assert_null (strstr (all, "不该印出"));
  g_assert_null (strstr (all, "永不出现"));
  /* Both laws with their dates; what is not confirmed is not cited. */
  assert_has (all, "生态环境法典");
  assert_has (all, "第 967(1) 条");
  assert_has (all, "2012-07-01 至 2026-08-14");
  assert_has (all, "不在有效期");
  assert_has (all, "依据待核：另有 1 条依据未核实");
  g_assert_null (strstr (all, "未经核实的办法"));
  assert_has (all, "人数很多");
  assert_has (all, "含劳务派遣 300 人");
  /* On every page. */
  g_assert_cmpuint (count (all, "5C450530 CD05242B 2BAE3067 CB2EFD51"), ==, n);
  g_assert_cmpuint (count (all, "F868AA74 09AC0C7A BE55404D F6C0F584"), ==, n);
  g_assert_cmpuint (count (all, "校核结论：必改 0 项，存疑 1 项均已说明。资料包 cn 2026.11，校核引擎 " QD_ENGINE_VERSION), ==, n);
  pages = g_strdup_printf ("第 2 页，共 %u 页", n);
  sheets = g_strsplit (all, "\f", -1);
  assert_has (sheets[1], pages);
  /* The heads of the table that goes on, and the header. */
  assert_has (sheets[1], "序号");
  assert_has (sheets[1], "年排放量");
  assert_has (sheets[1], "废水与固废申报");
  g_assert_null (strstr (all, "草稿"));
}

static void
test_draft (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdReport) report = NULL;
  g_autofree char *all = NULL;
  guint n;

  fill (instance, 60);
  report = qd_report_new (instance, NULL, NULL, "zh-CN");
  n = qd_report_get_n_pages (report);
  all = read_text (report);
  /* Across the page and in the footer. */
  g_assert_cmpuint (count (all, "草稿"), >=, n);
  g_assert_null (strstr (all, "SHA-256"));
  g_assert_null (strstr (all, "校核意见与说明"));
}

static void
test_unexplained (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdVerdict) verdict = NULL;
  g_autoptr (QdReport) report = NULL;
  g_autofree char *all = NULL;

  fill (instance, 1);
  set (instance, "/d/ent/name", "缺");
  verdict = make_verdict (instance);
  report = qd_report_new (instance, verdict, NULL, "zh-CN");
  all = read_text (report);
  assert_has (all, "校核结论：必改 1 项，存疑 1 项，其中 1 项未说明。");
  assert_has (all, "单位名称不对");
}

static void
test_empty (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdVerdict) verdict = NULL;
  g_autoptr (QdReport) report = NULL;
  g_autofree char *all = NULL;

  verdict = make_verdict (instance);
  report = qd_report_new (instance, verdict, NULL, "zh-CN");
  all = read_text (report);
  assert_has (all, "（没有记录）");
  assert_has (all, "没有校核意见。");
  assert_has (all, "—");
}

static void
test_english (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdReport) report = NULL;
  g_autofree char *all = NULL;

  fill (instance, 2);
  report = qd_report_new (instance, NULL, DIGEST, "en");
  all = read_text (report);
  assert_has (all, "Page 1 of");
  assert_has (all, "Legal bases");
  assert_has (all, "SHA-256 of the declaration data");
}

/* Every column of a table that is wider than the page is printed, with the first one again in each band. */
static void
test_wide (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdReport) report = NULL;
  g_autofree char *all = NULL;

  fill (instance, 1);
  add_rows (instance, "/d/wide/row", 3);
  for (int r = 1; r <= 3; r++)
    for (int c = 0; c < WIDE; c++)
      {
        g_autofree char *path = g_strdup_printf ("/d/wide/row[%d]/w%d", r, c), *value = g_strdup_printf ("v%d.%d值", r, c);
        set (instance, path, value);
      }
  report = qd_report_new (instance, NULL, NULL, "zh-CN");
  all = read_text (report);
  for (int r = 1; r <= 3; r++)
    for (int c = 0; c < WIDE; c++)
      {
        g_autofree char *value = g_strdup_printf ("v%d.%d值", r, c);
        assert_has (all, value);
      }
  assert_has (all, "（续，第 2 段，共");
  g_assert_cmpuint (count (all, "v2.0值"), >=, 2);
}

static void
test_nested (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdReport) report = NULL;
  g_autofree char *all = NULL;
  QdNodeId node;
  guint page = 99;
  double y = -1;

  fill (instance, 40);
  add_rows (instance, "/d/site", 2);
  set (instance, "/d/site[2]/name", "北区仓库");
  add_rows (instance, "/d/site[2]/part", 2);
  set (instance, "/d/site[2]/part[2]/code", "MF0002");
  report = qd_report_new (instance, NULL, NULL, "zh-CN");
  all = read_text (report);
  assert_has (all, "场所，第 2 行");
  assert_has (all, "北区仓库");
  assert_has (all, "MF0002");

  node = qd_instance_find (instance, "/d/out/row[40]/amount");
  g_assert_true (qd_report_find_node (report, node, &page, &y));
  g_assert_cmpuint (page, >=, 1);
  g_assert_cmpuint (page, <, qd_report_get_n_pages (report));
  g_assert_true (y > 0 && y < QD_REPORT_HEIGHT);
  g_assert_true (qd_report_find_node (report, qd_instance_find (instance, "/d/ent/staff"), &page, &y));
  g_assert_cmpuint (page, ==, 0);
  g_assert_false (qd_report_find_node (report, qd_instance_find (instance, "/d/ent/hidden"), NULL, NULL));
}

static void
test_hostile (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdReport) report = NULL;
  g_autoptr (GString) endless = g_string_new ("起");
  g_autofree char *all = NULL, *name = NULL;

  fill (instance, 3);
  for (int i = 0; i < 7000; i++)
    g_string_append (endless, i % 2 ? "字" : "A");
  g_string_append (endless, "止");
  set (instance, "/d/out/row[1]/text", endless->str);
  set (instance, "/d/out/extra/a", endless->str);
  /* Markup stays text, turned letters are made visible, and lines are lines. */
  set (instance, "/d/out/row[2]/text", "<b>甲</b> &amp; \xe2\x80\xae"
                                       "123"
                                       "\xe2\x80\xac\n下一行");
  set (instance, "/d/out/extra/b", "%s%n%1$s");
  report = qd_report_new (instance, NULL, NULL, "zh-CN");
  g_assert_cmpuint (qd_report_get_n_pages (report), >, 5);
  all = read_text (report);
  g_assert_cmpuint (count (all, "起A"), ==, 2);
  g_assert_cmpuint (count (all, "止"), ==, 2);
  assert_has (all, "<b>甲</b>");
  assert_has (all, "&amp;");
  assert_has (all, "下一行");
  assert_has (all, "%s%n%1$s");
  g_assert_null (strstr (all, "\xe2\x80\xae"));
}

static void
test_same_bytes (void)
{
  g_autofree char *folder = g_dir_make_tmp ("qd-report-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "报告.pdf", NULL), *nowhere = g_build_filename (folder, "none", "x.pdf", NULL);
  g_autofree char *written = NULL;
  gsize size;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (QdInstance) instance = make_instance ();
      g_autoptr (QdReport) report = NULL;
      g_autoptr (GBytes) bytes = NULL;

      fill (instance, 30);
      report = qd_report_new (instance, NULL, DIGEST, "zh-CN");
      bytes = qd_report_to_pdf (report, &error);
      g_assert_no_error (error);
      if (first)
        g_assert_true (g_bytes_equal (first, bytes));
      else
        first = g_steal_pointer (&bytes);
      if (i == 0)
        continue;
      qd_report_write_pdf (report, path, &error);
      g_assert_no_error (error);
      g_assert_false (qd_report_write_pdf (report, nowhere, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
      g_clear_error (&error);
    }
  g_assert_true (g_file_get_contents (path, &written, &size, NULL));
  g_assert_cmpmem (written, size, g_bytes_get_data (first, NULL), g_bytes_get_size (first));
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/report/sealed", test_sealed);
  g_test_add_func ("/report/draft", test_draft);
  g_test_add_func ("/report/unexplained", test_unexplained);
  g_test_add_func ("/report/empty", test_empty);
  g_test_add_func ("/report/english", test_english);
  g_test_add_func ("/report/wide", test_wide);
  g_test_add_func ("/report/nested", test_nested);
  g_test_add_func ("/report/hostile", test_hostile);
  g_test_add_func ("/report/same-bytes", test_same_bytes);
  return g_test_run ();
}
