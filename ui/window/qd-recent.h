/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Which workspaces were open, and the targets and services the user chose: one key file in the configuration folder.
 * A key file, not GSettings: the program must also run from a USB stick, where no schema is installed.
 */

/** (nullable): the workspace to open at start */
char *qd_recent_dup_last (void) G_GNUC_WARN_UNUSED_RESULT;
/** Newest first, at most 8; files that are gone stay in it (the stick may come back). */
GStrv qd_recent_dup_list (void) G_GNUC_WARN_UNUSED_RESULT;
/** The same without that limit: every workspace that was opened here, at most 500. */
GStrv qd_recent_dup_known (void) G_GNUC_WARN_UNUSED_RESULT;
void qd_recent_add (const char *path);
void qd_recent_remove (const char *path);
/** (nullable) */
char *qd_recent_dup_value (const char *key) G_GNUC_WARN_UNUSED_RESULT;
void qd_recent_set_value (const char *key, const char *value);
/** Empty when there is none. */
GStrv qd_recent_dup_values (const char *key) G_GNUC_WARN_UNUSED_RESULT;
void qd_recent_set_values (const char *key, const char *const *values);

G_END_DECLS
