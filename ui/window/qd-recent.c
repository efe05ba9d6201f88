/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-recent"
#include "config.h"
#include "qd-recent.h"

#define GROUP "Qingdan"
#define MAX_RECENT 8

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
qd_recent_dup_list (void)
{
  g_autoptr (GKeyFile) file = load ();
  GStrv list = g_key_file_get_string_list (file, GROUP, "recent", NULL, NULL);

  /* cppcheck-suppress memleak ; handed to the caller */
  return list != NULL ? list : g_new0 (char *, 1);
}

char *
qd_recent_dup_last (void)
{
  g_auto (GStrv) list = qd_recent_dup_list ();

  return g_strdup (list[0]);
}

void
qd_recent_add (const char *path)
{
  g_autoptr (GKeyFile) file = load ();
  g_auto (GStrv) old = qd_recent_dup_list ();
  const char *list[MAX_RECENT];
  gsize n = 0;

  list[n++] = path;
  for (guint i = 0; old[i] != NULL && n < MAX_RECENT; i++)
    if (!g_str_equal (old[i], path))
      list[n++] = old[i];
  g_key_file_set_string_list (file, GROUP, "recent", list, n);
  save (file);
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
