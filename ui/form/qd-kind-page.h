/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-page.h"
#include "qd-workspace.h"

G_BEGIN_DECLS

/** QdKindPage: the one form of a kind in the shell: the profile, the substance register. */
#define QD_TYPE_KIND_PAGE (qd_kind_page_get_type ())
G_DECLARE_FINAL_TYPE (QdKindPage, qd_kind_page, QD, KIND_PAGE, GtkWidget)

/** @kind: "profile" or "register" */
GtkWidget *qd_kind_page_new (QdWorkspace *workspace, const char *kind) G_GNUC_WARN_UNUSED_RESULT;
/**
 * Goes to the field at a positioned path; to what is around it when it is not there yet: a row of a table that has none.
 * FALSE when the form has nothing of the kind.
 */
gboolean qd_kind_page_go_to (QdKindPage *self, const char *path);

G_END_DECLS
