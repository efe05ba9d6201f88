/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Questions in dialogs: only where undo cannot cover the loss. AdwMessageDialog stays inside this file. */

/** @question is the title, @yes a verb ("Discard draft"). @destructive paints it red. */
void qd_ask_async (GtkWidget *parent, const char *question, const char *detail, const char *yes, gboolean destructive, GAsyncReadyCallback callback, gpointer user_data);
gboolean qd_ask_finish (GAsyncResult *result);

/** Asks for one line of text, with @text as a start. Returns NULL when the user turns away. */
void qd_ask_text_async (GtkWidget *parent, const char *question, const char *detail, const char *label, const char *text, const char *yes, GAsyncReadyCallback callback, gpointer user_data);
/** The same for a PIN; finish as above. */
void qd_ask_secret_async (GtkWidget *parent, const char *question, const char *detail, const char *label, const char *yes, GAsyncReadyCallback callback, gpointer user_data);
char *qd_ask_text_finish (GAsyncResult *result) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
