/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "make-cert.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static void
add_extension (X509 *cert, int nid, const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension;

  X509V3_set_ctx_nodb (&context);
  X509V3_set_ctx (&context, cert, cert, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  g_assert_nonnull (extension);
  g_assert_cmpint (X509_add_ext (cert, extension, -1), ==, 1);
  X509_EXTENSION_free (extension);
}

static void
write_pem (const char *path, X509 *cert, EVP_PKEY *key)
{
  BIO *out = BIO_new_file (path, "w");

  g_assert_nonnull (out);
  g_assert_cmpint (PEM_write_bio_X509 (out, cert), ==, 1);
  if (key != NULL)
    g_assert_cmpint (PEM_write_bio_PrivateKey (out, key, NULL, NULL, 0, NULL, NULL), ==, 1);
  BIO_free (out);
}

void
make_cert (const char *cert_path, const char *cert_and_key_path, long from, long to)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  X509 *cert = X509_new ();
  X509_NAME *name = X509_get_subject_name (cert);

  g_assert_nonnull (key);
  X509_set_version (cert, X509_VERSION_3);
  ASN1_INTEGER_set (X509_get_serialNumber (cert), 1);
  X509_gmtime_adj (X509_getm_notBefore (cert), from);
  X509_gmtime_adj (X509_getm_notAfter (cert), to);
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_ASC, (const unsigned char *) "localhost", -1, -1, 0);
  X509_set_issuer_name (cert, name);
  X509_set_pubkey (cert, key);
  add_extension (cert, NID_basic_constraints, "critical,CA:TRUE");
  add_extension (cert, NID_subject_alt_name, "DNS:localhost");
  g_assert_cmpint (X509_sign (cert, key, EVP_sha256 ()), >, 0);
  write_pem (cert_path, cert, NULL);
  write_pem (cert_and_key_path, cert, key);
  X509_free (cert);
  EVP_PKEY_free (key);
}
