/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-outline"
#include "config.h"
#include "qd-outline.h"

#include <glib/gi18n.h>
#include "qd-look.h"

struct _QdOutline
{
  GtkWidget parent_instance;
  QdInstance *instance; /* (owned) */
  GPtrArray *sections;  /* (owned) */
  GtkWidget *box;
  GtkWidget *count;
  GtkWidget *progress;
  GtkWidget *list;
  GtkWidget *foot;
};

G_DEFINE_FINAL_TYPE (QdOutline, qd_outline, GTK_TYPE_WIDGET)

static guint chosen_signal;

typedef struct
{
  GtkWidget *icon;
  GtkWidget *number;
  GtkWidget *title;
  GtkWidget *badge;
} Row;

static void
row_selected_cb (QdOutline *self, GtkListBoxRow *row)
{
  if (row != NULL)
    g_signal_emit (self, chosen_signal, 0, (guint) gtk_list_box_row_get_index (row));
}

static GtkWidget *
row_new (const QdSection *section)
{
  Row *parts = g_new0 (Row, 1);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  parts->icon = qd_icon_new ("qd-todo-symbolic", NULL);
  parts->number = gtk_label_new (NULL);
  gtk_label_set_width_chars (GTK_LABEL (parts->number), 2);
  gtk_label_set_xalign (GTK_LABEL (parts->number), 1);
  gtk_widget_add_css_class (parts->number, "qd-secondary");
  parts->title = gtk_label_new (section->title);
  gtk_label_set_ellipsize (GTK_LABEL (parts->title), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (parts->title), 0);
  gtk_widget_set_hexpand (parts->title, TRUE);
  parts->badge = gtk_label_new (NULL);
  gtk_widget_add_css_class (parts->badge, "qd-strong");
  gtk_widget_add_css_class (parts->badge, "qd-dense");
  gtk_box_append (GTK_BOX (box), parts->icon);
  gtk_box_append (GTK_BOX (box), parts->number);
  gtk_box_append (GTK_BOX (box), parts->title);
  gtk_box_append (GTK_BOX (box), parts->badge);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_widget_set_tooltip_text (row, section->title);
  g_object_set_data_full (G_OBJECT (row), "parts", parts, g_free);
  return row;
}

static void
update_row (QdOutline *self, GtkListBoxRow *row, const QdSection *section, guint number, gboolean checked, gboolean left)
{
  Row *parts = g_object_get_data (G_OBJECT (row), "parts");
  guint n = 0, filled, total;
  int worst = qd_section_worst (section, self->instance, checked, &n);
  g_autofree char *count = g_strdup_printf ("%u", number);
  g_autofree char *badge = NULL;
  g_autofree char *state = NULL;
  g_autofree char *name = NULL;
  const char *icon = "qd-todo-symbolic";
  const char *css = "qd-secondary";

  qd_section_count (section, self->instance, &filled, &total);
  if (worst >= QD_SEVERITY_POSSIBLE)
    {
      icon = qd_look_severity_icon (worst);
      css = qd_look_severity_css (worst);
      badge = g_strdup_printf ("%u", n);
      /* Translators: a count, then "Must fix" or "Check" */
      state = g_strdup_printf (_ ("%u × %s"), n, qd_look_severity_word (worst));
    }
  else if (filled < total)
    {
      if (qd_section_is_started (section, self->instance))
        icon = "qd-partly-symbolic", css = "qd-info";
      if (left)
        badge = g_strdup_printf (ngettext ("%u missing", "%u missing", total - filled), total - filled);
      else if (filled > 0)
        badge = g_strdup_printf ("%u / %u", filled, total);
      state = g_strdup_printf (_ ("%u of %u required fields filled"), filled, total);
    }
  else if (total > 0 || qd_section_is_started (section, self->instance))
    {
      icon = "qd-ok-symbolic";
      css = "qd-ok";
      state = g_strdup (_ ("done"));
    }
  else
    state = g_strdup (_ ("open"));
  gtk_image_set_from_icon_name (GTK_IMAGE (parts->icon), icon);
  qd_look_set_css (parts->icon, css);
  gtk_label_set_text (GTK_LABEL (parts->number), count);
  gtk_label_set_text (GTK_LABEL (parts->badge), badge != NULL ? badge : "");
  qd_look_set_css (parts->badge, css);
  name = g_strdup_printf (_ ("%s %s, %s"), count, section->title, state);
  qd_name (row, name);
}

void
qd_outline_update (QdOutline *self, gboolean checked, GHashTable *left)
{
  guint number = 0, filled = 0, total = 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->sections->len; i++)
    {
      const QdSection *section = g_ptr_array_index (self->sections, i);
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (int) i);
      gboolean relevant = qd_section_is_relevant (section, self->instance);
      gtk_widget_set_visible (GTK_WIDGET (row), relevant);
      if (relevant)
        update_row (self, row, section, ++number, checked, left != NULL && g_hash_table_contains (left, GUINT_TO_POINTER (i)));
    }
  qd_instance_count_required (self->instance, qd_instance_get_root (self->instance), &filled, &total);
  text = g_strdup_printf (_ ("%u / %u required"), filled, total);
  gtk_label_set_text (GTK_LABEL (self->count), text);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), total > 0 ? (double) filled / total : 1);
  qd_name (self->progress, text);
}

void
qd_outline_select (QdOutline *self, guint section)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (int) section);

  if (row != NULL && gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list)) != row)
    gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
}

void
qd_outline_set_foot (QdOutline *self, const char *text)
{
  gtk_widget_set_visible (gtk_widget_get_parent (self->foot), text != NULL);
  gtk_label_set_text (GTK_LABEL (self->foot), text != NULL ? text : "");
}

static gboolean
qd_outline_grab_focus (GtkWidget *widget)
{
  QdOutline *self = QD_OUTLINE (widget);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  return row != NULL && gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
qd_outline_dispose (GObject *object)
{
  QdOutline *self = QD_OUTLINE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->instance);
  g_clear_pointer (&self->sections, g_ptr_array_unref);
  G_OBJECT_CLASS (qd_outline_parent_class)->dispose (object);
}

static void
qd_outline_class_init (QdOutlineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_outline_dispose;
  widget_class->grab_focus = qd_outline_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  chosen_signal = g_signal_new ("chosen", QD_TYPE_OUTLINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static GtkWidget *
build_head (QdOutline *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = qd_label_new (_ ("Progress"), "qd-strong");

  gtk_widget_set_hexpand (title, TRUE);
  self->count = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->count, "qd-caption");
  gtk_widget_add_css_class (self->count, "qd-figure");
  self->progress = gtk_progress_bar_new ();
  gtk_widget_add_css_class (self->progress, "qd-thin");
  gtk_box_append (GTK_BOX (line), title);
  gtk_box_append (GTK_BOX (line), self->count);
  gtk_box_append (GTK_BOX (head), line);
  gtk_box_append (GTK_BOX (head), self->progress);
  gtk_widget_set_margin_top (head, 12);
  gtk_widget_set_margin_bottom (head, 12);
  gtk_widget_set_margin_start (head, 16);
  gtk_widget_set_margin_end (head, 16);
  return head;
}

static void
qd_outline_init (QdOutline *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->box, "qd-outline-side");
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  gtk_widget_add_css_class (self->list, "qd-outline");
  qd_name (self->list, _ ("Sections"));
  g_signal_connect_swapped (self->list, "row-selected", G_CALLBACK (row_selected_cb), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_widget_set_vexpand (scroller, TRUE);
  self->foot = qd_label_new (NULL, "qd-caption");
  gtk_widget_add_css_class (foot, "qd-outline-foot");
  gtk_box_append (GTK_BOX (foot), qd_icon_new ("qd-people-symbolic", NULL));
  gtk_box_append (GTK_BOX (foot), self->foot);
  gtk_widget_set_visible (foot, FALSE);
  gtk_box_append (GTK_BOX (self->box), build_head (self));
  gtk_box_append (GTK_BOX (self->box), scroller);
  gtk_box_append (GTK_BOX (self->box), foot);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
qd_outline_new (QdInstance *instance, GPtrArray *sections)
{
  QdOutline *self = g_object_new (QD_TYPE_OUTLINE, NULL);

  self->instance = g_object_ref (instance);
  self->sections = g_ptr_array_ref (sections);
  for (guint i = 0; i < sections->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), row_new (g_ptr_array_index (sections, i)));
  return GTK_WIDGET (self);
}
