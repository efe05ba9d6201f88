/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-preview-page"
#include "config.h"
#include "qd-preview-page.h"

#include <glib/gi18n.h>
#include "qd-bar.h"
#include "qd-dossier-task.h"
#include "qd-file-dialog.h"
#include "qd-header.h"
#include "qd-look.h"
#include "qd-report-view.h"

struct _QdPreviewPage
{
  GtkWidget parent_instance;
  QdWorkspace *workspace;    /* (owned) */
  QdDraft *draft;            /* (owned) */
  QdDossier *dossier;        /* (owned) (nullable): until it is made */
  GCancellable *cancellable; /* (owned) */

  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *bar;
  GtkWidget *progress;
  GtkWidget *view;
  GtkWidget *side;
  guint pulse;
};

static gboolean
page_can (QdPage *page, const char *command)
{
  QdPreviewPage *self = QD_PREVIEW_PAGE (page);

  return self->dossier != NULL && (g_str_equal (command, "print") || g_str_equal (command, "export"));
}

static gboolean
is_sealed (QdPreviewPage *self)
{
  return qd_draft_is_read_only (self->draft) && !qd_workspace_is_read_only (self->workspace);
}

/* Paper that looks like the sealed original must be one. */
static QdReport *
get_report (QdPreviewPage *self)
{
  return is_sealed (self) ? qd_dossier_get_report (self->dossier) : qd_dossier_get_draft_report (self->dossier);
}

static void save_pdf (QdPreviewPage *self);
static void print (QdPreviewPage *self);

static void
page_run (QdPage *page, const char *command)
{
  if (g_str_equal (command, "print"))
    print (QD_PREVIEW_PAGE (page));
  else
    save_pdf (QD_PREVIEW_PAGE (page));
}

static GtkWidget *
page_get_header (QdPage *page)
{
  return QD_PREVIEW_PAGE (page)->header;
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->run = page_run;
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdPreviewPage, qd_preview_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

/* Saving: the report belongs to this thread, so its bytes are made here and written elsewhere. */

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdPreviewPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    {
      qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
      return;
    }
  text = g_strdup_printf (_ ("Saved as %s"), g_file_peek_path (G_FILE (source)));
  qd_toast (GTK_WIDGET (self), text, NULL, NULL);
}

static void
pdf_chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdPreviewPage *self = QD_PREVIEW_PAGE (source);
  g_autofree char *path = qd_file_dialog_finish (result);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pdf = NULL;
  g_autoptr (GFile) file = NULL;

  if (path == NULL || self->dossier == NULL)
    return;
  pdf = qd_report_to_pdf (get_report (self), &error);
  if (pdf == NULL)
    {
      qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
      return;
    }
  file = g_file_new_for_path (path);
  g_file_replace_contents_bytes_async (file, pdf, NULL, FALSE, G_FILE_CREATE_NONE, NULL, written_cb, g_object_ref (self));
}

static void
save_pdf (QdPreviewPage *self)
{
  g_autofree char *name = g_strdup_printf ("%s.pdf", qd_form_get_title (qd_instance_get_form (qd_draft_get_instance (self->draft)), qd_look_get_language ()));

  qd_file_dialog_async (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("Save as PDF"), _ ("Save"), _ ("PDF files"), "*.pdf", name, pdf_chosen_cb, NULL);
}

static void
draw_page_cb (GtkPrintOperation *operation, GtkPrintContext *context, int page, QdPreviewPage *self)
{
  cairo_t *cr = gtk_print_context_get_cairo_context (context);

  cairo_scale (cr, gtk_print_context_get_width (context) / QD_REPORT_WIDTH, gtk_print_context_get_height (context) / QD_REPORT_HEIGHT);
  qd_report_draw_page (get_report (self), (guint) page, cr);
}

static void
print (QdPreviewPage *self)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  g_autoptr (GtkPageSetup) setup = gtk_page_setup_new ();
  g_autoptr (GtkPaperSize) paper = gtk_paper_size_new (GTK_PAPER_NAME_A4);
  g_autoptr (GError) error = NULL;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  gtk_page_setup_set_paper_size (setup, paper);
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_use_full_page (operation, TRUE);
  gtk_print_operation_set_n_pages (operation, (int) qd_report_get_n_pages (get_report (self)));
  gtk_print_operation_set_allow_async (operation, TRUE);
  g_signal_connect_object (operation, "draw-page", G_CALLBACK (draw_page_cb), self, 0);
  if (gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, &error) == GTK_PRINT_OPERATION_RESULT_ERROR)
    qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
}

static void
add_row (GtkWidget *list, const char *icon, const char *css, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), qd_icon_new (icon, css));
  gtk_list_box_append (GTK_LIST_BOX (list), row);
}

static GtkWidget *
add_list (QdPreviewPage *self, const char *title)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_box_append (GTK_BOX (self->side), qd_label_new (title, "heading"));
  gtk_box_append (GTK_BOX (self->side), list);
  return list;
}

static void
fill_side (QdPreviewPage *self)
{
  QdVerdict *verdict = qd_dossier_get_verdict (self->dossier);
  gboolean sealed = is_sealed (self);
  gboolean can = qd_verdict_can_seal (verdict);
  guint n = qd_report_get_n_pages (get_report (self));
  g_autofree char *pages = g_strdup_printf (ngettext ("%u page, A4", "%u pages, A4", n), n);
  g_autofree char *digest = qd_look_digest (qd_dossier_get_digest (self->dossier));
  GtkWidget *list = add_list (self, _ ("This print"));

  add_row (list, sealed ? "qd-seal-symbolic" : "qd-draft-symbolic", sealed ? "qd-ok" : NULL, sealed ? _ ("Sealed original") : _ ("Draft, not for submission"), NULL);
  add_row (list, "qd-document-symbolic", NULL, pages, _ ("readable in black and white"));
  list = add_list (self, _ ("Verdict"));
  if (can)
    add_row (list, "qd-ok-symbolic", "qd-ok", _ ("Can be sealed"), qd_verdict_get_pack_label (verdict));
  else
    {
      g_autofree char *text = g_strdup_printf (_ ("%u to fix, %u to explain"), qd_verdict_count (verdict, QD_SEVERITY_CRITICAL), qd_verdict_count_unexplained (verdict));
      add_row (list, "qd-critical-symbolic", "qd-error", text, qd_verdict_get_pack_label (verdict));
    }
  list = add_list (self, _ ("Digest of the declaration"));
  add_row (list, "qd-shield-symbolic", NULL, digest, sealed ? _ ("printed on every page, with a QR code") : _ ("drafts carry the mark “draft” and no QR code"));
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdPreviewPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDossier) dossier = qd_dossier_task_finish (result, &error);

  if (self->box == NULL)
    return;
  g_clear_handle_id (&self->pulse, g_source_remove);
  gtk_widget_set_visible (self->progress, FALSE);
  if (dossier == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
      return;
    }
  self->dossier = g_steal_pointer (&dossier);
  qd_report_view_set_report (QD_REPORT_VIEW (self->view), get_report (self));
  fill_side (self);
  qd_page_commands_changed (QD_PAGE (self));
}

static gboolean
pulse_cb (gpointer user_data)
{
  gtk_progress_bar_pulse (GTK_PROGRESS_BAR (QD_PREVIEW_PAGE (user_data)->progress));
  return G_SOURCE_CONTINUE;
}

static void
qd_preview_page_dispose (GObject *object)
{
  QdPreviewPage *self = QD_PREVIEW_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->pulse, g_source_remove);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->dossier);
  g_clear_object (&self->draft);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (qd_preview_page_parent_class)->dispose (object);
}

static void
qd_preview_page_class_init (QdPreviewPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_preview_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
labelled_button (const char *icon, const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *content = adw_button_content_new ();

  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), icon);
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), label);
  gtk_button_set_child (GTK_BUTTON (button), content);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  qd_name (button, label);
  return button;
}

static void
qd_preview_page_init (QdPreviewPage *self)
{
  GtkWidget *columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *tools;
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *print_button = labelled_button ("qd-print-symbolic", _ ("Print…"), "win.print");

  self->cancellable = g_cancellable_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->header = qd_header_new (QD_HEADER_TASK, _ ("Preview"), NULL);
  gtk_widget_add_css_class (print_button, "suggested-action");
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), print_button);
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), labelled_button ("qd-download-symbolic", _ ("Save as PDF…"), "win.export"));
  self->bar = qd_bar_new ();
  self->progress = gtk_progress_bar_new ();
  gtk_widget_add_css_class (self->progress, "osd");
  qd_name (self->progress, _ ("Preparing the report"));
  self->view = qd_report_view_new ();
  tools = qd_report_view_build_bar (QD_REPORT_VIEW (self->view));
  gtk_widget_set_halign (tools, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (tools, 4);
  gtk_widget_set_margin_bottom (tools, 4);
  gtk_box_append (GTK_BOX (left), tools);
  gtk_box_append (GTK_BOX (left), self->view);
  self->side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  gtk_widget_set_margin_top (self->side, 12);
  gtk_widget_set_margin_bottom (self->side, 12);
  gtk_widget_set_margin_start (self->side, 14);
  gtk_widget_set_margin_end (self->side, 14);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->side);
  gtk_widget_set_size_request (scroller, 280, -1);
  gtk_box_append (GTK_BOX (columns), left);
  gtk_box_append (GTK_BOX (columns), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  gtk_box_append (GTK_BOX (columns), scroller);
  gtk_widget_set_vexpand (columns, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->header);
  gtk_box_append (GTK_BOX (self->box), self->bar);
  gtk_box_append (GTK_BOX (self->box), self->progress);
  gtk_box_append (GTK_BOX (self->box), columns);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
qd_preview_page_new (QdWorkspace *workspace, QdDraft *draft)
{
  QdPreviewPage *self = g_object_new (QD_TYPE_PREVIEW_PAGE, NULL);
  QdInstance *instance = qd_draft_get_instance (draft);

  self->workspace = g_object_ref (workspace);
  self->draft = g_object_ref (draft);
  qd_header_set_title (self->header, _ ("Preview"), qd_form_get_title (qd_instance_get_form (instance), qd_look_get_language ()));
  self->pulse = g_timeout_add (120, pulse_cb, self);
  qd_dossier_task_async (draft, self->cancellable, prepared_cb, g_object_ref (self));
  return GTK_WIDGET (self);
}

guint
qd_preview_page_get_n_pages (QdPreviewPage *self)
{
  return self->dossier != NULL ? qd_report_get_n_pages (get_report (self)) : 0;
}
