/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-signer-pkcs12"

#include "config.h"

#include "qd-signer.h"

#include <glib/gi18n-lib.h>
#include <openssl/err.h>

#include "qd-seal-private.h"

#define MAX_FILE (1u << 20)
#define MAX_CHAIN 8
/* RFC 8018 leaves the count open; without a bound a hostile file keeps us hashing for hours. */
#define MAX_ITERATIONS 10000000

#define QD_TYPE_SIGNER_PKCS12 (qd_signer_pkcs12_get_type ())
G_DECLARE_FINAL_TYPE (QdSignerPkcs12, qd_signer_pkcs12, QD, SIGNER_PKCS12, QdSigner)

struct _QdSignerPkcs12
{
  QdSigner parent_instance;

  EVP_PKEY *key; /* (owned) */
};

G_DEFINE_FINAL_TYPE (QdSignerPkcs12, qd_signer_pkcs12, QD_TYPE_SIGNER)

static GBytes *
qd_signer_pkcs12_sign (QdSigner *signer, GBytes *data, GError **error)
{
  QdSignerPkcs12 *self = QD_SIGNER_PKCS12 (signer);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  g_autofree guint8 *signature = NULL;
  g_autoptr (GBytes) raw = NULL;
  gsize length, data_length;
  const guint8 *bytes = g_bytes_get_data (data, &data_length);

  if (EVP_DigestSignInit_ex (context, NULL, "SHA256", qd_seal_get_libctx (), NULL, self->key, NULL) != 1 || EVP_DigestSign (context, NULL, &length, bytes, data_length) != 1)
    goto failed;
  signature = g_malloc (length);
  if (EVP_DigestSign (context, signature, &length, bytes, data_length) != 1)
    goto failed;
  if (g_str_equal (qd_signer_get_method (signer), QD_METHOD_ECDSA))
    raw = qd_ecdsa_to_raw (signature, length, 32);
  else
    raw = g_bytes_new_take (g_steal_pointer (&signature), length);
  if (raw)
    return g_steal_pointer (&raw);

failed:
  qd_seal_set_openssl_error (error, QD_SEAL_ERROR_FAILED, _ ("The key could not sign."));
  return NULL;
}

static void
qd_signer_pkcs12_finalize (GObject *object)
{
  QdSignerPkcs12 *self = QD_SIGNER_PKCS12 (object);

  g_clear_pointer (&self->key, EVP_PKEY_free);
  G_OBJECT_CLASS (qd_signer_pkcs12_parent_class)->finalize (object);
}

static void
qd_signer_pkcs12_class_init (QdSignerPkcs12Class *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_signer_pkcs12_finalize;
  QD_SIGNER_CLASS (klass)->sign = qd_signer_pkcs12_sign;
}

static void
qd_signer_pkcs12_init (QdSignerPkcs12 *self)
{
}

static PKCS12 *
load (const char *path, const char *shown, GError **error)
{
  g_autoptr (PKCS12) p12 = NULL;
  g_autofree char *contents = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  const unsigned char *p;
  gsize length;

  if (!stream)
    {
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY, _ ("The key file “%s” cannot be opened. Check that it is still there and that you may read it."), shown);
      return NULL;
    }
  contents = g_malloc (MAX_FILE);
  if (!g_input_stream_read_all (G_INPUT_STREAM (stream), contents, MAX_FILE, &length, NULL, NULL) || length == MAX_FILE)
    length = 0;
  p = (const unsigned char *) contents;
  p12 = PKCS12_init_ex (NID_pkcs7_data, qd_seal_get_libctx (), NULL);
  if (length == 0 || !d2i_PKCS12 (&p12, &p, (long) length))
    {
      ERR_clear_error ();
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY, _ ("“%s” is not a key file (PKCS#12, usually .p12 or .pfx), or it is damaged."), shown);
      return NULL;
    }
  return g_steal_pointer (&p12);
}

/* The MAC tells a wrong PIN from a damaged file: everything else in the file would only fail to decrypt. */
static gboolean
check_pin (PKCS12 *p12, const char *pin, const char *shown, GError **error)
{
  const ASN1_INTEGER *iterations = NULL;

  PKCS12_get0_mac (NULL, NULL, NULL, &iterations, p12);
  if (!PKCS12_mac_present (p12) || (iterations && (ASN1_INTEGER_get (iterations) < 1 || ASN1_INTEGER_get (iterations) > MAX_ITERATIONS)))
    {
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY, _ ("“%s” is not protected by a PIN as a key file must be. Export the key again with a PIN."), shown);
      return FALSE;
    }
  if (PKCS12_verify_mac (p12, pin, -1) || (*pin == '\0' && PKCS12_verify_mac (p12, NULL, 0)))
    return TRUE;
  if (ERR_GET_REASON (ERR_peek_last_error ()) == PKCS12_R_MAC_VERIFY_FAILURE || ERR_peek_last_error () == 0)
    g_set_error_literal (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PIN, _ ("The PIN is wrong. Nothing was signed."));
  else
    qd_seal_set_openssl_error (error, QD_SEAL_ERROR_KEY, _ ("The key file is protected in a way this program does not know. Export the key again, with AES and SHA-256."));
  ERR_clear_error ();
  return FALSE;
}

QdSigner *
qd_signer_new_from_pkcs12 (const char *path, const char *pin, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autoptr (QdSignerPkcs12) self = NULL;
  g_autoptr (PKCS12) p12 = load (path, shown, error);
  g_autoptr (X509) certificate = NULL;
  g_autoptr (QdX509Stack) others = NULL;
  g_autoptr (GPtrArray) chain = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  if (!p12 || !check_pin (p12, pin, shown, error))
    return NULL;
  self = g_object_new (QD_TYPE_SIGNER_PKCS12, NULL);
  if (!PKCS12_parse (p12, pin, &self->key, &certificate, &others))
    {
      qd_seal_set_openssl_error (error, QD_SEAL_ERROR_KEY, _ ("The key file is damaged or encrypted in a way this program does not know. Export the key again, with AES."));
      return NULL;
    }
  if (!self->key || !certificate)
    {
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY, _ ("“%s” holds no private key with its certificate. Export both together."), shown);
      return NULL;
    }
  for (int i = 0; i < sk_X509_num (others) && i < MAX_CHAIN; i++)
    {
      X509 *other = sk_X509_value (others, i);

      /* The root is what the receiver must have himself. */
      if (!(X509_get_extension_flags (other) & EXFLAG_SS))
        g_ptr_array_add (chain, qd_certificate_to_der (other));
    }
  ERR_clear_error ();
  if (!qd_signer_set_certificate (QD_SIGNER (self), certificate, chain, error))
    return NULL;
  return QD_SIGNER (g_steal_pointer (&self));
}
