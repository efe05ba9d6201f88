/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-seal-private.h"

G_BEGIN_DECLS

/* XAdES baseline signatures (EN 319 132-1, level B), made and checked. Private to this folder. */

#define QD_ASIC_NS "http://uri.etsi.org/02918/v1.2.1#"
#define QD_DS_NS "http://www.w3.org/2000/09/xmldsig#"
#define QD_XADES_NS "http://uri.etsi.org/01903/v1.3.2#"

/* One signed data object. */
typedef struct
{
  char *uri;        /* as in the attribute: percent-encoded, "" for the enveloping document */
  char *media_type; /* (nullable): of its DataObjectFormat */
  guint8 digest[QD_SHA256_SIZE];
} QdXadesReference;
QdXadesReference *qd_xades_reference_new (const char *uri, const char *media_type);
void qd_xades_reference_free (QdXadesReference *self);

/* Detached references have no transforms; an enveloped one has URI "" and exactly enveloped-signature and exclusive C14N. */
typedef enum
{
  QD_XADES_DETACHED,
  QD_XADES_ENVELOPED,
} QdXadesKind;

/** Adds a ds:Signature over @references (element-type QdXadesReference, digests filled in) as the last child of @parent. */
gboolean qd_xades_sign (xmlNode *parent, QdXadesKind kind, GPtrArray *references, QdSigner *signer, GDateTime *time, GError **error);

/**
 * qd_xades_verify:
 * @place: the part that problems are about
 *
 * Checks everything but the digests of the data objects, and fills in what @verification says of the signer.
 *
 * Returns: (nullable): the references to data objects, NULL when the signature has no shape that could be trusted
 * Errors: G_IO_ERROR when the anchors cannot be read
 */
GPtrArray *qd_xades_verify (xmlNode *signature, QdXadesKind kind, const char *place, const char *trust_pem, QdVerification *verification, GError **error);

/** Exclusive C14N without comments of @apex and below, or of the document without @except. NULL when libxml2 cannot. */
GBytes *qd_xades_canonicalize (xmlDoc *doc, xmlNode *apex, xmlNode *except);
void qd_xades_digest (GBytes *bytes, guint8 *digest);

/**
 * qd_seal_parse_xml:
 * @code_out: (out): stable word of the problem: "doctype", "too-large" or "xml"
 *
 * Foreign XML: no DOCTYPE (the parser stops at it), no network, no entities, at most @max bytes.
 */
xmlDoc *qd_seal_parse_xml (GBytes *xml, gsize max, const char **code_out, char **message_out);

G_END_DECLS
