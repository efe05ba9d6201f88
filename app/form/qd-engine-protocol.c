/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-engine"
#include "config.h"
#include "qd-engine-protocol.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-eval-op.h"
#include "qd-instance-private.h"

struct _QdEngine
{
  GHashTable *instances; /* (owned): handle → QdInstance */
  guint last_handle;
};

QdEngine *
qd_engine_new (void)
{
  QdEngine *self = g_new0 (QdEngine, 1);

  self->instances = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  return self;
}

void
qd_engine_free (QdEngine *self)
{
  g_hash_table_unref (self->instances);
  g_free (self);
}

/* Trees. Keys with a null, false or empty value are left out. */

static void
add_string (JsonBuilder *out, const char *name, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  json_builder_set_member_name (out, name);
  json_builder_add_string_value (out, value);
}

static void
add_flag (JsonBuilder *out, const char *name, gboolean value)
{
  if (!value)
    return;
  json_builder_set_member_name (out, name);
  json_builder_add_boolean_value (out, TRUE);
}

static void
add_list (JsonBuilder *out, const char *name, const char *const *values)
{
  json_builder_set_member_name (out, name);
  json_builder_begin_array (out);
  for (guint i = 0; values[i] != NULL; i++)
    json_builder_add_string_value (out, values[i]);
  json_builder_end_array (out);
}

static void
add_text (JsonBuilder *out, const char *name, QdInstance *instance, const QdText *text, QdTreeNode *node)
{
  static const char *const forms[] = { "image", "audio", "video" };
  g_autofree char *plain = NULL;

  if (text == NULL)
    return;
  plain = qd_instance_eval_text (instance, text, node, NULL);
  json_builder_set_member_name (out, name);
  json_builder_begin_object (out);
  json_builder_set_member_name (out, "text");
  json_builder_add_string_value (out, plain == NULL ? "" : plain);
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *media = qd_instance_eval_text (instance, text, node, forms[i]);

      add_string (out, forms[i], media);
    }
  json_builder_end_object (out);
}

static const char *
type_name (QdNodeType type, const QdField *field)
{
  switch (type)
    {
    case QD_NODE_ROOT:
      return "root";
    case QD_NODE_GROUP:
      return "group";
    case QD_NODE_REPEAT_RANGE:
      return field->is_controlled ? "repeat-range:controlled" : "repeat-range:uncontrolled";
    case QD_NODE_REPEAT_INSTANCE:
      return "repeat-instance";
    case QD_NODE_INPUT:
      return "input";
    case QD_NODE_SELECT:
      return "select";
    case QD_NODE_RANGE:
      return "range";
    case QD_NODE_RANK:
      return "rank";
    case QD_NODE_TRIGGER:
      return "trigger";
    case QD_NODE_UPLOAD:
      return "upload";
    case QD_NODE_NOTE:
      return "note";
    case QD_NODE_MODEL_VALUE:
      break;
    }
  return "model-value";
}

static const char *
value_type_name (QdValueType type)
{
  static const char *const names[] = { "string", "int", "decimal", "boolean", "date", "time", "dateTime", "geopoint", "geotrace", "geoshape", "binary", "barcode", "intent" };

  return names[type];
}

static void
add_choices (JsonBuilder *out, QdInstance *instance, QdCell *cell, const QdField *field)
{
  const QdChoiceList *list = qd_instance_get_choice_list (instance, cell);
  guint n_items = field->itemset->items->len;

  json_builder_set_member_name (out, "choices");
  json_builder_begin_array (out);
  for (guint i = 0; i < list->choices->len; i++)
    {
      const QdChoice *choice = g_ptr_array_index (list->choices, i);
      QdTreeNode *item = i < n_items ? NULL : g_ptr_array_index (list->nodes, i - n_items);
      const QdText *label = i < n_items ? ((QdItem *) g_ptr_array_index (field->itemset->items, i))->label : field->itemset->label;

      json_builder_begin_object (out);
      json_builder_set_member_name (out, "value");
      json_builder_add_string_value (out, choice->value);
      if (label != NULL)
        add_text (out, "label", instance, label, item == NULL ? cell->node : item);
      else
        {
          json_builder_set_member_name (out, "label");
          json_builder_begin_object (out);
          json_builder_set_member_name (out, "text");
          json_builder_add_string_value (out, choice->label);
          json_builder_end_object (out);
        }
      json_builder_set_member_name (out, "props");
      json_builder_begin_array (out);
      for (guint j = 0; item != NULL && j < item->n_children; j++)
        {
          g_autofree char *text = qd_tree_node_dup_string (item->children[j]);

          if (item->children[j]->kind != QD_TREE_ELEMENT)
            continue;
          json_builder_begin_array (out);
          json_builder_add_string_value (out, item->children[j]->name);
          json_builder_add_string_value (out, text);
          json_builder_end_array (out);
        }
      json_builder_end_array (out);
      json_builder_end_object (out);
    }
  json_builder_end_array (out);
}

static void
add_condition (JsonBuilder *out, const char *name, QdInstance *instance, QdCell *cell, gboolean fails, const QdText *message)
{
  g_autofree char *text = !fails || message == NULL ? NULL : qd_instance_eval_text (instance, message, cell->node, NULL);

  json_builder_set_member_name (out, name);
  json_builder_begin_object (out);
  json_builder_set_member_name (out, "valid");
  json_builder_add_boolean_value (out, !fails);
  json_builder_set_member_name (out, "message");
  if (text == NULL)
    json_builder_add_null_value (out);
  else
    json_builder_add_string_value (out, text);
  json_builder_end_object (out);
}

/* Required and empty. A choice that counts no longer leaves its field empty, whatever finding stands for it. */
static gboolean
is_missing (QdInstance *instance, QdCell *cell)
{
  guint32 wanted = QD_CELL_REQUIRED | QD_CELL_RELEVANT;

  if ((qd_instance_get_failures (instance, cell) & (1 << QD_FAIL_REQUIRED)) != 0)
    return TRUE;
  return (cell->flags & QD_CELL_HAS_RAW) != 0 && (cell->flags & wanted) == wanted && cell->node->value == NULL;
}

static void
add_attributes (JsonBuilder *out, const QdTreeNode *node)
{
  if (node->n_attributes == 0)
    return;
  json_builder_set_member_name (out, "attributes");
  json_builder_begin_array (out);
  for (guint i = 0; i < node->n_attributes; i++)
    {
      const QdTreeNode *attribute = node->attributes[i];

      json_builder_begin_object (out);
      json_builder_set_member_name (out, "name");
      json_builder_add_string_value (out, attribute->name);
      add_string (out, "ns", attribute->ns);
      json_builder_set_member_name (out, "value");
      json_builder_add_string_value (out, qd_tree_node_peek_string (attribute));
      json_builder_end_object (out);
    }
  json_builder_end_array (out);
}

static void
add_options (JsonBuilder *out, const QdField *field)
{
  gboolean is_open = FALSE;

  for (guint i = 0; field->properties != NULL && i < field->properties->len; i++)
    {
      const QdProperty *property = &g_array_index (field->properties, QdProperty, i);

      if (!property->is_control)
        continue;
      if (!is_open)
        {
          json_builder_set_member_name (out, "options");
          json_builder_begin_object (out);
          is_open = TRUE;
        }
      json_builder_set_member_name (out, property->local);
      json_builder_add_string_value (out, property->value);
    }
  if (is_open)
    json_builder_end_object (out);
}

static void
add_value_state (JsonBuilder *out, QdInstance *instance, QdCell *cell, const QdField *field)
{
  guint64 fails = qd_instance_get_failures (instance, cell);

  json_builder_set_member_name (out, "valueType");
  json_builder_add_string_value (out, value_type_name ((QdValueType) field->value_type));
  add_string (out, "value", qd_tree_node_peek_string (cell->node));
  if (field->itemset != NULL)
    add_choices (out, instance, cell, field);
  add_flag (out, "multiple", field->is_multiple);
  add_condition (out, "constraint", instance, cell, (fails & (1 << QD_FAIL_CONSTRAINT)) != 0, field->constraint_message);
  add_condition (out, "filled", instance, cell, is_missing (instance, cell), field->required_message);
}

static void
add_node (JsonBuilder *out, QdInstance *instance, QdNodeId id)
{
  QdCell *cell = qd_instance_find_cell (instance, id, NULL);
  const QdField *field = qd_cell_get_field (cell);
  QdNodeType type = qd_instance_get_node_type (instance, id);
  gboolean is_range = qd_cell_is_range (cell, field);
  QdTreeNode stub;
  QdTreeNode *node = is_range ? qd_range_get_context_node (cell->range, &stub) : cell->node;
  g_autofree char *ref = qd_cell_dup_path (cell);
  g_autofree char *number = g_strdup_printf ("%u", id);
  guint n = qd_instance_get_n_children (instance, id);

  json_builder_begin_object (out);
  json_builder_set_member_name (out, "id");
  json_builder_add_string_value (out, number);
  json_builder_set_member_name (out, "type");
  json_builder_add_string_value (out, type_name (type, field));
  json_builder_set_member_name (out, "ref");
  json_builder_add_string_value (out, ref);
  add_flag (out, "relevant", qd_instance_is_relevant (instance, id));
  add_flag (out, "readonly", qd_instance_has_readonly_rule (instance, cell));
  add_flag (out, "required", qd_instance_is_required (instance, id));
  add_text (out, "label", instance, field->label, node);
  add_text (out, "hint", instance, field->hint, node);
  if (field->has_control || field->is_repeat)
    add_list (out, "appearances", qd_field_get_appearances (field));
  if (type == QD_NODE_ROOT)
    add_list (out, "classes", (const char *const *) instance->form->classes);
  add_options (out, field);
  if (!is_range)
    add_attributes (out, cell->node);
  if (!field->is_group && !field->is_repeat)
    add_value_state (out, instance, cell, field);
  else
    {
      json_builder_set_member_name (out, "children");
      json_builder_begin_array (out);
      for (guint i = 0; i < n; i++)
        add_node (out, instance, qd_instance_get_child (instance, id, i));
      json_builder_end_array (out);
    }
  json_builder_end_object (out);
}

/* Requests. */

static gboolean
fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (QD_FORM_ERROR, QD_FORM_ERROR_VALUE, format, args);
  va_end (args);
  return FALSE;
}

static const char *
get_string (JsonObject *request, const char *name)
{
  JsonNode *node = json_object_get_member (request, name);

  return node == NULL || !JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING ? NULL : json_node_get_string (node);
}

static gboolean
get_number (JsonObject *request, const char *name, gint64 fallback, gint64 *out)
{
  JsonNode *node = json_object_get_member (request, name);

  *out = fallback;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE (node) || (json_node_get_value_type (node) != G_TYPE_INT64 && json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return FALSE;
  *out = json_node_get_int (node);
  return TRUE;
}

static QdInstance *
get_instance (QdEngine *self, JsonObject *request, GError **error)
{
  const char *handle = get_string (request, "h");
  QdInstance *instance;
  gint64 number;
  g_autofree char *text = NULL;

  if (handle == NULL && get_number (request, "h", -1, &number))
    handle = text = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  instance = handle == NULL ? NULL : g_hash_table_lookup (self->instances, handle);
  if (instance == NULL)
    fail (error, _ ("There is no form with the handle “%s”."), handle == NULL ? "" : handle);
  return instance;
}

/* A node by its id, or by its path. */
static QdNodeId
get_node (QdInstance *instance, JsonObject *request, GError **error)
{
  const char *text = get_string (request, "node");
  guint64 number = 0;
  gint64 signed_number;
  QdNodeId node = 0;

  if (text != NULL && *text == '/')
    node = qd_instance_find (instance, text);
  else if (text != NULL && g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT32, &number, NULL))
    node = (QdNodeId) number;
  else if (get_number (request, "node", 0, &signed_number) && signed_number > 0 && signed_number <= G_MAXUINT32)
    node = (QdNodeId) signed_number;
  if (node == 0 || !qd_instance_is_alive (instance, node))
    {
      fail (error, _ ("There is no such node."));
      return 0;
    }
  return node;
}

typedef struct
{
  JsonObject *attachments;
} Attachments;

static GBytes *
resolve_attachment (const char *uri, char **media_type_out, gpointer user_data, GError **error)
{
  const Attachments *self = user_data;
  JsonNode *node = self->attachments == NULL ? NULL : json_object_get_member (self->attachments, uri);
  JsonObject *object;
  const char *text;
  gint64 status;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  object = json_node_get_object (node);
  text = get_string (object, "text");
  if (!get_number (object, "status", 200, &status) || status == 404 || text == NULL)
    return NULL;
  if (status < 200 || status > 299)
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_MISSING, _ ("The list %s cannot be had (status %d)."), uri, (int) status);
      return NULL;
    }
  *media_type_out = g_strdup (get_string (object, "type"));
  return g_bytes_new (text, strlen (text));
}

static GHashTable *
read_preload (JsonObject *request)
{
  JsonNode *node = json_object_get_member (request, "preload");
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GList) names = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_object_get_members (json_node_get_object (node)) : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    {
      const char *value = get_string (json_node_get_object (node), l->data);

      if (value != NULL)
        g_hash_table_insert (table, g_ascii_strdown (l->data, -1), g_strdup (value));
    }
  return table;
}

static int
compare_order (gconstpointer a, gconstpointer b)
{
  const QdLanguage *left = *(QdLanguage *const *) a, *right = *(QdLanguage *const *) b;

  return left->order < right->order ? -1 : left->order > right->order;
}

static void
add_languages (JsonBuilder *out, const QdForm *form)
{
  g_autoptr (GPtrArray) languages = g_ptr_array_new ();

  for (guint i = 0; i < form->translations->len; i++)
    g_ptr_array_add (languages, g_ptr_array_index (form->translations, i));
  g_ptr_array_sort (languages, compare_order);
  json_builder_set_member_name (out, "languages");
  json_builder_begin_array (out);
  for (guint i = 0; i < MAX (languages->len, 1); i++)
    {
      const QdLanguage *language = languages->len == 0 ? NULL : g_ptr_array_index (languages, i);

      json_builder_begin_object (out);
      json_builder_set_member_name (out, "language");
      json_builder_add_string_value (out, language == NULL ? "" : language->name);
      json_builder_set_member_name (out, "isDefault");
      json_builder_add_boolean_value (out, language != NULL && language->is_default);
      json_builder_set_member_name (out, "isSyntheticDefault");
      json_builder_add_boolean_value (out, language == NULL);
      json_builder_end_object (out);
    }
  json_builder_end_array (out);
}

static QdInstance *
load (QdEngine *self, JsonObject *request, JsonBuilder *out, GError **error)
{
  const char *text = get_string (request, "form"), *mode = get_string (request, "mode"), *xml = get_string (request, "instance"), *missing = get_string (request, "missing");
  JsonNode *attachments = json_object_get_member (request, "attachments");
  Attachments resolver = { attachments != NULL && JSON_NODE_HOLDS_OBJECT (attachments) ? json_node_get_object (attachments) : NULL };
  g_autoptr (GBytes) bytes = text == NULL ? NULL : g_bytes_new_static (text, strlen (text));
  g_autoptr (GBytes) data = xml == NULL ? NULL : g_bytes_new_static (xml, strlen (xml));
  g_autoptr (GHashTable) preload = read_preload (request);
  g_autoptr (QdForm) form = NULL;
  QdInstanceOptions options = { QD_INSTANCE_CREATE };
  QdInstance *instance;
  char *handle;

  if (bytes == NULL)
    {
      fail (error, _ ("The request has no “%s”."), "form");
      return NULL;
    }
  if (mode != NULL && strcmp (mode, "edit") == 0)
    options.mode = QD_INSTANCE_EDIT;
  else if (mode != NULL && strcmp (mode, "restore") == 0)
    options.mode = QD_INSTANCE_RESTORE;
  else if (mode != NULL && strcmp (mode, "create") != 0)
    {
      fail (error, _ ("The mode “%s” is unknown."), mode);
      return NULL;
    }
  options.xml = data;
  options.resolver = resolve_attachment;
  options.resolver_data = &resolver;
  options.missing_is_error = g_strcmp0 (missing, "BLANK") != 0;
  options.preload = preload;
  form = qd_form_new (bytes, "form.xml", error);
  instance = form == NULL ? NULL : qd_instance_new (form, &options, error);
  if (instance == NULL)
    return NULL;
  /* The attachments are gone after this request. */
  instance->resolver = NULL;
  handle = g_strdup_printf ("%u", ++self->last_handle);
  g_hash_table_insert (self->instances, handle, instance);
  json_builder_set_member_name (out, "h");
  json_builder_add_string_value (out, handle);
  add_list (out, "warnings", qd_form_get_warnings (form));
  add_languages (out, form);
  return instance;
}

/* Selected values in the order of the choices; those that are no choices are left out. */
static char *
pick_choices (QdInstance *instance, QdCell *cell, const QdField *field, const char *value, GError **error)
{
  const QdChoiceList *list = qd_instance_get_choice_list (instance, cell);
  g_auto (GStrv) words = NULL;
  g_autoptr (GString) picked = g_string_new (NULL);
  guint n = 0;

  if (!field->is_multiple)
    return g_strdup (g_hash_table_contains (list->index, value) ? value : "");
  words = g_strsplit_set (value, " \t\r\n", -1);
  if (field->control == QD_NODE_RANK)
    {
      for (guint i = 0; i < list->choices->len; i++)
        if (*value != '\0' && !g_strv_contains ((const char *const *) words, ((QdChoice *) g_ptr_array_index (list->choices, i))->value))
          {
            fail (error, _ ("A rank needs all its choices."));
            return NULL;
          }
      return g_strdup (value);
    }
  for (guint i = 0; i < list->choices->len; i++)
    {
      const char *choice = ((QdChoice *) g_ptr_array_index (list->choices, i))->value;

      if (g_strv_contains ((const char *const *) words, choice))
        g_string_append_printf (picked, "%s%s", n++ == 0 ? "" : " ", choice);
    }
  return g_strdup (picked->str);
}

static char *
canonical_value (QdInstance *instance, QdCell *cell, const QdField *field, const char *value, GError **error)
{
  char *text;
  QdDecimal number;

  if (field->has_control && field->control == QD_NODE_TRIGGER)
    return g_strdup (g_ascii_strcasecmp (value, "OK") == 0 ? "OK" : "");
  if (field->itemset != NULL)
    return pick_choices (instance, cell, field, value, error);
  text = qd_value_coerce (field, g_strdup (value));
  if ((field->value_type == QD_VALUE_INT || field->value_type == QD_VALUE_DECIMAL) && qd_decimal_parse (*text == '+' ? text + 1 : text, &number))
    {
      QdDecimal start, end;
      gboolean is_inside = TRUE;

      if (field->control == QD_NODE_RANGE && field->has_control && qd_decimal_parse (qd_field_get_attribute (field, "start"), &start) && qd_decimal_parse (qd_field_get_attribute (field, "end"), &end))
        is_inside = qd_decimal_compare (number, start) >= 0 && qd_decimal_compare (number, end) <= 0;
      g_free (text);
      text = is_inside ? qd_decimal_to_string (number) : g_strdup ("");
    }
  return text;
}

static gboolean
set (QdInstance *instance, JsonObject *request, GError **error)
{
  QdNodeId node = get_node (instance, request, error);
  QdCell *cell = node == 0 ? NULL : qd_instance_find_cell (instance, node, NULL);
  const QdField *field = cell == NULL ? NULL : qd_cell_get_field (cell);
  JsonNode *member = json_object_get_member (request, "value");
  g_autofree char *given = NULL, *value = NULL;

  if (field == NULL)
    return FALSE;
  if (field->is_group || field->is_repeat)
    return fail (error, _ ("%s has no value of its own."), field->ref);
  if (member != NULL && !JSON_NODE_HOLDS_NULL (member))
    {
      if (!JSON_NODE_HOLDS_VALUE (member))
        return fail (error, _ ("The value must be text."));
      given = json_node_get_value_type (member) == G_TYPE_STRING ? json_node_dup_string (member) : json_to_string (member, FALSE);
    }
  value = canonical_value (instance, cell, field, given == NULL ? "" : given, error);
  return value != NULL && qd_instance_set_value_forced (instance, node, value, error);
}

static gboolean
add (QdInstance *instance, JsonObject *request, GError **error)
{
  QdNodeId node = get_node (instance, request, error);
  guint n = node == 0 ? 0 : qd_instance_get_n_children (instance, node);
  gint64 after, count;

  if (node == 0)
    return FALSE;
  if (!get_number (request, "after", (gint64) n - 1, &after) || !get_number (request, "count", 1, &count) || after < -1 || after >= n || count < 0 || count > 1000000)
    return fail (error, _ ("There are only %u rows."), n);
  return qd_instance_add_rows (instance, node, (guint) (after + 1), (guint) count, error);
}

static gboolean
remove_rows (QdInstance *instance, JsonObject *request, GError **error)
{
  QdNodeId node = get_node (instance, request, error);
  guint n = node == 0 ? 0 : qd_instance_get_n_children (instance, node);
  gint64 index, count;

  if (node == 0)
    return FALSE;
  if (!get_number (request, "index", -1, &index) || !get_number (request, "count", 1, &count) || index < 0 || index >= n || count < 0 || count > n)
    return fail (error, _ ("There are only %u rows."), n);
  return qd_instance_remove_rows (instance, node, (guint) index, (guint) count, error);
}

static gboolean
set_language (QdInstance *instance, JsonObject *request, GError **error)
{
  const char *language = get_string (request, "language");

  if (language == NULL || !g_strv_contains (qd_form_get_languages (instance->form), language))
    return fail (error, _ ("The form has no language “%s”."), language == NULL ? "" : language);
  qd_instance_set_language (instance, language);
  return TRUE;
}

static void
add_violations (JsonBuilder *out, QdInstance *instance, QdNodeId id, guint *n)
{
  QdCell *cell = qd_instance_find_cell (instance, id, NULL);
  const QdField *field = qd_cell_get_field (cell);
  guint n_children = qd_instance_get_n_children (instance, id);
  guint64 fails = qd_cell_is_range (cell, field) ? 0 : qd_instance_get_failures (instance, cell);
  gboolean is_value = !qd_cell_is_range (cell, field) && !field->is_group;
  gboolean violated[] = { (fails & (1 << QD_FAIL_CONSTRAINT)) != 0, is_value && is_missing (instance, cell) };

  for (guint i = 0; i < G_N_ELEMENTS (violated); i++)
    {
      const QdText *message = i == 0 ? field->constraint_message : field->required_message;
      g_autofree char *text = NULL, *ref = NULL, *number = NULL;

      if (!violated[i])
        continue;
      text = message == NULL ? NULL : qd_instance_eval_text (instance, message, cell->node, NULL);
      ref = qd_cell_dup_path (cell);
      number = g_strdup_printf ("%u", id);
      (*n)++;
      json_builder_begin_object (out);
      json_builder_set_member_name (out, "node");
      json_builder_add_string_value (out, number);
      json_builder_set_member_name (out, "ref");
      json_builder_add_string_value (out, ref);
      json_builder_set_member_name (out, "condition");
      json_builder_add_string_value (out, i == 0 ? "constraint" : "required");
      json_builder_set_member_name (out, "message");
      if (text == NULL)
        json_builder_add_null_value (out);
      else
        json_builder_add_string_value (out, text);
      json_builder_end_object (out);
    }
  for (guint i = 0; i < n_children; i++)
    add_violations (out, instance, qd_instance_get_child (instance, id, i), n);
}

static void
add_xml (JsonBuilder *out, QdInstance *instance)
{
  g_autofree char *xml = qd_instance_write (instance, &instance->root->cells[0], QD_WRITE_SUBMISSION);

  json_builder_set_member_name (out, "xml");
  json_builder_add_string_value (out, xml);
}

static void
add_payload (JsonBuilder *out, QdInstance *instance)
{
  static const char *const meta[][2] = { { "submissionAction", "action" }, { "encryptionKey", "base64RsaPublicKey" } };
  GHashTable *submission = instance->form->submission;
  guint n = 0;

  qd_instance_revalidate (instance);
  json_builder_set_member_name (out, "violations");
  json_builder_begin_array (out);
  add_violations (out, instance, qd_instance_get_root (instance), &n);
  json_builder_end_array (out);
  json_builder_set_member_name (out, "status");
  json_builder_add_string_value (out, n == 0 ? "ready" : "pending");
  add_xml (out, instance);
  json_builder_set_member_name (out, "meta");
  json_builder_begin_object (out);
  json_builder_set_member_name (out, "submissionMethod");
  json_builder_add_string_value (out, "post");
  for (guint i = 0; i < G_N_ELEMENTS (meta); i++)
    {
      const char *value = submission == NULL ? NULL : g_hash_table_lookup (submission, meta[i][1]);

      json_builder_set_member_name (out, meta[i][0]);
      if (value == NULL)
        json_builder_add_null_value (out);
      else
        json_builder_add_string_value (out, value);
    }
  json_builder_end_object (out);
}

/* Does what @request says. @out is in the reply object; what a failure left in it is thrown away by the caller. */
static gboolean
run (QdEngine *self, JsonObject *request, JsonBuilder *out, GError **error)
{
  const char *op = get_string (request, "op");
  gint64 start = g_get_monotonic_time ();
  gboolean is_quiet = json_object_get_boolean_member_with_default (request, "quiet", FALSE);
  QdInstance *instance = NULL;
  gboolean ok = TRUE;

  if (op == NULL)
    return fail (error, _ ("The request has no “%s”."), "op");
  if (strcmp (op, "hello") == 0)
    {
      json_builder_set_member_name (out, "protocol");
      json_builder_add_int_value (out, 1);
      json_builder_set_member_name (out, "engine");
      json_builder_add_string_value (out, "qingdan " QD_VERSION);
      return TRUE;
    }
  if (strcmp (op, "eval") == 0)
    {
      JsonNode *result = qd_engine_eval (request, error);

      if (result == NULL)
        return FALSE;
      json_builder_set_member_name (out, "result");
      json_builder_add_value (out, result);
      return TRUE;
    }
  if (strcmp (op, "load") == 0)
    instance = load (self, request, out, error);
  else if (!g_strv_contains ((const char *const[]){ "set", "add", "remove", "language", "tree", "serialize", "payload", "close", NULL }, op))
    return fail (error, _ ("The operation “%s” is unknown."), op);
  else
    instance = get_instance (self, request, error);
  if (instance == NULL)
    return FALSE;
  if (strcmp (op, "close") == 0)
    {
      g_autofree char *handle = g_strdup (get_string (request, "h"));

      if (handle == NULL)
        handle = g_strdup_printf ("%" G_GINT64_FORMAT, json_object_get_int_member (request, "h"));
      g_hash_table_remove (self->instances, handle);
      return TRUE;
    }
  if (strcmp (op, "set") == 0)
    ok = set (instance, request, error);
  else if (strcmp (op, "add") == 0)
    ok = add (instance, request, error);
  else if (strcmp (op, "remove") == 0)
    ok = remove_rows (instance, request, error);
  else if (strcmp (op, "language") == 0)
    ok = set_language (instance, request, error);
  if (!ok)
    return FALSE;
  json_builder_set_member_name (out, "ms");
  json_builder_add_double_value (out, (double) (g_get_monotonic_time () - start) / 1000.0);
  if (strcmp (op, "serialize") == 0)
    add_xml (out, instance);
  else if (strcmp (op, "payload") == 0)
    add_payload (out, instance);
  else if (!is_quiet)
    {
      json_builder_set_member_name (out, "tree");
      add_node (out, instance, qd_instance_get_root (instance));
    }
  return TRUE;
}

static JsonBuilder *
begin_reply (JsonNode *id, gboolean ok)
{
  JsonBuilder *out = json_builder_new ();

  json_builder_begin_object (out);
  if (id != NULL)
    {
      json_builder_set_member_name (out, "id");
      json_builder_add_value (out, json_node_copy (id));
    }
  json_builder_set_member_name (out, "ok");
  json_builder_add_boolean_value (out, ok);
  return out;
}

char *
qd_engine_handle (QdEngine *self, const char *request)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonBuilder) out = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  JsonNode *top, *id = NULL;
  gboolean ok = FALSE;

  if (json_parser_load_from_data (parser, request, -1, &error))
    {
      top = json_parser_get_root (parser);
      if (top == NULL || !JSON_NODE_HOLDS_OBJECT (top))
        fail (&error, _ ("A request is one JSON object."));
      else
        {
          id = json_object_get_member (json_node_get_object (top), "id");
          out = begin_reply (id, TRUE);
          ok = run (self, json_node_get_object (top), out, &error);
        }
    }
  if (!ok)
    {
      g_clear_object (&out);
      out = begin_reply (id, FALSE);
      json_builder_set_member_name (out, "error");
      json_builder_add_string_value (out, error->message);
    }
  json_builder_end_object (out);
  root = json_builder_get_root (out);
  return json_to_string (root, FALSE);
}
