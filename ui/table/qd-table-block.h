/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Errors of text that came over the clipboard. */
#define QD_TABLE_BLOCK_ERROR (qd_table_block_error_quark ())
GQuark qd_table_block_error_quark (void);
typedef enum
{
  QD_TABLE_BLOCK_ERROR_NO_TABLE, /* no text, or HTML without a table */
  QD_TABLE_BLOCK_ERROR_ENCODING, /* not UTF-8 */
  QD_TABLE_BLOCK_ERROR_TOO_LARGE,
} QdTableBlockError;

/**
 * QdTableBlock: a rectangle of texts: what is copied and pasted. Short rows are filled up with empty cells.
 */
typedef struct
{
  guint n_rows;
  guint n_columns;
  GPtrArray *cells; /* (element-type utf8): row by row; texts belong to @chunk */
  GStringChunk *chunk;
} QdTableBlock;

#define QD_TABLE_BLOCK_MAX_BYTES (64u << 20)
#define QD_TABLE_BLOCK_MAX_CELLS (4u << 20)
#define QD_TABLE_BLOCK_MAX_COLUMNS 16384u

QdTableBlock *qd_table_block_new (guint n_rows, guint n_columns) G_GNUC_WARN_UNUSED_RESULT;
void qd_table_block_free (QdTableBlock *self);
const char *qd_table_block_get (const QdTableBlock *self, guint row, guint column);
void qd_table_block_set (QdTableBlock *self, guint row, guint column, const char *text);

/**
 * qd_table_block_parse_tsv: reads what spreadsheets put on the clipboard as text: tabs between cells, any line end between
 * rows, cells with tabs, quotes or line breaks in double quotes. A quote that is not such a pair stays as it is.
 * @length: bytes, or -1
 */
QdTableBlock *qd_table_block_parse_tsv (const char *text, gssize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Reads the largest table of an HTML fragment (UTF-8), as Excel, LibreOffice and browsers copy it. Merged cells: the text stands in the first, the others are empty. */
QdTableBlock *qd_table_block_parse_html (const char *html, gssize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Rows end in CRLF, also the last; quotes as Excel does. */
char *qd_table_block_to_tsv (const QdTableBlock *self) G_GNUC_WARN_UNUSED_RESULT;
/**
 * qd_table_block_to_html:
 * @text_columns: (nullable) (array): for each column, whether spreadsheets must keep it as text ("75-09-2" is no date)
 */
char *qd_table_block_to_html (const QdTableBlock *self, const gboolean *text_columns) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdTableBlock, qd_table_block_free)

G_END_DECLS
