/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What must survive a crash to go on with an upload: one key file beside the package. */
typedef struct
{
  char *sha256;
  gint64 size;
  char *target;
  char *url;
  gint64 offset; /* as last confirmed; the server's word counts, this one is for people */
  gint64 chunk;  /* bytes a request on this link */
} QdUploadState;

QdUploadState *qd_upload_state_new (const char *sha256, gint64 size, const char *target, const char *url) G_GNUC_WARN_UNUSED_RESULT;
void qd_upload_state_free (QdUploadState *self);
/** (nullable): NULL for anything that is not a whole and sensible state */
QdUploadState *qd_upload_state_parse (const char *text, gsize length) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): NULL without @error when there is none, or a broken one, which then counts as none. Errors: QD_COURIER_ERROR_STATE */
QdUploadState *qd_upload_state_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** On disk, whole, when it returns. Errors: QD_COURIER_ERROR_STATE */
gboolean qd_upload_state_save (const QdUploadState *self, const char *path, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdUploadState, qd_upload_state_free)

/** Makes this process the only one (and this thread, too) that uses @path. Returns a descriptor, -1 on error. Errors: QD_COURIER_ERROR_STATE */
int qd_upload_lock (const char *path, GError **error);
void qd_upload_unlock (const char *path, int fd);

/** http or https, a host, no user name: something to send to. */
gboolean qd_is_http_address (const char *text);
/** Same scheme, host and port? */
gboolean qd_is_same_origin (const char *url_a, const char *url_b);

G_END_DECLS
