/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "qd-store.h"

G_BEGIN_DECLS

/**
 * QdReceiverRow: one receiver in the settings: name, address, certificates, access token. What belongs to the address is
 * kept at once; the list of receivers is its owner's. What goes wrong is said in the row.
 * Signals: changed () when name or address are others; removed ().
 */
#define QD_TYPE_RECEIVER_ROW (qd_receiver_row_get_type ())
G_DECLARE_FINAL_TYPE (QdReceiverRow, qd_receiver_row, QD, RECEIVER_ROW, AdwExpanderRow)

/** The files that go with an address. */
typedef enum
{
  QD_RECEIVER_TRUST, /* signs its receipts */
  QD_RECEIVER_CA,    /* vouches for its server */
  QD_RECEIVER_CERT,  /* shows its server who we are */
  QD_RECEIVER_KEY,   /* of that */
  QD_N_RECEIVER_FILES
} QdReceiverFile;

GtkWidget *qd_receiver_row_new (QdStore *store, const char *name, const char *address) G_GNUC_WARN_UNUSED_RESULT;
const char *qd_receiver_row_get_name (QdReceiverRow *self);
/** Of the last address that can be one; "" before that. */
const char *qd_receiver_row_get_address (QdReceiverRow *self);
/** Takes what stands in the entries, as leaving them does. */
void qd_receiver_row_commit (QdReceiverRow *self);
/** @path: (nullable): %NULL for none. A file that cannot be what it is chosen for is refused, and said. */
void qd_receiver_row_set_file (QdReceiverRow *self, QdReceiverFile file, const char *path);
/** Keeps @token (nullable: forgets it) in a thread, as the apply button of its entry does. */
void qd_receiver_row_set_token (QdReceiverRow *self, const char *token);

G_END_DECLS
