/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-section"
#include "config.h"
#include "qd-section.h"

static void
section_free (gpointer data)
{
  QdSection *self = data;

  g_array_unref (self->nodes);
  g_free (self->title);
  g_free (self);
}

static gboolean
field_is_shown (const QdField *field)
{
  QdNodeType type = qd_field_get_node_type (field);

  if (type == QD_NODE_MODEL_VALUE)
    return FALSE;
  if (type != QD_NODE_GROUP && type != QD_NODE_ROOT && type != QD_NODE_REPEAT_RANGE && type != QD_NODE_REPEAT_INSTANCE)
    return TRUE;
  for (guint i = 0; i < qd_field_get_n_children (field); i++)
    if (field_is_shown (qd_field_get_child (field, i)))
      return TRUE;
  return FALSE;
}

gboolean
qd_node_is_shown (QdInstance *instance, QdNodeId node)
{
  return field_is_shown (qd_instance_get_field (instance, node));
}

static QdSection *
section_new (QdInstance *instance, QdNodeId node)
{
  QdSection *self = g_new0 (QdSection, 1);

  self->node = node;
  self->nodes = g_array_new (FALSE, FALSE, sizeof (QdNodeId));
  self->title = node != 0 ? qd_instance_dup_label (instance, node) : NULL;
  if (self->title == NULL || *self->title == '\0')
    {
      g_free (self->title);
      self->title = g_strdup (node != 0 ? qd_field_get_name (qd_instance_get_field (instance, node)) : qd_form_get_title (qd_instance_get_form (instance), qd_instance_get_language (instance)));
    }
  return self;
}

GPtrArray *
qd_sections_new (QdInstance *instance)
{
  GPtrArray *sections = g_ptr_array_new_with_free_func (section_free);
  QdNodeId root = qd_instance_get_root (instance);
  QdSection *alone = NULL;

  for (guint i = 0; i < qd_instance_get_n_children (instance, root); i++)
    {
      QdNodeId node = qd_instance_get_child (instance, root, i);
      QdNodeType type = qd_instance_get_node_type (instance, node);
      if (!qd_node_is_shown (instance, node))
        continue;
      if (type == QD_NODE_GROUP || type == QD_NODE_REPEAT_RANGE)
        {
          QdSection *section = section_new (instance, node);
          if (type == QD_NODE_REPEAT_RANGE)
            g_array_append_val (section->nodes, node);
          else
            for (guint j = 0; j < qd_instance_get_n_children (instance, node); j++)
              {
                QdNodeId child = qd_instance_get_child (instance, node, j);
                if (qd_node_is_shown (instance, child))
                  g_array_append_val (section->nodes, child);
              }
          g_ptr_array_add (sections, section);
        }
      else
        {
          if (alone == NULL)
            {
              alone = section_new (instance, 0);
              g_ptr_array_add (sections, alone);
            }
          g_array_append_val (alone->nodes, node);
        }
    }
  return sections;
}

gboolean
qd_section_is_relevant (const QdSection *self, QdInstance *instance)
{
  return self->node == 0 || qd_instance_is_relevant (instance, self->node);
}

void
qd_section_count (const QdSection *self, QdInstance *instance, guint *filled_out, guint *total_out)
{
  *filled_out = 0;
  *total_out = 0;
  for (guint i = 0; i < self->nodes->len; i++)
    {
      guint filled = 0;
      guint total = 0;
      qd_instance_count_required (instance, g_array_index (self->nodes, QdNodeId, i), &filled, &total);
      *filled_out += filled;
      *total_out += total;
    }
}

gboolean
qd_section_holds (const QdSection *self, QdInstance *instance, QdNodeId node)
{
  for (QdNodeId n = node; n != 0; n = qd_instance_get_parent (instance, n))
    {
      if (self->node != 0 && n == self->node)
        return TRUE;
      if (self->node == 0)
        for (guint i = 0; i < self->nodes->len; i++)
          if (g_array_index (self->nodes, QdNodeId, i) == n)
            return TRUE;
    }
  return FALSE;
}

int
qd_section_worst (const QdSection *self, QdInstance *instance, gboolean checked, guint *n_out)
{
  guint critical = 0, unexplained = 0;

  for (guint i = 0; i < (self->node != 0 ? 1 : self->nodes->len); i++)
    {
      QdFindingCounts counts;

      qd_instance_count_findings (instance, self->node != 0 ? self->node : g_array_index (self->nodes, QdNodeId, i), &counts);
      critical += counts.critical - (checked ? 0 : counts.required);
      unexplained += counts.possible - counts.explained;
    }
  if (n_out != NULL)
    *n_out = critical > 0 ? critical : unexplained;
  return critical > 0 ? QD_SEVERITY_CRITICAL : unexplained > 0 ? QD_SEVERITY_POSSIBLE
                                                               : -1;
}

QdNodeId
qd_section_find_critical (const QdSection *self, QdInstance *instance)
{
  for (guint i = 0; i < (self->node != 0 ? 1 : self->nodes->len); i++)
    {
      g_autoptr (GPtrArray) first = qd_instance_list_findings (instance, self->node != 0 ? self->node : g_array_index (self->nodes, QdNodeId, i), QD_SEVERITY_CRITICAL, TRUE, 1);

      if (first->len > 0)
        return qd_finding_get_node (g_ptr_array_index (first, 0));
    }
  return 0;
}

static gboolean
is_started (QdInstance *instance, QdNodeId node)
{
  QdNodeType type = qd_instance_get_node_type (instance, node);

  if (type == QD_NODE_REPEAT_RANGE)
    return qd_instance_get_n_children (instance, node) > 0;
  if (type != QD_NODE_GROUP && type != QD_NODE_REPEAT_INSTANCE)
    return !qd_field_is_calculated (qd_instance_get_field (instance, node)) && *qd_instance_get_value (instance, node) != '\0';
  for (guint i = 0; i < qd_instance_get_n_children (instance, node); i++)
    if (is_started (instance, qd_instance_get_child (instance, node, i)))
      return TRUE;
  return FALSE;
}

gboolean
qd_section_is_started (const QdSection *self, QdInstance *instance)
{
  for (guint i = 0; i < self->nodes->len; i++)
    if (is_started (instance, g_array_index (self->nodes, QdNodeId, i)))
      return TRUE;
  return FALSE;
}
