/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import-issues"
#include "config.h"
#include "qd-import-issues.h"

#include <glib/gi18n.h>
#include "qd-look.h"

/* One of them. */

#define QD_TYPE_IMPORT_ISSUE (qd_import_issue_get_type ())
G_DECLARE_FINAL_TYPE (QdImportIssue, qd_import_issue, QD, IMPORT_ISSUE, GObject)

struct _QdImportIssue
{
  GObject parent_instance;
  guint row;
  int column;
  int rival;
  gboolean is_refused;
  char *place, *text, *fix; /* (owned) (nullable fix) */
};

G_DEFINE_FINAL_TYPE (QdImportIssue, qd_import_issue, G_TYPE_OBJECT)

static void
qd_import_issue_finalize (GObject *object)
{
  QdImportIssue *self = QD_IMPORT_ISSUE (object);

  g_free (self->place);
  g_free (self->text);
  g_free (self->fix);
  G_OBJECT_CLASS (qd_import_issue_parent_class)->finalize (object);
}

static void
qd_import_issue_class_init (QdImportIssueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_import_issue_finalize;
}

static void
qd_import_issue_init (QdImportIssue *self)
{
}

/* @cell: (nullable): what stands in the column */
static QdImportIssue *
issue_new (guint row, int column, const char *cell, const char *text)
{
  QdImportIssue *self = g_object_new (QD_TYPE_IMPORT_ISSUE, NULL);

  self->row = row;
  self->column = column;
  self->rival = -1;
  self->is_refused = TRUE;
  self->text = g_strdup (text);
  if (column >= 0)
    {
      g_autofree char *letters = qd_sheet_dup_column_letters ((guint) column);

      self->place = g_strdup_printf ("%s%u  %s", letters, row + 1, cell);
    }
  else
    self->place = g_strdup_printf (_ ("Row %u"), row + 1);
  return self;
}

static QdImportIssue *
issue_new_for_row (QdImport *import, const QdImportRow *row)
{
  gboolean is_refused = row->reason != NULL;
  const char *cell = row->column >= 0 ? qd_import_get_text (import, row->sheet_row, (guint) row->column) : NULL;
  QdImportIssue *self = issue_new (row->sheet_row, row->column, cell, is_refused ? row->reason : row->notice);

  self->is_refused = is_refused;
  self->rival = row->rival;
  self->fix = g_strdup (row->fix);
  return self;
}

/* The list. */

struct _QdImportIssues
{
  GtkWidget parent_instance;
  GtkWidget *window;
  GListStore *issues; /* (owned) */
};

G_DEFINE_FINAL_TYPE (QdImportIssues, qd_import_issues, GTK_TYPE_WIDGET)

enum
{
  CORRECT,
  CHOOSE,
  GO_TO,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void
pressed_cb (QdImportIssues *self, GtkButton *button)
{
  QdImportIssue *issue = gtk_list_item_get_item (g_object_get_data (G_OBJECT (button), "item"));

  if (issue->fix != NULL)
    g_signal_emit (self, signals[CORRECT], 0, issue->row, (guint) issue->column, issue->fix);
  else if (issue->rival >= 0)
    g_signal_emit (self, signals[CHOOSE], 0, issue->row, (guint) issue->rival);
  else
    g_signal_emit (self, signals[GO_TO], 0, issue->row, issue->column);
}

/* Whatever the button does, the line itself leads to the place. */
static void
activate_cb (QdImportIssues *self, guint position)
{
  g_autoptr (QdImportIssue) issue = g_list_model_get_item (G_LIST_MODEL (self->issues), position);

  g_signal_emit (self, signals[GO_TO], 0, issue->row, issue->column);
}

static void
setup_cb (QdImportIssues *self, GtkListItem *item)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2), *button = gtk_button_new ();

  gtk_box_append (GTK_BOX (texts), qd_label_new ("", "heading"));
  gtk_box_append (GTK_BOX (texts), qd_label_new ("", "qd-caption"));
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data (G_OBJECT (button), "item", item);
  g_signal_connect_object (button, "clicked", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), qd_icon_new ("qd-critical-symbolic", "qd-error"));
  gtk_box_append (GTK_BOX (box), texts);
  gtk_box_append (GTK_BOX (box), button);
  gtk_widget_set_margin_start (box, 6);
  gtk_widget_set_margin_end (box, 6);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_bottom (box, 6);
  gtk_list_item_set_child (item, box);
}

static void
bind_cb (QdImportIssues *self, GtkListItem *item)
{
  QdImportIssue *issue = gtk_list_item_get_item (item);
  GtkWidget *icon = gtk_widget_get_first_child (gtk_list_item_get_child (item)), *texts = gtk_widget_get_next_sibling (icon), *button = gtk_widget_get_next_sibling (texts);
  GtkWidget *place = gtk_widget_get_first_child (texts);
  const char *word = issue->fix != NULL ? _ ("Correct") : issue->rival >= 0 ? C_ ("verb", "Choose")
                                                                            : _ ("Go to");
  g_autofree char *name = issue->fix != NULL ? g_strdup_printf (_ ("Correct %s to %s"), issue->place, issue->fix) : g_strdup_printf ("%s: %s", word, issue->place);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), issue->is_refused ? "qd-critical-symbolic" : "qd-notice-symbolic");
  qd_look_set_css (icon, issue->is_refused ? "qd-error" : "qd-info");
  gtk_label_set_text (GTK_LABEL (place), issue->place);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (place)), issue->text);
  gtk_button_set_label (GTK_BUTTON (button), word);
  gtk_widget_set_tooltip_text (button, name);
  qd_name (button, name);
}

void
qd_import_issues_show (QdImportIssues *self, QdImport *import, GPtrArray *rows, guint *n_notices_out)
{
  g_autoptr (GPtrArray) issues = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_notices = 0;

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < rows->len; i++)
      {
        const QdImportRow *row = g_ptr_array_index (rows, i);

        if (pass == 0 ? row->reason == NULL : row->reason != NULL || row->notice == NULL)
          continue;
        if (issues->len < QD_IMPORT_MAX_ISSUES)
          g_ptr_array_add (issues, issue_new_for_row (import, row));
        n_notices += pass;
      }
  g_list_store_splice (self->issues, 0, g_list_model_get_n_items (G_LIST_MODEL (self->issues)), issues->pdata, issues->len);
  *n_notices_out = n_notices;
}

void
qd_import_issues_show_refused (QdImportIssues *self, QdSheet *sheet, GPtrArray *refused)
{
  g_autoptr (GPtrArray) issues = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < refused->len; i++)
    {
      const QdInventoryRefusal *refusal = g_ptr_array_index (refused, i);

      g_ptr_array_add (issues, issue_new (refusal->row, refusal->column, refusal->column >= 0 ? qd_sheet_get_text (sheet, refusal->row, (guint) refusal->column) : NULL, refusal->reason));
    }
  g_list_store_splice (self->issues, 0, g_list_model_get_n_items (G_LIST_MODEL (self->issues)), issues->pdata, issues->len);
}

static void
qd_import_issues_dispose (GObject *object)
{
  QdImportIssues *self = QD_IMPORT_ISSUES (object);

  g_clear_pointer (&self->window, gtk_widget_unparent);
  g_clear_object (&self->issues);
  G_OBJECT_CLASS (qd_import_issues_parent_class)->dispose (object);
}

static void
qd_import_issues_class_init (QdImportIssuesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_import_issues_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[CORRECT] = g_signal_new ("correct", QD_TYPE_IMPORT_ISSUES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_STRING);
  signals[CHOOSE] = g_signal_new ("choose", QD_TYPE_IMPORT_ISSUES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[GO_TO] = g_signal_new ("go-to", QD_TYPE_IMPORT_ISSUES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_INT);
}

static void
qd_import_issues_init (QdImportIssues *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *list;

  self->issues = g_list_store_new (QD_TYPE_IMPORT_ISSUE);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, G_CONNECT_SWAPPED);
  list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->issues)))), factory);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (list), TRUE);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (list), TRUE);
  g_signal_connect_object (list, "activate", G_CALLBACK (activate_cb), self, G_CONNECT_SWAPPED);
  qd_name (list, _ ("Problems"));
  self->window = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->window), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->window), list);
  gtk_widget_add_css_class (self->window, "card");
  gtk_widget_set_parent (self->window, GTK_WIDGET (self));
}

GtkWidget *
qd_import_issues_new (void)
{
  return g_object_new (QD_TYPE_IMPORT_ISSUES, NULL);
}
