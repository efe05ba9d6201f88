/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-screening"
#include "config.h"
#include "qd-screening.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _QdScreening
{
  gatomicrefcount refs;
  QdPack *pack;           /* (owned) */
  QdInventory *inventory; /* (owned) (nullable) */
  QdCatalog *catalog;     /* (owned by the pack) */
  GHashTable *lists;      /* (owned): name of a list, as the catalog has it → QdPackList */
};

QdScreening *
qd_screening_new (QdPack *pack, QdInventory *inventory)
{
  QdScreening *self = g_new0 (QdScreening, 1);

  g_atomic_ref_count_init (&self->refs);
  self->pack = qd_pack_ref (pack);
  self->inventory = inventory != NULL ? qd_inventory_ref (inventory) : NULL;
  self->catalog = qd_pack_get_substances (pack);
  self->lists = g_hash_table_new (NULL, NULL);
  /* Equal texts of a catalog are one text, so its address serves as key. */
  for (guint i = 0; i < qd_catalog_get_n_entries (self->catalog); i++)
    {
      const char *name = qd_catalog_get_entry (self->catalog, i)->list;

      if (!g_hash_table_contains (self->lists, name))
        g_hash_table_insert (self->lists, (gpointer) name, (gpointer) qd_pack_find_list (pack, name));
    }
  return self;
}

QdScreening *
qd_screening_ref (QdScreening *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
qd_screening_unref (QdScreening *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->lists);
  g_clear_pointer (&self->inventory, qd_inventory_unref);
  qd_pack_unref (self->pack);
  g_free (self);
}

QdPack *
qd_screening_get_pack (QdScreening *self)
{
  return self->pack;
}

QdInventory *
qd_screening_get_inventory (QdScreening *self)
{
  return self->inventory;
}

/* The later of two ISO dates from which, or the earlier until which, something counts; "" is no date. */
static const char *
pick_date (const char *a, const char *b, gboolean later)
{
  if (b == NULL || *b == '\0')
    return a;
  if (*a == '\0')
    return b;
  return (strcmp (a, b) < 0) == later ? b : a;
}

static const char *
get_from (const QdHit *hit)
{
  return pick_date (hit->entry->from, qd_pack_list_get_valid_from (hit->list), TRUE);
}

static const char *
get_to (const QdHit *hit)
{
  return pick_date (hit->entry->to, qd_pack_list_get_valid_to (hit->list), FALSE);
}

static QdForce
find_force (const QdHit *hit, const char *date)
{
  const char *from = get_from (hit), *to = get_to (hit);

  if (*to != '\0' && strcmp (date, to) > 0)
    return QD_FORCE_ENDED;
  if (*from == '\0')
    return QD_FORCE_UNDATED;
  return strcmp (date, from) < 0 ? QD_FORCE_NOT_YET : QD_FORCE_IN_FORCE;
}

gboolean
qd_hit_is_certain (const QdHit *hit)
{
  QdListStatus status = qd_pack_list_get_status (hit->list);

  return qd_match_is_certain (&hit->match) && status != QD_LIST_HISTORICAL && status != QD_LIST_SUPERSEDED;
}

static int
compare_hits (gconstpointer a, gconstpointer b)
{
  const QdHit *left = a, *right = b;
  gboolean left_certain = qd_match_is_certain (&left->match), right_certain = qd_match_is_certain (&right->match);

  if (left_certain != right_certain)
    return left_certain ? -1 : 1;
  return left->entry < right->entry ? -1 : left->entry > right->entry;
}

void
qd_screening_find (QdScreening *self, const QdSubstance *substance, const char *date, GArray *hits)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (QdMatch));
  guint first = hits->len;

  qd_catalog_match (self->catalog, substance->cas, substance->name_zh, substance->name_en, matches);
  for (guint i = 0; i < matches->len; i++)
    {
      QdHit hit = { .match = g_array_index (matches, QdMatch, i) };

      hit.entry = hit.match.entry;
      hit.list = g_hash_table_lookup (self->lists, hit.entry->list);
      hit.force = find_force (&hit, date);
      g_array_append_val (hits, hit);
    }
  if (hits->len - first > 1)
    qsort (&g_array_index (hits, QdHit, first), hits->len - first, sizeof (QdHit), compare_hits);
}

QdInventoryState
qd_screening_find_inventory (QdScreening *self, const QdSubstance *substance, const QdCatalogEntry **entry_out)
{
  return qd_inventory_find (self->inventory, substance->cas, substance->serial, substance->name_zh, substance->name_en, entry_out);
}

char *
qd_hit_dup_reason (const QdHit *hit, const char *language)
{
  gboolean chinese = language != NULL && g_str_has_prefix (language, "zh");

  switch (hit->match.kind)
    {
    case QD_MATCH_CLASS:
      return g_strdup (chinese ? hit->match.klass->note_zh : hit->match.klass->note_en);
    case QD_MATCH_ALIAS:
      return g_strdup_printf (_ ("The name is a common name of %s (%s), which the list has. Confirm, and enter the CAS number."), hit->match.alias_name, hit->match.alias_cas);
    case QD_MATCH_OTHER_CAS:
      return g_strdup_printf (_ ("The list has this name with the CAS number %s. Find out which number is right."), hit->entry->cas);
    case QD_MATCH_CAS:
    case QD_MATCH_NAME:
    default:
      return NULL;
    }
}

char *
qd_hit_dup_dates (const QdHit *hit)
{
  const char *from = get_from (hit), *to = get_to (hit);

  if (*from == '\0' && *to == '\0')
    return g_strdup (_ ("date not known"));
  if (*to == '\0')
    return g_strdup_printf (_ ("since %s"), from);
  if (*from == '\0')
    return g_strdup_printf (_ ("until %s"), to);
  return g_strdup_printf (_ ("%s to %s"), from, to);
}

char *
qd_screening_dup_caveat (QdScreening *self, const char *language)
{
  GPtrArray *lists = qd_pack_get_lists (self->pack);
  g_autoptr (GPtrArray) titles = g_ptr_array_new ();
  g_autofree char *joined = NULL;

  for (guint i = 0; i < lists->len; i++)
    {
      const QdPackList *list = g_ptr_array_index (lists, i);

      if (qd_pack_list_is_substances (list) && qd_pack_list_get_status (list) != QD_LIST_COMPLETE)
        g_ptr_array_add (titles, (gpointer) qd_pack_list_get_title (list, language));
    }
  if (titles->len == 0)
    return g_strdup (_ ("Not found does not mean not listed: classes and mixtures have to be judged by a person."));
  g_ptr_array_add (titles, NULL);
  joined = g_strjoinv (language != NULL && g_str_has_prefix (language, "zh") ? "、" : ", ", (GStrv) titles->pdata);
  return g_strdup_printf (_ ("Not found does not mean not listed: classes and mixtures have to be judged by a person, and these lists are not complete or historical: %s."), joined);
}

char *
qd_screening_dup_inventory_text (QdScreening *self, QdInventoryState state, const QdCatalogEntry *entry)
{
  switch (state)
    {
    case QD_INVENTORY_LISTED:
      return *entry->entry_no != '\0' ? g_strdup_printf (_ ("In the inventory, serial number %s."), entry->entry_no) : g_strdup (_ ("In the inventory."));
    case QD_INVENTORY_CHECK:
      return g_strdup_printf (_ ("The inventory has this name with the CAS number %s. Find out which number is right."), entry->cas);
    case QD_INVENTORY_NOT_FOUND:
      return g_strdup_printf (_ ("Not in the public part of the inventory (%u substances, imported on %s). It may be in the confidential part; that does not make it new. Ask the authority."), qd_inventory_get_n_substances (self->inventory), qd_inventory_get_imported (self->inventory));
    case QD_INVENTORY_NONE:
    default:
      return g_strdup (_ ("Not known: the inventory of existing substances was not imported."));
    }
}
