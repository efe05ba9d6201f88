/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-cockpit.h"
#include "qd-page.h"

G_BEGIN_DECLS

/**
 * QdEnterprisesPage: the workspaces of the cockpit with their counts, and what is wrong with those that cannot be read.
 * Actions: cockpit.open, cockpit.retry (path), cockpit.remove (path), cockpit.person (path), cockpit.refresh.
 */
#define QD_TYPE_ENTERPRISES_PAGE (qd_enterprises_page_get_type ())
G_DECLARE_FINAL_TYPE (QdEnterprisesPage, qd_enterprises_page, QD, ENTERPRISES_PAGE, GtkWidget)

GtkWidget *qd_enterprises_page_new (QdCockpit *cockpit) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
