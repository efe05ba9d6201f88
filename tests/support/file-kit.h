/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** Removes a folder of a test with all below it; links are not followed. */
void qd_test_remove_tree (const char *path);

/**
 * Before g_test_init(): folders of the user's own for this program, gone at its end. (G_TEST_OPTION_ISOLATE_DIRS leaks in
 * GLib 2.74, which the sanitizers report.)
 */
void qd_test_isolate_dirs (void);
