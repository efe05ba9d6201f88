/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-cockpit.h"
#include "qd-page.h"

G_BEGIN_DECLS

/**
 * QdBoardPage: what is due, returned, unsigned and filed in all enterprises, as a board of four columns or as a table.
 * Actions: cockpit.open (path, declaration), cockpit.refresh.
 */
#define QD_TYPE_BOARD_PAGE (qd_board_page_get_type ())
G_DECLARE_FINAL_TYPE (QdBoardPage, qd_board_page, QD, BOARD_PAGE, GtkWidget)

GtkWidget *qd_board_page_new (QdCockpit *cockpit) G_GNUC_WARN_UNUSED_RESULT;
void qd_board_page_show_table (QdBoardPage *self, gboolean table);
/** For tests: what is shown: "loading", "empty", "nothing" (filtered away), "board" or "table". */
const char *qd_board_page_get_state (QdBoardPage *self);

G_END_DECLS
