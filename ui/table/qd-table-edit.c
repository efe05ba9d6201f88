/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live text: typing, input methods, committing, and the popovers of choices and days. */
#define G_LOG_DOMAIN "qd-table-edit"
#include "config.h"
#include "qd-table-grid-private.h"

#include <string.h>
#include <glib/gi18n-lib.h>
#include "qd-pinyin.h"
#include "qd-table-value.h"

#define MAX_LISTED 200

static const QdColumn *
get_active_column (QdTableGrid *self)
{
  return qd_table_model_get_column (self->model, self->cursor.active.column);
}

static QdChoiceIndex *
make_index (QdTableGrid *self, guint row, guint column)
{
  g_autoptr (GPtrArray) choices = qd_table_model_get_choices (self->model, row, column);

  return qd_choice_index_new (choices);
}

static void
set_text (QdTableGrid *self, const char *text)
{
  self->setting_text = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->text), text ? text : "");
  gtk_editable_set_position (GTK_EDITABLE (self->text), -1);
  self->setting_text = FALSE;
}

static gboolean
is_active_editable (QdTableGrid *self)
{
  if (!self->model || qd_table_model_get_n_columns (self->model) == 0)
    return FALSE;
  /* In an empty table typing makes the first row. */
  if (!qd_table_grid_has_cell (self))
    return qd_table_model_can_add_rows (self->model);
  return qd_table_model_is_editable (self->model, qd_table_grid_get_model_row (self), self->cursor.active.column);
}

void
qd_table_grid_prepare_editor (QdTableGrid *self)
{
  PangoAttrList *attributes = pango_attr_list_new ();
  GtkInputPurpose purpose = GTK_INPUT_PURPOSE_FREE_FORM;
  float alignment = 0;

  if (self->model && self->cursor.active.column < qd_table_model_get_n_columns (self->model))
    {
      const QdColumn *column = get_active_column (self);

      if (column->type == QD_COLUMN_NUMBER)
        {
          purpose = GTK_INPUT_PURPOSE_NUMBER;
          alignment = 1;
        }
    }
  pango_attr_list_insert (attributes, pango_attr_size_new ((int) (10 * self->zoom * PANGO_SCALE)));
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  gtk_text_set_attributes (GTK_TEXT (self->text), attributes);
  pango_attr_list_unref (attributes);
  if (gtk_text_get_input_purpose (GTK_TEXT (self->text)) != purpose)
    gtk_text_set_input_purpose (GTK_TEXT (self->text), purpose);
  gtk_editable_set_alignment (GTK_EDITABLE (self->text), alignment);
  if (self->mode == QD_EDIT_NONE)
    {
      gboolean editable = is_active_editable (self);

      if (gtk_editable_get_editable (GTK_EDITABLE (self->text)) != editable)
        gtk_editable_set_editable (GTK_EDITABLE (self->text), editable);
    }
  /* An allocation makes the text tell the input method where it is. */
  gtk_widget_queue_allocate (self->text);
}

static GdkRectangle
get_editor_rect (QdTableGrid *self)
{
  GdkRectangle rect = qd_table_grid_get_cell_rect (self, self->cursor.active.row, self->cursor.active.column);
  GdkRectangle clip = qd_table_grid_get_clip (self, self->cursor.active.column < self->n_frozen);

  if (self->mode != QD_EDIT_NONE)
    {
      /* A long text grows to the right, over the neighbours. */
      g_autofree char *shown = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->text)));
      g_autoptr (PangoLayout) layout = qd_table_grid_create_layout (self, shown, FALSE);
      int width, right = gtk_widget_get_width (GTK_WIDGET (self));

      pango_layout_get_pixel_size (layout, &width, NULL);
      width += 2 * qd_table_grid_get_padding (self) + 4;
      if (width > rect.width)
        rect.width = MAX (rect.width, MIN (width, right - MAX (rect.x, clip.x)));
    }
  return rect;
}

void
qd_table_grid_place_editor (QdTableGrid *self)
{
  GdkRectangle rect = get_editor_rect (self);
  int padding = qd_table_grid_get_padding (self), minimum;

  rect.x += padding - 1;
  rect.width = MAX (1, rect.width - 2 * padding + 1);
  gtk_widget_measure (self->text, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  rect.width = MAX (rect.width, minimum);
  gtk_widget_size_allocate (self->text, &rect, self->baseline);
  if (self->list_shown)
    {
      GdkRectangle cell = get_editor_rect (self);

      gtk_popover_set_pointing_to (GTK_POPOVER (self->list), &cell);
    }
  gtk_popover_present (GTK_POPOVER (self->list));
  if (self->calendar)
    gtk_popover_present (GTK_POPOVER (self->calendar));
}

/* The list of choices: never takes the focus, so that typing goes on while it is open. */

static void
hide_list (QdTableGrid *self)
{
  if (!self->list_shown)
    return;
  self->list_shown = FALSE;
  gtk_popover_popdown (GTK_POPOVER (self->list));
}

/* Where the word that is being typed begins: after the last separator, in columns that take several choices. */
static const char *
get_segment (QdTableGrid *self, const char *text)
{
  const char *start = text;

  if (get_active_column (self)->multiple)
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

static int
rank_choice (const char *label, const char *code, const char *needle)
{
  g_autofree char *folded = g_utf8_casefold (label, -1);

  if (!*needle)
    return 0;
  if (strcmp (folded, needle) == 0 || g_ascii_strcasecmp (code, needle) == 0)
    return 0;
  if (g_str_has_prefix (folded, needle))
    return 1;
  if (strstr (folded, needle) || strstr (code, needle))
    return 2;
  if (g_str_is_ascii (needle) && qd_pinyin_is_ready ())
    {
      g_autofree char *initials = qd_pinyin_dup_initials (label);

      if (strstr (initials, needle))
        return 2;
    }
  return -1;
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

      choice.rank = rank_choice (choice.label, choice.code, folded);
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

static void
show_list (QdTableGrid *self, const char *needle, const char *chosen)
{
  if ((get_active_column (self)->suggests ? fill_suggestions (self, needle) : fill_list (self, needle, chosen)) == 0)
    {
      hide_list (self);
      return;
    }
  if (!self->list_shown)
    {
      GdkRectangle rect = get_editor_rect (self);

      self->list_shown = TRUE;
      gtk_widget_set_size_request (self->list_view, MAX (rect.width, 140), -1);
      gtk_popover_set_pointing_to (GTK_POPOVER (self->list), &rect);
      gtk_popover_popup (GTK_POPOVER (self->list));
    }
  scroll_list (self, gtk_single_selection_get_selected (GTK_SINGLE_SELECTION (gtk_list_view_get_model (GTK_LIST_VIEW (self->list_view)))));
}

static gboolean
move_in_list (QdTableGrid *self, int step)
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
  if (get_active_column (self)->suggests)
    {
      accept_suggestion (self, position);
      return TRUE;
    }
  label = gtk_string_list_get_string (self->list_labels, position);
  segment = get_segment (self, text);
  joined = g_strdup_printf ("%.*s%s", (int) (segment - text), text, label);
  set_text (self, joined);
  self->had_text = TRUE;
  hide_list (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  return TRUE;
}

/* Enter and Tab take the selected choice, unless what was typed is one itself. */
static void
take_selected (QdTableGrid *self)
{
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (GTK_LIST_VIEW (self->list_view)));
  const char *segment = get_segment (self, gtk_editable_get_text (GTK_EDITABLE (self->text)));
  guint position = gtk_single_selection_get_selected (selection);

  if (self->list_shown && position != GTK_INVALID_LIST_POSITION && (*segment || !get_active_column (self)->multiple))
    take_from_list (self, position);
  hide_list (self);
}

static void
list_activate_cb (QdTableGrid *self, guint position)
{
  if (take_from_list (self, position) && !get_active_column (self)->multiple)
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

static void
make_list (QdTableGrid *self)
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

/* The calendar. */

static void
show_day (QdTableGrid *self, const char *text)
{
  g_autofree char *iso = qd_input_dup_date (text);
  GtkWidget *calendar = g_object_get_data (G_OBJECT (self->calendar), "calendar");
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) day = iso ? g_date_time_new (zone, atoi (iso), atoi (iso + 5), atoi (iso + 8), 0, 0, 0) : g_date_time_new_now_local ();

  if (!day)
    return;
  self->calendar_setting = TRUE;
  gtk_calendar_select_day (GTK_CALENDAR (calendar), day);
  self->calendar_setting = FALSE;
  g_object_set_data (G_OBJECT (calendar), "month", GINT_TO_POINTER (g_date_time_get_year (day) * 12 + g_date_time_get_month (day)));
}

/* Days and months both come as "day-selected": a day of the month shown is final, another month only moves on. */
static void
day_selected_cb (QdTableGrid *self)
{
  GtkWidget *calendar = g_object_get_data (G_OBJECT (self->calendar), "calendar");
  g_autoptr (GDateTime) day = gtk_calendar_get_date (GTK_CALENDAR (calendar));
  g_autofree char *iso = g_date_time_format (day, "%Y-%m-%d");
  int month = g_date_time_get_year (day) * 12 + g_date_time_get_month (day);
  gboolean final = month == GPOINTER_TO_INT (g_object_get_data (G_OBJECT (calendar), "month"));

  if (self->calendar_setting || self->mode == QD_EDIT_NONE)
    return;
  g_object_set_data (G_OBJECT (calendar), "month", GINT_TO_POINTER (month));
  if (!final)
    return;
  set_text (self, iso);
  self->had_text = TRUE;
  gtk_popover_popdown (GTK_POPOVER (self->calendar));
  qd_table_grid_commit_edit (self);
}

static void
today_cb (QdTableGrid *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->calendar));
  qd_table_grid_put_today (self);
}

static void
calendar_closed_cb (QdTableGrid *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (self->mode != QD_EDIT_NONE && g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->text)), self->original) == 0)
    qd_table_grid_cancel_edit (self);
}

static void
make_calendar (QdTableGrid *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *calendar = gtk_calendar_new ();
  GtkWidget *today = gtk_button_new_with_label (C_ ("button", "Today"));

  self->calendar = gtk_popover_new ();
  g_object_set_data (G_OBJECT (self->calendar), "calendar", calendar);
  g_signal_connect_swapped (calendar, "day-selected", G_CALLBACK (day_selected_cb), self);
  g_signal_connect_swapped (today, "clicked", G_CALLBACK (today_cb), self);
  gtk_box_append (GTK_BOX (box), calendar);
  gtk_box_append (GTK_BOX (box), today);
  gtk_popover_set_child (GTK_POPOVER (self->calendar), box);
  gtk_popover_set_position (GTK_POPOVER (self->calendar), GTK_POS_BOTTOM);
  g_signal_connect_swapped (self->calendar, "closed", G_CALLBACK (calendar_closed_cb), self);
  gtk_widget_set_parent (self->calendar, GTK_WIDGET (self));
}

static void
show_calendar (QdTableGrid *self)
{
  GdkRectangle rect;

  if (!self->calendar)
    make_calendar (self);
  if (self->mode == QD_EDIT_NONE)
    qd_table_grid_begin_edit (self, QD_EDIT_INSIDE);
  if (self->mode == QD_EDIT_NONE)
    return;
  show_day (self, gtk_editable_get_text (GTK_EDITABLE (self->text)));
  rect = get_editor_rect (self);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->calendar), &rect);
  gtk_popover_popup (GTK_POPOVER (self->calendar));
}

/* Editing. */

/* Text as it is edited: labels for choices, plain digits for numbers. */
static char *
dup_edit_text (QdTableGrid *self, guint row, guint column)
{
  QdColumnType type = qd_table_model_get_column (self->model, column)->type;
  char *text = type == QD_COLUMN_CHOICE || type == QD_COLUMN_YES_NO ? qd_table_model_dup_display (self->model, row, column) : qd_table_model_dup_text (self->model, row, column);

  return text ? text : g_strdup ("");
}

static void
reset_input_method (QdTableGrid *self)
{
  gboolean editable = gtk_editable_get_editable (GTK_EDITABLE (self->text));

  /* The one way to make a GtkText drop a preedit. */
  gtk_editable_set_editable (GTK_EDITABLE (self->text), FALSE);
  gtk_editable_set_editable (GTK_EDITABLE (self->text), editable);
  self->preedit = FALSE;
}

static gboolean
allow_undo_cb (gpointer data)
{
  QdTableGrid *self = data;

  if (self->text && self->mode != QD_EDIT_NONE)
    gtk_editable_set_enable_undo (GTK_EDITABLE (self->text), TRUE);
  return G_SOURCE_REMOVE;
}

/* @keep: what was just typed is in the text already */
static gboolean
start_edit (QdTableGrid *self, QdEditMode mode, gboolean keep)
{
  guint row;

  if (self->mode != QD_EDIT_NONE || !is_active_editable (self))
    return FALSE;
  if (!qd_table_grid_has_cell (self))
    {
      g_autoptr (GError) error = NULL;

      if (!qd_table_model_insert_rows (self->model, qd_table_model_get_n_rows (self->model), 1, &error))
        {
          qd_table_grid_take_error (self, g_steal_pointer (&error));
          return FALSE;
        }
      if (!qd_table_grid_has_cell (self) || !is_active_editable (self))
        return FALSE;
    }
  row = qd_table_grid_get_model_row (self);
  qd_table_grid_scroll_to (self, self->cursor.active.row, self->cursor.active.column);
  self->mode = mode;
  self->edited = (QdCellPos){ row, self->cursor.active.column };
  g_free (self->original);
  self->original = dup_edit_text (self, row, self->cursor.active.column);
  if (!keep)
    set_text (self, self->original);
  self->had_text = !keep || *gtk_editable_get_text (GTK_EDITABLE (self->text));
  /* Not while the text tells of a change: GTK 4.18 closes a step of undo behind it, and crashes when it has not begun one. */
  g_idle_add_full (G_PRIORITY_DEFAULT, allow_undo_cb, g_object_ref (self), g_object_unref);
  gtk_widget_set_can_target (self->text, TRUE);
  qd_table_grid_prepare_editor (self);
  gtk_widget_queue_draw (self->canvas);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  return TRUE;
}

void
qd_table_grid_begin_edit (QdTableGrid *self, QdEditMode mode)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  start_edit (self, mode, FALSE);
}

static void
end_edit (QdTableGrid *self)
{
  hide_list (self);
  if (self->preedit)
    reset_input_method (self);
  self->mode = QD_EDIT_NONE;
  gtk_editable_set_enable_undo (GTK_EDITABLE (self->text), FALSE);
  set_text (self, "");
  gtk_widget_set_can_target (self->text, FALSE);
  g_clear_pointer (&self->original, g_free);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  qd_table_grid_moved (self, FALSE);
}

void
qd_table_grid_cancel_edit (QdTableGrid *self)
{
  if (self->mode != QD_EDIT_NONE)
    end_edit (self);
}

gboolean
qd_table_grid_commit_edit (QdTableGrid *self)
{
  g_autofree char *text = NULL;
  g_autofree char *value = NULL;
  g_autofree char *stored = NULL;
  g_autoptr (QdChoiceIndex) index = NULL;
  g_autoptr (GError) error = NULL;
  QdCellPos at = self->edited;
  gboolean ok = TRUE;

  if (self->mode == QD_EDIT_NONE)
    return TRUE;
  if (!self->had_text)
    {
      /* Only a preedit, given up. */
      end_edit (self);
      return TRUE;
    }
  text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->text)));
  if (strcmp (text, self->original) == 0)
    {
      end_edit (self);
      return TRUE;
    }
  index = make_index (self, at.row, at.column);
  value = qd_table_value_normalise (qd_table_model_get_column (self->model, at.column), index, text, NULL);
  stored = qd_table_model_dup_text (self->model, at.row, at.column);
  end_edit (self);
  if (g_strcmp0 (value, stored ? stored : "") == 0)
    return TRUE;
  self->pasted.n_rows = 0;
  ok = qd_table_model_set_cells (self->model, &(QdCellEdit){ at.row, at.column, *value ? value : NULL }, 1, C_ ("undo step", "Typing"), &error);
  if (!ok)
    qd_table_grid_take_error (self, g_steal_pointer (&error));
  return ok;
}

void
qd_table_grid_open (QdTableGrid *self)
{
  const QdColumn *column;

  if (!qd_table_grid_has_cell (self) || !is_active_editable (self))
    return;
  column = get_active_column (self);
  if (column->type == QD_COLUMN_DATE)
    show_calendar (self);
  else if (column->type == QD_COLUMN_CHOICE || column->type == QD_COLUMN_YES_NO)
    {
      g_autofree char *stored = qd_table_model_dup_text (self->model, qd_table_grid_get_model_row (self), self->cursor.active.column);

      if (self->mode == QD_EDIT_NONE)
        qd_table_grid_begin_edit (self, QD_EDIT_INSIDE);
      if (self->mode != QD_EDIT_NONE)
        show_list (self, "", stored);
    }
}

static void
write_active (QdTableGrid *self, const char *value, const char *origin)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *stored = NULL;
  guint row;

  if (!qd_table_grid_has_cell (self) || !is_active_editable (self))
    {
      gtk_widget_error_bell (GTK_WIDGET (self));
      return;
    }
  row = qd_table_grid_get_model_row (self);
  stored = qd_table_model_dup_text (self->model, row, self->cursor.active.column);
  if (g_strcmp0 (stored ? stored : "", value ? value : "") == 0)
    return;
  self->pasted.n_rows = 0;
  if (!qd_table_model_set_cells (self->model, &(QdCellEdit){ row, self->cursor.active.column, (char *) (value && *value ? value : NULL) }, 1, origin, &error))
    qd_table_grid_take_error (self, g_steal_pointer (&error));
  qd_table_grid_moved (self, FALSE);
}

void
qd_table_grid_put_today (QdTableGrid *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

  if (!self->model || get_active_column (self)->type == QD_COLUMN_NUMBER || get_active_column (self)->type == QD_COLUMN_CHOICE || get_active_column (self)->type == QD_COLUMN_YES_NO)
    return;
  if (self->mode != QD_EDIT_NONE && get_active_column (self)->type == QD_COLUMN_TEXT)
    {
      int position = gtk_editable_get_position (GTK_EDITABLE (self->text));

      gtk_editable_insert_text (GTK_EDITABLE (self->text), today, -1, &position);
      gtk_editable_set_position (GTK_EDITABLE (self->text), position);
      return;
    }
  qd_table_grid_cancel_edit (self);
  write_active (self, today, C_ ("undo step", "Today"));
}

void
qd_table_grid_copy_above (QdTableGrid *self)
{
  g_autofree char *text = NULL;

  if (!qd_table_grid_has_cell (self) || self->cursor.active.row == 0)
    return;
  text = qd_table_model_dup_text (self->model, qd_table_view_to_model (self->view, self->cursor.active.row - 1), self->cursor.active.column);
  qd_table_grid_cancel_edit (self);
  write_active (self, text, C_ ("undo step", "Copy from above"));
}

gboolean
qd_table_grid_toggle (QdTableGrid *self)
{
  g_autoptr (QdChoiceIndex) index = NULL;
  g_autofree char *stored = NULL;
  GPtrArray *choices;

  if (self->mode != QD_EDIT_NONE || !qd_table_grid_has_cell (self))
    return FALSE;
  index = make_index (self, qd_table_grid_get_model_row (self), self->cursor.active.column);
  choices = qd_choice_index_get_choices (index);
  /* A question with two answers is one of yes or no, whatever they are called. */
  if (get_active_column (self)->type != QD_COLUMN_YES_NO && !(get_active_column (self)->type == QD_COLUMN_CHOICE && !get_active_column (self)->multiple && choices && choices->len == 4))
    return FALSE;
  stored = qd_table_model_dup_text (self->model, qd_table_grid_get_model_row (self), self->cursor.active.column);
  write_active (self, qd_table_value_toggle (index, stored), C_ ("undo step", "Yes or no"));
  return TRUE;
}

/* Keys. The input method has had each of them before (GtkText asks it in the target phase); what it keeps never comes here. */

static void
leave (QdTableGrid *self, gboolean back)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  qd_table_grid_commit_edit (self);
  if (root)
    gtk_widget_child_focus (GTK_WIDGET (root), back ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
}

static void
press_tab (QdTableGrid *self, gboolean back)
{
  QdTableShape shape;

  take_selected (self);
  qd_table_grid_commit_edit (self);
  shape = qd_table_grid_get_shape (self);
  if (!qd_table_cursor_tab (&self->cursor, &shape, back) && !back && self->model && qd_table_model_can_add_rows (self->model))
    {
      QdTableCursor before = self->cursor;

      qd_table_grid_insert_row (self, TRUE);
      shape = qd_table_grid_get_shape (self);
      self->cursor = before;
      /* The run of Tabs goes on, so that Enter still finds its column. */
      if (!qd_table_cursor_tab (&self->cursor, &shape, FALSE))
        qd_table_cursor_clamp (&self->cursor, &shape);
    }
  qd_table_grid_moved (self, TRUE);
}

static void
press_enter (QdTableGrid *self, gboolean back)
{
  QdTableShape shape;

  take_selected (self);
  qd_table_grid_commit_edit (self);
  shape = qd_table_grid_get_shape (self);
  qd_table_cursor_enter (&self->cursor, &shape, back);
  qd_table_grid_moved (self, TRUE);
}

static gboolean
get_move (guint key, gboolean control, QdMove *out)
{
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      *out = control ? QD_MOVE_EDGE_LEFT : QD_MOVE_LEFT;
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      *out = control ? QD_MOVE_EDGE_RIGHT : QD_MOVE_RIGHT;
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      *out = control ? QD_MOVE_EDGE_UP : QD_MOVE_UP;
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      *out = control ? QD_MOVE_EDGE_DOWN : QD_MOVE_DOWN;
      return TRUE;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      *out = control ? QD_MOVE_TABLE_START : QD_MOVE_ROW_START;
      return TRUE;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      *out = control ? QD_MOVE_TABLE_END : QD_MOVE_ROW_END;
      return TRUE;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      *out = QD_MOVE_PAGE_UP;
      return !control; /* Ctrl+PgUp: previous section, of the page */
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      *out = QD_MOVE_PAGE_DOWN;
      return !control;
    default:
      return FALSE;
    }
}

static gboolean
is_enter (guint key)
{
  return key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter;
}

/* Keys of commands. GtkText has some of them itself, so they cannot wait for shortcuts further up. */
static const struct
{
  guint key;
  GdkModifierType state;
  const char *action;
  gboolean editing; /* also while an edit goes on, which is committed first */
} commands[] = {
  { GDK_KEY_c, GDK_CONTROL_MASK, "table.copy" },
  { GDK_KEY_Insert, GDK_CONTROL_MASK, "table.copy" },
  { GDK_KEY_c, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "table.copy-with-heads" },
  { GDK_KEY_x, GDK_CONTROL_MASK, "table.cut" },
  { GDK_KEY_v, GDK_CONTROL_MASK, "table.paste" },
  { GDK_KEY_Insert, GDK_SHIFT_MASK, "table.paste" },
  { GDK_KEY_a, GDK_CONTROL_MASK, "table.select-all" },
  { GDK_KEY_d, GDK_CONTROL_MASK, "table.fill-down" },
  { GDK_KEY_r, GDK_CONTROL_MASK, "table.fill-right" },
  { GDK_KEY_t, GDK_CONTROL_MASK, "table.today" },
  { GDK_KEY_apostrophe, GDK_CONTROL_MASK, "table.copy-above" },
  { GDK_KEY_Return, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "table.insert-row", TRUE },
  { GDK_KEY_KP_Enter, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "table.insert-row", TRUE },
  { GDK_KEY_Delete, GDK_CONTROL_MASK, "table.delete-rows" },
  { GDK_KEY_KP_Delete, GDK_CONTROL_MASK, "table.delete-rows" },
  { GDK_KEY_Delete, 0, "table.clear" },
  { GDK_KEY_KP_Delete, 0, "table.clear" },
  { GDK_KEY_Up, GDK_ALT_MASK, "table.move-up", TRUE },
  { GDK_KEY_Return, GDK_ALT_MASK, "table.apply-fix", TRUE },
  { GDK_KEY_F2, 0, "table.edit" },
  { GDK_KEY_F8, 0, "table.next-problem", TRUE },
  { GDK_KEY_F8, GDK_SHIFT_MASK, "table.previous-problem", TRUE },
};

static gboolean
run_command (QdTableGrid *self, guint key, GdkModifierType state)
{
  guint lower = gdk_keyval_to_lower (key);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (commands[i].key == lower && commands[i].state == state && (self->mode == QD_EDIT_NONE || commands[i].editing))
      {
        qd_table_grid_commit_edit (self);
        return gtk_widget_activate_action (GTK_WIDGET (self), commands[i].action, NULL);
      }
  return FALSE;
}

static gboolean
press_while_editing (QdTableGrid *self, guint key, GdkModifierType state)
{
  gboolean shift = (state & GDK_SHIFT_MASK) != 0, control = (state & GDK_CONTROL_MASK) != 0, alt = (state & GDK_ALT_MASK) != 0;
  QdMove move;

  if (run_command (self, key, state))
    return TRUE;
  if (key == GDK_KEY_Escape)
    {
      if (self->list_shown && self->mode == QD_EDIT_REPLACE)
        hide_list (self);
      else
        qd_table_grid_cancel_edit (self);
      return TRUE;
    }
  if (is_enter (key) && !control && !alt)
    {
      press_enter (self, shift);
      return TRUE;
    }
  if (key == GDK_KEY_Tab || key == GDK_KEY_ISO_Left_Tab || key == GDK_KEY_KP_Tab)
    {
      if (control)
        leave (self, shift);
      else
        press_tab (self, shift);
      return TRUE;
    }
  if (key == GDK_KEY_F2)
    {
      self->mode = self->mode == QD_EDIT_REPLACE ? QD_EDIT_INSIDE : QD_EDIT_REPLACE;
      return TRUE;
    }
  if (alt && (key == GDK_KEY_Down || key == GDK_KEY_KP_Down))
    {
      qd_table_grid_open (self);
      return TRUE;
    }
  if (control && !shift && !alt && key == GDK_KEY_t)
    {
      qd_table_grid_put_today (self);
      return TRUE;
    }
  if (control && !alt && (key == GDK_KEY_apostrophe || key == GDK_KEY_quotedbl))
    {
      qd_table_grid_copy_above (self);
      return TRUE;
    }
  if (shift || control || alt || !get_move (key, FALSE, &move))
    return FALSE;
  if (self->list_shown)
    {
      if (move == QD_MOVE_UP || move == QD_MOVE_DOWN)
        return move_in_list (self, move == QD_MOVE_UP ? -1 : 1);
      if (move == QD_MOVE_PAGE_UP || move == QD_MOVE_PAGE_DOWN)
        return move_in_list (self, move == QD_MOVE_PAGE_UP ? -8 : 8);
    }
  if (self->mode == QD_EDIT_INSIDE && move != QD_MOVE_UP && move != QD_MOVE_DOWN && move != QD_MOVE_PAGE_UP && move != QD_MOVE_PAGE_DOWN)
    return FALSE;
  take_selected (self);
  qd_table_grid_commit_edit (self);
  qd_table_grid_move (self, move, FALSE);
  return TRUE;
}

static gboolean
is_zoom (QdTableGrid *self, guint key)
{
  switch (key)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      gtk_widget_activate_action (GTK_WIDGET (self), "table.zoom-in", NULL);
      return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_underscore:
    case GDK_KEY_KP_Subtract:
      gtk_widget_activate_action (GTK_WIDGET (self), "table.zoom-out", NULL);
      return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      gtk_widget_activate_action (GTK_WIDGET (self), "table.zoom-reset", NULL);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
press_while_moving (QdTableGrid *self, guint key, GdkModifierType state)
{
  gboolean shift = (state & GDK_SHIFT_MASK) != 0, control = (state & GDK_CONTROL_MASK) != 0, alt = (state & GDK_ALT_MASK) != 0;
  QdTableShape shape = qd_table_grid_get_shape (self);
  QdMove move;

  if (run_command (self, key, state))
    return TRUE;
  if (control && !alt && is_zoom (self, key))
    return TRUE;
  if (alt && !control && (key == GDK_KEY_Down || key == GDK_KEY_KP_Down))
    {
      /* A list or calendar where the column has one, unless whole rows are selected. */
      gboolean whole = qd_table_cursor_get_range (&self->cursor).n_columns == shape.n_columns && shape.n_columns > 1;

      if (qd_table_grid_has_cell (self) && !whole && get_active_column (self)->type != QD_COLUMN_TEXT && get_active_column (self)->type != QD_COLUMN_NUMBER)
        return gtk_widget_activate_action (GTK_WIDGET (self), "table.open", NULL);
      return gtk_widget_activate_action (GTK_WIDGET (self), "table.move-down", NULL);
    }
  if (key == GDK_KEY_Tab || key == GDK_KEY_ISO_Left_Tab || key == GDK_KEY_KP_Tab)
    {
      if (control)
        leave (self, shift);
      else
        press_tab (self, shift);
      return TRUE;
    }
  if (is_enter (key) && !control && !alt)
    {
      press_enter (self, shift);
      return TRUE;
    }
  if (key == GDK_KEY_BackSpace && !control && !alt)
    {
      if (start_edit (self, QD_EDIT_REPLACE, TRUE))
        self->had_text = TRUE;
      return TRUE;
    }
  if (key == GDK_KEY_Escape && (self->pasted.n_rows > 0 || !qd_table_cursor_is_single (&self->cursor)))
    {
      self->pasted.n_rows = 0;
      qd_table_cursor_set (&self->cursor, self->cursor.active.row, self->cursor.active.column, FALSE);
      qd_table_grid_moved (self, FALSE);
      return TRUE;
    }
  if (key == GDK_KEY_Menu || (key == GDK_KEY_F10 && shift))
    {
      GdkRectangle rect = qd_table_grid_get_cell_rect (self, self->cursor.active.row, self->cursor.active.column);

      qd_table_grid_show_menu (self, rect.x + rect.width / 2., rect.y + rect.height);
      return TRUE;
    }
  if (alt || !get_move (key, control, &move))
    return FALSE;
  qd_table_grid_move (self, move, shift);
  return TRUE;
}

static gboolean
key_pressed_cb (QdTableGrid *self, guint key, guint code, GdkModifierType state)
{
  state &= GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK;
  if (self->preedit || !self->model || state & GDK_SUPER_MASK)
    return FALSE;
  return self->mode == QD_EDIT_NONE ? press_while_moving (self, key, state) : press_while_editing (self, key, state);
}

/* Before the input method: it would make a space of it. */
static gboolean
key_captured_cb (QdTableGrid *self, guint key, guint code, GdkModifierType state)
{
  state &= GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK;
  return !self->preedit && state == 0 && (key == GDK_KEY_space || key == GDK_KEY_KP_Space) && self->model && qd_table_grid_toggle (self);
}

static void
text_changed_cb (QdTableGrid *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->text));

  if (self->setting_text)
    return;
  if (self->mode == QD_EDIT_NONE)
    {
      if (!*text)
        return;
      if (!start_edit (self, QD_EDIT_REPLACE, TRUE))
        {
          set_text (self, "");
          return;
        }
    }
  self->had_text = TRUE;
  if (get_active_column (self)->type == QD_COLUMN_CHOICE || get_active_column (self)->suggests)
    {
      const char *segment = get_segment (self, text);

      if (*segment)
        show_list (self, segment, NULL);
      else
        hide_list (self);
    }
  qd_table_grid_typed (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* A preedit that was given up before anything was typed leaves the cell as it was. */
static gboolean
preedit_over_cb (gpointer data)
{
  QdTableGrid *self = data;

  if (!self->preedit && self->mode == QD_EDIT_REPLACE && !self->had_text)
    qd_table_grid_cancel_edit (self);
  return G_SOURCE_REMOVE;
}

static void
preedit_changed_cb (QdTableGrid *self, const char *preedit)
{
  gboolean before = self->preedit;

  self->preedit = preedit && *preedit;
  if (self->preedit && self->mode == QD_EDIT_NONE)
    start_edit (self, QD_EDIT_REPLACE, TRUE);
  else if (before && !self->preedit)
    g_idle_add_full (G_PRIORITY_DEFAULT, preedit_over_cb, g_object_ref (self), g_object_unref);
}

static gboolean
is_inside (QdTableGrid *self, GtkWidget *focus)
{
  return focus && (focus == GTK_WIDGET (self) || gtk_widget_is_ancestor (focus, GTK_WIDGET (self)));
}

static void
focus_left_cb (QdTableGrid *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  /* Not when only the window lost it, or our calendar has it. */
  if (root && !is_inside (self, gtk_root_get_focus (root)))
    qd_table_grid_commit_edit (self);
}

void
qd_table_grid_init_editor (QdTableGrid *self)
{
  GtkEventController *keys;

  /* As objects: a window that goes down with the focus in the text holds the text for longer than we live. */
  self->text = gtk_text_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->text), 0);
  gtk_editable_set_enable_undo (GTK_EDITABLE (self->text), FALSE);
  gtk_widget_set_can_target (self->text, FALSE);
  gtk_widget_set_overflow (self->text, GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_parent (self->text, GTK_WIDGET (self));
  g_signal_connect_object (self->text, "changed", G_CALLBACK (text_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->text, "preedit-changed", G_CALLBACK (preedit_changed_cb), self, G_CONNECT_SWAPPED);

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_BUBBLE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->text, keys);

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_captured_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->text, keys);

  keys = gtk_event_controller_focus_new ();
  g_signal_connect_object (keys, "leave", G_CALLBACK (focus_left_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->text, keys);

  make_list (self);
}

void
qd_table_grid_dispose_editor (QdTableGrid *self)
{
  if (self->text)
    g_signal_handlers_disconnect_by_data (self->text, self);
  if (self->list_view)
    g_signal_handlers_disconnect_by_data (self->list_view, self);
  if (self->calendar)
    g_signal_handlers_disconnect_by_data (self->calendar, self);
  g_clear_pointer (&self->list, gtk_widget_unparent);
  g_clear_pointer (&self->calendar, gtk_widget_unparent);
  g_clear_pointer (&self->text, gtk_widget_unparent);
  g_clear_object (&self->list_labels);
  g_clear_pointer (&self->list_codes, g_ptr_array_unref);
  g_clear_pointer (&self->original, g_free);
  self->list_view = NULL;
}
