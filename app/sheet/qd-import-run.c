/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import"
#include "config.h"

#include "qd-import-cell-private.h"
#include "qd-import-identity-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-ident.h"
#include "qd-input.h"
#include "qd-sheet-writer.h"
#include "qd-unit.h"

/* The dry run. */

#define PROGRESS_ROWS 1000

static void
free_row (gpointer data)
{
  QdImportRow *row = data;

  g_free (row->reason);
  g_free (row->notice);
  g_free (row->fix);
  g_free (row);
}

void
qd_import_clear_values (char **values, guint n)
{
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&values[i], g_free);
}

/* The text of a cell, corrected. @type_out: (optional) */
static const char *
read_text (QdImportRun *run, guint row, guint column, QdCellType *type_out)
{
  const char *text = g_hash_table_size (run->corrections) > 0 ? g_hash_table_lookup (run->corrections, qd_import_place (row, column)) : NULL;

  if (type_out != NULL)
    *type_out = text != NULL ? QD_CELL_TEXT : qd_sheet_get_cell_type (run->sheet, row, column);
  return text != NULL ? text : qd_sheet_get_text (run->sheet, row, column);
}

/* What certainly belongs into a cell that was refused. */
static char *
find_fix (QdImportRun *run, guint row, const QdImportTarget *target, const char *text)
{
  QdValueType type = qd_field_get_value_type (target->field);
  g_autofree char *half = NULL, *number = NULL;

  if (target->is_cas)
    return run->identities != NULL ? qd_identities_dup_number (run->identities, read_text (run, row, (guint) run->column_of[run->name_target], NULL)) : NULL;
  half = type == QD_VALUE_INT || type == QD_VALUE_DECIMAL ? g_utf8_normalize (text, -1, G_NORMALIZE_NFKC) : NULL;
  /* What stands behind a number may be its unit, and 40 barrels are not 40 t. */
  if (half == NULL || *g_strchomp (half) == '\0' || !g_ascii_isdigit (half[strlen (half) - 1]))
    return NULL;
  number = qd_input_dup_number_inside (half);
  return number != NULL && !g_str_has_suffix (number, ".") && number[0] != '.' && (type == QD_VALUE_DECIMAL || strchr (number, '.') == NULL) ? g_steal_pointer (&number) : NULL;
}

/* The unit of the amounts of a row: what its own column says, else the first head with a unit, else a cell with one. */
static char *
find_row_unit (QdImportRun *run, guint row, int unit_target)
{
  QdChoiceIndex *choices = run->choices[unit_target];
  int own = run->column_of[unit_target];
  const char *text = own >= 0 ? read_text (run, row, (guint) own, NULL) : "";

  if (text[0] != '\0')
    return qd_import_read_choice (choices, FALSE, text);
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < run->n_columns; i++)
      {
        const QdImportColumn *column = &run->columns[i];
        const QdImportTarget *target = column->field >= 0 ? g_ptr_array_index (run->targets, column->field) : NULL;
        g_autofree char *unit = NULL;
        g_autofree char *number = NULL;
        char *code;

        if (target == NULL || target->unit_target != unit_target)
          continue;
        if (pass == 0)
          unit = g_strdup (column->unit);
        else
          number = qd_import_split_unit (read_text (run, row, i, NULL), &unit);
        code = unit != NULL ? qd_import_read_choice (choices, FALSE, unit) : NULL;
        if (code != NULL)
          return code;
      }
  return NULL;
}

static gboolean
is_total (const char *text)
{
  static const char *const words[] = { "合计", "总计", "小计", "合 计", "总 计", "小 计", "Total", "total", "TOTAL" };

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (text, words[i]))
      return TRUE;
  return FALSE;
}

static void
refuse (QdImportRow *row, int column, char *reason)
{
  row->fate = QD_ROW_REFUSED;
  row->column = column;
  row->reason = reason;
}

static char *
add_hint (char *reason, char *hint)
{
  char *both = hint != NULL ? g_strconcat (reason, " ", hint, NULL) : g_strdup (reason);

  g_free (reason);
  g_free (hint);
  return both;
}

/* Moves an amount whose column does not say what it is the amount of into the field that the row's choice names. */
static gboolean
split_value (QdImportRun *run, QdImportRow *row, int from, char **values)
{
  const QdImportTarget *target = g_ptr_array_index (run->targets, from);
  const char *choice = values[target->split_target] != NULL ? values[target->split_target] : "";
  int column = run->column_of[from];

  if (values[from] == NULL || values[from][0] == '\0')
    {
      refuse (row, column, g_strdup_printf (_ ("%s: empty, and empty is not zero. Enter the amount."), target->title));
      return FALSE;
    }
  for (guint i = 0; i < run->targets->len; i++)
    if ((int) i != from && g_str_equal (qd_field_get_name (((QdImportTarget *) g_ptr_array_index (run->targets, i))->field), choice))
      {
        if (values[i] != NULL && values[i][0] != '\0')
          break;
        g_free (values[i]);
        values[i] = g_steal_pointer (&values[from]);
        return TRUE;
      }
  refuse (row, column, g_strdup_printf (_ ("%s: nobody can tell what “%s” is the amount of. Give each row one role, or each amount a column of its own."), target->title, values[from]));
  return FALSE;
}

/* What the row says that cannot be: a number that belongs to another substance. */
static gboolean
check_identity (QdImportRun *run, QdImportRow *row, char **values)
{
  const char *cas = run->identities != NULL ? values[run->cas_target] : NULL;
  const char *name = run->identities != NULL ? values[run->name_target] : NULL;
  char *reason;

  if (cas == NULL || name == NULL || *cas == '\0' || *name == '\0')
    return TRUE;
  reason = qd_identities_dup_contradiction (run->identities, name, cas);
  if (reason != NULL)
    refuse (row, run->column_of[run->cas_target], reason);
  return reason == NULL;
}

/* @values: one for each target, filled. FALSE when the row is refused or empty. */
gboolean
qd_import_run_read (QdImportRun *run, QdImportRow *row, char **values)
{
  gboolean empty = TRUE;
  gboolean first = TRUE;
  int unit_target = -1;
  g_autofree char *row_unit = NULL;

  for (guint i = 0; i < run->n_columns; i++)
    {
      const QdImportTarget *target = run->columns[i].field >= 0 ? g_ptr_array_index (run->targets, run->columns[i].field) : NULL;
      const char *text = read_text (run, row->sheet_row, i, NULL);

      if (text[0] == '\0')
        continue;
      if (run->is_ours)
        empty = FALSE;
      else if (first && is_total (text))
        {
          refuse (row, (int) i, g_strdup_printf (_ ("“%s” heads a total of the rows above, which the program computes itself."), text));
          return FALSE;
        }
      first = FALSE;
      if (target == NULL)
        continue;
      empty = FALSE;
      if (target->unit_target >= 0)
        unit_target = target->unit_target;
    }
  if (empty)
    {
      row->fate = QD_ROW_EMPTY;
      return FALSE;
    }
  if (unit_target >= 0)
    row_unit = find_row_unit (run, row->sheet_row, unit_target);
  for (guint i = 0; i < run->n_columns; i++)
    {
      const QdImportColumn *column = &run->columns[i];
      const QdImportTarget *target;
      g_autofree char *reason = NULL;
      const char *text;
      QdCellType type;
      char *value;

      if (column->field < 0)
        continue;
      target = g_ptr_array_index (run->targets, column->field);
      text = read_text (run, row->sheet_row, i, &type);
      value = qd_import_read_cell (target, run->choices[column->field], column->unit, target->unit_target >= 0 ? row_unit : NULL, text, type, &row->notice, &reason);
      if (value == NULL)
        {
          if (target->is_cas && run->identities != NULL)
            reason = add_hint (g_steal_pointer (&reason), qd_identities_dup_hint (run->identities, read_text (run, row->sheet_row, (guint) run->column_of[run->name_target], NULL)));
          refuse (row, (int) i, g_strdup_printf ("%s: %s", target->title, reason));
          row->fix = find_fix (run, row->sheet_row, target, text);
          return FALSE;
        }
      values[column->field] = value;
    }
  if (unit_target >= 0 && row_unit != NULL && (values[unit_target] == NULL || values[unit_target][0] == '\0'))
    {
      g_free (values[unit_target]);
      values[unit_target] = g_steal_pointer (&row_unit);
    }
  for (guint i = 0; i < run->targets->len; i++)
    if (((QdImportTarget *) g_ptr_array_index (run->targets, i))->split_target >= 0 && run->column_of[i] >= 0 && !run->is_ours && !split_value (run, row, (int) i, values))
      return FALSE;
  return check_identity (run, row, values);
}

static gboolean
part_is_mapped (QdImportRun *run, const QdImportKeyPart *part)
{
  for (guint i = 0; i < part->targets->len; i++)
    if (run->column_of[g_array_index (part->targets, int, i)] >= 0)
      return TRUE;
  return FALSE;
}

/* The key of a row, of the parts that the sheet has; NULL without any. */
static char *
make_key (QdImportRun *run, char **values, gboolean *identified_out)
{
  g_autoptr (GString) key = g_string_new (NULL);

  *identified_out = TRUE;
  for (guint i = 0; i < run->keys->len; i++)
    {
      const QdImportKeyPart *part = g_ptr_array_index (run->keys, i);
      const char *found = "";

      if (!part_is_mapped (run, part))
        continue;
      for (guint k = 0; k < part->targets->len && found[0] == '\0'; k++)
        {
          const char *value = values[g_array_index (part->targets, int, k)];

          found = value != NULL ? value : "";
        }
      if (i == 0 && found[0] == '\0')
        *identified_out = FALSE;
      g_string_append_printf (key, "%s\x1f", found);
    }
  return key->len > 0 ? g_string_free (g_steal_pointer (&key), FALSE) : NULL;
}

static char *
name_key (QdImportRun *run)
{
  const QdImportKeyPart *part = g_ptr_array_index (run->keys, 0);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < part->targets->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? " / " : "", ((QdImportTarget *) g_ptr_array_index (run->targets, g_array_index (part->targets, int, i)))->title);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Why a row about the same as an earlier one is not taken: the first thing in which they differ, or that they are the same. */
static char *
compare_with (QdImportRun *run, guint sheet_row, char **values)
{
  guint n = run->targets->len;
  g_autofree char **earlier = g_new0 (char *, n + 1);
  QdImportRow row = { .sheet_row = sheet_row };
  char *reason = NULL;

  qd_import_run_read (run, &row, earlier);
  for (guint i = 0; i < n && reason == NULL; i++)
    {
      const QdImportTarget *target = g_ptr_array_index (run->targets, i);
      QdValueType type = qd_field_get_value_type (target->field);
      const char *a = earlier[i] != NULL ? earlier[i] : "", *b = values[i] != NULL ? values[i] : "";

      if ((type == QD_VALUE_DECIMAL || type == QD_VALUE_INT) && !g_str_equal (a, b))
        reason = g_strdup_printf (_ ("Row %u of the sheet is about the same, but %s is “%s” there and “%s” here. Decide which of them is right."), sheet_row + 1, target->title, a, b);
    }
  if (reason == NULL)
    reason = g_strdup_printf (_ ("Row %u of the sheet has the same amounts of the same; it was entered twice, and only one of them is taken."), sheet_row + 1);
  g_free (row.reason);
  g_free (row.notice);
  g_free (row.fix);
  qd_import_clear_values (earlier, n);
  return reason;
}

static void
find_fate (QdImportRun *run, QdImportRow *row, char **values)
{
  gboolean identified;
  g_autofree char *key = make_key (run, values, &identified);
  gpointer found;

  if (key == NULL || run->existing == NULL)
    return;
  if (!identified)
    {
      g_autofree char *names = name_key (run);
      const char *name = run->identities != NULL && values[run->name_target] != NULL ? values[run->name_target] : "";

      refuse (row, -1, add_hint (g_strdup_printf (_ ("%s: all empty, so nobody can tell what the row is about."), names), *name != '\0' ? qd_identities_dup_question (run->identities, name) : NULL));
      return;
    }
  if (g_hash_table_lookup_extended (run->incoming, key, NULL, &found))
    {
      refuse (row, -1, compare_with (run, GPOINTER_TO_UINT (found) - 1, values));
      row->rival = (int) GPOINTER_TO_UINT (found) - 1;
      return;
    }
  if (g_hash_table_lookup_extended (run->existing, key, NULL, &found))
    {
      if (found == NULL)
        {
          refuse (row, -1, g_strdup (_ ("Several rows of the declaration are about the same, so it is not clear which of them to update.")));
          return;
        }
      row->fate = QD_ROW_UPDATED;
      row->target = GPOINTER_TO_UINT (found) - 1;
    }
  g_hash_table_insert (run->incoming, g_steal_pointer (&key), GUINT_TO_POINTER (row->sheet_row + 1));
}

/* Names and numbers of the sheet and of the rows that stay. */
static void
read_identities (QdImportRun *run, QdImport *self)
{
  guint n = run->mode == QD_IMPORT_REPLACE ? 0 : qd_instance_get_n_children (self->instance, self->range);
  const QdField *cas, *name;

  run->cas_target = run->name_target = -1;
  for (guint i = 0; i < run->targets->len; i++)
    {
      const QdImportTarget *target = g_ptr_array_index (run->targets, i);

      if (target->is_cas && run->column_of[i] >= 0)
        run->cas_target = (int) i;
      else if (target->is_name && run->column_of[i] >= 0)
        run->name_target = (int) i;
    }
  if (run->cas_target < 0 || run->name_target < 0 || run->is_ours)
    return;
  run->identities = qd_identities_new (self->catalog);
  cas = qd_import_target (self, run->cas_target)->field;
  name = qd_import_target (self, run->name_target)->field;
  for (guint i = 0; i < n; i++)
    {
      QdNodeId row = qd_instance_get_child (self->instance, self->range, i);
      QdNodeId cas_node = qd_instance_find_in_row (self->instance, row, cas), name_node = qd_instance_find_in_row (self->instance, row, name);

      if (cas_node != 0 && name_node != 0)
        {
          g_autofree char *number = g_strdup (qd_instance_get_value (self->instance, cas_node));

          qd_identities_add (run->identities, qd_instance_get_value (self->instance, name_node), number, 0);
        }
    }
}

/* In pieces: sheets are long. FALSE: not yet the whole of it */
static gboolean
learn_identities (QdImportRun *run, guint n)
{
  guint cas_column = (guint) run->column_of[run->cas_target], name_column = (guint) run->column_of[run->name_target], n_rows = qd_sheet_get_n_rows (run->sheet);
  guint from = MIN (MAX (run->learned, run->first_row), n_rows), end = from + MIN (n, n_rows - from);

  for (guint i = from; i < end; i++)
    {
      const char *text = read_text (run, i, cas_column, NULL);
      g_autofree char *cas = *text != '\0' && !qd_cas_is_valid (text) ? qd_cas_dup_clean (text) : NULL;

      if (*text != '\0')
        qd_identities_add (run->identities, read_text (run, i, name_column, NULL), cas != NULL ? cas : text, i + 1);
    }
  run->learned = end;
  return end >= n_rows;
}

GPtrArray *
qd_import_rows_new (void)
{
  return g_ptr_array_new_with_free_func (free_row);
}

gboolean
qd_import_run_judge (QdImportRun *run, GPtrArray *rows, guint n)
{
  guint n_rows = qd_sheet_get_n_rows (run->sheet), end = n < n_rows - MIN (run->next, n_rows) ? run->next + n : n_rows, n_targets = run->targets->len;
  g_autofree char **values = g_new0 (char *, n_targets + 1);
  QdImportCounts *counts = &run->counts;

  if (run->identities != NULL && run->learned < n_rows && !learn_identities (run, n))
    return FALSE;
  for (; run->next < end; run->next++)
    {
      QdImportRow *row = g_new0 (QdImportRow, 1);

      row->sheet_row = run->next;
      row->fate = QD_ROW_ADDED;
      row->column = -1;
      g_ptr_array_add (rows, row);
      row->rival = (int) GPOINTER_TO_UINT (g_hash_table_lookup (run->left_out, GUINT_TO_POINTER (run->next + 1))) - 1;
      if (row->rival >= 0)
        refuse (row, -1, g_strdup_printf (_ ("Row %u was chosen in its place."), (guint) row->rival + 1));
      else if (qd_import_run_read (run, row, values))
        find_fate (run, row, values);
      qd_import_clear_values (values, n_targets);
      counts->rows++;
      counts->added += row->fate == QD_ROW_ADDED;
      counts->updated += row->fate == QD_ROW_UPDATED;
      counts->refused += row->fate == QD_ROW_REFUSED;
      counts->empty += row->fate == QD_ROW_EMPTY;
    }
  return run->next >= n_rows;
}

/* What the run needs of the declaration. */

static void
read_existing (QdImportRun *run, QdImport *self)
{
  guint n = qd_instance_get_n_children (self->instance, self->range);
  g_autofree char **values = g_new0 (char *, run->targets->len + 1);

  run->existing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < n && run->mode == QD_IMPORT_UPDATE; i++)
    {
      QdNodeId row = qd_instance_get_child (self->instance, self->range, i);
      gboolean identified;
      char *key;

      for (guint k = 0; k < run->keys->len; k++)
        {
          const QdImportKeyPart *part = g_ptr_array_index (run->keys, k);

          for (guint m = 0; m < part->targets->len; m++)
            {
              int target = g_array_index (part->targets, int, m);
              QdNodeId node = qd_instance_find_in_row (self->instance, row, qd_import_target (self, target)->field);

              values[target] = g_strdup (node != 0 ? qd_instance_get_value (self->instance, node) : "");
            }
        }
      key = make_key (run, values, &identified);
      qd_import_clear_values (values, run->targets->len);
      if (key != NULL)
        g_hash_table_insert (run->existing, key, g_hash_table_contains (run->existing, key) ? NULL : GUINT_TO_POINTER (i + 1));
    }
}

static gpointer
copy_text (gconstpointer text, gpointer unused)
{
  return g_strdup (text);
}

static GHashTable *
copy_table (GHashTable *from, GHashTable *to, GCopyFunc copy)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (to, key, copy != NULL ? copy (value, NULL) : value);
  return to;
}

QdImportRun *
qd_import_run_new (QdImport *self, QdImportMode mode)
{
  QdImportRun *run = g_new0 (QdImportRun, 1);

  run->sheet = qd_sheet_ref (self->sheet);
  run->targets = g_ptr_array_ref (self->targets);
  run->keys = g_ptr_array_ref (self->keys);
  run->first_row = self->first_row;
  run->next = self->first_row;
  run->is_ours = self->is_ours;
  run->mode = mode;
  run->n_columns = self->columns->len;
  run->columns = g_new0 (QdImportColumn, run->n_columns + 1);
  run->column_of = g_new (int, run->targets->len + 1);
  run->choices = g_new0 (QdChoiceIndex *, run->targets->len + 1);
  run->incoming = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  run->corrections = copy_table (self->corrections, qd_import_corrections_new (), copy_text);
  run->left_out = copy_table (self->left_out, g_hash_table_new (NULL, NULL), NULL);
  for (guint i = 0; i < run->targets->len; i++)
    {
      run->column_of[i] = -1;
      run->choices[i] = qd_import_read_choices (self->instance, qd_import_target (self, (int) i)->field);
    }
  for (guint i = 0; i < run->n_columns; i++)
    {
      const QdImportColumn *column = g_ptr_array_index (self->columns, i);

      run->columns[i] = *column;
      run->columns[i].head = g_strdup (column->head);
      run->columns[i].unit = g_strdup (column->unit);
      if (column->field >= 0)
        run->column_of[column->field] = (int) i;
    }
  /* A workbook of ours that replaces the table may hold what the declaration held, twice the same included. */
  if (mode != QD_IMPORT_APPEND && run->keys->len > 0 && !(self->is_ours && mode == QD_IMPORT_REPLACE))
    read_existing (run, self);
  read_identities (run, self);
  return run;
}

void
qd_import_run_forget (QdImportRun *run)
{
  g_clear_pointer (&run->existing, g_hash_table_unref);
  g_clear_pointer (&run->identities, qd_identities_free);
  g_clear_pointer (&run->incoming, g_hash_table_unref);
}

void
qd_import_run_free (QdImportRun *run)
{
  for (guint i = 0; i < run->targets->len; i++)
    qd_choice_index_free (run->choices[i]);
  for (guint i = 0; i < run->n_columns; i++)
    {
      g_free (run->columns[i].head);
      g_free (run->columns[i].unit);
    }
  g_free (run->choices);
  g_free (run->columns);
  g_free (run->column_of);
  qd_import_run_forget (run);
  g_hash_table_unref (run->corrections);
  g_hash_table_unref (run->left_out);
  g_ptr_array_unref (run->keys);
  g_ptr_array_unref (run->targets);
  qd_sheet_unref (run->sheet);
  g_free (run);
}

GPtrArray *
qd_import_check (QdImport *self, QdImportMode mode, QdImportCounts *counts_out)
{
  g_autoptr (QdImportRun) run = qd_import_run_new (self, mode);
  GPtrArray *rows = qd_import_rows_new ();

  qd_import_run_judge (run, rows, G_MAXUINT);
  if (counts_out != NULL)
    *counts_out = run->counts;
  return rows;
}

typedef struct
{
  GPtrArray *rows; /* (owned) (nullable): NULL once handed over */
  QdImportCounts counts;
} CheckResult;

static void
check_result_free (gpointer data)
{
  CheckResult *result = data;

  g_clear_pointer (&result->rows, g_ptr_array_unref);
  g_free (result);
}

static void
check_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  QdImportRun *run = data;
  g_autoptr (GPtrArray) rows = qd_import_rows_new ();
  CheckResult *result;

  while (!qd_import_run_judge (run, rows, PROGRESS_ROWS))
    {
      if (g_task_return_error_if_cancelled (task))
        return;
      if (run->progress != NULL)
        run->progress (run->counts.rows, run->progress_data);
    }
  result = g_new0 (CheckResult, 1);
  result->rows = g_steal_pointer (&rows);
  result->counts = run->counts;
  g_task_return_pointer (task, result, check_result_free);
}

void
qd_import_check_async (QdImport *self, QdImportMode mode, QdImportProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  QdImportRun *run = qd_import_run_new (self, mode);

  run->progress = progress;
  run->progress_data = progress_data;
  g_task_set_source_tag (task, qd_import_check_async);
  g_task_set_task_data (task, run, (GDestroyNotify) qd_import_run_free);
  g_task_run_in_thread (task, check_in_thread);
}

GPtrArray *
qd_import_check_finish (QdImport *self, GAsyncResult *result, QdImportCounts *counts_out, GError **error)
{
  CheckResult *found;
  GPtrArray *rows;

  g_return_val_if_fail (g_task_is_valid (result, self) && g_async_result_is_tagged (result, qd_import_check_async), NULL);
  found = g_task_propagate_pointer (G_TASK (result), error);
  if (found == NULL)
    return NULL;
  if (counts_out != NULL)
    *counts_out = found->counts;
  rows = g_steal_pointer (&found->rows);
  check_result_free (found);
  return rows;
}
