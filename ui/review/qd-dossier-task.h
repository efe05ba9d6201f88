/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-dossier.h"
#include "qd-draft.h"

G_BEGIN_DECLS

/** Prepares the dossier of a draft in a thread: submission, verdict, report. */
void qd_dossier_task_async (QdDraft *draft, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
QdDossier *qd_dossier_task_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
