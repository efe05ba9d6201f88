/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-instance.h"

G_BEGIN_DECLS

/**
 * QdTableModel: what the grid shows and edits. The grid knows nothing of forms; an adapter gives it a repeat, the
 * import dialog a preview.
 *
 * Signals:
 *  - cells-changed (guint position, guint count): texts, flags or messages of these rows changed; the rows stayed.
 *    A count of G_MAXUINT means: to the last row.
 *  - rows-changed (guint position, guint removed, guint added)
 *  - columns-changed (): columns, and with them everything
 */
#define QD_TYPE_TABLE_MODEL (qd_table_model_get_type ())
G_DECLARE_INTERFACE (QdTableModel, qd_table_model, QD, TABLE_MODEL, GObject)

typedef enum
{
  QD_COLUMN_TEXT,
  QD_COLUMN_NUMBER, /* right aligned, separators for display, input purpose NUMBER */
  QD_COLUMN_DATE,
  QD_COLUMN_CHOICE,
  QD_COLUMN_YES_NO, /* stored as "true" and "false", or, when there are choices, as the first (yes) and second (no) of them */
} QdColumnType;

typedef struct
{
  char *id; /* stable: the field's ref */
  char *title;
  char *unit; /* (nullable) */
  QdColumnType type;
  gboolean multiple; /* CHOICE: any number of codes, joined by one space */
  gboolean computed; /* never editable */
  gboolean required;
  gboolean total;    /* sums make sense */
  gboolean tags;     /* what is shown are words in boxes */
  gboolean suggests; /* TEXT: offers what is known while it is typed */
  int width;         /* preferred, px; 0: the grid chooses */
} QdColumn;

void qd_column_free (QdColumn *column);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdColumn, qd_column_free)

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
  /** (nullable): FALSE when no cell of the row can have a mark; spares asking for each. */
  gboolean (*may_have_marks) (QdTableModel *self, guint row);
  /** Message of the worst finding of the cell, and a certain quick fix; both (nullable) (transfer full) */
  char *(*dup_message) (QdTableModel *self, guint row, guint column, char **fix_out);
  /** Optional. What else is known about the cell, one line: last year's value, where it came from. (nullable) (transfer full) */
  char *(*dup_note) (QdTableModel *self, guint row, guint column);
  /** (element-type utf8) (nullable) (transfer full): value and label by turns, for CHOICE columns. Never changed after it was returned: the same array (a new reference) may be given for many rows. */
  GPtrArray *(*get_choices) (QdTableModel *self, guint row, guint column);
  /** Optional, for columns that suggest: (element-type utf8) (transfer full): value and label by turns, best first */
  GPtrArray *(*suggest) (QdTableModel *self, guint row, guint column, const char *typed);
  /** Fills the cells of the row that go with a suggestion, one undo step. */
  gboolean (*accept) (QdTableModel *self, guint row, guint column, const char *value, GError **error);
  gboolean (*can_add_rows) (QdTableModel *self);
  /** All or nothing, one undo step named @origin. */
  gboolean (*set_cells) (QdTableModel *self, const QdCellEdit *edits, guint n, const char *origin, GError **error);
  gboolean (*insert_rows) (QdTableModel *self, guint position, guint count, GError **error);
  gboolean (*remove_rows) (QdTableModel *self, guint position, guint count, GError **error);
  gboolean (*move_row) (QdTableModel *self, guint from, guint to, GError **error);
  /** Brackets several calls into one undo step (paste: add rows, then set cells). */
  void (*begin_step) (QdTableModel *self, const char *origin);
  void (*end_step) (QdTableModel *self);
  /** Optional. The declaration behind the table, for edits in pieces (qd_long_edit_async()). (transfer none) (nullable) */
  QdInstance *(*get_instance) (QdTableModel *self);
};

guint qd_table_model_get_n_rows (QdTableModel *self);
guint qd_table_model_get_n_columns (QdTableModel *self);
const QdColumn *qd_table_model_get_column (QdTableModel *self, guint column);
char *qd_table_model_dup_text (QdTableModel *self, guint row, guint column) G_GNUC_WARN_UNUSED_RESULT;
char *qd_table_model_dup_display (QdTableModel *self, guint row, guint column) G_GNUC_WARN_UNUSED_RESULT;
QdCellFlags qd_table_model_get_flags (QdTableModel *self, guint row, guint column);
gboolean qd_table_model_may_have_marks (QdTableModel *self, guint row);
/** A cell that takes typed and pasted text: neither computed nor read-only nor irrelevant. */
gboolean qd_table_model_is_editable (QdTableModel *self, guint row, guint column);
char *qd_table_model_dup_message (QdTableModel *self, guint row, guint column, char **fix_out) G_GNUC_WARN_UNUSED_RESULT;
char *qd_table_model_dup_note (QdTableModel *self, guint row, guint column) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *qd_table_model_get_choices (QdTableModel *self, guint row, guint column) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *qd_table_model_suggest (QdTableModel *self, guint row, guint column, const char *typed) G_GNUC_WARN_UNUSED_RESULT;
gboolean qd_table_model_accept (QdTableModel *self, guint row, guint column, const char *value, GError **error);
gboolean qd_table_model_can_add_rows (QdTableModel *self);
gboolean qd_table_model_set_cells (QdTableModel *self, const QdCellEdit *edits, guint n, const char *origin, GError **error);
gboolean qd_table_model_insert_rows (QdTableModel *self, guint position, guint count, GError **error);
gboolean qd_table_model_remove_rows (QdTableModel *self, guint position, guint count, GError **error);
gboolean qd_table_model_move_row (QdTableModel *self, guint from, guint to, GError **error);
void qd_table_model_begin_step (QdTableModel *self, const char *origin);
void qd_table_model_end_step (QdTableModel *self);
QdInstance *qd_table_model_get_instance (QdTableModel *self);

/* For implementations. */

void qd_table_model_cells_changed (QdTableModel *self, guint position, guint count);
void qd_table_model_rows_changed (QdTableModel *self, guint position, guint removed, guint added);
void qd_table_model_columns_changed (QdTableModel *self);

G_END_DECLS
