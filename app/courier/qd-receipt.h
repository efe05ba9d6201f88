/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-signed-xml.h"

G_BEGIN_DECLS

#define QD_COURIER_ERROR (qd_courier_error_quark ())
GQuark qd_courier_error_quark (void);
typedef enum
{
  QD_COURIER_ERROR_NETWORK, /* no connection, cut, time-out: try again later */
  QD_COURIER_ERROR_TLS,     /* the server's certificate is not good: do not send */
  QD_COURIER_ERROR_REFUSED, /* the server says no (4xx) */
  QD_COURIER_ERROR_SERVER,  /* 5xx, or an answer that is not tus */
  QD_COURIER_ERROR_SPACE,   /* folder full; nothing was left behind */
  QD_COURIER_ERROR_RECEIPT, /* not a receipt, not signed well, or of another package */
  QD_COURIER_ERROR_STATE,   /* the upload state on disk cannot be read or written */
  QD_COURIER_ERROR_TARGET,  /* a target address that cannot be used */
} QdCourierError;
/** Seconds the receiver asked to wait before the next try (Retry-After), 0 when it did not. */
guint qd_courier_error_get_retry_after (const GError *error);

typedef enum
{
  QD_RECEIPT_RECEIVED, /* 已收到: the bytes are there, being verified. Not the acceptance. */
  QD_RECEIPT_ACCEPTED, /* 已受理 */
  QD_RECEIPT_RETURNED, /* 退回, with points */
} QdReceiptKind;
const char *qd_receipt_kind_to_nick (QdReceiptKind kind); /* "received" … */

/** A point of a return, pinned to a field. */
typedef struct
{
  char *path; /* (nullable): /disclosure/… */
  char *message;
} QdReturnPoint;
QdReturnPoint *qd_return_point_new (const char *path, const char *message) G_GNUC_WARN_UNUSED_RESULT;
void qd_return_point_free (QdReturnPoint *self);

/** A signed answer of the receiver, bound to the package digest. Namespace urn:qingdan:receipt:1. */
typedef struct
{
  QdReceiptKind kind;
  char *package_sha256;
  char *number;   /* the receiver's running number */
  char *receiver; /* name */
  GDateTime *time;
  char *due;         /* (nullable): date to answer a return by */
  GPtrArray *points; /* (element-type QdReturnPoint) */
  char *signer;      /* (nullable): common name of the signing certificate */
  gboolean demo;     /* signed with a demonstration key */
} QdReceipt;
void qd_receipt_free (QdReceipt *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdReceipt, qd_receipt_free)

GBytes *qd_receipt_create (const QdReceipt *content, QdSigner *signer, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Reads and verifies. @package_sha256: (nullable): must match when given. @trust_pem: (nullable). Errors: QD_COURIER_ERROR_RECEIPT */
QdReceipt *qd_receipt_read (GBytes *xml, const char *package_sha256, const char *trust_pem, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
