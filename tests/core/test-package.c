/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "qd-package.h"

static const struct
{
  const char *name;
  QdKeyKind kind;
} kinds[] = {
  { "ec", QD_KEY_EC_P256 },
  { "rsa", QD_KEY_RSA_2048 },
};

typedef struct
{
  char *folder;     /* (owned) */
  char *package;    /* (owned) */
  char *trust;      /* (owned) */
  QdSigner *signer; /* (owned) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  QdKeyKind kind = (QdKeyKind) GPOINTER_TO_UINT (data);
  g_autoptr (GError) error = NULL;
  g_autofree char *key = NULL;

  fixture->folder = g_dir_make_tmp ("qd-package-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->package = g_build_filename (fixture->folder, "p.asice", NULL);
  fixture->trust = g_build_filename (fixture->folder, "trust.pem", NULL);
  key = g_build_filename (fixture->folder, "key.p12", NULL);
  qd_demo_key_create (key, fixture->trust, "1234", "演示企业", "91350100M000100Y43", kind, &error);
  g_assert_no_error (error);
  fixture->signer = qd_signer_new_from_pkcs12 (key, "1234", &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (fixture->folder);
  g_clear_object (&fixture->signer);
  g_free (fixture->folder);
  g_free (fixture->package);
  g_free (fixture->trust);
}

static char *
write_file (Fixture *fixture, const char *name, const char *data, gsize length)
{
  char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, (gssize) length, &error);
  g_assert_no_error (error);
  return path;
}

static void
test_good (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QdPackageWriter) writer = qd_package_writer_new ();
  g_autoptr (GBytes) declaration = g_bytes_new_static ("<a>清单</a>", strlen ("<a>清单</a>"));
  g_autofree char *text = g_strnfill (1 << 20, 'x');
  g_autofree char *large = write_file (fixture, "large", text, 1 << 20);
  g_autofree char *empty = write_file (fixture, "empty", "", 0);
  g_autoptr (QdVerification) verification = NULL;
  g_autoptr (GBytes) read = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *contents = NULL;
  g_autofree char *expected = NULL;
  gsize length;

  g_assert_true (qd_package_writer_add_bytes (writer, "declaration.xml", "application/xml", declaration, NULL));
  g_assert_true (qd_package_writer_add_file (writer, "attachments/附件 1 (副本).txt", "text/plain", large, NULL));
  g_assert_true (qd_package_writer_add_file (writer, "attachments/空.txt", "text/plain", empty, NULL));
  g_assert_true (qd_package_writer_write (writer, fixture->package, fixture->signer, NULL, NULL, NULL, NULL, &sha256, &error));
  g_assert_no_error (error);

  g_file_get_contents (fixture->package, &contents, &length, NULL);
  expected = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) contents, length);
  g_assert_cmpstr (sha256, ==, expected);

  verification = qd_package_verify (fixture->package, fixture->trust, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (verification->problems->len, ==, 0);
  g_assert_true (verification->valid);
  g_assert_true (verification->trusted);
  g_assert_true (verification->demo);
  g_assert_cmpstr (verification->signer, ==, "演示企业");
  g_assert_cmpstr (verification->uscc, ==, "91350100M000100Y43");
  g_assert_cmpstr (verification->sha256, ==, expected);
  g_assert_cmpuint (g_strv_length (verification->files), ==, 3);
  g_assert_cmpstr (verification->files[1], ==, "attachments/附件 1 (副本).txt");

  read = qd_package_read (fixture->package, "declaration.xml", 1024, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (read, declaration));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree char *path = g_strdup_printf ("/package/good/%s", kinds[i].name);

      g_test_add (path, Fixture, GUINT_TO_POINTER (kinds[i].kind), set_up, test_good, tear_down);
    }
  return g_test_run ();
}
