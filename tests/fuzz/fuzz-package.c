/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memfd_create() */
#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "qd-package.h"
#include "zip-kit.h"

/* A container that is right around the part under test, since no fuzzer guesses a CRC. */
static GBytes *
wrap (const char *part, const uint8_t *data, size_t size)
{
  static const char manifest[] = "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\">"
                                 "<manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"application/vnd.etsi.asic-e+zip\"/>"
                                 "<manifest:file-entry manifest:full-path=\"a.xml\" manifest:media-type=\"application/xml\"/></manifest:manifest>";
  g_autoptr (Kit) kit = kit_new ();

  kit_add (kit, "mimetype", QD_PACKAGE_MEDIA_TYPE, strlen (QD_PACKAGE_MEDIA_TYPE));
  kit_add (kit, "META-INF/manifest.xml", manifest, strlen (manifest));
  kit_add (kit, "a.xml", "<a/>", 4);
  kit_add (kit, "META-INF/signatures0.xml", "<a/>", 4);
  kit_set (kit_find (kit, part), data, size);
  return kit_build (kit);
}

/* The first byte says what the rest is: the container, its signature or its manifest. Nothing but the corpus, made once with a key that is lost, verifies. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QdVerification) verification = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int fd;

  if (size == 0)
    return 0;
  if (data[0] == 's')
    bytes = wrap ("META-INF/signatures0.xml", data + 1, size - 1);
  else if (data[0] == 'm')
    bytes = wrap ("META-INF/manifest.xml", data + 1, size - 1);
  else
    bytes = g_bytes_new (data + 1, size - 1);
  fd = memfd_create ("package", MFD_CLOEXEC);
  g_assert_cmpint (write (fd, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)), ==, (gssize) g_bytes_get_size (bytes));
  path = g_strdup_printf ("/proc/self/fd/%d", fd);
  verification = qd_package_verify (path, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (verification->valid, ==, verification->problems->len == 0);
  g_assert_false (verification->trusted);
  for (guint i = 0; i < verification->problems->len; i++)
    g_assert_true (g_utf8_validate (((QdPackageProblem *) g_ptr_array_index (verification->problems, i))->message, -1, NULL));
  if (verification->valid)
    g_assert_true (verification->signer && verification->signing_time && verification->files[0]);
  close (fd);
  return 0;
}
