/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-duty-item.h"
#include "qd-workspace.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/** A small window that asks how a period of a duty stands: done on a day, with note and evidence, or waiting for somebody. */
GtkWidget *qd_duty_mark_show (GtkWindow *parent, QdWorkspace *workspace, QdDutyItem *item);
/** A window with all duties that do not apply, each with "because …". */
GtkWidget *qd_duty_not_applicable_show (GtkWindow *parent, QdAssessed *assessed);
/**
 * Does what the row's button says: goes to the missing input, makes or opens the declaration, or asks how the duty stands. @from: a
 * widget in the window.
 */
void qd_duty_run (GtkWidget *from, QdWorkspace *workspace, QdDutyItem *item);

G_END_DECLS
