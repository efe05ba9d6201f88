/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-instance"
#include "config.h"
#include "qd-instance-private.h"

#include <math.h>
#include <string.h>

/* Types of values. */

static gboolean
all_digits (const char *text, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_date (const char *text, gsize length)
{
  const char *p = text;
  gsize year = 0;
  guint month, day;

  if (*p == '-')
    p++;
  while (g_ascii_isdigit (p[year]))
    year++;
  if (year < 4 || length != (gsize) (p - text) + year + 6)
    return FALSE;
  p += year;
  if (p[0] != '-' || !all_digits (p + 1, 2) || p[3] != '-' || !all_digits (p + 4, 2))
    return FALSE;
  month = (guint) g_ascii_strtoull (p + 1, NULL, 10);
  day = (guint) g_ascii_strtoull (p + 4, NULL, 10);
  if (month < 1 || month > 12 || day < 1 || year > 9)
    return FALSE;
  return day <= g_date_get_days_in_month ((GDateMonth) month, (GDateYear) (g_ascii_strtoull (p - year, NULL, 10) % 10000 == 0 ? 400 : g_ascii_strtoull (p - year, NULL, 10) % 10000));
}

static gboolean
is_offset (const char *text)
{
  if (*text == '\0' || strcmp (text, "Z") == 0)
    return TRUE;
  return (*text == '+' || *text == '-') && all_digits (text + 1, 2) && text[3] == ':' && all_digits (text + 4, 2) && text[6] == '\0' && g_ascii_strtoull (text + 1, NULL, 10) <= 14 && g_ascii_strtoull (text + 4, NULL, 10) < 60;
}

static gboolean
is_time (const char *text)
{
  const char *p = text;

  if (!all_digits (p, 2) || p[2] != ':' || !all_digits (p + 3, 2) || g_ascii_strtoull (p, NULL, 10) > 23 || g_ascii_strtoull (p + 3, NULL, 10) > 59)
    return FALSE;
  p += 5;
  if (*p == ':')
    {
      if (!all_digits (p + 1, 2) || g_ascii_strtoull (p + 1, NULL, 10) > 59)
        return FALSE;
      p += 3;
      if (*p == '.')
        {
          if (!g_ascii_isdigit (*++p))
            return FALSE;
          while (g_ascii_isdigit (*p))
            p++;
        }
    }
  return is_offset (p);
}

static gboolean
is_number (const char *text, gboolean is_whole)
{
  const char *p = text;
  gsize digits = 0;

  if (*p == '-' || *p == '+')
    p++;
  for (; g_ascii_isdigit (*p); p++)
    digits++;
  if (!is_whole && *p == '.')
    for (p++; g_ascii_isdigit (*p); p++)
      digits++;
  return digits > 0 && *p == '\0';
}

static gboolean
is_int (const char *text)
{
  gint64 number;

  return is_number (text, TRUE) && g_ascii_string_to_signed (*text == '+' ? text + 1 : text, 10, G_MININT32, G_MAXINT32, &number, NULL);
}

/* 0.05L: below a limit of detection of 0.05. */
gboolean
qd_value_is_limit (const char *text)
{
  gsize length = strlen (text);
  g_autofree char *number = NULL;

  if (length < 2 || text[length - 1] != 'L' || *text == '-')
    return FALSE;
  number = g_strndup (text, length - 1);
  return is_number (number, FALSE);
}

static gboolean
is_geopoint (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  guint n = g_strv_length (words);

  if (n < 2 || n > 4)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!is_number (words[i], FALSE))
      return FALSE;
  return fabs (g_ascii_strtod (words[0], NULL)) <= 90 && fabs (g_ascii_strtod (words[1], NULL)) <= 180;
}

static gboolean
is_geotrace (const char *text, guint least)
{
  g_auto (GStrv) points = g_strsplit (text, ";", -1);
  guint n = 0;

  for (guint i = 0; points[i] != NULL; i++)
    {
      g_strstrip (points[i]);
      if (*points[i] == '\0' && points[i + 1] == NULL)
        break;
      if (!is_geopoint (points[i]))
        return FALSE;
      n++;
    }
  return n >= least;
}

gboolean
qd_value_fits (const QdField *field, const char *text)
{
  const char *t;

  switch ((QdValueType) field->value_type)
    {
    case QD_VALUE_STRING:
    case QD_VALUE_BINARY:
    case QD_VALUE_BARCODE:
    case QD_VALUE_INTENT:
      return TRUE;
    case QD_VALUE_INT:
      return is_int (text) || qd_value_is_limit (text);
    case QD_VALUE_DECIMAL:
      return is_number (text, FALSE) || qd_value_is_limit (text);
    case QD_VALUE_BOOLEAN:
      return g_strv_contains ((const char *const[]){ "true", "false", "1", "0", NULL }, text);
    case QD_VALUE_DATE:
      return is_date (text, strlen (text));
    case QD_VALUE_TIME:
      return is_time (text);
    case QD_VALUE_DATE_TIME:
      t = strchr (text, 'T');
      return t != NULL && is_date (text, (gsize) (t - text)) && is_time (t + 1);
    case QD_VALUE_GEOPOINT:
      return is_geopoint (text);
    case QD_VALUE_GEOTRACE:
      return is_geotrace (text, 2);
    case QD_VALUE_GEOSHAPE:
      return is_geotrace (text, 3);
    }
  return TRUE;
}

/* What people type is never changed: see qd_value_fits(). */
char *
qd_value_coerce (const QdField *field, char *text)
{
  QdNumber number;
  char *result, *t;

  if (*text == '\0')
    return text;
  switch ((QdValueType) field->value_type)
    {
    case QD_VALUE_INT:
      if (is_int (text) || qd_value_is_limit (text))
        return text;
      qd_number_parse (&number, text);
      g_free (text);
      if (!isfinite (number.value) || fabs (number.value) >= 2147483648.0)
        return g_strdup ("");
      /* Collect cuts towards zero. */
      number.value = trunc (number.value);
      number.exact = FALSE;
      return qd_number_to_string (&number);
    case QD_VALUE_DECIMAL:
      if (is_number (text, FALSE) || qd_value_is_limit (text))
        return text;
      g_free (text);
      return g_strdup ("");
    case QD_VALUE_DATE:
      t = strchr (text, 'T');
      if (t != NULL && is_date (text, (gsize) (t - text)) && is_time (t + 1))
        {
          result = g_strndup (text, (gsize) (t - text));
          g_free (text);
          return result;
        }
      if (qd_value_fits (field, text))
        return text;
      g_free (text);
      return g_strdup ("");
    case QD_VALUE_TIME:
    case QD_VALUE_DATE_TIME:
    case QD_VALUE_GEOPOINT:
    case QD_VALUE_GEOTRACE:
    case QD_VALUE_GEOSHAPE:
      if (qd_value_fits (field, text))
        return text;
      g_free (text);
      return g_strdup ("");
    default:
      return text;
    }
}
