/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-cockpit.h"
#include "qd-page.h"

G_BEGIN_DECLS

/**
 * QdCockpitShell: sidebar and pages over many enterprises. Pages are made at first visit.
 * Actions: cockpit.open (path, declaration or 0), .add-file, .add-folder, .retry (path), .remove (path), .person (path), .refresh, .check-all,
 * .cancel-check. Signals: page-changed (); open (const char *path, gint64 declaration): a workspace is to be shown in its own window.
 */
#define QD_TYPE_COCKPIT_SHELL (qd_cockpit_shell_get_type ())
G_DECLARE_FINAL_TYPE (QdCockpitShell, qd_cockpit_shell, QD, COCKPIT_SHELL, GtkWidget)

GtkWidget *qd_cockpit_shell_new (QdCockpit *cockpit) G_GNUC_WARN_UNUSED_RESULT;
/** "board", "enterprises", "calendar", "deliveries", "packs", "check" */
void qd_cockpit_shell_show_page (QdCockpitShell *self, const char *name);
/** By place in the sidebar, from 0. */
void qd_cockpit_shell_show_nth_page (QdCockpitShell *self, guint n);
/** (nullable) */
QdPage *qd_cockpit_shell_get_page (QdCockpitShell *self);

G_END_DECLS
