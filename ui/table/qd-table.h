/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-table-cursor.h"
#include "qd-table-model.h"

G_BEGIN_DECLS

/**
 * QdTable: the grid: cell line on top, cells, totals row and status line.
 *
 * Properties: model, id (widths and zoom are remembered under it), placeholder (shown when there are no rows),
 * n-critical, n-possible (marked cells).
 *
 * Signals:
 *  - message (text, action): something to tell in a toast; action is NULL, "table.undo" or "table.paste-first-column".
 *    A handler that returns TRUE shows it itself; else the table shows a toast above its totals.
 *  - undo (): the button of such a toast, or table.undo; the page undoes one step.
 *  - cursor-moved (): see qd_table_get_cursor()
 *  - view-changed (): filter, order or number of rows
 *
 * Actions: table.copy, table.copy-with-heads, table.cut, table.paste, table.paste-first-column, table.clear,
 * table.select-all, table.fill-down, table.fill-right, table.insert-row, table.add-row, table.delete-rows, table.move-up,
 * table.move-down, table.edit, table.open, table.today, table.copy-above, table.apply-fix, table.next-problem,
 * table.previous-problem, table.sort-ascending, table.sort-descending, table.sort-none, table.zoom-in, table.zoom-out,
 * table.zoom-reset, table.undo.
 */
#define QD_TYPE_TABLE (qd_table_get_type ())
G_DECLARE_FINAL_TYPE (QdTable, qd_table, QD, TABLE, GtkWidget)

/** @id: (nullable): under which widths and zoom are kept for this user */
GtkWidget *qd_table_new (QdTableModel *model, const char *id) G_GNUC_WARN_UNUSED_RESULT;
QdTableModel *qd_table_get_model (QdTable *self);
void qd_table_set_model (QdTable *self, QdTableModel *model);
const char *qd_table_get_id (QdTable *self);
void qd_table_set_id (QdTable *self, const char *id);
void qd_table_set_placeholder (QdTable *self, const char *text);

/** The cell that typing goes to, as row of the model. FALSE when there is none. */
gboolean qd_table_get_cursor (QdTable *self, guint *row_out, guint *column_out);
/** In rows of the view. */
QdCellRange qd_table_get_selection (QdTable *self);
void qd_table_select (QdTable *self, const QdCellRange *range);
/** Selects a cell by row of the model, scrolls to it, and lights it up for a moment. A filter that hides it is taken off. */
void qd_table_go_to (QdTable *self, guint model_row, guint column);
/** Selects the next (previous) marked cell; FALSE when there is none. */
gboolean qd_table_next_problem (QdTable *self, gboolean back);
guint qd_table_get_n_critical (QdTable *self);
guint qd_table_get_n_possible (QdTable *self);

/** Rows shown now. */
guint qd_table_get_n_shown (QdTable *self);
void qd_table_set_filter (QdTable *self, const char *text);
void qd_table_set_only_problems (QdTable *self, gboolean only);
/** @column: -1 for the order of the declaration */
void qd_table_sort (QdTable *self, int column, gboolean descending);

/** Puts an edit that is going on into the model; call it before the model is saved or checked. */
void qd_table_commit (QdTable *self);
/** Pastes text as if it had come over the clipboard, at the selection. */
void qd_table_paste_text (QdTable *self, const char *text);

G_END_DECLS
