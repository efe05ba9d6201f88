/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-sheet-xls"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "qd-biff-private.h"
#include "qd-cell-format-private.h"
#include "qd-le-private.h"
#include "qd-ole-private.h"
#include "qd-sheet-private.h"

/*
 * Workbooks of Excel 97 to 2003 ([MS-XLS]): values as they were last computed, errors, dates of both epochs, merged areas, hidden rows
 * and sheets. Formulas themselves, pictures, comments and what macros would do are not looked at.
 */

#define MAX_FILE (256 * 1024 * 1024)
#define MAX_STRINGS 4000000u
#define MAX_FORMATS 65536u
#define MAX_SHEETS 4096u
#define MAX_AREAS 100000u
#define VERSION_8 0x0600

typedef struct
{
  char *name; /* (owned) */
  guint32 at; /* of its records in the stream */
} Tab;

typedef struct
{
  GBytes *stream;             /* (owned): the records */
  char *base;                 /* (owned): name of the file, for messages */
  GArray *tabs;               /* (owned) (element-type Tab): visible worksheets */
  GPtrArray *strings;         /* (owned) (element-type utf8): shared by all sheets */
  GStringChunk *string_arena; /* (owned) */
  GHashTable *formats;        /* (owned): id → QdCellFormat */
  GArray *cell_formats;       /* (owned) (element-type guint16): ids, for each cell format */
  gboolean date1904;
} Book;

static void
clear_tab (gpointer data)
{
  g_free (((Tab *) data)->name);
}

static void
book_clear (Book *self)
{
  g_clear_pointer (&self->stream, g_bytes_unref);
  g_clear_pointer (&self->base, g_free);
  g_clear_pointer (&self->tabs, g_array_unref);
  g_clear_pointer (&self->strings, g_ptr_array_unref);
  g_clear_pointer (&self->string_arena, g_string_chunk_free);
  g_clear_pointer (&self->formats, g_hash_table_unref);
  g_clear_pointer (&self->cell_formats, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Book, book_clear)

static gboolean
set_damaged (const Book *book, GError **error)
{
  g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_CORRUPT, _ ("Cannot read %s: it is damaged. Open it in Excel, save it as .xlsx, and import that; or get the file again."), book->base);
  return FALSE;
}

static gboolean
set_protected (const Book *book, GError **error)
{
  g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_PROTECTED, _ ("Cannot read %s: it is protected by a password. Save it in Excel without one."), book->base);
  return FALSE;
}

static gboolean
set_old (const Book *book, GError **error)
{
  g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_OLD, _ ("Cannot read %s: it has the format of Excel before 97. Save it as .xlsx."), book->base);
  return FALSE;
}

/* What holds for all sheets. */

static gboolean
add_tab (Book *book, QdBiffCursor *cursor, const QdBiffRecord *record)
{
  g_auto (QdBiffText) text = { 0 };
  Tab tab;

  /* Hidden ones, charts and macros: what people do not see is not imported. */
  if (record->size < 6 || book->tabs->len >= MAX_SHEETS)
    return FALSE;
  if ((record->data[4] & 3) != 0 || record->data[5] != 0)
    return TRUE;
  qd_biff_text_init (&text, cursor, record, 6);
  tab.at = qd_le32 (record->data);
  tab.name = qd_biff_text_read (&text, TRUE);
  if (tab.name == NULL)
    return FALSE;
  g_array_append_val (book->tabs, tab);
  return TRUE;
}

static gboolean
add_format (Book *book, QdBiffCursor *cursor, const QdBiffRecord *record)
{
  g_auto (QdBiffText) text = { 0 };
  g_autofree char *code = NULL;
  QdCellFormat format;

  if (record->size < 2)
    return FALSE;
  qd_biff_text_init (&text, cursor, record, 2);
  code = qd_biff_text_read (&text, FALSE);
  if (code == NULL)
    return FALSE;
  format = qd_cell_format_of_code (code);
  g_hash_table_insert (book->formats, GUINT_TO_POINTER (qd_le16 (record->data)), g_memdup2 (&format, sizeof format));
  return TRUE;
}

/* A table that ends too early holds fewer texts; only a cell that needs one of the others makes the file a damaged one. */
static gboolean
read_strings (Book *book, QdBiffCursor *cursor, const QdBiffRecord *record)
{
  g_auto (QdBiffText) text = { 0 };
  guint32 n;

  if (record->size < 8)
    return FALSE;
  n = MIN (qd_le32 (record->data + 4), MAX_STRINGS);
  qd_biff_text_init (&text, cursor, record, 8);
  for (guint32 i = 0; i < n; i++)
    {
      g_autofree char *string = qd_biff_text_read (&text, FALSE);

      if (string == NULL)
        break;
      g_ptr_array_add (book->strings, g_string_chunk_insert_const (book->string_arena, string));
    }
  return TRUE;
}

static gboolean
read_global (Book *book, QdBiffCursor *cursor, const QdBiffRecord *record, GError **error)
{
  gboolean good = TRUE;

  switch (record->type)
    {
    case QD_BIFF_FILE_PASS:
      return set_protected (book, error);
    case QD_BIFF_DATE_MODE:
      book->date1904 = record->size >= 2 && qd_le16 (record->data) == 1;
      break;
    case QD_BIFF_BOUND_SHEET:
      good = add_tab (book, cursor, record);
      break;
    case QD_BIFF_FORMAT:
      good = add_format (book, cursor, record);
      break;
    case QD_BIFF_XF:
      good = record->size >= 4 && book->cell_formats->len < MAX_FORMATS;
      if (good)
        {
          guint16 id = qd_le16 (record->data + 2);

          g_array_append_val (book->cell_formats, id);
        }
      break;
    case QD_BIFF_SST:
      good = read_strings (book, cursor, record);
      break;
    default:
      break;
    }
  return good || set_damaged (book, error);
}

static gboolean
read_globals (Book *book, GError **error)
{
  QdBiffCursor cursor = { 0 };
  QdBiffRecord record;

  cursor.data = g_bytes_get_data (book->stream, &cursor.size);
  if (!qd_biff_next (&cursor, &record) || record.type != QD_BIFF_BOF || record.size < 4)
    return set_damaged (book, error);
  if (qd_le16 (record.data) != VERSION_8)
    return set_old (book, error);
  while (qd_biff_next (&cursor, &record))
    {
      if (record.type == QD_BIFF_EOF)
        return book->tabs->len > 0 || set_damaged (book, error);
      if (!read_global (book, &cursor, &record, error))
        return FALSE;
    }
  return set_damaged (book, error);
}

static gboolean
open_stream (Book *book, GBytes *stream, GError **error)
{
  book->stream = g_bytes_ref (stream);
  book->tabs = g_array_new (FALSE, FALSE, sizeof (Tab));
  g_array_set_clear_func (book->tabs, clear_tab);
  book->strings = g_ptr_array_new ();
  book->string_arena = g_string_chunk_new (64 * 1024);
  book->formats = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  book->cell_formats = g_array_new (FALSE, FALSE, sizeof (guint16));
  return read_globals (book, error);
}

/* Both an encrypted xlsx and an xls are compound files; only the former has the stream EncryptedPackage ([MS-OFFCRYPTO] 2.3.4). */
static gboolean
open_book (Book *book, const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) place = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (place, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, cancellable, error);
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GBytes) stream = NULL;
  g_autoptr (QdOle) ole = NULL;

  if (info == NULL)
    return FALSE;
  book->base = g_filename_display_basename (path);
  if (g_file_info_get_size (info) > MAX_FILE)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_TOO_LARGE, _ ("%s is larger than 256 MiB. Split it and import the parts."), book->base);
      return FALSE;
    }
  /* Not mapped: a stick may be pulled while it is read. */
  file = g_file_load_bytes (place, cancellable, NULL, error);
  if (file == NULL)
    return FALSE;
  ole = qd_ole_new (file);
  if (ole == NULL)
    return set_damaged (book, error);
  if (qd_ole_has_stream (ole, "EncryptedPackage"))
    return set_protected (book, error);
  if (!qd_ole_has_stream (ole, "Workbook"))
    {
      if (qd_ole_has_stream (ole, "Book"))
        return set_old (book, error);
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("%s is no workbook. Import .xlsx, .xls or .csv files."), book->base);
      return FALSE;
    }
  stream = qd_ole_read_stream (ole, "Workbook");
  if (stream == NULL)
    return set_damaged (book, error);
  return open_stream (book, stream, error);
}

/* A sheet. */

typedef struct
{
  guint16 row, last_row, column, last_column;
} Area;

typedef struct
{
  Book *book;
  QdSheet *sheet; /* (owned) */
  GArray *areas;  /* (owned) (element-type Area) */
  /* A formula that gave a text: it comes in a record of its own. */
  gboolean expects_text;
  guint16 row, column;
} Reading;

static void
reading_clear (Reading *self)
{
  g_clear_pointer (&self->sheet, qd_sheet_unref);
  g_clear_pointer (&self->areas, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

static gboolean
put_number (Reading *self, guint row, guint column, guint xf, double value, gboolean formula, GError **error)
{
  Book *book = self->book;
  guint16 id = xf < book->cell_formats->len ? g_array_index (book->cell_formats, guint16, xf) : 0;
  const QdCellFormat *own = g_hash_table_lookup (book->formats, GUINT_TO_POINTER (id));
  QdCellFormat format = own != NULL ? *own : qd_cell_format_of_id (id);
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  g_autofree char *text = NULL;
  QdCellType type;

  g_ascii_dtostr (digits, sizeof digits, value);
  text = qd_cell_format_dup_text (&format, digits, book->date1904, &type);
  return qd_sheet_put (self->sheet, row, column, type, formula, text, -1, error);
}

static gboolean
put_bool_or_error (Reading *self, guint row, guint column, guint8 value, gboolean is_error, gboolean formula, GError **error)
{
  const char *text = is_error ? qd_biff_error_text (value) : value != 0 ? "true"
                                                                        : "false";

  return qd_sheet_put (self->sheet, row, column, is_error ? QD_CELL_ERROR : QD_CELL_BOOLEAN, formula, text, -1, error);
}

static gboolean
put_text (Reading *self, QdBiffCursor *cursor, const QdBiffRecord *record, gsize skip, guint row, guint column, gboolean formula, GError **error)
{
  g_auto (QdBiffText) reader = { 0 };
  g_autofree char *text = NULL;

  qd_biff_text_init (&reader, cursor, record, skip);
  text = qd_biff_text_read (&reader, FALSE);
  return text != NULL ? qd_sheet_put (self->sheet, row, column, QD_CELL_TEXT, formula, text, -1, error) : set_damaged (self->book, error);
}

/* 2.4.127: the value last computed; one of 0xffff in its upper bytes is no number. */
static gboolean
put_formula (Reading *self, const QdBiffRecord *record, guint row, guint column, guint xf, GError **error)
{
  const guint8 *value = record->data + 6;

  if (qd_le16 (value + 6) != 0xffff)
    return put_number (self, row, column, xf, qd_le_double (value), TRUE, error);
  self->expects_text = value[0] == 0;
  self->row = (guint16) row;
  self->column = (guint16) column;
  return (value[0] != 1 && value[0] != 2) || put_bool_or_error (self, row, column, value[2], value[0] == 2, TRUE, error);
}

static gboolean
put_numbers (Reading *self, const QdBiffRecord *record, guint row, guint column, GError **error)
{
  for (gsize at = 4; at + 6 + 2 <= record->size; at += 6)
    if (!put_number (self, row, column++, qd_le16 (record->data + at), qd_biff_rk (qd_le32 (record->data + at + 2)), FALSE, error))
      return FALSE;
  return TRUE;
}

/* Of each record of cells, how long it is at least. */
static gsize
get_cell_size (guint16 type)
{
  switch (type)
    {
    case QD_BIFF_NUMBER:
    case QD_BIFF_FORMULA:
      return 14;
    case QD_BIFF_RK:
    case QD_BIFF_LABEL_SST:
      return 10;
    case QD_BIFF_MUL_RK:
    case QD_BIFF_LABEL:
    case QD_BIFF_RICH_STRING:
    case QD_BIFF_BOOL_ERR:
      return 8;
    default:
      return 0;
    }
}

static gboolean
put_cell (Reading *self, QdBiffCursor *cursor, const QdBiffRecord *record, GError **error)
{
  const guint8 *data = record->data;
  guint row = qd_le16 (data), column = qd_le16 (data + 2), xf = qd_le16 (data + 4);
  guint32 index;

  self->expects_text = FALSE;
  switch (record->type)
    {
    case QD_BIFF_NUMBER:
      return put_number (self, row, column, xf, qd_le_double (data + 6), FALSE, error);
    case QD_BIFF_RK:
      return put_number (self, row, column, xf, qd_biff_rk (qd_le32 (data + 6)), FALSE, error);
    case QD_BIFF_MUL_RK:
      return put_numbers (self, record, row, column, error);
    case QD_BIFF_BOOL_ERR:
      return put_bool_or_error (self, row, column, data[6], data[7] != 0, FALSE, error);
    case QD_BIFF_FORMULA:
      return put_formula (self, record, row, column, xf, error);
    case QD_BIFF_LABEL_SST:
      index = qd_le32 (data + 6);
      if (index >= self->book->strings->len)
        return set_damaged (self->book, error);
      return qd_sheet_put (self->sheet, row, column, QD_CELL_TEXT, FALSE, g_ptr_array_index (self->book->strings, index), -1, error);
    default:
      return put_text (self, cursor, record, 6, row, column, FALSE, error);
    }
}

static void
add_areas (Reading *self, const QdBiffRecord *record)
{
  for (gsize at = 2; at + 8 <= record->size && self->areas->len < MAX_AREAS; at += 8)
    {
      Area area = { qd_le16 (record->data + at), qd_le16 (record->data + at + 2), qd_le16 (record->data + at + 4), qd_le16 (record->data + at + 6) };

      g_array_append_val (self->areas, area);
    }
}

static gboolean
read_record (Reading *self, QdBiffCursor *cursor, const QdBiffRecord *record, GError **error)
{
  gsize least = get_cell_size (record->type);

  if (least > 0)
    return record->size >= least ? put_cell (self, cursor, record, error) : set_damaged (self->book, error);
  if (record->type == QD_BIFF_ROW && record->size >= 16 && (record->data[12] & 0x20) != 0)
    qd_sheet_hide_row (self->sheet, qd_le16 (record->data));
  else if (record->type == QD_BIFF_MERGE_CELLS)
    add_areas (self, record);
  else if (record->type == QD_BIFF_STRING && self->expects_text)
    {
      self->expects_text = FALSE;
      return put_text (self, cursor, record, 0, self->row, self->column, TRUE, error);
    }
  return TRUE;
}

static gboolean
fill_areas (Reading *self, GError **error)
{
  for (guint i = 0; i < self->areas->len; i++)
    {
      const Area *area = &g_array_index (self->areas, Area, i);

      if (!qd_sheet_fill_area (self->sheet, area->row, area->column, area->last_row, area->last_column, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_records (Reading *self, guint32 at, QdSheetProgress progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  QdBiffCursor cursor = { 0 };
  QdBiffRecord record;
  guint depth = 0; /* charts in the sheet are sheets of their own */

  cursor.data = g_bytes_get_data (self->book->stream, &cursor.size);
  cursor.at = MIN (at, cursor.size);
  if (!qd_biff_next (&cursor, &record) || record.type != QD_BIFF_BOF)
    return set_damaged (self->book, error);
  for (guint64 n = 0; qd_biff_next (&cursor, &record); n++)
    {
      if (n % 10000 == 0)
        {
          if (progress != NULL)
            progress (qd_sheet_get_n_rows (self->sheet), user_data);
          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
        }
      if (record.type == QD_BIFF_BOF)
        depth++;
      else if (record.type != QD_BIFF_EOF)
        {
          if (depth == 0 && !read_record (self, &cursor, &record, error))
            return FALSE;
        }
      else if (depth-- == 0)
        return fill_areas (self, error);
    }
  /* Cut off before its end: rows are missing, and nobody could tell which. */
  return set_damaged (self->book, error);
}

static QdSheet *
read_tab (Book *book, const char *name, QdSheetProgress progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_auto (Reading) reading = { 0 };
  guint i = 0;

  while (name != NULL && i < book->tabs->len && !g_str_equal (g_array_index (book->tabs, Tab, i).name, name))
    i++;
  if (i >= book->tabs->len)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("%s has no visible worksheet “%s”."), book->base, name != NULL ? name : "");
      return NULL;
    }
  reading.book = book;
  reading.sheet = qd_sheet_new (g_array_index (book->tabs, Tab, i).name);
  reading.areas = g_array_new (FALSE, FALSE, sizeof (Area));
  return read_records (&reading, g_array_index (book->tabs, Tab, i).at, progress, user_data, cancellable, error) ? g_steal_pointer (&reading.sheet) : NULL;
}

GStrv
qd_sheet_list_xls (const char *path, GError **error)
{
  g_auto (Book) book = { 0 };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!open_book (&book, path, NULL, error))
    return NULL;
  for (guint i = 0; i < book.tabs->len; i++)
    g_strv_builder_add (builder, g_array_index (book.tabs, Tab, i).name);
  return g_strv_builder_end (builder);
}

QdSheet *
qd_sheet_read_xls (const char *path, const char *name, QdSheetProgress progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_auto (Book) book = { 0 };

  return open_book (&book, path, cancellable, error) ? read_tab (&book, name, progress, user_data, cancellable, error) : NULL;
}

QdSheet *
qd_sheet_read_xls_stream (GBytes *stream, const char *base, GError **error)
{
  g_auto (Book) book = { .base = g_strdup (base) };

  return open_stream (&book, stream, error) ? read_tab (&book, NULL, NULL, NULL, NULL, error) : NULL;
}
