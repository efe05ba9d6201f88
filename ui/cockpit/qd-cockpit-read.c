/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-cockpit-read"
#include "config.h"
#include "qd-cockpit-read-private.h"

#include <string.h>
#include "qd-csv.h"
#include "qd-recent.h"

#define PLACES "cockpit-places" /* files and folders that were added */
#define HIDDEN "cockpit-hidden" /* workspaces of those folders that were taken off */
#define SUFFIX ".qingdan"
#define MAX_WORKSPACES 2000

typedef struct
{
  QdPack *pack; /* (owned) (nullable) */
  GStrv known;  /* workspaces that were opened */
  GStrv places;
  GStrv hidden;
  GStrv only; /* (nullable): read these; NULL all */
  char *today;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->pack, qd_pack_unref);
  g_strfreev (job->known);
  g_strfreev (job->places);
  g_strfreev (job->hidden);
  g_strfreev (job->only);
  g_free (job->today);
  g_free (job);
}

void
qd_cockpit_reading_free (QdCockpitReading *result)
{
  g_clear_pointer (&result->pack, qd_pack_unref);
  g_ptr_array_unref (result->enterprises);
  g_ptr_array_unref (result->folders);
  g_clear_pointer (&result->region_names, g_hash_table_unref);
  g_clear_pointer (&result->industry_names, g_hash_table_unref);
  g_free (result);
}

static gboolean
put_once (GPtrArray *list, const char *text)
{
  if (g_ptr_array_find_with_equal_func (list, text, g_str_equal, NULL))
    return FALSE;
  g_ptr_array_add (list, g_strdup (text));
  return TRUE;
}

static void
add_path (GPtrArray *paths, GPtrArray *folders, GHashTable *seen, const char *path)
{
  g_autofree char *real = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = g_path_get_dirname (real);

  if (paths->len >= MAX_WORKSPACES || !g_hash_table_add (seen, g_strdup (real)))
    return;
  put_once (folders, folder);
  g_ptr_array_add (paths, g_steal_pointer (&real));
}

static void
add_folder (GPtrArray *paths, GPtrArray *folders, GHashTable *seen, const char *folder, GStrv hidden)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  put_once (folders, folder);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (g_str_has_suffix (name, SUFFIX) && !g_str_has_prefix (name, ".") && !g_strv_contains ((const char *const *) hidden, path))
        add_path (paths, folders, seen, path);
    }
}

static GPtrArray *
list_paths (Job *job, GPtrArray *folders)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; job->places[i] != NULL; i++)
    if (g_file_test (job->places[i], G_FILE_TEST_IS_DIR))
      add_folder (paths, folders, seen, job->places[i], job->hidden);
    else
      add_path (paths, folders, seen, job->places[i]);
  for (guint i = 0; job->known[i] != NULL; i++)
    add_path (paths, folders, seen, job->known[i]);
  return paths;
}

/* Code → name, from the columns "code" and "name_zh" of a list. */
static GHashTable *
read_names (QdPack *pack, const char *list)
{
  g_autofree char *name = g_strdup_printf ("lists/%s.csv", list);
  g_autoptr (GBytes) bytes = qd_pack_read (pack, name, NULL);
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  QdCsvReader reader;
  gsize size;
  const char *text;

  if (bytes == NULL)
    return names;
  text = g_bytes_get_data (bytes, &size);
  qd_csv_reader_init (&reader, text, size);
  while (qd_csv_reader_next (&reader, cells))
    if (cells->len >= 2)
      g_hash_table_replace (names, g_strdup (cells->pdata[0]), g_strdup (cells->pdata[1]));
  return names;
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Job *job = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdCockpitReading) result = g_new0 (QdCockpitReading, 1);
  g_autoptr (GPtrArray) paths = NULL;

  result->enterprises = g_ptr_array_new_with_free_func (g_object_unref);
  result->folders = g_ptr_array_new_with_free_func (g_free);
  result->pack = job->pack != NULL ? qd_pack_ref (job->pack) : qd_pack_load_builtin (&error);
  if (result->pack == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (job->only == NULL)
    {
      result->region_names = read_names (result->pack, "divisions");
      result->industry_names = read_names (result->pack, "gbt4754");
      paths = list_paths (job, result->folders);
    }
  else
    {
      paths = g_ptr_array_new_with_free_func (g_free);
      for (guint i = 0; job->only[i] != NULL; i++)
        g_ptr_array_add (paths, g_strdup (job->only[i]));
    }
  for (guint i = 0; i < paths->len && !g_cancellable_is_cancelled (cancellable); i++)
    g_ptr_array_add (result->enterprises, qd_enterprise_read (paths->pdata[i], result->pack, job->today));
  g_task_return_pointer (task, g_steal_pointer (&result), (GDestroyNotify) qd_cockpit_reading_free);
}

static char *
dup_today (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y-%m-%d");
}

void
qd_cockpit_read_async (gpointer source, QdPack *pack, GHashTable *only, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->pack = pack != NULL ? qd_pack_ref (pack) : NULL;
  job->known = qd_recent_dup_known ();
  job->places = qd_recent_dup_values (PLACES);
  job->hidden = qd_recent_dup_values (HIDDEN);
  job->today = dup_today ();
  if (only != NULL)
    {
      g_autofree const char **paths = (const char **) g_hash_table_get_keys_as_array (only, NULL);
      job->only = g_strdupv ((char **) paths);
    }
  g_task_set_source_tag (task, qd_cockpit_read_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, read_in_thread);
}

QdCockpitReading *
qd_cockpit_read_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, qd_cockpit_read_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Places */

/* Puts @value into a list of the settings, or takes it out. */
static void
set_member (const char *key, const char *value, gboolean in)
{
  g_auto (GStrv) old = qd_recent_dup_values (key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; old[i] != NULL; i++)
    if (!g_str_equal (old[i], value))
      g_strv_builder_add (builder, old[i]);
  if (in)
    g_strv_builder_add (builder, value);
  list = g_strv_builder_end (builder);
  qd_recent_set_values (key, (const char *const *) list);
}

void
qd_cockpit_places_add (const char *path)
{
  g_autofree char *real = g_canonicalize_filename (path, NULL);
  g_auto (GStrv) hidden = qd_recent_dup_values (HIDDEN);

  for (guint i = 0; hidden[i] != NULL; i++)
    {
      g_autofree char *folder = g_path_get_dirname (hidden[i]);
      if (g_str_equal (hidden[i], real) || g_str_equal (folder, real))
        set_member (HIDDEN, hidden[i], FALSE);
    }
  set_member (PLACES, real, TRUE);
}

void
qd_cockpit_places_remove (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_auto (GStrv) places = qd_recent_dup_values (PLACES);

  qd_recent_remove (path);
  set_member (PLACES, path, FALSE);
  if (g_strv_contains ((const char *const *) places, folder))
    set_member (HIDDEN, path, TRUE);
}
