/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * Days are Julian day numbers as GDate has them; 0 is no day.
 */
typedef guint32 QdDay;

/** ISO date; 0 when @text is none, or beyond the years 1900 to 2200. */
QdDay qd_day_parse (const char *text);
char *qd_day_to_string (QdDay day) G_GNUC_WARN_UNUSED_RESULT;
QdDay qd_day_new (guint year, guint month, guint day); /* a day beyond the month's end: the last one */
guint qd_day_get_year (QdDay day);
guint qd_day_get_month (QdDay day);
guint qd_day_get_day (QdDay day);
/** The same day number @months on, else the last of that month (Civil Code arts. 201-202). */
QdDay qd_day_add_months (QdDay day, int months);

/**
 * QdCalendar: working days: holidays and make-up days of the years there is data for; Monday to Friday in others.
 */
typedef struct _QdCalendar QdCalendar;

QdCalendar *qd_calendar_new (void) G_GNUC_WARN_UNUSED_RESULT;
void qd_calendar_free (QdCalendar *self);
/** @csv: date, kind (holiday, workday), name, source; all of @year. @problem_out: the first bad line and why; FALSE then. */
gboolean qd_calendar_add_year (QdCalendar *self, guint year, GBytes *csv, guint *line_out, char **problem_out);
gboolean qd_calendar_has_year (QdCalendar *self, guint year);
/** @self: (nullable): %NULL for Monday to Friday; @unknown: (inout) (nullable): set to the first year without data that was asked about */
gboolean qd_calendar_is_workday (QdCalendar *self, QdDay day, guint *unknown);
/** (nullable): name of the holiday; only of statutory holidays, not of ordinary weekends */
const char *qd_calendar_get_holiday (QdCalendar *self, QdDay day);
/** @n working days after @day, which does not count; before it for a negative @n. */
QdDay qd_calendar_add_workdays (QdCalendar *self, QdDay day, int n, guint *unknown);
/** @day, or the first working day after it. */
QdDay qd_calendar_next_workday (QdCalendar *self, QdDay day, guint *unknown);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdCalendar, qd_calendar_free)

G_END_DECLS
