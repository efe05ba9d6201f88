/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-next-step"
#include "config.h"
#include "qd-next-step.h"

#include <glib/gi18n.h>

void
qd_next_step_free (QdNextStep *self)
{
  g_free (self->sentence);
  g_free (self->button);
  g_free (self->action);
  g_clear_object (&self->item);
  g_free (self);
}

static QdNextStep *
new_step (char *sentence, const char *button, char *action, QdDutyItem *item)
{
  QdNextStep *self = g_new0 (QdNextStep, 1);

  self->sentence = sentence;
  self->button = g_strdup (button);
  self->action = action;
  self->item = item != NULL ? g_object_ref (item) : NULL;
  return self;
}

/* The receiver's words and days; nothing is said that its answer does not say. */
static char *
dup_return_sentence (const char *name, const QdReturned *returned)
{
  g_autofree char *what = NULL;

  if (returned == NULL)
    return g_strdup_printf (_ ("“%s” was returned. Read the receiver's points and amend it."), name);
  if (returned->reasons->len > 1)
    what = g_strdup_printf (ngettext ("%s (and %u more point)", "%s (and %u more points)", returned->reasons->len - 1), (char *) returned->reasons->pdata[0], returned->reasons->len - 1);
  else
    what = g_strdup (returned->reasons->len > 0 ? returned->reasons->pdata[0] : _ ("no point is named"));
  if (*returned->due != '\0')
    /* Translators: form, date, the receiver's reason, date */
    return g_strdup_printf (_ ("“%s” was returned on %s: %s. Amend it by %s."), name, returned->date, what, returned->due);
  return g_strdup_printf (_ ("“%s” was returned on %s: %s. Read the points and amend it."), name, returned->date, what);
}

/* Is @a to be answered before @b? What names no day comes after what does. */
static gboolean
is_more_urgent (const QdReturned *a, const QdReturned *b)
{
  const char *due_a = a != NULL ? a->due : "", *due_b = b != NULL ? b->due : "";

  return *due_a != '\0' && (*due_b == '\0' || g_strcmp0 (due_a, due_b) < 0);
}

static QdNextStep *
find_returned (QdAssessed *assessed, QdNextStepTitle title, gpointer user_data)
{
  const QdDeclaration *first = NULL;
  const QdReturned *said = NULL;
  g_autofree char *name = NULL;

  for (guint i = 0; i < assessed->records->len; i++)
    {
      const QdDeclaration *record = g_ptr_array_index (assessed->records, i);
      const QdReturned *returned = qd_assessed_find_returned (assessed, record->id);
      if (record->state != QD_STATE_RETURNED || qd_assessed_is_amended (assessed, record->id) || (first != NULL && !is_more_urgent (returned, said)))
        continue;
      first = record;
      said = returned;
    }
  if (first == NULL)
    return NULL;
  name = title (first, user_data);
  return new_step (dup_return_sentence (name, said), _ ("Read the points"), g_strdup ("win.page::outbox"), NULL);
}

/* "It is 4 days overdue." An own date is never sold as law. */
static char *
dup_lateness (QdDutyItem *item)
{
  const QdDue *due = qd_duty_item_get_due (item);
  g_autofree char *day = qd_duty_item_dup_day (item);
  int days = due->days;

  if (!g_date_valid (&due->plan))
    return g_strdup_printf (_ ("Due: %s."), day);
  if (due->state == QD_DUE_OVERDUE && due->is_default)
    return g_strdup_printf (ngettext ("The default cycle ended %d day ago.", "The default cycle ended %d days ago.", -days), -days);
  if (due->state == QD_DUE_OVERDUE)
    return g_strdup_printf (ngettext ("It is %d day overdue.", "It is %d days overdue.", -days), -days);
  if (days == 0)
    return g_strdup (_ ("It is due today."));
  return g_strdup_printf (ngettext ("Due on %2$s, %1$d day left.", "Due on %2$s, %1$d days left.", days), days, day);
}

static QdNextStep *
step_of_item (QdDutyItem *item)
{
  const QdDeclaration *record = qd_duty_item_get_record (item);
  g_autofree char *title = qd_duty_item_dup_title (item);
  g_autofree char *lateness = dup_lateness (item);

  switch (qd_duty_item_get_action (item))
    {
    case QD_DUTY_ACTION_CONTINUE:
      if (record->critical > 0)
        return new_step (g_strdup_printf (ngettext ("Fix the %u point of “%s”, then seal and send it. %s", "Fix the %u points of “%s”, then seal and send it. %s", record->critical), record->critical, title, lateness), _ ("Continue"), NULL, item);
      return new_step (g_strdup_printf (_ ("Finish “%s”, then seal and send it. %s"), title, lateness), _ ("Continue"), NULL, item);
    case QD_DUTY_ACTION_START:
      return new_step (g_strdup_printf (_ ("Start “%s”. %s"), title, lateness), C_ ("verb", "Start"), NULL, item);
    case QD_DUTY_ACTION_REGISTER:
      return new_step (g_strdup_printf (_ ("Do “%s” and mark it as done. %s"), title, lateness), C_ ("verb", "Mark…"), NULL, item);
    case QD_DUTY_ACTION_OPEN:
      if (record != NULL && record->state == QD_STATE_SEALED)
        return new_step (g_strdup_printf (_ ("“%s” is sealed but not sent. %s"), title, lateness), _ ("Open the outbox"), g_strdup ("win.page::outbox"), NULL);
      return NULL; /* on its way: nothing of ours to do */
    case QD_DUTY_ACTION_NONE:
    case QD_DUTY_ACTION_ANSWER:
    case QD_DUTY_ACTION_AMEND:
    case QD_DUTY_ACTION_TAKE_BACK:
    default:
      return NULL;
    }
}

static QdNextStep *
find_due (GListModel *items)
{
  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (QdDutyItem) item = g_list_model_get_item (items, i);
      QdDutyGroup group = qd_duty_item_get_group (item);
      QdNextStep *step;
      if (group > QD_DUTY_GROUP_NOW || qd_duty_item_get_waiting (item) != NULL)
        continue;
      step = step_of_item (item);
      if (step != NULL)
        return step;
    }
  return NULL;
}

/* Drafts that no duty asked for are work all the same. */
static QdNextStep *
find_draft (QdAssessed *assessed, QdNextStepTitle title, gpointer user_data)
{
  for (guint i = 0; i < assessed->records->len; i++)
    {
      const QdDeclaration *record = g_ptr_array_index (assessed->records, i);
      g_autofree char *name = NULL;
      if (record->state > QD_STATE_CHECKED || record->critical == 0 || record->period[0] == '\0')
        continue;
      name = title (record, user_data);
      return new_step (g_strdup_printf (ngettext ("Fix the %u point of “%s”, then seal and send it.", "Fix the %u points of “%s”, then seal and send it.", record->critical), record->critical, name), _ ("Continue"), g_strdup_printf ("win.open-declaration(int64 %" G_GINT64_FORMAT ")", record->id), NULL);
    }
  return NULL;
}

static QdNextStep *
find_question (GListModel *items)
{
  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (QdDutyItem) item = g_list_model_get_item (items, i);
      const QdDuty *duty = qd_duty_item_get_duty (item);
      if (qd_duty_item_get_action (item) != QD_DUTY_ACTION_ANSWER)
        continue;
      return new_step (g_strdup_printf (_ ("Answer what is missing, so that it can be decided whether “%s” applies."), duty->title), C_ ("verb", "Answer"), NULL, item);
    }
  return NULL;
}

static QdNextStep *
nothing (GListModel *items)
{
  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (QdDutyItem) item = g_list_model_get_item (items, i);
      const QdDue *due = qd_duty_item_get_due (item);
      g_autofree char *title = NULL;
      g_autofree char *day = NULL;
      if (due == NULL || due->state != QD_DUE_DATED)
        continue;
      title = qd_duty_item_dup_title (item);
      day = qd_duty_item_dup_day (item);
      return new_step (g_strdup_printf (_ ("Nothing to do today. Next: “%s”, %s."), title, day), NULL, NULL, NULL);
    }
  return new_step (g_strdup (_ ("Nothing to do today.")), NULL, NULL, NULL);
}

QdNextStep *
qd_next_step_find (QdAssessed *assessed, GListModel *items, gboolean has_profile, QdNextStepTitle title, gpointer user_data)
{
  QdNextStep *step = find_returned (assessed, title, user_data);

  if (step == NULL && !has_profile)
    return new_step (g_strdup (_ ("No duties yet: fill in the profile first, about 10 minutes. It goes into every declaration.")), _ ("Fill in the profile"), g_strdup ("win.page::profile"), NULL);
  if (step == NULL)
    step = find_due (items);
  if (step == NULL)
    step = find_draft (assessed, title, user_data);
  if (step == NULL)
    step = find_question (items);
  return step != NULL ? step : nothing (items);
}
