/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-draft.h"
#include "qd-name-index.h"
#include "qd-table-model.h"

G_BEGIN_DECLS

/**
 * QdInstanceTable: a repeat of a form as a table. Columns are the fields of its rows that the form's body shows, nested groups
 * laid flat; repeats within the rows are left out, and counted.
 */
#define QD_TYPE_INSTANCE_TABLE (qd_instance_table_get_type ())
G_DECLARE_FINAL_TYPE (QdInstanceTable, qd_instance_table, QD, INSTANCE_TABLE, GObject)

/**
 * qd_instance_table_new:
 * @range: a %QD_NODE_REPEAT_RANGE of @instance
 * @draft: (nullable): whose instance it is: names the undo steps, knows last year's values, may be read-only
 */
QdInstanceTable *qd_instance_table_new (QdInstance *instance, QdNodeId range, QdDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
QdInstance *qd_instance_table_get_instance (QdInstanceTable *self);
QdNodeId qd_instance_table_get_range (QdInstanceTable *self);
/** The node of a cell; 0 when there is none. */
QdNodeId qd_instance_table_get_node (QdInstanceTable *self, guint row, guint column);
/** The cell of a node, for jumps: a node of the row that is no column gives column 0. FALSE when it lies outside the table. */
gboolean qd_instance_table_find (QdInstanceTable *self, QdNodeId node, guint *row_out, guint *column_out);
const QdField *qd_instance_table_get_field (QdInstanceTable *self, guint column);
/** Repeats within the rows: the page offers another way to them. */
guint qd_instance_table_get_n_nested (QdInstanceTable *self);
/** What fields with qd:suggest offer while they are typed; @names: (nullable) */
void qd_instance_table_set_names (QdInstanceTable *self, QdNameIndex *names);
/** Required fields that are still empty are marked only after a check (off at first): nobody is blamed for an untouched form. */
void qd_instance_table_set_show_required (QdInstanceTable *self, gboolean show);
gboolean qd_instance_table_get_show_required (QdInstanceTable *self);

G_END_DECLS
