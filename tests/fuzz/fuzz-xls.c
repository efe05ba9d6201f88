/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memfd_create */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "memory-workbook.h"
#include "qd-ole-private.h"
#include "qd-sheet-private.h"

/* An old workbook of unknown origin, or only the records inside: an error that can be shown, or a table of valid text. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  gboolean is_file = size >= QD_OLE_SIGNATURE_SIZE && memcmp (data, QD_OLE_SIGNATURE, QD_OLE_SIGNATURE_SIZE) == 0;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = is_file ? read_workbook (data, size, &error) : qd_sheet_read_xls_stream (bytes, "fuzz.xls", &error);

  if (sheet == NULL)
    {
      g_assert_true (error != NULL && g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  for (guint row = 0; row < MIN (qd_sheet_get_n_rows (sheet), 1000); row++)
    for (guint column = 0; column < MIN (qd_sheet_get_n_columns (sheet), 100); column++)
      {
        const char *text = qd_sheet_get_text (sheet, row, column);

        g_assert_true (g_utf8_validate (text, -1, NULL));
        g_assert_cmpint (qd_sheet_get_cell_type (sheet, row, column) == QD_CELL_EMPTY, ==, *text == '\0');
      }
  return 0;
}
