/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "qd-table-block.h"
#include "qd-table-value.h"

/* A block that was read is written and read again: it is the same. */
static void
check_block (QdTableBlock *block)
{
  g_autofree char *tsv = qd_table_block_to_tsv (block);
  g_autofree char *html = qd_table_block_to_html (block, NULL);
  g_autoptr (QdTableBlock) again = qd_table_block_parse_tsv (tsv, -1, NULL);
  g_autoptr (QdTableBlock) table = qd_table_block_parse_html (html, -1, NULL);

  g_assert_nonnull (again);
  g_assert_nonnull (table);
  g_assert_cmpuint (again->n_rows, ==, block->n_rows);
  g_assert_cmpuint (again->n_columns, ==, block->n_columns);
  g_assert_cmpuint (table->n_rows, ==, block->n_rows);
  for (guint i = 0; i < block->n_rows; i++)
    for (guint j = 0; j < block->n_columns; j++)
      g_assert_cmpstr (qd_table_block_get (again, i, j), ==, qd_table_block_get (block, i, j));
}

/* A value that is normalised stays what it is. */
static void
check_values (const char *text)
{
  for (QdColumnType type = QD_COLUMN_TEXT; type <= QD_COLUMN_YES_NO; type++)
    {
      QdColumn column = { .type = type };
      gboolean fits;
      g_autofree char *once = qd_table_value_normalise (&column, NULL, text, &fits);
      g_autofree char *twice = qd_table_value_normalise (&column, NULL, once, NULL);

      g_assert_cmpstr (once, ==, twice);
    }
}

/* Clipboard text, as tab-separated and as HTML; the first byte says which. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const char *text = (const char *) data + 1;
  g_autoptr (QdTableBlock) block = NULL;
  g_autoptr (GError) error = NULL;

  if (size < 1)
    return 0;
  block = data[0] % 2 == 0 ? qd_table_block_parse_tsv (text, (gssize) size - 1, &error) : qd_table_block_parse_html (text, (gssize) size - 1, &error);
  g_assert_true ((block != NULL) != (error != NULL));
  if (block && (guint64) block->n_rows * block->n_columns < 10000)
    {
      check_block (block);
      check_values (qd_table_block_get (block, 0, 0));
    }
  return 0;
}
