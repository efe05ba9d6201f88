/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-page.h"
#include "qd-workspace.h"

G_BEGIN_DECLS

/** QdDeclarationsPage: the list of declarations of a workspace, amendments below what they amend. */
#define QD_TYPE_DECLARATIONS_PAGE (qd_declarations_page_get_type ())
G_DECLARE_FINAL_TYPE (QdDeclarationsPage, qd_declarations_page, QD, DECLARATIONS_PAGE, GtkWidget)

GtkWidget *qd_declarations_page_new (QdWorkspace *workspace) G_GNUC_WARN_UNUSED_RESULT;
/** Rows that the list shows now. */
guint qd_declarations_page_get_n_rows (QdDeclarationsPage *self);

G_END_DECLS
