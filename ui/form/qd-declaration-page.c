/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-declaration-page"
#include "config.h"
#include "qd-declaration-page.h"

#include <glib/gi18n.h>
#include "qd-bar.h"
#include "qd-fact-changes.h"
#include "qd-form-view.h"
#include "qd-header.h"
#include "qd-look.h"

struct _QdDeclarationPage
{
  GtkWidget parent_instance;
  QdWorkspace *workspace; /* (owned) */
  QdDraft *draft;         /* (owned) */

  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *facts; /* bar: what has changed since the draft took it over */
  GtkWidget *saved_icon;
  GtkWidget *saved_label;
  GtkWidget *check_button;
  GtkWidget *check_icon;
  GtkWidget *check_label;
  GtkWidget *seal_button;
  GtkWidget *saved;
  GtkWidget *preview_content;
  GtkWidget *view;
};

static gboolean
can_seal (QdDeclarationPage *self)
{
  guint critical, unexplained, all;

  if (qd_draft_is_read_only (self->draft))
    return FALSE;
  qd_form_view_count (QD_FORM_VIEW (self->view), &critical, &unexplained, &all);
  return critical == 0;
}

static gboolean
page_can (QdPage *page, const char *command)
{
  QdDeclarationPage *self = QD_DECLARATION_PAGE (page);

  if (g_str_equal (command, "preview") || g_str_equal (command, "print"))
    return TRUE;
  if (g_str_equal (command, "seal"))
    return can_seal (self);
  if (g_str_equal (command, "amend"))
    return qd_draft_is_read_only (self->draft) && !qd_workspace_is_read_only (self->workspace);
  return qd_form_view_can (QD_FORM_VIEW (self->view), command);
}

static void
amend (QdDeclarationPage *self)
{
  QdStore *store = qd_workspace_get_store (self->workspace);
  QdInstance *instance = qd_draft_get_instance (self->draft);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdDeclaration) record = qd_store_get_declaration (store, qd_draft_get_id (self->draft), &error);
  g_autoptr (GBytes) xml = NULL;
  gint64 id = 0;

  if (record != NULL)
    {
      xml = qd_instance_save (instance);
      id = qd_store_add_declaration (store, record->form_id, record->form_version, record->period, record->site, record->id, xml, &error);
    }
  if (id == 0)
    {
      qd_toast (GTK_WIDGET (self), error->message, NULL, NULL);
      return;
    }
  qd_workspace_touch (self->workspace);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-declaration", "x", id);
}

static void
page_run (QdPage *page, const char *command)
{
  QdDeclarationPage *self = QD_DECLARATION_PAGE (page);
  gint64 id = qd_draft_get_id (self->draft);

  if (g_str_equal (command, "preview") || g_str_equal (command, "print"))
    {
      qd_form_view_commit (QD_FORM_VIEW (self->view));
      gtk_widget_activate_action (GTK_WIDGET (self), "win.preview-declaration", "x", id);
    }
  else if (g_str_equal (command, "seal"))
    {
      qd_form_view_run (QD_FORM_VIEW (self->view), "check");
      /* Checking shows what was not shown before: there may be something to fix after all. */
      if (can_seal (self))
        gtk_widget_activate_action (GTK_WIDGET (self), "win.seal-declaration", "x", id);
    }
  else if (g_str_equal (command, "amend"))
    amend (self);
  else
    qd_form_view_run (QD_FORM_VIEW (self->view), command);
}

static GtkWidget *
page_get_header (QdPage *page)
{
  return QD_DECLARATION_PAGE (page)->header;
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->run = page_run;
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdDeclarationPage, qd_declaration_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

static void
save_state_cb (QdDeclarationPage *self)
{
  QdStore *store = qd_draft_get_store (self->draft);
  const char *problem = qd_store_get_save_problem (store);
  GDateTime *saved = qd_store_get_saved_at (store);
  g_autofree char *text = NULL;

  if (qd_draft_is_read_only (self->draft))
    text = g_strdup (_ ("Read-only"));
  else if (problem != NULL)
    text = g_strdup (_ ("Not saved yet"));
  else if (qd_store_get_n_pending (store) > 0)
    text = g_strdup (_ ("Saving…"));
  else if (saved != NULL)
    {
      g_autofree char *time = g_date_time_format (saved, "%H:%M:%S");
      text = g_strdup_printf (_ ("Saved %s"), time);
    }
  else
    text = g_strdup (_ ("Saved"));
  gtk_label_set_text (GTK_LABEL (self->saved_label), text);
  gtk_widget_set_tooltip_text (self->saved_label, problem);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->saved_icon), problem != NULL ? "qd-possible-symbolic" : qd_draft_is_read_only (self->draft) ? "qd-lock-symbolic"
                                                                                                                                             : "qd-check-symbolic");
}

static void
changed_cb (QdDeclarationPage *self)
{
  guint critical, unexplained, all;
  int worst = qd_form_view_count (QD_FORM_VIEW (self->view), &critical, &unexplained, &all);
  guint shown = critical > 0 ? critical : unexplained;
  g_autofree char *text = shown > 0 ? g_strdup_printf (C_ ("verb", "Check %u"), shown) : g_strdup (C_ ("verb", "Check"));
  g_autofree char *name = NULL;
  g_autofree char *tip = NULL;

  if (worst == QD_SEVERITY_POSSIBLE && unexplained == 0)
    worst = -1;
  gtk_label_set_text (GTK_LABEL (self->check_label), text);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->check_icon), qd_look_severity_icon (worst));
  qd_look_set_css (self->check_icon, qd_look_severity_css (worst));
  name = g_strdup_printf (_ ("Check: %u to fix, %u to explain"), critical, unexplained);
  qd_name (self->check_button, name);
  if (critical > 0)
    tip = g_strdup_printf (ngettext ("%u finding must be fixed before sealing", "%u findings must be fixed before sealing", critical), critical);
  gtk_widget_set_tooltip_text (self->seal_button, tip);
  /* The sidebar says when all was saved, the preview keeps its icon: the title needs the room. */
  gtk_widget_set_visible (self->saved, !qd_form_view_is_narrow (QD_FORM_VIEW (self->view)));
  adw_button_content_set_label (ADW_BUTTON_CONTENT (self->preview_content), qd_form_view_is_narrow (QD_FORM_VIEW (self->view)) ? "" : _ ("Preview"));
  qd_page_commands_changed (QD_PAGE (self));
}

/* Facts are entered once; what this draft has taken over of them may be another by now. */
static void
facts_cb (QdDeclarationPage *self)
{
  QdAssessed *assessed = qd_duties_get (qd_workspace_get_duties (self->workspace));
  GPtrArray *changes = assessed != NULL && !qd_draft_is_read_only (self->draft) ? qd_assessed_find_changes (assessed, qd_draft_get_id (self->draft)) : NULL;
  guint n = changes != NULL ? changes->len : 0;
  g_autofree char *text = n > 0 ? g_strdup_printf (ngettext ("%u fact has changed since this draft took it over.", "%u facts have changed since this draft took them over.", n), n) : NULL;

  qd_bar_show (QD_BAR (self->facts), NULL, text, C_ ("verb", "Look"), "declaration.facts");
}

static void
show_facts (GtkWidget *widget, const char *action, GVariant *parameter)
{
  QdDeclarationPage *self = QD_DECLARATION_PAGE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);

  qd_form_view_commit (QD_FORM_VIEW (self->view));
  qd_fact_changes_show (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, self->workspace, qd_draft_get_id (self->draft));
}

static void
qd_declaration_page_dispose (GObject *object)
{
  QdDeclarationPage *self = QD_DECLARATION_PAGE (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (qd_workspace_get_duties (self->workspace), self);

  if (self->draft != NULL)
    g_signal_handlers_disconnect_by_data (qd_draft_get_store (self->draft), self);
  if (self->view != NULL)
    qd_form_view_commit (QD_FORM_VIEW (self->view));
  self->view = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->draft);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (qd_declaration_page_parent_class)->dispose (object);
}

static void
qd_declaration_page_class_init (QdDeclarationPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_declaration_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "declaration.facts", NULL, show_facts);
}

static void
qd_declaration_page_init (QdDeclarationPage *self)
{
}

static void
build_header (QdDeclarationPage *self)
{
  GtkWidget *saved = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *check = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *preview = gtk_button_new ();
  GtkWidget *content = adw_button_content_new ();

  self->header = qd_header_new (QD_HEADER_TASK, "", NULL);
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), qd_icon_button_new ("qd-undo-symbolic", _ ("Undo"), "win.undo"));
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), qd_icon_button_new ("qd-redo-symbolic", _ ("Redo"), "win.redo"));
  self->saved_icon = qd_icon_new ("qd-check-symbolic", "qd-secondary");
  self->saved_label = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->saved_label, "qd-caption");
  gtk_widget_add_css_class (self->saved_label, "qd-figure");
  gtk_box_append (GTK_BOX (saved), self->saved_icon);
  gtk_box_append (GTK_BOX (saved), self->saved_label);
  self->check_icon = qd_icon_new ("qd-ok-symbolic", "qd-ok");
  self->check_label = gtk_label_new (NULL);
  gtk_box_append (GTK_BOX (check), self->check_icon);
  gtk_box_append (GTK_BOX (check), self->check_label);
  self->check_button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->check_button), check);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->check_button), "win.check");
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "qd-eye-symbolic");
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), _ ("Preview"));
  gtk_button_set_child (GTK_BUTTON (preview), content);
  self->preview_content = content;
  self->saved = saved;
  gtk_actionable_set_action_name (GTK_ACTIONABLE (preview), "win.preview");
  qd_name (preview, _ ("Preview"));
  self->seal_button = gtk_button_new_with_label (_ ("Seal…"));
  gtk_widget_add_css_class (self->seal_button, "suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->seal_button), "win.seal");
  qd_name (self->seal_button, _ ("Seal…"));
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), self->seal_button);
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), preview);
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), self->check_button);
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), saved);
}

GtkWidget *
qd_declaration_page_new (QdWorkspace *workspace, QdDraft *draft)
{
  QdDeclarationPage *self = g_object_new (QD_TYPE_DECLARATION_PAGE, NULL);
  QdStore *store = qd_draft_get_store (draft);
  QdForm *form = qd_instance_get_form (qd_draft_get_instance (draft));
  g_autoptr (QdDeclaration) record = qd_store_get_declaration (store, qd_draft_get_id (draft), NULL);
  g_autofree char *period = qd_look_period (record != NULL ? record->period : NULL);
  g_autofree char *subtitle = NULL;

  self->workspace = g_object_ref (workspace);
  self->draft = g_object_ref (draft);
  build_header (self);
  if (record != NULL && record->site != NULL && *record->site != '\0')
    /* Translators: period, site, state */
    subtitle = g_strdup_printf (_ ("%s, %s, %s"), period, record->site, qd_look_state_word (record->state));
  else
    subtitle = g_strdup_printf (_ ("%s, %s"), period, record != NULL ? qd_look_state_word (record->state) : "");
  qd_header_set_title (self->header, qd_form_get_title (form, qd_look_get_language ()), subtitle);
  self->view = qd_form_view_new (workspace, draft);
  gtk_widget_set_vexpand (self->view, TRUE);
  g_signal_connect_swapped (self->view, "changed", G_CALLBACK (changed_cb), self);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), self->header);
  self->facts = qd_bar_new ();
  gtk_box_append (GTK_BOX (self->box), self->facts);
  gtk_box_append (GTK_BOX (self->box), self->view);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_swapped (qd_workspace_get_duties (workspace), "changed", G_CALLBACK (facts_cb), self);
  facts_cb (self);
  g_signal_connect_swapped (store, "save-state-changed", G_CALLBACK (save_state_cb), self);
  save_state_cb (self);
  changed_cb (self);
  return GTK_WIDGET (self);
}

void
qd_declaration_page_go_to (QdDeclarationPage *self, const char *path)
{
  if (!qd_form_view_go_to (QD_FORM_VIEW (self->view), path))
    qd_toast (GTK_WIDGET (self), _ ("This field is not in the form any more."), NULL, NULL);
}
