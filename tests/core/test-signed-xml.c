/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "qd-signed-xml.h"
#include "qd-xml-guard.h"
#include "seal-kit.h"

#define DOCUMENT "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?pi data?>\n<!-- before -->\n<r:receipt xmlns:r=\"urn:r\" xmlns=\"urn:d\" xml:lang=\"zh\">\n  <!-- a comment -->\n  <package b=\"2\" a='1'>回执 &lt;&amp;&#13;</package><![CDATA[ ]]>\n</r:receipt>\n"

static GBytes *
sign (SealKit *kit, const char *xml)
{
  g_autoptr (GBytes) bytes = g_bytes_new (xml, strlen (xml));
  g_autoptr (GError) error = NULL;
  GBytes *result = qd_signed_xml_sign (bytes, kit->signer, NULL, &error);

  g_assert_no_error (error);
  return result;
}

static QdVerification *
verify_text (const char *text, const char *trust)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  QdVerification *verification = qd_signed_xml_verify (bytes, trust, &error);

  g_assert_no_error (error);
  return verification;
}

static void
test_good (gconstpointer data)
{
  g_autoptr (SealKit) kit = seal_kit_new ((QdKeyKind) GPOINTER_TO_UINT (data));
  g_autoptr (GBytes) bytes = sign (kit, DOCUMENT);
  g_autofree char *path = seal_kit_write (kit, "signed.xml", g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autoptr (QdVerification) verification = NULL;
  g_autoptr (QdVerification) without = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;

  verification = qd_signed_xml_verify (bytes, kit->trust, &error);
  g_assert_no_error (error);
  g_assert_false (seal_kit_has_problem (verification, ""));
  g_assert_true (verification->valid && verification->trusted && verification->demo);
  g_assert_cmpstr (verification->sha256, ==, sha256);
  g_assert_cmpstr (verification->signer, ==, "演示企业");
  g_assert_nonnull (verification->signing_time);
  without = qd_signed_xml_verify (bytes, NULL, &error);
  g_assert_true (without->valid && !without->trusted);
  if (!seal_kit_run (kit->folder, "xmlsec1 --verify --id-attr:Id http://uri.etsi.org/01903/v1.3.2#:SignedProperties --trusted-pem trust.pem signed.xml", &output))
    g_error ("xmlsec1: %s", output);
  g_assert_nonnull (strstr (output, "SignedInfo References (ok/all): 2/2"));
}

static const struct
{
  const char *name;
  const char *from;
  const char *to;
  gboolean sign_again;
  const char *code; /* NULL: none */
} damages[] = {
  { "nothing", "回执", "回执", FALSE, NULL },
  { "comment-outside-text", "<!-- a comment -->", "<!-- another -->", FALSE, NULL },
  { "text", "回执", "退回", FALSE, "changed-data" },
  { "attribute", "a=\"1\"", "a=\"3\"", FALSE, "changed-data" },
  { "namespace", "xmlns:r=\"urn:r\"", "xmlns:r=\"urn:s\"", FALSE, "changed-data" },
  { "instruction", "<?pi data?>", "<?pi other?>", FALSE, "changed-data" },
  { "after-signature", "</ds:Signature>", "</ds:Signature> ", FALSE, "changed-data" },
  { "element-after", "</ds:Signature>", "</ds:Signature><x/>", FALSE, "signature-structure" },
  { "comment-in-text", "回执", "回<!-- -->执", FALSE, "comment-in-text" },
  { "doctype", "<?pi data?>", "<!DOCTYPE r:receipt [<!ATTLIST package c CDATA '3'>]>", FALSE, "doctype" },
  { "doctype-external", "<?pi data?>", "<!DOCTYPE r:receipt SYSTEM 'http://127.0.0.1:9/x.dtd'>", FALSE, "doctype" },
  { "xxe", "<?pi data?>", "<!DOCTYPE r [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>", FALSE, "doctype" },
  { "broken", "</r:receipt>", "</r:receip>", FALSE, "xml" },
  { "uri", "URI=\"\"", "URI=\"#x\"", TRUE, "signature-structure" },
  { "uri-file", "URI=\"\"", "URI=\"/etc/passwd\"", TRUE, "signature-structure" },
  { "no-enveloped", "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>", "", TRUE, "transforms" },
  { "no-c14n", "enveloped-signature\"/><ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>", "enveloped-signature\"/>", TRUE, "transforms" },
  { "xpath", "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>", "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xpath-19991116\"><ds:XPath>0</ds:XPath></ds:Transform>", TRUE, "transforms" },
  { "more-transforms", "enveloped-signature\"/>", "enveloped-signature\"/><ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>", TRUE, "transforms" },
  { "sha1", "xmlenc#sha256\"/><ds:DigestValue>", NULL, TRUE, "algorithm" },
  { "id-in-document", "b=\"2\"", "Id=\"qd-S0-SignedProperties\"", FALSE, "duplicate-id" },
  { "id-of-signature-in-document", "b=\"2\"", "xml:id=\"qd-S0\"", FALSE, "duplicate-id" },
  { "second-signature", "回执", "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>", FALSE, "signature-structure" },
  { "certificate-of-nobody", "<ds:X509Certificate>MII", "<ds:X509Certificate>AII", FALSE, "certificate" },
};

static void
test_damage (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (GBytes) bytes = sign (kit, DOCUMENT);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autoptr (GString) changed = g_string_new (text);
  g_autoptr (QdVerification) verification = NULL;

  if (damages[i].to)
    g_assert_cmpuint (g_string_replace (changed, damages[i].from, damages[i].to, 0), ==, 1);
  else
    g_assert_cmpuint (g_string_replace (changed, damages[i].from, "xmldsig#sha1\"/><ds:DigestValue>", 1), ==, 1);
  if (damages[i].sign_again)
    {
      char *again = seal_kit_sign_xml_again (changed->str, changed->len, kit->signer);

      g_string_assign (changed, again);
      g_free (again);
    }
  verification = verify_text (changed->str, kit->trust);
  if (damages[i].code)
    {
      g_assert_true (seal_kit_has_problem (verification, damages[i].code));
      g_assert_false (verification->valid || verification->trusted);
    }
  else
    {
      g_assert_false (seal_kit_has_problem (verification, ""));
      g_assert_cmpuint (verification->problems->len, ==, 0);
      g_assert_true (verification->valid && verification->trusted);
    }
}

/* The signed part moves below another root: what is read is no longer what was signed. */
static void
test_wrapping (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (GBytes) bytes = sign (kit, "<receipt>good</receipt>");
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *outer = NULL;
  g_autofree char *moved = NULL;
  g_autoptr (QdVerification) first = NULL;
  g_autoptr (QdVerification) second = NULL;
  char *start = strstr (text, "<receipt>");
  char *signature = strstr (text, "<ds:Signature ");
  char *end = strstr (text, "</ds:Signature>") + strlen ("</ds:Signature>");

  outer = g_strdup_printf ("<receipt>evil%s</receipt>", start);
  first = verify_text (outer, kit->trust);
  g_assert_true (seal_kit_has_problem (first, "signature-structure"));
  moved = g_strdup_printf ("<receipt>evil<receipt>good</receipt>%.*s</receipt>", (int) (end - signature), signature);
  second = verify_text (moved, kit->trust);
  g_assert_true (seal_kit_has_problem (second, "changed-data"));
}

static const struct
{
  const char *name;
  const char *xml;
} refusals[] = {
  { "empty", "" },
  { "text", "hello" },
  { "broken", "<a>" },
  { "doctype", "<!DOCTYPE a><a/>" },
  { "comment-in-text", "<a>b<!-- c -->d</a>" },
  { "signed", "<a><ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/></a>" },
};

static void
test_refused (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (GBytes) good = g_bytes_new_static ("<a/>", 4);
  g_autoptr (GDateTime) early = g_date_time_new_utc (2001, 1, 1, 0, 0, 0);
  g_autoptr (QdVerification) unsigned_document = verify_text ("<a/>", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (refusals[i].xml, strlen (refusals[i].xml));
      g_autoptr (QdVerification) verification = verify_text (refusals[i].xml, NULL);

      g_test_message ("%s", refusals[i].name);
      g_assert_null (qd_signed_xml_sign (bytes, kit->signer, NULL, &error));
      g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_FAILED);
      g_clear_error (&error);
      g_assert_false (verification->valid);
      g_assert_cmpuint (verification->problems->len, >, 0);
    }
  g_assert_true (seal_kit_has_problem (unsigned_document, "signature-missing"));
  g_assert_null (qd_signed_xml_sign (good, kit->signer, early, &error));
  g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_EXPIRED);
}

/* Every turned bit of the document is noticed, unless it lies in a comment or in white space of markup. */
static void
test_every_byte (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autoptr (GBytes) bytes = sign (kit, "<receipt><package>good</package></receipt>");
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  const char *start = strstr (text, "<receipt>");
  const char *end = strstr (text, "<ds:Signature ");
  gsize length = strlen (text);

  for (gsize i = 0; i < length; i++)
    {
      g_autoptr (GBytes) changed = NULL;
      g_autoptr (QdVerification) verification = NULL;
      g_autoptr (GError) error = NULL;

      text[i] ^= (char) (1 << (i % 8));
      changed = g_bytes_new_static (text, length);
      verification = qd_signed_xml_verify (changed, kit->trust, &error);
      g_assert_no_error (error);
      if (text + i >= start && text + i < end)
        g_assert_false (verification->valid);
      text[i] ^= (char) (1 << (i % 8));
    }
}

static char *
many_attributes (guint n)
{
  GString *text = g_string_new ("<a");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, " a%u='>'", i);
  g_string_append (text, "/>");
  return g_string_free (text, FALSE);
}

static void
test_guard (void)
{
  static const struct
  {
    const char *xml;
    gsize length;
    gboolean harmless;
  } rows[] = {
    { "", 0, TRUE },
    { "<a/>", 4, TRUE },
    { "<a", 2, TRUE },
    { "<a b='", 6, TRUE },
    { "<!-- it's -->", 13, TRUE },
    { "<!-- it's", 9, TRUE },
    { "<![CDATA[ ' ]]><?p '?>", 22, TRUE },
    { "<", 1, TRUE },
    { "<a\0/>", 5, FALSE },
    { "\xff\xfe<\0a\0", 6, FALSE },
    { "<a>\xc3</a>", 8, FALSE },
  };
  g_autofree char *most = many_attributes (QD_XML_MAX_ATTRIBUTES);
  g_autofree char *too_many = many_attributes (QD_XML_MAX_ATTRIBUTES + 1);
  g_autofree char *after_comment = g_strconcat ("<!-- ' --><x><![CDATA[ \" ]]><?p ' ?>", too_many, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (qd_xml_is_harmless (rows[i].xml, rows[i].length), ==, rows[i].harmless);
  g_assert_true (qd_xml_is_harmless (most, strlen (most)));
  g_assert_false (qd_xml_is_harmless (too_many, strlen (too_many)));
  g_assert_false (qd_xml_is_harmless (after_comment, strlen (after_comment)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/signed-xml/good/ec", GUINT_TO_POINTER (QD_KEY_EC_P256), test_good);
  g_test_add_data_func ("/signed-xml/good/rsa", GUINT_TO_POINTER (QD_KEY_RSA_2048), test_good);
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autofree char *path = g_strdup_printf ("/signed-xml/damage/%s", damages[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_damage);
    }
  g_test_add_func ("/signed-xml/wrapping", test_wrapping);
  g_test_add_func ("/signed-xml/refused", test_refused);
  g_test_add_func ("/signed-xml/every-byte", test_every_byte);
  g_test_add_func ("/signed-xml/guard", test_guard);
  return g_test_run ();
}
