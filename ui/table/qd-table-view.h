/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-table-model.h"

G_BEGIN_DECLS

/**
 * QdTableView: the order in which rows are shown: sorted, and filtered. It never changes the model. Order and filter are
 * applied when they are set; rows that are edited afterwards stay where they are, so that nothing jumps away under the hand.
 * Signal: changed (): which rows are shown, or their order.
 */
#define QD_TYPE_TABLE_VIEW (qd_table_view_get_type ())
G_DECLARE_FINAL_TYPE (QdTableView, qd_table_view, QD, TABLE_VIEW, GObject)

QdTableView *qd_table_view_new (QdTableModel *model) G_GNUC_WARN_UNUSED_RESULT;
QdTableModel *qd_table_view_get_model (QdTableView *self);
guint qd_table_view_get_n_rows (QdTableView *self);
/** Row of the model shown at @row. */
guint qd_table_view_to_model (QdTableView *self, guint row);
/** FALSE when the filter hides the row. */
gboolean qd_table_view_from_model (QdTableView *self, guint model_row, guint *row_out);
gboolean qd_table_view_is_filtered (QdTableView *self);
gboolean qd_table_view_is_sorted (QdTableView *self);

/** @column: -1 for the order of the declaration */
void qd_table_view_sort (QdTableView *self, int column, gboolean descending);
int qd_table_view_get_sort_column (QdTableView *self, gboolean *descending_out);
/** Rows in which any cell, as shown, has @text; case does not matter. NULL or "" shows all. Of very many rows it takes a while, then changed() tells. */
void qd_table_view_set_filter (QdTableView *self, const char *text);
const char *qd_table_view_get_filter (QdTableView *self);
/** Only rows with a critical or possible finding. */
void qd_table_view_set_only_problems (QdTableView *self, gboolean only);
gboolean qd_table_view_get_only_problems (QdTableView *self);
/** Filters and sorts again by the present contents. */
void qd_table_view_refresh (QdTableView *self);

G_END_DECLS
