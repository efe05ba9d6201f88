/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "qd-import.h"
#include "qd-pack.h"
#include "qd-sheet-writer.h"

/* A ledger of 100,000 rows × 10 columns: written, read, judged. Each job in a process of its own, for its peak of memory. */

#define ROWS 100000u
#define COLUMNS 10u

static const char *const heads[COLUMNS] = { "品名", "英文名", "CAS号", "环节", "含量", "年份", "年使用量(kg)", "年末库存(kg)", "用途", "备注" };

static gboolean
write_ledger (const char *path)
{
  g_autoptr (QdSheetWriter) writer = qd_sheet_writer_new (path, NULL);

  if (writer == NULL)
    return FALSE;
  qd_sheet_writer_add_sheet (writer, "ledger");
  for (guint c = 0; c < COLUMNS; c++)
    qd_sheet_writer_put (writer, 0, c, QD_CELL_TEXT, QD_SHEET_STYLE_HEAD, heads[c], NULL);
  for (guint r = 1; r <= ROWS; r++)
    for (guint c = 0; c < COLUMNS; c++)
      {
        g_autofree char *text = c == 0 || c == 1 || c == 8 ? g_strdup_printf ("物质 %u", r % (c == 0 ? ROWS : 500)) : c == 2 ? g_strdup ("67-64-1")
                                                                                                                  : c == 3   ? g_strdup ("加工使用")
                                                                                                                  : c == 4   ? g_strdup ("99.5")
                                                                                                                  : c == 5   ? g_strdup ("2025")
                                                                                                                  : c == 9   ? g_strdup ("")
                                                                                                                             : g_strdup_printf ("%u.%02u", r * 7 % 100000, r % 100);

        if (!qd_sheet_writer_put (writer, r, c, c >= 4 && c <= 7 ? QD_CELL_NUMBER : QD_CELL_TEXT, QD_SHEET_STYLE_NORMAL, text, NULL))
          return FALSE;
      }
  return qd_sheet_writer_close (writer, NULL);
}

static gboolean
read_ledger (const char *path)
{
  g_autoptr (QdSheet) sheet = qd_sheet_read (path, NULL, NULL, NULL, NULL, NULL);

  return sheet != NULL && qd_sheet_get_n_rows (sheet) == ROWS + 1;
}

static gboolean
judge_ledger (const char *path)
{
  g_autoptr (QdPack) pack = qd_pack_load_builtin (NULL);
  QdInstanceOptions options = { .resolver = qd_pack_resolve, .resolver_data = pack, .language = "zh-CN" };
  g_autoptr (QdInstance) instance = qd_instance_new (qd_pack_get_form (pack, "cn.register", NULL), &options, NULL);
  g_autoptr (QdSheet) sheet = qd_sheet_read (path, NULL, NULL, NULL, NULL, NULL);
  QdNodeId range = qd_instance_find (instance, "/register/table/substance");
  g_autoptr (QdImport) import = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  QdImportCounts counts;

  while (qd_instance_get_node_type (instance, range) != QD_NODE_REPEAT_RANGE)
    range = qd_instance_get_parent (instance, range);
  import = qd_import_new (instance, range, sheet);
  rows = qd_import_check (import, QD_IMPORT_APPEND, &counts);
  return counts.rows == ROWS && counts.added == ROWS;
}

/* FALSE when the job goes wrong or is over the budget. */
static gboolean
measure (const char *name, gboolean (*run) (const char *path), const char *path, double seconds, guint mebibytes)
{
  gint64 start = g_get_monotonic_time ();
  struct rusage usage;
  pid_t child = fork ();
  int status;
  double took;

  if (child == 0)
    _exit (run (path) ? 0 : 1);
  if (child < 0 || wait4 (child, &status, 0, &usage) != child)
    return FALSE;
  took = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  g_print ("%-40s %6.2f s (%.1f)   %5ld MiB (%u)\n", name, took, seconds, usage.ru_maxrss / 1024, mebibytes);
  return WIFEXITED (status) && WEXITSTATUS (status) == 0 && took <= seconds && usage.ru_maxrss / 1024 <= (long) mebibytes;
}

int
main (void)
{
  g_autofree char *dir = g_dir_make_tmp ("qd-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "ledger.xlsx", NULL);
  gboolean good = measure ("write 100,000 × 10", write_ledger, path, 5, 150);

  good = measure ("read 100,000 × 10", read_ledger, path, 2, 150) && good;
  good = measure ("read and dry run of 100,000 × 10", judge_ledger, path, 4, 250) && good;
  g_unlink (path);
  g_rmdir (dir);
  return good ? 0 : 1;
}
