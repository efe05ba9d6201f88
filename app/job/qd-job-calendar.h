/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-pack.h"
#include "qd-store.h"

G_BEGIN_DECLS

/**
 * qd_job_write_calendar: (blocking; run it in a thread)
 * @paths: (array zero-terminated=1): workspaces; opened read-only, one after the other
 * @name: of the calendar
 * @date: ISO date that counts as today
 * @language: "zh-CN" or "en"
 * @target: the file to write: a PDF when its name ends so, else an iCalendar file
 * @progress: (nullable): called in this thread with the number of workspaces that are through, and all
 * @skipped: (element-type utf8): gets a sentence for each workspace that could not be read
 *
 * The deadlines of twelve months of many enterprises in one file. The duties are worked out anew, not taken from summaries: those
 * know the next day of each only.
 *
 * Errors: %G_IO_ERROR_CANCELLED, those of writing; nothing is written then
 */
gboolean qd_job_write_calendar (const char *const *paths, QdPack *pack, const char *name, const char *date, const char *language, const char *target, GFileProgressCallback progress, gpointer progress_data, GPtrArray *skipped, GCancellable *cancellable, GError **error);

G_END_DECLS
