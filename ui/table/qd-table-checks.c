/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The popover of check boxes: the editor of columns that take several choices. */
#define G_LOG_DOMAIN "qd-table-checks"
#include "config.h"
#include "qd-table-grid-private.h"

#include "qd-check-list.h"
#include "qd-input.h"

static QdCheckList *
get_list (QdTableGrid *self)
{
  return QD_CHECK_LIST (gtk_popover_get_child (GTK_POPOVER (self->checks)));
}

static void
changed_cb (QdTableGrid *self)
{
  g_autofree char *text = qd_check_list_dup_text (get_list (self));

  qd_table_grid_set_text (self, text);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* By a click beside it, too: moving away commits. */
static void
closed_cb (QdTableGrid *self)
{
  if (self->checks_shown)
    qd_table_grid_commit_edit (self);
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

void
qd_table_grid_hide_checks (QdTableGrid *self)
{
  if (!self->checks_shown)
    return;
  self->checks_shown = FALSE;
  gtk_popover_popdown (GTK_POPOVER (self->checks));
}

char *
qd_table_grid_dup_checked (QdTableGrid *self)
{
  return qd_check_list_dup_value (get_list (self));
}

static void
done_cb (QdTableGrid *self)
{
  qd_table_grid_press_enter (self, FALSE);
}

static void
make_checks (QdTableGrid *self)
{
  GtkWidget *list = qd_check_list_new ();

  self->checks = gtk_popover_new ();
  gtk_popover_set_child (GTK_POPOVER (self->checks), list);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->checks), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->checks), GTK_POS_BOTTOM);
  gtk_widget_set_halign (self->checks, GTK_ALIGN_START);
  g_signal_connect_swapped (list, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (list, "done", G_CALLBACK (done_cb), self);
  g_signal_connect_swapped (list, "given-up", G_CALLBACK (qd_table_grid_cancel_edit), self);
  g_signal_connect_swapped (self->checks, "closed", G_CALLBACK (closed_cb), self);
  gtk_widget_set_parent (self->checks, GTK_WIDGET (self));
}

/* Of what is stored or has been typed so far; what is no choice stays as it is. */
static GStrv
split_values (QdTableGrid *self, GPtrArray *choices)
{
  g_autoptr (QdChoiceIndex) index = qd_choice_index_new (choices);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->text));
  g_autofree char *stored = g_strcmp0 (text, self->original) == 0 ? qd_table_model_dup_text (self->model, self->edited.row, self->edited.column) : NULL;
  g_autofree char *codes = qd_choice_index_find_all (index, stored ? stored : text);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;
  gboolean known = FALSE;

  if (codes)
    return g_strsplit (codes, " ", -1);
  /* Codes as stored with something among them that is none, or whatever was pasted. */
  parts = g_strsplit (stored ? stored : text, " ", -1);
  for (guint i = 0; parts[i]; i++)
    known |= qd_choice_index_find (index, parts[i]) != NULL;
  if (!known)
    {
      g_strfreev (parts);
      parts = qd_input_split_choices (stored ? stored : text);
    }
  for (guint i = 0; parts[i]; i++)
    {
      const char *code = qd_choice_index_find (index, parts[i]);

      g_strv_builder_add (builder, code ? code : parts[i]);
    }
  return g_strv_builder_end (builder);
}

void
qd_table_grid_show_checks (QdTableGrid *self)
{
  g_autoptr (GPtrArray) choices = NULL;
  g_auto (GStrv) values = NULL;
  GdkRectangle rect;

  if (self->mode == QD_EDIT_NONE)
    qd_table_grid_begin_edit (self, QD_EDIT_INSIDE);
  if (self->mode == QD_EDIT_NONE)
    return;
  qd_table_grid_hide_list (self);
  if (!self->checks)
    make_checks (self);
  choices = qd_table_model_get_choices (self->model, self->edited.row, self->edited.column);
  values = split_values (self, choices);
  qd_check_list_set (get_list (self), qd_table_model_get_column (self->model, self->edited.column)->title, choices, (const char *const *) values);
  rect = qd_table_grid_get_editor_rect (self);
  gtk_widget_set_size_request (GTK_WIDGET (get_list (self)), MAX (rect.width, 220), -1);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->checks), &rect);
  self->had_text = TRUE;
  self->checks_shown = TRUE;
  gtk_popover_popup (GTK_POPOVER (self->checks));
  gtk_widget_grab_focus (GTK_WIDGET (get_list (self)));
}
