/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Compound files ([MS-CFB]): the small file system in which old Excel files, and encrypted new ones, keep their streams. */

#define QD_OLE_SIGNATURE "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#define QD_OLE_SIGNATURE_SIZE 8

/** An opened compound file; it holds @file. */
typedef struct _QdOle QdOle;

/** (nullable): NULL when the file is damaged. Memory is bounded by the size of the file. */
QdOle *qd_ole_new (GBytes *file) G_GNUC_WARN_UNUSED_RESULT;
void qd_ole_free (QdOle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdOle, qd_ole_free)

/** There is a stream of this name in the root; names are compared without case. */
gboolean qd_ole_has_stream (QdOle *self, const char *name);
/** (nullable): NULL when there is none, or it is damaged. A file cut off at its end gives what is there. */
GBytes *qd_ole_read_stream (QdOle *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
