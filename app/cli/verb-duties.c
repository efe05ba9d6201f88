/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-duties"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli.h"
#include "duty-json.h"
#include "qd-ics.h"
#include "qd-job-duties.h"

#define ICS_MONTHS 12

/* A filled form of that kind, or nothing of it for no path. */
static QdInstance *
load_kind (QdCliContext *context,
           const char *path,
           const char *kind,
           GError **error)
{
  g_autoptr (QdInstance) instance = qd_cli_load (context, path, error);
  QdForm *form;

  if (instance == NULL)
    return NULL;
  form = qd_instance_get_form (instance);
  if (g_strcmp0 (qd_form_get_info (form, "kind"), kind) == 0)
    return g_steal_pointer (&instance);
  g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_INSTANCE, _ ("%s fills the form %s, which is no %s."), path, qd_form_get_id (form), kind);
  return NULL;
}

/* What is wrong with the facts. That something is still empty is no fault: what depends on it is “please check”. */
static void
add_findings (GPtrArray *all,
              QdInstance *instance)
{
  g_autoptr (GPtrArray) findings = instance == NULL ? NULL : qd_instance_get_findings (instance);

  for (guint i = 0; findings != NULL && i < findings->len; i++)
    if (qd_finding_get_severity (findings->pdata[i]) == QD_SEVERITY_CRITICAL && strcmp (qd_finding_get_rule (findings->pdata[i]), "required") != 0)
      g_ptr_array_add (all, qd_finding_ref (findings->pdata[i]));
}

static void
print_due (const QdDue *due)
{
  g_autofree char *date = qd_cli_date_text (&due->date), *plan = qd_cli_date_text (&due->plan);

  switch (due->state)
    {
    case QD_DUE_OVERDUE:
      g_print (g_dngettext (GETTEXT_PACKAGE, "%s  %d day late", "%s  %d days late", (gulong) -due->days), date, -due->days);
      break;
    case QD_DUE_DATED:
      g_print (g_dngettext (GETTEXT_PACKAGE, "%s  %d day left", "%s  %d days left", (gulong) MAX (due->days, 0)), date, MAX (due->days, 0));
      break;
    case QD_DUE_NOW:
      g_print ("%s", _ ("at once"));
      break;
    case QD_DUE_ALWAYS:
      g_print ("%s", _ ("all the time"));
      break;
    case QD_DUE_WAITING:
      g_print ("%s", _ ("awaits a notice"));
      break;
    case QD_DUE_UNKNOWN:
      g_print ("%s", _ ("day not known"));
      break;
    case QD_DUE_PAST:
    case QD_DUE_DONE:
    case QD_DUE_NONE:
    default:
      g_print ("%s", _ ("no day"));
      break;
    }
  if (date != NULL && g_strcmp0 (date, plan) != 0)
    g_print (_ (", plan for %s"), plan);
  if (due->is_default && date != NULL)
    g_print ("%s", _ (" (a day of ours, not of the law)"));
}

static void
print_duty (const QdDuty *duty,
            const QdDue *due,
            gboolean with_site)
{
  g_print ("%-7s %s", duty->rule, duty->title);
  if (due != NULL && *due->label != '\0')
    g_print (" · %s", due->label);
  if (due != NULL && *due->period_label != '\0')
    g_print (" (%s)", due->period_label);
  if (with_site && due != NULL && *due->site_name != '\0')
    g_print (" · %s", due->site_name);
  g_print ("\n        ");
  if (due != NULL)
    print_due (due);
  g_print ("\n        %s\n", duty->why);
  for (guint i = 0; i < duty->bases->len; i++)
    {
      const QdDutyBasis *basis = duty->bases->pdata[i];

      if (due != NULL && due->state == QD_DUE_OVERDUE ? qd_duty_basis_holds_on (basis, &due->date) : basis->in_force)
        g_print ("        %s%s\n", basis->text, basis->confidence == QD_CONFIDENCE_CONFIRMED ? "" : _ (" (not confirmed)"));
    }
  if (due != NULL && *due->note != '\0')
    g_print ("        %s\n", due->note);
}

static void
print_maybe (const QdDuty *duty)
{
  g_print ("%-7s %s\n", duty->rule, duty->title);
  for (guint i = 0; i < duty->missing->len; i++)
    {
      const QdDutyInput *input = duty->missing->pdata[i];

      g_print ("        ? %s  %s\n", input->label, input->path);
    }
}

static void
print_truth (QdAssessment *assessment,
             const char *heading,
             QdTruth truth)
{
  g_print ("\n%s\n", heading);
  for (guint i = 0; i < assessment->duties->len; i++)
    {
      const QdDuty *duty = assessment->duties->pdata[i];

      if (duty->truth != truth || duty->kind == QD_DUTY_AUTHORITY)
        continue;
      if (truth == QD_TRUTH_MAYBE)
        print_maybe (duty);
      else
        g_print ("%-7s %s\n        %s\n", duty->rule, duty->title, duty->why);
    }
}

static void
print_kind (GArray *open,
            const char *heading,
            QdDutyKind kind,
            gboolean with_site)
{
  gboolean any = FALSE;

  for (guint i = 0; i < open->len; i++)
    {
      const QdOccurrence *one = &g_array_index (open, QdOccurrence, i);

      if (one->duty->kind != kind)
        continue;
      if (!any)
        g_print ("\n%s\n", heading);
      any = TRUE;
      print_duty (one->duty, one->due, with_site);
    }
}

static void
print_marks (QdAssessment *assessment)
{
  if (assessment->marks->len > 0)
    g_print ("\n%s\n", _ ("Marked as done"));
  for (guint i = 0; i < assessment->marks->len; i++)
    {
      const QdDutyMark *mark = assessment->marks->pdata[i];
      const QdDuty *duty = qd_assessment_find (assessment, mark->rule);

      g_print ("%-7s %s\n        %s\n", mark->rule, duty != NULL ? duty->title : "", mark->text);
    }
}

static void
print_assessment (QdAssessment *assessment,
                  gboolean with_site,
                  gboolean all)
{
  g_autoptr (GArray) open = qd_assessment_get_open (assessment);

  g_print (_ ("%s: %u duties apply, %u to be checked, %u do not apply. %u overdue, %u within 30 days.\n"), assessment->date, assessment->n_yes, assessment->n_maybe, assessment->n_no, assessment->n_overdue, assessment->n_soon);
  for (guint i = 0; i < assessment->warnings->len; i++)
    g_print ("! %s\n", (char *) assessment->warnings->pdata[i]);
  print_kind (open, _ ("Duties"), QD_DUTY_DUTY, with_site);
  print_truth (assessment, _ ("Please check"), QD_TRUTH_MAYBE);
  print_kind (open, _ ("To look out for"), QD_DUTY_NOTICE, with_site);
  print_kind (open, _ ("Voluntary"), QD_DUTY_SOFT, with_site);
  print_kind (open, _ ("For the authorities"), QD_DUTY_AUTHORITY, with_site);
  print_marks (assessment);
  if (all)
    print_truth (assessment, _ ("Do not apply, because"), QD_TRUTH_NO);
}

static void
print_findings (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    g_printerr ("%s: %s\n", qd_finding_get_path (findings->pdata[i]), qd_finding_get_message (findings->pdata[i]));
}

static const char *
get_text (QdInstance *profile,
          const char *path)
{
  QdNodeId node = profile == NULL ? 0 : qd_instance_find (profile, path);

  return node == 0 ? "" : qd_instance_get_value (profile, node);
}

/* More than one site? */
static gboolean
has_sites (QdInstance *profile)
{
  QdNodeId sites = profile == NULL ? 0 : qd_instance_find (profile, "/profile/sites");
  guint n = 0;

  for (guint i = 0; sites != 0 && i < qd_instance_get_n_children (profile, sites); i++)
    n += qd_instance_get_n_children (profile, qd_instance_get_child (profile, sites, i));
  return n > 1;
}

static gboolean
write_ics (QdAssessment *assessment,
           QdInstance *profile,
           const char *path,
           GError **error)
{
  g_autoptr (GBytes) ics = qd_ics_new (assessment, get_text (profile, "/profile/ent/name"), get_text (profile, "/profile/ent/uscc"), ICS_MONTHS);

  return qd_cli_write_file (path, ics, error);
}

/* Duties of files: what they say is all there is. */
static QdAssessment *
assess_files (QdCliContext *context,
              const char *path,
              const char *site,
              const char *date,
              QdInstance **profile_out,
              QdInstance **substances_out,
              GError **error)
{
  g_autoptr (QdRules) rules = qd_rules_new (context->pack, error);
  g_autoptr (QdFacts) facts = NULL;
  QdFactsOptions options = { .date = date, .language = context->language };

  if (rules == NULL || (*profile_out = load_kind (context, path, "profile", error)) == NULL)
    return NULL;
  if (context->substances != NULL && (*substances_out = load_kind (context, context->substances, "register", error)) == NULL)
    return NULL;
  options.profile = *profile_out;
  options.substances = *substances_out;
  facts = qd_facts_new (rules, &options, error);
  return facts == NULL ? NULL : qd_duty_assess (rules, facts, site, error);
}

/* Duties of a workspace, with its declarations and what was marked as done: as its window shows them. */
static QdAssessment *
assess_workspace (QdCliContext *context,
                  const char *path,
                  const char *site,
                  const char *date,
                  QdInstance **profile_out,
                  QdInstance **substances_out,
                  GError **error)
{
  g_autoptr (QdStore) store = qd_store_open (path, TRUE, error);
  g_autoptr (QdDutyJob) job = store == NULL ? NULL : qd_duty_job_new (store, context->pack, error);
  QdAssessment *assessment = job == NULL ? NULL : qd_duty_job_assess_site (job, site, date, context->language, error);

  if (assessment == NULL)
    return NULL;
  g_set_object (profile_out, qd_duty_job_get_profile (job));
  g_set_object (substances_out, qd_duty_job_get_substances (job));
  return assessment;
}

/* By what the file is, not by its name. */
static gboolean
is_workspace (const char *path)
{
  static const char magic[] = "SQLite format 3";
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);
  char head[sizeof magic];
  gsize n = 0;

  return stream != NULL && g_input_stream_read_all (G_INPUT_STREAM (stream), head, sizeof head, &n, NULL, NULL) && n == sizeof head && memcmp (head, magic, n) == 0;
}

int
qd_verb_duties (int argc,
                char **argv)
{
  g_auto (QdCliContext) context = { 0 };
  gboolean json = FALSE, all = FALSE;
  g_autofree char *site = NULL, *ics = NULL, *date = NULL;
  const GOptionEntry entries[] = {
    { "pack", 0, 0, G_OPTION_ARG_FILENAME, &context.pack_dir, N_ ("the pack, instead of the built-in one"), "DIR" },
    { "date", 0, 0, G_OPTION_ARG_STRING, &context.date, N_ ("the day that counts as today"), "YYYY-MM-DD" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &context.language, N_ ("language of labels and messages: zh-CN or en"), "LANG" },
    { "register", 0, 0, G_OPTION_ARG_FILENAME, &context.substances, N_ ("the substance register, beside a profile"), "XML" },
    { "site", 0, 0, G_OPTION_ARG_STRING, &site, N_ ("one site; all together without it"), "CODE" },
    { "all", 'a', 0, G_OPTION_ARG_NONE, &all, N_ ("also what does not apply, and why"), NULL },
    { "ics", 0, 0, G_OPTION_ARG_FILENAME, &ics, N_ ("also write the deadlines of twelve months as a calendar"), "FILE" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("print JSON"), NULL },
    { NULL },
  };
  g_autoptr (GPtrArray) findings = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_finding_unref);
  g_autoptr (QdInstance) profile = NULL, substances = NULL;
  g_autoptr (QdAssessment) assessment = NULL;
  g_autoptr (GError) error = NULL;

  if (!qd_cli_parse (&argc, &argv, "FILE.qingdan|PROFILE.xml", entries, 1))
    return QD_EXIT_USAGE;
  if (!qd_cli_context_open (&context, &error))
    return qd_cli_fail (error);
  date = g_date_time_format (context.now, "%Y-%m-%d");
  assessment = (is_workspace (argv[1]) ? assess_workspace : assess_files) (&context, argv[1], site, date, &profile, &substances, &error);
  if (assessment == NULL || (ics != NULL && !write_ics (assessment, profile, ics, &error)))
    return qd_cli_fail (error);
  add_findings (findings, profile);
  add_findings (findings, substances);
  if (json)
    qd_cli_print_json (qd_cli_duties_to_json (assessment, context.pack, findings));
  else
    print_assessment (assessment, has_sites (profile), all);
  if (!json)
    print_findings (findings);
  return findings->len > 0 ? QD_EXIT_CRITICAL : QD_EXIT_FINE;
}
