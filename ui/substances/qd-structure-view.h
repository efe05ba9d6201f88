/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * QdStructureView: a structure, drawn in the colour of the text around it. Laid out in a thread; takes no room until then, and none when it
 * cannot be drawn. Screen readers hear its name and formula.
 */
#define QD_TYPE_STRUCTURE_VIEW (qd_structure_view_get_type ())
G_DECLARE_FINAL_TYPE (QdStructureView, qd_structure_view, QD, STRUCTURE_VIEW, GtkWidget)

/** @description: what screen readers hear */
GtkWidget *qd_structure_view_new (const char *smiles, const char *description) G_GNUC_WARN_UNUSED_RESULT;
gboolean qd_structure_view_is_drawn (QdStructureView *self);

G_END_DECLS
