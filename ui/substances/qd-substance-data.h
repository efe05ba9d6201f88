/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-name-index.h"
#include "qd-screening.h"

G_BEGIN_DECLS

/**
 * QdSubstanceData: what is known about substances: the lists of a pack, the inventory of this user, names to suggest. Loaded in a thread.
 * Signal: changed (): loaded, or loaded anew.
 */
#define QD_TYPE_SUBSTANCE_DATA (qd_substance_data_get_type ())
G_DECLARE_FINAL_TYPE (QdSubstanceData, qd_substance_data, QD, SUBSTANCE_DATA, GObject)

/** Begins to load. */
QdSubstanceData *qd_substance_data_new (QdPack *pack) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): NULL while it is being loaded */
QdScreening *qd_substance_data_get_screening (QdSubstanceData *self);
QdNameIndex *qd_substance_data_get_names (QdSubstanceData *self);
/** (nullable): why the inventory cannot be read; NULL also when there is none */
const char *qd_substance_data_get_problem (QdSubstanceData *self);
/** Keeps an inventory for this user, in a thread, and loads anew. */
void qd_substance_data_keep_inventory_async (QdSubstanceData *self, QdInventory *inventory, GAsyncReadyCallback callback, gpointer user_data);
gboolean qd_substance_data_keep_inventory_finish (QdSubstanceData *self, GAsyncResult *result, GError **error);

G_END_DECLS
