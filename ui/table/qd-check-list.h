/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * QdCheckList: choices of which any number may be ticked. Typing filters by label, code and pinyin initials; arrows move, Space
 * ticks, Enter is done, Esc gives up. Each row is a check box to screen readers.
 *
 * Signals: changed; done; given-up
 */
#define QD_TYPE_CHECK_LIST (qd_check_list_get_type ())
G_DECLARE_FINAL_TYPE (QdCheckList, qd_check_list, QD, CHECK_LIST, GtkWidget)

GtkWidget *qd_check_list_new (void) G_GNUC_WARN_UNUSED_RESULT;
/**
 * qd_check_list_set: starts anew.
 * @name: what is asked, for screen readers
 * @choices: (element-type utf8): value and label by turns
 * @ticked: (array zero-terminated=1): values; those that are no choice stay, as rows that can be unticked
 */
void qd_check_list_set (QdCheckList *self, const char *name, GPtrArray *choices, const char *const *ticked);
/** Ticked values with spaces between, in the order of the choices. */
char *qd_check_list_dup_value (QdCheckList *self) G_GNUC_WARN_UNUSED_RESULT;
/** Their labels, as one text. */
char *qd_check_list_dup_text (QdCheckList *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
