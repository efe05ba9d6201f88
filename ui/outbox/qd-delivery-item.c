/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-delivery-item"
#include "config.h"
#include "qd-delivery-item.h"

#include <glib/gi18n.h>
#include "qd-look.h"
#include "qd-targets.h"

struct _QdDeliveryItem
{
  GObject parent_instance;
  QdDelivery *delivery;       /* (owned) (nullable) */
  QdDeclaration *declaration; /* (owned) */
  char *title;
  char *detail;
};

G_DEFINE_FINAL_TYPE (QdDeliveryItem, qd_delivery_item, G_TYPE_OBJECT)

static void
qd_delivery_item_finalize (GObject *object)
{
  QdDeliveryItem *self = QD_DELIVERY_ITEM (object);

  g_clear_pointer (&self->delivery, qd_delivery_free);
  g_clear_pointer (&self->declaration, qd_declaration_free);
  g_free (self->title);
  g_free (self->detail);
  G_OBJECT_CLASS (qd_delivery_item_parent_class)->finalize (object);
}

static void
qd_delivery_item_class_init (QdDeliveryItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_delivery_item_finalize;
}

static void
qd_delivery_item_init (QdDeliveryItem *self)
{
}

static QdDeliveryItem *
item_new (QdWorkspace *workspace, const QdDelivery *delivery, const QdDeclaration *declaration)
{
  QdDeliveryItem *self = g_object_new (QD_TYPE_DELIVERY_ITEM, NULL);
  QdForm *form = qd_workspace_get_form (workspace, declaration->form_id);
  g_autofree char *period = qd_look_period (declaration->period);

  self->delivery = delivery != NULL ? qd_delivery_copy (delivery) : NULL;
  self->declaration = qd_declaration_copy (declaration);
  self->title = g_strdup (form != NULL ? qd_form_get_title (form, qd_look_get_language ()) : declaration->form_id);
  if (delivery != NULL)
    {
      g_autofree char *size = qd_look_size (delivery->size);
      g_autofree char *name = qd_targets_dup_name (qd_workspace_get_store (workspace), delivery->target);
      /* Translators: period, size, receiver */
      self->detail = g_strdup_printf (_ ("%s, %s, to %s"), period, size, name);
    }
  else
    self->detail = g_strdup_printf (_ ("%s, no receiver chosen yet"), period);
  return self;
}

const QdDelivery *
qd_delivery_item_get_delivery (QdDeliveryItem *self)
{
  return self->delivery;
}

const QdDeclaration *
qd_delivery_item_get_declaration (QdDeliveryItem *self)
{
  return self->declaration;
}

const char *
qd_delivery_item_get_title (QdDeliveryItem *self)
{
  return self->title;
}

const char *
qd_delivery_item_get_detail (QdDeliveryItem *self)
{
  return self->detail;
}

QdDeliveryGroup
qd_delivery_item_get_group (QdDeliveryItem *self)
{
  if (self->delivery == NULL || self->delivery->state == QD_STATE_RETURNED)
    return QD_DELIVERY_TO_HANDLE;
  return self->delivery->state == QD_STATE_ACCEPTED ? QD_DELIVERY_ENDED : QD_DELIVERY_UNDER_WAY;
}

double
qd_delivery_item_get_fraction (QdDeliveryItem *self, QdWorkspace *workspace)
{
  gint64 confirmed, total, resumed;
  double rate;
  QdCourier *courier = qd_workspace_get_courier (workspace);

  if (self->delivery == NULL || courier == NULL || !qd_courier_get_progress (courier, self->delivery->id, &confirmed, &total, &resumed, &rate))
    return -1;
  return total > 0 ? (double) confirmed / (double) total : 0;
}

char *
qd_delivery_item_dup_state (QdDeliveryItem *self, QdWorkspace *workspace, const char **icon_out, const char **css_out)
{
  double fraction = qd_delivery_item_get_fraction (self, workspace);

  if (self->delivery == NULL)
    {
      *icon_out = "qd-seal-symbolic";
      *css_out = "qd-warning";
      return g_strdup (qd_look_state_word (QD_STATE_SEALED));
    }
  if (self->delivery->state == QD_STATE_SEALED)
    {
      *css_out = "qd-info";
      if (fraction >= 0)
        {
          *icon_out = "qd-plane-symbolic";
          return g_strdup_printf (_ ("Sending %.0f%%"), fraction * 100);
        }
      *icon_out = self->delivery->paused ? "qd-pause-symbolic" : "qd-clock-symbolic";
      if (self->delivery->paused)
        return g_strdup (_ ("Paused"));
      if (self->delivery->problem != NULL)
        {
          *icon_out = "qd-refresh-symbolic";
          *css_out = "qd-warning";
          return g_strdup (_ ("Waits to retry"));
        }
      return g_strdup (_ ("Queued"));
    }
  *icon_out = qd_look_state_icon (self->delivery->state);
  *css_out = qd_look_state_css (self->delivery->state);
  return g_strdup (qd_look_state_word (self->delivery->state));
}

char *
qd_delivery_item_dup_key (QdDeliveryItem *self)
{
  if (self->delivery != NULL)
    return g_strdup_printf ("delivery-%" G_GINT64_FORMAT, self->delivery->id);
  return g_strdup_printf ("declaration-%" G_GINT64_FORMAT, self->declaration->id);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  QdDeliveryItem *x = *(QdDeliveryItem **) a;
  QdDeliveryItem *y = *(QdDeliveryItem **) b;
  int groups = (int) qd_delivery_item_get_group (x) - (int) qd_delivery_item_get_group (y);
  gint64 s = x->delivery != NULL ? x->delivery->id : G_MAXINT64;
  gint64 t = y->delivery != NULL ? y->delivery->id : G_MAXINT64;

  if (groups != 0)
    return groups;
  return s < t ? 1 : s > t ? -1
                           : 0;
}

GPtrArray *
qd_delivery_items_load (QdWorkspace *workspace, GError **error)
{
  QdStore *store = qd_workspace_get_store (workspace);
  g_autoptr (GPtrArray) declarations = qd_store_list_declarations (store, error);
  g_autoptr (GPtrArray) deliveries = declarations != NULL ? qd_store_list_deliveries (store, error) : NULL;
  GPtrArray *items;

  if (deliveries == NULL)
    return NULL;
  items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < declarations->len; i++)
    {
      const QdDeclaration *declaration = g_ptr_array_index (declarations, i);
      gboolean found = FALSE;
      for (guint j = 0; j < deliveries->len; j++)
        {
          const QdDelivery *delivery = g_ptr_array_index (deliveries, j);
          if (delivery->declaration != declaration->id)
            continue;
          found = TRUE;
          g_ptr_array_add (items, item_new (workspace, delivery, declaration));
        }
      if (!found && declaration->state == QD_STATE_SEALED)
        g_ptr_array_add (items, item_new (workspace, NULL, declaration));
    }
  g_ptr_array_sort (items, compare);
  return items;
}
