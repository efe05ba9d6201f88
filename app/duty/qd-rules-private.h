/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-calendar.h"
#include "qd-duty.h"

G_BEGIN_DECLS

/* What rule files say, as qd-rules.c has read it. Nothing here changes after loading. */

/* A text in both languages; what a file does not give is empty. */
typedef struct
{
  char *zh, *en; /* (owned) (nullable) */
} QdWords;

typedef struct
{
  char *literal; /* (owned) (nullable) */
  QdExpr *expr;  /* (owned) (nullable) */
} QdWhyPart;

typedef struct
{
  char *id;
  QdWords title;
  char *from, *to;         /* (owned) (nullable): ISO dates, first and last day in force */
  char **replaces;         /* (owned) (nullable): ids of the sources whose place it takes */
  QdConfidence confidence; /* C unless the file says otherwise */
  const char *file;
  long line;
} QdRuleSource;

typedef struct
{
  const QdRuleSource *source;
  char *article; /* (owned): "" */
  char *from, *to;
  QdConfidence confidence;
  long line;
} QdRuleBasis;

typedef struct
{
  QdRuleBasis basis;
  gint64 min, max; /* yuan, -1 */
  QdWords text;
} QdRulePenalty;

typedef struct
{
  char *id;
  QdWords title;
  char *pack_form; /* (owned): "" */
} QdRuleForm;

typedef struct
{
  char *id;
  QdWords title;
} QdRuleOffice;

typedef struct
{
  char *value; /* (owned) */
  QdExpr *expr;
} QdRuleCase;

typedef struct
{
  char *id;
  QdWords label;
  QdExpr *when;     /* (owned) (nullable): a truth */
  GPtrArray *cases; /* (owned) (element-type QdRuleCase): a text */
  QdConfidence confidence;
  const char *file;
  long line;
  guint8 mark; /* while looking for cycles */
} QdRuleFact;

typedef enum
{
  QD_DUE_KIND_DATE,
  QD_DUE_KIND_WD,
  QD_DUE_KIND_CD,
  QD_DUE_KIND_MONTHS,
  QD_DUE_KIND_MONTHLY,
  QD_DUE_KIND_QUARTERLY,
  QD_DUE_KIND_HALF_YEARLY,
  QD_DUE_KIND_EVERY,
  QD_DUE_KIND_BEFORE,
  QD_DUE_KIND_UPKEEP,
  QD_DUE_KIND_NOTICE,
  QD_DUE_KIND_NOW,
  QD_DUE_KIND_NONE,
} QdDueKind;
const char *qd_due_kind_to_nick (QdDueKind kind);

typedef enum
{
  QD_DUE_UNIT_DAYS,
  QD_DUE_UNIT_WD,
  QD_DUE_UNIT_MONTHS,
} QdDueUnit;

typedef struct
{
  QdDueKind kind;
  char *id; /* (owned) (nullable) */
  QdWords label, short_label;
  guint month, day, month2, day2; /* 0: none; of half-yearly both */
  guint next_year;                /* 1 for year="Y+1" */
  guint safe_days;
  guint n, months, warn, first_months;
  guint warn_days; /* 30 unless the file says otherwise */
  QdDueUnit unit;
  QdExpr *event, *first_event, *when; /* (owned) (nullable) */
  gboolean says_open;                 /* the event leaves out what was answered, so that what it gives is open however old */
  char *last;                         /* (owned) (nullable): form code */
  char *from, *to;                    /* (owned) (nullable) */
  QdConfidence confidence;
  long line;
} QdRuleDue;

typedef struct
{
  char *id;
  int task;
  QdDutyKind kind;
  const QdRuleForm *form;     /* (nullable) */
  const QdRuleOffice *office; /* (nullable) */
  QdWords title, short_title, note;
  GPtrArray *why_zh, *why_en; /* (owned) (nullable) (element-type QdWhyPart) */
  QdExpr *when;               /* (owned) (nullable): kind authority only */
  GPtrArray *dues;            /* (owned) (element-type QdRuleDue) */
  GPtrArray *bases;           /* (owned) (element-type QdRuleBasis) */
  GPtrArray *penalties;       /* (owned) (element-type QdRulePenalty) */
  QdConfidence confidence;
  const char *file; /* borrowed from the pack */
  long line;
} QdRule;

typedef struct
{
  char *rule;  /* (owned) (nullable) */
  char *field; /* (owned) (nullable): "due", "office" */
  char *name;  /* (owned) (nullable): of qd:local() */
  char *value;
  char *source; /* (owned): "" */
  char *from, *to;
  QdConfidence confidence;
} QdRuleLocal;

typedef struct
{
  char *id, *prefix;
  QdWords title;
  GPtrArray *locals; /* (owned) (element-type QdRuleLocal) */
} QdRuleRegion;

struct _QdRules
{
  gatomicrefcount refs;
  QdPack *pack;
  GPtrArray *rules;   /* (element-type QdRule) */
  GPtrArray *facts;   /* (element-type QdRuleFact) */
  GPtrArray *forms;   /* (element-type QdRuleForm) */
  GPtrArray *offices; /* (element-type QdRuleOffice) */
  GPtrArray *sources; /* (element-type QdRuleSource) */
  GPtrArray *regions; /* (element-type QdRuleRegion), longest prefix first */
  GHashTable *by_id;  /* rule id → QdRule */
  GHashTable *facts_by_id;
  GHashTable *words; /* (element-type utf8 QdWords): lists and local values that rules ask for, as people call them */
  GHashTable *names; /* (element-type utf8 utf8), interned: element names that expressions read */
  QdCalendar *calendar;
  QdForm *profile;    /* (owned) (nullable) */
  QdForm *substances; /* (owned) (nullable): the register's */
};

/** In @language, else in the other one, else "". */
const char *qd_words_get (const QdWords *self, const char *language);
const QdRuleForm *qd_rules_lookup_form (QdRules *self, const char *code);

G_END_DECLS
