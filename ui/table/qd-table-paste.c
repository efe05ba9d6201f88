/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-table-paste"
#include "config.h"
#include "qd-table-paste.h"

#include <string.h>
#include <glib/gi18n-lib.h>
#include "qd-decimal.h"
#include "qd-table-value.h"

/* Choices that depend on choices in the same block settle one level a pass. */
#define MAX_PASSES 8

typedef enum
{
  CELL_WAITING,   /* not editable so far */
  CELL_UNMATCHED, /* written as it is; its choices may still come */
  CELL_WRITTEN,
} CellState;

typedef struct
{
  guint row; /* of the model */
  guint column;
  char *text; /* (owned by the caller) */
  CellState state;
} Pending;

/* The index of the choices seen last in a column: most rows share one list. */
typedef struct
{
  QdChoiceIndex **indexes;
  guint n;
} ChoiceCache;

static void
choice_cache_clear (ChoiceCache *cache)
{
  for (guint i = 0; i < cache->n; i++)
    qd_choice_index_free (cache->indexes[i]);
  g_clear_pointer (&cache->indexes, g_free);
}

static QdChoiceIndex *
choice_cache_get (ChoiceCache *cache, QdTableModel *model, guint row, guint column)
{
  g_autoptr (GPtrArray) choices = qd_table_model_get_choices (model, row, column);

  if (cache->indexes[column] && qd_choice_index_get_choices (cache->indexes[column]) != choices)
    g_clear_pointer (&cache->indexes[column], qd_choice_index_free);
  if (!cache->indexes[column])
    cache->indexes[column] = qd_choice_index_new (choices);
  return cache->indexes[column];
}

static void
clear_edit (gpointer data)
{
  g_free (((QdCellEdit *) data)->text);
}

/* Edits for what can be written now; states move on only when the model takes them. */
static GArray *
plan_pass (QdTableModel *model, GArray *pending, ChoiceCache *cache, GArray *states)
{
  GArray *edits = g_array_new (FALSE, FALSE, sizeof (QdCellEdit));

  g_array_set_clear_func (edits, clear_edit);
  for (guint i = 0; i < pending->len; i++)
    {
      const Pending *cell = &g_array_index (pending, Pending, i);
      const QdColumn *column = qd_table_model_get_column (model, cell->column);
      gboolean chosen = column->type == QD_COLUMN_CHOICE || column->type == QD_COLUMN_YES_NO, fits;
      CellState state;
      QdCellEdit edit = { cell->row, cell->column, NULL };

      g_array_index (states, guint8, i) = (guint8) cell->state;
      if (cell->state == CELL_WRITTEN || !qd_table_model_is_editable (model, cell->row, cell->column))
        continue;
      edit.text = qd_table_value_normalise (column, chosen ? choice_cache_get (cache, model, cell->row, cell->column) : NULL, cell->text, &fits);
      state = chosen && !fits ? CELL_UNMATCHED : CELL_WRITTEN;
      if (state == cell->state)
        g_free (edit.text);
      else
        {
          g_array_append_val (edits, edit);
          g_array_index (states, guint8, i) = (guint8) state;
        }
    }
  return edits;
}

/* Writes all it can. FALSE when the model refused the first pass: nothing was written. */
static gboolean
write_cells (QdTableModel *model, GArray *pending, const char *origin, GError **error)
{
  g_autoptr (GArray) states = g_array_sized_new (FALSE, TRUE, sizeof (guint8), pending->len);
  ChoiceCache cache = { g_new0 (QdChoiceIndex *, qd_table_model_get_n_columns (model)), qd_table_model_get_n_columns (model) };
  gboolean ok = TRUE;

  g_array_set_size (states, pending->len);
  for (guint pass = 0; pass < MAX_PASSES; pass++)
    {
      g_autoptr (GArray) edits = plan_pass (model, pending, &cache, states);

      if (edits->len == 0)
        break;
      /* A later refusal leaves its cells counted as skipped. */
      if (!qd_table_model_set_cells (model, (const QdCellEdit *) (gpointer) edits->data, edits->len, origin, pass == 0 ? error : NULL))
        {
          ok = pass > 0;
          break;
        }
      for (guint i = 0; i < pending->len; i++)
        g_array_index (pending, Pending, i).state = g_array_index (states, guint8, i);
    }
  choice_cache_clear (&cache);
  return ok;
}

static void
tile (const QdTableBlock *block, const QdCellRange *selection, guint *n_rows, guint *n_columns)
{
  gboolean rows_fit = selection->n_rows % block->n_rows == 0, columns_fit = selection->n_columns % block->n_columns == 0;

  *n_rows = block->n_rows;
  *n_columns = block->n_columns;
  if (rows_fit && (columns_fit || selection->n_columns == 1))
    *n_rows = selection->n_rows;
  if (columns_fit && (rows_fit || selection->n_rows == 1))
    *n_columns = selection->n_columns;
}

gboolean
qd_table_paste (QdTableView *view, const QdTableBlock *block, const QdCellRange *selection, QdPasteResult *out, GError **error)
{
  QdTableModel *model = qd_table_view_get_model (view);
  guint n_columns = qd_table_model_get_n_columns (model), old_rows = qd_table_model_get_n_rows (model);
  guint shown = qd_table_view_get_n_rows (view), extra;
  g_autoptr (GArray) pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  g_autofree char *origin = NULL;
  gboolean ok = TRUE;

  g_return_val_if_fail (block->n_rows > 0 && block->n_columns > 0, FALSE);
  *out = (QdPasteResult){ .status = QD_PASTE_DONE };
  tile (block, selection, &out->n_rows, &out->n_columns);
  out->columns_left = selection->column < n_columns ? n_columns - selection->column : 0;
  if (out->n_columns > out->columns_left)
    {
      out->status = QD_PASTE_TOO_MANY_COLUMNS;
      return TRUE;
    }
  out->hidden = qd_table_view_is_filtered (view);
  out->range = (QdCellRange){ MIN (selection->row, shown), selection->column, out->n_rows, out->n_columns };
  extra = out->range.row + out->n_rows > shown ? out->range.row + out->n_rows - shown : 0;
  if (extra > 0 && !qd_table_model_can_add_rows (model))
    {
      out->refused_rows = extra;
      out->refused = extra * out->n_columns;
      out->range.n_rows -= extra;
      extra = 0;
    }
  /* Translators: name of an undo step */
  origin = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Paste %u cell", "Paste %u cells", out->range.n_rows * out->n_columns), out->range.n_rows * out->n_columns);
  qd_table_model_begin_step (model, origin);
  if (extra > 0)
    ok = qd_table_model_insert_rows (model, old_rows, extra, error);
  if (ok)
    {
      out->added_rows = extra;
      for (guint i = 0; i < out->range.n_rows; i++)
        {
          guint row = qd_table_view_to_model (view, out->range.row + i);

          for (guint j = 0; j < out->n_columns; j++)
            {
              Pending cell = { row, out->range.column + j, (char *) qd_table_block_get (block, i % block->n_rows, j % block->n_columns), CELL_WAITING };

              g_array_append_val (pending, cell);
            }
        }
      ok = write_cells (model, pending, origin, error);
      if (!ok && extra > 0 && !qd_table_model_remove_rows (model, old_rows, extra, NULL))
        g_warning ("Rows added for a refused paste could not be taken away");
    }
  qd_table_model_end_step (model);
  if (!ok)
    return FALSE;
  for (guint i = 0; i < pending->len; i++)
    {
      const Pending *cell = &g_array_index (pending, Pending, i);

      if (cell->state == CELL_WAITING)
        out->skipped++;
      else
        {
          out->placed++;
          out->marked += (qd_table_model_get_flags (model, cell->row, cell->column) & QD_CELL_CRITICAL) != 0;
        }
    }
  return TRUE;
}

char *
qd_paste_result_dup_message (const QdPasteResult *self)
{
  GString *text = g_string_new (NULL);

  if (self->status == QD_PASTE_TOO_MANY_COLUMNS)
    {
      g_string_printf (text, _ ("Too many columns (%u, but %u are left to the right); nothing was written"), self->n_columns, self->columns_left);
      return g_string_free (text, FALSE);
    }
  if (self->skipped > 0)
    g_string_printf (text, _ ("Pasted %u cells, skipped %u (cannot be changed)"), self->placed, self->skipped);
  else if (self->marked > 0)
    g_string_printf (text, _ ("Pasted %u rows × %u columns: all %u cells written, %u to fix"), self->range.n_rows, self->n_columns, self->placed, self->marked);
  else
    g_string_printf (text, _ ("Pasted %u rows × %u columns: all %u cells written"), self->range.n_rows, self->n_columns, self->placed);
  if (self->skipped > 0 && self->marked > 0)
    {
      g_string_append (text, _ (". "));
      g_string_append_printf (text, _ ("%u cells to fix"), self->marked);
    }
  if (self->refused_rows > 0)
    {
      g_string_append (text, _ (". "));
      g_string_append_printf (text, _ ("%u rows not written: this table takes no more rows"), self->refused_rows);
    }
  if (self->hidden)
    {
      /* Translators: between the sentences of one message */
      g_string_append (text, _ (". "));
      g_string_append (text, _ ("Only visible rows took values"));
    }
  return g_string_free (text, FALSE);
}

QdTableBlock *
qd_table_copy (QdTableView *view, const QdCellRange *selection, gboolean heads)
{
  QdTableModel *model = qd_table_view_get_model (view);
  guint top = heads ? 1 : 0;
  QdTableBlock *block = qd_table_block_new (selection->n_rows + top, selection->n_columns);

  for (guint j = 0; j < selection->n_columns; j++)
    {
      const QdColumn *column = qd_table_model_get_column (model, selection->column + j);

      if (heads)
        {
          g_autofree char *head = column->unit ? g_strdup_printf ("%s %s", column->title, column->unit) : g_strdup (column->title);

          qd_table_block_set (block, 0, j, head);
        }
      for (guint i = 0; i < selection->n_rows; i++)
        {
          guint row = qd_table_view_to_model (view, selection->row + i);
          g_autofree char *text = NULL;

          if (qd_table_model_get_flags (model, row, selection->column + j) & QD_CELL_NOT_RELEVANT)
            continue;
          if (column->type == QD_COLUMN_TEXT || column->type == QD_COLUMN_DATE)
            text = qd_table_model_dup_text (model, row, selection->column + j);
          else
            text = qd_table_model_dup_display (model, row, selection->column + j);
          if (column->type == QD_COLUMN_NUMBER && text)
            {
              char *plain = qd_input_dup_number (text);

              if (plain)
                {
                  g_free (text);
                  text = plain;
                }
            }
          qd_table_block_set (block, i + top, j, text);
        }
    }
  return block;
}

gboolean
qd_table_clear (QdTableView *view, const QdCellRange *selection, guint *cleared_out, GError **error)
{
  QdTableModel *model = qd_table_view_get_model (view);
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (QdCellEdit));

  for (guint i = 0; i < selection->n_rows; i++)
    for (guint j = 0; j < selection->n_columns; j++)
      {
        QdCellEdit edit = { qd_table_view_to_model (view, selection->row + i), selection->column + j, NULL };
        g_autofree char *text = qd_table_model_dup_text (model, edit.row, edit.column);

        if (text && *text && qd_table_model_is_editable (model, edit.row, edit.column))
          g_array_append_val (edits, edit);
      }
  if (cleared_out)
    *cleared_out = edits->len;
  /* Translators: name of an undo step */
  return edits->len == 0 || qd_table_model_set_cells (model, (const QdCellEdit *) (gpointer) edits->data, edits->len, _ ("Clear cells"), error);
}

/* Fill. */

static char *
next_number (const char *before, const char *last, int n)
{
  QdDecimal a, b, step = qd_decimal_from_int (1), sum;
  g_autofree char *plain = NULL;
  GString *out;
  guint decimals = qd_input_count_decimals (last), present;

  if (!qd_decimal_parse (last, &b))
    return NULL;
  if (before)
    {
      if (!qd_decimal_parse (before, &a) || !qd_decimal_subtract (b, a, &step))
        return NULL;
      decimals = MAX (decimals, qd_input_count_decimals (before));
    }
  if (!qd_decimal_multiply (step, qd_decimal_from_int (n), &step) || !qd_decimal_add (b, step, &sum))
    return NULL;
  plain = qd_decimal_to_string (sum);
  present = qd_input_count_decimals (plain);
  out = g_string_new (plain);
  if (present == 0 && decimals > 0)
    g_string_append_c (out, '.');
  for (; present < decimals; present++)
    g_string_append_c (out, '0');
  return g_string_free (out, FALSE);
}

static gboolean
parse_day (const char *text, GDate *out)
{
  g_autofree char *iso = qd_input_dup_date (text);

  if (!iso || strcmp (iso, text) != 0)
    return FALSE;
  g_date_clear (out, 1);
  g_date_set_dmy (out, (GDateDay) atoi (iso + 8), (GDateMonth) atoi (iso + 5), (GDateYear) atoi (iso));
  return g_date_valid (out);
}

static char *
next_date (const char *before, const char *last, int n)
{
  GDate a, b;
  int months;
  gint64 serial;
  char text[16];

  if (!parse_day (last, &b) || (before && !parse_day (before, &a)))
    return NULL;
  if (before && g_date_get_day (&a) == g_date_get_day (&b))
    {
      /* The same day of two months: go by months; the 31st becomes the last day of a shorter one. */
      months = (g_date_get_year (&b) - g_date_get_year (&a)) * 12 + ((int) g_date_get_month (&b) - (int) g_date_get_month (&a));
      months = g_date_get_year (&b) * 12 + ((int) g_date_get_month (&b) - 1) + months * n;
      if (months < 12 || months >= 9999 * 12)
        return NULL;
      g_date_set_dmy (&b, (GDateDay) MIN (g_date_get_day (&b), g_date_get_days_in_month ((GDateMonth) (months % 12 + 1), (GDateYear) (months / 12))), (GDateMonth) (months % 12 + 1), (GDateYear) (months / 12));
    }
  else
    {
      serial = (gint64) g_date_get_julian (&b) + (gint64) (before ? (int) g_date_get_julian (&b) - (int) g_date_get_julian (&a) : 1) * n;
      if (serial < 1 || serial > 3652059) /* 9999-12-31 */
        return NULL;
      g_date_set_julian (&b, (guint32) serial);
    }
  g_snprintf (text, sizeof text, "%04d-%02d-%02d", g_date_get_year (&b), g_date_get_month (&b), g_date_get_day (&b));
  return g_strdup (text);
}

char *
qd_table_series_next (const QdColumn *column, const char *before, const char *last, int n)
{
  char *next = NULL;

  if (column->type == QD_COLUMN_NUMBER)
    next = next_number (before, last, n);
  else if (column->type == QD_COLUMN_DATE)
    next = next_date (before, last, n);
  return next ? next : g_strdup (last);
}

static gboolean
counts_on (const QdColumn *column, const char *text)
{
  QdDecimal number;
  GDate date;

  return (column->type == QD_COLUMN_NUMBER && qd_decimal_parse (text, &number)) || (column->type == QD_COLUMN_DATE && parse_day (text, &date));
}

static char *
dup_source (QdTableView *view, guint row, guint column)
{
  char *text = qd_table_model_dup_text (qd_table_view_get_model (view), qd_table_view_to_model (view, row), column);

  return text ? text : g_strdup ("");
}

/* What goes to @steps (≥ 1) cells beyond the source, along one line of it. @at: first cell, and the direction (1 or -1) in which it is left. */
static char *
dup_filled (QdTableView *view, const QdCellRange *source, gboolean down, guint line, int direction, guint steps, gboolean series)
{
  guint length = down ? source->n_rows : source->n_columns, start = down ? source->row : source->column;
  guint edge = direction > 0 ? start + length - 1 : start, copied;
  guint column = down ? line : edge;
  const QdColumn *info = qd_table_model_get_column (qd_table_view_get_model (view), column);

  if (series)
    {
      g_autofree char *last = dup_source (view, down ? edge : line, column);
      g_autofree char *before = NULL;
      guint inner = edge - (guint) direction;

      if (length > 1)
        before = dup_source (view, down ? inner : line, down ? column : inner);
      if (counts_on (info, last) && (!before || counts_on (info, before)))
        return qd_table_series_next (info, before, last, (int) steps * (before ? 1 : direction));
    }
  copied = (steps - 1) % length;
  copied = direction > 0 ? start + copied : start + length - 1 - copied;
  return dup_source (view, down ? copied : line, down ? line : copied);
}

static void
clear_pending (gpointer data)
{
  g_free (((Pending *) data)->text);
}

gboolean
qd_table_fill (QdTableView *view, const QdCellRange *source, const QdCellRange *target, gboolean series, guint *written_out, GError **error)
{
  QdTableModel *model = qd_table_view_get_model (view);
  g_autoptr (GArray) pending = g_array_new (FALSE, FALSE, sizeof (Pending));
  gboolean down = target->n_rows > source->n_rows, ok = TRUE;

  g_array_set_clear_func (pending, clear_pending);
  for (guint row = target->row; row < target->row + target->n_rows; row++)
    for (guint column = target->column; column < target->column + target->n_columns; column++)
      {
        guint at = down ? row : column, start = down ? source->row : source->column, length = down ? source->n_rows : source->n_columns;
        int direction = at >= start + length ? 1 : -1;
        guint steps = direction > 0 ? at - (start + length) + 1 : start - at;
        Pending cell = { qd_table_view_to_model (view, row), column, NULL, CELL_WAITING };

        if (qd_cell_range_contains (source, row, column))
          continue;
        cell.text = dup_filled (view, source, down, down ? column : row, direction, steps, series);
        g_array_append_val (pending, cell);
      }
  if (pending->len > 0)
    {
      qd_table_model_begin_step (model, C_ ("undo step", "Fill"));
      ok = write_cells (model, pending, C_ ("undo step", "Fill"), error);
      qd_table_model_end_step (model);
    }
  if (written_out)
    {
      *written_out = 0;
      for (guint i = 0; i < pending->len; i++)
        *written_out += g_array_index (pending, Pending, i).state != CELL_WAITING;
    }
  return ok;
}
