/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-declaration-item"
#include "config.h"
#include "qd-declaration-item.h"

#include <glib/gi18n.h>
#include "qd-look.h"

struct _QdDeclarationItem
{
  GObject parent_instance;
  QdDeclaration *record; /* (owned) */
  char *title;           /* (owned) */
  char *period;          /* (owned) */
  QdDutyItem *duty;      /* (owned) (nullable) */
  gboolean is_settled;   /* accepted, or amended */
};

G_DEFINE_FINAL_TYPE (QdDeclarationItem, qd_declaration_item, G_TYPE_OBJECT)

static void
qd_declaration_item_finalize (GObject *object)
{
  QdDeclarationItem *self = QD_DECLARATION_ITEM (object);

  g_clear_pointer (&self->record, qd_declaration_free);
  g_free (self->title);
  g_free (self->period);
  g_clear_object (&self->duty);
  G_OBJECT_CLASS (qd_declaration_item_parent_class)->finalize (object);
}

static void
qd_declaration_item_class_init (QdDeclarationItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_declaration_item_finalize;
}

static void
qd_declaration_item_init (QdDeclarationItem *self)
{
}

QdDeclarationItem *
qd_declaration_item_new (QdWorkspace *workspace, const QdDeclaration *record)
{
  QdAssessed *assessed = qd_duties_get (qd_workspace_get_duties (workspace));
  const QdDuty *duty = NULL;
  const QdDue *due = assessed != NULL ? qd_assessed_find_due (assessed, record->id, &duty) : NULL;
  QdDeclarationItem *self = g_object_new (QD_TYPE_DECLARATION_ITEM, NULL);
  QdForm *form = qd_workspace_get_form (workspace, record->form_id);

  self->record = qd_declaration_copy (record);
  self->title = g_strdup (form != NULL ? qd_form_get_title (form, qd_look_get_language ()) : record->form_id);
  self->period = qd_look_period (record->period);
  self->duty = due != NULL ? qd_duty_item_new (assessed, duty, due) : NULL;
  self->is_settled = record->state == QD_STATE_ACCEPTED || (assessed != NULL && qd_assessed_is_amended (assessed, record->id));
  return self;
}

const QdDeclaration *
qd_declaration_item_get_record (QdDeclarationItem *self)
{
  return self->record;
}

const char *
qd_declaration_item_get_title (QdDeclarationItem *self)
{
  return self->title;
}

const char *
qd_declaration_item_get_period (QdDeclarationItem *self)
{
  return self->period;
}

char *
qd_declaration_item_dup_findings (QdDeclarationItem *self)
{
  g_autofree char *fix = g_strdup_printf (ngettext ("%u to fix", "%u to fix", self->record->critical), self->record->critical);
  g_autofree char *explain = g_strdup_printf (ngettext ("%u to explain", "%u to explain", self->record->unexplained), self->record->unexplained);

  if (self->record->critical > 0 && self->record->unexplained > 0)
    /* Translators: two counts: to fix, to explain */
    return g_strdup_printf (_ ("%s, %s"), fix, explain);
  if (self->record->critical > 0)
    return g_steal_pointer (&fix);
  if (self->record->unexplained > 0)
    return g_steal_pointer (&explain);
  return g_strdup ("");
}

QdDutyItem *
qd_declaration_item_get_duty (QdDeclarationItem *self)
{
  return self->duty;
}

char *
qd_declaration_item_dup_due (QdDeclarationItem *self, const char **css_out)
{
  const QdDue *due = self->duty != NULL ? qd_duty_item_get_due (self->duty) : NULL;
  g_autofree char *day = NULL;
  g_autofree char *distance = NULL;
  int days;

  *css_out = NULL;
  if (due == NULL || !g_date_valid (&due->plan))
    return g_strdup ("");
  day = qd_duty_item_dup_day (self->duty);
  if (self->is_settled || due->state == QD_DUE_DONE)
    return g_steal_pointer (&day);
  if (qd_duty_item_get_answer_days (self->duty, &days))
    {
      *css_out = days < 0 ? "qd-error" : "qd-warning";
      return g_strdup_printf (_ ("answer by %s"), qd_duty_item_get_returned (self->duty)->due);
    }
  *css_out = qd_duty_group_css (qd_duty_item_get_group (self->duty));
  distance = qd_duty_item_dup_distance (self->duty);
  /* Translators: a date, "3 days left" */
  return g_strdup_printf (_ ("%s, %s"), day, distance);
}

/* 0: to be done by a day; 1: no day; 2: settled. */
static int
get_rank (QdDeclarationItem *self, guint32 *day_out)
{
  const QdDue *due = self->duty != NULL ? qd_duty_item_get_due (self->duty) : NULL;

  *day_out = due != NULL && g_date_valid (&due->plan) ? g_date_get_julian (&due->plan) : 0;
  if (self->is_settled || (due != NULL && due->state == QD_DUE_DONE))
    return 2;
  return *day_out != 0 ? 0 : 1;
}

int
qd_declaration_item_compare_due (QdDeclarationItem *a, QdDeclarationItem *b)
{
  guint32 day_a, day_b;
  int rank_a = get_rank (a, &day_a), rank_b = get_rank (b, &day_b);

  if (rank_a != rank_b)
    return rank_a < rank_b ? -1 : 1;
  /* Of what is settled the latest first. */
  if (rank_a == 2)
    return day_a > day_b ? -1 : day_a < day_b;
  return day_a < day_b ? -1 : day_a > day_b;
}

static void
append_with_amendments (GListStore *items, QdWorkspace *workspace, GPtrArray *records, const QdDeclaration *record, guint depth)
{
  g_autoptr (QdDeclarationItem) item = qd_declaration_item_new (workspace, record);

  g_list_store_append (items, item);
  if (depth > 32)
    return;
  for (guint i = 0; i < records->len; i++)
    {
      const QdDeclaration *other = g_ptr_array_index (records, i);
      if (other->amends == record->id)
        append_with_amendments (items, workspace, records, other, depth + 1);
    }
}

GListStore *
qd_declaration_items_load (QdWorkspace *workspace, GError **error)
{
  g_autoptr (GPtrArray) records = qd_store_list_declarations (qd_workspace_get_store (workspace), error);
  g_autoptr (GListStore) items = NULL;

  if (records == NULL)
    return NULL;
  items = g_list_store_new (QD_TYPE_DECLARATION_ITEM);
  for (guint i = 0; i < records->len; i++)
    {
      const QdDeclaration *record = g_ptr_array_index (records, i);
      QdForm *form = qd_workspace_get_form (workspace, record->form_id);
      const char *kind = form != NULL ? qd_form_get_info (form, "kind") : NULL;
      if (record->amends == 0 && (kind == NULL || g_str_equal (kind, "declaration")))
        append_with_amendments (items, workspace, records, record, 0);
    }
  return g_steal_pointer (&items);
}
