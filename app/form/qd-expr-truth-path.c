/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-truth-path"
#include "config.h"
#include "qd-expr-truth-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define WIDE 40

/* The trail. */

/* Each place once from @from on; what is missing still finds room where what is known does not. */
static void
add_to_trail (GArray *trail, guint from, gboolean near, const QdTrailItem *item)
{
  guint room = from + (item->kind == QD_TRAIL_KNOWN ? QD_MAX_TRAIL : 2 * QD_MAX_TRAIL);

  /* In one operand repetitions come close together; what is kept in the end is looked at in whole. */
  if (near)
    from = MAX (from + 3, trail->len) - 3;
  for (guint i = trail->len; i-- > from;)
    {
      const QdTrailItem *other = &g_array_index (trail, QdTrailItem, i);

      if (other->node == item->node && other->name == item->name && other->kind == item->kind)
        return;
    }
  if (trail->len < room)
    g_array_append_vals (trail, item, 1);
}

void
qd_truth_leave_trail (QdTruthEval *self, QdTrailKind kind, QdTreeNode *node, const char *name)
{
  QdTrailItem item = { node, name, (guint8) kind };

  add_to_trail (self->trail, self->segment, TRUE, &item);
}

void
qd_truth_append_trail (GArray *trail, const GArray *more)
{
  for (guint i = 0; i < more->len; i++)
    add_to_trail (trail, 0, FALSE, &g_array_index (more, QdTrailItem, i));
}

static void
found_add (QdFoundSet *set, QdTreeNode *node, QdTruth certainty)
{
  if (set->items == NULL && set->n < G_N_ELEMENTS (set->inside))
    {
      set->inside[set->n++] = (QdFound){ node, certainty };
      return;
    }
  if (set->n >= set->size)
    {
      set->size = MAX (32, set->size * 2);
      set->items = g_renew (QdFound, set->items, set->size);
      if (set->n == G_N_ELEMENTS (set->inside))
        memcpy (set->items, set->inside, sizeof set->inside);
    }
  set->items[set->n++] = (QdFound){ node, certainty };
}

const QdFound *
qd_found_get (const QdFoundSet *set, guint i)
{
  return set->items == NULL ? &set->inside[i] : &set->items[i];
}

/* Values. */

static gboolean
is_unsure (const QdTreeNode *node)
{
  return node->n_attributes > 0 && qd_tree_node_get_attribute (node, NULL, "maybe") != NULL;
}

static gboolean
text_is_known (const char *text)
{
  if (g_ascii_isalnum (*text) && *text != 'u')
    return TRUE;
  text += strspn (text, " \t\r\n");
  return *text != '\0' && strcmp (text, "unknown") != 0;
}

/* A row or group is there or not; a leaf is known when it has a value that is not "unknown". */
static gboolean
node_is_known (const QdTreeNode *node)
{
  QdText text;
  gboolean known;

  if (node->kind == QD_TREE_ELEMENT && node->n_children > 0)
    {
      if (node->n_children > 1 || node->children[0]->kind == QD_TREE_ELEMENT)
        return TRUE;
    }
  qd_text_of_node (&text, node);
  known = text_is_known (text.text);
  qd_text_clear (&text);
  return known;
}

gboolean
qd_truth_leaf_is_known (QdTruthEval *self, QdTreeNode *node)
{
  gboolean known = node_is_known (node);

  qd_truth_leave_trail (self, known ? QD_TRAIL_KNOWN : QD_TRAIL_MISSING, node, NULL);
  return known;
}

/* Paths. */

typedef struct _Walk3 Walk3;
typedef gboolean (*Visit3) (Walk3 *walk, QdTreeNode *node, QdTruth certainty);

struct _Walk3
{
  QdTruthEval *truth;
  const QdScope *scope;
  const QdExprPath *path;
  Visit3 visit;
  gpointer data;
  GArray *outer; /* the trail around */
  GArray *chain; /* (owned): what the predicates of the steps to this node looked at */
  QdTruth rest;
  QdTrailItem rest_item; /* of the first place where something may be missing */
  QdTrailItem table;     /* the first rows that were looked at and do not fit */
};

static gboolean
matches_name (const QdStep *step, const QdTreeNode *node)
{
  return node->name == step->name && node->kind == QD_TREE_ELEMENT && !(node->flags & QD_TREE_FLAG_TEMPLATE) &&
         (node->ns == step->ns || (step->loose && (node->ns == step->loose_ns || strcmp (step->loose_ns, "*") == 0)));
}

/* Where among its children those of a name can be: all over, unless the host knows better of a wide one. */
static void
narrow (QdTruthEval *self, QdTreeNode *node, const char *ns, const char *name, guint *first, guint *end)
{
  guint n;

  *first = 0;
  *end = node->n_children;
  if (node->n_children > WIDE && self->env.klass->children (&self->env, node, ns, name, first, &n))
    *end = *first + n;
}

/* (nullable): the element that says whether there is anything called @name in @node */
static const QdTreeNode *
find_question (QdTruthEval *self, QdTreeNode *node, const char *name)
{
  guint first, end;

  if (self->any_of != name)
    {
      g_autofree char *any = g_strconcat (name, "-any", NULL);

      self->any_of = name;
      self->any = g_intern_string (any);
    }
  narrow (self, node, node->ns, self->any, &first, &end);
  for (guint i = first; i < end; i++)
    if (node->children[i]->name == self->any && node->children[i]->kind == QD_TREE_ELEMENT)
      return node->children[i];
  return NULL;
}

/* Nothing of this name is in @node: does anybody say that there is none? */
static void
note_absence (Walk3 *walk, QdTreeNode *node, const QdStep *step, QdTruth certainty)
{
  QdTruthWorld *world = walk->truth->world;
  const QdTreeNode *said;

  if (certainty == QD_TRUTH_NO || (world->is_list_element != NULL && world->is_list_element (world, step->name)))
    return;
  said = find_question (walk->truth, node, step->name);
  if (said != NULL)
    {
      QdText text;
      gboolean none;

      qd_text_of_node (&text, said);
      none = strcmp (text.text, "no") == 0;
      qd_text_clear (&text);
      if (none)
        {
          if (walk->table.node == NULL)
            walk->table = (QdTrailItem){ (QdTreeNode *) said, NULL, QD_TRAIL_KNOWN };
          return;
        }
    }
  if (walk->rest == QD_TRUTH_NO)
    walk->rest_item = (QdTrailItem){ node, step->name, said != NULL ? QD_TRAIL_NO_ROWS : QD_TRAIL_MISSING };
  walk->rest = QD_TRUTH_MAYBE;
}

/* The children an index says can pass the condition @node; NULL when there is none, and all have to be looked at. */
static GPtrArray *
find_candidates (QdTruthEval *self, QdTreeNode *parent, const QdStep *step, const QdExprNode *node)
{
  const QdStep *key;

  switch ((QdExprKind) node->kind)
    {
    case QD_NODE_EQUAL:
      if (node->items[0]->kind != QD_NODE_PATH || node->items[1]->kind != QD_NODE_STRING || node->items[0]->path->origin != QD_PATH_CONTEXT || node->items[0]->path->n_steps != 1)
        return NULL;
      key = node->items[0]->path->steps;
      if (key->axis != QD_AXIS_CHILD || key->test != QD_TEST_NAME || key->n_predicates > 0)
        return NULL;
      {
        GPtrArray *found = self->world->lookup (self->world, parent, step->name, key->name, node->items[1]->string);

        return found == NULL ? NULL : g_ptr_array_ref (found);
      }
    case QD_NODE_AND:
      for (guint i = 0; i < node->n; i++)
        {
          GPtrArray *found = find_candidates (self, parent, step, node->items[i]);

          if (found != NULL)
            return found;
        }
      return NULL;
    case QD_NODE_OR:
      {
        g_autoptr (GPtrArray) all = g_ptr_array_new ();
        g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

        for (guint i = 0; i < node->n; i++)
          {
            g_autoptr (GPtrArray) found = find_candidates (self, parent, step, node->items[i]);

            if (found == NULL)
              return NULL;
            for (guint j = 0; j < found->len; j++)
              if (g_hash_table_add (seen, found->pdata[j]))
                g_ptr_array_add (all, found->pdata[j]);
          }
        return g_steal_pointer (&all);
      }
    case QD_NODE_CALL:
      return node->call.function->logic == QD_LOGIC_CERTAIN ? find_candidates (self, parent, step, node->items[0]) : NULL;
    case QD_NODE_UNION:
    case QD_NODE_SUM:
    case QD_NODE_NOT_EQUAL:
    case QD_NODE_LESS:
    case QD_NODE_LESS_EQUAL:
    case QD_NODE_GREATER:
    case QD_NODE_GREATER_EQUAL:
    case QD_NODE_SUBTRACT:
    case QD_NODE_MULTIPLY:
    case QD_NODE_DIVIDE:
    case QD_NODE_MODULO:
    case QD_NODE_NEGATE:
    case QD_NODE_NUMBER:
    case QD_NODE_STRING:
    case QD_NODE_PATH:
    default:
      return NULL;
    }
}

/* What a predicate says of one node. @n: how many nodes have come to it; @sure: none of them was uncertain. */
static QdTruth
eval_predicate (QdTruthEval *self, const QdPredicate *predicate, QdTreeNode *node, guint n, guint size, gboolean sure)
{
  QdScope scope = { node, n, size };
  QdTruth position;
  double number = 0;

  switch ((QdPredicateKind) predicate->kind)
    {
    case QD_PREDICATE_INDEX:
      if (sure)
        return predicate->index == n ? QD_TRUTH_YES : QD_TRUTH_NO;
      return predicate->index <= n ? QD_TRUTH_MAYBE : QD_TRUTH_NO;
    case QD_PREDICATE_LAST:
      if (sure)
        return n == size ? QD_TRUTH_YES : QD_TRUTH_NO;
      return QD_TRUTH_MAYBE;
    case QD_PREDICATE_PLAIN:
    case QD_PREDICATE_KEY:
    default:
      break;
    }
  switch ((QdValueType) predicate->node->type)
    {
    case QD_VALUE_NUMBER:
    case QD_VALUE_DATE:
      if (!qd_truth_is_known (self, &scope, predicate->node))
        return QD_TRUTH_MAYBE;
      if (!qd_eval_double (&self->ev, &scope, predicate->node, &number))
        return QD_TRUTH_MAYBE;
      position = number == n ? QD_TRUTH_YES : QD_TRUTH_NO;
      return sure ? position : QD_TRUTH_MAYBE;
    case QD_VALUE_ANY:
    case QD_VALUE_NODES:
    case QD_VALUE_STRING:
    case QD_VALUE_BOOLEAN:
    default:
      break;
    }
  if (!sure && (predicate->node->flags & (QD_NODE_FLAG_POSITION | QD_NODE_FLAG_LAST)))
    return QD_TRUTH_MAYBE;
  return qd_truth_eval (self, &scope, predicate->node);
}

static gboolean walk3 (Walk3 *walk, QdTreeNode *node, guint i, QdTruth certainty);

/* FALSE: the visitor has enough. */
static gboolean
try_nodes (Walk3 *walk, QdTreeNode *const *nodes, guint n_nodes, const QdPredicate *predicates, guint n_predicates, guint next, QdTruth certainty)
{
  QdTruthEval *self = walk->truth;
  gboolean counts = FALSE;
  guint n[QD_EXPR_MAX_COUNTED] = { 0 }, size[QD_EXPR_MAX_COUNTED] = { 0 };
  gboolean sure[QD_EXPR_MAX_COUNTED];

  /* last() needs to know how many there are at that predicate; only for the first one is that simply all. */
  size[0] = n_nodes;
  for (guint p = 0; p < G_N_ELEMENTS (sure); p++)
    sure[p] = certainty == QD_TRUTH_YES;
  for (guint p = 1; p < n_predicates; p++)
    counts |= predicates[p].kind == QD_PREDICATE_LAST || (predicates[p].node->flags & QD_NODE_FLAG_LAST);
  if (n_predicates > G_N_ELEMENTS (sure) || counts)
    return qd_eval_fail (&self->ev, predicates[0].node, QD_EXPR_ERROR_TOO_COMPLEX, _ ("Too many conditions on one step, or last() behind another condition; rules cannot have that."));
  for (guint c = 0; c < n_nodes; c++)
    {
      guint mark = walk->chain->len;
      QdTruth passes = certainty;

      if (!qd_eval_work (&self->ev, 1))
        return FALSE;
      if (is_unsure (nodes[c]))
        {
          passes = MIN (passes, QD_TRUTH_MAYBE);
          qd_truth_leave_trail (self, QD_TRAIL_UNSURE, nodes[c], NULL);
        }
      for (guint p = 0; p < n_predicates && passes != QD_TRUTH_NO; p++)
        {
          QdTruth one = eval_predicate (self, &predicates[p], nodes[c], ++n[p], size[p], sure[p]);

          passes = MIN (passes, one);
          for (guint q = p + 1; passes == QD_TRUTH_MAYBE && q < n_predicates; q++)
            sure[q] = FALSE;
        }
      if (self->ev.error != NULL || (passes != QD_TRUTH_NO && !walk3 (walk, nodes[c], next, passes)))
        return FALSE;
      g_array_set_size (walk->chain, mark);
    }
  return TRUE;
}

static gboolean
walk_children (Walk3 *walk, QdTreeNode *node, guint i, QdTruth certainty)
{
  QdTruthEval *self = walk->truth;
  const QdStep *step = &walk->path->steps[i];
  g_autoptr (GPtrArray) candidates = NULL;
  QdTreeNode *few[WIDE];
  QdNodeSet set = { 0 };
  gboolean go_on;
  guint n = 0, start, end;

  narrow (self, node, step->ns, step->name, &start, &end);
  if (step->n_predicates > 0 && node->n_children > WIDE && self->world->lookup != NULL)
    candidates = find_candidates (self, node, step, step->predicates[0].node);
  if (candidates != NULL)
    {
      gboolean any = FALSE;

      for (guint c = start; c < end && !any; c++)
        any = matches_name (step, node->children[c]);
      if (!any)
        note_absence (walk, node, step, certainty);
      else if (walk->table.node == NULL)
        walk->table = (QdTrailItem){ node, step->name, QD_TRAIL_TABLE };
      return try_nodes (walk, (QdTreeNode *const *) candidates->pdata, candidates->len, step->predicates, step->n_predicates, i + 1, certainty);
    }
  for (guint c = start; c < end; c++)
    {
      if (!matches_name (step, node->children[c]))
        continue;
      if (n < WIDE)
        few[n] = node->children[c];
      else if (n == WIDE)
        for (guint j = 0; j < WIDE; j++)
          qd_node_set_add (&set, few[j]);
      if (n >= WIDE)
        qd_node_set_add (&set, node->children[c]);
      n++;
    }
  if (!qd_eval_work (&self->ev, (end - start) / 4))
    return FALSE;
  if (n == 0)
    note_absence (walk, node, step, certainty);
  else if (step->n_predicates > 0 && walk->table.node == NULL)
    walk->table = (QdTrailItem){ node, step->name, QD_TRAIL_TABLE };
  go_on = try_nodes (walk, n > WIDE ? set.items : few, n, step->predicates, step->n_predicates, i + 1, certainty);
  qd_node_set_clear (&set);
  return go_on;
}

static gboolean
walk3 (Walk3 *walk, QdTreeNode *node, guint i, QdTruth certainty)
{
  const QdStep *step;
  QdNodeSet set = { 0 };
  QdTreeNode *one;
  gboolean go_on;

  if (i == walk->path->n_steps)
    return walk->visit (walk, node, certainty);
  step = &walk->path->steps[i];
  if (step->axis == QD_AXIS_CHILD && step->test == QD_TEST_NAME)
    return walk_children (walk, node, i, certainty);
  qd_path_add_axis (&walk->truth->ev, step, node, &set);
  if (!qd_eval_work (&walk->truth->ev, 1 + set.n))
    {
      qd_node_set_clear (&set);
      return FALSE;
    }
  one = set.one;
  go_on = try_nodes (walk, set.items == NULL ? &one : set.items, set.n, step->predicates, step->n_predicates, i + 1, certainty);
  qd_node_set_clear (&set);
  return go_on;
}

/* Visits the nodes of a path with how certainly they are in it. What was looked at on the way is in walk->chain while the visitor runs. */
static void
walk_path (Walk3 *walk)
{
  QdTruthEval *self = walk->truth;
  const QdExprPath *path = walk->path;
  GArray *trail = self->trail;
  guint segment = self->segment;
  QdFoundSet base = { 0 };
  QdTreeNode *start = NULL;

  walk->rest = QD_TRUTH_NO;
  walk->rest_item.node = walk->table.node = NULL;
  walk->outer = trail;
  walk->chain = self->trail = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  self->segment = 0;
  switch ((QdPathOrigin) path->origin)
    {
    case QD_PATH_CONTEXT:
      start = walk->scope->node;
      break;
    case QD_PATH_CURRENT:
      start = self->ev.current;
      break;
    case QD_PATH_ROOT:
      for (start = self->ev.current; start != NULL && start->parent != NULL;)
        start = start->parent;
      break;
    case QD_PATH_INSTANCE:
      if (self->env.klass->instance != NULL)
        start = self->env.klass->instance (&self->env, path->instance_id);
      break;
    case QD_PATH_OTHER:
    default:
      qd_truth_collect (self, walk->scope, path->base, &base);
      walk->rest = base.rest;
      break;
    }
  if (start != NULL)
    found_add (&base, start, QD_TRUTH_YES);
  if (base.n > 0 && path->n_base_predicates > 0)
    {
      /* Positions count over the whole base, so that its nodes are tried together, at the certainty of the least. */
      g_autofree QdTreeNode **nodes = g_new (QdTreeNode *, base.n);
      QdTruth certainty = QD_TRUTH_YES;

      for (guint i = 0; i < base.n; i++)
        {
          nodes[i] = qd_found_get (&base, i)->node;
          certainty = MIN (certainty, qd_found_get (&base, i)->certainty);
        }
      try_nodes (walk, nodes, base.n, path->base_predicates, path->n_base_predicates, 0, certainty);
    }
  else
    {
      for (guint i = 0; i < base.n; i++)
        if (!walk3 (walk, qd_found_get (&base, i)->node, 0, qd_found_get (&base, i)->certainty))
          break;
    }
  g_free (base.items);
  g_array_unref (walk->chain);
  self->trail = trail;
  self->segment = segment;
}

/* A path as a condition: is there any? */

typedef struct
{
  QdTruth best;
  GArray *because; /* (owned) */
} Any;

static gboolean
visit_any (Walk3 *walk, QdTreeNode *node, QdTruth certainty)
{
  Any *any = walk->data;

  /* A row or a group is there; a leaf counts when it has a value. */
  if (!qd_truth_leaf_is_known (walk->truth, node))
    certainty = MIN (certainty, QD_TRUTH_MAYBE);
  if (certainty == QD_TRUTH_NO)
    return TRUE;
  if (certainty == QD_TRUTH_YES)
    g_array_set_size (any->because, 0);
  qd_truth_append_trail (any->because, walk->chain);
  any->best = MAX (any->best, certainty);
  return certainty != QD_TRUTH_YES;
}

QdTruth
qd_truth_of_path (QdTruthEval *self, const QdScope *scope, const QdExprNode *node)
{
  Any any = { QD_TRUTH_NO, g_array_new (FALSE, FALSE, sizeof (QdTrailItem)) };
  Walk3 walk = { .truth = self, .scope = scope, .path = node->path, .visit = visit_any, .data = &any };

  walk_path (&walk);
  if (any.best != QD_TRUTH_YES && walk.rest == QD_TRUTH_MAYBE)
    {
      any.best = QD_TRUTH_MAYBE;
      if (walk.rest_item.node != NULL)
        qd_truth_leave_trail (self, walk.rest_item.kind, walk.rest_item.node, walk.rest_item.name);
    }
  if (any.best == QD_TRUTH_NO && walk.table.node != NULL)
    qd_truth_leave_trail (self, walk.table.kind, walk.table.node, walk.table.name);
  qd_truth_append_trail (self->trail, any.because);
  g_array_unref (any.because);
  return any.best;
}

/* A path as an operand: its nodes. */

static gboolean
visit_collect (Walk3 *walk, QdTreeNode *node, QdTruth certainty)
{
  QdFoundSet *out = walk->data;

  found_add (out, node, certainty);
  if (certainty == QD_TRUTH_MAYBE)
    qd_truth_append_trail (walk->outer, walk->chain);
  return TRUE;
}

/* A child of the context node, which is what nearly all conditions on rows read: no walk is needed. */
static gboolean
collect_child (QdTruthEval *self, const QdScope *scope, const QdExprPath *path, QdFoundSet *out)
{
  const QdStep *step = path->steps;
  guint first, end;

  if (path->origin != QD_PATH_CONTEXT || path->n_steps != 1 || step->axis != QD_AXIS_CHILD || step->test != QD_TEST_NAME || step->n_predicates > 0 || path->n_base_predicates > 0 || scope->node == NULL)
    return FALSE;
  narrow (self, scope->node, step->ns, step->name, &first, &end);
  for (guint i = first; i < end; i++)
    {
      QdTreeNode *child = scope->node->children[i];

      if (child->name != step->name || !matches_name (step, child))
        continue;
      if (is_unsure (child))
        qd_truth_leave_trail (self, QD_TRAIL_UNSURE, child, NULL);
      found_add (out, child, is_unsure (child) ? QD_TRUTH_MAYBE : QD_TRUTH_YES);
    }
  out->name = step->name;
  self->ev.work += end - first;
  if (out->n == 0)
    {
      Walk3 walk = { .truth = self };

      note_absence (&walk, scope->node, step, QD_TRUTH_YES);
      if (walk.rest == QD_TRUTH_MAYBE)
        qd_truth_leave_trail (self, walk.rest_item.kind, walk.rest_item.node, walk.rest_item.name);
      else if (walk.table.node != NULL)
        qd_truth_leave_trail (self, walk.table.kind, walk.table.node, walk.table.name);
      out->rest = MAX (out->rest, walk.rest);
    }
  return TRUE;
}

void
qd_truth_collect (QdTruthEval *self, const QdScope *scope, const QdExprNode *node, QdFoundSet *out)
{
  QdValue value;

  if (node->kind == QD_NODE_PATH && collect_child (self, scope, node->path, out))
    return;

  if (node->kind == QD_NODE_PATH)
    {
      Walk3 walk = { .truth = self, .scope = scope, .path = node->path, .visit = visit_collect, .data = out };
      const QdStep *last = node->path->n_steps > 0 ? &node->path->steps[node->path->n_steps - 1] : NULL;

      if (last != NULL && last->axis == QD_AXIS_CHILD && last->test == QD_TEST_NAME)
        out->name = last->name;
      walk_path (&walk);
      if (walk.rest == QD_TRUTH_MAYBE && walk.rest_item.node != NULL)
        qd_truth_leave_trail (self, walk.rest_item.kind, walk.rest_item.node, walk.rest_item.name);
      else if (out->n == 0 && walk.table.node != NULL)
        qd_truth_leave_trail (self, walk.table.kind, walk.table.node, walk.table.name);
      out->rest = MAX (out->rest, walk.rest);
      return;
    }
  if (node->kind == QD_NODE_UNION)
    {
      for (guint i = 0; i < node->n; i++)
        qd_truth_collect (self, scope, node->items[i], out);
      return;
    }
  /* current(), id() … give nodes by themselves. */
  if (!qd_truth_is_known (self, scope, node))
    {
      out->rest = QD_TRUTH_MAYBE;
      return;
    }
  if (!qd_eval_value (&self->ev, scope, node, &value))
    return;
  if (value.type == QD_VALUE_NODES)
    for (guint i = 0; i < value.nodes.n; i++)
      found_add (out, qd_node_set_get (&value.nodes, i), QD_TRUTH_YES);
  qd_value_clear (&value);
}
