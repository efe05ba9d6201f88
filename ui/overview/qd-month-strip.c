/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-month-strip"
#include "config.h"
#include "qd-month-strip.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include "qd-look.h"

#define ENTRIES 2 /* more are counted */
#define SPOKEN 40 /* by a screen reader */

typedef struct
{
  GtkWidget *button;
  GtkWidget *month;
  GtkWidget *year;
  GtkWidget *lines[ENTRIES];
  GtkWidget *icons[ENTRIES];
  GtkWidget *days[ENTRIES];
  GtkWidget *names[ENTRIES];
  GtkWidget *more;
  char *name; /* (owned) (nullable) */
} Cell;

struct _QdMonthStrip
{
  GtkWidget parent_instance;
  Cell cells[QD_MONTHS];
  guint first; /* year × 12 + month - 1 of the first cell */
  guint chosen;
  GtkWidget *scroller;
};

G_DEFINE_FINAL_TYPE (QdMonthStrip, qd_month_strip, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_CHOSEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

guint
qd_month_strip_parse (const char *date)
{
  int year = 0;
  int month = 0;

  if (sscanf (date, "%4d-%2d", &year, &month) != 2 || year < 1 || month < 1 || month > 12)
    return 0;
  return (guint) (year * 12 + month - 1);
}

guint
qd_month_strip_month_of (QdDutyItem *item, guint present)
{
  const QdDue *due = qd_duty_item_get_due (item);
  guint month;

  if (due == NULL || !g_date_valid (&due->plan) || due->state == QD_DUE_DONE || due->state == QD_DUE_PAST)
    return 0;
  month = (guint) g_date_get_year (&due->plan) * 12 + g_date_get_month (&due->plan) - 1;
  return due->state == QD_DUE_OVERDUE ? present : month;
}

static void
toggled_cb (GtkToggleButton *button, QdMonthStrip *self)
{
  guint chosen = 0;

  for (guint i = 0; i < QD_MONTHS; i++)
    if (self->cells[i].button == GTK_WIDGET (button) && gtk_toggle_button_get_active (button))
      chosen = self->first + i;
  if (chosen == 0 && self->chosen != 0 && !gtk_toggle_button_get_active (button) && self->cells[self->chosen - self->first].button != GTK_WIDGET (button))
    return; /* one that made way for another */
  self->chosen = chosen;
  for (guint i = 0; i < QD_MONTHS; i++)
    if (self->cells[i].button != GTK_WIDGET (button))
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->cells[i].button), FALSE);
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0, chosen);
}

static void
build_cell (QdMonthStrip *self, Cell *cell, GtkWidget *row)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  cell->month = qd_label_new (NULL, "qd-strong");
  cell->year = qd_label_new (NULL, "qd-caption");
  gtk_label_set_wrap (GTK_LABEL (cell->month), FALSE);
  gtk_label_set_wrap (GTK_LABEL (cell->year), FALSE);
  gtk_box_append (GTK_BOX (head), cell->month);
  gtk_box_append (GTK_BOX (head), cell->year);
  gtk_box_append (GTK_BOX (column), head);
  for (guint i = 0; i < ENTRIES; i++)
    {
      cell->lines[i] = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
      cell->icons[i] = qd_icon_new ("qd-clock-symbolic", NULL);
      gtk_image_set_pixel_size (GTK_IMAGE (cell->icons[i]), 12);
      cell->days[i] = qd_label_new (NULL, "qd-strong");
      gtk_label_set_wrap (GTK_LABEL (cell->days[i]), FALSE);
      gtk_widget_add_css_class (cell->days[i], "qd-figure");
      cell->names[i] = qd_label_new (NULL, NULL);
      gtk_label_set_wrap (GTK_LABEL (cell->names[i]), FALSE);
      gtk_label_set_ellipsize (GTK_LABEL (cell->names[i]), PANGO_ELLIPSIZE_END);
      gtk_widget_set_hexpand (cell->names[i], TRUE);
      gtk_box_append (GTK_BOX (cell->lines[i]), cell->icons[i]);
      gtk_box_append (GTK_BOX (cell->lines[i]), cell->days[i]);
      gtk_box_append (GTK_BOX (cell->lines[i]), cell->names[i]);
      gtk_box_append (GTK_BOX (column), cell->lines[i]);
    }
  cell->more = qd_label_new (NULL, "qd-caption");
  gtk_box_append (GTK_BOX (column), cell->more);
  cell->button = gtk_toggle_button_new ();
  gtk_button_set_child (GTK_BUTTON (cell->button), column);
  gtk_widget_add_css_class (cell->button, "flat");
  gtk_widget_add_css_class (cell->button, "qd-month");
  gtk_widget_set_hexpand (cell->button, TRUE);
  gtk_widget_set_size_request (cell->button, 84, -1); /* else the strip scrolls */
  g_signal_connect (cell->button, "toggled", G_CALLBACK (toggled_cb), self);
  gtk_box_append (GTK_BOX (row), cell->button);
}

/* The months are of one width; C_() so that languages may do without the word for month. */
static char *
dup_month (guint month)
{
  g_autoptr (GDateTime) first = g_date_time_new_local ((int) (month / 12), (int) (month % 12) + 1, 1, 0, 0, 0);

  /* xgettext:no-c-format */
  return first != NULL ? g_date_time_format (first, C_ ("month of the strip", "%b")) : g_strdup ("");
}

void
qd_month_entry_free (QdMonthEntry *self)
{
  g_free (self->day);
  g_free (self->label);
  g_free (self);
}

static void
fill_entry (Cell *cell, guint i, const QdMonthEntry *entry)
{
  guint day = 0;
  g_autofree char *text = sscanf (entry->day, "%*4u-%*2u-%2u", &day) == 1 ? g_strdup_printf ("%u", day) : g_strdup ("");

  gtk_widget_set_visible (cell->icons[i], qd_duty_group_icon (entry->group) != NULL);
  gtk_image_set_from_icon_name (GTK_IMAGE (cell->icons[i]), qd_duty_group_icon (entry->group));
  gtk_widget_set_visible (cell->days[i], entry->group != QD_DUTY_GROUP_OVERDUE); /* its day may be in another month */
  gtk_label_set_text (GTK_LABEL (cell->days[i]), text);
  gtk_label_set_text (GTK_LABEL (cell->names[i]), entry->label);
  qd_look_set_css (cell->lines[i], qd_duty_group_css (entry->group));
  gtk_widget_set_visible (cell->lines[i], TRUE);
}

static void
fill_cell (QdMonthStrip *self, guint i, GPtrArray *entries)
{
  Cell *cell = &self->cells[i];
  guint month = self->first + i;
  g_autofree char *title = dup_month (month);
  g_autoptr (GString) name = g_string_new (NULL);
  g_autofree char *count = NULL;
  guint n = 0;

  gtk_label_set_text (GTK_LABEL (cell->month), title);
  if (i == 0 || month % 12 == 0)
    {
      g_autofree char *year = g_strdup_printf ("%u", month / 12);
      gtk_label_set_text (GTK_LABEL (cell->year), year);
    }
  else
    gtk_label_set_text (GTK_LABEL (cell->year), "");
  for (guint j = 0; j < ENTRIES; j++)
    gtk_widget_set_visible (cell->lines[j], FALSE);
  for (guint j = 0; j < entries->len; j++)
    {
      const QdMonthEntry *entry = entries->pdata[j];
      if (entry->month != month)
        continue;
      if (n < ENTRIES)
        fill_entry (cell, n, entry);
      /* Translators: one entry of a month for screen readers: date, duty */
      if (n < SPOKEN)
        g_string_append_printf (name, _ ("%s%s %s"), n > 0 ? _ (", ") : "", entry->day, entry->label);
      n++;
    }
  gtk_widget_set_visible (cell->more, n > ENTRIES);
  if (n > ENTRIES)
    {
      g_autofree char *more = g_strdup_printf (ngettext ("%u more", "%u more", n - ENTRIES), n - ENTRIES);
      gtk_label_set_text (GTK_LABEL (cell->more), more);
    }
  count = g_strdup_printf (ngettext ("%u deadline", "%u deadlines", n), n);
  g_free (cell->name);
  /* Translators: month and year, count, list: what a screen reader says of a cell of the strip */
  cell->name = n > 0 ? g_strdup_printf (_ ("%s %u, %s: %s"), title, month / 12, count, name->str) : g_strdup_printf (_ ("%s %u, nothing due"), title, month / 12);
  qd_name (cell->button, cell->name);
  gtk_widget_set_tooltip_text (cell->button, n > ENTRIES ? cell->name : NULL);
  if (i == 0)
    gtk_widget_add_css_class (cell->button, "qd-present");
}

void
qd_month_strip_set_entries (QdMonthStrip *self, const char *today, GPtrArray *entries)
{
  guint first = qd_month_strip_parse (today);

  g_return_if_fail (QD_IS_MONTH_STRIP (self) && first != 0);
  if (first != self->first)
    {
      qd_month_strip_choose (self, 0);
      self->first = first;
    }
  for (guint i = 0; i < QD_MONTHS; i++)
    fill_cell (self, i, entries);
}

void
qd_month_strip_set_items (QdMonthStrip *self, const char *today, GListModel *items)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_month_entry_free);
  guint first = qd_month_strip_parse (today);

  for (guint i = 0; i < g_list_model_get_n_items (items); i++)
    {
      g_autoptr (QdDutyItem) item = g_list_model_get_item (items, i);
      guint month = qd_month_strip_month_of (item, first);
      QdMonthEntry *entry;
      if (month == 0)
        continue;
      entry = g_new0 (QdMonthEntry, 1);
      entry->month = month;
      entry->day = qd_duty_item_dup_day (item);
      entry->label = g_strdup (qd_duty_item_get_due (item)->short_label);
      entry->group = qd_duty_item_get_group (item);
      g_ptr_array_add (entries, entry);
    }
  qd_month_strip_set_entries (self, today, entries);
}

guint
qd_month_strip_get_chosen (QdMonthStrip *self)
{
  return self->chosen;
}

void
qd_month_strip_choose (QdMonthStrip *self, guint month)
{
  if (month == 0)
    {
      if (self->chosen != 0)
        gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->cells[self->chosen - self->first].button), FALSE);
    }
  else if (month >= self->first && month < self->first + QD_MONTHS)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->cells[month - self->first].button), TRUE);
}

const char *
qd_month_strip_get_name (QdMonthStrip *self, guint cell)
{
  return cell < QD_MONTHS ? self->cells[cell].name : NULL;
}

static void
qd_month_strip_dispose (GObject *object)
{
  g_clear_pointer (&QD_MONTH_STRIP (object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (qd_month_strip_parent_class)->dispose (object);
}

static void
qd_month_strip_finalize (GObject *object)
{
  for (guint i = 0; i < QD_MONTHS; i++)
    g_free (QD_MONTH_STRIP (object)->cells[i].name);
  G_OBJECT_CLASS (qd_month_strip_parent_class)->finalize (object);
}

static void
qd_month_strip_class_init (QdMonthStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_month_strip_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_month_strip_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", QD_TYPE_MONTH_STRIP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
qd_month_strip_init (QdMonthStrip *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  for (guint i = 0; i < QD_MONTHS; i++)
    build_cell (self, &self->cells[i], row);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), row);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  qd_name (self, _ ("Twelve months"));
}

GtkWidget *
qd_month_strip_new (void)
{
  return g_object_new (QD_TYPE_MONTH_STRIP, NULL);
}
