/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-store.h"
#include "qd-transfer.h"

G_BEGIN_DECLS

/**
 * QdCourier: the outbox at work: takes the deliveries of a store one by one, sends, retries with back-off and jitter,
 * fetches receipts and returns, verifies and stores them. Main thread object; the transfers run in its own thread.
 * Signal: delivery-changed (gint64 id).
 */
#define QD_TYPE_COURIER (qd_courier_get_type ())
G_DECLARE_FINAL_TYPE (QdCourier, qd_courier, QD, COURIER, GObject)

QdCourier *qd_courier_new (QdStore *store) G_GNUC_WARN_UNUSED_RESULT;
/** Starts working the queue; safe to call again. */
void qd_courier_start (QdCourier *self);
/** Ends what runs (within about a second) and waits for it; the queue stays as it is on disk. */
void qd_courier_stop (QdCourier *self);
void qd_courier_pause (QdCourier *self, gint64 delivery);
void qd_courier_resume (QdCourier *self, gint64 delivery); /* also: try now */
/** Confirmed bytes and speed (bytes/s) of a running transfer; FALSE when it does not run. */
gboolean qd_courier_get_progress (QdCourier *self, gint64 delivery, gint64 *confirmed, gint64 *total, gint64 *resumed_at, double *rate);
/** A receipt that came as a file. Errors: QD_COURIER_ERROR_RECEIPT */
gboolean qd_courier_load_receipt (QdCourier *self, const char *path, GError **error);
/** Writes the package of @delivery to a folder (USB): temporary name, flush, re-read and compare, rename. */
void qd_courier_save_to_folder_async (QdCourier *self, gint64 delivery, const char *folder, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
char *qd_courier_save_to_folder_finish (QdCourier *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Parsed answer of a delivery (receipt or return), (nullable). */
QdReceipt *qd_courier_get_receipt (QdCourier *self, gint64 delivery, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
