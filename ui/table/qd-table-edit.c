/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The live text: typing, input methods, committing. */
#define G_LOG_DOMAIN "qd-table-edit"
#include "config.h"
#include "qd-table-grid-private.h"

#include <string.h>
#include <glib/gi18n-lib.h>
#include "qd-table-value.h"

const QdColumn *
qd_table_grid_get_active_column (QdTableGrid *self)
{
  return qd_table_model_get_column (self->model, self->cursor.active.column);
}

static QdChoiceIndex *
make_index (QdTableGrid *self, guint row, guint column)
{
  g_autoptr (GPtrArray) choices = qd_table_model_get_choices (self->model, row, column);

  return qd_choice_index_new (choices);
}

void
qd_table_grid_set_text (QdTableGrid *self, const char *text)
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
      const QdColumn *column = qd_table_grid_get_active_column (self);

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

GdkRectangle
qd_table_grid_get_editor_rect (QdTableGrid *self)
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
  GdkRectangle rect = qd_table_grid_get_editor_rect (self);
  int padding = qd_table_grid_get_padding (self), minimum;

  rect.x += padding - 1;
  rect.width = MAX (1, rect.width - 2 * padding + 1);
  gtk_widget_measure (self->text, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  rect.width = MAX (rect.width, minimum);
  gtk_widget_size_allocate (self->text, &rect, self->baseline);
  if (self->list_shown)
    {
      GdkRectangle cell = qd_table_grid_get_editor_rect (self);

      gtk_popover_set_pointing_to (GTK_POPOVER (self->list), &cell);
    }
  gtk_popover_present (GTK_POPOVER (self->list));
  if (self->checks)
    gtk_popover_present (GTK_POPOVER (self->checks));
  if (self->calendar)
    gtk_popover_present (GTK_POPOVER (self->calendar));
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

gboolean
qd_table_grid_start_edit (QdTableGrid *self, QdEditMode mode, gboolean keep)
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
    qd_table_grid_set_text (self, self->original);
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
  qd_table_grid_start_edit (self, mode, FALSE);
}

static void
end_edit (QdTableGrid *self)
{
  qd_table_grid_hide_list (self);
  if (self->preedit)
    reset_input_method (self);
  self->mode = QD_EDIT_NONE;
  qd_table_grid_hide_checks (self);
  gtk_editable_set_enable_undo (GTK_EDITABLE (self->text), FALSE);
  qd_table_grid_set_text (self, "");
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
  if (self->checks_shown)
    value = qd_table_grid_dup_checked (self);
  else
    {
      text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->text)));
      if (strcmp (text, self->original) == 0)
        {
          end_edit (self);
          return TRUE;
        }
      index = make_index (self, at.row, at.column);
      value = qd_table_value_normalise (qd_table_model_get_column (self->model, at.column), index, text, NULL);
    }
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
  column = qd_table_grid_get_active_column (self);
  if (column->type == QD_COLUMN_DATE)
    qd_table_grid_show_calendar (self);
  else if (column->multiple)
    qd_table_grid_show_checks (self);
  else if (column->type == QD_COLUMN_CHOICE || column->type == QD_COLUMN_YES_NO)
    {
      g_autofree char *stored = qd_table_model_dup_text (self->model, qd_table_grid_get_model_row (self), self->cursor.active.column);

      if (self->mode == QD_EDIT_NONE)
        qd_table_grid_begin_edit (self, QD_EDIT_INSIDE);
      if (self->mode != QD_EDIT_NONE)
        qd_table_grid_show_list (self, "", stored);
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

  if (!self->model || qd_table_grid_get_active_column (self)->type == QD_COLUMN_NUMBER || qd_table_grid_get_active_column (self)->type == QD_COLUMN_CHOICE || qd_table_grid_get_active_column (self)->type == QD_COLUMN_YES_NO)
    return;
  if (self->mode != QD_EDIT_NONE && qd_table_grid_get_active_column (self)->type == QD_COLUMN_TEXT)
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
  if (qd_table_grid_get_active_column (self)->type != QD_COLUMN_YES_NO && !(qd_table_grid_get_active_column (self)->type == QD_COLUMN_CHOICE && !qd_table_grid_get_active_column (self)->multiple && choices && choices->len == 4))
    return FALSE;
  stored = qd_table_model_dup_text (self->model, qd_table_grid_get_model_row (self), self->cursor.active.column);
  write_active (self, qd_table_value_toggle (index, stored), C_ ("undo step", "Yes or no"));
  return TRUE;
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
      if (!qd_table_grid_start_edit (self, QD_EDIT_REPLACE, TRUE))
        {
          qd_table_grid_set_text (self, "");
          return;
        }
    }
  self->had_text = TRUE;
  if (qd_table_grid_get_active_column (self)->type == QD_COLUMN_CHOICE || qd_table_grid_get_active_column (self)->suggests)
    {
      const char *segment = qd_table_grid_get_segment (self, text);

      if (*segment)
        qd_table_grid_show_list (self, segment, NULL);
      else
        qd_table_grid_hide_list (self);
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
    qd_table_grid_start_edit (self, QD_EDIT_REPLACE, TRUE);
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

  /* A popover that opens takes the focus before the window knows. */
  if (self->checks_shown || (self->calendar && gtk_widget_get_visible (self->calendar)))
    return;
  /* Not when only the window lost it. */
  if (root && !is_inside (self, gtk_root_get_focus (root)))
    qd_table_grid_commit_edit (self);
}

void
qd_table_grid_init_editor (QdTableGrid *self)
{
  GtkEventController *focus;

  /* As objects: a window that goes down with the focus in the text holds the text for longer than we live. */
  self->text = gtk_text_new ();
  gtk_editable_set_width_chars (GTK_EDITABLE (self->text), 0);
  gtk_editable_set_enable_undo (GTK_EDITABLE (self->text), FALSE);
  gtk_widget_set_can_target (self->text, FALSE);
  gtk_widget_set_overflow (self->text, GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_parent (self->text, GTK_WIDGET (self));
  g_signal_connect_object (self->text, "changed", G_CALLBACK (text_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->text, "preedit-changed", G_CALLBACK (preedit_changed_cb), self, G_CONNECT_SWAPPED);

  qd_table_grid_add_keys (self);
  focus = gtk_event_controller_focus_new ();
  g_signal_connect_object (focus, "leave", G_CALLBACK (focus_left_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->text, focus);

  qd_table_grid_init_list (self);
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
  if (self->checks)
    g_signal_handlers_disconnect_by_data (self->checks, self);
  g_clear_pointer (&self->list, gtk_widget_unparent);
  g_clear_pointer (&self->calendar, gtk_widget_unparent);
  g_clear_pointer (&self->checks, gtk_widget_unparent);
  g_clear_pointer (&self->text, gtk_widget_unparent);
  g_clear_object (&self->list_labels);
  g_clear_pointer (&self->list_codes, g_ptr_array_unref);
  g_clear_pointer (&self->original, g_free);
  self->list_view = NULL;
}
