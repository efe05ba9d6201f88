/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-instance.h"
#include "qd-rules.h"

G_BEGIN_DECLS

/** A declaration as far as duties care. Texts are copied. */
typedef struct
{
  gint64 id;            /* in the workspace; 0 when there is none */
  const char *form;     /* id of the pack's form */
  const char *period;   /* "2026", "2026Q3", "2026-11", or the date of the event */
  const char *site;     /* (nullable): code of the site */
  const char *state;    /* nick: draft, checked, sealed, sent, received, accepted, returned */
  const char *finished; /* (nullable): ISO date on which it was accepted or filed */
} QdFactDeclaration;

/** A duty that was marked as done. */
typedef struct
{
  const char *rule;
  const char *period;        /* QdDue.period; "" for duties without */
  const char *site;          /* (nullable) */
  const char *date;          /* ISO date */
  const char *note;          /* (nullable) */
  const char *evidence;      /* (nullable): SHA-256 of a blob of the workspace */
  const char *evidence_name; /* (nullable): its file name */
} QdFactDone;

typedef struct
{
  const char *date;        /* ISO date that counts as today */
  const char *language;    /* (nullable): "zh-CN" (default) or "en": of labels and texts */
  QdInstance *profile;     /* (nullable) */
  QdInstance *substances;  /* (nullable): the register */
  GPtrArray *declarations; /* (nullable) (element-type QdFactDeclaration) */
  GPtrArray *done;         /* (nullable) (element-type QdFactDone) */
} QdFactsOptions;

/**
 * QdFacts: what is known of an enterprise on one day: README.md, "Facts". A copy of its sources, immutable and atomically
 * counted: build it on the thread of the instances, assess on any.
 */
typedef struct _QdFacts QdFacts;

/** Errors: %QD_FORM_ERROR for forms of the pack that cannot be used, %QD_RULES_ERROR for a date that is none */
QdFacts *qd_facts_new (QdRules *rules, const QdFactsOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
QdFacts *qd_facts_ref (QdFacts *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_facts_unref (QdFacts *self);
const char *qd_facts_get_date (QdFacts *self);
const char *qd_facts_get_language (QdFacts *self);
/** A profile without sites counts as one that is unknown. */
guint qd_facts_get_n_sites (QdFacts *self);
/** Code as in the profile, "" when it has none */
const char *qd_facts_get_site_code (QdFacts *self, guint i);
const char *qd_facts_get_site_name (QdFacts *self, guint i);
/** The facts document of one site as XML, for tests and for people who write rules. */
char *qd_facts_to_xml (QdFacts *self, guint site) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdFacts, qd_facts_unref)

G_END_DECLS
