/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>
#include "qd-gateway-spool-private.h"
#include "qd-gateway.h"

G_BEGIN_DECLS

typedef struct _QdGatewayRequest QdGatewayRequest;
typedef struct _QdGatewayJob QdGatewayJob;
typedef void (*QdGatewayJobFunc) (QdGatewayJob *job);

struct _QdGateway
{
  GObject parent_instance;

  QdGatewayOptions options; /* strings owned below */
  char *dir;
  char *name;
  char *trust_pem;
  char *cert;

  QdGatewaySpool *spool; /* (owned): touched by the disk thread only, once started */
  GThreadPool *disk;     /* (owned): one thread, in order */
  GThreadPool *judges;   /* (owned): one thread: digests and verifications */
  GMainContext *context; /* (owned) */
  SoupServer *server;    /* (owned) (nullable) */
  char *url;
  GCancellable *stopping; /* (owned) */
  GHashTable *writers;    /* (element-type utf8 QdGatewayRequest): the PATCH that holds an upload */
  GHashTable *delays;     /* (element-type GSource): timeouts before verification */
  guint n_jobs;           /* under way in the threads */
  gint64 received;
};

/* What a thread does, and then the main thread with its result. */
struct _QdGatewayJob
{
  QdGateway *gateway;        /* (owned) */
  QdGatewayRequest *request; /* (owned) (nullable) */
  QdGatewayJobFunc run;
  QdGatewayJobFunc done; /* (nullable) */
  GBytes *bytes;         /* (nullable): of a body */

  /* verification */
  char *sha256;
  gint64 number;
  GBytes *receipt; /* (nullable) */
  QdReceiptKind kind;
};

/** A job whose @run takes place in a thread and whose @done (nullable) in the main one. */
QdGatewayJob *qd_gateway_job_new (QdGateway *self, QdGatewayJobFunc run, QdGatewayJobFunc done) G_GNUC_WARN_UNUSED_RESULT;
/** Takes @job. */
void qd_gateway_push (GThreadPool *pool, QdGatewayJob *job);
/** Has the package looked at, after the delay for demonstrations. */
void qd_gateway_judge_later (QdGateway *self, const char *sha256);

/** Puts the handlers of HTTP requests on the server. */
void qd_gateway_serve (QdGateway *self);
void qd_gateway_request_unref (QdGatewayRequest *request);

G_END_DECLS
