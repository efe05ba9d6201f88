/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-duty"
#include "config.h"
#include "qd-duty.h"
#include "qd-world-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Of the inputs so many stand in the sentence that is made of them, and of the values in one <output>. */
#define MAX_NAMED 3

const char *
qd_duty_kind_to_nick (QdDutyKind kind)
{
  static const char *const nicks[] = { "duty", "soft", "notice", "authority" };

  return nicks[kind];
}

const char *
qd_due_state_to_nick (QdDueState state)
{
  static const char *const nicks[] = { "dated", "overdue", "past", "done", "now", "always", "waiting", "unknown", "none" };

  return nicks[state];
}

static void
basis_clear (QdDutyBasis *self)
{
  g_free (self->source);
  g_free (self->title);
  g_free (self->article);
  g_free (self->text);
  g_free (self->from);
  g_free (self->to);
}

static void
basis_free (gpointer data)
{
  basis_clear (data);
  g_free (data);
}

static void
penalty_free (gpointer data)
{
  QdDutyPenalty *self = data;

  basis_clear (&self->basis);
  g_free (self->text);
  g_free (self);
}

void
qd_duty_free (gpointer data)
{
  QdDuty *self = data;

  g_free (self->title);
  g_free (self->short_title);
  g_free (self->why);
  g_free (self->note);
  g_free (self->site);
  g_free (self->sites_label);
  g_free (self->form);
  g_free (self->form_title);
  g_free (self->pack_form);
  g_free (self->office);
  g_free (self->office_title);
  g_ptr_array_unref (self->inputs);
  g_ptr_array_unref (self->missing);
  g_ptr_array_unref (self->dues);
  g_ptr_array_unref (self->bases);
  g_ptr_array_unref (self->penalties);
  g_free (self);
}

/* Citations. */

static char *
article_text (const QdWorld *world, const char *title, const char *article)
{
  if (*article == '\0' || *title == '\0')
    return g_strdup (title);
  /* "表 A.1" and "§7.2" are no articles; after a number, as in HJ 1259-2022, a space keeps two numbers apart. */
  if (!g_ascii_isdigit (*article))
    return g_strdup_printf ("%s %s", title, article);
  if (world->facts->language[0] == 'e')
    {
      g_auto (GStrv) articles = g_strsplit (article, "、", -1);
      g_autofree char *joined = g_strjoinv (", ", articles);

      return g_strdup_printf ("%s, art. %s", title, joined);
    }
  return g_strdup_printf (g_ascii_isalnum (title[strlen (title) - 1]) ? "%s 第 %s 条" : "%s第 %s 条", title, article);
}

static const char *
later_date (const char *a, const char *b)
{
  return a == NULL ? b : b == NULL || strcmp (a, b) > 0 ? a
                                                        : b;
}

static const char *
earlier_date (const char *a, const char *b)
{
  return a == NULL ? b : b == NULL || strcmp (a, b) < 0 ? a
                                                        : b;
}

static void
fill_basis (const QdWorld *world, const QdRuleBasis *from, QdDutyBasis *to)
{
  QdDay today = world->facts->day;

  to->source = g_strdup (from->source->id);
  to->title = g_strdup (qd_words_get (&from->source->title, world->facts->language));
  to->article = g_strdup (from->article);
  to->text = article_text (world, to->title, from->article);
  to->from = g_strdup (later_date (from->from, from->source->from));
  to->to = g_strdup (earlier_date (from->to, from->source->to));
  to->confidence = from->confidence;
  to->in_force = (to->from == NULL || qd_day_parse (to->from) <= today) && (to->to == NULL || today <= qd_day_parse (to->to));
}

static int
in_force_first (gconstpointer a, gconstpointer b)
{
  const QdDutyBasis *left = *(const QdDutyBasis *const *) a, *right = *(const QdDutyBasis *const *) b;

  return right->in_force - left->in_force;
}

static void
add_bases (const QdWorld *world, const QdRule *rule, QdDuty *duty)
{
  for (guint i = 0; i < rule->bases->len; i++)
    {
      QdDutyBasis *basis = g_new0 (QdDutyBasis, 1);

      fill_basis (world, rule->bases->pdata[i], basis);
      g_ptr_array_add (duty->bases, basis);
    }
  /* Stable in GLib: insertion keeps the order of the file among equals. */
  g_ptr_array_sort (duty->bases, in_force_first);
}

static char *
grouped (gint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  gsize length = strlen (digits);
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append_c (text, ',');
      g_string_append_c (text, digits[i]);
    }
  return g_string_free (text, FALSE);
}

static char *
penalty_text (const QdWorld *world, const QdRulePenalty *penalty)
{
  const char *said = qd_words_get (&penalty->text, world->facts->language);
  g_autofree char *min = grouped (penalty->min), *max = grouped (penalty->max);

  if (*said != '\0' || (penalty->min < 0 && penalty->max < 0))
    return g_strdup (said);
  if (penalty->min < 0)
    return g_strdup_printf (qd_world_say (world, "%s 元以下", "up to %s yuan"), max);
  if (penalty->max < 0)
    return g_strdup_printf (qd_world_say (world, "%s 元以上", "from %s yuan"), min);
  return g_strdup_printf (qd_world_say (world, "%s 至 %s 元", "%s to %s yuan"), min, max);
}

static void
add_penalties (const QdWorld *world, const QdRule *rule, QdDuty *duty)
{
  for (guint i = 0; i < rule->penalties->len; i++)
    {
      const QdRulePenalty *from = rule->penalties->pdata[i];
      QdDutyPenalty *penalty = g_new0 (QdDutyPenalty, 1);

      fill_basis (world, &from->basis, &penalty->basis);
      penalty->min = from->min;
      penalty->max = from->max;
      penalty->text = penalty_text (world, from);
      g_ptr_array_add (duty->penalties, penalty);
    }
}

/* The reason. */

static gboolean
is_in_trail (const GArray *trail, const QdTreeNode *node)
{
  for (guint i = 0; i < trail->len; i++)
    for (const QdTreeNode *up = g_array_index (trail, QdTrailItem, i).node; up != NULL; up = up->parent)
      if (up == node || (up->parent != NULL && up->parent == node->parent && up->data != NULL))
        return TRUE;
  return FALSE;
}

/* Values of a path: those that the rule looked at first, else the first ones. */
static void
append_values (QdWorld *world, const GPtrArray *nodes, const GArray *trail, GString *text)
{
  guint n = 0, rest = 0;

  for (guint pass = 0; pass < 2 && n == 0; pass++)
    for (guint i = 0; i < nodes->len; i++)
      {
        const QdTreeNode *node = nodes->pdata[i];
        g_autofree char *value = NULL;

        if (pass == 0 && !is_in_trail (trail, node))
          continue;
        value = qd_facts_dup_value (world->facts, world->site, node);
        if (*value == '\0')
          continue;
        if (n == MAX_NAMED)
          {
            rest++;
            continue;
          }
        if (n++ > 0)
          g_string_append (text, qd_world_say (world, "、", ", "));
        g_string_append (text, value);
      }
  if (rest > 0)
    g_string_append (text, qd_world_say (world, "等", " …"));
  if (n == 0)
    g_string_append (text, qd_world_say (world, "（未填）", "(not given)"));
}

static gboolean
append_output (QdWorld *world, const QdExpr *expr, const GArray *trail, GString *text, GError **error)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new (), maybe = g_ptr_array_new ();
  g_autofree char *value = NULL;
  GError *local_error = NULL;
  QdTruth more;

  if (qd_expr_eval_found (expr, &world->context, &world->world, NULL, nodes, maybe, &more, &local_error))
    {
      append_values (world, nodes->len > 0 ? nodes : maybe, trail, text);
      return TRUE;
    }
  if (local_error == NULL && qd_expr_eval_known_string (expr, &world->context, &world->world, NULL, &value, &local_error))
    {
      g_string_append (text, value == NULL ? qd_world_say (world, "（未填）", "(not given)") : value);
      return TRUE;
    }
  g_propagate_error (error, local_error);
  return FALSE;
}

static char *
dup_inputs_text (const QdWorld *world, const GPtrArray *inputs, gboolean with_values)
{
  GString *text = g_string_new (NULL);
  guint n = MIN (inputs->len, MAX_NAMED);

  for (guint i = 0; i < n; i++)
    {
      const QdDutyInput *input = inputs->pdata[i];

      if (text->len > 0)
        g_string_append (text, with_values ? qd_world_say (world, "；", "; ") : qd_world_say (world, "、", ", "));
      g_string_append (text, input->label);
      if (with_values && *input->value != '\0')
        g_string_append_printf (text, "%s%s", qd_world_say (world, "：", ": "), input->value);
    }
  if (inputs->len > n)
    g_string_append_printf (text, qd_world_say (world, "等 %u 项", " and %u more"), world->facts->language[0] == 'e' ? inputs->len - n : inputs->len);
  return g_string_free (text, FALSE);
}

static gboolean
make_why (QdWorld *world, const QdRule *rule, QdDuty *duty, const GArray *trail, GError **error)
{
  const GPtrArray *parts = world->facts->language[0] == 'e' ? rule->why_en : rule->why_zh;
  g_autofree char *text = NULL;
  g_autoptr (GString) why = NULL;

  if (duty->truth == QD_TRUTH_MAYBE)
    {
      text = dup_inputs_text (world, duty->missing, FALSE);
      duty->why = g_strdup_printf (qd_world_say (world, "缺：%s", "Missing: %s"), text);
      return TRUE;
    }
  if (duty->truth == QD_TRUTH_NO || parts == NULL)
    {
      duty->why = dup_inputs_text (world, duty->inputs, TRUE);
      return TRUE;
    }
  why = g_string_new (NULL);
  for (guint i = 0; i < parts->len; i++)
    {
      const QdWhyPart *part = parts->pdata[i];

      if (part->literal != NULL)
        g_string_append (why, part->literal);
      else if (part->expr != NULL && !append_output (world, part->expr, trail, why, error))
        return FALSE;
    }
  duty->why = g_strdup (why->str);
  return TRUE;
}

/* Deadlines. */

int
qd_due_compare (gconstpointer a, gconstpointer b)
{
  const QdDue *left = *(const QdDue *const *) a, *right = *(const QdDue *const *) b;
  gboolean has_left = g_date_valid (&left->plan), has_right = g_date_valid (&right->plan);
  int order;

  if (has_left != has_right)
    return has_right - has_left;
  order = has_left ? g_date_compare (&left->plan, &right->plan) : (int) left->state - (int) right->state;
  if (order == 0)
    order = strcmp (left->site, right->site);
  return order != 0 ? order : strcmp (left->period, right->period);
}

/* Of those without a date: at once before always, before those that wait. */
const QdDue *
qd_duty_choose_next (const GPtrArray *dues)
{
  static const QdDueState order[] = { QD_DUE_OVERDUE, QD_DUE_DATED, QD_DUE_NOW, QD_DUE_UNKNOWN, QD_DUE_WAITING, QD_DUE_ALWAYS, QD_DUE_NONE };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    for (guint j = 0; j < dues->len; j++)
      if (((const QdDue *) dues->pdata[j])->state == order[i])
        return dues->pdata[j];
  return NULL;
}

/* Assessing one site. */

static char *
dup_words (const QdWorld *world, const QdWords *words)
{
  return g_strdup (qd_words_get (words, world->facts->language));
}

static QdDuty *
duty_new (QdWorld *world, const QdRule *rule)
{
  const QdRuleLocal *local = qd_world_find_local (world, rule->id, "office");
  const QdRuleOffice *office = rule->office;
  QdDuty *duty = g_new0 (QdDuty, 1);

  for (guint i = 0; local != NULL && i < world->rules->offices->len; i++)
    if (strcmp (((const QdRuleOffice *) world->rules->offices->pdata[i])->id, local->value) == 0)
      office = world->rules->offices->pdata[i];
  duty->rule = rule->id;
  duty->kind = rule->kind;
  duty->task = rule->task;
  duty->title = dup_words (world, &rule->title);
  duty->short_title = dup_words (world, *qd_words_get (&rule->short_title, world->facts->language) != '\0' ? &rule->short_title : &rule->title);
  duty->note = dup_words (world, &rule->note);
  duty->site = g_strdup (world->site->code);
  duty->sites_label = g_strdup (*world->site->name != '\0' ? world->site->name : world->site->code);
  duty->form = g_strdup (rule->form == NULL ? "" : rule->form->id);
  duty->form_title = rule->form == NULL ? g_strdup ("") : dup_words (world, &rule->form->title);
  duty->pack_form = g_strdup (rule->form == NULL ? "" : rule->form->pack_form);
  duty->office = g_strdup (office == NULL ? "" : office->id);
  duty->office_title = office == NULL ? g_strdup ("") : dup_words (world, &office->title);
  duty->confidence = rule->confidence;
  duty->inputs = g_ptr_array_new_with_free_func (qd_duty_input_free);
  duty->missing = g_ptr_array_new_with_free_func (qd_duty_input_free);
  duty->dues = g_ptr_array_new_with_free_func (qd_due_free);
  duty->bases = g_ptr_array_new_with_free_func (basis_free);
  duty->penalties = g_ptr_array_new_with_free_func (penalty_free);
  return duty;
}

static QdDuty *
assess_rule (QdWorld *world, const QdRule *rule, GError **error)
{
  g_autoptr (GArray) trail = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  QdDuty *duty = duty_new (world, rule);
  GError *local_error = NULL;

  if (!qd_world_eval (world, rule->when, trail, &duty->truth, &local_error))
    {
      g_propagate_prefixed_error (error, local_error, "%s:%ld: %s: ", rule->file, rule->line, rule->id);
      qd_duty_free (duty);
      return NULL;
    }
  qd_world_explain (world, trail, duty->inputs, duty->missing);
  if (duty->truth != QD_TRUTH_MAYBE)
    g_ptr_array_set_size (duty->missing, 0);
  add_bases (world, rule, duty);
  add_penalties (world, rule, duty);
  if (!make_why (world, rule, duty, trail, &local_error) || (duty->truth != QD_TRUTH_NO && !qd_deadline_add (world, rule, duty->dues, &local_error)))
    {
      g_propagate_prefixed_error (error, local_error, "%s:%ld: %s: ", rule->file, rule->line, rule->id);
      qd_duty_free (duty);
      return NULL;
    }
  /* Nobody is late with what may not apply. */
  for (guint i = 0; duty->truth == QD_TRUTH_MAYBE && i < duty->dues->len; i++)
    if (((QdDue *) duty->dues->pdata[i])->state == QD_DUE_OVERDUE)
      ((QdDue *) duty->dues->pdata[i])->state = QD_DUE_PAST;
  g_ptr_array_sort (duty->dues, qd_due_compare);
  duty->next = qd_duty_choose_next (duty->dues);
  return duty;
}

gboolean
qd_duty_assess_site (QdRules *rules, QdFacts *facts, const QdSiteFacts *site, GPtrArray *duties, GError **error)
{
  gboolean ok = TRUE;
  QdWorld world;

  qd_world_init (&world, rules, facts, site);
  for (guint i = 0; i < rules->rules->len && ok; i++)
    {
      QdDuty *duty = assess_rule (&world, rules->rules->pdata[i], error);

      ok = duty != NULL;
      if (ok)
        g_ptr_array_add (duties, duty);
    }
  qd_world_clear (&world);
  return ok;
}
