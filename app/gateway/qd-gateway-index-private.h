/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "qd-receipt.h"

G_BEGIN_DECLS

/* The gateway's memory: uploads, packages, receipts, in one SQLite file. Used from one thread only. */
typedef struct _QdGatewayIndex QdGatewayIndex;

typedef struct
{
  char *id;
  gint64 size;
  gint64 offset;  /* bytes known to be on disk */
  char *metadata; /* (nullable): Upload-Metadata as it came */
  char *sha256;   /* (nullable): as the client claims; once done: as found */
  gboolean done;
} QdGatewayUpload;
void qd_gateway_upload_free (QdGatewayUpload *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdGatewayUpload, qd_gateway_upload_free)

QdGatewayIndex *qd_gateway_index_open (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qd_gateway_index_free (QdGatewayIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdGatewayIndex, qd_gateway_index_free)

/** The machine was started again since the index was last open: what was not fsynced may be lost. */
gboolean qd_gateway_index_is_rebooted (QdGatewayIndex *self);

gboolean qd_gateway_index_add_upload (QdGatewayIndex *self, const QdGatewayUpload *upload, GError **error);
/** (nullable): NULL without @error when there is none */
QdGatewayUpload *qd_gateway_index_get_upload (QdGatewayIndex *self, const char *id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** (element-type QdGatewayUpload): those not done */
GPtrArray *qd_gateway_index_list_open (QdGatewayIndex *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean qd_gateway_index_set_offset (QdGatewayIndex *self, const char *id, gint64 offset, GError **error);
gboolean qd_gateway_index_remove_upload (QdGatewayIndex *self, const char *id, GError **error);

/** Marks the upload done and notes its package, in one transaction; a package that is there already stays as it is. */
gboolean qd_gateway_index_add_package (QdGatewayIndex *self, const char *upload, const char *sha256, gint64 size, gboolean *new_out, GError **error);
/** FALSE without @error when unknown. @number_out: the running number. @receipt_out: (nullable) while pending */
gboolean qd_gateway_index_get_package (QdGatewayIndex *self, const char *sha256, gint64 *size_out, gint64 *number_out, GBytes **receipt_out, GError **error);
/** (element-type utf8): digests of packages without a receipt, oldest first */
GPtrArray *qd_gateway_index_list_pending (QdGatewayIndex *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Keeps the first receipt of a package; a second one changes nothing. */
gboolean qd_gateway_index_set_receipt (QdGatewayIndex *self, const char *sha256, QdReceiptKind kind, GBytes *receipt, GError **error);
guint qd_gateway_index_count (QdGatewayIndex *self, QdReceiptKind kind);

G_END_DECLS
