/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-transfer"
#include "config.h"

#include "qd-transfer.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "qd-digest.h"
#include "qd-folder-private.h"
#include "qd-receipt-private.h"
#include "qd-tus-private.h"
#include "qd-upload-state-private.h"

/**
 * qd_target_new:
 * @address: http(s)://host/base, or an absolute folder path; anything else is refused when something is sent there
 */
QdTarget *
qd_target_new (const char *address)
{
  QdTarget *self = g_new0 (QdTarget, 1);

  self->address = g_str_has_prefix (address, "file://") ? g_filename_from_uri (address, NULL, NULL) : NULL;
  if (self->address == NULL)
    self->address = g_strdup (address);
  return self;
}

void
qd_target_free (QdTarget *self)
{
  if (self == NULL)
    return;
  g_free (self->address);
  g_free (self->ca_bundle);
  g_free (self->client_cert);
  g_free (self->client_key);
  g_free (self->bearer);
  g_free (self->trust_pem);
  g_free (self);
}

gboolean
qd_target_is_folder (const QdTarget *self)
{
  return g_path_is_absolute (self->address);
}

static gboolean
check_target (const QdTarget *target, GError **error)
{
  if (qd_target_is_folder (target) || qd_is_http_address (target->address))
    return TRUE;
  g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_TARGET, _ ("“%s” is not an address that packages can be sent to. It must begin with https://, or be the full path of a folder."), target->address);
  return FALSE;
}

gboolean
qd_transfer_send (const char *package_path, const char *package_sha256, const QdTarget *target, const char *state_path, QdTransferProgress progress, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autofree char *digest = NULL;
  g_autofree char *lock_path = g_strconcat (state_path, ".lock", NULL);
  g_autoptr (GError) local = NULL;
  gint64 size = 0;
  gboolean sent;
  int lock;

  g_return_val_if_fail (qd_is_sha256 (package_sha256), FALSE);

  if (!check_target (target, error))
    return FALSE;
  /* What is sent must be what was sealed: a package that changed on disk would be refused at the other end, hours later. */
  digest = qd_file_digest (package_path, &size, cancellable, &local);
  if (digest == NULL)
    {
      if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_propagate_error (error, g_steal_pointer (&local));
      else
        g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE, _ ("The package “%s” cannot be read any more: %s."), package_path, local->message);
      return FALSE;
    }
  if (!g_str_equal (digest, package_sha256) || size == 0)
    {
      g_set_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_STATE, _ ("The package “%s” is no longer what was sealed, so it was not sent."), package_path);
      return FALSE;
    }
  lock = qd_upload_lock (lock_path, error);
  if (lock < 0)
    return FALSE;
  if (qd_target_is_folder (target))
    sent = qd_folder_send (package_path, size, package_sha256, target->address, progress, user_data, cancellable, NULL, error);
  else
    {
      g_autoptr (QdHttp) http = qd_http_new (target, cancellable, error);

      sent = http != NULL && qd_tus_send (http, package_path, size, package_sha256, target, state_path, progress, user_data, error);
    }
  qd_upload_unlock (lock_path, lock);
  return sent;
}

GBytes *
qd_transfer_fetch_receipt (const char *package_sha256, const QdTarget *target, gboolean *known_out, GCancellable *cancellable, GError **error)
{
  g_autoptr (QdHttp) http = NULL;
  g_autoptr (QdHttpReply) reply = NULL;
  g_autofree char *url = NULL;
  gsize length;

  g_return_val_if_fail (qd_is_sha256 (package_sha256), NULL);

  if (known_out != NULL)
    *known_out = FALSE;
  if (!check_target (target, error))
    return NULL;
  if (qd_target_is_folder (target))
    {
      GBytes *found = qd_folder_find_receipt (package_sha256, target->address, cancellable, error);

      if (known_out != NULL)
        *known_out = found != NULL;
      return found;
    }
  http = qd_http_new (target, cancellable, error);
  if (http == NULL)
    return NULL;
  length = strlen (target->address);
  url = g_strdup_printf ("%s%sreceipts/%s", target->address, length > 0 && target->address[length - 1] == '/' ? "" : "/", package_sha256);
  reply = qd_http_run (http, "GET", url, NULL, NULL, QD_RECEIPT_MAX_SIZE, error);
  if (reply == NULL)
    return NULL;
  switch (reply->status)
    {
    case 200:
      if (known_out != NULL)
        *known_out = TRUE;
      return g_bytes_new (reply->body->data, reply->body->len);
    case 202:
      if (known_out != NULL)
        *known_out = TRUE;
      return NULL;
    case 404:
    case 410:
      return NULL;
    default:
      qd_http_reply_set_error (reply, error);
      return NULL;
    }
}
