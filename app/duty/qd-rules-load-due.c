/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-rules-load-due"
#include "config.h"
#include "qd-rules-loader-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Deadlines, and what regions change of them. */

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

void
qd_rules_read_due (QdRulesLoader *self, xmlNode *node, QdRule *rule)
{
  g_autofree char *kind = qd_rules_require_attribute (self, node, "kind");
  g_autofree char *year = qd_rules_dup_attribute (node, "year"), *unit = qd_rules_dup_attribute (node, "unit"), *days = qd_rules_dup_attribute (node, "days");
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
  qd_rules_check_names (self, node, allowed, " label short note ");
  due->id = qd_rules_dup_attribute (node, "id");
  due->label = qd_rules_read_words (self, node, "label", FALSE);
  due->short_label = qd_rules_read_words (self, node, "short", FALSE);
  due->month = qd_rules_get_number (self, node, "month", 1, 12, 0);
  due->day = qd_rules_get_number (self, node, "day", 1, 31, 0);
  due->safe_days = qd_rules_get_number (self, node, "safe-days", 0, 60, 0);
  due->n = qd_rules_get_number (self, node, "n", 0, 1200, 0);
  due->months = qd_rules_get_number (self, node, "months", 1, 1200, 0);
  due->warn = qd_rules_get_number (self, node, "warn", 1, 1200, 0);
  due->first_months = qd_rules_get_number (self, node, "first-months", 1, 1200, 0);
  due->warn_days = qd_rules_get_number (self, node, "warn-days", 0, 730, 30);
  due->event = qd_rules_read_expr_attribute (self, node, "event");
  due->says_open = due->event != NULL && qd_expr_calls (due->event, "qd:known");
  due->first_event = qd_rules_read_expr_attribute (self, node, "first-event");
  due->when = qd_rules_read_expr_attribute (self, node, "when");
  due->last = qd_rules_dup_attribute (node, "last");
  due->from = qd_rules_dup_date (self, node, "from");
  due->to = qd_rules_dup_date (self, node, "to");
  due->confidence = qd_rules_get_confidence (self, node, QD_CONFIDENCE_UNCONFIRMED);
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

/* Regions. */

static void
read_local (QdRulesLoader *self, xmlNode *node, QdRuleRegion *region)
{
  QdRuleLocal *local = g_new0 (QdRuleLocal, 1);
  guint month, day;

  qd_rules_check_names (self, node, " rule field name value source from to confidence ", " note ");
  local->rule = qd_rules_dup_attribute (node, "rule");
  local->field = qd_rules_dup_attribute (node, "field");
  local->name = qd_rules_dup_attribute (node, "name");
  local->value = qd_rules_require_attribute (self, node, "value");
  local->source = qd_rules_dup_attribute (node, "source");
  if (local->source == NULL)
    local->source = g_strdup ("");
  local->from = qd_rules_dup_date (self, node, "from");
  local->to = qd_rules_dup_date (self, node, "to");
  local->confidence = qd_rules_get_confidence (self, node, QD_CONFIDENCE_UNCONFIRMED);
  g_ptr_array_add (region->locals, local);
  if ((local->name != NULL) == (local->rule != NULL))
    PROBLEM (self, node, _ ("A local value has either a name, or a rule and a field."));
  else if (local->rule != NULL && g_hash_table_lookup (self->rules->by_id, local->rule) == NULL)
    PROBLEM (self, node, _ ("There is no rule “%s”."), local->rule);
  else if (local->rule != NULL && g_strcmp0 (local->field, "due") == 0 && !parse_month_day (local->value, &month, &day))
    PROBLEM (self, node, _ ("“%s” is not a day; write it as 03-15."), local->value);
  else if (local->rule != NULL && g_strcmp0 (local->field, "office") == 0 && qd_rules_find_office (self, local->value) == NULL)
    PROBLEM (self, node, _ ("There is no office “%s”. Declare it with <office id=\"%s\">, or correct the name."), local->value, local->value);
  else if (local->rule != NULL && g_strcmp0 (local->field, "due") != 0 && g_strcmp0 (local->field, "office") != 0)
    PROBLEM (self, node, _ ("A local value can change due or office, not “%s”."), local->field == NULL ? "" : local->field);
}

void
qd_rules_read_region (QdRulesLoader *self, xmlNode *node)
{
  QdRuleRegion *region = g_new0 (QdRuleRegion, 1);

  qd_rules_check_names (self, node, " id prefix ", " title local source note ");
  region->id = qd_rules_read_id (self, node);
  region->prefix = qd_rules_require_attribute (self, node, "prefix");
  if (strspn (region->prefix, "0123456789") != strlen (region->prefix))
    PROBLEM (self, node, _ ("“%s” does not begin a division code."), region->prefix);
  region->title = qd_rules_read_words (self, node, "title", TRUE);
  region->locals = g_ptr_array_new_with_free_func (qd_rule_local_free);
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    if (qd_rules_is_named (child, "local"))
      read_local (self, child, region);
  g_ptr_array_add (self->rules->regions, region);
}
