/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Access tokens of receivers in the desktop's keyring (libsecret). All calls block, since a locked keyring asks the user
 * for its password: run them in a thread. None waits longer than QD_KEYRING_PATIENCE seconds.
 */

#define QD_KEYRING_PATIENCE 60

/**
 * qd_keyring_lookup:
 * @owner: which workspace the secret belongs to
 *
 * Returns: (transfer full) (nullable): the secret; %NULL without @error when the keyring has none
 */
char *qd_keyring_lookup (const char *owner, const char *address, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** @label: what the desktop's own keyring manager shows; @secret: (nullable): %NULL forgets it */
gboolean qd_keyring_keep (const char *owner, const char *address, const char *label, const char *secret, GCancellable *cancellable, GError **error);

G_END_DECLS
