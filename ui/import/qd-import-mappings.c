/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import-mappings"
#include "config.h"
#include "qd-import-mappings.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#define ENDING ".ini"
/* No name gives these: names are escaped. */
#define UNNAMED "~unnamed" ENDING
#define LAST "~last"

char *
qd_import_mappings_dup_kind (const char *form_id, const char *ref)
{
  g_autofree char *kind = g_strconcat (form_id, ref, NULL);

  g_strdelimit (kind, "/\\:", '-');
  return g_steal_pointer (&kind);
}

static char *
folder_of (const char *kind)
{
  return g_build_filename (g_get_user_config_dir (), "qingdan", "mappings", kind, NULL);
}

static char *
path_of (const char *kind, const char *name)
{
  g_autofree char *folder = folder_of (kind);
  g_autofree char *escaped = g_uri_escape_string (name, NULL, TRUE);
  g_autofree char *file = g_strconcat (escaped, ENDING, NULL);

  /* A name that begins with a tilde is no file of ours. */
  g_strdelimit (file, "~", '-');
  return g_build_filename (folder, *name != '\0' ? file : UNNAMED, NULL);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate (*(const char *const *) a, *(const char *const *) b);
}

GStrv
qd_import_mappings_list (const char *kind)
{
  g_autofree char *folder = folder_of (kind);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *names = g_ptr_array_new ();
  const char *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *stem = g_str_has_suffix (file, ENDING) && *file != '~' ? g_strndup (file, strlen (file) - strlen (ENDING)) : NULL;
      char *name = stem != NULL ? g_uri_unescape_string (stem, NULL) : NULL;

      if (name != NULL)
        g_ptr_array_add (names, name);
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (names, FALSE);
}

char *
qd_import_mappings_read (const char *kind, const char *name)
{
  g_autofree char *path = path_of (kind, name);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : NULL;
}

gboolean
qd_import_mappings_write (const char *kind, const char *name, const char *text, GError **error)
{
  g_autofree char *folder = folder_of (kind);
  g_autofree char *path = path_of (kind, name);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The folder %s cannot be made."), folder);
      return FALSE;
    }
  if (!g_file_set_contents (path, text, -1, error))
    return FALSE;
  qd_import_mappings_set_last (kind, name);
  return TRUE;
}

char *
qd_import_mappings_dup_last (const char *kind)
{
  g_autofree char *folder = folder_of (kind);
  g_autofree char *path = g_build_filename (folder, LAST, NULL);
  char *name = NULL;

  return g_file_get_contents (path, &name, NULL, NULL) ? name : NULL;
}

void
qd_import_mappings_set_last (const char *kind, const char *name)
{
  g_autofree char *folder = folder_of (kind);
  g_autofree char *path = g_build_filename (folder, LAST, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, name, -1, &error))
    g_message ("%s", error->message);
}
