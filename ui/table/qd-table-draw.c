/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the grid looks like. The canvas is a widget of its own below the live text, so that a blinking caret redraws no cells. */
#define G_LOG_DOMAIN "qd-table-draw"
#include "config.h"
#include "qd-table-grid-private.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MARK_SIZE 7

#define QD_TYPE_TABLE_CANVAS (qd_table_canvas_get_type ())
G_DECLARE_FINAL_TYPE (QdTableCanvas, qd_table_canvas, QD, TABLE_CANVAS, GtkWidget)

struct _QdTableCanvas
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (QdTableCanvas, qd_table_canvas, GTK_TYPE_WIDGET)

/* Colours: the tokens of the design, light and dark; the rest from the theme. */

static GdkRGBA
parse_color (const char *text)
{
  GdkRGBA color = { 0, 0, 0, 1 };

  gdk_rgba_parse (&color, text);
  return color;
}

static GdkRGBA
look_up_color (GtkStyleContext *context, const char *name, const char *fallback)
{
  GdkRGBA color;

  return gtk_style_context_lookup_color (context, name, &color) ? color : parse_color (fallback);
}

static GdkRGBA
with_alpha (GdkRGBA color, double alpha)
{
  color.alpha = (float) (color.alpha * alpha);
  return color;
}

const QdTableColors *
qd_table_grid_get_colors (QdTableGrid *self)
{
  QdTableColors *colors = &self->colors;
  GtkStyleContext *context;
  AdwStyleManager *manager;
  gboolean dark;

  if (self->colors_valid)
    return colors;
  manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  dark = adw_style_manager_get_dark (manager);
  colors->high_contrast = adw_style_manager_get_high_contrast (manager);
  context = gtk_widget_get_style_context (GTK_WIDGET (self));
  gtk_style_context_get_color (context, &colors->text);
  colors->secondary = with_alpha (colors->text, colors->high_contrast ? .9 : dark ? .7
                                                                                  : .6);
  colors->background = look_up_color (context, "view_bg_color", dark ? "#1e1e1e" : "#ffffff");
  colors->head = look_up_color (context, "window_bg_color", dark ? "#242424" : "#fafafa");
  colors->line = with_alpha (colors->text, colors->high_contrast ? .5 : dark ? .13
                                                                             : .11);
  colors->accent = look_up_color (context, "accent_bg_color", "#3584e4");
  colors->accent_text = look_up_color (context, "accent_color", dark ? "#78aeed" : "#1c71d8");
  colors->error = parse_color (dark ? "#ffa395" : "#b3141f");
  colors->warning = parse_color (dark ? "#f5c84b" : "#8a5c00");
  colors->warning_mark = parse_color (dark || colors->high_contrast ? (dark ? "#f5c84b" : "#8a5c00") : "#dc9000");
  self->colors_valid = TRUE;
  return colors;
}

static void
fill (GtkSnapshot *snapshot, const GdkRGBA *color, float x, float y, float width, float height)
{
  if (width > 0 && height > 0)
    gtk_snapshot_append_color (snapshot, color, &GRAPHENE_RECT_INIT (x, y, width, height));
}

static void
outline (GtkSnapshot *snapshot, const GdkRGBA *color, float width, const graphene_rect_t *rect)
{
  GskRoundedRect rounded;
  float widths[4] = { width, width, width, width };
  GdkRGBA colors[4] = { *color, *color, *color, *color };

  gsk_rounded_rect_init_from_rect (&rounded, rect, 0);
  gtk_snapshot_append_border (snapshot, &rounded, widths, colors);
}

/* The shapes of the design: octagon with a cross, triangle with an exclamation mark. */
void
qd_table_draw_mark (cairo_t *cr, QdCellFlags mark, const GdkRGBA *color, double size)
{
  cairo_scale (cr, size / 16, size / 16);
  gdk_cairo_set_source_rgba (cr, color);
  cairo_set_line_width (cr, 1.8);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  if (mark & QD_CELL_CRITICAL)
    {
      const double a = 1, b = 5, c = 11, d = 15;

      cairo_move_to (cr, b, a);
      cairo_line_to (cr, c, a);
      cairo_line_to (cr, d, b);
      cairo_line_to (cr, d, c);
      cairo_line_to (cr, c, d);
      cairo_line_to (cr, b, d);
      cairo_line_to (cr, a, c);
      cairo_line_to (cr, a, b);
      cairo_close_path (cr);
      cairo_stroke (cr);
      cairo_move_to (cr, 5.6, 5.6);
      cairo_line_to (cr, 10.4, 10.4);
      cairo_move_to (cr, 10.4, 5.6);
      cairo_line_to (cr, 5.6, 10.4);
      cairo_stroke (cr);
    }
  else
    {
      cairo_move_to (cr, 8, 1.5);
      cairo_line_to (cr, 15, 14.2);
      cairo_line_to (cr, 1, 14.2);
      cairo_close_path (cr);
      cairo_stroke (cr);
      cairo_move_to (cr, 8, 6);
      cairo_line_to (cr, 8, 9.4);
      cairo_move_to (cr, 8, 11.8);
      cairo_line_to (cr, 8, 11.9);
      cairo_stroke (cr);
    }
}

static void
snapshot_mark (GtkSnapshot *snapshot, QdCellFlags mark, const GdkRGBA *color, float x, float y, float size)
{
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (x, y, size, size));

  cairo_translate (cr, x, y);
  qd_table_draw_mark (cr, mark, color, size);
  cairo_destroy (cr);
}

static void
draw_corner (GtkSnapshot *snapshot, const GdkRGBA *color, float x, float y, float size, gboolean right)
{
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (right ? x - size : x, y, size, size));

  gdk_cairo_set_source_rgba (cr, color);
  cairo_move_to (cr, x, y);
  cairo_line_to (cr, right ? x - size : x + size, y);
  cairo_line_to (cr, x, y + size);
  cairo_close_path (cr);
  cairo_fill (cr);
  cairo_destroy (cr);
}

/* Hatching runs through from cell to cell: it starts at the corner of the grid, not of the cell. */
static void
draw_hatching (GtkSnapshot *snapshot, const GdkRGBA *color, const graphene_rect_t *rect)
{
  GdkRGBA clear = with_alpha (*color, 0);
  GskColorStop stops[] = { { 0, clear }, { .84f, clear }, { .84f, *color }, { 1, *color } };

  gtk_snapshot_append_repeating_linear_gradient (snapshot, rect, &GRAPHENE_POINT_INIT (0, 0), &GRAPHENE_POINT_INIT (4.5, 4.5), stops, G_N_ELEMENTS (stops));
}

static void
draw_layout (GtkSnapshot *snapshot, PangoLayout *layout, const GdkRGBA *color, float x, float y)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, y));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

GdkRectangle
qd_table_grid_get_clip (QdTableGrid *self, gboolean frozen)
{
  int left = frozen ? self->gutter : self->gutter + qd_table_grid_get_frozen_width (self);
  int right = frozen ? self->gutter + qd_table_grid_get_frozen_width (self) : gtk_widget_get_width (GTK_WIDGET (self));

  return (GdkRectangle){ left, self->head_height, MAX (0, right - left), MAX (0, gtk_widget_get_height (GTK_WIDGET (self)) - self->head_height) };
}

static void
draw_cell (QdTableGrid *self, GtkSnapshot *snapshot, guint row, guint column, float x, float y, float width)
{
  const QdTableColors *colors = &self->colors;
  const QdColumn *info = qd_table_model_get_column (self->model, column);
  const QdDrawnCell *cell = qd_table_grid_get_cell (self, row, column);
  float height = (float) self->row_height, corner = (float) (MARK_SIZE * self->zoom);
  const GdkRGBA *color = info->computed ? &colors->secondary : &colors->text;
  GdkRGBA tint;

  if (cell->flags & QD_CELL_NOT_RELEVANT)
    {
      tint = with_alpha (colors->text, colors->high_contrast ? .5 : .1);
      draw_hatching (snapshot, &tint, &GRAPHENE_RECT_INIT (x, y, width - 1, height - 1));
      return;
    }
  if (cell->flags & (QD_CELL_CRITICAL | QD_CELL_POSSIBLE))
    {
      const GdkRGBA *base = cell->flags & QD_CELL_CRITICAL ? &colors->error : &colors->warning_mark;

      if (colors->high_contrast)
        outline (snapshot, base, 2, &GRAPHENE_RECT_INIT (x, y, width - 1, height - 1));
      else
        {
          tint = with_alpha (*base, cell->flags & QD_CELL_CRITICAL ? .12 : .17);
          fill (snapshot, &tint, x, y, width - 1, height - 1);
        }
      draw_corner (snapshot, base, cell->flags & QD_CELL_CRITICAL ? x : x + width - 1, y, corner, !(cell->flags & QD_CELL_CRITICAL));
      if (cell->flags & QD_CELL_CRITICAL)
        color = base;
    }
  else if (info->computed || cell->flags & QD_CELL_READ_ONLY)
    {
      tint = with_alpha (colors->text, .035);
      fill (snapshot, &tint, x, y, width - 1, height - 1);
    }
  if (cell->layout)
    {
      float left = (float) qd_table_grid_get_padding (self);

      if (info->type == QD_COLUMN_NUMBER)
        left = width - left - (float) cell->text_width;
      if (cell->boxed > 0)
        {
          tint = with_alpha (colors->text, colors->high_contrast ? 1 : .35);
          left += (float) (4 * self->zoom);
          qd_table_grid_draw_chips (self, snapshot, cell->layout, cell->boxed, &tint, x + left, y + (float) (self->baseline - cell->baseline));
        }
      draw_layout (snapshot, cell->layout, color, x + left, y + (float) (self->baseline - cell->baseline));
    }
}

/* First and last visible row; FALSE when there is none. */
static gboolean
get_visible_rows (QdTableGrid *self, guint *first, guint *last)
{
  gint64 scroll = qd_table_grid_get_vscroll (self);
  guint n = qd_table_view_get_n_rows (self->view);
  int room = gtk_widget_get_height (GTK_WIDGET (self)) - self->head_height;

  if (n == 0 || room <= 0)
    return FALSE;
  *first = (guint) MIN (scroll / self->row_height, (gint64) n - 1);
  *last = (guint) MIN ((scroll + room - 1) / self->row_height, (gint64) n - 1);
  return TRUE;
}

/* First and last visible column of a region; FALSE when there is none. */
static gboolean
get_visible_columns (QdTableGrid *self, gboolean frozen, guint *first, guint *last)
{
  guint n = self->columns->len;
  int left, right;

  if (frozen)
    {
      *first = 0;
      *last = self->n_frozen - 1;
      return self->n_frozen > 0;
    }
  left = self->gutter + qd_table_grid_get_frozen_width (self);
  right = gtk_widget_get_width (GTK_WIDGET (self));
  for (*first = self->n_frozen; *first < n; (*first)++)
    if (qd_table_grid_get_column_x (self, *first) + g_array_index (self->columns, QdColumnLayout, *first).width > left)
      break;
  for (*last = *first; *last + 1 < n; (*last)++)
    if (qd_table_grid_get_column_x (self, *last + 1) >= right)
      break;
  return *first < n && left < right;
}

static float
get_row_y (QdTableGrid *self, guint row)
{
  return (float) (self->head_height + (gint64) row * self->row_height - qd_table_grid_get_vscroll (self));
}

/* The part of a block that lies in one region, borders of the other region outside the clip. FALSE when it has no part. */
static gboolean
get_range_rect (QdTableGrid *self, gboolean frozen, const QdCellRange *range, graphene_rect_t *out)
{
  guint end = range->column + range->n_columns - 1;
  GdkRectangle clip = qd_table_grid_get_clip (self, frozen);
  gint64 scroll = qd_table_grid_get_vscroll (self), top, bottom;
  int left, right;

  if (range->n_rows == 0 || range->n_columns == 0 || end >= self->columns->len || (frozen ? range->column >= self->n_frozen : end < self->n_frozen))
    return FALSE;
  left = frozen == (range->column < self->n_frozen) ? qd_table_grid_get_column_x (self, range->column) : clip.x - 20;
  right = frozen == (end < self->n_frozen) ? qd_table_grid_get_column_x (self, end) + g_array_index (self->columns, QdColumnLayout, end).width : clip.x + clip.width + 20;
  top = CLAMP ((gint64) range->row * self->row_height - scroll, -1000, 100000);
  bottom = CLAMP ((gint64) (range->row + range->n_rows) * self->row_height - scroll, -1000, 100000);
  *out = GRAPHENE_RECT_INIT ((float) left, (float) (self->head_height + top), (float) (right - left), (float) (bottom - top));
  return TRUE;
}

static void
draw_tint (QdTableGrid *self, GtkSnapshot *snapshot, gboolean frozen, const QdCellRange *range)
{
  GdkRGBA tint = with_alpha (self->colors.accent, self->colors.high_contrast ? .2 : .1);
  graphene_rect_t rect;

  if (get_range_rect (self, frozen, range, &rect))
    fill (snapshot, &tint, rect.origin.x, rect.origin.y, rect.size.width, rect.size.height);
}

static void
draw_outline (QdTableGrid *self, GtkSnapshot *snapshot, gboolean frozen, const QdCellRange *range, float width)
{
  graphene_rect_t rect;

  if (!get_range_rect (self, frozen, range, &rect))
    return;
  graphene_rect_inset (&rect, -1, -1);
  rect.size.width -= 1;
  rect.size.height -= 1;
  outline (snapshot, &self->colors.accent, width, &rect);
}

static void
draw_handle (QdTableGrid *self, GtkSnapshot *snapshot, gboolean frozen, const QdCellRange *range)
{
  graphene_rect_t rect;

  if (self->mode != QD_EDIT_NONE || frozen != (range->column + range->n_columns - 1 < self->n_frozen) || !get_range_rect (self, frozen, range, &rect))
    return;
  fill (snapshot, &self->colors.background, rect.origin.x + rect.size.width - 5, rect.origin.y + rect.size.height - 5, 8, 8);
  fill (snapshot, &self->colors.accent, rect.origin.x + rect.size.width - 4, rect.origin.y + rect.size.height - 4, 6, 6);
}

static void
draw_region (QdTableGrid *self, GtkSnapshot *snapshot, gboolean frozen)
{
  GdkRectangle clip = qd_table_grid_get_clip (self, frozen);
  const QdTableColors *colors = &self->colors;
  guint first_row, last_row, first_column, last_column;
  QdCellRange selection = qd_table_cursor_get_range (&self->cursor);
  QdCellRange active = { self->cursor.active.row, self->cursor.active.column, 1, 1 };

  if (clip.width <= 0 || clip.height <= 0 || !get_visible_columns (self, frozen, &first_column, &last_column) || !get_visible_rows (self, &first_row, &last_row))
    return;
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float) clip.x, (float) clip.y, (float) clip.width, (float) clip.height));
  for (guint j = first_column; j <= last_column; j++)
    {
      float x = (float) qd_table_grid_get_column_x (self, j), width = (float) g_array_index (self->columns, QdColumnLayout, j).width;

      for (guint i = first_row; i <= last_row; i++)
        draw_cell (self, snapshot, i, j, x, get_row_y (self, i), width);
      fill (snapshot, &colors->line, x + width - 1, (float) clip.y, 1, get_row_y (self, last_row) + (float) (self->row_height - clip.y));
    }
  for (guint i = first_row; i <= last_row; i++)
    {
      float right = (float) (qd_table_grid_get_column_x (self, last_column) + g_array_index (self->columns, QdColumnLayout, last_column).width);

      fill (snapshot, &colors->line, (float) clip.x, get_row_y (self, i) + (float) self->row_height - 1, MIN (right, (float) (clip.x + clip.width)) - (float) clip.x, 1);
    }
  /* What was just pasted is selected, too: one of the two is enough. */
  if (self->pasted.n_rows > 0 && memcmp (&self->pasted, &selection, sizeof selection) != 0)
    {
      draw_tint (self, snapshot, frozen, &self->pasted);
      draw_outline (self, snapshot, frozen, &self->pasted, 2);
    }
  if (!qd_table_cursor_is_single (&self->cursor))
    {
      draw_tint (self, snapshot, frozen, &selection);
      draw_outline (self, snapshot, frozen, &selection, 2);
    }
  draw_outline (self, snapshot, frozen, &active, 2);
  draw_handle (self, snapshot, frozen, &selection);
  if (self->fill_target.n_rows > 0)
    draw_outline (self, snapshot, frozen, &self->fill_target, 1);
  if (self->flash_source)
    {
      QdCellRange flash = { self->flash.row, 0, 1, self->columns->len };
      graphene_rect_t rect;
      GdkRGBA tint = with_alpha (colors->accent, .35);

      if (get_range_rect (self, frozen, &flash, &rect))
        fill (snapshot, &tint, rect.origin.x, rect.origin.y, rect.size.width, rect.size.height);
    }
  gtk_snapshot_pop (snapshot);
}

static void
draw_sort_arrow (QdTableGrid *self, GtkSnapshot *snapshot, guint column, float x, float width)
{
  gboolean descending;
  gboolean sorted = qd_table_view_get_sort_column (self->view, &descending) == (int) column;
  GdkRGBA color = sorted ? self->colors.accent_text : with_alpha (self->colors.text, .35);
  float size = (float) (7 * self->zoom), left = x + width - (float) (15 * self->zoom), top = (float) self->head_height / 2 - size / 4;
  cairo_t *cr;

  if (!sorted && self->hover_head != (int) column)
    return;
  /* Over the end of the title. */
  fill (snapshot, &self->colors.head, left - 3, 1, (float) (14 * self->zoom), (float) self->head_height - 2);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (left, top - 1, size, size));
  gdk_cairo_set_source_rgba (cr, &color);
  descending = sorted && descending;
  cairo_move_to (cr, left, descending ? top : top + size * .6);
  cairo_line_to (cr, left + size, descending ? top : top + size * .6);
  cairo_line_to (cr, left + size / 2, descending ? top + size * .6 : top);
  cairo_close_path (cr);
  cairo_fill (cr);
  cairo_destroy (cr);
}

static gboolean
is_selected (guint at, guint start, guint n)
{
  return at >= start && at - start < n;
}

static void
draw_heads (QdTableGrid *self, GtkSnapshot *snapshot, gboolean frozen)
{
  GdkRectangle clip = qd_table_grid_get_clip (self, frozen);
  const QdTableColors *colors = &self->colors;
  QdCellRange selection = qd_table_cursor_get_range (&self->cursor);
  GdkRGBA tint = with_alpha (colors->accent, .13);
  guint first, last;

  if (clip.width <= 0 || !get_visible_columns (self, frozen, &first, &last))
    return;
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float) clip.x, 0, (float) clip.width, (float) self->head_height));
  for (guint j = first; j <= last; j++)
    {
      const QdColumnLayout *column = &g_array_index (self->columns, QdColumnLayout, j);
      float x = (float) qd_table_grid_get_column_x (self, j), width = (float) column->width;
      gboolean selected = is_selected (j, selection.column, selection.n_columns) || (self->pasted.n_rows > 0 && is_selected (j, self->pasted.column, self->pasted.n_columns));
      int height;

      if (selected)
        fill (snapshot, &tint, x, 0, width - 1, (float) self->head_height - 1);
      pango_layout_get_pixel_size (column->head, NULL, &height);
      draw_layout (snapshot, column->head, selected ? &colors->accent_text : &colors->secondary, x + (float) qd_table_grid_get_padding (self), floorf ((float) (self->head_height - height) / 2));
      draw_sort_arrow (self, snapshot, j, x, width);
      fill (snapshot, &colors->line, x + width - 1, 0, 1, (float) self->head_height);
    }
  gtk_snapshot_pop (snapshot);
}

static void
draw_row_numbers (QdTableGrid *self, GtkSnapshot *snapshot)
{
  const QdTableColors *colors = &self->colors;
  QdCellRange selection = qd_table_cursor_get_range (&self->cursor);
  GdkRGBA tint = with_alpha (colors->accent, .13);
  guint first, last;
  int height = gtk_widget_get_height (GTK_WIDGET (self));

  fill (snapshot, &colors->head, 0, (float) self->head_height, (float) self->gutter - 1, (float) (height - self->head_height));
  if (!get_visible_rows (self, &first, &last))
    return;
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, (float) self->head_height, (float) self->gutter, (float) (height - self->head_height)));
  for (guint i = first; i <= last; i++)
    {
      guint model_row = qd_table_view_to_model (self->view, i);
      QdCellFlags mark = qd_table_summary_get_row_mark (self->summary, model_row);
      gboolean selected = is_selected (i, selection.row, selection.n_rows) || is_selected (i, self->pasted.row, self->pasted.n_rows);
      const QdDrawnCell *number = qd_table_grid_get_number (self, i, selected);
      float y = get_row_y (self, i), size = (float) (9 * self->zoom);

      if (selected)
        fill (snapshot, &tint, 0, y, (float) self->gutter - 1, (float) self->row_height - 1);
      draw_layout (snapshot, number->layout, selected ? &colors->accent_text : &colors->secondary, (float) (self->gutter - number->text_width) - (float) (6 * self->zoom), y + (float) (self->baseline - number->baseline));
      if (mark != QD_CELL_NORMAL)
        snapshot_mark (snapshot, mark, mark & QD_CELL_CRITICAL ? &colors->error : &colors->warning, (float) (2 * self->zoom), y + floorf (((float) self->row_height - size) / 2), size);
      fill (snapshot, &colors->line, 0, y + (float) self->row_height - 1, (float) self->gutter, 1);
    }
  gtk_snapshot_pop (snapshot);
}

static void
draw_placeholder (QdTableGrid *self, GtkSnapshot *snapshot)
{
  g_autoptr (PangoLayout) layout = NULL;
  /* The filter hides all there is, or there is nothing yet. */
  const char *text = qd_table_model_get_n_rows (self->model) > 0 ? _ ("No rows match the filter") : self->placeholder;
  int width = gtk_widget_get_width (GTK_WIDGET (self));

  if (!text || !*text)
    return;
  layout = qd_table_grid_create_layout (self, text, FALSE);
  pango_layout_set_single_paragraph_mode (layout, FALSE);
  pango_layout_set_width (layout, MAX (60, width - self->gutter - 40) * PANGO_SCALE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  draw_layout (snapshot, layout, &self->colors.secondary, (float) (self->gutter + 20), (float) (self->head_height + 3 * self->row_height));
}

static void
qd_table_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QdTableGrid *self = QD_TABLE_GRID (gtk_widget_get_parent (widget));
  float width = (float) gtk_widget_get_width (widget), height = (float) gtk_widget_get_height (widget);
  const QdTableColors *colors = qd_table_grid_get_colors (self);

  fill (snapshot, &colors->background, 0, 0, width, height);
  if (!self->model || !self->columns || self->columns->len == 0)
    return;
  draw_region (self, snapshot, FALSE);
  if (self->n_frozen > 0)
    {
      draw_region (self, snapshot, TRUE);
      fill (snapshot, &colors->line, (float) (self->gutter + qd_table_grid_get_frozen_width (self)) - 1, 0, qd_table_grid_get_hscroll (self) > 0 ? 2 : 1, height);
    }
  fill (snapshot, &colors->head, 0, 0, width, (float) self->head_height);
  draw_heads (self, snapshot, FALSE);
  draw_heads (self, snapshot, TRUE);
  draw_row_numbers (self, snapshot);
  fill (snapshot, &colors->line, 0, (float) self->head_height - 1, width, 1);
  fill (snapshot, &colors->line, (float) self->gutter - 1, 0, 1, height);
  if (qd_table_view_get_n_rows (self->view) == 0)
    draw_placeholder (self, snapshot);
}

static void
qd_table_canvas_class_init (QdTableCanvasClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = qd_table_canvas_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
qd_table_canvas_init (QdTableCanvas *self)
{
}

GtkWidget *
qd_table_canvas_new (void)
{
  return g_object_new (QD_TYPE_TABLE_CANVAS, NULL);
}

void
qd_table_grid_draw_editor_frame (QdTableGrid *self, GtkSnapshot *snapshot, const GdkRectangle *rect)
{
  const QdTableColors *colors = qd_table_grid_get_colors (self);
  graphene_rect_t frame = GRAPHENE_RECT_INIT ((float) rect->x - 1, (float) rect->y - 1, (float) rect->width + 1, (float) rect->height + 1);

  fill (snapshot, &colors->background, frame.origin.x, frame.origin.y, frame.size.width, frame.size.height);
  outline (snapshot, &colors->accent, 2, &frame);
}
