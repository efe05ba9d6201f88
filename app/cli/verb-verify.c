/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-verify"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cli.h"
#include "qd-dossier.h"

static JsonNode *
verification_to_json (const QdVerification *verification)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "valid");
  json_builder_add_boolean_value (builder, verification->valid);
  json_builder_set_member_name (builder, "trusted");
  json_builder_add_boolean_value (builder, verification->trusted);
  json_builder_set_member_name (builder, "demo");
  json_builder_add_boolean_value (builder, verification->demo);
  json_builder_set_member_name (builder, "signer");
  json_builder_add_string_value (builder, verification->signer);
  json_builder_set_member_name (builder, "issuer");
  json_builder_add_string_value (builder, verification->issuer);
  json_builder_set_member_name (builder, "sha256");
  json_builder_add_string_value (builder, verification->sha256);
  if (verification->signing_time != NULL)
    {
      g_autofree char *time = g_date_time_format_iso8601 (verification->signing_time);

      json_builder_set_member_name (builder, "signingTime");
      json_builder_add_string_value (builder, time);
    }
  json_builder_set_member_name (builder, "files");
  json_builder_begin_array (builder);
  for (guint i = 0; verification->files != NULL && verification->files[i] != NULL; i++)
    json_builder_add_string_value (builder, verification->files[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "problems");
  json_builder_begin_array (builder);
  for (guint i = 0; i < verification->problems->len; i++)
    {
      const QdPackageProblem *problem = g_ptr_array_index (verification->problems, i);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "code");
      json_builder_add_string_value (builder, problem->code);
      json_builder_set_member_name (builder, "place");
      json_builder_add_string_value (builder, problem->place);
      json_builder_set_member_name (builder, "message");
      json_builder_add_string_value (builder, problem->message);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

static void
print_verification (const QdVerification *verification)
{
  for (guint i = 0; i < verification->problems->len; i++)
    {
      const QdPackageProblem *problem = g_ptr_array_index (verification->problems, i);

      g_print ("[%s] %s%s%s\n", problem->code, problem->place != NULL ? problem->place : "", problem->place != NULL ? ": " : "", problem->message);
    }
  if (verification->signer != NULL)
    {
      g_autofree char *time = verification->signing_time != NULL ? g_date_time_format_iso8601 (verification->signing_time) : NULL;

      g_print (_ ("Signed by %s, %s\n"), verification->signer, time != NULL ? time : "—");
    }
  if (verification->demo)
    g_print ("%s\n", _ ("This is a demonstration key: the seal proves nothing."));
  if (!verification->valid)
    g_print ("%s\n", _ ("The package must not be relied on."));
  else if (verification->problems->len > 0)
    g_print ("%s\n", _ ("The seal is whole, but the content has problems."));
  else if (verification->trusted)
    g_print ("%s\n", _ ("The seal is whole, the signer is trusted, and the check gives the sealed verdict again."));
  else
    g_print ("%s\n", _ ("The seal is whole and the check gives the sealed verdict again. Whether to trust the signer was not asked (--trust)."));
}

int
qd_verb_verify (int argc,
                char **argv)
{
  g_auto (QdCliContext) context = { 0 };
  g_autofree char *trust = NULL;
  gboolean seal_only = FALSE;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "pack", 0, 0, G_OPTION_ARG_FILENAME, &context.pack_dir, N_ ("the pack, instead of the built-in one"), "DIR" },
    { "trust", 0, 0, G_OPTION_ARG_FILENAME, &trust, N_ ("certificates that the signer's chain must end in"), "PEM" },
    { "seal-only", 0, 0, G_OPTION_ARG_NONE, &seal_only, N_ ("do not check the declaration again"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("print JSON"), NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdVerification) verification = NULL;

  if (!qd_cli_parse (&argc, &argv, "PACKAGE.asice", entries, 1))
    return QD_EXIT_USAGE;
  if (seal_only)
    verification = qd_package_verify (argv[1], trust, NULL, &error);
  else if (qd_cli_context_open (&context, &error))
    verification = qd_package_recheck (argv[1], trust, context.pack, NULL, &error);
  if (verification == NULL)
    return qd_cli_fail (error);

  if (json)
    qd_cli_print_json (verification_to_json (verification));
  else
    print_verification (verification);
  return verification->valid && verification->problems->len == 0 ? QD_EXIT_FINE : QD_EXIT_CRITICAL;
}
