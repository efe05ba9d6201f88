/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a typed, pasted or imported text becomes. Nothing is rounded or cut: what does not fit is not taken. */

/**
 * qd_input_dup_number:
 *
 * Takes full-width digits and signs, thousands separators in groups of three, 1.2e3, a sign, and a limit of detection (0.05L).
 * Declared decimals stay: "12.40" is not "12.4".
 *
 * Returns: (nullable): plain digits with at most one point and a leading minus; NULL when @text is no number
 */
char *qd_input_dup_number (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): the digits of the one number in a text that was to be a number: "12" of "约 12" */
char *qd_input_dup_number_inside (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/** ISO date of 20261124, 2026.11.24, 2026/1/5, 2026年1月5日, full-width digits, a time of midnight after it; NULL when there is no such day. */
char *qd_input_dup_date (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/** With separators of thousands and the minus sign of people; anything but a plain number comes back as it is. */
char *qd_input_dup_grouped (const char *number) G_GNUC_WARN_UNUSED_RESULT;
/** Digits after the point of a plain number. */
guint qd_input_count_decimals (const char *number);

/** Nothing but spaces, those of other widths included. */
gboolean qd_input_is_blank (const char *text);

/** QdChoiceIndex: finds the code for a text by code, label, and label without spaces. */
typedef struct _QdChoiceIndex QdChoiceIndex;
/** @choices: (nullable) (element-type utf8): value and label by turns */
QdChoiceIndex *qd_choice_index_new (GPtrArray *choices) G_GNUC_WARN_UNUSED_RESULT;
void qd_choice_index_free (QdChoiceIndex *self);
GPtrArray *qd_choice_index_get_choices (QdChoiceIndex *self);
/** (nullable): the code, borrowed; NULL when nothing or more than one thing matches */
const char *qd_choice_index_find (QdChoiceIndex *self, const char *text);
/** The parts of "氧化、还原": whatever stands between commas, semicolons, their Chinese likes, or lines, without spaces around. */
char **qd_input_split_choices (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/** Several choices in one text, "氧化、还原": the codes with spaces between; NULL unless each part is a choice. */
char *qd_choice_index_find_all (QdChoiceIndex *self, const char *text) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): what stands for yes or no in @text: a choice, or 是, 有, √, y, 1 … */
const char *qd_choice_index_find_yes_no (QdChoiceIndex *self, const char *text);
/** What is stored for yes or no: the first two choices, "true" and "false" without. @self: (nullable) */
const char *qd_choice_index_yes_no (QdChoiceIndex *self, gboolean yes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdChoiceIndex, qd_choice_index_free)

G_END_DECLS
