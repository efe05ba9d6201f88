/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import-columns"
#include "config.h"
#include "qd-import-columns.h"

#include <glib/gi18n.h>
#include "qd-column-grid.h"
#include "qd-look.h"
#include "qd-unit.h"

struct _QdImportColumns
{
  GtkWidget parent_instance;
  QdImport *import; /* (owned) (nullable) */
  GtkWidget *box, *summary, *grid;
};

G_DEFINE_FINAL_TYPE (QdImportColumns, qd_import_columns, GTK_TYPE_WIDGET)

static guint changed_signal;

/* The units a column may be written in: the one found first. (element-type utf8) */
static GPtrArray *
list_units (QdImport *import, const QdImportColumn *column)
{
  static const char *const common[] = { "t", "kg", "g", "mg", "万t", "m³", "万m³", "L", "kWh", "万kWh", "mg/L", "g/L", "mg/m³", "元", "万元", "%" };
  const QdField *field = column->field >= 0 ? qd_import_get_field (import, (guint) column->field) : NULL;
  const char *unit = field != NULL ? qd_field_get_attribute (field, "unit") : NULL;
  gboolean by_row = field != NULL && qd_field_get_attribute (field, "unit-field") != NULL;
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  if (column->unit != NULL)
    g_ptr_array_add (names, g_strdup (column->unit));
  for (gsize i = 0; i < G_N_ELEMENTS (common); i++)
    {
      QdDecimal factor;

      if (g_strcmp0 (common[i], column->unit) != 0 && qd_unit_convert (common[i], by_row ? "t" : unit, &factor))
        g_ptr_array_add (names, g_strdup (common[i]));
    }
  return names;
}

static void
show_units (QdImportColumns *self, guint i)
{
  const QdImportColumn *column = qd_import_get_column (self->import, i);
  const QdField *field = column->field >= 0 ? qd_import_get_field (self->import, (guint) column->field) : NULL;
  const char *unit = field != NULL ? qd_field_get_attribute (field, "unit") : NULL;
  gboolean has_unit = unit != NULL || (field != NULL && qd_field_get_attribute (field, "unit-field") != NULL);
  g_autoptr (GtkStringList) model = gtk_string_list_new (NULL);
  g_autoptr (GPtrArray) names = list_units (self->import, column);
  g_autofree char *as_is = unit != NULL ? g_strdup_printf (_ ("as is (%s)"), unit) : g_strdup (_ ("as is"));

  gtk_string_list_append (model, as_is);
  for (guint k = 0; k < names->len; k++)
    {
      const char *name = g_ptr_array_index (names, k);
      g_autofree char *text = unit != NULL ? g_strdup_printf ("%s → %s", name, unit) : g_strdup (name);

      gtk_string_list_append (model, text);
    }
  qd_column_grid_set_units (QD_COLUMN_GRID (self->grid), i, has_unit ? G_LIST_MODEL (model) : NULL, column->unit != NULL ? 1 : 0);
}

static void
show_why (QdImportColumns *self, guint i)
{
  static const char *const words[] = { N_ ("left out"), N_ ("confirmed"), N_ ("same head"), N_ ("similar head"), N_ ("by content") };
  QdColumnGrid *grid = QD_COLUMN_GRID (self->grid);
  const QdImportColumn *column = qd_import_get_column (self->import, i);
  gboolean asks = column->field >= 0 && (column->guess >= QD_GUESS_PART || column->unit_guessed);

  if (column->field < 0)
    qd_column_grid_set_why (grid, i, "qd-minus-symbolic", _ (words[QD_GUESS_NONE]), NULL);
  else if (!column->converts)
    qd_column_grid_set_why (grid, i, "qd-critical-symbolic", _ ("the unit does not convert"), "qd-error");
  else if (column->unit_guessed)
    qd_column_grid_set_why (grid, i, "qd-maybe-symbolic", _ ("unit guessed from the columns before"), "qd-warning");
  else
    qd_column_grid_set_why (grid, i, asks ? "qd-maybe-symbolic" : "qd-ok-symbolic", _ (words[column->guess]), asks ? "qd-warning" : "qd-ok");
}

static guint
field_to_item (QdImport *import, int field)
{
  guint item = 1;

  for (int i = 0; i < field; i++)
    item += qd_import_is_field_offered (import, (guint) i);
  return field < 0 ? 0 : item;
}

static int
item_to_field (QdImport *import, guint item)
{
  for (guint i = 0; item > 0 && i < qd_import_get_n_fields (import); i++)
    if (qd_import_is_field_offered (import, i) && --item == 0)
      return (int) i;
  return -1;
}

void
qd_import_columns_update (QdImportColumns *self)
{
  guint mapped = 0, n = qd_import_get_n_columns (self->import), unconfirmed = qd_import_count_unconfirmed (self->import);
  g_autofree char *text = NULL;

  for (guint i = 0; i < n; i++)
    mapped += qd_import_get_column (self->import, i)->field >= 0;
  for (guint i = 0; i < qd_column_grid_get_n_columns (QD_COLUMN_GRID (self->grid)); i++)
    {
      qd_column_grid_set_choice (QD_COLUMN_GRID (self->grid), i, field_to_item (self->import, qd_import_get_column (self->import, i)->field));
      show_units (self, i);
      show_why (self, i);
    }
  text = unconfirmed > 0 ? g_strdup_printf (_ ("%u of %u columns mapped, %u guessed: confirm them before the import"), mapped, n, unconfirmed) : g_strdup_printf (_ ("%u of %u columns mapped"), mapped, n);
  gtk_label_set_text (GTK_LABEL (self->summary), text);
}

static void
set_column (QdImportColumns *self, guint column, int field, const char *unit)
{
  g_autofree char *copy = g_strdup (unit);

  qd_import_set_column (self->import, column, field, copy);
  qd_import_columns_update (self);
  g_signal_emit (self, changed_signal, 0);
}

static void
field_chosen_cb (QdImportColumns *self, guint column, guint item)
{
  set_column (self, column, item_to_field (self->import, item), qd_import_get_column (self->import, column)->unit);
}

static void
unit_chosen_cb (QdImportColumns *self, guint column, guint item)
{
  g_autoptr (GPtrArray) names = list_units (self->import, qd_import_get_column (self->import, column));

  set_column (self, column, qd_import_get_column (self->import, column)->field, item > 0 && item <= names->len ? g_ptr_array_index (names, item - 1) : NULL);
}

void
qd_import_columns_show (QdImportColumns *self, QdImport *import)
{
  g_autoptr (GtkStringList) fields = gtk_string_list_new (NULL);
  g_autoptr (GPtrArray) heads = g_ptr_array_new ();

  g_set_object (&self->import, import);
  gtk_string_list_append (fields, _ ("left out"));
  for (guint i = 0; i < qd_import_get_n_fields (import); i++)
    if (qd_import_is_field_offered (import, i))
      gtk_string_list_append (fields, qd_import_get_field_title (import, i));
  for (guint i = 0; i < qd_import_get_n_columns (import); i++)
    g_ptr_array_add (heads, qd_import_get_column (import, i)->head);
  g_ptr_array_add (heads, NULL);
  qd_column_grid_build (QD_COLUMN_GRID (self->grid), qd_import_get_sheet (import), qd_import_get_first_row (import), (const char *const *) heads->pdata, G_LIST_MODEL (fields));
  qd_import_columns_update (self);
}

void
qd_import_columns_count_refused (QdImportColumns *self, GPtrArray *rows)
{
  g_autofree guint *errors = g_new0 (guint, qd_import_get_n_columns (self->import) + 1);

  for (guint i = 0; i < rows->len; i++)
    {
      const QdImportRow *row = g_ptr_array_index (rows, i);

      if (row->reason != NULL && row->column >= 0)
        errors[row->column]++;
    }
  for (guint i = 0; i < qd_column_grid_get_n_columns (QD_COLUMN_GRID (self->grid)); i++)
    qd_column_grid_set_errors (QD_COLUMN_GRID (self->grid), i, errors[i]);
}

static void
qd_import_columns_dispose (GObject *object)
{
  QdImportColumns *self = QD_IMPORT_COLUMNS (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->import);
  G_OBJECT_CLASS (qd_import_columns_parent_class)->dispose (object);
}

static void
qd_import_columns_class_init (QdImportColumnsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_import_columns_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  changed_signal = g_signal_new ("changed", QD_TYPE_IMPORT_COLUMNS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qd_import_columns_init (QdImportColumns *self)
{
  GtkWidget *head = qd_column_grid_head_new ("import.confirm", &self->summary);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->grid = qd_column_grid_new ();
  g_signal_connect_swapped (self->grid, "choice-chosen", G_CALLBACK (field_chosen_cb), self);
  g_signal_connect_swapped (self->grid, "unit-chosen", G_CALLBACK (unit_chosen_cb), self);
  gtk_box_append (GTK_BOX (self->box), head);
  gtk_box_append (GTK_BOX (self->box), self->grid);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
qd_import_columns_new (void)
{
  return g_object_new (QD_TYPE_IMPORT_COLUMNS, NULL);
}
