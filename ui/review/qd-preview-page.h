/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-page.h"
#include "qd-workspace.h"

G_BEGIN_DECLS

/** QdPreviewPage: the report as it will be sealed, on screen; save as PDF, print. */
#define QD_TYPE_PREVIEW_PAGE (qd_preview_page_get_type ())
G_DECLARE_FINAL_TYPE (QdPreviewPage, qd_preview_page, QD, PREVIEW_PAGE, GtkWidget)

GtkWidget *qd_preview_page_new (QdWorkspace *workspace, QdDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
/** 0 while it is being made. */
guint qd_preview_page_get_n_pages (QdPreviewPage *self);

G_END_DECLS
