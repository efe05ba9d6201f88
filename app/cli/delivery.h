/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib/gi18n-lib.h>

#include "qd-transfer.h"

G_BEGIN_DECLS

/** What `send` and `receive` share: the receiver and how to trust it. Clear with qd_cli_delivery_clear(). */
typedef struct
{
  QdTarget *target; /* (owned) (nullable) */
  char *ca;         /* --ca */
  char *cert;       /* --cert */
  char *cert_key;   /* --cert-key */
  char *token_file; /* --token-file */
  char *trust;      /* --trust */
} QdCliDelivery;

#define QD_CLI_DELIVERY_ENTRIES(delivery)                                                                                                  \
  { "ca", 0, 0, G_OPTION_ARG_FILENAME, &(delivery)->ca, N_ ("CA certificates of the receiver's server, instead of the system's"), "PEM" }, \
      { "cert", 0, 0, G_OPTION_ARG_FILENAME, &(delivery)->cert, N_ ("client certificate for the server"), "PEM|P12" },                     \
      { "cert-key", 0, 0, G_OPTION_ARG_FILENAME, &(delivery)->cert_key, N_ ("key of the client certificate"), "PEM" },                     \
      { "token-file", 0, 0, G_OPTION_ARG_FILENAME, &(delivery)->token_file, N_ ("file whose first line is the access token"), "FILE" },    \
  {                                                                                                                                        \
    "trust", 0, 0, G_OPTION_ARG_FILENAME, &(delivery)->trust, N_ ("certificates that receipts must lead to"), "PEM"                        \
  }

/** @address: http(s) URL or folder, which may be relative */
gboolean qd_cli_delivery_open (QdCliDelivery *self, const char *address, GError **error);
void qd_cli_delivery_clear (QdCliDelivery *self);
/**
 * qd_cli_delivery_answer: verifies and prints a receipt, or the state without one
 * @bytes: (nullable)
 * @state: the word when there is no receipt: sent, saved (to a folder), received, unknown
 * @output: (nullable): file for a good receipt
 *
 * Returns: the exit code
 */
int qd_cli_delivery_answer (QdCliDelivery *self, const char *sha256, GBytes *bytes, const char *state, const char *output, gboolean json);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QdCliDelivery, qd_cli_delivery_clear)

G_END_DECLS
