/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * QdXmlDocument: the elements and texts of an XML document while a form is made of it: read only, in a few large blocks, gone at once.
 * Comments and processing instructions are left out, CDATA is text, and adjacent texts are one.
 */
typedef struct _QdXmlDocument QdXmlDocument;
typedef struct _QdXml QdXml;
typedef struct _QdXmlAttr QdXmlAttr;
typedef struct _QdXmlNs QdXmlNs;

struct _QdXmlAttr
{
  QdXmlAttr *next;
  const char *name;   /* local */
  const char *ns;     /* or NULL */
  const char *prefix; /* as written, or NULL */
  const char *value;
};

struct _QdXmlNs
{
  QdXmlNs *next;
  const char *prefix; /* NULL: the default one */
  const char *uri;
};

struct _QdXml
{
  QdXml *parent, *next, *children, *last;
  QdXmlAttr *attributes;
  QdXmlNs *namespaces; /* declared here */
  const char *name;    /* local; NULL for a text */
  const char *ns;      /* or NULL */
  const char *prefix;  /* as written, or NULL */
  const char *text;    /* of a text */
  gsize number;        /* of the element in document order, from 1 */
};

/**
 * qd_xml_parse: no network, no entities, no DTD.
 * @name: the file, for messages
 * Errors: %QD_XML_ERROR with line, column and a plain sentence
 */
QdXmlDocument *qd_xml_parse (const char *text, gsize length, const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qd_xml_document_free (QdXmlDocument *self);
QdXml *qd_xml_document_get_root (QdXmlDocument *self);

static inline gboolean
qd_xml_is_element (const QdXml *self)
{
  return self->name != NULL;
}
/** An element of that name; @ns NULL: in any namespace. */
gboolean qd_xml_is (const QdXml *self, const char *ns, const char *local);
/** The first child of that name, or NULL. */
QdXml *qd_xml_first (const QdXml *parent, const char *ns, const char *local);
QdXml *qd_xml_first_element (const QdXml *parent);
QdXml *qd_xml_next_element (const QdXml *self);
/** The value of an attribute, or NULL; lives as long as the document. */
const char *qd_xml_peek_attribute (const QdXml *self, const char *ns, const char *name);
char *qd_xml_attribute (const QdXml *self, const char *ns, const char *name) G_GNUC_WARN_UNUSED_RESULT;
/** All text in the element. */
char *qd_xml_text (const QdXml *self) G_GNUC_WARN_UNUSED_RESULT;
/** What a prefix (NULL: none) stands for at an element, or NULL. */
const char *qd_xml_find_namespace (const QdXml *self, const char *prefix);
/** A declaration of the namespace that holds at the element, or NULL. */
const QdXmlNs *qd_xml_find_prefix (const QdXml *self, const char *uri);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdXmlDocument, qd_xml_document_free)

G_END_DECLS
