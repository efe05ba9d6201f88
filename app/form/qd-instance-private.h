/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-calendar.h"
#include "qd-form-private.h"
#include "qd-instance.h"

G_BEGIN_DECLS

/* The inside of a form being filled: shared by qd-instance-*.c, by the verdict and by the engine protocol. */

typedef struct _QdCell QdCell;
typedef struct _QdRow QdRow;
typedef struct _QdRange QdRange;
typedef struct _QdIndex QdIndex;

/* Bits 0 to 7 are the dirty bits, one a QdProp. */
enum
{
  QD_CELL_RELEVANT = 1 << 8, /* with all around it */
  QD_CELL_SELF_RELEVANT = 1 << 9,
  QD_CELL_SELF_READONLY = 1 << 10,
  QD_CELL_REQUIRED = 1 << 11,
  QD_CELL_FAILS = 1 << 12,   /* has an entry in `failures` */
  QD_CELL_CHANGED = 1 << 13, /* stands in `changed` */
  QD_CELL_HAS_RAW = 1 << 14, /* has an entry in `raws`: what was chosen is not all there now */
  QD_CELL_WANTED = 1 << 15,  /* counted in QD_TALLY_WANTED, */
  QD_CELL_FILLED = 1 << 16,  /* in QD_TALLY_FILLED */
};

/* What rows and ranges count, here and below. First the findings by severity. */
enum
{
  QD_TALLY_REQUIRED = QD_SEVERITY_CRITICAL + 1, /* of the critical ones: required fields that are empty */
  QD_TALLY_EXPLAINED,                           /* of the possible ones: those with a reason */
  QD_TALLY_WANTED,                              /* required fields that are relevant, */
  QD_TALLY_FILLED,                              /* and filled, or not applicable */
  QD_N_TALLIES
};

/* One place in a row: 16 bytes. The field is that of the slot; the row is found by counting back. */
struct _QdCell
{
  union
  {
    QdTreeNode *node; /* NULL for an optional node that is not there */
    QdRange *range;   /* slots of repeats, except slot 0 */
  };
  guint32 flags;
  guint32 slot;
};

struct _QdRow
{
  QdRow *owner;   /* the row around the range; NULL for the root */
  QdRange *range; /* NULL for the root */
  const QdScope *scope;
  guint32 base;  /* node id of slot 0 */
  guint32 index; /* in the range */
  guint32 tallies[QD_N_TALLIES];
  guint32 batch; /* number of the batch it was made in */
  guint8 is_dead;
  QdCell cells[];
};

struct _QdRange
{
  QdRow *owner;
  const QdField *field;
  GPtrArray *rows; /* (owned) (element-type QdRow) */
  guint32 tallies[QD_N_TALLIES];
  guint batch;        /* number of the batch its change is noted in */
  GPtrArray *indexes; /* (owned) (nullable) (element-type QdIndex) */
};

/* What a cell fails, and what was made of it. */
typedef struct
{
  guint64 mask;        /* bits: see QD_FAIL_*, then one a check */
  guint explained;     /* of its possible ones */
  GPtrArray *findings; /* (owned) (nullable) (element-type QdFinding): made when asked for */
  guint stamp;
} QdFailure;

enum
{
  QD_FAIL_TYPE,
  QD_FAIL_CHOICE,
  QD_FAIL_REQUIRED,
  QD_FAIL_CONSTRAINT,
  QD_FAIL_CHECKS, /* first check */
};

typedef struct
{
  QdRow *first;
  GPtrArray *more; /* (owned) (nullable) */
  guint n_stale;   /* of them, those whose bit is set; at most */
} QdDirtyList;

typedef struct
{
  GPtrArray *choices; /* (owned) (element-type QdChoice) */
  GHashTable *index;  /* (owned): value → its place + 1 */
  GPtrArray *nodes;   /* (owned) (nullable): the item elements */
} QdChoiceList;

typedef struct
{
  guint32 base;
  QdRow *row; /* NULL when removed */
} QdRowEntry;

typedef struct
{
  QdRange *range;
  guint before, prefix, suffix;
} QdRangeChange;

typedef struct
{
  const QdAction *action;
  QdRow *row;
} QdPendingAction;

struct _QdInstance
{
  GObject parent_instance;

  QdForm *form; /* (owned) */
  QdInstanceMode mode;
  QdTree *tree; /* (owned) */
  QdRow *root;  /* (owned) */
  GArray *rows; /* (owned) (element-type QdRowEntry): ascending by base */
  guint n_dead_entries;
  QdRow *last_found; /* (nullable): by qd_instance_find_row(): a view asks for many cells of a row */
  guint32 next_id;
  QdEnv env;
  char *language;           /* (owned) */
  QdTreeNode *context_node; /* of the expression being evaluated, for itext */
  GHashTable *preload;      /* (owned) (nullable) */

  /* host and secondary instances */
  QdResolver resolver;
  gpointer resolver_data;
  GHashTable *secondaries;    /* (owned): id → QdTree */
  QdCalendar *calendar;       /* (owned) (nullable): for qd:workday-add() */
  GHashTable *calendar_years; /* (owned): those asked for */
  GHashTable *catalogs;       /* (owned): list name → QdCatalog, for qd:listed() */
  GHashTable *lookups;        /* (owned) (element-type utf8 QdIndex): of secondary instances */
  GHashTable *visited;
  /* What was last asked of the lists: a row asks twice, for the certain ones and for the others. */
  char *lists_of[3]; /* (owned) (nullable): number and names */
  char *lists[2];    /* (owned) (nullable): others, certain ones */

  /* work to do */
  QdDirtyList *dirty;   /* (owned): one a computation */
  guint64 *dirty_bits;  /* (owned) */
  guint lowest;         /* no word of dirty_bits below it is set */
  GArray **scope_comps; /* (owned): computations of each scope's rows */
  GPtrArray *graveyard; /* (owned): removed rows that a list may still name */
  GArray *pending;      /* (owned) (element-type QdPendingAction) */
  guint batch_depth;
  guint batch;
  guint batch_mark;   /* length of `changes` when the bracket was opened */
  guint n_acted;      /* of `pending`, in this round of work */
  guint max_acted;    /* more of them do not come to rest */
  guint64 work_left;  /* of this round */
  gboolean is_midway; /* a round of work was put off before it came to rest */
  guint n_growths;    /* rows added by counts in this round of work */
  gboolean is_settling, is_loading, is_applying;
  GCancellable *cancellable; /* (nullable): while it loads */
  int *share;                /* (nullable): likewise */

  /* for signals and the journal */
  GArray *changed;       /* (owned) (element-type guint32) */
  GArray *range_changes; /* (owned) (element-type QdRangeChange) */
  gboolean findings_changed;
  GPtrArray *changes; /* (owned) (element-type QdChange) */

  GHashTable *raws;            /* (owned): cell → text */
  GHashTable *failures;        /* (owned): cell → QdFailure */
  guint findings_stamp;        /* changes when rows move or texts change: messages must be made anew */
  GPtrArray *all_findings;     /* (owned) (nullable): sorted; dropped on change */
  GHashTable *static_choices;  /* (owned): field → QdChoiceList */
  GHashTable *dynamic_choices; /* (owned): cell → QdChoiceList */
};

/* qd-instance.c: cells and ids */
QdRow *qd_instance_find_row (QdInstance *self, QdNodeId node, guint *slot_out);
QdCell *qd_instance_find_cell (QdInstance *self, QdNodeId node, QdRow **row_out);
static inline QdRow *
qd_cell_get_row (QdCell *cell)
{
  return (QdRow *) ((char *) (cell - cell->slot) - G_STRUCT_OFFSET (QdRow, cells));
}
static inline const QdField *
qd_row_get_field (const QdRow *row, guint slot)
{
  return g_ptr_array_index (row->scope->fields, slot);
}
static inline const QdField *
qd_cell_get_field (QdCell *cell)
{
  return qd_row_get_field (qd_cell_get_row (cell), cell->slot);
}
static inline QdNodeId
qd_cell_get_id (QdCell *cell)
{
  return qd_cell_get_row (cell)->base + cell->slot;
}
/* A slot of a repeat other than that of a row's own element holds a range. */
static inline gboolean
qd_cell_is_range (const QdCell *cell, const QdField *field)
{
  return field->is_repeat && cell->slot != 0;
}
/* The cell of @field in @row or in one around it. */
QdCell *qd_row_get_cell (QdRow *row, const QdField *field);
char *qd_cell_dup_path (QdCell *cell) G_GNUC_WARN_UNUSED_RESULT;
void qd_cell_append_path (QdCell *cell, GString *out);
const char *qd_instance_get_raw (QdInstance *self, QdCell *cell);
int qd_cell_compare (QdCell *a, QdCell *b);
void qd_instance_emit (QdInstance *self);
/* By readonly rules alone, inherited. */
gboolean qd_instance_has_readonly_rule (QdInstance *self, QdCell *cell);

/* qd-instance-build.c */
/* Takes @source (nullable): it is gone before computing begins, which takes its place. */
gboolean qd_instance_build (QdInstance *self, QdTree *source, GError **error);
/* Makes a row of @range at @index from the template, or from @source with the template for what is missing. */
QdRow *qd_instance_insert_row (QdInstance *self, QdRange *range, guint index, const QdTreeNode *source);
void qd_instance_delete_row (QdInstance *self, QdRange *range, guint index);
void qd_instance_shift_row (QdInstance *self, QdRange *range, guint from, guint to);
void qd_row_free (QdInstance *self, QdRow *row);

/* qd-instance-settle.c */
void qd_instance_mark_all (QdInstance *self, QdRow *row);
void qd_instance_mark (QdInstance *self, QdRow *row, guint comp);
void qd_instance_touch (QdInstance *self, QdCell *cell);
/* Rows of @range at or after @position were added, removed or moved. */
void qd_instance_touch_rows (QdInstance *self, QdRange *range, guint position);
void qd_instance_note_rows (QdInstance *self, QdRange *range, guint position, guint removed, guint added);
void qd_instance_refresh_new (QdInstance *self, QdRow *row);
void qd_instance_note_changed (QdInstance *self, QdCell *cell);
/* Stores a raw value; tells dependents. */
gboolean qd_instance_store (QdInstance *self, QdCell *cell, const char *text);
void qd_instance_refresh_relevance (QdInstance *self, QdRow *row, guint slot);
void qd_instance_settle (QdInstance *self);
/** Takes back the last recorded change; is_applying is set. */
gboolean qd_instance_play_back (QdInstance *self, const QdChange *change);
void qd_instance_run_event (QdInstance *self, QdEvents event, const QdField *repeat, QdRow *row);
void qd_instance_revalidate (QdInstance *self);
void qd_instance_record (QdInstance *self, QdChangeKind kind, QdCell *cell, const char *name, const char *old_text, const char *new_text);

/* qd-instance-value.c: types */
gboolean qd_value_fits (const QdField *field, const char *text);
gboolean qd_value_is_limit (const char *text);

/* qd-instance-check.c */
void qd_instance_check_cell (QdInstance *self, QdCell *cell);
guint64 qd_instance_get_failures (QdInstance *self, QdCell *cell);
void qd_instance_drop_failure (QdInstance *self, QdCell *cell);
/* The value, the relevance or a rule of @cell is another one: is it a required field, and filled? */
void qd_instance_tally_cell (QdInstance *self, QdCell *cell);
/* The cell is about to go. */
void qd_instance_untally_cell (QdInstance *self, QdCell *cell);
void qd_instance_drop_findings (QdInstance *self);

/* qd-instance-text.c */
char *qd_instance_eval_text (QdInstance *self, const QdText *text, QdTreeNode *node, const char *form) G_GNUC_WARN_UNUSED_RESULT;
const QdChoiceList *qd_instance_get_choice_list (QdInstance *self, QdCell *cell);
void qd_instance_drop_choices (QdInstance *self, QdCell *cell);
void qd_choice_list_free (gpointer data);
/* What of @raw counts now; NULL when all of it does. */
char *qd_instance_filter_value (QdInstance *self, QdCell *cell, const char *raw) G_GNUC_WARN_UNUSED_RESULT;
QdContext qd_instance_context (QdInstance *self, QdCell *cell);
/* The text of an expression, as fields and people get it: “not a number” is no text. NULL when it cannot be had. */
char *qd_instance_eval_string (const QdExpr *expr, const QdContext *context) G_GNUC_WARN_UNUSED_RESULT;
/* The node to evaluate on for a range without rows; @stub is filled. */
QdTreeNode *qd_range_get_context_node (QdRange *range, QdTreeNode *stub);
gboolean qd_language_is_chinese (const char *language);

/* qd-instance-index.c */
void qd_index_free (QdIndex *self);
const GPtrArray *qd_instance_find_items (QdEnv *env, QdTreeNode *parent, const char *item_name, const char *const *names, const char *const *keys, guint n);
/* For ranges with indexes. The text of @field in @row is another one; NULL: the row is new, or moved. */
void qd_range_note_item (QdRange *range, const QdRow *row, const QdField *field);
/* The row is about to go. */
void qd_range_forget_item (QdRange *range, const QdRow *row);

/* qd-secondary.c */
gboolean qd_instance_load_secondaries (QdInstance *self, gboolean missing_is_error, GError **error);
extern const QdEnvClass qd_instance_env_class;
QdTree *qd_secondary_parse (GBytes *bytes, const char *uri, const char *media_type, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* qd-instance-write.c */
typedef enum
{
  QD_WRITE_DRAFT,      /* everything as typed */
  QD_WRITE_SUBMISSION, /* relevant nodes, values that count */
} QdWriteMode;
char *qd_instance_write (QdInstance *self, QdCell *cell, QdWriteMode mode) G_GNUC_WARN_UNUSED_RESULT;

/* qd-finding.c */
QdFinding *qd_finding_new (const char *rule, QdSeverity severity, QdNodeId node, char *path, char *message, char *place, const char *reason, char *fix, const char *basis, QdConfidence confidence, gboolean reads_facts) G_GNUC_WARN_UNUSED_RESULT;

/* qd-instance-edit.c */
gboolean qd_instance_set_value_forced (QdInstance *self, QdNodeId node, const char *value, GError **error);

G_END_DECLS
