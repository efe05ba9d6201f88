/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * QdHashThread: SHA-256 of parts of a file that is still being written, one after the other, close behind the writer.
 * It reads what the writer has just put into the page cache, so there are no buffers to hand over and memory stays flat.
 */
typedef struct _QdHashThread QdHashThread;

/** @fd: readable; must stay open until qd_hash_thread_free() */
QdHashThread *qd_hash_thread_new (int fd) G_GNUC_WARN_UNUSED_RESULT;
/** Stops and waits. */
void qd_hash_thread_free (QdHashThread *self);
/** Hashes @length bytes from @offset on (G_MAXUINT64: up to where the file is settled in the end) into the 32 bytes of @digest, which must outlive the thread. */
void qd_hash_thread_add (QdHashThread *self, guint64 offset, guint64 length, guint8 *digest);
/** The file does not change any more before @offset. */
void qd_hash_thread_settle (QdHashThread *self, guint64 offset);
/** No more parts, no more settling: waits until all digests are there. */
gboolean qd_hash_thread_finish (QdHashThread *self, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdHashThread, qd_hash_thread_free)

G_END_DECLS
