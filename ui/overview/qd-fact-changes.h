/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-workspace.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Enter once: which drafts took over facts that are different now, and taking the new ones over. Sealed declarations never change. */

/** The drafts that are touched, each with a button to look; hidden when there are none. */
GtkWidget *qd_fact_changes_list_new (void) G_GNUC_WARN_UNUSED_RESULT;
void qd_fact_changes_list_refresh (GtkWidget *list, QdWorkspace *workspace, QdAssessed *assessed);
/** A window with the fields of one draft: old, own and new value, a button each that takes the new one over, and one for all; NULL when the draft agrees with the facts. */
GtkWidget *qd_fact_changes_show (GtkWindow *parent, QdWorkspace *workspace, gint64 declaration);

G_END_DECLS
