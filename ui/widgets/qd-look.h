/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "qd-store.h"

G_BEGIN_DECLS

/* How meanings look: one icon, one colour class, one word each, the same everywhere. */

/** Makes icons and widget types of this program known; idempotent. Called by main() and by tests. */
void qd_look_init (void);
/** "zh-CN" or "en": the language of the texts of packs, chosen by the locale. */
const char *qd_look_get_language (void);

/** @severity: QdSeverity, or -1 for "fine". */
const char *qd_look_severity_icon (int severity);
const char *qd_look_severity_css (int severity);
const char *qd_look_severity_word (int severity);
const char *qd_look_state_icon (QdState state);
const char *qd_look_state_css (QdState state);
const char *qd_look_state_word (QdState state);

/** An icon and a few words on a tint. @css: "qd-error" … or NULL. */
GtkWidget *qd_chip_new (const char *icon, const char *text, const char *css) G_GNUC_WARN_UNUSED_RESULT;
void qd_chip_set (GtkWidget *chip, const char *icon, const char *text, const char *css);

/** Sets the name that screen readers and tests see. */
void qd_name (gpointer widget, const char *label);

/* The same for the row of a list view that shows `child`: a box says nothing in GTK 4.18. Call it when the row is bound. */
void qd_name_list_row (GtkWidget *child, const char *label);
/** A button with an icon only: the name is its tooltip and its accessible label. */
GtkWidget *qd_icon_button_new (const char *icon, const char *name, const char *action) G_GNUC_WARN_UNUSED_RESULT;
/** As gtk_actionable_set_detailed_action_name(), which in 4.8 looks at the new action with the old target and complains. */
void qd_set_action (GtkWidget *actionable, const char *detailed);
/** A label for text of unknown origin: wraps, left aligned, never markup. */
GtkWidget *qd_label_new (const char *text, const char *css) G_GNUC_WARN_UNUSED_RESULT;
/** An image beside text: decoration for screen readers. */
GtkWidget *qd_icon_new (const char *icon, const char *css) G_GNUC_WARN_UNUSED_RESULT;
/** What a side pane is made of: a column of rows, that scrolls. @box_out: (out) (transfer none): where the rows go */
GtkWidget *qd_scrolled_column_new (GtkWidget **box_out) G_GNUC_WARN_UNUSED_RESULT;
/** Takes all children out of a box or a grid. */
void qd_look_clear (GtkWidget *box);
/** Takes away one of our colour classes and puts on another; NULL: none. */
void qd_look_set_css (GtkWidget *widget, const char *css);

/** How much larger than usual the user wants text: 1.0 … 3.0. What is laid out in px by its text is multiplied by it. */
double qd_look_text_scale (void);

/** "24.1 MB" */
char *qd_look_size (gint64 bytes) G_GNUC_WARN_UNUSED_RESULT;
/** "2026 年度", "2026 年第 3 季度", "2026 年 11 月", else the date. */
char *qd_look_period (const char *period) G_GNUC_WARN_UNUSED_RESULT;
/** The time of day of today, else the date. */
char *qd_look_time (gint64 unix_seconds) G_GNUC_WARN_UNUSED_RESULT;
/** "1,460,000": separators for a plain number; any other text comes back as it is. */
char *qd_look_number (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/** What a person typed as a number, as instance text; what is no number comes back trimmed, for the check to name. */
char *qd_look_read_number (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/** The same for dates. */
char *qd_look_read_date (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/** The first 8 and last 8 digits of a digest. */
char *qd_look_digest (const char *hex) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
