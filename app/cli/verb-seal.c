/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-seal"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cli.h"
#include "pin.h"
#include "qd-dossier.h"

int
qd_verb_seal (int argc,
              char **argv)
{
  g_auto (QdCliContext) context = { 0 };
  g_autofree char *out = NULL;
  g_autofree char *key = NULL;
  g_autofree char *pin_file = NULL;
  g_auto (GStrv) attach = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    QD_CLI_CONTEXT_ENTRIES (&context),
    { "key", 'k', 0, G_OPTION_ARG_FILENAME, &key, N_ ("certificate file (PKCS#12)"), "P12" },
    { "pin-file", 0, 0, G_OPTION_ARG_FILENAME, &pin_file, N_ ("file whose first line is the PIN; else QINGDAN_PIN_FILE or a prompt"), "FILE" },
    { "attach", 'a', 0, G_OPTION_ARG_FILENAME_ARRAY, &attach, N_ ("a file to seal with the declaration; may be given again"), "FILE" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_ ("the package to make"), "ASICE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("print JSON"), NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) xml = NULL;
  g_autoptr (QdDossier) dossier = NULL;
  g_autoptr (QdSigner) signer = NULL;
  g_autoptr (GPtrArray) attachments = g_ptr_array_new ();
  g_autofree char *sha256 = NULL;
  QdInstanceOptions options;
  QdForm *form;
  char *pin;

  if (!qd_cli_parse (&argc, &argv, "INSTANCE.xml", entries, 1))
    return QD_EXIT_USAGE;
  if (out == NULL || key == NULL)
    {
      g_printerr ("%s\n", _ ("Say with which key and where to: --key KEY.p12 -o PACKAGE.asice"));
      return QD_EXIT_USAGE;
    }
  if (!qd_cli_context_open (&context, &error) ||
      (xml = qd_cli_read_file (argv[1], &error)) == NULL ||
      (form = qd_cli_find_form (context.pack, xml, argv[1], &error)) == NULL)
    return qd_cli_fail (error);

  options = qd_cli_context_get_options (&context);
  options.xml_name = argv[1];
  dossier = qd_dossier_prepare (context.pack, form, xml, &options, &error);
  if (dossier == NULL)
    return qd_cli_fail (error);
  if (!qd_verdict_can_seal (qd_dossier_get_verdict (dossier)))
    {
      /* The key is not even opened: say what is to do. */
      if (json)
        qd_cli_print_json (qd_cli_verdict_to_json (qd_dossier_get_verdict (dossier), form));
      else
        qd_cli_print_verdict (qd_dossier_get_verdict (dossier));
      g_printerr (_ ("Cannot seal yet: %u to fix, %u to explain. Nothing was sealed."),
                  qd_verdict_count (qd_dossier_get_verdict (dossier), QD_SEVERITY_CRITICAL),
                  qd_verdict_count_unexplained (qd_dossier_get_verdict (dossier)));
      g_printerr ("\n");
      return QD_EXIT_CRITICAL;
    }

  pin = qd_cli_obtain_pin (pin_file, &error);
  if (pin == NULL)
    return qd_cli_fail (error);
  signer = qd_signer_new_from_pkcs12 (key, pin, &error);
  qd_pin_free (pin);
  if (signer == NULL)
    return qd_cli_fail (error);

  for (guint i = 0; attach != NULL && attach[i] != NULL; i++)
    g_ptr_array_add (attachments, attach[i]);
  if (!qd_dossier_seal (dossier, signer, attachments, out, NULL, NULL, NULL, &sha256, &error))
    return qd_cli_fail (error);

  if (json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "package");
      json_builder_add_string_value (builder, out);
      json_builder_set_member_name (builder, "sha256");
      json_builder_add_string_value (builder, sha256);
      json_builder_set_member_name (builder, "declarationSha256");
      json_builder_add_string_value (builder, qd_dossier_get_digest (dossier));
      json_builder_set_member_name (builder, "signer");
      json_builder_add_string_value (builder, qd_signer_get_subject (signer));
      json_builder_set_member_name (builder, "demo");
      json_builder_add_boolean_value (builder, qd_signer_is_demo (signer));
      json_builder_end_object (builder);
      qd_cli_print_json (json_builder_get_root (builder));
      return QD_EXIT_FINE;
    }
  g_print (_ ("Sealed by %s: %s\nSHA-256 %s\n"), qd_signer_get_subject (signer), out, sha256);
  if (qd_signer_is_demo (signer))
    g_print ("%s\n", _ ("This is a demonstration key: the seal proves nothing."));
  return QD_EXIT_FINE;
}
