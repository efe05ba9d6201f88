/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-duty-popover"
#include "config.h"
#include "qd-duty-popover.h"

#include <glib/gi18n.h>
#include "qd-look.h"

static void
add_head (GtkWidget *box, const char *text)
{
  GtkWidget *label = qd_label_new (text, "heading");

  if (gtk_widget_get_first_child (box) != NULL)
    gtk_widget_set_margin_top (label, 9);
  gtk_box_append (GTK_BOX (box), label);
}

static void
add_text (GtkWidget *box, const char *text, const char *css)
{
  GtkWidget *label = qd_label_new (text, css);

  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 52);
  gtk_box_append (GTK_BOX (box), label);
}

static GtkWidget *
tag_new (const char *text)
{
  GtkWidget *tag = qd_label_new (text, "qd-tag");

  gtk_widget_set_valign (tag, GTK_ALIGN_CENTER);
  return tag;
}

/* "2026-08-15 –", "– 2026-08-14" */
static char *
dup_dates (const QdDutyBasis *basis)
{
  if (basis->from != NULL && basis->to != NULL)
    return g_strdup_printf (_ ("in force from %s to %s"), basis->from, basis->to);
  if (basis->from != NULL)
    return g_strdup_printf (_ ("in force from %s"), basis->from);
  if (basis->to != NULL)
    return g_strdup_printf (_ ("in force until %s"), basis->to);
  return g_strdup ("");
}

static void
add_basis (GtkWidget *box, const QdDutyBasis *basis)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *text = qd_label_new (basis->text, basis->in_force ? "qd-strong" : "qd-secondary");
  g_autofree char *dates = dup_dates (basis);

  gtk_box_append (GTK_BOX (line), text);
  if (basis->confidence != QD_CONFIDENCE_CONFIRMED)
    gtk_box_append (GTK_BOX (line), tag_new (_ ("To be confirmed")));
  if (!basis->in_force)
    gtk_box_append (GTK_BOX (line), tag_new (_ ("not in force today")));
  gtk_box_append (GTK_BOX (box), line);
  if (*dates != '\0')
    add_text (box, dates, "qd-caption");
}

static void
add_inputs (GtkWidget *box, GPtrArray *inputs, const char *css)
{
  for (guint i = 0; i < inputs->len; i++)
    {
      const QdDutyInput *input = g_ptr_array_index (inputs, i);
      g_autofree char *text = *input->value != '\0' ? g_strdup_printf (_ ("%s: %s"), input->label, input->value) : g_strdup (input->label);
      g_autofree char *line = g_strdup_printf ("· %s", text);
      add_text (box, line, css);
    }
}

/* What the receiver says, in its words. */
static void
add_returned (GtkWidget *box, const QdReturned *returned)
{
  g_autofree char *head = *returned->receiver != '\0' ? g_strdup_printf (_ ("Returned on %s by %s"), returned->date, returned->receiver) : g_strdup_printf (_ ("Returned on %s"), returned->date);

  add_head (box, head);
  for (guint i = 0; i < returned->reasons->len; i++)
    {
      g_autofree char *line = g_strdup_printf ("· %s", (char *) returned->reasons->pdata[i]);
      add_text (box, line, NULL);
    }
  if (*returned->due != '\0')
    {
      g_autofree char *due = g_strdup_printf (_ ("Answer by %s"), returned->due);
      add_text (box, due, "qd-strong");
    }
}

/* The latest mark, and the way to all of them and to their evidence. */
static void
add_mark (GtkWidget *box, const QdDutyMark *mark)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Marks and evidence…"));

  add_head (box, _ ("Marked as done"));
  add_text (box, mark->text, NULL);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", mark->rule);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.marks");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_add_css_class (button, "qd-small");
  qd_name (button, _ ("Marks and evidence…"));
  gtk_box_append (GTK_BOX (box), button);
}

static void
fill (GtkWidget *box, QdDutyItem *item)
{
  const QdDuty *duty = qd_duty_item_get_duty (item);
  const QdDue *due = qd_duty_item_get_due (item);
  const QdDutyMark *mark = qd_duty_item_get_last_mark (item);
  guint confirmed = 0;

  add_head (box, duty->title);
  add_text (box, duty->why, NULL);
  add_inputs (box, duty->inputs, "qd-dense");
  if (duty->missing->len > 0)
    {
      add_head (box, _ ("Still missing"));
      add_inputs (box, duty->missing, "qd-dense");
    }
  if (qd_duty_item_get_returned (item) != NULL)
    add_returned (box, qd_duty_item_get_returned (item));
  if (mark != NULL)
    add_mark (box, mark);
  add_head (box, _ ("Legal basis"));
  for (guint i = 0; i < duty->bases->len; i++)
    {
      const QdDutyBasis *basis = g_ptr_array_index (duty->bases, i);
      if (basis->confidence == QD_CONFIDENCE_CONFIRMED)
        confirmed++;
      add_basis (box, basis);
    }
  if (confirmed == 0)
    add_text (box, _ ("No citation is confirmed yet. Ask the authority before you rely on it."), "qd-secondary");
  if (due != NULL && due->is_default)
    add_text (box, _ ("The cycle is our default, not law; change it in Profile."), "qd-secondary");
  if (due != NULL && *due->note != '\0')
    add_text (box, due->note, "qd-secondary");
  if (duty->penalties->len > 0)
    add_head (box, _ ("If it is missed"));
  for (guint i = 0; i < duty->penalties->len; i++)
    {
      const QdDutyPenalty *penalty = g_ptr_array_index (duty->penalties, i);
      g_autofree char *text = g_strdup_printf (_ ("%s: %s"), penalty->basis.text, penalty->text);
      add_text (box, text, NULL);
    }
  if (*duty->office_title != '\0' || *duty->form_title != '\0' || *duty->sites_label != '\0')
    add_head (box, _ ("Filing"));
  if (*duty->form_title != '\0')
    add_text (box, duty->form_title, NULL);
  if (*duty->office_title != '\0')
    {
      g_autofree char *text = g_strdup_printf (_ ("To: %s"), duty->office_title);
      add_text (box, text, NULL);
    }
  if (*duty->sites_label != '\0')
    {
      g_autofree char *text = g_strdup_printf (_ ("Sites: %s"), duty->sites_label);
      add_text (box, text, NULL);
    }
  if (*duty->note != '\0')
    add_text (box, duty->note, "qd-secondary");
}

static gboolean
unparent_idle (gpointer popover)
{
  gtk_widget_unparent (popover);
  g_object_unref (popover);
  return G_SOURCE_REMOVE;
}

static void
closed_cb (GtkWidget *popover)
{
  /* Not now: it is still closing. */
  g_idle_add (unparent_idle, g_object_ref (popover));
}

static void
parent_gone_cb (GtkWidget *popover)
{
  if (gtk_widget_get_parent (popover) != NULL)
    gtk_widget_unparent (popover);
}

GtkWidget *
qd_duty_popover_show (GtkWidget *parent, QdDutyItem *item)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  fill (box, item);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_widget_set_margin_start (box, 9);
  gtk_widget_set_margin_end (box, 9);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 380);
  gtk_widget_set_size_request (scroller, 400, -1);
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  qd_name (popover, qd_duty_item_get_duty (item)->title);
  gtk_widget_set_parent (popover, parent);
  g_signal_connect (popover, "closed", G_CALLBACK (closed_cb), NULL);
  g_signal_connect_object (parent, "destroy", G_CALLBACK (parent_gone_cb), popover, G_CONNECT_SWAPPED);
  gtk_popover_popup (GTK_POPOVER (popover));
  return popover;
}
