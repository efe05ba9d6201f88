/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grid without a display: clipboard texts, values, paste and fill, navigation, order, sums. */
#include "config.h"

#include <string.h>
#include <glib.h>
#include "memory-table.h"
#include "qd-table-block.h"
#include "qd-table-cursor.h"
#include "qd-table-paste.h"
#include "qd-table-summary.h"
#include "qd-table-value.h"
#include "qd-table-view.h"

/* "a|b/c|d": rows by '/', cells by '|' (or as said), to compare blocks at a glance. */
static char *
draw_block (const QdTableBlock *block)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < block->n_rows; i++)
    for (guint j = 0; j < block->n_columns; j++)
      g_string_append_printf (out, "%s%s", i == 0 && j == 0 ? "" : j == 0 ? "/"
                                                                          : "|",
                              qd_table_block_get (block, i, j));
  return g_string_free (out, FALSE);
}

static void
test_tsv_read (void)
{
  static const struct
  {
    const char *text;
    const char *expected; /* NULL: refused */
  } rows[] = {
    { "a\tb\r\nc\td\r\n", "a|b/c|d" },
    { "a\tb\nc\td", "a|b/c|d" },
    { "a\rb\r", "a/b" },
    { "a", "a" },
    { "a\n", "a" },
    { "\n", "" },
    { "a\t\n", "a|" },
    { "a\t", "a|" },
    { "\ta", "|a" },
    { "a\tb\tc\nd", "a|b|c/d||" },
    { "a\n\nb", "a//b" },
    { "\"a\tb\"\tc", "a\tb|c" },
    { "\"line 1\nline 2\"\tc\r\nd\te\r\n", "line 1\nline 2|c/d|e" },
    { "\"line 1\r\nline 2\"", "line 1\nline 2" },
    { "\"say \"\"hi\"\"\"\tb", "say \"hi\"|b" },
    { "\"\"\tb", "|b" },
    { "5\" pipe\tb", "5\" pipe|b" },
    { "\"open\tb", "\"open|b" },
    { "\"a\" b\tc", "\"a\" b|c" },
    { "\"a\"b\"\tc", "\"a\"b\"|c" },
    { "\xef\xbb\xbf甲醇\t67-56-1", "甲醇|67-56-1" },
    { " a \t b", " a | b" },
    { "", NULL },
    { "\xff\xfe", NULL },
    { "a\xc3", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QdTableBlock) block = qd_table_block_parse_tsv (rows[i].text, -1, &error);
      g_autofree char *drawn = block ? draw_block (block) : NULL;

      if (rows[i].expected)
        g_assert_no_error (error);
      else
        g_assert_true (error && error->domain == QD_TABLE_BLOCK_ERROR && g_utf8_validate (error->message, -1, NULL));
      g_assert_cmpstr (drawn, ==, rows[i].expected);
    }
}

static void
test_tsv_limits (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i <= QD_TABLE_BLOCK_MAX_COLUMNS; i++)
    g_string_append_c (text, '\t');
  g_assert_null (qd_table_block_parse_tsv (text->str, -1, &error));
  g_assert_error (error, QD_TABLE_BLOCK_ERROR, QD_TABLE_BLOCK_ERROR_TOO_LARGE);
  g_clear_error (&error);
  /* One wide row among many short ones would fill up to a huge rectangle. */
  g_string_truncate (text, 0);
  for (guint i = 0; i < 10000; i++)
    g_string_append_c (text, '\t');
  for (guint i = 0; i < 10000; i++)
    g_string_append_c (text, '\n');
  g_assert_null (qd_table_block_parse_tsv (text->str, -1, &error));
  g_assert_error (error, QD_TABLE_BLOCK_ERROR, QD_TABLE_BLOCK_ERROR_TOO_LARGE);
}

static char *
random_text (GRand *rand)
{
  static const char *const parts[] = { "a", "甲", "\t", "\n", "\"", "\"\"", " ", "1", ",", "<", "&", "" };
  GString *out = g_string_new (NULL);

  for (int n = g_rand_int_range (rand, 0, 6); n > 0; n--)
    g_string_append (out, parts[g_rand_int_range (rand, 0, G_N_ELEMENTS (parts))]);
  return g_string_free (out, FALSE);
}

/* What is copied comes back cell by cell. */
static void
test_tsv_round_trip (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint k = 0; k < 3000; k++)
    {
      guint n_rows = (guint) g_rand_int_range (rand, 1, 5), n_columns = (guint) g_rand_int_range (rand, 1, 5);
      g_autoptr (QdTableBlock) block = qd_table_block_new (n_rows, n_columns);
      g_autoptr (QdTableBlock) back = NULL;
      g_autofree char *tsv = NULL;

      for (guint i = 0; i < n_rows; i++)
        for (guint j = 0; j < n_columns; j++)
          {
            g_autofree char *text = random_text (rand);

            qd_table_block_set (block, i, j, text);
          }
      tsv = qd_table_block_to_tsv (block);
      back = qd_table_block_parse_tsv (tsv, -1, NULL);
      g_assert_nonnull (back);
      g_assert_cmpuint (back->n_rows, ==, n_rows);
      g_assert_cmpuint (back->n_columns, ==, n_columns);
      for (guint i = 0; i < n_rows; i++)
        for (guint j = 0; j < n_columns; j++)
          g_assert_cmpstr (qd_table_block_get (back, i, j), ==, qd_table_block_get (block, i, j));
    }
}

static void
test_tsv_write (void)
{
  g_autoptr (QdTableBlock) block = qd_table_block_new (2, 3);
  g_autofree char *tsv = NULL;

  qd_table_block_set (block, 0, 0, "a");
  qd_table_block_set (block, 0, 1, "b\tc");
  qd_table_block_set (block, 0, 2, "5\" pipe");
  qd_table_block_set (block, 1, 0, "1\n2 \"x\"");
  qd_table_block_set (block, 1, 2, "\"q\"");
  tsv = qd_table_block_to_tsv (block);
  g_assert_cmpstr (tsv, ==, "a\t\"b\tc\"\t5\" pipe\r\n\"1\n2 \"\"x\"\"\"\t\t\"\"\"q\"\"\"\r\n");
}

static void
test_html_read (void)
{
  static const struct
  {
    const char *html;
    const char *expected;
  } rows[] = {
    /* LibreOffice Calc */
    { "<!DOCTYPE html><html><head><meta http-equiv=\"content-type\" content=\"text/html; charset=utf-8\"/><style>td { x: y }</style></head><body><table cellspacing=\"0\" border=\"0\"><colgroup width=\"85\"></colgroup><tr><td height=\"17\" align=\"left\">甲醇</td><td align=\"right\" sdval=\"12.4\" sdnum=\"1033;\">12.4</td></tr><tr><td height=\"17\" align=\"left\"><br></td><td>a<br>b</td></tr></table></body></html>",
      "甲醇|12.4/|a\nb" },
    /* Excel: comments, classes, thin spaces of its own source lines */
    { "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><body>\r\n<table border=0>\r\n<!--StartFragment-->\r\n <col width=64>\r\n <tr height=20>\r\n  <td class=xl65 width=64>二氯\r\n  甲烷</td>\r\n  <td align=right x:num>1,246.00</td>\r\n </tr>\r\n<!--EndFragment-->\r\n</table></body></html>", "二氯 甲烷|1,246.00" },
    { "<table><tr><td colspan=2>ab</td><td>c</td></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>", "ab||c/1|2|3" },
    { "<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a|b/|c" },
    { "<table><tr><td>a</td><td rowspan=3>b</td></tr><tr><td>c</td></tr><tr><td>d</td></tr></table>", "a|b/c|/d|" },
    { "<table><thead><tr><th>名称</th></tr></thead><tbody><tr><td>甲醇</td></tr></tbody></table>", "名称/甲醇" },
    { "<table><tr><td>outer<table><tr><td>x</td></tr></table></td><td>2</td></tr></table>", "outerx|2" },
    { "<p>hello</p><table><tr><td>1</td></tr></table><table><tr><td>1</td><td>2</td></tr></table>", "1|2" },
    { "<table><tr><td>&nbsp;</td><td>a&amp;b&lt;</td></tr></table>", "|a&b<" },
    { "<table><tr><td><p>one</p><p>two</p></td></tr></table>", "one\ntwo" },
    { "<table><tr><td>a</td></tr><tr></tr><tr><td>b</td></tr></table>", "a//b" },
    { "<table><tr><td colspan=abc>a</td><td colspan=-1>b</td><td colspan=99999>c</td></tr></table>", "a|b|c" },
    { "<table><tr><td>a<td>b<tr><td>c", "a|b/c|" },
    { "<table></table>", NULL },
    { "<p>no table</p>", NULL },
    { "", NULL },
    { "plain", NULL },
    { "\xff<table><tr><td>a</td></tr></table>", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QdTableBlock) block = qd_table_block_parse_html (rows[i].html, -1, &error);
      g_autofree char *drawn = block ? draw_block (block) : NULL;

      if (rows[i].expected)
        g_assert_no_error (error);
      else
        g_assert_true (error && error->domain == QD_TABLE_BLOCK_ERROR);
      g_assert_cmpstr (drawn, ==, rows[i].expected);
    }
}

static void
test_html_utf16 (void)
{
  gsize length;
  g_autofree char *html = g_convert ("\xef\xbb\xbf<table><tr><td>甲醇</td></tr></table>", -1, "UTF-16LE", "UTF-8", NULL, &length, NULL);
  g_autoptr (QdTableBlock) block = qd_table_block_parse_html (html, (gssize) length, NULL);

  g_assert_nonnull (block);
  g_assert_cmpstr (qd_table_block_get (block, 0, 0), ==, "甲醇");
}

static void
test_html_limits (void)
{
  g_autoptr (GString) html = g_string_new ("<table><tr>");
  g_autoptr (GError) error = NULL;

  /* 40 cells that claim 1,000 columns and rows each. */
  for (guint i = 0; i < 40; i++)
    g_string_append (html, "<td colspan=1000 rowspan=1000>x</td>");
  g_assert_null (qd_table_block_parse_html (html->str, -1, &error));
  g_assert_error (error, QD_TABLE_BLOCK_ERROR, QD_TABLE_BLOCK_ERROR_TOO_LARGE);
  g_clear_error (&error);
  /* Deep nesting ends, with or without a table. */
  g_string_assign (html, "");
  for (guint i = 0; i < 100000; i++)
    g_string_append (html, "<div><table><tr><td>");
  {
    g_autoptr (QdTableBlock) block = qd_table_block_parse_html (html->str, -1, NULL);

    g_assert_true (!block || block->n_rows > 0);
  }
}

static void
test_html_write (void)
{
  g_autoptr (QdTableBlock) block = qd_table_block_new (1, 3);
  g_autoptr (QdTableBlock) back = NULL;
  gboolean as_text[] = { TRUE, FALSE, FALSE };
  g_autofree char *html = NULL;

  qd_table_block_set (block, 0, 0, "75-09-2");
  qd_table_block_set (block, 0, 1, "12.40");
  qd_table_block_set (block, 0, 2, "<a> & \"b\"\nc");
  html = qd_table_block_to_html (block, as_text);
  g_assert_nonnull (strstr (html, "mso-number-format"));
  back = qd_table_block_parse_html (html, -1, NULL);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (qd_table_block_get (back, 0, i), ==, qd_table_block_get (block, 0, i));
}

static void
test_numbers (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } rows[] = {
    { "12", "12" },
    { "12.40", "12.40" },
    { " 12 ", "12" },
    { "１２．５", "12.5" },
    { "－３", "-3" },
    { "−3", "-3" },
    { "+3", "3" },
    { "1,460,000", "1460000" },
    { "1，460，000．５", "1460000.5" },
    { "1 460 000", "1460000" },
    { "1\xc2\xa0"
      "460",
      "1460" },
    { "1'460", "1460" },
    { "1.2e3", "1200" },
    { "1.2E+03", "1200" },
    { "1.234e-2", "0.01234" },
    { "12e-1", "1.2" },
    { "5e0", "5" },
    { ".5", "0.5" },
    { "5.", "5" },
    { "007", "7" },
    { "0", "0" },
    { "-0", "0" },
    { "-0.00", "0.00" },
    { "0.05L", "0.05L" },
    { "０．０５ｌ", "0.05L" },
    { "12。5", "12.5" },
    { "99999999999999999999999999999999999999", "99999999999999999999999999999999999999" },
    { "999999999999999999999999999999999999999", NULL },
    { "1e99", NULL },
    { "1e", NULL },
    { "e5", NULL },
    { "1,5", NULL },
    { "12,34,567", NULL },
    { "1234,567", NULL },
    { "1,460 000", NULL },
    { "约 12", NULL },
    { "12 t", NULL },
    { "12%", NULL },
    { "<0.05", NULL },
    { "1.2.3", NULL },
    { "--1", NULL },
    { "-", NULL },
    { ".", NULL },
    { "", NULL },
    { "0x10", NULL },
    { "1e2L", NULL },
    { "一二", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *value = qd_input_dup_number (rows[i].text);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpstr (value, ==, rows[i].expected);
    }
}

static void
test_dates (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } rows[] = {
    { "2026-11-24", "2026-11-24" },
    { "20261124", "2026-11-24" },
    { "2026.11.24", "2026-11-24" },
    { "2026/11/24", "2026-11-24" },
    { "2026/1/5", "2026-01-05" },
    { "2026年1月5日", "2026-01-05" },
    { "２０２６－１１－２４", "2026-11-24" },
    { " 2026-11-24 ", "2026-11-24" },
    { "2026/11/24 0:00:00", "2026-11-24" },
    { "2026-11-24T00:00:00", "2026-11-24" },
    { "2024-02-29", "2024-02-29" },
    { "2026-02-29", NULL },
    { "2026-13-01", NULL },
    { "2026-00-10", NULL },
    { "2026-11-31", NULL },
    { "2026-11-24 10:42", NULL },
    { "2026-11", NULL },
    { "2026年11月", NULL },
    { "2026-11.24", NULL },
    { "24/11/2026", NULL },
    { "0000-01-01", NULL },
    { "202611245", NULL },
    { "明天", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *value = qd_input_dup_date (rows[i].text);

      g_test_message ("%s", rows[i].text);
      g_assert_cmpstr (value, ==, rows[i].expected);
    }
}

static void
test_grouped (void)
{
  static const char *const rows[] = { "1460000", "1,460,000", "999", "999", "1000.5", "1,000.5", "-1234.50", "−1,234.50", "0.0496", "0.0496", "约 12", "约 12", "0.05L", "0.05L", "", "", "-", "-", NULL };

  for (guint i = 0; rows[i]; i += 2)
    {
      g_autofree char *grouped = qd_input_dup_grouped (rows[i]);
      g_autofree char *back = NULL;

      g_assert_cmpstr (grouped, ==, rows[i + 1]);
      back = qd_input_dup_number (grouped);
      if (back)
        g_assert_cmpstr (back, ==, rows[i]);
    }
}

static GPtrArray *
make_choices (const char *const *choices)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_free);

  for (; *choices; choices++)
    g_ptr_array_add (array, g_strdup (*choices));
  return array;
}

static void
test_choices (void)
{
  static const char *const choices[] = { "air", "废气（有组织）", "water", "废水 综合", "1", "一级 A", "2", "同名", "3", "同名", NULL };
  static const struct
  {
    const char *text;
    const char *expected;
  } rows[] = {
    { "air", "air" },
    { "废气（有组织）", "air" },
    { "废气(有组织)", "air" },
    { "废水 综合", "water" },
    { "废水综合", "water" },
    { " 废水　综合 ", "water" },
    { "一级a", "1" },
    { "１", "1" },
    { "AIR", "air" },
    { "同名", NULL }, /* two have it: nobody can tell which */
    { "2", "2" },
    { "土壤", NULL },
  };
  g_autoptr (GPtrArray) array = make_choices (choices);
  g_autoptr (QdChoiceIndex) index = qd_choice_index_new (array);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].text);
      g_assert_cmpstr (qd_choice_index_find (index, rows[i].text), ==, rows[i].expected);
    }
}

static void
test_normalise (void)
{
  static const char *const choices[] = { "a", "氧化", "b", "还原", "c", "中和", NULL };
  static const char *const yes_no[] = { "y", "涉及", "n", "不涉及", NULL };
  static const struct
  {
    QdColumnType type;
    gboolean multiple;
    const char *text;
    const char *expected;
    gboolean fits;
  } rows[] = {
    { QD_COLUMN_TEXT, FALSE, " １２ ", " １２ ", TRUE },
    { QD_COLUMN_NUMBER, FALSE, "１２", "12", TRUE },
    { QD_COLUMN_NUMBER, FALSE, "约 12", "约 12", FALSE },
    { QD_COLUMN_NUMBER, FALSE, " \xc2\xa0", "", TRUE },
    { QD_COLUMN_NUMBER, FALSE, "", "", TRUE },
    { QD_COLUMN_DATE, FALSE, "20261124", "2026-11-24", TRUE },
    { QD_COLUMN_DATE, FALSE, "待定", "待定", FALSE },
    { QD_COLUMN_CHOICE, FALSE, "氧化", "a", TRUE },
    { QD_COLUMN_CHOICE, FALSE, "氧化、还原", "氧化、还原", FALSE },
    { QD_COLUMN_CHOICE, TRUE, "氧化、还原", "a b", TRUE },
    { QD_COLUMN_CHOICE, TRUE, "还原; 氧化，还原、", "b a", TRUE },
    { QD_COLUMN_CHOICE, TRUE, "a b", "a b", TRUE },
    { QD_COLUMN_CHOICE, TRUE, "氧化、聚合", "氧化、聚合", FALSE },
    { QD_COLUMN_YES_NO, FALSE, "是", "y", TRUE },
    { QD_COLUMN_YES_NO, FALSE, "不涉及", "n", TRUE },
    { QD_COLUMN_YES_NO, FALSE, "No", "n", TRUE },
    { QD_COLUMN_YES_NO, FALSE, "√", "y", TRUE },
    { QD_COLUMN_YES_NO, FALSE, "也许", "也许", FALSE },
  };
  g_autoptr (GPtrArray) array = make_choices (choices);
  g_autoptr (GPtrArray) yes_no_array = make_choices (yes_no);
  g_autoptr (QdChoiceIndex) index = qd_choice_index_new (array);
  g_autoptr (QdChoiceIndex) yes_no_index = qd_choice_index_new (yes_no_array);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      QdColumn column = { .type = rows[i].type, .multiple = rows[i].multiple };
      gboolean fits;
      g_autofree char *value = qd_table_value_normalise (&column, rows[i].type == QD_COLUMN_YES_NO ? yes_no_index : index, rows[i].text, &fits);
      g_autofree char *again = NULL;

      g_test_message ("%s", rows[i].text);
      g_assert_cmpstr (value, ==, rows[i].expected);
      g_assert_cmpint (fits, ==, rows[i].fits);
      again = qd_table_value_normalise (&column, rows[i].type == QD_COLUMN_YES_NO ? yes_no_index : index, value, NULL);
      g_assert_cmpstr (again, ==, value);
    }
  g_assert_cmpstr (qd_table_value_toggle (yes_no_index, "y"), ==, "n");
  g_assert_cmpstr (qd_table_value_toggle (yes_no_index, ""), ==, "y");
  g_assert_cmpstr (qd_table_value_toggle (NULL, "true"), ==, "false");
}

/* Navigation. 6 rows × 5 columns; x: hatched or computed, '.': empty, '#': filled. */
static const char *const field[] = {
  "##.#x",
  "#..#x",
  "#x.#x",
  ".x..x",
  "##.#x",
  "##.#x",
};

static gboolean
field_skipped (guint row, guint column, gpointer data)
{
  return field[row][column] == 'x';
}

static gboolean
field_empty (guint row, guint column, gpointer data)
{
  return field[row][column] == '.';
}

static const QdTableShape field_shape = { 6, 5, 2, field_skipped, field_empty, NULL };

static void
test_moves (void)
{
  static const struct
  {
    QdCellPos from;
    QdMove move;
    QdCellPos to;
  } rows[] = {
    { { 0, 0 }, QD_MOVE_LEFT, { 0, 0 } },
    { { 0, 0 }, QD_MOVE_UP, { 0, 0 } },
    { { 0, 0 }, QD_MOVE_RIGHT, { 0, 1 } },
    { { 5, 4 }, QD_MOVE_RIGHT, { 5, 4 } },
    { { 5, 4 }, QD_MOVE_DOWN, { 5, 4 } },
    { { 0, 0 }, QD_MOVE_EDGE_RIGHT, { 0, 1 } }, /* along filled cells */
    { { 0, 1 }, QD_MOVE_EDGE_RIGHT, { 0, 3 } }, /* over the gap */
    { { 3, 0 }, QD_MOVE_EDGE_RIGHT, { 3, 1 } },
    { { 0, 0 }, QD_MOVE_EDGE_DOWN, { 2, 0 } },
    { { 2, 0 }, QD_MOVE_EDGE_DOWN, { 4, 0 } },
    { { 0, 2 }, QD_MOVE_EDGE_DOWN, { 5, 2 } }, /* nothing: the border */
    { { 5, 0 }, QD_MOVE_EDGE_UP, { 4, 0 } },
    { { 3, 3 }, QD_MOVE_ROW_START, { 3, 0 } },
    { { 3, 3 }, QD_MOVE_ROW_END, { 3, 4 } },
    { { 3, 3 }, QD_MOVE_TABLE_START, { 0, 0 } },
    { { 3, 3 }, QD_MOVE_TABLE_END, { 5, 4 } },
    { { 3, 3 }, QD_MOVE_PAGE_UP, { 1, 3 } },
    { { 1, 3 }, QD_MOVE_PAGE_UP, { 0, 3 } },
    { { 4, 3 }, QD_MOVE_PAGE_DOWN, { 5, 3 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      QdTableCursor cursor;

      qd_table_cursor_init (&cursor);
      qd_table_cursor_set (&cursor, rows[i].from.row, rows[i].from.column, FALSE);
      qd_table_cursor_move (&cursor, &field_shape, rows[i].move, FALSE);
      g_test_message ("%u", i);
      g_assert_cmpuint (cursor.active.row, ==, rows[i].to.row);
      g_assert_cmpuint (cursor.active.column, ==, rows[i].to.column);
      g_assert_true (qd_table_cursor_is_single (&cursor));
    }
}

static void
test_extend (void)
{
  QdTableCursor cursor;
  QdCellRange range;

  qd_table_cursor_init (&cursor);
  qd_table_cursor_set (&cursor, 2, 2, FALSE);
  qd_table_cursor_move (&cursor, &field_shape, QD_MOVE_UP, TRUE);
  qd_table_cursor_move (&cursor, &field_shape, QD_MOVE_LEFT, TRUE);
  range = qd_table_cursor_get_range (&cursor);
  g_assert_cmpuint (range.row, ==, 1);
  g_assert_cmpuint (range.column, ==, 1);
  g_assert_cmpuint (range.n_rows, ==, 2);
  g_assert_cmpuint (range.n_columns, ==, 2);
  g_assert_cmpuint (cursor.active.row, ==, 2);
  qd_table_cursor_select_rows (&cursor, &field_shape, 3, FALSE);
  qd_table_cursor_select_rows (&cursor, &field_shape, 1, TRUE);
  range = qd_table_cursor_get_range (&cursor);
  g_assert_cmpuint (range.row, ==, 1);
  g_assert_cmpuint (range.n_rows, ==, 3);
  g_assert_cmpuint (range.n_columns, ==, 5);
  qd_table_cursor_select_columns (&cursor, &field_shape, 2, FALSE);
  range = qd_table_cursor_get_range (&cursor);
  g_assert_cmpuint (range.n_rows, ==, 6);
  g_assert_cmpuint (range.n_columns, ==, 1);
  qd_table_cursor_select_all (&cursor, &field_shape);
  range = qd_table_cursor_get_range (&cursor);
  g_assert_cmpuint (range.n_rows * range.n_columns, ==, 30);
  {
    QdTableShape smaller = { 2, 3, 1, NULL, NULL, NULL };

    qd_table_cursor_clamp (&cursor, &smaller);
    range = qd_table_cursor_get_range (&cursor);
    g_assert_cmpuint (range.n_rows * range.n_columns, ==, 6);
  }
}

static void
test_tab_enter (void)
{
  QdTableCursor cursor;

  qd_table_cursor_init (&cursor);
  qd_table_cursor_set (&cursor, 1, 1, FALSE);
  g_assert_true (qd_table_cursor_tab (&cursor, &field_shape, FALSE));
  g_assert_true (qd_table_cursor_tab (&cursor, &field_shape, FALSE));
  g_assert_cmpuint (cursor.active.column, ==, 3);
  /* Back to where the run began; column 1 although the cell there is hatched. */
  qd_table_cursor_enter (&cursor, &field_shape, FALSE);
  g_assert_cmpuint (cursor.active.row, ==, 2);
  g_assert_cmpuint (cursor.active.column, ==, 1);
  /* The run is over. */
  qd_table_cursor_move (&cursor, &field_shape, QD_MOVE_RIGHT, FALSE);
  qd_table_cursor_enter (&cursor, &field_shape, TRUE);
  g_assert_cmpuint (cursor.active.row, ==, 1);
  g_assert_cmpuint (cursor.active.column, ==, 2);
  /* Over hatched and computed cells into the next row. */
  qd_table_cursor_set (&cursor, 1, 3, FALSE);
  g_assert_true (qd_table_cursor_tab (&cursor, &field_shape, FALSE));
  g_assert_cmpuint (cursor.active.row, ==, 2);
  g_assert_cmpuint (cursor.active.column, ==, 0);
  g_assert_true (qd_table_cursor_tab (&cursor, &field_shape, FALSE));
  g_assert_cmpuint (cursor.active.column, ==, 2);
  g_assert_true (qd_table_cursor_tab (&cursor, &field_shape, TRUE));
  g_assert_cmpuint (cursor.active.column, ==, 0);
  /* A run keeps its first column over several rows. */
  qd_table_cursor_enter (&cursor, &field_shape, FALSE);
  g_assert_cmpuint (cursor.active.row, ==, 3);
  g_assert_cmpuint (cursor.active.column, ==, 3);
  /* The end. */
  qd_table_cursor_set (&cursor, 5, 3, FALSE);
  g_assert_false (qd_table_cursor_tab (&cursor, &field_shape, FALSE));
  g_assert_cmpuint (cursor.active.column, ==, 3);
  qd_table_cursor_enter (&cursor, &field_shape, FALSE);
  g_assert_cmpuint (cursor.active.row, ==, 5);
  qd_table_cursor_set (&cursor, 0, 0, FALSE);
  g_assert_false (qd_table_cursor_tab (&cursor, &field_shape, TRUE));
}

/* Any walk stays inside the table, and a Tab never stops at a cell that it must pass. */
static void
test_walks (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  QdTableCursor cursor;

  qd_table_cursor_init (&cursor);
  for (guint i = 0; i < 20000; i++)
    {
      int what = g_rand_int_range (rand, 0, 17);

      if (what < 14)
        qd_table_cursor_move (&cursor, &field_shape, (QdMove) what, g_rand_boolean (rand));
      else if (what == 14)
        qd_table_cursor_enter (&cursor, &field_shape, g_rand_boolean (rand));
      else if (qd_table_cursor_tab (&cursor, &field_shape, what == 15))
        g_assert_false (field_skipped (cursor.active.row, cursor.active.column, NULL));
      g_assert_true (cursor.active.row < 6 && cursor.active.column < 5 && cursor.end.row < 6 && cursor.end.column < 5);
    }
}

/* Tables for the rest: name, amount (total), day, medium, sum (computed), note. */
static QdMemoryTable *
make_table (guint n_rows)
{
  static const char *const columns[] = { "text:名称", "number:数量:t:t", "date:日期", "choice:介质", "number:合计:t:c", "text:备注" };
  static const char *const media[] = { "air", "废气", "water", "废水", NULL };
  QdMemoryTable *table = qd_memory_table_new ();

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    qd_memory_table_add_column (table, columns[i]);
  qd_memory_table_set_choices (table, 3, media);
  for (guint i = 0; i < n_rows; i++)
    {
      g_autofree char *line = g_strdup_printf ("行%u\t%u.5\t\t\t%u\t", i, i, i);

      qd_memory_table_append (table, line);
    }
  return table;
}

static void
test_paste_shapes (void)
{
  static const struct
  {
    const char *text;
    QdCellRange at;
    guint rows;
    guint columns;
    guint added;
    QdPasteStatus status;
  } rows[] = {
    { "x", { 1, 0, 1, 1 }, 1, 1, 0, QD_PASTE_DONE },
    { "x", { 1, 0, 2, 2 }, 2, 2, 0, QD_PASTE_DONE },
    { "x\ty", { 0, 0, 2, 2 }, 2, 2, 0, QD_PASTE_DONE },
    { "x\ty", { 0, 0, 3, 1 }, 3, 2, 0, QD_PASTE_DONE },
    { "x\ny", { 0, 0, 1, 3 }, 2, 3, 0, QD_PASTE_DONE },
    { "x\ny", { 0, 0, 4, 1 }, 4, 1, 0, QD_PASTE_DONE },
    { "x\ny", { 0, 0, 3, 1 }, 2, 1, 0, QD_PASTE_DONE }, /* no whole multiple */
    { "x\ty\nz\tw", { 0, 0, 4, 4 }, 4, 4, 0, QD_PASTE_DONE },
    { "x\ny\nz", { 3, 0, 1, 1 }, 3, 1, 2, QD_PASTE_DONE },
    { "a\tb\tc\td\te\tf", { 0, 0, 1, 1 }, 1, 6, 0, QD_PASTE_DONE },
    { "a\tb\tc\td\te\tf", { 0, 1, 1, 1 }, 1, 6, 0, QD_PASTE_TOO_MANY_COLUMNS },
    { "a\tb", { 0, 5, 1, 1 }, 1, 2, 0, QD_PASTE_TOO_MANY_COLUMNS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (QdMemoryTable) table = make_table (4);
      g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));
      g_autoptr (QdTableBlock) block = qd_table_block_parse_tsv (rows[i].text, -1, NULL);
      g_autofree char *before = qd_memory_table_dump (table);
      g_autofree char *after = NULL;
      QdPasteResult result;

      g_test_message ("%u", i);
      g_assert_true (qd_table_paste (view, block, &rows[i].at, &result, NULL));
      g_assert_cmpint (result.status, ==, rows[i].status);
      g_assert_cmpuint (result.n_rows, ==, rows[i].rows);
      g_assert_cmpuint (result.n_columns, ==, rows[i].columns);
      g_assert_cmpuint (result.added_rows, ==, rows[i].added);
      if (result.status != QD_PASTE_DONE)
        {
          after = qd_memory_table_dump (table);
          g_assert_cmpstr (after, ==, before);
          g_assert_cmpuint (qd_memory_table_get_n_steps (table), ==, 0);
          continue;
        }
      g_assert_cmpuint (result.n_rows * result.n_columns, ==, result.placed + result.skipped + result.refused);
      g_assert_cmpuint (qd_memory_table_get_n_steps (table), ==, 1);
      g_assert_true (qd_memory_table_undo (table));
      after = qd_memory_table_dump (table);
      g_assert_cmpstr (after, ==, before);
    }
}

static void
test_paste_values (void)
{
  g_autoptr (QdMemoryTable) table = make_table (2);
  g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));
  g_autoptr (QdTableBlock) block = qd_table_block_parse_tsv ("甲醇\t1,246.00\t2026/11/24\t废 气\t99\t\"a\nb\"\r\n约\t约 12\t20261301\t土壤\t\t", -1, NULL);
  g_autofree char *message = NULL;
  QdPasteResult result;

  g_assert_true (qd_table_paste (view, block, &(QdCellRange){ 0, 0, 1, 1 }, &result, NULL));
  g_assert_cmpstr (qd_memory_table_peek (table, 0, 1), ==, "1246.00");
  g_assert_cmpstr (qd_memory_table_peek (table, 0, 2), ==, "2026-11-24");
  g_assert_cmpstr (qd_memory_table_peek (table, 0, 3), ==, "air");
  g_assert_cmpstr (qd_memory_table_peek (table, 0, 4), ==, "0"); /* computed: left alone */
  g_assert_cmpstr (qd_memory_table_peek (table, 0, 5), ==, "a\nb");
  /* What does not fit stays as pasted, and is marked. */
  g_assert_cmpstr (qd_memory_table_peek (table, 1, 1), ==, "约 12");
  g_assert_cmpstr (qd_memory_table_peek (table, 1, 2), ==, "20261301");
  g_assert_cmpstr (qd_memory_table_peek (table, 1, 3), ==, "土壤");
  g_assert_cmpuint (result.placed, ==, 10);
  g_assert_cmpuint (result.skipped, ==, 2);
  g_assert_cmpuint (result.marked, ==, 3);
  message = qd_paste_result_dup_message (&result);
  g_assert_cmpstr (message, ==, "Pasted 10 cells, skipped 2 (cannot be changed). 3 cells to fix");
}

/* A row that counts only when column 0 says so. */
static QdCellFlags
relevant_rule (QdMemoryTable *self, guint row, guint column, char **message, char **fix)
{
  return column == 1 && strcmp (qd_memory_table_peek (self, row, 0), "yes") != 0 ? QD_CELL_NOT_RELEVANT : QD_CELL_NORMAL;
}

static void
test_paste_depends (void)
{
  static const char *const kinds[] = { "b1", "氧化", "b2", "还原", NULL };
  static const char *const regions[] = { "x", "东", "y", "西", NULL };
  static const char *const east[] = { "e1", "一区", NULL };
  static const char *const west[] = { "w1", "一区", NULL };
  g_autoptr (QdMemoryTable) table = qd_memory_table_new ();
  g_autoptr (QdTableView) view = NULL;
  g_autoptr (QdTableBlock) block = NULL;
  QdPasteResult result;

  qd_memory_table_add_column (table, "text:涉及");
  qd_memory_table_add_column (table, "choice:方法");
  qd_memory_table_add_column (table, "choice:区"); /* before the column that it depends on */
  qd_memory_table_add_column (table, "choice:方位");
  qd_memory_table_set_choices (table, 1, kinds);
  qd_memory_table_set_choices (table, 3, regions);
  qd_memory_table_add_cascade (table, 2, 3, "x", east);
  qd_memory_table_add_cascade (table, 2, 3, "y", west);
  qd_memory_table_set_rule (table, relevant_rule);
  view = qd_table_view_new (QD_TABLE_MODEL (table));
  block = qd_table_block_parse_tsv ("yes\t氧化\t一区\t西\nno\t还原\t一区\t东\nyes\t还原\t九区\t东\n", -1, NULL);
  g_assert_true (qd_table_paste (view, block, &(QdCellRange){ 0, 0, 1, 1 }, &result, NULL));
  g_assert_cmpuint (result.added_rows, ==, 3);
  g_assert_cmpstr (qd_memory_table_peek (table, 0, 1), ==, "b1");
  g_assert_cmpstr (qd_memory_table_peek (table, 0, 2), ==, "w1");
  g_assert_cmpstr (qd_memory_table_peek (table, 1, 1), ==, "");
  g_assert_cmpstr (qd_memory_table_peek (table, 1, 2), ==, "e1");
  g_assert_cmpstr (qd_memory_table_peek (table, 2, 1), ==, "b2");
  g_assert_cmpstr (qd_memory_table_peek (table, 2, 2), ==, "九区");
  g_assert_cmpuint (result.placed, ==, 11);
  g_assert_cmpuint (result.skipped, ==, 1);
  g_assert_cmpuint (result.marked, ==, 1);
  g_assert_cmpuint (qd_memory_table_get_n_steps (table), ==, 1);
}

static void
test_paste_refused (void)
{
  g_autoptr (QdMemoryTable) table = make_table (2);
  g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));
  g_autoptr (QdTableBlock) block = qd_table_block_parse_tsv ("a\nb\nc\nd", -1, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *message = NULL;
  QdPasteResult result;

  /* Rows are fixed: what fits is written, the rest is counted. */
  qd_memory_table_set_fixed_rows (table, TRUE);
  g_assert_true (qd_table_paste (view, block, &(QdCellRange){ 1, 0, 1, 1 }, &result, NULL));
  g_assert_cmpuint (result.placed, ==, 1);
  g_assert_cmpuint (result.refused_rows, ==, 3);
  g_assert_cmpuint (result.refused, ==, 3);
  message = qd_paste_result_dup_message (&result);
  g_assert_nonnull (strstr (message, "3 rows not written"));
  /* The model says no: nothing is left of it, not even the rows that were added. */
  qd_memory_table_set_fixed_rows (table, FALSE);
  before = qd_memory_table_dump (table);
  qd_memory_table_fail_at (table, 0);
  g_assert_false (qd_table_paste (view, block, &(QdCellRange){ 1, 0, 1, 1 }, &result, &error));
  g_assert_nonnull (error);
  after = qd_memory_table_dump (table);
  g_assert_cmpstr (after, ==, before);
}

static void
test_paste_filtered (void)
{
  g_autoptr (QdMemoryTable) table = make_table (6);
  g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));
  g_autoptr (QdTableBlock) block = qd_table_block_parse_tsv ("a\nb\nc", -1, NULL);
  g_autofree char *message = NULL;
  QdPasteResult result;

  g_assert_true (qd_table_model_set_cells (QD_TABLE_MODEL (table), (QdCellEdit[]){ { 1, 5, (char *) "看" }, { 4, 5, (char *) "看" } }, 2, "x", NULL));
  qd_table_view_set_filter (view, "看");
  g_assert_cmpuint (qd_table_view_get_n_rows (view), ==, 2);
  g_assert_true (qd_table_paste (view, block, &(QdCellRange){ 0, 0, 1, 1 }, &result, NULL));
  g_assert_true (result.hidden);
  g_assert_cmpuint (result.placed, ==, 3);
  g_assert_cmpstr (qd_memory_table_peek (table, 1, 0), ==, "a");
  g_assert_cmpstr (qd_memory_table_peek (table, 4, 0), ==, "b");
  g_assert_cmpstr (qd_memory_table_peek (table, 6, 0), ==, "c"); /* added, and shown although the filter does not match */
  g_assert_cmpstr (qd_memory_table_peek (table, 2, 0), ==, "行2");
  g_assert_cmpuint (qd_table_view_get_n_rows (view), ==, 3);
  message = qd_paste_result_dup_message (&result);
  g_assert_nonnull (strstr (message, "visible rows"));
}

/* Rows in = placed + skipped + refused, whatever the table, the block and the place; and undo brings all back. */
static void
test_paste_counts (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint k = 0; k < 400; k++)
    {
      guint n_rows = (guint) g_rand_int_range (rand, 0, 6), block_rows = (guint) g_rand_int_range (rand, 1, 6), block_columns = (guint) g_rand_int_range (rand, 1, 7);
      g_autoptr (QdMemoryTable) table = make_table (n_rows);
      g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));
      g_autoptr (QdTableBlock) block = qd_table_block_new (block_rows, block_columns);
      QdCellRange at = { n_rows > 0 ? (guint) g_rand_int_range (rand, 0, (int) n_rows) : 0, (guint) g_rand_int_range (rand, 0, 6), 1, 1 };
      g_autofree char *before = NULL;
      g_autofree char *after = NULL;
      QdPasteResult result;

      at.n_rows = n_rows > 0 ? (guint) g_rand_int_range (rand, 1, (int) (n_rows - at.row) + 1) : 1;
      at.n_columns = (guint) g_rand_int_range (rand, 1, (int) (6 - at.column) + 1);
      if (g_rand_boolean (rand))
        qd_table_view_set_filter (view, "行1");
      if (g_rand_boolean (rand))
        qd_table_view_sort (view, 1, TRUE);
      if (at.row + at.n_rows > MAX (1, qd_table_view_get_n_rows (view)))
        at.row = 0, at.n_rows = 1;
      if (g_rand_boolean (rand))
        qd_memory_table_set_fixed_rows (table, TRUE);
      for (guint i = 0; i < block_rows; i++)
        for (guint j = 0; j < block_columns; j++)
          {
            g_autofree char *text = random_text (rand);

            qd_table_block_set (block, i, j, text);
          }
      before = qd_memory_table_dump (table);
      g_assert_true (qd_table_paste (view, block, &at, &result, NULL));
      if (result.status == QD_PASTE_DONE)
        {
          g_assert_cmpuint (result.placed + result.skipped + result.refused, ==, result.n_rows * result.n_columns);
          g_assert_cmpuint (result.refused, ==, result.refused_rows * result.n_columns);
          g_assert_cmpuint (result.range.n_rows + result.refused_rows, ==, result.n_rows);
          g_assert_cmpuint (result.n_rows % block_rows, ==, 0);
          g_assert_cmpuint (result.n_columns % block_columns, ==, 0);
          g_assert_cmpuint (qd_memory_table_get_n_steps (table), <=, 1);
          qd_memory_table_undo (table);
        }
      after = qd_memory_table_dump (table);
      g_assert_cmpstr (after, ==, before);
    }
}

static void
test_copy (void)
{
  g_autoptr (QdMemoryTable) table = make_table (2);
  g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));
  g_autoptr (QdTableBlock) block = NULL;
  g_autofree char *drawn = NULL;

  g_assert_true (qd_table_model_set_cells (QD_TABLE_MODEL (table), (QdCellEdit[]){ { 0, 1, (char *) "-1246000.50" }, { 0, 2, (char *) "2026-11-24" }, { 0, 3, (char *) "water" }, { 1, 1, (char *) "约 12" } }, 4, "x", NULL));
  block = qd_table_copy (view, &(QdCellRange){ 0, 0, 2, 5 }, TRUE);
  drawn = draw_block (block);
  g_assert_cmpstr (drawn, ==, "名称|数量 t|日期|介质|合计 t/行0|-1246000.50|2026-11-24|废水|0/行1|约 12|||1");
}

/* Copying a block and pasting it over itself changes nothing. */
static void
test_copy_paste_same (void)
{
  g_autoptr (QdMemoryTable) table = make_table (3);
  g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));
  g_autoptr (QdTableBlock) block = NULL;
  g_autoptr (QdTableBlock) back = NULL;
  g_autofree char *tsv = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  QdPasteResult result;

  g_assert_true (qd_table_model_set_cells (QD_TABLE_MODEL (table), (QdCellEdit[]){ { 0, 1, (char *) "1246000.50" }, { 1, 2, (char *) "待定" }, { 1, 3, (char *) "water" }, { 2, 3, (char *) "土壤" }, { 2, 5, (char *) "a\t\"b\"\nc" } }, 5, "x", NULL));
  before = qd_memory_table_dump (table);
  block = qd_table_copy (view, &(QdCellRange){ 0, 0, 3, 6 }, FALSE);
  tsv = qd_table_block_to_tsv (block);
  back = qd_table_block_parse_tsv (tsv, -1, NULL);
  g_assert_true (qd_table_paste (view, back, &(QdCellRange){ 0, 0, 1, 1 }, &result, NULL));
  after = qd_memory_table_dump (table);
  g_assert_cmpstr (after, ==, before);
}

static void
test_clear (void)
{
  g_autoptr (QdMemoryTable) table = make_table (2);
  g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));
  guint cleared;

  g_assert_true (qd_table_clear (view, &(QdCellRange){ 0, 0, 2, 6 }, &cleared, NULL));
  g_assert_cmpuint (cleared, ==, 4); /* names and amounts; computed sums stay, the rest was empty */
  g_assert_cmpstr (qd_memory_table_peek (table, 1, 1), ==, "");
  g_assert_cmpstr (qd_memory_table_peek (table, 1, 4), ==, "1");
  g_assert_true (qd_table_clear (view, &(QdCellRange){ 0, 0, 2, 6 }, &cleared, NULL));
  g_assert_cmpuint (cleared, ==, 0);
  g_assert_cmpuint (qd_memory_table_get_n_steps (table), ==, 1);
}

static void
test_series (void)
{
  static const struct
  {
    QdColumnType type;
    const char *before;
    const char *last;
    int n;
    const char *expected;
  } rows[] = {
    { QD_COLUMN_NUMBER, NULL, "5", 1, "6" },
    { QD_COLUMN_NUMBER, NULL, "5", -2, "3" },
    { QD_COLUMN_NUMBER, "0.1", "0.2", 1, "0.3" },
    { QD_COLUMN_NUMBER, "1", "1.5", 3, "3.0" },
    { QD_COLUMN_NUMBER, "10.00", "9.50", 2, "8.50" },
    { QD_COLUMN_NUMBER, NULL, "约 12", 1, "约 12" },
    { QD_COLUMN_TEXT, NULL, "5", 1, "5" },
    { QD_COLUMN_DATE, NULL, "2026-12-31", 1, "2027-01-01" },
    { QD_COLUMN_DATE, NULL, "2026-03-01", -1, "2026-02-28" },
    { QD_COLUMN_DATE, "2026-11-17", "2026-11-24", 2, "2026-12-08" },
    { QD_COLUMN_DATE, "2026-01-15", "2026-02-15", 2, "2026-04-15" },
    { QD_COLUMN_DATE, "2025-12-31", "2026-01-31", 1, "2026-02-28" },
    { QD_COLUMN_DATE, "2024-06-30", "2025-06-30", 1, "2026-06-30" },
    { QD_COLUMN_DATE, NULL, "9999-12-31", 1, "9999-12-31" },
    { QD_COLUMN_DATE, NULL, "待定", 1, "待定" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      QdColumn column = { .type = rows[i].type };
      g_autofree char *next = qd_table_series_next (&column, rows[i].before, rows[i].last, rows[i].n);

      g_test_message ("%u", i);
      g_assert_cmpstr (next, ==, rows[i].expected);
    }
}

static void
test_fill (void)
{
  g_autoptr (QdMemoryTable) table = make_table (6);
  g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));
  guint written;

  /* Down, copying: the pattern of two rows repeats. */
  g_assert_true (qd_table_fill (view, &(QdCellRange){ 0, 0, 2, 2 }, &(QdCellRange){ 0, 0, 5, 2 }, FALSE, &written, NULL));
  g_assert_cmpuint (written, ==, 6);
  g_assert_cmpstr (qd_memory_table_peek (table, 2, 0), ==, "行0");
  g_assert_cmpstr (qd_memory_table_peek (table, 3, 0), ==, "行1");
  g_assert_cmpstr (qd_memory_table_peek (table, 4, 1), ==, "0.5");
  g_assert_cmpuint (qd_memory_table_get_n_steps (table), ==, 1);
  qd_memory_table_undo (table);
  /* Down, counting on: texts repeat, numbers count. */
  g_assert_true (qd_table_fill (view, &(QdCellRange){ 1, 0, 1, 2 }, &(QdCellRange){ 1, 0, 3, 2 }, TRUE, &written, NULL));
  g_assert_cmpstr (qd_memory_table_peek (table, 2, 0), ==, "行1");
  g_assert_cmpstr (qd_memory_table_peek (table, 2, 1), ==, "2.5");
  g_assert_cmpstr (qd_memory_table_peek (table, 3, 1), ==, "3.5");
  qd_memory_table_undo (table);
  /* Up: from the first cell backwards. */
  g_assert_true (qd_table_fill (view, &(QdCellRange){ 4, 1, 2, 1 }, &(QdCellRange){ 2, 1, 4, 1 }, TRUE, &written, NULL));
  g_assert_cmpstr (qd_memory_table_peek (table, 3, 1), ==, "3.5");
  g_assert_cmpstr (qd_memory_table_peek (table, 2, 1), ==, "2.5");
  qd_memory_table_undo (table);
  /* Right, over a computed cell, which is left alone. */
  g_assert_true (qd_table_fill (view, &(QdCellRange){ 0, 3, 2, 1 }, &(QdCellRange){ 0, 3, 2, 3 }, FALSE, &written, NULL));
  g_assert_cmpuint (written, ==, 2);
  g_assert_cmpstr (qd_memory_table_peek (table, 1, 4), ==, "1");
}

static void
test_view_sort (void)
{
  g_autoptr (QdMemoryTable) table = make_table (0);
  g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));
  static const char *const lines[] = { "丙\t10", "甲\t9", "乙\t", "丁\t约 3", "戊\t-1", "己\t9" };
  guint row;

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    qd_memory_table_append (table, lines[i]);
  qd_table_view_sort (view, 1, FALSE);
  {
    static const guint expected[] = { 4, 1, 5, 0, 3, 2 }; /* numbers, what is none, empty */

    for (guint i = 0; i < 6; i++)
      g_assert_cmpuint (qd_table_view_to_model (view, i), ==, expected[i]);
  }
  qd_table_view_sort (view, 1, TRUE);
  {
    static const guint expected[] = { 0, 1, 5, 4, 3, 2 };

    for (guint i = 0; i < 6; i++)
      g_assert_cmpuint (qd_table_view_to_model (view, i), ==, expected[i]);
  }
  g_assert_true (qd_table_view_from_model (view, 4, &row));
  g_assert_cmpuint (row, ==, 3);
  /* An edit does not make rows jump. */
  g_assert_true (qd_table_model_set_cells (QD_TABLE_MODEL (table), &(QdCellEdit){ 0, 1, (char *) "0" }, 1, "x", NULL));
  g_assert_cmpuint (qd_table_view_to_model (view, 0), ==, 0);
  qd_table_view_refresh (view);
  g_assert_cmpuint (qd_table_view_to_model (view, 0), ==, 1);
  qd_table_view_sort (view, -1, FALSE);
  for (guint i = 0; i < 6; i++)
    g_assert_cmpuint (qd_table_view_to_model (view, i), ==, i);
  g_assert_cmpuint (qd_memory_table_get_n_steps (table), ==, 1); /* the data was never touched by sorting */
}

/* Order and filter stay a permutation of rows that exist, through any insertion and removal. */
static void
test_view_rows (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (QdMemoryTable) table = make_table (8);
  g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));

  for (guint k = 0; k < 1500; k++)
    {
      guint n = qd_table_model_get_n_rows (QD_TABLE_MODEL (table));
      g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

      switch (g_rand_int_range (rand, 0, 6))
        {
        case 0:
          g_assert_true (qd_table_model_insert_rows (QD_TABLE_MODEL (table), (guint) g_rand_int_range (rand, 0, (int) n + 1), (guint) g_rand_int_range (rand, 1, 4), NULL));
          break;
        case 1:
          if (n > 4)
            g_assert_true (qd_table_model_remove_rows (QD_TABLE_MODEL (table), (guint) g_rand_int_range (rand, 0, (int) n - 3), (guint) g_rand_int_range (rand, 1, 4), NULL));
          break;
        case 2:
          if (n > 1)
            g_assert_true (qd_table_model_move_row (QD_TABLE_MODEL (table), (guint) g_rand_int_range (rand, 0, (int) n), (guint) g_rand_int_range (rand, 0, (int) n), NULL));
          break;
        case 3:
          qd_table_view_sort (view, g_rand_int_range (rand, -1, 6), g_rand_boolean (rand));
          break;
        case 4:
          qd_table_view_set_filter (view, g_rand_boolean (rand) ? "行" : NULL);
          break;
        default:
          qd_memory_table_undo (table);
        }
      n = qd_table_model_get_n_rows (QD_TABLE_MODEL (table));
      g_assert_cmpuint (qd_table_view_get_n_rows (view), <=, n);
      for (guint i = 0; i < qd_table_view_get_n_rows (view); i++)
        {
          guint row = qd_table_view_to_model (view, i), back;

          g_assert_cmpuint (row, <, n);
          g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (row + 1)));
          g_assert_true (qd_table_view_from_model (view, row, &back));
          g_assert_cmpuint (back, ==, i);
        }
      if (!qd_table_view_is_filtered (view))
        g_assert_cmpuint (qd_table_view_get_n_rows (view), ==, n);
    }
}

static void
test_only_problems (void)
{
  g_autoptr (QdMemoryTable) table = make_table (5);
  g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));

  g_assert_true (qd_table_model_set_cells (QD_TABLE_MODEL (table), (QdCellEdit[]){ { 1, 1, (char *) "x" }, { 3, 2, (char *) "y" } }, 2, "x", NULL));
  qd_table_view_set_only_problems (view, TRUE);
  g_assert_cmpuint (qd_table_view_get_n_rows (view), ==, 2);
  g_assert_cmpuint (qd_table_view_to_model (view, 1), ==, 3);
  qd_table_view_set_filter (view, "行3");
  g_assert_cmpuint (qd_table_view_get_n_rows (view), ==, 1);
  qd_table_view_set_filter (view, "");
  qd_table_view_set_only_problems (view, FALSE);
  g_assert_cmpuint (qd_table_view_get_n_rows (view), ==, 5);
}

static void
test_stats (void)
{
  QdTableStats stats = { .count = 0 };
  g_autofree char *sum = NULL;
  g_autofree char *mean = NULL;

  qd_table_stats_add (&stats, "0.1");
  qd_table_stats_add (&stats, "0.2");
  qd_table_stats_add (&stats, "");
  qd_table_stats_add (&stats, NULL);
  qd_table_stats_add (&stats, "约 12");
  qd_table_stats_add (&stats, "0.05L");
  sum = qd_table_stats_dup_sum (&stats);
  g_assert_cmpstr (sum, ==, "0.3");
  mean = qd_table_stats_dup_mean (&stats);
  g_assert_cmpstr (mean, ==, "0.15");
  g_assert_cmpuint (stats.count, ==, 2);
  g_assert_cmpuint (stats.unreadable, ==, 2);
}

static void
test_mean (void)
{
  static const struct
  {
    const char *numbers;
    const char *sum;
    const char *mean;
  } rows[] = {
    { "1 2", "3", "1.50" },
    { "1 1 2", "4", "1.33" },
    { "2 2 1", "5", "1.67" },
    { "-1 -1 -2", "−4", "−1.33" },
    { "-2 -2 -1", "−5", "−1.67" },
    { "0.005 0", "0.005", "0.003" },
    { "10.00 0.00", "10.00", "5.00" },
    { "1460000", "1,460,000", "1,460,000.00" },
    { "-1 1", "0", "0.00" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      QdTableStats stats = { .count = 0 };
      g_auto (GStrv) numbers = g_strsplit (rows[i].numbers, " ", -1);
      g_autofree char *sum = NULL;
      g_autofree char *mean = NULL;

      for (guint j = 0; numbers[j]; j++)
        qd_table_stats_add (&stats, numbers[j]);
      sum = qd_table_stats_dup_sum (&stats);
      mean = qd_table_stats_dup_mean (&stats);
      g_assert_cmpstr (sum, ==, rows[i].sum);
      g_assert_cmpstr (mean, ==, rows[i].mean);
    }
}

static void
cells_changed_cb (QdTableSummary *summary, guint position, guint count)
{
  qd_table_summary_cells_changed (summary, position, count);
}

static void
rows_changed_cb (QdTableSummary *summary, guint position, guint removed, guint added)
{
  qd_table_summary_rows_changed (summary, position, removed, added);
}

/* After any edits the running totals are those of a fresh count. */
static void
test_summary (void)
{
  static const char *const texts[] = { "1", "2.50", "0.125", "-3", "约 12", "", "100", "0.05L", "99999999999999999999999999999999999999" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (13);
  g_autoptr (QdMemoryTable) table = make_table (5);
  QdTableSummary *summary = qd_table_summary_new (QD_TABLE_MODEL (table));

  g_signal_connect_swapped (table, "cells-changed", G_CALLBACK (cells_changed_cb), summary);
  g_signal_connect_swapped (table, "rows-changed", G_CALLBACK (rows_changed_cb), summary);
  for (guint k = 0; k < 1500; k++)
    {
      guint n = qd_table_model_get_n_rows (QD_TABLE_MODEL (table));
      g_autoptr (QdTableSummary) fresh = NULL;
      const QdTableStats *a, *b;

      switch (g_rand_int_range (rand, 0, 8))
        {
        case 0:
          g_assert_true (qd_table_model_insert_rows (QD_TABLE_MODEL (table), (guint) g_rand_int_range (rand, 0, (int) n + 1), 2, NULL));
          break;
        case 1:
          if (n > 3)
            g_assert_true (qd_table_model_remove_rows (QD_TABLE_MODEL (table), (guint) g_rand_int_range (rand, 0, (int) n - 1), 2, NULL));
          break;
        case 2:
          qd_memory_table_undo (table);
          break;
        default:
          if (n > 0)
            {
              QdCellEdit edit = { (guint) g_rand_int_range (rand, 0, (int) n), 1, (char *) texts[g_rand_int_range (rand, 0, G_N_ELEMENTS (texts))] };

              g_assert_true (qd_table_model_set_cells (QD_TABLE_MODEL (table), &edit, 1, "x", NULL));
            }
        }
      fresh = qd_table_summary_new (QD_TABLE_MODEL (table));
      a = qd_table_summary_get_total (summary, 1);
      b = qd_table_summary_get_total (fresh, 1);
      g_assert_cmpint (qd_decimal_compare (a->sum, b->sum), ==, 0);
      g_assert_cmpuint (a->count, ==, b->count);
      g_assert_cmpuint (a->unreadable, ==, b->unreadable);
      g_assert_cmpuint (a->decimals, ==, b->decimals);
      g_assert_cmpuint (qd_table_summary_get_n_critical (summary), ==, qd_table_summary_get_n_critical (fresh));
    }
  g_signal_handlers_disconnect_by_data (table, summary);
  qd_table_summary_free (summary);
}

static void
test_find_problem (void)
{
  g_autoptr (QdMemoryTable) table = make_table (4);
  g_autoptr (QdTableView) view = qd_table_view_new (QD_TABLE_MODEL (table));
  g_autoptr (QdTableSummary) summary = NULL;
  QdCellPos at = { 0, 0 }, found;

  summary = qd_table_summary_new (QD_TABLE_MODEL (table));
  g_assert_false (qd_table_find_problem (view, summary, &at, FALSE, &found));
  g_assert_true (qd_table_model_set_cells (QD_TABLE_MODEL (table), (QdCellEdit[]){ { 1, 1, (char *) "x" }, { 1, 2, (char *) "y" }, { 3, 3, (char *) "z" } }, 3, "x", NULL));
  qd_table_summary_reset (summary);
  g_assert_cmpuint (qd_table_summary_get_n_critical (summary), ==, 3);
  g_assert_cmpint (qd_table_summary_get_row_mark (summary, 1), ==, QD_CELL_CRITICAL);
  g_assert_cmpint (qd_table_summary_get_row_mark (summary, 0), ==, QD_CELL_NORMAL);
  for (guint i = 0; i < 7; i++)
    {
      static const QdCellPos expected[] = { { 1, 1 }, { 1, 2 }, { 3, 3 } };

      g_assert_true (qd_table_find_problem (view, summary, &at, FALSE, &at));
      g_assert_cmpuint (at.row, ==, expected[i % 3].row);
      g_assert_cmpuint (at.column, ==, expected[i % 3].column);
    }
  g_assert_true (qd_table_find_problem (view, summary, &at, TRUE, &found));
  g_assert_cmpuint (found.row, ==, 3);
  /* The only one is found again, also from itself. */
  at = (QdCellPos){ 3, 3 };
  g_assert_true (qd_table_model_set_cells (QD_TABLE_MODEL (table), (QdCellEdit[]){ { 1, 1, NULL }, { 1, 2, NULL } }, 2, "x", NULL));
  qd_table_summary_reset (summary);
  g_assert_true (qd_table_find_problem (view, summary, &at, FALSE, &found));
  g_assert_cmpuint (found.column, ==, 3);
  g_assert_true (qd_table_find_problem (view, summary, &at, TRUE, &found));
  g_assert_cmpuint (found.column, ==, 3);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

/* Very many rows are filtered in pieces; until the last one the view stays as it was, and a change of rows starts anew. */
static void
test_view_pieces (void)
{
  g_autoptr (QdMemoryTable) table = qd_memory_table_new ();
  g_autoptr (QdTableView) view = NULL;
  guint n_changed = 0, row;

  qd_memory_table_add_column (table, "text:Name");
  for (guint i = 0; i < 30000; i++)
    qd_memory_table_append (table, i % 3 == 0 ? "甲醛" : i % 3 == 1 ? "Benzene"
                                                                    : "x");
  view = qd_table_view_new (QD_TABLE_MODEL (table));
  g_signal_connect_swapped (view, "changed", G_CALLBACK (count_cb), &n_changed);
  qd_table_view_set_filter (view, "benz");
  g_assert_cmpuint (n_changed, ==, 0);
  g_assert_cmpuint (qd_table_view_get_n_rows (view), ==, 30000);
  g_main_context_iteration (NULL, TRUE);
  g_assert_true (qd_table_model_insert_rows (QD_TABLE_MODEL (table), 0, 1, NULL));
  n_changed = 0;
  while (n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (qd_table_view_get_n_rows (view), ==, 10000);
  g_assert_cmpuint (qd_table_view_to_model (view, 0), ==, 2);
  g_assert_true (qd_table_view_from_model (view, 29999, &row));
  g_assert_cmpuint (row, ==, 9999);
  /* Another question before the first is answered. */
  qd_table_view_set_filter (view, "甲醛");
  qd_table_view_set_filter (view, "X");
  n_changed = 0;
  while (n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (qd_table_view_to_model (view, 0), ==, 3);
  qd_table_view_set_filter (view, "甲醛");
  qd_table_view_set_filter (view, NULL);
  g_assert_cmpuint (qd_table_view_get_n_rows (view), ==, 30001);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table/view/pieces", test_view_pieces);
  g_test_add_func ("/table/tsv/read", test_tsv_read);
  g_test_add_func ("/table/tsv/limits", test_tsv_limits);
  g_test_add_func ("/table/tsv/round-trip", test_tsv_round_trip);
  g_test_add_func ("/table/tsv/write", test_tsv_write);
  g_test_add_func ("/table/html/read", test_html_read);
  g_test_add_func ("/table/html/utf-16", test_html_utf16);
  g_test_add_func ("/table/html/limits", test_html_limits);
  g_test_add_func ("/table/html/write", test_html_write);
  g_test_add_func ("/table/value/numbers", test_numbers);
  g_test_add_func ("/table/value/dates", test_dates);
  g_test_add_func ("/table/value/grouped", test_grouped);
  g_test_add_func ("/table/value/choices", test_choices);
  g_test_add_func ("/table/value/normalise", test_normalise);
  g_test_add_func ("/table/cursor/moves", test_moves);
  g_test_add_func ("/table/cursor/extend", test_extend);
  g_test_add_func ("/table/cursor/tab-enter", test_tab_enter);
  g_test_add_func ("/table/cursor/walks", test_walks);
  g_test_add_func ("/table/paste/shapes", test_paste_shapes);
  g_test_add_func ("/table/paste/values", test_paste_values);
  g_test_add_func ("/table/paste/depends", test_paste_depends);
  g_test_add_func ("/table/paste/refused", test_paste_refused);
  g_test_add_func ("/table/paste/filtered", test_paste_filtered);
  g_test_add_func ("/table/paste/counts", test_paste_counts);
  g_test_add_func ("/table/copy", test_copy);
  g_test_add_func ("/table/copy-paste", test_copy_paste_same);
  g_test_add_func ("/table/clear", test_clear);
  g_test_add_func ("/table/series", test_series);
  g_test_add_func ("/table/fill", test_fill);
  g_test_add_func ("/table/view/sort", test_view_sort);
  g_test_add_func ("/table/view/rows", test_view_rows);
  g_test_add_func ("/table/view/only-problems", test_only_problems);
  g_test_add_func ("/table/summary/stats", test_stats);
  g_test_add_func ("/table/summary/mean", test_mean);
  g_test_add_func ("/table/summary/running", test_summary);
  g_test_add_func ("/table/summary/find-problem", test_find_problem);
  return g_test_run ();
}
