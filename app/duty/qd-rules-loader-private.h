/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-rules-private.h"

#include <libxml/tree.h>

G_BEGIN_DECLS

/* Reading rule files: qd-rules-load.c and -load-due.c read elements with the words of qd-rules-read.c, qd-rules-check.c holds what was read to the rules of README.md. */

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
#define QD_RULES_NS "urn:qingdan:rules:1"
/* Tells a problem of the element @node. */
#define PROBLEM(self, node, ...) qd_rules_problem (self, (self)->file, xmlGetLineNo (node), __VA_ARGS__)

/* qd-rules-read.c: elements and attributes. What is wrong is told, and something usable comes back. */
const char *qd_rules_name_of (const xmlNode *node);
gboolean qd_rules_is_named (const xmlNode *node, const char *name);
char *qd_rules_dup_attribute (const xmlNode *node, const char *name);
char *qd_rules_require_attribute (QdRulesLoader *self, xmlNode *node, const char *name);
char *qd_rules_dup_text (xmlNode *node);
void qd_rules_check_names (QdRulesLoader *self, xmlNode *node, const char *attributes, const char *children);
guint qd_rules_get_number (QdRulesLoader *self, xmlNode *node, const char *name, guint low, guint high, guint otherwise);
QdConfidence qd_rules_get_confidence (QdRulesLoader *self, xmlNode *node, QdConfidence otherwise);
char *qd_rules_dup_date (QdRulesLoader *self, xmlNode *node, const char *name);
QdWords qd_rules_read_words (QdRulesLoader *self, xmlNode *node, const char *name, gboolean required);
QdExpr *qd_rules_read_expr_attribute (QdRulesLoader *self, xmlNode *node, const char *name);
QdExpr *qd_rules_read_expr (QdRulesLoader *self, xmlNode *node, const char *text);
xmlNode *qd_rules_find_child (xmlNode *node, const char *name);
char *qd_rules_read_id (QdRulesLoader *self, xmlNode *node);
const QdRuleOffice *qd_rules_find_office (QdRulesLoader *self, const char *id);
void qd_rules_read_due (QdRulesLoader *self, xmlNode *node, QdRule *rule);
void qd_rules_read_region (QdRulesLoader *self, xmlNode *node);

/* After all files have been read. */
void qd_rules_check (QdRulesLoader *self);

G_END_DECLS
