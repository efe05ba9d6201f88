/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Substances: screening a register of 100,000 rows, search while typing over 50,000 names, the inventory, and registers of growing size in the form
 * engine. Names and numbers are made up; one in eight is on lists. */
#include "config.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "qd-instance.h"
#include "qd-inventory-import.h"
#include "qd-name-index.h"
#include "qd-pinyin.h"
#include "qd-screening.h"

static const struct
{
  const char *cas, *zh, *en;
} known[] = {
  { "75-09-2", "二氯甲烷", "Dichloromethane" },
  { "67-64-1", "丙酮", "Acetone" },
  { "64-17-5", "乙醇", "Ethanol" },
  { "67-56-1", "甲醇", "Methanol" },
  { "7778-50-9", "重铬酸钾", "Potassium dichromate" },
  { "123-86-4", "乙酸丁酯", "Butyl acetate" },
  { "50-99-7", "葡萄糖", "D-Glucose" },
  { "113-98-4", "青霉素G钾", "Benzylpenicillin potassium" },
};

static char *
make_name (guint i, gboolean chinese)
{
  static const char *const zh[] = { "氯", "溴", "甲基", "乙基", "苯", "酸", "酯", "醇", "胺", "吡啶", "萘", "磺", "硝基", "环己", "酮", "醚" };
  static const char *const en[] = { "chloro", "bromo", "methyl", "ethyl", "benzene", "acid", "ester", "ol", "amine", "pyridine", "naphthalene", "sulfo", "nitro", "cyclohexyl", "one", "ether" };
  const char *const *parts = chinese ? zh : en;

  return g_strdup_printf ("%u,%u-%s%s%s%s", 1 + i % 6, 1 + i % 5, parts[i % 16], parts[i / 16 % 16], parts[i / 256 % 16], parts[i / 4096 % 16]);
}

static void
measure_screening (QdPack *pack)
{
  double before = bench_resident (), start = bench_cpu ();
  g_autoptr (QdScreening) screening = qd_screening_new (pack, NULL);
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (QdHit));
  guint n_hits = 0, n_rows = 100000;
  double opened = bench_cpu ();

  for (guint i = 0; i < n_rows; i++)
    {
      g_autofree char *zh = i % 8 != 0 ? make_name (i, TRUE) : NULL, *en = i % 8 != 0 ? make_name (i, FALSE) : NULL;
      QdSubstance substance = { .cas = known[i % G_N_ELEMENTS (known)].cas, .name_zh = zh != NULL ? zh : known[i / 8 % 8].zh, .name_en = en != NULL ? en : known[i / 8 % 8].en };

      g_array_set_size (hits, 0);
      qd_screening_find (screening, &substance, "2026-11-24", hits);
      n_hits += hits->len;
    }
  g_print ("screening: lists indexed in %.1f ms; %u rows with CAS and two names in %.0f ms, %u hits; %.1f MiB\n", opened - start, n_rows, bench_cpu () - opened, n_hits, bench_resident () - before);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return left < right ? -1 : left > right;
}

/* Each substance is typed key by key. */
static void
measure_search (void)
{
  static const char *const typed[] = { "二氯甲烷", "甲基苯", "酸", "eljw", "jjbs", "benzene", "chloromethyl", "ethyl", "75-09-2", "10123-4", "1,2-", "没有这个", "zzzz" };
  double before = bench_resident (), start;
  g_autoptr (QdNameIndex) index = qd_name_index_new ();
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  double worst = 0;
  const char *slowest = "";
  double built, first;

  start = bench_cpu ();
  g_free (qd_pinyin_dup_initials ("氯"));
  first = bench_cpu () - start;
  start = bench_cpu ();
  for (guint i = 0; i < 50000; i++)
    {
      g_autofree char *zh = make_name (i, TRUE), *en = make_name (i, FALSE), *cas = g_strdup_printf ("%u-%02u-%u", 1000 + i / 10, i % 100, i % 10);

      qd_name_index_add (index, cas, zh, en, NULL);
    }
  built = bench_cpu () - start;
  for (guint round = 0; round < 20; round++)
    for (gsize i = 0; i < G_N_ELEMENTS (typed); i++)
      for (const char *p = typed[i]; *p != '\0'; p = g_utf8_next_char (p))
        {
          g_autofree char *text = g_strndup (typed[i], (gsize) (g_utf8_next_char (p) - typed[i]));
          g_autoptr (GPtrArray) found = NULL;
          double took;

          start = bench_cpu ();
          found = qd_name_index_search (index, text, 20);
          took = bench_cpu () - start;
          g_array_append_val (times, took);
          if (took > worst)
            {
              worst = took;
              slowest = typed[i];
            }
        }
  g_array_sort (times, compare_doubles);
  g_print ("search: tables of pinyin %.0f ms, once; 50,000 names indexed in %.0f ms, %.1f MiB; %u keys: median %.2f ms, p99 %.2f ms, worst %.2f ms (in “%s”)\n", first, built, bench_resident () - before, times->len, g_array_index (times, double, times->len / 2), g_array_index (times, double, times->len * 99 / 100), worst, slowest);
}

static void
measure_inventory (void)
{
  g_autoptr (GString) text = g_string_new ("中文名,英文名,CAS号,流水号,分子式\n");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QdSheet) sheet = NULL;
  g_autoptr (QdInventory) inventory = NULL;
  g_autoptr (QdNameIndex) index = NULL;
  QdInventoryMapping mapping;
  QdInventoryCounts counts;
  double before, start, read, imported;

  for (guint i = 0; i < 46000; i++)
    {
      g_autofree char *zh = make_name (i, TRUE), *en = make_name (i, FALSE);

      g_string_append_printf (text, "\"%s\",\"%s\",,S%u,C%uH%u\n", zh, en, i, 1 + i % 40, 2 + i % 80);
    }
  bytes = g_string_free_to_bytes (g_steal_pointer (&text));
  before = bench_resident ();
  start = bench_cpu ();
  sheet = qd_sheet_read_text (bytes, "iecsc.csv", NULL);
  read = bench_cpu ();
  qd_inventory_guess_mapping (sheet, &mapping);
  inventory = qd_inventory_import (sheet, &mapping, "iecsc.csv", "2026-11-24", &counts, NULL, NULL, NULL, NULL, NULL);
  imported = bench_cpu ();
  index = qd_name_index_new_substances (NULL, qd_inventory_get_catalog (inventory));
  g_print ("inventory: %u substances: sheet read in %.0f ms, imported in %.0f ms, names indexed in %.0f ms; %.1f MiB\n", qd_inventory_get_n_substances (inventory), read - start, imported - read, bench_cpu () - imported, bench_resident () - before);
}

static void
measure_register (QdPack *pack, guint n)
{
  g_autoptr (GString) xml = g_string_new ("<register xmlns=\"urn:qingdan:cn:register\" id=\"cn.register\" version=\"2026.11\"><table><substance-any>yes</substance-any>");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdInstance) instance = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  QdInstanceOptions options = { .mode = QD_INSTANCE_RESTORE, .resolver = qd_pack_resolve, .resolver_data = pack, .language = "zh-CN" };
  double before, start, loaded, changed, found;
  QdNodeId node;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = i % 8 != 0 ? make_name (i, TRUE) : g_strdup (known[i / 8 % 8].zh);

      g_string_append_printf (xml, "<substance><nameZh>%s</nameZh><cas>%s</cas><nameEn>%s</nameEn><roles>use stock</roles><year>2025</year><unit>t</unit><use>%u.5</use><stock>1.25</stock><state>single</state><useCats>solvent</useCats><purpose>萃取</purpose></substance>", name, known[i % 8].cas, known[i % 8].en, i % 977);
    }
  g_string_append (xml, "</table></register>");
  bytes = g_string_free_to_bytes (g_steal_pointer (&xml));
  options.xml = bytes;
  qd_pack_get_form (pack, "cn.register", &error);
  before = bench_resident ();
  start = bench_cpu ();
  instance = qd_instance_new (qd_pack_get_form (pack, "cn.register", &error), &options, &error);
  g_assert_no_error (error);
  loaded = bench_cpu ();
  node = qd_instance_find (instance, "/register/table/substance[1]/use");
  qd_instance_set_value (instance, node, "12", &error);
  changed = bench_cpu ();
  findings = qd_instance_get_findings (instance);
  found = bench_cpu ();
  /* What reading took and gave back does not count. */
  malloc_trim (0);
  g_print ("register: %6u rows: load %.0f ms, one change %.2f ms, findings %u in %.0f ms; %.1f MiB\n", n, loaded - start, changed - loaded, findings->len, found - changed, bench_resident () - before);
}

/* @argv: rows of the only register to be measured, for profiles */
int
main (int argc, char **argv)
{
  static const guint sizes[] = { 1000, 5000, 10000, 100000 };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = qd_pack_load_builtin (&error);

  g_assert_no_error (error);
  if (argc > 1)
    {
      measure_register (pack, (guint) atoi (argv[1]));
      return 0;
    }
  measure_screening (pack);
  measure_search ();
  measure_inventory ();
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    measure_register (pack, sizes[i]);
  return 0;
}
