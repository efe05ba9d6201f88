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

G_END_DECLS
