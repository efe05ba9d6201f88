/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-outbox-page"
#include "config.h"
#include "qd-outbox-page.h"

#include <glib/gi18n.h>
#include "qd-ask.h"
#include "qd-bar.h"
#include "qd-delivery-view.h"
#include "qd-file-dialog.h"
#include "qd-header.h"
#include "qd-look.h"
#include "qd-targets.h"

struct _QdOutboxPage
{
  GtkWidget parent_instance;
  QdWorkspace *workspace; /* (owned) */
  GPtrArray *items;       /* (owned) (element-type QdDeliveryItem) */
  char *selected;         /* (owned) (nullable): key of the item shown */
  guint ticker;           /* while something is being sent and this page is shown */

  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *bar;
  GtkWidget *stack;
  GtkWidget *list;
  GtkWidget *view;
  gboolean updating;
};

static QdDeliveryItem *selected_item (QdOutboxPage *self);
static void save_to_usb (QdOutboxPage *self);
static void load_receipt (QdOutboxPage *self);
static void send_all (QdOutboxPage *self);

static gboolean
page_can (QdPage *page, const char *command)
{
  QdOutboxPage *self = QD_OUTBOX_PAGE (page);

  if (qd_workspace_get_courier (self->workspace) == NULL)
    return FALSE;
  if (g_str_equal (command, "save-to-usb"))
    return selected_item (self) != NULL;
  return g_str_equal (command, "load-receipt") || g_str_equal (command, "send-all");
}

static void
page_run (QdPage *page, const char *command)
{
  QdOutboxPage *self = QD_OUTBOX_PAGE (page);

  if (g_str_equal (command, "save-to-usb"))
    save_to_usb (self);
  else if (g_str_equal (command, "load-receipt"))
    load_receipt (self);
  else
    send_all (self);
}

static GtkWidget *
page_get_header (QdPage *page)
{
  return QD_OUTBOX_PAGE (page)->header;
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->run = page_run;
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdOutboxPage, qd_outbox_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

static QdDeliveryItem *
selected_item (QdOutboxPage *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      g_autofree char *key = qd_delivery_item_dup_key (g_ptr_array_index (self->items, i));
      if (g_strcmp0 (key, self->selected) == 0)
        return g_ptr_array_index (self->items, i);
    }
  return NULL;
}

static GtkWidget *
row_new (QdOutboxPage *self, QdDeliveryItem *item)
{
  const QdDelivery *delivery = qd_delivery_item_get_delivery (item);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = qd_label_new (qd_delivery_item_get_title (item), "qd-strong");
  const char *icon;
  const char *css;
  g_autofree char *state = qd_delivery_item_dup_state (item, self->workspace, &icon, &css);
  g_autofree char *name = g_strdup_printf (_ ("%s, %s, %s"), qd_delivery_item_get_title (item), state, qd_delivery_item_get_detail (item));
  double fraction = qd_delivery_item_get_fraction (item, self->workspace);

  gtk_widget_set_hexpand (title, TRUE);
  gtk_label_set_lines (GTK_LABEL (title), 2);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (line), title);
  gtk_box_append (GTK_BOX (line), qd_chip_new (icon, state, css));
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), qd_label_new (qd_delivery_item_get_detail (item), "qd-caption"));
  if (fraction >= 0)
    {
      GtkWidget *progress = gtk_progress_bar_new ();
      gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (progress), fraction);
      gtk_widget_add_css_class (progress, "qd-thin");
      qd_name (progress, state);
      gtk_box_append (GTK_BOX (box), progress);
    }
  else if (delivery != NULL && delivery->problem != NULL)
    gtk_box_append (GTK_BOX (box), qd_label_new (delivery->problem, "qd-warning"));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  qd_name (row, name);
  g_object_set_data (G_OBJECT (row), "item", item);
  return row;
}

static void
header_func (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  QdDeliveryGroup group = qd_delivery_item_get_group (g_object_get_data (G_OBJECT (row), "item"));
  const char *const titles[] = { _ ("Under way"), _ ("To be handled"), _ ("Ended") };

  if (before != NULL && qd_delivery_item_get_group (g_object_get_data (G_OBJECT (before), "item")) == group)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  if (gtk_list_box_row_get_header (row) == NULL)
    {
      GtkWidget *label = qd_label_new (titles[group], "qd-caption");
      gtk_widget_set_margin_top (label, 9);
      gtk_widget_set_margin_bottom (label, 3);
      gtk_widget_set_margin_start (label, 10);
      gtk_list_box_row_set_header (row, label);
    }
}

static gboolean
tick_cb (gpointer user_data)
{
  QdOutboxPage *self = user_data;

  qd_delivery_view_tick (QD_DELIVERY_VIEW (self->view));
  return G_SOURCE_CONTINUE;
}

static void
update_ticker (QdOutboxPage *self)
{
  gboolean running = FALSE;

  for (guint i = 0; i < self->items->len; i++)
    if (qd_delivery_item_get_fraction (g_ptr_array_index (self->items, i), self->workspace) >= 0)
      running = TRUE;
  running = running && gtk_widget_get_mapped (GTK_WIDGET (self));
  if (running && self->ticker == 0)
    self->ticker = g_timeout_add (250, tick_cb, self);
  else if (!running)
    g_clear_handle_id (&self->ticker, g_source_remove);
}

static void
update (QdOutboxPage *self)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *items = qd_delivery_items_load (self->workspace, &error);
  GtkWidget *child;
  guint under_way = 0, to_handle = 0;
  GtkListBoxRow *chosen = NULL;
  g_autofree char *subtitle = NULL;

  if (items == NULL)
    {
      qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
      return;
    }
  self->updating = TRUE;
  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  g_ptr_array_unref (self->items);
  self->items = items;
  for (guint i = 0; i < items->len; i++)
    {
      QdDeliveryItem *item = g_ptr_array_index (items, i);
      GtkWidget *row = row_new (self, item);
      g_autofree char *key = qd_delivery_item_dup_key (item);
      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
      if (chosen == NULL || g_strcmp0 (key, self->selected) == 0)
        chosen = GTK_LIST_BOX_ROW (row);
      if (qd_delivery_item_get_group (item) == QD_DELIVERY_UNDER_WAY)
        under_way++;
      else if (qd_delivery_item_get_group (item) == QD_DELIVERY_TO_HANDLE)
        to_handle++;
    }
  self->updating = FALSE;
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), items->len > 0 ? "list" : "empty");
  if (chosen != NULL)
    gtk_list_box_select_row (GTK_LIST_BOX (self->list), chosen);
  else
    qd_delivery_view_show (QD_DELIVERY_VIEW (self->view), NULL);
  subtitle = g_strdup_printf (_ ("%u under way, %u to be handled"), under_way, to_handle);
  qd_header_set_title (self->header, C_ ("page", "Outbox"), items->len > 0 ? subtitle : NULL);
  qd_bar_show (QD_BAR (self->bar), NULL, under_way > 0 && !g_network_monitor_get_network_available (g_network_monitor_get_default ()) ? _ ("Offline; packages are sent when there is a network. In a hurry, save them to USB.") : NULL, NULL, NULL);
  update_ticker (self);
  qd_page_commands_changed (QD_PAGE (self));
}

static void
row_selected_cb (QdOutboxPage *self, GtkListBoxRow *row)
{
  QdDeliveryItem *item;

  if (self->updating || row == NULL)
    return;
  item = g_object_get_data (G_OBJECT (row), "item");
  g_free (self->selected);
  self->selected = qd_delivery_item_dup_key (item);
  qd_delivery_view_show (QD_DELIVERY_VIEW (self->view), item);
  qd_page_commands_changed (QD_PAGE (self));
}

/* Commands. */

static void
pause_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  QdOutboxPage *self = QD_OUTBOX_PAGE (widget);
  QdDeliveryItem *item = selected_item (self);
  const QdDelivery *delivery = item != NULL ? qd_delivery_item_get_delivery (item) : NULL;

  if (delivery == NULL || qd_workspace_get_courier (self->workspace) == NULL)
    return;
  if (g_str_equal (action, "outbox.pause"))
    qd_courier_pause (qd_workspace_get_courier (self->workspace), delivery->id);
  else
    qd_courier_resume (qd_workspace_get_courier (self->workspace), delivery->id);
  qd_workspace_touch (self->workspace);
}

static void
send_all (QdOutboxPage *self)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      const QdDelivery *delivery = qd_delivery_item_get_delivery (g_ptr_array_index (self->items, i));
      if (delivery != NULL && delivery->state == QD_STATE_SEALED)
        qd_courier_resume (qd_workspace_get_courier (self->workspace), delivery->id);
    }
  qd_workspace_touch (self->workspace);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdOutboxPage) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = qd_courier_save_to_folder_finish (QD_COURIER (source), result, &error);
  g_autofree char *text = NULL;

  if (self->box == NULL)
    return;
  if (path == NULL)
    {
      qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
      return;
    }
  text = g_strdup_printf (_ ("Saved and compared: %s"), path);
  qd_toast (GTK_WIDGET (self), text, NULL, NULL);
  qd_workspace_touch (self->workspace);
}

static void
folder_chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdOutboxPage *self = QD_OUTBOX_PAGE (source);
  g_autofree char *folder = qd_file_dialog_finish (result);
  QdDeliveryItem *item = self->box != NULL ? selected_item (self) : NULL;
  const QdDelivery *delivery = item != NULL ? qd_delivery_item_get_delivery (item) : NULL;
  g_autoptr (GError) error = NULL;

  if (folder == NULL || item == NULL)
    return;
  if (delivery != NULL)
    {
      qd_courier_save_to_folder_async (qd_workspace_get_courier (self->workspace), delivery->id, folder, NULL, saved_cb, g_object_ref (self));
      return;
    }
  /* A package without a receiver: the stick is its way, like any target. */
  if (qd_store_add_delivery (qd_workspace_get_store (self->workspace), qd_delivery_item_get_declaration (item)->id, folder, &error) == 0)
    qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
  else
    qd_courier_start (qd_workspace_get_courier (self->workspace));
  qd_workspace_touch (self->workspace);
}

static void
save_to_usb (QdOutboxPage *self)
{
  qd_file_dialog_async (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("Save Package to USB"), _ ("Save here"), NULL, NULL, NULL, folder_chosen_cb, NULL);
}

static void
receipt_chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdOutboxPage *self = QD_OUTBOX_PAGE (source);
  g_autofree char *path = qd_file_dialog_finish (result);
  g_autoptr (GError) error = NULL;

  if (path == NULL || self->box == NULL)
    return;
  if (!qd_courier_load_receipt (qd_workspace_get_courier (self->workspace), path, &error))
    qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
  else
    qd_toast (GTK_WIDGET (self), _ ("The receipt is genuine and belongs to this package."), NULL, NULL);
  qd_workspace_touch (self->workspace);
}

static void
load_receipt (QdOutboxPage *self)
{
  qd_file_dialog_async (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Load Receipt"), _ ("Load"), _ ("Receipts"), "*.xml", NULL, receipt_chosen_cb, NULL);
}

static void
receiver_named_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdOutboxPage *self = QD_OUTBOX_PAGE (source);
  g_autofree char *address = qd_ask_text_finish (result);
  QdDeliveryItem *item = self->box != NULL ? selected_item (self) : NULL;
  g_autoptr (GError) error = NULL;

  if (address == NULL || item == NULL)
    return;
  g_strstrip (address);
  if (!qd_target_address_is_valid (address))
    {
      qd_bar_show (QD_BAR (self->bar), "error", _ ("A receiver is an address that begins with https:// or http://, or a folder."), NULL, NULL);
      return;
    }
  if (qd_store_add_delivery (qd_workspace_get_store (self->workspace), qd_delivery_item_get_declaration (item)->id, address, &error) == 0)
    qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
  else
    qd_courier_start (qd_workspace_get_courier (self->workspace));
  qd_workspace_touch (self->workspace);
}

static void
choose_receiver_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  QdOutboxPage *self = QD_OUTBOX_PAGE (widget);
  g_autofree char *address = qd_targets_dup_default (qd_workspace_get_store (self->workspace));

  qd_ask_text_async (widget, _ ("To which receiver?"), _ ("Receivers with a name are kept in the preferences."), _ ("Address"), address, C_ ("verb", "Send"), receiver_named_cb, NULL);
}

static void
amend_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  QdOutboxPage *self = QD_OUTBOX_PAGE (widget);
  QdDeliveryItem *item = selected_item (self);
  const QdDeclaration *old = item != NULL ? qd_delivery_item_get_declaration (item) : NULL;
  QdStore *store = qd_workspace_get_store (self->workspace);
  g_autoptr (GPtrArray) all = qd_store_list_declarations (store, NULL);
  g_autoptr (QdDraft) draft = NULL;
  g_autoptr (GBytes) xml = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  if (old == NULL)
    return;
  /* An amendment that is being written already is the one to go on with. */
  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      const QdDeclaration *other = g_ptr_array_index (all, i);
      if (other->amends == old->id && other->state <= QD_STATE_CHECKED)
        id = other->id;
    }
  if (id == 0)
    {
      draft = qd_workspace_open_draft (self->workspace, old->id, &error);
      if (draft != NULL)
        {
          xml = qd_instance_save (qd_draft_get_instance (draft));
          id = qd_store_add_declaration (store, old->form_id, old->form_version, old->period, old->site, old->id, xml, &error);
        }
    }
  if (id == 0)
    qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
  else
    gtk_widget_activate_action (widget, "win.open-declaration", "x", id);
}

static void
qd_outbox_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (qd_outbox_page_parent_class)->map (widget);
  update_ticker (QD_OUTBOX_PAGE (widget));
}

static void
qd_outbox_page_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&QD_OUTBOX_PAGE (widget)->ticker, g_source_remove);
  GTK_WIDGET_CLASS (qd_outbox_page_parent_class)->unmap (widget);
}

static void
qd_outbox_page_dispose (GObject *object)
{
  QdOutboxPage *self = QD_OUTBOX_PAGE (object);

  g_clear_handle_id (&self->ticker, g_source_remove);
  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (qd_outbox_page_parent_class)->dispose (object);
}

static void
qd_outbox_page_finalize (GObject *object)
{
  QdOutboxPage *self = QD_OUTBOX_PAGE (object);

  g_ptr_array_unref (self->items);
  g_free (self->selected);
  G_OBJECT_CLASS (qd_outbox_page_parent_class)->finalize (object);
}

static void
qd_outbox_page_class_init (QdOutboxPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_outbox_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_outbox_page_finalize;
  widget_class->map = qd_outbox_page_map;
  widget_class->unmap = qd_outbox_page_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "outbox.pause", NULL, pause_action);
  gtk_widget_class_install_action (widget_class, "outbox.resume", NULL, pause_action);
  gtk_widget_class_install_action (widget_class, "outbox.choose-receiver", NULL, choose_receiver_action);
  gtk_widget_class_install_action (widget_class, "outbox.amend", NULL, amend_action);
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
qd_outbox_page_init (QdOutboxPage *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
build (QdOutboxPage *self)
{
  GtkWidget *columns = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *empty = adw_status_page_new ();

  self->header = qd_header_new (QD_HEADER_SHELL, C_ ("page", "Outbox"), NULL);
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), labelled_button ("qd-send-symbolic", _ ("Send all"), "win.send-all"));
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), labelled_button ("qd-download-symbolic", _ ("Load receipt…"), "win.load-receipt"));
  self->bar = qd_bar_new ();
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  gtk_list_box_set_header_func (GTK_LIST_BOX (self->list), header_func, NULL, NULL);
  gtk_widget_add_css_class (self->list, "qd-outbox-list");
  qd_name (self->list, _ ("Packages"));
  g_signal_connect_swapped (self->list, "row-selected", G_CALLBACK (row_selected_cb), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_widget_set_size_request (scroller, 240, -1);
  self->view = qd_delivery_view_new (self->workspace);
  gtk_paned_set_start_child (GTK_PANED (columns), scroller);
  gtk_paned_set_end_child (GTK_PANED (columns), self->view);
  gtk_paned_set_resize_start_child (GTK_PANED (columns), FALSE);
  gtk_paned_set_shrink_start_child (GTK_PANED (columns), FALSE);
  gtk_paned_set_position (GTK_PANED (columns), 350);
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (empty), "qd-plane-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (empty), _ ("No packages yet"));
  adw_status_page_set_description (ADW_STATUS_PAGE (empty), _ ("They appear here once a declaration is sealed."));
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), columns, "list");
  gtk_stack_add_named (GTK_STACK (self->stack), empty, "empty");
  gtk_widget_set_vexpand (self->stack, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), self->header);
  gtk_box_append (GTK_BOX (self->box), self->bar);
  gtk_box_append (GTK_BOX (self->box), self->stack);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
qd_outbox_page_new (QdWorkspace *workspace)
{
  QdOutboxPage *self = g_object_new (QD_TYPE_OUTBOX_PAGE, NULL);

  self->workspace = g_object_ref (workspace);
  build (self);
  g_signal_connect_swapped (workspace, "changed", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

guint
qd_outbox_page_get_n_rows (QdOutboxPage *self)
{
  return self->items->len;
}
