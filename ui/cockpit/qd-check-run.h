/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-job-check.h"

G_BEGIN_DECLS

/**
 * QdCheckRun: checks the drafts of many workspaces in a thread, one workspace after the other, and keeps what was found until the next run.
 * Signals: changed (): progress, a result, or the end; workspace-checked (const char *path).
 */
#define QD_TYPE_CHECK_RUN (qd_check_run_get_type ())
G_DECLARE_FINAL_TYPE (QdCheckRun, qd_check_run, QD, CHECK_RUN, GObject)

QdCheckRun *qd_check_run_new (void) G_GNUC_WARN_UNUSED_RESULT;
/** Does nothing while a run is under way. @language: of the findings */
void qd_check_run_start (QdCheckRun *self, const char *const *paths, QdPack *pack, const char *language);
/** The workspace under way stops at its next draft; results so far stay. */
void qd_check_run_cancel (QdCheckRun *self);
gboolean qd_check_run_is_running (QdCheckRun *self);
gboolean qd_check_run_was_cancelled (QdCheckRun *self);
/** Workspaces that are through, and all. */
guint qd_check_run_get_done (QdCheckRun *self);
guint qd_check_run_get_total (QdCheckRun *self);
/** Drafts that were checked, and critical findings in them. */
guint qd_check_run_count_drafts (QdCheckRun *self, guint *critical_out);
/** (nullable): what the last run found in a draft */
const QdCheckResult *qd_check_run_find (QdCheckRun *self, const char *path, gint64 declaration);
/** (nullable): why the workspace could not be checked */
const char *qd_check_run_get_problem (QdCheckRun *self, const char *path);
/** Another program wrote it meanwhile: it was checked, nothing was written. */
gboolean qd_check_run_was_read_only (QdCheckRun *self, const char *path);

G_END_DECLS
