/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-sheet-export"
#include "config.h"

#include "qd-sheet-export.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-book-private.h"
#include "qd-import-private.h"
#include "qd-input.h"
#include "qd-sheet-writer.h"

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
    {
      g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

      qd_choices_add_texts (column->choices, texts);
      column->index = qd_choice_index_new (texts);
    }
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
  g_autofree char *mark = g_strconcat (QD_BOOK_TABLE_MARK, path, NULL);
  g_autofree char *title = dup_title (instance, field);

  qd_sheet_writer_add_sheet (writer, title);
  qd_sheet_writer_set_width (writer, 0, 6);
  for (guint i = 0; i < columns->len; i++)
    {
      const Column *column = g_ptr_array_index (columns, i);

      qd_sheet_writer_set_width (writer, i + 1, 2.0 * (double) g_utf8_strlen (column->head, -1) + 2);
      offer_choices (writer, column, i + 1, QD_BOOK_HEAD_ROW + 1, QD_BOOK_HEAD_ROW + MAX (n_rows, 200));
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
  if (!qd_sheet_writer_put (writer, QD_BOOK_HEAD_ROW, 0, QD_CELL_TEXT, QD_SHEET_STYLE_HEAD, C_ ("column heading", "No."), error))
    return FALSE;
  for (guint i = 0; i < columns->len; i++)
    if (!qd_sheet_writer_put (writer, QD_BOOK_HEAD_ROW, i + 1, QD_CELL_TEXT, QD_SHEET_STYLE_HEAD, ((Column *) g_ptr_array_index (columns, i))->head, error))
      return FALSE;
  qd_sheet_writer_freeze (writer, QD_BOOK_HEAD_ROW + 1, 1);
  for (guint r = 0; r < n_rows; r++)
    {
      QdNodeId row = qd_instance_get_child (instance, range, r);
      char number[16];

      g_snprintf (number, sizeof number, "%u", r + 1);
      if (!qd_sheet_writer_put (writer, QD_BOOK_HEAD_ROW + 1 + r, 0, QD_CELL_NUMBER, QD_SHEET_STYLE_NORMAL, number, error))
        return FALSE;
      for (guint i = 0; i < columns->len; i++)
        {
          const Column *column = g_ptr_array_index (columns, i);

          if (!put_value (writer, QD_BOOK_HEAD_ROW + 1 + r, i + 1, column, get_value (instance, row, column->field), error))
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
  const char *const heads[QD_BOOK_N_FIELD_COLUMNS] = { C_ ("column heading", "Section"), C_ ("column heading", "Field"), C_ ("column heading", "Value"), C_ ("column heading", "Unit"), C_ ("column heading", "Path") };
  static const double widths[QD_BOOK_N_FIELD_COLUMNS] = { 20, 30, 40, 10, 40 };
  g_autofree char *mark = g_strconcat (QD_BOOK_FIELDS_MARK, qd_form_get_id (qd_instance_get_form (instance)), NULL);
  guint row = QD_BOOK_HEAD_ROW;

  qd_sheet_writer_add_sheet (writer, _ ("Single fields"));
  for (guint i = 0; i < QD_BOOK_N_FIELD_COLUMNS; i++)
    qd_sheet_writer_set_width (writer, i, widths[i]);
  for (guint i = 0; i < columns->len; i++)
    offer_choices (writer, g_ptr_array_index (columns, i), QD_BOOK_FIELD_VALUE, QD_BOOK_HEAD_ROW + 1 + i, QD_BOOK_HEAD_ROW + 1 + i);
  qd_sheet_writer_hide_row (writer, 0);
  if (!qd_sheet_writer_put (writer, 0, 0, QD_CELL_TEXT, QD_SHEET_STYLE_NOTE, mark, error))
    return FALSE;
  for (guint i = 0; i < QD_BOOK_N_FIELD_COLUMNS; i++)
    if (!qd_sheet_writer_put (writer, QD_BOOK_HEAD_ROW, i, QD_CELL_TEXT, QD_SHEET_STYLE_HEAD, heads[i], error))
      return FALSE;
  qd_sheet_writer_freeze (writer, QD_BOOK_HEAD_ROW + 1, 0);
  for (guint i = 0; i < columns->len; i++)
    {
      const Column *column = g_ptr_array_index (columns, i);
      const QdField *parent = qd_field_get_parent (column->field);
      QdNodeId node = qd_instance_find (instance, qd_field_get_ref (column->field));
      g_autofree char *title = dup_title (instance, column->field);
      g_autofree char *section = parent != NULL && qd_field_get_parent (parent) != NULL ? dup_title (instance, parent) : NULL;
      g_autofree char *ref = g_strconcat (QD_IMPORT_MARK, qd_field_get_ref (column->field), NULL);

      row++;
      if (!qd_sheet_writer_put (writer, row, QD_BOOK_FIELD_GROUP, QD_CELL_TEXT, QD_SHEET_STYLE_NOTE, section, error) ||
          !qd_sheet_writer_put (writer, row, QD_BOOK_FIELD_TITLE, QD_CELL_TEXT, QD_SHEET_STYLE_NORMAL, title, error) ||
          !put_value (writer, row, QD_BOOK_FIELD_VALUE, column, node != 0 ? qd_instance_get_value (instance, node) : "", error) ||
          !qd_sheet_writer_put (writer, row, QD_BOOK_FIELD_UNIT, QD_CELL_TEXT, QD_SHEET_STYLE_NOTE, qd_field_get_attribute (column->field, "unit"), error) ||
          !qd_sheet_writer_put (writer, row, QD_BOOK_FIELD_PATH, QD_CELL_TEXT, QD_SHEET_STYLE_NOTE, ref, error))
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
