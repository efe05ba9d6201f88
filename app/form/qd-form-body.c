/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-form"
#include "config.h"
#include "qd-form-parser-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The body: which nodes people see, with which control, label and choices. */

static const char *
path_attribute (const QdXml *node)
{
  if (qd_xml_peek_attribute (node, NULL, "ref") != NULL)
    return "ref";
  if (qd_xml_peek_attribute (node, NULL, "nodeset") != NULL)
    return "nodeset";
  return NULL;
}

static gboolean
is_control (const QdXml *node, QdNodeType *type_out)
{
  static const struct
  {
    const char *name;
    QdNodeType type;
  } controls[] = {
    { "input", QD_NODE_INPUT },
    { "select", QD_NODE_SELECT },
    { "select1", QD_NODE_SELECT },
    { "range", QD_NODE_RANGE },
    { "rank", QD_NODE_RANK },
    { "trigger", QD_NODE_TRIGGER },
    { "upload", QD_NODE_UPLOAD },
    { "secret", QD_NODE_INPUT },
    { "textarea", QD_NODE_INPUT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (controls); i++)
    if (strcmp (node->name, controls[i].name) == 0)
      {
        *type_out = controls[i].type;
        return TRUE;
      }
  return FALSE;
}

/* The field of a control, group or repeat: ref, nodeset or bind. NULL without an error when it has none of them, or names nothing. */
static QdField *
find_field (QdFormParser *self, QdXml *node, QdField *context, gboolean *is_fine, GError **error)
{
  const char *attribute = path_attribute (node);
  const char *bind = qd_xml_peek_attribute (node, NULL, "bind"), *text;
  g_autoptr (GError) local_error = NULL;
  QdField *field = NULL;

  *is_fine = TRUE;
  if (attribute != NULL)
    {
      text = qd_xml_peek_attribute (node, NULL, attribute);
      if (*text == '\0')
        return NULL;
      field = qd_form_parser_resolve (self, node, attribute, text, context, NULL, &local_error);
      *is_fine = local_error == NULL;
      if (local_error != NULL)
        g_propagate_error (error, g_steal_pointer (&local_error));
    }
  else if (bind != NULL)
    {
      field = g_hash_table_lookup (self->bind_ids, bind);
      *is_fine = field != NULL;
      if (field == NULL)
        qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "bind", 0, _ ("There is no bind with the id “%s”."), bind);
    }
  return field;
}

static gboolean
find_repeats (QdFormParser *self, QdXml *parent, QdField *context, GError **error)
{
  for (QdXml *node = parent->children; node != NULL; node = node->next)
    {
      QdField *field = context;
      gboolean is_fine = TRUE;

      if (!qd_xml_is_element (node))
        continue;
      if (qd_xml_is (node, NULL, "repeat"))
        {
          field = find_field (self, node, context, &is_fine, error);
          if (!is_fine)
            return FALSE;
          if (field == NULL && path_attribute (node) == NULL)
            return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("A repeat needs the attribute “nodeset”."));
          if (field == NULL)
            continue;
          if (field->is_repeat)
            return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, path_attribute (node), 0, _ ("%s has more than one repeat. Remove one."), field->ref);
          if (field == self->form->root || field->is_attribute)
            return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, path_attribute (node), 0, _ ("%s cannot be repeated."), field->ref);
          field->is_repeat = TRUE;
          field->is_group = TRUE;
        }
      else if (qd_xml_is (node, NULL, "group"))
        {
          /* Ids of binds are not known yet; they name no repeats. */
          if (path_attribute (node) != NULL)
            field = find_field (self, node, context, &is_fine, error);
          if (!is_fine)
            return FALSE;
          if (field == NULL)
            field = context;
        }
      if (!find_repeats (self, node, field, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
qd_form_parse_repeats (QdFormParser *self, GError **error)
{
  return find_repeats (self, self->body, self->form->root, error);
}

static void
add_appearances (QdField *field, const QdXml *node)
{
  const char *text = qd_xml_peek_attribute (node, NULL, "appearance");
  g_autoptr (GPtrArray) tokens = g_ptr_array_new ();
  g_auto (GStrv) words = NULL;

  if (text == NULL)
    return;
  for (guint i = 0; field->appearances != NULL && field->appearances[i] != NULL; i++)
    g_ptr_array_add (tokens, field->appearances[i]);
  words = g_strsplit_set (text, " \t\r\n", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_ptr_array_add (tokens, g_strdup (words[i]));
  g_ptr_array_add (tokens, NULL);
  g_free (field->appearances);
  field->appearances = (char **) g_ptr_array_steal (tokens, NULL);
}

static void
keep_attributes (QdField *field, const QdXml *node)
{
  for (const QdXmlAttr *attr = node->attributes; attr != NULL; attr = attr->next)
    {
      const char *ns = attr->ns;
      const char *name = attr->name;

      if (!g_strv_contains ((const char *const[]){ "ref", "nodeset", "bind", "appearance", NULL }, name))
        qd_field_add_property (field, attr->prefix, name, qd_xml_attribute (node, ns, name), TRUE);
    }
}

/* The name when @text is simply that of a child element; interned. */
static const char *
plain_child (const QdExpr *expr)
{
  const QdPath *path;

  if (expr == NULL || qd_expr_get_n_paths (expr) != 1)
    return NULL;
  path = qd_expr_get_path (expr, 0);
  if (path->origin != QD_PATH_CONTEXT || path->n_steps != 1 || path->has_predicates || path->steps[0].axis != QD_AXIS_CHILD || path->steps[0].name == NULL || path->steps[0].ns != NULL)
    return NULL;
  return strcmp (qd_expr_get_text (expr), path->steps[0].name) == 0 ? path->steps[0].name : NULL;
}

static gboolean
is_dynamic (const QdExpr *expr)
{
  for (guint i = 0; i < qd_expr_get_n_paths (expr); i++)
    {
      const QdPath *path = qd_expr_get_path (expr, i);

      if (path->origin == QD_PATH_ROOT || path->origin == QD_PATH_CURRENT || path->origin == QD_PATH_OTHER || (path->origin == QD_PATH_CONTEXT && path->outer == -1))
        return TRUE;
    }
  return (qd_expr_get_uses (expr) & (QD_EXPR_USES_POSITION | QD_EXPR_USES_RANDOM)) != 0;
}

static gboolean
parse_itemset (QdFormParser *self, QdXml *node, QdField *field, GError **error)
{
  QdItemset *itemset = field->itemset;
  const char *attribute = path_attribute (node);
  g_autofree char *nodeset = attribute == NULL ? NULL : qd_xml_attribute (node, NULL, attribute);

  if (nodeset == NULL)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("An itemset needs the attribute “nodeset”."));
  itemset->nodeset = qd_form_parser_expr (self, node, attribute, nodeset, NULL, -1, error);
  if (itemset->nodeset == NULL)
    return FALSE;
  itemset->is_dynamic = is_dynamic (itemset->nodeset);
  itemset->is_open = qd_form_reads_facts (self->form, itemset->nodeset);
  {
    QdSite site = { itemset->nodeset, field, itemset->is_dynamic ? QD_PROP_CHOICES : -1, node, attribute };

    g_array_append_val (self->sites, site);
  }
  for (QdXml *child = node->children; child != NULL; child = child->next)
    {
      if (qd_xml_is (child, NULL, "value") || qd_xml_is (child, NULL, "copy"))
        {
          const char *ref_attribute = qd_xml_peek_attribute (child, NULL, "ref") != NULL ? "ref" : "value";
          g_autofree char *ref = qd_xml_attribute (child, NULL, ref_attribute);

          if (ref == NULL)
            return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, child, NULL, 0, _ ("The value of an itemset needs the attribute “ref”."));
          itemset->has_copy = qd_xml_is (child, NULL, "copy");
          g_clear_pointer (&itemset->value, qd_expr_unref);
          itemset->value = qd_form_parser_expr (self, child, ref_attribute, ref, NULL, -1, error);
          if (itemset->value == NULL)
            return FALSE;
          itemset->value_child = plain_child (itemset->value);
        }
      else if (qd_xml_is (child, NULL, "label"))
        {
          qd_text_free (itemset->label);
          itemset->label = qd_form_parse_text (self, child, NULL, -1, error);
          if (itemset->label == NULL)
            return FALSE;
          itemset->label_child = itemset->label->ref_is_itext ? NULL : plain_child (itemset->label->ref);
        }
    }
  if (itemset->value == NULL)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("An itemset needs a value."));
  return TRUE;
}

static gboolean
parse_item (QdFormParser *self, QdXml *node, QdField *field, GError **error)
{
  QdXml *value = qd_xml_first (node, NULL, "value"), *label = qd_xml_first (node, NULL, "label");
  QdItem *item;

  if (value == NULL)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("An item needs a value."));
  item = g_new0 (QdItem, 1);
  g_ptr_array_add (field->itemset->items, item);
  item->value = g_strstrip (qd_xml_text (value));
  if (label != NULL)
    {
      item->label = qd_form_parse_text (self, label, field, QD_PROP_TEXT, error);
      if (item->label == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
parse_bounds (QdFormParser *self, QdXml *node, QdField *field, GError **error)
{
  static const char *const names[] = { "start", "end", "step" };

  if (field->value_type == QD_VALUE_STRING)
    field->value_type = QD_VALUE_DECIMAL;
  if (field->value_type != QD_VALUE_INT && field->value_type != QD_VALUE_DECIMAL)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("A range needs a bind of type int or decimal."));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *text = qd_field_get_attribute (field, names[i]);
      QdDecimal number;

      if (text == NULL || !qd_decimal_parse (text, &number))
        return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, text == NULL ? NULL : names[i], 0, _ ("A range needs numbers for “start”, “end” and “step”."));
      if (i == 2 && number.mantissa == 0)
        return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "step", 0, _ ("The step of a range must not be 0."));
    }
  return TRUE;
}

static gboolean
parse_texts (QdFormParser *self, QdXml *node, QdField *field, GError **error)
{
  for (QdXml *child = node->children; child != NULL; child = child->next)
    {
      QdText **text = NULL;

      if (qd_xml_is (child, NULL, "label"))
        text = &field->label;
      else if (qd_xml_is (child, NULL, "hint"))
        text = &field->hint;
      if (text != NULL && *text == NULL)
        {
          *text = qd_form_parse_text (self, child, field, QD_PROP_TEXT, error);
          if (*text == NULL)
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
parse_control (QdFormParser *self, QdXml *node, QdNodeType type, QdField *context, GError **error)
{
  gboolean is_fine;
  QdField *field = find_field (self, node, context, &is_fine, error);

  if (!is_fine)
    return FALSE;
  if (field == NULL && path_attribute (node) == NULL)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("A control needs the attribute “ref”."));
  if (field == NULL)
    return TRUE;
  if (field->is_group || field->is_repeat)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, path_attribute (node), 0, _ ("%s is a group and cannot have a control of its own."), field->ref);
  if (field->has_control)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, path_attribute (node), 0, _ ("%s has more than one control. Remove one."), field->ref);
  field->has_control = TRUE;
  field->control = (guint8) type;
  field->is_multiple = type == QD_NODE_RANK || qd_xml_is (node, NULL, "select");
  field->select_one = qd_xml_is (node, NULL, "select1");
  if (type == QD_NODE_UPLOAD && field->value_type == QD_VALUE_STRING)
    field->value_type = QD_VALUE_BINARY;
  add_appearances (field, node);
  keep_attributes (field, node);
  if (!parse_texts (self, node, field, error))
    return FALSE;
  if (type == QD_NODE_RANGE && !parse_bounds (self, node, field, error))
    return FALSE;
  if (type == QD_NODE_SELECT || type == QD_NODE_RANK)
    field->itemset = qd_itemset_new ();
  for (QdXml *child = node->children; child != NULL; child = child->next)
    {
      gboolean ok = TRUE;

      if (!qd_xml_is_element (child))
        continue;
      if (field->itemset != NULL && qd_xml_is (child, NULL, "item"))
        ok = parse_item (self, child, field, error);
      else if (field->itemset != NULL && qd_xml_is (child, NULL, "itemset"))
        ok = parse_itemset (self, child, field, error);
      else if (qd_form_is_action (child))
        ok = qd_form_parse_action (self, child, field, field, error);
      if (!ok)
        return FALSE;
    }
  field->is_note = type == QD_NODE_INPUT && field->readonly.kind == QD_RULE_TRUE && (field->label != NULL || field->hint != NULL);
  return TRUE;
}

static gboolean parse_children (QdFormParser *self, QdXml *parent, QdField *context, GError **error);

static gboolean
parse_repeat (QdFormParser *self, QdXml *node, QdField *context, GError **error)
{
  gboolean is_fine;
  QdField *field = find_field (self, node, context, &is_fine, error);
  g_autofree char *count = qd_xml_attribute (node, QD_NS_JAVAROSA, "count");
  g_autofree char *fixed = qd_xml_attribute (node, QD_NS_JAVAROSA, "noAddRemove");

  if (!is_fine)
    return FALSE;
  if (field == NULL)
    return TRUE;
  add_appearances (field, node);
  keep_attributes (field, node);
  if (!parse_texts (self, node, field, error))
    return FALSE;
  if (count != NULL && *count != '\0')
    {
      field->count = qd_form_parser_expr (self, node, "*:count", count, field, QD_PROP_COUNT, error);
      if (field->count == NULL)
        return FALSE;
      field->is_controlled = TRUE;
    }
  else if (fixed != NULL && strcmp (g_strstrip (fixed), "true()") == 0)
    {
      const QdTreeNode *parent = field->source_node == NULL ? NULL : field->source_node->parent;
      int rows = 0;

      for (guint i = 0; parent != NULL && i < parent->n_children; i++)
        rows += parent->children[i]->data == field && (parent->children[i]->flags & QD_TREE_FLAG_TEMPLATE) == 0;
      field->fixed_count = MAX (rows, 1);
      field->is_controlled = TRUE;
    }
  return parse_children (self, node, field, error);
}

/* A group around a repeat with the same path, or without one and with nothing else in it, is the heading of the repeat. */
static QdXml *
wrapped_repeat (QdFormParser *self, QdXml *group, QdField *field, QdField *context)
{
  QdXml *repeat = NULL;

  for (QdXml *child = group->children; child != NULL; child = child->next)
    {
      if (!qd_xml_is_element (child) || qd_xml_is (child, NULL, "label") || qd_xml_is (child, NULL, "hint"))
        continue;
      if (repeat != NULL || !qd_xml_is (child, NULL, "repeat"))
        {
          if (field == NULL)
            return NULL;
          continue;
        }
      repeat = child;
    }
  if (repeat != NULL && field != NULL)
    {
      gboolean is_fine;
      g_autoptr (GError) ignored = NULL;

      if (find_field (self, repeat, field, &is_fine, &ignored) != field && find_field (self, repeat, context, &is_fine, NULL) != field)
        return NULL;
    }
  return repeat;
}

static gboolean
parse_group (QdFormParser *self, QdXml *node, QdField *context, GError **error)
{
  gboolean is_fine;
  QdField *field = find_field (self, node, context, &is_fine, error);
  QdXml *repeat;

  if (!is_fine)
    return FALSE;
  if (field != NULL && !field->is_group)
    {
      if (field->children->len > 0 || field->is_attribute)
        return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, path_attribute (node), 0, _ ("%s cannot be a group."), field->ref);
      field->is_group = TRUE;
    }
  repeat = wrapped_repeat (self, node, field, context);
  if (repeat != NULL)
    field = find_field (self, repeat, field != NULL && field->is_repeat ? field : context, &is_fine, NULL);
  if (field != NULL)
    {
      field->has_control = TRUE;
      add_appearances (field, node);
      keep_attributes (field, node);
      if (!parse_texts (self, node, field, error))
        return FALSE;
    }
  return parse_children (self, node, field == NULL || repeat != NULL ? context : field, error);
}

static gboolean
parse_children (QdFormParser *self, QdXml *parent, QdField *context, GError **error)
{
  for (QdXml *node = parent->children; node != NULL; node = node->next)
    {
      QdNodeType type;
      gboolean ok = TRUE;

      if (!qd_xml_is_element (node) || qd_xml_is (node, NULL, "label") || qd_xml_is (node, NULL, "hint"))
        continue;
      if (qd_xml_is (node, NULL, "group"))
        ok = parse_group (self, node, context, error);
      else if (qd_xml_is (node, NULL, "repeat"))
        ok = parse_repeat (self, node, context, error);
      else if (qd_form_is_action (node))
        ok = qd_form_parse_action (self, node, context, context, error);
      else if (is_control (node, &type))
        ok = parse_control (self, node, type, context, error);
      else
        qd_form_parser_warn (self, node, _ ("The element “%s” is not known here; it is left out."), node->name);
      if (!ok)
        return FALSE;
    }
  return TRUE;
}

gboolean
qd_form_parse_body (QdFormParser *self, GError **error)
{
  g_autofree char *classes = qd_xml_attribute (self->body, NULL, "class");
  g_autofree char *stripped = classes == NULL ? g_strdup ("") : g_strstrip (g_strdup (classes));

  self->form->classes = *stripped == '\0' ? g_new0 (char *, 1) : g_strsplit_set (stripped, " \t\r\n", -1);
  return parse_children (self, self->body, self->form->root, error);
}
