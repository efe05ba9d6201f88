/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-targets"
#include "config.h"
#include "qd-targets.h"

void
qd_receiver_free (QdReceiver *self)
{
  g_free (self->name);
  g_free (self->address);
  g_free (self);
}

static void
free_receiver (gpointer data)
{
  qd_receiver_free (data);
}

QdReceiver *
qd_receiver_new (const char *name, const char *address)
{
  QdReceiver *self = g_new0 (QdReceiver, 1);

  self->name = g_strdup (name);
  self->address = g_strdup (address);
  return self;
}

GPtrArray *
qd_targets_list (QdStore *store)
{
  GPtrArray *receivers = g_ptr_array_new_with_free_func (free_receiver);
  g_autofree char *text = qd_store_dup_setting (store, "targets");
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (lines[i], "\t", 2);
      if (g_strv_length (parts) == 2 && *parts[1] != '\0')
        g_ptr_array_add (receivers, qd_receiver_new (parts[0], parts[1]));
    }
  if (receivers->len == 0)
    {
      g_autofree char *target = qd_store_dup_setting (store, "target");
      if (target != NULL && *target != '\0')
        g_ptr_array_add (receivers, qd_receiver_new (target, target));
    }
  return receivers;
}

gboolean
qd_targets_save (QdStore *store, GPtrArray *receivers, GError **error)
{
  GString *text = g_string_new (NULL);
  const char *first = NULL;
  gboolean done;

  for (guint i = 0; i < receivers->len; i++)
    {
      const QdReceiver *receiver = g_ptr_array_index (receivers, i);
      g_autofree char *name = g_strdelimit (g_strdup (receiver->name), "\t\n", ' ');
      g_autofree char *address = g_strstrip (g_strdelimit (g_strdup (receiver->address), "\t\n", ' '));
      if (*address == '\0')
        continue;
      if (first == NULL)
        first = receiver->address;
      g_string_append_printf (text, "%s\t%s\n", name, address);
    }
  done = qd_store_set_setting (store, "targets", text->str, error) && qd_store_set_setting (store, "target", first, error);
  g_string_free (text, TRUE);
  return done;
}

char *
qd_targets_dup_default (QdStore *store)
{
  g_autoptr (GPtrArray) receivers = qd_targets_list (store);

  return receivers->len > 0 ? g_strdup (((QdReceiver *) g_ptr_array_index (receivers, 0))->address) : NULL;
}

char *
qd_targets_dup_name (QdStore *store, const char *address)
{
  g_autoptr (GPtrArray) receivers = qd_targets_list (store);

  for (guint i = 0; i < receivers->len; i++)
    {
      const QdReceiver *receiver = g_ptr_array_index (receivers, i);
      if (g_str_equal (receiver->address, address) && *receiver->name != '\0')
        return g_strdup (receiver->name);
    }
  return g_strdup (address);
}

gboolean
qd_target_address_is_valid (const char *address)
{
  g_autoptr (GUri) uri = NULL;

  if (g_path_is_absolute (address))
    return TRUE;
  uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return FALSE;
  return g_str_equal (g_uri_get_scheme (uri), "http") || g_str_equal (g_uri_get_scheme (uri), "https");
}
