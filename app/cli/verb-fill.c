/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-fill"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cli.h"

/* FORM is the id of a form of the pack, or a file. */
static QdForm *
find_form (QdPack *pack,
           const char *word,
           GError **error)
{
  g_autoptr (GBytes) xml = NULL;
  QdForm *form;

  if (!g_str_has_suffix (word, ".xml"))
    {
      form = qd_pack_get_form (pack, word, error);
      return form != NULL ? g_object_ref (form) : NULL;
    }
  xml = qd_cli_read_file (word, error);
  return xml != NULL ? qd_form_new (xml, word, error) : NULL;
}

int
qd_verb_fill (int argc,
              char **argv)
{
  g_auto (QdCliContext) context = { 0 };
  g_autofree char *in = NULL;
  g_autofree char *out = NULL;
  const GOptionEntry entries[] = {
    QD_CLI_CONTEXT_ENTRIES (&context),
    { "in", 'i', 0, G_OPTION_ARG_FILENAME, &in, N_ ("the declaration so far; without it a new one is begun"), "XML" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_ ("where the result goes; standard output without it"), "XML" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdForm) form = NULL;
  g_autoptr (QdInstance) instance = NULL;
  g_autoptr (GBytes) xml = NULL;
  g_autoptr (GBytes) result = NULL;
  QdInstanceOptions options;

  if (!qd_cli_parse (&argc, &argv, "FORM", entries, 1))
    return QD_EXIT_USAGE;
  if (!qd_cli_context_open (&context, &error))
    return qd_cli_fail (error);
  form = find_form (context.pack, argv[1], &error);
  if (form == NULL)
    return qd_cli_fail (error);

  options = qd_cli_context_get_options (&context);
  if (in != NULL)
    {
      xml = qd_cli_read_file (in, &error);
      if (xml == NULL)
        return qd_cli_fail (error);
      options.mode = QD_INSTANCE_RESTORE;
      options.xml = xml;
      options.xml_name = in;
    }
  instance = qd_instance_new (form, &options, &error);
  if (instance == NULL)
    return qd_cli_fail (error);

  result = qd_instance_save (instance);
  if (out == NULL)
    g_print ("%.*s", (int) g_bytes_get_size (result), (const char *) g_bytes_get_data (result, NULL));
  else if (!qd_cli_write_file (out, result, &error))
    return qd_cli_fail (error);
  return QD_EXIT_FINE;
}
