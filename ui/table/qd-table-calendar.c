/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The popover of days. */
#define G_LOG_DOMAIN "qd-table-calendar"
#include "config.h"
#include "qd-table-grid-private.h"

#include <stdlib.h>
#include <glib/gi18n-lib.h>
#include "qd-table-value.h"

static void
show_day (QdTableGrid *self, GDateTime *day)
{
  GtkWidget *calendar = g_object_get_data (G_OBJECT (self->calendar), "calendar");

  self->calendar_setting = TRUE;
  gtk_calendar_select_day (GTK_CALENDAR (calendar), day);
  self->calendar_setting = FALSE;
  g_object_set_data (G_OBJECT (calendar), "month", GINT_TO_POINTER (g_date_time_get_year (day) * 12 + g_date_time_get_month (day)));
}

static void
show_text (QdTableGrid *self, const char *text)
{
  g_autofree char *iso = qd_input_dup_date (text);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) day = iso ? g_date_time_new (zone, atoi (iso), atoi (iso + 5), atoi (iso + 8), 0, 0, 0) : g_date_time_new_now_local ();

  if (day)
    show_day (self, day);
}

static void
take_day (QdTableGrid *self, GDateTime *day)
{
  g_autofree char *iso = g_date_time_format (day, "%Y-%m-%d");

  qd_table_grid_set_text (self, iso);
  self->had_text = TRUE;
  gtk_popover_popdown (GTK_POPOVER (self->calendar));
  qd_table_grid_commit_edit (self);
}

/* Days and months both come as "day-selected": a day of the month shown is final, another month only moves on. */
static void
day_selected_cb (QdTableGrid *self)
{
  GtkWidget *calendar = g_object_get_data (G_OBJECT (self->calendar), "calendar");
  g_autoptr (GDateTime) day = gtk_calendar_get_date (GTK_CALENDAR (calendar));
  int month = g_date_time_get_year (day) * 12 + g_date_time_get_month (day);
  gboolean final = month == GPOINTER_TO_INT (g_object_get_data (G_OBJECT (calendar), "month"));

  if (self->calendar_setting || self->mode == QD_EDIT_NONE)
    return;
  g_object_set_data (G_OBJECT (calendar), "month", GINT_TO_POINTER (month));
  if (!final)
    return;
  take_day (self, day);
}

/* GtkCalendar's own keys begin at the corner of the month, not at the day that is shown. */
static gboolean
key_cb (QdTableGrid *self, guint key, guint code, GdkModifierType state)
{
  GtkWidget *calendar = g_object_get_data (G_OBJECT (self->calendar), "calendar");
  g_autoptr (GDateTime) day = gtk_calendar_get_date (GTK_CALENDAR (calendar));
  g_autoptr (GDateTime) moved = NULL;

  if ((state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 || self->mode == QD_EDIT_NONE)
    return FALSE;
  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_Right:
      moved = g_date_time_add_days (day, key == GDK_KEY_Left ? -1 : 1);
      break;
    case GDK_KEY_Up:
    case GDK_KEY_Down:
      moved = g_date_time_add_days (day, key == GDK_KEY_Up ? -7 : 7);
      break;
    case GDK_KEY_Page_Up:
    case GDK_KEY_Page_Down:
      moved = g_date_time_add_months (day, key == GDK_KEY_Page_Up ? -1 : 1);
      break;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      take_day (self, day);
      return TRUE;
    default:
      return FALSE;
    }
  if (moved)
    show_day (self, moved);
  return TRUE;
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
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->calendar = gtk_popover_new ();
  g_object_set_data (G_OBJECT (self->calendar), "calendar", calendar);
  g_signal_connect_swapped (calendar, "day-selected", G_CALLBACK (day_selected_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (calendar, keys);
  g_signal_connect_swapped (today, "clicked", G_CALLBACK (today_cb), self);
  gtk_box_append (GTK_BOX (box), calendar);
  gtk_box_append (GTK_BOX (box), today);
  gtk_popover_set_child (GTK_POPOVER (self->calendar), box);
  gtk_popover_set_position (GTK_POPOVER (self->calendar), GTK_POS_BOTTOM);
  g_signal_connect_swapped (self->calendar, "closed", G_CALLBACK (calendar_closed_cb), self);
  gtk_widget_set_parent (self->calendar, GTK_WIDGET (self));
}

void
qd_table_grid_show_calendar (QdTableGrid *self)
{
  GdkRectangle rect;

  if (!self->calendar)
    make_calendar (self);
  if (self->mode == QD_EDIT_NONE)
    qd_table_grid_begin_edit (self, QD_EDIT_INSIDE);
  if (self->mode == QD_EDIT_NONE)
    return;
  show_text (self, gtk_editable_get_text (GTK_EDITABLE (self->text)));
  rect = qd_table_grid_get_editor_rect (self);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->calendar), &rect);
  gtk_popover_popup (GTK_POPOVER (self->calendar));
}
