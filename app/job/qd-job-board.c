/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-job-board"
#include "config.h"

#include "qd-job-board.h"

#include <stdio.h>
#include <string.h>

#include "qd-receipt.h"

void
qd_board_row_free (QdBoardRow *self)
{
  g_free (self->title);
  g_free (self->form_id);
  g_free (self->period);
  g_free (self->site);
  g_free (self->due);
  g_free (self->note);
  g_free (self);
}

static gboolean
parse_date (const char *text, GDate *date)
{
  int year, month, day, end = 0;

  g_date_clear (date, 1);
  if (sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day, &end) != 3 || text[end] != '\0' || !g_date_valid_dmy ((GDateDay) CLAMP (day, 0, 99), (GDateMonth) CLAMP (month, 0, 99), (GDateYear) CLAMP (year, 0, 9999)))
    return FALSE;
  g_date_set_dmy (date, (GDateDay) day, (GDateMonth) month, (GDateYear) year);
  return TRUE;
}

int
qd_board_days_between (const char *from, const char *to)
{
  GDate a, b;

  return parse_date (from, &a) && parse_date (to, &b) ? g_date_days_between (&a, &b) : 0;
}

/* Days since a moment, by the calendar of this place. */
static int
count_days_since (gint64 moment, const char *today)
{
  g_autoptr (GDateTime) time = moment > 0 ? g_date_time_new_from_unix_local (moment) : NULL;
  g_autofree char *day = time ? g_date_time_format (time, "%Y-%m-%d") : NULL;

  return day ? MAX (qd_board_days_between (day, today), 0) : 0;
}

static const QdDeclaration *
find_declaration (const QdSummary *summary, gint64 id)
{
  for (guint i = 0; id != 0 && i < summary->declarations->len; i++)
    {
      const QdDeclaration *row = summary->declarations->pdata[i];
      /* An amendment stands for what it amends. */
      if (row->id == id || row->amends == id)
        return row;
    }
  return NULL;
}

static const QdSummaryDelivery *
find_delivery (const QdSummary *summary, gint64 declaration)
{
  for (guint i = 0; declaration != 0 && i < summary->deliveries->len; i++)
    {
      const QdSummaryDelivery *row = summary->deliveries->pdata[i];
      if (row->declaration == declaration)
        return row;
    }
  return NULL;
}

static const QdSummaryDuty *
find_duty (const QdSummary *summary, const QdDeclaration *declaration)
{
  for (guint i = 0; i < summary->duties->len; i++)
    {
      const QdSummaryDuty *duty = summary->duties->pdata[i];
      if (duty->declaration == declaration->id || (declaration->amends != 0 && duty->declaration == declaration->amends))
        return duty;
    }
  return NULL;
}

static guint
count_points (const QdSummaryDelivery *delivery)
{
  g_autoptr (QdReceipt) receipt = delivery && delivery->answer ? qd_receipt_read (delivery->answer, NULL, NULL, NULL) : NULL;

  return receipt && receipt->points ? receipt->points->len : 0;
}

static QdBoardRow *
new_row (QdBoardColumn column, const QdDeclaration *declaration)
{
  QdBoardRow *row = g_new0 (QdBoardRow, 1);

  row->column = column;
  row->percent = -1;
  row->holder = QD_HOLDER_US;
  if (declaration)
    {
      row->declaration = declaration->id;
      row->state = declaration->state;
      row->critical = declaration->critical;
      row->unexplained = declaration->unexplained;
    }
  return row;
}

static QdBoardRow *
new_duty_row (const QdSummary *summary, const QdSummaryDuty *duty, const char *today)
{
  const QdDeclaration *declaration = find_declaration (summary, duty->declaration);
  GDate date;
  QdBoardRow *row;

  if (!parse_date (duty->due, &date) || qd_board_days_between (today, duty->due) > QD_BOARD_DAYS_AHEAD)
    return NULL;
  /* Accepted since the duties were counted, or with the receiver: nothing is left to be done by that day. */
  if (duty->declaration != 0 && (!declaration || declaration->state == QD_STATE_SENT || declaration->state == QD_STATE_RECEIVED))
    return NULL;
  row = new_row (QD_BOARD_DUE, declaration);
  row->title = g_strdup (duty->title);
  row->form_id = g_strdup (duty->form_id);
  row->period = g_strdup (duty->period);
  row->site = g_strdup (duty->site);
  row->days = qd_board_days_between (today, duty->due);
  row->due = g_strdup (duty->due);
  row->statutory = duty->statutory;
  row->holder = duty->holder;
  row->note = g_strdup (duty->note);
  return row;
}

static QdBoardRow *
fill_row (QdBoardRow *row, const QdSummary *summary, const QdDeclaration *declaration)
{
  const QdSummaryDuty *duty = find_duty (summary, declaration);

  row->form_id = g_strdup (declaration->form_id);
  row->period = g_strdup (declaration->period);
  row->site = g_strdup (declaration->site ? declaration->site : "");
  row->due = g_strdup (duty ? duty->due : "");
  row->statutory = duty && duty->statutory;
  /* What was sent lies with the authority, whatever was noted before. */
  if (declaration->state == QD_STATE_SENT || declaration->state == QD_STATE_RECEIVED)
    row->holder = QD_HOLDER_AUTHORITY;
  else if (duty)
    row->holder = duty->holder;
  row->note = g_strdup (duty && row->holder == duty->holder ? duty->note : "");
  return row;
}

static QdBoardRow *
new_draft_row (const QdSummary *summary, const QdDeclaration *declaration, const char *today)
{
  QdBoardRow *row;

  if (declaration->state > QD_STATE_CHECKED)
    return NULL;
  row = new_row (QD_BOARD_DRAFTS, declaration);
  row->days = count_days_since (declaration->edited_at, today);
  return fill_row (row, summary, declaration);
}

static QdBoardRow *
new_declaration_row (const QdSummary *summary, const QdDeclaration *declaration, const char *today)
{
  const QdSummaryDelivery *delivery = find_delivery (summary, declaration->id);
  const QdSummaryDelivery *before = find_delivery (summary, declaration->amends);
  gboolean is_returned = declaration->state == QD_STATE_RETURNED;
  QdBoardRow *row = NULL;

  if (declaration->state == QD_STATE_DRAFT && before && before->state == QD_STATE_RETURNED)
    delivery = before, is_returned = TRUE;
  if (is_returned)
    {
      row = new_row (QD_BOARD_RETURNED, declaration);
      row->days = count_days_since (delivery ? delivery->changed_at : declaration->edited_at, today);
      row->points = count_points (delivery);
    }
  else if (declaration->state == QD_STATE_CHECKED)
    {
      row = new_row (QD_BOARD_UNSIGNED, declaration);
      row->days = count_days_since (declaration->edited_at, today);
    }
  else if (declaration->state == QD_STATE_SEALED || declaration->state == QD_STATE_SENT || declaration->state == QD_STATE_RECEIVED)
    {
      row = new_row (QD_BOARD_WAITING, declaration);
      row->days = count_days_since (delivery ? delivery->changed_at : declaration->edited_at, today);
      if (declaration->state == QD_STATE_SEALED && delivery && delivery->offset > 0 && delivery->size > 0)
        row->percent = (int) CLAMP (delivery->offset * 100 / delivery->size, 0, 100);
    }
  return row ? fill_row (row, summary, declaration) : NULL;
}

static gboolean
is_declaration (QdPack *pack, const char *form_id)
{
  QdForm *form = qd_pack_get_form (pack, form_id, NULL);
  const char *kind = form ? qd_form_get_info (form, "kind") : NULL;

  return !kind || g_str_equal (kind, "declaration");
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  return qd_board_row_compare (*(const QdBoardRow *const *) a, *(const QdBoardRow *const *) b);
}

GPtrArray *
qd_board_list (const QdSummary *summary, QdPack *pack, const char *today)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_board_row_free);

  g_return_val_if_fail (summary != NULL && pack != NULL && today != NULL, rows);
  for (guint i = 0; i < summary->duties->len; i++)
    {
      QdBoardRow *row = new_duty_row (summary, summary->duties->pdata[i], today);
      if (row)
        g_ptr_array_add (rows, row);
    }
  for (guint i = 0; i < summary->declarations->len; i++)
    {
      const QdDeclaration *declaration = summary->declarations->pdata[i];
      QdBoardRow *made[2];

      if (!is_declaration (pack, declaration->form_id))
        continue;
      made[0] = new_declaration_row (summary, declaration, today);
      made[1] = new_draft_row (summary, declaration, today);
      for (guint n = 0; n < G_N_ELEMENTS (made); n++)
        if (made[n])
          g_ptr_array_add (rows, made[n]);
    }
  g_ptr_array_sort (rows, compare_places);
  return rows;
}

int
qd_board_row_compare (const QdBoardRow *a, const QdBoardRow *b)
{
  if (a->column != b->column)
    return a->column < b->column ? -1 : 1;
  if (a->days != b->days)
    return (a->days < b->days) == (a->column == QD_BOARD_DUE) ? -1 : 1;
  /* On the same day the law goes before our defaults. */
  if (a->statutory != b->statutory)
    return a->statutory ? -1 : 1;
  if (a->declaration != b->declaration)
    return a->declaration < b->declaration ? -1 : 1;
  return g_strcmp0 (a->title, b->title);
}
