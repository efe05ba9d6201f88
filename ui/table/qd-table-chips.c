/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words in boxes: tags of lists, and the labels of columns that take several choices. What has no room is counted: "+2". */
#define G_LOG_DOMAIN "qd-table-chips"
#include "config.h"
#include "qd-table-grid-private.h"

#include <string.h>

/* As wide as the font is high, so that two boxes stand apart in it. */
#define GAP "\xe2\x80\x83" /* U+2003 EM SPACE */
#define BOX 4              /* px, from a word to its box */

/* The first @n labels, the last of them cut to @chars characters, and how many are left. @boxed_out: bytes of the labels */
static char *
join (char **labels, guint n, glong chars, guint rest, gsize *boxed_out)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *cut = i + 1 == n && chars >= 0 ? g_utf8_substring (labels[i], 0, chars) : NULL;

      g_string_append_printf (out, "%s%s%s", i > 0 ? GAP : "", cut ? cut : labels[i], cut ? "…" : "");
    }
  *boxed_out = out->len;
  if (rest > 0)
    g_string_append_printf (out, GAP "+%u", rest);
  return g_string_free (out, FALSE);
}

static gboolean
fits (PangoLayout *layout, const char *text, int room)
{
  int width;

  pango_layout_set_text (layout, text, -1);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width <= room;
}

PangoLayout *
qd_table_grid_create_chips (QdTableGrid *self, char **labels, int room, gboolean bold, gsize *boxed_out)
{
  PangoLayout *layout = qd_table_grid_create_layout (self, "", bold);
  guint n = g_strv_length (labels);
  glong chars = n > 0 ? g_utf8_strlen (labels[0], -1) : 0;

  room -= (int) (2 * BOX * self->zoom);
  for (guint shown = n; shown > 0; shown--)
    {
      g_autofree char *text = join (labels, shown, -1, n - shown, boxed_out);

      if (fits (layout, text, room))
        return layout;
    }
  /* Not even the first one: as much of it as there is room for. */
  while (chars > 1)
    {
      g_autofree char *text = join (labels, 1, --chars, n - 1, boxed_out);

      if (fits (layout, text, room))
        break;
    }
  return layout;
}

void
qd_table_grid_draw_chips (QdTableGrid *self, GtkSnapshot *snapshot, PangoLayout *layout, gsize boxed, const GdkRGBA *color, float x, float y)
{
  const char *text = pango_layout_get_text (layout), *end = text + boxed;
  float side = (float) (BOX * self->zoom);

  for (const char *start = text, *next; start < end; start = next + strlen (GAP))
    {
      PangoRectangle first, last;
      graphene_rect_t rect;
      GskRoundedRect box;

      next = g_strstr_len (start, end - start, GAP);
      if (!next)
        next = end;
      if (next == start)
        continue;
      pango_layout_index_to_pos (layout, (int) (start - text), &first);
      pango_layout_index_to_pos (layout, (int) (g_utf8_prev_char (next) - text), &last);
      rect = GRAPHENE_RECT_INIT (x + (float) first.x / PANGO_SCALE - side, y + (float) first.y / PANGO_SCALE, (float) (last.x + last.width - first.x) / PANGO_SCALE + 2 * side, (float) first.height / PANGO_SCALE);
      gsk_rounded_rect_init_from_rect (&box, &rect, 3);
      gtk_snapshot_append_border (snapshot, &box, (float[4]){ 1, 1, 1, 1 }, (GdkRGBA[4]){ *color, *color, *color, *color });
    }
}
