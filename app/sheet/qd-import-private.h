/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-catalog.h"
#include "qd-import-identity-private.h"
#include "qd-import.h"
#include "qd-input.h"

G_BEGIN_DECLS

/* A field that a column can fill. */
typedef struct
{
  const QdField *field;
  char *title;    /* (owned) */
  char *key;      /* (owned): title as heads are compared */
  GStrv synonyms; /* (owned): further names as heads are compared, the field's own included */
  const char *unit;
  int unit_target;  /* the field of the row that holds the unit of this amount, -1: none */
  int split_target; /* the field of the row whose choice says where this value goes, -1: none */
  gboolean is_cas;
  gboolean is_name;   /* of a substance */
  gboolean is_hidden; /* never guessed: only a workbook of ours fills it */
} QdImportTarget;

/* A part of the key: the first of these fields that is filled. */
typedef struct
{
  GArray *targets; /* (owned) (element-type int) */
} QdImportKeyPart;

struct _QdImport
{
  GObject parent_instance;

  QdInstance *instance; /* (owned) */
  QdNodeId range;
  QdSheet *sheet;     /* (owned) */
  GPtrArray *targets; /* (owned) (element-type QdImportTarget) */
  GPtrArray *keys;    /* (owned) (element-type QdImportKeyPart) */
  guint first_row;
  gboolean is_ours;        /* a workbook we wrote: paths over the columns */
  GHashTable *corrections; /* (owned): row and column → text, see qd_import_place() */
  GHashTable *left_out;    /* (owned): row + 1 → the row that was preferred + 1 */
  GPtrArray *columns;      /* (owned) (element-type QdImportColumn) */
  QdCatalog *catalog;      /* (owned) (nullable): names and numbers of known substances */
};

static inline const QdImportTarget *
qd_import_target (QdImport *self, int i)
{
  return i < 0 ? NULL : g_ptr_array_index (self->targets, i);
}

/* A dry run or an import: it knows all it needs, so that it can go on in a thread of its own. */
typedef struct
{
  QdSheet *sheet;          /* (owned) */
  GPtrArray *targets;      /* (owned) (element-type QdImportTarget) */
  GPtrArray *keys;         /* (owned) (element-type QdImportKeyPart) */
  QdImportColumn *columns; /* (owned): a copy; their texts, too */
  guint n_columns;
  int *column_of; /* (owned): target → column or -1 */
  guint first_row;
  gboolean is_ours; /* each row that is there counts, also an empty one; empty cells clear */
  QdImportMode mode;
  QdIdentities *identities; /* (owned) (nullable): without a column of CAS numbers and one of names */
  guint learned;            /* row of the sheet up to which they know it */
  int cas_target;
  int name_target;
  GHashTable *existing;    /* (owned) (nullable): key → row of the repeat + 1; 0: more than one row has it */
  GHashTable *incoming;    /* (owned): key → row of the sheet + 1 */
  QdChoiceIndex **choices; /* (owned): one for each target, (nullable) */
  GHashTable *corrections; /* (owned): a copy */
  GHashTable *left_out;    /* (owned): a copy */
  QdImportProgress progress;
  gpointer progress_data;
  guint next; /* row of the sheet to be judged */
  QdImportCounts counts;
} QdImportRun;

QdImportRun *qd_import_run_new (QdImport *self, QdImportMode mode) G_GNUC_WARN_UNUSED_RESULT;
void qd_import_run_free (QdImportRun *run);
/** All rows are judged and read: drops what only that needed. */
void qd_import_run_forget (QdImportRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdImportRun, qd_import_run_free)
/** (element-type QdImportRow): empty */
GPtrArray *qd_import_rows_new (void) G_GNUC_WARN_UNUSED_RESULT;
/** Judges the next @n rows and adds them to @rows; TRUE when none is left. */
gboolean qd_import_run_judge (QdImportRun *run, GPtrArray *rows, guint n);
/** @values: one for each target, filled. FALSE when the row is refused or empty. */
gboolean qd_import_run_read (QdImportRun *run, QdImportRow *row, char **values);
void qd_import_clear_values (char **values, guint n);

/** A place as key of `corrections`; 2^20 rows and 2^14 columns are more than a sheet has. */
static inline gpointer
qd_import_place (guint row, guint column)
{
  return GSIZE_TO_POINTER (((gsize) row + 1) << 20 | column);
}
GHashTable *qd_import_corrections_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* The import as a long edit. */
typedef struct _QdImportWriting QdImportWriting;
QdImportWriting *qd_import_writing_new (QdImport *self, QdImportMode mode) G_GNUC_WARN_UNUSED_RESULT;
void qd_import_writing_free (QdImportWriting *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdImportWriting, qd_import_writing_free)
const QdImportCounts *qd_import_writing_get_counts (QdImportWriting *self);
/** A row that is refused is an error, with sheet and row. */
void qd_import_writing_refuse_nothing (QdImportWriting *self);
/**
 * A long edit as the work of another object: @task gets its answer, and holds the data of the edit until then. (transfer full): @task
 */
void qd_import_edit_async (QdInstance *instance, QdEditPiece piece, GTask *task, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable);
/** A QdEditPiece. */
gboolean qd_import_writing_piece (QdInstance *instance, gint64 deadline, double *share_out, gpointer writing, GError **error);

/** What a cell becomes in a single field; NULL with a reason (a sentence) when it does not fit. */
char *qd_import_read_value (QdInstance *instance, const QdField *field, const char *text, QdCellType type, char **reason_out) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
