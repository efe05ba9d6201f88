/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-duty-json"
#include "config.h"

#include "duty-json.h"

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  if (value == NULL)
    json_builder_add_null_value (builder);
  else
    json_builder_add_string_value (builder, value);
}

static void
add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_bool (JsonBuilder *builder, const char *name, gboolean value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, value);
}

static void
add_confidence (JsonBuilder *builder, QdConfidence confidence)
{
  static const char *const marks[] = { "U", "P", "C" };

  add_string (builder, "confidence", marks[confidence]);
}

char *
qd_cli_date_text (const GDate *date)
{
  if (!g_date_valid (date))
    return NULL;
  return g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (date), g_date_get_month (date), g_date_get_day (date));
}

static void
add_date (JsonBuilder *builder, const char *name, const GDate *date)
{
  g_autofree char *text = qd_cli_date_text (date);

  add_string (builder, name, text);
}

static void
add_inputs (JsonBuilder *builder, const char *name, GPtrArray *inputs)
{
  static const char *const sources[] = { "profile", "register", "declarations", "catalogue", "region", "date" };

  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < inputs->len; i++)
    {
      const QdDutyInput *input = inputs->pdata[i];

      json_builder_begin_object (builder);
      add_string (builder, "source", sources[input->source]);
      add_string (builder, "path", input->path);
      add_string (builder, "label", input->label);
      add_string (builder, "value", input->value);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* What was marked as done. Evidence: name and digest, as "qingdan-cli show" has attachments. */
static void
add_mark (JsonBuilder *builder, const QdDutyMark *mark)
{
  json_builder_begin_object (builder);
  add_string (builder, "rule", mark->rule);
  add_string (builder, "period", mark->period);
  add_string (builder, "site", mark->site);
  add_string (builder, "date", mark->date);
  add_string (builder, "note", mark->note);
  json_builder_set_member_name (builder, "evidence");
  json_builder_begin_array (builder);
  if (*mark->evidence != '\0')
    {
      json_builder_begin_object (builder);
      add_string (builder, "name", mark->evidence_name);
      add_string (builder, "sha256", mark->evidence);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_due (JsonBuilder *builder, const QdDue *due)
{
  json_builder_begin_object (builder);
  add_string (builder, "state", qd_due_state_to_nick (due->state));
  add_string (builder, "kind", due->kind);
  add_date (builder, "date", &due->date);
  add_date (builder, "plan", &due->plan);
  add_date (builder, "also", &due->also);
  add_date (builder, "warn", &due->warn);
  add_int (builder, "days", due->days);
  add_string (builder, "period", due->period);
  add_string (builder, "periodLabel", due->period_label);
  add_string (builder, "label", due->label);
  add_string (builder, "site", due->site);
  add_string (builder, "siteName", due->site_name);
  add_confidence (builder, due->confidence);
  add_bool (builder, "default", due->is_default);
  add_string (builder, "note", due->note);
  add_int (builder, "declaration", due->declaration);
  add_string (builder, "declarationState", due->declaration_state);
  add_inputs (builder, "missing", due->missing);
  json_builder_end_object (builder);
}

static void
add_basis (JsonBuilder *builder, const QdDutyBasis *basis)
{
  add_string (builder, "source", basis->source);
  add_string (builder, "title", basis->title);
  add_string (builder, "article", basis->article);
  add_string (builder, "text", basis->text);
  add_string (builder, "from", basis->from);
  add_string (builder, "to", basis->to);
  add_confidence (builder, basis->confidence);
  add_bool (builder, "inForce", basis->in_force);
}

static void
add_duty (JsonBuilder *builder, const QdDuty *duty)
{
  json_builder_begin_object (builder);
  add_string (builder, "rule", duty->rule);
  add_string (builder, "applies", qd_truth_to_nick (duty->truth));
  add_string (builder, "kind", qd_duty_kind_to_nick (duty->kind));
  add_int (builder, "task", duty->task);
  add_string (builder, "title", duty->title);
  add_string (builder, "why", duty->why);
  add_string (builder, "note", duty->note);
  add_string (builder, "site", duty->site);
  add_string (builder, "sites", duty->sites_label);
  add_string (builder, "form", duty->form);
  add_string (builder, "formTitle", duty->form_title);
  add_string (builder, "packForm", duty->pack_form);
  add_string (builder, "office", duty->office);
  add_string (builder, "officeTitle", duty->office_title);
  add_confidence (builder, duty->confidence);
  add_inputs (builder, "inputs", duty->inputs);
  add_inputs (builder, "missing", duty->missing);
  json_builder_set_member_name (builder, "next");
  if (duty->next != NULL)
    add_due (builder, duty->next);
  else
    json_builder_add_null_value (builder);
  json_builder_set_member_name (builder, "deadlines");
  json_builder_begin_array (builder);
  for (guint i = 0; i < duty->dues->len; i++)
    add_due (builder, duty->dues->pdata[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "bases");
  json_builder_begin_array (builder);
  for (guint i = 0; i < duty->bases->len; i++)
    {
      json_builder_begin_object (builder);
      add_basis (builder, duty->bases->pdata[i]);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "penalties");
  json_builder_begin_array (builder);
  for (guint i = 0; i < duty->penalties->len; i++)
    {
      const QdDutyPenalty *penalty = duty->penalties->pdata[i];

      json_builder_begin_object (builder);
      add_basis (builder, &penalty->basis);
      add_int (builder, "min", penalty->min);
      add_int (builder, "max", penalty->max);
      add_string (builder, "amount", penalty->text);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_findings (JsonBuilder *builder, GPtrArray *findings)
{
  json_builder_set_member_name (builder, "findings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < findings->len; i++)
    {
      QdFinding *finding = findings->pdata[i];

      json_builder_begin_object (builder);
      add_string (builder, "rule", qd_finding_get_rule (finding));
      add_string (builder, "severity", qd_severity_to_nick (qd_finding_get_severity (finding)));
      add_string (builder, "path", qd_finding_get_path (finding));
      add_string (builder, "message", qd_finding_get_message (finding));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

JsonNode *
qd_cli_duties_to_json (QdAssessment *assessment, QdPack *pack, GPtrArray *findings)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_string (builder, "date", assessment->date);
  add_string (builder, "site", assessment->site);
  add_string (builder, "pack", qd_pack_get_id (pack));
  add_string (builder, "packVersion", qd_pack_get_version (pack));
  add_string (builder, "packDigest", qd_pack_get_digest (pack));
  add_int (builder, "apply", assessment->n_yes);
  add_int (builder, "check", assessment->n_maybe);
  add_int (builder, "applyNot", assessment->n_no);
  add_int (builder, "overdue", assessment->n_overdue);
  add_int (builder, "soon", assessment->n_soon);
  json_builder_set_member_name (builder, "duties");
  json_builder_begin_array (builder);
  for (guint i = 0; i < assessment->duties->len; i++)
    add_duty (builder, assessment->duties->pdata[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "marks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < assessment->marks->len; i++)
    add_mark (builder, assessment->marks->pdata[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "warnings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < assessment->warnings->len; i++)
    json_builder_add_string_value (builder, assessment->warnings->pdata[i]);
  json_builder_end_array (builder);
  add_findings (builder, findings);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}
