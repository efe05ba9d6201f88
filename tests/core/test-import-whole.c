/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "form-kit.h"
#include "qd-book.h"
#include "qd-import.h"
#include "qd-sheet-export.h"

/* An import happens as a whole or not at all, whether it is refused in its midst or cancelled. */

#define N_ROWS 700

static QdInstance *
make_instance (void)
{
  g_autoptr (QdForm) form = kit_form ("<data id=\"t\"><title>T</title><row jr:template=\"\"><name/><qty/><twice/><seen/></row><sum/><other jr:template=\"\"><n/></other><meta><instanceID>i</instanceID></meta></data>",
                                      "<bind nodeset=\"/data/title\" type=\"string\"/><bind nodeset=\"/data/row/qty\" type=\"decimal\" constraint=\". &gt; 0\"/>"
                                      "<bind nodeset=\"/data/row/twice\" type=\"decimal\" calculate=\"../qty * 2\"/>"
                                      "<bind nodeset=\"/data/sum\" type=\"decimal\" calculate=\"sum(/data/row/twice)\"/><bind nodeset=\"/data/other/n\" type=\"int\"/>",
                                      "<input ref=\"/data/title\"/><group ref=\"/data/row\"><label>Rows</label><repeat nodeset=\"/data/row\"><input ref=\"/data/row/name\"><label>Name</label></input>"
                                      "<input ref=\"/data/row/qty\"><label>Quantity</label></input><input ref=\"/data/row/seen\"><label>Seen</label>"
                                      "<setvalue event=\"xforms-value-changed\" ref=\"/data/title\" value=\"concat('seen ', .)\"/></input></repeat></group>"
                                      "<group ref=\"/data/other\"><label>Others</label><repeat nodeset=\"/data/other\"><input ref=\"/data/other/n\"><label>N</label></input></repeat></group>");

  return kit_instance_full (form, QD_INSTANCE_CREATE, NULL);
}

static QdNodeId
get_range (QdInstance *instance, const char *ref)
{
  QdNodeId root = qd_instance_get_root (instance);

  for (guint i = 0; i < qd_instance_get_n_children (instance, root); i++)
    {
      QdNodeId child = qd_instance_get_child (instance, root, i);

      if (qd_instance_get_node_type (instance, child) == QD_NODE_REPEAT_RANGE && strcmp (qd_field_get_ref (qd_instance_get_field (instance, child)), ref) == 0)
        return child;
    }
  g_assert_not_reached ();
}

static QdImport *
make_import (QdInstance *instance)
{
  g_autoptr (GString) csv = g_string_new ("Name,Quantity,Seen\n");
  g_autoptr (QdSheet) sheet = NULL;
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 1; i <= N_ROWS; i++)
    g_string_append_printf (csv, "substance %u,%u,%s\n", i, i % 7, i % 50 == 0 ? "yes" : "");
  bytes = g_bytes_new (csv->str, csv->len);
  sheet = qd_sheet_read_text (bytes, "t.csv", NULL);
  return qd_import_new (instance, get_range (instance, "/data/row"), sheet);
}

typedef struct
{
  GCancellable *cancellable;
  double cancel_at, last;
  guint n_told;
  gboolean is_over, good;
  QdImportCounts counts;
  GError *error;
} Run;

static void
progress_cb (double share, gpointer data)
{
  Run *run = data;

  g_assert_cmpfloat (share, >=, run->last);
  g_assert_cmpfloat (share, <=, 1);
  run->last = share;
  run->n_told++;
  if (share >= run->cancel_at)
    g_cancellable_cancel (run->cancellable);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *run = data;

  run->good = qd_import_apply_finish (QD_IMPORT (source), result, &run->counts, &run->error);
  run->is_over = TRUE;
}

/* In pieces it does what it does at once, wherever it is cancelled nothing stays. */
static void
test_pieces (void)
{
  static const double cancel_at[] = { 2, 0, 0.1, 0.15, 0.3, 0.6, 0.85 };

  for (guint mode = QD_IMPORT_APPEND; mode <= QD_IMPORT_REPLACE; mode += QD_IMPORT_REPLACE - QD_IMPORT_APPEND)
    for (gsize i = 0; i < G_N_ELEMENTS (cancel_at); i++)
      {
        g_autoptr (GCancellable) cancellable = g_cancellable_new ();
        g_autoptr (QdInstance) instance = make_instance ();
        g_autoptr (QdInstance) whole = make_instance ();
        g_autoptr (QdImport) import = make_import (instance);
        g_autoptr (QdImport) other = make_import (whole);
        g_autoptr (GPtrArray) changes = NULL;
        g_autofree char *before = kit_save (instance), *after = NULL, *expected = NULL, *undone = NULL;
        Run run = { .cancellable = cancellable, .cancel_at = cancel_at[i] };

        qd_import_apply_async (import, (QdImportMode) mode, progress_cb, &run, cancellable, applied_cb, &run);
        g_assert_true (qd_instance_is_open (instance));
        while (!run.is_over)
          g_main_context_iteration (NULL, TRUE);
        g_assert_false (qd_instance_is_open (instance));
        after = kit_save (instance);
        changes = qd_instance_steal_changes (instance);
        if (!run.good)
          {
            g_assert_error (run.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
            g_clear_error (&run.error);
            g_assert_cmpfloat (run.last, <, 1);
            g_assert_true (g_str_equal (after, before));
            g_assert_null (changes);
            continue;
          }
        g_assert_no_error (run.error);
        g_assert_cmpfloat (cancel_at[i], >, 1);
        g_assert_cmpuint (run.n_told, >, 20);
        g_assert_true (qd_import_apply (other, (QdImportMode) mode, NULL, NULL));
        expected = kit_save (whole);
        g_assert_true (g_str_equal (after, expected));
        g_assert_cmpuint (run.counts.added, ==, N_ROWS);
        g_assert_true (qd_instance_apply (instance, changes, TRUE, NULL));
        undone = kit_save (instance);
        g_assert_true (g_str_equal (undone, before));
      }
}

/* A workbook whose last table holds what does not fit changes nothing of the tables and fields before it. */
static void
test_refused_book (void)
{
  g_autofree char *dir = g_dir_make_tmp ("qd-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "book.xlsx", NULL);
  g_autoptr (QdInstance) source = make_instance ();
  g_autoptr (QdInstance) target = make_instance ();
  g_autofree char *before = kit_save (target), *after = NULL;
  g_autoptr (QdBook) book = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (qd_instance_set_value (source, qd_instance_find (source, "/data/title"), "another", NULL));
  g_assert_true (qd_instance_add_rows (source, get_range (source, "/data/row"), 0, 20, NULL));
  g_assert_true (qd_instance_add_rows (source, get_range (source, "/data/other"), 0, 2, NULL));
  g_assert_true (qd_instance_set_value (source, qd_instance_find (source, "/data/other[2]/n"), "many", NULL));
  g_assert_true (qd_sheet_export_declaration (source, path, &error));
  book = qd_book_read (path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (qd_book_apply (book, target, NULL, &error));
  g_assert_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "many"));
  after = kit_save (target);
  g_assert_true (g_str_equal (after, before));
  changes = qd_instance_steal_changes (target);
  g_assert_null (changes);
  g_unlink (path);
  g_rmdir (dir);
}

static void
book_applied_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Run *run = data;

  run->good = qd_book_apply_finish (QD_INSTANCE (source), result, &run->counts, &run->error);
  run->is_over = TRUE;
}

static void
test_book_pieces (void)
{
  g_autofree char *dir = g_dir_make_tmp ("qd-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "book.xlsx", NULL);
  g_autoptr (QdInstance) source = make_instance ();
  g_autoptr (QdInstance) target = make_instance ();
  g_autoptr (QdImport) import = make_import (source);
  g_autofree char *expected = NULL, *after = NULL, *before = kit_save (target);
  g_autoptr (QdBook) book = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (qd_import_apply (import, QD_IMPORT_REPLACE, NULL, NULL));
  g_assert_true (qd_instance_set_value (source, qd_instance_find (source, "/data/title"), "the last word", NULL));
  expected = kit_save (source);
  g_assert_true (qd_sheet_export_declaration (source, path, &error));
  book = qd_book_read (path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint pass = 0; pass < 2; pass++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      Run run = { .cancellable = cancellable, .cancel_at = pass == 0 ? 0.05 : 2 };

      qd_book_apply_async (book, target, progress_cb, &run, cancellable, book_applied_cb, &run);
      while (!run.is_over)
        g_main_context_iteration (NULL, TRUE);
      g_free (after);
      after = kit_save (target);
      g_assert_true (run.good == (run.error == NULL));
      g_clear_error (&run.error);
      g_assert_true (g_str_equal (after, run.good ? expected : before));
    }
  g_assert_true (g_str_equal (after, expected));
  g_unlink (path);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  qd_long_edit_set_piece_length (0);
  g_test_add_func ("/import-whole/pieces", test_pieces);
  g_test_add_func ("/import-whole/refused-book", test_refused_book);
  g_test_add_func ("/import-whole/book-pieces", test_book_pieces);
  return g_test_run ();
}
