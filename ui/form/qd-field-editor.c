/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-field-editor"
#include "config.h"
#include "qd-field-editor.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>
#include "qd-choice-button.h"
#include "qd-file-dialog.h"
#include "qd-header.h"
#include "qd-look.h"

#define MANY_SHOWN 16 /* choices of a select that are all on screen */

typedef enum
{
  KIND_TEXT,
  KIND_NUMBER,
  KIND_DATE,
  KIND_MULTILINE,
  KIND_TOGGLES, /* up to three short choices */
  KIND_CHOICE,
  KIND_MANY,
  KIND_MANY_LONG, /* too many to show: those chosen, and one more */
  KIND_TICK,      /* trigger: "OK" */
  KIND_UPLOAD,
  KIND_VALUE, /* computed or read-only */
  KIND_NOTE,
} Kind;

struct _QdFieldEditor
{
  GtkWidget parent_instance;
  QdDraft *draft;       /* (owned) */
  QdInstance *instance; /* (not owned): of the draft */
  QdNodeId node;
  Kind kind;
  GtkWidget *child;    /* (owned): box of all of it */
  GtkWidget *control;  /* (not owned): what takes the focus and carries the name */
  GtkWidget *popover;  /* (not owned) (nullable): calendar */
  GtkWidget *calendar; /* (not owned) (nullable) */
  GPtrArray *choices;  /* (owned) (nullable) (element-type QdChoice) */
  gboolean updating;   /* the program writes into the control */
  gboolean focused;
  gboolean step_open; /* an undo step that takes what is being typed */
  char *name;         /* (owned) (nullable): accessible name */
};

G_DEFINE_FINAL_TYPE (QdFieldEditor, qd_field_editor, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_EDITED,
  SIGNAL_LEFT,
  SIGNAL_ENTERED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static Kind
kind_of (QdDraft *draft, QdNodeId node)
{
  QdInstance *instance = qd_draft_get_instance (draft);
  const QdField *field = qd_instance_get_field (instance, node);
  QdNodeType type = qd_instance_get_node_type (instance, node);
  QdValueType value_type = qd_field_get_value_type (field);

  if (type == QD_NODE_NOTE)
    return KIND_NOTE;
  if (qd_field_is_calculated (field) || qd_draft_is_read_only (draft))
    return KIND_VALUE;
  if (type == QD_NODE_UPLOAD)
    return KIND_UPLOAD;
  if (type == QD_NODE_TRIGGER)
    return KIND_TICK;
  if (type == QD_NODE_RANK || (type == QD_NODE_SELECT && qd_field_is_multiple (field)))
    {
      g_autoptr (GPtrArray) choices = qd_instance_get_choices (instance, node);
      return choices->len > MANY_SHOWN ? KIND_MANY_LONG : KIND_MANY;
    }
  if (type == QD_NODE_SELECT)
    {
      g_autoptr (GPtrArray) choices = qd_instance_get_choices (instance, node);
      gsize characters = 0;
      if (qd_field_has_appearance (field, "autocomplete") || qd_field_has_appearance (field, "minimal") || choices->len == 0 || choices->len > 3)
        return KIND_CHOICE;
      for (guint i = 0; i < choices->len; i++)
        characters += g_utf8_strlen (((QdChoice *) g_ptr_array_index (choices, i))->label, -1);
      return characters <= 18 ? KIND_TOGGLES : KIND_CHOICE;
    }
  switch ((guint) value_type)
    {
    case QD_VALUE_INT:
    case QD_VALUE_DECIMAL:
      return KIND_NUMBER;
    case QD_VALUE_DATE:
      return KIND_DATE;
    default:
      return qd_field_has_appearance (field, "multiline") ? KIND_MULTILINE : KIND_TEXT;
    }
}

static gboolean
is_typed (QdFieldEditor *self)
{
  return self->kind == KIND_TEXT || self->kind == KIND_NUMBER || self->kind == KIND_DATE || self->kind == KIND_MULTILINE;
}

void
qd_field_editor_commit (QdFieldEditor *self)
{
  if (!self->step_open)
    return;
  self->step_open = FALSE;
  qd_draft_end_step (self->draft);
}

static void
set_value (QdFieldEditor *self, const char *value)
{
  g_autoptr (GError) error = NULL;

  if (g_str_equal (qd_instance_get_value (self->instance, self->node), value))
    return;
  /* What is typed in one go is one step to undo. */
  if (self->focused && is_typed (self) && !self->step_open)
    {
      qd_draft_begin_step (self->draft, "typed");
      self->step_open = TRUE;
    }
  if (!qd_instance_set_value (self->instance, self->node, value, &error))
    qd_toast (GTK_WIDGET (self), error->message, NULL, NULL);
  g_signal_emit (self, signals[SIGNAL_EDITED], 0);
}

static char *
read_typed (QdFieldEditor *self, const char *text)
{
  if (self->kind == KIND_NUMBER)
    return qd_look_read_number (text);
  if (self->kind == KIND_DATE)
    return qd_look_read_date (text);
  return g_strdup (text);
}

static void
entry_changed_cb (QdFieldEditor *self)
{
  g_autofree char *value = NULL;

  if (self->updating)
    return;
  value = read_typed (self, gtk_editable_get_text (GTK_EDITABLE (self->control)));
  set_value (self, value);
}

/* 1,460,000 m³ needs separators, the year 2025 must not have any. */
static gboolean
has_separators (QdFieldEditor *self)
{
  const QdField *field = qd_instance_get_field (self->instance, self->node);

  return qd_field_get_attribute (field, "unit") != NULL || qd_field_has_appearance (field, "thousands-sep");
}

static void
show_text (QdFieldEditor *self, const char *text)
{
  if (g_str_equal (gtk_editable_get_text (GTK_EDITABLE (self->control)), text))
    return;
  self->updating = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->control), text);
  self->updating = FALSE;
}

/* While the focus is in it the person's own text stands; else numbers have separators. */
static void
refresh_entry (QdFieldEditor *self)
{
  const char *value = qd_instance_get_value (self->instance, self->node);
  g_autofree char *typed = NULL;
  g_autofree char *shown = NULL;

  typed = read_typed (self, gtk_editable_get_text (GTK_EDITABLE (self->control)));
  if (self->focused && g_str_equal (typed, value))
    return;
  shown = self->kind == KIND_NUMBER && !self->focused && has_separators (self) ? qd_look_number (value) : g_strdup (value);
  show_text (self, shown);
}

static void
calendar_day_cb (QdFieldEditor *self)
{
  g_autoptr (GDateTime) date = gtk_calendar_get_date (GTK_CALENDAR (self->calendar));
  g_autofree char *text = g_date_time_format (date, "%Y-%m-%d");

  if (self->updating)
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->control), text);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

static void
open_calendar (QdFieldEditor *self)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree char *stamp = g_strdup_printf ("%sT00:00:00", qd_instance_get_value (self->instance, self->node));
  g_autoptr (GDateTime) date = g_date_time_new_from_iso8601 (stamp, zone);
  GdkRectangle where;

  self->updating = TRUE;
  if (date != NULL)
    gtk_calendar_select_day (GTK_CALENDAR (self->calendar), date);
  self->updating = FALSE;
  gtk_entry_get_icon_area (GTK_ENTRY (self->control), GTK_ENTRY_ICON_SECONDARY, &where);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &where);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static gboolean
open_calendar_shortcut (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  open_calendar (user_data);
  return TRUE;
}

static gboolean
today_shortcut (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  QdFieldEditor *self = user_data;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *text = g_date_time_format (now, "%Y-%m-%d");

  gtk_editable_set_text (GTK_EDITABLE (self->control), text);
  return TRUE;
}

static void
add_shortcut (GtkWidget *widget, const char *trigger, GtkShortcutFunc func, gpointer data)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger), gtk_callback_action_new (func, data, NULL)));
  gtk_widget_add_controller (widget, controller);
}

static void
build_entry (QdFieldEditor *self)
{
  GtkWidget *entry = gtk_entry_new ();

  self->control = entry;
  gtk_editable_set_enable_undo (GTK_EDITABLE (entry), FALSE);
  gtk_widget_set_valign (entry, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->child), entry);
  if (self->kind == KIND_NUMBER)
    {
      gtk_editable_set_width_chars (GTK_EDITABLE (entry), 14);
      gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 14);
      gtk_entry_set_alignment (GTK_ENTRY (entry), 1);
      gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_NUMBER);
      gtk_widget_add_css_class (entry, "number");
    }
  else if (self->kind == KIND_DATE)
    {
      gtk_editable_set_width_chars (GTK_EDITABLE (entry), 13);
      gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 13);
      gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ ("YYYY-MM-DD"));
      gtk_widget_add_css_class (entry, "number");
      gtk_entry_set_icon_from_icon_name (GTK_ENTRY (entry), GTK_ENTRY_ICON_SECONDARY, "qd-calendar-symbolic");
      gtk_entry_set_icon_tooltip_text (GTK_ENTRY (entry), GTK_ENTRY_ICON_SECONDARY, _ ("Choose the day (Alt+Down)"));
      self->popover = gtk_popover_new ();
      self->calendar = gtk_calendar_new ();
      gtk_popover_set_child (GTK_POPOVER (self->popover), self->calendar);
      gtk_widget_set_parent (self->popover, entry);
      g_signal_connect_swapped (entry, "icon-press", G_CALLBACK (open_calendar), self);
      g_signal_connect_swapped (self->calendar, "day-selected", G_CALLBACK (calendar_day_cb), self);
      add_shortcut (entry, "<Alt>Down", open_calendar_shortcut, self);
      add_shortcut (entry, "<Control>t", today_shortcut, self);
    }
  else
    {
      gtk_editable_set_width_chars (GTK_EDITABLE (entry), 16);
      gtk_editable_set_max_width_chars (GTK_EDITABLE (entry), 30);
    }
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (entry_changed_cb), self);
}

static void
buffer_changed_cb (QdFieldEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->control));
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  if (self->updating)
    return;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  set_value (self, text);
}

static void
build_multiline (QdFieldEditor *self)
{
  GtkWidget *frame = gtk_scrolled_window_new ();

  self->control = gtk_text_view_new ();
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (self->control), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (self->control), FALSE);
  gtk_text_buffer_set_enable_undo (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->control)), FALSE);
  gtk_widget_add_css_class (frame, "editor-frame");
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (frame), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (frame), TRUE);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (frame), 60);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (frame), 220);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (frame), self->control);
  gtk_widget_set_hexpand (frame, TRUE);
  gtk_box_append (GTK_BOX (self->child), frame);
  g_signal_connect_swapped (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->control)), "changed", G_CALLBACK (buffer_changed_cb), self);
}

static void
refresh_multiline (QdFieldEditor *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->control));
  const char *value = qd_instance_get_value (self->instance, self->node);
  GtkTextIter start, end;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  if (g_str_equal (text, value))
    return;
  self->updating = TRUE;
  gtk_text_buffer_set_text (buffer, value, -1);
  self->updating = FALSE;
}

static gboolean
is_chosen (QdFieldEditor *self, const char *choice)
{
  g_auto (GStrv) values = g_strsplit (qd_instance_get_value (self->instance, self->node), " ", -1);

  return g_strv_contains ((const char *const *) values, choice);
}

static void
toggle_cb (GtkWidget *button, QdFieldEditor *self)
{
  const char *value = g_object_get_data (G_OBJECT (button), "value");

  if (self->updating)
    return;
  if (self->kind == KIND_TOGGLES)
    {
      gboolean active = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (button));
      set_value (self, active ? value : "");
    }
  else
    {
      GString *all = g_string_new (NULL);
      for (GtkWidget *w = gtk_widget_get_first_child (self->control); w != NULL; w = gtk_widget_get_next_sibling (w))
        {
          GtkWidget *check = gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (w));
          if (!gtk_check_button_get_active (GTK_CHECK_BUTTON (check)))
            continue;
          if (all->len > 0)
            g_string_append_c (all, ' ');
          g_string_append (all, g_object_get_data (G_OBJECT (check), "value"));
        }
      set_value (self, all->str);
      g_string_free (all, TRUE);
    }
  qd_field_editor_refresh (self);
}

static void
clear_children (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    {
      if (GTK_IS_FLOW_BOX (box))
        gtk_flow_box_remove (GTK_FLOW_BOX (box), child);
      else
        gtk_box_remove (GTK_BOX (box), child);
    }
}

static void
fill_toggles (QdFieldEditor *self)
{
  clear_children (self->control);
  for (guint i = 0; i < self->choices->len; i++)
    {
      const QdChoice *choice = g_ptr_array_index (self->choices, i);
      GtkWidget *button = self->kind == KIND_TOGGLES ? gtk_toggle_button_new_with_label (choice->label) : gtk_check_button_new_with_label (choice->label);
      g_autofree char *name = g_strdup_printf ("%s: %s", self->name != NULL ? self->name : "", choice->label);
      g_object_set_data_full (G_OBJECT (button), "value", g_strdup (choice->value), g_free);
      qd_name (button, name);
      g_signal_connect (button, "toggled", G_CALLBACK (toggle_cb), self);
      if (self->kind == KIND_TOGGLES)
        gtk_box_append (GTK_BOX (self->control), button);
      else
        gtk_flow_box_append (GTK_FLOW_BOX (self->control), button);
    }
  if (self->kind == KIND_MANY)
    for (GtkWidget *w = gtk_widget_get_first_child (self->control); w != NULL; w = gtk_widget_get_next_sibling (w))
      gtk_widget_set_focusable (w, FALSE);
}

static void
refresh_toggles (QdFieldEditor *self)
{
  self->updating = TRUE;
  for (GtkWidget *w = gtk_widget_get_first_child (self->control); w != NULL; w = gtk_widget_get_next_sibling (w))
    {
      GtkWidget *button = GTK_IS_FLOW_BOX_CHILD (w) ? gtk_flow_box_child_get_child (GTK_FLOW_BOX_CHILD (w)) : w;
      gboolean active = is_chosen (self, g_object_get_data (G_OBJECT (button), "value"));
      if (GTK_IS_TOGGLE_BUTTON (button))
        gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), active);
      else
        gtk_check_button_set_active (GTK_CHECK_BUTTON (button), active);
    }
  self->updating = FALSE;
}

static void
build_toggles (QdFieldEditor *self)
{
  if (self->kind == KIND_TOGGLES)
    {
      self->control = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
      gtk_widget_add_css_class (self->control, "linked");
      gtk_widget_set_valign (self->control, GTK_ALIGN_CENTER);
    }
  else
    {
      self->control = gtk_flow_box_new ();
      gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->control), GTK_SELECTION_NONE);
      gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->control), 4);
      gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (self->control), 12);
      gtk_widget_set_hexpand (self->control, TRUE);
    }
  gtk_box_append (GTK_BOX (self->child), self->control);
}

/* Long lists: the chosen ones as buttons that take themselves away, and a choice button that adds. */

static void
remove_chosen_cb (GtkWidget *button, QdFieldEditor *self)
{
  const char *gone = g_object_get_data (G_OBJECT (button), "value");
  g_auto (GStrv) values = g_strsplit (qd_instance_get_value (self->instance, self->node), " ", -1);
  GString *all = g_string_new (NULL);

  for (guint i = 0; values[i] != NULL; i++)
    if (*values[i] != '\0' && !g_str_equal (values[i], gone))
      g_string_append_printf (all, "%s%s", all->len > 0 ? " " : "", values[i]);
  set_value (self, all->str);
  g_string_free (all, TRUE);
  qd_field_editor_refresh (self);
}

static void
add_chosen_cb (QdFieldEditor *self)
{
  const char *value = qd_choice_button_get_value (QD_CHOICE_BUTTON (self->control));
  const char *old = qd_instance_get_value (self->instance, self->node);
  g_autofree char *all = NULL;

  if (self->updating || *value == '\0')
    return;
  if (!is_chosen (self, value))
    {
      all = *old != '\0' ? g_strdup_printf ("%s %s", old, value) : g_strdup (value);
      set_value (self, all);
    }
  qd_field_editor_refresh (self);
}

static void
build_many_long (QdFieldEditor *self)
{
  GtkWidget *chosen = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (chosen), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (chosen), 4);
  gtk_widget_set_hexpand (chosen, TRUE);
  self->control = qd_choice_button_new ();
  gtk_widget_set_valign (self->control, GTK_ALIGN_START);
  g_signal_connect_swapped (self->control, "changed", G_CALLBACK (add_chosen_cb), self);
  gtk_box_append (GTK_BOX (self->child), chosen);
  gtk_box_append (GTK_BOX (self->child), self->control);
}

static void
refresh_many_long (QdFieldEditor *self)
{
  GtkWidget *chosen = gtk_widget_get_first_child (self->child);

  clear_children (chosen);
  for (guint i = 0; i < self->choices->len; i++)
    {
      const QdChoice *choice = g_ptr_array_index (self->choices, i);
      GtkWidget *button, *content;
      g_autofree char *name = NULL;
      if (!is_chosen (self, choice->value))
        continue;
      name = g_strdup_printf (_ ("Remove %s"), choice->label);
      button = gtk_button_new ();
      content = adw_button_content_new ();
      adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "qd-close-symbolic");
      adw_button_content_set_label (ADW_BUTTON_CONTENT (content), choice->label);
      gtk_button_set_child (GTK_BUTTON (button), content);
      gtk_widget_add_css_class (button, "small");
      gtk_widget_set_tooltip_text (button, name);
      qd_name (button, name);
      g_object_set_data_full (G_OBJECT (button), "value", g_strdup (choice->value), g_free);
      g_signal_connect (button, "clicked", G_CALLBACK (remove_chosen_cb), self);
      gtk_flow_box_append (GTK_FLOW_BOX (chosen), button);
      gtk_widget_set_focusable (gtk_widget_get_parent (button), FALSE);
    }
  self->updating = TRUE;
  qd_choice_button_set_value (QD_CHOICE_BUTTON (self->control), "");
  self->updating = FALSE;
}

static void
choice_cb (QdFieldEditor *self)
{
  if (!self->updating)
    set_value (self, qd_choice_button_get_value (QD_CHOICE_BUTTON (self->control)));
}

static void
tick_cb (QdFieldEditor *self)
{
  if (!self->updating)
    set_value (self, gtk_check_button_get_active (GTK_CHECK_BUTTON (self->control)) ? "OK" : "");
}

/* Files: the field holds the name; the workspace knows which blob the declaration calls so. */

typedef struct
{
  QdFieldEditor *editor; /* (owned) */
  QdStore *store;        /* (owned) */
  char *path;            /* (owned) */
} ImportJob;

static void
import_job_free (gpointer data)
{
  ImportJob *job = data;

  g_object_unref (job->editor);
  g_object_unref (job->store);
  g_free (job->path);
  g_free (job);
}

static void
import_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  ImportJob *job = task_data;
  GError *error = NULL;
  char *sha256 = qd_store_import_blob (job->store, job->path, cancellable, &error);

  if (sha256 == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, sha256, g_free);
}

static void
imported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ImportJob *job = g_task_get_task_data (G_TASK (result));
  QdFieldEditor *self = job->editor;
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *base = g_path_get_basename (job->path);

  if (sha256 == NULL)
    {
      qd_toast (GTK_WIDGET (self), error->message, NULL, NULL);
      return;
    }
  if (self->instance == NULL || !qd_instance_is_alive (self->instance, self->node))
    return;
  if (!qd_store_attach (job->store, qd_draft_get_id (self->draft), base, sha256, &error))
    {
      qd_toast (GTK_WIDGET (self), error->message, NULL, NULL);
      return;
    }
  qd_draft_begin_step (self->draft, "attached");
  set_value (self, base);
  qd_draft_end_step (self->draft);
  qd_field_editor_refresh (self);
}

static void
upload_chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdFieldEditor *self = QD_FIELD_EDITOR (source);
  g_autofree char *path = qd_file_dialog_finish (result);
  g_autoptr (GTask) task = NULL;
  ImportJob *job;

  if (path == NULL || self->draft == NULL)
    return;
  job = g_new0 (ImportJob, 1);
  job->editor = g_object_ref (self);
  job->store = g_object_ref (qd_draft_get_store (self->draft));
  job->path = g_steal_pointer (&path);
  task = g_task_new (NULL, NULL, imported_cb, NULL);
  g_task_set_task_data (task, job, import_job_free);
  g_task_run_in_thread (task, import_in_thread);
}

static void
upload_add_cb (QdFieldEditor *self)
{
  qd_file_dialog_async (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("Add File"), _ ("Add"), NULL, NULL, NULL, upload_chosen_cb, NULL);
}

static void
upload_remove_cb (QdFieldEditor *self)
{
  /* The blob stays: undo brings the name back, and sealing takes only files that a field names. */
  set_value (self, "");
  qd_field_editor_refresh (self);
}

static void
build_upload (QdFieldEditor *self)
{
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *remove = qd_icon_button_new ("qd-delete-symbolic", _ ("Remove the file"), NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 32);
  self->control = gtk_button_new_with_label (_ ("Add…"));
  gtk_widget_set_valign (self->control, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (remove, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (remove, "flat");
  g_signal_connect_swapped (self->control, "clicked", G_CALLBACK (upload_add_cb), self);
  g_signal_connect_swapped (remove, "clicked", G_CALLBACK (upload_remove_cb), self);
  gtk_box_append (GTK_BOX (self->child), label);
  gtk_box_append (GTK_BOX (self->child), self->control);
  gtk_box_append (GTK_BOX (self->child), remove);
}

static void
refresh_upload (QdFieldEditor *self)
{
  const char *value = qd_instance_get_value (self->instance, self->node);

  gtk_label_set_text (GTK_LABEL (gtk_widget_get_first_child (self->child)), value);
  gtk_button_set_label (GTK_BUTTON (self->control), *value != '\0' ? _ ("Change…") : _ ("Add…"));
  gtk_widget_set_visible (gtk_widget_get_last_child (self->child), *value != '\0');
}

static void
build_value (QdFieldEditor *self)
{
  self->control = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->control), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->control), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (self->control), FALSE);
  gtk_label_set_xalign (GTK_LABEL (self->control), 1);
  gtk_label_set_max_width_chars (GTK_LABEL (self->control), 48);
  gtk_widget_add_css_class (self->control, "qd-strong");
  gtk_widget_add_css_class (self->control, "qd-figure");
  gtk_box_append (GTK_BOX (self->child), self->control);
}

static void
refresh_value (QdFieldEditor *self)
{
  g_autofree char *display = qd_instance_dup_display (self->instance, self->node);
  g_autofree char *shown = has_separators (self) ? qd_look_number (display != NULL ? display : "") : g_strdup (display != NULL ? display : "");
  gboolean is_long = g_utf8_strlen (shown, -1) > 24;

  gtk_label_set_text (GTK_LABEL (self->control), *shown != '\0' ? shown : "—");
  gtk_label_set_wrap (GTK_LABEL (self->control), is_long);
  gtk_label_set_width_chars (GTK_LABEL (self->control), is_long ? 24 : -1);
}

void
qd_field_editor_refresh (QdFieldEditor *self)
{
  gboolean editable = !qd_instance_is_readonly (self->instance, self->node);

  if (self->kind == KIND_TOGGLES || self->kind == KIND_MANY || self->kind == KIND_MANY_LONG || self->kind == KIND_CHOICE)
    {
      g_autoptr (GPtrArray) choices = qd_instance_get_choices (self->instance, self->node);
      if (choices != self->choices)
        {
          g_clear_pointer (&self->choices, g_ptr_array_unref);
          self->choices = g_ptr_array_ref (choices);
          if (self->kind == KIND_CHOICE || self->kind == KIND_MANY_LONG)
            qd_choice_button_set_choices (QD_CHOICE_BUTTON (self->control), choices);
          else
            fill_toggles (self);
        }
    }
  switch (self->kind)
    {
    case KIND_TEXT:
    case KIND_NUMBER:
    case KIND_DATE:
      refresh_entry (self);
      break;
    case KIND_MULTILINE:
      refresh_multiline (self);
      break;
    case KIND_TOGGLES:
    case KIND_MANY:
      refresh_toggles (self);
      break;
    case KIND_MANY_LONG:
      refresh_many_long (self);
      break;
    case KIND_CHOICE:
      self->updating = TRUE;
      qd_choice_button_set_value (QD_CHOICE_BUTTON (self->control), qd_instance_get_value (self->instance, self->node));
      self->updating = FALSE;
      break;
    case KIND_TICK:
      self->updating = TRUE;
      gtk_check_button_set_active (GTK_CHECK_BUTTON (self->control), *qd_instance_get_value (self->instance, self->node) != '\0');
      self->updating = FALSE;
      break;
    case KIND_UPLOAD:
      refresh_upload (self);
      break;
    case KIND_VALUE:
      refresh_value (self);
      return;
    case KIND_NOTE:
    default:
      return;
    }
  gtk_widget_set_sensitive (self->child, editable);
}

static void
enter_cb (QdFieldEditor *self)
{
  self->focused = TRUE;
  if (self->kind == KIND_NUMBER)
    show_text (self, qd_instance_get_value (self->instance, self->node));
  g_signal_emit (self, signals[SIGNAL_ENTERED], 0);
}

static void
leave_cb (QdFieldEditor *self)
{
  self->focused = FALSE;
  qd_field_editor_commit (self);
  if (self->instance != NULL && qd_instance_is_alive (self->instance, self->node))
    qd_field_editor_refresh (self);
  g_signal_emit (self, signals[SIGNAL_LEFT], 0);
}

gboolean
qd_field_editor_is_wide (QdFieldEditor *self)
{
  return self->kind == KIND_MULTILINE || self->kind == KIND_MANY || self->kind == KIND_MANY_LONG;
}

gboolean
qd_field_editor_has_focus (QdFieldEditor *self)
{
  return self->focused;
}

gboolean
qd_field_editor_can_be_fine (QdFieldEditor *self)
{
  return self->kind != KIND_VALUE && self->kind != KIND_NOTE && *qd_instance_get_value (self->instance, self->node) != '\0';
}

void
qd_field_editor_describe (QdFieldEditor *self, const char *name, const char *description, gboolean invalid)
{
  if (self->control == NULL)
    return;
  if (g_strcmp0 (self->name, name) != 0)
    {
      g_free (self->name);
      self->name = g_strdup (name);
      if (self->kind == KIND_TOGGLES || self->kind == KIND_MANY)
        {
          fill_toggles (self);
          refresh_toggles (self);
        }
    }
  if (self->kind != KIND_VALUE)
    qd_name (self->control, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->control), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description != NULL ? description : "", -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->control), GTK_ACCESSIBLE_STATE_INVALID, invalid ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
}

static gboolean
qd_field_editor_grab_focus (GtkWidget *widget)
{
  QdFieldEditor *self = QD_FIELD_EDITOR (widget);

  if (self->control == NULL)
    return FALSE;
  if (self->kind == KIND_TOGGLES || self->kind == KIND_MANY)
    return gtk_widget_child_focus (self->control, GTK_DIR_TAB_FORWARD);
  return gtk_widget_grab_focus (self->control);
}

static void
qd_field_editor_dispose (GObject *object)
{
  QdFieldEditor *self = QD_FIELD_EDITOR (object);

  qd_field_editor_commit (self);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->control = NULL;
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  self->instance = NULL;
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (qd_field_editor_parent_class)->dispose (object);
}

static void
qd_field_editor_finalize (GObject *object)
{
  g_free (QD_FIELD_EDITOR (object)->name);
  G_OBJECT_CLASS (qd_field_editor_parent_class)->finalize (object);
}

static void
qd_field_editor_class_init (QdFieldEditorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qd_field_editor_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_field_editor_finalize;
  widget_class->grab_focus = qd_field_editor_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  signals[SIGNAL_EDITED] = g_signal_new ("edited", QD_TYPE_FIELD_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_LEFT] = g_signal_new ("left", QD_TYPE_FIELD_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ENTERED] = g_signal_new ("entered", QD_TYPE_FIELD_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qd_field_editor_init (QdFieldEditor *self)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->child = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_set_parent (self->child, GTK_WIDGET (self));
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (enter_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}

GtkWidget *
qd_field_editor_new (QdDraft *draft, QdNodeId node)
{
  QdFieldEditor *self = g_object_new (QD_TYPE_FIELD_EDITOR, NULL);

  self->draft = g_object_ref (draft);
  self->instance = qd_draft_get_instance (draft);
  self->node = node;
  self->kind = kind_of (draft, node);
  switch (self->kind)
    {
    case KIND_TEXT:
    case KIND_NUMBER:
    case KIND_DATE:
      build_entry (self);
      break;
    case KIND_MULTILINE:
      build_multiline (self);
      break;
    case KIND_TOGGLES:
    case KIND_MANY:
      build_toggles (self);
      break;
    case KIND_MANY_LONG:
      build_many_long (self);
      break;
    case KIND_CHOICE:
      self->control = qd_choice_button_new ();
      gtk_box_append (GTK_BOX (self->child), self->control);
      g_signal_connect_swapped (self->control, "changed", G_CALLBACK (choice_cb), self);
      break;
    case KIND_TICK:
      self->control = gtk_check_button_new_with_label (_ ("Done"));
      gtk_box_append (GTK_BOX (self->child), self->control);
      g_signal_connect_swapped (self->control, "toggled", G_CALLBACK (tick_cb), self);
      break;
    case KIND_UPLOAD:
      build_upload (self);
      break;
    case KIND_VALUE:
      build_value (self);
      break;
    case KIND_NOTE:
    default:
      break;
    }
  qd_field_editor_refresh (self);
  return GTK_WIDGET (self);
}
