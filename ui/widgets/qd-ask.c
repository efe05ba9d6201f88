/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-ask"
#include "config.h"
#include "qd-ask.h"

#include <glib/gi18n.h>
#include "qd-look.h"

static void
response_cb (AdwMessageDialog *dialog, const char *response, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GtkEditable *entry = g_object_get_data (G_OBJECT (dialog), "entry");

  /* GTK 4.8: the text of a password entry tells its entry that it lost the focus when that is gone already. */
  gtk_window_set_focus (GTK_WINDOW (dialog), NULL);
  if (!g_str_equal (response, "yes"))
    g_task_return_pointer (task, NULL, NULL);
  else
    g_task_return_pointer (task, g_strdup (entry != NULL ? gtk_editable_get_text (entry) : ""), g_free);
}

static AdwMessageDialog *
build (GtkWidget *parent, const char *question, const char *detail, const char *yes, gboolean destructive)
{
  GtkRoot *root = parent != NULL ? gtk_widget_get_root (parent) : NULL;
  GtkWidget *dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, question, detail);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "no", _ ("Cancel"), "yes", yes, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "yes", destructive ? ADW_RESPONSE_DESTRUCTIVE : ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "yes");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "no");
  return ADW_MESSAGE_DIALOG (dialog);
}

void
qd_ask_async (GtkWidget *parent, const char *question, const char *detail, const char *yes, gboolean destructive, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (parent, NULL, callback, user_data);
  AdwMessageDialog *dialog = build (parent, question, detail, yes, destructive);

  g_task_set_source_tag (task, qd_ask_async);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), task);
  gtk_window_present (GTK_WINDOW (dialog));
}

gboolean
qd_ask_finish (GAsyncResult *result)
{
  g_autofree char *answer = NULL;

  g_return_val_if_fail (g_async_result_is_tagged (result, qd_ask_async), FALSE);
  answer = g_task_propagate_pointer (G_TASK (result), NULL);
  return answer != NULL;
}

static void
ask (GtkWidget *parent, const char *question, const char *detail, const char *label, const char *text, const char *yes, gboolean secret, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (parent, NULL, callback, user_data);
  AdwMessageDialog *dialog = build (parent, question, detail, yes, FALSE);
  GtkWidget *entry = secret ? gtk_password_entry_new () : gtk_entry_new ();

  g_task_set_source_tag (task, qd_ask_text_async);
  gtk_editable_set_text (GTK_EDITABLE (entry), text != NULL ? text : "");
  g_object_set (entry, "activates-default", TRUE, "placeholder-text", label, NULL);
  qd_name (entry, label);
  adw_message_dialog_set_extra_child (dialog, entry);
  g_object_set_data (G_OBJECT (dialog), "entry", entry);
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), task);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
qd_ask_text_async (GtkWidget *parent, const char *question, const char *detail, const char *label, const char *text, const char *yes, GAsyncReadyCallback callback, gpointer user_data)
{
  ask (parent, question, detail, label, text, yes, FALSE, callback, user_data);
}

void
qd_ask_secret_async (GtkWidget *parent, const char *question, const char *detail, const char *label, const char *yes, GAsyncReadyCallback callback, gpointer user_data)
{
  ask (parent, question, detail, label, NULL, yes, TRUE, callback, user_data);
}

char *
qd_ask_text_finish (GAsyncResult *result)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, qd_ask_text_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
