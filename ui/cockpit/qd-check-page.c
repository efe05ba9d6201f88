/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-check-page"
#include "config.h"
#include "qd-check-page.h"

#include <glib/gi18n.h>
#include "qd-cockpit-header.h"
#include "qd-cockpit-line.h"
#include "qd-header.h"
#include "qd-look.h"

struct _QdCheckPage
{
  GtkWidget parent_instance;
  QdCockpit *cockpit; /* (owned) */
  QdCheckRun *run;    /* (owned) */
  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *button;
  GtkWidget *cancel;
  GtkWidget *progress;
  GtkWidget *status;
  GtkWidget *stack;
  GtkFilterListModel *drafts; /* (owned) */
  GtkFilter *filter;          /* (owned) */
};

static gboolean
page_can (QdPage *page, const char *command)
{
  QdCheckPage *self = QD_CHECK_PAGE (page);

  return g_str_equal (command, "check") && !qd_check_run_is_running (self->run) && g_list_model_get_n_items (G_LIST_MODEL (self->drafts)) > 0;
}

static void
page_run (QdPage *page, const char *command)
{
  gtk_widget_activate_action (GTK_WIDGET (page), "cockpit.check-all", NULL);
}

static GtkWidget *
page_get_header (QdPage *page)
{
  return QD_CHECK_PAGE (page)->header;
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->run = page_run;
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdCheckPage, qd_check_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

/* Rows */

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, qd_cockpit_row_new ());
}

static char *
dup_counts (guint critical, guint unexplained)
{
  g_autofree char *fix = g_strdup_printf (ngettext ("%u to fix", "%u to fix", critical), critical);
  g_autofree char *explain = g_strdup_printf (ngettext ("%u to explain", "%u to explain", unexplained), unexplained);

  if (critical > 0 && unexplained > 0)
    /* Translators: two counts: to fix, to explain */
    return g_strdup_printf (_ ("%s, %s"), fix, explain);
  if (critical > 0)
    return g_steal_pointer (&fix);
  return unexplained > 0 ? g_steal_pointer (&explain) : g_strdup (C_ ("cockpit", "Nothing to fix"));
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, QdCheckPage *self)
{
  QdBoardItem *item = gtk_list_item_get_item (list_item);
  GtkWidget *row = gtk_list_item_get_child (list_item);
  const QdBoardRow *record = qd_board_item_get_row (item);
  QdEnterprise *enterprise = qd_board_item_get_enterprise (item);
  const char *path = qd_enterprise_get_path (enterprise);
  const QdCheckResult *result = qd_check_run_find (self->run, path, record->declaration);
  const char *problem = result != NULL && result->error != NULL ? result->error->message : qd_check_run_get_problem (self->run, path);
  guint critical = result != NULL ? result->critical : record->critical;
  guint unexplained = result != NULL ? result->unexplained : record->unexplained;
  int severity = critical > 0 ? QD_SEVERITY_CRITICAL : unexplained > 0 ? (int) QD_SEVERITY_POSSIBLE
                                                                       : -1;
  g_autofree char *counts = dup_counts (critical, unexplained);
  g_autofree char *who = qd_board_item_dup_who (item);
  const char *note = who;

  if (problem != NULL)
    note = problem;
  else if (result != NULL && qd_check_run_was_read_only (self->run, path))
    note = _ ("Checked; nothing was written, since the workspace is in use elsewhere.");
  else if (result != NULL)
    note = _ ("Checked just now");
  if (problem != NULL)
    qd_cockpit_row_set (row, qd_enterprise_get_name (enterprise), qd_board_item_get_title (item), note, "qd-possible-symbolic", C_ ("cockpit", "Not checked"), "qd-warning");
  else
    qd_cockpit_row_set (row, qd_enterprise_get_name (enterprise), qd_board_item_get_title (item), note, qd_look_severity_icon (severity), counts, qd_look_severity_css (severity));
}

static void
activate_cb (QdCheckPage *self, guint position)
{
  g_autoptr (QdBoardItem) item = g_list_model_get_item (G_LIST_MODEL (self->drafts), position);

  if (item != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "cockpit.open", "(sx)", qd_enterprise_get_path (qd_board_item_get_enterprise (item)), qd_board_item_get_row (item)->declaration);
}

static gboolean
is_draft (gpointer item, gpointer data)
{
  return qd_board_item_get_row (item)->column == QD_BOARD_DRAFTS;
}

static char *
dup_status (QdCheckPage *self)
{
  guint done = qd_check_run_get_done (self->run);
  guint total = qd_check_run_get_total (self->run);
  guint critical;
  guint drafts = qd_check_run_count_drafts (self->run, &critical);
  g_autofree char *found = NULL;

  if (qd_check_run_is_running (self->run))
    return g_strdup_printf (_ ("Checking: %u of %u workspaces"), done, total);
  if (total == 0)
    return g_strdup (_ ("Counts are those of the last check or edit of each draft."));
  found = g_strdup_printf (ngettext ("%u draft checked, %u to fix.", "%u drafts checked, %u to fix in all.", drafts), drafts, critical);
  if (qd_check_run_was_cancelled (self->run))
    /* Translators: what was found until then, a whole sentence; workspaces done, all */
    return g_strdup_printf (_ ("%s Stopped after %u of %u workspaces."), found, done, total);
  return g_steal_pointer (&found);
}

static void
update (QdCheckPage *self)
{
  gboolean running = qd_check_run_is_running (self->run);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->drafts));
  guint total = qd_check_run_get_total (self->run);
  g_autofree char *status = dup_status (self);
  g_autofree char *subtitle = g_strdup_printf (ngettext ("%u draft", "%u drafts", n), n);

  gtk_label_set_text (GTK_LABEL (self->status), status);
  gtk_widget_set_visible (self->button, !running);
  gtk_widget_set_sensitive (self->button, n > 0);
  gtk_widget_set_visible (self->cancel, running);
  gtk_widget_set_visible (self->progress, running);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), total > 0 ? (double) qd_check_run_get_done (self->run) / total : 0);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), qd_cockpit_is_loading (self->cockpit) ? "loading" : n > 0 ? "list"
                                                                                                                       : "empty");
  qd_header_set_title (self->header, C_ ("page", "Check"), subtitle);
  qd_page_commands_changed (QD_PAGE (self));
}

static void
run_changed_cb (QdCheckPage *self)
{
  /* The rows show what the run found: they are bound again. */
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  g_list_model_items_changed (G_LIST_MODEL (self->drafts), 0, g_list_model_get_n_items (G_LIST_MODEL (self->drafts)), g_list_model_get_n_items (G_LIST_MODEL (self->drafts)));
  update (self);
}

static void
qd_check_page_dispose (GObject *object)
{
  QdCheckPage *self = QD_CHECK_PAGE (object);

  if (self->cockpit != NULL)
    g_signal_handlers_disconnect_by_data (self->cockpit, self);
  if (self->run != NULL)
    g_signal_handlers_disconnect_by_data (self->run, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->drafts);
  g_clear_object (&self->filter);
  g_clear_object (&self->run);
  g_clear_object (&self->cockpit);
  G_OBJECT_CLASS (qd_check_page_parent_class)->dispose (object);
}

static void
qd_check_page_class_init (QdCheckPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_check_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_check_page_init (QdCheckPage *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static GtkWidget *
build_tools (QdCheckPage *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->button = gtk_button_new_with_label (_ ("Check all drafts"));
  self->cancel = gtk_button_new_with_label (_ ("Cancel"));
  self->progress = gtk_progress_bar_new ();
  self->status = qd_label_new (NULL, "qd-secondary");
  gtk_widget_add_css_class (self->button, "suggested-action");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "cockpit.check-all");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->cancel), "cockpit.cancel-check");
  qd_name (self->button, _ ("Check all drafts"));
  qd_name (self->cancel, _ ("Cancel the check"));
  qd_name (self->progress, _ ("Progress of the check"));
  gtk_widget_set_valign (self->progress, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (self->status, TRUE);
  gtk_box_append (GTK_BOX (row), self->button);
  gtk_box_append (GTK_BOX (row), self->cancel);
  gtk_box_append (GTK_BOX (row), self->progress);
  gtk_box_append (GTK_BOX (row), self->status);
  gtk_widget_set_margin_top (row, 12);
  gtk_widget_set_margin_start (row, 18);
  gtk_widget_set_margin_end (row, 18);
  return row;
}

static GtkWidget *
build_list (QdCheckPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *list;
  GtkWidget *card;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_row_cb), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_row_cb), self, 0);
  list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->drafts)))), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (list), TRUE);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (list), TRUE);
  gtk_widget_add_css_class (list, "qd-board-list");
  qd_name (list, C_ ("cockpit", "Drafts"));
  g_signal_connect_swapped (list, "activate", G_CALLBACK (activate_cb), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  gtk_widget_set_vexpand (scroller, TRUE);
  card = qd_cockpit_card_new (scroller);
  gtk_widget_set_margin_bottom (card, 18);
  gtk_widget_set_margin_start (card, 18);
  gtk_widget_set_margin_end (card, 18);
  gtk_box_append (GTK_BOX (outer), build_tools (self));
  gtk_box_append (GTK_BOX (outer), card);
  return outer;
}

static GtkWidget *
build_empty (void)
{
  GtkWidget *status = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "qd-draft-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), _ ("No drafts"));
  adw_status_page_set_description (ADW_STATUS_PAGE (status), _ ("Declarations that are not sealed appear here, of all enterprises."));
  return status;
}

GtkWidget *
qd_check_page_new (QdCockpit *cockpit, QdCheckRun *run)
{
  QdCheckPage *self = g_object_new (QD_TYPE_CHECK_PAGE, NULL);

  self->cockpit = g_object_ref (cockpit);
  self->run = g_object_ref (run);
  self->filter = GTK_FILTER (gtk_custom_filter_new (is_draft, NULL, NULL));
  self->drafts = gtk_filter_list_model_new (g_object_ref (qd_cockpit_get_items (cockpit)), g_object_ref (self->filter));
  self->header = qd_cockpit_header_new (C_ ("page", "Check"));
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), qd_cockpit_loading_new (), "loading");
  gtk_stack_add_named (GTK_STACK (self->stack), build_empty (), "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), build_list (self), "list");
  gtk_box_append (GTK_BOX (self->box), self->header);
  gtk_box_append (GTK_BOX (self->box), self->stack);
  g_signal_connect_swapped (cockpit, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (run, "changed", G_CALLBACK (run_changed_cb), self);
  update (self);
  return GTK_WIDGET (self);
}

const char *
qd_check_page_get_status (QdCheckPage *self)
{
  return gtk_label_get_text (GTK_LABEL (self->status));
}
