/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-delivery-view"
#include "config.h"
#include "qd-delivery-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>
#include "qd-look.h"
#include "qd-targets.h"

struct _QdDeliveryView
{
  GtkWidget parent_instance;
  QdWorkspace *workspace; /* (owned) */
  QdDeliveryItem *item;   /* (owned) (nullable) */
  GtkWidget *scroller;
  GtkWidget *box;
  GtkWidget *bar;   /* (nullable): drawing of the transfer */
  GtkWidget *bytes; /* (nullable) */
  gint64 confirmed;
  gint64 total;
  gint64 resumed;
};

G_DEFINE_FINAL_TYPE (QdDeliveryView, qd_delivery_view, GTK_TYPE_WIDGET)

/* Five steps: sealed, time stamp, sent, delivered, accepted or returned. */

typedef struct
{
  const char *title;
  const char *detail;
  int done; /* 1 done, 0 under way, -1 open, -2 a problem */
} Step;

static GtkWidget *
step_new (const Step *step)
{
  static const char *const icons[] = { "qd-possible-symbolic", "qd-todo-symbolic", "qd-partly-symbolic", "qd-ok-symbolic" };
  static const char *const css[] = { "qd-warning", "qd-secondary", "qd-info", "qd-ok" };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *name = g_strdup_printf (_ ("%s: %s"), step->title, step->detail);

  gtk_box_append (GTK_BOX (texts), qd_label_new (step->title, "qd-strong"));
  gtk_box_append (GTK_BOX (texts), qd_label_new (step->detail, "qd-caption"));
  gtk_box_append (GTK_BOX (box), qd_icon_new (icons[step->done + 2], css[step->done + 2]));
  gtk_box_append (GTK_BOX (box), texts);
  gtk_widget_set_tooltip_text (box, name);
  return box;
}

/* The newest signed answer, verified when it came; NULL while there is none. */
static QdReceipt *
dup_receipt (QdDeliveryView *self)
{
  const QdDelivery *delivery = qd_delivery_item_get_delivery (self->item);
  QdCourier *courier = qd_workspace_get_courier (self->workspace);

  return delivery != NULL && courier != NULL ? qd_courier_get_receipt (courier, delivery->id, NULL) : NULL;
}

static void
add_steps (QdDeliveryView *self)
{
  const QdDelivery *delivery = qd_delivery_item_get_delivery (self->item);
  QdState state = delivery != NULL ? delivery->state : QD_STATE_SEALED;
  double fraction = qd_delivery_item_get_fraction (self->item, self->workspace);
  g_autoptr (QdReceipt) receipt = dup_receipt (self);
  g_autofree char *percent = fraction >= 0 ? g_strdup_printf ("%.0f%%", fraction * 100) : NULL;
  Step steps[] = {
    { _ ("Seal"), _ ("done"), 1 },
    { _ ("Send"), _ ("waiting"), -1 },
    { _ ("Delivered"), _ ("waiting"), -1 },
    { _ ("Accepted or returned"), _ ("waiting"), -1 },
  };
  GtkWidget *card = gtk_flow_box_new ();

  if (state == QD_STATE_SEALED && delivery != NULL)
    {
      steps[1].done = delivery->problem != NULL && fraction < 0 ? -2 : 0;
      steps[1].detail = percent != NULL ? percent : delivery->paused ? _ ("paused")
                                                                     : _ ("queued");
    }
  else if (state > QD_STATE_SEALED)
    {
      steps[1].done = 1;
      steps[1].detail = _ ("done");
      steps[2].done = 0;
      steps[2].detail = _ ("being verified");
    }
  if (state >= QD_STATE_RECEIVED)
    {
      steps[2].done = 1;
      steps[2].detail = receipt != NULL ? _ ("receipt verified") : _ ("confirmed by the receiver, not signed yet");
      steps[3].done = 0;
    }
  if (state == QD_STATE_ACCEPTED || state == QD_STATE_RETURNED)
    {
      steps[3].done = state == QD_STATE_ACCEPTED ? 1 : -2;
      steps[3].title = qd_look_state_word (state);
      steps[3].detail = _ ("answer verified");
    }
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (card), GTK_SELECTION_NONE);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (card), 2);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (card), G_N_ELEMENTS (steps));
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (card), 12);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "qd-steps");
  qd_name (card, _ ("Steps of the delivery"));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    gtk_flow_box_append (GTK_FLOW_BOX (card), step_new (&steps[i]));
  for (GtkWidget *child = gtk_widget_get_first_child (card); child != NULL; child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_focusable (child, FALSE);
  gtk_box_append (GTK_BOX (self->box), card);
}

/* The transfer: what was confirmed before this attempt is darker, the mark shows where it took up again. */
static void
draw_transfer_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer user_data)
{
  QdDeliveryView *self = user_data;
  GdkRGBA ink;
  double done = self->total > 0 ? width * ((double) self->confirmed / (double) self->total) : 0;
  double mark = self->total > 0 ? width * ((double) self->resumed / (double) self->total) : 0;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &ink);
  cairo_set_source_rgba (cr, ink.red, ink.green, ink.blue, 0.15);
  cairo_rectangle (cr, 0, 3, width, height - 6);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0.21, 0.52, 0.89);
  cairo_rectangle (cr, 0, 3, done, height - 6);
  cairo_fill (cr);
  if (self->resumed > 0)
    {
      cairo_set_source_rgb (cr, 0.10, 0.37, 0.71);
      cairo_rectangle (cr, 0, 3, MIN (mark, done), height - 6);
      cairo_fill (cr);
      gdk_cairo_set_source_rgba (cr, &ink);
      cairo_rectangle (cr, mark - 1, 0, 2, height);
      cairo_fill (cr);
    }
}

static GtkWidget *
button_new (const char *label, const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  qd_name (button, label);
  return button;
}

void
qd_delivery_view_tick (QdDeliveryView *self)
{
  const QdDelivery *delivery = self->item != NULL ? qd_delivery_item_get_delivery (self->item) : NULL;
  QdCourier *courier = qd_workspace_get_courier (self->workspace);
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  g_autofree char *text = NULL;
  double rate = 0;

  if (delivery == NULL || self->bar == NULL || courier == NULL)
    return;
  self->confirmed = delivery->offset;
  self->total = delivery->size;
  self->resumed = 0;
  qd_courier_get_progress (courier, delivery->id, &self->confirmed, &self->total, &self->resumed, &rate);
  a = qd_look_size (self->confirmed);
  b = qd_look_size (self->total);
  if (rate > 0)
    {
      g_autofree char *speed = qd_look_size ((gint64) rate);
      g_autofree char *from = qd_look_size (self->resumed);
      if (self->resumed > 0)
        text = g_strdup_printf (_ ("%s of %s, %s/s, resumed at %s, nothing was sent twice"), a, b, speed, from);
      else
        text = g_strdup_printf (_ ("%s of %s, %s/s"), a, b, speed);
    }
  else
    text = g_strdup_printf (_ ("%s of %s confirmed by the receiver"), a, b);
  gtk_label_set_text (GTK_LABEL (self->bytes), text);
  qd_name (self->bar, text);
  gtk_widget_queue_draw (self->bar);
}

static void
add_transfer (QdDeliveryView *self)
{
  const QdDelivery *delivery = qd_delivery_item_get_delivery (self->item);
  g_autofree char *name = qd_targets_dup_name (qd_workspace_get_store (self->workspace), delivery->target);
  g_autofree char *title = NULL;
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *label;

  if (qd_delivery_item_get_fraction (self->item, self->workspace) >= 0)
    title = g_strdup_printf (_ ("Sending to %s"), name);
  else if (delivery->paused)
    title = g_strdup_printf (_ ("Paused on the way to %s"), name);
  else
    title = g_strdup_printf (_ ("Waiting to be sent to %s"), name);
  label = qd_label_new (title, "qd-strong");
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (line), qd_icon_new ("qd-plane-symbolic", "qd-info"));
  gtk_box_append (GTK_BOX (line), label);
  gtk_box_append (GTK_BOX (line), delivery->paused ? button_new (_ ("Resume"), "outbox.resume") : button_new (_ ("Pause"), "outbox.pause"));
  if (!delivery->paused && delivery->problem != NULL)
    gtk_box_append (GTK_BOX (line), button_new (_ ("Try now"), "outbox.resume"));
  self->bar = gtk_drawing_area_new ();
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (self->bar), 14);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->bar), draw_transfer_cb, self, NULL);
  self->bytes = qd_label_new (NULL, "qd-dense");
  gtk_widget_add_css_class (self->bytes, "qd-figure");
  gtk_box_append (GTK_BOX (card), line);
  gtk_box_append (GTK_BOX (card), self->bar);
  gtk_box_append (GTK_BOX (card), self->bytes);
  if (delivery->problem != NULL)
    {
      g_autofree char *why = NULL;
      if (delivery->next_try > g_get_real_time () / G_USEC_PER_SEC)
        {
          g_autofree char *when = qd_look_time (delivery->next_try);
          why = g_strdup_printf (_ ("%s Next try at %s (attempt %u)."), delivery->problem, when, delivery->tries + 1);
        }
      else
        why = g_strdup (delivery->problem);
      gtk_box_append (GTK_BOX (card), qd_label_new (why, "qd-warning"));
    }
  gtk_widget_add_css_class (card, "card");
  gtk_widget_set_margin_start (line, 12);
  gtk_widget_set_margin_end (line, 12);
  gtk_widget_set_margin_top (line, 9);
  for (GtkWidget *child = self->bar; child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      gtk_widget_set_margin_start (child, 12);
      gtk_widget_set_margin_end (child, 12);
    }
  gtk_widget_set_margin_bottom (gtk_widget_get_last_child (card), 10);
  gtk_box_append (GTK_BOX (self->box), card);
  qd_delivery_view_tick (self);
}

static GtkWidget *
add_list (QdDeliveryView *self, const char *title)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_box_append (GTK_BOX (self->box), qd_label_new (title, "heading"));
  gtk_box_append (GTK_BOX (self->box), list);
  return list;
}

static GtkWidget *
add_row (GtkWidget *list, const char *icon, const char *css, const char *title, const char *subtitle, GtkWidget *suffix)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), qd_icon_new (icon, css));
  if (suffix != NULL)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), suffix);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  return row;
}

static void
add_answer (QdDeliveryView *self)
{
  const QdDelivery *delivery = qd_delivery_item_get_delivery (self->item);
  g_autoptr (QdReceipt) receipt = dup_receipt (self);
  GtkWidget *list = add_list (self, _ ("Receipt"));

  if (receipt == NULL)
    add_row (list, "qd-tray-symbolic", NULL, _ ("No receipt yet"), _ ("The receiver signs it after verification; it is bound to this package"), NULL);
  else
    {
      static const char *const icons[] = { "qd-tray-symbolic", "qd-ok-symbolic", "qd-return-symbolic" };
      static const char *const css[] = { "qd-info", "qd-ok", "qd-warning" };
      g_autofree char *time = g_date_time_format (receipt->time, "%Y-%m-%d %H:%M:%S");
      g_autofree char *title = g_strdup_printf (_ ("%s: %s"), qd_look_state_word (delivery->state), receipt->receiver != NULL ? receipt->receiver : "");
      g_autofree char *number = g_strdup_printf (_ ("No. %s, %s"), receipt->number != NULL ? receipt->number : "—", time);
      g_autofree char *detail = receipt->demo ? g_strdup_printf (_ ("%s, signed with a demonstration key"), number) : g_strdup (number);
      GtkWidget *suffix = NULL;
      if (receipt->kind == QD_RECEIPT_RETURNED)
        {
          suffix = button_new (_ ("Open and amend"), "outbox.amend");
          gtk_widget_add_css_class (suffix, "suggested-action");
        }
      add_row (list, icons[receipt->kind], css[receipt->kind], title, detail, suffix);
      if (receipt->kind == QD_RECEIPT_RECEIVED)
        add_row (list, "qd-notice-symbolic", "qd-info", _ ("Delivered, being verified. This is not the acceptance."), NULL, NULL);
      if (receipt->kind == QD_RECEIPT_RETURNED && receipt->points != NULL)
        for (guint i = 0; i < receipt->points->len; i++)
          {
            const QdReturnPoint *point = g_ptr_array_index (receipt->points, i);
            add_row (list, "qd-possible-symbolic", "qd-warning", point->message, point->path, NULL);
          }
      if (receipt->due != NULL)
        {
          g_autofree char *due = g_strdup_printf (_ ("Answer by %s"), receipt->due);
          add_row (list, "qd-clock-symbolic", "qd-warning", due, NULL, NULL);
        }
    }
  add_row (list, "qd-download-symbolic", NULL, _ ("A receipt that came as a file"), _ ("By USB or mail; its signature is verified"), button_new (_ ("Load receipt…"), "win.load-receipt"));
}

static void
add_other_ways (QdDeliveryView *self)
{
  const QdDelivery *delivery = qd_delivery_item_get_delivery (self->item);
  GtkWidget *list = add_list (self, _ ("Another way"));

  add_row (list, "qd-usb-symbolic", NULL, _ ("Save to USB"), _ ("Its digest is compared after writing"), button_new (_ ("Save to USB…"), "win.save-to-usb"));
  add_row (list, "qd-refresh-symbolic", NULL, delivery != NULL ? _ ("Another receiver") : _ ("Choose the receiver"), _ ("Delivering twice does not file twice"), button_new (delivery != NULL ? _ ("Change…") : _ ("Choose…"), "outbox.choose-receiver"));
}

static void
add_log (QdDeliveryView *self)
{
  const QdDelivery *delivery = qd_delivery_item_get_delivery (self->item);
  g_autoptr (GPtrArray) log = delivery != NULL ? qd_store_list_delivery_log (qd_workspace_get_store (self->workspace), delivery->id, NULL) : NULL;
  GtkWidget *grid = gtk_grid_new ();

  gtk_box_append (GTK_BOX (self->box), qd_label_new (_ ("Log"), "heading"));
  gtk_grid_set_column_spacing (GTK_GRID (grid), 14);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_widget_add_css_class (grid, "qd-dense");
  if (log == NULL || log->len == 0)
    gtk_grid_attach (GTK_GRID (grid), qd_label_new (_ ("Nothing happened yet."), "qd-secondary"), 0, 0, 2, 1);
  for (guint i = 0; log != NULL && i < log->len && i < 200; i++)
    {
      const char *line = g_ptr_array_index (log, i);
      const char *space = strchr (line, ' ');
      g_autofree char *stamp = space != NULL ? g_strndup (line, (gsize) (space - line)) : g_strdup ("");
      g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (stamp, NULL);
      g_autofree char *shown = time != NULL ? qd_look_time (g_date_time_to_unix (time)) : g_strdup (stamp);
      GtkWidget *when = qd_label_new (shown, "qd-caption");
      gtk_widget_add_css_class (when, "qd-figure");
      gtk_widget_set_valign (when, GTK_ALIGN_START);
      gtk_label_set_wrap (GTK_LABEL (when), FALSE);
      gtk_grid_attach (GTK_GRID (grid), when, 0, (int) i, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), qd_label_new (space != NULL ? space + 1 : line, NULL), 1, (int) i, 1, 1);
    }
  gtk_box_append (GTK_BOX (self->box), grid);
}

void
qd_delivery_view_show (QdDeliveryView *self, QdDeliveryItem *item)
{
  const QdDelivery *delivery;
  GtkWidget *child;
  g_autofree char *subtitle = NULL;

  while ((child = gtk_widget_get_first_child (self->box)) != NULL)
    gtk_box_remove (GTK_BOX (self->box), child);
  self->bar = NULL;
  self->bytes = NULL;
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  delivery = qd_delivery_item_get_delivery (item);
  gtk_box_append (GTK_BOX (self->box), qd_label_new (qd_delivery_item_get_title (item), "qd-page-title"));
  if (delivery != NULL)
    {
      g_autofree char *digest = qd_look_digest (delivery->package_sha256);
      subtitle = g_strdup_printf (_ ("%s. SHA-256 %s"), qd_delivery_item_get_detail (item), digest);
    }
  gtk_box_append (GTK_BOX (self->box), qd_label_new (subtitle != NULL ? subtitle : qd_delivery_item_get_detail (item), "qd-caption"));
  add_steps (self);
  if (delivery != NULL && delivery->state == QD_STATE_SEALED)
    add_transfer (self);
  add_answer (self);
  if (qd_delivery_item_get_group (item) != QD_DELIVERY_ENDED)
    add_other_ways (self);
  add_log (self);
}

static void
qd_delivery_view_dispose (GObject *object)
{
  QdDeliveryView *self = QD_DELIVERY_VIEW (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->item);
  g_clear_object (&self->workspace);
  G_OBJECT_CLASS (qd_delivery_view_parent_class)->dispose (object);
}

static void
qd_delivery_view_class_init (QdDeliveryViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_delivery_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_delivery_view_init (QdDeliveryView *self)
{
  self->scroller = gtk_scrolled_window_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_set_margin_top (self->box, 14);
  gtk_widget_set_margin_bottom (self->box, 18);
  gtk_widget_set_margin_start (self->box, 20);
  gtk_widget_set_margin_end (self->box, 20);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
qd_delivery_view_new (QdWorkspace *workspace)
{
  QdDeliveryView *self = g_object_new (QD_TYPE_DELIVERY_VIEW, NULL);

  self->workspace = g_object_ref (workspace);
  return GTK_WIDGET (self);
}
