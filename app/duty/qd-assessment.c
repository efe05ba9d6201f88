/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-assessment"
#include "config.h"
#include "qd-world-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SOON_DAYS 30

void
qd_assessment_free (QdAssessment *self)
{
  if (self == NULL)
    return;
  g_free (self->date);
  g_free (self->site);
  g_ptr_array_unref (self->duties);
  g_ptr_array_unref (self->marks);
  g_ptr_array_unref (self->warnings);
  qd_rules_unref (self->rules);
  g_free (self);
}

/* The union. */

static void
move_all (GPtrArray *to, GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    g_ptr_array_add (to, from->pdata[i]);
  g_ptr_array_set_free_func (from, NULL);
  g_ptr_array_set_size (from, 0);
}

/* Two sites tell the same of things of the enterprise. */
static void
drop_repeated_inputs (GPtrArray *inputs)
{
  for (guint i = 0; i < inputs->len; i++)
    for (guint j = i + 1; j < inputs->len;)
      {
        const QdDutyInput *one = inputs->pdata[i], *other = inputs->pdata[j];

        if (one->source == other->source && strcmp (one->path, other->path) == 0 && strcmp (one->label, other->label) == 0)
          g_ptr_array_remove_index (inputs, j);
        else
          j++;
      }
}

/* Did the same facts make both so? Then they are facts of the enterprise, not of a site. */
static gboolean
is_shared (const GPtrArray *one, const GPtrArray *other)
{
  for (guint i = 0; i < one->len; i++)
    if (one->len != other->len || strcmp (((const QdDutyInput *) one->pdata[i])->path, ((const QdDutyInput *) other->pdata[i])->path) != 0)
      return FALSE;
  return one->len == other->len;
}

static gboolean
is_same_day (const GDate *one, const GDate *other)
{
  return g_date_valid (one) == g_date_valid (other) && (!g_date_valid (one) || g_date_compare (one, other) == 0);
}

/*
 * Deadlines of the same day and period at two sites are two: each site files for itself. Those of the enterprise, and those without a
 * day, are one. (nullable): the one that says the same already
 */
static QdDue *
find_same (const GPtrArray *dues, const QdDue *due, gboolean shared)
{
  for (guint i = 0; i < dues->len; i++)
    {
      QdDue *other = dues->pdata[i];

      if (other->state == due->state && other->kind == due->kind && strcmp (other->label, due->label) == 0 && is_same_day (&other->plan, &due->plan) && (shared ? strcmp (other->period, due->period) == 0 : !g_date_valid (&due->plan)))
        return other;
    }
  return NULL;
}

static void
clear_text (char **text)
{
  g_free (*text);
  *text = g_strdup ("");
}

static void
merge_dues (QdDuty *into, QdDuty *from, gboolean shared)
{
  g_autoptr (GPtrArray) moved = into->dues;

  into->dues = g_ptr_array_new_with_free_func (qd_due_free);
  move_all (into->dues, moved);
  for (guint i = 0; i < from->dues->len; i++)
    {
      QdDue *due = from->dues->pdata[i], *same = find_same (into->dues, due, shared);

      if (same == NULL)
        {
          g_ptr_array_add (into->dues, due);
          continue;
        }
      if (shared)
        {
          clear_text (&same->site);
          clear_text (&same->site_name);
        }
      qd_due_free (due);
    }
  g_ptr_array_set_free_func (from->dues, NULL);
  g_ptr_array_set_size (from->dues, 0);
  g_ptr_array_sort (into->dues, qd_due_compare);
  into->next = qd_duty_choose_next (into->dues);
}

/* Takes @from, of the same rule. */
static QdDuty *
merge (QdDuty *into, QdDuty *from, const char *comma)
{
  char *label;

  if (from->truth > into->truth)
    {
      QdDuty *swap = into;

      into = from;
      from = swap;
    }
  if (from->truth == QD_TRUTH_MAYBE && into->truth == QD_TRUTH_YES)
    {
      move_all (into->missing, from->missing);
      drop_repeated_inputs (into->missing);
    }
  else if (from->truth == into->truth)
    {
      gboolean shared = is_shared (into->inputs, from->inputs);

      label = g_strconcat (into->sites_label, comma, from->sites_label, NULL);
      g_free (into->sites_label);
      into->sites_label = label;
      g_free (into->site);
      into->site = g_strdup ("");
      move_all (into->inputs, from->inputs);
      move_all (into->missing, from->missing);
      drop_repeated_inputs (into->inputs);
      drop_repeated_inputs (into->missing);
      merge_dues (into, from, shared);
    }
  qd_duty_free (from);
  return into;
}

static gboolean
assess_union (QdRules *rules, QdFacts *facts, GPtrArray *duties, GError **error)
{
  const char *comma = facts->language[0] == 'e' ? ", " : "、";

  if (!qd_duty_assess_site (rules, facts, facts->sites->pdata[0], duties, error))
    return FALSE;
  for (guint i = 1; i < facts->sites->len; i++)
    {
      g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (qd_duty_free);

      if (!qd_duty_assess_site (rules, facts, facts->sites->pdata[i], others, error))
        return FALSE;
      g_ptr_array_set_free_func (others, NULL);
      for (guint j = 0; j < duties->len; j++)
        duties->pdata[j] = merge (duties->pdata[j], others->pdata[j], comma);
    }
  return TRUE;
}

static void
add_warning (QdAssessment *self, const char *text)
{
  for (guint i = 0; i < self->warnings->len; i++)
    if (strcmp (self->warnings->pdata[i], text) == 0)
      return;
  g_ptr_array_add (self->warnings, g_strdup (text));
}

static void
count (QdAssessment *self)
{
  for (guint i = 0; i < self->duties->len; i++)
    {
      const QdDuty *duty = self->duties->pdata[i];

      for (guint j = 0; j < duty->missing->len; j++)
        {
          const QdDutyInput *input = duty->missing->pdata[j];

          if (input->source == QD_INPUT_CATALOGUE)
            add_warning (self, input->label);
        }
      if (duty->kind != QD_DUTY_DUTY)
        continue;
      self->n_yes += duty->truth == QD_TRUTH_YES;
      self->n_maybe += duty->truth == QD_TRUTH_MAYBE;
      self->n_no += duty->truth == QD_TRUTH_NO;
      for (guint j = 0; duty->truth == QD_TRUTH_YES && j < duty->dues->len; j++)
        {
          const QdDue *due = duty->dues->pdata[j];

          self->n_overdue += due->state == QD_DUE_OVERDUE;
          self->n_soon += due->state == QD_DUE_DATED && due->days <= SOON_DAYS;
        }
    }
}

static void
warn_of_calendars (QdAssessment *self, QdRules *rules, QdFacts *facts)
{
  guint year = qd_day_get_year (facts->day);

  for (guint i = year; i <= qd_day_get_year (qd_day_add_months (facts->day, 12)); i++)
    if (!qd_calendar_has_year (rules->calendar, i))
      {
        g_autofree char *text = g_strdup_printf (facts->language[0] == 'e' ? "There is no holiday notice for %u: Monday to Friday count as working days." : "没有 %u 年的放假安排，工作日按周一至周五计算。", i);

        add_warning (self, text);
      }
}

/* Whoever is not on a list by name may be on it all the same. */
static void
warn_of_names (QdAssessment *self, QdFacts *facts)
{
  guint n = 0;

  for (guint i = 0; i < facts->sites->len; i++)
    n = MAX (n, ((const QdSiteFacts *) facts->sites->pdata[i])->n_by_name);
  if (n > 0)
    {
      g_autofree char *text = g_strdup_printf (facts->language[0] == 'e' ? "%u substances have no CAS number: only their names were looked up in the lists." : "台账有 %u 种物质没有 CAS 号，只按名称对照了清单。", n);

      add_warning (self, text);
    }
}

QdAssessment *
qd_duty_assess (QdRules *rules, QdFacts *facts, const char *site, GError **error)
{
  g_autoptr (QdAssessment) self = NULL;
  const QdSiteFacts *found = NULL;

  g_return_val_if_fail (rules != NULL && facts != NULL, NULL);
  g_return_val_if_fail (facts->rules == rules, NULL);

  for (guint i = 0; site != NULL && i < facts->sites->len; i++)
    if (strcmp (((const QdSiteFacts *) facts->sites->pdata[i])->code, site) == 0)
      found = facts->sites->pdata[i];
  if (site != NULL && found == NULL)
    {
      g_set_error (error, QD_RULES_ERROR, QD_RULES_ERROR_INVALID, _ ("The profile has no site “%s”."), site);
      return NULL;
    }
  self = g_new0 (QdAssessment, 1);
  self->rules = qd_rules_ref (rules);
  self->date = g_strdup (facts->date);
  self->site = g_strdup (site);
  self->duties = g_ptr_array_new_with_free_func (qd_duty_free);
  self->marks = qd_duty_marks_new (facts, site);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  if (found != NULL ? !qd_duty_assess_site (rules, facts, found, self->duties, error) : !assess_union (rules, facts, self->duties, error))
    return NULL;
  count (self);
  warn_of_calendars (self, rules, facts);
  warn_of_names (self, facts);
  return g_steal_pointer (&self);
}

const QdDuty *
qd_assessment_find (QdAssessment *self, const char *rule)
{
  g_return_val_if_fail (self != NULL && rule != NULL, NULL);

  for (guint i = 0; i < self->duties->len; i++)
    {
      const QdDuty *duty = self->duties->pdata[i];

      if (strcmp (duty->rule, rule) == 0)
        return duty;
    }
  return NULL;
}

/* Law by the day of the act. */

gboolean
qd_duty_basis_holds_on (const QdDutyBasis *basis, const GDate *day)
{
  guint32 julian;

  g_return_val_if_fail (basis != NULL && day != NULL, FALSE);

  if (!g_date_valid (day))
    return basis->in_force;
  julian = g_date_get_julian (day);
  return (basis->from == NULL || qd_day_parse (basis->from) <= julian) && (basis->to == NULL || julian <= qd_day_parse (basis->to));
}

GPtrArray *
qd_duty_get_penalties (const QdDuty *duty, const GDate *act)
{
  GPtrArray *then, *now;
  gint64 most_then = -1, most_now = -1;

  g_return_val_if_fail (duty != NULL && act != NULL, NULL);

  then = g_ptr_array_new ();
  now = g_ptr_array_new ();
  for (guint i = 0; i < duty->penalties->len; i++)
    {
      QdDutyPenalty *penalty = duty->penalties->pdata[i];

      if (qd_duty_basis_holds_on (&penalty->basis, act))
        {
          g_ptr_array_add (then, penalty);
          most_then = MAX (most_then, penalty->max);
        }
      if (penalty->basis.in_force)
        {
          g_ptr_array_add (now, penalty);
          most_now = MAX (most_now, penalty->max);
        }
    }
  if (then->len > 0 && most_now >= 0 && most_now < most_then)
    {
      g_ptr_array_unref (then);
      return now;
    }
  g_ptr_array_unref (now);
  return then;
}

/* Views. */

static int
compare_occurrences (gconstpointer a, gconstpointer b)
{
  const QdOccurrence *left = a, *right = b;
  gboolean has_left = left->due != NULL && g_date_valid (&left->due->plan), has_right = right->due != NULL && g_date_valid (&right->due->plan);
  int order = 0;

  if (has_left != has_right)
    return has_right - has_left;
  if (has_left)
    order = g_date_compare (&left->due->plan, &right->due->plan);
  if (order == 0)
    order = strcmp (left->duty->rule, right->duty->rule);
  return order != 0 || left->due == NULL || right->due == NULL ? order : strcmp (left->due->site, right->due->site);
}

GArray *
qd_assessment_get_calendar (QdAssessment *self, guint year, guint month, guint months)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (QdOccurrence));
  GDate first, end;

  g_return_val_if_fail (self != NULL && month >= 1 && month <= 12, found);

  g_date_clear (&first, 1);
  g_date_set_dmy (&first, 1, (GDateMonth) month, (GDateYear) year);
  end = first;
  g_date_add_months (&end, months);
  for (guint i = 0; i < self->duties->len; i++)
    {
      const QdDuty *duty = self->duties->pdata[i];

      for (guint j = 0; duty->truth == QD_TRUTH_YES && j < duty->dues->len; j++)
        {
          QdOccurrence one = { duty, duty->dues->pdata[j] };

          if ((one.due->state == QD_DUE_DATED || one.due->state == QD_DUE_OVERDUE) && g_date_valid (&one.due->plan) && g_date_compare (&one.due->plan, &first) >= 0 && g_date_compare (&one.due->plan, &end) < 0)
            g_array_append_val (found, one);
        }
    }
  g_array_sort (found, compare_occurrences);
  return found;
}

/* Is there an earlier deadline to come of the same site and label? A table shows one of those that recur. */
static gboolean
is_next_of_its_kind (const QdDuty *duty, guint index)
{
  const QdDue *due = duty->dues->pdata[index];

  for (guint i = 0; i < index; i++)
    {
      const QdDue *other = duty->dues->pdata[i];

      if (other->state == QD_DUE_DATED && strcmp (other->site, due->site) == 0 && strcmp (other->label, due->label) == 0 && other->kind == due->kind)
        return FALSE;
    }
  return TRUE;
}

GArray *
qd_assessment_get_open (QdAssessment *self)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (QdOccurrence));

  g_return_val_if_fail (self != NULL, found);

  for (guint i = 0; i < self->duties->len; i++)
    {
      const QdDuty *duty = self->duties->pdata[i];
      guint shown = 0;

      if (duty->truth != QD_TRUTH_YES)
        continue;
      for (guint j = 0; j < duty->dues->len; j++)
        {
          QdOccurrence one = { duty, duty->dues->pdata[j] };

          if (one.due->state == QD_DUE_OVERDUE || (one.due->state == QD_DUE_DATED && is_next_of_its_kind (duty, j)))
            {
              g_array_append_val (found, one);
              shown++;
            }
        }
      if (shown == 0)
        {
          QdOccurrence one = { duty, duty->next };

          g_array_append_val (found, one);
        }
    }
  g_array_sort (found, compare_occurrences);
  return found;
}
