/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-form"
#include "config.h"
#include "qd-form-parser-private.h"
#include "qd-xml-guard.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A form is foreign input. The largest of the field's own test forms has 3 MB. */
#define MAX_FORM_BYTES (64 * 1024 * 1024)

/* As g_str_has_prefix(), which reads on to a zero byte that the text does not have. */
static gboolean
starts_with (const char *p, const char *end, const char *prefix)
{
  gsize length = strlen (prefix);

  return (gsize) (end - p) >= length && memcmp (p, prefix, length) == 0;
}

/* The parser tells only where a start tag ends. Start tags stand in the source in document order, so counting them gives the place
 * of each element, and from there of its attributes. The text is well-formed: libxml2 has read it. */
static GArray *
scan_tags (const char *text, gsize length)
{
  GArray *offsets = g_array_new (FALSE, FALSE, sizeof (guint32));
  const char *p = text, *end = text + length;

  while ((p = memchr (p, '<', (gsize) (end - p))) != NULL)
    {
      const char *stop = NULL;

      if (starts_with (p, end, "<!--"))
        stop = g_strstr_len (p + 4, end - p - 4, "-->");
      else if (starts_with (p, end, "<![CDATA["))
        stop = g_strstr_len (p, end - p, "]]>");
      else if (p[1] == '?')
        stop = g_strstr_len (p, end - p, "?>");
      else if (p[1] != '/' && p[1] != '!')
        {
          guint32 offset = (guint32) (p - text);

          g_array_append_val (offsets, offset);
          /* A value may hold any character but its quote. */
          for (stop = p + 1; stop < end && *stop != '>'; stop++)
            if (*stop == '"' || *stop == '\'')
              {
                stop = memchr (stop + 1, *stop, (gsize) (end - stop - 1));
                if (stop == NULL)
                  return offsets;
              }
        }
      p = stop == NULL ? p + 1 : stop;
    }
  return offsets;
}

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* @attribute is a name as written; with the prefix "*" any prefix fits. */
static gboolean
is_attribute_name (const char *start, gsize length, const char *attribute)
{
  if (g_str_has_prefix (attribute, "*:"))
    {
      const char *colon = memchr (start, ':', length);

      return colon != NULL && (gsize) (start + length - colon - 1) == strlen (attribute) - 2 && strncmp (colon + 1, attribute + 2, strlen (attribute) - 2) == 0;
    }
  return strlen (attribute) == length && strncmp (start, attribute, length) == 0;
}

guint32
qd_form_parser_offset (QdFormParser *self, const QdXml *node, const char *attribute)
{
  gsize number = node->number;
  guint32 offset;
  const char *p, *end = self->text + self->length;

  if (number == 0 || number > self->offsets->len)
    return 0;
  offset = g_array_index (self->offsets, guint32, number - 1);
  if (attribute == NULL)
    return offset;
  p = self->text + offset + 1;
  while (p < end && !is_space (*p) && *p != '>' && *p != '/')
    p++;
  while (p < end)
    {
      const char *name, *stop;
      gsize length;

      while (p < end && is_space (*p))
        p++;
      if (p >= end || *p == '>' || *p == '/')
        return offset;
      name = p;
      while (p < end && *p != '=' && !is_space (*p))
        p++;
      length = (gsize) (p - name);
      while (p < end && *p != '"' && *p != '\'')
        p++;
      if (p >= end)
        return offset;
      if (is_attribute_name (name, length, attribute))
        return (guint32) (p + 1 - self->text);
      stop = memchr (p + 1, *p, (gsize) (end - p - 1));
      if (stop == NULL)
        return offset;
      p = stop + 1;
    }
  return offset;
}

/* Line and column, both from 1, of character @position (from 1) of the text that starts at @offset; an entity is one character. */
static void
find_place (QdFormParser *self, guint32 offset, guint position, guint *line_out, guint *column_out)
{
  const char *p = self->text, *place = self->text + offset, *end = self->text + self->length;
  guint line = 1, column = 1;

  for (; position > 1 && place < end; position--)
    {
      if (*place == '&')
        {
          const char *stop = memchr (place, ';', (gsize) MIN (end - place, 12));

          place = stop == NULL ? place : stop;
        }
      place = g_utf8_next_char (place);
    }
  for (; p < place; p = g_utf8_next_char (p))
    {
      column++;
      if (*p == '\n')
        {
          line++;
          column = 1;
        }
    }
  *line_out = line;
  *column_out = column;
}

gboolean
qd_form_parser_fail_at (QdFormParser *self, GError **error, GQuark domain, int code, guint32 offset, guint position, const char *message)
{
  guint line, column;

  find_place (self, offset, position, &line, &column);
  /* Translators: file name, line, column, then the sentence that says what is wrong. */
  g_set_error (error, domain, code, _ ("%s, line %u, column %u: %s"), self->form->name, line, column, message);
  return FALSE;
}

gboolean
qd_form_parser_fail (QdFormParser *self, GError **error, int code, const QdXml *node, const char *attribute, guint position, const char *format, ...)
{
  va_list args;
  g_autofree char *message = NULL;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  return qd_form_parser_fail_at (self, error, QD_FORM_ERROR, code, qd_form_parser_offset (self, node, attribute), position, message);
}

gboolean
qd_form_parser_note_dangling (QdFormParser *self, GError **error, guint32 offset, guint position, const char *message)
{
  guint line, column;

  if (self->is_strict)
    return qd_form_parser_fail_at (self, error, QD_EXPR_ERROR, QD_EXPR_ERROR_UNKNOWN_NODE, offset, position, message);
  find_place (self, offset, position, &line, &column);
  g_ptr_array_add (self->form->warnings, g_strdup_printf (_ ("%s, line %u, column %u: %s"), self->form->name, line, column, message));
  return TRUE;
}

void
qd_form_parser_warn (QdFormParser *self, const QdXml *node, const char *format, ...)
{
  guint line, column;
  va_list args;
  g_autofree char *message = NULL;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  find_place (self, qd_form_parser_offset (self, node, NULL), 0, &line, &column);
  g_ptr_array_add (self->form->warnings, g_strdup_printf (_ ("%s, line %u, column %u: %s"), self->form->name, line, column, message));
}

/* Expressions. */

static const char *
resolve_prefix (const char *prefix, gpointer user_data)
{
  static const char *const known[][2] = {
    { "jr", QD_NS_JAVAROSA },
    { "orx", QD_NS_OPENROSA },
    { "odk", QD_NS_ODK },
    { "qd", QD_NS_FORM },
    { "entities", QD_NS_ENTITIES },
  };
  const char *uri = qd_xml_find_namespace (user_data, prefix);

  if (uri != NULL)
    return g_intern_string (uri);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (prefix, known[i][0]) == 0)
      return g_intern_string (known[i][1]);
  return NULL;
}

static gboolean
declares_namespaces (QdFormParser *self, const QdXml *node)
{
  for (; node != NULL && node != self->html; node = node->parent)
    if (qd_xml_is_element (node) && node->namespaces != NULL)
      return TRUE;
  return FALSE;
}

QdExpr *
qd_form_parser_expr (QdFormParser *self, const QdXml *node, const char *attribute, const char *text, QdField *field, int prop, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean is_shared = !declares_namespaces (self, node);
  QdExpr *expr = is_shared ? g_hash_table_lookup (self->exprs, text) : NULL;

  if (expr != NULL)
    expr = qd_expr_ref (expr);
  else
    {
      expr = qd_expr_parse (text, resolve_prefix, (gpointer) node, &local_error);
      if (expr == NULL)
        {
          qd_form_parser_fail_at (self, error, local_error->domain, local_error->code, qd_form_parser_offset (self, node, attribute), 0, local_error->message);
          return NULL;
        }
      if (qd_expr_get_uses (expr) & QD_EXPR_USES_FACTS)
        {
          qd_form_parser_fail_at (self, error, QD_EXPR_ERROR, QD_EXPR_ERROR_UNKNOWN_FUNCTION, qd_form_parser_offset (self, node, attribute), 0, _ ("qd:fact(), qd:known(), qd:certain(), qd:catalogue() and qd:local() work in duty rules only."));
          qd_expr_unref (expr);
          return NULL;
        }
      if (is_shared)
        g_hash_table_insert (self->exprs, g_strdup (text), qd_expr_ref (expr));
    }
  if (field != NULL)
    {
      QdSite site = { expr, field, prop, node, attribute };

      g_array_append_val (self->sites, site);
    }
  return expr;
}

/* "/data/group/field", "field" and "orx:meta/orx:instanceID", which nearly all references are, need no expression. NULL when it is anything else. */
static QdField *
resolve_plain (QdFormParser *self, const QdXml *node, const char *text, QdField *context)
{
  const char *p = text;
  const QdField *field = context;
  gboolean is_first = TRUE;
  char name[256];

  while (g_ascii_isspace (*p))
    p++;
  for (; *p != '\0' && !g_ascii_isspace (*p); is_first = FALSE)
    {
      gsize length;
      char *colon;
      const char *ns = NULL, *local;

      if (*p == '/')
        {
          if (is_first)
            field = NULL;
          p++;
        }
      else if (!is_first)
        return NULL;
      for (length = 0; g_ascii_isalnum (p[length]) || p[length] == '_' || p[length] == '-' || p[length] == ':' || p[length] == '.' || (guchar) p[length] >= 0x80; length++)
        ;
      if (length == 0 || length >= sizeof name || *p == '.' || *p == '-')
        return NULL;
      memcpy (name, p, length);
      name[length] = '\0';
      p += length;
      colon = strchr (name, ':');
      if (colon != NULL)
        {
          *colon = '\0';
          ns = resolve_prefix (name, (gpointer) node);
          if (ns == NULL)
            return NULL;
        }
      local = g_quark_to_string (g_quark_try_string (colon == NULL ? name : colon + 1));
      if (local == NULL)
        return NULL;
      if (field != NULL)
        field = qd_field_find_child (field, ns, local);
      else
        field = self->form->root->local == local && self->form->root->ns == ns ? self->form->root : NULL;
      if (field == NULL)
        return NULL;
    }
  while (g_ascii_isspace (*p))
    p++;
  return *p != '\0' || is_first ? NULL : (QdField *) field;
}

/* References name one field by child, parent and attribute steps; predicates do not change which. */
QdField *
qd_form_parser_resolve (QdFormParser *self, const QdXml *node, const char *attribute, const char *text, QdField *context, gboolean *has_predicates_out, GError **error)
{
  g_autoptr (QdExpr) expr = NULL;
  const QdPath *path = NULL;
  const QdField *field = resolve_plain (self, node, text, context);

  if (field != NULL)
    return (QdField *) field;
  expr = qd_form_parser_expr (self, node, attribute, text, NULL, -1, error);
  if (expr == NULL)
    return NULL;
  for (guint i = 0; i < qd_expr_get_n_paths (expr); i++)
    if (qd_expr_get_path (expr, i)->outer == -1)
      {
        if (path != NULL)
          {
            qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, attribute, 0, _ ("“%s” must be the path of one node."), text);
            return NULL;
          }
        path = qd_expr_get_path (expr, i);
      }
  if (path == NULL || path->origin == QD_PATH_INSTANCE || path->origin == QD_PATH_OTHER)
    {
      qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, attribute, 0, _ ("“%s” must be the path of a node of the form’s own data."), text);
      return NULL;
    }
  if (has_predicates_out != NULL)
    *has_predicates_out = path->has_predicates;
  field = path->origin == QD_PATH_ROOT ? NULL : context;
  for (guint i = 0; i < path->n_steps; i++)
    {
      const QdPathStep *step = &path->steps[i];
      const QdField *next = NULL;

      if (step->axis == QD_AXIS_SELF && step->name == NULL)
        continue;
      if (step->axis == QD_AXIS_PARENT && field != NULL)
        next = field->parent;
      else if (step->axis == QD_AXIS_CHILD && step->name != NULL)
        {
          if (field != NULL)
            next = qd_field_find_child (field, step->ns, step->name);
          else if (self->form->root->local == step->name && self->form->root->ns == step->ns)
            next = self->form->root;
        }
      else if (step->axis == QD_AXIS_ATTRIBUTE && field != NULL && field->attributes != NULL)
        for (guint j = 0; j < field->attributes->len; j++)
          {
            const QdField *candidate = g_ptr_array_index (field->attributes, j);

            if (candidate->local == step->name && candidate->ns == step->ns)
              next = candidate;
          }
      if (next == NULL)
        {
          g_autofree char *message = g_strdup_printf (_ ("“%s” names no node of the form’s data: there is no “%s” in %s."), text, step->name == NULL ? ".." : step->name, field == NULL ? "/" : field->ref);

          qd_form_parser_note_dangling (self, error, qd_form_parser_offset (self, node, attribute), path->position, message);
          return NULL;
        }
      field = next;
    }
  if (field == NULL)
    {
      qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, attribute, 0, _ ("“%s” must be the path of a node of the form’s own data."), text);
      return NULL;
    }
  return (QdField *) field;
}

/* Scopes: each repeat opens one; its fields get slots in document order. */

static void
place_field (QdForm *form, QdField *field, QdScope *scope)
{
  field->scope = scope;
  field->slot = scope->fields->len;
  g_ptr_array_add (scope->fields, field);
  if (field->is_repeat)
    {
      QdScope *row_scope = g_new0 (QdScope, 1);

      row_scope->parent = scope;
      row_scope->field = field;
      row_scope->depth = scope->depth + 1;
      row_scope->fields = g_ptr_array_new ();
      row_scope->ranges = g_ptr_array_new ();
      g_ptr_array_add (row_scope->fields, field);
      g_ptr_array_add (form->scopes, row_scope);
      g_ptr_array_add (scope->ranges, field);
      field->row_scope = row_scope;
      scope = row_scope;
    }
  for (guint i = 0; field->attributes != NULL && i < field->attributes->len; i++)
    place_field (form, g_ptr_array_index (field->attributes, i), scope);
  for (guint i = 0; i < field->children->len; i++)
    place_field (form, g_ptr_array_index (field->children, i), scope);
  field->slot_end = scope->fields->len;
}

static void
note_required (QdForm *form)
{
  for (guint i = form->scopes->len; i-- > 0;)
    {
      QdScope *scope = g_ptr_array_index (form->scopes, i);

      for (guint j = 0; j < scope->fields->len; j++)
        {
          const QdField *field = g_ptr_array_index (scope->fields, j);

          if (field->required.kind == QD_RULE_TRUE || field->required.kind == QD_RULE_EXPR)
            scope->has_required = TRUE;
        }
      if (scope->has_required && scope->parent != NULL)
        scope->parent->has_required = TRUE;
    }
}

static void
place_fields (QdForm *form)
{
  QdScope *scope = g_new0 (QdScope, 1);

  scope->field = form->root;
  scope->fields = g_ptr_array_new ();
  scope->ranges = g_ptr_array_new ();
  g_ptr_array_add (form->scopes, scope);
  place_field (form, form->root, scope);
}

/* Templates: the data as written without rows and template marks. */

static void
copy_template (QdForm *form, const QdField *field, const QdTreeNode *source, QdTreeNode *target, gboolean keep_values)
{
  guint next = 0;

  if (source != NULL)
    for (guint i = 0; i < source->n_attributes; i++)
      {
        const QdTreeNode *attribute = source->attributes[i];

        qd_tree_set_attribute (form->templates, target, attribute->ns, attribute->prefix, attribute->name, attribute->value == NULL ? "" : attribute->value);
      }
  if (source != NULL && keep_values && field->children->len == 0)
    qd_tree_set_value (form->templates, target, source->value);
  for (guint i = 0; i < field->children->len; i++)
    {
      QdField *child = g_ptr_array_index (field->children, i);
      const QdTreeNode *child_source = NULL;

      if (child->is_repeat || child->is_optional)
        continue;
      /* The fields were made from the elements: nearly always the next one is the one. */
      for (guint j = 0; source != NULL && child_source == NULL && j < source->n_children; j++, next++)
        if (source->children[next % source->n_children]->data == child)
          child_source = source->children[next % source->n_children];
      child->template_node = qd_tree_append_element (form->templates, target, child->ns, child->prefix, child->local);
      copy_template (form, child, child_source, child->template_node, keep_values);
    }
}

static const QdTreeNode *
find_template (const QdTreeNode *node, const QdField *field)
{
  for (guint i = 0; i < node->n_children; i++)
    {
      const QdTreeNode *child = node->children[i], *found;

      if (child->name == field->local && child->ns == field->ns && child->data == field)
        {
          if (child->flags & QD_TREE_FLAG_TEMPLATE)
            return child;
        }
      found = find_template (child, field);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
build_templates (QdForm *form)
{
  QdTreeNode *document;

  form->templates = qd_tree_new ();
  document = qd_tree_get_document (form->templates);
  form->root->template_node = qd_tree_append_element (form->templates, document, form->root->ns, form->root->prefix, form->root->local);
  copy_template (form, form->root, qd_tree_get_root (form->source), form->root->template_node, TRUE);
  for (guint i = 1; i < form->scopes->len; i++)
    {
      QdField *field = ((QdScope *) g_ptr_array_index (form->scopes, i))->field;
      const QdTreeNode *source = find_template (qd_tree_get_root (form->source), field);

      field->template_node = qd_tree_append_element (form->templates, document, field->ns, field->prefix, field->local);
      /* Without jr:template the first row gives the shape of new ones, not its values. */
      copy_template (form, field, source == NULL ? field->source_node : source, field->template_node, source != NULL);
    }
}

/* Default values take the form of their type. */
static void
coerce_defaults (QdFormParser *self, QdTree *tree, QdTreeNode *node, const QdField *field)
{
  if (field->children->len == 0 && node->value != NULL)
    {
      g_autofree char *text = qd_value_coerce (field, g_strdup (node->value));

      if (*text == '\0')
        g_ptr_array_add (self->form->warnings, g_strdup_printf (_ ("The default value “%s” of %s does not fit its type and is left out."), node->value, field->ref));
      if (strcmp (text, node->value) != 0)
        qd_tree_set_value (tree, node, text);
    }
  for (guint i = 0; i < node->n_children; i++)
    coerce_defaults (self, tree, node->children[i], node->children[i]->data);
}

static void
coerce_all_defaults (QdFormParser *self)
{
  QdForm *form = self->form;

  coerce_defaults (self, form->source, qd_tree_get_root (form->source), form->root);
  for (guint i = 0; i < form->scopes->len; i++)
    {
      const QdScope *scope = g_ptr_array_index (form->scopes, i);

      for (guint j = 0; j < scope->fields->len; j++)
        {
          const QdField *field = g_ptr_array_index (scope->fields, j);

          if (field->template_node != NULL && !field->is_group && field->template_node->value != NULL)
            {
              g_autofree char *text = qd_value_coerce (field, g_strdup (field->template_node->value));

              qd_tree_set_value (form->templates, field->template_node, text);
            }
        }
    }
}

static void
index_fields (QdForm *form, QdField *field)
{
  g_hash_table_insert (form->fields, field->ref, field);
  for (guint i = 0; field->attributes != NULL && i < field->attributes->len; i++)
    index_fields (form, g_ptr_array_index (field->attributes, i));
  for (guint i = 0; i < field->children->len; i++)
    index_fields (form, g_ptr_array_index (field->children, i));
}

/* Only repeats may have several elements of one name. */
static gboolean
check_doubles (QdFormParser *self, const QdTreeNode *node, GError **error)
{
  for (guint i = 0; i < node->n_children; i++)
    {
      const QdTreeNode *child = node->children[i];
      const QdField *field = child->data;

      if (!field->is_repeat && i > 0 && field->source_node != child && child->parent == field->source_node->parent)
        {
          g_autofree char *message = g_strdup_printf (_ ("The data has several %s, but the body has no repeat for it. Add a repeat or keep one."), field->ref);

          return qd_form_parser_fail_at (self, error, QD_FORM_ERROR, QD_FORM_ERROR_INVALID, field->offset, 0, message);
        }
      if (!check_doubles (self, child, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
parse_document (QdFormParser *self, GError **error)
{
  QdForm *form = self->form;
  QdXml *head, *title;

  self->html = qd_xml_document_get_root (self->document);
  head = qd_xml_first (self->html, NULL, "head");
  self->model = head == NULL ? NULL : qd_xml_first (head, NULL, "model");
  self->body = qd_xml_first (self->html, NULL, "body");
  if (!qd_xml_is (self->html, NULL, "html") || head == NULL || self->model == NULL || self->body == NULL)
    return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, self->html, NULL, 0, _ ("This is no form: it needs h:html with h:head, model and h:body."));
  self->is_strict = qd_xml_first (self->model, QD_NS_FORM, "form") != NULL;
  title = qd_xml_first (head, NULL, "title");
  form->title = title == NULL ? g_strdup ("") : qd_xml_text (title);
  g_strstrip (form->title);

  if (!qd_form_parse_instances (self, error) || !qd_form_parse_repeats (self, error) || !check_doubles (self, qd_tree_get_root (form->source), error))
    return FALSE;
  place_fields (form);
  index_fields (form, form->root);
  build_templates (form);
  if (!qd_form_parse_itext (self, error) || !qd_form_parse_binds (self, error) || !qd_form_parse_body (self, error) || !qd_form_parse_model_actions (self, error) || !qd_form_parse_qd (self, error))
    return FALSE;
  coerce_all_defaults (self);
  note_required (form);
  return qd_form_parser_build_graph (self, error);
}

gboolean
qd_form_parse (QdForm *form, GBytes *xml, GError **error)
{
  QdFormParser self = { form };
  gsize length;
  const char *text = g_bytes_get_data (xml, &length);
  gboolean is_fine;

  if (length > MAX_FORM_BYTES)
    {
      g_set_error (error, QD_XML_ERROR, QD_XML_ERROR_TOO_LARGE, _ ("%s has %u MB; a form may have at most %u MB."), form->name, (guint) (length / 1000000), MAX_FORM_BYTES / 1000000);
      return FALSE;
    }
  if (length == 0 || !g_utf8_validate_len (text, length, NULL))
    {
      g_set_error (error, QD_XML_ERROR, QD_XML_ERROR_SYNTAX, _ ("%s is empty or not UTF-8 text."), form->name);
      return FALSE;
    }
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    {
      text += 3;
      length -= 3;
    }
  self.text = text;
  self.length = length;
  if (!qd_xml_has_few_attributes (text, length))
    {
      g_set_error (error, QD_XML_ERROR, QD_XML_ERROR_TOO_LARGE, _ ("%s: one tag has more than %d attributes. No form needs that; the file is damaged or hostile."), form->name, QD_XML_MAX_ATTRIBUTES);
      return FALSE;
    }
  self.document = qd_xml_parse (text, length, form->name, error);
  if (self.document == NULL)
    return FALSE;
  self.offsets = scan_tags (text, length);
  self.exprs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) qd_expr_unref);
  self.bind_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self.sites = g_array_new (FALSE, FALSE, sizeof (QdSite));

  is_fine = parse_document (&self, error);

  qd_xml_document_free (self.document);
  g_array_unref (self.offsets);
  g_array_unref (self.sites);
  g_hash_table_unref (self.exprs);
  g_hash_table_unref (self.bind_ids);
  g_hash_table_unref (self.ids);
  return is_fine;
}
