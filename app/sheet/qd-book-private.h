/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Rows of a sheet of ours: marks of the table, paths of its columns, heads, data. */
#define QD_BOOK_TABLE_MARK "qd-table:"
#define QD_BOOK_FIELDS_MARK "qd-fields:"
#define QD_BOOK_HEAD_ROW 2u

enum
{
  QD_BOOK_FIELD_GROUP,
  QD_BOOK_FIELD_TITLE,
  QD_BOOK_FIELD_VALUE,
  QD_BOOK_FIELD_UNIT,
  QD_BOOK_FIELD_PATH,
  QD_BOOK_N_FIELD_COLUMNS
};
