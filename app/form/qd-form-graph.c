/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-form"
#include "config.h"
#include "qd-form-parser-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The dependency graph of a form, at the level of fields. An edge says: when the value (or the rows) of this field change, that
 * computation is stale in every row which shares its first `level` rows with the place of the change. "../qty" has the full level: one row;
 * "sum(/data/row/qty)" has level 0. Rows never enter the graph, so it is as small with 50,000 rows as with one. */

/* Computations of a row that are done together. */
#define MAX_GROUP 256

/* Where a path can be after a step. A NULL field is the document. */
typedef struct
{
  const QdField *field;
  guint level;
} Spot;

/* Spots met together: those from @first on of a list that all sets of an expression share, each set in one piece. */
typedef struct
{
  GArray *list;
  guint first;
} Spots;

typedef struct
{
  guint ends; /* in the graph's list of ends: where the set before the first step begins, then where it and that of each step ends */
  guint n;
  gboolean is_foreign; /* in a secondary instance, or unknown */
  gboolean is_traced;
} Trace;

typedef struct
{
  QdFormParser *parser;
  QdForm *form;
  GArray *comps;  /* (owned) (element-type QdComp): in the order found */
  GArray *traces; /* (owned) (element-type Trace): of the expression being traced, as the next two */
  GArray *spots;  /* (owned) (element-type Spot) */
  GArray *ends;   /* (owned) (element-type guint) */
} Graph;

static guint
depth_of (const QdField *field)
{
  return qd_field_get_scope (field)->depth;
}

static int
comp_of (Graph *self, QdField *field, QdProp prop)
{
  if (field->comp[prop] < 0)
    {
      QdComp comp = { field, prop };

      field->comp[prop] = (gint32) self->comps->len;
      g_array_append_val (self->comps, comp);
    }
  return field->comp[prop];
}

static void
add_edge (GArray **edges, guint comp, guint level, gboolean positional)
{
  QdEdge edge = { comp, (guint16) level, positional };

  if (*edges == NULL)
    *edges = g_array_sized_new (FALSE, FALSE, sizeof (QdEdge), 1);
  for (guint i = 0; i < (*edges)->len; i++)
    {
      QdEdge *known = &g_array_index (*edges, QdEdge, i);

      if (known->comp == comp)
        {
          known->level = MIN (known->level, edge.level);
          known->positional = known->positional && positional;
          return;
        }
      /* Edges of one expression arrive together; a field with very many dependents would make this quadratic. */
      if (i > 64)
        break;
    }
  g_array_append_val (*edges, edge);
}

static void
add_spot (const Spots *set, const QdField *field, guint level)
{
  Spot spot = { field, level };

  for (guint i = set->first; i < set->list->len; i++)
    {
      Spot *known = &g_array_index (set->list, Spot, i);

      if (known->field == field)
        {
          known->level = MIN (known->level, level);
          return;
        }
    }
  g_array_append_val (set->list, spot);
}

static gboolean
fits (const QdField *field, const QdPathStep *step)
{
  return step->name == NULL || (field->local == step->name && field->ns == step->ns);
}

static void
descend (const Spots *set, const QdField *field, guint level, const QdPathStep *step)
{
  if (fits (field, step))
    add_spot (set, field, level);
  for (guint i = 0; i < field->children->len; i++)
    descend (set, g_ptr_array_index (field->children, i), level, step);
}

static const QdField *
parent_spot (const Spot *spot, guint *level_out)
{
  *level_out = spot->level;
  if (spot->field == NULL)
    return NULL;
  if (spot->field->is_repeat)
    *level_out = MIN (spot->level, spot->field->scope->depth);
  return spot->field->parent;
}

static void
step_children (Graph *self, const Spots *out, const Spot *spot, const QdPathStep *step)
{
  if (spot->field == NULL)
    {
      if (fits (self->form->root, step))
        add_spot (out, self->form->root, spot->level);
    }
  else if (step->name != NULL)
    {
      const QdField *child = qd_field_find_child (spot->field, step->ns, step->name);

      if (child != NULL)
        add_spot (out, child, spot->level);
    }
  else
    for (guint i = 0; i < spot->field->children->len; i++)
      add_spot (out, g_ptr_array_index (spot->field->children, i), spot->level);
}

static void
step_spot (Graph *self, const Spots *out, const Spot *spot, const QdPathStep *step)
{
  guint level;
  const QdField *parent;

  switch ((QdAxis) step->axis)
    {
    case QD_AXIS_SELF:
      if (spot->field == NULL ? step->name == NULL : fits (spot->field, step))
        add_spot (out, spot->field, spot->level);
      break;
    case QD_AXIS_CHILD:
      step_children (self, out, spot, step);
      break;
    case QD_AXIS_PARENT:
      parent = parent_spot (spot, &level);
      if (spot->field != NULL && (step->name == NULL || (parent != NULL && fits (parent, step))))
        add_spot (out, parent, level);
      break;
    case QD_AXIS_ATTRIBUTE:
      for (guint i = 0; spot->field != NULL && spot->field->attributes != NULL && i < spot->field->attributes->len; i++)
        if (fits (g_ptr_array_index (spot->field->attributes, i), step))
          add_spot (out, g_ptr_array_index (spot->field->attributes, i), spot->level);
      break;
    case QD_AXIS_DESCENDANT:
    case QD_AXIS_DESCENDANT_OR_SELF:
      if (spot->field == NULL)
        {
          if (step->axis == QD_AXIS_DESCENDANT_OR_SELF && step->name == NULL)
            add_spot (out, NULL, spot->level);
          descend (out, self->form->root, spot->level, step);
        }
      else if (step->axis == QD_AXIS_DESCENDANT_OR_SELF)
        descend (out, spot->field, spot->level, step);
      else
        for (guint i = 0; i < spot->field->children->len; i++)
          descend (out, g_ptr_array_index (spot->field->children, i), spot->level, step);
      break;
    case QD_AXIS_ANCESTOR:
    case QD_AXIS_ANCESTOR_OR_SELF:
      {
        Spot up = *spot;

        if (step->axis == QD_AXIS_ANCESTOR_OR_SELF && up.field != NULL && fits (up.field, step))
          add_spot (out, up.field, up.level);
        while (up.field != NULL)
          {
            parent = parent_spot (&up, &level);
            if (parent == NULL ? step->name == NULL : fits (parent, step))
              add_spot (out, parent, level);
            up.field = parent;
            up.level = level;
          }
      }
      break;
    case QD_AXIS_FOLLOWING_SIBLING:
    case QD_AXIS_PRECEDING_SIBLING:
      {
        Spot up;

        up.field = parent_spot (spot, &up.level);
        if (spot->field != NULL && up.field != NULL)
          step_children (self, out, &up, step);
      }
      break;
    case QD_AXIS_FOLLOWING:
    case QD_AXIS_PRECEDING:
      descend (out, self->form->root, 0, step);
      break;
    case QD_AXIS_NAMESPACE:
      break;
    }
}

/* Steps below the shared rows iterate over rows: their number matters, too. */
static void
note_rows (const Spots *set, int comp)
{
  for (guint i = set->first; comp >= 0 && i < set->list->len; i++)
    {
      const Spot *spot = &g_array_index (set->list, Spot, i);

      for (const QdField *field = spot->field; field != NULL; field = field->parent)
        if (field->is_repeat && spot->level < field->row_scope->depth)
          add_edge (&((QdField *) field)->structure_edges, (guint) comp, MIN (spot->level, field->scope->depth), FALSE);
    }
}

static void
note_leaves (const QdField *field, guint comp, guint level)
{
  add_edge (&((QdField *) field)->value_edges, comp, level, FALSE);
  for (guint i = 0; i < field->children->len; i++)
    note_leaves (g_ptr_array_index (field->children, i), comp, level);
}

static gboolean
is_around (const QdField *outer, const QdField *inner)
{
  for (; inner != NULL; inner = inner->parent)
    if (inner == outer)
      return TRUE;
  return FALSE;
}

static gboolean
note_dangling (Graph *self, const QdSite *site, const QdPath *path, const Spot *spot, const char *name, GError **error)
{
  g_autofree char *message = g_strdup_printf (_ ("“%s” names no node of the form’s data: there is no “%s” in %s."), qd_expr_get_text (site->expr), name, spot == NULL || spot->field == NULL ? "/" : spot->field->ref);

  return qd_form_parser_note_dangling (self->parser, error, qd_form_parser_offset (self->parser, site->node, site->attribute), path->position, message);
}

/* Where a set of a path ends and the next one begins. */
#define end_of(self, trace, i) g_array_index ((self)->ends, guint, (trace)->ends + (i))

static gboolean trace_path (Graph *self, const QdSite *site, int comp, guint index, GError **error);

/* What a path after something else can reach: anything of the name of its last step. */
static void
trace_other (Graph *self, const QdPath *path, int comp)
{
  GHashTableIter iter;
  QdField *field;
  const QdPathStep *last = path->n_steps == 0 ? NULL : &path->steps[path->n_steps - 1];
  Spots set = { self->spots, self->spots->len };

  if (comp < 0 || last == NULL)
    return;
  g_hash_table_iter_init (&iter, self->form->fields);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &field))
    if (fits (field, last))
      {
        add_edge (&field->value_edges, (guint) comp, 0, FALSE);
        add_spot (&set, field, 0);
      }
  note_rows (&set, comp);
  g_array_set_size (self->spots, set.first);
}

/* The spots where the path at @index begins; they become its first set. */
static gboolean
start_path (Graph *self, const QdSite *site, int comp, guint index, GError **error)
{
  const QdPath *path = qd_expr_get_path (site->expr, index);
  guint depth = site->prop == QD_PROP_COUNT ? site->field->scope->depth : depth_of (site->field);
  gboolean is_foreign = FALSE;
  Spots start = { self->spots, 0 };

  if (path->origin == QD_PATH_CONTEXT && path->outer >= 0 && !trace_path (self, site, comp, (guint) path->outer, error))
    return FALSE;
  start.first = self->spots->len;
  switch (path->origin)
    {
    case QD_PATH_INSTANCE:
      is_foreign = TRUE;
      if (path->instance_id != NULL && !g_hash_table_contains (self->form->secondary_index, path->instance_id))
        {
          g_autofree char *message = g_strdup_printf (_ ("There is no instance with the id “%s”."), path->instance_id);

          return qd_form_parser_fail_at (self->parser, error, QD_EXPR_ERROR, QD_EXPR_ERROR_UNKNOWN_NODE, qd_form_parser_offset (self->parser, site->node, site->attribute), path->position, message);
        }
      break;
    case QD_PATH_ROOT:
      add_spot (&start, NULL, 0);
      break;
    case QD_PATH_CURRENT:
      add_spot (&start, site->field, depth);
      break;
    case QD_PATH_CONTEXT:
      if (path->outer < 0)
        add_spot (&start, site->field, depth);
      else
        {
          const Trace *outer = &g_array_index (self->traces, Trace, path->outer);

          is_foreign = outer->is_foreign || path->outer_step + 1 >= outer->n + 1;
          if (!is_foreign)
            for (guint i = end_of (self, outer, path->outer_step + 1); i < end_of (self, outer, path->outer_step + 2); i++)
              {
                Spot spot = g_array_index (self->spots, Spot, i);

                g_array_append_val (self->spots, spot);
              }
        }
      break;
    case QD_PATH_OTHER:
      is_foreign = TRUE;
      trace_other (self, path, comp);
      break;
    }
  g_array_index (self->traces, Trace, index).is_foreign = is_foreign;
  end_of (self, &g_array_index (self->traces, Trace, index), 0) = start.first;
  end_of (self, &g_array_index (self->traces, Trace, index), 1) = self->spots->len;
  return TRUE;
}

static gboolean
trace_path (Graph *self, const QdSite *site, int comp, guint index, GError **error)
{
  const QdPath *path = qd_expr_get_path (site->expr, index);
  Trace *trace = &g_array_index (self->traces, Trace, index);
  Spots set = { self->spots, 0 };

  if (trace->is_traced)
    return TRUE;
  trace->is_traced = TRUE;
  trace->n = path->n_steps;
  trace->ends = self->ends->len;
  g_array_set_size (self->ends, self->ends->len + path->n_steps + 2);
  if (!start_path (self, site, comp, index, error))
    return FALSE;
  if (trace->is_foreign)
    return TRUE;
  set.first = end_of (self, trace, 0);
  for (guint i = 0; i < path->n_steps; i++)
    {
      const QdPathStep *step = &path->steps[i];
      guint first = set.first, end = self->spots->len;

      set.first = end;
      for (guint j = first; j < end; j++)
        {
          /* The list may move while it grows. */
          const Spot spot = g_array_index (self->spots, Spot, j);

          step_spot (self, &set, &spot, step);
        }
      if (self->spots->len == end && end > first && step->axis == QD_AXIS_CHILD && step->name != NULL && !note_dangling (self, site, path, &g_array_index (self->spots, Spot, first), step->name, error))
        return FALSE;
      end_of (self, trace, i + 2) = self->spots->len;
      note_rows (&set, comp);
    }
  for (guint i = set.first; comp >= 0 && i < self->spots->len; i++)
    {
      const Spot *spot = &g_array_index (self->spots, Spot, i);

      if (spot->field == NULL || (spot->field == site->field && site->prop == QD_PROP_CALCULATE && spot->field->keeps_value))
        continue;
      add_edge (&((QdField *) spot->field)->value_edges, (guint) comp, spot->level, FALSE);
      /* The text of a group is that of its fields. */
      if (spot->field->is_group && !spot->field->is_repeat && !is_around (spot->field, site->field))
        note_leaves (spot->field, (guint) comp, spot->level);
    }
  return TRUE;
}

static gboolean
trace_site (Graph *self, const QdSite *site, GError **error)
{
  guint n = qd_expr_get_n_paths (site->expr);
  int comp = site->prop < 0 ? -1 : comp_of (self, site->field, (QdProp) site->prop);

  g_array_set_size (self->spots, 0);
  g_array_set_size (self->ends, 0);
  g_array_set_size (self->traces, 0);
  g_array_set_size (self->traces, n);
  for (guint i = 0; i < n; i++)
    if (!trace_path (self, site, comp, i, error))
      return FALSE;
  /* position(): rows after a change of rows have another one. */
  if (comp >= 0 && (qd_expr_get_uses (site->expr) & QD_EXPR_USES_POSITION) != 0)
    for (QdField *field = site->field; field != NULL; field = field->parent)
      if (field->is_repeat && !(site->prop == QD_PROP_COUNT && field == site->field))
        add_edge (&field->structure_edges, (guint) comp, field->scope->depth, TRUE);
  return TRUE;
}

/* What each field needs beyond its expressions. */
static void
add_own_comps (Graph *self, QdField *field)
{
  gboolean has_type = !field->is_group && (field->value_type != QD_VALUE_STRING || field->itemset != NULL);
  gboolean is_checked = has_type || field->required.kind == QD_RULE_TRUE || field->required.kind == QD_RULE_EXPR || field->constraint.kind == QD_RULE_EXPR || field->constraint.kind == QD_RULE_FALSE || field->checks != NULL;

  if (field->fixed_count >= 0 || field->count != NULL)
    comp_of (self, field, QD_PROP_COUNT);
  if (is_checked && !field->is_attribute)
    {
      guint comp = (guint) comp_of (self, field, QD_PROP_CHECK);

      add_edge (&field->value_edges, comp, depth_of (field), FALSE);
    }
  if (field->calculate != NULL)
    comp_of (self, field, QD_PROP_CALCULATE);
}

/* Ordering. Nodes: each computation, and of each field its inherited relevance, its value, and its rows. */

typedef struct
{
  guint from;
  guint to : 31;
  guint is_weak : 1; /* goes to other rows of the same repeat only perhaps */
} Arc;

typedef struct
{
  Arc *arcs; /* (owned) */
  guint n, size;
} Order;

static inline void
add_arc (Order *self, guint from, guint to, gboolean is_weak)
{
  if (self->n == self->size)
    {
      self->size = MAX (1024, 2 * self->size);
      self->arcs = g_renew (Arc, self->arcs, self->size);
    }
  self->arcs[self->n++] = (Arc){ from, to & G_MAXINT32, is_weak != 0 };
}

static guint *
sort_order (const Order *self, guint n, gboolean with_weak, guint *n_done_out, guint8 **is_done_out)
{
  guint *start = g_new0 (guint, n + 2), *targets = g_new (guint, self->n + 1), *degree = g_new0 (guint, n), *queue = g_new (guint, n + 1);
  guint head = 0, tail = 0;
  guint8 *is_done = g_new0 (guint8, n);

  for (guint i = 0; i < self->n; i++)
    if (with_weak || !self->arcs[i].is_weak)
      start[self->arcs[i].from + 2]++;
  for (guint i = 2; i <= n; i++)
    start[i] += start[i - 1];
  for (guint i = 0; i < self->n; i++)
    if (with_weak || !self->arcs[i].is_weak)
      {
        targets[start[self->arcs[i].from + 1]++] = self->arcs[i].to;
        degree[self->arcs[i].to]++;
      }
  for (guint i = 0; i < n; i++)
    if (degree[i] == 0)
      queue[tail++] = i;
  while (head < tail)
    {
      guint node = queue[head++];

      is_done[node] = TRUE;
      for (guint i = start[node]; i < start[node + 1]; i++)
        if (--degree[targets[i]] == 0)
          queue[tail++] = targets[i];
    }
  g_free (start);
  g_free (targets);
  g_free (degree);
  *n_done_out = tail;
  *is_done_out = is_done;
  return queue;
}

static gboolean
fail_cycle (Graph *self, const Order *order, const guint8 *is_done, guint n_comps, guint n, GPtrArray *owners, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree guint *back = g_new (guint, n);
  g_autofree guint8 *seen = g_new0 (guint8, n);
  g_autofree char *message = NULL;
  g_autoptr (GPtrArray) circle = g_ptr_array_new ();
  guint node = 0;
  const QdField *first = NULL;

  /* From any node that was left over, walking backwards over others left over ends in a circle. */
  for (guint i = 0; i < n; i++)
    back[i] = G_MAXUINT;
  for (guint i = 0; i < order->n; i++)
    {
      const Arc *arc = &order->arcs[i];

      if (!is_done[arc->from] && !is_done[arc->to] && !arc->is_weak)
        back[arc->to] = arc->from;
    }
  while (node < n && (is_done[node] || back[node] == G_MAXUINT))
    node++;
  for (; node < n && !seen[node]; node = back[node])
    seen[node] = TRUE;
  memset (seen, 0, n);
  for (; node < n && !seen[node]; node = back[node])
    {
      const QdField *field = node < n_comps ? g_array_index (self->comps, QdComp, node).field : g_ptr_array_index (owners, (node - n_comps) / 3);

      seen[node] = TRUE;
      if (node < n_comps && !g_ptr_array_find (circle, field, NULL))
        g_ptr_array_add (circle, (gpointer) field);
    }
  for (guint i = circle->len; i-- > 0;)
    {
      const QdField *field = g_ptr_array_index (circle, i);

      g_string_append_printf (names, "%s%s", names->len == 0 ? "" : ", ", field->ref);
      first = field;
    }
  message = g_strdup_printf (circle->len == 1 ? _ ("Cycle: %s depends on itself. Remove the reference to itself.") : _ ("Cycle: these depend on each other in a circle: %s. Break it at one of them."), names->str);
  return qd_form_parser_fail_at (self->parser, error, QD_FORM_ERROR, QD_FORM_ERROR_CYCLE, first == NULL ? 0 : first->offset, 0, message);
}

static gboolean
order_comps (Graph *self, GError **error)
{
  QdForm *form = self->form;
  g_autoptr (GPtrArray) owners = g_ptr_array_new ();
  g_autofree guint *queue = NULL;
  g_autofree guint8 *is_done = NULL;
  g_autofree guint *place = NULL;
  Order order = { 0 };
  guint n_comps = self->comps->len, n, n_done;
  gboolean is_fine = TRUE;

  for (guint i = 0; i < form->scopes->len; i++)
    {
      const QdScope *scope = g_ptr_array_index (form->scopes, i);

      for (guint j = i == 0 ? 0 : 1; j < scope->fields->len; j++)
        {
          ((QdField *) g_ptr_array_index (scope->fields, j))->number = owners->len;
          g_ptr_array_add (owners, g_ptr_array_index (scope->fields, j));
        }
    }
  n = n_comps + 3 * owners->len;
  for (guint i = 0; i < owners->len; i++)
    {
      QdField *field = g_ptr_array_index (owners, i);
      guint relevance = n_comps + 3 * i, value = relevance + 1, rows = relevance + 2;
      const gint32 *comp = field->comp;

      if (field->parent != NULL)
        add_arc (&order, n_comps + 3 * field->parent->number, relevance, FALSE);
      if (comp[QD_PROP_RELEVANT] >= 0)
        add_arc (&order, (guint) comp[QD_PROP_RELEVANT], relevance, FALSE);
      add_arc (&order, relevance, value, FALSE);
      for (guint prop = QD_PROP_CALCULATE; prop <= QD_PROP_CHECK; prop++)
        if (comp[prop] >= 0)
          add_arc (&order, relevance, (guint) comp[prop], FALSE);
      if (comp[QD_PROP_CALCULATE] >= 0)
        add_arc (&order, (guint) comp[QD_PROP_CALCULATE], value, FALSE);
      if (comp[QD_PROP_CHOICES] >= 0)
        add_arc (&order, (guint) comp[QD_PROP_CHOICES], value, FALSE);
      if (comp[QD_PROP_REQUIRED] >= 0 && comp[QD_PROP_CHECK] >= 0)
        add_arc (&order, (guint) comp[QD_PROP_REQUIRED], (guint) comp[QD_PROP_CHECK], FALSE);
      if (comp[QD_PROP_COUNT] >= 0)
        /* A count may look at the rows there are, as long as it comes to rest: "one more while the last says so". */
        add_arc (&order, (guint) comp[QD_PROP_COUNT], rows, TRUE);
      for (guint j = 0; field->value_edges != NULL && j < field->value_edges->len; j++)
        {
          const QdEdge *edge = &g_array_index (field->value_edges, QdEdge, j);
          const QdComp *target = &g_array_index (self->comps, QdComp, edge->comp);
          guint depth = MIN (depth_of (field), depth_of (target->field));
          /* Reading its own value is harmless for an itemset (which choices there are then follows from what was chosen) and for a
           * calculate that is known to keep it. */
          gboolean is_own = target->field == field && (target->prop == QD_PROP_CHOICES || (target->prop == QD_PROP_CALCULATE && field->keeps_value));

          if (!is_own)
            add_arc (&order, value, edge->comp, edge->level < depth);
        }
      for (guint j = 0; field->structure_edges != NULL && j < field->structure_edges->len; j++)
        add_arc (&order, rows, g_array_index (field->structure_edges, QdEdge, j).comp, FALSE);
    }
  queue = sort_order (&order, n, TRUE, &n_done, &is_done);
  if (n_done < n)
    {
      /* Running totals read other rows of their own field. Rows then settle one after the other. */
      g_free (queue);
      g_free (is_done);
      queue = sort_order (&order, n, FALSE, &n_done, &is_done);
    }
  if (n_done < n)
    is_fine = fail_cycle (self, &order, is_done, n_comps, n, owners, error);
  g_free (order.arcs);
  if (!is_fine)
    return FALSE;

  /* Renumber: the index of a computation is its turn. */
  place = g_new (guint, n_comps);
  for (guint i = 0; i < n; i++)
    if (queue[i] < n_comps)
      {
        place[queue[i]] = form->comps->len;
        g_array_append_val (form->comps, g_array_index (self->comps, QdComp, queue[i]));
      }
  for (guint i = 0; i < owners->len; i++)
    {
      QdField *field = g_ptr_array_index (owners, i);
      GArray *lists[] = { field->value_edges, field->structure_edges };

      for (guint prop = 0; prop < QD_N_PROPS; prop++)
        if (field->comp[prop] >= 0)
          field->comp[prop] = (gint32) place[field->comp[prop]];
      for (guint k = 0; k < G_N_ELEMENTS (lists); k++)
        for (guint j = 0; lists[k] != NULL && j < lists[k]->len; j++)
          g_array_index (lists[k], QdEdge, j).comp = place[g_array_index (lists[k], QdEdge, j).comp];
    }
  return TRUE;
}

/* The first computation that waits for what @field says in all rows, not in its own alone. */
static guint
first_across (const QdField *field, guint depth, guint first)
{
  for (guint i = 0; field->value_edges != NULL && i < field->value_edges->len; i++)
    {
      const QdEdge *edge = &g_array_index (field->value_edges, QdEdge, i);

      if (edge->level < depth)
        first = MIN (first, edge->comp);
    }
  return first;
}

static guint
first_across_below (const QdField *field, guint depth, guint first)
{
  first = first_across (field, depth, first);
  for (guint i = 0; field->attributes != NULL && i < field->attributes->len; i++)
    first = first_across (g_ptr_array_index (field->attributes, i), depth, first);
  for (guint i = 0; i < field->children->len; i++)
    first = first_across_below (g_ptr_array_index (field->children, i), depth, first);
  return first;
}

/* Rows lie apart in memory. Where consecutive computations of a row wait for nothing of other rows, one row after the other is done with them, not one
 * computation after the other in all rows. */
static void
group_comps (QdForm *form)
{
  guint n = form->comps->len;
  g_autofree guint *limits = g_new (guint, n + 1);

  form->group_ends = g_new (guint, n + 1);
  for (guint i = 0; i < n; i++)
    {
      const QdComp *comp = &g_array_index (form->comps, QdComp, i);
      guint depth = comp->prop == QD_PROP_COUNT ? 0 : depth_of (comp->field);

      limits[i] = G_MAXUINT;
      if (depth == 0 || comp->prop == QD_PROP_TEXT)
        limits[i] = 0;
      else if (comp->prop == QD_PROP_RELEVANT)
        limits[i] = first_across_below (comp->field, depth, G_MAXUINT);
      else if (comp->prop == QD_PROP_CALCULATE || comp->prop == QD_PROP_CHOICES)
        limits[i] = first_across (comp->field, depth, G_MAXUINT);
    }
  for (guint i = 0; i < n; i++)
    {
      const QdScope *scope = qd_field_get_scope (g_array_index (form->comps, QdComp, i).field);
      guint end = MIN (n, i + MAX_GROUP), j;

      for (j = i; j < end && limits[j] > j && qd_field_get_scope (g_array_index (form->comps, QdComp, j).field) == scope; j++)
        end = MIN (end, limits[j]);
      form->group_ends[i] = MAX (j, i + 1);
    }
}

gboolean
qd_form_parser_build_graph (QdFormParser *parser, GError **error)
{
  Graph self = { parser, parser->form };
  gboolean is_fine = TRUE;

  self.comps = g_array_new (FALSE, FALSE, sizeof (QdComp));
  self.traces = g_array_new (FALSE, TRUE, sizeof (Trace));
  self.spots = g_array_new (FALSE, FALSE, sizeof (Spot));
  self.ends = g_array_new (FALSE, TRUE, sizeof (guint));
  for (guint i = 0; is_fine && i < parser->sites->len; i++)
    is_fine = trace_site (&self, &g_array_index (parser->sites, QdSite, i), error);
  for (guint i = 0; is_fine && i < self.form->scopes->len; i++)
    {
      const QdScope *scope = g_ptr_array_index (self.form->scopes, i);

      for (guint j = i == 0 ? 0 : 1; j < scope->fields->len; j++)
        add_own_comps (&self, g_ptr_array_index (scope->fields, j));
    }
  if (is_fine)
    is_fine = order_comps (&self, error);
  if (is_fine)
    group_comps (parser->form);
  g_array_unref (self.comps);
  g_array_unref (self.traces);
  g_array_unref (self.spots);
  g_array_unref (self.ends);
  return is_fine;
}
