/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-change"
#include "config.h"

#include "qd-instance.h"

QdChange *
qd_change_new (QdChangeKind kind, const char *path, const char *name, const char *old_text, const char *new_text)
{
  QdChange *change = g_new0 (QdChange, 1);

  change->kind = kind;
  change->path = g_strdup (path);
  change->name = g_strdup (name);
  change->old_text = g_strdup (old_text);
  change->new_text = g_strdup (new_text);
  return change;
}

void
qd_change_free (QdChange *change)
{
  g_free (change->path);
  g_free (change->name);
  g_free (change->old_text);
  g_free (change->new_text);
  g_free (change);
}
