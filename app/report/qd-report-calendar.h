/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-duty.h"

G_BEGIN_DECLS

/**
 * qd_report_calendar_to_pdf:
 * @name: of the enterprise
 * @language: "zh-CN" or "en"
 *
 * The year calendar for the wall: on the first A4 page (lying) the twelve months from that of the assessment on with their deadlines, then a
 * table of all of them with reason and citation. Defaults of ours are marked; what is late stands first.
 *
 * Errors: %G_IO_ERROR
 */
GBytes *qd_report_calendar_to_pdf (QdAssessment *assessment, const char *name, const char *language, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Calendars of several enterprises, one behind the other. @language as above; must stay until the end. */
typedef struct _QdCalendarPdf QdCalendarPdf;
/** @name: of the whole. @date: ISO date of its making */
QdCalendarPdf *qd_calendar_pdf_new (const char *name, const char *date, const char *language) G_GNUC_WARN_UNUSED_RESULT;
gboolean qd_calendar_pdf_add (QdCalendarPdf *self, QdAssessment *assessment, const char *name, GError **error);
/** Takes @self, whatever comes of it. */
GBytes *qd_calendar_pdf_finish (QdCalendarPdf *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qd_calendar_pdf_discard (QdCalendarPdf *self);

G_END_DECLS
