/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-check-list"
#include "config.h"
#include "qd-check-list.h"

#include <string.h>
#include <glib/gi18n-lib.h>
#include "qd-pinyin.h"
#include "qd-table-value.h"

/* Rows are widgets: of a long list of codes the rest is found by typing. */
#define MAX_ROWS 100
#define PINYIN_FROM 10 /* choices from which loading the tables is worth it */
#define MAX_HEIGHT 300

typedef struct
{
  char *value;
  char *label;
  gboolean ticked;
  gboolean is_foreign; /* not among the choices */
} Item;

struct _QdCheckList
{
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkWidget *search;
  GtkWidget *list;
  GtkWidget *more;
  GtkWidget *count;
  GArray *items; /* (owned) (element-type Item): what is no choice first */
  gboolean preedit;
};

enum
{
  CHANGED,
  DONE,
  GIVEN_UP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (QdCheckList, qd_check_list, GTK_TYPE_WIDGET)

static void
clear_item (gpointer data)
{
  Item *item = data;

  g_free (item->value);
  g_free (item->label);
}

/* Rows. */

static Item *
get_item (QdCheckList *self, GtkListBoxRow *row)
{
  return &g_array_index (self->items, Item, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "item")));
}

static void
show_ticked (GtkListBoxRow *row, const Item *item)
{
  gtk_check_button_set_active (g_object_get_data (G_OBJECT (row), "check"), item->ticked);
  gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_CHECKED, item->ticked ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE, -1);
}

static GtkWidget *
make_row (QdCheckList *self, guint index)
{
  const Item *item = &g_array_index (self->items, Item, index);
  GtkWidget *row = g_object_new (GTK_TYPE_LIST_BOX_ROW, "accessible-role", GTK_ACCESSIBLE_ROLE_CHECKBOX, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  /* Only drawn: the row is the control. */
  GtkWidget *check = g_object_new (GTK_TYPE_CHECK_BUTTON, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, "can-focus", FALSE, "can-target", FALSE, NULL);
  /* Translators: a text that was pasted into the cell and is not among the choices */
  g_autofree char *text = item->is_foreign ? g_strdup_printf (_ ("%s (not among the choices)"), item->label) : g_strdup (item->label);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 50);
  gtk_box_append (GTK_BOX (box), check);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data (G_OBJECT (row), "item", GUINT_TO_POINTER (index));
  g_object_set_data (G_OBJECT (row), "check", check);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  show_ticked (GTK_LIST_BOX_ROW (row), item);
  return row;
}

/* What fits best first; of what fits alike, the ticked ones and then the order of the form. */
typedef struct
{
  guint index;
  int rank;
} Found;

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const Found *left = a, *right = b;

  if (left->rank != right->rank)
    return left->rank - right->rank;
  return left->index < right->index ? -1 : left->index > right->index;
}

static GArray *
find_items (QdCheckList *self)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (Found));
  g_autofree char *needle = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  gboolean ticked_first = !*g_strstrip (needle) && self->items->len > MAX_ROWS;

  for (guint i = 0; i < self->items->len; i++)
    {
      const Item *item = &g_array_index (self->items, Item, i);
      Found one = { i, qd_table_value_rank (item->label, item->value, needle) };

      if (one.rank < 0)
        continue;
      if (ticked_first && !item->ticked)
        one.rank++;
      g_array_append_val (found, one);
    }
  g_array_sort (found, compare_found);
  return found;
}

static void
fill (QdCheckList *self)
{
  g_autoptr (GArray) found = find_items (self);
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->list)))
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  for (guint i = 0; i < MIN (found->len, MAX_ROWS); i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), make_row (self, g_array_index (found, Found, i).index));
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0));
  gtk_widget_set_visible (self->more, found->len > MAX_ROWS || found->len == 0);
  if (found->len > MAX_ROWS)
    {
      guint rest = found->len - MAX_ROWS;
      g_autofree char *text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u more; type to find it", "%u more; type to find them", rest), rest);

      gtk_label_set_text (GTK_LABEL (self->more), text);
    }
  else if (found->len == 0)
    gtk_label_set_text (GTK_LABEL (self->more), _ ("No choice matches"));
}

static void
count (QdCheckList *self)
{
  guint n = 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->items->len; i++)
    n += g_array_index (self->items, Item, i).ticked ? 1 : 0;
  text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u ticked", "%u ticked", n), n);
  gtk_label_set_text (GTK_LABEL (self->count), text);
}

static void
toggle (QdCheckList *self, GtkListBoxRow *row)
{
  Item *item = get_item (self, row);

  item->ticked = !item->ticked;
  show_ticked (row, item);
  count (self);
  /* What is typed next looks for another choice. */
  gtk_editable_select_region (GTK_EDITABLE (self->search), 0, -1);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
row_activated_cb (QdCheckList *self, GtkListBoxRow *row)
{
  toggle (self, row);
}

/* Keys. */

static void
focus_search (QdCheckList *self)
{
  gtk_text_grab_focus_without_selecting (GTK_TEXT (gtk_editable_get_delegate (GTK_EDITABLE (self->search))));
}

static gboolean
is_in_list (QdCheckList *self)
{
  return gtk_widget_get_focus_child (self->list) != NULL;
}

/* Before the entry and the list; not while an input method has the keys. */
static gboolean
key_captured_cb (QdCheckList *self, guint key, guint code, GdkModifierType state)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  if (self->preedit || (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return FALSE;
  switch (key)
    {
    case GDK_KEY_space:
    case GDK_KEY_KP_Space:
      if (!row || !(is_in_list (self) || gtk_widget_get_focus_child (self->search)))
        return FALSE;
      toggle (self, row);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      g_signal_emit (self, signals[DONE], 0);
      return TRUE;
    case GDK_KEY_Escape:
      g_signal_emit (self, signals[GIVEN_UP], 0);
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      if (is_in_list (self) || !row)
        return FALSE;
      return gtk_widget_grab_focus (GTK_WIDGET (row));
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      if (!is_in_list (self) || !row || gtk_list_box_row_get_index (row) > 0)
        return FALSE;
      focus_search (self);
      return TRUE;
    default:
      return FALSE;
    }
}

/* Letters typed in the list go to the entry, the first one and its input method too. */
static gboolean
list_key_cb (QdCheckList *self, guint key, guint code, GdkModifierType state, GtkEventController *controller)
{
  gunichar c = gdk_keyval_to_unicode (key);

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 || (key != GDK_KEY_BackSpace && (c == 0 || g_unichar_iscntrl (c) || g_unichar_isspace (c))))
    return FALSE;
  focus_search (self);
  return gtk_event_controller_key_forward (GTK_EVENT_CONTROLLER_KEY (controller), GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->search))));
}

static void
preedit_changed_cb (QdCheckList *self, const char *preedit)
{
  self->preedit = preedit && *preedit;
}

static void
done_cb (QdCheckList *self)
{
  g_signal_emit (self, signals[DONE], 0);
}

/* The widget. */

static gboolean
qd_check_list_grab_focus (GtkWidget *widget)
{
  QdCheckList *self = QD_CHECK_LIST (widget);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  return gtk_widget_grab_focus (row ? GTK_WIDGET (row) : self->search);
}

static void
qd_check_list_dispose (GObject *object)
{
  QdCheckList *self = QD_CHECK_LIST (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (qd_check_list_parent_class)->dispose (object);
}

static void
qd_check_list_finalize (GObject *object)
{
  g_array_unref (QD_CHECK_LIST (object)->items);
  G_OBJECT_CLASS (qd_check_list_parent_class)->finalize (object);
}

static void
qd_check_list_class_init (QdCheckListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_check_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_check_list_finalize;
  widget_class->grab_focus = qd_check_list_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  signals[CHANGED] = g_signal_new ("changed", QD_TYPE_CHECK_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DONE] = g_signal_new ("done", QD_TYPE_CHECK_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[GIVEN_UP] = g_signal_new ("given-up", QD_TYPE_CHECK_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
make_list (QdCheckList *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  gtk_widget_add_css_class (self->list, "qd-check-list");
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (list_key_cb), self);
  gtk_widget_add_controller (self->list, keys);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), MAX_HEIGHT);
  return scrolled;
}

static void
qd_check_list_init (QdCheckList *self)
{
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *done = gtk_button_new_with_mnemonic (C_ ("button", "_Done"));
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->items = g_array_new (FALSE, TRUE, sizeof (Item));
  g_array_set_clear_func (self->items, clear_item);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->search = gtk_search_entry_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Find a choice"), -1);
  g_signal_connect_swapped (self->search, "changed", G_CALLBACK (fill), self);
  g_signal_connect_swapped (gtk_editable_get_delegate (GTK_EDITABLE (self->search)), "preedit-changed", G_CALLBACK (preedit_changed_cb), self);
  self->more = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->more), 0);
  gtk_widget_add_css_class (self->more, "qd-caption");
  self->count = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->count, "qd-caption");
  gtk_widget_set_hexpand (self->count, TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->count), 0);
  g_signal_connect_swapped (done, "clicked", G_CALLBACK (done_cb), self);
  gtk_widget_add_css_class (done, "qd-small");
  gtk_box_append (GTK_BOX (foot), self->count);
  gtk_box_append (GTK_BOX (foot), done);
  gtk_box_append (GTK_BOX (self->box), self->search);
  gtk_box_append (GTK_BOX (self->box), make_list (self));
  gtk_box_append (GTK_BOX (self->box), self->more);
  gtk_box_append (GTK_BOX (self->box), foot);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_captured_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
qd_check_list_new (void)
{
  return g_object_new (QD_TYPE_CHECK_LIST, NULL);
}

static void
add_item (QdCheckList *self, const char *value, const char *label, gboolean ticked, gboolean is_foreign)
{
  Item item = { g_strdup (value), g_strdup (label), ticked, is_foreign };

  g_array_append_val (self->items, item);
}

void
qd_check_list_set (QdCheckList *self, const char *name, GPtrArray *choices, const char *const *ticked)
{
  g_autoptr (GHashTable) values = g_hash_table_new (g_str_hash, g_str_equal);

  g_return_if_fail (QD_IS_CHECK_LIST (self) && ticked != NULL);
  g_array_set_size (self->items, 0);
  for (guint i = 0; choices && i + 1 < choices->len; i += 2)
    g_hash_table_add (values, g_ptr_array_index (choices, i));
  for (guint i = 0; ticked[i]; i++)
    if (*ticked[i] && !g_hash_table_contains (values, ticked[i]))
      add_item (self, ticked[i], ticked[i], TRUE, TRUE);
  for (guint i = 0; choices && i + 1 < choices->len; i += 2)
    add_item (self, g_ptr_array_index (choices, i), g_ptr_array_index (choices, i + 1), g_strv_contains (ticked, g_ptr_array_index (choices, i)), FALSE);
  if (self->items->len >= PINYIN_FROM)
    qd_pinyin_prepare ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  /* Emits "changed" only when there was something. */
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  fill (self);
  count (self);
}

char *
qd_check_list_dup_value (QdCheckList *self)
{
  GString *out = g_string_new (NULL);

  g_return_val_if_fail (QD_IS_CHECK_LIST (self), NULL);
  for (guint i = 0; i < self->items->len; i++)
    if (g_array_index (self->items, Item, i).ticked)
      g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", g_array_index (self->items, Item, i).value);
  return g_string_free (out, FALSE);
}

char *
qd_check_list_dup_text (QdCheckList *self)
{
  GString *out = g_string_new (NULL);

  g_return_val_if_fail (QD_IS_CHECK_LIST (self), NULL);
  for (guint i = 0; i < self->items->len; i++)
    if (g_array_index (self->items, Item, i).ticked)
      /* Translators: between the labels of choices in one text */
      g_string_append_printf (out, "%s%s", out->len > 0 ? C_ ("between choices", ", ") : "", g_array_index (self->items, Item, i).label);
  return g_string_free (out, FALSE);
}
