/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-show"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cli.h"
#include "qd-store.h"

static void
add_text (JsonBuilder *builder,
          const char *name,
          const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static JsonNode *
workspace_to_json (GPtrArray *declarations,
                   GPtrArray *deliveries)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "declarations");
  json_builder_begin_array (builder);
  for (guint i = 0; i < declarations->len; i++)
    {
      const QdDeclaration *declaration = g_ptr_array_index (declarations, i);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "id");
      json_builder_add_int_value (builder, declaration->id);
      add_text (builder, "form", declaration->form_id);
      add_text (builder, "formVersion", declaration->form_version);
      add_text (builder, "period", declaration->period);
      add_text (builder, "site", declaration->site);
      add_text (builder, "state", qd_state_to_nick (declaration->state));
      add_text (builder, "package", declaration->package_sha256);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "deliveries");
  json_builder_begin_array (builder);
  for (guint i = 0; i < deliveries->len; i++)
    {
      const QdDelivery *delivery = g_ptr_array_index (deliveries, i);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "id");
      json_builder_add_int_value (builder, delivery->id);
      json_builder_set_member_name (builder, "declaration");
      json_builder_add_int_value (builder, delivery->declaration);
      add_text (builder, "target", delivery->target);
      add_text (builder, "state", qd_state_to_nick (delivery->state));
      add_text (builder, "package", delivery->package_sha256);
      json_builder_set_member_name (builder, "size");
      json_builder_add_int_value (builder, delivery->size);
      json_builder_set_member_name (builder, "confirmed");
      json_builder_add_int_value (builder, delivery->offset);
      add_text (builder, "problem", delivery->problem);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

int
qd_verb_show (int argc,
              char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("print JSON"), NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdStore) store = NULL;
  g_autoptr (GPtrArray) declarations = NULL;
  g_autoptr (GPtrArray) deliveries = NULL;

  if (!qd_cli_parse (&argc, &argv, "FILE.qingdan", entries, 1))
    return QD_EXIT_USAGE;
  store = qd_store_open (argv[1], TRUE, &error);
  if (store == NULL ||
      (declarations = qd_store_list_declarations (store, &error)) == NULL ||
      (deliveries = qd_store_list_deliveries (store, &error)) == NULL)
    return qd_cli_fail (error);

  if (json)
    {
      qd_cli_print_json (workspace_to_json (declarations, deliveries));
      return QD_EXIT_FINE;
    }
  for (guint i = 0; i < declarations->len; i++)
    {
      const QdDeclaration *declaration = g_ptr_array_index (declarations, i);

      g_print ("%3" G_GINT64_FORMAT "  %-20s %-10s %s\n", declaration->id, declaration->form_id, declaration->period, qd_state_to_nick (declaration->state));
    }
  for (guint i = 0; i < deliveries->len; i++)
    {
      const QdDelivery *delivery = g_ptr_array_index (deliveries, i);

      g_print ("%3" G_GINT64_FORMAT "  → %s  %s  %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT "\n", delivery->declaration, delivery->target, qd_state_to_nick (delivery->state), delivery->offset, delivery->size);
    }
  return QD_EXIT_FINE;
}
