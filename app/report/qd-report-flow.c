/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-report-flow"
#include "config.h"

#include <math.h>
#include <string.h>

#include "qd-report-private.h"

/* Lines stand at a fixed pitch, whichever fonts their characters come from: a row's height is a matter of counting. */
#define PITCH 1.45
#define CELL_PAD_X 4.5
#define CELL_PAD_Y 3.0
#define FLOOR_SIZE 7.0
#define SIZE_STEP 0.5
/* Columns are measured by so many rows at most. */
#define MEASURED_ROWS 300

typedef struct
{
  const char *family;
  gboolean bold;
  double size;
} Style;

static const Style styles[] = {
  [QD_TEXT_TITLE] = { "Noto Sans CJK SC", TRUE, 18 },
  [QD_TEXT_HEADING] = { "Noto Sans CJK SC", TRUE, 15 },
  [QD_TEXT_SUBHEADING] = { "Noto Sans CJK SC", TRUE, 11 },
  [QD_TEXT_CAPTION] = { "Noto Sans CJK SC", TRUE, 9.5 },
  [QD_TEXT_BODY] = { "Noto Serif CJK SC", FALSE, 10.5 },
  [QD_TEXT_HEAD] = { "Noto Sans CJK SC", TRUE, 9 },
  [QD_TEXT_CELL] = { "Noto Serif CJK SC", FALSE, 9 },
  [QD_TEXT_SMALL] = { "Noto Sans CJK SC", FALSE, 8 },
  [QD_TEXT_SMALL_BOLD] = { "Noto Sans CJK SC", TRUE, 8 },
  [QD_TEXT_CODE] = { "Noto Sans Mono CJK SC", FALSE, 7.5 },
};

double
qd_text_size (QdTextStyle style)
{
  return styles[style].size;
}

PangoLayout *
qd_layout_new (void)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  PangoLayout *layout;
  cairo_font_options_t *options = cairo_font_options_create ();

  /* Without hinting a text is as wide on the screen as on paper. */
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options (context, options);
  cairo_font_options_destroy (options);
  pango_cairo_context_set_resolution (context, 72);
  /* Han glyphs have national shapes; the locale of the process must not choose them. */
  pango_context_set_language (context, pango_language_from_string ("zh-cn"));
  pango_context_set_round_glyph_positions (context, FALSE);
  layout = pango_layout_new (context);
  g_object_unref (context);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_auto_dir (layout, FALSE);
  return layout;
}

static void
set_text (PangoLayout *layout, QdTextStyle style, double size, const char *text, double width)
{
  g_autoptr (PangoFontDescription) font = pango_font_description_new ();

  pango_font_description_set_family_static (font, styles[style].family);
  pango_font_description_set_weight (font, styles[style].bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_font_description_set_size (font, (int) lround (size * PANGO_SCALE));
  pango_layout_set_font_description (layout, font);
  pango_layout_set_width (layout, width < 0 ? -1 : (int) (width * PANGO_SCALE));
  pango_layout_set_text (layout, text, -1);
}

static guint
count_lines (QdFlow *self, QdTextStyle style, double size, const char *text, double width)
{
  set_text (self->layout, style, size, text, width);
  return pango_layout_get_line_count (self->layout);
}

static double
natural_width (QdFlow *self, QdTextStyle style, double size, const char *text)
{
  int width;

  set_text (self->layout, style, size, text, -1);
  pango_layout_get_size (self->layout, &width, NULL);
  return (double) width / PANGO_SCALE;
}

void
qd_draw_mark (cairo_t *cr, PangoLayout *layout, const QdMark *mark)
{
  double pitch = mark->size * PITCH;

  cairo_set_source_rgb (cr, mark->grey, mark->grey, mark->grey);
  if (!mark->text)
    {
      cairo_rectangle (cr, mark->x, mark->y - mark->size / 2, mark->width, mark->size);
      cairo_fill (cr);
      return;
    }
  set_text (layout, mark->style, mark->size, mark->text, mark->width);
  for (guint i = 0; i < mark->n_lines; i++)
    {
      PangoLayoutLine *line = pango_layout_get_line_readonly (layout, i);
      PangoRectangle extents;
      double spare;

      if (!line)
        break;
      pango_layout_line_get_extents (line, NULL, &extents);
      spare = mark->width - (double) extents.width / PANGO_SCALE;
      cairo_move_to (cr,
                     mark->x + (mark->align == QD_ALIGN_RIGHT ? spare : mark->align == QD_ALIGN_CENTER ? spare / 2
                                                                                                       : 0),
                     mark->y + i * pitch + pitch / 2 + mark->size * 0.36);
      pango_cairo_show_layout_line (cr, line);
    }
}

char *
qd_clean_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);
  g_autoptr (GString) clean = g_string_sized_new (strlen (valid));

  for (const char *p = valid; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\r')
        continue;
      if (c == '\n')
        g_string_append_c (clean, '\n');
      else if (c == '\t' || c == 0x2028 || c == 0x2029)
        g_string_append_c (clean, ' ');
      else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0xfeff)
        g_string_append (clean, "\357\277\275"); /* U+FFFD: something was here */
      else
        g_string_append_unichar (clean, c);
    }
  return g_ref_string_new_len (clean->str, clean->len);
}

static void
clear_mark (gpointer data)
{
  g_clear_pointer (&((QdMark *) data)->text, g_ref_string_release);
}

static void
start_page (QdFlow *self)
{
  GArray *page = g_array_new (FALSE, FALSE, sizeof (QdMark));

  g_array_set_clear_func (page, clear_mark);
  g_ptr_array_add (self->pages, page);
  self->y = QD_PAGE_TOP;
}

QdFlow *
qd_flow_new (void)
{
  QdFlow *self = g_new0 (QdFlow, 1);

  self->layout = qd_layout_new ();
  self->pages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  self->places = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  start_page (self);
  return self;
}

void
qd_flow_free (QdFlow *self)
{
  g_object_unref (self->layout);
  g_ptr_array_unref (self->pages);
  g_hash_table_unref (self->places);
  g_free (self);
}

void
qd_flow_place (QdFlow *self, QdNodeId node)
{
  QdPlace *place;

  if (node == 0 || g_hash_table_contains (self->places, GUINT_TO_POINTER (node)))
    return;
  place = g_new (QdPlace, 1);
  place->page = self->pages->len - 1;
  place->y = self->y;
  g_hash_table_insert (self->places, GUINT_TO_POINTER (node), place);
}

/* The lines from @first on, as a text of their own: shaped again page by page, a long text would cost its length for each page. */
static char *
cut_lines (PangoLayout *layout, const char *text, guint first, guint n_lines)
{
  PangoLayoutLine *start = pango_layout_get_line_readonly (layout, first);
  PangoLayoutLine *end = pango_layout_get_line_readonly (layout, first + n_lines);
  const char *from = text + start->start_index;

  return end ? g_ref_string_new_len (from, text + end->start_index - from) : g_ref_string_new (from);
}

/* @layout: (nullable): holds the text, when @n_lines are not all of its lines */
static void
put_text (QdFlow *self, QdTextStyle style, double size, QdAlign align, const char *text, double x, double width, PangoLayout *layout, guint first, guint n_lines)
{
  QdMark mark = { .x = x, .y = self->y, .width = width, .size = size, .style = style, .align = align, .n_lines = n_lines };

  mark.text = layout ? cut_lines (layout, text, first, n_lines) : g_ref_string_acquire ((char *) text);
  g_array_append_val ((GArray *) g_ptr_array_index (self->pages, self->pages->len - 1), mark);
}

static void
put_rule (QdFlow *self, double x, double width, double thickness, double grey)
{
  QdMark mark = { .x = x, .y = self->y, .width = width, .size = thickness, .grey = grey };

  g_array_append_val ((GArray *) g_ptr_array_index (self->pages, self->pages->len - 1), mark);
}

void
qd_flow_space (QdFlow *self, double height)
{
  if (self->y > QD_PAGE_TOP)
    self->y += height;
}

void
qd_flow_need (QdFlow *self, double height)
{
  if (self->y > QD_PAGE_TOP && self->y + height > QD_PAGE_BOTTOM)
    start_page (self);
}

void
qd_flow_text (QdFlow *self, QdTextStyle style, QdAlign align, const char *text)
{
  char *ref = qd_clean_text (text);
  double size = qd_text_size (style), pitch = size * PITCH;
  guint n = count_lines (self, style, size, ref, QD_PAGE_INNER);

  for (guint first = 0; first < n;)
    {
      guint fit;

      qd_flow_need (self, pitch);
      fit = MIN (n - first, (guint) MAX (1, floor ((QD_PAGE_BOTTOM - self->y) / pitch)));
      put_text (self, style, size, align, ref, QD_PAGE_LEFT, QD_PAGE_INNER, fit < n ? self->layout : NULL, first, fit);
      self->y += fit * pitch;
      first += fit;
    }
  g_ref_string_release (ref);
}

/* Tables */

typedef struct
{
  QdFlow *flow;
  const QdColumn *columns;
  guint n_columns, n_fixed;
  GPtrArray *rows;
  double size;
  double *natural, *least;
} Table;

/* How wide each column would like to be, and how narrow it may become. */
static void
measure (Table *table)
{
  guint step = table->rows->len > MEASURED_ROWS ? table->rows->len / MEASURED_ROWS : 1;

  for (guint c = 0; c < table->n_columns; c++)
    {
      const QdColumn *column = &table->columns[c];
      double head = natural_width (table->flow, QD_TEXT_HEAD, table->size, column->title);
      double body = 0;

      for (guint r = 0; r < table->rows->len; r += step)
        {
          const char *text = ((QdRow *) table->rows->pdata[r])->cells[c];
          /* A column is never as wide as the page for one long text, so its beginning is enough to know that. */
          g_autofree char *start = strlen (text) > 600 ? g_utf8_substring (text, 0, MIN (200, g_utf8_strlen (text, -1))) : NULL;
          body = MAX (body, natural_width (table->flow, QD_TEXT_CELL, table->size, start ? start : text));
        }
      table->natural[c] = MAX (head, body) + 2 * CELL_PAD_X + 0.5;
      /* Numbers stay in one line, heads take four characters a line, texts break where they must. */
      table->least[c] = MAX (MIN (head, 4.2 * table->size),
                             column->align == QD_ALIGN_RIGHT ? MIN (body, QD_PAGE_INNER / 3) : MIN (body, 5.2 * table->size)) +
                        2 * CELL_PAD_X + 0.5;
    }
}

static double
sum (const double *values, const guint *which, guint n)
{
  double total = 0;

  for (guint i = 0; i < n; i++)
    total += values[which[i]];
  return total;
}

/* Shares the page among the columns of one band. */
static void
share (const Table *table, const guint *which, guint n, double *widths)
{
  double natural = sum (table->natural, which, n), least = sum (table->least, which, n), wishes = 0, stretch = 0;

  for (guint i = 0; i < n; i++)
    {
      const QdColumn *column = &table->columns[which[i]];

      /* What is left over the least goes by the square root of the wish: one endless text must not take it all. */
      wishes += sqrt (MAX (0, table->natural[which[i]] - table->least[which[i]]));
      stretch += column->narrow ? 0 : table->natural[which[i]];
    }
  for (guint i = 0; i < n; i++)
    {
      const QdColumn *column = &table->columns[which[i]];
      double wish = table->natural[which[i]], floor_width = table->least[which[i]];

      if (column->share > 0)
        widths[i] = column->share * QD_PAGE_INNER;
      else if (natural <= QD_PAGE_INNER && stretch > 0)
        widths[i] = wish + (column->narrow ? 0 : (QD_PAGE_INNER - natural) * wish / stretch);
      else if (least >= QD_PAGE_INNER || wishes <= 0)
        widths[i] = floor_width * QD_PAGE_INNER / least;
      else
        widths[i] = floor_width + (QD_PAGE_INNER - least) * sqrt (MAX (0, wish - floor_width)) / wishes;
    }
}

static double
row_height (guint lines, double size)
{
  return lines * size * PITCH + 2 * CELL_PAD_Y;
}

static guint
count_head_lines (const Table *table, const guint *which, const double *widths, guint n)
{
  guint lines = 1;

  if (!*table->columns[0].title)
    return 0;
  for (guint i = 0; i < n; i++)
    lines = MAX (lines, count_lines (table->flow, QD_TEXT_HEAD, table->size, table->columns[which[i]].title, widths[i] - 2 * CELL_PAD_X));
  return lines;
}

static void
put_head (const Table *table, const guint *which, const double *widths, guint n, guint lines)
{
  QdFlow *flow = table->flow;
  double x = QD_PAGE_LEFT;

  put_rule (flow, QD_PAGE_LEFT, QD_PAGE_INNER, 1.0, 0);
  if (lines == 0)
    return;
  flow->y += CELL_PAD_Y;
  for (guint i = 0; i < n; i++)
    {
      put_text (flow, QD_TEXT_HEAD, table->size, table->columns[which[i]].align, table->columns[which[i]].title, x + CELL_PAD_X, widths[i] - 2 * CELL_PAD_X, NULL, 0, lines);
      x += widths[i];
    }
  flow->y += lines * table->size * PITCH + CELL_PAD_Y;
  put_rule (flow, QD_PAGE_LEFT, QD_PAGE_INNER, 0.6, 0);
}

static void
end_table_part (QdFlow *flow)
{
  put_rule (flow, QD_PAGE_LEFT, QD_PAGE_INNER, 1.0, 0);
}

/* One row, over several pages when it is taller than what is left of an empty one. */
static void
put_row (const Table *table, const QdRow *row, const guint *which, const double *widths, guint n, guint head_lines, gboolean first_row)
{
  QdFlow *flow = table->flow;
  double pitch = table->size * PITCH;
  g_autofree guint *lines = g_new (guint, n);
  g_autofree PangoLayout **split = g_new0 (PangoLayout *, n);
  guint most = 1, done = 0;

  for (guint i = 0; i < n; i++)
    {
      lines[i] = count_lines (flow, QD_TEXT_CELL, table->size, row->cells[which[i]], widths[i] - 2 * CELL_PAD_X);
      most = MAX (most, lines[i]);
    }
  while (done < most)
    {
      double left = QD_PAGE_BOTTOM - flow->y - 2 * CELL_PAD_Y;
      double page = QD_PAGE_BOTTOM - QD_PAGE_TOP - row_height (head_lines, table->size) - 2 * CELL_PAD_Y;
      guint rest = most - done, fit, x_lines;
      double x = QD_PAGE_LEFT;

      /* Whole rows only, except those that no page could hold. */
      if (left < rest * pitch && (rest * pitch <= page || left < 3 * pitch))
        {
          end_table_part (flow);
          start_page (flow);
          put_head (table, which, widths, n, head_lines);
          first_row = TRUE;
          left = QD_PAGE_BOTTOM - flow->y - 2 * CELL_PAD_Y;
        }
      fit = MIN (rest, (guint) MAX (1, floor (left / pitch)));
      if (!first_row && done == 0)
        put_rule (flow, QD_PAGE_LEFT, QD_PAGE_INNER, 0.4, 0.6);
      if (row->nodes)
        for (guint i = 0; i < n; i++)
          qd_flow_place (flow, row->nodes[which[i]]);
      flow->y += CELL_PAD_Y;
      for (guint i = 0; i < n; i++)
        {
          x_lines = lines[i] > done ? MIN (fit, lines[i] - done) : 0;
          if (x_lines > 0 && x_lines < lines[i] && !split[i])
            {
              split[i] = pango_layout_copy (flow->layout);
              set_text (split[i], QD_TEXT_CELL, table->size, row->cells[which[i]], widths[i] - 2 * CELL_PAD_X);
            }
          if (x_lines > 0)
            put_text (flow, QD_TEXT_CELL, table->size, row->right & (1u << MIN (which[i], 31)) ? QD_ALIGN_RIGHT : table->columns[which[i]].align, row->cells[which[i]], x + CELL_PAD_X, widths[i] - 2 * CELL_PAD_X, split[i], done, x_lines);
          x += widths[i];
        }
      flow->y += fit * pitch + CELL_PAD_Y;
      done += fit;
      first_row = FALSE;
    }
  for (guint i = 0; i < n; i++)
    g_clear_object (&split[i]);
}

static void
put_band (const Table *table, const char *caption, const guint *which, guint n)
{
  QdFlow *flow = table->flow;
  g_autofree double *widths = g_new (double, n);
  guint head_lines;

  share (table, which, n, widths);
  head_lines = count_head_lines (table, which, widths, n);
  /* The caption, the heads and a first row of three lines stay together. */
  qd_flow_need (flow, (caption ? 26 : 0) + row_height (head_lines, table->size) + row_height (3, table->size));
  if (caption)
    {
      qd_flow_text (flow, QD_TEXT_CAPTION, QD_ALIGN_CENTER, caption);
      flow->y += 4;
    }
  put_head (table, which, widths, n, head_lines);
  for (guint r = 0; r < table->rows->len; r++)
    put_row (table, table->rows->pdata[r], which, widths, n, head_lines, r == 0);
  end_table_part (flow);
  flow->y += 10;
}

void
qd_flow_table (QdFlow *self, const char *caption, const char *continued, const QdColumn *columns, guint n_columns, guint n_fixed, GPtrArray *rows)
{
  g_autofree double *natural = g_new0 (double, n_columns);
  g_autofree double *least = g_new0 (double, n_columns);
  g_autofree guint *which = g_new (guint, n_columns);
  Table table = { self, columns, n_columns, n_fixed, rows, qd_text_size (QD_TEXT_CELL), natural, least };
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (guint));
  double fixed = 0, used;
  guint first;

  for (guint c = 0; c < n_columns; c++)
    which[c] = c;
  for (;; table.size -= SIZE_STEP)
    {
      measure (&table);
      if (sum (least, which, n_columns) <= QD_PAGE_INNER || table.size - SIZE_STEP < FLOOR_SIZE)
        break;
    }

  /* Bands: the fixed columns, and as many of the others as fit. */
  for (guint c = 0; c < n_fixed; c++)
    fixed += least[c];
  used = fixed;
  first = n_fixed;
  g_array_append_val (starts, first);
  for (guint c = n_fixed; c < n_columns; c++)
    {
      if (used + least[c] > QD_PAGE_INNER && c > first)
        {
          first = c;
          g_array_append_val (starts, first);
          used = fixed;
        }
      used += least[c];
    }
  for (guint b = 0; b < starts->len; b++)
    {
      guint from = g_array_index (starts, guint, b), to = b + 1 < starts->len ? g_array_index (starts, guint, b + 1) : n_columns;
      guint n = n_fixed;
      g_autofree char *more = b > 0 ? g_strdup_printf (continued, b + 1, starts->len) : NULL;
      g_autofree char *head = b > 0 ? g_strconcat (caption ? caption : "", more, NULL) : g_strdup (caption);

      for (guint c = 0; c < n_fixed; c++)
        which[c] = c;
      for (guint c = from; c < to; c++)
        which[n++] = c;
      put_band (&table, head, which, n);
    }
}
