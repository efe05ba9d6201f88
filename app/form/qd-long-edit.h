/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "qd-instance.h"

G_BEGIN_DECLS

/* Edits of many thousands of fields: done in pieces in the main loop, all or nothing, and as one bracket of the instance. */

/**
 * QdEditPiece: does some of the work, until about @deadline (of g_get_monotonic_time(), 0: all of it), in an open bracket.
 * @share_out: how much is done; 1 when nothing is left
 *
 * Returns: %FALSE when it cannot go on; all is then taken back
 */
typedef gboolean (*QdEditPiece) (QdInstance *instance, gint64 deadline, double *share_out, gpointer user_data, GError **error);
typedef void (*QdEditProgress) (double share, gpointer user_data);

static inline gboolean
qd_edit_is_late (gint64 deadline)
{
  return deadline != 0 && g_get_monotonic_time () >= deadline;
}

/** Settles until @deadline; TRUE when all is at rest. For pieces. */
gboolean qd_edit_settle (QdInstance *instance, gint64 deadline);

/** All at once. In a bracket that is open already, whoever opened it takes back what failed. */
gboolean qd_long_edit (QdInstance *instance, QdEditPiece piece, gpointer user_data, GError **error);
/**
 * qd_long_edit_async: the instance must not be edited by others until the callback; when @cancellable is cancelled, all is taken back.
 * @destroy: (nullable): for @user_data, when the work is over
 */
void qd_long_edit_async (QdInstance *instance, QdEditPiece piece, gpointer user_data, GDestroyNotify destroy, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer callback_data);
/** For tests: 0 makes the pieces as small as they can be. */
void qd_long_edit_set_piece_length (gint64 microseconds);
gboolean qd_long_edit_finish (QdInstance *instance, GAsyncResult *result, GError **error);

G_END_DECLS
