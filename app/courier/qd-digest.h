/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** 64 lower-case hex digits? */
gboolean qd_is_sha256 (const char *text);
/** SHA-256 of a file in lower-case hex, streamed; NULL with G_IO_ERROR. @size_out: (out) (optional) */
char *qd_file_digest (const char *path, gint64 *size_out, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** The same from where an open file stands to its end. */
char *qd_fd_digest (int fd, gint64 *size_out, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
