/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-secondary"
#include "config.h"
#include "qd-instance-private.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "qd-catalog.h"
#include "qd-csv.h"

/* Secondary instances: internal ones, files (CSV, XML, GeoJSON) and what the host gives (jr://instance/…), with an index for look-ups. */

#define MAX_BYTES (128 * 1024 * 1024)
#define MAX_COLUMNS 1000
/* The list that is all lists of substances of a pack. */
#define ALL_SUBSTANCES "substances"

static gboolean
fail (GError **error, const char *uri, const char *what)
{
  g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_MISSING, _ ("%s cannot be used: %s"), uri, what);
  return FALSE;
}

/* CSV. */

static QdTree *
parse_csv (const char *text, gsize length, const char *uri, GError **error)
{
  QdCsvReader reader;
  g_autoptr (QdTree) tree = qd_tree_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free), cells = g_ptr_array_new_with_free_func (g_free);
  QdTreeNode *root = qd_tree_append_element (tree, qd_tree_get_document (tree), NULL, NULL, "root");

  qd_csv_reader_init (&reader, text, length);
  if (!qd_csv_reader_next (&reader, names))
    return g_steal_pointer (&tree);
  if (names->len > MAX_COLUMNS)
    {
      fail (error, uri, _ ("it has too many columns."));
      return NULL;
    }
  while (qd_csv_reader_next (&reader, cells))
    {
      QdTreeNode *item;

      if (cells->len == 1 && *(char *) g_ptr_array_index (cells, 0) == '\0')
        continue;
      while (cells->len > names->len && *(char *) g_ptr_array_index (cells, cells->len - 1) == '\0')
        g_ptr_array_set_size (cells, (int) cells->len - 1);
      if (cells->len > names->len)
        {
          fail (error, uri, _ ("a row has more cells than there are columns."));
          return NULL;
        }
      item = qd_tree_append_element (tree, root, NULL, NULL, "item");
      for (guint i = 0; i < names->len; i++)
        {
          const char *name = g_strstrip (g_ptr_array_index (names, i));

          if (*name != '\0')
            qd_tree_set_value (tree, qd_tree_append_element (tree, item, NULL, NULL, name), i < cells->len ? g_ptr_array_index (cells, i) : NULL);
        }
    }
  return g_steal_pointer (&tree);
}

/* GeoJSON. */

static gboolean
append_position (JsonNode *node, GString *out)
{
  JsonArray *position = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  char longitude[G_ASCII_DTOSTR_BUF_SIZE], latitude[G_ASCII_DTOSTR_BUF_SIZE];

  if (position == NULL || json_array_get_length (position) != 2 || !JSON_NODE_HOLDS_VALUE (json_array_get_element (position, 0)) || !JSON_NODE_HOLDS_VALUE (json_array_get_element (position, 1)))
    return FALSE;
  g_ascii_dtostr (longitude, sizeof longitude, json_array_get_double_element (position, 0));
  g_ascii_dtostr (latitude, sizeof latitude, json_array_get_double_element (position, 1));
  g_string_append_printf (out, "%s%s %s 0 0", out->len == 0 ? "" : "; ", latitude, longitude);
  return TRUE;
}

static char *
geometry_text (JsonObject *geometry)
{
  const char *type = json_object_get_string_member_with_default (geometry, "type", "");
  JsonNode *coordinates = json_object_get_member (geometry, "coordinates");
  g_autoptr (GString) out = g_string_new (NULL);
  JsonArray *list = coordinates != NULL && JSON_NODE_HOLDS_ARRAY (coordinates) ? json_node_get_array (coordinates) : NULL;

  if (list == NULL)
    return NULL;
  if (strcmp (type, "Point") == 0)
    return append_position (coordinates, out) ? g_strdup (out->str) : NULL;
  if (strcmp (type, "Polygon") == 0)
    {
      if (json_array_get_length (list) == 0)
        return g_strdup ("");
      coordinates = json_array_get_element (list, 0);
      if (json_array_get_length (list) > 1 || !JSON_NODE_HOLDS_ARRAY (coordinates))
        return NULL;
      list = json_node_get_array (coordinates);
    }
  else if (strcmp (type, "LineString") != 0)
    return NULL;
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (!append_position (json_array_get_element (list, i), out))
      return NULL;
  return g_strdup (out->str);
}

static char *
scalar_text (JsonNode *node)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return json_to_string (node, FALSE);
}

static gboolean
add_feature (QdTree *tree, QdTreeNode *root, JsonNode *node)
{
  JsonObject *feature = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *geometry = feature == NULL ? NULL : json_object_get_member (feature, "geometry");
  JsonNode *properties = feature == NULL ? NULL : json_object_get_member (feature, "properties");
  g_autofree char *place = NULL, *id = NULL;
  QdTreeNode *item;

  if (feature == NULL || strcmp (json_object_get_string_member_with_default (feature, "type", ""), "Feature") != 0 || geometry == NULL || !JSON_NODE_HOLDS_OBJECT (geometry))
    return FALSE;
  place = geometry_text (json_node_get_object (geometry));
  if (place == NULL)
    return FALSE;
  item = qd_tree_append_element (tree, root, NULL, NULL, "item");
  qd_tree_set_value (tree, qd_tree_append_element (tree, item, NULL, NULL, "geometry"), place);
  id = scalar_text (json_object_get_member (feature, "id"));
  if (id != NULL)
    qd_tree_set_value (tree, qd_tree_append_element (tree, item, NULL, NULL, "id"), id);
  if (properties != NULL && JSON_NODE_HOLDS_OBJECT (properties))
    {
      g_autoptr (GList) names = json_object_get_members (json_node_get_object (properties));

      for (GList *l = names; l != NULL; l = l->next)
        {
          g_autofree char *text = scalar_text (json_object_get_member (json_node_get_object (properties), l->data));

          /* The id of the feature itself is the one that counts. */
          if (*(char *) l->data == '\0' || (id != NULL && strcmp (l->data, "id") == 0))
            continue;
          qd_tree_set_value (tree, qd_tree_append_element (tree, item, NULL, NULL, l->data), text);
        }
    }
  return TRUE;
}

static QdTree *
parse_geojson (const char *text, gsize length, const char *uri, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (QdTree) tree = qd_tree_new ();
  g_autoptr (GError) local_error = NULL;
  QdTreeNode *root = qd_tree_append_element (tree, qd_tree_get_document (tree), NULL, NULL, "root");
  JsonNode *top;
  JsonArray *features;

  if (!json_parser_load_from_data (parser, text, (gssize) length, &local_error))
    {
      fail (error, uri, local_error->message);
      return NULL;
    }
  top = json_parser_get_root (parser);
  if (top == NULL || !JSON_NODE_HOLDS_OBJECT (top) || strcmp (json_object_get_string_member_with_default (json_node_get_object (top), "type", ""), "FeatureCollection") != 0 || !json_object_has_member (json_node_get_object (top), "features") || !JSON_NODE_HOLDS_ARRAY (json_object_get_member (json_node_get_object (top), "features")))
    {
      fail (error, uri, _ ("it is no GeoJSON FeatureCollection."));
      return NULL;
    }
  features = json_object_get_array_member (json_node_get_object (top), "features");
  for (guint i = 0; i < json_array_get_length (features); i++)
    if (!add_feature (tree, root, json_array_get_element (features, i)))
      {
        fail (error, uri, _ ("a feature is no Point, LineString or Polygon with longitude and latitude."));
        return NULL;
      }
  return g_steal_pointer (&tree);
}

/* Paths without a prefix mean elements written without one, whatever namespace they have by default. */
static void
strip_default_namespaces (QdTreeNode *node)
{
  if (node->kind == QD_TREE_ELEMENT && node->prefix == NULL)
    node->ns = NULL;
  for (guint i = 0; i < node->n_children; i++)
    strip_default_namespaces (node->children[i]);
}

/* By what the host says it is, else by the end of the URI, else by how it begins. */
QdTree *
qd_secondary_parse (GBytes *bytes, const char *uri, const char *media_type, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length), *start = text;
  const char *type = media_type == NULL ? "" : media_type;
  QdTree *tree;

  if (length > MAX_BYTES)
    {
      fail (error, uri, _ ("it is too large."));
      return NULL;
    }
  if (length > 0 && !g_utf8_validate_len (text, length, NULL))
    {
      fail (error, uri, _ ("it is not UTF-8 text."));
      return NULL;
    }
  while (start < text + length && (g_ascii_isspace (*start) || (guchar) *start == 0xef || (guchar) *start == 0xbb || (guchar) *start == 0xbf))
    start++;
  if (strstr (type, "csv") != NULL || (*type == '\0' && (g_str_has_suffix (uri, ".csv") || g_str_has_prefix (uri, "jr://file-csv/"))))
    return parse_csv (text, length, uri, error);
  if (strstr (type, "json") != NULL || (*type == '\0' && (g_str_has_suffix (uri, ".geojson") || g_str_has_suffix (uri, ".json"))))
    return parse_geojson (text, length, uri, error);
  if (strstr (type, "xml") == NULL && start < text + length && *start != '<')
    return *start == '{' ? parse_geojson (text, length, uri, error) : parse_csv (text, length, uri, error);
  if (start == text + length)
    return qd_tree_new ();
  tree = qd_tree_parse (text, (gssize) length, QD_TREE_FOREIGN, error);
  if (tree == NULL)
    g_prefix_error (error, "%s: ", uri);
  else
    strip_default_namespaces (qd_tree_get_document (tree));
  return tree;
}

gboolean
qd_instance_load_secondaries (QdInstance *self, gboolean missing_is_error, GError **error)
{
  for (guint i = 0; i < self->form->secondaries->len; i++)
    {
      const QdSecondary *secondary = g_ptr_array_index (self->form->secondaries, i);
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *media_type = NULL;
      g_autoptr (GError) local_error = NULL;
      QdTree *tree;

      if (secondary->src == NULL)
        continue;
      if (self->resolver != NULL)
        bytes = self->resolver (secondary->src, &media_type, self->resolver_data, &local_error);
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      /* Host instances may be missing: there is not always a last declaration. */
      if (bytes == NULL && missing_is_error && !g_str_has_prefix (secondary->src, "jr://instance/"))
        {
          g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_MISSING, _ ("The list %s that the form needs is missing."), secondary->src);
          return FALSE;
        }
      tree = bytes == NULL ? qd_tree_new () : qd_secondary_parse (bytes, secondary->src, media_type, error);
      if (tree == NULL)
        return FALSE;
      g_hash_table_insert (self->secondaries, g_strdup (secondary->id), tree);
    }
  return TRUE;
}

/* Hooks of the evaluator. */

static QdTreeNode *
env_instance (QdEnv *env, const char *id)
{
  QdInstance *self = env->user_data;
  QdTree *tree = g_hash_table_lookup (self->secondaries, id);
  const QdSecondary *secondary;

  if (tree != NULL)
    return qd_tree_get_document (tree);
  secondary = g_hash_table_lookup (self->form->secondary_index, id);
  return secondary == NULL || secondary->tree == NULL ? NULL : qd_tree_get_document (secondary->tree);
}

/* A name index of the primary instance: the form knows the slot of each name, the row has the node. */
static gboolean
env_children (QdEnv *env, QdTreeNode *parent, const char *ns, const char *name, guint *first, guint *n)
{
  QdCell *cell = parent->data;
  const QdField *child = cell == NULL ? NULL : qd_field_find_child (qd_cell_get_field (cell), ns, name);
  const QdCell *found;

  if (child == NULL)
    return FALSE;
  found = &qd_cell_get_row (cell)->cells[child->slot];
  if (child->is_repeat)
    {
      *n = found->range->rows->len;
      *first = *n == 0 ? 0 : ((QdRow *) g_ptr_array_index (found->range->rows, 0))->cells[0].node->index;
    }
  else
    {
      *n = found->node != NULL;
      *first = found->node == NULL ? 0 : found->node->index;
    }
  return TRUE;
}

static char *
env_itext (QdEnv *env, const char *id)
{
  QdInstance *self = env->user_data;
  QdText text = { (char *) id };

  return qd_instance_eval_text (self, &text, self->context_node, NULL);
}

static char *
env_choice_name (QdEnv *env, QdTreeNode *context, const char *value, const char *path)
{
  QdInstance *self = env->user_data;
  g_autoptr (QdExpr) expr = qd_expr_parse (path, NULL, NULL, NULL);
  g_autoptr (GPtrArray) nodes = NULL;
  QdContext at = { env, context, context, 1, 1 };

  if (expr != NULL)
    nodes = qd_expr_eval_nodes (expr, &at, NULL);
  for (guint i = 0; nodes != NULL && i < nodes->len; i++)
    {
      QdCell *cell = ((QdTreeNode *) g_ptr_array_index (nodes, i))->data;
      const QdChoiceList *list;
      guint place;

      if (cell == NULL || qd_cell_get_field (cell)->itemset == NULL)
        continue;
      list = qd_instance_get_choice_list (self, cell);
      place = GPOINTER_TO_UINT (g_hash_table_lookup (list->index, value));
      return place == 0 ? NULL : g_strdup (((QdChoice *) g_ptr_array_index (list->choices, place - 1))->label);
    }
  return NULL;
}

static char *
find_in_items (QdEnv *env, QdTreeNode *document, const char *want, const char *key, const char *value)
{
  QdTreeNode *root = document->n_children == 0 ? NULL : document->children[0];
  g_autoptr (GPtrArray) scan = NULL;
  const GPtrArray *items;
  const QdTreeNode *field;

  if (root == NULL)
    return NULL;
  items = qd_instance_find_items (env, root, "item", &key, &value, 1);
  for (guint i = 0; items == NULL && i < root->n_children; i++)
    {
      field = qd_tree_node_find_child (root->children[i], NULL, key);
      if (field == NULL || strcmp (qd_tree_node_peek_string (field), value) != 0)
        continue;
      scan = g_ptr_array_new ();
      g_ptr_array_add (scan, root->children[i]);
      items = scan;
    }
  if (items == NULL || items->len == 0)
    return NULL;
  field = qd_tree_node_find_child (g_ptr_array_index (items, 0), NULL, want);
  return field == NULL ? NULL : qd_tree_node_dup_string (field);
}

static char *
env_pulldata (QdEnv *env, const char *file, const char *want, const char *key, const char *value)
{
  QdInstance *self = env->user_data;

  for (guint i = 0; i < self->form->secondaries->len; i++)
    {
      const QdSecondary *secondary = g_ptr_array_index (self->form->secondaries, i);
      const char *base = secondary->src == NULL ? NULL : strrchr (secondary->src, '/');
      g_autofree char *with_end = g_strconcat ("/", file, ".csv", NULL);

      if (strcmp (secondary->id, file) == 0 || (base != NULL && (strcmp (base + 1, file) == 0 || strcmp (base, with_end) == 0)))
        {
          QdTreeNode *document = env_instance (env, secondary->id);

          return document == NULL ? NULL : find_in_items (env, document, want, key, value);
        }
    }
  return NULL;
}

static char *
env_property (QdEnv *env, const char *name)
{
  QdInstance *self = env->user_data;
  g_autofree char *key = g_ascii_strdown (name, -1);
  g_auto (GStrv) words = g_strsplit (key, " ", -1);
  g_autofree char *plain = g_strjoinv ("", words);

  if (strcmp (plain, "now") == 0)
    {
      g_autofree char *start = g_date_time_format (env->now, "%Y-%m-%dT%H:%M:%S");
      g_autofree char *offset = g_date_time_format (env->now, "%:z");

      return g_strdup_printf ("%s.%03d%s", start, g_date_time_get_microsecond (env->now) / 1000, offset);
    }
  return self->preload == NULL ? NULL : g_strdup (g_hash_table_lookup (self->preload, plain));
}

static GBytes *
resolve_list (QdInstance *self, const char *list)
{
  g_autofree char *uri = g_strconcat ("jr://instance/catalog/", list, NULL);
  g_autofree char *media_type = NULL;

  return self->resolver == NULL ? NULL : self->resolver (uri, &media_type, self->resolver_data, NULL);
}

/* A list of the host for looking substances up; empty when there is no such list. */
static QdCatalog *
get_catalog (QdInstance *self, const char *list)
{
  QdCatalog *catalog = g_hash_table_lookup (self->catalogs, list);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) class_names = NULL;
  g_autoptr (GBytes) aliases = NULL;

  if (catalog != NULL)
    return catalog;
  bytes = resolve_list (self, list);
  if (bytes == NULL)
    bytes = g_bytes_new_static ("", 0);
  if (strcmp (list, ALL_SUBSTANCES) == 0)
    {
      class_names = resolve_list (self, "class-names");
      aliases = resolve_list (self, "aliases");
    }
  catalog = qd_catalog_new (bytes, class_names, aliases);
  g_hash_table_insert (self->catalogs, g_strdup (list), catalog);
  return catalog;
}

static char *
env_listed (QdEnv *env, const char *cas, const char *name, const char *list)
{
  return g_strdup (qd_catalog_find (get_catalog (env->user_data, list), cas, name));
}

static char *
env_lists (QdEnv *env, const char *cas, const char *name_zh, const char *name_en, gboolean certain)
{
  QdInstance *self = env->user_data;
  const char *const texts[] = { cas, name_zh, name_en };
  gboolean is_same = self->lists[0] != NULL;

  for (guint i = 0; is_same && i < G_N_ELEMENTS (texts); i++)
    is_same = g_strcmp0 (self->lists_of[i], texts[i]) == 0;
  if (!is_same)
    {
      for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
        {
          g_free (self->lists_of[i]);
          self->lists_of[i] = g_strdup (texts[i]);
        }
      g_free (self->lists[0]);
      g_free (self->lists[1]);
      qd_catalog_find_lists (get_catalog (self, ALL_SUBSTANCES), cas, name_zh, name_en, &self->lists[1], &self->lists[0]);
    }
  return g_strdup (self->lists[certain != 0]);
}

/* The pack's calendar of that year, read when it is first asked for; Monday to Friday where the pack has none. */
static gboolean
env_is_workday (QdEnv *env, guint year, guint month, guint day)
{
  QdInstance *self = env->user_data;

  if (self->calendar == NULL)
    self->calendar = qd_calendar_new ();
  if (!g_hash_table_contains (self->calendar_years, GUINT_TO_POINTER (year)))
    {
      g_autofree char *uri = g_strdup_printf ("jr://instance/calendar/work-%u", year);
      g_autofree char *media_type = NULL;
      g_autofree char *problem = NULL;
      g_autoptr (GBytes) bytes = self->resolver == NULL ? NULL : self->resolver (uri, &media_type, self->resolver_data, NULL);
      guint line;

      g_hash_table_add (self->calendar_years, GUINT_TO_POINTER (year));
      if (bytes != NULL && !qd_calendar_add_year (self->calendar, year, bytes, &line, &problem))
        g_warning ("%s:%u: %s", uri, line, problem);
    }
  return qd_calendar_is_workday (self->calendar, qd_day_new (year, month, day), NULL);
}

const QdEnvClass qd_instance_env_class = {
  .instance = env_instance,
  .lookup = qd_instance_find_items,
  .children = env_children,
  .itext = env_itext,
  .choice_name = env_choice_name,
  .pulldata = env_pulldata,
  .property = env_property,
  .listed = env_listed,
  .lists = env_lists,
  .is_workday = env_is_workday,
};
