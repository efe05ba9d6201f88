/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-kind-page"
#include "config.h"
#include "qd-kind-page.h"

#include <glib/gi18n.h>
#include <string.h>
#include "qd-duty-pane.h"
#include "qd-form-view.h"
#include "qd-header.h"
#include "qd-identity.h"
#include "qd-lists-pane.h"
#include "qd-look.h"

struct _QdKindPage
{
  GtkWidget parent_instance;
  QdWorkspace *workspace; /* (owned) */
  QdDraft *draft;         /* (owned) (nullable): when the pack has no such form */
  gboolean is_profile;
  gint64 id;                 /* of the declaration that is being opened */
  GCancellable *cancellable; /* (owned) (nullable): of opening */
  char *path;                /* (owned) (nullable): to go to when it is open */

  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *view;     /* (nullable) */
  GtkWidget *status;   /* (nullable): in place of the view */
  GtkWidget *progress; /* (nullable): in @status */
};

static gboolean
page_can (QdPage *page, const char *command)
{
  QdKindPage *self = QD_KIND_PAGE (page);

  return self->view != NULL && qd_form_view_can (QD_FORM_VIEW (self->view), command);
}

static void
page_run (QdPage *page, const char *command)
{
  qd_form_view_run (QD_FORM_VIEW (QD_KIND_PAGE (page)->view), command);
}

static GtkWidget *
page_get_header (QdPage *page)
{
  return QD_KIND_PAGE (page)->header;
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->run = page_run;
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdKindPage, qd_kind_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

static void
changed_cb (QdKindPage *self)
{
  guint critical, unexplained, all;
  g_autofree char *subtitle = NULL;

  qd_form_view_count (QD_FORM_VIEW (self->view), &critical, &unexplained, &all);
  if (critical > 0 || unexplained > 0)
    subtitle = g_strdup_printf (_ ("%u to fix, %u to explain"), critical, unexplained);
  else
    subtitle = g_strdup (_ ("used by every declaration"));
  qd_header_set_title (self->header, self->is_profile ? C_ ("page", "Profile") : C_ ("page", "Substances"), subtitle);
  if (self->is_profile)
    qd_identity_update (self->workspace, qd_draft_get_instance (self->draft));
  qd_page_commands_changed (QD_PAGE (self));
}

static void
qd_kind_page_dispose (GObject *object)
{
  QdKindPage *self = QD_KIND_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->view = self->status = self->progress = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->draft);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (qd_kind_page_parent_class)->dispose (object);
}

static void
qd_kind_page_finalize (GObject *object)
{
  g_free (QD_KIND_PAGE (object)->path);
  G_OBJECT_CLASS (qd_kind_page_parent_class)->finalize (object);
}

static void
qd_kind_page_class_init (QdKindPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_kind_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_kind_page_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_kind_page_init (QdKindPage *self)
{
  GtkWidget *check = gtk_button_new_with_label (C_ ("verb", "Check"));

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->header = qd_header_new (QD_HEADER_SHELL, "", NULL);
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), qd_icon_button_new ("qd-undo-symbolic", _ ("Undo"), "win.undo"));
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), qd_icon_button_new ("qd-redo-symbolic", _ ("Redo"), "win.redo"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (check), "win.check");
  qd_name (check, C_ ("verb", "Check"));
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), check);
  gtk_box_append (GTK_BOX (self->box), self->header);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static void
names_loaded_cb (QdKindPage *self, QdSubstanceData *data)
{
  if (self->view != NULL)
    qd_form_view_set_names (QD_FORM_VIEW (self->view), qd_substance_data_get_names (data));
}

static void
search_cb (QdKindPage *self, GtkSearchEntry *entry)
{
  if (self->view != NULL)
    qd_form_view_set_filter (QD_FORM_VIEW (self->view), gtk_editable_get_text (GTK_EDITABLE (entry)));
}

/* The register: what lists say of the substance in the focus, and names while they are typed. */
static void
add_lists (QdKindPage *self)
{
  GtkWidget *pane = qd_lists_pane_new (self->draft);
  GtkWidget *import = gtk_button_new_with_label (_ ("Import…"));

  GtkWidget *search = gtk_search_entry_new ();

  g_object_set (search, "placeholder-text", _ ("Name, CAS number, list"), NULL);
  qd_name (search, _ ("Filter substances"));
  g_signal_connect_object (search, "search-changed", G_CALLBACK (search_cb), self, G_CONNECT_SWAPPED);
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), search);
  qd_form_view_add_pane (QD_FORM_VIEW (self->view), "qd-flask-symbolic", C_ ("pane", "Lists"), pane);
  g_signal_connect_object (self->view, "node-focused", G_CALLBACK (qd_lists_pane_show_node), pane, G_CONNECT_SWAPPED);
  g_signal_connect_object (qd_lists_pane_get_data (QD_LISTS_PANE (pane)), "changed", G_CALLBACK (names_loaded_cb), self, G_CONNECT_SWAPPED);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (import), "win.import");
  qd_name (import, _ ("Import rows"));
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), import);
}

/* In place of the view: why it is not there, and a button. */
static void
show_status (QdKindPage *self, const char *icon, const char *title, const char *text, const char *button, GCallback clicked)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  if (self->status != NULL)
    gtk_box_remove (GTK_BOX (self->box), self->status);
  self->progress = NULL;
  self->status = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->status), icon);
  adw_status_page_set_title (ADW_STATUS_PAGE (self->status), title);
  adw_status_page_set_description (ADW_STATUS_PAGE (self->status), escaped);
  gtk_widget_set_vexpand (self->status, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->status);
  if (button != NULL)
    {
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18), *action = gtk_button_new_with_label (button);

      gtk_widget_set_halign (action, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (action, "pill");
      qd_name (action, button);
      g_signal_connect_swapped (action, "clicked", clicked, self);
      gtk_box_append (GTK_BOX (box), action);
      adw_status_page_set_child (ADW_STATUS_PAGE (self->status), box);
    }
}

static void
show_problem (QdKindPage *self, const char *message)
{
  show_status (self, "qd-possible-symbolic", _ ("This page cannot be shown"), message, NULL, NULL);
}

/* Takes @draft. */
static void
show_draft (QdKindPage *self, QdDraft *draft)
{
  if (self->status != NULL)
    gtk_box_remove (GTK_BOX (self->box), self->status);
  self->status = self->progress = NULL;
  self->draft = draft;
  self->view = qd_form_view_new (self->workspace, draft);
  gtk_widget_set_vexpand (self->view, TRUE);
  g_signal_connect_swapped (self->view, "changed", G_CALLBACK (changed_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->view);
  if (self->is_profile)
    {
      GtkWidget *pane = qd_duty_pane_new (self->workspace, draft);
      qd_form_view_add_pane (QD_FORM_VIEW (self->view), "qd-law-symbolic", C_ ("table", "Duties"), pane);
      g_signal_connect_object (self->view, "node-focused", G_CALLBACK (qd_duty_pane_show_node), pane, G_CONNECT_SWAPPED);
    }
  else
    add_lists (self);
  changed_cb (self);
  if (self->path != NULL)
    qd_kind_page_go_to (self, self->path);
  g_clear_pointer (&self->path, g_free);
}

static void start_opening (QdKindPage *self);

static void
stop_cb (QdKindPage *self)
{
  g_cancellable_cancel (self->cancellable);
}

static void
progress_cb (double share, gpointer data)
{
  QdKindPage *self = data;

  if (self->progress != NULL)
    gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), share);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (QdKindPage) self = data;
  g_autoptr (GError) error = NULL;
  QdDraft *draft = qd_workspace_open_draft_finish (QD_WORKSPACE (source), result, &error);

  /* The page is gone. */
  if (self->workspace == NULL)
    {
      g_clear_object (&draft);
      return;
    }
  g_clear_object (&self->cancellable);
  if (draft != NULL)
    show_draft (self, draft);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_status (self, "qd-flask-symbolic", _ ("Not opened"), _ ("Opening was stopped. Nothing was changed."), C_ ("verb", "Open"), G_CALLBACK (start_opening));
  else
    show_problem (self, error->message);
}

/* With very many rows it takes seconds; the window goes on meanwhile. */
static void
start_opening (QdKindPage *self)
{
  self->cancellable = g_cancellable_new ();
  show_status (self, "qd-flask-symbolic", _ ("Opening…"), _ ("There are very many rows. You can use the other pages meanwhile."), C_ ("verb", "Stop"), G_CALLBACK (stop_cb));
  self->progress = gtk_progress_bar_new ();
  gtk_widget_set_size_request (self->progress, 240, -1);
  gtk_widget_set_halign (self->progress, GTK_ALIGN_CENTER);
  qd_name (self->progress, _ ("Opening…"));
  gtk_box_prepend (GTK_BOX (adw_status_page_get_child (ADW_STATUS_PAGE (self->status))), self->progress);
  qd_workspace_open_draft_async (self->workspace, self->id, progress_cb, self, self->cancellable, opened_cb, g_object_ref (self));
}

GtkWidget *
qd_kind_page_new (QdWorkspace *workspace, const char *kind)
{
  QdKindPage *self = g_object_new (QD_TYPE_KIND_PAGE, NULL);
  const char *form_id = qd_workspace_get_form_of_kind (workspace, kind);
  g_autoptr (GError) error = NULL;
  QdDraft *draft;

  self->workspace = g_object_ref (workspace);
  self->is_profile = g_str_equal (kind, "profile");
  self->id = form_id == NULL ? 0 : qd_store_find_declaration (qd_workspace_get_store (workspace), form_id);
  if (self->id != 0 && qd_workspace_is_slow (workspace, self->id))
    {
      qd_header_set_title (self->header, self->is_profile ? C_ ("page", "Profile") : C_ ("page", "Substances"), NULL);
      start_opening (self);
      return GTK_WIDGET (self);
    }
  draft = qd_workspace_open_kind (workspace, kind, &error);
  if (draft != NULL)
    show_draft (self, draft);
  else
    show_problem (self, error->message);
  return GTK_WIDGET (self);
}

gboolean
qd_kind_page_go_to (QdKindPage *self, const char *path)
{
  g_autofree char *shorter = g_strdup (path);

  /* Not yet. */
  if (self->view == NULL && self->cancellable != NULL)
    {
      g_free (self->path);
      self->path = g_strdup (path);
      return TRUE;
    }
  while (self->view != NULL && *shorter != '\0')
    {
      char *slash;
      if (qd_form_view_go_to (QD_FORM_VIEW (self->view), shorter))
        return TRUE;
      slash = strrchr (shorter, '/');
      if (slash == NULL)
        break;
      *slash = '\0';
    }
  return FALSE;
}
