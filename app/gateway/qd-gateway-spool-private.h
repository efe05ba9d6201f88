/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-gateway-index-private.h"

G_BEGIN_DECLS

/*
 * The gateway's folder: uploads/ID while they come, packages/SHA256.asice once whole, receipts/SHA256.xml, index.sqlite.
 * Blocking; used from one thread. What a function refuses is told by an HTTP status, 0 being fine.
 */
typedef struct _QdGatewaySpool QdGatewaySpool;

/** @max_size: of a package. Errors: G_IO_ERROR */
QdGatewaySpool *qd_gateway_spool_open (const char *dir, gint64 max_size, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qd_gateway_spool_free (QdGatewaySpool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdGatewaySpool, qd_gateway_spool_free)

QdGatewayIndex *qd_gateway_spool_get_index (QdGatewaySpool *self);
char *qd_gateway_spool_dup_package_path (QdGatewaySpool *self, const char *sha256) G_GNUC_WARN_UNUSED_RESULT;

/** Begins an upload. @offset_out: its size at once when the package is here already. @text_out: why not, plain English */
guint qd_gateway_spool_create (QdGatewaySpool *self, gint64 size, const char *metadata, char **id_out, gint64 *offset_out, const char **text_out);
guint qd_gateway_spool_stat (QdGatewaySpool *self, const char *id, gint64 *offset_out, gint64 *size_out, char **metadata_out);
guint qd_gateway_spool_remove (QdGatewaySpool *self, const char *id);

/* One PATCH: open, write…, close. */

typedef struct
{
  char *id;
  int fd; /* -1 when not open */
  gint64 begin;
  gint64 offset;
  gint64 size;
  GChecksum *checksum; /* (owned) (nullable) */
  GBytes *expected;    /* (nullable): digest of the body */
  guint status;        /* 0, or why it failed */
  const char *text;
} QdGatewayWrite;
void qd_gateway_write_clear (QdGatewayWrite *self);

/** @length: of the body, -1 when unknown */
void qd_gateway_spool_begin_write (QdGatewaySpool *self, QdGatewayWrite *write, gint64 offset, gint64 length);
void qd_gateway_spool_write (QdGatewaySpool *self, QdGatewayWrite *write, GBytes *bytes);
/** All is on disk when it returns. @aborted: the connection was cut, so there is no whole body to check */
void qd_gateway_spool_end_write (QdGatewaySpool *self, QdGatewayWrite *write, gboolean aborted);

/** The path of an upload whose bytes are all there, to be digested in any thread. */
char *qd_gateway_spool_dup_upload_path (QdGatewaySpool *self, const char *id) G_GNUC_WARN_UNUSED_RESULT;
/** Makes a package of a whole upload. @new_out: it was not here before. 460 when the digest is not the one announced: the upload is gone then */
guint qd_gateway_spool_complete (QdGatewaySpool *self, const char *id, const char *sha256, gboolean *new_out, const char **text_out);
gboolean qd_gateway_spool_store_receipt (QdGatewaySpool *self, const char *sha256, QdReceiptKind kind, GBytes *receipt, GError **error);

G_END_DECLS
