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
};

G_DEFINE_FINAL_TYPE (QdDeclarationItem, qd_declaration_item, G_TYPE_OBJECT)

static void
qd_declaration_item_finalize (GObject *object)
{
  QdDeclarationItem *self = QD_DECLARATION_ITEM (object);

  g_clear_pointer (&self->record, qd_declaration_free);
  g_free (self->title);
  g_free (self->period);
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
  QdDeclarationItem *self = g_object_new (QD_TYPE_DECLARATION_ITEM, NULL);
  QdForm *form = qd_workspace_get_form (workspace, record->form_id);

  self->record = qd_declaration_copy (record);
  self->title = g_strdup (form != NULL ? qd_form_get_title (form, qd_look_get_language ()) : record->form_id);
  self->period = qd_look_period (record->period);
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
