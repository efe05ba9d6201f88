/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-duty-item.h"

G_BEGIN_DECLS

/** The one next step: a sentence and its button. */
typedef struct
{
  char *sentence;
  char *button;     /* (nullable): nothing to do */
  char *action;     /* (nullable): detailed name of an action, or … */
  QdDutyItem *item; /* (nullable): … the row whose action it is */
} QdNextStep;
void qd_next_step_free (QdNextStep *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdNextStep, qd_next_step_free)

/** Title of a declaration's form, for drafts that belong to no duty. */
typedef char *(*QdNextStepTitle) (const QdDeclaration *record, gpointer user_data);

/**
 * qd_next_step_find:
 * @items: rows of QD_DUTY_VIEW_OPEN, in their order
 *
 * First of: what was returned; what is late or due within 30 days and ours to do, earliest first, law before defaults of ours; a draft
 * with something to fix that belongs to no duty; the first that waits for an answer; else nothing, with the next date.
 */
QdNextStep *qd_next_step_find (QdAssessed *assessed, GListModel *items, gboolean has_profile, QdNextStepTitle title, gpointer user_data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
