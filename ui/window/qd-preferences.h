/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-workspace.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/** Preferences: receivers of the workspace, appearance. @workspace: (nullable) */
void qd_preferences_show (GtkWindow *parent, QdWorkspace *workspace);

G_END_DECLS
