/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem() */
#include "config.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "qd-zip-writer.h"
#include "qd-zip.h"
#include "seal-kit.h"
#include "zip-kit.h"

typedef struct
{
  char *folder; /* (owned) */
  char *path;   /* (owned) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("qd-zip-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "a.zip", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
put (Fixture *fixture, GBytes *bytes)
{
  FILE *file = g_fopen (fixture->path, "wb");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (g_bytes_get_data (bytes, NULL), 1, g_bytes_get_size (bytes), file), ==, g_bytes_get_size (bytes));
  g_assert_cmpint (fclose (file), ==, 0);
}

/* Reading what others wrote, as workbooks come: descriptors, extra fields, folders, hints that differ. */

static void
good_descriptor (Kit *kit)
{
  kit_deflate (kit_find (kit, "b.txt"));
  kit_find (kit, "b.txt")->descriptor = TRUE;
}

static void
good_extra (Kit *kit)
{
  kit_find (kit, "b.txt")->local_extra = g_bytes_new_static ("\x55\x54\x05\x00\x03\x00\x00\x00\x00", 9);
}

static void
good_folder (Kit *kit)
{
  kit_insert (kit, 0, "folder/", "", 0);
}

static void
good_comment (Kit *kit)
{
  kit->comment = g_strdup ("PK\5\6 made by hand");
}

static void
good_hints (Kit *kit)
{
  kit_find (kit, "b.txt")->local_flags_xor = 1 << 1;
}

static void
good_cp437 (Kit *kit)
{
  KitEntry *entry = kit_find (kit, "b.txt");

  kit_rename (entry, "b\x81.txt");
  entry->flags = 0;
}

static void
good_gap (Kit *kit)
{
  kit_find (kit, "b.txt")->gap_before = 100;
}

static void
good_zip64 (Kit *kit)
{
  kit_find (kit, "b.txt")->zip64 = TRUE;
  kit->zip64_end = TRUE;
}

static void
good_empty (Kit *kit)
{
  g_ptr_array_set_size (kit->entries, 0);
}

static void
good_plain (Kit *kit)
{
}

static void
bad_parent (Kit *kit)
{
  kit_rename (kit_find (kit, "b.txt"), "../b.txt");
}

static void
bad_duplicate (Kit *kit)
{
  kit_add (kit, "b.txt", "other", 5);
}

static void
bad_local (Kit *kit)
{
  kit_find (kit, "b.txt")->local_name = g_strdup ("c.txt");
}

static void
bad_overlap (Kit *kit)
{
  KitEntry *entry = kit_find (kit, "b.txt");
  KitEntry *copy = kit_add (kit, "c.txt", g_bytes_get_data (entry->data, NULL), entry->size);

  copy->offset_of = "b.txt";
}

static void
bad_many (Kit *kit)
{
  for (guint i = 0; i < 65537; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u", i);

      kit_add (kit, name, "", 0);
    }
  kit->zip64_end = TRUE;
}

static void
bad_claim (Kit *kit)
{
  kit->claim_entries = 60000;
}

static void
bad_trail (Kit *kit)
{
  kit->trail = g_bytes_new_static ("x", 1);
}

static void
bad_lead (Kit *kit)
{
  kit->lead = g_bytes_new_static ("x", 1);
}

static void
bad_cut (Kit *kit)
{
  kit->cut = 1;
}

static void
bad_nothing (Kit *kit)
{
  g_ptr_array_set_size (kit->entries, 0);
  kit->cut = 22;
}

static void
bad_encrypted (Kit *kit)
{
  kit_find (kit, "b.txt")->flags |= 1;
}

static void
bad_ratio (Kit *kit)
{
  kit_deflate (kit_find (kit, "b.txt"));
  kit_find (kit, "b.txt")->size = 1 << 30;
}

static const struct
{
  const char *name;
  void (*change) (Kit *kit);
  int code;          /* -1: opens */
  QdZipFault strict; /* what the strict reader says */
} rows[] = {
  { "plain", good_plain, -1, QD_ZIP_FAULT_NONE },
  { "empty", good_empty, -1, QD_ZIP_FAULT_NONE },
  { "zip64", good_zip64, -1, QD_ZIP_FAULT_NONE },
  { "extra", good_extra, -1, QD_ZIP_FAULT_NONE },
  { "descriptor", good_descriptor, -1, QD_ZIP_FAULT_LAYOUT },
  { "folder", good_folder, -1, QD_ZIP_FAULT_LAYOUT },
  { "comment", good_comment, -1, QD_ZIP_FAULT_LAYOUT },
  { "hints", good_hints, -1, QD_ZIP_FAULT_MISMATCH },
  { "cp437", good_cp437, -1, QD_ZIP_FAULT_NAME },
  { "gap", good_gap, -1, QD_ZIP_FAULT_LAYOUT },
  { "parent", bad_parent, QD_ZIP_ERROR_HOSTILE, QD_ZIP_FAULT_NAME },
  { "duplicate", bad_duplicate, QD_ZIP_ERROR_HOSTILE, QD_ZIP_FAULT_DUPLICATE },
  { "local-name", bad_local, QD_ZIP_ERROR_HOSTILE, QD_ZIP_FAULT_MISMATCH },
  { "overlap", bad_overlap, QD_ZIP_ERROR_HOSTILE, QD_ZIP_FAULT_MISMATCH },
  { "too-many", bad_many, QD_ZIP_ERROR_HOSTILE, QD_ZIP_FAULT_TOO_MANY },
  { "claim", bad_claim, QD_ZIP_ERROR_CORRUPT, QD_ZIP_FAULT_DAMAGED },
  { "trail", bad_trail, QD_ZIP_ERROR_CORRUPT, QD_ZIP_FAULT_TRAILING_JUNK },
  { "lead", bad_lead, QD_ZIP_ERROR_CORRUPT, QD_ZIP_FAULT_LEADING_JUNK },
  { "cut", bad_cut, QD_ZIP_ERROR_CORRUPT, QD_ZIP_FAULT_DAMAGED },
  { "nothing", bad_nothing, QD_ZIP_ERROR_NOT_A_ZIP, QD_ZIP_FAULT_NOT_A_ZIP },
  { "encrypted", bad_encrypted, QD_ZIP_ERROR_CORRUPT, QD_ZIP_FAULT_ENCRYPTED },
  { "ratio", bad_ratio, QD_ZIP_ERROR_HOSTILE, QD_ZIP_FAULT_BOMB },
};

static void
test_read (Fixture *fixture, gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (Kit) kit = kit_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QdZipReader) reader = NULL;
  g_autoptr (QdZipReader) strict = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) strict_error = NULL;
  QdZipFault fault;
  int fd;

  kit_add (kit, "a.txt", "first", 5);
  kit_add (kit, "b.txt", "second second second second", 27);
  rows[i].change (kit);
  bytes = kit_build (kit);
  put (fixture, bytes);
  reader = qd_zip_reader_open (fixture->path, &error);
  if (rows[i].code >= 0)
    {
      g_assert_null (reader);
      g_assert_error (error, QD_ZIP_ERROR, rows[i].code);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  else
    {
      g_assert_no_error (error);
      g_assert_cmpuint (qd_zip_reader_get_n_entries (reader), ==, kit->entries->len);
      for (guint k = 0; k < kit->entries->len; k++)
        {
          const char *name = qd_zip_reader_get_name (reader, k);
          g_autoptr (GBytes) content = qd_zip_reader_read (reader, k, 100, &error);

          g_assert_no_error (error);
          g_assert_cmpint (qd_zip_reader_find (reader, name), ==, k);
          g_assert_cmpuint (qd_zip_reader_get_size (reader, k), ==, g_bytes_get_size (content));
          if (name[0] == 'b')
            g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), "second second second second", 27);
        }
      g_assert_cmpint (qd_zip_reader_find (reader, "nothing"), ==, -1);
    }
  fd = g_open (fixture->path, O_RDONLY, 0);
  strict = qd_zip_reader_open_strict (fd, &fault, &strict_error);
  g_assert_cmpint (fault, ==, rows[i].strict);
  g_assert_cmpint (strict == NULL, ==, strict_error != NULL);
  g_clear_pointer (&strict, qd_zip_reader_free);
  close (fd);
}

static void
test_read_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Kit) kit = kit_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QdZipReader) reader = NULL;
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) error = NULL;

  kit_add (kit, "a.txt", "first", 5);
  kit_find (kit, "a.txt")->crc ^= 1;
  kit_add (kit, "b.txt", "second second second second", 27);
  kit_deflate (kit_find (kit, "b.txt"));
  kit_find (kit, "b.txt")->size = 20;
  bytes = kit_build (kit);
  put (fixture, bytes);
  reader = qd_zip_reader_open (fixture->path, &error);
  g_assert_no_error (error);
  g_assert_null (qd_zip_reader_read (reader, 0, 5, &error));
  g_assert_error (error, QD_ZIP_ERROR, QD_ZIP_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_null (qd_zip_reader_read (reader, 0, 4, &error));
  g_assert_error (error, QD_ZIP_ERROR, QD_ZIP_ERROR_HOSTILE);
  g_clear_error (&error);
  g_assert_null (qd_zip_reader_read (reader, 1, 100, &error));
  g_assert_error (error, QD_ZIP_ERROR, QD_ZIP_ERROR_HOSTILE);
  g_clear_error (&error);
  g_assert_null (qd_zip_reader_open ("/nonexistent.zip", &error));
  g_assert_error (error, QD_ZIP_ERROR, QD_ZIP_ERROR_IO);
  g_clear_error (&error);
  g_assert_null (qd_zip_reader_open (fixture->folder, &error));
  g_assert_error (error, QD_ZIP_ERROR, QD_ZIP_ERROR_IO);
}

static const struct
{
  const char *name;
  gboolean safe;
} names[] = {
  { "a", TRUE },
  { "a/b", TRUE },
  { "附件/空 1.txt", TRUE },
  { "a/", TRUE },
  { "..a", TRUE },
  { "a..", TRUE },
  { "", FALSE },
  { "/", FALSE },
  { "/a", FALSE },
  { "..", FALSE },
  { "../a", FALSE },
  { "a/..", FALSE },
  { "a/../b", FALSE },
  { "./a", FALSE },
  { "a//b", FALSE },
  { "a\\b", FALSE },
  { "c:a", FALSE },
  { "a\tb", FALSE },
  { "a\177b", FALSE },
  { "a\xc2\x85"
    "b",
    FALSE },
  { "a\u202eb", FALSE },
  { "a\xff", FALSE },
};

static void
test_names (void)
{
  g_autofree char *composed = qd_zip_name_fold ("É.TXT");
  g_autofree char *decomposed = qd_zip_name_fold ("e\u0301.txt");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpint (qd_zip_name_is_safe (names[i].name), ==, names[i].safe);
  g_assert_cmpstr (composed, ==, decomposed);
}

/* Writing */

static QdZipWriter *
open_writer (Fixture *fixture, int *fd_out)
{
  g_autoptr (GDateTime) time = g_date_time_new_utc (2026, 11, 24, 8, 30, 14);

  *fd_out = g_open (fixture->path, O_RDWR | O_CREAT | O_TRUNC, 0600);
  g_assert_cmpint (*fd_out, >=, 0);
  return qd_zip_writer_new (*fd_out, time, NULL);
}

static int
open_source (const char *data, gsize length)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("qd-source-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_unlink (path);
  while (length > 0)
    {
      ssize_t n = write (fd, data, length);

      g_assert_cmpint (n, >, 0);
      data += n;
      length -= (gsize) n;
    }
  return fd;
}

static void
add (QdZipWriter *writer, const char *name, const char *data, gsize length)
{
  int source = open_source (data, length);
  g_autoptr (GError) error = NULL;

  qd_zip_writer_add_fd (writer, name, source, &error);
  g_assert_no_error (error);
  close (source);
}

/* Noise, but the three places that are sampled look like text: packed first, and stored when that did not pay. */
static char *
make_misleading (gsize length)
{
  char *data = g_malloc (length);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (gsize i = 0; i < length; i++)
    data[i] = (char) g_rand_int (random);
  memset (data, 'x', 32 << 10);
  memset (data + (length - (32 << 10)) / 2, 'x', 32 << 10);
  memset (data + length - (32 << 10), 'x', 32 << 10);
  return data;
}

static void
test_write (Fixture *fixture, gconstpointer data)
{
  gsize length = 1 << 20;
  g_autofree char *text = g_strnfill (length, 'x');
  g_autofree char *misleading = make_misleading (length);
  g_autoptr (GBytes) small = g_bytes_new_static ("small", 5);
  g_autoptr (QdZipReader) reader = NULL;
  g_autoptr (QdZipReader) strict = NULL;
  g_autoptr (GError) error = NULL;
  struct stat status;
  QdZipWriter *writer;
  QdZipFault fault;
  guint64 size;
  int fd;

  writer = open_writer (fixture, &fd);
  qd_zip_writer_add_bytes (writer, "small", small, FALSE, &error);
  g_assert_no_error (error);
  add (writer, "empty", "", 0);
  add (writer, "文字.txt", text, length);
  add (writer, "noise", misleading + (100 << 10), 200 << 10);
  add (writer, "misleading", misleading, length);
  /* Exactly as long as the writer's own buffer, so that the end comes with an empty read. */
  add (writer, "chunk", text, 256 << 10);
  qd_zip_writer_finish (writer, &size, &error);
  g_assert_no_error (error);
  qd_zip_writer_free (writer);
  g_assert_cmpint (fstat (fd, &status), ==, 0);
  g_assert_cmpuint (size, ==, (guint64) status.st_size);

  strict = qd_zip_reader_open_strict (fd, &fault, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < qd_zip_reader_get_n_entries (strict); i++)
    {
      const QdZipEntry *entry = qd_zip_reader_get_entry (strict, i);
      gboolean packed = g_str_equal (entry->name, "文字.txt") || g_str_equal (entry->name, "chunk") || g_str_equal (entry->name, "misleading");
      g_autoptr (GBytes) bytes = qd_zip_reader_read (strict, i, length, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (entry->method, ==, packed ? 8 : 0);
      g_assert_cmpuint (entry->local_extra, ==, 0);
      if (g_str_equal (entry->name, "misleading"))
        g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), misleading, length);
      else if (packed)
        g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text, entry->size);
    }
  g_clear_pointer (&strict, qd_zip_reader_free);
  close (fd);
  reader = qd_zip_reader_open (fixture->path, &error);
  g_assert_no_error (error);
}

/* A file that packs as well as a bomb is stored, so that our own reader does not take it for one. */
static void
test_write_zeros (Fixture *fixture, gconstpointer data)
{
  int source = open_source ("", 0);
  g_autoptr (QdZipReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  QdZipWriter *writer;
  QdZipFault fault;
  int fd;

  g_assert_cmpint (ftruncate (source, 80 << 20), ==, 0);
  writer = open_writer (fixture, &fd);
  qd_zip_writer_add_fd (writer, "zeros", source, &error);
  g_assert_no_error (error);
  qd_zip_writer_finish (writer, NULL, &error);
  g_assert_no_error (error);
  qd_zip_writer_free (writer);
  reader = qd_zip_reader_open_strict (fd, &fault, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (qd_zip_reader_get_entry (reader, 0)->method, ==, 0);
  g_clear_pointer (&reader, qd_zip_reader_free);
  close (source);
  close (fd);
}

/* The limit is lowered instead of writing 4 GiB: every field that does not fit must move to zip64, and no other. */
static void
test_write_zip64 (Fixture *fixture, gconstpointer data)
{
  gsize length = 2 << 20;
  g_autofree char *noise = make_misleading (length);
  g_autofree char *text = g_strnfill (length, 'x');
  g_autoptr (GBytes) bytes = g_bytes_new_static ("after the limit", 15);
  g_autoptr (QdZipReader) reader = NULL;
  g_autoptr (GBytes) read = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  char start[64] = "";
  QdZipWriter *writer;
  QdZipFault fault;
  int fd;

  writer = open_writer (fixture, &fd);
  qd_zip_writer_set_zip64_from (writer, 1 << 20);
  add (writer, "noise", noise + (40 << 10), length - (80 << 10));
  add (writer, "text", text, length);
  qd_zip_writer_add_bytes (writer, "after", bytes, FALSE, &error);
  g_assert_no_error (error);
  qd_zip_writer_finish (writer, NULL, &error);
  g_assert_no_error (error);
  qd_zip_writer_free (writer);

  g_assert_cmpint (pread (fd, start, sizeof start, 0), ==, sizeof start);
  g_assert_cmpmem (start + 18, 8, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
  g_assert_cmpmem (start + 35, 4, "\1\0\20\0", 4);
  reader = qd_zip_reader_open_strict (fd, &fault, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (qd_zip_reader_get_entry (reader, 0)->size, ==, length - (80 << 10));
  g_assert_cmpuint (qd_zip_reader_get_entry (reader, 0)->local_extra, ==, 20);
  g_assert_cmpuint (qd_zip_reader_get_entry (reader, 1)->size, ==, length);
  g_assert_cmpuint (qd_zip_reader_get_entry (reader, 1)->method, ==, 8);
  g_assert_cmpuint (qd_zip_reader_get_entry (reader, 2)->offset, >, 1 << 20);
  g_assert_cmpuint (qd_zip_reader_get_entry (reader, 2)->local_extra, ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      g_clear_pointer (&read, g_bytes_unref);
      read = qd_zip_reader_read (reader, i, length, &error);
      g_assert_no_error (error);
    }
  g_assert_true (g_bytes_equal (read, bytes));
  g_clear_pointer (&reader, qd_zip_reader_free);
  close (fd);
  /* A reader that is not ours. */
  if (!seal_kit_run (fixture->folder, "python3 -c 'import zipfile; z = zipfile.ZipFile(\"a.zip\"); assert z.testzip() is None; assert z.read(\"after\") == b\"after the limit\"'", &output))
    g_error ("python3: %s", output);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/zip/read/%s", rows[i].name);

      g_test_add (path, Fixture, GUINT_TO_POINTER (i), set_up, test_read, tear_down);
    }
  g_test_add ("/zip/read-limits", Fixture, NULL, set_up, test_read_limits, tear_down);
  g_test_add_func ("/zip/names", test_names);
  g_test_add ("/zip/write", Fixture, NULL, set_up, test_write, tear_down);
  g_test_add ("/zip/write-zeros", Fixture, NULL, set_up, test_write_zeros, tear_down);
  g_test_add ("/zip/write-zip64", Fixture, NULL, set_up, test_write_zip64, tear_down);
  return g_test_run ();
}
