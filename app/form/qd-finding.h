/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  QD_SEVERITY_NOTICE,   /* 提示: prior year and the like; never blocks */
  QD_SEVERITY_POSSIBLE, /* 存疑: needs a written reason before sealing */
  QD_SEVERITY_CRITICAL, /* 必改: blocks sealing */
} QdSeverity;

/** "critical", "possible", "notice": the words of packs, verdicts and JSON. */
const char *qd_severity_to_nick (QdSeverity severity);
gboolean qd_severity_from_nick (const char *nick, QdSeverity *out);

/** C, P, U of the domain files: confirmed, partly confirmed, unconfirmed. Only C shows a citation as law. */
typedef enum
{
  QD_CONFIDENCE_UNCONFIRMED,
  QD_CONFIDENCE_PARTLY,
  QD_CONFIDENCE_CONFIRMED,
} QdConfidence;

/** One citation: {instrument, article, validFrom, validTo}. Chosen by the date of the act, never hard-coded in C. */
typedef struct
{
  char *id;
  char *instrument; /* in the form's language where it has one: 生态环境法典 */
  char *article;    /* (nullable): "967(3)" */
  char *valid_from; /* (nullable): ISO date */
  char *valid_to;   /* (nullable): ISO date, last day in force */
  char *url;        /* (nullable) */
  QdConfidence confidence;
} QdBasis;

/** Was the citation in force on @date ("2026-11-24")? */
gboolean qd_basis_is_valid_on (const QdBasis *self, const char *date);

/**
 * QdFinding: one result of a check. Immutable, atomically counted; made by the engine.
 */
typedef struct _QdFinding QdFinding;
#define QD_TYPE_FINDING (qd_finding_get_type ())
GType qd_finding_get_type (void);
QdFinding *qd_finding_ref (QdFinding *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_finding_unref (QdFinding *self);

/** Rule id, an NCName unique in the form: "required", "constraint", "B-over-quota"… */
const char *qd_finding_get_rule (const QdFinding *self);
QdSeverity qd_finding_get_severity (const QdFinding *self);
/** Positioned path of the node it is pinned to: /data/wastewater/row[2]/qty */
const char *qd_finding_get_path (const QdFinding *self);
/** Node id of that node in the instance that made the finding. */
guint32 qd_finding_get_node (const QdFinding *self);
/** One plain sentence with the numbers, in the instance's language at the time. */
const char *qd_finding_get_message (const QdFinding *self);
/** Where, for people: "4 排放口与排放量，第 2 行 数量" */
const char *qd_finding_get_place (const QdFinding *self);
/** (nullable): the user's written reason; a possible finding without one blocks sealing */
const char *qd_finding_get_reason (const QdFinding *self);
/** (nullable): the value a certain quick fix would write into the node */
const char *qd_finding_get_fix (const QdFinding *self);
/** (nullable): ids of the form's legal bases, space separated */
const char *qd_finding_get_basis (const QdFinding *self);
QdConfidence qd_finding_get_confidence (const QdFinding *self);
/** The check looked at facts of the enterprise (profile, register, last declaration) that stay with it: a receiver cannot run it again. */
gboolean qd_finding_reads_facts (const QdFinding *self);
/** critical, or possible without a reason */
gboolean qd_finding_blocks (const QdFinding *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdFinding, qd_finding_unref)

G_END_DECLS
