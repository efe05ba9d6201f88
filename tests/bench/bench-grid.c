/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grid with 10,000 × 20 cells: opening, scrolling, typing, committing, and pasting 10,000 × 10, over plain texts and over a form; then big steps of a draft, done and undone. */
#include "config.h"

#include <adwaita.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "memory-table.h"
#include "qd-draft.h"
#include "qd-instance-table.h"
#include "qd-table.h"

#define ROWS 10000
#define COLUMNS 20
#define PASTE_COLUMNS 10
#define FRAMES 300

typedef struct
{
  GdkFrameClock *clock;
  double started;
  GArray *frames; /* CPU milliseconds from before-paint to after-paint */
  guint n_painted;
} Watch;

/* CPU time of this thread: for how long it did not go on, whatever the others did. */
static double
own_cpu (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1000 + (double) time.tv_nsec / 1e6;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

static double
percentile (GArray *values, double share)
{
  g_array_sort (values, compare_doubles);
  return values->len == 0 ? 0 : g_array_index (values, double, MIN (values->len - 1, (guint) (values->len * share)));
}

static double
get_resident_mb (void)
{
  long pages = 0, resident = 0;
  FILE *file = fopen ("/proc/self/statm", "r");

  if (file)
    {
      if (fscanf (file, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
      fclose (file);
    }
  return (double) resident * (double) sysconf (_SC_PAGESIZE) / 1048576;
}

static void
before_paint_cb (Watch *watch)
{
  watch->started = bench_cpu ();
}

static void
after_paint_cb (Watch *watch)
{
  double took = bench_cpu () - watch->started;

  g_array_append_val (watch->frames, took);
  watch->n_painted++;
}

static void
wait_for_paint (Watch *watch)
{
  guint before = watch->n_painted;

  while (watch->n_painted == before)
    g_main_context_iteration (NULL, TRUE);
}

static void
set_true (gpointer data)
{
  *(gboolean *) data = TRUE;
}

static void
settle (void)
{
  gboolean over = FALSE;

  g_timeout_add_once (40, set_true, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static GtkWidget *
find_child (GtkWidget *widget, const char *type)
{
  if (strcmp (G_OBJECT_TYPE_NAME (widget), type) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_child (child, type);

      if (found)
        return found;
    }
  return NULL;
}

static QdMemoryTable *
make_memory_table (guint n_rows)
{
  QdMemoryTable *table = qd_memory_table_new ();

  for (guint j = 0; j < COLUMNS; j++)
    {
      g_autofree char *spec = g_strdup_printf (j < 2 ? "text:栏%u" : "number:栏%u:t:t", j + 1);

      qd_memory_table_add_column (table, spec);
    }
  for (guint i = 0; i < n_rows; i++)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      g_string_append_printf (line, "物质 %u\t%u-%u-%u", i, i, i % 100, i % 10);
      for (guint j = 2; j < COLUMNS; j++)
        g_string_append_printf (line, "\t%u.%02u", i * j, (i + j) % 100);
      qd_memory_table_append (table, line->str);
    }
  return table;
}

static char *
make_form (void)
{
  g_autoptr (GString) xml = g_string_new ("<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' xmlns:jr='http://openrosa.org/javarosa' xmlns:qd='urn:qingdan:form:1'><h:head><h:title>B</h:title><model><instance><d id='b' version='1'><row jr:template=''>");

  for (guint j = 0; j < PASTE_COLUMNS; j++)
    g_string_append_printf (xml, "<c%u/>", j);
  g_string_append (xml, "</row></d></instance>");
  for (guint j = 0; j < PASTE_COLUMNS; j++)
    g_string_append_printf (xml, "<bind nodeset='/d/row/c%u' type='%s'/>", j, j == 0 ? "string" : "decimal");
  g_string_append (xml, "</model></h:head><h:body><group ref='/d/row'><label>R</label><repeat nodeset='/d/row'>");
  for (guint j = 0; j < PASTE_COLUMNS; j++)
    g_string_append_printf (xml, "<input ref='/d/row/c%u'><label>栏%u</label></input>", j, j);
  g_string_append (xml, "</repeat></group></h:body></h:html>");
  return g_strdup (xml->str);
}

static QdInstance *
make_instance (void)
{
  g_autofree char *xml = make_form ();
  g_autoptr (GBytes) bytes = g_bytes_new (xml, strlen (xml));
  g_autoptr (GError) error = NULL;
  g_autoptr (QdForm) form = qd_form_new (bytes, "bench.xml", &error);
  QdInstance *instance;

  g_assert_no_error (error);
  instance = qd_instance_new (form, &(QdInstanceOptions){ .mode = QD_INSTANCE_CREATE }, &error);
  g_assert_no_error (error);
  return instance;
}

static char *
make_clipboard (guint n_rows)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_rows; i++)
    {
      g_string_append_printf (text, "物质 %u", i);
      for (guint j = 1; j < PASTE_COLUMNS; j++)
        g_string_append_printf (text, "\t%u,%03u.%02u", i % 900 + 1, j, i % 100);
      g_string_append (text, "\r\n");
    }
  return g_string_free (text, FALSE);
}

static void
report (const char *what, GArray *values)
{
  double p50 = percentile (values, .5), p95 = percentile (values, .95), p99 = percentile (values, .99);

  printf ("%-52s p50 %7.2f  p95 %7.2f  p99 %7.2f ms\n", what, p50, p95, p99);
  g_array_set_size (values, 0);
}

static void
scroll (Watch *watch, GtkWidget *grid, double step, const char *what)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (grid));
  double room = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment), at = 0;

  gtk_adjustment_set_value (adjustment, 0);
  settle ();
  g_array_set_size (watch->frames, 0);
  for (guint i = 0; i < FRAMES; i++)
    {
      at += step;
      if (at > room)
        at -= room;
      gtk_adjustment_set_value (adjustment, at);
      wait_for_paint (watch);
    }
  report (what, watch->frames);
}

static void
type (Watch *watch, QdTable *table, GtkWidget *grid)
{
  GtkWidget *text = find_child (grid, "GtkText");
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) waits = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) commits = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < 100; i++)
    {
      double start;
      int position = 0;

      qd_table_go_to (table, i * 97, 2 + i % 8);
      settle ();
      for (guint j = 0; j < 3; j++)
        {
          double began = bench_wall (), took;

          start = bench_cpu ();
          gtk_editable_insert_text (GTK_EDITABLE (text), "7", 1, &position);
          wait_for_paint (watch);
          took = bench_cpu () - start;
          g_array_append_val (keys, took);
          took = bench_wall () - began;
          g_array_append_val (waits, took);
        }
      start = bench_cpu ();
      qd_table_commit (table);
      wait_for_paint (watch);
      start = bench_cpu () - start;
      g_array_append_val (commits, start);
    }
  report ("key to painted (text inserted by code), CPU", keys);
  report ("  the same by the clock, waiting for the frame", waits);
  report ("commit: written, totalled, painted, CPU", commits);
}

static void
paste (Watch *watch, GtkWidget *window, QdTableModel *model, const char *clipboard, const char *what)
{
  GtkWidget *table = qd_table_new (model, NULL);
  double start, done, longest;

  gtk_window_set_child (GTK_WINDOW (window), table);
  settle ();
  start = bench_cpu ();
  qd_table_paste_text (QD_TABLE (table), clipboard);
  longest = bench_cpu () - start;
  /* Into a form it goes in pieces: the longest of them is how long the window does not answer. */
  while (qd_table_model_get_n_rows (model) < ROWS)
    {
      double before = bench_cpu ();

      g_main_context_iteration (NULL, TRUE);
      longest = MAX (longest, bench_cpu () - before);
    }
  done = bench_cpu ();
  wait_for_paint (watch);
  g_assert_cmpuint (qd_table_model_get_n_rows (model), ==, ROWS);
  printf ("%-52s %7.0f ms, painted after %.0f ms (CPU), longest piece %.0f ms\n", what, done - start, bench_cpu () - start, longest);
}

/* One turn of the main loop after another until @over; how long the longest takes is how long the window does not answer. */
static void
run_until (gboolean (*is_over) (gpointer), gpointer data, double *longest)
{
  while (!is_over (data))
    {
      double before = own_cpu ();

      g_main_context_iteration (NULL, TRUE);
      *longest = MAX (*longest, own_cpu () - before);
    }
}

static gboolean
is_closed (gpointer instance)
{
  return !qd_instance_is_open (instance);
}

static gboolean
is_true (gpointer flag)
{
  return *(gboolean *) flag;
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_assert_true (qd_draft_undo_finish (QD_DRAFT (source), result, NULL));
  set_true (data);
}

/* A second: totals, the snapshot of the draft, and whatever else follows in idle time. */
static void
idle (double *longest)
{
  gboolean over = FALSE;

  g_timeout_add_once (1000, set_true, &over);
  run_until (is_true, &over, longest);
}

static void
report_long (const char *what, guint n_rows, double took, double longest, double after)
{
  g_autofree char *text = g_strdup_printf ("%s %u × %u in a draft", what, n_rows, PASTE_COLUMNS);

  printf ("%-52s %7.0f ms, longest turn %.0f ms; in the second after it %.0f ms (CPU)\n", text, took, longest, after);
}

/* A big step of a draft: pasted, undone and redone, each in pieces. */
static void
undo (GtkWidget *window, guint n_rows)
{
  static const char pack_xml[] = "<pack xmlns='urn:qingdan:pack:1' id='t' version='1' valid-from='2026-01-01'><title lang='en'>B</title><forms><form id='b' file='b.xml'/></forms></pack>";
  g_autofree char *folder = g_dir_make_tmp ("qd-bench-XXXXXX", NULL);
  g_autofree char *pack_path = g_build_filename (folder, "pack.xml", NULL);
  g_autofree char *form_path = g_build_filename (folder, "b.xml", NULL);
  g_autofree char *store_path = g_build_filename (folder, "b.qingdan", NULL);
  g_autofree char *form = make_form ();
  g_autofree char *clipboard = make_clipboard (n_rows);
  QdPack *pack;
  QdStore *store;
  QdDraft *draft;
  QdInstance *instance;
  QdInstanceTable *adapter;
  GtkWidget *table;
  static const char *const names[] = { "paste", "undo", "redo" };

  g_assert_true (g_file_set_contents (pack_path, pack_xml, -1, NULL) && g_file_set_contents (form_path, form, -1, NULL));
  pack = qd_pack_load (folder, NULL);
  store = qd_store_create (store_path, NULL);
  draft = qd_draft_create (store, pack, "b", "2026", NULL, "en", NULL);
  instance = qd_draft_get_instance (draft);
  adapter = qd_instance_table_new (instance, qd_instance_get_child (instance, qd_instance_get_root (instance), 0), draft);
  table = qd_table_new (QD_TABLE_MODEL (adapter), NULL);
  gtk_window_set_child (GTK_WINDOW (window), table);
  settle ();
  for (guint i = 0; i < 3; i++)
    {
      double start = own_cpu (), took, longest = 0, after = 0;
      gboolean over = FALSE;

      if (i == 0)
        {
          qd_table_paste_text (QD_TABLE (table), clipboard);
          longest = own_cpu () - start;
          run_until (is_closed, instance, &longest);
        }
      else
        {
          qd_draft_undo_async (draft, i == 2, NULL, NULL, NULL, undone_cb, &over);
          run_until (is_true, &over, &longest);
        }
      g_assert_cmpuint (qd_table_model_get_n_rows (QD_TABLE_MODEL (adapter)) >= n_rows, ==, i != 1);
      took = own_cpu () - start;
      idle (&after);
      report_long (names[i], n_rows, took, longest, after);
    }
  gtk_window_set_child (GTK_WINDOW (window), NULL);
  g_object_unref (adapter);
  g_object_unref (draft);
  qd_store_close (store, NULL);
  g_object_unref (store);
  qd_pack_unref (pack);
  g_remove (pack_path);
  g_remove (form_path);
  g_remove (store_path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  Watch watch = { .frames = g_array_new (FALSE, FALSE, sizeof (double)) };
  g_autoptr (QdMemoryTable) table = NULL;
  g_autoptr (QdMemoryTable) empty = NULL;
  g_autoptr (QdInstance) instance = NULL;
  g_autoptr (QdInstanceTable) adapter = NULL;
  g_autofree char *clipboard = make_clipboard (ROWS);
  GtkWidget *window, *widget, *grid;
  double start, base;

  /* Always in a display of its own, so that figures can be compared. */
  if (!g_getenv ("QD_BENCH_INSIDE"))
    {
      g_setenv ("QD_BENCH_INSIDE", "1", TRUE);
      g_setenv ("GTK_A11Y", "none", TRUE);
      execl (QD_WITH_DISPLAY, QD_WITH_DISPLAY, argv[0], NULL);
      g_error ("%s cannot be run", QD_WITH_DISPLAY);
    }
  adw_init ();
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 760);
  gtk_window_set_child (GTK_WINDOW (window), gtk_label_new ("…"));
  gtk_window_present (GTK_WINDOW (window));
  watch.clock = gtk_widget_get_frame_clock (window);
  g_signal_connect_swapped (watch.clock, "before-paint", G_CALLBACK (before_paint_cb), &watch);
  g_signal_connect_swapped (watch.clock, "after-paint", G_CALLBACK (after_paint_cb), &watch);
  settle ();
  table = make_memory_table (ROWS);
  base = get_resident_mb ();
  start = own_cpu ();
  widget = qd_table_new (QD_TABLE_MODEL (table), NULL);
  gtk_window_set_child (GTK_WINDOW (window), widget);
  wait_for_paint (&watch);
  printf ("%-52s %7.0f ms CPU, %.1f MB\n", "open 10,000 × 20", own_cpu () - start, get_resident_mb () - base);
  grid = find_child (widget, "QdTableGrid");
  gtk_widget_grab_focus (widget);
  scroll (&watch, grid, 60, "scroll 60 px a frame, CPU");
  scroll (&watch, grid, 9000, "scroll 9,000 px a frame, all rows new, CPU");
  type (&watch, QD_TABLE (widget), grid);
  printf ("%-52s %7.1f MB\n", "memory of the grid after all that", get_resident_mb () - base);
  empty = make_memory_table (0);
  paste (&watch, window, QD_TABLE_MODEL (empty), clipboard, "paste 10,000 × 10, plain texts");
  instance = make_instance ();
  adapter = qd_instance_table_new (instance, qd_instance_get_child (instance, qd_instance_get_root (instance), 0), NULL);
  if (qd_table_model_get_n_rows (QD_TABLE_MODEL (adapter)) > 0)
    g_assert_true (qd_table_model_remove_rows (QD_TABLE_MODEL (adapter), 0, qd_table_model_get_n_rows (QD_TABLE_MODEL (adapter)), NULL));
  paste (&watch, window, QD_TABLE_MODEL (adapter), clipboard, "paste 10,000 × 10 into a form (budget 300)");
  grid = find_child (gtk_window_get_child (GTK_WINDOW (window)), "QdTableGrid");
  scroll (&watch, grid, 60, "scroll the form 60 px a frame, CPU");
  type (&watch, QD_TABLE (gtk_window_get_child (GTK_WINDOW (window))), grid);
  undo (window, ROWS);
  undo (window, 10 * ROWS);
  gtk_window_destroy (GTK_WINDOW (window));
  g_array_unref (watch.frames);
  return 0;
}
