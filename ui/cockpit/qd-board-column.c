/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-board-column"
#include "config.h"
#include "qd-board-column.h"

#include <glib/gi18n.h>
#include "qd-cockpit-header.h"
#include "qd-look.h"

#define FIRST 25
#define STEP 50
#define WIDTH 236 /* a chip beside eight characters of a name */

struct _QdBoardColumnView
{
  GtkWidget parent_instance;
  QdBoardColumn column;
  GtkWidget *box;
  GtkWidget *count;
  GtkWidget *stack;
  GtkWidget *list;
  GtkWidget *more;
  GtkFilterListModel *items; /* (owned) */
  GtkSliceListModel *shown;  /* (owned): the first of them; a list view keeps 200 rows of widgets alive */
};

G_DEFINE_FINAL_TYPE (QdBoardColumnView, qd_board_column_view, GTK_TYPE_WIDGET)

static guint activated_signal;

/* Rows */

typedef struct
{
  GtkWidget *box;
  GtkWidget *lock;
  GtkWidget *name;
  GtkWidget *chip;
  GtkWidget *title;
  GtkWidget *who_icon;
  GtkWidget *who;
} Row;

static GtkWidget *
ellipsized_label (const char *css)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *first = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *last = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  Row *row = g_new0 (Row, 1);

  row->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  row->lock = qd_icon_new ("qd-lock-symbolic", "qd-secondary");
  row->name = ellipsized_label ("qd-strong");
  row->chip = qd_chip_new (NULL, "", NULL);
  row->title = ellipsized_label (NULL);
  row->who_icon = qd_icon_new (NULL, "qd-secondary");
  row->who = ellipsized_label ("qd-caption");
  gtk_widget_set_tooltip_text (row->lock, _ ("In use on another computer"));
  gtk_image_set_pixel_size (GTK_IMAGE (row->who_icon), 12);
  gtk_box_append (GTK_BOX (first), row->lock);
  gtk_box_append (GTK_BOX (first), row->name);
  gtk_box_append (GTK_BOX (first), row->chip);
  gtk_box_append (GTK_BOX (last), row->who_icon);
  gtk_box_append (GTK_BOX (last), row->who);
  gtk_box_append (GTK_BOX (row->box), first);
  gtk_box_append (GTK_BOX (row->box), row->title);
  gtk_box_append (GTK_BOX (row->box), last);
  gtk_widget_add_css_class (row->box, "qd-board-row");
  g_object_set_data_full (G_OBJECT (row->box), "row", row, g_free);
  gtk_list_item_set_child (item, row->box);
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item)
{
  QdBoardItem *item = gtk_list_item_get_item (list_item);
  QdEnterprise *enterprise = qd_board_item_get_enterprise (item);
  const Row *row = g_object_get_data (G_OBJECT (gtk_list_item_get_child (list_item)), "row");
  g_autofree char *chip = qd_board_item_dup_chip (item);
  g_autofree char *who = qd_board_item_dup_who (item);
  g_autofree char *label = qd_board_item_dup_label (item);
  gboolean held = qd_enterprise_is_held (enterprise);

  gtk_widget_set_visible (row->lock, held);
  gtk_label_set_text (GTK_LABEL (row->name), qd_enterprise_get_name (enterprise));
  qd_chip_set (row->chip, qd_board_item_get_icon (item), chip, qd_board_item_get_css (item));
  gtk_label_set_text (GTK_LABEL (row->title), qd_board_item_get_title (item));
  gtk_image_set_from_icon_name (GTK_IMAGE (row->who_icon), qd_board_item_get_who_icon (item));
  gtk_label_set_text (GTK_LABEL (row->who), who);
  gtk_widget_set_tooltip_text (row->box, label);
  qd_name_list_row (row->box, label);
  /* What another computer is at may be otherwise by now. */
  if (held)
    gtk_widget_add_css_class (row->box, "qd-old");
  else
    gtk_widget_remove_css_class (row->box, "qd-old");
}

GtkListItemFactory *
qd_board_row_factory_new (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_row_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row_cb), NULL);
  return factory;
}

/* The column */

static gboolean
is_of_column (gpointer item, gpointer column)
{
  return qd_board_item_get_row (item)->column == (QdBoardColumn) GPOINTER_TO_INT (column);
}

static void
update (QdBoardColumnView *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  guint shown = gtk_slice_list_model_get_size (self->shown);
  g_autofree char *text = g_strdup_printf ("%u", n);
  g_autofree char *label = g_strdup_printf ("%s, %u", qd_board_column_get_title (self->column), n);

  gtk_label_set_text (GTK_LABEL (self->count), text);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), n > 0 ? "list" : "empty");
  qd_name (self->list, label);
  gtk_widget_set_visible (self->more, n > shown);
  if (n > shown)
    {
      g_autofree char *more = g_strdup_printf (ngettext ("%u more", "%u more", n - shown), n - shown);
      gtk_button_set_label (GTK_BUTTON (self->more), more);
      qd_name (self->more, more);
    }
}

static void
more_cb (QdBoardColumnView *self)
{
  gtk_slice_list_model_set_size (self->shown, gtk_slice_list_model_get_size (self->shown) + STEP);
  update (self);
}

static void
activate_cb (QdBoardColumnView *self, guint position)
{
  g_autoptr (QdBoardItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);

  if (item != NULL)
    g_signal_emit (self, activated_signal, 0, item);
}

static gboolean
qd_board_column_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (QD_BOARD_COLUMN_VIEW (widget)->list);
}

static void
qd_board_column_view_dispose (GObject *object)
{
  QdBoardColumnView *self = QD_BOARD_COLUMN_VIEW (object);

  if (self->items != NULL)
    g_signal_handlers_disconnect_by_data (self->items, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->shown);
  g_clear_object (&self->items);
  G_OBJECT_CLASS (qd_board_column_view_parent_class)->dispose (object);
}

static void
qd_board_column_view_class_init (QdBoardColumnViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_board_column_view_dispose;
  GTK_WIDGET_CLASS (klass)->grab_focus = qd_board_column_view_grab_focus;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  activated_signal = g_signal_new ("activated", QD_TYPE_BOARD_COLUMN_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, QD_TYPE_BOARD_ITEM);
}

static void
qd_board_column_view_init (QdBoardColumnView *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_size_request (GTK_WIDGET (self), (int) (WIDTH * qd_look_text_scale ()), -1);
}

static GtkWidget *
build_head (QdBoardColumnView *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *order = ellipsized_label ("qd-caption");

  self->count = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->count, "qd-secondary");
  gtk_widget_add_css_class (self->count, "qd-figure");
  gtk_label_set_text (GTK_LABEL (order), qd_board_column_get_order (self->column));
  gtk_label_set_xalign (GTK_LABEL (order), 1);
  gtk_widget_set_margin_start (head, 4);
  gtk_widget_set_margin_end (head, 4);
  gtk_box_append (GTK_BOX (head), qd_icon_new (qd_board_column_get_icon (self->column), qd_board_column_get_css (self->column)));
  gtk_box_append (GTK_BOX (head), qd_label_new (qd_board_column_get_title (self->column), "qd-strong"));
  gtk_box_append (GTK_BOX (head), self->count);
  gtk_box_append (GTK_BOX (head), order);
  return head;
}

static GtkWidget *
build_list (QdBoardColumnView *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *empty = qd_label_new (C_ ("cockpit", "Nothing here"), "qd-secondary");

  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->shown)))), qd_board_row_factory_new ());
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), TRUE);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (self->list), TRUE);
  gtk_widget_add_css_class (self->list, "qd-board-list");
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (activate_cb), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_widget_set_halign (empty, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (empty, GTK_ALIGN_START);
  gtk_widget_set_margin_top (empty, 18);
  gtk_widget_set_vexpand (scroller, TRUE);
  self->more = gtk_button_new ();
  gtk_widget_add_css_class (self->more, "flat");
  gtk_widget_add_css_class (self->more, "qd-dense");
  g_signal_connect_swapped (self->more, "clicked", G_CALLBACK (more_cb), self);
  gtk_box_append (GTK_BOX (box), scroller);
  gtk_box_append (GTK_BOX (box), self->more);
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), box, "list");
  gtk_stack_add_named (GTK_STACK (self->stack), empty, "empty");
  gtk_widget_set_vexpand (self->stack, TRUE);
  return qd_cockpit_card_new (self->stack);
}

GtkWidget *
qd_board_column_view_new (QdBoardColumn column, GListModel *items)
{
  QdBoardColumnView *self = g_object_new (QD_TYPE_BOARD_COLUMN_VIEW, NULL);

  self->column = column;
  self->items = gtk_filter_list_model_new (g_object_ref (items), GTK_FILTER (gtk_custom_filter_new (is_of_column, GINT_TO_POINTER (column), NULL)));
  self->shown = gtk_slice_list_model_new (g_object_ref (G_LIST_MODEL (self->items)), 0, FIRST);
  gtk_box_append (GTK_BOX (self->box), build_head (self));
  gtk_box_append (GTK_BOX (self->box), build_list (self));
  g_signal_connect_swapped (self->items, "items-changed", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

GListModel *
qd_board_column_view_get_items (QdBoardColumnView *self)
{
  return G_LIST_MODEL (self->items);
}
