/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-delivery-item.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * QdDeliveryView: one delivery: five steps, the transfer with its resume mark, the answer, other ways, and the log.
 * Actions that its buttons run on the page: outbox.pause, .resume, .choose-receiver, win.save-to-usb, win.load-receipt.
 */
#define QD_TYPE_DELIVERY_VIEW (qd_delivery_view_get_type ())
G_DECLARE_FINAL_TYPE (QdDeliveryView, qd_delivery_view, QD, DELIVERY_VIEW, GtkWidget)

GtkWidget *qd_delivery_view_new (QdWorkspace *workspace) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable) */
void qd_delivery_view_show (QdDeliveryView *self, QdDeliveryItem *item);
/** Only the figures of a running transfer. */
void qd_delivery_view_tick (QdDeliveryView *self);

G_END_DECLS
