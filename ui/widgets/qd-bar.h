/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/** QdBar: an inline bar: icon, one sentence, at most one button. Hidden until it has something to say. */
#define QD_TYPE_BAR (qd_bar_get_type ())
G_DECLARE_FINAL_TYPE (QdBar, qd_bar, QD, BAR, GtkWidget)

GtkWidget *qd_bar_new (void) G_GNUC_WARN_UNUSED_RESULT;
/** @css: "error", "warning", "ok" or NULL. @button: (nullable), with the detailed @action it runs. @text NULL hides the bar. */
void qd_bar_show (QdBar *self, const char *css, const char *text, const char *button, const char *action);
const char *qd_bar_get_text (QdBar *self);

G_END_DECLS
