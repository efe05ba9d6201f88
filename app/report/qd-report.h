/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include "qd-verdict.h"

G_BEGIN_DECLS

/**
 * QdReport: the printed declaration, laid out once on A4 pages; the same drawing code serves the screen, paper and the package.
 */
#define QD_TYPE_REPORT (qd_report_get_type ())
G_DECLARE_FINAL_TYPE (QdReport, qd_report, QD, REPORT, GObject)

#define QD_REPORT_WIDTH 595.276 /* points */
#define QD_REPORT_HEIGHT 841.890

/**
 * qd_report_new:
 * @verdict: (nullable): findings to print; without one the table of findings is left out
 * @digest: (nullable): SHA-256 (hex) of the submission; %NULL makes a draft: diagonal mark, no QR
 * @language: "zh-CN" or "en"
 */
QdReport *qd_report_new (QdInstance *instance, QdVerdict *verdict, const char *digest, const char *language) G_GNUC_WARN_UNUSED_RESULT;
guint qd_report_get_n_pages (QdReport *self);
/** Draws page @page (from 0) in points, origin top left. */
void qd_report_draw_page (QdReport *self, guint page, cairo_t *cr);
/** @draw_only_text etc. are not offered: one way to draw. Errors: G_IO_ERROR. */
gboolean qd_report_write_pdf (QdReport *self, const char *path, GError **error);
GBytes *qd_report_to_pdf (QdReport *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Page and vertical position (points) where a node is printed; FALSE if it is not. */
gboolean qd_report_find_node (QdReport *self, QdNodeId node, guint *page_out, double *y_out);

G_END_DECLS
