/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-page.h"
#include "qd-workspace.h"

G_BEGIN_DECLS

/** QdShell: sidebar and pages of one workspace. Pages are made at first visit. Signal: page-changed (). */
#define QD_TYPE_SHELL (qd_shell_get_type ())
G_DECLARE_FINAL_TYPE (QdShell, qd_shell, QD, SHELL, GtkWidget)

GtkWidget *qd_shell_new (QdWorkspace *workspace) G_GNUC_WARN_UNUSED_RESULT;
/** Shows the page, also where the sidebar covers it. "overview", "profile", "substances", "declarations", "outbox", "packs" */
void qd_shell_show_page (QdShell *self, const char *name);
/** By place in the sidebar, from 0. */
void qd_shell_show_nth_page (QdShell *self, guint n);
/** (nullable) */
QdPage *qd_shell_get_page (QdShell *self);

G_END_DECLS
