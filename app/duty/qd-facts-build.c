/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-facts-build"
#include "config.h"
#include "qd-facts-private.h"

#include "qd-unit.h"

#include <string.h>

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

/* (nullable): what an English text calls a substance: the register's own English name, else that of its CAS number in a list */
static const char *
find_english_name (const char *cas, const char *name_en, const GArray *matches)
{
  if (*name_en != '\0')
    return name_en;
  for (guint i = 0; *cas != '\0' && i < matches->len; i++)
    {
      const QdCatalogEntry *entry = g_array_index (matches, QdMatch, i).entry;

      if (strcmp (entry->cas, cas) == 0 && *entry->name_en != '\0')
        return entry->name_en;
    }
  return NULL;
}

/* Only what people read changes: rules compare the name as it is written. */
static void
show_english_name (Builder *self, QdTreeNode *row, const char *const *texts, const GArray *matches)
{
  QdTreeNode *name = self->facts->language[0] == 'e' ? (QdTreeNode *) qd_tree_node_find_child (row, NULL, "nameZh") : NULL;
  const char *english = name == NULL ? NULL : find_english_name (texts[0], texts[2], matches);

  if (english != NULL)
    show_as (self, name, g_strdup (english));
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
  self->site->n_by_name += *texts[0] == '\0';
  add_lists (self, row, texts[0], texts[1], texts[2], matches);
  for (guint i = 0; i < columns->len; i++)
    add_cell (self, instance, node, &g_array_index (columns, Column, i), row);
  show_english_name (self, row, texts, matches);
}

static void
copy_register (Builder *self)
{
  QdInstance *instance = self->options->substances;
  const QdField *row = self->facts->rules->substances == NULL ? NULL : qd_form_find_field (self->facts->rules->substances, QD_SUBSTANCE_REF);
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
  range = qd_instance_find (instance, QD_SUBSTANCE_REF);
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
  QdNodeId range = profile == NULL ? 0 : qd_instance_find (profile, QD_SITE_REF);
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

void
qd_facts_add_sites (QdFacts *facts, const QdFactsOptions *options)
{
  Builder self = { .facts = facts, .options = options, .catalog = qd_pack_get_substances (qd_rules_get_pack (facts->rules)) };

  add_sites (&self);
}
