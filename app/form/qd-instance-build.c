/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-instance"
#include "config.h"
#include "qd-instance-private.h"

#include <string.h>

/* Rows: made from templates and from data that was stored, taken away, moved. */

/* How much is done when the data is read, and when the rows are made; the rest is computing. Of 1000. */
#define SHARE_READ 200
#define SHARE_BUILT 350

static QdRow *
new_row (QdInstance *self, const QdScope *scope, QdRow *owner, QdRange *range)
{
  guint n = scope->fields->len;
  QdRow *row = g_malloc0 (sizeof (QdRow) + n * sizeof (QdCell));
  QdRowEntry entry;

  row->scope = scope;
  row->owner = owner;
  row->range = range;
  row->base = self->next_id;
  self->next_id += n;
  row->batch = self->is_loading ? 0 : self->batch;
  for (guint i = 0; i < n; i++)
    row->cells[i].slot = i;
  entry.base = row->base;
  entry.row = row;
  g_array_append_val (self->rows, entry);
  return row;
}

static void
forget_entry (QdInstance *self, QdRow *row)
{
  guint low = 0, high = self->rows->len, kept = 0;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->rows, QdRowEntry, middle).base < row->base)
        low = middle + 1;
      else
        high = middle;
    }
  g_assert (low < self->rows->len && g_array_index (self->rows, QdRowEntry, low).row == row);
  g_array_index (self->rows, QdRowEntry, low).row = NULL;
  if (self->last_found == row)
    self->last_found = NULL;
  if (++self->n_dead_entries < 1024 || self->n_dead_entries < self->rows->len / 2)
    return;
  /* Ids are never used again, so dead entries can go: a later look-up falls into a gap. */
  for (guint i = 0; i < self->rows->len; i++)
    if (g_array_index (self->rows, QdRowEntry, i).row != NULL)
      g_array_index (self->rows, QdRowEntry, kept++) = g_array_index (self->rows, QdRowEntry, i);
  g_array_set_size (self->rows, kept);
  self->n_dead_entries = 0;
}

static void
set_constants (QdCell *cell, const QdField *field)
{
  cell->flags |= QD_CELL_RELEVANT | QD_CELL_SELF_RELEVANT;
  if (field->relevant.kind == QD_RULE_FALSE)
    cell->flags &= ~(guint32) QD_CELL_SELF_RELEVANT;
  if (field->readonly.kind == QD_RULE_TRUE)
    cell->flags |= QD_CELL_SELF_READONLY;
  if (field->required.kind == QD_RULE_TRUE)
    cell->flags |= QD_CELL_REQUIRED;
}

static QdTreeNode *
find_attribute_node (QdTreeNode *node, const QdField *field)
{
  for (guint i = 0; i < node->n_attributes; i++)
    if (node->attributes[i]->name == field->local && node->attributes[i]->ns == field->ns)
      return node->attributes[i];
  return NULL;
}

static void
map_attributes (QdInstance *self, QdRow *row, const QdField *field, QdTreeNode *node)
{
  for (guint i = 0; field->attributes != NULL && i < field->attributes->len; i++)
    {
      const QdField *attribute = g_ptr_array_index (field->attributes, i);
      QdCell *cell = &row->cells[attribute->slot];

      cell->node = find_attribute_node (node, attribute);
      /* Another row of the form's own data may have had the attribute. */
      if (cell->node == NULL)
        {
          qd_tree_set_attribute (self->tree, node, attribute->ns, attribute->prefix, attribute->local, "");
          cell->node = find_attribute_node (node, attribute);
        }
      cell->node->data = cell;
      set_constants (cell, attribute);
    }
}

/* The elements below @node, made from a template, are those of the fields in order, without repeats and optional ones. */
static void
map_field (QdInstance *self, QdRow *row, const QdField *field, guint slot, QdTreeNode *node)
{
  QdCell *cell = &row->cells[slot];
  guint next = 0;

  cell->node = node;
  node->data = cell;
  set_constants (cell, field);
  map_attributes (self, row, field, node);
  for (guint i = 0; i < field->children->len; i++)
    {
      const QdField *child = g_ptr_array_index (field->children, i);

      if (child->is_repeat)
        {
          QdRange *range = g_new0 (QdRange, 1);

          range->owner = row;
          range->field = child;
          range->rows = g_ptr_array_new ();
          row->cells[child->slot].range = range;
        }
      else if (!child->is_optional)
        map_field (self, row, child, child->slot, node->children[next++]);
    }
}

/* Stored data keeps the order of the form, nearly always; @hint says where to look first. */
static const QdTreeNode *
find_source (const QdTreeNode *source, const QdField *field, guint *hint)
{
  if (source == NULL)
    return NULL;
  for (guint round = 0; round < 2; round++)
    for (guint i = round == 0 ? *hint : 0; i < source->n_children; i++)
      {
        const QdTreeNode *child = source->children[i];

        if (child->kind == QD_TREE_ELEMENT && child->name == field->local && (child->ns == field->ns || (field->ns == NULL && child->prefix == NULL)) && (child->flags & QD_TREE_FLAG_TEMPLATE) == 0)
          {
            *hint = i + 1;
            return child;
          }
        /* A miss at the hint is rare; then the whole list is searched once. */
        if (round == 0 && i > *hint + 4)
          break;
      }
  return NULL;
}

/* The prefix under which the form writes the namespace; NULL when it knows it not. Data may name it otherwise. */
static const char *
known_prefix (QdInstance *self, const QdTreeNode *attribute)
{
  if (attribute->ns == NULL)
    return NULL;
  if (strcmp (attribute->ns, QD_NS_FORM) == 0)
    return "qd";
  if (g_strcmp0 (attribute->prefix, "xml") == 0)
    return "xml";
  for (guint i = 0; i < self->form->namespaces->len; i++)
    {
      const QdAttr *declaration = g_ptr_array_index (self->form->namespaces, i);

      if (strcmp (declaration->value, attribute->ns) == 0)
        return declaration->name;
    }
  return NULL;
}

static void
fill_attributes (QdInstance *self, QdTreeNode *node, const QdTreeNode *source, const QdField *field)
{
  for (guint i = 0; i < source->n_attributes; i++)
    {
      const QdTreeNode *attribute = source->attributes[i];
      const char *prefix = known_prefix (self, attribute);

      /* Which form this is, the form says. */
      if (field->parent == NULL && (strcmp (attribute->name, "id") == 0 || strcmp (attribute->name, "version") == 0))
        continue;
      if (g_strcmp0 (attribute->ns, QD_NS_JAVAROSA) == 0 && strcmp (attribute->name, "template") == 0)
        continue;
      if (attribute->ns != NULL && prefix == NULL)
        continue;
      qd_tree_set_attribute (self->tree, node, attribute->ns, prefix, attribute->name, attribute->value == NULL ? "" : attribute->value);
    }
}

static void
fill_field (QdInstance *self, QdRow *row, const QdField *field, guint slot, const QdTreeNode *source)
{
  QdTreeNode *node = row->cells[slot].node;
  guint hint = 0;

  if (source != NULL)
    fill_attributes (self, node, source, field);
  if (field->children->len == 0)
    {
      g_autofree char *text = source == NULL || source->n_children == 0 ? NULL : qd_tree_node_dup_string (source);

      if (source != NULL || self->mode == QD_INSTANCE_EDIT)
        qd_tree_set_value (self->tree, node, text != NULL ? text : source == NULL ? NULL
                                                                                  : source->value);
      return;
    }
  /* A group that was left out: its fields were not relevant then. */
  if (source == NULL && self->mode != QD_INSTANCE_EDIT)
    return;
  for (guint i = 0; i < field->children->len; i++)
    {
      const QdField *child = g_ptr_array_index (field->children, i);
      const QdTreeNode *child_source;

      if (child->is_repeat)
        continue;
      child_source = find_source (source, child, &hint);
      if (child->is_optional)
        {
          if (child_source == NULL || row->cells[child->slot].node != NULL)
            continue;
          row->cells[child->slot].node = qd_tree_append_element (self->tree, node, child->ns, child->prefix, child->local);
          row->cells[child->slot].node->data = &row->cells[child->slot];
          set_constants (&row->cells[child->slot], child);
        }
      fill_field (self, row, child, child->slot, child_source);
    }
}

/* Where the element of a new row goes among the children of the parent's element. */
static guint
tree_position (const QdRange *range, guint index)
{
  const QdField *field = range->field;
  const GPtrArray *siblings = field->parent->children;
  guint place = 0;

  if (index > 0)
    return ((QdRow *) g_ptr_array_index (range->rows, index - 1))->cells[0].node->index + 1;
  g_ptr_array_find ((GPtrArray *) siblings, field, &place);
  while (place-- > 0)
    {
      const QdField *before = g_ptr_array_index (siblings, place);
      const QdCell *cell = &range->owner->cells[before->slot];

      if (before->is_repeat)
        {
          if (cell->range->rows->len > 0)
            return ((QdRow *) g_ptr_array_index (cell->range->rows, cell->range->rows->len - 1))->cells[0].node->index + 1;
        }
      else if (cell->node != NULL)
        return cell->node->index + 1;
    }
  return 0;
}

static void
fill_ranges (QdInstance *self, QdRow *row, const QdField *field, const QdTreeNode *source)
{
  guint hint = 0;

  for (guint i = 0; i < field->children->len; i++)
    {
      const QdField *child = g_ptr_array_index (field->children, i);

      if (!child->is_repeat)
        {
          if (child->children->len > 0 && source != NULL)
            fill_ranges (self, row, child, find_source (source, child, &hint));
          continue;
        }
      for (guint j = 0; source != NULL && j < source->n_children; j++)
        {
          const QdTreeNode *element = source->children[j];
          QdRange *range = row->cells[child->slot].range;

          if (self->cancellable != NULL && g_cancellable_is_cancelled (self->cancellable))
            return;
          if (self->share != NULL && j % 1024 == 0)
            g_atomic_int_set (self->share, (int) (SHARE_READ + (guint64) (SHARE_BUILT - SHARE_READ) * j / source->n_children));
          if (element->kind == QD_TREE_ELEMENT && element->name == child->local && (element->ns == child->ns || (child->ns == NULL && element->prefix == NULL)) && (element->flags & QD_TREE_FLAG_TEMPLATE) == 0)
            qd_instance_insert_row (self, range, range->rows->len, element);
        }
    }
}

static void
tally_row (QdInstance *self, QdRow *row)
{
  for (guint i = 0; i < row->scope->fields->len; i++)
    if (!qd_row_get_field (row, i)->is_repeat)
      qd_instance_tally_cell (self, &row->cells[i]);
}

QdRow *
qd_instance_insert_row (QdInstance *self, QdRange *range, guint index, const QdTreeNode *source)
{
  const QdField *field = range->field;
  QdTreeNode *parent = range->owner->cells[qd_field_get_slot (field->parent)].node;
  QdTreeNode *node = qd_tree_insert_copy (self->tree, parent, tree_position (range, index), field->template_node);
  QdRow *row = new_row (self, field->row_scope, range->owner, range);
  const QdTreeNode *rows_source = source;

  map_field (self, row, field, 0, node);
  if (source != NULL)
    fill_field (self, row, field, 0, source);
  else
    {
      /* Rows inside a new row: those of the template. */
      rows_source = field->source_node;
      for (guint i = 0; field->source_node != NULL && i < field->source_node->parent->n_children; i++)
        {
          const QdTreeNode *candidate = field->source_node->parent->children[i];

          if (candidate->data == field && (candidate->flags & QD_TREE_FLAG_TEMPLATE) != 0)
            rows_source = candidate;
        }
    }
  g_ptr_array_insert (range->rows, (int) index, row);
  for (guint i = index; i < range->rows->len; i++)
    ((QdRow *) g_ptr_array_index (range->rows, i))->index = i;
  if (range->indexes != NULL)
    qd_range_note_item (range, row, NULL);
  tally_row (self, row);
  fill_ranges (self, row, field, rows_source);
  return row;
}

static void
clear_cell (QdInstance *self, QdCell *cell)
{
  qd_instance_untally_cell (self, cell);
  if ((cell->flags & QD_CELL_HAS_RAW) != 0)
    g_hash_table_remove (self->raws, cell);
  if ((cell->flags & QD_CELL_FAILS) != 0)
    qd_instance_drop_failure (self, cell);
  if (g_hash_table_size (self->dynamic_choices) > 0)
    g_hash_table_remove (self->dynamic_choices, cell);
}

/* Frees what a row holds; the row itself waits in the graveyard when a list of work may name it. */
void
qd_row_free (QdInstance *self, QdRow *row)
{
  const GPtrArray *ranges = row->scope->ranges;

  for (guint i = 0; i < ranges->len; i++)
    {
      const QdField *field = g_ptr_array_index (ranges, i);
      QdRange *range = row->cells[field->slot].range;

      for (guint j = 0; j < range->rows->len; j++)
        qd_row_free (self, g_ptr_array_index (range->rows, j));
      for (guint j = self->range_changes->len; j-- > 0;)
        if (g_array_index (self->range_changes, QdRangeChange, j).range == range)
          g_array_remove_index_fast (self->range_changes, j);
      g_ptr_array_unref (range->rows);
      g_clear_pointer (&range->indexes, g_ptr_array_unref);
      g_free (range);
      row->cells[field->slot].range = NULL;
    }
  for (guint i = 0; i < row->scope->fields->len; i++)
    {
      const QdField *field = qd_row_get_field (row, i);

      if (!field->is_repeat || i == 0)
        clear_cell (self, &row->cells[i]);
    }
  forget_entry (self, row);
  row->is_dead = TRUE;
  g_ptr_array_add (self->graveyard, row);
}

void
qd_instance_delete_row (QdInstance *self, QdRange *range, guint index)
{
  QdRow *row = g_ptr_array_index (range->rows, index);
  QdTreeNode *node = row->cells[0].node;

  if (range->indexes != NULL)
    qd_range_forget_item (range, row);
  g_ptr_array_remove_index (range->rows, index);
  for (guint i = index; i < range->rows->len; i++)
    ((QdRow *) g_ptr_array_index (range->rows, i))->index = i;
  qd_row_free (self, row);
  qd_tree_remove (self->tree, node);
}

void
qd_instance_shift_row (QdInstance *self, QdRange *range, guint from, guint to)
{
  QdRow *row = g_ptr_array_index (range->rows, from), *other = g_ptr_array_index (range->rows, to);

  qd_tree_move (self->tree, row->cells[0].node, other->cells[0].node->index);
  g_ptr_array_steal_index (range->rows, from);
  g_ptr_array_insert (range->rows, (int) to, row);
  for (guint i = MIN (from, to); i <= MAX (from, to); i++)
    ((QdRow *) g_ptr_array_index (range->rows, i))->index = i;
  if (range->indexes != NULL)
    qd_range_note_item (range, row, NULL);
}

/* An earlier submission gets a new instanceID; the old one becomes its deprecatedID. */
static void
deprecate_id (QdInstance *self)
{
  const QdField *old = self->form->deprecated_id;
  QdCell *id = &self->root->cells[self->form->instance_id->slot], *cell = &self->root->cells[old->slot];

  if (id->node->value == NULL)
    return;
  if (cell->node == NULL)
    {
      cell->node = qd_tree_append_element (self->tree, id->node->parent, old->ns, old->prefix, old->local);
      cell->node->data = cell;
      set_constants (cell, old);
    }
  qd_tree_set_value (self->tree, cell->node, id->node->value);
  qd_tree_set_value (self->tree, id->node, NULL);
}

/* jr:preload. Only what an event at load fills; "end" waits for the end. */
static void
preload (QdInstance *self, QdRow *row)
{
  for (guint i = 0; i < row->scope->fields->len; i++)
    {
      const QdField *field = qd_row_get_field (row, i);
      QdCell *cell = &row->cells[i];
      g_autofree char *text = NULL;

      if (qd_cell_is_range (cell, field))
        {
          for (guint j = 0; j < cell->range->rows->len; j++)
            preload (self, g_ptr_array_index (cell->range->rows, j));
          continue;
        }
      if (field->preload == NULL || cell->node == NULL)
        continue;
      if (self->mode == QD_INSTANCE_RESTORE || (self->mode == QD_INSTANCE_EDIT && field != self->form->instance_id))
        continue;
      if (strcmp (field->preload, "uid") == 0)
        {
          g_autofree char *uuid = g_uuid_string_random ();

          text = g_strconcat ("uuid:", uuid, NULL);
        }
      else if (strcmp (field->preload, "timestamp") == 0 && g_strcmp0 (field->preload_params, "end") != 0)
        text = self->env.klass->property (&self->env, "now");
      else if (strcmp (field->preload, "date") == 0)
        text = g_date_time_format (self->env.now, "%Y-%m-%d");
      else if (strcmp (field->preload, "property") == 0 && field->preload_params != NULL)
        text = self->env.klass->property (&self->env, field->preload_params);
      if (text != NULL && *text != '\0')
        qd_tree_set_value (self->tree, cell->node, text);
    }
  tally_row (self, row);
}

gboolean
qd_instance_build (QdInstance *self, QdTree *source, GError **error)
{
  const QdForm *form = self->form;
  const QdTreeNode *source_root = source == NULL ? qd_tree_get_root (form->source) : qd_tree_get_root (source);
  QdTreeNode *node;

  self->is_loading = TRUE;
  self->tree = qd_tree_new ();
  qd_tree_set_own_names (self->tree);
  node = qd_tree_insert_copy (self->tree, qd_tree_get_document (self->tree), 0, form->root->template_node);
  self->root = new_row (self, g_ptr_array_index (form->scopes, 0), NULL, NULL);
  map_field (self, self->root, form->root, 0, node);
  if (source != NULL)
    fill_field (self, self->root, form->root, 0, source_root);
  fill_ranges (self, self->root, form->root, source_root);
  if (self->mode == QD_INSTANCE_EDIT)
    deprecate_id (self);
  preload (self, self->root);
  qd_tree_free (source);

  qd_instance_refresh_new (self, self->root);
  qd_instance_mark_all (self, self->root);
  qd_instance_settle (self);
  /* Actions see a settled instance, and what they set settles before the next one. */
  if (self->mode == QD_INSTANCE_CREATE)
    qd_instance_run_event (self, QD_EVENT_FIRST_LOAD | QD_EVENT_LOAD, NULL, NULL);
  else
    qd_instance_run_event (self, QD_EVENT_LOAD, NULL, NULL);
  self->is_loading = FALSE;
  self->findings_changed = FALSE;
  return TRUE;
}
