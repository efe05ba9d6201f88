/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-world-private.h"

G_BEGIN_DECLS

/* How deadlines are made: qd-deadline.c those of the calendar, qd-deadline-event.c those of events. */

#define QD_DUE_MONTHS_AHEAD 13

typedef struct
{
  QdWorld *world;
  const QdRule *rule;
  const QdRuleDue *due;
  GPtrArray *dues;
  GError *error;
} QdDueMaker;

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
} QdDueDraft;

void qd_due_draft_clear (QdDueDraft *self);
void qd_due_add_note (char **note, char *more);
char *qd_due_calendar_note (const QdWorld *world, guint year);
gboolean qd_due_is_form (const QdDueMaker *self, const char *form, const char *code);
gboolean qd_due_is_here (const QdDueMaker *self, const char *site);
gboolean qd_due_is_finished (const QdKeptDeclaration *declaration);
QdDue *qd_due_add (QdDueMaker *self, QdDueState state, const char *period);
void qd_due_add_draft (QdDueMaker *self, const QdDueDraft *draft);
void qd_due_add_years (QdDueMaker *self);
void qd_due_add_unknown (QdDueMaker *self, GPtrArray *missing);
void qd_due_add_events (QdDueMaker *self);
void qd_due_add_every (QdDueMaker *self);
void qd_due_add_upkeep (QdDueMaker *self);
void qd_due_add_notices (QdDueMaker *self);

G_END_DECLS
