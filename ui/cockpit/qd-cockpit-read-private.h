/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-enterprise.h"

G_BEGIN_DECLS

/* Where the cockpit's workspaces lie, and reading them in a thread. */

typedef struct
{
  QdPack *pack;               /* (owned) (nullable) */
  GPtrArray *enterprises;     /* (owned) (element-type QdEnterprise) */
  GPtrArray *folders;         /* (owned) (element-type utf8): to be watched */
  GHashTable *region_names;   /* (owned) (nullable): code → name; not when only some were read */
  GHashTable *industry_names; /* (owned) (nullable): the same */
} QdCockpitReading;
void qd_cockpit_reading_free (QdCockpitReading *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdCockpitReading, qd_cockpit_reading_free)

/** @pack: (nullable): then the built-in one is read as well. @only: (nullable): set of paths; NULL: all there are */
void qd_cockpit_read_async (gpointer source, QdPack *pack, GHashTable *only, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
QdCockpitReading *qd_cockpit_read_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** A file, or a folder with workspaces; remembered. */
void qd_cockpit_places_add (const char *path);
/** Takes a workspace off, also one of a folder. */
void qd_cockpit_places_remove (const char *path);

G_END_DECLS
