/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-receive"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cli.h"
#include "delivery.h"
#include "qd-digest.h"

int
qd_verb_receive (int argc,
                 char **argv)
{
  g_auto (QdCliDelivery) delivery = { 0 };
  g_autofree char *from = NULL;
  g_autofree char *output = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "from", 0, 0, G_OPTION_ARG_FILENAME, &from, N_ ("address of the receiver, folder, or receipt file"), "URL|DIR|XML" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_ ("where to write the receipt"), "XML" },
    QD_CLI_DELIVERY_ENTRIES (&delivery),
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("print JSON"), NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gboolean known = FALSE;

  if (!qd_cli_parse (&argc, &argv, "PACKAGE.asice", entries, 1))
    return QD_EXIT_USAGE;
  if (from == NULL)
    {
      g_printerr ("%s\n", _ ("Say where from with --from URL|DIR|XML."));
      return QD_EXIT_USAGE;
    }
  sha256 = qd_file_digest (argv[1], NULL, NULL, &error);
  if (sha256 == NULL)
    {
      g_prefix_error (&error, "%s: ", argv[1]);
      return qd_cli_fail (error);
    }
  if (g_file_test (from, G_FILE_TEST_IS_REGULAR))
    bytes = qd_cli_read_file (from, &error);
  else if (qd_cli_delivery_open (&delivery, from, &error))
    bytes = qd_transfer_fetch_receipt (sha256, delivery.target, &known, NULL, &error);
  if (error != NULL)
    return qd_cli_fail (error);
  return qd_cli_delivery_answer (&delivery, sha256, bytes, known ? "received" : "unknown", output, json);
}
