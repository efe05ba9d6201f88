/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is drawn in each cell, kept while nothing changes; of a long table only what was on the screen of late. */
#define G_LOG_DOMAIN "qd-table-cells"
#include "config.h"
#include "qd-table-grid-private.h"

#include <string.h>

/* Several screens full. What is on the screen is always among the recent ones. */
#define MAX_RECENT 2500
/* Thousands freed at once would cost a frame: each cell that comes frees a few of those that leave. */
#define FREED_FOR_ONE 2

static void
drawn_cell_free (gpointer data)
{
  QdDrawnCell *cell = data;

  g_clear_object (&cell->layout);
  g_free (cell);
}

static GHashTable *
make_table (void)
{
  return g_hash_table_new_full (g_direct_hash, g_direct_equal, NULL, drawn_cell_free);
}

/* By row of the view; the number of the row stands after its last column. */
static gpointer
get_key (QdTableGrid *self, guint row, guint column)
{
  return GSIZE_TO_POINTER ((gsize) row * (self->columns->len + 1) + column + 1);
}

static void
keep (QdDrawnCells *cells, gpointer key, QdDrawnCell *cell)
{
  if (!cells->recent)
    {
      cells->recent = make_table ();
      cells->older = make_table ();
      cells->leaving = g_ptr_array_new_with_free_func (drawn_cell_free);
    }
  if (g_hash_table_size (cells->recent) >= MAX_RECENT)
    {
      GHashTable *empty = cells->older;
      GHashTableIter iter;
      gpointer leaving;

      g_hash_table_iter_init (&iter, empty);
      while (g_hash_table_iter_next (&iter, NULL, &leaving))
        g_ptr_array_add (cells->leaving, leaving);
      g_hash_table_steal_all (empty);
      cells->older = cells->recent;
      cells->recent = empty;
    }
  g_hash_table_insert (cells->recent, key, cell);
  if (cells->leaving->len > 0)
    g_ptr_array_set_size (cells->leaving, (gint) cells->leaving->len - (gint) MIN (cells->leaving->len, FREED_FOR_ONE));
}

static QdDrawnCell *
find (QdDrawnCells *cells, gpointer key)
{
  QdDrawnCell *cell;
  gpointer found;

  if (!cells->recent)
    return NULL;
  cell = g_hash_table_lookup (cells->recent, key);
  if (cell || !g_hash_table_steal_extended (cells->older, key, NULL, &found))
    return cell;
  keep (cells, key, found);
  return found;
}

void
qd_table_grid_forget_cells (QdTableGrid *self)
{
  if (!self->cells.recent)
    return;
  g_hash_table_remove_all (self->cells.recent);
  g_hash_table_remove_all (self->cells.older);
  g_ptr_array_set_size (self->cells.leaving, 0);
}

void
qd_table_grid_forget_row (QdTableGrid *self, guint row)
{
  if (!self->cells.recent)
    return;
  for (guint i = 0; i <= self->columns->len; i++)
    {
      g_hash_table_remove (self->cells.recent, get_key (self, row, i));
      g_hash_table_remove (self->cells.older, get_key (self, row, i));
    }
}

void
qd_table_grid_dispose_cells (QdTableGrid *self)
{
  g_clear_pointer (&self->cells.recent, g_hash_table_unref);
  g_clear_pointer (&self->cells.older, g_hash_table_unref);
  g_clear_pointer (&self->cells.leaving, g_ptr_array_unref);
}

static void
measure (QdDrawnCell *cell)
{
  pango_layout_get_pixel_size (cell->layout, &cell->text_width, NULL);
  cell->baseline = PANGO_PIXELS (pango_layout_get_baseline (cell->layout));
}

/* Labels that are drawn in boxes; NULL when the cell is drawn as the text it is. */
static GStrv
dup_chips (QdTableGrid *self, guint row, guint column, const char *display)
{
  const QdColumn *info = qd_table_model_get_column (self->model, column);
  g_autoptr (GPtrArray) choices = NULL;
  g_autofree char *stored = NULL;
  g_auto (GStrv) words = NULL;

  if (info->tags)
    return g_strsplit (display, " ", -1);
  if (!info->multiple)
    return NULL;
  choices = qd_table_model_get_choices (self->model, row, column);
  stored = qd_table_model_dup_text (self->model, row, column);
  words = g_strsplit (stored, " ", -1);
  for (guint i = 0; words[i]; i++)
    {
      const char *label = NULL;

      for (guint j = 0; choices && !label && j + 1 < choices->len; j += 2)
        if (strcmp (g_ptr_array_index (choices, j), words[i]) == 0)
          label = g_ptr_array_index (choices, j + 1);
      /* Anything else was pasted, and is shown as it is. */
      if (!label)
        return NULL;
      g_free (words[i]);
      words[i] = g_strdup (label);
    }
  return g_steal_pointer (&words);
}

static QdDrawnCell *
make_cell (QdTableGrid *self, guint row, guint column)
{
  QdDrawnCell *cell = g_new0 (QdDrawnCell, 1);
  g_autofree char *text = NULL;
  g_auto (GStrv) labels = NULL;
  guint model_row = qd_table_view_to_model (self->view, row);

  cell->flags = qd_table_model_get_flags (self->model, model_row, column);
  text = cell->flags & QD_CELL_NOT_RELEVANT ? NULL : qd_table_model_dup_display (self->model, model_row, column);
  labels = text && *text ? dup_chips (self, model_row, column, text) : NULL;
  if (labels)
    {
      int room = g_array_index (self->columns, QdColumnLayout, column).width - 2 * qd_table_grid_get_padding (self);

      cell->layout = qd_table_grid_create_chips (self, labels, room, (cell->flags & QD_CELL_CRITICAL) != 0, &cell->boxed);
      measure (cell);
    }
  else if (text && *text)
    {
      const QdColumn *info = qd_table_model_get_column (self->model, column);
      int room = g_array_index (self->columns, QdColumnLayout, column).width - 2 * qd_table_grid_get_padding (self);

      cell->layout = qd_table_grid_create_layout (self, text, (cell->flags & QD_CELL_CRITICAL) != 0);
      pango_layout_get_pixel_size (cell->layout, &cell->text_width, NULL);
      if (cell->text_width > room)
        {
          /* A number that is cut would be another number. */
          if (info->type == QD_COLUMN_NUMBER && g_ascii_isdigit (text[strlen (text) - 1]) && g_utf8_strlen (text, -1) < 40)
            pango_layout_set_text (cell->layout, "###", -1);
          else
            {
              pango_layout_set_width (cell->layout, MAX (1, room) * PANGO_SCALE);
              pango_layout_set_ellipsize (cell->layout, PANGO_ELLIPSIZE_END);
            }
        }
      measure (cell);
    }
  return cell;
}

const QdDrawnCell *
qd_table_grid_get_cell (QdTableGrid *self, guint row, guint column)
{
  gpointer key = get_key (self, row, column);
  QdDrawnCell *cell = find (&self->cells, key);

  if (!cell)
    {
      cell = make_cell (self, row, column);
      keep (&self->cells, key, cell);
    }
  return cell;
}

const QdDrawnCell *
qd_table_grid_get_number (QdTableGrid *self, guint row, gboolean bold)
{
  gpointer key = get_key (self, row, self->columns->len);
  QdDrawnCell *cell = find (&self->cells, key);

  if (!cell || cell->bold != bold)
    {
      g_autofree char *number = g_strdup_printf ("%u", qd_table_view_to_model (self->view, row) + 1);

      cell = g_new0 (QdDrawnCell, 1);
      cell->bold = bold;
      cell->layout = qd_table_grid_create_layout (self, number, bold);
      measure (cell);
      keep (&self->cells, key, cell);
    }
  return cell;
}
