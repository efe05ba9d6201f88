/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal-kit.h"

#include <string.h>

#include <glib/gstdio.h>
#include <libxml/c14n.h>
#include <libxml/parser.h>

#include "qd-zip.h"

static SealKit *
make_folder (void)
{
  SealKit *kit = g_new0 (SealKit, 1);
  g_autoptr (GError) error = NULL;

  kit->folder = g_dir_make_tmp ("qd-seal-XXXXXX", &error);
  g_assert_no_error (error);
  kit->key = g_build_filename (kit->folder, "key.p12", NULL);
  kit->trust = g_build_filename (kit->folder, "trust.pem", NULL);
  kit->package = g_build_filename (kit->folder, "p.asice", NULL);
  return kit;
}

SealKit *
seal_kit_new_other (QdKeyKind kind)
{
  SealKit *kit = make_folder ();
  g_autoptr (GError) error = NULL;

  qd_demo_key_create (kit->key, kit->trust, SEAL_KIT_PIN, "演示企业", "91350100M000100Y43", kind, &error);
  g_assert_no_error (error);
  kit->signer = qd_signer_new_from_pkcs12 (kit->key, SEAL_KIT_PIN, &error);
  g_assert_no_error (error);
  return kit;
}

static QdSigner *known_signers[2];

SealKit *
seal_kit_new (QdKeyKind kind)
{
  static struct
  {
    char *key, *trust;
    gsize key_length, trust_length;
  } known[2];
  SealKit *kit;

  if (!known_signers[kind])
    {
      kit = seal_kit_new_other (kind);
      known_signers[kind] = g_object_ref (kit->signer);
      g_assert_true (g_file_get_contents (kit->key, &known[kind].key, &known[kind].key_length, NULL));
      g_assert_true (g_file_get_contents (kit->trust, &known[kind].trust, &known[kind].trust_length, NULL));
      return kit;
    }
  kit = make_folder ();
  kit->signer = g_object_ref (known_signers[kind]);
  g_assert_true (g_file_set_contents (kit->key, known[kind].key, (gssize) known[kind].key_length, NULL));
  g_assert_true (g_file_set_contents (kit->trust, known[kind].trust, (gssize) known[kind].trust_length, NULL));
  return kit;
}

static void
remove_all (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir && (name = g_dir_read_name (dir)))
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          remove_all (child);
        }
    }
  g_remove (path);
}

void
seal_kit_free (SealKit *kit)
{
  remove_all (kit->folder);
  g_clear_object (&kit->signer);
  g_free (kit->folder);
  g_free (kit->key);
  g_free (kit->trust);
  g_free (kit->package);
  g_free (kit);
}

char *
seal_kit_write (SealKit *kit, const char *name, const void *data, gsize length)
{
  char *path = g_build_filename (kit->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, (gssize) length, &error);
  g_assert_no_error (error);
  return path;
}

guint
seal_kit_count_files (SealKit *kit)
{
  g_autoptr (GDir) dir = g_dir_open (kit->folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

void
seal_kit_seal (SealKit *kit)
{
  static const char declaration[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<申报>清单</申报>\n";
  static const char verdict[] = "<verdict/>";
  static GBytes *known[2];
  guint kind = g_str_has_suffix (qd_signer_get_method (kit->signer), "#ecdsa-sha256") ? QD_KEY_EC_P256 : QD_KEY_RSA_2048;
  g_autofree char *contents = NULL;
  gsize length;
  g_autoptr (QdPackageWriter) writer = qd_package_writer_new ();
  g_autoptr (GBytes) declaration_bytes = g_bytes_new_static (declaration, strlen (declaration));
  g_autoptr (GBytes) verdict_bytes = g_bytes_new_static (verdict, strlen (verdict));
  g_autofree char *large = g_strnfill (5000, 'x');
  g_autofree char *text = seal_kit_write (kit, "text", large, strlen (large));
  g_autofree char *empty = seal_kit_write (kit, "empty", "", 0);
  g_autoptr (GError) error = NULL;

  /* The disk is asked to keep what is sealed, which takes its time: once for each key is enough. */
  if (kit->signer == known_signers[kind] && known[kind])
    {
      g_assert_true (g_file_set_contents (kit->package, g_bytes_get_data (known[kind], NULL), (gssize) g_bytes_get_size (known[kind]), NULL));
      return;
    }
  qd_package_writer_add_bytes (writer, "declaration.xml", "application/xml", declaration_bytes, &error);
  g_assert_no_error (error);
  qd_package_writer_add_bytes (writer, "verdict.xml", "application/xml", verdict_bytes, &error);
  g_assert_no_error (error);
  qd_package_writer_add_file (writer, "attachments/附件 1 (副本)+%41&.txt", "text/plain", text, &error);
  g_assert_no_error (error);
  qd_package_writer_add_file (writer, "attachments/空.txt", "text/plain", empty, &error);
  g_assert_no_error (error);
  qd_package_writer_write (writer, kit->package, kit->signer, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  if (kit->signer == known_signers[kind])
    {
      g_assert_true (g_file_get_contents (kit->package, &contents, &length, NULL));
      known[kind] = g_bytes_new_take (g_steal_pointer (&contents), length);
    }
}

Kit *
seal_kit_take_apart (SealKit *kit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdZipReader) reader = qd_zip_reader_open (kit->package, &error);
  Kit *zip = kit_new ();

  g_assert_no_error (error);
  for (guint i = 0; i < qd_zip_reader_get_n_entries (reader); i++)
    {
      g_autoptr (GBytes) bytes = qd_zip_reader_read (reader, i, 1 << 20, &error);

      g_assert_no_error (error);
      kit_add (zip, qd_zip_reader_get_name (reader, i), g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
  return zip;
}

static xmlNode *
find (xmlNode *node, const char *name)
{
  for (; node; node = node->next)
    {
      xmlNode *found;

      if (node->type == XML_ELEMENT_NODE && g_str_equal (node->name, name))
        return node;
      found = node->type == XML_ELEMENT_NODE ? find (node->children, name) : NULL;
      if (found)
        return found;
    }
  return NULL;
}

static int
is_below_cb (void *user_data, xmlNode *node, xmlNode *parent)
{
  if (!node || node->type == XML_NAMESPACE_DECL || node->type == XML_ATTRIBUTE_NODE)
    node = parent;
  while (node && node != user_data)
    node = node->parent;
  return node != NULL;
}

static GBytes *
canonicalize (xmlNode *node)
{
  xmlOutputBuffer *buffer = xmlAllocOutputBuffer (NULL);
  GBytes *bytes;

  g_assert_cmpint (xmlC14NExecute (node->doc, is_below_cb, node, XML_C14N_EXCLUSIVE_1_0, NULL, 0, buffer), >=, 0);
  bytes = g_bytes_new (xmlOutputBufferGetContent (buffer), xmlOutputBufferGetSize (buffer));
  xmlOutputBufferClose (buffer);
  return bytes;
}

char *
seal_kit_sign_xml_again (const char *xml, gsize length, QdSigner *signer)
{
  xmlDoc *doc = xmlReadMemory (xml, (int) length, NULL, NULL, XML_PARSE_NONET);
  xmlNode *signature = find (xmlDocGetRootElement (doc), "Signature");
  xmlNode *info = find (signature, "SignedInfo");
  xmlNode *properties = find (signature, "SignedProperties");
  xmlNode *value = find (signature, "SignatureValue");
  g_autoptr (GBytes) canonical = NULL;
  g_autoptr (GBytes) signed_bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *encoded = NULL;
  xmlChar *text;
  char *result;
  int size;

  for (xmlNode *node = properties ? xmlFirstElementChild (info) : NULL; node; node = xmlNextElementSibling (node))
    if (xmlHasProp (node, (const xmlChar *) "Type"))
      {
        g_autoptr (GBytes) bytes = canonicalize (properties);
        g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
        g_autofree char *digest_text = NULL;
        guint8 digest[32];
        gsize digest_length = sizeof digest;

        g_checksum_update (checksum, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
        g_checksum_get_digest (checksum, digest, &digest_length);
        digest_text = g_base64_encode (digest, digest_length);
        xmlNodeSetContent (find (node, "DigestValue"), (const xmlChar *) digest_text);
      }
  canonical = canonicalize (info);
  signed_bytes = qd_signer_sign (signer, canonical, &error);
  g_assert_no_error (error);
  encoded = g_base64_encode (g_bytes_get_data (signed_bytes, NULL), g_bytes_get_size (signed_bytes));
  xmlNodeSetContent (value, (const xmlChar *) encoded);
  xmlDocDumpMemoryEnc (doc, &text, &size, "UTF-8");
  result = g_strndup ((const char *) text, (gsize) size);
  xmlFree (text);
  xmlFreeDoc (doc);
  return result;
}

void
seal_kit_sign_again (Kit *zip, QdSigner *signer)
{
  KitEntry *entry = kit_find (zip, SEAL_KIT_SIGNATURE);
  g_autofree char *text = seal_kit_sign_xml_again (g_bytes_get_data (entry->data, NULL), g_bytes_get_size (entry->data), signer);

  kit_set (entry, text, strlen (text));
}

gboolean
seal_kit_has_problem (QdVerification *verification, const char *code)
{
  gboolean found = FALSE;

  for (guint i = 0; i < verification->problems->len; i++)
    {
      const QdPackageProblem *problem = g_ptr_array_index (verification->problems, i);

      g_assert_nonnull (problem->code);
      g_assert_true (g_utf8_validate (problem->message, -1, NULL));
      g_assert_cmpuint (strlen (problem->message), >, 10);
      found = found || g_str_equal (problem->code, code);
      g_test_message ("%s (%s): %s", problem->code, problem->place ? problem->place : "-", problem->message);
    }
  return found;
}

gboolean
seal_kit_run (const char *folder, const char *command, char **output_out)
{
  g_auto (GStrv) argv = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_shell_parse_argv (command, NULL, &argv, &error);
  g_assert_no_error (error);
  g_subprocess_launcher_set_cwd (launcher, folder);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, output_out, NULL, &error);
  g_assert_no_error (error);
  return g_subprocess_get_successful (process);
}
