/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-instance"
#include "config.h"
#include "qd-instance-private.h"

#include <string.h>

/* What people read: labels, hints, choices, values as shown. */

gboolean
qd_language_is_chinese (const char *language)
{
  return g_ascii_strncasecmp (language, "zh", 2) == 0 || g_ascii_strncasecmp (language, "chinese", 7) == 0 || strstr (language, "中文") != NULL;
}

QdContext
qd_instance_context (QdInstance *self, QdCell *cell)
{
  QdRow *row = qd_cell_get_row (cell);
  QdContext context = { &self->env, cell->node, cell->node, 1, 1 };

  if (row->range != NULL)
    {
      context.position = row->index + 1;
      context.size = row->range->rows->len;
    }
  self->context_node = cell->node;
  return context;
}

QdTreeNode *
qd_range_get_context_node (QdRange *range, QdTreeNode *stub)
{
  if (range->rows->len > 0)
    return ((QdRow *) g_ptr_array_index (range->rows, 0))->cells[0].node;
  memset (stub, 0, sizeof *stub);
  stub->kind = QD_TREE_ELEMENT;
  stub->name = range->field->local;
  stub->ns = range->field->ns;
  stub->parent = range->owner->cells[qd_field_get_slot (range->field->parent)].node;
  stub->index = stub->parent->n_children;
  return stub;
}

char *
qd_instance_eval_string (const QdExpr *expr, const QdContext *context)
{
  g_autoptr (GError) error = NULL;
  char *text = qd_expr_eval_string (expr, context, &error);

  if (text == NULL)
    g_debug ("%s: %s", qd_expr_get_text (expr), error->message);
  else if (strcmp (text, "NaN") == 0)
    *text = '\0';
  return text;
}

static char *
eval_string (QdInstance *self, const QdExpr *expr, QdTreeNode *node)
{
  QdContext context = { &self->env, node, node, 1, 1 };

  self->context_node = node;
  return qd_instance_eval_string (expr, &context);
}

static void
append_chunks (QdInstance *self, const GArray *chunks, QdTreeNode *node, GString *out)
{
  for (guint i = 0; i < chunks->len; i++)
    {
      const QdChunk *chunk = &g_array_index (chunks, QdChunk, i);

      if (chunk->literal != NULL)
        g_string_append (out, chunk->literal);
      else if (node != NULL)
        {
          g_autofree char *text = eval_string (self, chunk->expr, node);

          if (text != NULL)
            g_string_append (out, text);
        }
    }
}

static char *
finish_text (GString *text)
{
  return g_strstrip (g_string_free (text, FALSE));
}

static char *
itext_form (QdInstance *self, const char *id, QdTreeNode *node, const char *form)
{
  const QdItext *itext = qd_form_find_itext (self->form, self->language, id);

  for (guint i = 0; itext != NULL && i < itext->forms->len; i++)
    {
      const QdTextForm *candidate = g_ptr_array_index (itext->forms, i);

      if (g_strcmp0 (candidate->form, form) == 0)
        {
          GString *out = g_string_new (NULL);

          append_chunks (self, candidate->chunks, node, out);
          return finish_text (out);
        }
    }
  return NULL;
}

/* The text at @node (NULL: without a node, outputs stay empty); @form is an itext form. NULL when there is none. */
char *
qd_instance_eval_text (QdInstance *self, const QdText *text, QdTreeNode *node, const char *form)
{
  char *result = NULL;

  if (text->itext_id != NULL)
    result = itext_form (self, text->itext_id, node, form);
  else if (text->ref != NULL && node != NULL)
    {
      result = eval_string (self, text->ref, node);
      if (text->ref_is_itext && result != NULL)
        {
          g_autofree char *id = result;

          result = itext_form (self, id, node, form);
        }
      else if (form != NULL)
        g_clear_pointer (&result, g_free);
    }
  if (result == NULL && form == NULL && text->chunks != NULL && text->chunks->len > 0)
    {
      GString *out = g_string_new (NULL);

      append_chunks (self, text->chunks, node, out);
      result = finish_text (out);
    }
  return result;
}

static char *
non_empty (char *text)
{
  if (text != NULL && *text == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

static QdTreeNode *
get_text_node (QdCell *cell, const QdField *field, QdTreeNode *stub)
{
  return qd_cell_is_range (cell, field) ? qd_range_get_context_node (cell->range, stub) : cell->node;
}

static char *
dup_text (QdInstance *self, QdNodeId node, gboolean hint, const char *form)
{
  QdCell *cell = qd_instance_find_cell (self, node, NULL);
  const QdField *field = cell == NULL ? NULL : qd_cell_get_field (cell);
  const QdText *text = field == NULL ? NULL : hint ? field->hint
                                                   : field->label;
  QdTreeNode stub;

  return text == NULL ? NULL : non_empty (qd_instance_eval_text (self, text, get_text_node (cell, field, &stub), form));
}

char *
qd_instance_dup_label (QdInstance *self, QdNodeId node)
{
  return dup_text (self, node, FALSE, NULL);
}

char *
qd_instance_dup_hint (QdInstance *self, QdNodeId node)
{
  return dup_text (self, node, TRUE, NULL);
}

char *
qd_instance_dup_guidance (QdInstance *self, QdNodeId node)
{
  return dup_text (self, node, TRUE, "guidance");
}

char *
qd_instance_dup_field_label (QdInstance *self, const QdField *field)
{
  g_return_val_if_fail (field != NULL, NULL);

  if (field->label == NULL)
    {
      /* Fields without a control, which only sheets fill, name their text in the bind. */
      g_auto (GStrv) parts = g_strsplit (qd_field_get_attribute (field, "label") != NULL ? qd_field_get_attribute (field, "label") : "", "'", -1);

      return g_strv_length (parts) == 3 ? non_empty (itext_form (self, parts[1], NULL, NULL)) : NULL;
    }
  return non_empty (qd_instance_eval_text (self, field->label, NULL, NULL));
}

/* Choices. */

static void
free_choice (gpointer data)
{
  QdChoice *choice = data;

  g_free (choice->value);
  g_free (choice->label);
  g_free (choice);
}

void
qd_choice_list_free (gpointer data)
{
  QdChoiceList *list = data;

  g_ptr_array_unref (list->choices);
  g_hash_table_unref (list->index);
  g_clear_pointer (&list->nodes, g_ptr_array_unref);
  g_free (list);
}

static void
add_choice (QdChoiceList *list, char *value, char *label)
{
  QdChoice *choice = g_new0 (QdChoice, 1);

  choice->value = value;
  choice->label = label == NULL ? g_strdup (value) : label;
  g_ptr_array_add (list->choices, choice);
  if (!g_hash_table_contains (list->index, value))
    g_hash_table_insert (list->index, value, GUINT_TO_POINTER (list->choices->len));
}

static char *
child_text (const QdTreeNode *item, const char *name)
{
  const QdTreeNode *child = qd_tree_node_find_child (item, NULL, name);

  return child == NULL ? g_strdup ("") : qd_tree_node_dup_string (child);
}

static void
list_itemset (QdInstance *self, QdCell *cell, const QdItemset *itemset, QdChoiceList *list)
{
  QdContext context = qd_instance_context (self, cell);
  g_autoptr (GError) error = NULL;

  list->nodes = qd_expr_eval_nodes (itemset->nodeset, &context, &error);
  if (list->nodes == NULL)
    {
      g_debug ("%s: %s", qd_expr_get_text (itemset->nodeset), error->message);
      list->nodes = g_ptr_array_new ();
    }
  for (guint i = 0; i < list->nodes->len; i++)
    {
      QdTreeNode *item = g_ptr_array_index (list->nodes, i);
      QdContext at = { &self->env, item, cell->node, i + 1, list->nodes->len };
      char *value = itemset->value_child != NULL ? child_text (item, itemset->value_child) : qd_expr_eval_string (itemset->value, &at, NULL);
      char *label = NULL;

      if (itemset->label_child != NULL)
        label = child_text (item, itemset->label_child);
      else if (itemset->label != NULL)
        label = qd_instance_eval_text (self, itemset->label, item, NULL);
      add_choice (list, value == NULL ? g_strdup ("") : g_strstrip (value), label);
    }
}

/* Static choices belong to the field, those that depend on the instance to the cell. Static ones are the same from any @cell. */
static const QdChoiceList *
get_choice_list (QdInstance *self, QdCell *cell, const QdField *field)
{
  const QdItemset *itemset = field->itemset;
  GHashTable *cache = itemset->is_dynamic ? self->dynamic_choices : self->static_choices;
  gpointer key = itemset->is_dynamic ? (gpointer) cell : (gpointer) field;
  QdChoiceList *list = g_hash_table_lookup (cache, key);
  QdTreeNode *saved = self->context_node;

  if (list != NULL)
    return list;
  list = g_new0 (QdChoiceList, 1);
  list->choices = g_ptr_array_new_with_free_func (free_choice);
  list->index = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < itemset->items->len; i++)
    {
      const QdItem *item = g_ptr_array_index (itemset->items, i);

      add_choice (list, g_strdup (item->value), item->label == NULL ? NULL : qd_instance_eval_text (self, item->label, cell->node, NULL));
    }
  if (itemset->nodeset != NULL)
    list_itemset (self, cell, itemset, list);
  self->context_node = saved;
  g_hash_table_insert (cache, key, list);
  return list;
}

const QdChoiceList *
qd_instance_get_choice_list (QdInstance *self, QdCell *cell)
{
  return get_choice_list (self, cell, qd_cell_get_field (cell));
}

void
qd_instance_drop_choices (QdInstance *self, QdCell *cell)
{
  const QdField *field = qd_cell_get_field (cell);

  if (field->itemset->is_dynamic)
    g_hash_table_remove (self->dynamic_choices, cell);
  else
    g_hash_table_remove (self->static_choices, field);
}

/* A choice that a filter has taken away counts no longer (ODK); it is kept, and counts again when it comes back. Choices that
 * depend on nothing are another matter: what is not among them stays as typed and is a finding. Choices from the host's facts only suggest:
 * a receiver does not have them, and must see the same declaration. A rank has all choices, always. */
char *
qd_instance_filter_value (QdInstance *self, QdCell *cell, const char *raw)
{
  const QdField *field = qd_cell_get_field (cell);
  const QdChoiceList *list;
  g_auto (GStrv) words = NULL;
  g_autoptr (GString) kept = NULL;

  if ((!field->itemset->is_dynamic || field->itemset->is_open) && field->control != QD_NODE_RANK)
    return NULL;
  list = qd_instance_get_choice_list (self, cell);
  if (!field->is_multiple)
    return g_hash_table_contains (list->index, raw) ? NULL : g_strdup ("");
  words = g_strsplit_set (raw, " \t\r\n", -1);
  kept = g_string_new (NULL);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && g_hash_table_contains (list->index, words[i]))
      g_string_append_printf (kept, "%s%s", kept->len == 0 ? "" : " ", words[i]);
  if (field->control == QD_NODE_RANK)
    for (guint i = 0; i < list->choices->len; i++)
      {
        const char *value = ((QdChoice *) g_ptr_array_index (list->choices, i))->value;

        if (!g_strv_contains ((const char *const *) words, value))
          g_string_append_printf (kept, "%s%s", kept->len == 0 ? "" : " ", value);
      }
  return strcmp (kept->str, raw) == 0 ? NULL : g_strdup (kept->str);
}

GPtrArray *
qd_instance_get_choices (QdInstance *self, QdNodeId node)
{
  QdCell *cell = qd_instance_find_cell (self, node, NULL);
  const QdField *field = cell == NULL ? NULL : qd_cell_get_field (cell);

  if (field == NULL || field->itemset == NULL)
    return g_ptr_array_new ();
  return g_ptr_array_ref (qd_instance_get_choice_list (self, cell)->choices);
}

void
qd_choices_add_texts (GPtrArray *choices, GPtrArray *texts)
{
  for (guint i = 0; choices != NULL && i < choices->len; i++)
    {
      const QdChoice *choice = g_ptr_array_index (choices, i);

      g_ptr_array_add (texts, g_strdup (choice->value));
      g_ptr_array_add (texts, g_strdup (choice->label));
    }
}

GPtrArray *
qd_instance_get_field_choices (QdInstance *self, const QdField *field)
{
  g_return_val_if_fail (QD_IS_INSTANCE (self), NULL);

  if (field == NULL || field->itemset == NULL || field->itemset->is_dynamic)
    return NULL;
  return g_ptr_array_ref (get_choice_list (self, qd_instance_find_cell (self, qd_instance_get_root (self), NULL), field)->choices);
}

GPtrArray *
qd_instance_get_field_choices_in (QdInstance *self, const QdField *field, const char *language)
{
  GHashTable *kept = self->static_choices;
  g_autofree char *current = g_steal_pointer (&self->language);
  GPtrArray *choices;

  /* The cache holds the current language only. */
  self->static_choices = g_hash_table_new_full (NULL, NULL, NULL, qd_choice_list_free);
  self->language = (char *) language;
  self->env.language = language;
  choices = qd_instance_get_field_choices (self, field);
  g_hash_table_unref (self->static_choices);
  self->static_choices = kept;
  self->language = g_steal_pointer (&current);
  self->env.language = self->language;
  return choices;
}

static void
append_choice_label (const QdChoiceList *list, const char *value, GString *out, const char *separator)
{
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (list->index, value));

  if (out->len > 0)
    g_string_append (out, separator);
  g_string_append (out, place == 0 ? value : ((QdChoice *) g_ptr_array_index (list->choices, place - 1))->label);
}

/* "1460000.5" with two places → "1460000.50": never fewer places than were typed. */
static char *
with_places (const char *raw, guint places)
{
  const char *point = strchr (raw, '.');
  guint have = point == NULL ? 0 : (guint) strlen (point + 1);
  QdDecimal number;
  GString *out;

  if (have >= places || !qd_decimal_parse (raw, &number))
    return g_strdup (raw);
  out = g_string_new (raw);
  if (point == NULL)
    g_string_append_c (out, '.');
  for (; have < places; have++)
    g_string_append_c (out, '0');
  return g_string_free (out, FALSE);
}

char *
qd_instance_dup_display (QdInstance *self, QdNodeId node)
{
  QdCell *cell = qd_instance_find_cell (self, node, NULL);
  const QdField *field = cell == NULL ? NULL : qd_cell_get_field (cell);
  const char *raw = qd_instance_get_value (self, node), *places;

  if (field == NULL)
    return g_strdup ("");
  if (field->itemset != NULL && *raw != '\0')
    {
      const QdChoiceList *list = qd_instance_get_choice_list (self, cell);
      GString *out = g_string_new (NULL);
      g_auto (GStrv) words = NULL;

      if (!field->is_multiple)
        append_choice_label (list, raw, out, "");
      else
        {
          words = g_strsplit (raw, " ", -1);
          for (guint i = 0; words[i] != NULL; i++)
            if (*words[i] != '\0')
              append_choice_label (list, words[i], out, qd_language_is_chinese (self->language) ? "、" : ", ");
        }
      return g_string_free (out, FALSE);
    }
  places = qd_field_get_attribute (field, "places");
  if (places != NULL && field->value_type == QD_VALUE_DECIMAL && *raw != '\0')
    return with_places (raw, (guint) g_ascii_strtoull (places, NULL, 10));
  return g_strdup (raw);
}

static void
collect_attachments (QdRow *row, GPtrArray *out)
{
  for (guint i = 0; i < row->scope->fields->len; i++)
    {
      const QdField *field = qd_row_get_field (row, i);
      const QdCell *cell = &row->cells[i];

      if (qd_cell_is_range (cell, field))
        for (guint j = 0; j < cell->range->rows->len; j++)
          collect_attachments (g_ptr_array_index (cell->range->rows, j), out);
      else if (field->value_type == QD_VALUE_BINARY && (cell->flags & QD_CELL_RELEVANT) != 0 && cell->node != NULL && cell->node->value != NULL && !g_ptr_array_find_with_equal_func (out, cell->node->value, g_str_equal, NULL))
        g_ptr_array_add (out, g_strdup (cell->node->value));
    }
}

GPtrArray *
qd_instance_get_attachments (QdInstance *self)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (g_free);

  collect_attachments (self->root, out);
  return out;
}
