/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-structure-view"
#include "config.h"
#include "qd-structure-view.h"

#include <math.h>
#include <string.h>

#include "qd-look.h"
#include "qd-structure.h"

/* Pixels. */
#define BOND 34.0
#define MARGIN 26.0
#define GAP 4.5   /* between the lines of a double bond */
#define LABEL 8.0 /* from the middle of a symbol to where its bonds end */
#define MAX_HEIGHT 240.0

struct _QdStructureView
{
  GtkWidget parent_instance;
  QdDrawing *drawing; /* (owned) (nullable) */
  double left, top;   /* of the drawing, in its units */
  double width, height;
  GCancellable *cancellable; /* (owned) */
};

G_DEFINE_FINAL_TYPE (QdStructureView, qd_structure_view, GTK_TYPE_WIDGET)

static const QdDrawnAtom *
get_atom (QdStructureView *self, guint i)
{
  return &g_array_index (self->drawing->atoms, QdDrawnAtom, i);
}

/* Where the bonds of an atom lead to, summed up: symbols write their hydrogens away from there. */
static void
get_lean (QdStructureView *self, guint i, double *dx, double *dy)
{
  *dx = *dy = 0;
  for (guint k = 0; k < self->drawing->bonds->len; k++)
    {
      const QdDrawnBond *bond = &g_array_index (self->drawing->bonds, QdDrawnBond, k);

      for (guint end = 0; end < 2; end++)
        if (bond->atoms[end] == i)
          {
            *dx += get_atom (self, bond->atoms[1 - end])->x - get_atom (self, i)->x;
            *dy += get_atom (self, bond->atoms[1 - end])->y - get_atom (self, i)->y;
          }
    }
}

static void
append_small (GString *out, guint number, const char *const *digits)
{
  g_autofree char *text = g_strdup_printf ("%u", number);

  for (const char *p = text; *p != '\0'; p++)
    g_string_append (out, digits[*p - '0']);
}

static char *
dup_label (const QdDrawnAtom *atom, gboolean hydrogens_first)
{
  static const char *const low[] = { "₀", "₁", "₂", "₃", "₄", "₅", "₆", "₇", "₈", "₉" };
  static const char *const high[] = { "⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹" };
  g_autoptr (GString) hydrogens = g_string_new (atom->hydrogens > 0 ? "H" : ""), symbol = g_string_new (NULL);

  if (atom->hydrogens > 1)
    append_small (hydrogens, atom->hydrogens, low);
  if (atom->isotope > 0)
    append_small (symbol, atom->isotope, high);
  g_string_append (symbol, atom->symbol);
  if (!hydrogens_first)
    g_string_append (symbol, hydrogens->str);
  if (ABS (atom->charge) > 1)
    append_small (symbol, (guint) ABS (atom->charge), high);
  if (atom->charge != 0)
    g_string_append (symbol, atom->charge > 0 ? "⁺" : "⁻");
  return g_strconcat (hydrogens_first ? hydrogens->str : "", symbol->str, NULL);
}

/* A label stands so that its symbol is in the middle of the place. */
static void
draw_label (QdStructureView *self, cairo_t *cr, guint i, double x, double y)
{
  const QdDrawnAtom *atom = get_atom (self, i);
  double dx, dy;
  g_autofree char *label = NULL;
  g_autoptr (PangoLayout) layout = NULL, symbol = gtk_widget_create_pango_layout (GTK_WIDGET (self), atom->symbol);
  gboolean hydrogens_first;
  int width, height, symbol_width;

  get_lean (self, i, &dx, &dy);
  hydrogens_first = dx > 0.1;
  label = dup_label (atom, hydrogens_first);
  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), label);
  pango_layout_get_pixel_size (layout, &width, &height);
  pango_layout_get_pixel_size (symbol, &symbol_width, NULL);
  cairo_move_to (cr, hydrogens_first ? x + symbol_width / 2.0 - width : x - symbol_width / 2.0, y - height / 2.0);
  pango_cairo_show_layout (cr, layout);
}

/* On which side of a double bond its second line stands: where the neighbours are, inside a ring. 0: nowhere more than elsewhere. */
static double
get_side (QdStructureView *self, const QdDrawnBond *bond)
{
  const QdDrawnAtom *a = get_atom (self, bond->atoms[0]), *b = get_atom (self, bond->atoms[1]);
  double side = 0;

  for (guint end = 0; end < 2; end++)
    {
      double dx, dy;

      get_lean (self, bond->atoms[end], &dx, &dy);
      side += (b->x - a->x) * dy - (b->y - a->y) * dx;
    }
  return fabs (side) < 0.1 ? 0 : side > 0 ? 1
                                          : -1;
}

static void
draw_line (cairo_t *cr, double x1, double y1, double x2, double y2, double offset)
{
  double length = hypot (x2 - x1, y2 - y1), nx = length > 0 ? (y2 - y1) / length * offset : 0, ny = length > 0 ? -(x2 - x1) / length * offset : 0;

  cairo_move_to (cr, x1 + nx, y1 + ny);
  cairo_line_to (cr, x2 + nx, y2 + ny);
  cairo_stroke (cr);
}

/* Full towards the eye, in bars away from it. */
static void
draw_wedge (cairo_t *cr, double x1, double y1, double x2, double y2, gboolean up)
{
  double length = hypot (x2 - x1, y2 - y1), nx = (y2 - y1) / MAX (length, 1e-9), ny = -(x2 - x1) / MAX (length, 1e-9);

  if (up)
    {
      cairo_move_to (cr, x1, y1);
      cairo_line_to (cr, x2 + 4 * nx, y2 + 4 * ny);
      cairo_line_to (cr, x2 - 4 * nx, y2 - 4 * ny);
      cairo_close_path (cr);
      cairo_fill (cr);
      return;
    }
  for (double at = 0.15; at <= 1; at += 0.17)
    {
      double x = x1 + (x2 - x1) * at, y = y1 + (y2 - y1) * at;

      cairo_move_to (cr, x + 4 * at * nx, y + 4 * at * ny);
      cairo_line_to (cr, x - 4 * at * nx, y - 4 * at * ny);
      cairo_stroke (cr);
    }
}

static void
draw_bond (QdStructureView *self, cairo_t *cr, const QdDrawnBond *bond, double scale)
{
  const QdDrawnAtom *a = get_atom (self, bond->atoms[0]), *b = get_atom (self, bond->atoms[1]);
  double x1 = (a->x - self->left) * scale, y1 = (self->top - a->y) * scale, x2 = (b->x - self->left) * scale, y2 = (self->top - b->y) * scale;
  double length = MAX (hypot (x2 - x1, y2 - y1), 1e-9), ux = (x2 - x1) / length, uy = (y2 - y1) / length, side = get_side (self, bond);

  if (a->is_shown)
    {
      x1 += ux * LABEL;
      y1 += uy * LABEL;
    }
  if (b->is_shown)
    {
      x2 -= ux * LABEL;
      y2 -= uy * LABEL;
    }
  if (bond->stereo != QD_BOND_FLAT && bond->order == 1)
    draw_wedge (cr, x1, y1, x2, y2, bond->stereo == QD_BOND_UP);
  else if (bond->order == 2 && side == 0)
    {
      draw_line (cr, x1, y1, x2, y2, GAP / 2);
      draw_line (cr, x1, y1, x2, y2, -GAP / 2);
    }
  else
    {
      draw_line (cr, x1, y1, x2, y2, 0);
      if (bond->order == 2)
        /* Shorter at corners, so that it does not cross their other bonds. */
        draw_line (cr, x1 + (a->is_shown ? 0 : ux * 4), y1 + (a->is_shown ? 0 : uy * 4), x2 - (b->is_shown ? 0 : ux * 4), y2 - (b->is_shown ? 0 : uy * 4), GAP * side);
      if (bond->order == 3)
        {
          draw_line (cr, x1, y1, x2, y2, GAP);
          draw_line (cr, x1, y1, x2, y2, -GAP);
        }
    }
}

/* Pixels for a unit when @width is there. */
static double
get_scale (QdStructureView *self, double width)
{
  double scale = BOND;

  if (self->width > 0)
    scale = MIN (scale, (width - 2 * MARGIN) / self->width);
  if (self->height > 0)
    scale = MIN (scale, (MAX_HEIGHT - 2 * MARGIN) / self->height);
  return MAX (scale, 1);
}

static void
qd_structure_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QdStructureView *self = QD_STRUCTURE_VIEW (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double scale = get_scale (self, width);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  GdkRGBA color;
  cairo_t *cr;

  if (self->drawing == NULL)
    return;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_set_line_width (cr, 1.5);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_translate (cr, (width - self->width * scale) / 2, (height - self->height * scale) / 2);
  for (guint i = 0; i < self->drawing->bonds->len; i++)
    draw_bond (self, cr, &g_array_index (self->drawing->bonds, QdDrawnBond, i), scale);
  for (guint i = 0; i < self->drawing->atoms->len; i++)
    if (get_atom (self, i)->is_shown)
      draw_label (self, cr, i, (get_atom (self, i)->x - self->left) * scale, (self->top - get_atom (self, i)->y) * scale);
  cairo_destroy (cr);
}

static GtkSizeRequestMode
qd_structure_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
qd_structure_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  QdStructureView *self = QD_STRUCTURE_VIEW (widget);
  double width = self->width * BOND + 2 * MARGIN;

  *minimum = *natural = 0;
  *minimum_baseline = *natural_baseline = -1;
  if (self->drawing == NULL)
    return;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = (int) MIN (width, 160);
      *natural = (int) ceil (width);
    }
  else
    *minimum = *natural = (int) ceil (self->height * get_scale (self, for_size < 0 ? width : MAX (for_size, 160)) + 2 * MARGIN);
}

/* Laying it out. */

static void
draw_in_thread (GTask *task, gpointer source, gpointer smiles, GCancellable *cancellable)
{
  GError *error = NULL;
  QdDrawing *drawing = qd_drawing_new (smiles, &error);

  if (drawing != NULL)
    g_task_return_pointer (task, drawing, (GDestroyNotify) qd_drawing_free);
  else
    g_task_return_error (task, error);
}

static void
drawn_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdStructureView *self = QD_STRUCTURE_VIEW (source);
  QdDrawing *drawing = g_task_propagate_pointer (G_TASK (result), NULL);
  double right = -G_MAXDOUBLE, bottom = G_MAXDOUBLE;

  /* What is wrong with it is said beside it. */
  if (drawing == NULL)
    return;
  g_clear_pointer (&self->drawing, qd_drawing_free);
  self->drawing = drawing;
  self->left = G_MAXDOUBLE;
  self->top = -G_MAXDOUBLE;
  for (guint i = 0; i < drawing->atoms->len; i++)
    {
      self->left = MIN (self->left, get_atom (self, i)->x);
      self->top = MAX (self->top, get_atom (self, i)->y);
      right = MAX (right, get_atom (self, i)->x);
      bottom = MIN (bottom, get_atom (self, i)->y);
    }
  self->width = right - self->left;
  self->height = self->top - bottom;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

gboolean
qd_structure_view_is_drawn (QdStructureView *self)
{
  return self->drawing != NULL;
}

static void
qd_structure_view_dispose (GObject *object)
{
  g_cancellable_cancel (QD_STRUCTURE_VIEW (object)->cancellable);
  G_OBJECT_CLASS (qd_structure_view_parent_class)->dispose (object);
}

static void
qd_structure_view_finalize (GObject *object)
{
  QdStructureView *self = QD_STRUCTURE_VIEW (object);

  g_clear_pointer (&self->drawing, qd_drawing_free);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (qd_structure_view_parent_class)->finalize (object);
}

static void
qd_structure_view_class_init (QdStructureViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_structure_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_structure_view_finalize;
  widget_class->snapshot = qd_structure_view_snapshot;
  widget_class->measure = qd_structure_view_measure;
  widget_class->get_request_mode = qd_structure_view_get_request_mode;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
qd_structure_view_init (QdStructureView *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
qd_structure_view_new (const char *smiles, const char *description)
{
  QdStructureView *self = g_object_new (QD_TYPE_STRUCTURE_VIEW, NULL);
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, drawn_cb, NULL);

  qd_name (self, description);
  g_task_set_source_tag (task, qd_structure_view_new);
  g_task_set_task_data (task, g_strdup (smiles), g_free);
  g_task_run_in_thread (task, draw_in_thread);
  return GTK_WIDGET (self);
}
