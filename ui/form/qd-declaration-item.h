/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-duty-item.h"
#include "qd-workspace.h"

G_BEGIN_DECLS

/** QdDeclarationItem: one declaration as a row of a list: the record and the words to show. Immutable. */
#define QD_TYPE_DECLARATION_ITEM (qd_declaration_item_get_type ())
G_DECLARE_FINAL_TYPE (QdDeclarationItem, qd_declaration_item, QD, DECLARATION_ITEM, GObject)

QdDeclarationItem *qd_declaration_item_new (QdWorkspace *workspace, const QdDeclaration *record) G_GNUC_WARN_UNUSED_RESULT;
const QdDeclaration *qd_declaration_item_get_record (QdDeclarationItem *self);
const char *qd_declaration_item_get_title (QdDeclarationItem *self);
const char *qd_declaration_item_get_period (QdDeclarationItem *self);
/** "3 to fix, 2 to explain", "" for none */
char *qd_declaration_item_dup_findings (QdDeclarationItem *self) G_GNUC_WARN_UNUSED_RESULT;

/** (nullable): the deadline of the duty that it is to fulfil */
QdDutyItem *qd_declaration_item_get_duty (QdDeclarationItem *self);
/** "2026-11-27, 3 days left"; "" when no duty hangs on it. @css_out: how urgent, NULL when nothing is left to do */
char *qd_declaration_item_dup_due (QdDeclarationItem *self, const char **css_out) G_GNUC_WARN_UNUSED_RESULT;
/** By due date: what is still to be done and has one first, then what has none, then what is settled. */
int qd_declaration_item_compare_due (QdDeclarationItem *a, QdDeclarationItem *b);

/** Those of the workspace that are declarations (not profile, register), newest first, each amendment right below its original. */
GListStore *qd_declaration_items_load (QdWorkspace *workspace, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
