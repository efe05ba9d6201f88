/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-duties.h"

G_BEGIN_DECLS

typedef enum
{
  QD_DUTY_GROUP_OVERDUE,
  QD_DUTY_GROUP_SOON,  /* within 30 days, as QdAssessment.n_soon counts */
  QD_DUTY_GROUP_NOW,   /* at once, without a day */
  QD_DUTY_GROUP_LATER, /* a day, or none yet */
  QD_DUTY_GROUP_MAYBE, /* waits for an answer */
  QD_DUTY_GROUP_DONE,
  QD_DUTY_GROUP_INFORMATION, /* policy, notices, tasks of authorities */
} QdDutyGroup;

/** What the row offers to do. */
typedef enum
{
  QD_DUTY_ACTION_NONE,
  QD_DUTY_ACTION_ANSWER,   /* go to the missing input */
  QD_DUTY_ACTION_START,    /* make the declaration */
  QD_DUTY_ACTION_CONTINUE, /* open the declaration */
  QD_DUTY_ACTION_AMEND,    /* open the returned one */
  QD_DUTY_ACTION_OPEN,     /* look at what is sealed */
  QD_DUTY_ACTION_REGISTER, /* mark as done */
  QD_DUTY_ACTION_TAKE_BACK,
} QdDutyAction;

/** QdDutyItem: a row of the table of duties: a duty and one of its deadlines. Immutable. */
#define QD_TYPE_DUTY_ITEM (qd_duty_item_get_type ())
G_DECLARE_FINAL_TYPE (QdDutyItem, qd_duty_item, QD, DUTY_ITEM, GObject)

/** @due: (nullable) */
QdDutyItem *qd_duty_item_new (QdAssessed *assessed, const QdDuty *duty, const QdDue *due) G_GNUC_WARN_UNUSED_RESULT;
const QdDuty *qd_duty_item_get_duty (QdDutyItem *self);
const QdDue *qd_duty_item_get_due (QdDutyItem *self); /* (nullable) */
QdDutyGroup qd_duty_item_get_group (QdDutyItem *self);
QdDutyAction qd_duty_item_get_action (QdDutyItem *self);
/** (nullable): the declaration that is to fulfil it */
const QdDeclaration *qd_duty_item_get_record (QdDutyItem *self);
const QdDutyMark *qd_duty_item_get_mark (QdDutyItem *self); /* (nullable) */
/** (nullable): the latest mark of the duty, in whichever period */
const QdDutyMark *qd_duty_item_get_last_mark (QdDutyItem *self);
const QdWaiting *qd_duty_item_get_waiting (QdDutyItem *self); /* (nullable) */
/** (nullable): its declaration is returned: why and when, and the day to answer by if the receiver named one */
const QdReturned *qd_duty_item_get_returned (QdDutyItem *self);
/** By date; on the same day law before defaults of ours; without a date last. */
int qd_duty_item_compare (QdDutyItem *a, QdDutyItem *b);
/** Does title, reason, form, citation or an input contain it? Case does not matter. */
gboolean qd_duty_item_matches (QdDutyItem *self, const char *text);

/* Words, as rows and screen readers have them. All (transfer full). */

/** "2026-11-27", "At once", "No date yet" */
char *qd_duty_item_dup_day (QdDutyItem *self) G_GNUC_WARN_UNUSED_RESULT;
/** Days from today to the day that the receiver named; FALSE when it named none. */
gboolean qd_duty_item_get_answer_days (QdDutyItem *self, int *days_out);
/** "4 days overdue", "3 days left", "2 answers missing"; "" for none */
char *qd_duty_item_dup_distance (QdDutyItem *self) G_GNUC_WARN_UNUSED_RESULT;
/** Title with the period: "危险废物月度申报（2026 年 10 月）" */
char *qd_duty_item_dup_title (QdDutyItem *self) G_GNUC_WARN_UNUSED_RESULT;
/** The citation in force in short, "" when none is confirmed */
char *qd_duty_item_dup_basis (QdDutyItem *self) G_GNUC_WARN_UNUSED_RESULT;
/** "Draft, 3 to fix" … */
char *qd_duty_item_dup_state (QdDutyItem *self, const char **icon_out, const char **css_out) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): the verb of its button */
const char *qd_duty_item_get_verb (QdDutyItem *self);

/** Icon and colour class of a group. */
const char *qd_duty_group_icon (QdDutyGroup group);
const char *qd_duty_group_css (QdDutyGroup group);

/** Which rows. */
typedef enum
{
  QD_DUTY_VIEW_OPEN, /* what applies and is not done, and what waits for an answer */
  QD_DUTY_VIEW_DONE,
  QD_DUTY_VIEW_YEAR,        /* all deadlines of 13 months */
  QD_DUTY_VIEW_INFORMATION, /* policy, notices, tasks of authorities */
} QdDutyView;
GListStore *qd_duty_items_load (QdAssessed *assessed, QdDutyView view) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
