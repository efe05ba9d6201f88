/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-form"
#include "config.h"
#include "qd-form-private.h"

#include <string.h>

#include "qd-form-parser-private.h"

G_DEFINE_QUARK (qd - form - error - quark, qd_form_error)
G_DEFINE_FINAL_TYPE (QdForm, qd_form, G_TYPE_OBJECT)

static void
clear_chunk (gpointer data)
{
  QdChunk *chunk = data;

  g_free (chunk->literal);
  g_clear_pointer (&chunk->expr, qd_expr_unref);
}

GArray *
qd_chunk_array_new (void)
{
  GArray *chunks = g_array_new (FALSE, TRUE, sizeof (QdChunk));

  g_array_set_clear_func (chunks, clear_chunk);
  return chunks;
}

void
qd_chunk_array_free (GArray *chunks)
{
  if (chunks != NULL)
    g_array_unref (chunks);
}

QdText *
qd_text_new (void)
{
  return g_new0 (QdText, 1);
}

void
qd_text_free (QdText *text)
{
  if (text == NULL)
    return;
  g_free (text->itext_id);
  g_free (text->language);
  g_clear_pointer (&text->ref, qd_expr_unref);
  qd_chunk_array_free (text->chunks);
  g_free (text);
}

void
qd_rule_clear (QdRule *rule)
{
  g_clear_pointer (&rule->expr, qd_expr_unref);
  rule->kind = QD_RULE_NONE;
}

static void
free_attr (gpointer data)
{
  QdAttr *attr = data;

  g_free (attr->name);
  g_free (attr->value);
  g_free (attr);
}

GPtrArray *
qd_attr_array_new (void)
{
  return g_ptr_array_new_with_free_func (free_attr);
}

static void
clear_property (gpointer data)
{
  g_free (((QdProperty *) data)->value);
}

/* Takes @value. */
void
qd_field_add_property (QdField *self, const char *prefix, const char *local, char *value, gboolean is_control)
{
  QdProperty property = { NULL, g_intern_string (local), value, is_control };
  g_autofree char *name = prefix == NULL ? NULL : g_strconcat (prefix, ":", local, NULL);

  property.name = name == NULL ? property.local : g_intern_string (name);
  if (self->properties == NULL)
    {
      self->properties = g_array_sized_new (FALSE, FALSE, sizeof (QdProperty), 2);
      g_array_set_clear_func (self->properties, clear_property);
    }
  g_array_append_val (self->properties, property);
}

static void
free_check (gpointer data)
{
  QdCheck *check = data;

  g_free (check->id);
  g_free (check->basis);
  qd_rule_clear (&check->when);
  g_clear_pointer (&check->test, qd_expr_unref);
  g_clear_pointer (&check->fix, qd_expr_unref);
  g_clear_pointer (&check->messages, g_ptr_array_unref);
  g_free (check);
}

GPtrArray *
qd_check_array_new (void)
{
  return g_ptr_array_new_with_free_func (free_check);
}

static void
free_item (gpointer data)
{
  QdItem *item = data;

  g_free (item->value);
  qd_text_free (item->label);
  g_free (item);
}

QdItemset *
qd_itemset_new (void)
{
  QdItemset *itemset = g_new0 (QdItemset, 1);

  itemset->items = g_ptr_array_new_with_free_func (free_item);
  return itemset;
}

static void
free_itemset (QdItemset *itemset)
{
  if (itemset == NULL)
    return;
  g_ptr_array_unref (itemset->items);
  g_clear_pointer (&itemset->nodeset, qd_expr_unref);
  g_clear_pointer (&itemset->value, qd_expr_unref);
  qd_text_free (itemset->label);
  g_free (itemset);
}

static void
free_action (gpointer data)
{
  QdAction *action = data;

  g_clear_pointer (&action->value, qd_expr_unref);
  g_clear_pointer (&action->ref, qd_expr_unref);
  g_free (action->literal);
  g_free (action);
}

static void
free_secondary (gpointer data)
{
  QdSecondary *secondary = data;

  g_free (secondary->id);
  g_free (secondary->src);
  qd_tree_free (secondary->tree);
  g_free (secondary);
}

static void
free_text_form (gpointer data)
{
  QdTextForm *form = data;

  g_free (form->form);
  qd_chunk_array_free (form->chunks);
  g_free (form);
}

static void
free_itext (gpointer data)
{
  QdItext *itext = data;

  g_ptr_array_unref (itext->forms);
  g_free (itext);
}

QdItext *
qd_itext_new (void)
{
  QdItext *itext = g_new0 (QdItext, 1);

  itext->forms = g_ptr_array_new_with_free_func (free_text_form);
  return itext;
}

static void
free_language (gpointer data)
{
  QdLanguage *language = data;

  g_free (language->name);
  g_hash_table_unref (language->texts);
  g_free (language);
}

QdLanguage *
qd_language_new (const char *name)
{
  QdLanguage *language = g_new0 (QdLanguage, 1);

  language->name = g_strdup (name);
  language->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_itext);
  return language;
}

static void
free_basis (gpointer data)
{
  QdBasis *basis = data;

  g_free (basis->id);
  g_free (basis->instrument);
  g_free (basis->article);
  g_free (basis->valid_from);
  g_free (basis->valid_to);
  g_free (basis->url);
  g_free (basis);
}

static void
free_scope (gpointer data)
{
  QdScope *scope = data;

  g_ptr_array_unref (scope->fields);
  g_ptr_array_unref (scope->ranges);
  g_free (scope);
}

static void
free_field (gpointer data)
{
  QdField *field = data;

  g_free (field->ref);
  g_free (field->name);
  g_ptr_array_unref (field->children);
  g_clear_pointer (&field->attributes, g_ptr_array_unref);
  g_clear_pointer (&field->index, g_hash_table_unref);
  qd_rule_clear (&field->relevant);
  qd_rule_clear (&field->readonly);
  qd_rule_clear (&field->required);
  qd_rule_clear (&field->constraint);
  g_clear_pointer (&field->calculate, qd_expr_unref);
  g_clear_pointer (&field->count, qd_expr_unref);
  qd_text_free (field->constraint_message);
  qd_text_free (field->required_message);
  g_clear_pointer (&field->checks, g_ptr_array_unref);
  g_free (field->basis);
  g_free (field->preload);
  g_free (field->preload_params);
  qd_text_free (field->label);
  qd_text_free (field->hint);
  qd_text_free (field->section_label);
  free_itemset (field->itemset);
  g_strfreev (field->appearances);
  g_clear_pointer (&field->properties, g_array_unref);
  g_clear_pointer (&field->actions, g_ptr_array_unref);
  g_clear_pointer (&field->repeat_actions, g_ptr_array_unref);
  g_clear_pointer (&field->value_edges, g_array_unref);
  g_clear_pointer (&field->structure_edges, g_array_unref);
  g_free (field);
}

/* Most fields have no children: they share one empty list. */
static GPtrArray *
no_fields (void)
{
  static GPtrArray *none;

  if (g_once_init_enter (&none))
    g_once_init_leave (&none, g_ptr_array_new ());
  return none;
}

QdField *
qd_field_new (QdField *parent, const char *prefix, const char *ns, const char *real_ns, const char *local, gboolean is_attribute)
{
  QdField *field = g_new0 (QdField, 1);

  field->parent = parent;
  field->local = g_intern_string (local);
  field->ns = ns == NULL ? NULL : g_intern_string (ns);
  field->real_ns = real_ns == NULL ? NULL : g_intern_string (real_ns);
  field->prefix = prefix == NULL ? NULL : g_intern_string (prefix);
  field->name = prefix == NULL ? g_strdup (local) : g_strconcat (prefix, ":", local, NULL);
  field->ref = g_strconcat (parent == NULL ? "" : parent->ref, is_attribute ? "/@" : "/", field->name, NULL);
  field->children = g_ptr_array_ref (no_fields ());
  field->is_attribute = is_attribute;
  field->fixed_count = -1;
  field->confidence = QD_CONFIDENCE_CONFIRMED;
  for (guint i = 0; i < QD_N_PROPS; i++)
    field->comp[i] = -1;
  if (parent != NULL)
    {
      if (is_attribute)
        {
          if (parent->attributes == NULL)
            parent->attributes = g_ptr_array_new_with_free_func (free_field);
          g_ptr_array_add (parent->attributes, field);
        }
      else
        {
          if (parent->children == no_fields ())
            {
              g_ptr_array_unref (parent->children);
              parent->children = g_ptr_array_new_with_free_func (free_field);
            }
          g_ptr_array_add (parent->children, field);
          if (parent->index != NULL)
            {
              if (!g_hash_table_contains (parent->index, field->local))
                g_hash_table_insert (parent->index, (gpointer) field->local, field);
            }
          else if (parent->children->len > 8)
            {
              parent->index = g_hash_table_new (NULL, NULL);
              for (guint i = 0; i < parent->children->len; i++)
                {
                  QdField *child = g_ptr_array_index (parent->children, i);

                  if (!g_hash_table_contains (parent->index, child->local))
                    g_hash_table_insert (parent->index, (gpointer) child->local, child);
                }
            }
        }
    }
  return field;
}

/* Names are interned on both sides. */
const QdField *
qd_field_find_child (const QdField *self, const char *ns, const char *local)
{
  if (self->index != NULL)
    {
      const QdField *child = g_hash_table_lookup (self->index, local);

      if (child == NULL || child->ns == ns)
        return child;
    }
  for (guint i = 0; i < self->children->len; i++)
    {
      const QdField *child = g_ptr_array_index (self->children, i);

      if (child->local == local && child->ns == ns)
        return child;
    }
  return NULL;
}

static void
qd_form_finalize (GObject *object)
{
  QdForm *self = QD_FORM (object);

  g_free (self->name);
  g_free (self->id);
  g_free (self->version);
  g_free (self->title);
  g_free (self->digest);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_mutex_clear (&self->lock);
  qd_text_free (self->title_text);
  g_ptr_array_unref (self->warnings);
  g_strfreev (self->languages);
  g_ptr_array_unref (self->translations);
  g_clear_pointer (&self->info, g_hash_table_unref);
  g_ptr_array_unref (self->bases);
  g_strfreev (self->classes);
  g_clear_pointer (&self->submission, g_hash_table_unref);
  g_clear_pointer (&self->source, qd_tree_free);
  g_clear_pointer (&self->templates, qd_tree_free);
  g_hash_table_unref (self->fields);
  if (self->root != NULL)
    free_field (self->root);
  g_ptr_array_unref (self->scopes);
  g_ptr_array_unref (self->actions);
  g_hash_table_unref (self->secondary_index);
  g_ptr_array_unref (self->secondaries);
  g_array_unref (self->comps);
  g_free (self->group_ends);
  g_ptr_array_unref (self->namespaces);
  G_OBJECT_CLASS (qd_form_parent_class)->finalize (object);
}

static void
qd_form_class_init (QdFormClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_form_finalize;
}

static void
qd_form_init (QdForm *self)
{
  g_mutex_init (&self->lock);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  self->translations = g_ptr_array_new_with_free_func (free_language);
  self->bases = g_ptr_array_new_with_free_func (free_basis);
  self->fields = g_hash_table_new (g_str_hash, g_str_equal);
  self->scopes = g_ptr_array_new_with_free_func (free_scope);
  self->actions = g_ptr_array_new_with_free_func (free_action);
  self->secondaries = g_ptr_array_new_with_free_func (free_secondary);
  self->secondary_index = g_hash_table_new (g_str_hash, g_str_equal);
  self->comps = g_array_new (FALSE, FALSE, sizeof (QdComp));
  self->namespaces = qd_attr_array_new ();
}

QdForm *
qd_form_new (GBytes *xml, const char *name, GError **error)
{
  g_autoptr (QdForm) self = g_object_new (QD_TYPE_FORM, NULL);

  g_return_val_if_fail (xml != NULL, NULL);

  self->name = g_strdup (name == NULL ? "form.xml" : name);
  self->bytes = g_bytes_ref (xml);
  if (!qd_form_parse (self, xml, error))
    return NULL;
  g_ptr_array_add (self->warnings, NULL);
  return g_steal_pointer (&self);
}

const char *
qd_form_get_id (QdForm *self)
{
  return self->id;
}

const char *
qd_form_get_version (QdForm *self)
{
  return self->version;
}

const QdItext *
qd_form_find_itext (const QdForm *self, const char *language, const char *id)
{
  const QdLanguage *fallback = NULL;

  for (guint i = 0; i < self->translations->len; i++)
    {
      const QdLanguage *candidate = g_ptr_array_index (self->translations, i);
      const QdItext *itext;

      if (g_strcmp0 (candidate->name, language) == 0)
        {
          itext = g_hash_table_lookup (candidate->texts, id);
          if (itext != NULL)
            return itext;
        }
      else if (fallback == NULL)
        fallback = candidate;
    }
  return fallback == NULL ? NULL : g_hash_table_lookup (fallback->texts, id);
}

gboolean
qd_form_reads_facts (const QdForm *self, const QdExpr *expr)
{
  for (guint i = 0; expr != NULL && i < qd_expr_get_n_paths (expr); i++)
    {
      const QdPath *path = qd_expr_get_path (expr, i);
      const QdSecondary *secondary = path->origin == QD_PATH_INSTANCE && path->instance_id != NULL ? g_hash_table_lookup (self->secondary_index, path->instance_id) : NULL;

      if (secondary != NULL && secondary->src != NULL && g_str_has_prefix (secondary->src, "jr://instance/") && !g_str_has_prefix (secondary->src, "jr://instance/catalog/"))
        return TRUE;
    }
  return FALSE;
}

const char *
qd_form_get_title (QdForm *self, const char *language)
{
  if (self->title_text != NULL && self->title_text->itext_id != NULL)
    {
      const QdItext *itext = qd_form_find_itext (self, language, self->title_text->itext_id);

      for (guint i = 0; itext != NULL && i < itext->forms->len; i++)
        {
          const QdTextForm *form = g_ptr_array_index (itext->forms, i);

          if (form->form == NULL && form->chunks->len > 0 && g_array_index (form->chunks, QdChunk, 0).literal != NULL)
            return g_array_index (form->chunks, QdChunk, 0).literal;
        }
    }
  return self->title;
}

const char *const *
qd_form_get_languages (QdForm *self)
{
  return (const char *const *) self->languages;
}

const char *const *
qd_form_get_warnings (QdForm *self)
{
  return (const char *const *) self->warnings->pdata;
}

const char *
qd_form_get_digest (QdForm *self)
{
  /* Digesting takes as long as parsing some forms, and most are never asked. */
  g_mutex_lock (&self->lock);
  if (self->digest == NULL)
    {
      self->digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->bytes);
      g_clear_pointer (&self->bytes, g_bytes_unref);
    }
  g_mutex_unlock (&self->lock);
  return self->digest;
}

gboolean
qd_form_has_instance (QdForm *self, const char *uri)
{
  g_return_val_if_fail (QD_IS_FORM (self) && uri != NULL, FALSE);

  for (guint i = 0; i < self->secondaries->len; i++)
    if (g_strcmp0 (((QdSecondary *) g_ptr_array_index (self->secondaries, i))->src, uri) == 0)
      return TRUE;
  return FALSE;
}

const char *
qd_form_get_info (QdForm *self, const char *name)
{
  return self->info == NULL ? NULL : g_hash_table_lookup (self->info, name);
}

GPtrArray *
qd_form_get_bases (QdForm *self)
{
  return self->bases;
}

const QdBasis *
qd_form_find_basis (QdForm *self, const char *id)
{
  for (guint i = 0; i < self->bases->len; i++)
    {
      const QdBasis *basis = g_ptr_array_index (self->bases, i);

      if (strcmp (basis->id, id) == 0)
        return basis;
    }
  return NULL;
}

const QdField *
qd_form_get_root_field (QdForm *self)
{
  return self->root;
}

const QdField *
qd_form_find_field (QdForm *self, const char *ref)
{
  return g_hash_table_lookup (self->fields, ref);
}

const char *
qd_field_get_ref (const QdField *self)
{
  return self->ref;
}

const char *
qd_field_get_name (const QdField *self)
{
  return self->name;
}

QdNodeType
qd_field_get_node_type (const QdField *self)
{
  if (self->parent == NULL)
    return QD_NODE_ROOT;
  if (self->is_repeat)
    return QD_NODE_REPEAT_RANGE;
  if (self->is_group)
    return QD_NODE_GROUP;
  if (!self->has_control)
    return QD_NODE_MODEL_VALUE;
  return self->is_note ? QD_NODE_NOTE : (QdNodeType) self->control;
}

QdValueType
qd_field_get_value_type (const QdField *self)
{
  return (QdValueType) self->value_type;
}

gboolean
qd_field_is_multiple (const QdField *self)
{
  return self->is_multiple;
}

gboolean
qd_field_is_calculated (const QdField *self)
{
  return self->calculate != NULL;
}

gboolean
qd_form_takes_over (QdForm *self, const QdField *field)
{
  g_return_val_if_fail (self != NULL && field != NULL, FALSE);

  for (guint i = 0; i < self->actions->len; i++)
    {
      const QdAction *action = self->actions->pdata[i];

      if (action->target == field && (action->events & QD_EVENT_FIRST_LOAD) != 0 && action->value != NULL && strstr (qd_expr_get_text (action->value), "instance(") != NULL)
        return TRUE;
    }
  return FALSE;
}

gboolean
qd_field_has_appearance (const QdField *self, const char *token)
{
  return self->appearances != NULL && g_strv_contains ((const char *const *) self->appearances, token);
}

const char *const *
qd_field_get_appearances (const QdField *self)
{
  static const char *const none[] = { NULL };

  return self->appearances == NULL ? none : (const char *const *) self->appearances;
}

const char *
qd_field_get_attribute (const QdField *self, const char *name)
{
  const QdProperty *found = NULL;

  /* The name as written, else the local one; of a bind and its control the control's, which comes later. */
  for (guint i = 0; self->properties != NULL && i < self->properties->len; i++)
    {
      const QdProperty *property = &g_array_index (self->properties, QdProperty, i);

      if (strcmp (property->name, name) == 0 || (strcmp (property->local, name) == 0 && (found == NULL || found->name == found->local)))
        found = property;
    }
  return found == NULL ? NULL : found->value;
}

QdConfidence
qd_field_get_confidence (const QdField *self)
{
  return (QdConfidence) self->confidence;
}

const QdField *
qd_field_get_parent (const QdField *self)
{
  return self->parent;
}

guint
qd_field_get_n_children (const QdField *self)
{
  return self->children->len;
}

const QdField *
qd_field_get_child (const QdField *self, guint i)
{
  g_return_val_if_fail (i < self->children->len, NULL);

  return g_ptr_array_index (self->children, i);
}
