/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QD_ED25519_SIGNATURE_SIZE 64
#define QD_ED25519_KEY_SIZE 32

/** qd_ed25519_verify: is @signature (64 bytes) the one of @message under the public @key (32 bytes)? RFC 8032, pure Ed25519. */
gboolean qd_ed25519_verify (const guint8 *signature, const guint8 *message, gsize length, const guint8 *key);

G_END_DECLS
