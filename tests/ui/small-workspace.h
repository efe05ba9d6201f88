/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-workspace.h"

/* A workspace with the small pack of tests/ui/pack, in a folder of its own, and what tests do with widgets. */

typedef struct
{
  char *dir;
  QdStore *store;
  QdPack *pack;
  QdWorkspace *workspace;
} Small;

static inline void
small_open (Small *self)
{
  g_autofree char *pack_dir = g_test_build_filename (G_TEST_DIST, "ui", "pack", NULL);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  self->dir = g_dir_make_tmp ("qd-ui-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (self->dir, "small.qingdan", NULL);
  self->pack = qd_pack_load (pack_dir, &error);
  g_assert_no_error (error);
  self->store = qd_store_create (path, &error);
  g_assert_no_error (error);
  self->workspace = qd_workspace_new (self->store, self->pack);
}

static inline void
small_close (Small *self)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&self->workspace));
  g_assert_finalize_object (g_steal_pointer (&self->store));
  qd_pack_unref (g_steal_pointer (&self->pack));
  dir = g_dir_open (self->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->dir, name, NULL);
      remove (path);
    }
  remove (self->dir);
  g_free (g_steal_pointer (&self->dir));
}

static inline QdDraft *
small_draft (Small *self)
{
  g_autoptr (GError) error = NULL;
  QdDraft *draft = qd_draft_create (self->store, self->pack, "small.declaration", "2026", "Site", "en", &error);

  g_assert_no_error (error);
  return draft;
}

static inline QdNodeId
small_node (QdDraft *draft, const char *path)
{
  QdNodeId node = qd_instance_find (qd_draft_get_instance (draft), path);

  g_assert_cmpuint (node, !=, 0);
  return node;
}

static inline void
small_set (QdDraft *draft, const char *path, const char *value)
{
  g_autoptr (GError) error = NULL;

  qd_instance_set_value (qd_draft_get_instance (draft), small_node (draft, path), value, &error);
  g_assert_no_error (error);
}

static inline const char *
small_get (QdDraft *draft, const char *path)
{
  return qd_instance_get_value (qd_draft_get_instance (draft), small_node (draft, path));
}
