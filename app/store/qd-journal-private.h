/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-db-private.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 step;
  gint64 undoes;
} QdStep;

/** One thing to write, queued by the main thread: changes of one step, a snapshot, or counts of findings. */
typedef struct
{
  gint64 declaration;
  gint64 step;
  gint64 undoes; /* the step that these changes take back, 0 for an edit */
  gint64 time;   /* Unix milliseconds */
  char *origin;
  GPtrArray *changes; /* (nullable) (element-type QdChange) */
  GBytes *snapshot;   /* (nullable): the draft with all changes queued before, or up to the step @snapshot_step */
  gint64 snapshot_step;
  gboolean has_counts;
  guint critical;
  guint unexplained;
} QdEdit;
void qd_edit_free (QdEdit *edit);

/** Appends edits in one transaction. */
gboolean qd_journal_write (QdDb *db, GPtrArray *edits, GError **error);
/** What the functions at the end of this header read, in the writer thread. */
GArray *qd_journal_read_steps (QdDb *db, gint64 declaration, GError **error);
GPtrArray *qd_journal_read_changes (QdDb *db, gint64 declaration, gint64 step, gint64 after, GError **error); /* one step, or (0) all after a row */
GPtrArray *qd_journal_read_history (QdDb *db, gint64 declaration, const char *path, GError **error);
gboolean qd_journal_verify (QdDb *db, GError **error);

/* What follows belongs to QdDraft. All of it first waits for queued edits. */

/**
 * Queues changes; they are on disk within a second. Steps of one declaration are numbered upwards from 1 by the caller.
 * @changes: (transfer full) (element-type QdChange): not changed by anybody afterwards
 * Errors: QD_STORE_ERROR_SEALED, QD_STORE_ERROR_READ_ONLY
 */
gboolean qd_store_queue_changes (QdStore *self, gint64 declaration, gint64 step, gint64 undoes, const char *origin, GPtrArray *changes, GError **error);
/**
 * Queues the whole draft, so that opening need not play all changes before it. May be called in any thread.
 * @step: the last step that is in it, when later ones may have been queued; -1: all that were
 */
void qd_store_queue_snapshot (QdStore *self, gint64 declaration, gint64 step, GBytes *xml);
/** (element-type QdStep): all steps of a declaration, oldest first */
GArray *qd_store_read_steps (QdStore *self, gint64 declaration, GError **error);
/** (element-type QdChange): the changes of one step, in order */
GPtrArray *qd_store_read_step (QdStore *self, gint64 declaration, gint64 step, GError **error);
/** (element-type QdHistoryItem), newest first; follows the row through insertions and moves above it */
GPtrArray *qd_store_read_history (QdStore *self, gint64 declaration, const char *path, GError **error);

G_END_DECLS
