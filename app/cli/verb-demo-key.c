/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-demo-key"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cli.h"
#include "pin.h"

int
qd_verb_demo_key (int argc,
                  char **argv)
{
  g_autofree char *name = NULL;
  g_autofree char *uscc = NULL;
  g_autofree char *pin_file = NULL;
  g_autofree char *cert = NULL;
  gboolean rsa = FALSE;
  const GOptionEntry entries[] = {
    { "name", 0, 0, G_OPTION_ARG_STRING, &name, N_ ("name in the certificate"), "NAME" },
    { "uscc", 0, 0, G_OPTION_ARG_STRING, &uscc, N_ ("unified social credit code in the certificate"), "CODE" },
    { "pin-file", 0, 0, G_OPTION_ARG_FILENAME, &pin_file, N_ ("file whose first line is the PIN; else QINGDAN_PIN_FILE or a prompt"), "FILE" },
    { "cert", 0, 0, G_OPTION_ARG_FILENAME, &cert, N_ ("also write the certificate"), "PEM" },
    { "rsa", 0, 0, G_OPTION_ARG_NONE, &rsa, N_ ("an RSA key instead of ECDSA P-256"), NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  gboolean made;
  char *pin;

  if (!qd_cli_parse (&argc, &argv, "KEY.p12", entries, 1))
    return QD_EXIT_USAGE;
  pin = qd_cli_obtain_pin (pin_file, &error);
  if (pin == NULL)
    return qd_cli_fail (error);
  made = qd_demo_key_create (argv[1], cert, pin, name != NULL ? name : _ ("Demonstration"), uscc, rsa ? QD_KEY_RSA_2048 : QD_KEY_EC_P256, &error);
  qd_pin_free (pin);
  if (!made)
    return qd_cli_fail (error);
  g_print (_ ("Demonstration key written to %s. What it seals proves nothing.\n"), argv[1]);
  return QD_EXIT_FINE;
}
