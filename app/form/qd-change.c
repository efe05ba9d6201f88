/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-change"
#include "config.h"

#include "qd-instance.h"

#include <string.h>

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

/* "/d/row[2]" with another row number (from 0). */
static char *
with_row (const char *path, const char *index)
{
  const char *bracket = strrchr (path, '[');
  gsize length = bracket ? (gsize) (bracket - path) : strlen (path);

  return g_strdup_printf ("%.*s[%" G_GINT64_FORMAT "]", (int) length, path, g_ascii_strtoll (index ? index : "0", NULL, 10) + 1);
}

QdChange *
qd_change_invert (const QdChange *change)
{
  QdChangeKind kind = change->kind == QD_CHANGE_ADD ? QD_CHANGE_REMOVE : change->kind == QD_CHANGE_REMOVE ? QD_CHANGE_ADD
                                                                                                          : change->kind;
  g_autofree char *moved = kind == QD_CHANGE_MOVE ? with_row (change->path, change->new_text) : NULL;

  return qd_change_new (kind, moved ? moved : change->path, change->name, change->new_text, change->old_text);
}
