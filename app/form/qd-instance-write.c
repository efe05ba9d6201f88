/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-instance"
#include "config.h"
#include "qd-instance-private.h"

#include <string.h>

/* XML of the data. The same data gives the same bytes: order is that of the form, white space is none, and all namespaces stand on the first
 * element, the default one being that of the form's data. */

typedef struct
{
  QdInstance *instance;
  QdWriteMode mode;
  GString *out;
  gboolean uses_qd; /* an annotation was written */
} Writer;

static void
append_escaped (GString *out, const char *text, gboolean is_attribute)
{
  const char *start = text, *p = text;

  for (; *p != '\0'; p++)
    {
      const char *entity = NULL;

      switch (*p)
        {
        case '&':
          entity = "&amp;";
          break;
        case '<':
          entity = "&lt;";
          break;
        case '>':
          entity = "&gt;";
          break;
        case '\r':
          entity = "&#13;";
          break;
        case '"':
          entity = is_attribute ? "&quot;" : NULL;
          break;
        case '\n':
          entity = is_attribute ? "&#10;" : NULL;
          break;
        case '\t':
          entity = is_attribute ? "&#9;" : NULL;
          break;
        default:
          /* No XML can hold other control characters; text from a clipboard sometimes does. */
          if ((guchar) *p < 0x20)
            entity = " ";
        }
      if (entity == NULL)
        continue;
      g_string_append_len (out, start, p - start);
      g_string_append (out, entity);
      start = p + 1;
    }
  g_string_append_len (out, start, p - start);
}

static void
append_attributes (Writer *self, const QdTreeNode *node)
{
  for (guint i = 0; i < node->n_attributes; i++)
    {
      const QdTreeNode *attribute = node->attributes[i];
      gboolean is_annotation = g_strcmp0 (attribute->ns, QD_NS_FORM) == 0;
      /* Whatever prefix a stored document had, the form's own holds. */
      const char *prefix = is_annotation ? "qd" : attribute->prefix;

      if (is_annotation)
        self->uses_qd = TRUE;
      g_string_append_c (self->out, ' ');
      if (prefix != NULL)
        {
          g_string_append (self->out, prefix);
          g_string_append_c (self->out, ':');
        }
      g_string_append (self->out, attribute->name);
      g_string_append (self->out, "=\"");
      append_escaped (self->out, attribute->value == NULL ? "" : attribute->value, TRUE);
      g_string_append_c (self->out, '"');
    }
}

static void append_children (Writer *self, QdRow *row, const QdField *field);

/* Fields of a row that are as in a new one, without anything: most of them in a wide table. They come back when the draft is opened. */
static gboolean
is_left_out (Writer *self, QdRow *row, QdCell *cell, const QdField *field)
{
  return self->mode == QD_WRITE_DRAFT && row->range != NULL && field->children->len == 0 && field->template_node != NULL && field->template_node->value == NULL && cell->node != NULL && cell->node->n_attributes == 0 && *qd_instance_get_raw (self->instance, cell) == '\0';
}

static void
append_content (Writer *self, QdRow *row, QdCell *cell, const QdField *field)
{
  if (field->children->len == 0)
    append_escaped (self->out, self->mode == QD_WRITE_DRAFT ? qd_instance_get_raw (self->instance, cell) : cell->node->value == NULL ? ""
                                                                                                                                     : cell->node->value,
                    FALSE);
  else
    append_children (self, row, field);
}

static void
append_field (Writer *self, QdRow *row, QdCell *cell, const QdField *field, const char *default_ns)
{
  gsize start;

  if (cell->node == NULL || (self->mode == QD_WRITE_SUBMISSION && (cell->flags & QD_CELL_RELEVANT) == 0))
    return;
  g_string_append_c (self->out, '<');
  g_string_append (self->out, field->name);
  if (field->prefix == NULL && field->real_ns != default_ns)
    {
      g_string_append (self->out, " xmlns=\"");
      append_escaped (self->out, field->real_ns == NULL ? "" : field->real_ns, TRUE);
      g_string_append_c (self->out, '"');
    }
  append_attributes (self, cell->node);
  g_string_append_c (self->out, '>');
  start = self->out->len;
  append_content (self, row, cell, field);
  if (self->out->len == start)
    {
      self->out->str[start - 1] = '/';
      g_string_append_c (self->out, '>');
      return;
    }
  g_string_append (self->out, "</");
  g_string_append (self->out, field->name);
  g_string_append_c (self->out, '>');
}

static void
append_children (Writer *self, QdRow *row, const QdField *field)
{
  /* What is in force inside an element without a prefix is its own namespace; one with a prefix changes nothing. */
  const QdField *plain = field;

  while (plain != NULL && plain->prefix != NULL)
    plain = plain->parent;
  for (guint i = 0; i < field->children->len; i++)
    {
      const QdField *child = g_ptr_array_index (field->children, i);
      QdCell *cell = &row->cells[child->slot];
      const char *default_ns = plain == NULL ? NULL : plain->real_ns;

      if (!child->is_repeat && is_left_out (self, row, cell, child))
        continue;
      if (!child->is_repeat)
        append_field (self, row, cell, child, default_ns);
      else
        for (guint j = 0; j < cell->range->rows->len; j++)
          {
            QdRow *inner = g_ptr_array_index (cell->range->rows, j);

            append_field (self, inner, &inner->cells[0], child, default_ns);
          }
    }
}

/* @cell (the root or a row) as a document of its own. */
char *
qd_instance_write (QdInstance *self, QdCell *cell, QdWriteMode mode)
{
  QdRow *row = qd_cell_get_row (cell);
  const QdField *field = qd_row_get_field (row, cell->slot), *plain = field;
  Writer writer = { self, mode, g_string_sized_new (cell->slot == 0 && row->range == NULL ? 4096 : 256) };
  g_autoptr (GString) attributes = NULL;
  GString *document = g_string_sized_new (256);
  gboolean declares_qd = FALSE;

  append_attributes (&writer, cell->node);
  attributes = writer.out;
  writer.out = g_string_sized_new (4096);
  append_content (&writer, row, cell, field);

  g_string_append_printf (document, "<%s", field->name);
  while (plain != NULL && plain->prefix != NULL)
    plain = plain->parent;
  if (plain != NULL && plain->real_ns != NULL)
    {
      g_string_append (document, " xmlns=\"");
      append_escaped (document, plain->real_ns, TRUE);
      g_string_append_c (document, '"');
    }
  for (guint i = 0; i < self->form->namespaces->len; i++)
    {
      const QdAttr *declaration = g_ptr_array_index (self->form->namespaces, i);

      if (strcmp (declaration->name, "qd") == 0)
        declares_qd = TRUE;
      g_string_append_printf (document, " xmlns:%s=\"", declaration->name);
      append_escaped (document, declaration->value, TRUE);
      g_string_append_c (document, '"');
    }
  if (writer.uses_qd && !declares_qd)
    g_string_append (document, " xmlns:qd=\"" QD_NS_FORM "\"");
  g_string_append_len (document, attributes->str, (gssize) attributes->len);
  if (writer.out->len == 0)
    g_string_append (document, "/>");
  else
    {
      g_string_append_c (document, '>');
      g_string_append_len (document, writer.out->str, (gssize) writer.out->len);
      g_string_append_printf (document, "</%s>", field->name);
    }
  g_string_free (writer.out, TRUE);
  return g_string_free (document, FALSE);
}

static GBytes *
take_bytes (char *text)
{
  return g_bytes_new_take (text, strlen (text));
}

GBytes *
qd_instance_serialize (QdInstance *self)
{
  return take_bytes (qd_instance_write (self, &self->root->cells[0], QD_WRITE_SUBMISSION));
}

GBytes *
qd_instance_save (QdInstance *self)
{
  return take_bytes (qd_instance_write (self, &self->root->cells[0], QD_WRITE_DRAFT));
}
