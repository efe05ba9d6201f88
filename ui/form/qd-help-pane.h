/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-draft.h"

G_BEGIN_DECLS

/** QdHelpPane: how to fill one field, its unit, last year's value, and the legal basis with its dates and confidence. */
#define QD_TYPE_HELP_PANE (qd_help_pane_get_type ())
G_DECLARE_FINAL_TYPE (QdHelpPane, qd_help_pane, QD, HELP_PANE, GtkWidget)

GtkWidget *qd_help_pane_new (QdDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
/** 0: the form as a whole */
void qd_help_pane_show_node (QdHelpPane *self, QdNodeId node);

G_END_DECLS
