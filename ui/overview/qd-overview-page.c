/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-overview-page"
#include "config.h"
#include "qd-overview-page.h"

#include <glib/gi18n.h>
#include "qd-bar.h"
#include "qd-declaration-item.h"
#include "qd-header.h"
#include "qd-look.h"

/* Declarations by what they ask of us. */
typedef enum
{
  COUNT_FIX,
  COUNT_READY,
  COUNT_UNDER_WAY,
  COUNT_RETURNED,
  N_COUNTS
} Count;

struct _QdOverviewPage
{
  GtkWidget parent_instance;
  QdWorkspace *workspace; /* (owned) */
  int filter;             /* Count, or -1 for all */

  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *bar;
  GtkWidget *sentence;
  GtkWidget *action;
  GtkWidget *counters[N_COUNTS];
  GtkWidget *figures[N_COUNTS];
  GtkWidget *list;
  GtkWidget *more;
};

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
  iface->get_header = page_get_header;
  iface->shown = page_shown;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdOverviewPage, qd_overview_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

#define MAX_ROWS 60 /* more are on the page of declarations */

static int
count_of (const QdDeclaration *record)
{
  switch (record->state)
    {
    case QD_STATE_DRAFT:
    case QD_STATE_CHECKED:
      return record->critical > 0 || record->unexplained > 0 ? COUNT_FIX : COUNT_READY;
    case QD_STATE_SEALED:
    case QD_STATE_SENT:
    case QD_STATE_RECEIVED:
      return COUNT_UNDER_WAY;
    case QD_STATE_RETURNED:
      return COUNT_RETURNED;
    case QD_STATE_ACCEPTED:
    default:
      return -1;
    }
}

static void
set_next_step (QdOverviewPage *self, const char *sentence, const char *button, const char *action)
{
  gtk_label_set_text (GTK_LABEL (self->sentence), sentence);
  gtk_widget_set_visible (self->action, button != NULL);
  if (button == NULL)
    return;
  gtk_button_set_label (GTK_BUTTON (self->action), button);
  qd_set_action (self->action, action);
  qd_name (self->action, button);
}

static gboolean
profile_is_filled (QdOverviewPage *self)
{
  g_autofree char *name = qd_store_dup_setting (qd_workspace_get_store (self->workspace), "name");

  return name != NULL && *name != '\0';
}

/* One next step, always: a return first, then what stops a seal, then what can be sealed, then the profile. */
static void
update_next_step (QdOverviewPage *self, GListModel *items)
{
  static const int order[] = { COUNT_RETURNED, COUNT_FIX, COUNT_READY };
  guint n = g_list_model_get_n_items (items);

  if (!profile_is_filled (self))
    {
      set_next_step (self, _ ("Tell who you are: the profile goes into every declaration. About 10 minutes."), _ ("Fill in the profile"), "win.page::profile");
      return;
    }
  for (guint o = 0; o < G_N_ELEMENTS (order); o++)
    for (guint i = 0; i < n; i++)
      {
        g_autoptr (QdDeclarationItem) item = g_list_model_get_item (items, i);
        const QdDeclaration *record = qd_declaration_item_get_record (item);
        g_autofree char *sentence = NULL;
        g_autofree char *action = NULL;
        if (count_of (record) != order[o])
          continue;
        action = g_strdup_printf ("win.open-declaration(int64 %" G_GINT64_FORMAT ")", record->id);
        if (order[o] == COUNT_RETURNED)
          {
            sentence = g_strdup_printf (_ ("“%s” was returned. Read the receiver's points and amend it."), qd_declaration_item_get_title (item));
            set_next_step (self, sentence, _ ("Read the points"), "win.page::outbox");
          }
        else if (order[o] == COUNT_FIX)
          {
            g_autofree char *findings = qd_declaration_item_dup_findings (item);
            sentence = g_strdup_printf (_ ("Go on with “%s”, %s: %s. Then seal and send it."), qd_declaration_item_get_title (item), qd_declaration_item_get_period (item), findings);
            set_next_step (self, sentence, _ ("Continue"), action);
          }
        else
          {
            sentence = g_strdup_printf (_ ("Check “%s”, %s, then seal and send it."), qd_declaration_item_get_title (item), qd_declaration_item_get_period (item));
            set_next_step (self, sentence, _ ("Continue"), action);
          }
        return;
      }
  if (n == 0)
    set_next_step (self, _ ("Start the first declaration; identity and substances are taken from profile and register."), _ ("New declaration…"), "win.add-declaration");
  else
    set_next_step (self, _ ("Nothing to do now: every declaration is on its way or accepted."), NULL, NULL);
}

static GtkWidget *
row_new (QdDeclarationItem *item)
{
  const QdDeclaration *record = qd_declaration_item_get_record (item);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *chip = qd_chip_new (qd_look_state_icon (record->state), qd_look_state_word (record->state), qd_look_state_css (record->state));
  GtkWidget *open = gtk_button_new_with_label (record->state <= QD_STATE_CHECKED ? _ ("Continue") : C_ ("verb", "Open"));
  g_autofree char *findings = qd_declaration_item_dup_findings (item);
  g_autofree char *edited = qd_look_time (record->edited_at);
  g_autofree char *subtitle = *findings != '\0' ? g_strdup_printf (_ ("%s · %s · edited %s"), qd_declaration_item_get_period (item), findings, edited) : g_strdup_printf (_ ("%s · edited %s"), qd_declaration_item_get_period (item), edited);
  g_autofree char *name = NULL;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), qd_declaration_item_get_title (item));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  gtk_widget_set_valign (open, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (open), "win.open-declaration");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (open), "x", record->id);
  name = g_strdup_printf (_ ("%s: %s"), gtk_button_get_label (GTK_BUTTON (open)), qd_declaration_item_get_title (item));
  qd_name (open, name);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), chip);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), open);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), open);
  return row;
}

static void
update (QdOverviewPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListStore) items = qd_declaration_items_load (self->workspace, &error);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d %A");
  guint counts[N_COUNTS] = { 0 };
  guint n, shown = 0;
  GtkWidget *child;

  qd_header_set_title (self->header, C_ ("page", "Overview"), today);
  qd_bar_show (QD_BAR (self->bar), "error", items == NULL ? error->message : NULL, NULL, NULL);
  if (items == NULL)
    return;
  update_next_step (self, G_LIST_MODEL (items));
  while ((child = GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0))) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  n = g_list_model_get_n_items (G_LIST_MODEL (items));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QdDeclarationItem) item = g_list_model_get_item (G_LIST_MODEL (items), i);
      int count = count_of (qd_declaration_item_get_record (item));
      if (count >= 0)
        counts[count]++;
      if (self->filter >= 0 ? count != self->filter : count < 0)
        continue;
      if (++shown <= MAX_ROWS)
        gtk_list_box_append (GTK_LIST_BOX (self->list), row_new (item));
    }
  for (guint i = 0; i < N_COUNTS; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", counts[i]);
      gtk_label_set_text (GTK_LABEL (self->figures[i]), text);
    }
  gtk_widget_set_visible (self->more, shown > MAX_ROWS);
}

static void
counter_cb (GtkToggleButton *button, QdOverviewPage *self)
{
  self->filter = -1;
  for (int i = 0; i < N_COUNTS; i++)
    {
      GtkToggleButton *other = GTK_TOGGLE_BUTTON (self->counters[i]);
      if (other != button && gtk_toggle_button_get_active (button) && gtk_toggle_button_get_active (other))
        gtk_toggle_button_set_active (other, FALSE);
    }
  for (int i = 0; i < N_COUNTS; i++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->counters[i])))
      self->filter = i;
  update (self);
}

static void
qd_overview_page_dispose (GObject *object)
{
  QdOverviewPage *self = QD_OVERVIEW_PAGE (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (self->workspace, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (qd_overview_page_parent_class)->dispose (object);
}

static void
qd_overview_page_class_init (QdOverviewPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_overview_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
build_next_step (QdOverviewPage *self)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14);
  GtkWidget *icon = qd_icon_new ("qd-forward-symbolic", "qd-card-icon");
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 14);

  gtk_widget_add_css_class (icon, "accent");
  gtk_widget_set_valign (icon, GTK_ALIGN_CENTER);
  self->sentence = qd_label_new (NULL, "qd-strong");
  gtk_box_append (GTK_BOX (texts), qd_label_new (_ ("Next step"), "qd-caption"));
  gtk_box_append (GTK_BOX (texts), self->sentence);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  self->action = gtk_button_new ();
  gtk_widget_add_css_class (self->action, "suggested-action");
  gtk_widget_set_valign (self->action, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (inner), icon);
  gtk_box_append (GTK_BOX (inner), texts);
  gtk_box_append (GTK_BOX (inner), self->action);
  gtk_widget_set_margin_top (inner, 14);
  gtk_widget_set_margin_bottom (inner, 14);
  gtk_widget_set_margin_start (inner, 16);
  gtk_widget_set_margin_end (inner, 16);
  gtk_widget_set_hexpand (inner, TRUE);
  gtk_box_append (GTK_BOX (card), inner);
  gtk_widget_add_css_class (card, "card");
  return card;
}

static GtkWidget *
build_counters (QdOverviewPage *self)
{
  static const struct
  {
    const char *icon;
    const char *label;
    const char *css;
  } counters[] = {
    { "qd-critical-symbolic", N_ ("To fix"), "qd-error" },
    { "qd-draft-symbolic", N_ ("To check and seal"), "qd-info" },
    { "qd-plane-symbolic", N_ ("Under way"), "qd-info" },
    { "qd-return-symbolic", N_ ("Returned"), "qd-warning" },
  };
  GtkWidget *box = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (box), GTK_SELECTION_NONE);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (box), TRUE);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (box), 2);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (box), N_COUNTS);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (box), 8);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (box), 8);
  qd_name (box, _ ("Counters that filter the list"));
  for (guint i = 0; i < N_COUNTS; i++)
    {
      GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      g_autofree char *name = g_strdup_printf (_ ("%s, filter"), _ (counters[i].label));
      self->figures[i] = qd_label_new ("0", "qd-counter");
      gtk_widget_add_css_class (self->figures[i], counters[i].css);
      gtk_box_append (GTK_BOX (line), qd_icon_new (counters[i].icon, counters[i].css));
      gtk_box_append (GTK_BOX (line), qd_label_new (_ (counters[i].label), "qd-dense"));
      gtk_box_append (GTK_BOX (column), self->figures[i]);
      gtk_box_append (GTK_BOX (column), line);
      self->counters[i] = gtk_toggle_button_new ();
      gtk_button_set_child (GTK_BUTTON (self->counters[i]), column);
      gtk_widget_add_css_class (self->counters[i], "card");
      gtk_widget_add_css_class (self->counters[i], "qd-counter-button");
      qd_name (self->counters[i], name);
      g_signal_connect (self->counters[i], "toggled", G_CALLBACK (counter_cb), self);
      gtk_flow_box_append (GTK_FLOW_BOX (box), self->counters[i]);
      gtk_widget_set_focusable (gtk_widget_get_parent (self->counters[i]), FALSE);
    }
  return box;
}

static void
qd_overview_page_init (QdOverviewPage *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *title = qd_label_new (_ ("Open declarations"), "heading");
  GtkWidget *add = gtk_button_new_with_label (_ ("New declaration…"));

  self->filter = -1;
  self->header = qd_header_new (QD_HEADER_SHELL, C_ ("page", "Overview"), NULL);
  self->bar = qd_bar_new ();
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_list_box_set_placeholder (GTK_LIST_BOX (self->list), qd_label_new (_ ("No declaration here."), "qd-secondary"));
  qd_name (self->list, _ ("Open declarations"));
  self->more = gtk_button_new_with_label (_ ("Show all declarations"));
  qd_set_action (self->more, "win.page::declarations");
  gtk_widget_set_hexpand (title, TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (add), "win.add-declaration");
  qd_name (add, _ ("New declaration…"));
  gtk_box_append (GTK_BOX (head), title);
  gtk_box_append (GTK_BOX (head), add);
  gtk_box_append (GTK_BOX (column), build_next_step (self));
  gtk_box_append (GTK_BOX (column), build_counters (self));
  gtk_box_append (GTK_BOX (column), head);
  gtk_box_append (GTK_BOX (column), self->list);
  gtk_box_append (GTK_BOX (column), self->more);
  gtk_widget_set_margin_top (column, 12);
  gtk_widget_set_margin_bottom (column, 18);
  gtk_widget_set_margin_start (column, 18);
  gtk_widget_set_margin_end (column, 18);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), 1200);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), 1100);
  adw_clamp_set_child (ADW_CLAMP (clamp), column);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), clamp);
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
  g_signal_connect_swapped (workspace, "changed", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

const char *
qd_overview_page_get_next_step (QdOverviewPage *self)
{
  return gtk_label_get_text (GTK_LABEL (self->sentence));
}
