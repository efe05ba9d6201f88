/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-truth"
#include "config.h"
#include "qd-expr-truth.h"
#include "qd-expr-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/*
 * Kleene's logic over the syntax tree. This file decides what is known and what is not; what has only known operands goes to the
 * ordinary evaluator. While it works, it keeps a trail of the places looked at: an operator keeps the part of those operands
 * that made its result so. Errors stay in the evaluation and end it; until then everything is maybe.
 */

/* A trail is for people: of hundreds of missing amounts the first ones are enough. */
#define MAX_TRAIL 40
#define WIDE 16

typedef struct
{
  QdEval ev;
  QdContext context;
  QdEnv env; /* hooks for what is known of facts, over those of the caller */
  QdTruthWorld *world;
  GArray *trail;            /* (element-type QdTrailItem): where to write now */
  guint segment;            /* what the operand at work has written begins here */
  const char *any_of, *any; /* interned: a name and its question, the last that was looked for */
} Truth;

typedef struct
{
  QdTreeNode *node;
  QdTruth certainty;
} Found;

typedef struct
{
  Found *items; /* (owned) (nullable): while they do not fit inside */
  Found inside[6];
  guint n, size;
  QdTruth rest;     /* maybe: there may be more that nobody has entered */
  const char *name; /* interned (nullable): of the last step, when it is a child of that name */
} FoundSet;

static QdTruth eval_truth (Truth *self, const QdScope *scope, const QdExprNode *node);
static gboolean is_known (Truth *self, const QdScope *scope, const QdExprNode *node);

const char *
qd_truth_to_nick (QdTruth self)
{
  static const char *const nicks[] = { "no", "maybe", "yes" };

  return nicks[self];
}

/* The trail. */

/* Each place once from @from on; what is missing still finds room where what is known does not. */
static void
add_to_trail (GArray *trail, guint from, gboolean near, const QdTrailItem *item)
{
  guint room = from + (item->kind == QD_TRAIL_KNOWN ? MAX_TRAIL : 2 * MAX_TRAIL);

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

static void
leave_trail (Truth *self, QdTrailKind kind, QdTreeNode *node, const char *name)
{
  QdTrailItem item = { node, name, (guint8) kind };

  add_to_trail (self->trail, self->segment, TRUE, &item);
}

static void
append_trail (GArray *trail, const GArray *more)
{
  for (guint i = 0; i < more->len; i++)
    add_to_trail (trail, 0, FALSE, &g_array_index (more, QdTrailItem, i));
}

static void
found_add (FoundSet *set, QdTreeNode *node, QdTruth certainty)
{
  if (set->items == NULL && set->n < G_N_ELEMENTS (set->inside))
    {
      set->inside[set->n++] = (Found){ node, certainty };
      return;
    }
  if (set->n >= set->size)
    {
      set->size = MAX (32, set->size * 2);
      set->items = g_renew (Found, set->items, set->size);
      if (set->n == G_N_ELEMENTS (set->inside))
        memcpy (set->items, set->inside, sizeof set->inside);
    }
  set->items[set->n++] = (Found){ node, certainty };
}

static const Found *
found_get (const FoundSet *set, guint i)
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

static gboolean
leaf_is_known (Truth *self, QdTreeNode *node)
{
  gboolean known = node_is_known (node);

  leave_trail (self, known ? QD_TRAIL_KNOWN : QD_TRAIL_MISSING, node, NULL);
  return known;
}

/* Paths. */

typedef struct _Walk3 Walk3;
typedef gboolean (*Visit3) (Walk3 *walk, QdTreeNode *node, QdTruth certainty);

struct _Walk3
{
  Truth *truth;
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
narrow (Truth *self, QdTreeNode *node, const char *ns, const char *name, guint *first, guint *end)
{
  guint n;

  *first = 0;
  *end = node->n_children;
  if (node->n_children > WIDE && self->env.klass->children (&self->env, node, ns, name, first, &n))
    *end = *first + n;
}

/* (nullable): the element that says whether there is anything called @name in @node */
static const QdTreeNode *
find_question (Truth *self, QdTreeNode *node, const char *name)
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
find_candidates (Truth *self, QdTreeNode *parent, const QdStep *step, const QdExprNode *node)
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
    case QD_NODE_CALL:
    case QD_NODE_PATH:
    default:
      return NULL;
    }
}

/* What a predicate says of one node. @n: how many nodes have come to it; @sure: none of them was uncertain. */
static QdTruth
eval_predicate (Truth *self, const QdPredicate *predicate, QdTreeNode *node, guint n, guint size, gboolean sure)
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
      if (!is_known (self, &scope, predicate->node))
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
  return eval_truth (self, &scope, predicate->node);
}

static gboolean walk3 (Walk3 *walk, QdTreeNode *node, guint i, QdTruth certainty);

/* FALSE: the visitor has enough. */
static gboolean
try_nodes (Walk3 *walk, QdTreeNode *const *nodes, guint n_nodes, const QdPredicate *predicates, guint n_predicates, guint next, QdTruth certainty)
{
  Truth *self = walk->truth;
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
          leave_trail (self, QD_TRAIL_UNSURE, nodes[c], NULL);
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
  Truth *self = walk->truth;
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

static void collect (Truth *self, const QdScope *scope, const QdExprNode *node, FoundSet *out);

/* Visits the nodes of a path with how certainly they are in it. What was looked at on the way is in walk->chain while the visitor runs. */
static void
walk_path (Walk3 *walk)
{
  Truth *self = walk->truth;
  const QdExprPath *path = walk->path;
  GArray *trail = self->trail;
  guint segment = self->segment;
  FoundSet base = { 0 };
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
      collect (self, walk->scope, path->base, &base);
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
          nodes[i] = found_get (&base, i)->node;
          certainty = MIN (certainty, found_get (&base, i)->certainty);
        }
      try_nodes (walk, nodes, base.n, path->base_predicates, path->n_base_predicates, 0, certainty);
    }
  else
    {
      for (guint i = 0; i < base.n; i++)
        if (!walk3 (walk, found_get (&base, i)->node, 0, found_get (&base, i)->certainty))
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
  if (!leaf_is_known (walk->truth, node))
    certainty = MIN (certainty, QD_TRUTH_MAYBE);
  if (certainty == QD_TRUTH_NO)
    return TRUE;
  if (certainty == QD_TRUTH_YES)
    g_array_set_size (any->because, 0);
  append_trail (any->because, walk->chain);
  any->best = MAX (any->best, certainty);
  return certainty != QD_TRUTH_YES;
}

static QdTruth
truth_of_path (Truth *self, const QdScope *scope, const QdExprNode *node)
{
  Any any = { QD_TRUTH_NO, g_array_new (FALSE, FALSE, sizeof (QdTrailItem)) };
  Walk3 walk = { .truth = self, .scope = scope, .path = node->path, .visit = visit_any, .data = &any };

  walk_path (&walk);
  if (any.best != QD_TRUTH_YES && walk.rest == QD_TRUTH_MAYBE)
    {
      any.best = QD_TRUTH_MAYBE;
      if (walk.rest_item.node != NULL)
        leave_trail (self, walk.rest_item.kind, walk.rest_item.node, walk.rest_item.name);
    }
  if (any.best == QD_TRUTH_NO && walk.table.node != NULL)
    leave_trail (self, walk.table.kind, walk.table.node, walk.table.name);
  append_trail (self->trail, any.because);
  g_array_unref (any.because);
  return any.best;
}

/* A path as an operand: its nodes. */

static gboolean
visit_collect (Walk3 *walk, QdTreeNode *node, QdTruth certainty)
{
  FoundSet *out = walk->data;

  found_add (out, node, certainty);
  if (certainty == QD_TRUTH_MAYBE)
    append_trail (walk->outer, walk->chain);
  return TRUE;
}

/* A child of the context node, which is what nearly all conditions on rows read: no walk is needed. */
static gboolean
collect_child (Truth *self, const QdScope *scope, const QdExprPath *path, FoundSet *out)
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
        leave_trail (self, QD_TRAIL_UNSURE, child, NULL);
      found_add (out, child, is_unsure (child) ? QD_TRUTH_MAYBE : QD_TRUTH_YES);
    }
  out->name = step->name;
  self->ev.work += end - first;
  if (out->n == 0)
    {
      Walk3 walk = { .truth = self };

      note_absence (&walk, scope->node, step, QD_TRUTH_YES);
      if (walk.rest == QD_TRUTH_MAYBE)
        leave_trail (self, walk.rest_item.kind, walk.rest_item.node, walk.rest_item.name);
      else if (walk.table.node != NULL)
        leave_trail (self, walk.table.kind, walk.table.node, walk.table.name);
      out->rest = MAX (out->rest, walk.rest);
    }
  return TRUE;
}

static void
collect (Truth *self, const QdScope *scope, const QdExprNode *node, FoundSet *out)
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
        leave_trail (self, walk.rest_item.kind, walk.rest_item.node, walk.rest_item.name);
      else if (out->n == 0 && walk.table.node != NULL)
        leave_trail (self, walk.table.kind, walk.table.node, walk.table.name);
      out->rest = MAX (out->rest, walk.rest);
      return;
    }
  if (node->kind == QD_NODE_UNION)
    {
      for (guint i = 0; i < node->n; i++)
        collect (self, scope, node->items[i], out);
      return;
    }
  /* current(), id() … give nodes by themselves. */
  if (!is_known (self, scope, node))
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

static gboolean
is_nodes (const QdExprNode *node)
{
  return node->kind == QD_NODE_PATH || node->kind == QD_NODE_UNION || node->type == QD_VALUE_NODES;
}

/* Comparisons: there is a pair that makes it true (XPath 1.0 §3.4), maybe, or there is certainly none. */

static QdTruth
invert (QdTruth truth)
{
  return (QdTruth) (QD_TRUTH_YES - truth);
}

static QdTruth
compare_with_boolean (Truth *self, const QdScope *scope, const QdExprNode *nodes, const QdExprNode *other, QdExprKind kind)
{
  QdTruth left = eval_truth (self, scope, nodes), right = eval_truth (self, scope, other);

  if (left == QD_TRUTH_MAYBE || right == QD_TRUTH_MAYBE)
    return QD_TRUTH_MAYBE;
  return (left == right) == (kind == QD_NODE_EQUAL) ? QD_TRUTH_YES : QD_TRUTH_NO;
}

/* Do its values name lists of the pack? */
static gboolean
is_list (Truth *self, const FoundSet *set)
{
  return set->name != NULL && self->world->is_list_element != NULL && self->world->is_list_element (self->world, set->name);
}

static QdTruth
compare_found (Truth *self, QdExprKind kind, const FoundSet *set, const QdValue *other)
{
  guint mark = self->trail->len;
  QdTruth best = set->rest;

  for (guint i = 0; i < set->n; i++)
    {
      const Found *found = found_get (set, i);
      guint before = self->trail->len;
      QdTruth one = QD_TRUTH_MAYBE;
      QdText text;

      if (!qd_eval_work (&self->ev, 1))
        return QD_TRUTH_MAYBE;
      if (leaf_is_known (self, found->node))
        {
          qd_text_of_node (&text, found->node);
          one = qd_eval_compare_text (&self->ev, kind, text.text, other) ? QD_TRUTH_YES : QD_TRUTH_NO;
          qd_text_clear (&text);
        }
      one = MIN (one, found->certainty);
      if (one == QD_TRUTH_YES)
        {
          g_array_remove_range (self->trail, mark, before - mark);
          return one;
        }
      if (one == QD_TRUTH_NO && (best == QD_TRUTH_MAYBE || set->n > 4))
        g_array_set_size (self->trail, before);
      best = MAX (best, one);
    }
  /* Whoever looks a substance up in a list that the pack does not have cannot say no. */
  if (best == QD_TRUTH_NO && kind == QD_NODE_EQUAL && other->type == QD_VALUE_STRING && is_list (self, set) &&
      self->world->catalogue (self->world, other->text.text) != QD_TRUTH_YES)
    {
      leave_trail (self, QD_TRAIL_CATALOGUE, NULL, g_intern_string (other->text.text));
      return QD_TRUTH_MAYBE;
    }
  return best;
}

static QdTruth
compare_with_value (Truth *self, const QdScope *scope, QdExprKind kind, const QdExprNode *nodes, const QdExprNode *other)
{
  FoundSet set = { 0 };
  QdTruth result;
  QdValue value;

  collect (self, scope, nodes, &set);
  if (set.n == 0 && set.rest == QD_TRUTH_NO && !is_list (self, &set))
    return QD_TRUTH_NO;
  if (!is_known (self, scope, other) || !qd_eval_value (&self->ev, scope, other, &value))
    result = QD_TRUTH_MAYBE;
  else
    {
      result = compare_found (self, kind, &set, &value);
      qd_value_clear (&value);
    }
  g_free (set.items);
  return result;
}

static QdTruth
compare_sets (Truth *self, const QdScope *scope, QdExprKind kind, const QdExprNode *left, const QdExprNode *right)
{
  FoundSet a = { 0 }, b = { 0 };
  QdTruth best = QD_TRUTH_NO;

  collect (self, scope, left, &a);
  collect (self, scope, right, &b);
  if (a.n + (a.rest == QD_TRUTH_MAYBE) > 0 && b.n + (b.rest == QD_TRUTH_MAYBE) > 0)
    best = MAX (a.rest, b.rest);
  else
    a.n = b.n = 0;
  for (guint i = 0; i < b.n && best != QD_TRUTH_YES && self->ev.error == NULL; i++)
    {
      const Found *found = found_get (&b, i);
      QdTruth one = QD_TRUTH_MAYBE;

      if (leaf_is_known (self, found->node))
        {
          QdValue value = { .type = QD_VALUE_STRING };

          qd_text_of_node (&value.text, found->node);
          one = compare_found (self, kind, &a, &value);
          qd_text_clear (&value.text);
        }
      else if (a.n == 0)
        one = a.rest;
      best = MAX (best, MIN (one, found->certainty));
    }
  g_free (a.items);
  g_free (b.items);
  return best;
}

static gboolean
is_boolean (const QdExprNode *node)
{
  return node->type == QD_VALUE_BOOLEAN;
}

static QdTruth
eval_comparison (Truth *self, const QdScope *scope, const QdExprNode *node)
{
  QdExprKind kind = (QdExprKind) node->kind;
  const QdExprNode *left = node->items[0], *right = node->items[1];
  gboolean equality = kind == QD_NODE_EQUAL || kind == QD_NODE_NOT_EQUAL, holds;

  if (equality && (is_boolean (left) || is_boolean (right)))
    return compare_with_boolean (self, scope, left, right, kind);
  if (is_nodes (left) && is_nodes (right))
    return compare_sets (self, scope, kind, left, right);
  if (is_nodes (left))
    return compare_with_value (self, scope, kind, left, right);
  if (is_nodes (right))
    return compare_with_value (self, scope, qd_expr_kind_mirrored (kind), right, left);
  if (!is_known (self, scope, left) || !is_known (self, scope, right))
    return QD_TRUTH_MAYBE;
  if (!qd_eval_boolean (&self->ev, scope, node, &holds))
    return QD_TRUTH_MAYBE;
  return holds ? QD_TRUTH_YES : QD_TRUTH_NO;
}

/* Functions. */

static gboolean
is_call (const QdExprNode *node, const char *name)
{
  return node->kind == QD_NODE_CALL && strcmp (node->call.function->name, name) == 0;
}

/* The literal or known text of the first argument; NULL when it is not known. */
static char *
dup_name_argument (Truth *self, const QdScope *scope, const QdExprNode *call)
{
  QdText text;

  if (!is_known (self, scope, call->items[0]) || !qd_eval_text (&self->ev, scope, call->items[0], &text))
    return NULL;
  return qd_text_take (&text);
}

static QdTruth
fact_truth (Truth *self, const QdScope *scope, const QdExprNode *call)
{
  g_autofree char *name = dup_name_argument (self, scope, call);
  QdTruth truth = QD_TRUTH_MAYBE;

  if (name != NULL && self->world->fact != NULL && !self->world->fact (self->world, name, self->trail, &truth, &self->ev.error))
    return QD_TRUTH_MAYBE;
  return truth;
}

/* As a text: NULL when unknown. */
static char *
dup_fact_text (Truth *self, const QdScope *scope, const QdExprNode *call)
{
  g_autofree char *name = dup_name_argument (self, scope, call);
  char *text = NULL;

  if (name == NULL)
    return NULL;
  if (call->call.function->logic == QD_LOGIC_LOCAL)
    {
      const char *said = self->world->local != NULL ? self->world->local (self->world, name) : NULL;

      if (said == NULL)
        leave_trail (self, QD_TRAIL_LOCAL, NULL, g_intern_string (name));
      return g_strdup (said);
    }
  if (self->world->fact_text == NULL || !self->world->fact_text (self->world, name, self->trail, &text, &self->ev.error))
    return NULL;
  return text;
}

static QdTruth
catalogue_truth (Truth *self, const QdScope *scope, const QdExprNode *call)
{
  g_autofree char *name = dup_name_argument (self, scope, call);

  if (name != NULL && self->world->catalogue != NULL && self->world->catalogue (self->world, name) == QD_TRUTH_YES)
    return QD_TRUTH_YES;
  if (name != NULL)
    leave_trail (self, QD_TRAIL_CATALOGUE, NULL, g_intern_string (name));
  return QD_TRUTH_MAYBE;
}

/* Is @word among the words of @list? */
static gboolean
has_word (const char *list, const char *word)
{
  gsize length = strlen (word);

  for (const char *p = list + strspn (list, " \t\r\n"); *p != '\0';)
    {
      gsize end = strcspn (p, " \t\r\n");

      if (end == length && memcmp (p, word, length) == 0)
        return TRUE;
      p += end;
      p += strspn (p, " \t\r\n");
    }
  return FALSE;
}

/* selected(x, 'v'): an empty selection, and one that says "unknown" beside others, cannot be denied. */
static QdTruth
selected_truth (Truth *self, const QdScope *scope, const QdExprNode *call)
{
  QdText list, wanted;
  QdTruth result;

  if (!is_known (self, scope, call->items[0]) || !is_known (self, scope, call->items[1]))
    return QD_TRUTH_MAYBE;
  if (!qd_eval_text (&self->ev, scope, call->items[0], &list))
    return QD_TRUTH_MAYBE;
  if (!qd_eval_text (&self->ev, scope, call->items[1], &wanted))
    {
      qd_text_clear (&list);
      return QD_TRUTH_MAYBE;
    }
  result = has_word (list.text, wanted.text) ? QD_TRUTH_YES : has_word (list.text, "unknown") ? QD_TRUTH_MAYBE
                                                                                              : QD_TRUTH_NO;
  qd_text_clear (&list);
  qd_text_clear (&wanted);
  return result;
}

static QdTruth
known_truth (Truth *self, const QdScope *scope, const QdExprNode *call)
{
  return is_known (self, scope, call->items[0]) ? QD_TRUTH_YES : QD_TRUTH_NO;
}

static QdTruth
if_truth (Truth *self, const QdScope *scope, const QdExprNode *call)
{
  QdTruth condition = eval_truth (self, scope, call->items[0]);
  QdTruth then, otherwise;

  if (condition != QD_TRUTH_MAYBE)
    return eval_truth (self, scope, call->items[condition == QD_TRUTH_YES ? 1 : 2]);
  then = eval_truth (self, scope, call->items[1]);
  otherwise = eval_truth (self, scope, call->items[2]);
  return then == otherwise ? then : QD_TRUTH_MAYBE;
}

static QdTruth
call_truth (Truth *self, const QdScope *scope, const QdExprNode *call)
{
  gboolean holds;

  switch ((QdLogic) call->call.function->logic)
    {
    case QD_LOGIC_NOT:
      return invert (eval_truth (self, scope, call->items[0]));
    case QD_LOGIC_BOOLEAN:
      return eval_truth (self, scope, call->items[0]);
    case QD_LOGIC_IF:
      return if_truth (self, scope, call);
    case QD_LOGIC_SELECTED:
      return selected_truth (self, scope, call);
    case QD_LOGIC_FACT:
      return fact_truth (self, scope, call);
    case QD_LOGIC_CATALOGUE:
      return catalogue_truth (self, scope, call);
    case QD_LOGIC_KNOWN:
      return known_truth (self, scope, call);
    case QD_LOGIC_CERTAIN:
      return eval_truth (self, scope, call->items[0]) == QD_TRUTH_YES ? QD_TRUTH_YES : QD_TRUTH_NO;
    case QD_LOGIC_NONE:
    case QD_LOGIC_COUNT:
    case QD_LOGIC_CURRENT:
    case QD_LOGIC_ALL_NODES:
    case QD_LOGIC_LOCAL:
    default:
      if (!is_known (self, scope, call) || !qd_eval_boolean (&self->ev, scope, call, &holds))
        return QD_TRUTH_MAYBE;
      return holds ? QD_TRUTH_YES : QD_TRUTH_NO;
    }
}

/* and, or: an operand that settles the result is its only reason; else those that are as it is. */
static QdTruth
eval_junction (Truth *self, const QdScope *scope, const QdExprNode *node)
{
  QdTruth settles = node->kind == QD_NODE_OR ? QD_TRUTH_YES : QD_TRUTH_NO;
  QdTruth result = invert (settles);
  guint start = self->trail->len, segment = self->segment;

  for (guint i = 0; i < node->n && self->ev.error == NULL; i++)
    {
      guint mark = self->trail->len;
      QdTruth truth;

      self->segment = mark;
      truth = eval_truth (self, scope, node->items[i]);
      if (truth == settles || (truth == QD_TRUTH_MAYBE && result != QD_TRUTH_MAYBE))
        {
          g_array_remove_range (self->trail, start, mark - start);
          result = truth;
        }
      else if (truth != result || self->trail->len - start > 2 * MAX_TRAIL)
        {
          g_array_set_size (self->trail, mark);
        }
      if (truth == settles)
        break;
    }
  self->segment = segment;
  return result;
}

static QdTruth
eval_truth (Truth *self, const QdScope *scope, const QdExprNode *node)
{
  QdTruth result = QD_TRUTH_NO;
  gboolean holds;

  if (self->ev.error != NULL || !qd_eval_work (&self->ev, 1))
    return QD_TRUTH_MAYBE;
  switch ((QdExprKind) node->kind)
    {
    case QD_NODE_OR:
    case QD_NODE_AND:
      return eval_junction (self, scope, node);
    case QD_NODE_EQUAL:
    case QD_NODE_NOT_EQUAL:
    case QD_NODE_LESS:
    case QD_NODE_LESS_EQUAL:
    case QD_NODE_GREATER:
    case QD_NODE_GREATER_EQUAL:
      return eval_comparison (self, scope, node);
    case QD_NODE_PATH:
      return truth_of_path (self, scope, node);
    case QD_NODE_UNION:
      for (guint i = 0; i < node->n; i++)
        result = MAX (result, eval_truth (self, scope, node->items[i]));
      return result;
    case QD_NODE_CALL:
      return call_truth (self, scope, node);
    case QD_NODE_SUM:
    case QD_NODE_SUBTRACT:
    case QD_NODE_MULTIPLY:
    case QD_NODE_DIVIDE:
    case QD_NODE_MODULO:
    case QD_NODE_NEGATE:
    case QD_NODE_NUMBER:
    case QD_NODE_STRING:
    default:
      if (!is_known (self, scope, node) || !qd_eval_boolean (&self->ev, scope, node, &holds))
        return QD_TRUTH_MAYBE;
      return holds ? QD_TRUTH_YES : QD_TRUTH_NO;
    }
}

/* Scalars: is everything known that the value depends on? */

static gboolean
all_are_known (Truth *self, const QdScope *scope, const QdExprNode *node, gboolean with_values)
{
  FoundSet set = { 0 };
  gboolean known;

  collect (self, scope, node, &set);
  known = set.rest == QD_TRUTH_NO;
  for (guint i = 0; i < set.n; i++)
    {
      const Found *found = found_get (&set, i);
      guint mark = self->trail->len;

      known &= found->certainty == QD_TRUTH_YES;
      if (with_values && !leaf_is_known (self, found->node))
        known = FALSE;
      else if (set.n > 6)
        g_array_set_size (self->trail, mark);
    }
  g_free (set.items);
  return known;
}

static gboolean
first_is_known (Truth *self, const QdScope *scope, const QdExprNode *node)
{
  FoundSet set = { 0 };
  gboolean known;

  collect (self, scope, node, &set);
  known = set.n > 0 && set.rest == QD_TRUTH_NO && found_get (&set, 0)->certainty == QD_TRUTH_YES && leaf_is_known (self, found_get (&set, 0)->node);
  g_free (set.items);
  return known;
}

static gboolean
text_is_there (char *text)
{
  gboolean there = text != NULL;

  g_free (text);
  return there;
}

static gboolean
fact_is_known (Truth *self, const QdScope *scope, const QdExprNode *call)
{
  guint mark = self->trail->len;

  if (text_is_there (dup_fact_text (self, scope, call)))
    return TRUE;
  g_array_set_size (self->trail, mark);
  return fact_truth (self, scope, call) != QD_TRUTH_MAYBE;
}

static gboolean
call_is_known (Truth *self, const QdScope *scope, const QdExprNode *call)
{
  QdLogic logic = (QdLogic) call->call.function->logic;
  gboolean known = TRUE;
  QdTruth condition;

  switch (logic)
    {
    case QD_LOGIC_NOT:
    case QD_LOGIC_BOOLEAN:
    case QD_LOGIC_SELECTED:
    case QD_LOGIC_CATALOGUE:
    case QD_LOGIC_KNOWN:
    case QD_LOGIC_CERTAIN:
      return call_truth (self, scope, call) != QD_TRUTH_MAYBE;
    case QD_LOGIC_LOCAL:
      return text_is_there (dup_fact_text (self, scope, call));
    case QD_LOGIC_FACT:
      return fact_is_known (self, scope, call);
    case QD_LOGIC_COUNT:
      return all_are_known (self, scope, call->items[0], FALSE);
    case QD_LOGIC_CURRENT:
      return TRUE;
    case QD_LOGIC_IF:
      condition = eval_truth (self, scope, call->items[0]);
      return condition != QD_TRUTH_MAYBE && is_known (self, scope, call->items[condition == QD_TRUTH_YES ? 1 : 2]);
    case QD_LOGIC_NONE:
    case QD_LOGIC_ALL_NODES:
    default:
      break;
    }
  /* string(), number() … without arguments read the context node. */
  if (call->n == 0 && (call->call.function->flags & QD_FUNCTION_CONTEXT_IF_BARE))
    return scope->node != NULL && leaf_is_known (self, scope->node);
  /* All of them are looked at, so that all that is missing is told. */
  for (guint i = 0; i < call->n; i++)
    known &= is_nodes (call->items[i]) && logic == QD_LOGIC_ALL_NODES ? all_are_known (self, scope, call->items[i], TRUE) : is_known (self, scope, call->items[i]);
  return known;
}

static gboolean
is_known (Truth *self, const QdScope *scope, const QdExprNode *node)
{
  gboolean known = TRUE;

  if (self->ev.error != NULL || !qd_eval_work (&self->ev, 1))
    return FALSE;
  switch ((QdExprKind) node->kind)
    {
    case QD_NODE_NUMBER:
    case QD_NODE_STRING:
      return TRUE;
    case QD_NODE_PATH:
    case QD_NODE_UNION:
      return first_is_known (self, scope, node);
    case QD_NODE_CALL:
      return call_is_known (self, scope, node);
    case QD_NODE_SUM:
    case QD_NODE_SUBTRACT:
    case QD_NODE_MULTIPLY:
    case QD_NODE_DIVIDE:
    case QD_NODE_MODULO:
    case QD_NODE_NEGATE:
      for (guint i = 0; i < node->n; i++)
        known &= is_known (self, scope, node->items[i]);
      return known;
    case QD_NODE_OR:
    case QD_NODE_AND:
    case QD_NODE_EQUAL:
    case QD_NODE_NOT_EQUAL:
    case QD_NODE_LESS:
    case QD_NODE_LESS_EQUAL:
    case QD_NODE_GREATER:
    case QD_NODE_GREATER_EQUAL:
    default:
      return eval_truth (self, scope, node) != QD_TRUTH_MAYBE;
    }
}

/* The ordinary evaluator, when it meets a fact that is known. */

static char *
env_fact (QdEnv *env, const char *function, const char *name, gboolean *holds_out)
{
  Truth *self = env->user_data;
  g_autoptr (GArray) unused = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  QdTruthWorld *world = self->world;
  QdTruth truth = QD_TRUTH_MAYBE;
  char *text = NULL;

  if (strcmp (function, "qd:local") == 0)
    text = g_strdup (world->local != NULL ? world->local (world, name) : "");
  else if (strcmp (function, "qd:catalogue") == 0)
    truth = world->catalogue != NULL ? world->catalogue (world, name) : QD_TRUTH_MAYBE;
  else if (world->fact_text != NULL && (!world->fact_text (world, name, unused, &text, NULL) || text == NULL) && world->fact != NULL)
    world->fact (world, name, unused, &truth, NULL);
  *holds_out = truth == QD_TRUTH_YES;
  return text;
}

static QdTreeNode *
env_instance (QdEnv *env, const char *id)
{
  const Truth *self = env->user_data;
  QdEnv *outer = self->context.env;

  return outer != NULL && outer->klass->instance != NULL ? outer->klass->instance (outer, id) : NULL;
}

static char *
env_listed (QdEnv *env, const char *cas, const char *name, const char *list)
{
  const Truth *self = env->user_data;
  QdEnv *outer = self->context.env;

  return outer != NULL && outer->klass->listed != NULL ? outer->klass->listed (outer, cas, name, list) : NULL;
}

static gboolean
env_children (QdEnv *env, QdTreeNode *parent, const char *ns, const char *name, guint *first, guint *n)
{
  const Truth *self = env->user_data;
  QdEnv *outer = self->context.env;

  return outer != NULL && outer->klass->children != NULL && outer->klass->children (outer, parent, ns, name, first, n);
}

static const QdEnvClass truth_env_class = {
  .children = env_children,
  .fact = env_fact,
  .instance = env_instance,
  .listed = env_listed,
};

static void
truth_init (Truth *self, const QdExpr *expr, const QdContext *context, QdTruthWorld *world, GArray *trail, QdContext *inner)
{
  static QdTruthWorld nothing;

  memset (self, 0, sizeof *self);
  self->context = *context;
  self->env.klass = &truth_env_class;
  self->env.user_data = self;
  self->env.now = context->env != NULL ? context->env->now : NULL;
  self->env.language = context->env != NULL ? context->env->language : NULL;
  self->world = world != NULL ? world : &nothing;
  self->trail = trail;
  *inner = *context;
  inner->env = &self->env;
  self->ev.expr = expr;
  self->ev.context = inner;
  self->ev.current = context->current != NULL ? context->current : context->node;
}

static gboolean
truth_finish (Truth *self, GError **error)
{
  g_clear_pointer (&self->ev.now, g_date_time_unref);
  g_clear_pointer (&self->ev.local_zone, g_time_zone_unref);
  if (self->ev.error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->ev.error));
  return FALSE;
}

gboolean
qd_expr_eval_truth (const QdExpr *self, const QdContext *context, QdTruthWorld *world, GArray *trail, QdTruth *out, GError **error)
{
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  QdScope scope = { context->node, context->position, context->size };
  QdContext inner;
  QdTruth result;
  Truth truth;

  truth_init (&truth, self, context, world, own, &inner);
  result = eval_truth (&truth, &scope, self->root);
  if (!truth_finish (&truth, error))
    return FALSE;
  if (trail != NULL)
    append_trail (trail, own);
  *out = result;
  return TRUE;
}

gboolean
qd_expr_eval_known_string (const QdExpr *self, const QdContext *context, QdTruthWorld *world, GArray *trail, char **out, GError **error)
{
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  QdScope scope = { context->node, context->position, context->size };
  QdContext inner;
  QdText text = { NULL };
  Truth truth;

  truth_init (&truth, self, context, world, own, &inner);
  *out = NULL;
  if (is_known (&truth, &scope, self->root) && qd_eval_text (&truth.ev, &scope, self->root, &text))
    *out = qd_text_take (&text);
  if (!truth_finish (&truth, error))
    {
      g_clear_pointer (out, g_free);
      return FALSE;
    }
  if (trail != NULL)
    append_trail (trail, own);
  return TRUE;
}

gboolean
qd_expr_eval_found (const QdExpr *self, const QdContext *context, QdTruthWorld *world, GArray *trail, GPtrArray *nodes, GPtrArray *maybe, QdTruth *more_out, GError **error)
{
  g_autoptr (GArray) own = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  QdScope scope = { context->node, context->position, context->size };
  FoundSet set = { 0 };
  QdContext inner;
  Truth truth;

  if (!is_nodes (self->root))
    return FALSE;
  truth_init (&truth, self, context, world, own, &inner);
  collect (&truth, &scope, self->root, &set);
  for (guint i = 0; i < set.n; i++)
    if (found_get (&set, i)->certainty == QD_TRUTH_YES)
      g_ptr_array_add (nodes, found_get (&set, i)->node);
    else if (maybe != NULL)
      g_ptr_array_add (maybe, found_get (&set, i)->node);
  *more_out = set.rest;
  g_free (set.items);
  if (!truth_finish (&truth, error))
    return FALSE;
  if (trail != NULL)
    append_trail (trail, own);
  return TRUE;
}

/* Names in the syntax tree, for those who load rules. */

typedef void (*VisitNode) (const QdExprNode *node, gpointer data);

static void
visit_node (const QdExprNode *node, VisitNode visit, gpointer data)
{
  visit (node, data);
  for (guint i = 0; i < node->n; i++)
    visit_node (node->items[i], visit, data);
  if (node->kind != QD_NODE_PATH)
    return;
  if (node->path->base != NULL)
    visit_node (node->path->base, visit, data);
  for (guint p = 0; p < node->path->n_base_predicates; p++)
    visit_node (node->path->base_predicates[p].node, visit, data);
  for (guint i = 0; i < node->path->n_steps; i++)
    for (guint p = 0; p < node->path->steps[i].n_predicates; p++)
      visit_node (node->path->steps[i].predicates[p].node, visit, data);
}

typedef struct
{
  const char *name;
  GPtrArray *found;
} Names;

static void
add_unique (GPtrArray *array, const char *text)
{
  const char *interned = g_intern_string (text);

  if (!g_ptr_array_find (array, interned, NULL))
    g_ptr_array_add (array, (gpointer) interned);
}

static void
visit_call_name (const QdExprNode *node, gpointer data)
{
  Names *names = data;

  if (is_call (node, names->name) && node->n > 0 && node->items[0]->kind == QD_NODE_STRING)
    add_unique (names->found, node->items[0]->string);
}

GPtrArray *
qd_expr_list_names (const QdExpr *self, const char *function)
{
  Names names = { function, g_ptr_array_new () };

  visit_node (self->root, visit_call_name, &names);
  return names.found;
}

static gboolean
ends_in (const QdExprNode *node, const char *name)
{
  const QdStep *last;

  if (node->kind != QD_NODE_PATH || node->path->n_steps == 0)
    return FALSE;
  last = &node->path->steps[node->path->n_steps - 1];
  return last->test == QD_TEST_NAME && strcmp (last->name, name) == 0;
}

static void
visit_literal (const QdExprNode *node, gpointer data)
{
  Names *names = data;

  if (node->kind != QD_NODE_EQUAL)
    return;
  for (guint side = 0; side < 2; side++)
    if (node->items[1 - side]->kind == QD_NODE_STRING && ends_in (node->items[side], names->name))
      add_unique (names->found, node->items[1 - side]->string);
}

GPtrArray *
qd_expr_list_literals (const QdExpr *self, const char *name)
{
  Names names = { name, g_ptr_array_new () };

  visit_node (self->root, visit_literal, &names);
  return names.found;
}
