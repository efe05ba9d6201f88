/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/** Removes a folder of a test with all below it; links are not followed. */
void qd_test_remove_tree (const char *path);
