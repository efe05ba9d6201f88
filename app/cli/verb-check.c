/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-check"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cli.h"

int
qd_verb_check (int argc,
               char **argv)
{
  g_auto (QdCliContext) context = { 0 };
  gboolean json = FALSE;
  g_autofree char *out = NULL;
  const GOptionEntry entries[] = {
    QD_CLI_CONTEXT_ENTRIES (&context),
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_ ("also write the verdict as XML"), "XML" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("print JSON"), NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdInstance) instance = NULL;
  g_autoptr (QdVerdict) verdict = NULL;

  if (!qd_cli_parse (&argc, &argv, "INSTANCE.xml", entries, 1))
    return QD_EXIT_USAGE;
  if (!qd_cli_context_open (&context, &error))
    return qd_cli_fail (error);
  instance = qd_cli_load (&context, argv[1], &error);
  if (instance == NULL)
    return qd_cli_fail (error);

  verdict = qd_verdict_new (instance, qd_pack_get_id (context.pack), qd_pack_get_version (context.pack), qd_pack_get_digest (context.pack));
  if (out != NULL)
    {
      g_autoptr (GBytes) xml = qd_verdict_to_xml (verdict);

      if (!qd_cli_write_file (out, xml, &error))
        return qd_cli_fail (error);
    }
  if (json)
    qd_cli_print_json (qd_cli_verdict_to_json (verdict, qd_instance_get_form (instance)));
  else
    qd_cli_print_verdict (verdict);
  return qd_verdict_count (verdict, QD_SEVERITY_CRITICAL) > 0 ? QD_EXIT_CRITICAL : QD_EXIT_FINE;
}
