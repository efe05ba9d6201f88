/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "qd-sheet-preview.h"

G_BEGIN_DECLS

/**
 * QdImportFrame: what pages that import a sheet have in common: a header with the button that imports, tools, columns and the sheet on
 * the left, counts and problems on the right, and how far reading is. It reads the file itself, and again when another worksheet is
 * chosen. In narrow windows the right half lies over the left one, and a button shows it.
 * Signals: read (QdSheet): a worksheet is there; first-row (uint): another number of rows above the data was chosen; stop (): what the
 * page does itself is to end, too.
 */
#define QD_TYPE_IMPORT_FRAME (qd_import_frame_get_type ())
G_DECLARE_FINAL_TYPE (QdImportFrame, qd_import_frame, QD, IMPORT_FRAME, GtkWidget)

/** @columns, @issues: what stands on the left and on the right; @apply: action of the button; @export: (nullable): action that writes the refused rows */
GtkWidget *qd_import_frame_new (GtkWidget *columns, GtkWidget *issues, const char *apply, const char *export) G_GNUC_WARN_UNUSED_RESULT;
GtkWidget *qd_import_frame_get_header (QdImportFrame *self);
QdSheetPreview *qd_import_frame_get_preview (QdImportFrame *self);

/** @label: (nullable): stands before the tool and names it; @at_end: on the right */
void qd_import_frame_add_tool (QdImportFrame *self, const char *label, GtkWidget *tool, gboolean at_end);
/** Once. Until a worksheet is there, nothing is shown but progress and messages. */
void qd_import_frame_open (QdImportFrame *self, const char *path);
/** Shows @row, of @n_rows there are. */
void qd_import_frame_set_first_row (QdImportFrame *self, guint row, guint n_rows);
/** The left half comes to the front. */
void qd_import_frame_show_left (QdImportFrame *self);
/** As qd_bar_show(). */
void qd_import_frame_say (QdImportFrame *self, const char *css, const char *text);
/** Shows progress, and a button that stops it. @counter: (nullable): atomic, counted elsewhere; it must live until this is called with NULL, or the frame is gone */
void qd_import_frame_set_counting (QdImportFrame *self, int *counter);
/** A QdSheetProgress that counts for it. */
void qd_import_frame_count_cb (guint rows, gpointer counter);

void qd_import_frame_set_apply_label (QdImportFrame *self, const char *text);
void qd_import_frame_clear_counts (QdImportFrame *self);
void qd_import_frame_add_count (QdImportFrame *self, const char *icon, const char *css, const char *word, guint n);
/** All of them together, in words. */
void qd_import_frame_add_sum (QdImportFrame *self, const char *text, const char *css);
/** What stands over the problems. */
void qd_import_frame_set_issues_head (QdImportFrame *self, const char *text);

G_END_DECLS
