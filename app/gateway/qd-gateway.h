/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-pack.h"
#include "qd-receipt.h"

G_BEGIN_DECLS

/** How a received package is answered. */
typedef enum
{
  QD_GATEWAY_CHECK,  /* the seal must be good and the declaration stand up to the same check again */
  QD_GATEWAY_ACCEPT, /* the seal must be good */
  QD_GATEWAY_RETURN, /* everything is returned, to try out what a return looks like */
} QdGatewayPolicy;

typedef struct
{
  const char *dir;       /* where uploads, packages, receipts and the index live */
  const char *name;      /* of the receiver, in its receipts */
  QdSigner *signer;      /* of the receipts */
  const char *trust_pem; /* (nullable): anchors for the seals; any good seal without */
  QdPack *pack;          /* (nullable): needed to check */
  QdGatewayPolicy policy;
  gint64 max_size;  /* of a package in bytes; 0: 4 GiB */
  guint due_days;   /* days to answer a return within; 0: no date */
  guint delay;      /* seconds that a package waits before it is looked at, for demonstrations */
  const char *cert; /* (nullable): PEM with certificate and key, to serve https */
} QdGatewayOptions;

/**
 * QdGateway: the reference receiver: a tus 1.0 server (creation, termination, checksum) that re-checks what it receives and
 * answers with signed receipts and returns at `receipts/SHA256`. Runs in the main context it was made in; disk and
 * verification have threads of their own.
 */
#define QD_TYPE_GATEWAY (qd_gateway_get_type ())
G_DECLARE_FINAL_TYPE (QdGateway, qd_gateway, QD, GATEWAY, GObject)

/** Opens the folder and puts in order what a crash left there. Errors: G_IO_ERROR */
QdGateway *qd_gateway_new (const QdGatewayOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** @listen: "127.0.0.1:8080", "[::1]:0"; port 0 takes a free one. Errors: G_IO_ERROR */
gboolean qd_gateway_start (QdGateway *self, const char *listen, GError **error);
/** (nullable): "http://127.0.0.1:PORT" once started */
const char *qd_gateway_get_url (QdGateway *self);
/** Stops listening and returns when all is on disk. Packages not yet answered are looked at when the folder is used next. */
void qd_gateway_stop (QdGateway *self);
/** Bytes of uploads that came over the network since the start. */
gint64 qd_gateway_get_received (QdGateway *self);

G_END_DECLS
