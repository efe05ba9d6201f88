/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-cli"
#include "config.h"

#include <glib.h>
#include <glib/gi18n-lib.h>
#include <libintl.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "qd-locale.h"
#include "verbs.h"

static const struct
{
  const char *name;
  int (*run) (int argc, char **argv);
  const char *summary;
} verbs[] = {
  { "check", qd_verb_check, N_ ("run all checks on a declaration and print the verdict") },
  { "demo-key", qd_verb_demo_key, N_ ("make a demonstration key (it proves nothing)") },
  { "duties", qd_verb_duties, N_ ("which filings apply, why, and by when") },
  { "engine", qd_verb_engine, N_ ("speak the engine's JSON-lines protocol on standard input and output") },
  { "export", qd_verb_export, N_ ("write a declaration or table as a workbook") },
  { "fill", qd_verb_fill, N_ ("load a form or declaration, recompute, write it") },
  { "forms", qd_verb_forms, N_ ("list the forms of the pack") },
  { "import", qd_verb_import, N_ ("bring rows of a sheet into a table") },
  { "new", qd_verb_new, N_ ("make a workspace") },
  { "pack", qd_verb_pack, N_ ("verify or describe a pack") },
  { "receive", qd_verb_receive, N_ ("fetch and verify the receipt of a package") },
  { "report", qd_verb_report, N_ ("print a declaration as PDF") },
  { "screen", qd_verb_screen, N_ ("which control lists substances are on") },
  { "seal", qd_verb_seal, N_ ("check, sign and pack a declaration") },
  { "send", qd_verb_send, N_ ("deliver a package to a server or folder") },
  { "show", qd_verb_show, N_ ("describe a workspace") },
  { "verify", qd_verb_verify, N_ ("verify a package and check its declaration again") },
};

static void
print_usage (FILE *out)
{
  fprintf (out, "%s\n\n", _ ("Usage: qingdan-cli VERB … [--json]"));
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    fprintf (out, "  %-10s %s\n", verbs[i].name, _ (verbs[i].summary));
  fprintf (out, "\n%s\n", _ ("“qingdan-cli VERB --help” tells the words of a verb."));
  fprintf (out, "%s\n", _ ("Exit status: 0 fine, 1 critical findings or failed verification, 2 usage, 3 input cannot be read, 4 network."));
}

int
main (int argc, char **argv)
{
  qd_locale_init ();
  qd_cli_bind_translations ();
  /* Han characters have their Chinese shapes whatever the locale (see Unicode TR 38, glyph variants). */
  g_setenv ("FC_LANG", "zh-cn", FALSE);

  if (argc < 2)
    {
      print_usage (stderr);
      return QD_EXIT_USAGE;
    }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") || g_str_equal (argv[1], "help"))
    {
      print_usage (stdout);
      return QD_EXIT_FINE;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      g_print ("qingdan-cli %s\n", QD_VERSION);
      return QD_EXIT_FINE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (argv[1], verbs[i].name))
      return verbs[i].run (argc - 1, argv + 1);

  g_printerr (_ ("There is no verb “%s”."), argv[1]);
  g_printerr ("\n\n");
  print_usage (stderr);
  return QD_EXIT_USAGE;
}
