/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-store.h"
#include "qd-transfer.h"

G_BEGIN_DECLS

/** Where the access token of a receiver is kept. */
typedef enum
{
  QD_TOKEN_NOWHERE,
  QD_TOKEN_KEYRING,   /* the desktop's: no copy of the workspace carries it */
  QD_TOKEN_WORKSPACE, /* as text, where there is no keyring */
} QdTokenPlace;

/**
 * qd_target_load:
 *
 * Returns: (transfer full): the address with what the workspace keeps for it in the settings "target:KEY:ADDRESS"
 * (ca, cert, key, trust), but without its token
 */
QdTarget *qd_target_load (QdStore *store, const char *address) G_GNUC_WARN_UNUSED_RESULT;
/** Keeps everything of @target but its token. */
gboolean qd_target_save (QdStore *store, const QdTarget *target, GError **error);

QdTokenPlace qd_target_get_token_place (QdStore *store, const char *address);
/** Fetches the token into @target. Blocking: a locked keyring asks the user. Errors: QD_COURIER_ERROR_TARGET */
gboolean qd_target_load_token (QdStore *store, QdTarget *target, GCancellable *cancellable, GError **error);
/**
 * qd_target_keep_token: (blocking)
 * @token: (nullable): %NULL forgets it
 *
 * In the keyring of the desktop, else in the workspace.
 */
gboolean qd_target_keep_token (QdStore *store, const char *address, const char *token, GCancellable *cancellable, GError **error);

G_END_DECLS
