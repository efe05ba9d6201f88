/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-xades"

#include "config.h"

#include "qd-xades.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <libxml/c14n.h>
#include <libxml/parser.h>

#include "qd-xml-guard.h"

#define EXC_C14N "http://www.w3.org/2001/10/xml-exc-c14n#"
#define ENVELOPED QD_DS_NS "enveloped-signature"
#define SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"
#define SIGNED_PROPERTIES_TYPE "http://uri.etsi.org/01903#SignedProperties"

#define SIGNATURE_ID "qd-S0"
#define PROPERTIES_ID SIGNATURE_ID "-SignedProperties"
#define VALUE_ID SIGNATURE_ID "-SignatureValue"

QdXadesReference *
qd_xades_reference_new (const char *uri, const char *media_type)
{
  QdXadesReference *self = g_new0 (QdXadesReference, 1);

  self->uri = g_strdup (uri);
  self->media_type = g_strdup (media_type);
  return self;
}

void
qd_xades_reference_free (QdXadesReference *self)
{
  g_free (self->uri);
  g_free (self->media_type);
  g_free (self);
}

void
qd_xades_digest (GBytes *bytes, guint8 *digest)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  EVP_Digest (data ? data : (const guint8 *) "", length, digest, NULL, EVP_sha256 (), NULL);
}

typedef struct
{
  xmlNode *apex;   /* (nullable) */
  xmlNode *except; /* (nullable) */
} Selection;

static int
is_visible_cb (void *user_data, xmlNode *node, xmlNode *parent)
{
  const Selection *selection = user_data;

  /* Namespace and attribute nodes go with their element. */
  if (!node || node->type == XML_NAMESPACE_DECL || node->type == XML_ATTRIBUTE_NODE)
    node = parent;
  for (; node; node = node->parent)
    {
      if (node == selection->except)
        return 0;
      if (node == selection->apex)
        return 1;
    }
  return selection->apex == NULL;
}

GBytes *
qd_xades_canonicalize (xmlDoc *doc, xmlNode *apex, xmlNode *except)
{
  Selection selection = { apex, except };
  xmlOutputBuffer *buffer = xmlAllocOutputBuffer (NULL);
  GBytes *bytes = NULL;

  if (xmlC14NExecute (doc, is_visible_cb, &selection, XML_C14N_EXCLUSIVE_1_0, NULL, 0, buffer) >= 0)
    bytes = g_bytes_new (xmlOutputBufferGetContent (buffer), xmlOutputBufferGetSize (buffer));
  xmlOutputBufferClose (buffer);
  return bytes;
}

/* Stops before any declaration of the subset is read, so that there is nothing to expand or to load. */
static void
internal_subset_cb (void *context, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
  xmlParserCtxt *parser = context;

  parser->_private = GINT_TO_POINTER (TRUE);
  xmlStopParser (parser);
}

static void
ignore_error_cb (void *user_data, xmlError *error)
{
}

xmlDoc *
qd_seal_parse_xml (GBytes *xml, gsize max, const char **code_out, char **message_out)
{
  int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
  g_autoptr (xmlDoc) doc = NULL;
  xmlParserCtxt *parser;
  gsize length;
  const char *data = g_bytes_get_data (xml, &length);

  if (length > max || length > G_MAXINT32)
    {
      g_autofree char *limit = g_format_size (max);

      *code_out = "too-large";
      *message_out = g_strdup_printf (_ ("The XML is larger than %s, which is more than this program reads."), limit);
      return NULL;
    }
  if (!qd_xml_is_harmless (data ? data : "", length))
    {
      *code_out = "xml";
      *message_out = g_strdup (_ ("The XML is not plain UTF-8, or has far too many attributes in one place. Do not use it."));
      return NULL;
    }
  parser = xmlNewParserCtxt ();
  parser->sax->internalSubset = internal_subset_cb;
  parser->sax->serror = (xmlStructuredErrorFunc) (GCallback) ignore_error_cb;
  doc = xmlCtxtReadMemory (parser, data ? data : "", (int) length, NULL, "UTF-8", options);
  if (parser->_private)
    {
      *code_out = "doctype";
      *message_out = g_strdup (_ ("The XML carries a DOCTYPE, with which it could mean different things in different places. Do not use it."));
      g_clear_pointer (&doc, xmlFreeDoc);
    }
  else if (!doc || !xmlDocGetRootElement (doc))
    {
      *code_out = "xml";
      *message_out = g_strdup_printf (_ ("The XML is damaged in line %d."), parser->lastError.line);
      g_clear_pointer (&doc, xmlFreeDoc);
    }
  xmlFreeParserCtxt (parser);
  return g_steal_pointer (&doc);
}

/* Making */

static xmlNode *
add (xmlNode *parent, xmlNs *ns, const char *name, const char *text)
{
  return xmlNewTextChild (parent, ns, (const xmlChar *) name, (const xmlChar *) text);
}

static void
set (xmlNode *node, const char *name, const char *value)
{
  xmlNewProp (node, (const xmlChar *) name, (const xmlChar *) value);
}

static void
add_algorithm (xmlNode *parent, xmlNs *ns, const char *name, const char *algorithm)
{
  set (add (parent, ns, name, NULL), "Algorithm", algorithm);
}

static void
add_digest (xmlNode *parent, xmlNs *ds, const guint8 *digest)
{
  g_autofree char *text = g_base64_encode (digest, QD_SHA256_SIZE);

  add_algorithm (parent, ds, "DigestMethod", SHA256);
  add (parent, ds, "DigestValue", text);
}

static char *
reference_id (guint i)
{
  return g_strdup_printf (SIGNATURE_ID "-R%u", i);
}

static xmlNode *
add_properties (xmlNode *object, xmlNs *ds, GPtrArray *references, QdSigner *signer, GDateTime *time)
{
  g_autoptr (GDateTime) utc = g_date_time_to_utc (time);
  g_autofree char *signing_time = g_date_time_format (utc, "%Y-%m-%dT%H:%M:%SZ");
  xmlNode *qualifying = xmlNewChild (object, NULL, (const xmlChar *) "QualifyingProperties", NULL);
  xmlNs *xades = xmlNewNs (qualifying, (const xmlChar *) QD_XADES_NS, (const xmlChar *) "xades");
  xmlNode *signed_properties, *of_signature, *of_data, *digest;
  guint8 certificate_digest[QD_SHA256_SIZE];

  xmlSetNs (qualifying, xades);
  set (qualifying, "Target", "#" SIGNATURE_ID);
  signed_properties = add (qualifying, xades, "SignedProperties", NULL);
  set (signed_properties, "Id", PROPERTIES_ID);
  of_signature = add (signed_properties, xades, "SignedSignatureProperties", NULL);
  add (of_signature, xades, "SigningTime", signing_time);
  digest = add (add (add (of_signature, xades, "SigningCertificateV2", NULL), xades, "Cert", NULL), xades, "CertDigest", NULL);
  qd_xades_digest (qd_signer_get_certificate (signer), certificate_digest);
  add_digest (digest, ds, certificate_digest);
  of_data = add (signed_properties, xades, "SignedDataObjectProperties", NULL);
  for (guint i = 0; i < references->len; i++)
    {
      const QdXadesReference *reference = g_ptr_array_index (references, i);
      g_autofree char *id = reference_id (i);
      g_autofree char *target = g_strconcat ("#", id, NULL);
      xmlNode *format = add (of_data, xades, "DataObjectFormat", NULL);

      set (format, "ObjectReference", target);
      add (format, xades, "MimeType", reference->media_type);
    }
  return signed_properties;
}

static void
add_reference (xmlNode *signed_info, xmlNs *ds, QdXadesKind kind, const QdXadesReference *reference, guint i)
{
  g_autofree char *id = reference_id (i);
  xmlNode *node = add (signed_info, ds, "Reference", NULL);

  set (node, "Id", id);
  set (node, "URI", reference->uri);
  if (kind == QD_XADES_ENVELOPED)
    {
      xmlNode *transforms = add (node, ds, "Transforms", NULL);

      add_algorithm (transforms, ds, "Transform", ENVELOPED);
      add_algorithm (transforms, ds, "Transform", EXC_C14N);
    }
  add_digest (node, ds, reference->digest);
}

static void
add_certificate (xmlNode *data, xmlNs *ds, GBytes *der)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (der, &length);
  g_autofree char *text = g_base64_encode (bytes, length);

  add (data, ds, "X509Certificate", text);
}

gboolean
qd_xades_sign (xmlNode *parent, QdXadesKind kind, GPtrArray *references, QdSigner *signer, GDateTime *time, GError **error)
{
  xmlNode *signature = xmlNewChild (parent, NULL, (const xmlChar *) "Signature", NULL);
  xmlNs *ds = xmlNewNs (signature, (const xmlChar *) QD_DS_NS, (const xmlChar *) "ds");
  g_autoptr (GBytes) canonical_properties = NULL;
  g_autoptr (GBytes) canonical_info = NULL;
  g_autoptr (GBytes) value = NULL;
  g_autofree char *text = NULL;
  xmlNode *signed_info, *signature_value, *data, *properties, *reference, *transforms;
  guint8 digest[QD_SHA256_SIZE];

  xmlSetNs (signature, ds);
  set (signature, "Id", SIGNATURE_ID);
  signed_info = add (signature, ds, "SignedInfo", NULL);
  add_algorithm (signed_info, ds, "CanonicalizationMethod", EXC_C14N);
  add_algorithm (signed_info, ds, "SignatureMethod", qd_signer_get_method (signer));
  for (guint i = 0; i < references->len; i++)
    add_reference (signed_info, ds, kind, g_ptr_array_index (references, i), i);
  signature_value = add (signature, ds, "SignatureValue", NULL);
  set (signature_value, "Id", VALUE_ID);
  data = add (add (signature, ds, "KeyInfo", NULL), ds, "X509Data", NULL);
  add_certificate (data, ds, qd_signer_get_certificate (signer));
  for (guint i = 0; i < qd_signer_get_chain (signer)->len; i++)
    add_certificate (data, ds, g_ptr_array_index (qd_signer_get_chain (signer), i));
  properties = add_properties (add (signature, ds, "Object", NULL), ds, references, signer, time);

  canonical_properties = qd_xades_canonicalize (parent->doc, properties, NULL);
  if (!canonical_properties)
    goto failed;
  qd_xades_digest (canonical_properties, digest);
  reference = add (signed_info, ds, "Reference", NULL);
  set (reference, "Type", SIGNED_PROPERTIES_TYPE);
  set (reference, "URI", "#" PROPERTIES_ID);
  transforms = add (reference, ds, "Transforms", NULL);
  add_algorithm (transforms, ds, "Transform", EXC_C14N);
  add_digest (reference, ds, digest);

  canonical_info = qd_xades_canonicalize (parent->doc, signed_info, NULL);
  if (!canonical_info)
    goto failed;
  value = qd_signer_sign (signer, canonical_info, error);
  if (!value)
    return FALSE;
  text = g_base64_encode (g_bytes_get_data (value, NULL), g_bytes_get_size (value));
  xmlNodeAddContent (signature_value, (const xmlChar *) text);
  return TRUE;

failed:
  g_set_error_literal (error, QD_SEAL_ERROR, QD_SEAL_ERROR_FAILED, _ ("The signature cannot be made from this XML."));
  return FALSE;
}

/* Checking */

/* Nothing but elements, and text in those without any: so that every reader sees the same text, comments or not. */
static gboolean
is_plain (xmlNode *node)
{
  gboolean elements = xmlFirstElementChild (node) != NULL;

  for (xmlNode *child = node->children; child; child = child->next)
    {
      if (child->type == XML_ELEMENT_NODE)
        {
          if (!is_plain (child))
            return FALSE;
        }
      else if (child->type != XML_TEXT_NODE || (elements && !xmlIsBlankNode (child)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_element (xmlNode *node, const char *ns, const char *name)
{
  return node && node->type == XML_ELEMENT_NODE && node->ns && g_str_equal (node->name, name) && g_str_equal (node->ns->href, ns);
}

/* The element at the cursor when it has this name; the cursor then goes on. */
static xmlNode *
take (xmlNode **cursor, const char *ns, const char *name)
{
  xmlNode *node = *cursor;

  if (!is_element (node, ns, name))
    return NULL;
  *cursor = xmlNextElementSibling (node);
  return node;
}

static char *
dup_attribute (xmlNode *node, const char *name)
{
  xmlChar *value = xmlGetNoNsProp (node, (const xmlChar *) name);
  char *copy = g_strdup ((const char *) value);

  xmlFree (value);
  return copy;
}

static char *
dup_text (xmlNode *node)
{
  xmlChar *value = xmlNodeGetContent (node);
  char *copy = g_strstrip (g_strdup ((const char *) value));

  xmlFree (value);
  return copy;
}

static gboolean
has_attribute (xmlNode *node, const char *name, const char *expected)
{
  g_autofree char *value = dup_attribute (node, name);

  return g_strcmp0 (value, expected) == 0;
}

static void
count_ids (xmlNode *node, GHashTable *ids)
{
  for (; node; node = node->next)
    {
      if (node->type != XML_ELEMENT_NODE)
        continue;
      for (xmlAttr *attribute = node->properties; attribute; attribute = attribute->next)
        {
          xmlChar *value;

          if (g_ascii_strcasecmp ((const char *) attribute->name, "id") != 0)
            continue;
          value = xmlNodeListGetString (node->doc, attribute->children, 1);
          if (value)
            {
              char *key = g_strdup ((const char *) value);

              g_hash_table_insert (ids, key, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (ids, key)) + 1));
            }
          xmlFree (value);
        }
      count_ids (node->children, ids);
    }
}

static guint
count_id (GHashTable *ids, const char *id)
{
  return id ? GPOINTER_TO_UINT (g_hash_table_lookup (ids, id)) : 0;
}

/* What is taken from a signature before it is judged; nodes belong to the document. */
typedef struct
{
  QdXadesKind kind;
  const char *place;
  QdVerification *verification;
  xmlNode *signature;
  xmlNode *signed_info;
  xmlNode *signed_properties;
  xmlNode *properties_reference;
  char *signature_method;   /* (owned) */
  GPtrArray *references;    /* (owned) (element-type QdXadesReference) */
  GHashTable *by_id;        /* (owned): "#Id" → reference, borrowed */
  GHashTable *ids;          /* (owned): Id → how often the document has it */
  X509 *certificate;        /* (owned) */
  STACK_OF (X509) * others; /* (owned) */
  GBytes *value;            /* (owned) */
} Check;

static void
clear_check (Check *check)
{
  g_clear_pointer (&check->signature_method, g_free);
  g_clear_pointer (&check->references, g_ptr_array_unref);
  g_clear_pointer (&check->by_id, g_hash_table_unref);
  g_clear_pointer (&check->ids, g_hash_table_unref);
  g_clear_pointer (&check->certificate, X509_free);
  g_clear_pointer (&check->others, qd_x509_stack_free);
  g_clear_pointer (&check->value, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Check, clear_check)

static gboolean
report (Check *check, const char *code, const char *message)
{
  qd_verification_add (check->verification, code, check->place, message);
  return FALSE;
}

static gboolean
report_shape (Check *check)
{
  return report (check, "signature-structure", _ ("The signature does not have the parts that a package signature has, in their order. It was damaged, or made by another program."));
}

static gboolean
report_algorithm (Check *check)
{
  return report (check, "algorithm", _ ("The signature uses a method that is not accepted, or no longer safe. Only SHA-256 with EC P-256 or RSA and exclusive canonical XML are."));
}

static gboolean
read_digest (Check *check, xmlNode **cursor, guint8 *digest)
{
  xmlNode *method = take (cursor, QD_DS_NS, "DigestMethod");
  xmlNode *value = take (cursor, QD_DS_NS, "DigestValue");
  g_autofree char *text = NULL;
  g_autofree guint8 *bytes = NULL;
  gsize length;

  if (!method || !value || xmlFirstElementChild (value))
    return report_shape (check);
  if (!has_attribute (method, "Algorithm", SHA256))
    return report_algorithm (check);
  text = dup_text (value);
  bytes = g_base64_decode (text, &length);
  if (length != QD_SHA256_SIZE)
    return report_shape (check);
  memcpy (digest, bytes, QD_SHA256_SIZE);
  return TRUE;
}

/* Exactly the transforms named, none of them with parameters. */
static gboolean
has_transforms (xmlNode *transforms, const char *first, const char *second)
{
  xmlNode *cursor = xmlFirstElementChild (transforms);
  const char *expected[] = { first, second };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      xmlNode *transform;

      if (!expected[i])
        continue;
      transform = take (&cursor, QD_DS_NS, "Transform");
      if (!transform || !has_attribute (transform, "Algorithm", expected[i]) || xmlFirstElementChild (transform))
        return FALSE;
    }
  return cursor == NULL;
}

static gboolean
read_reference (Check *check, xmlNode *node)
{
  g_autofree char *type = dup_attribute (node, "Type");
  g_autofree char *id = dup_attribute (node, "Id");
  g_autofree char *uri = dup_attribute (node, "URI");
  xmlNode *cursor = xmlFirstElementChild (node);
  xmlNode *transforms;
  QdXadesReference *reference;

  if (g_strcmp0 (type, SIGNED_PROPERTIES_TYPE) == 0)
    {
      if (check->properties_reference)
        return report (check, "signed-properties", _ ("The signature refers to its properties more than once."));
      check->properties_reference = node;
      return TRUE;
    }
  if (!uri)
    return report_shape (check);
  transforms = take (&cursor, QD_DS_NS, "Transforms");
  if (check->kind == QD_XADES_DETACHED ? transforms != NULL : (!transforms || !has_transforms (transforms, ENVELOPED, EXC_C14N)))
    return report (check, "transforms", _ ("The signature transforms the signed content before it reckons the digest, so that it is not the content itself that is signed."));
  reference = qd_xades_reference_new (uri, NULL);
  g_ptr_array_add (check->references, reference);
  if (!read_digest (check, &cursor, reference->digest))
    return FALSE;
  if (cursor)
    return report_shape (check);
  if (count_id (check->ids, id) != 1)
    return report (check, "duplicate-id", _ ("Parts of the signature have no name of their own, so that one could stand in for the other."));
  g_hash_table_insert (check->by_id, g_strconcat ("#", id, NULL), reference);
  return TRUE;
}

static gboolean
read_signed_info (Check *check)
{
  xmlNode *cursor = xmlFirstElementChild (check->signed_info);
  xmlNode *c14n = take (&cursor, QD_DS_NS, "CanonicalizationMethod");
  xmlNode *method = take (&cursor, QD_DS_NS, "SignatureMethod");
  xmlNode *node;

  if (!c14n || !method)
    return report_shape (check);
  check->signature_method = dup_attribute (method, "Algorithm");
  if (!has_attribute (c14n, "Algorithm", EXC_C14N) || xmlFirstElementChild (c14n) || xmlFirstElementChild (method) ||
      (g_strcmp0 (check->signature_method, QD_METHOD_ECDSA) != 0 && g_strcmp0 (check->signature_method, QD_METHOD_RSA) != 0))
    return report_algorithm (check);
  while ((node = take (&cursor, QD_DS_NS, "Reference")))
    if (!read_reference (check, node))
      return FALSE;
  return cursor ? report_shape (check) : TRUE;
}

static gboolean
read_key_info (Check *check, xmlNode *key_info)
{
  xmlNode *cursor = xmlFirstElementChild (key_info);
  xmlNode *data = take (&cursor, QD_DS_NS, "X509Data");
  xmlNode *node;

  check->others = sk_X509_new_null ();
  cursor = data ? xmlFirstElementChild (data) : NULL;
  while ((node = take (&cursor, QD_DS_NS, "X509Certificate")))
    {
      g_autofree char *text = dup_text (node);
      g_autoptr (GBytes) der = NULL;
      g_autoptr (X509) certificate = NULL;
      gsize length;
      guint8 *bytes = g_base64_decode (text, &length);

      der = g_bytes_new_take (bytes, length);
      certificate = qd_certificate_from_der (der);
      if (!certificate || sk_X509_num (check->others) >= 16)
        return report (check, "certificate", _ ("The certificate in the signature cannot be read."));
      if (!check->certificate)
        check->certificate = g_steal_pointer (&certificate);
      else
        sk_X509_push (check->others, g_steal_pointer (&certificate));
    }
  if (cursor || !check->certificate)
    return report (check, "certificate", _ ("The signature does not carry the certificate of its signer."));
  return TRUE;
}

static gboolean
read_signature (Check *check)
{
  xmlNode *cursor = xmlFirstElementChild (check->signature);
  xmlNode *value, *key_info, *object, *qualifying;
  g_autofree char *id = dup_attribute (check->signature, "Id");
  g_autofree char *target = NULL;
  g_autofree char *text = NULL;
  gsize length;
  guint8 *bytes;

  check->signed_info = take (&cursor, QD_DS_NS, "SignedInfo");
  value = take (&cursor, QD_DS_NS, "SignatureValue");
  key_info = take (&cursor, QD_DS_NS, "KeyInfo");
  object = take (&cursor, QD_DS_NS, "Object");
  if (!check->signed_info || !value || !key_info || !object || cursor || !is_plain (check->signature))
    return report_shape (check);
  cursor = xmlFirstElementChild (object);
  qualifying = take (&cursor, QD_XADES_NS, "QualifyingProperties");
  if (!qualifying || cursor)
    return report_shape (check);
  cursor = xmlFirstElementChild (qualifying);
  check->signed_properties = take (&cursor, QD_XADES_NS, "SignedProperties");
  /* What comes later, such as a time stamp, is not ours to judge; it changes nothing that was signed. */
  take (&cursor, QD_XADES_NS, "UnsignedProperties");
  if (!check->signed_properties || cursor || xmlFirstElementChild (value))
    return report_shape (check);
  if (count_id (check->ids, id) != 1)
    return report (check, "duplicate-id", _ ("Parts of the signature have no name of their own, so that one could stand in for the other."));
  target = g_strconcat ("#", id, NULL);
  if (!has_attribute (qualifying, "Target", target))
    return report_shape (check);
  text = dup_text (value);
  bytes = g_base64_decode (text, &length);
  check->value = g_bytes_new_take (bytes, length);
  return read_signed_info (check) && read_key_info (check, key_info);
}

/* The reference must mean these very properties: by Id, by type, and with nothing else of that Id in the document. */
static gboolean
check_properties_reference (Check *check)
{
  g_autofree char *id = dup_attribute (check->signed_properties, "Id");
  g_autofree char *target = g_strconcat ("#", id ? id : "", NULL);
  g_autoptr (GBytes) canonical = NULL;
  xmlNode *cursor, *transforms;
  guint8 stated[QD_SHA256_SIZE], actual[QD_SHA256_SIZE];

  if (!check->properties_reference || !id || !has_attribute (check->properties_reference, "URI", target))
    return report (check, "signed-properties", _ ("The properties of the signature (time, certificate, file kinds) are not signed."));
  if (count_id (check->ids, id) != 1)
    return report (check, "duplicate-id", _ ("Parts of the signature have no name of their own, so that one could stand in for the other."));
  cursor = xmlFirstElementChild (check->properties_reference);
  transforms = take (&cursor, QD_DS_NS, "Transforms");
  if (!transforms || !has_transforms (transforms, EXC_C14N, NULL))
    return report_algorithm (check);
  if (!read_digest (check, &cursor, stated))
    return FALSE;
  canonical = qd_xades_canonicalize (check->signature->doc, check->signed_properties, NULL);
  if (!canonical || cursor)
    return report_shape (check);
  qd_xades_digest (canonical, actual);
  if (memcmp (stated, actual, QD_SHA256_SIZE) != 0)
    return report (check, "changed-properties", _ ("The properties of the signature (time, certificate, file kinds) were changed after signing."));
  return TRUE;
}

static gboolean
check_certificate_digest (Check *check, xmlNode *signing_certificate)
{
  xmlNode *cursor = xmlFirstElementChild (signing_certificate);
  xmlNode *cert = take (&cursor, QD_XADES_NS, "Cert");
  xmlNode *digest;
  g_autoptr (GBytes) der = NULL;
  guint8 stated[QD_SHA256_SIZE], actual[QD_SHA256_SIZE];

  cursor = cert ? xmlFirstElementChild (cert) : NULL;
  digest = take (&cursor, QD_XADES_NS, "CertDigest");
  if (!digest)
    return report_shape (check);
  cursor = xmlFirstElementChild (digest);
  if (!read_digest (check, &cursor, stated))
    return FALSE;
  der = qd_certificate_to_der (check->certificate);
  if (!der)
    return report_shape (check);
  qd_xades_digest (der, actual);
  if (memcmp (stated, actual, QD_SHA256_SIZE) != 0)
    return report (check, "certificate-digest", _ ("The certificate in the signature is not the one that was signed with."));
  return TRUE;
}

static gboolean
read_properties (Check *check)
{
  xmlNode *cursor = xmlFirstElementChild (check->signed_properties);
  xmlNode *of_signature = take (&cursor, QD_XADES_NS, "SignedSignatureProperties");
  xmlNode *of_data = take (&cursor, QD_XADES_NS, "SignedDataObjectProperties");
  xmlNode *node, *signing_certificate;
  g_autofree char *time = NULL;

  if (!of_signature || cursor)
    return report_shape (check);
  cursor = xmlFirstElementChild (of_signature);
  node = take (&cursor, QD_XADES_NS, "SigningTime");
  time = node ? dup_text (node) : NULL;
  check->verification->signing_time = time ? g_date_time_new_from_iso8601 (time, NULL) : NULL;
  if (!check->verification->signing_time)
    return report (check, "signing-time", _ ("The signature does not say when it was made."));
  signing_certificate = take (&cursor, QD_XADES_NS, "SigningCertificateV2");
  if (!signing_certificate)
    return report_shape (check);
  if (!check_certificate_digest (check, signing_certificate))
    return FALSE;
  cursor = of_data ? xmlFirstElementChild (of_data) : NULL;
  while ((node = take (&cursor, QD_XADES_NS, "DataObjectFormat")))
    {
      g_autofree char *target = dup_attribute (node, "ObjectReference");
      QdXadesReference *reference = target ? g_hash_table_lookup (check->by_id, target) : NULL;

      for (xmlNode *child = xmlFirstElementChild (node); child && reference; child = xmlNextElementSibling (child))
        if (is_element (child, QD_XADES_NS, "MimeType"))
          {
            if (reference->media_type)
              return report (check, "data-object-format", _ ("The signature states the kind of a file more than once."));
            reference->media_type = dup_text (child);
          }
      if (!reference || !reference->media_type)
        return report (check, "data-object-format", _ ("The signature states the kind of a file that it does not sign."));
    }
  for (guint i = 0; i < check->references->len; i++)
    if (!((QdXadesReference *) g_ptr_array_index (check->references, i))->media_type)
      return report (check, "data-object-format", _ ("The signature does not state the kind of each file that it signs."));
  return TRUE;
}

static gboolean
check_trust (Check *check, const QdCertificateFacts *facts, const char *trust_pem, GError **error)
{
  QdVerification *verification = check->verification;
  g_autofree char *reason = NULL;
  g_autofree char *message = NULL;
  gboolean trusted;

  if (g_date_time_compare (verification->signing_time, facts->not_before) < 0 || g_date_time_compare (verification->signing_time, facts->not_after) > 0)
    report (check, "certificate-expired", _ ("The certificate of the signer was not valid at the time of signing."));
  if (!facts->may_sign)
    report (check, "key-usage", _ ("The certificate of the signer may not be used to sign documents."));
  if (!trust_pem)
    return TRUE;
  if (!qd_certificate_is_trusted (check->certificate, check->others, trust_pem, verification->signing_time, &trusted, &reason, error))
    return FALSE;
  verification->trusted = trusted;
  if (trusted)
    return TRUE;
  message = g_strdup_printf (_ ("The certificate of “%s” does not come from an issuer that is trusted here (%s)."), facts->subject, reason);
  qd_verification_add_untrusted (verification, check->place, message);
  return TRUE;
}

GPtrArray *
qd_xades_verify (xmlNode *signature, QdXadesKind kind, const char *place, const char *trust_pem, QdVerification *verification, GError **error)
{
  g_auto (Check) check = { .kind = kind, .place = place, .verification = verification, .signature = signature };
  g_auto (QdCertificateFacts) facts = { 0 };
  g_autoptr (GBytes) canonical = NULL;
  g_autoptr (GError) local = NULL;
  gsize length, value_length;
  const guint8 *data, *value;

  check.references = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_xades_reference_free);
  check.by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  check.ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  count_ids (xmlDocGetRootElement (signature->doc), check.ids);
  if (!read_signature (&check))
    return NULL;
  if (!qd_certificate_read_facts (check.certificate, &facts, &local))
    {
      report (&check, "algorithm", local->message);
      return NULL;
    }
  verification->signer = g_strdup (facts.subject);
  verification->issuer = g_strdup (facts.issuer);
  verification->uscc = g_strdup (facts.uscc);
  verification->demo = facts.demo;
  if (!check_properties_reference (&check) || !read_properties (&check))
    return NULL;
  canonical = qd_xades_canonicalize (signature->doc, check.signed_info, NULL);
  if (!canonical)
    {
      report_shape (&check);
      return NULL;
    }
  data = g_bytes_get_data (canonical, &length);
  value = g_bytes_get_data (check.value, &value_length);
  if (!qd_certificate_verify (check.certificate, check.signature_method, data, length, value, value_length))
    report (&check, "bad-signature", _ ("The signature does not fit what it signs: the list of files or the signature itself was changed."));
  if (!check_trust (&check, &facts, trust_pem, error))
    return NULL;
  return g_steal_pointer (&check.references);
}
