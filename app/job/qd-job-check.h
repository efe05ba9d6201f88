/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-pack.h"
#include "qd-store.h"

G_BEGIN_DECLS

/** What a check of one draft found. */
typedef struct
{
  gint64 declaration;
  gint64 edited_at; /* of the draft that was checked */
  guint critical;
  guint unexplained;
  GError *error; /* (owned) (nullable): why it could not be checked; the counts then say nothing */
} QdCheckResult;
void qd_check_result_free (QdCheckResult *self);

/**
 * qd_job_check_workspace: (blocking; run it in a thread)
 * @language: of the findings: "zh-CN" or "en"
 * @read_only_out: (out) (optional): another program writes the workspace, so nothing was written
 *
 * Checks every declaration that is not sealed, as the button of its page does: where nothing has to be changed or explained it counts as
 * checked, else as a draft. Read-only where another program holds the lock or the file cannot be written. One that cannot be checked has
 * its error and hinders no other.
 *
 * Returns: (element-type QdCheckResult): newest edit first
 * Errors: those of qd_store_open(); %G_IO_ERROR_CANCELLED: what was written until then stays
 */
GPtrArray *qd_job_check_workspace (const char *path, QdPack *pack, const char *language, GCancellable *cancellable, gboolean *read_only_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
