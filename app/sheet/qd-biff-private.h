/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-sheet.h"

G_BEGIN_DECLS

/* Records of old Excel workbooks ([MS-XLS], BIFF8). Every byte is looked at only after its place was checked. */

enum
{
  QD_BIFF_FORMULA = 0x0006,
  QD_BIFF_EOF = 0x000a,
  QD_BIFF_DATE_MODE = 0x0022,
  QD_BIFF_FILE_PASS = 0x002f,
  QD_BIFF_CONTINUE = 0x003c,
  QD_BIFF_BOUND_SHEET = 0x0085,
  QD_BIFF_MUL_RK = 0x00bd,
  QD_BIFF_XF = 0x00e0,
  QD_BIFF_MERGE_CELLS = 0x00e5,
  QD_BIFF_SST = 0x00fc,
  QD_BIFF_LABEL_SST = 0x00fd,
  QD_BIFF_RICH_STRING = 0x00d6,
  QD_BIFF_NUMBER = 0x0203,
  QD_BIFF_LABEL = 0x0204,
  QD_BIFF_BOOL_ERR = 0x0205,
  QD_BIFF_STRING = 0x0207,
  QD_BIFF_ROW = 0x0208,
  QD_BIFF_RK = 0x027e,
  QD_BIFF_FORMAT = 0x041e,
  QD_BIFF_BOF = 0x0809,
};

/* One record, without those that continue it. */
typedef struct
{
  guint16 type;
  const guint8 *data;
  guint16 size;
} QdBiffRecord;

/* A place in a stream of records. */
typedef struct
{
  const guint8 *data;
  gsize size;
  gsize at;
} QdBiffCursor;

/** FALSE at the end of the stream, or when it is cut off in the middle of a record. */
gboolean qd_biff_next (QdBiffCursor *cursor, QdBiffRecord *record_out);

/* Texts: they may go on in records of type "continue". */
typedef struct
{
  QdBiffCursor *cursor; /* moves on over what continues */
  const guint8 *data;   /* of the part being read */
  gsize left;           /* of it */
  GArray *units;        /* (owned) (element-type gunichar2): of the text being read */
} QdBiffText;

void qd_biff_text_init (QdBiffText *self, QdBiffCursor *cursor, const QdBiffRecord *record, gsize skip);
void qd_biff_text_clear (QdBiffText *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QdBiffText, qd_biff_text_clear)
/**
 * qd_biff_text_read: the next text, with two bytes (or one, in names of sheets) that say how long it is
 *
 * Returns: (nullable): UTF-8; NULL when the record ends before it
 */
char *qd_biff_text_read (QdBiffText *self, gboolean short_length) G_GNUC_WARN_UNUSED_RESULT;

/** 2.5.217: a double in four bytes */
double qd_biff_rk (guint32 rk);
/** "#DIV/0!"; 2.5.10 */
const char *qd_biff_error_text (guint8 code);

G_END_DECLS
