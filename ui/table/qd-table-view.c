/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-table-view"
#include "config.h"
#include "qd-table-view.h"

#include <string.h>
#include "qd-decimal.h"

/* So many rows are filtered at once; more in pieces, between which the window goes on. */
#define MANY_ROWS 20000
#define PIECE_ROWS 64
#define PIECE_US 8000

struct _QdTableView
{
  GObject parent_instance;
  QdTableModel *model; /* (owned) */

  int sort_column;
  gboolean descending;
  char *filter; /* (owned) (nullable) */
  gboolean only_problems;

  GArray *rows;   /* (owned) (nullable) (element-type guint): model rows in view order; NULL when all are shown in order */
  GArray *passed; /* (owned) (nullable): those that passed so far, while very many are filtered in pieces */
  guint next;     /* to be filtered */
  guint source;
  GArray *inverse; /* (owned) (nullable) (element-type guint): view row + 1 by model row, 0 when hidden; made when asked for */
};

G_DEFINE_FINAL_TYPE (QdTableView, qd_table_view, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* What a row is sorted by. Empty cells come last whichever way, then what cannot be read. */
typedef struct
{
  QdDecimal number;
  char *key; /* (owned) (nullable) */
  guint row;
  guint8 rank; /* 0 number, 1 text, 2 empty */
} SortKey;

static int
compare_keys (gconstpointer a, gconstpointer b, gpointer data)
{
  const SortKey *left = a, *right = b;
  int order;

  if (left->rank != right->rank)
    return left->rank < right->rank ? -1 : 1;
  if (left->rank == 0)
    order = qd_decimal_compare (left->number, right->number);
  else
    order = g_strcmp0 (left->key, right->key);
  if (GPOINTER_TO_INT (data))
    order = -order;
  /* Equal rows keep the order of the declaration. */
  return order ? order : (left->row < right->row ? -1 : left->row > right->row);
}

static void
sort_rows (QdTableView *self, GArray *rows)
{
  const QdColumn *column = qd_table_model_get_column (self->model, (guint) self->sort_column);
  SortKey *keys = g_new0 (SortKey, rows->len);

  for (guint i = 0; i < rows->len; i++)
    {
      SortKey *key = &keys[i];
      g_autofree char *text = NULL;

      key->row = g_array_index (rows, guint, i);
      text = qd_table_model_dup_text (self->model, key->row, (guint) self->sort_column);
      if (!text || !*text)
        key->rank = 2;
      else if (column->type == QD_COLUMN_NUMBER && qd_decimal_parse (text, &key->number))
        key->rank = 0;
      else
        {
          g_autofree char *shown = qd_table_model_dup_display (self->model, key->row, (guint) self->sort_column);

          key->rank = 1;
          key->key = g_utf8_collate_key (shown ? shown : "", -1);
        }
    }
  g_qsort_with_data (keys, (gint) rows->len, sizeof (SortKey), compare_keys, GINT_TO_POINTER (self->descending));
  for (guint i = 0; i < rows->len; i++)
    {
      g_array_index (rows, guint, i) = keys[i].row;
      g_free (keys[i].key);
    }
  g_free (keys);
}

/* Could folding change the text? Chinese and digits stay as they are. */
static gboolean
has_case (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c < 0x80 ? g_ascii_isupper ((char) c) : !(c >= 0x2e80 && c < 0xa000))
        return TRUE;
    }
  return FALSE;
}

static gboolean
row_passes (QdTableView *self, guint row, const char *needle)
{
  guint n = qd_table_model_get_n_columns (self->model);
  gboolean found = !needle;

  if (self->only_problems)
    {
      gboolean problem = FALSE;

      for (guint i = 0; i < n && !problem && qd_table_model_may_have_marks (self->model, row); i++)
        problem = (qd_table_model_get_flags (self->model, row, i) & (QD_CELL_CRITICAL | QD_CELL_POSSIBLE)) != 0;
      if (!problem)
        return FALSE;
    }
  for (guint i = 0; i < n && !found; i++)
    {
      g_autofree char *shown = qd_table_model_dup_display (self->model, row, i);
      g_autofree char *folded = NULL;

      if (!shown || !*shown)
        continue;
      found = strstr (shown, needle) != NULL;
      if (found)
        break;
      if (!has_case (shown))
        continue;
      folded = g_utf8_casefold (shown, -1);
      found = strstr (folded, needle) != NULL;
    }
  return found;
}

static gboolean
is_plain (QdTableView *self)
{
  return self->sort_column < 0 && !self->filter && !self->only_problems;
}

static void
forget_inverse (QdTableView *self)
{
  g_clear_pointer (&self->inverse, g_array_unref);
}

static void
stop_filtering (QdTableView *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_pointer (&self->passed, g_array_unref);
}

/* Takes @rows (nullable). */
static void
show_rows (QdTableView *self, GArray *rows)
{
  g_clear_pointer (&self->rows, g_array_unref);
  forget_inverse (self);
  self->rows = rows;
  if (rows && self->sort_column >= 0)
    sort_rows (self, rows);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
filter_until (QdTableView *self, gint64 deadline)
{
  guint n = qd_table_model_get_n_rows (self->model);
  g_autofree char *needle = self->filter ? g_utf8_casefold (self->filter, -1) : NULL;

  for (; self->next < n && (deadline == 0 || self->next % PIECE_ROWS != 0 || g_get_monotonic_time () < deadline); self->next++)
    if (!qd_table_view_is_filtered (self) || row_passes (self, self->next, needle))
      g_array_append_val (self->passed, self->next);
}

static gboolean
filter_cb (gpointer data)
{
  QdTableView *self = data;

  filter_until (self, g_get_monotonic_time () + PIECE_US);
  if (self->next < qd_table_model_get_n_rows (self->model))
    return G_SOURCE_CONTINUE;
  self->source = 0;
  show_rows (self, g_steal_pointer (&self->passed));
  return G_SOURCE_REMOVE;
}

void
qd_table_view_refresh (QdTableView *self)
{
  stop_filtering (self);
  if (self->sort_column >= (int) qd_table_model_get_n_columns (self->model))
    self->sort_column = -1;
  if (is_plain (self))
    {
      show_rows (self, NULL);
      return;
    }
  self->passed = g_array_new (FALSE, FALSE, sizeof (guint));
  self->next = 0;
  /* Until very many are filtered, those of before are shown. */
  if (qd_table_view_is_filtered (self) && qd_table_model_get_n_rows (self->model) > MANY_ROWS)
    {
      self->source = g_idle_add (filter_cb, self);
      return;
    }
  filter_until (self, 0);
  show_rows (self, g_steal_pointer (&self->passed));
}

/* New rows are always shown, so that what was just added or pasted does not vanish: after the row that precedes them in the model. */
static void
rows_changed_cb (QdTableView *self, guint position, guint removed, guint added)
{
  /* From the start: the numbers of the rows are others now. */
  if (self->source != 0)
    {
      g_array_set_size (self->passed, 0);
      self->next = 0;
    }
  if (self->rows)
    {
      GArray *rows = g_array_sized_new (FALSE, FALSE, sizeof (guint), self->rows->len + added);
      guint n = qd_table_model_get_n_rows (self->model);
      gboolean at_end = position + added == n, placed = added == 0;

      for (guint i = 0; i < self->rows->len; i++)
        {
          guint row = g_array_index (self->rows, guint, i);

          /* Before the row that they were inserted above. */
          if (!placed && !at_end && row == position + removed)
            {
              for (guint j = 0; j < added; j++)
                {
                  guint new_row = position + j;

                  g_array_append_val (rows, new_row);
                }
              placed = TRUE;
            }
          if (row >= position && row < position + removed)
            continue;
          if (row >= position + removed)
            row = row - removed + added;
          g_array_append_val (rows, row);
        }
      for (guint j = 0; j < added && !placed; j++)
        {
          guint new_row = position + j;

          g_array_append_val (rows, new_row);
        }
      g_array_unref (self->rows);
      self->rows = rows;
    }
  forget_inverse (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
qd_table_view_dispose (GObject *object)
{
  QdTableView *self = QD_TABLE_VIEW (object);

  stop_filtering (self);
  if (self->model)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (qd_table_view_parent_class)->dispose (object);
}

static void
qd_table_view_finalize (GObject *object)
{
  QdTableView *self = QD_TABLE_VIEW (object);

  g_free (self->filter);
  stop_filtering (self);
  g_clear_pointer (&self->rows, g_array_unref);
  forget_inverse (self);
  G_OBJECT_CLASS (qd_table_view_parent_class)->finalize (object);
}

static void
qd_table_view_class_init (QdTableViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = qd_table_view_dispose;
  object_class->finalize = qd_table_view_finalize;
  signals[CHANGED] = g_signal_new ("changed", QD_TYPE_TABLE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qd_table_view_init (QdTableView *self)
{
  self->sort_column = -1;
}

QdTableView *
qd_table_view_new (QdTableModel *model)
{
  QdTableView *self = g_object_new (QD_TYPE_TABLE_VIEW, NULL);

  self->model = g_object_ref (model);
  g_signal_connect_swapped (model, "rows-changed", G_CALLBACK (rows_changed_cb), self);
  g_signal_connect_swapped (model, "columns-changed", G_CALLBACK (qd_table_view_refresh), self);
  return self;
}

QdTableModel *
qd_table_view_get_model (QdTableView *self)
{
  return self->model;
}

guint
qd_table_view_get_n_rows (QdTableView *self)
{
  return self->rows ? self->rows->len : qd_table_model_get_n_rows (self->model);
}

guint
qd_table_view_to_model (QdTableView *self, guint row)
{
  if (!self->rows)
    return row;
  g_return_val_if_fail (row < self->rows->len, 0);
  return g_array_index (self->rows, guint, row);
}

gboolean
qd_table_view_from_model (QdTableView *self, guint model_row, guint *row_out)
{
  if (!self->rows)
    {
      *row_out = model_row;
      return model_row < qd_table_model_get_n_rows (self->model);
    }
  if (!self->inverse)
    {
      self->inverse = g_array_new (FALSE, TRUE, sizeof (guint));
      g_array_set_size (self->inverse, qd_table_model_get_n_rows (self->model));
      for (guint i = 0; i < self->rows->len; i++)
        g_array_index (self->inverse, guint, g_array_index (self->rows, guint, i)) = i + 1;
    }
  if (model_row >= self->inverse->len || g_array_index (self->inverse, guint, model_row) == 0)
    return FALSE;
  *row_out = g_array_index (self->inverse, guint, model_row) - 1;
  return TRUE;
}

gboolean
qd_table_view_is_filtered (QdTableView *self)
{
  return self->filter || self->only_problems;
}

gboolean
qd_table_view_is_sorted (QdTableView *self)
{
  return self->sort_column >= 0;
}

void
qd_table_view_sort (QdTableView *self, int column, gboolean descending)
{
  self->sort_column = MAX (-1, column);
  self->descending = descending;
  qd_table_view_refresh (self);
}

int
qd_table_view_get_sort_column (QdTableView *self, gboolean *descending_out)
{
  if (descending_out)
    *descending_out = self->descending;
  return self->sort_column;
}

void
qd_table_view_set_filter (QdTableView *self, const char *text)
{
  if (text && !*text)
    text = NULL;
  if (g_strcmp0 (self->filter, text) == 0)
    return;
  g_free (self->filter);
  self->filter = g_strdup (text);
  qd_table_view_refresh (self);
}

const char *
qd_table_view_get_filter (QdTableView *self)
{
  return self->filter;
}

void
qd_table_view_set_only_problems (QdTableView *self, gboolean only)
{
  if (self->only_problems == !!only)
    return;
  self->only_problems = !!only;
  qd_table_view_refresh (self);
}

gboolean
qd_table_view_get_only_problems (QdTableView *self)
{
  return self->only_problems;
}
