/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-facts-private.h"

G_BEGIN_DECLS

/**
 * QdWorld: the rules over one site's facts: facts derived once, lists, what the region says.
 */
typedef struct
{
  QdTruthWorld world; /* first: hooks get a pointer to it */
  QdRules *rules;
  QdFacts *facts;
  const QdSiteFacts *site;
  const QdRuleRegion *regions[8]; /* those whose prefix fits, longest first */
  guint n_regions;
  GHashTable *memos;   /* QdRuleFact → what came out */
  GHashTable *indexes; /* interned name of a column → rows of the register by its value */
  GHashTable *lists;   /* name of a list → whether the pack has it, as a QdTruth */
  QdEnv env;
  QdContext context;
} QdWorld;

void qd_world_init (QdWorld *self, QdRules *rules, QdFacts *facts, const QdSiteFacts *site);
void qd_world_clear (QdWorld *self);
/** Truth of a condition; TRUE for a NULL one. */
gboolean qd_world_eval (QdWorld *self, const QdExpr *expr, GArray *trail, QdTruth *out, GError **error);
/** (nullable): what the region says of a rule on the day */
const QdRuleLocal *qd_world_find_local (QdWorld *self, const char *rule, const char *field);
/** The two words, by the language of the facts. */
static inline const char *
qd_world_say (const QdWorld *self, const char *zh, const char *en)
{
  return self->facts->language[0] == 'e' ? en : zh;
}

/** Sorts a trail into inputs and what is missing (element-type QdDutyInput), each place once. */
void qd_world_explain (QdWorld *self, const GArray *trail, GPtrArray *inputs, GPtrArray *missing);
void qd_duty_input_free (gpointer data);

/* qd-deadline.c */
void qd_due_free (gpointer data);
/** Appends the deadlines of @rule; the world's site is that of the duty. */
gboolean qd_deadline_add (QdWorld *self, const QdRule *rule, GPtrArray *dues, GError **error);

/* qd-duty-mark.c */
/** (element-type QdDutyMark): latest first. @site: (nullable): only those of that site and of the enterprise as a whole */
GPtrArray *qd_duty_marks_new (const QdFacts *facts, const char *site) G_GNUC_WARN_UNUSED_RESULT;

/* qd-duty.c */
void qd_duty_free (gpointer data);
/** Appends a QdDuty for each rule, in the order of the files. */
gboolean qd_duty_assess_site (QdRules *rules, QdFacts *facts, const QdSiteFacts *site, GPtrArray *duties, GError **error);
/** For g_ptr_array_sort(): by plan date, those without one last. */
int qd_due_compare (gconstpointer a, gconstpointer b);
/** (nullable): what a list shows of them; the array is sorted */
const QdDue *qd_duty_choose_next (const GPtrArray *dues);

G_END_DECLS
