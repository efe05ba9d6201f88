/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-summary.h"

G_BEGIN_DECLS

/* Workspaces with a summary, as the cockpit reads them. All firms are invented. */

/* "2026-11-24", @days from today. */
char *cockpit_kit_day (int days);
/* A new workspace; @region, @industry: codes. @person: (nullable) */
QdStore *cockpit_kit_create (const char *folder, const char *file, const char *name, const char *region, const char *industry, const char *person);
/* A declaration of the form in that state; drafts and checked ones with a count of critical findings. */
gint64 cockpit_kit_declare (QdStore *store, const char *form_id, const char *period, QdState state, guint critical);
void cockpit_kit_add_duty (QdSummary *summary, const char *title, int days, gint64 declaration, QdHolder holder, const char *note);
/* Writes the summary as of @age days ago and frees it. */
void cockpit_kit_write (QdStore *store, QdSummary *summary, guint maybe, int age);
/* Workspace number @n of many, with @duties open duties from 10 days ago to 110 days from now and @declarations in all states; closed. */
char *cockpit_kit_make (const char *folder, guint n, guint duties, guint declarations);
/* Takes the folder away with all that is in it. */
void cockpit_kit_remove (const char *folder);

G_END_DECLS
