/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-package.h"

G_BEGIN_DECLS

/**
 * Signed XML documents (receipts, returns, packs): one enveloped XML signature with XAdES properties over the whole document.
 */

/** Adds the signature as the last child of the root. @xml must be a document without DOCTYPE. */
GBytes *qd_signed_xml_sign (GBytes *xml, QdSigner *signer, GDateTime *signing_time, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** As qd_package_verify(): never NULL for bad signatures, problems instead. */
QdVerification *qd_signed_xml_verify (GBytes *xml, const char *trust_pem, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
