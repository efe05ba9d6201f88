/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-sheet-text"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-sheet-private.h"

/* Delimited text (RFC 4180, as Excel writes and reads it), in the encodings that Chinese offices produce. */

static char *
to_utf8 (GBytes *bytes,
         const char *name,
         gsize *length_out,
         GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  const char *charset = NULL;
  gsize skip = 0;
  char *text;

  if (size == 0)
    {
      *length_out = 0;
      return g_strdup ("");
    }
  if (size >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    skip = 3;
  else if (size >= 2 && memcmp (data, "\xff\xfe", 2) == 0)
    charset = "UTF-16LE", skip = 2;
  else if (size >= 2 && memcmp (data, "\xfe\xff", 2) == 0)
    charset = "UTF-16BE", skip = 2;

  if (charset == NULL && g_utf8_validate (data + skip, (gssize) (size - skip), NULL))
    {
      *length_out = size - skip;
      return g_strndup (data + skip, size - skip);
    }
  /* GB 18030 contains GBK and GB 2312; almost any bytes decode as it, so NUL bytes are what tells a binary file. */
  if (charset == NULL && memchr (data, '\0', size) == NULL)
    charset = "GB18030";
  text = charset != NULL ? g_convert (data + skip, (gssize) (size - skip), "UTF-8", charset, NULL, length_out, NULL) : NULL;
  if (text == NULL)
    g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_ENCODING, _ ("Cannot read %s: it is neither a workbook nor text in UTF-8 or GBK. Save it as .xlsx."), name);
  return text;
}

/* The separator that the first record holds most often outside quotes. */
static char
guess_separator (const char *text,
                 gsize length)
{
  static const char candidates[] = { ',', '\t', ';' };
  guint counts[G_N_ELEMENTS (candidates)] = { 0 };
  gboolean quoted = FALSE;
  gsize best = 0;

  for (gsize i = 0; i < length && (quoted || text[i] != '\n'); i++)
    {
      if (text[i] == '"')
        quoted = !quoted;
      for (gsize c = 0; !quoted && c < G_N_ELEMENTS (candidates); c++)
        counts[c] += text[i] == candidates[c];
    }
  for (gsize c = 1; c < G_N_ELEMENTS (candidates); c++)
    if (counts[c] > counts[best])
      best = c;
  return candidates[best];
}

typedef struct
{
  QdSheet *sheet;
  GString *field;
  guint row;
  guint column;
} Parser;

static gboolean
end_field (Parser *parser,
           GError **error)
{
  if (!qd_sheet_put (parser->sheet, parser->row, parser->column, QD_CELL_TEXT, FALSE, parser->field->str, (gssize) parser->field->len, error))
    return FALSE;
  g_string_truncate (parser->field, 0);
  parser->column++;
  return TRUE;
}

QdSheet *
qd_sheet_read_text (GBytes *bytes,
                    const char *name,
                    GError **error)
{
  gsize length = 0;
  g_autofree char *text = to_utf8 (bytes, name, &length, error);
  g_autoptr (QdSheet) sheet = NULL;
  g_autoptr (GString) field = NULL;
  Parser parser = { 0 };
  gboolean quoted = FALSE;
  gboolean at_start = TRUE;
  char separator;

  if (text == NULL)
    return NULL;
  sheet = qd_sheet_new (name);
  field = g_string_new (NULL);
  parser.sheet = sheet;
  parser.field = field;
  separator = guess_separator (text, length);

  for (gsize i = 0; i < length; i++)
    {
      char c = text[i];

      if (quoted)
        {
          if (c != '"')
            g_string_append_c (field, c);
          else if (i + 1 < length && text[i + 1] == '"')
            {
              g_string_append_c (field, '"');
              i++;
            }
          else
            quoted = FALSE;
          continue;
        }
      /* A quote inside a field stands for itself, as Excel reads it. */
      if (c == '"' && at_start)
        {
          quoted = TRUE;
          at_start = FALSE;
          continue;
        }
      if (c == separator || c == '\n' || c == '\r')
        {
          if (!end_field (&parser, error))
            return NULL;
          at_start = TRUE;
          if (c == separator)
            continue;
          if (c == '\r' && i + 1 < length && text[i + 1] == '\n')
            i++;
          parser.row++;
          parser.column = 0;
          continue;
        }
      at_start = FALSE;
      if (c != '\0')
        g_string_append_c (field, c);
    }
  if (quoted)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_CORRUPT, _ ("Cannot read %s: a quotation mark is not closed in or before row %u."), name, parser.row + 1);
      return NULL;
    }
  if (!end_field (&parser, error))
    return NULL;
  return g_steal_pointer (&sheet);
}
