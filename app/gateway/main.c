/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-gateway"
#include "config.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include "qd-gateway.h"
#include "qd-locale.h"

#define EXIT_USAGE 2
#define EXIT_INPUT 3

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
read_policy (const char *word, QdGatewayPolicy *out)
{
  if (word == NULL || g_str_equal (word, "check"))
    *out = QD_GATEWAY_CHECK;
  else if (g_str_equal (word, "accept"))
    *out = QD_GATEWAY_ACCEPT;
  else if (g_str_equal (word, "return"))
    *out = QD_GATEWAY_RETURN;
  else
    return FALSE;
  return TRUE;
}

static QdSigner *
load_signer (const char *key, const char *pin_file, GError **error)
{
  QdSigner *signer;
  char *pin = qd_pin_read_file (pin_file, error);

  if (pin == NULL)
    return NULL;
  signer = qd_signer_new_from_pkcs12 (key, pin, error);
  qd_pin_free (pin);
  return signer;
}

static int
complain (int code, const char *message)
{
  g_printerr ("qingdan-gateway: %s\n", message);
  return code;
}

int
main (int argc, char **argv)
{
  g_autofree char *listen = NULL;
  g_autofree char *dir = NULL;
  g_autofree char *key = NULL;
  g_autofree char *pin_file = NULL;
  g_autofree char *trust = NULL;
  g_autofree char *name = NULL;
  g_autofree char *policy = NULL;
  g_autofree char *pack_dir = NULL;
  g_autofree char *cert = NULL;
  gint64 max_size = 0;
  int due_days = 15, delay = 0;
  gboolean version = FALSE;
  const GOptionEntry entries[] = {
    { "listen", 'l', 0, G_OPTION_ARG_STRING, &listen, N_ ("Address and port to listen on; port 0 takes a free one (127.0.0.1:0)"), "HOST:PORT" },
    { "dir", 'd', 0, G_OPTION_ARG_FILENAME, &dir, N_ ("Folder for uploads, packages, receipts and the index"), "DIR" },
    { "key", 'k', 0, G_OPTION_ARG_FILENAME, &key, N_ ("Key that signs the receipts (PKCS#12)"), "P12" },
    { "pin-file", 'p', 0, G_OPTION_ARG_FILENAME, &pin_file, N_ ("File whose first line is the passphrase of the key"), "FILE" },
    { "trust", 't', 0, G_OPTION_ARG_FILENAME, &trust, N_ ("Certificates that senders' seals must lead to; any good seal without"), "PEM" },
    { "name", 'n', 0, G_OPTION_ARG_STRING, &name, N_ ("Name of the receiver in its receipts"), "NAME" },
    { "policy", 0, 0, G_OPTION_ARG_STRING, &policy, N_ ("check (the default): seal and declaration; accept: the seal only; return: return everything"), "POLICY" },
    { "pack", 0, 0, G_OPTION_ARG_FILENAME, &pack_dir, N_ ("Pack with the forms to check against; the built-in one without"), "DIR" },
    { "due-days", 0, 0, G_OPTION_ARG_INT, &due_days, N_ ("Days to answer a return within, 0 for none (15)"), "N" },
    { "max-size", 0, 0, G_OPTION_ARG_INT64, &max_size, N_ ("Largest package in bytes (4 GiB)"), "BYTES" },
    { "delay", 0, 0, G_OPTION_ARG_INT, &delay, N_ ("Seconds before a package is looked at, for demonstrations (0)"), "N" },
    { "tls", 0, 0, G_OPTION_ARG_FILENAME, &cert, N_ ("Certificate and key, to serve https"), "PEM" },
    { "version", 0, 0, G_OPTION_ARG_NONE, &version, N_ ("Print the version"), NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSigner) signer = NULL;
  g_autoptr (QdPack) pack = NULL;
  g_autoptr (QdGateway) gateway = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  QdGatewayOptions options = { 0 };

  qd_locale_init ();
  /* From the build tree the catalogues lie beside the build. */
  bindtextdomain (GETTEXT_PACKAGE, g_file_test (QD_BUILD_LOCALEDIR, G_FILE_TEST_IS_DIR) ? QD_BUILD_LOCALEDIR : QD_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  context = g_option_context_new (NULL);
  g_option_context_set_summary (context, _ ("The reference receiver: takes declaration packages over tus 1.0, checks them again, and answers with signed receipts and returns."));
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    return complain (EXIT_USAGE, error->message);
  if (version)
    {
      g_print ("qingdan-gateway %s\n", QD_VERSION);
      return 0;
    }
  if (argc > 1 || dir == NULL || key == NULL || pin_file == NULL || due_days < 0 || delay < 0 || max_size < 0 || !read_policy (policy, &options.policy))
    {
      g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

      g_printerr ("%s", help);
      return EXIT_USAGE;
    }
  signer = load_signer (key, pin_file, &error);
  if (signer == NULL)
    return complain (EXIT_INPUT, error->message);
  if (options.policy == QD_GATEWAY_CHECK)
    {
      pack = pack_dir != NULL ? qd_pack_load (pack_dir, &error) : qd_pack_load_builtin (&error);
      if (pack == NULL)
        return complain (EXIT_INPUT, error->message);
    }
  options.dir = dir;
  options.name = name != NULL ? name : _ ("Qingdan reference receiver");
  options.signer = signer;
  options.trust_pem = trust;
  options.pack = pack;
  options.max_size = max_size;
  options.due_days = due_days;
  options.delay = delay;
  options.cert = cert;
  gateway = qd_gateway_new (&options, &error);
  if (gateway == NULL || !qd_gateway_start (gateway, listen != NULL ? listen : "127.0.0.1:0", &error))
    return complain (EXIT_INPUT, error->message);

  loop = g_main_loop_new (NULL, FALSE);
  g_unix_signal_add (SIGTERM, quit_cb, loop);
  g_unix_signal_add (SIGINT, quit_cb, loop);
  /* Scripts wait for this line. */
  g_print ("listening on %s\n", qd_gateway_get_url (gateway));
  fflush (stdout);
  g_main_loop_run (loop);
  qd_gateway_stop (gateway);
  return 0;
}
