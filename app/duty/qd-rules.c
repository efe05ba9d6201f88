/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-rules"
#include "config.h"
#include "qd-rules-loader-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_QUARK (qd - rules - error - quark, qd_rules_error)

static void
words_clear (QdWords *self)
{
  g_free (self->zh);
  g_free (self->en);
}

const char *
qd_words_get (const QdWords *self, const char *language)
{
  const char *wanted = g_strcmp0 (language, "en") == 0 ? self->en : self->zh;

  if (wanted == NULL)
    wanted = self->zh != NULL ? self->zh : self->en;
  return wanted == NULL ? "" : wanted;
}

void
qd_rule_source_free (gpointer data)
{
  QdRuleSource *self = data;

  g_free (self->id);
  words_clear (&self->title);
  g_free (self->from);
  g_free (self->to);
  g_strfreev (self->replaces);
  g_free (self);
}

static void
basis_clear (QdRuleBasis *self)
{
  g_free (self->article);
  g_free (self->from);
  g_free (self->to);
}

void
qd_rule_basis_free (gpointer data)
{
  basis_clear (data);
  g_free (data);
}

void
qd_rule_penalty_free (gpointer data)
{
  QdRulePenalty *self = data;

  basis_clear (&self->basis);
  words_clear (&self->text);
  g_free (self);
}

void
qd_rule_form_free (gpointer data)
{
  QdRuleForm *self = data;

  g_free (self->id);
  words_clear (&self->title);
  g_free (self->pack_form);
  g_free (self);
}

void
qd_rule_office_free (gpointer data)
{
  QdRuleOffice *self = data;

  g_free (self->id);
  words_clear (&self->title);
  g_free (self);
}

void
qd_rule_case_free (gpointer data)
{
  QdRuleCase *self = data;

  g_free (self->value);
  g_clear_pointer (&self->expr, qd_expr_unref);
  g_free (self);
}

void
qd_rule_fact_free (gpointer data)
{
  QdRuleFact *self = data;

  g_free (self->id);
  words_clear (&self->label);
  g_clear_pointer (&self->when, qd_expr_unref);
  g_ptr_array_unref (self->cases);
  g_free (self);
}

void
qd_why_part_free (gpointer data)
{
  QdWhyPart *self = data;

  g_free (self->literal);
  g_clear_pointer (&self->expr, qd_expr_unref);
  g_free (self);
}

void
qd_rule_due_free (gpointer data)
{
  QdRuleDue *self = data;

  g_free (self->id);
  words_clear (&self->label);
  words_clear (&self->short_label);
  g_clear_pointer (&self->event, qd_expr_unref);
  g_clear_pointer (&self->first_event, qd_expr_unref);
  g_clear_pointer (&self->when, qd_expr_unref);
  g_free (self->last);
  g_free (self->from);
  g_free (self->to);
  g_free (self);
}

void
qd_rule_free (gpointer data)
{
  QdRule *self = data;

  g_free (self->id);
  words_clear (&self->title);
  words_clear (&self->short_title);
  words_clear (&self->note);
  g_clear_pointer (&self->why_zh, g_ptr_array_unref);
  g_clear_pointer (&self->why_en, g_ptr_array_unref);
  g_clear_pointer (&self->when, qd_expr_unref);
  g_ptr_array_unref (self->dues);
  g_ptr_array_unref (self->bases);
  g_ptr_array_unref (self->penalties);
  g_free (self);
}

void
qd_rule_local_free (gpointer data)
{
  QdRuleLocal *self = data;

  g_free (self->rule);
  g_free (self->field);
  g_free (self->name);
  g_free (self->value);
  g_free (self->source);
  g_free (self->from);
  g_free (self->to);
  g_free (self);
}

void
qd_rule_region_free (gpointer data)
{
  QdRuleRegion *self = data;

  g_free (self->id);
  g_free (self->prefix);
  words_clear (&self->title);
  g_ptr_array_unref (self->locals);
  g_free (self);
}

static void
words_free (gpointer data)
{
  words_clear (data);
  g_free (data);
}

QdRules *
qd_rules_create (QdPack *pack)
{
  QdRules *self = g_new0 (QdRules, 1);

  g_atomic_ref_count_init (&self->refs);
  self->pack = qd_pack_ref (pack);
  self->rules = g_ptr_array_new_with_free_func (qd_rule_free);
  self->facts = g_ptr_array_new_with_free_func (qd_rule_fact_free);
  self->forms = g_ptr_array_new_with_free_func (qd_rule_form_free);
  self->offices = g_ptr_array_new_with_free_func (qd_rule_office_free);
  self->sources = g_ptr_array_new_with_free_func (qd_rule_source_free);
  self->regions = g_ptr_array_new_with_free_func (qd_rule_region_free);
  self->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, words_free);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->facts_by_id = g_hash_table_new (g_str_hash, g_str_equal);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  self->calendar = qd_calendar_new ();
  return self;
}

QdRules *
qd_rules_ref (QdRules *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
qd_rules_unref (QdRules *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->refs))
    return;
  qd_pack_unref (self->pack);
  g_ptr_array_unref (self->rules);
  g_ptr_array_unref (self->facts);
  g_ptr_array_unref (self->forms);
  g_ptr_array_unref (self->offices);
  g_ptr_array_unref (self->sources);
  g_ptr_array_unref (self->regions);
  g_hash_table_unref (self->words);
  g_hash_table_unref (self->by_id);
  g_hash_table_unref (self->facts_by_id);
  g_hash_table_unref (self->names);
  qd_calendar_free (self->calendar);
  g_clear_object (&self->profile);
  g_clear_object (&self->substances);
  g_free (self);
}

QdPack *
qd_rules_get_pack (QdRules *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->pack;
}

guint
qd_rules_get_n_rules (QdRules *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->rules->len;
}

const char *
qd_rules_get_id (QdRules *self, guint i)
{
  g_return_val_if_fail (self != NULL && i < self->rules->len, NULL);

  return ((const QdRule *) self->rules->pdata[i])->id;
}

const QdRuleForm *
qd_rules_lookup_form (QdRules *self, const char *code)
{
  for (guint i = 0; i < self->forms->len; i++)
    {
      const QdRuleForm *form = self->forms->pdata[i];

      if (strcmp (form->id, code) == 0)
        return form;
    }
  return NULL;
}

gboolean
qd_rules_find_form (QdRules *self, const char *code, const char *language, const char **title_out, const char **pack_form_out)
{
  const QdRuleForm *form;

  g_return_val_if_fail (self != NULL && code != NULL, FALSE);

  form = qd_rules_lookup_form (self, code);
  if (form == NULL)
    return FALSE;
  if (title_out != NULL)
    *title_out = qd_words_get (&form->title, language);
  if (pack_form_out != NULL)
    *pack_form_out = form->pack_form;
  return TRUE;
}

QdRules *
qd_rules_new (QdPack *pack, GError **error)
{
  g_autoptr (GPtrArray) problems = NULL;
  QdRules *self;

  g_return_val_if_fail (pack != NULL, NULL);

  if (*qd_pack_get_files (pack, QD_PACK_RULES) == NULL)
    {
      g_set_error (error, QD_RULES_ERROR, QD_RULES_ERROR_NONE, _ ("The pack %s %s has no rules of duties. Install a pack that has them."), qd_pack_get_id (pack), qd_pack_get_version (pack));
      return NULL;
    }
  self = qd_rules_new_checked (pack, &problems);
  if (self == NULL && problems->len == 1)
    g_set_error_literal (error, QD_RULES_ERROR, QD_RULES_ERROR_INVALID, problems->pdata[0]);
  else if (self == NULL)
    g_set_error (error, QD_RULES_ERROR, QD_RULES_ERROR_INVALID, g_dngettext (GETTEXT_PACKAGE, "%s (and %u more)", "%s (and %u more)", problems->len - 1), (char *) problems->pdata[0], problems->len - 1);
  return self;
}
