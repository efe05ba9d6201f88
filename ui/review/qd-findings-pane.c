/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-findings-pane"
#include "config.h"
#include "qd-findings-pane.h"

#include <glib/gi18n.h>
#include <string.h>
#include "qd-bar.h"
#include "qd-header.h"
#include "qd-look.h"

#define MAX_ROWS 50        /* of one group; the rest is counted */
#define MAX_REMEMBERED 300 /* of one severity at a check, to say which were cured */

struct _QdFindingsPane
{
  GtkWidget parent_instance;
  QdDraft *draft; /* (owned) */
  gboolean checked;
  GDateTime *checked_at; /* (owned) (nullable) */
  GHashTable *at_check;  /* key → place: the first findings of the last check */
  GPtrArray *points;     /* (owned) (nullable) (element-type QdReturnPoint) */
  GArray *order;         /* (element-type QdNodeId): as listed */
  int current;           /* index in order, -1 none */
  gboolean update_later; /* a reason is being written: rows stay until the focus leaves */

  GtkWidget *box;
  GtkWidget *bar;
  GtkWidget *filters[4];
  GtkWidget *list;
  GtkWidget *none;
  GtkWidget *scroller;
};

G_DEFINE_FINAL_TYPE (QdFindingsPane, qd_findings_pane, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_GO_TO,
  SIGNAL_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void rebuild (QdFindingsPane *self);

static void
point_free (gpointer data)
{
  QdReturnPoint *point = data;

  g_free (point->path);
  g_free (point->message);
  g_free (point);
}

static char *
finding_key (const QdFinding *finding)
{
  return g_strdup_printf ("%s\n%s", qd_finding_get_rule (finding), qd_finding_get_path (finding));
}

/* Rows. */

static void
jump_cb (GtkWidget *widget, QdFindingsPane *self)
{
  QdNodeId node = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (widget), "node"));

  g_signal_emit (self, signals[SIGNAL_GO_TO], 0, (guint) node);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, QdFindingsPane *self)
{
  QdNodeId node = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "node"));

  if (node == 0)
    return;
  for (guint i = 0; i < self->order->len; i++)
    if (g_array_index (self->order, QdNodeId, i) == node)
      self->current = (int) i;
  g_signal_emit (self, signals[SIGNAL_GO_TO], 0, (guint) node);
}

static void
fix_cb (GtkWidget *button, QdFindingsPane *self)
{
  QdFinding *finding = g_object_get_data (G_OBJECT (button), "finding");
  QdInstance *instance = qd_draft_get_instance (self->draft);
  g_autoptr (GError) error = NULL;

  qd_draft_begin_step (self->draft, "fixed");
  if (!qd_instance_set_value (instance, qd_finding_get_node (finding), qd_finding_get_fix (finding), &error))
    qd_toast (GTK_WIDGET (self), error->message, NULL, NULL);
  qd_draft_end_step (self->draft);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
save_reason (GtkWidget *entry, QdFindingsPane *self)
{
  QdFinding *finding = g_object_get_data (G_OBJECT (entry), "finding");
  g_autofree char *name = g_strconcat ("why-", qd_finding_get_rule (finding), NULL);
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  const char *old = qd_finding_get_reason (finding);
  QdInstance *instance = qd_draft_get_instance (self->draft);

  if (g_strcmp0 (old != NULL ? old : "", text) == 0 || !qd_instance_is_alive (instance, qd_finding_get_node (finding)))
    return;
  qd_instance_set_annotation (instance, qd_finding_get_node (finding), name, *text != '\0' ? text : NULL, NULL);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static gboolean
rebuild_idle_cb (gpointer user_data)
{
  g_autoptr (QdFindingsPane) self = user_data;

  if (self->draft != NULL && self->update_later)
    rebuild (self);
  return G_SOURCE_REMOVE;
}

static void
reason_left_cb (GtkEventController *controller, QdFindingsPane *self)
{
  save_reason (gtk_event_controller_get_widget (controller), self);
  if (self->update_later)
    g_idle_add (rebuild_idle_cb, g_object_ref (self));
}

static GtkWidget *
reason_entry_new (QdFindingsPane *self, QdFinding *finding)
{
  GtkWidget *entry = gtk_entry_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_autofree char *name = g_strdup_printf (_ ("Reason for: %s"), qd_finding_get_place (finding));

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ ("A reason makes sealing possible"));
  gtk_editable_set_text (GTK_EDITABLE (entry), qd_finding_get_reason (finding) != NULL ? qd_finding_get_reason (finding) : "");
  qd_name (entry, name);
  g_object_set_data_full (G_OBJECT (entry), "finding", qd_finding_ref (finding), (GDestroyNotify) qd_finding_unref);
  g_signal_connect (entry, "activate", G_CALLBACK (save_reason), self);
  g_signal_connect (focus, "leave", G_CALLBACK (reason_left_cb), self);
  gtk_widget_add_controller (entry, focus);
  return entry;
}

static GtkWidget *
row_new (QdFindingsPane *self, int severity, const char *place, const char *message, QdNodeId node, QdFinding *finding)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *icon = qd_icon_new (qd_look_severity_icon (severity), qd_look_severity_css (severity));
  g_autofree char *name = g_strdup_printf (_ ("%s: %s. %s"), qd_look_severity_word (severity), place, message);
  gboolean editable = !qd_draft_is_read_only (self->draft);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (icon, 3);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), qd_label_new (place, "qd-strong"));
  gtk_box_append (GTK_BOX (texts), qd_label_new (message, "qd-dense"));
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), texts);
  if (finding != NULL && severity == QD_SEVERITY_POSSIBLE && editable)
    gtk_box_append (GTK_BOX (texts), reason_entry_new (self, finding));
  else if (finding != NULL && qd_finding_get_reason (finding) != NULL)
    {
      g_autofree char *explained = g_strdup_printf (_ ("Explained: %s"), qd_finding_get_reason (finding));
      gtk_box_append (GTK_BOX (texts), qd_label_new (explained, "qd-caption"));
    }
  if (finding != NULL && qd_finding_get_fix (finding) != NULL && editable)
    {
      g_autofree char *shown = qd_look_number (qd_finding_get_fix (finding));
      g_autofree char *label = g_strdup_printf (_ ("Change to %s"), shown);
      GtkWidget *fix = gtk_button_new_with_label (label);
      g_autofree char *fix_name = g_strdup_printf (_ ("%s: %s"), place, label);
      gtk_widget_set_valign (fix, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (fix, "qd-small");
      g_object_set_data_full (G_OBJECT (fix), "finding", qd_finding_ref (finding), (GDestroyNotify) qd_finding_unref);
      g_signal_connect (fix, "clicked", G_CALLBACK (fix_cb), self);
      qd_name (fix, fix_name);
      gtk_box_append (GTK_BOX (box), fix);
    }
  if (node != 0)
    {
      g_autofree char *jump_name = g_strdup_printf (_ ("Go to: %s"), place);
      GtkWidget *jump = qd_icon_button_new ("qd-jump-symbolic", jump_name, NULL);
      gtk_widget_set_valign (jump, GTK_ALIGN_CENTER);
      g_object_set_data (G_OBJECT (jump), "node", GUINT_TO_POINTER (node));
      g_signal_connect (jump, "clicked", G_CALLBACK (jump_cb), self);
      gtk_box_append (GTK_BOX (box), jump);
      g_array_append_val (self->order, node);
    }
  gtk_widget_set_margin_top (box, 8);
  gtk_widget_set_margin_bottom (box, 8);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data (G_OBJECT (row), "node", GUINT_TO_POINTER (node));
  qd_name (row, name);
  return row;
}

static GtkWidget *
add_group (QdFindingsPane *self, const char *icon, const char *css, const char *title, const char *detail)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = qd_label_new (title, "qd-strong");
  GtkWidget *list = gtk_list_box_new ();

  gtk_widget_add_css_class (head, "qd-findings-head");
  qd_look_set_css (label, css);
  gtk_box_append (GTK_BOX (head), qd_icon_new (icon, css));
  gtk_box_append (GTK_BOX (head), label);
  gtk_box_append (GTK_BOX (head), qd_label_new (detail, "qd-caption"));
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  qd_name (list, title);
  g_signal_connect (list, "row-activated", G_CALLBACK (row_activated_cb), self);
  gtk_box_append (GTK_BOX (self->list), head);
  gtk_box_append (GTK_BOX (self->list), list);
  return list;
}

static void
add_more (GtkWidget *list, guint n)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%u more", "%u more", n), n);
  GtkWidget *label = gtk_label_new (text);

  gtk_widget_set_margin_top (label, 6);
  gtk_widget_set_margin_bottom (label, 6);
  gtk_widget_add_css_class (label, "qd-caption");
  gtk_list_box_append (GTK_LIST_BOX (list), label);
}

static guint
count_severity (const QdFindingCounts *counts, int severity, gboolean checked)
{
  if (severity == QD_SEVERITY_CRITICAL)
    return counts->critical - (checked ? 0 : counts->required);
  return severity == QD_SEVERITY_POSSIBLE ? counts->possible : counts->notice;
}

static void
add_severity (QdFindingsPane *self, const QdFindingCounts *counts, int severity, const char *detail)
{
  QdInstance *instance = qd_draft_get_instance (self->draft);
  guint n = count_severity (counts, severity, self->checked);
  g_autoptr (GPtrArray) findings = NULL;
  g_autofree char *title = NULL;
  GtkWidget *list;

  if (n == 0)
    return;
  title = g_strdup_printf ("%s %u", qd_look_severity_word (severity), n);
  list = add_group (self, qd_look_severity_icon (severity), qd_look_severity_css (severity), title, detail);
  findings = qd_instance_list_findings (instance, qd_instance_get_root (instance), (QdSeverity) severity, self->checked, MAX_ROWS);
  for (guint i = 0; i < findings->len; i++)
    {
      QdFinding *finding = g_ptr_array_index (findings, i);

      gtk_list_box_append (GTK_LIST_BOX (list), row_new (self, severity, qd_finding_get_place (finding), qd_finding_get_message (finding), qd_finding_get_node (finding), finding));
    }
  if (n > MAX_ROWS)
    add_more (list, n - MAX_ROWS);
}

static void
add_points (QdFindingsPane *self)
{
  QdInstance *instance = qd_draft_get_instance (self->draft);
  GtkWidget *list;
  g_autofree char *title = NULL;

  if (self->points == NULL || self->points->len == 0)
    return;
  title = g_strdup_printf (ngettext ("Receiver %u point", "Receiver %u points", self->points->len), self->points->len);
  list = add_group (self, "qd-return-symbolic", "qd-warning", title, _ ("from the return"));
  for (guint i = 0; i < self->points->len; i++)
    {
      const QdReturnPoint *point = g_ptr_array_index (self->points, i);
      QdNodeId node = point->path != NULL ? qd_instance_find (instance, point->path) : 0;
      g_autofree char *label = node != 0 ? qd_instance_dup_label (instance, node) : NULL;
      gtk_list_box_append (GTK_LIST_BOX (list), row_new (self, QD_SEVERITY_POSSIBLE, label != NULL ? label : _ ("Declaration"), point->message, node, NULL));
    }
}

/* Is the finding of the check still there? */
static gboolean
is_found (QdInstance *instance, const char *key)
{
  const char *path = strchr (key, '\n') + 1;
  QdNodeId node = qd_instance_find (instance, path);
  g_autoptr (GPtrArray) findings = node != 0 ? qd_instance_get_node_findings (instance, node) : NULL;

  for (guint i = 0; findings != NULL && i < findings->len; i++)
    if (strncmp (qd_finding_get_rule (g_ptr_array_index (findings, i)), key, (gsize) (path - key) - 1) == 0 && qd_finding_get_rule (g_ptr_array_index (findings, i))[path - key - 1] == '\0')
      return TRUE;
  return FALSE;
}

static void
add_cured (QdFindingsPane *self)
{
  QdInstance *instance = qd_draft_get_instance (self->draft);
  g_autoptr (GPtrArray) cured = g_ptr_array_new ();
  g_autofree char *title = NULL;
  GtkWidget *list;
  GHashTableIter iter;
  gpointer key, place;

  g_hash_table_iter_init (&iter, self->at_check);
  while (g_hash_table_iter_next (&iter, &key, &place))
    if (!is_found (instance, key))
      g_ptr_array_add (cured, place);
  if (cured->len == 0)
    return;
  title = g_strdup_printf (ngettext ("Cured %u", "Cured %u", cured->len), cured->len);
  list = add_group (self, "qd-ok-symbolic", "qd-ok", title, _ ("since the check"));
  for (guint i = 0; i < cured->len; i++)
    {
      GtkWidget *label = qd_label_new (g_ptr_array_index (cured, i), "qd-caption");

      gtk_widget_set_margin_top (label, 6);
      gtk_widget_set_margin_bottom (label, 6);
      gtk_widget_set_margin_start (label, 12);
      gtk_list_box_append (GTK_LIST_BOX (list), label);
    }
}

static void
show_verdict (QdFindingsPane *self, const QdFindingCounts *counts)
{
  guint critical = counts->critical, unexplained = counts->possible - counts->explained;
  g_autofree char *text = NULL;
  g_autofree char *time = self->checked_at != NULL ? g_date_time_format (self->checked_at, "%H:%M:%S") : NULL;

  if (critical > 0 || unexplained > 0)
    text = g_strdup_printf (_ ("Cannot seal yet: %u to fix, %u to explain."), critical, unexplained);
  else
    text = g_strdup (_ ("Can be sealed: nothing to fix, every doubt explained."));
  if (self->checked && time != NULL)
    {
      g_autofree char *with_time = g_strdup_printf (_ ("%s Checked at %s."), text, time);
      g_free (text);
      text = g_steal_pointer (&with_time);
    }
  qd_bar_show (QD_BAR (self->bar), critical > 0 ? "error" : unexplained > 0 ? "warning"
                                                                            : "ok",
               text,
               self->checked ? NULL : C_ ("verb", "Check"),
               "win.check");
}

static int
chosen_filter (QdFindingsPane *self)
{
  static const int severities[] = { -1, QD_SEVERITY_CRITICAL, QD_SEVERITY_POSSIBLE, QD_SEVERITY_NOTICE };

  for (guint i = 0; i < G_N_ELEMENTS (self->filters); i++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->filters[i])))
      return severities[i];
  return -1;
}

static void
label_filters (QdFindingsPane *self, const QdFindingCounts *counts)
{
  static const int severities[] = { QD_SEVERITY_CRITICAL, QD_SEVERITY_POSSIBLE, QD_SEVERITY_NOTICE };
  guint all = 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < 3; i++)
    {
      guint n = count_severity (counts, severities[i], self->checked);
      g_autofree char *label = g_strdup_printf ("%s %u", qd_look_severity_word (severities[i]), n);

      gtk_button_set_label (GTK_BUTTON (self->filters[i + 1]), label);
      all += n;
    }
  text = g_strdup_printf (_ ("All %u"), all);
  gtk_button_set_label (GTK_BUTTON (self->filters[0]), text);
}

static gboolean
reason_has_focus (QdFindingsPane *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && GTK_IS_TEXT (focus) && gtk_widget_is_ancestor (focus, self->list);
}

static void
rebuild (QdFindingsPane *self)
{
  QdInstance *instance = qd_draft_get_instance (self->draft);
  QdFindingCounts counts;
  int filter = chosen_filter (self);
  GtkWidget *child;

  qd_instance_count_findings (instance, qd_instance_get_root (instance), &counts);
  label_filters (self, &counts);
  show_verdict (self, &counts);
  self->update_later = reason_has_focus (self);
  if (self->update_later)
    return;
  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_box_remove (GTK_BOX (self->list), child);
  g_array_set_size (self->order, 0);
  add_points (self);
  if (filter == -1 || filter == QD_SEVERITY_CRITICAL)
    add_severity (self, &counts, QD_SEVERITY_CRITICAL, _ ("sealing needs them fixed"));
  if (filter == -1 || filter == QD_SEVERITY_POSSIBLE)
    add_severity (self, &counts, QD_SEVERITY_POSSIBLE, _ ("check, or give a reason"));
  if (filter == -1 || filter == QD_SEVERITY_NOTICE)
    add_severity (self, &counts, QD_SEVERITY_NOTICE, _ ("compared with last year; does not block sealing"));
  if (filter == -1)
    add_cured (self);
  if (self->current >= (int) self->order->len)
    self->current = (int) self->order->len - 1;
  gtk_widget_set_visible (self->none, gtk_widget_get_first_child (self->list) == NULL);
  gtk_widget_set_visible (self->scroller, gtk_widget_get_first_child (self->list) != NULL);
}

void
qd_findings_pane_update (QdFindingsPane *self, gboolean checked)
{
  self->checked = checked;
  rebuild (self);
}

void
qd_findings_pane_mark_checked (QdFindingsPane *self)
{
  QdInstance *instance = qd_draft_get_instance (self->draft);

  g_clear_pointer (&self->checked_at, g_date_time_unref);
  self->checked_at = g_date_time_new_now_local ();
  self->checked = TRUE;
  g_hash_table_remove_all (self->at_check);
  for (guint severity = QD_SEVERITY_NOTICE; severity <= QD_SEVERITY_CRITICAL; severity++)
    {
      g_autoptr (GPtrArray) findings = qd_instance_list_findings (instance, qd_instance_get_root (instance), (QdSeverity) severity, TRUE, MAX_REMEMBERED);

      for (guint i = 0; i < findings->len; i++)
        g_hash_table_insert (self->at_check, finding_key (g_ptr_array_index (findings, i)), g_strdup (qd_finding_get_place (g_ptr_array_index (findings, i))));
    }
  rebuild (self);
}

void
qd_findings_pane_set_points (QdFindingsPane *self, GPtrArray *points)
{
  g_clear_pointer (&self->points, g_ptr_array_unref);
  if (points != NULL)
    {
      self->points = g_ptr_array_new_with_free_func (point_free);
      for (guint i = 0; i < points->len; i++)
        {
          const QdReturnPoint *point = g_ptr_array_index (points, i);
          QdReturnPoint *copy = g_new0 (QdReturnPoint, 1);
          copy->path = g_strdup (point->path);
          copy->message = g_strdup (point->message);
          g_ptr_array_add (self->points, copy);
        }
    }
  rebuild (self);
}

QdNodeId
qd_findings_pane_step (QdFindingsPane *self, gboolean back)
{
  if (self->order->len == 0)
    return 0;
  if (self->current < 0)
    self->current = back ? (int) self->order->len - 1 : 0;
  else
    self->current = (self->current + (back ? (int) self->order->len - 1 : 1)) % (int) self->order->len;
  return g_array_index (self->order, QdNodeId, self->current);
}

guint
qd_findings_pane_get_n_rows (QdFindingsPane *self)
{
  return self->order->len;
}

const char *
qd_findings_pane_get_verdict (QdFindingsPane *self)
{
  return qd_bar_get_text (QD_BAR (self->bar));
}

static void
filter_toggled_cb (GtkToggleButton *button, QdFindingsPane *self)
{
  if (gtk_toggle_button_get_active (button) && self->draft != NULL)
    rebuild (self);
}

static void
qd_findings_pane_dispose (GObject *object)
{
  QdFindingsPane *self = QD_FINDINGS_PANE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (qd_findings_pane_parent_class)->dispose (object);
}

static void
qd_findings_pane_finalize (GObject *object)
{
  QdFindingsPane *self = QD_FINDINGS_PANE (object);

  g_clear_pointer (&self->checked_at, g_date_time_unref);
  g_hash_table_unref (self->at_check);
  g_clear_pointer (&self->points, g_ptr_array_unref);
  g_array_unref (self->order);
  G_OBJECT_CLASS (qd_findings_pane_parent_class)->finalize (object);
}

static void
qd_findings_pane_class_init (QdFindingsPaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_findings_pane_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_findings_pane_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[SIGNAL_GO_TO] = g_signal_new ("go-to", QD_TYPE_FINDINGS_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", QD_TYPE_FINDINGS_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
build_filters (QdFindingsPane *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *linked = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *hint = qd_label_new (_ ("Enter goes there, next"), "qd-caption");
  GtkWidget *key = gtk_label_new ("F8");

  gtk_widget_add_css_class (linked, "linked");
  for (guint i = 0; i < G_N_ELEMENTS (self->filters); i++)
    {
      self->filters[i] = gtk_toggle_button_new_with_label ("");
      gtk_widget_add_css_class (self->filters[i], "qd-small");
      if (i > 0)
        gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->filters[i]), GTK_TOGGLE_BUTTON (self->filters[0]));
      g_signal_connect (self->filters[i], "toggled", G_CALLBACK (filter_toggled_cb), self);
      gtk_box_append (GTK_BOX (linked), self->filters[i]);
    }
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->filters[0]), TRUE);
  gtk_widget_set_hexpand (hint, TRUE);
  gtk_label_set_xalign (GTK_LABEL (hint), 1);
  gtk_label_set_wrap (GTK_LABEL (hint), FALSE);
  gtk_label_set_ellipsize (GTK_LABEL (hint), PANGO_ELLIPSIZE_START);
  gtk_widget_add_css_class (key, "qd-keycap");
  gtk_widget_set_valign (key, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (line), linked);
  gtk_box_append (GTK_BOX (line), hint);
  gtk_box_append (GTK_BOX (line), key);
  gtk_widget_set_margin_start (line, 14);
  gtk_widget_set_margin_end (line, 14);
  gtk_widget_set_margin_top (line, 9);
  gtk_widget_set_margin_bottom (line, 3);
  return line;
}

static void
qd_findings_pane_init (QdFindingsPane *self)
{
  self->at_check = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->order = g_array_new (FALSE, FALSE, sizeof (QdNodeId));
  self->current = -1;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->bar = qd_bar_new ();
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_margin_start (self->list, 14);
  gtk_widget_set_margin_end (self->list, 14);
  gtk_widget_set_margin_bottom (self->list, 14);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
  gtk_widget_set_vexpand (self->scroller, TRUE);
  self->none = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->none), "qd-ok-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (self->none), _ ("No findings"));
  gtk_widget_add_css_class (self->none, "compact");
  gtk_widget_set_vexpand (self->none, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->bar);
  gtk_box_append (GTK_BOX (self->box), build_filters (self));
  gtk_box_append (GTK_BOX (self->box), self->scroller);
  gtk_box_append (GTK_BOX (self->box), self->none);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
qd_findings_pane_new (QdDraft *draft)
{
  QdFindingsPane *self = g_object_new (QD_TYPE_FINDINGS_PANE, NULL);

  self->draft = g_object_ref (draft);
  rebuild (self);
  return GTK_WIDGET (self);
}
