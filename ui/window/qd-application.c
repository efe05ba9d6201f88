/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-application"
#include "config.h"
#include "qd-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include "qd-demo.h"
#include "qd-look.h"
#include "qd-recent.h"
#include "qd-window.h"

struct _QdApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (QdApplication, qd_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Open a new workspace with the data of an invented enterprise"), NULL },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Show the version and quit"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, N_ ("[FILE.qingdan]") },
  { NULL },
};

static int
qd_application_handle_local_options (GApplication *application, GVariantDict *dict)
{
  if (g_variant_dict_contains (dict, "version"))
    {
      g_print ("qingdan %s\n", QD_VERSION);
      return 0;
    }
  return -1;
}

static int
qd_application_command_line (GApplication *application, GApplicationCommandLine *line)
{
  QdApplication *self = QD_APPLICATION (application);
  GVariantDict *dict = g_application_command_line_get_options_dict (line);
  g_autofree const char **files = NULL;
  QdWindow *window;

  if (g_variant_dict_contains (dict, "demo"))
    {
      g_autofree char *path = qd_demo_dup_path ();
      window = qd_window_take (GTK_APPLICATION (self));
      gtk_window_present (GTK_WINDOW (window));
      qd_window_open (window, path, QD_WORKSPACE_DEMO);
      return 0;
    }
  if (g_variant_dict_lookup (dict, G_OPTION_REMAINING, "^a&ay", &files) && files[0] != NULL)
    {
      for (guint i = 0; files[i] != NULL; i++)
        {
          g_autoptr (GFile) file = g_application_command_line_create_file_for_arg (line, files[i]);
          g_autofree char *path = g_file_get_path (file);
          window = qd_window_take (GTK_APPLICATION (self));
          gtk_window_present (GTK_WINDOW (window));
          if (path != NULL)
            qd_window_open (window, path, QD_WORKSPACE_OPEN);
          else
            qd_window_show_first_run (window, _ ("Only local files can be opened; copy the workspace to this computer first."), NULL);
        }
      return 0;
    }
  g_application_activate (application);
  return 0;
}

static void
qd_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));
  g_autofree char *last = NULL;

  if (window != NULL)
    {
      gtk_window_present (window);
      return;
    }
  window = GTK_WINDOW (qd_window_new (GTK_APPLICATION (application)));
  last = qd_recent_dup_last ();
  if (last != NULL)
    qd_window_open (QD_WINDOW (window), last, QD_WORKSPACE_OPEN);
  else
    qd_window_show_first_run (QD_WINDOW (window), NULL, NULL);
  gtk_window_present (window);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  /* Closing the windows, not g_application_quit(): each writes what is pending and lets go of its lock. */
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (self));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_destroy (l->data);
}

/* The window of a workspace, opened if it is not there: what a notification leads to. */
static void
show_workspace_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  const char *path = g_variant_get_string (parameter, NULL);
  QdWindow *window;

  for (GList *l = gtk_application_get_windows (self); l != NULL; l = l->next)
    {
      QdWorkspace *workspace = QD_IS_WINDOW (l->data) ? qd_window_get_workspace (l->data) : NULL;
      if (workspace != NULL && g_str_equal (qd_store_get_path (qd_workspace_get_store (workspace)), path))
        {
          /* What it is about stands on the overview. */
          gtk_widget_activate_action (l->data, "win.page", "s", "overview");
          gtk_window_present (l->data);
          return;
        }
    }
  window = qd_window_new (self);
  gtk_window_present (GTK_WINDOW (window));
  qd_window_open (window, path, QD_WORKSPACE_OPEN);
}

static gboolean
signal_cb (gpointer user_data)
{
  quit_cb (NULL, NULL, user_data);
  return G_SOURCE_CONTINUE;
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer self)
{
  adw_show_about_window (gtk_application_get_active_window (self),
                         "application-name",
                         _ ("Qingdan"),
                         "application-icon",
                         QD_APPLICATION_ID,
                         "version",
                         QD_VERSION,
                         "comments",
                         _ ("Environmental declarations: find out what is due, fill it in offline, check, seal and send it."),
                         "license-type",
                         GTK_LICENSE_GPL_3_0,
                         NULL);
}

static void
restore_appearance (void)
{
  g_autofree char *word = qd_recent_dup_value ("appearance");

  if (g_strcmp0 (word, "dark") == 0)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_DARK);
  else if (g_strcmp0 (word, "light") == 0)
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), ADW_COLOR_SCHEME_FORCE_LIGHT);
}

static void
qd_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { "quit", quit_cb, NULL, NULL, NULL, { 0 } },
    { "about", about_cb, NULL, NULL, NULL, { 0 } },
    { "show-workspace", show_workspace_cb, "s", NULL, NULL, { 0 } },
  };
  static const struct
  {
    const char *action;
    const char *keys[3];
  } keys[] = {
    { "app.quit", { "<Control>q" } },
    { "win.new", { "<Control>n" } },
    { "win.open", { "<Control>o" } },
    { "win.close", { "<Control>w" } },
    { "win.back", { "<Alt>Left" } },
    { "win.preferences", { "<Control>comma" } },
    { "win.show-help-overlay", { "<Control>question" } },
    { "win.nth-page(0)", { "<Alt>1" } },
    { "win.nth-page(1)", { "<Alt>2" } },
    { "win.nth-page(2)", { "<Alt>3" } },
    { "win.nth-page(3)", { "<Alt>4" } },
    { "win.nth-page(4)", { "<Alt>5" } },
    { "win.nth-page(5)", { "<Alt>6" } },
  };
  guint n;
  const QdCommand *commands;

  G_APPLICATION_CLASS (qd_application_parent_class)->startup (application);
  /* The session ends, or a terminal says stop: as Ctrl+Q. */
  g_unix_signal_add (SIGTERM, signal_cb, application);
  g_unix_signal_add (SIGINT, signal_cb, application);
  qd_look_init ();
  restore_appearance ();
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), keys[i].action, (const char *const *) keys[i].keys);
  commands = qd_window_get_commands (&n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strconcat ("win.", commands[i].name, NULL);
      gtk_application_set_accels_for_action (GTK_APPLICATION (application), name, (const char *const *) commands[i].keys);
    }
}

static void
qd_application_shutdown (GApplication *application)
{
  qd_demo_gateway_stop ();
  G_APPLICATION_CLASS (qd_application_parent_class)->shutdown (application);
}

static void
qd_application_class_init (QdApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->handle_local_options = qd_application_handle_local_options;
  application_class->command_line = qd_application_command_line;
  application_class->activate = qd_application_activate;
  application_class->startup = qd_application_startup;
  application_class->shutdown = qd_application_shutdown;
}

static void
qd_application_init (QdApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
}

QdApplication *
qd_application_new (void)
{
  return g_object_new (QD_TYPE_APPLICATION, "application-id", QD_APPLICATION_ID, "flags", G_APPLICATION_HANDLES_COMMAND_LINE, NULL);
}
