/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "qd-job-board.h"

G_BEGIN_DECLS

/** QdEnterprise: a workspace as the cockpit knows it: its summary, or why there is none. Immutable. */
#define QD_TYPE_ENTERPRISE (qd_enterprise_get_type ())
G_DECLARE_FINAL_TYPE (QdEnterprise, qd_enterprise, QD, ENTERPRISE, GObject)

/** Reads it (blocking; any thread). @pack, @today as in qd_board_list(). What goes wrong is kept, to be shown. */
QdEnterprise *qd_enterprise_read (const char *path, QdPack *pack, const char *today) G_GNUC_WARN_UNUSED_RESULT;
const char *qd_enterprise_get_path (QdEnterprise *self);
/** The enterprise, else the file's name. */
const char *qd_enterprise_get_name (QdEnterprise *self);
/** (nullable): NULL when it cannot be read; then there is an error */
const QdSummary *qd_enterprise_get_summary (QdEnterprise *self);
/** (nullable): QD_STORE_ERROR */
const GError *qd_enterprise_get_error (QdEnterprise *self);
/** Another program writes it now. */
gboolean qd_enterprise_is_held (QdEnterprise *self);
/** (element-type QdBoardRow) (transfer none) */
GPtrArray *qd_enterprise_get_rows (QdEnterprise *self);
/** How many of them stand in the column; @from, @to: only those whose days lie between, both included. */
guint qd_enterprise_count (QdEnterprise *self, QdBoardColumn column, int from, int to);
/** Is there anything to see that was not there before? */
gboolean qd_enterprise_is_same (QdEnterprise *self, QdEnterprise *other);
/** Days since its duties were counted; -1: never. */
int qd_enterprise_get_age (QdEnterprise *self);

/** Its worst mark: icon, colour class, the number of things, and that in words ("2 overdue"). */
typedef struct
{
  const char *icon;
  const char *css; /* (nullable) */
  guint count;
  char *words;
} QdMark;
void qd_mark_clear (QdMark *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QdMark, qd_mark_clear)
void qd_enterprise_get_mark (QdEnterprise *self, QdMark *mark_out);

G_END_DECLS
