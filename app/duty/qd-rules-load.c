/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-rules-load"
#include "config.h"
#include "qd-rules-loader-private.h"

#include "qd-xml-guard.h"

#include <glib/gi18n-lib.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

/* Sources, forms, offices. */

static const QdRuleSource *
find_source (QdRulesLoader *self, xmlNode *node)
{
  g_autofree char *id = qd_rules_require_attribute (self, node, "source");

  for (guint i = 0; i < self->rules->sources->len; i++)
    {
      const QdRuleSource *source = self->rules->sources->pdata[i];

      if (strcmp (source->id, id) == 0)
        return source;
    }
  if (*id != '\0')
    PROBLEM (self, node, _ ("There is no source “%s”. Declare it with <source id=\"%s\" …/>, or correct the name."), id, id);
  return NULL;
}

static void
read_source (QdRulesLoader *self, xmlNode *node)
{
  QdRuleSource *source = g_new0 (QdRuleSource, 1);
  g_autofree char *title = qd_rules_dup_attribute (node, "title"), *replaces = qd_rules_dup_attribute (node, "replaces");

  qd_rules_check_names (self, node, " id title from to confidence replaces url ", " title ");
  source->id = qd_rules_read_id (self, node);
  source->title = qd_rules_read_words (self, node, "title", title == NULL);
  if (title != NULL && source->title.zh == NULL)
    source->title.zh = g_steal_pointer (&title);
  source->from = qd_rules_dup_date (self, node, "from");
  source->to = qd_rules_dup_date (self, node, "to");
  source->replaces = replaces == NULL ? NULL : g_strsplit_set (replaces, " ", -1);
  source->confidence = qd_rules_get_confidence (self, node, QD_CONFIDENCE_CONFIRMED);
  source->file = self->file;
  source->line = xmlGetLineNo (node);
  g_ptr_array_add (self->rules->sources, source);
}

static void
read_form (QdRulesLoader *self, xmlNode *node)
{
  QdRuleForm *form = g_new0 (QdRuleForm, 1);
  g_autofree char *code = qd_rules_require_attribute (self, node, "code");

  qd_rules_check_names (self, node, " code pack-form ", " title ");
  if (qd_rules_lookup_form (self->rules, code) != NULL)
    PROBLEM (self, node, _ ("There are two entries “%s”. Give one of them another name."), code);
  form->id = g_steal_pointer (&code);
  form->title = qd_rules_read_words (self, node, "title", TRUE);
  form->pack_form = qd_rules_dup_attribute (node, "pack-form");
  if (form->pack_form == NULL)
    form->pack_form = g_strdup ("");
  if (*form->pack_form != '\0' && !g_strv_contains (qd_pack_get_form_ids (self->rules->pack), form->pack_form))
    PROBLEM (self, node, _ ("The pack has no form “%s”. Correct pack-form, or leave it empty."), form->pack_form);
  g_ptr_array_add (self->rules->forms, form);
}

const QdRuleOffice *
qd_rules_find_office (QdRulesLoader *self, const char *id)
{
  for (guint i = 0; i < self->rules->offices->len; i++)
    {
      const QdRuleOffice *office = self->rules->offices->pdata[i];

      if (strcmp (office->id, id) == 0)
        return office;
    }
  return NULL;
}

static void
read_office (QdRulesLoader *self, xmlNode *node)
{
  QdRuleOffice *office = g_new0 (QdRuleOffice, 1);

  qd_rules_check_names (self, node, " id confidence ", " title ");
  office->id = qd_rules_read_id (self, node);
  if (qd_rules_find_office (self, office->id) != NULL)
    PROBLEM (self, node, _ ("There are two entries “%s”. Give one of them another name."), office->id);
  office->title = qd_rules_read_words (self, node, "title", TRUE);
  g_ptr_array_add (self->rules->offices, office);
}

/* What rules ask for and the pack or the region may not have, in people's words. */
static void
read_word (QdRulesLoader *self, xmlNode *node)
{
  g_autofree char *id = qd_rules_read_id (self, node);
  QdWords *words = g_new0 (QdWords, 1);

  qd_rules_check_names (self, node, " id ", " title ");
  *words = qd_rules_read_words (self, node, "title", TRUE);
  if (!g_hash_table_insert (self->rules->words, g_strdup (id), words))
    PROBLEM (self, node, _ ("There are two entries “%s”. Give one of them another name."), id);
}

/* Facts and rules. */

static void
read_fact (QdRulesLoader *self, xmlNode *node)
{
  QdRuleFact *fact = g_new0 (QdRuleFact, 1);

  qd_rules_check_names (self, node, " id confidence ", " label when case basis note ");
  fact->id = qd_rules_read_id (self, node);
  fact->label = qd_rules_read_words (self, node, "label", TRUE);
  fact->cases = g_ptr_array_new_with_free_func (qd_rule_case_free);
  fact->confidence = qd_rules_get_confidence (self, node, QD_CONFIDENCE_UNCONFIRMED);
  fact->file = self->file;
  fact->line = xmlGetLineNo (node);
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      g_autofree char *text = NULL;

      if (qd_rules_is_named (child, "basis"))
        find_source (self, child);
      if (!qd_rules_is_named (child, "when") && !qd_rules_is_named (child, "case"))
        continue;
      text = qd_rules_dup_text (child);
      if (qd_rules_is_named (child, "case"))
        {
          QdRuleCase *one = g_new0 (QdRuleCase, 1);

          qd_rules_check_names (self, child, " value ", "");
          one->value = qd_rules_dup_attribute (child, "value");
          if (one->value == NULL)
            {
              PROBLEM (self, child, _ ("The element “%s” has no attribute “%s”. Add it."), "case", "value");
              one->value = g_strdup ("");
            }
          one->expr = qd_rules_read_expr (self, child, text);
          g_ptr_array_add (fact->cases, one);
        }
      else if (fact->when != NULL)
        PROBLEM (self, child, _ ("“%s” stands here twice. Keep one of the two."), "when");
      else
        fact->when = qd_rules_read_expr (self, child, text);
    }
  if ((fact->when != NULL) == (fact->cases->len > 0))
    PROBLEM (self, node, _ ("The fact “%s” needs either one “when” or some “case” elements."), fact->id);
  if (!g_hash_table_insert (self->rules->facts_by_id, fact->id, fact))
    PROBLEM (self, node, _ ("There are two entries “%s”. Give one of them another name."), fact->id);
  g_ptr_array_add (self->rules->facts, fact);
}

static void
read_basis (QdRulesLoader *self, xmlNode *node, QdRuleBasis *basis)
{
  basis->source = find_source (self, node);
  basis->article = qd_rules_dup_attribute (node, "article");
  if (basis->article == NULL)
    basis->article = g_strdup ("");
  basis->from = qd_rules_dup_date (self, node, "from");
  basis->to = qd_rules_dup_date (self, node, "to");
  basis->confidence = qd_rules_get_confidence (self, node, basis->source != NULL ? basis->source->confidence : QD_CONFIDENCE_UNCONFIRMED);
  basis->line = xmlGetLineNo (node);
}

static gint64
get_money (QdRulesLoader *self, xmlNode *node, const char *name)
{
  g_autofree char *value = qd_rules_dup_attribute (node, name);
  gint64 number;

  if (value == NULL)
    return -1;
  if (g_ascii_string_to_signed (value, 10, 0, G_MAXINT32 * G_GINT64_CONSTANT (1000), &number, NULL))
    return number;
  PROBLEM (self, node, _ ("“%s” is no amount for “%s”: write whole yuan."), value, name);
  return -1;
}

static void
read_penalty (QdRulesLoader *self, xmlNode *node, QdRule *rule)
{
  QdRulePenalty *penalty = g_new0 (QdRulePenalty, 1);

  qd_rules_check_names (self, node, " source article from to min max confidence ", " text ");
  read_basis (self, node, &penalty->basis);
  penalty->min = get_money (self, node, "min");
  penalty->max = get_money (self, node, "max");
  if (penalty->max >= 0 && penalty->min > penalty->max)
    PROBLEM (self, node, _ ("The least penalty is above the largest."));
  penalty->text = qd_rules_read_words (self, node, "text", FALSE);
  g_ptr_array_add (rule->penalties, penalty);
}

/* Text with <output value="…"/> in it. */
static GPtrArray *
read_why (QdRulesLoader *self, xmlNode *node)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (qd_why_part_free);

  qd_rules_check_names (self, node, " lang ", " output ");
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      QdWhyPart *part = g_new0 (QdWhyPart, 1);

      if (qd_rules_is_named (child, "output"))
        {
          g_autofree char *value = qd_rules_require_attribute (self, child, "value");

          part->expr = *value == '\0' ? NULL : qd_rules_read_expr (self, child, value);
        }
      else if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE)
        {
          g_autofree char *raw = g_strdup ((const char *) child->content);
          g_autoptr (GString) text = g_string_new (NULL);

          /* Line breaks of the file are spaces; at the ends of the text they are nothing. */
          for (const char *p = raw; *p != '\0'; p++)
            if (!g_ascii_isspace (*p))
              g_string_append_c (text, *p);
            else if (text->len == 0 ? child->prev != NULL : text->str[text->len - 1] != ' ')
              g_string_append_c (text, ' ');
          if (child->next == NULL)
            g_strchomp (text->str);
          part->literal = g_strdup (text->str);
        }
      g_ptr_array_add (parts, part);
    }
  return parts;
}

static QdDutyKind
read_kind (QdRulesLoader *self, xmlNode *node)
{
  g_autofree char *kind = qd_rules_require_attribute (self, node, "kind");

  for (int i = QD_DUTY_DUTY; i <= QD_DUTY_AUTHORITY; i++)
    if (strcmp (qd_duty_kind_to_nick ((QdDutyKind) i), kind) == 0)
      return (QdDutyKind) i;
  if (*kind != '\0')
    PROBLEM (self, node, _ ("“%s” is not a kind of rule; write duty, soft, notice or authority."), kind);
  return QD_DUTY_DUTY;
}

static void
read_rule_children (QdRulesLoader *self, xmlNode *node, QdRule *rule)
{
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      if (qd_rules_is_named (child, "when"))
        {
          g_autofree char *text = qd_rules_dup_text (child);

          if (rule->when != NULL)
            PROBLEM (self, child, _ ("“%s” stands here twice. Keep one of the two."), "when");
          else
            rule->when = qd_rules_read_expr (self, child, text);
        }
      else if (qd_rules_is_named (child, "why"))
        {
          g_autofree char *language = qd_rules_dup_attribute (child, "lang");
          GPtrArray **slot = g_strcmp0 (language, "en") == 0 ? &rule->why_en : &rule->why_zh;

          if (*slot != NULL)
            PROBLEM (self, child, _ ("“%s” stands here twice in one language. Keep one of the two."), "why");
          else
            *slot = read_why (self, child);
        }
      else if (qd_rules_is_named (child, "due"))
        {
          qd_rules_read_due (self, child, rule);
        }
      else if (qd_rules_is_named (child, "basis"))
        {
          QdRuleBasis *basis = g_new0 (QdRuleBasis, 1);

          qd_rules_check_names (self, child, " source article from to confidence ", "");
          read_basis (self, child, basis);
          g_ptr_array_add (rule->bases, basis);
        }
      else if (qd_rules_is_named (child, "penalty"))
        {
          read_penalty (self, child, rule);
        }
    }
}

static void
read_rule (QdRulesLoader *self, xmlNode *node)
{
  QdRule *rule = g_new0 (QdRule, 1);
  g_autofree char *form = qd_rules_dup_attribute (node, "form"), *office = qd_rules_dup_attribute (node, "office");

  qd_rules_check_names (self, node, " id task kind form office confidence ", " title short why when due basis penalty note ");
  rule->id = qd_rules_read_id (self, node);
  rule->task = (int) qd_rules_get_number (self, node, "task", 0, 17, 0);
  rule->kind = read_kind (self, node);
  rule->title = qd_rules_read_words (self, node, "title", TRUE);
  rule->short_title = qd_rules_read_words (self, node, "short", FALSE);
  rule->note = qd_rules_read_words (self, node, "note", FALSE);
  rule->confidence = qd_rules_get_confidence (self, node, QD_CONFIDENCE_UNCONFIRMED);
  rule->dues = g_ptr_array_new_with_free_func (qd_rule_due_free);
  rule->bases = g_ptr_array_new_with_free_func (qd_rule_basis_free);
  rule->penalties = g_ptr_array_new_with_free_func (qd_rule_penalty_free);
  rule->file = self->file;
  rule->line = xmlGetLineNo (node);
  if (form != NULL && *form != '\0' && (rule->form = qd_rules_lookup_form (self->rules, form)) == NULL)
    PROBLEM (self, node, _ ("There is no form “%s”. Declare it with <form code=\"%s\">, or correct the name."), form, form);
  if (office != NULL && *office != '\0' && (rule->office = qd_rules_find_office (self, office)) == NULL)
    PROBLEM (self, node, _ ("There is no office “%s”. Declare it with <office id=\"%s\">, or correct the name."), office, office);
  read_rule_children (self, node, rule);
  if (rule->when == NULL && rule->kind != QD_DUTY_AUTHORITY && qd_rules_find_child (node, "when") == NULL)
    PROBLEM (self, node, _ ("The rule “%s” does not say when it applies. Add a “when”."), rule->id);
  if (rule->bases->len == 0 && rule->kind == QD_DUTY_DUTY)
    PROBLEM (self, node, _ ("The duty “%s” has no legal basis. Add a “basis”, or make it soft."), rule->id);
  if (rule->short_title.zh != NULL && g_utf8_strlen (rule->short_title.zh, -1) > 6)
    PROBLEM (self, node, _ ("“%s” is too long for the months: at most 6 characters."), rule->short_title.zh);
  if (!g_hash_table_insert (self->rules->by_id, rule->id, rule))
    PROBLEM (self, node, _ ("There are two entries “%s”. Give one of them another name."), rule->id);
  g_ptr_array_add (self->rules->rules, rule);
}

static int
longest_prefix_first (gconstpointer a, gconstpointer b)
{
  const QdRuleRegion *left = *(const QdRuleRegion *const *) a, *right = *(const QdRuleRegion *const *) b;

  return (int) strlen (right->prefix) - (int) strlen (left->prefix);
}

/* Files. */

static xmlDoc *
parse_file (QdRulesLoader *self, const char *name, const char *root_name)
{
  g_autoptr (GBytes) bytes = qd_pack_read (self->rules->pack, name, NULL);
  xmlParserCtxt *context;
  const char *data;
  xmlDoc *doc = NULL;
  gsize size;

  data = g_bytes_get_data (bytes, &size);
  if (!qd_xml_is_harmless (data, size))
    {
      qd_rules_problem (self, name, 1, _ ("This is no XML in UTF-8 that can be read."));
      return NULL;
    }
  context = xmlNewParserCtxt ();
  doc = xmlCtxtReadMemory (context, data, (int) size, name, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
  if (doc == NULL)
    {
      const xmlError *problem = xmlCtxtGetLastError (context);
      g_autofree char *why = problem != NULL && problem->message != NULL ? g_utf8_make_valid (problem->message, -1) : g_strdup ("");

      qd_rules_problem (self, name, problem != NULL ? problem->line : 1, _ ("This is not well-formed XML (%s). Correct the file or install the pack again."), g_strstrip (why));
    }
  else if (doc->intSubset != NULL || xmlDocGetRootElement (doc) == NULL || !qd_rules_is_named (xmlDocGetRootElement (doc), root_name))
    {
      qd_rules_problem (self, name, 1, _ ("The root element is not “%s” of the namespace %s, or there is a DOCTYPE."), root_name, QD_RULES_NS);
      g_clear_pointer (&doc, xmlFreeDoc);
    }
  xmlFreeParserCtxt (context);
  return doc;
}

static void
free_doc (gpointer data)
{
  xmlFreeDoc (data);
}

typedef void (*ReadElement) (QdRulesLoader *self, xmlNode *node);

/* Calls @read for the elements of that name in all rule files: what is declared in one is known in all. */
static void
for_each (QdRulesLoader *self, const char *name, ReadElement read)
{
  const char *const *files = qd_pack_get_files (self->rules->pack, QD_PACK_RULES);

  for (guint i = 0; i < self->docs->len; i++)
    {
      if (self->docs->pdata[i] == NULL)
        continue;
      self->file = files[i];
      for (xmlNode *node = xmlDocGetRootElement (self->docs->pdata[i])->children; node != NULL; node = node->next)
        if (qd_rules_is_named (node, name))
          read (self, node);
    }
}

static void
read_root (QdRulesLoader *self, xmlNode *root)
{
  g_autofree char *tasks = qd_rules_dup_attribute (root, "tasks");
  guint first, last;

  qd_rules_check_names (self, root, " id version tasks ", " form office source word fact rule ");
  if (tasks == NULL)
    return;
  if (sscanf (tasks, "%u-%u", &first, &last) != 2 || first < 1 || last > 17 || first > last)
    PROBLEM (self, root, _ ("“%s” are no tasks; write 1-17."), tasks);
  else
    for (guint i = first; i <= last; i++)
      g_array_index (self->tasks, gboolean, i) = TRUE;
}

static void
read_calendars (QdRulesLoader *self)
{
  for (const char *const *files = qd_pack_get_files (self->rules->pack, QD_PACK_CALENDARS); *files != NULL; files++)
    {
      g_autoptr (GBytes) csv = qd_pack_read (self->rules->pack, *files, NULL);
      g_autofree char *base = g_path_get_basename (*files), *problem = NULL;
      guint year = 0, line = 1;
      int end = 0;

      if (sscanf (base, "work-%4u.csv%n", &year, &end) != 1 || end != (int) strlen (base) || year < 1900)
        qd_rules_problem (self, *files, 1, _ ("A calendar is called work-YEAR.csv."));
      else if (!qd_calendar_add_year (self->rules->calendar, year, csv, &line, &problem))
        qd_rules_problem (self, *files, line, "%s", problem);
    }
}

/* The forms whose names expressions may use. */
static void
find_forms (QdRulesLoader *self)
{
  const char *const *ids = qd_pack_get_form_ids (self->rules->pack);

  for (; *ids != NULL && (self->rules->profile == NULL || self->rules->substances == NULL); ids++)
    {
      g_autoptr (GError) error = NULL;
      QdForm *form = qd_pack_get_form (self->rules->pack, *ids, &error);
      const char *kind = form == NULL ? NULL : qd_form_get_info (form, "kind");

      if (form == NULL)
        qd_rules_problem (self, "pack.xml", 1, "%s", error->message);
      else if (g_strcmp0 (kind, "profile") == 0 && self->rules->profile == NULL)
        self->rules->profile = g_object_ref (form);
      else if (g_strcmp0 (kind, "register") == 0 && self->rules->substances == NULL)
        self->rules->substances = g_object_ref (form);
    }
}

QdRules *
qd_rules_new_checked (QdPack *pack, GPtrArray **problems_out)
{
  gboolean tasks[18] = { FALSE };
  QdRulesLoader self = { 0 };

  g_return_val_if_fail (pack != NULL && problems_out != NULL, NULL);

  self.rules = qd_rules_create (pack);
  self.problems = g_ptr_array_new_with_free_func (g_free);
  self.places = g_array_new (FALSE, FALSE, sizeof (QdRulePlace));
  self.docs = g_ptr_array_new_with_free_func (free_doc);
  self.tasks = g_array_new (FALSE, FALSE, sizeof (gboolean));
  g_array_append_vals (self.tasks, tasks, G_N_ELEMENTS (tasks));

  find_forms (&self);
  read_calendars (&self);
  for (const char *const *files = qd_pack_get_files (pack, QD_PACK_RULES); *files != NULL; files++)
    {
      xmlDoc *doc = parse_file (&self, *files, "rules");

      g_ptr_array_add (self.docs, doc);
      self.file = *files;
      if (doc != NULL)
        read_root (&self, xmlDocGetRootElement (doc));
    }
  for_each (&self, "source", read_source);
  for_each (&self, "form", read_form);
  for_each (&self, "office", read_office);
  for_each (&self, "word", read_word);
  for_each (&self, "fact", read_fact);
  for_each (&self, "rule", read_rule);
  for (const char *const *files = qd_pack_get_files (pack, QD_PACK_REGIONS); *files != NULL; files++)
    {
      xmlDoc *doc = parse_file (&self, *files, "region");

      self.file = *files;
      if (doc != NULL)
        qd_rules_read_region (&self, xmlDocGetRootElement (doc));
      xmlFreeDoc (doc);
    }
  g_ptr_array_sort (self.rules->regions, longest_prefix_first);
  qd_rules_check (&self);

  g_array_unref (self.places);
  g_array_unref (self.tasks);
  g_ptr_array_unref (self.docs);
  *problems_out = self.problems;
  if (self.problems->len > 0)
    g_clear_pointer (&self.rules, qd_rules_unref);
  return self.rules;
}
