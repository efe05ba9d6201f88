/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-next-step.h"
#include "qd-page.h"
#include "qd-workspace.h"

G_BEGIN_DECLS

/** QdOverviewPage: what next, how bad, when: the next step, counters, twelve months, and the duties as a table. */
#define QD_TYPE_OVERVIEW_PAGE (qd_overview_page_get_type ())
G_DECLARE_FINAL_TYPE (QdOverviewPage, qd_overview_page, QD, OVERVIEW_PAGE, GtkWidget)

GtkWidget *qd_overview_page_new (QdWorkspace *workspace) G_GNUC_WARN_UNUSED_RESULT;
/** The sentence of the next-step card. */
const char *qd_overview_page_get_next_step (QdOverviewPage *self);

G_END_DECLS
