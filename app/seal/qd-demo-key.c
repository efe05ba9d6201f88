/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-demo-key"

#include "config.h"

#include "qd-signer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

#include "qd-seal-private.h"

#define VALID_DAYS 365
#define ITERATIONS 20000

/* Shown by every certificate viewer, whatever language it speaks. */
#define DEMO_UNIT "DEMONSTRATION ONLY 仅供演示"
#define DEMO_NOTICE "DEMONSTRATION ONLY: proves nothing. 仅供演示，无法律效力。"

static gboolean
add_extension (X509 *certificate, X509 *issuer, int nid, const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension;
  gboolean added;

  X509V3_set_ctx (&context, issuer, certificate, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  added = extension && X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
  return added;
}

/* Built by hand, since the text notation of OpenSSL has no place for a UTF-8 notice without a configuration file. */
static gboolean
add_demo_policy (X509 *certificate)
{
  CERTIFICATEPOLICIES *policies = sk_POLICYINFO_new_null ();
  POLICYINFO *policy = POLICYINFO_new ();
  POLICYQUALINFO *qualifier = POLICYQUALINFO_new ();
  USERNOTICE *notice = USERNOTICE_new ();
  gboolean added;

  sk_POLICYINFO_push (policies, policy);
  policy->policyid = OBJ_txt2obj (QD_DEMO_POLICY_OID, 1);
  policy->qualifiers = sk_POLICYQUALINFO_new_null ();
  sk_POLICYQUALINFO_push (policy->qualifiers, qualifier);
  qualifier->pqualid = OBJ_nid2obj (NID_id_qt_unotice);
  qualifier->d.usernotice = notice;
  notice->exptext = ASN1_STRING_type_new (V_ASN1_UTF8STRING);
  ASN1_STRING_set (notice->exptext, DEMO_NOTICE, (int) strlen (DEMO_NOTICE));
  added = X509_add1_ext_i2d (certificate, NID_certificate_policies, policies, 0, X509V3_ADD_DEFAULT) == 1;
  CERTIFICATEPOLICIES_free (policies);
  return added;
}

static gboolean
add_name (X509_NAME *name, int nid, const char *value)
{
  return X509_NAME_add_entry_by_NID (name, nid, MBSTRING_UTF8, (const unsigned char *) value, -1, -1, 0) == 1;
}

static X509 *
make_certificate (EVP_PKEY *key, const char *common_name, const char *uscc)
{
  g_autoptr (X509) certificate = X509_new_ex (qd_seal_get_libctx (), NULL);
  X509_NAME *name = X509_get_subject_name (certificate);
  guint8 random[16];
  BIGNUM *serial;
  gboolean done;

  if (RAND_bytes_ex (qd_seal_get_libctx (), random, sizeof random, 0) != 1)
    return NULL;
  random[0] &= 0x7f;
  serial = BN_bin2bn (random, sizeof random, NULL);
  BN_to_ASN1_INTEGER (serial, X509_get_serialNumber (certificate));
  BN_free (serial);
  X509_set_version (certificate, X509_VERSION_3);
  /* A day back: the clock of the receiver may be behind. */
  X509_gmtime_adj (X509_getm_notBefore (certificate), -24 * 60 * 60);
  X509_gmtime_adj (X509_getm_notAfter (certificate), VALID_DAYS * 24L * 60 * 60);
  done = add_name (name, NID_countryName, "CN") && add_name (name, NID_organizationalUnitName, DEMO_UNIT) && (!uscc || add_name (name, NID_organizationIdentifier, uscc)) && add_name (name, NID_commonName, common_name) &&
         X509_set_issuer_name (certificate, name) && X509_set_pubkey (certificate, key) && add_extension (certificate, certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension (certificate, certificate, NID_key_usage, "critical,digitalSignature,nonRepudiation") && add_extension (certificate, certificate, NID_subject_key_identifier, "hash") && add_demo_policy (certificate) &&
         X509_sign (certificate, key, EVP_sha256 ()) > 0;
  return done ? g_steal_pointer (&certificate) : NULL;
}

/* A new file or nothing: an existing one may be a key that somebody needs. */
static gboolean
write_new (const char *path, int mode, BIO *content, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  char *data;
  long length = BIO_get_mem_data (content, &data);
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  gboolean written;

  if (fd < 0 && errno == EEXIST)
    {
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY, _ ("There is already a file “%s”. Choose another name, so that no key is lost."), shown);
      return FALSE;
    }
  written = fd >= 0 && write (fd, data, (gsize) length) == length && fsync (fd) == 0;
  if (!written)
    {
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_FAILED, _ ("The file “%s” cannot be written: %s."), shown, g_strerror (errno));
      if (fd >= 0)
        unlink (path);
    }
  if (fd >= 0)
    close (fd);
  return written;
}

gboolean
qd_demo_key_create (const char *p12_path, const char *cert_path, const char *pin, const char *common_name, const char *uscc, QdKeyKind kind, GError **error)
{
  g_autoptr (EVP_PKEY) key = NULL;
  g_autoptr (X509) certificate = NULL;
  g_autoptr (PKCS12) p12 = NULL;
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  g_autoptr (BIO) pem = BIO_new (BIO_s_mem ());

  g_return_val_if_fail (p12_path != NULL && pin != NULL && common_name != NULL, FALSE);
  if (g_utf8_strlen (common_name, -1) > 64 || *common_name == '\0' || g_utf8_strlen (pin, -1) < 4)
    {
      g_set_error_literal (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY, _ ("A demonstration key needs a name of 1 to 64 characters and a PIN of at least 4."));
      return FALSE;
    }
  if (kind == QD_KEY_RSA_2048)
    key = EVP_PKEY_Q_keygen (qd_seal_get_libctx (), NULL, "RSA", (gsize) 2048);
  else
    key = EVP_PKEY_Q_keygen (qd_seal_get_libctx (), NULL, "EC", "P-256");
  certificate = key ? make_certificate (key, common_name, uscc) : NULL;
  if (certificate)
    p12 = PKCS12_create_ex (pin, common_name, key, certificate, NULL, 0, 0, ITERATIONS, ITERATIONS, 0, qd_seal_get_libctx (), NULL);
  if (!p12 || i2d_PKCS12_bio (bio, p12) != 1 || PEM_write_bio_X509 (pem, certificate) != 1)
    {
      qd_seal_set_openssl_error (error, QD_SEAL_ERROR_FAILED, _ ("The demonstration key cannot be made."));
      return FALSE;
    }
  if (!write_new (p12_path, 0600, bio, error))
    return FALSE;
  if (cert_path && !write_new (cert_path, 0644, pem, error))
    {
      unlink (p12_path);
      return FALSE;
    }
  return TRUE;
}
