/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screening with dates and reasons, search by parts of names, the local inventory, structures. */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "qd-formula.h"
#include "qd-inventory-import.h"
#include "qd-name-index.h"
#include "qd-pinyin.h"
#include "qd-screening.h"
#include "qd-structure.h"

static QdPack *pack;

/* Screening. */

static void
test_screening (void)
{
  static const struct
  {
    const char *cas, *zh, *date;
    const char *expected; /* LIST:ENTRY, force (u n f e), "?" when a person has to tell, "h" when the list is not in use */
  } rows[] = {
    { "75-09-2", "二氯甲烷", "2026-11-24", "CN-NP-2023:10f CN-PC-1:PC006f CN-WATER-1:1f CN-AIR-2018:1f CN-SOIL-1:10u" },
    { "75-09-2", "二氯甲烷", "2019-01-22", "CN-NP-2023:10n CN-PC-1:PC006f CN-WATER-1:1n CN-AIR-2018:1n CN-SOIL-1:10u" },
    { "7778-50-9", "重铬酸钾", "2026-11-24", "CN-KEHC-2014:57fh CN-PC-1:PC010f? CN-WATER-1:8f? CN-AIR-2018:8f? CN-SOIL-1:5u?" },
    { "64-17-5", "乙醇", "2026-11-24", "" },
    { NULL, "氯仿", "2026-11-24", "CN-NP-2023:11f? CN-PC-1:PC017f? CN-WATER-1:2f? CN-AIR-2018:3f? CN-SOIL-1:12u?" },
    { "67-56-1", "三氯乙烯", "2026-11-24", "CN-PC-1:PC018f? CN-WATER-1:3f? CN-AIR-2018:4f? CN-SOIL-1:13u?" },
  };
  g_autoptr (QdScreening) screening = qd_screening_new (pack, NULL);
  g_autofree char *caveat = qd_screening_dup_caveat (screening, "zh-CN");

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      QdSubstance substance = { .cas = rows[i].cas, .name_zh = rows[i].zh };
      g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (QdHit));
      g_autoptr (GString) out = g_string_new (NULL);

      qd_screening_find (screening, &substance, rows[i].date, hits);
      for (guint k = 0; k < hits->len; k++)
        {
          const QdHit *hit = &g_array_index (hits, QdHit, k);
          g_autofree char *zh = qd_hit_dup_reason (hit, "zh-CN"), *en = qd_hit_dup_reason (hit, "en"), *dates = qd_hit_dup_dates (hit);

          g_string_append_printf (out, "%s%s:%s%c%s%s", k > 0 ? " " : "", hit->entry->list_id, hit->entry->entry_no, "unfe"[hit->force], zh != NULL ? "?" : "", qd_match_is_certain (&hit->match) && !qd_hit_is_certain (hit) ? "h" : "");
          g_assert_true ((zh != NULL) == (en != NULL));
          g_assert_true ((zh != NULL) == !qd_match_is_certain (&hit->match));
          g_assert_cmpstr (dates, !=, "");
        }
      g_test_message ("%s %s", rows[i].zh, rows[i].date);
      g_assert_cmpstr (out->str, ==, rows[i].expected);
    }
  /* Whoever finds nothing is told which lists are not complete. */
  g_assert_nonnull (strstr (caveat, qd_pack_list_get_title (qd_pack_find_list (pack, "CN-PC-3"), "zh-CN")));
  g_assert_null (strstr (caveat, qd_pack_list_get_title (qd_pack_find_list (pack, "CN-PC-1"), "zh-CN")));
}

/* Names. */

static void
test_pinyin (void)
{
  static const struct
  {
    const char *text, *initials;
  } rows[] = {
    { "二氯甲烷", "eljw" },
    { "1,2-二氯乙烷", "12elyw" },
    { "伊宁市", "yns" },
    { "苯并[a]蒽", "bbae" },
    { "Acetone", "acetone" },
    { "α-六六六", "lll" },
    { "", "" },
    { "\xff", "" },
    { "𰻝", "" }, /* of no known reading */
  };

  qd_pinyin_prepare ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *initials = qd_pinyin_dup_initials (rows[i].text);

      g_test_message ("%s", rows[i].text);
      if (i + 1 < G_N_ELEMENTS (rows))
        g_assert_cmpstr (initials, ==, rows[i].initials);
    }
  g_assert_true (qd_pinyin_is_ready ());
}

static char *
search (QdNameIndex *index, const char *typed, guint max)
{
  g_autoptr (GPtrArray) found = qd_name_index_search (index, typed, max);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < found->len; i++)
    g_string_append_printf (out, "%s%d", i > 0 ? " " : "", GPOINTER_TO_INT (((const QdNameEntry *) g_ptr_array_index (found, i))->data));
  return g_string_free (out, FALSE);
}

static void
test_search (void)
{
  static const struct
  {
    const char *code, *zh, *en;
  } entries[] = {
    { "75-09-2", "二氯甲烷", "Dichloromethane" },         /* 1 */
    { "107-06-2", "1,2-二氯乙烷", "1,2-Dichloroethane" }, /* 2 */
    { "67-66-3", "三氯甲烷", "Trichloromethane" },        /* 3 */
    { "75-09-2", "二氯甲烷溶液", "" },                    /* 4 */
    { "67-64-1", "丙酮", "Acetone" },                     /* 5 */
    { "75-05-8", "乙腈", "Acetonitrile" },                /* 6 */
    { "654002", "伊宁市", NULL },                         /* 7 */
    { "654021", "伊宁县", NULL },                         /* 8 */
    { NULL, "甲\t烷\n", "x\ty" },                         /* 9 */
  };
  static const struct
  {
    const char *typed;
    const char *found;
  } rows[] = {
    { "二氯甲烷", "1 4" },
    { "氯甲烷", "1 3 4" },
    { "75-09", "1 4" },
    { "７５－０９", "1 4" },
    { "75-09-2", "1 4" },
    { "09-2", "" }, /* the middle of a number is no way to look for one */
    { "eljw", "1 4" },
    { "ELJ", "1 4" },
    { "ljw", "" },
    { "acet", "5 6" },
    { "Acetone", "5" },
    { "chloro", "1 3 2" },
    { "di chloro", "1 2" },
    { "1,2-二", "2" },
    { "yn", "7 8" },
    { "6540", "7 8" },
    { "654021", "8" },
    { "7", "1 4 6" },
    { "a", "5 6" },
    { "甲", "9 1 3 4" },
    { "甲烷", "9 1 3 4" },
    { "\t", "" },
    { "", "" },
    { "没有", "" },
    { "\xff\xfe", "" },
  };
  g_autoptr (QdNameIndex) index = qd_name_index_new ();
  g_autoptr (QdNameIndex) empty = qd_name_index_new ();
  g_autofree char *none = search (empty, "a", 10);
  g_autofree char *few = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    qd_name_index_add (index, entries[i].code, entries[i].zh, entries[i].en, GINT_TO_POINTER (i + 1));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *found = search (index, rows[i].typed, 20);

      g_test_message ("%s", rows[i].typed);
      g_assert_cmpstr (found, ==, rows[i].found);
    }
  g_assert_cmpstr (none, ==, "");
  few = search (index, "氯", 2);
  g_assert_cmpstr (few, ==, "1 3");
}

/* Against a slow and simple search: the same entries are found. */
static void
test_search_random (void)
{
  static const char *const parts[] = { "氯", "甲", "烷", "酸", "a", "b", "c", "1", "2", "-", " " };
  g_autoptr (QdNameIndex) index = qd_name_index_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (GString) name = g_string_new ("");

      for (int k = g_test_rand_int_range (1, 8); k > 0; k--)
        g_string_append (name, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      qd_name_index_add (index, NULL, name->str, NULL, GUINT_TO_POINTER (i));
      g_ptr_array_add (names, qd_catalog_fold_name (name->str));
    }
  for (guint round = 0; round < 300; round++)
    {
      g_autoptr (GString) typed = g_string_new (parts[g_test_rand_int_range (0, 4)]);
      g_autoptr (GPtrArray) found = NULL;
      g_autofree char *key = NULL;
      guint n = 0;

      for (int k = g_test_rand_int_range (0, 3); k > 0; k--)
        g_string_append (typed, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
      key = qd_catalog_fold_name (typed->str);
      found = qd_name_index_search (index, typed->str, 1000);
      for (guint i = 0; i < names->len; i++)
        n += strstr (g_ptr_array_index (names, i), key) != NULL;
      g_test_message ("%s: %u", typed->str, n);
      g_assert_cmpuint (found->len, ==, n);
    }
}

static void
test_substances (void)
{
  static const struct
  {
    const char *typed;
    const char *cas;
  } rows[] = {
    { "二氯甲烷", "75-09-2" },
    { "eljw", "75-09-2" },
    { "氯仿", "67-66-3" },
    { "chloroform", "67-66-3" },
    { "75-09", "75-09-2" },
    { "benzo(a)pyr", "50-32-8" },
  };
  g_autoptr (QdNameIndex) index = qd_name_index_new_substances (qd_pack_get_substances (pack), NULL);

  g_assert_cmpuint (qd_name_index_get_size (index), >, 190);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GPtrArray) found = qd_name_index_search (index, rows[i].typed, 10);

      g_test_message ("%s", rows[i].typed);
      g_assert_cmpuint (found->len, >, 0);
      g_assert_cmpstr (((const QdNameEntry *) g_ptr_array_index (found, 0))->code, ==, rows[i].cas);
    }
}

/* The inventory. */

#define N_SUBSTANCES 60000

static char *
make_cas (guint i)
{
  g_autofree char *digits = g_strdup_printf ("%u%02u", 10000 + i / 100, i % 100);
  guint sum = 0, weight = 1;
  gsize length = strlen (digits);

  for (gsize k = length; k-- > 0;)
    sum += weight++ * (guint) (digits[k] - '0');
  return g_strdup_printf ("%.*s-%s-%u", (int) length - 2, digits, digits + length - 2, sum % 10);
}

/* As large as the official file and larger, made up throughout: heads over two rows, serial numbers for every tenth, a bad row, a repeated one. */
static QdSheet *
make_official_file (void)
{
  g_autoptr (GString) csv = g_string_new ("中国现有化学物质名录（试验用，编造）,,,,,,,\n序号,中文名,英文名,中文别名,英文别名,CAS号,流水号,分子式\n");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  QdSheet *sheet;

  for (guint i = 0; i < N_SUBSTANCES; i++)
    {
      g_autofree char *cas = i % 10 == 9 ? g_strdup ("") : make_cas (i);

      g_string_append_printf (csv, "%u,试验物质%u,Test substance %u,试验别名%u；又名%u,\"Alias %u; Other, %u\",%s,%s%u,C%uH%u\n", i + 1, i, i, i, i, i, i, cas, "S", 100000 + i, 1 + i % 30, 2 + i % 60);
    }
  g_string_append (csv, "1,重复,,,,,S100000,\n2,坏号,,,,10000-00-9,,\n,,,,,,,\n");
  bytes = g_bytes_new (csv->str, csv->len);
  sheet = qd_sheet_read_text (bytes, "IECSC.csv", &error);
  g_assert_no_error (error);
  return sheet;
}

static void
test_inventory (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = make_official_file ();
  g_autofree char *dir = g_dir_make_tmp ("qd-XXXXXX", &error);
  g_autofree char *cas = make_cas (12345), *rows_path = g_build_filename (dir, "iecsc.csv", NULL);
  g_autoptr (QdInventory) inventory = NULL, loaded = NULL, damaged = NULL;
  g_autoptr (QdScreening) screening = NULL;
  QdInventoryMapping mapping;
  QdInventoryCounts counts;
  const QdCatalogEntry *entry;

  g_setenv ("QINGDAN_INVENTORY_DIR", dir, TRUE);
  g_assert_null (qd_inventory_load (&error));
  g_assert_error (error, QD_INVENTORY_ERROR, QD_INVENTORY_ERROR_MISSING);
  g_clear_error (&error);

  g_assert_true (qd_inventory_guess_mapping (sheet, &mapping));
  g_assert_cmpuint (mapping.first_row, ==, 2);
  g_assert_cmpint (mapping.columns[QD_INVENTORY_SERIAL], ==, 6);
  inventory = qd_inventory_import (sheet, &mapping, "IECSC.csv", "2026-11-24", &counts, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (counts.substances, ==, N_SUBSTANCES);
  g_assert_cmpuint (counts.rows, ==, counts.substances + counts.repeated + counts.bad + counts.empty);
  g_assert_cmpuint (counts.repeated, ==, 1);
  g_assert_cmpuint (counts.bad, ==, 1);
  g_assert_cmpuint (counts.first_bad, ==, N_SUBSTANCES + 4);
  g_assert_cmpuint (counts.without_cas, ==, N_SUBSTANCES / 10);

  g_assert_true (qd_inventory_save (inventory, &error));
  g_assert_no_error (error);
  loaded = qd_inventory_load (&error);
  g_assert_no_error (error);
  g_assert_cmpuint (qd_inventory_get_n_substances (loaded), ==, N_SUBSTANCES);
  g_assert_cmpstr (qd_inventory_get_source (loaded), ==, "IECSC.csv");
  g_assert_cmpstr (qd_inventory_get_imported (loaded), ==, "2026-11-24");

  g_assert_cmpint (qd_inventory_find (loaded, cas, NULL, NULL, NULL, &entry), ==, QD_INVENTORY_LISTED);
  g_assert_cmpstr (entry->entry_no, ==, "S112345");
  g_assert_cmpstr (entry->formula, ==, "C16H47");
  g_assert_cmpint (qd_inventory_find (loaded, NULL, "S100009", NULL, NULL, &entry), ==, QD_INVENTORY_LISTED);
  g_assert_cmpstr (entry->cas, ==, "");
  g_assert_cmpint (qd_inventory_find (loaded, NULL, NULL, "又名777", NULL, &entry), ==, QD_INVENTORY_LISTED);
  g_assert_cmpstr (entry->entry_no, ==, "S100777");
  g_assert_cmpint (qd_inventory_find (loaded, NULL, NULL, NULL, "other, 778", &entry), ==, QD_INVENTORY_LISTED);
  g_assert_cmpint (qd_inventory_find (loaded, "64-17-5", NULL, "试验物质5", NULL, &entry), ==, QD_INVENTORY_CHECK);
  g_assert_cmpint (qd_inventory_find (loaded, "64-17-5", NULL, "乙醇", NULL, &entry), ==, QD_INVENTORY_NOT_FOUND);
  g_assert_null (entry);
  g_assert_cmpint (qd_inventory_find (NULL, cas, NULL, NULL, NULL, NULL), ==, QD_INVENTORY_NONE);

  /* Whatever is said of what was not found, it is not "new" and not "not listed". */
  screening = qd_screening_new (pack, loaded);
  for (int state = QD_INVENTORY_NONE; state <= QD_INVENTORY_CHECK; state++)
    {
      g_autofree char *text = qd_screening_dup_inventory_text (screening, (QdInventoryState) state, qd_catalog_get_entry (qd_inventory_get_catalog (loaded), 0));

      g_assert_null (strstr (text, "ot listed"));
      g_assert_null (strstr (text, "is new"));
    }

  g_assert_true (g_file_set_contents (rows_path, "entry_no,cas\n1,75-09-2\n", -1, NULL));
  damaged = qd_inventory_load (&error);
  g_assert_null (damaged);
  g_assert_error (error, QD_INVENTORY_ERROR, QD_INVENTORY_ERROR_CORRUPT);
  g_assert_true (qd_inventory_remove (NULL));
  g_assert_true (qd_inventory_remove (NULL));
  g_rmdir (dir);
  g_unsetenv ("QINGDAN_INVENTORY_DIR");
}

static void
test_inventory_files (void)
{
  static const struct
  {
    const char *csv;
    gboolean guessed;
    guint substances; /* 0: refused */
  } rows[] = {
    { "中文名,CAS号\n甲,75-09-2\n乙,S12345\n", TRUE, 2 },
    { "中文名称, CAS 号 \n甲,７５－０９－２\n", TRUE, 1 },
    { "英文名,流水号\nA,123\n", TRUE, 1 },
    { "中文名,CAS号\n甲,75-09-3\n", TRUE, 0 },
    { "中文名,CAS号\n甲,75-09-2\n乙,75-09-3\n", TRUE, 0 }, /* half of it is bad */
    { "中文名\n甲\n", FALSE, 0 },
    { "CAS号\n75-09-2\n", FALSE, 0 },
    { "a,b\n1,2\n", FALSE, 0 },
    { "", FALSE, 0 },
    { "中文名,CAS号\n", TRUE, 0 },
    { "中文名,CAS号\n甲,\n", TRUE, 1 }, /* known by its name alone */
    { "中文名,CAS号,流水号\n甲,5,6\n", TRUE, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new_static (rows[i].csv, strlen (rows[i].csv));
      g_autoptr (QdSheet) sheet = qd_sheet_read_text (bytes, "t.csv", &error);
      g_autoptr (QdInventory) inventory = NULL;
      QdInventoryMapping mapping;
      QdInventoryCounts counts;

      g_assert_no_error (error);
      g_test_message ("%s", rows[i].csv);
      g_assert_true (qd_inventory_guess_mapping (sheet, &mapping) == rows[i].guessed);
      inventory = qd_inventory_import (sheet, &mapping, "t.csv", "2026-11-24", &counts, NULL, NULL, NULL, NULL, &error);
      g_assert_true ((inventory != NULL) == (rows[i].substances > 0));
      g_assert_true ((inventory == NULL) == (error != NULL));
      if (inventory != NULL)
        g_assert_cmpuint (qd_inventory_get_n_substances (inventory), ==, rows[i].substances);
    }
}

/* What cannot be known by its head is guessed from what stands there, and said to be a guess. */
static void
test_inventory_guess (void)
{
  static const struct
  {
    const char *csv;
    guint first_row;
    int serial, cas, zh, en;
    guint by_content;
  } rows[] = {
    { "中文名,CAS号\n甲,75-09-2\n", 1, -1, 1, 0, -1, 0 },
    { "品名,登记号\n甲,75-09-2\n乙,67-64-1\n丙,64-17-5\n", 1, -1, 1, 0, -1, 1u << QD_INVENTORY_CAS | 1u << QD_INVENTORY_NAME_ZH },
    { "甲,75-09-2\n乙,67-64-1\n丙,64-17-5\n", 0, -1, 1, 0, -1, 1u << QD_INVENTORY_CAS | 1u << QD_INVENTORY_NAME_ZH },
    { "n,CAS No.\nacetone,67-64-1\nethanol,64-17-5\nmethanol,67-56-1\n", 1, -1, 1, -1, 0, 1u << QD_INVENTORY_NAME_EN },
    { "流水号,x,名称\n1,75-09-2,甲醇\n2,67-64-1,乙醇\n3,64-17-5,丙醇\n", 1, 0, 1, 2, -1, 1u << QD_INVENTORY_CAS | 1u << QD_INVENTORY_NAME_ZH },
    { "a,b\n1,2\n3,4\n5,6\n", 0, -1, -1, -1, -1, 0 },
    /* Two of three are not most of them. */
    { "a,b\n甲,75-09-2\n乙,67-64-1\n丙,x\n丁,y\n", 0, -1, -1, 0, -1, 1u << QD_INVENTORY_NAME_ZH },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (rows[i].csv, strlen (rows[i].csv));
      g_autoptr (QdSheet) sheet = qd_sheet_read_text (bytes, "t.csv", NULL);
      QdInventoryMapping mapping;
      gboolean complete = qd_inventory_guess_mapping (sheet, &mapping);

      g_test_message ("%s", rows[i].csv);
      g_assert_true (complete == qd_inventory_mapping_is_complete (&mapping));
      g_assert_cmpuint (mapping.first_row, ==, rows[i].first_row);
      g_assert_cmpint (mapping.columns[QD_INVENTORY_SERIAL], ==, rows[i].serial);
      g_assert_cmpint (mapping.columns[QD_INVENTORY_CAS], ==, rows[i].cas);
      g_assert_cmpint (mapping.columns[QD_INVENTORY_NAME_ZH], ==, rows[i].zh);
      g_assert_cmpint (mapping.columns[QD_INVENTORY_NAME_EN], ==, rows[i].en);
      g_assert_cmphex (mapping.by_content, ==, rows[i].by_content);
    }
}

static void
test_inventory_mapping (void)
{
  static const struct
  {
    const char *text;
    int cas, zh, serial;
    const char *error; /* (nullable): part of it */
  } rows[] = {
    { "cas=B,name-zh=A", 1, 0, -1, NULL },
    { " cas = b , name-zh = 品名 ", 1, 0, -1, NULL },
    { "serial=登记号", -1, -1, 1, NULL },
    { "cas=B,cas=A", 0, -1, -1, NULL },
    { "cas=C", -1, -1, -1, "“C”" },
    { "cas=", -1, -1, -1, "“”" },
    { "cas", -1, -1, -1, "name-zh" },
    { "", -1, -1, -1, NULL },
    { "colour=A", -1, -1, -1, "colour" },
  };
  static const char csv[] = "品名,登记号\n甲,75-09-2\n";

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new_static (csv, strlen (csv));
      g_autoptr (QdSheet) sheet = qd_sheet_read_text (bytes, "t.csv", NULL);
      QdInventoryMapping mapping = { .first_row = 1 };
      gboolean good = qd_inventory_mapping_parse (&mapping, sheet, rows[i].text, &error);

      g_test_message ("%s", rows[i].text);
      g_assert_true (good == (rows[i].error == NULL));
      if (!good)
        {
          g_assert_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT);
          g_assert_nonnull (strstr (error->message, rows[i].error));
          continue;
        }
      g_assert_cmpint (mapping.columns[QD_INVENTORY_CAS], ==, rows[i].cas);
      g_assert_cmpint (mapping.columns[QD_INVENTORY_NAME_ZH], ==, rows[i].zh);
      g_assert_cmpint (mapping.columns[QD_INVENTORY_SERIAL], ==, rows[i].serial);
    }
}

static void
count_cb (guint rows, gpointer user_data)
{
  *(guint *) user_data = rows + 1;
}

/* Each row that is not taken says why; names that come again with a number are further names; it can be stopped. */
static void
test_inventory_refusals (void)
{
  static const char csv[] = "中文名,英文名,CAS号,流水号\n二氯甲烷,DCM,75-09-2,\n甲叉二氯,,75-09-2,\n坏号,,75-09-3,\n两号,,S7,S8\n,nothing,,\n乙醇,,64-17-5,\n丙酮,,67-64-1,\n甲醇,,67-56-1,\n"
                            "乙酸,,64-19-7,\n甲苯,,108-88-3,\n苯,,71-43-2,\n氯仿,,67-66-3,\n乙醚,,60-29-7,\n己烷,,110-54-3,\n,,,\n吡啶,,110-86-1,\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (csv, strlen (csv));
  g_autoptr (QdSheet) sheet = qd_sheet_read_text (bytes, "t.csv", NULL);
  g_autoptr (GPtrArray) refused = qd_inventory_refusals_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (QdInventory) inventory = NULL, none = NULL;
  static const struct
  {
    guint row;
    int column;
    const char *reason;
  } rows[] = { { 3, 2, "75-09-3" }, { 4, 2, "S7" }, { 5, -1, "Chinese name" } };
  QdInventoryMapping mapping;
  QdInventoryCounts counts;
  guint progress = 0;

  g_assert_true (qd_inventory_guess_mapping (sheet, &mapping));
  inventory = qd_inventory_import (sheet, &mapping, "t.csv", "2026-11-24", &counts, refused, count_cb, &progress, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (progress, >, 0);
  g_assert_cmpuint (counts.rows, ==, 16);
  g_assert_cmpuint (counts.substances, ==, 11);
  g_assert_cmpuint (counts.repeated, ==, 1);
  g_assert_cmpuint (counts.bad, ==, G_N_ELEMENTS (rows));
  g_assert_cmpuint (counts.empty, ==, 1);
  g_assert_cmpuint (refused->len, ==, G_N_ELEMENTS (rows));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const QdInventoryRefusal *refusal = g_ptr_array_index (refused, i);

      g_assert_cmpuint (refusal->row, ==, rows[i].row);
      g_assert_cmpint (refusal->column, ==, rows[i].column);
      g_assert_nonnull (strstr (refusal->reason, rows[i].reason));
    }
  g_assert_cmpint (qd_inventory_find (inventory, NULL, NULL, "甲叉二氯", NULL, NULL), ==, QD_INVENTORY_LISTED);
  g_assert_cmpint (qd_inventory_find (inventory, NULL, NULL, "二氯甲烷", NULL, NULL), ==, QD_INVENTORY_LISTED);
  g_cancellable_cancel (cancellable);
  none = qd_inventory_import (sheet, &mapping, "t.csv", "2026-11-24", &counts, refused, NULL, NULL, cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (none);
}

/* Structures. */

/* What is drawn: atoms with their symbols, bonds, and places that do not fall together. */
static void
test_drawing (void)
{
  static const struct
  {
    const char *smiles;
    const char *shown;         /* symbols that stand there, with hydrogens and charge, in order; NULL: cannot be drawn */
    guint atoms, bonds, pairs; /* pairs: what multiple bonds have beyond the first */
  } rows[] = {
    { "CCO", "O1", 3, 2, 0 },
    { "C", "C4", 1, 0, 0 },
    { "ClCCl", "Cl0 Cl0", 3, 2, 0 },
    { "c1ccccc1", "", 6, 6, 3 },
    { "CC#N", "N0", 3, 2, 2 },
    { "CC(=O)Oc1ccccc1C(=O)O", "O0 O0 O0 O1", 13, 13, 5 },
    { "[Na+].[Cl-]", "Na0+1 Cl0-1", 2, 0, 0 },
    { "[13CH4]", "13C4", 1, 0, 0 },
    { "N[C@@H](C)C(=O)O", "N2 O0 O1", 6, 5, 1 },
    { "C1CC", NULL, 0, 0, 0 },
    { "", NULL, 0, 0, 0 },
  };
  g_autofree char *huge = g_strnfill (QD_DRAWING_MAX_ATOMS + 1, 'C');
  g_autoptr (GError) too_large = NULL;
  g_autoptr (QdDrawing) none = qd_drawing_new (huge, &too_large);

  g_assert_null (none);
  g_assert_error (too_large, QD_STRUCTURE_ERROR, QD_STRUCTURE_ERROR_TOO_LARGE);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QdDrawing) drawing = qd_drawing_new (rows[i].smiles, &error);
      g_autoptr (GString) shown = g_string_new (NULL);
      guint pairs = 0;

      g_test_message ("%s", rows[i].smiles);
      g_assert_true ((drawing == NULL) == (rows[i].shown == NULL));
      if (drawing == NULL)
        {
          g_assert_error (error, QD_STRUCTURE_ERROR, QD_STRUCTURE_ERROR_TEXT);
          continue;
        }
      g_assert_cmpuint (drawing->atoms->len, ==, rows[i].atoms);
      g_assert_cmpuint (drawing->bonds->len, ==, rows[i].bonds);
      for (guint k = 0; k < drawing->atoms->len; k++)
        {
          const QdDrawnAtom *atom = &g_array_index (drawing->atoms, QdDrawnAtom, k);

          for (guint other = 0; other < k; other++)
            {
              const QdDrawnAtom *from = &g_array_index (drawing->atoms, QdDrawnAtom, other);

              g_assert_cmpfloat (ABS (atom->x - from->x) + ABS (atom->y - from->y), >, 0.1);
            }
          if (!atom->is_shown)
            continue;
          g_string_append (shown, shown->len > 0 ? " " : "");
          if (atom->isotope > 0)
            g_string_append_printf (shown, "%u", atom->isotope);
          g_string_append_printf (shown, "%s%u", atom->symbol, atom->hydrogens);
          if (atom->charge != 0)
            g_string_append_printf (shown, "%+d", atom->charge);
        }
      g_assert_cmpstr (shown->str, ==, rows[i].shown);
      for (guint k = 0; k < drawing->bonds->len; k++)
        pairs += g_array_index (drawing->bonds, QdDrawnBond, k).order - 1;
      g_assert_cmpuint (pairs, ==, rows[i].pairs);
    }
}

static void
test_structure (void)
{
  static const struct
  {
    const char *smiles;
    const char *formula; /* NULL: cannot be read */
    const char *mass;    /* sum of the weights of IUPAC, by hand */
  } rows[] = {
    { "ClCCl", "CH2Cl2", "84.927" },
    { "C(Cl)(Cl)Cl", "CHCl3", "119.369" },
    { "c1ccccc1", "C6H6", "78.114" },
    { "CC(=O)Oc1ccccc1C(=O)O", "C9H8O4", "180.159" },
    { " CCO ", "C2H6O", "46.069" },
    { "[Na+].[Cl-]", "ClNa", "58.44" },
    { "[K+].[K+].[O-][Cr](=O)(=O)O[Cr](=O)(=O)[O-]", "Cr2K2O7", "294.181" },
    { "N[C@@H](C)C(=O)O", "C3H7NO2", "89.094" },
    { "[2H]O[2H]", NULL, NULL }, /* set below: how isotopes are written is the library's choice */
    { "C1CC", NULL, NULL },
    { "C(C", NULL, NULL },
    { "Xx", NULL, NULL },
    { "", NULL, NULL },
    { "C C", NULL, NULL },
    { "甲烷", NULL, NULL },
    { "\xff", NULL, NULL },
  };
  g_autofree char *huge = g_strnfill (5000, 'C');
  g_autoptr (GError) too_large = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *formula = qd_structure_dup_formula (rows[i].smiles, &error);
      g_autofree char *mass_text = NULL;
      QdDecimal mass;

      g_test_message ("%s: %s", rows[i].smiles, formula != NULL ? formula : error->message);
      g_assert_true ((formula == NULL) == (error != NULL));
      if (g_str_equal (rows[i].smiles, "[2H]O[2H]"))
        continue;
      g_assert_cmpstr (formula, ==, rows[i].formula);
      if (formula == NULL)
        continue;
      g_assert_true (qd_formula_mass (formula, &mass, NULL));
      mass_text = qd_decimal_to_string (mass);
      g_assert_cmpstr (mass_text, ==, rows[i].mass);
    }
  g_assert_null (qd_structure_dup_formula (huge, &too_large));
  g_assert_error (too_large, QD_STRUCTURE_ERROR, QD_STRUCTURE_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  pack = qd_pack_load_builtin (&error);
  g_assert_no_error (error);
  g_test_add_func ("/chem/screening", test_screening);
  g_test_add_func ("/chem/pinyin", test_pinyin);
  g_test_add_func ("/chem/search", test_search);
  g_test_add_func ("/chem/search-random", test_search_random);
  g_test_add_func ("/chem/substances", test_substances);
  g_test_add_func ("/chem/inventory", test_inventory);
  g_test_add_func ("/chem/inventory-files", test_inventory_files);
  g_test_add_func ("/chem/inventory-guess", test_inventory_guess);
  g_test_add_func ("/chem/inventory-mapping", test_inventory_mapping);
  g_test_add_func ("/chem/inventory-refusals", test_inventory_refusals);
  g_test_add_func ("/chem/structure", test_structure);
  g_test_add_func ("/chem/drawing", test_drawing);
  status = g_test_run ();
  qd_pack_unref (pack);
  return status;
}
