/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-signer.h"

G_BEGIN_DECLS

#define QD_PACKAGE_MEDIA_TYPE "application/vnd.etsi.asic-e+zip"

/**
 * QdPackageWriter: makes an ASiC-E container (EN 319 162-1) with one XAdES-B signature (EN 319 132-1) over every file in it.
 * Nothing appears at the destination before all of it is written and on disk.
 */
typedef struct _QdPackageWriter QdPackageWriter;
QdPackageWriter *qd_package_writer_new (void) G_GNUC_WARN_UNUSED_RESULT;
void qd_package_writer_free (QdPackageWriter *self);
/** @name: relative path, any Unicode, no "..", no META-INF; unique. Errors: QD_SEAL_ERROR_PACKAGE */
gboolean qd_package_writer_add_bytes (QdPackageWriter *self, const char *name, const char *media_type, GBytes *bytes, GError **error);
/** Streamed when written: memory stays flat whatever the size. */
gboolean qd_package_writer_add_file (QdPackageWriter *self, const char *name, const char *media_type, const char *path, GError **error);
/**
 * qd_package_writer_write:
 * @signing_time: (nullable): now when %NULL
 * @progress: (nullable): called in this thread with bytes done and total
 * @sha256_out: (out) (optional): SHA-256 of the finished container
 */
gboolean qd_package_writer_write (QdPackageWriter *self, const char *path, QdSigner *signer, GDateTime *signing_time, GFileProgressCallback progress, gpointer progress_data, GCancellable *cancellable, char **sha256_out, GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdPackageWriter, qd_package_writer_free)

/**
 * One thing wrong with a package or a signed document. The codes:
 *
 * - container: not-a-zip, damaged-zip, encrypted, packing-method, bad-name, duplicate-name, header-mismatch, overlap,
 *   leading-junk, trailing-junk, zip-layout (gaps, comments, folders, data descriptors), zip-bomb, too-many-files
 * - parts: mimetype, manifest, media-type, unexpected-part, signature-missing
 * - XML: xml, doctype, too-large, comment-in-text (documents only)
 * - signature: signature-structure, duplicate-id, algorithm, transforms, signed-properties, changed-properties,
 *   data-object-format, signing-time, bad-signature
 * - what is signed: changed-data, unsigned-file, missing-file, duplicate-reference
 * - signer: certificate, certificate-digest, certificate-expired (at the signing time), key-usage, and untrusted, the only
 *   one that leaves a package valid
 */
typedef struct
{
  char *code;    /* a stable word for scripts and tests */
  char *place;   /* file or part, (nullable) */
  char *message; /* a plain sentence */
} QdPackageProblem;

/** What verification found. Immutable. */
typedef struct
{
  gboolean valid;          /* signature whole, over every file, nothing extra */
  gboolean trusted;        /* chain ends in a given anchor and was valid at the signing time */
  GPtrArray *problems;     /* (element-type QdPackageProblem): empty when valid and (trusted or no anchors given) */
  char *signer;            /* (nullable): common name */
  char *issuer;            /* (nullable) */
  char *uscc;              /* (nullable) */
  gboolean demo;           /* demonstration key */
  GDateTime *signing_time; /* (nullable): as claimed */
  GStrv files;             /* data files, in container order */
  char *sha256;            /* (nullable): of the whole container */
} QdVerification;
void qd_verification_free (QdVerification *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdVerification, qd_verification_free)

/**
 * qd_package_verify:
 * @trust_pem: (nullable): file of trust anchors; without one `trusted` stays FALSE and is no problem
 *
 * Returns: (nullable): NULL only when the file cannot be read at all (G_IO_ERROR); a hostile or damaged one gives problems
 */
QdVerification *qd_package_verify (const char *path, const char *trust_pem, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** One data file, at most @max bytes. Call only after verification. */
GBytes *qd_package_read (const char *path, const char *name, gsize max, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
