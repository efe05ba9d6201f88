/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** The right to write a workspace: a lock on a file beside it that the kernel drops when the process dies. */
typedef struct _QdLock QdLock;

/** @path: real path of the workspace. Errors: QD_STORE_ERROR_IN_USE naming host and process, QD_STORE_ERROR_READ_ONLY, QD_STORE_ERROR_IO */
QdLock *qd_lock_acquire (const char *path, GError **error);
/** Does another process hold the lock of @path? (nullable) @host_out: where, when its holder said so. Makes no file. */
gboolean qd_lock_is_held_elsewhere (const char *path, char **host_out);
void qd_lock_release (QdLock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdLock, qd_lock_release)

G_END_DECLS
