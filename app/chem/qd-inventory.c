/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-inventory"
#include "config.h"
#include "qd-inventory.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define FILE_ROWS "iecsc.csv"
#define FILE_ABOUT "iecsc.ini"
#define GROUP "inventory"

struct _QdInventory
{
  gatomicrefcount refs;
  GBytes *csv;         /* (owned) */
  QdCatalog *catalog;  /* (owned) */
  GHashTable *serials; /* (owned): serial number → QdCatalogEntry */
  char *source;        /* (owned) */
  char *imported;      /* (owned) */
  guint n_substances;
};

G_DEFINE_QUARK (qd - inventory - error - quark, qd_inventory_error)

QdInventory *
qd_inventory_new (GBytes *csv, const char *source, const char *imported)
{
  QdInventory *self = g_new0 (QdInventory, 1);
  g_autoptr (GHashTable) substances = g_hash_table_new (g_str_hash, g_str_equal);

  g_atomic_ref_count_init (&self->refs);
  self->csv = g_bytes_ref (csv);
  self->source = g_strdup (source);
  self->imported = g_strdup (imported);
  self->catalog = qd_catalog_new (csv, NULL, NULL);
  self->serials = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < qd_catalog_get_n_entries (self->catalog); i++)
    {
      const QdCatalogEntry *entry = qd_catalog_get_entry (self->catalog, i);

      if (*entry->entry_no != '\0' && !g_hash_table_contains (self->serials, entry->entry_no))
        g_hash_table_insert (self->serials, (gpointer) entry->entry_no, (gpointer) entry);
      g_hash_table_add (substances, (gpointer) (*entry->entry_no != '\0' ? entry->entry_no : *entry->cas != '\0' ? entry->cas
                                                                                                                 : entry->name_zh));
    }
  self->n_substances = g_hash_table_size (substances);
  return self;
}

QdInventory *
qd_inventory_ref (QdInventory *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
qd_inventory_unref (QdInventory *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->serials);
  qd_catalog_unref (self->catalog);
  g_bytes_unref (self->csv);
  g_free (self->source);
  g_free (self->imported);
  g_free (self);
}

static char *
dup_path (const char *name)
{
  const char *dir = g_getenv ("QINGDAN_INVENTORY_DIR");

  return dir != NULL && *dir != '\0' ? g_build_filename (dir, name, NULL) : g_build_filename (g_get_user_data_dir (), "qingdan", name, NULL);
}

QdInventory *
qd_inventory_load (GError **error)
{
  g_autofree char *rows = dup_path (FILE_ROWS), *about = dup_path (FILE_ABOUT);
  g_autofree char *text = NULL, *digest = NULL, *stated = NULL, *source = NULL, *imported = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GBytes) csv = NULL;
  gsize length;

  if (!g_file_test (rows, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, QD_INVENTORY_ERROR, QD_INVENTORY_ERROR_MISSING, _ ("The inventory of existing substances was not imported yet. Get the file from the ministry and import it."));
      return NULL;
    }
  if (!g_file_get_contents (rows, &text, &length, error))
    return NULL;
  csv = g_bytes_new_take (g_steal_pointer (&text), length);
  digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, csv);
  if (g_key_file_load_from_file (file, about, G_KEY_FILE_NONE, NULL))
    {
      stated = g_key_file_get_string (file, GROUP, "sha256", NULL);
      source = g_key_file_get_string (file, GROUP, "source", NULL);
      imported = g_key_file_get_string (file, GROUP, "imported", NULL);
    }
  if (g_strcmp0 (digest, stated) != 0)
    {
      g_set_error (error, QD_INVENTORY_ERROR, QD_INVENTORY_ERROR_CORRUPT, _ ("The inventory in %s is damaged. Import the official file again."), rows);
      return NULL;
    }
  return qd_inventory_new (csv, source != NULL ? source : "", imported != NULL ? imported : "");
}

gboolean
qd_inventory_save (QdInventory *self, GError **error)
{
  g_autofree char *rows = dup_path (FILE_ROWS), *about = dup_path (FILE_ABOUT), *dir = g_path_get_dirname (rows);
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, self->csv), *text = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gsize length;
  const char *data = g_bytes_get_data (self->csv, &length);

  if (g_mkdir_with_parents (dir, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), _ ("The folder %s cannot be made: %s"), dir, g_strerror (errno));
      return FALSE;
    }
  g_key_file_set_string (file, GROUP, "source", self->source);
  g_key_file_set_string (file, GROUP, "imported", self->imported);
  g_key_file_set_string (file, GROUP, "sha256", digest);
  text = g_key_file_to_data (file, NULL, NULL);
  /* Each file is replaced at once; when only the first was, the digest tells. */
  return g_file_set_contents_full (rows, data, (gssize) length, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error) &&
         g_file_set_contents_full (about, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

gboolean
qd_inventory_remove (GError **error)
{
  g_autofree char *rows = dup_path (FILE_ROWS), *about = dup_path (FILE_ABOUT);

  if ((g_unlink (rows) != 0 || g_unlink (about) != 0) && errno != ENOENT)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), _ ("%s cannot be removed: %s"), rows, g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

guint
qd_inventory_get_n_substances (QdInventory *self)
{
  return self->n_substances;
}

const char *
qd_inventory_get_source (QdInventory *self)
{
  return self->source;
}

const char *
qd_inventory_get_imported (QdInventory *self)
{
  return self->imported;
}

QdCatalog *
qd_inventory_get_catalog (QdInventory *self)
{
  return self->catalog;
}

QdInventoryState
qd_inventory_find (QdInventory *self, const char *cas, const char *serial, const char *name_zh, const char *name_en, const QdCatalogEntry **entry_out)
{
  g_autoptr (GArray) matches = NULL;
  const QdMatch *best = NULL;
  const QdCatalogEntry *entry = NULL;

  if (entry_out != NULL)
    *entry_out = NULL;
  if (self == NULL)
    return QD_INVENTORY_NONE;
  if (serial != NULL && *serial != '\0')
    entry = g_hash_table_lookup (self->serials, serial);
  if (entry == NULL)
    {
      matches = g_array_new (FALSE, FALSE, sizeof (QdMatch));
      qd_catalog_match (self->catalog, cas, name_zh, name_en, matches);
      for (guint i = 0; i < matches->len; i++)
        {
          const QdMatch *match = &g_array_index (matches, QdMatch, i);

          if (best == NULL || match->kind < best->kind)
            best = match;
        }
      entry = best != NULL ? best->entry : NULL;
    }
  if (entry_out != NULL)
    *entry_out = entry;
  if (entry == NULL)
    return QD_INVENTORY_NOT_FOUND;
  return best == NULL || qd_match_is_certain (best) ? QD_INVENTORY_LISTED : QD_INVENTORY_CHECK;
}
