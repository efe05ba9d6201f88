/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-cockpit-line"
#include "config.h"
#include "qd-cockpit-line.h"

#include <glib/gi18n.h>
#include "qd-look.h"
#include "qd-month-strip.h"

G_DEFINE_FINAL_TYPE (QdCockpitLine, qd_cockpit_line, G_TYPE_OBJECT)

static void
qd_cockpit_line_finalize (GObject *object)
{
  QdCockpitLine *self = QD_COCKPIT_LINE (object);

  g_free (self->path);
  g_free (self->name);
  g_free (self->title);
  g_free (self->note);
  g_free (self->chip);
  g_free (self->day);
  G_OBJECT_CLASS (qd_cockpit_line_parent_class)->finalize (object);
}

static void
qd_cockpit_line_class_init (QdCockpitLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_cockpit_line_finalize;
}

static void
qd_cockpit_line_init (QdCockpitLine *self)
{
  self->state = -1;
}

static QdCockpitLine *
line_new (const char *path, const char *name, char *title)
{
  QdCockpitLine *self = g_object_new (QD_TYPE_COCKPIT_LINE, NULL);

  self->path = g_strdup (path);
  self->name = g_strdup (name);
  self->title = title;
  self->note = g_strdup ("");
  self->chip = g_strdup ("");
  self->day = g_strdup ("");
  return self;
}

static int
compare_lines (gconstpointer a, gconstpointer b, gpointer data)
{
  const QdCockpitLine *left = a, *right = b;

  if (left->order != right->order)
    return left->order < right->order ? -1 : 1;
  return g_utf8_collate (left->name, right->name);
}

/* Calendar */

static QdCockpitLine *
deadline_new (QdEnterprise *enterprise, const QdSummaryDuty *duty, const char *today)
{
  QdCockpitLine *self = line_new (qd_enterprise_get_path (enterprise), qd_enterprise_get_name (enterprise), g_strdup (duty->title));
  int days = qd_board_days_between (today, duty->due);
  GDate due;

  g_date_clear (&due, 1);
  g_date_set_parse (&due, duty->due);
  self->declaration = duty->declaration;
  g_free (self->day);
  self->day = g_strdup (duty->due);
  self->order = days;
  self->group = days < 0 ? QD_DUTY_GROUP_OVERDUE : days <= QD_BOARD_DAYS_AHEAD ? QD_DUTY_GROUP_SOON
                                                                               : QD_DUTY_GROUP_LATER;
  self->month = days < 0 ? qd_month_strip_parse (today) : qd_month_strip_parse (duty->due);
  g_free (self->note);
  self->note = duty->statutory ? g_strdup (duty->due) : g_strdup_printf ("%s · %s", duty->due, _ ("default cycle"));
  g_free (self->chip);
  if (days < 0)
    self->chip = g_strdup_printf (ngettext ("%d day overdue", "%d days overdue", -days), -days);
  else if (days == 0)
    self->chip = g_strdup (_ ("Due today"));
  else
    self->chip = g_strdup_printf (ngettext ("%d day left", "%d days left", days), days);
  self->icon = days < 0 ? "qd-critical-symbolic" : "qd-clock-symbolic";
  self->css = qd_duty_group_css (self->group);
  return self;
}

static const QdSummary *
get_summary (QdCockpit *cockpit, guint i, QdEnterprise **enterprise_out)
{
  *enterprise_out = g_list_model_get_item (qd_cockpit_get_enterprises (cockpit), i);
  g_object_unref (*enterprise_out); /* the model holds it */
  return qd_enterprise_get_summary (*enterprise_out);
}

static guint
count_enterprises (QdCockpit *cockpit)
{
  return g_list_model_get_n_items (qd_cockpit_get_enterprises (cockpit));
}

static GListStore *
make_store (GPtrArray *lines)
{
  GListStore *store = g_list_store_new (QD_TYPE_COCKPIT_LINE);

  g_list_store_splice (store, 0, 0, lines->pdata, lines->len);
  g_list_store_sort (store, compare_lines, NULL);
  return store;
}

GListStore *
qd_cockpit_lines_of_calendar (QdCockpit *cockpit, const char *today)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < count_enterprises (cockpit); i++)
    {
      QdEnterprise *enterprise;
      const QdSummary *summary = get_summary (cockpit, i, &enterprise);
      for (guint j = 0; summary != NULL && j < summary->duties->len; j++)
        if (qd_month_strip_parse (((const QdSummaryDuty *) summary->duties->pdata[j])->due) != 0)
          g_ptr_array_add (lines, deadline_new (enterprise, summary->duties->pdata[j], today));
    }
  return make_store (lines);
}

/* Deliveries */

static char *
dup_form_title (QdCockpit *cockpit, const char *form_id, const char *period)
{
  QdPack *pack = qd_cockpit_get_pack (cockpit);
  QdForm *form = pack != NULL ? qd_pack_get_form (pack, form_id, NULL) : NULL;
  const char *name = form != NULL ? qd_form_get_title (form, qd_look_get_language ()) : form_id;
  g_autofree char *label = qd_look_period (period);

  /* Translators: form, period */
  return *label != '\0' ? g_strdup_printf (C_ ("cockpit", "%s, %s"), name, label) : g_strdup (name);
}

const char *
qd_cockpit_delivery_word (QdState state)
{
  return state == QD_STATE_SEALED ? _ ("Sealed, not sent") : qd_look_state_word (state);
}

/* What is under way is said by bytes; "sent", "received" and "accepted" are the receiver's words only. */
static char *
dup_delivery_note (const QdSummaryDelivery *delivery)
{
  GString *note = g_string_new (delivery->target);
  g_autofree char *time = qd_look_time (delivery->changed_at);

  g_string_append_printf (note, " · %s", time);
  if (delivery->state == QD_STATE_SEALED && delivery->size > 0)
    g_string_append_printf (note, " · %d%%", (int) CLAMP (delivery->offset * 100 / delivery->size, 0, 100));
  if (*delivery->problem != '\0')
    g_string_append_printf (note, " · %s", delivery->problem);
  return g_string_free (note, FALSE);
}

GListStore *
qd_cockpit_lines_of_deliveries (QdCockpit *cockpit)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < count_enterprises (cockpit); i++)
    {
      QdEnterprise *enterprise;
      const QdSummary *summary = get_summary (cockpit, i, &enterprise);
      for (guint j = 0; summary != NULL && j < summary->deliveries->len; j++)
        {
          const QdSummaryDelivery *delivery = summary->deliveries->pdata[j];
          QdCockpitLine *line = line_new (qd_enterprise_get_path (enterprise), qd_enterprise_get_name (enterprise), dup_form_title (cockpit, delivery->form_id, delivery->period));

          line->declaration = delivery->declaration;
          line->state = (int) delivery->state;
          line->order = -delivery->changed_at;
          line->icon = qd_look_state_icon (delivery->state);
          line->css = qd_look_state_css (delivery->state);
          g_free (line->chip);
          line->chip = g_strdup (qd_cockpit_delivery_word (delivery->state));
          g_free (line->note);
          line->note = dup_delivery_note (delivery);
          g_ptr_array_add (lines, line);
        }
    }
  return make_store (lines);
}

/* Packs */

typedef struct
{
  char *form_id;
  char *version;
  guint declarations;
  guint enterprises;
  guint last; /* enterprise that was counted last, from 1 */
} Use;

static void
use_free (gpointer data)
{
  Use *self = data;

  g_free (self->form_id);
  g_free (self->version);
  g_free (self);
}

static void
count_use (GHashTable *uses, const QdDeclaration *declaration, guint enterprise)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s", declaration->form_id, declaration->form_version);
  Use *use = g_hash_table_lookup (uses, key);

  if (use == NULL)
    {
      use = g_new0 (Use, 1);
      use->form_id = g_strdup (declaration->form_id);
      use->version = g_strdup (declaration->form_version);
      g_hash_table_insert (uses, g_steal_pointer (&key), use);
    }
  use->declarations++;
  use->enterprises += use->last != enterprise;
  use->last = enterprise;
}

static QdCockpitLine *
use_to_line (const Use *use, QdPack *pack)
{
  QdForm *form = qd_pack_get_form (pack, use->form_id, NULL);
  g_autofree char *declarations = g_strdup_printf (ngettext ("%u declaration", "%u declarations", use->declarations), use->declarations);
  g_autofree char *enterprises = g_strdup_printf (ngettext ("%u enterprise", "%u enterprises", use->enterprises), use->enterprises);
  QdCockpitLine *line = line_new (NULL, form != NULL ? qd_form_get_title (form, qd_look_get_language ()) : use->form_id, g_strdup_printf (_ ("version %s"), use->version));
  gboolean present = form != NULL && g_str_equal (qd_form_get_version (form), use->version);

  g_free (line->note);
  /* Translators: two counts: declarations, enterprises */
  line->note = g_strdup_printf (C_ ("cockpit", "%s, %s"), declarations, enterprises);
  g_free (line->chip);
  line->chip = g_strdup (form == NULL ? _ ("Not in this pack") : present ? _ ("This version")
                                                                         : _ ("Another version"));
  line->icon = present ? "qd-ok-symbolic" : "qd-possible-symbolic";
  line->css = present ? "qd-ok" : "qd-warning";
  line->order = present ? 1 : 0;
  return line;
}

GListStore *
qd_cockpit_lines_of_packs (QdCockpit *cockpit)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) uses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, use_free);
  QdPack *pack = qd_cockpit_get_pack (cockpit);
  GHashTableIter iter;
  gpointer use;
  QdCockpitLine *head;

  if (pack == NULL)
    return make_store (lines);
  for (guint i = 0; i < count_enterprises (cockpit); i++)
    {
      QdEnterprise *enterprise;
      const QdSummary *summary = get_summary (cockpit, i, &enterprise);
      for (guint j = 0; summary != NULL && j < summary->declarations->len; j++)
        count_use (uses, summary->declarations->pdata[j], i + 1);
    }
  g_hash_table_iter_init (&iter, uses);
  while (g_hash_table_iter_next (&iter, NULL, &use))
    g_ptr_array_add (lines, use_to_line (use, pack));
  head = line_new (NULL, qd_pack_get_id (pack), g_strdup_printf (_ ("version %s, valid from %s"), qd_pack_get_version (pack), qd_pack_get_valid_from (pack)));
  g_free (head->note);
  head->note = g_strdup_printf ("SHA-256 %s", qd_pack_get_digest (pack));
  g_free (head->chip);
  head->chip = g_strdup (_ ("In use"));
  head->icon = "qd-package-symbolic";
  head->css = "qd-info";
  head->order = -1;
  g_ptr_array_add (lines, head);
  return make_store (lines);
}

/* Rows */

typedef struct
{
  GtkWidget *name;
  GtkWidget *title;
  GtkWidget *chip;
  GtkWidget *note;
} Row;

GtkWidget *
qd_cockpit_row_new (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  Row *row = g_new0 (Row, 1);

  row->name = qd_label_new (NULL, "qd-strong");
  row->title = qd_label_new (NULL, NULL);
  row->note = qd_label_new (NULL, "qd-caption");
  row->chip = qd_chip_new (NULL, "", NULL);
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), row->name);
  gtk_box_append (GTK_BOX (texts), row->title);
  gtk_box_append (GTK_BOX (texts), row->note);
  gtk_box_append (GTK_BOX (box), texts);
  gtk_box_append (GTK_BOX (box), row->chip);
  gtk_widget_add_css_class (box, "qd-board-row");
  g_object_set_data_full (G_OBJECT (box), "row", row, g_free);
  return box;
}

void
qd_cockpit_row_set (GtkWidget *box, const char *name, const char *title, const char *note, const char *icon, const char *chip, const char *css)
{
  const Row *row = g_object_get_data (G_OBJECT (box), "row");
  /* Translators: enterprise, duty or declaration, state, note */
  g_autofree char *label = g_strdup_printf (C_ ("cockpit", "%s, %s, %s, %s"), name, title, chip, note);

  gtk_label_set_text (GTK_LABEL (row->name), name);
  gtk_label_set_text (GTK_LABEL (row->title), title);
  gtk_label_set_text (GTK_LABEL (row->note), note);
  gtk_widget_set_visible (row->note, *note != '\0');
  qd_chip_set (row->chip, icon, chip, css);
  qd_name_list_row (box, label);
}
