/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-tree"
#include "config.h"
#include "qd-tree.h"
#include "qd-tree-private.h"

#include <string.h>

#define CHUNK_NODES 256

struct _QdTree
{
  QdTreeNode document; /* first, so that a document node leads to its tree */
  GPtrArray *chunks;   /* (owned): blocks of nodes, zeroed */
  QdTreeNode *free;    /* (nullable): chain of removed nodes, by parent */
  guint chunk_used;
  guint serial;           /* orders nodes of different trees */
  GHashTable *namespaces; /* (owned) (nullable): node → GPtrArray of its namespace nodes */
  GStringChunk *names;    /* (owned) (nullable): those of its own */
};

G_DEFINE_QUARK (qd - xml - error - quark, qd_xml_error)

/* Under the address sanitizer every node is a block of its own, so that a stale pointer is seen. */
static QdTreeNode *
allocate_node (QdTree *self)
{
  QdTreeNode *node;

#ifdef __SANITIZE_ADDRESS__
  node = g_new0 (QdTreeNode, 1);
#else
  if (self->free != NULL)
    {
      node = self->free;
      self->free = node->parent;
      memset (node, 0, sizeof *node);
    }
  else
    {
      if (self->chunks->len == 0 || self->chunk_used == CHUNK_NODES)
        {
          g_ptr_array_add (self->chunks, g_new0 (QdTreeNode, CHUNK_NODES));
          self->chunk_used = 0;
        }
      node = (QdTreeNode *) g_ptr_array_index (self->chunks, self->chunks->len - 1) + self->chunk_used++;
    }
#endif
  return node;
}

static void
release_node (QdTree *self, QdTreeNode *node)
{
#ifdef __SANITIZE_ADDRESS__
  g_free (node);
#else
  node->parent = self->free;
  self->free = node;
#endif
}

static void
free_contents (QdTree *self, QdTreeNode *node)
{
  for (guint i = 0; i < node->n_attributes; i++)
    {
      g_free (node->attributes[i]->value);
      release_node (self, node->attributes[i]);
    }
  for (guint i = 0; i < node->n_children; i++)
    {
      free_contents (self, node->children[i]);
      release_node (self, node->children[i]);
    }
  if (self->namespaces != NULL)
    g_hash_table_remove (self->namespaces, node);
  g_free (node->attributes);
  g_free (node->children);
  g_free (node->value);
}

static void
free_namespace_node (gpointer data)
{
  QdTreeNode *node = data;

  g_free (node->value);
  g_free (node);
}

/* How many nodes an array has room for follows from how many it holds: powers of two, and eights between 8 and 64, where most rows are. */
static gboolean
is_full (guint n)
{
  return n >= 8 && n < 64 ? n % 8 == 0 : (n & (n - 1)) == 0;
}

static guint
insert_into (QdTreeNode ***array, guint n, guint index, QdTreeNode *node)
{
  if (is_full (n))
    *array = g_renew (QdTreeNode *, *array, n == 0 ? 1 : n >= 8 && n < 64 ? n + 8
                                                                          : 2 * (gsize) n);
  memmove (*array + index + 1, *array + index, (n - index) * sizeof (QdTreeNode *));
  (*array)[index] = node;
  for (guint i = index; i <= n; i++)
    (*array)[i]->index = i;
  return n + 1;
}

static guint
remove_from (QdTreeNode **array, guint n, guint index)
{
  memmove (array + index, array + index + 1, (n - index - 1) * sizeof (QdTreeNode *));
  for (guint i = index; i < n - 1; i++)
    array[i]->index = i;
  return n - 1;
}

QdTreeNode *
qd_tree_add (QdTree *self, QdTreeNode *parent, QdTreeKind kind)
{
  QdTreeNode *node = allocate_node (self);

  node->kind = (guint8) kind;
  node->parent = parent;
  if (kind == QD_TREE_ATTRIBUTE)
    parent->n_attributes = (guint16) insert_into (&parent->attributes, parent->n_attributes, parent->n_attributes, node);
  else
    parent->n_children = insert_into (&parent->children, parent->n_children, parent->n_children, node);
  return node;
}

QdTree *
qd_tree_new (void)
{
  static gint serials;
  QdTree *self = g_new0 (QdTree, 1);

  self->chunks = g_ptr_array_new_with_free_func (g_free);
  self->serial = (guint) g_atomic_int_add (&serials, 1);
  self->document.kind = QD_TREE_DOCUMENT;
  return self;
}

void
qd_tree_free (QdTree *self)
{
  if (self == NULL)
    return;
  free_contents (self, &self->document);
  g_clear_pointer (&self->namespaces, g_hash_table_unref);
  g_clear_pointer (&self->names, g_string_chunk_free);
  g_ptr_array_unref (self->chunks);
  g_free (self);
}

QdTreeNode *
qd_tree_get_document (QdTree *self)
{
  return &self->document;
}

QdTreeNode *
qd_tree_get_root (QdTree *self)
{
  for (guint i = 0; i < self->document.n_children; i++)
    if (self->document.children[i]->kind == QD_TREE_ELEMENT)
      return self->document.children[i];
  return NULL;
}

void
qd_tree_set_own_names (QdTree *self)
{
  if (self->names == NULL)
    self->names = g_string_chunk_new (256);
}

const char *
qd_tree_intern (QdTree *self, const char *text)
{
  GQuark known;

  if (text == NULL || *text == '\0')
    return NULL;
  if (self->names == NULL)
    return g_intern_string (text);
  known = g_quark_try_string (text);
  return known != 0 ? g_quark_to_string (known) : g_string_chunk_insert_const (self->names, text);
}

QdTreeNode *
qd_tree_append_element (QdTree *self, QdTreeNode *parent, const char *ns, const char *prefix, const char *name)
{
  QdTreeNode *node;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (parent->kind == QD_TREE_ELEMENT || parent->kind == QD_TREE_DOCUMENT, NULL);

  node = qd_tree_add (self, parent, QD_TREE_ELEMENT);
  node->name = qd_tree_intern (self, name);
  node->ns = qd_tree_intern (self, ns);
  node->prefix = qd_tree_intern (self, prefix);
  return node;
}

static void
copy_contents (QdTree *self, QdTreeNode *target, const QdTreeNode *source)
{
  target->name = source->name;
  target->ns = source->ns;
  target->prefix = source->prefix;
  target->value = g_strdup (source->value);
  target->flags = (guint8) (source->flags & ~QD_TREE_FLAG_TEMPLATE);
  for (guint i = 0; i < source->n_attributes; i++)
    copy_contents (self, qd_tree_add (self, target, QD_TREE_ATTRIBUTE), source->attributes[i]);
  for (guint i = 0; i < source->n_children; i++)
    copy_contents (self, qd_tree_add (self, target, source->children[i]->kind), source->children[i]);
}

QdTreeNode *
qd_tree_insert_copy (QdTree *self, QdTreeNode *parent, guint index, const QdTreeNode *source)
{
  QdTreeNode *node;

  g_return_val_if_fail (index <= parent->n_children, NULL);
  g_return_val_if_fail (source->kind != QD_TREE_ATTRIBUTE && source->kind != QD_TREE_DOCUMENT, NULL);

  node = allocate_node (self);
  node->kind = source->kind;
  node->parent = parent;
  /* The copy is made before it is put in, since @parent may lie within @source. */
  copy_contents (self, node, source);
  parent->n_children = insert_into (&parent->children, parent->n_children, index, node);
  return node;
}

void
qd_tree_remove (QdTree *self, QdTreeNode *node)
{
  QdTreeNode *parent = node->parent;

  g_return_if_fail (parent != NULL);

  if (node->kind == QD_TREE_ATTRIBUTE)
    parent->n_attributes = (guint16) remove_from (parent->attributes, parent->n_attributes, node->index);
  else
    parent->n_children = remove_from (parent->children, parent->n_children, node->index);
  free_contents (self, node);
  release_node (self, node);
}

void
qd_tree_drop_texts (QdTree *self, QdTreeNode *parent)
{
  guint kept = 0;

  for (guint i = 0; i < parent->n_children; i++)
    {
      QdTreeNode *child = parent->children[i];

      if (child->kind == QD_TREE_TEXT)
        {
          g_free (child->value);
          release_node (self, child);
          continue;
        }
      child->index = kept;
      parent->children[kept++] = child;
    }
  if (kept == parent->n_children)
    return;
  /* The array may be larger now than its length says; insert_into() then only gives memory back. */
  parent->n_children = kept;
}

void
qd_tree_move (QdTree *self, QdTreeNode *node, guint new_index)
{
  QdTreeNode **siblings = node->parent->children;
  guint old_index = node->index, first, last;

  g_return_if_fail (node->kind != QD_TREE_ATTRIBUTE && new_index < node->parent->n_children);

  if (new_index < old_index)
    memmove (siblings + new_index + 1, siblings + new_index, (old_index - new_index) * sizeof *siblings);
  else
    memmove (siblings + old_index, siblings + old_index + 1, (new_index - old_index) * sizeof *siblings);
  siblings[new_index] = node;
  first = MIN (old_index, new_index);
  last = MAX (old_index, new_index);
  for (guint i = first; i <= last; i++)
    siblings[i]->index = i;
}

void
qd_tree_set_value (QdTree *self, QdTreeNode *node, const char *value)
{
  char *old = node->value;

  g_return_if_fail (node->kind != QD_TREE_DOCUMENT);

  node->value = value == NULL || *value == '\0' ? NULL : g_strdup (value);
  g_free (old);
  /* In a full tree the old text of the element is a node below it. */
  while (node->kind == QD_TREE_ELEMENT && node->n_children > 0)
    qd_tree_remove (self, node->children[node->n_children - 1]);
}

static QdTreeNode *
find_attribute (const QdTreeNode *node, const char *ns, const char *name)
{
  for (guint i = 0; i < node->n_attributes; i++)
    {
      QdTreeNode *attribute = node->attributes[i];

      if (strcmp (attribute->name, name) == 0 && g_strcmp0 (attribute->ns, ns) == 0)
        return attribute;
    }
  return NULL;
}

void
qd_tree_set_attribute (QdTree *self, QdTreeNode *node, const char *ns, const char *prefix, const char *name, const char *value)
{
  QdTreeNode *attribute = find_attribute (node, ns, name);

  if (value == NULL)
    {
      if (attribute != NULL)
        qd_tree_remove (self, attribute);
      return;
    }
  if (attribute == NULL)
    {
      attribute = qd_tree_add (self, node, QD_TREE_ATTRIBUTE);
      attribute->name = qd_tree_intern (self, name);
      attribute->ns = qd_tree_intern (self, ns);
      attribute->prefix = qd_tree_intern (self, prefix);
    }
  qd_tree_set_value (self, attribute, value);
}

const char *
qd_tree_node_get_attribute (const QdTreeNode *node, const char *ns, const char *name)
{
  const QdTreeNode *attribute = find_attribute (node, ns, name);

  if (attribute == NULL)
    return NULL;
  return attribute->value == NULL ? "" : attribute->value;
}

QdTreeNode *
qd_tree_node_find_child (const QdTreeNode *node, const char *ns, const char *name)
{
  for (guint i = 0; i < node->n_children; i++)
    {
      QdTreeNode *child = node->children[i];

      if (child->kind == QD_TREE_ELEMENT && (child->name == name || strcmp (child->name, name) == 0) &&
          (child->ns == ns || g_strcmp0 (child->ns, ns) == 0))
        return child;
    }
  return NULL;
}

const char *
qd_tree_node_leaf_string (const QdTreeNode *node)
{
  if (node->flags & QD_TREE_FLAG_IRRELEVANT)
    return "";
  if (node->n_children == 0)
    return node->value == NULL ? "" : node->value;
  if (node->n_children == 1 && node->children[0]->kind == QD_TREE_TEXT)
    return qd_tree_node_leaf_string (node->children[0]);
  return NULL;
}

const char *
qd_tree_node_peek_string (const QdTreeNode *node)
{
  const char *text = qd_tree_node_leaf_string (node);

  return text == NULL ? "" : text;
}

static void
append_string (const QdTreeNode *node, GString *text)
{
  if (node->flags & (QD_TREE_FLAG_IRRELEVANT | QD_TREE_FLAG_TEMPLATE))
    return;
  if (node->kind == QD_TREE_COMMENT || node->kind == QD_TREE_PI)
    return;
  if (node->value != NULL)
    g_string_append (text, node->value);
  for (guint i = 0; i < node->n_children; i++)
    append_string (node->children[i], text);
}

char *
qd_tree_node_dup_string (const QdTreeNode *node)
{
  const char *leaf = qd_tree_node_leaf_string (node);
  GString *text;

  if (leaf != NULL)
    return g_strdup (leaf);
  text = g_string_new (NULL);
  for (guint i = 0; i < node->n_children; i++)
    append_string (node->children[i], text);
  return g_string_free (text, FALSE);
}

static guint
depth_of (const QdTreeNode *node)
{
  guint depth = 0;

  for (; node->parent != NULL; node = node->parent)
    depth++;
  return depth;
}

/* Among the nodes of one parent: namespaces, then attributes, then children. */
static int
rank_of (const QdTreeNode *node)
{
  return node->kind == QD_TREE_NAMESPACE ? 0 : node->kind == QD_TREE_ATTRIBUTE ? 1
                                                                               : 2;
}

int
qd_tree_node_compare (const QdTreeNode *a, const QdTreeNode *b)
{
  guint depth_a, depth_b, common;

  if (a == b)
    return 0;
  /* Nodes of one parent are the most frequent case by far. */
  if (a->parent == b->parent && a->parent != NULL && rank_of (a) == rank_of (b))
    return a->index < b->index ? -1 : 1;
  depth_a = depth_of (a);
  depth_b = depth_of (b);
  common = MIN (depth_a, depth_b);
  for (guint i = depth_a; i > common; i--)
    a = a->parent;
  for (guint i = depth_b; i > common; i--)
    b = b->parent;
  if (a == b)
    return depth_a < depth_b ? -1 : 1;
  while (a->parent != b->parent)
    {
      a = a->parent;
      b = b->parent;
    }
  if (a->parent == NULL)
    {
      guint serial_a = a->kind == QD_TREE_DOCUMENT ? ((const QdTree *) a)->serial : 0;
      guint serial_b = b->kind == QD_TREE_DOCUMENT ? ((const QdTree *) b)->serial : 0;

      return serial_a < serial_b ? -1 : 1;
    }
  if (rank_of (a) != rank_of (b))
    return rank_of (a) - rank_of (b);
  return a->index < b->index ? -1 : 1;
}

static gboolean
counts_alike (const QdTreeNode *a, const QdTreeNode *b)
{
  if (a->kind != b->kind)
    return FALSE;
  return a->kind != QD_TREE_PI || a->name == b->name;
}

static void
append_path (const QdTreeNode *node, GString *path)
{
  guint position = 1;

  if (node->parent == NULL)
    return;
  append_path (node->parent, path);
  if (node->kind == QD_TREE_ATTRIBUTE)
    {
      g_string_append_printf (path, "/@*[name()='%s%s%s']", node->prefix == NULL ? "" : node->prefix, node->prefix == NULL ? "" : ":", node->name);
      return;
    }
  if (node->kind == QD_TREE_NAMESPACE)
    {
      g_string_append_printf (path, "/namespace::*[name()='%s']", node->name == NULL ? "" : node->name);
      return;
    }
  for (guint i = 0; i < node->index; i++)
    if (counts_alike (node->parent->children[i], node))
      position++;
  switch ((QdTreeKind) node->kind)
    {
    case QD_TREE_TEXT:
      g_string_append_printf (path, "/text()[%u]", position);
      break;
    case QD_TREE_COMMENT:
      g_string_append_printf (path, "/comment()[%u]", position);
      break;
    case QD_TREE_PI:
      g_string_append_printf (path, "/processing-instruction('%s')[%u]", node->name, position);
      break;
    case QD_TREE_ELEMENT:
    case QD_TREE_DOCUMENT:
    case QD_TREE_ATTRIBUTE:
    case QD_TREE_NAMESPACE:
    default:
      g_string_append_printf (path, "/*[%u]", position);
      break;
    }
}

char *
qd_tree_node_dup_path (const QdTreeNode *node)
{
  GString *path = g_string_new (NULL);

  append_path (node, path);
  if (path->len == 0)
    g_string_append_c (path, '/');
  return g_string_free (path, FALSE);
}

static QdTree *
tree_of (const QdTreeNode *node)
{
  while (node->parent != NULL)
    node = node->parent;
  return node->kind == QD_TREE_DOCUMENT ? (QdTree *) node : NULL;
}

void
qd_tree_add_namespace (QdTree *self, QdTreeNode *element, const char *prefix, const char *uri)
{
  GPtrArray *nodes;
  QdTreeNode *node = g_new0 (QdTreeNode, 1);

  if (self->namespaces == NULL)
    self->namespaces = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  nodes = g_hash_table_lookup (self->namespaces, element);
  if (nodes == NULL)
    {
      nodes = g_ptr_array_new_with_free_func (free_namespace_node);
      g_hash_table_insert (self->namespaces, element, nodes);
    }
  node->kind = QD_TREE_NAMESPACE;
  node->parent = element;
  node->name = qd_tree_intern (self, prefix);
  node->value = g_strdup (uri);
  node->index = nodes->len;
  g_ptr_array_add (nodes, node);
}

static gboolean
has_prefix (GPtrArray *nodes, const char *prefix)
{
  for (guint i = 0; i < nodes->len; i++)
    if (((QdTreeNode *) g_ptr_array_index (nodes, i))->name == prefix)
      return TRUE;
  return FALSE;
}

static int
compare_prefixes (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 ((*(QdTreeNode *const *) a)->name, (*(QdTreeNode *const *) b)->name);
}

GPtrArray *
qd_tree_node_get_namespaces (const QdTreeNode *element)
{
  QdTree *self = tree_of (element);
  QdTreeNode *own = (QdTreeNode *) element;
  const char *xml = g_intern_static_string ("xml");
  GPtrArray *nodes, *visible;

  if (self == NULL || element->kind != QD_TREE_ELEMENT)
    return g_ptr_array_new ();
  /* What is inherited is made a node of this element when somebody asks for it: every element has its own. */
  if (self->namespaces == NULL || g_hash_table_lookup (self->namespaces, own) == NULL || !has_prefix (g_hash_table_lookup (self->namespaces, own), xml))
    {
      for (const QdTreeNode *up = element->parent; up != NULL; up = up->parent)
        {
          GPtrArray *inherited = self->namespaces == NULL ? NULL : g_hash_table_lookup (self->namespaces, up);

          for (guint i = 0; inherited != NULL && i < inherited->len; i++)
            {
              const QdTreeNode *node = g_ptr_array_index (inherited, i);

              nodes = g_hash_table_lookup (self->namespaces, own);
              if (nodes == NULL || !has_prefix (nodes, node->name))
                qd_tree_add_namespace (self, own, node->name, node->value);
            }
        }
      qd_tree_add_namespace (self, own, xml, QD_XML_NAMESPACE);
      /* XPath leaves their order open; by prefix, the default one first, it is always the same. */
      nodes = g_hash_table_lookup (self->namespaces, own);
      g_ptr_array_sort (nodes, compare_prefixes);
      for (guint i = 0; i < nodes->len; i++)
        ((QdTreeNode *) g_ptr_array_index (nodes, i))->index = i;
    }
  nodes = g_hash_table_lookup (self->namespaces, own);
  visible = g_ptr_array_sized_new (nodes->len);
  for (guint i = 0; i < nodes->len; i++)
    {
      QdTreeNode *node = g_ptr_array_index (nodes, i);

      /* xmlns="" takes the default namespace away. */
      if (node->value != NULL && *node->value != '\0')
        g_ptr_array_add (visible, node);
    }
  return visible;
}
