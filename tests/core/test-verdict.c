/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "form-kit.h"
#include "qd-verdict.h"

#define MODEL                                                                                                                              \
  "<qd:form><qd:legal id=\"l\" instrument=\"法\"/></qd:form><bind nodeset=\"/data/a\" type=\"int\" required=\"true()\" qd:basis=\"l\"/>"  \
  "<bind nodeset=\"/data/d\" type=\"date\" constraint=\". &lt;= today()\"/><bind nodeset=\"/data/meta/instanceID\" calculate=\"'i'\"/>"    \
  "<qd:check id=\"p\" ref=\"/data/b\" test=\". != 'x'\" severity=\"possible\" confidence=\"U\"><qd:message>m &lt;</qd:message></qd:check>" \
  "<qd:check id=\"n\" ref=\"/data/b\" test=\". != 'x'\" severity=\"notice\"><qd:message>n</qd:message></qd:check>"

static QdInstance *
make_instance (void)
{
  return kit_instance ("<data id=\"t\" version=\"3\"><a/><b>x</b><d>2026-11-25</d><meta><instanceID/></meta></data>", MODEL, "<input ref=\"/data/a\"><label>数</label></input>");
}

static char *
make_xml (QdInstance *instance)
{
  g_autoptr (QdVerdict) verdict = qd_verdict_new (instance, "cn", "2026.11", "abc");
  g_autoptr (GBytes) xml = qd_verdict_to_xml (verdict);

  return g_strndup (g_bytes_get_data (xml, NULL), g_bytes_get_size (xml));
}

static void
test_counts (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdVerdict) first = qd_verdict_new (instance, "cn", "2026.11", "abc"), second = NULL, third = NULL;
  QdNodeId b = kit_node (instance, "/data/b");

  g_assert_cmpuint (qd_verdict_count (first, QD_SEVERITY_CRITICAL), ==, 2);
  g_assert_cmpuint (qd_verdict_count (first, QD_SEVERITY_POSSIBLE), ==, 1);
  g_assert_cmpuint (qd_verdict_count (first, QD_SEVERITY_NOTICE), ==, 1);
  g_assert_cmpuint (qd_verdict_count_unexplained (first), ==, 1);
  g_assert_false (qd_verdict_can_seal (first));
  g_assert_cmpstr (qd_verdict_get_pack_label (first), ==, "cn 2026.11");
  kit_set (instance, "/data/a", "1");
  kit_set (instance, "/data/d", "2026-11-24");
  second = qd_verdict_new (instance, "cn", "2026.11", "abc");
  g_assert_false (qd_verdict_can_seal (second));
  g_assert_true (qd_instance_set_annotation (instance, b, "why-p", "属实", NULL));
  third = qd_verdict_new (instance, "cn", "2026.11", "abc");
  g_assert_true (qd_verdict_can_seal (third));
  g_assert_cmpuint (qd_verdict_count_unexplained (third), ==, 0);
  /* An earlier verdict stays as it was. */
  g_assert_cmpuint (qd_verdict_get_findings (first)->len, ==, 4);
}

static void
test_xml (void)
{
  g_autoptr (QdInstance) instance = make_instance (), other = make_instance ();
  g_autofree char *data = kit_serialize (instance), *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, data, -1), *xml = make_xml (instance), *same = NULL, *changed = NULL;

  g_assert_nonnull (strstr (xml, "urn:qingdan:verdict:1"));
  g_assert_nonnull (strstr (xml, digest));
  g_assert_nonnull (strstr (xml, "moment=\"2026-11-24T10:42:07.500000+08:00\""));
  g_assert_nonnull (strstr (xml, "sealable=\"false\""));
  g_assert_nonnull (strstr (xml, "必填"));
  /* The language is the instance's, whatever the process speaks. */
  g_setenv ("LANGUAGE", "en", TRUE);
  setlocale (LC_ALL, "C");
  same = make_xml (other);
  g_assert_cmpstr (xml, ==, same);
  qd_instance_set_language (other, "en");
  changed = make_xml (other);
  g_assert_null (strstr (changed, "必填"));
  g_assert_nonnull (strstr (changed, "Required."));
}

static void
test_read_moment (void)
{
  static const char *const bad[] = { "", "<verdict/>", "<verdict xmlns=\"urn:qingdan:verdict:1\" moment=\"soon\" language=\"en\"/>", "<v xmlns=\"urn:qingdan:verdict:1\" moment=\"2026-11-24T10:42:07Z\" language=\"en\"/>", "<verdict xmlns=\"urn:qingdan:verdict:1\" moment=\"2026-11-24T10:42:07Z\"/>" };
  g_autoptr (QdInstance) instance = make_instance ();
  g_autofree char *xml = make_xml (instance), *language = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (xml, strlen (xml));
  g_autoptr (GDateTime) moment = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (qd_verdict_read_moment (bytes, &moment, &language, &error));
  g_assert_no_error (error);
  g_assert_true (g_date_time_equal (moment, qd_instance_get_now (instance)));
  g_assert_cmpint (g_date_time_get_utc_offset (moment), ==, 8 * 3600 * G_TIME_SPAN_SECOND);
  g_assert_cmpstr (language, ==, "zh-CN");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) input = g_bytes_new_static (bad[i], strlen (bad[i]));
      g_autoptr (GDateTime) no_moment = NULL;
      g_autofree char *no_language = NULL;

      g_assert_false (qd_verdict_read_moment (input, &no_moment, &no_language, &error));
      g_assert_nonnull (error);
      g_assert_null (no_moment);
      g_assert_null (no_language);
      g_clear_error (&error);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/verdict/counts", test_counts);
  g_test_add_func ("/verdict/xml", test_xml);
  g_test_add_func ("/verdict/read-moment", test_read_moment);
  return g_test_run ();
}
