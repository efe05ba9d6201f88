/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-deadline-event"
#include "config.h"
#include "qd-deadline-private.h"

#include <string.h>

/* Deadlines that count from events, from what was completed last, and from notices. */

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
find_events (QdDueMaker *self, const QdExpr *expr)
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

void
qd_due_add_unknown (QdDueMaker *self, GPtrArray *missing)
{
  QdDue *due = qd_due_add (self, QD_DUE_UNKNOWN, "");

  for (guint i = 0; i < missing->len; i++)
    g_ptr_array_add (due->missing, missing->pdata[i]);
  g_ptr_array_set_free_func (missing, NULL);
  g_ptr_array_set_size (missing, 0);
}

static QdDay
count_from (QdDueMaker *self, QdDay event, int n, QdDueUnit unit, guint *unknown)
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
shift_to_workday (QdDueMaker *self, QdDueDraft *draft, guint *unknown)
{
  QdCalendar *calendar = self->world->rules->calendar;
  QdDay next = qd_calendar_next_workday (calendar, draft->date, unknown);
  const char *holiday = qd_calendar_get_holiday (calendar, draft->date);
  g_autofree char *text = NULL;

  if (next == draft->date)
    return;
  draft->also = next;
  text = qd_day_to_string (next);
  qd_due_add_note (&draft->note, g_strdup_printf (qd_world_say (self->world, "期满日是%s，顺延到 %s；请按较早的一天安排。", "The last day is a %s; the period ends on %s. Plan for the earlier day."), holiday != NULL ? holiday : qd_world_say (self->world, "休息日", "day of rest"), text));
}

static void
add_event (QdDueMaker *self, QdDay event)
{
  gboolean before = self->due->kind == QD_DUE_KIND_BEFORE;
  QdDueUnit unit = self->due->kind == QD_DUE_KIND_WD ? QD_DUE_UNIT_WD : self->due->kind == QD_DUE_KIND_MONTHS ? QD_DUE_UNIT_MONTHS
                                                                    : before                                  ? self->due->unit
                                                                                                              : QD_DUE_UNIT_DAYS;
  QdDueDraft draft = { .event = event, .confidence = self->due->confidence };
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
    qd_due_add_note (&draft.note, qd_due_calendar_note (self->world, unknown));
  draft.period_label = self->due->kind == QD_DUE_KIND_NOTICE ? NULL : g_strdup_printf (before ? qd_world_say (self->world, "%s 之前", "before %s") : qd_world_say (self->world, "自 %s 起算", "counted from %s"), day);
  qd_due_add_draft (self, &draft);
  qd_due_draft_clear (&draft);
}

void
qd_due_add_events (QdDueMaker *self)
{
  Events events = find_events (self, self->due->event);

  for (guint i = 0; i < events.days->len; i++)
    add_event (self, g_array_index (events.days, QdDay, i));
  if (events.missing->len > 0)
    qd_due_add_unknown (self, events.missing);
  events_clear (&events);
}

/* Of several deadlines a mark names the one it is for, behind the period. */
static gboolean
is_of_due (const QdDueMaker *self, const char *period)
{
  const char *id = strchr (period, '#');

  return g_strcmp0 (id == NULL ? NULL : id + 1, self->due->id) == 0;
}

/* The last day on which something was completed: declarations of the form, marks, events. 0: never. */
static QdDay
find_last (const QdDueMaker *self, const Events *events)
{
  const QdFacts *facts = self->world->facts;
  QdDay last = events->days->len == 0 ? 0 : g_array_index (events->days, QdDay, events->days->len - 1);

  for (guint i = 0; i < facts->done->len; i++)
    {
      const QdKeptDone *one = facts->done->pdata[i];

      if (strcmp (one->rule, self->rule->id) == 0 && qd_due_is_here (self, one->site) && is_of_due (self, one->period))
        last = MAX (last, qd_day_parse (one->date));
    }
  for (guint i = 0; self->due->last != NULL && i < facts->declarations->len; i++)
    {
      const QdKeptDeclaration *one = facts->declarations->pdata[i];

      if (qd_due_is_form (self, one->form, self->due->last) && qd_due_is_here (self, one->site) && qd_due_is_finished (one))
        last = MAX (last, qd_day_parse (one->finished));
    }
  return last;
}

/* A declaration that was begun and is not finished, for a cycle that has no period of its own. */
static const QdKeptDeclaration *
find_begun (const QdDueMaker *self)
{
  for (guint i = 0; i < self->world->facts->declarations->len; i++)
    {
      const QdKeptDeclaration *one = self->world->facts->declarations->pdata[i];

      if (qd_due_is_form (self, one->form, NULL) && qd_due_is_here (self, one->site) && !qd_due_is_finished (one))
        return one;
    }
  return NULL;
}

static void
add_cycle (QdDueMaker *self, QdDay base, guint months, guint warn)
{
  QdDay end = qd_day_add_months (self->world->facts->day, QD_DUE_MONTHS_AHEAD);
  const QdKeptDeclaration *begun = find_begun (self);
  g_autofree char *from = qd_day_to_string (base);

  for (guint i = 1;; i++)
    {
      QdDueDraft draft = { .confidence = self->due->confidence, .is_certain = TRUE };
      guint first = self->dues->len;

      draft.date = qd_day_add_months (base, (int) (months * i));
      if (warn > 0)
        draft.warn = qd_day_add_months (base, (int) (months * (i - 1) + warn));
      draft.period = i == 1 ? g_strdup (from) : qd_day_to_string (qd_day_add_months (base, (int) (months * (i - 1))));
      if (i == 1)
        draft.period_label = g_strdup_printf (qd_world_say (self->world, "上次 %s", "last %s"), from);
      qd_due_add_draft (self, &draft);
      if (i == 1 && begun != NULL && self->dues->len > first)
        {
          QdDue *due = self->dues->pdata[first];

          due->declaration = begun->id;
          g_free (due->declaration_state);
          due->declaration_state = g_strdup (begun->state);
        }
      qd_due_draft_clear (&draft);
      /* While one is late, the day of the one after it is not known. */
      if (qd_day_add_months (base, (int) (months * i)) < self->world->facts->day || qd_day_add_months (base, (int) (months * (i + 1))) > end)
        return;
    }
}

void
qd_due_add_every (QdDueMaker *self)
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
        qd_due_add_unknown (self, first.missing->len > 0 ? first.missing : events.missing);
      events_clear (&first);
    }
  else
    {
      qd_due_add_unknown (self, events.missing);
      g_free (((QdDue *) self->dues->pdata[self->dues->len - 1])->note);
      ((QdDue *) self->dues->pdata[self->dues->len - 1])->note = g_strdup (qd_world_say (self->world, "还没有完成记录，填上最近一次完成日期后计算。", "Nothing was recorded yet; the day follows from the last completion."));
    }
  events_clear (&events);
}

void
qd_due_add_upkeep (QdDueMaker *self)
{
  Events events = { g_array_new (FALSE, FALSE, sizeof (QdDay)), g_ptr_array_new_with_free_func (qd_duty_input_free) };
  QdDay last = self->due->months == 0 ? 0 : find_last (self, &events);

  if (last != 0)
    add_cycle (self, last, self->due->months, self->due->warn);
  else
    qd_due_add (self, QD_DUE_ALWAYS, "");
  events_clear (&events);
}

void
qd_due_add_notices (QdDueMaker *self)
{
  Events events = find_events (self, self->due->event);

  for (guint i = 0; i < events.days->len; i++)
    add_event (self, g_array_index (events.days, QdDay, i));
  if (events.days->len == 0 && self->due->month > 0)
    {
      guint from = self->dues->len;

      qd_due_add_years (self);
      for (guint i = from; i < self->dues->len; i++)
        qd_due_add_note (&((QdDue *) self->dues->pdata[i])->note, g_strdup (qd_world_say (self->world, "没有通知；这是默认日期，以通知为准。", "There is no notice; this is a default day, the notice decides.")));
    }
  else if (events.days->len == 0)
    {
      qd_due_add (self, QD_DUE_WAITING, "");
    }
  events_clear (&events);
}
