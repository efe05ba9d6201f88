/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "qd-draft.h"

G_BEGIN_DECLS

/**
 * QdFieldRow: one field of a section: title, origin or limit, editor, unit, state, and what is wrong with its quick fixes.
 * An error appears when the field is left and goes with the keystroke that cures it; a required field is only named empty after a check.
 * Signal: focused (): help and history should show this field.
 */
#define QD_TYPE_FIELD_ROW (qd_field_row_get_type ())
G_DECLARE_FINAL_TYPE (QdFieldRow, qd_field_row, QD, FIELD_ROW, AdwPreferencesRow)

GtkWidget *qd_field_row_new (QdDraft *draft, QdNodeId node) G_GNUC_WARN_UNUSED_RESULT;
QdNodeId qd_field_row_get_node (QdFieldRow *self);
/** Takes everything anew from the instance. */
void qd_field_row_refresh (QdFieldRow *self);
/** After a check all findings are shown, missing values too. */
void qd_field_row_set_checked (QdFieldRow *self, gboolean checked);
/** What was typed so far becomes an undo step of its own. */
void qd_field_row_commit (QdFieldRow *self);
void qd_field_row_flash (QdFieldRow *self);
gboolean qd_field_row_apply_fix (QdFieldRow *self);
void qd_field_row_popup_menu (QdFieldRow *self);
/** The message shown now; "" for none. */
const char *qd_field_row_get_message (QdFieldRow *self);

G_END_DECLS
