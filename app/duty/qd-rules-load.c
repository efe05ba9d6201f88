/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-rules-load"
#include "config.h"
#include "qd-rules-loader-private.h"

#include "qd-xml-guard.h"

#include <glib/gi18n-lib.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <string.h>

#define RULES_NS "urn:qingdan:rules:1"

void
qd_rules_problem (QdRulesLoader *self, const char *file, long line, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (self->problems, g_strdup_printf ("%s:%ld: %s", file, line, text));
}

#define PROBLEM(self, node, ...) qd_rules_problem (self, (self)->file, xmlGetLineNo (node), __VA_ARGS__)

/* Elements and attributes. */

static const char *
name_of (const xmlNode *node)
{
  return (const char *) node->name;
}

static gboolean
is_named (const xmlNode *node, const char *name)
{
  return node->type == XML_ELEMENT_NODE && node->ns != NULL && strcmp ((const char *) node->ns->href, RULES_NS) == 0 && strcmp (name_of (node), name) == 0;
}

/* (nullable) */
static char *
dup_attribute (const xmlNode *node, const char *name)
{
  xmlChar *value = xmlGetNoNsProp ((xmlNode *) node, (const xmlChar *) name);
  char *copy = g_strdup ((const char *) value);

  xmlFree (value);
  return copy;
}

/* Never NULL; told when it is missing or empty. */
static char *
require_attribute (QdRulesLoader *self, xmlNode *node, const char *name)
{
  char *value = dup_attribute (node, name);

  if (value == NULL || *value == '\0')
    PROBLEM (self, node, _ ("The element “%s” has no attribute “%s”. Add it."), name_of (node), name);
  return value == NULL ? g_strdup ("") : value;
}

static char *
dup_text (xmlNode *node)
{
  xmlChar *content = xmlNodeGetContent (node);
  char *text = g_strstrip (g_strdup ((const char *) content));

  xmlFree (content);
  return text;
}

/* @attributes, @children: names with spaces around each that may be there. */
static void
check_names (QdRulesLoader *self, xmlNode *node, const char *attributes, const char *children)
{
  for (const xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next)
    {
      g_autofree char *padded = g_strdup_printf (" %s ", (const char *) attribute->name);

      if (strstr (attributes, padded) == NULL)
        PROBLEM (self, node, _ ("The element “%s” has no attribute “%s”. Remove it or correct its name."), name_of (node), (const char *) attribute->name);
    }
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      g_autofree char *padded = child->type == XML_ELEMENT_NODE ? g_strdup_printf (" %s ", name_of (child)) : NULL;

      if (padded != NULL && (strstr (children, padded) == NULL || !is_named (child, name_of (child))))
        PROBLEM (self, child, _ ("The element “%s” cannot stand in “%s”. Remove it or correct its name."), name_of (child), name_of (node));
    }
}

static guint
get_number (QdRulesLoader *self, xmlNode *node, const char *name, guint low, guint high, guint otherwise)
{
  g_autofree char *value = dup_attribute (node, name);
  guint64 number;

  if (value == NULL)
    return otherwise;
  if (g_ascii_string_to_unsigned (value, 10, low, high, &number, NULL))
    return (guint) number;
  PROBLEM (self, node, _ ("“%s” is no value for “%s”: it must be a number from %u to %u."), value, name, low, high);
  return otherwise;
}

static QdConfidence
get_confidence (QdRulesLoader *self, xmlNode *node, QdConfidence otherwise)
{
  g_autofree char *value = dup_attribute (node, "confidence");

  if (value == NULL)
    return otherwise;
  if (strcmp (value, "C") == 0)
    return QD_CONFIDENCE_CONFIRMED;
  if (strcmp (value, "P") == 0)
    return QD_CONFIDENCE_PARTLY;
  if (strcmp (value, "U") != 0)
    PROBLEM (self, node, _ ("“%s” is no mark of confidence; write C, P or U."), value);
  return QD_CONFIDENCE_UNCONFIRMED;
}

static char *
dup_date (QdRulesLoader *self, xmlNode *node, const char *name)
{
  char *value = dup_attribute (node, name);

  if (value != NULL && qd_day_parse (value) == 0)
    {
      PROBLEM (self, node, _ ("“%s” is not a date. Write it as 2026-11-24."), value);
      g_clear_pointer (&value, g_free);
    }
  return value;
}

static QdWords
read_words (QdRulesLoader *self, xmlNode *node, const char *name, gboolean required)
{
  QdWords words = { NULL };

  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      g_autofree char *language = NULL;
      char **slot;

      if (!is_named (child, name))
        continue;
      language = dup_attribute (child, "lang");
      slot = g_strcmp0 (language, "zh-CN") == 0 ? &words.zh : g_strcmp0 (language, "en") == 0 ? &words.en
                                                                                              : NULL;
      if (slot == NULL)
        PROBLEM (self, child, _ ("The language of “%s” must be zh-CN or en."), name);
      else if (*slot != NULL)
        PROBLEM (self, child, _ ("“%s” stands here twice in one language. Keep one of the two."), name);
      else
        *slot = dup_text (child);
    }
  if (required && (words.zh == NULL || words.en == NULL))
    PROBLEM (self, node, _ ("“%s” needs a “%s” in both languages, zh-CN and en."), name_of (node), name);
  return words;
}

/* Takes no expression with an error: NULL, and told. */
static QdExpr *
read_expr (QdRulesLoader *self, xmlNode *node, const char *text)
{
  g_autoptr (GError) error = NULL;
  QdExpr *expr = qd_expr_parse (text, NULL, NULL, &error);
  QdRulePlace place = { expr, self->file, xmlGetLineNo (node) };

  if (expr == NULL)
    {
      PROBLEM (self, node, _ ("“%s”: %s"), text, error->message);
      return NULL;
    }
  g_array_append_val (self->places, place);
  return expr;
}

static QdExpr *
read_expr_attribute (QdRulesLoader *self, xmlNode *node, const char *name)
{
  g_autofree char *text = dup_attribute (node, name);

  return text == NULL ? NULL : read_expr (self, node, text);
}

static xmlNode *
find_child (xmlNode *node, const char *name)
{
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    if (is_named (child, name))
      return child;
  return NULL;
}

static char *
read_id (QdRulesLoader *self, xmlNode *node)
{
  char *id = require_attribute (self, node, "id");

  if (!g_utf8_validate (id, -1, NULL) || strpbrk (id, " \t\n#|\"<>&") != NULL)
    PROBLEM (self, node, _ ("“%s” is not an id: use letters, digits, “-”, “_” and “.”."), id);
  return id;
}

/* Sources, forms, offices. */

static const QdRuleSource *
find_source (QdRulesLoader *self, xmlNode *node)
{
  g_autofree char *id = require_attribute (self, node, "source");

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
  g_autofree char *title = dup_attribute (node, "title"), *replaces = dup_attribute (node, "replaces");

  check_names (self, node, " id title from to confidence replaces url ", " title ");
  source->id = read_id (self, node);
  source->title = read_words (self, node, "title", title == NULL);
  if (title != NULL && source->title.zh == NULL)
    source->title.zh = g_steal_pointer (&title);
  source->from = dup_date (self, node, "from");
  source->to = dup_date (self, node, "to");
  source->replaces = replaces == NULL ? NULL : g_strsplit_set (replaces, " ", -1);
  source->confidence = get_confidence (self, node, QD_CONFIDENCE_CONFIRMED);
  source->file = self->file;
  source->line = xmlGetLineNo (node);
  g_ptr_array_add (self->rules->sources, source);
}

static void
read_form (QdRulesLoader *self, xmlNode *node)
{
  QdRuleForm *form = g_new0 (QdRuleForm, 1);
  g_autofree char *code = require_attribute (self, node, "code");

  check_names (self, node, " code pack-form ", " title ");
  if (qd_rules_lookup_form (self->rules, code) != NULL)
    PROBLEM (self, node, _ ("There are two entries “%s”. Give one of them another name."), code);
  form->id = g_steal_pointer (&code);
  form->title = read_words (self, node, "title", TRUE);
  form->pack_form = dup_attribute (node, "pack-form");
  if (form->pack_form == NULL)
    form->pack_form = g_strdup ("");
  if (*form->pack_form != '\0' && !g_strv_contains (qd_pack_get_form_ids (self->rules->pack), form->pack_form))
    PROBLEM (self, node, _ ("The pack has no form “%s”. Correct pack-form, or leave it empty."), form->pack_form);
  g_ptr_array_add (self->rules->forms, form);
}

static const QdRuleOffice *
find_office (QdRulesLoader *self, const char *id)
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

  check_names (self, node, " id confidence ", " title ");
  office->id = read_id (self, node);
  if (find_office (self, office->id) != NULL)
    PROBLEM (self, node, _ ("There are two entries “%s”. Give one of them another name."), office->id);
  office->title = read_words (self, node, "title", TRUE);
  g_ptr_array_add (self->rules->offices, office);
}

/* What rules ask for and the pack or the region may not have, in people's words. */
static void
read_word (QdRulesLoader *self, xmlNode *node)
{
  g_autofree char *id = read_id (self, node);
  QdWords *words = g_new0 (QdWords, 1);

  check_names (self, node, " id ", " title ");
  *words = read_words (self, node, "title", TRUE);
  if (!g_hash_table_insert (self->rules->words, g_strdup (id), words))
    PROBLEM (self, node, _ ("There are two entries “%s”. Give one of them another name."), id);
}

/* Facts and rules. */

static void
read_fact (QdRulesLoader *self, xmlNode *node)
{
  QdRuleFact *fact = g_new0 (QdRuleFact, 1);

  check_names (self, node, " id confidence ", " label when case basis note ");
  fact->id = read_id (self, node);
  fact->label = read_words (self, node, "label", TRUE);
  fact->cases = g_ptr_array_new_with_free_func (qd_rule_case_free);
  fact->confidence = get_confidence (self, node, QD_CONFIDENCE_UNCONFIRMED);
  fact->file = self->file;
  fact->line = xmlGetLineNo (node);
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      g_autofree char *text = NULL;

      if (is_named (child, "basis"))
        find_source (self, child);
      if (!is_named (child, "when") && !is_named (child, "case"))
        continue;
      text = dup_text (child);
      if (is_named (child, "case"))
        {
          QdRuleCase *one = g_new0 (QdRuleCase, 1);

          check_names (self, child, " value ", "");
          one->value = dup_attribute (child, "value");
          if (one->value == NULL)
            {
              PROBLEM (self, child, _ ("The element “%s” has no attribute “%s”. Add it."), "case", "value");
              one->value = g_strdup ("");
            }
          one->expr = read_expr (self, child, text);
          g_ptr_array_add (fact->cases, one);
        }
      else if (fact->when != NULL)
        PROBLEM (self, child, _ ("“%s” stands here twice. Keep one of the two."), "when");
      else
        fact->when = read_expr (self, child, text);
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
  basis->article = dup_attribute (node, "article");
  if (basis->article == NULL)
    basis->article = g_strdup ("");
  basis->from = dup_date (self, node, "from");
  basis->to = dup_date (self, node, "to");
  basis->confidence = get_confidence (self, node, basis->source != NULL ? basis->source->confidence : QD_CONFIDENCE_UNCONFIRMED);
  basis->line = xmlGetLineNo (node);
}

static gint64
get_money (QdRulesLoader *self, xmlNode *node, const char *name)
{
  g_autofree char *value = dup_attribute (node, name);
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

  check_names (self, node, " source article from to min max confidence ", " text ");
  read_basis (self, node, &penalty->basis);
  penalty->min = get_money (self, node, "min");
  penalty->max = get_money (self, node, "max");
  if (penalty->max >= 0 && penalty->min > penalty->max)
    PROBLEM (self, node, _ ("The least penalty is above the largest."));
  penalty->text = read_words (self, node, "text", FALSE);
  g_ptr_array_add (rule->penalties, penalty);
}

static const struct
{
  const char *nick;
  const char *attributes;
} due_kinds[] = {
  [QD_DUE_KIND_DATE] = { "date", " month day year safe-days " },
  [QD_DUE_KIND_WD] = { "wd", " event n " },
  [QD_DUE_KIND_CD] = { "cd", " event n " },
  [QD_DUE_KIND_MONTHS] = { "months", " event n " },
  [QD_DUE_KIND_MONTHLY] = { "monthly", " day " },
  [QD_DUE_KIND_QUARTERLY] = { "quarterly", " day " },
  [QD_DUE_KIND_HALF_YEARLY] = { "half-yearly", " days " },
  [QD_DUE_KIND_EVERY] = { "every", " last event months warn first-event first-months " },
  [QD_DUE_KIND_BEFORE] = { "before", " event n unit " },
  [QD_DUE_KIND_UPKEEP] = { "upkeep", " months last " },
  [QD_DUE_KIND_NOTICE] = { "notice", " event month day year " },
  [QD_DUE_KIND_NOW] = { "now", "" },
  [QD_DUE_KIND_NONE] = { "none", "" },
};

const char *
qd_due_kind_to_nick (QdDueKind kind)
{
  return due_kinds[kind].nick;
}

/* "07-31" */
static gboolean
parse_month_day (const char *text, guint *month_out, guint *day_out)
{
  g_autofree char *full = g_strconcat ("2024-", text, NULL);
  QdDay day = qd_day_parse (full);

  if (day == 0)
    return FALSE;
  *month_out = qd_day_get_month (day);
  *day_out = qd_day_get_day (day);
  return TRUE;
}

static void
check_due (QdRulesLoader *self, xmlNode *node, const QdRuleDue *due)
{
  static const guint needs_event = 1 << QD_DUE_KIND_WD | 1 << QD_DUE_KIND_CD | 1 << QD_DUE_KIND_MONTHS | 1 << QD_DUE_KIND_BEFORE | 1 << QD_DUE_KIND_NOTICE;
  const char *missing = NULL;

  if ((needs_event >> due->kind & 1) && due->event == NULL)
    missing = "event";
  else if ((due->kind == QD_DUE_KIND_WD || due->kind == QD_DUE_KIND_CD || due->kind == QD_DUE_KIND_MONTHS) && due->n == 0)
    missing = "n";
  else if ((due->kind == QD_DUE_KIND_DATE || due->kind == QD_DUE_KIND_HALF_YEARLY) && due->month == 0)
    missing = due->kind == QD_DUE_KIND_DATE ? "month" : "days";
  else if ((due->kind == QD_DUE_KIND_DATE || due->kind == QD_DUE_KIND_MONTHLY || due->kind == QD_DUE_KIND_QUARTERLY) && due->day == 0)
    missing = "day";
  else if (due->kind == QD_DUE_KIND_EVERY && due->months == 0)
    missing = "months";
  else if (due->kind == QD_DUE_KIND_EVERY && due->last == NULL && due->event == NULL)
    missing = "last";
  if (missing != NULL)
    PROBLEM (self, node, _ ("A deadline “%s” needs the attribute “%s”."), qd_due_kind_to_nick (due->kind), missing);
  if (due->warn > due->months && due->months > 0)
    PROBLEM (self, node, _ ("The warning comes after the deadline: “warn” counts from the last completion."));
  if (due->first_event != NULL && due->first_months == 0)
    PROBLEM (self, node, _ ("A deadline “%s” needs the attribute “%s”."), qd_due_kind_to_nick (due->kind), "first-months");
  if (due->last != NULL && qd_rules_lookup_form (self->rules, due->last) == NULL)
    PROBLEM (self, node, _ ("There is no form “%s”. Declare it with <form code=\"%s\">, or correct the name."), due->last, due->last);
  if (due->month > 0 && due->day > g_date_get_days_in_month ((GDateMonth) due->month, 2024))
    PROBLEM (self, node, _ ("Month %u has no day %u."), due->month, due->day);
}

static void
read_due (QdRulesLoader *self, xmlNode *node, QdRule *rule)
{
  g_autofree char *kind = require_attribute (self, node, "kind");
  g_autofree char *year = dup_attribute (node, "year"), *unit = dup_attribute (node, "unit"), *days = dup_attribute (node, "days");
  QdRuleDue *due = g_new0 (QdRuleDue, 1);
  g_autofree char *allowed = NULL;
  guint i;

  g_ptr_array_add (rule->dues, due);
  for (i = 0; i < G_N_ELEMENTS (due_kinds) && strcmp (due_kinds[i].nick, kind) != 0; i++)
    ;
  if (i == G_N_ELEMENTS (due_kinds))
    {
      due->kind = QD_DUE_KIND_NONE;
      if (*kind != '\0')
        PROBLEM (self, node, _ ("“%s” is not a kind of deadline."), kind);
      return;
    }
  due->kind = (QdDueKind) i;
  allowed = g_strconcat (" kind id when from to confidence warn-days ", due_kinds[i].attributes, NULL);
  check_names (self, node, allowed, " label short note ");
  due->id = dup_attribute (node, "id");
  due->label = read_words (self, node, "label", FALSE);
  due->short_label = read_words (self, node, "short", FALSE);
  due->month = get_number (self, node, "month", 1, 12, 0);
  due->day = get_number (self, node, "day", 1, 31, 0);
  due->safe_days = get_number (self, node, "safe-days", 0, 60, 0);
  due->n = get_number (self, node, "n", 0, 1200, 0);
  due->months = get_number (self, node, "months", 1, 1200, 0);
  due->warn = get_number (self, node, "warn", 1, 1200, 0);
  due->first_months = get_number (self, node, "first-months", 1, 1200, 0);
  due->warn_days = get_number (self, node, "warn-days", 0, 730, 30);
  due->event = read_expr_attribute (self, node, "event");
  due->first_event = read_expr_attribute (self, node, "first-event");
  due->when = read_expr_attribute (self, node, "when");
  due->last = dup_attribute (node, "last");
  due->from = dup_date (self, node, "from");
  due->to = dup_date (self, node, "to");
  due->confidence = get_confidence (self, node, QD_CONFIDENCE_UNCONFIRMED);
  due->line = xmlGetLineNo (node);
  if (year != NULL && strcmp (year, "Y") != 0 && strcmp (year, "Y+1") != 0)
    PROBLEM (self, node, _ ("The year of a deadline is Y or Y+1, not “%s”."), year);
  due->next_year = g_strcmp0 (year, "Y+1") == 0;
  due->unit = g_strcmp0 (unit, "wd") == 0 ? QD_DUE_UNIT_WD : g_strcmp0 (unit, "months") == 0 ? QD_DUE_UNIT_MONTHS
                                                                                             : QD_DUE_UNIT_DAYS;
  if (unit != NULL && due->unit == QD_DUE_UNIT_DAYS && strcmp (unit, "days") != 0)
    PROBLEM (self, node, _ ("The unit of a deadline is days, wd or months, not “%s”."), unit);
  if (days != NULL)
    {
      g_auto (GStrv) two = g_strsplit (days, " ", -1);

      if (g_strv_length (two) != 2 || !parse_month_day (two[0], &due->month, &due->day) || !parse_month_day (two[1], &due->month2, &due->day2))
        PROBLEM (self, node, _ ("“%s” are not two days; write them as 07-31 01-31."), days);
    }
  check_due (self, node, due);
}

/* Text with <output value="…"/> in it. */
static GPtrArray *
read_why (QdRulesLoader *self, xmlNode *node)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (qd_why_part_free);

  check_names (self, node, " lang ", " output ");
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      QdWhyPart *part = g_new0 (QdWhyPart, 1);

      if (is_named (child, "output"))
        {
          g_autofree char *value = require_attribute (self, child, "value");

          part->expr = *value == '\0' ? NULL : read_expr (self, child, value);
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
  g_autofree char *kind = require_attribute (self, node, "kind");

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
      if (is_named (child, "when"))
        {
          g_autofree char *text = dup_text (child);

          if (rule->when != NULL)
            PROBLEM (self, child, _ ("“%s” stands here twice. Keep one of the two."), "when");
          else
            rule->when = read_expr (self, child, text);
        }
      else if (is_named (child, "why"))
        {
          g_autofree char *language = dup_attribute (child, "lang");
          GPtrArray **slot = g_strcmp0 (language, "en") == 0 ? &rule->why_en : &rule->why_zh;

          if (*slot != NULL)
            PROBLEM (self, child, _ ("“%s” stands here twice in one language. Keep one of the two."), "why");
          else
            *slot = read_why (self, child);
        }
      else if (is_named (child, "due"))
        {
          read_due (self, child, rule);
        }
      else if (is_named (child, "basis"))
        {
          QdRuleBasis *basis = g_new0 (QdRuleBasis, 1);

          check_names (self, child, " source article from to confidence ", "");
          read_basis (self, child, basis);
          g_ptr_array_add (rule->bases, basis);
        }
      else if (is_named (child, "penalty"))
        {
          read_penalty (self, child, rule);
        }
    }
}

static void
read_rule (QdRulesLoader *self, xmlNode *node)
{
  QdRule *rule = g_new0 (QdRule, 1);
  g_autofree char *form = dup_attribute (node, "form"), *office = dup_attribute (node, "office");

  check_names (self, node, " id task kind form office confidence ", " title short why when due basis penalty note ");
  rule->id = read_id (self, node);
  rule->task = (int) get_number (self, node, "task", 0, 17, 0);
  rule->kind = read_kind (self, node);
  rule->title = read_words (self, node, "title", TRUE);
  rule->short_title = read_words (self, node, "short", FALSE);
  rule->note = read_words (self, node, "note", FALSE);
  rule->confidence = get_confidence (self, node, QD_CONFIDENCE_UNCONFIRMED);
  rule->dues = g_ptr_array_new_with_free_func (qd_rule_due_free);
  rule->bases = g_ptr_array_new_with_free_func (qd_rule_basis_free);
  rule->penalties = g_ptr_array_new_with_free_func (qd_rule_penalty_free);
  rule->file = self->file;
  rule->line = xmlGetLineNo (node);
  if (form != NULL && *form != '\0' && (rule->form = qd_rules_lookup_form (self->rules, form)) == NULL)
    PROBLEM (self, node, _ ("There is no form “%s”. Declare it with <form code=\"%s\">, or correct the name."), form, form);
  if (office != NULL && *office != '\0' && (rule->office = find_office (self, office)) == NULL)
    PROBLEM (self, node, _ ("There is no office “%s”. Declare it with <office id=\"%s\">, or correct the name."), office, office);
  read_rule_children (self, node, rule);
  if (rule->when == NULL && rule->kind != QD_DUTY_AUTHORITY && find_child (node, "when") == NULL)
    PROBLEM (self, node, _ ("The rule “%s” does not say when it applies. Add a “when”."), rule->id);
  if (rule->bases->len == 0 && rule->kind == QD_DUTY_DUTY)
    PROBLEM (self, node, _ ("The duty “%s” has no legal basis. Add a “basis”, or make it soft."), rule->id);
  if (rule->short_title.zh != NULL && g_utf8_strlen (rule->short_title.zh, -1) > 6)
    PROBLEM (self, node, _ ("“%s” is too long for the months: at most 6 characters."), rule->short_title.zh);
  if (!g_hash_table_insert (self->rules->by_id, rule->id, rule))
    PROBLEM (self, node, _ ("There are two entries “%s”. Give one of them another name."), rule->id);
  g_ptr_array_add (self->rules->rules, rule);
}

/* Regions. */

static void
read_local (QdRulesLoader *self, xmlNode *node, QdRuleRegion *region)
{
  QdRuleLocal *local = g_new0 (QdRuleLocal, 1);
  guint month, day;

  check_names (self, node, " rule field name value source from to confidence ", " note ");
  local->rule = dup_attribute (node, "rule");
  local->field = dup_attribute (node, "field");
  local->name = dup_attribute (node, "name");
  local->value = require_attribute (self, node, "value");
  local->source = dup_attribute (node, "source");
  if (local->source == NULL)
    local->source = g_strdup ("");
  local->from = dup_date (self, node, "from");
  local->to = dup_date (self, node, "to");
  local->confidence = get_confidence (self, node, QD_CONFIDENCE_UNCONFIRMED);
  g_ptr_array_add (region->locals, local);
  if ((local->name != NULL) == (local->rule != NULL))
    PROBLEM (self, node, _ ("A local value has either a name, or a rule and a field."));
  else if (local->rule != NULL && g_hash_table_lookup (self->rules->by_id, local->rule) == NULL)
    PROBLEM (self, node, _ ("There is no rule “%s”."), local->rule);
  else if (local->rule != NULL && g_strcmp0 (local->field, "due") == 0 && !parse_month_day (local->value, &month, &day))
    PROBLEM (self, node, _ ("“%s” is not a day; write it as 03-15."), local->value);
  else if (local->rule != NULL && g_strcmp0 (local->field, "office") == 0 && find_office (self, local->value) == NULL)
    PROBLEM (self, node, _ ("There is no office “%s”. Declare it with <office id=\"%s\">, or correct the name."), local->value, local->value);
  else if (local->rule != NULL && g_strcmp0 (local->field, "due") != 0 && g_strcmp0 (local->field, "office") != 0)
    PROBLEM (self, node, _ ("A local value can change due or office, not “%s”."), local->field == NULL ? "" : local->field);
}

static void
read_region (QdRulesLoader *self, xmlNode *node)
{
  QdRuleRegion *region = g_new0 (QdRuleRegion, 1);

  check_names (self, node, " id prefix ", " title local source note ");
  region->id = read_id (self, node);
  region->prefix = require_attribute (self, node, "prefix");
  if (strspn (region->prefix, "0123456789") != strlen (region->prefix))
    PROBLEM (self, node, _ ("“%s” does not begin a division code."), region->prefix);
  region->title = read_words (self, node, "title", TRUE);
  region->locals = g_ptr_array_new_with_free_func (qd_rule_local_free);
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    if (is_named (child, "local"))
      read_local (self, child, region);
  g_ptr_array_add (self->rules->regions, region);
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
  else if (doc->intSubset != NULL || xmlDocGetRootElement (doc) == NULL || !is_named (xmlDocGetRootElement (doc), root_name))
    {
      qd_rules_problem (self, name, 1, _ ("The root element is not “%s” of the namespace %s, or there is a DOCTYPE."), root_name, RULES_NS);
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
        if (is_named (node, name))
          read (self, node);
    }
}

static void
read_root (QdRulesLoader *self, xmlNode *root)
{
  g_autofree char *tasks = dup_attribute (root, "tasks");
  guint first, last;

  check_names (self, root, " id version tasks ", " form office source word fact rule ");
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
        read_region (&self, xmlDocGetRootElement (doc));
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
