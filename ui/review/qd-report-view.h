/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-report.h"

G_BEGIN_DECLS

/** QdReportView: one page of a report as paper: page navigation and zoom. Actions: report.next, .previous, .zoom-in, .zoom-out. Signal: changed (). */
#define QD_TYPE_REPORT_VIEW (qd_report_view_get_type ())
G_DECLARE_FINAL_TYPE (QdReportView, qd_report_view, QD, REPORT_VIEW, GtkWidget)

GtkWidget *qd_report_view_new (void) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable) */
void qd_report_view_set_report (QdReportView *self, QdReport *report);
/** From 0. */
void qd_report_view_set_page (QdReportView *self, guint page);
guint qd_report_view_get_page (QdReportView *self);
/** 1 is one point a pixel; 0 fits the page in. */
void qd_report_view_set_zoom (QdReportView *self, double zoom);
/** A bar for it: arrows, "page 4 of 12", zoom. */
GtkWidget *qd_report_view_build_bar (QdReportView *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
