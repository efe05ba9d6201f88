/* SPDX-License-Identifier: GPL-3.0-or-later */
/* 100,000 rows × 10 through the import page into a register in a workspace: how long, how much memory, and how long the window does not answer. */
#include "config.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench.h"
#include "qd-import-page.h"
#include "qd-look.h"
#include "qd-sheet-writer.h"
#include "register-kit.h"

#define ROWS 100000u
#define COLUMNS 10u
/* CPU time of the main thread in one turn of the main loop. */
#define STALL_BUDGET 100.0

static const char *const heads[COLUMNS] = { "品名", "英文名", "CAS号", "环节", "含量", "年份", "年使用量(kg)", "年末库存(kg)", "用途", "备注" };

/* All different, with a right check digit. */
static char *
make_cas (guint r)
{
  guint sum = 0, weight = 1, digits = 100000 + r;

  for (guint left = digits; left > 0; left /= 10)
    sum += weight++ * (left % 10);
  return g_strdup_printf ("%u-%02u-%u", digits / 100, digits % 100, sum % 10);
}

static char *
make_cell (guint r, guint c, guint refused_of_ten)
{
  switch (c)
    {
    case 0:
      return g_strdup_printf ("物质 %u", r);
    case 1:
      return g_strdup_printf ("substance %u", r);
    case 2:
      return make_cas (r);
    case 3:
      return g_strdup ("加工使用");
    case 4:
      return g_strdup ("99.5");
    case 5:
      return g_strdup ("2025");
    case 6:
    case 7:
      return r % 10 < refused_of_ten ? g_strdup ("许多") : g_strdup_printf ("%u.%02u", r * 7 % 100000, r % 100);
    case 8:
      return g_strdup_printf ("用途 %u", r % 500);
    default:
      return g_strdup ("");
    }
}

static void
write_ledger (const char *path, guint refused_of_ten)
{
  g_autoptr (QdSheetWriter) writer = qd_sheet_writer_new (path, NULL);

  qd_sheet_writer_add_sheet (writer, "ledger");
  for (guint c = 0; c < COLUMNS; c++)
    qd_sheet_writer_put (writer, 0, c, QD_CELL_TEXT, QD_SHEET_STYLE_HEAD, heads[c], NULL);
  for (guint r = 1; r <= ROWS; r++)
    for (guint c = 0; c < COLUMNS; c++)
      {
        g_autofree char *text = make_cell (r, c, refused_of_ten);

        qd_sheet_writer_put (writer, r, c, c >= 4 && c <= 7 && g_ascii_isdigit (*text) ? QD_CELL_NUMBER : QD_CELL_TEXT, QD_SHEET_STYLE_NORMAL, text, NULL);
      }
  if (!qd_sheet_writer_close (writer, NULL))
    g_error ("cannot write %s", path);
}

typedef gboolean (*Done) (gpointer data);

/* Turns the main loop until @done; says how long it took, and the longest turn. FALSE when that was too long. */
static gboolean
turn (const char *name, Done done, gpointer data)
{
  gint64 start = g_get_monotonic_time ();
  double longest = 0;
  struct rusage usage;

  while (!done (data))
    {
      double before = bench_thread_cpu ();

      g_main_context_iteration (NULL, TRUE);
      longest = MAX (longest, bench_thread_cpu () - before);
    }
  getrusage (RUSAGE_SELF, &usage);
  printf ("%-52s %6.2f s   longest turn %5.0f ms (%.0f)   peak %4ld MiB\n", name, (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC, longest, STALL_BUDGET, usage.ru_maxrss / 1024);
  fflush (stdout);
  return longest <= STALL_BUDGET;
}

static gboolean
is_judged (gpointer page)
{
  return find_part (page, "100000 rows = ") != NULL;
}

static void
done_cb (GtkWidget *page, guint n, guint *written)
{
  *written = n;
}

static gboolean
is_written (gpointer written)
{
  return *(guint *) written > 0;
}

static gboolean
measure (guint refused_of_ten)
{
  Register reg = { 0 };
  g_autofree char *path = NULL, *name = g_strdup_printf ("read and dry run, %u of 10 rows refused", refused_of_ten);
  GtkWidget *page;
  guint written = 0;
  gboolean good;

  register_open (&reg);
  path = g_build_filename (reg.dir, "ledger.xlsx", NULL);
  write_ledger (path, refused_of_ten);
  page = qd_import_page_new (reg.draft, reg.range, path);
  g_signal_connect (page, "done", G_CALLBACK (done_cb), &written);
  register_show (&reg, page, 1280);
  good = turn (name, is_judged, page);
  gtk_widget_activate_action (page, "import.confirm", NULL);
  settle ();
  if (find_part (page, "0 refused + 0 empty") == NULL && refused_of_ten == 0)
    g_error ("rows are refused");
  gtk_widget_activate_action (page, "import.apply", NULL);
  good = turn ("import, into the journal as one step", is_written, &written) && good;
  printf ("%-52s %u\n", "rows written", written);
  register_close (&reg);
  return good;
}

int
main (int argc, char **argv)
{
  gboolean good;

  if (g_getenv ("DISPLAY") == NULL || !g_str_equal (argv[argc - 1], "--inside"))
    return execl (QD_WITH_DISPLAY, QD_WITH_DISPLAY, argv[0], "--inside", NULL);
  g_setenv ("GTK_A11Y", "none", TRUE);
  adw_init ();
  qd_look_init ();
  good = measure (0);
  good = measure (4) && good;
  return good ? 0 : 1;
}
