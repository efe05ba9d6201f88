/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * QdScratch: a folder for files that must not outlive a job, readable by this user only. It is gone with what it holds when
 * it is freed; if the program is killed before that, the next one of the same kind on this computer clears it away.
 */
typedef struct _QdScratch QdScratch;

/** @kind: "seal": a folder name under the user's cache, where there is more room than in a /tmp that lies in memory. */
QdScratch *qd_scratch_new (const char *kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;
const char *qd_scratch_get_path (const QdScratch *self);
void qd_scratch_free (QdScratch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdScratch, qd_scratch_free)

G_END_DECLS
