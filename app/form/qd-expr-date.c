/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-date"
#include "config.h"
#include "qd-expr.h"
#include "qd-calendar.h"
#include "qd-expr-private.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

/*
 * Dates are counted in local wall-clock time: a date without a time is a whole number of days, so that the difference
 * of two dates is exact in every time zone. A time with an offset is moved to the local zone first. (JavaRosa counts
 * likewise. ODK Web Forms counts from midnight UTC instead, which makes a date in China end in .6666….)
 */

GDateTime *
qd_eval_get_now (QdEval *ev)
{
  if (ev->now == NULL)
    {
      QdEnv *env = ev->context->env;

      ev->now = env != NULL && env->now != NULL ? g_date_time_ref (env->now) : g_date_time_new_now_local ();
    }
  return ev->now;
}

/* Milliseconds that local time is ahead of UTC at @seconds, of local or of universal time. */
static gint64
offset_at (QdEval *ev, gint64 seconds, GTimeType type)
{
  int interval;

  if (ev->local_zone == NULL)
    ev->local_zone = g_time_zone_ref (g_date_time_get_timezone (qd_eval_get_now (ev)));
  interval = g_time_zone_find_interval (ev->local_zone, type, seconds);
  return interval < 0 ? 0 : (gint64) g_time_zone_get_offset (ev->local_zone, interval) * 1000;
}

/* Days since 1970-01-01 of the proleptic Gregorian calendar; years are counted from March so that leap days come last. */
static gint64
days_from_civil (gint64 year, guint month, guint day)
{
  gint64 era;
  guint year_of_era, day_of_year, day_of_era;

  year -= month <= 2;
  era = (year >= 0 ? year : year - 399) / 400;
  year_of_era = (guint) (year - era * 400);
  day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + (gint64) day_of_era - 719468;
}

static void
civil_from_days (gint64 days, gint64 *year, guint *month, guint *day)
{
  gint64 era;
  guint day_of_era, year_of_era, day_of_year, shifted;

  days += 719468;
  era = (days >= 0 ? days : days - 146096) / 146097;
  day_of_era = (guint) (days - era * 146097);
  year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  shifted = (5 * day_of_year + 2) / 153;
  *day = day_of_year - (153 * shifted + 2) / 5 + 1;
  *month = shifted < 10 ? shifted + 3 : shifted - 9;
  *year = (gint64) year_of_era + era * 400 + (*month <= 2);
}

static guint
days_in_month (gint64 year, guint month)
{
  static const guint8 lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  if (month == 2 && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
    return 29;
  return lengths[month - 1];
}

static gint64
floor_divide (gint64 a, gint64 b)
{
  return a / b - (a % b < 0);
}

/* Reads @min to @max digits. */
static gboolean
read_digits (const char **p, guint min, guint max, guint *out)
{
  guint n = 0;

  *out = 0;
  while (n < max && g_ascii_isdigit (**p))
    {
      *out = *out * 10 + (guint) (**p - '0');
      (*p)++;
      n++;
    }
  return n >= min;
}

static gboolean
read_char (const char **p, char c)
{
  if (**p != c)
    return FALSE;
  (*p)++;
  return TRUE;
}

/* HH, HH:MM, HH:MM:SS or HH:MM:SS.fff */
static gboolean
read_time (const char **p, gint64 *milliseconds)
{
  guint hour, minute = 0, second = 0;
  double fraction = 0, place = 0.1;

  if (!read_digits (p, 2, 2, &hour) || hour > 23)
    return FALSE;
  if (read_char (p, ':'))
    {
      if (!read_digits (p, 2, 2, &minute) || minute > 59)
        return FALSE;
      if (read_char (p, ':'))
        {
          if (!read_digits (p, 2, 2, &second) || second > 59)
            return FALSE;
          if (read_char (p, '.'))
            {
              if (!g_ascii_isdigit (**p))
                return FALSE;
              for (; g_ascii_isdigit (**p); (*p)++, place /= 10)
                fraction += (**p - '0') * place;
            }
        }
    }
  *milliseconds = ((gint64) hour * 60 + minute) * 60000 + second * 1000 + (gint64) floor (fraction * 1000 + 1e-6);
  return TRUE;
}

/* Z or ±HH:MM; @has is FALSE when there is none. */
static gboolean
read_offset (const char **p, gboolean *has, gint64 *milliseconds)
{
  gboolean negative = **p == '-';
  guint hour, minute;

  *has = TRUE;
  *milliseconds = 0;
  if (read_char (p, 'Z'))
    return TRUE;
  if (**p != '-' && **p != '+')
    {
      *has = FALSE;
      return TRUE;
    }
  (*p)++;
  if (!read_digits (p, 2, 2, &hour) || hour > 14 || !read_char (p, ':') || !read_digits (p, 2, 2, &minute) || minute > 59)
    return FALSE;
  *milliseconds = ((gint64) hour * 60 + minute) * (negative ? -60000 : 60000);
  return TRUE;
}

static gboolean
parse_date (QdEval *ev, const char *text, guint min_digits, gint64 *milliseconds_out, gboolean *has_time_out)
{
  const char *p = text;
  guint year, month, day;
  gint64 time = 0, offset, result;
  gboolean has_offset = FALSE, has_time = FALSE;

  if (!read_digits (&p, 4, 4, &year) || !read_char (&p, '-') || !read_digits (&p, min_digits, 2, &month) || !read_char (&p, '-') || !read_digits (&p, min_digits, 2, &day))
    return FALSE;
  if (month < 1 || month > 12 || day < 1 || day > days_in_month (year, month))
    return FALSE;
  if (read_char (&p, 'T'))
    {
      has_time = TRUE;
      if (!read_time (&p, &time) || !read_offset (&p, &has_offset, &offset))
        return FALSE;
    }
  if (*p != '\0')
    return FALSE;
  result = days_from_civil (year, month, day) * QD_DAY_MS + time;
  if (has_offset)
    {
      result -= offset;
      result += offset_at (ev, floor_divide (result, 1000), G_TIME_TYPE_UNIVERSAL);
    }
  *milliseconds_out = result;
  *has_time_out = has_time;
  return TRUE;
}

gboolean
qd_date_parse (QdEval *ev, const char *text, gint64 *milliseconds_out, gboolean *has_time_out)
{
  /* Most texts are no dates: a glance tells. */
  if (!g_ascii_isdigit (text[0]) || strnlen (text, 8) < 8 || text[4] != '-' || text[7] != '-')
    return FALSE;
  return parse_date (ev, text, 2, milliseconds_out, has_time_out);
}

void
qd_date_to_number (gint64 milliseconds, QdNumber *out)
{
  if (milliseconds % QD_DAY_MS == 0)
    qd_number_set_int (out, milliseconds / QD_DAY_MS);
  else
    qd_number_set_double (out, (double) milliseconds / (double) QD_DAY_MS);
}

void
qd_number_parse_or_date (QdEval *ev, QdNumber *self, const char *text)
{
  gint64 milliseconds;
  gboolean has_time;

  qd_number_parse (self, text);
  if (isnan (self->value) && qd_date_parse (ev, text, &milliseconds, &has_time))
    qd_date_to_number (milliseconds, self);
}

/* Years outside 0 … 9999 have no text in the date format of forms. */
static gboolean
is_writable (gint64 milliseconds)
{
  return milliseconds >= days_from_civil (0, 1, 1) * QD_DAY_MS && milliseconds < days_from_civil (10000, 1, 1) * QD_DAY_MS;
}

char *
qd_date_to_string (QdEval *ev, gint64 milliseconds, gboolean has_time)
{
  gint64 days = floor_divide (milliseconds, QD_DAY_MS), rest = milliseconds - days * QD_DAY_MS, year, offset;
  guint month, day;

  if (!is_writable (milliseconds))
    return g_strdup ("");
  civil_from_days (days, &year, &month, &day);
  if (!has_time && rest == 0)
    return g_strdup_printf ("%04d-%02u-%02u", (int) year, month, day);
  offset = offset_at (ev, floor_divide (milliseconds, 1000), G_TIME_TYPE_STANDARD) / 60000;
  return g_strdup_printf ("%04d-%02u-%02uT%02d:%02d:%02d.%03d%c%02d:%02d", (int) year, month, day, (int) (rest / 3600000), (int) (rest / 60000 % 60), (int) (rest / 1000 % 60), (int) (rest % 1000), offset < 0 ? '-' : '+', (int) (ABS (offset) / 60), (int) (ABS (offset) % 60));
}

typedef struct
{
  gboolean valid;
  gboolean empty;
  gboolean has_time;
  gint64 milliseconds;
} Moment;

/* A date argument: a date text, what a date function gave, or a number of days. */
static gboolean
eval_moment (QdEval *ev, const QdScope *scope, const QdExprNode *node, gboolean lenient, Moment *out)
{
  QdValue value;
  QdText text;

  memset (out, 0, sizeof *out);
  if (!qd_eval_value (ev, scope, node, &value))
    return FALSE;
  switch ((QdValueType) value.type)
    {
    case QD_VALUE_DATE:
      out->valid = !isnan (value.number.value);
      out->milliseconds = value.milliseconds;
      out->has_time = value.has_time;
      break;
    case QD_VALUE_NUMBER:
      if (fabs (value.number.value) < 1e7)
        {
          out->valid = TRUE;
          out->milliseconds = (gint64) round (value.number.value * (double) QD_DAY_MS);
        }
      break;
    case QD_VALUE_NODES:
    case QD_VALUE_STRING:
      qd_value_to_text (ev, &value, &text);
      out->empty = *text.text == '\0';
      out->valid = parse_date (ev, text.text, lenient ? 1 : 2, &out->milliseconds, &out->has_time);
      if (value.type == QD_VALUE_NODES)
        qd_text_clear (&text);
      break;
    case QD_VALUE_BOOLEAN:
    case QD_VALUE_ANY:
    default:
      break;
    }
  qd_value_clear (&value);
  return TRUE;
}

static gboolean
set_invalid (QdValue *out)
{
  qd_value_set_date (out, 0, FALSE);
  qd_number_set_double (&out->number, NAN);
  return TRUE;
}

/* ODK's functions. */

static gboolean
fn_today (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  int year, month, day;

  g_date_time_get_ymd (qd_eval_get_now (ev), &year, &month, &day);
  return qd_value_set_date (out, days_from_civil (year, (guint) month, (guint) day) * QD_DAY_MS, FALSE);
}

static gboolean
fn_now (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  GDateTime *now = qd_eval_get_now (ev);
  gint64 milliseconds = g_date_time_to_unix (now) * 1000 + g_date_time_get_microsecond (now) / 1000;

  return qd_value_set_date (out, milliseconds + g_date_time_get_utc_offset (now) / 1000, TRUE);
}

static gboolean
fn_date (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  Moment moment;

  if (!eval_moment (ev, scope, call->items[0], TRUE, &moment))
    return FALSE;
  if (!moment.valid)
    return set_invalid (out);
  return qd_value_set_date (out, moment.milliseconds, FALSE);
}

static gboolean
fn_decimal_date_time (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  Moment moment;

  if (!eval_moment (ev, scope, call->items[0], FALSE, &moment))
    return FALSE;
  if (!moment.valid)
    return qd_value_set_double (out, NAN);
  out->type = QD_VALUE_NUMBER;
  qd_date_to_number (moment.milliseconds, &out->number);
  return TRUE;
}

static gboolean
fn_decimal_time (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  gint64 time, offset;
  gboolean has_offset, ok;
  const char *p;
  QdText text;

  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  p = text.text;
  ok = strlen (p) >= 5 && read_time (&p, &time) && read_offset (&p, &has_offset, &offset) && *p == '\0';
  qd_text_clear (&text);
  if (!ok)
    return qd_value_set_double (out, NAN);
  if (has_offset)
    {
      time += g_date_time_get_utc_offset (qd_eval_get_now (ev)) / 1000 - offset;
      time -= floor_divide (time, QD_DAY_MS) * QD_DAY_MS;
    }
  return qd_value_set_double (out, (double) time / (double) QD_DAY_MS);
}

static gboolean
is_chinese (QdEval *ev)
{
  const QdEnv *env = ev->context->env;

  return env != NULL && env->language != NULL && (g_str_has_prefix (env->language, "zh") || strstr (env->language, "中文") != NULL);
}

static void
append_format (QdEval *ev, GString *text, char what, gint64 milliseconds)
{
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  static const char *const days_en[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
  static const char *const days_zh[] = { "周日", "周一", "周二", "周三", "周四", "周五", "周六" };
  gint64 days = floor_divide (milliseconds, QD_DAY_MS), year;
  int rest = (int) (milliseconds - days * QD_DAY_MS);
  guint month, day, weekday;

  civil_from_days (days, &year, &month, &day);
  weekday = (guint) (days + 4 - floor_divide (days + 4, 7) * 7);
  switch (what)
    {
    case 'Y':
      g_string_append_printf (text, "%04d", (int) year);
      break;
    case 'y':
      g_string_append_printf (text, "%02d", (int) (year % 100));
      break;
    case 'm':
      g_string_append_printf (text, "%02u", month);
      break;
    case 'n':
      g_string_append_printf (text, "%u", month);
      break;
    case 'b':
      /* The form's language decides, as the specification says, not that of the program. */
      if (is_chinese (ev))
        g_string_append_printf (text, "%u月", month);
      else
        g_string_append (text, months[month - 1]);
      break;
    case 'd':
      g_string_append_printf (text, "%02u", day);
      break;
    case 'e':
      g_string_append_printf (text, "%u", day);
      break;
    case 'a':
      g_string_append (text, is_chinese (ev) ? days_zh[weekday] : days_en[weekday]);
      break;
    case 'H':
      g_string_append_printf (text, "%02d", rest / 3600000);
      break;
    case 'h':
      g_string_append_printf (text, "%d", rest / 3600000);
      break;
    case 'M':
      g_string_append_printf (text, "%02d", rest / 60000 % 60);
      break;
    case 'S':
      g_string_append_printf (text, "%02d", rest / 1000 % 60);
      break;
    case '3':
      g_string_append_printf (text, "%03d", rest % 1000);
      break;
    case '%':
      g_string_append_c (text, '%');
      break;
    default:
      g_string_append_c (text, '%');
      g_string_append_c (text, what);
      break;
    }
}

static gboolean
fn_format_date (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  GString *result;
  Moment moment;
  QdText format;

  if (!eval_moment (ev, scope, call->items[0], TRUE, &moment) || !qd_eval_text (ev, scope, call->items[1], &format))
    return FALSE;
  if (!moment.valid || !is_writable (moment.milliseconds))
    {
      qd_text_clear (&format);
      return qd_value_set_static_string (out, "");
    }
  result = g_string_new (NULL);
  for (const char *p = format.text; *p != '\0'; p++)
    {
      if (*p == '%' && p[1] != '\0' && (guchar) p[1] < 0x80)
        append_format (ev, result, *++p, moment.milliseconds);
      else
        g_string_append_c (result, *p);
    }
  qd_text_clear (&format);
  return qd_value_take_string (out, g_string_free (result, FALSE));
}

/* Our own, for deadlines. Times of day do not count. */

static gboolean
eval_two_days (QdEval *ev, const QdScope *scope, const QdExprNode *call, gboolean *valid, gint64 *a, gint64 *b)
{
  Moment first, second;

  if (!eval_moment (ev, scope, call->items[0], FALSE, &first) || !eval_moment (ev, scope, call->items[1], FALSE, &second))
    return FALSE;
  *valid = first.valid && second.valid;
  *a = floor_divide (first.milliseconds, QD_DAY_MS);
  *b = floor_divide (second.milliseconds, QD_DAY_MS);
  return TRUE;
}

static gboolean
fn_days_between (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  gboolean valid;
  gint64 from, to;

  if (!eval_two_days (ev, scope, call, &valid, &from, &to))
    return FALSE;
  return valid ? qd_value_set_int (out, to - from) : qd_value_set_double (out, NAN);
}

/* Months of the calendar that the period touches: 2023-10-01 to 2023-12-31 is 3. A period that ends before it begins touches none. */
static gboolean
fn_months_between (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  gint64 from, to, from_year, to_year;
  guint from_month, to_month, day;
  gboolean valid;

  if (!eval_two_days (ev, scope, call, &valid, &from, &to))
    return FALSE;
  if (!valid)
    return qd_value_set_double (out, NAN);
  if (to < from)
    return qd_value_set_int (out, 0);
  civil_from_days (from, &from_year, &from_month, &day);
  civil_from_days (to, &to_year, &to_month, &day);
  return qd_value_set_int (out, (to_year - from_year) * 12 + (gint64) to_month - (gint64) from_month + 1);
}

/* Civil Code arts. 201-203: the day of the same number, or the last of a month that has none. */
static gboolean
fn_add_months (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  gint64 year, months;
  guint month, day;
  Moment moment;
  double n;

  if (!eval_moment (ev, scope, call->items[0], FALSE, &moment) || !qd_eval_double (ev, scope, call->items[1], &n))
    return FALSE;
  if (!moment.valid || !(fabs (n) < 120000))
    return set_invalid (out);
  civil_from_days (floor_divide (moment.milliseconds, QD_DAY_MS), &year, &month, &day);
  months = year * 12 + (gint64) month - 1 + (gint64) trunc (n);
  year = floor_divide (months, 12);
  month = (guint) (months - year * 12) + 1;
  day = MIN (day, days_in_month (year, month));
  return qd_value_set_date (out, days_from_civil (year, month, day) * QD_DAY_MS, FALSE);
}

/* Bounds of qd:workday-add(), so that no number makes it run for long: twenty years, and the years that QdDay knows. */
#define MAX_WORKDAYS 5000
#define FIRST_YEAR 1900
#define LAST_YEAR 2200

static gboolean
is_workday (QdEval *ev, gint64 days)
{
  QdEnv *env = ev->context->env;
  gint64 year;
  guint month, day;

  civil_from_days (days, &year, &month, &day);
  if (env == NULL || env->klass->is_workday == NULL)
    return qd_calendar_is_workday (NULL, qd_day_new ((guint) year, month, day), NULL);
  return env->klass->is_workday (env, (guint) year, month, day);
}

/* The day itself does not count (Civil Code art. 201). Make-up days count as the yearly notice of the State Council says. */
static gboolean
fn_workday_add (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  Moment moment;
  gint64 days;
  double n;
  int step;

  if (!eval_moment (ev, scope, call->items[0], FALSE, &moment) || !qd_eval_double (ev, scope, call->items[1], &n))
    return FALSE;
  days = floor_divide (moment.milliseconds, QD_DAY_MS);
  if (!moment.valid || !(fabs (n) <= MAX_WORKDAYS) || days < days_from_civil (FIRST_YEAR, 1, 1) || days > days_from_civil (LAST_YEAR, 12, 30))
    return set_invalid (out);
  step = n < 0 ? -1 : 1;
  for (int left = (int) trunc (fabs (n)); left > 0;)
    {
      days += step;
      if (is_workday (ev, days))
        left--;
    }
  return qd_value_set_date (out, days * QD_DAY_MS, FALSE);
}

const QdExprFunction qd_expr_date_functions[] = {
  { "today", 0, 0, QD_VALUE_DATE, 0, QD_EXPR_USES_NOW, fn_today },
  { "now", 0, 0, QD_VALUE_DATE, 0, QD_EXPR_USES_NOW, fn_now },
  { "date", 1, 1, QD_VALUE_DATE, 0, 0, fn_date },
  { "date-time", 1, 1, QD_VALUE_DATE, 0, 0, fn_date },
  { "decimal-date-time", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_decimal_date_time },
  { "decimal-time", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_decimal_time },
  { "format-date", 2, 2, QD_VALUE_STRING, 0, 0, fn_format_date },
  { "format-date-time", 2, 2, QD_VALUE_STRING, 0, 0, fn_format_date },
  { "qd:days-between", 2, 2, QD_VALUE_NUMBER, 0, 0, fn_days_between },
  { "qd:months-between", 2, 2, QD_VALUE_NUMBER, 0, 0, fn_months_between },
  { "qd:add-months", 2, 2, QD_VALUE_DATE, 0, 0, fn_add_months },
  { "qd:workday-add", 2, 2, QD_VALUE_DATE, 0, 0, fn_workday_add },
  { NULL }
};
