/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-catalog"
#include "config.h"
#include "qd-catalog.h"

#include <string.h>

#include "qd-csv.h"
#include "qd-ident.h"

/* A CAS number has at most ten digits: as a number it is its own hash key. */
G_STATIC_ASSERT (GLIB_SIZEOF_VOID_P >= 8);

#define NONE G_MAXUINT

/* Entries under one key (a CAS number, a name, a group) are a chain. */
typedef struct
{
  guint entry;
  guint next;
} Link;

typedef struct
{
  QdCatalogClass texts;
  char **not_zh; /* (owned) */
  char **not_en; /* (owned) */
  GArray *rows;  /* (owned) (element-type guint): one entry for each list and number of these groups */
} ClassRule;

/* A word that points to a class. */
typedef struct
{
  char *text; /* (owned): case-folded */
  guint rule;
  gboolean is_latin;
  gboolean open_start; /* letters may stand before it, */
  gboolean open_end;   /* after it */
} ClassWord;

typedef struct
{
  const char *alias;
  const char *cas;
  const char *name;
} Alias;

struct _QdCatalog
{
  gatomicrefcount refs;
  GStringChunk *texts;  /* (owned) */
  GArray *entries;      /* (owned) (element-type QdCatalogEntry) */
  GArray *links;        /* (owned) (element-type Link) */
  GHashTable *by_cas;   /* (owned): number → first link + 1 */
  GHashTable *by_name;  /* (owned): folded name → first link + 1 */
  GPtrArray *rules;     /* (owned) (element-type ClassRule) */
  GPtrArray *words;     /* (owned) (element-type ClassWord) */
  GHashTable *starts;   /* (owned): first character of a word → GPtrArray of words */
  GArray *aliases;      /* (owned) (element-type Alias) */
  GHashTable *by_alias; /* (owned): folded alias → index + 1 */
};

/* Texts. */

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text >= 0x80)
      return FALSE;
  return TRUE;
}

/* Half-width, small, one kind of brackets, dashes and primes. @spaces: one stays where there were some, else none. */
static char *
fold (const char *text, gboolean spaces)
{
  gboolean plain = is_ascii (text);
  g_autofree char *valid = plain || g_utf8_validate (text, -1, NULL) ? NULL : g_utf8_make_valid (text, -1);
  g_autofree char *half = plain ? NULL : g_utf8_normalize (valid != NULL ? valid : text, -1, G_NORMALIZE_NFKC);
  g_autofree char *folded = half != NULL ? g_utf8_casefold (half, -1) : g_ascii_strdown (text, -1);
  GString *out = g_string_sized_new (strlen (folded));

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = (guchar) *p < 0x80 ? (gunichar) *p : g_utf8_get_char (p);

      if (c < 0x80 ? g_ascii_isspace ((char) c) : (g_unichar_isspace (c) || c == 0x200b || c == 0xfeff))
        {
          if (spaces && out->len > 0 && out->str[out->len - 1] != ' ')
            g_string_append_c (out, ' ');
        }
      else if (c == '[' || c == '{' || c == 0x3010 || c == 0x3014)
        g_string_append_c (out, '(');
      else if (c == ']' || c == '}' || c == 0x3011 || c == 0x3015)
        g_string_append_c (out, ')');
      else if (c < 0x80)
        g_string_append_c (out, (char) c);
      else if (g_unichar_type (c) == G_UNICODE_DASH_PUNCTUATION || c == 0x2212)
        g_string_append_c (out, '-');
      else if (c == 0x2032 || c == 0x2019 || c == 0x2018)
        g_string_append_c (out, '\'');
      else if (c == 0x3001)
        g_string_append_c (out, ',');
      else
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

char *
qd_catalog_fold_name (const char *name)
{
  return fold (name, FALSE);
}

guint64
qd_catalog_cas_number (const char *cas)
{
  g_autofree char *folded = NULL;
  guint64 number = 0;

  if (cas == NULL || *cas == '\0')
    return 0;
  if (!qd_cas_is_valid (cas))
    {
      folded = qd_catalog_fold_name (cas);
      if (!qd_cas_is_valid (folded))
        return 0;
      cas = folded;
    }
  for (; *cas != '\0'; cas++)
    if (*cas != '-')
      number = number * 10 + (guint64) (*cas - '0');
  return number;
}

/* Building. */

static void
add_link (QdCatalog *self, GHashTable *table, gpointer key, guint entry)
{
  gpointer first = g_hash_table_lookup (table, key);
  Link link = { entry, NONE };

  if (first == NULL)
    {
      g_array_append_val (self->links, link);
      g_hash_table_insert (table, key, GUINT_TO_POINTER (self->links->len));
      return;
    }
  /* At the end: matches come in the order of the lists. */
  for (guint i = GPOINTER_TO_UINT (first) - 1;;)
    {
      Link *at = &g_array_index (self->links, Link, i);

      if (at->entry == entry)
        return;
      if (at->next == NONE)
        {
          at->next = self->links->len;
          break;
        }
      i = at->next;
    }
  g_array_append_val (self->links, link);
}

static void
index_entry (QdCatalog *self, guint i)
{
  const QdCatalogEntry *entry = &g_array_index (self->entries, QdCatalogEntry, i);
  const char *const names[] = { entry->name_zh, entry->name_en };
  g_auto (GStrv) parts = g_strsplit_set (entry->cas, ";,| \n", -1);

  for (guint k = 0; parts[k] != NULL; k++)
    {
      guint64 number = qd_catalog_cas_number (parts[k]);

      if (number != 0)
        add_link (self, self->by_cas, GSIZE_TO_POINTER (number), i);
    }
  for (guint k = 0; k < G_N_ELEMENTS (names); k++)
    {
      g_autofree char *key = qd_catalog_fold_name (names[k]);

      if (*key != '\0')
        add_link (self, self->by_name, g_string_chunk_insert_const (self->texts, key), i);
    }
}

typedef struct
{
  QdCsvReader reader;
  GPtrArray *names;
  GPtrArray *cells;
} Rows;

static gboolean
rows_open (Rows *rows, GBytes *csv)
{
  gsize length;
  const char *text = g_bytes_get_data (csv, &length);

  if (length > 0 && !g_utf8_validate_len (text, length, NULL))
    return FALSE;
  rows->names = g_ptr_array_new_with_free_func (g_free);
  rows->cells = g_ptr_array_new_with_free_func (g_free);
  qd_csv_reader_init (&rows->reader, text, length);
  return qd_csv_reader_next (&rows->reader, rows->names);
}

static void
rows_close (Rows *rows)
{
  g_clear_pointer (&rows->names, g_ptr_array_unref);
  g_clear_pointer (&rows->cells, g_ptr_array_unref);
}

static int
rows_find (const Rows *rows, const char *name)
{
  for (guint i = 0; i < rows->names->len; i++)
    if (g_str_equal (g_strstrip (g_ptr_array_index (rows->names, i)), name))
      return (int) i;
  return -1;
}

static const char *
rows_get (const Rows *rows, int column)
{
  return column < 0 || (guint) column >= rows->cells->len ? "" : g_strstrip (g_ptr_array_index (rows->cells, column));
}

static void
read_entries (QdCatalog *self, GBytes *csv)
{
  static const char *const names[] = { "list", "list_id", "entry_no", "name_zh", "name_en", "cas", "group", "measure_zh", "exemption_zh", "effective_from", "effective_to", "source", "hs_code", "formula" };
  int columns[G_N_ELEMENTS (names)];
  Rows rows = { 0 };
  int code;

  if (!rows_open (&rows, csv))
    {
      rows_close (&rows);
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    columns[i] = rows_find (&rows, names[i]);
  code = rows_find (&rows, "code");
  while (qd_csv_reader_next (&rows.reader, rows.cells))
    {
      QdCatalogEntry entry;
      const char *texts[G_N_ELEMENTS (names)];

      if (rows.cells->len == 1 && *rows_get (&rows, 0) == '\0')
        continue;
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        texts[i] = g_string_chunk_insert_const (self->texts, rows_get (&rows, columns[i]));
      if (columns[2] < 0)
        {
          g_autofree char *number = code >= 0 ? g_strdup (rows_get (&rows, code)) : g_strdup_printf ("%u", self->entries->len + 1);

          texts[2] = g_string_chunk_insert_const (self->texts, number);
        }
      entry = (QdCatalogEntry){ texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], texts[6], texts[7], texts[8], texts[9], texts[10], texts[11], texts[12], texts[13] };
      g_array_append_val (self->entries, entry);
      index_entry (self, self->entries->len - 1);
    }
  rows_close (&rows);
}

static void
free_rule (gpointer data)
{
  ClassRule *rule = data;

  g_strfreev (rule->not_zh);
  g_strfreev (rule->not_en);
  g_array_unref (rule->rows);
  g_free (rule);
}

static void
free_word (gpointer data)
{
  ClassWord *word = data;

  g_free (word->text);
  g_free (word);
}

static char **
split_words (const char *text)
{
  g_autofree char *folded = fold (text, TRUE);

  return *folded == '\0' ? g_new0 (char *, 1) : g_strsplit (folded, "|", -1);
}

/* "lead" is the word itself, "mercur*" its beginning, "*mycin" its end, "*cyanide*" anywhere. */
static void
add_words (QdCatalog *self, guint rule, const char *text, gboolean is_latin)
{
  g_auto (GStrv) words = split_words (text);

  for (guint i = 0; words[i] != NULL; i++)
    {
      ClassWord *word;
      char *start = g_strstrip (words[i]);
      gsize length = strlen (start);
      gboolean open_start = length > 1 && start[0] == '*';
      gboolean open_end = length > 1 && start[length - 1] == '*';
      gpointer first;
      GPtrArray *same;

      if (length == 0)
        continue;
      word = g_new0 (ClassWord, 1);
      word->text = g_strndup (start + open_start, length - open_start - open_end);
      word->rule = rule;
      word->is_latin = is_latin;
      word->open_start = open_start;
      word->open_end = open_end;
      g_ptr_array_add (self->words, word);
      first = GUINT_TO_POINTER (g_utf8_get_char (word->text));
      same = g_hash_table_lookup (self->starts, first);
      if (same == NULL)
        {
          same = g_ptr_array_new ();
          g_hash_table_insert (self->starts, first, same);
        }
      g_ptr_array_add (same, word);
    }
}

/* The row that stands for the entry: that of the class itself, which has no CAS number, or the first. */
static void
collect_rows (QdCatalog *self, ClassRule *rule, char **groups)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      const QdCatalogEntry *entry = &g_array_index (self->entries, QdCatalogEntry, i);
      gboolean is_new = TRUE;

      if (*entry->group == '\0' || !g_strv_contains ((const char *const *) groups, entry->group))
        continue;
      for (guint k = 0; k < rule->rows->len && is_new; k++)
        {
          guint *row = &g_array_index (rule->rows, guint, k);
          const QdCatalogEntry *other = &g_array_index (self->entries, QdCatalogEntry, *row);

          if (!g_str_equal (other->list_id, entry->list_id) || !g_str_equal (other->entry_no, entry->entry_no))
            continue;
          is_new = FALSE;
          if (*other->cas != '\0' && *entry->cas == '\0')
            *row = i;
        }
      if (is_new)
        g_array_append_val (rule->rows, i);
    }
}

static void
read_rules (QdCatalog *self, GBytes *csv)
{
  static const char *const names[] = { "groups", "zh", "not_zh", "en", "not_en", "note_zh", "note_en", "tag_zh", "tag_en" };
  int columns[G_N_ELEMENTS (names)];
  Rows rows = { 0 };

  if (rows_open (&rows, csv))
    {
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        columns[i] = rows_find (&rows, names[i]);
      while (qd_csv_reader_next (&rows.reader, rows.cells))
        {
          ClassRule *rule;
          g_auto (GStrv) groups = g_strsplit (rows_get (&rows, columns[0]), "|", -1);

          if (groups[0] == NULL || *groups[0] == '\0')
            continue;
          rule = g_new0 (ClassRule, 1);
          rule->texts.groups = g_string_chunk_insert_const (self->texts, rows_get (&rows, columns[0]));
          rule->texts.note_zh = g_string_chunk_insert_const (self->texts, rows_get (&rows, columns[5]));
          rule->texts.note_en = g_string_chunk_insert_const (self->texts, rows_get (&rows, columns[6]));
          rule->texts.tag_zh = g_string_chunk_insert_const (self->texts, rows_get (&rows, columns[7]));
          rule->texts.tag_en = g_string_chunk_insert_const (self->texts, rows_get (&rows, columns[8]));
          rule->not_zh = split_words (rows_get (&rows, columns[2]));
          rule->not_en = split_words (rows_get (&rows, columns[4]));
          rule->rows = g_array_new (FALSE, FALSE, sizeof (guint));
          collect_rows (self, rule, groups);
          g_ptr_array_add (self->rules, rule);
          add_words (self, self->rules->len - 1, rows_get (&rows, columns[1]), FALSE);
          add_words (self, self->rules->len - 1, rows_get (&rows, columns[3]), TRUE);
        }
    }
  rows_close (&rows);
}

static void
read_aliases (QdCatalog *self, GBytes *csv)
{
  Rows rows = { 0 };

  if (rows_open (&rows, csv))
    {
      int alias_column = rows_find (&rows, "alias"), cas_column = rows_find (&rows, "cas"), name_column = rows_find (&rows, "name");

      while (qd_csv_reader_next (&rows.reader, rows.cells))
        {
          Alias alias;
          g_autofree char *key = qd_catalog_fold_name (rows_get (&rows, alias_column));

          if (*key == '\0' || qd_catalog_cas_number (rows_get (&rows, cas_column)) == 0)
            continue;
          alias.alias = g_string_chunk_insert_const (self->texts, rows_get (&rows, alias_column));
          alias.cas = g_string_chunk_insert_const (self->texts, rows_get (&rows, cas_column));
          alias.name = g_string_chunk_insert_const (self->texts, rows_get (&rows, name_column));
          g_array_append_val (self->aliases, alias);
          g_hash_table_insert (self->by_alias, g_string_chunk_insert_const (self->texts, key), GUINT_TO_POINTER (self->aliases->len));
        }
    }
  rows_close (&rows);
}

QdCatalog *
qd_catalog_new (GBytes *csv, GBytes *class_names, GBytes *aliases)
{
  QdCatalog *self = g_new0 (QdCatalog, 1);

  g_atomic_ref_count_init (&self->refs);
  self->texts = g_string_chunk_new (64 * 1024);
  self->entries = g_array_new (FALSE, FALSE, sizeof (QdCatalogEntry));
  self->links = g_array_new (FALSE, FALSE, sizeof (Link));
  self->by_cas = g_hash_table_new (NULL, NULL);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->rules = g_ptr_array_new_with_free_func (free_rule);
  self->words = g_ptr_array_new_with_free_func (free_word);
  self->starts = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_ptr_array_unref);
  self->aliases = g_array_new (FALSE, FALSE, sizeof (Alias));
  self->by_alias = g_hash_table_new (g_str_hash, g_str_equal);
  read_entries (self, csv);
  if (class_names != NULL)
    read_rules (self, class_names);
  if (aliases != NULL)
    read_aliases (self, aliases);
  return self;
}

QdCatalog *
qd_catalog_ref (QdCatalog *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
qd_catalog_unref (QdCatalog *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->by_cas);
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->starts);
  g_hash_table_unref (self->by_alias);
  g_ptr_array_unref (self->words);
  g_ptr_array_unref (self->rules);
  g_array_unref (self->links);
  g_array_unref (self->aliases);
  g_array_unref (self->entries);
  g_string_chunk_free (self->texts);
  g_free (self);
}

guint
qd_catalog_get_n_entries (QdCatalog *self)
{
  return self->entries->len;
}

const QdCatalogEntry *
qd_catalog_get_entry (QdCatalog *self, guint i)
{
  g_return_val_if_fail (i < self->entries->len, NULL);
  return &g_array_index (self->entries, QdCatalogEntry, i);
}

guint
qd_catalog_get_n_aliases (QdCatalog *self)
{
  return self->aliases->len;
}

const char *
qd_catalog_get_alias (QdCatalog *self, guint i, const char **cas_out, const char **name_out)
{
  const Alias *alias;

  g_return_val_if_fail (i < self->aliases->len, NULL);
  alias = &g_array_index (self->aliases, Alias, i);
  *cas_out = alias->cas;
  *name_out = alias->name;
  return alias->alias;
}

/* Matching. */

/* Keeps the surest match of each entry of a list. */
static void
add_match (GArray *matches, guint first, const QdMatch *match)
{
  for (guint i = first; i < matches->len; i++)
    {
      QdMatch *other = &g_array_index (matches, QdMatch, i);

      if (!g_str_equal (other->entry->entry_no, match->entry->entry_no) || !g_str_equal (other->entry->list_id, match->entry->list_id))
        continue;
      if (match->kind < other->kind)
        *other = *match;
      return;
    }
  g_array_append_val (matches, *match);
}

static void
match_cas (QdCatalog *self, guint64 number, QdMatchKind kind, const Alias *alias, GArray *matches, guint first)
{
  gpointer found = number != 0 ? g_hash_table_lookup (self->by_cas, GSIZE_TO_POINTER (number)) : NULL;

  for (guint i = GPOINTER_TO_UINT (found) - 1; found != NULL && i != NONE; i = g_array_index (self->links, Link, i).next)
    {
      QdMatch match = { &g_array_index (self->entries, QdCatalogEntry, g_array_index (self->links, Link, i).entry), kind, NULL, alias != NULL ? alias->cas : NULL, alias != NULL ? alias->name : NULL };

      add_match (matches, first, &match);
    }
}

static void
match_name (QdCatalog *self, const char *key, guint64 number, GArray *matches, guint first)
{
  gpointer found = g_hash_table_lookup (self->by_name, key);

  for (guint i = GPOINTER_TO_UINT (found) - 1; found != NULL && i != NONE; i = g_array_index (self->links, Link, i).next)
    {
      QdMatch match = { &g_array_index (self->entries, QdCatalogEntry, g_array_index (self->links, Link, i).entry), QD_MATCH_NAME, NULL, NULL, NULL };

      /* Another substance of the same name is not the one on the list; or one of the two is wrong. */
      if (number != 0 && *match.entry->cas != '\0')
        match.kind = QD_MATCH_OTHER_CAS;
      add_match (matches, first, &match);
    }
}

static gboolean
contains_any (const char *text, char **words)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && strstr (text, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

static void
match_classes (QdCatalog *self, const char *text, GArray *matches, guint first)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      GPtrArray *words = g_hash_table_lookup (self->starts, GUINT_TO_POINTER ((guchar) *p < 0x80 ? (gunichar) *p : g_utf8_get_char (p)));

      for (guint i = 0; words != NULL && i < words->len; i++)
        {
          const ClassWord *word = g_ptr_array_index (words, i);
          const ClassRule *rule;
          gsize length = strlen (word->text);

          if (strncmp (p, word->text, length) != 0)
            continue;
          if (word->is_latin && ((!word->open_start && p > text && g_ascii_isalpha (p[-1])) || (!word->open_end && g_ascii_isalpha (p[length]))))
            continue;
          rule = g_ptr_array_index (self->rules, word->rule);
          if (contains_any (text, rule->not_zh) || contains_any (text, rule->not_en))
            continue;
          for (guint k = 0; k < rule->rows->len; k++)
            {
              QdMatch match = { &g_array_index (self->entries, QdCatalogEntry, g_array_index (rule->rows, guint, k)), QD_MATCH_CLASS, &rule->texts, NULL, NULL };

              add_match (matches, first, &match);
            }
        }
    }
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const QdMatch *left = a, *right = b;

  return left->entry < right->entry ? -1 : left->entry > right->entry;
}

void
qd_catalog_match (QdCatalog *self, const char *cas, const char *name_zh, const char *name_en, GArray *matches)
{
  const char *const names[] = { name_zh, name_en };
  guint64 number = qd_catalog_cas_number (cas);
  guint first = matches->len;

  match_cas (self, number, QD_MATCH_CAS, NULL, matches, first);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *key = NULL;
      g_autofree char *text = NULL;
      gpointer alias;

      if (names[i] == NULL || *names[i] == '\0')
        continue;
      key = qd_catalog_fold_name (names[i]);
      match_name (self, key, number, matches, first);
      alias = g_hash_table_lookup (self->by_alias, key);
      if (alias != NULL)
        {
          const Alias *found = &g_array_index (self->aliases, Alias, GPOINTER_TO_UINT (alias) - 1);

          if (number == 0 || number != qd_catalog_cas_number (found->cas))
            match_cas (self, qd_catalog_cas_number (found->cas), QD_MATCH_ALIAS, found, matches, first);
        }
      if (self->rules->len == 0)
        continue;
      /* Words need their gaps; a folded name without any serves as it is. */
      text = strchr (names[i], ' ') != NULL ? fold (names[i], TRUE) : NULL;
      match_classes (self, text != NULL ? text : key, matches, first);
    }
  if (matches->len - first > 1)
    qsort (&g_array_index (matches, QdMatch, first), matches->len - first, sizeof (QdMatch), compare_entries);
}

const char *
qd_catalog_find (QdCatalog *self, const char *cas, const char *name)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (QdMatch));
  const QdMatch *best = NULL;

  qd_catalog_match (self, cas, name, NULL, matches);
  for (guint i = 0; i < matches->len; i++)
    {
      const QdMatch *match = &g_array_index (matches, QdMatch, i);

      if (qd_match_is_certain (match) && (best == NULL || match->kind < best->kind))
        best = match;
    }
  return best != NULL ? best->entry->entry_no : NULL;
}

void
qd_catalog_find_lists (QdCatalog *self, const char *cas, const char *name_zh, const char *name_en, char **certain_out, char **maybe_out)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (QdMatch));
  GString *texts[] = { g_string_new (NULL), g_string_new (NULL) };
  const char *last[] = { NULL, NULL };

  qd_catalog_match (self, cas, name_zh, name_en, matches);
  /* A list that certainly has the substance asks nothing more. */
  for (guint i = 0; i < matches->len;)
    {
      const char *id = g_array_index (matches, QdMatch, i).entry->list_id;
      gboolean is_listed = FALSE;
      GString *out;

      for (; i < matches->len && g_str_equal (g_array_index (matches, QdMatch, i).entry->list_id, id); i++)
        is_listed = is_listed || qd_match_is_certain (&g_array_index (matches, QdMatch, i));
      if (last[is_listed] != NULL && g_str_equal (last[is_listed], id))
        continue;
      out = texts[is_listed];
      if (out->len > 0)
        g_string_append_c (out, ' ');
      g_string_append (out, id);
      last[is_listed] = id;
    }
  *maybe_out = g_string_free (texts[FALSE], FALSE);
  *certain_out = g_string_free (texts[TRUE], FALSE);
}
