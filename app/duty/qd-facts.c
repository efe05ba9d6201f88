/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-facts"
#include "config.h"
#include "qd-facts-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Choices of a field that are kept: of longer lists (industries, divisions) only the chosen ones are read. */
#define MAX_CHOICES 60

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
  g_free (self->note);
  g_free (self->evidence);
  g_free (self->evidence_name);
  g_free (self);
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
      kept->note = dup_or_empty (from->note);
      kept->evidence = dup_or_empty (from->evidence);
      kept->evidence_name = dup_or_empty (from->evidence_name);
      g_ptr_array_add (self->done, kept);
    }
}

QdFacts *
qd_facts_new (QdRules *rules, const QdFactsOptions *options, GError **error)
{
  g_autoptr (QdFacts) self = NULL;

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
  qd_facts_add_sites (self, options);
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
    { "site", QD_SITE_REF, QD_INPUT_PROFILE },
    { "region", QD_SITE_REF "/region", QD_INPUT_PROFILE },
    { "substance", QD_SUBSTANCE_REF, QD_INPUT_SUBSTANCES },
    { "substance-any", QD_SUBSTANCE_REF "-any", QD_INPUT_SUBSTANCES },
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
