/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-package"

#include "config.h"

#include "qd-package.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "qd-hash-thread.h"
#include "qd-package-private.h"
#include "qd-xades.h"
#include "qd-zip.h"

#define MAX_META (16u << 20)
#define CHUNK (256u << 10)

char *
qd_hex (const guint8 *bytes, gsize length)
{
  GString *text = g_string_sized_new (2 * length);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

static void
problem_free (QdPackageProblem *problem)
{
  g_free (problem->code);
  g_free (problem->place);
  g_free (problem->message);
  g_free (problem);
}

QdVerification *
qd_verification_new (void)
{
  QdVerification *self = g_new0 (QdVerification, 1);

  self->valid = TRUE;
  self->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) problem_free);
  self->files = g_new0 (char *, 1);
  return self;
}

void
qd_verification_free (QdVerification *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->problems);
  g_free (self->signer);
  g_free (self->issuer);
  g_free (self->uscc);
  g_clear_pointer (&self->signing_time, g_date_time_unref);
  g_strfreev (self->files);
  g_free (self->sha256);
  g_free (self);
}

void
qd_verification_add_untrusted (QdVerification *self, const char *place, const char *message)
{
  QdPackageProblem *problem = g_new0 (QdPackageProblem, 1);

  problem->code = g_strdup ("untrusted");
  problem->place = g_strdup (place);
  problem->message = g_strdup (message);
  g_ptr_array_add (self->problems, problem);
}

void
qd_verification_add (QdVerification *self, const char *code, const char *place, const char *message)
{
  QdPackageProblem *problem = g_new0 (QdPackageProblem, 1);

  problem->code = g_strdup (code);
  problem->place = g_strdup (place);
  problem->message = g_strdup (message);
  g_ptr_array_add (self->problems, problem);
  self->valid = FALSE;
}

/* One verification */
typedef struct
{
  QdZipReader *zip; /* (owned) */
  QdVerification *verification;
  GPtrArray *data;         /* (owned) (element-type guint): entries of data files */
  GHashTable *media_types; /* (owned): name → media type of the manifest */
  int signature;           /* entry, or -1 */
} Check;

static void
clear_check (Check *check)
{
  g_clear_pointer (&check->zip, qd_zip_reader_free);
  g_clear_pointer (&check->data, g_ptr_array_unref);
  g_clear_pointer (&check->media_types, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Check, clear_check)

static void
report (Check *check, const char *code, const char *place, const char *message)
{
  qd_verification_add (check->verification, code, place, message);
}

static const char *
fault_to_word (QdZipFault fault)
{
  switch (fault)
    {
    case QD_ZIP_FAULT_NOT_A_ZIP:
      return "not-a-zip";
    case QD_ZIP_FAULT_NAME:
      return "bad-name";
    case QD_ZIP_FAULT_DUPLICATE:
      return "duplicate-name";
    case QD_ZIP_FAULT_BOMB:
      return "zip-bomb";
    case QD_ZIP_FAULT_TOO_MANY:
      return "too-many-files";
    case QD_ZIP_FAULT_MISMATCH:
      return "header-mismatch";
    case QD_ZIP_FAULT_OVERLAP:
      return "overlap";
    case QD_ZIP_FAULT_ENCRYPTED:
      return "encrypted";
    case QD_ZIP_FAULT_METHOD:
      return "packing-method";
    case QD_ZIP_FAULT_LEADING_JUNK:
      return "leading-junk";
    case QD_ZIP_FAULT_TRAILING_JUNK:
      return "trailing-junk";
    case QD_ZIP_FAULT_LAYOUT:
      return "zip-layout";
    case QD_ZIP_FAULT_NONE:
    case QD_ZIP_FAULT_IO:
    case QD_ZIP_FAULT_DAMAGED:
    default:
      return "damaged-zip";
    }
}

/* EN 319 162-1 A.1: so that the kind of the file can be told from its bytes 30 to 80. */
static void
check_mimetype (Check *check)
{
  const QdZipEntry *entry = NULL;
  g_autoptr (GBytes) content = NULL;
  gsize length = strlen (QD_PACKAGE_MEDIA_TYPE);
  int i = qd_zip_reader_find (check->zip, "mimetype");

  if (i >= 0)
    entry = qd_zip_reader_get_entry (check->zip, (guint) i);
  if (!entry || entry->offset != 0 || entry->method != 0 || entry->local_extra != 0)
    {
      report (check, "mimetype", "mimetype", _ ("The package does not begin with its kind (the file “mimetype”, first, not compressed, without extra fields)."));
      return;
    }
  content = qd_zip_reader_read (check->zip, (guint) i, 1024, NULL);
  if (!content || g_bytes_get_size (content) != length || memcmp (g_bytes_get_data (content, NULL), QD_PACKAGE_MEDIA_TYPE, length) != 0)
    report (check, "mimetype", "mimetype", _ ("The file does not say that it is a signed package (ASiC-E)."));
}

static void
sort_entries (Check *check)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  gboolean manifest = FALSE;

  check->signature = -1;
  check->data = g_ptr_array_new ();
  for (guint i = 0; i < qd_zip_reader_get_n_entries (check->zip); i++)
    {
      const char *name = qd_zip_reader_get_name (check->zip, i);

      if (g_str_equal (name, "mimetype"))
        continue;
      if (g_str_equal (name, QD_MANIFEST_NAME))
        manifest = TRUE;
      else if (g_str_has_prefix (name, "META-INF/") && strstr (name, "signatures") && g_str_has_suffix (name, ".xml") && check->signature < 0)
        check->signature = (int) i;
      else if (g_ascii_strncasecmp (name, "META-INF", 8) == 0 && (name[8] == '/' || name[8] == '\0'))
        report (check, "unexpected-part", name, _ ("The package holds a part that it may not hold: one signature and one list of contents are all."));
      else
        {
          g_ptr_array_add (check->data, GUINT_TO_POINTER (i));
          g_ptr_array_add (files, g_strdup (name));
        }
    }
  g_ptr_array_add (files, NULL);
  g_strfreev (check->verification->files);
  check->verification->files = (GStrv) g_ptr_array_free (g_steal_pointer (&files), FALSE);
  if (!manifest)
    report (check, "manifest", QD_MANIFEST_NAME, _ ("The package has no list of contents."));
  if (check->signature < 0)
    report (check, "signature-missing", NULL, _ ("The package is not signed."));
}

/* Foreign XML of a part; NULL when it was reported. */
static xmlDoc *
parse_part (Check *check, guint i)
{
  const char *place = qd_zip_reader_get_name (check->zip, i);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = NULL;
  const char *code;
  xmlDoc *doc;

  bytes = qd_zip_reader_read (check->zip, i, MAX_META, &error);
  if (!bytes)
    {
      report (check, g_error_matches (error, QD_ZIP_ERROR, QD_ZIP_ERROR_HOSTILE) ? "too-large" : "damaged-zip", place, error->message);
      return NULL;
    }
  doc = qd_seal_parse_xml (bytes, MAX_META, &code, &message);
  if (!doc)
    report (check, code, place, message);
  return doc;
}

static gboolean
is_manifest_element (xmlNode *node, const char *name)
{
  return node->ns && g_str_equal (node->name, name) && g_str_equal (node->ns->href, QD_MANIFEST_NS);
}

static gboolean
read_manifest (Check *check, xmlDoc *doc)
{
  xmlNode *root = xmlDocGetRootElement (doc);

  if (!is_manifest_element (root, "manifest"))
    return FALSE;
  for (xmlNode *node = xmlFirstElementChild (root); node; node = xmlNextElementSibling (node))
    {
      g_autofree char *path = NULL;
      xmlChar *value;

      if (!is_manifest_element (node, "file-entry"))
        return FALSE;
      value = xmlGetNsProp (node, (const xmlChar *) "full-path", (const xmlChar *) QD_MANIFEST_NS);
      path = g_strdup ((const char *) value);
      xmlFree (value);
      value = xmlGetNsProp (node, (const xmlChar *) "media-type", (const xmlChar *) QD_MANIFEST_NS);
      if (!path || !value || g_hash_table_contains (check->media_types, path))
        {
          xmlFree (value);
          return FALSE;
        }
      g_hash_table_insert (check->media_types, g_steal_pointer (&path), g_strdup ((const char *) value));
      xmlFree (value);
    }
  return g_strcmp0 (g_hash_table_lookup (check->media_types, "/"), QD_PACKAGE_MEDIA_TYPE) == 0;
}

static void
check_manifest (Check *check)
{
  int i = qd_zip_reader_find (check->zip, QD_MANIFEST_NAME);
  g_autoptr (xmlDoc) doc = NULL;

  check->media_types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (i < 0)
    return;
  doc = parse_part (check, (guint) i);
  if (!doc)
    return;
  if (!read_manifest (check, doc))
    {
      report (check, "manifest", QD_MANIFEST_NAME, _ ("The list of contents of the package is not written as it must be."));
      return;
    }
  for (guint k = 0; k < check->data->len; k++)
    {
      const char *name = qd_zip_reader_get_name (check->zip, GPOINTER_TO_UINT (g_ptr_array_index (check->data, k)));

      if (!g_hash_table_contains (check->media_types, name))
        report (check, "manifest", name, _ ("The file is in the package, but not in its list of contents."));
    }
  if (g_hash_table_size (check->media_types) > check->data->len + 1)
    report (check, "manifest", QD_MANIFEST_NAME, _ ("The list of contents names a file that is not in the package."));
}

static gboolean
hash_entry (QdZipReader *zip, guint i, guint8 *buffer, guint8 *digest, GCancellable *cancellable, GError **error)
{
  g_autoptr (GInputStream) stream = qd_zip_reader_open_entry (zip, i, error);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  gssize n = stream ? 1 : -1;

  EVP_DigestInit_ex (context, EVP_sha256 (), NULL);
  while (n > 0)
    {
      n = g_input_stream_read (stream, buffer, CHUNK, cancellable, error);
      if (n > 0)
        EVP_DigestUpdate (context, buffer, (gsize) n);
    }
  EVP_DigestFinal_ex (context, digest, NULL);
  return n == 0;
}

static gboolean
check_data (Check *check, guint i, const QdXadesReference *reference, guint8 *buffer, GCancellable *cancellable, GError **error)
{
  const char *name = qd_zip_reader_get_name (check->zip, i);
  const char *media_type = g_hash_table_lookup (check->media_types, name);
  g_autoptr (GError) local = NULL;
  guint8 digest[QD_SHA256_SIZE];

  if (media_type && !g_str_equal (media_type, reference->media_type))
    report (check, "media-type", name, _ ("The list of contents and the signature state different kinds of this file."));
  if (!hash_entry (check->zip, i, buffer, digest, cancellable, &local))
    {
      if (local->domain == G_IO_ERROR)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      if (g_error_matches (local, QD_ZIP_ERROR, QD_ZIP_ERROR_HOSTILE))
        report (check, "zip-bomb", name, local->message);
      else
        report (check, "changed-data", name, _ ("The file was damaged after it was signed. Get the package again."));
      return TRUE;
    }
  if (memcmp (digest, reference->digest, QD_SHA256_SIZE) != 0)
    report (check, "changed-data", name, _ ("The file was changed after it was signed."));
  return TRUE;
}

/* Every data file signed exactly once, and nothing signed that is not there. */
static gboolean
check_references (Check *check, GPtrArray *references, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree guint8 *buffer = g_malloc (CHUNK);

  for (guint k = 0; k < references->len; k++)
    {
      QdXadesReference *reference = g_ptr_array_index (references, k);
      g_autofree char *name = strpbrk (reference->uri, "#?:") ? NULL : g_uri_unescape_string (reference->uri, "/");

      if (!name || qd_zip_reader_find (check->zip, name) < 0)
        report (check, "missing-file", name ? name : reference->uri, _ ("The file is signed, but not in the package."));
      else if (g_hash_table_contains (by_name, name))
        report (check, "duplicate-reference", name, _ ("The file is signed twice in one signature."));
      else
        g_hash_table_insert (by_name, g_steal_pointer (&name), reference);
    }
  for (guint k = 0; k < check->data->len; k++)
    {
      guint i = GPOINTER_TO_UINT (g_ptr_array_index (check->data, k));
      QdXadesReference *reference = g_hash_table_lookup (by_name, qd_zip_reader_get_name (check->zip, i));

      if (!reference)
        report (check, "unsigned-file", qd_zip_reader_get_name (check->zip, i), _ ("The file is in the package, but not signed."));
      else if (!check_data (check, i, reference, buffer, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_signature (Check *check, const char *trust_pem, GCancellable *cancellable, GError **error)
{
  const char *place = qd_zip_reader_get_name (check->zip, (guint) check->signature);
  g_autoptr (xmlDoc) doc = parse_part (check, (guint) check->signature);
  g_autoptr (GPtrArray) references = NULL;
  g_autoptr (GError) local = NULL;
  xmlNode *root, *signature;

  if (!doc)
    return TRUE;
  root = xmlDocGetRootElement (doc);
  signature = xmlFirstElementChild (root);
  if (!root->ns || !g_str_equal (root->name, "XAdESSignatures") || !g_str_equal (root->ns->href, QD_ASIC_NS) || !signature || xmlNextElementSibling (signature) || !signature->ns || !g_str_equal (signature->name, "Signature") || !g_str_equal (signature->ns->href, QD_DS_NS))
    {
      report (check, "signature-structure", place, _ ("The signature file does not hold exactly one signature."));
      return TRUE;
    }
  references = qd_xades_verify (signature, QD_XADES_DETACHED, place, trust_pem, check->verification, &local);
  if (local)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return !references || check_references (check, references, cancellable, error);
}

static gboolean
verify_fd (int fd, const char *trust_pem, QdVerification *verification, GCancellable *cancellable, GError **error)
{
  g_auto (Check) check = { .verification = verification };
  g_autoptr (GError) local = NULL;
  QdZipFault fault;

  check.zip = qd_zip_reader_open_strict (fd, &fault, &local);
  if (!check.zip && fault == QD_ZIP_FAULT_IO)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, local->message);
      return FALSE;
    }
  if (!check.zip)
    {
      report (&check, fault_to_word (fault), NULL, local->message);
      return TRUE;
    }
  check_mimetype (&check);
  sort_entries (&check);
  check_manifest (&check);
  return check.signature < 0 || check_signature (&check, trust_pem, cancellable, error);
}

/* An ordinary file, or -1 with @error set. */
static int
open_regular (const char *path, guint64 *size, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status;

  if (fd < 0)
    g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _ ("“%s” cannot be opened: %s."), shown, g_strerror (errno));
  else if (fstat (fd, &status) != 0 || !S_ISREG (status.st_mode))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("“%s” is not an ordinary file."), shown);
      close (fd);
      fd = -1;
    }
  else
    *size = (guint64) status.st_size;
  return fd;
}

QdVerification *
qd_package_verify (const char *path, const char *trust_pem, GCancellable *cancellable, GError **error)
{
  g_autoptr (QdVerification) verification = qd_verification_new ();
  QdHashThread *thread;
  guint8 digest[QD_SHA256_SIZE];
  gboolean done;
  guint64 size;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);
  fd = open_regular (path, &size, error);
  if (fd < 0)
    return NULL;
  thread = qd_hash_thread_new (fd);
  qd_hash_thread_add (thread, 0, size, digest);
  qd_hash_thread_settle (thread, size);
  done = verify_fd (fd, trust_pem, verification, cancellable, error) && !g_cancellable_set_error_if_cancelled (cancellable, error) && qd_hash_thread_finish (thread, error);
  qd_hash_thread_free (thread);
  close (fd);
  if (!done)
    return NULL;
  verification->sha256 = qd_hex (digest, sizeof digest);
  verification->trusted = verification->trusted && verification->valid;
  return g_steal_pointer (&verification);
}

GBytes *
qd_package_read (const char *path, const char *name, gsize max, GError **error)
{
  g_autoptr (QdZipReader) zip = NULL;
  QdZipFault fault;
  GBytes *bytes = NULL;
  guint64 size;
  int fd = open_regular (path, &size, error);
  int i;

  if (fd < 0)
    return NULL;
  zip = qd_zip_reader_open_strict (fd, &fault, error);
  i = zip ? qd_zip_reader_find (zip, name) : -1;
  if (i >= 0)
    bytes = qd_zip_reader_read (zip, (guint) i, max, error);
  else if (zip)
    g_set_error (error, QD_ZIP_ERROR, QD_ZIP_ERROR_NOT_FOUND, _ ("There is no “%s” in the package."), name);
  g_clear_pointer (&zip, qd_zip_reader_free);
  close (fd);
  return bytes;
}
