/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-instance.h"

G_BEGIN_DECLS

/** Version of the rules of evaluation; goes into each verdict. */
#define QD_ENGINE_VERSION "1.0"

/**
 * QdVerdict: all findings of a declaration with the pack digest, engine version and the moment. Immutable, counted.
 * The same engine over the same pack and instance gives byte-identical XML for the same moment.
 */
typedef struct _QdVerdict QdVerdict;

/** @pack_id, @pack_version, @pack_digest: of the pack whose form the instance fills; copied. */
QdVerdict *qd_verdict_new (QdInstance *instance, const char *pack_id, const char *pack_version, const char *pack_digest) G_GNUC_WARN_UNUSED_RESULT;
QdVerdict *qd_verdict_ref (QdVerdict *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_verdict_unref (QdVerdict *self);
guint qd_verdict_count (QdVerdict *self, QdSeverity severity);
/** Possible findings without a written reason. */
guint qd_verdict_count_unexplained (QdVerdict *self);
/** No critical finding and every possible one explained. */
gboolean qd_verdict_can_seal (QdVerdict *self);
/** (element-type QdFinding) (transfer none) */
GPtrArray *qd_verdict_get_findings (QdVerdict *self);
const char *qd_verdict_get_pack_label (QdVerdict *self); /* "cn 2026.11" */
GDateTime *qd_verdict_get_moment (QdVerdict *self);
/** verdict.xml: namespace urn:qingdan:verdict:1; carries the SHA-256 of the serialised instance. */
GBytes *qd_verdict_to_xml (QdVerdict *self) G_GNUC_WARN_UNUSED_RESULT;
/**
 * Does a verdict that somebody sealed say the same as this one, made again from the same declaration, pack and moment?
 * Findings that read facts of the enterprise (qd_finding_reads_facts) are left out on both sides: those facts stay with it.
 */
gboolean qd_verdict_agrees (QdVerdict *self, GBytes *sealed);
/** The moment and language a verdict was made with, to run it again; FALSE with QD_XML_ERROR or QD_FORM_ERROR when it is no verdict. */
gboolean qd_verdict_read_moment (GBytes *xml, GDateTime **moment_out, char **language_out, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdVerdict, qd_verdict_unref)

G_END_DECLS
