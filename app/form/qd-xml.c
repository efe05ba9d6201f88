/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-xml"
#include "config.h"
#include "qd-xml.h"
#include "qd-tree.h"
#include "qd-tree-private.h"

#include <glib/gi18n-lib.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <string.h>

#define BLOCK_BYTES (64 * 1024)

typedef struct _Block Block;

struct _Block
{
  Block *before; /* (owned) (nullable) */
  gsize size;
};

struct _QdXmlDocument
{
  Block *blocks; /* (owned) (nullable): the last one first */
  gsize used;    /* of the last block */
  xmlDict *dict; /* (owned): names */
  QdXml *root;
};

typedef struct
{
  QdXmlDocument *document;
  xmlParserCtxt *context;
  const char *name;
  QdXml *open;   /* (nullable): the innermost element */
  GString *text; /* character data since the last tag */
  gsize n_elements;
  gboolean has_dtd;
  char *problem; /* (owned) (nullable): the first error says what is wrong; later ones follow from it */
  int line, column;
} Builder;

static gpointer
allocate (QdXmlDocument *self, gsize size)
{
  gpointer memory;

  size = (size + 7) & ~(gsize) 7;
  if (self->blocks == NULL || self->used + size > self->blocks->size)
    {
      gsize room = MAX (size, BLOCK_BYTES - sizeof (Block));
      Block *block = g_malloc (sizeof (Block) + room);

      block->size = room;
      block->before = self->blocks;
      self->blocks = block;
      self->used = 0;
    }
  memory = (char *) (self->blocks + 1) + self->used;
  self->used += size;
  return memory;
}

static const char *
keep_text (QdXmlDocument *self, const char *text, gsize length)
{
  char *copy = allocate (self, length + 1);

  memcpy (copy, text, length);
  copy[length] = '\0';
  return copy;
}

static QdXml *
add (Builder *self)
{
  QdXml *node = allocate (self->document, sizeof (QdXml));

  memset (node, 0, sizeof *node);
  node->parent = self->open;
  if (self->open == NULL)
    return node;
  if (self->open->last == NULL)
    self->open->children = node;
  else
    self->open->last->next = node;
  self->open->last = node;
  return node;
}

static void
flush_text (Builder *self)
{
  if (self->text->len > 0 && self->open != NULL)
    add (self)->text = keep_text (self->document, self->text->str, self->text->len);
  g_string_truncate (self->text, 0);
}

/* A value of an attribute or the name of a namespace, with its `&` as they were meant. */
static const char *
keep_value (Builder *self, const char *start, gsize length)
{
  g_autofree char *text = NULL;

  if (memchr (start, '&', length) == NULL)
    return keep_text (self->document, start, length);
  text = qd_tree_unescape_attribute (start, length);
  return keep_text (self->document, text, strlen (text));
}

static const char *
keep_uri (Builder *self, const xmlChar *uri)
{
  if (uri == NULL || strchr ((const char *) uri, '&') == NULL)
    return (const char *) uri;
  return keep_value (self, (const char *) uri, strlen ((const char *) uri));
}

static void
start_element_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
  Builder *self = data;
  QdXml *node;
  QdXmlAttr *list;

  flush_text (self);
  node = add (self);
  node->name = (const char *) name;
  node->prefix = (const char *) prefix;
  node->ns = keep_uri (self, uri);
  node->number = ++self->n_elements;
  for (int i = n_namespaces; i-- > 0;)
    {
      QdXmlNs *ns = allocate (self->document, sizeof (QdXmlNs));

      ns->prefix = (const char *) namespaces[2 * i];
      ns->uri = keep_uri (self, namespaces[2 * i + 1]);
      /* xmlns="" */
      if (ns->uri == NULL)
        ns->uri = "";
      ns->next = node->namespaces;
      node->namespaces = ns;
    }
  list = n_attributes == 0 ? NULL : allocate (self->document, (gsize) n_attributes * sizeof (QdXmlAttr));
  for (int i = 0; i < n_attributes; i++)
    {
      /* localname, prefix, URI, start and end of the value */
      const xmlChar **from = attributes + 5 * i;

      list[i].next = i + 1 < n_attributes ? &list[i + 1] : NULL;
      list[i].name = (const char *) from[0];
      list[i].prefix = (const char *) from[1];
      list[i].ns = keep_uri (self, from[2]);
      list[i].value = keep_value (self, (const char *) from[3], (gsize) (from[4] - from[3]));
    }
  node->attributes = list;
  if (self->open == NULL)
    self->document->root = node;
  self->open = node;
}

static void
end_element_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  Builder *self = data;

  flush_text (self);
  self->open = self->open->parent;
}

static void
characters_cb (void *data, const xmlChar *text, int length)
{
  g_string_append_len (((Builder *) data)->text, (const char *) text, length);
}

static void
internal_subset_cb (void *data, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
  Builder *self = data;

  self->has_dtd = TRUE;
  xmlStopParser (self->context);
}

static void
error_cb (void *data, xmlError *problem)
{
  Builder *self = data;

  if (self->problem != NULL || problem->level < XML_ERR_ERROR)
    return;
  self->problem = g_strstrip (g_utf8_make_valid (problem->message == NULL ? "" : problem->message, -1));
  self->line = problem->line;
  self->column = problem->int2;
}

/* Errors of character conversion pass by the parser's own handler and would go to stderr. */
static void G_GNUC_PRINTF (2, 3)
    ignore_error_cb (void *data, const char *format, ...)
{
}

static gboolean
read_document (Builder *self, const char *text, gsize length)
{
  xmlSAXHandler handler = { 0 }, *own;
  xmlGenericErrorFunc printer = xmlGenericError;
  void *printer_data = xmlGenericErrorContext;
  gboolean is_fine;

  xmlInitParser ();
  handler.initialized = XML_SAX2_MAGIC;
  handler.startElementNs = start_element_cb;
  handler.endElementNs = end_element_cb;
  handler.characters = characters_cb;
  handler.cdataBlock = characters_cb;
  handler.ignorableWhitespace = characters_cb;
  handler.internalSubset = internal_subset_cb;
  handler.serror = error_cb;
  self->context = xmlCreateMemoryParserCtxt (text, (int) length);
  if (self->context == NULL)
    return FALSE;
  own = self->context->sax;
  self->context->sax = &handler;
  self->context->userData = self;
  self->document->dict = self->context->dict;
  xmlDictReference (self->document->dict);
  /* NONET and nothing else: no entities, no DTD, and without HUGE the parser's own limits hold. */
  xmlCtxtUseOptions (self->context, XML_PARSE_NONET);
  xmlSetGenericErrorFunc (NULL, ignore_error_cb);
  xmlParseDocument (self->context);
  xmlSetGenericErrorFunc (printer_data, printer);
  is_fine = self->context->wellFormed && self->document->root != NULL && !self->has_dtd;
  self->context->sax = own;
  xmlFreeParserCtxt (self->context);
  return is_fine;
}

QdXmlDocument *
qd_xml_parse (const char *text, gsize length, const char *name, GError **error)
{
  g_autoptr (QdXmlDocument) document = g_new0 (QdXmlDocument, 1);
  Builder self = { .document = document, .text = g_string_new (NULL), .line = 1, .column = 1 };
  gboolean is_fine = read_document (&self, text, length);

  g_string_free (self.text, TRUE);
  if (self.has_dtd)
    g_set_error (error, QD_XML_ERROR, QD_XML_ERROR_FORBIDDEN, _ ("%s has a DOCTYPE. Forms may not have one; remove it."), name);
  /* Wrong namespaces alone leave the document well-formed. */
  else if (!is_fine || self.problem != NULL)
    g_set_error (error, QD_XML_ERROR, QD_XML_ERROR_SYNTAX, _ ("%s, line %d, column %d: this is not well-formed XML (%s)."), name, self.line, self.column, self.problem == NULL ? "" : self.problem);
  is_fine = is_fine && self.problem == NULL;
  g_free (self.problem);
  return is_fine ? g_steal_pointer (&document) : NULL;
}

void
qd_xml_document_free (QdXmlDocument *self)
{
  if (self == NULL)
    return;
  while (self->blocks != NULL)
    {
      Block *block = self->blocks;

      self->blocks = block->before;
      g_free (block);
    }
  if (self->dict != NULL)
    xmlDictFree (self->dict);
  g_free (self);
}

QdXml *
qd_xml_document_get_root (QdXmlDocument *self)
{
  return self->root;
}

gboolean
qd_xml_is (const QdXml *self, const char *ns, const char *local)
{
  if (self->name == NULL || strcmp (self->name, local) != 0)
    return FALSE;
  return ns == NULL || (self->ns != NULL && strcmp (self->ns, ns) == 0);
}

QdXml *
qd_xml_first (const QdXml *parent, const char *ns, const char *local)
{
  for (QdXml *node = parent->children; node != NULL; node = node->next)
    if (qd_xml_is (node, ns, local))
      return node;
  return NULL;
}

QdXml *
qd_xml_first_element (const QdXml *parent)
{
  QdXml *node = parent->children;

  while (node != NULL && node->name == NULL)
    node = node->next;
  return node;
}

QdXml *
qd_xml_next_element (const QdXml *self)
{
  QdXml *node = self->next;

  while (node != NULL && node->name == NULL)
    node = node->next;
  return node;
}

const char *
qd_xml_peek_attribute (const QdXml *self, const char *ns, const char *name)
{
  for (const QdXmlAttr *attr = self->attributes; attr != NULL; attr = attr->next)
    if (strcmp (attr->name, name) == 0 && (ns == NULL ? attr->ns == NULL : attr->ns != NULL && strcmp (attr->ns, ns) == 0))
      return attr->value;
  return NULL;
}

char *
qd_xml_attribute (const QdXml *self, const char *ns, const char *name)
{
  return g_strdup (qd_xml_peek_attribute (self, ns, name));
}

static void
append_text (const QdXml *self, GString *out)
{
  for (const QdXml *node = self->children; node != NULL; node = node->next)
    if (node->name == NULL)
      g_string_append (out, node->text);
    else
      append_text (node, out);
}

char *
qd_xml_text (const QdXml *self)
{
  GString *text;

  if (self->children == NULL)
    return g_strdup ("");
  if (self->children->next == NULL && self->children->name == NULL)
    return g_strdup (self->children->text);
  text = g_string_new (NULL);
  append_text (self, text);
  return g_string_free (text, FALSE);
}

const char *
qd_xml_find_namespace (const QdXml *self, const char *prefix)
{
  if (g_strcmp0 (prefix, "xml") == 0)
    return QD_XML_NAMESPACE;
  for (; self != NULL; self = self->parent)
    for (const QdXmlNs *ns = self->namespaces; ns != NULL; ns = ns->next)
      if (g_strcmp0 (ns->prefix, prefix) == 0)
        return ns->uri;
  return NULL;
}

const QdXmlNs *
qd_xml_find_prefix (const QdXml *self, const char *uri)
{
  for (const QdXml *node = self; node != NULL; node = node->parent)
    for (const QdXmlNs *ns = node->namespaces; ns != NULL; ns = ns->next)
      if (strcmp (ns->uri, uri) == 0 && g_strcmp0 (qd_xml_find_namespace (self, ns->prefix), uri) == 0)
        return ns;
  return NULL;
}
