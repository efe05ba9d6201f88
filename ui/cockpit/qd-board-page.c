/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-board-page"
#include "config.h"
#include "qd-board-page.h"

#include <glib/gi18n.h>
#include "qd-board-column.h"
#include "qd-board-filter.h"
#include "qd-board-table.h"
#include "qd-cockpit-header.h"
#include "qd-header.h"
#include "qd-look.h"

typedef enum
{
  COUNTER_OVERDUE,
  COUNTER_SOON,
  COUNTER_RETURNED,
  COUNTER_UNSIGNED,
  COUNTER_MAYBE,
  N_COUNTERS
} Counter;

static const struct
{
  const char *icon;
  const char *css;
  const char *title;
} counters[N_COUNTERS] = {
  { "qd-critical-symbolic", "qd-error", NC_ ("cockpit", "Overdue") },
  { "qd-clock-symbolic", "qd-warning", NC_ ("cockpit", "Within 7 days") },
  { "qd-return-symbolic", "qd-warning", NC_ ("cockpit", "Returned") },
  { "qd-seal-symbolic", "qd-info", NC_ ("cockpit", "To be sealed") },
  { "qd-maybe-symbolic", "qd-maybe", NC_ ("cockpit", "Please check") },
};

struct _QdBoardPage
{
  GtkWidget parent_instance;
  QdCockpit *cockpit; /* (owned) */
  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *board_toggle;
  GtkWidget *table_toggle;
  GtkWidget *filter;
  GtkWidget *counters[N_COUNTERS]; /* labels of numbers */
  GtkWidget *counter_boxes[N_COUNTERS];
  GtkWidget *tools;
  GtkWidget *stack;
  GtkWidget *columns[QD_BOARD_N_COLUMNS];
  GtkWidget *table;          /* (nullable): made when it is first shown */
  GtkFilterListModel *items; /* (owned): of the board, filtered */
  guint update_source;       /* many small changes come together */
};

static void update (QdBoardPage *self);

static gboolean
page_can (QdPage *page, const char *command)
{
  return g_str_equal (command, "search") || g_str_equal (command, "check") || g_str_equal (command, "next-pane") || g_str_equal (command, "previous-pane");
}

/* F6 walks through the tools and the columns. */
static void
move_focus (QdBoardPage *self, int step)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  gboolean table = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->table_toggle));
  GtkWidget *panes[QD_BOARD_N_COLUMNS + 1] = { self->tools };
  int n = table ? 2 : QD_BOARD_N_COLUMNS + 1;
  int at = 0;

  for (int i = 1; i < n; i++)
    panes[i] = table ? self->table : self->columns[i - 1];
  for (int i = 0; i < n; i++)
    if (focus != NULL && (focus == panes[i] || gtk_widget_is_ancestor (focus, panes[i])))
      at = i;
  for (int i = 1; i <= n; i++)
    {
      GtkWidget *next = panes[(at + step * i + n * (n + 1)) % n];
      if (next == self->tools ? qd_board_filter_focus_search (QD_BOARD_FILTER (self->filter)) : gtk_widget_grab_focus (next))
        return;
    }
}

static void
page_run (QdPage *page, const char *command)
{
  QdBoardPage *self = QD_BOARD_PAGE (page);

  if (g_str_equal (command, "search"))
    qd_board_filter_focus_search (QD_BOARD_FILTER (self->filter));
  else if (g_str_equal (command, "check"))
    gtk_widget_activate_action (GTK_WIDGET (self), "cockpit.refresh", NULL);
  else
    move_focus (self, g_str_equal (command, "next-pane") ? 1 : -1);
}

static GtkWidget *
page_get_header (QdPage *page)
{
  return QD_BOARD_PAGE (page)->header;
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->run = page_run;
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdBoardPage, qd_board_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

static void
activated_cb (QdBoardPage *self, QdBoardItem *item)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "cockpit.open", "(sx)", qd_enterprise_get_path (qd_board_item_get_enterprise (item)), qd_board_item_get_row (item)->declaration);
}

static void
update_counters (QdBoardPage *self)
{
  GListModel *enterprises = qd_cockpit_get_enterprises (self->cockpit);
  guint numbers[N_COUNTERS] = { 0 };

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++)
    {
      g_autoptr (QdBoardItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      const QdBoardRow *row = qd_board_item_get_row (item);
      if (row->column == QD_BOARD_DUE && row->days <= 7)
        numbers[row->days < 0 ? COUNTER_OVERDUE : COUNTER_SOON]++;
      else if (row->column == QD_BOARD_RETURNED)
        numbers[COUNTER_RETURNED]++;
      else if (row->column == QD_BOARD_UNSIGNED)
        numbers[COUNTER_UNSIGNED]++;
    }
  for (guint i = 0; i < g_list_model_get_n_items (enterprises); i++)
    {
      g_autoptr (QdEnterprise) enterprise = g_list_model_get_item (enterprises, i);
      const QdSummary *summary = qd_enterprise_get_summary (enterprise);
      if (summary != NULL && qd_board_filter_passes (QD_BOARD_FILTER (self->filter), enterprise))
        numbers[COUNTER_MAYBE] += summary->maybe;
    }
  for (guint i = 0; i < N_COUNTERS; i++)
    {
      const char *title = g_dpgettext2 (NULL, "cockpit", counters[i].title);
      g_autofree char *text = g_strdup_printf ("%s %u", title, numbers[i]);
      g_autofree char *label = g_strdup_printf ("%s, %u", title, numbers[i]);
      gtk_label_set_text (GTK_LABEL (self->counters[i]), text);
      qd_name (self->counter_boxes[i], label);
      qd_look_set_css (self->counter_boxes[i], numbers[i] > 0 ? counters[i].css : "qd-secondary");
    }
}

static void
update (QdBoardPage *self)
{
  gboolean table = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->table_toggle));
  gboolean empty = g_list_model_get_n_items (qd_cockpit_get_enterprises (self->cockpit)) == 0;
  gboolean some = g_list_model_get_n_items (G_LIST_MODEL (self->items)) > 0;
  const char *state = table ? "table" : "board";

  if (qd_cockpit_is_loading (self->cockpit))
    state = "loading";
  else if (empty)
    state = "empty";
  else if (!some && g_list_model_get_n_items (gtk_filter_list_model_get_model (self->items)) > 0)
    state = "nothing";
  if (table && self->table == NULL)
    {
      self->table = qd_board_table_new (self->cockpit, G_LIST_MODEL (self->items));
      g_signal_connect_swapped (self->table, "activated", G_CALLBACK (activated_cb), self);
      gtk_stack_add_named (GTK_STACK (self->stack), self->table, "table");
    }
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), state);
  gtk_widget_set_visible (self->tools, !g_str_equal (state, "loading") && !empty);
  gtk_widget_set_sensitive (self->board_toggle, !empty);
  gtk_widget_set_sensitive (self->table_toggle, !empty);
  update_counters (self);
}

static gboolean
update_now_cb (gpointer data)
{
  QdBoardPage *self = data;

  self->update_source = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
items_changed_cb (QdBoardPage *self)
{
  if (self->update_source == 0)
    self->update_source = g_idle_add_full (G_PRIORITY_DEFAULT, update_now_cb, self, NULL);
}

static void
cockpit_changed_cb (QdBoardPage *self)
{
  g_autofree char *today = qd_cockpit_dup_today ();

  qd_header_set_title (self->header, C_ ("page", "Board"), today);
  update (self);
}

static void
clear_filter_cb (QdBoardPage *self)
{
  qd_board_filter_clear (QD_BOARD_FILTER (self->filter));
}

static void
qd_board_page_dispose (GObject *object)
{
  QdBoardPage *self = QD_BOARD_PAGE (object);

  g_clear_handle_id (&self->update_source, g_source_remove);
  if (self->cockpit != NULL)
    g_signal_handlers_disconnect_by_data (self->cockpit, self);
  if (self->items != NULL)
    g_signal_handlers_disconnect_by_data (self->items, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->items);
  g_clear_object (&self->cockpit);
  G_OBJECT_CLASS (qd_board_page_parent_class)->dispose (object);
}

static void
qd_board_page_class_init (QdBoardPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_board_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_board_page_init (QdBoardPage *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static GtkWidget *
build_toggle (const char *icon, const char *label)
{
  GtkWidget *toggle = gtk_toggle_button_new ();
  GtkWidget *content = adw_button_content_new ();

  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), icon);
  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), label);
  gtk_button_set_child (GTK_BUTTON (toggle), content);
  qd_name (toggle, label);
  return toggle;
}

static void
build_header (QdBoardPage *self)
{
  GtkWidget *linked = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  self->header = qd_cockpit_header_new (C_ ("page", "Board"));
  self->board_toggle = build_toggle ("qd-board-symbolic", C_ ("cockpit", "Board"));
  self->table_toggle = build_toggle ("qd-table-symbolic", C_ ("cockpit", "Table"));
  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->table_toggle), GTK_TOGGLE_BUTTON (self->board_toggle));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->board_toggle), TRUE);
  g_signal_connect_swapped (self->table_toggle, "toggled", G_CALLBACK (update), self);
  gtk_widget_add_css_class (linked, "linked");
  gtk_box_append (GTK_BOX (linked), self->board_toggle);
  gtk_box_append (GTK_BOX (linked), self->table_toggle);
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), linked);
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), qd_icon_button_new ("qd-search-symbolic", _ ("Search"), "win.search"));
  gtk_box_append (GTK_BOX (self->box), self->header);
}

/* Narrow windows scroll it sideways. */
static GtkWidget *
scrolled_row (GtkWidget *child)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), child);
  return scroller;
}

static void
build_tools (QdBoardPage *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 20);
  GtkWidget *scroller;

  for (guint i = 0; i < N_COUNTERS; i++)
    {
      GtkWidget *box = g_object_new (GTK_TYPE_BOX, "spacing", 6, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
      self->counters[i] = gtk_label_new (NULL);
      gtk_widget_add_css_class (box, "qd-strong");
      gtk_widget_add_css_class (box, "qd-dense");
      gtk_widget_add_css_class (box, "qd-figure");
      gtk_box_append (GTK_BOX (box), qd_icon_new (counters[i].icon, NULL));
      gtk_box_append (GTK_BOX (box), self->counters[i]);
      gtk_box_append (GTK_BOX (row), box);
      self->counter_boxes[i] = box;
    }
  self->filter = qd_board_filter_new (self->cockpit);
  self->tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  gtk_box_append (GTK_BOX (self->tools), scrolled_row (self->filter));
  scroller = scrolled_row (row);
  gtk_widget_set_hexpand (scroller, TRUE);
  gtk_widget_set_halign (scroller, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (self->tools), scroller);
  gtk_widget_set_margin_start (self->tools, 14);
  gtk_widget_set_margin_end (self->tools, 14);
  gtk_widget_set_margin_top (self->tools, 10);
  gtk_box_append (GTK_BOX (self->box), self->tools);
}

static GtkWidget *
build_nothing (QdBoardPage *self)
{
  GtkWidget *status = adw_status_page_new ();
  GtkWidget *button = gtk_button_new_with_label (_ ("Clear the filter"));

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "qd-search-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), _ ("Nothing passes the filter"));
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  qd_name (button, _ ("Clear the filter"));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (clear_filter_cb), self);
  adw_status_page_set_child (ADW_STATUS_PAGE (status), button);
  return status;
}

static gboolean
is_on_board (gpointer item, gpointer data)
{
  return qd_board_item_get_row (item)->column < QD_BOARD_N_COLUMNS;
}

static void
build_board (QdBoardPage *self)
{
  GtkWidget *board = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkFilterListModel *on_board = gtk_filter_list_model_new (g_object_ref (qd_cockpit_get_items (self->cockpit)), GTK_FILTER (gtk_custom_filter_new (is_on_board, NULL, NULL)));

  self->items = gtk_filter_list_model_new (G_LIST_MODEL (on_board), g_object_ref (qd_board_filter_get_filter (QD_BOARD_FILTER (self->filter))));
  gtk_box_set_homogeneous (GTK_BOX (board), TRUE);
  for (guint i = 0; i < QD_BOARD_N_COLUMNS; i++)
    {
      self->columns[i] = qd_board_column_view_new (i, G_LIST_MODEL (self->items));
      g_signal_connect_swapped (self->columns[i], "activated", G_CALLBACK (activated_cb), self);
      gtk_box_append (GTK_BOX (board), self->columns[i]);
    }
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), board);
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_widget_set_margin_start (self->stack, 14);
  gtk_widget_set_margin_end (self->stack, 14);
  gtk_widget_set_margin_top (self->stack, 10);
  gtk_stack_add_named (GTK_STACK (self->stack), qd_cockpit_loading_new (), "loading");
  gtk_stack_add_named (GTK_STACK (self->stack), qd_cockpit_empty_new (), "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), build_nothing (self), "nothing");
  gtk_stack_add_named (GTK_STACK (self->stack), scroller, "board");
  gtk_box_append (GTK_BOX (self->box), self->stack);
}

GtkWidget *
qd_board_page_new (QdCockpit *cockpit)
{
  QdBoardPage *self = g_object_new (QD_TYPE_BOARD_PAGE, NULL);

  self->cockpit = g_object_ref (cockpit);
  build_header (self);
  build_tools (self);
  build_board (self);
  g_signal_connect_swapped (self->items, "items-changed", G_CALLBACK (items_changed_cb), self);
  g_signal_connect_swapped (cockpit, "changed", G_CALLBACK (cockpit_changed_cb), self);
  cockpit_changed_cb (self);
  return GTK_WIDGET (self);
}

void
qd_board_page_show_table (QdBoardPage *self, gboolean table)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (table ? self->table_toggle : self->board_toggle), TRUE);
}

const char *
qd_board_page_get_state (QdBoardPage *self)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (self->stack));
}
