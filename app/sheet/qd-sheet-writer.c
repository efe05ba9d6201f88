/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-sheet-writer"
#include "config.h"

#include "qd-sheet-writer.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <xlsxwriter.h>

/* Formats are made once for each style and number of decimals. */
#define MAX_DECIMALS 15
#define MAX_CELL_TEXT 32767

struct _QdSheetWriter
{
  char *path;           /* (owned) */
  char *temporary;      /* (owned) */
  lxw_workbook *book;   /* (owned) (nullable): NULL once closed */
  lxw_worksheet *sheet; /* the current one */
  GHashTable *names;    /* (owned): case-folded names in use */
  lxw_format *head;
  lxw_format *note;
  lxw_format *date;
  lxw_format *date_time;
  lxw_format *numbers[MAX_DECIMALS + 1]; /* by declared decimals, made on demand */
};

QdSheetWriter *
qd_sheet_writer_new (const char *path,
                     GError **error)
{
  QdSheetWriter *self;
  g_autofree char *temporary = g_strdup_printf ("%s.%08x.part", path, g_random_int ());
  lxw_workbook_options options = { .constant_memory = LXW_TRUE };
  FILE *probe = g_fopen (temporary, "wb");

  /* The library reports an unwritable place only at the end: better to know before the work. */
  if (probe == NULL)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_IO, _ ("Cannot write %s: %s."), path, g_strerror (errno));
      return NULL;
    }
  fclose (probe);

  self = g_new0 (QdSheetWriter, 1);
  self->path = g_strdup (path);
  self->temporary = g_steal_pointer (&temporary);
  self->book = workbook_new_opt (self->temporary, &options);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->head = workbook_add_format (self->book);
  format_set_bold (self->head);
  format_set_bg_color (self->head, 0xEEEEEE);
  format_set_text_wrap (self->head);
  format_set_border (self->head, LXW_BORDER_THIN);
  self->note = workbook_add_format (self->book);
  format_set_font_color (self->note, 0x666666);
  self->date = workbook_add_format (self->book);
  format_set_num_format (self->date, "yyyy-mm-dd");
  self->date_time = workbook_add_format (self->book);
  format_set_num_format (self->date_time, "yyyy-mm-dd hh:mm:ss");
  return self;
}

void
qd_sheet_writer_free (QdSheetWriter *self)
{
  if (self->book != NULL)
    workbook_close (self->book);
  g_unlink (self->temporary);
  g_hash_table_unref (self->names);
  g_free (self->temporary);
  g_free (self->path);
  g_free (self);
}

void
qd_sheet_writer_add_sheet (QdSheetWriter *self,
                           const char *name)
{
  g_autofree char *cut = g_utf8_substring (name, 0, MIN (g_utf8_strlen (name, -1), 28));
  g_autofree char *unique = NULL;

  g_strdelimit (cut, "[]:*?/\\", '_');
  g_strdelimit (cut, "'", ' ');
  unique = g_strdup (cut);
  for (guint i = 2;; i++)
    {
      char *folded = g_utf8_casefold (unique, -1);

      if (g_hash_table_add (self->names, folded))
        break;
      g_free (unique);
      unique = g_strdup_printf ("%s %u", cut, i);
    }
  self->sheet = workbook_add_worksheet (self->book, unique);
}

/* Declared decimals are kept: 12.40 has two of them. */
static lxw_format *
number_format (QdSheetWriter *self,
               guint decimals)
{
  if (self->numbers[decimals] == NULL)
    {
      g_autoptr (GString) code = g_string_new ("0");

      if (decimals > 0)
        g_string_append_c (code, '.');
      for (guint i = 0; i < decimals; i++)
        g_string_append_c (code, '0');
      self->numbers[decimals] = workbook_add_format (self->book);
      format_set_num_format (self->numbers[decimals], code->str);
    }
  return self->numbers[decimals];
}

/* Can a double give back the text? 15 significant digits always do (IEEE 754). */
static gboolean
fits_number (const char *text,
             guint *decimals_out)
{
  const char *p = text;
  guint digits = 0;
  guint decimals = 0;
  gboolean point = FALSE;

  if (*p == '-')
    p++;
  if (*p == '0' && g_ascii_isdigit (p[1])) /* "007" is a code */
    return FALSE;
  for (; *p != '\0'; p++)
    {
      if (*p == '.' && !point && g_ascii_isdigit (p[1]))
        point = TRUE;
      else if (g_ascii_isdigit (*p))
        {
          digits++;
          decimals += point;
        }
      else
        return FALSE;
    }
  *decimals_out = decimals;
  return digits > 0 && digits <= 15;
}

static gboolean
put_date (QdSheetWriter *self,
          guint row,
          guint column,
          const char *text)
{
  lxw_datetime when = { 0 };
  double seconds = 0;
  int n = sscanf (text, "%4d-%2d-%2dT%2d:%2d:%lf", &when.year, &when.month, &when.day, &when.hour, &when.min, &seconds);

  /* Excel has no dates before 1900, and counts a day too many before March of that year. */
  if ((n != 3 && n != 6) || strlen (text) != (n == 3 ? 10 : 19) || when.year < 1901 || !g_date_valid_dmy ((GDateDay) when.day, (GDateMonth) when.month, (GDateYear) when.year))
    return FALSE;
  when.sec = seconds;
  worksheet_write_datetime (self->sheet, row, (lxw_col_t) column, &when, n == 3 ? self->date : self->date_time);
  return TRUE;
}

gboolean
qd_sheet_writer_put (QdSheetWriter *self,
                     guint row,
                     guint column,
                     QdCellType type,
                     QdSheetStyle style,
                     const char *text,
                     GError **error)
{
  lxw_format *format = style == QD_SHEET_STYLE_HEAD ? self->head : style == QD_SHEET_STYLE_NOTE ? self->note
                                                                                                : NULL;
  guint decimals = 0;

  g_return_val_if_fail (self->sheet != NULL, FALSE);

  if (text == NULL || text[0] == '\0')
    return TRUE;
  if (row >= QD_SHEET_MAX_ROWS || column >= QD_SHEET_MAX_COLUMNS || g_utf8_strlen (text, -1) > MAX_CELL_TEXT)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_TOO_LARGE, _ ("A worksheet cannot hold row %u, column %u: Excel takes 1,048,576 rows and 32,767 characters a cell."), row + 1, column + 1);
      return FALSE;
    }
  if (type == QD_CELL_NUMBER && fits_number (text, &decimals))
    worksheet_write_number (self->sheet, row, (lxw_col_t) column, g_ascii_strtod (text, NULL), number_format (self, decimals));
  else if (type == QD_CELL_BOOLEAN && (g_str_equal (text, "true") || g_str_equal (text, "false")))
    worksheet_write_boolean (self->sheet, row, (lxw_col_t) column, text[0] == 't', format);
  else if (type != QD_CELL_DATE || !put_date (self, row, column, text))
    worksheet_write_string (self->sheet, row, (lxw_col_t) column, text, format);
  return TRUE;
}

void
qd_sheet_writer_offer (QdSheetWriter *self,
                       guint column,
                       guint first,
                       guint last,
                       const char *const *labels)
{
  lxw_data_validation validation = { .validate = LXW_VALIDATION_TYPE_LIST, .error_type = LXW_VALIDATION_ERROR_TYPE_WARNING };
  gsize total = 0;

  for (guint i = 0; labels[i] != NULL; i++)
    {
      /* The list is one text with commas in the file. */
      if (strchr (labels[i], ',') != NULL)
        return;
      total += (gsize) g_utf8_strlen (labels[i], -1) + 1;
    }
  if (total == 0 || total > 255)
    return;
  /* Its strings became const in libxlsxwriter 1.1.6. */
  validation.value_list = (void *) labels;
  worksheet_data_validation_range (self->sheet, first, (lxw_col_t) column, last, (lxw_col_t) column, &validation);
}

void
qd_sheet_writer_hide_row (QdSheetWriter *self,
                          guint row)
{
  lxw_row_col_options options = { .hidden = LXW_TRUE };

  worksheet_set_row_opt (self->sheet, row, LXW_DEF_ROW_HEIGHT, NULL, &options);
}

void
qd_sheet_writer_set_width (QdSheetWriter *self,
                           guint column,
                           double characters)
{
  worksheet_set_column (self->sheet, (lxw_col_t) column, (lxw_col_t) column, CLAMP (characters, 6, 60), NULL);
}

void
qd_sheet_writer_freeze (QdSheetWriter *self,
                        guint rows,
                        guint columns)
{
  worksheet_freeze_panes (self->sheet, rows, (lxw_col_t) columns);
}

gboolean
qd_sheet_writer_close (QdSheetWriter *self,
                       GError **error)
{
  lxw_error code = workbook_close (g_steal_pointer (&self->book));

  if (code != LXW_NO_ERROR)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_IO, _ ("Cannot write %s: %s."), self->path, lxw_strerror (code));
      return FALSE;
    }
  if (g_rename (self->temporary, self->path) != 0)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_IO, _ ("Cannot write %s: %s."), self->path, g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

void
qd_sheet_append_csv (GString *out,
                     const char *const *cells,
                     guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const char *cell = cells[i] != NULL ? cells[i] : "";

      if (i > 0)
        g_string_append_c (out, ',');
      if (strpbrk (cell, ",;\"\r\n\t") == NULL && cell[0] != ' ')
        {
          g_string_append (out, cell);
          continue;
        }
      g_string_append_c (out, '"');
      for (; *cell != '\0'; cell++)
        {
          if (*cell == '"')
            g_string_append_c (out, '"');
          g_string_append_c (out, *cell);
        }
      g_string_append_c (out, '"');
    }
  g_string_append (out, "\r\n");
}
