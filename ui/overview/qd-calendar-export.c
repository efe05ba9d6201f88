/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-calendar-export"
#include "config.h"
#include "qd-calendar-export.h"

#include <glib/gi18n.h>
#include "qd-file-dialog.h"
#include "qd-header.h"
#include "qd-ics.h"
#include "qd-look.h"
#include "qd-report-calendar.h"

#define MONTHS 12

typedef struct
{
  GtkWidget *from;        /* (owned) */
  QdWorkspace *workspace; /* (owned) */
  QdAssessed *assessed;   /* (owned) */
} Export;

static void
export_free (Export *self)
{
  g_object_unref (self->from);
  g_object_unref (self->workspace);
  qd_assessed_unref (self->assessed);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Export, export_free)

gboolean
qd_calendar_export_write (QdWorkspace *workspace, QdAssessed *assessed, const char *path, GError **error)
{
  g_autofree char *name = qd_workspace_dup_name (workspace);
  g_autofree char *uscc = qd_store_dup_setting (qd_workspace_get_store (workspace), "uscc");
  g_autofree char *lower = g_ascii_strdown (path, -1);
  g_autoptr (GBytes) bytes = NULL;

  if (g_str_has_suffix (lower, ".pdf"))
    bytes = qd_report_calendar_to_pdf (assessed->assessment, name, qd_look_get_language (), error);
  else
    bytes = qd_ics_new (assessed->assessment, name, uscc != NULL ? uscc : "", MONTHS);
  return bytes != NULL && g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), error);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Export) self = user_data;
  g_autofree char *path = qd_file_dialog_finish (result);
  g_autofree char *base = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return;
  base = g_path_get_basename (path);
  if (qd_calendar_export_write (self->workspace, self->assessed, path, &error))
    text = g_strdup_printf (_ ("Written: %s"), base);
  else
    text = g_strdup_printf (_ ("%s was not written: %s"), base, error->message);
  qd_toast (self->from, text, NULL, NULL);
}

void
qd_calendar_export_ask (GtkWidget *from, QdWorkspace *workspace, QdAssessed *assessed)
{
  Export *self = g_new0 (Export, 1);
  g_autofree char *name = qd_workspace_dup_name (workspace);
  /* Translators: file name of the calendar of an enterprise */
  g_autofree char *file = g_strdup_printf (_ ("%s duties.ics"), name);

  self->from = g_object_ref (from);
  self->workspace = g_object_ref (workspace);
  self->assessed = qd_assessed_ref (assessed);
  qd_file_dialog_async (from, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("Export the calendar (.ics, or .pdf to print)"), _ ("Export"), _ ("Calendars and PDF"), "*.ics;*.pdf", file, chosen_cb, self);
}
