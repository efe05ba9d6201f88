/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-catalog.h"
#include "qd-long-edit.h"
#include "qd-sheet.h"

G_BEGIN_DECLS

/**
 * QdImport: brings the rows of a sheet into a repeat of a declaration. Nothing is written before qd_import_apply(); the
 * dry run says for each row what would become of it, and the counts always add up:
 * rows of the sheet = added + updated + refused + empty.
 */
#define QD_TYPE_IMPORT (qd_import_get_type ())
G_DECLARE_FINAL_TYPE (QdImport, qd_import, QD, IMPORT, GObject)

QdImport *qd_import_new (QdInstance *instance, QdNodeId range, QdSheet *sheet) G_GNUC_WARN_UNUSED_RESULT;
QdSheet *qd_import_get_sheet (QdImport *self);
/** Known names and CAS numbers, by which rows are checked; @catalog: (nullable) */
void qd_import_set_catalog (QdImport *self, QdCatalog *catalog);

/** What stands before the path of the field, in a hidden row over the heads of a workbook that we wrote. */
#define QD_IMPORT_MARK "qd:"

/** The repeat tells its rows apart (qd:key), so that rows can be updated. */
gboolean qd_import_has_key (QdImport *self);
/** The sheet was written by us: its columns name their fields exactly. */
gboolean qd_import_is_own_workbook (QdImport *self);

/* The fields that can be filled: leaves of a row that are neither computed nor in a repeat of their own. */

guint qd_import_get_n_fields (QdImport *self);
/** FALSE for fields that people do not see, which only a workbook of ours fills. */
gboolean qd_import_is_field_offered (QdImport *self, guint i);
const QdField *qd_import_get_field (QdImport *self, guint i);
/** Label in the language of the instance. */
const char *qd_import_get_field_title (QdImport *self, guint i);

/* Heads. */

/** First row with data: the rows before it are title and heads. Guessed; hidden rows count as heads only when they hold field names. */
guint qd_import_get_first_row (QdImport *self);
/** Also guesses the columns anew. */
void qd_import_set_first_row (QdImport *self, guint row);

typedef enum
{
  QD_GUESS_NONE,    /* not mapped */
  QD_GUESS_SAVED,   /* from the mapping saved last time, or by hand */
  QD_GUESS_NAME,    /* the head is the field's label, name or synonym */
  QD_GUESS_PART,    /* the head holds the label, or the label the head: to be confirmed */
  QD_GUESS_CONTENT, /* the column's content looks like the field's: to be confirmed */
} QdGuess;

typedef struct
{
  char *head; /* heads of the column from top to bottom, joined with a space */
  char *unit; /* (nullable): unit found in the head, or set */
  int field;  /* index of the field, -1: left out */
  QdGuess guess;
  gboolean unit_guessed; /* the unit is that of a column to the left: to be confirmed */
  gboolean converts;     /* the unit converts to that of the field (or there is nothing to convert) */
} QdImportColumn;

guint qd_import_get_n_columns (QdImport *self);
const QdImportColumn *qd_import_get_column (QdImport *self, guint column);
/** @field: -1 leaves the column out; a field goes to one column only, the other one loses it. @unit: (nullable): as in the field */
void qd_import_set_column (QdImport *self, guint column, int field, const char *unit);
/** The user has looked at a guess and agrees. */
void qd_import_confirm (QdImport *self, guint column);
/** Columns whose guess nobody confirmed yet. */
guint qd_import_count_unconfirmed (QdImport *self);

/** Mapping as text (a keyfile by heads), to be kept for the next file of the same kind. */
char *qd_import_dup_mapping (QdImport *self) G_GNUC_WARN_UNUSED_RESULT;
/** Applies what fits of a saved mapping. */
void qd_import_load_mapping (QdImport *self, const char *mapping);

/* Corrections: the file stays as it is, what is imported does not. */

/** @text: (nullable): what is read in place of the cell; NULL takes a correction back */
void qd_import_correct (QdImport *self, guint row, guint column, const char *text);
/** Of two rows about the same, @row is taken, not @rival. */
void qd_import_prefer (QdImport *self, guint row, guint rival);
/** The text of a cell, corrected. */
const char *qd_import_get_text (QdImport *self, guint row, guint column);

typedef enum
{
  QD_IMPORT_APPEND,  /* every row is new */
  QD_IMPORT_UPDATE,  /* rows with the key (qd:key of the repeat) of an existing row update it */
  QD_IMPORT_REPLACE, /* the rows that are there go */
} QdImportMode;

typedef enum
{
  QD_ROW_ADDED,
  QD_ROW_UPDATED,
  QD_ROW_REFUSED,
  QD_ROW_EMPTY,
} QdRowFate;

typedef struct
{
  guint sheet_row; /* from 0 */
  QdRowFate fate;
  guint target; /* QD_ROW_UPDATED: row of the repeat */
  int column;   /* QD_ROW_REFUSED: the column at fault, -1: the row as a whole */
  char *reason; /* (nullable): why it is refused, with column and value */
  char *notice; /* (nullable): what was read otherwise than it stands there */
  char *fix;    /* (nullable): what certainly belongs into the cell at fault */
  int rival;    /* row of the sheet that is taken in place of this one, as both are about the same; -1: none */
} QdImportRow;

typedef struct
{
  guint rows;
  guint added;
  guint updated;
  guint refused;
  guint empty;
} QdImportCounts;

/** (element-type QdImportRow): the dry run */
GPtrArray *qd_import_check (QdImport *self, QdImportMode mode, QdImportCounts *counts_out) G_GNUC_WARN_UNUSED_RESULT;
/** Rows judged so far; called in the thread that judges. */
typedef void (*QdImportProgress) (guint rows, gpointer user_data);
/** The dry run in a thread of its own; the mapping and the declaration may change meanwhile. */
void qd_import_check_async (QdImport *self, QdImportMode mode, QdImportProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *qd_import_check_finish (QdImport *self, GAsyncResult *result, QdImportCounts *counts_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * qd_import_apply: does what the dry run said, as one transaction of the instance, all or nothing; refused rows are left out. Empty cells
 * leave what is there. Wrap it in a step of the draft to have one undo step.
 *
 * Errors: %QD_FORM_ERROR when the instance refuses (rows cannot be added); nothing has then changed
 */
gboolean qd_import_apply (QdImport *self, QdImportMode mode, QdImportCounts *counts_out, GError **error);
/** The same in pieces in the main loop; cancelled, it leaves nothing behind. Nobody else may edit the declaration meanwhile. */
void qd_import_apply_async (QdImport *self, QdImportMode mode, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean qd_import_apply_finish (QdImport *self, GAsyncResult *result, QdImportCounts *counts_out, GError **error);
/** Writes the refused rows with their reason in a further column to a workbook. */
gboolean qd_import_write_refused (QdImport *self, GPtrArray *rows, const char *path, GError **error);

G_END_DECLS
