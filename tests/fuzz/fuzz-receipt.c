/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz.h"
#include "qd-digest.h"
#include "qd-receipt-private.h"

/* A receipt of unknown origin: what is peeked is a digest, and nothing that is not signed is ever taken for a receipt. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) xml = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdReceipt) receipt = NULL;
  QdReceiptKind kind = QD_RECEIPT_RECEIVED;
  g_autofree char *digest = qd_receipt_peek (xml, &kind);

  g_assert_true (digest == NULL || (qd_is_sha256 (digest) && kind <= QD_RECEIPT_RETURNED));
  receipt = qd_receipt_read (xml, digest, NULL, &error);
  if (receipt == NULL)
    {
      g_assert_true (g_error_matches (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  /* Only the signed one of the corpus gets here. */
  g_assert_cmpstr (receipt->package_sha256, ==, digest);
  g_assert_true (receipt->kind == kind && receipt->number != NULL && receipt->receiver != NULL && receipt->time != NULL);
  return 0;
}
