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
  GtkWidget *place; /* (nullable): first cell of what is shown */
  guint tick;
};

G_DEFINE_FINAL_TYPE (QdSheetPreview, qd_sheet_preview, GTK_TYPE_WIDGET)

/* What is shown. */
typedef struct
{
  QdSheet *sheet;
  guint first_row;
  int row, column;
  guint first_column, end_column; /* of those on the screen */
  QdSheetText get_text;           /* (nullable) */
  gpointer source;
} Place;

/* A label takes no focus, and one whose text can be selected makes GTK 4.8 complain when it is drawn with the focus. */
static GtkWidget *
place_new (GtkWidget *label)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_hexpand (box, FALSE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_add_css_class (box, "qd-place");
  gtk_widget_set_focusable (box, TRUE);
  return box;
}

static void
add_row (QdSheetPreview *self, const Place *place, guint row, int y)
{
  g_autofree char *number = g_strdup_printf ("%u", row + 1);

  gtk_grid_attach (GTK_GRID (self->grid), qd_column_grid_cell_new (number, "qd-secondary"), 0, y, 1, 1);
  for (guint column = place->first_column; column < place->end_column; column++)
    {
      const char *text = place->get_text != NULL ? place->get_text (place->source, row, column) : qd_sheet_get_text (place->sheet, row, column);
      gboolean is_number = qd_sheet_get_cell_type (place->sheet, row, column) == QD_CELL_NUMBER;
      gboolean is_shown = (int) row == place->row && (place->column < 0 || (int) column == place->column);
      GtkWidget *label = qd_column_grid_cell_new (text, row + 1 == place->first_row ? "heading" : NULL);

      /* In a narrow window it scrolls rather than becoming a row of dots. */
      gtk_label_set_width_chars (GTK_LABEL (label), (int) MIN (g_utf8_strlen (text, -1), 10));
      gtk_label_set_xalign (GTK_LABEL (label), is_number ? 1 : 0);
      gtk_widget_set_tooltip_text (label, text);
      if (is_shown)
        {
          GtkWidget *cell = place_new (label);

          if (self->place == NULL)
            self->place = cell;
          label = cell;
        }
      gtk_grid_attach (GTK_GRID (self->grid), label, (int) (column - place->first_column) + 1, y, 1, 1);
    }
}

/* Only once it is laid out is it known where it is. */
static gboolean
reveal_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  QdSheetPreview *self = QD_SHEET_PREVIEW (widget);
  GtkWidget *viewport = gtk_widget_get_ancestor (widget, GTK_TYPE_VIEWPORT);
  graphene_rect_t cell;

  if (self->place != NULL && gtk_widget_get_height (self->place) == 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  if (self->place == NULL || viewport == NULL || !gtk_widget_compute_bounds (self->place, gtk_viewport_get_child (GTK_VIEWPORT (viewport)), &cell))
    return G_SOURCE_REMOVE;
  /* With what stands around it. */
  gtk_adjustment_clamp_page (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (viewport)), cell.origin.y - 3 * cell.size.height, cell.origin.y + 4 * cell.size.height);
  gtk_adjustment_clamp_page (gtk_scrollable_get_hadjustment (GTK_SCROLLABLE (viewport)), cell.origin.x, cell.origin.x + cell.size.width);
  gtk_widget_grab_focus (self->place);
  return G_SOURCE_REMOVE;
}

static void
reveal (QdSheetPreview *self, const Place *place)
{
  g_autofree char *letters = qd_sheet_dup_column_letters (place->first_column);
  g_autofree char *name = NULL;

  if (self->place == NULL)
    return;
  if (place->column >= 0)
    {
      g_free (letters);
      letters = qd_sheet_dup_column_letters ((guint) place->column);
    }
  name = g_strdup_printf ("%s%d  %s", letters, place->row + 1, gtk_label_get_text (GTK_LABEL (gtk_widget_get_first_child (self->place))));
  qd_name (self->place, name);
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), reveal_cb, NULL, NULL);
}

void
qd_sheet_preview_show (QdSheetPreview *self, QdSheet *sheet, guint first_row, int row, int column, QdSheetText get_text, gpointer source)
{
  Place place = { .sheet = sheet, .first_row = first_row, .row = row, .column = column, .get_text = get_text, .source = source };
  guint n_rows = qd_sheet_get_n_rows (sheet), top = MIN (first_row + FIRST_ROWS, n_rows);
  guint from = row < 0 ? top : MAX (top, (guint) MAX (0, row - 2)), end = row < 0 ? top : MIN ((guint) row + 3, n_rows);
  int y = 1;

  self->place = NULL;
  qd_look_clear (self->grid);
  place.first_column = column >= MAX_COLUMNS ? (guint) column - MAX_COLUMNS + 1 : 0;
  place.end_column = MIN (qd_sheet_get_n_columns (sheet), place.first_column + MAX_COLUMNS);
  for (guint i = place.first_column; i < place.end_column; i++)
    {
      g_autofree char *letters = qd_sheet_dup_column_letters (i);

      gtk_grid_attach (GTK_GRID (self->grid), qd_column_grid_cell_new (letters, "qd-secondary"), (int) (i - place.first_column) + 1, 0, 1, 1);
    }
  for (guint i = 0; i < top; i++)
    if (!qd_sheet_is_row_hidden (sheet, i))
      add_row (self, &place, i, y++);
  if (from > top)
    gtk_grid_attach (GTK_GRID (self->grid), qd_column_grid_cell_new ("…", "qd-secondary"), 0, y++, 1, 1);
  for (guint i = from; i < end; i++)
    add_row (self, &place, i, y++);
  reveal (self, &place);
}

static void
qd_sheet_preview_dispose (GObject *object)
{
  QdSheetPreview *self = QD_SHEET_PREVIEW (object);

  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  self->place = NULL;
  g_clear_pointer (&self->grid, gtk_widget_unparent);
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
