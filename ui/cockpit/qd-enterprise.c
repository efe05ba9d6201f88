/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-enterprise"
#include "config.h"
#include "qd-enterprise.h"

#include <glib/gi18n.h>
#include <string.h>

struct _QdEnterprise
{
  GObject parent_instance;
  char *path;         /* (owned) */
  char *name;         /* (owned) */
  char *today;        /* (owned): the day it was read for */
  QdSummary *summary; /* (owned) (nullable) */
  GError *error;      /* (owned) (nullable) */
  GPtrArray *rows;    /* (owned) (element-type QdBoardRow) */
  char *digest;       /* (owned): of all that is shown */
};

G_DEFINE_FINAL_TYPE (QdEnterprise, qd_enterprise, G_TYPE_OBJECT)

static void
qd_enterprise_finalize (GObject *object)
{
  QdEnterprise *self = QD_ENTERPRISE (object);

  g_free (self->path);
  g_free (self->name);
  g_free (self->today);
  g_clear_pointer (&self->summary, qd_summary_free);
  g_clear_error (&self->error);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_free (self->digest);
  G_OBJECT_CLASS (qd_enterprise_parent_class)->finalize (object);
}

static void
qd_enterprise_class_init (QdEnterpriseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_enterprise_finalize;
}

static void
qd_enterprise_init (QdEnterprise *self)
{
}

static char *
dup_digest (QdEnterprise *self)
{
  g_autoptr (GString) text = g_string_new (self->name);
  const QdSummary *summary = self->summary;

  g_string_append_printf (text, "\n%s\n%s\n", self->today, self->error != NULL ? self->error->message : "");
  if (summary != NULL)
    g_string_append_printf (text, "%s\n%s\n%s\n%s\n%u %d %s\n", summary->region, summary->industry, summary->person, summary->date, summary->maybe, summary->is_held, summary->holder != NULL ? summary->holder : "");
  for (guint i = 0; i < self->rows->len; i++)
    {
      const QdBoardRow *row = self->rows->pdata[i];
      g_string_append_printf (text, "%d %" G_GINT64_FORMAT " %d %d %d %d %u %u %u %d\n%s\n%s\n%s\n%s\n%s\n", row->column, row->declaration, row->state, row->days, row->statutory, row->holder, row->points, row->critical, row->unexplained, row->percent, row->title != NULL ? row->title : "", row->form_id != NULL ? row->form_id : "", row->period, row->due, row->note);
    }
  for (guint i = 0; summary != NULL && i < summary->duties->len; i++)
    {
      const QdSummaryDuty *duty = summary->duties->pdata[i];
      g_string_append_printf (text, "%s\n%s\n%s\n%" G_GINT64_FORMAT "\n", duty->title, duty->due, duty->site, duty->declaration);
    }
  for (guint i = 0; summary != NULL && i < summary->deliveries->len; i++)
    {
      const QdSummaryDelivery *delivery = summary->deliveries->pdata[i];
      g_string_append_printf (text, "%" G_GINT64_FORMAT " %d %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n%s\n%s\n", delivery->declaration, delivery->state, delivery->offset, delivery->changed_at, delivery->target, delivery->problem);
    }
  return g_compute_checksum_for_string (G_CHECKSUM_SHA1, text->str, (gssize) text->len);
}

QdEnterprise *
qd_enterprise_read (const char *path, QdPack *pack, const char *today)
{
  QdEnterprise *self = g_object_new (QD_TYPE_ENTERPRISE, NULL);

  self->path = g_strdup (path);
  self->today = g_strdup (today);
  self->summary = qd_summary_read (path, &self->error);
  if (self->summary != NULL)
    self->rows = qd_board_list (self->summary, pack, today);
  else
    self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_board_row_free);
  if (self->summary != NULL && *self->summary->name != '\0')
    self->name = g_strdup (self->summary->name);
  else
    {
      self->name = g_filename_display_basename (path);
      if (g_str_has_suffix (self->name, ".qingdan"))
        self->name[strlen (self->name) - strlen (".qingdan")] = '\0';
    }
  self->digest = dup_digest (self);
  return self;
}

gboolean
qd_enterprise_is_same (QdEnterprise *self, QdEnterprise *other)
{
  return g_str_equal (self->path, other->path) && g_str_equal (self->digest, other->digest);
}

const char *
qd_enterprise_get_path (QdEnterprise *self)
{
  return self->path;
}

const char *
qd_enterprise_get_name (QdEnterprise *self)
{
  return self->name;
}

const QdSummary *
qd_enterprise_get_summary (QdEnterprise *self)
{
  return self->summary;
}

const GError *
qd_enterprise_get_error (QdEnterprise *self)
{
  return self->error;
}

gboolean
qd_enterprise_is_held (QdEnterprise *self)
{
  return self->summary != NULL && self->summary->is_held;
}

GPtrArray *
qd_enterprise_get_rows (QdEnterprise *self)
{
  return self->rows;
}

guint
qd_enterprise_count (QdEnterprise *self, QdBoardColumn column, int from, int to)
{
  guint n = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      const QdBoardRow *row = self->rows->pdata[i];
      if (row->column == column && row->days >= from && row->days <= to)
        n++;
    }
  return n;
}

int
qd_enterprise_get_age (QdEnterprise *self)
{
  if (self->summary == NULL || *self->summary->date == '\0')
    return -1;
  return MAX (qd_board_days_between (self->summary->date, self->today), 0);
}

void
qd_mark_clear (QdMark *self)
{
  g_clear_pointer (&self->words, g_free);
}

void
qd_enterprise_get_mark (QdEnterprise *self, QdMark *mark_out)
{
  guint overdue = qd_enterprise_count (self, QD_BOARD_DUE, G_MININT, -1);
  guint soon = qd_enterprise_count (self, QD_BOARD_DUE, 0, 7);
  guint returned = qd_enterprise_count (self, QD_BOARD_RETURNED, G_MININT, G_MAXINT);

  if (self->error != NULL)
    *mark_out = (QdMark){ "qd-possible-symbolic", "qd-warning", 0, g_strdup (self->error->message) };
  else if (overdue > 0)
    *mark_out = (QdMark){ "qd-critical-symbolic", "qd-error", overdue, g_strdup_printf (ngettext ("%u overdue", "%u overdue", overdue), overdue) };
  else if (returned > 0)
    *mark_out = (QdMark){ "qd-return-symbolic", "qd-warning", returned, g_strdup_printf (ngettext ("%u returned", "%u returned", returned), returned) };
  else if (soon > 0)
    *mark_out = (QdMark){ "qd-clock-symbolic", "qd-warning", soon, g_strdup_printf (ngettext ("%u within 7 days", "%u within 7 days", soon), soon) };
  else if (self->summary->counted_at == 0)
    *mark_out = (QdMark){ "qd-maybe-symbolic", "qd-maybe", 0, g_strdup (_ ("duties not counted yet")) };
  else if (self->summary->maybe > 0)
    *mark_out = (QdMark){ "qd-maybe-symbolic", "qd-maybe", self->summary->maybe, g_strdup_printf (ngettext ("%u to be answered", "%u to be answered", self->summary->maybe), self->summary->maybe) };
  else
    *mark_out = (QdMark){ "qd-check-symbolic", "qd-ok", 0, g_strdup (_ ("nothing urgent")) };
}
