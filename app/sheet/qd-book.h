/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-import.h"

G_BEGIN_DECLS

/**
 * QdBook: a workbook that qd_sheet_export_declaration() or _table() wrote and somebody has edited, on its way back: single fields
 * get the values of the sheet, tables its rows. Empty cells clear. Immutable once read.
 *
 * Errors: %QD_SHEET_ERROR, %QD_FORM_ERROR; the message names sheet, row and column. Nothing has then changed.
 */
typedef struct _QdBook QdBook;

/** (blocking; run it in a thread) Refuses workbooks of others: these need a table and a mapping, see QdImport. */
QdBook *qd_book_read (const char *path, QdSheetProgress progress, gpointer user_data, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qd_book_free (QdBook *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdBook, qd_book_free)

/** All or nothing. @counts_out: (optional): rows of all tables together */
gboolean qd_book_apply (QdBook *self, QdInstance *instance, QdImportCounts *counts_out, GError **error);
/** The same in pieces in the main loop, see qd_long_edit_async(). The book must live until the callback. */
void qd_book_apply_async (QdBook *self, QdInstance *instance, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** The source of @result is the instance. */
gboolean qd_book_apply_finish (QdInstance *instance, GAsyncResult *result, QdImportCounts *counts_out, GError **error);

G_END_DECLS
