/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-import.h"

G_BEGIN_DECLS

/**
 * QdImportColumns: which column of the sheet goes into which field, in which unit; what was guessed can be changed, and is confirmed by
 * the action import.confirm of the page. Signal: changed (): people have changed the mapping.
 */
#define QD_TYPE_IMPORT_COLUMNS (qd_import_columns_get_type ())
G_DECLARE_FINAL_TYPE (QdImportColumns, qd_import_columns, QD, IMPORT_COLUMNS, GtkWidget)

GtkWidget *qd_import_columns_new (void) G_GNUC_WARN_UNUSED_RESULT;
void qd_import_columns_show (QdImportColumns *self, QdImport *import);
/** The mapping has changed. */
void qd_import_columns_update (QdImportColumns *self);
/** @rows: (element-type QdImportRow): of the dry run */
void qd_import_columns_count_refused (QdImportColumns *self, GPtrArray *rows);

G_END_DECLS
