/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import-identity"
#include "config.h"

#include "qd-import-identity-private.h"

#include <glib/gi18n-lib.h>

#include "qd-ident.h"

/* What goes with a name, or with a number: the first two that differ tell all that is asked. */
typedef struct
{
  const char *texts[2]; /* numbers of a name; names of a number */
  guint rows[2];
} Known;

struct _QdIdentities
{
  QdCatalog *catalog;  /* (owned) (nullable) */
  GStringChunk *texts; /* (owned) */
  GPtrArray *blocks;   /* (owned) (element-type Known): BLOCK of them each */
  guint n_known;
  GHashTable *by_name; /* (owned): folded name → Known */
  GHashTable *by_cas;  /* (owned): CAS number → Known */
};

/* Hundreds of thousands of them are learned and forgotten together: they lie in blocks. */
#define BLOCK 1024

QdIdentities *
qd_identities_new (QdCatalog *catalog)
{
  QdIdentities *self = g_new0 (QdIdentities, 1);

  self->catalog = catalog != NULL ? qd_catalog_ref (catalog) : NULL;
  self->texts = g_string_chunk_new (16 * 1024);
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_cas = g_hash_table_new (NULL, NULL);
  return self;
}

void
qd_identities_free (QdIdentities *self)
{
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->by_cas);
  g_ptr_array_unref (self->blocks);
  g_string_chunk_free (self->texts);
  g_clear_pointer (&self->catalog, qd_catalog_unref);
  g_free (self);
}

static Known *
known_new (QdIdentities *self)
{
  if (self->n_known % BLOCK == 0)
    g_ptr_array_add (self->blocks, g_new0 (Known, BLOCK));
  return (Known *) g_ptr_array_index (self->blocks, self->blocks->len - 1) + self->n_known++ % BLOCK;
}

static void
learn (QdIdentities *self, Known *known, const char *text, guint row)
{
  guint i = known->texts[0] == NULL ? 0 : 1;

  if (known->texts[1] != NULL || (i == 1 && g_str_equal (known->texts[0], text)))
    return;
  known->texts[i] = g_string_chunk_insert (self->texts, text);
  known->rows[i] = row;
}

void
qd_identities_add (QdIdentities *self, const char *name, const char *cas, guint row)
{
  guint64 number = qd_catalog_cas_number (cas);
  g_autofree char *key = NULL;
  Known *known;

  if (number == 0 || *name == '\0')
    return;
  key = qd_catalog_fold_name (name);
  known = g_hash_table_lookup (self->by_cas, GSIZE_TO_POINTER (number));
  if (known == NULL)
    {
      known = known_new (self);
      g_hash_table_insert (self->by_cas, GSIZE_TO_POINTER (number), known);
    }
  /* Names are kept as they are written; equal ones differ in form only. */
  if (known->texts[0] != NULL && known->texts[1] == NULL)
    {
      g_autofree char *other = qd_catalog_fold_name (known->texts[0]);

      if (!g_str_equal (other, key))
        learn (self, known, name, row);
    }
  else
    learn (self, known, name, row);
  known = g_hash_table_lookup (self->by_name, key);
  if (known == NULL)
    {
      known = known_new (self);
      g_hash_table_insert (self->by_name, g_string_chunk_insert (self->texts, key), known);
    }
  learn (self, known, cas, row);
}

/* The first of the two that is not @text; names are compared folded. */
static const char *
find_other (const Known *known, const char *text, gboolean is_name, guint *row_out)
{
  for (guint i = 0; known != NULL && i < 2 && known->texts[i] != NULL; i++)
    {
      g_autofree char *folded = is_name ? qd_catalog_fold_name (known->texts[i]) : NULL;

      if (is_name ? !g_str_equal (folded, text) : qd_catalog_cas_number (known->texts[i]) != qd_catalog_cas_number (text))
        {
          *row_out = known->rows[i];
          return known->texts[i];
        }
    }
  return NULL;
}

static char *
dup_place (guint row, const char *list)
{
  if (list != NULL)
    return g_strdup_printf (_ ("list %s"), list);
  return row > 0 ? g_strdup_printf (_ ("row %u"), row) : g_strdup (_ ("the declaration"));
}

char *
qd_identities_dup_contradiction (QdIdentities *self, const char *name, const char *cas)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (QdMatch));
  g_autofree char *key = qd_catalog_fold_name (name);
  guint name_row = 0, cas_row = 0;
  const char *other_name = find_other (g_hash_table_lookup (self->by_cas, GSIZE_TO_POINTER (qd_catalog_cas_number (cas))), key, TRUE, &name_row);
  const char *other_cas = find_other (g_hash_table_lookup (self->by_name, key), cas, FALSE, &cas_row);
  const char *name_list = NULL, *cas_list = NULL;
  g_autofree char *name_place = NULL, *cas_place = NULL;

  if (self->catalog != NULL && (other_name == NULL || other_cas == NULL))
    qd_catalog_match (self->catalog, cas, name, NULL, matches);
  for (guint i = 0; i < matches->len; i++)
    {
      const QdMatch *match = &g_array_index (matches, QdMatch, i);
      g_autofree char *listed = match->kind == QD_MATCH_CAS ? qd_catalog_fold_name (match->entry->name_zh) : NULL;

      if (listed != NULL && other_name == NULL && !g_str_equal (listed, key))
        {
          other_name = match->entry->name_zh;
          name_list = match->entry->list_id;
        }
      if (match->kind == QD_MATCH_OTHER_CAS && other_cas == NULL)
        {
          other_cas = match->entry->cas;
          cas_list = match->entry->list_id;
        }
    }
  if (other_name == NULL || other_cas == NULL)
    return NULL;
  name_place = dup_place (name_row, name_list);
  cas_place = dup_place (cas_row, cas_list);
  /* Translators: CAS number, name with it, place of that ("row 84"), name of the row, its usual number, place of that */
  return g_strdup_printf (_ ("The CAS number %s is that of “%s” (%s); “%s” has %s (%s). Correct the one that is wrong."), cas, other_name, name_place, name, other_cas, cas_place);
}

char *
qd_identities_dup_hint (QdIdentities *self, const char *name)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (QdMatch));
  g_autofree char *key = NULL;
  const Known *known;

  if (*name == '\0')
    return NULL;
  key = qd_catalog_fold_name (name);
  known = g_hash_table_lookup (self->by_name, key);
  if (known != NULL && known->texts[1] == NULL)
    {
      g_autofree char *place = dup_place (known->rows[0], NULL);

      return g_strdup_printf (_ ("“%s” has %s in %s."), name, known->texts[0], place);
    }
  if (self->catalog == NULL)
    return NULL;
  qd_catalog_match (self->catalog, NULL, name, NULL, matches);
  for (guint i = 0; i < matches->len; i++)
    {
      const QdMatch *match = &g_array_index (matches, QdMatch, i);

      if (match->kind == QD_MATCH_ALIAS)
        return g_strdup_printf (_ ("“%s” is a common name of %s, %s, which is on control lists: confirm, and enter the number."), name, match->alias_name, match->alias_cas);
      if (match->kind == QD_MATCH_NAME && *match->entry->cas != '\0')
        return g_strdup_printf (_ ("“%s” has %s in %s."), name, match->entry->cas, match->entry->list_id);
    }
  return NULL;
}

char *
qd_identities_dup_number (QdIdentities *self, const char *name)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (QdMatch));
  g_autofree char *key = qd_catalog_fold_name (name);
  const Known *known = g_hash_table_lookup (self->by_name, key);
  const char *number = NULL;

  if (*name == '\0')
    return NULL;
  if (known != NULL)
    return known->texts[1] == NULL && qd_cas_is_valid (known->texts[0]) ? g_strdup (known->texts[0]) : NULL;
  if (self->catalog != NULL)
    qd_catalog_match (self->catalog, NULL, name, NULL, matches);
  for (guint i = 0; i < matches->len; i++)
    {
      const QdMatch *match = &g_array_index (matches, QdMatch, i);

      if (match->kind != QD_MATCH_NAME || *match->entry->cas == '\0')
        continue;
      if (number != NULL && !g_str_equal (number, match->entry->cas))
        return NULL;
      number = match->entry->cas;
    }
  return number != NULL && qd_cas_is_valid (number) ? g_strdup (number) : NULL;
}

char *
qd_identities_dup_question (QdIdentities *self, const char *name)
{
  char *hint = qd_identities_dup_hint (self, name);

  if (hint != NULL || *name == '\0')
    return hint;
  return g_strdup_printf (_ ("“%s” is no name that the lists or other rows have. If it is a trade name, ask the supplier for the safety data sheet; until then nobody can say that it is not listed."), name);
}
