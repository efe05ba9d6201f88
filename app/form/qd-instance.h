/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "qd-form.h"

G_BEGIN_DECLS

/** Handle of a node: stable while the node lives, never reused in one instance; 0 is no node. */
typedef guint32 QdNodeId;

/**
 * QdInstance: one form being filled: the primary instance, its secondary instances, and everything computed from them,
 * always settled: after each call all calculates, relevances, constraints and checks are up to date.
 * Belongs to one thread at a time: it may be made in one and handed over. Signals:
 *  - nodes-changed (GArray<QdNodeId>*): value, relevance, read-only, required, label, choices or validity changed
 *  - rows-changed (guint range, guint position, guint removed, guint added)
 *  - findings-changed ()
 */
#define QD_TYPE_INSTANCE (qd_instance_get_type ())
G_DECLARE_FINAL_TYPE (QdInstance, qd_instance, QD, INSTANCE, GObject)

typedef enum
{
  QD_INSTANCE_CREATE,  /* first load: setvalue on odk-instance-first-load runs, preload fills */
  QD_INSTANCE_EDIT,    /* an earlier submission: nodes that were left out come back empty */
  QD_INSTANCE_RESTORE, /* a draft: as it was */
} QdInstanceMode;

typedef struct
{
  QdInstanceMode mode;
  GBytes *xml;          /* (nullable): the instance, for edit and restore */
  const char *xml_name; /* (nullable): its file name, for messages */
  GDateTime *now;       /* (nullable): the moment; the real one when NULL */
  const char *language; /* (nullable): the form's default when NULL */
  QdResolver resolver;  /* (nullable) */
  gpointer resolver_data;
  gboolean missing_is_error; /* an external instance that is not there: error instead of blank */
  GHashTable *preload;       /* (nullable) (element-type utf8 utf8): deviceid, email, username, phonenumber */
  GCancellable *cancellable; /* (nullable): G_IO_ERROR_CANCELLED soon after */
  int *share;                /* (nullable): how much is done, of 1000; written with g_atomic_int_set() */
} QdInstanceOptions;

QdInstance *qd_instance_new (QdForm *form, const QdInstanceOptions *options, GError **error) G_GNUC_WARN_UNUSED_RESULT;
QdForm *qd_instance_get_form (QdInstance *self);
/** About how many nodes it has: what takes long, or may be done at once. */
gsize qd_instance_get_size (QdInstance *self);
const char *qd_instance_get_language (QdInstance *self);
void qd_instance_set_language (QdInstance *self, const char *language);
GDateTime *qd_instance_get_now (QdInstance *self);

/* The tree, in document order. */

QdNodeId qd_instance_get_root (QdInstance *self);
QdNodeId qd_instance_get_parent (QdInstance *self, QdNodeId node);
guint qd_instance_get_n_children (QdInstance *self, QdNodeId node);
QdNodeId qd_instance_get_child (QdInstance *self, QdNodeId node, guint i);
/** Index among the parent's children; for a row: its row number from 0. */
guint qd_instance_get_index (QdInstance *self, QdNodeId node);
gboolean qd_instance_is_alive (QdInstance *self, QdNodeId node);
/** The node at a positioned path ("/data/row[2]/qty"; a path without position takes the first), or 0. A range's own path has no position. */
QdNodeId qd_instance_find (QdInstance *self, const char *path);
/** The node of @field in the row @row, or in what is around it; 0 when it is not there. For grids: no path, no walk over children. */
QdNodeId qd_instance_find_in_row (QdInstance *self, QdNodeId row, const QdField *field);
char *qd_instance_dup_path (QdInstance *self, QdNodeId node) G_GNUC_WARN_UNUSED_RESULT;

QdNodeType qd_instance_get_node_type (QdInstance *self, QdNodeId node);
const QdField *qd_instance_get_field (QdInstance *self, QdNodeId node);
/** Never NULL; "" is empty. Valid until the next change. */
const char *qd_instance_get_value (QdInstance *self, QdNodeId node);
gboolean qd_instance_is_relevant (QdInstance *self, QdNodeId node); /* inherited */
gboolean qd_instance_is_readonly (QdInstance *self, QdNodeId node); /* inherited; also true for calculated ones */
gboolean qd_instance_is_required (QdInstance *self, QdNodeId node);
/** The worst finding pinned to the node or, for groups, ranges and rows, below it: -1 none, else QdSeverity. */
int qd_instance_get_worst (QdInstance *self, QdNodeId node);

/* Texts, in the current language; (nullable). */

char *qd_instance_dup_label (QdInstance *self, QdNodeId node) G_GNUC_WARN_UNUSED_RESULT;
char *qd_instance_dup_hint (QdInstance *self, QdNodeId node) G_GNUC_WARN_UNUSED_RESULT;
/** itext form "guidance" of the hint: how to fill the field, for the help pane */
char *qd_instance_dup_guidance (QdInstance *self, QdNodeId node) G_GNUC_WARN_UNUSED_RESULT;
/** Label of a field as a column head, also when the repeat has no rows. */
char *qd_instance_dup_field_label (QdInstance *self, const QdField *field) G_GNUC_WARN_UNUSED_RESULT;

typedef struct
{
  char *value;
  char *label; /* never NULL; the value when the form gives none */
} QdChoice;
/** Adds value, label, value, label … of each choice as texts to @texts (owned), as qd_choice_index_new() wants them. @choices: (nullable) */
void qd_choices_add_texts (GPtrArray *choices, GPtrArray *texts);
/** (element-type QdChoice): choices of a select or rank now; cached until they change; transfer full (g_ptr_array_unref) */
GPtrArray *qd_instance_get_choices (QdInstance *self, QdNodeId node) G_GNUC_WARN_UNUSED_RESULT;
/** (element-type QdChoice) (nullable): choices that are the same in all rows, also when the repeat has none; NULL when they depend on the row, or there are none */
GPtrArray *qd_instance_get_field_choices (QdInstance *self, const QdField *field) G_GNUC_WARN_UNUSED_RESULT;
/** The same with the labels of another language of the form. */
GPtrArray *qd_instance_get_field_choices_in (QdInstance *self, const QdField *field, const char *language) G_GNUC_WARN_UNUSED_RESULT;
/** What people read: labels of chosen items joined with "、" or ", ", numbers with their declared decimals, else the value. */
char *qd_instance_dup_display (QdInstance *self, QdNodeId node) G_GNUC_WARN_UNUSED_RESULT;

/* Edits. Each records changes (below), settles, and emits. A failed edit changes nothing. */

/** @value: instance text (selected values joined by one space); NULL or "" clears. Values that do not fit the type are kept as typed and become a critical finding. */
gboolean qd_instance_set_value (QdInstance *self, QdNodeId node, const char *value, GError **error);
/** Adds @count rows so that the first has index @index (at most the number of rows). */
gboolean qd_instance_add_rows (QdInstance *self, QdNodeId range, guint index, guint count, GError **error);
gboolean qd_instance_remove_rows (QdInstance *self, QdNodeId range, guint index, guint count, GError **error);
gboolean qd_instance_move_row (QdInstance *self, QdNodeId range, guint from, guint to, GError **error);
/** FALSE for jr:count and jr:noAddRemove repeats. */
gboolean qd_instance_can_add_remove (QdInstance *self, QdNodeId range);
/**
 * Annotations are attributes in urn:qingdan:form:1 on the node: "na" (not applicable: the reason), "note",
 * "why-RULE" (the reason for a possible finding of that rule), "origin" (carried, imported, pasted). NULL removes.
 */
gboolean qd_instance_set_annotation (QdInstance *self, QdNodeId node, const char *name, const char *text, GError **error);
const char *qd_instance_get_annotation (QdInstance *self, QdNodeId node, const char *name);

/** Brackets many edits: settling and signals wait for the outermost commit. */
void qd_instance_begin (QdInstance *self);
void qd_instance_commit (QdInstance *self);
/** In place of the outermost commit: takes back all edits since its begin, as if there had been none. */
void qd_instance_rollback (QdInstance *self);
/** Is a bracket open? Its changes are not to be had before it ends, and what is computed may be stale. */
gboolean qd_instance_is_open (QdInstance *self);

/* Long work in a bracket, in pieces of about so many microseconds, between which the caller may turn to other things. */

/** Settles without closing the bracket or telling anyone; TRUE when all is at rest. */
gboolean qd_instance_settle_some (QdInstance *self, gint64 microseconds);
/** A piece of qd_instance_rollback(); TRUE when it is over and the bracket closed. Nothing else may be edited between the pieces. */
gboolean qd_instance_rollback_some (QdInstance *self, gint64 microseconds);

/* Changes: what an edit did, including values that form actions set; computed values are not among them. */

typedef enum
{
  QD_CHANGE_VALUE,
  QD_CHANGE_ANNOTATION, /* name */
  QD_CHANGE_ADD,        /* path of the new row; new_text: its XML */
  QD_CHANGE_REMOVE,     /* path of the old row; old_text: its XML */
  QD_CHANGE_MOVE,       /* path of the row; old_text, new_text: row numbers from 0 */
} QdChangeKind;

typedef struct
{
  QdChangeKind kind;
  char *path;
  char *name;     /* (nullable) */
  char *old_text; /* (nullable) */
  char *new_text; /* (nullable) */
} QdChange;

QdChange *qd_change_new (QdChangeKind kind, const char *path, const char *name, const char *old_text, const char *new_text) G_GNUC_WARN_UNUSED_RESULT;
/** What takes @change back when it is played forward. */
QdChange *qd_change_invert (const QdChange *change) G_GNUC_WARN_UNUSED_RESULT;
void qd_change_free (QdChange *change);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdChange, qd_change_free)

/** (element-type QdChange) (nullable): the changes since the last call, in order; NULL when there are none */
GPtrArray *qd_instance_steal_changes (QdInstance *self) G_GNUC_WARN_UNUSED_RESULT;
/** Plays changes forward, or (@inverse) backward from the last; fires no actions, records nothing, then settles. On error nothing has changed. */
gboolean qd_instance_apply (QdInstance *self, GPtrArray *changes, gboolean inverse, GError **error);
/**
 * A piece of the same in an open bracket, of about so many microseconds; but what is played is recorded, as an edit is, so
 * that the bracket can be rolled back.
 * @done: (inout): changes played so far
 * @over_out: all are played, and all is at rest
 */
gboolean qd_instance_apply_some (QdInstance *self, GPtrArray *changes, gboolean inverse, guint *done, gint64 microseconds, gboolean *over_out, GError **error);

/* Results. */

/** (element-type QdFinding): all current findings, worst first, then document order. Makes all their sentences: to be shown, a few are enough, see below. */
GPtrArray *qd_instance_get_findings (QdInstance *self) G_GNUC_WARN_UNUSED_RESULT;
typedef struct
{
  guint critical, possible, notice;
  guint required;  /* of the critical ones: required fields that are empty (rule "required") */
  guint explained; /* of the possible ones: those with a reason */
} QdFindingCounts;
/** How many findings are pinned to @node and below it. Costs nothing: they are counted as they come and go, without making their sentences. */
void qd_instance_count_findings (QdInstance *self, QdNodeId node, QdFindingCounts *out);
/** (element-type QdFinding): the first @max of a severity at and below @node, in document order; @with_required: those of the rule "required", too */
GPtrArray *qd_instance_list_findings (QdInstance *self, QdNodeId node, QdSeverity severity, gboolean with_required, guint max) G_GNUC_WARN_UNUSED_RESULT;
/** (element-type QdFinding): those pinned to the node itself */
GPtrArray *qd_instance_get_node_findings (QdInstance *self, QdNodeId node) G_GNUC_WARN_UNUSED_RESULT;
/** Filled and total required fields that are relevant, at or below @node. */
void qd_instance_count_required (QdInstance *self, QdNodeId node, guint *filled_out, guint *total_out);
/** The submission: non-relevant nodes left out; what is digested and signed. */
GBytes *qd_instance_serialize (QdInstance *self) G_GNUC_WARN_UNUSED_RESULT;
/** The draft: everything, for the store and for restore. */
GBytes *qd_instance_save (QdInstance *self) G_GNUC_WARN_UNUSED_RESULT;
/** (element-type utf8): file names that upload fields name */
GPtrArray *qd_instance_get_attachments (QdInstance *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
