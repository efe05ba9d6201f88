/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-lists-pane"
#include "config.h"
#include "qd-lists-pane.h"

#include <glib/gi18n.h>

#include "qd-file-dialog.h"
#include "qd-formula.h"
#include "qd-header.h"
#include "qd-inventory-page.h"
#include "qd-look.h"
#include "qd-structure.h"
#include "qd-structure-view.h"
#include "qd-window.h"

struct _QdListsPane
{
  GtkWidget parent_instance;
  QdDraft *draft;        /* (owned) */
  QdInstance *instance;  /* (not owned) */
  QdSubstanceData *data; /* (owned) */
  QdNodeId row;
  guint update_idle;

  GtkWidget *scroller;
  GtkWidget *box;
};

G_DEFINE_FINAL_TYPE (QdListsPane, qd_lists_pane, GTK_TYPE_WIDGET)

static void schedule (QdListsPane *self);

/* The row. */

static const QdField *
find_field (QdListsPane *self, const char *attribute, const char *value)
{
  const QdField *row = qd_instance_get_field (self->instance, self->row);

  for (guint i = 0; i < qd_field_get_n_children (row); i++)
    {
      const QdField *field = qd_field_get_child (row, i);

      if (g_strcmp0 (attribute != NULL ? qd_field_get_attribute (field, attribute) : qd_field_get_name (field), value) == 0)
        return field;
    }
  return NULL;
}

static QdNodeId
find_cell (QdListsPane *self, const char *attribute, const char *value)
{
  const QdField *field = find_field (self, attribute, value);

  return field != NULL ? qd_instance_find_in_row (self->instance, self->row, field) : 0;
}

static char *
dup_value (QdListsPane *self, const char *attribute, const char *value)
{
  QdNodeId node = find_cell (self, attribute, value);

  return g_strdup (node != 0 ? qd_instance_get_value (self->instance, node) : "");
}

/* The row of substances that @node lies in, 0 elsewhere. */
static QdNodeId
find_row (QdListsPane *self, QdNodeId node)
{
  for (; node != 0; node = qd_instance_get_parent (self->instance, node))
    if (qd_instance_get_node_type (self->instance, node) == QD_NODE_REPEAT_INSTANCE)
      return node;
  return 0;
}

/* Building. */

static void
add (GtkWidget *box, const char *text, const char *css)
{
  GtkWidget *label;

  if (text == NULL || *text == '\0')
    return;
  label = qd_label_new (text, css);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_box_append (GTK_BOX (box), label);
}

static GtkWidget *
add_card (QdListsPane *self)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);

  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "qd-list-card");
  gtk_box_append (GTK_BOX (self->box), card);
  return card;
}

static void
add_head (GtkWidget *card, const char *title, const char *icon, const char *word, const char *css)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *label = qd_label_new (title, "qd-strong");
  GtkWidget *chip = qd_chip_new (icon, word, css);

  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (chip, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (line), label);
  gtk_box_append (GTK_BOX (line), chip);
  gtk_box_append (GTK_BOX (card), line);
}

static const char *
force_word (QdForce force)
{
  static const char *const words[] = { NC_ ("list", "not dated"), NC_ ("list", "not yet in force"), NC_ ("list", "in force"), NC_ ("list", "ended") };

  return g_dpgettext2 (NULL, "list", words[force]);
}

static void
add_hit (QdListsPane *self, const QdHit *hit, const char *language)
{
  GtkWidget *card = add_card (self);
  const QdCatalogEntry *entry = hit->entry;
  g_autofree char *reason = qd_hit_dup_reason (hit, language), *dates = qd_hit_dup_dates (hit), *line = NULL, *status = NULL, *exempt = NULL, *source = NULL;
  const char *note = qd_pack_list_get_note (hit->list, language);
  QdListStatus state = qd_pack_list_get_status (hit->list);

  if (reason != NULL)
    add_head (card, qd_pack_list_get_title (hit->list, language), "qd-maybe-symbolic", _ ("Please check"), "qd-maybe");
  else if (qd_hit_is_certain (hit))
    add_head (card, qd_pack_list_get_title (hit->list, language), "qd-list-symbolic", C_ ("list", "Listed"), "qd-info");
  else
    add_head (card, qd_pack_list_get_title (hit->list, language), "qd-history-symbolic", qd_pack_list_get_status_text (hit->list, language), NULL);
  line = g_strdup_printf (_ ("Entry %s: %s"), entry->entry_no, entry->name_zh);
  add (card, line, NULL);
  add (card, reason, "qd-maybe");
  add (card, entry->measure, NULL);
  if (*entry->exemption != '\0')
    {
      exempt = g_strdup_printf (_ ("Exempt: %s"), entry->exemption);
      add (card, exempt, NULL);
    }
  if (state != QD_LIST_COMPLETE)
    status = g_strdup_printf ("%s · %s · %s", force_word (hit->force), dates, qd_pack_list_get_status_text (hit->list, language));
  else
    status = g_strdup_printf ("%s · %s", force_word (hit->force), dates);
  add (card, status, "qd-caption");
  source = g_strdup_printf (_ ("Source: %s"), *entry->source != '\0' ? entry->source : qd_pack_list_get_source (hit->list));
  add (card, source, "qd-caption");
  if (state != QD_LIST_COMPLETE)
    add (card, note, "qd-caption");
}

/* The inventory. */

static void
imported_cb (QdListsPane *self, const char *text, GtkWidget *page)
{
  GtkRoot *root = gtk_widget_get_root (page);

  if (QD_IS_WINDOW (root))
    qd_window_pop (QD_WINDOW (root));
  qd_toast (GTK_WIDGET (self), text, NULL, NULL);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdListsPane) self = user_data;
  g_autofree char *path = qd_file_dialog_finish (result);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *page;

  if (path == NULL || self->instance == NULL || !QD_IS_WINDOW (root))
    return;
  page = qd_inventory_page_new (self->data, path);
  g_signal_connect_object (page, "done", G_CALLBACK (imported_cb), self, G_CONNECT_SWAPPED);
  qd_window_push (QD_WINDOW (root), page);
}

static void
import_cb (QdListsPane *self)
{
  qd_file_dialog_async (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Import the inventory of existing substances"), C_ ("verb", "Open"), _ ("Workbooks and text"), "*.xlsx;*.xls;*.csv;*.txt", NULL, chosen_cb, g_object_ref (self));
}

/* Puts what the inventory says into the row, one step. */
static void
take_cb (QdListsPane *self)
{
  g_autofree char *cas = dup_value (self, "suggest", "cas"), *serial = dup_value (self, "suggest", "serial"), *zh = dup_value (self, "suggest", "name-zh"), *en = dup_value (self, "suggest", "name-en");
  QdSubstance substance = { cas, serial, zh, en };
  const QdCatalogEntry *entry;
  QdNodeId state = find_cell (self, NULL, "iecsc"), number = find_cell (self, "suggest", "serial");
  g_autoptr (GError) error = NULL;

  if (qd_screening_find_inventory (qd_substance_data_get_screening (self->data), &substance, &entry) != QD_INVENTORY_LISTED || state == 0)
    return;
  qd_draft_begin_step (self->draft, "inventory");
  if (!qd_instance_set_value (self->instance, state, "listed", &error) || (*serial == '\0' && number != 0 && *entry->entry_no != '\0' && !qd_instance_set_value (self->instance, number, entry->entry_no, &error)))
    qd_toast (GTK_WIDGET (self), error->message, NULL, NULL);
  qd_draft_end_step (self->draft);
}

static void
add_inventory (QdListsPane *self, QdScreening *screening, const QdSubstance *substance)
{
  const QdCatalogEntry *entry;
  QdInventoryState state = qd_screening_find_inventory (screening, substance, &entry);
  g_autofree char *text = qd_screening_dup_inventory_text (screening, state, entry);
  g_autofree char *iecsc = dup_value (self, NULL, "iecsc");
  const char *problem = qd_substance_data_get_problem (self->data);
  GtkWidget *card = add_card (self);
  GtkWidget *button;

  if (state == QD_INVENTORY_LISTED)
    add_head (card, _ ("Inventory of existing substances (IECSC)"), "qd-ok-symbolic", C_ ("inventory", "Listed"), "qd-ok");
  else
    add_head (card, _ ("Inventory of existing substances (IECSC)"), "qd-maybe-symbolic", state == QD_INVENTORY_CHECK ? _ ("Please check") : C_ ("inventory", "Not known"), "qd-maybe");
  add (card, text, NULL);
  add (card, problem, "qd-error");
  if (state == QD_INVENTORY_LISTED && !g_str_equal (iecsc, "listed") && !qd_draft_is_read_only (self->draft))
    {
      button = gtk_button_new_with_label (_ ("Enter in the register"));
      qd_name (button, _ ("Enter in the register"));
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (take_cb), self);
      gtk_widget_set_halign (button, GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (card), button);
    }
}

static void
add_import (QdListsPane *self)
{
  QdInventory *inventory = qd_screening_get_inventory (qd_substance_data_get_screening (self->data));
  GtkWidget *button = gtk_button_new_with_label (_ ("Import the inventory…"));
  g_autofree char *text = NULL;

  if (inventory != NULL)
    {
      text = g_strdup_printf (_ ("Inventory: %u substances from “%s”, imported on %s."), qd_inventory_get_n_substances (inventory), qd_inventory_get_source (inventory), qd_inventory_get_imported (inventory));
      add (self->box, text, "qd-caption");
    }
  qd_name (button, _ ("Import the inventory of existing substances"));
  gtk_widget_set_tooltip_text (button, _ ("The official file of the ministry as .xls, .xlsx or .csv; which column holds what is asked first"));
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (import_cb), self);
  gtk_box_append (GTK_BOX (self->box), button);
}

/* Formula and molar mass, from the formula of the row or from its structure; and the structure itself. */
static void
add_structure (QdListsPane *self, const char *name)
{
  g_autofree char *formula = dup_value (self, NULL, "formula"), *smiles = dup_value (self, NULL, "smiles"), *hill = NULL, *mass = NULL, *text = NULL, *description = NULL;
  g_autoptr (GError) error = NULL;
  QdDecimal number;

  if (*formula == '\0' && *smiles == '\0')
    return;
  hill = *formula != '\0' ? qd_formula_dup_hill (formula, &error) : qd_structure_dup_formula (smiles, &error);
  if (hill == NULL || !qd_formula_mass (hill, &number, &error))
    {
      add (self->box, error->message, "qd-error");
      return;
    }
  mass = qd_decimal_to_string (number);
  text = g_strdup_printf (_ ("Formula %s, molar mass %s g/mol"), hill, mass);
  add (self->box, text, "qd-caption");
  if (*smiles == '\0')
    return;
  description = g_strdup_printf (_ ("Structure of %s, %s"), name, hill);
  gtk_box_append (GTK_BOX (self->box), qd_structure_view_new (smiles, description));
}

static void
add_substance (QdListsPane *self, QdScreening *screening)
{
  g_autofree char *cas = dup_value (self, "suggest", "cas"), *serial = dup_value (self, "suggest", "serial"), *zh = dup_value (self, "suggest", "name-zh"), *en = dup_value (self, "suggest", "name-en"), *numbers = NULL, *caveat = NULL;
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (QdHit));
  g_autofree char *date = g_date_time_format (qd_instance_get_now (self->instance), "%Y-%m-%d");
  const char *language = qd_instance_get_language (self->instance);
  QdSubstance substance = { cas, serial, zh, en };

  if (*cas == '\0' && *serial == '\0' && *zh == '\0' && *en == '\0')
    {
      add (self->box, _ ("Type a name or a CAS number: suggestions appear below the cell, lists here."), "qd-caption");
      return;
    }
  add (self->box, *zh != '\0' ? zh : en, "heading");
  numbers = g_strdup_printf ("%s%s%s", cas, *cas != '\0' && *en != '\0' && *zh != '\0' ? " · " : "", *zh != '\0' ? en : "");
  add (self->box, numbers, "qd-caption");
  add_structure (self, *zh != '\0' ? zh : *en != '\0' ? en
                                                      : cas);
  qd_screening_find (screening, &substance, date, hits);
  for (guint i = 0; i < hits->len; i++)
    add_hit (self, &g_array_index (hits, QdHit, i), language);
  if (hits->len == 0)
    add (self->box, _ ("No list has this CAS number or name."), NULL);
  add_inventory (self, screening, &substance);
  caveat = qd_screening_dup_caveat (screening, language);
  add (self->box, caveat, "qd-caption");
}

static void
update (QdListsPane *self)
{
  QdScreening *screening = qd_substance_data_get_screening (self->data);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *child;

  /* What goes away must not have the focus: the window would look for it. */
  if (focus != NULL && gtk_widget_is_ancestor (focus, self->box))
    gtk_root_set_focus (root, NULL);
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  if (screening == NULL)
    {
      add (self->box, _ ("Reading the lists…"), "qd-caption");
      return;
    }
  if (self->row == 0 || !qd_instance_is_alive (self->instance, self->row))
    add (self->box, _ ("Choose a substance in the table to see its lists, with measures, dates and sources."), "qd-caption");
  else
    add_substance (self, screening);
  add_import (self);
}

static gboolean
update_cb (gpointer user_data)
{
  QdListsPane *self = user_data;

  self->update_idle = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (QdListsPane *self)
{
  if (self->update_idle == 0)
    self->update_idle = g_idle_add (update_cb, self);
}

/* Edits of other rows are none of our business. */
static void
nodes_changed_cb (QdListsPane *self, GArray *nodes)
{
  for (guint i = 0; i < nodes->len && self->row != 0; i++)
    {
      QdNodeId node = g_array_index (nodes, QdNodeId, i);

      if (qd_instance_is_alive (self->instance, node) && qd_instance_get_parent (self->instance, node) == self->row)
        {
          schedule (self);
          return;
        }
    }
}

void
qd_lists_pane_show_node (QdListsPane *self, QdNodeId node)
{
  QdNodeId row = node != 0 && qd_instance_is_alive (self->instance, node) ? find_row (self, node) : 0;

  if (row == self->row)
    return;
  self->row = row;
  schedule (self);
}

QdSubstanceData *
qd_lists_pane_get_data (QdListsPane *self)
{
  return self->data;
}

static void
qd_lists_pane_dispose (GObject *object)
{
  QdListsPane *self = QD_LISTS_PANE (object);

  g_clear_handle_id (&self->update_idle, g_source_remove);
  if (self->instance != NULL)
    g_signal_handlers_disconnect_by_data (self->instance, self);
  if (self->data != NULL)
    g_signal_handlers_disconnect_by_data (self->data, self);
  self->instance = NULL;
  g_clear_object (&self->data);
  g_clear_object (&self->draft);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (qd_lists_pane_parent_class)->dispose (object);
}

static void
qd_lists_pane_class_init (QdListsPaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_lists_pane_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_lists_pane_init (QdListsPane *self)
{
  self->scroller = qd_scrolled_column_new (&self->box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
qd_lists_pane_new (QdDraft *draft)
{
  QdListsPane *self = g_object_new (QD_TYPE_LISTS_PANE, NULL);

  self->draft = g_object_ref (draft);
  self->instance = qd_draft_get_instance (draft);
  self->data = qd_substance_data_new (qd_draft_get_pack (draft));
  g_signal_connect_swapped (self->data, "changed", G_CALLBACK (schedule), self);
  g_signal_connect_swapped (self->instance, "nodes-changed", G_CALLBACK (nodes_changed_cb), self);
  g_signal_connect_swapped (self->instance, "rows-changed", G_CALLBACK (schedule), self);
  update (self);
  return GTK_WIDGET (self);
}
