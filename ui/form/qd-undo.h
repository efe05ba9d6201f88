/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-draft.h"

G_BEGIN_DECLS

/** Undoes or redoes a step of @draft; a big one in pieces, with a bar that can stop it. Tells what went wrong. @parent: in the window that shows the draft */
void qd_undo (GtkWidget *parent, QdDraft *draft, gboolean redo);

G_END_DECLS
