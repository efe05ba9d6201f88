/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* File choice: GtkFileChooserNative stays inside this file (GtkFileDialog is too new). */

/**
 * qd_file_dialog_async:
 * @patterns: (nullable): "*.qingdan;*.db": what the filter shows, named @filter_name
 * @name: (nullable): suggested name when saving
 */
void qd_file_dialog_async (GtkWidget *parent, GtkFileChooserAction action, const char *title, const char *accept, const char *filter_name, const char *patterns, const char *name, GAsyncReadyCallback callback, gpointer user_data);
/** (nullable) (transfer full): local path, NULL when the user turned away */
char *qd_file_dialog_finish (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
