/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <string.h>

#include "file-kit.h"
#include "qd-draft.h"
#include "widget-kit.h"

/* A workspace with an empty register of the built-in pack, in a folder of its own, and a window with something about it. */

typedef struct
{
  char *dir;
  QdPack *pack;
  QdStore *store;
  QdDraft *draft;
  QdInstance *instance;
  QdNodeId range; /* the table of substances */
  GtkWidget *window;
} Register;

static inline void
register_open (Register *self)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  self->dir = g_dir_make_tmp ("qd-ui-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (self->dir, "w.qingdan", NULL);
  self->pack = qd_pack_load_builtin (&error);
  g_assert_no_error (error);
  self->store = qd_store_create (path, &error);
  g_assert_no_error (error);
  self->draft = qd_draft_create (self->store, self->pack, "cn.register", "2026", NULL, "zh-CN", &error);
  g_assert_no_error (error);
  self->instance = qd_draft_get_instance (self->draft);
  self->range = qd_instance_get_child (self->instance, qd_instance_find (self->instance, "/register/table"), 1);
  if (qd_instance_get_node_type (self->instance, self->range) != QD_NODE_REPEAT_RANGE)
    self->range = qd_instance_get_child (self->instance, self->range, 0);
  g_assert_cmpint (qd_instance_get_node_type (self->instance, self->range), ==, QD_NODE_REPEAT_RANGE);
}

static inline void
register_show (Register *self, GtkWidget *child, int width)
{
  self->window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (self->window), child);
  gtk_window_set_default_size (GTK_WINDOW (self->window), width, 800);
  gtk_window_present (GTK_WINDOW (self->window));
}

static inline void
register_close (Register *self)
{
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  settle ();
  g_clear_object (&self->draft);
  g_assert_true (qd_store_close (self->store, NULL));
  g_clear_object (&self->store);
  g_clear_pointer (&self->pack, qd_pack_unref);
  qd_test_remove_tree (self->dir);
  g_free (self->dir);
}

/* @row: from 1 */
static inline QdNodeId
register_node (Register *self, guint row, const char *name)
{
  g_autofree char *path = g_strdup_printf ("/register/table/substance[%u]/%s", row, name);

  return qd_instance_find (self->instance, path);
}

static inline const char *
register_get (Register *self, guint row, const char *name)
{
  return qd_instance_get_value (self->instance, register_node (self, row, name));
}

static inline void
register_set (Register *self, guint row, const char *name, const char *value)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (qd_instance_set_value (self->instance, register_node (self, row, name), value, &error));
  g_assert_no_error (error);
}

/* The first label below that has this text somewhere in it and is on the screen. */
static inline GtkWidget *
find_part (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget) && strstr (gtk_label_get_text (GTK_LABEL (widget)), text) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_part (child, text);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static inline void
wait_for_part (GtkWidget *widget, const char *text)
{
  guint bound = g_timeout_add_seconds (60, too_late_cb, NULL);

  g_test_message ("waiting for %s", text);
  while (find_part (widget, text) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (bound);
}

static inline void
wait_for_text (Register *self, const char *text)
{
  wait_for_part (self->window, text);
}
