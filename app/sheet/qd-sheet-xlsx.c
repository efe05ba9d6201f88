/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-sheet-xlsx"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <libxml/xmlreader.h>
#include <string.h>

#include "qd-cell-format-private.h"
#include "qd-sheet-private.h"
#include "qd-zip.h"
#include "qd-xml-guard.h"

/* Reads what ECMA-376 part 1 calls SpreadsheetML: the parts are streamed, never held as documents. */

#define MAX_STRINGS 4000000u
#define MAX_STYLES 65536u
/* A part may unpack to at most this; a million cells take about 60 MB. */
#define MAX_PART (G_GUINT64_CONSTANT (2) * 1024 * 1024 * 1024)
/* And a small file that unpacks to very much is no ledger. */
#define MAX_RATIO 400

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlTextReader, xmlFreeTextReader)

typedef struct
{
  QdZipReader *zip;           /* (owned) */
  char *base;                 /* (owned): name of the file, for messages */
  GPtrArray *names;           /* (owned) (element-type utf8): visible sheets */
  GPtrArray *parts;           /* (owned) (element-type utf8): their parts */
  GPtrArray *strings;         /* (owned) (element-type utf8): shared strings */
  GStringChunk *string_arena; /* (owned) */
  GArray *styles;             /* (owned) (element-type QdCellFormat): for each cell format */
  gboolean date1904;
} Book;

static void
book_clear (Book *self)
{
  g_clear_pointer (&self->zip, qd_zip_reader_free);
  g_clear_pointer (&self->base, g_free);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->strings, g_ptr_array_unref);
  g_clear_pointer (&self->string_arena, g_string_chunk_free);
  g_clear_pointer (&self->styles, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Book, book_clear)

/* A part being read: the stream, its reader, and what went wrong. */
typedef struct
{
  GInputStream *stream;
  xmlTextReader *reader;
  QdXmlGuard guard;
  guint64 left;
  gboolean too_large;
} Part;

static void
part_clear (Part *self)
{
  g_clear_pointer (&self->reader, xmlFreeTextReader);
  g_clear_object (&self->stream);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Part, part_clear)

static int
read_part_cb (void *context,
              char *buffer,
              int length)
{
  Part *part = context;
  gssize n = g_input_stream_read (part->stream, buffer, (gsize) length, NULL, NULL);

  if (n > 0 && (guint64) n > part->left)
    {
      part->too_large = TRUE;
      return -1;
    }
  if (n > 0 && !qd_xml_guard_feed (&part->guard, buffer, (gsize) n))
    return -1;
  part->left -= n > 0 ? (guint64) n : 0;
  return (int) n;
}

static int
close_part_cb (void *context)
{
  return 0;
}

/* libxml2 would print to standard error; what matters is that reading stops, and the caller says so. */
static void
ignore_xml_error_cb (void *arg,
                     const char *message,
                     xmlParserSeverities severity,
                     xmlTextReaderLocatorPtr locator)
{
}

static gboolean
set_corrupt (Book *book,
             const char *part_name,
             const Part *part,
             GError **error)
{
  if (part != NULL && part->too_large)
    g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_TOO_LARGE, _ ("Cannot read %s: its part %s unpacks to far more than a ledger can hold."), book->base, part_name);
  else
    g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_CORRUPT, _ ("Cannot read %s: its part %s is damaged. Open it in Excel, save it again, and import that."), book->base, part_name);
  return FALSE;
}

static gboolean
open_part (Book *book,
           const char *name,
           Part *part,
           GError **error)
{
  int index = qd_zip_reader_find (book->zip, name);

  if (index < 0)
    return set_corrupt (book, name, NULL, error);
  part->stream = qd_zip_reader_open_entry (book->zip, (guint) index, error);
  if (part->stream == NULL)
    {
      g_clear_error (error);
      return set_corrupt (book, name, NULL, error);
    }
  part->left = MAX_PART;
  part->reader = xmlReaderForIO (read_part_cb, close_part_cb, part, name, NULL, XML_PARSE_NONET | XML_PARSE_COMPACT | XML_PARSE_NOCDATA);
  if (part->reader == NULL)
    return set_corrupt (book, name, NULL, error);
  xmlTextReaderSetErrorHandler (part->reader, ignore_xml_error_cb, NULL);
  return TRUE;
}

static gboolean
is_element (xmlTextReader *reader,
            const char *name)
{
  return xmlTextReaderNodeType (reader) == XML_READER_TYPE_ELEMENT && strcmp ((const char *) xmlTextReaderConstLocalName (reader), name) == 0;
}

static gboolean
is_end (xmlTextReader *reader,
        const char *name)
{
  return xmlTextReaderNodeType (reader) == XML_READER_TYPE_END_ELEMENT && strcmp ((const char *) xmlTextReaderConstLocalName (reader), name) == 0;
}

static gboolean
is_text (xmlTextReader *reader)
{
  int type = xmlTextReaderNodeType (reader);

  return type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA || type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE || type == XML_READER_TYPE_WHITESPACE;
}

/* Attribute by local name, whatever its prefix. */
static char *
dup_attribute (xmlTextReader *reader,
               const char *name)
{
  char *result = NULL;

  while (xmlTextReaderMoveToNextAttribute (reader) == 1)
    if (strcmp ((const char *) xmlTextReaderConstLocalName (reader), name) == 0)
      {
        result = g_strdup ((const char *) xmlTextReaderConstValue (reader));
        break;
      }
  xmlTextReaderMoveToElement (reader);
  return result;
}

/* One step of a part; FALSE at its end, or on damage with @error set. A DOCTYPE never belongs here. */
static gboolean
step (Book *book,
      const char *name,
      Part *part,
      GError **error)
{
  int more = xmlTextReaderRead (part->reader);

  if (more == 1 && xmlTextReaderNodeType (part->reader) == XML_READER_TYPE_DOCUMENT_TYPE)
    more = -1;
  if (more < 0)
    set_corrupt (book, name, part, error);
  return more == 1;
}

static GHashTable *
read_relations (Book *book,
                GError **error)
{
  static const char name[] = "xl/_rels/workbook.xml.rels";
  g_autoptr (GHashTable) targets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GError) local_error = NULL;
  g_auto (Part) part = { 0 };

  if (!open_part (book, name, &part, error))
    return NULL;
  while (step (book, name, &part, &local_error))
    {
      if (is_element (part.reader, "Relationship"))
        {
          g_autofree char *id = dup_attribute (part.reader, "Id");
          g_autofree char *target = dup_attribute (part.reader, "Target");

          if (id == NULL || target == NULL || strstr (target, "..") != NULL)
            continue;
          g_hash_table_insert (targets,
                               g_steal_pointer (&id),
                               target[0] == '/' ? g_strdup (target + 1) : g_strconcat ("xl/", target, NULL));
        }
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return g_steal_pointer (&targets);
}

static gboolean
read_workbook (Book *book,
               GError **error)
{
  static const char name[] = "xl/workbook.xml";
  g_autoptr (GHashTable) targets = read_relations (book, error);
  g_autoptr (GError) local_error = NULL;
  g_auto (Part) part = { 0 };

  if (targets == NULL || !open_part (book, name, &part, error))
    return FALSE;
  while (step (book, name, &part, &local_error))
    {
      if (is_element (part.reader, "workbookPr"))
        {
          g_autofree char *epoch = dup_attribute (part.reader, "date1904");

          book->date1904 = epoch != NULL && (g_str_equal (epoch, "1") || g_str_equal (epoch, "true"));
        }
      else if (is_element (part.reader, "sheet"))
        {
          g_autofree char *title = dup_attribute (part.reader, "name");
          g_autofree char *id = dup_attribute (part.reader, "id");
          g_autofree char *state = dup_attribute (part.reader, "state");
          const char *target = id != NULL ? g_hash_table_lookup (targets, id) : NULL;

          /* Chart sheets have no cells. */
          if (title == NULL || target == NULL || (state != NULL && !g_str_equal (state, "visible")) || strstr (target, "worksheets/") == NULL)
            continue;
          g_ptr_array_add (book->names, g_steal_pointer (&title));
          g_ptr_array_add (book->parts, g_strdup (target));
        }
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

static gboolean
open_book (Book *book,
           const char *path,
           GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint64 packed;
  guint64 unpacked = 0;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL, error);

  if (info == NULL)
    return FALSE;
  packed = (guint64) g_file_info_get_size (info);
  book->base = g_path_get_basename (path);
  book->names = g_ptr_array_new_with_free_func (g_free);
  book->parts = g_ptr_array_new_with_free_func (g_free);
  book->zip = qd_zip_reader_open (path, &local_error);
  if (book->zip == NULL)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_CORRUPT, _ ("Cannot read %s: %s"), book->base, local_error->message);
      return FALSE;
    }
  for (guint i = 0; i < qd_zip_reader_get_n_entries (book->zip); i++)
    unpacked += qd_zip_reader_get_size (book->zip, i);
  if (unpacked > MAX_PART || (unpacked > 64 * 1024 * 1024 && unpacked / MAX (packed, 1) > MAX_RATIO))
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_TOO_LARGE, _ ("Cannot read %s: it unpacks to far more than a ledger can hold."), book->base);
      return FALSE;
    }
  if (qd_zip_reader_find (book->zip, "xl/workbook.xml") < 0)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("Cannot read %s: it is a zip file, but no workbook. Choose an .xlsx or .csv file."), book->base);
      return FALSE;
    }
  return read_workbook (book, error);
}

/* Shared strings: the plain text of each item; phonetic runs (rPh) are not part of it. */
static gboolean
read_strings (Book *book,
              GError **error)
{
  static const char name[] = "xl/sharedStrings.xml";
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (Part) part = { 0 };
  gsize total = 0;
  gboolean in_text = FALSE;
  gboolean in_phonetic = FALSE;

  book->strings = g_ptr_array_new ();
  book->string_arena = g_string_chunk_new (64 * 1024);
  if (qd_zip_reader_find (book->zip, name) < 0)
    return TRUE;
  if (!open_part (book, name, &part, error))
    return FALSE;
  while (step (book, name, &part, &local_error))
    {
      if (is_element (part.reader, "si"))
        {
          g_string_truncate (text, 0);
          if (xmlTextReaderIsEmptyElement (part.reader))
            g_ptr_array_add (book->strings, (gpointer) "");
        }
      else if (is_element (part.reader, "rPh"))
        in_phonetic = !xmlTextReaderIsEmptyElement (part.reader);
      else if (is_end (part.reader, "rPh"))
        in_phonetic = FALSE;
      else if (is_element (part.reader, "t"))
        in_text = !xmlTextReaderIsEmptyElement (part.reader);
      else if (is_end (part.reader, "t"))
        in_text = FALSE;
      else if (in_text && !in_phonetic && is_text (part.reader))
        g_string_append (text, (const char *) xmlTextReaderConstValue (part.reader));
      else if (is_end (part.reader, "si"))
        {
          total += text->len + 1;
          if (book->strings->len >= MAX_STRINGS || total > QD_SHEET_MAX_TEXT)
            {
              part.too_large = TRUE;
              return set_corrupt (book, name, &part, error);
            }
          g_ptr_array_add (book->strings, g_string_chunk_insert_len (book->string_arena, text->str, (gssize) text->len));
        }
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_styles (Book *book,
             GError **error)
{
  static const char name[] = "xl/styles.xml";
  g_autoptr (GHashTable) formats = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (GError) local_error = NULL;
  g_auto (Part) part = { 0 };
  gboolean in_cell_formats = FALSE;

  book->styles = g_array_new (FALSE, TRUE, sizeof (QdCellFormat));
  if (qd_zip_reader_find (book->zip, name) < 0)
    return TRUE;
  if (!open_part (book, name, &part, error))
    return FALSE;
  while (step (book, name, &part, &local_error))
    {
      if (is_element (part.reader, "numFmt"))
        {
          g_autofree char *id = dup_attribute (part.reader, "numFmtId");
          g_autofree char *code = dup_attribute (part.reader, "formatCode");

          if (id != NULL && code != NULL && g_hash_table_size (formats) < MAX_STYLES)
            {
              QdCellFormat format = qd_cell_format_of_code (code);

              g_hash_table_insert (formats, GUINT_TO_POINTER ((guint) g_ascii_strtoull (id, NULL, 10)), g_memdup2 (&format, sizeof format));
            }
        }
      else if (is_element (part.reader, "cellXfs"))
        in_cell_formats = TRUE;
      else if (is_end (part.reader, "cellXfs"))
        in_cell_formats = FALSE;
      else if (in_cell_formats && is_element (part.reader, "xf") && book->styles->len < MAX_STYLES)
        {
          g_autofree char *id = dup_attribute (part.reader, "numFmtId");
          guint64 number = id != NULL ? g_ascii_strtoull (id, NULL, 10) : 0;
          const QdCellFormat *own = g_hash_table_lookup (formats, GUINT_TO_POINTER ((guint) number));
          QdCellFormat format = own != NULL ? *own : qd_cell_format_of_id (number);

          g_array_append_val (book->styles, format);
        }
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

/* "BC12" -> row 11, column 54. */
static gboolean
parse_reference (const char *text,
                 guint *row,
                 guint *column)
{
  guint c = 0;
  guint64 r;
  const char *p = text;
  char *end;

  for (; *p >= 'A' && *p <= 'Z'; p++)
    {
      c = 26 * c + (guint) (*p - 'A' + 1);
      if (c > QD_SHEET_MAX_COLUMNS)
        return FALSE;
    }
  r = g_ascii_strtoull (p, &end, 10);
  if (c == 0 || end == p || r == 0 || r > QD_SHEET_MAX_ROWS)
    return FALSE;
  *row = (guint) r - 1;
  *column = c - 1;
  return TRUE;
}

/* A cell being read. */
typedef struct
{
  guint row;
  guint column;
  char type[12];
  guint64 style;
  gboolean formula;
  GString *value; /* <v>, or the texts of <is> */
} Cell;

static gboolean
put_cell (Book *book,
          QdSheet *sheet,
          const Cell *cell,
          GError **error)
{
  const char *text = cell->value->str;
  QdCellType type = QD_CELL_TEXT;
  g_autofree char *converted = NULL;

  if (cell->value->len == 0)
    return TRUE;
  if (g_str_equal (cell->type, "s"))
    {
      guint64 index = g_ascii_strtoull (text, NULL, 10);

      text = index < book->strings->len ? g_ptr_array_index (book->strings, index) : "";
    }
  else if (g_str_equal (cell->type, "b"))
    {
      type = QD_CELL_BOOLEAN;
      text = g_str_equal (text, "1") ? "true" : "false";
    }
  else if (g_str_equal (cell->type, "e"))
    type = QD_CELL_ERROR;
  else if (g_str_equal (cell->type, "d"))
    type = QD_CELL_DATE;
  else if (g_str_equal (cell->type, "n"))
    {
      converted = qd_cell_format_dup_text (cell->style < book->styles->len ? &g_array_index (book->styles, QdCellFormat, cell->style) : NULL, text, book->date1904, &type);
      text = converted;
    }
  return qd_sheet_put (sheet, cell->row, cell->column, type, cell->formula, text, -1, error);
}

typedef struct
{
  guint row, column, last_row, last_column;
} Area;

static void
begin_cell (xmlTextReader *reader,
            Cell *cell,
            guint row,
            guint next_column)
{
  g_autofree char *reference = dup_attribute (reader, "r");
  g_autofree char *type = dup_attribute (reader, "t");
  g_autofree char *style = dup_attribute (reader, "s");

  cell->row = row;
  cell->column = next_column;
  if (reference != NULL)
    {
      guint r;
      guint c;

      if (parse_reference (reference, &r, &c))
        cell->column = c;
    }
  g_strlcpy (cell->type, type != NULL ? type : "n", sizeof cell->type);
  cell->style = style != NULL ? g_ascii_strtoull (style, NULL, 10) : 0;
  cell->formula = FALSE;
  g_string_truncate (cell->value, 0);
}

static gboolean
begin_row (Book *book,
           const char *name,
           Part *part,
           QdSheet *sheet,
           guint *row,
           GError **error)
{
  g_autofree char *number = dup_attribute (part->reader, "r");
  g_autofree char *hidden = dup_attribute (part->reader, "hidden");
  guint64 r = number != NULL ? g_ascii_strtoull (number, NULL, 10) : (guint64) (*row + 1) + 1; /* G_MAXUINT + 1 is 0 */

  if (r == 0 || r > QD_SHEET_MAX_ROWS)
    return set_corrupt (book, name, part, error);
  *row = (guint) r - 1;
  if (hidden != NULL && (g_str_equal (hidden, "1") || g_str_equal (hidden, "true")))
    qd_sheet_hide_row (sheet, *row);
  return TRUE;
}

static QdSheet *
read_sheet (Book *book,
            guint index,
            QdSheetProgress progress,
            gpointer user_data,
            GCancellable *cancellable,
            GError **error)
{
  const char *name = g_ptr_array_index (book->parts, index);
  g_autoptr (QdSheet) sheet = qd_sheet_new (g_ptr_array_index (book->names, index));
  g_autoptr (GArray) areas = g_array_new (FALSE, FALSE, sizeof (Area));
  g_autoptr (GString) value = g_string_new (NULL);
  g_autoptr (GError) local_error = NULL;
  g_auto (Part) part = { 0 };
  Cell cell = { .value = value };
  guint row = G_MAXUINT; /* before the first */
  guint next_column = 0;
  gboolean in_value = FALSE;
  gboolean in_cell = FALSE;

  if (!open_part (book, name, &part, error))
    return NULL;
  while (step (book, name, &part, &local_error))
    {
      if (is_element (part.reader, "row"))
        {
          if (!begin_row (book, name, &part, sheet, &row, error))
            return NULL;
          next_column = 0;
          if (row % 1000 == 0)
            {
              if (progress != NULL)
                progress (row, user_data);
              if (g_cancellable_set_error_if_cancelled (cancellable, error))
                return NULL;
            }
        }
      else if (is_element (part.reader, "c"))
        {
          begin_cell (part.reader, &cell, row == G_MAXUINT ? 0 : row, next_column);
          next_column = cell.column + 1;
          in_cell = !xmlTextReaderIsEmptyElement (part.reader);
        }
      else if (in_cell && is_element (part.reader, "f"))
        cell.formula = TRUE;
      else if (in_cell && (is_element (part.reader, "v") || is_element (part.reader, "t")))
        in_value = !xmlTextReaderIsEmptyElement (part.reader);
      else if (is_end (part.reader, "v") || is_end (part.reader, "t"))
        in_value = FALSE;
      else if (in_value && is_text (part.reader))
        g_string_append (value, (const char *) xmlTextReaderConstValue (part.reader));
      else if (is_end (part.reader, "c"))
        {
          in_cell = FALSE;
          if (!put_cell (book, sheet, &cell, error))
            return NULL;
        }
      else if (is_element (part.reader, "mergeCell") && areas->len < 100000)
        {
          g_autofree char *range = dup_attribute (part.reader, "ref");
          char *colon = range != NULL ? strchr (range, ':') : NULL;
          Area area;

          if (colon == NULL)
            continue;
          *colon = '\0';
          if (parse_reference (range, &area.row, &area.column) && parse_reference (colon + 1, &area.last_row, &area.last_column))
            g_array_append_val (areas, area);
        }
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  for (guint i = 0; i < areas->len; i++)
    {
      const Area *area = &g_array_index (areas, Area, i);

      if (!qd_sheet_fill_area (sheet, area->row, area->column, area->last_row, area->last_column, error))
        return NULL;
    }
  return g_steal_pointer (&sheet);
}

GStrv
qd_sheet_list_xlsx (const char *path,
                    GError **error)
{
  g_auto (Book) book = { 0 };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (!open_book (&book, path, error))
    return NULL;
  for (guint i = 0; i < book.names->len; i++)
    g_strv_builder_add (builder, g_ptr_array_index (book.names, i));
  return g_strv_builder_end (builder);
}

QdSheet *
qd_sheet_read_xlsx (const char *path,
                    const char *name,
                    QdSheetProgress progress,
                    gpointer user_data,
                    GCancellable *cancellable,
                    GError **error)
{
  g_auto (Book) book = { 0 };
  guint index = 0;

  if (!open_book (&book, path, error) || !read_strings (&book, error) || !read_styles (&book, error))
    return NULL;
  while (name != NULL && index < book.names->len && !g_str_equal (g_ptr_array_index (book.names, index), name))
    index++;
  if (index >= book.names->len)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("%s has no visible worksheet “%s”."), book.base, name != NULL ? name : "");
      return NULL;
    }
  return read_sheet (&book, index, progress, user_data, cancellable, error);
}
