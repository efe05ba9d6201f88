/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-demo"
#include "config.h"
#include "qd-demo.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include "qd-csv.h"
#include "qd-instance.h"
#include "qd-look.h"
#include "qd-new-declaration.h"
#include "qd-records.h"
#include "qd-signer.h"
#include "qd-tree.h"

#define GATEWAY_PROGRAM "qingdan-gateway"

char *
qd_demo_dup_path (void)
{
  const char *documents = g_get_user_special_dir (G_USER_DIRECTORY_DOCUMENTS);
  const char *dir = documents != NULL && g_file_test (documents, G_FILE_TEST_IS_DIR) ? documents : g_get_user_data_dir ();

  g_mkdir_with_parents (dir, 0700);
  for (guint i = 1;; i++)
    {
      g_autofree char *name = i == 1 ? g_strdup (_ ("Qingdan demo.qingdan")) : g_strdup_printf (_ ("Qingdan demo %u.qingdan"), i);
      g_autofree char *path = g_build_filename (dir, name, NULL);
      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&path);
    }
}

/* The demonstration data. */

static char *
demo_dir (QdPack *pack)
{
  g_autofree char *packs = g_path_get_dirname (qd_pack_get_dir (pack));
  g_autofree char *share = g_path_get_dirname (packs);

  return g_build_filename (share, "demo", NULL);
}

/* An instance names its form by the attribute id of its root. */
static QdForm *
form_of (QdPack *pack, const char *text, gsize length, GError **error)
{
  g_autoptr (QdTree) tree = qd_tree_parse (text, (gssize) length, QD_TREE_COMPACT, error);
  const char *id = tree != NULL ? qd_tree_node_get_attribute (qd_tree_get_root (tree), NULL, "id") : NULL;

  if (tree == NULL)
    return NULL;
  return qd_pack_get_form (pack, id != NULL ? id : "", error);
}

static gint64
add_file (QdStore *store, QdPack *pack, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;
  QdForm *form;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) saved = NULL;
  g_autoptr (QdInstance) instance = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *period = NULL;
  const char *kind;
  QdInstanceOptions options = { .mode = QD_INSTANCE_EDIT, .language = qd_look_get_language (), .resolver = qd_pack_resolve, .resolver_data = pack };

  if (!g_file_get_contents (path, &text, &length, error))
    return 0;
  form = form_of (pack, text, length, error);
  if (form == NULL)
    return 0;
  bytes = g_bytes_new_take (g_steal_pointer (&text), length);
  options.xml = bytes;
  options.xml_name = path;
  instance = qd_instance_new (form, &options, error);
  if (instance == NULL)
    return 0;
  saved = qd_instance_save (instance);
  kind = qd_form_get_info (form, "kind");
  period = kind == NULL || g_str_equal (kind, "declaration") ? qd_new_declaration_dup_period (form, now) : g_strdup ("");
  if (g_strcmp0 (kind, "profile") == 0)
    {
      QdNodeId name = qd_instance_find (instance, "/profile/ent/name");
      QdNodeId uscc = qd_instance_find (instance, "/profile/ent/uscc");
      QdNodeId site = qd_instance_find (instance, "/profile/sites/site/name");
      if ((name != 0 && !qd_store_set_setting (store, "name", qd_instance_get_value (instance, name), error)) ||
          (uscc != 0 && !qd_store_set_setting (store, "uscc", qd_instance_get_value (instance, uscc), error)) ||
          (site != 0 && !qd_store_set_setting (store, "site", qd_instance_get_value (instance, site), error)))
        return 0;
    }
  {
    g_autofree char *site = qd_store_dup_setting (store, "site");
    return qd_store_add_declaration (store, qd_form_get_id (form), qd_form_get_version (form), period, *period != '\0' ? site : NULL, 0, saved, error);
  }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const char *x = *(const char *const *) a;
  const char *y = *(const char *const *) b;
  /* The profile first: its site goes into the declarations. */
  gboolean first_x = g_str_equal (x, "profile.xml");
  gboolean first_y = g_str_equal (y, "profile.xml");

  return first_x != first_y ? (first_x ? -1 : 1) : g_strcmp0 (x, y);
}

/* Duties that were fulfilled before: columns site, rule, period, date, note. */
static gboolean
add_done (QdStore *store, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  QdCsvReader reader;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  qd_csv_reader_init (&reader, text, length);
  for (guint row = 0; qd_csv_reader_next (&reader, cells); row++)
    {
      QdDone done = { 0 };

      if (row == 0 || cells->len < 5)
        continue;
      done.site = cells->pdata[0];
      done.rule = cells->pdata[1];
      done.period = cells->pdata[2];
      done.date = cells->pdata[3];
      done.note = cells->pdata[4];
      if (!qd_store_mark_done (store, &done, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
qd_demo_fill (QdStore *store, QdPack *pack, GError **error)
{
  g_autofree char *dir = demo_dir (pack);
  g_autoptr (GDir) entries = g_dir_open (dir, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  gint64 declaration = 0;
  const char *name;

  if (entries == NULL)
    return FALSE;
  while ((name = g_dir_read_name (entries)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (dir, g_ptr_array_index (names, i), NULL);
      gint64 id;
      if (!g_str_has_suffix (path, ".xml"))
        continue;
      id = add_file (store, pack, path, error);
      if (id == 0)
        return FALSE;
      if (!g_str_equal (g_ptr_array_index (names, i), "profile.xml") && !g_str_equal (g_ptr_array_index (names, i), "register.xml"))
        declaration = id;
    }
  /* Everything else are files that the declaration attaches. */
  for (guint i = 0; i < names->len && declaration != 0; i++)
    {
      g_autofree char *path = g_build_filename (dir, g_ptr_array_index (names, i), NULL);
      g_autofree char *sha256 = NULL;
      if (g_str_has_suffix (path, ".xml") || g_str_has_suffix (path, ".csv"))
        continue;
      sha256 = qd_store_import_blob (store, path, NULL, error);
      if (sha256 == NULL || !qd_store_attach (store, declaration, g_ptr_array_index (names, i), sha256, error))
        return FALSE;
    }
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (dir, g_ptr_array_index (names, i), NULL);
      if (g_str_equal (g_ptr_array_index (names, i), "done.csv") && !add_done (store, path, error))
        return FALSE;
    }
  return qd_store_set_setting (store, "demo", "1", error);
}

/* The receiver. */

static GSubprocess *gateway; /* (owned) (nullable) */
static char *gateway_address;

static char *
find_gateway (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *dir = self != NULL ? g_path_get_dirname (self) : NULL;
  const char *const places[] = { ".", "../app/gateway" };

  for (guint i = 0; dir != NULL && i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (dir, places[i], GATEWAY_PROGRAM, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }
  return g_find_program_in_path (GATEWAY_PROGRAM);
}

typedef struct
{
  char *dir;
  char *key;
  char *pin_file;
  char *port_file;
  GSubprocess *process;
  GDataInputStream *output;
  gboolean retried;
} Start;

static void
start_free (gpointer data)
{
  Start *start = data;

  g_free (start->dir);
  g_free (start->key);
  g_free (start->pin_file);
  g_free (start->port_file);
  g_clear_object (&start->process);
  g_clear_object (&start->output);
  g_free (start);
}

static gboolean
make_key (Start *start, GError **error)
{
  g_autofree char *pin = NULL;

  g_mkdir_with_parents (start->dir, 0700);
  if (g_file_test (start->key, G_FILE_TEST_EXISTS) && g_file_test (start->pin_file, G_FILE_TEST_EXISTS))
    return TRUE;
  pin = g_uuid_string_random ();
  g_remove (start->key);
  return g_file_set_contents_full (start->pin_file, pin, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error) &&
         qd_demo_key_create (start->key, NULL, pin, _ ("Demo receiver on this computer"), NULL, QD_KEY_EC_P256, error);
}

static void
make_key_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (make_key (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void spawn (GTask *task);

static void
line_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Start *start = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *line = g_data_input_stream_read_line_finish (start->output, result, NULL, &error);
  const char *at = line != NULL ? strstr (line, "http") : NULL;

  if (at == NULL && !start->retried)
    {
      /* The port of last time is taken: any free one will do. */
      start->retried = TRUE;
      g_remove (start->port_file);
      spawn (g_steal_pointer (&task));
      return;
    }
  if (at == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The demo receiver did not start; packages can still be saved to USB."));
      return;
    }
  gateway_address = g_strdup (at);
  g_strchomp (gateway_address);
  g_set_object (&gateway, start->process);
  {
    const char *colon = strrchr (gateway_address, ':');
    if (colon != NULL)
      g_file_set_contents (start->port_file, colon + 1, -1, NULL);
  }
  g_task_return_pointer (task, g_strdup (gateway_address), g_free);
}

/* In the child: whatever becomes of the window, its receiver does not outlive it. */
static void
end_with_parent (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

/* Takes the task. */
static void
spawn (GTask *taken)
{
  g_autoptr (GTask) task = taken;
  Start *start = g_task_get_task_data (task);
  g_autofree char *program = find_gateway ();
  g_autofree char *port = NULL;
  g_autofree char *listen = NULL;
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  GError *error = NULL;

  if (program == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("%s is not installed, so the demo has no receiver; packages can still be saved to USB."), GATEWAY_PROGRAM);
      return;
    }
  if (!g_file_get_contents (start->port_file, &port, NULL, NULL) || g_ascii_strtoull (port, NULL, 10) == 0)
    {
      g_free (port);
      port = g_strdup ("0");
    }
  listen = g_strdup_printf ("127.0.0.1:%" G_GUINT64_FORMAT, g_ascii_strtoull (port, NULL, 10));
  g_clear_object (&start->output);
  g_clear_object (&start->process);
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  start->process = g_subprocess_launcher_spawn (launcher, &error, program, "--listen", listen, "--dir", start->dir, "--key", start->key, "--pin-file", start->pin_file, "--name", _ ("Demo receiver on this computer"), NULL);
  if (start->process == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  start->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (start->process));
  g_data_input_stream_read_line_async (start->output, G_PRIORITY_DEFAULT, NULL, line_read_cb, g_steal_pointer (&task));
}

static void
key_made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, error);
  else
    spawn (g_steal_pointer (&task));
}

void
qd_demo_gateway_start_async (GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (GTask) key_task = NULL;
  Start *start;

  g_task_set_source_tag (task, qd_demo_gateway_start_async);
  if (gateway != NULL && g_subprocess_get_identifier (gateway) != NULL)
    {
      g_task_return_pointer (task, g_strdup (gateway_address), g_free);
      return;
    }
  g_clear_pointer (&gateway_address, g_free);
  start = g_new0 (Start, 1);
  start->dir = g_build_filename (g_get_user_data_dir (), "qingdan", "demo-receiver", NULL);
  start->key = g_build_filename (start->dir, "receiver.p12", NULL);
  start->pin_file = g_build_filename (start->dir, "receiver.pin", NULL);
  start->port_file = g_build_filename (start->dir, "port", NULL);
  g_task_set_task_data (task, start, start_free);
  key_task = g_task_new (NULL, NULL, key_made_cb, g_steal_pointer (&task));
  g_task_set_task_data (key_task, start, NULL);
  g_task_run_in_thread (key_task, make_key_in_thread);
}

char *
qd_demo_gateway_start_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_async_result_is_tagged (result, qd_demo_gateway_start_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
qd_demo_gateway_stop (void)
{
  if (gateway != NULL)
    g_subprocess_send_signal (gateway, SIGTERM);
  g_clear_object (&gateway);
  g_clear_pointer (&gateway_address, g_free);
}
