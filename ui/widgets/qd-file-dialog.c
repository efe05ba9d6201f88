/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-file-dialog"
#include "config.h"
#include "qd-file-dialog.h"

#include <glib/gi18n.h>

static void
response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;

  g_task_return_pointer (task, file != NULL ? g_file_get_path (file) : NULL, g_free);
  g_object_unref (dialog);
}

void
qd_file_dialog_async (GtkWidget *parent, GtkFileChooserAction action, const char *title, const char *accept, const char *filter_name, const char *patterns, const char *name, GAsyncReadyCallback callback, gpointer user_data)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, action, accept, _ ("Cancel"));
  GTask *task = g_task_new (parent, NULL, callback, user_data);

  g_task_set_source_tag (task, qd_file_dialog_async);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  if (patterns != NULL)
    {
      g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
      g_auto (GStrv) list = g_strsplit (patterns, ";", -1);
      for (guint i = 0; list[i] != NULL; i++)
        gtk_file_filter_add_pattern (filter, list[i]);
      gtk_file_filter_set_name (filter, filter_name);
      gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
    }
  if (name != NULL)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), task);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

char *
qd_file_dialog_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, qd_file_dialog_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
