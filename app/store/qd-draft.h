/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-long-edit.h"
#include "qd-long-edit.h"
#include "qd-pack.h"
#include "qd-store.h"

G_BEGIN_DECLS

/**
 * QdDraft: a declaration of a workspace, open: its live QdInstance with journal, autosave and persistent undo.
 * Every change of the instance reaches the store's queue at once, the disk within a second. Sealed ones open read-only.
 * Properties: can-undo, can-redo. Wires jr://instance/profile, …/register, …/last, …/period and …/catalog/NAME.
 */
#define QD_TYPE_DRAFT (qd_draft_get_type ())
G_DECLARE_FINAL_TYPE (QdDraft, qd_draft, QD, DRAFT, GObject)

QdDraft *qd_draft_open (QdStore *store, QdPack *pack, gint64 id, const char *language, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/**
 * The same in a thread, for large ones. Stopped, or not finished, it has changed nothing.
 * @progress: (nullable): how much is done, 0 to 1, in the thread of the caller
 */
void qd_draft_open_async (QdStore *store, QdPack *pack, gint64 id, const char *language, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
QdDraft *qd_draft_open_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Does opening take so long that it should be done in a thread? It has very many rows, or its form reads a register that has. */
gboolean qd_draft_is_large (QdStore *store, QdPack *pack, gint64 id);
/** Makes a new declaration (first load) and opens it. @period as in QdDeclaration. */
QdDraft *qd_draft_create (QdStore *store, QdPack *pack, const char *form_id, const char *period, const char *site, const char *language, GError **error) G_GNUC_WARN_UNUSED_RESULT;
QdInstance *qd_draft_get_instance (QdDraft *self);
QdStore *qd_draft_get_store (QdDraft *self);
QdPack *qd_draft_get_pack (QdDraft *self);
gint64 qd_draft_get_id (QdDraft *self);
gboolean qd_draft_is_read_only (QdDraft *self);
/** Groups all edits until the matching end into one undo step with a name ("Paste 30 cells"). */
void qd_draft_begin_step (QdDraft *self, const char *origin);
void qd_draft_end_step (QdDraft *self);
gboolean qd_draft_can_undo (QdDraft *self);
gboolean qd_draft_can_redo (QdDraft *self);
gboolean qd_draft_undo (QdDraft *self, GError **error);
gboolean qd_draft_redo (QdDraft *self, GError **error);
/** The step that would be undone or redone is so big, or so old, that a window should not wait for it. */
gboolean qd_draft_is_undo_long (QdDraft *self, gboolean redo);
/** qd_draft_undo() or redo in pieces. Nothing else may edit until the callback. When @cancellable is cancelled, all is as it was. */
void qd_draft_undo_async (QdDraft *self, gboolean redo, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean qd_draft_undo_finish (QdDraft *self, GAsyncResult *result, GError **error);
/** (nullable): value of the same field in the last sealed version, by path */
char *qd_draft_dup_last_value (QdDraft *self, const char *path) G_GNUC_WARN_UNUSED_RESULT;

/**
 * The QdResolver of this draft, with the draft as @user_data: for an engine of its own that prepares a report or a package.
 * May be called in any thread that holds a reference to the draft.
 */
GBytes *qd_draft_resolve (const char *uri, char **media_type_out, gpointer user_data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * The declaration as it is on disk, edits that wait written first: for reading in another thread. What is done to the copy is recorded nowhere.
 * May be called in any thread; the copy belongs to the caller's.
 */
QdInstance *qd_draft_load_copy (QdStore *store, QdPack *pack, gint64 id, const char *language, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** The declaration as it was when it was made. Else as above. */
QdInstance *qd_draft_load_first (QdStore *store, QdPack *pack, gint64 id, const char *language, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** What the form of the declaration would hold if it were made today: the same form, period and site, first load with the present facts. Else as above. */
QdInstance *qd_draft_load_fresh (QdStore *store, QdPack *pack, gint64 id, const char *language, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct
{
  gint64 time;  /* Unix milliseconds */
  char *origin; /* typed, pasted, undo … */
  char *old_text;
  char *new_text;
} QdHistoryItem;
void qd_history_item_free (QdHistoryItem *item);
/** (element-type QdHistoryItem): what happened to one path, newest first */
GPtrArray *qd_draft_list_history (QdDraft *self, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
