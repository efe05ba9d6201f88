/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-transfer.h"

G_BEGIN_DECLS

/**
 * qd_folder_send: (blocking) writes a package to a folder so that it is there whole or not at all
 * @path_out: (out) (optional): the path of the file there
 *
 * A file of that content already there is left alone. Errors: QD_COURIER_ERROR_SPACE, _TARGET, _STATE, G_IO_ERROR_CANCELLED
 */
gboolean qd_folder_send (const char *package_path, gint64 size, const char *package_sha256, const char *folder, QdTransferProgress progress, gpointer user_data, GCancellable *cancellable, char **path_out, GError **error);
/** (nullable): the receipt for the package that lies in the folder, the last word first */
GBytes *qd_folder_find_receipt (const char *package_sha256, const char *folder, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
