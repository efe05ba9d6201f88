/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "qd-instance.h"

G_BEGIN_DECLS

/** Errors of workspaces. Messages name the file, the cause and what to do. */
#define QD_STORE_ERROR (qd_store_error_quark ())
GQuark qd_store_error_quark (void);
typedef enum
{
  QD_STORE_ERROR_NOT_A_WORKSPACE,
  QD_STORE_ERROR_NEWER,  /* made by a newer program; can be opened read-only */
  QD_STORE_ERROR_IN_USE, /* another process writes it; can be opened read-only. The message names host and process */
  QD_STORE_ERROR_CORRUPT,
  QD_STORE_ERROR_FULL, /* disk full */
  QD_STORE_ERROR_READ_ONLY,
  QD_STORE_ERROR_NOT_FOUND,
  QD_STORE_ERROR_SEALED, /* a sealed declaration never changes */
  QD_STORE_ERROR_IO,
} QdStoreError;

typedef enum
{
  QD_STATE_DRAFT,
  QD_STATE_CHECKED,
  QD_STATE_SEALED,
  QD_STATE_SENT,
  QD_STATE_RECEIVED,
  QD_STATE_ACCEPTED,
  QD_STATE_RETURNED,
} QdState;
const char *qd_state_to_nick (QdState state); /* "draft" … */

/**
 * QdStore: the workspace: one SQLite file with everything of one enterprise. One writer thread owns the connection;
 * functions may be called from the main thread: short reads wait for it (milliseconds), edits are queued.
 * Signals: changed () after any write others may want to show; save-state-changed ().
 */
#define QD_TYPE_STORE (qd_store_get_type ())
G_DECLARE_FINAL_TYPE (QdStore, qd_store, QD, STORE, GObject)

/** Fails when @path exists: nothing is ever overwritten. */
QdStore *qd_store_create (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
QdStore *qd_store_open (const char *path, gboolean read_only, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Waits until all is on disk and lets go of the lock; also done by dispose. */
gboolean qd_store_close (QdStore *self, GError **error);
const char *qd_store_get_path (QdStore *self);
gboolean qd_store_is_read_only (QdStore *self);
/** Waits until every queued edit is on disk. FALSE with the first write error (they stay queued and are tried again). */
gboolean qd_store_flush (QdStore *self, GError **error);
/** Unsaved edits (queued or failed); 0 means all is on disk. */
guint qd_store_get_n_pending (QdStore *self);
/** (nullable): when the last edit reached the disk */
GDateTime *qd_store_get_saved_at (QdStore *self);
/** (nullable): why edits stay in memory, a plain sentence (disk full …) */
const char *qd_store_get_save_problem (QdStore *self);

/** One declaration as lists show it. */
typedef struct
{
  gint64 id;
  char *form_id;
  char *form_version;
  char *period; /* "2026", "2026Q3", "2026-11", or the date of the event */
  char *site;   /* (nullable) */
  QdState state;
  gint64 amends;  /* id of the declaration it corrects, 0 if none */
  guint critical; /* of the last check or live findings */
  guint unexplained;
  gint64 edited_at;     /* Unix seconds */
  char *package_sha256; /* (nullable): of the sealed package */
} QdDeclaration;
void qd_declaration_free (QdDeclaration *self);
QdDeclaration *qd_declaration_copy (const QdDeclaration *self) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdDeclaration, qd_declaration_free)

/** (element-type QdDeclaration), newest edit first */
GPtrArray *qd_store_list_declarations (QdStore *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
QdDeclaration *qd_store_get_declaration (QdStore *self, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** The newest declaration of a form (profile, register), 0 if there is none. */
gint64 qd_store_find_declaration (QdStore *self, const char *form_id);
/** @xml: the draft as saved by qd_instance_save(). Returns the new id, 0 on error. */
gint64 qd_store_add_declaration (QdStore *self, const char *form_id, const char *form_version, const char *period, const char *site, gint64 amends, GBytes *xml, GError **error);
/** The saved draft: snapshot with the journal played on top by the caller (QdDraft does it). */
GBytes *qd_store_read_snapshot (QdStore *self, gint64 id, GPtrArray **changes_since_out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Bytes of the saved draft, 0 when there is none: how long opening may take. */
gsize qd_store_get_snapshot_size (QdStore *self, gint64 id);
/** The draft as it was when it was made. */
GBytes *qd_store_read_first (QdStore *self, gint64 id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Number of the newest change of the declaration, edits that wait included; 0 for none, -1 on errors. Another number, another content. */
gint64 qd_store_get_newest_change (QdStore *self, gint64 id, GError **error);
/** The last sealed version of the same form and site before @id, as submission XML; NULL without error when there is none. */
GBytes *qd_store_read_last (QdStore *self, const char *form_id, const char *site, gint64 before_id, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Queues the counts of findings that lists show. */
void qd_store_queue_counts (QdStore *self, gint64 declaration, guint critical, guint unexplained);
gboolean qd_store_set_state (QdStore *self, gint64 id, QdState state, GError **error);

/** Stores the package file and marks the declaration sealed, in one transaction. @verdict_xml, @submission_xml are kept beside it. */
gboolean qd_store_seal (QdStore *self, gint64 id, const char *package_path, GBytes *submission_xml, GBytes *verdict_xml, GError **error);
/** Copies a blob (package, attachment, receipt) out to a file, atomically; streamed. */
gboolean qd_store_export_blob (QdStore *self, const char *sha256, const char *path, GError **error);
/** Streams a file in; returns its SHA-256 (lower-case hex). Written before anything names it. */
char *qd_store_import_blob (QdStore *self, const char *path, GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** A file that upload fields of a declaration name. */
typedef struct
{
  char *name;
  char *sha256;
  gint64 size;
} QdAttachment;
void qd_attachment_free (QdAttachment *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdAttachment, qd_attachment_free)

/** Gives a blob the name by which upload fields of the declaration call it; the same name again replaces, @sha256 NULL removes. */
gboolean qd_store_attach (QdStore *self, gint64 declaration, const char *name, const char *sha256, GError **error);
/** (element-type QdAttachment), by name */
GPtrArray *qd_store_list_attachments (QdStore *self, gint64 declaration, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** One delivery of a sealed package. */
typedef struct
{
  gint64 id;
  gint64 declaration;
  char *package_sha256;
  gint64 size;
  char *target;  /* URL or folder */
  QdState state; /* sealed (queued), sent, received, accepted, returned */
  gint64 offset; /* bytes the receiver confirmed */
  gboolean paused;
  gint64 next_try; /* Unix seconds, 0 now */
  guint tries;
  char *problem;        /* (nullable): why it waits */
  char *receipt_sha256; /* (nullable): blob of the receipt or return */
  gint64 changed_at;
} QdDelivery;
void qd_delivery_free (QdDelivery *self);
QdDelivery *qd_delivery_copy (const QdDelivery *self) G_GNUC_WARN_UNUSED_RESULT;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdDelivery, qd_delivery_free)

gint64 qd_store_add_delivery (QdStore *self, gint64 declaration, const char *target, GError **error);
GPtrArray *qd_store_list_deliveries (QdStore *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Writes all changing fields of @delivery and, with @event, a line of its log; also lifts the declaration's state. On disk when it returns. */
gboolean qd_store_update_delivery (QdStore *self, const QdDelivery *delivery, const char *event, GError **error);
/** (element-type utf8): "2026-11-24T11:06:12+08:00 text", newest first */
GPtrArray *qd_store_list_delivery_log (QdStore *self, gint64 delivery, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Settings of the workspace ("target", "name", …); NULL when unset. */
char *qd_store_dup_setting (QdStore *self, const char *key) G_GNUC_WARN_UNUSED_RESULT;
gboolean qd_store_set_setting (QdStore *self, const char *key, const char *value, GError **error);

/** Walks the journal's hash chain. FALSE with QD_STORE_ERROR_CORRUPT naming the first bad row. */
gboolean qd_store_verify_journal (QdStore *self, GError **error);

G_END_DECLS
