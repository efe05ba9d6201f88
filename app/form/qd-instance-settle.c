/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-instance"
#include "config.h"
#include "qd-instance-private.h"

#include <math.h>
#include <string.h>

/* Recomputation. A computation (QdComp) has a list of rows in which it is stale; the lowest number with a list goes first, which is an order
 * in which everything is computed once. Only rows that read each other (running totals) can make it go back, and a limit on the
 * work ends what does not come to rest. */

/* A count that a slip of the pen made huge must not eat the machine. */
#define MAX_COUNTED_ROWS 100000
#define MAX_ACTIONS 10000
#define MAX_GROWTHS 10000
/* Cells computed between two looks at the clock. */
#define LOOK_AT_CLOCK 32

static inline gboolean
is_range_comp (const QdComp *comp)
{
  return comp->prop == QD_PROP_COUNT;
}

static inline QdCell *
comp_cell (const QdComp *comp, QdRow *row)
{
  return &row->cells[is_range_comp (comp) ? comp->field->slot : qd_field_get_slot (comp->field)];
}

static inline const QdScope *
comp_scope (const QdComp *comp)
{
  return is_range_comp (comp) ? comp->field->scope : qd_field_get_scope (comp->field);
}

void
qd_instance_note_changed (QdInstance *self, QdCell *cell)
{
  guint32 id;

  qd_instance_tally_cell (self, cell);
  if (self->is_loading || (cell->flags & QD_CELL_CHANGED) != 0 || cell->node == NULL)
    return;
  cell->flags |= QD_CELL_CHANGED;
  id = qd_cell_get_id (cell);
  g_array_append_val (self->changed, id);
}

void
qd_instance_mark (QdInstance *self, QdRow *row, guint index)
{
  const QdComp *comp = &g_array_index (self->form->comps, QdComp, index);
  QdCell *cell = comp_cell (comp, row);
  guint32 bit = 1u << comp->prop;
  QdDirtyList *list = &self->dirty[index];

  if ((cell->flags & bit) != 0 || cell->node == NULL)
    return;
  if (comp->prop == QD_PROP_TEXT)
    {
      qd_instance_note_changed (self, cell);
      if (comp->field->itemset != NULL)
        qd_instance_drop_choices (self, cell);
      if ((cell->flags & QD_CELL_FAILS) != 0)
        self->findings_stamp++;
      return;
    }
  cell->flags |= bit;
  list->n_stale++;
  if (list->first == NULL)
    {
      list->first = row;
      self->dirty_bits[index / 64] |= (guint64) 1 << (index % 64);
      self->lowest = MIN (self->lowest, index / 64);
      return;
    }
  if (list->more == NULL)
    list->more = g_ptr_array_new ();
  g_ptr_array_add (list->more, row);
}

/* Everything of @row and the rows in it. */
void
qd_instance_mark_all (QdInstance *self, QdRow *row)
{
  guint index = 0;
  const GArray *comps;

  g_ptr_array_find (self->form->scopes, row->scope, &index);
  comps = self->scope_comps[index];
  for (guint i = 0; i < comps->len; i++)
    qd_instance_mark (self, row, g_array_index (comps, guint, i));
  for (guint i = 0; i < row->scope->ranges->len; i++)
    {
      const QdField *field = g_ptr_array_index (row->scope->ranges, i);
      const GPtrArray *rows = row->cells[field->slot].range->rows;

      for (guint j = 0; j < rows->len; j++)
        qd_instance_mark_all (self, g_ptr_array_index (rows, j));
    }
}

static void
mark_below (QdInstance *self, QdRow *row, const QdScope *scope, guint comp, const QdRange *range, guint from)
{
  const QdScope *step = scope;
  const GPtrArray *rows;

  if (row->scope == scope)
    {
      qd_instance_mark (self, row, comp);
      return;
    }
  while (step->parent != NULL && step->parent != row->scope)
    step = step->parent;
  if (step->parent == NULL)
    return;
  rows = row->cells[step->field->slot].range->rows;
  for (guint i = range == row->cells[step->field->slot].range ? from : 0; i < rows->len; i++)
    mark_below (self, g_ptr_array_index (rows, i), scope, comp, range, from);
}

static void
follow_edge (QdInstance *self, QdRow *row, const QdEdge *edge, const QdRange *range, guint from)
{
  const QdComp *comp = &g_array_index (self->form->comps, QdComp, edge->comp);

  while (row->scope->depth > edge->level)
    row = row->owner;
  mark_below (self, row, comp_scope (comp), edge->comp, edge->positional ? range : NULL, from);
}

/* The value of @cell is another one for expressions. */
void
qd_instance_touch (QdInstance *self, QdCell *cell)
{
  QdRow *row = qd_cell_get_row (cell);
  const QdField *field = qd_row_get_field (row, cell->slot);

  if (row->range != NULL && row->range->indexes != NULL)
    qd_range_note_item (row->range, row, field);
  for (guint i = 0; field->value_edges != NULL && i < field->value_edges->len; i++)
    follow_edge (self, row, &g_array_index (field->value_edges, QdEdge, i), NULL, 0);
  qd_instance_note_changed (self, cell);
}

void
qd_instance_touch_rows (QdInstance *self, QdRange *range, guint position)
{
  const QdField *field = range->field;

  for (guint i = 0; field->structure_edges != NULL && i < field->structure_edges->len; i++)
    follow_edge (self, range->owner, &g_array_index (field->structure_edges, QdEdge, i), range, position);
  /* A count that was set right by hand of an undo or by people is looked at again. */
  if (field->comp[QD_PROP_COUNT] >= 0 && !self->is_settling)
    qd_instance_mark (self, range->owner, (guint) field->comp[QD_PROP_COUNT]);
  qd_instance_note_changed (self, &range->owner->cells[field->slot]);
  /* Messages name rows. */
  if (g_hash_table_size (self->failures) > 0)
    {
      self->findings_stamp++;
      self->findings_changed = TRUE;
      g_clear_pointer (&self->all_findings, g_ptr_array_unref);
    }
}

/* For the signal: at @position, @removed rows gave way to @added ones. Several changes of a range in one batch become one. */
void
qd_instance_note_rows (QdInstance *self, QdRange *range, guint position, guint removed, guint added)
{
  guint now = range->rows->len;
  QdRangeChange change = { range, now - added + removed, position, now - position - added };

  if (self->is_loading)
    return;
  /* Who hears of a new row looks into it then. */
  for (const QdRow *row = range->owner; row != NULL; row = row->owner)
    if (row->batch == self->batch)
      return;
  if (range->batch != self->batch)
    {
      range->batch = self->batch;
      g_array_append_val (self->range_changes, change);
      return;
    }
  for (guint i = 0; i < self->range_changes->len; i++)
    {
      QdRangeChange *known = &g_array_index (self->range_changes, QdRangeChange, i);

      if (known->range == range)
        {
          known->prefix = MIN (known->prefix, change.prefix);
          known->suffix = MIN (known->suffix, change.suffix);
        }
    }
}

static void
queue_actions (QdInstance *self, QdCell *cell, const QdField *field)
{
  if (field->actions == NULL || self->is_loading || self->is_applying)
    return;
  for (guint i = 0; i < field->actions->len; i++)
    {
      QdPendingAction pending = { g_ptr_array_index (field->actions, i), qd_cell_get_row (cell) };

      g_array_append_val (self->pending, pending);
    }
}

/* Puts what counts of the raw value into the tree. */
static void
apply_raw (QdInstance *self, QdCell *cell, const QdField *field, const char *raw)
{
  g_autofree char *kept = g_strdup (raw);
  g_autofree char *effective = field->itemset == NULL || *raw == '\0' ? NULL : qd_instance_filter_value (self, cell, raw);
  const char *now = effective == NULL ? kept : effective;

  if (effective != NULL)
    {
      g_hash_table_insert (self->raws, cell, g_steal_pointer (&kept));
      cell->flags |= QD_CELL_HAS_RAW;
    }
  else if ((cell->flags & QD_CELL_HAS_RAW) != 0)
    {
      g_hash_table_remove (self->raws, cell);
      cell->flags &= ~(guint32) QD_CELL_HAS_RAW;
    }
  if (g_strcmp0 (cell->node->value, *now == '\0' ? NULL : now) == 0)
    {
      /* What people see changed all the same. */
      qd_instance_note_changed (self, cell);
      if (field->comp[QD_PROP_CHECK] >= 0)
        qd_instance_mark (self, qd_cell_get_row (cell), (guint) field->comp[QD_PROP_CHECK]);
      return;
    }
  qd_tree_set_value (self->tree, cell->node, now);
  qd_instance_touch (self, cell);
  queue_actions (self, cell, field);
}

gboolean
qd_instance_store (QdInstance *self, QdCell *cell, const char *text)
{
  if (strcmp (qd_instance_get_raw (self, cell), text) == 0)
    return FALSE;
  apply_raw (self, cell, qd_cell_get_field (cell), text);
  return TRUE;
}

/* Relevance. */

static void
refresh_cell (QdInstance *self, QdRow *row, guint slot, gboolean is_around)
{
  QdCell *cell = &row->cells[slot];
  const QdField *field = qd_row_get_field (row, slot);
  gboolean is_relevant;

  if (qd_cell_is_range (cell, field))
    {
      for (guint i = 0; i < cell->range->rows->len; i++)
        refresh_cell (self, g_ptr_array_index (cell->range->rows, i), 0, is_around);
      qd_instance_note_changed (self, cell);
      return;
    }
  is_relevant = is_around && (cell->flags & QD_CELL_SELF_RELEVANT) != 0;
  if (cell->node == NULL || is_relevant == ((cell->flags & QD_CELL_RELEVANT) != 0))
    return;
  cell->flags ^= QD_CELL_RELEVANT;
  if (is_relevant)
    cell->node->flags &= (guint8) ~QD_TREE_FLAG_IRRELEVANT;
  else
    cell->node->flags |= QD_TREE_FLAG_IRRELEVANT;
  if (field->calculate != NULL)
    {
      /* A computed value is a function of what is there now: none where there is no field. */
      if (!is_relevant && !field->is_sticky)
        {
          if (cell->node->value != NULL)
            {
              qd_instance_touch (self, cell);
              qd_instance_store (self, cell, "");
            }
        }
      else if (is_relevant)
        qd_instance_mark (self, row, (guint) field->comp[QD_PROP_CALCULATE]);
    }
  if (cell->node->value != NULL)
    {
      qd_instance_touch (self, cell);
      queue_actions (self, cell, field);
    }
  if (field->comp[QD_PROP_CHECK] >= 0)
    qd_instance_mark (self, row, (guint) field->comp[QD_PROP_CHECK]);
  qd_instance_note_changed (self, cell);
  for (guint i = 0; field->attributes != NULL && i < field->attributes->len; i++)
    refresh_cell (self, row, ((QdField *) g_ptr_array_index (field->attributes, i))->slot, is_relevant);
  for (guint i = 0; i < field->children->len; i++)
    refresh_cell (self, row, ((QdField *) g_ptr_array_index (field->children, i))->slot, is_relevant);
}

void
qd_instance_refresh_relevance (QdInstance *self, QdRow *row, guint slot)
{
  const QdField *field = qd_row_get_field (row, slot);
  QdRow *around = slot == 0 ? row->owner : row;

  refresh_cell (self, row, slot, around == NULL || (around->cells[qd_field_get_slot (field->parent)].flags & QD_CELL_RELEVANT) != 0);
}

/* Constant rules of a new row's fields: only what differs from the default needs a look. */
void
qd_instance_refresh_new (QdInstance *self, QdRow *row)
{
  gboolean is_around = row->owner == NULL || (row->owner->cells[qd_field_get_slot (row->scope->field->parent)].flags & QD_CELL_RELEVANT) != 0;

  refresh_cell (self, row, 0, is_around);
  if ((row->cells[0].flags & QD_CELL_RELEVANT) == 0)
    return;
  for (guint i = 1; i < row->scope->fields->len; i++)
    {
      const QdField *field = qd_row_get_field (row, i);

      if (qd_cell_is_range (&row->cells[i], field))
        for (guint j = 0; j < row->cells[i].range->rows->len; j++)
          qd_instance_refresh_new (self, g_ptr_array_index (row->cells[i].range->rows, j));
      else if ((row->cells[i].flags & QD_CELL_SELF_RELEVANT) == 0)
        qd_instance_refresh_relevance (self, row, i);
    }
}

/* Computations. */

static gboolean
eval_boolean (QdInstance *self, QdCell *cell, const QdExpr *expr, gboolean fallback)
{
  g_autoptr (GError) error = NULL;
  QdContext context = qd_instance_context (self, cell);
  gboolean result = fallback;

  if (!qd_expr_eval_boolean (expr, &context, &result, &error))
    {
      g_debug ("%s: %s", qd_expr_get_text (expr), error->message);
      return fallback;
    }
  return result;
}

static gboolean
set_flag (QdCell *cell, guint32 flag, gboolean on)
{
  guint32 old = cell->flags;

  cell->flags = on ? old | flag : old & ~flag;
  return cell->flags != old;
}

static void
note_below (QdInstance *self, QdRow *row, const QdField *field)
{
  for (guint i = 0; i < field->children->len; i++)
    {
      const QdField *child = g_ptr_array_index (field->children, i);

      qd_instance_note_changed (self, &row->cells[child->slot]);
      if (!child->is_repeat)
        note_below (self, row, child);
      else
        {
          const GPtrArray *rows = row->cells[child->slot].range->rows;

          for (guint j = 0; j < rows->len; j++)
            {
              qd_instance_note_changed (self, &((QdRow *) g_ptr_array_index (rows, j))->cells[0]);
              note_below (self, g_ptr_array_index (rows, j), child);
            }
        }
    }
}

static void
calculate (QdInstance *self, QdCell *cell, const QdField *field)
{
  g_autofree char *text = NULL, *old = NULL;
  QdContext context;

  if ((cell->flags & QD_CELL_RELEVANT) == 0)
    {
      if (!field->is_sticky)
        qd_instance_store (self, cell, "");
      return;
    }
  /* random(), uuid() and once() are not repeated when stored data comes back: changes and drafts hold what they gave. */
  if (field->is_sticky && (self->is_applying || (self->is_loading && self->mode != QD_INSTANCE_CREATE && *qd_instance_get_raw (self, cell) != '\0')))
    return;
  context = qd_instance_context (self, cell);
  text = qd_instance_eval_string (field->calculate, &context);
  text = qd_value_coerce (field, text == NULL ? g_strdup ("") : g_steal_pointer (&text));
  if (field->is_sticky && !self->is_loading)
    old = g_strdup (qd_instance_get_raw (self, cell));
  if (qd_instance_store (self, cell, text) && old != NULL)
    qd_instance_record (self, QD_CHANGE_VALUE, cell, NULL, old, text);
}

static void
count_rows (QdInstance *self, QdCell *cell, const QdField *field)
{
  QdRange *range = cell->range;
  guint wanted, have = range->rows->len;
  QdTreeNode stub;
  QdTreeNode *at = qd_range_get_context_node (range, &stub);
  QdContext context = { &self->env, at, at, 1, 1 };
  QdNumber number = { 0 };

  if (field->count == NULL)
    wanted = (guint) field->fixed_count;
  else
    {
      gboolean is_number = qd_expr_eval_number (field->count, &context, &number, NULL) && !isnan (number.value);

      /* No number leaves the rows as they are. A new form has none until there is one. */
      if (!is_number && !(self->is_loading && self->mode == QD_INSTANCE_CREATE))
        return;
      wanted = !is_number || number.value <= 0 ? 0 : number.value >= MAX_COUNTED_ROWS ? MAX_COUNTED_ROWS
                                                                                      : (guint) number.value;
    }
  /* Stored data of a fixed range keeps its rows. */
  if (field->count == NULL && have >= wanted)
    return;
  /* A count that counts its own rows may go on for ever. */
  if (wanted > have && ++self->n_growths > MAX_GROWTHS)
    return;
  while (range->rows->len > wanted)
    {
      QdRow *row = g_ptr_array_index (range->rows, range->rows->len - 1);

      if (!self->is_loading && !self->is_applying)
        {
          g_autofree char *xml = qd_instance_write (self, &row->cells[0], QD_WRITE_DRAFT);

          qd_instance_record (self, QD_CHANGE_REMOVE, &row->cells[0], NULL, xml, NULL);
        }
      qd_instance_delete_row (self, range, range->rows->len - 1);
    }
  while (range->rows->len < wanted)
    {
      QdRow *row = qd_instance_insert_row (self, range, range->rows->len, NULL);

      if (!self->is_loading && !self->is_applying)
        {
          g_autofree char *xml = qd_instance_write (self, &row->cells[0], QD_WRITE_DRAFT);

          qd_instance_record (self, QD_CHANGE_ADD, &row->cells[0], NULL, NULL, xml);
        }
      qd_instance_refresh_new (self, row);
      qd_instance_mark_all (self, row);
      if (!self->is_loading && !self->is_applying && field->repeat_actions != NULL)
        for (guint i = 0; i < field->repeat_actions->len; i++)
          {
            QdPendingAction pending = { g_ptr_array_index (field->repeat_actions, i), row };

            g_array_append_val (self->pending, pending);
          }
    }
  if (wanted != have)
    {
      qd_instance_touch_rows (self, range, MIN (have, wanted));
      qd_instance_note_rows (self, range, MIN (have, wanted), have - MIN (have, wanted), wanted - MIN (have, wanted));
    }
}

static void
compute (QdInstance *self, const QdComp *comp, QdRow *row, QdCell *cell)
{
  const QdField *field = comp->field;

  switch (comp->prop)
    {
    case QD_PROP_COUNT:
      count_rows (self, cell, field);
      break;
    case QD_PROP_RELEVANT:
      if (set_flag (cell, QD_CELL_SELF_RELEVANT, eval_boolean (self, cell, field->relevant.expr, TRUE)))
        qd_instance_refresh_relevance (self, row, cell->slot);
      break;
    case QD_PROP_CALCULATE:
      calculate (self, cell, field);
      break;
    case QD_PROP_CHOICES:
      qd_instance_drop_choices (self, cell);
      if (*qd_instance_get_raw (self, cell) != '\0')
        apply_raw (self, cell, field, qd_instance_get_raw (self, cell));
      qd_instance_note_changed (self, cell);
      break;
    case QD_PROP_READONLY:
      if (set_flag (cell, QD_CELL_SELF_READONLY, eval_boolean (self, cell, field->readonly.expr, FALSE)))
        {
          qd_instance_note_changed (self, cell);
          note_below (self, row, field);
        }
      break;
    case QD_PROP_REQUIRED:
      if (set_flag (cell, QD_CELL_REQUIRED, eval_boolean (self, cell, field->required.expr, FALSE)))
        {
          qd_instance_note_changed (self, cell);
          if (field->comp[QD_PROP_CHECK] >= 0)
            qd_instance_mark (self, row, (guint) field->comp[QD_PROP_CHECK]);
        }
      break;
    case QD_PROP_CHECK:
      qd_instance_check_cell (self, cell);
      break;
    case QD_PROP_TEXT:
    case QD_N_PROPS:
      break;
    }
}

static inline gboolean
is_late (gint64 deadline)
{
  return deadline != 0 && g_get_monotonic_time () >= deadline;
}

/* The rest of a list, from the row @done on, for the next piece of work. */
static void
put_back (QdInstance *self, guint index, QdDirtyList *list, guint done)
{
  QdDirtyList *now = &self->dirty[index];
  QdDirtyList rest = { g_ptr_array_index (list->more, done - 1), list->more, list->n_stale + now->n_stale };

  g_ptr_array_remove_range (rest.more, 0, done);
  if (now->first != NULL)
    g_ptr_array_add (rest.more, now->first);
  if (now->more != NULL)
    {
      g_ptr_array_extend (rest.more, now->more, NULL, NULL);
      g_ptr_array_unref (now->more);
    }
  *now = rest;
  self->dirty_bits[index / 64] |= (guint64) 1 << (index % 64);
  self->lowest = MIN (self->lowest, index / 64);
}

/* The bit of the cell was taken away: when it was the last one of the list, there is no list any more. */
static void
leave_list (QdInstance *self, guint index)
{
  QdDirtyList *list = &self->dirty[index];

  if (--list->n_stale > 0)
    return;
  list->first = NULL;
  g_clear_pointer (&list->more, g_ptr_array_unref);
  self->dirty_bits[index / 64] &= ~((guint64) 1 << (index % 64));
}

/* What else is stale in the row, of the computations that need not wait for other rows. */
static void
run_group (QdInstance *self, guint index, guint end, QdRow *row)
{
  for (guint i = index; i < end && !row->is_dead; i++)
    {
      const QdComp *comp = &g_array_index (self->form->comps, QdComp, i);
      QdCell *cell = comp_cell (comp, row);
      guint32 bit = 1u << comp->prop;

      if ((cell->flags & bit) == 0)
        continue;
      cell->flags &= ~bit;
      leave_list (self, i);
      if (self->work_left == 0)
        continue;
      self->work_left--;
      compute (self, comp, row, cell);
    }
}

static void
run_comp (QdInstance *self, guint index, gint64 deadline)
{
  const QdComp *comp = &g_array_index (self->form->comps, QdComp, index);
  QdDirtyList list = self->dirty[index];
  guint32 bit = 1u << comp->prop;
  guint n = list.more == NULL ? 0 : list.more->len;

  memset (&self->dirty[index], 0, sizeof (QdDirtyList));
  self->dirty_bits[index / 64] &= ~((guint64) 1 << (index % 64));
  for (guint i = 0; i <= n; i++)
    {
      QdRow *row = i == 0 ? list.first : g_ptr_array_index (list.more, i - 1);
      QdCell *cell;

      if (i > 0 && i % LOOK_AT_CLOCK == 0 && is_late (deadline))
        {
          put_back (self, index, &list, i);
          return;
        }
      if (row->is_dead)
        continue;
      cell = comp_cell (comp, row);
      if ((cell->flags & bit) == 0)
        continue;
      cell->flags &= ~bit;
      if (self->work_left == 0)
        continue;
      self->work_left--;
      compute (self, comp, row, cell);
      run_group (self, index + 1, self->form->group_ends[index], row);
    }
  if (list.more != NULL)
    g_ptr_array_unref (list.more);
}

static gboolean
drain (QdInstance *self, gint64 deadline)
{
  guint n_words = self->form->comps->len / 64 + 1;

  while (self->lowest < n_words)
    {
      guint64 word = self->dirty_bits[self->lowest];

      if (self->cancellable != NULL && g_cancellable_is_cancelled (self->cancellable))
        return TRUE;
      if (self->share != NULL)
        g_atomic_int_set (self->share, (int) MAX ((guint) g_atomic_int_get (self->share), 350 + 650 * self->lowest / n_words));

      if (word == 0)
        {
          self->lowest++;
          continue;
        }
      /* However short the time, something is done. */
      run_comp (self, self->lowest * 64 + (guint) __builtin_ctzll (word), deadline);
      if (is_late (deadline))
        return FALSE;
    }
  if (self->work_left == 0)
    g_info ("the rows of the form %s do not come to rest", self->form->id);
  return TRUE;
}

/* Actions. */

static gboolean
target_nodes (QdInstance *self, const QdAction *action, QdRow *row, GPtrArray *out)
{
  const QdScope *scope = qd_field_get_scope (action->target);
  QdRow *common = row;

  if (action->ref != NULL && row != NULL)
    {
      QdCell *from = action->source == NULL ? &self->root->cells[0] : qd_row_get_cell (row, action->source);
      QdContext context = qd_instance_context (self, from);
      g_autoptr (GPtrArray) nodes = qd_expr_eval_nodes (action->ref, &context, NULL);

      for (guint i = 0; nodes != NULL && i < nodes->len; i++)
        {
          const QdTreeNode *node = g_ptr_array_index (nodes, i);

          if (node->data != NULL)
            g_ptr_array_add (out, node->data);
        }
      return out->len > 0;
    }
  if (common == NULL)
    common = self->root;
  /* The rows around the target that are also around the source are the same ones. */
  while (common->owner != NULL)
    {
      const QdScope *up = scope;

      while (up != NULL && up != common->scope)
        up = up->parent;
      if (up != NULL)
        break;
      common = common->owner;
    }
  if (common->scope == scope)
    g_ptr_array_add (out, &common->cells[qd_field_get_slot (action->target)]);
  else
    {
      /* Above its rows: every one of them. */
      const QdScope *step = scope;

      while (step->parent != common->scope)
        step = step->parent;
      for (guint i = 0; i < common->cells[step->field->slot].range->rows->len; i++)
        target_nodes (self, action, g_ptr_array_index (common->cells[step->field->slot].range->rows, i), out);
    }
  return out->len > 0;
}

static void
run_action (QdInstance *self, const QdAction *action, QdRow *row)
{
  g_autoptr (GPtrArray) targets = g_ptr_array_new ();

  /* No place is known on a desktop. */
  if (action->is_geopoint || !target_nodes (self, action, row, targets))
    return;
  for (guint i = 0; i < targets->len; i++)
    {
      QdCell *cell = g_ptr_array_index (targets, i);
      g_autofree char *text = NULL, *old = NULL;

      if (cell->node == NULL || (cell->flags & QD_CELL_RELEVANT) == 0)
        continue;
      if (action->value != NULL)
        {
          QdContext context = qd_instance_context (self, cell);

          text = qd_instance_eval_string (action->value, &context);
        }
      else
        text = g_strdup (action->literal);
      text = qd_value_coerce (qd_cell_get_field (cell), text == NULL ? g_strdup ("") : g_steal_pointer (&text));
      old = g_strdup (qd_instance_get_raw (self, cell));
      if (qd_instance_store (self, cell, text) && !self->is_loading)
        qd_instance_record (self, QD_CHANGE_VALUE, cell, NULL, old, text);
    }
}

void
qd_instance_run_event (QdInstance *self, QdEvents event, const QdField *repeat, QdRow *row)
{
  const GPtrArray *actions = repeat == NULL ? self->form->actions : repeat->repeat_actions;

  for (guint i = 0; actions != NULL && i < actions->len; i++)
    {
      const QdAction *action = g_ptr_array_index (actions, i);

      if ((action->events & event) != 0)
        {
          run_action (self, action, row);
          qd_instance_settle (self);
        }
    }
}

/* Works off all that is stale, then what actions set in turn, until all is at rest or time is over. */
static gboolean
work (QdInstance *self, gint64 deadline)
{
  gboolean is_done;

  if (!self->is_midway)
    {
      self->n_growths = 0;
      self->max_acted = self->pending->len + MAX_ACTIONS;
      /* Far more than any order of rows needs; a form whose rows chase each other stops here. */
      self->work_left = 1000000 + (guint64) self->next_id * QD_N_PROPS * 64;
    }
  self->is_settling = TRUE;
  is_done = drain (self, deadline);
  while (is_done && self->n_acted < self->pending->len && self->n_acted < self->max_acted)
    {
      QdPendingAction pending = g_array_index (self->pending, QdPendingAction, self->n_acted++);

      if (pending.row->is_dead)
        continue;
      run_action (self, pending.action, pending.row);
      is_done = drain (self, deadline) && !is_late (deadline);
    }
  self->is_settling = FALSE;
  self->is_midway = !is_done;
  if (!is_done)
    return FALSE;
  if (self->n_acted < self->pending->len)
    g_info ("the actions of the form %s set each other off without end", self->form->id);
  g_array_set_size (self->pending, 0);
  self->n_acted = 0;
  for (guint i = 0; i < self->graveyard->len; i++)
    g_free (g_ptr_array_index (self->graveyard, i));
  g_ptr_array_set_size (self->graveyard, 0);
  return TRUE;
}

void
qd_instance_settle (QdInstance *self)
{
  if (self->batch_depth == 0 && !self->is_settling)
    work (self, 0);
}

/* The moment until which to work; 0: to the end. */
static gint64
get_deadline (gint64 microseconds)
{
  gint64 now = g_get_monotonic_time ();

  return microseconds < G_MAXINT64 - now ? now + microseconds : 0;
}

gboolean
qd_instance_settle_some (QdInstance *self, gint64 microseconds)
{
  g_return_val_if_fail (QD_IS_INSTANCE (self) && self->batch_depth > 0, TRUE);

  return work (self, get_deadline (microseconds));
}

gboolean
qd_instance_rollback_some (QdInstance *self, gint64 microseconds)
{
  gint64 deadline = get_deadline (microseconds);
  gboolean is_done;

  g_return_val_if_fail (QD_IS_INSTANCE (self) && self->batch_depth == 1, TRUE);

  self->is_applying = TRUE;
  if (self->n_acted < self->pending->len)
    g_array_set_size (self->pending, self->n_acted);
  for (guint i = 0; self->changes->len > self->batch_mark && (i == 0 || !is_late (deadline)); i++)
    {
      if (!qd_instance_play_back (self, g_ptr_array_index (self->changes, self->changes->len - 1)))
        g_critical ("a change could not be taken back");
      g_ptr_array_set_size (self->changes, (gint) self->changes->len - 1);
    }
  is_done = self->changes->len == self->batch_mark && work (self, deadline);
  self->is_applying = FALSE;
  if (!is_done)
    return FALSE;
  self->batch_depth = 0;
  qd_instance_emit (self);
  return TRUE;
}

void
qd_instance_rollback (QdInstance *self)
{
  qd_instance_rollback_some (self, G_MAXINT64);
}

gboolean
qd_instance_is_open (QdInstance *self)
{
  g_return_val_if_fail (QD_IS_INSTANCE (self), FALSE);

  return self->batch_depth > 0;
}

static void
revalidate_row (QdInstance *self, QdRow *row)
{
  for (guint i = 0; i < row->scope->fields->len; i++)
    {
      const QdField *field = qd_row_get_field (row, i);
      QdCell *cell = &row->cells[i];

      if (qd_cell_is_range (cell, field))
        for (guint j = 0; j < cell->range->rows->len; j++)
          revalidate_row (self, g_ptr_array_index (cell->range->rows, j));
      else if (cell->node != NULL && g_strcmp0 (field->preload, "timestamp") == 0 && g_strcmp0 (field->preload_params, "end") == 0)
        {
          g_autofree char *text = self->env.klass->property (&self->env, "now");
          g_autofree char *old = g_strdup (qd_instance_get_raw (self, cell));

          if (qd_instance_store (self, cell, text))
            qd_instance_record (self, QD_CHANGE_VALUE, cell, NULL, old, text);
        }
    }
}

void
qd_instance_revalidate (QdInstance *self)
{
  revalidate_row (self, self->root);
  qd_instance_settle (self);
  qd_instance_emit (self);
}
