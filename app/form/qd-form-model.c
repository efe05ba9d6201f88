/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-form"
#include "config.h"
#include "qd-form-parser-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The model: instances, binds, actions, and what Qingdan adds. */

/* A path without a prefix means elements written without one, whatever their default namespace. */
static const char *
real_namespace (const QdXml *node)
{
  const char *href = node->ns;

  if (href != NULL && node->prefix == NULL && (strcmp (href, QD_NS_XFORMS) == 0 || *href == '\0'))
    return NULL;
  return href;
}

static void
note_namespace (QdForm *form, const char *prefix, const char *uri)
{
  QdAttr *declaration;

  if (prefix == NULL || strcmp (prefix, "xml") == 0)
    return;
  for (guint i = 0; i < form->namespaces->len; i++)
    if (strcmp (((QdAttr *) g_ptr_array_index (form->namespaces, i))->name, prefix) == 0)
      return;
  declaration = g_new0 (QdAttr, 1);
  declaration->name = g_strdup (prefix);
  declaration->value = g_strdup (uri);
  g_ptr_array_add (form->namespaces, declaration);
}

static void
add_attributes (QdFormParser *self, QdXml *element, QdTreeNode *node, QdField *field)
{
  QdForm *form = self->form;

  for (QdXmlAttr *attr = element->attributes; attr != NULL; attr = attr->next)
    {
      const char *ns = attr->ns;
      const char *prefix = attr->prefix;
      g_autofree char *value = qd_xml_attribute (element, ns, attr->name);
      gboolean is_known = FALSE;

      if (g_strcmp0 (ns, QD_NS_JAVAROSA) == 0 && strcmp (attr->name, "template") == 0)
        {
          node->flags |= QD_TREE_FLAG_TEMPLATE;
          continue;
        }
      qd_tree_set_attribute (form->source, node, ns, prefix, attr->name, value == NULL ? "" : value);
      note_namespace (form, prefix, ns);
      for (guint i = 0; field->attributes != NULL && i < field->attributes->len; i++)
        {
          const QdField *known = g_ptr_array_index (field->attributes, i);

          is_known |= strcmp (known->local, attr->name) == 0 && g_strcmp0 (known->ns, ns) == 0;
        }
      if (!is_known && g_strcmp0 (ns, QD_NS_FORM) != 0)
        qd_field_new (field, prefix, ns, ns, attr->name, TRUE)->offset = field->offset;
    }
}

static gboolean
has_elements (const QdXml *node)
{
  for (const QdXml *child = node->children; child != NULL; child = child->next)
    if (qd_xml_is_element (child))
      return TRUE;
  return FALSE;
}

static gboolean
is_blank (const char *text)
{
  return text == NULL || text[strspn (text, " \t\r\n")] == '\0';
}

static QdField *
add_element (QdFormParser *self, QdXml *element, QdTreeNode *parent_node, QdField *parent)
{
  QdForm *form = self->form;
  const char *prefix = element->prefix;
  const char *real_ns = real_namespace (element);
  const char *ns = prefix == NULL ? NULL : g_intern_string (real_ns);
  const char *local = g_intern_string (element->name);
  QdField *field = parent == NULL ? NULL : (QdField *) qd_field_find_child (parent, ns, local);
  QdTreeNode *node = qd_tree_append_element (form->source, parent_node, ns, prefix, local);

  if (field == NULL)
    {
      field = qd_field_new (parent, prefix, ns, real_ns, local, FALSE);
      field->offset = qd_form_parser_offset (self, element, NULL);
      field->source_node = node;
    }
  node->data = field;
  note_namespace (form, prefix, real_ns);
  add_attributes (self, element, node, field);
  if (has_elements (element))
    {
      field->is_group = TRUE;
      for (QdXml *child = element->children; child != NULL; child = child->next)
        if (qd_xml_is_element (child))
          add_element (self, child, node, field);
    }
  else
    {
      g_autofree char *text = qd_xml_text (element);

      if (!is_blank (text))
        qd_tree_set_value (form->source, node, text);
    }
  return field;
}

static QdField *
add_model_field (QdForm *form, QdField *parent, const char *local)
{
  QdField *field = qd_field_new (parent, parent->prefix, parent->ns, parent->real_ns, local, FALSE);

  field->offset = parent->offset;
  field->source_node = qd_tree_append_element (form->source, parent->source_node, parent->ns, parent->prefix, local);
  field->source_node->data = field;
  return field;
}

/* The record's id is required: a form without orx:meta/orx:instanceID gets one, filled as with jr:preload="uid". */
static void
complete_meta (QdFormParser *self, QdXml *root)
{
  QdForm *form = self->form;
  QdField *meta = NULL;

  for (guint i = 0; i < form->root->children->len && meta == NULL; i++)
    {
      QdField *child = g_ptr_array_index (form->root->children, i);

      if (strcmp (child->local, "meta") == 0)
        meta = child;
    }
  if (meta == NULL)
    {
      const QdXmlNs *declared = qd_xml_find_prefix (root, QD_NS_OPENROSA);
      const char *prefix = declared == NULL ? NULL : declared->prefix, *real_ns = g_intern_static_string (QD_NS_OPENROSA);
      const char *ns = prefix == NULL ? NULL : real_ns;

      meta = qd_field_new (form->root, prefix, ns, real_ns, "meta", FALSE);
      meta->offset = form->root->offset;
      meta->source_node = qd_tree_append_element (form->source, form->root->source_node, ns, prefix, "meta");
      meta->source_node->data = meta;
      note_namespace (form, prefix, real_ns);
    }
  meta->is_group = TRUE;
  for (guint i = 0; i < meta->children->len; i++)
    {
      QdField *child = g_ptr_array_index (meta->children, i);

      if (strcmp (child->local, "instanceID") == 0)
        form->instance_id = child;
      else if (strcmp (child->local, "deprecatedID") == 0)
        form->deprecated_id = child;
    }
  if (form->instance_id == NULL)
    {
      form->instance_id = add_model_field (form, meta, "instanceID");
      form->instance_id->preload = g_strdup ("uid");
    }
  if (form->deprecated_id == NULL)
    {
      form->deprecated_id = add_model_field (form, meta, "deprecatedID");
      form->deprecated_id->is_optional = TRUE;
      qd_tree_remove (form->source, form->deprecated_id->source_node);
      form->deprecated_id->source_node = NULL;
    }
}

static void
copy_foreign (QdTree *tree, QdTreeNode *parent, QdXml *element)
{
  const char *prefix = element->prefix;
  QdTreeNode *node = qd_tree_append_element (tree, parent, prefix == NULL ? NULL : element->ns, prefix, element->name);

  for (QdXmlAttr *attr = element->attributes; attr != NULL; attr = attr->next)
    {
      const char *ns = attr->ns;
      g_autofree char *value = qd_xml_attribute (element, ns, attr->name);

      qd_tree_set_attribute (tree, node, ns, attr->prefix, attr->name, value == NULL ? "" : value);
    }
  if (has_elements (element))
    {
      for (QdXml *child = element->children; child != NULL; child = child->next)
        if (qd_xml_is_element (child))
          copy_foreign (tree, node, child);
    }
  else
    {
      g_autofree char *text = qd_xml_text (element);

      if (!is_blank (text))
        qd_tree_set_value (tree, node, text);
    }
}

static gboolean
parse_secondary (QdFormParser *self, QdXml *node, GError **error)
{
  QdForm *form = self->form;
  QdSecondary *secondary = g_new0 (QdSecondary, 1);

  g_ptr_array_add (form->secondaries, secondary);
  secondary->id = qd_xml_attribute (node, NULL, "id");
  secondary->src = qd_xml_attribute (node, NULL, "src");
  secondary->offset = qd_form_parser_offset (self, node, NULL);
  if (secondary->id == NULL || *secondary->id == '\0')
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("A secondary instance needs the attribute “id”."));
  if (g_hash_table_contains (form->secondary_index, secondary->id))
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "id", 0, _ ("The instance id “%s” is there twice. Give one of them another id."), secondary->id);
  g_hash_table_insert (form->secondary_index, secondary->id, secondary);
  if (secondary->src == NULL)
    {
      secondary->tree = qd_tree_new ();
      for (QdXml *child = node->children; child != NULL; child = child->next)
        if (qd_xml_is_element (child))
          {
            copy_foreign (secondary->tree, qd_tree_get_document (secondary->tree), child);
            break;
          }
    }
  return TRUE;
}

gboolean
qd_form_parse_instances (QdFormParser *self, GError **error)
{
  QdForm *form = self->form;
  gboolean is_first = TRUE;

  form->source = qd_tree_new ();
  for (QdXml *node = self->model->children; node != NULL; node = node->next)
    {
      QdXml *root = qd_xml_is_element (node) ? qd_xml_first_element (node) : NULL;

      if (!qd_xml_is (node, NULL, "instance"))
        continue;
      if (!is_first)
        {
          if (!parse_secondary (self, node, error))
            return FALSE;
          continue;
        }
      is_first = FALSE;
      if (root == NULL || root->next != NULL || qd_xml_next_element (root) != NULL)
        {
          if (root == NULL || qd_xml_next_element (root) != NULL)
            return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("The first instance needs exactly one element: the form’s data."));
        }
      form->id = qd_xml_attribute (root, NULL, "id");
      if (form->id == NULL || *form->id == '\0')
        return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, root, NULL, 0, _ ("The form’s data element needs the attribute “id”."));
      form->version = qd_xml_attribute (root, QD_NS_OPENROSA, "version");
      if (form->version == NULL)
        form->version = qd_xml_attribute (root, NULL, "version");
      if (form->version == NULL)
        form->version = g_strdup ("");
      /* Only what is declared on the data element itself, and what is used, is written with the data. */
      for (const QdXmlNs *ns = root->namespaces; ns != NULL; ns = ns->next)
        note_namespace (form, ns->prefix, ns->uri);
      form->root = add_element (self, root, qd_tree_get_document (form->source), NULL);
      form->root->is_group = TRUE;
      complete_meta (self, root);
    }
  if (is_first)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, self->model, NULL, 0, _ ("The model has no instance. Add the form’s data as its first instance."));
  return TRUE;
}

/* Binds. */

static QdValueType
parse_type (const char *text, gboolean *is_known)
{
  static const struct
  {
    const char *name;
    QdValueType type;
  } types[] = {
    { "string", QD_VALUE_STRING },
    { "int", QD_VALUE_INT },
    { "integer", QD_VALUE_INT },
    { "decimal", QD_VALUE_DECIMAL },
    { "boolean", QD_VALUE_BOOLEAN },
    { "date", QD_VALUE_DATE },
    { "time", QD_VALUE_TIME },
    { "dateTime", QD_VALUE_DATE_TIME },
    { "geopoint", QD_VALUE_GEOPOINT },
    { "geotrace", QD_VALUE_GEOTRACE },
    { "geoshape", QD_VALUE_GEOSHAPE },
    { "binary", QD_VALUE_BINARY },
    { "barcode", QD_VALUE_BARCODE },
    { "intent", QD_VALUE_INTENT },
    { "select", QD_VALUE_STRING },
    { "select1", QD_VALUE_STRING },
    { "rank", QD_VALUE_STRING },
  };
  const char *colon = strchr (text, ':');
  const char *local = colon == NULL ? text : colon + 1;

  *is_known = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (strcmp (local, types[i].name) == 0)
      return types[i].type;
  *is_known = FALSE;
  return QD_VALUE_STRING;
}

/* 1, 'yes': a number or text alone. */
static gboolean
is_literal (const char *text, gboolean *is_true)
{
  gsize length = strlen (text);
  QdDecimal number;

  if ((*text == '\'' || *text == '"') && length >= 2 && memchr (text + 1, *text, length - 1) == text + length - 1)
    {
      *is_true = length > 2;
      return TRUE;
    }
  if (!qd_decimal_parse (text, &number))
    return FALSE;
  *is_true = number.mantissa != 0;
  return TRUE;
}

static gboolean
parse_rule (QdFormParser *self, QdXml *node, const char *attribute, QdField *field, int prop, QdRule *rule, GError **error)
{
  const char *text = qd_xml_peek_attribute (node, NULL, attribute);
  g_autofree char *stripped = NULL;
  gboolean is_true;

  if (text == NULL)
    return TRUE;
  stripped = g_strstrip (g_strdup (text));
  qd_rule_clear (rule);
  if (strcmp (stripped, "true()") == 0)
    rule->kind = QD_RULE_TRUE;
  else if (strcmp (stripped, "false()") == 0)
    rule->kind = QD_RULE_FALSE;
  else if (*stripped == '\0')
    rule->kind = QD_RULE_NONE;
  else if (is_literal (stripped, &is_true))
    rule->kind = is_true ? QD_RULE_TRUE : QD_RULE_FALSE;
  else
    {
      rule->expr = qd_form_parser_expr (self, node, attribute, text, field, prop, error);
      if (rule->expr == NULL)
        return FALSE;
      rule->kind = QD_RULE_EXPR;
    }
  return TRUE;
}

/* Is this a default that gives way to what is there: coalesce(., x) or if(…, ., …), naming its own field? Then it is no cycle. */
static gboolean
is_default_idiom (const QdExpr *expr, const QdField *field)
{
  g_autofree char *text = g_strstrip (g_strdup (qd_expr_get_text (expr)));

  if (!g_str_has_prefix (text, "coalesce(") && !g_str_has_prefix (text, "if("))
    return FALSE;
  for (guint i = 0; i < qd_expr_get_n_paths (expr); i++)
    {
      const QdPath *path = qd_expr_get_path (expr, i);
      const QdField *at = path->origin == QD_PATH_ROOT ? NULL : field;
      guint j = 0;

      if (path->outer >= 0 || path->has_predicates || path->origin == QD_PATH_INSTANCE || path->origin == QD_PATH_OTHER)
        continue;
      if (at == NULL && path->n_steps > 0)
        {
          for (at = field; at->parent != NULL;)
            at = at->parent;
          at = path->steps[0].name == at->local ? at : NULL;
          j = 1;
        }
      for (; at != NULL && j < path->n_steps; j++)
        if (path->steps[j].axis == QD_AXIS_PARENT)
          at = at->parent;
        else if (path->steps[j].axis == QD_AXIS_CHILD && path->steps[j].name != NULL)
          at = qd_field_find_child (at, path->steps[j].ns, path->steps[j].name);
        else if (path->steps[j].axis != QD_AXIS_SELF)
          at = NULL;
      if (at == field)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_dependent (const char *text)
{
  return text != NULL && *text != '\0';
}

static gboolean
parse_confidence (const char *text, guint8 *out)
{
  if (strcmp (text, "C") == 0)
    *out = QD_CONFIDENCE_CONFIRMED;
  else if (strcmp (text, "P") == 0)
    *out = QD_CONFIDENCE_PARTLY;
  else if (strcmp (text, "U") == 0)
    *out = QD_CONFIDENCE_UNCONFIRMED;
  else
    return FALSE;
  return TRUE;
}

/* Attributes that are no rules stay with the field. */
static gboolean
keep_attributes (QdFormParser *self, QdXml *node, QdField *field, GError **error)
{
  static const char *const rules[] = { "id", "nodeset", "ref", "type", "relevant", "readonly", "required", "constraint", "calculate", "constraintMsg", "requiredMsg", "preload", "preloadParams", NULL };

  for (QdXmlAttr *attr = node->attributes; attr != NULL; attr = attr->next)
    {
      const char *ns = attr->ns;
      const char *name = attr->name;
      g_autofree char *value = NULL;
      gint64 number;

      if (g_strv_contains (rules, name))
        continue;
      value = qd_xml_attribute (node, ns, name);
      if (g_strcmp0 (ns, QD_NS_FORM) == 0)
        {
          g_autofree char *starred = g_strconcat ("*:", name, NULL);

          if (strcmp (name, "places") == 0 && !g_ascii_string_to_signed (value, 10, 0, 12, &number, NULL))
            return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, starred, 0, _ ("qd:places must be a number from 0 to 12, not “%s”."), value);
          if (strcmp (name, "confidence") == 0 && !parse_confidence (value, &field->confidence))
            return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, starred, 0, _ ("qd:confidence must be C, P or U, not “%s”."), value);
          if (strcmp (name, "basis") == 0)
            {
              g_free (field->basis);
              field->basis = g_strdup (value);
            }
        }
      qd_field_add_property (field, attr->prefix, name, g_steal_pointer (&value), FALSE);
    }
  return TRUE;
}

static gboolean
parse_bind (QdFormParser *self, QdXml *node, QdField *context, GError **error)
{
  const char *path_attribute = qd_xml_peek_attribute (node, NULL, "nodeset") != NULL ? "nodeset" : "ref";
  const char *nodeset = qd_xml_peek_attribute (node, NULL, path_attribute);
  const char *id = qd_xml_peek_attribute (node, NULL, "id");
  const char *type = qd_xml_peek_attribute (node, NULL, "type");
  const char *calculate = qd_xml_peek_attribute (node, NULL, "calculate");
  const char *constraint_message = qd_xml_peek_attribute (node, QD_NS_JAVAROSA, "constraintMsg");
  const char *required_message = qd_xml_peek_attribute (node, QD_NS_JAVAROSA, "requiredMsg");
  const char *preload = qd_xml_peek_attribute (node, QD_NS_JAVAROSA, "preload");
  g_autoptr (GError) local_error = NULL;
  QdField *field;

  if (nodeset == NULL)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("A bind needs the attribute “nodeset”."));
  field = qd_form_parser_resolve (self, node, path_attribute, nodeset, context, NULL, &local_error);
  if (field == NULL && local_error == NULL)
    return TRUE;
  if (field == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (id != NULL)
    {
      if (g_hash_table_contains (self->bind_ids, id))
        return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "id", 0, _ ("The bind id “%s” is there twice. Give one of them another id."), id);
      g_hash_table_insert (self->bind_ids, g_strdup (id), field);
    }
  if (field->has_bind)
    qd_form_parser_warn (self, node, _ ("%s has more than one bind; what a later one says holds."), field->ref);
  field->has_bind = TRUE;
  if (!keep_attributes (self, node, field, error))
    return FALSE;
  if (type != NULL)
    {
      gboolean is_known;

      field->value_type = (guint8) parse_type (type, &is_known);
      if (!is_known)
        qd_form_parser_warn (self, node, _ ("The type “%s” of %s is unknown; it is taken as string."), type, field->ref);
    }
  if (!parse_rule (self, node, "relevant", field, QD_PROP_RELEVANT, &field->relevant, error) ||
      !parse_rule (self, node, "readonly", field, QD_PROP_READONLY, &field->readonly, error) ||
      !parse_rule (self, node, "required", field, QD_PROP_REQUIRED, &field->required, error) ||
      !parse_rule (self, node, "constraint", field, QD_PROP_CHECK, &field->constraint, error))
    return FALSE;
  field->readonly_written = field->readonly.kind == QD_RULE_TRUE;
  if (is_dependent (calculate))
    {
      if (field->is_group || field->is_repeat)
        return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "calculate", 0, _ ("%s is a group and cannot have a calculate."), field->ref);
      g_clear_pointer (&field->calculate, qd_expr_unref);
      field->calculate = qd_form_parser_expr (self, node, "calculate", calculate, field, QD_PROP_CALCULATE, error);
      if (field->calculate == NULL)
        return FALSE;
      field->keeps_value = is_default_idiom (field->calculate, field);
      field->is_sticky = field->keeps_value || (qd_expr_get_uses (field->calculate) & (QD_EXPR_USES_RANDOM | QD_EXPR_USES_ONCE)) != 0;
    }
  if (constraint_message != NULL)
    {
      qd_text_free (field->constraint_message);
      field->constraint_message = qd_form_parse_attribute_text (self, node, "*:constraintMsg", constraint_message, field, error);
    }
  if (required_message != NULL)
    {
      qd_text_free (field->required_message);
      field->required_message = qd_form_parse_attribute_text (self, node, "*:requiredMsg", required_message, field, error);
    }
  if (preload != NULL)
    {
      g_free (field->preload);
      field->preload = g_strdup (preload);
      g_free (field->preload_params);
      field->preload_params = qd_xml_attribute (node, QD_NS_JAVAROSA, "preloadParams");
    }
  for (QdXml *child = node->children; child != NULL; child = child->next)
    {
      QdText **message = NULL;

      if (qd_xml_is (child, NULL, "bind"))
        {
          if (!parse_bind (self, child, field, error))
            return FALSE;
        }
      else if (qd_xml_is (child, NULL, "constraintMsg"))
        message = &field->constraint_message;
      else if (qd_xml_is (child, NULL, "requiredMsg"))
        message = &field->required_message;
      if (message != NULL)
        {
          qd_text_free (*message);
          *message = qd_form_parse_text (self, child, field, QD_PROP_CHECK, error);
          if (*message == NULL)
            return FALSE;
        }
    }
  return TRUE;
}

gboolean
qd_form_parse_binds (QdFormParser *self, GError **error)
{
  for (QdXml *node = self->model->children; node != NULL; node = node->next)
    if (qd_xml_is (node, NULL, "bind") && !parse_bind (self, node, self->form->root, error))
      return FALSE;
    else if (qd_xml_is (node, NULL, "submission"))
      {
        self->form->submission = self->form->submission != NULL ? self->form->submission : g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
        for (QdXmlAttr *attr = node->attributes; attr != NULL; attr = attr->next)
          g_hash_table_insert (self->form->submission, g_strdup (attr->name), qd_xml_attribute (node, attr->ns, attr->name));
      }
  return TRUE;
}

/* Actions. */

gboolean
qd_form_is_action (const QdXml *node)
{
  return qd_xml_is (node, NULL, "setvalue") || qd_xml_is (node, NULL, "setgeopoint");
}

static gboolean
parse_events (QdFormParser *self, QdXml *node, gboolean in_body, QdEvents *out, GError **error)
{
  static const struct
  {
    const char *name;
    QdEvents event;
  } known[] = {
    { "odk-instance-first-load", QD_EVENT_FIRST_LOAD },
    { "odk-instance-load", QD_EVENT_LOAD },
    { "odk-new-repeat", QD_EVENT_NEW_REPEAT },
    { "xforms-value-changed", QD_EVENT_VALUE_CHANGED },
    { "xforms-ready", QD_EVENT_FIRST_LOAD },
    { "jr-insert", QD_EVENT_NEW_REPEAT },
  };
  const char *attribute = qd_xml_peek_attribute (node, NULL, "event") != NULL ? "event" : "*:event";
  g_autofree char *text = qd_xml_attribute (node, NULL, "event");
  g_auto (GStrv) words = NULL;

  if (text == NULL)
    text = qd_xml_attribute (node, "http://www.w3.org/2001/xml-events", "event");
  if (is_blank (text))
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("An action needs the attribute “event”."));
  words = g_strsplit_set (text, " \t\r\n", -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      QdEvents event = 0;

      if (*words[i] == '\0')
        continue;
      for (guint j = 0; j < G_N_ELEMENTS (known); j++)
        if (strcmp (words[i], known[j].name) == 0)
          event = known[j].event;
      if (event == 0)
        return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, attribute, 0, _ ("An action was registered for the unsupported event “%s”."), words[i]);
      if (!in_body && strcmp (words[i], "odk-new-repeat") == 0)
        return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, attribute, 0, _ ("An action for odk-new-repeat must lie in the repeat, not in the model."));
      *out |= event;
    }
  return TRUE;
}

gboolean
qd_form_parse_action (QdFormParser *self, QdXml *node, QdField *source, QdField *context, GError **error)
{
  QdForm *form = self->form;
  g_autofree char *ref = qd_xml_attribute (node, NULL, "ref");
  g_autofree char *bind = qd_xml_attribute (node, NULL, "bind");
  g_autofree char *value = qd_xml_attribute (node, NULL, "value");
  gboolean has_predicates = FALSE;
  QdAction *action = g_new0 (QdAction, 1);

  g_ptr_array_add (form->actions, action);
  action->source = source;
  action->is_geopoint = qd_xml_is (node, NULL, "setgeopoint");
  if (action->is_geopoint && !qd_xml_is (node, QD_NS_ODK, "setgeopoint"))
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("setgeopoint must be in the namespace %s."), QD_NS_ODK);
  if (!parse_events (self, node, source != NULL, &action->events, error))
    return FALSE;
  if (ref != NULL)
    {
      g_autoptr (GError) local_error = NULL;

      action->target = qd_form_parser_resolve (self, node, "ref", ref, context, &has_predicates, &local_error);
      if (action->target == NULL && local_error == NULL)
        {
          g_ptr_array_remove_index (form->actions, form->actions->len - 1);
          return TRUE;
        }
      if (action->target == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (has_predicates)
        {
          action->ref = qd_form_parser_expr (self, node, "ref", ref, context, -1, error);
          if (action->ref == NULL)
            return FALSE;
        }
    }
  else if (bind != NULL)
    {
      action->target = g_hash_table_lookup (self->bind_ids, bind);
      if (action->target == NULL)
        return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "bind", 0, _ ("There is no bind with the id “%s”."), bind);
    }
  else
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("An action needs the attribute “ref” or “bind”."));
  if (action->target->is_group || action->target->is_repeat)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, ref == NULL ? "bind" : "ref", 0, _ ("%s is a group; an action can only set the value of a field."), action->target->ref);
  if (!is_blank (value))
    {
      action->value = qd_form_parser_expr (self, node, "value", value, action->target, -1, error);
      if (action->value == NULL)
        return FALSE;
    }
  else if (value == NULL)
    action->literal = qd_xml_text (node);
  if (source != NULL && (action->events & QD_EVENT_VALUE_CHANGED) != 0 && !source->is_repeat)
    {
      if (source->actions == NULL)
        source->actions = g_ptr_array_new ();
      g_ptr_array_add (source->actions, action);
    }
  if ((action->events & QD_EVENT_NEW_REPEAT) != 0)
    {
      QdField *repeat = source;

      while (repeat != NULL && !repeat->is_repeat)
        repeat = repeat->parent;
      /* jr-insert in the model: the repeat around the target. */
      if (repeat == NULL)
        for (repeat = action->target; repeat != NULL && !repeat->is_repeat;)
          repeat = repeat->parent;
      if (repeat == NULL)
        return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("An action for a new row must lie in a repeat."));
      if (repeat->repeat_actions == NULL)
        repeat->repeat_actions = g_ptr_array_new ();
      g_ptr_array_add (repeat->repeat_actions, action);
    }
  return TRUE;
}

gboolean
qd_form_parse_model_actions (QdFormParser *self, GError **error)
{
  for (QdXml *node = self->model->children; node != NULL; node = node->next)
    if (qd_xml_is_element (node) && qd_form_is_action (node) && !qd_form_parse_action (self, node, NULL, self->form->root, error))
      return FALSE;
  return TRUE;
}

/* What Qingdan adds. */

static gboolean
check_basis (QdFormParser *self, const char *ids, char **bad_out)
{
  g_auto (GStrv) words = g_strsplit_set (ids, " \t\r\n", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && qd_form_find_basis (self->form, words[i]) == NULL)
      {
        *bad_out = g_strdup (words[i]);
        return FALSE;
      }
  return TRUE;
}

static gboolean
is_ncname (const char *text)
{
  if (!g_ascii_isalpha (*text) && *text != '_' && (guchar) *text < 0x80)
    return FALSE;
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '_' && *p != '-' && *p != '.' && (guchar) *p < 0x80)
      return FALSE;
  return TRUE;
}

static gboolean
parse_legal (QdFormParser *self, QdXml *node, GError **error)
{
  QdBasis *basis = g_new0 (QdBasis, 1);
  g_autofree char *confidence = qd_xml_attribute (node, NULL, "confidence");
  guint8 level = QD_CONFIDENCE_CONFIRMED;

  basis->id = qd_xml_attribute (node, NULL, "id");
  basis->instrument = qd_xml_attribute (node, NULL, "instrument");
  basis->article = qd_xml_attribute (node, NULL, "article");
  basis->valid_from = qd_xml_attribute (node, NULL, "valid-from");
  basis->valid_to = qd_xml_attribute (node, NULL, "valid-to");
  basis->url = qd_xml_attribute (node, NULL, "url");
  if (basis->id == NULL)
    basis->id = g_strdup ("");
  if (basis->instrument == NULL)
    basis->instrument = g_strdup ("");
  if (*basis->id == '\0' || *basis->instrument == '\0' || qd_form_find_basis (self->form, basis->id) != NULL)
    {
      qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "id", 0, _ ("A qd:legal needs an “instrument” and an “id” that no other has."));
      g_ptr_array_add (self->form->bases, basis);
      return FALSE;
    }
  g_ptr_array_add (self->form->bases, basis);
  if (confidence != NULL && !parse_confidence (confidence, &level))
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "confidence", 0, _ ("qd:confidence must be C, P or U, not “%s”."), confidence);
  basis->confidence = (QdConfidence) level;
  return TRUE;
}

static gboolean
parse_check (QdFormParser *self, QdXml *node, GError **error)
{
  g_autofree char *id = qd_xml_attribute (node, NULL, "id");
  g_autofree char *ref = qd_xml_attribute (node, NULL, "ref");
  g_autofree char *test = qd_xml_attribute (node, NULL, "test");
  g_autofree char *severity = qd_xml_attribute (node, NULL, "severity");
  g_autofree char *confidence = qd_xml_attribute (node, NULL, "confidence");
  g_autofree char *fix = qd_xml_attribute (node, NULL, "fix");
  g_autofree char *bad = NULL;
  guint8 level;
  QdField *field;
  QdCheck *check;

  if (id == NULL || ref == NULL || test == NULL)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("A qd:check needs the attributes “id”, “ref” and “test”."));
  if (!is_ncname (id) || g_strv_contains ((const char *const[]){ "required", "constraint", "type", "choice", NULL }, id))
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "id", 0, _ ("The id “%s” of a qd:check must be a plain name other than required, constraint, type and choice."), id);
  if (g_hash_table_contains (self->ids, id))
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "id", 0, _ ("The check id “%s” is there twice. Give one of them another id."), id);
  g_hash_table_add (self->ids, g_strdup (id));
  self->is_strict = TRUE;
  field = qd_form_parser_resolve (self, node, "ref", ref, self->form->root, NULL, error);
  if (field == NULL)
    return FALSE;
  if (field->checks == NULL)
    field->checks = qd_check_array_new ();
  if (field->checks->len == 56)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "ref", 0, _ ("%s has more than %d checks. Join some of them."), field->ref, 56);
  check = g_new0 (QdCheck, 1);
  check->index = field->checks->len;
  g_ptr_array_add (field->checks, check);
  check->id = g_steal_pointer (&id);
  check->severity = QD_SEVERITY_CRITICAL;
  check->basis = qd_xml_attribute (node, NULL, "basis");
  check->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_text_free);
  level = field->confidence;
  if (severity != NULL && !qd_severity_from_nick (severity, &check->severity))
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "severity", 0, _ ("The severity must be critical, possible or notice, not “%s”."), severity);
  if (confidence != NULL && !parse_confidence (confidence, &level))
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "confidence", 0, _ ("qd:confidence must be C, P or U, not “%s”."), confidence);
  check->confidence = (QdConfidence) level;
  if (check->basis != NULL && !check_basis (self, check->basis, &bad))
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "basis", 0, _ ("There is no qd:legal with the id “%s”."), bad);
  check->test = qd_form_parser_expr (self, node, "test", test, field, QD_PROP_CHECK, error);
  if (check->test == NULL || !parse_rule (self, node, "when", field, QD_PROP_CHECK, &check->when, error))
    return FALSE;
  if (fix != NULL)
    {
      check->fix = qd_form_parser_expr (self, node, "fix", fix, field, QD_PROP_CHECK, error);
      if (check->fix == NULL)
        return FALSE;
    }
  for (QdXml *child = node->children; child != NULL; child = child->next)
    if (qd_xml_is (child, NULL, "message"))
      {
        QdText *message = qd_form_parse_text (self, child, field, QD_PROP_CHECK, error);

        if (message == NULL)
          return FALSE;
        g_ptr_array_add (check->messages, message);
      }
  if (check->messages->len == 0)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("The check “%s” needs a qd:message that says what is wrong and what to do."), check->id);
  return TRUE;
}

static gboolean
check_bind_bases (QdFormParser *self, GError **error)
{
  GHashTableIter iter;
  QdField *field;

  g_hash_table_iter_init (&iter, self->form->fields);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &field))
    {
      g_autofree char *bad = NULL;
      g_autofree char *message = NULL;

      if (field->basis == NULL || check_basis (self, field->basis, &bad))
        continue;
      message = g_strdup_printf (_ ("The bind of %s cites “%s”, but there is no qd:legal with that id."), field->ref, bad);
      return qd_form_parser_fail_at (self, error, QD_FORM_ERROR, QD_FORM_ERROR_INVALID, field->offset, 0, message);
    }
  return TRUE;
}

gboolean
qd_form_parse_qd (QdFormParser *self, GError **error)
{
  QdForm *form = self->form;

  for (QdXml *node = self->model->children; node != NULL; node = node->next)
    if (qd_xml_is (node, QD_NS_FORM, "form"))
      {
        if (form->info != NULL)
          return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("The model has more than one qd:form."));
        form->info = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
        for (QdXmlAttr *attr = node->attributes; attr != NULL; attr = attr->next)
          g_hash_table_insert (form->info, g_strdup (attr->name), qd_xml_attribute (node, attr->ns, attr->name));
        if (g_hash_table_contains (form->info, "title"))
          {
            form->title_text = qd_form_parse_attribute_text (self, node, "title", g_hash_table_lookup (form->info, "title"), form->root, error);
            if (form->title_text == NULL)
              return FALSE;
          }
        for (QdXml *child = node->children; child != NULL; child = child->next)
          if (qd_xml_is (child, QD_NS_FORM, "legal") && !parse_legal (self, child, error))
            return FALSE;
      }
  for (QdXml *node = self->model->children; node != NULL; node = node->next)
    if (qd_xml_is (node, QD_NS_FORM, "check") && !parse_check (self, node, error))
      return FALSE;
  return check_bind_bases (self, error);
}
