/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-column-grid"
#include "config.h"
#include "qd-column-grid.h"

#include <glib/gi18n.h>
#include "qd-look.h"

#define MAX_COLUMNS 60
#define SAMPLE_CELLS 3

typedef struct
{
  GtkWidget *choices, *units; /* drop-downs */
  GtkWidget *why;             /* chip */
  GtkWidget *errors;
} ColumnRow;

struct _QdColumnGrid
{
  GtkWidget parent_instance;
  GtkWidget *grid;
  GArray *rows;      /* (owned) (element-type ColumnRow) */
  gboolean updating; /* widgets follow the owner, not the other way */
};

G_DEFINE_FINAL_TYPE (QdColumnGrid, qd_column_grid, GTK_TYPE_WIDGET)

enum
{
  CHOICE_CHOSEN,
  UNIT_CHOSEN,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static ColumnRow *
get_row (QdColumnGrid *self, guint column)
{
  return column < self->rows->len ? &g_array_index (self->rows, ColumnRow, column) : NULL;
}

GtkWidget *
qd_column_grid_cell_new (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

GtkWidget *
qd_column_grid_card_new (int column_spacing, int row_spacing)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_spacing (GTK_GRID (grid), column_spacing);
  gtk_grid_set_row_spacing (GTK_GRID (grid), row_spacing);
  gtk_widget_add_css_class (grid, "card");
  gtk_widget_add_css_class (grid, "qd-padded");
  return grid;
}

GtkWidget *
qd_column_grid_head_new (const char *confirm, GtkWidget **summary_out)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *button = gtk_button_new_with_label (_ ("Confirm guesses"));

  *summary_out = qd_label_new ("", "qd-secondary");
  gtk_widget_set_hexpand (*summary_out, TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), confirm);
  gtk_box_append (GTK_BOX (head), qd_label_new (_ ("Columns"), "heading"));
  gtk_box_append (GTK_BOX (head), *summary_out);
  gtk_box_append (GTK_BOX (head), button);
  return head;
}

static void
chosen_cb (GtkDropDown *drop_down, GParamSpec *pspec, QdColumnGrid *self)
{
  guint column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (drop_down), "column"));

  if (!self->updating)
    g_signal_emit (self, signals[GTK_WIDGET (drop_down) == get_row (self, column)->choices ? CHOICE_CHOSEN : UNIT_CHOSEN], 0, column, gtk_drop_down_get_selected (drop_down));
}

static char *
sample (QdSheet *sheet, guint first, guint column)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint row = first; row < first + SAMPLE_CELLS; row++)
    g_string_append_printf (out, "%s%s", row > first ? "   " : "", qd_sheet_get_text (sheet, row, column));
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static GtkWidget *
drop_down_new (QdColumnGrid *self, GListModel *model, guint column, const char *name)
{
  GtkWidget *drop_down = gtk_drop_down_new (model != NULL ? g_object_ref (model) : NULL, NULL);

  qd_name (drop_down, name);
  g_object_set_data (G_OBJECT (drop_down), "column", GUINT_TO_POINTER (column));
  g_signal_connect (drop_down, "notify::selected", G_CALLBACK (chosen_cb), self);
  return drop_down;
}

static void
add_column (QdColumnGrid *self, guint i, const char *head_text, const char *cells, GListModel *choices)
{
  GtkGrid *grid = GTK_GRID (self->grid);
  g_autofree char *letters = qd_sheet_dup_column_letters (i);
  g_autofree char *field_name = g_strdup_printf (_ ("Field for column %s %s"), letters, head_text);
  g_autofree char *unit_name = g_strdup_printf (_ ("Unit of column %s %s"), letters, head_text);
  GtkWidget *head = qd_column_grid_cell_new (head_text, "heading"), *first = qd_column_grid_cell_new (cells, "qd-secondary");
  ColumnRow row = { .choices = drop_down_new (self, choices, i, field_name), .units = drop_down_new (self, NULL, i, unit_name) };
  int y = (int) i + 1;

  row.why = qd_chip_new ("qd-minus-symbolic", "", NULL);
  row.errors = qd_chip_new ("qd-critical-symbolic", "", "qd-error");
  gtk_widget_set_visible (row.errors, FALSE);
  gtk_label_set_width_chars (GTK_LABEL (head), 8);
  gtk_label_set_width_chars (GTK_LABEL (first), 14);
  gtk_widget_set_hexpand (first, TRUE);
  gtk_widget_set_tooltip_text (head, head_text);
  gtk_widget_set_tooltip_text (first, cells);
  gtk_grid_attach (grid, qd_column_grid_cell_new (letters, "qd-secondary"), 0, y, 1, 1);
  gtk_grid_attach (grid, head, 1, y, 1, 1);
  gtk_grid_attach (grid, first, 2, y, 1, 1);
  gtk_grid_attach (grid, row.choices, 3, y, 1, 1);
  gtk_grid_attach (grid, row.units, 4, y, 1, 1);
  gtk_grid_attach (grid, row.why, 5, y, 1, 1);
  gtk_grid_attach (grid, row.errors, 6, y, 1, 1);
  g_array_append_val (self->rows, row);
}

void
qd_column_grid_build (QdColumnGrid *self, QdSheet *sheet, guint first_row, const char *const *heads, GListModel *choices)
{
  const char *const titles[] = { C_ ("column heading", "Column"), C_ ("column heading", "Head"), C_ ("column heading", "First rows"), C_ ("column heading", "Fills field"), C_ ("column heading", "Unit"), C_ ("column heading", "Because"), C_ ("column heading", "Refused") };

  self->updating = TRUE;
  qd_look_clear (self->grid);
  g_array_set_size (self->rows, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (titles); i++)
    gtk_grid_attach (GTK_GRID (self->grid), qd_column_grid_cell_new (titles[i], "qd-secondary"), (int) i, 0, 1, 1);
  for (guint i = 0; i < MAX_COLUMNS && heads[i] != NULL; i++)
    {
      g_autofree char *cells = sample (sheet, first_row, i);

      add_column (self, i, heads[i], cells, choices);
    }
  self->updating = FALSE;
}

guint
qd_column_grid_get_n_columns (QdColumnGrid *self)
{
  return self->rows->len;
}

void
qd_column_grid_set_choice (QdColumnGrid *self, guint column, guint item)
{
  ColumnRow *row = get_row (self, column);

  self->updating = TRUE;
  if (row != NULL)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (row->choices), item);
  self->updating = FALSE;
}

void
qd_column_grid_set_units (QdColumnGrid *self, guint column, GListModel *units, guint item)
{
  ColumnRow *row = get_row (self, column);

  if (row == NULL)
    return;
  self->updating = TRUE;
  gtk_drop_down_set_model (GTK_DROP_DOWN (row->units), units);
  if (units != NULL)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (row->units), item);
  self->updating = FALSE;
  gtk_widget_set_visible (row->units, units != NULL);
}

void
qd_column_grid_set_why (QdColumnGrid *self, guint column, const char *icon, const char *text, const char *css)
{
  ColumnRow *row = get_row (self, column);

  if (row != NULL)
    qd_chip_set (row->why, icon, text, css);
}

void
qd_column_grid_set_errors (QdColumnGrid *self, guint column, guint n)
{
  ColumnRow *row = get_row (self, column);
  g_autofree char *text = n > 0 ? g_strdup_printf ("%u", n) : NULL;

  if (row == NULL)
    return;
  gtk_widget_set_visible (row->errors, n > 0);
  if (text != NULL)
    qd_chip_set (row->errors, "qd-critical-symbolic", text, "qd-error");
}

static void
qd_column_grid_dispose (GObject *object)
{
  QdColumnGrid *self = QD_COLUMN_GRID (object);

  self->updating = TRUE;
  g_clear_pointer (&self->grid, gtk_widget_unparent);
  G_OBJECT_CLASS (qd_column_grid_parent_class)->dispose (object);
}

static void
qd_column_grid_finalize (GObject *object)
{
  g_array_unref (QD_COLUMN_GRID (object)->rows);
  G_OBJECT_CLASS (qd_column_grid_parent_class)->finalize (object);
}

static void
qd_column_grid_class_init (QdColumnGridClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_column_grid_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_column_grid_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[CHOICE_CHOSEN] = g_signal_new ("choice-chosen", QD_TYPE_COLUMN_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
  signals[UNIT_CHOSEN] = g_signal_new ("unit-chosen", QD_TYPE_COLUMN_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);
}

static void
qd_column_grid_init (QdColumnGrid *self)
{
  self->rows = g_array_new (FALSE, TRUE, sizeof (ColumnRow));
  self->grid = qd_column_grid_card_new (12, 6);
  gtk_widget_set_parent (self->grid, GTK_WIDGET (self));
}

GtkWidget *
qd_column_grid_new (void)
{
  return g_object_new (QD_TYPE_COLUMN_GRID, NULL);
}
