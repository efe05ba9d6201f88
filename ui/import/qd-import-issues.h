/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-import.h"
#include "qd-inventory-import.h"

G_BEGIN_DECLS

/**
 * QdImportIssues: the rows that the dry run refuses or reads otherwise than they stand there, each with what can be done about it.
 *
 * Signals, all with the row of the sheet first:
 *  - correct (guint row, guint column, text): the certain correction of a cell
 *  - choose (guint row, guint rival): this one of two rows about the same
 *  - go-to (guint row, int column): show the place; the column is -1 for the row as a whole
 */
#define QD_TYPE_IMPORT_ISSUES (qd_import_issues_get_type ())
G_DECLARE_FINAL_TYPE (QdImportIssues, qd_import_issues, QD, IMPORT_ISSUES, GtkWidget)

GtkWidget *qd_import_issues_new (void) G_GNUC_WARN_UNUSED_RESULT;
/** Of more problems than this only the first are listed: nobody reads them one by one, and all of them can be exported. */
#define QD_IMPORT_MAX_ISSUES 2000
/** @rows: (element-type QdImportRow): of the dry run; @n_notices_out: rows read otherwise than written */
void qd_import_issues_show (QdImportIssues *self, QdImport *import, GPtrArray *rows, guint *n_notices_out);
/** @refused: (element-type QdInventoryRefusal): each leads to its place */
void qd_import_issues_show_refused (QdImportIssues *self, QdSheet *sheet, GPtrArray *refused);

G_END_DECLS
