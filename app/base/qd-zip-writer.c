/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-zip-writer"

#include "config.h"

#include "qd-zip-writer.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <libdeflate.h>
#include <zlib.h>

/* Layout: PKWARE APPNOTE.TXT 6.3.10. */
#define LOCAL_SIGNATURE 0x04034b50u
#define CENTRAL_SIGNATURE 0x02014b50u
#define END_SIGNATURE 0x06054b50u
#define END64_SIGNATURE 0x06064b50u
#define LOCATOR64_SIGNATURE 0x07064b50u
#define FLAG_UTF8 (1 << 11)
#define VERSION_DEFLATE 20
#define VERSION_ZIP64 45
#define MADE_BY_UNIX (3 << 8)

#define CHUNK (256u << 10)
#define SAMPLE (32u << 10)
/* Below this gain packing only costs the receiver time. */
#define WORTH_PERCENT 90
/* A reader may take what unpacks to 250 times its size for a bomb: such a file is stored. */
#define SUSPICIOUS_RATIO 200
#define SUSPICIOUS_FROM (32u << 20)

typedef struct
{
  char *name;
  guint64 size;
  guint64 packed_size;
  guint64 offset;
  guint32 crc;
  guint16 method;
  gboolean wide; /* sizes stand in a zip64 extra field of the local header */
} Entry;

struct _QdZipWriter
{
  int fd;
  guint16 time, date;
  QdZipWatch watch;
  guint64 zip64_from; /* values that do not fit a 32-bit field */
  guint64 position;
  GArray *entries; /* (owned) (element-type Entry) */
  guint8 *input;   /* (owned): CHUNK bytes */
  guint8 *output;  /* (owned): CHUNK bytes */
};

static void
put16 (GByteArray *array, guint value)
{
  guint8 bytes[2] = { (guint8) value, (guint8) (value >> 8) };

  g_byte_array_append (array, bytes, 2);
}

static void
put32 (GByteArray *array, guint64 value)
{
  put16 (array, (guint) (value & 0xffff));
  put16 (array, (guint) (value >> 16 & 0xffff));
}

static void
put64 (GByteArray *array, guint64 value)
{
  put32 (array, value & G_MAXUINT32);
  put32 (array, value >> 32);
}

static guint64
narrow (QdZipWriter *self, guint64 value)
{
  return value >= self->zip64_from ? G_MAXUINT32 : value;
}

static void
clear_entry (gpointer data)
{
  g_free (((Entry *) data)->name);
}

QdZipWriter *
qd_zip_writer_new (int fd, GDateTime *time, const QdZipWatch *watch)
{
  QdZipWriter *self = g_new0 (QdZipWriter, 1);
  int year = CLAMP (g_date_time_get_year (time), 1980, 2107);

  self->fd = fd;
  self->zip64_from = G_MAXUINT32;
  /* MS-DOS time has no zone: UTC, so that the same content makes the same file anywhere. */
  self->time = (guint16) (g_date_time_get_hour (time) << 11 | g_date_time_get_minute (time) << 5 | g_date_time_get_second (time) / 2);
  self->date = (guint16) ((year - 1980) << 9 | g_date_time_get_month (time) << 5 | g_date_time_get_day_of_month (time));
  if (watch)
    self->watch = *watch;
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, clear_entry);
  self->input = g_malloc (CHUNK);
  self->output = g_malloc (CHUNK);
  return self;
}

void
qd_zip_writer_set_zip64_from (QdZipWriter *self, guint64 limit)
{
  self->zip64_from = limit;
}

void
qd_zip_writer_free (QdZipWriter *self)
{
  if (!self)
    return;
  g_array_unref (self->entries);
  g_free (self->input);
  g_free (self->output);
  g_free (self);
}

static gboolean
fail_errno (GError **error, int code)
{
  if (code == ENOSPC || code == EDQUOT)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, _ ("The disk is full. Free some space or choose another folder, then try again."));
  else
    g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), _ ("The file cannot be written: %s."), g_strerror (code));
  return FALSE;
}

static gboolean
write_at (QdZipWriter *self, guint64 offset, const guint8 *data, gsize length, GError **error)
{
  while (length > 0)
    {
      ssize_t n = pwrite (self->fd, data, length, (off_t) offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return fail_errno (error, n < 0 ? errno : ENOSPC);
      data += n;
      offset += (guint64) n;
      length -= (gsize) n;
    }
  return TRUE;
}

static gboolean
append (QdZipWriter *self, const guint8 *data, gsize length, GError **error)
{
  if (!write_at (self, self->position, data, length, error))
    return FALSE;
  self->position += length;
  return TRUE;
}

static void
settle (QdZipWriter *self)
{
  if (self->watch.settled)
    self->watch.settled (self->position, self->watch.user_data);
}

static guint16
name_flags (const char *name)
{
  return g_str_is_ascii (name) ? 0 : FLAG_UTF8;
}

/* Everything but the signature and the "made by" field is common to both kinds of header. */
static void
put_description (QdZipWriter *self, GByteArray *array, const Entry *entry, guint64 packed_size, guint64 size, gboolean wide, guint extra_length)
{
  put16 (array, wide ? VERSION_ZIP64 : VERSION_DEFLATE);
  put16 (array, name_flags (entry->name));
  put16 (array, entry->method);
  put16 (array, self->time);
  put16 (array, self->date);
  put32 (array, entry->crc);
  put32 (array, packed_size);
  put32 (array, size);
  put16 (array, (guint) strlen (entry->name));
  put16 (array, extra_length);
}

static gboolean
write_local (QdZipWriter *self, const Entry *entry, GError **error)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();

  put32 (array, LOCAL_SIGNATURE);
  put_description (self, array, entry, entry->wide ? G_MAXUINT32 : entry->packed_size, entry->wide ? G_MAXUINT32 : entry->size, entry->wide, entry->wide ? 20 : 0);
  g_byte_array_append (array, (const guint8 *) entry->name, (guint) strlen (entry->name));
  if (entry->wide)
    {
      put16 (array, 1);
      put16 (array, 16);
      put64 (array, entry->size);
      put64 (array, entry->packed_size);
    }
  if (!write_at (self, entry->offset, array->data, array->len, error))
    return FALSE;
  self->position = MAX (self->position, entry->offset + array->len);
  return TRUE;
}

/* A packed file may grow a little, so the limit is drawn early. */
static gboolean
is_wide (QdZipWriter *self, guint64 size)
{
  return size + (size >> 10) + CHUNK >= self->zip64_from;
}

static void
entry_init (QdZipWriter *self, Entry *entry, const char *name, guint64 size)
{
  *entry = (Entry){ .size = size, .packed_size = size, .offset = self->position, .wide = is_wide (self, size) };
  entry->name = g_strdup (name);
}

static gsize
deflate_once (const guint8 *data, gsize length, guint8 *out, gsize out_length)
{
  z_stream stream = { 0 };
  gsize result = G_MAXSIZE;

  if (deflateInit2 (&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
    return G_MAXSIZE;
  stream.next_in = (Bytef *) data;
  stream.avail_in = (uInt) length;
  stream.next_out = out;
  stream.avail_out = (uInt) out_length;
  if (deflate (&stream, Z_FINISH) == Z_STREAM_END)
    result = stream.total_out;
  deflateEnd (&stream);
  return result;
}

gboolean
qd_zip_writer_add_bytes (QdZipWriter *self, const char *name, GBytes *bytes, gboolean store, GError **error)
{
  g_autofree guint8 *packed = NULL;
  gsize length, packed_length = G_MAXSIZE;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  Entry entry;

  entry_init (self, &entry, name, length);
  g_array_append_val (self->entries, entry);
  entry.crc = libdeflate_crc32 (0, data, length);
  if (!store && length > 64 && length < SUSPICIOUS_FROM)
    {
      gsize limit = length / 100 * WORTH_PERCENT;

      packed = g_malloc (limit);
      packed_length = deflate_once (data, length, packed, limit);
    }
  if (packed_length != G_MAXSIZE)
    {
      entry.method = 8;
      entry.packed_size = packed_length;
      data = packed;
    }
  g_array_index (self->entries, Entry, self->entries->len - 1) = entry;
  if (!write_local (self, &entry, error) || !append (self, data, (gsize) entry.packed_size, error))
    return FALSE;
  settle (self);
  return TRUE;
}

/* Up to @length bytes at @offset; fewer only at the end of the file. -1 with @error set. */
static gssize
read_at (int source, guint64 offset, guint8 *buffer, gsize length, GError **error)
{
  gsize done = 0;

  while (done < length)
    {
      ssize_t n = pread (source, buffer + done, length - done, (off_t) (offset + done));

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _ ("It cannot be read to its end: %s."), g_strerror (errno));
          return -1;
        }
      if (n == 0)
        break;
      done += (gsize) n;
    }
  return (gssize) done;
}

static gboolean
fail_changed (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, _ ("It was changed while it was being read. Close it in other programs, then try again."));
  return FALSE;
}

/* Three samples tell packed formats (pictures, PDF, archives) from text and tables well enough. */
static gboolean
is_worth_packing (QdZipWriter *self, int source, guint64 size, gboolean *worth, GError **error)
{
  gsize in = 0, out = 0;

  for (guint i = 0; i < 3 && size > 0; i++)
    {
      gssize n = read_at (source, size <= 3 * SAMPLE ? i * SAMPLE : (size - SAMPLE) / 2 * i, self->input, SAMPLE, error);
      gsize packed;

      if (n < 0)
        return FALSE;
      if (n == 0)
        continue;
      packed = deflate_once (self->input, (gsize) n, self->output, CHUNK);
      in += (gsize) n;
      out += MIN (packed, (gsize) n);
    }
  *worth = out < in / 100 * WORTH_PERCENT;
  return TRUE;
}

static gboolean
pass_piece (QdZipWriter *self, const guint8 *data, gsize length, GError **error)
{
  return !self->watch.piece || self->watch.piece (data, length, self->watch.user_data, error);
}

static gboolean
pack (QdZipWriter *self, Entry *entry, int source, GError **error)
{
  z_stream stream = { 0 };
  gboolean result = FALSE;
  guint64 done = 0;
  int status = Z_OK;

  if (deflateInit2 (&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
    return fail_errno (error, ENOMEM);
  entry->crc = 0;
  entry->method = 8;
  if (self->watch.begin)
    self->watch.begin (-1, entry->size, self->watch.user_data);
  if (!write_local (self, entry, error))
    goto out;
  while (status != Z_STREAM_END)
    {
      gssize n = read_at (source, done, self->input, CHUNK, error);

      if (n < 0)
        goto out;
      if ((guint64) n > entry->size - done || ((gsize) n < CHUNK && done + (guint64) n != entry->size))
        {
          fail_changed (error);
          goto out;
        }
      done += (guint64) n;
      entry->crc = libdeflate_crc32 (entry->crc, self->input, (gsize) n);
      if (n > 0 && !pass_piece (self, self->input, (gsize) n, error))
        goto out;
      stream.next_in = self->input;
      stream.avail_in = (uInt) n;
      do
        {
          stream.next_out = self->output;
          stream.avail_out = CHUNK;
          status = deflate (&stream, (gsize) n < CHUNK ? Z_FINISH : Z_NO_FLUSH);
          if (!append (self, self->output, CHUNK - stream.avail_out, error))
            goto out;
        }
      while (stream.avail_out == 0);
    }
  entry->packed_size = self->position - entry->offset - 30 - strlen (entry->name) - (entry->wide ? 20 : 0);
  result = write_local (self, entry, error);

out:
  deflateEnd (&stream);
  return result;
}

/* The CRC goes before the content, so it is reckoned in a pass of its own: cheaper than patching headers, because whoever hashes the whole file can then follow close behind. */
static gboolean
sum (QdZipWriter *self, Entry *entry, int source, GError **error)
{
  guint64 done = 0;

  entry->crc = 0;
  while (done < entry->size)
    {
      gssize n = read_at (source, done, self->input, (gsize) MIN (CHUNK, entry->size - done), error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        return fail_changed (error);
      entry->crc = libdeflate_crc32 (entry->crc, self->input, (gsize) n);
      done += (guint64) n;
    }
  return TRUE;
}

static gboolean
store_content (QdZipWriter *self, Entry *entry, int source, GError **error)
{
  guint32 crc = 0;
  guint64 done = 0;

  entry->method = 0;
  entry->packed_size = entry->size;
  if (!write_local (self, entry, error))
    return FALSE;
  if (self->watch.begin)
    self->watch.begin ((gint64) self->position, entry->size, self->watch.user_data);
  for (;;)
    {
      gssize n = read_at (source, done, self->input, CHUNK, error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        break;
      if ((guint64) n > entry->size - done)
        return fail_changed (error);
      crc = libdeflate_crc32 (crc, self->input, (gsize) n);
      if (!append (self, self->input, (gsize) n, error) || !pass_piece (self, self->input, (gsize) n, error))
        return FALSE;
      done += (guint64) n;
      settle (self);
    }
  if (done != entry->size || crc != entry->crc)
    return fail_changed (error);
  return TRUE;
}

gboolean
qd_zip_writer_add_fd (QdZipWriter *self, const char *name, int source, GError **error)
{
  struct stat status;
  gboolean worth;
  Entry *entry;

  if (fstat (source, &status) != 0 || !S_ISREG (status.st_mode))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("It is not an ordinary file."));
      return FALSE;
    }
  g_array_set_size (self->entries, self->entries->len + 1);
  entry = &g_array_index (self->entries, Entry, self->entries->len - 1);
  entry_init (self, entry, name, (guint64) status.st_size);
  if (!is_worth_packing (self, source, entry->size, &worth, error))
    return FALSE;
  if (worth)
    {
      if (!pack (self, entry, source, error))
        return FALSE;
      worth = entry->packed_size < entry->size && (entry->size < SUSPICIOUS_FROM || entry->size / SUSPICIOUS_RATIO <= entry->packed_size);
    }
  else if (!sum (self, entry, source, error))
    return FALSE;
  if (!worth)
    {
      self->position = entry->offset;
      if (!store_content (self, entry, source, error))
        return FALSE;
    }
  settle (self);
  return TRUE;
}

static void
put_central (QdZipWriter *self, GByteArray *array, const Entry *entry)
{
  gboolean wide_sizes = entry->wide;
  gboolean wide_offset = entry->offset >= self->zip64_from;
  guint extra = (wide_sizes ? 16 : 0) + (wide_offset ? 8 : 0);

  put32 (array, CENTRAL_SIGNATURE);
  put16 (array, MADE_BY_UNIX | VERSION_ZIP64);
  put_description (self, array, entry, wide_sizes ? G_MAXUINT32 : entry->packed_size, wide_sizes ? G_MAXUINT32 : entry->size, wide_sizes || wide_offset, extra ? 4 + extra : 0);
  put16 (array, 0);              /* comment */
  put16 (array, 0);              /* disk */
  put16 (array, 0);              /* internal attributes */
  put32 (array, 0100644u << 16); /* rw-r--r-- of a regular file */
  put32 (array, narrow (self, entry->offset));
  g_byte_array_append (array, (const guint8 *) entry->name, (guint) strlen (entry->name));
  if (extra)
    {
      put16 (array, 1);
      put16 (array, extra);
    }
  if (wide_sizes)
    {
      put64 (array, entry->size);
      put64 (array, entry->packed_size);
    }
  if (wide_offset)
    put64 (array, entry->offset);
}

gboolean
qd_zip_writer_finish (QdZipWriter *self, guint64 *size_out, GError **error)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();
  guint64 offset = self->position;
  guint64 n = self->entries->len;
  guint64 size;

  for (guint i = 0; i < n; i++)
    put_central (self, array, &g_array_index (self->entries, Entry, i));
  size = array->len;
  if (n >= G_MAXUINT16 || offset >= self->zip64_from || size >= self->zip64_from)
    {
      put32 (array, END64_SIGNATURE);
      put64 (array, 44);
      put16 (array, MADE_BY_UNIX | VERSION_ZIP64);
      put16 (array, VERSION_ZIP64);
      put32 (array, 0);
      put32 (array, 0);
      put64 (array, n);
      put64 (array, n);
      put64 (array, size);
      put64 (array, offset);
      put32 (array, LOCATOR64_SIGNATURE);
      put32 (array, 0);
      put64 (array, offset + size);
      put32 (array, 1);
    }
  put32 (array, END_SIGNATURE);
  put16 (array, 0);
  put16 (array, 0);
  put16 (array, (guint) MIN (n, G_MAXUINT16));
  put16 (array, (guint) MIN (n, G_MAXUINT16));
  put32 (array, narrow (self, size));
  put32 (array, narrow (self, offset));
  put16 (array, 0);
  if (!append (self, array->data, array->len, error))
    return FALSE;
  /* Content that packing made longer was written over, but the file may still end with its rest. */
  if (ftruncate (self->fd, (off_t) self->position) != 0)
    return fail_errno (error, errno);
  settle (self);
  if (size_out)
    *size_out = self->position;
  return TRUE;
}
