/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-table-model.h"

G_BEGIN_DECLS

/* What a typed or pasted text becomes when it is committed. Nothing is rounded or cut: what does not fit stays as it is. */

/**
 * qd_table_value_dup_number:
 *
 * Takes full-width digits and signs, thousands separators in groups of three, 1.2e3, a sign, and a limit of detection (0.05L).
 * Declared decimals stay: "12.40" is not "12.4".
 *
 * Returns: (nullable): plain digits with at most one point and a leading minus; NULL when @text is no number
 */
char *qd_table_value_dup_number (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/** ISO date of 20261124, 2026.11.24, 2026/1/5, 2026年1月5日, full-width digits, a time of midnight after it; NULL when there is no such day. */
char *qd_table_value_dup_date (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/** With separators of thousands and the minus sign of people; anything but a plain number comes back as it is. */
char *qd_table_value_dup_grouped (const char *number) G_GNUC_WARN_UNUSED_RESULT;
/** Digits after the point of a plain number. */
guint qd_table_value_count_decimals (const char *number);

/** QdChoiceIndex: finds the code for a text by code, label, and label without spaces. */
typedef struct _QdChoiceIndex QdChoiceIndex;
/** @choices: (nullable): value and label by turns, as of qd_table_model_get_choices() */
QdChoiceIndex *qd_choice_index_new (GPtrArray *choices) G_GNUC_WARN_UNUSED_RESULT;
void qd_choice_index_free (QdChoiceIndex *self);
GPtrArray *qd_choice_index_get_choices (QdChoiceIndex *self);
/** (nullable): the code, borrowed; NULL when nothing or more than one thing matches */
const char *qd_choice_index_find (QdChoiceIndex *self, const char *text);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdChoiceIndex, qd_choice_index_free)

/**
 * qd_table_value_normalise: the text that is stored for @text in a cell of @column.
 * @index: (nullable): choices of the cell, for CHOICE and YES_NO
 * @fits_out: (out) (optional): whether the text is what the column takes; empty always fits
 */
char *qd_table_value_normalise (const QdColumn *column, QdChoiceIndex *index, const char *text, gboolean *fits_out) G_GNUC_WARN_UNUSED_RESULT;

/** The other of yes and no; yes when @text is neither. */
const char *qd_table_value_toggle (QdChoiceIndex *index, const char *text);

G_END_DECLS
