/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-ole"
#include "config.h"
#include "qd-ole-private.h"

#include <string.h>

#include "qd-le-private.h"

/* Section numbers are those of [MS-CFB]. */

#define HEADER_SIZE 512
#define HEADER_DIFAT 109
#define ENTRY_SIZE 128
#define END_OF_CHAIN 0xfffffffeu
#define NO_ENTRY 0xffffffffu

enum
{
  ENTRY_STREAM = 2,
  ENTRY_ROOT = 5,
};

/* Pieces of equal size, and for each the one that follows. */
typedef struct
{
  const guint8 *data;
  gsize size;       /* of data */
  guint shift;      /* of a piece */
  GArray *next;     /* (owned) (element-type guint32) */
  gsize first_byte; /* of piece 0 in data */
} Pieces;

struct _QdOle
{
  GBytes *file;    /* (owned) */
  Pieces large;    /* sectors */
  Pieces small;    /* mini sectors, in the stream of the root */
  GBytes *minis;   /* (owned) (nullable): that stream */
  GBytes *entries; /* (owned): the directory */
  guint32 cutoff;  /* streams below this size are made of mini sectors */
};

static gsize
count_pieces (const Pieces *pieces)
{
  gsize size = pieces->size > pieces->first_byte ? pieces->size - pieces->first_byte : 0;

  return (size + ((gsize) 1 << pieces->shift) - 1) >> pieces->shift;
}

/* The bytes of a piece; fewer than all at the end of the file. */
static const guint8 *
get_piece (const Pieces *pieces, guint32 at, gsize *n_out)
{
  gsize from = pieces->first_byte + ((gsize) at << pieces->shift);

  if (at >= count_pieces (pieces))
    return NULL;
  *n_out = MIN ((gsize) 1 << pieces->shift, pieces->size - from);
  return pieces->data + from;
}

/* A chain of more pieces than there are goes in a circle. NULL: it does, or leads out of the file. */
static GBytes *
read_chain (const Pieces *pieces, guint32 first)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  gsize left = count_pieces (pieces);

  for (guint32 at = first; at != END_OF_CHAIN; at = g_array_index (pieces->next, guint32, at))
    {
      gsize n;
      const guint8 *piece = get_piece (pieces, at, &n);

      if (piece == NULL || left-- == 0 || at >= pieces->next->len)
        return NULL;
      g_byte_array_append (out, piece, (guint) n);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}

static void
append_numbers (GArray *out, const guint8 *data, gsize size)
{
  for (gsize i = 0; i + 4 <= size; i += 4)
    {
      guint32 number = qd_le32 (data + i);

      g_array_append_val (out, number);
    }
}

/* 2.3, 2.5: the table of what follows what lies in sectors that the header names, and further ones it leads to. */
static gboolean
read_table (QdOle *self, const guint8 *header)
{
  guint per_sector = 1u << (self->large.shift - 2);
  gsize left = count_pieces (&self->large);
  guint32 further = qd_le32 (header + 68);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint32));

  append_numbers (places, header + 76, HEADER_DIFAT * 4);
  while (further < END_OF_CHAIN)
    {
      gsize n;
      const guint8 *piece = get_piece (&self->large, further, &n);

      if (piece == NULL || n < (gsize) per_sector * 4 || left-- == 0)
        return FALSE;
      append_numbers (places, piece, (gsize) (per_sector - 1) * 4);
      further = qd_le32 (piece + (gsize) (per_sector - 1) * 4);
    }
  for (guint i = 0; i < places->len; i++)
    {
      guint32 at = g_array_index (places, guint32, i);
      gsize n;
      const guint8 *piece;

      if (at >= END_OF_CHAIN)
        continue;
      piece = get_piece (&self->large, at, &n);
      /* More table than there are sectors to be told about: the same ones again and again. */
      if (piece == NULL || self->large.next->len > count_pieces (&self->large) + per_sector)
        return FALSE;
      append_numbers (self->large.next, piece, n);
    }
  return TRUE;
}

static const guint8 *
get_entry (QdOle *self, guint32 at)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (self->entries, &size);

  return at < size / ENTRY_SIZE ? data + (gsize) at * ENTRY_SIZE : NULL;
}

/* 2.6.4: a tree of names; here it is only walked, so that its order does not matter. */
static const guint8 *
find_entry (QdOle *self, const char *name)
{
  guint n = (guint) (g_bytes_get_size (self->entries) / ENTRY_SIZE);
  g_autofree guint8 *seen = g_malloc0 (n + 1);
  g_autoptr (GArray) todo = g_array_new (FALSE, FALSE, sizeof (guint32));
  gsize length = strlen (name);

  append_numbers (todo, get_entry (self, 0) + 76, 4);
  while (todo->len > 0)
    {
      guint32 at = g_array_index (todo, guint32, todo->len - 1);
      const guint8 *entry = get_entry (self, at);
      gboolean same;

      g_array_set_size (todo, todo->len - 1);
      if (entry == NULL || seen[at])
        continue;
      seen[at] = TRUE;
      same = entry[66] == ENTRY_STREAM && length < 32 && qd_le16 (entry + 64) == 2 * (length + 1);
      for (gsize i = 0; same && i < length; i++)
        same = entry[2 * i + 1] == 0 && g_ascii_tolower ((char) entry[2 * i]) == g_ascii_tolower (name[i]);
      if (same)
        return entry;
      append_numbers (todo, entry + 68, 8);
    }
  return NULL;
}

static gboolean
read_minis (QdOle *self, const guint8 *header)
{
  const guint8 *root = get_entry (self, 0);
  guint32 first = qd_le32 (header + 60);
  g_autoptr (GBytes) table = NULL;
  gsize size;
  const guint8 *data;

  if (first >= END_OF_CHAIN || qd_le32 (root + 116) >= END_OF_CHAIN)
    return TRUE;
  table = read_chain (&self->large, first);
  self->minis = read_chain (&self->large, qd_le32 (root + 116));
  if (table == NULL || self->minis == NULL)
    return FALSE;
  data = g_bytes_get_data (table, &size);
  append_numbers (self->small.next, data, size);
  self->small.data = g_bytes_get_data (self->minis, &self->small.size);
  return TRUE;
}

QdOle *
qd_ole_new (GBytes *file)
{
  g_autoptr (QdOle) self = g_new0 (QdOle, 1);
  gsize size;
  const guint8 *header = g_bytes_get_data (file, &size);
  guint shift, small_shift;

  self->file = g_bytes_ref (file);
  self->large.next = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->small.next = g_array_new (FALSE, FALSE, sizeof (guint32));
  if (size < HEADER_SIZE || memcmp (header, QD_OLE_SIGNATURE, QD_OLE_SIGNATURE_SIZE) != 0 || qd_le16 (header + 28) != 0xfffe)
    return NULL;
  shift = qd_le16 (header + 30);
  small_shift = qd_le16 (header + 32);
  if ((shift != 9 && shift != 12) || small_shift != 6)
    return NULL;
  self->large.data = header;
  self->large.size = size;
  self->large.shift = shift;
  self->large.first_byte = (gsize) 1 << shift;
  self->small.shift = small_shift;
  self->cutoff = qd_le32 (header + 56);
  if (!read_table (self, header))
    return NULL;
  self->entries = read_chain (&self->large, qd_le32 (header + 48));
  if (self->entries == NULL || get_entry (self, 0) == NULL || get_entry (self, 0)[66] != ENTRY_ROOT || !read_minis (self, header))
    return NULL;
  return g_steal_pointer (&self);
}

void
qd_ole_free (QdOle *self)
{
  g_clear_pointer (&self->entries, g_bytes_unref);
  g_clear_pointer (&self->minis, g_bytes_unref);
  g_array_unref (self->large.next);
  g_array_unref (self->small.next);
  g_bytes_unref (self->file);
  g_free (self);
}

gboolean
qd_ole_has_stream (QdOle *self, const char *name)
{
  return find_entry (self, name) != NULL;
}

GBytes *
qd_ole_read_stream (QdOle *self, const char *name)
{
  const guint8 *entry = find_entry (self, name);
  g_autoptr (GBytes) chain = NULL;
  guint32 size;

  if (entry == NULL)
    return NULL;
  /* The upper half of the size is not to be trusted in files with small sectors (2.6.3), and no workbook needs it. */
  size = qd_le32 (entry + 120);
  chain = read_chain (size < self->cutoff ? &self->small : &self->large, qd_le32 (entry + 116));
  return chain != NULL ? g_bytes_new_from_bytes (chain, 0, MIN (size, g_bytes_get_size (chain))) : NULL;
}
