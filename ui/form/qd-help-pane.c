/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-help-pane"
#include "config.h"
#include "qd-help-pane.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#include "qd-look.h"

struct _QdHelpPane
{
  GtkWidget parent_instance;
  QdDraft *draft; /* (owned) */
  GtkWidget *scroller;
  GtkWidget *box;
};

G_DEFINE_FINAL_TYPE (QdHelpPane, qd_help_pane, GTK_TYPE_WIDGET)

static void
add_heading (QdHelpPane *self, const char *text)
{
  GtkWidget *label = qd_label_new (text, "heading");

  gtk_widget_set_margin_top (label, 9);
  gtk_box_append (GTK_BOX (self->box), label);
}

static void
add_caption (QdHelpPane *self, QdInstance *instance, QdNodeId node)
{
  const QdField *field = qd_instance_get_field (instance, node);
  const char *unit = qd_field_get_attribute (field, "unit");
  const char *places = qd_field_get_attribute (field, "places");
  g_autofree char *group = qd_instance_dup_label (instance, qd_instance_get_parent (instance, node));
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  if (group != NULL && *group != '\0')
    g_ptr_array_add (parts, g_strdup (group));
  if (qd_field_is_calculated (field))
    g_ptr_array_add (parts, g_strdup (_ ("computed")));
  else
    g_ptr_array_add (parts, g_strdup (qd_instance_is_required (instance, node) ? _ ("required") : _ ("optional")));
  if (unit != NULL)
    g_ptr_array_add (parts, g_strdup_printf (_ ("unit %s"), unit));
  if (places != NULL)
    g_ptr_array_add (parts, g_strdup_printf (_ ("%s decimals"), places));
  g_ptr_array_add (parts, NULL);
  text = g_strjoinv (_ (", "), (char **) parts->pdata);
  gtk_box_append (GTK_BOX (self->box), qd_label_new (text, "qd-caption"));
}

static void
add_last (QdHelpPane *self, QdInstance *instance, QdNodeId node)
{
  g_autofree char *path = qd_instance_dup_path (instance, node);
  g_autofree char *last = qd_draft_dup_last_value (self->draft, path);
  const char *unit = qd_field_get_attribute (qd_instance_get_field (instance, node), "unit");
  g_autofree char *shown = NULL;
  g_autofree char *text = NULL;
  GtkWidget *list;
  GtkWidget *row;

  if (last == NULL || *last == '\0')
    return;
  add_heading (self, _ ("Last time"));
  shown = qd_look_number (last);
  text = unit != NULL ? g_strdup_printf ("%s %s", shown, unit) : g_strdup (shown);
  list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  row = adw_action_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), text);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("From the last sealed declaration"));
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  gtk_box_append (GTK_BOX (self->box), list);
}

static GtkWidget *
basis_row (const QdBasis *basis, const char *today)
{
  gboolean valid = qd_basis_is_valid_on (basis, today);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = qd_icon_new ("qd-law-symbolic", valid ? "qd-ok" : "qd-secondary");
  g_autofree char *title = NULL;
  g_autofree char *dates = NULL;

  /* Clauses, tables and annexes of standards are named as they are, only articles of law by number. */
  if (basis->article == NULL)
    title = g_strdup (basis->instrument);
  else if (g_ascii_isdigit (*basis->article) && !g_ascii_isdigit (basis->instrument[strlen (basis->instrument) - 1]))
    title = g_strdup_printf (_ ("%s, Art. %s"), basis->instrument, basis->article);
  else
    title = g_strdup_printf ("%s %s", basis->instrument, basis->article);

  if (basis->valid_to != NULL && !valid)
    dates = g_strdup_printf (_ ("applied until %s"), basis->valid_to);
  else if (basis->valid_from != NULL)
    dates = g_strdup_printf (_ ("in force since %s"), basis->valid_from);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  if (dates != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), dates);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  return row;
}

/* Only what was confirmed is shown as law; anything else says that it waits for confirmation. */
static void
add_basis (QdHelpPane *self, QdForm *form, const char *ids, QdConfidence confidence, const char *today)
{
  g_auto (GStrv) list = g_strsplit (ids != NULL ? ids : "", " ", -1);
  GtkWidget *box = gtk_list_box_new ();
  guint n = 0;

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (box), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (box, "boxed-list");
  for (guint i = 0; list[i] != NULL && confidence == QD_CONFIDENCE_CONFIRMED; i++)
    {
      const QdBasis *basis = *list[i] != '\0' ? qd_form_find_basis (form, list[i]) : NULL;
      if (basis == NULL || basis->confidence != QD_CONFIDENCE_CONFIRMED)
        continue;
      gtk_list_box_append (GTK_LIST_BOX (box), basis_row (basis, today));
      n++;
    }
  add_heading (self, _ ("Legal basis"));
  if (n > 0)
    gtk_box_append (GTK_BOX (self->box), box);
  else
    {
      GtkWidget *tag = gtk_label_new (_ ("basis to be confirmed"));
      g_object_ref_sink (box);
      g_object_unref (box);
      gtk_widget_add_css_class (tag, "qd-tag");
      gtk_widget_set_halign (tag, GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (self->box), tag);
    }
}

static void
add_form_bases (QdHelpPane *self, QdForm *form, const char *today)
{
  GPtrArray *bases = qd_form_get_bases (form);
  GString *ids = g_string_new (NULL);

  for (guint i = 0; i < bases->len; i++)
    g_string_append_printf (ids, "%s%s", i > 0 ? " " : "", ((QdBasis *) g_ptr_array_index (bases, i))->id);
  add_basis (self, form, ids->str, QD_CONFIDENCE_CONFIRMED, today);
  g_string_free (ids, TRUE);
}

void
qd_help_pane_show_node (QdHelpPane *self, QdNodeId node)
{
  QdInstance *instance = qd_draft_get_instance (self->draft);
  QdForm *form = qd_instance_get_form (instance);
  g_autofree char *today = g_date_time_format (qd_instance_get_now (instance), "%Y-%m-%d");
  g_autofree char *label = NULL;
  g_autofree char *guidance = NULL;
  const QdField *field;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  if (node == 0 || !qd_instance_is_alive (instance, node))
    {
      gtk_box_append (GTK_BOX (self->box), qd_label_new (qd_form_get_title (form, qd_look_get_language ()), "title-4"));
      gtk_box_append (GTK_BOX (self->box), qd_label_new (_ ("Choose a field to read how to fill it."), "qd-secondary"));
      add_form_bases (self, form, today);
      return;
    }
  field = qd_instance_get_field (instance, node);
  label = qd_instance_dup_label (instance, node);
  guidance = qd_instance_dup_guidance (instance, node);
  if (guidance == NULL || *guidance == '\0')
    {
      g_free (guidance);
      guidance = qd_instance_dup_hint (instance, node);
    }
  gtk_box_append (GTK_BOX (self->box), qd_label_new (label != NULL && *label != '\0' ? label : qd_field_get_name (field), "title-4"));
  add_caption (self, instance, node);
  add_heading (self, _ ("How to fill"));
  gtk_box_append (GTK_BOX (self->box), qd_label_new (guidance != NULL && *guidance != '\0' ? guidance : _ ("No guidance in this pack."), NULL));
  add_last (self, instance, node);
  add_basis (self, form, qd_field_get_attribute (field, "basis"), qd_field_get_confidence (field), today);
}

static void
qd_help_pane_dispose (GObject *object)
{
  QdHelpPane *self = QD_HELP_PANE (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (qd_help_pane_parent_class)->dispose (object);
}

static void
qd_help_pane_class_init (QdHelpPaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_help_pane_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_help_pane_init (QdHelpPane *self)
{
  self->scroller = qd_scrolled_column_new (&self->box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
qd_help_pane_new (QdDraft *draft)
{
  QdHelpPane *self = g_object_new (QD_TYPE_HELP_PANE, NULL);

  self->draft = g_object_ref (draft);
  qd_help_pane_show_node (self, 0);
  return GTK_WIDGET (self);
}
