/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-reminder"
#include "config.h"
#include "qd-reminder.h"

#include <glib/gi18n.h>
#include "qd-duty-item.h"
#include "qd-recent.h"

#define DAYS 7
#define LINES 4 /* more are counted */

char *
qd_reminder_dup_text (QdStore *store, QdAssessed *assessed, char **title_out)
{
  g_autoptr (GListStore) items = qd_duty_items_load (assessed, QD_DUTY_VIEW_OPEN);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0;

  *title_out = NULL;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (items)); i++)
    {
      g_autoptr (QdDutyItem) item = g_list_model_get_item (G_LIST_MODEL (items), i);
      const QdDue *due = qd_duty_item_get_due (item);
      g_autofree char *title = NULL;
      g_autofree char *day = NULL;
      g_autofree char *distance = NULL;

      if (due == NULL || !g_date_valid (&due->plan) || (due->state != QD_DUE_OVERDUE && (due->state != QD_DUE_DATED || due->days > DAYS)))
        continue;
      day = qd_duty_item_dup_day (item);
      if (!qd_store_remind_once (store, due->site, qd_duty_item_get_duty (item)->rule, day))
        continue;
      if (++n > LINES)
        continue;
      title = qd_duty_item_dup_title (item);
      distance = qd_duty_item_dup_distance (item);
      /* Translators: date, duty, "3 days left" */
      g_string_append_printf (text, _ ("%s %s, %s"), day, title, distance);
      g_string_append_c (text, '\n');
    }
  if (n == 0)
    return NULL;
  if (n > LINES)
    g_string_append_printf (text, ngettext ("and %u more", "and %u more", n - LINES), n - LINES);
  *title_out = g_strdup_printf (ngettext ("%u deadline is near or past", "%u deadlines are near or past", n), n);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

void
qd_reminder_tell (QdWorkspace *workspace, QdAssessed *assessed)
{
  g_autofree char *wanted = qd_recent_dup_value (QD_REMINDER_KEY);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  g_autofree char *heading = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GNotification) notification = NULL;
  const char *path = qd_store_get_path (qd_workspace_get_store (workspace));

  /* cppcheck-suppress leakReturnValNotUsed ; it is borrowed */
  if (g_application_get_default () == NULL || g_strcmp0 (wanted, "1") != 0)
    return;
  text = qd_reminder_dup_text (qd_workspace_get_store (workspace), assessed, &title);
  if (text == NULL)
    return;
  name = qd_workspace_dup_name (workspace);
  heading = g_strdup_printf (_ ("%s: %s"), name, title);
  notification = g_notification_new (heading);
  g_notification_set_body (notification, text);
  g_notification_set_default_action_and_target (notification, "app.show-workspace", "s", path);
  /* One a workspace: a newer one takes the place of the last. */
  id = g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1);
  g_application_send_notification (g_application_get_default (), id, notification);
}
