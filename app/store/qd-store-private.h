/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-journal-private.h"

G_BEGIN_DECLS

/** Runs in the writer thread. */
typedef gboolean (*QdStoreFunc) (QdDb *db, gpointer data, GError **error);

typedef enum
{
  QD_CALL_READ,    /* queued edits are written first if they can be */
  QD_CALL_CURRENT, /* a read that is wrong without the queued edits: fails when they cannot be written */
  QD_CALL_WRITE,   /* as CURRENT; refused on a read-only store; emits changed */
  QD_CALL_QUIET,   /* as WRITE, of what no list of this workspace shows: emits nothing */
} QdCallKind;

/** Hands @func to the writer thread and waits for it. */
gboolean qd_store_call (QdStore *self, QdCallKind kind, QdStoreFunc func, gpointer data, GError **error);
/** From now on the declaration takes no edits. */
void qd_store_mark_sealed (QdStore *self, gint64 declaration);

/** A file on its way into the blobs; each piece is a transaction of its own, so that edits get through in between. */
typedef struct
{
  gint64 upload;
  char *sha256;
  gint64 size;
} QdUpload;
void qd_upload_clear (QdUpload *upload);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QdUpload, qd_upload_clear)

/** Streams @path into chunks that nothing names yet. */
gboolean qd_store_upload (QdStore *self, const char *path, GCancellable *cancellable, QdUpload *upload, GError **error);
/** Takes chunks back that nothing came to name. */
void qd_store_drop_upload (QdStore *self, const QdUpload *upload);
/** Names the chunks; when the same content is there already, drops them. In a transaction of the writer thread. */
gboolean qd_upload_name (QdDb *db, const QdUpload *upload, GError **error);

G_END_DECLS
