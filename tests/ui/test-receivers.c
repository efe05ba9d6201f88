/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Receivers in the settings: what is kept for an address, where its token lies, what a wrong file or address does. */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include "qd-look.h"
#include "qd-receiver-row.h"
#include "qd-target-store.h"
#include "small-workspace.h"
#include "widget-kit.h"

static guint changes;

static void
changed_cb (QdReceiverRow *row, gpointer user_data)
{
  changes++;
}

static QdReceiverRow *
row_new (Small *small, const char *name, const char *address)
{
  GtkWidget *row = g_object_ref_sink (qd_receiver_row_new (small->store, name, address));

  changes = 0;
  g_signal_connect (row, "changed", G_CALLBACK (changed_cb), NULL);
  return QD_RECEIVER_ROW (row);
}

static GtkWidget *
find_icon (GtkWidget *widget)
{
  if (GTK_IS_IMAGE (widget) && g_strcmp0 (gtk_image_get_icon_name (GTK_IMAGE (widget)), "qd-critical-symbolic") == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_icon (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* What the row says went wrong; NULL when it says nothing. */
static const char *
get_problem (QdReceiverRow *row)
{
  GtkWidget *line = gtk_widget_get_ancestor (find_icon (GTK_WIDGET (row)), ADW_TYPE_ACTION_ROW);

  return gtk_widget_get_visible (line) ? adw_preferences_row_get_title (ADW_PREFERENCES_ROW (line)) : NULL;
}

/* The entry row with that title. */
static GtkEditable *
find_entry (GtkWidget *widget, const char *title)
{
  if (ADW_IS_ENTRY_ROW (widget) && g_str_has_prefix (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title))
    return GTK_EDITABLE (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkEditable *found = find_entry (child, title);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
type (QdReceiverRow *row, const char *title, const char *text)
{
  GtkEditable *entry = find_entry (GTK_WIDGET (row), title);

  g_assert_nonnull (entry);
  gtk_editable_set_text (entry, text);
}

static char *
write_file (Small *small, const char *name, const char *text)
{
  char *path = g_build_filename (small->dir, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
test_address (void)
{
  Small small;
  QdReceiverRow *row;

  small_open (&small);
  row = row_new (&small, "", "");
  g_assert_cmpstr (qd_receiver_row_get_address (row), ==, "");
  type (row, "Name of the receiver", "伊犁州生态环境局");
  g_assert_cmpuint (changes, ==, 1);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, "伊犁州生态环境局");

  /* Half an address is none, and is said; nothing is kept before it is taken. */
  type (row, "Address", "station.example");
  qd_receiver_row_commit (row);
  g_assert_cmpstr (qd_receiver_row_get_address (row), ==, "");
  g_assert_nonnull (find_text (GTK_WIDGET (row), "Not an address: use https://… or a folder"));
  type (row, "Address", " https://station.example/tus ");
  g_assert_cmpuint (changes, ==, 1);
  qd_receiver_row_commit (row);
  g_assert_cmpuint (changes, ==, 2);
  g_assert_cmpstr (qd_receiver_row_get_address (row), ==, "https://station.example/tus");
  qd_receiver_row_commit (row);
  g_assert_cmpuint (changes, ==, 2);
  g_assert_null (get_problem (row));
  g_assert_finalize_object (row);
  small_close (&small);
}

static void
assert_kept (Small *small, const char *address, const char *trust, const char *cert)
{
  g_autoptr (QdTarget) target = qd_target_load (small->store, address);

  g_assert_cmpstr (target->trust_pem, ==, trust);
  g_assert_cmpstr (target->client_cert, ==, cert);
}

static void
test_files (void)
{
  Small small;
  QdReceiverRow *row;
  g_autofree char *pem = NULL;
  g_autofree char *text = NULL;
  g_autofree char *p12 = NULL;

  small_open (&small);
  pem = write_file (&small, "站.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
  text = write_file (&small, "letter.pem", "Dear receiver\n");
  p12 = write_file (&small, "me.p12", "0\x82");
  row = row_new (&small, "站", "https://a.example/");
  g_assert_nonnull (find_text (GTK_WIDGET (row), "None: a receipt shows who signed it, but nobody vouches for that"));
  qd_receiver_row_set_file (row, QD_RECEIVER_TRUST, pem);
  qd_receiver_row_set_file (row, QD_RECEIVER_CERT, p12);
  g_assert_null (get_problem (row));
  assert_kept (&small, "https://a.example/", pem, p12);

  /* A file that cannot be what it is for changes nothing. */
  qd_receiver_row_set_file (row, QD_RECEIVER_TRUST, text);
  g_assert_cmpstr (get_problem (row), ==, "“letter.pem” holds no certificate in PEM form. Ask the receiver for the certificate as a PEM file.");
  qd_receiver_row_set_file (row, QD_RECEIVER_KEY, pem);
  g_assert_cmpstr (get_problem (row), ==, "“站.pem” holds no private key. Choose the key as a PEM file.");
  qd_receiver_row_set_file (row, QD_RECEIVER_CA, "/nowhere/ca.pem");
  g_assert_nonnull (strstr (get_problem (row), "cannot be read"));
  assert_kept (&small, "https://a.example/", pem, p12);

  /* To another address the certificates go along. */
  type (row, "Address", "https://b.example/");
  qd_receiver_row_commit (row);
  assert_kept (&small, "https://b.example/", pem, p12);
  assert_kept (&small, "https://a.example/", NULL, NULL);

  /* A file that has gone is said when the settings are seen again. */
  g_assert_finalize_object (row);
  g_remove (pem);
  row = row_new (&small, "站", "https://b.example/");
  {
    g_autofree char *gone = g_strdup_printf ("Not there now: %s", pem);

    g_assert_nonnull (find_text (GTK_WIDGET (row), gone));
  }
  qd_receiver_row_set_file (row, QD_RECEIVER_TRUST, NULL);
  assert_kept (&small, "https://b.example/", NULL, p12);
  g_assert_finalize_object (row);
  small_close (&small);
}

static void
wait_for_place (Small *small, const char *address, QdTokenPlace place)
{
  while (qd_target_get_token_place (small->store, address) != place)
    g_main_context_iteration (NULL, TRUE);
}

/* The answers of the thread are taken before the row may go. */
static void
wait_for_thread (QdReceiverRow *row)
{
  while (G_OBJECT (row)->ref_count > 1)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_token (void)
{
  Small small;
  QdReceiverRow *row;
  GtkEditable *entry;

  small_open (&small);
  row = row_new (&small, "站", "https://a.example/");
  entry = find_entry (GTK_WIDGET (row), "Access token");
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (entry)), ==, "Access token");
  gtk_editable_set_text (entry, " token-of-a ");
  qd_receiver_row_commit (row); /* as leaving the entry does */
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "");
  wait_for_place (&small, "https://a.example/", QD_TOKEN_KEYRING);
  wait_for_thread (row);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (entry)), ==, "Access token (kept in the keyring of the desktop)");
  {
    g_autoptr (QdTarget) target = qd_target_load (small.store, "https://a.example/");

    g_assert_true (qd_target_load_token (small.store, target, NULL, NULL));
    g_assert_cmpstr (target->bearer, ==, "token-of-a");
  }

  /* Another host never sees it. */
  type (row, "Address", "https://b.example/");
  qd_receiver_row_commit (row);
  g_assert_cmpstr (get_problem (row), ==, "The access token was for the old address and was forgotten. Enter the one for the new address.");
  wait_for_place (&small, "https://a.example/", QD_TOKEN_NOWHERE);
  wait_for_thread (row);
  g_assert_cmpint (qd_target_get_token_place (small.store, "https://b.example/"), ==, QD_TOKEN_NOWHERE);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (entry)), ==, "Access token");
  g_assert_finalize_object (row);
  small_close (&small);
}

int
main (int argc, char *argv[])
{
  g_autofree char *dir = g_dir_make_tmp ("qd-keyring-XXXXXX", NULL);
  g_autofree char *keyring = g_build_filename (dir, "keyring", NULL);
  int status;

  /* libsecret's keyring in a file: no desktop is asked. */
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", keyring, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "test", TRUE);
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  qd_look_init ();
  g_test_add_func ("/receivers/address", test_address);
  g_test_add_func ("/receivers/files", test_files);
  g_test_add_func ("/receivers/token", test_token);
  status = g_test_run ();
  g_remove (keyring);
  g_remove (dir);
  return status;
}
