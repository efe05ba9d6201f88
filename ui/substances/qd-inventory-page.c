/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-inventory-page"
#include "config.h"
#include "qd-inventory-page.h"

#include <glib/gi18n.h>
#include "qd-column-grid.h"
#include "qd-header.h"
#include "qd-import-frame.h"
#include "qd-import-issues.h"
#include "qd-look.h"

/* What a dry run needs and gives; in a thread it is its own. */
typedef struct
{
  QdSheet *sheet; /* (owned) */
  QdInventoryMapping mapping;
  char *source; /* (owned) */
  int *rows_read;
  QdInventory *inventory; /* (owned) (nullable): result; what is kept when people want it */
  QdInventoryCounts counts;
  GPtrArray *refused; /* (owned) */
  GError *problem;    /* (owned) (nullable): why there is no inventory */
} Judging;

static void
judging_free (gpointer data)
{
  Judging *self = data;

  qd_sheet_unref (self->sheet);
  g_free (self->source);
  g_clear_pointer (&self->inventory, qd_inventory_unref);
  g_clear_pointer (&self->refused, g_ptr_array_unref);
  g_clear_error (&self->problem);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Judging, judging_free)

struct _QdInventoryPage
{
  GtkWidget parent_instance;
  QdSubstanceData *data; /* (owned) */
  char *path;            /* (owned) */

  QdSheet *sheet; /* (owned) (nullable): until it is read */
  QdInventoryMapping mapping;
  guint by_hand;          /* bits of QdInventoryColumn: chosen, or confirmed */
  Judging *judged;        /* (owned) (nullable): the last dry run */
  GCancellable *checking; /* (owned) (nullable) */
  int rows_judged;        /* atomic */
  gboolean is_kept;       /* it is on its way to the disk */

  GtkWidget *frame, *columns, *summary, *grid, *issues;
};

static GtkWidget *
page_get_header (QdPage *page)
{
  return qd_import_frame_get_header (QD_IMPORT_FRAME (QD_INVENTORY_PAGE (page)->frame));
}

static gboolean
page_can (QdPage *page, const char *command)
{
  return FALSE;
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdInventoryPage, qd_inventory_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

static guint done_signal;

static void
say (QdInventoryPage *self, const char *css, const char *text)
{
  qd_import_frame_say (QD_IMPORT_FRAME (self->frame), css, text);
}

static void
show_progress (QdInventoryPage *self, gboolean show)
{
  qd_import_frame_set_counting (QD_IMPORT_FRAME (self->frame), show ? &self->rows_judged : NULL);
}

static void
stop_cb (QdInventoryPage *self)
{
  g_cancellable_cancel (self->checking);
}

static guint
get_unconfirmed (QdInventoryPage *self)
{
  return self->mapping.by_content & ~self->by_hand;
}

static void
update_apply (QdInventoryPage *self)
{
  guint n = self->judged != NULL && self->judged->inventory != NULL ? self->judged->counts.substances : 0;
  g_autofree char *text = g_strdup_printf (ngettext ("Import %u substance", "Import %u substances", n), n);

  qd_import_frame_set_apply_label (QD_IMPORT_FRAME (self->frame), text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "inventory.apply", n > 0 && get_unconfirmed (self) == 0 && !self->is_kept);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "inventory.confirm", get_unconfirmed (self) != 0);
}

/* What the dry run says. */

static char *
dup_sum (const QdInventoryCounts *c)
{
  return g_strdup_printf (_ ("%u rows = %u substances of the inventory + %u repeated + %u without a valid number + %u empty."), c->rows, c->substances, c->repeated, c->bad, c->empty);
}

static void
show_judged (QdInventoryPage *self)
{
  QdImportFrame *frame = QD_IMPORT_FRAME (self->frame);
  const QdInventoryCounts *c = &self->judged->counts;
  g_autofree char *sum = dup_sum (c), *head = NULL;
  gboolean good = self->judged->inventory != NULL;

  qd_import_frame_clear_counts (frame);
  qd_import_frame_add_count (frame, "qd-table-symbolic", NULL, _ ("Read"), c->rows);
  qd_import_frame_add_count (frame, "qd-plus-symbolic", "qd-ok", _ ("Substances"), c->substances);
  qd_import_frame_add_count (frame, "qd-notice-symbolic", NULL, _ ("of these without a CAS number"), c->without_cas);
  qd_import_frame_add_count (frame, "qd-refresh-symbolic", NULL, _ ("The same number again"), c->repeated);
  qd_import_frame_add_count (frame, "qd-critical-symbolic", "qd-error", _ ("Refused, not imported"), c->bad);
  qd_import_frame_add_count (frame, "qd-minus-symbolic", NULL, _ ("Empty"), c->empty);
  qd_import_frame_add_sum (frame, sum, good ? "qd-ok" : "qd-error");
  qd_import_frame_add_sum (frame, _ ("The public part of the inventory only: a substance that is not found in it is not thereby new."), "qd-caption");
  qd_import_issues_show_refused (QD_IMPORT_ISSUES (self->issues), self->sheet, self->judged->refused);
  if (c->bad > self->judged->refused->len)
    head = g_strdup_printf (_ ("%u rows refused, the first %u are listed"), c->bad, self->judged->refused->len);
  else
    head = g_strdup_printf (ngettext ("%u row refused", "%u rows refused", c->bad), c->bad);
  qd_import_frame_set_issues_head (frame, head);
  for (guint i = 0; i < qd_column_grid_get_n_columns (QD_COLUMN_GRID (self->grid)); i++)
    {
      guint n = 0;

      for (guint k = 0; k < self->judged->refused->len; k++)
        n += ((QdInventoryRefusal *) g_ptr_array_index (self->judged->refused, k))->column == (int) i;
      qd_column_grid_set_errors (QD_COLUMN_GRID (self->grid), i, n);
    }
  say (self, good ? NULL : "error", good ? NULL : self->judged->problem->message);
}

static void
judge_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Judging *self = data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d");

  self->inventory = qd_inventory_import (self->sheet, &self->mapping, self->source, date, &self->counts, self->refused, qd_import_frame_count_cb, self->rows_read, cancellable, &self->problem);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

static void
judged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdInventoryPage) self = user_data;
  g_autoptr (Judging) judging = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), NULL) || self->frame == NULL || g_task_get_cancellable (G_TASK (result)) != self->checking)
    return;
  show_progress (self, FALSE);
  g_clear_pointer (&self->judged, judging_free);
  self->judged = g_steal_pointer (&judging);
  show_judged (self);
  update_apply (self);
}

static void
check (QdInventoryPage *self)
{
  g_autoptr (GTask) task = NULL;
  Judging *judging = g_new0 (Judging, 1);

  g_cancellable_cancel (self->checking);
  g_clear_object (&self->checking);
  g_clear_pointer (&self->judged, judging_free);
  update_apply (self);
  self->checking = g_cancellable_new ();
  judging->sheet = qd_sheet_ref (self->sheet);
  judging->mapping = self->mapping;
  judging->source = g_filename_display_basename (self->path);
  judging->rows_read = &self->rows_judged;
  judging->refused = qd_inventory_refusals_new ();
  task = g_task_new (NULL, self->checking, judged_cb, g_object_ref (self));
  g_task_set_source_tag (task, check);
  /* The callback, which always comes, owns it. */
  g_task_set_task_data (task, judging, NULL);
  show_progress (self, TRUE);
  g_task_run_in_thread (task, judge_in_thread);
}

/* Which column holds what. */

static int
find_choice (QdInventoryPage *self, guint column)
{
  for (guint i = 0; i < QD_INVENTORY_N_COLUMNS; i++)
    if (self->mapping.columns[i] == (int) column)
      return (int) i;
  return -1;
}

static void
update_columns (QdInventoryPage *self)
{
  QdColumnGrid *grid = QD_COLUMN_GRID (self->grid);
  guint mapped = 0, n = qd_column_grid_get_n_columns (grid), unconfirmed = get_unconfirmed (self), n_unconfirmed = 0;
  g_autofree char *text = NULL;

  for (guint column = 0; column < n; column++)
    {
      int what = find_choice (self, column);
      gboolean by_hand = what >= 0 && (self->by_hand & 1u << what) != 0, asks = what >= 0 && (unconfirmed & 1u << what) != 0;

      mapped += what >= 0;
      n_unconfirmed += asks;
      qd_column_grid_set_choice (grid, column, (guint) (what + 1));
      qd_column_grid_set_units (grid, column, NULL, 0);
      if (what < 0)
        qd_column_grid_set_why (grid, column, "qd-minus-symbolic", _ ("left out"), NULL);
      else if (asks)
        qd_column_grid_set_why (grid, column, "qd-maybe-symbolic", _ ("by content"), "qd-warning");
      else
        qd_column_grid_set_why (grid, column, "qd-ok-symbolic", by_hand ? _ ("confirmed") : _ ("same head"), "qd-ok");
    }
  text = n_unconfirmed > 0 ? g_strdup_printf (_ ("%u of %u columns mapped, %u guessed: confirm them before the import"), mapped, n, n_unconfirmed) : g_strdup_printf (_ ("%u of %u columns mapped"), mapped, n);
  gtk_label_set_text (GTK_LABEL (self->summary), text);
}

static void
choice_chosen_cb (QdInventoryPage *self, guint column, guint item)
{
  int before = find_choice (self, column);

  if (before >= 0)
    self->mapping.columns[before] = -1;
  if (item > 0)
    {
      self->mapping.columns[item - 1] = (int) column;
      self->by_hand |= 1u << (item - 1);
    }
  update_columns (self);
  check (self);
}

static void
show_source (QdInventoryPage *self, int row, int column)
{
  qd_sheet_preview_show (qd_import_frame_get_preview (QD_IMPORT_FRAME (self->frame)), self->sheet, self->mapping.first_row, row, column, NULL, NULL);
}

static void
go_to_cb (QdInventoryPage *self, guint row, int column)
{
  qd_import_frame_show_left (QD_IMPORT_FRAME (self->frame));
  show_source (self, (int) row, column);
}

static void
show_columns (QdInventoryPage *self)
{
  g_autoptr (GtkStringList) choices = gtk_string_list_new (NULL);
  g_autoptr (GPtrArray) heads = g_ptr_array_new ();

  gtk_string_list_append (choices, _ ("left out"));
  for (guint i = 0; i < QD_INVENTORY_N_COLUMNS; i++)
    gtk_string_list_append (choices, qd_inventory_column_title ((QdInventoryColumn) i));
  for (guint i = 0; i < qd_sheet_get_n_columns (self->sheet); i++)
    g_ptr_array_add (heads, (gpointer) (self->mapping.first_row > 0 ? qd_sheet_get_text (self->sheet, self->mapping.first_row - 1, i) : ""));
  g_ptr_array_add (heads, NULL);
  qd_column_grid_build (QD_COLUMN_GRID (self->grid), self->sheet, self->mapping.first_row, (const char *const *) heads->pdata, G_LIST_MODEL (choices));
  show_source (self, -1, -1);
  update_columns (self);
}

static void
first_row_cb (QdInventoryPage *self, guint row)
{
  self->mapping.first_row = row;
  show_columns (self);
  check (self);
}

/* Reading. */

static void
read_cb (QdInventoryPage *self, QdSheet *sheet)
{
  g_clear_pointer (&self->sheet, qd_sheet_unref);
  self->sheet = qd_sheet_ref (sheet);
  self->by_hand = 0;
  qd_inventory_guess_mapping (sheet, &self->mapping);
  qd_import_frame_set_first_row (QD_IMPORT_FRAME (self->frame), self->mapping.first_row, qd_sheet_get_n_rows (sheet));
  show_columns (self);
  check (self);
}

/* Commands. */

static void
confirm_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QdInventoryPage *self = QD_INVENTORY_PAGE (widget);

  self->by_hand |= self->mapping.by_content;
  update_columns (self);
  update_apply (self);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdInventoryPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean good = qd_substance_data_keep_inventory_finish (QD_SUBSTANCE_DATA (source), result, &error);
  g_autofree char *text = NULL;

  if (self->frame == NULL)
    return;
  self->is_kept = FALSE;
  update_apply (self);
  if (!good)
    {
      say (self, "error", error->message);
      return;
    }
  text = self->judged != NULL ? dup_sum (&self->judged->counts) : g_strdup ("");
  g_signal_emit (self, done_signal, 0, text);
}

static void
apply_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QdInventoryPage *self = QD_INVENTORY_PAGE (widget);

  if (self->judged == NULL || self->judged->inventory == NULL || self->is_kept)
    return;
  self->is_kept = TRUE;
  update_apply (self);
  qd_substance_data_keep_inventory_async (self->data, self->judged->inventory, kept_cb, g_object_ref (self));
}

/* The page. */

static void
qd_inventory_page_dispose (GObject *object)
{
  QdInventoryPage *self = QD_INVENTORY_PAGE (object);

  g_cancellable_cancel (self->checking);
  g_clear_pointer (&self->frame, gtk_widget_unparent);
  G_OBJECT_CLASS (qd_inventory_page_parent_class)->dispose (object);
}

static void
qd_inventory_page_finalize (GObject *object)
{
  QdInventoryPage *self = QD_INVENTORY_PAGE (object);

  g_clear_object (&self->checking);
  g_clear_pointer (&self->judged, judging_free);
  g_clear_pointer (&self->sheet, qd_sheet_unref);
  g_clear_object (&self->data);
  g_free (self->path);
  G_OBJECT_CLASS (qd_inventory_page_parent_class)->finalize (object);
}

static void
qd_inventory_page_class_init (QdInventoryPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_inventory_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_inventory_page_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "inventory.apply", NULL, apply_action);
  gtk_widget_class_install_action (widget_class, "inventory.confirm", NULL, confirm_action);
  done_signal = g_signal_new ("done", QD_TYPE_INVENTORY_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
qd_inventory_page_init (QdInventoryPage *self)
{
  GtkWidget *head = qd_column_grid_head_new ("inventory.confirm", &self->summary);

  self->columns = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->grid = qd_column_grid_new ();
  gtk_box_append (GTK_BOX (self->columns), head);
  gtk_box_append (GTK_BOX (self->columns), self->grid);
  self->issues = qd_import_issues_new ();
  self->frame = qd_import_frame_new (self->columns, self->issues, "inventory.apply", NULL);
  g_signal_connect_swapped (self->frame, "read", G_CALLBACK (read_cb), self);
  g_signal_connect_swapped (self->frame, "first-row", G_CALLBACK (first_row_cb), self);
  g_signal_connect_swapped (self->frame, "stop", G_CALLBACK (stop_cb), self);
  g_signal_connect_swapped (self->grid, "choice-chosen", G_CALLBACK (choice_chosen_cb), self);
  g_signal_connect_swapped (self->issues, "go-to", G_CALLBACK (go_to_cb), self);
  gtk_widget_set_parent (self->frame, GTK_WIDGET (self));
}

GtkWidget *
qd_inventory_page_new (QdSubstanceData *data, const char *path)
{
  QdInventoryPage *self = g_object_new (QD_TYPE_INVENTORY_PAGE, NULL);
  g_autofree char *name = g_filename_display_basename (path);

  self->data = g_object_ref (data);
  self->path = g_strdup (path);
  qd_header_set_title (qd_import_frame_get_header (QD_IMPORT_FRAME (self->frame)), _ ("Import: inventory of existing substances (IECSC)"), name);
  update_apply (self);
  qd_import_frame_open (QD_IMPORT_FRAME (self->frame), path);
  return GTK_WIDGET (self);
}
