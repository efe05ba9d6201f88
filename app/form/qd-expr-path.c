/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-path"
#include "config.h"
#include "qd-expr.h"
#include "qd-expr-private.h"

#include <string.h>

/* Up to here looking at all children is faster than asking where to look. */
#define FEW_CHILDREN 12

static gboolean
name_matches (const QdStep *step, const QdTreeNode *node)
{
  if (node->name != step->name)
    return FALSE;
  if (node->ns == step->ns)
    return TRUE;
  return step->loose && (node->ns == step->loose_ns || strcmp (step->loose_ns, "*") == 0);
}

static gboolean
matches (const QdStep *step, const QdTreeNode *node)
{
  QdTreeKind principal = step->axis == QD_AXIS_ATTRIBUTE ? QD_TREE_ATTRIBUTE : step->axis == QD_AXIS_NAMESPACE ? QD_TREE_NAMESPACE
                                                                                                               : QD_TREE_ELEMENT;

  switch ((QdTestKind) step->test)
    {
    case QD_TEST_NAME:
      return name_matches (step, node) && node->kind == principal;
    case QD_TEST_ANY_NAME:
      return node->kind == principal;
    case QD_TEST_ANY_IN_NAMESPACE:
      return node->kind == principal && node->ns == step->ns;
    case QD_TEST_NODE:
      return TRUE;
    case QD_TEST_TEXT:
      return node->kind == QD_TREE_TEXT;
    case QD_TEST_COMMENT:
      return node->kind == QD_TREE_COMMENT;
    case QD_TEST_PI:
    default:
      return node->kind == QD_TREE_PI && (step->name == NULL || node->name == step->name);
    }
}

static gboolean
is_hidden (const QdTreeNode *node)
{
  return (node->flags & QD_TREE_FLAG_TEMPLATE) != 0;
}

/* In a compact tree the text of a leaf is no node of its own; the leaf stands in for it. */
static gboolean
is_leaf_with_text (const QdStep *step, const QdTreeNode *node)
{
  return step->test == QD_TEST_TEXT && node->kind == QD_TREE_ELEMENT && node->n_children == 0 && node->value != NULL;
}

/* The next node of the document order within @top, or NULL. */
static QdTreeNode *
next_within (const QdTreeNode *top, QdTreeNode *node, gboolean skip_children)
{
  if (!skip_children && node->n_children > 0)
    return node->children[0];
  while (node != top)
    {
      if (node->index + 1 < node->parent->n_children)
        return node->parent->children[node->index + 1];
      node = node->parent;
    }
  return NULL;
}

/* Predicates. */

/* What the unchanging side of `child = …` is, found when first needed. */
typedef struct
{
  gboolean ready;
  QdValue value;
  QdText text; /* set when one text says it all, so that an index can be asked */
} Key;

static gboolean
prepare_key (QdEval *ev, const QdScope *scope, const QdPredicate *predicate, Key *key)
{
  if (key->ready)
    return TRUE;
  if (!qd_eval_value (ev, scope, predicate->key, &key->value))
    return FALSE;
  key->ready = TRUE;
  key->text.text = key->text.owned = NULL;
  if (key->value.type == QD_VALUE_STRING || (key->value.type == QD_VALUE_NODES && key->value.nodes.n == 1))
    qd_value_to_text (ev, &key->value, &key->text);
  return TRUE;
}

static void
clear_keys (Key *keys)
{
  for (guint i = 0; i < QD_EXPR_MAX_KEYS; i++)
    if (keys[i].ready)
      {
        g_free (keys[i].text.owned);
        qd_value_clear (&keys[i].value);
      }
}

static gboolean
key_matches (QdEval *ev, const QdPredicate *predicate, const Key *key, const QdTreeNode *node)
{
  ev->work += node->n_children;
  for (guint i = 0; i < node->n_children; i++)
    {
      const QdTreeNode *child = node->children[i];
      QdText text;
      gboolean equal;

      if (child->kind != QD_TREE_ELEMENT || !name_matches (predicate->key_step, child) || is_hidden (child))
        continue;
      qd_text_of_node (&text, child);
      equal = key->text.text != NULL ? strcmp (text.text, key->text.text) == 0 : qd_eval_text_equals (ev, text.text, &key->value);
      qd_text_clear (&text);
      if (equal)
        return TRUE;
    }
  return FALSE;
}

static gboolean
holds (QdEval *ev, const QdPredicate *predicate, QdTreeNode *node, gsize position, gsize size, gboolean *out)
{
  QdScope scope = { node, position, size };
  QdValue value;

  switch ((QdValueType) predicate->node->type)
    {
    case QD_VALUE_NODES:
    case QD_VALUE_STRING:
    case QD_VALUE_BOOLEAN:
      return qd_eval_boolean (ev, &scope, predicate->node, out);
    case QD_VALUE_NUMBER:
    case QD_VALUE_DATE:
    case QD_VALUE_ANY:
    default:
      break;
    }
  if (!qd_eval_value (ev, &scope, predicate->node, &value))
    return FALSE;
  *out = value.type == QD_VALUE_NUMBER || value.type == QD_VALUE_DATE ? value.number.value == (double) position : qd_value_to_boolean (&value);
  qd_value_clear (&value);
  return TRUE;
}

static gboolean
filter (QdEval *ev, const QdPredicate *predicates, guint n, QdNodeSet *set)
{
  for (guint i = 0; i < n && set->n > 0; i++)
    {
      const QdPredicate *predicate = &predicates[i];
      guint kept = 0;
      QdTreeNode *single;

      if (predicate->kind == QD_PREDICATE_INDEX || predicate->kind == QD_PREDICATE_LAST)
        {
          guint index = predicate->kind == QD_PREDICATE_LAST ? set->n : predicate->index;

          single = index <= set->n ? qd_node_set_get (set, index - 1) : NULL;
          qd_node_set_clear (set);
          if (single != NULL)
            qd_node_set_add (set, single);
          continue;
        }
      for (guint j = 0; j < set->n; j++)
        {
          QdTreeNode *node = qd_node_set_get (set, j);
          gboolean passes = FALSE;

          if (!qd_eval_work (ev, 1) || !holds (ev, predicate, node, j + 1, set->n, &passes))
            return FALSE;
          if (!passes)
            continue;
          if (set->items != NULL)
            set->items[kept] = node;
          if (kept == 0)
            set->one = node;
          kept++;
        }
      set->n = kept;
    }
  return TRUE;
}

/* One step from one node: all that the axis reaches and the test passes, in the order of the axis. */

static void
add_if (const QdStep *step, QdTreeNode *node, QdNodeSet *out)
{
  if (matches (step, node) || is_leaf_with_text (step, node))
    qd_node_set_add (out, node);
}

static void
add_subtree (const QdStep *step, QdTreeNode *top, gboolean with_top, QdNodeSet *out)
{
  QdTreeNode *node = top;
  gboolean skip = FALSE;

  if (with_top ? matches (step, top) || is_leaf_with_text (step, top) : is_leaf_with_text (step, top))
    qd_node_set_add (out, top);
  if (top->kind != QD_TREE_ELEMENT && top->kind != QD_TREE_DOCUMENT)
    return;
  while ((node = next_within (top, node, skip)) != NULL)
    {
      skip = is_hidden (node);
      if (!skip)
        add_if (step, node, out);
    }
}

static void
add_subtree_backwards (const QdStep *step, QdTreeNode *node, QdNodeSet *out)
{
  if (is_hidden (node))
    return;
  for (guint i = node->n_children; i-- > 0;)
    add_subtree_backwards (step, node->children[i], out);
  add_if (step, node, out);
}

static gboolean
is_child (const QdTreeNode *node)
{
  return node->parent != NULL && node->kind != QD_TREE_ATTRIBUTE && node->kind != QD_TREE_NAMESPACE;
}

/* The children that a step has to look at: in a wide element the host may know where those of a name lie. */
static void
narrow_children (const QdEval *ev, const QdStep *step, QdTreeNode *node, guint *first, guint *end)
{
  const QdEnv *env = ev->context->env;
  guint n;

  *first = 0;
  *end = node->n_children;
  if (node->n_children > FEW_CHILDREN && step->test == QD_TEST_NAME && env != NULL && env->klass->children != NULL && env->klass->children ((QdEnv *) env, node, step->ns, step->name, first, &n))
    *end = *first + n;
}

void
qd_path_add_axis (const QdEval *ev, const QdStep *step, QdTreeNode *node, QdNodeSet *out)
{
  guint first, end;

  switch ((QdAxis) step->axis)
    {
    case QD_AXIS_SELF:
      if (matches (step, node))
        qd_node_set_add (out, node);
      break;
    case QD_AXIS_CHILD:
      narrow_children (ev, step, node, &first, &end);
      for (guint i = first; i < end; i++)
        if (!is_hidden (node->children[i]) && matches (step, node->children[i]))
          qd_node_set_add (out, node->children[i]);
      if (is_leaf_with_text (step, node))
        qd_node_set_add (out, node);
      break;
    case QD_AXIS_PARENT:
      if (node->parent != NULL && matches (step, node->parent))
        qd_node_set_add (out, node->parent);
      break;
    case QD_AXIS_ATTRIBUTE:
      for (guint i = 0; i < node->n_attributes; i++)
        if (matches (step, node->attributes[i]))
          qd_node_set_add (out, node->attributes[i]);
      break;
    case QD_AXIS_DESCENDANT:
      add_subtree (step, node, FALSE, out);
      break;
    case QD_AXIS_DESCENDANT_OR_SELF:
      add_subtree (step, node, TRUE, out);
      break;
    case QD_AXIS_ANCESTOR:
    case QD_AXIS_ANCESTOR_OR_SELF:
      for (QdTreeNode *up = step->axis == QD_AXIS_ANCESTOR ? node->parent : node; up != NULL; up = up->parent)
        if (matches (step, up))
          qd_node_set_add (out, up);
      break;
    case QD_AXIS_FOLLOWING_SIBLING:
      for (guint i = node->index + 1; is_child (node) && i < node->parent->n_children; i++)
        if (!is_hidden (node->parent->children[i]) && matches (step, node->parent->children[i]))
          qd_node_set_add (out, node->parent->children[i]);
      break;
    case QD_AXIS_PRECEDING_SIBLING:
      for (guint i = node->index; is_child (node) && i-- > 0;)
        if (!is_hidden (node->parent->children[i]) && matches (step, node->parent->children[i]))
          qd_node_set_add (out, node->parent->children[i]);
      break;
    case QD_AXIS_FOLLOWING:
      /* What follows an attribute begins with the content of its element. */
      if (!is_child (node) && node->parent != NULL)
        {
          node = node->parent;
          add_subtree (step, node, FALSE, out);
        }
      for (; node->parent != NULL; node = node->parent)
        for (guint i = node->index + 1; i < node->parent->n_children; i++)
          if (!is_hidden (node->parent->children[i]))
            add_subtree (step, node->parent->children[i], TRUE, out);
      break;
    case QD_AXIS_PRECEDING:
      if (!is_child (node) && node->parent != NULL)
        node = node->parent;
      for (; node->parent != NULL; node = node->parent)
        for (guint i = node->index; i-- > 0;)
          add_subtree_backwards (step, node->parent->children[i], out);
      break;
    case QD_AXIS_NAMESPACE:
      {
        g_autoptr (GPtrArray) namespaces = qd_tree_node_get_namespaces (node);

        for (guint i = 0; i < namespaces->len; i++)
          if (matches (step, namespaces->pdata[i]))
            qd_node_set_add (out, namespaces->pdata[i]);
        break;
      }
    default:
      g_assert_not_reached ();
    }
}

static void
reverse (QdNodeSet *set)
{
  for (guint i = 0; i < set->n / 2; i++)
    {
      QdTreeNode *node = set->items[i];

      set->items[i] = set->items[set->n - 1 - i];
      set->items[set->n - 1 - i] = node;
    }
  if (set->n > 1)
    set->one = set->items[0];
}

static gboolean
take_step (QdEval *ev, const QdStep *step, QdNodeSet *set)
{
  QdNodeSet result = { 0 }, found = { 0 };
  gboolean backwards = step->axis == QD_AXIS_ANCESTOR || step->axis == QD_AXIS_ANCESTOR_OR_SELF || step->axis == QD_AXIS_PRECEDING || step->axis == QD_AXIS_PRECEDING_SIBLING;
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < set->n; i++)
    {
      qd_path_add_axis (ev, step, qd_node_set_get (set, i), &found);
      ok = qd_eval_work (ev, 1 + found.n) && filter (ev, step->predicates, step->n_predicates, &found);
      if (!ok)
        break;
      if (backwards)
        reverse (&found);
      for (guint j = 0; j < found.n; j++)
        qd_node_set_add (&result, qd_node_set_get (&found, j));
      qd_node_set_clear (&found);
    }
  qd_node_set_clear (&found);
  qd_node_set_clear (set);
  *set = result;
  if (!ok)
    {
      qd_node_set_clear (set);
      return FALSE;
    }
  qd_node_set_sort (set);
  return TRUE;
}

/* Streaming: the nodes of a path one by one, without sets, and no further than the visitor wants. */

typedef struct
{
  QdEval *ev;
  const QdScope *scope;
  const QdExprPath *path;
  QdVisit visit;
  gpointer data;
  Key keys[QD_EXPR_MAX_KEYS];
} Walk;

typedef enum
{
  WALK_ON,
  WALK_AXIS_DONE, /* no later node of this axis can pass */
  WALK_STOP,      /* the visitor has enough, or there is an error */
} WalkResult;

static WalkResult walk (Walk *self, QdTreeNode *node, guint i);

/* Tries predicates from @first on; @counts holds how many nodes came to each. */
static WalkResult
try_node (Walk *self, QdTreeNode *node, guint i, guint first, guint *counts)
{
  const QdStep *step = &self->path->steps[i];
  WalkResult result;

  if (!qd_eval_work (self->ev, 1))
    return WALK_STOP;
  for (guint p = first; p < step->n_predicates; p++)
    {
      const QdPredicate *predicate = &step->predicates[p];
      gboolean passes = FALSE;

      counts[p]++;
      switch ((QdPredicateKind) predicate->kind)
        {
        case QD_PREDICATE_INDEX:
          passes = counts[p] == predicate->index;
          break;
        case QD_PREDICATE_KEY:
          if (!prepare_key (self->ev, self->scope, predicate, &self->keys[predicate->key_slot]))
            return WALK_STOP;
          passes = key_matches (self->ev, predicate, &self->keys[predicate->key_slot], node);
          break;
        case QD_PREDICATE_KEYS:
          passes = TRUE;
          for (guint k = 0; k < predicate->n_parts && passes; k++)
            {
              const QdPredicate *part = &predicate->parts[k];

              if (!prepare_key (self->ev, self->scope, part, &self->keys[part->key_slot]))
                return WALK_STOP;
              passes = key_matches (self->ev, part, &self->keys[part->key_slot], node);
            }
          break;
        case QD_PREDICATE_LAST:
        case QD_PREDICATE_PLAIN:
        default:
          if (!holds (self->ev, predicate, node, counts[p], 0, &passes))
            return WALK_STOP;
          break;
        }
      if (!passes)
        return WALK_ON;
    }
  result = walk (self, node, i + 1);
  if (result == WALK_ON && step->n_predicates > 0 && step->predicates[first < step->n_predicates ? first : 0].kind == QD_PREDICATE_INDEX)
    return WALK_AXIS_DONE;
  return result;
}

/* Can the side of a comparison that does not change be evaluated without any chance of failing? */
static gboolean
is_plain_key (const QdPredicate *predicate)
{
  return predicate->key->kind == QD_NODE_STRING || (predicate->key->kind == QD_NODE_PATH && predicate->key->path->origin != QD_PATH_OTHER);
}

/* What an index is asked. */
typedef struct
{
  const char *names[QD_EXPR_MAX_KEYS], *keys[QD_EXPR_MAX_KEYS];
  guint n;
} Question;

/* Adds a condition that the index may answer; FALSE when it is none, or on failure. */
static gboolean
add_condition (Walk *self, const QdPredicate *predicate, Question *question)
{
  Key *key = &self->keys[predicate->key_slot];

  if (question->n == QD_EXPR_MAX_KEYS || predicate->key_step->ns != NULL || predicate->key_step->loose)
    return FALSE;
  /* Whether later conditions are looked at at all, depends on what the first lets pass. */
  if (question->n > 0 && !is_plain_key (predicate))
    return FALSE;
  if (!prepare_key (self->ev, self->scope, predicate, key) || key->text.text == NULL)
    return FALSE;
  question->names[question->n] = predicate->key_step->name;
  question->keys[question->n++] = key->text.text;
  return TRUE;
}

/* The host may know which items pass the first predicates, @n_out of them. NULL when it does not, or on failure. */
static const GPtrArray *
ask_index (Walk *self, QdTreeNode *node, const QdStep *step, guint *n_out)
{
  QdEnv *env = self->ev->context->env;
  Question question = { .n = 0 };
  gboolean is_whole = TRUE;

  *n_out = 0;
  if (env == NULL || env->klass->lookup == NULL || step->test != QD_TEST_NAME || step->ns != NULL || step->loose)
    return NULL;
  for (guint p = 0; is_whole && p < step->n_predicates; p++)
    {
      const QdPredicate *predicate = &step->predicates[p];
      const Question before = question;

      if (predicate->kind != QD_PREDICATE_KEY && predicate->kind != QD_PREDICATE_KEYS)
        break;
      if (predicate->kind == QD_PREDICATE_KEY)
        is_whole = add_condition (self, predicate, &question);
      for (guint k = 0; k < predicate->n_parts && is_whole; k++)
        is_whole = add_condition (self, &predicate->parts[k], &question);
      if (is_whole)
        *n_out = p + 1;
      else
        question = before;
    }
  if (question.n == 0 || self->ev->error != NULL)
    return NULL;
  return env->klass->lookup (env, node, step->name, question.names, question.keys, question.n);
}

static WalkResult
walk_children (Walk *self, QdTreeNode *node, guint i)
{
  const QdStep *step = &self->path->steps[i];
  guint counts[QD_EXPR_MAX_COUNTED] = { 0 };
  const QdPredicate *first = step->n_predicates > 0 ? &step->predicates[0] : NULL;
  const GPtrArray *items;
  guint start, end, n_asked;

  narrow_children (self->ev, step, node, &start, &end);
  if (first != NULL && first->kind == QD_PREDICATE_LAST)
    {
      for (guint c = end; c-- > start;)
        if (!is_hidden (node->children[c]) && matches (step, node->children[c]))
          return try_node (self, node->children[c], i, 1, counts);
      return WALK_ON;
    }
  items = first == NULL ? NULL : ask_index (self, node, step, &n_asked);
  if (self->ev->error != NULL)
    return WALK_STOP;
  if (items != NULL)
    {
      for (guint c = 0; c < items->len; c++)
        {
          WalkResult result = try_node (self, items->pdata[c], i, n_asked, counts);

          if (result == WALK_AXIS_DONE)
            break;
          if (result != WALK_ON)
            return result;
        }
      return WALK_ON;
    }
  for (guint c = start; c < end; c++)
    {
      QdTreeNode *child = node->children[c];
      WalkResult result;

      /* The name alone first: it lies where the node begins, and it is nearly always what differs. */
      if (step->test == QD_TEST_NAME && child->name != step->name)
        continue;
      if (!matches (step, child) || is_hidden (child))
        continue;
      result = try_node (self, child, i, 0, counts);
      if (result == WALK_AXIS_DONE)
        break;
      if (result != WALK_ON)
        return result;
    }
  if (is_leaf_with_text (step, node))
    return try_node (self, node, i, 0, counts) == WALK_STOP ? WALK_STOP : WALK_ON;
  return qd_eval_work (self->ev, (end - start) / 4) ? WALK_ON : WALK_STOP;
}

/* The axes without a short cut go through a set of the nodes of one step. */
static WalkResult
walk_axis (Walk *self, QdTreeNode *node, guint i)
{
  const QdStep *step = &self->path->steps[i];
  guint counts[QD_EXPR_MAX_COUNTED] = { 0 };
  WalkResult result = WALK_ON;
  QdNodeSet found = { 0 };

  qd_path_add_axis (self->ev, step, node, &found);
  for (guint c = 0; c < found.n && result == WALK_ON; c++)
    result = try_node (self, qd_node_set_get (&found, c), i, 0, counts);
  qd_node_set_clear (&found);
  return result == WALK_STOP ? WALK_STOP : WALK_ON;
}

static WalkResult
walk (Walk *self, QdTreeNode *node, guint i)
{
  const QdStep *step;

  if (i == self->path->n_steps)
    return self->visit (self->ev, node, self->data) && self->ev->error == NULL ? WALK_ON : WALK_STOP;
  step = &self->path->steps[i];
  switch ((QdAxis) step->axis)
    {
    case QD_AXIS_CHILD:
      return walk_children (self, node, i);
    case QD_AXIS_PARENT:
      if (node->parent != NULL && matches (step, node->parent))
        return walk (self, node->parent, i + 1);
      return WALK_ON;
    case QD_AXIS_SELF:
      if (step->n_predicates == 0)
        return matches (step, node) ? walk (self, node, i + 1) : WALK_ON;
      return walk_axis (self, node, i);
    case QD_AXIS_ATTRIBUTE:
    case QD_AXIS_DESCENDANT:
    case QD_AXIS_DESCENDANT_OR_SELF:
    case QD_AXIS_ANCESTOR:
    case QD_AXIS_ANCESTOR_OR_SELF:
    case QD_AXIS_FOLLOWING_SIBLING:
    case QD_AXIS_PRECEDING_SIBLING:
    case QD_AXIS_FOLLOWING:
    case QD_AXIS_PRECEDING:
    case QD_AXIS_NAMESPACE:
    default:
      return walk_axis (self, node, i);
    }
}

static QdTreeNode *
document_of (QdTreeNode *node)
{
  while (node != NULL && node->parent != NULL)
    node = node->parent;
  return node;
}

gboolean
qd_path_visit (QdEval *ev, const QdScope *scope, const QdExprPath *path, QdVisit visit, gpointer data)
{
  QdNodeSet set = { 0 };
  QdTreeNode *start = NULL;
  QdEnv *env = ev->context->env;
  gboolean ok = TRUE;

  switch ((QdPathOrigin) path->origin)
    {
    case QD_PATH_CONTEXT:
      start = scope->node;
      break;
    case QD_PATH_CURRENT:
      start = ev->current;
      break;
    case QD_PATH_ROOT:
      start = document_of (ev->current);
      break;
    case QD_PATH_INSTANCE:
      if (env != NULL && env->klass->instance != NULL)
        start = env->klass->instance (env, path->instance_id);
      break;
    case QD_PATH_OTHER:
    default:
      if (!qd_eval_nodes (ev, scope, path->base, &set))
        return FALSE;
      break;
    }
  if (start != NULL)
    qd_node_set_add (&set, start);
  if (path->n_base_predicates > 0 && !filter (ev, path->base_predicates, path->n_base_predicates, &set))
    {
      qd_node_set_clear (&set);
      return FALSE;
    }
  if (set.n == 1 && path->streams)
    {
      Walk self;
      QdTreeNode *single = qd_node_set_get (&set, 0);

      qd_node_set_clear (&set);
      self.ev = ev;
      self.scope = scope;
      self.path = path;
      self.visit = visit;
      self.data = data;
      /* Keys are large; only their flags are cleared. */
      for (guint i = 0; i < QD_EXPR_MAX_KEYS; i++)
        self.keys[i].ready = FALSE;
      walk (&self, single, 0);
      clear_keys (self.keys);
      return ev->error == NULL;
    }
  for (guint i = 0; ok && i < path->n_steps && set.n > 0; i++)
    ok = take_step (ev, &path->steps[i], &set);
  for (guint i = 0; ok && i < set.n; i++)
    if (!visit (ev, qd_node_set_get (&set, i), data))
      break;
  qd_node_set_clear (&set);
  return ok && ev->error == NULL;
}
