/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-board-filter"
#include "config.h"
#include "qd-board-filter.h"

#include <glib/gi18n.h>
#include <string.h>
#include "qd-look.h"

typedef enum
{
  BY_REGION,
  BY_INDUSTRY,
  BY_PERSON,
  N_CHOICES
} ChoiceKind;

/* One of the three choices; the first entry lets all through. */
typedef struct
{
  GtkWidget *drop_down;
  GtkStringList *labels; /* (owned) */
  GPtrArray *codes;      /* (owned) (element-type utf8): of the entries, "" for the first */
  char *code;            /* (owned): chosen */
} Choice;

struct _QdBoardFilter
{
  GtkWidget parent_instance;
  QdCockpit *cockpit; /* (owned) */
  GtkWidget *box;
  GtkWidget *search;
  char *words; /* (owned): case-folded text of the search */
  Choice choices[N_CHOICES];
  gboolean updating;
  GtkFilter *filter; /* (owned) */
};

G_DEFINE_FINAL_TYPE (QdBoardFilter, qd_board_filter, GTK_TYPE_WIDGET)

static const char *
get_code (const QdSummary *summary, ChoiceKind kind)
{
  switch (kind)
    {
    case BY_REGION:
      return summary->region;
    case BY_INDUSTRY:
      return summary->industry;
    default:
      return summary->person;
    }
}

gboolean
qd_board_filter_passes (QdBoardFilter *self, QdEnterprise *enterprise)
{
  const QdSummary *summary = qd_enterprise_get_summary (enterprise);

  for (guint i = 0; i < N_CHOICES; i++)
    if (*self->choices[i].code != '\0' && (summary == NULL || !g_str_equal (get_code (summary, i), self->choices[i].code)))
      return FALSE;
  return TRUE;
}

static gboolean
holds_words (QdBoardFilter *self, const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);

  return strstr (folded, self->words) != NULL;
}

static gboolean
matches (gpointer item, gpointer data)
{
  QdBoardFilter *self = data;
  QdEnterprise *enterprise = qd_board_item_get_enterprise (item);

  if (!qd_board_filter_passes (self, enterprise))
    return FALSE;
  return *self->words == '\0' || holds_words (self, qd_enterprise_get_name (enterprise)) || holds_words (self, qd_board_item_get_title (item)) ||
         holds_words (self, qd_board_item_get_row (item)->note);
}

static char *
dup_label (QdBoardFilter *self, ChoiceKind kind, const char *code)
{
  switch (kind)
    {
    case BY_REGION:
      return g_strdup (*code != '\0' ? qd_cockpit_get_region_name (self->cockpit, code) : _ ("All counties"));
    case BY_INDUSTRY:
      return g_strdup (*code != '\0' ? qd_cockpit_get_industry_name (self->cockpit, code) : _ ("All industries"));
    default:
      if (*code == '\0')
        return g_strdup (_ ("Responsible: all"));
      if (g_str_equal (code, g_get_real_name ()) || g_str_equal (code, g_get_user_name ()))
        return g_strdup (_ ("Responsible: me"));
      return g_strdup_printf (_ ("Responsible: %s"), code);
    }
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The entries are those that occur; the chosen one stays while it does. */
static void
update_choice (QdBoardFilter *self, ChoiceKind kind)
{
  Choice *choice = &self->choices[kind];
  GListModel *enterprises = qd_cockpit_get_enterprises (self->cockpit);
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  guint selected = 0;

  g_ptr_array_add (codes, g_strdup (""));
  for (guint i = 0; i < g_list_model_get_n_items (enterprises); i++)
    {
      g_autoptr (QdEnterprise) enterprise = g_list_model_get_item (enterprises, i);
      const QdSummary *summary = qd_enterprise_get_summary (enterprise);
      const char *code = summary != NULL ? get_code (summary, kind) : "";
      if (!g_ptr_array_find_with_equal_func (codes, code, g_str_equal, NULL))
        g_ptr_array_add (codes, g_strdup (code));
    }
  g_ptr_array_sort (codes, compare_texts);
  for (guint i = 0; i < codes->len; i++)
    {
      if (g_str_equal (codes->pdata[i], choice->code))
        selected = i;
      g_ptr_array_add (labels, dup_label (self, kind, codes->pdata[i]));
    }
  g_ptr_array_add (labels, NULL);
  gtk_string_list_splice (choice->labels, 0, g_list_model_get_n_items (G_LIST_MODEL (choice->labels)), (const char *const *) labels->pdata);
  g_clear_pointer (&choice->codes, g_ptr_array_unref);
  choice->codes = g_steal_pointer (&codes);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (choice->drop_down), selected);
}

static void
read_choices (QdBoardFilter *self)
{
  for (guint i = 0; i < N_CHOICES; i++)
    {
      Choice *choice = &self->choices[i];
      guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (choice->drop_down));
      g_free (choice->code);
      choice->code = g_strdup (selected < choice->codes->len ? choice->codes->pdata[selected] : "");
    }
}

static void
changed_cb (QdBoardFilter *self)
{
  if (self->updating)
    return;
  g_free (self->words);
  self->words = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  g_strstrip (self->words);
  read_choices (self);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static void
update (QdBoardFilter *self)
{
  self->updating = TRUE;
  for (guint i = 0; i < N_CHOICES; i++)
    update_choice (self, i);
  self->updating = FALSE;
  changed_cb (self);
}

static void
qd_board_filter_dispose (GObject *object)
{
  QdBoardFilter *self = QD_BOARD_FILTER (object);

  if (self->cockpit != NULL)
    g_signal_handlers_disconnect_by_data (self->cockpit, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  for (guint i = 0; i < N_CHOICES; i++)
    {
      g_clear_object (&self->choices[i].labels);
      g_clear_pointer (&self->choices[i].codes, g_ptr_array_unref);
      g_clear_pointer (&self->choices[i].code, g_free);
    }
  g_clear_object (&self->filter);
  g_clear_object (&self->cockpit);
  G_OBJECT_CLASS (qd_board_filter_parent_class)->dispose (object);
}

static void
qd_board_filter_finalize (GObject *object)
{
  g_free (QD_BOARD_FILTER (object)->words);
  G_OBJECT_CLASS (qd_board_filter_parent_class)->finalize (object);
}

static void
qd_board_filter_class_init (QdBoardFilterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_board_filter_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_board_filter_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_board_filter_init (QdBoardFilter *self)
{
  const char *const names[] = { _ ("County"), _ ("Industry"), _ ("Responsible person") };

  self->words = g_strdup ("");
  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->search = gtk_search_entry_new ();
  gtk_widget_set_size_request (self->search, 210, -1);
  g_object_set (self->search, "placeholder-text", _ ("Enterprise or duty"), NULL);
  qd_name (self->search, _ ("Search for an enterprise or a duty"));
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (changed_cb), self);
  gtk_box_append (GTK_BOX (self->box), self->search);
  for (guint i = 0; i < N_CHOICES; i++)
    {
      Choice *choice = &self->choices[i];
      choice->code = g_strdup ("");
      choice->labels = gtk_string_list_new (NULL);
      choice->codes = g_ptr_array_new_with_free_func (g_free);
      choice->drop_down = gtk_drop_down_new (G_LIST_MODEL (g_object_ref (choice->labels)), NULL);
      qd_name (choice->drop_down, names[i]);
      gtk_widget_set_tooltip_text (choice->drop_down, names[i]);
      g_signal_connect_swapped (choice->drop_down, "notify::selected", G_CALLBACK (changed_cb), self);
      gtk_box_append (GTK_BOX (self->box), choice->drop_down);
    }
}

GtkWidget *
qd_board_filter_new (QdCockpit *cockpit)
{
  QdBoardFilter *self = g_object_new (QD_TYPE_BOARD_FILTER, NULL);

  self->cockpit = g_object_ref (cockpit);
  g_signal_connect_swapped (cockpit, "changed", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

GtkFilter *
qd_board_filter_get_filter (QdBoardFilter *self)
{
  return self->filter;
}

void
qd_board_filter_clear (QdBoardFilter *self)
{
  self->updating = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  for (guint i = 0; i < N_CHOICES; i++)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->choices[i].drop_down), 0);
  self->updating = FALSE;
  changed_cb (self);
}

gboolean
qd_board_filter_focus_search (QdBoardFilter *self)
{
  return gtk_widget_grab_focus (self->search);
}
