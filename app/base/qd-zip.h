/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Reading zip files of unknown origin: packages (seal) and workbooks (sheet).
 *
 * Our own parser over zlib, because a package must be judged byte by byte (what lies before, between and after the
 * entries, local against central headers), and two parsers of one hostile file would be one too many.
 */

/** Errors of zip files of unknown origin. */
#define QD_ZIP_ERROR (qd_zip_error_quark ())
GQuark qd_zip_error_quark (void);
typedef enum
{
  QD_ZIP_ERROR_NOT_A_ZIP,
  QD_ZIP_ERROR_CORRUPT,
  QD_ZIP_ERROR_HOSTILE, /* bomb, path traversal, duplicate names, too many entries */
  QD_ZIP_ERROR_NOT_FOUND,
  QD_ZIP_ERROR_IO,
} QdZipError;

/** What exactly is wrong, for those who must say it in a stable word. */
typedef enum
{
  QD_ZIP_FAULT_NONE,
  QD_ZIP_FAULT_IO,
  QD_ZIP_FAULT_NOT_A_ZIP,
  QD_ZIP_FAULT_DAMAGED,
  QD_ZIP_FAULT_NAME,      /* "..", absolute, control characters, wrong encoding */
  QD_ZIP_FAULT_DUPLICATE, /* also names that differ only in case or Unicode form, when strict */
  QD_ZIP_FAULT_BOMB,
  QD_ZIP_FAULT_TOO_MANY,
  QD_ZIP_FAULT_MISMATCH, /* local and central header differ */
  QD_ZIP_FAULT_OVERLAP,
  QD_ZIP_FAULT_ENCRYPTED,
  QD_ZIP_FAULT_METHOD,
  QD_ZIP_FAULT_LEADING_JUNK,
  QD_ZIP_FAULT_TRAILING_JUNK,
  QD_ZIP_FAULT_LAYOUT, /* strict only: gaps, data descriptors, directories, comments */
} QdZipFault;

/** One entry as the central directory describes it; the local header says the same. */
typedef struct
{
  char *name;
  guint64 size;
  guint64 packed_size;
  guint64 offset;      /* of the local header */
  guint64 data_offset; /* of the packed content */
  guint32 crc;
  guint16 method; /* 0 stored, 8 deflated */
  guint16 flags;
  guint16 local_extra; /* bytes of extra field in the local header */
} QdZipEntry;

typedef struct _QdZipReader QdZipReader;

QdZipReader *qd_zip_reader_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * qd_zip_reader_open_strict:
 * @fd: an open regular file; stays the caller's and must outlive the reader
 * @fault_out: (out): what is wrong, when it fails
 *
 * As qd_zip_reader_open(), and the entries must lie end to end from the first byte to the central directory, which
 * must end the file: nothing hidden, nothing appended.
 */
QdZipReader *qd_zip_reader_open_strict (int fd, QdZipFault *fault_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qd_zip_reader_free (QdZipReader *self);
guint qd_zip_reader_get_n_entries (QdZipReader *self);
const char *qd_zip_reader_get_name (QdZipReader *self, guint i);
guint64 qd_zip_reader_get_size (QdZipReader *self, guint i);
const QdZipEntry *qd_zip_reader_get_entry (QdZipReader *self, guint i);
/** Index by exact name, or -1. */
int qd_zip_reader_find (QdZipReader *self, const char *name);
/** Reads at most @max bytes; more is QD_ZIP_ERROR_HOSTILE. */
GBytes *qd_zip_reader_read (QdZipReader *self, guint i, gsize max, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * A stream over one entry, to be read once. The reader must outlive it.
 * The read that meets the end also checks length and CRC-32, so read until 0.
 */
GInputStream *qd_zip_reader_open_entry (QdZipReader *self, guint i, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** A relative path that can be unpacked anywhere without leaving the folder. */
gboolean qd_zip_name_is_safe (const char *name);
/** Equal for names that some file system takes for the same: case and Unicode form folded. */
char *qd_zip_name_fold (const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdZipReader, qd_zip_reader_free)

G_END_DECLS
