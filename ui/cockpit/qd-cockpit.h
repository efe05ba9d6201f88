/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-board-item.h"

G_BEGIN_DECLS

/**
 * QdCockpit: the enterprises of a consultant: workspaces that were opened on this computer, and files and folders that were added. Reads their
 * summaries in a thread, again when a file changes, never taking a lock.
 * Signals: changed (): the lists are new; problem (const char *message): something that was asked for could not be done.
 */
#define QD_TYPE_COCKPIT (qd_cockpit_get_type ())
G_DECLARE_FINAL_TYPE (QdCockpit, qd_cockpit, QD, COCKPIT, GObject)

/** @pack: (nullable): for tests; else the built-in one, read with the first summaries */
QdCockpit *qd_cockpit_new (QdPack *pack) G_GNUC_WARN_UNUSED_RESULT;
/** Reads everything again. */
void qd_cockpit_refresh (QdCockpit *self);
/** Reads one workspace again. */
void qd_cockpit_refresh_path (QdCockpit *self, const char *path);
/** Nothing was read yet. */
gboolean qd_cockpit_is_loading (QdCockpit *self);
/** (element-type QdEnterprise) (transfer none): by name */
GListModel *qd_cockpit_get_enterprises (QdCockpit *self);
/** (element-type QdBoardItem) (transfer none): of all enterprises, in the order of qd_board_row_compare() */
GListModel *qd_cockpit_get_items (QdCockpit *self);
/** (nullable): NULL until the first summaries are read, and when it cannot be read */
QdPack *qd_cockpit_get_pack (QdCockpit *self);
/** Name of a division or industry; the code where there is none. */
const char *qd_cockpit_get_region_name (QdCockpit *self, const char *code);
const char *qd_cockpit_get_industry_name (QdCockpit *self, const char *code);

/** A workspace, or a folder with workspaces; remembered. */
void qd_cockpit_add (QdCockpit *self, const char *path);
/** Takes a workspace off the list; the file stays. */
void qd_cockpit_remove (QdCockpit *self, const char *path);
/** Writes into the workspace who looks after it; a problem is told by the signal. */
void qd_cockpit_set_person (QdCockpit *self, const char *path, const char *person);

G_END_DECLS
