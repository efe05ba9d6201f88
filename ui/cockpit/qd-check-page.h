/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-check-run.h"
#include "qd-cockpit.h"
#include "qd-page.h"

G_BEGIN_DECLS

/**
 * QdCheckPage: all drafts of all enterprises, and the check of them in one go, with progress and cancel.
 * Actions: cockpit.open, cockpit.check-all, cockpit.cancel-check.
 */
#define QD_TYPE_CHECK_PAGE (qd_check_page_get_type ())
G_DECLARE_FINAL_TYPE (QdCheckPage, qd_check_page, QD, CHECK_PAGE, GtkWidget)

GtkWidget *qd_check_page_new (QdCockpit *cockpit, QdCheckRun *run) G_GNUC_WARN_UNUSED_RESULT;
/** What stands below the button: progress, or what the last run found. */
const char *qd_check_page_get_status (QdCheckPage *self);

G_END_DECLS
