/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-sheet.h"

G_BEGIN_DECLS

/**
 * QdColumnGrid: the columns of a sheet, a row each: letters, head, first cells, what it fills, in which unit, why that was guessed, how
 * many rows are refused for it. What can be filled, and what a choice means, its owner knows.
 *
 * Signals, from people only:
 *  - choice-chosen (guint column, guint item)
 *  - unit-chosen (guint column, guint item)
 */
#define QD_TYPE_COLUMN_GRID (qd_column_grid_get_type ())
G_DECLARE_FINAL_TYPE (QdColumnGrid, qd_column_grid, QD, COLUMN_GRID, GtkWidget)

GtkWidget *qd_column_grid_new (void) G_GNUC_WARN_UNUSED_RESULT;
/**
 * qd_column_grid_build: makes the rows anew
 * @first_row: with data
 * @heads: of the columns; a ledger has some tens of columns, further ones are not shown
 * @choices: what each of them can fill, the first item for "nothing"
 */
void qd_column_grid_build (QdColumnGrid *self, QdSheet *sheet, guint first_row, const char *const *heads, GListModel *choices);
/** Columns that are shown. */
guint qd_column_grid_get_n_columns (QdColumnGrid *self);
void qd_column_grid_set_choice (QdColumnGrid *self, guint column, guint item);
/** @units: (nullable): NULL hides them */
void qd_column_grid_set_units (QdColumnGrid *self, guint column, GListModel *units, guint item);
void qd_column_grid_set_why (QdColumnGrid *self, guint column, const char *icon, const char *text, const char *css);
void qd_column_grid_set_errors (QdColumnGrid *self, guint column, guint n);

/** What cells of sheets look like. @css: (nullable) */
GtkWidget *qd_column_grid_cell_new (const char *text, const char *css) G_GNUC_WARN_UNUSED_RESULT;
/** What stands over the columns: a title, a sentence, and the button that confirms guesses. @summary_out: (out) (transfer none) */
GtkWidget *qd_column_grid_head_new (const char *confirm, GtkWidget **summary_out) G_GNUC_WARN_UNUSED_RESULT;
/** A grid on a card. */
GtkWidget *qd_column_grid_card_new (int column_spacing, int row_spacing) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
