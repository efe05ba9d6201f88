/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-pack.h"
#include "qd-summary.h"

G_BEGIN_DECLS

/* What the cockpit shows of one workspace: which of its duties and declarations want somebody's attention, and whose. */

typedef enum
{
  QD_BOARD_DUE,      /* open duties, overdue or due within 30 days */
  QD_BOARD_RETURNED, /* returned, and amendments of such that are still drafts */
  QD_BOARD_UNSIGNED, /* checked, not sealed */
  QD_BOARD_WAITING,  /* sealed, neither accepted nor returned */
  QD_BOARD_N_COLUMNS,
  QD_BOARD_DRAFTS = QD_BOARD_N_COLUMNS, /* no column of the board: all that is not sealed, whether it stands in a column or not */
} QdBoardColumn;

#define QD_BOARD_DAYS_AHEAD 30

typedef struct
{
  QdBoardColumn column;
  char *title;   /* (nullable): of the duty; NULL: of the form */
  char *form_id; /* (nullable) */
  char *period;
  char *site;         /* as the duty or the declaration says: a code or a name; "" for none */
  gint64 declaration; /* 0: not begun */
  QdState state;      /* of the declaration */
  int days;           /* due: days left, negative when overdue; else days that it stands there */
  char *due;          /* "2026-11-24"; "" where there is none */
  gboolean statutory; /* @due is law, not a default of ours */
  QdHolder holder;
  char *note;        /* "" for none */
  guint points;      /* of a return; 0 when it does not say */
  guint critical;    /* of the declaration */
  guint unexplained; /* the same */
  int percent;       /* of the package that the receiver confirmed; -1 when nothing is under way */
} QdBoardRow;
void qd_board_row_free (QdBoardRow *self);

/**
 * qd_board_list: (any thread)
 * @pack: tells declarations from profile and register; forms that it does not know count as declarations
 * @today: ISO date
 *
 * Answers of receivers were verified when they were stored; they are verified again to be counted.
 *
 * Returns: (element-type QdBoardRow): in the order of qd_board_row_compare()
 */
GPtrArray *qd_board_list (const QdSummary *summary, QdPack *pack, const char *today) G_GNUC_WARN_UNUSED_RESULT;
/** By column; there what is most urgent, or stands longest, first. */
int qd_board_row_compare (const QdBoardRow *a, const QdBoardRow *b);
/** Days from one ISO date to another; 0 when one of them is none. */
int qd_board_days_between (const char *from, const char *to);

G_END_DECLS
