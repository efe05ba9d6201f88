/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-look"
#include "config.h"
#include "qd-look.h"

#include <glib/gi18n.h>
#include <string.h>
#include "qd-input.h"
#include "qd-resources.h"

void
qd_look_init (void)
{
  GdkDisplay *display = gdk_display_get_default ();

  /* The linker takes the resources only when something names them. */
  g_resources_register (qd_get_resource ());
  g_return_if_fail (display != NULL);
  if (g_object_get_data (G_OBJECT (display), "qd-look") != NULL)
    return;
  g_object_set_data (G_OBJECT (display), "qd-look", GINT_TO_POINTER (1));
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display), "/cn/qingdan/Qingdan/icons");
}

const char *
qd_look_get_language (void)
{
  const char *const *names = g_get_language_names ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      if (g_str_has_prefix (names[i], "zh"))
        return "zh-CN";
      if (g_str_has_prefix (names[i], "en") || g_str_equal (names[i], "C"))
        return "en";
    }
  return "en";
}

const char *
qd_look_severity_icon (int severity)
{
  switch (severity)
    {
    case QD_SEVERITY_CRITICAL:
      return "qd-critical-symbolic";
    case QD_SEVERITY_POSSIBLE:
      return "qd-possible-symbolic";
    case QD_SEVERITY_NOTICE:
      return "qd-notice-symbolic";
    default:
      return "qd-ok-symbolic";
    }
}

const char *
qd_look_severity_css (int severity)
{
  switch (severity)
    {
    case QD_SEVERITY_CRITICAL:
      return "qd-error";
    case QD_SEVERITY_POSSIBLE:
      return "qd-warning";
    case QD_SEVERITY_NOTICE:
      return "qd-info";
    default:
      return "qd-ok";
    }
}

const char *
qd_look_severity_word (int severity)
{
  switch (severity)
    {
    case QD_SEVERITY_CRITICAL:
      return C_ ("severity", "Must fix");
    case QD_SEVERITY_POSSIBLE:
      return C_ ("severity", "Check");
    case QD_SEVERITY_NOTICE:
      return C_ ("severity", "Note");
    default:
      return C_ ("severity", "Fine");
    }
}

const char *
qd_look_state_icon (QdState state)
{
  switch (state)
    {
    case QD_STATE_CHECKED:
      return "qd-check-symbolic";
    case QD_STATE_SEALED:
      return "qd-seal-symbolic";
    case QD_STATE_SENT:
      return "qd-plane-symbolic";
    case QD_STATE_RECEIVED:
      return "qd-tray-symbolic";
    case QD_STATE_ACCEPTED:
      return "qd-ok-symbolic";
    case QD_STATE_RETURNED:
      return "qd-return-symbolic";
    case QD_STATE_DRAFT:
    default:
      return "qd-draft-symbolic";
    }
}

const char *
qd_look_state_css (QdState state)
{
  switch (state)
    {
    case QD_STATE_CHECKED:
    case QD_STATE_ACCEPTED:
      return "qd-ok";
    case QD_STATE_SEALED:
    case QD_STATE_SENT:
    case QD_STATE_RECEIVED:
      return "qd-info";
    case QD_STATE_RETURNED:
      return "qd-warning";
    case QD_STATE_DRAFT:
    default:
      return NULL;
    }
}

const char *
qd_look_state_word (QdState state)
{
  switch (state)
    {
    case QD_STATE_CHECKED:
      return C_ ("state", "Checked");
    case QD_STATE_SEALED:
      return C_ ("state", "Sealed");
    case QD_STATE_SENT:
      return C_ ("state", "Sent");
    case QD_STATE_RECEIVED:
      return C_ ("state", "Received");
    case QD_STATE_ACCEPTED:
      return C_ ("state", "Accepted");
    case QD_STATE_RETURNED:
      return C_ ("state", "Returned");
    case QD_STATE_DRAFT:
    default:
      return C_ ("state", "Draft");
    }
}

void
qd_look_clear (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_widget_unparent (child);
}

void
qd_look_set_css (GtkWidget *widget, const char *css)
{
  static const char *const classes[] = { "qd-error", "qd-warning", "qd-info", "qd-ok", "qd-maybe", "qd-secondary" };

  for (guint i = 0; i < G_N_ELEMENTS (classes); i++)
    gtk_widget_remove_css_class (widget, classes[i]);
  if (css != NULL)
    gtk_widget_add_css_class (widget, css);
}

GtkWidget *
qd_icon_new (const char *icon, const char *css)
{
  GtkWidget *image = g_object_new (GTK_TYPE_IMAGE, "icon-name", icon, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  if (css != NULL)
    gtk_widget_add_css_class (image, css);
  return image;
}

GtkWidget *
qd_scrolled_column_new (GtkWidget **box_out)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 18);
  gtk_widget_set_margin_start (box, 16);
  gtk_widget_set_margin_end (box, 16);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  *box_out = box;
  return scroller;
}

GtkWidget *
qd_chip_new (const char *icon, const char *text, const char *css)
{
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 5);

  gtk_widget_add_css_class (chip, "qd-chip");
  gtk_widget_set_valign (chip, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (chip, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (chip), qd_icon_new (icon, NULL));
  gtk_box_append (GTK_BOX (chip), gtk_label_new (NULL));
  qd_chip_set (chip, icon, text, css);
  return chip;
}

void
qd_chip_set (GtkWidget *chip, const char *icon, const char *text, const char *css)
{
  GtkWidget *image = gtk_widget_get_first_child (chip);

  gtk_image_set_from_icon_name (GTK_IMAGE (image), icon);
  gtk_widget_set_visible (image, icon != NULL);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_last_child (chip)), text);
  qd_look_set_css (chip, css);
}

void
qd_name (gpointer widget, const char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  /* A button's own label would win over it in GTK 4.18 and be said besides it in 4.8. */
  gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

void
qd_name_list_row (GtkWidget *child, const char *label)
{
  /* gtk_list_item_set_accessible_label() came with GTK 4.12. */
  qd_name (gtk_widget_get_parent (child), label);
}

GtkWidget *
qd_icon_button_new (const char *icon, const char *name, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, name);
  qd_name (button, name);
  if (action != NULL)
    gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

void
qd_set_action (GtkWidget *actionable, const char *detailed)
{
  g_autofree char *name = NULL;
  g_autoptr (GVariant) target = NULL;
  g_autoptr (GError) error = NULL;

  gtk_actionable_set_action_name (GTK_ACTIONABLE (actionable), NULL);
  if (detailed == NULL)
    return;
  if (!g_action_parse_detailed_name (detailed, &name, &target, &error))
    g_error ("%s", error->message);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (actionable), target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (actionable), name);
}

double
qd_look_text_scale (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  int dpi = 0; /* × 1024; -1: the usual 96 */

  if (settings != NULL)
    g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  return dpi > 0 ? CLAMP (dpi / (96.0 * 1024), 1.0, 3.0) : 1.0;
}

GtkWidget *
qd_label_new (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

char *
qd_look_size (gint64 bytes)
{
  if (bytes < 1000)
    return g_strdup_printf ("%" G_GINT64_FORMAT " B", bytes);
  if (bytes < 1000 * 1000)
    return g_strdup_printf ("%.1f kB", bytes / 1e3);
  if (bytes < 1000 * 1000 * 1000)
    return g_strdup_printf ("%.1f MB", bytes / 1e6);
  return g_strdup_printf ("%.2f GB", bytes / 1e9);
}

char *
qd_look_period (const char *period)
{
  gsize length = period != NULL ? strlen (period) : 0;

  if (length == 4)
    /* Translators: %s is a year */
    return g_strdup_printf (_ ("Year %s"), period);
  if (length == 6 && period[4] == 'Q')
    /* Translators: year, quarter */
    return g_strdup_printf (_ ("%.4s, quarter %c"), period, period[5]);
  if (length == 7)
    {
      int month = (int) g_ascii_strtoll (period + 5, NULL, 10);
      /* Translators: year, month number */
      return g_strdup_printf (_ ("%.4s, month %d"), period, month);
    }
  return g_strdup (period != NULL ? period : "");
}

char *
qd_look_time (gint64 unix_seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (unix_seconds);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (time == NULL)
    return g_strdup ("");
  if (g_date_time_get_year (time) == g_date_time_get_year (now) && g_date_time_get_day_of_year (time) == g_date_time_get_day_of_year (now))
    return g_date_time_format (time, "%H:%M:%S");
  return g_date_time_format (time, "%Y-%m-%d");
}

char *
qd_look_number (const char *text)
{
  return qd_input_dup_grouped (text);
}

char *
qd_look_read_number (const char *text)
{
  char *number = qd_input_dup_number (text);

  return number != NULL ? number : g_strstrip (g_strdup (text));
}

char *
qd_look_read_date (const char *text)
{
  char *date = qd_input_dup_date (text);

  return date != NULL ? date : g_strstrip (g_strdup (text));
}

char *
qd_look_digest (const char *hex)
{
  gsize length = strlen (hex);
  g_autofree char *upper = g_ascii_strup (hex, -1);

  if (length <= 16)
    return g_strdup (upper);
  return g_strdup_printf ("%.8s … %s", upper, upper + length - 8);
}
