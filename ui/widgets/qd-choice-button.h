/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-instance.h"

G_BEGIN_DECLS

/**
 * QdChoiceButton: one of many choices, found by any part of label or code (GtkDropDown of 4.8 searches beginnings only).
 * Signal: changed (): a person chose.
 */
#define QD_TYPE_CHOICE_BUTTON (qd_choice_button_get_type ())
G_DECLARE_FINAL_TYPE (QdChoiceButton, qd_choice_button, QD, CHOICE_BUTTON, GtkWidget)

GtkWidget *qd_choice_button_new (void) G_GNUC_WARN_UNUSED_RESULT;
/** (element-type QdChoice) */
void qd_choice_button_set_choices (QdChoiceButton *self, GPtrArray *choices);
/** A value that is no choice is shown as it is. */
void qd_choice_button_set_value (QdChoiceButton *self, const char *value);
const char *qd_choice_button_get_value (QdChoiceButton *self);
/** Choices that match the text in the search entry. */
guint qd_choice_button_count_matches (QdChoiceButton *self, const char *search);

G_END_DECLS
