/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-draft.h"

G_BEGIN_DECLS

/**
 * QdFieldEditor: edits one node of an instance: entry, choice, toggles, date, files … by the field's kind. Each change goes to the
 * instance at once; nothing a person typed is altered while the focus is in it.
 * Signals: edited (): a person changed the value; left (): the focus went elsewhere; entered ().
 */
#define QD_TYPE_FIELD_EDITOR (qd_field_editor_get_type ())
G_DECLARE_FINAL_TYPE (QdFieldEditor, qd_field_editor, QD, FIELD_EDITOR, GtkWidget)

GtkWidget *qd_field_editor_new (QdDraft *draft, QdNodeId node) G_GNUC_WARN_UNUSED_RESULT;
/** Takes value, choices and read-only state from the instance. */
void qd_field_editor_refresh (QdFieldEditor *self);
/** What was typed so far becomes an undo step of its own. */
void qd_field_editor_commit (QdFieldEditor *self);
/** Needs the whole width of the row: below the title. */
gboolean qd_field_editor_is_wide (QdFieldEditor *self);
gboolean qd_field_editor_has_focus (QdFieldEditor *self);
/** Something is shown in it, and it is no mere note. */
gboolean qd_field_editor_can_be_fine (QdFieldEditor *self);
/** Accessible name, description and whether the value is wrong, on the control that takes the focus. */
void qd_field_editor_describe (QdFieldEditor *self, const char *name, const char *description, gboolean invalid);

G_END_DECLS
