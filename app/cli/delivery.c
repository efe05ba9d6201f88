/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-cli"
#include "config.h"

#include "delivery.h"

#include <glib/gi18n-lib.h>

#include "cli.h"

gboolean
qd_cli_delivery_open (QdCliDelivery *self,
                      const char *address,
                      GError **error)
{
  g_autofree char *path = NULL;

  if (!g_str_has_prefix (address, "http://") && !g_str_has_prefix (address, "https://") && !g_str_has_prefix (address, "file://"))
    path = g_canonicalize_filename (address, NULL);
  self->target = qd_target_new (path != NULL ? path : address);
  self->target->ca_bundle = g_strdup (self->ca);
  self->target->client_cert = g_strdup (self->cert);
  self->target->client_key = g_strdup (self->cert_key);
  self->target->trust_pem = g_strdup (self->trust);
  if (self->token_file != NULL)
    {
      g_autoptr (GBytes) token = qd_cli_read_file (self->token_file, error);
      g_auto (GStrv) lines = NULL;
      g_autofree char *text = NULL;

      if (token == NULL)
        return FALSE;
      text = g_strndup (g_bytes_get_data (token, NULL), g_bytes_get_size (token));
      lines = g_strsplit (text, "\n", 2);
      self->target->bearer = g_strdup (lines[0] != NULL ? g_strstrip (lines[0]) : "");
    }
  return TRUE;
}

void
qd_cli_delivery_clear (QdCliDelivery *self)
{
  g_clear_pointer (&self->target, qd_target_free);
  g_clear_pointer (&self->ca, g_free);
  g_clear_pointer (&self->cert, g_free);
  g_clear_pointer (&self->cert_key, g_free);
  g_clear_pointer (&self->token_file, g_free);
  g_clear_pointer (&self->trust, g_free);
}

static void
add_string (JsonBuilder *builder,
            const char *name,
            const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value != NULL)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
print_json (const char *sha256,
            const char *state,
            const QdReceipt *receipt)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_string (builder, "sha256", sha256);
  add_string (builder, "state", state);
  if (receipt != NULL)
    {
      g_autofree char *time = g_date_time_format_iso8601 (receipt->time);

      add_string (builder, "number", receipt->number);
      add_string (builder, "receiver", receipt->receiver);
      add_string (builder, "time", time);
      add_string (builder, "due", receipt->due);
      add_string (builder, "signer", receipt->signer);
      json_builder_set_member_name (builder, "demo");
      json_builder_add_boolean_value (builder, receipt->demo);
      json_builder_set_member_name (builder, "points");
      json_builder_begin_array (builder);
      for (guint i = 0; i < receipt->points->len; i++)
        {
          const QdReturnPoint *point = g_ptr_array_index (receipt->points, i);

          json_builder_begin_object (builder);
          add_string (builder, "path", point->path);
          add_string (builder, "message", point->message);
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
  qd_cli_print_json (json_builder_get_root (builder));
}

static void
print_receipt (const QdReceipt *receipt)
{
  g_autofree char *time = g_date_time_format_iso8601 (receipt->time);
  g_autofree char *text = NULL;

  switch (receipt->kind)
    {
    case QD_RECEIPT_RECEIVED:
      text = g_strdup_printf (_ ("Received by %s, number %s, %s. This is not the acceptance."), receipt->receiver, receipt->number, time);
      break;
    case QD_RECEIPT_ACCEPTED:
      text = g_strdup_printf (_ ("Accepted by %s, number %s, %s."), receipt->receiver, receipt->number, time);
      break;
    case QD_RECEIPT_RETURNED:
      if (receipt->due != NULL)
        text = g_strdup_printf (_ ("Returned by %s, number %s, %s; to be answered by %s."), receipt->receiver, receipt->number, time, receipt->due);
      else
        text = g_strdup_printf (_ ("Returned by %s, number %s, %s."), receipt->receiver, receipt->number, time);
      break;
    }
  g_print ("%s\n", text);
  for (guint i = 0; i < receipt->points->len; i++)
    {
      const QdReturnPoint *point = g_ptr_array_index (receipt->points, i);

      g_print ("%s%s%s\n", point->path != NULL ? point->path : "", point->path != NULL ? ": " : "", point->message);
    }
  if (receipt->demo)
    g_print ("%s\n", _ ("Signed with a demonstration key: the receipt proves nothing."));
}

int
qd_cli_delivery_answer (QdCliDelivery *self,
                        const char *sha256,
                        GBytes *bytes,
                        const char *state,
                        const char *output,
                        gboolean json)
{
  g_autoptr (QdReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;

  if (bytes != NULL)
    {
      receipt = qd_receipt_read (bytes, sha256, self->trust, &error);
      if (receipt == NULL || (output != NULL && !qd_cli_write_file (output, bytes, &error)))
        return qd_cli_fail (error);
      state = qd_receipt_kind_to_nick (receipt->kind);
    }
  if (json)
    print_json (sha256, state, receipt);
  else if (receipt != NULL)
    print_receipt (receipt);
  else if (g_str_equal (state, "received"))
    g_print ("%s\n", _ ("The receiver has the package and is verifying it. This is not the acceptance."));
  else if (g_str_equal (state, "saved"))
    g_print ("%s\n", _ ("Written to the folder and read back. This is not the acceptance."));
  else if (g_str_equal (state, "sent"))
    g_print ("%s\n", _ ("Delivered, being verified. This is not the acceptance."));
  else
    g_print ("%s\n", _ ("There is no receipt for this package there yet."));
  return receipt != NULL && receipt->kind == QD_RECEIPT_RETURNED ? QD_EXIT_CRITICAL : QD_EXIT_FINE;
}
