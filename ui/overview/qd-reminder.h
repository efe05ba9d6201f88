/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-workspace.h"

G_BEGIN_DECLS

/** Where the choice is kept (qd_recent_dup_value()): "1" when the user wants to be reminded. */
#define QD_REMINDER_KEY "reminders"

/**
 * A desktop notification of what is late or due within a week, if the user asked for it: each deadline once, remembered in the workspace.
 * Activated, it brings the workspace's window to the front (app.show-workspace).
 */
void qd_reminder_tell (QdWorkspace *workspace, QdAssessed *assessed);
/** What there is to say, of deadlines that were not told before; marks them as told. NULL: nothing. @title_out: a heading */
char *qd_reminder_dup_text (QdStore *store, QdAssessed *assessed, char **title_out) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
