/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-instance"
#include "config.h"
#include "qd-instance-private.h"
#include "qd-catalog.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum
{
  NODES_CHANGED,
  ROWS_CHANGED,
  FINDINGS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (QdInstance, qd_instance, G_TYPE_OBJECT)

static void
free_tree (gpointer data)
{
  qd_tree_free (data);
}

static void
free_failure (gpointer data)
{
  QdFailure *failure = data;

  g_clear_pointer (&failure->findings, g_ptr_array_unref);
  g_free (failure);
}

static void
qd_instance_finalize (GObject *object)
{
  QdInstance *self = QD_INSTANCE (object);

  if (self->dirty != NULL)
    {
      for (guint i = 0; i < self->form->comps->len; i++)
        g_clear_pointer (&self->dirty[i].more, g_ptr_array_unref);
      for (guint i = 0; i < self->form->scopes->len; i++)
        g_clear_pointer (&self->scope_comps[i], g_array_unref);
    }
  g_free (self->dirty);
  g_free (self->dirty_bits);
  g_free (self->scope_comps);
  if (self->root != NULL)
    qd_row_free (self, self->root);
  for (guint i = 0; i < self->graveyard->len; i++)
    g_free (g_ptr_array_index (self->graveyard, i));
  g_ptr_array_unref (self->graveyard);
  g_array_unref (self->rows);
  g_array_unref (self->pending);
  g_array_unref (self->changed);
  g_array_unref (self->range_changes);
  g_ptr_array_unref (self->changes);
  g_hash_table_unref (self->raws);
  g_hash_table_unref (self->failures);
  g_clear_pointer (&self->all_findings, g_ptr_array_unref);
  g_hash_table_unref (self->static_choices);
  g_hash_table_unref (self->dynamic_choices);
  g_hash_table_unref (self->lookups);
  g_hash_table_unref (self->secondaries);
  g_hash_table_unref (self->catalogs);
  g_hash_table_unref (self->calendar_years);
  qd_calendar_free (self->calendar);
  for (guint i = 0; i < G_N_ELEMENTS (self->lists_of); i++)
    g_free (self->lists_of[i]);
  g_free (self->lists[0]);
  g_free (self->lists[1]);
  g_clear_pointer (&self->preload, g_hash_table_unref);
  qd_tree_free (self->tree);
  g_clear_pointer (&self->env.now, g_date_time_unref);
  g_free (self->language);
  g_clear_object (&self->form);
  G_OBJECT_CLASS (qd_instance_parent_class)->finalize (object);
}

static void
qd_instance_class_init (QdInstanceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_instance_finalize;

  signals[NODES_CHANGED] = g_signal_new ("nodes-changed", QD_TYPE_INSTANCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[ROWS_CHANGED] = g_signal_new ("rows-changed", QD_TYPE_INSTANCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 4, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_UINT);
  signals[FINDINGS_CHANGED] = g_signal_new ("findings-changed", QD_TYPE_INSTANCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
free_change (gpointer data)
{
  qd_change_free (data);
}

static void
qd_instance_init (QdInstance *self)
{
  self->next_id = 1;
  self->rows = g_array_new (FALSE, FALSE, sizeof (QdRowEntry));
  self->graveyard = g_ptr_array_new ();
  self->pending = g_array_new (FALSE, FALSE, sizeof (QdPendingAction));
  self->changed = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->range_changes = g_array_new (FALSE, FALSE, sizeof (QdRangeChange));
  self->changes = g_ptr_array_new_with_free_func (free_change);
  self->raws = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->failures = g_hash_table_new_full (NULL, NULL, NULL, free_failure);
  self->static_choices = g_hash_table_new_full (NULL, NULL, NULL, qd_choice_list_free);
  self->dynamic_choices = g_hash_table_new_full (NULL, NULL, NULL, qd_choice_list_free);
  self->secondaries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_tree);
  self->calendar_years = g_hash_table_new (NULL, NULL);
  self->catalogs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) qd_catalog_unref);
  self->lookups = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) qd_index_free);
  self->env.klass = &qd_instance_env_class;
  self->env.user_data = self;
  self->batch = 1;
}

/* Which computations a row of each scope has. Texts are computed when asked for. */
static void
list_comps (QdInstance *self)
{
  guint n = self->form->comps->len;

  self->dirty = g_new0 (QdDirtyList, n + 1);
  self->dirty_bits = g_new0 (guint64, n / 64 + 1);
  self->lowest = n / 64 + 1;
  self->scope_comps = g_new0 (GArray *, self->form->scopes->len);
  for (guint i = 0; i < self->form->scopes->len; i++)
    self->scope_comps[i] = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < n; i++)
    {
      const QdComp *comp = &g_array_index (self->form->comps, QdComp, i);
      const QdScope *scope = comp->prop == QD_PROP_COUNT ? comp->field->scope : qd_field_get_scope (comp->field);
      guint index;

      if (comp->prop != QD_PROP_TEXT && g_ptr_array_find (self->form->scopes, scope, &index))
        g_array_append_val (self->scope_comps[index], i);
    }
}

static gboolean
load_source (QdInstance *self, const QdInstanceOptions *options, QdTree **out, GError **error)
{
  gsize length;
  const char *text;
  QdTree *tree;
  const QdTreeNode *root;
  const char *id, *name = options->xml_name == NULL ? "instance.xml" : options->xml_name;

  *out = NULL;
  if (options->mode == QD_INSTANCE_CREATE)
    return TRUE;
  if (options->xml == NULL)
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_INSTANCE, _ ("There is no data to open."));
      return FALSE;
    }
  text = g_bytes_get_data (options->xml, &length);
  tree = qd_tree_parse (text, (gssize) length, QD_TREE_FOREIGN, error);
  if (tree == NULL)
    {
      g_prefix_error (error, "%s: ", name);
      return FALSE;
    }
  *out = tree;
  root = qd_tree_get_root (tree);
  id = root == NULL ? NULL : qd_tree_node_get_attribute (root, NULL, "id");
  if (root == NULL || strcmp (root->name, self->form->root->local) != 0 || g_strcmp0 (id, self->form->id) != 0)
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_INSTANCE, _ ("%s does not belong to this form: its data is “%s” with the id “%s”, the form needs “%s” with the id “%s”."), name, root == NULL ? "" : root->name, id == NULL ? "" : id, self->form->root->local, self->form->id);
      return FALSE;
    }
  return TRUE;
}

QdInstance *
qd_instance_new (QdForm *form, const QdInstanceOptions *options, GError **error)
{
  static const QdInstanceOptions defaults = { QD_INSTANCE_CREATE };
  g_autoptr (QdInstance) self = g_object_new (QD_TYPE_INSTANCE, NULL);
  g_autoptr (QdTree) source = NULL;

  g_return_val_if_fail (QD_IS_FORM (form), NULL);

  if (options == NULL)
    options = &defaults;
  self->form = g_object_ref (form);
  self->mode = options->mode;
  self->resolver = options->resolver;
  self->resolver_data = options->resolver_data;
  self->preload = options->preload == NULL ? NULL : g_hash_table_ref (options->preload);
  self->env.now = options->now == NULL ? g_date_time_new_now_local () : g_date_time_ref (options->now);
  self->language = g_strdup (options->language != NULL ? options->language : form->languages[0]);
  if (self->language == NULL)
    self->language = g_strdup ("zh-CN");
  self->env.language = self->language;
  if (!load_source (self, options, &source, error) || !qd_instance_load_secondaries (self, options->missing_is_error, error))
    return NULL;
  if (g_cancellable_set_error_if_cancelled (options->cancellable, error))
    return NULL;
  list_comps (self);
  self->cancellable = options->cancellable;
  self->share = options->share;
  if (!qd_instance_build (self, g_steal_pointer (&source), error) || g_cancellable_set_error_if_cancelled (options->cancellable, error))
    return NULL;
  self->cancellable = NULL;
  self->share = NULL;
  return g_steal_pointer (&self);
}

QdForm *
qd_instance_get_form (QdInstance *self)
{
  return self->form;
}

gsize
qd_instance_get_size (QdInstance *self)
{
  g_return_val_if_fail (QD_IS_INSTANCE (self), 0);

  return self->next_id;
}

const char *
qd_instance_get_language (QdInstance *self)
{
  return self->language;
}

void
qd_instance_set_language (QdInstance *self, const char *language)
{
  g_return_if_fail (language != NULL);

  if (strcmp (self->language, language) == 0)
    return;
  g_free (self->language);
  self->language = g_strdup (language);
  self->env.language = self->language;
  g_hash_table_remove_all (self->static_choices);
  g_hash_table_remove_all (self->dynamic_choices);
  qd_instance_drop_findings (self);
  /* Expressions that speak: jr:itext(), jr:choice-name(). */
  for (guint i = 0; i < self->form->comps->len; i++)
    {
      const QdComp *comp = &g_array_index (self->form->comps, QdComp, i);

      if (comp->prop == QD_PROP_CALCULATE && (qd_expr_get_uses (comp->field->calculate) & QD_EXPR_USES_LANGUAGE) != 0)
        for (guint j = 0; j < self->rows->len; j++)
          {
            QdRow *row = g_array_index (self->rows, QdRowEntry, j).row;

            if (row != NULL && row->scope == qd_field_get_scope (comp->field))
              qd_instance_mark (self, row, i);
          }
    }
  for (guint i = 0; i < self->rows->len; i++)
    {
      QdRow *row = g_array_index (self->rows, QdRowEntry, i).row;

      for (guint slot = 0; row != NULL && slot < row->scope->fields->len; slot++)
        qd_instance_note_changed (self, &row->cells[slot]);
    }
  self->findings_changed = TRUE;
  qd_instance_settle (self);
  qd_instance_emit (self);
}

GDateTime *
qd_instance_get_now (QdInstance *self)
{
  return self->env.now;
}

/* Ids: rows take consecutive ones, so the row of an id is found by bisection. */

QdRow *
qd_instance_find_row (QdInstance *self, QdNodeId node, guint *slot_out)
{
  guint low = 0, high = self->rows->len;
  QdRow *row = self->last_found;

  if (row != NULL && node - row->base < row->scope->fields->len)
    {
      if (slot_out != NULL)
        *slot_out = node - row->base;
      return row;
    }
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->rows, QdRowEntry, middle).base <= node)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == 0)
    return NULL;
  row = g_array_index (self->rows, QdRowEntry, low - 1).row;
  if (row == NULL || node - row->base >= row->scope->fields->len)
    return NULL;
  self->last_found = row;
  if (slot_out != NULL)
    *slot_out = node - row->base;
  return row;
}

QdCell *
qd_instance_find_cell (QdInstance *self, QdNodeId node, QdRow **row_out)
{
  guint slot;
  QdRow *row = qd_instance_find_row (self, node, &slot);
  QdCell *cell;

  if (row == NULL)
    return NULL;
  cell = &row->cells[slot];
  if (row_out != NULL)
    *row_out = row;
  return cell->node == NULL ? NULL : cell;
}

QdCell *
qd_row_get_cell (QdRow *row, const QdField *field)
{
  const QdScope *scope = qd_field_get_scope (field);

  while (row != NULL && row->scope != scope)
    row = row->owner;
  return row == NULL ? NULL : &row->cells[qd_field_get_slot (field)];
}

QdNodeId
qd_instance_get_root (QdInstance *self)
{
  return self->root->base;
}

QdNodeId
qd_instance_get_parent (QdInstance *self, QdNodeId node)
{
  QdRow *row;
  QdCell *cell = qd_instance_find_cell (self, node, &row);
  const QdField *field;

  if (cell == NULL)
    return 0;
  field = qd_row_get_field (row, cell->slot);
  if (cell->slot == 0)
    return row->range == NULL ? 0 : row->owner->base + field->slot;
  return row->base + qd_field_get_slot (field->parent);
}

static guint
count_children (QdRow *row, const QdField *field)
{
  guint n = field->children->len;

  for (guint i = 0; i < field->children->len; i++)
    {
      const QdField *child = g_ptr_array_index (field->children, i);

      if (child->is_optional && row->cells[child->slot].node == NULL)
        n--;
    }
  return n;
}

guint
qd_instance_get_n_children (QdInstance *self, QdNodeId node)
{
  QdRow *row;
  QdCell *cell = qd_instance_find_cell (self, node, &row);
  const QdField *field;

  if (cell == NULL)
    return 0;
  field = qd_row_get_field (row, cell->slot);
  if (qd_cell_is_range (cell, field))
    return cell->range->rows->len;
  return field->children->len == 0 ? 0 : count_children (row, field);
}

QdNodeId
qd_instance_get_child (QdInstance *self, QdNodeId node, guint i)
{
  QdRow *row;
  QdCell *cell = qd_instance_find_cell (self, node, &row);
  const QdField *field;

  if (cell == NULL)
    return 0;
  field = qd_row_get_field (row, cell->slot);
  if (qd_cell_is_range (cell, field))
    return i < cell->range->rows->len ? ((QdRow *) g_ptr_array_index (cell->range->rows, i))->base : 0;
  for (guint j = 0; j < field->children->len; j++)
    {
      const QdField *child = g_ptr_array_index (field->children, j);

      if (!child->is_optional)
        {
          /* Nearly always the first round answers. */
          if (j == 0 && i < field->children->len && !((QdField *) g_ptr_array_index (field->children, field->children->len - 1))->is_optional)
            return row->base + ((const QdField *) g_ptr_array_index (field->children, i))->slot;
        }
      else if (row->cells[child->slot].node == NULL)
        continue;
      if (i-- == 0)
        return row->base + child->slot;
    }
  return 0;
}

QdNodeId
qd_instance_find_in_row (QdInstance *self, QdNodeId node, const QdField *field)
{
  QdRow *row = qd_instance_find_row (self, node, NULL);
  QdCell *cell = row == NULL ? NULL : qd_row_get_cell (row, field);

  return cell == NULL || cell->node == NULL ? 0 : qd_cell_get_id (cell);
}

guint
qd_instance_get_index (QdInstance *self, QdNodeId node)
{
  QdRow *row;
  QdCell *cell = qd_instance_find_cell (self, node, &row);
  const QdField *field;

  if (cell == NULL)
    return 0;
  if (cell->slot == 0)
    return row->index;
  field = qd_row_get_field (row, cell->slot);
  for (guint i = 0; i < field->parent->children->len; i++)
    if (g_ptr_array_index (field->parent->children, i) == field)
      return i;
  return 0;
}

gboolean
qd_instance_is_alive (QdInstance *self, QdNodeId node)
{
  return qd_instance_find_cell (self, node, NULL) != NULL;
}

/* Paths. */

void
qd_cell_append_path (QdCell *cell, GString *out)
{
  QdRow *row = qd_cell_get_row (cell);
  const QdField *field = qd_row_get_field (row, cell->slot);
  gsize skip = 0;

  if (row->range != NULL)
    {
      /* The part of the row, then what follows it in the field's own path. */
      QdCell *range = &row->owner->cells[row->scope->field->slot];

      qd_cell_append_path (range, out);
      g_string_append_c (out, '[');
      g_string_append_printf (out, "%u", row->index + 1);
      g_string_append_c (out, ']');
      skip = strlen (row->scope->field->ref);
    }
  g_string_append (out, field->ref + skip);
}

char *
qd_cell_dup_path (QdCell *cell)
{
  GString *path = g_string_sized_new (64);

  qd_cell_append_path (cell, path);
  return g_string_free (path, FALSE);
}

char *
qd_instance_dup_path (QdInstance *self, QdNodeId node)
{
  QdCell *cell = qd_instance_find_cell (self, node, NULL);

  return cell == NULL ? NULL : qd_cell_dup_path (cell);
}

static const QdField *
find_named (const QdField *parent, const char *name, gsize length)
{
  const GPtrArray *lists[] = { parent->children, parent->attributes };
  gboolean is_attribute = *name == '@';
  const GPtrArray *list = lists[is_attribute];

  if (is_attribute)
    {
      name++;
      length--;
    }
  for (guint i = 0; list != NULL && i < list->len; i++)
    {
      const QdField *field = g_ptr_array_index (list, i);

      if (strncmp (field->name, name, length) == 0 && field->name[length] == '\0')
        return field;
    }
  return NULL;
}

QdNodeId
qd_instance_find (QdInstance *self, const char *path)
{
  QdRow *row = self->root;
  const QdField *field = NULL;
  const char *p = path;
  gboolean is_range = FALSE;

  g_return_val_if_fail (path != NULL, 0);

  while (*p == '/')
    {
      gsize length = strcspn (++p, "/[");
      const QdField *next = NULL;

      /* Entering a range without a position means its first row. */
      if (is_range)
        {
          QdRange *range = row->cells[field->slot].range;

          if (range->rows->len == 0)
            return 0;
          row = g_ptr_array_index (range->rows, 0);
          is_range = FALSE;
        }
      if (field != NULL)
        next = find_named (field, p, length);
      else if (strncmp (self->form->root->name, p, length) == 0 && self->form->root->name[length] == '\0')
        next = self->form->root;
      if (next == NULL)
        return 0;
      field = next;
      is_range = field->is_repeat;
      p += length;
      if (*p == '[')
        {
          char *end;
          guint64 position = g_ascii_strtoull (p + 1, &end, 10);

          if (*end != ']' || position == 0)
            return 0;
          if (is_range)
            {
              QdRange *range = row->cells[field->slot].range;

              if (position > range->rows->len)
                return 0;
              row = g_ptr_array_index (range->rows, position - 1);
              is_range = FALSE;
            }
          else if (position != 1)
            return 0;
          p = end + 1;
        }
    }
  if (*p != '\0' || field == NULL)
    return 0;
  if (is_range)
    return row->base + field->slot;
  if (row->cells[qd_field_get_slot (field)].node == NULL)
    return 0;
  return row->base + qd_field_get_slot (field);
}

/* State. */

QdNodeType
qd_instance_get_node_type (QdInstance *self, QdNodeId node)
{
  QdRow *row;
  QdCell *cell = qd_instance_find_cell (self, node, &row);

  g_return_val_if_fail (cell != NULL, QD_NODE_MODEL_VALUE);

  if (cell->slot == 0 && row->range != NULL)
    return QD_NODE_REPEAT_INSTANCE;
  return qd_field_get_node_type (qd_row_get_field (row, cell->slot));
}

const QdField *
qd_instance_get_field (QdInstance *self, QdNodeId node)
{
  QdRow *row;
  QdCell *cell = qd_instance_find_cell (self, node, &row);

  return cell == NULL ? NULL : qd_row_get_field (row, cell->slot);
}

const char *
qd_instance_get_raw (QdInstance *self, QdCell *cell)
{
  if ((cell->flags & QD_CELL_HAS_RAW) != 0)
    return g_hash_table_lookup (self->raws, cell);
  return cell->node == NULL || cell->node->value == NULL ? "" : cell->node->value;
}

const char *
qd_instance_get_value (QdInstance *self, QdNodeId node)
{
  QdRow *row;
  QdCell *cell = qd_instance_find_cell (self, node, &row);

  if (cell == NULL || qd_cell_is_range (cell, qd_row_get_field (row, cell->slot)))
    return "";
  return qd_instance_get_raw (self, cell);
}

gboolean
qd_instance_is_relevant (QdInstance *self, QdNodeId node)
{
  QdRow *row;
  QdCell *cell = qd_instance_find_cell (self, node, &row);
  const QdField *field;

  if (cell == NULL)
    return FALSE;
  field = qd_row_get_field (row, cell->slot);
  if (!qd_cell_is_range (cell, field))
    return (cell->flags & QD_CELL_RELEVANT) != 0;
  if ((row->cells[qd_field_get_slot (field->parent)].flags & QD_CELL_RELEVANT) == 0)
    return FALSE;
  for (guint i = 0; i < cell->range->rows->len; i++)
    if ((((QdRow *) g_ptr_array_index (cell->range->rows, i))->cells[0].flags & QD_CELL_SELF_RELEVANT) != 0)
      return TRUE;
  if (cell->range->rows->len > 0)
    return FALSE;
  if (field->relevant.kind == QD_RULE_EXPR)
    {
      QdTreeNode stub;
      QdTreeNode *at = qd_range_get_context_node (cell->range, &stub);
      QdContext context = { &self->env, at, at, 1, 1 };
      gboolean result = TRUE;

      return !qd_expr_eval_boolean (field->relevant.expr, &context, &result, NULL) || result;
    }
  return field->relevant.kind != QD_RULE_FALSE;
}

gboolean
qd_instance_has_readonly_rule (QdInstance *self, QdCell *cell)
{
  QdRow *row = qd_cell_get_row (cell);

  while (row != NULL)
    {
      const QdField *field = qd_row_get_field (row, cell->slot);

      if (!qd_cell_is_range (cell, field) && (cell->flags & QD_CELL_SELF_READONLY) != 0)
        return TRUE;
      if (cell->slot == 0)
        row = row->owner;
      if (row != NULL)
        cell = &row->cells[field->parent == NULL ? 0 : qd_field_get_slot (field->parent)];
    }
  return FALSE;
}

gboolean
qd_instance_is_readonly (QdInstance *self, QdNodeId node)
{
  QdCell *cell = qd_instance_find_cell (self, node, NULL);

  return cell == NULL || qd_cell_get_field (cell)->calculate != NULL || qd_instance_has_readonly_rule (self, cell);
}

gboolean
qd_instance_is_required (QdInstance *self, QdNodeId node)
{
  QdRow *row;
  QdCell *cell = qd_instance_find_cell (self, node, &row);

  return cell != NULL && !qd_cell_is_range (cell, qd_row_get_field (row, cell->slot)) && (cell->flags & QD_CELL_REQUIRED) != 0;
}

gboolean
qd_instance_can_add_remove (QdInstance *self, QdNodeId range)
{
  QdRow *row;
  QdCell *cell = qd_instance_find_cell (self, range, &row);
  const QdField *field = cell == NULL ? NULL : qd_row_get_field (row, cell->slot);

  return field != NULL && qd_cell_is_range (cell, field) && !field->is_controlled;
}

/* Document order. */
int
qd_cell_compare (QdCell *a, QdCell *b)
{
  QdRow *row_a = qd_cell_get_row (a), *row_b = qd_cell_get_row (b);
  guint slot_a = a->slot, slot_b = b->slot;
  gboolean a_is_below = FALSE, b_is_below = FALSE;

  while (row_a->scope->depth > row_b->scope->depth)
    {
      slot_a = row_a->scope->field->slot;
      row_a = row_a->owner;
      a_is_below = TRUE;
    }
  while (row_b->scope->depth > row_a->scope->depth)
    {
      slot_b = row_b->scope->field->slot;
      row_b = row_b->owner;
      b_is_below = TRUE;
    }
  while (row_a != row_b)
    {
      if (row_a->range == row_b->range)
        return row_a->index < row_b->index ? -1 : 1;
      slot_a = row_a->scope->field->slot;
      slot_b = row_b->scope->field->slot;
      row_a = row_a->owner;
      row_b = row_b->owner;
      a_is_below = b_is_below = TRUE;
    }
  if (slot_a != slot_b)
    return slot_a < slot_b ? -1 : 1;
  return a_is_below - b_is_below;
}

void
qd_instance_emit (QdInstance *self)
{
  g_autoptr (GArray) nodes = NULL, ranges = NULL, events = g_array_new (FALSE, FALSE, sizeof (guint));
  gboolean findings_changed = self->findings_changed;

  if (self->batch_depth > 0)
    return;
  self->batch++;
  nodes = self->changed;
  ranges = self->range_changes;
  self->changed = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->range_changes = g_array_new (FALSE, FALSE, sizeof (QdRangeChange));
  self->findings_changed = FALSE;
  for (guint i = 0; i < nodes->len;)
    {
      QdCell *cell = qd_instance_find_cell (self, g_array_index (nodes, guint32, i), NULL);

      if (cell == NULL)
        g_array_remove_index_fast (nodes, i);
      else
        {
          cell->flags &= ~(guint32) QD_CELL_CHANGED;
          i++;
        }
    }
  /* Handlers may edit: nothing of ours is held across an emission. */
  for (guint i = 0; i < ranges->len; i++)
    {
      QdRangeChange *change = &g_array_index (ranges, QdRangeChange, i);
      guint kept = change->prefix + change->suffix;
      guint event[] = { change->range->owner->base + change->range->field->slot, change->prefix, change->before - kept, change->range->rows->len - kept };

      change->range->batch = 0;
      g_array_append_vals (events, event, 4);
    }
  for (guint i = 0; i < events->len; i += 4)
    {
      const guint *event = &g_array_index (events, guint, i);

      g_signal_emit (self, signals[ROWS_CHANGED], 0, event[0], event[1], event[2], event[3]);
    }
  if (nodes->len > 0)
    g_signal_emit (self, signals[NODES_CHANGED], 0, nodes);
  if (findings_changed)
    g_signal_emit (self, signals[FINDINGS_CHANGED], 0);
}
