/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint row;
  guint column;
} QdCellPos;

/** One rectangle of cells, in rows of the view. */
typedef struct
{
  guint row;
  guint column;
  guint n_rows;
  guint n_columns;
} QdCellRange;

gboolean qd_cell_range_contains (const QdCellRange *self, guint row, guint column);

/** What navigation must know of a table. */
typedef struct
{
  guint n_rows;
  guint n_columns;
  guint page; /* rows of PgUp and PgDn */
  /** Tab passes by: hatched and computed cells */
  gboolean (*is_skipped) (guint row, guint column, gpointer data);
  gboolean (*is_empty) (guint row, guint column, gpointer data);
  gpointer data;
} QdTableShape;

typedef enum
{
  QD_MOVE_LEFT,
  QD_MOVE_RIGHT,
  QD_MOVE_UP,
  QD_MOVE_DOWN,
  QD_MOVE_EDGE_LEFT, /* Ctrl+arrow: to the edge of data */
  QD_MOVE_EDGE_RIGHT,
  QD_MOVE_EDGE_UP,
  QD_MOVE_EDGE_DOWN,
  QD_MOVE_ROW_START,
  QD_MOVE_ROW_END,
  QD_MOVE_TABLE_START,
  QD_MOVE_TABLE_END,
  QD_MOVE_PAGE_UP,
  QD_MOVE_PAGE_DOWN,
} QdMove;

/**
 * QdTableCursor: the cell that typing goes to (@active), and the opposite corner of the selection (@end). A plain value.
 */
typedef struct
{
  QdCellPos active;
  QdCellPos end;
  int tab_column; /* where a run of Tabs began, -1 when there is none */
} QdTableCursor;

void qd_table_cursor_init (QdTableCursor *self);
QdCellRange qd_table_cursor_get_range (const QdTableCursor *self);
gboolean qd_table_cursor_is_single (const QdTableCursor *self);
/** Brings it back inside a table that shrank. */
void qd_table_cursor_clamp (QdTableCursor *self, const QdTableShape *shape);
/** One cell; with @extend the other corner of the selection. */
void qd_table_cursor_set (QdTableCursor *self, guint row, guint column, gboolean extend);
void qd_table_cursor_select (QdTableCursor *self, const QdCellRange *range);
void qd_table_cursor_select_all (QdTableCursor *self, const QdTableShape *shape);
void qd_table_cursor_select_rows (QdTableCursor *self, const QdTableShape *shape, guint row, gboolean extend);
void qd_table_cursor_select_columns (QdTableCursor *self, const QdTableShape *shape, guint column, gboolean extend);

void qd_table_cursor_move (QdTableCursor *self, const QdTableShape *shape, QdMove move, gboolean extend);
/** Tab and Shift+Tab. FALSE when there is no cell left that way: after the last one the caller adds a row and calls again. */
gboolean qd_table_cursor_tab (QdTableCursor *self, const QdTableShape *shape, gboolean back);
/** Enter and Shift+Enter: to the next row, into the column where the run of Tabs began. */
void qd_table_cursor_enter (QdTableCursor *self, const QdTableShape *shape, gboolean back);

G_END_DECLS
