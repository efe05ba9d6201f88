/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-receipt.h"

G_BEGIN_DECLS

/** Where and how packages go: tus over HTTP(S), or a folder. */
typedef struct
{
  char *address;     /* http(s)://host/base or an absolute folder path */
  char *ca_bundle;   /* (nullable) */
  char *client_cert; /* (nullable) */
  char *client_key;  /* (nullable) */
  char *bearer;      /* (nullable) */
  char *trust_pem;   /* (nullable): anchors for receipts */
} QdTarget;
QdTarget *qd_target_new (const char *address) G_GNUC_WARN_UNUSED_RESULT;
void qd_target_free (QdTarget *self);
gboolean qd_target_is_folder (const QdTarget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdTarget, qd_target_free)

/** Progress, called in the transfer's thread: bytes the receiver confirmed, total, and where this attempt began. */
typedef void (*QdTransferProgress) (gint64 confirmed, gint64 total, gint64 resumed_at, gpointer user_data);

/**
 * qd_transfer_send: (blocking; run it in a thread)
 * @state_path: the upload's state (URL, offset, digest), on disk before the first byte; by convention package + ".upload"
 *
 * One attempt: creates or resumes the upload and returns when the receiver has every byte. Calling it again after an
 * error, a crash or another process's success never sends more than one chunk twice.
 */
gboolean qd_transfer_send (const char *package_path, const char *package_sha256, const QdTarget *target, const char *state_path, QdTransferProgress progress, gpointer user_data, GCancellable *cancellable, GError **error);
/**
 * qd_transfer_fetch_receipt: (blocking)
 *
 * Returns: (nullable): the receipt's bytes; %NULL without @error while pending or unknown (@known_out tells which)
 */
GBytes *qd_transfer_fetch_receipt (const char *package_sha256, const QdTarget *target, gboolean *known_out, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
