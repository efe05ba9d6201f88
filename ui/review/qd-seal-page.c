/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-seal-page"
#include "config.h"
#include "qd-seal-page.h"

#include <glib/gi18n.h>
#include <string.h>
#include "qd-ask.h"
#include "qd-bar.h"
#include "qd-dossier-task.h"
#include "qd-file-dialog.h"
#include "qd-header.h"
#include "qd-look.h"
#include "qd-recent.h"
#include "qd-report-view.h"
#include "qd-seal-job.h"
#include "qd-targets.h"

#define CERTIFICATE_KEY "certificate"
#define MAX_DATA_SHOWN (256 * 1024) /* of the submission as text */

struct _QdSealPage
{
  GtkWidget parent_instance;
  QdWorkspace *workspace;  /* (owned) */
  QdDraft *draft;          /* (owned) */
  QdDossier *dossier;      /* (owned) (nullable) */
  char *certificate;       /* (owned) (nullable): path of the PKCS#12 file */
  GCancellable *preparing; /* (owned) */
  GCancellable *sealing;   /* (owned) (nullable): while the key is at work */

  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *bar;
  GtkWidget *columns;
  guint fold_idle;
  GtkWidget *left;
  GtkWidget *right;
  GtkWidget *report_view;
  GtkWidget *data_text;
  GtkWidget *attachments;
  GtkWidget *verdict_row;
  GtkWidget *verdict_icon;
  GtkWidget *content_row;
  GtkWidget *attachment_row;
  GtkWidget *certificate_row;
  GtkWidget *pin;
  GtkWidget *target_row;
  GtkWidget *statement;
  GtkWidget *seal_button;
  GtkWidget *cancel_button;
  GtkWidget *progress;
};

static gboolean
page_can (QdPage *page, const char *command)
{
  return g_str_equal (command, "seal") && gtk_widget_get_sensitive (QD_SEAL_PAGE (page)->seal_button);
}

static void seal (QdSealPage *self);

static void
page_run (QdPage *page, const char *command)
{
  seal (QD_SEAL_PAGE (page));
}

static GtkWidget *
page_get_header (QdPage *page)
{
  return QD_SEAL_PAGE (page)->header;
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->run = page_run;
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdSealPage, qd_seal_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

/* The PIN stands in the entry as short as can be: its text is readable over the accessibility bus. */
static void
clear_pin (QdSealPage *self)
{
  if (self->pin != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->pin), "");
}

static void
update_button (QdSealPage *self)
{
  gboolean can = self->dossier != NULL && qd_verdict_can_seal (qd_dossier_get_verdict (self->dossier));
  const char *reason = NULL;

  if (self->dossier == NULL)
    reason = _ ("The report is being prepared.");
  else if (!can)
    reason = _ ("There is something to fix or to explain; see the verdict.");
  else if (self->certificate == NULL)
    reason = _ ("Choose a certificate file.");
  else if (*gtk_editable_get_text (GTK_EDITABLE (self->pin)) == '\0')
    reason = _ ("Enter the PIN of the certificate.");
  else if (!gtk_check_button_get_active (GTK_CHECK_BUTTON (self->statement)))
    reason = _ ("Confirm the statement.");
  gtk_widget_set_sensitive (self->seal_button, reason == NULL && self->sealing == NULL);
  gtk_widget_set_tooltip_text (self->seal_button, reason);
  qd_page_commands_changed (QD_PAGE (self));
}

static void
show_certificate (QdSealPage *self)
{
  if (self->certificate == NULL)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->certificate_row), _ ("No certificate chosen"));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->certificate_row), _ ("A PKCS#12 file (.p12, .pfx) from a certification authority; or make a demo key"));
    }
  else
    {
      g_autofree char *base = g_path_get_basename (self->certificate);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->certificate_row), base);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->certificate_row), self->certificate);
    }
  update_button (self);
}

void
qd_seal_page_set_certificate (QdSealPage *self, const char *path)
{
  g_free (self->certificate);
  self->certificate = g_strdup (path);
  if (path != NULL)
    qd_recent_set_value (CERTIFICATE_KEY, path);
  clear_pin (self);
  show_certificate (self);
}

static void
certificate_chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *path = qd_file_dialog_finish (result);

  if (path != NULL)
    qd_seal_page_set_certificate (QD_SEAL_PAGE (source), path);
}

static void
choose_cb (QdSealPage *self)
{
  qd_file_dialog_async (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Certificate File"), _ ("Choose"), _ ("Certificates"), "*.p12;*.pfx", NULL, certificate_chosen_cb, NULL);
}

/* Demo keys. */

typedef struct
{
  char *path;
  char *pin;
  char *name;
  char *uscc;
} DemoKey;

static void
demo_key_free (gpointer data)
{
  DemoKey *key = data;

  g_free (key->path);
  qd_pin_free (key->pin);
  g_free (key->name);
  g_free (key->uscc);
  g_free (key);
}

static void
demo_key_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  DemoKey *key = task_data;
  GError *error = NULL;

  if (qd_demo_key_create (key->path, NULL, key->pin, key->name, key->uscc, QD_KEY_EC_P256, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
demo_key_made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdSealPage *self = QD_SEAL_PAGE (source);
  DemoKey *key = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (self->box == NULL)
    return;
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
      return;
    }
  qd_seal_page_set_certificate (self, key->path);
  qd_bar_show (QD_BAR (self->bar), "warning", _ ("This is a demonstration key: a seal made with it proves nothing. Its PIN is the one you just chose."), NULL, NULL);
  gtk_widget_grab_focus (self->pin);
}

static void
demo_pin_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdSealPage *self = QD_SEAL_PAGE (source);
  char *pin = qd_ask_text_finish (result);
  g_autoptr (GTask) task = NULL;
  g_autofree char *stamp = NULL;
  g_autofree char *base = NULL;
  g_autofree char *dir = g_build_filename (g_get_user_data_dir (), "qingdan", NULL);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  DemoKey *key;

  if (pin == NULL || *pin == '\0' || self->box == NULL)
    {
      qd_pin_free (pin);
      return;
    }
  g_mkdir_with_parents (dir, 0700);
  stamp = g_date_time_format (now, "%Y%m%d-%H%M%S");
  base = g_strdup_printf ("demo-key-%s.p12", stamp);
  key = g_new0 (DemoKey, 1);
  key->path = g_build_filename (dir, base, NULL);
  key->pin = pin;
  key->name = qd_workspace_dup_name (self->workspace);
  key->uscc = qd_store_dup_setting (qd_workspace_get_store (self->workspace), "uscc");
  task = g_task_new (self, NULL, demo_key_made_cb, NULL);
  g_task_set_task_data (task, key, demo_key_free);
  g_task_run_in_thread (task, demo_key_in_thread);
}

static void
demo_key_cb (QdSealPage *self)
{
  qd_ask_secret_async (GTK_WIDGET (self), _ ("Make a demonstration key?"), _ ("It serves for trying out: receivers see that a seal made with it proves nothing. Choose a PIN for it."), _ ("PIN of the demonstration key"), _ ("Make demo key"), demo_pin_cb, NULL);
}

/* Sealing. */

static void
set_working (QdSealPage *self, gboolean working)
{
  gtk_widget_set_visible (self->progress, working);
  gtk_widget_set_sensitive (self->right, !working);
  gtk_button_set_label (GTK_BUTTON (self->cancel_button), working ? _ ("Stop sealing") : _ ("Cancel"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->cancel_button), working ? NULL : "win.back");
  gtk_widget_set_sensitive (self->cancel_button, TRUE);
  update_button (self);
}

static void
progress_cb (gint64 done, gint64 total, gpointer user_data)
{
  QdSealPage *self = user_data;
  g_autofree char *a = qd_look_size (done);
  g_autofree char *b = qd_look_size (total);
  g_autofree char *text = g_strdup_printf (_ ("Writing and signing the package: %s of %s"), a, b);

  if (self->box == NULL)
    return;
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), total > 0 ? (double) done / (double) total : 0);
  gtk_progress_bar_set_text (GTK_PROGRESS_BAR (self->progress), text);
}

static void
sealed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdSealPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = qd_seal_job_finish (result, &error);

  if (self->box == NULL)
    return;
  g_clear_object (&self->sealing);
  set_working (self, FALSE);
  if (sha256 == NULL)
    {
      if (g_error_matches (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PIN))
        qd_bar_show (QD_BAR (self->bar), "error", _ ("Wrong PIN. Nothing was sealed; try again."), NULL, NULL);
      else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        qd_bar_show (QD_BAR (self->bar), NULL, _ ("Stopped; nothing was sealed."), NULL, NULL);
      else
        qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
      gtk_widget_grab_focus (self->pin);
      return;
    }
  if (qd_workspace_get_courier (self->workspace) != NULL)
    qd_courier_start (qd_workspace_get_courier (self->workspace));
  qd_workspace_touch (self->workspace);
  qd_toast (GTK_WIDGET (self), _ ("Sealed. The package is in the outbox."), NULL, NULL);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.page", "s", "outbox");
}

static void
seal (QdSealPage *self)
{
  QdStore *store = qd_workspace_get_store (self->workspace);
  g_autofree char *uscc = qd_store_dup_setting (store, "uscc");
  g_autofree char *target = qd_targets_dup_default (store);
  char *pin;

  if (self->sealing != NULL || self->dossier == NULL || self->certificate == NULL)
    return;
  pin = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->pin)));
  clear_pin (self);
  qd_bar_show (QD_BAR (self->bar), NULL, NULL, NULL, NULL);
  self->sealing = g_cancellable_new ();
  gtk_progress_bar_set_text (GTK_PROGRESS_BAR (self->progress), _ ("Opening the key"));
  set_working (self, TRUE);
  qd_seal_job_async (store, qd_draft_get_id (self->draft), self->dossier, self->certificate, pin, uscc, target, progress_cb, self->sealing, sealed_cb, g_object_ref (self));
}

static void
cancel_cb (QdSealPage *self)
{
  if (self->sealing == NULL)
    return;
  g_cancellable_cancel (self->sealing);
  gtk_widget_set_sensitive (self->cancel_button, FALSE);
}

static void
show_findings_cb (QdSealPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.back", NULL);
}

/* What is signed. */

static void
show_dossier (QdSealPage *self)
{
  QdVerdict *verdict = qd_dossier_get_verdict (self->dossier);
  gboolean can = qd_verdict_can_seal (verdict);
  GPtrArray *attachments = qd_dossier_get_attachments (self->dossier);
  g_autoptr (GPtrArray) stored = qd_store_list_attachments (qd_workspace_get_store (self->workspace), qd_draft_get_id (self->draft), NULL);
  GBytes *submission = qd_dossier_get_submission (self->dossier);
  gsize size = g_bytes_get_size (submission);
  guint pages = qd_report_get_n_pages (qd_dossier_get_report (self->dossier));
  g_autofree char *digest = qd_look_digest (qd_dossier_get_digest (self->dossier));
  g_autofree char *text = NULL;
  g_autofree char *content = g_strdup_printf (ngettext ("Declaration data, verdict, report (%u page)", "Declaration data, verdict, report (%u pages)", pages), pages);
  g_autofree char *digest_text = g_strdup_printf (_ ("Digest of the declaration %s"), digest);
  g_autofree char *attached = g_strdup_printf (ngettext ("%u attachment", "%u attachments", attachments->len), attachments->len);
  g_autofree char *shown = NULL;
  const char *end;
  gint64 bytes = 0;

  if (can)
    text = g_strdup_printf (_ ("Can be sealed: 0 to fix, all %u doubts explained"), qd_verdict_count (verdict, QD_SEVERITY_POSSIBLE));
  else
    text = g_strdup_printf (_ ("Cannot seal yet: %u to fix, %u to explain."), qd_verdict_count (verdict, QD_SEVERITY_CRITICAL), qd_verdict_count_unexplained (verdict));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->verdict_row), text);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->verdict_row), qd_verdict_get_pack_label (verdict));
  gtk_image_set_from_icon_name (GTK_IMAGE (self->verdict_icon), can ? "qd-ok-symbolic" : "qd-critical-symbolic");
  qd_look_set_css (self->verdict_icon, can ? "qd-ok" : "qd-error");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->content_row), content);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->content_row), digest_text);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->attachment_row), attached);
  for (guint i = 0; i < attachments->len; i++)
    {
      const char *name = g_ptr_array_index (attachments, i);
      GtkWidget *row = adw_action_row_new ();
      gint64 found = -1;
      g_autofree char *file_size = NULL;
      for (guint j = 0; stored != NULL && j < stored->len; j++)
        if (g_str_equal (((QdAttachment *) g_ptr_array_index (stored, j))->name, name))
          found = ((QdAttachment *) g_ptr_array_index (stored, j))->size;
      bytes += MAX (found, 0);
      file_size = found >= 0 ? qd_look_size (found) : g_strdup (_ ("missing in the workspace; choose the file again"));
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), file_size);
      gtk_list_box_append (GTK_LIST_BOX (self->attachments), row);
    }
  if (attachments->len > 0)
    {
      g_autofree char *sum = qd_look_size (bytes);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->attachment_row), sum);
    }
  shown = g_strndup (g_bytes_get_data (submission, NULL), MIN (size, MAX_DATA_SHOWN));
  if (!g_utf8_validate (shown, -1, &end))
    shown[end - shown] = '\0';
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->data_text)), shown, -1);
  qd_report_view_set_report (QD_REPORT_VIEW (self->report_view), qd_dossier_get_report (self->dossier));
}

static void
prepared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdSealPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDossier) dossier = qd_dossier_task_finish (result, &error);

  if (self->box == NULL)
    return;
  if (dossier == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
      return;
    }
  self->dossier = g_steal_pointer (&dossier);
  show_dossier (self);
  update_button (self);
}

static void
unmapped_cb (QdSealPage *self)
{
  clear_pin (self);
}

static void
qd_seal_page_dispose (GObject *object)
{
  QdSealPage *self = QD_SEAL_PAGE (object);

  g_clear_handle_id (&self->fold_idle, g_source_remove);
  g_cancellable_cancel (self->preparing);
  g_clear_object (&self->preparing);
  /* A seal that is being made goes on to its end or is stopped: the task holds what it needs. */
  if (self->sealing != NULL)
    g_cancellable_cancel (self->sealing);
  g_clear_object (&self->sealing);
  if (self->box != NULL)
    clear_pin (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  self->pin = NULL;
  g_clear_object (&self->dossier);
  g_clear_object (&self->draft);
  g_clear_object (&self->workspace);
  g_clear_pointer (&self->certificate, g_free);
  G_OBJECT_CLASS (qd_seal_page_parent_class)->dispose (object);
}

#define FOLD_BELOW 860 /* px: report above, the rest below */

static gboolean
is_narrow (int width)
{
  return width < (int) (FOLD_BELOW * qd_look_text_scale ());
}

static gboolean
fold_cb (gpointer user_data)
{
  QdSealPage *self = user_data;
  gboolean narrow = is_narrow (gtk_widget_get_width (GTK_WIDGET (self)));

  self->fold_idle = 0;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->columns), narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_paned_set_position (GTK_PANED (self->columns), narrow ? gtk_widget_get_height (self->columns) / 2 : 555);
  return G_SOURCE_REMOVE;
}

static void
qd_seal_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QdSealPage *self = QD_SEAL_PAGE (widget);
  gboolean narrow = gtk_orientable_get_orientation (GTK_ORIENTABLE (self->columns)) == GTK_ORIENTATION_VERTICAL;

  if (narrow != is_narrow (width) && self->fold_idle == 0)
    self->fold_idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, fold_cb, self, NULL);
  gtk_widget_allocate (self->box, width, height, baseline, NULL);
}

static void
qd_seal_page_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (QD_SEAL_PAGE (widget)->box, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
  /* It folds before it gets too narrow. */
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = MIN (*minimum, 420);
}

static void
qd_seal_page_class_init (QdSealPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_seal_page_dispose;
  widget_class->size_allocate = qd_seal_page_size_allocate;
  widget_class->measure = qd_seal_page_measure;
}

static GtkWidget *
group_new (QdSealPage *self, const char *title, const char *detail, GtkWidget *suffix)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *label = qd_label_new (title, "heading");
  GtkWidget *list = gtk_list_box_new ();

  gtk_box_append (GTK_BOX (head), label);
  gtk_box_append (GTK_BOX (head), qd_label_new (detail, "qd-caption"));
  if (suffix != NULL)
    {
      gtk_widget_set_hexpand (suffix, TRUE);
      gtk_widget_set_halign (suffix, GTK_ALIGN_END);
      gtk_box_append (GTK_BOX (head), suffix);
    }
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_box_append (GTK_BOX (self->right), head);
  gtk_box_append (GTK_BOX (self->right), list);
  return list;
}

static GtkWidget *
row_new (GtkWidget *list, const char *icon, const char *title, const char *subtitle, GtkWidget **icon_out)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *image = qd_icon_new (icon, NULL);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), image);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  if (icon_out != NULL)
    *icon_out = image;
  return row;
}

static void
build_certificate (QdSealPage *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *choose = gtk_button_new_with_label (_ ("Choose file…"));
  GtkWidget *demo = gtk_button_new_with_label (_ ("Make demo key…"));
  GtkWidget *list;
  GtkWidget *row;

  qd_name (choose, _ ("Choose certificate file"));
  gtk_widget_add_css_class (choose, "qd-small");
  gtk_widget_add_css_class (demo, "qd-small");
  g_signal_connect_swapped (choose, "clicked", G_CALLBACK (choose_cb), self);
  g_signal_connect_swapped (demo, "clicked", G_CALLBACK (demo_key_cb), self);
  gtk_box_append (GTK_BOX (buttons), demo);
  gtk_box_append (GTK_BOX (buttons), choose);
  list = group_new (self, _ ("Certificate"), "", buttons);
  self->certificate_row = row_new (list, "qd-key-symbolic", "", NULL, NULL);
  row = row_new (list, "qd-lock-symbolic", _ ("PIN of the certificate"), _ ("For this seal only; it is not kept"), NULL);
  self->pin = gtk_password_entry_new ();
  gtk_password_entry_set_show_peek_icon (GTK_PASSWORD_ENTRY (self->pin), TRUE);
  gtk_widget_set_valign (self->pin, GTK_ALIGN_CENTER);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->pin), 18);
  qd_name (self->pin, _ ("PIN of the certificate"));
  g_signal_connect_swapped (self->pin, "changed", G_CALLBACK (update_button), self);
  g_signal_connect_swapped (self->pin, "activate", G_CALLBACK (seal), self);
  g_signal_connect_swapped (self->pin, "unmap", G_CALLBACK (unmapped_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), self->pin);
}

static void
build_right (QdSealPage *self)
{
  GtkWidget *view = gtk_button_new_with_label (_ ("View"));
  GtkWidget *list;

  self->right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  list = group_new (self, _ ("Verdict"), _ ("signed with the package; the receiver can run it again"), NULL);
  self->verdict_row = row_new (list, "qd-clock-symbolic", _ ("Preparing the report"), NULL, &self->verdict_icon);
  gtk_widget_set_valign (view, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (view, "flat");
  qd_name (view, _ ("View the findings"));
  g_signal_connect_swapped (view, "clicked", G_CALLBACK (show_findings_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->verdict_row), view);
  list = group_new (self, _ ("What you sign"), _ ("any later change can be detected"), NULL);
  self->content_row = row_new (list, "qd-document-symbolic", _ ("Declaration data, verdict, report"), NULL, NULL);
  self->attachment_row = row_new (list, "qd-attach-symbolic", _ ("Attachments"), NULL, NULL);
  build_certificate (self);
  list = group_new (self, _ ("Then"), "", NULL);
  self->target_row = row_new (list, "qd-plane-symbolic", _ ("No receiver is set"), _ ("The package waits in the outbox; save it to USB or set a receiver"), NULL);
  self->statement = gtk_check_button_new_with_label (_ ("I have read report and verdict and answer for the truth, accuracy and completeness of what was filled in."));
  gtk_widget_set_margin_start (self->statement, 12);
  gtk_widget_set_margin_end (self->statement, 12);
  gtk_widget_set_margin_top (self->statement, 9);
  gtk_widget_set_margin_bottom (self->statement, 9);
  qd_name (self->statement, _ ("Statement of truth"));
  for (GtkWidget *child = gtk_widget_get_first_child (self->statement); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_LABEL (child))
      {
        gtk_label_set_wrap (GTK_LABEL (child), TRUE);
        gtk_label_set_xalign (GTK_LABEL (child), 0);
      }
  gtk_list_box_append (GTK_LIST_BOX (list), self->statement);
  g_signal_connect_swapped (self->statement, "toggled", G_CALLBACK (update_button), self);
}

static void
tab_cb (GtkToggleButton *button, QdSealPage *self)
{
  if (gtk_toggle_button_get_active (button))
    gtk_stack_set_visible_child_name (GTK_STACK (self->left), g_object_get_data (G_OBJECT (button), "name"));
}

static GtkWidget *
build_left (QdSealPage *self)
{
  static const struct
  {
    const char *name;
    const char *label;
  } tabs[] = {
    { "report", N_ ("Report") },
    { "data", N_ ("Data") },
    { "attachments", N_ ("Attachments") },
  };
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *linked = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *data = gtk_scrolled_window_new ();
  GtkWidget *files = gtk_scrolled_window_new ();
  GtkWidget *bar;
  GtkWidget *first = NULL;

  self->left = gtk_stack_new ();
  self->report_view = qd_report_view_new ();
  self->data_text = gtk_text_view_new ();
  gtk_text_view_set_editable (GTK_TEXT_VIEW (self->data_text), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (self->data_text), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->data_text), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self->data_text), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (self->data_text), 12);
  qd_name (self->data_text, _ ("Declaration data"));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (data), self->data_text);
  self->attachments = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->attachments), GTK_SELECTION_NONE);
  gtk_list_box_set_placeholder (GTK_LIST_BOX (self->attachments), qd_label_new (_ ("No attachments"), "qd-secondary"));
  qd_name (self->attachments, _ ("Attachments"));
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (files), self->attachments);
  gtk_stack_add_named (GTK_STACK (self->left), self->report_view, "report");
  gtk_stack_add_named (GTK_STACK (self->left), data, "data");
  gtk_stack_add_named (GTK_STACK (self->left), files, "attachments");
  gtk_widget_add_css_class (linked, "linked");
  for (guint i = 0; i < G_N_ELEMENTS (tabs); i++)
    {
      GtkWidget *button = gtk_toggle_button_new_with_label (_ (tabs[i].label));
      g_object_set_data (G_OBJECT (button), "name", (gpointer) tabs[i].name);
      if (first == NULL)
        first = button;
      else
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (button), GTK_TOGGLE_BUTTON (first));
      g_signal_connect (button, "toggled", G_CALLBACK (tab_cb), self);
      gtk_box_append (GTK_BOX (linked), button);
    }
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (first), TRUE);
  bar = qd_report_view_build_bar (QD_REPORT_VIEW (self->report_view));
  gtk_widget_set_hexpand (bar, TRUE);
  gtk_widget_set_halign (bar, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (head), linked);
  gtk_box_append (GTK_BOX (head), bar);
  gtk_widget_set_margin_top (head, 6);
  gtk_widget_set_margin_bottom (head, 6);
  gtk_widget_set_margin_start (head, 12);
  gtk_widget_set_margin_end (head, 12);
  gtk_box_append (GTK_BOX (column), head);
  gtk_box_append (GTK_BOX (column), self->left);
  gtk_widget_set_vexpand (self->left, TRUE);
  return column;
}

static GtkWidget *
build_foot (QdSealPage *self)
{
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *note = qd_label_new (_ ("A seal is final. To change anything later, make an amendment; the original stays."), "qd-caption");
  GtkWidget *content = adw_button_content_new ();

  self->cancel_button = gtk_button_new_with_label (_ ("Cancel"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->cancel_button), "win.back");
  g_signal_connect_swapped (self->cancel_button, "clicked", G_CALLBACK (cancel_cb), self);
  self->seal_button = gtk_button_new ();
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "qd-seal-symbolic");
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), C_ ("verb", "Seal"));
  gtk_button_set_child (GTK_BUTTON (self->seal_button), content);
  qd_name (self->seal_button, C_ ("verb", "Seal"));
  gtk_widget_add_css_class (self->seal_button, "suggested-action");
  g_signal_connect_swapped (self->seal_button, "clicked", G_CALLBACK (seal), self);
  gtk_widget_set_hexpand (note, TRUE);
  gtk_box_append (GTK_BOX (foot), note);
  gtk_box_append (GTK_BOX (foot), self->cancel_button);
  gtk_box_append (GTK_BOX (foot), self->seal_button);
  gtk_widget_set_margin_top (foot, 9);
  gtk_widget_set_margin_bottom (foot, 14);
  gtk_widget_set_margin_start (foot, 18);
  gtk_widget_set_margin_end (foot, 18);
  return foot;
}

static void
qd_seal_page_init (QdSealPage *self)
{
  GtkWidget *columns = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);
  GtkWidget *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->preparing = g_cancellable_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->header = qd_header_new (QD_HEADER_TASK, _ ("Seal"), _ ("Back to the declaration"));
  self->bar = qd_bar_new ();
  build_right (self);
  gtk_widget_set_margin_top (self->right, 12);
  gtk_widget_set_margin_bottom (self->right, 12);
  gtk_widget_set_margin_start (self->right, 18);
  gtk_widget_set_margin_end (self->right, 18);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->right);
  gtk_widget_set_vexpand (scroller, TRUE);
  self->progress = gtk_progress_bar_new ();
  gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (self->progress), TRUE);
  gtk_widget_set_visible (self->progress, FALSE);
  gtk_widget_set_margin_start (self->progress, 18);
  gtk_widget_set_margin_end (self->progress, 18);
  qd_name (self->progress, _ ("Progress of sealing"));
  gtk_box_append (GTK_BOX (right), scroller);
  gtk_box_append (GTK_BOX (right), self->progress);
  gtk_box_append (GTK_BOX (right), build_foot (self));
  self->columns = columns;
  gtk_paned_set_start_child (GTK_PANED (columns), build_left (self));
  gtk_paned_set_end_child (GTK_PANED (columns), right);
  gtk_paned_set_position (GTK_PANED (columns), 555);
  gtk_paned_set_shrink_end_child (GTK_PANED (columns), FALSE);
  gtk_widget_set_vexpand (columns, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->header);
  gtk_box_append (GTK_BOX (self->box), self->bar);
  gtk_box_append (GTK_BOX (self->box), columns);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
qd_seal_page_new (QdWorkspace *workspace, QdDraft *draft)
{
  QdSealPage *self = g_object_new (QD_TYPE_SEAL_PAGE, NULL);
  QdInstance *instance = qd_draft_get_instance (draft);
  g_autofree char *target = NULL;
  g_autofree char *certificate = qd_recent_dup_value (CERTIFICATE_KEY);

  self->workspace = g_object_ref (workspace);
  self->draft = g_object_ref (draft);
  qd_header_set_title (self->header, _ ("Seal"), qd_form_get_title (qd_instance_get_form (instance), qd_look_get_language ()));
  target = qd_targets_dup_default (qd_workspace_get_store (workspace));
  if (target != NULL)
    {
      g_autofree char *name = qd_targets_dup_name (qd_workspace_get_store (workspace), target);
      g_autofree char *title = g_strdup_printf (_ ("Goes to %s"), name);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->target_row), title);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->target_row), _ ("Sent when there is a network; saving to USB is possible at any time"));
    }
  if (certificate != NULL && g_file_test (certificate, G_FILE_TEST_EXISTS))
    self->certificate = g_steal_pointer (&certificate);
  show_certificate (self);
  qd_dossier_task_async (draft, self->preparing, prepared_cb, g_object_ref (self));
  return GTK_WIDGET (self);
}
