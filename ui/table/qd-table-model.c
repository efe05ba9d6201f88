/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-table-model"
#include "config.h"
#include "qd-table-model.h"

G_DEFINE_INTERFACE (QdTableModel, qd_table_model, G_TYPE_OBJECT)

enum
{
  CELLS_CHANGED,
  ROWS_CHANGED,
  COLUMNS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
qd_table_model_default_init (QdTableModelInterface *iface)
{
  signals[CELLS_CHANGED] = g_signal_new ("cells-changed", QD_TYPE_TABLE_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[ROWS_CHANGED] = g_signal_new ("rows-changed", QD_TYPE_TABLE_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT);
  signals[COLUMNS_CHANGED] = g_signal_new ("columns-changed", QD_TYPE_TABLE_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

void
qd_column_free (QdColumn *column)
{
  if (!column)
    return;
  g_free (column->id);
  g_free (column->title);
  g_free (column->unit);
  g_free (column);
}

guint
qd_table_model_get_n_rows (QdTableModel *self)
{
  return QD_TABLE_MODEL_GET_IFACE (self)->get_n_rows (self);
}

guint
qd_table_model_get_n_columns (QdTableModel *self)
{
  return QD_TABLE_MODEL_GET_IFACE (self)->get_n_columns (self);
}

const QdColumn *
qd_table_model_get_column (QdTableModel *self, guint column)
{
  return QD_TABLE_MODEL_GET_IFACE (self)->get_column (self, column);
}

char *
qd_table_model_dup_text (QdTableModel *self, guint row, guint column)
{
  return QD_TABLE_MODEL_GET_IFACE (self)->dup_text (self, row, column);
}

char *
qd_table_model_dup_display (QdTableModel *self, guint row, guint column)
{
  return QD_TABLE_MODEL_GET_IFACE (self)->dup_display (self, row, column);
}

gboolean
qd_table_model_may_have_marks (QdTableModel *self, guint row)
{
  QdTableModelInterface *iface = QD_TABLE_MODEL_GET_IFACE (self);

  return !iface->may_have_marks || iface->may_have_marks (self, row);
}

QdCellFlags
qd_table_model_get_flags (QdTableModel *self, guint row, guint column)
{
  return QD_TABLE_MODEL_GET_IFACE (self)->get_flags (self, row, column);
}

gboolean
qd_table_model_is_editable (QdTableModel *self, guint row, guint column)
{
  return !qd_table_model_get_column (self, column)->computed &&
         !(qd_table_model_get_flags (self, row, column) & (QD_CELL_READ_ONLY | QD_CELL_NOT_RELEVANT));
}

char *
qd_table_model_dup_message (QdTableModel *self, guint row, guint column, char **fix_out)
{
  QdTableModelInterface *iface = QD_TABLE_MODEL_GET_IFACE (self);

  if (fix_out)
    *fix_out = NULL;
  return iface->dup_message ? iface->dup_message (self, row, column, fix_out) : NULL;
}

char *
qd_table_model_dup_note (QdTableModel *self, guint row, guint column)
{
  QdTableModelInterface *iface = QD_TABLE_MODEL_GET_IFACE (self);

  return iface->dup_note ? iface->dup_note (self, row, column) : NULL;
}

GPtrArray *
qd_table_model_get_choices (QdTableModel *self, guint row, guint column)
{
  QdTableModelInterface *iface = QD_TABLE_MODEL_GET_IFACE (self);

  return iface->get_choices ? iface->get_choices (self, row, column) : NULL;
}

GPtrArray *
qd_table_model_suggest (QdTableModel *self, guint row, guint column, const char *typed)
{
  QdTableModelInterface *iface = QD_TABLE_MODEL_GET_IFACE (self);

  return iface->suggest ? iface->suggest (self, row, column, typed) : NULL;
}

gboolean
qd_table_model_accept (QdTableModel *self, guint row, guint column, const char *value, GError **error)
{
  return QD_TABLE_MODEL_GET_IFACE (self)->accept (self, row, column, value, error);
}

gboolean
qd_table_model_can_add_rows (QdTableModel *self)
{
  return QD_TABLE_MODEL_GET_IFACE (self)->can_add_rows (self);
}

gboolean
qd_table_model_set_cells (QdTableModel *self, const QdCellEdit *edits, guint n, const char *origin, GError **error)
{
  return QD_TABLE_MODEL_GET_IFACE (self)->set_cells (self, edits, n, origin, error);
}

gboolean
qd_table_model_insert_rows (QdTableModel *self, guint position, guint count, GError **error)
{
  return QD_TABLE_MODEL_GET_IFACE (self)->insert_rows (self, position, count, error);
}

gboolean
qd_table_model_remove_rows (QdTableModel *self, guint position, guint count, GError **error)
{
  return QD_TABLE_MODEL_GET_IFACE (self)->remove_rows (self, position, count, error);
}

gboolean
qd_table_model_move_row (QdTableModel *self, guint from, guint to, GError **error)
{
  return QD_TABLE_MODEL_GET_IFACE (self)->move_row (self, from, to, error);
}

void
qd_table_model_begin_step (QdTableModel *self, const char *origin)
{
  QD_TABLE_MODEL_GET_IFACE (self)->begin_step (self, origin);
}

void
qd_table_model_end_step (QdTableModel *self)
{
  QD_TABLE_MODEL_GET_IFACE (self)->end_step (self);
}

QdInstance *
qd_table_model_get_instance (QdTableModel *self)
{
  QdTableModelInterface *iface = QD_TABLE_MODEL_GET_IFACE (self);

  return iface->get_instance ? iface->get_instance (self) : NULL;
}

void
qd_table_model_cells_changed (QdTableModel *self, guint position, guint count)
{
  g_signal_emit (self, signals[CELLS_CHANGED], 0, position, count);
}

void
qd_table_model_rows_changed (QdTableModel *self, guint position, guint removed, guint added)
{
  g_signal_emit (self, signals[ROWS_CHANGED], 0, position, removed, added);
}

void
qd_table_model_columns_changed (QdTableModel *self)
{
  g_signal_emit (self, signals[COLUMNS_CHANGED], 0);
}
