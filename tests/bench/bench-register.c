/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of the register of substances with 100,000 rows: opening it, typing, rows, undo, sorting, filtering, checking, leaving. Of each: how long until it is
 * done, and the longest turn of the main loop meanwhile, which is how long the window did not answer. Times of turns are CPU times of the main thread,
 * so that a busy machine does not show in them. With a number: so many rows. With a second one: pictures of the window go to that folder. */
#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "qd-form-view.h"
#include "qd-kind-page.h"
#include "qd-look.h"
#include "qd-table.h"

static double turn_start, longest_turn;
static const char *pictures;

/* A turn is what happens between two waits. */
static int
watched_poll (GPollFD *fds, guint n_fds, int timeout)
{
  int result;

  longest_turn = MAX (longest_turn, bench_thread_cpu () - turn_start);
  result = g_poll (fds, n_fds, timeout);
  turn_start = bench_thread_cpu ();
  return result;
}

static void
set_true (gpointer data)
{
  *(gboolean *) data = TRUE;
}

static void
run_for (guint milliseconds)
{
  gboolean over = FALSE;

  g_timeout_add_once (milliseconds, set_true, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static GtkWidget *
find_child (GtkWidget *widget, const char *type)
{
  if (strcmp (G_OBJECT_TYPE_NAME (widget), type) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_child (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
begin (double *start)
{
  longest_turn = 0;
  turn_start = bench_thread_cpu ();
  *start = bench_wall ();
}

/* Lets follow what follows: counts, totals, painting. */
static void
end (const char *what, double start)
{
  double done = bench_wall () - start;
  static guint n;

  run_for (1500);
  printf ("%-34s %8.0f ms, longest turn %6.0f ms, %6.0f MiB\n", what, done, longest_turn, bench_resident ());
  fflush (stdout);
  if (pictures != NULL)
    {
      g_autofree char *command = g_strdup_printf ("import -window root '%s/%02u.png'", pictures, ++n);

      if (system (command) != 0)
        fprintf (stderr, "%s\n", command);
    }
}

static void
fail (GError *error)
{
  fprintf (stderr, "%s\n", error->message);
  exit (1);
}

static void
work_in (GtkWidget *page, QdTable *table, guint n)
{
  QdDraft *draft = qd_form_view_get_draft (QD_FORM_VIEW (find_child (page, "QdFormView")));
  QdInstance *instance = qd_draft_get_instance (draft);
  QdNodeId use = qd_instance_find (instance, "/register/table/substance[500]/use");
  g_autoptr (GError) error = NULL;
  double start;

  begin (&start);
  for (guint i = 0; i < 5 && error == NULL; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", 200 + i);

      qd_instance_set_value (instance, use, text, &error);
      run_for (50);
    }
  if (error != NULL)
    fail (error);
  end ("type five amounts", start);
  begin (&start);
  gtk_widget_activate_action (GTK_WIDGET (table), "table.insert-row", NULL);
  end ("insert a row", start);
  begin (&start);
  gtk_widget_activate_action (GTK_WIDGET (table), "table.delete-rows", NULL);
  end ("delete a row", start);
  begin (&start);
  qd_form_view_run (QD_FORM_VIEW (find_child (page, "QdFormView")), "undo");
  end ("undo", start);
  begin (&start);
  qd_table_sort (table, 0, FALSE);
  end ("sort by name", start);
  begin (&start);
  qd_table_sort (table, -1, FALSE);
  end ("as in the declaration", start);
  begin (&start);
  qd_table_set_filter (table, "甲醛");
  end ("filter", start);
  begin (&start);
  qd_table_set_filter (table, "");
  end ("show all", start);
  begin (&start);
  qd_table_go_to (table, n - 1, 3);
  end ("go to the last row", start);
  begin (&start);
  qd_form_view_run (QD_FORM_VIEW (find_child (page, "QdFormView")), "check");
  end ("check", start);
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 100000;
  g_autofree char *folder = NULL, *path = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = NULL;
  g_autoptr (QdStore) store = NULL;
  g_autoptr (QdWorkspace) workspace = NULL;
  g_autoptr (GBytes) xml = NULL;
  GtkWidget *window, *page, *table;
  double start;

  if (g_getenv ("QD_BENCH_DISPLAY") == NULL)
    {
      g_setenv ("QD_BENCH_DISPLAY", "1", TRUE);
      execl (QD_WITH_DISPLAY, QD_WITH_DISPLAY, argv[0], argv[1], argc > 2 ? argv[2] : NULL, NULL);
      perror (QD_WITH_DISPLAY);
      return 1;
    }
  pictures = argc > 2 ? argv[2] : NULL;
  g_setenv ("GTK_A11Y", "none", TRUE);
  gtk_init ();
  adw_init ();
  qd_look_init ();
  folder = g_dir_make_tmp ("qd-bench-XXXXXX", NULL);
  path = g_build_filename (folder, "register.qingdan", NULL);
  pack = qd_pack_load_builtin (&error);
  store = pack == NULL ? NULL : qd_store_create (path, &error);
  if (store == NULL)
    fail (error);
  workspace = qd_workspace_new (store, pack);
  xml = bench_make_register (n);
  if (qd_store_add_declaration (store, "cn.register", "2026.11", "", NULL, 0, xml, &error) == 0)
    fail (error);
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_present (GTK_WINDOW (window));
  run_for (300);
  g_main_context_set_poll_func (NULL, watched_poll);

  printf ("%u rows, %.0f MiB before\n", n, bench_resident ());
  begin (&start);
  page = qd_kind_page_new (workspace, "register");
  gtk_window_set_child (GTK_WINDOW (window), page);
  if (pictures != NULL)
    {
      run_for (700);
      end ("while it opens", start);
    }
  while ((table = find_child (page, "QdTable")) == NULL || qd_table_get_n_shown (QD_TABLE (table)) < n)
    g_main_context_iteration (NULL, TRUE);
  end ("open", start);
  work_in (page, QD_TABLE (table), n);
  begin (&start);
  gtk_window_set_child (GTK_WINDOW (window), NULL);
  end ("leave the page", start);
  gtk_window_destroy (GTK_WINDOW (window));
  start = bench_wall ();
  g_clear_object (&workspace);
  g_clear_object (&store);
  printf ("%-34s %8.0f ms\n", "close the workspace", bench_wall () - start);
  g_remove (path);
  g_rmdir (folder);
  return 0;
}
