/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-deadline"
#include "config.h"
#include "qd-world-private.h"

#include <stdio.h>
#include <string.h>

/* The deadline grammar of README.md. How far deadlines that recur are looked at: a year back, thirteen months ahead. */
#define MONTHS_BACK 12
#define MONTHS_AHEAD 13
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

typedef struct
{
  QdWorld *world;
  const QdRule *rule;
  const QdRuleDue *due;
  GPtrArray *dues;
  GError *error;
} Maker;

/* One occurrence before it is judged. */
typedef struct
{
  QdDay date, plan, also, warn;
  QdDay event;          /* 0: it recurs by itself */
  char *period;         /* base of the period, without #id */
  const char *previous; /* (nullable): the period before */
  char *period_label;   /* (nullable) */
  char *note;           /* (nullable) */
  QdConfidence confidence;
  gboolean is_certain; /* a passed day is late whatever was recorded */
} Draft;

static void
draft_clear (Draft *self)
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
static void
add_note (char **note, char *more)
{
  char *before = *note;

  *note = before == NULL || *before == '\0' ? g_strdup (more) : g_strdup_printf ("%s %s", before, more);
  g_free (before);
  g_free (more);
}

static char *
calendar_note (const QdWorld *world, guint year)
{
  return g_strdup_printf (qd_world_say (world, "没有 %u 年的放假安排，工作日按周一至周五计算。", "There is no holiday notice for %u: Monday to Friday count as working days."), year);
}

/* What the workspace knows of a period. */

static gboolean
is_form (const Maker *self, const char *form, const char *code)
{
  const QdRuleForm *found = code == NULL ? self->rule->form : qd_rules_lookup_form (self->world->rules, code);

  return found != NULL && *form != '\0' && (strcmp (form, found->id) == 0 || strcmp (form, found->pack_form) == 0);
}

static gboolean
is_here (const Maker *self, const char *site)
{
  const char *code = self->world->site->code;

  return *site == '\0' || *code == '\0' || strcmp (site, code) == 0;
}

/* A receipt counts; a returned declaration is open again. */
static gboolean
is_finished (const QdKeptDeclaration *declaration)
{
  return *declaration->finished != '\0' || strcmp (declaration->state, "accepted") == 0 || strcmp (declaration->state, "received") == 0;
}

static const QdKeptDeclaration *
find_declaration (const Maker *self, const char *period)
{
  const QdKeptDeclaration *found = NULL;

  for (guint i = 0; i < self->world->facts->declarations->len; i++)
    {
      const QdKeptDeclaration *one = self->world->facts->declarations->pdata[i];

      if (is_form (self, one->form, NULL) && is_here (self, one->site) && strcmp (one->period, period) == 0 && (found == NULL || (is_finished (one) && !is_finished (found))))
        found = one;
    }
  return found;
}

static char *
full_period (const Maker *self, const char *period)
{
  return self->due->id == NULL ? g_strdup (period) : g_strconcat (period, "#", self->due->id, NULL);
}

static gboolean
is_marked_done (const Maker *self, const char *period)
{
  g_autofree char *full = full_period (self, period);

  for (guint i = 0; i < self->world->facts->done->len; i++)
    {
      const QdKeptDone *one = self->world->facts->done->pdata[i];

      if (strcmp (one->rule, self->rule->id) == 0 && is_here (self, one->site) && strcmp (one->period, full) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_period_done (const Maker *self, const char *period)
{
  const QdKeptDeclaration *declaration = find_declaration (self, period);

  return is_marked_done (self, period) || (declaration != NULL && is_finished (declaration));
}

/* Records. */

/* The shortest there is: of the deadline, of the rule, its title. */
static const char *
short_label_of (const Maker *self, const char *language)
{
  const QdWords *const words[] = { &self->due->short_label, &self->rule->short_title, &self->rule->title };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (*qd_words_get (words[i], language) != '\0')
      return qd_words_get (words[i], language);
  return "";
}

static QdDue *
add_due (Maker *self, QdDueState state, const char *period)
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
is_open_since (const Maker *self, const Draft *draft, const QdKeptDeclaration *declaration)
{
  if (draft->is_certain || declaration != NULL)
    return TRUE;
  if (draft->event != 0)
    return draft->event + EVENT_MEMORY >= self->world->facts->day;
  return draft->previous != NULL && is_period_done (self, draft->previous);
}

static void
add_draft (Maker *self, const Draft *draft)
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
  due = add_due (self, state, draft->period);
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
year_label (const Maker *self, guint year)
{
  return g_strdup_printf (qd_world_say (self->world, "%u 年", "%u"), year);
}

/* A local day counts when it is the earlier one. */
static void
apply_local (const Maker *self, guint *month, guint *day, Draft *draft)
{
  const QdRuleLocal *local = qd_world_find_local (self->world, self->rule->id, "due");
  guint local_month, local_day;

  if (local == NULL || sscanf (local->value, "%2u-%2u", &local_month, &local_day) != 2 || local_month * 32 + local_day >= *month * 32 + *day)
    return;
  *month = local_month;
  *day = local_day;
  draft->confidence = local->confidence;
  add_note (&draft->note, g_strdup_printf (qd_world_say (self->world, "当地规定较早（%s）。", "The local day is earlier (%s)."), local->source));
}

static void
add_years (Maker *self)
{
  guint this_year = qd_day_get_year (self->world->facts->day);

  for (guint year = this_year - 2; year <= this_year + 1; year++)
    {
      guint month = self->due->month, day = self->due->day;
      g_autofree char *previous = g_strdup_printf ("%u", year - 1);
      Draft draft = { .confidence = self->due->confidence, .previous = previous };

      apply_local (self, &month, &day, &draft);
      draft.date = qd_day_new (year + self->due->next_year, month, day);
      draft.plan = draft.date - self->due->safe_days;
      draft.period = g_strdup_printf ("%u", year);
      draft.period_label = year_label (self, year);
      if (draft.date >= qd_day_add_months (self->world->facts->day, -MONTHS_BACK) && draft.date <= qd_day_add_months (self->world->facts->day, MONTHS_AHEAD))
        add_draft (self, &draft);
      draft_clear (&draft);
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
span_label (const Maker *self, guint span, guint number)
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
span_day (const Maker *self, guint span, guint number)
{
  guint next = (number + 1) * span; /* months since year 0, of the first month after the span */

  if (span != 6)
    return qd_day_new (next / 12, next % 12 + 1, self->due->day);
  if (number % 2 == 0)
    return qd_day_new (number / 2, self->due->month, self->due->day);
  return qd_day_new (number / 2 + (self->due->month2 <= 6 ? 1 : 0), self->due->month2, self->due->day2);
}

static void
add_spans (Maker *self, guint span)
{
  QdDay today = self->world->facts->day;
  QdDay first = qd_day_add_months (today, -MONTHS_BACK), last = qd_day_add_months (today, MONTHS_AHEAD);
  guint number = (qd_day_get_year (first) - 1) * 12 / span;

  for (; span_day (self, span, number) <= last; number++)
    {
      g_autofree char *previous = span_period (span, number - 1);
      Draft draft = { .confidence = self->due->confidence, .previous = previous };

      draft.date = span_day (self, span, number);
      if (draft.date < first)
        continue;
      draft.period = span_period (span, number);
      draft.period_label = span_label (self, span, number);
      add_draft (self, &draft);
      draft_clear (&draft);
    }
}

/* Events. */

typedef struct
{
  GArray *days;       /* (owned) (element-type QdDay): sorted, each once */
  GPtrArray *missing; /* (owned) (element-type QdDutyInput): where a date should be */
} Events;

static void
events_clear (Events *self)
{
  g_array_unref (self->days);
  g_ptr_array_unref (self->missing);
}

static int
compare_days (gconstpointer a, gconstpointer b)
{
  QdDay left = *(const QdDay *) a, right = *(const QdDay *) b;

  return left < right ? -1 : left > right;
}

/* A date, or what calculating with dates gives: days since 1970. */
static QdDay
parse_day_or_number (const char *text)
{
  g_autofree char *date = g_strndup (text, 10);
  QdDay day = qd_day_parse (date);
  gint64 number;

  if (day == 0 && g_ascii_string_to_signed (text, 10, 0, 100000, &number, NULL))
    day = (QdDay) number + qd_day_new (1970, 1, 1);
  return day;
}

static Events
find_events (Maker *self, const QdExpr *expr)
{
  Events events = { g_array_new (FALSE, FALSE, sizeof (QdDay)), g_ptr_array_new_with_free_func (qd_duty_input_free) };
  g_autoptr (GPtrArray) nodes = g_ptr_array_new (), inputs = g_ptr_array_new_with_free_func (qd_duty_input_free);
  g_autoptr (GArray) trail = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
  QdTruth more = QD_TRUTH_NO;

  if (expr == NULL)
    return events;
  if (qd_expr_eval_found (expr, &self->world->context, &self->world->world, trail, nodes, nodes, &more, &self->error))
    {
      for (guint i = 0; i < nodes->len; i++)
        {
          QdTreeNode *node = nodes->pdata[i];
          g_autofree char *text = qd_tree_node_dup_string (node);
          QdDay day = parse_day_or_number (text);
          QdTrailItem item = { node, NULL, QD_TRAIL_MISSING };

          if (day != 0)
            g_array_append_val (events.days, day);
          else
            g_array_append_val (trail, item);
        }
    }
  else if (self->error == NULL)
    {
      g_autofree char *text = NULL;
      QdDay day;

      if (!qd_expr_eval_known_string (expr, &self->world->context, &self->world->world, trail, &text, &self->error))
        return events;
      day = text == NULL ? 0 : parse_day_or_number (text);
      if (day != 0)
        g_array_append_val (events.days, day);
    }
  qd_world_explain (self->world, trail, inputs, events.missing);
  g_array_sort (events.days, compare_days);
  for (guint i = 1; i < events.days->len;)
    if (g_array_index (events.days, QdDay, i) == g_array_index (events.days, QdDay, i - 1))
      g_array_remove_index (events.days, i);
    else
      i++;
  return events;
}

static void
add_unknown (Maker *self, GPtrArray *missing)
{
  QdDue *due = add_due (self, QD_DUE_UNKNOWN, "");

  for (guint i = 0; i < missing->len; i++)
    g_ptr_array_add (due->missing, missing->pdata[i]);
  g_ptr_array_set_free_func (missing, NULL);
  g_ptr_array_set_size (missing, 0);
}

static QdDay
count_from (Maker *self, QdDay event, int n, QdDueUnit unit, guint *unknown)
{
  switch (unit)
    {
    case QD_DUE_UNIT_WD:
      return qd_calendar_add_workdays (self->world->rules->calendar, event, n, unknown);
    case QD_DUE_UNIT_MONTHS:
      return qd_day_add_months (event, n);
    case QD_DUE_UNIT_DAYS:
    default:
      return (QdDay) ((int) event + n);
    }
}

/* Months end on a day that may be none to work on: the law then takes the next one, and we show both. */
static void
shift_to_workday (Maker *self, Draft *draft, guint *unknown)
{
  QdCalendar *calendar = self->world->rules->calendar;
  QdDay next = qd_calendar_next_workday (calendar, draft->date, unknown);
  const char *holiday = qd_calendar_get_holiday (calendar, draft->date);
  g_autofree char *text = NULL;

  if (next == draft->date)
    return;
  draft->also = next;
  text = qd_day_to_string (next);
  add_note (&draft->note, g_strdup_printf (qd_world_say (self->world, "期满日是%s，顺延到 %s；请按较早的一天安排。", "The last day is a %s; the period ends on %s. Plan for the earlier day."), holiday != NULL ? holiday : qd_world_say (self->world, "休息日", "day of rest"), text));
}

static void
add_event (Maker *self, QdDay event)
{
  gboolean before = self->due->kind == QD_DUE_KIND_BEFORE;
  QdDueUnit unit = self->due->kind == QD_DUE_KIND_WD ? QD_DUE_UNIT_WD : self->due->kind == QD_DUE_KIND_MONTHS ? QD_DUE_UNIT_MONTHS
                                                                    : before                                  ? self->due->unit
                                                                                                              : QD_DUE_UNIT_DAYS;
  Draft draft = { .event = event, .confidence = self->due->confidence };
  g_autofree char *day = qd_day_to_string (event);
  guint unknown = 0;

  draft.period = g_strdup (day);
  draft.date = count_from (self, event, before ? -(int) self->due->n : (int) self->due->n, unit, &unknown);
  if (before && self->due->n == 0)
    draft.plan = draft.date - 1;
  if (self->due->kind == QD_DUE_KIND_MONTHS)
    shift_to_workday (self, &draft, &unknown);
  /* What comes before an event is late as long as the event lies ahead, however long ago its day was. */
  draft.is_certain = (before && event >= self->world->facts->day) || self->due->says_open;
  if (unknown != 0)
    add_note (&draft.note, calendar_note (self->world, unknown));
  draft.period_label = self->due->kind == QD_DUE_KIND_NOTICE ? NULL : g_strdup_printf (before ? qd_world_say (self->world, "%s 之前", "before %s") : qd_world_say (self->world, "自 %s 起算", "counted from %s"), day);
  add_draft (self, &draft);
  draft_clear (&draft);
}

static void
add_events (Maker *self)
{
  Events events = find_events (self, self->due->event);

  for (guint i = 0; i < events.days->len; i++)
    add_event (self, g_array_index (events.days, QdDay, i));
  if (events.missing->len > 0)
    add_unknown (self, events.missing);
  events_clear (&events);
}

/* Of several deadlines a mark names the one it is for, behind the period. */
static gboolean
is_of_due (const Maker *self, const char *period)
{
  const char *id = strchr (period, '#');

  return g_strcmp0 (id == NULL ? NULL : id + 1, self->due->id) == 0;
}

/* The last day on which something was completed: declarations of the form, marks, events. 0: never. */
static QdDay
find_last (const Maker *self, const Events *events)
{
  const QdFacts *facts = self->world->facts;
  QdDay last = events->days->len == 0 ? 0 : g_array_index (events->days, QdDay, events->days->len - 1);

  for (guint i = 0; i < facts->done->len; i++)
    {
      const QdKeptDone *one = facts->done->pdata[i];

      if (strcmp (one->rule, self->rule->id) == 0 && is_here (self, one->site) && is_of_due (self, one->period))
        last = MAX (last, qd_day_parse (one->date));
    }
  for (guint i = 0; self->due->last != NULL && i < facts->declarations->len; i++)
    {
      const QdKeptDeclaration *one = facts->declarations->pdata[i];

      if (is_form (self, one->form, self->due->last) && is_here (self, one->site) && is_finished (one))
        last = MAX (last, qd_day_parse (one->finished));
    }
  return last;
}

/* A declaration that was begun and is not finished, for a cycle that has no period of its own. */
static const QdKeptDeclaration *
find_begun (const Maker *self)
{
  for (guint i = 0; i < self->world->facts->declarations->len; i++)
    {
      const QdKeptDeclaration *one = self->world->facts->declarations->pdata[i];

      if (is_form (self, one->form, NULL) && is_here (self, one->site) && !is_finished (one))
        return one;
    }
  return NULL;
}

static void
add_cycle (Maker *self, QdDay base, guint months, guint warn)
{
  QdDay end = qd_day_add_months (self->world->facts->day, MONTHS_AHEAD);
  const QdKeptDeclaration *begun = find_begun (self);
  g_autofree char *from = qd_day_to_string (base);

  for (guint i = 1;; i++)
    {
      Draft draft = { .confidence = self->due->confidence, .is_certain = TRUE };
      guint first = self->dues->len;

      draft.date = qd_day_add_months (base, (int) (months * i));
      if (warn > 0)
        draft.warn = qd_day_add_months (base, (int) (months * (i - 1) + warn));
      draft.period = i == 1 ? g_strdup (from) : qd_day_to_string (qd_day_add_months (base, (int) (months * (i - 1))));
      if (i == 1)
        draft.period_label = g_strdup_printf (qd_world_say (self->world, "上次 %s", "last %s"), from);
      add_draft (self, &draft);
      if (i == 1 && begun != NULL && self->dues->len > first)
        {
          QdDue *due = self->dues->pdata[first];

          due->declaration = begun->id;
          g_free (due->declaration_state);
          due->declaration_state = g_strdup (begun->state);
        }
      draft_clear (&draft);
      /* While one is late, the day of the one after it is not known. */
      if (qd_day_add_months (base, (int) (months * i)) < self->world->facts->day || qd_day_add_months (base, (int) (months * (i + 1))) > end)
        return;
    }
}

static void
add_every (Maker *self)
{
  Events events = find_events (self, self->due->event);
  QdDay last = find_last (self, &events);

  if (last != 0)
    {
      add_cycle (self, last, self->due->months, self->due->warn);
    }
  else if (self->due->first_event != NULL)
    {
      Events first = find_events (self, self->due->first_event);

      if (first.days->len > 0)
        add_cycle (self, g_array_index (first.days, QdDay, first.days->len - 1), self->due->first_months, 0);
      else
        add_unknown (self, first.missing->len > 0 ? first.missing : events.missing);
      events_clear (&first);
    }
  else
    {
      add_unknown (self, events.missing);
      g_free (((QdDue *) self->dues->pdata[self->dues->len - 1])->note);
      ((QdDue *) self->dues->pdata[self->dues->len - 1])->note = g_strdup (qd_world_say (self->world, "还没有完成记录，填上最近一次完成日期后计算。", "Nothing was recorded yet; the day follows from the last completion."));
    }
  events_clear (&events);
}

static void
add_upkeep (Maker *self)
{
  Events events = { g_array_new (FALSE, FALSE, sizeof (QdDay)), g_ptr_array_new_with_free_func (qd_duty_input_free) };
  QdDay last = self->due->months == 0 ? 0 : find_last (self, &events);

  if (last != 0)
    add_cycle (self, last, self->due->months, self->due->warn);
  else
    add_due (self, QD_DUE_ALWAYS, "");
  events_clear (&events);
}

static void
add_notices (Maker *self)
{
  Events events = find_events (self, self->due->event);

  for (guint i = 0; i < events.days->len; i++)
    add_event (self, g_array_index (events.days, QdDay, i));
  if (events.days->len == 0 && self->due->month > 0)
    {
      guint from = self->dues->len;

      add_years (self);
      for (guint i = from; i < self->dues->len; i++)
        add_note (&((QdDue *) self->dues->pdata[i])->note, g_strdup (qd_world_say (self->world, "没有通知；这是默认日期，以通知为准。", "There is no notice; this is a default day, the notice decides.")));
    }
  else if (events.days->len == 0)
    {
      add_due (self, QD_DUE_WAITING, "");
    }
  events_clear (&events);
}

/* One deadline element; FALSE in @applies_out when its condition is no. */
static gboolean
check_condition (Maker *self, gboolean *applies_out)
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
      add_unknown (self, missing);
    }
  return TRUE;
}

static void
make (Maker *self)
{
  switch (self->due->kind)
    {
    case QD_DUE_KIND_DATE:
      add_years (self);
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
      add_events (self);
      return;
    case QD_DUE_KIND_EVERY:
      add_every (self);
      return;
    case QD_DUE_KIND_UPKEEP:
      add_upkeep (self);
      return;
    case QD_DUE_KIND_NOTICE:
      add_notices (self);
      return;
    case QD_DUE_KIND_NOW:
      add_due (self, is_marked_done (self, "") ? QD_DUE_DONE : QD_DUE_NOW, "");
      return;
    case QD_DUE_KIND_NONE:
    default:
      add_due (self, is_marked_done (self, "") ? QD_DUE_DONE : QD_DUE_NONE, "");
      return;
    }
}

gboolean
qd_deadline_add (QdWorld *world, const QdRule *rule, GPtrArray *dues, GError **error)
{
  Maker self = { .world = world, .rule = rule, .dues = dues };

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
