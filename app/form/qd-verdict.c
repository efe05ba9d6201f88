/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verdict"
#include "config.h"
#include "qd-verdict.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-tree.h"

#define VERDICT_NS "urn:qingdan:verdict:1"

struct _QdVerdict
{
  gatomicrefcount references;
  char *form_id, *form_version, *form_digest; /* (owned) */
  char *pack_id, *pack_version, *pack_digest; /* (owned) */
  char *pack_label;                           /* (owned) */
  char *data_digest;                          /* (owned) */
  char *language;                             /* (owned) */
  GDateTime *moment;                          /* (owned) */
  GPtrArray *findings;                        /* (owned) (element-type QdFinding) */
};

QdVerdict *
qd_verdict_new (QdInstance *instance, const char *pack_id, const char *pack_version, const char *pack_digest)
{
  QdVerdict *self;
  QdForm *form = qd_instance_get_form (instance);
  g_autoptr (GBytes) data = qd_instance_serialize (instance);

  g_return_val_if_fail (pack_id != NULL && pack_version != NULL && pack_digest != NULL, NULL);

  self = g_new0 (QdVerdict, 1);
  g_atomic_ref_count_init (&self->references);
  self->form_id = g_strdup (qd_form_get_id (form));
  self->form_version = g_strdup (qd_form_get_version (form));
  self->form_digest = g_strdup (qd_form_get_digest (form));
  self->pack_id = g_strdup (pack_id);
  self->pack_version = g_strdup (pack_version);
  self->pack_digest = g_strdup (pack_digest);
  self->pack_label = g_strconcat (pack_id, " ", pack_version, NULL);
  self->data_digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, data);
  self->language = g_strdup (qd_instance_get_language (instance));
  self->moment = g_date_time_ref (qd_instance_get_now (instance));
  self->findings = qd_instance_get_findings (instance);
  return self;
}

QdVerdict *
qd_verdict_ref (QdVerdict *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
qd_verdict_unref (QdVerdict *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_free (self->form_id);
  g_free (self->form_version);
  g_free (self->form_digest);
  g_free (self->pack_id);
  g_free (self->pack_version);
  g_free (self->pack_digest);
  g_free (self->pack_label);
  g_free (self->data_digest);
  g_free (self->language);
  g_date_time_unref (self->moment);
  g_ptr_array_unref (self->findings);
  g_free (self);
}

guint
qd_verdict_count (QdVerdict *self, QdSeverity severity)
{
  guint n = 0;

  for (guint i = 0; i < self->findings->len; i++)
    n += qd_finding_get_severity (g_ptr_array_index (self->findings, i)) == severity;
  return n;
}

guint
qd_verdict_count_unexplained (QdVerdict *self)
{
  guint n = 0;

  for (guint i = 0; i < self->findings->len; i++)
    {
      const QdFinding *finding = g_ptr_array_index (self->findings, i);

      n += qd_finding_get_severity (finding) == QD_SEVERITY_POSSIBLE && qd_finding_get_reason (finding) == NULL;
    }
  return n;
}

gboolean
qd_verdict_can_seal (QdVerdict *self)
{
  for (guint i = 0; i < self->findings->len; i++)
    if (qd_finding_blocks (g_ptr_array_index (self->findings, i)))
      return FALSE;
  return TRUE;
}

GPtrArray *
qd_verdict_get_findings (QdVerdict *self)
{
  return self->findings;
}

const char *
qd_verdict_get_pack_label (QdVerdict *self)
{
  return self->pack_label;
}

GDateTime *
qd_verdict_get_moment (QdVerdict *self)
{
  return self->moment;
}

/* The local offset goes in, too: today() depends on it. */
static char *
format_moment (GDateTime *moment)
{
  g_autofree char *start = g_date_time_format (moment, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *offset = g_date_time_format (moment, "%:z");

  return g_strdup_printf ("%s.%06d%s", start, g_date_time_get_microsecond (moment), offset);
}

static QdTreeNode *
add (QdTree *tree, QdTreeNode *parent, const char *name)
{
  return qd_tree_append_element (tree, parent, VERDICT_NS, NULL, name);
}

static void
set (QdTree *tree, QdTreeNode *node, const char *name, const char *value)
{
  if (value != NULL)
    qd_tree_set_attribute (tree, node, NULL, NULL, name, value);
}

static void
set_count (QdTree *tree, QdTreeNode *node, const char *name, guint value)
{
  g_autofree char *text = g_strdup_printf ("%u", value);

  set (tree, node, name, text);
}

static const char *
confidence_nick (QdConfidence confidence)
{
  return confidence == QD_CONFIDENCE_CONFIRMED ? "C" : confidence == QD_CONFIDENCE_PARTLY ? "P"
                                                                                          : "U";
}

GBytes *
qd_verdict_to_xml (QdVerdict *self)
{
  g_autoptr (QdTree) tree = qd_tree_new ();
  QdTreeNode *root = add (tree, qd_tree_get_document (tree), "verdict"), *node;
  g_autofree char *moment = format_moment (self->moment);
  char *xml;

  set (tree, root, "engine", QD_ENGINE_VERSION);
  set (tree, root, "moment", moment);
  set (tree, root, "language", self->language);
  set (tree, root, "sealable", qd_verdict_can_seal (self) ? "true" : "false");
  node = add (tree, root, "form");
  set (tree, node, "id", self->form_id);
  set (tree, node, "version", self->form_version);
  set (tree, node, "sha256", self->form_digest);
  node = add (tree, root, "pack");
  set (tree, node, "id", self->pack_id);
  set (tree, node, "version", self->pack_version);
  set (tree, node, "sha256", self->pack_digest);
  node = add (tree, root, "data");
  set (tree, node, "sha256", self->data_digest);
  node = add (tree, root, "findings");
  set_count (tree, node, "critical", qd_verdict_count (self, QD_SEVERITY_CRITICAL));
  set_count (tree, node, "possible", qd_verdict_count (self, QD_SEVERITY_POSSIBLE));
  set_count (tree, node, "unexplained", qd_verdict_count_unexplained (self));
  set_count (tree, node, "notice", qd_verdict_count (self, QD_SEVERITY_NOTICE));
  for (guint i = 0; i < self->findings->len; i++)
    {
      const QdFinding *finding = g_ptr_array_index (self->findings, i);
      QdTreeNode *element = add (tree, node, "finding");

      set (tree, element, "rule", qd_finding_get_rule (finding));
      set (tree, element, "severity", qd_severity_to_nick (qd_finding_get_severity (finding)));
      set (tree, element, "path", qd_finding_get_path (finding));
      set (tree, element, "basis", qd_finding_get_basis (finding));
      set (tree, element, "confidence", confidence_nick (qd_finding_get_confidence (finding)));
      set (tree, element, "facts", qd_finding_reads_facts (finding) ? "true" : NULL);
      qd_tree_set_value (tree, add (tree, element, "place"), qd_finding_get_place (finding));
      qd_tree_set_value (tree, add (tree, element, "message"), qd_finding_get_message (finding));
      if (qd_finding_get_reason (finding) != NULL)
        qd_tree_set_value (tree, add (tree, element, "reason"), qd_finding_get_reason (finding));
    }
  xml = qd_tree_node_to_xml (root, FALSE);
  return g_bytes_new_take (xml, strlen (xml));
}

/* What a receiver can run again: the findings that look at the declaration and the pack only, without the totals. */
static char *
dup_repeatable_part (GBytes *xml, GError **error)
{
  static const char *const totals[] = { "critical", "possible", "unexplained", "notice" };
  gsize length;
  const char *text = g_bytes_get_data (xml, &length);
  g_autoptr (QdTree) tree = qd_tree_parse (text, (gssize) length, QD_TREE_FOREIGN, error);
  QdTreeNode *root, *findings;

  if (tree == NULL)
    return NULL;
  root = qd_tree_get_root (tree);
  qd_tree_set_attribute (tree, root, NULL, NULL, "sealable", NULL);
  findings = qd_tree_node_find_child (root, VERDICT_NS, "findings");
  for (guint i = 0; findings != NULL && i < G_N_ELEMENTS (totals); i++)
    qd_tree_set_attribute (tree, findings, NULL, NULL, totals[i], NULL);
  for (guint i = findings != NULL ? findings->n_children : 0; i > 0; i--)
    if (g_strcmp0 (qd_tree_node_get_attribute (findings->children[i - 1], NULL, "facts"), "true") == 0)
      qd_tree_remove (tree, findings->children[i - 1]);
  return qd_tree_node_to_xml (root, FALSE);
}

gboolean
qd_verdict_agrees (QdVerdict *self, GBytes *sealed)
{
  g_autoptr (GBytes) own = qd_verdict_to_xml (self);
  g_autofree char *here = dup_repeatable_part (own, NULL), *there = dup_repeatable_part (sealed, NULL);

  return here != NULL && there != NULL && strcmp (here, there) == 0;
}

gboolean
qd_verdict_read_moment (GBytes *xml, GDateTime **moment_out, char **language_out, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (xml, &length), *moment, *language;
  g_autoptr (QdTree) tree = qd_tree_parse (text, (gssize) length, QD_TREE_FOREIGN, error);
  g_autoptr (GDateTime) parsed = NULL;
  const QdTreeNode *root;

  if (tree == NULL)
    return FALSE;
  root = qd_tree_get_root (tree);
  moment = qd_tree_node_get_attribute (root, NULL, "moment");
  language = qd_tree_node_get_attribute (root, NULL, "language");
  if (strcmp (root->name, "verdict") == 0 && g_strcmp0 (root->ns, VERDICT_NS) == 0 && moment != NULL && language != NULL)
    parsed = g_date_time_new_from_iso8601 (moment, NULL);
  if (parsed == NULL)
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_INVALID, _ ("This is no verdict: it names no moment and language."));
      return FALSE;
    }
  *moment_out = g_steal_pointer (&parsed);
  *language_out = g_strdup (language);
  return TRUE;
}
