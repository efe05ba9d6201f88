/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-duty-item.h"
#include "qd-workspace.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What was marked as done: day, note and evidence. */

/** A window with the marks of @rule, or of all for NULL: each can be taken back, its evidence opened and saved. Follows the workspace. */
GtkWidget *qd_duty_marks_show (GtkWindow *parent, QdWorkspace *workspace, const char *rule);
/** Takes a mark back; the toast over @from offers to set it again (win.mark-again). */
void qd_duty_marks_take_back (GtkWidget *from, QdWorkspace *workspace, const QdDutyMark *mark);
/** Sets a mark again: the target of win.mark-again. */
void qd_duty_marks_again (GtkWidget *from, QdWorkspace *workspace, GVariant *target);
#define QD_DUTY_MARK_TYPE "(sssssss)"
/** Writes the evidence to @path. */
gboolean qd_duty_marks_save (QdWorkspace *workspace, const QdDutyMark *mark, const char *path, GError **error);
/** A copy of the evidence to look at, under its own name, that nobody takes for the original: below the user's cache, read-only. */
char *qd_duty_marks_copy_out (QdWorkspace *workspace, const QdDutyMark *mark, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
