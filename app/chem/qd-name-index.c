/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem() */
#define G_LOG_DOMAIN "qd-name-index"
#include "config.h"
#include "qd-name-index.h"

#include <string.h>

#include "qd-pinyin.h"

/*
 * All that is searched lies in one text, a record after the other:
 *   \n code \t Chinese name \t English name \t initials
 * each folded. One pass over it with memmem() takes a millisecond or two for 50,000 records; a record with a hit is then ranked.
 */

enum
{
  FIELD_CODE,
  FIELD_ZH,
  FIELD_EN,
  FIELD_INITIALS,
  N_FIELDS
};

struct _QdNameIndex
{
  gatomicrefcount refs;
  GStringChunk *texts; /* (owned) */
  GArray *entries;     /* (owned) (element-type QdNameEntry) */
  GArray *starts;      /* (owned) (element-type gsize): where the record of an entry begins in the text */
  GString *text;       /* (owned) */
};

/* Best first. */
enum
{
  RANK_WHOLE,
  RANK_CODE,
  RANK_ZH_START,
  RANK_INITIALS_WHOLE,
  RANK_INITIALS_START,
  RANK_EN_START,
  RANK_ZH_PART,
  RANK_EN_PART,
  N_RANKS
};

typedef struct
{
  guint entry;
  guint length; /* of the name that matched */
  guint8 rank;
} Hit;

QdNameIndex *
qd_name_index_new (void)
{
  QdNameIndex *self = g_new0 (QdNameIndex, 1);

  g_atomic_ref_count_init (&self->refs);
  self->texts = g_string_chunk_new (64 * 1024);
  self->entries = g_array_new (FALSE, FALSE, sizeof (QdNameEntry));
  self->starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->text = g_string_new (NULL);
  return self;
}

/* What parts records and fields must not stand in them. */
static void
append_field (GString *out, char separator, const char *text)
{
  g_string_append_c (out, separator);
  for (; *text != '\0'; text++)
    if (*text != '\n' && *text != '\t')
      g_string_append_c (out, *text);
}

void
qd_name_index_add (QdNameIndex *self, const char *code, const char *name_zh, const char *name_en, gpointer data)
{
  const char *const given[] = { code != NULL ? code : "", name_zh != NULL ? name_zh : "", name_en != NULL ? name_en : "" };
  QdNameEntry entry = { g_string_chunk_insert_const (self->texts, given[0]), g_string_chunk_insert_const (self->texts, given[1]), g_string_chunk_insert_const (self->texts, given[2]), data };
  gsize start = self->text->len;
  g_autofree char *initials = *given[1] != '\0' ? qd_pinyin_dup_initials (given[1]) : g_strdup ("");

  g_array_append_val (self->entries, entry);
  g_array_append_val (self->starts, start);
  for (guint i = 0; i < G_N_ELEMENTS (given); i++)
    {
      g_autofree char *folded = qd_catalog_fold_name (given[i]);

      append_field (self->text, i == 0 ? '\n' : '\t', folded);
    }
  append_field (self->text, '\t', initials);
}

static void
add_once (QdNameIndex *self, GHashTable *seen, const char *cas, const char *zh, const char *en)
{
  g_autofree char *key = g_strdup_printf ("%s\t%s", cas, zh);

  if ((*cas == '\0' && *zh == '\0' && *en == '\0') || g_hash_table_contains (seen, key))
    return;
  g_hash_table_add (seen, g_steal_pointer (&key));
  qd_name_index_add (self, cas, zh, en, NULL);
}

QdNameIndex *
qd_name_index_new_substances (QdCatalog *lists, QdCatalog *inventory)
{
  QdNameIndex *self = qd_name_index_new ();
  QdCatalog *const catalogs[] = { lists, inventory };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint c = 0; c < G_N_ELEMENTS (catalogs); c++)
    for (guint i = 0; catalogs[c] != NULL && i < qd_catalog_get_n_entries (catalogs[c]); i++)
      {
        const QdCatalogEntry *entry = qd_catalog_get_entry (catalogs[c], i);

        /* Classes have no number; they are found by what is in them. In the inventory the serial number stands for a missing one. */
        if (*entry->cas != '\0' || catalogs[c] == inventory)
          add_once (self, seen, *entry->cas != '\0' ? entry->cas : entry->entry_no, entry->name_zh, entry->name_en);
      }
  for (guint i = 0; lists != NULL && i < qd_catalog_get_n_aliases (lists); i++)
    {
      const char *cas, *name;
      const char *alias = qd_catalog_get_alias (lists, i, &cas, &name);

      if (g_str_is_ascii (alias))
        add_once (self, seen, cas, "", alias);
      else
        add_once (self, seen, cas, alias, "");
    }
  return self;
}

QdNameIndex *
qd_name_index_ref (QdNameIndex *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
qd_name_index_unref (QdNameIndex *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_array_unref (self->entries);
  g_array_unref (self->starts);
  g_string_free (self->text, TRUE);
  g_string_chunk_free (self->texts);
  g_free (self);
}

guint
qd_name_index_get_size (QdNameIndex *self)
{
  return self->entries->len;
}

/* The entry whose record the place lies in. */
static guint
find_record (QdNameIndex *self, gsize place)
{
  guint low = 0, high = self->starts->len;

  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->starts, gsize, middle) <= place)
        low = middle;
      else
        high = middle;
    }
  return low;
}

static Hit
rank_record (QdNameIndex *self, guint entry, const char *needle, gsize length, gboolean only_starts)
{
  const char *field = self->text->str + g_array_index (self->starts, gsize, entry);
  const char *record_end = entry + 1 < self->starts->len ? self->text->str + g_array_index (self->starts, gsize, entry + 1) : self->text->str + self->text->len;
  Hit hit = { entry, 0, N_RANKS };

  for (guint i = 0; i < N_FIELDS; i++)
    {
      const char *start = field + 1;
      const char *end = i + 1 < N_FIELDS ? memchr (start, '\t', (gsize) (record_end - start)) : record_end;
      gsize size = (gsize) (end - start);
      gboolean begins = size >= length && memcmp (start, needle, length) == 0;
      guint8 rank = N_RANKS;

      field = end;
      if (begins && size == length && i != FIELD_INITIALS)
        rank = RANK_WHOLE;
      else if (i == FIELD_CODE)
        rank = begins ? RANK_CODE : N_RANKS;
      else if (i == FIELD_ZH)
        rank = begins ? RANK_ZH_START : !only_starts && memmem (start, size, needle, length) != NULL ? RANK_ZH_PART
                                                                                                     : N_RANKS;
      else if (i == FIELD_EN)
        rank = begins ? RANK_EN_START : !only_starts && memmem (start, size, needle, length) != NULL ? RANK_EN_PART
                                                                                                     : N_RANKS;
      else if (begins && size > 0)
        rank = size == length ? RANK_INITIALS_WHOLE : RANK_INITIALS_START;
      if (rank < hit.rank)
        {
          hit.rank = rank;
          hit.length = (guint) size;
        }
    }
  return hit;
}

static gboolean
comes_before (const Hit *a, const Hit *b)
{
  if (a->rank != b->rank)
    return a->rank < b->rank;
  if (a->length != b->length)
    return a->length < b->length;
  return a->entry < b->entry;
}

/* Keeps the best @max, sorted. */
static void
keep (GArray *hits, const Hit *hit, guint max)
{
  guint place = hits->len;

  if (hits->len == max && !comes_before (hit, &g_array_index (hits, Hit, max - 1)))
    return;
  while (place > 0 && comes_before (hit, &g_array_index (hits, Hit, place - 1)))
    place--;
  if (hits->len == max)
    g_array_set_size (hits, max - 1);
  g_array_insert_val (hits, place, *hit);
}

static void
search_text (QdNameIndex *self, const char *pattern, gsize pattern_length, const char *needle, gsize length, gboolean only_starts, guint max, GArray *hits)
{
  const char *at = self->text->str, *end = at + self->text->len;

  while ((at = memmem (at, (gsize) (end - at), pattern, pattern_length)) != NULL)
    {
      guint entry = find_record (self, (gsize) (at - self->text->str));
      Hit hit = rank_record (self, entry, needle, length, only_starts);

      if (hit.rank < N_RANKS)
        keep (hits, &hit, max);
      if (entry + 1 >= self->starts->len)
        break;
      at = self->text->str + g_array_index (self->starts, gsize, entry + 1);
    }
}

GPtrArray *
qd_name_index_search (QdNameIndex *self, const char *typed, guint max)
{
  g_autofree char *needle = qd_catalog_fold_name (typed);
  GPtrArray *found = g_ptr_array_new ();
  g_autoptr (GArray) hits = g_array_sized_new (FALSE, FALSE, sizeof (Hit), max + 1);
  gsize length = strlen (needle);

  if (length == 0 || max == 0 || self->entries->len == 0)
    return found;
  if (length == 1)
    {
      /* Every second name has the letter somewhere. */
      char code[] = { '\n', *needle, '\0' }, name[] = { '\t', *needle, '\0' };
      g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
      guint n;

      search_text (self, code, 2, needle, 1, TRUE, max, hits);
      for (guint i = 0; i < hits->len; i++)
        g_hash_table_add (seen, GUINT_TO_POINTER (g_array_index (hits, Hit, i).entry));
      n = hits->len;
      if (n < max)
        {
          g_autoptr (GArray) others = g_array_new (FALSE, FALSE, sizeof (Hit));

          search_text (self, name, 2, needle, 1, TRUE, max, others);
          for (guint i = 0; i < others->len; i++)
            if (!g_hash_table_contains (seen, GUINT_TO_POINTER (g_array_index (others, Hit, i).entry)))
              keep (hits, &g_array_index (others, Hit, i), max);
        }
    }
  else
    search_text (self, needle, length, needle, length, FALSE, max, hits);
  for (guint i = 0; i < hits->len; i++)
    g_ptr_array_add (found, &g_array_index (self->entries, QdNameEntry, g_array_index (hits, Hit, i).entry));
  return found;
}
