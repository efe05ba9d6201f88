/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-input.h"
#include "qd-table-model.h"

G_BEGIN_DECLS

/* What a typed or pasted text becomes when it is committed. Nothing is rounded or cut: what does not fit stays as it is. */

/**
 * qd_table_value_normalise: the text that is stored for @text in a cell of @column.
 * @index: (nullable): choices of the cell, for CHOICE and YES_NO
 * @fits_out: (out) (optional): whether the text is what the column takes; empty always fits
 */
char *qd_table_value_normalise (const QdColumn *column, QdChoiceIndex *index, const char *text, gboolean *fits_out) G_GNUC_WARN_UNUSED_RESULT;

/** The other of yes and no; yes when @text is neither. */
const char *qd_table_value_toggle (QdChoiceIndex *index, const char *text);

/** How well a choice fits what was typed (@needle: case folded; "" fits all): 0 exactly, 1 it begins so, 2 it contains it or its pinyin initials do, -1 not. */
int qd_table_value_rank (const char *label, const char *code, const char *needle);

G_END_DECLS
