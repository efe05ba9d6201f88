/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-workspace.h"

G_BEGIN_DECLS

typedef enum
{
  QD_DELIVERY_UNDER_WAY,
  QD_DELIVERY_TO_HANDLE,
  QD_DELIVERY_ENDED,
} QdDeliveryGroup;

/** QdDeliveryItem: a delivery, or a sealed declaration without one, in words. Immutable. */
#define QD_TYPE_DELIVERY_ITEM (qd_delivery_item_get_type ())
G_DECLARE_FINAL_TYPE (QdDeliveryItem, qd_delivery_item, QD, DELIVERY_ITEM, GObject)

/** (nullable): NULL for a package that goes nowhere yet */
const QdDelivery *qd_delivery_item_get_delivery (QdDeliveryItem *self);
const QdDeclaration *qd_delivery_item_get_declaration (QdDeliveryItem *self);
const char *qd_delivery_item_get_title (QdDeliveryItem *self);
/** "2026, 24.1 MB, to …" */
const char *qd_delivery_item_get_detail (QdDeliveryItem *self);
QdDeliveryGroup qd_delivery_item_get_group (QdDeliveryItem *self);
/** The chip: icon, words, colour; the words carry the per cent of a running transfer. */
char *qd_delivery_item_dup_state (QdDeliveryItem *self, QdWorkspace *workspace, const char **icon_out, const char **css_out) G_GNUC_WARN_UNUSED_RESULT;
/** Share of confirmed bytes, or negative when nothing runs. */
double qd_delivery_item_get_fraction (QdDeliveryItem *self, QdWorkspace *workspace);
/** "delivery-3", "declaration-7": the same item after a reload */
char *qd_delivery_item_dup_key (QdDeliveryItem *self) G_GNUC_WARN_UNUSED_RESULT;

/** (element-type QdDeliveryItem): under way, to handle, ended; newest first in each */
GPtrArray *qd_delivery_items_load (QdWorkspace *workspace, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
