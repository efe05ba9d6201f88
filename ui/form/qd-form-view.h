/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-name-index.h"
#include "qd-workspace.h"
#include <adwaita.h>

G_BEGIN_DECLS

/**
 * QdFormView: a draft open for filling: outline, the section with the fields, and the pane with help, findings and last year.
 * Folds with its width. Signals: changed (): counts, undo or what can be run may have changed; node-focused (guint node).
 */
#define QD_TYPE_FORM_VIEW (qd_form_view_get_type ())
G_DECLARE_FINAL_TYPE (QdFormView, qd_form_view, QD, FORM_VIEW, GtkWidget)

GtkWidget *qd_form_view_new (QdWorkspace *workspace, QdDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
QdDraft *qd_form_view_get_draft (QdFormView *self);
/** One more pane, the first and shown, @label on its tab. The signal node-focused tells it where the user is. */
void qd_form_view_add_pane (QdFormView *self, const char *icon, const char *label, GtkWidget *pane);
/** Commands as in QdPage. */
gboolean qd_form_view_can (QdFormView *self, const char *command);
void qd_form_view_run (QdFormView *self, const char *command);
/** Opens the section of a positioned path, scrolls, focuses, flashes. FALSE when there is no such field. */
gboolean qd_form_view_go_to (QdFormView *self, const char *path);
/** Too narrow for the outline beside the section. */
gboolean qd_form_view_is_narrow (QdFormView *self);
/** Findings on screen: to fix, to explain, all; and the worst severity, -1 none. */
int qd_form_view_count (QdFormView *self, guint *critical_out, guint *unexplained_out, guint *all_out);
/** What fields with qd:suggest offer in tables; @names: (nullable) */
void qd_form_view_set_names (QdFormView *self, QdNameIndex *names);
/** Shows only the rows of tables that have @text in a cell; "" shows all. */
void qd_form_view_set_filter (QdFormView *self, const char *text);
/** Puts the edit that is going on into the draft. */
void qd_form_view_commit (QdFormView *self);
void qd_form_view_focus (QdFormView *self);

G_END_DECLS
