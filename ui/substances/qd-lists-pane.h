/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "qd-draft.h"
#include "qd-substance-data.h"

G_BEGIN_DECLS

/**
 * QdListsPane: what the control lists and the inventory say of the substance in whose row the focus is: entries with measures, exemptions, dates, source
 * and status; what a person has to check, with the reason; formula and molar mass. Imports the inventory.
 */
#define QD_TYPE_LISTS_PANE (qd_lists_pane_get_type ())
G_DECLARE_FINAL_TYPE (QdListsPane, qd_lists_pane, QD, LISTS_PANE, GtkWidget)

GtkWidget *qd_lists_pane_new (QdDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
QdSubstanceData *qd_lists_pane_get_data (QdListsPane *self);
/** @node: any node of the row; 0 or a node elsewhere shows what to do */
void qd_lists_pane_show_node (QdListsPane *self, QdNodeId node);

G_END_DECLS
