/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-decimal.h"
#include "qd-table-cursor.h"
#include "qd-table-view.h"

G_BEGIN_DECLS

/** Sum, mean and count of numbers, exact. Zero it before use. */
typedef struct
{
  QdDecimal sum;
  guint count;      /* numbers in the sum */
  guint unreadable; /* texts that are no number, or no longer fit */
  guint decimals;   /* most digits after the point of any of them */
} QdTableStats;

/** @text: as stored; empty counts as nothing. */
void qd_table_stats_add (QdTableStats *self, const char *text);
/** With separators and at least the decimals of its parts: "10,259.30". */
char *qd_table_stats_dup_sum (const QdTableStats *self) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): rounded half up to the decimals of the parts, at least two; NULL when there are no numbers */
char *qd_table_stats_dup_mean (const QdTableStats *self) G_GNUC_WARN_UNUSED_RESULT;

/**
 * QdTableSummary: totals of columns and marks of rows, kept up to date row by row. After a change of many rows these are
 * read again when somebody asks, all at once: who must not wait reads some at a time first.
 */
typedef struct _QdTableSummary QdTableSummary;

QdTableSummary *qd_table_summary_new (QdTableModel *model) G_GNUC_WARN_UNUSED_RESULT;
void qd_table_summary_free (QdTableSummary *self);
/* To be called on the model's signals. */
void qd_table_summary_cells_changed (QdTableSummary *self, guint position, guint count);
void qd_table_summary_rows_changed (QdTableSummary *self, guint position, guint removed, guint added);
void qd_table_summary_reset (QdTableSummary *self);

gboolean qd_table_summary_is_complete (QdTableSummary *self);
/** Reads rows until about @deadline (of g_get_monotonic_time(), 0: all of them); TRUE when none are left. */
gboolean qd_table_summary_read_some (QdTableSummary *self, gint64 deadline);

/** (nullable): NULL for columns whose sum makes no sense */
const QdTableStats *qd_table_summary_get_total (QdTableSummary *self, guint column);
/** Cells of all totalled columns that are not in the totals. */
guint qd_table_summary_get_unreadable (QdTableSummary *self);
guint qd_table_summary_get_n_critical (QdTableSummary *self);
guint qd_table_summary_get_n_possible (QdTableSummary *self);
/** Worst mark of a model row: QD_CELL_CRITICAL, QD_CELL_POSSIBLE or QD_CELL_NORMAL. */
QdCellFlags qd_table_summary_get_row_mark (QdTableSummary *self, guint row);

/**
 * qd_table_find_problem: the next marked cell of the view, row by row, starting after @from and going round.
 */
gboolean qd_table_find_problem (QdTableView *view, QdTableSummary *summary, const QdCellPos *from, gboolean back, QdCellPos *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdTableSummary, qd_table_summary_free)

G_END_DECLS
