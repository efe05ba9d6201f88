/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-zip"

#include "config.h"

#include "qd-zip.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <libdeflate.h>
#include <zlib.h>

/* Layout: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7 (local), 4.3.12 (central), 4.3.14 to 4.3.16 (ends of the directory). */
#define LOCAL_SIGNATURE 0x04034b50u
#define CENTRAL_SIGNATURE 0x02014b50u
#define END_SIGNATURE 0x06054b50u
#define END64_SIGNATURE 0x06064b50u
#define LOCATOR64_SIGNATURE 0x07064b50u
#define LOCAL_SIZE 30
#define CENTRAL_SIZE 46
#define END_SIZE 22
#define END64_SIZE 56
#define LOCATOR64_SIZE 20

#define FLAG_ENCRYPTED (1 << 0 | 1 << 6 | 1 << 13)
#define FLAG_DESCRIPTOR (1 << 3)
#define FLAG_UTF8 (1 << 11)

#define MAX_ENTRIES 65536
#define MAX_DIRECTORY (32u << 20)
/* Deflate cannot do better than 1032:1, so a size beyond that is a lie. */
#define MAX_RATIO 1040
/* A strict reader hashes everything it is told of: what unpacks to far more than it weighs only costs the receiver time. */
#define STRICT_RATIO 250
#define STRICT_RATIO_FROM (64u << 20)

G_DEFINE_QUARK (qd - zip - error - quark, qd_zip_error)

struct _QdZipReader
{
  int fd;
  gboolean owns_fd;
  gboolean strict;
  guint64 file_size;
  guint64 directory_offset;
  QdZipFault fault;
  GArray *entries;   /* (owned) (element-type QdZipEntry) */
  GHashTable *index; /* (owned): name, borrowed from the entry → position + 1 */
};

static guint16
get16 (const guint8 *p)
{
  return (guint16) (p[0] | p[1] << 8);
}

static guint32
get32 (const guint8 *p)
{
  return (guint32) p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16 | (guint32) p[3] << 24;
}

static guint64
get64 (const guint8 *p)
{
  return get32 (p) | (guint64) get32 (p + 4) << 32;
}

static void
clear_entry (gpointer data)
{
  QdZipEntry *entry = data;

  g_free (entry->name);
}

static QdZipError
fault_to_code (QdZipFault fault)
{
  switch (fault)
    {
    case QD_ZIP_FAULT_IO:
      return QD_ZIP_ERROR_IO;
    case QD_ZIP_FAULT_NOT_A_ZIP:
      return QD_ZIP_ERROR_NOT_A_ZIP;
    case QD_ZIP_FAULT_NAME:
    case QD_ZIP_FAULT_DUPLICATE:
    case QD_ZIP_FAULT_BOMB:
    case QD_ZIP_FAULT_TOO_MANY:
    case QD_ZIP_FAULT_MISMATCH:
    case QD_ZIP_FAULT_OVERLAP:
      return QD_ZIP_ERROR_HOSTILE;
    case QD_ZIP_FAULT_NONE:
    case QD_ZIP_FAULT_DAMAGED:
    case QD_ZIP_FAULT_ENCRYPTED:
    case QD_ZIP_FAULT_METHOD:
    case QD_ZIP_FAULT_LEADING_JUNK:
    case QD_ZIP_FAULT_TRAILING_JUNK:
    case QD_ZIP_FAULT_LAYOUT:
    default:
      return QD_ZIP_ERROR_CORRUPT;
    }
}

static gboolean
fail (QdZipReader *self, GError **error, QdZipFault fault, const char *format, ...) G_GNUC_PRINTF (4, 5);

static gboolean
fail (QdZipReader *self, GError **error, QdZipFault fault, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  self->fault = fault;
  g_set_error_literal (error, QD_ZIP_ERROR, (int) fault_to_code (fault), message);
  return FALSE;
}

static gboolean
fail_damaged (QdZipReader *self, GError **error)
{
  return fail (self, error, QD_ZIP_FAULT_DAMAGED, _ ("The zip file is damaged: its table of contents does not hold together. Get the file again."));
}

/* Reads exactly @length bytes; a file that ends before is damaged, since the caller has checked the offset against the size. */
static gboolean
read_at (QdZipReader *self, guint64 offset, gpointer buffer, gsize length, GError **error)
{
  gsize done = 0;

  while (done < length)
    {
      ssize_t n = pread (self->fd, (guint8 *) buffer + done, length - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return fail (self, error, QD_ZIP_FAULT_IO, _ ("The file cannot be read: %s."), g_strerror (errno));
      if (n == 0)
        return fail (self, error, QD_ZIP_FAULT_DAMAGED, _ ("The file became shorter while it was read. Get the file again."));
      done += (gsize) n;
    }
  return TRUE;
}

/* Characters that steer terminals, or turn the reading direction so that "fdp.exe" shows as "exe.pdf". */
static gboolean
is_control (gunichar c)
{
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

gboolean
qd_zip_name_is_safe (const char *name)
{
  g_auto (GStrv) segments = NULL;

  if (*name == '\0' || *name == '/' || strchr (name, '\\') || !g_utf8_validate (name, -1, NULL))
    return FALSE;
  if (g_ascii_isalpha (name[0]) && name[1] == ':')
    return FALSE;
  for (const char *p = name; *p; p = g_utf8_next_char (p))
    if (is_control (g_utf8_get_char (p)))
      return FALSE;
  segments = g_strsplit (name, "/", -1);
  for (guint i = 0; segments[i]; i++)
    if (g_str_equal (segments[i], ".") || g_str_equal (segments[i], "..") || (*segments[i] == '\0' && segments[i + 1]))
      return FALSE;
  return TRUE;
}

/* Fit for a message, whatever it is. */
static char *
displayable (const char *name)
{
  GString *shown = g_string_new (NULL);

  for (const char *p = name; *p && shown->len < 200; p = g_utf8_next_char (p))
    g_string_append_unichar (shown, is_control (g_utf8_get_char (p)) ? 0xfffd : g_utf8_get_char (p));
  return g_string_free (shown, FALSE);
}

char *
qd_zip_name_fold (const char *name)
{
  g_autofree char *folded = g_utf8_casefold (name, -1);

  return g_utf8_normalize (folded, -1, G_NORMALIZE_ALL_COMPOSE);
}

/* Zip64 values stand in the extra field in this order, each only when the 32-bit field is all ones (APPNOTE 4.5.3). */
static gboolean
read_zip64 (const guint8 *extra, gsize length, guint64 *size, guint64 *packed_size, guint64 *offset)
{
  gboolean need_size = *size == G_MAXUINT32;
  gboolean need_packed = *packed_size == G_MAXUINT32;
  gboolean need_offset = offset && *offset == G_MAXUINT32;

  while (length >= 4)
    {
      guint16 id = get16 (extra);
      guint16 n = get16 (extra + 2);

      if (n > length - 4)
        return FALSE;
      if (id == 1)
        {
          const guint8 *p = extra + 4;
          const guint8 *end = p + n;

          if (need_size)
            {
              if (end - p < 8)
                return FALSE;
              *size = get64 (p);
              p += 8;
            }
          if (need_packed)
            {
              if (end - p < 8)
                return FALSE;
              *packed_size = get64 (p);
              p += 8;
            }
          if (need_offset)
            {
              if (end - p < 8)
                return FALSE;
              *offset = get64 (p);
            }
          return TRUE;
        }
      extra += 4 + n;
      length -= 4 + n;
    }
  return !need_size && !need_packed && !need_offset;
}

/* Tools that know the Info-ZIP Unicode fields show another name than the header: two names for one file. */
static gboolean
has_second_name (const guint8 *extra, gsize length)
{
  while (length >= 4)
    {
      guint16 id = get16 (extra);
      guint16 n = get16 (extra + 2);

      if (id == 0x7075 || id == 0x6375)
        return TRUE;
      if (n > length - 4)
        return FALSE;
      extra += 4 + n;
      length -= 4 + n;
    }
  return FALSE;
}

static char *
decode_name (QdZipReader *self, const guint8 *bytes, gsize length, guint16 flags, GError **error)
{
  g_autofree char *name = NULL;
  gboolean ascii = TRUE;

  if (memchr (bytes, 0, length))
    {
      fail (self, error, QD_ZIP_FAULT_NAME, _ ("A file name in the zip file holds a zero byte. Do not open this file."));
      return NULL;
    }
  for (gsize i = 0; i < length; i++)
    ascii = ascii && bytes[i] < 0x80;
  name = g_strndup ((const char *) bytes, length);
  if (!g_utf8_validate (name, (gssize) length, NULL) || (self->strict && !ascii && !(flags & FLAG_UTF8)))
    {
      if (self->strict || (flags & FLAG_UTF8))
        {
          fail (self, error, QD_ZIP_FAULT_NAME, _ ("A file name in the zip file is not marked and written as UTF-8, so programs would show it differently."));
          return NULL;
        }
      g_clear_pointer (&name, g_free);
      name = g_convert ((const char *) bytes, (gssize) length, "UTF-8", "CP437", NULL, NULL, NULL);
      if (!name)
        {
          fail (self, error, QD_ZIP_FAULT_NAME, _ ("A file name in the zip file cannot be read."));
          return NULL;
        }
    }
  if (!qd_zip_name_is_safe (name))
    {
      g_autofree char *shown = displayable (name);

      fail (self, error, QD_ZIP_FAULT_NAME, _ ("The zip file holds the name “%s”, which could write outside the folder it is unpacked into. Do not open this file."), shown);
      return NULL;
    }
  return g_steal_pointer (&name);
}

/* The local header repeats the central one; tools that stream see only the former, tools that seek only the latter. */
static gboolean
check_local_header (QdZipReader *self, QdZipEntry *entry, const guint8 *name, gsize name_length, GError **error)
{
  g_autofree guint8 *buffer = NULL;
  guint8 header[LOCAL_SIZE];
  guint64 size, packed_size;
  gboolean deferred;
  int flags_mask;
  gsize extra_length;

  if (!read_at (self, entry->offset, header, LOCAL_SIZE, error))
    return FALSE;
  if (get32 (header) != LOCAL_SIGNATURE || get16 (header + 26) != name_length)
    goto mismatch;
  extra_length = get16 (header + 28);
  entry->local_extra = (guint16) extra_length;
  entry->data_offset = entry->offset + LOCAL_SIZE + name_length + extra_length;
  if (entry->data_offset > self->directory_offset || entry->packed_size > self->directory_offset - entry->data_offset)
    return fail (self, error, QD_ZIP_FAULT_OVERLAP, _ ("“%s” in the zip file runs into the table of contents. The file is damaged or was made to deceive."), entry->name);
  buffer = g_malloc (name_length + extra_length);
  if (!read_at (self, entry->offset + LOCAL_SIZE, buffer, name_length + extra_length, error))
    return FALSE;
  /* Some makers of workbooks set the hint bits of the two headers differently; a package may not. */
  flags_mask = self->strict ? 0xffff : FLAG_ENCRYPTED | FLAG_UTF8;
  if (memcmp (buffer, name, name_length) != 0 || ((get16 (header + 6) ^ entry->flags) & flags_mask) != 0 || get16 (header + 8) != entry->method)
    goto mismatch;
  deferred = (get16 (header + 6) & FLAG_DESCRIPTOR) != 0;
  if (self->strict && deferred)
    return fail (self, error, QD_ZIP_FAULT_LAYOUT, _ ("“%s” in the package states its length only after its content (data descriptor), which a package may not do."), entry->name);
  size = get32 (header + 22);
  packed_size = get32 (header + 18);
  if (!read_zip64 (buffer + name_length, extra_length, &size, &packed_size, NULL))
    goto mismatch;
  if (self->strict && has_second_name (buffer + name_length, extra_length))
    return fail (self, error, QD_ZIP_FAULT_NAME, _ ("“%s” in the zip file carries a second name. Programs would show it differently."), entry->name);
  if (deferred && get32 (header + 14) == 0 && size == 0 && packed_size == 0)
    return TRUE;
  if (get32 (header + 14) == entry->crc && size == entry->size && packed_size == entry->packed_size)
    return TRUE;

mismatch:
  return fail (self, error, QD_ZIP_FAULT_MISMATCH, _ ("“%s” in the zip file is described in two ways that differ, so programs would read different things. Do not open this file."), entry->name);
}

static gboolean
check_entry (QdZipReader *self, const QdZipEntry *entry, const guint8 *extra, gsize extra_length, GError **error)
{
  if (entry->flags & FLAG_ENCRYPTED)
    return fail (self, error, QD_ZIP_FAULT_ENCRYPTED, _ ("“%s” in the zip file is encrypted. Ask for a file without a password."), entry->name);
  if (entry->method != 0 && entry->method != 8)
    return fail (self, error, QD_ZIP_FAULT_METHOD, _ ("“%s” in the zip file is packed in a way this program does not know. Pack it again as an ordinary zip file."), entry->name);
  if (entry->method == 0 && entry->size != entry->packed_size)
    return fail_damaged (self, error);
  if (entry->packed_size > self->file_size || entry->size / MAX_RATIO > entry->packed_size + 1 ||
      (self->strict && entry->size > STRICT_RATIO_FROM && entry->size / STRICT_RATIO > entry->packed_size))
    return fail (self, error, QD_ZIP_FAULT_BOMB, _ ("“%s” in the zip file claims to unpack to far more than it can hold. Do not open this file."), entry->name);
  if (self->strict && g_str_has_suffix (entry->name, "/"))
    return fail (self, error, QD_ZIP_FAULT_LAYOUT, _ ("The package lists the folder “%s” as an entry, which it may not do."), entry->name);
  if (self->strict && has_second_name (extra, extra_length))
    return fail (self, error, QD_ZIP_FAULT_NAME, _ ("“%s” in the zip file carries a second name. Programs would show it differently."), entry->name);
  return TRUE;
}

static gboolean
read_directory (QdZipReader *self, guint64 n_entries, guint64 directory_size, GError **error)
{
  g_autofree guint8 *directory = g_malloc (directory_size + 1);
  g_autoptr (GHashTable) folded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const guint8 *p = directory;
  const guint8 *end = directory + directory_size;

  if (!read_at (self, self->directory_offset, directory, directory_size, error))
    return FALSE;
  for (guint64 i = 0; i < n_entries; i++)
    {
      QdZipEntry entry = { 0 };
      gsize name_length, extra_length, comment_length;
      const guint8 *extra;

      if (end - p < CENTRAL_SIZE || get32 (p) != CENTRAL_SIGNATURE)
        return fail_damaged (self, error);
      entry.flags = get16 (p + 8);
      entry.method = get16 (p + 10);
      entry.crc = get32 (p + 16);
      entry.packed_size = get32 (p + 20);
      entry.size = get32 (p + 24);
      name_length = get16 (p + 28);
      extra_length = get16 (p + 30);
      comment_length = get16 (p + 32);
      entry.offset = get32 (p + 42);
      if ((gsize) (end - p) < CENTRAL_SIZE + name_length + extra_length + comment_length || get16 (p + 34) != 0)
        return fail_damaged (self, error);
      extra = p + CENTRAL_SIZE + name_length;
      if (!read_zip64 (extra, extra_length, &entry.size, &entry.packed_size, &entry.offset))
        return fail_damaged (self, error);
      entry.name = decode_name (self, p + CENTRAL_SIZE, name_length, entry.flags, error);
      if (!entry.name)
        return FALSE;
      g_array_append_val (self->entries, entry); /* takes the name */
      if (g_hash_table_contains (self->index, entry.name))
        return fail (self, error, QD_ZIP_FAULT_DUPLICATE, _ ("The zip file holds “%s” twice, so programs would read different things. Do not open this file."), entry.name);
      g_hash_table_insert (self->index, entry.name, GUINT_TO_POINTER (self->entries->len));
      if (self->strict && comment_length > 0)
        return fail (self, error, QD_ZIP_FAULT_LAYOUT, _ ("The package holds a comment, which nothing signs."));
      if (self->strict && !g_hash_table_add (folded, qd_zip_name_fold (entry.name)))
        return fail (self, error, QD_ZIP_FAULT_DUPLICATE, _ ("The package holds “%s” twice in names that differ only in case or spelling; some computers take them for one file."), entry.name);
      if (entry.offset > self->directory_offset || self->directory_offset - entry.offset < LOCAL_SIZE)
        return fail_damaged (self, error);
      if (!check_entry (self, &entry, extra, extra_length, error) ||
          !check_local_header (self, &g_array_index (self->entries, QdZipEntry, i), p + CENTRAL_SIZE, name_length, error))
        return FALSE;
      p += CENTRAL_SIZE + name_length + extra_length + comment_length;
    }
  if (p != end)
    return fail_damaged (self, error);
  return TRUE;
}

static int
compare_offsets (gconstpointer a, gconstpointer b)
{
  const QdZipEntry *x = *(const QdZipEntry *const *) a;
  const QdZipEntry *y = *(const QdZipEntry *const *) b;

  return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Bytes shared by two entries make small files unpack without end; bytes of no entry are where things hide. */
static gboolean
check_layout (QdZipReader *self, GError **error)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  guint64 position = 0;

  for (guint i = 0; i < self->entries->len; i++)
    g_ptr_array_add (sorted, &g_array_index (self->entries, QdZipEntry, i));
  g_ptr_array_sort (sorted, compare_offsets);
  for (guint i = 0; i < sorted->len; i++)
    {
      const QdZipEntry *entry = g_ptr_array_index (sorted, i);

      if (entry->offset < position)
        return fail (self, error, QD_ZIP_FAULT_OVERLAP, _ ("“%s” in the zip file shares its bytes with another entry. Do not open this file."), entry->name);
      if (self->strict && entry->offset > position)
        return i == 0 ? fail (self, error, QD_ZIP_FAULT_LEADING_JUNK, _ ("Something stands before the first file of the package. A package starts with its first file."))
                      : fail (self, error, QD_ZIP_FAULT_LAYOUT, _ ("Something is hidden between the files of the package, before “%s”."), entry->name);
      position = entry->data_offset + entry->packed_size;
    }
  if (self->strict && position != self->directory_offset)
    return fail (self, error, QD_ZIP_FAULT_LAYOUT, _ ("Something is hidden between the last file of the package and its table of contents."));
  return TRUE;
}

/* Finds the end record that ends exactly with the file: @tail are the last @length bytes. */
static const guint8 *
find_end (const guint8 *tail, gsize length, gboolean *elsewhere)
{
  *elsewhere = FALSE;
  for (gsize back = END_SIZE; back <= length; back++)
    {
      const guint8 *p = tail + length - back;

      if (get32 (p) != END_SIGNATURE)
        continue;
      if (back - END_SIZE == get16 (p + 20))
        return p;
      *elsewhere = TRUE;
    }
  return NULL;
}

static gboolean
read_end (QdZipReader *self, guint64 *n_entries, guint64 *directory_size, GError **error)
{
  gsize length = (gsize) MIN (self->file_size, END_SIZE + G_MAXUINT16);
  g_autofree guint8 *tail = g_malloc (length);
  guint8 locator[LOCATOR64_SIZE], end64[END64_SIZE], first[4] = { 0 };
  const guint8 *end;
  guint64 end_offset, directory_end, offset;
  gboolean elsewhere;

  if (!read_at (self, self->file_size - length, tail, length, error))
    return FALSE;
  end = find_end (tail, length, &elsewhere);
  if (!end && elsewhere)
    return fail (self, error, QD_ZIP_FAULT_TRAILING_JUNK, _ ("Something is appended to the zip file, or its end is cut off. Get the file again."));
  if (self->file_size >= 4 && !read_at (self, 0, first, 4, error))
    return FALSE;
  if (!end && get32 (first) == LOCAL_SIGNATURE)
    return fail (self, error, QD_ZIP_FAULT_DAMAGED, _ ("The zip file is cut off. Get the file again."));
  if (!end)
    return fail (self, error, QD_ZIP_FAULT_NOT_A_ZIP, _ ("This is not a zip file."));
  if (self->strict && get16 (end + 20) != 0)
    return fail (self, error, QD_ZIP_FAULT_LAYOUT, _ ("The package holds a comment, which nothing signs."));
  end_offset = self->file_size - length + (guint64) (end - tail);
  if (get16 (end + 4) != 0 || get16 (end + 6) != 0 || get16 (end + 8) != get16 (end + 10))
    return fail_damaged (self, error);
  *n_entries = get16 (end + 10);
  *directory_size = get32 (end + 12);
  offset = get32 (end + 16);
  directory_end = end_offset;
  if (*n_entries == G_MAXUINT16 || *directory_size == G_MAXUINT32 || offset == G_MAXUINT32)
    {
      guint64 end64_offset;

      if (end_offset < LOCATOR64_SIZE + END64_SIZE)
        return fail_damaged (self, error);
      if (!read_at (self, end_offset - LOCATOR64_SIZE, locator, LOCATOR64_SIZE, error))
        return FALSE;
      end64_offset = get64 (locator + 8);
      /* The record has no extensions that we know, so it must be exactly where its locator begins. */
      if (get32 (locator) != LOCATOR64_SIGNATURE || get32 (locator + 4) != 0 || get32 (locator + 16) != 1 || end64_offset != end_offset - LOCATOR64_SIZE - END64_SIZE)
        return fail_damaged (self, error);
      if (!read_at (self, end64_offset, end64, END64_SIZE, error))
        return FALSE;
      if (get32 (end64) != END64_SIGNATURE || get64 (end64 + 4) != END64_SIZE - 12 || get32 (end64 + 16) != 0 || get32 (end64 + 20) != 0 || get64 (end64 + 24) != get64 (end64 + 32) ||
          (*n_entries != G_MAXUINT16 && *n_entries != get64 (end64 + 32)) || (*directory_size != G_MAXUINT32 && *directory_size != get64 (end64 + 40)) || (offset != G_MAXUINT32 && offset != get64 (end64 + 48)))
        return fail_damaged (self, error);
      *n_entries = get64 (end64 + 32);
      *directory_size = get64 (end64 + 40);
      offset = get64 (end64 + 48);
      directory_end = end64_offset;
    }
  if (offset > directory_end || *directory_size > directory_end - offset)
    return fail_damaged (self, error);
  if (*directory_size != directory_end - offset)
    {
      /* Offsets count from the start of the zip file: with something before it, they all fall short by its length. */
      guint64 shift = directory_end - offset - *directory_size;
      guint8 found[4];

      if (!read_at (self, offset + shift, found, 4, error))
        return FALSE;
      return get32 (found) == CENTRAL_SIGNATURE ? fail (self, error, QD_ZIP_FAULT_LEADING_JUNK, _ ("Something stands before the zip file. Get the file again."))
                                                : fail_damaged (self, error);
    }
  if (*n_entries > MAX_ENTRIES || *directory_size > MAX_DIRECTORY)
    return fail (self, error, QD_ZIP_FAULT_TOO_MANY, _ ("The zip file holds more than %d files, which is more than this program reads."), MAX_ENTRIES);
  self->directory_offset = offset;
  return TRUE;
}

static gboolean
load (QdZipReader *self, GError **error)
{
  guint64 n_entries = 0, directory_size = 0;
  struct stat status;

  if (fstat (self->fd, &status) != 0)
    return fail (self, error, QD_ZIP_FAULT_IO, _ ("The file cannot be read: %s."), g_strerror (errno));
  if (!S_ISREG (status.st_mode))
    return fail (self, error, QD_ZIP_FAULT_IO, _ ("This is not an ordinary file."));
  self->file_size = (guint64) status.st_size;
  if (self->file_size < END_SIZE)
    return fail (self, error, QD_ZIP_FAULT_NOT_A_ZIP, _ ("This is not a zip file."));
  return read_end (self, &n_entries, &directory_size, error) && read_directory (self, n_entries, directory_size, error) && check_layout (self, error);
}

static QdZipReader *
reader_new (int fd, gboolean owns_fd, gboolean strict)
{
  QdZipReader *self = g_new0 (QdZipReader, 1);

  self->fd = fd;
  self->owns_fd = owns_fd;
  self->strict = strict;
  self->entries = g_array_new (FALSE, FALSE, sizeof (QdZipEntry));
  g_array_set_clear_func (self->entries, clear_entry);
  self->index = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

QdZipReader *
qd_zip_reader_open (const char *path, GError **error)
{
  g_autoptr (QdZipReader) self = NULL;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);
  /* Non-blocking, so that a FIFO in place of a file cannot hold us up. */
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, QD_ZIP_ERROR, QD_ZIP_ERROR_IO, _ ("“%s” cannot be opened: %s."), shown, g_strerror (errno));
      return NULL;
    }
  self = reader_new (fd, TRUE, FALSE);
  if (!load (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

QdZipReader *
qd_zip_reader_open_strict (int fd, QdZipFault *fault_out, GError **error)
{
  g_autoptr (QdZipReader) self = reader_new (fd, FALSE, TRUE);

  if (!load (self, error))
    {
      *fault_out = self->fault;
      return NULL;
    }
  *fault_out = QD_ZIP_FAULT_NONE;
  return g_steal_pointer (&self);
}

void
qd_zip_reader_free (QdZipReader *self)
{
  if (!self)
    return;
  if (self->owns_fd)
    close (self->fd);
  g_hash_table_unref (self->index);
  g_array_unref (self->entries);
  g_free (self);
}

guint
qd_zip_reader_get_n_entries (QdZipReader *self)
{
  return self->entries->len;
}

const QdZipEntry *
qd_zip_reader_get_entry (QdZipReader *self, guint i)
{
  g_return_val_if_fail (i < self->entries->len, NULL);
  return &g_array_index (self->entries, QdZipEntry, i);
}

const char *
qd_zip_reader_get_name (QdZipReader *self, guint i)
{
  g_return_val_if_fail (i < self->entries->len, NULL);
  return g_array_index (self->entries, QdZipEntry, i).name;
}

guint64
qd_zip_reader_get_size (QdZipReader *self, guint i)
{
  g_return_val_if_fail (i < self->entries->len, 0);
  return g_array_index (self->entries, QdZipEntry, i).size;
}

int
qd_zip_reader_find (QdZipReader *self, const char *name)
{
  return (int) GPOINTER_TO_UINT (g_hash_table_lookup (self->index, name)) - 1;
}

/* QdZipStream: one entry as a stream. */

#define QD_TYPE_ZIP_STREAM (qd_zip_stream_get_type ())
G_DECLARE_FINAL_TYPE (QdZipStream, qd_zip_stream, QD, ZIP_STREAM, GInputStream)

struct _QdZipStream
{
  GInputStream parent_instance;

  QdZipReader *reader;     /* outlives us */
  const QdZipEntry *entry; /* of the reader */
  guint64 packed_done;
  guint64 done;
  guint32 crc;
  gboolean ended;
  z_stream inflate;
  gboolean inflating;
  guint8 *input; /* (owned) (nullable) */
};

#define INPUT_SIZE (64u << 10)

G_DEFINE_FINAL_TYPE (QdZipStream, qd_zip_stream, G_TYPE_INPUT_STREAM)

static void
qd_zip_stream_finalize (GObject *object)
{
  QdZipStream *self = QD_ZIP_STREAM (object);

  if (self->inflating)
    inflateEnd (&self->inflate);
  g_free (self->input);
  G_OBJECT_CLASS (qd_zip_stream_parent_class)->finalize (object);
}

static gssize
read_stored (QdZipStream *self, guint8 *buffer, gsize count, GError **error)
{
  gsize n = (gsize) MIN (count, self->entry->packed_size - self->packed_done);

  if (n > 0 && !read_at (self->reader, self->entry->data_offset + self->packed_done, buffer, n, error))
    return -1;
  self->packed_done += n;
  return (gssize) n;
}

static gssize
read_deflated (QdZipStream *self, guint8 *buffer, gsize count, GError **error)
{
  uInt room = (uInt) MIN (count, G_MAXINT32);
  int result = Z_OK;

  self->inflate.next_out = buffer;
  self->inflate.avail_out = room;
  while (result == Z_OK && self->inflate.avail_out == room)
    {
      if (self->inflate.avail_in == 0 && self->packed_done < self->entry->packed_size)
        {
          gsize n = (gsize) MIN (INPUT_SIZE, self->entry->packed_size - self->packed_done);

          if (!read_at (self->reader, self->entry->data_offset + self->packed_done, self->input, n, error))
            return -1;
          self->packed_done += n;
          self->inflate.next_in = self->input;
          self->inflate.avail_in = (uInt) n;
        }
      result = inflate (&self->inflate, Z_NO_FLUSH);
    }
  if (result != Z_OK && result != Z_STREAM_END)
    {
      fail (self->reader, error, QD_ZIP_FAULT_DAMAGED, _ ("“%s” in the zip file is damaged. Get the file again."), self->entry->name);
      return -1;
    }
  if (result == Z_STREAM_END)
    {
      self->ended = TRUE;
      if (self->inflate.avail_in > 0 || self->packed_done < self->entry->packed_size)
        {
          fail (self->reader, error, QD_ZIP_FAULT_DAMAGED, _ ("“%s” in the zip file is followed by something hidden."), self->entry->name);
          return -1;
        }
    }
  return (gssize) (room - self->inflate.avail_out);
}

static gssize
qd_zip_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  QdZipStream *self = QD_ZIP_STREAM (stream);
  gssize n = 0;

  if (count == 0)
    return 0;
  if (!self->ended)
    {
      n = self->entry->method == 0 ? read_stored (self, buffer, count, error) : read_deflated (self, buffer, count, error);
      if (n < 0)
        return -1;
    }
  if ((guint64) n > self->entry->size - self->done)
    {
      fail (self->reader, error, QD_ZIP_FAULT_BOMB, _ ("“%s” in the zip file unpacks to more than it says. Do not open this file."), self->entry->name);
      return -1;
    }
  self->done += (guint64) n;
  self->crc = libdeflate_crc32 (self->crc, buffer, (gsize) n);
  if (n == 0 && (self->done != self->entry->size || self->crc != self->entry->crc))
    {
      fail (self->reader, error, QD_ZIP_FAULT_DAMAGED, _ ("“%s” in the zip file is damaged. Get the file again."), self->entry->name);
      return -1;
    }
  return n;
}

static void
qd_zip_stream_class_init (QdZipStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_zip_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = qd_zip_stream_read;
}

static void
qd_zip_stream_init (QdZipStream *self)
{
}

GInputStream *
qd_zip_reader_open_entry (QdZipReader *self, guint i, GError **error)
{
  g_autoptr (QdZipStream) stream = NULL;

  g_return_val_if_fail (i < self->entries->len, NULL);
  stream = g_object_new (QD_TYPE_ZIP_STREAM, NULL);
  stream->reader = self;
  stream->entry = qd_zip_reader_get_entry (self, i);
  if (stream->entry->method == 8)
    {
      if (inflateInit2 (&stream->inflate, -MAX_WBITS) != Z_OK)
        {
          fail (self, error, QD_ZIP_FAULT_IO, _ ("There is not enough memory to unpack “%s”."), stream->entry->name);
          return NULL;
        }
      stream->inflating = TRUE;
      stream->input = g_malloc (INPUT_SIZE);
    }
  return G_INPUT_STREAM (g_steal_pointer (&stream));
}

GBytes *
qd_zip_reader_read (QdZipReader *self, guint i, gsize max, GError **error)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autofree guint8 *data = NULL;
  const QdZipEntry *entry;
  guint8 end;
  gsize done;

  g_return_val_if_fail (i < self->entries->len, NULL);
  entry = qd_zip_reader_get_entry (self, i);
  if (entry->size > max)
    {
      g_autofree char *limit = g_format_size (max);

      fail (self, error, QD_ZIP_FAULT_BOMB, _ ("“%s” in the zip file is larger than %s, which is more than this program reads."), entry->name, limit);
      return NULL;
    }
  stream = qd_zip_reader_open_entry (self, i, error);
  if (!stream)
    return NULL;
  data = g_try_malloc ((gsize) entry->size + 1);
  if (!data)
    {
      fail (self, error, QD_ZIP_FAULT_IO, _ ("There is not enough memory to unpack “%s”."), entry->name);
      return NULL;
    }
  if (!g_input_stream_read_all (stream, data, (gsize) entry->size, &done, NULL, error))
    return NULL;
  /* The end of the stream is where length and checksum are judged. */
  if (g_input_stream_read (stream, &end, 1, NULL, error) < 0)
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), (gsize) entry->size);
}
