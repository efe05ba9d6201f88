/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libxml/tree.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include "qd-package.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD_CTX, EVP_MD_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PKCS12, PKCS12_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_NAME, X509_NAME_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlDoc, xmlFreeDoc)

static inline void
qd_x509_stack_free (STACK_OF (X509) * stack)
{
  sk_X509_pop_free (stack, X509_free);
}
typedef STACK_OF (X509) QdX509Stack;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdX509Stack, qd_x509_stack_free)

#define QD_SHA256_SIZE 32

/** @domain QD_SEAL_ERROR; adds what OpenSSL last said, and empties its queue. */
void qd_seal_set_openssl_error (GError **error, QdSealError code, const char *sentence);

/** Where the certificates of packages come from: other libraries in this process do not change its providers. */
OSSL_LIB_CTX *qd_seal_get_libctx (void);

/** XML signature methods that we write and accept. */
#define QD_METHOD_ECDSA "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
#define QD_METHOD_RSA "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"

/* What a certificate says. */
typedef struct
{
  char *subject;         /* (owned): common name, or the whole name without one */
  char *issuer;          /* (owned) */
  char *uscc;            /* (owned) (nullable) */
  GDateTime *not_before; /* (owned) */
  GDateTime *not_after;  /* (owned) */
  const char *method;    /* signature method of its key */
  gboolean demo;
  gboolean may_sign; /* key usage, where it is stated, allows signing documents */
} QdCertificateFacts;
/** Errors: QD_SEAL_ERROR_KEY, for keys other than EC P-256 and RSA of 2,048 bits and more */
gboolean qd_certificate_read_facts (X509 *certificate, QdCertificateFacts *facts_out, GError **error);
void qd_certificate_facts_clear (QdCertificateFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QdCertificateFacts, qd_certificate_facts_clear)
X509 *qd_certificate_from_der (GBytes *der);
GBytes *qd_certificate_to_der (X509 *certificate);
/** The OID that marks keys of qd_demo_key_create(): an UUID of our own, in the arc 2.25 that needs no registration. */
#define QD_DEMO_POLICY_OID "2.25.19416138727381866755472466196494427190"

/** Whether @signature, as XML carries it, is one of @data by the key of @certificate. */
gboolean qd_certificate_verify (X509 *certificate, const char *method, const guint8 *data, gsize length, const guint8 *signature, gsize signature_length);
/**
 * qd_certificate_is_trusted:
 * @others: (nullable): certificates that may help to build the chain
 *
 * Whether the chain ends in a certificate of @trust_pem and was valid at @time. @reason_out: why not, in words of OpenSSL.
 * Errors: G_IO_ERROR when the anchors cannot be read.
 */
gboolean qd_certificate_is_trusted (X509 *certificate, QdX509Stack *others, const char *trust_pem, GDateTime *time, gboolean *trusted_out, char **reason_out, GError **error);

/** ECDSA between DER SEQUENCE{r,s} and r‖s of @size bytes each. NULL when it does not fit. */
GBytes *qd_ecdsa_to_raw (const guint8 *der, gsize length, gsize size);
GBytes *qd_ecdsa_from_raw (const guint8 *raw, gsize length);

/** For makers of signers: takes the facts from the certificate. @chain: (nullable) (element-type GBytes) */
gboolean qd_signer_set_certificate (QdSigner *self, X509 *certificate, GPtrArray *chain, GError **error);
/** QD_SEAL_ERROR_EXPIRED unless the certificate is valid at @time. */
gboolean qd_signer_check_time (QdSigner *self, GDateTime *time, GError **error);

QdVerification *qd_verification_new (void);
/** Adds a problem that makes it invalid. */
void qd_verification_add (QdVerification *self, const char *code, const char *place, const char *message);
/** Adds "untrusted": the signature is whole, but nobody here vouches for its signer. */
void qd_verification_add_untrusted (QdVerification *self, const char *place, const char *message);

G_END_DECLS
