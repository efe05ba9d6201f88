/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-rules-private.h"

#include <libxml/tree.h>

G_BEGIN_DECLS

/* Reading rule files: qd-rules-load.c reads elements, qd-rules-check.c holds what was read to the rules of README.md. */

QdRules *qd_rules_create (QdPack *pack) G_GNUC_WARN_UNUSED_RESULT;
void qd_rule_source_free (gpointer data);
void qd_rule_basis_free (gpointer data);
void qd_rule_penalty_free (gpointer data);
void qd_rule_form_free (gpointer data);
void qd_rule_office_free (gpointer data);
void qd_rule_case_free (gpointer data);
void qd_rule_fact_free (gpointer data);
void qd_why_part_free (gpointer data);
void qd_rule_due_free (gpointer data);
void qd_rule_free (gpointer data);
void qd_rule_local_free (gpointer data);
void qd_rule_region_free (gpointer data);

/* An expression to hold against the names of the forms when all has been read. */
typedef struct
{
  const QdExpr *expr; /* borrowed from the rules */
  const char *file;
  long line;
} QdRulePlace;

typedef struct
{
  QdRules *rules;
  GPtrArray *problems; /* (element-type utf8) */
  GArray *places;      /* (owned) (element-type QdRulePlace) */
  GPtrArray *docs;     /* (owned) (element-type xmlDoc) */
  GArray *tasks;       /* (owned) (element-type gboolean): which tasks must have a rule; index 0 unused */
  const char *file;    /* that is being read */
} QdRulesLoader;

void qd_rules_problem (QdRulesLoader *self, const char *file, long line, const char *format, ...) G_GNUC_PRINTF (4, 5);
/* After all files have been read. */
void qd_rules_check (QdRulesLoader *self);

G_END_DECLS
