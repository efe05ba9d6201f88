/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-csv"
#include "config.h"
#include "qd-csv.h"

#include <string.h>

static char
guess_delimiter (const char *text, gsize length)
{
  static const char candidates[] = ",;\t|";
  const char *stop = memchr (text, '\n', length);
  gsize line = stop == NULL ? length : (gsize) (stop - text), most = 0;
  char best = ',';

  for (guint i = 0; candidates[i] != '\0'; i++)
    {
      gsize n = 0;
      gboolean is_quoted = FALSE;

      for (gsize j = 0; j < line; j++)
        if (text[j] == '"')
          is_quoted = !is_quoted;
        else
          n += !is_quoted && text[j] == candidates[i];
      if (n > most)
        {
          most = n;
          best = candidates[i];
        }
    }
  return best;
}

void
qd_csv_reader_init (QdCsvReader *self, const char *text, gsize length)
{
  self->p = text;
  self->end = text + length;
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    self->p += 3;
  self->delimiter = guess_delimiter (self->p, (gsize) (self->end - self->p));
}

gboolean
qd_csv_reader_next (QdCsvReader *self, GPtrArray *cells)
{
  g_autoptr (GString) cell = NULL;

  g_ptr_array_set_size (cells, 0);
  if (self->p >= self->end)
    return FALSE;
  cell = g_string_new (NULL);
  for (;;)
    {
      gboolean at_end = self->p >= self->end;
      char c = at_end ? '\n' : *self->p;

      if (c == '"' && cell->len == 0)
        {
          for (self->p++; self->p < self->end; self->p++)
            if (*self->p != '"')
              g_string_append_c (cell, *self->p);
            else if (self->p + 1 < self->end && self->p[1] == '"')
              {
                g_string_append_c (cell, '"');
                self->p++;
              }
            else
              break;
          self->p++;
          /* What stands between the quote and the delimiter belongs to the cell. */
          while (self->p < self->end && *self->p != self->delimiter && *self->p != '\n' && *self->p != '\r')
            g_string_append_c (cell, *self->p++);
          continue;
        }
      self->p++;
      if (c == self->delimiter || c == '\n' || c == '\r')
        {
          g_ptr_array_add (cells, g_strndup (cell->str, cell->len));
          g_string_truncate (cell, 0);
          if (c == self->delimiter)
            continue;
          if (c == '\r' && self->p < self->end && *self->p == '\n')
            self->p++;
          return TRUE;
        }
      g_string_append_c (cell, c);
    }
}

void
qd_csv_append_cell (GString *out, const char *cell)
{
  if (strpbrk (cell, ",;\t|\"\r\n") == NULL)
    {
      g_string_append (out, cell);
      return;
    }
  g_string_append_c (out, '"');
  for (; *cell != '\0'; cell++)
    {
      if (*cell == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *cell);
    }
  g_string_append_c (out, '"');
}
