/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** Delimited text (RFC 4180, and what tools make of it). The text stays the caller's. */
typedef struct
{
  const char *p, *end;
  char delimiter;
} QdCsvReader;

/** Skips a byte order mark and guesses the delimiter from the first line: comma, semicolon, tab or bar. */
void qd_csv_reader_init (QdCsvReader *self, const char *text, gsize length);
/** Reads one record into @cells (element-type utf8, with a free function); FALSE at the end. */
gboolean qd_csv_reader_next (QdCsvReader *self, GPtrArray *cells);
/** Appends @cell, in quotes where it needs them. */
void qd_csv_append_cell (GString *out, const char *cell);

G_END_DECLS
