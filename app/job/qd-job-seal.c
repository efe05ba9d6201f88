/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-job-seal"
#include "config.h"
#include "qd-job-seal.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* A folder of its own, readable by this user only; gone with everything in it when the job ends. */
static void
remove_folder (const char *dir)
{
  g_autoptr (GDir) entries = g_dir_open (dir, 0, NULL);
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);
      g_remove (path);
    }
  g_rmdir (dir);
}

static GPtrArray *
export_attachments (QdStore *store, gint64 declaration, QdDossier *dossier, const char *dir, GError **error)
{
  GPtrArray *names = qd_dossier_get_attachments (dossier);
  g_autoptr (GPtrArray) stored = qd_store_list_attachments (store, declaration, error);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (stored == NULL)
    return NULL;
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      const QdAttachment *found = NULL;
      char *path;
      for (guint j = 0; j < stored->len; j++)
        if (g_str_equal (((QdAttachment *) g_ptr_array_index (stored, j))->name, name))
          found = g_ptr_array_index (stored, j);
      if (found == NULL || strchr (name, '/') != NULL)
        {
          g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PACKAGE, _ ("The attachment “%s” is not in the workspace. Choose the file again, or remove it from the declaration."), name);
          return NULL;
        }
      path = g_build_filename (dir, name, NULL);
      g_ptr_array_add (paths, path);
      if (!qd_store_export_blob (store, found->sha256, path, error))
        return NULL;
    }
  return g_steal_pointer (&paths);
}

char *
qd_job_seal_declaration (QdStore *store, gint64 declaration, QdDossier *dossier, QdSigner *signer, const char *target, GFileProgressCallback progress, gpointer progress_data, GCancellable *cancellable, GError **error)
{
  g_autofree char *dir = NULL;
  g_autofree char *package_dir = NULL;
  g_autofree char *package = NULL;
  g_autofree char *sha256 = NULL;
  g_autoptr (GPtrArray) attachments = NULL;
  g_autoptr (GBytes) verdict = NULL;
  gboolean done = FALSE;

  dir = g_dir_make_tmp ("qingdan-seal-XXXXXX", error);
  if (dir == NULL)
    return NULL;
  package_dir = g_dir_make_tmp ("qingdan-seal-XXXXXX", error);
  if (package_dir == NULL)
    {
      remove_folder (dir);
      return NULL;
    }
  package = g_build_filename (package_dir, "package.asice", NULL);
  attachments = export_attachments (store, declaration, dossier, dir, error);
  if (attachments != NULL &&
      qd_dossier_seal (dossier, signer, attachments, package, progress, progress_data, cancellable, &sha256, error) &&
      !g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      verdict = qd_verdict_to_xml (qd_dossier_get_verdict (dossier));
      done = qd_store_seal (store, declaration, package, qd_dossier_get_submission (dossier), verdict, error) &&
             (target == NULL || *target == '\0' || qd_store_add_delivery (store, declaration, target, error) != 0);
    }
  remove_folder (dir);
  remove_folder (package_dir);
  return done ? g_steal_pointer (&sha256) : NULL;
}
