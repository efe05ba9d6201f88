/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-enterprises-page"
#include "config.h"
#include "qd-enterprises-page.h"

#include <glib/gi18n.h>
#include "qd-cockpit-header.h"
#include "qd-header.h"
#include "qd-look.h"

struct _QdEnterprisesPage
{
  GtkWidget parent_instance;
  QdCockpit *cockpit; /* (owned) */
  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *stack;
  GtkWidget *list;
};

static gboolean
page_can (QdPage *page, const char *command)
{
  return g_str_equal (command, "check");
}

static void
page_run (QdPage *page, const char *command)
{
  gtk_widget_activate_action (GTK_WIDGET (page), "cockpit.refresh", NULL);
}

static GtkWidget *
page_get_header (QdPage *page)
{
  return QD_ENTERPRISES_PAGE (page)->header;
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->run = page_run;
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdEnterprisesPage, qd_enterprises_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

/* Rows */

typedef enum
{
  CHIP_OVERDUE,
  CHIP_DUE,
  CHIP_RETURNED,
  CHIP_UNSIGNED,
  CHIP_WAITING,
  CHIP_MAYBE,
  N_CHIPS
} Chip;

typedef struct
{
  GtkWidget *box;
  GtkWidget *mark;
  GtkWidget *name;
  GtkWidget *place;
  GtkWidget *chips_box;
  GtkWidget *chips[N_CHIPS];
  GtkWidget *note;
  GtkWidget *retry;
  GtkWidget *remove;
  GtkWidget *menu;
} Row;

static void
setup_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  Row *row = g_new0 (Row, 1);

  row->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  row->mark = qd_icon_new (NULL, NULL);
  row->name = qd_label_new (NULL, "qd-strong");
  row->place = qd_label_new (NULL, "qd-caption");
  row->chips_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  row->note = qd_label_new (NULL, "qd-caption");
  row->retry = gtk_button_new_with_label (_ ("Try again"));
  row->remove = gtk_button_new_with_label (_ ("Take off"));
  row->menu = gtk_menu_button_new ();
  for (guint i = 0; i < N_CHIPS; i++)
    {
      row->chips[i] = qd_chip_new (NULL, "", NULL);
      gtk_box_append (GTK_BOX (row->chips_box), row->chips[i]);
    }
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (row->retry, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (row->remove, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (row->menu, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (row->menu, "flat");
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (row->menu), "qd-more-symbolic");
  gtk_box_append (GTK_BOX (texts), row->name);
  gtk_box_append (GTK_BOX (texts), row->place);
  gtk_box_append (GTK_BOX (texts), row->chips_box);
  gtk_box_append (GTK_BOX (texts), row->note);
  gtk_box_append (GTK_BOX (row->box), row->mark);
  gtk_box_append (GTK_BOX (row->box), texts);
  gtk_box_append (GTK_BOX (row->box), row->retry);
  gtk_box_append (GTK_BOX (row->box), row->remove);
  gtk_box_append (GTK_BOX (row->box), row->menu);
  gtk_widget_add_css_class (row->box, "qd-board-row");
  g_object_set_data_full (G_OBJECT (row->box), "row", row, g_free);
  gtk_list_item_set_child (item, row->box);
}

static void
set_chip (GtkWidget *chip, guint n, const char *icon, const char *css, const char *text)
{
  gtk_widget_set_visible (chip, n > 0);
  qd_chip_set (chip, icon, text, css);
}

static void
bind_chips (const Row *row, QdEnterprise *enterprise)
{
  const QdSummary *summary = qd_enterprise_get_summary (enterprise);
  guint n[N_CHIPS] = {
    [CHIP_OVERDUE] = qd_enterprise_count (enterprise, QD_BOARD_DUE, G_MININT, -1),
    [CHIP_DUE] = qd_enterprise_count (enterprise, QD_BOARD_DUE, 0, QD_BOARD_DAYS_AHEAD),
    [CHIP_RETURNED] = qd_enterprise_count (enterprise, QD_BOARD_RETURNED, G_MININT, G_MAXINT),
    [CHIP_UNSIGNED] = qd_enterprise_count (enterprise, QD_BOARD_UNSIGNED, G_MININT, G_MAXINT),
    [CHIP_WAITING] = qd_enterprise_count (enterprise, QD_BOARD_WAITING, G_MININT, G_MAXINT),
    [CHIP_MAYBE] = summary != NULL ? summary->maybe : 0,
  };
  char *texts[N_CHIPS] = {
    g_strdup_printf (ngettext ("%u overdue", "%u overdue", n[CHIP_OVERDUE]), n[CHIP_OVERDUE]),
    g_strdup_printf (ngettext ("%u within 30 days", "%u within 30 days", n[CHIP_DUE]), n[CHIP_DUE]),
    g_strdup_printf (ngettext ("%u returned", "%u returned", n[CHIP_RETURNED]), n[CHIP_RETURNED]),
    g_strdup_printf (ngettext ("%u to be sealed", "%u to be sealed", n[CHIP_UNSIGNED]), n[CHIP_UNSIGNED]),
    g_strdup_printf (ngettext ("%u filed", "%u filed", n[CHIP_WAITING]), n[CHIP_WAITING]),
    g_strdup_printf (ngettext ("%u to be answered", "%u to be answered", n[CHIP_MAYBE]), n[CHIP_MAYBE]),
  };
  static const char *const icons[N_CHIPS] = { "qd-critical-symbolic", "qd-clock-symbolic", "qd-return-symbolic", "qd-seal-symbolic", "qd-plane-symbolic", "qd-maybe-symbolic" };
  static const char *const css[N_CHIPS] = { "qd-error", "qd-warning", "qd-warning", "qd-info", "qd-info", "qd-maybe" };
  gboolean some = FALSE;

  for (guint i = 0; i < N_CHIPS; i++)
    {
      set_chip (row->chips[i], n[i], icons[i], css[i], texts[i]);
      some = some || n[i] > 0;
      g_free (texts[i]);
    }
  gtk_widget_set_visible (row->chips_box, some);
}

/* How old the counts are, who holds the file, or why there are no counts. */
static char *
dup_note (QdEnterprise *enterprise)
{
  const GError *error = qd_enterprise_get_error (enterprise);
  const QdSummary *summary = qd_enterprise_get_summary (enterprise);
  int age = qd_enterprise_get_age (enterprise);
  g_autofree char *counted = NULL;

  if (error != NULL)
    return g_strdup (error->message);
  if (age < 0)
    counted = g_strdup (_ ("Duties were never counted; open it once."));
  else if (age == 0)
    counted = g_strdup (_ ("Duties as of today."));
  else
    counted = g_strdup_printf (ngettext ("Duties as of yesterday.", "Duties as of %d days ago.", age), age);
  if (!summary->is_held)
    return g_steal_pointer (&counted);
  if (summary->holder != NULL && *summary->holder != '\0')
    /* Translators: name of a computer; how old the counts are, a whole sentence */
    return g_strdup_printf (_ ("In use on another computer (%s). %s"), summary->holder, counted);
  /* Translators: how old the counts are, a whole sentence */
  return g_strdup_printf (_ ("In use on another computer. %s"), counted);
}

static char *
dup_place (QdEnterprisesPage *self, QdEnterprise *enterprise)
{
  const QdSummary *summary = qd_enterprise_get_summary (enterprise);
  g_autofree char *file = g_filename_display_name (qd_enterprise_get_path (enterprise));
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  if (summary != NULL && *summary->region != '\0')
    g_ptr_array_add (parts, (char *) qd_cockpit_get_region_name (self->cockpit, summary->region));
  if (summary != NULL && *summary->industry != '\0')
    g_ptr_array_add (parts, (char *) qd_cockpit_get_industry_name (self->cockpit, summary->industry));
  if (summary != NULL && *summary->person != '\0')
    g_ptr_array_add (parts, summary->person);
  g_ptr_array_add (parts, file);
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (" · ", (char **) parts->pdata);
}

static void
add_item (GMenu *menu, const char *label, const char *action, const char *path)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", path);
  g_menu_append_item (menu, item);
}

static void
bind_button (GtkWidget *button, gboolean visible, const char *action, const char *path, const char *name)
{
  gtk_widget_set_visible (button, visible);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), NULL);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", path);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  qd_name (button, name);
}

static void
bind_row_cb (GtkSignalListItemFactory *factory, GtkListItem *item, QdEnterprisesPage *self)
{
  QdEnterprise *enterprise = gtk_list_item_get_item (item);
  const Row *row = g_object_get_data (G_OBJECT (gtk_list_item_get_child (item)), "row");
  const char *name = qd_enterprise_get_name (enterprise);
  const char *path = qd_enterprise_get_path (enterprise);
  gboolean readable = qd_enterprise_get_error (enterprise) == NULL;
  gboolean held = qd_enterprise_is_held (enterprise);
  g_autofree char *note = dup_note (enterprise);
  g_autofree char *place = dup_place (self, enterprise);
  g_autofree char *retry = g_strdup_printf (_ ("Try again: %s"), name);
  g_autofree char *off = g_strdup_printf (_ ("Take off: %s"), name);
  g_autofree char *more = g_strdup_printf (_ ("More: %s"), name);
  g_autofree char *label = NULL;
  g_autoptr (GMenu) menu = g_menu_new ();
  g_auto (QdMark) mark = { 0 };

  qd_enterprise_get_mark (enterprise, &mark);
  gtk_image_set_from_icon_name (GTK_IMAGE (row->mark), held ? "qd-lock-symbolic" : mark.icon);
  qd_look_set_css (row->mark, held ? "qd-secondary" : mark.css);
  gtk_label_set_text (GTK_LABEL (row->name), name);
  gtk_label_set_text (GTK_LABEL (row->place), place);
  gtk_label_set_text (GTK_LABEL (row->note), note);
  bind_chips (row, enterprise);
  if (held)
    gtk_widget_add_css_class (row->chips_box, "qd-old");
  else
    gtk_widget_remove_css_class (row->chips_box, "qd-old");
  bind_button (row->retry, !readable, "cockpit.retry", path, retry);
  bind_button (row->remove, !readable, "cockpit.remove", path, off);
  gtk_widget_set_visible (row->menu, readable);
  add_item (menu, _ ("_Responsible person…"), "cockpit.person", path);
  add_item (menu, _ ("_Take off the list"), "cockpit.remove", path);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (row->menu), G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (row->menu, more);
  qd_name (row->menu, more);
  /* Translators: enterprise, its worst mark, note */
  label = g_strdup_printf (C_ ("cockpit", "%s, %s, %s"), name, mark.words, note);
  qd_name_list_row (row->box, label);
}

static void
activate_cb (QdEnterprisesPage *self, guint position)
{
  g_autoptr (QdEnterprise) enterprise = g_list_model_get_item (qd_cockpit_get_enterprises (self->cockpit), position);

  if (enterprise != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "cockpit.open", "(sx)", qd_enterprise_get_path (enterprise), (gint64) 0);
}

static void
update (QdEnterprisesPage *self)
{
  guint n = g_list_model_get_n_items (qd_cockpit_get_enterprises (self->cockpit));
  g_autofree char *subtitle = g_strdup_printf (ngettext ("%u workspace", "%u workspaces", n), n);

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), qd_cockpit_is_loading (self->cockpit) ? "loading" : n > 0 ? "list"
                                                                                                                       : "empty");
  qd_header_set_title (self->header, C_ ("page", "Enterprises"), subtitle);
}

static void
qd_enterprises_page_dispose (GObject *object)
{
  QdEnterprisesPage *self = QD_ENTERPRISES_PAGE (object);

  if (self->cockpit != NULL)
    g_signal_handlers_disconnect_by_data (self->cockpit, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->cockpit);
  G_OBJECT_CLASS (qd_enterprises_page_parent_class)->dispose (object);
}

static void
qd_enterprises_page_class_init (QdEnterprisesPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_enterprises_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_enterprises_page_init (QdEnterprisesPage *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

static GtkWidget *
build_list (QdEnterprisesPage *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *card;

  g_signal_connect (factory, "setup", G_CALLBACK (setup_row_cb), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_row_cb), self, 0);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (qd_cockpit_get_enterprises (self->cockpit)))), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), TRUE);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (self->list), TRUE);
  gtk_widget_add_css_class (self->list, "qd-board-list");
  qd_name (self->list, C_ ("page", "Enterprises"));
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (activate_cb), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_widget_set_vexpand (scroller, TRUE);
  card = qd_cockpit_card_new (scroller);
  gtk_widget_set_margin_top (card, 12);
  gtk_widget_set_margin_bottom (card, 18);
  gtk_widget_set_margin_start (card, 18);
  gtk_widget_set_margin_end (card, 18);
  return card;
}

GtkWidget *
qd_enterprises_page_new (QdCockpit *cockpit)
{
  QdEnterprisesPage *self = g_object_new (QD_TYPE_ENTERPRISES_PAGE, NULL);

  self->cockpit = g_object_ref (cockpit);
  self->header = qd_cockpit_header_new (C_ ("page", "Enterprises"));
  adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), qd_icon_button_new ("qd-refresh-symbolic", _ ("Read all again"), "cockpit.refresh"));
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), qd_cockpit_loading_new (), "loading");
  gtk_stack_add_named (GTK_STACK (self->stack), qd_cockpit_empty_new (), "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), build_list (self), "list");
  gtk_box_append (GTK_BOX (self->box), self->header);
  gtk_box_append (GTK_BOX (self->box), self->stack);
  g_signal_connect_swapped (cockpit, "changed", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}
