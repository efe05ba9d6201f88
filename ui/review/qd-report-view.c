/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-report-view"
#include "config.h"
#include "qd-report-view.h"

#include <glib/gi18n.h>
#include "qd-look.h"

#define READABLE 0.5 /* 10 pt text is 5 px high then */
#define ZOOM_STEP 1.25

struct _QdReportView
{
  GtkWidget parent_instance;
  GtkWidget *scroller;
  GtkWidget *paper;
  QdReport *report; /* (owned) (nullable) */
  guint page;
  double zoom;      /* 0 fits */
  GtkWidget *label; /* (not owned) (nullable): "page 4 of 12" */
};

G_DEFINE_FINAL_TYPE (QdReportView, qd_report_view, GTK_TYPE_WIDGET)

static guint changed_signal;

static double
fitting_zoom (QdReportView *self)
{
  int width = gtk_widget_get_width (self->scroller) - 36;
  int height = gtk_widget_get_height (self->scroller) - 36;
  double zoom;

  if (width <= 0 || height <= 0)
    return 0.6;
  zoom = MIN (width / QD_REPORT_WIDTH, height / QD_REPORT_HEIGHT);
  if (zoom < READABLE) /* a small window scrolls rather than shows a stamp */
    zoom = MIN (width / QD_REPORT_WIDTH, 1);
  return CLAMP (zoom, 0.2, 4);
}

static double
zoom_now (QdReportView *self)
{
  return self->zoom > 0 ? self->zoom : fitting_zoom (self);
}

static void
update_size (QdReportView *self)
{
  double zoom = zoom_now (self);

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (self->paper), (int) (QD_REPORT_WIDTH * zoom));
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->paper), (int) (QD_REPORT_HEIGHT * zoom));
  gtk_widget_queue_draw (self->paper);
}

static gboolean
update_size_cb (gpointer user_data)
{
  g_autoptr (QdReportView) self = user_data;

  if (self->paper != NULL && self->zoom <= 0)
    update_size (self);
  return G_SOURCE_REMOVE;
}

static void
qd_report_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QdReportView *self = QD_REPORT_VIEW (widget);

  gtk_widget_allocate (self->scroller, width, height, baseline, NULL);
  g_idle_add_full (G_PRIORITY_HIGH_IDLE, update_size_cb, g_object_ref (self), NULL);
}

static void
qd_report_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  gtk_widget_measure (QD_REPORT_VIEW (widget)->scroller, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
}

static void
draw_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  QdReportView *self = user_data;

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  if (self->report == NULL || self->page >= qd_report_get_n_pages (self->report))
    return;
  cairo_scale (cr, width / QD_REPORT_WIDTH, height / QD_REPORT_HEIGHT);
  qd_report_draw_page (self->report, self->page, cr);
}

static void
changed (QdReportView *self)
{
  guint n = self->report != NULL ? qd_report_get_n_pages (self->report) : 0;
  g_autofree char *text = n > 0 ? g_strdup_printf (_ ("Page %u of %u"), self->page + 1, n) : g_strdup ("");

  if (self->label != NULL)
    gtk_label_set_text (GTK_LABEL (self->label), text);
  qd_name (self->paper, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "report.previous", self->page > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "report.next", self->page + 1 < n);
  gtk_widget_queue_draw (self->paper);
  g_signal_emit (self, changed_signal, 0);
}

void
qd_report_view_set_page (QdReportView *self, guint page)
{
  guint n = self->report != NULL ? qd_report_get_n_pages (self->report) : 0;

  self->page = n > 0 ? MIN (page, n - 1) : 0;
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
  changed (self);
}

guint
qd_report_view_get_page (QdReportView *self)
{
  return self->page;
}

void
qd_report_view_set_report (QdReportView *self, QdReport *report)
{
  g_set_object (&self->report, report);
  qd_report_view_set_page (self, 0);
}

void
qd_report_view_set_zoom (QdReportView *self, double zoom)
{
  self->zoom = zoom;
  update_size (self);
}

static void
next_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  qd_report_view_set_page (QD_REPORT_VIEW (widget), QD_REPORT_VIEW (widget)->page + 1);
}

static void
previous_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  QdReportView *self = QD_REPORT_VIEW (widget);

  if (self->page > 0)
    qd_report_view_set_page (self, self->page - 1);
}

static void
zoom_in_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  qd_report_view_set_zoom (QD_REPORT_VIEW (widget), MIN (4, zoom_now (QD_REPORT_VIEW (widget)) * ZOOM_STEP));
}

static void
zoom_out_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  QdReportView *self = QD_REPORT_VIEW (widget);
  double zoom = zoom_now (self) / ZOOM_STEP;

  qd_report_view_set_zoom (self, zoom <= fitting_zoom (self) ? 0 : zoom);
}

static void
qd_report_view_dispose (GObject *object)
{
  QdReportView *self = QD_REPORT_VIEW (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  self->paper = NULL;
  self->label = NULL;
  g_clear_object (&self->report);
  G_OBJECT_CLASS (qd_report_view_parent_class)->dispose (object);
}

static void
qd_report_view_class_init (QdReportViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_report_view_dispose;
  widget_class->size_allocate = qd_report_view_size_allocate;
  widget_class->measure = qd_report_view_measure;
  changed_signal = g_signal_new ("changed", QD_TYPE_REPORT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "report.next", NULL, next_action);
  gtk_widget_class_install_action (widget_class, "report.previous", NULL, previous_action);
  gtk_widget_class_install_action (widget_class, "report.zoom-in", NULL, zoom_in_action);
  gtk_widget_class_install_action (widget_class, "report.zoom-out", NULL, zoom_out_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Down, 0, "report.next", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Page_Up, 0, "report.previous", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_plus, GDK_CONTROL_MASK, "report.zoom-in", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_minus, GDK_CONTROL_MASK, "report.zoom-out", NULL);
}

static void
qd_report_view_init (QdReportView *self)
{
  self->scroller = gtk_scrolled_window_new ();
  self->paper = gtk_drawing_area_new ();
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->paper), draw_cb, self, NULL);
  gtk_widget_set_halign (self->paper, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->paper, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (self->paper, 12);
  gtk_widget_set_margin_bottom (self->paper, 12);
  gtk_widget_set_margin_start (self->paper, 12);
  gtk_widget_set_margin_end (self->paper, 12);
  gtk_widget_add_css_class (self->paper, "qd-paper");
  gtk_widget_add_css_class (self->scroller, "qd-paper-desk");
  gtk_widget_set_focusable (self->paper, TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->paper);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  update_size (self);
}

GtkWidget *
qd_report_view_new (void)
{
  return g_object_new (QD_TYPE_REPORT_VIEW, NULL);
}

static void
button_cb (GtkWidget *button, QdReportView *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), g_object_get_data (G_OBJECT (button), "action"), NULL);
}

static GtkWidget *
bar_button (QdReportView *self, const char *icon, const char *name, const char *action)
{
  GtkWidget *button = qd_icon_button_new (icon, name, NULL);

  /* The bar stands beside the view, not inside: its buttons cannot reach the view's actions by name. */
  g_object_set_data (G_OBJECT (button), "action", (gpointer) action);
  g_signal_connect_object (button, "clicked", G_CALLBACK (button_cb), self, 0);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

GtkWidget *
qd_report_view_build_bar (QdReportView *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->label = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->label, "qd-figure");
  gtk_box_append (GTK_BOX (bar), bar_button (self, "qd-back-symbolic", _ ("Previous page"), "report.previous"));
  gtk_box_append (GTK_BOX (bar), self->label);
  gtk_box_append (GTK_BOX (bar), bar_button (self, "qd-forward-symbolic", _ ("Next page"), "report.next"));
  gtk_box_append (GTK_BOX (bar), bar_button (self, "qd-zoom-in-symbolic", _ ("Zoom in"), "report.zoom-in"));
  gtk_box_append (GTK_BOX (bar), bar_button (self, "qd-zoom-out-symbolic", _ ("Zoom out"), "report.zoom-out"));
  changed (self);
  return bar;
}
