/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-certificate"

#include "config.h"

#include "qd-seal-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/provider.h>

#define MIN_RSA_BITS 2048
#define MAX_RSA_BITS 8192
#define MAX_ANCHORS_FILE (4u << 20)

G_DEFINE_QUARK (qd - seal - error - quark, qd_seal_error)

void
qd_seal_set_openssl_error (GError **error, QdSealError code, const char *sentence)
{
  unsigned long last = ERR_peek_last_error ();
  const char *reason = last ? ERR_reason_error_string (last) : NULL;

  if (reason)
    g_set_error (error, QD_SEAL_ERROR, (int) code, "%s (%s)", sentence, reason);
  else
    g_set_error_literal (error, QD_SEAL_ERROR, (int) code, sentence);
  ERR_clear_error ();
}

OSSL_LIB_CTX *
qd_seal_get_libctx (void)
{
  static gsize once = 0;
  static OSSL_LIB_CTX *libctx = NULL;

  if (g_once_init_enter (&once))
    {
      libctx = OSSL_LIB_CTX_new ();
      /* Certification authorities still hand out PKCS#12 files in RC2-40, which OpenSSL 3 keeps in "legacy"; without that module only those fail. */
      OSSL_PROVIDER_load (libctx, "default");
      OSSL_PROVIDER_load (libctx, "legacy");
      ERR_clear_error ();
      g_once_init_leave (&once, 1);
    }
  return libctx;
}

static char *
string_to_utf8 (const ASN1_STRING *string)
{
  unsigned char *utf8 = NULL;
  int length = ASN1_STRING_to_UTF8 (&utf8, string);
  char *result;

  if (length < 0)
    return NULL;
  result = g_utf8_make_valid ((const char *) utf8, length);
  OPENSSL_free (utf8);
  return result;
}

static char *
name_entry (const X509_NAME *name, int nid)
{
  int i = X509_NAME_get_index_by_NID (name, nid, -1);

  return i < 0 ? NULL : string_to_utf8 (X509_NAME_ENTRY_get_data (X509_NAME_get_entry (name, i)));
}

static char *
display_name (const X509_NAME *name)
{
  char *common_name = name_entry (name, NID_commonName);
  g_autoptr (BIO) bio = NULL;
  char *text;
  long length;

  if (common_name && *common_name)
    return common_name;
  g_free (common_name);
  bio = BIO_new (BIO_s_mem ());
  X509_NAME_print_ex (bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  length = BIO_get_mem_data (bio, &text);
  return g_utf8_make_valid (text, length);
}

/* 18 digits and capitals, GB 32100-2015; an identifier of EN 319 412-1 carries it after a prefix such as "NTRCN-". */
static char *
find_uscc (const X509_NAME *name)
{
  const int nids[] = { NID_organizationIdentifier, NID_serialNumber };

  for (guint i = 0; i < G_N_ELEMENTS (nids); i++)
    {
      g_autofree char *value = name_entry (name, nids[i]);
      const char *code = value;

      if (!value)
        continue;
      if (strlen (value) == 24 && value[5] == '-')
        code += 6;
      if (strlen (code) == 18 && strspn (code, "0123456789ABCDEFGHJKLMNPQRTUWXY") == 18)
        return g_strdup (code);
    }
  return NULL;
}

static GDateTime *
time_from_asn1 (const ASN1_TIME *time)
{
  struct tm tm;

  if (!ASN1_TIME_to_tm (time, &tm))
    return NULL;
  return g_date_time_new_utc (tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static gboolean
has_demo_policy (X509 *certificate)
{
  CERTIFICATEPOLICIES *policies = X509_get_ext_d2i (certificate, NID_certificate_policies, NULL, NULL);
  ASN1_OBJECT *demo = OBJ_txt2obj (QD_DEMO_POLICY_OID, 1);
  gboolean found = FALSE;

  for (int i = 0; i < sk_POLICYINFO_num (policies); i++)
    found = found || OBJ_cmp (sk_POLICYINFO_value (policies, i)->policyid, demo) == 0;
  ASN1_OBJECT_free (demo);
  CERTIFICATEPOLICIES_free (policies);
  return found;
}

static const char *
find_method (EVP_PKEY *key)
{
  char group[32];

  if (!key)
    return NULL;
  if (EVP_PKEY_is_a (key, "RSA") && EVP_PKEY_get_bits (key) >= MIN_RSA_BITS && EVP_PKEY_get_bits (key) <= MAX_RSA_BITS)
    return QD_METHOD_RSA;
  if (EVP_PKEY_is_a (key, "EC") && EVP_PKEY_get_group_name (key, group, sizeof group, NULL) && g_str_equal (group, "prime256v1"))
    return QD_METHOD_ECDSA;
  return NULL;
}

gboolean
qd_certificate_read_facts (X509 *certificate, QdCertificateFacts *facts_out, GError **error)
{
  g_auto (QdCertificateFacts) facts = { 0 };

  facts.method = find_method (X509_get0_pubkey (certificate));
  if (!facts.method)
    {
      ERR_clear_error ();
      g_set_error_literal (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY, _ ("The key is of a kind that packages cannot be signed with. Use an EC key on curve P-256 or an RSA key of at least 2,048 bits."));
      return FALSE;
    }
  facts.not_before = time_from_asn1 (X509_get0_notBefore (certificate));
  facts.not_after = time_from_asn1 (X509_get0_notAfter (certificate));
  if (!facts.not_before || !facts.not_after)
    {
      ERR_clear_error ();
      g_set_error_literal (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY, _ ("The certificate does not say from when to when it is valid. Ask its issuer for another one."));
      return FALSE;
    }
  facts.subject = display_name (X509_get_subject_name (certificate));
  facts.issuer = display_name (X509_get_issuer_name (certificate));
  facts.uscc = find_uscc (X509_get_subject_name (certificate));
  facts.demo = has_demo_policy (certificate);
  /* Without the extension OpenSSL answers with all bits set. */
  facts.may_sign = (X509_get_key_usage (certificate) & (KU_NON_REPUDIATION | KU_DIGITAL_SIGNATURE)) != 0;
  ERR_clear_error ();
  *facts_out = facts;
  memset (&facts, 0, sizeof facts);
  return TRUE;
}

void
qd_certificate_facts_clear (QdCertificateFacts *facts)
{
  g_clear_pointer (&facts->subject, g_free);
  g_clear_pointer (&facts->issuer, g_free);
  g_clear_pointer (&facts->uscc, g_free);
  g_clear_pointer (&facts->not_before, g_date_time_unref);
  g_clear_pointer (&facts->not_after, g_date_time_unref);
}

X509 *
qd_certificate_from_der (GBytes *der)
{
  gsize length;
  const unsigned char *p = g_bytes_get_data (der, &length);
  const unsigned char *end = p + length;
  g_autoptr (X509) certificate = X509_new_ex (qd_seal_get_libctx (), NULL);

  if (length > G_MAXINT32 || !d2i_X509 (&certificate, &p, (long) length) || p != end)
    {
      ERR_clear_error ();
      return NULL;
    }
  return g_steal_pointer (&certificate);
}

GBytes *
qd_certificate_to_der (X509 *certificate)
{
  unsigned char *der = NULL;
  int length = i2d_X509 (certificate, &der);
  GBytes *bytes = length > 0 ? g_bytes_new (der, (gsize) length) : NULL;

  OPENSSL_free (der);
  return bytes;
}

GBytes *
qd_ecdsa_to_raw (const guint8 *der, gsize length, gsize size)
{
  ECDSA_SIG *signature = d2i_ECDSA_SIG (NULL, &der, (long) length);
  g_autofree guint8 *raw = g_malloc (2 * size);
  gboolean fits = signature && BN_bn2binpad (ECDSA_SIG_get0_r (signature), raw, (int) size) == (int) size && BN_bn2binpad (ECDSA_SIG_get0_s (signature), raw + size, (int) size) == (int) size;

  ECDSA_SIG_free (signature);
  return fits ? g_bytes_new_take (g_steal_pointer (&raw), 2 * size) : NULL;
}

GBytes *
qd_ecdsa_from_raw (const guint8 *raw, gsize length)
{
  ECDSA_SIG *signature;
  unsigned char *der = NULL;
  GBytes *bytes = NULL;
  int n;

  if (length == 0 || length % 2 != 0 || length > 256)
    return NULL;
  signature = ECDSA_SIG_new ();
  ECDSA_SIG_set0 (signature, BN_bin2bn (raw, (int) length / 2, NULL), BN_bin2bn (raw + length / 2, (int) length / 2, NULL));
  n = i2d_ECDSA_SIG (signature, &der);
  if (n > 0)
    bytes = g_bytes_new (der, (gsize) n);
  OPENSSL_free (der);
  ECDSA_SIG_free (signature);
  return bytes;
}

gboolean
qd_certificate_verify (X509 *certificate, const char *method, const guint8 *data, gsize length, const guint8 *signature, gsize signature_length)
{
  EVP_PKEY *key = X509_get0_pubkey (certificate);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  g_autoptr (GBytes) der = NULL;
  gboolean good;

  /* The method must be the one of the key: an attacker chooses the former. */
  if (g_strcmp0 (method, find_method (key)) != 0)
    return FALSE;
  if (g_str_equal (method, QD_METHOD_ECDSA))
    {
      der = signature_length == 64 ? qd_ecdsa_from_raw (signature, signature_length) : NULL;
      if (!der)
        return FALSE;
      signature = g_bytes_get_data (der, &signature_length);
    }
  good = EVP_DigestVerifyInit_ex (context, NULL, "SHA256", qd_seal_get_libctx (), NULL, key, NULL) == 1 && EVP_DigestVerify (context, signature, signature_length, data, length) == 1;
  ERR_clear_error ();
  return good;
}

static gboolean
load_anchors (X509_STORE *store, const char *trust_pem, GError **error)
{
  g_autofree char *text = g_malloc (MAX_ANCHORS_FILE);
  g_autofree char *shown = g_filename_display_name (trust_pem);
  g_autoptr (GFile) file = g_file_new_for_path (trust_pem);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autoptr (BIO) bio = NULL;
  gsize length;
  guint n = 0;

  if (!stream || !g_input_stream_read_all (G_INPUT_STREAM (stream), text, MAX_ANCHORS_FILE, &length, NULL, error))
    {
      g_prefix_error (error, _ ("The list of trusted certificates “%s” cannot be read: "), shown);
      return FALSE;
    }
  bio = BIO_new_mem_buf (text, (int) length);
  for (;;)
    {
      g_autoptr (X509) anchor = X509_new_ex (qd_seal_get_libctx (), NULL);

      if (!PEM_read_bio_X509 (bio, &anchor, NULL, NULL))
        break;
      X509_STORE_add_cert (store, anchor);
      n++;
    }
  ERR_clear_error ();
  if (n == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("“%s” holds no certificates in PEM form to trust."), shown);
      return FALSE;
    }
  return TRUE;
}

gboolean
qd_certificate_is_trusted (X509 *certificate, QdX509Stack *others, const char *trust_pem, GDateTime *time, gboolean *trusted_out, char **reason_out, GError **error)
{
  X509_STORE *store = X509_STORE_new ();
  X509_STORE_CTX *context = NULL;
  X509_VERIFY_PARAM *param;
  gboolean result = FALSE;

  *trusted_out = FALSE;
  *reason_out = NULL;
  if (!load_anchors (store, trust_pem, error))
    goto out;
  context = X509_STORE_CTX_new_ex (qd_seal_get_libctx (), NULL);
  X509_STORE_CTX_init (context, store, certificate, others);
  param = X509_STORE_CTX_get0_param (context);
  X509_VERIFY_PARAM_set_time (param, (time_t) g_date_time_to_unix (time));
  /* An anchor is what its owner says it is, self-signed or not. Level 2 is 112 bits: no SHA-1, no RSA below 2,048. */
  X509_VERIFY_PARAM_set_flags (param, X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_auth_level (param, 2);
  X509_VERIFY_PARAM_set_depth (param, 8);
  *trusted_out = X509_verify_cert (context) == 1;
  if (!*trusted_out)
    *reason_out = g_strdup (X509_verify_cert_error_string (X509_STORE_CTX_get_error (context)));
  result = TRUE;

out:
  X509_STORE_CTX_free (context);
  X509_STORE_free (store);
  ERR_clear_error ();
  return result;
}
