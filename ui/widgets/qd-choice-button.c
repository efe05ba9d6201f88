/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-choice-button"
#include "config.h"
#include "qd-choice-button.h"

#include <glib/gi18n.h>
#include "qd-look.h"
#include "qd-pinyin.h"

#define SEARCH_FROM 10 /* choices from which a search entry helps */

struct _QdChoiceButton
{
  GtkWidget parent_instance;
  GtkWidget *button;
  GtkWidget *label;
  GtkWidget *popover;
  GtkWidget *search;
  GtkWidget *list;
  GtkStringFilter *filter; /* (owned) */
  GtkStringList *strings;  /* (owned): "label\tvalue\tpinyin initials" */
  gboolean has_initials;
  GtkSingleSelection *selection; /* (owned) */
  GPtrArray *choices;            /* (owned) (nullable) */
  char *value;                   /* (owned) */
};

G_DEFINE_FINAL_TYPE (QdChoiceButton, qd_choice_button, GTK_TYPE_WIDGET)

static guint changed_signal;

static const char *
find_label (QdChoiceButton *self, const char *value)
{
  for (guint i = 0; self->choices != NULL && i < self->choices->len; i++)
    {
      const QdChoice *choice = g_ptr_array_index (self->choices, i);
      if (g_str_equal (choice->value, value))
        return choice->label;
    }
  return value;
}

static void
show_value (QdChoiceButton *self)
{
  gboolean empty = *self->value == '\0';

  const char *text = empty ? _ ("Choose…") : find_label (self, self->value);

  gtk_label_set_text (GTK_LABEL (self->label), text);
  qd_name (self->button, text); /* the question is the name of the whole */
  qd_look_set_css (self->label, empty ? "qd-secondary" : NULL);
}

static void
activate_cb (QdChoiceButton *self, guint position)
{
  g_autoptr (GtkStringObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  g_auto (GStrv) parts = NULL;

  if (item == NULL)
    return;
  parts = g_strsplit (gtk_string_object_get_string (item), "\t", 3);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  if (g_strcmp0 (self->value, parts[1]) == 0)
    return;
  qd_choice_button_set_value (self, parts[1] != NULL ? parts[1] : "");
  g_signal_emit (self, changed_signal, 0);
}

static void
search_activate_cb (QdChoiceButton *self)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (self->selection)) > 0)
    activate_cb (self, gtk_single_selection_get_selected (self->selection));
}

static void
search_changed_cb (QdChoiceButton *self)
{
  gtk_string_filter_set_search (self->filter, gtk_editable_get_text (GTK_EDITABLE (self->search)));
  gtk_single_selection_set_selected (self->selection, 0);
}

static gboolean
search_key_cb (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, QdChoiceButton *self)
{
  if (keyval == GDK_KEY_Down)
    return gtk_widget_grab_focus (self->list);
  return FALSE;
}

static void
fill (QdChoiceButton *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) strings = NULL;

  /* The tables of pinyin are read in a thread: what is shown before they are there is found by label and code only. */
  self->has_initials = self->choices->len >= SEARCH_FROM && qd_pinyin_is_ready ();
  g_strv_builder_add (builder, "\t\t");
  for (guint i = 0; i < self->choices->len; i++)
    {
      const QdChoice *choice = g_ptr_array_index (self->choices, i);
      g_autofree char *initials = self->has_initials ? qd_pinyin_dup_initials (choice->label) : g_strdup ("");
      g_autofree char *line = g_strdup_printf ("%s\t%s\t%s", choice->label, choice->value, initials);
      g_strv_builder_add (builder, line);
    }
  strings = g_strv_builder_end (builder);
  gtk_string_list_splice (self->strings, 0, g_list_model_get_n_items (G_LIST_MODEL (self->strings)), (const char *const *) strings);
}

static void
popover_shown_cb (QdChoiceButton *self)
{
  if (self->choices != NULL && !self->has_initials && self->choices->len >= SEARCH_FROM && qd_pinyin_is_ready ())
    fill (self);
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  for (guint i = 0; self->choices != NULL && i < self->choices->len; i++)
    if (g_str_equal (((QdChoice *) g_ptr_array_index (self->choices, i))->value, self->value))
      gtk_single_selection_set_selected (self->selection, i + 1);
  gtk_widget_grab_focus (gtk_widget_get_visible (self->search) ? self->search : self->list);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_margin_start (label, 6);
  gtk_widget_set_margin_end (label, 6);
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  g_auto (GStrv) parts = g_strsplit (gtk_string_object_get_string (gtk_list_item_get_item (item)), "\t", 3);
  GtkWidget *label = gtk_list_item_get_child (item);

  gtk_label_set_text (GTK_LABEL (label), parts[1] == NULL || *parts[1] == '\0' ? _ ("(empty)") : parts[0]);
  gtk_widget_set_tooltip_text (label, parts[1]);
}

static gboolean
qd_choice_button_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (QD_CHOICE_BUTTON (widget)->button);
}

static void
qd_choice_button_dispose (GObject *object)
{
  QdChoiceButton *self = QD_CHOICE_BUTTON (object);

  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->filter);
  g_clear_object (&self->strings);
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  G_OBJECT_CLASS (qd_choice_button_parent_class)->dispose (object);
}

static void
qd_choice_button_finalize (GObject *object)
{
  g_free (QD_CHOICE_BUTTON (object)->value);
  G_OBJECT_CLASS (qd_choice_button_parent_class)->finalize (object);
}

static void
qd_choice_button_class_init (QdChoiceButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_choice_button_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_choice_button_finalize;
  widget_class->grab_focus = qd_choice_button_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_COMBO_BOX);
  changed_signal = g_signal_new ("changed", QD_TYPE_CHOICE_BUTTON, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
build_popover (QdChoiceButton *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkFilterListModel *filtered;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  self->strings = gtk_string_list_new (NULL);
  self->filter = gtk_string_filter_new (gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string"));
  filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->strings)), g_object_ref (GTK_FILTER (self->filter)));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (filtered));
  self->list = gtk_list_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), TRUE);
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  qd_name (self->list, _ ("Choices"));
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (activate_cb), self);
  self->search = gtk_search_entry_new ();
  qd_name (self->search, _ ("Search the choices"));
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (search_changed_cb), self);
  g_signal_connect_swapped (self->search, "activate", G_CALLBACK (search_activate_cb), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (search_key_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (self->search, keys);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 320);
  gtk_widget_set_size_request (scroller, 280, -1);
  gtk_box_append (GTK_BOX (box), self->search);
  gtk_box_append (GTK_BOX (box), scroller);
  self->popover = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->popover), box);
  g_signal_connect_swapped (self->popover, "map", G_CALLBACK (popover_shown_cb), self);
  return self->popover;
}

static void
qd_choice_button_init (QdChoiceButton *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->value = g_strdup ("");
  self->button = gtk_menu_button_new ();
  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->label), 24);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_box_append (GTK_BOX (box), self->label);
  gtk_box_append (GTK_BOX (box), qd_icon_new ("pan-down-symbolic", NULL));
  gtk_menu_button_set_child (GTK_MENU_BUTTON (self->button), box);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), build_popover (self));
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  show_value (self);
}

GtkWidget *
qd_choice_button_new (void)
{
  return g_object_new (QD_TYPE_CHOICE_BUTTON, NULL);
}

void
qd_choice_button_set_choices (QdChoiceButton *self, GPtrArray *choices)
{
  g_return_if_fail (QD_IS_CHOICE_BUTTON (self));
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  self->choices = g_ptr_array_ref (choices);
  if (choices->len >= SEARCH_FROM)
    qd_pinyin_prepare ();
  fill (self);
  gtk_widget_set_visible (self->search, choices->len >= SEARCH_FROM);
  show_value (self);
}

void
qd_choice_button_set_value (QdChoiceButton *self, const char *value)
{
  char *copy;

  g_return_if_fail (QD_IS_CHOICE_BUTTON (self));
  copy = g_strdup (value != NULL ? value : "");
  g_free (self->value);
  self->value = copy;
  show_value (self);
}

const char *
qd_choice_button_get_value (QdChoiceButton *self)
{
  return self->value;
}

guint
qd_choice_button_count_matches (QdChoiceButton *self, const char *search)
{
  gtk_string_filter_set_search (self->filter, search);
  return g_list_model_get_n_items (G_LIST_MODEL (self->selection));
}
