/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-courier.h"
#include "qd-draft.h"
#include "qd-duties.h"

G_BEGIN_DECLS

/**
 * QdWorkspace: an open workspace as the window sees it: the store, the pack it is read with, and the courier.
 * Signals: changed () when anything that lists show may have changed, at most ten times a second.
 */
#define QD_TYPE_WORKSPACE (qd_workspace_get_type ())
G_DECLARE_FINAL_TYPE (QdWorkspace, qd_workspace, QD, WORKSPACE, GObject)

typedef enum
{
  QD_WORKSPACE_OPEN,
  QD_WORKSPACE_CREATE,
  QD_WORKSPACE_DEMO, /* creates @path and fills it with the demonstration data */
} QdWorkspaceMode;

/** Opens in a thread. A workspace that another program writes, or that a newer one made, opens read-only. */
void qd_workspace_open_async (const char *path, QdWorkspaceMode mode, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
QdWorkspace *qd_workspace_open_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** For tests: from parts that are there already. */
QdWorkspace *qd_workspace_new (QdStore *store, QdPack *pack) G_GNUC_WARN_UNUSED_RESULT;

QdStore *qd_workspace_get_store (QdWorkspace *self);
QdPack *qd_workspace_get_pack (QdWorkspace *self);
QdCourier *qd_workspace_get_courier (QdWorkspace *self);
/** Worked out again after every change. */
QdDuties *qd_workspace_get_duties (QdWorkspace *self);
gboolean qd_workspace_is_read_only (QdWorkspace *self);
/** (nullable): why it is read-only: a sentence for the bar */
const char *qd_workspace_get_read_only_reason (QdWorkspace *self);
gboolean qd_workspace_is_demo (QdWorkspace *self);
/** The enterprise, else the file's name. */
char *qd_workspace_dup_name (QdWorkspace *self) G_GNUC_WARN_UNUSED_RESULT;
/** "Site · file.qingdan" */
char *qd_workspace_dup_place (QdWorkspace *self) G_GNUC_WARN_UNUSED_RESULT;
/** Name of the site that new declarations are for; "" without one. */
char *qd_workspace_dup_site (QdWorkspace *self) G_GNUC_WARN_UNUSED_RESULT;

/** Id of the pack's form of that kind ("profile", "register"); NULL when the pack has none. */
const char *qd_workspace_get_form_of_kind (QdWorkspace *self, const char *kind);
/** Ids of the forms that are declarations, in the pack's order. */
GStrv qd_workspace_dup_declaration_forms (QdWorkspace *self) G_GNUC_WARN_UNUSED_RESULT;
/** (transfer none): the form as the declaration was made with; NULL when this pack lacks it */
QdForm *qd_workspace_get_form (QdWorkspace *self, const char *form_id);
/** The one draft of a kind (profile, register), made when there is none. The same object while anybody holds it. */
QdDraft *qd_workspace_open_kind (QdWorkspace *self, const char *kind, GError **error) G_GNUC_WARN_UNUSED_RESULT;
QdDraft *qd_workspace_open_draft (QdWorkspace *self, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** The same in a thread, for those that qd_draft_is_large(); whoever asks for it meanwhile gets the same draft. */
void qd_workspace_open_draft_async (QdWorkspace *self, gint64 id, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
QdDraft *qd_workspace_open_draft_finish (QdWorkspace *self, GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Does opening take so long that it should be done in a thread? Not when it is open already. */
gboolean qd_workspace_is_slow (QdWorkspace *self, gint64 id);
/** Tells everybody that lists may have changed. */
void qd_workspace_touch (QdWorkspace *self);

G_END_DECLS
