/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-calendar"
#include "config.h"
#include "qd-calendar.h"

#include "qd-csv.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

struct _QdCalendar
{
  GHashTable *days;  /* (element-type QdDay Special) */
  GHashTable *years; /* a set of those there is data for */
};

typedef struct
{
  gboolean works;
  char *name; /* (owned) */
} Special;

static void
special_free (gpointer data)
{
  Special *self = data;

  g_free (self->name);
  g_free (self);
}

QdDay
qd_day_parse (const char *text)
{
  GDate date;
  int year, month, day, end = 0;

  if (text == NULL || strlen (text) != 10 || sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || end != 10)
    return 0;
  if (year < 1900 || year > 2200 || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return 0;
  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return g_date_get_julian (&date);
}

static GDate
to_date (QdDay day)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_julian (&date, day);
  return date;
}

char *
qd_day_to_string (QdDay day)
{
  GDate date = to_date (day);

  return g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (&date), g_date_get_month (&date), g_date_get_day (&date));
}

QdDay
qd_day_new (guint year, guint month, guint day)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) MIN (day, g_date_get_days_in_month ((GDateMonth) month, (GDateYear) year)), (GDateMonth) month, (GDateYear) year);
  return g_date_get_julian (&date);
}

guint
qd_day_get_year (QdDay day)
{
  GDate date = to_date (day);

  return g_date_get_year (&date);
}

guint
qd_day_get_month (QdDay day)
{
  GDate date = to_date (day);

  return g_date_get_month (&date);
}

guint
qd_day_get_day (QdDay day)
{
  GDate date = to_date (day);

  return g_date_get_day (&date);
}

QdDay
qd_day_add_months (QdDay day, int months)
{
  int from = (int) (qd_day_get_year (day) * 12 + qd_day_get_month (day) - 1) + months;

  return qd_day_new ((guint) (from / 12), (guint) (from % 12) + 1, qd_day_get_day (day));
}

QdCalendar *
qd_calendar_new (void)
{
  QdCalendar *self = g_new0 (QdCalendar, 1);

  self->days = g_hash_table_new_full (NULL, NULL, NULL, special_free);
  self->years = g_hash_table_new (NULL, NULL);
  return self;
}

void
qd_calendar_free (QdCalendar *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->days);
  g_hash_table_unref (self->years);
  g_free (self);
}

gboolean
qd_calendar_add_year (QdCalendar *self, guint year, GBytes *csv, guint *line_out, char **problem_out)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  QdCsvReader reader;
  gsize length;
  const char *text = g_bytes_get_data (csv, &length);

  qd_csv_reader_init (&reader, text, length);
  reader.delimiter = ',';
  for (*line_out = 1; qd_csv_reader_next (&reader, cells); ++*line_out)
    {
      const char *kind = cells->len > 1 ? cells->pdata[1] : "";
      Special *special;
      QdDay day;

      if (*line_out == 1)
        {
          if (cells->len >= 2 && strcmp (cells->pdata[0], "date") == 0 && strcmp (kind, "kind") == 0)
            continue;
          *problem_out = g_strdup (_ ("The first line must name the columns: date,kind,name,source."));
          return FALSE;
        }
      if (cells->len < 2 && (cells->len == 0 || *(char *) cells->pdata[0] == '\0'))
        continue;
      day = qd_day_parse (cells->pdata[0]);
      if (day == 0 || qd_day_get_year (day) != year)
        {
          *problem_out = g_strdup_printf (_ ("“%s” is not a day of %u."), (char *) cells->pdata[0], year);
          return FALSE;
        }
      if (strcmp (kind, "holiday") != 0 && strcmp (kind, "workday") != 0)
        {
          *problem_out = g_strdup_printf (_ ("“%s” is not a kind of day; write holiday or workday."), kind);
          return FALSE;
        }
      if (g_hash_table_contains (self->days, GUINT_TO_POINTER (day)))
        {
          *problem_out = g_strdup_printf (_ ("“%s” stands here twice."), (char *) cells->pdata[0]);
          return FALSE;
        }
      special = g_new0 (Special, 1);
      special->works = strcmp (kind, "workday") == 0;
      special->name = g_strdup (cells->len > 2 ? cells->pdata[2] : "");
      g_hash_table_insert (self->days, GUINT_TO_POINTER (day), special);
    }
  g_hash_table_add (self->years, GUINT_TO_POINTER (year));
  return TRUE;
}

gboolean
qd_calendar_has_year (QdCalendar *self, guint year)
{
  return g_hash_table_contains (self->years, GUINT_TO_POINTER (year));
}

gboolean
qd_calendar_is_workday (QdCalendar *self, QdDay day, guint *unknown)
{
  const Special *special = self == NULL ? NULL : g_hash_table_lookup (self->days, GUINT_TO_POINTER (day));
  GDate date;

  if (special != NULL)
    return special->works;
  date = to_date (day);
  if (unknown != NULL && *unknown == 0 && self != NULL && !qd_calendar_has_year (self, g_date_get_year (&date)))
    *unknown = g_date_get_year (&date);
  return g_date_get_weekday (&date) <= G_DATE_FRIDAY;
}

const char *
qd_calendar_get_holiday (QdCalendar *self, QdDay day)
{
  const Special *special = g_hash_table_lookup (self->days, GUINT_TO_POINTER (day));

  return special != NULL && !special->works ? special->name : NULL;
}

QdDay
qd_calendar_add_workdays (QdCalendar *self, QdDay day, int n, guint *unknown)
{
  int step = n < 0 ? -1 : 1;

  for (n = ABS (n); n > 0;)
    {
      day += (guint) step;
      if (qd_calendar_is_workday (self, day, unknown))
        n--;
    }
  return day;
}

QdDay
qd_calendar_next_workday (QdCalendar *self, QdDay day, guint *unknown)
{
  while (!qd_calendar_is_workday (self, day, unknown))
    day++;
  return day;
}
