/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Errors of keys and signatures. */
#define QD_SEAL_ERROR (qd_seal_error_quark ())
GQuark qd_seal_error_quark (void);
typedef enum
{
  QD_SEAL_ERROR_PIN,      /* wrong PIN or passphrase; nothing was made */
  QD_SEAL_ERROR_KEY,      /* no key in the file, unsupported kind, broken file */
  QD_SEAL_ERROR_EXPIRED,  /* certificate not valid now */
  QD_SEAL_ERROR_PACKAGE,  /* a container that cannot be read at all */
  QD_SEAL_ERROR_CRITICAL, /* critical findings: nothing is sealed */
  QD_SEAL_ERROR_FAILED,
} QdSealError;

/**
 * QdSigner: what holds a private key: a PKCS#12 file now, tokens and SM2 later, behind one interface.
 */
#define QD_TYPE_SIGNER (qd_signer_get_type ())
G_DECLARE_DERIVABLE_TYPE (QdSigner, qd_signer, QD, SIGNER, GObject)

struct _QdSignerClass
{
  GObjectClass parent_class;
  /** Signs @data (SHA-256 inside). ECDSA as raw r‖s, RSA as PKCS#1 v1.5: what XML signatures carry. */
  GBytes *(*sign) (QdSigner *self, GBytes *data, GError **error);
};

GBytes *qd_signer_sign (QdSigner *self, GBytes *data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** URI of the XML signature method. */
const char *qd_signer_get_method (QdSigner *self);
/** DER of the signer's certificate. */
GBytes *qd_signer_get_certificate (QdSigner *self);
/** (element-type GBytes): DER of the certificates between the signer and its root, as far as the key holds them; may be empty. */
GPtrArray *qd_signer_get_chain (QdSigner *self);
/** Common name, issuer, USCC (2.5.4.97 or serialNumber; nullable) and validity of the certificate. */
const char *qd_signer_get_subject (QdSigner *self);
const char *qd_signer_get_issuer (QdSigner *self);
const char *qd_signer_get_uscc (QdSigner *self);
GDateTime *qd_signer_get_not_before (QdSigner *self);
GDateTime *qd_signer_get_not_after (QdSigner *self);
/** The key was made by qd_demo_key_create(): it proves nothing. */
gboolean qd_signer_is_demo (QdSigner *self);

/** @pin is wiped from our memory before return; the caller wipes its own copy. Errors: QD_SEAL_ERROR_PIN, _KEY */
QdSigner *qd_signer_new_from_pkcs12 (const char *path, const char *pin, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  QD_KEY_EC_P256,
  QD_KEY_RSA_2048,
} QdKeyKind;
/** Makes a key and a certificate whose subject and policy say that they are for demonstration; writes PKCS#12 (0600) and, if @cert_path, the certificate as PEM. */
gboolean qd_demo_key_create (const char *p12_path, const char *cert_path, const char *pin, const char *common_name, const char *uscc, QdKeyKind kind, GError **error);
/** Reads the first line of the file; the result lies in memory that qd_pin_free() wipes. */
char *qd_pin_read_file (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** @pin: (nullable): only what qd_pin_read_file() returned */
void qd_pin_free (char *pin);

G_END_DECLS
