/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-gateway.h"

G_BEGIN_DECLS

/**
 * qd_gateway_judge: (blocking; run it in a thread)
 * @number: running number of the package at this receiver
 *
 * Verifies the package and writes the signed answer. Errors: those of qd_package_verify() and of signing
 */
GBytes *qd_gateway_judge (const QdGatewayOptions *options, const char *path, const char *sha256, gint64 number, QdReceiptKind *kind_out, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
