/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-overview-page"
#include "config.h"
#include "qd-overview-page.h"

#include <glib/gi18n.h>
#include "qd-bar.h"
#include "qd-calendar-export.h"
#include "qd-duty-dialogs.h"
#include "qd-duty-table.h"
#include "qd-header.h"
#include "qd-look.h"
#include "qd-month-strip.h"

typedef enum
{
  COUNT_OVERDUE,
  COUNT_SOON,
  COUNT_RETURNED,
  COUNT_MAYBE,
  N_COUNTS
} Count;

static const struct
{
  const char *icon;
  const char *label;
  const char *css;
  int group; /* QdDutyGroup, -1: by the state of the declaration */
} counters[] = {
  { "qd-critical-symbolic", N_ ("Overdue"), "qd-error", QD_DUTY_GROUP_OVERDUE },
  { "qd-clock-symbolic", N_ ("Within 30 days"), "qd-warning", QD_DUTY_GROUP_SOON },
  { "qd-return-symbolic", N_ ("Returned"), "qd-warning", -1 },
  { "qd-maybe-symbolic", N_ ("Please check"), "qd-maybe", QD_DUTY_GROUP_MAYBE },
};

struct _QdOverviewPage
{
  GtkWidget parent_instance;
  QdWorkspace *workspace; /* (owned) */
  QdNextStep *step;       /* (owned) (nullable) */
  gboolean clearing;

  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *bar;
  GtkWidget *spinner;
  GtkWidget *top;
  GtkWidget *sentence;
  GtkWidget *action;
  GtkWidget *counter_buttons[N_COUNTS];
  GtkWidget *figures[N_COUNTS];
  GtkWidget *words[N_COUNTS];
  GtkWidget *strip;
  GtkWidget *table;
};

static gboolean
page_can (QdPage *page, const char *command)
{
  QdOverviewPage *self = QD_OVERVIEW_PAGE (page);

  if (g_str_equal (command, "export"))
    return qd_duties_get (qd_workspace_get_duties (self->workspace)) != NULL;
  return g_str_equal (command, "search");
}

static void
page_run (QdPage *page, const char *command)
{
  QdOverviewPage *self = QD_OVERVIEW_PAGE (page);
  QdAssessed *assessed = qd_duties_get (qd_workspace_get_duties (self->workspace));

  if (g_str_equal (command, "search"))
    qd_duty_table_focus_search (QD_DUTY_TABLE (self->table));
  else if (g_str_equal (command, "export") && assessed != NULL)
    qd_calendar_export_ask (GTK_WIDGET (self), self->workspace, assessed);
}

static GtkWidget *
page_get_header (QdPage *page)
{
  return QD_OVERVIEW_PAGE (page)->header;
}

static void update (QdOverviewPage *self);

static void
page_shown (QdPage *page)
{
  update (QD_OVERVIEW_PAGE (page));
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->run = page_run;
  iface->get_header = page_get_header;
  iface->shown = page_shown;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdOverviewPage, qd_overview_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

static char *
dup_title (const QdDeclaration *record, gpointer user_data)
{
  QdForm *form = qd_workspace_get_form (QD_OVERVIEW_PAGE (user_data)->workspace, record->form_id);

  return g_strdup (form != NULL ? qd_form_get_title (form, qd_look_get_language ()) : record->form_id);
}

static void
update_next_step (QdOverviewPage *self, QdAssessed *assessed, GListModel *items)
{
  g_autofree char *name = qd_store_dup_setting (qd_workspace_get_store (self->workspace), "name");

  g_clear_pointer (&self->step, qd_next_step_free);
  self->step = qd_next_step_find (assessed, items, name != NULL && *name != '\0', dup_title, self);
  gtk_label_set_text (GTK_LABEL (self->sentence), self->step->sentence);
  gtk_widget_set_visible (self->action, self->step->button != NULL);
  if (self->step->button == NULL)
    return;
  gtk_button_set_label (GTK_BUTTON (self->action), self->step->button);
  qd_name (self->action, self->step->button);
}

static void
step_cb (QdOverviewPage *self)
{
  g_autoptr (GVariant) target = NULL;
  g_autofree char *name = NULL;

  if (self->step == NULL)
    return;
  if (self->step->item != NULL)
    qd_duty_run (GTK_WIDGET (self), self->workspace, self->step->item);
  else if (self->step->action != NULL && g_action_parse_detailed_name (self->step->action, &name, &target, NULL))
    gtk_widget_activate_action_variant (GTK_WIDGET (self), name, target);
}

static guint
count_returned (QdAssessed *assessed)
{
  guint n = 0;

  for (guint i = 0; i < assessed->records->len; i++)
    if (((QdDeclaration *) g_ptr_array_index (assessed->records, i))->state == QD_STATE_RETURNED)
      n++;
  return n;
}

static void
update_counters (QdOverviewPage *self, QdAssessed *assessed)
{
  const guint counts[N_COUNTS] = { assessed->assessment->n_overdue, assessed->assessment->n_soon, count_returned (assessed), assessed->assessment->n_maybe };

  for (guint i = 0; i < N_COUNTS; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", counts[i]);
      /* Translators: the name of a counter that filters the table, with its figure */
      g_autofree char *name = g_strdup_printf (_ ("%s, %u, filter"), _ (counters[i].label), counts[i]);
      gtk_label_set_text (GTK_LABEL (self->figures[i]), text);
      qd_name (self->counter_buttons[i], name);
    }
}

static void
update (QdOverviewPage *self)
{
  QdDuties *duties = qd_workspace_get_duties (self->workspace);
  QdAssessed *assessed = qd_duties_get (duties);
  const char *problem = qd_duties_get_problem (duties);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d %A");
  g_autoptr (GListStore) open = NULL;
  g_autoptr (GListStore) year = NULL;

  qd_header_set_title (self->header, C_ ("page", "Overview"), today);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), qd_duties_is_busy (duties) && assessed == NULL);
  gtk_widget_set_visible (self->spinner, assessed == NULL && problem == NULL);
  if (problem != NULL)
    qd_bar_show (QD_BAR (self->bar), "error", problem, C_ ("page", "Packs"), "win.page::packs");
  else
    qd_bar_show (QD_BAR (self->bar), NULL, NULL, NULL, NULL);
  if (assessed == NULL)
    {
      gtk_label_set_text (GTK_LABEL (self->sentence), problem != NULL ? _ ("The duties cannot be worked out.") : _ ("Working out the duties…"));
      gtk_widget_set_visible (self->action, FALSE);
      return;
    }
  open = qd_duty_items_load (assessed, QD_DUTY_VIEW_OPEN);
  year = qd_duty_items_load (assessed, QD_DUTY_VIEW_YEAR);
  update_next_step (self, assessed, G_LIST_MODEL (open));
  update_counters (self, assessed);
  qd_month_strip_set_items (QD_MONTH_STRIP (self->strip), assessed->assessment->date, G_LIST_MODEL (year));
  qd_duty_table_set_assessed (QD_DUTY_TABLE (self->table), assessed);
  qd_page_commands_changed (QD_PAGE (self));
}

static void
run_cb (QdOverviewPage *self, QdDutyItem *item)
{
  qd_duty_run (GTK_WIDGET (self), self->workspace, item);
}

static void
not_applicable_cb (QdOverviewPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  qd_duty_not_applicable_show (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, qd_duties_get (qd_workspace_get_duties (self->workspace)));
}

static void
view_changed_cb (QdOverviewPage *self)
{
  /* "Clear the filters" of the table takes ours back too. */
  self->clearing = TRUE;
  if (qd_duty_table_get_group (QD_DUTY_TABLE (self->table)) == QD_DUTY_TABLE_ALL)
    for (guint i = 0; i < N_COUNTS; i++)
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->counter_buttons[i]), FALSE);
  if (qd_duty_table_get_month (QD_DUTY_TABLE (self->table)) == 0)
    qd_month_strip_choose (QD_MONTH_STRIP (self->strip), 0);
  self->clearing = FALSE;
}

static void
month_cb (QdOverviewPage *self, guint month)
{
  if (!self->clearing)
    qd_duty_table_set_month (QD_DUTY_TABLE (self->table), month);
}

static void
counter_cb (GtkToggleButton *button, QdOverviewPage *self)
{
  int group = QD_DUTY_TABLE_ALL;

  if (self->clearing)
    return;
  self->clearing = TRUE;
  for (guint i = 0; i < N_COUNTS; i++)
    {
      GtkToggleButton *other = GTK_TOGGLE_BUTTON (self->counter_buttons[i]);
      if (other != button)
        gtk_toggle_button_set_active (other, FALSE);
      else if (gtk_toggle_button_get_active (button))
        group = counters[i].group >= 0 ? counters[i].group : QD_DUTY_TABLE_RETURNED;
    }
  self->clearing = FALSE;
  qd_duty_table_set_group (QD_DUTY_TABLE (self->table), group);
}

static void
add_notice_cb (QdOverviewPage *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.answer", "(ss)", "profile", "/profile/notices");
}

/* Layout. The table gives way in two steps; the cards stand one below the other when they do not fit beside each other. */

#define WIDE 800

static void
qd_overview_page_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (QD_OVERVIEW_PAGE (widget)->box, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
}

static void
qd_overview_page_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QdOverviewPage *self = QD_OVERVIEW_PAGE (widget);
  gboolean narrow = width < (int) (WIDE * qd_look_text_scale ());

  if (narrow != (gtk_orientable_get_orientation (GTK_ORIENTABLE (self->top)) == GTK_ORIENTATION_VERTICAL))
    {
      gtk_orientable_set_orientation (GTK_ORIENTABLE (self->top), narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
      qd_duty_table_set_narrow (QD_DUTY_TABLE (self->table), narrow);
      for (guint i = 0; i < N_COUNTS; i++)
        gtk_label_set_ellipsize (GTK_LABEL (self->words[i]), narrow ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
    }
  gtk_widget_allocate (self->box, width, height, baseline, NULL);
}

static void
qd_overview_page_dispose (GObject *object)
{
  QdOverviewPage *self = QD_OVERVIEW_PAGE (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (qd_workspace_get_duties (self->workspace), self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->step, qd_next_step_free);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (qd_overview_page_parent_class)->dispose (object);
}

static void
qd_overview_page_class_init (QdOverviewPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_overview_page_dispose;
  widget_class->measure = qd_overview_page_measure;
  widget_class->size_allocate = qd_overview_page_size_allocate;
}

static GtkWidget *
build_next_step (QdOverviewPage *self)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14);
  GtkWidget *icon = qd_icon_new ("qd-forward-symbolic", "qd-card-icon");
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_add_css_class (icon, "accent");
  gtk_widget_set_valign (icon, GTK_ALIGN_CENTER);
  self->sentence = qd_label_new (NULL, "qd-strong");
  gtk_label_set_max_width_chars (GTK_LABEL (self->sentence), 40);
  gtk_box_append (GTK_BOX (texts), qd_label_new (_ ("Next step"), "qd-caption"));
  gtk_box_append (GTK_BOX (texts), self->sentence);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  self->spinner = gtk_spinner_new ();
  self->action = gtk_button_new ();
  gtk_widget_add_css_class (self->action, "suggested-action");
  gtk_widget_set_valign (self->action, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->action, "clicked", G_CALLBACK (step_cb), self);
  gtk_box_append (GTK_BOX (inner), icon);
  gtk_box_append (GTK_BOX (inner), texts);
  gtk_box_append (GTK_BOX (inner), self->spinner);
  gtk_box_append (GTK_BOX (inner), self->action);
  gtk_widget_set_margin_top (inner, 10);
  gtk_widget_set_margin_bottom (inner, 10);
  gtk_widget_set_margin_start (inner, 16);
  gtk_widget_set_margin_end (inner, 16);
  gtk_widget_set_hexpand (inner, TRUE);
  gtk_box_append (GTK_BOX (card), inner);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_set_hexpand (card, TRUE);
  return card;
}

static GtkWidget *
build_counters (QdOverviewPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_box_set_homogeneous (GTK_BOX (box), TRUE);
  for (guint i = 0; i < N_COUNTS; i++)
    {
      GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 5);
      GtkWidget *label = qd_label_new (_ (counters[i].label), "qd-dense");
      self->figures[i] = qd_label_new ("–", "qd-counter");
      gtk_label_set_wrap (GTK_LABEL (label), FALSE);
      self->words[i] = label;
      gtk_widget_add_css_class (label, "qd-strong");
      qd_look_set_css (label, counters[i].css);
      qd_look_set_css (self->figures[i], counters[i].css);
      gtk_box_append (GTK_BOX (line), qd_icon_new (counters[i].icon, counters[i].css));
      gtk_box_append (GTK_BOX (line), label);
      gtk_box_append (GTK_BOX (column), self->figures[i]);
      gtk_box_append (GTK_BOX (column), line);
      self->counter_buttons[i] = gtk_toggle_button_new ();
      gtk_button_set_child (GTK_BUTTON (self->counter_buttons[i]), column);
      gtk_widget_add_css_class (self->counter_buttons[i], "card");
      gtk_widget_add_css_class (self->counter_buttons[i], "qd-counter-button");
      gtk_widget_set_size_request (self->counter_buttons[i], 98, -1);
      qd_name (self->counter_buttons[i], _ (counters[i].label));
      g_signal_connect (self->counter_buttons[i], "toggled", G_CALLBACK (counter_cb), self);
      gtk_box_append (GTK_BOX (box), self->counter_buttons[i]);
    }
  return box;
}

static void
qd_overview_page_init (QdOverviewPage *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *notice = qd_icon_button_new ("qd-plus-symbolic", _ ("Add a notice received"), NULL);

  self->header = qd_header_new (QD_HEADER_SHELL, C_ ("page", "Overview"), NULL);
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), qd_icon_button_new ("qd-calendar-symbolic", _ ("Export the calendar"), "win.export"));
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), qd_icon_button_new ("qd-search-symbolic", _ ("Search"), "win.search"));
  g_signal_connect_swapped (notice, "clicked", G_CALLBACK (add_notice_cb), self);
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), notice);
  self->bar = qd_bar_new ();
  self->top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 11);
  gtk_box_append (GTK_BOX (self->top), build_next_step (self));
  gtk_box_append (GTK_BOX (self->top), build_counters (self));
  self->strip = qd_month_strip_new ();
  g_signal_connect_swapped (self->strip, "chosen", G_CALLBACK (month_cb), self);
  self->table = qd_duty_table_new ();
  gtk_widget_set_vexpand (self->table, TRUE);
  g_signal_connect_swapped (self->table, "run", G_CALLBACK (run_cb), self);
  g_signal_connect_swapped (self->table, "not-applicable", G_CALLBACK (not_applicable_cb), self);
  g_signal_connect_swapped (self->table, "view-changed", G_CALLBACK (view_changed_cb), self);
  gtk_box_append (GTK_BOX (column), self->top);
  gtk_box_append (GTK_BOX (column), self->strip);
  gtk_box_append (GTK_BOX (column), self->table);
  gtk_widget_set_margin_top (column, 12);
  gtk_widget_set_margin_bottom (column, 18);
  gtk_widget_set_margin_start (column, 18);
  gtk_widget_set_margin_end (column, 18);
  /* The table scrolls by itself; only where the window is too low for it does the page. */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), column);
  gtk_widget_set_vexpand (scroller, TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), self->header);
  gtk_box_append (GTK_BOX (self->box), self->bar);
  gtk_box_append (GTK_BOX (self->box), scroller);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
qd_overview_page_new (QdWorkspace *workspace)
{
  QdOverviewPage *self = g_object_new (QD_TYPE_OVERVIEW_PAGE, NULL);

  self->workspace = g_object_ref (workspace);
  g_signal_connect_swapped (qd_workspace_get_duties (workspace), "changed", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

const char *
qd_overview_page_get_next_step (QdOverviewPage *self)
{
  return gtk_label_get_text (GTK_LABEL (self->sentence));
}
