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
/* Between two looks at the clock. */
#define CELLS_AT_ONCE 256
#define ROWS_AT_ONCE 500
/* So many at once are not felt. */
#define MANY_CELLS 5000

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

typedef enum
{
  STAGE_ADD_ROWS,
  STAGE_SETTLE_ROWS,
  STAGE_WRITE,
  STAGE_SETTLE,
  STAGE_COUNT,
  STAGE_OVER,
} Stage;

typedef struct
{
  QdTableModel *model;       /* (owned) */
  QdTableBlock *owned_block; /* (owned) (nullable) */
  QdPasteResult result;
  char *origin;    /* (owned) */
  GArray *pending; /* (owned) (element-type Pending) */
  ChoiceCache choices;
  guint old_rows;
  Stage stage;
  guint at;     /* in the stage */
  guint pass;   /* of writing */
  guint n_done; /* cells written in this pass */
} Paste;

static void
paste_free (gpointer data)
{
  Paste *self = data;

  choice_cache_clear (&self->choices);
  g_clear_pointer (&self->owned_block, qd_table_block_free);
  g_array_unref (self->pending);
  g_object_unref (self->model);
  g_free (self->origin);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Paste, paste_free)

/* @origin, @pending: (transfer full) */
static Paste *
paste_begin (QdTableModel *model, char *origin, GArray *pending)
{
  Paste *self = g_new0 (Paste, 1);
  guint n_columns = qd_table_model_get_n_columns (model);

  self->model = g_object_ref (model);
  self->old_rows = qd_table_model_get_n_rows (model);
  self->choices = (ChoiceCache){ g_new0 (QdChoiceIndex *, n_columns), n_columns };
  self->origin = origin;
  self->pending = pending;
  return self;
}

static void
enter (Paste *self, Stage stage)
{
  self->stage = stage;
  self->at = 0;
}

/* The edit that can be made now, if any. */
static gboolean
plan_cell (Paste *self, const Pending *cell, QdCellEdit *edit, CellState *state)
{
  const QdColumn *column = qd_table_model_get_column (self->model, cell->column);
  gboolean chosen = column->type == QD_COLUMN_CHOICE || column->type == QD_COLUMN_YES_NO, fits;

  if (cell->state == CELL_WRITTEN || !qd_table_model_is_editable (self->model, cell->row, cell->column))
    return FALSE;
  edit->row = cell->row;
  edit->column = cell->column;
  edit->text = qd_table_value_normalise (column, chosen ? choice_cache_get (&self->choices, self->model, cell->row, cell->column) : NULL, cell->text, &fits);
  *state = chosen && !fits ? CELL_UNMATCHED : CELL_WRITTEN;
  if (*state != cell->state)
    return TRUE;
  g_clear_pointer (&edit->text, g_free);
  return FALSE;
}

/* The next cells of this pass. FALSE when the model refuses them in the first pass; a later refusal leaves its cells counted as skipped. */
static gboolean
write_some (Paste *self, GError **error)
{
  QdCellEdit edits[CELLS_AT_ONCE];
  guint places[CELLS_AT_ONCE], n = 0;
  CellState states[CELLS_AT_ONCE];
  gboolean good;

  for (; n < CELLS_AT_ONCE && self->at < self->pending->len; self->at++)
    if (plan_cell (self, &g_array_index (self->pending, Pending, self->at), &edits[n], &states[n]))
      places[n++] = self->at;
  good = n == 0 || qd_table_model_set_cells (self->model, edits, n, self->origin, self->pass == 0 ? error : NULL);
  for (guint i = 0; i < n; i++)
    {
      if (good)
        g_array_index (self->pending, Pending, places[i]).state = states[i];
      g_free (edits[i].text);
    }
  self->n_done += good ? n : 0;
  if (self->at >= self->pending->len)
    enter (self, STAGE_SETTLE);
  return good || self->pass > 0;
}

static gboolean
add_some (Paste *self, GError **error)
{
  guint n = MIN (self->result.added_rows - self->at, ROWS_AT_ONCE), position = self->old_rows + self->at;

  self->at += n;
  if (n == 0)
    enter (self, STAGE_SETTLE_ROWS);
  return n == 0 || qd_table_model_insert_rows (self->model, position, n, error);
}

static void
count_some (Paste *self)
{
  QdPasteResult *result = &self->result;

  for (guint i = 0; i < CELLS_AT_ONCE && self->at < self->pending->len; i++, self->at++)
    {
      const Pending *cell = &g_array_index (self->pending, Pending, self->at);

      if (cell->state == CELL_WAITING)
        result->skipped++;
      else
        {
          result->placed++;
          result->marked += (qd_table_model_get_flags (self->model, cell->row, cell->column) & QD_CELL_CRITICAL) != 0;
        }
    }
  if (self->at >= self->pending->len)
    enter (self, STAGE_OVER);
}

/* @instance: (nullable): tables over something else settle by themselves */
static gboolean
paste_piece (QdInstance *instance, gint64 deadline, double *share_out, gpointer data, GError **error)
{
  static const double starts[] = { 0, 0.15, 0.2, 0.6, 0.9, 1, 1 };
  Paste *self = data;
  gboolean good = TRUE;
  double part;

  do
    switch (self->stage)
      {
      case STAGE_ADD_ROWS:
        good = add_some (self, error);
        break;
      case STAGE_SETTLE_ROWS:
        if (!instance || self->result.added_rows == 0 || qd_edit_settle (instance, deadline))
          enter (self, STAGE_WRITE);
        break;
      case STAGE_WRITE:
        good = write_some (self, error);
        break;
      case STAGE_SETTLE:
        if (instance && !qd_edit_settle (instance, deadline))
          break;
        /* Cells that others of the block have opened, or given their choices. */
        enter (self, self->n_done > 0 && ++self->pass < MAX_PASSES ? STAGE_WRITE : STAGE_COUNT);
        self->n_done = 0;
        break;
      case STAGE_COUNT:
        count_some (self);
        break;
      case STAGE_OVER:
        break;
      }
  while (good && self->stage != STAGE_OVER && !qd_edit_is_late (deadline));
  part = (double) self->at / MAX (1, self->stage == STAGE_ADD_ROWS ? self->result.added_rows : self->pending->len);
  *share_out = self->stage == STAGE_OVER ? 1 : MIN (0.99, starts[self->stage] + MIN (part, 1) * (starts[self->stage + 1] - starts[self->stage]));
  return good;
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

/* All at once. */
static gboolean
run (Paste *self, GError **error)
{
  QdInstance *instance = qd_table_model_get_instance (self->model);
  gboolean good;

  qd_table_model_begin_step (self->model, self->origin);
  if (instance)
    good = qd_long_edit (instance, paste_piece, self, error);
  else
    {
      double share;
      guint n_rows;

      good = paste_piece (NULL, 0, &share, self, error);
      n_rows = qd_table_model_get_n_rows (self->model);
      if (!good && n_rows > self->old_rows && !qd_table_model_remove_rows (self->model, self->old_rows, n_rows - self->old_rows, NULL))
        g_warning ("Rows added for a refused paste could not be taken away");
    }
  qd_table_model_end_step (self->model);
  return good;
}

/* Where what goes; NULL when there are too many columns. */
static Paste *
paste_new (QdTableView *view, const QdTableBlock *block, const QdCellRange *selection, QdPasteResult *out)
{
  QdTableModel *model = qd_table_view_get_model (view);
  guint n_columns = qd_table_model_get_n_columns (model), shown = qd_table_view_get_n_rows (view), extra;
  GArray *pending;
  Paste *self;

  *out = (QdPasteResult){ .status = QD_PASTE_DONE };
  tile (block, selection, &out->n_rows, &out->n_columns);
  out->columns_left = selection->column < n_columns ? n_columns - selection->column : 0;
  if (out->n_columns > out->columns_left)
    {
      out->status = QD_PASTE_TOO_MANY_COLUMNS;
      return NULL;
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
  out->added_rows = extra;
  pending = g_array_sized_new (FALSE, FALSE, sizeof (Pending), out->range.n_rows * out->n_columns);
  for (guint i = 0; i < out->range.n_rows; i++)
    {
      guint shown_row = out->range.row + i, row = shown_row < shown ? qd_table_view_to_model (view, shown_row) : qd_table_model_get_n_rows (model) + shown_row - shown;

      for (guint j = 0; j < out->n_columns; j++)
        {
          Pending cell = { row, out->range.column + j, (char *) qd_table_block_get (block, i % block->n_rows, j % block->n_columns), CELL_WAITING };

          g_array_append_val (pending, cell);
        }
    }
  /* Translators: name of an undo step */
  self = paste_begin (model, g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Paste %u cell", "Paste %u cells", pending->len), pending->len), pending);
  self->result = *out;
  return self;
}

gboolean
qd_table_paste (QdTableView *view, const QdTableBlock *block, const QdCellRange *selection, QdPasteResult *out, GError **error)
{
  g_autoptr (Paste) paste = NULL;
  gboolean good;

  g_return_val_if_fail (block->n_rows > 0 && block->n_columns > 0, FALSE);
  paste = paste_new (view, block, selection, out);
  if (!paste)
    return TRUE;
  good = run (paste, error);
  *out = paste->result;
  return good;
}

static void
pasted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Paste *paste = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean good = qd_long_edit_finish (QD_INSTANCE (source), result, &error);

  qd_table_model_end_step (paste->model);
  if (good)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
qd_table_paste_async (QdTableView *view, QdTableBlock *block, const QdCellRange *selection, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (view, NULL, callback, user_data);
  QdPasteResult result;
  Paste *paste = paste_new (view, block, selection, &result);

  g_assert (paste != NULL && qd_table_model_get_instance (paste->model) != NULL);
  g_task_set_source_tag (task, qd_table_paste_async);
  g_task_set_task_data (task, paste, paste_free);
  paste->owned_block = block;
  qd_table_model_begin_step (paste->model, paste->origin);
  qd_long_edit_async (qd_table_model_get_instance (paste->model), paste_piece, paste, NULL, progress, progress_data, cancellable, pasted_cb, task);
}

gboolean
qd_table_paste_finish (QdTableView *view, GAsyncResult *result, QdPasteResult *out, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, view) && g_async_result_is_tagged (result, qd_table_paste_async), FALSE);

  *out = ((Paste *) g_task_get_task_data (G_TASK (result)))->result;
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
qd_table_paste_is_long (QdTableView *view, const QdTableBlock *block, const QdCellRange *selection)
{
  guint n_rows, n_columns, n = qd_table_model_get_n_columns (qd_table_view_get_model (view));

  tile (block, selection, &n_rows, &n_columns);
  return qd_table_model_get_instance (qd_table_view_get_model (view)) && n_columns <= n - MIN (n, selection->column) && (guint64) n_rows * n_columns > MANY_CELLS;
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
  gboolean down = target->n_rows > source->n_rows, ok;
  g_autoptr (Paste) paste = NULL;

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
  paste = paste_begin (model, g_strdup (C_ ("undo step", "Fill")), g_steal_pointer (&pending));
  ok = run (paste, error);
  if (written_out)
    *written_out = paste->result.placed;
  return ok;
}
