/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-sheet-preview"
#include "config.h"
#include "qd-sheet-preview.h"

#include "qd-column-grid.h"
#include "qd-look.h"

#define FIRST_ROWS 4
#define MAX_COLUMNS 12

struct _QdSheetPreview
{
  GtkWidget parent_instance;
  GtkWidget *grid;
};

G_DEFINE_FINAL_TYPE (QdSheetPreview, qd_sheet_preview, GTK_TYPE_WIDGET)

/* What is shown. */
typedef struct
{
  QdSheet *sheet;
  guint first_row;
  int row, column;
  QdSheetText get_text; /* (nullable) */
  gpointer source;
} Place;

static void
add_row (QdSheetPreview *self, const Place *place, guint row, int y)
{
  guint n_columns = MIN (qd_sheet_get_n_columns (place->sheet), MAX_COLUMNS);
  g_autofree char *number = g_strdup_printf ("%u", row + 1);

  gtk_grid_attach (GTK_GRID (self->grid), qd_column_grid_cell_new (number, "qd-secondary"), 0, y, 1, 1);
  for (guint column = 0; column < n_columns; column++)
    {
      const char *text = place->get_text != NULL ? place->get_text (place->source, row, column) : qd_sheet_get_text (place->sheet, row, column);
      gboolean is_number = qd_sheet_get_cell_type (place->sheet, row, column) == QD_CELL_NUMBER;
      gboolean is_shown = (int) row == place->row && (place->column < 0 || (int) column == place->column);
      GtkWidget *label = qd_column_grid_cell_new (text, row + 1 == place->first_row ? "heading" : NULL);

      gtk_label_set_xalign (GTK_LABEL (label), is_number ? 1 : 0);
      gtk_widget_set_tooltip_text (label, text);
      if (is_shown)
        gtk_widget_add_css_class (label, "qd-error");
      gtk_grid_attach (GTK_GRID (self->grid), label, (int) column + 1, y, 1, 1);
    }
}

void
qd_sheet_preview_show (QdSheetPreview *self, QdSheet *sheet, guint first_row, int row, int column, QdSheetText get_text, gpointer source)
{
  const Place place = { .sheet = sheet, .first_row = first_row, .row = row, .column = column, .get_text = get_text, .source = source };
  guint n_rows = qd_sheet_get_n_rows (sheet), top = MIN (first_row + FIRST_ROWS, n_rows);
  guint from = row < 0 ? top : MAX (top, (guint) MAX (0, row - 2)), end = row < 0 ? top : MIN ((guint) row + 3, n_rows);
  int y = 1;

  qd_look_clear (self->grid);
  for (guint i = 0; i < MIN (qd_sheet_get_n_columns (sheet), MAX_COLUMNS); i++)
    {
      g_autofree char *letters = qd_sheet_dup_column_letters (i);

      gtk_grid_attach (GTK_GRID (self->grid), qd_column_grid_cell_new (letters, "qd-secondary"), (int) i + 1, 0, 1, 1);
    }
  for (guint i = 0; i < top; i++)
    if (!qd_sheet_is_row_hidden (sheet, i))
      add_row (self, &place, i, y++);
  if (from > top)
    gtk_grid_attach (GTK_GRID (self->grid), qd_column_grid_cell_new ("…", "qd-secondary"), 0, y++, 1, 1);
  for (guint i = from; i < end; i++)
    add_row (self, &place, i, y++);
}

static void
qd_sheet_preview_dispose (GObject *object)
{
  g_clear_pointer (&QD_SHEET_PREVIEW (object)->grid, gtk_widget_unparent);
  G_OBJECT_CLASS (qd_sheet_preview_parent_class)->dispose (object);
}

static void
qd_sheet_preview_class_init (QdSheetPreviewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_sheet_preview_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_sheet_preview_init (QdSheetPreview *self)
{
  self->grid = qd_column_grid_card_new (18, 6);
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
}

GtkWidget *
qd_sheet_preview_new (void)
{
  return g_object_new (QD_TYPE_SHEET_PREVIEW, NULL);
}
