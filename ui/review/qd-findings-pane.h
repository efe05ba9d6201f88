/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "qd-draft.h"
#include "qd-receipt.h"

G_BEGIN_DECLS

/**
 * QdFindingsPane: all findings by severity, with counts, filter, quick fix, reason and jump; what was cured since the last check stays listed.
 * Signals: go-to (guint node); changed (): a fix or a reason was given.
 */
#define QD_TYPE_FINDINGS_PANE (qd_findings_pane_get_type ())
G_DECLARE_FINAL_TYPE (QdFindingsPane, qd_findings_pane, QD, FINDINGS_PANE, GtkWidget)

GtkWidget *qd_findings_pane_new (QdDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
/** Takes the findings anew; unless @checked, empty required fields are left out. */
void qd_findings_pane_update (QdFindingsPane *self, gboolean checked);
/** A check was made now: what it found is what can be cured. */
void qd_findings_pane_mark_checked (QdFindingsPane *self);
/** The receiver's points of a return; (nullable) (element-type QdReturnPoint), copied */
void qd_findings_pane_set_points (QdFindingsPane *self, GPtrArray *points);
/** Steps through the findings shown; 0 when there are none. */
QdNodeId qd_findings_pane_step (QdFindingsPane *self, gboolean back);
/** Rows shown now. */
guint qd_findings_pane_get_n_rows (QdFindingsPane *self);
const char *qd_findings_pane_get_verdict (QdFindingsPane *self);

G_END_DECLS
