/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib.h>

#include "fuzz.h"

/* Runs a fuzzer's entry point on each file of its corpus, so that what was once found stays fixed. */
static void
test_corpus (void)
{
  const char *folder = g_test_get_filename (G_TEST_DIST, "fuzz", "corpus", CORPUS, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  guint n = 0;
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *contents = NULL;
      gsize length;

      g_file_get_contents (path, &contents, &length, &error);
      g_assert_no_error (error);
      g_test_message ("%s", name);
      LLVMFuzzerTestOneInput ((const uint8_t *) contents, length);
      n++;
    }
  g_assert_cmpuint (n, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz/" CORPUS, test_corpus);
  return g_test_run ();
}
