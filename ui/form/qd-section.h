/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-instance.h"

G_BEGIN_DECLS

/** QdSection: one page of the outline: a group or repeat at the top of the form, or the fields that stand there alone. */
typedef struct
{
  QdNodeId node; /* 0 for fields that stand alone */
  GArray *nodes; /* (element-type QdNodeId): what the page shows, in order */
  char *title;
} QdSection;

/** (element-type QdSection): all sections, the not relevant ones too */
GPtrArray *qd_sections_new (QdInstance *instance) G_GNUC_WARN_UNUSED_RESULT;
gboolean qd_section_is_relevant (const QdSection *self, QdInstance *instance);
/** Required fields filled and in all. */
void qd_section_count (const QdSection *self, QdInstance *instance, guint *filled_out, guint *total_out);
/** The worst finding: -1 none. Unless @checked, empty required fields are not counted. @n_out: how many findings of that severity. */
int qd_section_worst (const QdSection *self, QdInstance *instance, gboolean checked, guint *n_out);
/** The node of the first critical finding, or 0. */
QdNodeId qd_section_find_critical (const QdSection *self, QdInstance *instance);
/** Does @path, positioned, lie in it? */
gboolean qd_section_holds (const QdSection *self, QdInstance *instance, QdNodeId node);
/** Something was filled in. */
gboolean qd_section_is_started (const QdSection *self, QdInstance *instance);
/** Fields people see: not values of the model alone, not groups without any field. */
gboolean qd_node_is_shown (QdInstance *instance, QdNodeId node);

G_END_DECLS
