/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The one wrapper around libzip: packages (seal) and workbooks (sheet) are zip files. Owned and extended by app/seal. */

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

typedef struct _QdZipReader QdZipReader;

QdZipReader *qd_zip_reader_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qd_zip_reader_free (QdZipReader *self);
guint qd_zip_reader_get_n_entries (QdZipReader *self);
const char *qd_zip_reader_get_name (QdZipReader *self, guint i);
guint64 qd_zip_reader_get_size (QdZipReader *self, guint i);
/** Index by exact name, or -1. */
int qd_zip_reader_find (QdZipReader *self, const char *name);
/** Reads at most @max bytes; more is QD_ZIP_ERROR_HOSTILE. */
GBytes *qd_zip_reader_read (QdZipReader *self, guint i, gsize max, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** A stream over one entry, to be read once. The reader must outlive it. */
GInputStream *qd_zip_reader_open_entry (QdZipReader *self, guint i, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdZipReader, qd_zip_reader_free)

G_END_DECLS
