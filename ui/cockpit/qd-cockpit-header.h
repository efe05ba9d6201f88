/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What the pages of the cockpit have in common. Actions: cockpit.add-file, cockpit.add-folder. */

/** A header bar with the button "Add enterprise". */
GtkWidget *qd_cockpit_header_new (const char *title) G_GNUC_WARN_UNUSED_RESULT;
/** "2026-11-24 Tuesday" */
char *qd_cockpit_dup_today (void) G_GNUC_WARN_UNUSED_RESULT;
/** The page without an enterprise. */
GtkWidget *qd_cockpit_empty_new (void) G_GNUC_WARN_UNUSED_RESULT;
/** The page while the first summaries are read. */
GtkWidget *qd_cockpit_loading_new (void) G_GNUC_WARN_UNUSED_RESULT;
/** A card that clips what it holds. */
GtkWidget *qd_cockpit_card_new (GtkWidget *child) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
