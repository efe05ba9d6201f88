/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-duty-item.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * QdMonthStrip: twelve months from the present one on, one focusable cell each, with what is due in them. A cell is named in full for
 * screen readers; choosing one filters the table.
 * Signal: chosen (guint month): year × 12 + month - 1, or 0 when none is chosen any more.
 */
#define QD_TYPE_MONTH_STRIP (qd_month_strip_get_type ())
G_DECLARE_FINAL_TYPE (QdMonthStrip, qd_month_strip, QD, MONTH_STRIP, GtkWidget)

#define QD_MONTHS 12

GtkWidget *qd_month_strip_new (void) G_GNUC_WARN_UNUSED_RESULT;
/** @items: (element-type QdDutyItem): those of QD_DUTY_VIEW_YEAR; @today decides which months are shown. Late ones stand in the present month. */
void qd_month_strip_set_items (QdMonthStrip *self, const char *today, GListModel *items);
/** What stands in a month, of whatever kind. */
typedef struct
{
  guint month; /* year × 12 + month - 1 */
  char *day;   /* "2026-11-24" */
  char *label; /* short */
  QdDutyGroup group;
} QdMonthEntry;
void qd_month_entry_free (QdMonthEntry *self);
/** @entries: (element-type QdMonthEntry): in their order */
void qd_month_strip_set_entries (QdMonthStrip *self, const char *today, GPtrArray *entries);
guint qd_month_strip_get_chosen (QdMonthStrip *self);
void qd_month_strip_choose (QdMonthStrip *self, guint month);
/** The month in which a row stands in the strip; 0: in none, or done. */
guint qd_month_strip_month_of (QdDutyItem *item, guint present);
/** (nullable): what a screen reader says of a cell, from 0 */
const char *qd_month_strip_get_name (QdMonthStrip *self, guint cell);
guint qd_month_strip_parse (const char *date);

G_END_DECLS
