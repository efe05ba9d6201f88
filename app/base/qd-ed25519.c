/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-ed25519"

#include "config.h"

#include "qd-ed25519.h"

#include <openssl/err.h>
#include <openssl/evp.h>

gboolean
qd_ed25519_verify (const guint8 *signature, const guint8 *message, gsize length, const guint8 *key)
{
  EVP_PKEY *public_key = EVP_PKEY_new_raw_public_key (EVP_PKEY_ED25519, NULL, key, QD_ED25519_KEY_SIZE);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  gboolean good = public_key != NULL && context != NULL &&
                  EVP_DigestVerifyInit (context, NULL, NULL, NULL, public_key) == 1 &&
                  EVP_DigestVerify (context, signature, QD_ED25519_SIGNATURE_SIZE, message, length) == 1;

  EVP_MD_CTX_free (context);
  EVP_PKEY_free (public_key);
  ERR_clear_error ();
  return good;
}
