/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libxml/tree.h>

#include "qd-pack-list.h"

G_BEGIN_DECLS

/** @node: the element "list" of pack.xml */
QdPackList *qd_pack_list_new (xmlNode *node, const char *name) G_GNUC_WARN_UNUSED_RESULT;
void qd_pack_list_free (QdPackList *self);
/** Learns from its rows what pack.xml does not say. */
void qd_pack_list_read (QdPackList *self, GBytes *csv);
/** Appends the rows of a list of substances to those of others, under one head. */
void qd_pack_list_append_rows (const QdPackList *self, GBytes *csv, GString *out);

G_END_DECLS
