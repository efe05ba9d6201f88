/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-duty-item.h"
#include <gtk/gtk.h>

G_BEGIN_DECLS

/** A popover at @parent: why a duty applies, both citations with their dates, what it costs to miss it, where it goes. It goes away by itself. */
GtkWidget *qd_duty_popover_show (GtkWidget *parent, QdDutyItem *item);

G_END_DECLS
