/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-pack.h"

G_BEGIN_DECLS

/** Errors of rule files, regions and calendars: "rules/13-site.xml:120: sentence". */
#define QD_RULES_ERROR (qd_rules_error_quark ())
GQuark qd_rules_error_quark (void);
typedef enum
{
  QD_RULES_ERROR_INVALID, /* a file that breaks a rule of README.md; the message names file, line and what to change */
  QD_RULES_ERROR_NONE,    /* the pack has no rules */
} QdRulesError;

/**
 * QdRules: the rules, regions and calendars of a pack. Immutable, atomically counted; may be used by any thread.
 */
typedef struct _QdRules QdRules;

/**
 * qd_rules_new:
 *
 * Reads all files that pack.xml lists under rules, regions and calendars, with all checks of README.md.
 *
 * Errors: %QD_RULES_ERROR_INVALID with the first problem and how many more there are, %QD_RULES_ERROR_NONE
 */
QdRules *qd_rules_new (QdPack *pack, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Like qd_rules_new(), telling all: @problems_out (element-type utf8) gets each as "file:line: sentence". NULL when there are any. */
QdRules *qd_rules_new_checked (QdPack *pack, GPtrArray **problems_out) G_GNUC_WARN_UNUSED_RESULT;
QdRules *qd_rules_ref (QdRules *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_rules_unref (QdRules *self);
QdPack *qd_rules_get_pack (QdRules *self);
guint qd_rules_get_n_rules (QdRules *self);
/** (nullable) */
const char *qd_rules_get_id (QdRules *self, guint i);
/** Has the rules a form code (RSK, HW-R …)? Then its title and, when the pack has the form, its id. */
gboolean qd_rules_find_form (QdRules *self, const char *code, const char *language, const char **title_out, const char **pack_form_out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdRules, qd_rules_unref)

G_END_DECLS
