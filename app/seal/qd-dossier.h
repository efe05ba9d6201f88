/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-package.h"
#include "qd-pack.h"
#include "qd-report.h"
#include "qd-verdict.h"

G_BEGIN_DECLS

/** Names of the parts that every package of ours has. */
#define QD_DOSSIER_DECLARATION "declaration.xml"
#define QD_DOSSIER_VERDICT "verdict.xml"
#define QD_DOSSIER_REPORT "report.pdf"

/**
 * QdDossier: all that a declaration looks like on paper and in a package: the submission, its digest, the verdict and
 * the report. Made from a saved draft by an engine of its own, so it can be prepared in any thread and never changes
 * afterwards: what is previewed is, byte for byte, what is signed.
 */
#define QD_TYPE_DOSSIER (qd_dossier_get_type ())
G_DECLARE_FINAL_TYPE (QdDossier, qd_dossier, QD, DOSSIER, GObject)

/**
 * qd_dossier_prepare: (blocking; run it in a thread)
 * @draft: the instance as saved by qd_instance_save() or qd_instance_serialize()
 * @options: (nullable): moment, language and resolver; mode and xml are set here
 *
 * Errors: those of the form engine
 */
QdDossier *qd_dossier_prepare (QdPack *pack, QdForm *form, GBytes *draft, const QdInstanceOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
QdForm *qd_dossier_get_form (QdDossier *self);
QdVerdict *qd_dossier_get_verdict (QdDossier *self);
/** The submission: what is digested. */
GBytes *qd_dossier_get_submission (QdDossier *self);
/** SHA-256 of the submission, lower-case hex. */
const char *qd_dossier_get_digest (QdDossier *self);
/** What goes into the package: with digest and QR when the verdict allows sealing, else the draft's. */
QdReport *qd_dossier_get_report (QdDossier *self);
/** To read and print before sealing: marked as a draft, without digest and QR. */
QdReport *qd_dossier_get_draft_report (QdDossier *self);
/** (element-type utf8): names of the files that the declaration's upload fields mention and a package must carry */
GPtrArray *qd_dossier_get_attachments (QdDossier *self);

/**
 * qd_dossier_seal: (blocking; run it in a thread)
 * @attachments: (nullable) (element-type utf8): paths of files; each goes in under its base name
 *
 * Errors: %QD_SEAL_ERROR_CRITICAL when the verdict forbids it; %QD_SEAL_ERROR_PACKAGE for a missing or doubled
 * attachment; those of qd_package_writer_write()
 */
gboolean qd_dossier_seal (QdDossier *self, QdSigner *signer, GPtrArray *attachments, const char *path, GFileProgressCallback progress, gpointer progress_data, GCancellable *cancellable, char **sha256_out, GError **error);

/**
 * qd_package_recheck: (blocking; run it in a thread)
 * @pack: the pack the receiver holds
 *
 * The receiver's check: verifies the seal, then runs the sealed declaration through the same form again, with the
 * moment and language of the sealed verdict, and compares what a receiver can run again. Adds to the problems: "no-declaration", "unknown-form",
 * "other-form-version", "broken-declaration", "no-verdict", "other-verdict", "critical-finding" (one for each, with
 * the path as its place). `valid` speaks of the seal alone.
 *
 * Returns: (nullable): as qd_package_verify()
 */
QdVerification *qd_package_recheck (const char *path, const char *trust_pem, QdPack *pack, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
