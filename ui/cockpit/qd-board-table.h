/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-cockpit.h"

G_BEGIN_DECLS

/** QdBoardTable: what the board shows, as one table that can be sorted. Signal: activated (QdBoardItem *item). */
#define QD_TYPE_BOARD_TABLE (qd_board_table_get_type ())
G_DECLARE_FINAL_TYPE (QdBoardTable, qd_board_table, QD, BOARD_TABLE, GtkWidget)

/** @items: (element-type QdBoardItem). @cockpit: names counties and industries */
GtkWidget *qd_board_table_new (QdCockpit *cockpit, GListModel *items) G_GNUC_WARN_UNUSED_RESULT;
/** (element-type QdBoardItem) (transfer none): in the order shown */
GListModel *qd_board_table_get_items (QdBoardTable *self);
/** Sorts as a click on the head would. */
void qd_board_table_sort_by (QdBoardTable *self, guint column, GtkSortType order);

G_END_DECLS
