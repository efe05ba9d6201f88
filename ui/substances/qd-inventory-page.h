/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-page.h"
#include "qd-substance-data.h"

G_BEGIN_DECLS

/**
 * QdInventoryPage: the task page that imports the official file of the inventory (IECSC) for this user: which column holds what, what
 * would come in, which rows would not and why. Reads and judges in threads; keeps nothing before the button, and then what was shown.
 * Signal: done (text): what came in, in words; close the page. Actions: inventory.apply, inventory.confirm.
 */
#define QD_TYPE_INVENTORY_PAGE (qd_inventory_page_get_type ())
G_DECLARE_FINAL_TYPE (QdInventoryPage, qd_inventory_page, QD, INVENTORY_PAGE, GtkWidget)

GtkWidget *qd_inventory_page_new (QdSubstanceData *data, const char *path) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
