/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-duty-mark"
#include "config.h"
#include "qd-world-private.h"

#include <string.h>

static void
mark_free (gpointer data)
{
  QdDutyMark *self = data;

  g_free (self->rule);
  g_free (self->period);
  g_free (self->site);
  g_free (self->date);
  g_free (self->note);
  g_free (self->evidence);
  g_free (self->evidence_name);
  g_free (self->text);
  g_free (self);
}

/* One line, for calendars and paper. The digest is written in full: it is what the file can be compared with. */
static char *
make_text (const QdFacts *facts, const QdKeptDone *kept)
{
  gboolean english = facts->language[0] == 'e';
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, english ? "Done on %s" : "%s 已完成", kept->date);
  if (*kept->note != '\0')
    g_string_append_printf (text, english ? ": %s" : "：%s", kept->note);
  if (*kept->evidence != '\0')
    g_string_append_printf (text, english ? "; evidence: %s (SHA-256 %s)" : "；证据：%s（SHA-256 %s）", kept->evidence_name, kept->evidence);
  return g_string_free (text, FALSE);
}

static int
compare_marks (gconstpointer a, gconstpointer b)
{
  const QdDutyMark *left = *(const QdDutyMark *const *) a, *right = *(const QdDutyMark *const *) b;
  int order = strcmp (right->date, left->date);

  if (order == 0)
    order = strcmp (left->rule, right->rule);
  return order != 0 ? order : strcmp (left->period, right->period);
}

GPtrArray *
qd_duty_marks_new (const QdFacts *facts, const char *site)
{
  GPtrArray *marks = g_ptr_array_new_with_free_func (mark_free);

  for (guint i = 0; i < facts->done->len; i++)
    {
      const QdKeptDone *kept = facts->done->pdata[i];
      QdDutyMark *mark;

      if (site != NULL && *kept->site != '\0' && strcmp (kept->site, site) != 0)
        continue;
      mark = g_new0 (QdDutyMark, 1);
      mark->rule = g_strdup (kept->rule);
      mark->period = g_strdup (kept->period);
      mark->site = g_strdup (kept->site);
      mark->date = g_strdup (kept->date);
      mark->note = g_strdup (kept->note);
      mark->evidence = g_strdup (kept->evidence);
      mark->evidence_name = g_strdup (kept->evidence_name);
      mark->text = make_text (facts, kept);
      g_ptr_array_add (marks, mark);
    }
  g_ptr_array_sort (marks, compare_marks);
  return marks;
}

/* A mark without a site is of all of them, and so is a deadline without one. */
static gboolean
is_of_site (const QdDutyMark *mark, const QdDue *due)
{
  return *mark->site == '\0' || *due->site == '\0' || strcmp (mark->site, due->site) == 0;
}

const QdDutyMark *
qd_assessment_find_mark (QdAssessment *self, const QdDuty *duty, const QdDue *due)
{
  g_return_val_if_fail (self != NULL && duty != NULL && due != NULL, NULL);

  for (guint i = 0; i < self->marks->len; i++)
    {
      const QdDutyMark *mark = self->marks->pdata[i];

      if (strcmp (mark->rule, duty->rule) == 0 && strcmp (mark->period, due->period) == 0 && is_of_site (mark, due))
        return mark;
    }
  return NULL;
}

/* Of several deadlines of a rule a mark names the one it is for, behind the period. */
static const char *
part_of (const char *period)
{
  const char *part = strchr (period, '#');

  return part == NULL ? "" : part;
}

const QdDutyMark *
qd_assessment_find_last_mark (QdAssessment *self, const QdDuty *duty, const QdDue *due)
{
  g_return_val_if_fail (self != NULL && duty != NULL && due != NULL, NULL);

  for (guint i = 0; i < self->marks->len; i++)
    {
      const QdDutyMark *mark = self->marks->pdata[i];

      if (strcmp (mark->rule, duty->rule) == 0 && strcmp (part_of (mark->period), part_of (due->period)) == 0 && is_of_site (mark, due))
        return mark;
    }
  return NULL;
}
