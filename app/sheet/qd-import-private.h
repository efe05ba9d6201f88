/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

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
  int unit_target; /* the field of the row that holds the unit of this amount, -1: none */
  gboolean is_cas;
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
  gboolean is_ours;   /* a workbook we wrote: paths over the columns */
  GPtrArray *columns; /* (owned) (element-type QdImportColumn) */
};

static inline const QdImportTarget *
qd_import_target (QdImport *self, int i)
{
  return i < 0 ? NULL : g_ptr_array_index (self->targets, i);
}

/** @choices: (element-type QdChoice) */
QdChoiceIndex *qd_import_index_choices (GPtrArray *choices) G_GNUC_WARN_UNUSED_RESULT;
/** What a cell becomes in a single field; NULL with a reason (a sentence) when it does not fit. */
char *qd_import_read_value (QdInstance *instance, const QdField *field, const char *text, QdCellType type, char **reason_out) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
