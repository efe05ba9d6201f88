/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-history-pane"
#include "config.h"
#include "qd-history-pane.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include "qd-decimal.h"
#include "qd-look.h"

struct _QdHistoryPane
{
  GtkWidget parent_instance;
  QdDraft *draft; /* (owned) */
  GtkWidget *scroller;
  GtkWidget *box;
};

G_DEFINE_FINAL_TYPE (QdHistoryPane, qd_history_pane, GTK_TYPE_WIDGET)

char *
qd_history_pane_variance (const char *last, const char *now)
{
  QdDecimal a, b, difference, thousand;
  double ratio;

  if (!qd_decimal_parse (last, &a) || !qd_decimal_parse (now, &b) || a.mantissa == 0)
    return NULL;
  if (!qd_decimal_subtract (b, a, &difference) || !qd_decimal_multiply (difference, qd_decimal_from_int (100), &thousand))
    return NULL;
  /* Only shown, never computed with: a double is good enough for one decimal of a percentage. */
  ratio = qd_decimal_to_double (thousand) / qd_decimal_to_double (a);
  if (ratio == 0)
    return g_strdup (_ ("unchanged"));
  return ratio > 0 ? g_strdup_printf (_ ("up %.1f%%"), ratio) : g_strdup_printf (_ ("down %.1f%%"), -ratio);
}

static GtkWidget *
add_list (QdHistoryPane *self, const char *heading)
{
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *label = qd_label_new (heading, "heading");

  gtk_widget_set_margin_top (label, 9);
  gtk_box_append (GTK_BOX (self->box), label);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_box_append (GTK_BOX (self->box), list);
  return list;
}

static GtkWidget *
add_row (GtkWidget *list, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  if (subtitle != NULL)
    {
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
    }
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  return row;
}

static void
add_last (QdHistoryPane *self, QdInstance *instance, QdNodeId node)
{
  g_autofree char *path = qd_instance_dup_path (instance, node);
  g_autofree char *last = qd_draft_dup_last_value (self->draft, path);
  GtkWidget *list = add_list (self, _ ("Last time"));
  g_autofree char *variance = NULL;
  g_autofree char *shown = NULL;
  GtkWidget *row;
  GtkWidget *same;

  if (last == NULL || *last == '\0')
    {
      add_row (list, _ ("No earlier sealed declaration has this field."), NULL);
      return;
    }
  shown = qd_look_number (last);
  row = add_row (list, shown, _ ("Value in the last sealed declaration"));
  if (!qd_instance_is_readonly (instance, node))
    {
      same = gtk_button_new_with_label (_ ("Same as last year"));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (same), "win.same-as-last");
      gtk_widget_set_valign (same, GTK_ALIGN_CENTER);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), same);
    }
  variance = qd_history_pane_variance (last, qd_instance_get_value (instance, node));
  if (variance != NULL)
    add_row (list, variance, _ ("compared with the last time; changes above 30 percent need a reason"));
}

static const char *
origin_word (const char *origin)
{
  static const struct
  {
    const char *origin;
    const char *word;
  } words[] = {
    { "typed", NC_ ("origin", "typed") },
    { "pasted", NC_ ("origin", "pasted") },
    { "undo", NC_ ("origin", "undone") },
    { "redo", NC_ ("origin", "redone") },
    { "carried", NC_ ("origin", "taken from last year") },
    { "fixed", NC_ ("origin", "quick fix") },
    { "attached", NC_ ("origin", "file added") },
    { "imported", NC_ ("origin", "imported") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (origin, words[i].origin) == 0)
      return g_dpgettext2 (NULL, "origin", words[i].word);
  return origin != NULL ? origin : "";
}

void
qd_history_pane_show_node (QdHistoryPane *self, QdNodeId node)
{
  QdInstance *instance = qd_draft_get_instance (self->draft);
  g_autofree char *label = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GPtrArray) items = NULL;
  GtkWidget *child;
  GtkWidget *list;

  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  if (node == 0 || !qd_instance_is_alive (instance, node))
    {
      gtk_box_append (GTK_BOX (self->box), qd_label_new (_ ("Choose a field to see last year's value and its history."), "qd-secondary"));
      return;
    }
  label = qd_instance_dup_label (instance, node);
  gtk_box_append (GTK_BOX (self->box), qd_label_new (label != NULL ? label : "", "title-4"));
  add_last (self, instance, node);
  path = qd_instance_dup_path (instance, node);
  items = qd_draft_list_history (self->draft, path, NULL);
  list = add_list (self, _ ("History"));
  if (items == NULL || items->len == 0)
    add_row (list, _ ("Nothing was changed yet."), NULL);
  for (guint i = 0; items != NULL && i < items->len && i < 50; i++)
    {
      const QdHistoryItem *item = g_ptr_array_index (items, i);
      g_autofree char *time = qd_look_time (item->time / 1000);
      g_autofree char *change = g_strdup_printf (_ ("%s → %s"), item->old_text != NULL && *item->old_text != '\0' ? item->old_text : "—", item->new_text != NULL && *item->new_text != '\0' ? item->new_text : "—");
      g_autofree char *detail = g_strdup_printf (_ ("%s, %s"), time, origin_word (item->origin));
      add_row (list, change, detail);
    }
}

static void
qd_history_pane_dispose (GObject *object)
{
  QdHistoryPane *self = QD_HISTORY_PANE (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (qd_history_pane_parent_class)->dispose (object);
}

static void
qd_history_pane_class_init (QdHistoryPaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_history_pane_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_history_pane_init (QdHistoryPane *self)
{
  self->scroller = qd_scrolled_column_new (&self->box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
qd_history_pane_new (QdDraft *draft)
{
  QdHistoryPane *self = g_object_new (QD_TYPE_HISTORY_PANE, NULL);

  self->draft = g_object_ref (draft);
  qd_history_pane_show_node (self, 0);
  return GTK_WIDGET (self);
}
