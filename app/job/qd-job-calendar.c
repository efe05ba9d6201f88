/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-job-calendar"
#include "config.h"

#include "qd-job-calendar.h"

#include <glib/gi18n-lib.h>

#include "qd-ics.h"
#include "qd-job-duties.h"
#include "qd-report-calendar.h"

#define MONTHS 12

typedef struct
{
  GString *ics;       /* (owned) (nullable) */
  QdCalendarPdf *pdf; /* (owned) (nullable): the other one */
} Writer;

static gboolean
add_workspace (Writer *self, const char *path, QdPack *pack, const char *date, const char *language, GError **error)
{
  g_autoptr (QdStore) store = qd_store_open (path, TRUE, error);
  g_autoptr (QdDutyJob) job = store ? qd_duty_job_new (store, pack, error) : NULL;
  g_autoptr (QdAssessment) assessment = job ? qd_duty_job_assess (job, date, language, error) : NULL;
  g_autofree char *name = assessment ? qd_store_dup_setting (store, "name") : NULL;
  g_autofree char *uscc = assessment ? qd_store_dup_setting (store, "uscc") : NULL;

  if (!assessment)
    return FALSE;
  if (!name || *name == '\0')
    {
      g_free (name);
      name = g_filename_display_basename (path);
    }
  if (self->pdf)
    return qd_calendar_pdf_add (self->pdf, assessment, name, error);
  qd_ics_add (self->ics, assessment, name, uscc, MONTHS);
  return TRUE;
}

static GBytes *
finish (Writer *self, GError **error)
{
  return self->pdf ? qd_calendar_pdf_finish (g_steal_pointer (&self->pdf), error) : qd_ics_end (g_steal_pointer (&self->ics));
}

gboolean
qd_job_write_calendar (const char *const *paths, QdPack *pack, const char *name, const char *date, const char *language, const char *target, GFileProgressCallback progress, gpointer progress_data, GPtrArray *skipped, GCancellable *cancellable, GError **error)
{
  g_autofree char *lower = g_ascii_strdown (target, -1);
  g_autoptr (GBytes) bytes = NULL;
  Writer self = { 0 };
  guint total = g_strv_length ((char **) paths);

  g_return_val_if_fail (pack != NULL && skipped != NULL, FALSE);
  if (g_str_has_suffix (lower, ".pdf"))
    self.pdf = qd_calendar_pdf_new (name, date, language);
  else
    self.ics = qd_ics_begin (name);
  for (guint i = 0; i < total && !g_cancellable_is_cancelled (cancellable); i++)
    {
      g_autoptr (GError) problem = NULL;

      if (!add_workspace (&self, paths[i], pack, date, language, &problem))
        {
          g_autofree char *file = g_filename_display_basename (paths[i]);
          g_ptr_array_add (skipped, g_strdup_printf (_ ("%s: %s"), file, problem->message));
        }
      if (progress)
        progress (i + 1, total, progress_data);
    }
  bytes = finish (&self, error);
  return bytes && !g_cancellable_set_error_if_cancelled (cancellable, error) && g_file_set_contents (target, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), error);
}
