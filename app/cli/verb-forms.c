/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-forms"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cli.h"

int
qd_verb_forms (int argc,
               char **argv)
{
  g_auto (QdCliContext) context = { 0 };
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    QD_CLI_CONTEXT_ENTRIES (&context),
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("print JSON"), NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const char *const *ids;

  if (!qd_cli_parse (&argc, &argv, NULL, entries, 0))
    return QD_EXIT_USAGE;
  if (!qd_cli_context_open (&context, &error))
    return qd_cli_fail (error);

  json_builder_begin_array (builder);
  ids = qd_pack_get_form_ids (context.pack);
  for (guint i = 0; ids[i] != NULL; i++)
    {
      QdForm *form = qd_pack_get_form (context.pack, ids[i], &error);

      if (form == NULL)
        return qd_cli_fail (error);
      if (!json)
        g_print ("%-24s %-12s %s\n", ids[i], qd_form_get_version (form), qd_form_get_title (form, context.language));
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "id");
      json_builder_add_string_value (builder, ids[i]);
      json_builder_set_member_name (builder, "version");
      json_builder_add_string_value (builder, qd_form_get_version (form));
      json_builder_set_member_name (builder, "title");
      json_builder_add_string_value (builder, qd_form_get_title (form, context.language));
      json_builder_set_member_name (builder, "digest");
      json_builder_add_string_value (builder, qd_form_get_digest (form));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  if (json)
    qd_cli_print_json (json_builder_get_root (builder));
  return QD_EXIT_FINE;
}
