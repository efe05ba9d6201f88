/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-finding"
#include "config.h"
#include "qd-instance-private.h"

#include <string.h>

struct _QdFinding
{
  gatomicrefcount references;
  char *rule, *path, *message, *place; /* (owned) */
  char *reason, *fix, *basis;          /* (owned) (nullable) */
  QdSeverity severity;
  QdConfidence confidence;
  guint32 node;
  gboolean reads_facts;
};

G_DEFINE_BOXED_TYPE (QdFinding, qd_finding, qd_finding_ref, qd_finding_unref)

static const char *const nicks[] = { "notice", "possible", "critical" };

const char *
qd_severity_to_nick (QdSeverity severity)
{
  g_return_val_if_fail ((guint) severity < G_N_ELEMENTS (nicks), NULL);

  return nicks[severity];
}

gboolean
qd_severity_from_nick (const char *nick, QdSeverity *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (nicks); i++)
    if (strcmp (nick, nicks[i]) == 0)
      {
        *out = (QdSeverity) i;
        return TRUE;
      }
  return FALSE;
}

gboolean
qd_basis_is_valid_on (const QdBasis *self, const char *date)
{
  /* ISO dates compare as text. */
  if (self->valid_from != NULL && strcmp (date, self->valid_from) < 0)
    return FALSE;
  return self->valid_to == NULL || strcmp (date, self->valid_to) <= 0;
}

/* Takes @path, @message, @place and @fix. */
QdFinding *
qd_finding_new (const char *rule, QdSeverity severity, QdNodeId node, char *path, char *message, char *place, const char *reason, char *fix, const char *basis, QdConfidence confidence, gboolean reads_facts)
{
  QdFinding *self = g_new0 (QdFinding, 1);

  g_atomic_ref_count_init (&self->references);
  self->rule = g_strdup (rule);
  self->severity = severity;
  self->node = node;
  self->path = path;
  self->message = message;
  self->place = place;
  self->reason = g_strdup (reason);
  self->fix = fix;
  self->basis = g_strdup (basis);
  self->confidence = confidence;
  self->reads_facts = reads_facts;
  return self;
}

QdFinding *
qd_finding_ref (QdFinding *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
qd_finding_unref (QdFinding *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_free (self->rule);
  g_free (self->path);
  g_free (self->message);
  g_free (self->place);
  g_free (self->reason);
  g_free (self->fix);
  g_free (self->basis);
  g_free (self);
}

const char *
qd_finding_get_rule (const QdFinding *self)
{
  return self->rule;
}

QdSeverity
qd_finding_get_severity (const QdFinding *self)
{
  return self->severity;
}

const char *
qd_finding_get_path (const QdFinding *self)
{
  return self->path;
}

guint32
qd_finding_get_node (const QdFinding *self)
{
  return self->node;
}

const char *
qd_finding_get_message (const QdFinding *self)
{
  return self->message;
}

const char *
qd_finding_get_place (const QdFinding *self)
{
  return self->place;
}

const char *
qd_finding_get_reason (const QdFinding *self)
{
  return self->reason;
}

const char *
qd_finding_get_fix (const QdFinding *self)
{
  return self->fix;
}

const char *
qd_finding_get_basis (const QdFinding *self)
{
  return self->basis;
}

QdConfidence
qd_finding_get_confidence (const QdFinding *self)
{
  return self->confidence;
}

gboolean
qd_finding_reads_facts (const QdFinding *self)
{
  return self->reads_facts;
}

gboolean
qd_finding_blocks (const QdFinding *self)
{
  return self->severity == QD_SEVERITY_CRITICAL || (self->severity == QD_SEVERITY_POSSIBLE && self->reason == NULL);
}
