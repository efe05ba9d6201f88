/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Errors of sheets of unknown origin. Messages name the file, the sheet and row where known, and what to do. */
#define QD_SHEET_ERROR (qd_sheet_error_quark ())
GQuark qd_sheet_error_quark (void);
typedef enum
{
  QD_SHEET_ERROR_FORMAT,    /* neither a workbook nor text */
  QD_SHEET_ERROR_PROTECTED, /* encrypted with a password */
  QD_SHEET_ERROR_OLD,       /* .xls of before Excel 97 */
  QD_SHEET_ERROR_CORRUPT,
  QD_SHEET_ERROR_TOO_LARGE, /* more cells or text than a ledger can have */
  QD_SHEET_ERROR_ENCODING,  /* text that is neither UTF-8 nor GB 18030 */
  QD_SHEET_ERROR_IO,
} QdSheetError;

typedef enum
{
  QD_CELL_EMPTY,
  QD_CELL_TEXT,
  QD_CELL_NUMBER,  /* text is a plain decimal number, no exponent */
  QD_CELL_DATE,    /* text is ISO: 2026-11-24, or 2026-11-24T10:42:07 where the cell has a time */
  QD_CELL_BOOLEAN, /* "true", "false" */
  QD_CELL_ERROR,   /* "#DIV/0!" … */
} QdCellType;

/**
 * QdSheet: one worksheet, read whole: a table of typed texts. Immutable, counted. Merged areas repeat the text of their
 * top left cell, so that a merged head stands over each of its columns.
 */
typedef struct _QdSheet QdSheet;
QdSheet *qd_sheet_ref (QdSheet *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_sheet_unref (QdSheet *self);
const char *qd_sheet_get_name (QdSheet *self);
/** Rows up to the last with content. */
guint qd_sheet_get_n_rows (QdSheet *self);
guint qd_sheet_get_n_columns (QdSheet *self);
/** Never NULL; "" outside the table. */
const char *qd_sheet_get_text (QdSheet *self, guint row, guint column);
QdCellType qd_sheet_get_cell_type (QdSheet *self, guint row, guint column);
/** The cell shows the cached value of a formula. */
gboolean qd_sheet_is_formula (QdSheet *self, guint row, guint column);
gboolean qd_sheet_is_row_hidden (QdSheet *self, guint row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdSheet, qd_sheet_unref)

/** "C" for 2: letters of a column as spreadsheets have them */
char *qd_sheet_dup_column_letters (guint column) G_GNUC_WARN_UNUSED_RESULT;

/** Progress: rows read so far; called in the reading thread. */
typedef void (*QdSheetProgress) (guint rows, gpointer user_data);

/** Names of the worksheets of a workbook, visible ones only; for a text file, its base name. (transfer full) */
GStrv qd_sheet_list (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * qd_sheet_read: (blocking; run it in a thread)
 * @name: (nullable): worksheet; the first visible one when %NULL
 *
 * Reads xlsx (ECMA-376) and xls (Excel 97 to 2003, [MS-XLS]), both with both date epochs and formula values as last computed; or delimited text (UTF-8 with or without BOM, UTF-16
 * with BOM, GB 18030; comma, semicolon or tab). The kind is told by content, not by name.
 */
QdSheet *qd_sheet_read (const char *path, const char *name, QdSheetProgress progress, gpointer user_data, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * qd_sheet_open_async: qd_sheet_list() and qd_sheet_read() in a thread; @progress is called there. The callback gets a GTask without a
 * source; whoever goes away meanwhile cancels.
 */
void qd_sheet_open_async (const char *path, const char *name, QdSheetProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** @names_out: (optional) (out) (transfer full): the worksheets of the file */
QdSheet *qd_sheet_open_finish (GAsyncResult *result, GStrv *names_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Delimited text already in memory (clipboard, tests). */
QdSheet *qd_sheet_read_text (GBytes *bytes, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Bounds of a readable sheet: far above any ledger, far below what hurts. */
#define QD_SHEET_MAX_CELLS 8000000u
#define QD_SHEET_MAX_COLUMNS 16384u
#define QD_SHEET_MAX_ROWS 1048576u
#define QD_SHEET_MAX_TEXT (256u * 1024u * 1024u)

G_END_DECLS
