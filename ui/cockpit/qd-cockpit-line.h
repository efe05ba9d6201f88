/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-cockpit.h"
#include "qd-duty-item.h"

G_BEGIN_DECLS

/** QdCockpitLine: one row of a list over all enterprises: words, and what it opens. Immutable once in a list. */
#define QD_TYPE_COCKPIT_LINE (qd_cockpit_line_get_type ())
G_DECLARE_FINAL_TYPE (QdCockpitLine, qd_cockpit_line, QD, COCKPIT_LINE, GObject)

struct _QdCockpitLine
{
  GObject parent_instance;
  char *path;         /* (owned) (nullable): of the workspace; NULL: the row opens nothing */
  gint64 declaration; /* 0: the workspace as such */
  char *name;         /* (owned): bold: the enterprise */
  char *title;        /* (owned) */
  char *note;         /* (owned): "" */
  const char *icon;   /* of the chip */
  const char *css;    /* (nullable) */
  char *chip;         /* (owned) */
  char *day;          /* (owned): ISO date, "" */
  guint month;        /* as QdMonthStrip counts; 0 none */
  QdDutyGroup group;  /* of deadlines */
  int state;          /* QdState of deliveries; -1 */
  gint64 order;       /* smaller ones first */
};

/* What the lists show, in their order. (element-type QdCockpitLine) */

/** Open deadlines: late ones and the next one of each duty, as they were last counted. */
GListStore *qd_cockpit_lines_of_calendar (QdCockpit *cockpit, const char *today) G_GNUC_WARN_UNUSED_RESULT;
/** The newest delivery of each declaration, latest change first. */
GListStore *qd_cockpit_lines_of_deliveries (QdCockpit *cockpit) G_GNUC_WARN_UNUSED_RESULT;
/** The pack in use, and which versions of its forms the declarations were made with. */
GListStore *qd_cockpit_lines_of_packs (QdCockpit *cockpit) G_GNUC_WARN_UNUSED_RESULT;

/** The word of a delivery's state; one that is queued is sealed, and not sent. */
const char *qd_cockpit_delivery_word (QdState state);

/* Rows as the lists of the cockpit draw them. */

GtkWidget *qd_cockpit_row_new (void) G_GNUC_WARN_UNUSED_RESULT;
/** @note: a third line, "" for none. Names the row for screen readers. */
void qd_cockpit_row_set (GtkWidget *row, const char *name, const char *title, const char *note, const char *icon, const char *chip, const char *css);

G_END_DECLS
