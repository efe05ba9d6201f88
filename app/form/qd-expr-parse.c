/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-parse"
#include "config.h"
#include "qd-expr.h"
#include "qd-expr-lex.h"
#include "qd-expr-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#define JR_NAMESPACE "http://openrosa.org/javarosa"
#define QD_NAMESPACE "urn:qingdan:form:1"

/* Steps of the path being read and of those around it. */
#define MAX_OPEN_STEPS 256
/* Operands being read without a block of memory for them. */
#define FEW_OPERANDS 32

typedef struct
{
  QdLexer lex; /* first */
  QdPrefixFunc prefixes;
  gpointer user_data;
  const char *default_ns;
  guint nesting;
  int outer; /* the path whose predicate is being read */
  guint outer_step;
  /* A stack: the operands of what is being read, the innermost last. */
  QdExprNode **operands; /* `few`, or owned */
  guint n_operands, operands_size;
  guint n_steps; /* of the stack below, likewise */
  QdExprNode *few[FEW_OPERANDS];
  QdStep steps[MAX_OPEN_STEPS];
} Parser;

/* Names. */

static const char *
resolve_prefix (Parser *self, guint32 start, guint32 colon)
{
  g_autofree char *prefix = g_strndup (self->lex.text + start, colon - start);
  const char *uri = self->prefixes == NULL ? NULL : self->prefixes (prefix, self->user_data);

  if (uri != NULL)
    return g_intern_string (uri);
  if (strcmp (prefix, "xml") == 0)
    return g_intern_static_string (QD_XML_NAMESPACE);
  if (strcmp (prefix, "jr") == 0)
    return g_intern_static_string (JR_NAMESPACE);
  if (strcmp (prefix, "qd") == 0)
    return g_intern_static_string (QD_NAMESPACE);
  return qd_lexer_fail_with (&self->lex, start, QD_EXPR_ERROR_UNKNOWN_PREFIX, _ ("The prefix “%s” is not declared."), prefix);
}

static const char *
intern_range (const Parser *self, guint32 start, guint32 end)
{
  g_autofree char *long_name = NULL;
  char name[64];

  if (end - start >= sizeof name)
    return g_intern_string (long_name = g_strndup (self->lex.text + start, end - start));
  memcpy (name, self->lex.text + start, end - start);
  name[end - start] = '\0';
  return g_intern_string (name);
}

/* Nodes. */

static QdExprNode *
make_node (Parser *self, QdExprKind kind, QdValueType type, guint32 offset, QdExprNode **items, guint n)
{
  QdExprNode *node = qd_expr_allocate (self->lex.expr, sizeof (QdExprNode));
  guint depth = 0;

  node->kind = (guint8) kind;
  node->type = (guint8) type;
  node->offset = offset;
  if (n > 0)
    {
      node->items = qd_expr_allocate (self->lex.expr, n * sizeof (QdExprNode *));
      memcpy (node->items, items, n * sizeof (QdExprNode *));
      node->n = n;
    }
  for (guint i = 0; i < n; i++)
    {
      depth = MAX (depth, items[i]->depth);
      node->flags |= items[i]->flags;
    }
  node->depth = (guint16) (depth + 1);
  if (node->depth > QD_EXPR_MAX_DEPTH)
    return qd_lexer_fail (&self->lex, offset, QD_EXPR_ERROR_TOO_COMPLEX, _ ("The formula is nested too deeply."));
  return node;
}

static void
push_operand (Parser *self, QdExprNode *node)
{
  if (self->n_operands == self->operands_size)
    {
      gboolean is_first = self->operands == self->few;

      self->operands_size *= 2;
      self->operands = g_renew (QdExprNode *, is_first ? NULL : self->operands, self->operands_size);
      if (is_first)
        memcpy (self->operands, self->few, sizeof self->few);
    }
  self->operands[self->n_operands++] = node;
}

/* A node of the operands from @base on, which leave the stack. */
static QdExprNode *
make_list (Parser *self, QdExprKind kind, QdValueType type, guint32 offset, guint base)
{
  guint n = self->n_operands - base;
  QdExprNode *node = make_node (self, kind, type, offset, self->operands + base, n);

  self->n_operands = base;
  return node;
}

static gboolean
enter (Parser *self)
{
  if (self->lex.error == NULL && ++self->nesting <= QD_EXPR_MAX_NESTING)
    return TRUE;
  qd_lexer_fail (&self->lex, self->lex.token.start, QD_EXPR_ERROR_TOO_COMPLEX, _ ("The formula is nested too deeply."));
  return FALSE;
}

static QdExprNode *parse_expression (Parser *self);

/* Predicates. */

static void classify_predicate (Parser *self, QdPredicate *predicate);

static gboolean
is_call_of (const QdExprNode *node, const char *name)
{
  return node->kind == QD_NODE_CALL && node->n == 0 && strcmp (node->call.function->name, name) == 0;
}

static gboolean
is_index (const QdExprNode *node, guint32 *index)
{
  if (node->kind != QD_NODE_NUMBER || !node->number.exact || node->number.decimal.scale != 0)
    return FALSE;
  if (node->number.decimal.mantissa < 1 || node->number.decimal.mantissa > G_MAXINT32)
    return FALSE;
  *index = (guint32) node->number.decimal.mantissa;
  return TRUE;
}

static gboolean
is_key_side (const QdExprNode *node, QdPredicate *predicate)
{
  const QdStep *step;

  if (node->kind != QD_NODE_PATH || node->path->origin != QD_PATH_CONTEXT || node->path->n_steps != 1)
    return FALSE;
  step = node->path->steps;
  if (step->axis != QD_AXIS_CHILD || step->test != QD_TEST_NAME || step->n_predicates > 0)
    return FALSE;
  predicate->key_step = step;
  return TRUE;
}

/* [a = 1 and b = 2] asks what [a = 1][b = 2] does, which an index may answer. */
static void
classify_parts (Parser *self, QdPredicate *predicate)
{
  QdExprNode *node = predicate->node;
  QdPredicate parts[QD_EXPR_MAX_KEYS] = { 0 };

  for (guint i = 0; i < node->n; i++)
    {
      if (i == QD_EXPR_MAX_KEYS || node->items[i]->kind != QD_NODE_EQUAL)
        return;
      parts[i].node = node->items[i];
      classify_predicate (self, &parts[i]);
      if (parts[i].kind != QD_PREDICATE_KEY)
        return;
    }
  predicate->kind = QD_PREDICATE_KEYS;
  predicate->n_parts = node->n;
  predicate->parts = qd_expr_allocate (self->lex.expr, node->n * sizeof (QdPredicate));
  memcpy (predicate->parts, parts, node->n * sizeof (QdPredicate));
}

static void
classify_predicate (Parser *self, QdPredicate *predicate)
{
  QdExprNode *node = predicate->node;

  predicate->kind = QD_PREDICATE_PLAIN;
  if (node->kind == QD_NODE_AND)
    classify_parts (self, predicate);
  if (is_index (node, &predicate->index))
    {
      predicate->kind = QD_PREDICATE_INDEX;
      return;
    }
  if (is_call_of (node, "last"))
    {
      predicate->kind = QD_PREDICATE_LAST;
      return;
    }
  if (node->kind != QD_NODE_EQUAL)
    return;
  for (guint i = 0; i < 2; i++)
    {
      QdExprNode *side = node->items[i], *other = node->items[1 - i];

      if (is_call_of (side, "position") && is_index (other, &predicate->index))
        predicate->kind = QD_PREDICATE_INDEX;
      else if (is_call_of (side, "position") && is_call_of (other, "last"))
        predicate->kind = QD_PREDICATE_LAST;
      else if (other->flags == 0 && other->type != QD_VALUE_BOOLEAN && other->type != QD_VALUE_ANY && is_key_side (side, predicate))
        {
          predicate->kind = QD_PREDICATE_KEY;
          predicate->key = other;
        }
      else
        continue;
      return;
    }
}

static gboolean
is_positional (const QdPredicate *predicate)
{
  return predicate->kind == QD_PREDICATE_INDEX || predicate->kind == QD_PREDICATE_LAST || predicate->node->type == QD_VALUE_NUMBER ||
         predicate->node->type == QD_VALUE_DATE || predicate->node->type == QD_VALUE_ANY || (predicate->node->flags & (QD_NODE_FLAG_POSITION | QD_NODE_FLAG_LAST));
}

static gboolean
parse_predicates (Parser *self, int path, guint step, QdPredicate **predicates_out, guint *n_out)
{
  g_autoptr (GArray) predicates = NULL;
  int outer = self->outer;
  guint outer_step = self->outer_step;

  while (self->lex.error == NULL && self->lex.token.kind == TOKEN_OPEN_BRACKET)
    {
      QdPredicate predicate = { 0 };

      qd_lexer_advance (&self->lex);
      self->outer = path;
      self->outer_step = step;
      if (enter (self))
        predicate.node = parse_expression (self);
      self->nesting--;
      self->outer = outer;
      self->outer_step = outer_step;
      if (predicate.node == NULL || !qd_lexer_expect (&self->lex, TOKEN_CLOSE_BRACKET, "“]”"))
        return FALSE;
      if (predicates == NULL)
        predicates = g_array_new (FALSE, FALSE, sizeof (QdPredicate));
      classify_predicate (self, &predicate);
      g_array_append_val (predicates, predicate);
    }
  if (self->lex.error != NULL)
    return FALSE;
  if (predicates != NULL)
    {
      *n_out = predicates->len;
      *predicates_out = qd_expr_allocate (self->lex.expr, predicates->len * sizeof (QdPredicate));
      memcpy (*predicates_out, predicates->data, predicates->len * sizeof (QdPredicate));
    }
  return TRUE;
}

/* Steps. */

static const struct
{
  const char *name;
  QdAxis axis;
} axes[] = {
  { "self", QD_AXIS_SELF },
  { "child", QD_AXIS_CHILD },
  { "parent", QD_AXIS_PARENT },
  { "attribute", QD_AXIS_ATTRIBUTE },
  { "descendant", QD_AXIS_DESCENDANT },
  { "descendant-or-self", QD_AXIS_DESCENDANT_OR_SELF },
  { "ancestor", QD_AXIS_ANCESTOR },
  { "ancestor-or-self", QD_AXIS_ANCESTOR_OR_SELF },
  { "following-sibling", QD_AXIS_FOLLOWING_SIBLING },
  { "preceding-sibling", QD_AXIS_PRECEDING_SIBLING },
  { "following", QD_AXIS_FOLLOWING },
  { "preceding", QD_AXIS_PRECEDING },
  { "namespace", QD_AXIS_NAMESPACE },
};

static gboolean
next_is (const Parser *self, const char *what)
{
  const char *p = self->lex.text + qd_lexer_skip_space (&self->lex, self->lex.token.end);

  return strncmp (p, what, strlen (what)) == 0;
}

/* A node type test: node(), text() … */
static gboolean
parse_type_test (Parser *self, QdStep *step)
{
  gboolean is_pi = qd_lexer_is (&self->lex, "processing-instruction");

  step->test = qd_lexer_is (&self->lex, "node") ? QD_TEST_NODE : qd_lexer_is (&self->lex, "text")  ? QD_TEST_TEXT
                                                             : qd_lexer_is (&self->lex, "comment") ? QD_TEST_COMMENT
                                                                                                   : QD_TEST_PI;
  qd_lexer_advance (&self->lex);
  if (!qd_lexer_expect (&self->lex, TOKEN_OPEN, "“(”"))
    return FALSE;
  if (is_pi && self->lex.token.kind == TOKEN_LITERAL)
    {
      step->name = intern_range (self, self->lex.token.start + 1, self->lex.token.end - 1);
      qd_lexer_advance (&self->lex);
    }
  return qd_lexer_expect (&self->lex, TOKEN_CLOSE, "“)”");
}

static gboolean
is_type_name (const Parser *self)
{
  return self->lex.token.colon == 0 && (qd_lexer_is (&self->lex, "node") || qd_lexer_is (&self->lex, "text") || qd_lexer_is (&self->lex, "comment") || qd_lexer_is (&self->lex, "processing-instruction"));
}

static gboolean
parse_name_test (Parser *self, QdStep *step)
{
  if (self->lex.token.kind == TOKEN_STAR)
    {
      step->test = QD_TEST_ANY_NAME;
      qd_lexer_advance (&self->lex);
      return self->lex.error == NULL;
    }
  if (self->lex.token.kind != TOKEN_NAME)
    {
      qd_lexer_fail_here (&self->lex, _ ("a name"));
      return FALSE;
    }
  if (is_type_name (self) && next_is (self, "("))
    return parse_type_test (self, step);
  step->test = QD_TEST_NAME;
  if (self->lex.token.colon != 0)
    {
      step->ns = resolve_prefix (self, self->lex.token.start, self->lex.token.colon);
      if (step->ns == NULL)
        return FALSE;
      if (self->lex.text[self->lex.token.colon + 1] == '*')
        step->test = QD_TEST_ANY_IN_NAMESPACE;
      else
        step->name = intern_range (self, self->lex.token.colon + 1, self->lex.token.end);
    }
  else
    {
      step->name = intern_range (self, self->lex.token.start, self->lex.token.end);
      step->loose = self->default_ns != NULL && step->axis != QD_AXIS_ATTRIBUTE && step->axis != QD_AXIS_NAMESPACE;
      step->loose_ns = self->default_ns;
    }
  qd_lexer_advance (&self->lex);
  return self->lex.error == NULL;
}

static gboolean
parse_step (Parser *self, int path, guint index, QdStep *step)
{
  step->axis = QD_AXIS_CHILD;
  if (self->lex.token.kind == TOKEN_DOT || self->lex.token.kind == TOKEN_DOT_DOT)
    {
      step->axis = self->lex.token.kind == TOKEN_DOT ? QD_AXIS_SELF : QD_AXIS_PARENT;
      step->test = QD_TEST_NODE;
      qd_lexer_advance (&self->lex);
      return self->lex.error == NULL;
    }
  if (self->lex.token.kind == TOKEN_AT)
    {
      step->axis = QD_AXIS_ATTRIBUTE;
      qd_lexer_advance (&self->lex);
    }
  else if (self->lex.token.kind == TOKEN_NAME && self->lex.token.colon == 0 && next_is (self, "::"))
    {
      gsize i;

      for (i = 0; i < G_N_ELEMENTS (axes); i++)
        if (qd_lexer_is (&self->lex, axes[i].name))
          break;
      if (i == G_N_ELEMENTS (axes))
        {
          g_autofree char *name = qd_lexer_dup_token (&self->lex);

          qd_lexer_fail_with (&self->lex, self->lex.token.start, QD_EXPR_ERROR_SYNTAX, _ ("There is no axis “%s”."), name);
          return FALSE;
        }
      step->axis = (guint8) axes[i].axis;
      qd_lexer_advance (&self->lex);
      qd_lexer_advance (&self->lex);
    }
  if (self->lex.error != NULL || !parse_name_test (self, step) || !parse_predicates (self, path, index, &step->predicates, &step->n_predicates))
    return FALSE;
  for (guint i = 0; i < step->n_predicates; i++)
    if ((step->predicates[i].node->flags & QD_NODE_FLAG_LAST) && !(i == 0 && step->predicates[i].kind == QD_PREDICATE_LAST && step->axis == QD_AXIS_CHILD))
      step->needs_size = TRUE;
  return TRUE;
}

static gboolean
starts_step (const Parser *self)
{
  return self->lex.token.kind == TOKEN_NAME || self->lex.token.kind == TOKEN_STAR || self->lex.token.kind == TOKEN_AT || self->lex.token.kind == TOKEN_DOT || self->lex.token.kind == TOKEN_DOT_DOT;
}

/* `//name` is descendant-or-self::node()/child::name, which is descendant::name unless a predicate counts. */
static gboolean
add_step (Parser *self, guint first, const QdStep *step)
{
  QdStep *last = self->n_steps == first ? NULL : &self->steps[self->n_steps - 1];

  if (last != NULL && last->axis == QD_AXIS_DESCENDANT_OR_SELF && last->test == QD_TEST_NODE && last->n_predicates == 0 && step->axis == QD_AXIS_CHILD)
    {
      gboolean counts = FALSE;

      for (guint i = 0; i < step->n_predicates; i++)
        counts = counts || is_positional (&step->predicates[i]);
      if (!counts)
        {
          *last = *step;
          last->axis = QD_AXIS_DESCENDANT;
          return TRUE;
        }
    }
  if (self->n_steps == MAX_OPEN_STEPS)
    {
      qd_lexer_fail (&self->lex, self->lex.token.start, QD_EXPR_ERROR_TOO_COMPLEX, _ ("The formula has a path with too many steps."));
      return FALSE;
    }
  self->steps[self->n_steps++] = *step;
  return TRUE;
}

/* Whether going down step by step meets the nodes in document order, each once. */
static gboolean
steps_stream (const QdStep *steps, guint n)
{
  guint i = 0, single;

  while (i < n && (steps[i].axis == QD_AXIS_SELF || steps[i].axis == QD_AXIS_PARENT) && steps[i].n_predicates == 0)
    i++;
  for (single = i; i < n; i++)
    {
      QdAxis axis = (QdAxis) steps[i].axis;

      if (steps[i].needs_size || steps[i].n_predicates > QD_EXPR_MAX_COUNTED)
        return FALSE;
      if (axis == QD_AXIS_CHILD || axis == QD_AXIS_ATTRIBUTE || axis == QD_AXIS_SELF)
        continue;
      /* What lies below one node never lies below its sibling; but two siblings share those that follow. */
      if (i == n - 1 && (axis == QD_AXIS_DESCENDANT || axis == QD_AXIS_DESCENDANT_OR_SELF || (axis == QD_AXIS_FOLLOWING_SIBLING && i == single)))
        continue;
      return FALSE;
    }
  return TRUE;
}

/* Takes a place among the paths now, so that those in its predicates come after it and can point to it. */
static int
reserve_path (Parser *self, guint32 offset)
{
  QdPath path = { .outer = self->outer, .outer_step = self->outer_step, .position = qd_expr_position_of (self->lex.expr, offset) };

  g_array_append_val (self->lex.expr->paths, path);
  return (int) self->lex.expr->paths->len - 1;
}

static QdExprNode *
finish_path (Parser *self, guint32 offset, int index, QdExprPath *from, guint first)
{
  const guint n_steps = self->n_steps - first;
  QdExprNode *node = make_node (self, QD_NODE_PATH, QD_VALUE_NODES, offset, from->base == NULL ? NULL : &from->base, from->base == NULL ? 0 : 1);
  QdExprPath *path;
  QdPath *record;
  QdPathStep *record_steps;

  if (node == NULL)
    return NULL;
  path = qd_expr_allocate (self->lex.expr, sizeof (QdExprPath));
  *path = *from;
  path->n_steps = n_steps;
  path->steps = qd_expr_allocate (self->lex.expr, (n_steps + 1) * sizeof (QdStep));
  record_steps = qd_expr_allocate (self->lex.expr, (n_steps + 1) * sizeof (QdPathStep));
  record = &g_array_index (self->lex.expr->paths, QdPath, index);
  record->has_predicates = path->n_base_predicates > 0;
  for (guint i = 0; i < n_steps; i++)
    {
      QdStep *step = &path->steps[i];

      *step = self->steps[first + i];
      record_steps[i].axis = step->axis;
      record_steps[i].name = step->test == QD_TEST_NAME ? step->name : NULL;
      record_steps[i].ns = step->ns;
      record->has_predicates = record->has_predicates || step->n_predicates > 0;
      for (guint j = 0; j < step->n_predicates; j++)
        node->depth = MAX (node->depth, step->predicates[j].node->depth + 1);
    }
  for (guint j = 0; j < path->n_base_predicates; j++)
    node->depth = MAX (node->depth, path->base_predicates[j].node->depth + 1);
  record->origin = path->origin;
  record->instance_id = path->instance_id;
  record->steps = record_steps;
  record->n_steps = n_steps;
  for (guint i = 0, slot = 0; i < n_steps; i++)
    for (guint j = 0; j < path->steps[i].n_predicates; j++)
      {
        QdPredicate *predicate = &path->steps[i].predicates[j];
        guint n_keys = predicate->kind == QD_PREDICATE_KEY ? 1 : predicate->n_parts;

        if (slot + n_keys > QD_EXPR_MAX_KEYS)
          {
            predicate->kind = QD_PREDICATE_PLAIN;
            continue;
          }
        predicate->key_slot = (guint8) slot;
        for (guint k = 0; k < predicate->n_parts; k++)
          predicate->parts[k].key_slot = (guint8) (slot + k);
        slot += n_keys;
      }
  path->streams = steps_stream (path->steps, path->n_steps);
  node->path = path;
  if (path->origin == QD_PATH_CONTEXT)
    node->flags |= QD_NODE_FLAG_CONTEXT;
  if (node->depth > QD_EXPR_MAX_DEPTH)
    return qd_lexer_fail (&self->lex, offset, QD_EXPR_ERROR_TOO_COMPLEX, _ ("The formula is nested too deeply."));
  return node;
}

/* The steps of a path; the token is at the first one, or at the slash before it. */
static QdExprNode *
parse_steps (Parser *self, guint32 offset, int index, QdExprPath *path)
{
  const guint first = self->n_steps;
  gboolean after_slash = FALSE;
  QdExprNode *node;

  for (;;)
    {
      QdStep step = { 0 };
      guint place;

      if (self->lex.token.kind == TOKEN_SLASH || self->lex.token.kind == TOKEN_SLASH_SLASH)
        {
          if (self->lex.token.kind == TOKEN_SLASH_SLASH)
            {
              QdStep any = { .axis = QD_AXIS_DESCENDANT_OR_SELF, .test = QD_TEST_NODE };

              if (!add_step (self, first, &any))
                return NULL;
            }
          after_slash = self->n_steps > first || path->origin != QD_PATH_ROOT;
          qd_lexer_advance (&self->lex);
        }
      else if (self->n_steps > first || path->origin != QD_PATH_CONTEXT)
        {
          break;
        }
      /* Only a lone slash is a path without a step. */
      if (!after_slash && path->origin == QD_PATH_ROOT && !starts_step (self))
        break;
      if (self->lex.error != NULL)
        return NULL;
      if (!starts_step (self))
        return qd_lexer_fail_here (&self->lex, _ ("a step of a path"));
      place = self->n_steps - first;
      if (!parse_step (self, index, place, &step) || !add_step (self, first, &step))
        return NULL;
      /* A step that was joined with the // before it is known by another place than its predicates were told. */
      if (self->n_steps - first == place)
        for (guint i = (guint) index + 1; i < self->lex.expr->paths->len; i++)
          {
            QdPath *inner = &g_array_index (self->lex.expr->paths, QdPath, i);

            if (inner->outer == index && inner->outer_step == place)
              inner->outer_step = place - 1;
          }
    }
  if (self->lex.error != NULL)
    return NULL;
  node = finish_path (self, offset, index, path, first);
  self->n_steps = first;
  return node;
}

/* Calls. */

static void
note_uses (Parser *self, const QdExprNode *node)
{
  const QdExprFunction *function = node->call.function;

  self->lex.expr->uses |= function->uses;
  /* With a seed the order is always the same. */
  if (strcmp (function->name, "randomize") == 0 && node->n == 1)
    self->lex.expr->uses |= QD_EXPR_USES_RANDOM;
  /* position() without argument counts rows only outside predicates; position(node) always does. */
  if ((function->flags & (QD_FUNCTION_POSITION | QD_FUNCTION_LAST)) && (node->n > 0 || self->outer < 0))
    self->lex.expr->uses |= QD_EXPR_USES_POSITION;
}

static const QdExprFunction *
find_function (Parser *self)
{
  g_autofree char *name = qd_lexer_dup_token (&self->lex);
  const QdExprFunction *function;

  if (self->lex.token.colon != 0)
    {
      const char *uri = resolve_prefix (self, self->lex.token.start, self->lex.token.colon);
      const char *local = self->lex.text + self->lex.token.colon + 1;
      g_autofree char *canonical = NULL;

      if (uri == NULL)
        return NULL;
      canonical = g_strdup_printf ("%s:%.*s", strcmp (uri, JR_NAMESPACE) == 0 ? "jr" : strcmp (uri, QD_NAMESPACE) == 0 ? "qd"
                                                                                                                       : "?",
                                   (int) (self->lex.token.end - self->lex.token.colon - 1),
                                   local);
      function = qd_expr_find_function (canonical);
    }
  else
    {
      function = qd_expr_find_function (name);
    }
  if (function == NULL)
    return qd_lexer_fail_with (&self->lex, self->lex.token.start, QD_EXPR_ERROR_UNKNOWN_FUNCTION, _ ("The function “%s” is not known."), name);
  return function;
}

static QdExprNode *
parse_call (Parser *self)
{
  guint32 offset = self->lex.token.start;
  const QdExprFunction *function = find_function (self);
  const guint base = self->n_operands;
  guint n;
  QdExprNode *node;

  if (function == NULL)
    return NULL;
  qd_lexer_advance (&self->lex);
  qd_lexer_advance (&self->lex);
  if (self->lex.token.kind != TOKEN_CLOSE)
    for (;;)
      {
        QdExprNode *argument = NULL;

        if (enter (self))
          argument = parse_expression (self);
        self->nesting--;
        if (argument == NULL)
          return NULL;
        push_operand (self, argument);
        if (self->lex.token.kind != TOKEN_COMMA)
          break;
        qd_lexer_advance (&self->lex);
      }
  if (!qd_lexer_expect (&self->lex, TOKEN_CLOSE, "“)”"))
    return NULL;
  n = self->n_operands - base;
  if ((int) n < function->min || (function->max >= 0 && (int) n > function->max))
    {
      if (function->min == function->max)
        return qd_lexer_fail_with (&self->lex, offset, QD_EXPR_ERROR_ARGUMENTS, ngettext ("“%s” takes %d argument; here it has %u.", "“%s” takes %d arguments; here it has %u.", (gulong) function->min), function->name, function->min, n);
      if (function->max < 0)
        return qd_lexer_fail_with (&self->lex, offset, QD_EXPR_ERROR_ARGUMENTS, ngettext ("“%s” takes at least %d argument; here it has %u.", "“%s” takes at least %d arguments; here it has %u.", (gulong) function->min), function->name, function->min, n);
      return qd_lexer_fail_with (&self->lex, offset, QD_EXPR_ERROR_ARGUMENTS, _ ("“%s” takes %d to %d arguments; here it has %u."), function->name, function->min, function->max, n);
    }
  if ((function->flags & QD_FUNCTION_NODES_FIRST) && n > 0)
    {
      const QdExprNode *first = self->operands[base];

      if (first->type != QD_VALUE_NODES && first->type != QD_VALUE_ANY)
        return qd_lexer_fail_with (&self->lex, first->offset, QD_EXPR_ERROR_TYPE, _ ("“%s” needs a path to nodes here."), function->name);
    }
  node = make_list (self, QD_NODE_CALL, (QdValueType) function->type, offset, base);
  if (node == NULL)
    return NULL;
  node->call.function = function;
  if ((function->flags & QD_FUNCTION_CONTEXT) || ((function->flags & QD_FUNCTION_CONTEXT_IF_BARE) && node->n == 0))
    node->flags |= QD_NODE_FLAG_CONTEXT;
  if ((function->flags & QD_FUNCTION_POSITION) && node->n == 0)
    node->flags |= QD_NODE_FLAG_POSITION | QD_NODE_FLAG_CONTEXT;
  if (function->flags & QD_FUNCTION_LAST)
    node->flags |= QD_NODE_FLAG_LAST | QD_NODE_FLAG_CONTEXT;
  /* if(…) has the type of its branches when they agree. */
  if (node->type == QD_VALUE_ANY && node->n == 3 && node->items[1]->type == node->items[2]->type)
    node->type = node->items[1]->type;
  note_uses (self, node);
  if (strcmp (function->name, "regex") == 0)
    {
      node->call.next_cache = self->lex.expr->caches;
      self->lex.expr->caches = node;
    }
  return node;
}

/* current() and instance('…') are where paths start; as calls they are paths without steps. */
static gboolean
is_origin (const QdExprNode *node, QdExprPath *path)
{
  if (node->kind != QD_NODE_CALL)
    return FALSE;
  if (strcmp (node->call.function->name, "current") == 0)
    {
      path->origin = QD_PATH_CURRENT;
      return TRUE;
    }
  if (strcmp (node->call.function->name, "instance") == 0 && node->items[0]->kind == QD_NODE_STRING)
    {
      path->origin = QD_PATH_INSTANCE;
      path->instance_id = node->items[0]->string;
      return TRUE;
    }
  return FALSE;
}

static QdExprNode *
parse_primary (Parser *self)
{
  guint32 offset = self->lex.token.start;
  QdExprNode *node;

  switch (self->lex.token.kind)
    {
    case TOKEN_OPEN:
      qd_lexer_advance (&self->lex);
      node = enter (self) ? parse_expression (self) : NULL;
      self->nesting--;
      return node != NULL && qd_lexer_expect (&self->lex, TOKEN_CLOSE, "“)”") ? node : NULL;
    case TOKEN_LITERAL:
      node = make_node (self, QD_NODE_STRING, QD_VALUE_STRING, offset, NULL, 0);
      {
        gsize length = self->lex.token.end - self->lex.token.start - 2;
        char *string = qd_expr_allocate (self->lex.expr, length + 1);

        memcpy (string, self->lex.text + self->lex.token.start + 1, length);
        node->string = string;
      }
      qd_lexer_advance (&self->lex);
      return node;
    case TOKEN_NUMBER:
      node = make_node (self, QD_NODE_NUMBER, QD_VALUE_NUMBER, offset, NULL, 0);
      {
        g_autofree char *digits = qd_lexer_dup_token (&self->lex);

        qd_number_parse (&node->number, digits);
      }
      qd_lexer_advance (&self->lex);
      return node;
    case TOKEN_NAME:
      return parse_call (self);
    case TOKEN_DOLLAR:
      return qd_lexer_fail (&self->lex, offset, QD_EXPR_ERROR_SYNTAX, _ ("Variables are not used in forms."));
    default:
      return qd_lexer_fail_here (&self->lex, _ ("a value"));
    }
}

static QdExprNode *
parse_path (Parser *self)
{
  guint32 offset = self->lex.token.start;
  QdExprPath path = { .origin = QD_PATH_CONTEXT };
  QdExprNode *primary;
  int index;

  if (self->lex.error != NULL)
    return NULL;
  if (self->lex.token.kind == TOKEN_SLASH || self->lex.token.kind == TOKEN_SLASH_SLASH)
    {
      path.origin = QD_PATH_ROOT;
      return parse_steps (self, offset, reserve_path (self, offset), &path);
    }
  if (starts_step (self) && !(self->lex.token.kind == TOKEN_NAME && next_is (self, "(") && !is_type_name (self)))
    return parse_steps (self, offset, reserve_path (self, offset), &path);

  primary = parse_primary (self);
  if (primary == NULL || self->lex.error != NULL)
    return NULL;
  path.origin = QD_PATH_OTHER;
  if (!is_origin (primary, &path) && self->lex.token.kind != TOKEN_OPEN_BRACKET && self->lex.token.kind != TOKEN_SLASH && self->lex.token.kind != TOKEN_SLASH_SLASH)
    return primary;
  if (path.origin == QD_PATH_OTHER)
    {
      path.base = primary;
      if (primary->type != QD_VALUE_NODES && primary->type != QD_VALUE_ANY)
        return qd_lexer_fail (&self->lex, offset, QD_EXPR_ERROR_TYPE, _ ("Only nodes can be filtered or followed by a path."));
    }
  index = reserve_path (self, offset);
  if (!parse_predicates (self, index, G_MAXUINT, &path.base_predicates, &path.n_base_predicates))
    return NULL;
  return parse_steps (self, offset, index, &path);
}

/* Operators, loosest first. Chains of `or`, `and`, `|`, `+ -` become one list each. */

static QdExprNode *
parse_union (Parser *self)
{
  guint32 offset = self->lex.token.start;
  const guint base = self->n_operands;
  QdExprNode *first = parse_path (self);

  if (first == NULL || self->lex.token.kind != TOKEN_UNION)
    return first;
  push_operand (self, first);
  while (self->lex.error == NULL && self->lex.token.kind == TOKEN_UNION)
    {
      qd_lexer_advance (&self->lex);
      push_operand (self, parse_path (self));
    }
  if (self->lex.error != NULL)
    return NULL;
  for (guint i = base; i < self->n_operands; i++)
    {
      const QdExprNode *item = self->operands[i];

      if (item->type != QD_VALUE_NODES && item->type != QD_VALUE_ANY)
        return qd_lexer_fail (&self->lex, item->offset, QD_EXPR_ERROR_TYPE, _ ("“|” joins nodes only."));
    }
  return make_list (self, QD_NODE_UNION, QD_VALUE_NODES, offset, base);
}

static QdExprNode *
parse_unary (Parser *self)
{
  guint32 offset = self->lex.token.start;
  guint n = 0;
  QdExprNode *node;

  for (; self->lex.error == NULL && self->lex.token.kind == TOKEN_MINUS; n++)
    qd_lexer_advance (&self->lex);
  node = parse_union (self);
  /* Two signs undo each other but still make a number of what follows. */
  if (n > 2)
    n = 2 - n % 2;
  for (; n > 0 && node != NULL; n--)
    node = make_node (self, QD_NODE_NEGATE, QD_VALUE_NUMBER, offset, &node, 1);
  return node;
}

static gboolean
binary_kind (Parser *self, guint level, QdExprKind *kind)
{
  switch (self->lex.token.kind)
    {
    case TOKEN_EQUAL:
      *kind = QD_NODE_EQUAL;
      return level == 0;
    case TOKEN_NOT_EQUAL:
      *kind = QD_NODE_NOT_EQUAL;
      return level == 0;
    case TOKEN_LESS:
      *kind = QD_NODE_LESS;
      return level == 1;
    case TOKEN_LESS_EQUAL:
      *kind = QD_NODE_LESS_EQUAL;
      return level == 1;
    case TOKEN_GREATER:
      *kind = QD_NODE_GREATER;
      return level == 1;
    case TOKEN_GREATER_EQUAL:
      *kind = QD_NODE_GREATER_EQUAL;
      return level == 1;
    case TOKEN_PLUS:
      *kind = QD_NODE_SUM;
      return level == 2;
    case TOKEN_MINUS:
      *kind = QD_NODE_SUBTRACT;
      return level == 2;
    case TOKEN_STAR:
      *kind = QD_NODE_MULTIPLY;
      return level == 3;
    case TOKEN_NAME:
      *kind = qd_lexer_is_operator (&self->lex, "div") ? QD_NODE_DIVIDE : QD_NODE_MODULO;
      return level == 3 && (*kind == QD_NODE_DIVIDE || qd_lexer_is_operator (&self->lex, "mod"));
    default:
      return FALSE;
    }
}

/* Level 0: = and !=; 1: < and so on; 2: + and -; 3: * div mod; 4: signs. */
static QdExprNode *
parse_level (Parser *self, guint level)
{
  guint32 offset = self->lex.token.start;
  const guint base = self->n_operands;
  QdExprKind kind;
  QdExprNode *left;

  if (level == 4)
    return parse_unary (self);
  left = parse_level (self, level + 1);
  while (left != NULL && self->lex.error == NULL && binary_kind (self, level, &kind))
    {
      QdExprNode *pair[2] = { left, NULL };
      guint32 operator_offset = self->lex.token.start;

      qd_lexer_advance (&self->lex);
      pair[1] = parse_level (self, level + 1);
      if (pair[1] == NULL)
        return NULL;
      if (level < 2)
        {
          left = make_node (self, kind, QD_VALUE_BOOLEAN, operator_offset, pair, 2);
        }
      else if (level == 3)
        {
          left = make_node (self, kind, QD_VALUE_NUMBER, operator_offset, pair, 2);
        }
      else
        {
          if (self->n_operands == base)
            push_operand (self, left);
          push_operand (self, kind == QD_NODE_SUM ? pair[1] : make_node (self, QD_NODE_NEGATE, QD_VALUE_NUMBER, operator_offset, &pair[1], 1));
        }
    }
  if (self->lex.error != NULL)
    return NULL;
  return self->n_operands == base ? left : make_list (self, QD_NODE_SUM, QD_VALUE_NUMBER, offset, base);
}

static QdExprNode *
parse_logic (Parser *self, gboolean is_or)
{
  guint32 offset = self->lex.token.start;
  const char *word = is_or ? "or" : "and";
  const guint base = self->n_operands;
  QdExprNode *first = is_or ? parse_logic (self, FALSE) : parse_level (self, 0);

  if (first == NULL || !qd_lexer_is_operator (&self->lex, word))
    return first;
  push_operand (self, first);
  while (self->lex.error == NULL && qd_lexer_is_operator (&self->lex, word))
    {
      qd_lexer_advance (&self->lex);
      push_operand (self, is_or ? parse_logic (self, FALSE) : parse_level (self, 0));
    }
  if (self->lex.error != NULL)
    return NULL;
  return make_list (self, is_or ? QD_NODE_OR : QD_NODE_AND, QD_VALUE_BOOLEAN, offset, base);
}

static QdExprNode *
parse_expression (Parser *self)
{
  return self->lex.error != NULL ? NULL : parse_logic (self, TRUE);
}

/**
 * qd_expr_parse:
 * @text: the expression
 * @prefixes: (nullable): also asked for the prefix "" : a namespace that names without prefix match besides none at all, "*" for any
 *
 * Errors: %QD_EXPR_ERROR; the message begins with the character position
 */
QdExpr *
qd_expr_parse (const char *text, QdPrefixFunc prefixes, gpointer user_data, GError **error)
{
  Parser parser;
  QdExpr *self = g_new0 (QdExpr, 1);
  gsize length = strlen (text);
  const char *bad;

  /* All but the stacks, which are large. */
  memset (&parser, 0, G_STRUCT_OFFSET (Parser, few));
  parser.prefixes = prefixes;
  parser.user_data = user_data;
  parser.outer = -1;
  parser.operands = parser.few;
  parser.operands_size = FEW_OPERANDS;
  g_atomic_ref_count_init (&self->ref_count);
  self->paths = g_array_new (FALSE, TRUE, sizeof (QdPath));
  self->is_ascii = g_str_is_ascii (text);
  parser.lex.expr = self;
  if (length > QD_EXPR_MAX_BYTES)
    {
      self->text = g_strdup ("");
      qd_lexer_fail (&parser.lex, 0, QD_EXPR_ERROR_TOO_COMPLEX, _ ("The formula is longer than 1 MiB."));
    }
  else if (!self->is_ascii && !g_utf8_validate (text, (gssize) length, &bad))
    {
      self->text = g_utf8_make_valid (text, (gssize) length);
      qd_lexer_fail (&parser.lex, (guint) (bad - text), QD_EXPR_ERROR_SYNTAX, _ ("The text is not valid UTF-8."));
    }
  else
    {
      self->text = g_strndup (text, length);
      parser.lex.text = self->text;
      parser.default_ns = prefixes == NULL ? NULL : prefixes ("", user_data);
      if (parser.default_ns != NULL)
        parser.default_ns = g_intern_string (parser.default_ns);
      qd_lexer_advance (&parser.lex);
      if (parser.lex.error == NULL)
        self->root = parse_expression (&parser);
      if (parser.lex.error == NULL && parser.lex.token.kind != TOKEN_END)
        qd_lexer_fail_here (&parser.lex, _ ("an operator"));
    }
  if (parser.operands != parser.few)
    g_free (parser.operands);
  if (parser.lex.error != NULL)
    {
      g_propagate_error (error, parser.lex.error);
      qd_expr_unref (self);
      return NULL;
    }
  return self;
}
