/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-sheet.h"

G_BEGIN_DECLS

/* A sheet under construction: cells come row by row; texts live in one arena and are stored once each. */

QdSheet *qd_sheet_new (const char *name) G_GNUC_WARN_UNUSED_RESULT;
/** FALSE with QD_SHEET_ERROR_TOO_LARGE over the bounds. @length: -1 for NUL-terminated. Rows must not go back. */
gboolean qd_sheet_put (QdSheet *self, guint row, guint column, QdCellType type, gboolean formula, const char *text, gssize length, GError **error);
void qd_sheet_hide_row (QdSheet *self, guint row);
/** Repeats the text of the top left cell over an area; areas without text change nothing. */
gboolean qd_sheet_fill_area (QdSheet *self, guint row, guint column, guint last_row, guint last_column, GError **error);

QdSheet *qd_sheet_read_xlsx (const char *path, const char *name, QdSheetProgress progress, gpointer user_data, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GStrv qd_sheet_list_xlsx (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
QdSheet *qd_sheet_read_xls (const char *path, const char *name, QdSheetProgress progress, gpointer user_data, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GStrv qd_sheet_list_xls (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Only the records, without the compound file around them; for tests. @base: name of the file, for messages */
QdSheet *qd_sheet_read_xls_stream (GBytes *stream, const char *base, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
