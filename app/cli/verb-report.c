/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-report"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cli.h"
#include "qd-dossier.h"

int
qd_verb_report (int argc,
                char **argv)
{
  g_auto (QdCliContext) context = { 0 };
  g_autofree char *out = NULL;
  const GOptionEntry entries[] = {
    QD_CLI_CONTEXT_ENTRIES (&context),
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_ ("where the PDF goes"), "PDF" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) xml = NULL;
  g_autoptr (QdDossier) dossier = NULL;
  QdInstanceOptions options;
  QdForm *form;

  if (!qd_cli_parse (&argc, &argv, "INSTANCE.xml", entries, 1))
    return QD_EXIT_USAGE;
  if (out == NULL)
    {
      g_printerr ("%s\n", _ ("Say where the PDF goes: -o FILE.pdf"));
      return QD_EXIT_USAGE;
    }
  if (!qd_cli_context_open (&context, &error) ||
      (xml = qd_cli_read_file (argv[1], &error)) == NULL ||
      (form = qd_cli_find_form (context.pack, xml, argv[1], &error)) == NULL)
    return qd_cli_fail (error);

  options = qd_cli_context_get_options (&context);
  options.xml_name = argv[1];
  dossier = qd_dossier_prepare (context.pack, form, xml, &options, &error);
  if (dossier == NULL || !qd_report_write_pdf (qd_dossier_get_draft_report (dossier), out, &error))
    return qd_cli_fail (error);
  g_print (_ ("%s: %u pages, declaration SHA-256 %s\n"), out, qd_report_get_n_pages (qd_dossier_get_draft_report (dossier)), qd_dossier_get_digest (dossier));
  return QD_EXIT_FINE;
}
