/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-duties.h"
#include "qd-workspace.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/** Asks for a file and writes the deadlines of twelve months into it: a calendar (.ics) or, when the name ends so, a PDF. */
void qd_calendar_export_ask (GtkWidget *from, QdWorkspace *workspace, QdAssessed *assessed);
/** (blocking) Writes @path; the ending decides what. */
gboolean qd_calendar_export_write (QdWorkspace *workspace, QdAssessed *assessed, const char *path, GError **error);

G_END_DECLS
