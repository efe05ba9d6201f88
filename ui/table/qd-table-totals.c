/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The totals row: below the cells and outside their scrolling, so that neither a toast nor the last row hides it. */
#define G_LOG_DOMAIN "qd-table-totals"
#include "config.h"
#include "qd-table-grid-private.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

struct _QdTableTotals
{
  GtkWidget parent_instance;
  QdTableGrid *grid; /* (unowned): its sibling in the table */
  int row_height;
};

G_DEFINE_FINAL_TYPE (QdTableTotals, qd_table_totals, GTK_TYPE_WIDGET)

/* "合计 22 行", and what is left out of it. */
char *
qd_table_grid_dup_total_title (QdTableGrid *grid)
{
  guint n_rows = qd_table_model_get_n_rows (grid->model), unreadable = qd_table_summary_is_complete (grid->summary) ? qd_table_summary_get_unreadable (grid->summary) : 0;
  g_autofree char *title = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "Total of %u row", "Total of %u rows", n_rows), n_rows);

  if (unreadable == 0)
    return g_steal_pointer (&title);
  /* Translators: the total of rows; cells that are no numbers */
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%s; %u cell not counted", "%s; %u cells not counted", unreadable), title, unreadable);
}

/* First column with a total: the title may run up to it. */
static guint
find_first_total (QdTableGrid *grid)
{
  guint i = 0;

  while (i < grid->columns->len && !qd_table_model_get_column (grid->model, i)->total)
    i++;
  return i;
}

static void
draw_text (GtkSnapshot *snapshot, PangoLayout *layout, const GdkRGBA *color, float x, float height)
{
  int text_height;

  pango_layout_get_pixel_size (layout, NULL, &text_height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, floorf ((height - (float) text_height) / 2)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_totals (QdTableGrid *grid, GtkSnapshot *snapshot, gboolean frozen, float height)
{
  GdkRectangle clip = qd_table_grid_get_clip (grid, frozen);
  const QdTableColors *colors = qd_table_grid_get_colors (grid);
  int padding = qd_table_grid_get_padding (grid);

  if (clip.width <= 0)
    return;
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float) clip.x, 0, (float) clip.width, height));
  for (guint i = frozen ? 0 : grid->n_frozen; i < (frozen ? grid->n_frozen : grid->columns->len); i++)
    {
      /* While they are added up there are none. */
      const QdTableStats *stats = qd_table_summary_is_complete (grid->summary) ? qd_table_summary_get_total (grid->summary, i) : NULL;
      int x = qd_table_grid_get_column_x (grid, i), width = g_array_index (grid->columns, QdColumnLayout, i).width, text_width;

      if (x + width < clip.x || x > clip.x + clip.width)
        continue;
      gtk_snapshot_append_color (snapshot, &colors->line, &GRAPHENE_RECT_INIT ((float) (x + width - 1), 0, 1, height));
      if (stats && stats->count > 0)
        {
          g_autofree char *text = qd_table_stats_dup_sum (stats);
          g_autoptr (PangoLayout) layout = qd_table_grid_create_layout (grid, text, TRUE);

          pango_layout_get_pixel_size (layout, &text_width, NULL);
          if (text_width > width - padding)
            {
              pango_layout_set_text (layout, "###", -1);
              pango_layout_get_pixel_size (layout, &text_width, NULL);
            }
          draw_text (snapshot, layout, qd_table_model_get_column (grid->model, i)->computed ? &colors->secondary : &colors->text, (float) (x + width - padding - text_width), height);
        }
    }
  gtk_snapshot_pop (snapshot);
}

static void
draw_title (QdTableGrid *grid, GtkSnapshot *snapshot, float height)
{
  const QdTableColors *colors = qd_table_grid_get_colors (grid);
  g_autofree char *title = qd_table_grid_dup_total_title (grid);
  g_autoptr (PangoLayout) layout = qd_table_grid_create_layout (grid, title, TRUE);
  guint first = find_first_total (grid), end = MIN (first, grid->n_frozen);
  int padding = qd_table_grid_get_padding (grid), room, needed;

  pango_layout_get_pixel_size (layout, &needed, NULL);
  /* In the frozen columns before the first total; over the scrolled ones too as long as these are not scrolled. */
  room = end > 0 ? g_array_index (grid->columns, QdColumnLayout, end - 1).x + g_array_index (grid->columns, QdColumnLayout, end - 1).width : 0;
  if (first > end && qd_table_grid_get_hscroll (grid) == 0)
    room = g_array_index (grid->columns, QdColumnLayout, first - 1).x + g_array_index (grid->columns, QdColumnLayout, first - 1).width;
  if (first == 0)
    return;
  if (needed + 2 * padding > room)
    {
      pango_layout_set_width (layout, MAX (1, room - 2 * padding) * PANGO_SCALE);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    }
  gtk_snapshot_append_color (snapshot, &colors->head, &GRAPHENE_RECT_INIT ((float) grid->gutter, 1, (float) MIN (room, needed + 2 * padding) - 1, height - 1));
  draw_text (snapshot, layout, &colors->text, (float) (grid->gutter + padding), height);
}

static void
qd_table_totals_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QdTableGrid *grid = QD_TABLE_TOTALS (widget)->grid;
  const QdTableColors *colors;
  float width = (float) gtk_widget_get_width (widget), height = (float) gtk_widget_get_height (widget);

  if (!grid || !grid->model || !grid->columns || grid->columns->len == 0 || grid->columns->len != qd_table_model_get_n_columns (grid->model))
    return;
  colors = qd_table_grid_get_colors (grid);
  gtk_snapshot_append_color (snapshot, &colors->head, &GRAPHENE_RECT_INIT (0, 0, width, height));
  draw_totals (grid, snapshot, FALSE, height);
  draw_totals (grid, snapshot, TRUE, height);
  draw_title (grid, snapshot, height);
  gtk_snapshot_append_color (snapshot, &colors->line, &GRAPHENE_RECT_INIT (0, 0, width, 1));
  gtk_snapshot_append_color (snapshot, &colors->line, &GRAPHENE_RECT_INIT ((float) grid->gutter - 1, 0, 1, height));
}

static void
qd_table_totals_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  QdTableTotals *self = QD_TABLE_TOTALS (widget);

  qd_table_grid_update_layout (self->grid);
  self->row_height = self->grid->row_height;
  *minimum = *natural = orientation == GTK_ORIENTATION_VERTICAL ? self->row_height + 4 : 1;
}

/* "合计 22 行；年初库存 738.80；…" */
static void
update_accessible (QdTableTotals *self)
{
  QdTableGrid *grid = self->grid;
  g_autofree char *title = NULL;
  g_autoptr (GString) text = NULL;

  if (!grid->model || !qd_table_summary_is_complete (grid->summary))
    return;
  title = qd_table_grid_dup_total_title (grid);
  text = g_string_new (title);
  for (guint i = 0; i < qd_table_model_get_n_columns (grid->model); i++)
    {
      const QdTableStats *stats = qd_table_summary_get_total (grid->summary, i);

      if (stats && stats->count > 0)
        {
          g_autofree char *sum = qd_table_stats_dup_sum (stats);

          g_string_append_printf (text, "; %s %s", qd_table_model_get_column (grid->model, i)->title, sum);
        }
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text->str, -1);
}

static gboolean
has_totals (QdTableGrid *grid)
{
  guint n = grid->model ? qd_table_model_get_n_columns (grid->model) : 0;

  for (guint i = 0; i < n; i++)
    if (qd_table_model_get_column (grid->model, i)->total)
      return TRUE;
  return FALSE;
}

static void
changed_cb (QdTableTotals *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), has_totals (self->grid));
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
layout_changed_cb (QdTableTotals *self)
{
  if (self->row_height != self->grid->row_height)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
query_tooltip_cb (QdTableTotals *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  g_autofree char *title = NULL;

  if (!self->grid->model || !qd_table_summary_is_complete (self->grid->summary) || qd_table_summary_get_unreadable (self->grid->summary) == 0)
    return FALSE;
  title = qd_table_grid_dup_total_title (self->grid);
  gtk_tooltip_set_text (tooltip, title);
  return TRUE;
}

static void
qd_table_totals_class_init (QdTableTotalsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = qd_table_totals_snapshot;
  widget_class->measure = qd_table_totals_measure;
  gtk_widget_class_set_css_name (widget_class, "qd-grid");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ROW);
}

static void
qd_table_totals_init (QdTableTotals *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (query_tooltip_cb), NULL);
}

GtkWidget *
qd_table_totals_new (QdTableGrid *grid)
{
  QdTableTotals *self = g_object_new (QD_TYPE_TABLE_TOTALS, NULL);

  self->grid = grid;
  g_signal_connect_object (grid, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (grid, "layout-changed", G_CALLBACK (layout_changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
  return GTK_WIDGET (self);
}
