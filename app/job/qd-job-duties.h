/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-duty.h"
#include "qd-summary.h"

G_BEGIN_DECLS

/**
 * QdDutyJob: works out the duties of one workspace: the facts from its profile, register, declarations and marks, the rules from the
 * pack. The window and the command line show what this gives. What is costly is kept from one time to the next. Blocking; to be used by
 * one thread at a time, whichever.
 */
typedef struct _QdDutyJob QdDutyJob;

/** Reads the rules. Errors: those of qd_rules_new() */
QdDutyJob *qd_duty_job_new (QdStore *store, QdPack *pack, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qd_duty_job_free (QdDutyJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdDutyJob, qd_duty_job_free)

/**
 * qd_duty_job_assess:
 * @date: ISO date that counts as today
 * @language: "zh-CN" or "en"
 *
 * The union over all sites. Drafts are read as they are on disk, edits that wait are written first.
 *
 * Errors: those of the store, of qd_facts_new() and of qd_duty_assess()
 */
QdAssessment *qd_duty_job_assess (QdDutyJob *self, const char *date, const char *language, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** The same for the site of that code; the union for %NULL. Errors also: %QD_RULES_ERROR_INVALID when there is no such site */
QdAssessment *qd_duty_job_assess_site (QdDutyJob *self, const char *site, const char *date, const char *language, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** (transfer none) (nullable): profile and register as the last assessment has read them */
QdInstance *qd_duty_job_get_profile (QdDutyJob *self);
QdInstance *qd_duty_job_get_substances (QdDutyJob *self);
/** What the cockpit is told: the open duties of an assessment, and who holds each. */
QdSummary *qd_duty_job_summarize (QdDutyJob *self, QdAssessment *assessment, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** A field of a draft whose fact has changed since the draft was made, and that the draft does not keep. */
typedef struct
{
  char *path;
  char *label;
  char *before; /* what the draft took over when it was made */
  char *mine;   /* what it says now */
  char *now;    /* what it would take over today; "" when the fact has become empty */
} QdFactChange;
void qd_fact_change_free (QdFactChange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdFactChange, qd_fact_change_free)

/**
 * qd_job_list_fact_changes: (blocking; in any thread)
 *
 * Compares what a draft took over when it was made with what it would take over today. Fields that say the latter already are left out,
 * and those that the user keeps (qd_store_keep_fact()) as long as the fact stays what it was then. That a fact has become empty is told
 * where the form takes it over and the draft was made by a first load: in what came from a file nobody knows what was typed.
 * Sealed declarations never change: for them the list is empty.
 *
 * Returns: (element-type QdFactChange): in the order of the form
 */
GPtrArray *qd_job_list_fact_changes (QdStore *store, QdPack *pack, gint64 declaration, const char *language, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** A draft with facts that have changed. */
typedef struct
{
  gint64 declaration;
  GPtrArray *changes; /* (element-type QdFactChange), at least one */
} QdTouchedDraft;
/**
 * The drafts that took over what is different now; worked out again only for what has changed since the last time.
 *
 * Returns: (element-type QdTouchedDraft): newest edit first
 */
GPtrArray *qd_duty_job_list_touched (QdDutyJob *self, const char *language, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
