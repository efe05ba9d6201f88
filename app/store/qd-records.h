/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-store.h"

G_BEGIN_DECLS

/* What the user says about duties: done, waiting for somebody, reminded of. A site is its code in the profile; rule and period are those of the duty. */

/** A duty that was fulfilled without a declaration of this workspace. */
typedef struct
{
  char *site;
  char *rule;
  char *period;
  char *date; /* "2026-11-24": when it was done */
  char *note;
  char *evidence;      /* (nullable): SHA-256 of a blob */
  char *evidence_name; /* (nullable): its file name */
  gint64 marked_at;    /* Unix seconds; set by the store */
} QdDone;
void qd_done_free (QdDone *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdDone, qd_done_free)

/** Marks a period of a duty as done; a second time replaces. Errors: %QD_STORE_ERROR_NOT_FOUND when the evidence is no blob of the workspace. */
gboolean qd_store_mark_done (QdStore *self, const QdDone *done, GError **error);
/** Takes the mark back; the evidence stays in the workspace. */
gboolean qd_store_unmark_done (QdStore *self, const char *site, const char *rule, const char *period, GError **error);
/** (element-type QdDone): newest date first */
GPtrArray *qd_store_list_done (QdStore *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Who has to do the next thing. */
typedef enum
{
  QD_HOLDER_US,
  QD_HOLDER_ENTERPRISE,
  QD_HOLDER_LABORATORY,
  QD_HOLDER_AUTHORITY,
} QdHolder;

/** A period of a duty that waits for somebody. */
typedef struct
{
  char *site;
  char *rule;
  char *period;
  QdHolder holder;
  char *note;
  gint64 since; /* Unix seconds; set by the store */
} QdWaiting;
void qd_waiting_free (QdWaiting *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdWaiting, qd_waiting_free)

/** @holder QD_HOLDER_US: it waits for nobody else any more. */
gboolean qd_store_set_waiting (QdStore *self, const char *site, const char *rule, const char *period, QdHolder holder, const char *note, GError **error);
/** (element-type QdWaiting): longest wait first */
GPtrArray *qd_store_list_waiting (QdStore *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * A draft deliberately says something else than a fact of profile or register: @value is what the fact was then. When the fact changes
 * again, the user is told again. No edit of the draft; sealed or not, nothing else changes.
 */
gboolean qd_store_keep_fact (QdStore *self, gint64 declaration, const char *path, const char *value, GError **error);
/** path → value of the facts that a draft does not want */
GHashTable *qd_store_list_kept_facts (QdStore *self, gint64 declaration, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** TRUE the first time it is asked for this rule and date, ever; FALSE later, and when that cannot be remembered. */
gboolean qd_store_remind_once (QdStore *self, const char *site, const char *rule, const char *due);

G_END_DECLS
