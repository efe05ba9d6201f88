/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-window"
#include "config.h"
#include "qd-window.h"

#include <glib/gi18n.h>
#include "qd-cockpit-shell.h"
#include "qd-declaration-page.h"
#include "qd-demo.h"
#include "qd-file-dialog.h"
#include "qd-first-run.h"
#include "qd-duty-marks.h"
#include "qd-header.h"
#include "qd-kind-page.h"
#include "qd-look.h"
#include "qd-new-declaration.h"
#include "qd-preferences.h"
#include "qd-preview-page.h"
#include "qd-recent.h"
#include "qd-seal-page.h"
#include "qd-shell.h"
#include "qd-targets.h"
#include "qd-work.h"

struct _QdWindow
{
  AdwApplicationWindow parent_instance;
  AdwToastOverlay *toasts;
  GtkStack *stack;
  GtkSpinner *spinner;
  GtkLabel *busy_label;
  QdFirstRun *first_run;

  QdWorkspace *workspace;  /* (owned) (nullable) */
  QdShell *shell;          /* (not owned) (nullable): child of the stack */
  QdCockpitShell *cockpit; /* (not owned) (nullable): the same, in a window over many enterprises */
  gboolean opening;
  gint64 wanted;             /* declaration to show once the workspace is open, 0 none */
  GPtrArray *tasks;          /* (element-type GtkWidget) (not owned): task pages, the top last */
  GCancellable *cancellable; /* (owned): of opening */
  guint serial;              /* names of task pages */
};

G_DEFINE_FINAL_TYPE (QdWindow, qd_window, ADW_TYPE_APPLICATION_WINDOW)

/* Commands that the page on top answers. Keys that input methods use stay free. */
static const QdCommand commands[] = {
  { "undo", { "<Control>z" } },
  { "redo", { "<Control><Shift>z" } },
  { "check", { "F5" } },
  { "preview", { "<Control>p" } },
  { "print", { "<Control><Shift>p" } },
  { "seal", { "<Control><Shift>s" } },
  { "next-finding", { "F8" } },
  { "previous-finding", { "<Shift>F8" } },
  { "apply-fix", { "<Alt>Return", "<Alt>KP_Enter" } },
  { "next-section", { "<Control>Page_Down" } },
  { "previous-section", { "<Control>Page_Up" } },
  { "check-section", { "<Control>Return", "<Control>KP_Enter" } },
  { "next-pane", { "F6" } },
  { "previous-pane", { "<Shift>F6" } },
  { "help", { "F1" } },
  { "pane-help", { "<Control>1" } },
  { "pane-findings", { "<Control>2" } },
  { "pane-history", { "<Control>3" } },
  { "toggle-pane", { "F9" } },
  { "same-as-last", { "<Control>l" } },
  { "field-menu", { "<Control>m" } },
  { "search", { "<Control>f" } },
  { "save-to-usb", { "<Control><Shift>b" } },
  { "load-receipt", { NULL } },
  { "send-all", { NULL } },
  { "new-declaration", { NULL } },
  { "amend", { NULL } },
  { "import", { "<Control><Shift>i" } },
  { "export", { "<Control>e" } },
};

const QdCommand *
qd_window_get_commands (guint *n_out)
{
  *n_out = G_N_ELEMENTS (commands);
  return commands;
}

QdWorkspace *
qd_window_get_workspace (QdWindow *self)
{
  return self->workspace;
}

QdPage *
qd_window_get_page (QdWindow *self)
{
  GtkWidget *visible = gtk_stack_get_visible_child (self->stack);

  if (visible == GTK_WIDGET (self->shell) && visible != NULL)
    return qd_shell_get_page (self->shell);
  if (visible == GTK_WIDGET (self->cockpit) && visible != NULL)
    return qd_cockpit_shell_get_page (self->cockpit);
  return QD_IS_PAGE (visible) ? QD_PAGE (visible) : NULL;
}

static void
update_commands (QdWindow *self)
{
  QdPage *page = qd_window_get_page (self);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), commands[i].name);
      g_simple_action_set_enabled (G_SIMPLE_ACTION (action), page != NULL && qd_page_can (page, commands[i].name));
    }
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "back")), self->tasks->len > 0);
}

static void
shell_page_changed_cb (QdWindow *self)
{
  QdPage *page = self->cockpit != NULL ? qd_cockpit_shell_get_page (self->cockpit) : qd_shell_get_page (self->shell);

  if (page != NULL && g_object_get_data (G_OBJECT (page), "commands-watched") == NULL)
    {
      g_object_set_data (G_OBJECT (page), "commands-watched", GINT_TO_POINTER (1));
      g_signal_connect_object (page, "commands-changed", G_CALLBACK (update_commands), self, G_CONNECT_SWAPPED);
    }
  update_commands (self);
}

/* GTK wants the focus out of a text before the text goes. */
static void
remove_page (QdWindow *self, GtkWidget *page)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  if (focus != NULL && gtk_widget_is_ancestor (focus, page))
    gtk_root_set_focus (GTK_ROOT (self), NULL);
  gtk_stack_remove (self->stack, page);
}

static void
clear_tasks (QdWindow *self)
{
  while (self->tasks->len > 0)
    remove_page (self, g_ptr_array_steal_index (self->tasks, self->tasks->len - 1));
}

static void
drop_workspace (QdWindow *self)
{
  clear_tasks (self);
  if (self->shell != NULL)
    remove_page (self, GTK_WIDGET (self->shell));
  self->shell = NULL;
  if (self->cockpit != NULL)
    remove_page (self, GTK_WIDGET (self->cockpit));
  self->cockpit = NULL;
  g_clear_object (&self->workspace);
}

static void
load_pack_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;
  QdPack *pack = qd_pack_load_builtin (&error);

  if (pack == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_return_pointer (task, g_strdup_printf (_ ("Pack %s %s, files compared with their digests"), qd_pack_get_id (pack), qd_pack_get_version (pack)), g_free);
  qd_pack_unref (pack);
}

static void
pack_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdWindow *self = QD_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_task_propagate_pointer (G_TASK (result), &error);

  if (self->first_run != NULL)
    qd_first_run_set_pack (self->first_run, text != NULL ? text : error->message);
}

void
qd_window_show_first_run (QdWindow *self, const char *problem, const char *missing)
{
  drop_workspace (self);
  gtk_spinner_stop (self->spinner);
  qd_first_run_show_problem (self->first_run, problem, missing);
  gtk_stack_set_visible_child_name (self->stack, "first");
  gtk_window_set_title (GTK_WINDOW (self), _ ("Qingdan"));
  update_commands (self);
  {
    g_autoptr (GTask) task = g_task_new (self, NULL, pack_loaded_cb, NULL);
    g_task_run_in_thread (task, load_pack_in_thread);
  }
}

void
qd_window_push (QdWindow *self, GtkWidget *page)
{
  g_autofree char *name = g_strdup_printf ("task-%u", ++self->serial);

  g_return_if_fail (QD_IS_PAGE (page));
  gtk_stack_add_named (self->stack, page, name);
  g_ptr_array_add (self->tasks, page);
  g_signal_connect_object (page, "commands-changed", G_CALLBACK (update_commands), self, G_CONNECT_SWAPPED);
  gtk_stack_set_visible_child (self->stack, page);
  qd_page_shown (QD_PAGE (page));
  update_commands (self);
}

void
qd_window_pop (QdWindow *self)
{
  GtkWidget *page;
  GtkWidget *below;

  if (self->tasks->len == 0)
    return;
  page = g_ptr_array_steal_index (self->tasks, self->tasks->len - 1);
  below = self->tasks->len > 0 ? g_ptr_array_index (self->tasks, self->tasks->len - 1) : GTK_WIDGET (self->shell);
  gtk_stack_set_visible_child (self->stack, below);
  remove_page (self, page);
  if (qd_window_get_page (self) != NULL)
    qd_page_shown (qd_window_get_page (self));
  update_commands (self);
}

/* The demonstration's receiver has the port of last time where it can, else the workspace learns the new one. */
static void
gateway_started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *address = qd_demo_gateway_start_finish (result, &error);
  g_autoptr (GPtrArray) receivers = NULL;
  const char *name = _ ("Demo receiver on this computer");

  if (self->workspace == NULL || !qd_workspace_is_demo (self->workspace))
    return;
  if (address == NULL)
    {
      qd_toast (GTK_WIDGET (self->stack), error->message, NULL, NULL);
      return;
    }
  if (qd_workspace_is_read_only (self->workspace))
    return;
  receivers = qd_targets_list (qd_workspace_get_store (self->workspace));
  for (guint i = receivers->len; i > 0; i--)
    {
      const QdReceiver *receiver = g_ptr_array_index (receivers, i - 1);
      if (g_str_equal (receiver->name, name) || g_str_equal (receiver->address, address))
        g_ptr_array_remove_index (receivers, i - 1);
    }
  g_ptr_array_insert (receivers, 0, qd_receiver_new (name, address));
  if (!qd_targets_save (qd_workspace_get_store (self->workspace), receivers, &error))
    qd_toast (GTK_WIDGET (self->stack), error->message, NULL, NULL);
  qd_courier_start (qd_workspace_get_courier (self->workspace));
}

static void
show_declaration (QdWindow *self, QdDraft *draft, const char *path)
{
  GtkWidget *page;

  clear_tasks (self);
  page = qd_declaration_page_new (self->workspace, draft);
  qd_window_push (self, page);
  if (path != NULL && *path != '\0')
    qd_declaration_page_go_to (QD_DECLARATION_PAGE (page), path);
}

/* A declaration that takes long to open, because it or the register it reads has very many rows. */
typedef struct
{
  QdWindow *window;
  QdWork *work;
  char *path;
} SlowOpening;

static void
declaration_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  SlowOpening *opening = user_data;
  g_autoptr (QdWindow) self = opening->window;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDraft) draft = qd_workspace_open_draft_finish (QD_WORKSPACE (source), result, &error);
  g_autofree char *path = opening->path;

  qd_work_end (opening->work);
  g_free (opening);
  /* Another workspace may be open by now, or none. */
  if (self->workspace != (QdWorkspace *) source)
    return;
  if (draft != NULL)
    show_declaration (self, draft, path);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    qd_toast (GTK_WIDGET (self->stack), error->message, NULL, NULL);
}

static void
open_declaration (QdWindow *self, gint64 id, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDraft) draft = NULL;

  if (self->workspace == NULL)
    return;
  if (qd_workspace_is_slow (self->workspace, id))
    {
      SlowOpening *opening = g_new0 (SlowOpening, 1);

      opening->window = g_object_ref (self);
      opening->work = qd_work_begin (GTK_WIDGET (self->stack), _ ("Opening…"));
      opening->path = g_strdup (path);
      qd_workspace_open_draft_async (self->workspace, id, qd_work_progress, opening->work, qd_work_get_cancellable (opening->work), declaration_opened_cb, opening);
      return;
    }
  draft = qd_workspace_open_draft (self->workspace, id, &error);
  if (draft == NULL)
    {
      qd_toast (GTK_WIDGET (self->stack), error->message, NULL, NULL);
      return;
    }
  show_declaration (self, draft, path);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdWorkspace) workspace = qd_workspace_open_finish (result, &error);
  g_autofree char *name = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->opening = FALSE;
  gtk_spinner_stop (self->spinner);
  if (workspace == NULL)
    {
      qd_window_show_first_run (self, error->message, NULL);
      return;
    }
  drop_workspace (self);
  self->workspace = g_object_ref (workspace);
  qd_recent_add (qd_store_get_path (qd_workspace_get_store (workspace)));
  self->shell = QD_SHELL (qd_shell_new (workspace));
  g_signal_connect_object (self->shell, "page-changed", G_CALLBACK (shell_page_changed_cb), self, G_CONNECT_SWAPPED);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->shell), NULL);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->shell));
  qd_shell_show_page (self->shell, "overview");
  name = qd_workspace_dup_name (workspace);
  gtk_window_set_title (GTK_WINDOW (self), name);
  if (qd_workspace_is_demo (workspace) && !qd_workspace_is_read_only (workspace))
    qd_demo_gateway_start_async (gateway_started_cb, g_object_ref (self));
  else if (qd_workspace_get_courier (workspace) != NULL)
    qd_courier_start (qd_workspace_get_courier (workspace));
  if (self->wanted != 0)
    open_declaration (self, self->wanted, NULL);
  self->wanted = 0;
}

void
qd_window_open (QdWindow *self, const char *path, QdWorkspaceMode mode)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *text = g_strdup_printf (_ ("Opening %s"), base);

  if (mode == QD_WORKSPACE_OPEN && !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *problem = g_strdup_printf (_ ("%s is not there. Is the USB stick plugged in?"), base);
      qd_window_show_first_run (self, problem, path);
      return;
    }
  g_cancellable_cancel (self->cancellable);
  g_set_object (&self->cancellable, NULL);
  self->cancellable = g_cancellable_new ();
  self->opening = TRUE;
  /* The old workspace lets go of its lock before the new one (it may be the same file) is opened. */
  drop_workspace (self);
  gtk_label_set_text (self->busy_label, text);
  gtk_spinner_start (self->spinner);
  gtk_stack_set_visible_child_name (self->stack, "busy");
  qd_workspace_open_async (path, mode, self->cancellable, opened_cb, g_object_ref (self));
}

gboolean
qd_window_is_free (QdWindow *self)
{
  return self->workspace == NULL && self->cockpit == NULL && !self->opening;
}

QdWindow *
qd_window_take (GtkApplication *application)
{
  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    if (QD_IS_WINDOW (l->data) && qd_window_is_free (l->data))
      return l->data;
  return qd_window_new (application);
}

/* Opens in this window; the one over many enterprises stays what it is. */
static void
open_here (QdWindow *self, const char *path, QdWorkspaceMode mode)
{
  if (self->cockpit != NULL)
    {
      self = qd_window_take (gtk_window_get_application (GTK_WINDOW (self)));
      gtk_window_present (GTK_WINDOW (self));
    }
  qd_window_open (self, path, mode);
}

/* A row of the cockpit: the workspace's window, or a new one. */
static void
cockpit_open_cb (QdWindow *self, const char *path, gint64 declaration)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  QdWindow *window;

  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    {
      QdWorkspace *workspace = QD_IS_WINDOW (l->data) ? qd_window_get_workspace (l->data) : NULL;
      if (workspace != NULL && g_str_equal (qd_store_get_path (qd_workspace_get_store (workspace)), path))
        {
          gtk_window_present (l->data);
          if (declaration != 0)
            open_declaration (l->data, declaration, NULL);
          return;
        }
    }
  window = qd_window_take (application);
  window->wanted = declaration;
  gtk_window_present (GTK_WINDOW (window));
  qd_window_open (window, path, QD_WORKSPACE_OPEN);
}

static void
active_cb (QdCockpit *cockpit, GParamSpec *pspec, GtkWindow *window)
{
  /* Nobody tells when another computer takes or drops a lock. */
  if (gtk_window_is_active (window))
    qd_cockpit_refresh (cockpit);
}

void
qd_window_show_cockpit (QdWindow *self)
{
  g_autoptr (QdCockpit) cockpit = qd_cockpit_new (NULL);

  g_return_if_fail (qd_window_is_free (self));
  self->cockpit = QD_COCKPIT_SHELL (qd_cockpit_shell_new (cockpit));
  g_signal_connect_object (self->cockpit, "page-changed", G_CALLBACK (shell_page_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->cockpit, "open", G_CALLBACK (cockpit_open_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "notify::is-active", G_CALLBACK (active_cb), cockpit, G_CONNECT_SWAPPED);
  gtk_stack_add_named (self->stack, GTK_WIDGET (self->cockpit), NULL);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->cockpit));
  gtk_window_set_title (GTK_WINDOW (self), _ ("All enterprises"));
  qd_cockpit_shell_show_page (self->cockpit, "board");
}

static void
cockpit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QdWindow *self = user_data;
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  for (GList *l = gtk_application_get_windows (application); l != NULL; l = l->next)
    if (QD_IS_WINDOW (l->data) && QD_WINDOW (l->data)->cockpit != NULL)
      {
        gtk_window_present (l->data);
        return;
      }
  self = qd_window_is_free (self) ? self : qd_window_take (application);
  qd_window_show_cockpit (self);
  gtk_window_present (GTK_WINDOW (self));
}

static void
file_chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdWindow *self = QD_WINDOW (source);
  QdWorkspaceMode mode = GPOINTER_TO_INT (user_data);
  g_autofree char *path = qd_file_dialog_finish (result);

  if (path == NULL)
    return;
  if (mode == QD_WORKSPACE_CREATE && !g_str_has_suffix (path, ".qingdan"))
    {
      g_autofree char *full = g_strconcat (path, ".qingdan", NULL);
      open_here (self, full, mode);
      return;
    }
  open_here (self, path, mode);
}

static void
new_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  qd_file_dialog_async (self, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("New Workspace"), _ ("Create"), _ ("Workspaces"), "*.qingdan", _ ("enterprise.qingdan"), file_chosen_cb, GINT_TO_POINTER (QD_WORKSPACE_CREATE));
}

static void
open_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  qd_file_dialog_async (self, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Open Workspace"), _ ("Open"), _ ("Workspaces"), "*.qingdan", NULL, file_chosen_cb, GINT_TO_POINTER (QD_WORKSPACE_OPEN));
}

static void
open_file_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  open_here (self, g_variant_get_string (parameter, NULL), QD_WORKSPACE_OPEN);
}

static void
create_file_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  open_here (self, g_variant_get_string (parameter, NULL), QD_WORKSPACE_CREATE);
}

static void
demo_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  g_autofree char *path = qd_demo_dup_path ();

  open_here (self, path, QD_WORKSPACE_DEMO);
}

static void
back_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  qd_window_pop (self);
}

static void
page_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QdWindow *self = user_data;

  if (self->shell == NULL)
    return;
  clear_tasks (self);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->shell));
  qd_shell_show_page (self->shell, g_variant_get_string (parameter, NULL));
}

static void
nth_page_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QdWindow *self = user_data;

  if (self->cockpit != NULL)
    qd_cockpit_shell_show_nth_page (self->cockpit, (guint) g_variant_get_int32 (parameter));
  if (self->shell == NULL)
    return;
  clear_tasks (self);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->shell));
  qd_shell_show_nth_page (self->shell, (guint) g_variant_get_int32 (parameter));
}

static void
open_declaration_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  open_declaration (self, g_variant_get_int64 (parameter), NULL);
}

static void
go_to_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  gint64 id;
  const char *path;

  g_variant_get (parameter, "(x&s)", &id, &path);
  open_declaration (self, id, path);
}

static void
preview_declaration_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QdWindow *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDraft) draft = self->workspace != NULL ? qd_workspace_open_draft (self->workspace, g_variant_get_int64 (parameter), &error) : NULL;

  if (draft != NULL)
    qd_window_push (self, qd_preview_page_new (self->workspace, draft));
  else if (error != NULL)
    qd_toast (GTK_WIDGET (self->stack), error->message, NULL, NULL);
}

static void
seal_declaration_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QdWindow *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDraft) draft = self->workspace != NULL ? qd_workspace_open_draft (self->workspace, g_variant_get_int64 (parameter), &error) : NULL;

  if (draft != NULL)
    qd_window_push (self, qd_seal_page_new (self->workspace, draft));
  else if (error != NULL)
    qd_toast (GTK_WIDGET (self->stack), error->message, NULL, NULL);
}

static void
marks_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QdWindow *self = user_data;

  if (self->workspace != NULL)
    qd_duty_marks_show (GTK_WINDOW (self), self->workspace, g_variant_get_string (parameter, NULL));
}

static void
mark_again_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QdWindow *self = user_data;

  if (self->workspace != NULL)
    qd_duty_marks_again (GTK_WIDGET (self->stack), self->workspace, parameter);
}

/* Shows the page of a form of the shell, at a field. */
static void
answer_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QdWindow *self = user_data;
  const char *name;
  const char *path;
  QdPage *page;

  if (self->shell == NULL)
    return;
  g_variant_get (parameter, "(&s&s)", &name, &path);
  clear_tasks (self);
  gtk_stack_set_visible_child (self->stack, GTK_WIDGET (self->shell));
  qd_shell_show_page (self->shell, name);
  page = qd_shell_get_page (self->shell);
  if (QD_IS_KIND_PAGE (page))
    qd_kind_page_go_to (QD_KIND_PAGE (page), path);
}

static void
new_declaration_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QdWindow *self = user_data;

  if (self->workspace != NULL)
    qd_new_declaration_show (GTK_WINDOW (self), self->workspace);
}

static void
preferences_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QdWindow *self = user_data;

  qd_preferences_show (GTK_WINDOW (self), self->workspace);
}

static void
command_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QdPage *page = qd_window_get_page (user_data);

  if (page != NULL)
    qd_page_run (page, g_action_get_name (G_ACTION (action)));
}

static void
close_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  gtk_window_close (self);
}

static void
qd_window_dispose (GObject *object)
{
  QdWindow *self = QD_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->stack != NULL)
    drop_workspace (self);
  g_clear_object (&self->workspace);
  gtk_widget_dispose_template (GTK_WIDGET (self), QD_TYPE_WINDOW);
  self->stack = NULL;
  self->first_run = NULL;
  G_OBJECT_CLASS (qd_window_parent_class)->dispose (object);
}

static void
qd_window_finalize (GObject *object)
{
  g_ptr_array_unref (QD_WINDOW (object)->tasks);
  G_OBJECT_CLASS (qd_window_parent_class)->finalize (object);
}

static void
qd_window_class_init (QdWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_window_finalize;
  g_type_ensure (QD_TYPE_FIRST_RUN);
  gtk_widget_class_set_template_from_resource (widget_class, "/cn/qingdan/Qingdan/ui/qd-window.ui");
  gtk_widget_class_bind_template_child (widget_class, QdWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, QdWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, QdWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, QdWindow, busy_label);
  gtk_widget_class_bind_template_child (widget_class, QdWindow, first_run);
}

static void
qd_window_init (QdWindow *self)
{
  static const GActionEntry actions[] = {
    { "new", new_cb, NULL, NULL, NULL, { 0 } },
    { "open", open_cb, NULL, NULL, NULL, { 0 } },
    { "open-file", open_file_cb, "s", NULL, NULL, { 0 } },
    { "create-file", create_file_cb, "s", NULL, NULL, { 0 } },
    { "demo", demo_cb, NULL, NULL, NULL, { 0 } },
    { "cockpit", cockpit_cb, NULL, NULL, NULL, { 0 } },
    { "back", back_cb, NULL, NULL, NULL, { 0 } },
    { "page", page_cb, "s", NULL, NULL, { 0 } },
    { "nth-page", nth_page_cb, "i", NULL, NULL, { 0 } },
    { "open-declaration", open_declaration_cb, "x", NULL, NULL, { 0 } },
    { "answer", answer_cb, "(ss)", NULL, NULL, { 0 } },
    { "marks", marks_cb, "s", NULL, NULL, { 0 } },
    { "mark-again", mark_again_cb, QD_DUTY_MARK_TYPE, NULL, NULL, { 0 } },
    { "go-to", go_to_cb, "(xs)", NULL, NULL, { 0 } },
    { "preview-declaration", preview_declaration_cb, "x", NULL, NULL, { 0 } },
    { "seal-declaration", seal_declaration_cb, "x", NULL, NULL, { 0 } },
    { "add-declaration", new_declaration_cb, NULL, NULL, NULL, { 0 } },
    { "preferences", preferences_cb, NULL, NULL, NULL, { 0 } },
    { "close", close_cb, NULL, NULL, NULL, { 0 } },
  };

  self->tasks = g_ptr_array_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GSimpleAction) action = g_simple_action_new (commands[i].name, NULL);
      g_simple_action_set_enabled (action, FALSE);
      g_signal_connect (action, "activate", G_CALLBACK (command_cb), self);
      g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (action));
    }
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_window_set_icon_name (GTK_WINDOW (self), "cn.qingdan.Qingdan");
}

QdWindow *
qd_window_new (GtkApplication *application)
{
  return g_object_new (QD_TYPE_WINDOW, "application", application, NULL);
}
