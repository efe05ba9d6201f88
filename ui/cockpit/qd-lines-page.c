/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-lines-page"
#include "config.h"
#include "qd-lines-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>
#include "qd-cockpit-header.h"
#include "qd-cockpit-line.h"
#include "qd-file-dialog.h"
#include "qd-header.h"
#include "qd-job-calendar.h"
#include "qd-look.h"
#include "qd-month-strip.h"
#include "qd-work.h"

struct _QdLinesPage
{
  GtkWidget parent_instance;
  QdLinesKind kind;
  QdCockpit *cockpit; /* (owned) */
  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *search;
  GtkWidget *strip;  /* (nullable) */
  GtkWidget *states; /* (nullable) */
  GtkWidget *stack;
  GtkWidget *list;
  GtkFilterListModel *lines; /* (owned) */
  GtkFilter *filter;         /* (owned) */
};

static const struct
{
  const char *title;
  const char *icon;
  const char *empty;
  const char *empty_text;
} kinds[] = {
  { NC_ ("page", "Calendar"), "qd-calendar-symbolic", N_ ("No deadlines"), N_ ("The late deadlines and the next one of each duty appear here, of all enterprises.") },
  { NC_ ("page", "Outbox"), "qd-send-symbolic", N_ ("No packages"), N_ ("Packages appear here once they are sealed, of all enterprises.") },
  { NC_ ("page", "Packs"), "qd-package-symbolic", N_ ("No pack"), N_ ("The pack cannot be read.") },
};

/* What the state filter lets through, behind "All states". */
static const QdState states[] = { QD_STATE_SEALED, QD_STATE_SENT, QD_STATE_RECEIVED, QD_STATE_ACCEPTED, QD_STATE_RETURNED };

static void ask_export (QdLinesPage *self);

static gboolean
page_can (QdPage *page, const char *command)
{
  QdLinesPage *self = QD_LINES_PAGE (page);

  if (g_str_equal (command, "export"))
    return self->kind == QD_LINES_CALENDAR && qd_cockpit_get_pack (self->cockpit) != NULL;
  return g_str_equal (command, "search") || g_str_equal (command, "check");
}

static void
page_run (QdPage *page, const char *command)
{
  QdLinesPage *self = QD_LINES_PAGE (page);

  if (g_str_equal (command, "export"))
    ask_export (self);
  else if (g_str_equal (command, "search"))
    gtk_widget_grab_focus (self->search);
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "cockpit.refresh", NULL);
}

static GtkWidget *
page_get_header (QdPage *page)
{
  return QD_LINES_PAGE (page)->header;
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->can = page_can;
  iface->run = page_run;
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdLinesPage, qd_lines_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

static gboolean
contains (const char *text, const char *folded)
{
  g_autofree char *own = g_utf8_casefold (text, -1);

  return strstr (own, folded) != NULL;
}

static gboolean
matches (gpointer item, gpointer user_data)
{
  QdLinesPage *self = user_data;
  const QdCockpitLine *line = item;
  g_autofree char *folded = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  guint month = self->strip != NULL ? qd_month_strip_get_chosen (QD_MONTH_STRIP (self->strip)) : 0;
  guint state = self->states != NULL ? gtk_drop_down_get_selected (GTK_DROP_DOWN (self->states)) : 0;

  if ((month != 0 && line->month != month) || (state > 0 && state <= G_N_ELEMENTS (states) && (int) states[state - 1] != line->state))
    return FALSE;
  return *folded == '\0' || contains (line->name, folded) || contains (line->title, folded) || contains (line->note, folded);
}

static char *
dup_date (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "%Y-%m-%d");
}

static void
fill_strip (QdLinesPage *self, const char *today, GListModel *lines)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_month_entry_free);

  for (guint i = 0; i < g_list_model_get_n_items (lines); i++)
    {
      g_autoptr (QdCockpitLine) line = g_list_model_get_item (lines, i);
      QdMonthEntry *entry = g_new0 (QdMonthEntry, 1);

      entry->month = line->month;
      entry->day = g_strdup (line->day);
      entry->label = g_strdup (line->name);
      entry->group = line->group;
      g_ptr_array_add (entries, entry);
    }
  qd_month_strip_set_entries (QD_MONTH_STRIP (self->strip), today, entries);
}

static void
update_subtitle (QdLinesPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->lines));
  g_autofree char *subtitle = NULL;

  if (self->kind == QD_LINES_CALENDAR)
    subtitle = g_strdup_printf (ngettext ("%u deadline", "%u deadlines", n), n);
  else if (self->kind == QD_LINES_DELIVERIES)
    subtitle = g_strdup_printf (ngettext ("%u package", "%u packages", n), n);
  qd_header_set_title (self->header, g_dpgettext2 (NULL, "page", kinds[self->kind].title), subtitle);
}

static void
update (QdLinesPage *self)
{
  g_autofree char *today = dup_date ();
  GListStore *lines = self->kind == QD_LINES_CALENDAR ? qd_cockpit_lines_of_calendar (self->cockpit, today) : self->kind == QD_LINES_DELIVERIES ? qd_cockpit_lines_of_deliveries (self->cockpit)
                                                                                                                                                : qd_cockpit_lines_of_packs (self->cockpit);

  if (self->strip != NULL)
    fill_strip (self, today, G_LIST_MODEL (lines));
  gtk_filter_list_model_set_model (self->lines, G_LIST_MODEL (lines));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), qd_cockpit_is_loading (self->cockpit) ? "loading" : g_list_model_get_n_items (G_LIST_MODEL (lines)) > 0 ? "list"
                                                                                                                                                                     : "empty");
  g_object_unref (lines);
  update_subtitle (self);
  qd_page_commands_changed (QD_PAGE (self));
}

static void
filter_cb (QdLinesPage *self)
{
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  update_subtitle (self);
}

void
qd_lines_page_choose (QdLinesPage *self, guint choice)
{
  if (self->strip != NULL)
    qd_month_strip_choose (QD_MONTH_STRIP (self->strip), choice);
  else if (self->states != NULL)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->states), choice);
}

GListModel *
qd_lines_page_get_lines (QdLinesPage *self)
{
  return G_LIST_MODEL (self->lines);
}

/* Export */

typedef struct
{
  QdLinesPage *page; /* (owned) */
  QdWork *work;      /* (not owned): for as long as the thread runs */
  QdPack *pack;      /* (owned) */
  GStrv paths;
  char *name;
  char *date;
  char *target;
  GPtrArray *skipped; /* (owned) */
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_object_unref (self->page);
  qd_pack_unref (self->pack);
  g_strfreev (self->paths);
  g_free (self->name);
  g_free (self->date);
  g_free (self->target);
  g_ptr_array_unref (self->skipped);
  g_free (self);
}

typedef struct
{
  GTask *task; /* (owned) */
  double share;
} Step;

static gboolean
step_cb (gpointer data)
{
  Step *step = data;
  Export *export = g_task_get_task_data (step->task);

  if (export->work != NULL)
    qd_work_progress (step->share, export->work);
  g_object_unref (step->task);
  g_free (step);
  return G_SOURCE_REMOVE;
}

static void
progress_in_thread (goffset done, goffset total, gpointer task)
{
  Step *step = g_new0 (Step, 1);

  step->task = g_object_ref (task);
  step->share = total > 0 ? (double) done / (double) total : 0;
  g_idle_add (step_cb, step);
  /* cppcheck-suppress memleak ; step_cb() frees it */
}

static void
export_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Export *export = task_data;
  GError *error = NULL;

  if (qd_job_write_calendar ((const char *const *) export->paths, export->pack, export->name, export->date, qd_look_get_language (), export->target, progress_in_thread, task, export->skipped, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Export *export = g_task_get_task_data (G_TASK (result));
  g_autofree char *file = g_filename_display_basename (export->target);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  qd_work_end (g_steal_pointer (&export->work));
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        return;
      text = g_strdup_printf (_ ("%s was not written: %s"), file, error->message);
    }
  else if (export->skipped->len > 0)
    text = g_strdup_printf (ngettext ("Written: %s. %u workspace could not be read: %s", "Written: %s. %u workspaces could not be read, the first: %s", export->skipped->len), file, export->skipped->len, (char *) export->skipped->pdata[0]);
  else
    text = g_strdup_printf (_ ("Written: %s"), file);
  qd_toast (GTK_WIDGET (export->page), text, NULL, NULL);
}

void
qd_lines_page_export (QdLinesPage *self, const char *target)
{
  GListModel *enterprises = qd_cockpit_get_enterprises (self->cockpit);
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  Export *export = g_new0 (Export, 1);
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (qd_cockpit_get_pack (self->cockpit) != NULL);
  for (guint i = 0; i < g_list_model_get_n_items (enterprises); i++)
    {
      g_autoptr (QdEnterprise) enterprise = g_list_model_get_item (enterprises, i);
      g_strv_builder_add (paths, qd_enterprise_get_path (enterprise));
    }
  export->page = g_object_ref (self);
  export->pack = qd_pack_ref (qd_cockpit_get_pack (self->cockpit));
  export->paths = g_strv_builder_end (paths);
  export->name = g_strdup (_ ("All enterprises"));
  export->date = dup_date ();
  export->target = g_strdup (target);
  export->skipped = g_ptr_array_new_with_free_func (g_free);
  export->work = qd_work_begin (GTK_WIDGET (self), _ ("Working out the calendars…"));
  task = g_task_new (self, qd_work_get_cancellable (export->work), exported_cb, NULL);
  g_task_set_source_tag (task, qd_lines_page_export);
  g_task_set_task_data (task, export, export_free);
  g_task_run_in_thread (task, export_in_thread);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QdLinesPage) self = user_data;
  g_autofree char *path = qd_file_dialog_finish (result);

  if (path != NULL && self->cockpit != NULL)
    qd_lines_page_export (self, path);
}

static void
ask_export (QdLinesPage *self)
{
  g_autofree char *file = g_strdup_printf (_ ("%s duties.ics"), _ ("All enterprises"));

  qd_file_dialog_async (GTK_WIDGET (self), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("Export the calendar (.ics, or .pdf to print)"), _ ("Export"), _ ("Calendars and PDF"), "*.ics;*.pdf", file, chosen_cb, g_object_ref (self));
}

/* Widgets */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, qd_cockpit_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  const QdCockpitLine *line = gtk_list_item_get_item (item);

  gtk_list_item_set_activatable (item, line->path != NULL);
  qd_cockpit_row_set (gtk_list_item_get_child (item), line->name, line->title, line->note, line->icon, line->chip, line->css);
}

static void
activate_cb (QdLinesPage *self, guint position)
{
  g_autoptr (QdCockpitLine) line = g_list_model_get_item (G_LIST_MODEL (self->lines), position);

  if (line != NULL && line->path != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "cockpit.open", "(sx)", line->path, line->declaration);
}

static GtkWidget *
build_tools (QdLinesPage *self)
{
  GtkWidget *tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->search = gtk_search_entry_new ();
  g_object_set (self->search, "placeholder-text", _ ("Search"), NULL);
  qd_name (self->search, _ ("Search"));
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (filter_cb), self);
  gtk_box_append (GTK_BOX (tools), self->search);
  if (self->kind == QD_LINES_DELIVERIES)
    {
      const char *names[G_N_ELEMENTS (states) + 2] = { _ ("All states") };
      for (guint i = 0; i < G_N_ELEMENTS (states); i++)
        names[i + 1] = qd_cockpit_delivery_word (states[i]);
      self->states = gtk_drop_down_new_from_strings (names);
      qd_name (self->states, _ ("Filter by state"));
      g_signal_connect_swapped (self->states, "notify::selected", G_CALLBACK (filter_cb), self);
      gtk_box_append (GTK_BOX (tools), self->states);
    }
  return tools;
}

static GtkWidget *
build_list (QdLinesPage *self)
{
  GtkWidget *outer = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  self->lines = gtk_filter_list_model_new (NULL, g_object_ref (self->filter));
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->lines)))), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), TRUE);
  gtk_list_view_set_show_separators (GTK_LIST_VIEW (self->list), TRUE);
  gtk_widget_add_css_class (self->list, "qd-board-list");
  qd_name (self->list, g_dpgettext2 (NULL, "page", kinds[self->kind].title));
  g_signal_connect_swapped (self->list, "activate", G_CALLBACK (activate_cb), self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (outer), build_tools (self));
  if (self->kind == QD_LINES_CALENDAR)
    {
      self->strip = qd_month_strip_new ();
      g_signal_connect_swapped (self->strip, "chosen", G_CALLBACK (filter_cb), self);
      gtk_box_append (GTK_BOX (outer), self->strip);
      gtk_box_append (GTK_BOX (outer), qd_label_new (_ ("What is late and the next deadline of each duty, as last counted in each workspace. The export works out all deadlines of twelve months."), "qd-caption"));
    }
  gtk_box_append (GTK_BOX (outer), qd_cockpit_card_new (scroller));
  gtk_widget_set_margin_top (outer, 12);
  gtk_widget_set_margin_bottom (outer, 18);
  gtk_widget_set_margin_start (outer, 18);
  gtk_widget_set_margin_end (outer, 18);
  return outer;
}

static GtkWidget *
build_empty (QdLinesPage *self)
{
  GtkWidget *status = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (status), kinds[self->kind].icon);
  adw_status_page_set_title (ADW_STATUS_PAGE (status), _ (kinds[self->kind].empty));
  adw_status_page_set_description (ADW_STATUS_PAGE (status), _ (kinds[self->kind].empty_text));
  return status;
}

static void
qd_lines_page_dispose (GObject *object)
{
  QdLinesPage *self = QD_LINES_PAGE (object);

  if (self->cockpit != NULL)
    g_signal_handlers_disconnect_by_data (self->cockpit, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  self->strip = self->states = NULL;
  g_clear_object (&self->lines);
  g_clear_object (&self->filter);
  g_clear_object (&self->cockpit);
  G_OBJECT_CLASS (qd_lines_page_parent_class)->dispose (object);
}

static void
qd_lines_page_class_init (QdLinesPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_lines_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_lines_page_init (QdLinesPage *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
qd_lines_page_new (QdCockpit *cockpit, QdLinesKind kind)
{
  QdLinesPage *self = g_object_new (QD_TYPE_LINES_PAGE, NULL);

  self->kind = kind;
  self->cockpit = g_object_ref (cockpit);
  self->header = qd_cockpit_header_new (g_dpgettext2 (NULL, "page", kinds[kind].title));
  if (kind == QD_LINES_CALENDAR)
    adw_header_bar_pack_start (ADW_HEADER_BAR (self->header), qd_icon_button_new ("qd-download-symbolic", _ ("Export the calendar"), "win.export"));
  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), qd_cockpit_loading_new (), "loading");
  gtk_stack_add_named (GTK_STACK (self->stack), build_empty (self), "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), build_list (self), "list");
  gtk_box_append (GTK_BOX (self->box), self->header);
  gtk_box_append (GTK_BOX (self->box), self->stack);
  g_signal_connect_swapped (cockpit, "changed", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}
