/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-field-row"
#include "config.h"
#include "qd-field-row.h"

#include <glib/gi18n.h>
#include <string.h>
#include "qd-ask.h"
#include "qd-field-editor.h"
#include "qd-header.h"
#include "qd-look.h"

struct _QdFieldRow
{
  AdwPreferencesRow parent_instance;
  QdDraft *draft;       /* (owned) */
  QdInstance *instance; /* (not owned) */
  QdNodeId node;

  GtkWidget *title;
  GtkWidget *subtitle;
  GtkWidget *message;
  GtkWidget *fixes;
  GtkWidget *fix_button;
  GtkWidget *reason_button;
  GtkWidget *na_box; /* 不适用 and its reason, in place of the editor */
  GtkWidget *na_label;
  QdFieldEditor *editor;
  GtkWidget *unit;
  GtkWidget *icon;
  GtkWidget *menu; /* (nullable) */

  GHashTable *shown; /* (element-type utf8): rules whose findings are on screen */
  QdFinding *worst;  /* (owned) (nullable): the finding on screen */
  gboolean touched;  /* left at least once, or filled when it was opened */
  gboolean checked;
  guint flash_timer;
};

G_DEFINE_FINAL_TYPE (QdFieldRow, qd_field_row, ADW_TYPE_PREFERENCES_ROW)

enum
{
  SIGNAL_FOCUSED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static gboolean
may_show (QdFieldRow *self, const QdFinding *finding)
{
  const char *rule = qd_finding_get_rule (finding);

  if (self->checked)
    return TRUE;
  if (g_str_equal (rule, "required"))
    return FALSE;
  if (qd_field_editor_has_focus (self->editor))
    return g_hash_table_contains (self->shown, rule);
  return self->touched;
}

static void
show_message (QdFieldRow *self)
{
  int severity = self->worst != NULL ? (int) qd_finding_get_severity (self->worst) : -1;
  const char *fix = self->worst != NULL ? qd_finding_get_fix (self->worst) : NULL;
  const char *unit = qd_field_get_attribute (qd_instance_get_field (self->instance, self->node), "unit");
  const char *reason = self->worst != NULL ? qd_finding_get_reason (self->worst) : NULL;
  gboolean explained = severity == QD_SEVERITY_POSSIBLE && reason != NULL;
  gboolean editable = !qd_draft_is_read_only (self->draft);

  gtk_widget_remove_css_class (GTK_WIDGET (self), "qd-critical-row");
  gtk_widget_remove_css_class (GTK_WIDGET (self), "qd-possible-row");
  if (severity == QD_SEVERITY_CRITICAL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "qd-critical-row");
  else if (severity == QD_SEVERITY_POSSIBLE && !explained)
    gtk_widget_add_css_class (GTK_WIDGET (self), "qd-possible-row");
  gtk_widget_set_visible (self->message, self->worst != NULL);
  if (self->worst != NULL)
    {
      g_autofree char *text = explained ? g_strdup_printf (_ ("%s Explained: %s"), qd_finding_get_message (self->worst), reason) : g_strdup (qd_finding_get_message (self->worst));
      gtk_label_set_text (GTK_LABEL (self->message), text);
      qd_look_set_css (self->message, qd_look_severity_css (severity));
    }
  else
    gtk_label_set_text (GTK_LABEL (self->message), "");
  gtk_widget_set_visible (self->fix_button, fix != NULL && editable);
  if (fix != NULL)
    {
      g_autofree char *shown = qd_look_number (fix);
      g_autofree char *label = unit != NULL ? g_strdup_printf (_ ("Change to %s %s"), shown, unit) : g_strdup_printf (_ ("Change to %s"), shown);
      gtk_button_set_label (GTK_BUTTON (self->fix_button), label);
      qd_name (self->fix_button, label);
    }
  gtk_widget_set_visible (self->reason_button, severity == QD_SEVERITY_POSSIBLE && editable);
  gtk_button_set_label (GTK_BUTTON (self->reason_button), explained ? _ ("Change reason") : _ ("Give reason"));
  gtk_widget_set_visible (self->fixes, gtk_widget_get_visible (self->fix_button) || gtk_widget_get_visible (self->reason_button));
  if (severity >= 0 || qd_field_editor_can_be_fine (self->editor))
    {
      gboolean fine = severity < 0 || explained;
      gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), fine && severity < 0 ? "qd-check-symbolic" : qd_look_severity_icon (severity));
      qd_look_set_css (self->icon, fine ? "qd-ok" : qd_look_severity_css (severity));
      gtk_widget_set_opacity (self->icon, 1);
    }
  else
    gtk_widget_set_opacity (self->icon, 0);
}

static void
refresh_findings (QdFieldRow *self)
{
  g_autoptr (GPtrArray) findings = qd_instance_get_node_findings (self->instance, self->node);
  g_autoptr (GHashTable) now = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  QdFinding *worst = NULL;

  for (guint i = 0; i < findings->len; i++)
    {
      QdFinding *finding = g_ptr_array_index (findings, i);
      if (!may_show (self, finding))
        continue;
      g_hash_table_add (now, g_strdup (qd_finding_get_rule (finding)));
      if (worst == NULL || qd_finding_get_severity (finding) > qd_finding_get_severity (worst))
        worst = finding;
    }
  g_hash_table_unref (self->shown);
  self->shown = g_steal_pointer (&now);
  g_clear_pointer (&self->worst, qd_finding_unref);
  self->worst = worst != NULL ? qd_finding_ref (worst) : NULL;
  show_message (self);
}

static void
describe (QdFieldRow *self)
{
  const char *title = gtk_label_get_text (GTK_LABEL (self->title));
  const char *unit = qd_field_get_attribute (qd_instance_get_field (self->instance, self->node), "unit");
  g_autofree char *name = unit != NULL ? g_strdup_printf (_ ("%s, %s"), title, unit) : g_strdup (title);
  g_autofree char *description = NULL;

  if (self->worst != NULL)
    description = g_strdup_printf (_ ("%s: %s"), qd_look_severity_word (qd_finding_get_severity (self->worst)), qd_finding_get_message (self->worst));
  else
    description = g_strdup (gtk_label_get_text (GTK_LABEL (self->subtitle)));
  qd_field_editor_describe (self->editor, name, description, self->worst != NULL && qd_finding_get_severity (self->worst) == QD_SEVERITY_CRITICAL);
}

void
qd_field_row_refresh (QdFieldRow *self)
{
  g_autofree char *label = NULL;
  g_autofree char *hint = NULL;
  const QdField *field;
  const char *na;
  const char *unit;
  gboolean computed;

  g_return_if_fail (QD_IS_FIELD_ROW (self));
  if (!qd_instance_is_alive (self->instance, self->node))
    return;
  field = qd_instance_get_field (self->instance, self->node);
  label = qd_instance_dup_label (self->instance, self->node);
  hint = qd_instance_dup_hint (self->instance, self->node);
  na = qd_instance_get_annotation (self->instance, self->node, "na");
  unit = qd_field_get_attribute (field, "unit");
  computed = qd_field_is_calculated (field);
  gtk_label_set_text (GTK_LABEL (self->title), label != NULL ? label : qd_field_get_name (field));
  if (computed && (hint == NULL || *hint == '\0'))
    gtk_label_set_text (GTK_LABEL (self->subtitle), _ ("Computed; cannot be changed"));
  else
    gtk_label_set_text (GTK_LABEL (self->subtitle), hint != NULL ? hint : "");
  gtk_widget_set_visible (self->subtitle, *gtk_label_get_text (GTK_LABEL (self->subtitle)) != '\0');
  gtk_label_set_text (GTK_LABEL (self->unit), unit != NULL ? unit : "");
  gtk_widget_set_visible (self->unit, unit != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), qd_instance_is_relevant (self->instance, self->node));
  gtk_widget_set_visible (self->na_box, na != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->editor), na == NULL);
  if (na != NULL)
    {
      g_autofree char *text = g_strdup_printf (_ ("Not applicable: %s"), na);
      gtk_label_set_text (GTK_LABEL (self->na_label), text);
    }
  qd_field_editor_refresh (self->editor);
  refresh_findings (self);
  describe (self);
}

static void
left_cb (QdFieldRow *self)
{
  if (self->instance == NULL || !qd_instance_is_alive (self->instance, self->node))
    return;
  self->touched = TRUE;
  refresh_findings (self);
  describe (self);
}

static void
entered_cb (QdFieldRow *self)
{
  g_signal_emit (self, signals[SIGNAL_FOCUSED], 0);
}

static void
set_annotation (QdFieldRow *self, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;

  if (!qd_instance_set_annotation (self->instance, self->node, name, text, &error))
    qd_toast (GTK_WIDGET (self), error->message, NULL, NULL);
  qd_field_row_refresh (self);
}

gboolean
qd_field_row_apply_fix (QdFieldRow *self)
{
  const char *fix = self->worst != NULL ? qd_finding_get_fix (self->worst) : NULL;
  g_autofree char *value = g_strdup (fix);
  g_autoptr (GError) error = NULL;

  if (fix == NULL || qd_draft_is_read_only (self->draft))
    return FALSE;
  qd_draft_begin_step (self->draft, "fixed");
  if (!qd_instance_set_value (self->instance, self->node, value, &error))
    qd_toast (GTK_WIDGET (self), error->message, NULL, NULL);
  qd_draft_end_step (self->draft);
  return error == NULL;
}

static void
reason_given_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdFieldRow *self = QD_FIELD_ROW (source);
  g_autofree char *rule = user_data;
  g_autofree char *text = qd_ask_text_finish (result);
  g_autofree char *name = g_strconcat ("why-", rule, NULL);

  if (text == NULL || self->instance == NULL || !qd_instance_is_alive (self->instance, self->node))
    return;
  g_strstrip (text);
  set_annotation (self, name, *text != '\0' ? text : NULL);
}

static void
reason_cb (QdFieldRow *self)
{
  if (self->worst == NULL)
    return;
  qd_ask_text_async (GTK_WIDGET (self), _ ("Why is this right?"), qd_finding_get_message (self->worst), _ ("Reason, read by the receiver"), qd_finding_get_reason (self->worst), _ ("Give reason"), reason_given_cb, g_strdup (qd_finding_get_rule (self->worst)));
}

static void
annotated_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdFieldRow *self = QD_FIELD_ROW (source);
  const char *name = user_data;
  g_autofree char *text = qd_ask_text_finish (result);

  if (text == NULL || self->instance == NULL || !qd_instance_is_alive (self->instance, self->node))
    return;
  g_strstrip (text);
  /* Not applicable is a statement: without a reason it is not made. */
  set_annotation (self, name, *text != '\0' ? text : NULL);
}

static void
na_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  QdFieldRow *self = QD_FIELD_ROW (widget);

  if (qd_instance_get_annotation (self->instance, self->node, "na") != NULL)
    set_annotation (self, "na", NULL);
  else
    qd_ask_text_async (widget, _ ("Not applicable?"), gtk_label_get_text (GTK_LABEL (self->title)), _ ("Why it does not apply"), NULL, _ ("Not applicable"), annotated_cb, (gpointer) "na");
}

static void
note_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  QdFieldRow *self = QD_FIELD_ROW (widget);

  qd_ask_text_async (widget, _ ("Note"), gtk_label_get_text (GTK_LABEL (self->title)), _ ("For colleagues and the receiver"), qd_instance_get_annotation (self->instance, self->node, "note"), _ ("Save note"), annotated_cb, (gpointer) "note");
}

static void
limit_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  QdFieldRow *self = QD_FIELD_ROW (widget);
  const char *value = qd_instance_get_value (self->instance, self->node);
  g_autofree char *limit = g_str_has_suffix (value, "L") ? g_strndup (value, strlen (value) - 1) : g_strconcat (value, "L", NULL);

  if (*value == '\0')
    {
      qd_toast (widget, _ ("Enter the detection limit first, then choose Below detection limit."), NULL, NULL);
      return;
    }
  qd_instance_set_value (self->instance, self->node, limit, NULL);
}

static void
clear_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  QdFieldRow *self = QD_FIELD_ROW (widget);

  qd_instance_set_value (self->instance, self->node, "", NULL);
}

void
qd_field_row_popup_menu (QdFieldRow *self)
{
  QdValueType type = qd_field_get_value_type (qd_instance_get_field (self->instance, self->node));
  gboolean na = qd_instance_get_annotation (self->instance, self->node, "na") != NULL;
  g_autoptr (GMenu) menu = g_menu_new ();

  if (qd_draft_is_read_only (self->draft) || qd_field_is_calculated (qd_instance_get_field (self->instance, self->node)))
    return;
  g_menu_append (menu, na ? _ ("Applicable again") : _ ("Not applicable…"), "field.na");
  if (type == QD_VALUE_DECIMAL || type == QD_VALUE_INT)
    g_menu_append (menu, g_str_has_suffix (qd_instance_get_value (self->instance, self->node), "L") ? _ ("Measured value") : _ ("Below detection limit (L)"), "field.limit");
  g_menu_append (menu, _ ("Note…"), "field.note");
  g_menu_append (menu, _ ("Same as last year"), "win.same-as-last");
  g_menu_append (menu, _ ("History"), "win.pane-history");
  g_menu_append (menu, _ ("Clear"), "field.clear");
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
  gtk_widget_set_parent (self->menu, gtk_widget_get_parent (GTK_WIDGET (self->editor)));
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
right_click_cb (GtkGestureClick *gesture, int n_press, double x, double y, QdFieldRow *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self->editor));
  qd_field_row_popup_menu (self);
}

static gboolean
flash_end_cb (gpointer user_data)
{
  QdFieldRow *self = user_data;

  self->flash_timer = 0;
  gtk_widget_remove_css_class (GTK_WIDGET (self), "qd-flash");
  return G_SOURCE_REMOVE;
}

void
qd_field_row_flash (QdFieldRow *self)
{
  gboolean animations = adw_get_enable_animations (GTK_WIDGET (self));

  if (!animations)
    return;
  gtk_widget_add_css_class (GTK_WIDGET (self), "qd-flash");
  g_clear_handle_id (&self->flash_timer, g_source_remove);
  self->flash_timer = g_timeout_add (600, flash_end_cb, self);
}

void
qd_field_row_set_checked (QdFieldRow *self, gboolean checked)
{
  if (self->checked == checked)
    return;
  self->checked = checked;
  refresh_findings (self);
  describe (self);
}

void
qd_field_row_commit (QdFieldRow *self)
{
  qd_field_editor_commit (self->editor);
}

QdNodeId
qd_field_row_get_node (QdFieldRow *self)
{
  return self->node;
}

const char *
qd_field_row_get_message (QdFieldRow *self)
{
  return gtk_label_get_text (GTK_LABEL (self->message));
}

static gboolean
qd_field_row_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (QD_FIELD_ROW (widget)->editor));
}

static void
qd_field_row_dispose (GObject *object)
{
  QdFieldRow *self = QD_FIELD_ROW (object);

  g_clear_handle_id (&self->flash_timer, g_source_remove);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  if (self->editor != NULL)
    g_signal_handlers_disconnect_by_data (self->editor, self);
  self->instance = NULL;
  g_clear_object (&self->draft);
  g_clear_pointer (&self->worst, qd_finding_unref);
  G_OBJECT_CLASS (qd_field_row_parent_class)->dispose (object);
}

static void
qd_field_row_finalize (GObject *object)
{
  g_hash_table_unref (QD_FIELD_ROW (object)->shown);
  G_OBJECT_CLASS (qd_field_row_parent_class)->finalize (object);
}

static void
qd_field_row_class_init (QdFieldRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_field_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_field_row_finalize;
  widget_class->grab_focus = qd_field_row_grab_focus;
  signals[SIGNAL_FOCUSED] = g_signal_new ("focused", QD_TYPE_FIELD_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_install_action (widget_class, "field.na", NULL, na_action);
  gtk_widget_class_install_action (widget_class, "field.note", NULL, note_action);
  gtk_widget_class_install_action (widget_class, "field.limit", NULL, limit_action);
  gtk_widget_class_install_action (widget_class, "field.clear", NULL, clear_action);
}

static void
qd_field_row_init (QdFieldRow *self)
{
  self->shown = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "qd-field");
}

static GtkWidget *
build_texts (QdFieldRow *self)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_set_valign (texts, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (texts, TRUE);
  self->title = qd_label_new (NULL, NULL);
  self->subtitle = qd_label_new (NULL, "qd-caption");
  self->message = qd_label_new (NULL, "message");
  self->fixes = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_margin_top (self->fixes, 4);
  self->fix_button = gtk_button_new ();
  gtk_widget_add_css_class (self->fix_button, "suggested-action");
  gtk_widget_add_css_class (self->fix_button, "small");
  g_signal_connect_swapped (self->fix_button, "clicked", G_CALLBACK (qd_field_row_apply_fix), self);
  self->reason_button = gtk_button_new ();
  gtk_widget_add_css_class (self->reason_button, "small");
  g_signal_connect_swapped (self->reason_button, "clicked", G_CALLBACK (reason_cb), self);
  gtk_box_append (GTK_BOX (self->fixes), self->fix_button);
  gtk_box_append (GTK_BOX (self->fixes), self->reason_button);
  gtk_box_append (GTK_BOX (texts), self->title);
  gtk_box_append (GTK_BOX (texts), self->subtitle);
  gtk_box_append (GTK_BOX (texts), self->message);
  gtk_box_append (GTK_BOX (texts), self->fixes);
  return texts;
}

static void
build (QdFieldRow *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *restore = gtk_button_new_with_label (_ ("Applicable again"));
  GtkGesture *click = gtk_gesture_click_new ();

  self->na_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->na_label = qd_label_new (NULL, "qd-secondary");
  gtk_label_set_max_width_chars (GTK_LABEL (self->na_label), 36);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (restore), "field.na");
  gtk_widget_add_css_class (restore, "small");
  gtk_widget_set_valign (restore, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->na_box), self->na_label);
  gtk_box_append (GTK_BOX (self->na_box), restore);
  self->editor = QD_FIELD_EDITOR (qd_field_editor_new (self->draft, self->node));
  g_signal_connect_swapped (self->editor, "left", G_CALLBACK (left_cb), self);
  g_signal_connect_swapped (self->editor, "entered", G_CALLBACK (entered_cb), self);
  self->unit = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->unit), 0);
  gtk_label_set_width_chars (GTK_LABEL (self->unit), 6);
  gtk_widget_add_css_class (self->unit, "qd-secondary");
  self->icon = qd_icon_new ("qd-check-symbolic", NULL);
  gtk_box_append (GTK_BOX (line), build_texts (self));
  gtk_box_append (GTK_BOX (line), self->na_box);
  gtk_widget_set_vexpand (line, TRUE);
  gtk_box_append (GTK_BOX (outer), line);
  if (qd_field_editor_is_wide (self->editor))
    gtk_box_append (GTK_BOX (outer), GTK_WIDGET (self->editor));
  else
    gtk_box_append (GTK_BOX (line), GTK_WIDGET (self->editor));
  gtk_box_append (GTK_BOX (line), self->unit);
  gtk_box_append (GTK_BOX (line), self->icon);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), outer);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (right_click_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
qd_field_row_new (QdDraft *draft, QdNodeId node)
{
  QdFieldRow *self = g_object_new (QD_TYPE_FIELD_ROW, NULL);

  self->draft = g_object_ref (draft);
  self->instance = qd_draft_get_instance (draft);
  self->node = node;
  /* What was typed in an earlier session has been left. */
  self->touched = *qd_instance_get_value (self->instance, node) != '\0';
  build (self);
  qd_field_row_refresh (self);
  return GTK_WIDGET (self);
}
