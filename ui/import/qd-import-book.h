/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-draft.h"

G_BEGIN_DECLS

/**
 * qd_import_book_async: takes an exported workbook of a whole declaration back: reads it in a thread, takes it over in pieces, with a bar
 * that stops it, as one undo step. @parent: a widget in the window; the source of the result
 *
 * Errors: those of QdBook; %G_IO_ERROR_CANCELLED with a sentence that says so. Nothing has then changed.
 */
void qd_import_book_async (GtkWidget *parent, QdDraft *draft, const char *path, GAsyncReadyCallback callback, gpointer user_data);
/** @n_rows_out: (optional): rows of all tables */
gboolean qd_import_book_finish (GtkWidget *parent, GAsyncResult *result, guint *n_rows_out, GError **error);

G_END_DECLS
