/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-biff"
#include "config.h"
#include "qd-biff-private.h"

#include <string.h>

#include "qd-le-private.h"

/* Section numbers are those of [MS-XLS]. */

gboolean
qd_biff_next (QdBiffCursor *cursor, QdBiffRecord *record_out)
{
  gsize left = cursor->size - cursor->at;
  const guint8 *head;

  if (left < 4)
    return FALSE;
  head = cursor->data + cursor->at;
  if (left - 4 < qd_le16 (head + 2))
    return FALSE;
  record_out->type = qd_le16 (head);
  record_out->size = qd_le16 (head + 2);
  record_out->data = head + 4;
  cursor->at += 4 + (gsize) record_out->size;
  return TRUE;
}

void
qd_biff_text_init (QdBiffText *self, QdBiffCursor *cursor, const QdBiffRecord *record, gsize skip)
{
  skip = MIN (skip, record->size);
  self->cursor = cursor;
  self->data = record->data + skip;
  self->left = record->size - skip;
  self->units = g_array_new (FALSE, FALSE, sizeof (gunichar2));
}

void
qd_biff_text_clear (QdBiffText *self)
{
  g_clear_pointer (&self->units, g_array_unref);
}

/* On to the record that continues this one. */
static gboolean
go_on (QdBiffText *self)
{
  gsize at = self->cursor->at;
  QdBiffRecord record;

  if (!qd_biff_next (self->cursor, &record))
    return FALSE;
  if (record.type != QD_BIFF_CONTINUE)
    {
      self->cursor->at = at;
      return FALSE;
    }
  self->data = record.data;
  self->left = record.size;
  return TRUE;
}

/* Numbers and flags may lie across the border, too. FALSE: nothing is left. */
static gboolean
read_bytes (QdBiffText *self, guint8 *out, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      while (self->left == 0)
        if (!go_on (self))
          return FALSE;
      out[i] = *self->data++;
      self->left--;
    }
  return TRUE;
}

static gboolean
skip_bytes (QdBiffText *self, gsize n)
{
  while (n > 0)
    {
      gsize part = MIN (n, self->left);

      self->data += part;
      self->left -= part;
      n -= part;
      if (n > 0 && !go_on (self))
        return FALSE;
    }
  return TRUE;
}

/* 2.5.294: in a part that continues, a byte says anew whether characters have one byte or two. */
static gboolean
read_units (QdBiffText *self, guint n, gboolean wide)
{
  g_array_set_size (self->units, 0);
  while (n > 0)
    {
      guint fit = (guint) MIN (n, self->left / (wide ? 2 : 1));

      for (guint i = 0; i < fit; i++)
        {
          gunichar2 unit = wide ? qd_le16 (self->data + 2 * (gsize) i) : self->data[i];

          g_array_append_val (self->units, unit);
        }
      self->data += (gsize) fit * (wide ? 2 : 1);
      self->left -= (gsize) fit * (wide ? 2 : 1);
      n -= fit;
      if (n > 0)
        {
          guint8 flags;

          /* Half a character before the border is none. */
          self->left = 0;
          if (!read_bytes (self, &flags, 1))
            return FALSE;
          wide = (flags & 1) != 0;
        }
    }
  return TRUE;
}

/* Lone halves of surrogates and control characters stand for nothing that a declaration can hold. */
static char *
units_to_utf8 (const GArray *units)
{
  g_autoptr (GString) out = g_string_sized_new (units->len);

  for (guint i = 0; i < units->len; i++)
    {
      gunichar c = g_array_index (units, gunichar2, i);
      gunichar low = i + 1 < units->len ? g_array_index (units, gunichar2, i + 1) : 0;

      if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00 && low < 0xe000)
        {
          c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
          i++;
        }
      else if ((c >= 0xd800 && c < 0xe000) || c >= 0xfffe)
        c = 0xfffd;
      else if (c < ' ' && c != '\t' && c != '\n' && c != '\r')
        c = ' ';
      g_string_append_unichar (out, c);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

char *
qd_biff_text_read (QdBiffText *self, gboolean short_length)
{
  guint8 head[3];
  guint8 number[4] = { 0 };
  guint n, flags, runs = 0;
  gsize extra = 0;

  if (!read_bytes (self, head, short_length ? 2 : 3))
    return NULL;
  n = short_length ? head[0] : qd_le16 (head);
  flags = short_length ? head[1] : head[2];
  /* Formats of parts of the text, and readings of Han characters, come after it. */
  if ((flags & 8) != 0)
    {
      if (!read_bytes (self, number, 2))
        return NULL;
      runs = qd_le16 (number);
    }
  if ((flags & 4) != 0)
    {
      if (!read_bytes (self, number, 4))
        return NULL;
      extra = qd_le32 (number);
    }
  if (!read_units (self, n, (flags & 1) != 0) || !skip_bytes (self, (gsize) runs * 4 + extra))
    return NULL;
  return units_to_utf8 (self->units);
}

double
qd_biff_rk (guint32 rk)
{
  double value;

  if ((rk & 2) != 0)
    value = (gint32) rk >> 2;
  else
    {
      guint64 bits = (guint64) (rk & ~3u) << 32;

      memcpy (&value, &bits, sizeof value);
    }
  return (rk & 1) != 0 ? value / 100 : value;
}

const char *
qd_biff_error_text (guint8 code)
{
  switch (code)
    {
    case 0x00:
      return "#NULL!";
    case 0x07:
      return "#DIV/0!";
    case 0x0f:
      return "#VALUE!";
    case 0x17:
      return "#REF!";
    case 0x1d:
      return "#NAME?";
    case 0x24:
      return "#NUM!";
    case 0x2a:
      return "#N/A";
    default:
      return "#ERROR!";
    }
}
