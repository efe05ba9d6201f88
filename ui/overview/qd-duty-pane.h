/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-workspace.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * QdDutyPane: beside the profile: which duties hang on the question at hand, which ones answers have switched on or off since the page
 * was opened, and which drafts took over what is different now.
 */
#define QD_TYPE_DUTY_PANE (qd_duty_pane_get_type ())
G_DECLARE_FINAL_TYPE (QdDutyPane, qd_duty_pane, QD, DUTY_PANE, GtkWidget)

GtkWidget *qd_duty_pane_new (QdWorkspace *workspace, QdDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
void qd_duty_pane_show_node (QdDutyPane *self, QdNodeId node);
/** For tests: duties listed for the question, and changes since the page was opened. */
guint qd_duty_pane_count_affected (QdDutyPane *self);
guint qd_duty_pane_count_changed (QdDutyPane *self);

G_END_DECLS
