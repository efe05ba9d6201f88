/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-draft.h"

G_BEGIN_DECLS

/** QdHistoryPane: last year's value of a field, taken over only on request, and what was done to it since. */
#define QD_TYPE_HISTORY_PANE (qd_history_pane_get_type ())
G_DECLARE_FINAL_TYPE (QdHistoryPane, qd_history_pane, QD, HISTORY_PANE, GtkWidget)

GtkWidget *qd_history_pane_new (QdDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
void qd_history_pane_show_node (QdHistoryPane *self, QdNodeId node);
/** "30.3%" more or less than @last, NULL when either is no number or last is zero. */
char *qd_history_pane_variance (const char *last, const char *now) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
