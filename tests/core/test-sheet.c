/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "qd-sheet-writer.h"

static char *
data_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", "sheets", name, NULL);
}

/* Delimited text: what a row of the table gives, cells joined with "|", rows with "/". */

static char *
flatten (QdSheet *sheet)
{
  GString *out = g_string_new (NULL);

  for (guint row = 0; row < qd_sheet_get_n_rows (sheet); row++)
    {
      if (row > 0)
        g_string_append_c (out, '/');
      for (guint column = 0; column < qd_sheet_get_n_columns (sheet); column++)
        g_string_append_printf (out, "%s%s", column > 0 ? "|" : "", qd_sheet_get_text (sheet, row, column));
    }
  return g_string_free (out, FALSE);
}

static const struct
{
  const char *name;
  const char *bytes;
  gssize length;        /* -1: up to the NUL */
  const char *expected; /* NULL: an error */
  int code;
} texts[] = {
  { "comma", "a,b\r\n1,2\r\n", -1, "a|b/1|2", 0 },
  { "no line end", "a,b\n1,2", -1, "a|b/1|2", 0 },
  { "carriage returns", "a,b\r1,2\r", -1, "a|b/1|2", 0 },
  { "tab", "a\tb\n1,5\t2\n", -1, "a|b/1,5|2", 0 },
  { "semicolon", "a;b\n1,5;2\n", -1, "a|b/1,5|2", 0 },
  { "quoted separators", "\"a,1\",b\n", -1, "a,1|b", 0 },
  { "quoted quotes", "\"he said \"\"x\"\"\",b\n", -1, "he said \"x\"|b", 0 },
  { "quoted line break", "\"a\r\nb\",c\n", -1, "a\r\nb|c", 0 },
  { "quote in the middle", "5\" pipe,b\n", -1, "5\" pipe|b", 0 },
  { "text after a quoted part", "\"a\"b,c\n", -1, "ab|c", 0 },
  { "ragged rows", "a,b,c\nd\n", -1, "a|b|c/d||", 0 },
  { "empty cells and rows", "a,,c\n\n,x,\n", -1, "a||c/||/|x|", 0 },
  { "empty file", "", 0, "", 0 },
  { "UTF-8 with mark", "\xef\xbb\xbf名称,数量\n", -1, "名称|数量", 0 },
  { "GBK", "\xc3\xfb\xb3\xc6,\xca\xfd\xc1\xbf\n", -1, "名称|数量", 0 },
  { "GB 18030 four bytes", "\x81\x30\x84\x36,x\n", -1, "¥|x", 0 },
  { "UTF-16 little endian", "\xff\xfe\x0d\x54,\0x\0\n\0", 10, "名|x", 0 },
  { "UTF-16 big endian", "\xfe\xff\x54\x0d\0,\0x\0\n", 10, "名|x", 0 },
  { "binary", "\x01\x00\x02\xff\xff", 5, NULL, QD_SHEET_ERROR_ENCODING },
  { "open quote", "a,\"b\nc,d\n", -1, NULL, QD_SHEET_ERROR_CORRUPT },
};

static void
test_text (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  gsize length = texts[i].length < 0 ? strlen (texts[i].bytes) : (gsize) texts[i].length;
  g_autoptr (GBytes) bytes = g_bytes_new (texts[i].bytes, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = qd_sheet_read_text (bytes, "t.csv", &error);

  if (texts[i].expected == NULL)
    {
      g_assert_error (error, QD_SHEET_ERROR, texts[i].code);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (sheet);
      return;
    }
  g_autofree char *flat = NULL;

  g_assert_no_error (error);
  flat = flatten (sheet);
  g_assert_cmpstr (flat, ==, texts[i].expected);
}

/* Workbooks written by two foreign programs hold the same ledger. */

static void
check_ledger (gconstpointer data)
{
  g_autofree char *path = data_path (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = NULL;
  g_auto (GStrv) names = qd_sheet_list (path, &error);
  gboolean has_cache = strstr (data, "libreoffice") != NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_cmpstr (names[0], ==, "台账");
  g_assert_cmpstr (names[1], ==, "第二张");

  sheet = qd_sheet_read (path, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (qd_sheet_get_name (sheet), ==, "台账");
  g_assert_cmpuint (qd_sheet_get_n_rows (sheet), ==, 6);
  g_assert_cmpuint (qd_sheet_get_n_columns (sheet), ==, 8);
  /* Merged heads stand over each of their columns and rows. */
  g_assert_cmpstr (qd_sheet_get_text (sheet, 1, 2), ==, "年用量");
  g_assert_cmpstr (qd_sheet_get_text (sheet, 1, 3), ==, "年用量");
  g_assert_cmpstr (qd_sheet_get_text (sheet, 2, 3), ==, "单价(元)");
  g_assert_cmpstr (qd_sheet_get_text (sheet, 2, 0), ==, "物质名称");
  g_assert_cmpstr (qd_sheet_get_text (sheet, 3, 0), ==, "二氯甲烷");
  g_assert_cmpint (qd_sheet_get_cell_type (sheet, 3, 0), ==, QD_CELL_TEXT);
  g_assert_cmpstr (qd_sheet_get_text (sheet, 3, 2), ==, "178600");
  g_assert_cmpint (qd_sheet_get_cell_type (sheet, 3, 2), ==, QD_CELL_NUMBER);
  g_assert_cmpstr (qd_sheet_get_text (sheet, 4, 2), ==, "1246000.25");
  g_assert_cmpstr (qd_sheet_get_text (sheet, 5, 2), ==, "0.001");
  /* 0.1 + 0.2 was stored as 0.30000000000000004. */
  g_assert_cmpstr (qd_sheet_get_text (sheet, 5, 3), ==, "0.3");
  g_assert_cmpstr (qd_sheet_get_text (sheet, 3, 4), ==, "2025-03-01");
  g_assert_cmpint (qd_sheet_get_cell_type (sheet, 3, 4), ==, QD_CELL_DATE);
  g_assert_cmpstr (qd_sheet_get_text (sheet, 5, 4), ==, "2026-01-02T03:04:05");
  g_assert_cmpstr (qd_sheet_get_text (sheet, 3, 5), ==, "true");
  g_assert_cmpstr (qd_sheet_get_text (sheet, 4, 7), ==, "引号\"和,逗号\n换行");
  g_assert_false (qd_sheet_is_row_hidden (sheet, 3));
  g_assert_true (qd_sheet_is_row_hidden (sheet, 4));
  if (has_cache)
    {
      g_assert_cmpstr (qd_sheet_get_text (sheet, 3, 6), ==, "1160900");
      g_assert_true (qd_sheet_is_formula (sheet, 3, 6));
      g_assert_cmpstr (qd_sheet_get_text (sheet, 3, 7), ==, "#DIV/0!");
      g_assert_cmpint (qd_sheet_get_cell_type (sheet, 3, 7), ==, QD_CELL_ERROR);
    }
  else
    {
      /* Never calculated: there is no value to take, and none is invented. */
      g_assert_cmpstr (qd_sheet_get_text (sheet, 3, 6), ==, "");
    }
  g_clear_pointer (&sheet, qd_sheet_unref);

  sheet = qd_sheet_read (path, "第二张", NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (qd_sheet_get_text (sheet, 2, 1), ==, "只有一格");
  g_clear_pointer (&sheet, qd_sheet_unref);

  sheet = qd_sheet_read (path, "隐藏", NULL, NULL, NULL, &error);
  g_assert_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT);
  g_assert_null (sheet);
}

/* A small zip writer for hostile workbooks: stored entries only, so that each part can be anything. */

static void
append_u16 (GByteArray *out, guint value)
{
  const guint8 bytes[] = { value & 0xff, value >> 8 & 0xff };

  g_byte_array_append (out, bytes, sizeof bytes);
}

static void
append_u32 (GByteArray *out, guint32 value)
{
  append_u16 (out, value & 0xffff);
  append_u16 (out, value >> 16);
}

static guint32
crc32_of (const char *data)
{
  guint32 crc = 0xffffffffu;

  for (; *data != '\0'; data++)
    {
      crc ^= (guint8) *data;
      for (int bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (0xedb88320u & -(crc & 1));
    }
  return ~crc;
}

static char *
write_book (const char *dir,
            const char *const *parts) /* name and content by turns, NULL at the end */
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GByteArray) central = g_byte_array_new ();
  char *path = g_build_filename (dir, "book.xlsx", NULL);
  guint n = 0;
  guint offset;

  for (; parts[0] != NULL; parts += 2, n++)
    {
      guint32 size = (guint32) strlen (parts[1]);
      guint32 at = out->len;

      append_u32 (out, 0x04034b50);
      append_u32 (central, 0x02014b50);
      append_u16 (central, 20);
      for (int i = 0; i < 2; i++)
        {
          GByteArray *target = i == 0 ? out : central;

          append_u16 (target, 20);
          append_u16 (target, 0);
          append_u16 (target, 0);
          append_u32 (target, 0x00210000);
          append_u32 (target, crc32_of (parts[1]));
          append_u32 (target, size);
          append_u32 (target, size);
          append_u16 (target, (guint) strlen (parts[0]));
          append_u16 (target, 0);
        }
      g_byte_array_append (out, (const guint8 *) parts[0], (guint) strlen (parts[0]));
      g_byte_array_append (out, (const guint8 *) parts[1], size);
      append_u16 (central, 0);
      append_u16 (central, 0);
      append_u16 (central, 0);
      append_u32 (central, 0);
      append_u32 (central, at);
      g_byte_array_append (central, (const guint8 *) parts[0], (guint) strlen (parts[0]));
    }
  offset = out->len;
  g_byte_array_append (out, central->data, central->len);
  append_u32 (out, 0x06054b50);
  append_u32 (out, 0);
  append_u16 (out, n);
  append_u16 (out, n);
  append_u32 (out, central->len);
  append_u32 (out, offset);
  append_u16 (out, 0);
  g_assert_true (g_file_set_contents (path, (const char *) out->data, out->len, NULL));
  return path;
}

#define WORKBOOK "<workbook xmlns:r='r'><sheets><sheet name='S' sheetId='1' r:id='r1'/></sheets></workbook>"
#define RELATIONS "<Relationships><Relationship Id='r1' Target='worksheets/sheet1.xml'/></Relationships>"
#define SHEET(cells) "<worksheet><sheetData>" cells "</sheetData></worksheet>"

static const struct
{
  const char *name;
  const char *sheet;
  const char *strings;  /* (nullable) */
  const char *expected; /* NULL: an error */
  int code;
} books[] = {
  { "inline string", SHEET ("<row r='1'><c r='A1' t='inlineStr'><is><r><t>富</t></r><r><t>文本</t></r></is></c></row>"), NULL, "富文本", 0 },
  { "no references", SHEET ("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"), NULL, "1|2/3|", 0 },
  { "phonetic runs are left out", SHEET ("<row r='1'><c r='A1' t='s'><v>0</v></c></row>"), "<sst><si><t>东京</t><rPh><t>トウキョウ</t></rPh></si></sst>", "东京", 0 },
  { "string index out of range", SHEET ("<row r='1'><c r='A1' t='s'><v>9</v></c><c r='B1'><v>1</v></c></row>"), "<sst/>", "|1", 0 },
  { "exponent", SHEET ("<row r='1'><c r='A1'><v>1.2E-3</v></c><c r='B1'><v>1E+21</v></c></row>"), NULL, "0.0012|1000000000000000000000", 0 },
  { "number that is none", SHEET ("<row r='1'><c r='A1'><v>abc</v></c></row>"), NULL, "abc", 0 },
  { "row beyond the sheet", SHEET ("<row r='1048577'><c><v>1</v></c></row>"), NULL, NULL, QD_SHEET_ERROR_CORRUPT },
  { "row 0", SHEET ("<row r='0'><c><v>1</v></c></row>"), NULL, NULL, QD_SHEET_ERROR_CORRUPT },
  { "last cell only", SHEET ("<row r='1048576'><c r='A1048576'><v/></c></row>"), NULL, "", 0 },
  { "not well-formed", "<worksheet><sheetData>", NULL, NULL, QD_SHEET_ERROR_CORRUPT },
  { "document type", "<!DOCTYPE w [<!ENTITY a 'x'>]><worksheet><sheetData><row><c t='str'><v>&a;</v></c></row></sheetData></worksheet>", NULL, NULL, QD_SHEET_ERROR_CORRUPT },
  { "damaged strings", SHEET ("<row><c><v>1</v></c></row>"), "<sst><si>", NULL, QD_SHEET_ERROR_CORRUPT },
};

static void
test_book (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autofree char *dir = g_dir_make_tmp ("qd-sheet-XXXXXX", NULL);
  const char *const parts[] = {
    "xl/workbook.xml", WORKBOOK, "xl/_rels/workbook.xml.rels", RELATIONS, "xl/worksheets/sheet1.xml", books[i].sheet, books[i].strings != NULL ? "xl/sharedStrings.xml" : NULL, books[i].strings, NULL
  };
  g_autofree char *path = write_book (dir, parts);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = qd_sheet_read (path, NULL, NULL, NULL, NULL, &error);

  if (books[i].expected == NULL)
    {
      g_assert_error (error, QD_SHEET_ERROR, books[i].code);
      g_assert_nonnull (strstr (error->message, "book.xlsx"));
    }
  else
    {
      g_autofree char *flat = NULL;

      g_assert_no_error (error);
      flat = flatten (sheet);
      g_assert_cmpstr (flat, ==, books[i].expected);
    }
  g_unlink (path);
  g_rmdir (dir);
}

/* The same text in a million merged cells must not become a million cells below the table. */
static void
test_merge_flood (void)
{
  g_autofree char *dir = g_dir_make_tmp ("qd-sheet-XXXXXX", NULL);
  const char *const parts[] = {
    "xl/workbook.xml", WORKBOOK, "xl/_rels/workbook.xml.rels", RELATIONS, "xl/worksheets/sheet1.xml", "<worksheet><sheetData><row r='1'><c r='A1' t='str'><v>x</v></c></row></sheetData><mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells></worksheet>", NULL
  };
  g_autofree char *path = write_book (dir, parts);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = qd_sheet_read (path, NULL, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (qd_sheet_get_n_rows (sheet), ==, 1);
  g_unlink (path);
  g_rmdir (dir);
}

static void
test_cell_flood (void)
{
  g_autofree char *dir = g_dir_make_tmp ("qd-sheet-XXXXXX", NULL);
  g_autoptr (GString) rows = g_string_new ("<worksheet><sheetData>");
  const char *parts[] = { "xl/workbook.xml", WORKBOOK, "xl/_rels/workbook.xml.rels", RELATIONS, "xl/worksheets/sheet1.xml", NULL, NULL };
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  /* 600 rows whose only cell is the last possible one span more cells than a ledger may have. */
  for (guint row = 1; row <= 600; row++)
    g_string_append_printf (rows, "<row r='%u'><c r='XFD%u'><v>1</v></c></row>", row, row);
  g_string_append (rows, "</sheetData></worksheet>");
  parts[5] = rows->str;
  path = write_book (dir, parts);
  g_assert_null (qd_sheet_read (path, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_TOO_LARGE);
  g_unlink (path);
  g_rmdir (dir);
}

static void
test_not_a_book (void)
{
  g_autofree char *dir = g_dir_make_tmp ("qd-sheet-XXXXXX", NULL);
  const char *const parts[] = { "readme.txt", "hello", NULL };
  g_autofree char *path = write_book (dir, parts);
  g_autofree char *none = g_build_filename (dir, "none.xlsx", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (qd_sheet_read (path, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT);
  g_clear_error (&error);
  g_assert_null (qd_sheet_read (none, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_unlink (path);
  g_rmdir (dir);
}

/* What is written comes back as it was: declared decimals, long digits, codes with leading zeros, dates, line breaks. */
static void
test_write (void)
{
  static const struct
  {
    QdCellType type;
    const char *text;
    QdCellType read_as;
  } cells[] = {
    { QD_CELL_NUMBER, "12.40", QD_CELL_NUMBER },
    { QD_CELL_NUMBER, "-0.0496", QD_CELL_NUMBER },
    { QD_CELL_NUMBER, "0", QD_CELL_NUMBER },
    { QD_CELL_NUMBER, "1460000", QD_CELL_NUMBER },
    { QD_CELL_NUMBER, "123456789012345", QD_CELL_NUMBER },
    { QD_CELL_NUMBER, "1234567890123456789", QD_CELL_TEXT },
    { QD_CELL_NUMBER, "0.05L", QD_CELL_TEXT },
    { QD_CELL_NUMBER, "约 12", QD_CELL_TEXT },
    { QD_CELL_NUMBER, "007", QD_CELL_TEXT },
    { QD_CELL_DATE, "2026-11-24", QD_CELL_DATE },
    { QD_CELL_DATE, "2026-11-24T10:42:07", QD_CELL_DATE },
    { QD_CELL_DATE, "2026-13-01", QD_CELL_TEXT },
    { QD_CELL_DATE, "1899-01-01", QD_CELL_TEXT },
    { QD_CELL_BOOLEAN, "true", QD_CELL_BOOLEAN },
    { QD_CELL_TEXT, "75-09-2", QD_CELL_TEXT },
    { QD_CELL_TEXT, "=1+1", QD_CELL_TEXT },
    { QD_CELL_TEXT, " 前后空格 ", QD_CELL_TEXT },
    { QD_CELL_TEXT, "a\n\"b\",<c>&", QD_CELL_TEXT },
  };
  g_autofree char *dir = g_dir_make_tmp ("qd-sheet-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "out.xlsx", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheetWriter) writer = qd_sheet_writer_new (path, &error);
  g_autoptr (QdSheet) sheet = NULL;
  g_auto (GStrv) names = NULL;

  g_assert_no_error (error);
  qd_sheet_writer_add_sheet (writer, "排放口/与[排放量]");
  qd_sheet_writer_hide_row (writer, 0);
  g_assert_true (qd_sheet_writer_put (writer, 0, 0, QD_CELL_TEXT, QD_SHEET_STYLE_NOTE, "hidden", &error));
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    g_assert_true (qd_sheet_writer_put (writer, 1 + i, 0, cells[i].type, QD_SHEET_STYLE_NORMAL, cells[i].text, &error));
  qd_sheet_writer_add_sheet (writer, "排放口/与[排放量]");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (qd_sheet_writer_close (writer, &error));
  g_assert_no_error (error);

  names = qd_sheet_list (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (names[0], ==, "排放口_与_排放量_");
  g_assert_cmpstr (names[1], ==, "排放口_与_排放量_ 2");
  sheet = qd_sheet_read (path, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (qd_sheet_is_row_hidden (sheet, 0));
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      g_assert_cmpstr (qd_sheet_get_text (sheet, 1 + i, 0), ==, cells[i].text);
      g_assert_cmpint (qd_sheet_get_cell_type (sheet, 1 + i, 0), ==, cells[i].read_as);
    }
  g_unlink (path);
  /* Nothing is left beside it. */
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

static void
test_write_nowhere (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (qd_sheet_writer_new ("/nonexistent/folder/out.xlsx", &error));
  g_assert_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_IO);
}

static void
test_csv_round_trip (void)
{
  static const char *const cells[] = { "a", "b,c", "d\"e", "f\r\ng", " h", "", "名称" };
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = NULL;

  qd_sheet_append_csv (out, cells, G_N_ELEMENTS (cells));
  bytes = g_bytes_new (out->str, out->len);
  sheet = qd_sheet_read_text (bytes, "t.csv", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    g_assert_cmpstr (qd_sheet_get_text (sheet, 0, i), ==, cells[i]);
}

static void
test_cancel (void)
{
  g_autofree char *path = data_path ("ledger-openpyxl.xlsx");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = NULL;

  g_cancellable_cancel (cancellable);
  sheet = qd_sheet_read (path, NULL, NULL, NULL, cancellable, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (sheet);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sheet/text/%s", texts[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_text);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (books); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sheet/book/%s", books[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_book);
    }
  g_test_add_data_func ("/sheet/ledger/openpyxl", "ledger-openpyxl.xlsx", check_ledger);
  g_test_add_data_func ("/sheet/ledger/openpyxl-1904", "ledger-openpyxl-1904.xlsx", check_ledger);
  g_test_add_data_func ("/sheet/ledger/libreoffice", "ledger-libreoffice.xlsx", check_ledger);
  g_test_add_data_func ("/sheet/ledger/xls", "ledger-libreoffice.xls", check_ledger);
  g_test_add_data_func ("/sheet/ledger/xls-1904", "ledger-libreoffice-1904.xls", check_ledger);
  g_test_add_func ("/sheet/merge-flood", test_merge_flood);
  g_test_add_func ("/sheet/cell-flood", test_cell_flood);
  g_test_add_func ("/sheet/not-a-book", test_not_a_book);
  g_test_add_func ("/sheet/write", test_write);
  g_test_add_func ("/sheet/write-nowhere", test_write_nowhere);
  g_test_add_func ("/sheet/csv-round-trip", test_csv_round_trip);
  g_test_add_func ("/sheet/cancel", test_cancel);
  return g_test_run ();
}
