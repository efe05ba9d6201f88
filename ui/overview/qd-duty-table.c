/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-duty-table"
#include "config.h"
#include "qd-duty-table.h"

#include <glib/gi18n.h>
#include <string.h>
#include "qd-duty-popover.h"
#include "qd-look.h"
#include "qd-month-strip.h"

struct _QdDutyTable
{
  GtkWidget parent_instance;
  QdAssessed *assessed; /* (owned) (nullable) */
  int group;            /* QdDutyGroup, or QD_DUTY_TABLE_… */
  guint month;          /* 0: all */
  QdDutyView loaded;

  GtkWidget *box;
  GtkWidget *subtitle;
  GtkWidget *search;
  GtkDropDown *domain;
  GtkDropDown *view;
  GtkWidget *not_applicable;
  GtkWidget *marks;    /* what was marked as done */
  GtkWidget *warnings; /* what the figures do not take into account */
  GtkWidget *table;
  GtkWidget *empty;
  GtkWidget *empty_text;
  GtkWidget *head;
  gboolean narrow;
  GtkColumnViewColumn *why;     /* (owned): not in the table while it is narrow */
  GtkColumnViewColumn *basis;   /* (owned) */
  GtkFilterListModel *filtered; /* (owned) */
  GtkFilter *filter;            /* (owned) */
  GtkSortListModel *sorted;     /* (owned) */
};

G_DEFINE_FINAL_TYPE (QdDutyTable, qd_duty_table, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_RUN,
  SIGNAL_NOT_APPLICABLE,
  SIGNAL_VIEW_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

/* Domains are the tasks of the duties; bit n is task n. */
#define TASK(n) (1u << (n))
static const struct
{
  const char *label;
  guint tasks;
} domains[] = {
  { N_ ("All domains"), ~0u },
  { N_ ("Surveys, monitoring, assessment"), TASK (2) | TASK (3) | TASK (4) | TASK (5) },
  { N_ ("Listed new pollutants"), TASK (6) },
  { N_ ("New chemicals"), TASK (7) },
  { N_ ("Phase-out, import and export"), TASK (8) },
  { N_ ("Cleaner production and disclosure"), TASK (9) },
  { N_ ("Antibacterials"), TASK (10) },
  { N_ ("Pesticides"), TASK (11) },
  { N_ ("Plastics and film"), TASK (12) },
  { N_ ("Permit, water, air, soil"), TASK (13) },
  { N_ ("Waste"), TASK (14) },
  { N_ ("Others"), TASK (0) | TASK (1) | TASK (15) | TASK (16) | TASK (17) },
};

static const char *const views[] = { N_ ("Not done"), N_ ("Done"), N_ ("All of the year"), N_ ("Policy and notices") };

static gboolean
matches (gpointer object, gpointer user_data)
{
  QdDutyTable *self = user_data;
  QdDutyItem *item = object;
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search));
  guint domain = gtk_drop_down_get_selected (self->domain);
  int task = qd_duty_item_get_duty (item)->task;

  const QdDeclaration *record = qd_duty_item_get_record (item);

  if (self->group == QD_DUTY_TABLE_RETURNED && (record == NULL || record->state != QD_STATE_RETURNED))
    return FALSE;
  if (self->group >= 0 && qd_duty_item_get_group (item) != (QdDutyGroup) self->group)
    return FALSE;
  if (self->month != 0 && qd_month_strip_month_of (item, qd_month_strip_parse (self->assessed->assessment->date)) != self->month)
    return FALSE;
  if (domain < G_N_ELEMENTS (domains) && (domains[domain].tasks & TASK (CLAMP (task, 0, 31))) == 0)
    return FALSE;
  return qd_duty_item_matches (item, text);
}

static void
update_empty (QdDutyTable *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->filtered));

  gtk_widget_set_visible (self->empty, n == 0);
  if (n > 0)
    return;
  if (self->assessed == NULL)
    gtk_label_set_text (GTK_LABEL (self->empty_text), _ ("Working out the duties…"));
  else if (g_list_model_get_n_items (gtk_filter_list_model_get_model (self->filtered)) > 0)
    gtk_label_set_text (GTK_LABEL (self->empty_text), _ ("No row fits the filters."));
  else
    gtk_label_set_text (GTK_LABEL (self->empty_text), _ ("No duties yet. Fill in the profile first."));
}

static QdDutyView
wanted_view (QdDutyTable *self)
{
  guint selected = gtk_drop_down_get_selected (self->view);

  /* A month shows all that recurs in it, not only the next one of each duty. */
  if (self->month != 0 && selected == QD_DUTY_VIEW_OPEN)
    return QD_DUTY_VIEW_YEAR;
  return selected < G_N_ELEMENTS (views) ? (QdDutyView) selected : QD_DUTY_VIEW_OPEN;
}

static void
load (QdDutyTable *self)
{
  g_autoptr (GListStore) items = NULL;

  if (self->assessed == NULL)
    return;
  self->loaded = wanted_view (self);
  items = qd_duty_items_load (self->assessed, self->loaded);
  gtk_filter_list_model_set_model (self->filtered, G_LIST_MODEL (items));
}

static void
refilter (QdDutyTable *self)
{
  if (wanted_view (self) != self->loaded)
    load (self);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update_empty (self);
}

static void
update_warnings (QdDutyTable *self)
{
  GPtrArray *warnings = self->assessed->assessment->warnings;
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  for (guint i = 0; i < warnings->len; i++)
    {
      GtkWidget *label = qd_label_new (g_ptr_array_index (warnings, i), NULL);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 46);
      gtk_box_append (GTK_BOX (box), label);
    }
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->warnings), popover);
  gtk_widget_set_visible (self->warnings, warnings->len > 0);
}

void
qd_duty_table_set_assessed (QdDutyTable *self, QdAssessed *assessed)
{
  const QdAssessment *assessment = assessed->assessment;
  g_autofree char *subtitle = NULL;
  g_autofree char *not_applicable = NULL;
  g_autofree char *applies = g_strdup_printf (ngettext ("%u applies", "%u apply", assessment->n_yes), assessment->n_yes);
  g_autofree char *maybe = g_strdup_printf (ngettext ("%u to be checked", "%u to be checked", assessment->n_maybe), assessment->n_maybe);

  assessed = qd_assessed_ref (assessed);
  g_clear_pointer (&self->assessed, qd_assessed_unref);
  self->assessed = assessed;
  /* Translators: two counts of duties: apply, to be checked */
  subtitle = g_strdup_printf (_ ("%s, %s"), applies, maybe);
  gtk_label_set_text (GTK_LABEL (self->subtitle), subtitle);
  not_applicable = g_strdup_printf (ngettext ("%u not applicable", "%u not applicable", assessment->n_no), assessment->n_no);
  gtk_button_set_label (GTK_BUTTON (self->not_applicable), not_applicable);
  qd_name (self->not_applicable, not_applicable);
  gtk_widget_set_visible (self->marks, assessment->marks->len > 0);
  update_warnings (self);
  load (self);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update_empty (self);
}

void
qd_duty_table_set_group (QdDutyTable *self, int group)
{
  if (self->group == group)
    return;
  self->group = group;
  refilter (self);
}

int
qd_duty_table_get_group (QdDutyTable *self)
{
  return self->group;
}

guint
qd_duty_table_get_month (QdDutyTable *self)
{
  return self->month;
}

void
qd_duty_table_set_month (QdDutyTable *self, guint month)
{
  if (self->month == month)
    return;
  self->month = month;
  refilter (self);
}

void
qd_duty_table_set_view (QdDutyTable *self, QdDutyView view)
{
  gtk_drop_down_set_selected (self->view, view);
}

void
qd_duty_table_set_search (QdDutyTable *self, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), text);
  refilter (self); /* the entry waits a moment before it tells */
}

void
qd_duty_table_focus_search (QdDutyTable *self)
{
  gtk_widget_grab_focus (self->search);
}

void
qd_duty_table_set_narrow (QdDutyTable *self, gboolean narrow)
{
  GtkColumnView *view = GTK_COLUMN_VIEW (self->table);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->head), narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  if (narrow == self->narrow)
    return;
  self->narrow = narrow;
  /* 4.8 gives space to columns that are not shown, too: they must go. */
  if (narrow)
    {
      gtk_column_view_remove_column (view, self->why);
      gtk_column_view_remove_column (view, self->basis);
    }
  else
    {
      gtk_column_view_insert_column (view, 2, self->why);
      gtk_column_view_insert_column (view, 3, self->basis);
    }
}

GListModel *
qd_duty_table_get_rows (QdDutyTable *self)
{
  return G_LIST_MODEL (self->sorted);
}

static void
filter_cb (QdDutyTable *self)
{
  refilter (self);
  g_signal_emit (self, signals[SIGNAL_VIEW_CHANGED], 0);
}

static void
clear_cb (QdDutyTable *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  gtk_drop_down_set_selected (self->domain, 0);
  gtk_drop_down_set_selected (self->view, QD_DUTY_VIEW_OPEN);
  self->group = QD_DUTY_TABLE_ALL;
  self->month = 0;
  refilter (self);
  g_signal_emit (self, signals[SIGNAL_VIEW_CHANGED], 0);
}

static void
not_applicable_cb (QdDutyTable *self)
{
  g_signal_emit (self, signals[SIGNAL_NOT_APPLICABLE], 0);
}

/* Cells */

static GtkWidget *
line_label_new (const char *css)
{
  GtkWidget *label = qd_label_new (NULL, css);

  gtk_label_set_lines (GTK_LABEL (label), 2);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_valign (label, GTK_ALIGN_CENTER);
  return label;
}

static void
setup_due (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *day = qd_label_new (NULL, "qd-figure");
  GtkWidget *icon = qd_icon_new ("qd-clock-symbolic", NULL);
  GtkWidget *distance = qd_label_new (NULL, NULL);
  GtkWidget *tag = qd_label_new (_ ("default cycle"), "qd-tag");

  gtk_widget_add_css_class (day, "qd-strong");
  gtk_image_set_pixel_size (GTK_IMAGE (icon), 12);
  gtk_label_set_wrap (GTK_LABEL (distance), FALSE);
  gtk_label_set_wrap (GTK_LABEL (tag), FALSE);
  gtk_widget_set_tooltip_text (tag, _ ("The cycle is our default, not law; change it in Profile."));
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), distance);
  gtk_box_append (GTK_BOX (line), tag);
  gtk_box_append (GTK_BOX (column), day);
  gtk_box_append (GTK_BOX (column), line);
  gtk_widget_set_valign (column, GTK_ALIGN_CENTER);
  gtk_list_item_set_child (item, column);
}

/* A return that names a day moves the deadline there; what the law or our cycle says stays in the tooltip. */
static void
put_answer_day (GtkWidget *day, GtkWidget *icon, GtkWidget *distance, GtkWidget *tag, QdDutyItem *row, int days)
{
  g_autofree char *before = qd_duty_item_dup_day (row);
  g_autofree char *tip = g_strdup_printf (_ ("The receiver returned it and names this day. The duty itself: %s."), before);
  g_autofree char *text = days < 0 ? g_strdup_printf (ngettext ("answer %d day overdue", "answer %d days overdue", -days), -days) : g_strdup_printf (ngettext ("answer in %d day", "answer in %d days", days), days);
  const char *css = days < 0 ? "qd-error" : "qd-warning";

  gtk_label_set_text (GTK_LABEL (day), qd_duty_item_get_returned (row)->due);
  gtk_widget_set_tooltip_text (day, tip);
  gtk_label_set_text (GTK_LABEL (distance), text);
  gtk_widget_set_visible (distance, TRUE);
  gtk_widget_remove_css_class (distance, "qd-caption");
  gtk_image_set_from_icon_name (GTK_IMAGE (icon), days < 0 ? "qd-critical-symbolic" : "qd-clock-symbolic");
  gtk_widget_set_visible (icon, TRUE);
  qd_look_set_css (icon, css);
  qd_look_set_css (distance, css);
  gtk_widget_set_visible (tag, FALSE);
}

static void
bind_due (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self)
{
  QdDutyItem *row = gtk_list_item_get_item (item);
  const QdDue *due = qd_duty_item_get_due (row);
  QdDutyGroup group = qd_duty_item_get_group (row);
  GtkWidget *day = gtk_widget_get_first_child (gtk_list_item_get_child (item));
  GtkWidget *line = gtk_widget_get_last_child (gtk_list_item_get_child (item));
  GtkWidget *icon = gtk_widget_get_first_child (line);
  GtkWidget *distance = gtk_widget_get_next_sibling (icon);
  GtkWidget *tag = gtk_widget_get_next_sibling (distance);
  g_autofree char *day_text = qd_duty_item_dup_day (row);
  g_autofree char *distance_text = qd_duty_item_dup_distance (row);
  const char *css = qd_duty_group_css (group);
  int days;

  gtk_label_set_text (GTK_LABEL (day), day_text);
  gtk_widget_set_tooltip_text (day, due != NULL && *due->note != '\0' ? due->note : NULL);
  gtk_widget_set_visible (icon, qd_duty_group_icon (group) != NULL && *distance_text != '\0');
  gtk_image_set_from_icon_name (GTK_IMAGE (icon), qd_duty_group_icon (group));
  gtk_label_set_text (GTK_LABEL (distance), distance_text);
  gtk_widget_set_visible (distance, *distance_text != '\0');
  if (css != NULL)
    gtk_widget_remove_css_class (distance, "qd-caption");
  else
    gtk_widget_add_css_class (distance, "qd-caption");
  qd_look_set_css (icon, css);
  qd_look_set_css (distance, css);
  gtk_widget_set_visible (tag, due != NULL && due->is_default && g_date_valid (&due->plan));
  if (qd_duty_item_get_answer_days (row, &days))
    put_answer_day (day, icon, distance, tag, row, days);
}

static void
setup_title (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self)
{
  gtk_list_item_set_child (item, line_label_new ("qd-strong"));
}

static void
bind_title (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self)
{
  g_autofree char *title = qd_duty_item_dup_title (gtk_list_item_get_item (item));

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), title);
  gtk_widget_set_tooltip_text (gtk_list_item_get_child (item), title);
}

static void
setup_why (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self)
{
  gtk_list_item_set_child (item, line_label_new (NULL));
}

static void
bind_why (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self)
{
  const char *why = qd_duty_item_get_duty (gtk_list_item_get_item (item))->why;

  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), why);
  gtk_widget_set_tooltip_text (gtk_list_item_get_child (item), why);
}

static void
basis_clicked_cb (GtkWidget *button)
{
  GtkListItem *item = g_object_get_data (G_OBJECT (button), "list-item");

  qd_duty_popover_show (button, gtk_list_item_get_item (item));
}

static void
setup_basis (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = line_label_new (NULL);

  gtk_button_set_child (GTK_BUTTON (button), label);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "qd-link");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_object_set_data (G_OBJECT (button), "list-item", item);
  g_signal_connect (button, "clicked", G_CALLBACK (basis_clicked_cb), NULL);
  gtk_list_item_set_child (item, button);
}

static void
bind_basis (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self)
{
  QdDutyItem *row = gtk_list_item_get_item (item);
  GtkWidget *button = gtk_list_item_get_child (item);
  GtkWidget *label = gtk_button_get_child (GTK_BUTTON (button));
  g_autofree char *basis = qd_duty_item_dup_basis (row);
  g_autofree char *name = NULL;

  /* Not confirmed: no citation, but a tag. */
  gtk_label_set_text (GTK_LABEL (label), *basis != '\0' ? basis : _ ("To be confirmed"));
  qd_look_set_css (label, *basis != '\0' ? "qd-info" : NULL);
  if (*basis != '\0')
    gtk_widget_remove_css_class (label, "qd-tag");
  else
    gtk_widget_add_css_class (label, "qd-tag");
  name = g_strdup_printf (_ ("Basis of %s: %s"), qd_duty_item_get_duty (row)->title, gtk_label_get_text (GTK_LABEL (label)));
  qd_name (button, name);
}

static void
setup_state (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self)
{
  GtkWidget *chip = qd_chip_new ("qd-todo-symbolic", "", NULL);

  gtk_widget_set_halign (chip, GTK_ALIGN_START);
  gtk_widget_set_valign (chip, GTK_ALIGN_CENTER);
  gtk_list_item_set_child (item, chip);
}

static void
bind_state (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self)
{
  const char *icon, *css;
  g_autofree char *text = qd_duty_item_dup_state (gtk_list_item_get_item (item), &icon, &css);
  const QdReturned *returned = qd_duty_item_get_returned (gtk_list_item_get_item (item));

  qd_chip_set (gtk_list_item_get_child (item), icon, text, css);
  gtk_widget_set_tooltip_text (gtk_list_item_get_child (item), returned != NULL && returned->reasons->len > 0 ? returned->reasons->pdata[0] : NULL);
}

static void
action_clicked_cb (GtkWidget *button, QdDutyTable *self)
{
  GtkListItem *item = g_object_get_data (G_OBJECT (button), "list-item");
  g_autoptr (QdDutyItem) row = g_object_ref (gtk_list_item_get_item (item));

  g_signal_emit (self, signals[SIGNAL_RUN], 0, row);
}

static void
setup_action (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self)
{
  GtkWidget *button = gtk_button_new ();

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_add_css_class (button, "qd-small");
  g_object_set_data (G_OBJECT (button), "list-item", item);
  g_signal_connect_object (button, "clicked", G_CALLBACK (action_clicked_cb), self, 0);
  gtk_list_item_set_child (item, button);
}

static void
bind_action (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self)
{
  QdDutyItem *row = gtk_list_item_get_item (item);
  GtkWidget *button = gtk_list_item_get_child (item);
  const char *verb = qd_duty_item_get_verb (row);
  g_autofree char *title = NULL;
  g_autofree char *name = NULL;

  gtk_widget_set_visible (button, verb != NULL);
  if (verb == NULL)
    return;
  title = qd_duty_item_dup_title (row);
  gtk_button_set_label (GTK_BUTTON (button), verb);
  /* Translators: verb of a button, duty */
  name = g_strdup_printf (_ ("%s, %s"), verb, title);
  qd_name (button, name);
}

typedef void (*CellFunc) (GtkSignalListItemFactory *factory, GtkListItem *item, QdDutyTable *self);

static GtkColumnViewColumn *
add_column (QdDutyTable *self, const char *title, CellFunc setup, CellFunc bind, int width, GtkSorter *sorter)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = NULL;

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind), self, 0);
  column = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_fixed_width (column, width > 0 ? (int) (width * qd_look_text_scale ()) : width);
  gtk_column_view_column_set_expand (column, width < 0);
  gtk_column_view_column_set_sorter (column, sorter);
  g_clear_object (&sorter);
  gtk_column_view_column_set_resizable (column, TRUE);
  gtk_column_view_append_column (GTK_COLUMN_VIEW (self->table), column);
  return column;
}

static int
compare_due (gconstpointer a, gconstpointer b, gpointer user_data)
{
  int order = qd_duty_item_compare ((QdDutyItem *) a, (QdDutyItem *) b);

  return order < 0 ? GTK_ORDERING_SMALLER : order > 0 ? GTK_ORDERING_LARGER
                                                      : GTK_ORDERING_EQUAL;
}

static int
compare_title (gconstpointer a, gconstpointer b, gpointer user_data)
{
  int order = g_utf8_collate (qd_duty_item_get_duty ((QdDutyItem *) a)->title, qd_duty_item_get_duty ((QdDutyItem *) b)->title);

  return order < 0 ? GTK_ORDERING_SMALLER : order > 0 ? GTK_ORDERING_LARGER
                                                      : GTK_ORDERING_EQUAL;
}

static void
activate_cb (QdDutyTable *self, guint position)
{
  g_autoptr (QdDutyItem) row = g_list_model_get_item (G_LIST_MODEL (self->sorted), position);

  if (row != NULL && qd_duty_item_get_action (row) != QD_DUTY_ACTION_NONE)
    g_signal_emit (self, signals[SIGNAL_RUN], 0, row);
}

static GtkWidget *
build_table (QdDutyTable *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  g_autoptr (GListStore) none = g_list_store_new (QD_TYPE_DUTY_ITEM);
  GtkColumnViewColumn *due;
  GtkSingleSelection *selection;

  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  self->filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (none)), g_object_ref (self->filter));
  self->sorted = gtk_sort_list_model_new (g_object_ref (G_LIST_MODEL (self->filtered)), NULL);
  selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->sorted)));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  self->table = gtk_column_view_new (GTK_SELECTION_MODEL (selection));
  gtk_widget_add_css_class (self->table, "qd-list");
  gtk_widget_add_css_class (self->table, "qd-duties");
  gtk_widget_add_css_class (self->table, "qd-dense");
  gtk_column_view_set_show_row_separators (GTK_COLUMN_VIEW (self->table), TRUE);
  qd_name (self->table, C_ ("table", "Duties"));
  g_signal_connect_swapped (self->table, "activate", G_CALLBACK (activate_cb), self);
  /* Its texts differ much in width between languages. */
  due = add_column (self, C_ ("column heading", "Due"), setup_due, bind_due, -1, GTK_SORTER (gtk_custom_sorter_new (compare_due, NULL, NULL)));
  gtk_column_view_column_set_expand (due, FALSE);
  add_column (self, C_ ("column heading", "Duty"), setup_title, bind_title, -1, GTK_SORTER (gtk_custom_sorter_new (compare_title, NULL, NULL)));
  self->why = g_object_ref (add_column (self, C_ ("column heading", "Why it applies"), setup_why, bind_why, -1, NULL));
  self->basis = g_object_ref (add_column (self, C_ ("column heading", "Legal basis"), setup_basis, bind_basis, 204, NULL));
  add_column (self, C_ ("column heading", "State"), setup_state, bind_state, 158, NULL);
  add_column (self, C_ ("column heading", "Action"), setup_action, bind_action, 96, NULL);
  gtk_sort_list_model_set_sorter (self->sorted, gtk_column_view_get_sorter (GTK_COLUMN_VIEW (self->table)));
  gtk_column_view_sort_by_column (GTK_COLUMN_VIEW (self->table), due, GTK_SORT_ASCENDING);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->table);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), 230);
  gtk_widget_set_vexpand (scroller, TRUE);
  return scroller;
}

static GtkWidget *
build_head (QdDutyTable *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *filters = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *title = qd_label_new (C_ ("table", "Duties"), "heading");
  const char *domain_names[G_N_ELEMENTS (domains) + 1] = { NULL };
  const char *view_names[G_N_ELEMENTS (views) + 1] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (domains); i++)
    domain_names[i] = _ (domains[i].label);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    view_names[i] = _ (views[i]);
  self->subtitle = qd_label_new (NULL, "qd-caption");
  gtk_label_set_wrap (GTK_LABEL (title), FALSE);
  gtk_label_set_wrap (GTK_LABEL (self->subtitle), FALSE);
  gtk_label_set_ellipsize (GTK_LABEL (self->subtitle), PANGO_ELLIPSIZE_END);
  self->search = gtk_search_entry_new ();
  g_object_set (self->search, "placeholder-text", _ ("Search duties, substances, law"), NULL);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->search), 10);
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->search), 22);
  qd_name (self->search, _ ("Search duties, substances, law"));
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (filter_cb), self);
  self->domain = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (domain_names));
  qd_name (self->domain, _ ("Filter by domain"));
  g_signal_connect_swapped (self->domain, "notify::selected", G_CALLBACK (filter_cb), self);
  self->view = GTK_DROP_DOWN (gtk_drop_down_new_from_strings (view_names));
  qd_name (self->view, _ ("Which duties"));
  g_signal_connect_swapped (self->view, "notify::selected", G_CALLBACK (filter_cb), self);
  self->marks = qd_icon_button_new ("qd-attach-symbolic", _ ("Marks and evidence…"), NULL);
  qd_set_action (self->marks, "win.marks::");
  gtk_widget_add_css_class (self->marks, "flat");
  gtk_widget_set_visible (self->marks, FALSE);
  self->not_applicable = gtk_button_new_with_label ("");
  gtk_widget_add_css_class (self->not_applicable, "flat");
  g_signal_connect_swapped (self->not_applicable, "clicked", G_CALLBACK (not_applicable_cb), self);
  self->warnings = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->warnings), "qd-notice-symbolic");
  gtk_widget_add_css_class (self->warnings, "flat");
  gtk_widget_set_visible (self->warnings, FALSE);
  gtk_widget_set_tooltip_text (self->warnings, _ ("What could not be taken into account"));
  qd_name (self->warnings, _ ("What could not be taken into account"));
  gtk_widget_set_hexpand (self->warnings, TRUE);
  gtk_widget_set_halign (self->warnings, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (words), title);
  gtk_box_append (GTK_BOX (words), self->subtitle);
  gtk_box_append (GTK_BOX (words), self->warnings);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_hexpand (self->search, TRUE);
  gtk_widget_set_halign (filters, GTK_ALIGN_FILL);
  gtk_box_append (GTK_BOX (filters), self->search);
  gtk_box_append (GTK_BOX (filters), GTK_WIDGET (self->domain));
  gtk_box_append (GTK_BOX (filters), GTK_WIDGET (self->view));
  gtk_box_append (GTK_BOX (filters), self->marks);
  gtk_box_append (GTK_BOX (filters), self->not_applicable);
  gtk_box_append (GTK_BOX (head), words);
  gtk_box_append (GTK_BOX (head), filters);
  self->head = head;
  gtk_widget_add_css_class (head, "qd-table-head");
  return head;
}

static void
qd_duty_table_dispose (GObject *object)
{
  QdDutyTable *self = QD_DUTY_TABLE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->why);
  g_clear_object (&self->basis);
  g_clear_object (&self->sorted);
  g_clear_object (&self->filtered);
  g_clear_object (&self->filter);
  g_clear_pointer (&self->assessed, qd_assessed_unref);
  G_OBJECT_CLASS (qd_duty_table_parent_class)->dispose (object);
}

static void
qd_duty_table_class_init (QdDutyTableClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_duty_table_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[SIGNAL_RUN] = g_signal_new ("run", QD_TYPE_DUTY_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, QD_TYPE_DUTY_ITEM);
  signals[SIGNAL_NOT_APPLICABLE] = g_signal_new ("not-applicable", QD_TYPE_DUTY_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_VIEW_CHANGED] = g_signal_new ("view-changed", QD_TYPE_DUTY_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qd_duty_table_init (QdDutyTable *self)
{
  GtkWidget *clear = gtk_button_new_with_label (_ ("Clear the filters"));
  GtkWidget *head;

  self->group = QD_DUTY_TABLE_ALL;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  head = build_head (self);
  self->empty = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  self->empty_text = qd_label_new (NULL, "qd-secondary");
  qd_name (clear, _ ("Clear the filters"));
  g_signal_connect_swapped (clear, "clicked", G_CALLBACK (clear_cb), self);
  gtk_box_append (GTK_BOX (self->empty), self->empty_text);
  gtk_box_append (GTK_BOX (self->empty), clear);
  gtk_widget_add_css_class (self->empty, "qd-table-head");
  gtk_box_append (GTK_BOX (self->box), head);
  gtk_box_append (GTK_BOX (self->box), self->empty);
  gtk_box_append (GTK_BOX (self->box), build_table (self));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "view");
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  update_empty (self);
}

GtkWidget *
qd_duty_table_new (void)
{
  return g_object_new (QD_TYPE_DUTY_TABLE, NULL);
}
