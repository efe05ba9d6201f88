/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-declarations-page"
#include "config.h"
#include "qd-declarations-page.h"

#include <glib/gi18n.h>
#include "qd-bar.h"
#include "qd-declaration-item.h"
#include "qd-header.h"
#include "qd-look.h"

struct _QdDeclarationsPage
{
  GtkWidget parent_instance;
  QdWorkspace *workspace; /* (owned) */

  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *bar;
  GtkWidget *stack;
  GtkWidget *view;
  GtkDropDown *state_filter;
  GtkSingleSelection *selection; /* (owned) */
  GtkFilterListModel *filtered;  /* (owned) */
  GtkSortListModel *sorted;      /* (owned) */
  GtkFilter *filter;             /* (owned) */
};

/* What the state filter lets through; the first shows all. */
static const struct
{
  const char *label;
  int states;
} state_filters[] = {
  { N_ ("All states"), -1 },
  { N_ ("Not sealed"), (1 << QD_STATE_DRAFT) | (1 << QD_STATE_CHECKED) },
  { N_ ("Under way"), (1 << QD_STATE_SEALED) | (1 << QD_STATE_SENT) | (1 << QD_STATE_RECEIVED) },
  { N_ ("Returned"), 1 << QD_STATE_RETURNED },
  { N_ ("Accepted"), 1 << QD_STATE_ACCEPTED },
};

static gboolean
page_can (QdPage *page, const char *command)
{
  QdDeclarationsPage *self = QD_DECLARATIONS_PAGE (page);

  return g_str_equal (command, "new-declaration") && !qd_workspace_is_read_only (self->workspace);
}

static void
page_run (QdPage *page, const char *command)
{
  gtk_widget_activate_action (GTK_WIDGET (page), "win.add-declaration", NULL);
}

static GtkWidget *
page_get_header (QdPage *page)
{
  return QD_DECLARATIONS_PAGE (page)->header;
}

static void
page_shown (QdPage *page)
{
  gtk_widget_grab_focus (QD_DECLARATIONS_PAGE (page)->view);
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->run = page_run;
  iface->shown = page_shown;
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdDeclarationsPage, qd_declarations_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

static gboolean
matches (gpointer item, gpointer user_data)
{
  QdDeclarationsPage *self = user_data;
  guint chosen = gtk_drop_down_get_selected (self->state_filter);
  int states = chosen < G_N_ELEMENTS (state_filters) ? state_filters[chosen].states : -1;

  return states == -1 || (states & (1 << qd_declaration_item_get_record (item)->state)) != 0;
}

static void
update (QdDeclarationsPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListStore) items = qd_declaration_items_load (self->workspace, &error);
  guint selected = gtk_single_selection_get_selected (self->selection);
  GListModel *old = gtk_filter_list_model_get_model (self->filtered);
  g_autofree char *subtitle = NULL;
  guint n;

  if (items == NULL)
    {
      qd_bar_show (QD_BAR (self->bar), "error", error->message, NULL, NULL);
      return;
    }
  qd_bar_show (QD_BAR (self->bar), NULL, NULL, NULL, NULL);
  n = g_list_model_get_n_items (G_LIST_MODEL (items));
  gtk_filter_list_model_set_model (self->filtered, G_LIST_MODEL (items));
  if (old != NULL && selected != GTK_INVALID_LIST_POSITION)
    gtk_single_selection_set_selected (self->selection, MIN (selected, MAX (n, 1) - 1));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), n > 0 ? "list" : "empty");
  subtitle = g_strdup_printf (ngettext ("%u declaration", "%u declarations", n), n);
  qd_header_set_title (self->header, _ ("Declarations"), subtitle);
}

static void
filter_changed_cb (QdDeclarationsPage *self)
{
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static void
activate_cb (QdDeclarationsPage *self, guint position)
{
  g_autoptr (QdDeclarationItem) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open-declaration", "x", qd_declaration_item_get_record (item)->id);
}

/* Columns. Cells set their own names: list items cannot before GTK 4.12. */

static void
setup_text (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
bind_title (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  QdDeclarationItem *row = gtk_list_item_get_item (item);
  GtkWidget *label = gtk_list_item_get_child (item);
  gboolean amendment = qd_declaration_item_get_record (row)->amends != 0;
  g_autofree char *text = amendment ? g_strdup_printf (_ ("↳ Amendment: %s"), qd_declaration_item_get_title (row)) : g_strdup (qd_declaration_item_get_title (row));

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_add_css_class (label, "qd-strong");
}

static void
bind_period (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), qd_declaration_item_get_period (gtk_list_item_get_item (item)));
}

static void
bind_site (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  const char *site = qd_declaration_item_get_record (gtk_list_item_get_item (item))->site;

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), site != NULL ? site : "");
}

static void
setup_state (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, qd_chip_new ("qd-draft-symbolic", "", NULL));
}

static void
bind_state (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  QdState state = qd_declaration_item_get_record (gtk_list_item_get_item (item))->state;

  qd_chip_set (gtk_list_item_get_child (item), qd_look_state_icon (state), qd_look_state_word (state), qd_look_state_css (state));
}

static void
bind_findings (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  QdDeclarationItem *row = gtk_list_item_get_item (item);
  const QdDeclaration *record = qd_declaration_item_get_record (row);
  GtkWidget *label = gtk_list_item_get_child (item);
  g_autofree char *text = qd_declaration_item_dup_findings (row);

  gtk_label_set_text (GTK_LABEL (label), text);
  qd_look_set_css (label, record->critical > 0 ? "qd-error" : record->unexplained > 0 ? "qd-warning"
                                                                                      : NULL);
}

static void
bind_edited (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  g_autofree char *text = qd_look_time (qd_declaration_item_get_record (gtk_list_item_get_item (item))->edited_at);

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), text);
  gtk_widget_add_css_class (gtk_list_item_get_child (item), "qd-figure");
}

static void
bind_due (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_list_item_get_child (item);
  const char *css;
  g_autofree char *text = qd_declaration_item_dup_due (gtk_list_item_get_item (item), &css);

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_add_css_class (label, "qd-figure");
  qd_look_set_css (label, css);
}

static int
compare_due (gconstpointer a, gconstpointer b, gpointer user_data)
{
  int order = qd_declaration_item_compare_due ((QdDeclarationItem *) a, (QdDeclarationItem *) b);

  return order < 0 ? GTK_ORDERING_SMALLER : order > 0 ? GTK_ORDERING_LARGER
                                                      : GTK_ORDERING_EQUAL;
}

typedef void (*CellFunc) (GtkSignalListItemFactory *factory, GtkListItem *item);

static GtkColumnViewColumn *
add_column (QdDeclarationsPage *self, const char *title, CellFunc setup, CellFunc bind, gboolean expand)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind), NULL);
  column = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_expand (column, expand);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_append_column (GTK_COLUMN_VIEW (self->view), column);
  return column;
}

static void
qd_declarations_page_dispose (GObject *object)
{
  QdDeclarationsPage *self = QD_DECLARATIONS_PAGE (object);

  if (self->workspace != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->workspace, self);
      g_signal_handlers_disconnect_by_data (qd_workspace_get_duties (self->workspace), self);
    }
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->sorted);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (qd_declarations_page_parent_class)->dispose (object);
}

static void
qd_declarations_page_class_init (QdDeclarationsPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_declarations_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
build_list (QdDeclarationsPage *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *card = gtk_frame_new (NULL);
  g_autoptr (GtkSorter) sorter = GTK_SORTER (gtk_custom_sorter_new (compare_due, NULL, NULL));
  const char *names[G_N_ELEMENTS (state_filters) + 1] = { NULL };
  GtkColumnViewColumn *due;

  for (guint i = 0; i < G_N_ELEMENTS (state_filters); i++)
    names[i] = _ (state_filters[i].label);
  self->state_filter = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (names));
  gtk_widget_set_halign (GTK_WIDGET (self->state_filter), GTK_ALIGN_START);
  qd_name (self->state_filter, _ ("Filter by state"));
  g_signal_connect_swapped (self->state_filter, "notify::selected", G_CALLBACK (filter_changed_cb), self);
  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  self->filtered = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
  self->sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->filtered)), NULL);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));
  self->view = gtk_column_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)));
  gtk_widget_add_css_class (self->view, "qd-list");
  qd_name (self->view, _ ("Declarations"));
  g_signal_connect_swapped (self->view, "activate", G_CALLBACK (activate_cb), self);
  add_column (self, C_ ("column heading", "Form"), setup_text, bind_title, TRUE);
  add_column (self, C_ ("column heading", "Period"), setup_text, bind_period, FALSE);
  add_column (self, C_ ("column heading", "Site"), setup_text, bind_site, FALSE);
  add_column (self, C_ ("column heading", "State"), setup_state, bind_state, FALSE);
  due = add_column (self, C_ ("column heading", "Due"), setup_text, bind_due, FALSE);
  gtk_column_view_column_set_sorter (due, sorter);
  add_column (self, C_ ("column heading", "Findings"), setup_text, bind_findings, FALSE);
  add_column (self, C_ ("column heading", "Last edit"), setup_text, bind_edited, FALSE);
  gtk_sort_list_model_set_sorter (self->sorted, gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->view)));
  gtk_column_view_sort_by_column (GTK_COLUMN_VIEW (self->view), due, GTK_SORT_ASCENDING);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->view);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_frame_set_child (GTK_FRAME (card), scroller);
  gtk_widget_add_css_class (card, "view");
  gtk_widget_add_css_class (card, "card");
  gtk_widget_set_overflow (card, GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_margin_top (outer, 12);
  gtk_widget_set_margin_bottom (outer, 18);
  gtk_widget_set_margin_start (outer, 18);
  gtk_widget_set_margin_end (outer, 18);
  gtk_box_append (GTK_BOX (outer), GTK_WIDGET (self->state_filter));
  gtk_box_append (GTK_BOX (outer), card);
  return outer;
}

static GtkWidget *
new_button (void)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("New declaration…"));

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.new-declaration");
  qd_name (button, _ ("New declaration…"));
  return button;
}

static GtkWidget *
build_empty (void)
{
  GtkWidget *status = adw_status_page_new ();
  GtkWidget *button = new_button ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), "qd-document-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (status), _ ("No declarations yet"));
  adw_status_page_set_description (ADW_STATUS_PAGE (status), _ ("Start one here, or from a duty on the overview."));
  gtk_widget_add_css_class (button, "suggested-action");
  gtk_widget_add_css_class (button, "pill");
  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  adw_status_page_set_child (ADW_STATUS_PAGE (status), button);
  return status;
}

static void
qd_declarations_page_init (QdDeclarationsPage *self)
{
  GtkWidget *add = new_button ();

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->header = qd_header_new (QD_HEADER_SHELL, _ ("Declarations"), NULL);
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), add);
  self->bar = qd_bar_new ();
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), build_list (self), "list");
  gtk_stack_add_named (GTK_STACK (self->stack), build_empty (), "empty");
  gtk_box_append (GTK_BOX (self->box), self->header);
  gtk_box_append (GTK_BOX (self->box), self->bar);
  gtk_box_append (GTK_BOX (self->box), self->stack);
}

GtkWidget *
qd_declarations_page_new (QdWorkspace *workspace)
{
  QdDeclarationsPage *self = g_object_new (QD_TYPE_DECLARATIONS_PAGE, NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (workspace, "changed", G_CALLBACK (update), self);
  g_signal_connect_swapped (qd_workspace_get_duties (workspace), "changed", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

guint
qd_declarations_page_get_n_rows (QdDeclarationsPage *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}
