/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-table-summary"
#include "config.h"
#include "qd-table-summary.h"

#include <string.h>
#include "qd-table-value.h"

void
qd_table_stats_add (QdTableStats *self, const char *text)
{
  QdDecimal number, sum;

  if (!text || !*text)
    return;
  if (!qd_decimal_parse (text, &number) || !qd_decimal_add (self->sum, number, &sum))
    {
      self->unreadable++;
      return;
    }
  self->sum = sum;
  self->count++;
  self->decimals = MAX (self->decimals, qd_input_count_decimals (text));
}

/* At least @decimals digits after the point, in groups of three before it. */
static char *
format_decimal (QdDecimal number, guint decimals)
{
  g_autofree char *plain = qd_decimal_to_string (number);
  g_autoptr (GString) padded = g_string_new (plain);
  guint present = qd_input_count_decimals (plain);

  if (present == 0 && decimals > 0)
    g_string_append_c (padded, '.');
  for (; present < decimals; present++)
    g_string_append_c (padded, '0');
  return qd_input_dup_grouped (padded->str);
}

char *
qd_table_stats_dup_sum (const QdTableStats *self)
{
  return format_decimal (self->sum, self->decimals);
}

char *
qd_table_stats_dup_mean (const QdTableStats *self)
{
  guint decimals = MAX (self->decimals, 2);
  QdDecimal ten = qd_decimal_from_int (10), scaled = self->sum;
  __int128 quotient, rest;

  if (self->count == 0)
    return NULL;
  for (guint i = 0; i < decimals; i++)
    if (!qd_decimal_multiply (scaled, ten, &scaled))
      return NULL;
  /* @decimals covers every digit of the parts, so the scaled sum is whole. */
  if (scaled.scale > 0)
    return NULL;
  quotient = scaled.mantissa / self->count;
  rest = scaled.mantissa % self->count;
  if (2 * (rest < 0 ? -rest : rest) >= self->count)
    quotient += scaled.mantissa < 0 ? -1 : 1;
  scaled.mantissa = quotient;
  scaled.scale = (guint8) decimals;
  /* Rounding to its own scale normalises. */
  return format_decimal (qd_decimal_round (scaled, decimals), decimals);
}

#define MAX_DECIMALS 38

/* One number of a totalled column, kept to take it out of the sum again. */
typedef struct
{
  QdDecimal number;
  guint8 kind; /* 0 empty, 1 number, 2 unreadable */
  guint8 decimals;
} Value;

typedef struct
{
  guint16 critical;
  guint16 possible;
  gboolean unread; /* the row is to be read again; until then it counts for nothing */
} Marks;

/* So many rows are read at once; of more the caller reads some at a time. */
#define ROWS_AT_ONCE 500
/* Between two looks at the clock. */
#define ROWS_BETWEEN 16

struct _QdTableSummary
{
  QdTableModel *model; /* (unowned): the owner of the summary holds it */
  guint n_columns;
  GArray **values;                        /* (owned): by column, (element-type Value), NULL for columns without total */
  QdTableStats *stats;                    /* (owned): by column */
  guint (*by_decimals)[MAX_DECIMALS + 1]; /* (owned): by column: numbers with so many decimals */
  gboolean *stale;                        /* (owned): by column: a sum must be made anew */
  GArray *marks;                          /* (owned) (element-type Marks) */
  guint n_critical;
  guint n_possible;
  guint n_unread;
  guint next_unread; /* no unread row before it */
};

static Value
read_value (QdTableSummary *self, guint row, guint column)
{
  g_autofree char *text = qd_table_model_dup_text (self->model, row, column);
  Value value = { .kind = 0 };

  if (text && *text && !(qd_table_model_get_flags (self->model, row, column) & QD_CELL_NOT_RELEVANT))
    {
      value.kind = qd_decimal_parse (text, &value.number) ? 1 : 2;
      value.decimals = (guint8) MIN (qd_input_count_decimals (text), MAX_DECIMALS);
    }
  return value;
}

static void
add_value (QdTableSummary *self, guint column, const Value *value)
{
  QdTableStats *stats = &self->stats[column];

  if (value->kind == 2)
    stats->unreadable++;
  if (value->kind != 1)
    return;
  if (!qd_decimal_add (stats->sum, value->number, &stats->sum))
    {
      stats->unreadable++;
      self->stale[column] = TRUE;
      return;
    }
  stats->count++;
  stats->decimals = MAX (stats->decimals, value->decimals);
  self->by_decimals[column][value->decimals]++;
}

static void
remove_value (QdTableSummary *self, guint column, const Value *value)
{
  QdTableStats *stats = &self->stats[column];

  if (value->kind == 2)
    stats->unreadable--;
  if (value->kind != 1)
    return;
  if (self->stale[column] || !qd_decimal_subtract (stats->sum, value->number, &stats->sum))
    {
      self->stale[column] = TRUE;
      return;
    }
  stats->count--;
  self->by_decimals[column][value->decimals]--;
  while (stats->decimals > 0 && self->by_decimals[column][stats->decimals] == 0)
    stats->decimals--;
}

static void
sum_anew (QdTableSummary *self, guint column)
{
  self->stats[column] = (QdTableStats){ .count = 0 };
  self->stale[column] = FALSE;
  memset (self->by_decimals[column], 0, sizeof self->by_decimals[column]);
  for (guint i = 0; i < self->values[column]->len; i++)
    add_value (self, column, &g_array_index (self->values[column], Value, i));
}

static Marks
read_marks (QdTableSummary *self, guint row)
{
  Marks marks = { 0, 0 };

  if (!qd_table_model_may_have_marks (self->model, row))
    return marks;
  for (guint i = 0; i < self->n_columns; i++)
    {
      QdCellFlags flags = qd_table_model_get_flags (self->model, row, i);

      if (flags & QD_CELL_CRITICAL)
        marks.critical++;
      else if (flags & QD_CELL_POSSIBLE)
        marks.possible++;
    }
  return marks;
}

static void
read_row (QdTableSummary *self, guint row)
{
  Marks marks = read_marks (self, row);

  self->n_unread--;
  g_array_index (self->marks, Marks, row) = marks;
  self->n_critical += marks.critical;
  self->n_possible += marks.possible;
  for (guint i = 0; i < self->n_columns; i++)
    if (self->values[i])
      {
        Value *value = &g_array_index (self->values[i], Value, row);

        *value = read_value (self, row, i);
        add_value (self, i, value);
      }
}

static void
forget_row (QdTableSummary *self, guint row)
{
  const Marks *marks = &g_array_index (self->marks, Marks, row);

  self->n_critical -= marks->critical;
  self->n_possible -= marks->possible;
  for (guint i = 0; i < self->n_columns; i++)
    if (self->values[i])
      remove_value (self, i, &g_array_index (self->values[i], Value, row));
}

/* It counts for nothing until it is read. */
static void
mark_unread (QdTableSummary *self, guint row)
{
  if (g_array_index (self->marks, Marks, row).unread)
    return;
  forget_row (self, row);
  g_array_index (self->marks, Marks, row) = (Marks){ .unread = TRUE };
  for (guint i = 0; i < self->n_columns; i++)
    if (self->values[i])
      g_array_index (self->values[i], Value, row).kind = 0;
  self->n_unread++;
}

/* Those of a small change at once. */
static void
read_few (QdTableSummary *self, guint position, guint count)
{
  self->next_unread = MIN (self->next_unread, position);
  if (count <= ROWS_AT_ONCE)
    for (guint row = position; row < position + count; row++)
      read_row (self, row);
}

static void
clear_columns (QdTableSummary *self)
{
  for (guint i = 0; i < self->n_columns; i++)
    if (self->values[i])
      g_array_unref (self->values[i]);
  g_clear_pointer (&self->values, g_free);
  g_clear_pointer (&self->stats, g_free);
  g_clear_pointer (&self->stale, g_free);
  g_clear_pointer (&self->by_decimals, g_free);
  self->n_columns = 0;
}

void
qd_table_summary_reset (QdTableSummary *self)
{
  guint n_rows = qd_table_model_get_n_rows (self->model);

  clear_columns (self);
  self->n_columns = qd_table_model_get_n_columns (self->model);
  self->values = g_new0 (GArray *, self->n_columns);
  self->stats = g_new0 (QdTableStats, self->n_columns);
  self->stale = g_new0 (gboolean, self->n_columns);
  self->by_decimals = g_malloc0_n (self->n_columns, sizeof *self->by_decimals);
  self->n_critical = self->n_possible = 0;
  g_array_set_size (self->marks, 0);
  g_array_set_size (self->marks, n_rows);
  for (guint i = 0; i < self->n_columns; i++)
    if (qd_table_model_get_column (self->model, i)->total)
      {
        self->values[i] = g_array_new (FALSE, TRUE, sizeof (Value));
        g_array_set_size (self->values[i], n_rows);
      }
  for (guint i = 0; i < n_rows; i++)
    g_array_index (self->marks, Marks, i).unread = TRUE;
  self->n_unread = n_rows;
  self->next_unread = 0;
  read_few (self, 0, n_rows);
}

gboolean
qd_table_summary_is_complete (QdTableSummary *self)
{
  return self->n_unread == 0;
}

gboolean
qd_table_summary_read_some (QdTableSummary *self, gint64 deadline)
{
  for (guint n = 0; self->n_unread > 0; self->next_unread++)
    {
      if (!g_array_index (self->marks, Marks, self->next_unread).unread)
        continue;
      read_row (self, self->next_unread);
      if (deadline > 0 && ++n % ROWS_BETWEEN == 0 && g_get_monotonic_time () >= deadline)
        break;
    }
  return self->n_unread == 0;
}

static void
complete (QdTableSummary *self)
{
  qd_table_summary_read_some (self, 0);
}

QdTableSummary *
qd_table_summary_new (QdTableModel *model)
{
  QdTableSummary *self = g_new0 (QdTableSummary, 1);

  self->model = model;
  self->marks = g_array_new (FALSE, TRUE, sizeof (Marks));
  qd_table_summary_reset (self);
  return self;
}

void
qd_table_summary_free (QdTableSummary *self)
{
  if (!self)
    return;
  clear_columns (self);
  g_array_unref (self->marks);
  g_free (self);
}

void
qd_table_summary_cells_changed (QdTableSummary *self, guint position, guint count)
{
  if (position >= self->marks->len)
    return;
  count = MIN (count, self->marks->len - position);
  for (guint row = position; row < position + count; row++)
    mark_unread (self, row);
  read_few (self, position, count);
}

void
qd_table_summary_rows_changed (QdTableSummary *self, guint position, guint removed, guint added)
{
  guint old = self->marks->len;

  g_return_if_fail (position <= old && removed <= old - position);
  for (guint row = position; row < position + removed; row++)
    if (g_array_index (self->marks, Marks, row).unread)
      self->n_unread--;
    else
      forget_row (self, row);
  g_array_remove_range (self->marks, position, removed);
  if (added > 0)
    {
      g_autofree char *blank = g_malloc0 ((gsize) added * MAX (sizeof (Value), sizeof (Marks)));

      if (position == self->marks->len)
        g_array_set_size (self->marks, position + added);
      else
        g_array_insert_vals (self->marks, position, blank, added);
    }
  for (guint i = 0; i < self->n_columns; i++)
    if (self->values[i])
      {
        GArray *values = self->values[i];

        g_array_remove_range (values, position, removed);
        if (added > 0)
          {
            g_autofree char *blank = g_malloc0 ((gsize) added * sizeof (Value));

            if (position == values->len)
              g_array_set_size (values, position + added);
            else
              g_array_insert_vals (values, position, blank, added);
          }
      }
  for (guint row = position; row < position + added; row++)
    g_array_index (self->marks, Marks, row).unread = TRUE;
  self->n_unread += added;
  read_few (self, position, added);
}

const QdTableStats *
qd_table_summary_get_total (QdTableSummary *self, guint column)
{
  if (column >= self->n_columns || !self->values[column])
    return NULL;
  complete (self);
  if (self->stale[column])
    sum_anew (self, column);
  return &self->stats[column];
}

guint
qd_table_summary_get_unreadable (QdTableSummary *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_columns; i++)
    {
      const QdTableStats *stats = qd_table_summary_get_total (self, i);

      n += stats ? stats->unreadable : 0;
    }
  return n;
}

guint
qd_table_summary_get_n_critical (QdTableSummary *self)
{
  complete (self);
  return self->n_critical;
}

guint
qd_table_summary_get_n_possible (QdTableSummary *self)
{
  complete (self);
  return self->n_possible;
}

QdCellFlags
qd_table_summary_get_row_mark (QdTableSummary *self, guint row)
{
  const Marks *marks;

  if (row >= self->marks->len)
    return QD_CELL_NORMAL;
  marks = &g_array_index (self->marks, Marks, row);
  if (marks->unread)
    read_row (self, row);
  return marks->critical > 0 ? QD_CELL_CRITICAL : marks->possible > 0 ? QD_CELL_POSSIBLE
                                                                      : QD_CELL_NORMAL;
}

gboolean
qd_table_find_problem (QdTableView *view, QdTableSummary *summary, const QdCellPos *from, gboolean back, QdCellPos *out)
{
  QdTableModel *model = qd_table_view_get_model (view);
  guint n_rows = qd_table_view_get_n_rows (view), n_columns = qd_table_model_get_n_columns (model);

  if (n_rows == 0 || n_columns == 0)
    return FALSE;
  /* The row of @from is looked at twice: what lies beyond it first, the rest last. */
  for (guint i = 0; i <= n_rows; i++)
    {
      guint row = (from->row + (back ? n_rows - i % n_rows : i)) % n_rows, model_row = qd_table_view_to_model (view, row);

      if (qd_table_summary_get_row_mark (summary, model_row) == QD_CELL_NORMAL)
        continue;
      for (guint j = 0; j < n_columns; j++)
        {
          guint column = back ? n_columns - 1 - j : j;
          gboolean beyond = back ? column < from->column : column > from->column;

          if ((i == 0 && !beyond) || (i == n_rows && beyond))
            continue;
          if (qd_table_model_get_flags (model, model_row, column) & (QD_CELL_CRITICAL | QD_CELL_POSSIBLE))
            {
              *out = (QdCellPos){ row, column };
              return TRUE;
            }
        }
    }
  return FALSE;
}
