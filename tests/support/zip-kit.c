/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "zip-kit.h"

#include <string.h>

#include <zlib.h>

static void
entry_free (KitEntry *entry)
{
  g_free (entry->name);
  g_free (entry->local_name);
  g_bytes_unref (entry->data);
  g_clear_pointer (&entry->local_extra, g_bytes_unref);
  g_free (entry);
}

Kit *
kit_new (void)
{
  Kit *kit = g_new0 (Kit, 1);

  kit->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  return kit;
}

void
kit_free (Kit *kit)
{
  g_ptr_array_unref (kit->entries);
  g_clear_pointer (&kit->lead, g_bytes_unref);
  g_clear_pointer (&kit->trail, g_bytes_unref);
  g_free (kit->comment);
  g_free (kit);
}

KitEntry *
kit_insert (Kit *kit, guint position, const char *name, const void *data, gsize length)
{
  KitEntry *entry = g_new0 (KitEntry, 1);

  entry->name = g_strdup (name);
  entry->flags = g_str_is_ascii (name) ? 0 : 1 << 11;
  entry->data = g_bytes_new (NULL, 0);
  kit_set (entry, data, length);
  g_ptr_array_insert (kit->entries, (int) position, entry);
  return entry;
}

KitEntry *
kit_add (Kit *kit, const char *name, const void *data, gsize length)
{
  return kit_insert (kit, kit->entries->len, name, data, length);
}

KitEntry *
kit_find (Kit *kit, const char *name)
{
  for (guint i = 0; i < kit->entries->len; i++)
    {
      KitEntry *entry = g_ptr_array_index (kit->entries, i);

      if (g_str_equal (entry->name, name))
        return entry;
    }
  g_error ("the container has no %s", name);
}

void
kit_remove (Kit *kit, const char *name)
{
  g_assert_true (g_ptr_array_remove (kit->entries, kit_find (kit, name)));
}

void
kit_set (KitEntry *entry, const void *data, gsize length)
{
  g_bytes_unref (entry->data);
  entry->data = g_bytes_new (data, length);
  entry->size = length;
  entry->crc = (guint32) crc32_z (0, data, length);
  entry->method = 0;
}

void
kit_rename (KitEntry *entry, const char *name)
{
  g_free (entry->name);
  entry->name = g_strdup (name);
  entry->flags = g_str_is_ascii (name) ? 0 : 1 << 11;
}

void
kit_deflate (KitEntry *entry)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (entry->data, &length);
  z_stream stream = { 0 };
  guint8 *packed;

  deflateInit2 (&stream, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.avail_out = (uInt) deflateBound (&stream, length);
  packed = g_malloc (stream.avail_out);
  stream.next_in = (Bytef *) data;
  stream.avail_in = (uInt) length;
  stream.next_out = packed;
  g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
  g_bytes_unref (entry->data);
  entry->data = g_bytes_new_take (packed, stream.total_out);
  entry->method = 8;
  deflateEnd (&stream);
}

char *
kit_dup_text (KitEntry *entry)
{
  return g_strndup (g_bytes_get_data (entry->data, NULL), g_bytes_get_size (entry->data));
}

void
kit_replace (Kit *kit, const char *name, const char *from, const char *to)
{
  KitEntry *entry = kit_find (kit, name);
  g_autofree char *text = kit_dup_text (entry);
  g_autoptr (GString) string = g_string_new (text);

  /* A row that changes nothing, or more than it says, would test nothing. */
  g_assert_cmpuint (g_string_replace (string, from, to, 0), ==, 1);
  kit_set (entry, string->str, string->len);
}

static void
put (GByteArray *array, guint64 value, guint bytes)
{
  for (guint i = 0; i < bytes; i++)
    {
      guint8 byte = (guint8) (value >> (8 * i));

      g_byte_array_append (array, &byte, 1);
    }
}

static void
put_bytes (GByteArray *array, GBytes *bytes)
{
  if (bytes && g_bytes_get_size (bytes) > 0)
    g_byte_array_append (array, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
}

static void
put_gap (GByteArray *array, guint length)
{
  for (guint i = 0; i < length; i++)
    put (array, 'h', 1);
}

static void
put_local (GByteArray *array, const KitEntry *entry)
{
  const char *name = entry->local_name ? entry->local_name : entry->name;
  gsize packed = g_bytes_get_size (entry->data);
  gboolean later = entry->descriptor;

  put (array, 0x04034b50, 4);
  put (array, entry->zip64 ? 45 : 20, 2);
  put (array, (entry->flags | (later ? 8 : 0)) ^ entry->local_flags_xor, 2);
  put (array, entry->method ^ entry->local_method_xor, 2);
  put (array, 0, 2);
  put (array, 0x21, 2);
  put (array, later ? 0 : entry->crc ^ entry->local_crc_xor, 4);
  put (array, later ? 0 : entry->zip64 ? G_MAXUINT32
                                       : packed,
       4);
  put (array, later ? 0 : entry->zip64 ? G_MAXUINT32
                                       : entry->size ^ entry->local_size_xor,
       4);
  put (array, strlen (name), 2);
  put (array, (entry->local_extra ? g_bytes_get_size (entry->local_extra) : 0) + (entry->zip64 ? 20 : 0), 2);
  g_byte_array_append (array, (const guint8 *) name, (guint) strlen (name));
  if (entry->zip64)
    {
      put (array, 1, 2);
      put (array, 16, 2);
      put (array, entry->size, 8);
      put (array, packed, 8);
    }
  put_bytes (array, entry->local_extra);
  put_bytes (array, entry->data);
  if (later)
    {
      put (array, 0x08074b50, 4);
      put (array, entry->crc, 4);
      put (array, packed, 4);
      put (array, entry->size, 4);
    }
}

static void
put_central (GByteArray *array, const KitEntry *entry, guint64 offset)
{
  gsize packed = g_bytes_get_size (entry->data);

  put (array, 0x02014b50, 4);
  put (array, 0x031e, 2);
  put (array, entry->zip64 ? 45 : 20, 2);
  put (array, entry->flags | (entry->descriptor ? 8 : 0), 2);
  put (array, entry->method, 2);
  put (array, 0, 2);
  put (array, 0x21, 2);
  put (array, entry->crc, 4);
  put (array, entry->zip64 ? G_MAXUINT32 : packed, 4);
  put (array, entry->zip64 ? G_MAXUINT32 : entry->size, 4);
  put (array, strlen (entry->name), 2);
  put (array, entry->zip64 ? 28 : 0, 2);
  put (array, 0, 2);
  put (array, 0, 2);
  put (array, 0, 2);
  put (array, 0, 4);
  put (array, entry->zip64 ? G_MAXUINT32 : offset, 4);
  g_byte_array_append (array, (const guint8 *) entry->name, (guint) strlen (entry->name));
  if (entry->zip64)
    {
      put (array, 1, 2);
      put (array, 24, 2);
      put (array, entry->size, 8);
      put (array, packed, 8);
      put (array, offset, 8);
    }
}

GBytes *
kit_build (Kit *kit)
{
  GByteArray *array = g_byte_array_new ();
  guint64 base, offset, size, n = kit->claim_entries ? kit->claim_entries : kit->entries->len;

  put_bytes (array, kit->lead);
  base = kit->lead_counts ? 0 : array->len;
  for (guint i = 0; i < kit->entries->len; i++)
    {
      KitEntry *entry = g_ptr_array_index (kit->entries, i);

      put_gap (array, entry->gap_before);
      entry->local_offset = array->len - base;
      put_local (array, entry);
    }
  put_gap (array, kit->gap_before_directory);
  offset = array->len - base;
  for (guint i = 0; i < kit->entries->len; i++)
    {
      KitEntry *entry = g_ptr_array_index (kit->entries, i);

      put_central (array, entry, entry->offset_of ? kit_find (kit, entry->offset_of)->local_offset : entry->local_offset);
    }
  size = array->len - base - offset;
  if (kit->zip64_end)
    {
      guint64 end64 = array->len - base;

      put (array, 0x06064b50, 4);
      put (array, 44, 8);
      put (array, 45, 2);
      put (array, 45, 2);
      put (array, 0, 8);
      put (array, n, 8);
      put (array, n, 8);
      put (array, size, 8);
      put (array, offset, 8);
      put (array, 0x07064b50, 4);
      put (array, 0, 4);
      put (array, end64, 8);
      put (array, 1, 4);
    }
  put (array, 0x06054b50, 4);
  put (array, 0, 4);
  put (array, kit->zip64_end ? G_MAXUINT16 : n, 2);
  put (array, kit->zip64_end ? G_MAXUINT16 : n, 2);
  put (array, kit->zip64_end ? G_MAXUINT32 : size, 4);
  put (array, kit->zip64_end ? G_MAXUINT32 : offset, 4);
  put (array, kit->comment ? strlen (kit->comment) : 0, 2);
  if (kit->comment)
    g_byte_array_append (array, (const guint8 *) kit->comment, (guint) strlen (kit->comment));
  put_bytes (array, kit->trail);
  g_byte_array_set_size (array, array->len - (guint) kit->cut);
  return g_byte_array_free_to_bytes (array);
}
