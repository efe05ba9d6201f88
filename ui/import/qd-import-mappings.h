/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Kept mappings of sheets to tables, by name, for this user. @kind: form and table, see qd_import_mappings_dup_kind(). */

/** @ref: of the repeat */
char *qd_import_mappings_dup_kind (const char *form_id, const char *ref) G_GNUC_WARN_UNUSED_RESULT;
/** Names, in order; never NULL. */
GStrv qd_import_mappings_list (const char *kind) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): as qd_import_dup_mapping() gave it. @name: "" is what was used last without a name */
char *qd_import_mappings_read (const char *kind, const char *name) G_GNUC_WARN_UNUSED_RESULT;
gboolean qd_import_mappings_write (const char *kind, const char *name, const char *text, GError **error);
/** (nullable): which of them was used last, "" for one without a name */
char *qd_import_mappings_dup_last (const char *kind) G_GNUC_WARN_UNUSED_RESULT;
/** The next file of this kind is tried with it first. */
void qd_import_mappings_set_last (const char *kind, const char *name);

G_END_DECLS
