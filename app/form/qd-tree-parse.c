/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-tree-parse"
#include "config.h"
#include "qd-tree.h"
#include "qd-tree-private.h"
#include "qd-xml-guard.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

/* What one document may cost: far beyond any declaration, far below what would hurt. */
#define MAX_BYTES (64 * 1024 * 1024)
#define MAX_NODES 4000000

typedef struct
{
  xmlParserCtxt *context;
  QdTree *tree;
  QdTreeNode *node;  /* the open element */
  GString *text;     /* character data since the last tag */
  GHashTable *names; /* (element-type utf8 utf8): the parser's names → interned ones */
  GError *error;
  guint n_nodes;
  QdTreeMode mode;
} Builder;

static void
stop (Builder *self, QdXmlError code, int line, int column, const char *what)
{
  if (self->error == NULL)
    {
      g_autofree char *valid = g_utf8_make_valid (what, -1);

      /* Translators: a place in an XML file and what is wrong there. */
      self->error = g_error_new (QD_XML_ERROR, (int) code, _ ("Line %d, column %d: %s"), line, column, g_strstrip (valid));
    }
  xmlStopParser (self->context);
}

static void
stop_here (Builder *self, QdXmlError code, const char *what)
{
  const xmlParserInput *input = self->context->input;

  stop (self, code, input == NULL ? 0 : input->line, input == NULL ? 0 : input->col, what);
}

static gboolean
count_node (Builder *self)
{
  if (++self->n_nodes <= MAX_NODES)
    return TRUE;
  stop_here (self, QD_XML_ERROR_TOO_LARGE, _ ("The document has too many elements."));
  return FALSE;
}

/* The parser's names live in its dictionary, so that their addresses serve as keys. */
static const char *
intern_name (Builder *self, const xmlChar *name)
{
  const char *interned;

  if (name == NULL || *name == '\0')
    return NULL;
  interned = g_hash_table_lookup (self->names, name);
  if (interned == NULL)
    {
      interned = qd_tree_intern (self->tree, (const char *) name);
      g_hash_table_insert (self->names, (gpointer) name, (gpointer) interned);
    }
  return interned;
}

static gboolean
is_blank (const char *text)
{
  return text[strspn (text, " \t\r\n")] == '\0';
}

/* With entities not replaced, libxml2 leaves `&` in attribute values as the character reference that it may have come from. */
char *
qd_tree_unescape_attribute (const char *start, gsize length)
{
  static const char reference[] = "&#38;";
  GString *text;
  const char *found;

  found = memchr (start, '&', length);
  if (found == NULL)
    return g_strndup (start, length);
  text = g_string_sized_new (length);
  while (found != NULL)
    {
      gsize run = (gsize) (found - start) + 1;

      g_string_append_len (text, start, (gssize) run);
      start += run;
      length -= run;
      if (length >= strlen (reference) - 1 && memcmp (start, reference + 1, strlen (reference) - 1) == 0)
        {
          start += strlen (reference) - 1;
          length -= strlen (reference) - 1;
        }
      found = memchr (start, '&', length);
    }
  g_string_append_len (text, start, (gssize) length);
  return g_string_free (text, FALSE);
}

/* The same holds for the names of namespaces. */
static const char *
intern_uri (Builder *self, const xmlChar *uri)
{
  g_autofree char *text = uri != NULL && strchr ((const char *) uri, '&') != NULL ? qd_tree_unescape_attribute ((const char *) uri, strlen ((const char *) uri)) : NULL;

  return text != NULL ? qd_tree_intern (self->tree, text) : intern_name (self, uri);
}

static void
flush_text (Builder *self)
{
  QdTreeNode *node;

  if (self->text->len == 0)
    return;
  if (self->node->kind == QD_TREE_ELEMENT && count_node (self))
    {
      node = qd_tree_add (self->tree, self->node, QD_TREE_TEXT);
      node->value = g_strndup (self->text->str, self->text->len);
    }
  g_string_truncate (self->text, 0);
}

static void
start_element_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
  Builder *self = data;
  QdTreeNode *node;

  if (self->error != NULL)
    return;
  flush_text (self);
  if (!count_node (self))
    return;
  node = qd_tree_add (self->tree, self->node, QD_TREE_ELEMENT);
  node->name = intern_name (self, name);
  node->prefix = intern_name (self, prefix);
  node->ns = intern_uri (self, uri);
  if (self->mode == QD_TREE_FULL)
    for (int i = 0; i < n_namespaces; i++)
      {
        const char *uri_text = intern_uri (self, namespaces[2 * i + 1]);

        qd_tree_add_namespace (self->tree, node, (const char *) namespaces[2 * i], uri_text == NULL ? "" : uri_text);
      }
  for (int i = 0; i < n_attributes; i++)
    {
      /* localname, prefix, URI, start and end of the value */
      const xmlChar **from = attributes + 5 * i;
      QdTreeNode *attribute;

      if (!count_node (self))
        return;
      attribute = qd_tree_add (self->tree, node, QD_TREE_ATTRIBUTE);
      attribute->name = intern_name (self, from[0]);
      attribute->prefix = intern_name (self, from[1]);
      attribute->ns = intern_uri (self, from[2]);
      if (from[4] > from[3])
        attribute->value = qd_tree_unescape_attribute ((const char *) from[3], (gsize) (from[4] - from[3]));
    }
  self->node = node;
}

/* A compact tree drops white space that only lays the text out: between elements, but not in mixed content. */
static void
drop_layout (Builder *self, QdTreeNode *node)
{
  for (guint i = 0; i < node->n_children; i++)
    if (node->children[i]->kind == QD_TREE_TEXT && !is_blank (node->children[i]->value))
      return;
  qd_tree_drop_texts (self->tree, node);
}

static void
end_element_cb (void *data, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
  Builder *self = data;

  if (self->error != NULL)
    return;
  if (self->mode == QD_TREE_COMPACT && self->node->n_children == 0)
    {
      if (self->text->len > 0)
        self->node->value = g_strndup (self->text->str, self->text->len);
      g_string_truncate (self->text, 0);
    }
  else
    {
      flush_text (self);
      if (self->mode == QD_TREE_COMPACT)
        drop_layout (self, self->node);
    }
  self->node = self->node->parent;
}

static void
characters_cb (void *data, const xmlChar *text, int length)
{
  Builder *self = data;

  if (self->error == NULL)
    g_string_append_len (self->text, (const char *) text, length);
}

static void
comment_cb (void *data, const xmlChar *text)
{
  Builder *self = data;

  if (self->error != NULL || self->mode == QD_TREE_COMPACT)
    return;
  flush_text (self);
  if (count_node (self))
    qd_tree_add (self->tree, self->node, QD_TREE_COMMENT)->value = g_strdup (text == NULL ? "" : (const char *) text);
}

static void
processing_instruction_cb (void *data, const xmlChar *target, const xmlChar *text)
{
  Builder *self = data;
  QdTreeNode *node;

  if (self->error != NULL || self->mode == QD_TREE_COMPACT)
    return;
  flush_text (self);
  if (!count_node (self))
    return;
  node = qd_tree_add (self->tree, self->node, QD_TREE_PI);
  node->name = g_intern_string ((const char *) target);
  node->value = text == NULL ? NULL : g_strdup ((const char *) text);
}

static void
internal_subset_cb (void *data, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
  stop_here (data, QD_XML_ERROR_FORBIDDEN, _ ("The document has a DOCTYPE, which is not accepted. Remove it."));
}

static void
error_cb (void *data, xmlError *error)
{
  Builder *self = data;
  QdXmlError code = QD_XML_ERROR_SYNTAX;

  if (error->level < XML_ERR_ERROR)
    return;
  /* libxml2 reports its depth and size limits with these two. */
  if (error->code == XML_ERR_INTERNAL_ERROR || error->code == XML_ERR_NAME_TOO_LONG || error->code == XML_ERR_NO_MEMORY)
    code = QD_XML_ERROR_TOO_LARGE;
  stop (self, code, error->line, error->int2, error->message == NULL ? "" : error->message);
}

/* Errors of character conversion pass by the parser's own handler and would go to stderr. */
static void G_GNUC_PRINTF (2, 3)
    ignore_error_cb (void *data, const char *format, ...)
{
}

QdTree *
qd_tree_parse (const char *text, gssize length, QdTreeMode mode, GError **error)
{
  xmlSAXHandler handler = { 0 };
  Builder self = { .mode = mode };
  QdTree *tree = NULL;

  if (length < 0)
    length = (gssize) strlen (text);
  if (length > MAX_BYTES)
    {
      g_set_error (error, QD_XML_ERROR, QD_XML_ERROR_TOO_LARGE, _ ("Line %d, column %d: %s"), 1, 1, _ ("The document is larger than 64 MiB."));
      return NULL;
    }
  if (length == 0)
    {
      g_set_error (error, QD_XML_ERROR, QD_XML_ERROR_SYNTAX, _ ("Line %d, column %d: %s"), 1, 1, _ ("The document is empty."));
      return NULL;
    }
  if (!qd_xml_has_few_attributes (text, (gsize) length))
    {
      g_set_error (error, QD_XML_ERROR, QD_XML_ERROR_TOO_LARGE, _ ("Line %d, column %d: %s"), 1, 1, _ ("An element has too many attributes."));
      return NULL;
    }

  xmlInitParser ();
  handler.initialized = XML_SAX2_MAGIC;
  handler.startElementNs = start_element_cb;
  handler.endElementNs = end_element_cb;
  handler.characters = characters_cb;
  handler.cdataBlock = characters_cb;
  handler.ignorableWhitespace = characters_cb;
  handler.comment = comment_cb;
  handler.processingInstruction = processing_instruction_cb;
  handler.internalSubset = internal_subset_cb;
  handler.serror = error_cb;

  if (mode == QD_TREE_FOREIGN)
    self.mode = QD_TREE_COMPACT;
  self.tree = qd_tree_new ();
  if (mode == QD_TREE_FOREIGN)
    qd_tree_set_own_names (self.tree);
  self.node = qd_tree_get_document (self.tree);
  self.text = g_string_new (NULL);
  self.names = g_hash_table_new (NULL, NULL);
  self.context = xmlCreateMemoryParserCtxt (text, (int) length);
  if (self.context != NULL)
    {
      xmlSAXHandler *own = self.context->sax;
      xmlGenericErrorFunc printer = xmlGenericError;
      void *printer_data = xmlGenericErrorContext;

      self.context->sax = &handler;
      self.context->userData = &self;
      xmlCtxtUseOptions (self.context, XML_PARSE_NONET);
      xmlSetGenericErrorFunc (NULL, ignore_error_cb);
      xmlParseDocument (self.context);
      xmlSetGenericErrorFunc (printer_data, printer);
      if (self.error == NULL && (!self.context->wellFormed || qd_tree_get_root (self.tree) == NULL))
        stop_here (&self, QD_XML_ERROR_SYNTAX, _ ("The document is not well-formed XML."));
      self.context->sax = own;
      xmlFreeParserCtxt (self.context);
    }
  else
    {
      self.error = g_error_new (QD_XML_ERROR, QD_XML_ERROR_SYNTAX, _ ("Line %d, column %d: %s"), 1, 1, _ ("The document cannot be read."));
    }
  g_hash_table_unref (self.names);
  g_string_free (self.text, TRUE);
  if (self.error != NULL)
    {
      g_propagate_error (error, self.error);
      qd_tree_free (self.tree);
    }
  else
    {
      tree = self.tree;
    }
  return tree;
}
