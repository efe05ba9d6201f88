/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-sheet"
#include "config.h"

#include "qd-ole-private.h"
#include "qd-sheet-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

GQuark
qd_sheet_error_quark (void)
{
  return g_quark_from_static_string ("qd-sheet-error-quark");
}

/* Stands beside the QdCellType of a cell. */
#define FORMULA_BIT 0x80

typedef struct
{
  const char **texts; /* one for each column so far; NULL is empty */
  guint8 *types;      /* QdCellType, with FORMULA_BIT */
  guint n;
  gboolean hidden;
} Row;

struct _QdSheet
{
  gatomicrefcount refs;
  char *name;
  GArray *rows;        /* (element-type Row) */
  GStringChunk *arena; /* all texts, each once */
  GHashTable *seen;    /* arena text -> itself, while reading */
  guint n_columns;
  guint n_cells;
  guint64 n_filled; /* cells of merged areas */
  gsize text_size;
};

static void
clear_row (gpointer data)
{
  Row *row = data;

  g_free (row->texts);
  g_free (row->types);
}

QdSheet *
qd_sheet_new (const char *name)
{
  QdSheet *self = g_new0 (QdSheet, 1);

  g_atomic_ref_count_init (&self->refs);
  self->name = g_strdup (name);
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  g_array_set_clear_func (self->rows, clear_row);
  self->arena = g_string_chunk_new (64 * 1024);
  self->seen = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

QdSheet *
qd_sheet_ref (QdSheet *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
qd_sheet_unref (QdSheet *self)
{
  g_return_if_fail (self != NULL);
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_array_unref (self->rows);
  g_hash_table_unref (self->seen);
  g_string_chunk_free (self->arena);
  g_free (self->name);
  g_free (self);
}

static gboolean
set_too_large (QdSheet *self,
               guint row,
               GError **error)
{
  g_set_error (error,
               QD_SHEET_ERROR,
               QD_SHEET_ERROR_TOO_LARGE,
               _ ("The sheet “%s” has more content than can be imported (stopped at row %u). Split it, or delete what is not the table."),
               self->name,
               row + 1);
  return FALSE;
}

static const char *
store_text (QdSheet *self,
            const char *text,
            gsize length)
{
  g_autofree char *copy = g_strndup (text, length);
  const char *kept = g_hash_table_lookup (self->seen, copy);

  if (kept != NULL)
    return kept;
  kept = g_string_chunk_insert_len (self->arena, copy, (gssize) length);
  g_hash_table_add (self->seen, (gpointer) kept);
  self->text_size += length + 1;
  return kept;
}

static Row *
ensure_cell (QdSheet *self,
             guint row,
             guint column)
{
  Row *r;

  if (row >= self->rows->len)
    g_array_set_size (self->rows, row + 1);
  r = &g_array_index (self->rows, Row, row);
  if (column >= r->n)
    {
      guint n = MAX (column + 1, MIN (self->n_columns, r->n == 0 ? self->n_columns : 2 * r->n));

      r->texts = g_renew (const char *, r->texts, n);
      r->types = g_renew (guint8, r->types, n);
      memset (r->texts + r->n, 0, (n - r->n) * sizeof (char *));
      memset (r->types + r->n, QD_CELL_EMPTY, n - r->n);
      self->n_cells += n - r->n;
      r->n = n;
    }
  self->n_columns = MAX (self->n_columns, column + 1);
  return r;
}

gboolean
qd_sheet_put (QdSheet *self,
              guint row,
              guint column,
              QdCellType type,
              gboolean formula,
              const char *text,
              gssize length,
              GError **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  Row *r;

  if (size == 0)
    return TRUE;
  if (row >= QD_SHEET_MAX_ROWS || column >= QD_SHEET_MAX_COLUMNS || self->n_cells + column > QD_SHEET_MAX_CELLS || self->text_size + size > QD_SHEET_MAX_TEXT)
    return set_too_large (self, row, error);

  r = ensure_cell (self, row, column);
  r->texts[column] = store_text (self, text, size);
  r->types[column] = (guint8) (type | (formula ? FORMULA_BIT : 0));
  return TRUE;
}

void
qd_sheet_hide_row (QdSheet *self,
                   guint row)
{
  if (row >= QD_SHEET_MAX_ROWS)
    return;
  if (row >= self->rows->len)
    g_array_set_size (self->rows, row + 1);
  g_array_index (self->rows, Row, row).hidden = TRUE;
}

gboolean
qd_sheet_fill_area (QdSheet *self,
                    guint row,
                    guint column,
                    guint last_row,
                    guint last_column,
                    GError **error)
{
  const char *text = qd_sheet_get_text (self, row, column);
  QdCellType type = qd_sheet_get_cell_type (self, row, column);

  if (text[0] == '\0')
    return TRUE;
  /* Below the table and beside it there is nothing to head. */
  last_row = MIN (last_row, self->rows->len - 1);
  last_column = MIN (last_column, self->n_columns - 1);
  if (last_row < row || last_column < column)
    return TRUE;
  /* Areas do not overlap: more of them than a table has cells were made to keep us busy. */
  self->n_filled += (guint64) (last_row - row + 1) * (last_column - column + 1);
  if (self->n_filled > QD_SHEET_MAX_CELLS)
    return set_too_large (self, row, error);
  for (guint r = row; r <= last_row; r++)
    for (guint c = column; c <= last_column; c++)
      if (qd_sheet_get_text (self, r, c)[0] == '\0' && !qd_sheet_put (self, r, c, type, FALSE, text, -1, error))
        return FALSE;
  return TRUE;
}

const char *
qd_sheet_get_name (QdSheet *self)
{
  return self->name;
}

guint
qd_sheet_get_n_rows (QdSheet *self)
{
  return self->rows->len;
}

guint
qd_sheet_get_n_columns (QdSheet *self)
{
  return self->n_columns;
}

static const Row *
peek_row (QdSheet *self,
          guint row,
          guint column)
{
  const Row *r;

  if (row >= self->rows->len)
    return NULL;
  r = &g_array_index (self->rows, Row, row);
  return column < r->n && r->texts[column] != NULL ? r : NULL;
}

const char *
qd_sheet_get_text (QdSheet *self,
                   guint row,
                   guint column)
{
  const Row *r = peek_row (self, row, column);

  return r != NULL ? r->texts[column] : "";
}

QdCellType
qd_sheet_get_cell_type (QdSheet *self,
                        guint row,
                        guint column)
{
  const Row *r = peek_row (self, row, column);

  return r != NULL ? (QdCellType) (r->types[column] & ~FORMULA_BIT) : QD_CELL_EMPTY;
}

gboolean
qd_sheet_is_formula (QdSheet *self,
                     guint row,
                     guint column)
{
  const Row *r = peek_row (self, row, column);

  return r != NULL && (r->types[column] & FORMULA_BIT) != 0;
}

gboolean
qd_sheet_is_row_hidden (QdSheet *self,
                        guint row)
{
  return row < self->rows->len && g_array_index (self->rows, Row, row).hidden;
}

char *
qd_sheet_dup_column_letters (guint column)
{
  char text[8];
  guint n = sizeof text - 1;

  text[n] = '\0';
  for (guint left = column + 1; left > 0; left = (left - 1) / 26)
    text[--n] = (char) ('A' + (left - 1) % 26);
  return g_strdup (text + n);
}

/* What a file is, by its first bytes: names lie, and a csv saved by a portal is often called .xls. */
typedef enum
{
  KIND_TEXT,
  KIND_ZIP,
  KIND_OLE,
} Kind;

static gboolean
tell_kind (const char *path,
           Kind *out,
           GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  guint8 head[8] = { 0 };
  gsize n = 0;

  if (stream == NULL || !g_input_stream_read_all (G_INPUT_STREAM (stream), head, sizeof head, &n, NULL, error))
    return FALSE;
  if (n >= 4 && memcmp (head, "PK\003\004", 4) == 0)
    *out = KIND_ZIP;
  else if (n == 8 && memcmp (head, QD_OLE_SIGNATURE, QD_OLE_SIGNATURE_SIZE) == 0)
    *out = KIND_OLE;
  else
    *out = KIND_TEXT;
  return TRUE;
}

#define MAX_TEXT_FILE (256 * 1024 * 1024)

QdSheet *
qd_sheet_read (const char *path,
               const char *name,
               QdSheetProgress progress,
               gpointer user_data,
               GCancellable *cancellable,
               GError **error)
{
  Kind kind;

  g_return_val_if_fail (path != NULL, NULL);

  if (!tell_kind (path, &kind, error))
    return NULL;
  if (kind == KIND_ZIP)
    return qd_sheet_read_xlsx (path, name, progress, user_data, cancellable, error);
  if (kind == KIND_OLE)
    return qd_sheet_read_xls (path, name, progress, user_data, cancellable, error);

  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, cancellable, error);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *base = g_path_get_basename (path);

  if (info == NULL)
    return NULL;
  if (g_file_info_get_size (info) > MAX_TEXT_FILE)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_TOO_LARGE, _ ("%s is larger than 256 MiB. Split it and import the parts."), base);
      return NULL;
    }
  bytes = g_file_load_bytes (file, cancellable, NULL, error);
  return bytes != NULL ? qd_sheet_read_text (bytes, base, error) : NULL;
}

GStrv
qd_sheet_list (const char *path,
               GError **error)
{
  Kind kind;
  g_autoptr (GStrvBuilder) builder = NULL;
  g_autofree char *base = NULL;

  if (!tell_kind (path, &kind, error))
    return NULL;
  if (kind == KIND_ZIP)
    return qd_sheet_list_xlsx (path, error);
  if (kind == KIND_OLE)
    return qd_sheet_list_xls (path, error);
  builder = g_strv_builder_new ();
  base = g_path_get_basename (path);
  g_strv_builder_add (builder, base);
  return g_strv_builder_end (builder);
}
