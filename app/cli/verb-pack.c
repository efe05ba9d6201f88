/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-pack"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cli.h"

int
qd_verb_pack (int argc,
              char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = NULL;
  const char *const *ids;

  if (!qd_cli_parse (&argc, &argv, "verify|info DIR", NULL, 2))
    return QD_EXIT_USAGE;
  if (!g_str_equal (argv[1], "verify") && !g_str_equal (argv[1], "info"))
    {
      g_printerr ("%s\n", _ ("Say what to do with the pack: verify or info."));
      return QD_EXIT_USAGE;
    }
  pack = qd_pack_load (argv[2], &error);
  if (pack == NULL)
    return qd_cli_fail (error);
  g_print (_ ("Pack %s %s, valid from %s\nSHA-256 %s\n"), qd_pack_get_id (pack), qd_pack_get_version (pack), qd_pack_get_valid_from (pack), qd_pack_get_digest (pack));

  /* Verifying is loading each form: the engine reports unknown functions, bad paths and cycles at load. */
  ids = qd_pack_get_form_ids (pack);
  for (guint i = 0; ids[i] != NULL; i++)
    {
      QdForm *form = qd_pack_get_form (pack, ids[i], &error);
      const char *const *warnings;

      if (form == NULL)
        return qd_cli_fail (error);
      g_print ("%-24s %s\n", ids[i], qd_form_get_version (form));
      warnings = qd_form_get_warnings (form);
      for (guint k = 0; warnings[k] != NULL; k++)
        g_print ("    %s\n", warnings[k]);
    }
  return QD_EXIT_FINE;
}
