/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-workspace.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/** A small window that asks which form, period and site, makes the declaration and opens it (win.open-declaration). */
void qd_new_declaration_show (GtkWindow *parent, QdWorkspace *workspace);
/** The period a form is usually filed for on that day: the last whole year, quarter or month; the day itself for events. */
char *qd_new_declaration_dup_period (QdForm *form, GDateTime *today) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
