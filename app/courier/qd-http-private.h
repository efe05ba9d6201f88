/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "qd-transfer.h"

G_BEGIN_DECLS

/* libcurl stays behind this header: one connection to one target, one request at a time. */
typedef struct _QdHttp QdHttp;

/** What a server answered. Header names are in lower case; foreign text is made valid UTF-8. */
typedef struct
{
  guint status;
  GHashTable *headers; /* (element-type utf8 utf8) */
  GByteArray *body;
} QdHttpReply;

/** @cancellable: (nullable): ends a request at once. Errors: QD_COURIER_ERROR_TARGET */
QdHttp *qd_http_new (const QdTarget *target, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qd_http_free (QdHttp *self);
/** A transfer slower than 64 bytes/s for so long counts as cut (60 s unless set). */
void qd_http_set_stall_time (QdHttp *self, guint seconds);
/**
 * qd_http_run: sends one request and reads the whole answer
 * @headers: (nullable) (array zero-terminated=1): "Name: value"
 * @body: (nullable): also sent when empty
 * @max_reply: bytes of an answer that are read; a longer one is an error
 *
 * Redirects are never followed. Errors: QD_COURIER_ERROR_NETWORK, _TLS, _SERVER, G_IO_ERROR_CANCELLED
 */
QdHttpReply *qd_http_run (QdHttp *self, const char *method, const char *url, const char *const *headers, GBytes *body, gsize max_reply, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void qd_http_reply_free (QdHttpReply *self);
/** (nullable) */
const char *qd_http_reply_get_header (const QdHttpReply *self, const char *name);
/** A header that is a whole number from 0; FALSE when it is missing or anything else. */
gboolean qd_http_reply_get_number (const QdHttpReply *self, const char *name, gint64 *out);
/** Retry-After in seconds (at most a day), 0 when there is none. */
guint qd_http_reply_get_retry_after (const QdHttpReply *self);
/** Turns an answer that is no success into the error people read. */
void qd_http_reply_set_error (const QdHttpReply *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdHttp, qd_http_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdHttpReply, qd_http_reply_free)

/** Sets a QD_COURIER_ERROR with the seconds the receiver asks to wait (0: none). */
void qd_courier_set_error (GError **error, QdCourierError code, guint retry_after, const char *format, ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
