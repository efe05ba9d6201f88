/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-job-duties.h"
#include "qd-job-returns.h"

G_BEGIN_DECLS

/** What was worked out at one moment; immutable, atomically counted. Rows of lists hold it while they show it. */
typedef struct
{
  QdAssessment *assessment;
  GPtrArray *waiting;  /* (element-type QdWaiting) */
  GPtrArray *records;  /* (element-type QdDeclaration) */
  GPtrArray *touched;  /* (element-type QdTouchedDraft) */
  GPtrArray *returned; /* (element-type QdReturned) */
} QdAssessed;
QdAssessed *qd_assessed_ref (QdAssessed *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_assessed_unref (QdAssessed *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdAssessed, qd_assessed_unref)
/** (nullable) */
const QdDeclaration *qd_assessed_find_record (QdAssessed *self, gint64 id);
/** Is there another declaration that amends it? */
gboolean qd_assessed_is_amended (QdAssessed *self, gint64 declaration);
/** (nullable): why and when it was returned */
const QdReturned *qd_assessed_find_returned (QdAssessed *self, gint64 declaration);
/** (nullable): the due that a declaration is to fulfil, as a row of the table: by itself, or for what it amends */
const QdDue *qd_assessed_find_due (QdAssessed *self, gint64 declaration, const QdDuty **duty_out);
/** (nullable) (element-type QdFactChange): facts of that draft that have changed */
GPtrArray *qd_assessed_find_changes (QdAssessed *self, gint64 declaration);
const QdWaiting *qd_assessed_find_waiting (QdAssessed *self, const QdDuty *duty, const QdDue *due);

/**
 * QdDuties: the duties of an open workspace, worked out in a thread whenever something has changed, and written to its summary.
 * Signal: changed (): there is another result or problem.
 */
#define QD_TYPE_DUTIES (qd_duties_get_type ())
G_DECLARE_FINAL_TYPE (QdDuties, qd_duties, QD, DUTIES, GObject)

QdDuties *qd_duties_new (QdStore *store, QdPack *pack) G_GNUC_WARN_UNUSED_RESULT;
/** Works them out again, soon; asking often costs nothing more. */
void qd_duties_refresh (QdDuties *self);
/** (nullable) (transfer none): the newest result; none before the first */
QdAssessed *qd_duties_get (QdDuties *self);
/** (nullable): why there is no newer result: a sentence */
const char *qd_duties_get_problem (QdDuties *self);
gboolean qd_duties_is_busy (QdDuties *self);

G_END_DECLS
