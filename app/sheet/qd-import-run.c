/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import"
#include "config.h"

#include "qd-import-private.h"

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
  g_free (row);
}

void
qd_import_clear_values (char **values, guint n)
{
  for (guint i = 0; i < n; i++)
    g_clear_pointer (&values[i], g_free);
}

/* Texts. */

/* Digits with one point at most, and a digit before and after it: the form in which workbooks give their numbers. */
static gboolean
is_plain_number (const char *text)
{
  gsize whole;

  if (*text == '-')
    text++;
  whole = strspn (text, "0123456789");
  text += whole;
  if (whole > 0 && *text == '.' && g_ascii_isdigit (text[1]))
    text += 1 + strspn (text + 1, "0123456789");
  return whole > 0 && *text == '\0';
}

/* Half-width, one kind of dash, no spaces, without "CAS" before it. */
static char *
clean_cas (const char *text)
{
  g_autofree char *half = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  g_autofree char *upper = g_utf8_strup (half != NULL ? half : text, -1);
  GString *out = g_string_new (NULL);
  const char *at = upper;

  if (g_str_has_prefix (at, "CAS"))
    {
      at += strlen ("CAS");
      while (*at != '\0' && !g_ascii_isdigit (*at))
        at = g_utf8_next_char (at);
    }
  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_type (c) == G_UNICODE_DASH_PUNCTUATION || c == 0x2212)
        g_string_append_c (out, '-');
      else if (!g_unichar_isspace (c) && c != 0x200b && c != 0xfeff)
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

static char *
read_cas (const char *text, QdCellType type, char **reason_out)
{
  g_autofree char *cas = clean_cas (text);
  g_autofree char *date = qd_input_dup_date (cas);

  if (qd_cas_is_valid (cas) && type != QD_CELL_DATE)
    return g_steal_pointer (&cas);
  if (type == QD_CELL_DATE || date != NULL || (strchr (cas, '/') != NULL && strspn (cas, "0123456789/") == strlen (cas)))
    *reason_out = g_strdup_printf (_ ("“%s” is a date that the spreadsheet made of a CAS number. Take the number from the safety data sheet."), text);
  else if (g_ascii_isdigit (*cas) && strspn (cas, "0123456789-") == strlen (cas))
    *reason_out = g_strdup_printf (_ ("The check digit of the CAS number “%s” is wrong. Compare the safety data sheet."), text);
  else
    *reason_out = g_strdup_printf (_ ("“%s” is no CAS number, such as 75-09-2."), text);
  return NULL;
}

/* "310 kg": the number and the unit after it. */
static char *
split_unit (const char *text, char **unit_out)
{
  g_autofree char *half = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  gsize n;
  g_autofree char *number = NULL;

  if (half == NULL)
    return NULL;
  g_strstrip (half);
  n = strspn (half, "+-0123456789.,' ");
  if (n == 0 || half[n] == '\0' || !qd_unit_is_known (half + n))
    return NULL;
  *unit_out = g_strdup (half + n);
  number = g_strndup (half, n);
  g_strchomp (number);
  return qd_input_dup_number (number);
}

static char *
convert (const char *value, const char *from, const char *to, char **reason_out)
{
  QdDecimal number;
  QdDecimal factor;
  gboolean limit = g_str_has_suffix (value, "L");
  g_autofree char *digits = g_strndup (value, strlen (value) - (limit ? 1 : 0));
  g_autofree char *result = NULL;

  if (from == NULL || to == NULL || g_str_equal (from, to))
    return g_strdup (value);
  /* Declared decimals stay where nothing is converted. */
  if (qd_unit_convert (from, to, &factor) && qd_decimal_compare (factor, qd_decimal_from_int (1)) == 0)
    return g_strdup (value);
  if (!qd_decimal_parse (digits, &number) || !qd_unit_convert (from, to, &factor) || !qd_decimal_multiply (number, factor, &number))
    {
      *reason_out = g_strdup_printf (_ ("%s %s cannot be converted to %s."), value, from, to);
      return NULL;
    }
  result = qd_decimal_to_string (number);
  return g_strconcat (result, limit ? "L" : "", NULL);
}

/* @unit: (nullable): that of the head; @to: (nullable): that in which the value is kept */
static char *
read_number (const QdImportTarget *target, const char *text, const char *unit, const char *to, char **notice_out, char **reason_out)
{
  g_autofree char *own_unit = NULL;
  g_autofree char *number = is_plain_number (text) ? g_strdup (text) : qd_input_dup_number (text);
  char *value;

  if (number == NULL && to != NULL)
    number = split_unit (text, &own_unit);
  if (number == NULL || (qd_field_get_value_type (target->field) == QD_VALUE_INT && strchr (number, '.') != NULL && strspn (strchr (number, '.') + 1, "0") != strlen (strchr (number, '.') + 1)))
    {
      *reason_out = g_strdup_printf (number == NULL ? _ ("“%s” is no number.") : _ ("“%s” is no whole number."), text);
      return NULL;
    }
  value = convert (number, own_unit != NULL ? own_unit : unit, to, reason_out);
  if (value != NULL && *notice_out == NULL && own_unit != NULL)
    *notice_out = g_strdup_printf (_ ("%s: “%s” was read as %s %s."), target->title, text, value, to);
  else if (value != NULL && *notice_out == NULL && !g_str_equal (number, text))
    *notice_out = g_strdup_printf (_ ("%s: “%s” was read as %s."), target->title, text, number);
  return value;
}

static char *
read_choice (QdChoiceIndex *choices, gboolean multiple, const char *text)
{
  if (choices == NULL) /* they depend on the row: the form says later whether the value is among them */
    return g_strdup (text);
  return multiple ? qd_choice_index_find_all (choices, text) : g_strdup (qd_choice_index_find (choices, text));
}

/* @unit: (nullable): of the head; @row_unit: (nullable): of the row */
static char *
read_value (const QdImportTarget *target, QdChoiceIndex *choices, const char *unit, const char *row_unit, const char *text, QdCellType type, char **notice_out, char **reason_out)
{
  QdNodeType node = qd_field_get_node_type (target->field);
  char *value = NULL;

  if (type == QD_CELL_ERROR)
    {
      *reason_out = g_strdup_printf (_ ("The cell holds the error %s. Correct the formula in the sheet."), text);
      return NULL;
    }
  if (text[0] == '\0')
    return g_strdup ("");
  if (node == QD_NODE_SELECT || node == QD_NODE_RANK)
    {
      value = qd_field_get_value_type (target->field) == QD_VALUE_BOOLEAN ? g_strdup (qd_choice_index_find_yes_no (choices, text)) : read_choice (choices, qd_field_is_multiple (target->field), text);
      if (value == NULL)
        *reason_out = g_strdup_printf (_ ("“%s” is none of the choices."), text);
      return value;
    }
  if (target->is_cas && !qd_input_is_blank (text))
    {
      value = read_cas (text, type, reason_out);
      if (value != NULL && *notice_out == NULL && !g_str_equal (value, text))
        *notice_out = g_strdup_printf (_ ("%s: “%s” was read as %s."), target->title, text, value);
      return value;
    }
  switch (qd_field_get_value_type (target->field))
    {
    case QD_VALUE_INT:
    case QD_VALUE_DECIMAL:
      if (qd_input_is_blank (text))
        return g_strdup ("");
      return read_number (target, text, unit, target->unit != NULL ? target->unit : row_unit, notice_out, reason_out);
    case QD_VALUE_DATE:
      value = qd_input_is_blank (text) ? g_strdup ("") : qd_input_dup_date (text);
      if (value == NULL)
        *reason_out = g_strdup_printf (_ ("“%s” is no date, such as 2026-11-24."), text);
      return value;
    case QD_VALUE_BOOLEAN:
      value = qd_input_is_blank (text) ? g_strdup ("") : g_strdup (qd_choice_index_find_yes_no (choices, text));
      if (value == NULL)
        *reason_out = g_strdup_printf (_ ("“%s” is neither yes nor no."), text);
      return value;
    case QD_VALUE_STRING:
    case QD_VALUE_TIME:
    case QD_VALUE_DATE_TIME:
    case QD_VALUE_GEOPOINT:
    case QD_VALUE_GEOTRACE:
    case QD_VALUE_GEOSHAPE:
    case QD_VALUE_BINARY:
    case QD_VALUE_BARCODE:
    case QD_VALUE_INTENT:
    default:
      return g_strdup (text);
    }
}

/* The unit of the amounts of a row: what its own column says, else the first head with a unit, else a cell with one. */
static char *
find_row_unit (QdImportRun *run, guint row, int unit_target)
{
  QdChoiceIndex *choices = run->choices[unit_target];
  int own = run->column_of[unit_target];
  const char *text = own >= 0 ? qd_sheet_get_text (run->sheet, row, (guint) own) : "";

  if (text[0] != '\0')
    return read_choice (choices, FALSE, text);
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
          number = split_unit (qd_sheet_get_text (run->sheet, row, i), &unit);
        code = unit != NULL ? read_choice (choices, FALSE, unit) : NULL;
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
      const char *text = qd_sheet_get_text (run->sheet, row->sheet_row, i);

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
      char *value;

      if (column->field < 0)
        continue;
      target = g_ptr_array_index (run->targets, column->field);
      value = read_value (target, run->choices[column->field], column->unit, target->unit_target >= 0 ? row_unit : NULL, qd_sheet_get_text (run->sheet, row->sheet_row, i), qd_sheet_get_cell_type (run->sheet, row->sheet_row, i), &row->notice, &reason);
      if (value == NULL)
        {
          refuse (row, (int) i, g_strdup_printf ("%s: %s", target->title, reason));
          return FALSE;
        }
      values[column->field] = value;
    }
  if (unit_target >= 0 && row_unit != NULL && (values[unit_target] == NULL || values[unit_target][0] == '\0'))
    {
      g_free (values[unit_target]);
      values[unit_target] = g_steal_pointer (&row_unit);
    }
  return TRUE;
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

      refuse (row, -1, g_strdup_printf (_ ("%s: all empty, so nobody can tell what the row is about."), names));
      return;
    }
  if (g_hash_table_lookup_extended (run->incoming, key, NULL, &found))
    {
      refuse (row, -1, g_strdup_printf (_ ("Row %u of the sheet is about the same; only one of them is taken."), GPOINTER_TO_UINT (found)));
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

  for (; run->next < end; run->next++)
    {
      QdImportRow *row = g_new0 (QdImportRow, 1);

      row->sheet_row = run->next;
      row->fate = QD_ROW_ADDED;
      row->column = -1;
      g_ptr_array_add (rows, row);
      if (qd_import_run_read (run, row, values))
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

QdChoiceIndex *
qd_import_index_choices (GPtrArray *choices)
{
  g_autoptr (GPtrArray) flat = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < choices->len; i++)
    {
      const QdChoice *choice = g_ptr_array_index (choices, i);

      g_ptr_array_add (flat, g_strdup (choice->value));
      g_ptr_array_add (flat, g_strdup (choice->label));
    }
  return qd_choice_index_new (flat);
}

static QdChoiceIndex *
read_choices (QdInstance *instance, const QdField *field)
{
  g_autoptr (GPtrArray) choices = qd_instance_get_field_choices (instance, field);

  return choices != NULL ? qd_import_index_choices (choices) : NULL;
}

char *
qd_import_read_value (QdInstance *instance, const QdField *field, const char *text, QdCellType type, char **reason_out)
{
  g_autoptr (QdChoiceIndex) choices = read_choices (instance, field);
  g_autofree char *notice = NULL;
  QdImportTarget target = { .field = field, .title = (char *) qd_field_get_name (field), .unit = qd_field_get_attribute (field, "unit"), .unit_target = -1 };

  return read_value (&target, choices, NULL, NULL, text, type, &notice, reason_out);
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
  for (guint i = 0; i < run->targets->len; i++)
    {
      run->column_of[i] = -1;
      run->choices[i] = read_choices (self->instance, qd_import_target (self, (int) i)->field);
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
  return run;
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
  g_clear_pointer (&run->existing, g_hash_table_unref);
  g_hash_table_unref (run->incoming);
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
