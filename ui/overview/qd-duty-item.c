/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-duty-item"
#include "config.h"
#include "qd-duty-item.h"

#include <glib/gi18n.h>
#include <string.h>
#include "qd-job-board.h"
#include "qd-look.h"

#define SOON_DAYS 30

struct _QdDutyItem
{
  GObject parent_instance;
  QdAssessed *assessed; /* (owned): what follows is inside */
  const QdDuty *duty;
  const QdDue *due;            /* (nullable) */
  const QdDeclaration *record; /* (nullable) */
  const QdDutyMark *mark;      /* (nullable) */
  const QdWaiting *waiting;    /* (nullable) */
  const QdReturned *returned;  /* (nullable) */
  QdDutyGroup group;
};

G_DEFINE_FINAL_TYPE (QdDutyItem, qd_duty_item, G_TYPE_OBJECT)

static void
qd_duty_item_finalize (GObject *object)
{
  qd_assessed_unref (QD_DUTY_ITEM (object)->assessed);
  G_OBJECT_CLASS (qd_duty_item_parent_class)->finalize (object);
}

static void
qd_duty_item_class_init (QdDutyItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_duty_item_finalize;
}

static void
qd_duty_item_init (QdDutyItem *self)
{
}

static QdDutyGroup
find_group (const QdDuty *duty, const QdDue *due)
{
  if (duty->kind != QD_DUTY_DUTY)
    return QD_DUTY_GROUP_INFORMATION;
  if (duty->truth == QD_TRUTH_MAYBE || (due != NULL && due->state == QD_DUE_UNKNOWN))
    return QD_DUTY_GROUP_MAYBE;
  if (due == NULL)
    return QD_DUTY_GROUP_LATER;
  switch (due->state)
    {
    case QD_DUE_OVERDUE:
      return QD_DUTY_GROUP_OVERDUE;
    case QD_DUE_DONE:
      return QD_DUTY_GROUP_DONE;
    case QD_DUE_NOW:
      return QD_DUTY_GROUP_NOW;
    case QD_DUE_DATED:
      return due->days <= SOON_DAYS ? QD_DUTY_GROUP_SOON : QD_DUTY_GROUP_LATER;
    case QD_DUE_PAST:
    case QD_DUE_ALWAYS:
    case QD_DUE_WAITING:
    case QD_DUE_UNKNOWN:
    case QD_DUE_NONE:
    default:
      return QD_DUTY_GROUP_LATER;
    }
}

QdDutyItem *
qd_duty_item_new (QdAssessed *assessed, const QdDuty *duty, const QdDue *due)
{
  QdDutyItem *self = g_object_new (QD_TYPE_DUTY_ITEM, NULL);

  self->assessed = qd_assessed_ref (assessed);
  self->duty = duty;
  self->due = due;
  self->group = find_group (duty, due);
  if (due != NULL)
    {
      self->record = qd_assessed_find_record (assessed, due->declaration);
      self->mark = qd_assessment_find_mark (assessed->assessment, duty, due);
      self->waiting = qd_assessed_find_waiting (assessed, duty, due);
      if (self->record != NULL && self->record->state == QD_STATE_RETURNED)
        self->returned = qd_assessed_find_returned (assessed, self->record->id);
    }
  return self;
}

const QdDuty *
qd_duty_item_get_duty (QdDutyItem *self)
{
  return self->duty;
}

const QdDue *
qd_duty_item_get_due (QdDutyItem *self)
{
  return self->due;
}

QdDutyGroup
qd_duty_item_get_group (QdDutyItem *self)
{
  return self->group;
}

const QdDeclaration *
qd_duty_item_get_record (QdDutyItem *self)
{
  return self->record;
}

const QdDutyMark *
qd_duty_item_get_mark (QdDutyItem *self)
{
  return self->mark;
}

const QdDutyMark *
qd_duty_item_get_last_mark (QdDutyItem *self)
{
  GPtrArray *marks = self->assessed->assessment->marks;

  for (guint i = 0; i < marks->len; i++)
    if (g_str_equal (((const QdDutyMark *) marks->pdata[i])->rule, self->duty->rule))
      return marks->pdata[i];
  return NULL;
}

const QdWaiting *
qd_duty_item_get_waiting (QdDutyItem *self)
{
  return self->waiting;
}

const QdReturned *
qd_duty_item_get_returned (QdDutyItem *self)
{
  return self->returned;
}

gboolean
qd_duty_item_get_answer_days (QdDutyItem *self, int *days_out)
{
  if (self->returned == NULL || *self->returned->due == '\0')
    return FALSE;
  *days_out = qd_board_days_between (self->assessed->assessment->date, self->returned->due);
  return TRUE;
}

static GPtrArray *
get_missing (QdDutyItem *self)
{
  return self->due != NULL && self->due->state == QD_DUE_UNKNOWN ? self->due->missing : self->duty->missing;
}

/* Is something missing that can be filled in? */
static gboolean
can_answer (QdDutyItem *self)
{
  GPtrArray *missing = get_missing (self);

  for (guint i = 0; i < missing->len; i++)
    {
      const QdDutyInput *input = g_ptr_array_index (missing, i);
      if ((input->source == QD_INPUT_PROFILE || input->source == QD_INPUT_SUBSTANCES) && *input->path != '\0')
        return TRUE;
    }
  return FALSE;
}

QdDutyAction
qd_duty_item_get_action (QdDutyItem *self)
{
  if (self->group == QD_DUTY_GROUP_MAYBE)
    return can_answer (self) ? QD_DUTY_ACTION_ANSWER : QD_DUTY_ACTION_NONE;
  if (self->group == QD_DUTY_GROUP_INFORMATION && self->duty->kind == QD_DUTY_AUTHORITY)
    return QD_DUTY_ACTION_NONE;
  if (self->record != NULL)
    switch (self->record->state)
      {
      case QD_STATE_DRAFT:
      case QD_STATE_CHECKED:
        return QD_DUTY_ACTION_CONTINUE;
      case QD_STATE_RETURNED:
        return QD_DUTY_ACTION_AMEND;
      case QD_STATE_SEALED:
      case QD_STATE_SENT:
      case QD_STATE_RECEIVED:
      case QD_STATE_ACCEPTED:
      default:
        return QD_DUTY_ACTION_OPEN;
      }
  if (self->mark != NULL)
    return QD_DUTY_ACTION_TAKE_BACK;
  if (self->due == NULL || self->due->state == QD_DUE_DONE || self->due->state == QD_DUE_NONE)
    return QD_DUTY_ACTION_NONE;
  return *self->duty->pack_form != '\0' ? QD_DUTY_ACTION_START : QD_DUTY_ACTION_REGISTER;
}

int
qd_duty_item_compare (QdDutyItem *a, QdDutyItem *b)
{
  gboolean has_a = a->due != NULL && g_date_valid (&a->due->plan);
  gboolean has_b = b->due != NULL && g_date_valid (&b->due->plan);

  if (has_a != has_b)
    return has_a ? -1 : 1;
  if (has_a)
    {
      int order = g_date_compare (&a->due->plan, &b->due->plan);
      if (order != 0)
        return order;
      if (a->due->is_default != b->due->is_default)
        return a->due->is_default ? 1 : -1;
    }
  if (a->group != b->group)
    return (int) a->group - (int) b->group;
  return strcmp (a->duty->rule, b->duty->rule);
}

static gboolean
contains (const char *text, const char *folded)
{
  g_autofree char *own = text != NULL ? g_utf8_casefold (text, -1) : NULL;

  return own != NULL && strstr (own, folded) != NULL;
}

gboolean
qd_duty_item_matches (QdDutyItem *self, const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  const QdDuty *duty = self->duty;

  if (*folded == '\0' || contains (duty->title, folded) || contains (duty->short_title, folded) || contains (duty->why, folded) ||
      contains (duty->form, folded) || contains (duty->form_title, folded) || contains (duty->rule, folded) || contains (duty->sites_label, folded))
    return TRUE;
  for (guint i = 0; i < duty->bases->len; i++)
    if (contains (((QdDutyBasis *) g_ptr_array_index (duty->bases, i))->text, folded))
      return TRUE;
  for (guint i = 0; i < duty->inputs->len; i++)
    {
      const QdDutyInput *input = g_ptr_array_index (duty->inputs, i);
      if (contains (input->label, folded) || contains (input->value, folded))
        return TRUE;
    }
  return FALSE;
}

/* Words */

char *
qd_duty_item_dup_day (QdDutyItem *self)
{
  char day[16];

  if (self->due != NULL && g_date_valid (&self->due->plan))
    {
      g_date_strftime (day, sizeof day, "%Y-%m-%d", &self->due->plan);
      return g_strdup (day);
    }
  if (self->group == QD_DUTY_GROUP_MAYBE)
    return g_strdup (_ ("No date yet"));
  switch (self->due != NULL ? self->due->state : QD_DUE_NONE)
    {
    case QD_DUE_NOW:
      return g_strdup (_ ("At once"));
    case QD_DUE_ALWAYS:
      return g_strdup (_ ("All the time"));
    case QD_DUE_WAITING:
      return g_strdup (_ ("After a notice"));
    case QD_DUE_DATED:
    case QD_DUE_OVERDUE:
    case QD_DUE_PAST:
    case QD_DUE_DONE:
    case QD_DUE_UNKNOWN:
    case QD_DUE_NONE:
    default:
      return g_strdup (_ ("No fixed date"));
    }
}

char *
qd_duty_item_dup_distance (QdDutyItem *self)
{
  int days;

  if (self->group == QD_DUTY_GROUP_MAYBE)
    {
      guint n = get_missing (self)->len;
      return g_strdup_printf (ngettext ("%u answer missing", "%u answers missing", n), n);
    }
  if (self->due == NULL || !g_date_valid (&self->due->plan))
    return g_strdup ("");
  days = self->due->days;
  switch (self->due->state)
    {
    case QD_DUE_OVERDUE:
      return g_strdup_printf (ngettext ("%d day overdue", "%d days overdue", -days), -days);
    case QD_DUE_DONE:
      return g_strdup (C_ ("duty", "Done"));
    case QD_DUE_PAST:
      return g_strdup (_ ("Passed before records began"));
    case QD_DUE_DATED:
    case QD_DUE_NOW:
    case QD_DUE_ALWAYS:
    case QD_DUE_WAITING:
    case QD_DUE_UNKNOWN:
    case QD_DUE_NONE:
    default:
      if (days < 0)
        return g_strdup_printf (ngettext ("planned for %d day ago", "planned for %d days ago", -days), -days);
      if (days == 0)
        return g_strdup (_ ("Due today"));
      return g_strdup_printf (ngettext ("%d day left", "%d days left", days), days);
    }
}

char *
qd_duty_item_dup_title (QdDutyItem *self)
{
  const char *part = self->due != NULL ? self->due->label : "";
  const char *period = self->due != NULL ? self->due->period_label : "";

  if (*part != '\0' && *period != '\0')
    /* Translators: a duty, which of its deadlines, and the period */
    return g_strdup_printf (_ ("%s: %s (%s)"), self->duty->title, part, period);
  if (*part != '\0')
    return g_strdup_printf (_ ("%s: %s"), self->duty->title, part);
  if (*period != '\0')
    /* Translators: a duty and the period */
    return g_strdup_printf (_ ("%s (%s)"), self->duty->title, period);
  return g_strdup (self->duty->title);
}

char *
qd_duty_item_dup_basis (QdDutyItem *self)
{
  for (guint i = 0; i < self->duty->bases->len; i++)
    {
      const QdDutyBasis *basis = g_ptr_array_index (self->duty->bases, i);
      if (basis->in_force && basis->confidence == QD_CONFIDENCE_CONFIRMED)
        return g_strdup (basis->text);
    }
  return g_strdup ("");
}

static char *
dup_waiting (const QdWaiting *waiting)
{
  static const char *const who[] = { N_ ("Ours to do"), N_ ("Waits for the enterprise"), N_ ("Waits for the laboratory"), N_ ("Waits for the authority") };
  const char *text = _ (who[waiting->holder]);

  return *waiting->note != '\0' ? g_strdup_printf (_ ("%s: %s"), text, waiting->note) : g_strdup (text);
}

char *
qd_duty_item_dup_state (QdDutyItem *self, const char **icon_out, const char **css_out)
{
  *icon_out = "qd-todo-symbolic";
  *css_out = NULL;
  if (self->group == QD_DUTY_GROUP_MAYBE)
    {
      *icon_out = "qd-maybe-symbolic";
      *css_out = "qd-maybe";
      return g_strdup (_ ("Please check"));
    }
  if (self->duty->kind == QD_DUTY_AUTHORITY)
    {
      *icon_out = "qd-law-symbolic";
      return g_strdup (_ ("Task of authorities"));
    }
  if (self->record != NULL)
    {
      QdState state = self->record->state;
      *icon_out = qd_look_state_icon (state);
      *css_out = qd_look_state_css (state);
      if (state <= QD_STATE_CHECKED && self->record->critical > 0)
        {
          *icon_out = "qd-critical-symbolic";
          *css_out = "qd-error";
          return g_strdup_printf (ngettext ("Draft, %u to fix", "Draft, %u to fix", self->record->critical), self->record->critical);
        }
      if (state <= QD_STATE_CHECKED && self->record->unexplained > 0)
        {
          *icon_out = "qd-possible-symbolic";
          *css_out = "qd-warning";
          return g_strdup_printf (ngettext ("Draft, %u to explain", "Draft, %u to explain", self->record->unexplained), self->record->unexplained);
        }
      if (self->returned != NULL && self->returned->reasons->len > 0)
        /* Translators: the state “Returned”, with the number of points */
        return g_strdup_printf (ngettext ("Returned, %u point", "Returned, %u points", self->returned->reasons->len), self->returned->reasons->len);
      return g_strdup (qd_look_state_word (state));
    }
  if (self->mark != NULL)
    {
      *icon_out = "qd-ok-symbolic";
      *css_out = "qd-ok";
      return g_strdup_printf (_ ("Done %s"), self->mark->date);
    }
  if (self->waiting != NULL)
    {
      static const char *const icons[] = { "qd-person-symbolic", "qd-factory-symbolic", "qd-flask-symbolic", "qd-law-symbolic" };
      *icon_out = icons[self->waiting->holder];
      *css_out = "qd-info";
      return dup_waiting (self->waiting);
    }
  if (self->due != NULL && self->due->state == QD_DUE_DONE)
    {
      *icon_out = "qd-ok-symbolic";
      *css_out = "qd-ok";
      return g_strdup (C_ ("duty", "Done"));
    }
  if (self->duty->kind == QD_DUTY_SOFT)
    {
      *icon_out = "qd-notice-symbolic";
      return g_strdup (_ ("Voluntary"));
    }
  if (self->duty->kind == QD_DUTY_NOTICE)
    {
      *icon_out = "qd-notice-symbolic";
      return g_strdup (_ ("For information"));
    }
  return g_strdup (_ ("Not started"));
}

const char *
qd_duty_item_get_verb (QdDutyItem *self)
{
  switch (qd_duty_item_get_action (self))
    {
    case QD_DUTY_ACTION_ANSWER:
      return C_ ("verb", "Answer");
    case QD_DUTY_ACTION_START:
      return C_ ("verb", "Start");
    case QD_DUTY_ACTION_CONTINUE:
      return C_ ("verb", "Continue");
    case QD_DUTY_ACTION_AMEND:
      return C_ ("verb", "Amend");
    case QD_DUTY_ACTION_OPEN:
      return C_ ("verb", "Open");
    case QD_DUTY_ACTION_REGISTER:
      return C_ ("verb", "Mark…");
    case QD_DUTY_ACTION_TAKE_BACK:
      return C_ ("verb", "Take back");
    case QD_DUTY_ACTION_NONE:
    default:
      return NULL;
    }
}

const char *
qd_duty_group_icon (QdDutyGroup group)
{
  static const char *const icons[] = { "qd-critical-symbolic", "qd-clock-symbolic", "qd-clock-symbolic", NULL, "qd-maybe-symbolic", "qd-ok-symbolic", "qd-notice-symbolic" };

  return icons[group];
}

const char *
qd_duty_group_css (QdDutyGroup group)
{
  static const char *const classes[] = { "qd-error", "qd-warning", "qd-warning", NULL, "qd-maybe", "qd-ok", NULL };

  return classes[group];
}

/* Rows */

static void
append (GListStore *items, QdAssessed *assessed, const QdDuty *duty, const QdDue *due)
{
  g_autoptr (QdDutyItem) item = qd_duty_item_new (assessed, duty, due);

  g_list_store_append (items, item);
}

static int
compare_items (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return qd_duty_item_compare ((QdDutyItem *) a, (QdDutyItem *) b);
}

static gboolean
is_among (GArray *occurrences, const QdDue *due)
{
  for (guint i = 0; i < occurrences->len; i++)
    if (g_array_index (occurrences, QdOccurrence, i).due == due)
      return TRUE;
  return FALSE;
}

static void
append_open (GListStore *items, QdAssessed *assessed)
{
  g_autoptr (GArray) open = qd_assessment_get_open (assessed->assessment);
  GPtrArray *duties = assessed->assessment->duties;

  for (guint i = 0; i < open->len; i++)
    {
      const QdOccurrence *occurrence = &g_array_index (open, QdOccurrence, i);
      if (occurrence->duty->kind == QD_DUTY_DUTY)
        append (items, assessed, occurrence->duty, occurrence->due);
    }
  /* What recurs within 30 days is counted each time, so it is shown each time. */
  for (guint i = 0; i < duties->len; i++)
    {
      const QdDuty *duty = g_ptr_array_index (duties, i);
      for (guint j = 0; duty->kind == QD_DUTY_DUTY && duty->truth == QD_TRUTH_YES && j < duty->dues->len; j++)
        {
          const QdDue *due = g_ptr_array_index (duty->dues, j);
          if (due->state == QD_DUE_DATED && due->days <= SOON_DAYS && !is_among (open, due))
            append (items, assessed, duty, due);
        }
    }
  for (guint i = 0; i < duties->len; i++)
    {
      const QdDuty *duty = g_ptr_array_index (duties, i);
      if (duty->kind == QD_DUTY_DUTY && duty->truth == QD_TRUTH_MAYBE)
        append (items, assessed, duty, NULL);
    }
}

GListStore *
qd_duty_items_load (QdAssessed *assessed, QdDutyView view)
{
  GListStore *items = g_list_store_new (QD_TYPE_DUTY_ITEM);
  GPtrArray *duties = assessed->assessment->duties;

  if (view == QD_DUTY_VIEW_OPEN)
    append_open (items, assessed);
  for (guint i = 0; view != QD_DUTY_VIEW_OPEN && i < duties->len; i++)
    {
      const QdDuty *duty = g_ptr_array_index (duties, i);
      if (view == QD_DUTY_VIEW_INFORMATION)
        {
          if (duty->kind != QD_DUTY_DUTY && duty->truth != QD_TRUTH_NO)
            append (items, assessed, duty, duty->next);
          continue;
        }
      for (guint j = 0; duty->truth == QD_TRUTH_YES && duty->kind == QD_DUTY_DUTY && j < duty->dues->len; j++)
        {
          const QdDue *due = g_ptr_array_index (duty->dues, j);
          if (view == QD_DUTY_VIEW_YEAR ? g_date_valid (&due->plan) : due->state == QD_DUE_DONE)
            append (items, assessed, duty, due);
        }
    }
  g_list_store_sort (items, compare_items, NULL);
  return items;
}
