/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-store.h"

G_BEGIN_DECLS

/** A receiver as the workspace knows it: setting "targets", a line each: name, tab, address. The first is the default and also setting "target". */
typedef struct
{
  char *name;
  char *address; /* http(s)://… or a folder */
} QdReceiver;
void qd_receiver_free (QdReceiver *self);
QdReceiver *qd_receiver_new (const char *name, const char *address) G_GNUC_WARN_UNUSED_RESULT;

/** (element-type QdReceiver) */
GPtrArray *qd_targets_list (QdStore *store) G_GNUC_WARN_UNUSED_RESULT;
gboolean qd_targets_save (QdStore *store, GPtrArray *receivers, GError **error);
/** (nullable): address of the default */
char *qd_targets_dup_default (QdStore *store) G_GNUC_WARN_UNUSED_RESULT;
/** Name of the receiver at that address, else the address. */
char *qd_targets_dup_name (QdStore *store, const char *address) G_GNUC_WARN_UNUSED_RESULT;
/** Can a package be sent there: an http(s) address, or an absolute path? */
gboolean qd_target_address_is_valid (const char *address);

G_END_DECLS
