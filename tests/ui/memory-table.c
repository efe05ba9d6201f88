/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "memory-table.h"

#include <string.h>
#include <gio/gio.h>
#include "qd-decimal.h"
#include "qd-table-value.h"

typedef struct
{
  guint by;
  char *value;
  guint column;
  GPtrArray *choices;
} Cascade;

typedef struct
{
  enum
  {
    OP_SET,
    OP_INSERT,
    OP_REMOVE,
    OP_MOVE
  } kind;
  guint row;
  guint other; /* column, count, or target row */
  GPtrArray *rows;
  char *text;
} Op;

typedef struct
{
  char *origin;
  GArray *ops;
} Step;

struct _QdMemoryTable
{
  GObject parent_instance;
  GPtrArray *columns; /* QdColumn */
  GPtrArray *choices; /* by column, GPtrArray of utf8 or NULL */
  GArray *cascades;
  GPtrArray *rows; /* GPtrArray of utf8 */
  GPtrArray *steps;
  QdMemoryRule rule;
  gboolean fixed;
  int depth;
  int fail_at;
};

static void qd_memory_table_iface_init (QdTableModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (QdMemoryTable, qd_memory_table, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (QD_TYPE_TABLE_MODEL, qd_memory_table_iface_init))

static void
clear_op (gpointer data)
{
  Op *op = data;

  g_clear_pointer (&op->rows, g_ptr_array_unref);
  g_free (op->text);
}

static void
free_step (gpointer data)
{
  Step *step = data;

  g_free (step->origin);
  g_array_unref (step->ops);
  g_free (step);
}

static Step *
get_step (QdMemoryTable *self, const char *origin)
{
  Step *step;

  if (self->depth > 0 && self->steps->len > 0)
    return g_ptr_array_index (self->steps, self->steps->len - 1);
  step = g_new0 (Step, 1);
  step->origin = g_strdup (origin);
  step->ops = g_array_new (FALSE, FALSE, sizeof (Op));
  g_array_set_clear_func (step->ops, clear_op);
  g_ptr_array_add (self->steps, step);
  return step;
}

static void
add_op (QdMemoryTable *self, const char *origin, Op op)
{
  g_array_append_val (get_step (self, origin)->ops, op);
}

static GPtrArray *
get_row (QdMemoryTable *self, guint row)
{
  g_assert (row < self->rows->len);
  return g_ptr_array_index (self->rows, row);
}

static GPtrArray *
new_row (QdMemoryTable *self)
{
  GPtrArray *row = g_ptr_array_new_full (self->columns->len, g_free);

  g_ptr_array_set_size (row, (int) self->columns->len);
  return row;
}

static char *
replace (QdMemoryTable *self, guint row, guint column, char *text)
{
  gpointer *place = &g_ptr_array_index (get_row (self, row), column);
  char *old = *place;

  g_assert (column < self->columns->len);
  *place = text && *text ? text : NULL;
  if (text && !*text)
    g_free (text);
  return old;
}

static guint
get_n_rows (QdTableModel *model)
{
  return QD_MEMORY_TABLE (model)->rows->len;
}

static guint
get_n_columns (QdTableModel *model)
{
  return QD_MEMORY_TABLE (model)->columns->len;
}

static const QdColumn *
get_column (QdTableModel *model, guint column)
{
  g_assert (column < QD_MEMORY_TABLE (model)->columns->len);
  return g_ptr_array_index (QD_MEMORY_TABLE (model)->columns, column);
}

const char *
qd_memory_table_peek (QdMemoryTable *self, guint row, guint column)
{
  const char *text = g_ptr_array_index (get_row (self, row), column);

  g_assert (column < self->columns->len);
  return text ? text : "";
}

static char *
dup_text (QdTableModel *model, guint row, guint column)
{
  return g_strdup (qd_memory_table_peek (QD_MEMORY_TABLE (model), row, column));
}

static GPtrArray *
find_choices (QdMemoryTable *self, guint row, guint column)
{
  for (guint i = 0; i < self->cascades->len; i++)
    {
      const Cascade *cascade = &g_array_index (self->cascades, Cascade, i);

      if (cascade->column == column && strcmp (qd_memory_table_peek (self, row, cascade->by), cascade->value) == 0)
        return cascade->choices;
    }
  return g_ptr_array_index (self->choices, column);
}

static GPtrArray *
get_choices (QdTableModel *model, guint row, guint column)
{
  GPtrArray *choices = find_choices (QD_MEMORY_TABLE (model), row, column);

  return choices ? g_ptr_array_ref (choices) : NULL;
}

static const char *
find_label (GPtrArray *choices, const char *code)
{
  for (guint i = 0; choices && i + 1 < choices->len; i += 2)
    if (strcmp (g_ptr_array_index (choices, i), code) == 0)
      return g_ptr_array_index (choices, i + 1);
  return NULL;
}

static char *
dup_display (QdTableModel *model, guint row, guint column)
{
  QdMemoryTable *self = QD_MEMORY_TABLE (model);
  const QdColumn *info = get_column (model, column);
  const char *text = qd_memory_table_peek (self, row, column), *label;

  if (info->type == QD_COLUMN_NUMBER)
    return qd_input_dup_grouped (text);
  if (info->type == QD_COLUMN_CHOICE && info->multiple)
    {
      g_auto (GStrv) codes = g_strsplit (text, " ", -1);
      g_autoptr (GString) out = g_string_new (NULL);

      for (guint i = 0; codes[i]; i++)
        {
          label = find_label (find_choices (self, row, column), codes[i]);
          g_string_append_printf (out, "%s%s", i > 0 ? "、" : "", label ? label : codes[i]);
        }
      return g_strdup (out->str);
    }
  if (info->type == QD_COLUMN_YES_NO && !find_choices (self, row, column))
    return g_strdup (strcmp (text, "true") == 0 ? "是" : strcmp (text, "false") == 0 ? "否"
                                                                                     : text);
  label = find_label (find_choices (self, row, column), text);
  return g_strdup (label ? label : text);
}

static QdCellFlags
judge (QdMemoryTable *self, guint row, guint column, char **message, char **fix)
{
  const QdColumn *info = g_ptr_array_index (self->columns, column);
  const char *text = qd_memory_table_peek (self, row, column);
  QdCellFlags flags = info->computed ? QD_CELL_READ_ONLY : QD_CELL_NORMAL;
  gboolean fits = TRUE;
  QdDecimal number;

  if (self->rule)
    flags |= self->rule (self, row, column, message, fix);
  if (flags & (QD_CELL_CRITICAL | QD_CELL_POSSIBLE) || !*text)
    return flags;
  if (info->type == QD_COLUMN_NUMBER)
    fits = qd_decimal_parse (text, &number);
  else if (info->type == QD_COLUMN_DATE)
    {
      g_autofree char *iso = qd_input_dup_date (text);

      fits = iso && strcmp (iso, text) == 0;
    }
  else if (info->type == QD_COLUMN_CHOICE || info->type == QD_COLUMN_YES_NO)
    {
      GPtrArray *choices = find_choices (self, row, column);
      g_auto (GStrv) codes = g_strsplit (text, info->multiple ? " " : "\n", -1);

      for (guint i = 0; codes[i] && fits; i++)
        fits = choices ? find_label (choices, codes[i]) != NULL : strcmp (text, "true") == 0 || strcmp (text, "false") == 0;
    }
  if (fits)
    return flags;
  if (message)
    *message = g_strdup_printf (info->type == QD_COLUMN_NUMBER ? "“%s”不是数字，请只填数值" : "“%s”填写有误，请核对", text);
  if (fix && info->type == QD_COLUMN_NUMBER)
    {
      const char *start = strpbrk (text, "0123456789");
      gsize n = start ? strspn (start, "0123456789.") : 0;

      if (n > 0)
        *fix = g_strndup (start, n);
    }
  return flags | QD_CELL_CRITICAL;
}

static QdCellFlags
get_flags (QdTableModel *model, guint row, guint column)
{
  return judge (QD_MEMORY_TABLE (model), row, column, NULL, NULL);
}

static char *
dup_message (QdTableModel *model, guint row, guint column, char **fix_out)
{
  char *message = NULL;

  judge (QD_MEMORY_TABLE (model), row, column, &message, fix_out);
  return message;
}

static gboolean
can_add_rows (QdTableModel *model)
{
  return !QD_MEMORY_TABLE (model)->fixed;
}

static gboolean
set_cells (QdTableModel *model, const QdCellEdit *edits, guint n, const char *origin, GError **error)
{
  QdMemoryTable *self = QD_MEMORY_TABLE (model);
  guint first = G_MAXUINT, last = 0;

  if (self->fail_at >= 0 && self->fail_at-- == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "只读，不能修改");
      return FALSE;
    }
  self->depth++;
  if (self->depth == 1)
    {
      self->depth = 0;
      get_step (self, origin);
      self->depth = 1;
    }
  for (guint i = 0; i < n; i++)
    {
      Op op = { OP_SET, edits[i].row, edits[i].column, NULL, NULL };

      g_assert (!((const QdColumn *) g_ptr_array_index (self->columns, edits[i].column))->computed);
      op.text = replace (self, edits[i].row, edits[i].column, g_strdup (edits[i].text));
      add_op (self, origin, op);
      first = MIN (first, edits[i].row);
      last = MAX (last, edits[i].row);
    }
  self->depth--;
  if (n > 0)
    qd_table_model_cells_changed (model, first, last - first + 1);
  return TRUE;
}

static gboolean
insert_rows (QdTableModel *model, guint position, guint count, GError **error)
{
  QdMemoryTable *self = QD_MEMORY_TABLE (model);

  if (self->fixed)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "行数固定");
      return FALSE;
    }
  if (position == self->rows->len)
    for (guint i = 0; i < count; i++)
      g_ptr_array_add (self->rows, new_row (self));
  else
    for (guint i = 0; i < count; i++)
      g_ptr_array_insert (self->rows, (int) position, new_row (self));
  add_op (self, "Insert rows", (Op){ OP_INSERT, position, count, NULL, NULL });
  qd_table_model_rows_changed (model, position, 0, count);
  return TRUE;
}

static gboolean
remove_rows (QdTableModel *model, guint position, guint count, GError **error)
{
  QdMemoryTable *self = QD_MEMORY_TABLE (model);
  GPtrArray *removed;

  if (self->fixed)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "行数固定");
      return FALSE;
    }
  g_assert (position + count <= self->rows->len);
  removed = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (removed, g_ptr_array_ref (get_row (self, position + i)));
  g_ptr_array_remove_range (self->rows, position, count);
  add_op (self, "Delete rows", (Op){ OP_REMOVE, position, count, removed, NULL });
  qd_table_model_rows_changed (model, position, count, 0);
  return TRUE;
}

static void
do_move (QdMemoryTable *self, guint from, guint to)
{
  gpointer row = g_ptr_array_ref (get_row (self, from));

  g_ptr_array_remove_index (self->rows, from);
  g_ptr_array_insert (self->rows, (int) to, row);
  qd_table_model_rows_changed (QD_TABLE_MODEL (self), MIN (from, to), MAX (from, to) - MIN (from, to) + 1, MAX (from, to) - MIN (from, to) + 1);
}

static gboolean
move_row (QdTableModel *model, guint from, guint to, GError **error)
{
  add_op (QD_MEMORY_TABLE (model), "Move row", (Op){ OP_MOVE, from, to, NULL, NULL });
  do_move (QD_MEMORY_TABLE (model), from, to);
  return TRUE;
}

static void
begin_step (QdTableModel *model, const char *origin)
{
  QdMemoryTable *self = QD_MEMORY_TABLE (model);

  if (self->depth == 0)
    get_step (self, origin);
  self->depth++;
}

static void
end_step (QdTableModel *model)
{
  QdMemoryTable *self = QD_MEMORY_TABLE (model);

  g_assert (self->depth > 0);
  self->depth--;
  if (self->depth == 0 && ((Step *) g_ptr_array_index (self->steps, self->steps->len - 1))->ops->len == 0)
    g_ptr_array_set_size (self->steps, (int) self->steps->len - 1);
}

static void
qd_memory_table_iface_init (QdTableModelInterface *iface)
{
  iface->get_n_rows = get_n_rows;
  iface->get_n_columns = get_n_columns;
  iface->get_column = get_column;
  iface->dup_text = dup_text;
  iface->dup_display = dup_display;
  iface->get_flags = get_flags;
  iface->dup_message = dup_message;
  iface->get_choices = get_choices;
  iface->can_add_rows = can_add_rows;
  iface->set_cells = set_cells;
  iface->insert_rows = insert_rows;
  iface->remove_rows = remove_rows;
  iface->move_row = move_row;
  iface->begin_step = begin_step;
  iface->end_step = end_step;
}

static void
clear_cascade (gpointer data)
{
  Cascade *cascade = data;

  g_free (cascade->value);
  g_ptr_array_unref (cascade->choices);
}

static void
unref_choices (gpointer data)
{
  if (data)
    g_ptr_array_unref (data);
}

static void
qd_memory_table_finalize (GObject *object)
{
  QdMemoryTable *self = QD_MEMORY_TABLE (object);

  g_ptr_array_unref (self->columns);
  g_ptr_array_unref (self->choices);
  g_array_unref (self->cascades);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->steps);
  G_OBJECT_CLASS (qd_memory_table_parent_class)->finalize (object);
}

static void
qd_memory_table_class_init (QdMemoryTableClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_memory_table_finalize;
}

static void
qd_memory_table_init (QdMemoryTable *self)
{
  self->columns = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_column_free);
  self->choices = g_ptr_array_new_with_free_func (unref_choices);
  self->cascades = g_array_new (FALSE, FALSE, sizeof (Cascade));
  g_array_set_clear_func (self->cascades, clear_cascade);
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  self->steps = g_ptr_array_new_with_free_func (free_step);
  self->fail_at = -1;
}

QdMemoryTable *
qd_memory_table_new (void)
{
  return g_object_new (QD_TYPE_MEMORY_TABLE, NULL);
}

void
qd_memory_table_add_column (QdMemoryTable *self, const char *spec)
{
  static const char *const types[] = { "text", "number", "date", "choice", "yesno" };
  g_auto (GStrv) parts = g_strsplit (spec, ":", 4);
  QdColumn *column = g_new0 (QdColumn, 1);
  const char *options = "";

  g_assert (self->rows->len == 0 && g_strv_length (parts) >= 2);
  while (strcmp (types[column->type], parts[0]) != 0)
    column->type++;
  column->id = g_strdup_printf ("/data/row/c%u", self->columns->len);
  column->title = g_strdup (parts[1]);
  if (parts[2])
    {
      column->unit = *parts[2] ? g_strdup (parts[2]) : NULL;
      options = parts[3] ? parts[3] : "";
    }
  column->computed = strchr (options, 'c') != NULL;
  column->total = strchr (options, 't') != NULL;
  column->multiple = strchr (options, 'm') != NULL;
  g_ptr_array_add (self->columns, column);
  g_ptr_array_add (self->choices, NULL);
}

static GPtrArray *
make_choices (const char *const *choices)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_free);

  for (; *choices; choices++)
    g_ptr_array_add (array, g_strdup (*choices));
  return array;
}

void
qd_memory_table_set_choices (QdMemoryTable *self, guint column, const char *const *choices)
{
  gpointer *place = &g_ptr_array_index (self->choices, column);

  unref_choices (*place);
  *place = make_choices (choices);
}

void
qd_memory_table_add_cascade (QdMemoryTable *self, guint column, guint by, const char *value, const char *const *choices)
{
  Cascade cascade = { by, g_strdup (value), column, make_choices (choices) };

  g_array_append_val (self->cascades, cascade);
}

void
qd_memory_table_set_rule (QdMemoryTable *self, QdMemoryRule rule)
{
  self->rule = rule;
}

void
qd_memory_table_set_fixed_rows (QdMemoryTable *self, gboolean fixed)
{
  self->fixed = fixed;
}

void
qd_memory_table_fail_at (QdMemoryTable *self, int call)
{
  self->fail_at = call;
}

void
qd_memory_table_append (QdMemoryTable *self, const char *line)
{
  g_auto (GStrv) cells = g_strsplit (line, "\t", -1);
  GPtrArray *row = new_row (self);

  for (guint i = 0; cells[i] && i < self->columns->len; i++)
    g_ptr_array_index (row, i) = *cells[i] ? g_strdup (cells[i]) : NULL;
  g_ptr_array_add (self->rows, row);
  qd_table_model_rows_changed (QD_TABLE_MODEL (self), self->rows->len - 1, 0, 1);
}

guint
qd_memory_table_get_n_steps (QdMemoryTable *self)
{
  return self->steps->len;
}

const char *
qd_memory_table_get_last_step (QdMemoryTable *self)
{
  return self->steps->len > 0 ? ((Step *) g_ptr_array_index (self->steps, self->steps->len - 1))->origin : NULL;
}

gboolean
qd_memory_table_undo (QdMemoryTable *self)
{
  Step *step;

  if (self->steps->len == 0)
    return FALSE;
  step = g_ptr_array_steal_index (self->steps, self->steps->len - 1);
  for (guint i = step->ops->len; i > 0; i--)
    {
      Op *op = &g_array_index (step->ops, Op, i - 1);

      switch (op->kind)
        {
        case OP_SET:
          g_free (replace (self, op->row, op->other, g_steal_pointer (&op->text)));
          break;
        case OP_INSERT:
          g_ptr_array_remove_range (self->rows, op->row, op->other);
          qd_table_model_rows_changed (QD_TABLE_MODEL (self), op->row, op->other, 0);
          break;
        case OP_REMOVE:
          for (guint j = 0; j < op->other; j++)
            g_ptr_array_insert (self->rows, (int) (op->row + j), g_ptr_array_ref (g_ptr_array_index (op->rows, j)));
          qd_table_model_rows_changed (QD_TABLE_MODEL (self), op->row, 0, op->other);
          break;
        case OP_MOVE:
          do_move (self, op->other, op->row);
          break;
        default:
          g_assert_not_reached ();
        }
    }
  free_step (step);
  qd_table_model_cells_changed (QD_TABLE_MODEL (self), 0, G_MAXUINT);
  return TRUE;
}

char *
qd_memory_table_dump (QdMemoryTable *self)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < self->rows->len; i++)
    for (guint j = 0; j < self->columns->len; j++)
      g_string_append_printf (out, "%s%c", qd_memory_table_peek (self, i, j), j + 1 < self->columns->len ? '\t' : '\n');
  return g_string_free (out, FALSE);
}
