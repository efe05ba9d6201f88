/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * QdEngine: the form engine behind JSON lines: one request object a line, one reply object a line. It keeps its forms per handle.
 * Values are taken as ODK's engines take them: what does not fit a type or is not among the choices becomes empty.
 */
typedef struct _QdEngine QdEngine;

QdEngine *qd_engine_new (void) G_GNUC_WARN_UNUSED_RESULT;
void qd_engine_free (QdEngine *self);
/** Returns: (transfer full): the reply to one request, without a line end; an error is a reply, too */
char *qd_engine_handle (QdEngine *self, const char *request) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdEngine, qd_engine_free)

G_END_DECLS
