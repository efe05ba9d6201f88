/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-target-store"
#include "config.h"

#include "qd-target-store.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "qd-keyring.h"

/* The workspace's name in the keyring, made at the first token. */
#define OWNER_KEY "keyring"

static const char *const target_keys[] = { "ca", "cert", "key", "trust" };

static char **
get_target_field (QdTarget *target, gsize i)
{
  char **fields[] = { &target->ca_bundle, &target->client_cert, &target->client_key, &target->trust_pem };

  return fields[i];
}

static char *
dup_key (const char *what, const char *address)
{
  return g_strdup_printf ("target:%s:%s", what, address);
}

QdTarget *
qd_target_load (QdStore *store, const char *address)
{
  QdTarget *target = qd_target_new (address);

  for (gsize i = 0; i < G_N_ELEMENTS (target_keys); i++)
    {
      g_autofree char *key = dup_key (target_keys[i], address);

      *get_target_field (target, i) = qd_store_dup_setting (store, key);
    }
  return target;
}

gboolean
qd_target_save (QdStore *store, const QdTarget *target, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (target_keys); i++)
    {
      g_autofree char *key = dup_key (target_keys[i], target->address);

      if (!qd_store_set_setting (store, key, *get_target_field ((QdTarget *) target, i), error))
        return FALSE;
    }
  return TRUE;
}

QdTokenPlace
qd_target_get_token_place (QdStore *store, const char *address)
{
  g_autofree char *key = dup_key ("token", address);
  g_autofree char *ring_key = dup_key ("keyring", address);
  g_autofree char *token = qd_store_dup_setting (store, key);
  g_autofree char *ring = qd_store_dup_setting (store, ring_key);

  return token != NULL ? QD_TOKEN_WORKSPACE : ring != NULL ? QD_TOKEN_KEYRING
                                                           : QD_TOKEN_NOWHERE;
}

gboolean
qd_target_load_token (QdStore *store, QdTarget *target, GCancellable *cancellable, GError **error)
{
  g_autofree char *key = dup_key ("token", target->address);
  g_autofree char *owner = qd_store_dup_setting (store, OWNER_KEY);
  g_autoptr (GError) local = NULL;

  g_clear_pointer (&target->bearer, g_free);
  switch (qd_target_get_token_place (store, target->address))
    {
    case QD_TOKEN_NOWHERE:
      return TRUE;
    case QD_TOKEN_WORKSPACE:
      target->bearer = qd_store_dup_setting (store, key);
      return TRUE;
    case QD_TOKEN_KEYRING:
      break;
    }
  if (owner != NULL)
    target->bearer = qd_keyring_lookup (owner, target->address, cancellable, &local);
  if (target->bearer != NULL)
    return TRUE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (local != NULL)
    g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_TARGET, _ ("The access token of this receiver is in the keyring of the desktop, which does not answer (%s). Unlock it, or enter the token again in the settings."), local->message);
  else
    g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_TARGET, _ ("The access token of this receiver is not in the keyring of this computer. Enter it again in the settings."));
  return FALSE;
}

static char *
ensure_owner (QdStore *store, GError **error)
{
  g_autofree char *owner = qd_store_dup_setting (store, OWNER_KEY);

  if (owner == NULL)
    {
      owner = g_uuid_string_random ();
      if (!qd_store_set_setting (store, OWNER_KEY, owner, error))
        return NULL;
    }
  return g_steal_pointer (&owner);
}

gboolean
qd_target_keep_token (QdStore *store, const char *address, const char *token, GCancellable *cancellable, GError **error)
{
  g_autofree char *key = dup_key ("token", address);
  g_autofree char *ring_key = dup_key ("keyring", address);
  g_autofree char *owner = NULL;
  g_autofree char *label = NULL;
  g_autoptr (GError) local = NULL;
  gboolean in_keyring;

  if (token == NULL && qd_target_get_token_place (store, address) != QD_TOKEN_KEYRING)
    return qd_store_set_setting (store, key, NULL, error);
  owner = ensure_owner (store, error);
  if (owner == NULL)
    return FALSE;
  /* Translators: how the keyring manager of the desktop lists it; address of the receiver */
  label = g_strdup_printf (_ ("Qingdan: access token for %s"), address);
  in_keyring = qd_keyring_keep (owner, address, label, token, cancellable, &local);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!in_keyring)
    g_message ("no keyring: %s", local->message);
  return qd_store_set_setting (store, key, in_keyring ? NULL : token, error) &&
         qd_store_set_setting (store, ring_key, in_keyring && token != NULL ? "1" : NULL, error);
}
