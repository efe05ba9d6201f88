/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "qd-catalog.h"

G_BEGIN_DECLS

/** Errors of the local inventory; messages say what to do. */
#define QD_INVENTORY_ERROR (qd_inventory_error_quark ())
GQuark qd_inventory_error_quark (void);
typedef enum
{
  QD_INVENTORY_ERROR_MISSING, /* none was imported */
  QD_INVENTORY_ERROR_CORRUPT, /* the files do not belong together */
} QdInventoryError;

/**
 * QdInventory: the inventory of existing chemical substances in China (IECSC), as the user imported it from the official file. The public part
 * only: what is not in it may be in the confidential part, so it is never proof that a substance is new. Immutable, counted.
 *
 * It lies in the user's data folder (README.md beside this file), not in a workspace: it is the same for all enterprises.
 */
typedef struct _QdInventory QdInventory;

/** What the inventory says of a substance. There is no "not listed": only the authority can say that. */
typedef enum
{
  QD_INVENTORY_NONE,      /* no inventory was imported */
  QD_INVENTORY_NOT_FOUND, /* not in the public part */
  QD_INVENTORY_CHECK,     /* the name is there with another CAS number */
  QD_INVENTORY_LISTED,
} QdInventoryState;

/** @csv: serial or nothing, cas, name_zh, name_en, formula; rows with the same serial or CAS number are names of one substance */
QdInventory *qd_inventory_new (GBytes *csv, const char *source, const char *imported) G_GNUC_WARN_UNUSED_RESULT;
QdInventory *qd_inventory_ref (QdInventory *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_inventory_unref (QdInventory *self);
/** (blocking) $QINGDAN_INVENTORY_DIR, or "qingdan" in the user's data folder. */
QdInventory *qd_inventory_load (GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** (blocking) Replaces the one that is there, as a whole or not at all. */
gboolean qd_inventory_save (QdInventory *self, GError **error);
gboolean qd_inventory_remove (GError **error);

/** Substances, not names. */
guint qd_inventory_get_n_substances (QdInventory *self);
/** Name of the file it was imported from. */
const char *qd_inventory_get_source (QdInventory *self);
/** ISO date */
const char *qd_inventory_get_imported (QdInventory *self);
QdCatalog *qd_inventory_get_catalog (QdInventory *self);

/**
 * qd_inventory_find:
 * @self: (nullable)
 * @cas, @serial, @name_zh, @name_en: (nullable)
 * @entry_out: (out) (optional) (nullable): the row; its entry_no is the serial number, "" when the file gives none
 */
QdInventoryState qd_inventory_find (QdInventory *self, const char *cas, const char *serial, const char *name_zh, const char *name_en, const QdCatalogEntry **entry_out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdInventory, qd_inventory_unref)

G_END_DECLS
