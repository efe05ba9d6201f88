/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-page.h"
#include "qd-workspace.h"

G_BEGIN_DECLS

/** QdDeclarationPage: the task page of one declaration: header with undo, saved-at, check, preview and seal over a QdFormView. */
#define QD_TYPE_DECLARATION_PAGE (qd_declaration_page_get_type ())
G_DECLARE_FINAL_TYPE (QdDeclarationPage, qd_declaration_page, QD, DECLARATION_PAGE, GtkWidget)

GtkWidget *qd_declaration_page_new (QdWorkspace *workspace, QdDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
/** Positioned path of a field. */
void qd_declaration_page_go_to (QdDeclarationPage *self, const char *path);

G_END_DECLS
