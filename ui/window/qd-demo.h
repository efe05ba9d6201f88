/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-pack.h"
#include "qd-store.h"

G_BEGIN_DECLS

/** Path for a demonstration workspace in the user's documents that no file has yet. */
char *qd_demo_dup_path (void) G_GNUC_WARN_UNUSED_RESULT;
/** (blocking; run it in a thread) Writes the invented enterprise that came with the pack (folder demo beside packs) into a new workspace. */
gboolean qd_demo_fill (QdStore *store, QdPack *pack, GError **error);

/**
 * The receiver of the demonstration: `qingdan-gateway` as a child process on loopback, with a demonstration key of its own. Started
 * once, it ends with the program. The answer is its address.
 */
void qd_demo_gateway_start_async (GAsyncReadyCallback callback, gpointer user_data);
char *qd_demo_gateway_start_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qd_demo_gateway_stop (void);

G_END_DECLS
