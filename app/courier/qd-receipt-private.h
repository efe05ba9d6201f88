/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-receipt.h"

G_BEGIN_DECLS

#define QD_RECEIPT_MAX_SIZE (1024 * 1024)

/** (nullable): the package digest that the bytes speak of, unverified; NULL when they are no receipt */
char *qd_receipt_peek (GBytes *xml, QdReceiptKind *kind_out) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
