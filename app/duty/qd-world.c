/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-world"
#include "config.h"
#include "qd-world-private.h"

#include <string.h>

/* What a fact came to. */
typedef struct
{
  QdTruth truth;
  char *text;    /* (owned) (nullable): of facts with cases, when it is known */
  GArray *trail; /* (owned) (element-type QdTrailItem) */
} Memo;

static void
memo_free (gpointer data)
{
  Memo *self = data;

  g_free (self->text);
  g_array_unref (self->trail);
  g_free (self);
}

/* The first case that is yes; unknown while an earlier one is maybe. */
static gboolean
work_out_cases (QdWorld *self, const QdRuleFact *fact, Memo *memo, GError **error)
{
  for (guint i = 0; i < fact->cases->len; i++)
    {
      const QdRuleCase *one = fact->cases->pdata[i];
      guint mark = memo->trail->len;
      QdTruth truth;

      if (!qd_world_eval (self, one->expr, memo->trail, &truth, error))
        return FALSE;
      if (truth == QD_TRUTH_NO)
        {
          /* Why the cases before do not hold is of less interest than why this one does. */
          g_array_set_size (memo->trail, MIN (memo->trail->len, mark + 3));
          continue;
        }
      if (truth == QD_TRUTH_YES)
        memo->text = g_strdup (one->value);
      memo->truth = truth == QD_TRUTH_MAYBE ? truth : *one->value == '\0' ? QD_TRUTH_NO
                                                                          : QD_TRUTH_YES;
      return TRUE;
    }
  /* No case fits: the fact has no value, and that is known. */
  memo->text = g_strdup ("");
  memo->truth = QD_TRUTH_NO;
  return TRUE;
}

static const Memo *
work_out (QdWorld *self, const char *name, GError **error)
{
  const QdRuleFact *fact = g_hash_table_lookup (self->rules->facts_by_id, name);
  Memo *memo;

  if (fact == NULL)
    return NULL;
  memo = g_hash_table_lookup (self->memos, fact);
  if (memo != NULL)
    return memo;
  memo = g_new0 (Memo, 1);
  memo->truth = QD_TRUTH_MAYBE;
  memo->trail = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  if (fact->cases->len > 0 ? !work_out_cases (self, fact, memo, error) : !qd_world_eval (self, fact->when, memo->trail, &memo->truth, error))
    {
      memo_free (memo);
      return NULL;
    }
  g_hash_table_insert (self->memos, (gpointer) fact, memo);
  return memo;
}

static gboolean
world_fact (QdTruthWorld *world, const char *name, GArray *trail, QdTruth *truth_out, GError **error)
{
  GError *local_error = NULL;
  const Memo *memo = work_out ((QdWorld *) world, name, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  *truth_out = memo == NULL ? QD_TRUTH_MAYBE : memo->truth;
  if (memo != NULL)
    g_array_append_vals (trail, memo->trail->data, memo->trail->len);
  return TRUE;
}

static gboolean
world_fact_text (QdTruthWorld *world, const char *name, GArray *trail, char **text_out, GError **error)
{
  GError *local_error = NULL;
  const Memo *memo = work_out ((QdWorld *) world, name, &local_error);

  *text_out = NULL;
  if (local_error != NULL)
    {
      g_propagate_error (error, local_error);
      return FALSE;
    }
  if (memo == NULL)
    return TRUE;
  *text_out = g_strdup (memo->text);
  g_array_append_vals (trail, memo->trail->data, memo->trail->len);
  return TRUE;
}

static QdTruth
world_catalogue (QdTruthWorld *world, const char *name)
{
  QdWorld *self = (QdWorld *) world;
  gpointer known;

  if (!g_hash_table_lookup_extended (self->lists, name, NULL, &known))
    {
      known = GINT_TO_POINTER (qd_pack_find_list (self->rules->pack, name) != NULL ? QD_TRUTH_YES : QD_TRUTH_MAYBE);
      g_hash_table_insert (self->lists, g_strdup (name), known);
    }
  return (QdTruth) GPOINTER_TO_INT (known);
}

static gboolean
is_valid_on (const QdRuleLocal *local, QdDay day)
{
  return (local->from == NULL || qd_day_parse (local->from) <= day) && (local->to == NULL || day <= qd_day_parse (local->to));
}

static const char *
world_local (QdTruthWorld *world, const char *name)
{
  QdWorld *self = (QdWorld *) world;

  for (guint i = 0; i < self->n_regions; i++)
    for (guint j = 0; j < self->regions[i]->locals->len; j++)
      {
        const QdRuleLocal *local = self->regions[i]->locals->pdata[j];

        if (g_strcmp0 (local->name, name) == 0 && is_valid_on (local, self->facts->day))
          return local->value;
      }
  return NULL;
}

const QdRuleLocal *
qd_world_find_local (QdWorld *self, const char *rule, const char *field)
{
  for (guint i = 0; i < self->n_regions; i++)
    for (guint j = 0; j < self->regions[i]->locals->len; j++)
      {
        const QdRuleLocal *local = self->regions[i]->locals->pdata[j];

        if (g_strcmp0 (local->rule, rule) == 0 && g_strcmp0 (local->field, field) == 0 && is_valid_on (local, self->facts->day))
          return local;
      }
  return NULL;
}

/* Rows of the register by the value of a column. Where it is not known, the row may have any. */
typedef struct
{
  GHashTable *rows;   /* value → GPtrArray of rows that have it */
  GHashTable *merged; /* value → the same with those of unknown value among them, in the order of the register; made when asked for */
  GPtrArray *unknown; /* (element-type QdTreeNode) */
} Index;

static void
index_free (gpointer data)
{
  Index *self = data;

  g_hash_table_unref (self->rows);
  g_hash_table_unref (self->merged);
  g_ptr_array_unref (self->unknown);
  g_free (self);
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  const QdTreeNode *left = *(const QdTreeNode *const *) a, *right = *(const QdTreeNode *const *) b;

  return left->index < right->index ? -1 : left->index > right->index;
}

static Index *
make_index (QdWorld *self, const char *item, const char *child)
{
  const QdRange *range = g_hash_table_lookup (self->site->ranges, item);
  Index *index = g_new0 (Index, 1);

  index->merged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  index->rows = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  index->unknown = g_ptr_array_new ();
  for (guint i = 0; range != NULL && i < range->n; i++)
    {
      QdTreeNode *row = self->site->root->children[range->first + i];
      gboolean known = FALSE;

      for (guint c = 0; c < row->n_children; c++)
        {
          const QdTreeNode *cell = row->children[c];
          GPtrArray *same;

          if (cell->name != child || cell->value == NULL || *cell->value == '\0' || strcmp (cell->value, "unknown") == 0)
            continue;
          known = TRUE;
          same = g_hash_table_lookup (index->rows, cell->value);
          if (same == NULL)
            {
              same = g_ptr_array_new ();
              g_hash_table_insert (index->rows, cell->value, same);
            }
          g_ptr_array_add (same, row);
        }
      if (!known)
        g_ptr_array_add (index->unknown, row);
    }
  return index;
}

static GPtrArray *
merge_unknown (Index *index, const char *key, GPtrArray *rows)
{
  GPtrArray *merged = g_hash_table_lookup (index->merged, key);

  if (merged != NULL)
    return merged;
  merged = g_ptr_array_copy (rows, NULL, NULL);
  g_ptr_array_extend (merged, index->unknown, NULL, NULL);
  g_ptr_array_sort (merged, compare_rows);
  g_hash_table_insert (index->merged, g_strdup (key), merged);
  return merged;
}

static GPtrArray *
world_lookup (QdTruthWorld *world, QdTreeNode *parent, const char *item, const char *child, const char *key)
{
  static GPtrArray *nothing;
  QdWorld *self = (QdWorld *) world;
  GPtrArray *rows;
  Index *index;

  if (parent != self->site->root || strcmp (item, "substance") != 0)
    return NULL;
  if (strcmp (child, "list") == 0)
    {
      rows = g_hash_table_lookup (self->site->by_list, g_intern_string (key));
      if (rows != NULL || world_catalogue (world, key) != QD_TRUTH_YES)
        return rows;
      if (g_once_init_enter (&nothing))
        g_once_init_leave (&nothing, g_ptr_array_new ());
      return nothing;
    }
  index = g_hash_table_lookup (self->indexes, child);
  if (index == NULL)
    {
      index = make_index (self, item, child);
      g_hash_table_insert (self->indexes, (gpointer) child, index);
    }
  rows = g_hash_table_lookup (index->rows, key);
  if (rows == NULL || index->unknown->len == 0)
    return rows == NULL ? index->unknown : rows;
  return merge_unknown (index, key, rows);
}

static gboolean
world_is_list_element (QdTruthWorld *world, const char *name)
{
  return strcmp (name, "list") == 0;
}

static char *
env_listed (QdEnv *env, const char *cas, const char *name, const char *list)
{
  QdWorld *self = env->user_data;
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (QdMatch));

  qd_catalog_match (qd_pack_get_substances (self->rules->pack), cas, name, NULL, matches);
  for (guint i = 0; i < matches->len; i++)
    {
      const QdMatch *match = &g_array_index (matches, QdMatch, i);

      if (qd_match_is_certain (match) && strcmp (match->entry->list, list) == 0)
        return g_strdup (match->entry->entry_no);
    }
  return NULL;
}

static gboolean
env_children (QdEnv *env, QdTreeNode *parent, const char *ns, const char *name, guint *first, guint *n)
{
  const QdWorld *self = env->user_data;
  const QdRange *range;

  if (parent != self->site->root)
    return FALSE;
  range = g_hash_table_lookup (self->site->ranges, name);
  *first = range == NULL ? 0 : range->first;
  *n = range == NULL ? 0 : range->n;
  return TRUE;
}

static gboolean
env_is_workday (QdEnv *env, guint year, guint month, guint day)
{
  const QdWorld *self = env->user_data;

  return qd_calendar_is_workday (self->rules->calendar, qd_day_new (year, month, day), NULL);
}

static const QdEnvClass env_class = { .listed = env_listed, .children = env_children, .is_workday = env_is_workday };

void
qd_world_init (QdWorld *self, QdRules *rules, QdFacts *facts, const QdSiteFacts *site)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();

  memset (self, 0, sizeof *self);
  self->world.fact = world_fact;
  self->world.fact_text = world_fact_text;
  self->world.catalogue = world_catalogue;
  self->world.local = world_local;
  self->world.lookup = world_lookup;
  self->world.is_list_element = world_is_list_element;
  self->rules = rules;
  self->facts = facts;
  self->site = site;
  self->memos = g_hash_table_new_full (NULL, NULL, NULL, memo_free);
  self->indexes = g_hash_table_new_full (NULL, NULL, NULL, index_free);
  self->lists = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->env.klass = &env_class;
  self->env.user_data = self;
  self->env.now = g_date_time_new (zone, (int) qd_day_get_year (facts->day), (int) qd_day_get_month (facts->day), (int) qd_day_get_day (facts->day), 12, 0, 0);
  self->env.language = facts->language;
  self->context.env = &self->env;
  self->context.node = self->context.current = site->root;
  self->context.position = self->context.size = 1;
  for (guint i = 0; i < rules->regions->len && self->n_regions < G_N_ELEMENTS (self->regions); i++)
    {
      const QdRuleRegion *region = rules->regions->pdata[i];

      if (*site->region != '\0' && g_str_has_prefix (site->region, region->prefix))
        self->regions[self->n_regions++] = region;
    }
}

void
qd_world_clear (QdWorld *self)
{
  g_clear_pointer (&self->memos, g_hash_table_unref);
  g_clear_pointer (&self->indexes, g_hash_table_unref);
  g_clear_pointer (&self->lists, g_hash_table_unref);
  g_clear_pointer (&self->env.now, g_date_time_unref);
}

gboolean
qd_world_eval (QdWorld *self, const QdExpr *expr, GArray *trail, QdTruth *out, GError **error)
{
  *out = QD_TRUTH_YES;
  return expr == NULL || qd_expr_eval_truth (expr, &self->context, &self->world, trail, out, error);
}

/* From places in the document to what people can read and go to. */

void
qd_duty_input_free (gpointer data)
{
  QdDutyInput *self = data;

  g_free (self->path);
  g_free (self->label);
  g_free (self->value);
  g_free (self);
}

static void
add_input (GPtrArray *array, QdInputSource source, char *path, char *label, char *value)
{
  QdDutyInput *input = g_new0 (QdDutyInput, 1);

  input->source = source;
  input->path = path;
  input->label = label;
  input->value = value;
  for (guint i = 0; i < array->len; i++)
    {
      const QdDutyInput *other = array->pdata[i];

      if (other->source == source && strcmp (other->path, path) == 0 && strcmp (other->label, label) == 0)
        {
          qd_duty_input_free (input);
          return;
        }
    }
  g_ptr_array_add (array, input);
}

static gboolean
is_group (const QdTreeNode *node)
{
  return node->n_children > 0 || node->data != NULL;
}

/* In the words of the rule files, else as it stands there. */
static const char *
call_it (QdWorld *self, const char *name)
{
  const QdWords *words = g_hash_table_lookup (self->rules->words, name);

  return words == NULL ? name : qd_words_get (words, self->facts->language);
}

static void
explain_list (QdWorld *self, const char *name, GPtrArray *missing)
{
  const QdPackList *list = qd_pack_find_list (self->rules->pack, name);
  char *label = list != NULL ? g_strdup (qd_pack_list_get_title (list, self->facts->language)) : g_strdup_printf (qd_world_say (self, "资料包没有清单“%s”", "the pack has no list “%s”"), call_it (self, name));

  add_input (missing, QD_INPUT_CATALOGUE, g_strdup (name), label, g_strdup (""));
}

static void
explain_item (QdWorld *self, const QdTrailItem *item, GPtrArray *inputs, GPtrArray *missing)
{
  const QdTreeNode *node = item->node;
  QdInputSource source = QD_INPUT_DATE;
  g_autofree char *any = NULL;
  const char *name = item->name;
  gboolean is_missing = item->kind != QD_TRAIL_KNOWN && item->kind != QD_TRAIL_TABLE && item->kind != QD_TRAIL_FACT;
  char *path, *value;

  switch ((QdTrailKind) item->kind)
    {
    case QD_TRAIL_CATALOGUE:
      explain_list (self, name, missing);
      return;
    case QD_TRAIL_LOCAL:
      add_input (missing, QD_INPUT_REGION, g_strdup (name), g_strdup_printf (qd_world_say (self, "当地规定“%s”", "local rule “%s”"), call_it (self, name)), g_strdup (""));
      return;
    case QD_TRAIL_FACT:
      return;
    case QD_TRAIL_NO_ROWS:
      name = any = g_strconcat (name, "-any", NULL);
      break;
    case QD_TRAIL_UNSURE:
    case QD_TRAIL_KNOWN:
      /* Rows and groups are there; what counts is what is in them. */
      if (is_group (node))
        return;
      break;
    case QD_TRAIL_MISSING:
    case QD_TRAIL_TABLE:
    default:
      break;
    }
  /* What lists a substance is on comes from its number and name. */
  if (name == NULL && strcmp (node->name, "list") == 0)
    path = qd_facts_dup_path (self->facts, node->parent, "cas", &source);
  else
    path = qd_facts_dup_path (self->facts, node, name, &source);
  value = item->kind == QD_TRAIL_TABLE ? g_strdup (qd_world_say (self, "没有符合的", "none that fits")) : item->kind == QD_TRAIL_KNOWN || item->kind == QD_TRAIL_UNSURE ? qd_facts_dup_value (self->facts, self->site, node)
                                                                                                                                                                        : g_strdup ("");
  add_input (is_missing ? missing : inputs, source, path, qd_facts_dup_label (self->facts, self->site, node, name), value);
}

void
qd_world_explain (QdWorld *self, const GArray *trail, GPtrArray *inputs, GPtrArray *missing)
{
  for (guint i = 0; i < trail->len; i++)
    explain_item (self, &g_array_index (trail, QdTrailItem, i), inputs, missing);
}
