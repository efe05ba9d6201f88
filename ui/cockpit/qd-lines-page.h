/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-cockpit.h"
#include "qd-page.h"

G_BEGIN_DECLS

typedef enum
{
  QD_LINES_CALENDAR,   /* twelve months and the deadlines in them; exported as .ics or PDF */
  QD_LINES_DELIVERIES, /* packages on their way, by state */
  QD_LINES_PACKS,      /* which versions are in use */
} QdLinesKind;

/** QdLinesPage: a list over all enterprises. A row opens the workspace, at its declaration. Actions: cockpit.open. */
#define QD_TYPE_LINES_PAGE (qd_lines_page_get_type ())
G_DECLARE_FINAL_TYPE (QdLinesPage, qd_lines_page, QD, LINES_PAGE, GtkWidget)

GtkWidget *qd_lines_page_new (QdCockpit *cockpit, QdLinesKind kind) G_GNUC_WARN_UNUSED_RESULT;
/** (element-type QdCockpitLine) (transfer none): what is shown */
GListModel *qd_lines_page_get_lines (QdLinesPage *self);
/** For tests: narrows to a month of the strip, or to a choice of the state filter. */
void qd_lines_page_choose (QdLinesPage *self, guint choice);
/** Writes the calendar of all enterprises in a thread; says by a toast how it went. */
void qd_lines_page_export (QdLinesPage *self, const char *target);

G_END_DECLS
