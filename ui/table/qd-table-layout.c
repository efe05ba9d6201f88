/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where columns and rows lie: widths, zoom, frozen columns, scrolling, and what is under the pointer. */
#define G_LOG_DOMAIN "qd-table-layout"
#include "config.h"
#include "qd-table-grid-private.h"

#include <math.h>
#include <string.h>

#define ROW_HEIGHT 26
#define HEAD_HEIGHT 28
#define FONT_POINTS 10
#define PADDING 8
#define MIN_WIDTH 36
#define MAX_WIDTH 800
#define MAX_OWN_WIDTH 260 /* that the grid chooses by itself */
#define N_FROZEN 2
#define SAMPLE_ROWS 200
#define SORT_AREA 18
#define CHIP_ROOM 16 /* of the boxes that stand around labels */
#define HANDLE_REACH 5

static const int zoom_steps[] = { 80, 90, 100, 110, 125, 150, 175, 200 };

/* Widths and zoom of all tables, for this user. */

static char *
get_config_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "qingdan", "tables.ini", NULL);
}

static GKeyFile *
load_config (void)
{
  GKeyFile *file = g_key_file_new ();
  g_autofree char *path = get_config_path ();
  g_autoptr (GError) error = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, &error) && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_message ("Column widths cannot be read from %s: %s", path, error->message);
  return file;
}

static char *
get_key (const char *id)
{
  return g_strdelimit (g_strconcat ("width ", id, NULL), "=[]\n", '_');
}

static char *
get_group (QdTableGrid *self)
{
  return g_strdelimit (g_strdup (self->id), "[]\n", '_');
}

/* @column: (nullable): whose width changed; NULL when it was the zoom */
static void
save_config (QdTableGrid *self, const QdColumn *column, int width)
{
  g_autoptr (GKeyFile) file = NULL;
  g_autofree char *path = get_config_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *group = NULL;
  g_autoptr (GError) error = NULL;

  if (!self->id || !*self->id)
    return;
  file = load_config ();
  group = get_group (self);
  if (column)
    {
      g_autofree char *key = get_key (column->id);

      g_key_file_set_integer (file, group, key, width);
    }
  else
    g_key_file_set_integer (file, group, "zoom", (int) lround (self->zoom * 100));
  g_mkdir_with_parents (folder, 0700);
  if (!g_key_file_save_to_file (file, path, &error))
    g_message ("Column widths cannot be kept in %s: %s", path, error->message);
}

int
qd_table_grid_get_padding (QdTableGrid *self)
{
  return (int) lround (PADDING * self->zoom);
}

PangoLayout *
qd_table_grid_create_layout (QdTableGrid *self, const char *text, gboolean bold)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoFontDescription *font = pango_font_description_copy (pango_context_get_font_description (pango_layout_get_context (layout)));
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_font_description_set_size (font, (int) lround (FONT_POINTS * self->zoom * PANGO_SCALE));
  if (bold)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  /* Figures of one width. */
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  return layout;
}

static int
measure_text (QdTableGrid *self, const char *text, gboolean bold)
{
  g_autoptr (PangoLayout) layout = qd_table_grid_create_layout (self, text, bold);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

/* Widths are kept as at 100 %. */
static int
to_unzoomed (QdTableGrid *self, int width)
{
  return (int) lround (width / self->zoom);
}

static guint
count_cells (const char *text)
{
  guint n = 0;

  for (; *text; text = g_utf8_next_char (text))
    n += g_unichar_iswide (g_utf8_get_char (text)) ? 2 : 1;
  return n;
}

/* Width of the widest of the first rows; only the text that seems longest is measured. */
static int
measure_content (QdTableGrid *self, guint column, guint max_rows)
{
  guint n = MIN (self->view ? qd_table_view_get_n_rows (self->view) : 0, max_rows), longest = 0;
  g_autofree char *widest = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *text = qd_table_model_dup_display (self->model, qd_table_view_to_model (self->view, i), column);
      guint cells = text ? count_cells (text) : 0;

      if (cells > longest)
        {
          longest = cells;
          g_free (widest);
          widest = g_steal_pointer (&text);
        }
    }
  if (!widest)
    return 0;
  return to_unzoomed (self, measure_text (self, widest, FALSE)) + (qd_table_model_get_column (self->model, column)->multiple ? CHIP_ROOM : 0);
}

static guint
count_digits (QdTableGrid *self)
{
  guint n = 3;

  for (guint rows = self->model ? qd_table_model_get_n_rows (self->model) : 0; rows > 999; rows /= 10)
    n++;
  return n;
}

static int
measure_total (QdTableGrid *self, guint column)
{
  const QdTableStats *stats;
  g_autofree char *text = NULL;

  if (!qd_table_model_get_column (self->model, column)->total)
    return 0;
  if (!qd_table_summary_is_complete (self->summary))
    {
      /* Not added up yet: a sum has at most as many digits more as the number of rows. */
      g_autofree char *digits = g_strnfill (count_digits (self) + 1, '8');

      return measure_content (self, column, SAMPLE_ROWS) + to_unzoomed (self, measure_text (self, digits, TRUE));
    }
  stats = qd_table_summary_get_total (self->summary, column);
  text = stats ? qd_table_stats_dup_sum (stats) : NULL;
  return text ? to_unzoomed (self, measure_text (self, text, TRUE)) : 0;
}

static int
measure_head (QdTableGrid *self, const QdColumn *column)
{
  g_autofree char *text = column->unit ? g_strdup_printf ("%s %s", column->title, column->unit) : g_strdup (column->title);
  int width = to_unzoomed (self, measure_text (self, text, FALSE));

  /* A long head takes two lines. */
  return width <= 96 ? width : CLAMP (width / 2 + 16, 96, 180);
}

static int
choose_width (QdTableGrid *self, guint index)
{
  static const int minimum[] = { [QD_COLUMN_TEXT] = 72, [QD_COLUMN_NUMBER] = 64, [QD_COLUMN_DATE] = 84, [QD_COLUMN_CHOICE] = 72, [QD_COLUMN_YES_NO] = 48 };
  const QdColumn *column = qd_table_model_get_column (self->model, index);
  int content;

  if (column->width > 0)
    return column->width;
  content = MAX (measure_content (self, index, SAMPLE_ROWS), measure_total (self, index));
  /* The title of the totals row stands under the first column. */
  if (index == 0 && qd_table_model_get_n_columns (self->model) > 1 && qd_table_model_get_column (self->model, 1)->total)
    {
      g_autofree char *title = qd_table_grid_dup_total_title (self);

      content = MAX (content, to_unzoomed (self, measure_text (self, title, TRUE)));
    }
  content = MAX (content, measure_head (self, column)) + 2 * PADDING + 4;
  return CLAMP (content, minimum[column->type], MAX_OWN_WIDTH);
}

static void
clear_column (gpointer data)
{
  g_clear_object (&((QdColumnLayout *) data)->head);
}

static PangoLayout *
make_head (QdTableGrid *self, const QdColumn *column, int width)
{
  PangoLayout *layout = qd_table_grid_create_layout (self, column->title, FALSE);
  int room = MAX (8, width - 2 * qd_table_grid_get_padding (self));

  if (column->unit && *column->unit)
    {
      g_autofree char *text = g_strdup_printf ("%s %s", column->title, column->unit);
      PangoAttrList *attributes = pango_attr_list_copy (pango_layout_get_attributes (layout));
      PangoAttribute *faint = pango_attr_foreground_alpha_new (0x7400);

      faint->start_index = (guint) strlen (column->title);
      pango_attr_list_insert (attributes, faint);
      pango_layout_set_text (layout, text, -1);
      pango_layout_set_attributes (layout, attributes);
      pango_attr_list_unref (attributes);
    }
  pango_layout_set_single_paragraph_mode (layout, FALSE);
  pango_layout_set_width (layout, room * PANGO_SCALE);
  pango_layout_set_height (layout, -2); /* lines */
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_alignment (layout, column->type == QD_COLUMN_NUMBER ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  return layout;
}

/* Row numbers, with room for the mark to the left of them. */
static void
place_gutter (QdTableGrid *self)
{
  g_autofree char *digits = NULL;
  g_autoptr (PangoLayout) layout = NULL;
  int width;

  self->n_digits = count_digits (self);
  digits = g_strnfill (self->n_digits, '8');
  layout = qd_table_grid_create_layout (self, digits, TRUE);
  pango_layout_get_pixel_size (layout, &width, NULL);
  self->gutter = width + (int) lround (18 * self->zoom);
}

/* From the widths: places, heads, heights. */
static void
place_columns (QdTableGrid *self)
{
  /* Han and figures come from two fonts; they share one line. */
  g_autoptr (PangoLayout) sample = qd_table_grid_create_layout (self, "国8", FALSE);
  int x = 0, height;

  place_gutter (self);
  pango_layout_get_pixel_size (sample, NULL, &height);
  self->row_height = MAX ((int) lround (ROW_HEIGHT * self->zoom), height + 6);
  self->baseline = (self->row_height - 1 - height) / 2 + PANGO_PIXELS (pango_layout_get_baseline (sample));
  self->head_height = MAX ((int) lround (HEAD_HEIGHT * self->zoom), height + 8);
  for (guint i = 0; i < self->columns->len; i++)
    {
      QdColumnLayout *column = &g_array_index (self->columns, QdColumnLayout, i);
      int head_height;

      column->x = x;
      x += column->width;
      g_clear_object (&column->head);
      column->head = make_head (self, qd_table_model_get_column (self->model, i), column->width);
      pango_layout_get_pixel_size (column->head, NULL, &head_height);
      self->head_height = MAX (self->head_height, head_height + 8);
    }
}

void
qd_table_grid_update_layout (QdTableGrid *self)
{
  guint n = self->model ? qd_table_model_get_n_columns (self->model) : 0;
  g_autoptr (GKeyFile) file = NULL;
  g_autofree char *group = NULL;

  if (self->layout_valid)
    return;
  self->layout_valid = TRUE;
  if (!self->columns)
    {
      self->columns = g_array_new (FALSE, TRUE, sizeof (QdColumnLayout));
      g_array_set_clear_func (self->columns, clear_column);
    }
  g_array_set_size (self->columns, 0);
  g_array_set_size (self->columns, n);
  if (self->id && *self->id)
    {
      int zoom;

      file = load_config ();
      group = get_group (self);
      zoom = g_key_file_get_integer (file, group, "zoom", NULL);
      if (zoom)
        self->zoom = CLAMP (zoom, 80, 200) / 100.;
    }
  for (guint i = 0; i < n; i++)
    {
      int width = 0;

      if (file)
        {
          g_autofree char *key = get_key (qd_table_model_get_column (self->model, i)->id);

          width = g_key_file_get_integer (file, group, key, NULL);
        }
      width = width > 0 ? CLAMP (width, MIN_WIDTH, MAX_WIDTH) : choose_width (self, i);
      g_array_index (self->columns, QdColumnLayout, i).width = (int) lround (width * self->zoom);
    }
  place_columns (self);
}

void
qd_table_grid_invalidate_layout (QdTableGrid *self)
{
  self->layout_valid = FALSE;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  qd_table_grid_invalidate (self);
}

void
qd_table_grid_refresh_layout (QdTableGrid *self)
{
  if (!self->layout_valid)
    return;
  place_columns (self);
  qd_table_grid_invalidate (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static int
get_total_width (QdTableGrid *self)
{
  const QdColumnLayout *last;

  if (!self->columns || self->columns->len == 0)
    return 0;
  last = &g_array_index (self->columns, QdColumnLayout, self->columns->len - 1);
  return last->x + last->width;
}

int
qd_table_grid_get_frozen_width (QdTableGrid *self)
{
  if (self->n_frozen == 0 || !self->columns || self->n_frozen > self->columns->len)
    return 0;
  return g_array_index (self->columns, QdColumnLayout, self->n_frozen - 1).x + g_array_index (self->columns, QdColumnLayout, self->n_frozen - 1).width;
}

int
qd_table_grid_get_hscroll (QdTableGrid *self)
{
  return self->hadjustment ? (int) lround (gtk_adjustment_get_value (self->hadjustment)) : 0;
}

gint64
qd_table_grid_get_vscroll (QdTableGrid *self)
{
  return self->vadjustment ? (gint64) llround (gtk_adjustment_get_value (self->vadjustment)) : 0;
}

void
qd_table_grid_update_adjustments (QdTableGrid *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self)), frozen, room;
  guint n_rows = self->view ? qd_table_view_get_n_rows (self->view) : 0;

  if (self->layout_valid && self->n_digits != count_digits (self))
    place_gutter (self);
  /* Frozen columns must leave room for the others. */
  for (self->n_frozen = MIN (N_FROZEN, self->columns ? self->columns->len : 0); self->n_frozen > 0; self->n_frozen--)
    if (qd_table_grid_get_frozen_width (self) <= (width - self->gutter) * 6 / 10 || get_total_width (self) <= width - self->gutter)
      break;
  frozen = qd_table_grid_get_frozen_width (self);
  if (self->hadjustment)
    {
      room = MAX (1, width - self->gutter - frozen);
      gtk_adjustment_configure (self->hadjustment,
                                gtk_adjustment_get_value (self->hadjustment),
                                0,
                                MAX (room, get_total_width (self) - frozen + 2),
                                3 * self->row_height,
                                room * .9,
                                room);
    }
  if (self->vadjustment)
    {
      room = MAX (1, height - self->head_height);
      gtk_adjustment_configure (self->vadjustment,
                                gtk_adjustment_get_value (self->vadjustment),
                                0,
                                MAX ((double) room, (double) n_rows * self->row_height + self->row_height / 2),
                                3 * self->row_height,
                                MAX (self->row_height, room - self->row_height),
                                room);
    }
}

int
qd_table_grid_get_column_x (QdTableGrid *self, guint column)
{
  int x = self->gutter + g_array_index (self->columns, QdColumnLayout, column).x;

  return column < self->n_frozen ? x : x - qd_table_grid_get_hscroll (self);
}

GdkRectangle
qd_table_grid_get_cell_rect (QdTableGrid *self, guint row, guint column)
{
  gint64 y = self->head_height + (gint64) row * self->row_height - qd_table_grid_get_vscroll (self);
  GdkRectangle rect = { self->gutter, self->head_height, 1, MAX (1, self->row_height) };

  if (self->columns && column < self->columns->len)
    {
      rect.x = qd_table_grid_get_column_x (self, column);
      rect.width = g_array_index (self->columns, QdColumnLayout, column).width;
      rect.y = (int) CLAMP (y, -1000000, 1000000);
    }
  return rect;
}

void
qd_table_grid_scroll_to (QdTableGrid *self, guint row, guint column)
{
  const QdColumnLayout *layout;

  if (!self->columns || column >= self->columns->len)
    return;
  layout = &g_array_index (self->columns, QdColumnLayout, column);
  if (self->vadjustment)
    gtk_adjustment_clamp_page (self->vadjustment, (double) row * self->row_height, (double) (row + 1) * self->row_height);
  if (self->hadjustment && column >= self->n_frozen)
    {
      double left = layout->x - qd_table_grid_get_frozen_width (self), right = left + layout->width + 2;

      /* Of a column wider than the window, its beginning. */
      gtk_adjustment_clamp_page (self->hadjustment, left, MIN (right, left + gtk_adjustment_get_page_size (self->hadjustment)));
    }
}

/* Column under @x, or the nearest; FALSE right of the last. */
static gboolean
find_column (QdTableGrid *self, double x, guint *out)
{
  int frozen = self->gutter + qd_table_grid_get_frozen_width (self);
  guint n = self->columns ? self->columns->len : 0;

  if (n == 0)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      int left = qd_table_grid_get_column_x (self, i), right = left + g_array_index (self->columns, QdColumnLayout, i).width;

      if (i >= self->n_frozen && x < frozen)
        break;
      if (x < right && (x >= left || i == 0 || i == self->n_frozen))
        {
          *out = i;
          return TRUE;
        }
    }
  *out = x < frozen && self->n_frozen > 0 ? self->n_frozen - 1 : n - 1;
  return FALSE;
}

/* The border that can be dragged at @x: of the column left of it. */
static gboolean
find_border (QdTableGrid *self, double x, guint *out)
{
  int frozen = self->gutter + qd_table_grid_get_frozen_width (self);

  for (guint i = self->columns->len; i > 0; i--)
    {
      int right = qd_table_grid_get_column_x (self, i - 1) + g_array_index (self->columns, QdColumnLayout, i - 1).width;

      if (fabs (x - right) <= 4 && (i - 1 < self->n_frozen || right >= frozen))
        {
          *out = i - 1;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
is_on_handle (QdTableGrid *self, double x, double y)
{
  QdCellRange range = qd_table_cursor_get_range (&self->cursor);
  GdkRectangle rect = qd_table_grid_get_cell_rect (self, range.row + range.n_rows - 1, range.column + range.n_columns - 1);

  return self->mode == QD_EDIT_NONE && y > self->head_height &&
         fabs (x - (rect.x + rect.width)) <= HANDLE_REACH && fabs (y - (rect.y + rect.height)) <= HANDLE_REACH;
}

QdHit
qd_table_grid_hit (QdTableGrid *self, double x, double y)
{
  QdHit hit = { QD_HIT_NONE, 0, 0 };
  guint n_rows = self->view ? qd_table_view_get_n_rows (self->view) : 0;
  gint64 row;

  if (!self->columns || self->columns->len == 0 || x < 0 || y < 0)
    return hit;
  if (y < self->head_height)
    {
      int right;

      if (x < self->gutter - 4)
        hit.kind = QD_HIT_CORNER;
      else if (find_border (self, x, &hit.column))
        hit.kind = QD_HIT_RESIZE;
      else if (find_column (self, x, &hit.column))
        {
          right = qd_table_grid_get_column_x (self, hit.column) + g_array_index (self->columns, QdColumnLayout, hit.column).width;
          hit.kind = x >= right - SORT_AREA * self->zoom ? QD_HIT_SORT : QD_HIT_HEAD;
        }
      return hit;
    }
  if (n_rows > 0 && is_on_handle (self, x, y))
    {
      hit.kind = QD_HIT_HANDLE;
      return hit;
    }
  row = ((gint64) y - self->head_height + qd_table_grid_get_vscroll (self)) / MAX (1, self->row_height);
  if (row >= n_rows)
    return hit;
  hit.row = (guint) row;
  if (x < self->gutter)
    hit.kind = QD_HIT_ROW;
  else if (find_column (self, x, &hit.column))
    hit.kind = QD_HIT_CELL;
  return hit;
}

QdCellPos
qd_table_grid_nearest (QdTableGrid *self, double x, double y)
{
  guint n_rows = self->view ? qd_table_view_get_n_rows (self->view) : 0;
  gint64 row = ((gint64) floor (y) - self->head_height + qd_table_grid_get_vscroll (self)) / MAX (1, self->row_height);
  QdCellPos pos = { 0, 0 };

  find_column (self, MAX (x, self->gutter), &pos.column);
  pos.row = (guint) CLAMP (row, 0, n_rows > 0 ? (gint64) n_rows - 1 : 0);
  return pos;
}

void
qd_table_grid_set_column_width (QdTableGrid *self, guint column, int width, gboolean keep)
{
  g_return_if_fail (self->columns && column < self->columns->len);
  width = CLAMP (width, MIN_WIDTH, MAX_WIDTH);
  g_array_index (self->columns, QdColumnLayout, column).width = (int) lround (width * self->zoom);
  place_columns (self);
  if (keep)
    save_config (self, qd_table_model_get_column (self->model, column), width);
  qd_table_grid_invalidate (self);
  qd_table_grid_layout_changed (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
qd_table_grid_fit_column (QdTableGrid *self, guint column)
{
  const QdColumn *info = qd_table_model_get_column (self->model, column);
  int width = MAX (measure_content (self, column, G_MAXUINT), measure_total (self, column));

  width = MAX (width, measure_head (self, info));
  qd_table_grid_set_column_width (self, column, width + 2 * PADDING + 4, TRUE);
}

void
qd_table_grid_zoom (QdTableGrid *self, int step)
{
  int now = (int) lround (self->zoom * 100), next = 100;
  double row = self->row_height > 0 ? (double) qd_table_grid_get_vscroll (self) / self->row_height : 0;

  if (step > 0)
    {
      next = 200;
      for (guint i = G_N_ELEMENTS (zoom_steps); i > 0; i--)
        if (zoom_steps[i - 1] > now)
          next = zoom_steps[i - 1];
    }
  else if (step < 0)
    {
      next = 80;
      for (guint i = 0; i < G_N_ELEMENTS (zoom_steps); i++)
        if (zoom_steps[i] < now)
          next = zoom_steps[i];
    }
  if (next == now)
    return;
  for (guint i = 0; self->columns && i < self->columns->len; i++)
    {
      QdColumnLayout *column = &g_array_index (self->columns, QdColumnLayout, i);

      column->width = (int) lround (column->width / self->zoom * next / 100.);
    }
  self->zoom = next / 100.;
  save_config (self, NULL, 0);
  if (self->columns)
    place_columns (self);
  qd_table_grid_prepare_editor (self);
  qd_table_grid_invalidate (self);
  /* The same rows stay on top. */
  qd_table_grid_update_adjustments (self);
  if (self->vadjustment)
    gtk_adjustment_set_value (self->vadjustment, row * self->row_height);
  qd_table_grid_layout_changed (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}
