/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Header bars: the same title, menu and back button on every page. */

typedef enum
{
  QD_HEADER_PLAIN,
  QD_HEADER_SHELL, /* a page of the shell: a button back to the sidebar while it is folded */
  QD_HEADER_TASK,  /* a task page: back button, win.back */
} QdHeaderKind;

/** @back: text of the back button, or NULL for the arrow alone */
GtkWidget *qd_header_new (QdHeaderKind kind, const char *title, const char *back) G_GNUC_WARN_UNUSED_RESULT;
void qd_header_set_title (GtkWidget *header, const char *title, const char *subtitle);
/** Shell pages: shows the button to the sidebar. */
void qd_header_set_folded (GtkWidget *header, gboolean folded);

/** Esc closes the window, as it does dialogs. */
void qd_close_on_escape (GtkWidget *window);

/** Shows a toast on the nearest overlay. @button with detailed @action, both (nullable). */
void qd_toast (GtkWidget *from, const char *text, const char *button, const char *action);

G_END_DECLS
