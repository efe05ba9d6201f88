/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "cockpit-kit.h"

#include <glib/gstdio.h>

char *
cockpit_kit_day (int days)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add_days (now, days);

  return g_date_time_format (then, "%Y-%m-%d");
}

QdStore *
cockpit_kit_create (const char *folder, const char *file, const char *name, const char *region, const char *industry, const char *person)
{
  g_autofree char *path = g_build_filename (folder, file, NULL);
  g_autoptr (GError) error = NULL;
  QdStore *store = qd_store_create (path, &error);
  QdSummary *summary = qd_summary_new ();

  g_assert_no_error (error);
  qd_store_set_setting (store, "name", name, &error);
  g_assert_no_error (error);
  if (person != NULL)
    qd_store_set_setting (store, "person", person, &error);
  g_assert_no_error (error);
  summary->region = g_strdup (region);
  summary->industry = g_strdup (industry);
  g_assert_true (qd_store_write_summary (store, summary, &error));
  qd_summary_free (summary);
  return store;
}

gint64
cockpit_kit_declare (QdStore *store, const char *form_id, const char *period, QdState state, guint critical)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) xml = g_bytes_new_static ("<d/>", 4);
  gint64 id = qd_store_add_declaration (store, form_id, "1", period, NULL, 0, xml, &error);

  g_assert_no_error (error);
  qd_store_queue_counts (store, id, critical, 0);
  if (state >= QD_STATE_SEALED)
    {
      g_autofree char *file = g_strdup_printf ("%s-package", qd_store_get_path (store));
      g_autofree char *text = g_strdup_printf ("package %" G_GINT64_FORMAT, id);
      g_assert_true (g_file_set_contents (file, text, -1, NULL));
      qd_store_seal (store, id, file, xml, xml, &error);
      g_assert_no_error (error);
      g_unlink (file);
    }
  if (state != QD_STATE_DRAFT && state != QD_STATE_SEALED)
    qd_store_set_state (store, id, state, &error);
  g_assert_no_error (error);
  return id;
}

void
cockpit_kit_add_duty (QdSummary *summary, const char *title, int days, gint64 declaration, QdHolder holder, const char *note)
{
  g_autofree char *due = cockpit_kit_day (days);
  g_autofree char *rule = g_strdup_printf ("R%02u", summary->duties->len);
  QdSummaryDuty duty = { .site = (char *) "1", .rule = rule, .period = (char *) "2026", .title = (char *) title, .due = due, .statutory = TRUE, .declaration = declaration, .holder = holder, .note = (char *) note };

  g_ptr_array_add (summary->duties, qd_summary_duty_copy (&duty));
}

void
cockpit_kit_write (QdStore *store, QdSummary *summary, guint maybe, int age)
{
  g_autoptr (QdSummary) old = qd_summary_read (qd_store_get_path (store), NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (old);
  summary->region = g_strdup (old->region);
  summary->industry = g_strdup (old->industry);
  summary->maybe = maybe;
  summary->date = cockpit_kit_day (-age);
  qd_store_write_summary (store, summary, &error);
  g_assert_no_error (error);
  qd_summary_free (summary);
}

char *
cockpit_kit_make (const char *folder, guint n, guint duties, guint declarations)
{
  static const char *const names[] = { "伊宁沃原生物制药", "尼勒克河谷焦化", "新源恒源热电", "奎屯北园农药", "霍尔果斯丝路口岸", "特克斯草原制革", "巩留绿野塑业", "昭苏云岭淀粉" };
  static const char *const regions[] = { "654002", "654028", "654025", "654003" };
  static const char *const industries[] = { "2710", "2521", "4411", "2631" };
  static const char *const titles[] = { "有毒有害水污染物：监测、评估、排查、公开", "土壤污染隐患排查", "自行监测结果公开", "危险废物月度申报" };
  g_autofree char *file = g_strdup_printf ("%03u.qingdan", n);
  g_autofree char *name = g_strdup_printf ("%s %u", names[n % G_N_ELEMENTS (names)], n);
  QdStore *store = cockpit_kit_create (folder, file, name, regions[n % 4], industries[n % 3], n % 2 ? "古丽" : NULL);
  QdSummary *summary = qd_summary_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < declarations; i++)
    {
      QdState state = (QdState) (i % (QD_STATE_RETURNED + 1));
      cockpit_kit_declare (store, "cn.cpa-disclosure", "2026", state, state == QD_STATE_DRAFT ? 1 : 0);
    }
  for (guint i = 0; i < duties; i++)
    cockpit_kit_add_duty (summary, titles[i % 4], -10 + (int) (i * 120 / duties), 0, (QdHolder) (i % 4), "");
  cockpit_kit_write (store, summary, n % 5, 0);
  g_assert_true (qd_store_close (store, &error));
  g_object_unref (store);
  return g_build_filename (folder, file, NULL);
}

void
cockpit_kit_remove (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_unlink (path);
    }
  g_rmdir (folder);
}
