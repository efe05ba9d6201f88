/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-job-seal.h"

G_BEGIN_DECLS

/**
 * Opens the key and seals, in a thread.
 * @pin: taken and wiped
 * @uscc: (nullable): the enterprise's code; a certificate of another enterprise is refused
 * @progress: called on the main thread
 */
typedef void (*QdSealProgress) (gint64 done, gint64 total, gpointer user_data);
void qd_seal_job_async (QdStore *store, gint64 declaration, QdDossier *dossier, const char *key_path, char *pin, const char *uscc, const char *target, QdSealProgress progress, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
/** SHA-256 of the package. */
char *qd_seal_job_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
