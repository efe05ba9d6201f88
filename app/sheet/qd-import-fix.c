/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import"
#include "config.h"

#include "qd-import-private.h"

/* What people correct in the import page. */

GHashTable *
qd_import_corrections_new (void)
{
  return g_hash_table_new_full (NULL, NULL, NULL, g_free);
}

void
qd_import_correct (QdImport *self, guint row, guint column, const char *text)
{
  g_return_if_fail (QD_IS_IMPORT (self));

  if (text != NULL)
    g_hash_table_insert (self->corrections, qd_import_place (row, column), g_strdup (text));
  else
    g_hash_table_remove (self->corrections, qd_import_place (row, column));
}

void
qd_import_prefer (QdImport *self, guint row, guint rival)
{
  g_return_if_fail (QD_IS_IMPORT (self) && row != rival);

  g_hash_table_remove (self->left_out, GUINT_TO_POINTER (row + 1));
  g_hash_table_insert (self->left_out, GUINT_TO_POINTER (rival + 1), GUINT_TO_POINTER (row + 1));
}

const char *
qd_import_get_text (QdImport *self, guint row, guint column)
{
  const char *text;

  g_return_val_if_fail (QD_IS_IMPORT (self), "");

  text = g_hash_table_lookup (self->corrections, qd_import_place (row, column));
  return text != NULL ? text : qd_sheet_get_text (self->sheet, row, column);
}
