/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-draft.h"
#include "qd-page.h"

G_BEGIN_DECLS

/**
 * QdImportPage: the task page that brings rows of a sheet into a table: which column goes where, and a dry run of all rows.
 * Reads and judges in threads; writes nothing before the button, and then in one undo step. Signal: done (guint written): close the page.
 * Actions: import.apply, import.confirm, import.save-mapping, import.export-refused.
 */
#define QD_TYPE_IMPORT_PAGE (qd_import_page_get_type ())
G_DECLARE_FINAL_TYPE (QdImportPage, qd_import_page, QD, IMPORT_PAGE, GtkWidget)

GtkWidget *qd_import_page_new (QdDraft *draft, QdNodeId range, const char *path) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
