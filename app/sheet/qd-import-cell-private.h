/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-import-private.h"

G_BEGIN_DECLS

/* What a cell of a sheet becomes in a field. */

/** "310 kg": the number, and the unit after it. (nullable) */
char *qd_import_split_unit (const char *text, char **unit_out) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): the code of a choice, or of several with spaces between */
char *qd_import_read_choice (QdChoiceIndex *choices, gboolean multiple, const char *text) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): choices that are the same in all rows */
QdChoiceIndex *qd_import_read_choices (QdInstance *instance, const QdField *field) G_GNUC_WARN_UNUSED_RESULT;
/**
 * qd_import_read_cell:
 * @unit: (nullable): of the head
 * @row_unit: (nullable): of the row
 * @notice_out: (inout): gets what was read otherwise than it stands there
 *
 * Returns: (nullable): the value; %NULL with a reason when the cell does not fit
 */
char *qd_import_read_cell (const QdImportTarget *target, QdChoiceIndex *choices, const char *unit, const char *row_unit, const char *text, QdCellType type, char **notice_out, char **reason_out) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
