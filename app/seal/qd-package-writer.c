/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* sync_file_range() */
#define G_LOG_DOMAIN "qd-package-writer"

#include "config.h"

#include "qd-package.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "qd-hash-thread.h"
#include "qd-package-private.h"
#include "qd-xades.h"
#include "qd-zip-writer.h"
#include "qd-zip.h"

#define MAX_NAME 1024
#define MAX_FILES 10000
/* The kernel is told to start writing every so often, so that the fsync() at the end has little left to wait for. */
#define FLUSH_EVERY (16u << 20)

typedef struct
{
  char *name;       /* (owned) */
  char *media_type; /* (owned) */
  GBytes *bytes;    /* (owned) (nullable): NULL for a file */
  char *path;       /* (owned) (nullable) */
} Item;

struct _QdPackageWriter
{
  GPtrArray *items;  /* (owned) (element-type Item) */
  GHashTable *names; /* (owned): folded names */
};

/* One run of qd_package_writer_write(). */
typedef struct
{
  int fd;
  QdHashThread *whole; /* (owned): of the container */
  QdHashThread *parts; /* (owned): of what is stored as it is */
  guint8 *digest;      /* where the one of the present file goes */
  EVP_MD_CTX *packing; /* (owned) (nullable): while a file is packed, its digest */
  guint64 settled, flushed;
  goffset done, total;
  GFileProgressCallback progress;
  gpointer progress_data;
  GCancellable *cancellable;
} Run;

static void
item_free (Item *item)
{
  g_free (item->name);
  g_free (item->media_type);
  g_clear_pointer (&item->bytes, g_bytes_unref);
  g_free (item->path);
  g_free (item);
}

QdPackageWriter *
qd_package_writer_new (void)
{
  QdPackageWriter *self = g_new0 (QdPackageWriter, 1);

  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
qd_package_writer_free (QdPackageWriter *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->names);
  g_free (self);
}

/* One "/", RFC 6838 characters: it stands in the manifest and in the signature, and both must read the same. */
static gboolean
is_media_type (const char *text)
{
  const char *slash = strchr (text, '/');

  return slash && slash != text && slash[1] && strlen (text) < 128 && strspn (text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&^_.+-/") == strlen (text) && !strchr (slash + 1, '/');
}

static Item *
add_item (QdPackageWriter *self, const char *name, const char *media_type, GError **error)
{
  g_autofree char *folded = NULL;
  Item *item;

  if (!g_utf8_validate (name, -1, NULL) || !qd_zip_name_is_safe (name) || g_str_has_suffix (name, "/") || strlen (name) > MAX_NAME)
    {
      g_autofree char *shown = g_utf8_make_valid (name, -1);

      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PACKAGE, _ ("“%s” cannot be the name of a file in a package. Rename the file."), shown);
      return NULL;
    }
  folded = qd_zip_name_fold (name);
  if (g_str_equal (folded, "mimetype") || g_str_equal (folded, "meta-inf") || g_str_has_prefix (folded, "meta-inf/"))
    {
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PACKAGE, _ ("The name “%s” is kept for the package itself. Rename the file."), name);
      return NULL;
    }
  if (g_hash_table_contains (self->names, folded))
    {
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PACKAGE, _ ("There are two files named “%s”. Rename one of them."), name);
      return NULL;
    }
  if (!is_media_type (media_type))
    {
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PACKAGE, _ ("The kind of the file “%s” is not stated as a media type such as application/pdf."), name);
      return NULL;
    }
  if (self->items->len >= MAX_FILES)
    {
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PACKAGE, _ ("A package holds at most %d files. Combine some of the attachments."), MAX_FILES);
      return NULL;
    }
  g_hash_table_add (self->names, g_steal_pointer (&folded));
  item = g_new0 (Item, 1);
  item->name = g_strdup (name);
  item->media_type = g_strdup (media_type);
  g_ptr_array_add (self->items, item);
  return item;
}

gboolean
qd_package_writer_add_bytes (QdPackageWriter *self, const char *name, const char *media_type, GBytes *bytes, GError **error)
{
  Item *item = add_item (self, name, media_type, error);

  if (!item)
    return FALSE;
  item->bytes = g_bytes_ref (bytes);
  return TRUE;
}

gboolean
qd_package_writer_add_file (QdPackageWriter *self, const char *name, const char *media_type, const char *path, GError **error)
{
  Item *item = add_item (self, name, media_type, error);

  if (!item)
    return FALSE;
  item->path = g_strdup (path);
  return TRUE;
}

/* What watches the zip writer */

static void
begin_cb (gint64 stored_at, guint64 size, gpointer user_data)
{
  Run *run = user_data;

  g_clear_pointer (&run->packing, EVP_MD_CTX_free);
  if (stored_at >= 0)
    {
      qd_hash_thread_add (run->parts, (guint64) stored_at, size, run->digest);
      return;
    }
  run->packing = EVP_MD_CTX_new ();
  EVP_DigestInit_ex (run->packing, EVP_sha256 (), NULL);
}

static gboolean
piece_cb (const guint8 *data, gsize length, gpointer user_data, GError **error)
{
  Run *run = user_data;

  if (g_cancellable_set_error_if_cancelled (run->cancellable, error))
    return FALSE;
  if (run->packing)
    EVP_DigestUpdate (run->packing, data, length);
  run->done = MIN (run->done + (goffset) length, run->total);
  if (run->progress)
    run->progress (run->done, run->total, run->progress_data);
  return TRUE;
}

static void
settled_cb (guint64 offset, gpointer user_data)
{
  Run *run = user_data;

  run->settled = offset;
  qd_hash_thread_settle (run->whole, offset);
  qd_hash_thread_settle (run->parts, offset);
  if (offset - run->flushed >= FLUSH_EVERY)
    {
      sync_file_range (run->fd, (off64_t) run->flushed, (off64_t) (offset - run->flushed), SYNC_FILE_RANGE_WRITE);
      run->flushed = offset;
    }
}

static GBytes *
make_manifest (QdPackageWriter *self)
{
  GString *xml = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                               "<manifest:manifest xmlns:manifest=\"" QD_MANIFEST_NS "\" manifest:version=\"1.2\">\n"
                               "<manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"" QD_PACKAGE_MEDIA_TYPE "\"/>\n");

  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = g_ptr_array_index (self->items, i);
      g_autofree char *name = g_markup_escape_text (item->name, -1);
      g_autofree char *media_type = g_markup_escape_text (item->media_type, -1);

      g_string_append_printf (xml, "<manifest:file-entry manifest:full-path=\"%s\" manifest:media-type=\"%s\"/>\n", name, media_type);
    }
  g_string_append (xml, "</manifest:manifest>\n");
  return g_string_free_to_bytes (xml);
}

static GBytes *
make_signature (GPtrArray *references, QdSigner *signer, GDateTime *time, GError **error)
{
  g_autoptr (xmlDoc) doc = xmlNewDoc ((const xmlChar *) "1.0");
  xmlNode *root = xmlNewDocNode (doc, NULL, (const xmlChar *) "XAdESSignatures", NULL);
  xmlChar *text = NULL;
  GBytes *bytes;
  int length;

  xmlDocSetRootElement (doc, root);
  xmlSetNs (root, xmlNewNs (root, (const xmlChar *) QD_ASIC_NS, (const xmlChar *) "asic"));
  if (!qd_xades_sign (root, QD_XADES_DETACHED, references, signer, time, error))
    return NULL;
  xmlDocDumpMemoryEnc (doc, &text, &length, "UTF-8");
  bytes = g_bytes_new (text, (gsize) length);
  xmlFree (text);
  return bytes;
}

static gboolean
add_file (QdZipWriter *zip, Run *run, const Item *item, GError **error)
{
  /* Non-blocking, so that a FIFO in place of a file cannot hold us up. */
  int source = open (item->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  g_autoptr (GError) local = NULL;
  guint length;

  if (source < 0)
    {
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _ ("The attachment “%s” cannot be opened: %s. Nothing was made."), item->name, g_strerror (errno));
      return FALSE;
    }
  posix_fadvise (source, 0, 0, POSIX_FADV_SEQUENTIAL);
  if (!qd_zip_writer_add_fd (zip, item->name, source, &local))
    {
      close (source);
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NO_SPACE))
        g_propagate_error (error, g_steal_pointer (&local));
      else
        g_set_error (error, local->domain, local->code, _ ("The attachment “%s” could not be added. %s Nothing was made."), item->name, local->message);
      return FALSE;
    }
  close (source);
  if (run->packing)
    EVP_DigestFinal_ex (run->packing, run->digest, &length);
  return TRUE;
}

static gboolean
write_container (QdPackageWriter *self, Run *run, QdSigner *signer, GDateTime *time, GError **error)
{
  const QdZipWatch watch = { begin_cb, piece_cb, settled_cb, run };
  g_autoptr (GDateTime) utc = g_date_time_to_utc (time);
  g_autoptr (QdZipWriter) zip = qd_zip_writer_new (run->fd, utc, &watch);
  g_autoptr (GPtrArray) references = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_xades_reference_free);
  g_autoptr (GBytes) mimetype = g_bytes_new_static (QD_PACKAGE_MEDIA_TYPE, strlen (QD_PACKAGE_MEDIA_TYPE));
  g_autoptr (GBytes) manifest = make_manifest (self);
  g_autoptr (GBytes) signature = NULL;

  if (!qd_zip_writer_add_bytes (zip, "mimetype", mimetype, TRUE, error) || !qd_zip_writer_add_bytes (zip, QD_MANIFEST_NAME, manifest, FALSE, error))
    return FALSE;
  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = g_ptr_array_index (self->items, i);
      g_autofree char *uri = g_uri_escape_string (item->name, "/", FALSE);
      QdXadesReference *reference = qd_xades_reference_new (uri, item->media_type);

      g_ptr_array_add (references, reference);
      run->digest = reference->digest;
      if (g_cancellable_set_error_if_cancelled (run->cancellable, error))
        return FALSE;
      if (item->path)
        {
          if (!add_file (zip, run, item, error))
            return FALSE;
          continue;
        }
      qd_xades_digest (item->bytes, reference->digest);
      if (!qd_zip_writer_add_bytes (zip, item->name, item->bytes, FALSE, error) || !piece_cb (NULL, g_bytes_get_size (item->bytes), run, error))
        return FALSE;
    }
  if (!qd_hash_thread_finish (run->parts, error))
    return FALSE;
  signature = make_signature (references, signer, time, error);
  return signature && qd_zip_writer_add_bytes (zip, QD_SIGNATURE_NAME, signature, FALSE, error) && qd_zip_writer_finish (zip, NULL, error);
}

static goffset
add_up (QdPackageWriter *self)
{
  goffset total = 0;

  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = g_ptr_array_index (self->items, i);
      GStatBuf status;

      if (item->bytes)
        total += (goffset) g_bytes_get_size (item->bytes);
      else if (g_stat (item->path, &status) == 0)
        total += status.st_size;
    }
  return total;
}

static gboolean
fail_write (GError **error, const char *path, int code)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), _ ("The package “%s” cannot be written: %s."), shown, g_strerror (code));
  return FALSE;
}

/* The file is complete on disk before its name changes, and the new name is on disk before we say so. */
static gboolean
publish (int fd, const char *temporary, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int folder_fd;
  mode_t mask = umask (0);

  umask (mask);
  if (fchmod (fd, 0666 & ~mask) != 0 || fsync (fd) != 0 || rename (temporary, path) != 0)
    return fail_write (error, path, errno);
  folder_fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder_fd >= 0)
    {
      /* Some shares cannot do this; the package is whole either way. */
      if (fsync (folder_fd) != 0)
        g_debug ("The folder of the package cannot be synchronised: %s", g_strerror (errno));
      close (folder_fd);
    }
  return TRUE;
}

gboolean
qd_package_writer_write (QdPackageWriter *self, const char *path, QdSigner *signer, GDateTime *signing_time, GFileProgressCallback progress, gpointer progress_data, GCancellable *cancellable, char **sha256_out, GError **error)
{
  g_autofree char *temporary = g_strconcat (path, ".XXXXXX.part", NULL);
  g_autoptr (GDateTime) time = signing_time ? g_date_time_ref (signing_time) : g_date_time_new_now_utc ();
  Run run = { .progress = progress, .progress_data = progress_data, .cancellable = cancellable };
  guint8 digest[QD_SHA256_SIZE];
  gboolean written;

  g_return_val_if_fail (QD_IS_SIGNER (signer), FALSE);
  if (self->items->len == 0)
    {
      g_set_error_literal (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PACKAGE, _ ("There is nothing to put into the package."));
      return FALSE;
    }
  if (!qd_signer_check_time (signer, time, error))
    return FALSE;
  run.total = add_up (self);
  run.fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
  if (run.fd < 0)
    return fail_write (error, path, errno);
  run.whole = qd_hash_thread_new (run.fd);
  run.parts = qd_hash_thread_new (run.fd);
  qd_hash_thread_add (run.whole, 0, G_MAXUINT64, digest);
  written = write_container (self, &run, signer, time, error) && qd_hash_thread_finish (run.whole, error) && !g_cancellable_set_error_if_cancelled (cancellable, error) && publish (run.fd, temporary, path, error);
  if (!written)
    unlink (temporary);
  qd_hash_thread_free (run.whole);
  qd_hash_thread_free (run.parts);
  g_clear_pointer (&run.packing, EVP_MD_CTX_free);
  close (run.fd);
  if (written && sha256_out)
    *sha256_out = qd_hex (digest, sizeof digest);
  return written;
}
