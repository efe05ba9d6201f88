/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-undo"
#include "config.h"
#include "qd-undo.h"

#include <glib/gi18n.h>
#include "qd-header.h"
#include "qd-work.h"

typedef struct
{
  GtkWidget *parent; /* (owned) */
  QdWork *work;      /* (owned) */
} LongUndo;

static void
undone_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree LongUndo *undo = data;
  g_autoptr (GtkWidget) parent = undo->parent;
  g_autoptr (GError) error = NULL;
  gboolean good = qd_draft_undo_finish (QD_DRAFT (source), result, &error);

  qd_work_end (undo->work);
  /* A page that went meanwhile has no window to tell it in. */
  if (!good && gtk_widget_get_root (parent) != NULL)
    qd_toast (parent, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? _ ("Stopped. Everything is as it was.") : error->message, NULL, NULL);
}

void
qd_undo (GtkWidget *parent, QdDraft *draft, gboolean redo)
{
  g_autoptr (GError) error = NULL;

  if (qd_draft_is_undo_long (draft, redo))
    {
      LongUndo *undo = g_new0 (LongUndo, 1);

      undo->parent = g_object_ref (parent);
      undo->work = qd_work_begin (parent, redo ? _ ("Redoing…") : _ ("Undoing…"));
      qd_draft_undo_async (draft, redo, qd_work_progress, undo->work, qd_work_get_cancellable (undo->work), undone_cb, undo);
      return;
    }
  if (!(redo ? qd_draft_redo (draft, &error) : qd_draft_undo (draft, &error)) && error != NULL)
    qd_toast (parent, error->message, NULL, NULL);
}
