/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-section.h"

G_BEGIN_DECLS

/** QdOutline: the sections of a form with their state, and the progress. Signal: chosen (guint section). */
#define QD_TYPE_OUTLINE (qd_outline_get_type ())
G_DECLARE_FINAL_TYPE (QdOutline, qd_outline, QD, OUTLINE, GtkWidget)

/** @sections: (element-type QdSection): shared, must not change */
GtkWidget *qd_outline_new (QdInstance *instance, GPtrArray *sections) G_GNUC_WARN_UNUSED_RESULT;
/** Takes states and counts anew. @left: sections that were left with required fields empty say so (bit a section; borrowed GHashTable of indexes). */
void qd_outline_update (QdOutline *self, gboolean checked, GHashTable *left);
void qd_outline_select (QdOutline *self, guint section);
/** A line at the foot, for the persons; NULL hides it. */
void qd_outline_set_foot (QdOutline *self, const char *text);

G_END_DECLS
