/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-inventory-import"
#include "config.h"
#include "qd-inventory-import.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-csv.h"
#include "qd-ident.h"

#define MAX_HEAD_ROWS 20

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

static gboolean
is_complete (const QdInventoryMapping *mapping)
{
  return (mapping->columns[QD_INVENTORY_CAS] >= 0 || mapping->columns[QD_INVENTORY_SERIAL] >= 0) && (mapping->columns[QD_INVENTORY_NAME_ZH] >= 0 || mapping->columns[QD_INVENTORY_NAME_EN] >= 0);
}

gboolean
qd_inventory_guess_mapping (QdSheet *sheet, QdInventoryMapping *mapping)
{
  guint best = 0;

  mapping->first_row = 0;
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
  return is_complete (mapping);
}

static const char *
get_cell (QdSheet *sheet, guint row, const QdInventoryMapping *mapping, QdInventoryColumn column)
{
  return mapping->columns[column] < 0 ? "" : qd_sheet_get_text (sheet, row, (guint) mapping->columns[column]);
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

/* FALSE when the row has a number that is none, or nothing to know it by. */
static gboolean
read_row (QdSheet *sheet, guint row, const QdInventoryMapping *mapping, char **serial_out, char **cas_out)
{
  g_autofree char *cas = qd_cas_dup_clean (get_cell (sheet, row, mapping, QD_INVENTORY_CAS));
  g_autofree char *serial = qd_catalog_fold_name (get_cell (sheet, row, mapping, QD_INVENTORY_SERIAL));

  *serial_out = *cas_out = NULL;
  if (*cas != '\0' && qd_catalog_cas_number (cas) == 0)
    {
      /* The supplements put a serial number where there is no CAS number. */
      if (!is_serial (cas) || (*serial != '\0' && g_ascii_strcasecmp (serial, cas) != 0))
        return FALSE;
      g_free (serial);
      serial = g_steal_pointer (&cas);
      cas = g_strdup ("");
    }
  if (*cas == '\0' && *serial == '\0' && *get_cell (sheet, row, mapping, QD_INVENTORY_NAME_ZH) == '\0')
    return FALSE;
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

QdInventory *
qd_inventory_import (QdSheet *sheet, const QdInventoryMapping *mapping, const char *source, const char *date, QdInventoryCounts *counts, GError **error)
{
  g_autoptr (GString) out = g_string_new ("entry_no,cas,name_zh,name_en,formula\n");
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GBytes) csv = NULL;

  memset (counts, 0, sizeof *counts);
  if (!is_complete (mapping))
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("%s: no column for CAS or serial numbers, or none for names. The official file has 中文名, 英文名, CAS号 or 流水号 over its columns."), source);
      return NULL;
    }
  for (guint row = mapping->first_row; row < qd_sheet_get_n_rows (sheet); row++)
    {
      g_autofree char *serial = NULL, *cas = NULL;
      const char *zh = get_cell (sheet, row, mapping, QD_INVENTORY_NAME_ZH), *en = get_cell (sheet, row, mapping, QD_INVENTORY_NAME_EN);
      const char *key;

      counts->rows++;
      if (is_empty (sheet, row, mapping))
        {
          counts->empty++;
          continue;
        }
      if (!read_row (sheet, row, mapping, &serial, &cas))
        {
          counts->bad++;
          if (counts->first_bad == 0)
            counts->first_bad = row + 1;
          continue;
        }
      key = *serial != '\0' ? serial : *cas != '\0' ? cas
                                                    : zh;
      if (!g_hash_table_add (seen, g_strdup (key)))
        {
          counts->repeated++;
          continue;
        }
      counts->substances++;
      counts->without_cas += *cas == '\0';
      append_row (out, serial, cas, zh, en, get_cell (sheet, row, mapping, QD_INVENTORY_FORMULA));
      append_aliases (out, serial, cas, get_cell (sheet, row, mapping, QD_INVENTORY_ALIAS_ZH), TRUE);
      append_aliases (out, serial, cas, get_cell (sheet, row, mapping, QD_INVENTORY_ALIAS_EN), FALSE);
    }
  if (counts->substances == 0 || counts->bad > counts->rows / 5)
    {
      g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("%s: %u of %u rows have no valid CAS or serial number, the first is row %u. Choose the columns anew, or get the file again; nothing was imported."), source, counts->bad, counts->rows, counts->first_bad);
      return NULL;
    }
  csv = g_string_free_to_bytes (g_steal_pointer (&out));
  return qd_inventory_new (csv, source, date);
}
