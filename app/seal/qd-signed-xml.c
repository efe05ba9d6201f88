/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-signed-xml"

#include "config.h"

#include "qd-signed-xml.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "qd-package-private.h"
#include "qd-xades.h"

#define MAX_XML (64u << 20)

/*
 * Comments are not signed. Beside text they could split it, so that a reader who takes only the first piece reads
 * something else than what was signed; elsewhere they change nothing.
 */
static gboolean
has_comment_in_text (xmlNode *parent)
{
  gboolean comment = FALSE, text = FALSE;

  for (xmlNode *node = parent->children; node; node = node->next)
    {
      comment = comment || node->type == XML_COMMENT_NODE;
      text = text || ((node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) && !xmlIsBlankNode (node));
      if (node->type == XML_ELEMENT_NODE && has_comment_in_text (node))
        return TRUE;
    }
  return comment && text;
}

static guint
count_signatures (xmlNode *node)
{
  guint n = node->type == XML_ELEMENT_NODE && node->ns && g_str_equal (node->name, "Signature") && g_str_equal (node->ns->href, QD_DS_NS);

  for (xmlNode *child = node->children; child && node->type == XML_ELEMENT_NODE; child = child->next)
    n += count_signatures (child);
  return n;
}

GBytes *
qd_signed_xml_sign (GBytes *xml, QdSigner *signer, GDateTime *signing_time, GError **error)
{
  g_autoptr (GDateTime) time = signing_time ? g_date_time_ref (signing_time) : g_date_time_new_now_utc ();
  g_autoptr (GPtrArray) references = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_xades_reference_free);
  QdXadesReference *reference = qd_xades_reference_new ("", "application/xml");
  g_autoptr (xmlDoc) doc = NULL;
  g_autoptr (GBytes) canonical = NULL;
  g_autofree char *message = NULL;
  xmlChar *text = NULL;
  const char *code;
  xmlNode *root;
  GBytes *bytes;
  int length;

  g_return_val_if_fail (QD_IS_SIGNER (signer), NULL);
  g_ptr_array_add (references, reference);
  if (!qd_signer_check_time (signer, time, error))
    return NULL;
  doc = qd_seal_parse_xml (xml, MAX_XML, &code, &message);
  if (!doc)
    {
      g_set_error_literal (error, QD_SEAL_ERROR, QD_SEAL_ERROR_FAILED, message);
      return NULL;
    }
  root = xmlDocGetRootElement (doc);
  if (count_signatures (root) > 0 || has_comment_in_text (root))
    {
      g_set_error_literal (error, QD_SEAL_ERROR, QD_SEAL_ERROR_FAILED, _ ("The document is signed already, or has a comment within text, and cannot be signed like this."));
      return NULL;
    }
  canonical = qd_xades_canonicalize (doc, NULL, NULL);
  if (!canonical)
    {
      g_set_error_literal (error, QD_SEAL_ERROR, QD_SEAL_ERROR_FAILED, _ ("The signature cannot be made from this XML."));
      return NULL;
    }
  qd_xades_digest (canonical, reference->digest);
  if (!qd_xades_sign (root, QD_XADES_ENVELOPED, references, signer, time, error))
    return NULL;
  xmlDocDumpMemoryEnc (doc, &text, &length, "UTF-8");
  bytes = g_bytes_new (text, (gsize) length);
  xmlFree (text);
  return bytes;
}

static gboolean
check_document (xmlDoc *doc, const char *trust_pem, QdVerification *verification, GError **error)
{
  xmlNode *root = xmlDocGetRootElement (doc);
  xmlNode *signature = xmlLastElementChild (root);
  g_autoptr (GPtrArray) references = NULL;
  g_autoptr (GBytes) canonical = NULL;
  g_autoptr (GError) local = NULL;
  guint8 digest[QD_SHA256_SIZE];
  guint n = count_signatures (root);

  if (n != 1 || !signature || count_signatures (signature) != 1 || !g_str_equal (signature->name, "Signature"))
    {
      if (n == 0)
        qd_verification_add (verification, "signature-missing", NULL, _ ("The document is not signed."));
      else
        qd_verification_add (verification, "signature-structure", NULL, _ ("The document must hold exactly one signature, at its end."));
      return TRUE;
    }
  if (has_comment_in_text (root))
    qd_verification_add (verification, "comment-in-text", NULL, _ ("The document has a comment within text. Comments are not signed, and this one could change what is read."));
  references = qd_xades_verify (signature, QD_XADES_ENVELOPED, NULL, trust_pem, verification, &local);
  if (local)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!references)
    return TRUE;
  if (references->len != 1 || *((QdXadesReference *) g_ptr_array_index (references, 0))->uri != '\0')
    {
      qd_verification_add (verification, "signature-structure", NULL, _ ("The signature does not cover the whole document, and only that."));
      return TRUE;
    }
  canonical = qd_xades_canonicalize (doc, NULL, signature);
  if (canonical)
    qd_xades_digest (canonical, digest);
  if (!canonical || memcmp (digest, ((QdXadesReference *) g_ptr_array_index (references, 0))->digest, QD_SHA256_SIZE) != 0)
    qd_verification_add (verification, "changed-data", NULL, _ ("The document was changed after it was signed."));
  return TRUE;
}

QdVerification *
qd_signed_xml_verify (GBytes *xml, const char *trust_pem, GError **error)
{
  g_autoptr (QdVerification) verification = qd_verification_new ();
  g_autoptr (xmlDoc) doc = NULL;
  g_autofree char *message = NULL;
  guint8 digest[QD_SHA256_SIZE];
  const char *code;

  qd_xades_digest (xml, digest);
  verification->sha256 = qd_hex (digest, sizeof digest);
  doc = qd_seal_parse_xml (xml, MAX_XML, &code, &message);
  if (!doc)
    qd_verification_add (verification, code, NULL, message);
  else if (!check_document (doc, trust_pem, verification, error))
    return NULL;
  verification->trusted = verification->trusted && verification->valid;
  return g_steal_pointer (&verification);
}
