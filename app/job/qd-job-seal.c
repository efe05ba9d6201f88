/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-job-seal"
#include "config.h"
#include "qd-job-seal.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "qd-scratch.h"

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
  /* One for what goes in and one for what comes out: an attachment may have any name. */
  g_autoptr (QdScratch) parts = qd_scratch_new ("seal", error);
  g_autoptr (QdScratch) result = parts != NULL ? qd_scratch_new ("seal", error) : NULL;
  g_autofree char *package = NULL;
  g_autofree char *sha256 = NULL;
  g_autoptr (GPtrArray) attachments = NULL;
  g_autoptr (GBytes) verdict = NULL;
  gboolean done = FALSE;

  if (result == NULL)
    return NULL;
  package = g_build_filename (qd_scratch_get_path (result), "package.asice", NULL);
  attachments = export_attachments (store, declaration, dossier, qd_scratch_get_path (parts), error);
  if (attachments != NULL &&
      qd_dossier_seal (dossier, signer, attachments, package, progress, progress_data, cancellable, &sha256, error) &&
      !g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      verdict = qd_verdict_to_xml (qd_dossier_get_verdict (dossier));
      done = qd_store_seal (store, declaration, package, qd_dossier_get_submission (dossier), verdict, error) &&
             (target == NULL || *target == '\0' || qd_store_add_delivery (store, declaration, target, error) != 0);
    }
  return done ? g_steal_pointer (&sha256) : NULL;
}
