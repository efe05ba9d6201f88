/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-dossier.h"
#include "qd-store.h"

G_BEGIN_DECLS

/* Work over several parts of the core, for the window and the command line alike. */

/**
 * qd_job_seal_declaration: (blocking; run it in a thread)
 * @dossier: what was shown and is now signed
 * @signer: holds the key; its PIN is no longer needed
 * @target: (nullable): where the package goes; without one it is sealed and waits for a choice
 * @progress: (nullable): called in this thread with bytes done and total
 *
 * Collects the attachments that the declaration names from the workspace, writes and signs the package, stores it
 * with submission and verdict, and queues its delivery. Whatever fails, the declaration stays a draft and no file
 * is left behind.
 *
 * Returns: (nullable): SHA-256 of the package, lower-case hex
 * Errors: %QD_SEAL_ERROR_CRITICAL; %QD_SEAL_ERROR_PACKAGE for an attachment that is not in the workspace; those of the
 *   store and of qd_package_writer_write()
 */
char *qd_job_seal_declaration (QdStore *store, gint64 declaration, QdDossier *dossier, QdSigner *signer, const char *target, GFileProgressCallback progress, gpointer progress_data, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
