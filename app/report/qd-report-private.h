/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pango/pangocairo.h>

#include "qd-report.h"

G_BEGIN_DECLS

/* The A4 page, in points. */
#define QD_PAGE_LEFT 71.0
#define QD_PAGE_RIGHT (QD_REPORT_WIDTH - 62.5)
#define QD_PAGE_TOP 88.0
#define QD_PAGE_BOTTOM 728.0
#define QD_PAGE_INNER (QD_PAGE_RIGHT - QD_PAGE_LEFT)

typedef enum
{
  QD_TEXT_TITLE,
  QD_TEXT_HEADING,
  QD_TEXT_SUBHEADING,
  QD_TEXT_CAPTION,
  QD_TEXT_BODY,
  QD_TEXT_HEAD, /* of a table */
  QD_TEXT_CELL,
  QD_TEXT_SMALL,
  QD_TEXT_SMALL_BOLD,
  QD_TEXT_CODE,
} QdTextStyle;

typedef enum
{
  QD_ALIGN_LEFT,
  QD_ALIGN_RIGHT,
  QD_ALIGN_CENTER,
} QdAlign;

/** One thing on a page: lines of a text, or a rule. Texts are shaped again when drawn, so that a long report stays small. */
typedef struct
{
  char *text; /* (nullable): ref string; NULL is a rule */
  double x, y, width;
  double size; /* of the font; of a rule its thickness */
  QdTextStyle style;
  QdAlign align;
  double grey;
  guint n_lines;
} QdMark;

/** Takes content from top to bottom and breaks it into pages. */
typedef struct
{
  PangoLayout *layout; /* (owned): for measuring */
  GPtrArray *pages;    /* (owned) (element-type GArray of QdMark) */
  GHashTable *places;  /* (owned): node id → QdPlace */
  double y;
} QdFlow;

typedef struct
{
  guint page;
  double y;
} QdPlace;

typedef struct
{
  char *title; /* ref string */
  QdAlign align;
  double share;    /* of the width, 0 for what its content asks for */
  gboolean narrow; /* does not take space that is left over */
} QdColumn;

/** One row: as many cells (ref strings) and nodes as there are columns. */
typedef struct
{
  char **cells;
  QdNodeId *nodes; /* (nullable): 0 where there is none */
  guint right;     /* bits of cells that stand to the right, whatever their column does */
} QdRow;

QdFlow *qd_flow_new (void);
void qd_flow_free (QdFlow *self);
void qd_flow_space (QdFlow *self, double height);
/** Starts a new page unless so much is left. */
void qd_flow_need (QdFlow *self, double height);
/** Remembers where @node is printed: here. The first place counts. */
void qd_flow_place (QdFlow *self, QdNodeId node);
/** A text over the whole width; it goes on over as many pages as it takes. */
void qd_flow_text (QdFlow *self, QdTextStyle style, QdAlign align, const char *text);
/**
 * A table with heads repeated on each page. When the columns do not fit, the font shrinks to a floor; when that is not
 * enough, the columns are printed in bands, each with the first @n_fixed columns again.
 * @caption: (nullable): above the table
 * @columns: an empty first title makes a table without heads
 * @continued: text for the caption of later bands, with two %u: band and bands
 */
void qd_flow_table (QdFlow *self, const char *caption, const char *continued, const QdColumn *columns, guint n_columns, guint n_fixed, GPtrArray *rows);

/** Font and pitch of a style. */
double qd_text_size (QdTextStyle style);
/** Draws a rule or the lines of a text. */
void qd_draw_mark (cairo_t *cr, PangoLayout *layout, const QdMark *mark);
/** A layout set up as reports need it, in points. */
PangoLayout *qd_layout_new (void);

/** Foreign text as it may be printed: valid, no control and no direction characters, which could make a reader see something else. */
char *qd_clean_text (const char *text);

/* Words of the printed page. They follow the language of the report, not that of the program, so they are no messages of gettext. */
typedef enum
{
  QD_WORD_ITEM,
  QD_WORD_CONTENT,
  QD_WORD_UNIT,
  QD_WORD_NUMBER,
  QD_WORD_EMPTY,
  QD_WORD_NOT_APPLICABLE, /* %s reason */
  QD_WORD_NOTE,           /* %s */
  QD_WORD_TABLE,          /* %u-%u label */
  QD_WORD_TABLE_PLAIN,    /* %u label */
  QD_WORD_CONTINUED,      /* %u %u */
  QD_WORD_OF_ROW,         /* %s %u */
  QD_WORD_NO_ROWS,
  QD_WORD_YEAR, /* %s */
  QD_WORD_ENTERPRISE,
  QD_WORD_AUTHORITY,
  QD_WORD_PERIOD,
  QD_WORD_FORM,
  QD_WORD_PACK,
  QD_WORD_MADE,
  QD_WORD_LEGAL,
  QD_WORD_INSTRUMENT,
  QD_WORD_ARTICLE,
  QD_WORD_VALIDITY,
  QD_WORD_STATUS,
  QD_WORD_ARTICLE_NUMBER, /* %s */
  QD_WORD_FROM,           /* %s */
  QD_WORD_FROM_TO,        /* %s %s */
  QD_WORD_UNTIL,          /* %s */
  QD_WORD_IN_FORCE,
  QD_WORD_NOT_IN_FORCE,
  QD_WORD_UNCONFIRMED, /* %u */
  QD_WORD_FINDINGS,
  QD_WORD_LEVEL,
  QD_WORD_PLACE,
  QD_WORD_FINDING,
  QD_WORD_REASON,
  QD_WORD_NO_FINDINGS,
  QD_WORD_CRITICAL,
  QD_WORD_POSSIBLE,
  QD_WORD_NOTICE,
  QD_WORD_ATTACHMENTS,
  QD_WORD_FILE,
  QD_WORD_DIGEST,
  QD_WORD_VERDICT,             /* %u %u */
  QD_WORD_VERDICT_EXPLAINED,   /* %u %u */
  QD_WORD_VERDICT_UNEXPLAINED, /* %u %u %u */
  QD_WORD_VERSIONS,            /* %s %s */
  QD_WORD_ENGINE,              /* %s */
  QD_WORD_HOW_TO_VERIFY,
  QD_WORD_PAGE, /* %u %u */
  QD_WORD_DRAFT,
  QD_WORD_DRAFT_FOOTER,   /* %s time */
  QD_WORD_CALENDAR,       /* %s enterprise */
  QD_WORD_CALENDAR_AS_OF, /* %s date, %u duties */
  QD_WORD_CALENDAR_KEY,
  QD_WORD_MONTH,    /* %u year, %u month */
  QD_WORD_WEEKDAYS, /* seven, Monday first, separated by spaces */
  QD_WORD_MORE,     /* %u */
  QD_WORD_OVERDUE,  /* %u days */
  QD_WORD_ALL_DEADLINES,
  QD_WORD_REMARK,
  QD_WORD_MARKED_DONE,
  QD_WORD_DONE_ON,
  QD_WORD_EVIDENCE,
  QD_WORD_DUE,
  QD_WORD_DUTY,
  QD_WORD_WHY,
  QD_WORD_DEFAULT_CYCLE,
  QD_WORD_TO_BE_CONFIRMED,
  QD_N_WORDS,
} QdWord;
const char *qd_word (QdWord word, const char *language);
/** Of words with conversions. */
char *qd_word_printf (QdWord word, const char *language, ...) G_GNUC_WARN_UNUSED_RESULT;

/** What stands in the header and footer of every page. */
typedef struct
{
  char *title;
  char *right; /* enterprise and period */
  char *verdict_line;
} QdReportFrame;

/** Lays the whole declaration out. */
void qd_report_compose (QdFlow *flow, QdReportFrame *frame, QdInstance *instance, QdVerdict *verdict, const char *language);

G_END_DECLS
