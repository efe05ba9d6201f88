/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-rules-check"
#include "config.h"
#include "qd-rules-loader-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What is there to be named: the facts document as a tree of names. Names are interned. */

typedef struct _Spot Spot;
struct _Spot
{
  const char *name;
  Spot *parent;
  GHashTable *children; /* (owned) (nullable) */
};

static void
spot_free (gpointer data)
{
  Spot *self = data;

  g_clear_pointer (&self->children, g_hash_table_unref);
  g_free (self);
}

static Spot *
spot_add (Spot *parent, const char *name)
{
  Spot *self = NULL;

  if (parent != NULL && parent->children != NULL)
    self = g_hash_table_lookup (parent->children, g_intern_string (name));
  if (self != NULL)
    return self;
  self = g_new0 (Spot, 1);
  self->name = g_intern_string (name);
  self->parent = parent;
  if (parent != NULL && parent->children == NULL)
    parent->children = g_hash_table_new_full (NULL, NULL, NULL, spot_free);
  if (parent != NULL)
    g_hash_table_insert (parent->children, (gpointer) self->name, self);
  return self;
}

static void
add_fields (Spot *spot, const QdField *field, const char *except)
{
  for (guint i = 0; i < qd_field_get_n_children (field); i++)
    {
      const QdField *child = qd_field_get_child (field, i);
      const char *local = strchr (qd_field_get_name (child), ':');

      local = local == NULL ? qd_field_get_name (child) : local + 1;
      if (except != NULL && strcmp (local, except) == 0)
        continue;
      add_fields (spot_add (spot, local), child, NULL);
    }
}

static Spot *
make_schema (QdRules *rules)
{
  static const char *const shared[][7] = {
    { "declaration", "form", "period", "year", "state", "finished", NULL },
    { "done", "rule", "period", "date", NULL },
    { "catalogue", "name", "status", NULL },
  };
  Spot *document = spot_add (NULL, "");
  Spot *facts = spot_add (document, "facts");

  spot_add (facts, "date");
  spot_add (facts, "year");
  spot_add (facts, "region");
  for (guint i = 0; i < G_N_ELEMENTS (shared); i++)
    for (guint j = 1; shared[i][j] != NULL; j++)
      spot_add (spot_add (facts, shared[i][0]), shared[i][j]);
  if (rules->profile != NULL)
    {
      const QdField *site = qd_form_find_field (rules->profile, "/profile/sites/site");

      add_fields (spot_add (facts, "profile"), qd_form_get_root_field (rules->profile), "sites");
      if (site != NULL)
        add_fields (spot_add (facts, "site"), site, NULL);
    }
  if (rules->substances != NULL)
    {
      const QdField *row = qd_form_find_field (rules->substances, "/register/table/substance");

      if (row != NULL)
        add_fields (spot_add (facts, "substance"), row, NULL);
      spot_add (spot_add (facts, "substance"), "list");
      spot_add (facts, "substance-any");
    }
  return document;
}

/* The places a path can be at, step by step. Paths inside predicates start where the outer path is. */

typedef struct
{
  QdRulesLoader *loader;
  const QdRulePlace *place;
  Spot *document;
  GPtrArray **after; /* by path: arrays of Spot after each step, one behind the other; NULL until traced */
} Tracer;

static void trace_path (Tracer *self, guint index);

static GPtrArray *
take_step (Tracer *self, const QdPath *path, const QdPathStep *step, const GPtrArray *from)
{
  GPtrArray *to = g_ptr_array_new ();

  for (guint i = 0; i < from->len; i++)
    {
      Spot *spot = from->pdata[i];
      GHashTableIter iter;
      gpointer child;

      switch ((QdAxis) step->axis)
        {
        case QD_AXIS_SELF:
          g_ptr_array_add (to, spot);
          break;
        case QD_AXIS_PARENT:
          if (spot->parent != NULL)
            g_ptr_array_add (to, spot->parent);
          break;
        case QD_AXIS_CHILD:
          if (spot->children == NULL)
            break;
          g_hash_table_iter_init (&iter, spot->children);
          while (g_hash_table_iter_next (&iter, NULL, &child))
            if (step->name == NULL || step->name == ((Spot *) child)->name)
              g_ptr_array_add (to, child);
          break;
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
          break;
        }
    }
  if (to->len == 0 && from->len > 0)
    qd_rules_problem (self->loader, self->place->file, self->place->line, _ ("“%s”: nothing of the profile or the register is called “%s” here (character %u). Correct the name."), qd_expr_get_text (self->place->expr), step->name == NULL ? "*" : step->name, path->position);
  return to;
}

static void
trace_path (Tracer *self, guint index)
{
  const QdPath *path = qd_expr_get_path (self->place->expr, index);
  GPtrArray *spots = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  GPtrArray *start = g_ptr_array_new ();

  self->after[index] = spots;
  g_ptr_array_add (spots, start);
  switch (path->origin)
    {
    case QD_PATH_ROOT:
      g_ptr_array_add (start, self->document);
      break;
    case QD_PATH_CURRENT:
      g_ptr_array_add (start, g_hash_table_lookup (self->document->children, g_intern_string ("facts")));
      break;
    case QD_PATH_CONTEXT:
      if (path->outer >= 0)
        {
          const GPtrArray *outer;
          guint step = path->outer_step == G_MAXUINT ? 0 : path->outer_step + 1;

          if (self->after[path->outer] == NULL)
            trace_path (self, (guint) path->outer);
          outer = self->after[path->outer];
          if (step < outer->len)
            for (guint i = 0; i < ((GPtrArray *) outer->pdata[step])->len; i++)
              g_ptr_array_add (start, ((GPtrArray *) outer->pdata[step])->pdata[i]);
          break;
        }
      g_ptr_array_add (start, g_hash_table_lookup (self->document->children, g_intern_string ("facts")));
      break;
    case QD_PATH_INSTANCE:
      qd_rules_problem (self->loader, self->place->file, self->place->line, _ ("“%s”: rules cannot read instances; use qd:catalogue()."), qd_expr_get_text (self->place->expr));
      break;
    case QD_PATH_OTHER:
    default:
      break;
    }
  for (guint i = 0; i < path->n_steps; i++)
    {
      if (path->steps[i].name != NULL)
        g_hash_table_add (self->loader->rules->names, (gpointer) path->steps[i].name);
      g_ptr_array_add (spots, take_step (self, path, &path->steps[i], spots->pdata[spots->len - 1]));
    }
}

/* A list that rules ask for is in the pack, or is declared as one that may be missing; so is a local value. Else it is a slip of the pen. */
static void
check_declared (QdRulesLoader *self, const QdRulePlace *place, GPtrArray *names, gboolean are_lists)
{
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = names->pdata[i];

      if (g_hash_table_contains (self->rules->words, name) || (are_lists && qd_pack_find_list (self->rules->pack, name) != NULL))
        continue;
      qd_rules_problem (self, place->file, place->line, _ ("“%s”: there is no list and no local value “%s”. Correct the name, or declare it with <word id=\"%s\">."), qd_expr_get_text (place->expr), name, name);
    }
}

static void
check_place (QdRulesLoader *self, const QdRulePlace *place, Spot *document)
{
  guint n = qd_expr_get_n_paths (place->expr);
  g_autofree GPtrArray **after = g_new0 (GPtrArray *, n + 1);
  g_autoptr (GPtrArray) facts = qd_expr_list_names (place->expr, "qd:fact"), catalogues = qd_expr_list_names (place->expr, "qd:catalogue");
  g_autoptr (GPtrArray) locals = qd_expr_list_names (place->expr, "qd:local"), lists = qd_expr_list_literals (place->expr, "list");
  Tracer tracer = { self, place, document, after };

  for (guint i = 0; i < n; i++)
    if (after[i] == NULL)
      trace_path (&tracer, i);
  for (guint i = 0; i < n; i++)
    g_ptr_array_unref (after[i]);
  check_declared (self, place, catalogues, TRUE);
  check_declared (self, place, lists, TRUE);
  check_declared (self, place, locals, FALSE);
  for (guint i = 0; i < facts->len; i++)
    if (g_hash_table_lookup (self->rules->facts_by_id, facts->pdata[i]) == NULL)
      qd_rules_problem (self, place->file, place->line, _ ("“%s”: there is no fact “%s”."), qd_expr_get_text (place->expr), (char *) facts->pdata[i]);
}

/* Facts that ask for themselves. */

enum
{
  MARK_NEW,
  MARK_OPEN,
  MARK_DONE
};

static void visit_fact (QdRulesLoader *self, QdRuleFact *fact);

static void
visit_facts_of (QdRulesLoader *self, const QdRuleFact *fact, const QdExpr *expr)
{
  g_autoptr (GPtrArray) names = expr == NULL ? g_ptr_array_new () : qd_expr_list_names (expr, "qd:fact");

  for (guint i = 0; i < names->len; i++)
    {
      QdRuleFact *other = g_hash_table_lookup (self->rules->facts_by_id, names->pdata[i]);

      if (other == NULL)
        continue;
      if (other->mark == MARK_OPEN)
        qd_rules_problem (self, fact->file, fact->line, _ ("The fact “%s” depends on itself, through “%s”."), other->id, fact->id);
      else
        visit_fact (self, other);
    }
}

static void
visit_fact (QdRulesLoader *self, QdRuleFact *fact)
{
  if (fact->mark != MARK_NEW)
    return;
  fact->mark = MARK_OPEN;
  visit_facts_of (self, fact, fact->when);
  for (guint i = 0; i < fact->cases->len; i++)
    visit_facts_of (self, fact, ((const QdRuleCase *) fact->cases->pdata[i])->expr);
  fact->mark = MARK_DONE;
}

/* Citations. */

static const QdRuleSource *
lookup_source (QdRules *rules, const char *id)
{
  for (guint i = 0; i < rules->sources->len; i++)
    {
      const QdRuleSource *source = rules->sources->pdata[i];

      if (strcmp (source->id, id) == 0)
        return source;
    }
  return NULL;
}

/* Does @later take the place of @earlier, itself or through others? Cycles end with the depth. */
static gboolean
succeeds (QdRules *rules, const QdRuleSource *later, const QdRuleSource *earlier, guint depth)
{
  for (guint i = 0; later->replaces != NULL && later->replaces[i] != NULL && depth < 20; i++)
    {
      const QdRuleSource *source = lookup_source (rules, later->replaces[i]);

      if (source != NULL && (source == earlier || succeeds (rules, source, earlier, depth + 1)))
        return TRUE;
    }
  return FALSE;
}

/* First and last day of a citation: its own, within those of its source. */
static void
get_range (const QdRuleBasis *basis, QdDay *from, QdDay *to)
{
  const char *const firsts[] = { basis->from, basis->source->from }, *const lasts[] = { basis->to, basis->source->to };

  *from = 1;
  *to = G_MAXUINT32;
  for (guint i = 0; i < 2; i++)
    {
      if (firsts[i] != NULL)
        *from = MAX (*from, qd_day_parse (firsts[i]));
      if (lasts[i] != NULL)
        *to = MIN (*to, qd_day_parse (lasts[i]));
    }
}

static void
check_bases (QdRulesLoader *self, const QdRule *rule)
{
  for (guint i = 0; i < rule->bases->len; i++)
    {
      const QdRuleBasis *one = rule->bases->pdata[i];
      QdDay from, to;

      if (one->source == NULL)
        continue;
      get_range (one, &from, &to);
      if (from > to)
        qd_rules_problem (self, rule->file, one->line, _ ("The citation of “%s” is never in force: its days lie outside of those of the source."), one->source->id);
      for (guint j = i + 1; j < rule->bases->len; j++)
        {
          const QdRuleBasis *other = rule->bases->pdata[j];
          QdDay other_from, other_to;
          gboolean same;

          if (other->source == NULL)
            continue;
          get_range (other, &other_from, &other_to);
          same = one->source == other->source && strcmp (one->article, other->article) == 0;
          if ((same || succeeds (self->rules, one->source, other->source, 0) || succeeds (self->rules, other->source, one->source, 0)) && from <= other_to && other_from <= to)
            qd_rules_problem (self, rule->file, other->line, _ ("Two citations of “%s” and “%s” are in force on the same days. Give them “from” and “to”."), one->source->id, other->source->id);
        }
    }
}

static void
check_sources (QdRulesLoader *self)
{
  for (guint i = 0; i < self->rules->sources->len; i++)
    {
      const QdRuleSource *source = self->rules->sources->pdata[i];

      if (lookup_source (self->rules, source->id) != source)
        qd_rules_problem (self, source->file, source->line, _ ("There are two entries “%s”. Give one of them another name."), source->id);
      for (guint j = 0; source->replaces != NULL && source->replaces[j] != NULL; j++)
        if (lookup_source (self->rules, source->replaces[j]) == NULL)
          qd_rules_problem (self, source->file, source->line, _ ("There is no source “%s”. Declare it with <source id=\"%s\" …/>, or correct the name."), source->replaces[j], source->replaces[j]);
    }
}

void
qd_rules_check (QdRulesLoader *self)
{
  Spot *document = make_schema (self->rules);

  for (guint i = 0; i < self->places->len; i++)
    check_place (self, &g_array_index (self->places, QdRulePlace, i), document);
  spot_free (document);
  for (guint i = 0; i < self->rules->facts->len; i++)
    visit_fact (self, self->rules->facts->pdata[i]);
  check_sources (self);
  for (guint i = 0; i < self->rules->rules->len; i++)
    {
      const QdRule *rule = self->rules->rules->pdata[i];

      check_bases (self, rule);
      if (rule->task > 0)
        g_array_index (self->tasks, gboolean, rule->task) = FALSE;
    }
  for (guint i = 1; i < self->tasks->len; i++)
    if (g_array_index (self->tasks, gboolean, i))
      qd_rules_problem (self, *qd_pack_get_files (self->rules->pack, QD_PACK_RULES), 1, _ ("Task %u has no rule. Add one, if only to say that it is for the authorities."), i);
}
