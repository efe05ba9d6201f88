/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/** QdFirstRun: the page without a workspace: new, open, demo; takes dropped .qingdan files. Actions: win.new, win.open, win.demo, win.open-file. */
#define QD_TYPE_FIRST_RUN (qd_first_run_get_type ())
G_DECLARE_FINAL_TYPE (QdFirstRun, qd_first_run, QD, FIRST_RUN, GtkWidget)

GtkWidget *qd_first_run_new (void) G_GNUC_WARN_UNUSED_RESULT;
/** Shows @text in the bar; @missing: (nullable): path of a file to try again. */
void qd_first_run_show_problem (QdFirstRun *self, const char *text, const char *missing);
/** "Pack cn 2026.11", or why it cannot be read. */
void qd_first_run_set_pack (QdFirstRun *self, const char *text);

G_END_DECLS
