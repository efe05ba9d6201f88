/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-sheet-export"
#include "config.h"

#include "qd-sheet-export.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-import-private.h"
#include "qd-input.h"
#include "qd-sheet-writer.h"

/* Rows of a sheet of ours: marks of the table, paths of its columns, heads, data. */
#define TABLE_MARK "qd-table:"
#define FIELDS_MARK "qd-fields:"
#define HEAD_ROW 2u

enum
{
  FIELD_GROUP,
  FIELD_TITLE,
  FIELD_VALUE,
  FIELD_UNIT,
  FIELD_PATH,
  N_FIELD_COLUMNS
};

typedef struct
{
  const QdField *field;
  char *head;           /* (owned): with the unit */
  QdChoiceIndex *index; /* (owned) (nullable) */
  GPtrArray *choices;   /* (owned) (nullable) (element-type QdChoice) */
} Column;

static void
free_column (gpointer data)
{
  Column *column = data;

  g_free (column->head);
  qd_choice_index_free (column->index);
  g_clear_pointer (&column->choices, g_ptr_array_unref);
  g_free (column);
}

static char *
dup_title (QdInstance *instance, const QdField *field)
{
  char *label = qd_instance_dup_field_label (instance, field);

  return label != NULL ? label : g_strdup (qd_field_get_name (field));
}

static Column *
column_new (QdInstance *instance, const QdField *field)
{
  Column *column = g_new0 (Column, 1);
  const char *unit = qd_field_get_attribute (field, "unit");
  g_autofree char *title = dup_title (instance, field);

  column->field = field;
  column->head = unit != NULL && *unit != '\0' ? g_strdup_printf ("%s (%s)", title, unit) : g_strdup (title);
  column->choices = qd_instance_get_field_choices (instance, field);
  if (column->choices != NULL)
    column->index = qd_import_index_choices (column->choices);
  return column;
}

/* Leaves of a row or of the declaration; tables inside are sheets of their own. */
static void
list_columns (QdInstance *instance, const QdField *parent, GPtrArray *columns)
{
  for (guint i = 0; i < qd_field_get_n_children (parent); i++)
    {
      const QdField *field = qd_field_get_child (parent, i);
      QdNodeType type = qd_field_get_node_type (field);

      if (type == QD_NODE_GROUP)
        list_columns (instance, field, columns);
      else if (type != QD_NODE_REPEAT_RANGE && type != QD_NODE_NOTE && type != QD_NODE_TRIGGER)
        g_ptr_array_add (columns, column_new (instance, field));
    }
}

static QdCellType
cell_type (const QdField *field)
{
  switch (qd_field_get_value_type (field))
    {
    case QD_VALUE_INT:
    case QD_VALUE_DECIMAL:
      return QD_CELL_NUMBER;
    case QD_VALUE_DATE:
      return QD_CELL_DATE;
    case QD_VALUE_BOOLEAN:
      return QD_CELL_BOOLEAN;
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
      return QD_CELL_TEXT;
    }
}

/* Labels of what was chosen; the stored text where labels would not lead back to it. */
static char *
choice_text (const Column *column, const char *value)
{
  gboolean multiple = qd_field_is_multiple (column->field);
  g_auto (GStrv) words = g_strsplit (value, " ", multiple ? -1 : 1);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *back = NULL;

  for (guint i = 0; words[i] != NULL; i++)
    for (guint k = 0; k < column->choices->len; k++)
      {
        const QdChoice *choice = g_ptr_array_index (column->choices, k);

        if (!g_str_equal (choice->value, words[i]))
          continue;
        g_string_append_printf (out, "%s%s", out->len > 0 ? "、" : "", choice->label);
        break;
      }
  back = multiple ? qd_choice_index_find_all (column->index, out->str) : g_strdup (qd_choice_index_find (column->index, out->str));
  return g_strdup (g_strcmp0 (back, value) == 0 ? out->str : value);
}

static char *
dup_text (const Column *column, const char *value)
{
  return column->choices != NULL && *value != '\0' ? choice_text (column, value) : g_strdup (value);
}

static gboolean
put_value (QdSheetWriter *writer, guint row, guint at, const Column *column, const char *value, GError **error)
{
  g_autofree char *text = dup_text (column, value);

  return qd_sheet_writer_put (writer, row, at, column->choices != NULL ? QD_CELL_TEXT : cell_type (column->field), QD_SHEET_STYLE_NORMAL, text, error);
}

static void
offer_choices (QdSheetWriter *writer, const Column *column, guint at, guint first, guint last)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  if (column->choices == NULL || qd_field_is_multiple (column->field))
    return;
  for (guint i = 0; i < column->choices->len; i++)
    g_ptr_array_add (labels, ((QdChoice *) g_ptr_array_index (column->choices, i))->label);
  g_ptr_array_add (labels, NULL);
  qd_sheet_writer_offer (writer, at, first, last, (const char *const *) labels->pdata);
}

static const char *
get_value (QdInstance *instance, QdNodeId row, const QdField *field)
{
  QdNodeId node = qd_instance_find_in_row (instance, row, field);

  return node != 0 ? qd_instance_get_value (instance, node) : "";
}

static gboolean
write_table (QdInstance *instance, QdNodeId range, QdSheetWriter *writer, GPtrArray *columns, GError **error)
{
  const QdField *field = qd_instance_get_field (instance, range);
  guint n_rows = qd_instance_get_n_children (instance, range);
  g_autofree char *path = qd_instance_dup_path (instance, range);
  g_autofree char *mark = g_strconcat (TABLE_MARK, path, NULL);
  g_autofree char *title = dup_title (instance, field);

  qd_sheet_writer_add_sheet (writer, title);
  qd_sheet_writer_set_width (writer, 0, 6);
  for (guint i = 0; i < columns->len; i++)
    {
      const Column *column = g_ptr_array_index (columns, i);

      qd_sheet_writer_set_width (writer, i + 1, 2.0 * (double) g_utf8_strlen (column->head, -1) + 2);
      offer_choices (writer, column, i + 1, HEAD_ROW + 1, HEAD_ROW + MAX (n_rows, 200));
    }
  qd_sheet_writer_hide_row (writer, 0);
  if (!qd_sheet_writer_put (writer, 0, 0, QD_CELL_TEXT, QD_SHEET_STYLE_NOTE, mark, error))
    return FALSE;
  qd_sheet_writer_hide_row (writer, 1);
  for (guint i = 0; i < columns->len; i++)
    {
      g_autofree char *ref = g_strconcat (QD_IMPORT_MARK, qd_field_get_ref (((Column *) g_ptr_array_index (columns, i))->field), NULL);

      if (!qd_sheet_writer_put (writer, 1, i + 1, QD_CELL_TEXT, QD_SHEET_STYLE_NOTE, ref, error))
        return FALSE;
    }
  if (!qd_sheet_writer_put (writer, HEAD_ROW, 0, QD_CELL_TEXT, QD_SHEET_STYLE_HEAD, C_ ("column heading", "No."), error))
    return FALSE;
  for (guint i = 0; i < columns->len; i++)
    if (!qd_sheet_writer_put (writer, HEAD_ROW, i + 1, QD_CELL_TEXT, QD_SHEET_STYLE_HEAD, ((Column *) g_ptr_array_index (columns, i))->head, error))
      return FALSE;
  qd_sheet_writer_freeze (writer, HEAD_ROW + 1, 1);
  for (guint r = 0; r < n_rows; r++)
    {
      QdNodeId row = qd_instance_get_child (instance, range, r);
      char number[16];

      g_snprintf (number, sizeof number, "%u", r + 1);
      if (!qd_sheet_writer_put (writer, HEAD_ROW + 1 + r, 0, QD_CELL_NUMBER, QD_SHEET_STYLE_NORMAL, number, error))
        return FALSE;
      for (guint i = 0; i < columns->len; i++)
        {
          const Column *column = g_ptr_array_index (columns, i);

          if (!put_value (writer, HEAD_ROW + 1 + r, i + 1, column, get_value (instance, row, column->field), error))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
write_codes (QdSheetWriter *writer, GPtrArray *columns, GError **error)
{
  const char *const heads[] = { C_ ("column heading", "Field"), C_ ("column heading", "Code"), C_ ("column heading", "Meaning") };
  guint row = 0;

  qd_sheet_writer_add_sheet (writer, _ ("Codes"));
  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      qd_sheet_writer_set_width (writer, i, 24);
      if (!qd_sheet_writer_put (writer, 0, i, QD_CELL_TEXT, QD_SHEET_STYLE_HEAD, heads[i], error))
        return FALSE;
    }
  qd_sheet_writer_freeze (writer, 1, 0);
  for (guint i = 0; i < columns->len; i++)
    {
      const Column *column = g_ptr_array_index (columns, i);

      for (guint k = 0; column->choices != NULL && k < column->choices->len; k++)
        {
          const QdChoice *choice = g_ptr_array_index (column->choices, k);
          const char *const cells[] = { column->head, choice->value, choice->label };

          row++;
          for (guint c = 0; c < G_N_ELEMENTS (cells); c++)
            if (!qd_sheet_writer_put (writer, row, c, QD_CELL_TEXT, QD_SHEET_STYLE_NORMAL, cells[c], error))
              return FALSE;
        }
    }
  return TRUE;
}

static void
move_all (GPtrArray *to, GPtrArray *from)
{
  while (from->len > 0)
    g_ptr_array_add (to, g_ptr_array_steal_index (from, 0));
}

gboolean
qd_sheet_export_table (QdInstance *instance, QdNodeId range, const char *path, GError **error)
{
  g_autoptr (QdSheetWriter) writer = NULL;
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (free_column);

  g_return_val_if_fail (qd_instance_get_node_type (instance, range) == QD_NODE_REPEAT_RANGE, FALSE);
  writer = qd_sheet_writer_new (path, error);
  if (writer == NULL)
    return FALSE;
  list_columns (instance, qd_instance_get_field (instance, range), columns);
  return write_table (instance, range, writer, columns, error) && write_codes (writer, columns, error) && qd_sheet_writer_close (writer, error);
}

GBytes *
qd_sheet_export_csv (QdInstance *instance, QdNodeId range)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (free_column);
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  GString *out = g_string_new ("\xef\xbb\xbf");

  g_return_val_if_fail (qd_instance_get_node_type (instance, range) == QD_NODE_REPEAT_RANGE, NULL);
  list_columns (instance, qd_instance_get_field (instance, range), columns);
  for (guint i = 0; i < columns->len; i++)
    g_ptr_array_add (cells, g_strdup (((Column *) g_ptr_array_index (columns, i))->head));
  qd_sheet_append_csv (out, (const char *const *) cells->pdata, cells->len);
  for (guint r = 0; r < qd_instance_get_n_children (instance, range); r++)
    {
      QdNodeId row = qd_instance_get_child (instance, range, r);

      g_ptr_array_set_size (cells, 0);
      for (guint i = 0; i < columns->len; i++)
        {
          const Column *column = g_ptr_array_index (columns, i);

          g_ptr_array_add (cells, dup_text (column, get_value (instance, row, column->field)));
        }
      qd_sheet_append_csv (out, (const char *const *) cells->pdata, cells->len);
    }
  return g_string_free_to_bytes (out);
}

static gboolean
write_fields (QdInstance *instance, QdSheetWriter *writer, GPtrArray *columns, GError **error)
{
  const char *const heads[N_FIELD_COLUMNS] = { C_ ("column heading", "Section"), C_ ("column heading", "Field"), C_ ("column heading", "Value"), C_ ("column heading", "Unit"), C_ ("column heading", "Path") };
  static const double widths[N_FIELD_COLUMNS] = { 20, 30, 40, 10, 40 };
  g_autofree char *mark = g_strconcat (FIELDS_MARK, qd_form_get_id (qd_instance_get_form (instance)), NULL);
  guint row = HEAD_ROW;

  qd_sheet_writer_add_sheet (writer, _ ("Single fields"));
  for (guint i = 0; i < N_FIELD_COLUMNS; i++)
    qd_sheet_writer_set_width (writer, i, widths[i]);
  for (guint i = 0; i < columns->len; i++)
    offer_choices (writer, g_ptr_array_index (columns, i), FIELD_VALUE, HEAD_ROW + 1 + i, HEAD_ROW + 1 + i);
  qd_sheet_writer_hide_row (writer, 0);
  if (!qd_sheet_writer_put (writer, 0, 0, QD_CELL_TEXT, QD_SHEET_STYLE_NOTE, mark, error))
    return FALSE;
  for (guint i = 0; i < N_FIELD_COLUMNS; i++)
    if (!qd_sheet_writer_put (writer, HEAD_ROW, i, QD_CELL_TEXT, QD_SHEET_STYLE_HEAD, heads[i], error))
      return FALSE;
  qd_sheet_writer_freeze (writer, HEAD_ROW + 1, 0);
  for (guint i = 0; i < columns->len; i++)
    {
      const Column *column = g_ptr_array_index (columns, i);
      const QdField *parent = qd_field_get_parent (column->field);
      QdNodeId node = qd_instance_find (instance, qd_field_get_ref (column->field));
      g_autofree char *title = dup_title (instance, column->field);
      g_autofree char *section = parent != NULL && qd_field_get_parent (parent) != NULL ? dup_title (instance, parent) : NULL;
      g_autofree char *ref = g_strconcat (QD_IMPORT_MARK, qd_field_get_ref (column->field), NULL);

      row++;
      if (!qd_sheet_writer_put (writer, row, FIELD_GROUP, QD_CELL_TEXT, QD_SHEET_STYLE_NOTE, section, error) ||
          !qd_sheet_writer_put (writer, row, FIELD_TITLE, QD_CELL_TEXT, QD_SHEET_STYLE_NORMAL, title, error) ||
          !put_value (writer, row, FIELD_VALUE, column, node != 0 ? qd_instance_get_value (instance, node) : "", error) ||
          !qd_sheet_writer_put (writer, row, FIELD_UNIT, QD_CELL_TEXT, QD_SHEET_STYLE_NOTE, qd_field_get_attribute (column->field, "unit"), error) ||
          !qd_sheet_writer_put (writer, row, FIELD_PATH, QD_CELL_TEXT, QD_SHEET_STYLE_NOTE, ref, error))
        return FALSE;
    }
  return TRUE;
}

/* Tables in document order, those inside rows of others after the whole outer one. */
static gboolean
write_tables (QdInstance *instance, QdNodeId node, QdSheetWriter *writer, GPtrArray *all, GError **error)
{
  for (guint i = 0; i < qd_instance_get_n_children (instance, node); i++)
    {
      QdNodeId child = qd_instance_get_child (instance, node, i);

      if (qd_instance_get_node_type (instance, child) == QD_NODE_REPEAT_RANGE)
        {
          g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (free_column);

          list_columns (instance, qd_instance_get_field (instance, child), columns);
          if (!write_table (instance, child, writer, columns, error))
            return FALSE;
          move_all (all, columns);
        }
      if (!write_tables (instance, child, writer, all, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
qd_sheet_export_declaration (QdInstance *instance, const char *path, GError **error)
{
  g_autoptr (QdSheetWriter) writer = qd_sheet_writer_new (path, error);
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (free_column);

  if (writer == NULL)
    return FALSE;
  list_columns (instance, qd_form_get_root_field (qd_instance_get_form (instance)), columns);
  return write_fields (instance, writer, columns, error) && write_tables (instance, qd_instance_get_root (instance), writer, columns, error) &&
         write_codes (writer, columns, error) && qd_sheet_writer_close (writer, error);
}

/* Back. */

static gboolean
read_fields (QdInstance *instance, QdSheet *sheet, gboolean write, GError **error)
{
  for (guint row = HEAD_ROW + 1; row < qd_sheet_get_n_rows (sheet); row++)
    {
      const char *ref = qd_sheet_get_text (sheet, row, FIELD_PATH);
      const QdField *field = g_str_has_prefix (ref, QD_IMPORT_MARK "/") ? qd_form_find_field (qd_instance_get_form (instance), ref + strlen (QD_IMPORT_MARK)) : NULL;
      QdNodeId node = field != NULL ? qd_instance_find (instance, qd_field_get_ref (field)) : 0;
      g_autofree char *reason = NULL;
      g_autofree char *value = NULL;

      if (node == 0 || qd_field_is_calculated (field))
        continue;
      value = qd_import_read_value (instance, field, qd_sheet_get_text (sheet, row, FIELD_VALUE), qd_sheet_get_cell_type (sheet, row, FIELD_VALUE), &reason);
      if (value == NULL)
        {
          g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_CORRUPT, _ ("Sheet “%s”, row %u: %s"), qd_sheet_get_name (sheet), row + 1, reason);
          return FALSE;
        }
      if (!write || qd_instance_is_readonly (instance, node) || g_str_equal (qd_instance_get_value (instance, node), value))
        continue;
      if (!qd_instance_set_value (instance, node, value, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_table (QdImport *import, GError **error)
{
  QdSheet *sheet = qd_import_get_sheet (import);
  g_autoptr (GPtrArray) rows = qd_import_check (import, QD_IMPORT_REPLACE, NULL);

  for (guint i = 0; i < rows->len; i++)
    {
      const QdImportRow *row = g_ptr_array_index (rows, i);

      if (row->fate != QD_ROW_REFUSED)
        continue;
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_CORRUPT, _ ("Sheet “%s”, row %u: %s"), qd_sheet_get_name (sheet), row->sheet_row + 1, row->reason);
      return FALSE;
    }
  return TRUE;
}

/* The table of a sheet of ours, or 0. */
static QdNodeId
find_range (QdInstance *instance, const char *mark)
{
  QdNodeId node = qd_instance_find (instance, mark + strlen (TABLE_MARK));

  if (node != 0 && qd_instance_get_node_type (instance, node) == QD_NODE_REPEAT_INSTANCE)
    node = qd_instance_get_parent (instance, node);
  return node != 0 && qd_instance_get_node_type (instance, node) == QD_NODE_REPEAT_RANGE ? node : 0;
}

static gboolean
take_sheet (QdInstance *instance, QdSheet *sheet, gboolean write, QdImportCounts *counts, GError **error)
{
  const char *mark = qd_sheet_get_text (sheet, 0, 0);
  g_autoptr (QdImport) import = NULL;
  QdImportCounts own = { 0 };
  QdNodeId range;

  if (g_str_has_prefix (mark, FIELDS_MARK))
    return read_fields (instance, sheet, write, error);
  if (!g_str_has_prefix (mark, TABLE_MARK))
    return TRUE;
  range = find_range (instance, mark);
  if (range == 0)
    {
      /* A table inside rows that only come with this workbook is judged when they are there. */
      if (!write)
        return TRUE;
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_CORRUPT, _ ("Sheet “%s” belongs to a table that this declaration does not have."), qd_sheet_get_name (sheet));
      return FALSE;
    }
  import = qd_import_new (instance, range, sheet);
  if (!check_table (import, error))
    return FALSE;
  if (!write)
    return TRUE;
  if (!qd_import_apply (import, QD_IMPORT_REPLACE, &own, error))
    return FALSE;
  counts->rows += own.rows;
  counts->added += own.added;
  counts->empty += own.empty;
  return TRUE;
}

gboolean
qd_sheet_import_declaration (QdInstance *instance, const char *path, QdImportCounts *counts_out, GError **error)
{
  g_auto (GStrv) names = qd_sheet_list (path, error);
  g_autoptr (GPtrArray) sheets = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_sheet_unref);
  QdImportCounts counts = { 0 };
  const char *form_id = qd_form_get_id (qd_instance_get_form (instance));
  gboolean ours = FALSE;

  if (names == NULL)
    return FALSE;
  for (guint i = 0; names[i] != NULL; i++)
    {
      QdSheet *sheet = qd_sheet_read (path, names[i], NULL, NULL, NULL, error);
      const char *mark;

      if (sheet == NULL)
        return FALSE;
      g_ptr_array_add (sheets, sheet);
      mark = qd_sheet_get_text (sheet, 0, 0);
      ours = ours || g_str_has_prefix (mark, FIELDS_MARK) || g_str_has_prefix (mark, TABLE_MARK);
      if (g_str_has_prefix (mark, FIELDS_MARK) && !g_str_equal (mark + strlen (FIELDS_MARK), form_id))
        {
          g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("%s was written from the form %s, but this declaration fills %s."), path, mark + strlen (FIELDS_MARK), form_id);
          return FALSE;
        }
    }
  if (!ours)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("%s has no paths of fields; name the table to import into."), path);
      return FALSE;
    }
  /* First everything is judged, then written. */
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < sheets->len; i++)
      if (!take_sheet (instance, g_ptr_array_index (sheets, i), pass == 1, &counts, error))
        return FALSE;
  /* Tables may have set single fields by actions of the form: the sheet has the last word. */
  for (guint i = 0; i < sheets->len; i++)
    if (g_str_has_prefix (qd_sheet_get_text (g_ptr_array_index (sheets, i), 0, 0), FIELDS_MARK) && !read_fields (instance, g_ptr_array_index (sheets, i), TRUE, error))
      return FALSE;
  if (counts_out != NULL)
    *counts_out = counts;
  return TRUE;
}
