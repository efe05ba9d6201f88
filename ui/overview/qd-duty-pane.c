/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-duty-pane"
#include "config.h"
#include "qd-duty-pane.h"

#include <glib/gi18n.h>
#include "qd-fact-changes.h"
#include "qd-look.h"

struct _QdDutyPane
{
  GtkWidget parent_instance;
  QdWorkspace *workspace; /* (owned) */
  QdDraft *draft;         /* (owned) */
  QdNodeId node;
  GHashTable *before; /* (owned) (nullable): rule → QdTruth, when the page was opened */
  guint n_affected;
  guint n_changed;

  GtkWidget *scroller;
  GtkWidget *counts;
  GtkWidget *affected;
  GtkWidget *changed;
  GtkWidget *drafts;
};

G_DEFINE_FINAL_TYPE (QdDutyPane, qd_duty_pane, GTK_TYPE_WIDGET)

static const char *
truth_word (QdTruth truth)
{
  return truth == QD_TRUTH_YES ? C_ ("duty", "Applies") : truth == QD_TRUTH_MAYBE ? _ ("Please check")
                                                                                  : _ ("Not applicable");
}

static GtkWidget *
truth_chip_new (QdTruth truth)
{
  static const char *const icons[] = { "qd-not-applicable-symbolic", "qd-maybe-symbolic", "qd-ok-symbolic" };
  static const char *const classes[] = { NULL, "qd-maybe", "qd-ok" };
  GtkWidget *chip = qd_chip_new (icons[truth], truth_word (truth), classes[truth]);

  gtk_widget_set_valign (chip, GTK_ALIGN_START);
  return chip;
}

static void
clear (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

static void
add_row (GtkWidget *box, const QdDuty *duty, const char *detail)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);

  gtk_box_append (GTK_BOX (texts), qd_label_new (duty->title, "qd-strong"));
  gtk_box_append (GTK_BOX (texts), qd_label_new (detail, "qd-dense"));
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (row), texts);
  gtk_box_append (GTK_BOX (row), truth_chip_new (duty->truth));
  gtk_box_append (GTK_BOX (box), row);
}

static gboolean
hangs_on (QdDutyPane *self, GPtrArray *inputs)
{
  QdInstance *instance = qd_draft_get_instance (self->draft);

  for (guint i = 0; i < inputs->len; i++)
    {
      const QdDutyInput *input = g_ptr_array_index (inputs, i);
      if (input->source == QD_INPUT_PROFILE && *input->path != '\0' && qd_instance_find (instance, input->path) == self->node)
        return TRUE;
    }
  return FALSE;
}

static void
update_affected (QdDutyPane *self, QdAssessed *assessed)
{
  clear (self->affected);
  self->n_affected = 0;
  for (guint i = 0; self->node != 0 && i < assessed->assessment->duties->len; i++)
    {
      const QdDuty *duty = g_ptr_array_index (assessed->assessment->duties, i);
      if (duty->kind != QD_DUTY_DUTY || !(hangs_on (self, duty->inputs) || hangs_on (self, duty->missing)))
        continue;
      add_row (self->affected, duty, duty->why);
      self->n_affected++;
    }
  if (self->n_affected == 0)
    gtk_box_append (GTK_BOX (self->affected), qd_label_new (self->node != 0 ? _ ("As things stand, no duty hangs on this answer.") : _ ("Go to a question to see which duties hang on it."), "qd-secondary"));
}

static void
update_changed (QdDutyPane *self, QdAssessed *assessed)
{
  GPtrArray *duties = assessed->assessment->duties;
  gboolean first = self->before == NULL;

  clear (self->changed);
  self->n_changed = 0;
  if (first)
    self->before = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < duties->len; i++)
    {
      const QdDuty *duty = g_ptr_array_index (duties, i);
      g_autofree char *detail = NULL;
      QdTruth old;
      if (duty->kind != QD_DUTY_DUTY)
        continue;
      if (first)
        {
          g_hash_table_insert (self->before, g_strdup (duty->rule), GINT_TO_POINTER (duty->truth));
          continue;
        }
      old = (QdTruth) GPOINTER_TO_INT (g_hash_table_lookup (self->before, duty->rule));
      if (old == duty->truth)
        continue;
      detail = g_strdup_printf (_ ("before: %s"), truth_word (old));
      add_row (self->changed, duty, detail);
      self->n_changed++;
    }
  if (self->n_changed == 0)
    gtk_box_append (GTK_BOX (self->changed), qd_label_new (_ ("Nothing since this page was opened."), "qd-secondary"));
}

static void
update (QdDutyPane *self)
{
  QdAssessed *assessed = qd_duties_get (qd_workspace_get_duties (self->workspace));
  g_autofree char *counts = NULL;

  if (assessed == NULL)
    return;
  /* Translators: three counts of duties */
  counts = g_strdup_printf (_ ("%u apply, %u to be checked, %u not applicable"), assessed->assessment->n_yes, assessed->assessment->n_maybe, assessed->assessment->n_no);
  gtk_label_set_text (GTK_LABEL (self->counts), counts);
  update_affected (self, assessed);
  update_changed (self, assessed);
  qd_fact_changes_list_refresh (self->drafts, self->workspace, assessed);
}

void
qd_duty_pane_show_node (QdDutyPane *self, QdNodeId node)
{
  QdAssessed *assessed = qd_duties_get (qd_workspace_get_duties (self->workspace));

  if (self->node == node)
    return;
  self->node = node;
  if (assessed != NULL)
    update_affected (self, assessed);
}

guint
qd_duty_pane_count_affected (QdDutyPane *self)
{
  return self->n_affected;
}

guint
qd_duty_pane_count_changed (QdDutyPane *self)
{
  return self->n_changed;
}

static void
qd_duty_pane_dispose (GObject *object)
{
  QdDutyPane *self = QD_DUTY_PANE (object);

  if (self->workspace != NULL)
    g_signal_handlers_disconnect_by_data (qd_workspace_get_duties (self->workspace), self);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->before, g_hash_table_unref);
  g_clear_object (&self->draft);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (qd_duty_pane_parent_class)->dispose (object);
}

static void
qd_duty_pane_class_init (QdDutyPaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_duty_pane_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_duty_pane_init (QdDutyPane *self)
{
}

static GtkWidget *
add_section (GtkWidget *column, const char *title)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *head = qd_label_new (title, "heading");

  gtk_widget_set_margin_top (head, 9);
  gtk_box_append (GTK_BOX (column), head);
  gtk_box_append (GTK_BOX (column), box);
  return box;
}

GtkWidget *
qd_duty_pane_new (QdWorkspace *workspace, QdDraft *draft)
{
  QdDutyPane *self = g_object_new (QD_TYPE_DUTY_PANE, NULL);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->workspace = g_object_ref (workspace);
  self->draft = g_object_ref (draft);
  self->counts = qd_label_new (NULL, "qd-secondary");
  gtk_box_append (GTK_BOX (column), self->counts);
  self->affected = add_section (column, _ ("What hangs on this question"));
  self->changed = add_section (column, _ ("Changed by your answers"));
  self->drafts = qd_fact_changes_list_new ();
  gtk_box_append (GTK_BOX (column), self->drafts);
  gtk_widget_set_margin_top (column, 12);
  gtk_widget_set_margin_bottom (column, 18);
  gtk_widget_set_margin_start (column, 14);
  gtk_widget_set_margin_end (column, 14);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), column);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  g_signal_connect_swapped (qd_workspace_get_duties (workspace), "changed", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}
