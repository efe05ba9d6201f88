/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-recent"
#include "config.h"
#include "qd-recent.h"

#define GROUP "Qingdan"
#define MAX_RECENT 8
#define MAX_KNOWN 500

static char *
state_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "qingdan", "state.ini", NULL);
}

static GKeyFile *
load (void)
{
  g_autofree char *path = state_path ();
  GKeyFile *file = g_key_file_new ();

  /* No file yet, or a broken one: start afresh. */
  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  return file;
}

static void
save (GKeyFile *file)
{
  g_autofree char *path = state_path ();
  g_autofree char *dir = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (dir, 0700);
  if (!g_key_file_save_to_file (file, path, &error))
    g_message ("%s", error->message);
}

GStrv
qd_recent_dup_values (const char *key)
{
  g_autoptr (GKeyFile) file = load ();
  GStrv list = g_key_file_get_string_list (file, GROUP, key, NULL, NULL);

  /* cppcheck-suppress memleak ; handed to the caller */
  return list != NULL ? list : g_new0 (char *, 1);
}

void
qd_recent_set_values (const char *key, const char *const *values)
{
  g_autoptr (GKeyFile) file = load ();

  g_key_file_set_string_list (file, GROUP, key, values, g_strv_length ((char **) values));
  save (file);
}

GStrv
qd_recent_dup_known (void)
{
  return qd_recent_dup_values ("recent");
}

GStrv
qd_recent_dup_list (void)
{
  GStrv list = qd_recent_dup_known ();

  for (guint n = 0, i = 0; list[i] != NULL; i++)
    if (++n > MAX_RECENT)
      g_clear_pointer (&list[i], g_free);
  return list;
}

char *
qd_recent_dup_last (void)
{
  g_auto (GStrv) list = qd_recent_dup_list ();

  return g_strdup (list[0]);
}

/* The list without @path, and with it at the front if @add. */
static void
put (const char *path, gboolean add)
{
  g_auto (GStrv) old = qd_recent_dup_known ();
  const char *list[MAX_KNOWN + 1] = { NULL };
  gsize n = 0;

  if (add)
    list[n++] = path;
  for (guint i = 0; old[i] != NULL && n < MAX_KNOWN; i++)
    if (!g_str_equal (old[i], path))
      list[n++] = old[i];
  qd_recent_set_values ("recent", list);
}

void
qd_recent_add (const char *path)
{
  put (path, TRUE);
}

void
qd_recent_remove (const char *path)
{
  put (path, FALSE);
}

char *
qd_recent_dup_value (const char *key)
{
  g_autoptr (GKeyFile) file = load ();

  return g_key_file_get_string (file, GROUP, key, NULL);
}

void
qd_recent_set_value (const char *key, const char *value)
{
  g_autoptr (GKeyFile) file = load ();

  if (value != NULL)
    g_key_file_set_string (file, GROUP, key, value);
  else
    g_key_file_remove_key (file, GROUP, key, NULL);
  save (file);
}
