/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memfd_create() */
#include "config.h"

#include <sys/mman.h>
#include <unistd.h>

#include <gio/gio.h>

#include "fuzz.h"
#include "qd-zip.h"

#define MAX_CONTENT (1 << 20)

static void
read_all (QdZipReader *reader)
{
  for (guint i = 0; i < qd_zip_reader_get_n_entries (reader) && i < 50; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = qd_zip_reader_read (reader, i, MAX_CONTENT, &error);
      const char *name = qd_zip_reader_get_name (reader, i);

      g_assert_true (qd_zip_name_is_safe (name));
      g_assert_cmpint (qd_zip_reader_find (reader, name), ==, (int) i);
      if (bytes)
        g_assert_cmpuint (g_bytes_get_size (bytes), ==, qd_zip_reader_get_size (reader, i));
      else
        g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

/* Both readers end in a listing or an error; what the strict one accepts, the other one accepts too and lists alike. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  int fd = memfd_create ("zip", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autoptr (QdZipReader) reader = NULL;
  g_autoptr (QdZipReader) strict = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) strict_error = NULL;
  QdZipFault fault;

  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  reader = qd_zip_reader_open (path, &error);
  strict = qd_zip_reader_open_strict (fd, &fault, &strict_error);
  if (reader)
    read_all (reader);
  else
    g_assert_true (error->domain == QD_ZIP_ERROR && g_utf8_validate (error->message, -1, NULL));
  if (strict)
    {
      g_assert_nonnull (reader);
      g_assert_cmpuint (qd_zip_reader_get_n_entries (strict), ==, qd_zip_reader_get_n_entries (reader));
      for (guint i = 0; i < qd_zip_reader_get_n_entries (strict); i++)
        g_assert_cmpstr (qd_zip_reader_get_name (strict, i), ==, qd_zip_reader_get_name (reader, i));
    }
  else
    g_assert_true (fault != QD_ZIP_FAULT_NONE && g_utf8_validate (strict_error->message, -1, NULL));
  g_clear_pointer (&strict, qd_zip_reader_free);
  close (fd);
  return 0;
}
