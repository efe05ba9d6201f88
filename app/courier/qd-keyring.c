/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-keyring"
#include "config.h"

#include "qd-keyring.h"

#include <libsecret/secret.h>

static const SecretSchema schema = {
  "cn.qingdan.Qingdan.Receiver",
  SECRET_SCHEMA_NONE,
  { { "owner", SECRET_SCHEMA_ATTRIBUTE_STRING }, { "address", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, 0 } },
};

/* One call of libsecret, run in a main context of its own so that it can be given up: a keyring nobody unlocks never answers. */
typedef struct
{
  GMainContext *context;
  GCancellable *cancellable;
  GAsyncResult *result; /* (owned) (nullable): once it has answered */
} Call;

static void
answer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;

  call->result = g_object_ref (result);
}

static gboolean
give_up_cb (gpointer data)
{
  Call *call = data;

  g_cancellable_cancel (call->cancellable);
  return G_SOURCE_REMOVE;
}

static void
forward_cancel (GCancellable *from, gpointer to)
{
  g_cancellable_cancel (to);
}

typedef void (*StartFunc) (Call *call, gpointer data);

/* Returns: (transfer full): what libsecret answered */
static GAsyncResult *
run (StartFunc start, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GCancellable) own = g_cancellable_new ();
  g_autoptr (GSource) patience = g_timeout_source_new_seconds (QD_KEYRING_PATIENCE);
  Call call = { context, own, NULL };
  gulong handler = cancellable != NULL ? g_cancellable_connect (cancellable, G_CALLBACK (forward_cancel), own, NULL) : 0;

  g_main_context_push_thread_default (context);
  g_source_set_callback (patience, give_up_cb, &call, NULL);
  g_source_attach (patience, context);
  start (&call, data);
  while (call.result == NULL)
    g_main_context_iteration (context, TRUE);
  g_source_destroy (patience);
  g_main_context_pop_thread_default (context);
  g_cancellable_disconnect (cancellable, handler);
  return call.result;
}

typedef struct
{
  const char *owner;
  const char *address;
  const char *label;
  const char *secret;
} Item;

static void
start_lookup (Call *call, gpointer data)
{
  const Item *item = data;

  secret_password_lookup (&schema, call->cancellable, answer_cb, call, "owner", item->owner, "address", item->address, NULL);
}

static void
start_store (Call *call, gpointer data)
{
  const Item *item = data;

  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, item->label, item->secret, call->cancellable, answer_cb, call, "owner", item->owner, "address", item->address, NULL);
}

static void
start_clear (Call *call, gpointer data)
{
  const Item *item = data;

  secret_password_clear (&schema, call->cancellable, answer_cb, call, "owner", item->owner, "address", item->address, NULL);
}

char *
qd_keyring_lookup (const char *owner, const char *address, GCancellable *cancellable, GError **error)
{
  Item item = { owner, address, NULL, NULL };
  g_autoptr (GAsyncResult) result = run (start_lookup, &item, cancellable);
  char *secret = secret_password_lookup_finish (result, error);
  char *copy = g_strdup (secret);

  secret_password_free (secret);
  return copy;
}

gboolean
qd_keyring_keep (const char *owner, const char *address, const char *label, const char *secret, GCancellable *cancellable, GError **error)
{
  Item item = { owner, address, label, secret };
  g_autoptr (GAsyncResult) result = run (secret != NULL ? start_store : start_clear, &item, cancellable);
  g_autoptr (GError) local = NULL;

  if (secret != NULL)
    return secret_password_store_finish (result, error);
  secret_password_clear_finish (result, &local); /* FALSE without an error: there was none */
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
