/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-table-model.h"

G_BEGIN_DECLS

/**
 * QdMemoryTable: a QdTableModel over plain texts with undo, for tests, the demo and the benchmark. Numbers and dates that do
 * not parse, and codes that are no choice, are critical, with a fix where there is one.
 */
#define QD_TYPE_MEMORY_TABLE (qd_memory_table_get_type ())
G_DECLARE_FINAL_TYPE (QdMemoryTable, qd_memory_table, QD, MEMORY_TABLE, GObject)

/** Further flags of a cell; (nullable) text of its message. */
typedef QdCellFlags (*QdMemoryRule) (QdMemoryTable *self, guint row, guint column, char **message_out, char **fix_out);

QdMemoryTable *qd_memory_table_new (void);
/** @spec: "type:title:unit:options", type one of text number date choice yesno; options of c (computed), t (total), m (multiple) */
void qd_memory_table_add_column (QdMemoryTable *self, const char *spec);
/** @choices: (array zero-terminated=1): value, label by turns */
void qd_memory_table_set_choices (QdMemoryTable *self, guint column, const char *const *choices);
/** Choices of @column in rows where @by holds @value: a cascade. */
void qd_memory_table_add_cascade (QdMemoryTable *self, guint column, guint by, const char *value, const char *const *choices);
void qd_memory_table_set_rule (QdMemoryTable *self, QdMemoryRule rule);
void qd_memory_table_set_fixed_rows (QdMemoryTable *self, gboolean fixed);
/** The next set_cells() call, counted from 0, fails. -1: none. */
void qd_memory_table_fail_at (QdMemoryTable *self, int call);
/** Appends without undo; cells separated by tabs. */
void qd_memory_table_append (QdMemoryTable *self, const char *line);
/** Borrowed, never NULL. */
const char *qd_memory_table_peek (QdMemoryTable *self, guint row, guint column);
guint qd_memory_table_get_n_steps (QdMemoryTable *self);
const char *qd_memory_table_get_last_step (QdMemoryTable *self);
gboolean qd_memory_table_undo (QdMemoryTable *self);
/** All cells, tabs and newlines. */
char *qd_memory_table_dump (QdMemoryTable *self);

G_END_DECLS
