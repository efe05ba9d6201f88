/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * QdZipWriter: writes a zip file front to back with flat memory: no data descriptors, zip64 only where it is needed,
 * extra fields only for zip64, and headers that are right when they are written. Content that does not compress is stored.
 */
typedef struct _QdZipWriter QdZipWriter;

/** Who watches content go by, to hash it without reading it twice. Every function may be NULL. */
typedef struct
{
  /** The content of the entry starts, or starts anew. @stored_at: where its bytes will lie as they are, -1 when packed */
  void (*begin) (gint64 stored_at, guint64 size, gpointer user_data);
  /** The next piece of the content. Return FALSE with @error set to stop. */
  gboolean (*piece) (const guint8 *data, gsize length, gpointer user_data, GError **error);
  /** What lies before @offset is written and stays as it is. */
  void (*settled) (guint64 offset, gpointer user_data);
  gpointer user_data;
} QdZipWatch;

/** @fd: an empty file open for reading and writing; stays the caller's. @time: stamped on every entry. @watch: (nullable) */
QdZipWriter *qd_zip_writer_new (int fd, GDateTime *time, const QdZipWatch *watch) G_GNUC_WARN_UNUSED_RESULT;
void qd_zip_writer_free (QdZipWriter *self);
/** From which value on sizes and offsets go into zip64 fields. 4 GiB - 1 unless a test wants to see them without writing that much. */
void qd_zip_writer_set_zip64_from (QdZipWriter *self, guint64 limit);
/** @store: keep it uncompressed. The watch sees no pieces. Errors: G_IO_ERROR */
gboolean qd_zip_writer_add_bytes (QdZipWriter *self, const char *name, GBytes *bytes, gboolean store, GError **error);
/**
 * qd_zip_writer_add_fd:
 * @source: a regular file, read from its start with pread()
 *
 * Errors: G_IO_ERROR; also when the file changes while it is read
 */
gboolean qd_zip_writer_add_fd (QdZipWriter *self, const char *name, int source, GError **error);
/** Writes the central directory. @size_out: (out) (optional): of the finished file */
gboolean qd_zip_writer_finish (QdZipWriter *self, guint64 *size_out, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdZipWriter, qd_zip_writer_free)

G_END_DECLS
