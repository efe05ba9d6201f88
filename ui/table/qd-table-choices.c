/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The popover of choices and suggestions: what is listed for what is typed, and what is taken from it. */
#define G_LOG_DOMAIN "qd-table-choices"
#include "config.h"
#include "qd-table-grid-private.h"

#include <string.h>
#include <glib/gi18n-lib.h>
#include "qd-pinyin.h"
#include "qd-table-value.h"

#define MAX_LISTED 200

/* The list never takes the focus, so that typing goes on while it is open. */

void
qd_table_grid_hide_list (QdTableGrid *self)
{
  if (!self->list_shown)
    return;
  self->list_shown = FALSE;
  gtk_popover_popdown (GTK_POPOVER (self->list));
}

const char *
qd_table_grid_get_segment (QdTableGrid *self, const char *text)
{
  const char *start = text;

  if (qd_table_grid_get_active_column (self)->multiple)
    for (const char *at = text; *at; at = g_utf8_next_char (at))
      {
        gunichar c = g_utf8_get_char (at);

        if (c == ',' || c == ';' || c == 0x3001 || c == 0xff0c || c == 0xff1b)
          start = g_utf8_next_char (at);
      }
  return start;
}

typedef struct
{
  const char *code;
  const char *label;
  int rank; /* 0 exact, 1 begins so, 2 contains it */
  guint place;
} ListedChoice;

static int
compare_listed (gconstpointer a, gconstpointer b)
{
  const ListedChoice *left = a, *right = b;

  return left->rank != right->rank ? left->rank - right->rank : (left->place < right->place ? -1 : 1);
}

/* What is known of what is typed; nothing is selected, so that Enter keeps what was typed. */
static guint
fill_suggestions (QdTableGrid *self, const char *typed)
{
  g_autoptr (GPtrArray) found = qd_table_model_suggest (self->model, qd_table_grid_get_model_row (self), self->cursor.active.column, typed);
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();
  GtkSelectionModel *selection = gtk_list_view_get_model (GTK_LIST_VIEW (self->list_view));

  g_ptr_array_set_size (self->list_codes, 0);
  for (guint i = 0; found && i + 1 < found->len; i += 2)
    {
      g_ptr_array_add (self->list_codes, g_strdup (g_ptr_array_index (found, i)));
      g_ptr_array_add (labels, g_ptr_array_index (found, i + 1));
    }
  g_ptr_array_add (labels, NULL);
  gtk_string_list_splice (self->list_labels, 0, g_list_model_get_n_items (G_LIST_MODEL (self->list_labels)), (const char *const *) labels->pdata);
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (selection), GTK_INVALID_LIST_POSITION);
  return self->list_codes->len;
}

/* @needle: typed so far, "" for all. @chosen: (nullable): code to select. Returns how many there are. */
static guint
fill_list (QdTableGrid *self, const char *needle, const char *chosen)
{
  g_autoptr (GPtrArray) choices = NULL;
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (ListedChoice));
  g_autofree char *folded = g_utf8_casefold (needle, -1);
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();
  GtkSelectionModel *selection = gtk_list_view_get_model (GTK_LIST_VIEW (self->list_view));
  guint selected = *needle ? 0 : GTK_INVALID_LIST_POSITION;

  g_strstrip (folded);
  choices = qd_table_model_get_choices (self->model, qd_table_grid_get_model_row (self), self->cursor.active.column);
  if (choices && choices->len > 20)
    qd_pinyin_prepare ();
  for (guint i = 0; choices && i + 1 < choices->len; i += 2)
    {
      ListedChoice choice = { g_ptr_array_index (choices, i), g_ptr_array_index (choices, i + 1), 0, i };

      choice.rank = qd_table_value_rank (choice.label, choice.code, folded);
      if (choice.rank >= 0)
        g_array_append_val (found, choice);
    }
  g_array_sort (found, compare_listed);
  if (found->len > MAX_LISTED)
    g_array_set_size (found, MAX_LISTED);
  g_ptr_array_set_size (self->list_codes, 0);
  for (guint i = 0; i < found->len; i++)
    {
      const ListedChoice *choice = &g_array_index (found, ListedChoice, i);

      g_ptr_array_add (labels, (gpointer) choice->label);
      g_ptr_array_add (self->list_codes, g_strdup (choice->code));
      if (chosen && strcmp (choice->code, chosen) == 0)
        selected = i;
    }
  g_ptr_array_add (labels, NULL);
  gtk_string_list_splice (self->list_labels, 0, g_list_model_get_n_items (G_LIST_MODEL (self->list_labels)), (const char *const *) labels->pdata);
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (selection), found->len > 0 ? selected : GTK_INVALID_LIST_POSITION);
  return found->len;
}

static void
scroll_list (QdTableGrid *self, guint position)
{
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (self->list_view, "list.scroll-to-item", "u", position);
}

void
qd_table_grid_show_list (QdTableGrid *self, const char *needle, const char *chosen)
{
  if ((qd_table_grid_get_active_column (self)->suggests ? fill_suggestions (self, needle) : fill_list (self, needle, chosen)) == 0)
    {
      qd_table_grid_hide_list (self);
      return;
    }
  if (!self->list_shown)
    {
      GdkRectangle rect = qd_table_grid_get_editor_rect (self);

      self->list_shown = TRUE;
      gtk_widget_set_size_request (self->list_view, MAX (rect.width, 140), -1);
      gtk_popover_set_pointing_to (GTK_POPOVER (self->list), &rect);
      gtk_popover_popup (GTK_POPOVER (self->list));
    }
  scroll_list (self, gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (gtk_list_view_get_model (GTK_LIST_VIEW (self->list_view)))));
}

gboolean
qd_table_grid_move_in_list (QdTableGrid *self, int step)
{
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (GTK_LIST_VIEW (self->list_view)));
  guint n = self->list_codes->len, at = gtk_single_selection_get_selected (selection);

  if (!self->list_shown || n == 0)
    return FALSE;
  if (at == GTK_INVALID_LIST_POSITION)
    at = step > 0 ? 0 : n - 1;
  else
    at = (guint) CLAMP ((int) at + step, 0, (int) n - 1);
  gtk_single_selection_set_selected (selection, at);
  scroll_list (self, at);
  return TRUE;
}

/* A suggestion fills more than its cell. */
static void
accept_suggestion (QdTableGrid *self, guint position)
{
  g_autofree char *value = g_strdup (g_ptr_array_index (self->list_codes, position));
  g_autoptr (GError) error = NULL;
  QdCellPos at = self->edited;

  qd_table_grid_cancel_edit (self);
  self->pasted.n_rows = 0;
  if (!qd_table_model_accept (self->model, at.row, at.column, value, &error))
    qd_table_grid_take_error (self, g_steal_pointer (&error));
}

/* Puts the chosen label into the text. FALSE when nothing is chosen. */
static gboolean
take_from_list (QdTableGrid *self, guint position)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->text)), *segment, *label;
  g_autofree char *joined = NULL;

  if (!self->list_shown || position >= self->list_codes->len)
    return FALSE;
  if (qd_table_grid_get_active_column (self)->suggests)
    {
      accept_suggestion (self, position);
      return TRUE;
    }
  label = gtk_string_list_get_string (self->list_labels, position);
  segment = qd_table_grid_get_segment (self, text);
  joined = g_strdup_printf ("%.*s%s", (int) (segment - text), text, label);
  qd_table_grid_set_text (self, joined);
  self->had_text = TRUE;
  qd_table_grid_hide_list (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  return TRUE;
}

void
qd_table_grid_take_choice (QdTableGrid *self)
{
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (GTK_LIST_VIEW (self->list_view)));
  const char *segment = qd_table_grid_get_segment (self, gtk_editable_get_text (GTK_EDITABLE (self->text)));
  guint position = gtk_single_selection_get_selected (selection);

  if (self->list_shown && position != GTK_INVALID_LIST_POSITION && (*segment || !qd_table_grid_get_active_column (self)->multiple))
    take_from_list (self, position);
  qd_table_grid_hide_list (self);
}

static void
list_activate_cb (QdTableGrid *self, guint position)
{
  if (take_from_list (self, position) && !qd_table_grid_get_active_column (self)->multiple)
    qd_table_grid_commit_edit (self);
}

static void
setup_choice_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 50);
  gtk_list_item_set_child (item, label);
}

static void
bind_choice_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

void
qd_table_grid_init_list (QdTableGrid *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkSingleSelection *selection;
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_choice_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_choice_cb), NULL);
  self->list_labels = gtk_string_list_new (NULL);
  self->list_codes = g_ptr_array_new_with_free_func (g_free);
  selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->list_labels)));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  self->list_view = gtk_list_view_new (GTK_SELECTION_MODEL (selection), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list_view), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list_view), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Choices"), -1);
  g_signal_connect_swapped (self->list_view, "activate", G_CALLBACK (list_activate_cb), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->list_view);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scrolled), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), 260);
  self->list = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->list), scrolled);
  gtk_popover_set_autohide (GTK_POPOVER (self->list), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->list), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->list), GTK_POS_BOTTOM);
  gtk_widget_set_halign (self->list, GTK_ALIGN_START);
  gtk_widget_set_can_focus (self->list, FALSE);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
}
