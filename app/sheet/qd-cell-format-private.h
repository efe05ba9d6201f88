/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-sheet.h"

G_BEGIN_DECLS

/* What matters of a number format: does it show a date, and how many decimals (-1: as many as there are)? */
typedef struct
{
  gboolean is_date;
  int decimals;
} QdCellFormat;

/** A format as people write it, such as "yyyy-mm-dd" or "0.00". */
QdCellFormat qd_cell_format_of_code (const char *code);
/** One of the formats that spreadsheets know by number (ECMA-376 part 1, 18.8.30). */
QdCellFormat qd_cell_format_of_id (guint64 id);
/**
 * qd_cell_format_dup_text:
 * @format: (nullable)
 * @number: as stored, a double in any notation
 * @date1904: days are counted from 1904-01-01, not from 1900
 * @type_out: QD_CELL_NUMBER, QD_CELL_DATE; QD_CELL_ERROR when it is no number, and @number comes back
 */
char *qd_cell_format_dup_text (const QdCellFormat *format, const char *number, gboolean date1904, QdCellType *type_out) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
