/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-table-block"
#include "config.h"
#include "qd-table-block.h"

#include <string.h>
#include <glib/gi18n-lib.h>
#include <libxml/HTMLparser.h>

G_DEFINE_QUARK (qd - table - block - error - quark, qd_table_block_error)

#define MAX_SPAN 1000

static QdTableBlock *
block_alloc (void)
{
  QdTableBlock *self = g_new0 (QdTableBlock, 1);

  self->cells = g_ptr_array_new ();
  self->chunk = g_string_chunk_new (16384);
  return self;
}

QdTableBlock *
qd_table_block_new (guint n_rows, guint n_columns)
{
  QdTableBlock *self = block_alloc ();

  self->n_rows = n_rows;
  self->n_columns = n_columns;
  g_ptr_array_set_size (self->cells, (gint) (n_rows * n_columns));
  return self;
}

void
qd_table_block_free (QdTableBlock *self)
{
  if (!self)
    return;
  g_ptr_array_unref (self->cells);
  g_string_chunk_free (self->chunk);
  g_free (self);
}

const char *
qd_table_block_get (const QdTableBlock *self, guint row, guint column)
{
  const char *text;

  g_return_val_if_fail (row < self->n_rows && column < self->n_columns, "");
  text = g_ptr_array_index (self->cells, row * self->n_columns + column);
  return text ? text : "";
}

void
qd_table_block_set (QdTableBlock *self, guint row, guint column, const char *text)
{
  g_return_if_fail (row < self->n_rows && column < self->n_columns);
  g_ptr_array_index (self->cells, row * self->n_columns + column) = text && *text ? g_string_chunk_insert (self->chunk, text) : NULL;
}

/* Rows of differing length become a rectangle. @starts: index of each row's first cell in @flat, and one past the end. */
static gboolean
take_rows (QdTableBlock *self, GPtrArray *flat, GArray *starts, GError **error)
{
  guint n_rows = starts->len - 1, n_columns = 0;

  for (guint i = 0; i < n_rows; i++)
    n_columns = MAX (n_columns, g_array_index (starts, guint, i + 1) - g_array_index (starts, guint, i));
  if (n_rows == 0 || n_columns == 0)
    {
      g_set_error_literal (error, QD_TABLE_BLOCK_ERROR, QD_TABLE_BLOCK_ERROR_NO_TABLE, _ ("The clipboard holds no table text; nothing was written"));
      return FALSE;
    }
  if (n_columns > QD_TABLE_BLOCK_MAX_COLUMNS || (guint64) n_rows * n_columns > QD_TABLE_BLOCK_MAX_CELLS)
    {
      g_set_error_literal (error, QD_TABLE_BLOCK_ERROR, QD_TABLE_BLOCK_ERROR_TOO_LARGE, _ ("The clipboard holds too large a table; copy it in parts or import the file"));
      return FALSE;
    }
  self->n_rows = n_rows;
  self->n_columns = n_columns;
  g_ptr_array_set_size (self->cells, (gint) (n_rows * n_columns));
  for (guint i = 0; i < n_rows; i++)
    {
      guint start = g_array_index (starts, guint, i), n = g_array_index (starts, guint, i + 1) - start;

      for (guint j = 0; j < n; j++)
        g_ptr_array_index (self->cells, i * n_columns + j) = g_ptr_array_index (flat, start + j);
    }
  return TRUE;
}

static gboolean
check_input (const char *text, gsize length, GError **error)
{
  if (length > QD_TABLE_BLOCK_MAX_BYTES)
    {
      g_set_error_literal (error, QD_TABLE_BLOCK_ERROR, QD_TABLE_BLOCK_ERROR_TOO_LARGE, _ ("The clipboard holds too large a table; copy it in parts or import the file"));
      return FALSE;
    }
  if (!g_utf8_validate (text, (gssize) length, NULL))
    {
      g_set_error_literal (error, QD_TABLE_BLOCK_ERROR, QD_TABLE_BLOCK_ERROR_ENCODING, _ ("The text on the clipboard is not Unicode (UTF-8); nothing was written"));
      return FALSE;
    }
  return TRUE;
}

/* A cell in quotes: returns the position after the closing quote, or NULL when the quotes are no pair around the cell. */
static const char *
read_quoted (const char *at, const char *end, GString *out)
{
  g_string_truncate (out, 0);
  for (at++; at < end; at++)
    {
      if (*at == '"')
        {
          if (at + 1 < end && at[1] == '"')
            at++;
          else
            return at + 1 == end || at[1] == '\t' || at[1] == '\n' || at[1] == '\r' ? at + 1 : NULL;
        }
      else if (*at == '\r')
        {
          /* One kind of line break inside cells. */
          if (at + 1 < end && at[1] == '\n')
            continue;
          g_string_append_c (out, '\n');
          continue;
        }
      g_string_append_c (out, *at);
    }
  return NULL;
}

QdTableBlock *
qd_table_block_parse_tsv (const char *text, gssize length, GError **error)
{
  gsize n = length < 0 ? strlen (text) : (gsize) length;
  const char *at = text, *end = text + n;
  g_autoptr (QdTableBlock) self = NULL;
  g_autoptr (GPtrArray) flat = g_ptr_array_new ();
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GString) quoted = g_string_new (NULL);
  guint zero = 0;

  if (!check_input (text, n, error))
    return NULL;
  self = block_alloc ();
  /* More than one mark is left where files were put together; it is never part of what people see. */
  while (end - at >= 3 && memcmp (at, "\xef\xbb\xbf", 3) == 0)
    at += 3;
  g_array_append_val (starts, zero);
  while (at < end)
    {
      const char *after = NULL;

      if (*at == '"')
        after = read_quoted (at, end, quoted);
      if (after)
        {
          g_ptr_array_add (flat, quoted->len > 0 ? g_string_chunk_insert_len (self->chunk, quoted->str, (gssize) quoted->len) : NULL);
          at = after;
        }
      else
        {
          const char *start = at;

          while (at < end && *at != '\t' && *at != '\n' && *at != '\r')
            at++;
          g_ptr_array_add (flat, at > start ? g_string_chunk_insert_len (self->chunk, start, at - start) : NULL);
        }
      if (flat->len > QD_TABLE_BLOCK_MAX_CELLS)
        break; /* take_rows() refuses it */
      if (at < end && *at == '\t')
        {
          at++;
          if (at < end)
            continue;
          g_ptr_array_add (flat, NULL);
        }
      if (at < end)
        at += *at == '\r' && at + 1 < end && at[1] == '\n' ? 2 : 1;
      g_array_append_val (starts, flat->len);
    }
  if (!take_rows (self, flat, starts, error))
    return NULL;
  return g_steal_pointer (&self);
}

char *
qd_table_block_to_tsv (const QdTableBlock *self)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < self->n_rows; i++)
    {
      for (guint j = 0; j < self->n_columns; j++)
        {
          const char *text = qd_table_block_get (self, i, j);

          if (j > 0)
            g_string_append_c (out, '\t');
          if (*text != '"' && !strpbrk (text, "\t\r\n") && !g_str_has_prefix (text, "\xef\xbb\xbf"))
            {
              g_string_append (out, text);
              continue;
            }
          g_string_append_c (out, '"');
          for (; *text; text++)
            {
              if (*text == '"')
                g_string_append_c (out, '"');
              g_string_append_c (out, *text);
            }
          g_string_append_c (out, '"');
        }
      g_string_append (out, "\r\n");
    }
  return g_string_free (out, FALSE);
}

static void
append_escaped (GString *out, const char *text)
{
  for (; *text; text++)
    switch (*text)
      {
      case '<':
        g_string_append (out, "&lt;");
        break;
      case '>':
        g_string_append (out, "&gt;");
        break;
      case '&':
        g_string_append (out, "&amp;");
        break;
      case '"':
        g_string_append (out, "&quot;");
        break;
      case '\n':
        g_string_append (out, "<br>");
        break;
      default:
        g_string_append_c (out, *text);
      }
}

char *
qd_table_block_to_html (const QdTableBlock *self, const gboolean *text_columns)
{
  GString *out = g_string_new ("<meta charset=\"utf-8\"><table>");

  for (guint i = 0; i < self->n_rows; i++)
    {
      g_string_append (out, "<tr>");
      for (guint j = 0; j < self->n_columns; j++)
        {
          /* The first is Excel's way to say "text", the second LibreOffice's. */
          g_string_append (out, text_columns && text_columns[j] ? "<td style=\"mso-number-format:'\\@'\" sdnum=\"1033;0;@\">" : "<td>");
          append_escaped (out, qd_table_block_get (self, i, j));
          g_string_append (out, "</td>");
        }
      g_string_append (out, "</tr>\n");
    }
  g_string_append (out, "</table>");
  return g_string_free (out, FALSE);
}

/* HTML. libxml2 repairs what is not well-formed; all walks below go without recursion. */

static gboolean
is_element (const xmlNode *node, const char *name)
{
  return node->type == XML_ELEMENT_NODE && g_ascii_strcasecmp ((const char *) node->name, name) == 0;
}

/* Next node in document order below @top; @skip leaves out what is below @node. */
static xmlNode *
next_node (xmlNode *node, const xmlNode *top, gboolean skip)
{
  if (!skip && node->type == XML_ELEMENT_NODE && node->children)
    return node->children;
  while (node != top)
    {
      if (node->next)
        return node->next;
      node = node->parent;
    }
  return NULL;
}

static gboolean
is_line (const xmlNode *node)
{
  return is_element (node, "p") || is_element (node, "div") || is_element (node, "li");
}

/* The text of a cell: white space collapses, <br> and paragraphs make lines. */
static void
read_cell (xmlNode *cell, GString *out)
{
  gboolean space = FALSE;

  g_string_truncate (out, 0);
  for (xmlNode *node = next_node (cell, cell, FALSE); node; node = next_node (node, cell, is_element (node, "style") || is_element (node, "script")))
    {
      if (is_element (node, "br") || (is_line (node) && out->len > 0 && out->str[out->len - 1] != '\n'))
        {
          g_string_append_c (out, '\n');
          space = FALSE;
        }
      if (node->type != XML_TEXT_NODE || !node->content)
        continue;
      for (const char *at = (const char *) node->content; *at; at++)
        if (g_ascii_isspace (*at))
          space = TRUE;
        else
          {
            if (space && out->len > 0 && out->str[out->len - 1] != '\n')
              g_string_append_c (out, ' ');
            space = FALSE;
            g_string_append_c (out, *at);
          }
    }
  while (out->len > 0 && out->str[out->len - 1] == '\n')
    g_string_truncate (out, out->len - 1);
  /* An empty cell is often written as one non-breaking space. */
  if (strcmp (out->str, "\xc2\xa0") == 0)
    g_string_truncate (out, 0);
}

static guint
read_span (xmlNode *cell, const char *name)
{
  xmlChar *text = xmlGetProp (cell, (const xmlChar *) name);
  guint64 span = 1;

  if (text)
    {
      if (!g_ascii_string_to_unsigned ((const char *) text, 10, 1, MAX_SPAN, &span, NULL))
        span = 1;
      xmlFree (text);
    }
  return (guint) span;
}

static gboolean
read_table (xmlNode *table, QdTableBlock *self, GError **error)
{
  g_autoptr (GPtrArray) flat = g_ptr_array_new ();
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) below = g_array_new (FALSE, TRUE, sizeof (guint)); /* by column: rows that a cell above still covers */
  g_autoptr (GString) text = g_string_new (NULL);
  xmlNode *next;

  for (xmlNode *row = next_node (table, table, FALSE); row; row = next)
    {
      guint column = 0;

      next = next_node (row, table, is_element (row, "tr") || is_element (row, "table"));
      if (!is_element (row, "tr"))
        continue;
      g_array_append_val (starts, flat->len);
      for (xmlNode *cell = row->children; cell; cell = cell->next)
        {
          guint across, down;

          if (!is_element (cell, "td") && !is_element (cell, "th"))
            continue;
          for (; column < below->len && g_array_index (below, guint, column) > 0; column++)
            {
              g_array_index (below, guint, column)--;
              g_ptr_array_add (flat, NULL);
            }
          across = read_span (cell, "colspan");
          down = read_span (cell, "rowspan");
          if (column + across > QD_TABLE_BLOCK_MAX_COLUMNS || flat->len + across > QD_TABLE_BLOCK_MAX_CELLS)
            {
              g_set_error_literal (error, QD_TABLE_BLOCK_ERROR, QD_TABLE_BLOCK_ERROR_TOO_LARGE, _ ("The clipboard holds too large a table; copy it in parts or import the file"));
              return FALSE;
            }
          if (below->len < column + across)
            g_array_set_size (below, column + across);
          read_cell (cell, text);
          for (guint i = 0; i < across; i++, column++)
            {
              g_array_index (below, guint, column) = down - 1;
              g_ptr_array_add (flat, i == 0 && text->len > 0 ? g_string_chunk_insert_len (self->chunk, text->str, (gssize) text->len) : NULL);
            }
        }
      for (; column < below->len; column++)
        if (g_array_index (below, guint, column) > 0)
          {
            g_array_index (below, guint, column)--;
            g_ptr_array_add (flat, NULL);
          }
        else
          break;
      /* Columns further right that are covered, with a gap before them, end with this row. */
      for (; column < below->len; column++)
        if (g_array_index (below, guint, column) > 0)
          g_array_index (below, guint, column)--;
    }
  g_array_append_val (starts, flat->len);
  return take_rows (self, flat, starts, error);
}

QdTableBlock *
qd_table_block_parse_html (const char *html, gssize length, GError **error)
{
  gsize n = length < 0 ? strlen (html) : (gsize) length;
  g_autoptr (QdTableBlock) best = NULL;
  g_autofree char *converted = NULL;
  htmlDocPtr document;
  xmlNode *root, *next;

  /* Firefox under X11 hands out UTF-16 with a byte order mark. */
  if (n >= 2 && n <= QD_TABLE_BLOCK_MAX_BYTES && (memcmp (html, "\xff\xfe", 2) == 0 || memcmp (html, "\xfe\xff", 2) == 0))
    {
      converted = g_convert (html, (gssize) n, "UTF-8", "UTF-16", NULL, &n, NULL);
      html = converted ? converted : "";
      n = converted ? n : 0;
    }
  if (!check_input (html, n, error))
    return NULL;
  document = n > 0 ? htmlReadMemory (html, (int) n, NULL, "UTF-8", HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_COMPACT) : NULL;
  root = document ? xmlDocGetRootElement (document) : NULL;
  for (xmlNode *node = root; node; node = next)
    {
      next = next_node (node, root, is_element (node, "table"));
      if (is_element (node, "table"))
        {
          g_autoptr (GError) local = NULL;
          QdTableBlock *block = block_alloc ();

          if (read_table (node, block, &local) && (!best || (guint64) block->n_rows * block->n_columns > (guint64) best->n_rows * best->n_columns))
            {
              g_clear_pointer (&best, qd_table_block_free);
              best = g_steal_pointer (&block);
            }
          g_clear_pointer (&block, qd_table_block_free);
          if (g_error_matches (local, QD_TABLE_BLOCK_ERROR, QD_TABLE_BLOCK_ERROR_TOO_LARGE))
            {
              xmlFreeDoc (document);
              g_propagate_error (error, g_steal_pointer (&local));
              return NULL;
            }
        }
    }
  if (document)
    xmlFreeDoc (document);
  if (!best)
    g_set_error_literal (error, QD_TABLE_BLOCK_ERROR, QD_TABLE_BLOCK_ERROR_NO_TABLE, _ ("The clipboard holds no table text; nothing was written"));
  return g_steal_pointer (&best);
}
