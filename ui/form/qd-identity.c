/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-identity"
#include "config.h"
#include "qd-identity.h"

void
qd_identity_update (QdWorkspace *workspace, QdInstance *profile)
{
  static const struct
  {
    const char *path;
    const char *setting;
  } parts[] = {
    { "/profile/ent/name", "name" },
    { "/profile/ent/uscc", "uscc" },
    { "/profile/sites/site/name", "site" },
  };
  QdStore *store = qd_workspace_get_store (workspace);
  gboolean changed = FALSE;

  if (qd_store_is_read_only (store))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      QdNodeId node = qd_instance_find (profile, parts[i].path);
      const char *value = node != 0 ? qd_instance_get_value (profile, node) : "";
      g_autofree char *old = qd_store_dup_setting (store, parts[i].setting);
      g_autoptr (GError) error = NULL;
      if (*value == '\0' || g_strcmp0 (old, value) == 0)
        continue;
      if (!qd_store_set_setting (store, parts[i].setting, value, &error))
        g_message ("%s", error->message);
      changed = TRUE;
    }
  if (changed)
    qd_workspace_touch (workspace);
}
