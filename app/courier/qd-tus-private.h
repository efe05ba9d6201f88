/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-http-private.h"

G_BEGIN_DECLS

/**
 * qd_tus_send: (blocking) one delivery over tus 1.0 (https://tus.io/protocols/resumable-upload)
 *
 * The caller holds the lock on @state_path. Errors: QD_COURIER_ERROR, G_IO_ERROR_CANCELLED
 */
gboolean qd_tus_send (QdHttp *http, const char *package_path, gint64 size, const char *package_sha256, const QdTarget *target, const char *state_path, QdTransferProgress progress, gpointer user_data, GError **error);

G_END_DECLS
