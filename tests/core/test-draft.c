/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "qd-draft.h"

#define HEAD(kind, extra)                                                                                                        \
  "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' xmlns:jr='http://openrosa.org/javarosa'" \
  " xmlns:odk='http://www.opendatakit.org/xforms' xmlns:qd='urn:qingdan:form:1'><h:head><h:title>" kind "</h:title><model>"      \
  "<qd:form kind='" kind "' " extra "/>"

static const char profile_form[] =
    HEAD ("profile", "") "<instance><p id='t.profile' version='1'><name/><secret/><old>no</old></p></instance>"
                         "<bind nodeset='/p/name' type='string'/><bind nodeset='/p/secret' type='string' relevant=\"/p/old = 'yes'\"/>"
                         "</model></h:head><h:body><input ref='/p/name'><label>Name</label></input><input ref='/p/secret'><label>S</label></input>"
                         "<input ref='/p/old'><label>O</label></input></h:body></h:html>";

static const char main_form[] =
    HEAD ("declaration", "period='year'") "<instance><d id='t.main' version='1'><who/><year/><before/><a/><b/><sum/><must/><row jr:template=''><name/><qty/></row><total/></d></instance>"
                                          "<instance id='profile' src='jr://instance/profile'/><instance id='last' src='jr://instance/last'/>"
                                          "<instance id='period' src='jr://instance/period'/>"
                                          "<bind nodeset='/d/who' type='string' calculate=\"instance('profile')/p/name\"/>"
                                          "<bind nodeset='/d/year' type='string' calculate=\"concat(instance('period')/period/from, ' ', instance('period')/period/to)\"/>"
                                          "<bind nodeset='/d/before' type='string' calculate=\"instance('last')/d/a\"/>"
                                          "<bind nodeset='/d/a' type='decimal'/><bind nodeset='/d/b' type='decimal'/>"
                                          "<bind nodeset='/d/sum' type='decimal' calculate='/d/a + /d/b'/>"
                                          "<bind nodeset='/d/must' type='string' required='true()'/>"
                                          "<bind nodeset='/d/row/qty' type='decimal'/>"
                                          "<bind nodeset='/d/total' type='decimal' calculate='sum(/d/row/qty)'/>"
                                          "</model></h:head><h:body>"
                                          "<input ref='/d/a'><label>A</label></input><input ref='/d/b'><label>B</label></input><input ref='/d/must'><label>M</label></input>"
                                          "<group ref='/d/row'><label>Rows</label><repeat nodeset='/d/row' appearance='table'>"
                                          "<input ref='/d/row/name'><label>N</label></input><input ref='/d/row/qty'><label>Q</label></input></repeat></group>"
                                          "</h:body></h:html>";

static const char pack_xml[] =
    "<pack xmlns='urn:qingdan:pack:1' id='t' version='1' valid-from='2026-01-01'><title lang='en'>Test</title>"
    "<forms><form id='t.profile' file='forms/profile.xml'/><form id='t.main' file='forms/main.xml'/></forms></pack>";

typedef struct
{
  char *folder;
  char *path;
  QdPack *pack;
  QdStore *store;
} Fixture;

static void
write_text (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *forms = NULL;

  fixture->folder = g_dir_make_tmp ("qd-draft-XXXXXX", &error);
  forms = g_build_filename (fixture->folder, "forms", NULL);
  g_assert_cmpint (g_mkdir (forms, 0755), ==, 0);
  write_text (fixture->folder, "pack.xml", pack_xml);
  write_text (fixture->folder, "forms/profile.xml", profile_form);
  write_text (fixture->folder, "forms/main.xml", main_form);
  fixture->pack = qd_pack_load (fixture->folder, &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "w.qingdan", NULL);
  fixture->store = qd_store_create (fixture->path, &error);
  g_assert_no_error (error);
}

static void
close_store (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  qd_store_close (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (g_steal_pointer (&fixture->store));
}

static void
reopen_store (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  close_store (fixture);
  fixture->store = qd_store_open (fixture->path, FALSE, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "forms/profile.xml", "forms/main.xml", "forms", "pack.xml", "w.qingdan", "p.asice" };

  close_store (fixture);
  qd_pack_unref (fixture->pack);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);
      g_remove (path);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static QdDraft *
create (Fixture *fixture, const char *form)
{
  g_autoptr (GError) error = NULL;
  QdDraft *draft = qd_draft_create (fixture->store, fixture->pack, form, "2026Q3", "东厂", "zh-CN", &error);

  g_assert_no_error (error);
  return draft;
}

static QdDraft *
open_draft (QdStore *store, QdPack *pack, gint64 id)
{
  g_autoptr (GError) error = NULL;
  QdDraft *draft = qd_draft_open (store, pack, id, "zh-CN", &error);

  g_assert_no_error (error);
  return draft;
}

static char *
save (QdDraft *draft)
{
  g_autoptr (GBytes) bytes = qd_instance_save (qd_draft_get_instance (draft));

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
set (QdDraft *draft, const char *path, const char *value)
{
  g_autoptr (GError) error = NULL;
  QdInstance *instance = qd_draft_get_instance (draft);

  qd_instance_set_value (instance, qd_instance_find (instance, path), value, &error);
  g_assert_no_error (error);
}

static const char *
get (QdDraft *draft, const char *path)
{
  QdInstance *instance = qd_draft_get_instance (draft);

  return qd_instance_get_value (instance, qd_instance_find (instance, path));
}

/* Any one edit. */
static void
edit_somehow (QdDraft *draft, GRand *random)
{
  QdInstance *instance = qd_draft_get_instance (draft);
  QdNodeId range = qd_instance_find (instance, "/d/row");
  guint n = qd_instance_get_n_children (instance, range);
  g_autoptr (GError) error = NULL;
  g_autofree char *value = g_strdup_printf ("%d", g_rand_int_range (random, 0, 1000));

  switch (g_rand_int_range (random, 0, 8))
    {
    case 0:
      qd_instance_add_rows (instance, range, g_rand_int_range (random, 0, n + 1), g_rand_int_range (random, 1, 4), &error);
      break;
    case 1:
      if (n > 1)
        qd_instance_remove_rows (instance, range, g_rand_int_range (random, 0, n - 1), 1, &error);
      break;
    case 2:
      if (n > 1)
        qd_instance_move_row (instance, range, g_rand_int_range (random, 0, n), g_rand_int_range (random, 0, n), &error);
      break;
    case 3:
      qd_instance_set_annotation (instance, qd_instance_find (instance, "/d/must"), "note", g_rand_boolean (random) ? value : NULL, &error);
      break;
    case 4:
      set (draft, "/d/a", g_rand_boolean (random) ? value : "");
      break;
    default:
      if (n > 0)
        {
          g_autofree char *path = g_strdup_printf ("/d/row[%d]/%s", g_rand_int_range (random, 1, n + 1), g_rand_boolean (random) ? "name" : "qty");
          set (draft, path, value);
        }
      else
        set (draft, "/d/b", value);
    }
  g_assert_no_error (error);
}

static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  QdDraft *draft = create (fixture, "t.main");
  gint64 id = qd_draft_get_id (draft);
  g_autofree char *before = NULL, *after = NULL;
  g_autoptr (QdDeclaration) row = NULL;

  g_assert_false (qd_draft_is_read_only (draft));
  g_assert_false (qd_draft_can_undo (draft));
  set (draft, "/d/a", "1.5");
  set (draft, "/d/b", "2");
  g_assert_cmpstr (get (draft, "/d/sum"), ==, "3.5");
  g_assert_true (qd_draft_can_undo (draft));
  before = save (draft);
  g_assert_finalize_object (draft);

  reopen_store (fixture);
  draft = open_draft (fixture->store, fixture->pack, id);
  after = save (draft);
  g_assert_cmpstr (before, ==, after);
  g_assert_cmpstr (get (draft, "/d/sum"), ==, "3.5");
  /* The list knows of the required field. */
  row = qd_store_get_declaration (fixture->store, id, NULL);
  g_assert_cmpuint (row->critical, ==, 1);
  g_assert_cmpstr (row->period, ==, "2026Q3");
  g_assert_finalize_object (draft);
}

typedef struct
{
  GCancellable *cancellable; /* (nullable): stopped at the first progress */
  gboolean is_over, good;
} Undo;

static void
undo_progress_cb (double share, gpointer data)
{
  g_cancellable_cancel (((Undo *) data)->cancellable);
}

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Undo *undo = data;
  g_autoptr (GError) error = NULL;

  undo->good = qd_draft_undo_finish (QD_DRAFT (source), result, &error);
  g_assert_true (undo->good || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  undo->is_over = TRUE;
}

/* First stopped midway, which leaves all as it was (what is over in one piece cannot be stopped), then to the end. */
static void
undo_in_pieces (QdDraft *draft, gboolean redo, const char *before)
{
  qd_long_edit_set_piece_length (0);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GCancellable) cancellable = i == 0 ? g_cancellable_new () : NULL;
      Undo undo = { cancellable };

      qd_draft_undo_async (draft, redo, undo_progress_cb, &undo, cancellable, undone_cb, &undo);
      while (!undo.is_over)
        g_main_context_iteration (NULL, TRUE);
      if (undo.good)
        break;
      else
        {
          g_autofree char *state = save (draft);

          g_assert_cmpstr (state, ==, before);
        }
      g_assert_cmpuint (i, ==, 0);
    }
  qd_long_edit_set_piece_length (30000);
}

/* Every state that was ever seen comes back, backward and forward, after the workspace was closed and opened in between. */
static void
test_undo_everything (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  QdDraft *draft = create (fixture, "t.main");
  gint64 id = qd_draft_get_id (draft);
  guint undone;

  g_ptr_array_add (states, save (draft));
  while (states->len < 150)
    {
      gboolean grouped = g_rand_int_range (random, 0, 4) == 0;
      char *state;

      if (grouped)
        {
          qd_draft_begin_step (draft, "pasted");
          qd_instance_begin (qd_draft_get_instance (draft));
          for (int i = 0; i < 5; i++)
            edit_somehow (draft, random);
          qd_instance_commit (qd_draft_get_instance (draft));
          edit_somehow (draft, random);
          qd_draft_end_step (draft);
        }
      else
        edit_somehow (draft, random);
      state = save (draft);
      /* What changed nothing is no step. */
      if (strcmp (state, states->pdata[states->len - 1]) == 0)
        g_free (state);
      else
        g_ptr_array_add (states, state);
      if (states->len % 40 == 0)
        {
          g_assert_finalize_object (draft);
          reopen_store (fixture);
          draft = open_draft (fixture->store, fixture->pack, id);
        }
    }
  g_assert_finalize_object (draft);
  reopen_store (fixture);
  draft = open_draft (fixture->store, fixture->pack, id);

  for (undone = 0; qd_draft_can_undo (draft); undone++)
    {
      g_autofree char *state = NULL;

      if (undone % 2 == 0)
        undo_in_pieces (draft, FALSE, states->pdata[states->len - 1 - undone]);
      else
        qd_draft_undo (draft, &error);
      g_assert_no_error (error);
      state = save (draft);
      g_assert_cmpstr (state, ==, states->pdata[states->len - 2 - undone]);
      if (undone == 60)
        {
          g_assert_finalize_object (draft);
          reopen_store (fixture);
          draft = open_draft (fixture->store, fixture->pack, id);
        }
    }
  g_assert_cmpuint (undone, ==, states->len - 1);
  g_assert_false (qd_draft_undo (draft, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_finalize_object (draft);
  reopen_store (fixture);
  draft = open_draft (fixture->store, fixture->pack, id);
  for (guint redone = 1; qd_draft_can_redo (draft); redone++)
    {
      g_autofree char *state = NULL;

      if (redone % 2 == 0)
        undo_in_pieces (draft, TRUE, states->pdata[redone - 1]);
      else
        qd_draft_redo (draft, &error);
      g_assert_no_error (error);
      state = save (draft);
      g_assert_cmpstr (state, ==, states->pdata[redone]);
    }
  {
    g_autofree char *state = save (draft);
    g_assert_cmpstr (state, ==, states->pdata[states->len - 1]);
  }
  /* A new edit ends what can be redone. */
  qd_draft_undo (draft, &error);
  g_assert_true (qd_draft_can_redo (draft));
  set (draft, "/d/must", "x");
  g_assert_false (qd_draft_can_redo (draft));
  qd_store_verify_journal (fixture->store, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (draft);
}

/* Nothing was closed: what a reader finds is the first snapshot and the journal. */
static void
test_without_closing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (GError) error = NULL;
  QdDraft *draft = create (fixture, "t.main");
  QdDraft *other;
  QdStore *reader;
  g_autofree char *expected = NULL, *found = NULL;

  for (int i = 0; i < 60; i++)
    edit_somehow (draft, random);
  expected = save (draft);
  qd_store_flush (fixture->store, &error);
  g_assert_no_error (error);

  reader = qd_store_open (fixture->path, TRUE, &error);
  g_assert_no_error (error);
  other = open_draft (reader, fixture->pack, qd_draft_get_id (draft));
  g_assert_true (qd_draft_is_read_only (other));
  g_assert_false (qd_draft_can_undo (other));
  found = save (other);
  g_assert_cmpstr (expected, ==, found);
  g_assert_finalize_object (other);
  g_assert_finalize_object (reader);
  g_assert_finalize_object (draft);
}

static void
test_host_instances (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) submission = NULL, verdict = g_bytes_new_static ("<v/>", 4);
  g_autofree char *package = g_build_filename (fixture->folder, "p.asice", NULL);
  g_autofree char *last = NULL;
  QdDraft *draft = create (fixture, "t.main");
  gint64 id = qd_draft_get_id (draft);

  /* No profile yet: blank, not an error. */
  g_assert_cmpstr (get (draft, "/d/who"), ==, "");
  g_assert_cmpstr (get (draft, "/d/year"), ==, "2026-07-01 2026-09-30");
  g_assert_null (qd_draft_dup_last_value (draft, "/d/a"));
  g_assert_finalize_object (draft);

  draft = create (fixture, "t.profile");
  set (draft, "/p/name", "沃原");
  g_assert_finalize_object (draft);
  draft = open_draft (fixture->store, fixture->pack, id);
  g_assert_cmpstr (get (draft, "/d/who"), ==, "沃原");

  /* Sealed: read-only, and the last of the next. */
  set (draft, "/d/a", "42");
  submission = qd_instance_serialize (qd_draft_get_instance (draft));
  g_assert_true (g_file_set_contents (package, "zip", -1, NULL));
  qd_store_seal (fixture->store, id, package, submission, verdict, &error);
  g_assert_no_error (error);
  /* It was open meanwhile; what is edited now is taken back. */
  set (draft, "/d/a", "43");
  g_assert_cmpstr (get (draft, "/d/a"), ==, "42");
  g_assert_finalize_object (draft);
  draft = open_draft (fixture->store, fixture->pack, id);
  g_assert_true (qd_draft_is_read_only (draft));
  g_assert_cmpstr (get (draft, "/d/a"), ==, "42");
  g_assert_false (qd_draft_undo (draft, &error));
  g_clear_error (&error);
  g_assert_finalize_object (draft);

  draft = create (fixture, "t.main");
  g_assert_cmpstr (get (draft, "/d/before"), ==, "42");
  last = qd_draft_dup_last_value (draft, "/d/a");
  g_assert_cmpstr (last, ==, "42");
  g_assert_null (qd_draft_dup_last_value (draft, "/d/row[7]/qty"));
  g_assert_finalize_object (draft);
}

/* Copies for reading elsewhere: as the draft is, and as it would be made today. */
static void
test_copies (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  QdDraft *profile = create (fixture, "t.profile");
  QdDraft *draft = create (fixture, "t.main");
  gint64 id = qd_draft_get_id (draft);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  QdInstance *copy;

  set (profile, "/p/name", "沃原");
  set (draft, "/d/a", "42");
  before = save (draft);
  copy = qd_draft_load_copy (fixture->store, fixture->pack, id, "zh-CN", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (qd_instance_get_value (copy, qd_instance_find (copy, "/d/a")), ==, "42"); /* not yet on disk when it was asked for */
  g_assert_cmpstr (qd_instance_get_value (copy, qd_instance_find (copy, "/d/who")), ==, "沃原");
  g_assert_true (qd_instance_set_value (copy, qd_instance_find (copy, "/d/a"), "7", &error));
  g_assert_finalize_object (copy);

  copy = qd_draft_load_fresh (fixture->store, fixture->pack, id, "zh-CN", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (qd_instance_get_value (copy, qd_instance_find (copy, "/d/a")), ==, "");
  g_assert_cmpstr (qd_instance_get_value (copy, qd_instance_find (copy, "/d/year")), ==, "2026-07-01 2026-09-30");
  g_assert_finalize_object (copy);

  after = save (draft);
  g_assert_cmpstr (before, ==, after);
  g_assert_finalize_object (draft);
  g_assert_finalize_object (profile);
  g_assert_null (qd_draft_load_copy (fixture->store, fixture->pack, 99, "zh-CN", &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (qd_draft_load_fresh (fixture->store, fixture->pack, 99, "zh-CN", &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
}

static void
test_periods (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *period, *range;
  } rows[] = {
    { "2026", "2026-01-01 2026-12-31" },
    { "2026Q1", "2026-01-01 2026-03-31" },
    { "2026Q4", "2026-10-01 2026-12-31" },
    { "2028-02", "2028-02-01 2028-02-29" },
    { "2026-11-24", "2026-11-24 2026-11-24" },
    { "2026Q5", "2026Q5 2026Q5" },
    { "<&>", "<&> <&>" },
    { "&&&&", "&&&& &&&&" },
    { "1<&>", "1<&> 1<&>" },
    { "", " " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      QdDraft *draft = qd_draft_create (fixture->store, fixture->pack, "t.main", rows[i].period, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (get (draft, "/d/year"), ==, rows[i].range);
      g_assert_finalize_object (draft);
    }
}

static void
test_history (Fixture *fixture, gconstpointer data)
{
  QdDraft *draft = create (fixture, "t.main");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) items = NULL;
  const QdHistoryItem *item;

  set (draft, "/d/a", "1");
  qd_draft_begin_step (draft, "pasted");
  set (draft, "/d/a", "2");
  set (draft, "/d/b", "9");
  qd_draft_end_step (draft);
  qd_draft_undo (draft, &error);
  g_assert_no_error (error);
  items = qd_draft_list_history (draft, "/d/a", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (items->len, ==, 3);
  item = items->pdata[0];
  g_assert_cmpstr (item->origin, ==, "undo");
  g_assert_cmpstr (item->new_text, ==, "1");
  item = items->pdata[1];
  g_assert_cmpstr (item->origin, ==, "pasted");
  g_assert_cmpstr (item->old_text, ==, "1");
  g_assert_cmpstr (item->new_text, ==, "2");
  item = items->pdata[2];
  g_assert_cmpstr (item->origin, ==, "typed");
  g_assert_cmpint (item->time, >, G_GINT64_CONSTANT (1600000000000));
  g_assert_finalize_object (draft);
}

static void
count_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  ++*(int *) data;
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) xml = g_bytes_new_static ("<d/>", 4);
  gint64 id;
  int notified = 0;
  QdDraft *draft;

  g_assert_null (qd_draft_open (fixture->store, fixture->pack, 5, NULL, &error));
  g_assert_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (qd_draft_create (fixture->store, fixture->pack, "t.none", "2026", NULL, NULL, &error));
  g_assert_error (error, QD_PACK_ERROR, QD_PACK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  id = qd_store_add_declaration (fixture->store, "t.gone", "1", "2026", NULL, 0, xml, &error);
  g_assert_null (qd_draft_open (fixture->store, fixture->pack, id, NULL, &error));
  g_assert_error (error, QD_PACK_ERROR, QD_PACK_ERROR_NOT_FOUND);
  g_clear_error (&error);

  draft = create (fixture, "t.main");
  g_signal_connect (draft, "notify::can-undo", G_CALLBACK (count_cb), &notified);
  set (draft, "/d/a", "1");
  g_assert_cmpint (notified, ==, 1);
  g_assert_finalize_object (draft);
}

/* In a thread. */

typedef struct
{
  QdDraft *draft;
  GError *error;
  gboolean is_over;
} Opened;

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  Opened *opened = data;

  opened->draft = qd_draft_open_finish (result, &opened->error);
  opened->is_over = TRUE;
}

static void
ignored_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(gboolean *) data = TRUE;
}

static void
wait_until (const gboolean *flag)
{
  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
}

static void
open_in_thread (Fixture *fixture, gint64 id, GCancellable *cancellable, Opened *opened)
{
  g_clear_error (&opened->error);
  opened->is_over = FALSE;
  qd_draft_open_async (fixture->store, fixture->pack, id, "zh-CN", NULL, NULL, cancellable, opened_cb, opened);
  wait_until (&opened->is_over);
}

static void
test_in_thread (Fixture *fixture, gconstpointer data)
{
  QdDraft *draft = create (fixture, "t.main");
  gint64 id = qd_draft_get_id (draft);
  g_autofree char *before = NULL, *whole = NULL, *after = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  Opened opened = { NULL };
  gboolean is_over = FALSE;

  set (draft, "/d/a", "7");
  set (draft, "/d/b", "3");
  before = save (draft);
  g_object_unref (draft);

  open_in_thread (fixture, id, NULL, &opened);
  g_assert_no_error (opened.error);
  whole = save (opened.draft);
  g_assert_cmpstr (whole, ==, before);
  g_assert_cmpint (qd_draft_get_id (opened.draft), ==, id);
  g_assert_true (qd_draft_can_undo (opened.draft));
  set (opened.draft, "/d/a", "8");
  g_assert_true (qd_draft_undo (opened.draft, &opened.error));
  g_assert_finalize_object (g_steal_pointer (&opened.draft));

  /* Stopped, or opened for nobody, it leaves all as it was. */
  g_cancellable_cancel (cancelled);
  open_in_thread (fixture, id, cancelled, &opened);
  g_assert_error (opened.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (opened.draft);
  qd_draft_open_async (fixture->store, fixture->pack, id, "zh-CN", NULL, NULL, NULL, ignored_cb, &is_over);
  wait_until (&is_over);
  open_in_thread (fixture, 99, NULL, &opened);
  g_assert_error (opened.error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND);
  g_clear_error (&opened.error);
  reopen_store (fixture);
  draft = open_draft (fixture->store, fixture->pack, id);
  after = save (draft);
  g_assert_cmpstr (after, ==, before);
  g_assert_true (qd_draft_can_redo (draft));
  g_assert_false (qd_draft_is_large (fixture->store, fixture->pack, id));
  g_object_unref (draft);
}

/* One with very many rows is put away in a thread: what was done to it is there all the same when it is opened again at once. */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  QdDraft *draft = create (fixture, "t.main");
  gint64 id = qd_draft_get_id (draft);
  g_autoptr (GError) error = NULL;

  g_assert_true (qd_instance_add_rows (qd_draft_get_instance (draft), qd_instance_find (qd_draft_get_instance (draft), "/d/row"), 0, 40000, &error));
  for (guint round = 0; round < 3; round++)
    {
      g_autofree char *before = NULL, *after = NULL, *text = g_strdup_printf ("%u", round);

      set (draft, "/d/row[40000]/qty", text);
      set (draft, "/d/row[7]/name", text);
      before = save (draft);
      g_object_unref (draft);
      draft = open_draft (fixture->store, fixture->pack, id);
      after = save (draft);
      g_assert_true (g_str_equal (after, before));
      if (round == 1)
        g_assert_true (qd_draft_undo (draft, &error));
    }
  g_object_unref (draft);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/draft/round-trip", test_round_trip);
  ADD ("/draft/undo-everything", test_undo_everything);
  ADD ("/draft/without-closing", test_without_closing);
  ADD ("/draft/host-instances", test_host_instances);
  ADD ("/draft/copies", test_copies);
  ADD ("/draft/periods", test_periods);
  ADD ("/draft/history", test_history);
  ADD ("/draft/missing", test_missing);
  ADD ("/draft/in-thread", test_in_thread);
  ADD ("/draft/large", test_large);
  return g_test_run ();
}
