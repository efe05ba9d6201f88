/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-board-item"
#include "config.h"
#include "qd-board-item.h"

#include <glib/gi18n.h>
#include "qd-look.h"

struct _QdBoardItem
{
  GObject parent_instance;
  QdEnterprise *enterprise; /* (owned) */
  const QdBoardRow *row;    /* (not owned): of the enterprise */
  char *title;              /* (owned) */
};

G_DEFINE_FINAL_TYPE (QdBoardItem, qd_board_item, G_TYPE_OBJECT)

static const struct
{
  const char *title;
  const char *icon;
  const char *css;
  const char *order;
} columns[] = {
  [QD_BOARD_DUE] = { NC_ ("cockpit", "Due soon"), "qd-clock-symbolic", "qd-warning", NC_ ("cockpit", "by date") },
  [QD_BOARD_RETURNED] = { NC_ ("cockpit", "Returned"), "qd-return-symbolic", "qd-warning", NC_ ("cockpit", "by days") },
  [QD_BOARD_UNSIGNED] = { NC_ ("cockpit", "To be sealed"), "qd-seal-symbolic", "qd-info", NC_ ("cockpit", "checked") },
  [QD_BOARD_WAITING] = { NC_ ("cockpit", "Filed, awaiting result"), "qd-plane-symbolic", "qd-info", NC_ ("cockpit", "not accepted yet") },
  [QD_BOARD_DRAFTS] = { NC_ ("cockpit", "Drafts"), "qd-draft-symbolic", NULL, NC_ ("cockpit", "oldest first") },
};

static const struct
{
  const char *word;
  const char *icon;
} holders[] = {
  [QD_HOLDER_US] = { NC_ ("cockpit", "With us"), "qd-person-symbolic" },
  [QD_HOLDER_ENTERPRISE] = { NC_ ("cockpit", "With the enterprise"), "qd-factory-symbolic" },
  [QD_HOLDER_LABORATORY] = { NC_ ("cockpit", "With the laboratory"), "qd-flask-symbolic" },
  [QD_HOLDER_AUTHORITY] = { NC_ ("cockpit", "With the authority"), "qd-law-symbolic" },
};

static void
qd_board_item_finalize (GObject *object)
{
  QdBoardItem *self = QD_BOARD_ITEM (object);

  g_clear_object (&self->enterprise);
  g_free (self->title);
  G_OBJECT_CLASS (qd_board_item_parent_class)->finalize (object);
}

static void
qd_board_item_class_init (QdBoardItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_board_item_finalize;
}

static void
qd_board_item_init (QdBoardItem *self)
{
}

QdBoardItem *
qd_board_item_new (QdEnterprise *enterprise, const QdBoardRow *row, QdPack *pack)
{
  QdBoardItem *self = g_object_new (QD_TYPE_BOARD_ITEM, NULL);
  QdForm *form = row->title == NULL && row->form_id != NULL ? qd_pack_get_form (pack, row->form_id, NULL) : NULL;

  self->enterprise = g_object_ref (enterprise);
  self->row = row;
  if (row->title != NULL)
    self->title = g_strdup (row->title);
  else
    {
      const char *name = form != NULL ? qd_form_get_title (form, qd_look_get_language ()) : row->form_id;
      g_autofree char *period = qd_look_period (row->period);
      /* Translators: form, period */
      self->title = *period != '\0' ? g_strdup_printf (C_ ("cockpit", "%s, %s"), name, period) : g_strdup (name);
    }
  return self;
}

QdEnterprise *
qd_board_item_get_enterprise (QdBoardItem *self)
{
  return self->enterprise;
}

const QdBoardRow *
qd_board_item_get_row (QdBoardItem *self)
{
  return self->row;
}

const char *
qd_board_item_get_title (QdBoardItem *self)
{
  return self->title;
}

const char *
qd_board_item_get_icon (QdBoardItem *self)
{
  const QdBoardRow *row = self->row;

  switch (row->column)
    {
    case QD_BOARD_DUE:
      return row->days < 0 ? "qd-critical-symbolic" : "qd-clock-symbolic";
    case QD_BOARD_RETURNED:
      return "qd-return-symbolic";
    case QD_BOARD_WAITING:
      return row->percent >= 0 ? "qd-plane-symbolic" : qd_look_state_icon (row->state);
    default:
      return qd_look_severity_icon (row->critical > 0 ? QD_SEVERITY_CRITICAL : row->unexplained > 0 ? (int) QD_SEVERITY_POSSIBLE
                                                                                                    : -1);
    }
}

const char *
qd_board_item_get_css (QdBoardItem *self)
{
  const QdBoardRow *row = self->row;

  switch (row->column)
    {
    case QD_BOARD_DUE:
      return row->days < 0 ? "qd-error" : "qd-warning";
    case QD_BOARD_RETURNED:
      return "qd-warning";
    case QD_BOARD_WAITING:
      return "qd-info";
    default:
      return qd_look_severity_css (row->critical > 0 ? QD_SEVERITY_CRITICAL : row->unexplained > 0 ? (int) QD_SEVERITY_POSSIBLE
                                                                                                   : -1);
    }
}

static char *
dup_findings (const QdBoardRow *row)
{
  if (row->critical > 0)
    return g_strdup_printf (ngettext ("%u to fix", "%u to fix", row->critical), row->critical);
  if (row->unexplained > 0)
    return g_strdup_printf (ngettext ("%u to explain", "%u to explain", row->unexplained), row->unexplained);
  return g_strdup (C_ ("cockpit", "Nothing to fix"));
}

char *
qd_board_item_dup_chip (QdBoardItem *self)
{
  const QdBoardRow *row = self->row;

  switch (row->column)
    {
    case QD_BOARD_DUE:
      if (row->days < 0)
        return g_strdup_printf (ngettext ("%d day overdue", "%d days overdue", -row->days), -row->days);
      if (row->days == 0)
        return g_strdup (C_ ("cockpit", "Today"));
      return g_strdup_printf (ngettext ("%d day left", "%d days left", row->days), row->days);
    case QD_BOARD_RETURNED:
      if (row->points == 0)
        return g_strdup (qd_look_state_word (QD_STATE_RETURNED));
      return g_strdup_printf (ngettext ("%u point", "%u points", row->points), row->points);
    case QD_BOARD_WAITING:
      return g_strdup (row->percent >= 0 ? C_ ("cockpit", "Sending") : qd_look_state_word (row->state));
    default:
      return dup_findings (row);
    }
}

const char *
qd_holder_get_word (QdHolder holder)
{
  return g_dpgettext2 (NULL, "cockpit", holders[holder].word);
}

const char *
qd_board_item_get_who_icon (QdBoardItem *self)
{
  return holders[self->row->holder].icon;
}

/* What is known beside the holder, "" for nothing: what somebody noted goes before what can be counted. */
static char *
dup_detail (const QdBoardRow *row)
{
  if (*row->note != '\0')
    return g_strdup (row->note);
  switch (row->column)
    {
    case QD_BOARD_DUE:
      if (row->declaration == 0)
        return g_strdup (C_ ("cockpit", "not begun"));
      return row->critical > 0 ? dup_findings (row) : g_strdup (qd_look_state_word (row->state));
    case QD_BOARD_RETURNED:
      if (row->days == 0)
        return g_strdup (C_ ("cockpit", "returned today"));
      return g_strdup_printf (ngettext ("for %d day", "for %d days", row->days), row->days);
    case QD_BOARD_WAITING:
      if (row->percent >= 0)
        return g_strdup_printf ("%d%%", row->percent);
      if (row->state == QD_STATE_SEALED)
        return g_strdup (C_ ("cockpit", "not sent yet"));
      return g_strdup_printf (ngettext ("%d day so far", "%d days so far", row->days), row->days);
    default:
      if (row->days == 0)
        return g_strdup (C_ ("cockpit", "edited today"));
      return g_strdup_printf (ngettext ("edited %d day ago", "edited %d days ago", row->days), row->days);
    }
}

char *
qd_board_item_dup_who (QdBoardItem *self)
{
  g_autofree char *detail = dup_detail (self->row);

  /* Translators: who has to do the next thing; what is known of it */
  return g_strdup_printf (C_ ("cockpit", "%s, %s"), qd_holder_get_word (self->row->holder), detail);
}

char *
qd_board_item_dup_label (QdBoardItem *self)
{
  g_autofree char *chip = qd_board_item_dup_chip (self);
  g_autofree char *who = qd_board_item_dup_who (self);
  const char *name = qd_enterprise_get_name (self->enterprise);

  if (qd_enterprise_is_held (self->enterprise))
    /* Translators: enterprise, duty or declaration, state, who has to do the next thing */
    return g_strdup_printf (_ ("%s (in use on another computer), %s, %s, %s"), name, self->title, chip, who);
  /* Translators: enterprise, duty or declaration, state, who has to do the next thing */
  return g_strdup_printf (C_ ("cockpit", "%s, %s, %s, %s"), name, self->title, chip, who);
}

const char *
qd_board_column_get_title (QdBoardColumn column)
{
  return g_dpgettext2 (NULL, "cockpit", columns[column].title);
}

const char *
qd_board_column_get_icon (QdBoardColumn column)
{
  return columns[column].icon;
}

const char *
qd_board_column_get_css (QdBoardColumn column)
{
  return columns[column].css;
}

const char *
qd_board_column_get_order (QdBoardColumn column)
{
  return g_dpgettext2 (NULL, "cockpit", columns[column].order);
}
