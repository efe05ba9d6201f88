/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * QdTableModel: what the grid shows and edits. The grid knows nothing of forms; an adapter gives it a repeat, the
 * import dialog a preview.
 * Signals: cells-changed (), rows-changed (guint position, guint removed, guint added), columns-changed ().
 */
#define QD_TYPE_TABLE_MODEL (qd_table_model_get_type ())
G_DECLARE_INTERFACE (QdTableModel, qd_table_model, QD, TABLE_MODEL, GObject)

typedef enum
{
  QD_COLUMN_TEXT,
  QD_COLUMN_NUMBER, /* right aligned, separators for display, input purpose NUMBER */
  QD_COLUMN_DATE,
  QD_COLUMN_CHOICE,
  QD_COLUMN_YES_NO,
} QdColumnType;

typedef struct
{
  char *id; /* stable: the field's ref */
  char *title;
  char *unit; /* (nullable) */
  QdColumnType type;
  gboolean computed; /* never editable */
  gboolean required;
  gboolean total; /* sums make sense */
  int width;      /* preferred, px; 0: the grid chooses */
} QdColumn;

typedef enum
{
  QD_CELL_NORMAL = 0,
  QD_CELL_READ_ONLY = 1 << 0,
  QD_CELL_NOT_RELEVANT = 1 << 1, /* hatched, skipped by Tab */
  QD_CELL_CRITICAL = 1 << 2,
  QD_CELL_POSSIBLE = 1 << 3,
} QdCellFlags;

/** One cell of a batch edit. */
typedef struct
{
  guint row;
  guint column;
  char *text; /* (nullable): NULL clears */
} QdCellEdit;

struct _QdTableModelInterface
{
  GTypeInterface parent_iface;
  guint (*get_n_rows) (QdTableModel *self);
  guint (*get_n_columns) (QdTableModel *self);
  const QdColumn *(*get_column) (QdTableModel *self, guint column);
  /** Text as stored: numbers plain, choices as code. (transfer full) */
  char *(*dup_text) (QdTableModel *self, guint row, guint column);
  /** Text as shown: separators, choice labels. (transfer full) */
  char *(*dup_display) (QdTableModel *self, guint row, guint column);
  QdCellFlags (*get_flags) (QdTableModel *self, guint row, guint column);
  /** Message of the worst finding of the cell, and a certain quick fix; both (nullable) (transfer full) */
  char *(*dup_message) (QdTableModel *self, guint row, guint column, char **fix_out);
  /** (element-type utf8) (transfer full): value and label by turns, for CHOICE columns */
  GPtrArray *(*get_choices) (QdTableModel *self, guint row, guint column);
  gboolean (*can_add_rows) (QdTableModel *self);
  /** All or nothing, one undo step named @origin. */
  gboolean (*set_cells) (QdTableModel *self, const QdCellEdit *edits, guint n, const char *origin, GError **error);
  gboolean (*insert_rows) (QdTableModel *self, guint position, guint count, GError **error);
  gboolean (*remove_rows) (QdTableModel *self, guint position, guint count, GError **error);
  gboolean (*move_row) (QdTableModel *self, guint from, guint to, GError **error);
  /** Brackets several calls into one undo step (paste: add rows, then set cells). */
  void (*begin_step) (QdTableModel *self, const char *origin);
  void (*end_step) (QdTableModel *self);
};

G_END_DECLS
