/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-instance.h"

G_BEGIN_DECLS

/* Tables and whole declarations as sheets. Hidden rows over the heads hold the paths of the fields, so that what we wrote comes back
 * exactly: typed cells, declared decimals, choices by their labels where these say which one is meant, else by their codes. */

/** One table as a workbook, with a sheet of the codes of its choices. */
gboolean qd_sheet_export_table (QdInstance *instance, QdNodeId range, const char *path, GError **error);
/** One table as delimited text (UTF-8 with BOM, as Excel needs it): heads and rows, no paths. */
GBytes *qd_sheet_export_csv (QdInstance *instance, QdNodeId range) G_GNUC_WARN_UNUSED_RESULT;
/** The whole declaration: a sheet for the single fields, one for each table, one with the codes of the choices. */
gboolean qd_sheet_export_declaration (QdInstance *instance, const char *path, GError **error);

G_END_DECLS
