/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/**
 * A small input method for scenarios: lower-case letters make a preedit; space or 1 commits the Han text of ni, hao, fei, shui
 * (else the letters); Return commits the letters; Escape drops them; digits, arrows and Tab are swallowed while there is a preedit.
 * It prints each cursor location it is told.
 */
void test_input_method_prepare (void);  /* before gtk_init() */
void test_input_method_register (void); /* after it */
