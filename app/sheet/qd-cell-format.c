/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-cell-format"
#include "config.h"
#include "qd-cell-format-private.h"

#include <math.h>
#include <string.h>

/* Does a number format show a date or time? Letters inside quotes, brackets and after a backslash do not count. */
static gboolean
is_date_format (const char *code)
{
  for (const char *p = code; *p != '\0'; p++)
    {
      if (*p == '"')
        {
          p = strchr (p + 1, '"');
          if (p == NULL)
            return FALSE;
        }
      else if (*p == '[')
        {
          /* [h] counts elapsed hours: a duration, not a date; colours and conditions are skipped alike. */
          p = strchr (p, ']');
          if (p == NULL)
            return FALSE;
        }
      else if ((*p == '\\' || *p == '_' || *p == '*') && p[1] != '\0')
        p++;
      else if (strchr ("yYdDmMhHsS", *p) != NULL)
        return g_ascii_strncasecmp (code, "general", 7) != 0;
    }
  return FALSE;
}

/* Built-in formats that show dates (ECMA-376 part 1, 18.8.30), the East Asian ones included. */
static gboolean
is_date_format_id (guint64 id)
{
  return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47 && id != 46) || (id >= 50 && id <= 58);
}

/* Decimals of a plain format such as 0.00 or #,##0.0; -1 for all others. */
static int
count_format_decimals (const char *code)
{
  const char *p = code + strspn (code, "#,");

  if (*p != '0')
    return -1;
  p += strspn (p, "0");
  if (*p == '\0')
    return 0;
  return *p == '.' && p[1] == '0' && p[1 + strspn (p + 1, "0")] == '\0' ? (int) strlen (p + 1) : -1;
}

/* Built-in plain formats: 0, 0.00, #,##0, #,##0.00. */
static int
count_builtin_decimals (guint64 id)
{
  return id == 1 || id == 3 ? 0 : id == 2 || id == 4 ? 2
                                                     : -1;
}

QdCellFormat
qd_cell_format_of_code (const char *code)
{
  return (QdCellFormat){ is_date_format (code), count_format_decimals (code) };
}

QdCellFormat
qd_cell_format_of_id (guint64 id)
{
  return (QdCellFormat){ is_date_format_id (id), count_builtin_decimals (id) };
}

/* Excel's serial day in either epoch as ISO text. 1900-02-29 never was, but Excel counts it: days up to 60 are one off. */
static char *
date_from_serial (double serial,
                  gboolean date1904)
{
  double day;
  gint64 seconds;
  g_autoptr (GDateTime) epoch = NULL;
  g_autoptr (GDateTime) time = NULL;

  /* Not a number is neither. */
  if (!(serial >= 0 && serial <= 2958465.99999))
    return NULL;
  day = floor (serial);
  seconds = (gint64) floor ((serial - day) * 86400.0 + 0.5);
  if (!date1904 && day < 61)
    day += 1;
  epoch = date1904 ? g_date_time_new_utc (1904, 1, 1, 0, 0, 0) : g_date_time_new_utc (1899, 12, 30, 0, 0, 0);
  time = g_date_time_add_seconds (epoch, day * 86400.0 + (double) seconds);
  if (time == NULL)
    return NULL;
  return g_date_time_format (time, seconds == 0 ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%S");
}

/*
 * Numbers are stored as the shortest text of a double ("1.2E-3", "0.30000000000000004"). Excel shows 15 significant
 * digits; so do we, without exponent, so that what arrives is what the user saw. A format that shows more decimals than
 * the value has adds zeros (12.40); one that shows fewer takes nothing away.
 */
static char *
plain_number (const char *text,
              int decimals_shown)
{
  char *end;
  double value = g_ascii_strtod (text, &end);
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  char format[16];
  g_autofree char *buffer = NULL;
  char *point;
  int decimals;
  int last;

  if (end == text || *end != '\0' || !isfinite (value) || fabs (value) > 1e30 || (value != 0 && fabs (value) < 1e-30))
    return NULL;
  g_ascii_formatd (digits, sizeof digits, "%.14e", value);
  decimals = CLAMP (14 - (int) g_ascii_strtoll (strchr (digits, 'e') + 1, NULL, 10), 0, 45);
  buffer = g_malloc (128);
  g_snprintf (format, sizeof format, "%%.%df", decimals);
  g_ascii_formatd (buffer, 128, format, g_ascii_strtod (digits, NULL));
  point = strchr (buffer, '.');
  if (point == NULL)
    point = buffer + strlen (buffer);
  last = (int) strlen (buffer) - 1;
  while (buffer + last > point && buffer[last] == '0' && last - (point - buffer) > MAX (decimals_shown, 0))
    buffer[last--] = '\0';
  if (buffer + last == point)
    *point = '\0';
  while (decimals_shown > 0 && decimals_shown <= 30 && (int) strlen (buffer) - (point - buffer) - 1 < decimals_shown)
    strcpy (buffer + strlen (buffer), *point == '\0' ? "." : "0");
  return g_steal_pointer (&buffer);
}

char *
qd_cell_format_dup_text (const QdCellFormat *format, const char *number, gboolean date1904, QdCellType *type_out)
{
  char *text = format != NULL && format->is_date ? date_from_serial (g_ascii_strtod (number, NULL), date1904) : NULL;

  *type_out = QD_CELL_DATE;
  if (text != NULL)
    return text;
  text = plain_number (number, format != NULL ? format->decimals : -1);
  *type_out = text != NULL ? QD_CELL_NUMBER : QD_CELL_ERROR;
  return text != NULL ? text : g_strdup (number);
}
