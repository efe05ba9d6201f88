/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-duty.h"

G_BEGIN_DECLS

/**
 * qd_ics_new:
 * @name: of the calendar: the enterprise
 * @months: how many months from that of the assessment on
 *
 * The deadlines as an RFC 5545 calendar: one all-day event each, on the plan date, with an alarm on the warning day (14 days before
 * when there is none). UIDs depend on enterprise, rule, site and period alone, so importing again updates; SEQUENCE grows with
 * the day of the assessment. The same assessment gives the same bytes.
 *
 * Returns: (transfer full)
 */
GBytes *qd_ics_new (QdAssessment *assessment, const char *name, const char *uscc, guint months) G_GNUC_WARN_UNUSED_RESULT;

/** A calendar of several enterprises: the same, with the enterprise's name in each event. */
GString *qd_ics_begin (const char *name) G_GNUC_WARN_UNUSED_RESULT;
void qd_ics_add (GString *ics, QdAssessment *assessment, const char *name, const char *uscc, guint months);
/** Takes @ics. */
GBytes *qd_ics_end (GString *ics) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
