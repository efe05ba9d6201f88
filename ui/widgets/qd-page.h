/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * QdPage: what can stand in the window. Commands are window actions ("win.undo"); the window hands each to the page on top.
 * Signal commands-changed (): ask again what can be run.
 */
#define QD_TYPE_PAGE (qd_page_get_type ())
G_DECLARE_INTERFACE (QdPage, qd_page, QD, PAGE, GtkWidget)

struct _QdPageInterface
{
  GTypeInterface parent_iface;
  /** Can the command be run now? FALSE for commands the page does not know. */
  gboolean (*can) (QdPage *self, const char *command);
  void (*run) (QdPage *self, const char *command);
  /** The page comes to the front (again). */
  void (*shown) (QdPage *self);
  /** (nullable): its header bar, made by qd_header_new() */
  GtkWidget *(*get_header) (QdPage *self);
};

gboolean qd_page_can (QdPage *self, const char *command);
void qd_page_run (QdPage *self, const char *command);
void qd_page_shown (QdPage *self);
GtkWidget *qd_page_get_header (QdPage *self);
void qd_page_commands_changed (QdPage *self);

G_END_DECLS
