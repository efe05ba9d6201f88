/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the access token of a receiver lies, by libsecret's keyring in a file: no desktop is asked. */
#define _GNU_SOURCE /* memmem() */
#include "config.h"
#include "qd-target-store.h"

#include <glib/gstdio.h>
#include <string.h>
#include "file-kit.h"
#include "qd-keyring.h"

typedef struct
{
  char *dir;
  QdStore *store;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  self->dir = g_dir_make_tmp ("qd-target-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (self->dir, "沃原.qingdan", NULL);
  self->store = qd_store_create (path, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->store);
  qd_test_remove_tree (self->dir);
  g_free (self->dir);
}

static void
assert_token (Fixture *self, const char *address, QdTokenPlace place, const char *token, int code)
{
  g_autoptr (QdTarget) target = qd_target_load (self->store, address);
  g_autoptr (GError) error = NULL;
  gboolean done;

  g_assert_null (target->bearer);
  g_assert_cmpint (qd_target_get_token_place (self->store, address), ==, place);
  done = qd_target_load_token (self->store, target, NULL, &error);
  g_assert_true (done == (code < 0));
  if (code >= 0)
    g_assert_error (error, QD_COURIER_ERROR, code);
  g_assert_cmpstr (target->bearer, ==, token);
}

/* Whether the text stands in any file of the workspace, the write-ahead log included. */
static gboolean
workspace_holds (Fixture *self, const char *text)
{
  g_autoptr (GDir) dir = g_dir_open (self->dir, 0, NULL);
  gsize length = strlen (text);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->dir, name, NULL);
      g_autofree char *bytes = NULL;
      gsize size;

      if (g_file_get_contents (path, &bytes, &size, NULL) && memmem (bytes, size, text, length) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* The token lies in the keyring while there is one, else in the workspace; each receiver has its own. */
static void
test_token (Fixture *self, gconstpointer data)
{
  const char *keyring = g_getenv ("SECRET_FILE_TEST_PATH");
  g_autofree char *folder = g_path_get_dirname (keyring);
  g_autofree char *owner = NULL;
  g_autoptr (GCancellable) stopped = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  assert_token (self, "https://a.example/", QD_TOKEN_NOWHERE, NULL, -1);
  g_assert_true (qd_target_keep_token (self->store, "https://a.example/", "token-of-a", NULL, &error));
  g_assert_no_error (error);
  g_assert_true (qd_target_keep_token (self->store, "https://b.example/", "token-of-b", NULL, &error));
  assert_token (self, "https://a.example/", QD_TOKEN_KEYRING, "token-of-a", -1);
  assert_token (self, "https://b.example/", QD_TOKEN_KEYRING, "token-of-b", -1);
  assert_token (self, "https://c.example/", QD_TOKEN_NOWHERE, NULL, -1);
  g_assert_false (workspace_holds (self, "token-of-"));

  g_assert_true (qd_target_keep_token (self->store, "https://a.example/", "newer-of-a", NULL, &error));
  assert_token (self, "https://a.example/", QD_TOKEN_KEYRING, "newer-of-a", -1);
  g_assert_true (qd_target_keep_token (self->store, "https://a.example/", NULL, NULL, &error));
  assert_token (self, "https://a.example/", QD_TOKEN_NOWHERE, NULL, -1);
  assert_token (self, "https://b.example/", QD_TOKEN_KEYRING, "token-of-b", -1);

  g_cancellable_cancel (stopped);
  g_assert_false (qd_target_keep_token (self->store, "https://a.example/", "never", stopped, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  assert_token (self, "https://a.example/", QD_TOKEN_NOWHERE, NULL, -1);

  /* The keyring knows nothing, as on another computer: said, and the token can be given again. */
  owner = qd_store_dup_setting (self->store, "keyring");
  g_assert_true (qd_keyring_keep (owner, "https://b.example/", NULL, NULL, NULL, &error));
  assert_token (self, "https://b.example/", QD_TOKEN_KEYRING, NULL, QD_COURIER_ERROR_TARGET);
  qd_test_remove_tree (folder);
  g_assert_cmpint (g_file_set_contents (folder, "in the way", -1, NULL), ==, TRUE);
  g_assert_true (qd_target_keep_token (self->store, "https://b.example/", "text-of-b", NULL, &error));
  g_assert_no_error (error);
  assert_token (self, "https://b.example/", QD_TOKEN_WORKSPACE, "text-of-b", -1);
  g_assert_true (workspace_holds (self, "text-of-b"));
  g_assert_true (qd_target_keep_token (self->store, "https://b.example/", NULL, NULL, &error));
  assert_token (self, "https://b.example/", QD_TOKEN_NOWHERE, NULL, -1);
  g_remove (folder);
}

int
main (int argc, char *argv[])
{
  g_autofree char *dir = g_dir_make_tmp ("qd-keyring-XXXXXX", NULL);
  g_autofree char *keyring = g_build_filename (dir, "keyring", "file", NULL);
  int status;

  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", keyring, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/target-store/token", Fixture, NULL, set_up, test_token, tear_down);
  status = g_test_run ();
  qd_test_remove_tree (dir);
  return status;
}
