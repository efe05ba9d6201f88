/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-expr-truth.h"
#include "qd-facts.h"

G_BEGIN_DECLS

/*
 * Which duties apply, why, and by when. Screens and the command line show what these calls give, and nothing else.
 * Records are plain and read-only; texts are in the language of the facts.
 */

typedef enum
{
  QD_DUTY_DUTY,      /* a duty under law, when its truth is yes */
  QD_DUTY_SOFT,      /* policy, voluntary */
  QD_DUTY_NOTICE,    /* something to look out for, nothing to file */
  QD_DUTY_AUTHORITY, /* a task of authorities: never a duty of the enterprise */
} QdDutyKind;
const char *qd_duty_kind_to_nick (QdDutyKind kind); /* "duty" … */

typedef enum
{
  QD_INPUT_PROFILE,     /* path in the profile instance */
  QD_INPUT_SUBSTANCES,  /* path in the register instance */
  QD_INPUT_DECLARATION, /* a declaration or a duty marked as done */
  QD_INPUT_CATALOGUE,   /* a list that the pack does not have, or not in full: nothing to fill in */
  QD_INPUT_REGION,      /* something that a region profile would say: nothing to fill in */
  QD_INPUT_DATE,        /* the day of the assessment */
} QdInputSource;

/** One thing that was looked at. */
typedef struct
{
  QdInputSource source;
  char *path;  /* positioned path in the instance ("/profile/sites/site[2]/permitClass"), may name a node that is not there yet; name of the list or local rule for those two sources, "" for declarations */
  char *label; /* of the field, with the row where it is in a table: "二氯甲烷 · 废水排放量" */
  char *value; /* what people read, "" when it is missing */
} QdDutyInput;

typedef enum
{
  QD_DUE_DATED,   /* on a day, still to come */
  QD_DUE_OVERDUE, /* its day has passed, and there is reason to think it is open: see QdDue.date */
  QD_DUE_PAST,    /* its day has passed before anything was recorded here: not counted as overdue */
  QD_DUE_DONE,    /* marked as done, or its declaration was received or accepted */
  QD_DUE_NOW,     /* at once */
  QD_DUE_ALWAYS,  /* kept up all the time; date is set when the interval gives one */
  QD_DUE_WAITING, /* awaits a notice */
  QD_DUE_UNKNOWN, /* the input that the date depends on is missing: see missing */
  QD_DUE_NONE,    /* without a date */
} QdDueState;
const char *qd_due_state_to_nick (QdDueState state); /* "dated", "overdue" … */

/** One deadline of a duty: one occurrence of those that recur. */
typedef struct
{
  QdDueState state;
  const char *kind;   /* "date", "wd", "cd", "months", "monthly", "quarterly", "half-yearly", "every", "before", "upkeep", "notice", "now", "none" */
  GDate date;         /* the day in the law; invalid when there is none (use g_date_valid()) */
  GDate plan;         /* the day to plan for: earlier where the text says "before", equal to date otherwise */
  GDate also;         /* the other reading: the next working day where date is a holiday; invalid when there is none */
  GDate warn;         /* from this day on it is shown as near; invalid when there is none */
  GDate overdue_from; /* first day that counts as late: the day after the later of date and also */
  int days;           /* from the day of the facts: 21 left to plan (to date when plan has passed), -4 overdue; 0 without a date */
  char *period;       /* "2026-11", "2026Q4", "2026H1", "2026", date of the event, "" : what done records and declarations name */
  char *period_label; /* "2026 年 11 月", "" */
  char *label;        /* what is due, when the duty has several deadlines: "启动审核"; "" */
  char *short_label;  /* for the month strip */
  char *site;         /* code of the site; "" for a deadline of the enterprise as a whole */
  char *site_name;    /* its name, or the code */
  QdConfidence confidence;
  gboolean is_default;     /* a cycle or day of ours, not of a law: confidence is not C */
  char *note;              /* "" or what must be said of the day: working days counted without a calendar, moved from … */
  gint64 declaration;      /* of that period, 0 */
  char *declaration_state; /* nick, "" */
  GPtrArray *missing;      /* (element-type QdDutyInput): QD_DUE_UNKNOWN */
} QdDue;

/** A citation; chosen by the day of the act. */
typedef struct
{
  char *source;  /* id */
  char *title;   /* 生态环境法典 */
  char *article; /* "274", "" */
  char *text;    /* "生态环境法典 第 274 条" */
  char *from;    /* (nullable): ISO dates, first and last day */
  char *to;      /* (nullable) */
  QdConfidence confidence;
  gboolean in_force; /* on the day of the facts */
} QdDutyBasis;

typedef struct
{
  QdDutyBasis basis;
  gint64 min, max; /* yuan; -1: none stated */
  char *text;      /* "20,000 – 200,000 元"; or the words of the rule */
} QdDutyPenalty;

/** One rule for one site, or for all sites together. */
typedef struct
{
  const char *rule; /* id */
  QdTruth truth;
  QdDutyKind kind;
  int task; /* 1 … 17; 0 without */
  char *title;
  char *short_title;
  char *why;         /* one sentence of facts; for maybe: what is missing; for no: what rules it out */
  char *note;        /* "" */
  char *site;        /* code; "" in the union when the rule is the same at all sites */
  char *sites_label; /* names of the sites where truth is @truth */
  char *form;        /* code, "" */
  char *form_title;
  char *pack_form; /* id of the form in the pack to start a declaration with; "" when it has none */
  char *office;    /* id, "" */
  char *office_title;
  QdConfidence confidence; /* of the duty */
  GPtrArray *inputs;       /* (element-type QdDutyInput): what made it so */
  GPtrArray *missing;      /* (element-type QdDutyInput): what to fill in, for maybe; in the union also of yes: at sites where it is maybe */
  GPtrArray *dues;         /* (element-type QdDue): by plan date, one year back and 13 months ahead; without date last */
  const QdDue *next;       /* (nullable): of dues: the earliest that is overdue, else the next; what a list shows */
  GPtrArray *bases;        /* (element-type QdDutyBasis): those in force first */
  GPtrArray *penalties;    /* (element-type QdDutyPenalty) */
} QdDuty;

/** What the user marked as done, and with what evidence. */
typedef struct
{
  char *rule; /* may be of no rule of the pack any more */
  char *period;
  char *site; /* code, "" */
  char *date; /* ISO date: when it was done */
  char *note;
  char *evidence;      /* SHA-256 of a blob of the workspace, lower-case hex; "" without evidence */
  char *evidence_name; /* its file name, "" */
  char *text;          /* all of it in one line */
} QdDutyMark;

/** The duties of one day. Free with qd_assessment_free(). */
typedef struct
{
  char *date;
  char *site;                 /* code; NULL for the union over all sites */
  GPtrArray *duties;          /* (element-type QdDuty): all rules, in the order of the files */
  guint n_yes, n_maybe, n_no; /* of kind duty */
  guint n_overdue, n_soon;    /* deadlines of duties that are yes: late; within 30 days */
  GPtrArray *marks;           /* (element-type QdDutyMark): latest first */
  GPtrArray *warnings;        /* (element-type utf8): missing calendars, lists … */
  QdRules *rules;             /* (owned): what records borrow from */
} QdAssessment;

/**
 * qd_duty_assess:
 * @site: (nullable): code of a site; %NULL for the union over all sites: a rule is yes when it is at one of them, and its
 *   deadlines are those of all of them
 *
 * Errors: %QD_EXPR_ERROR when a rule cannot be worked out (too much work), %QD_RULES_ERROR_INVALID when there is no such site
 */
QdAssessment *qd_duty_assess (QdRules *rules, QdFacts *facts, const char *site, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qd_assessment_free (QdAssessment *self);
/** (nullable) */
const QdDuty *qd_assessment_find (QdAssessment *self, const char *rule);
/** (nullable): the mark that says of this very period that it is done */
const QdDutyMark *qd_assessment_find_mark (QdAssessment *self, const QdDuty *duty, const QdDue *due);
/** (nullable): the latest mark of that deadline in whichever period: what a cycle counts from */
const QdDutyMark *qd_assessment_find_last_mark (QdAssessment *self, const QdDuty *duty, const QdDue *due);

/** Was the citation in force on @day? What was to be done on a day is judged by the law of that day; an invalid day counts as that of the facts. */
gboolean qd_duty_basis_holds_on (const QdDutyBasis *basis, const GDate *day);
/**
 * qd_duty_get_penalties:
 * @act: the day of the act or omission; invalid: the day of the facts
 *
 * The penalties of the law of that day; where a law that has come into force since then has a milder one, that instead (Code art. 1057).
 * Which is milder is told by the largest amount; where amounts are not known the old ones stay.
 *
 * Returns: (element-type QdDutyPenalty) (transfer container): borrowed from @duty
 */
GPtrArray *qd_duty_get_penalties (const QdDuty *duty, const GDate *act) G_GNUC_WARN_UNUSED_RESULT;

/** A deadline in the calendar. Borrows from the assessment. */
typedef struct
{
  const QdDuty *duty;
  const QdDue *due; /* (nullable) only in qd_assessment_get_open() */
} QdOccurrence;

/**
 * Deadlines with a day, of duties that are yes, whose plan date lies in the @months months from the first of @year-@month on; by plan date. Done and
 * past ones are left out.
 *
 * Returns: (element-type QdOccurrence)
 */
GArray *qd_assessment_get_calendar (QdAssessment *self, guint year, guint month, guint months) G_GNUC_WARN_UNUSED_RESULT;
/** What a table of duties shows: for each duty that is yes its overdue deadlines and its next one; duties without a day last (due may be NULL there). (element-type QdOccurrence) */
GArray *qd_assessment_get_open (QdAssessment *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdAssessment, qd_assessment_free)

G_END_DECLS
