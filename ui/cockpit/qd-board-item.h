/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-enterprise.h"

G_BEGIN_DECLS

/** QdBoardItem: a duty or declaration of an enterprise, and the words to show it with. Immutable. */
#define QD_TYPE_BOARD_ITEM (qd_board_item_get_type ())
G_DECLARE_FINAL_TYPE (QdBoardItem, qd_board_item, QD, BOARD_ITEM, GObject)

/** @row: of @enterprise, lives as long as that. @pack: names the forms. */
QdBoardItem *qd_board_item_new (QdEnterprise *enterprise, const QdBoardRow *row, QdPack *pack) G_GNUC_WARN_UNUSED_RESULT;
QdEnterprise *qd_board_item_get_enterprise (QdBoardItem *self);
const QdBoardRow *qd_board_item_get_row (QdBoardItem *self);
/** The duty, or form and period. */
const char *qd_board_item_get_title (QdBoardItem *self);

/** The chip: how late, how many points, which state. */
const char *qd_board_item_get_icon (QdBoardItem *self);
const char *qd_board_item_get_css (QdBoardItem *self);
char *qd_board_item_dup_chip (QdBoardItem *self) G_GNUC_WARN_UNUSED_RESULT;
/** Who has to do the next thing, and what is known of it: "with us, 3 to fix". */
char *qd_board_item_dup_who (QdBoardItem *self) G_GNUC_WARN_UNUSED_RESULT;
const char *qd_board_item_get_who_icon (QdBoardItem *self);
/** All of it, for screen readers. */
char *qd_board_item_dup_label (QdBoardItem *self) G_GNUC_WARN_UNUSED_RESULT;

const char *qd_board_column_get_title (QdBoardColumn column);
const char *qd_board_column_get_icon (QdBoardColumn column);
const char *qd_board_column_get_css (QdBoardColumn column);
/** What the column is sorted by. */
const char *qd_board_column_get_order (QdBoardColumn column);
const char *qd_holder_get_word (QdHolder holder);

G_END_DECLS
