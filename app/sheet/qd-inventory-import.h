/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-inventory.h"
#include "qd-sheet.h"

G_BEGIN_DECLS

/** What the official file of the inventory, and its supplements, have in their columns. */
typedef enum
{
  QD_INVENTORY_SERIAL, /* 流水号 */
  QD_INVENTORY_CAS,    /* CAS number, or a serial number in its place */
  QD_INVENTORY_NAME_ZH,
  QD_INVENTORY_NAME_EN,
  QD_INVENTORY_ALIAS_ZH, /* several with ";" or "；" between */
  QD_INVENTORY_ALIAS_EN,
  QD_INVENTORY_FORMULA,
  QD_INVENTORY_N_COLUMNS
} QdInventoryColumn;

typedef struct
{
  guint first_row;                     /* with data */
  int columns[QD_INVENTORY_N_COLUMNS]; /* of the sheet; -1: none */
} QdInventoryMapping;

/** rows = substances + repeated + bad + empty */
typedef struct
{
  guint rows;
  guint substances;
  guint repeated; /* the same number again */
  guint bad;      /* neither a valid CAS number nor a serial number nor a Chinese name */
  guint empty;
  guint without_cas;
  guint first_bad; /* row of the sheet from 1, 0: none */
} QdInventoryCounts;

/** Guesses from the heads. FALSE when there is no column of numbers or none of names; the mapping may then be set by hand. */
gboolean qd_inventory_guess_mapping (QdSheet *sheet, QdInventoryMapping *mapping);
/** What a head of the official file means, in the user's language. */
const char *qd_inventory_column_title (QdInventoryColumn column);
/**
 * qd_inventory_import: (blocking; run it in a thread)
 * @source: name of the file, for people
 * @date: ISO date of the import
 *
 * Structures are not taken. A CAS number with a wrong check digit makes its row bad: the file was damaged, or the column is another one.
 *
 * Errors: %QD_SHEET_ERROR_FORMAT when columns are missing, or when more than one row in five is bad
 */
QdInventory *qd_inventory_import (QdSheet *sheet, const QdInventoryMapping *mapping, const char *source, const char *date, QdInventoryCounts *counts, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
