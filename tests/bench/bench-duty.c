/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Duties: all rules of the built-in pack over the demonstration profile with registers of growing size, one in eight on lists. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "qd-ics.h"

#define RUNS 5

static QdInstance *
load (QdPack *pack, const char *form_id, const char *xml, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (xml, length);
  g_autoptr (GError) error = NULL;
  QdInstanceOptions options = { .mode = QD_INSTANCE_RESTORE, .language = "zh-CN", .xml = bytes, .resolver = qd_pack_resolve, .resolver_data = pack };
  QdInstance *instance = qd_instance_new (qd_pack_get_form (pack, form_id, NULL), &options, &error);

  if (instance == NULL)
    g_error ("%s", error->message);
  return instance;
}

static QdInstance *
make_register (QdPack *pack, guint n)
{
  static const char *const listed[] = { "75-09-2", "67-66-3", "50-00-0", "71-43-2", "79-01-6", "127-18-4", "335-67-1", "25154-52-3" };
  g_autoptr (GString) xml = g_string_new ("<register xmlns=\"urn:qingdan:cn:register\" id=\"cn.register\"><table><substance-any>yes</substance-any>");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (xml, "<substance><nameZh>物质%u</nameZh><cas>%s</cas><roles>use emit</roles><state>single</state><year>2026</year><unit>t</unit><use>%u</use><emitAir>%u</emitAir></substance>", i, i % 8 == 0 ? listed[i / 8 % G_N_ELEMENTS (listed)] : "64-17-5", i % 7, i % 3);
  g_string_append (xml, "</table></register>");
  return load (pack, "cn.register", xml->str, xml->len);
}

static void
measure (QdRules *rules, QdInstance *profile, guint n)
{
  g_autoptr (QdInstance) substances = make_register (qd_rules_get_pack (rules), n);
  QdFactsOptions options = { .date = "2026-11-24", .profile = profile, .substances = substances };
  g_autoptr (GError) error = NULL;
  double facts_ms = G_MAXDOUBLE, assess_ms = G_MAXDOUBLE, start, ics_ms;
  g_autoptr (QdAssessment) assessment = NULL;
  g_autoptr (GBytes) ics = NULL;

  for (guint i = 0; i < RUNS; i++)
    {
      g_autoptr (QdFacts) facts = NULL;

      start = bench_cpu ();
      facts = qd_facts_new (rules, &options, &error);
      facts_ms = MIN (facts_ms, bench_cpu () - start);
      g_clear_pointer (&assessment, qd_assessment_free);
      start = bench_cpu ();
      assessment = qd_duty_assess (rules, facts, NULL, &error);
      assess_ms = MIN (assess_ms, bench_cpu () - start);
      if (assessment == NULL)
        g_error ("%s", error->message);
    }
  start = bench_cpu ();
  ics = qd_ics_new (assessment, "x", NULL, 12);
  ics_ms = bench_cpu () - start;
  printf ("%6u substances: facts %7.1f ms, %u rules %6.1f ms (budget 100 at 10,000), calendar %.2f ms; %u apply, %u to check\n", n, facts_ms, qd_rules_get_n_rules (rules), assess_ms, ics_ms, assessment->n_yes, assessment->n_maybe);
}

int
main (void)
{
  static const guint sizes[] = { 0, 100, 1000, 10000, 50000 };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = qd_pack_load_builtin (&error);
  g_autofree char *path = NULL, *xml = NULL;
  g_autoptr (QdInstance) profile = NULL;
  g_autoptr (QdRules) rules = NULL;
  double start;
  gsize length;

  if (pack == NULL)
    g_error ("%s", error->message);
  path = g_build_filename (qd_pack_get_dir (pack), "..", "..", "demo", "profile.xml", NULL);
  if (!g_file_get_contents (path, &xml, &length, &error))
    g_error ("%s", error->message);
  profile = load (pack, "cn.profile", xml, length);
  start = bench_cpu ();
  rules = qd_rules_new (pack, &error);
  if (rules == NULL)
    g_error ("%s", error->message);
  printf ("rules read and checked: %.1f ms\n", bench_cpu () - start);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    measure (rules, profile, sizes[i]);
  return 0;
}
