/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-page.h"
#include "qd-workspace.h"

G_BEGIN_DECLS

/** QdOutboxPage: sealed packages on their way: groups on the left, the five steps, progress, receipt, other ways and log on the right. */
#define QD_TYPE_OUTBOX_PAGE (qd_outbox_page_get_type ())
G_DECLARE_FINAL_TYPE (QdOutboxPage, qd_outbox_page, QD, OUTBOX_PAGE, GtkWidget)

GtkWidget *qd_outbox_page_new (QdWorkspace *workspace) G_GNUC_WARN_UNUSED_RESULT;
guint qd_outbox_page_get_n_rows (QdOutboxPage *self);

G_END_DECLS
