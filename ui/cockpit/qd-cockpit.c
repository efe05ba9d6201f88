/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-cockpit"
#include "config.h"
#include "qd-cockpit.h"

#include <glib/gi18n.h>
#include <string.h>
#include "qd-cockpit-read-private.h"

#define SUFFIX ".qingdan"
#define MAX_MONITORS 200
#define PAUSE 700 /* ms: a file that was written is written again soon */
#define AGAIN 300 /* s: locks of other computers tell no monitor; and days pass */

struct _QdCockpit
{
  GObject parent_instance;
  QdPack *pack;               /* (owned) (nullable) */
  GListStore *enterprises;    /* (owned) */
  GListStore *items;          /* (owned) */
  GHashTable *made;           /* (owned): QdEnterprise → GPtrArray of its QdBoardItem */
  GHashTable *region_names;   /* (owned) (nullable) */
  GHashTable *industry_names; /* (owned) (nullable) */
  GHashTable *monitors;       /* (owned): folder → GFileMonitor */

  gboolean was_read;
  GCancellable *cancellable; /* (owned) */
  gboolean running;
  gboolean all_wanted;
  GHashTable *wanted; /* (owned): paths to read again */
  guint timer;
  guint again_timer;
};

G_DEFINE_FINAL_TYPE (QdCockpit, qd_cockpit, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  SIGNAL_PROBLEM,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void run (QdCockpit *self);

/* Watching */

static gboolean
timer_cb (gpointer data)
{
  QdCockpit *self = data;

  self->timer = 0;
  run (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (QdCockpit *self)
{
  if (self->timer == 0 && !self->running)
    self->timer = g_timeout_add (PAUSE, timer_cb, self);
}

/* The workspace that a file of its folder belongs to: NAME.qingdan, NAME.qingdan-wal, .NAME.qingdan.lock; NULL for any other file. */
static char *
dup_workspace_of (GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;
  g_autofree char *name = path != NULL ? g_path_get_basename (path) : NULL;

  if (name == NULL)
    return NULL;
  if (name[0] == '.' && g_str_has_suffix (name, SUFFIX ".lock"))
    {
      name[strlen (name) - strlen (".lock")] = '\0';
      return g_build_filename (folder, name + 1, NULL);
    }
  if (g_str_has_suffix (name, SUFFIX "-wal"))
    name[strlen (name) - strlen ("-wal")] = '\0';
  if (name[0] == '.' || !g_str_has_suffix (name, SUFFIX))
    return NULL;
  return g_build_filename (folder, name, NULL);
}

static gboolean
is_known (QdCockpit *self, const char *path)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->enterprises));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QdEnterprise) enterprise = g_list_model_get_item (G_LIST_MODEL (self->enterprises), i);
      if (g_str_equal (qd_enterprise_get_path (enterprise), path))
        return TRUE;
    }
  return FALSE;
}

static void
file_changed_cb (QdCockpit *self, GFile *file, GFile *other, GFileMonitorEvent event)
{
  g_autofree char *path = dup_workspace_of (file);

  if (path == NULL && other != NULL)
    path = dup_workspace_of (other);
  if (path == NULL)
    return;
  /* A workspace that came or went changes the list; all else says something of one workspace. */
  if (is_known (self, path) && g_file_test (path, G_FILE_TEST_EXISTS))
    g_hash_table_add (self->wanted, g_steal_pointer (&path));
  else
    self->all_wanted = TRUE;
  schedule (self);
}

static void
watch (QdCockpit *self, GPtrArray *folders)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->monitors);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!g_ptr_array_find_with_equal_func (folders, key, g_str_equal, NULL))
      g_hash_table_iter_remove (&iter);
  for (guint i = 0; i < folders->len && g_hash_table_size (self->monitors) < MAX_MONITORS; i++)
    if (!g_hash_table_contains (self->monitors, folders->pdata[i]))
      {
        g_autoptr (GFile) folder = g_file_new_for_path (folders->pdata[i]);
        GFileMonitor *monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
        /* A folder that cannot be watched is read again every few minutes all the same. */
        if (monitor == NULL)
          continue;
        g_signal_connect_swapped (monitor, "changed", G_CALLBACK (file_changed_cb), self);
        g_hash_table_insert (self->monitors, g_strdup (folders->pdata[i]), monitor);
      }
}

static void
monitor_free (gpointer monitor)
{
  g_file_monitor_cancel (monitor);
  g_object_unref (monitor);
}

/* On the main thread */

static int
compare_enterprises (gconstpointer a, gconstpointer b)
{
  QdEnterprise *left = *(QdEnterprise *const *) a, *right = *(QdEnterprise *const *) b;
  int order = g_utf8_collate (qd_enterprise_get_name (left), qd_enterprise_get_name (right));

  return order != 0 ? order : strcmp (qd_enterprise_get_path (left), qd_enterprise_get_path (right));
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  QdBoardItem *left = *(QdBoardItem *const *) a, *right = *(QdBoardItem *const *) b;
  int order = qd_board_row_compare (qd_board_item_get_row (left), qd_board_item_get_row (right));

  return order != 0 ? order : g_utf8_collate (qd_enterprise_get_name (qd_board_item_get_enterprise (left)), qd_enterprise_get_name (qd_board_item_get_enterprise (right)));
}

static void
splice (GListStore *store, guint position, guint n_removed, GPtrArray *items, guint from, guint n_added)
{
  if (n_removed > 0 || n_added > 0)
    g_list_store_splice (store, position, n_removed, items->pdata + from, n_added);
}

/*
 * Makes the store hold @items, touching only what differs: lists keep their focus and place, and bind few rows again. What is in both stands in
 * the same order in both; where it does not, the rest is replaced.
 */
static void
replace_items (GListStore *store, GPtrArray *items)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store));
  g_autoptr (GPtrArray) old = g_ptr_array_new_full (n, g_object_unref);
  g_autoptr (GHashTable) kept = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) known = g_hash_table_new (NULL, NULL);
  guint position = 0, at = 0;

  for (guint i = 0; i < n; i++)
    {
      g_ptr_array_add (old, g_list_model_get_item (G_LIST_MODEL (store), i));
      g_hash_table_add (known, old->pdata[i]);
    }
  for (guint i = 0; i < items->len; i++)
    if (g_hash_table_contains (known, items->pdata[i]))
      g_hash_table_add (kept, items->pdata[i]);
  /* A new day, or another place: everything is different. */
  if (g_hash_table_size (kept) < n / 2)
    {
      splice (store, 0, n, items, 0, items->len);
      return;
    }
  while (at < old->len || position < items->len)
    {
      guint gone = 0, fresh = 0;
      while (at + gone < old->len && !g_hash_table_contains (kept, old->pdata[at + gone]))
        gone++;
      while (position + fresh < items->len && !g_hash_table_contains (kept, items->pdata[position + fresh]))
        fresh++;
      splice (store, position, gone, items, position, fresh);
      at += gone;
      position += fresh;
      if (at < old->len && position < items->len && old->pdata[at] != items->pdata[position])
        {
          splice (store, position, old->len - at, items, position, items->len - position);
          return;
        }
      at++;
      position++;
    }
}

static GPtrArray *
make_items (QdCockpit *self, QdEnterprise *enterprise)
{
  GPtrArray *rows = qd_enterprise_get_rows (enterprise);
  GPtrArray *items = g_ptr_array_new_full (rows->len, g_object_unref);

  for (guint n = 0; n < rows->len; n++)
    g_ptr_array_add (items, qd_board_item_new (enterprise, rows->pdata[n], self->pack));
  return items;
}

static void
show (QdCockpit *self, GPtrArray *enterprises)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autoptr (GHashTable) made = g_hash_table_new_full (NULL, NULL, g_object_unref, (GDestroyNotify) g_ptr_array_unref);

  g_ptr_array_sort (enterprises, compare_enterprises);
  for (guint i = 0; i < enterprises->len; i++)
    {
      QdEnterprise *enterprise = enterprises->pdata[i];
      GPtrArray *own = g_hash_table_lookup (self->made, enterprise);
      own = own != NULL ? g_ptr_array_ref (own) : make_items (self, enterprise);
      g_hash_table_insert (made, g_object_ref (enterprise), own);
      g_ptr_array_extend (items, own, NULL, NULL);
    }
  g_ptr_array_sort (items, compare_items);
  replace_items (self->enterprises, enterprises);
  replace_items (self->items, items);
  g_hash_table_unref (self->made);
  self->made = g_steal_pointer (&made);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* What was read again, as it was where it is still the same; and, if only @some were read, the others. */
static void
merge (QdCockpit *self, GPtrArray *fresh, gboolean some)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->enterprises));
  g_autoptr (GHashTable) places = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < fresh->len; i++)
    g_hash_table_insert (places, (char *) qd_enterprise_get_path (fresh->pdata[i]), GUINT_TO_POINTER (i + 1));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QdEnterprise) old = g_list_model_get_item (G_LIST_MODEL (self->enterprises), i);
      guint place = GPOINTER_TO_UINT (g_hash_table_lookup (places, qd_enterprise_get_path (old)));
      if (place > 0 && qd_enterprise_is_same (old, fresh->pdata[place - 1]))
        {
          g_hash_table_remove (places, qd_enterprise_get_path (old)); /* its key goes with the fresh one */
          g_object_unref (fresh->pdata[place - 1]);
          fresh->pdata[place - 1] = g_steal_pointer (&old);
        }
      else if (place == 0 && some)
        g_ptr_array_add (fresh, g_steal_pointer (&old));
    }
}

static void
read_cb (GObject *source, GAsyncResult *task, gpointer user_data)
{
  QdCockpit *self = QD_COCKPIT (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdCockpitReading) result = qd_cockpit_read_finish (task, &error);

  if (self->enterprises == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->running = FALSE;
  self->was_read = TRUE;
  if (result == NULL)
    {
      g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, error->message);
      g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
      return;
    }
  if (self->pack == NULL)
    self->pack = qd_pack_ref (result->pack);
  if (result->region_names != NULL)
    {
      g_clear_pointer (&self->region_names, g_hash_table_unref);
      g_clear_pointer (&self->industry_names, g_hash_table_unref);
      self->region_names = g_steal_pointer (&result->region_names);
      self->industry_names = g_steal_pointer (&result->industry_names);
      watch (self, result->folders);
      merge (self, result->enterprises, FALSE);
    }
  else
    merge (self, result->enterprises, TRUE);
  show (self, result->enterprises);
  if (self->all_wanted || g_hash_table_size (self->wanted) > 0)
    schedule (self);
}

static void
run (QdCockpit *self)
{
  if (self->running || self->enterprises == NULL)
    return;
  g_clear_handle_id (&self->timer, g_source_remove);
  self->running = TRUE;
  qd_cockpit_read_async (self, self->pack, self->all_wanted ? NULL : self->wanted, self->cancellable, read_cb, NULL);
  self->all_wanted = FALSE;
  g_hash_table_remove_all (self->wanted);
}

void
qd_cockpit_refresh (QdCockpit *self)
{
  g_return_if_fail (QD_IS_COCKPIT (self));
  self->all_wanted = TRUE;
  run (self);
}

void
qd_cockpit_refresh_path (QdCockpit *self, const char *path)
{
  g_return_if_fail (QD_IS_COCKPIT (self));
  if (self->wanted != NULL)
    g_hash_table_add (self->wanted, g_strdup (path));
  run (self);
}

static gboolean
again_cb (gpointer data)
{
  qd_cockpit_refresh (data);
  return G_SOURCE_CONTINUE;
}

static void
qd_cockpit_dispose (GObject *object)
{
  QdCockpit *self = QD_COCKPIT (object);
  GHashTableIter iter;
  gpointer monitor;

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->again_timer, g_source_remove);
  if (self->monitors != NULL)
    {
      g_hash_table_iter_init (&iter, self->monitors);
      while (g_hash_table_iter_next (&iter, NULL, &monitor))
        g_signal_handlers_disconnect_by_data (monitor, self);
    }
  g_clear_pointer (&self->monitors, g_hash_table_unref);
  g_clear_pointer (&self->wanted, g_hash_table_unref);
  g_clear_pointer (&self->made, g_hash_table_unref);
  g_clear_pointer (&self->region_names, g_hash_table_unref);
  g_clear_pointer (&self->industry_names, g_hash_table_unref);
  g_clear_object (&self->enterprises);
  g_clear_object (&self->items);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->pack, qd_pack_unref);
  G_OBJECT_CLASS (qd_cockpit_parent_class)->dispose (object);
}

static void
qd_cockpit_class_init (QdCockpitClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_cockpit_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", QD_TYPE_COCKPIT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_PROBLEM] = g_signal_new ("problem", QD_TYPE_COCKPIT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
qd_cockpit_init (QdCockpit *self)
{
  self->cancellable = g_cancellable_new ();
  self->enterprises = g_list_store_new (QD_TYPE_ENTERPRISE);
  self->items = g_list_store_new (QD_TYPE_BOARD_ITEM);
  self->monitors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, monitor_free);
  self->made = g_hash_table_new_full (NULL, NULL, g_object_unref, (GDestroyNotify) g_ptr_array_unref);
  self->wanted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->again_timer = g_timeout_add_seconds (AGAIN, again_cb, self);
}

QdCockpit *
qd_cockpit_new (QdPack *pack)
{
  QdCockpit *self = g_object_new (QD_TYPE_COCKPIT, NULL);

  self->pack = pack != NULL ? qd_pack_ref (pack) : NULL;
  qd_cockpit_refresh (self);
  return self;
}

gboolean
qd_cockpit_is_loading (QdCockpit *self)
{
  return !self->was_read;
}

GListModel *
qd_cockpit_get_enterprises (QdCockpit *self)
{
  return G_LIST_MODEL (self->enterprises);
}

GListModel *
qd_cockpit_get_items (QdCockpit *self)
{
  return G_LIST_MODEL (self->items);
}

QdPack *
qd_cockpit_get_pack (QdCockpit *self)
{
  return self->pack;
}

static const char *
find_name (GHashTable *names, const char *code)
{
  const char *name = names != NULL ? g_hash_table_lookup (names, code) : NULL;

  return name != NULL ? name : code;
}

const char *
qd_cockpit_get_region_name (QdCockpit *self, const char *code)
{
  return find_name (self->region_names, code);
}

const char *
qd_cockpit_get_industry_name (QdCockpit *self, const char *code)
{
  return find_name (self->industry_names, code);
}

/* Places */

void
qd_cockpit_add (QdCockpit *self, const char *path)
{
  qd_cockpit_places_add (path);
  qd_cockpit_refresh (self);
}

void
qd_cockpit_remove (QdCockpit *self, const char *path)
{
  qd_cockpit_places_remove (path);
  qd_cockpit_refresh (self);
}

/* Who looks after it */

typedef struct
{
  char *path;
  char *person;
} PersonJob;

static void
person_job_free (gpointer data)
{
  PersonJob *job = data;

  g_free (job->path);
  g_free (job->person);
  g_free (job);
}

static void
person_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  PersonJob *job = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdStore) store = qd_store_open (job->path, FALSE, &error);

  if (store == NULL || !qd_store_set_setting (store, "person", job->person, &error) || !qd_store_close (store, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
person_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdCockpit *self = QD_COCKPIT (source);
  PersonJob *job = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (self->enterprises == NULL)
    return;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, error->message);
  else
    qd_cockpit_refresh_path (self, job->path);
}

void
qd_cockpit_set_person (QdCockpit *self, const char *path, const char *person)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, person_cb, NULL);
  PersonJob *job = g_new0 (PersonJob, 1);

  job->path = g_strdup (path);
  job->person = g_strdup (person);
  g_task_set_task_data (task, job, person_job_free);
  g_task_run_in_thread (task, person_in_thread);
}
