/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-sheet.h"

G_BEGIN_DECLS

/**
 * QdSheetWriter: writes a workbook (xlsx, ECMA-376). Rows of a sheet must be written in order. Nothing appears at the
 * destination before qd_sheet_writer_close() has written all of it.
 */
typedef struct _QdSheetWriter QdSheetWriter;

QdSheetWriter *qd_sheet_writer_new (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Without close: leaves nothing behind. */
void qd_sheet_writer_free (QdSheetWriter *self);
/** Starts the next worksheet. Names are cut to what Excel takes (31 characters, no []:*?/\) and made unique. */
void qd_sheet_writer_add_sheet (QdSheetWriter *self, const char *name);

typedef enum
{
  QD_SHEET_STYLE_NORMAL,
  QD_SHEET_STYLE_HEAD,
  QD_SHEET_STYLE_NOTE,
} QdSheetStyle;

/**
 * qd_sheet_writer_put:
 * @type: NUMBER, DATE and BOOLEAN become typed cells where Excel can hold the text without loss (15 significant
 *   digits, dates from 1900-03-01); otherwise, and for all other types, the cell is text
 *
 * Errors: %QD_SHEET_ERROR_TOO_LARGE beyond the bounds of a worksheet or for a text of over 32,767 characters
 */
gboolean qd_sheet_writer_put (QdSheetWriter *self, guint row, guint column, QdCellType type, QdSheetStyle style, const char *text, GError **error);
/** Choices offered by Excel in rows @first to @last of a column; at most 255 characters of labels, else none are offered. */
void qd_sheet_writer_offer (QdSheetWriter *self, guint column, guint first, guint last, const char *const *labels);
void qd_sheet_writer_hide_row (QdSheetWriter *self, guint row);
void qd_sheet_writer_set_width (QdSheetWriter *self, guint column, double characters);
void qd_sheet_writer_freeze (QdSheetWriter *self, guint rows, guint columns);
gboolean qd_sheet_writer_close (QdSheetWriter *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdSheetWriter, qd_sheet_writer_free)

/** One row of delimited text as Excel reads it back: quotes where needed, CRLF at the end. */
void qd_sheet_append_csv (GString *out, const char *const *cells, guint n);

G_END_DECLS
