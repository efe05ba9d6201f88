/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-facts"
#include "config.h"
#include "qd-facts-private.h"

#include "qd-unit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Choices of a field that are kept: of longer lists (industries, divisions) only the chosen ones are read. */
#define MAX_CHOICES 60

#define SITE_REF "/profile/sites/site"
#define SUBSTANCE_REF "/register/table/substance"

static void
site_facts_free (gpointer data)
{
  QdSiteFacts *self = data;

  g_free (self->code);
  g_free (self->name);
  g_free (self->region);
  qd_tree_free (self->tree);
  g_hash_table_unref (self->by_list);
  g_hash_table_unref (self->ranges);
  g_hash_table_unref (self->shown);
  g_free (self);
}

static void
kept_declaration_free (gpointer data)
{
  QdKeptDeclaration *self = data;

  g_free (self->form);
  g_free (self->period);
  g_free (self->site);
  g_free (self->state);
  g_free (self->finished);
  g_free (self);
}

static void
kept_done_free (gpointer data)
{
  QdKeptDone *self = data;

  g_free (self->rule);
  g_free (self->period);
  g_free (self->site);
  g_free (self->date);
  g_free (self);
}

/* The document. */

typedef struct
{
  QdFacts *facts;
  QdSiteFacts *site;
  const QdFactsOptions *options;
  QdCatalog *catalog;
} Builder;

static QdTreeNode *
add_element (Builder *self, QdTreeNode *parent, const char *name, const char *value)
{
  QdTreeNode *node = qd_tree_append_element (self->site->tree, parent, NULL, NULL, name);

  if (value != NULL && *value != '\0')
    qd_tree_set_value (self->site->tree, node, value);
  return node;
}

static gboolean
is_leaf (QdNodeType type)
{
  return type != QD_NODE_ROOT && type != QD_NODE_GROUP && type != QD_NODE_REPEAT_RANGE && type != QD_NODE_REPEAT_INSTANCE;
}

/* Has anybody filled anything in below? What is computed does not count. */
static gboolean
is_blank (QdInstance *instance, QdNodeId node)
{
  guint n = qd_instance_get_n_children (instance, node);

  if (is_leaf (qd_instance_get_node_type (instance, node)))
    return *qd_instance_get_value (instance, node) == '\0' || qd_field_is_calculated (qd_instance_get_field (instance, node));
  for (guint i = 0; i < n; i++)
    if (!is_blank (instance, qd_instance_get_child (instance, node, i)))
      return FALSE;
  return TRUE;
}

static const char *
get_child_value (QdInstance *instance, QdNodeId row, const char *name)
{
  guint n = qd_instance_get_n_children (instance, row);

  for (guint i = 0; i < n; i++)
    {
      QdNodeId child = qd_instance_get_child (instance, row, i);

      if (strcmp (qd_field_get_name (qd_instance_get_field (instance, child)), name) == 0)
        return qd_instance_get_value (instance, child);
    }
  return "";
}

static void
show_as (Builder *self, QdTreeNode *node, char *text)
{
  g_hash_table_insert (self->site->shown, node, text);
}

static void
copy_leaf (Builder *self, QdInstance *instance, QdNodeId node, QdTreeNode *parent)
{
  const QdField *field = qd_instance_get_field (instance, node);
  const char *name = qd_field_get_name (field), *value = qd_instance_get_value (instance, node);
  gboolean is_question = g_str_has_suffix (name, "-any");
  QdTreeNode *copy;

  if (strchr (name, ':') != NULL || (*value == '\0' && !is_question) || !qd_instance_is_relevant (instance, node))
    return;
  copy = add_element (self, parent, name, value);
  if (qd_field_get_node_type (field) == QD_NODE_SELECT && *value != '\0' && !g_hash_table_contains (self->facts->choices, qd_field_get_ref (field)))
    show_as (self, copy, qd_instance_dup_display (instance, node));
}

static void copy_children (Builder *self, QdInstance *instance, QdNodeId node, QdTreeNode *parent);

/* Rows of this site that are not blank. When there are only rows of other sites, there are certainly none here. */
static void
copy_rows (Builder *self, QdInstance *instance, QdNodeId range, QdTreeNode *parent)
{
  const char *name = qd_field_get_name (qd_instance_get_field (instance, range));
  guint n = qd_instance_get_n_children (instance, range), kept = 0, others = 0;

  for (guint i = 0; i < n; i++)
    {
      QdNodeId row = qd_instance_get_child (instance, range, i);
      const char *site = get_child_value (instance, row, "site");
      QdTreeNode *copy;

      if (is_blank (instance, row) || !qd_instance_is_relevant (instance, row))
        continue;
      if (*site != '\0' && *self->site->code != '\0' && strcmp (site, self->site->code) != 0)
        {
          others++;
          continue;
        }
      kept++;
      copy = add_element (self, parent, name, NULL);
      copy->data = GUINT_TO_POINTER (i + 1);
      copy_children (self, instance, row, copy);
    }
  if (kept == 0 && others > 0)
    {
      g_autofree char *any = g_strconcat (name, "-any", NULL);
      QdTreeNode *question = qd_tree_node_find_child (parent, NULL, any);

      if (question == NULL)
        question = add_element (self, parent, any, NULL);
      qd_tree_set_value (self->site->tree, question, "no");
    }
}

static void
copy_children (Builder *self, QdInstance *instance, QdNodeId node, QdTreeNode *parent)
{
  guint n = qd_instance_get_n_children (instance, node);

  /* Questions before the tables that they are about, whatever the order in the form. */
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n; i++)
      {
        QdNodeId child = qd_instance_get_child (instance, node, i);
        QdNodeType type = qd_instance_get_node_type (instance, child);
        const char *name = qd_field_get_name (qd_instance_get_field (instance, child));

        if (pass == 0 && is_leaf (type))
          copy_leaf (self, instance, child, parent);
        else if (pass == 1 && type == QD_NODE_REPEAT_RANGE)
          copy_rows (self, instance, child, parent);
        else if (pass == 1 && !is_leaf (type) && strchr (name, ':') == NULL)
          copy_children (self, instance, child, add_element (self, parent, name, NULL));
      }
}

static void
copy_profile (Builder *self, QdNodeId site)
{
  QdInstance *profile = self->options->profile;
  QdTreeNode *facts = self->site->root;
  QdTreeNode *copy = add_element (self, facts, "site", NULL), *rest;
  QdNodeId root;
  guint n;

  copy->data = GUINT_TO_POINTER (self->site->position);
  if (site != 0)
    copy_children (self, profile, site, copy);
  rest = add_element (self, facts, "profile", NULL);
  if (profile == NULL)
    return;
  root = qd_instance_get_root (profile);
  n = qd_instance_get_n_children (profile, root);
  for (guint i = 0; i < n; i++)
    {
      QdNodeId child = qd_instance_get_child (profile, root, i);
      const char *name = qd_field_get_name (qd_instance_get_field (profile, child));

      /* meta is the form engine's own. */
      if (strcmp (name, "sites") != 0 && strcmp (name, "meta") != 0 && strchr (name, ':') == NULL && !is_leaf (qd_instance_get_node_type (profile, child)))
        copy_children (self, profile, child, add_element (self, rest, name, NULL));
    }
}

/* The register. */

typedef struct
{
  const QdField *field;
  const QdField *unit; /* (nullable): holds the unit of this amount */
  const char *name;
} Column;

/* Columns that rules read, and those that tell rows apart. */
static GArray *
find_columns (Builder *self, const QdField *row)
{
  static const char *const always[] = { "nameZh", "nameEn", "cas", "serial", "year", "site", NULL };
  GArray *columns = g_array_new (FALSE, FALSE, sizeof (Column));

  for (guint i = 0; i < qd_field_get_n_children (row); i++)
    {
      const QdField *field = qd_field_get_child (row, i);
      const char *name = qd_field_get_name (field), *unit = qd_field_get_attribute (field, "unit-field");
      Column column = { field, NULL, name };

      if (!g_strv_contains (always, name) && !g_hash_table_contains (self->facts->rules->names, name))
        continue;
      for (guint j = 0; unit != NULL && j < qd_field_get_n_children (row); j++)
        if (strcmp (qd_field_get_name (qd_field_get_child (row, j)), unit) == 0)
          column.unit = qd_field_get_child (row, j);
      g_array_append_val (columns, column);
    }
  return columns;
}

/* In t, when the row says in what unit it is; NULL when that cannot be told. */
static char *
dup_tonnes (const char *value, const char *unit)
{
  QdDecimal amount, factor, tonnes;

  if (!qd_decimal_parse (value, &amount) || *unit == '\0')
    return NULL;
  if (strcmp (unit, "t") == 0)
    return g_strdup (value);
  if (!qd_unit_convert (unit, "t", &factor) || !qd_decimal_multiply (amount, factor, &tonnes))
    return NULL;
  return qd_decimal_to_string (tonnes);
}

static void
add_cell (Builder *self, QdInstance *instance, QdNodeId row, const Column *column, QdTreeNode *parent)
{
  QdNodeId node = qd_instance_find_in_row (instance, row, column->field);
  const char *value = node == 0 ? "" : qd_instance_get_value (instance, node);
  g_autofree char *tonnes = NULL;
  const char *unit = NULL;
  QdTreeNode *copy;

  if (*value == '\0' || !qd_instance_is_relevant (instance, node))
    return;
  if (column->unit != NULL)
    {
      QdNodeId unit_node = qd_instance_find_in_row (instance, row, column->unit);

      unit = unit_node == 0 ? "" : qd_instance_get_value (instance, unit_node);
      tonnes = dup_tonnes (value, unit);
      /* Below a limit of detection, or of no known unit: an amount that is not known. */
      copy = add_element (self, parent, column->name, tonnes == NULL ? "unknown" : tonnes);
      if (tonnes == NULL || strcmp (unit, "t") != 0)
        show_as (self, copy, g_strdup_printf ("%s %s", value, unit));
      return;
    }
  add_element (self, parent, column->name, value);
}

static void
add_lists (Builder *self, QdTreeNode *row, const char *cas, const char *name_zh, const char *name_en, GArray *matches)
{
  g_array_set_size (matches, 0);
  qd_catalog_match (self->catalog, cas, name_zh, name_en, matches);
  for (guint i = 0; i < matches->len; i++)
    {
      const QdMatch *match = &g_array_index (matches, QdMatch, i);
      gboolean certain = qd_match_is_certain (match), repeated = FALSE;
      const char *list = g_intern_string (match->entry->list);
      QdTreeNode *node;
      GPtrArray *rows;

      /* One element a list: a certain match of another entry wins. */
      for (guint j = 0; j < matches->len && !repeated; j++)
        {
          const QdMatch *other = &g_array_index (matches, QdMatch, j);

          if (j != i && strcmp (other->entry->list, list) == 0)
            repeated = qd_match_is_certain (other) ? !certain || j < i : !certain && j < i;
        }
      if (repeated)
        continue;
      node = add_element (self, row, "list", list);
      if (!certain)
        qd_tree_set_attribute (self->site->tree, node, NULL, NULL, "maybe", "yes");
      rows = g_hash_table_lookup (self->site->by_list, list);
      if (rows == NULL)
        {
          rows = g_ptr_array_new ();
          g_hash_table_insert (self->site->by_list, (gpointer) list, rows);
        }
      g_ptr_array_add (rows, row);
    }
}

static void
copy_substance (Builder *self, QdInstance *instance, QdNodeId node, guint number, const GArray *columns, GArray *matches)
{
  QdTreeNode *row;
  const char *texts[3] = { "", "", "" };
  static const char *const names[3] = { "cas", "nameZh", "nameEn" };
  gboolean blank = TRUE;
  guint year = qd_day_get_year (self->facts->day);

  for (guint i = 0; i < columns->len; i++)
    {
      const Column *column = &g_array_index (columns, Column, i);
      QdNodeId cell;
      const char *value;

      if (strcmp (column->name, "year") != 0 && strcmp (column->name, "site") != 0 && strcmp (column->name, "serial") != 0 && !g_strv_contains ((const char *const[]){ "cas", "nameZh", "nameEn", NULL }, column->name))
        continue;
      cell = qd_instance_find_in_row (instance, node, column->field);
      value = cell == 0 ? "" : qd_instance_get_value (instance, cell);
      if (strcmp (column->name, "year") == 0)
        {
          if (*value != '\0' && g_ascii_strtoull (value, NULL, 10) + 1 < year)
            return;
          continue;
        }
      if (strcmp (column->name, "site") == 0)
        {
          if (*value != '\0' && *self->site->code != '\0' && strcmp (value, self->site->code) != 0)
            return;
          continue;
        }
      blank &= *value == '\0';
      for (guint t = 0; t < 3; t++)
        if (strcmp (column->name, names[t]) == 0)
          texts[t] = value;
    }
  if (blank)
    return;
  row = add_element (self, self->site->root, "substance", NULL);
  row->data = GUINT_TO_POINTER (number);
  add_lists (self, row, texts[0], texts[1], texts[2], matches);
  for (guint i = 0; i < columns->len; i++)
    add_cell (self, instance, node, &g_array_index (columns, Column, i), row);
}

static void
copy_register (Builder *self)
{
  QdInstance *instance = self->options->substances;
  const QdField *row = self->facts->rules->substances == NULL ? NULL : qd_form_find_field (self->facts->rules->substances, SUBSTANCE_REF);
  g_autoptr (GArray) columns = NULL, matches = NULL;
  QdNodeId any, range;
  guint n;

  if (instance == NULL || row == NULL)
    {
      add_element (self, self->site->root, "substance-any", NULL);
      return;
    }
  any = qd_instance_find (instance, "/register/table/substance-any");
  add_element (self, self->site->root, "substance-any", any == 0 ? NULL : qd_instance_get_value (instance, any));
  range = qd_instance_find (instance, SUBSTANCE_REF);
  if (range != 0 && qd_instance_get_node_type (instance, range) == QD_NODE_REPEAT_INSTANCE)
    range = qd_instance_get_parent (instance, range);
  if (range == 0)
    return;
  columns = find_columns (self, row);
  matches = g_array_new (FALSE, FALSE, sizeof (QdMatch));
  n = qd_instance_get_n_children (instance, range);
  for (guint i = 0; i < n; i++)
    copy_substance (self, instance, qd_instance_get_child (instance, range, i), i + 1, columns, matches);
}

/* What the workspace holds. */

static gboolean
is_of_site (const QdSiteFacts *site, const char *code)
{
  return *code == '\0' || *site->code == '\0' || strcmp (code, site->code) == 0;
}

static void
add_records (Builder *self)
{
  QdFacts *facts = self->facts;
  guint n = 0;

  for (guint i = 0; i < facts->declarations->len; i++)
    {
      const QdKeptDeclaration *kept = facts->declarations->pdata[i];
      g_autofree char *year = g_strndup (kept->period, 4);
      QdTreeNode *node;

      if (!is_of_site (self->site, kept->site))
        continue;
      node = add_element (self, self->site->root, "declaration", NULL);
      add_element (self, node, "form", kept->form);
      add_element (self, node, "period", kept->period);
      add_element (self, node, "year", year);
      add_element (self, node, "state", kept->state);
      add_element (self, node, "finished", kept->finished);
      n++;
    }
  add_element (self, self->site->root, "declaration-any", n > 0 ? "yes" : "no");
  n = 0;
  for (guint i = 0; i < facts->done->len; i++)
    {
      const QdKeptDone *kept = facts->done->pdata[i];
      QdTreeNode *node;

      if (!is_of_site (self->site, kept->site))
        continue;
      node = add_element (self, self->site->root, "done", NULL);
      add_element (self, node, "rule", kept->rule);
      add_element (self, node, "period", kept->period);
      add_element (self, node, "date", kept->date);
      n++;
    }
  add_element (self, self->site->root, "done-any", n > 0 ? "yes" : "no");
  for (guint i = 0; i < qd_pack_get_lists (qd_rules_get_pack (facts->rules))->len; i++)
    {
      static const char *const nicks[] = { "as-found", "complete", "partial", "historical", "superseded" };
      const QdPackList *list = qd_pack_get_lists (qd_rules_get_pack (facts->rules))->pdata[i];
      QdTreeNode *node = add_element (self, self->site->root, "catalogue", NULL);

      add_element (self, node, "name", qd_pack_list_get_name (list));
      add_element (self, node, "status", nicks[qd_pack_list_get_status (list)]);
    }
  add_element (self, self->site->root, "catalogue-any", "no");
}

/* The document is as wide as the register is long; elements of a name are written one after the other. */
static void
index_children (QdSiteFacts *site)
{
  QdRange *range = NULL;

  for (guint i = 0; i < site->root->n_children; i++)
    {
      const char *name = site->root->children[i]->name;

      if (range == NULL || site->root->children[i - 1]->name != name)
        {
          range = g_new (QdRange, 1);
          range->first = i;
          range->n = 0;
          g_hash_table_insert (site->ranges, (gpointer) name, range);
        }
      range->n++;
    }
}

static void
add_site (Builder *self, QdNodeId node, guint position)
{
  QdInstance *profile = self->options->profile;
  QdSiteFacts *site = g_new0 (QdSiteFacts, 1);
  g_autofree char *year = g_strdup_printf ("%u", qd_day_get_year (self->facts->day));

  self->site = site;
  site->code = g_strdup (node == 0 ? "" : get_child_value (profile, node, "code"));
  site->name = g_strdup (node == 0 ? "" : get_child_value (profile, node, "name"));
  site->region = g_strdup (node == 0 ? "" : get_child_value (profile, node, "region"));
  site->tree = qd_tree_new ();
  site->by_list = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  site->ranges = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  site->shown = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  site->position = position;
  site->root = qd_tree_append_element (site->tree, qd_tree_get_document (site->tree), NULL, NULL, "facts");
  g_ptr_array_add (self->facts->sites, site);
  add_element (self, site->root, "date", self->facts->date);
  add_element (self, site->root, "year", year);
  add_element (self, site->root, "region", site->region);
  copy_profile (self, node);
  add_records (self);
  copy_register (self);
  index_children (site);
}

static void
add_sites (Builder *self)
{
  QdInstance *profile = self->options->profile;
  QdNodeId range = profile == NULL ? 0 : qd_instance_find (profile, SITE_REF);
  guint n = 0;

  if (range != 0 && qd_instance_get_node_type (profile, range) == QD_NODE_REPEAT_INSTANCE)
    range = qd_instance_get_parent (profile, range);
  if (range != 0)
    n = qd_instance_get_n_children (profile, range);
  for (guint i = 0; i < n; i++)
    {
      QdNodeId row = qd_instance_get_child (profile, range, i);

      if (!is_blank (profile, row))
        add_site (self, row, i + 1);
    }
  if (self->facts->sites->len == 0)
    add_site (self, 0, 1);
}

/* Words. */

static void
keep_words (QdFacts *self, QdInstance *instance, const QdField *field)
{
  GPtrArray *choices = NULL;
  char *label;

  label = qd_instance_dup_field_label (instance, field);
  if (label != NULL)
    g_hash_table_insert (self->labels, g_strdup (qd_field_get_ref (field)), label);
  if (qd_field_get_node_type (field) == QD_NODE_SELECT)
    choices = qd_instance_get_field_choices (instance, field);
  if (choices != NULL && choices->len <= MAX_CHOICES)
    {
      GHashTable *map = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

      for (guint i = 0; i < choices->len; i++)
        {
          const QdChoice *choice = choices->pdata[i];

          g_hash_table_insert (map, g_strdup (choice->value), g_strdup (choice->label));
        }
      g_hash_table_insert (self->choices, g_strdup (qd_field_get_ref (field)), map);
    }
  g_clear_pointer (&choices, g_ptr_array_unref);
  for (guint i = 0; i < qd_field_get_n_children (field); i++)
    keep_words (self, instance, qd_field_get_child (field, i));
}

/* Labels come from the instance at hand when it speaks the language, else from an empty one. */
static gboolean
keep_form_words (QdFacts *self, QdForm *form, QdInstance *instance, GError **error)
{
  g_autoptr (QdInstance) blank = NULL;

  if (form == NULL)
    return TRUE;
  if (instance == NULL || g_strcmp0 (qd_instance_get_language (instance), self->language) != 0)
    {
      QdInstanceOptions options = { .language = self->language };

      instance = blank = qd_instance_new (form, &options, error);
      if (blank == NULL)
        return FALSE;
    }
  keep_words (self, instance, qd_form_get_root_field (form));
  return TRUE;
}

static char *
dup_or_empty (const char *text)
{
  return g_strdup (text == NULL ? "" : text);
}

static void
keep_records (QdFacts *self, const QdFactsOptions *options)
{
  for (guint i = 0; options->declarations != NULL && i < options->declarations->len; i++)
    {
      const QdFactDeclaration *from = options->declarations->pdata[i];
      QdKeptDeclaration *kept = g_new0 (QdKeptDeclaration, 1);

      kept->id = from->id;
      kept->form = dup_or_empty (from->form);
      kept->period = dup_or_empty (from->period);
      kept->site = dup_or_empty (from->site);
      kept->state = dup_or_empty (from->state);
      kept->finished = dup_or_empty (from->finished);
      g_ptr_array_add (self->declarations, kept);
    }
  for (guint i = 0; options->done != NULL && i < options->done->len; i++)
    {
      const QdFactDone *from = options->done->pdata[i];
      QdKeptDone *kept = g_new0 (QdKeptDone, 1);

      kept->rule = dup_or_empty (from->rule);
      kept->period = dup_or_empty (from->period);
      kept->site = dup_or_empty (from->site);
      kept->date = dup_or_empty (from->date);
      g_ptr_array_add (self->done, kept);
    }
}

QdFacts *
qd_facts_new (QdRules *rules, const QdFactsOptions *options, GError **error)
{
  g_autoptr (QdFacts) self = NULL;
  Builder builder = { .options = options };

  g_return_val_if_fail (rules != NULL && options != NULL, NULL);

  self = g_new0 (QdFacts, 1);
  g_atomic_ref_count_init (&self->refs);
  self->rules = qd_rules_ref (rules);
  self->language = g_strdup (options->language == NULL ? "zh-CN" : options->language);
  self->sites = g_ptr_array_new_with_free_func (site_facts_free);
  self->declarations = g_ptr_array_new_with_free_func (kept_declaration_free);
  self->done = g_ptr_array_new_with_free_func (kept_done_free);
  self->labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->choices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  self->date = dup_or_empty (options->date);
  self->day = qd_day_parse (self->date);
  if (self->day == 0)
    {
      g_set_error (error, QD_RULES_ERROR, QD_RULES_ERROR_INVALID, _ ("“%s” is not a date. Write it as 2026-11-24."), self->date);
      return NULL;
    }
  if (!keep_form_words (self, rules->profile, options->profile, error) || !keep_form_words (self, rules->substances, options->substances, error))
    return NULL;
  keep_records (self, options);
  builder.facts = self;
  builder.catalog = qd_pack_get_substances (rules->pack);
  add_sites (&builder);
  return g_steal_pointer (&self);
}

QdFacts *
qd_facts_ref (QdFacts *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
qd_facts_unref (QdFacts *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  g_ptr_array_unref (self->sites);
  g_ptr_array_unref (self->declarations);
  g_ptr_array_unref (self->done);
  g_hash_table_unref (self->labels);
  g_hash_table_unref (self->choices);
  qd_rules_unref (self->rules);
  g_free (self->date);
  g_free (self->language);
  g_free (self);
}

const char *
qd_facts_get_date (QdFacts *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->date;
}

const char *
qd_facts_get_language (QdFacts *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->language;
}

guint
qd_facts_get_n_sites (QdFacts *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->sites->len;
}

const char *
qd_facts_get_site_code (QdFacts *self, guint i)
{
  g_return_val_if_fail (self != NULL && i < self->sites->len, NULL);

  return ((const QdSiteFacts *) self->sites->pdata[i])->code;
}

const char *
qd_facts_get_site_name (QdFacts *self, guint i)
{
  g_return_val_if_fail (self != NULL && i < self->sites->len, NULL);

  return ((const QdSiteFacts *) self->sites->pdata[i])->name;
}

char *
qd_facts_to_xml (QdFacts *self, guint site)
{
  g_return_val_if_fail (self != NULL && site < self->sites->len, NULL);

  return qd_tree_node_to_xml (((const QdSiteFacts *) self->sites->pdata[site])->root, FALSE);
}

/* From a node back to its source. */

/* The nodes from below facts down to @node; returns how many. */
static guint
get_chain (const QdTreeNode *node, const QdTreeNode **chain, guint size)
{
  guint n = 0;

  for (const QdTreeNode *up = node; up != NULL && up->parent != NULL && up->parent->parent != NULL; up = up->parent)
    n++;
  for (guint i = n; i-- > 0; node = node->parent)
    if (i < size)
      chain[i] = node;
  return MIN (n, size);
}

static const char *
get_base (const char *name, QdInputSource *source)
{
  static const struct
  {
    const char *name, *base;
    QdInputSource source;
  } bases[] = {
    { "profile", "/profile", QD_INPUT_PROFILE },
    { "site", SITE_REF, QD_INPUT_PROFILE },
    { "region", SITE_REF "/region", QD_INPUT_PROFILE },
    { "substance", SUBSTANCE_REF, QD_INPUT_SUBSTANCES },
    { "substance-any", SUBSTANCE_REF "-any", QD_INPUT_SUBSTANCES },
    { "declaration", NULL, QD_INPUT_DECLARATION },
    { "declaration-any", NULL, QD_INPUT_DECLARATION },
    { "done", NULL, QD_INPUT_DECLARATION },
    { "done-any", NULL, QD_INPUT_DECLARATION },
    { "catalogue", NULL, QD_INPUT_CATALOGUE },
  };

  *source = QD_INPUT_DATE;
  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    if (strcmp (bases[i].name, name) == 0)
      {
        *source = bases[i].source;
        return bases[i].base;
      }
  return NULL;
}

#define MAX_DEPTH 16

/* The path, with positions of rows or (@ref) as forms name the field. NULL when it is of no form. */
static char *
make_path (const QdTreeNode *node, const char *name, gboolean positions, QdInputSource *source)
{
  const QdTreeNode *chain[MAX_DEPTH];
  guint n = get_chain (node, chain, MAX_DEPTH);
  const char *base = n > 0 ? get_base (chain[0]->name, source) : name != NULL ? get_base (name, source)
                                                                              : NULL;
  GString *path;

  if (base == NULL)
    return NULL;
  path = g_string_new (base);
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_printf (path, "/%s", chain[i]->name);
      if (positions && chain[i]->data != NULL)
        g_string_append_printf (path, "[%u]", GPOINTER_TO_UINT (chain[i]->data));
    }
  if (n > 0 && name != NULL)
    g_string_append_printf (path, "/%s", name);
  return g_string_free (path, FALSE);
}

char *
qd_facts_dup_path (QdFacts *self, const QdTreeNode *node, const char *name, QdInputSource *source_out)
{
  char *path = make_path (node, name, TRUE, source_out);

  return path == NULL ? g_strdup ("") : path;
}

/* What a row is called: the first filled of what usually names things. */
static char *
dup_row_name (QdFacts *self, const QdSiteFacts *site, const QdTreeNode *row)
{
  static const char *const names[] = { "nameZh", "name", "nameEn", "code", "cas", "kind", "title", "no", "what", "species", "medium" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const QdTreeNode *child = qd_tree_node_find_child (row, NULL, names[i]);

      if (child != NULL && child->value != NULL && *child->value != '\0')
        return qd_facts_dup_value (self, site, child);
    }
  return g_strdup_printf ("%u", GPOINTER_TO_UINT (row->data));
}

static const char *
find_label (QdFacts *self, const QdTreeNode *node, const char *name)
{
  QdInputSource source;
  g_autofree char *ref = make_path (node, name, FALSE, &source);

  return ref == NULL ? NULL : g_hash_table_lookup (self->labels, ref);
}

char *
qd_facts_dup_label (QdFacts *self, const QdSiteFacts *site, const QdTreeNode *node, const char *name)
{
  const QdTreeNode *row = node;
  const char *label = find_label (self, node, name);
  g_autofree char *row_name = NULL;

  if (label == NULL)
    {
      /* Fields of our own, and what the workspace holds. */
      static const struct
      {
        const char *name;
        const char *zh, *en;
      } own[] = {
        { "list", "所在清单", "lists it is on" },
        { "declaration", "本工作区的申报", "declarations of this workspace" },
        { "declaration-any", "本工作区的申报", "declarations of this workspace" },
        { "done", "已办记录", "duties marked as done" },
        { "done-any", "已办记录", "duties marked as done" },
        { "date", "今天", "today" },
        { "year", "年度", "year" },
        { "substance", "化学物质台账", "substance register" },
        { "substance-any", "化学物质台账", "substance register" },
        { "profile", "企业信息", "profile" },
        { "site", "生产经营场所", "site" },
      };
      const char *last = name != NULL ? name : node->name;

      label = last;
      for (guint i = 0; i < G_N_ELEMENTS (own); i++)
        if (strcmp (own[i].name, last) == 0)
          label = strcmp (self->language, "en") == 0 ? own[i].en : own[i].zh;
    }
  while (row != NULL && row->data == NULL)
    row = row->parent;
  if (row == NULL || (row->parent != NULL && strcmp (row->name, "site") == 0 && row->parent->parent != NULL && row->parent->parent->parent == NULL && self->sites->len < 2))
    return g_strdup (label);
  row_name = dup_row_name (self, site, row);
  return g_strdup_printf ("%s · %s", row_name, label);
}

char *
qd_facts_dup_value (QdFacts *self, const QdSiteFacts *site, const QdTreeNode *node)
{
  const char *shown = g_hash_table_lookup (site->shown, node), *value = node->value;
  QdInputSource source;
  g_autofree char *ref = NULL;
  GHashTable *choices;
  g_auto (GStrv) parts = NULL;
  GString *text;

  if (shown != NULL)
    return g_strdup (shown);
  if (node->n_children > 0 || value == NULL || strcmp (value, "unknown") == 0)
    return g_strdup ("");
  if (strcmp (node->name, "list") == 0)
    {
      const QdPackList *list = qd_pack_find_list (qd_rules_get_pack (self->rules), value);

      return g_strdup (list == NULL ? value : qd_pack_list_get_title (list, self->language));
    }
  ref = make_path (node, NULL, FALSE, &source);
  choices = ref == NULL ? NULL : g_hash_table_lookup (self->choices, ref);
  if (choices == NULL)
    return g_strdup (value);
  parts = g_strsplit (value, " ", -1);
  text = g_string_new (NULL);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *label = g_hash_table_lookup (choices, parts[i]);

      if (text->len > 0)
        g_string_append (text, strcmp (self->language, "en") == 0 ? ", " : "、");
      g_string_append (text, label == NULL ? parts[i] : label);
    }
  return g_string_free (text, FALSE);
}
