/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-tree-write"
#include "config.h"
#include "qd-tree.h"
#include "qd-tree-private.h"

#include <string.h>

typedef struct
{
  const char *prefix; /* interned; NULL for the default namespace */
  const char *uri;    /* interned; NULL for none */
} Binding;

/* Writes what exclusive canonicalisation with comments would: sorted attributes, namespaces declared where they are first used. */
typedef struct
{
  GString *text;
  GArray *scope; /* Binding, innermost last */
  gboolean skip_irrelevant;
} Writer;

static void
append_escaped (GString *text, const char *value, gboolean in_attribute)
{
  const char *special = in_attribute ? "&<\"\t\n\r" : "&<>\r";

  if (value == NULL)
    return;
  while (*value != '\0')
    {
      gsize run = strcspn (value, special);

      g_string_append_len (text, value, (gssize) run);
      value += run;
      switch (*value)
        {
        case '&':
          g_string_append (text, "&amp;");
          break;
        case '<':
          g_string_append (text, "&lt;");
          break;
        case '>':
          g_string_append (text, "&gt;");
          break;
        case '"':
          g_string_append (text, "&quot;");
          break;
        case '\t':
          g_string_append (text, "&#x9;");
          break;
        case '\n':
          g_string_append (text, "&#xA;");
          break;
        case '\r':
          g_string_append (text, "&#xD;");
          break;
        default:
          return;
        }
      value++;
    }
}

static const char *
bound_uri (const Writer *self, const char *prefix)
{
  for (guint i = self->scope->len; i-- > 0;)
    {
      const Binding *binding = &g_array_index (self->scope, Binding, i);

      if (binding->prefix == prefix)
        return binding->uri;
    }
  return NULL;
}

static gboolean
is_bound_since (const Writer *self, guint start, const char *prefix)
{
  for (guint i = start; i < self->scope->len; i++)
    if (g_array_index (self->scope, Binding, i).prefix == prefix)
      return TRUE;
  return FALSE;
}

/* Chooses the prefix under which @uri is written on the element whose declarations begin at @start, declaring it if need be. */
static const char *
use_prefix (Writer *self, guint start, const char *prefix, const char *uri, gboolean is_attribute)
{
  Binding binding = { prefix, uri };

  if (uri == NULL)
    prefix = binding.prefix = NULL;
  if (uri != NULL && strcmp (uri, QD_XML_NAMESPACE) == 0)
    return g_intern_static_string ("xml");
  if (is_attribute && uri == NULL)
    return NULL;
  if (!(is_attribute && prefix == NULL))
    {
      if (bound_uri (self, prefix) == uri)
        return prefix;
      if (!is_bound_since (self, start, prefix))
        {
          g_array_append_val (self->scope, binding);
          return prefix;
        }
    }
  /* The prefix is taken by another name of this element, or there is none to use. */
  for (guint n = 0;; n++)
    {
      g_autofree char *candidate = g_strdup_printf ("ns%u", n);

      binding.prefix = g_intern_string (candidate);
      if (bound_uri (self, binding.prefix) == uri)
        return binding.prefix;
      if (bound_uri (self, binding.prefix) == NULL && !is_bound_since (self, start, binding.prefix))
        {
          g_array_append_val (self->scope, binding);
          return binding.prefix;
        }
    }
}

static int
compare_bindings (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (((const Binding *) a)->prefix, ((const Binding *) b)->prefix);
}

static int
compare_attributes (gconstpointer a, gconstpointer b)
{
  const QdTreeNode *first = *(const QdTreeNode *const *) a, *second = *(const QdTreeNode *const *) b;
  int order = g_strcmp0 (first->ns, second->ns);

  return order != 0 ? order : strcmp (first->name, second->name);
}

static void
append_name (GString *text, const char *prefix, const char *name)
{
  if (prefix != NULL)
    {
      g_string_append (text, prefix);
      g_string_append_c (text, ':');
    }
  g_string_append (text, name);
}

static gboolean
is_skipped (const Writer *self, const QdTreeNode *node)
{
  return self->skip_irrelevant && (node->flags & QD_TREE_FLAG_IRRELEVANT);
}

static void
write_node (Writer *self, const QdTreeNode *node);

static void
write_element (Writer *self, const QdTreeNode *node)
{
  g_autoptr (GPtrArray) attributes = NULL;
  guint start = self->scope->len;
  const char *prefix = use_prefix (self, start, node->prefix, node->ns, FALSE);
  g_autofree const char **prefixes = NULL;
  g_autofree Binding *declared = NULL;
  guint n_declared;

  if (node->n_attributes > 0)
    {
      attributes = g_ptr_array_sized_new (node->n_attributes);
      prefixes = g_new (const char *, node->n_attributes);
      for (guint i = 0; i < node->n_attributes; i++)
        if (!is_skipped (self, node->attributes[i]))
          g_ptr_array_add (attributes, node->attributes[i]);
      g_ptr_array_sort (attributes, compare_attributes);
      for (guint i = 0; i < attributes->len; i++)
        {
          const QdTreeNode *attribute = g_ptr_array_index (attributes, i);

          prefixes[i] = use_prefix (self, start, attribute->prefix, attribute->ns, TRUE);
        }
    }
  g_string_append_c (self->text, '<');
  append_name (self->text, prefix, node->name);
  n_declared = self->scope->len - start;
  if (n_declared > 0)
    {
      /* The stack keeps its order of use; only what is written is sorted. */
      declared = g_memdup2 (&g_array_index (self->scope, Binding, start), n_declared * sizeof (Binding));
      qsort (declared, n_declared, sizeof (Binding), compare_bindings);
    }
  for (guint i = 0; i < n_declared; i++)
    {
      g_string_append (self->text, declared[i].prefix == NULL ? " xmlns" : " xmlns:");
      if (declared[i].prefix != NULL)
        g_string_append (self->text, declared[i].prefix);
      g_string_append (self->text, "=\"");
      append_escaped (self->text, declared[i].uri, TRUE);
      g_string_append_c (self->text, '"');
    }
  for (guint i = 0; attributes != NULL && i < attributes->len; i++)
    {
      const QdTreeNode *attribute = g_ptr_array_index (attributes, i);

      g_string_append_c (self->text, ' ');
      append_name (self->text, prefixes[i], attribute->name);
      g_string_append (self->text, "=\"");
      append_escaped (self->text, attribute->value, TRUE);
      g_string_append_c (self->text, '"');
    }
  g_string_append_c (self->text, '>');
  append_escaped (self->text, node->value, FALSE);
  for (guint i = 0; i < node->n_children; i++)
    write_node (self, node->children[i]);
  g_string_append (self->text, "</");
  append_name (self->text, prefix, node->name);
  g_string_append_c (self->text, '>');
  g_array_set_size (self->scope, start);
}

static void
write_node (Writer *self, const QdTreeNode *node)
{
  if (is_skipped (self, node))
    return;
  switch ((QdTreeKind) node->kind)
    {
    case QD_TREE_DOCUMENT:
      for (guint i = 0; i < node->n_children; i++)
        {
          if (i > 0)
            g_string_append_c (self->text, '\n');
          write_node (self, node->children[i]);
        }
      break;
    case QD_TREE_ELEMENT:
      write_element (self, node);
      break;
    case QD_TREE_COMMENT:
      g_string_append (self->text, "<!--");
      g_string_append (self->text, node->value == NULL ? "" : node->value);
      g_string_append (self->text, "-->");
      break;
    case QD_TREE_PI:
      g_string_append (self->text, "<?");
      g_string_append (self->text, node->name);
      if (node->value != NULL && *node->value != '\0')
        {
          g_string_append_c (self->text, ' ');
          g_string_append (self->text, node->value);
        }
      g_string_append (self->text, "?>");
      break;
    case QD_TREE_TEXT:
    case QD_TREE_ATTRIBUTE:
    case QD_TREE_NAMESPACE:
    default:
      append_escaped (self->text, node->value, FALSE);
      break;
    }
}

char *
qd_tree_node_to_xml (const QdTreeNode *node, gboolean skip_irrelevant)
{
  Writer self = { .text = g_string_new (NULL), .scope = g_array_new (FALSE, FALSE, sizeof (Binding)), .skip_irrelevant = skip_irrelevant };

  write_node (&self, node);
  g_array_unref (self.scope);
  return g_string_free (self.text, FALSE);
}
