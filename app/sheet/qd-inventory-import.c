/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-inventory-import"
#include "config.h"
#include "qd-inventory-import.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-csv.h"
#include "qd-ident.h"

#define MAX_HEAD_ROWS 20
/* A column is known by what stands in it when most of some rows say so. */
#define SAMPLE_ROWS 200
#define SAMPLE_LEAST 3

/* Heads without spaces and case, as the official files and their supplements have them. */
static const struct
{
  QdInventoryColumn column;
  const char *head;
} heads[] = {
  { QD_INVENTORY_SERIAL, "流水号" },
  { QD_INVENTORY_SERIAL, "名录流水号" },
  { QD_INVENTORY_SERIAL, "serial" },
  { QD_INVENTORY_SERIAL, "serialnumber" },
  { QD_INVENTORY_CAS, "cas号" },
  { QD_INVENTORY_CAS, "cas" },
  { QD_INVENTORY_CAS, "casno." },
  { QD_INVENTORY_CAS, "casrn" },
  { QD_INVENTORY_CAS, "cas登记号" },
  { QD_INVENTORY_CAS, "cas号或流水号" },
  { QD_INVENTORY_CAS, "cas号(或流水号)" },
  { QD_INVENTORY_CAS, "cas号/流水号" },
  { QD_INVENTORY_NAME_ZH, "中文名" },
  { QD_INVENTORY_NAME_ZH, "中文名称" },
  { QD_INVENTORY_NAME_ZH, "name_zh" },
  { QD_INVENTORY_NAME_EN, "英文名" },
  { QD_INVENTORY_NAME_EN, "英文名称" },
  { QD_INVENTORY_NAME_EN, "name_en" },
  { QD_INVENTORY_ALIAS_ZH, "中文别名" },
  { QD_INVENTORY_ALIAS_EN, "英文别名" },
  { QD_INVENTORY_FORMULA, "分子式" },
  { QD_INVENTORY_FORMULA, "formula" },
};

const char *
qd_inventory_column_title (QdInventoryColumn column)
{
  switch (column)
    {
    case QD_INVENTORY_SERIAL:
      return C_ ("inventory column", "Serial number");
    case QD_INVENTORY_CAS:
      return C_ ("inventory column", "CAS number");
    case QD_INVENTORY_NAME_ZH:
      return C_ ("inventory column", "Chinese name");
    case QD_INVENTORY_NAME_EN:
      return C_ ("inventory column", "English name");
    case QD_INVENTORY_ALIAS_ZH:
      return C_ ("inventory column", "Other Chinese names");
    case QD_INVENTORY_ALIAS_EN:
      return C_ ("inventory column", "Other English names");
    case QD_INVENTORY_FORMULA:
      return C_ ("inventory column", "Formula");
    case QD_INVENTORY_N_COLUMNS:
    default:
      return NULL;
    }
}

static guint
read_heads (QdSheet *sheet, guint row, int *columns)
{
  guint n = 0;

  for (guint i = 0; i < QD_INVENTORY_N_COLUMNS; i++)
    columns[i] = -1;
  for (guint column = 0; column < qd_sheet_get_n_columns (sheet); column++)
    {
      g_autofree char *head = qd_catalog_fold_name (qd_sheet_get_text (sheet, row, column));

      for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
        if (g_str_equal (heads[i].head, head) && columns[heads[i].column] < 0)
          {
            columns[heads[i].column] = (int) column;
            n++;
          }
    }
  return n;
}

gboolean
qd_inventory_mapping_is_complete (const QdInventoryMapping *mapping)
{
  return (mapping->columns[QD_INVENTORY_CAS] >= 0 || mapping->columns[QD_INVENTORY_SERIAL] >= 0) && (mapping->columns[QD_INVENTORY_NAME_ZH] >= 0 || mapping->columns[QD_INVENTORY_NAME_EN] >= 0);
}

static gboolean
looks_like_cas (const char *text)
{
  g_autofree char *cas = qd_cas_dup_clean (text);

  return qd_catalog_cas_number (cas) != 0;
}

static gboolean
looks_like_han (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_get_script (g_utf8_get_char (p)) == G_UNICODE_SCRIPT_HAN)
      return TRUE;
  return FALSE;
}

static gboolean
looks_like_latin (const char *text)
{
  guint letters = 0;

  for (const char *p = text; *p != '\0'; p++)
    letters += g_ascii_isalpha (*p) != 0;
  return letters >= 4 && !looks_like_han (text);
}

static const char *
get_cell (QdSheet *sheet, guint row, const QdInventoryMapping *mapping, QdInventoryColumn column)
{
  return mapping->columns[column] < 0 ? "" : qd_sheet_get_text (sheet, row, (guint) mapping->columns[column]);
}

static gboolean
is_mapped (const QdInventoryMapping *mapping, guint column)
{
  for (guint i = 0; i < QD_INVENTORY_N_COLUMNS; i++)
    if (mapping->columns[i] == (int) column)
      return TRUE;
  return FALSE;
}

static void
guess_by_content (QdSheet *sheet, QdInventoryMapping *mapping, QdInventoryColumn what, gboolean (*looks_like) (const char *text))
{
  for (guint column = 0; column < qd_sheet_get_n_columns (sheet) && mapping->columns[what] < 0; column++)
    {
      guint filled = 0, fitting = 0;

      for (guint row = mapping->first_row; row < MIN (qd_sheet_get_n_rows (sheet), mapping->first_row + SAMPLE_ROWS); row++)
        {
          const char *text = qd_sheet_get_text (sheet, row, column);

          filled += *text != '\0';
          fitting += *text != '\0' && looks_like (text);
        }
      if (is_mapped (mapping, column) || fitting < SAMPLE_LEAST || fitting * 10 < filled * 7)
        continue;
      mapping->columns[what] = (int) column;
      mapping->by_content |= 1u << what;
    }
}

gboolean
qd_inventory_guess_mapping (QdSheet *sheet, QdInventoryMapping *mapping)
{
  guint best = 0;

  mapping->first_row = 0;
  mapping->by_content = 0;
  for (guint i = 0; i < QD_INVENTORY_N_COLUMNS; i++)
    mapping->columns[i] = -1;
  for (guint row = 0; row < MIN (qd_sheet_get_n_rows (sheet), MAX_HEAD_ROWS); row++)
    {
      int columns[QD_INVENTORY_N_COLUMNS];
      guint n = read_heads (sheet, row, columns);

      if (n <= best)
        continue;
      best = n;
      memcpy (mapping->columns, columns, sizeof columns);
      mapping->first_row = row + 1;
    }
  /* Serial numbers look like any others. */
  guess_by_content (sheet, mapping, QD_INVENTORY_CAS, looks_like_cas);
  while (best == 0 && mapping->columns[QD_INVENTORY_CAS] >= 0 && mapping->first_row < MAX_HEAD_ROWS && !looks_like_cas (get_cell (sheet, mapping->first_row, mapping, QD_INVENTORY_CAS)))
    mapping->first_row++;
  guess_by_content (sheet, mapping, QD_INVENTORY_NAME_ZH, looks_like_han);
  if (mapping->columns[QD_INVENTORY_NAME_ZH] < 0)
    guess_by_content (sheet, mapping, QD_INVENTORY_NAME_EN, looks_like_latin);
  return qd_inventory_mapping_is_complete (mapping);
}

/* As people type them. */
static const char *const column_names[QD_INVENTORY_N_COLUMNS] = { "serial", "cas", "name-zh", "name-en", "alias-zh", "alias-en", "formula" };

static int
find_column_name (const char *name)
{
  for (guint i = 0; i < QD_INVENTORY_N_COLUMNS; i++)
    if (g_str_equal (column_names[i], name))
      return (int) i;
  return -1;
}

/* By its head, else by its letters: a head may well be "A". */
static int
find_column (QdSheet *sheet, const QdInventoryMapping *mapping, const char *text)
{
  g_autofree char *wanted = qd_catalog_fold_name (text);

  for (guint column = 0; column < qd_sheet_get_n_columns (sheet); column++)
    {
      g_autofree char *letters = qd_sheet_dup_column_letters (column);
      g_autofree char *head = mapping->first_row > 0 ? qd_catalog_fold_name (qd_sheet_get_text (sheet, mapping->first_row - 1, column)) : NULL;

      if (g_strcmp0 (head, wanted) == 0 || g_ascii_strcasecmp (letters, text) == 0)
        return (int) column;
    }
  return -1;
}

gboolean
qd_inventory_mapping_parse (QdInventoryMapping *mapping, QdSheet *sheet, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  mapping->by_content = 0;
  for (guint i = 0; i < QD_INVENTORY_N_COLUMNS; i++)
    mapping->columns[i] = -1;
  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_auto (GStrv) sides = g_strsplit (parts[i], "=", 2);
      int what = g_strv_length (sides) == 2 ? find_column_name (g_strstrip (sides[0])) : -1;
      int column = what >= 0 ? find_column (sheet, mapping, g_strstrip (sides[1])) : -1;

      if (what < 0)
        {
          g_autofree char *names = g_strjoinv (", ", (char **) (const char *[]){ column_names[0], column_names[1], column_names[2], column_names[3], column_names[4], column_names[5], column_names[6], NULL });

          g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("“%s” names no column of the inventory. Write NAME=COLUMN with one of the names %s."), parts[i], names);
          return FALSE;
        }
      if (column < 0)
        {
          g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("The sheet “%s” has no column “%s”. Write its letters, such as C, or its head."), qd_sheet_get_name (sheet), sides[1]);
          return FALSE;
        }
      mapping->columns[what] = column;
    }
  return TRUE;
}

static void
append_row (GString *out, const char *serial, const char *cas, const char *zh, const char *en, const char *formula)
{
  const char *const cells[] = { serial, cas, zh, en, formula };

  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      qd_csv_append_cell (out, cells[i]);
    }
  g_string_append_c (out, '\n');
}

/* Further names are rows of their own. Only these marks part names: commas and dashes stand in them. */
static void
append_aliases (GString *out, const char *serial, const char *cas, const char *text, gboolean chinese)
{
  g_autofree char *plain = NULL;
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) halves = NULL;

  if (*text == '\0')
    return;
  halves = g_strsplit (text, "；", -1);
  plain = g_strjoinv (";", halves);
  names = g_strsplit_set (plain, ";|\n", -1);
  for (guint i = 0; names[i] != NULL; i++)
    if (*g_strstrip (names[i]) != '\0')
      append_row (out, serial, cas, chinese ? names[i] : "", chinese ? "" : names[i], "");
}

/* A serial number is digits and letters; a CAS number that is none does not become one. */
static gboolean
is_serial (const char *text)
{
  gsize length = strlen (text), digits = 0;

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isalnum (text[i]))
        return FALSE;
      digits += g_ascii_isdigit (text[i]) != 0;
    }
  return digits > 0 && length <= 20;
}

static void
free_refusal (gpointer data)
{
  g_free (((QdInventoryRefusal *) data)->reason);
  g_free (data);
}

GPtrArray *
qd_inventory_refusals_new (void)
{
  return g_ptr_array_new_with_free_func (free_refusal);
}

/* @refused: (nullable); @reason: (transfer full) */
static void
refuse (GPtrArray *refused, guint row, int column, char *reason)
{
  QdInventoryRefusal refusal = { .row = row, .column = column, .reason = reason };

  if (refused != NULL && refused->len < QD_INVENTORY_MAX_REFUSALS)
    g_ptr_array_add (refused, g_memdup2 (&refusal, sizeof refusal));
  else
    g_free (reason);
}

/* FALSE when the row has a number that is none, or nothing to know it by. @refused: (nullable) */
static gboolean
read_row (QdSheet *sheet, guint row, const QdInventoryMapping *mapping, GPtrArray *refused, char **serial_out, char **cas_out)
{
  const char *text = get_cell (sheet, row, mapping, QD_INVENTORY_CAS);
  g_autofree char *cas = qd_cas_dup_clean (text);
  g_autofree char *serial = qd_catalog_fold_name (get_cell (sheet, row, mapping, QD_INVENTORY_SERIAL));

  *serial_out = *cas_out = NULL;
  if (*cas != '\0' && qd_catalog_cas_number (cas) == 0)
    {
      /* The supplements put a serial number where there is no CAS number. */
      if (!is_serial (cas))
        {
          refuse (refused, row, mapping->columns[QD_INVENTORY_CAS], g_strdup_printf (_ ("“%s” is neither a serial number nor a CAS number with a right check digit."), text));
          return FALSE;
        }
      if (*serial != '\0' && g_ascii_strcasecmp (serial, cas) != 0)
        {
          refuse (refused, row, mapping->columns[QD_INVENTORY_CAS], g_strdup_printf (_ ("“%s” is no CAS number, and another serial number than “%s”."), text, serial));
          return FALSE;
        }
      g_free (serial);
      serial = g_steal_pointer (&cas);
      cas = g_strdup ("");
    }
  if (*cas == '\0' && *serial == '\0' && *get_cell (sheet, row, mapping, QD_INVENTORY_NAME_ZH) == '\0')
    {
      refuse (refused, row, -1, g_strdup (_ ("Neither a number nor a Chinese name.")));
      return FALSE;
    }
  *serial_out = g_ascii_strup (serial, -1);
  *cas_out = g_steal_pointer (&cas);
  return TRUE;
}

static gboolean
is_empty (QdSheet *sheet, guint row, const QdInventoryMapping *mapping)
{
  for (guint i = 0; i < QD_INVENTORY_N_COLUMNS; i++)
    if (*get_cell (sheet, row, mapping, (QdInventoryColumn) i) != '\0')
      return FALSE;
  return TRUE;
}

/* What comes in, so far. */
typedef struct
{
  QdSheet *sheet;
  const QdInventoryMapping *mapping;
  GString *out;     /* (owned): csv */
  GHashTable *seen; /* (owned): numbers, and names with their numbers */
  QdInventoryCounts *counts;
  GPtrArray *refused; /* (nullable) */
} Reading;

static void
take_row (Reading *self, guint row)
{
  g_autofree char *serial = NULL, *cas = NULL, *names = NULL;
  const char *zh = get_cell (self->sheet, row, self->mapping, QD_INVENTORY_NAME_ZH), *en = get_cell (self->sheet, row, self->mapping, QD_INVENTORY_NAME_EN);
  const char *key;

  if (!read_row (self->sheet, row, self->mapping, self->refused, &serial, &cas))
    {
      self->counts->bad++;
      if (self->counts->first_bad == 0)
        self->counts->first_bad = row + 1;
      return;
    }
  key = *serial != '\0' ? serial : *cas != '\0' ? cas
                                                : zh;
  names = g_strjoin ("\t", key, zh, en, NULL);
  if (g_hash_table_add (self->seen, g_strdup (key)))
    {
      self->counts->substances++;
      self->counts->without_cas += *cas == '\0';
    }
  else
    self->counts->repeated++;
  if (!g_hash_table_add (self->seen, g_steal_pointer (&names)))
    return;
  append_row (self->out, serial, cas, zh, en, get_cell (self->sheet, row, self->mapping, QD_INVENTORY_FORMULA));
  append_aliases (self->out, serial, cas, get_cell (self->sheet, row, self->mapping, QD_INVENTORY_ALIAS_ZH), TRUE);
  append_aliases (self->out, serial, cas, get_cell (self->sheet, row, self->mapping, QD_INVENTORY_ALIAS_EN), FALSE);
}

QdInventory *
qd_inventory_import (QdSheet *sheet, const QdInventoryMapping *mapping, const char *source, const char *date, QdInventoryCounts *counts, GPtrArray *refused, QdSheetProgress progress, gpointer progress_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GString) out = g_string_new ("entry_no,cas,name_zh,name_en,formula\n");
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GBytes) csv = NULL;
  Reading reading = { sheet, mapping, out, seen, counts, refused };

  memset (counts, 0, sizeof *counts);
  if (!qd_inventory_mapping_is_complete (mapping))
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("%s: no column for CAS or serial numbers, or none for names. The official file has 中文名, 英文名, CAS号 or 流水号 over its columns."), source);
      return NULL;
    }
  for (guint row = mapping->first_row; row < qd_sheet_get_n_rows (sheet); row++)
    {
      if (counts->rows % 1000 == 0 && g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      if (counts->rows % 1000 == 0 && progress != NULL)
        progress (counts->rows, progress_data);
      counts->rows++;
      if (is_empty (sheet, row, mapping))
        counts->empty++;
      else
        take_row (&reading, row);
    }
  if (counts->substances == 0 || counts->bad > counts->rows / 5)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("%s: %u of %u rows have no valid CAS or serial number, the first is row %u. Choose the columns anew, or get the file again; nothing was imported."), source, counts->bad, counts->rows, counts->first_bad);
      return NULL;
    }
  csv = g_string_free_to_bytes (g_steal_pointer (&out));
  return qd_inventory_new (csv, source, date);
}
