/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-page.h"
#include "qd-workspace.h"

G_BEGIN_DECLS

/**
 * QdWindow: one workspace in one window: the first page, the shell, and task pages on top of it. All commands are window actions;
 * commands of pages ("win.undo") go to the page on top.
 */
#define QD_TYPE_WINDOW (qd_window_get_type ())
G_DECLARE_FINAL_TYPE (QdWindow, qd_window, QD, WINDOW, AdwApplicationWindow)

QdWindow *qd_window_new (GtkApplication *application) G_GNUC_WARN_UNUSED_RESULT;
/** Opens @path; @mode as for workspaces. Problems are shown in the window. */
void qd_window_open (QdWindow *self, const char *path, QdWorkspaceMode mode);
/** The page for a start without a workspace; @problem, @missing: (nullable) */
void qd_window_show_first_run (QdWindow *self, const char *problem, const char *missing);
/** Makes this the window over many enterprises. */
void qd_window_show_cockpit (QdWindow *self);
/** Neither a workspace, nor many, nor one on its way. */
gboolean qd_window_is_free (QdWindow *self);
/** A free window, made if need be. */
QdWindow *qd_window_take (GtkApplication *application);
/** Puts a task page on top. */
void qd_window_push (QdWindow *self, GtkWidget *page);
void qd_window_pop (QdWindow *self);
/** (nullable) */
QdWorkspace *qd_window_get_workspace (QdWindow *self);
QdPage *qd_window_get_page (QdWindow *self);

/** Commands of pages and their keys, for the application and the tests. */
typedef struct
{
  const char *name;
  const char *keys[3];
} QdCommand;
const QdCommand *qd_window_get_commands (guint *n_out);

G_END_DECLS
