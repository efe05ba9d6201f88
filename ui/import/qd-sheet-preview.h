/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-sheet.h"

G_BEGIN_DECLS

/**
 * QdSheetPreview: heads and first rows of a sheet, and the rows around a place that somebody looks for. In a scrolled window the place
 * comes into view, and has the focus.
 */
#define QD_TYPE_SHEET_PREVIEW (qd_sheet_preview_get_type ())
G_DECLARE_FINAL_TYPE (QdSheetPreview, qd_sheet_preview, QD, SHEET_PREVIEW, GtkWidget)

/** What a cell is read as. */
typedef const char *(*QdSheetText) (gpointer source, guint row, guint column);

GtkWidget *qd_sheet_preview_new (void) G_GNUC_WARN_UNUSED_RESULT;
/**
 * qd_sheet_preview_show:
 * @first_row: with data
 * @row: the place; -1: none
 * @column: -1: the row as a whole
 * @get_text: (nullable): in place of the text of the sheet
 */
void qd_sheet_preview_show (QdSheetPreview *self, QdSheet *sheet, guint first_row, int row, int column, QdSheetText get_text, gpointer source);

G_END_DECLS
