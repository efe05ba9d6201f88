/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem() */
#include "config.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "qd-package.h"
#include "qd-zip.h"
#include "seal-kit.h"

static QdVerification *
verify (SealKit *kit, const char *trust)
{
  g_autoptr (GError) error = NULL;
  QdVerification *verification = qd_package_verify (kit->package, trust, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (verification);
  return verification;
}

/* Not g_file_set_contents(), whose fsync() would take most of the time of these tests. */
static void
put_package (SealKit *kit, GBytes *bytes)
{
  FILE *file = g_fopen (kit->package, "wb");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (g_bytes_get_data (bytes, NULL), 1, g_bytes_get_size (bytes), file), ==, g_bytes_get_size (bytes));
  g_assert_cmpint (fclose (file), ==, 0);
}

static void
test_good (gconstpointer data)
{
  static const char *const files[] = { "declaration.xml", "verdict.xml", "attachments/附件 1 (副本)+%41&.txt", "attachments/空.txt" };
  g_autoptr (SealKit) kit = seal_kit_new ((QdKeyKind) GPOINTER_TO_UINT (data));
  g_autoptr (QdVerification) verification = NULL;
  g_autoptr (QdVerification) without = NULL;
  g_autoptr (GBytes) read = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  g_autofree char *sha256 = NULL;
  gsize length;

  seal_kit_seal (kit);
  g_assert_true (g_file_get_contents (kit->package, &contents, &length, NULL));
  sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) contents, length);

  verification = verify (kit, kit->trust);
  g_assert_cmpuint (verification->problems->len, ==, 0);
  g_assert_true (verification->valid);
  g_assert_true (verification->trusted);
  g_assert_true (verification->demo);
  g_assert_cmpstr (verification->signer, ==, "演示企业");
  g_assert_cmpstr (verification->issuer, ==, "演示企业");
  g_assert_cmpstr (verification->uscc, ==, "91350100M000100Y43");
  g_assert_cmpstr (verification->sha256, ==, sha256);
  g_assert_cmpint (g_date_time_to_unix (verification->signing_time), >, 1700000000);
  g_assert_cmpuint (g_strv_length (verification->files), ==, G_N_ELEMENTS (files));
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    g_assert_cmpstr (verification->files[i], ==, files[i]);

  without = verify (kit, NULL);
  g_assert_cmpuint (without->problems->len, ==, 0);
  g_assert_true (without->valid);
  g_assert_false (without->trusted);

  read = qd_package_read (kit->package, "verdict.xml", 10, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (read, NULL), g_bytes_get_size (read), "<verdict/>", 10);
  g_assert_null (qd_package_read (kit->package, "verdict.xml", 9, &error));
  g_assert_error (error, QD_ZIP_ERROR, QD_ZIP_ERROR_HOSTILE);
  g_clear_error (&error);
  g_assert_null (qd_package_read (kit->package, "other.xml", 9, &error));
  g_assert_error (error, QD_ZIP_ERROR, QD_ZIP_ERROR_NOT_FOUND);
}

static guint32
number (const guint8 *p, guint bytes)
{
  guint32 value = 0;

  while (bytes--)
    value = value << 8 | p[bytes];
  return value;
}

/* What the notes on known-good containers demand, at the offsets where others look for it. */
static void
test_bytes (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autofree char *contents = NULL;
  g_autoptr (GString) order = g_string_new (NULL);
  const guint8 *p;
  gsize length, offset = 0;

  seal_kit_seal (kit);
  g_assert_true (g_file_get_contents (kit->package, &contents, &length, NULL));
  p = (const guint8 *) contents;
  g_assert_cmpmem (p, 4, "PK\3\4", 4);
  g_assert_cmpuint (number (p + 6, 2), ==, 0);
  g_assert_cmpuint (number (p + 8, 2), ==, 0);
  g_assert_cmpuint (number (p + 18, 4), ==, 31);
  g_assert_cmpuint (number (p + 22, 4), ==, 31);
  g_assert_cmpuint (number (p + 26, 2), ==, 8);
  g_assert_cmpuint (number (p + 28, 2), ==, 0);
  g_assert_cmpmem (p + 30, 39, "mimetypeapplication/vnd.etsi.asic-e+zip", 39);
  while (memcmp (p + offset, "PK\3\4", 4) == 0)
    {
      g_autofree char *name = g_strndup (contents + offset + 30, number (p + offset + 26, 2));

      g_assert_cmpuint (number (p + offset + 6, 2), ==, g_str_is_ascii (name) ? 0 : 1 << 11);
      g_assert_cmpuint (number (p + offset + 28, 2), ==, 0);
      g_string_append_printf (order, "%s;", name);
      offset += 30 + number (p + offset + 26, 2) + number (p + offset + 18, 4);
    }
  g_assert_cmpstr (order->str, ==, "mimetype;META-INF/manifest.xml;declaration.xml;verdict.xml;attachments/附件 1 (副本)+%41&.txt;attachments/空.txt;META-INF/signatures0.xml;");
  g_assert_cmpmem (p + offset, 4, "PK\1\2", 4);
  g_assert_cmpmem (p + length - 22, 4, "PK\5\6", 4);
}

/* Unpacks with somebody else's program, and lets xmlsec1 verify in that folder. */
static void
test_xmlsec (gconstpointer data)
{
  g_autoptr (SealKit) kit = seal_kit_new ((QdKeyKind) GPOINTER_TO_UINT (data));
  static const char verify_command[] = "xmlsec1 --verify --id-attr:Id http://uri.etsi.org/01903/v1.3.2#:SignedProperties --trusted-pem ../trust.pem META-INF/signatures0.xml";
  g_autofree char *folder = g_build_filename (kit->folder, "unpacked", NULL);
  g_autofree char *attachment = g_build_filename (folder, "attachments", "附件 1 (副本)+%41&.txt", NULL);
  g_autofree char *output = NULL;
  g_autofree char *changed = NULL;

  seal_kit_seal (kit);
  g_assert_true (seal_kit_run (kit->folder, "python3 -m zipfile -t p.asice", &output));
  g_clear_pointer (&output, g_free);
  g_assert_true (seal_kit_run (kit->folder, "python3 -m zipfile -e p.asice unpacked", &output));
  g_clear_pointer (&output, g_free);
  if (!seal_kit_run (folder, verify_command, &output))
    g_error ("xmlsec1: %s", output);
  g_assert_nonnull (strstr (output, "SignedInfo References (ok/all): 5/5"));
  g_assert_true (g_file_set_contents (attachment, "y", 1, NULL));
  g_assert_false (seal_kit_run (folder, verify_command, &changed));
}

/* Damage: every row starts from a good container. */

typedef void (*Damage) (Kit *zip);

#define SIGNATURE SEAL_KIT_SIGNATURE
#define MANIFEST SEAL_KIT_MANIFEST

static void
nothing (Kit *zip)
{
}

static void
deflate_all (Kit *zip)
{
  for (guint i = 1; i < zip->entries->len; i++)
    kit_deflate (g_ptr_array_index (zip->entries, i));
}

static void
zip64 (Kit *zip)
{
  for (guint i = 1; i < zip->entries->len; i++)
    ((KitEntry *) g_ptr_array_index (zip->entries, i))->zip64 = TRUE;
  zip->zip64_end = TRUE;
}

static void
lead (Kit *zip)
{
  zip->lead = g_bytes_new_static ("MZ program", 10);
}

static void
lead_counted (Kit *zip)
{
  lead (zip);
  zip->lead_counts = TRUE;
}

static void
trail (Kit *zip)
{
  zip->trail = g_bytes_new_static ("trailing", 8);
}

static void
comment (Kit *zip)
{
  zip->comment = g_strdup ("comment");
}

static void
gap (Kit *zip)
{
  ((KitEntry *) g_ptr_array_index (zip->entries, 3))->gap_before = 7;
}

static void
gap_at_end (Kit *zip)
{
  zip->gap_before_directory = 7;
}

static void
cut (Kit *zip)
{
  zip->cut = 30;
}

static void
cut_all (Kit *zip)
{
  g_ptr_array_set_size (zip->entries, 0);
  zip->cut = 22;
}

static void
parent_name (Kit *zip)
{
  kit_rename (kit_find (zip, "verdict.xml"), "a/../../verdict.xml");
}

static void
absolute_name (Kit *zip)
{
  kit_rename (kit_find (zip, "verdict.xml"), "/etc/verdict.xml");
}

static void
drive_name (Kit *zip)
{
  kit_rename (kit_find (zip, "verdict.xml"), "C:verdict.xml");
}

static void
backslash_name (Kit *zip)
{
  kit_rename (kit_find (zip, "verdict.xml"), "..\\verdict.xml");
}

static void
control_name (Kit *zip)
{
  kit_rename (kit_find (zip, "verdict.xml"), "verdict\033[2J.xml");
}

static void
turned_name (Kit *zip)
{
  kit_rename (kit_find (zip, "verdict.xml"), "verdict\u202elmx.exe");
}

static void
broken_name (Kit *zip)
{
  kit_rename (kit_find (zip, "verdict.xml"), "verdict\xff.xml");
}

static void
unmarked_name (Kit *zip)
{
  kit_find (zip, "attachments/空.txt")->flags = 0;
}

static void
second_name (Kit *zip)
{
  kit_find (zip, "verdict.xml")->local_extra = g_bytes_new_static ("\x75\x70\x06\x00\x01\x00\x00\x00\x00x", 10);
}

static void
twice (Kit *zip)
{
  kit_add (zip, "verdict.xml", "<other/>", 8);
}

static void
twice_by_case (Kit *zip)
{
  kit_add (zip, "Verdict.XML", "<other/>", 8);
}

static void
twice_by_form (Kit *zip)
{
  kit_add (zip, "\u00e9.txt", "1", 1);
  kit_add (zip, "e\u0301.txt", "2", 1);
}

static void
folder_entry (Kit *zip)
{
  kit_insert (zip, 2, "attachments/", "", 0);
}

static void
descriptor (Kit *zip)
{
  kit_find (zip, "verdict.xml")->descriptor = TRUE;
}

static void
encrypted (Kit *zip)
{
  kit_find (zip, "verdict.xml")->flags |= 1;
}

static void
bzip2 (Kit *zip)
{
  kit_find (zip, "verdict.xml")->method = 12;
}

static void
other_local_name (Kit *zip)
{
  kit_find (zip, "verdict.xml")->local_name = g_strdup ("Verdict.xml");
}

static void
other_local_size (Kit *zip)
{
  kit_find (zip, "verdict.xml")->local_size_xor = 1;
}

static void
other_local_crc (Kit *zip)
{
  kit_find (zip, "verdict.xml")->local_crc_xor = 1;
}

static void
other_local_method (Kit *zip)
{
  kit_find (zip, "verdict.xml")->local_method_xor = 8;
}

static void
other_local_flags (Kit *zip)
{
  kit_find (zip, "verdict.xml")->local_flags_xor = 1 << 11;
}

static void
same_bytes (Kit *zip)
{
  kit_find (zip, "verdict.xml")->offset_of = "declaration.xml";
}

/* A whole local entry within the content of another, which both headers describe rightly. */
static void
entry_in_entry (Kit *zip)
{
  g_autoptr (Kit) inner = kit_new ();
  g_autoptr (GBytes) bytes = NULL;
  KitEntry *outer, *copy;

  kit_add (inner, "inner.txt", "hidden", 6);
  bytes = kit_build (inner);
  outer = kit_find (zip, "verdict.xml");
  kit_set (outer, g_bytes_get_data (bytes, NULL), 30 + 9 + 6);
  copy = kit_insert (zip, zip->entries->len, "inner.txt", "hidden", 6);
  copy->offset_of = "inner.txt";
}

static void
lying_ratio (Kit *zip)
{
  KitEntry *entry = kit_find (zip, "verdict.xml");

  kit_deflate (entry);
  entry->size = G_MAXUINT32 - 1;
}

static void
bomb (Kit *zip)
{
  g_autofree char *zeros = g_malloc0 (80 << 20);
  KitEntry *entry = kit_find (zip, "verdict.xml");

  kit_set (entry, zeros, 80 << 20);
  kit_deflate (entry);
}

static void
longer_than_said (Kit *zip)
{
  KitEntry *entry = kit_find (zip, "declaration.xml");

  kit_deflate (entry);
  entry->size -= 5;
}

static void
shorter_than_said (Kit *zip)
{
  KitEntry *entry = kit_find (zip, "declaration.xml");

  kit_deflate (entry);
  entry->size += 5;
}

static void
more_entries_than_said (Kit *zip)
{
  zip->claim_entries = zip->entries->len - 1;
}

static void
fewer_entries_than_said (Kit *zip)
{
  zip->claim_entries = zip->entries->len + 1;
}

static void
wrong_crc (Kit *zip)
{
  kit_find (zip, "verdict.xml")->crc ^= 1;
}

static void
wrong_signature_crc (Kit *zip)
{
  kit_find (zip, SIGNATURE)->crc ^= 1;
}

static void
mimetype_second (Kit *zip)
{
  kit_remove (zip, "mimetype");
  kit_insert (zip, 1, "mimetype", QD_PACKAGE_MEDIA_TYPE, strlen (QD_PACKAGE_MEDIA_TYPE));
}

static void
mimetype_missing (Kit *zip)
{
  kit_remove (zip, "mimetype");
}

static void
mimetype_packed (Kit *zip)
{
  kit_deflate (kit_find (zip, "mimetype"));
}

static void
mimetype_extra (Kit *zip)
{
  kit_find (zip, "mimetype")->local_extra = g_bytes_new_static ("\x55\x54\x05\x00\x03\x00\x00\x00\x00", 9);
}

static void
mimetype_line (Kit *zip)
{
  kit_set (kit_find (zip, "mimetype"), QD_PACKAGE_MEDIA_TYPE "\n", strlen (QD_PACKAGE_MEDIA_TYPE) + 1);
}

static void
mimetype_other (Kit *zip)
{
  kit_set (kit_find (zip, "mimetype"), "application/vnd.etsi.asic-s+zip", 31);
}

static void
changed_data (Kit *zip)
{
  kit_set (kit_find (zip, "declaration.xml"), "<changed/>", 10);
}

static void
changed_empty (Kit *zip)
{
  kit_set (kit_find (zip, "attachments/空.txt"), "x", 1);
}

static void
extra_file (Kit *zip)
{
  kit_insert (zip, 2, "extra.txt", "extra", 5);
}

static void
extra_listed_file (Kit *zip)
{
  extra_file (zip);
  kit_replace (zip, MANIFEST, "</manifest:manifest>", "<manifest:file-entry manifest:full-path=\"extra.txt\" manifest:media-type=\"text/plain\"/></manifest:manifest>");
}

static void
missing_file (Kit *zip)
{
  kit_remove (zip, "verdict.xml");
}

static void
manifest_missing (Kit *zip)
{
  kit_remove (zip, MANIFEST);
}

static void
manifest_lacks (Kit *zip)
{
  kit_replace (zip, MANIFEST, "<manifest:file-entry manifest:full-path=\"verdict.xml\" manifest:media-type=\"application/xml\"/>\n", "");
}

static void
manifest_extra (Kit *zip)
{
  kit_replace (zip, MANIFEST, "</manifest:manifest>", "<manifest:file-entry manifest:full-path=\"extra.txt\" manifest:media-type=\"text/plain\"/></manifest:manifest>");
}

static void
manifest_twice (Kit *zip)
{
  kit_replace (zip, MANIFEST, "</manifest:manifest>", "<manifest:file-entry manifest:full-path=\"verdict.xml\" manifest:media-type=\"application/xml\"/></manifest:manifest>");
}

static void
manifest_root (Kit *zip)
{
  kit_replace (zip, MANIFEST, QD_PACKAGE_MEDIA_TYPE, "application/zip");
}

static void
manifest_namespace (Kit *zip)
{
  kit_replace (zip, MANIFEST, "opendocument:xmlns:manifest:1.0", "opendocument:xmlns:manifest:2.0");
}

static void
manifest_type (Kit *zip)
{
  kit_replace (zip, MANIFEST, "full-path=\"verdict.xml\" manifest:media-type=\"application/xml\"", "full-path=\"verdict.xml\" manifest:media-type=\"text/html\"");
}

static void
manifest_doctype (Kit *zip)
{
  kit_replace (zip, MANIFEST, "<manifest:manifest ", "<!DOCTYPE manifest:manifest [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>\n<manifest:manifest ");
}

static void
manifest_broken (Kit *zip)
{
  kit_replace (zip, MANIFEST, "</manifest:manifest>", "");
}

static void
foreign_part (Kit *zip)
{
  kit_add (zip, "META-INF/container.xml", "<a/>", 4);
}

static void
second_signature_file (Kit *zip)
{
  g_autofree char *text = kit_dup_text (kit_find (zip, SIGNATURE));

  kit_add (zip, "META-INF/signatures1.xml", text, strlen (text));
}

static void
signature_missing (Kit *zip)
{
  kit_remove (zip, SIGNATURE);
}

static void
signature_doctype (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "<asic:XAdESSignatures ", "<!DOCTYPE x [<!ENTITY a \"1\"><!ENTITY b \"&a;&a;&a;&a;\">]><asic:XAdESSignatures ");
}

static void
signature_broken (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "</asic:XAdESSignatures>", "</asic:XAdESSignature>");
}

static void
signature_deep (Kit *zip)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 100000; i++)
    g_string_append (text, "<a>");
  kit_set (kit_find (zip, SIGNATURE), text->str, text->len);
}

static void
signature_utf16 (Kit *zip)
{
  g_autofree char *text = kit_dup_text (kit_find (zip, SIGNATURE));
  gsize length;
  g_autofree char *wide = g_convert (text, -1, "UTF-16", "UTF-8", NULL, &length, NULL);

  kit_set (kit_find (zip, SIGNATURE), wide, length);
}

static void
signature_many_attributes (Kit *zip)
{
  g_autoptr (GString) text = g_string_new ("<asic:XAdESSignatures");

  for (guint i = 0; i < 300000; i++)
    g_string_append_printf (text, " a%u=''", i);
  kit_replace (zip, SIGNATURE, "<asic:XAdESSignatures", text->str);
}

static void
signature_huge (Kit *zip)
{
  g_autofree char *spaces = g_strnfill (17 << 20, ' ');

  kit_set (kit_find (zip, SIGNATURE), spaces, 17 << 20);
}

static void
signature_other_root (Kit *zip)
{
  kit_set (kit_find (zip, SIGNATURE), "<a/>", 4);
}

static void
two_signatures (Kit *zip)
{
  g_autofree char *text = kit_dup_text (kit_find (zip, SIGNATURE));
  char *start = strstr (text, "<ds:Signature ");
  char *end = strstr (text, "</asic:XAdESSignatures>");
  g_autofree char *copy = g_strndup (start, (gsize) (end - start));
  g_autofree char *both = g_strconcat (copy, "</asic:XAdESSignatures>", NULL);

  kit_replace (zip, SIGNATURE, "</asic:XAdESSignatures>", both);
}

/* Sets the text between @after and the next @before in the signature. */
static void
set_between (Kit *zip, const char *after, const char *before, const char *value)
{
  KitEntry *entry = kit_find (zip, SIGNATURE);
  g_autofree char *text = kit_dup_text (entry);
  char *start = strstr (text, after);
  char *end;
  g_autofree char *changed = NULL;

  g_assert_nonnull (start);
  start += strlen (after);
  end = strstr (start, before);
  g_assert_nonnull (end);
  changed = g_strdup_printf ("%.*s%s%s", (int) (start - text), text, value, end);
  g_assert_cmpstr (changed, !=, text);
  kit_set (entry, changed, strlen (changed));
}

#define DIGEST_OF_ABC "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="

static void
digest (Kit *zip)
{
  set_between (zip, "<ds:DigestValue>", "<", DIGEST_OF_ABC);
}

static void
signing_time (Kit *zip)
{
  set_between (zip, "<xades:SigningTime>", "<", "2026-01-01T00:00:00Z");
}

static void
signing_time_before_certificate (Kit *zip)
{
  set_between (zip, "<xades:SigningTime>", "<", "2001-01-01T00:00:00Z");
}

static void
signing_time_words (Kit *zip)
{
  set_between (zip, "<xades:SigningTime>", "<", "yesterday");
}

static void
certificate_digest (Kit *zip)
{
  set_between (zip, "<xades:CertDigest><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><ds:DigestValue>", "<", DIGEST_OF_ABC);
}

static void
mime_type (Kit *zip)
{
  set_between (zip, "<xades:MimeType>", "<", "text/html");
}

static void
format_removed (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "<xades:DataObjectFormat ObjectReference=\"#qd-S0-R1\"><xades:MimeType>application/xml</xades:MimeType></xades:DataObjectFormat>", "");
}

static void
format_twice (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "</xades:SignedDataObjectProperties>", "<xades:DataObjectFormat ObjectReference=\"#qd-S0-R1\"><xades:MimeType>text/html</xades:MimeType></xades:DataObjectFormat></xades:SignedDataObjectProperties>");
}

static void
format_of_nothing (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "ObjectReference=\"#qd-S0-R1\"", "ObjectReference=\"#qd-S0-R9\"");
}

static char *
find_reference (Kit *zip, const char *attribute)
{
  g_autofree char *text = kit_dup_text (kit_find (zip, SIGNATURE));
  g_autofree char *mark = g_strconcat ("<ds:Reference ", attribute, NULL);
  char *start = strstr (text, mark);
  char *end;

  g_assert_nonnull (start);
  end = strstr (start, "</ds:Reference>") + strlen ("</ds:Reference>");
  return g_strndup (start, (gsize) (end - start));
}

static void
reference_removed (Kit *zip)
{
  g_autofree char *reference = find_reference (zip, "Id=\"qd-S0-R1\"");

  kit_replace (zip, SIGNATURE, reference, "");
  format_removed (zip);
}

static void
reference_twice (Kit *zip)
{
  g_autofree char *reference = find_reference (zip, "Id=\"qd-S0-R1\"");
  g_autoptr (GString) copy = g_string_new (reference);

  g_string_replace (copy, "qd-S0-R1", "qd-S0-R7", 0);
  g_string_append (copy, reference);
  kit_replace (zip, SIGNATURE, reference, copy->str);
  kit_replace (zip, SIGNATURE, "</xades:SignedDataObjectProperties>", "<xades:DataObjectFormat ObjectReference=\"#qd-S0-R7\"><xades:MimeType>application/xml</xades:MimeType></xades:DataObjectFormat></xades:SignedDataObjectProperties>");
}

static void
reference_id_twice (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "<ds:Reference Id=\"qd-S0-R1\"", "<ds:Reference Id=\"qd-S0-R0\"");
}

static void
reference_elsewhere (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "URI=\"verdict.xml\"", "URI=\"../verdict.xml\"");
}

static void
reference_network (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "URI=\"verdict.xml\"", "URI=\"http://127.0.0.1:9/verdict.xml\"");
}

static void
reference_fragment (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "URI=\"verdict.xml\"", "URI=\"verdict.xml#xpointer(/a)\"");
}

static void
reference_encoded_slash (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "URI=\"attachments/%E7%A9%BA.txt\"", "URI=\"attachments%2F%E7%A9%BA.txt\"");
}

static void
reference_transform (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "URI=\"verdict.xml\">", "URI=\"verdict.xml\"><ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/></ds:Transforms>");
}

static void
sha1_digest (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "URI=\"verdict.xml\"><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"", "URI=\"verdict.xml\"><ds:DigestMethod Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"");
}

static void
sha1_signature (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "xmldsig-more#ecdsa-sha256", "xmldsig-more#ecdsa-sha1");
}

static void
hmac_signature (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "http://www.w3.org/2000/09/xmldsig#hmac-sha1");
}

static void
rsa_method_for_ec_key (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "xmldsig-more#ecdsa-sha256", "xmldsig-more#rsa-sha256");
}

static void
other_c14n (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"", "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments\"");
}

static void
properties_reference_removed (Kit *zip)
{
  g_autofree char *reference = find_reference (zip, "Type=");

  kit_replace (zip, SIGNATURE, reference, "");
}

static void
properties_reference_typeless (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "Type=\"http://uri.etsi.org/01903#SignedProperties\" ", "Id=\"qd-S0-R8\" ");
}

/* The signed properties move to where nobody looks, and others take their place. */
static void
wrap (Kit *zip, const char *old_id, const char *new_id)
{
  g_autofree char *text = kit_dup_text (kit_find (zip, SIGNATURE));
  char *start = strstr (text, "<xades:SignedProperties ");
  char *end = strstr (start, "</xades:SignedProperties>") + strlen ("</xades:SignedProperties>");
  g_autofree char *properties = g_strndup (start, (gsize) (end - start));
  g_autoptr (GString) fake = g_string_new (properties);

  g_string_replace (fake, old_id, new_id, 0);
  g_string_replace (fake, "<xades:SigningTime>", "<xades:SigningTime>2026-01-01T00:00:00Z</xades:SigningTime><xades:SigningTime>", 0);
  g_string_append_printf (fake, "<xades:UnsignedProperties>%s</xades:UnsignedProperties>", properties);
  kit_replace (zip, SIGNATURE, properties, fake->str);
}

static void
wrapped (Kit *zip)
{
  wrap (zip, "qd-S0-SignedProperties", "qd-S0-Other");
}

static void
wrapped_same_id (Kit *zip)
{
  wrap (zip, "", "");
}

static void
wrapped_in_object (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "</ds:Signature>", "<ds:Object><a Id=\"x\"/></ds:Object></ds:Signature>");
}

static void
other_target (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "Target=\"#qd-S0\"", "Target=\"#qd-S1\"");
}

static void
comment_in_signature (Kit *zip)
{
  kit_replace (zip, SIGNATURE, "<xades:MimeType>text/plain</xades:MimeType></xades:DataObjectFormat></xades:SignedDataObjectProperties>", "<xades:MimeType>text<!-- -->/plain</xades:MimeType></xades:DataObjectFormat></xades:SignedDataObjectProperties>");
}

static void
value_cut (Kit *zip)
{
  set_between (zip, "<ds:SignatureValue Id=\"qd-S0-SignatureValue\">", "<", "AAAA");
}

static void
value_zero (Kit *zip)
{
  set_between (zip, "<ds:SignatureValue Id=\"qd-S0-SignatureValue\">", "<", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==");
}

static void
no_certificate (Kit *zip)
{
  set_between (zip, "<ds:X509Data>", "</ds:X509Data>", "");
}

static void
broken_certificate (Kit *zip)
{
  set_between (zip, "<ds:X509Certificate>", "<", "MIIB");
}

static const struct
{
  const char *name;
  Damage damage;
  gboolean sign_again;
  const char *code; /* NULL: none */
} damages[] = {
  { "nothing", nothing, FALSE, NULL },
  { "signed-again", nothing, TRUE, NULL },
  { "all-deflated", deflate_all, FALSE, NULL },
  { "zip64", zip64, FALSE, NULL },

  { "leading-junk", lead, FALSE, "leading-junk" },
  { "leading-junk-counted", lead_counted, FALSE, "leading-junk" },
  { "trailing-junk", trail, FALSE, "trailing-junk" },
  { "zip-comment", comment, FALSE, "zip-layout" },
  { "gap", gap, FALSE, "zip-layout" },
  { "gap-at-end", gap_at_end, FALSE, "zip-layout" },
  { "cut", cut, FALSE, "damaged-zip" },
  { "empty-file", cut_all, FALSE, "not-a-zip" },
  { "name-parent", parent_name, FALSE, "bad-name" },
  { "name-absolute", absolute_name, FALSE, "bad-name" },
  { "name-drive", drive_name, FALSE, "bad-name" },
  { "name-backslash", backslash_name, FALSE, "bad-name" },
  { "name-control", control_name, FALSE, "bad-name" },
  { "name-turned", turned_name, FALSE, "bad-name" },
  { "name-not-utf8", broken_name, FALSE, "bad-name" },
  { "name-not-marked", unmarked_name, FALSE, "bad-name" },
  { "name-second", second_name, FALSE, "bad-name" },
  { "duplicate", twice, FALSE, "duplicate-name" },
  { "duplicate-by-case", twice_by_case, FALSE, "duplicate-name" },
  { "duplicate-by-form", twice_by_form, FALSE, "duplicate-name" },
  { "folder-entry", folder_entry, FALSE, "zip-layout" },
  { "data-descriptor", descriptor, FALSE, "zip-layout" },
  { "encrypted", encrypted, FALSE, "encrypted" },
  { "packing-method", bzip2, FALSE, "packing-method" },
  { "local-name", other_local_name, FALSE, "header-mismatch" },
  { "local-size", other_local_size, FALSE, "header-mismatch" },
  { "local-crc", other_local_crc, FALSE, "header-mismatch" },
  { "local-method", other_local_method, FALSE, "header-mismatch" },
  { "local-flags", other_local_flags, FALSE, "header-mismatch" },
  { "same-bytes", same_bytes, FALSE, "header-mismatch" },
  { "lying-ratio", lying_ratio, FALSE, "zip-bomb" },
  { "bomb", bomb, FALSE, "zip-bomb" },
  { "longer-than-said", longer_than_said, FALSE, "zip-bomb" },
  { "shorter-than-said", shorter_than_said, FALSE, "changed-data" },
  { "more-entries", more_entries_than_said, FALSE, "damaged-zip" },
  { "fewer-entries", fewer_entries_than_said, FALSE, "damaged-zip" },
  { "crc", wrong_crc, FALSE, "changed-data" },
  { "crc-of-signature", wrong_signature_crc, FALSE, "damaged-zip" },

  { "mimetype-second", mimetype_second, FALSE, "mimetype" },
  { "mimetype-missing", mimetype_missing, FALSE, "mimetype" },
  { "mimetype-packed", mimetype_packed, FALSE, "mimetype" },
  { "mimetype-extra", mimetype_extra, FALSE, "mimetype" },
  { "mimetype-newline", mimetype_line, FALSE, "mimetype" },
  { "mimetype-other", mimetype_other, FALSE, "mimetype" },

  { "changed-data", changed_data, FALSE, "changed-data" },
  { "changed-empty", changed_empty, FALSE, "changed-data" },
  { "extra-file", extra_file, FALSE, "unsigned-file" },
  { "extra-file-unlisted", extra_file, FALSE, "manifest" },
  { "extra-file-listed", extra_listed_file, FALSE, "unsigned-file" },
  { "missing-file", missing_file, FALSE, "missing-file" },
  { "manifest-missing", manifest_missing, FALSE, "manifest" },
  { "manifest-lacks", manifest_lacks, FALSE, "manifest" },
  { "manifest-extra", manifest_extra, FALSE, "manifest" },
  { "manifest-twice", manifest_twice, FALSE, "manifest" },
  { "manifest-root", manifest_root, FALSE, "manifest" },
  { "manifest-namespace", manifest_namespace, FALSE, "manifest" },
  { "manifest-type", manifest_type, FALSE, "media-type" },
  { "manifest-doctype", manifest_doctype, FALSE, "doctype" },
  { "manifest-broken", manifest_broken, FALSE, "xml" },
  { "foreign-part", foreign_part, FALSE, "unexpected-part" },
  { "second-signature-file", second_signature_file, FALSE, "unexpected-part" },

  { "signature-missing", signature_missing, FALSE, "signature-missing" },
  { "signature-doctype", signature_doctype, FALSE, "doctype" },
  { "signature-broken", signature_broken, FALSE, "xml" },
  { "signature-deep", signature_deep, FALSE, "xml" },
  { "signature-utf16", signature_utf16, FALSE, "xml" },
  { "signature-attributes", signature_many_attributes, FALSE, "xml" },
  { "signature-huge", signature_huge, FALSE, "too-large" },
  { "signature-other-root", signature_other_root, FALSE, "signature-structure" },
  { "two-signatures", two_signatures, FALSE, "signature-structure" },
  { "digest", digest, FALSE, "bad-signature" },
  { "digest-signed", digest, TRUE, "changed-data" },
  { "signing-time", signing_time, FALSE, "changed-properties" },
  { "signing-time-early", signing_time_before_certificate, TRUE, "certificate-expired" },
  { "signing-time-words", signing_time_words, TRUE, "signing-time" },
  { "certificate-digest", certificate_digest, FALSE, "changed-properties" },
  { "certificate-digest-signed", certificate_digest, TRUE, "certificate-digest" },
  { "mime-type", mime_type, FALSE, "changed-properties" },
  { "mime-type-signed", mime_type, TRUE, "media-type" },
  { "format-removed", format_removed, TRUE, "data-object-format" },
  { "format-twice", format_twice, TRUE, "data-object-format" },
  { "format-of-nothing", format_of_nothing, TRUE, "data-object-format" },
  { "reference-removed", reference_removed, FALSE, "changed-properties" },
  { "reference-removed-signed", reference_removed, TRUE, "unsigned-file" },
  { "reference-twice", reference_twice, TRUE, "duplicate-reference" },
  { "reference-id-twice", reference_id_twice, TRUE, "duplicate-id" },
  { "reference-elsewhere", reference_elsewhere, TRUE, "missing-file" },
  { "reference-network", reference_network, TRUE, "missing-file" },
  { "reference-fragment", reference_fragment, TRUE, "missing-file" },
  { "reference-encoded-slash", reference_encoded_slash, TRUE, "missing-file" },
  { "reference-transform", reference_transform, TRUE, "transforms" },
  { "sha1-digest", sha1_digest, TRUE, "algorithm" },
  { "sha1-signature", sha1_signature, TRUE, "algorithm" },
  { "hmac-signature", hmac_signature, TRUE, "algorithm" },
  { "rsa-method-for-ec", rsa_method_for_ec_key, TRUE, "bad-signature" },
  { "other-c14n", other_c14n, TRUE, "algorithm" },
  { "properties-unsigned", properties_reference_removed, TRUE, "signed-properties" },
  { "properties-typeless", properties_reference_typeless, TRUE, "transforms" },
  { "wrapped", wrapped, FALSE, "signed-properties" },
  { "wrapped-same-id", wrapped_same_id, FALSE, "duplicate-id" },
  { "wrapped-in-object", wrapped_in_object, FALSE, "signature-structure" },
  { "other-target", other_target, FALSE, "signature-structure" },
  { "comment", comment_in_signature, FALSE, "signature-structure" },
  { "value-cut", value_cut, FALSE, "bad-signature" },
  { "value-zero", value_zero, FALSE, "bad-signature" },
  { "certificate-missing", no_certificate, FALSE, "certificate" },
  { "certificate-broken", broken_certificate, FALSE, "certificate" },
};

static void
test_damage (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (Kit) zip = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QdVerification) verification = NULL;

  seal_kit_seal (kit);
  zip = seal_kit_take_apart (kit);
  damages[i].damage (zip);
  if (damages[i].sign_again)
    seal_kit_sign_again (zip, kit->signer);
  bytes = kit_build (zip);
  put_package (kit, bytes);
  verification = verify (kit, kit->trust);
  g_assert_nonnull (verification->sha256);
  if (damages[i].code)
    {
      g_assert_true (seal_kit_has_problem (verification, damages[i].code));
      g_assert_false (verification->valid);
      g_assert_false (verification->trusted);
    }
  else
    {
      g_assert_false (seal_kit_has_problem (verification, ""));
      g_assert_cmpuint (verification->problems->len, ==, 0);
      g_assert_true (verification->valid && verification->trusted);
    }
}

static void
test_entry_in_entry (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (Kit) zip = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QdVerification) verification = NULL;
  guint8 *raw, *inner, *central;
  gsize length;

  seal_kit_seal (kit);
  zip = seal_kit_take_apart (kit);
  entry_in_entry (zip);
  bytes = kit_build (zip);
  raw = g_bytes_unref_to_data (g_steal_pointer (&bytes), &length);
  /* Point the central header of inner.txt into verdict.xml, and take its own local entry for a gap. */
  inner = memmem (raw, length, "inner.txt", 9);
  central = (guint8 *) memmem (raw + 1, length - 1, "PK\1\2", 4);
  while (memcmp (central + 46, "inner.txt", 9) != 0)
    central = memmem (central + 4, length - (gsize) (central + 4 - raw), "PK\1\2", 4);
  for (guint i = 0; i < 4; i++)
    central[42 + i] = (guint8) ((guint64) (inner - 30 - raw) >> (8 * i));
  bytes = g_bytes_new_take (raw, length);
  put_package (kit, bytes);
  verification = verify (kit, kit->trust);
  g_assert_true (seal_kit_has_problem (verification, "overlap"));
}

/* Whatever bit is turned: it is noticed, or it is in a place that says nothing about the content. */
static void
test_turned_bits (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autofree char *contents = NULL;
  g_autoptr (GBytes) declaration = NULL;
  g_autoptr (GError) error = NULL;
  guint silent = 0;
  gsize length;

  seal_kit_seal (kit);
  declaration = qd_package_read (kit->package, "declaration.xml", 1000, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (kit->package, &contents, &length, NULL));
  for (gsize i = 0; i < length; i += 3)
    {
      g_autoptr (QdVerification) verification = NULL;
      g_autoptr (GBytes) bytes = NULL;

      contents[i] ^= (char) (1 << (i % 8));
      bytes = g_bytes_new_static (contents, length);
      put_package (kit, bytes);
      verification = verify (kit, NULL);
      if (verification->valid)
        {
          g_autoptr (GBytes) read = qd_package_read (kit->package, "declaration.xml", 1000, &error);

          g_assert_no_error (error);
          g_assert_true (g_bytes_equal (read, declaration));
          g_assert_cmpuint (g_strv_length (verification->files), ==, 4);
          silent++;
        }
      contents[i] ^= (char) (1 << (i % 8));
    }
  /* Time stamps, versions and attributes of seven entries: 26 bytes each in two headers, and white space in XML. */
  g_assert_cmpuint (silent, <, (7 * 26 + 20) / 3);
}

static void
test_cut_short (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autofree char *contents = NULL;
  gsize length;

  seal_kit_seal (kit);
  g_assert_true (g_file_get_contents (kit->package, &contents, &length, NULL));
  for (gsize n = 0; n < length; n += 41)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (contents, n);
      g_autoptr (QdVerification) verification = NULL;

      put_package (kit, bytes);
      verification = verify (kit, NULL);
      g_assert_false (verification->valid);
    }
}

static void
test_other_signer (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (SealKit) other = seal_kit_new_other (QD_KEY_EC_P256);
  g_autoptr (QdVerification) verification = NULL;
  g_autoptr (GError) error = NULL;

  seal_kit_seal (kit);
  verification = verify (kit, other->trust);
  g_assert_true (verification->valid);
  g_assert_false (verification->trusted);
  g_assert_true (seal_kit_has_problem (verification, "untrusted"));

  g_assert_null (qd_package_verify (kit->package, kit->package, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_clear_error (&error);
  g_assert_null (qd_package_verify (kit->package, "/nonexistent.pem", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (qd_package_verify ("/nonexistent.asice", NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (qd_package_verify (kit->folder, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
}

/* An authority with an intermediate: the key file brings it along, the receiver trusts only the root. */
static void
test_chain (void)
{
  static const char *const commands[] = {
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key -out root.pem -subj /CN=Root -days 30 -addext basicConstraints=critical,CA:TRUE",
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout middle.key -out middle.pem -subj /CN=Middle -days 30 -CA root.pem -CAkey root.key -addext basicConstraints=critical,CA:TRUE",
    "openssl req -x509 -newkey rsa:2048 -nodes -keyout leaf.key -out leaf.pem -subj '/CN=Leaf/organizationIdentifier=NTRCN-91350100M000100Y43' -days 30 -CA middle.pem -CAkey middle.key -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,nonRepudiation",
    "openssl pkcs12 -export -inkey leaf.key -in leaf.pem -certfile middle.pem -out leaf.p12 -passout pass:1234",
  };
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autofree char *key = g_build_filename (kit->folder, "leaf.p12", NULL);
  g_autofree char *root = g_build_filename (kit->folder, "root.pem", NULL);
  g_autofree char *leaf = g_build_filename (kit->folder, "leaf.pem", NULL);
  g_autoptr (QdVerification) by_root = NULL;
  g_autoptr (QdVerification) by_leaf = NULL;
  g_autoptr (QdVerification) by_other = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *output = NULL;

      if (!seal_kit_run (kit->folder, commands[i], &output))
        g_error ("%s: %s", commands[i], output);
    }
  g_clear_object (&kit->signer);
  kit->signer = qd_signer_new_from_pkcs12 (key, "1234", &error);
  g_assert_no_error (error);
  seal_kit_seal (kit);
  by_root = verify (kit, root);
  g_assert_false (seal_kit_has_problem (by_root, ""));
  g_assert_true (by_root->valid && by_root->trusted && !by_root->demo);
  g_assert_cmpstr (by_root->signer, ==, "Leaf");
  g_assert_cmpstr (by_root->issuer, ==, "Middle");
  g_assert_cmpstr (by_root->uscc, ==, "91350100M000100Y43");
  by_leaf = verify (kit, leaf);
  g_assert_true (by_leaf->trusted);
  by_other = verify (kit, kit->trust);
  g_assert_true (by_other->valid && !by_other->trusted);
  g_assert_true (seal_kit_has_problem (by_other, "untrusted"));
}

static const struct
{
  const char *name;
  const char *media_type;
  gboolean good;
} names[] = {
  { "附件.pdf", "application/pdf", TRUE },
  { "a/b/c", "text/plain", TRUE },
  { "a b&<>\"'#?%:.txt", "text/plain", TRUE },
  { "...", "text/plain", TRUE },
  { "meta-info/x", "text/plain", TRUE },
  { "", "text/plain", FALSE },
  { "/a", "text/plain", FALSE },
  { "a/", "text/plain", FALSE },
  { "a//b", "text/plain", FALSE },
  { "../a", "text/plain", FALSE },
  { "a/../b", "text/plain", FALSE },
  { "./a", "text/plain", FALSE },
  { "a\\b", "text/plain", FALSE },
  { "a\nb", "text/plain", FALSE },
  { "a\xff", "text/plain", FALSE },
  { "C:a", "text/plain", FALSE },
  { "META-INF/a", "text/plain", FALSE },
  { "Meta-Inf/a", "text/plain", FALSE },
  { "META-INF", "text/plain", FALSE },
  { "Mimetype", "text/plain", FALSE },
  { "a", "", FALSE },
  { "a", "text", FALSE },
  { "a", "text/", FALSE },
  { "a", "/plain", FALSE },
  { "a", "text/plain\"", FALSE },
};

static void
test_names (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (QdPackageWriter) twice = qd_package_writer_new ();
  g_autoptr (QdPackageWriter) all = qd_package_writer_new ();
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (QdVerification) verification = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_cmpint (qd_package_writer_add_bytes (all, names[i].name, names[i].media_type, bytes, &error), ==, names[i].good);
      if (names[i].good)
        n++;
      else
        g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PACKAGE);
      g_clear_error (&error);
    }
  g_assert_true (qd_package_writer_write (all, kit->package, kit->signer, NULL, NULL, NULL, NULL, NULL, &error));
  verification = verify (kit, kit->trust);
  g_assert_false (seal_kit_has_problem (verification, ""));
  g_assert_true (verification->valid);
  g_assert_cmpuint (g_strv_length (verification->files), ==, n);

  g_assert_true (qd_package_writer_add_bytes (twice, "é.txt", "text/plain", bytes, NULL));
  g_assert_false (qd_package_writer_add_bytes (twice, "É.TXT", "text/plain", bytes, &error));
  g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PACKAGE);
}

static void
test_many (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (QdPackageWriter) writer = qd_package_writer_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("content", 7);
  g_autoptr (QdVerification) verification = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("attachments/附件 %u.txt", i);

      g_assert_true (qd_package_writer_add_bytes (writer, name, "text/plain", bytes, NULL));
    }
  g_assert_true (qd_package_writer_write (writer, kit->package, kit->signer, NULL, NULL, NULL, NULL, NULL, &error));
  verification = verify (kit, kit->trust);
  g_assert_true (verification->valid && verification->trusted);
  g_assert_cmpuint (g_strv_length (verification->files), ==, 1000);
}

static void
test_refused (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (QdPackageWriter) empty = qd_package_writer_new ();
  g_autoptr (QdPackageWriter) missing = qd_package_writer_new ();
  g_autoptr (QdPackageWriter) folder = qd_package_writer_new ();
  g_autoptr (QdPackageWriter) good = qd_package_writer_new ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  g_autoptr (GDateTime) early = g_date_time_new_utc (2001, 1, 1, 0, 0, 0);
  g_autoptr (GDateTime) late = g_date_time_new_utc (2101, 1, 1, 0, 0, 0);
  g_autofree char *nowhere = g_build_filename (kit->folder, "no", "folder.asice", NULL);
  g_autoptr (GError) error = NULL;
  guint before = seal_kit_count_files (kit);

  g_assert_false (qd_package_writer_write (empty, kit->package, kit->signer, NULL, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PACKAGE);
  g_clear_error (&error);
  g_assert_true (qd_package_writer_add_file (missing, "a", "text/plain", "/nonexistent", NULL));
  g_assert_false (qd_package_writer_write (missing, kit->package, kit->signer, NULL, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (qd_package_writer_add_file (folder, "a", "text/plain", kit->folder, NULL));
  g_assert_false (qd_package_writer_write (folder, kit->package, kit->signer, NULL, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_assert_true (qd_package_writer_add_bytes (good, "a", "text/plain", bytes, NULL));
  g_assert_false (qd_package_writer_write (good, kit->package, kit->signer, early, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_EXPIRED);
  g_clear_error (&error);
  g_assert_false (qd_package_writer_write (good, kit->package, kit->signer, late, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_EXPIRED);
  g_clear_error (&error);
  g_assert_false (qd_package_writer_write (good, nowhere, kit->signer, NULL, NULL, NULL, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpuint (seal_kit_count_files (kit), ==, before);
}

/* Content that does not compress, so that it is stored. */
static char *
write_noise (SealKit *kit, const char *name, gsize length)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autofree guint32 *noise = g_new (guint32, length / 4);

  for (gsize i = 0; i < length / 4; i++)
    noise[i] = g_rand_int (random);
  return seal_kit_write (kit, name, noise, length);
}

typedef struct
{
  const char *path;
  GCancellable *cancellable;
  enum
  {
    CANCEL,
    GROW,
    SHRINK,
    REWRITE,
  } action;
  gboolean done;
} Meddler;

static void
meddle_cb (goffset current, goffset total, gpointer user_data)
{
  Meddler *meddler = user_data;
  FILE *file;

  g_assert_cmpint (current, <=, total);
  if (meddler->done || current < total / 4)
    return;
  meddler->done = TRUE;
  switch (meddler->action)
    {
    case CANCEL:
      g_cancellable_cancel (meddler->cancellable);
      break;
    case GROW:
      file = g_fopen (meddler->path, "ab");
      g_assert_cmpint (fputs ("more", file), >=, 0);
      fclose (file);
      break;
    case SHRINK:
      g_assert_cmpint (truncate (meddler->path, (off_t) total / 2), ==, 0);
      break;
    case REWRITE:
      file = g_fopen (meddler->path, "r+b");
      g_assert_cmpint (fseek (file, (long) total - 100, SEEK_SET), ==, 0);
      g_assert_cmpint (fputs ("other", file), >=, 0);
      fclose (file);
      break;
    default:
      g_assert_not_reached ();
    }
}

static const struct
{
  const char *name;
  int action;
  gboolean noise;
  GIOErrorEnum code;
} meddlings[] = {
  { "cancel-stored", CANCEL, TRUE, G_IO_ERROR_CANCELLED },
  { "cancel-packed", CANCEL, FALSE, G_IO_ERROR_CANCELLED },
  { "grow-stored", GROW, TRUE, G_IO_ERROR_BUSY },
  { "grow-packed", GROW, FALSE, G_IO_ERROR_BUSY },
  { "shrink-stored", SHRINK, TRUE, G_IO_ERROR_BUSY },
  { "shrink-packed", SHRINK, FALSE, G_IO_ERROR_BUSY },
  { "rewrite-stored", REWRITE, TRUE, G_IO_ERROR_BUSY },
};

/* While the attachment is read, somebody changes it or the user changes their mind: nothing appears, nothing stays. */
static void
test_meddling (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *text = g_strnfill (4 << 20, 'x');
  g_autofree char *path = meddlings[i].noise ? write_noise (kit, "source", 4 << 20) : seal_kit_write (kit, "source", text, 4 << 20);
  Meddler meddler = { path, cancellable, meddlings[i].action, FALSE };
  g_autoptr (QdPackageWriter) writer = qd_package_writer_new ();
  g_autoptr (GError) error = NULL;
  guint before = seal_kit_count_files (kit);

  g_assert_true (qd_package_writer_add_file (writer, "a", "text/plain", path, NULL));
  g_assert_false (qd_package_writer_write (writer, kit->package, kit->signer, NULL, meddle_cb, &meddler, cancellable, NULL, &error));
  g_assert_error (error, G_IO_ERROR, (int) meddlings[i].code);
  g_assert_true (meddler.done);
  g_assert_cmpuint (seal_kit_count_files (kit), ==, before);
}

/* A limit on the size of files stands in for a full disk: write() fails in the middle. An existing package survives. */
static void
test_disk_full (gconstpointer data)
{
  gboolean noise = GPOINTER_TO_INT (data);
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autofree char *zeros = g_malloc0 (1 << 20);
  g_autofree char *path = noise ? write_noise (kit, "source", 4 << 20) : seal_kit_write (kit, "source", zeros, 1 << 20);
  g_autoptr (QdPackageWriter) writer = qd_package_writer_new ();
  g_autoptr (QdVerification) verification = NULL;
  g_autoptr (GError) error = NULL;
  struct rlimit old, small;
  guint before;

  seal_kit_seal (kit);
  before = seal_kit_count_files (kit);
  g_assert_true (qd_package_writer_add_file (writer, "a", "text/plain", path, NULL));
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &old), ==, 0);
  signal (SIGXFSZ, SIG_IGN);
  small = old;
  small.rlim_cur = noise ? 1 << 20 : 1000;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (qd_package_writer_write (writer, kit->package, kit->signer, NULL, NULL, NULL, NULL, NULL, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &old), ==, 0);
  g_assert_nonnull (error);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (seal_kit_count_files (kit), ==, before);
  verification = verify (kit, kit->trust);
  g_assert_true (verification->valid);
}

static void
test_cancelled_verify (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  seal_kit_seal (kit);
  g_cancellable_cancel (cancellable);
  g_assert_null (qd_package_verify (kit->package, NULL, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/package/good/ec", GUINT_TO_POINTER (QD_KEY_EC_P256), test_good);
  g_test_add_data_func ("/package/good/rsa", GUINT_TO_POINTER (QD_KEY_RSA_2048), test_good);
  g_test_add_func ("/package/bytes", test_bytes);
  g_test_add_data_func ("/package/xmlsec/ec", GUINT_TO_POINTER (QD_KEY_EC_P256), test_xmlsec);
  g_test_add_data_func ("/package/xmlsec/rsa", GUINT_TO_POINTER (QD_KEY_RSA_2048), test_xmlsec);
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strdup_printf ("/package/damage/%s", damages[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_damage);
    }
  g_test_add_func ("/package/damage/entry-in-entry", test_entry_in_entry);
  g_test_add_func ("/package/turned-bits", test_turned_bits);
  g_test_add_func ("/package/cut-short", test_cut_short);
  g_test_add_func ("/package/other-signer", test_other_signer);
  g_test_add_func ("/package/chain", test_chain);
  g_test_add_func ("/package/names", test_names);
  g_test_add_func ("/package/many", test_many);
  g_test_add_func ("/package/refused", test_refused);
  for (guint i = 0; i < G_N_ELEMENTS (meddlings); i++)
    {
      g_autofree char *path = g_strdup_printf ("/package/meddling/%s", meddlings[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_meddling);
    }
  g_test_add_data_func ("/package/disk-full/stored", GINT_TO_POINTER (TRUE), test_disk_full);
  g_test_add_data_func ("/package/disk-full/packed", GINT_TO_POINTER (FALSE), test_disk_full);
  g_test_add_func ("/package/cancelled-verify", test_cancelled_verify);
  return g_test_run ();
}
