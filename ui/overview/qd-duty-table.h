/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-duty-item.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * QdDutyTable: duties as a table with search and filters.
 * Signals: run (QdDutyItem *): its button was pressed; not-applicable (): the list of what does not apply is wanted;
 * view-changed (): a filter of the table's own was used.
 */
#define QD_TYPE_DUTY_TABLE (qd_duty_table_get_type ())
G_DECLARE_FINAL_TYPE (QdDutyTable, qd_duty_table, QD, DUTY_TABLE, GtkWidget)

GtkWidget *qd_duty_table_new (void) G_GNUC_WARN_UNUSED_RESULT;
void qd_duty_table_set_assessed (QdDutyTable *self, QdAssessed *assessed);
#define QD_DUTY_TABLE_ALL (-1)
#define QD_DUTY_TABLE_RETURNED (-2) /* those whose declaration was returned */
/** Only this QdDutyGroup, or one of the above. */
void qd_duty_table_set_group (QdDutyTable *self, int group);
int qd_duty_table_get_group (QdDutyTable *self);
guint qd_duty_table_get_month (QdDutyTable *self);
/** Only what stands in this month of the strip; 0: all. */
void qd_duty_table_set_month (QdDutyTable *self, guint month);
void qd_duty_table_set_view (QdDutyTable *self, QdDutyView view);
void qd_duty_table_set_search (QdDutyTable *self, const char *text);
void qd_duty_table_focus_search (QdDutyTable *self);
/** Leaves out citation and reason. */
void qd_duty_table_set_narrow (QdDutyTable *self, gboolean narrow);
/** Rows on screen (element-type QdDutyItem). */
GListModel *qd_duty_table_get_rows (QdDutyTable *self);

G_END_DECLS
