/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import-page"
#include "config.h"
#include "qd-import-page.h"

#include <glib/gi18n.h>
#include <string.h>
#include "qd-ask.h"
#include "qd-file-dialog.h"
#include "qd-header.h"
#include "qd-import-columns.h"
#include "qd-import-frame.h"
#include "qd-import-issues.h"
#include "qd-import-mappings.h"
#include "qd-import.h"
#include "qd-look.h"
#include "qd-work.h"

struct _QdImportPage
{
  GtkWidget parent_instance;
  QdDraft *draft; /* (owned) */
  QdNodeId range;
  char *path; /* (owned) */

  QdImport *import; /* (owned) (nullable): until the sheet is read */
  GPtrArray *rows;  /* (owned) (nullable): of the last dry run */
  QdImportCounts counts;
  GCancellable *checking; /* (owned) (nullable) */
  int rows_judged;        /* atomic */
  gboolean updating;      /* widgets follow the mapping, not the other way */

  GtkWidget *frame, *modes, *mappings;
  GtkWidget *columns, *issues;
  char *kind;                  /* (owned): of kept mappings */
  GStrv mapping_names;         /* (owned): of the drop-down, after "guessed" */
  QdWork *work;                /* (owned) (nullable): the import itself */
  int shown_row, shown_column; /* of the sheet, where somebody looked for a problem; -1: none */
};

static GtkWidget *
page_get_header (QdPage *page)
{
  return qd_import_frame_get_header (QD_IMPORT_FRAME (QD_IMPORT_PAGE (page)->frame));
}

static gboolean
page_can (QdPage *page, const char *command)
{
  return FALSE;
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdImportPage, qd_import_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

static guint done_signal;

static void check (QdImportPage *self);

/* Kept mappings. */

/* What was used last comes first, and is tried at once. */
static void
fill_mappings (QdImportPage *self, const char *selected)
{
  g_autoptr (GtkStringList) model = gtk_string_list_new (NULL);
  g_autofree char *last = qd_import_mappings_dup_last (self->kind);
  g_autofree char *unnamed = qd_import_mappings_read (self->kind, "");
  g_auto (GStrv) names = qd_import_mappings_list (self->kind);
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();
  guint at = 0;

  if (unnamed != NULL)
    g_strv_builder_add (all, "");
  g_strv_builder_addv (all, (const char **) names);
  g_strfreev (self->mapping_names);
  self->mapping_names = g_strv_builder_end (all);
  gtk_string_list_append (model, _ ("guessed"));
  for (guint i = 0; self->mapping_names[i] != NULL; i++)
    {
      const char *name = self->mapping_names[i];
      g_autofree char *text = *name == '\0' ? g_strdup (_ ("used last")) : g_strcmp0 (name, last) == 0 ? g_strdup_printf (_ ("%s (used last)"), name)
                                                                                                       : g_strdup (name);

      gtk_string_list_append (model, text);
      if (g_strcmp0 (name, selected) == 0)
        at = i + 1;
    }
  self->updating = TRUE;
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->mappings), G_LIST_MODEL (model));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->mappings), at);
  self->updating = FALSE;
}

/* (nullable): NULL is "guessed" */
static const char *
get_mapping (QdImportPage *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->mappings));

  return selected == 0 || selected == GTK_INVALID_LIST_POSITION ? NULL : self->mapping_names[selected - 1];
}

static void
load_mapping (QdImportPage *self)
{
  const char *name = get_mapping (self);
  g_autofree char *text = name != NULL && !qd_import_is_own_workbook (self->import) ? qd_import_mappings_read (self->kind, name) : NULL;

  if (text != NULL)
    qd_import_load_mapping (self->import, text);
}

static void
mapping_chosen_cb (QdImportPage *self)
{
  if (self->updating || self->import == NULL)
    return;
  qd_import_set_first_row (self->import, qd_import_get_first_row (self->import));
  load_mapping (self);
  qd_import_columns_update (QD_IMPORT_COLUMNS (self->columns));
  check (self);
}

static gboolean
save_mapping (QdImportPage *self, const char *name, GError **error)
{
  g_autofree char *text = qd_import_dup_mapping (self->import);

  return qd_import_mappings_write (self->kind, name, text, error);
}

/* Progress. */

static void
show_progress (QdImportPage *self, gboolean show)
{
  qd_import_frame_set_counting (QD_IMPORT_FRAME (self->frame), show ? &self->rows_judged : NULL);
}

static void
say (QdImportPage *self, const char *css, const char *text)
{
  qd_import_frame_say (QD_IMPORT_FRAME (self->frame), css, text);
}

static void
stop_cb (QdImportPage *self)
{
  g_cancellable_cancel (self->checking);
}

/* What the dry run says. */

static QdImportMode
get_mode (QdImportPage *self)
{
  return (QdImportMode) gtk_drop_down_get_selected (GTK_DROP_DOWN (self->modes));
}

static void
update_apply (QdImportPage *self)
{
  guint n = self->counts.added + self->counts.updated;
  guint unconfirmed = self->import != NULL ? qd_import_count_unconfirmed (self->import) : 0;
  g_autofree char *text = g_strdup_printf (ngettext ("Import %u row", "Import %u rows", n), n);

  qd_import_frame_set_apply_label (QD_IMPORT_FRAME (self->frame), text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "import.apply", self->rows != NULL && n > 0 && unconfirmed == 0 && !qd_draft_is_read_only (self->draft));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "import.confirm", unconfirmed > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "import.save-mapping", self->import != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "import.export-refused", self->rows != NULL && self->counts.refused > 0);
}

static void
show_counts (QdImportPage *self)
{
  QdImportFrame *frame = QD_IMPORT_FRAME (self->frame);
  const QdImportCounts *c = &self->counts;
  g_autofree char *sum = g_strdup_printf (_ ("Dry run: %u rows = %u new + %u updated + %u refused + %u empty."), c->rows, c->added, c->updated, c->refused, c->empty);

  qd_import_frame_clear_counts (frame);
  qd_import_frame_add_count (frame, "qd-table-symbolic", NULL, _ ("Read"), c->rows);
  qd_import_frame_add_count (frame, "qd-plus-symbolic", "qd-ok", _ ("New"), c->added);
  qd_import_frame_add_count (frame, "qd-refresh-symbolic", NULL, _ ("Update what is there"), c->updated);
  qd_import_frame_add_count (frame, "qd-critical-symbolic", "qd-error", _ ("Refused, not imported"), c->refused);
  qd_import_frame_add_count (frame, "qd-minus-symbolic", NULL, _ ("Empty"), c->empty);
  qd_import_frame_add_sum (frame, sum, "qd-ok");
}

static void
show_issues (QdImportPage *self)
{
  guint notices;
  g_autofree char *head = NULL;

  qd_import_issues_show (QD_IMPORT_ISSUES (self->issues), self->import, self->rows, &notices);
  qd_import_columns_count_refused (QD_IMPORT_COLUMNS (self->columns), self->rows);
  if (self->counts.refused + notices > QD_IMPORT_MAX_ISSUES)
    head = g_strdup_printf (_ ("%u rows refused, %u read otherwise than written; the first %d are listed"), self->counts.refused, notices, QD_IMPORT_MAX_ISSUES);
  else
    head = g_strdup_printf (_ ("%u rows refused, %u read otherwise than written"), self->counts.refused, notices);
  qd_import_frame_set_issues_head (QD_IMPORT_FRAME (self->frame), head);
}

static void
correct_cb (QdImportPage *self, guint row, guint column, const char *text)
{
  qd_import_correct (self->import, row, column, text);
  check (self);
}

static void
choose_cb (QdImportPage *self, guint row, guint rival)
{
  qd_import_prefer (self->import, row, rival);
  check (self);
}

static const char *
get_cell (gpointer import, guint row, guint column)
{
  return qd_import_get_text (import, row, column);
}

static void
show_source (QdImportPage *self)
{
  qd_sheet_preview_show (qd_import_frame_get_preview (QD_IMPORT_FRAME (self->frame)), qd_import_get_sheet (self->import), qd_import_get_first_row (self->import), self->shown_row, self->shown_column, get_cell, self->import);
}

/* The place in the sheet, with the rows around it. */
static void
go_to_cb (QdImportPage *self, guint row, int column)
{
  self->shown_row = (int) row;
  self->shown_column = column;
  qd_import_frame_show_left (QD_IMPORT_FRAME (self->frame));
  show_source (self);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdImportPage) self = user_data;
  g_autoptr (GError) error = NULL;
  QdImportCounts counts;
  g_autoptr (GPtrArray) rows = qd_import_check_finish (QD_IMPORT (source), result, &counts, &error);

  if (rows == NULL || self->frame == NULL || QD_IMPORT (source) != self->import || g_task_get_cancellable (G_TASK (result)) != self->checking)
    return;
  show_progress (self, FALSE);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  self->rows = g_steal_pointer (&rows);
  self->counts = counts;
  show_counts (self);
  show_issues (self);
  update_apply (self);
}

static void
check (QdImportPage *self)
{
  if (self->import == NULL)
    return;
  g_cancellable_cancel (self->checking);
  g_clear_object (&self->checking);
  self->checking = g_cancellable_new ();
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  update_apply (self);
  show_progress (self, TRUE);
  qd_import_check_async (self->import, get_mode (self), qd_import_frame_count_cb, &self->rows_judged, self->checking, checked_cb, g_object_ref (self));
}

/* Reading. */

static void
show_columns (QdImportPage *self)
{
  qd_import_columns_show (QD_IMPORT_COLUMNS (self->columns), self->import);
  show_source (self);
}

static void
mapping_changed_cb (QdImportPage *self)
{
  check (self);
}

static void
read_cb (QdImportPage *self, QdSheet *sheet)
{
  gboolean is_first = self->import == NULL;

  g_clear_object (&self->import);
  self->shown_row = -1;
  self->import = qd_import_new (qd_draft_get_instance (self->draft), self->range, sheet);
  qd_import_set_catalog (self->import, qd_pack_get_substances (qd_draft_get_pack (self->draft)));
  load_mapping (self);
  self->updating = TRUE;
  if (is_first)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->modes), qd_import_has_key (self->import) ? QD_IMPORT_UPDATE : QD_IMPORT_APPEND);
  self->updating = FALSE;
  qd_import_frame_set_first_row (QD_IMPORT_FRAME (self->frame), qd_import_get_first_row (self->import), qd_sheet_get_n_rows (sheet));
  show_columns (self);
  check (self);
}

static void
first_row_cb (QdImportPage *self, guint row)
{
  qd_import_set_first_row (self->import, row);
  show_columns (self);
  check (self);
}

static void
mode_chosen_cb (QdImportPage *self)
{
  if (!self->updating)
    check (self);
}

/* Commands. */

static void
confirm_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QdImportPage *self = QD_IMPORT_PAGE (widget);

  for (guint i = 0; i < qd_import_get_n_columns (self->import); i++)
    qd_import_confirm (self->import, i);
  qd_import_columns_update (QD_IMPORT_COLUMNS (self->columns));
  update_apply (self);
}

static void
mapping_named_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdImportPage *self = QD_IMPORT_PAGE (source);
  g_autofree char *name = qd_ask_text_finish (result);
  g_autoptr (GError) error = NULL;

  if (name == NULL || self->frame == NULL || self->import == NULL)
    return;
  g_strstrip (name);
  if (!save_mapping (self, name, &error))
    {
      say (self, "error", error->message);
      return;
    }
  fill_mappings (self, name);
  qd_toast (GTK_WIDGET (self), _ ("The mapping is kept for the next file of this kind."), NULL, NULL);
}

static void
save_mapping_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QdImportPage *self = QD_IMPORT_PAGE (widget);
  g_autofree char *file = g_filename_display_basename (self->path);
  const char *known = get_mapping (self), *dot = strrchr (file, '.');
  g_autofree char *stem = dot != NULL ? g_strndup (file, (gsize) (dot - file)) : g_strdup (file);

  qd_ask_text_async (widget, _ ("Save the mapping?"), _ ("Files with the same heads are then read in the same way."), _ ("Name of the mapping"), known != NULL && *known != '\0' ? known : stem, C_ ("verb", "Save"), mapping_named_cb, NULL);
}

static void
applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdImportPage) self = user_data;
  g_autoptr (GError) error = NULL;
  QdImportCounts counts;
  gboolean good = qd_import_apply_finish (QD_IMPORT (source), result, &counts, &error);

  qd_draft_end_step (self->draft);
  g_clear_pointer (&self->work, qd_work_end);
  if (self->frame == NULL)
    return;
  if (!good)
    {
      gboolean stopped = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

      say (self, stopped ? "warning" : "error", stopped ? _ ("Stopped. Nothing was written.") : error->message);
      update_apply (self);
      return;
    }
  if (!qd_import_is_own_workbook (self->import))
    {
      const char *name = get_mapping (self);

      if (name != NULL && *name != '\0')
        qd_import_mappings_set_last (self->kind, name);
      else if (!save_mapping (self, "", &error))
        g_message ("%s", error->message);
    }
  g_signal_emit (self, done_signal, 0, counts.added + counts.updated);
}

static void
apply_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QdImportPage *self = QD_IMPORT_PAGE (widget);

  if (self->work != NULL)
    return;
  self->work = qd_work_begin (widget, _ ("Importing…"));
  gtk_widget_action_set_enabled (widget, "import.apply", FALSE);
  qd_draft_begin_step (self->draft, "imported");
  qd_import_apply_async (self->import, get_mode (self), qd_work_progress, self->work, qd_work_get_cancellable (self->work), applied_cb, g_object_ref (self));
}

static void
refused_path_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdImportPage *self = QD_IMPORT_PAGE (source);
  g_autofree char *path = qd_file_dialog_finish (result);
  g_autoptr (GError) error = NULL;

  if (path == NULL || self->frame == NULL || self->rows == NULL)
    return;
  if (qd_import_write_refused (self->import, self->rows, path, &error))
    qd_toast (GTK_WIDGET (self), _ ("The refused rows are written with their reasons."), NULL, NULL);
  else
    say (self, "error", error->message);
}

static void
export_refused_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  qd_file_dialog_async (widget, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("Refused rows"), C_ ("verb", "Save"), _ ("Workbooks"), "*.xlsx", _ ("refused.xlsx"), refused_path_cb, NULL);
}

/* The page. */

static void
add_tools (QdImportPage *self)
{
  QdImportFrame *frame = QD_IMPORT_FRAME (self->frame);
  GtkWidget *save = gtk_button_new_with_label (_ ("Save mapping"));
  const char *const modes[] = { _ ("append all"), _ ("update what is there"), _ ("replace the table"), NULL };

  self->modes = gtk_drop_down_new_from_strings (modes);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (save), "import.save-mapping");
  self->mappings = gtk_drop_down_new (NULL, NULL);
  g_signal_connect_swapped (self->mappings, "notify::selected", G_CALLBACK (mapping_chosen_cb), self);
  qd_import_frame_add_tool (frame, _ ("Way"), self->modes, FALSE);
  qd_import_frame_add_tool (frame, _ ("Mapping"), self->mappings, TRUE);
  qd_import_frame_add_tool (frame, NULL, save, TRUE);
  g_signal_connect_swapped (self->modes, "notify::selected", G_CALLBACK (mode_chosen_cb), self);
}

static void
qd_import_page_dispose (GObject *object)
{
  QdImportPage *self = QD_IMPORT_PAGE (object);

  g_cancellable_cancel (self->checking);
  if (self->work != NULL)
    g_cancellable_cancel (qd_work_get_cancellable (self->work));
  self->updating = TRUE;
  g_clear_pointer (&self->frame, gtk_widget_unparent);
  G_OBJECT_CLASS (qd_import_page_parent_class)->dispose (object);
}

static void
qd_import_page_finalize (GObject *object)
{
  QdImportPage *self = QD_IMPORT_PAGE (object);

  g_clear_object (&self->checking);
  g_clear_object (&self->import);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->mapping_names, g_strfreev);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_object (&self->draft);
  g_free (self->path);
  G_OBJECT_CLASS (qd_import_page_parent_class)->finalize (object);
}

static void
qd_import_page_class_init (QdImportPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_import_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_import_page_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "import.apply", NULL, apply_action);
  gtk_widget_class_install_action (widget_class, "import.confirm", NULL, confirm_action);
  gtk_widget_class_install_action (widget_class, "import.save-mapping", NULL, save_mapping_action);
  gtk_widget_class_install_action (widget_class, "import.export-refused", NULL, export_refused_action);
  done_signal = g_signal_new ("done", QD_TYPE_IMPORT_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
qd_import_page_init (QdImportPage *self)
{
  self->columns = qd_import_columns_new ();
  self->issues = qd_import_issues_new ();
  self->frame = qd_import_frame_new (self->columns, self->issues, "import.apply", "import.export-refused");
  g_signal_connect_swapped (self->frame, "read", G_CALLBACK (read_cb), self);
  g_signal_connect_swapped (self->frame, "first-row", G_CALLBACK (first_row_cb), self);
  g_signal_connect_swapped (self->frame, "stop", G_CALLBACK (stop_cb), self);
  g_signal_connect_swapped (self->columns, "changed", G_CALLBACK (mapping_changed_cb), self);
  g_signal_connect_swapped (self->issues, "correct", G_CALLBACK (correct_cb), self);
  g_signal_connect_swapped (self->issues, "choose", G_CALLBACK (choose_cb), self);
  g_signal_connect_swapped (self->issues, "go-to", G_CALLBACK (go_to_cb), self);
  add_tools (self);
  gtk_widget_set_parent (self->frame, GTK_WIDGET (self));
}

GtkWidget *
qd_import_page_new (QdDraft *draft, QdNodeId range, const char *path)
{
  QdImportPage *self = g_object_new (QD_TYPE_IMPORT_PAGE, NULL);
  g_autofree char *name = g_filename_display_basename (path);
  g_autofree char *label = qd_instance_dup_field_label (qd_draft_get_instance (draft), qd_instance_get_field (qd_draft_get_instance (draft), range));
  g_autofree char *last = NULL;
  g_autofree char *title = g_strdup_printf (_ ("Import: %s"), label != NULL ? label : "");

  self->draft = g_object_ref (draft);
  self->range = range;
  self->path = g_strdup (path);
  self->shown_row = -1;
  self->kind = qd_import_mappings_dup_kind (qd_form_get_id (qd_instance_get_form (qd_draft_get_instance (draft))), qd_field_get_ref (qd_instance_get_field (qd_draft_get_instance (draft), range)));
  last = qd_import_mappings_dup_last (self->kind);
  fill_mappings (self, last);
  qd_header_set_title (qd_import_frame_get_header (QD_IMPORT_FRAME (self->frame)), title, name);
  update_apply (self);
  qd_import_frame_open (QD_IMPORT_FRAME (self->frame), path);
  return GTK_WIDGET (self);
}
