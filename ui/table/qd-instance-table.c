/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-instance-table"
#include "config.h"
#include "qd-instance-table.h"

#include <string.h>
#include <glib/gi18n-lib.h>
#include "qd-ident.h"
#include "qd-list-tags.h"
#include "qd-table-value.h"

/* More separate runs of changed rows than this are told as one. */
#define MAX_RUNS 64
#define MAX_NODES 20000
#define MAX_SUGGESTED 20
#define NAME_WIDTH 160       /* px: also while the table is empty */
#define TAGS_WIDTH 150       /* px: six tags of one character, */
#define TAGS_WIDTH_WORDS 240 /* or of a word */

typedef struct
{
  QdColumn column;
  const QdField *field;
  gboolean grouped;    /* shown with separators of thousands */
  const char *suggest; /* (nullable): what the field takes of a suggestion */
  GPtrArray *source;   /* (owned) (nullable): choices of the engine that @choices was made of */
  GPtrArray *choices;  /* (owned) (nullable) */
} Column;

struct _QdInstanceTable
{
  GObject parent_instance;
  QdInstance *instance; /* (owned) */
  QdDraft *draft;       /* (owned) (nullable) */
  QdNodeId range;
  const QdField *field; /* of the range */
  char *language;       /* (owned): of the titles */
  GPtrArray *columns;   /* (owned) (element-type Column) */
  GArray *rows;         /* (owned) (element-type QdNodeId) */
  guint n_nested;
  QdNameIndex *names; /* (owned) (nullable): what can be suggested */
  gboolean show_required;
  gboolean told; /* since the last findings-changed: cells-changed went out */
};

static void qd_instance_table_iface_init (QdTableModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (QdInstanceTable, qd_instance_table, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (QD_TYPE_TABLE_MODEL, qd_instance_table_iface_init))

/* Columns. */

static void
free_column (gpointer data)
{
  Column *column = data;

  g_free (column->column.id);
  g_free (column->column.title);
  g_free (column->column.unit);
  g_clear_pointer (&column->source, g_ptr_array_unref);
  g_clear_pointer (&column->choices, g_ptr_array_unref);
  g_free (column);
}

static QdColumnType
get_type (const QdField *field)
{
  QdNodeType node = qd_field_get_node_type (field);

  if (node == QD_NODE_SELECT || node == QD_NODE_RANK)
    return QD_COLUMN_CHOICE;
  switch (qd_field_get_value_type (field))
    {
    case QD_VALUE_INT:
    case QD_VALUE_DECIMAL:
      return QD_COLUMN_NUMBER;
    case QD_VALUE_DATE:
      return QD_COLUMN_DATE;
    case QD_VALUE_BOOLEAN:
      return QD_COLUMN_YES_NO;
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
      return QD_COLUMN_TEXT;
    }
}

/* Amounts add up when all rows have one unit, and the unit is no share, ratio or concentration. A year's amount ("t/a") is one. */
static gboolean
is_summable (const char *unit)
{
  static const char *const none[] = { "%", "‰", "℃", "°C", "pH", "dB(A)", "dB", "倍" };

  if (!unit || !*unit)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    if (strcmp (unit, none[i]) == 0)
      return FALSE;
  return !strchr (unit, '/') || g_str_has_suffix (unit, "/a") || g_str_has_suffix (unit, "/年");
}

static gboolean
is_shown (QdNodeType type)
{
  return type == QD_NODE_INPUT || type == QD_NODE_SELECT || type == QD_NODE_RANGE || type == QD_NODE_RANK || type == QD_NODE_TRIGGER || type == QD_NODE_UPLOAD || type == QD_NODE_NOTE;
}

static void
add_columns (QdInstanceTable *self, const QdField *parent)
{
  for (guint i = 0; i < qd_field_get_n_children (parent); i++)
    {
      const QdField *field = qd_field_get_child (parent, i);
      QdNodeType type = qd_field_get_node_type (field);
      Column *column;

      if (type == QD_NODE_REPEAT_RANGE || type == QD_NODE_REPEAT_INSTANCE)
        {
          self->n_nested++;
          continue;
        }
      if (type == QD_NODE_GROUP || qd_field_get_n_children (field) > 0)
        {
          add_columns (self, field);
          continue;
        }
      if (!is_shown (type))
        continue;
      column = g_new0 (Column, 1);
      column->field = field;
      column->column.id = g_strdup (qd_field_get_ref (field));
      column->column.title = qd_instance_dup_field_label (self->instance, field);
      if (!column->column.title || !*column->column.title)
        {
          g_free (column->column.title);
          column->column.title = g_strdup (qd_field_get_name (field));
        }
      column->column.unit = g_strdup (qd_field_get_attribute (field, "unit"));
      column->column.type = get_type (field);
      column->column.multiple = column->column.type == QD_COLUMN_CHOICE && qd_field_is_multiple (field);
      column->column.computed = qd_field_is_calculated (field) || type == QD_NODE_NOTE || type == QD_NODE_UPLOAD;
      column->column.total = column->column.type == QD_COLUMN_NUMBER && is_summable (column->column.unit);
      column->column.tags = g_strcmp0 (qd_field_get_attribute (field, "display"), "lists") == 0 && self->draft;
      if (column->column.tags)
        column->column.width = g_str_has_prefix (qd_instance_get_language (self->instance), "zh") ? TAGS_WIDTH : TAGS_WIDTH_WORDS;
      column->suggest = qd_field_get_attribute (field, "suggest");
      if (column->suggest && g_str_has_prefix (column->suggest, "name"))
        column->column.width = NAME_WIDTH;
      column->column.suggests = column->suggest && self->names && column->column.type == QD_COLUMN_TEXT;
      /* Years and serial numbers are whole numbers without separators. */
      column->grouped = qd_field_get_value_type (field) == QD_VALUE_DECIMAL || (column->column.type == QD_COLUMN_NUMBER && qd_field_has_appearance (field, "thousands-sep"));
      g_ptr_array_add (self->columns, column);
    }
}

/* Fields of two groups may have one label; then the group's goes before it. */
static void
tell_apart (QdInstanceTable *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < self->columns->len; i++)
    {
      Column *column = g_ptr_array_index (self->columns, i);
      gpointer first;

      if (!g_hash_table_lookup_extended (seen, column->column.title, NULL, &first))
        g_hash_table_insert (seen, g_strdup (column->column.title), column);
      else
        {
          Column *both[] = { first, column };

          for (guint j = 0; j < 2; j++)
            {
              const QdField *group = both[j] ? qd_field_get_parent (both[j]->field) : NULL;
              g_autofree char *label = group && group != self->field ? qd_instance_dup_field_label (self->instance, group) : NULL;

              if (label && *label)
                {
                  char *title = g_strdup_printf ("%s %s", label, both[j]->column.title);

                  g_free (both[j]->column.title);
                  both[j]->column.title = title;
                }
            }
          g_hash_table_insert (seen, qd_instance_dup_field_label (self->instance, column->field), NULL);
        }
    }
}

static void
make_columns (QdInstanceTable *self)
{
  g_ptr_array_set_size (self->columns, 0);
  self->n_nested = 0;
  add_columns (self, self->field);
  tell_apart (self);
  g_free (self->language);
  self->language = g_strdup (qd_instance_get_language (self->instance));
}

static Column *
peek_column (QdInstanceTable *self, guint column)
{
  g_return_val_if_fail (column < self->columns->len, NULL);
  return g_ptr_array_index (self->columns, column);
}

/* Rows. */

static void
load_rows (QdInstanceTable *self, guint position, guint count)
{
  for (guint i = 0; i < count; i++)
    g_array_index (self->rows, QdNodeId, position + i) = qd_instance_get_child (self->instance, self->range, position + i);
}

QdNodeId
qd_instance_table_get_node (QdInstanceTable *self, guint row, guint column)
{
  g_return_val_if_fail (QD_IS_INSTANCE_TABLE (self), 0);
  if (column >= self->columns->len)
    return 0;
  if (row < self->rows->len)
    return qd_instance_find_in_row (self->instance, g_array_index (self->rows, QdNodeId, row), peek_column (self, column)->field);
  /* Of rows that a bracket adds we are told at its end; who adds them writes into them before. */
  if (!qd_instance_is_open (self->instance) || row >= qd_instance_get_n_children (self->instance, self->range))
    return 0;
  return qd_instance_find_in_row (self->instance, qd_instance_get_child (self->instance, self->range, row), peek_column (self, column)->field);
}

/* The row that @node lies in. */
static gboolean
find_row (QdInstanceTable *self, QdNodeId node, guint *row_out)
{
  QdNodeId parent;

  for (; node; node = parent)
    {
      parent = qd_instance_get_parent (self->instance, node);
      if (parent == self->range)
        {
          *row_out = qd_instance_get_index (self->instance, node);
          return *row_out < self->rows->len;
        }
    }
  return FALSE;
}

gboolean
qd_instance_table_find (QdInstanceTable *self, QdNodeId node, guint *row_out, guint *column_out)
{
  const QdField *field;
  guint row, column = 0;

  g_return_val_if_fail (QD_IS_INSTANCE_TABLE (self), FALSE);
  if (!find_row (self, node, &row))
    return FALSE;
  field = qd_instance_get_field (self->instance, node);
  for (guint i = 0; i < self->columns->len; i++)
    if (peek_column (self, i)->field == field)
      column = i;
  if (row_out)
    *row_out = row;
  if (column_out)
    *column_out = column;
  return TRUE;
}

/* The model. */

static guint
get_n_rows (QdTableModel *model)
{
  return QD_INSTANCE_TABLE (model)->rows->len;
}

static guint
get_n_columns (QdTableModel *model)
{
  return QD_INSTANCE_TABLE (model)->columns->len;
}

static const QdColumn *
get_column (QdTableModel *model, guint column)
{
  return &peek_column (QD_INSTANCE_TABLE (model), column)->column;
}

static char *
dup_text (QdTableModel *model, guint row, guint column)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);
  QdNodeId node = qd_instance_table_get_node (self, row, column);

  return g_strdup (node ? qd_instance_get_value (self->instance, node) : "");
}

/* (nullable): the value of the row's field that takes this part of a suggestion */
static const char *
peek_suggested (QdInstanceTable *self, guint row, const char *part)
{
  for (guint i = 0; i < self->columns->len; i++)
    if (g_strcmp0 (peek_column (self, i)->suggest, part) == 0)
      {
        QdNodeId node = qd_instance_table_get_node (self, row, i);

        return node ? qd_instance_get_value (self->instance, node) : NULL;
      }
  return NULL;
}

static char *
dup_display (QdTableModel *model, guint row, guint column)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);
  QdNodeId node = qd_instance_table_get_node (self, row, column);
  const Column *info = peek_column (self, column);
  g_autofree char *text = NULL;
  const char *value;

  if (!node)
    return g_strdup ("");
  value = qd_instance_get_value (self->instance, node);
  if (!*value)
    return g_strdup (qd_instance_get_annotation (self->instance, node, "na") ? C_ ("cell", "n/a") : "");
  if (info->column.type == QD_COLUMN_YES_NO)
    return g_strdup (strcmp (value, "true") == 0 || strcmp (value, "1") == 0 ? C_ ("answer", "Yes") : strcmp (value, "false") == 0 || strcmp (value, "0") == 0 ? C_ ("answer", "No")
                                                                                                                                                               : value);
  if (info->column.tags)
    return qd_list_tags_dup (qd_draft_get_pack (self->draft), value, peek_suggested (self, row, "cas"), peek_suggested (self, row, "name-zh"), peek_suggested (self, row, "name-en"), qd_instance_get_language (self->instance));
  if (info->column.type == QD_COLUMN_TEXT && qd_field_get_node_type (info->field) != QD_NODE_NOTE)
    return g_strdup (value);
  text = qd_instance_dup_display (self->instance, node);
  if (info->grouped)
    return qd_input_dup_grouped (text);
  return g_steal_pointer (&text);
}

/* The worst finding that is to be shown: no notices, nothing explained, no blame for what is still empty. */
static QdFinding *
find_finding (QdInstanceTable *self, QdNodeId node)
{
  g_autoptr (GPtrArray) findings = qd_instance_get_node_findings (self->instance, node);
  QdFinding *worst = NULL;

  for (guint i = 0; i < findings->len; i++)
    {
      QdFinding *finding = g_ptr_array_index (findings, i);

      if (!qd_finding_blocks (finding) || (!self->show_required && strcmp (qd_finding_get_rule (finding), "required") == 0))
        continue;
      if (!worst || qd_finding_get_severity (finding) > qd_finding_get_severity (worst))
        worst = finding;
    }
  return worst ? qd_finding_ref (worst) : NULL;
}

static QdCellFlags
get_flags (QdTableModel *model, guint row, guint column)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);
  QdNodeId node = qd_instance_table_get_node (self, row, column);
  QdCellFlags flags = QD_CELL_NORMAL;
  int worst;

  if (!node || !qd_instance_is_relevant (self->instance, node))
    return QD_CELL_NOT_RELEVANT;
  if (peek_column (self, column)->column.computed || qd_instance_is_readonly (self->instance, node) || (self->draft && qd_draft_is_read_only (self->draft)))
    flags |= QD_CELL_READ_ONLY;
  worst = qd_instance_get_worst (self->instance, node);
  if (worst >= QD_SEVERITY_POSSIBLE)
    {
      g_autoptr (QdFinding) finding = NULL;

      /* A critical finding of a filled cell needs no second look. */
      if (worst == QD_SEVERITY_CRITICAL && *qd_instance_get_value (self->instance, node))
        return flags | QD_CELL_CRITICAL;
      finding = find_finding (self, node);
      if (finding)
        flags |= qd_finding_get_severity (finding) == QD_SEVERITY_CRITICAL ? QD_CELL_CRITICAL : QD_CELL_POSSIBLE;
    }
  return flags;
}

static gboolean
may_have_marks (QdTableModel *model, guint row)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);

  return row >= self->rows->len || qd_instance_get_worst (self->instance, g_array_index (self->rows, QdNodeId, row)) >= QD_SEVERITY_POSSIBLE;
}

static char *
dup_message (QdTableModel *model, guint row, guint column, char **fix_out)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);
  QdNodeId node = qd_instance_table_get_node (self, row, column);
  g_autoptr (QdFinding) finding = node && qd_instance_is_relevant (self->instance, node) ? find_finding (self, node) : NULL;

  if (!finding)
    return NULL;
  if (fix_out && !(get_flags (model, row, column) & QD_CELL_READ_ONLY))
    *fix_out = g_strdup (qd_finding_get_fix (finding));
  return g_strdup (qd_finding_get_message (finding));
}

static char *
dup_note (QdTableModel *model, guint row, guint column)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);
  QdNodeId node = qd_instance_table_get_node (self, row, column);
  g_autofree char *path = NULL;
  g_autofree char *last = NULL;
  g_autofree char *shown = NULL;

  if (!node || !self->draft)
    return NULL;
  if (peek_column (self, column)->column.tags)
    return qd_list_tags_dup_titles (qd_draft_get_pack (self->draft), qd_instance_get_value (self->instance, node), qd_instance_get_language (self->instance));
  path = qd_instance_dup_path (self->instance, node);
  last = qd_draft_dup_last_value (self->draft, path);
  if (!last || !*last)
    return NULL;
  shown = peek_column (self, column)->grouped ? qd_input_dup_grouped (last) : g_strdup (last);
  /* Translators: the value of the same field in last year's declaration */
  return g_strdup_printf (_ ("last year %s"), shown);
}

static GPtrArray *
get_choices (QdTableModel *model, guint row, guint column)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);
  Column *info = peek_column (self, column);
  QdNodeId node = qd_instance_table_get_node (self, row, column);
  g_autoptr (GPtrArray) source = NULL;

  if (!node || info->column.type != QD_COLUMN_CHOICE)
    return NULL;
  source = qd_instance_get_choices (self->instance, node);
  if (source != info->source)
    {
      /* Most rows share one list, so the last one is kept; holding it also keeps its address from being used again. */
      g_clear_pointer (&info->source, g_ptr_array_unref);
      g_clear_pointer (&info->choices, g_ptr_array_unref);
      info->choices = g_ptr_array_new_full (source->len * 2, g_free);
      qd_choices_add_texts (source, info->choices);
      info->source = g_steal_pointer (&source);
    }
  return g_ptr_array_ref (info->choices);
}

static gboolean
can_add_rows (QdTableModel *model)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);

  return !(self->draft && qd_draft_is_read_only (self->draft)) && qd_instance_can_add_remove (self->instance, self->range);
}

static void
begin_step (QdTableModel *model, const char *origin)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);

  if (self->draft)
    qd_draft_begin_step (self->draft, origin);
}

static void
end_step (QdTableModel *model)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);

  if (self->draft)
    qd_draft_end_step (self->draft);
}

static QdInstance *
get_instance (QdTableModel *model)
{
  return QD_INSTANCE_TABLE (model)->instance;
}

static gboolean
check_open (QdInstanceTable *self, GError **error)
{
  if (!self->draft || !qd_draft_is_read_only (self->draft))
    return TRUE;
  g_set_error_literal (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("This declaration is open for reading only; create an amendment to change it."));
  return FALSE;
}

static gboolean
set_cells (QdTableModel *model, const QdCellEdit *edits, guint n, const char *origin, GError **error)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);
  g_autoptr (GPtrArray) old = g_ptr_array_new_full (n, g_free);
  guint done = 0;

  if (!check_open (self, error))
    return FALSE;
  begin_step (model, origin);
  qd_instance_begin (self->instance);
  for (; done < n; done++)
    {
      QdNodeId node = qd_instance_table_get_node (self, edits[done].row, edits[done].column);

      g_ptr_array_add (old, g_strdup (qd_instance_get_value (self->instance, node)));
      if (!qd_instance_set_value (self->instance, node, edits[done].text, error))
        break;
    }
  /* All or nothing. */
  for (guint i = done; done < n && i > 0; i--)
    if (!qd_instance_set_value (self->instance, qd_instance_table_get_node (self, edits[i - 1].row, edits[i - 1].column), g_ptr_array_index (old, i - 1), NULL))
      g_warning ("A cell of a refused edit did not take its old text back");
  qd_instance_commit (self->instance);
  end_step (model);
  return done == n;
}

/* Suggestions: number and names, with tabs between. */

static GPtrArray *
suggest (QdTableModel *model, guint row, guint column, const char *typed)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);
  g_autoptr (GPtrArray) found = NULL;
  GPtrArray *result = g_ptr_array_new_with_free_func (g_free);

  if (!self->names)
    return result;
  found = qd_name_index_search (self->names, typed, MAX_SUGGESTED);
  for (guint i = 0; i < found->len; i++)
    {
      const QdNameEntry *entry = g_ptr_array_index (found, i);

      g_ptr_array_add (result, g_strdup_printf ("%s\t%s\t%s", entry->code, entry->name_zh, entry->name_en));
      g_ptr_array_add (result, g_strdup_printf ("%s  %s%s%s", entry->code, entry->name_zh, *entry->name_zh && *entry->name_en ? "  " : "", entry->name_en));
    }
  return result;
}

static gboolean
accept (QdTableModel *model, guint row, guint column, const char *value, GError **error)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);
  g_auto (GStrv) parts = g_strsplit (value, "\t", 3);
  gboolean has_cas = qd_cas_is_valid (parts[0]);
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (QdCellEdit));

  for (guint i = 0; i < self->columns->len && g_strv_length (parts) == 3; i++)
    {
      const char *role = peek_column (self, i)->suggest, *text = NULL;

      if (g_strcmp0 (role, "cas") == 0 && has_cas)
        text = parts[0];
      else if (g_strcmp0 (role, "serial") == 0 && !has_cas)
        text = parts[0];
      else if (g_strcmp0 (role, "name-zh") == 0)
        text = parts[1];
      else if (g_strcmp0 (role, "name-en") == 0)
        text = parts[2];
      if (text && *text && qd_table_model_is_editable (model, row, i))
        {
          QdCellEdit edit = { row, i, (char *) text };

          g_array_append_val (edits, edit);
        }
    }
  return set_cells (model, &g_array_index (edits, QdCellEdit, 0), edits->len, C_ ("undo step", "Suggestion"), error);
}

static gboolean
insert_rows (QdTableModel *model, guint position, guint count, GError **error)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);
  gboolean ok;

  if (!check_open (self, error))
    return FALSE;
  begin_step (model, C_ ("undo step", "Add rows"));
  ok = qd_instance_add_rows (self->instance, self->range, position, count, error);
  end_step (model);
  return ok;
}

static gboolean
remove_rows (QdTableModel *model, guint position, guint count, GError **error)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);
  gboolean ok;

  if (!check_open (self, error))
    return FALSE;
  begin_step (model, C_ ("undo step", "Delete rows"));
  ok = qd_instance_remove_rows (self->instance, self->range, position, count, error);
  end_step (model);
  return ok;
}

static gboolean
move_row (QdTableModel *model, guint from, guint to, GError **error)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (model);

  return check_open (self, error) && qd_instance_move_row (self->instance, self->range, from, to, error);
}

static void
qd_instance_table_iface_init (QdTableModelInterface *iface)
{
  iface->get_n_rows = get_n_rows;
  iface->get_n_columns = get_n_columns;
  iface->get_column = get_column;
  iface->dup_text = dup_text;
  iface->dup_display = dup_display;
  iface->get_flags = get_flags;
  iface->may_have_marks = may_have_marks;
  iface->dup_message = dup_message;
  iface->dup_note = dup_note;
  iface->get_choices = get_choices;
  iface->suggest = suggest;
  iface->accept = accept;
  iface->can_add_rows = can_add_rows;
  iface->set_cells = set_cells;
  iface->insert_rows = insert_rows;
  iface->remove_rows = remove_rows;
  iface->move_row = move_row;
  iface->begin_step = begin_step;
  iface->end_step = end_step;
  iface->get_instance = get_instance;
}

/* The instance. */

static void
rows_changed_cb (QdInstanceTable *self, guint range, guint position, guint removed, guint added)
{
  guint old = self->rows->len;

  if (range != self->range)
    return;
  if (position > old || removed > old - position || old - removed + added != qd_instance_get_n_children (self->instance, self->range))
    {
      /* A handler before us edited again: the rows as they are now. */
      position = 0;
      removed = old;
      added = qd_instance_get_n_children (self->instance, self->range);
    }
  if (removed > added)
    g_array_remove_range (self->rows, position, removed - added);
  else if (added > removed && position + removed == old)
    g_array_set_size (self->rows, old + added - removed);
  else if (added > removed)
    {
      g_autofree QdNodeId *blank = g_new0 (QdNodeId, added - removed);

      g_array_insert_vals (self->rows, position, blank, added - removed);
    }
  load_rows (self, position, added);
  qd_table_model_rows_changed (QD_TABLE_MODEL (self), position, removed, added);
}

/* Tells each run of neighbouring rows among @changed, or all at once when there are many runs. */
static void
tell_rows (QdInstanceTable *self, const guint8 *changed, guint first, guint last)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = first; i <= last; i++)
    if (changed[i])
      {
        guint start = i;

        while (i <= last && changed[i])
          i++;
        g_array_append_val (runs, start);
        g_array_append_val (runs, i);
      }
  if (runs->len > 2 * MAX_RUNS)
    qd_table_model_cells_changed (QD_TABLE_MODEL (self), first, last - first + 1);
  else
    for (guint i = 0; i < runs->len; i += 2)
      qd_table_model_cells_changed (QD_TABLE_MODEL (self), g_array_index (runs, guint, i), g_array_index (runs, guint, i + 1) - g_array_index (runs, guint, i));
}

static void
nodes_changed_cb (QdInstanceTable *self, GArray *nodes)
{
  g_autofree guint8 *changed = g_new0 (guint8, self->rows->len + 1);
  guint first = G_MAXUINT, last = 0;

  if (strcmp (self->language, qd_instance_get_language (self->instance)) != 0)
    {
      make_columns (self);
      qd_table_model_columns_changed (QD_TABLE_MODEL (self));
      self->told = TRUE;
      return;
    }
  /* To ask each of very many for its row takes longer than to look at all rows. */
  if (nodes->len > MAX_NODES)
    {
      self->told = TRUE;
      qd_table_model_cells_changed (QD_TABLE_MODEL (self), 0, G_MAXUINT);
      return;
    }
  for (guint i = 0; i < nodes->len; i++)
    {
      guint row;

      if (!find_row (self, g_array_index (nodes, QdNodeId, i), &row))
        continue;
      changed[row] = TRUE;
      first = MIN (first, row);
      last = MAX (last, row);
    }
  if (first > last)
    return;
  self->told = TRUE;
  tell_rows (self, changed, first, last);
}

/* Messages may have changed although no cell of ours did: the cell line must ask again. */
static void
findings_changed_cb (QdInstanceTable *self)
{
  if (!self->told)
    qd_table_model_cells_changed (QD_TABLE_MODEL (self), 0, 0);
  self->told = FALSE;
}

static void
qd_instance_table_dispose (GObject *object)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (object);

  if (self->instance)
    g_signal_handlers_disconnect_by_data (self->instance, self);
  g_ptr_array_set_size (self->columns, 0);
  g_clear_object (&self->instance);
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (qd_instance_table_parent_class)->dispose (object);
}

static void
qd_instance_table_finalize (GObject *object)
{
  QdInstanceTable *self = QD_INSTANCE_TABLE (object);

  g_ptr_array_unref (self->columns);
  g_array_unref (self->rows);
  g_clear_pointer (&self->names, qd_name_index_unref);
  g_free (self->language);
  G_OBJECT_CLASS (qd_instance_table_parent_class)->finalize (object);
}

static void
qd_instance_table_class_init (QdInstanceTableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = qd_instance_table_dispose;
  object_class->finalize = qd_instance_table_finalize;
}

static void
qd_instance_table_init (QdInstanceTable *self)
{
  self->columns = g_ptr_array_new_with_free_func (free_column);
  self->rows = g_array_new (FALSE, TRUE, sizeof (QdNodeId));
}

QdInstanceTable *
qd_instance_table_new (QdInstance *instance, QdNodeId range, QdDraft *draft)
{
  QdInstanceTable *self;

  g_return_val_if_fail (QD_IS_INSTANCE (instance) && qd_instance_get_node_type (instance, range) == QD_NODE_REPEAT_RANGE, NULL);
  g_return_val_if_fail (!draft || qd_draft_get_instance (draft) == instance, NULL);
  self = g_object_new (QD_TYPE_INSTANCE_TABLE, NULL);
  self->instance = g_object_ref (instance);
  self->draft = draft ? g_object_ref (draft) : NULL;
  self->range = range;
  self->field = qd_instance_get_field (instance, range);
  make_columns (self);
  if (draft)
    {
      /* Last year's values are read from the store once. Not when the first cell is shown: the store may then be writing a big paste, and would have to be waited for. */
      g_autofree char *path = qd_instance_dup_path (instance, range);
      g_autofree char *ignored = qd_draft_dup_last_value (draft, path);
    }
  g_array_set_size (self->rows, qd_instance_get_n_children (instance, range));
  load_rows (self, 0, self->rows->len);
  g_signal_connect_swapped (instance, "rows-changed", G_CALLBACK (rows_changed_cb), self);
  g_signal_connect_swapped (instance, "nodes-changed", G_CALLBACK (nodes_changed_cb), self);
  g_signal_connect_swapped (instance, "findings-changed", G_CALLBACK (findings_changed_cb), self);
  return self;
}

QdInstance *
qd_instance_table_get_instance (QdInstanceTable *self)
{
  g_return_val_if_fail (QD_IS_INSTANCE_TABLE (self), NULL);
  return self->instance;
}

QdNodeId
qd_instance_table_get_range (QdInstanceTable *self)
{
  g_return_val_if_fail (QD_IS_INSTANCE_TABLE (self), 0);
  return self->range;
}

const QdField *
qd_instance_table_get_field (QdInstanceTable *self, guint column)
{
  g_return_val_if_fail (QD_IS_INSTANCE_TABLE (self), NULL);
  return peek_column (self, column)->field;
}

guint
qd_instance_table_get_n_nested (QdInstanceTable *self)
{
  g_return_val_if_fail (QD_IS_INSTANCE_TABLE (self), 0);
  return self->n_nested;
}

void
qd_instance_table_set_names (QdInstanceTable *self, QdNameIndex *names)
{
  g_return_if_fail (QD_IS_INSTANCE_TABLE (self));
  g_clear_pointer (&self->names, qd_name_index_unref);
  self->names = names ? qd_name_index_ref (names) : NULL;
  for (guint i = 0; i < self->columns->len; i++)
    {
      Column *column = peek_column (self, i);

      column->column.suggests = column->suggest && names && column->column.type == QD_COLUMN_TEXT;
    }
}

void
qd_instance_table_set_show_required (QdInstanceTable *self, gboolean show)
{
  g_return_if_fail (QD_IS_INSTANCE_TABLE (self));
  if (self->show_required == !!show)
    return;
  self->show_required = !!show;
  qd_table_model_cells_changed (QD_TABLE_MODEL (self), 0, G_MAXUINT);
}

gboolean
qd_instance_table_get_show_required (QdInstanceTable *self)
{
  g_return_val_if_fail (QD_IS_INSTANCE_TABLE (self), FALSE);
  return self->show_required;
}
