/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-instance"
#include "config.h"
#include "qd-instance-private.h"

#include <string.h>

/* Indexes: which items (elements of one name below one parent) have these texts in these children. Those of other instances are made once.
 * Those of a repeat hear of every change; what changed is put right when the index is next asked, and when much has changed it is made anew
 * then, which costs no more than looking through the rows once. */

/* Fewer items are found faster by looking. */
#define FEW_ITEMS 16
/* Changes that are put right one by one. */
#define MAX_PENDING 64

typedef struct
{
  char *text;       /* (owned): its key in `buckets` */
  GPtrArray *items; /* (owned) (element-type QdTreeNode): in document order */
} Bucket;

struct _QdIndex
{
  const char *names[QD_EXPR_MAX_KEYS]; /* interned */
  guint n_names;
  GHashTable *buckets; /* (owned) (nullable): text → Bucket; NULL when items have several children of a name, so that no text says it all */
  GHashTable *places;  /* (owned) (nullable): item → Bucket; of repeats only */
  GHashTable *stale;   /* (owned) (nullable): items to be put where they belong now */
  guint n_pending;     /* changes since it was last asked */
};

static void
free_bucket (gpointer data)
{
  Bucket *bucket = data;

  g_free (bucket->text);
  g_ptr_array_unref (bucket->items);
  g_free (bucket);
}

static QdIndex *
new_index (const char *const *names, guint n_names)
{
  QdIndex *self = g_new0 (QdIndex, 1);

  memcpy (self->names, names, n_names * sizeof *names);
  self->n_names = n_names;
  self->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_bucket);
  return self;
}

void
qd_index_free (QdIndex *self)
{
  g_clear_pointer (&self->buckets, g_hash_table_unref);
  g_clear_pointer (&self->places, g_hash_table_unref);
  g_clear_pointer (&self->stale, g_hash_table_unref);
  g_free (self);
}

static void
append_key (GString *key, const char *text)
{
  /* With its length in front, no text runs into the next one. */
  g_string_append_printf (key, "%" G_GSIZE_FORMAT ":%s", strlen (text), text);
}

/* The texts of the children that the index is about, as one; NULL when there is none of one of the names. */
static char *
text_of_item (const QdIndex *self, const QdTreeNode *item)
{
  GString *key = self->n_names == 1 ? NULL : g_string_sized_new (64);

  for (guint i = 0; i < self->n_names; i++)
    {
      const QdTreeNode *child = qd_tree_node_find_child (item, NULL, self->names[i]);
      g_autofree char *text = child == NULL ? NULL : qd_tree_node_dup_string (child);

      if (key == NULL)
        return g_steal_pointer (&text);
      if (text == NULL)
        {
          g_string_free (key, TRUE);
          return NULL;
        }
      append_key (key, text);
    }
  return g_string_free (key, FALSE);
}

/* Takes @text. */
static Bucket *
get_bucket (QdIndex *self, char *text)
{
  Bucket *bucket = g_hash_table_lookup (self->buckets, text);

  if (bucket != NULL)
    {
      g_free (text);
      return bucket;
    }
  bucket = g_new (Bucket, 1);
  bucket->text = text;
  bucket->items = g_ptr_array_new ();
  g_hash_table_insert (self->buckets, bucket->text, bucket);
  return bucket;
}

static void
take_out (QdIndex *self, QdTreeNode *item)
{
  Bucket *bucket = g_hash_table_lookup (self->places, item);

  if (bucket == NULL)
    return;
  g_hash_table_remove (self->places, item);
  g_ptr_array_remove (bucket->items, item);
  if (bucket->items->len == 0)
    g_hash_table_remove (self->buckets, bucket->text);
}

static void
put_in (QdIndex *self, QdTreeNode *item)
{
  char *text = text_of_item (self, item);
  Bucket *bucket;
  guint low = 0, high;

  if (text == NULL)
    return;
  bucket = get_bucket (self, text);
  high = bucket->items->len;
  /* Nearly always the last one. */
  if (high > 0 && ((QdTreeNode *) g_ptr_array_index (bucket->items, high - 1))->index < item->index)
    low = high;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (((QdTreeNode *) g_ptr_array_index (bucket->items, middle))->index < item->index)
        low = middle + 1;
      else
        high = middle;
    }
  g_ptr_array_insert (bucket->items, (int) low, item);
  if (self->places != NULL)
    g_hash_table_insert (self->places, item, bucket);
}

static const GPtrArray *
find_items (const QdIndex *self, const char *const *keys)
{
  static GPtrArray *none;
  g_autoptr (GString) key = NULL;
  const Bucket *bucket;

  if (self->buckets == NULL)
    return NULL;
  if (self->n_names > 1)
    {
      key = g_string_sized_new (64);
      for (guint i = 0; i < self->n_names; i++)
        append_key (key, keys[i]);
    }
  bucket = g_hash_table_lookup (self->buckets, key == NULL ? keys[0] : key->str);
  if (bucket != NULL)
    return bucket->items;
  if (g_once_init_enter (&none))
    g_once_init_leave (&none, g_ptr_array_new ());
  return none;
}

/* Other instances. */

static gboolean
has_doubles (const QdIndex *self, const QdTreeNode *item)
{
  for (guint i = 0; i < self->n_names; i++)
    {
      guint n = 0;

      for (guint j = 0; j < item->n_children; j++)
        n += item->children[j]->kind == QD_TREE_ELEMENT && item->children[j]->ns == NULL && strcmp (item->children[j]->name, self->names[i]) == 0;
      if (n > 1)
        return TRUE;
    }
  return FALSE;
}

static QdIndex *
index_items (const QdTreeNode *parent, const char *item_name, const char *const *names, guint n_names)
{
  QdIndex *self = new_index (names, n_names);

  for (guint i = 0; i < parent->n_children; i++)
    {
      QdTreeNode *item = parent->children[i];

      if (item->kind != QD_TREE_ELEMENT || item->ns != NULL || strcmp (item->name, item_name) != 0)
        continue;
      if (has_doubles (self, item))
        {
          g_clear_pointer (&self->buckets, g_hash_table_unref);
          return self;
        }
      put_in (self, item);
    }
  return self;
}

static QdIndex *
get_foreign_index (QdInstance *self, const QdTreeNode *parent, const char *item_name, const char *const *names, guint n_names)
{
  g_autoptr (GString) name = g_string_sized_new (64);
  QdIndex *index;

  g_string_append_printf (name, "%p/%s", (const void *) parent, item_name);
  for (guint i = 0; i < n_names; i++)
    g_string_append_printf (name, "/%s", names[i]);
  index = g_hash_table_lookup (self->lookups, name->str);
  if (index == NULL)
    {
      index = index_items (parent, item_name, names, n_names);
      g_hash_table_insert (self->lookups, g_strdup (name->str), index);
    }
  return index;
}

/* Repeats of the form's own data. */

static QdRange *
find_range (const QdTreeNode *parent, const char *item_name, const char *const *names, guint n_names)
{
  QdCell *cell = parent->data;
  const QdField *field = cell == NULL ? NULL : qd_field_find_child (qd_cell_get_field (cell), NULL, item_name);

  if (field == NULL || !field->is_repeat)
    return NULL;
  for (guint i = 0; i < n_names; i++)
    {
      const QdField *child = qd_field_find_child (field, NULL, names[i]);

      if (child == NULL || child->children->len > 0 || child->is_repeat || child->is_optional)
        return NULL;
    }
  return qd_cell_get_row (cell)->cells[field->slot].range;
}

static QdIndex *
get_row_index (QdRange *range, const char *const *names, guint n_names)
{
  QdIndex *self;
  GHashTableIter iter;
  gpointer item;

  for (guint i = 0; range->indexes != NULL && i < range->indexes->len; i++)
    {
      self = g_ptr_array_index (range->indexes, i);
      if (self->n_names != n_names || memcmp (self->names, names, n_names * sizeof *names) != 0)
        continue;
      self->n_pending = 0;
      if (g_hash_table_size (self->stale) == 0)
        return self;
      /* All of them first: where one goes is found by the order of the others. */
      g_hash_table_iter_init (&iter, self->stale);
      while (g_hash_table_iter_next (&iter, &item, NULL))
        take_out (self, item);
      g_hash_table_iter_init (&iter, self->stale);
      while (g_hash_table_iter_next (&iter, &item, NULL))
        put_in (self, item);
      g_hash_table_remove_all (self->stale);
      return self;
    }
  self = new_index (names, n_names);
  self->places = g_hash_table_new (NULL, NULL);
  self->stale = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < range->rows->len; i++)
    put_in (self, ((QdRow *) g_ptr_array_index (range->rows, i))->cells[0].node);
  if (range->indexes == NULL)
    range->indexes = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_index_free);
  g_ptr_array_add (range->indexes, self);
  return self;
}

static gboolean
is_about (const QdIndex *self, const char *name)
{
  for (guint i = 0; i < self->n_names; i++)
    if (self->names[i] == name)
      return TRUE;
  return FALSE;
}

void
qd_range_note_item (QdRange *range, const QdRow *row, const QdField *field)
{
  for (guint i = range->indexes->len; i-- > 0;)
    {
      QdIndex *self = g_ptr_array_index (range->indexes, i);

      if (field != NULL && (field->ns != NULL || !is_about (self, field->local)))
        continue;
      if (++self->n_pending > MAX_PENDING)
        g_ptr_array_remove_index (range->indexes, i);
      else
        g_hash_table_add (self->stale, row->cells[0].node);
    }
}

void
qd_range_forget_item (QdRange *range, const QdRow *row)
{
  for (guint i = range->indexes->len; i-- > 0;)
    {
      QdIndex *self = g_ptr_array_index (range->indexes, i);

      if (++self->n_pending > MAX_PENDING)
        g_ptr_array_remove_index (range->indexes, i);
      else
        {
          g_hash_table_remove (self->stale, row->cells[0].node);
          take_out (self, row->cells[0].node);
        }
    }
}

const GPtrArray *
qd_instance_find_items (QdEnv *env, QdTreeNode *parent, const char *item_name, const char *const *names, const char *const *keys, guint n)
{
  QdInstance *self = env->user_data;
  const QdTreeNode *top = parent;
  QdRange *range;

  if (parent->n_children < FEW_ITEMS)
    return NULL;
  while (top->parent != NULL)
    top = top->parent;
  if (top != qd_tree_get_document (self->tree))
    return find_items (get_foreign_index (self, parent, item_name, names, n), keys);
  range = find_range (parent, item_name, names, n);
  if (range == NULL || range->rows->len < FEW_ITEMS)
    return NULL;
  return find_items (get_row_index (range, names, n), keys);
}
