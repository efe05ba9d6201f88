/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-section-view"
#include "config.h"
#include "qd-section-view.h"

#include <glib/gi18n.h>
#include "qd-field-row.h"
#include "qd-header.h"
#include "qd-instance-table.h"
#include "qd-look.h"
#include "qd-table.h"

/* Of a table among others: room for some rows more than there are. */
#define TABLE_MIN_HEIGHT 240
#define TABLE_HEIGHT 420
#define TABLE_FRAME_HEIGHT 190
#define TABLE_ROW_HEIGHT 26

struct _QdSectionView
{
  GtkWidget parent_instance;
  QdDraft *draft;           /* (owned) */
  QdInstance *instance;     /* (not owned) */
  const QdSection *section; /* (not owned) (nullable) */
  gboolean checked;
  QdNameIndex *names; /* (owned) (nullable) */

  GtkWidget *scroller;
  GtkWidget *box;
  GHashTable *rows;   /* node → QdFieldRow */
  GHashTable *groups; /* node → AdwPreferencesGroup */
  GHashTable *ranges; /* node → GtkBox with the rows of a plain repeat */
  GHashTable *tables; /* node → QdTable */
  QdNodeId current;
};

G_DEFINE_FINAL_TYPE (QdSectionView, qd_section_view, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_NODE_FOCUSED,
  SIGNAL_UNDO,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void add_nodes (QdSectionView *self, GtkWidget *box, QdNodeId parent, GArray *nodes);

static void
set_current (QdSectionView *self, QdNodeId node)
{
  if (self->current == node)
    return;
  self->current = node;
  g_signal_emit (self, signals[SIGNAL_NODE_FOCUSED], 0, (guint) node);
}

static void
row_focused_cb (QdFieldRow *row, QdSectionView *self)
{
  set_current (self, qd_field_row_get_node (row));
}

static GtkWidget *
new_group (QdSectionView *self, GtkWidget *box, QdNodeId node, const char *title, const char *description)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *title_markup = title != NULL ? g_markup_escape_text (title, -1) : NULL;
  g_autofree char *description_markup = description != NULL ? g_markup_escape_text (description, -1) : NULL;

  /* libadwaita reads both as markup. */
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title_markup != NULL ? title_markup : "");
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), description_markup);
  gtk_box_append (GTK_BOX (box), group);
  if (node != 0)
    {
      g_hash_table_insert (self->groups, GUINT_TO_POINTER (node), group);
      gtk_widget_set_visible (group, qd_instance_is_relevant (self->instance, node));
    }
  return group;
}

static void
add_field (QdSectionView *self, GtkWidget *group, QdNodeId node)
{
  GtkWidget *row = qd_field_row_new (self->draft, node);

  qd_field_row_set_checked (QD_FIELD_ROW (row), self->checked);
  g_signal_connect (row, "focused", G_CALLBACK (row_focused_cb), self);
  g_hash_table_insert (self->rows, GUINT_TO_POINTER (node), row);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
}

static GArray *
shown_children (QdSectionView *self, QdNodeId node)
{
  GArray *nodes = g_array_new (FALSE, FALSE, sizeof (QdNodeId));

  for (guint i = 0; i < qd_instance_get_n_children (self->instance, node); i++)
    {
      QdNodeId child = qd_instance_get_child (self->instance, node, i);
      if (qd_node_is_shown (self->instance, child))
        g_array_append_val (nodes, child);
    }
  return nodes;
}

/* Repeats: rows as cards. */

static void
edit_rows (QdSectionView *self, QdNodeId range, guint index, gboolean add)
{
  g_autoptr (GError) error = NULL;
  gboolean done;

  qd_draft_begin_step (self->draft, add ? "row added" : "row deleted");
  done = add ? qd_instance_add_rows (self->instance, range, index, 1, &error) : qd_instance_remove_rows (self->instance, range, index, 1, &error);
  qd_draft_end_step (self->draft);
  if (!done)
    qd_toast (GTK_WIDGET (self), error->message, NULL, NULL);
  else if (!add)
    qd_toast (GTK_WIDGET (self), _ ("1 row deleted."), _ ("Undo"), "win.undo");
}

static void
add_row_cb (GtkWidget *button, QdSectionView *self)
{
  QdNodeId range = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "range"));

  edit_rows (self, range, qd_instance_get_n_children (self->instance, range), TRUE);
}

static void
delete_row_cb (GtkWidget *button, QdSectionView *self)
{
  QdNodeId row = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "row"));

  if (qd_instance_is_alive (self->instance, row))
    edit_rows (self, qd_instance_get_parent (self->instance, row), qd_instance_get_index (self->instance, row), FALSE);
}

static void
fill_range (QdSectionView *self, GtkWidget *box, QdNodeId range)
{
  gboolean editable = qd_instance_can_add_remove (self->instance, range) && !qd_draft_is_read_only (self->draft);
  g_autofree char *label = qd_instance_dup_label (self->instance, range);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
  for (guint i = 0; i < qd_instance_get_n_children (self->instance, range); i++)
    {
      QdNodeId row = qd_instance_get_child (self->instance, range, i);
      g_autoptr (GArray) nodes = shown_children (self, row);
      g_autofree char *row_label = qd_instance_dup_label (self->instance, row);
      const char *words = row_label != NULL && *row_label != '\0' ? row_label : label != NULL ? label
                                                                                              : "";
      g_autofree char *title = g_strdup_printf (_ ("%s, row %u"), words, i + 1);
      GtkWidget *row_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
      GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      GtkWidget *heading = qd_label_new (title, "heading");
      gtk_widget_set_hexpand (heading, TRUE);
      gtk_box_append (GTK_BOX (head), heading);
      if (editable)
        {
          g_autofree char *name = g_strdup_printf (_ ("Delete %s"), title);
          GtkWidget *remove = qd_icon_button_new ("qd-delete-symbolic", name, NULL);
          gtk_widget_add_css_class (remove, "flat");
          g_object_set_data (G_OBJECT (remove), "row", GUINT_TO_POINTER (row));
          g_signal_connect (remove, "clicked", G_CALLBACK (delete_row_cb), self);
          gtk_box_append (GTK_BOX (head), remove);
        }
      gtk_box_append (GTK_BOX (row_box), head);
      add_nodes (self, row_box, row, nodes);
      gtk_box_append (GTK_BOX (box), row_box);
    }
  if (editable)
    {
      GtkWidget *add = gtk_button_new_with_label (_ ("Add row"));
      g_autofree char *name = g_strdup_printf (_ ("Add row: %s"), label != NULL ? label : "");
      gtk_widget_set_halign (add, GTK_ALIGN_START);
      g_object_set_data (G_OBJECT (add), "range", GUINT_TO_POINTER (range));
      g_signal_connect (add, "clicked", G_CALLBACK (add_row_cb), self);
      qd_name (add, name);
      gtk_box_append (GTK_BOX (box), add);
    }
}

/* Repeats: a grid. */

static gboolean
table_message_cb (QdTable *table, const char *text, const char *action, QdSectionView *self)
{
  return FALSE; /* the grid shows it above its totals */
}

static void
table_undo_cb (QdSectionView *self)
{
  g_signal_emit (self, signals[SIGNAL_UNDO], 0);
}

static void
table_cursor_cb (QdTable *table, QdSectionView *self)
{
  guint row, column;
  QdNodeId node;

  if (!qd_table_get_cursor (table, &row, &column))
    return;
  node = qd_instance_table_get_node (QD_INSTANCE_TABLE (qd_table_get_model (table)), row, column);
  if (node != 0)
    set_current (self, node);
}

static void
table_entered_cb (QdTable *table)
{
  table_cursor_cb (table, g_object_get_data (G_OBJECT (table), "section-view"));
}

static void
add_table (QdSectionView *self, GtkWidget *box, QdNodeId range, gboolean alone)
{
  g_autoptr (QdInstanceTable) model = qd_instance_table_new (self->instance, range, self->draft);
  const QdField *field = qd_instance_get_field (self->instance, range);
  g_autofree char *label = qd_instance_dup_label (self->instance, range);
  g_autofree char *id = g_strdup_printf ("%s%s", qd_form_get_id (qd_instance_get_form (self->instance)), qd_field_get_ref (field));
  GtkWidget *table = qd_table_new (QD_TABLE_MODEL (model), id);
  GtkWidget *frame = gtk_frame_new (NULL);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  if (label != NULL && *label != '\0')
    {
      if (!alone)
        gtk_box_append (GTK_BOX (box), qd_label_new (label, "heading"));
      qd_name (table, label);
    }
  qd_instance_table_set_show_required (model, self->checked);
  qd_instance_table_set_names (model, self->names);
  qd_table_set_placeholder (QD_TABLE (table), _ ("No rows yet. Type, paste or import."));
  g_signal_connect (table, "message", G_CALLBACK (table_message_cb), self);
  g_signal_connect_swapped (table, "undo", G_CALLBACK (table_undo_cb), self);
  g_signal_connect (table, "cursor-moved", G_CALLBACK (table_cursor_cb), self);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (table_entered_cb), table);
  g_object_set_data (G_OBJECT (table), "section-view", self);
  gtk_widget_add_controller (table, focus);
  gtk_frame_set_child (GTK_FRAME (frame), table);
  gtk_widget_add_css_class (frame, "card");
  gtk_widget_set_overflow (frame, GTK_OVERFLOW_HIDDEN);
  if (alone)
    gtk_widget_set_vexpand (frame, TRUE);
  gtk_widget_set_size_request (frame, -1, alone ? TABLE_MIN_HEIGHT : (int) CLAMP (TABLE_FRAME_HEIGHT + TABLE_ROW_HEIGHT * qd_instance_get_n_children (self->instance, range), TABLE_MIN_HEIGHT, TABLE_HEIGHT));
  gtk_box_append (GTK_BOX (box), frame);
  g_hash_table_insert (self->tables, GUINT_TO_POINTER (range), table);
}

/* Files cannot be chosen in a cell: such repeats are cards. */
static gboolean
has_upload (const QdField *field)
{
  for (guint i = 0; i < qd_field_get_n_children (field); i++)
    {
      const QdField *child = qd_field_get_child (field, i);
      if (qd_field_get_node_type (child) == QD_NODE_UPLOAD || has_upload (child))
        return TRUE;
    }
  return FALSE;
}

static void
add_range (QdSectionView *self, GtkWidget *box, QdNodeId range, gboolean alone)
{
  const QdField *field = qd_instance_get_field (self->instance, range);
  GtkWidget *rows;

  if (qd_field_has_appearance (field, "table") && !has_upload (field))
    {
      add_table (self, box, range, alone);
      return;
    }
  rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  gtk_box_append (GTK_BOX (box), rows);
  g_hash_table_insert (self->ranges, GUINT_TO_POINTER (range), rows);
  gtk_widget_set_visible (rows, qd_instance_is_relevant (self->instance, range));
  fill_range (self, rows, range);
}

static void
add_nodes (QdSectionView *self, GtkWidget *box, QdNodeId parent, GArray *nodes)
{
  GtkWidget *group = NULL;

  for (guint i = 0; i < nodes->len; i++)
    {
      QdNodeId node = g_array_index (nodes, QdNodeId, i);
      QdNodeType type = qd_instance_get_node_type (self->instance, node);
      if (type == QD_NODE_REPEAT_RANGE)
        {
          add_range (self, box, node, nodes->len == 1 && parent == 0);
          group = NULL;
        }
      else if (type == QD_NODE_GROUP)
        {
          g_autoptr (GArray) children = shown_children (self, node);
          g_autofree char *label = qd_instance_dup_label (self->instance, node);
          g_autofree char *hint = qd_instance_dup_hint (self->instance, node);
          GtkWidget *inner = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
          if (label != NULL && *label != '\0')
            {
              GtkWidget *heading = qd_label_new (label, "heading");
              gtk_box_append (GTK_BOX (inner), heading);
              if (hint != NULL && *hint != '\0')
                gtk_box_append (GTK_BOX (inner), qd_label_new (hint, "qd-caption"));
            }
          gtk_box_append (GTK_BOX (box), inner);
          g_hash_table_insert (self->groups, GUINT_TO_POINTER (node), inner);
          gtk_widget_set_visible (inner, qd_instance_is_relevant (self->instance, node));
          add_nodes (self, inner, node, children);
          group = NULL;
        }
      else
        {
          if (group == NULL)
            group = new_group (self, box, 0, NULL, NULL);
          add_field (self, group, node);
        }
    }
}

static void
forget_dead (GHashTable *table, QdInstance *instance)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (!qd_instance_is_alive (instance, GPOINTER_TO_UINT (key)))
      g_hash_table_iter_remove (&iter);
}

static void
clear (QdSectionView *self)
{
  GtkWidget *child;

  g_hash_table_remove_all (self->rows);
  g_hash_table_remove_all (self->groups);
  g_hash_table_remove_all (self->ranges);
  g_hash_table_remove_all (self->tables);
  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
}

void
qd_section_view_show (QdSectionView *self, const QdSection *section)
{
  g_return_if_fail (QD_IS_SECTION_VIEW (self));
  qd_section_view_commit (self);
  clear (self);
  self->section = section;
  set_current (self, 0);
  if (section == NULL)
    return;
  add_nodes (self, self->box, 0, section->nodes);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
}

void
qd_section_view_set_names (QdSectionView *self, QdNameIndex *names)
{
  GHashTableIter iter;
  gpointer table;

  g_clear_pointer (&self->names, qd_name_index_unref);
  self->names = names != NULL ? qd_name_index_ref (names) : NULL;
  g_hash_table_iter_init (&iter, self->tables);
  while (g_hash_table_iter_next (&iter, NULL, &table))
    qd_instance_table_set_names (QD_INSTANCE_TABLE (qd_table_get_model (QD_TABLE (table))), names);
}

void
qd_section_view_set_filter (QdSectionView *self, const char *text)
{
  GHashTableIter iter;
  gpointer table;

  g_hash_table_iter_init (&iter, self->tables);
  while (g_hash_table_iter_next (&iter, NULL, &table))
    qd_table_set_filter (QD_TABLE (table), text);
}

void
qd_section_view_set_checked (QdSectionView *self, gboolean checked)
{
  GHashTableIter iter;
  gpointer row, table;

  self->checked = checked;
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    qd_field_row_set_checked (row, checked);
  g_hash_table_iter_init (&iter, self->tables);
  while (g_hash_table_iter_next (&iter, NULL, &table))
    qd_instance_table_set_show_required (QD_INSTANCE_TABLE (qd_table_get_model (table)), checked);
}

static void
refresh_node (QdSectionView *self, QdNodeId node)
{
  GtkWidget *row = g_hash_table_lookup (self->rows, GUINT_TO_POINTER (node));
  GtkWidget *group = g_hash_table_lookup (self->groups, GUINT_TO_POINTER (node));
  GtkWidget *range = g_hash_table_lookup (self->ranges, GUINT_TO_POINTER (node));

  if (!qd_instance_is_alive (self->instance, node))
    return;
  if (row != NULL)
    qd_field_row_refresh (QD_FIELD_ROW (row));
  if (group != NULL)
    gtk_widget_set_visible (group, qd_instance_is_relevant (self->instance, node));
  if (range != NULL)
    gtk_widget_set_visible (range, qd_instance_is_relevant (self->instance, node));
}

void
qd_section_view_refresh (QdSectionView *self, GArray *nodes)
{
  GHashTableIter iter;
  gpointer row;

  if (self->section == NULL)
    return;
  if (nodes != NULL)
    {
      for (guint i = 0; i < nodes->len; i++)
        refresh_node (self, g_array_index (nodes, QdNodeId, i));
      return;
    }
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    qd_field_row_refresh (row);
}

void
qd_section_view_rows_changed (QdSectionView *self, QdNodeId range)
{
  GtkWidget *box = g_hash_table_lookup (self->ranges, GUINT_TO_POINTER (range));

  forget_dead (self->rows, self->instance);
  forget_dead (self->groups, self->instance);
  forget_dead (self->ranges, self->instance);
  forget_dead (self->tables, self->instance);
  if (box != NULL && qd_instance_is_alive (self->instance, range))
    fill_range (self, box, range);
}

static gboolean
go_to_table_cell (QdSectionView *self, QdNodeId node)
{
  for (QdNodeId n = qd_instance_get_parent (self->instance, node); n != 0; n = qd_instance_get_parent (self->instance, n))
    {
      GtkWidget *table = g_hash_table_lookup (self->tables, GUINT_TO_POINTER (n));
      guint row, column;
      if (table == NULL)
        continue;
      if (qd_instance_table_find (QD_INSTANCE_TABLE (qd_table_get_model (QD_TABLE (table))), node, &row, &column))
        qd_table_go_to (QD_TABLE (table), row, column);
      gtk_widget_grab_focus (table);
      return TRUE;
    }
  return FALSE;
}

gboolean
qd_section_view_go_to (QdSectionView *self, QdNodeId node)
{
  GtkWidget *row = g_hash_table_lookup (self->rows, GUINT_TO_POINTER (node));
  GtkWidget *table = g_hash_table_lookup (self->tables, GUINT_TO_POINTER (node));

  if (row != NULL)
    {
      gtk_widget_grab_focus (row);
      qd_field_row_flash (QD_FIELD_ROW (row));
      set_current (self, node);
      return TRUE;
    }
  if (table != NULL)
    return gtk_widget_grab_focus (table);
  return go_to_table_cell (self, node);
}

QdNodeId
qd_section_view_get_current (QdSectionView *self)
{
  return self->current != 0 && qd_instance_is_alive (self->instance, self->current) ? self->current : 0;
}

static GtkWidget *
focused_table (QdSectionView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL ? gtk_widget_get_ancestor (focus, QD_TYPE_TABLE) : NULL;
}

QdNodeId
qd_section_view_get_table (QdSectionView *self)
{
  QdNodeId first = 0;
  GHashTableIter iter;
  gpointer range;

  for (QdNodeId node = qd_section_view_get_current (self); node != 0; node = qd_instance_get_parent (self->instance, node))
    if (g_hash_table_contains (self->tables, GUINT_TO_POINTER (node)) || g_hash_table_contains (self->ranges, GUINT_TO_POINTER (node)))
      return node;
  g_hash_table_iter_init (&iter, self->tables);
  while (g_hash_table_iter_next (&iter, &range, NULL))
    first = first == 0 ? GPOINTER_TO_UINT (range) : MIN (first, GPOINTER_TO_UINT (range));
  return first;
}

gboolean
qd_section_view_apply_fix (QdSectionView *self)
{
  GtkWidget *table = focused_table (self);
  QdFieldRow *row = g_hash_table_lookup (self->rows, GUINT_TO_POINTER (self->current));

  if (table != NULL)
    return gtk_widget_activate_action (table, "table.apply-fix", NULL);
  return row != NULL && qd_field_row_apply_fix (row);
}

void
qd_section_view_popup_menu (QdSectionView *self)
{
  QdFieldRow *row = g_hash_table_lookup (self->rows, GUINT_TO_POINTER (self->current));

  if (row != NULL)
    qd_field_row_popup_menu (row);
}

void
qd_section_view_commit (QdSectionView *self)
{
  GHashTableIter iter;
  gpointer table, row;

  g_hash_table_iter_init (&iter, self->tables);
  while (g_hash_table_iter_next (&iter, NULL, &table))
    qd_table_commit (table);
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    qd_field_row_commit (row);
}

void
qd_section_view_focus (QdSectionView *self)
{
  GtkWidget *row = g_hash_table_lookup (self->rows, GUINT_TO_POINTER (self->current));

  if (row == NULL || !gtk_widget_grab_focus (row))
    gtk_widget_child_focus (self->box, GTK_DIR_TAB_FORWARD);
}

static void
qd_section_view_dispose (GObject *object)
{
  QdSectionView *self = QD_SECTION_VIEW (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  self->instance = NULL;
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (qd_section_view_parent_class)->dispose (object);
}

static void
qd_section_view_finalize (GObject *object)
{
  QdSectionView *self = QD_SECTION_VIEW (object);

  g_hash_table_unref (self->rows);
  g_hash_table_unref (self->groups);
  g_hash_table_unref (self->ranges);
  g_hash_table_unref (self->tables);
  g_clear_pointer (&self->names, qd_name_index_unref);
  G_OBJECT_CLASS (qd_section_view_parent_class)->finalize (object);
}

static void
qd_section_view_class_init (QdSectionViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_section_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_section_view_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[SIGNAL_NODE_FOCUSED] = g_signal_new ("node-focused", QD_TYPE_SECTION_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_UNDO] = g_signal_new ("undo", QD_TYPE_SECTION_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qd_section_view_init (QdSectionView *self)
{
  GtkWidget *viewport;

  self->rows = g_hash_table_new (NULL, NULL);
  self->groups = g_hash_table_new (NULL, NULL);
  self->ranges = g_hash_table_new (NULL, NULL);
  self->tables = g_hash_table_new (NULL, NULL);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  gtk_widget_set_margin_start (self->box, 18);
  gtk_widget_set_margin_end (self->box, 18);
  gtk_widget_set_margin_top (self->box, 6);
  gtk_widget_set_margin_bottom (self->box, 24);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->box);
  viewport = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (self->scroller));
  gtk_viewport_set_scroll_to_focus (GTK_VIEWPORT (viewport), TRUE);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
qd_section_view_new (QdDraft *draft)
{
  QdSectionView *self = g_object_new (QD_TYPE_SECTION_VIEW, NULL);

  self->draft = g_object_ref (draft);
  self->instance = qd_draft_get_instance (draft);
  return GTK_WIDGET (self);
}
