/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-board-item.h"

G_BEGIN_DECLS

/** QdBoardColumnView: one column of the board: head with count, and its rows. Signal: activated (QdBoardItem *item). */
#define QD_TYPE_BOARD_COLUMN_VIEW (qd_board_column_view_get_type ())
G_DECLARE_FINAL_TYPE (QdBoardColumnView, qd_board_column_view, QD, BOARD_COLUMN_VIEW, GtkWidget)

/** @items: (element-type QdBoardItem): of all columns */
GtkWidget *qd_board_column_view_new (QdBoardColumn column, GListModel *items) G_GNUC_WARN_UNUSED_RESULT;
/** (element-type QdBoardItem) (transfer none): what it shows */
GListModel *qd_board_column_view_get_items (QdBoardColumnView *self);

/** Widgets for a row of the kind: enterprise and chip, title, who; used by lists of QdBoardItem. */
GtkListItemFactory *qd_board_row_factory_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
