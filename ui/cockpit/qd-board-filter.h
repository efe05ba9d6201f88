/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-cockpit.h"

G_BEGIN_DECLS

/** QdBoardFilter: search, county, industry and responsible person above the board. */
#define QD_TYPE_BOARD_FILTER (qd_board_filter_get_type ())
G_DECLARE_FINAL_TYPE (QdBoardFilter, qd_board_filter, QD, BOARD_FILTER, GtkWidget)

GtkWidget *qd_board_filter_new (QdCockpit *cockpit) G_GNUC_WARN_UNUSED_RESULT;
/** (transfer none): of QdBoardItem */
GtkFilter *qd_board_filter_get_filter (QdBoardFilter *self);
/** Does the enterprise pass county, industry and person? */
gboolean qd_board_filter_passes (QdBoardFilter *self, QdEnterprise *enterprise);
void qd_board_filter_clear (QdBoardFilter *self);
gboolean qd_board_filter_focus_search (QdBoardFilter *self);

G_END_DECLS
