/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-receiver-row"
#include "config.h"
#include "qd-receiver-row.h"

#include <glib/gi18n.h>
#include <string.h>
#include "qd-file-dialog.h"
#include "qd-look.h"
#include "qd-target-store.h"
#include "qd-targets.h"

#define MAX_FILE (1024 * 1024)

typedef struct
{
  GtkWidget *row;
  GtkWidget *clear;
} FileRow;

struct _QdReceiverRow
{
  AdwExpanderRow parent_instance;

  QdStore *store;     /* (owned) */
  QdTarget *target;   /* (owned): what is kept; address "" for a new one */
  GtkWidget *problem; /* all (not owned): shown while there is one */
  GtkWidget *name;
  GtkWidget *address;
  FileRow files[QD_N_RECEIVER_FILES];
  GtkWidget *token;
  GtkWidget *forget;
};

enum
{
  CHANGED,
  REMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (QdReceiverRow, qd_receiver_row, ADW_TYPE_EXPANDER_ROW)

/* What is asked for, what no file means, and what the file must hold. */
static const struct
{
  const char *title;
  const char *without;
  const char *patterns;
  const char *begins; /* (nullable): a PEM block */
} file_kinds[QD_N_RECEIVER_FILES] = {
  { N_ ("Certificate that signs its receipts"), N_ ("None: a receipt shows who signed it, but nobody vouches for that"), "*.pem;*.crt;*.cer", "-----BEGIN CERTIFICATE" },
  { N_ ("CA certificate of its server"), N_ ("None: the authorities that this computer trusts"), "*.pem;*.crt;*.cer", "-----BEGIN CERTIFICATE" },
  { N_ ("Client certificate"), N_ ("None"), "*.pem;*.crt;*.cer;*.p12;*.pfx", NULL },
  { N_ ("Key of the client certificate"), N_ ("None: it is in the certificate's file"), "*.pem;*.key", "PRIVATE KEY-----" },
};

static char **
get_file_field (QdTarget *target, QdReceiverFile file)
{
  char **fields[] = { &target->trust_pem, &target->ca_bundle, &target->client_cert, &target->client_key };

  return fields[file];
}

/* In the row, where its cause is: a toast cuts long sentences off. NULL when all is well again. */
static void
say (QdReceiverRow *self, const char *message)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->problem), message != NULL ? message : "");
  gtk_widget_set_visible (self->problem, message != NULL);
}

static void
show_files (QdReceiverRow *self)
{
  gboolean folder = qd_target_is_folder (self->target);

  for (int i = 0; i < QD_N_RECEIVER_FILES; i++)
    {
      const char *path = *get_file_field (self->target, i);
      gboolean missing = path != NULL && !g_file_test (path, G_FILE_TEST_IS_REGULAR);
      g_autofree char *text = missing ? g_strdup_printf (_ ("Not there now: %s"), path) : g_strdup (path != NULL ? path : _ (file_kinds[i].without));

      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->files[i].row), text);
      gtk_widget_set_visible (self->files[i].clear, path != NULL);
      gtk_widget_set_visible (self->files[i].row, i == QD_RECEIVER_TRUST || !folder);
      gtk_widget_set_sensitive (self->files[i].row, *self->target->address != '\0');
    }
}

static void
show_token (QdReceiverRow *self)
{
  QdTokenPlace place = qd_target_get_token_place (self->store, self->target->address);
  const char *title = place == QD_TOKEN_KEYRING ? _ ("Access token (kept in the keyring of the desktop)") : place == QD_TOKEN_WORKSPACE ? _ ("Access token (kept in the workspace, as this desktop has no keyring)")
                                                                                                                                        : _ ("Access token");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->token), title);
  gtk_widget_set_visible (self->forget, place != QD_TOKEN_NOWHERE);
  gtk_widget_set_visible (self->token, !qd_target_is_folder (self->target));
  gtk_widget_set_sensitive (self->token, *self->target->address != '\0');
}

static void
show_head (QdReceiverRow *self)
{
  const char *name = qd_receiver_row_get_name (self);
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->address));
  gboolean valid = *typed == '\0' || qd_target_address_is_valid (typed);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), *name != '\0' ? name : _ ("New receiver"));
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), valid ? typed : _ ("Not an address: use https://… or a folder"));
  if (valid)
    gtk_widget_remove_css_class (self->address, "error");
  else
    gtk_widget_add_css_class (self->address, "error");
}

static gboolean
save (QdReceiverRow *self)
{
  g_autoptr (GError) error = NULL;

  if (qd_target_save (self->store, self->target, &error))
    return TRUE;
  say (self, error->message);
  return FALSE;
}

typedef struct
{
  QdStore *store; /* (owned) */
  char *address;
  char *token; /* (nullable) */
} Keep;

static void
keep_free (gpointer data)
{
  Keep *keep = data;

  g_object_unref (keep->store);
  g_free (keep->address);
  g_free (keep->token);
  g_free (keep);
}

static void
keep_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Keep *keep = task_data;
  GError *error = NULL;

  if (qd_target_keep_token (keep->store, keep->address, keep->token, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdReceiverRow *self = QD_RECEIVER_ROW (source);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    say (self, error->message);
  show_token (self);
}

static void
keep_token (QdReceiverRow *self, const char *address, const char *token)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, kept_cb, NULL);
  Keep *keep = g_new0 (Keep, 1);

  keep->store = g_object_ref (self->store);
  keep->address = g_strdup (address);
  keep->token = g_strdup (token);
  g_task_set_source_tag (task, keep_token);
  g_task_set_task_data (task, keep, keep_free);
  g_task_run_in_thread (task, keep_in_thread);
}

void
qd_receiver_row_set_token (QdReceiverRow *self, const char *token)
{
  g_return_if_fail (QD_IS_RECEIVER_ROW (self));

  if (*self->target->address != '\0')
    keep_token (self, self->target->address, token);
}

static void
take_token (QdReceiverRow *self)
{
  g_autofree char *token = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->token))));

  gtk_editable_set_text (GTK_EDITABLE (self->token), "");
  if (*token != '\0')
    qd_receiver_row_set_token (self, token);
}

static void
forget_cb (QdReceiverRow *self)
{
  qd_receiver_row_set_token (self, NULL);
}

/* Certificates go along to a new address. The token does not: it was given for the old one, and another host must not see it. */
static void
move_to (QdReceiverRow *self, const char *address)
{
  g_autoptr (QdTarget) before = qd_target_new (self->target->address);

  say (self, NULL);
  g_free (self->target->address);
  self->target->address = g_strdup (address);
  if (!save (self))
    return;
  if (*before->address != '\0')
    {
      g_autoptr (GError) error = NULL;

      if (qd_target_get_token_place (self->store, before->address) != QD_TOKEN_NOWHERE)
        {
          keep_token (self, before->address, NULL);
          say (self, _ ("The access token was for the old address and was forgotten. Enter the one for the new address."));
        }
      if (!qd_target_save (self->store, before, &error))
        say (self, error->message);
    }
  show_files (self);
  show_token (self);
}

void
qd_receiver_row_commit (QdReceiverRow *self)
{
  g_autofree char *typed = NULL;

  g_return_if_fail (QD_IS_RECEIVER_ROW (self));

  typed = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->address))));
  if (qd_target_address_is_valid (typed) && !g_str_equal (typed, self->target->address))
    {
      move_to (self, typed);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  take_token (self);
}

static gboolean
check_file (QdReceiverFile file, const char *path, char **problem_out)
{
  g_autofree char *text = NULL;
  g_autoptr (GFile) it = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info (it, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, NULL, &error);
  g_autofree char *name = g_path_get_basename (path);

  if (info == NULL || g_file_info_get_size (info) > MAX_FILE || !g_file_get_contents (path, &text, NULL, &error))
    {
      *problem_out = error != NULL ? g_strdup_printf (_ ("“%s” cannot be read: %s."), name, error->message) : g_strdup_printf (_ ("“%s” is too large to be a certificate."), name);
      return FALSE;
    }
  if (file_kinds[file].begins == NULL || strstr (text, file_kinds[file].begins) != NULL)
    return TRUE;
  *problem_out = file == QD_RECEIVER_KEY ? g_strdup_printf (_ ("“%s” holds no private key. Choose the key as a PEM file."), name) : g_strdup_printf (_ ("“%s” holds no certificate in PEM form. Ask the receiver for the certificate as a PEM file."), name);
  return FALSE;
}

void
qd_receiver_row_set_file (QdReceiverRow *self, QdReceiverFile file, const char *path)
{
  g_autofree char *problem = NULL;
  char **field;

  g_return_if_fail (QD_IS_RECEIVER_ROW (self));
  g_return_if_fail (*self->target->address != '\0');

  say (self, NULL);
  if (path != NULL && !check_file (file, path, &problem))
    {
      say (self, problem);
      return;
    }
  field = get_file_field (self->target, file);
  g_free (*field);
  *field = g_strdup (path);
  save (self);
  show_files (self);
}

typedef struct
{
  QdReceiverRow *self; /* (owned) */
  QdReceiverFile file;
} Choice;

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Choice *choice = user_data;
  g_autofree char *path = qd_file_dialog_finish (result);

  if (path != NULL)
    qd_receiver_row_set_file (choice->self, choice->file, path);
  g_object_unref (choice->self);
}

static QdReceiverFile
get_file_of (GtkWidget *button)
{
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "file"));
}

static void
choose_cb (QdReceiverRow *self, GtkWidget *button)
{
  Choice *choice = g_new0 (Choice, 1);

  choice->self = g_object_ref (self);
  choice->file = get_file_of (button);
  qd_file_dialog_async (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_OPEN, _ (file_kinds[choice->file].title), _ ("Choose"), _ ("Certificates and keys"), file_kinds[choice->file].patterns, NULL, chosen_cb, choice);
}

static void
clear_cb (QdReceiverRow *self, GtkWidget *button)
{
  qd_receiver_row_set_file (self, get_file_of (button), NULL);
}

static void
name_cb (QdReceiverRow *self)
{
  show_head (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
remove_cb (QdReceiverRow *self)
{
  g_autoptr (QdTarget) nothing = qd_target_new (self->target->address);
  g_autoptr (GError) error = NULL;

  if (*nothing->address != '\0')
    {
      qd_receiver_row_set_token (self, NULL);
      if (!qd_target_save (self->store, nothing, &error))
        say (self, error->message);
    }
  g_signal_emit (self, signals[REMOVED], 0);
}

static void
add_file_row (QdReceiverRow *self, QdReceiverFile file)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *choose = gtk_button_new_with_label (_ ("Choose…"));
  g_autofree char *name = g_strdup_printf (_ ("Choose: %s"), _ (file_kinds[file].title));
  g_autofree char *clear_name = g_strdup_printf (_ ("No file: %s"), _ (file_kinds[file].title));
  GtkWidget *clear = qd_icon_button_new ("qd-delete-symbolic", clear_name, NULL);
  GtkWidget *buttons[] = { clear, choose };

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (file_kinds[file].title));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  gtk_widget_add_css_class (clear, "flat");
  qd_name (choose, name);
  for (gsize i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      gtk_widget_set_valign (buttons[i], GTK_ALIGN_CENTER);
      g_object_set_data (G_OBJECT (buttons[i]), "file", GINT_TO_POINTER (file));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), buttons[i]);
    }
  g_signal_connect_swapped (choose, "clicked", G_CALLBACK (choose_cb), self);
  g_signal_connect_swapped (clear, "clicked", G_CALLBACK (clear_cb), self);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), row);
  self->files[file].row = row;
  self->files[file].clear = clear;
}

static void
qd_receiver_row_finalize (GObject *object)
{
  QdReceiverRow *self = QD_RECEIVER_ROW (object);

  g_clear_object (&self->store);
  g_clear_pointer (&self->target, qd_target_free);
  G_OBJECT_CLASS (qd_receiver_row_parent_class)->finalize (object);
}

static void
qd_receiver_row_class_init (QdReceiverRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_receiver_row_finalize;
  signals[CHANGED] = g_signal_new ("changed", QD_TYPE_RECEIVER_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVED] = g_signal_new ("removed", QD_TYPE_RECEIVER_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qd_receiver_row_init (QdReceiverRow *self)
{
  GtkWidget *remove = qd_icon_button_new ("qd-delete-symbolic", _ ("Remove this receiver"), NULL);
  GtkEventController *left[] = { gtk_event_controller_focus_new (), gtk_event_controller_focus_new () };

  self->problem = adw_action_row_new ();
  self->name = adw_entry_row_new ();
  self->address = adw_entry_row_new ();
  self->token = adw_password_entry_row_new ();
  self->forget = qd_icon_button_new ("qd-delete-symbolic", _ ("Forget the access token"), NULL);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->name), _ ("Name of the receiver"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->address), _ ("Address (https://…) or folder"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->address), TRUE);
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (self->token), TRUE);
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->forget, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_add_css_class (self->forget, "flat");
  adw_expander_row_add_action (ADW_EXPANDER_ROW (self), remove);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (self->token), self->forget);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->problem), FALSE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (self->problem), qd_icon_new ("qd-critical-symbolic", "qd-error"));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (self->problem), 0);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), self->problem);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), self->name);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), self->address);
  for (int i = 0; i < QD_N_RECEIVER_FILES; i++)
    add_file_row (self, i);
  adw_expander_row_add_row (ADW_EXPANDER_ROW (self), self->token);
  gtk_widget_add_controller (self->address, left[0]);
  gtk_widget_add_controller (self->token, left[1]);
  for (gsize i = 0; i < G_N_ELEMENTS (left); i++)
    g_signal_connect_swapped (left[i], "leave", G_CALLBACK (qd_receiver_row_commit), self);
  g_signal_connect_swapped (self->address, "apply", G_CALLBACK (qd_receiver_row_commit), self);
  g_signal_connect_swapped (self->address, "changed", G_CALLBACK (show_head), self);
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (name_cb), self);
  g_signal_connect_swapped (self->token, "apply", G_CALLBACK (qd_receiver_row_commit), self);
  g_signal_connect_swapped (self->forget, "clicked", G_CALLBACK (forget_cb), self);
  g_signal_connect_swapped (remove, "clicked", G_CALLBACK (remove_cb), self);
}

GtkWidget *
qd_receiver_row_new (QdStore *store, const char *name, const char *address)
{
  QdReceiverRow *self = g_object_new (QD_TYPE_RECEIVER_ROW, NULL);

  self->store = g_object_ref (store);
  self->target = qd_target_load (store, address);
  g_signal_handlers_block_by_func (self->name, name_cb, self);
  gtk_editable_set_text (GTK_EDITABLE (self->name), name);
  g_signal_handlers_unblock_by_func (self->name, name_cb, self);
  gtk_editable_set_text (GTK_EDITABLE (self->address), address);
  say (self, NULL);
  show_head (self);
  show_files (self);
  show_token (self);
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (self), *address == '\0');
  return GTK_WIDGET (self);
}

const char *
qd_receiver_row_get_name (QdReceiverRow *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->name));
}

const char *
qd_receiver_row_get_address (QdReceiverRow *self)
{
  return self->target->address;
}
