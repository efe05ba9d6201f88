/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-deadline"
#include "config.h"
#include "qd-deadline-private.h"

#include <stdio.h>
#include <string.h>

/* The deadline grammar of README.md. How far deadlines that recur are looked at: a year back, thirteen months ahead. */
#define MONTHS_BACK 12
/* An event that lies further back was over before the program came to it, unless something was begun here. */
#define EVENT_MEMORY 366

void
qd_due_free (gpointer data)
{
  QdDue *self = data;

  g_free (self->period);
  g_free (self->period_label);
  g_free (self->label);
  g_free (self->short_label);
  g_free (self->site);
  g_free (self->site_name);
  g_free (self->note);
  g_free (self->declaration_state);
  g_ptr_array_unref (self->missing);
  g_free (self);
}

void
qd_due_draft_clear (QdDueDraft *self)
{
  g_free (self->period);
  g_free (self->period_label);
  g_free (self->note);
}

static void
set_date (GDate *date, QdDay day)
{
  g_date_clear (date, 1);
  if (day != 0)
    g_date_set_julian (date, day);
}

/* Takes @more. */
void
qd_due_add_note (char **note, char *more)
{
  char *before = *note;

  *note = before == NULL || *before == '\0' ? g_strdup (more) : g_strdup_printf ("%s %s", before, more);
  g_free (before);
  g_free (more);
}

char *
qd_due_calendar_note (const QdWorld *world, guint year)
{
  return g_strdup_printf (qd_world_say (world, "没有 %u 年的放假安排，工作日按周一至周五计算。", "There is no holiday notice for %u: Monday to Friday count as working days."), year);
}

/* What the workspace knows of a period. */

gboolean
qd_due_is_form (const QdDueMaker *self, const char *form, const char *code)
{
  const QdRuleForm *found = code == NULL ? self->rule->form : qd_rules_lookup_form (self->world->rules, code);

  return found != NULL && *form != '\0' && (strcmp (form, found->id) == 0 || strcmp (form, found->pack_form) == 0);
}

gboolean
qd_due_is_here (const QdDueMaker *self, const char *site)
{
  const char *code = self->world->site->code;

  return *site == '\0' || *code == '\0' || strcmp (site, code) == 0;
}

/* A receipt counts; a returned declaration is open again. */
gboolean
qd_due_is_finished (const QdKeptDeclaration *declaration)
{
  return *declaration->finished != '\0' || strcmp (declaration->state, "accepted") == 0 || strcmp (declaration->state, "received") == 0;
}

static const QdKeptDeclaration *
find_declaration (const QdDueMaker *self, const char *period)
{
  const QdKeptDeclaration *found = NULL;

  for (guint i = 0; i < self->world->facts->declarations->len; i++)
    {
      const QdKeptDeclaration *one = self->world->facts->declarations->pdata[i];

      if (qd_due_is_form (self, one->form, NULL) && qd_due_is_here (self, one->site) && strcmp (one->period, period) == 0 && (found == NULL || (qd_due_is_finished (one) && !qd_due_is_finished (found))))
        found = one;
    }
  return found;
}

static char *
full_period (const QdDueMaker *self, const char *period)
{
  return self->due->id == NULL ? g_strdup (period) : g_strconcat (period, "#", self->due->id, NULL);
}

static gboolean
is_marked_done (const QdDueMaker *self, const char *period)
{
  g_autofree char *full = full_period (self, period);

  for (guint i = 0; i < self->world->facts->done->len; i++)
    {
      const QdKeptDone *one = self->world->facts->done->pdata[i];

      if (strcmp (one->rule, self->rule->id) == 0 && qd_due_is_here (self, one->site) && strcmp (one->period, full) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_period_done (const QdDueMaker *self, const char *period)
{
  const QdKeptDeclaration *declaration = find_declaration (self, period);

  return is_marked_done (self, period) || (declaration != NULL && qd_due_is_finished (declaration));
}

/* Records. */

/* The shortest there is: of the deadline, of the rule, its title. */
static const char *
short_label_of (const QdDueMaker *self, const char *language)
{
  const QdWords *const words[] = { &self->due->short_label, &self->rule->short_title, &self->rule->title };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (*qd_words_get (words[i], language) != '\0')
      return qd_words_get (words[i], language);
  return "";
}

QdDue *
qd_due_add (QdDueMaker *self, QdDueState state, const char *period)
{
  const char *language = self->world->facts->language;
  QdDue *due = g_new0 (QdDue, 1);
  const char *label = qd_words_get (&self->due->label, language);

  due->state = state;
  due->kind = qd_due_kind_to_nick (self->due->kind);
  set_date (&due->date, 0);
  set_date (&due->plan, 0);
  set_date (&due->also, 0);
  set_date (&due->warn, 0);
  set_date (&due->overdue_from, 0);
  due->period = full_period (self, period);
  due->period_label = g_strdup ("");
  due->label = g_strdup (label);
  due->short_label = g_strdup (short_label_of (self, language));
  due->site = g_strdup (self->world->site->code);
  due->site_name = g_strdup (*self->world->site->name != '\0' ? self->world->site->name : self->world->site->code);
  due->confidence = self->due->confidence;
  due->is_default = self->due->confidence != QD_CONFIDENCE_CONFIRMED;
  due->note = g_strdup ("");
  due->declaration_state = g_strdup ("");
  due->missing = g_ptr_array_new_with_free_func (qd_duty_input_free);
  g_ptr_array_add (self->dues, due);
  return due;
}

static gboolean
is_open_since (const QdDueMaker *self, const QdDueDraft *draft, const QdKeptDeclaration *declaration)
{
  if (draft->is_certain || declaration != NULL)
    return TRUE;
  if (draft->event != 0)
    return draft->event + EVENT_MEMORY >= self->world->facts->day;
  return draft->previous != NULL && is_period_done (self, draft->previous);
}

void
qd_due_add_draft (QdDueMaker *self, const QdDueDraft *draft)
{
  QdDay today = self->world->facts->day, last = MAX (draft->date, draft->also);
  const QdKeptDeclaration *declaration = find_declaration (self, draft->period);
  QdDueState state;
  QdDue *due;

  if (self->due->from != NULL && draft->date < qd_day_parse (self->due->from))
    return;
  if (self->due->to != NULL && draft->date > qd_day_parse (self->due->to))
    return;
  if (is_period_done (self, draft->period))
    state = QD_DUE_DONE;
  else if (last >= today)
    state = QD_DUE_DATED;
  else
    state = is_open_since (self, draft, declaration) ? QD_DUE_OVERDUE : QD_DUE_PAST;
  due = qd_due_add (self, state, draft->period);
  set_date (&due->date, draft->date);
  set_date (&due->plan, draft->plan == 0 ? draft->date : draft->plan);
  set_date (&due->also, draft->also);
  set_date (&due->warn, draft->warn != 0 ? draft->warn : draft->date - self->due->warn_days);
  set_date (&due->overdue_from, last + 1);
  if (draft->plan != 0 && draft->plan >= today)
    due->days = (int) draft->plan - (int) today;
  else
    due->days = (int) (draft->date >= today ? draft->date : last) - (int) today;
  if (draft->period_label != NULL)
    {
      g_free (due->period_label);
      due->period_label = g_strdup (draft->period_label);
    }
  if (draft->note != NULL)
    {
      g_free (due->note);
      due->note = g_strdup (draft->note);
    }
  if (draft->confidence < due->confidence)
    {
      due->confidence = draft->confidence;
      due->is_default = TRUE;
    }
  if (declaration != NULL)
    {
      due->declaration = declaration->id;
      g_free (due->declaration_state);
      due->declaration_state = g_strdup (declaration->state);
    }
}

/* Deadlines that recur by the calendar. */

static char *
year_label (const QdDueMaker *self, guint year)
{
  return g_strdup_printf (qd_world_say (self->world, "%u 年", "%u"), year);
}

/* A local day counts when it is the earlier one. */
static void
apply_local (const QdDueMaker *self, guint *month, guint *day, QdDueDraft *draft)
{
  const QdRuleLocal *local = qd_world_find_local (self->world, self->rule->id, "due");
  guint local_month, local_day;

  if (local == NULL || sscanf (local->value, "%2u-%2u", &local_month, &local_day) != 2 || local_month * 32 + local_day >= *month * 32 + *day)
    return;
  *month = local_month;
  *day = local_day;
  draft->confidence = local->confidence;
  qd_due_add_note (&draft->note, g_strdup_printf (qd_world_say (self->world, "当地规定较早（%s）。", "The local day is earlier (%s)."), local->source));
}

void
qd_due_add_years (QdDueMaker *self)
{
  guint this_year = qd_day_get_year (self->world->facts->day);

  for (guint year = this_year - 2; year <= this_year + 1; year++)
    {
      guint month = self->due->month, day = self->due->day;
      g_autofree char *previous = g_strdup_printf ("%u", year - 1);
      QdDueDraft draft = { .confidence = self->due->confidence, .previous = previous };

      apply_local (self, &month, &day, &draft);
      draft.date = qd_day_new (year + self->due->next_year, month, day);
      draft.plan = draft.date - self->due->safe_days;
      draft.period = g_strdup_printf ("%u", year);
      draft.period_label = year_label (self, year);
      if (draft.date >= qd_day_add_months (self->world->facts->day, -MONTHS_BACK) && draft.date <= qd_day_add_months (self->world->facts->day, QD_DUE_MONTHS_AHEAD))
        qd_due_add_draft (self, &draft);
      qd_due_draft_clear (&draft);
    }
}

static const char *const months_en[] = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" };

/* @span: 1 month, 3 a quarter, 6 a half year; number of the span since year 0. */
static char *
span_period (guint span, guint number)
{
  guint year = number * span / 12, part = number % (12 / span) + 1;

  if (span == 1)
    return g_strdup_printf ("%u-%02u", year, part);
  return g_strdup_printf ("%u%c%u", year, span == 3 ? 'Q' : 'H', part);
}

static char *
span_label (const QdDueMaker *self, guint span, guint number)
{
  static const char *const quarters_zh[] = { "一", "二", "三", "四" };
  guint year = number * span / 12, part = number % (12 / span);

  if (self->world->facts->language[0] == 'e')
    {
      if (span == 1)
        return g_strdup_printf ("%s %u", months_en[part], year);
      return span == 3 ? g_strdup_printf ("Q%u %u", part + 1, year) : g_strdup_printf ("%s half of %u", part == 0 ? "first" : "second", year);
    }
  if (span == 1)
    return g_strdup_printf ("%u 年 %u 月", year, part + 1);
  return span == 3 ? g_strdup_printf ("%u 年第%s季度", year, quarters_zh[part]) : g_strdup_printf ("%u 年%s半年", year, part == 0 ? "上" : "下");
}

static QdDay
span_day (const QdDueMaker *self, guint span, guint number)
{
  guint next = (number + 1) * span; /* months since year 0, of the first month after the span */

  if (span != 6)
    return qd_day_new (next / 12, next % 12 + 1, self->due->day);
  if (number % 2 == 0)
    return qd_day_new (number / 2, self->due->month, self->due->day);
  return qd_day_new (number / 2 + (self->due->month2 <= 6 ? 1 : 0), self->due->month2, self->due->day2);
}

static void
add_spans (QdDueMaker *self, guint span)
{
  QdDay today = self->world->facts->day;
  QdDay first = qd_day_add_months (today, -MONTHS_BACK), last = qd_day_add_months (today, QD_DUE_MONTHS_AHEAD);
  guint number = (qd_day_get_year (first) - 1) * 12 / span;

  for (; span_day (self, span, number) <= last; number++)
    {
      g_autofree char *previous = span_period (span, number - 1);
      QdDueDraft draft = { .confidence = self->due->confidence, .previous = previous };

      draft.date = span_day (self, span, number);
      if (draft.date < first)
        continue;
      draft.period = span_period (span, number);
      draft.period_label = span_label (self, span, number);
      qd_due_add_draft (self, &draft);
      qd_due_draft_clear (&draft);
    }
}

/* One deadline element; FALSE in @applies_out when its condition is no. */
static gboolean
check_condition (QdDueMaker *self, gboolean *applies_out)
{
  g_autoptr (GArray) trail = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  QdTruth truth;

  if (!qd_world_eval (self->world, self->due->when, trail, &truth, &self->error))
    return FALSE;
  *applies_out = truth == QD_TRUTH_YES;
  if (truth == QD_TRUTH_MAYBE)
    {
      g_autoptr (GPtrArray) inputs = g_ptr_array_new_with_free_func (qd_duty_input_free), missing = g_ptr_array_new_with_free_func (qd_duty_input_free);

      qd_world_explain (self->world, trail, inputs, missing);
      qd_due_add_unknown (self, missing);
    }
  return TRUE;
}

static void
make (QdDueMaker *self)
{
  switch (self->due->kind)
    {
    case QD_DUE_KIND_DATE:
      qd_due_add_years (self);
      return;
    case QD_DUE_KIND_MONTHLY:
      add_spans (self, 1);
      return;
    case QD_DUE_KIND_QUARTERLY:
      add_spans (self, 3);
      return;
    case QD_DUE_KIND_HALF_YEARLY:
      add_spans (self, 6);
      return;
    case QD_DUE_KIND_WD:
    case QD_DUE_KIND_CD:
    case QD_DUE_KIND_MONTHS:
    case QD_DUE_KIND_BEFORE:
      qd_due_add_events (self);
      return;
    case QD_DUE_KIND_EVERY:
      qd_due_add_every (self);
      return;
    case QD_DUE_KIND_UPKEEP:
      qd_due_add_upkeep (self);
      return;
    case QD_DUE_KIND_NOTICE:
      qd_due_add_notices (self);
      return;
    case QD_DUE_KIND_NOW:
      qd_due_add (self, is_marked_done (self, "") ? QD_DUE_DONE : QD_DUE_NOW, "");
      return;
    case QD_DUE_KIND_NONE:
    default:
      qd_due_add (self, is_marked_done (self, "") ? QD_DUE_DONE : QD_DUE_NONE, "");
      return;
    }
}

gboolean
qd_deadline_add (QdWorld *world, const QdRule *rule, GPtrArray *dues, GError **error)
{
  QdDueMaker self = { .world = world, .rule = rule, .dues = dues };

  for (guint i = 0; i < rule->dues->len; i++)
    {
      gboolean applies;

      self.due = rule->dues->pdata[i];
      if (check_condition (&self, &applies) && applies)
        make (&self);
      if (self.error != NULL)
        {
          g_propagate_error (error, self.error);
          return FALSE;
        }
    }
  return TRUE;
}
