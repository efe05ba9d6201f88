/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-board-table"
#include "config.h"
#include "qd-board-table.h"

#include <glib/gi18n.h>
#include "qd-cockpit-header.h"
#include "qd-look.h"

struct _QdBoardTable
{
  GtkWidget parent_instance;
  QdCockpit *cockpit; /* (owned) */
  GtkWidget *card;
  GtkWidget *view;
  GtkWidget *more;
  GtkSortListModel *items;  /* (owned) */
  GtkSliceListModel *shown; /* (owned): the first of them; a column view keeps 200 rows of widgets alive */
};

#define FIRST 50
#define STEP 150

G_DEFINE_FINAL_TYPE (QdBoardTable, qd_board_table, GTK_TYPE_WIDGET)

static guint activated_signal;

typedef enum
{
  COLUMN_ENTERPRISE,
  COLUMN_TITLE,
  COLUMN_PLACE,
  COLUMN_STATE,
  COLUMN_DUE,
  COLUMN_WHO,
  COLUMN_REGION,
  COLUMN_INDUSTRY,
  COLUMN_PERSON,
  N_COLUMNS
} Column;

static const struct
{
  const char *title;
  gboolean expand;
} columns[N_COLUMNS] = {
  { NC_ ("column heading", "Enterprise"), TRUE },
  { NC_ ("column heading", "Duty or declaration"), TRUE },
  { NC_ ("column heading", "On the board"), FALSE },
  { NC_ ("column heading", "State"), FALSE },
  { NC_ ("column heading", "Due"), FALSE },
  { NC_ ("column heading", "With whom"), FALSE },
  { NC_ ("column heading", "County"), FALSE },
  { NC_ ("column heading", "Industry"), FALSE },
  { NC_ ("column heading", "Responsible"), FALSE },
};

static char *
dup_text (QdBoardTable *self, QdBoardItem *item, Column column)
{
  QdEnterprise *enterprise = qd_board_item_get_enterprise (item);
  const QdSummary *summary = qd_enterprise_get_summary (enterprise);
  const QdBoardRow *row = qd_board_item_get_row (item);

  switch (column)
    {
    case COLUMN_ENTERPRISE:
      return g_strdup (qd_enterprise_get_name (enterprise));
    case COLUMN_TITLE:
      return g_strdup (qd_board_item_get_title (item));
    case COLUMN_PLACE:
      return g_strdup (qd_board_column_get_title (row->column));
    case COLUMN_STATE:
      return qd_board_item_dup_chip (item);
    case COLUMN_DUE:
      return g_strdup (row->due);
    case COLUMN_WHO:
      return qd_board_item_dup_who (item);
    case COLUMN_REGION:
      return g_strdup (qd_cockpit_get_region_name (self->cockpit, summary->region));
    case COLUMN_INDUSTRY:
      return g_strdup (qd_cockpit_get_industry_name (self->cockpit, summary->industry));
    default:
      return g_strdup (summary->person);
    }
}

typedef struct
{
  QdBoardTable *table; /* (not owned): the column is its */
  Column column;
} Order;

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const Order *order = data;
  const QdBoardRow *left = qd_board_item_get_row ((QdBoardItem *) a), *right = qd_board_item_get_row ((QdBoardItem *) b);
  g_autofree char *x = NULL;
  g_autofree char *y = NULL;

  if (order->column == COLUMN_PLACE || order->column == COLUMN_STATE)
    return qd_board_row_compare (left, right);
  if (order->column == COLUMN_WHO && left->holder != right->holder)
    return left->holder < right->holder ? -1 : 1;
  x = dup_text (order->table, (QdBoardItem *) a, order->column);
  y = dup_text (order->table, (QdBoardItem *) b, order->column);
  /* What has no date comes last. */
  if (order->column == COLUMN_DUE && (*x == '\0') != (*y == '\0'))
    return *x == '\0' ? 1 : -1;
  return g_utf8_collate (x, y);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer column)
{
  GtkWidget *label;

  if (GPOINTER_TO_INT (column) == COLUMN_STATE)
    {
      gtk_list_item_set_child (item, qd_chip_new (NULL, "", NULL));
      return;
    }
  label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (GPOINTER_TO_INT (column) == COLUMN_ENTERPRISE)
    gtk_widget_add_css_class (label, "qd-strong");
  if (GPOINTER_TO_INT (column) == COLUMN_DUE)
    gtk_widget_add_css_class (label, "qd-figure");
  if (!columns[GPOINTER_TO_INT (column)].expand)
    gtk_label_set_max_width_chars (GTK_LABEL (label), 18);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer column)
{
  QdBoardTable *self = g_object_get_data (G_OBJECT (factory), "table");
  QdBoardItem *item = gtk_list_item_get_item (list_item);
  GtkWidget *cell = gtk_list_item_get_child (list_item);
  g_autofree char *text = dup_text (self, item, GPOINTER_TO_INT (column));

  if (GPOINTER_TO_INT (column) == COLUMN_STATE)
    qd_chip_set (cell, qd_board_item_get_icon (item), text, qd_board_item_get_css (item));
  else
    {
      gtk_label_set_text (GTK_LABEL (cell), text);
      gtk_widget_set_tooltip_text (cell, text);
    }
  if (qd_enterprise_is_held (qd_board_item_get_enterprise (item)))
    gtk_widget_add_css_class (cell, "qd-old");
  else
    gtk_widget_remove_css_class (cell, "qd-old");
}

static void
add_column (QdBoardTable *self, Column column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) view_column = NULL;
  g_autoptr (GtkSorter) sorter = NULL;
  Order *order = g_new0 (Order, 1);

  order->table = self;
  order->column = column;
  g_object_set_data (G_OBJECT (factory), "table", self);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GINT_TO_POINTER (column));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GINT_TO_POINTER (column));
  view_column = gtk_column_view_column_new (g_dpgettext2 (NULL, "column heading", columns[column].title), factory);
  sorter = GTK_SORTER (gtk_custom_sorter_new (compare, order, g_free));
  gtk_column_view_column_set_sorter (view_column, sorter);
  gtk_column_view_column_set_expand (view_column, columns[column].expand);
  gtk_column_view_column_set_resizable (view_column, TRUE);
  gtk_column_view_append_column (GTK_COLUMN_VIEW (self->view), view_column);
}

static void
activate_cb (QdBoardTable *self, guint position)
{
  g_autoptr (QdBoardItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  if (item != NULL)
    g_signal_emit (self, activated_signal, 0, item);
}

static void
update (QdBoardTable *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  guint shown = gtk_slice_list_model_get_size (self->shown);

  gtk_widget_set_visible (self->more, n > shown);
  if (n > shown)
    {
      g_autofree char *more = g_strdup_printf (ngettext ("%u more", "%u more", n - shown), n - shown);
      gtk_button_set_label (GTK_BUTTON (self->more), more);
      qd_name (self->more, more);
    }
}

static void
more_cb (QdBoardTable *self)
{
  gtk_slice_list_model_set_size (self->shown, gtk_slice_list_model_get_size (self->shown) + STEP);
  update (self);
}

static gboolean
qd_board_table_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (QD_BOARD_TABLE (widget)->view);
}

static void
qd_board_table_dispose (GObject *object)
{
  QdBoardTable *self = QD_BOARD_TABLE (object);

  if (self->items != NULL)
    g_signal_handlers_disconnect_by_data (self->items, self);
  g_clear_pointer (&self->card, gtk_widget_unparent);
  g_clear_object (&self->shown);
  g_clear_object (&self->items);
  g_clear_object (&self->cockpit);
  G_OBJECT_CLASS (qd_board_table_parent_class)->dispose (object);
}

static void
qd_board_table_class_init (QdBoardTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_board_table_dispose;
  GTK_WIDGET_CLASS (klass)->grab_focus = qd_board_table_grab_focus;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  activated_signal = g_signal_new ("activated", QD_TYPE_BOARD_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, QD_TYPE_BOARD_ITEM);
}

static void
qd_board_table_init (QdBoardTable *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->view = gtk_column_view_new (NULL);
  gtk_widget_add_css_class (self->view, "qd-list");
  gtk_widget_add_css_class (self->view, "qd-dense");
  qd_name (self->view, _ ("Duties and declarations of all enterprises"));
  g_signal_connect_swapped (self->view, "activate", G_CALLBACK (activate_cb), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->view);
  gtk_widget_set_vexpand (scroller, TRUE);
  self->more = gtk_button_new ();
  gtk_widget_add_css_class (self->more, "flat");
  g_signal_connect_swapped (self->more, "clicked", G_CALLBACK (more_cb), self);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_box_append (GTK_BOX (box), self->more);
  self->card = qd_cockpit_card_new (box);
  gtk_widget_set_parent (self->card, GTK_WIDGET (self));
}

GtkWidget *
qd_board_table_new (QdCockpit *cockpit, GListModel *items)
{
  QdBoardTable *self = g_object_new (QD_TYPE_BOARD_TABLE, NULL);
  g_autoptr (GtkSingleSelection) selection = NULL;

  self->cockpit = g_object_ref (cockpit);
  for (guint i = 0; i < N_COLUMNS; i++)
    add_column (self, i);
  self->items = gtk_sort_list_model_new (g_object_ref (items), g_object_ref (gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view))));
  self->shown = gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (self->items)), 0, FIRST);
  selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->shown)));
  gtk_column_view_set_model (GTK_COLUMN_VIEW (self->view), GTK_SELECTION_MODEL (selection));
  g_signal_connect_swapped (self->items, "items-changed", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

GListModel *
qd_board_table_get_items (QdBoardTable *self)
{
  return G_LIST_MODEL (self->items);
}

void
qd_board_table_sort_by (QdBoardTable *self, guint column, GtkSortType order)
{
  g_autoptr (GtkColumnViewColumn) view_column = g_list_model_get_item (gtk_column_view_get_columns (GTK_COLUMN_VIEW (self->view)), column);

  gtk_column_view_sort_by_column (GTK_COLUMN_VIEW (self->view), view_column, order);
}
