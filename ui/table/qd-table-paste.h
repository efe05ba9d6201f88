/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-long-edit.h"
#include "qd-table-block.h"
#include "qd-table-cursor.h"
#include "qd-table-view.h"

G_BEGIN_DECLS

typedef enum
{
  QD_PASTE_DONE,
  QD_PASTE_TOO_MANY_COLUMNS, /* nothing was written */
} QdPasteStatus;

/** What became of a paste. block_rows × block_columns = placed + skipped + refused, in cells. */
typedef struct
{
  QdPasteStatus status;
  guint n_rows; /* of the block, after tiling */
  guint n_columns;
  guint columns_left; /* from the first column written to the last of the table */
  guint placed;
  guint skipped; /* read-only, computed or irrelevant */
  guint refused; /* the table takes no more rows */
  guint refused_rows;
  guint added_rows;
  guint marked;      /* of the placed ones: carry a critical finding now */
  gboolean hidden;   /* a filter is on: hidden rows were passed by */
  QdCellRange range; /* in rows of the view */
} QdPasteResult;

/**
 * qd_table_paste: writes a block at the top left cell of @selection: one value fills the selection, a selection that is a
 * whole multiple of the block is tiled, rows are added below the last. One undo step.
 *
 * Cells that become relevant, or get their choices, by other cells of the same block are written too: the engine settles
 * between passes.
 *
 * Returns: %FALSE when the model refused; then nothing has changed
 */
gboolean qd_table_paste (QdTableView *view, const QdTableBlock *block, const QdCellRange *selection, QdPasteResult *out, GError **error);
/** So many cells that the window should not wait for them, and a table that can be written in pieces. */
gboolean qd_table_paste_is_long (QdTableView *view, const QdTableBlock *block, const QdCellRange *selection);
/** qd_table_paste() in pieces, for what is long; cancelled, it leaves nothing behind. @block: (transfer full) */
void qd_table_paste_async (QdTableView *view, QdTableBlock *block, const QdCellRange *selection, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean qd_table_paste_finish (QdTableView *view, GAsyncResult *result, QdPasteResult *out, GError **error);
/** One sentence for the toast: M21, M22, M23. */
char *qd_paste_result_dup_message (const QdPasteResult *self) G_GNUC_WARN_UNUSED_RESULT;

/** The selection as shown, without thousands separators; @heads adds a row of column titles. */
QdTableBlock *qd_table_copy (QdTableView *view, const QdCellRange *selection, gboolean heads) G_GNUC_WARN_UNUSED_RESULT;

/** Clears cells that can be edited. */
gboolean qd_table_clear (QdTableView *view, const QdCellRange *selection, guint *cleared_out, GError **error);

/**
 * qd_table_fill: repeats the cells of @source over the rest of @target, which contains it and is longer in one direction.
 * @series: numbers and dates count on, by the step of the last two cells, or by one
 * @written_out: (out) (optional): cells written
 */
gboolean qd_table_fill (QdTableView *view, const QdCellRange *source, const QdCellRange *target, gboolean series, guint *written_out, GError **error);
/** The @n-th text after @last in the series (@before, @last); @before is (nullable). The text itself when it does not count. */
char *qd_table_series_next (const QdColumn *column, const char *before, const char *last, int n) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
