/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A repeat of a form as a table: columns, flags, edits, and that it follows every change of the instance. */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include "qd-instance-table.h"
#include "qd-table-paste.h"
#include "qd-table-summary.h"

static const char form_xml[] =
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' xmlns:jr='http://openrosa.org/javarosa' xmlns:qd='urn:qingdan:form:1'>"
    "<h:head><h:title>T</h:title><model><qd:form kind='declaration' period='year'/>"
    "<instance><d id='t.table' version='1'><site/><row jr:template=''><name/><uses/><how/><place><no/><day/></place><amount/><share/><year/><sum/><media/><hidden/><part jr:template=''><x/></part></row><fixed><a/></fixed><fixed><a/></fixed></d></instance>"
    "<bind nodeset='/d/row/name' type='string' required='true()'/>"
    "<bind nodeset='/d/row/uses' type='string'/>"
    "<bind nodeset='/d/row/how' type='string' relevant=\"../uses = 'yes'\"/>"
    "<bind nodeset='/d/row/place/no' type='string'/>"
    "<bind nodeset='/d/row/place/day' type='date'/>"
    "<bind nodeset='/d/row/amount' type='decimal' constraint='. &gt;= 0' jr:constraintMsg='not negative' qd:unit='t'/>"
    "<bind nodeset='/d/row/share' type='decimal' qd:unit='%'/>"
    "<bind nodeset='/d/row/year' type='int'/>"
    "<bind nodeset='/d/row/sum' type='decimal' calculate='../amount * 2' qd:unit='t'/>"
    "<bind nodeset='/d/row/media' type='string'/>"
    "<bind nodeset='/d/fixed/a' type='decimal' qd:unit='t'/>"
    "<qd:check id='BIG' ref='/d/row/amount' when=\". != ''\" test='. &lt; 1000' severity='possible' fix='. div 1000'><qd:message>kg?</qd:message></qd:check>"
    "</model></h:head><h:body>"
    "<input ref='/d/site'><label>Site</label></input>"
    "<group ref='/d/row'><label>Rows</label><repeat nodeset='/d/row' appearance='table'>"
    "<input ref='/d/row/name'><label>Name</label></input>"
    "<select1 ref='/d/row/uses'><label>Uses</label><item><label>Uses it</label><value>yes</value></item><item><label>Does not</label><value>no</value></item></select1>"
    "<input ref='/d/row/how'><label>How</label></input>"
    "<group ref='/d/row/place'><label>Place</label><input ref='/d/row/place/no'><label>Number</label></input><input ref='/d/row/place/day'><label>Name</label></input></group>"
    "<input ref='/d/row/amount'><label>Amount</label></input><input ref='/d/row/share'><label>Share</label></input><input ref='/d/row/year'><label>Year</label></input>"
    "<input ref='/d/row/sum'><label>Sum</label></input>"
    "<select ref='/d/row/media'><label>Media</label><item><label>Air</label><value>a</value></item><item><label>Water</label><value>w</value></item></select>"
    "<group ref='/d/row/part'><label>Parts</label><repeat nodeset='/d/row/part'><input ref='/d/row/part/x'><label>X</label></input></repeat></group>"
    "</repeat></group>"
    "<group ref='/d/fixed'><label>Fixed</label><repeat nodeset='/d/fixed' appearance='table' jr:noAddRemove='true()'><input ref='/d/fixed/a'><label>A</label></input></repeat></group>"
    "</h:body></h:html>";

enum
{
  NAME,
  USES,
  HOW,
  NUMBER,
  DAY,
  AMOUNT,
  SHARE,
  YEAR,
  SUM,
  MEDIA,
  N_COLUMNS
};

static QdInstance *
make_instance (void)
{
  g_autoptr (GBytes) xml = g_bytes_new_static (form_xml, strlen (form_xml));
  g_autoptr (GError) error = NULL;
  g_autoptr (QdForm) form = qd_form_new (xml, "t.xml", &error);
  QdInstanceOptions options = { .mode = QD_INSTANCE_CREATE, .language = "en" };
  QdInstance *instance;

  g_assert_no_error (error);
  instance = qd_instance_new (form, &options, &error);
  g_assert_no_error (error);
  return instance;
}

static QdNodeId
find_range (QdInstance *instance, const char *name)
{
  QdNodeId root = qd_instance_get_root (instance);

  for (guint i = 0; i < qd_instance_get_n_children (instance, root); i++)
    {
      QdNodeId node = qd_instance_get_child (instance, root, i);

      if (qd_instance_get_node_type (instance, node) == QD_NODE_REPEAT_RANGE && strcmp (qd_field_get_name (qd_instance_get_field (instance, node)), name) == 0)
        return node;
    }
  g_assert_not_reached ();
}

static void
assert_text (QdTableModel *model, guint row, guint column, const char *expected)
{
  g_autofree char *text = qd_table_model_dup_text (model, row, column);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_display (QdTableModel *model, guint row, guint column, const char *expected)
{
  g_autofree char *text = qd_table_model_dup_display (model, row, column);

  g_assert_cmpstr (text, ==, expected);
}

static void
set (QdTableModel *model, guint row, guint column, const char *text)
{
  g_autoptr (GError) error = NULL;

  qd_table_model_set_cells (model, &(QdCellEdit){ row, column, (char *) text }, 1, "test", &error);
  g_assert_no_error (error);
}

static void
test_columns (void)
{
  static const struct
  {
    const char *title;
    const char *unit;
    QdColumnType type;
    gboolean multiple;
    gboolean computed;
    gboolean total;
  } expected[N_COLUMNS] = {
    { "Name", NULL, QD_COLUMN_TEXT, FALSE, FALSE, FALSE },
    { "Uses", NULL, QD_COLUMN_CHOICE, FALSE, FALSE, FALSE },
    { "How", NULL, QD_COLUMN_TEXT, FALSE, FALSE, FALSE },
    { "Number", NULL, QD_COLUMN_TEXT, FALSE, FALSE, FALSE },
    { "Place Name", NULL, QD_COLUMN_DATE, FALSE, FALSE, FALSE },
    { "Amount", "t", QD_COLUMN_NUMBER, FALSE, FALSE, TRUE },
    { "Share", "%", QD_COLUMN_NUMBER, FALSE, FALSE, FALSE },
    { "Year", NULL, QD_COLUMN_NUMBER, FALSE, FALSE, FALSE },
    { "Sum", "t", QD_COLUMN_NUMBER, FALSE, TRUE, TRUE },
    { "Media", NULL, QD_COLUMN_CHOICE, TRUE, FALSE, FALSE },
  };
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdInstanceTable) table = qd_instance_table_new (instance, find_range (instance, "row"), NULL);
  QdTableModel *model = QD_TABLE_MODEL (table);

  g_assert_cmpuint (qd_table_model_get_n_columns (model), ==, N_COLUMNS);
  g_assert_cmpuint (qd_instance_table_get_n_nested (table), ==, 1);
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      const QdColumn *column = qd_table_model_get_column (model, i);

      g_assert_cmpstr (column->title, ==, expected[i].title);
      g_assert_cmpstr (column->unit, ==, expected[i].unit);
      g_assert_cmpint (column->type, ==, expected[i].type);
      g_assert_cmpint (column->multiple, ==, expected[i].multiple);
      g_assert_cmpint (column->computed, ==, expected[i].computed);
      g_assert_cmpint (column->total, ==, expected[i].total);
    }
  g_assert_cmpstr (qd_table_model_get_column (model, AMOUNT)->id, ==, "/d/row/amount");
}

static void
test_cells (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdInstanceTable) table = qd_instance_table_new (instance, find_range (instance, "row"), NULL);
  QdTableModel *model = QD_TABLE_MODEL (table);
  g_autofree char *message = NULL;
  g_autofree char *fix = NULL;
  guint row, column;

  g_assert_true (qd_table_model_insert_rows (model, qd_table_model_get_n_rows (model), 2, NULL));
  set (model, 1, AMOUNT, "1246000.5");
  set (model, 1, YEAR, "2025");
  set (model, 1, MEDIA, "a w");
  assert_text (model, 1, AMOUNT, "1246000.5");
  assert_display (model, 1, AMOUNT, "1,246,000.5");
  assert_display (model, 1, YEAR, "2025");
  assert_display (model, 1, MEDIA, "Air, Water");
  assert_text (model, 1, SUM, "2492001");
  /* Flags: computed, irrelevant, possible. */
  g_assert_cmpint (qd_table_model_get_flags (model, 1, SUM), ==, QD_CELL_READ_ONLY);
  g_assert_cmpint (qd_table_model_get_flags (model, 1, HOW), ==, QD_CELL_NOT_RELEVANT);
  set (model, 1, USES, "yes");
  assert_display (model, 1, USES, "Uses it");
  g_assert_cmpint (qd_table_model_get_flags (model, 1, HOW), ==, QD_CELL_NORMAL);
  g_assert_cmpint (qd_table_model_get_flags (model, 1, AMOUNT), ==, QD_CELL_POSSIBLE);
  message = qd_table_model_dup_message (model, 1, AMOUNT, &fix);
  g_assert_cmpstr (message, ==, "kg?");
  g_assert_cmpstr (fix, ==, "1246.0005");
  g_assert_true (qd_instance_set_annotation (instance, qd_instance_table_get_node (table, 1, AMOUNT), "why-BIG", "measured", NULL));
  g_assert_cmpint (qd_table_model_get_flags (model, 1, AMOUNT), ==, QD_CELL_NORMAL);
  /* Critical: constraint, and text in a number. */
  set (model, 1, AMOUNT, "-1");
  g_assert_cmpint (qd_table_model_get_flags (model, 1, AMOUNT), ==, QD_CELL_CRITICAL);
  set (model, 1, AMOUNT, "约 12");
  g_assert_cmpint (qd_table_model_get_flags (model, 1, AMOUNT), ==, QD_CELL_CRITICAL);
  assert_text (model, 1, AMOUNT, "约 12");
  /* Required, but empty: nobody is blamed before a check. */
  g_assert_cmpint (qd_table_model_get_flags (model, 1, NAME), ==, QD_CELL_NORMAL);
  g_free (message);
  message = qd_table_model_dup_message (model, 1, NAME, NULL);
  g_assert_null (message);
  qd_instance_table_set_show_required (table, TRUE);
  g_assert_cmpint (qd_table_model_get_flags (model, 1, NAME), ==, QD_CELL_CRITICAL);
  message = qd_table_model_dup_message (model, 1, NAME, NULL);
  g_assert_nonnull (message);
  /* Jumps. */
  g_assert_true (qd_instance_table_find (table, qd_instance_table_get_node (table, 1, DAY), &row, &column));
  g_assert_cmpuint (row, ==, 1);
  g_assert_cmpuint (column, ==, DAY);
  g_assert_false (qd_instance_table_find (table, qd_instance_find (instance, "/d/site"), &row, &column));
  /* Not applicable. */
  g_assert_true (qd_instance_set_annotation (instance, qd_instance_table_get_node (table, 1, NUMBER), "na", "none", NULL));
  assert_display (model, 1, NUMBER, "n/a");
}

static void
test_refusals (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdInstanceTable) table = qd_instance_table_new (instance, find_range (instance, "row"), NULL);
  g_autoptr (QdInstanceTable) fixed = qd_instance_table_new (instance, find_range (instance, "fixed"), NULL);
  QdTableModel *model = QD_TABLE_MODEL (table);
  g_autoptr (GError) error = NULL;
  QdCellEdit edits[] = { { 0, NAME, (char *) "a" }, { 0, SUM, (char *) "5" }, { 0, YEAR, (char *) "1" } };

  g_assert_true (qd_table_model_insert_rows (model, 0, 1, NULL));
  set (model, 0, NAME, "before");
  g_assert_false (qd_table_model_set_cells (model, edits, G_N_ELEMENTS (edits), "test", &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE);
  assert_text (model, 0, NAME, "before");
  assert_text (model, 0, YEAR, "");
  g_assert_true (qd_table_model_can_add_rows (model));
  g_assert_false (qd_table_model_can_add_rows (QD_TABLE_MODEL (fixed)));
  g_assert_cmpuint (qd_table_model_get_n_rows (QD_TABLE_MODEL (fixed)), ==, 2);
  g_clear_error (&error);
  g_assert_false (qd_table_model_insert_rows (QD_TABLE_MODEL (fixed), 0, 1, &error));
  g_assert_nonnull (error);
}

/* What a widget would keep of the model, to be held against the model itself. */
typedef struct
{
  QdTableModel *model;
  GPtrArray *rows; /* of utf8: flags and texts of a row in one string */
} Shadow;

static char *
read_row (QdTableModel *model, guint row)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < qd_table_model_get_n_columns (model); i++)
    {
      g_autofree char *text = qd_table_model_dup_display (model, row, i);

      g_string_append_printf (out, "%s/%u|", text, qd_table_model_get_flags (model, row, i));
    }
  return g_string_free (out, FALSE);
}

static void
shadow_cells_cb (Shadow *shadow, guint position, guint count)
{
  for (guint i = position; i < shadow->rows->len && i - position < count; i++)
    {
      g_free (g_ptr_array_index (shadow->rows, i));
      g_ptr_array_index (shadow->rows, i) = read_row (shadow->model, i);
    }
}

static void
shadow_rows_cb (Shadow *shadow, guint position, guint removed, guint added)
{
  g_assert_cmpuint (position + removed, <=, shadow->rows->len);
  if (removed > 0)
    g_ptr_array_remove_range (shadow->rows, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (shadow->rows, (int) (position + i), read_row (shadow->model, position + i));
}

static void
assert_shadow (Shadow *shadow)
{
  g_assert_cmpuint (shadow->rows->len, ==, qd_table_model_get_n_rows (shadow->model));
  for (guint i = 0; i < shadow->rows->len; i++)
    {
      g_autofree char *row = read_row (shadow->model, i);

      g_assert_cmpstr (row, ==, g_ptr_array_index (shadow->rows, i));
    }
}

/* Whoever keeps to the signals of the model always knows what it holds: random edits through the model and past it. */
static void
test_signals (void)
{
  static const char *const texts[] = { "", "1", "-5", "2000", "约", "yes", "no", "a w", "2026-11-24" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (17);
  g_autoptr (QdInstance) instance = make_instance ();
  QdNodeId range = find_range (instance, "row");
  g_autoptr (QdInstanceTable) table = qd_instance_table_new (instance, range, NULL);
  QdTableModel *model = QD_TABLE_MODEL (table);
  Shadow shadow = { model, g_ptr_array_new_with_free_func (g_free) };

  shadow_rows_cb (&shadow, 0, 0, qd_table_model_get_n_rows (model));
  g_signal_connect_swapped (model, "cells-changed", G_CALLBACK (shadow_cells_cb), &shadow);
  g_signal_connect_swapped (model, "rows-changed", G_CALLBACK (shadow_rows_cb), &shadow);
  for (guint k = 0; k < 600; k++)
    {
      guint n = qd_table_model_get_n_rows (model);
      const char *text = texts[g_rand_int_range (rand, 0, G_N_ELEMENTS (texts))];
      guint column = (guint) g_rand_int_range (rand, 0, N_COLUMNS);
      guint row = n > 0 ? (guint) g_rand_int_range (rand, 0, (int) n) : 0;

      switch (g_rand_int_range (rand, 0, 9))
        {
        case 0:
          g_assert_true (qd_table_model_insert_rows (model, (guint) g_rand_int_range (rand, 0, (int) n + 1), (guint) g_rand_int_range (rand, 1, 4), NULL));
          break;
        case 1:
          if (n > 3)
            g_assert_true (qd_table_model_remove_rows (model, (guint) g_rand_int_range (rand, 0, (int) n - 1), 2, NULL));
          break;
        case 2:
          if (n > 1)
            g_assert_true (qd_table_model_move_row (model, row, (guint) g_rand_int_range (rand, 0, (int) n), NULL));
          break;
        case 3:
          if (n > 0 && qd_table_model_is_editable (model, row, column))
            g_assert_true (qd_instance_set_value (instance, qd_instance_table_get_node (table, row, column), text, NULL));
          break;
        case 4:
          /* Several kinds of change in one batch. */
          qd_instance_begin (instance);
          if (n > 0 && qd_table_model_is_editable (model, row, NAME))
            g_assert_true (qd_instance_set_value (instance, qd_instance_table_get_node (table, row, NAME), text, NULL));
          if (n > 2)
            g_assert_true (qd_instance_remove_rows (instance, range, row / 2, 1, NULL));
          g_assert_true (qd_instance_add_rows (instance, range, 0, 1, NULL));
          qd_instance_commit (instance);
          break;
        case 5:
          qd_instance_table_set_show_required (table, g_rand_boolean (rand));
          break;
        default:
          if (n > 0 && qd_table_model_is_editable (model, row, column))
            set (model, row, column, text);
        }
      assert_shadow (&shadow);
    }
  g_signal_handlers_disconnect_by_data (model, &shadow);
  g_ptr_array_unref (shadow.rows);
}

/* Pasting into a form: rows are added, and a cell that another one makes relevant takes its text. */
static void
test_paste (void)
{
  g_autoptr (QdInstance) instance = make_instance ();
  g_autoptr (QdInstanceTable) table = qd_instance_table_new (instance, find_range (instance, "row"), NULL);
  QdTableModel *model = QD_TABLE_MODEL (table);
  g_autoptr (QdTableView) view = qd_table_view_new (model);
  g_autoptr (QdTableBlock) block = qd_table_block_parse_tsv ("A\tUses it\tby hand\t1\t2026/1/5\t1,200.50\t5\t2025\t99\tAir、Water\nB\tDoes not\tlost\t\t\tn.a.\t\t\t\tEarth", -1, NULL);
  guint before = qd_table_model_get_n_rows (model);
  QdPasteResult result;

  g_assert_true (qd_table_paste (view, block, &(QdCellRange){ 0, 0, 1, 1 }, &result, NULL));
  g_assert_cmpuint (result.added_rows, ==, 2 - MIN (2, before));
  g_assert_cmpuint (result.placed + result.skipped + result.refused, ==, 20);
  g_assert_cmpuint (result.skipped, ==, 3); /* both sums, and how B does not use it */
  assert_text (model, 0, USES, "yes");
  assert_text (model, 0, HOW, "by hand");
  assert_text (model, 0, DAY, "2026-01-05");
  assert_text (model, 0, AMOUNT, "1200.50");
  assert_text (model, 0, SUM, "2401");
  assert_text (model, 0, MEDIA, "a w");
  assert_text (model, 1, HOW, "");
  assert_text (model, 1, AMOUNT, "n.a.");
  assert_text (model, 1, MEDIA, "Earth");
}

typedef struct
{
  GCancellable *cancellable;
  double cancel_at;
  guint n_told;
  gboolean is_over, good;
  QdPasteResult result;
} LongPaste;

static void
progress_cb (double share, gpointer data)
{
  LongPaste *paste = data;

  paste->n_told++;
  if (share >= paste->cancel_at)
    g_cancellable_cancel (paste->cancellable);
}

static void
pasted_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  LongPaste *paste = data;
  g_autoptr (GError) error = NULL;

  paste->good = qd_table_paste_finish (QD_TABLE_VIEW (source), result, &paste->result, &error);
  g_assert_true (paste->good || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  paste->is_over = TRUE;
}

typedef struct
{
  GCancellable *cancellable;
  double cancel_at;
  gboolean is_over, good;
} LongUndo;

static void
undo_progress_cb (double share, gpointer data)
{
  LongUndo *undo = data;

  if (share >= undo->cancel_at)
    g_cancellable_cancel (undo->cancellable);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  LongUndo *undo = data;
  g_autoptr (GError) error = NULL;

  undo->good = qd_draft_undo_finish (QD_DRAFT (source), result, &error);
  g_assert_true (undo->good || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  undo->is_over = TRUE;
}

static gboolean
undo_long (QdDraft *draft, gboolean redo, double cancel_at)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  LongUndo undo = { .cancellable = cancellable, .cancel_at = cancel_at };

  qd_draft_undo_async (draft, redo, undo_progress_cb, &undo, cancellable, undone_cb, &undo);
  while (!undo.is_over)
    {
      g_assert_false (qd_instance_is_open (qd_draft_get_instance (draft)) && qd_draft_undo (draft, NULL));
      g_main_context_iteration (NULL, TRUE);
    }
  return undo.good;
}

/* In pieces, too; stopped it leaves all as it was. @before: what the undo comes back to */
static void
check_long_undo (QdDraft *draft, GBytes *before)
{
  static const double cancel_at[] = { 0, 0.2, 0.6, 0.79, 2 };
  g_autoptr (GBytes) after = qd_instance_save (qd_draft_get_instance (draft));

  g_assert_true (qd_draft_is_undo_long (draft, FALSE));
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (cancel_at); i++)
    {
      gboolean redo = i >= G_N_ELEMENTS (cancel_at), good = undo_long (draft, redo, cancel_at[i % G_N_ELEMENTS (cancel_at)]);
      g_autoptr (GBytes) now = qd_instance_save (qd_draft_get_instance (draft));

      g_assert_true (good == (i % G_N_ELEMENTS (cancel_at) == G_N_ELEMENTS (cancel_at) - 1));
      g_assert_true (g_bytes_equal (now, redo != good ? before : after));
      g_assert_true (qd_draft_can_redo (draft) == (redo != good));
    }
  g_assert_true (undo_long (draft, FALSE, 2));
}

/* In pieces a paste is still one step, and stopped it leaves nothing. */
static void
check_long_paste (QdDraft *draft, QdTableModel *model)
{
  static const double cancel_at[] = { 0, 0.1, 0.3, 0.7, 2 };
  QdInstance *instance = qd_draft_get_instance (draft);
  guint before = qd_table_model_get_n_rows (model), n_rows = 900;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GBytes) saved = qd_instance_save (instance);

  for (guint i = 0; i < n_rows; i++)
    g_string_append_printf (text, "row %u\tyes\thow %u\n", i, i);
  qd_long_edit_set_piece_length (0);
  for (gsize i = 0; i < G_N_ELEMENTS (cancel_at); i++)
    {
      g_autoptr (QdTableView) view = qd_table_view_new (model);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      LongPaste paste = { .cancellable = cancellable, .cancel_at = cancel_at[i] };
      g_autoptr (GBytes) now = NULL;
      gboolean could_undo = qd_draft_can_undo (draft);

      qd_table_paste_async (view, qd_table_block_parse_tsv (text->str, -1, NULL), &(QdCellRange){ before, 0, 1, 1 }, progress_cb, &paste, cancellable, pasted_cb, &paste);
      while (!paste.is_over)
        {
          /* Whoever looks meanwhile sees the table as it was. */
          g_assert_cmpuint (qd_table_model_get_n_rows (model), ==, before);
          g_assert_false (qd_draft_undo (draft, NULL));
          g_main_context_iteration (NULL, TRUE);
        }
      g_assert_true (paste.good == (cancel_at[i] > 1));
      if (paste.good)
        {
          g_assert_cmpuint (paste.n_told, >, 10);
          g_assert_cmpuint (paste.result.placed, ==, 3 * n_rows);
          g_assert_cmpuint (qd_table_model_get_n_rows (model), ==, before + n_rows);
          /* Written in the second pass: the first answer opens it. */
          assert_text (model, before + n_rows - 1, HOW, "how 899");
          check_long_undo (draft, saved);
        }
      g_assert_cmpuint (qd_table_model_get_n_rows (model), ==, before);
      g_assert_true (qd_draft_can_undo (draft) == could_undo);
      now = qd_instance_save (instance);
      g_assert_true (g_bytes_equal (saved, now));
    }
  qd_long_edit_set_piece_length (30000);
}

static void
test_draft (void)
{
  static const char pack_xml[] = "<pack xmlns='urn:qingdan:pack:1' id='t' version='1' valid-from='2026-01-01'><title lang='en'>Test</title><forms><form id='t.table' file='t.xml'/></forms></pack>";
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("qd-table-XXXXXX", &error);
  g_autofree char *pack_path = g_build_filename (folder, "pack.xml", NULL);
  g_autofree char *form_path = g_build_filename (folder, "t.xml", NULL);
  g_autofree char *store_path = g_build_filename (folder, "w.qingdan", NULL);
  QdPack *pack;
  QdStore *store;
  QdDraft *draft;
  QdInstanceTable *table;
  QdTableModel *model;

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (pack_path, pack_xml, -1, NULL));
  g_assert_true (g_file_set_contents (form_path, form_xml, -1, NULL));
  pack = qd_pack_load (folder, &error);
  g_assert_no_error (error);
  store = qd_store_create (store_path, &error);
  g_assert_no_error (error);
  draft = qd_draft_create (store, pack, "t.table", "2026", NULL, "en", &error);
  g_assert_no_error (error);
  table = qd_instance_table_new (qd_draft_get_instance (draft), find_range (qd_draft_get_instance (draft), "row"), draft);
  model = QD_TABLE_MODEL (table);
  {
    g_autoptr (QdTableView) view = qd_table_view_new (model);
    g_autoptr (QdTableBlock) block = qd_table_block_parse_tsv ("A\tyes\tx\nB\nC", -1, NULL);
    guint before = qd_table_model_get_n_rows (model);
    QdPasteResult result;

    g_assert_true (qd_table_paste (view, block, &(QdCellRange){ before, 0, 1, 1 }, &result, NULL));
    g_assert_cmpuint (qd_table_model_get_n_rows (model), ==, before + 3);
    assert_text (model, before, HOW, "x");
    /* Added rows and all cells are one step. */
    g_assert_true (qd_draft_undo (draft, &error));
    g_assert_no_error (error);
    g_assert_cmpuint (qd_table_model_get_n_rows (model), ==, before);
    g_assert_true (qd_draft_redo (draft, &error));
    assert_text (model, before, HOW, "x");
    assert_text (model, before + 2, NAME, "C");
    set (model, before, NAME, "typed");
    g_assert_true (qd_draft_undo (draft, &error));
    assert_text (model, before, NAME, "A");
  }
  check_long_paste (draft, model);
  g_assert_finalize_object (table);
  g_assert_finalize_object (draft);
  qd_store_close (store, &error);
  g_assert_no_error (error);
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
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/instance-table/columns", test_columns);
  g_test_add_func ("/instance-table/cells", test_cells);
  g_test_add_func ("/instance-table/refusals", test_refusals);
  g_test_add_func ("/instance-table/signals", test_signals);
  g_test_add_func ("/instance-table/paste", test_paste);
  g_test_add_func ("/instance-table/draft", test_draft);
  return g_test_run ();
}
