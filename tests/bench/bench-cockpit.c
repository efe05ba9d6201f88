/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cockpit over 200 workspaces: from nothing to the rows, to the first frame, and what a change of one costs. */
#include "config.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"
#include "cockpit-kit.h"
#include "qd-board-page.h"
#include "qd-look.h"
#include "qd-recent.h"

#define WORKSPACES 200
#define DUTIES 40
#define DECLARATIONS 20

static void
changed_cb (gboolean *changed)
{
  *changed = TRUE;
}

static void
painted_cb (gboolean *painted)
{
  *painted = TRUE;
}

/* Milliseconds until the flag is set, and the longest single turn of the main loop meanwhile. */
static double
wait_for (gboolean *flag, double *longest_out)
{
  double start = bench_wall ();

  *longest_out = 0;
  while (!*flag)
    {
      double turn;
      g_main_context_iteration (NULL, FALSE);
      turn = bench_wall ();
      g_main_context_iteration (NULL, TRUE);
      *longest_out = MAX (*longest_out, bench_wall () - turn);
    }
  *flag = FALSE;
  return bench_wall () - start;
}

static void
measure (const char *folder)
{
  const char *const places[] = { folder, NULL };
  g_autoptr (QdCockpit) cockpit = NULL;
  g_autofree char *one = g_build_filename (folder, "007.qingdan", NULL);
  GtkWidget *window, *page;
  gboolean changed = FALSE, painted = FALSE;
  double start, time, longest;

  qd_recent_set_values ("cockpit-places", places);
  start = bench_wall ();
  cockpit = qd_cockpit_new (NULL);
  g_signal_connect_swapped (cockpit, "changed", G_CALLBACK (changed_cb), &changed);
  wait_for (&changed, &longest);
  printf ("read %u workspaces        %.0f ms with the pack (%u rows)\n", g_list_model_get_n_items (qd_cockpit_get_enterprises (cockpit)), bench_wall () - start, g_list_model_get_n_items (qd_cockpit_get_items (cockpit)));

  start = bench_wall ();
  page = qd_board_page_new (cockpit);
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_set_child (GTK_WINDOW (window), page);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect_swapped (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb), &painted);
  wait_for (&painted, &longest);
  printf ("board to its first frame   %.0f ms\n", bench_wall () - start);

  qd_cockpit_refresh (cockpit);
  time = wait_for (&changed, &longest);
  printf ("read all again             %.0f ms, main loop held up to %.0f ms\n", time, longest);
  {
    QdStore *store = qd_store_open (one, FALSE, NULL);
    QdSummary *summary = qd_summary_new ();
    cockpit_kit_add_duty (summary, "义务", 3, 0, QD_HOLDER_US, "");
    cockpit_kit_write (store, summary, 1, 0);
    g_object_unref (store);
  }
  qd_cockpit_refresh_path (cockpit, one);
  time = wait_for (&changed, &longest);
  printf ("read one again             %.0f ms, main loop held up to %.0f ms\n", time, longest);
  start = bench_wall ();
  qd_board_page_show_table (QD_BOARD_PAGE (page), TRUE);
  painted = FALSE;
  wait_for (&painted, &longest);
  printf ("table to its first frame   %.0f ms\n", bench_wall () - start);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = NULL;

  if (g_getenv ("QD_BENCH_DISPLAY") == NULL)
    {
      g_setenv ("QD_BENCH_DISPLAY", "1", TRUE);
      execl (QD_WITH_DISPLAY, QD_WITH_DISPLAY, argv[0], NULL);
      perror (QD_WITH_DISPLAY);
      return 1;
    }
  g_setenv ("GTK_A11Y", "none", TRUE);
  gtk_init ();
  adw_init ();
  qd_look_init ();
  folder = g_dir_make_tmp ("qd-bench-XXXXXX", NULL);
  for (guint i = 0; i < WORKSPACES; i++)
    g_free (cockpit_kit_make (folder, i, DUTIES, DECLARATIONS));
  measure (folder);
  cockpit_kit_remove (folder);
  return 0;
}
