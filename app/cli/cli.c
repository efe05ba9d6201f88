/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-cli"
#include "config.h"

#include "cli.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <libintl.h>
#include <string.h>

#include "qd-receipt.h"
#include "qd-signer.h"
#include "qd-tree.h"

/* An instance is typed by people: 64 MiB is far above any. */
#define MAX_FILE_SIZE (64 * 1024 * 1024)

void
qd_cli_bind_translations (void)
{
  /* From the build tree the catalogues lie beside the build; installed ones win when there are no others. */
  const char *dir = g_file_test (QD_BUILD_LOCALEDIR, G_FILE_TEST_IS_DIR) ? QD_BUILD_LOCALEDIR : QD_LOCALEDIR;

  bindtextdomain (GETTEXT_PACKAGE, dir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

gboolean
qd_cli_parse (int *argc,
              char ***argv,
              const char *parameters,
              const GOptionEntry *entries,
              int n_words)
{
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_strdup_printf ("qingdan-cli %s", (*argv)[0]);

  g_set_prgname (program);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return FALSE;
    }
  if (n_words >= 0 && *argc - 1 != n_words)
    {
      g_autofree char *help = g_option_context_get_help (context, TRUE, NULL);

      g_printerr ("%s", help);
      return FALSE;
    }
  return TRUE;
}

int
qd_cli_fail (const GError *error)
{
  g_printerr ("%s\n", error->message);
  if (error->domain == QD_COURIER_ERROR)
    return error->code == QD_COURIER_ERROR_RECEIPT ? QD_EXIT_CRITICAL : QD_EXIT_NETWORK;
  if (g_error_matches (error, QD_SEAL_ERROR, QD_SEAL_ERROR_CRITICAL))
    return QD_EXIT_CRITICAL;
  return QD_EXIT_INPUT;
}

void
qd_cli_print_json (JsonNode *node)
{
  g_autofree char *text = json_to_string (node, TRUE);

  g_print ("%s\n", text);
  json_node_unref (node);
}

gboolean
qd_cli_context_open (QdCliContext *self,
                     GError **error)
{
  if (self->date != NULL)
    {
      g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
      g_autofree char *text = g_strdup_printf ("%sT12:00:00", self->date);

      self->now = g_date_time_new_from_iso8601 (text, zone);
      if (self->now == NULL || strlen (self->date) != 10)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("“%s” is not a date; write 2026-11-24."), self->date);
          return FALSE;
        }
    }
  else
    {
      self->now = g_date_time_new_now_local ();
    }
  if (self->language == NULL)
    self->language = g_strdup (qd_cli_default_language ());
  self->pack = self->pack_dir != NULL ? qd_pack_load (self->pack_dir, error) : qd_pack_load_builtin (error);
  return self->pack != NULL;
}

void
qd_cli_context_clear (QdCliContext *self)
{
  g_clear_pointer (&self->pack, qd_pack_unref);
  g_clear_pointer (&self->pack_dir, g_free);
  g_clear_pointer (&self->date, g_free);
  g_clear_pointer (&self->language, g_free);
  g_clear_pointer (&self->profile, g_free);
  g_clear_pointer (&self->substances, g_free);
  g_clear_pointer (&self->last, g_free);
  g_clear_pointer (&self->period, g_free);
  g_clear_pointer (&self->now, g_date_time_unref);
}

const char *
qd_cli_default_language (void)
{
  const char *const *names = g_get_language_names ();

  return g_str_has_prefix (names[0], "zh") ? "zh-CN" : "en";
}

static GBytes *
resolve_host (const char *uri,
              char **media_type_out,
              gpointer user_data,
              GError **error)
{
  QdCliContext *self = user_data;
  const char *path = NULL;

  if (g_str_equal (uri, "jr://instance/profile"))
    path = self->profile;
  else if (g_str_equal (uri, "jr://instance/register"))
    path = self->substances;
  else if (g_str_equal (uri, "jr://instance/last") || g_str_equal (uri, "jr://instance/last-saved"))
    path = self->last;
  else if (g_str_equal (uri, "jr://instance/period"))
    {
      g_autofree char *xml = NULL;

      if (self->period == NULL)
        return NULL;
      *media_type_out = g_strdup ("text/xml");
      xml = g_markup_printf_escaped ("<period><value>%s</value></period>", self->period);
      return g_bytes_new_take (xml, strlen (g_steal_pointer (&xml)));
    }
  else
    return qd_pack_resolve (uri, media_type_out, self->pack, error);

  if (path == NULL)
    return NULL;
  *media_type_out = g_strdup ("text/xml");
  return qd_cli_read_file (path, error);
}

QdInstanceOptions
qd_cli_context_get_options (QdCliContext *self)
{
  return (QdInstanceOptions){ .now = self->now, .language = self->language, .resolver = resolve_host, .resolver_data = self };
}

GBytes *
qd_cli_read_file (const char *path,
                  GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE, NULL, error);

  if (info == NULL)
    return NULL;
  if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, _ ("%s is a folder; name a file in it."), path);
      return NULL;
    }
  if (g_file_info_get_size (info) > MAX_FILE_SIZE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("%s is larger than 64 MiB; a declaration never is."), path);
      return NULL;
    }
  return g_file_load_bytes (file, NULL, NULL, error);
}

gboolean
qd_cli_write_file (const char *path,
                   GBytes *bytes,
                   GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return g_file_set_contents_full (path, data, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666, error);
}

QdForm *
qd_cli_find_form (QdPack *pack,
                  GBytes *instance,
                  const char *name,
                  GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (instance, &length);
  g_autoptr (QdTree) tree = qd_tree_parse (text, (gssize) length, QD_TREE_FOREIGN, error);
  const char *id;

  if (tree == NULL)
    {
      g_prefix_error (error, "%s: ", name);
      return NULL;
    }
  id = qd_tree_node_get_attribute (qd_tree_get_root (tree), NULL, "id");
  if (id == NULL)
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_INSTANCE, _ ("%s: the root element has no id, so it does not say which form it fills."), name);
      return NULL;
    }
  return qd_pack_get_form (pack, id, error);
}

QdInstance *
qd_cli_load (QdCliContext *self,
             const char *path,
             GError **error)
{
  QdInstanceOptions options = qd_cli_context_get_options (self);
  g_autoptr (GBytes) xml = qd_cli_read_file (path, error);
  QdForm *form;

  if (xml == NULL)
    return NULL;
  form = qd_cli_find_form (self->pack, xml, path, error);
  if (form == NULL)
    return NULL;
  options.mode = QD_INSTANCE_RESTORE;
  options.xml = xml;
  options.xml_name = path;
  return qd_instance_new (form, &options, error);
}

QdNodeId
qd_cli_find_table (QdInstance *instance,
                   const char *path,
                   GError **error)
{
  QdNodeId node = path[0] == '/' ? qd_instance_find (instance, path) : 0;

  if (node != 0 && qd_instance_get_node_type (instance, node) == QD_NODE_REPEAT_INSTANCE)
    node = qd_instance_get_parent (instance, node);
  if (node != 0 && qd_instance_get_node_type (instance, node) == QD_NODE_REPEAT_RANGE)
    return node;
  g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("The declaration has no table %s."), path);
  return 0;
}

static void
add_string (JsonBuilder *builder,
            const char *name,
            const char *value)
{
  if (value == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

JsonNode *
qd_cli_verdict_to_json (QdVerdict *verdict,
                        QdForm *form)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GPtrArray *findings = qd_verdict_get_findings (verdict);
  g_autofree char *moment = g_date_time_format_iso8601 (qd_verdict_get_moment (verdict));

  json_builder_begin_object (builder);
  add_string (builder, "form", qd_form_get_id (form));
  add_string (builder, "formVersion", qd_form_get_version (form));
  add_string (builder, "pack", qd_verdict_get_pack_label (verdict));
  add_string (builder, "engine", QD_ENGINE_VERSION);
  add_string (builder, "moment", moment);
  for (int severity = QD_SEVERITY_CRITICAL; severity >= QD_SEVERITY_NOTICE; severity--)
    {
      json_builder_set_member_name (builder, qd_severity_to_nick ((QdSeverity) severity));
      json_builder_add_int_value (builder, qd_verdict_count (verdict, (QdSeverity) severity));
    }
  json_builder_set_member_name (builder, "unexplained");
  json_builder_add_int_value (builder, qd_verdict_count_unexplained (verdict));
  json_builder_set_member_name (builder, "canSeal");
  json_builder_add_boolean_value (builder, qd_verdict_can_seal (verdict));
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < findings->len; i++)
    {
      QdFinding *finding = g_ptr_array_index (findings, i);

      json_builder_begin_object (builder);
      add_string (builder, "rule", qd_finding_get_rule (finding));
      add_string (builder, "severity", qd_severity_to_nick (qd_finding_get_severity (finding)));
      add_string (builder, "path", qd_finding_get_path (finding));
      add_string (builder, "place", qd_finding_get_place (finding));
      add_string (builder, "message", qd_finding_get_message (finding));
      add_string (builder, "reason", qd_finding_get_reason (finding));
      add_string (builder, "fix", qd_finding_get_fix (finding));
      add_string (builder, "basis", qd_finding_get_basis (finding));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

void
qd_cli_print_verdict (QdVerdict *verdict)
{
  GPtrArray *findings = qd_verdict_get_findings (verdict);

  for (guint i = 0; i < findings->len; i++)
    {
      static const char *const words[] = { N_ ("Note"), N_ ("Check"), N_ ("Must fix") };
      QdFinding *finding = g_ptr_array_index (findings, i);

      g_print ("[%s] %s\n    %s\n", _ (words[qd_finding_get_severity (finding)]), qd_finding_get_place (finding), qd_finding_get_message (finding));
      if (qd_finding_get_reason (finding) != NULL)
        g_print (_ ("    Explained: %s\n"), qd_finding_get_reason (finding));
    }
  g_print (_ ("%u to fix, %u to check (%u without a reason), %u notes. "),
           qd_verdict_count (verdict, QD_SEVERITY_CRITICAL),
           qd_verdict_count (verdict, QD_SEVERITY_POSSIBLE),
           qd_verdict_count_unexplained (verdict),
           qd_verdict_count (verdict, QD_SEVERITY_NOTICE));
  g_print ("%s\n", qd_verdict_can_seal (verdict) ? _ ("Ready to seal.") : _ ("Cannot be sealed yet."));
}
