/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-dossier"
#include "config.h"

#include "qd-dossier.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-tree.h"

/* A declaration is text typed by people: 64 MiB is far above any, and keeps a hostile package from filling memory. */
#define MAX_PART_SIZE (64 * 1024 * 1024)

struct _QdDossier
{
  GObject parent_instance;

  QdForm *form;           /* (owned) */
  QdVerdict *verdict;     /* (owned) */
  QdReport *report;       /* (owned): for the package */
  QdReport *draft_report; /* (owned): for reading; the same as report while the verdict forbids sealing */
  GBytes *submission;     /* (owned) */
  char *digest;           /* (owned) */
  GPtrArray *attachments; /* (owned) (element-type utf8) */
};

G_DEFINE_FINAL_TYPE (QdDossier, qd_dossier, G_TYPE_OBJECT)

static char *
digest_bytes (GBytes *bytes)
{
  return g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
}

static void
qd_dossier_finalize (GObject *object)
{
  QdDossier *self = QD_DOSSIER (object);

  g_clear_object (&self->form);
  g_clear_object (&self->report);
  g_clear_object (&self->draft_report);
  g_clear_pointer (&self->verdict, qd_verdict_unref);
  g_clear_pointer (&self->submission, g_bytes_unref);
  g_clear_pointer (&self->digest, g_free);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  G_OBJECT_CLASS (qd_dossier_parent_class)->finalize (object);
}

static void
qd_dossier_class_init (QdDossierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_dossier_finalize;
}

static void
qd_dossier_init (QdDossier *self)
{
}

QdDossier *
qd_dossier_prepare (QdPack *pack,
                    QdForm *form,
                    GBytes *draft,
                    const QdInstanceOptions *options,
                    GError **error)
{
  QdInstanceOptions own = options != NULL ? *options : (QdInstanceOptions){ 0 };
  g_autoptr (QdInstance) instance = NULL;
  QdDossier *self;

  g_return_val_if_fail (pack != NULL, NULL);
  g_return_val_if_fail (QD_IS_FORM (form), NULL);
  g_return_val_if_fail (draft != NULL, NULL);

  own.mode = QD_INSTANCE_RESTORE;
  own.xml = draft;
  instance = qd_instance_new (form, &own, error);
  if (instance == NULL)
    return NULL;

  self = g_object_new (QD_TYPE_DOSSIER, NULL);
  self->form = g_object_ref (form);
  self->submission = qd_instance_serialize (instance);
  self->digest = digest_bytes (self->submission);
  self->verdict = qd_verdict_new (instance, qd_pack_get_id (pack), qd_pack_get_version (pack), qd_pack_get_digest (pack));
  self->attachments = qd_instance_get_attachments (instance);
  self->draft_report = qd_report_new (instance, self->verdict, NULL, qd_instance_get_language (instance));
  self->report = qd_verdict_can_seal (self->verdict) ? qd_report_new (instance, self->verdict, self->digest, qd_instance_get_language (instance))
                                                     : g_object_ref (self->draft_report);
  return self;
}

QdForm *
qd_dossier_get_form (QdDossier *self)
{
  g_return_val_if_fail (QD_IS_DOSSIER (self), NULL);
  return self->form;
}

QdVerdict *
qd_dossier_get_verdict (QdDossier *self)
{
  g_return_val_if_fail (QD_IS_DOSSIER (self), NULL);
  return self->verdict;
}

GBytes *
qd_dossier_get_submission (QdDossier *self)
{
  g_return_val_if_fail (QD_IS_DOSSIER (self), NULL);
  return self->submission;
}

const char *
qd_dossier_get_digest (QdDossier *self)
{
  g_return_val_if_fail (QD_IS_DOSSIER (self), NULL);
  return self->digest;
}

QdReport *
qd_dossier_get_report (QdDossier *self)
{
  g_return_val_if_fail (QD_IS_DOSSIER (self), NULL);
  return self->report;
}

QdReport *
qd_dossier_get_draft_report (QdDossier *self)
{
  g_return_val_if_fail (QD_IS_DOSSIER (self), NULL);
  return self->draft_report;
}

GPtrArray *
qd_dossier_get_attachments (QdDossier *self)
{
  g_return_val_if_fail (QD_IS_DOSSIER (self), NULL);
  return self->attachments;
}

/* The files the declaration names must be the files that go in: neither may lack the other's. */
static gboolean
check_attachments (QdDossier *self,
                   GPtrArray *attachments,
                   GError **error)
{
  g_autoptr (GHashTable) given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    {
      char *name = g_path_get_basename (g_ptr_array_index (attachments, i));

      if (!g_hash_table_add (given, name))
        {
          g_set_error (error,
                       QD_SEAL_ERROR,
                       QD_SEAL_ERROR_PACKAGE,
                       _ ("Two attachments are named “%s”. Rename one of them."),
                       (const char *) g_ptr_array_index (attachments, i));
          return FALSE;
        }
    }

  for (guint i = 0; i < self->attachments->len; i++)
    {
      const char *name = g_ptr_array_index (self->attachments, i);

      if (g_hash_table_contains (given, name))
        continue;
      g_set_error (error,
                   QD_SEAL_ERROR,
                   QD_SEAL_ERROR_PACKAGE,
                   _ ("The declaration names the attachment “%s”, but the file is not there. Choose it again or remove it from the declaration."),
                   name);
      return FALSE;
    }
  return TRUE;
}

static const char *
guess_media_type (const char *path,
                  char **storage)
{
  g_autofree char *content_type = g_content_type_guess (path, NULL, 0, NULL);

  *storage = content_type != NULL ? g_content_type_get_mime_type (content_type) : NULL;
  return *storage != NULL ? *storage : "application/octet-stream";
}

gboolean
qd_dossier_seal (QdDossier *self,
                 QdSigner *signer,
                 GPtrArray *attachments,
                 const char *path,
                 GFileProgressCallback progress,
                 gpointer progress_data,
                 GCancellable *cancellable,
                 char **sha256_out,
                 GError **error)
{
  g_autoptr (QdPackageWriter) writer = NULL;
  g_autoptr (GBytes) verdict = NULL;
  g_autoptr (GBytes) pdf = NULL;

  g_return_val_if_fail (QD_IS_DOSSIER (self), FALSE);
  g_return_val_if_fail (QD_IS_SIGNER (signer), FALSE);
  g_return_val_if_fail (path != NULL, FALSE);

  if (!qd_verdict_can_seal (self->verdict))
    {
      guint critical = qd_verdict_count (self->verdict, QD_SEVERITY_CRITICAL);
      guint unexplained = qd_verdict_count_unexplained (self->verdict);

      g_set_error (error,
                   QD_SEAL_ERROR,
                   QD_SEAL_ERROR_CRITICAL,
                   /* Translators: M19; both numbers may be 0, but not at the same time */
                   _ ("Cannot seal yet: %u to fix, %u to explain. Nothing was sealed."),
                   critical,
                   unexplained);
      return FALSE;
    }
  if (!check_attachments (self, attachments, error))
    return FALSE;

  verdict = qd_verdict_to_xml (self->verdict);
  pdf = qd_report_to_pdf (self->report, error);
  if (pdf == NULL)
    return FALSE;

  writer = qd_package_writer_new ();
  if (!qd_package_writer_add_bytes (writer, QD_DOSSIER_DECLARATION, "application/xml", self->submission, error) ||
      !qd_package_writer_add_bytes (writer, QD_DOSSIER_VERDICT, "application/xml", verdict, error) ||
      !qd_package_writer_add_bytes (writer, QD_DOSSIER_REPORT, "application/pdf", pdf, error))
    return FALSE;
  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    {
      const char *file = g_ptr_array_index (attachments, i);
      g_autofree char *base = g_path_get_basename (file);
      g_autofree char *name = g_strconcat ("attachments/", base, NULL);
      g_autofree char *media_type = NULL;

      if (!qd_package_writer_add_file (writer, name, guess_media_type (file, &media_type), file, error))
        return FALSE;
    }
  return qd_package_writer_write (writer, path, signer, NULL, progress, progress_data, cancellable, sha256_out, error);
}

/* Everything below is the receiver's side. */

static void
add_problem (QdVerification *verification,
             const char *code,
             const char *place,
             const char *message)
{
  QdPackageProblem *problem = g_new0 (QdPackageProblem, 1);

  problem->code = g_strdup (code);
  problem->place = g_strdup (place);
  problem->message = g_strdup (message);
  g_ptr_array_add (verification->problems, problem);
}

static QdForm *
find_form (QdVerification *verification,
           QdPack *pack,
           GBytes *declaration)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdTree) tree = NULL;
  QdTreeNode *root;
  const char *id;
  const char *version;
  QdForm *form;
  gsize length;
  const char *text = g_bytes_get_data (declaration, &length);

  tree = qd_tree_parse (text, (gssize) length, QD_TREE_FOREIGN, &error);
  if (tree == NULL)
    {
      add_problem (verification, "broken-declaration", QD_DOSSIER_DECLARATION, error->message);
      return NULL;
    }
  root = qd_tree_get_root (tree);
  id = qd_tree_node_get_attribute (root, NULL, "id");
  version = qd_tree_node_get_attribute (root, NULL, "version");
  form = id != NULL ? qd_pack_get_form (pack, id, &error) : NULL;
  if (form == NULL)
    {
      add_problem (verification,
                   "unknown-form",
                   QD_DOSSIER_DECLARATION,
                   error != NULL ? error->message : _ ("The declaration does not say which form it fills."));
      return NULL;
    }
  if (g_strcmp0 (version, qd_form_get_version (form)) != 0)
    {
      g_autofree char *message = g_strdup_printf (_ ("The declaration was filled with version %s of the form; the pack here has version %s."),
                                                  version != NULL ? version : "?",
                                                  qd_form_get_version (form));

      add_problem (verification, "other-form-version", QD_DOSSIER_DECLARATION, message);
      return NULL;
    }
  return form;
}

static void
compare_verdict (QdVerification *verification,
                 QdPack *pack,
                 QdForm *form,
                 GBytes *declaration,
                 GBytes *sealed)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) moment = NULL;
  g_autofree char *language = NULL;
  g_autoptr (QdInstance) instance = NULL;
  g_autoptr (QdVerdict) verdict = NULL;
  GPtrArray *findings;

  if (!qd_verdict_read_moment (sealed, &moment, &language, &error))
    {
      add_problem (verification, "no-verdict", QD_DOSSIER_VERDICT, error->message);
      return;
    }
  instance = qd_instance_new (form,
                              &(QdInstanceOptions){ .mode = QD_INSTANCE_RESTORE, .xml = declaration, .xml_name = QD_DOSSIER_DECLARATION, .now = moment, .language = language, .resolver = qd_pack_resolve, .resolver_data = pack },
                              &error);
  if (instance == NULL)
    {
      add_problem (verification, "broken-declaration", QD_DOSSIER_DECLARATION, error->message);
      return;
    }

  verdict = qd_verdict_new (instance, qd_pack_get_id (pack), qd_pack_get_version (pack), qd_pack_get_digest (pack));
  if (!qd_verdict_agrees (verdict, sealed))
    add_problem (verification,
                 "other-verdict",
                 QD_DOSSIER_VERDICT,
                 _ ("Checking the declaration again gives another verdict than the one that was sealed."));
  findings = qd_verdict_get_findings (verdict);
  for (guint i = 0; i < findings->len; i++)
    {
      QdFinding *finding = g_ptr_array_index (findings, i);

      if (qd_finding_blocks (finding))
        add_problem (verification, "critical-finding", qd_finding_get_path (finding), qd_finding_get_message (finding));
    }
}

QdVerification *
qd_package_recheck (const char *path,
                    const char *trust_pem,
                    QdPack *pack,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (QdVerification) verification = NULL;
  g_autoptr (GBytes) declaration = NULL;
  g_autoptr (GBytes) sealed = NULL;
  g_autoptr (GError) local_error = NULL;
  QdForm *form;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (pack != NULL, NULL);

  verification = qd_package_verify (path, trust_pem, cancellable, error);
  if (verification == NULL)
    return NULL;
  /* What nobody vouches for is not worth reading. */
  if (!verification->valid)
    return g_steal_pointer (&verification);

  declaration = qd_package_read (path, QD_DOSSIER_DECLARATION, MAX_PART_SIZE, &local_error);
  if (declaration == NULL)
    {
      add_problem (verification, "no-declaration", QD_DOSSIER_DECLARATION, local_error->message);
      return g_steal_pointer (&verification);
    }
  form = find_form (verification, pack, declaration);
  if (form == NULL)
    return g_steal_pointer (&verification);

  sealed = qd_package_read (path, QD_DOSSIER_VERDICT, MAX_PART_SIZE, &local_error);
  if (sealed == NULL)
    add_problem (verification, "no-verdict", QD_DOSSIER_VERDICT, local_error->message);
  else
    compare_verdict (verification, pack, form, declaration, sealed);
  return g_steal_pointer (&verification);
}
