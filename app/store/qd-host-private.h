/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-draft.h"

G_BEGIN_DECLS

/** What the resolver of an instance needs: a draft has it all, a profile that is read for another form only the pack. Borrows all. */
typedef struct
{
  QdStore *store;
  QdPack *pack;
  const char *form_id;
  const char *period;
  const char *site;
  gint64 before_id;
  gboolean nested;
} QdHost;

/** The form of that kind (profile, register): by its usual id, else whichever of the pack says so; NULL when none does. */
QdForm *qd_host_find_form (QdPack *pack, const char *kind);
/** A QdResolver with the host as @user_data: jr://instance/profile, …/register, …/last, …/period, and what the pack has. */
GBytes *qd_host_resolve (const char *uri, char **media_type_out, gpointer user_data, GError **error);
/**
 * The draft as it is on disk. The host must live as long as the instance.
 * @cancellable, @share: (nullable): as in QdInstanceOptions
 * @played_out: (nullable): changes since the snapshot
 */
QdInstance *qd_host_load (QdHost *host, QdForm *form, gint64 id, QdInstanceMode mode, const char *language, GCancellable *cancellable, int *share, guint *played_out, GError **error);

G_END_DECLS
