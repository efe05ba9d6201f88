/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "file-kit.h"
#include "qd-biff-private.h"
#include "qd-sheet-private.h"

/*
 * Workbooks of Excel 97 to 2003. tests/data/sheets: ledger-*.xls and kinds-libreoffice.xls were saved by LibreOffice 7.4 ("MS Excel 97")
 * from the workbooks of the same name, kinds-libreoffice.xlsx from the .xls, ledger-xlwt.xls by xlwt 1.3.
 */

static char *
data_path (const char *name)
{
  return g_test_build_filename (G_TEST_DIST, "data", "sheets", name, NULL);
}

/* Cells with "|" between, rows with "/"; "=" before the value of a formula, "~" before a hidden row. */
static char *
flatten (QdSheet *sheet)
{
  GString *out = g_string_new (NULL);

  for (guint row = 0; row < qd_sheet_get_n_rows (sheet); row++)
    {
      g_string_append_printf (out, "%s%s", row > 0 ? "/" : "", qd_sheet_is_row_hidden (sheet, row) ? "~" : "");
      for (guint column = 0; column < qd_sheet_get_n_columns (sheet); column++)
        g_string_append_printf (out, "%s%s%s", column > 0 ? "|" : "", qd_sheet_is_formula (sheet, row, column) ? "=" : "", qd_sheet_get_text (sheet, row, column));
    }
  return g_string_free (out, FALSE);
}

/* The same workbook in both formats reads the same; some formulas LibreOffice itself writes otherwise into one of them. */
static void
test_peer (void)
{
  g_autofree char *old_path = data_path ("kinds-libreoffice.xls"), *new_path = data_path ("kinds-libreoffice.xlsx");
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) old = qd_sheet_read (old_path, NULL, NULL, NULL, NULL, &error);
  g_autoptr (QdSheet) new = qd_sheet_read (new_path, NULL, NULL, NULL, NULL, NULL);
  g_auto (GStrv) names = qd_sheet_list (old_path, NULL);
  guint compared = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (names), ==, 2);
  g_assert_cmpstr (names[1], ==, "空表");
  g_assert_cmpuint (qd_sheet_get_n_rows (old), ==, 403);
  g_assert_cmpuint (qd_sheet_get_n_rows (old), ==, qd_sheet_get_n_rows (new));
  g_assert_cmpuint (qd_sheet_get_n_columns (old), ==, qd_sheet_get_n_columns (new));
  for (guint row = 0; row < qd_sheet_get_n_rows (old); row++)
    {
      g_assert_cmpint (qd_sheet_is_row_hidden (old, row), ==, qd_sheet_is_row_hidden (new, row));
      for (guint column = 0; column < qd_sheet_get_n_columns (old); column++)
        {
          const char *text = qd_sheet_get_text (old, row, column);

          if (row > 0 && column == 7) /* an error that somebody typed: LibreOffice makes #N/A of each in .xlsx */
            continue;
          if (row > 0 && column == 10 && *text != '\0') /* TRUE as the value of a formula: 1 in .xlsx */
            {
              g_assert_cmpint (qd_sheet_get_cell_type (old, row, column), ==, QD_CELL_BOOLEAN);
              g_assert_cmpstr (qd_sheet_get_text (new, row, column), ==, g_str_equal (text, "true") ? "1" : "0");
              continue;
            }
          if (qd_sheet_get_cell_type (old, row, column) == QD_CELL_NUMBER) /* LibreOffice rounds the last digit for .xlsx */
            g_assert_cmpfloat_with_epsilon (g_ascii_strtod (text, NULL) / g_ascii_strtod (qd_sheet_get_text (new, row, column), NULL), 1, 1e-12);
          else
            g_assert_cmpstr (text, ==, qd_sheet_get_text (new, row, column));
          g_assert_cmpint (qd_sheet_get_cell_type (old, row, column), ==, qd_sheet_get_cell_type (new, row, column));
          g_assert_cmpint (qd_sheet_is_formula (old, row, column), ==, qd_sheet_is_formula (new, row, column));
          compared += *text != '\0';
        }
    }
  g_assert_cmpuint (compared, >, 4000);
  g_assert_cmpstr (qd_sheet_get_text (old, 1, 7), ==, "#DIV/0!");
  g_assert_cmpstr (qd_sheet_get_text (old, 2, 7), ==, "#N/A");
  g_assert_cmpuint (strlen (qd_sheet_get_text (old, 299, 0)), ==, 9000 * strlen ("长"));
}

static void
test_other_writer (void)
{
  g_autofree char *path = data_path ("ledger-xlwt.xls"), *flat = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = qd_sheet_read (path, NULL, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  flat = flatten (sheet);
  /* The sum was never computed: there is no value to take, and none is invented. */
  g_assert_cmpstr (flat, ==, "物质名称|CAS 号|年用量(kg)|登记日期|在用|备注/二氯甲烷|75-09-2|178600|2025-03-01|true|plain/~乙酸丁酯|123-86-4|1246000.25|2025-12-31|false|€ é/丙酮|67-64-1|0.001|2026-01-02|true|/合计|||||");
}

/* Records made by hand. */

/* "0809 0006 0500" …: type, then bytes; records end with ";" */
static GBytes *
parse_records (const char *text)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_auto (GStrv) records = g_strsplit (text, ";", -1);

  for (guint i = 0; records[i] != NULL && *g_strstrip (records[i]) != '\0'; i++)
    {
      g_auto (GStrv) words = g_strsplit (records[i], " ", -1);
      g_autoptr (GByteArray) data = g_byte_array_new ();
      guint type = (guint) g_ascii_strtoull (words[0], NULL, 16);
      guint8 head[4] = { type & 0xff, type >> 8 & 0xff };

      for (guint w = 1; words[w] != NULL; w++)
        for (const char *hex = words[w]; hex[0] != '\0' && hex[1] != '\0'; hex += 2)
          {
            guint8 byte = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));

            g_byte_array_append (data, &byte, 1);
          }
      head[2] = data->len & 0xff;
      head[3] = data->len >> 8 & 0xff;
      g_byte_array_append (out, head, 4);
      g_byte_array_append (out, data->data, data->len);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

/* The sheet "S" begins where the records before it end; each of them is counted. */
#define BOF "809 0006 0500 0000 0000;"
#define SHEET_BOF "809 0006 1000 0000 0000;"
#define END "A;"
#define TAB "85 2B000000 00 00 01 00 53;"         /* at 43 */
#define AFTER(n) "85 " n "000000 00 00 01 00 53;" /* at that place, in hex */

static const struct
{
  const char *name;
  const char *records;
  const char *expected; /* NULL: an error */
  int code;
} streams[] = {
  { "empty sheet", BOF AFTER ("1D") END SHEET_BOF END, "", 0 },
  { "numbers", BOF AFTER ("1D") END SHEET_BOF "203 0000 0000 0000 000000000000F83F; 27E 0000 0100 0000 02000000; 27E 0000 0200 0000 D3000000;" END, "1.5|0|0.52", 0 },
  { "negative in four bytes", BOF AFTER ("1D") END SHEET_BOF "27E 0000 0000 0000 FEFFFFFF; 27E 0000 0100 0000 0000F8BF;" END, "-1|-1.5", 0 },
  { "several numbers in one", BOF AFTER ("1D") END SHEET_BOF "BD 0100 0100 0000 06000000 0000 0A000000 0200;" END, "||/|1|2", 0 },
  { "several numbers, the last one cut off", BOF AFTER ("1D") END SHEET_BOF "BD 0000 0000 0000 06000000 0000 0A00;" END, "1", 0 },
  { "true and an error", BOF AFTER ("1D") END SHEET_BOF "205 0000 0000 0000 01 00; 205 0000 0100 0000 07 01; 205 0000 0200 0000 2A 01; 205 0000 0300 0000 77 01;" END, "true|#DIV/0!|#N/A|#ERROR!", 0 },
  { "text in the cell", BOF AFTER ("1D") END SHEET_BOF "204 0000 0000 0000 0200 01 0D54 F079;" END, "名称", 0 },
  { "one byte a character", BOF AFTER ("1D") END SHEET_BOF "204 0000 0000 0000 0200 00 41E9;" END, "Aé", 0 },
  { "half a pair, and a control character", BOF AFTER ("1D") END SHEET_BOF "204 0000 0000 0000 0300 01 3DD8 0100 4100;" END, "\xef\xbf\xbd A", 0 },
  { "text with parts and readings", BOF AFTER ("1D") END SHEET_BOF "204 0000 0000 0000 0200 0D 0100 02000000 0D54 F079 00000000 FFFF;" END, "名称", 0 },
  { "text goes on, and changes its width", BOF AFTER ("1D") END SHEET_BOF "204 0000 0000 0000 0300 00 41; 3C 01 0D54 F079;" END, "A名称", 0 },
  { "text that does not go on", BOF AFTER ("1D") END SHEET_BOF "204 0000 0000 0000 0300 00 41;" END, NULL, QD_SHEET_ERROR_CORRUPT },
  { "formula: number", BOF AFTER ("1D") END SHEET_BOF "6 0000 0000 0000 000000000000F83F 0000;" END, "=1.5", 0 },
  { "formula: text in the next record", BOF AFTER ("1D") END SHEET_BOF "6 0000 0000 0000 000000000000FFFF 0000; 4BC 00; 207 0100 00 41;" END, "=A", 0 },
  { "formula: no text comes", BOF AFTER ("1D") END SHEET_BOF "6 0000 0000 0000 000000000000FFFF 0000; 203 0000 0100 0000 000000000000F83F; 207 0100 00 41;" END, "|1.5", 0 },
  { "formula: true, an error, nothing", BOF AFTER ("1D") END SHEET_BOF "6 0000 0000 0000 010001000000FFFF 0000; 6 0000 0100 0000 020007000000FFFF 0000; 6 0000 0200 0000 030000000000FFFF 0000; 203 0000 0300 0000 000000000000F83F;" END, "=true|=#DIV/0!||1.5", 0 },
  { "no number at all", BOF AFTER ("1D") END SHEET_BOF "203 0000 0000 0000 000000000000F07F;" END, "inf", 0 },
  { "hidden row, merged area", BOF AFTER ("1D") END SHEET_BOF "208 0100 0000 0000 0000 0000 0000 20000000; 204 0000 0000 0000 0100 00 41; 203 0100 0100 0000 000000000000F83F; E5 0100 0000 0000 0000 0100;" END, "A|A/~|1.5", 0 },
  { "merged area over everything", BOF AFTER ("1D") END SHEET_BOF "204 0000 0000 0000 0100 00 41; E5 0100 0000 FFFF 0000 FFFF;" END, "A", 0 },
  { "merged area upside down", BOF AFTER ("1D") END SHEET_BOF "204 0500 0500 0000 0100 00 41; E5 0100 0500 0000 0500 0000;" END, "|||||/|||||/|||||/|||||/|||||/|||||A", 0 },
  { "a chart in the sheet", BOF AFTER ("1D") END SHEET_BOF "809 0006 2000; 203 0000 0000 0000 000000000000F83F;" END "204 0000 0000 0000 0100 00 41;" END, "A", 0 },
  { "date of 1904", BOF "22 0100;" AFTER ("2B") "E0 0000 0E00;" END SHEET_BOF "203 0000 0000 0000 000000000000F03F;" END, "1904-01-02", 0 },
  { "no number as a date", BOF AFTER ("2B") "E0 0000 0E00; 22 0000;" END SHEET_BOF "203 0000 0000 0000 000000000000F87F;" END, "nan", 0 },
  { "date of 1900", BOF AFTER ("2B") "E0 0000 0E00; 22 0000;" END SHEET_BOF "203 0000 0000 0000 000000000000F03F;" END, "1900-01-01", 0 },
  { "cut off before the end of the sheet", BOF AFTER ("1D") END SHEET_BOF "203 0000 0000 0000 000000000000F83F;", NULL, QD_SHEET_ERROR_CORRUPT },
  { "short cell", BOF AFTER ("1D") END SHEET_BOF "203 0000 0000 0000;" END, NULL, QD_SHEET_ERROR_CORRUPT },
  { "text that is not in the table", BOF AFTER ("1D") END SHEET_BOF "FD 0000 0000 0000 05000000;" END, NULL, QD_SHEET_ERROR_CORRUPT },
  { "the sheet lies elsewhere", BOF AFTER ("FF") END SHEET_BOF END, NULL, QD_SHEET_ERROR_CORRUPT },
  { "no sheet", BOF END, NULL, QD_SHEET_ERROR_CORRUPT },
  { "only a hidden sheet", BOF "85 1D000000 01 00 01 00 53;" END SHEET_BOF END, NULL, QD_SHEET_ERROR_CORRUPT },
  { "no end of what holds for all", BOF TAB, NULL, QD_SHEET_ERROR_CORRUPT },
  { "password", BOF "2F 0100 0100; " TAB END, NULL, QD_SHEET_ERROR_PROTECTED },
  { "Excel 95", "809 0005 0500 0000 0000;" TAB END, NULL, QD_SHEET_ERROR_OLD },
  { "no records", "", NULL, QD_SHEET_ERROR_CORRUPT },
  { "something else", "1234 00;", NULL, QD_SHEET_ERROR_CORRUPT },
};

static void
test_stream (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GBytes) bytes = parse_records (streams[i].records);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = qd_sheet_read_xls_stream (bytes, "台账.xls", &error);
  g_autofree char *flat = NULL;

  if (streams[i].expected == NULL)
    {
      g_assert_error (error, QD_SHEET_ERROR, streams[i].code);
      g_assert_nonnull (strstr (error->message, "台账.xls"));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (sheet);
      return;
    }
  g_assert_no_error (error);
  flat = flatten (sheet);
  g_assert_cmpstr (flat, ==, streams[i].expected);
}

/* A table of texts may break anywhere, and each part that continues says anew how wide its characters are. */
static void
test_strings (void)
{
  g_autoptr (GBytes) bytes = parse_records (BOF AFTER ("4A") "FC 03000000 03000000 0100 00 41 0300 01 0D54; 3C 01 F079 4100 0200; 3C 00 42; 3C 01 2D4E;" END SHEET_BOF "FD 0000 0000 0000 00000000; FD 0000 0100 0000 01000000; FD 0000 0200 0000 02000000;" END);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = qd_sheet_read_xls_stream (bytes, "t.xls", &error);
  g_autofree char *flat = NULL;

  g_assert_no_error (error);
  flat = flatten (sheet);
  g_assert_cmpstr (flat, ==, "A|名称A|B中");
}

/* Merged areas made to keep us busy: 65,536 rows of the same, covered again and again. */
static void
test_merge_flood (void)
{
  g_autoptr (GString) text = g_string_new (BOF AFTER ("1D") END SHEET_BOF "204 0000 0000 0000 0100 00 41; 204 FFFF FF00 0000 0100 00 41;");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "E5 0200 0000 FFFF 0000 FFFF 0000 FFFF 0000 FFFF;");
  g_string_append (text, END);
  bytes = parse_records (text->str);
  sheet = qd_sheet_read_xls_stream (bytes, "t.xls", &error);
  g_assert_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_TOO_LARGE);
  g_assert_null (sheet);
}

/* Files around the records. */

#define SECTOR 512u

static void
put32 (guint8 *at, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    at[i] = (guint8) (value >> 8 * i);
}

/* A compound file: header, table of sectors, directory, one stream from sector 2 on. */
static GByteArray *
make_file (const char *stream_name, GBytes *stream)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (stream, &size);
  guint n = (guint) ((size + SECTOR - 1) / SECTOR);
  GByteArray *out = g_byte_array_sized_new (SECTOR * (3 + n));
  guint8 *header, *table, *entry;

  g_byte_array_set_size (out, SECTOR * (3 + n));
  memset (out->data, 0, out->len);
  header = out->data;
  table = out->data + SECTOR;
  entry = out->data + 2 * SECTOR;
  memcpy (header, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
  memcpy (header + 26, "\x03\0\xfe\xff\x09\0\x06", 7);
  put32 (header + 44, 1);
  put32 (header + 48, 1);
  put32 (header + 60, 0xfffffffe);
  put32 (header + 68, 0xfffffffe);
  memset (header + 76, 0xff, SECTOR - 76);
  put32 (header + 76, 0);
  memset (table, 0xff, SECTOR);
  put32 (table, 0xfffffffd);
  put32 (table + 4, 0xfffffffe);
  for (guint i = 0; i < n; i++)
    put32 (table + 4 * (2 + i), i + 1 < n ? 3 + i : 0xfffffffe);
  for (guint i = 0; i < 2; i++, entry += 128)
    {
      const char *name = i == 0 ? "Root Entry" : stream_name;

      for (gsize k = 0; name[k] != '\0'; k++)
        entry[2 * k] = (guint8) name[k];
      entry[64] = (guint8) (2 * (strlen (name) + 1));
      entry[66] = i == 0 ? 5 : 2;
      memset (entry + 68, 0xff, 12);
      put32 (entry + 116, i == 0 ? 0xfffffffe : 2);
      put32 (entry + 120, i == 0 ? 0 : (guint32) size);
    }
  put32 (out->data + 2 * SECTOR + 76, 1);
  memcpy (out->data + 3 * SECTOR, data, size);
  return out;
}

static QdSheet *
read_file (const char *dir, const guint8 *data, gsize size, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "台账.xls", NULL);
  FILE *file;

  /* A file that is written over waits for the disk; these are thousands. */
  g_unlink (path);
  file = g_fopen (path, "wb");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (data, 1, size, file), ==, size);
  g_assert_cmpint (fclose (file), ==, 0);
  return qd_sheet_read (path, NULL, NULL, NULL, NULL, error);
}

static void
test_file (void)
{
  static const struct
  {
    const char *name;
    const char *stream;
    guint at; /* a byte of the file that is changed, 0: none */
    guint8 byte;
    guint cut;            /* bytes missing at the end */
    const char *expected; /* NULL: an error */
    int code;
  } rows[] = {
    { "good", "Workbook", 0, 0, 0, "1.5", 0 },
    { "name in capitals", "WORKBOOK", 0, 0, 0, "1.5", 0 },
    { "cut off in the padding", "Workbook", 0, 0, 400, "1.5", 0 },
    { "cut off in the stream", "Workbook", 0, 0, SECTOR - 20, NULL, QD_SHEET_ERROR_CORRUPT },
    { "cut off before the stream", "Workbook", 0, 0, SECTOR, NULL, QD_SHEET_ERROR_CORRUPT },
    { "cut off before the directory", "Workbook", 0, 0, 2 * SECTOR, NULL, QD_SHEET_ERROR_CORRUPT },
    { "only the header", "Workbook", 0, 0, 3 * SECTOR, NULL, QD_SHEET_ERROR_CORRUPT },
    { "half the header", "Workbook", 0, 0, 3 * SECTOR + 200, NULL, QD_SHEET_ERROR_CORRUPT },
    { "sectors of an odd size", "Workbook", 30, 40, 0, NULL, QD_SHEET_ERROR_CORRUPT },
    { "the stream leads to itself", "Workbook", SECTOR + 8, 2, 0, NULL, QD_SHEET_ERROR_CORRUPT },
    { "the directory leads to itself", "Workbook", SECTOR + 4, 1, 0, NULL, QD_SHEET_ERROR_CORRUPT },
    { "the table is the table of tables", "Workbook", 68, 0, 0, NULL, QD_SHEET_ERROR_CORRUPT },
    { "the root is none", "Workbook", 2 * SECTOR + 66, 2, 0, NULL, QD_SHEET_ERROR_CORRUPT },
    { "the entry is its own neighbour", "Workbook", 2 * SECTOR + 128 + 68, 1, 0, NULL, -1 },
    { "encrypted xlsx", "EncryptedPackage", 0, 0, 0, NULL, QD_SHEET_ERROR_PROTECTED },
    { "Excel 95", "Book", 0, 0, 0, NULL, QD_SHEET_ERROR_OLD },
    { "a text document", "WordDocument", 0, 0, 0, NULL, QD_SHEET_ERROR_FORMAT },
  };
  g_autofree char *dir = g_dir_make_tmp ("qd-xls-XXXXXX", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) stream = parse_records (BOF AFTER ("1D") END SHEET_BOF "203 0000 0000 0000 000000000000F83F;" END);
      g_autoptr (GByteArray) file = make_file (rows[i].stream, stream);
      g_autoptr (GError) error = NULL;
      g_autoptr (QdSheet) sheet = NULL;
      g_autofree char *flat = NULL;

      g_test_message ("%s", rows[i].name);
      if (rows[i].at > 0)
        memset (file->data + rows[i].at, rows[i].byte, 1);
      sheet = read_file (dir, file->data, file->len - rows[i].cut, &error);
      if (rows[i].code == -1)
        continue;
      if (rows[i].expected == NULL)
        {
          g_assert_error (error, QD_SHEET_ERROR, rows[i].code);
          g_assert_nonnull (strstr (error->message, "台账.xls"));
          g_assert_null (sheet);
          continue;
        }
      g_assert_no_error (error);
      flat = flatten (sheet);
      g_assert_cmpstr (flat, ==, rows[i].expected);
    }
  qd_test_remove_tree (dir);
}

/* A real file with a damaged byte, each in turn, or cut off at each place: an error that says so, or what can still be read. */
static void
test_damage (void)
{
  g_autofree char *path = data_path ("ledger-libreoffice.xls"), *contents = NULL, *dir = g_dir_make_tmp ("qd-xls-XXXXXX", NULL);
  gsize size;
  guint n_errors = 0;

  g_assert_true (g_file_get_contents (path, &contents, &size, NULL));
  for (gsize at = 8; at < size; at++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QdSheet) sheet = NULL;
      char kept = contents[at];
      gboolean cut = at % 16 == 0;

      contents[at] = (char) (at % 3 == 0 ? 0xff : kept ^ 1 << at % 8);
      sheet = read_file (dir, (const guint8 *) contents, cut ? at : size, &error);
      contents[at] = kept;
      if (sheet != NULL)
        continue;
      n_errors++;
      g_assert_true (error->domain == QD_SHEET_ERROR && g_utf8_validate (error->message, -1, NULL));
    }
  g_assert_cmpuint (n_errors, >, 100);
  qd_test_remove_tree (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sheet-xls/stream/%s", streams[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_stream);
    }
  g_test_add_func ("/sheet-xls/peer", test_peer);
  g_test_add_func ("/sheet-xls/other-writer", test_other_writer);
  g_test_add_func ("/sheet-xls/strings", test_strings);
  g_test_add_func ("/sheet-xls/merge-flood", test_merge_flood);
  g_test_add_func ("/sheet-xls/file", test_file);
  g_test_add_func ("/sheet-xls/damage", test_damage);
  return g_test_run ();
}
