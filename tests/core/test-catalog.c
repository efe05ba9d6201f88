/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding substances in control lists: by number, name, common name and class; and what must not be found. */
#include "config.h"
#include "qd-pack.h"

#include "qd-csv.h"

static QdPack *
load_pack (void)
{
  g_autoptr (GError) error = NULL;
  QdPack *pack = qd_pack_load_builtin (&error);

  g_assert_no_error (error);
  return pack;
}

static void
test_csv (void)
{
  static const struct
  {
    const char *text;
    const char *cells; /* "|" between cells, "/" between records */
  } rows[] = {
    { "a,b\n1,2\n", "a|b/1|2" },
    { "\xef\xbb\xbf"
      "a;b\r\n1;\"2;\"\"3\"\r\n",
      "a|b/1|2;\"3" },
    { "a\tb\n\"x\ny\"\tz", "a|b/x\ny|z" },
    { "a\n\nb\n", "a//b" },
    { "\"open", "open" },
    { "\"a\"b,c\n", "ab|c" },
    { "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
      QdCsvReader reader;
      gboolean first = TRUE;

      qd_csv_reader_init (&reader, rows[i].text, strlen (rows[i].text));
      while (qd_csv_reader_next (&reader, cells))
        {
          if (!first)
            g_string_append_c (out, '/');
          first = FALSE;
          for (guint k = 0; k < cells->len; k++)
            g_string_append_printf (out, "%s%s", k > 0 ? "|" : "", (char *) g_ptr_array_index (cells, k));
        }
      g_assert_cmpstr (out->str, ==, rows[i].cells);
    }
}

static void
test_fold (void)
{
  static const struct
  {
    const char *a, *b;
    gboolean same;
  } rows[] = {
    { "1,2-二氯乙烷", "１，２－二氯乙烷", TRUE },
    { "苯并[a]芘", "苯并(a)芘", TRUE },
    { "苯并【a】芘", "苯并（A）芘", TRUE },
    { "Methylene  Chloride", "methylenechloride", TRUE },
    { "1,2–二氯乙烷", "1,2-二氯乙烷", TRUE },
    { "2,2',4,4'-四溴二苯醚", "2,2′,4,4′-四溴二苯醚", TRUE },
    { "α-六六六", "β-六六六", FALSE },
    { "二氯甲烷", "三氯甲烷", FALSE },
    { "1,2-二氯乙烷", "1,1-二氯乙烷", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *a = qd_catalog_fold_name (rows[i].a);
      g_autofree char *b = qd_catalog_fold_name (rows[i].b);

      g_test_message ("%s %s", a, b);
      g_assert_true (g_str_equal (a, b) == rows[i].same);
    }
  g_assert_cmpuint (qd_catalog_cas_number ("75-09-2"), ==, 75092);
  g_assert_cmpuint (qd_catalog_cas_number (" ７５－０９－２"), ==, 75092);
  g_assert_cmpuint (qd_catalog_cas_number ("75-09-3"), ==, 0);
  g_assert_cmpuint (qd_catalog_cas_number (""), ==, 0);
  g_assert_cmpuint (qd_catalog_cas_number (NULL), ==, 0);
}

/* One line for each match: LIST:ENTRY, "?" after what only a person can tell. */
static char *
describe (QdCatalog *catalog, const char *cas, const char *zh, const char *en)
{
  static const char marks[] = { 0, 0, '#', '~', '?' };
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (QdMatch));
  GString *out = g_string_new (NULL);

  qd_catalog_match (catalog, cas, zh, en, matches);
  for (guint i = 0; i < matches->len; i++)
    {
      const QdMatch *match = &g_array_index (matches, QdMatch, i);

      g_string_append_printf (out, "%s%s:%s", i > 0 ? " " : "", match->entry->list_id, match->entry->entry_no);
      if (marks[match->kind] != 0)
        g_string_append_c (out, marks[match->kind]);
      g_assert_true ((match->klass != NULL) == (match->kind == QD_MATCH_CLASS));
    }
  return g_string_free (out, FALSE);
}

/* A list of its own, so that the table does not change with the law. */
static void
test_match (void)
{
  static const char list[] = "list_id,entry_no,name_zh,name_en,cas,group\n"
                             "L1,1,二氯甲烷,Dichloromethane,75-09-2,\n"
                             "L1,2,汞及汞化合物,Mercury compounds,,汞类\n"
                             "L1,2,汞,Mercury,7439-97-6,汞类\n"
                             "L1,3,硫丹,Endosulfan,115-29-7;959-98-8; 33213-65-9,\n"
                             "L1,4,无号物,,,\n"
                             "L2,7,二氯甲烷,,75-09-2,\n"
                             "L2,8,苯并[a]芘,,50-32-8,\n"
                             "L2,8,苯并(a)芘,,50-32-8,\n"
                             "L2,9,坏号,,75-09-3,\n";
  static const char words[] = "groups,zh,not_zh,en,not_en,note_zh,note_en\n汞类,汞,无汞,mercur*|hg|*stibo*,free,说明,note\n";
  static const char aliases[] = "alias,cas,name\n氯化亚甲,75-09-2,二氯甲烷\n坏,75-09-3,x\n";
  static const struct
  {
    const char *cas, *zh, *en;
    const char *expected;
  } rows[] = {
    { "75-09-2", NULL, NULL, "L1:1 L2:7" },
    { "75-09-2", "随便", "whatever", "L1:1 L2:7" },
    { NULL, "二氯甲烷", NULL, "L1:1 L2:7" },
    { NULL, "二 氯 甲 烷", NULL, "L1:1 L2:7" },
    { "67-66-3", "二氯甲烷", NULL, "L1:1# L2:7#" },
    { "75-09-3", "二氯甲烷", NULL, "L1:1 L2:7" }, /* a number that is none says nothing */
    { NULL, NULL, "DICHLOROMETHANE", "L1:1" },
    { "959-98-8", NULL, NULL, "L1:3" },
    { "33213-65-9", NULL, NULL, "L1:3" },
    { "7439-97-6", "汞", NULL, "L1:2" },
    { NULL, "氯化汞", NULL, "L1:2?" },
    { "7487-94-7", "氯化汞", "Mercuric chloride", "L1:2?" },
    { NULL, "无汞电池", NULL, "" },
    { NULL, NULL, "mercury-free battery", "" },
    { NULL, NULL, "hg salt", "L1:2?" },
    { NULL, NULL, "high", "" },
    { NULL, NULL, "xmercury", "" },
    { NULL, NULL, "astibogen", "L1:2?" },
    { NULL, "汞及汞化合物", NULL, "L1:2" },
    { "64-17-5", "汞及汞化合物", NULL, "L1:2" },
    { NULL, "无号物", NULL, "L1:4" },
    { "64-17-5", "无号物", NULL, "L1:4" },
    { NULL, "氯化亚甲", NULL, "L1:1~ L2:7~" },
    { "75-09-2", "氯化亚甲", NULL, "L1:1 L2:7" },
    { NULL, "坏", NULL, "" },
    { "50-32-8", NULL, NULL, "L2:8" },
    { NULL, "苯并【A】芘", NULL, "L2:8" },
    { "64-17-5", "乙醇", "Ethanol", "" },
    { NULL, "", "", "" },
    { NULL, "氯甲烷", NULL, "" },
    { NULL, "\xff\xfe", NULL, "" },
  };
  g_autoptr (GBytes) csv = g_bytes_new_static (list, sizeof list - 1);
  g_autoptr (GBytes) class_names = g_bytes_new_static (words, sizeof words - 1);
  g_autoptr (GBytes) names = g_bytes_new_static (aliases, sizeof aliases - 1);
  g_autoptr (QdCatalog) catalog = qd_catalog_new (csv, class_names, names);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *found = describe (catalog, rows[i].cas, rows[i].zh, rows[i].en);

      g_test_message ("%s %s %s", rows[i].cas, rows[i].zh, rows[i].en);
      g_assert_cmpstr (found, ==, rows[i].expected);
    }
  g_assert_cmpuint (qd_catalog_get_n_aliases (catalog), ==, 1);
  g_assert_cmpstr (qd_catalog_find (catalog, "75-09-2", ""), ==, "1");
  g_assert_cmpstr (qd_catalog_find (catalog, "", "氯化汞"), ==, NULL);
}

/* Whatever bytes a list has: no crash, nothing found in nothing. */
static void
test_broken (void)
{
  static const char *const texts[] = { "", "\n", "cas", "cas\n", "list_id,cas\n\xff,75-09-2\n", "cas,name_zh\n75-09-2\n", ",,,\n,,,\n", "\"" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) csv = g_bytes_new_static (texts[i], strlen (texts[i]));
      g_autoptr (QdCatalog) catalog = qd_catalog_new (csv, csv, csv);
      g_autofree char *ids = NULL, *maybe = NULL;

      qd_catalog_find_lists (catalog, "67-66-3", "苯", "benzene", &ids, &maybe);

      g_assert_cmpstr (ids, ==, "");
      g_assert_cmpuint (qd_catalog_get_n_entries (catalog), <=, 1);
    }
}

/* The built-in lists. */

static void
test_builtin (void)
{
  static const struct
  {
    const char *name;
    QdListStatus status;
    guint entries; /* distinct numbers */
  } lists[] = {
    { "key-new-pollutants-2023", QD_LIST_COMPLETE, 23 },
    { "priority-chemicals-1", QD_LIST_COMPLETE, 22 },
    { "priority-chemicals-2", QD_LIST_COMPLETE, 18 },
    { "priority-chemicals-3-partial", QD_LIST_PARTIAL, 18 },
    { "toxic-air-pollutants-2018", QD_LIST_COMPLETE, 11 },
    { "toxic-water-pollutants-1", QD_LIST_COMPLETE, 10 },
    { "toxic-water-pollutants-2-partial", QD_LIST_PARTIAL, 4 },
    { "toxic-soil-substances-1", QD_LIST_PARTIAL, 18 },
    { "restricted-toxic-chemicals-2023", QD_LIST_PARTIAL, 9 },
    { "stockholm-pops", QD_LIST_COMPLETE, 42 },
    { "pops-ban-announcements", QD_LIST_PARTIAL, 13 },
    { "key-env-hazchem-2014", QD_LIST_HISTORICAL, 84 },
  };
  g_autoptr (QdPack) pack = load_pack ();
  QdCatalog *catalog = qd_pack_get_substances (pack);
  g_autoptr (GHashTable) groups = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_lists = 0;

  for (guint i = 0; i < qd_pack_get_lists (pack)->len; i++)
    n_lists += qd_pack_list_is_substances (g_ptr_array_index (qd_pack_get_lists (pack), i));
  g_assert_cmpuint (n_lists, ==, G_N_ELEMENTS (lists));
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      const QdPackList *list = qd_pack_find_list (pack, lists[i].name);
      g_autoptr (GHashTable) numbers = g_hash_table_new (g_str_hash, g_str_equal);

      g_test_message ("%s", lists[i].name);
      g_assert_nonnull (list);
      g_assert_cmpint (qd_pack_list_get_status (list), ==, lists[i].status);
      g_assert_nonnull (qd_pack_list_get_source (list));
      g_assert_cmpstr (qd_pack_list_get_title (list, "zh-CN"), !=, qd_pack_list_get_title (list, "en"));
      g_assert_true (qd_pack_find_list (pack, qd_pack_list_get_id (list)) == list);
      for (guint k = 0; k < qd_catalog_get_n_entries (catalog); k++)
        {
          const QdCatalogEntry *entry = qd_catalog_get_entry (catalog, k);

          if (!g_str_equal (entry->list, lists[i].name))
            continue;
          g_assert_cmpstr (entry->list_id, ==, qd_pack_list_get_id (list));
          g_hash_table_add (numbers, (gpointer) entry->entry_no);
          g_assert_true (*entry->cas == '\0' || qd_catalog_cas_number (entry->cas) != 0);
          g_hash_table_add (groups, (gpointer) entry->group);
        }
      g_assert_cmpuint (g_hash_table_size (numbers), ==, lists[i].entries);
    }
  /* Every row finds itself. */
  for (guint k = 0; k < qd_catalog_get_n_entries (catalog); k++)
    {
      const QdCatalogEntry *entry = qd_catalog_get_entry (catalog, k);
      g_autofree char *found = describe (catalog, entry->cas, entry->name_zh, entry->name_en);
      g_autofree char *self = g_strdup_printf ("%s:%s ", entry->list_id, entry->entry_no);
      g_autofree char *all = g_strconcat (found, " ", NULL);

      g_test_message ("%s in %s", self, all);
      g_assert_nonnull (strstr (all, self));
    }
  g_assert_null (qd_pack_find_list (pack, "nothing"));
}

/* What the lists say of real substances, and what they must not say. */
static void
test_substances (void)
{
  static const struct
  {
    const char *cas, *zh, *en;
    const char *lists;
    const char *maybe;
  } rows[] = {
    { "75-09-2", "二氯甲烷", "", "CN-NP-2023 CN-PC-1 CN-WATER-1 CN-AIR-2018 CN-SOIL-1", "" },
    { "", "氯仿", "", "", "CN-NP-2023 CN-PC-1 CN-WATER-1 CN-AIR-2018 CN-SOIL-1" },
    { "7778-50-9", "重铬酸钾", "Potassium dichromate", "CN-KEHC-2014", "CN-PC-1 CN-WATER-1 CN-AIR-2018 CN-SOIL-1" },
    { "10099-74-8", "硝酸铅", "Lead nitrate", "CN-KEHC-2014", "CN-PC-1 CN-WATER-1 CN-AIR-2018 CN-SOIL-1" },
    { "143-33-9", "氰化钠", "Sodium cyanide", "CN-KEHC-2014", "CN-PC-2 CN-SOIL-1" },
    { "113-98-4", "青霉素G钾", "Benzylpenicillin potassium", "", "CN-NP-2023" },
    { "551-16-6", "6-氨基青霉烷酸(6-APA)", "6-Aminopenicillanic acid", "", "CN-NP-2023" },
    { "64-75-5", "盐酸四环素", "Tetracycline hydrochloride", "", "CN-NP-2023" },
    { "540-72-7", "硫氰酸钠", "Sodium thiocyanate", "", "" },
    { "68-19-9", "维生素B12", "Cyanocobalamin", "", "" },
    { "", "青霉素酰化酶", "Penicillin acylase", "", "" },
    { "", "铬黑T", "Eriochrome black T", "", "" },
    { "123-91-1", "1,4-二氧六环", "1,4-Dioxane", "", "" },
    { "64-17-5", "乙醇", "Ethanol", "", "" },
    { "7647-01-0", "盐酸(31%)", "Hydrochloric acid", "", "" },
  };
  g_autoptr (QdPack) pack = load_pack ();
  QdCatalog *catalog = qd_pack_get_substances (pack);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *lists = NULL, *maybe = NULL;

      qd_catalog_find_lists (catalog, rows[i].cas, rows[i].zh, rows[i].en, &lists, &maybe);

      g_test_message ("%s", rows[i].zh);
      g_assert_cmpstr (lists, ==, rows[i].lists);
      g_assert_cmpstr (maybe, ==, rows[i].maybe);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/catalog/csv", test_csv);
  g_test_add_func ("/catalog/fold", test_fold);
  g_test_add_func ("/catalog/match", test_match);
  g_test_add_func ("/catalog/broken", test_broken);
  g_test_add_func ("/catalog/builtin", test_builtin);
  g_test_add_func ("/catalog/substances", test_substances);
  return g_test_run ();
}
