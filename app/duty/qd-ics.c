/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-ics"
#include "config.h"
#include "qd-calendar.h"
#include "qd-ics.h"

#include <string.h>

/* RFC 5545: lines of at most 75 octets, further ones begin with a space (3.1). */
#define MAX_LINE 75
#define ALARM_DAYS 14
#define ALARM_HOUR 9

static void
add_line (GString *out, const char *line)
{
  gsize room = MAX_LINE;

  for (const char *p = line; *p != '\0';)
    {
      gsize length = (gsize) (g_utf8_next_char (p) - p);

      if (length > room)
        {
          g_string_append (out, "\r\n ");
          room = MAX_LINE - 1;
        }
      g_string_append_len (out, p, (gssize) length);
      room -= length;
      p += length;
    }
  g_string_append (out, "\r\n");
}

/* TEXT (3.3.11): backslash, semicolon, comma and line breaks are escaped; other control characters cannot stand there. */
static void
add_text (GString *out, const char *name, const char *text)
{
  g_autoptr (GString) line = g_string_new (name);

  g_string_append_c (line, ':');
  for (const char *p = text; *p != '\0'; p++)
    {
      if (*p == '\n')
        g_string_append (line, "\\n");
      else if (strchr ("\\;,", *p) != NULL)
        g_string_append_printf (line, "\\%c", *p);
      else if ((guchar) *p >= ' ' && *p != 127)
        g_string_append_c (line, *p);
    }
  add_line (out, line->str);
}

static void
add_day (GString *out, const char *name, QdDay day)
{
  g_autofree char *line = g_strdup_printf ("%s;VALUE=DATE:%04u%02u%02u", name, qd_day_get_year (day), qd_day_get_month (day), qd_day_get_day (day));

  add_line (out, line);
}

/* At nine o'clock, @days before an event that begins at midnight. */
static void
add_alarm (GString *out, guint days, const char *text)
{
  g_autofree char *trigger = days == 0 ? g_strdup_printf ("TRIGGER:PT%dH", ALARM_HOUR) : days == 1 ? g_strdup_printf ("TRIGGER:-PT%dH", 24 - ALARM_HOUR)
                                                                                                   : g_strdup_printf ("TRIGGER:-P%uDT%dH", days - 1, 24 - ALARM_HOUR);

  add_line (out, "BEGIN:VALARM");
  add_line (out, "ACTION:DISPLAY");
  add_line (out, trigger);
  add_text (out, "DESCRIPTION", text);
  add_line (out, "END:VALARM");
}

/* Cycles go on from the last completion, which is their period: the number of the occurrence stays when that moves. */
static char *
make_key (const QdDuty *duty, const QdDue *due)
{
  const char *id = strchr (due->period, '#');
  guint number = 0;

  if (strcmp (due->kind, "every") != 0 && strcmp (due->kind, "upkeep") != 0)
    return g_strdup (due->period);
  for (guint i = 0; i < duty->dues->len && duty->dues->pdata[i] != due; i++)
    {
      const QdDue *other = duty->dues->pdata[i];

      number += other->kind == due->kind && strcmp (other->site, due->site) == 0 && g_strcmp0 (strchr (other->period, '#'), id) == 0;
    }
  return g_strdup_printf ("%u%s", number, id == NULL ? "" : id);
}

static char *
make_uid (const char *owner, const QdDuty *duty, const QdDue *due)
{
  g_autofree char *own = make_key (duty, due);
  g_autofree char *key = g_strjoin ("\n", owner, duty->rule, due->site, own, due->kind, NULL);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);

  return g_strdup_printf ("%.32s@duties.qingdan", digest);
}

/* Are there deadlines of more than one site? Then each has to say whose it is. */
static gboolean
has_several_sites (const QdAssessment *assessment)
{
  const char *site = NULL;

  for (guint i = 0; i < assessment->duties->len; i++)
    {
      const QdDuty *duty = assessment->duties->pdata[i];

      for (guint j = 0; j < duty->dues->len; j++)
        {
          const QdDue *due = duty->dues->pdata[j];

          if (site != NULL && strcmp (site, due->site) != 0)
            return TRUE;
          site = due->site;
        }
    }
  return FALSE;
}

static char *
make_summary (const QdDuty *duty, const QdDue *due, gboolean with_site, const char *enterprise)
{
  GString *text = g_string_new (duty->title);

  if (*due->label != '\0')
    g_string_append_printf (text, " · %s", due->label);
  if (*due->period_label != '\0')
    g_string_append_printf (text, " (%s)", due->period_label);
  if (with_site && *due->site_name != '\0')
    g_string_append_printf (text, " · %s", due->site_name);
  if (enterprise != NULL)
    g_string_append_printf (text, " · %s", enterprise);
  return g_string_free (text, FALSE);
}

static void
append_paragraph (GString *text, const char *paragraph)
{
  if (*paragraph == '\0')
    return;
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, paragraph);
}

static char *
make_description (QdAssessment *assessment, const QdDuty *duty, const QdDue *due)
{
  const QdDutyMark *mark = qd_assessment_find_last_mark (assessment, duty, due);
  GString *text = g_string_new (NULL);
  g_autofree char *date = qd_day_to_string (g_date_get_julian (&due->date));

  append_paragraph (text, duty->why);
  append_paragraph (text, date);
  append_paragraph (text, due->note);
  for (guint i = 0; i < duty->bases->len; i++)
    {
      const QdDutyBasis *basis = duty->bases->pdata[i];

      if (basis->in_force && basis->confidence == QD_CONFIDENCE_CONFIRMED)
        append_paragraph (text, basis->text);
    }
  append_paragraph (text, duty->office_title);
  /* Cycles count from the last completion; for other deadlines only the mark of the period matters. */
  if (strcmp (due->kind, "every") != 0 && strcmp (due->kind, "upkeep") != 0)
    mark = qd_assessment_find_mark (assessment, duty, due);
  if (mark != NULL)
    append_paragraph (text, mark->text);
  return g_string_free (text, FALSE);
}

static void
add_event (GString *out, const char *owner, QdAssessment *assessment, const QdDuty *duty, const QdDue *due, gboolean with_site, const char *enterprise)
{
  QdDay today = qd_day_parse (assessment->date);
  QdDay plan = g_date_get_julian (&due->plan), warn = g_date_valid (&due->warn) ? g_date_get_julian (&due->warn) : plan - ALARM_DAYS;
  g_autofree char *uid = make_uid (owner, duty, due);
  g_autofree char *summary = make_summary (duty, due, with_site, enterprise);
  g_autofree char *description = make_description (assessment, duty, due);
  g_autofree char *stamp = g_strdup_printf ("DTSTAMP:%04u%02u%02uT000000Z", qd_day_get_year (today), qd_day_get_month (today), qd_day_get_day (today));
  /* Grows from one export to a later one, so that programs take the later. */
  g_autofree char *sequence = g_strdup_printf ("SEQUENCE:%u", today - qd_day_new (2020, 1, 1));

  add_line (out, "BEGIN:VEVENT");
  add_text (out, "UID", uid);
  add_line (out, stamp);
  add_line (out, sequence);
  add_day (out, "DTSTART", plan);
  add_day (out, "DTEND", plan + 1);
  add_text (out, "SUMMARY", summary);
  add_text (out, "DESCRIPTION", description);
  add_text (out, "CATEGORIES", duty->rule);
  add_line (out, due->state == QD_DUE_DONE ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
  add_line (out, "TRANSP:TRANSPARENT");
  if (due->state != QD_DUE_DONE)
    {
      if (warn < plan - 1)
        add_alarm (out, plan - warn, summary);
      add_alarm (out, 1, summary);
    }
  add_line (out, "END:VEVENT");
}

/* @enterprise: (nullable): named in each event */
static void
add_events (GString *out, QdAssessment *assessment, const char *owner, const char *enterprise, guint months)
{
  gboolean with_site = has_several_sites (assessment);
  QdDay today = qd_day_parse (assessment->date);
  QdDay first = qd_day_new (qd_day_get_year (today), qd_day_get_month (today), 1);
  QdDay end = qd_day_add_months (first, (int) months);

  for (guint i = 0; i < assessment->duties->len; i++)
    {
      const QdDuty *duty = assessment->duties->pdata[i];

      for (guint j = 0; duty->truth == QD_TRUTH_YES && j < duty->dues->len; j++)
        {
          const QdDue *due = duty->dues->pdata[j];
          QdDay plan = g_date_valid (&due->plan) ? g_date_get_julian (&due->plan) : 0;

          if (plan >= first && plan < end && (due->state == QD_DUE_DATED || due->state == QD_DUE_OVERDUE || due->state == QD_DUE_DONE))
            add_event (out, owner, assessment, duty, due, with_site, enterprise);
        }
    }
}

static const char *
get_owner (const char *name, const char *uscc)
{
  return uscc != NULL && *uscc != '\0' ? uscc : name;
}

GString *
qd_ics_begin (const char *name)
{
  GString *out;

  g_return_val_if_fail (name != NULL, NULL);

  out = g_string_new (NULL);
  add_line (out, "BEGIN:VCALENDAR");
  add_line (out, "VERSION:2.0");
  add_line (out, "PRODID:-//Qingdan//Duties//ZH");
  add_line (out, "CALSCALE:GREGORIAN");
  add_line (out, "METHOD:PUBLISH");
  add_text (out, "X-WR-CALNAME", name);
  return out;
}

void
qd_ics_add (GString *ics, QdAssessment *assessment, const char *name, const char *uscc, guint months)
{
  g_return_if_fail (ics != NULL && assessment != NULL && name != NULL);

  add_events (ics, assessment, get_owner (name, uscc), name, months);
}

GBytes *
qd_ics_end (GString *ics)
{
  g_return_val_if_fail (ics != NULL, NULL);

  add_line (ics, "END:VCALENDAR");
  return g_string_free_to_bytes (ics);
}

GBytes *
qd_ics_new (QdAssessment *assessment, const char *name, const char *uscc, guint months)
{
  GString *out;

  g_return_val_if_fail (assessment != NULL && name != NULL, NULL);

  out = qd_ics_begin (name);
  add_events (out, assessment, get_owner (name, uscc), NULL, months);
  return qd_ics_end (out);
}
