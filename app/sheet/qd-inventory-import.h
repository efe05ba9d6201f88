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
  guint by_content;                    /* bits of QdInventoryColumn: guessed by what stands there, not by the head */
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

/** Why a row was not taken. */
typedef struct
{
  guint row;    /* of the sheet, from 0 */
  int column;   /* of the sheet; -1: the row as a whole */
  char *reason; /* (owned): a sentence */
} QdInventoryRefusal;
/** (element-type QdInventoryRefusal): empty; of more refused rows than this only the first are told */
#define QD_INVENTORY_MAX_REFUSALS 1000
GPtrArray *qd_inventory_refusals_new (void) G_GNUC_WARN_UNUSED_RESULT;

/** Guesses from the heads, else from what stands in the columns. FALSE when there is no column of numbers or none of names; the mapping may then be set by hand. */
gboolean qd_inventory_guess_mapping (QdSheet *sheet, QdInventoryMapping *mapping);
/** There is a column of numbers and one of names. */
gboolean qd_inventory_mapping_is_complete (const QdInventoryMapping *mapping);
/**
 * qd_inventory_mapping_parse: a mapping as somebody types it: "cas=C,name-zh=名称", with the letters or the head of each column
 *
 * Columns that are not named are left out; the first row stays what it was. Errors: %QD_SHEET_ERROR_FORMAT
 */
gboolean qd_inventory_mapping_parse (QdInventoryMapping *mapping, QdSheet *sheet, const char *text, GError **error);
/** What a head of the official file means, in the user's language. */
const char *qd_inventory_column_title (QdInventoryColumn column);
/**
 * qd_inventory_import: (blocking; run it in a thread)
 * @source: name of the file, for people
 * @date: ISO date of the import
 * @counts: filled also when it fails
 * @refused: (nullable): gets the first rows that were not taken, also when it fails
 * @progress: (nullable): called with the number of rows so far
 *
 * Structures are not taken. A CAS number with a wrong check digit makes its row bad: the file was damaged, or the column is another one.
 * A number that comes again adds its names to the substance.
 *
 * Errors: %QD_SHEET_ERROR_FORMAT when columns are missing, or when more than one row in five is bad
 */
QdInventory *qd_inventory_import (QdSheet *sheet, const QdInventoryMapping *mapping, const char *source, const char *date, QdInventoryCounts *counts, GPtrArray *refused, QdSheetProgress progress, gpointer progress_data, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
