/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * QdTree: an XML document as compact as forms need it: the primary instance, secondary instances, and the context
 * document of `eval`. Nodes are plain structs; names are interned, so that two names are equal when their pointers are. Names that nobody in the
 * program knows (no form, no expression) may belong to the tree alone, see qd_tree_set_own_names().
 */
typedef struct _QdTree QdTree;
typedef struct _QdTreeNode QdTreeNode;

typedef enum
{
  QD_TREE_DOCUMENT,
  QD_TREE_ELEMENT,
  QD_TREE_ATTRIBUTE,
  QD_TREE_TEXT,
  QD_TREE_COMMENT,
  QD_TREE_PI,
  QD_TREE_NAMESPACE, /* only as the result of a namespace axis; `name` is the prefix */
} QdTreeKind;

/* Read freely; change only through the functions below, which keep indexes and order right. */
struct _QdTreeNode
{
  QdTreeNode *parent;
  QdTreeNode **children; /* elements, text, comments, PIs in document order */
  QdTreeNode **attributes;
  const char *name;   /* interned local name (PI target); NULL for text and comments */
  const char *ns;     /* interned namespace URI or NULL */
  const char *prefix; /* interned prefix as written, or NULL */
  char *value;        /* (owned) (nullable): attribute, text, comment, PI; and the text of an element that has only text */
  gpointer data;      /* the engine's own record of this node; the tree never looks at it */
  guint32 n_children;
  guint32 index; /* position among the parent's children (or attributes), from 0 */
  guint16 n_attributes;
  guint8 kind;  /* QdTreeKind */
  guint8 flags; /* QdTreeFlags */
};

typedef enum
{
  QD_TREE_FLAG_NONE = 0,
  QD_TREE_FLAG_IRRELEVANT = 1 << 0, /* evaluation sees an empty value (ODK: non-relevant nodes) */
  QD_TREE_FLAG_TEMPLATE = 1 << 1,   /* jr:template: no path reaches it */
} QdTreeFlags;

typedef enum
{
  QD_TREE_COMPACT = 0, /* white space between elements, comments and PIs are dropped; text of leaves lies in `value` */
  QD_TREE_FULL = 1,    /* every node kept, for `eval` */
  QD_TREE_FOREIGN = 2, /* COMPACT; names that are not known yet are the tree's own: for documents that come from anybody, which no later expression asks for */
} QdTreeMode;

/**
 * qd_tree_parse: reads XML of unknown origin: size limit, no network, no entities, no DTD.
 * Errors: %QD_XML_ERROR with line, column and a plain sentence
 */
QdTree *qd_tree_parse (const char *text, gssize length, QdTreeMode mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;
QdTree *qd_tree_new (void) G_GNUC_WARN_UNUSED_RESULT;
void qd_tree_free (QdTree *self);
/** From now on names that are not interned already go when the tree goes, so that ever new ones do not fill the memory. */
void qd_tree_set_own_names (QdTree *self);
QdTreeNode *qd_tree_get_document (QdTree *self);
QdTreeNode *qd_tree_get_root (QdTree *self);

QdTreeNode *qd_tree_append_element (QdTree *self, QdTreeNode *parent, const char *ns, const char *prefix, const char *name);
/** Deep copy of @source (of any tree) put at @index below @parent; template flags are not copied. */
QdTreeNode *qd_tree_insert_copy (QdTree *self, QdTreeNode *parent, guint index, const QdTreeNode *source);
void qd_tree_remove (QdTree *self, QdTreeNode *node);
void qd_tree_move (QdTree *self, QdTreeNode *node, guint new_index);
/** Sets the text of a leaf element or attribute; NULL clears. */
void qd_tree_set_value (QdTree *self, QdTreeNode *node, const char *value);
void qd_tree_set_attribute (QdTree *self, QdTreeNode *node, const char *ns, const char *prefix, const char *name, const char *value);
const char *qd_tree_node_get_attribute (const QdTreeNode *node, const char *ns, const char *name);
/** The child element of that name, or NULL. Names need not be interned. */
QdTreeNode *qd_tree_node_find_child (const QdTreeNode *node, const char *ns, const char *name);
/** XPath string-value. A leaf costs no copy: use qd_tree_node_peek_string() there. */
char *qd_tree_node_dup_string (const QdTreeNode *node) G_GNUC_WARN_UNUSED_RESULT;
/** Borrowed string-value of a leaf, attribute, text…; never NULL; "" for a node with the irrelevant flag. */
const char *qd_tree_node_peek_string (const QdTreeNode *node);
/** Document order: negative, 0, positive. */
int qd_tree_node_compare (const QdTreeNode *a, const QdTreeNode *b);
/** Positional path of the `eval` op: "/" and steps "/ *[2]" (without the space), "/@*[name()='x']", "/text()[1]" … */
char *qd_tree_node_dup_path (const QdTreeNode *node) G_GNUC_WARN_UNUSED_RESULT;
/** Canonical, namespace-declaring XML of the node and below. @skip_irrelevant leaves out nodes with that flag. */
char *qd_tree_node_to_xml (const QdTreeNode *node, gboolean skip_irrelevant) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdTree, qd_tree_free)

/** Errors of XML input; the message names line and column. */
#define QD_XML_ERROR (qd_xml_error_quark ())
GQuark qd_xml_error_quark (void);
typedef enum
{
  QD_XML_ERROR_SYNTAX,    /* not well-formed */
  QD_XML_ERROR_FORBIDDEN, /* DOCTYPE, entities */
  QD_XML_ERROR_TOO_LARGE, /* over the size, depth or text limits */
} QdXmlError;

G_END_DECLS
