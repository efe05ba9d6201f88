/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-own"
#include "config.h"
#include "qd-expr.h"
#include "qd-expr-private.h"

#include "qd-formula.h"
#include "qd-ident.h"

#include <math.h>
#include <string.h>

/* A hundred years is more than any equipment lasts. */
#define MAX_YEARS 100

/* Functions of the namespace urn:qingdan:form:1, as README.md describes them; those of dates are in qd-expr-date.c. */

static gboolean
check (QdEval *ev, const QdScope *scope, const QdExprNode *call, gboolean (*is_valid) (const char *text), QdValue *out)
{
  QdText text;
  gboolean valid;

  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  valid = is_valid (text.text);
  qd_text_clear (&text);
  return qd_value_set_boolean (out, valid);
}

static gboolean
fn_cas_valid (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return check (ev, scope, call, qd_cas_is_valid, out);
}

static gboolean
fn_uscc_valid (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return check (ev, scope, call, qd_uscc_is_valid, out);
}

static gboolean
fn_permit_valid (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return check (ev, scope, call, qd_permit_no_is_valid, out);
}

static gboolean
fn_ec_valid (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return check (ev, scope, call, qd_ec_is_valid, out);
}

static gboolean
fn_listed (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdEnv *env = ev->context->env;
  QdText texts[3] = { { NULL } };
  gboolean ok = TRUE;
  char *result = NULL;

  for (guint i = 0; ok && i < 3; i++)
    ok = qd_eval_text (ev, scope, call->items[i], &texts[i]);
  if (ok && env != NULL && env->klass->listed != NULL)
    result = env->klass->listed (env, texts[0].text, texts[1].text, texts[2].text);
  for (guint i = 0; i < 3; i++)
    qd_text_clear (&texts[i]);
  return ok && qd_value_take_string (out, result == NULL ? g_strdup ("") : result);
}

static gboolean
find_lists (QdEval *ev, const QdScope *scope, const QdExprNode *call, gboolean certain, QdValue *out)
{
  QdEnv *env = ev->context->env;
  QdText texts[3] = { { NULL } };
  gboolean ok = TRUE;
  char *result = NULL;

  for (guint i = 0; ok && i < call->n; i++)
    ok = qd_eval_text (ev, scope, call->items[i], &texts[i]);
  if (ok && env != NULL && env->klass->lists != NULL)
    result = env->klass->lists (env, texts[0].text, texts[1].text, texts[2].text, certain);
  for (guint i = 0; i < 3; i++)
    qd_text_clear (&texts[i]);
  return ok && qd_value_take_string (out, result == NULL ? g_strdup ("") : result);
}

static gboolean
fn_lists (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return find_lists (ev, scope, call, TRUE, out);
}

static gboolean
fn_lists_maybe (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return find_lists (ev, scope, call, FALSE, out);
}

/* "0.05L" is a value below the limit of detection 0.05. */
static gboolean
parse_limit (const char *text, QdNumber *limit)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  gsize length = strlen (trimmed);

  if (length < 2 || trimmed[length - 1] != 'L' || !(g_ascii_isdigit (trimmed[length - 2]) || trimmed[length - 2] == '.'))
    return FALSE;
  trimmed[length - 1] = '\0';
  qd_number_parse (limit, trimmed);
  return !isnan (limit->value);
}

static gboolean
fn_below_limit (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdText text;
  QdNumber limit;
  gboolean below;

  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  below = parse_limit (text.text, &limit);
  qd_text_clear (&text);
  return qd_value_set_boolean (out, below);
}

static gboolean
fn_amount (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdText text;
  QdNumber number;

  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  if (!parse_limit (text.text, &number))
    qd_number_parse (&number, text.text);
  qd_text_clear (&text);
  return qd_value_set_number (out, &number);
}

/* Facts: what duty rules ask. Three values come from qd-expr-truth.c; here all is known. */

static gboolean
fn_fact (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdEnv *env = ev->context->env;
  gboolean holds = FALSE;
  char *text = NULL;
  QdText name;

  if (!qd_eval_text (ev, scope, call->items[0], &name))
    return FALSE;
  if (env != NULL && env->klass->fact != NULL)
    text = env->klass->fact (env, call->call.function->name, name.text, &holds);
  qd_text_clear (&name);
  return text != NULL ? qd_value_take_string (out, text) : qd_value_set_boolean (out, holds);
}

static gboolean
fn_known (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdText text;
  gboolean known;

  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  known = *text.text != '\0' && strcmp (text.text, "unknown") != 0;
  qd_text_clear (&text);
  return qd_value_set_boolean (out, known);
}

/* Where everything is known, what is so is certain. */
static gboolean
fn_certain (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  gboolean holds;

  return qd_eval_boolean (ev, scope, call->items[0], &holds) && qd_value_set_boolean (out, holds);
}

/* NaN, so an empty result, for what is no formula. */
static gboolean
fn_molar_mass (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdText text;
  QdNumber number;
  QdDecimal mass;

  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  if (qd_formula_mass (text.text, &mass, NULL))
    qd_number_set_decimal (&number, mass);
  else
    qd_number_set_double (&number, NAN);
  qd_text_clear (&text);
  return qd_value_set_number (out, &number);
}

/* Money over years: what is invested now, then the same in each of so many whole years. */
typedef struct
{
  double invested, yearly, years;
} Flow;

static gboolean
read_flow (QdEval *ev, const QdScope *scope, const QdExprNode *call, guint first, Flow *out, gboolean *valid_out)
{
  QdNumber numbers[3];

  for (guint i = 0; i < 3; i++)
    if (!qd_eval_number (ev, scope, call->items[first + i], &numbers[i]))
      return FALSE;
  *out = (Flow){ numbers[0].value, numbers[1].value, numbers[2].value };
  /* Written so that what is no number is not valid. */
  *valid_out = isfinite (out->invested) && isfinite (out->yearly) && out->years >= 1 && out->years <= MAX_YEARS && out->years == floor (out->years);
  return TRUE;
}

static double
present_value (const Flow *flow, double rate)
{
  double factor = rate == 0 ? flow->years : (1 - pow (1 + rate, -flow->years)) / rate;

  return flow->yearly * factor - flow->invested;
}

static gboolean
fn_npv (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdNumber rate;
  Flow flow;
  gboolean valid;

  if (!qd_eval_number (ev, scope, call->items[0], &rate) || !read_flow (ev, scope, call, 1, &flow, &valid))
    return FALSE;
  qd_number_set_double (&rate, valid && rate.value > -1 && isfinite (rate.value) ? present_value (&flow, rate.value) : NAN);
  return qd_value_set_number (out, &rate);
}

/* The rate at which nothing is won. What never comes back has none that anybody uses (the root is negative), and what costs nothing has none at all. */
static gboolean
fn_irr (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  double low = 0, high = 1;
  QdNumber rate;
  Flow flow;
  gboolean valid;

  if (!read_flow (ev, scope, call, 0, &flow, &valid))
    return FALSE;
  if (!valid || flow.invested <= 0 || present_value (&flow, 0) <= 0)
    qd_number_set_double (&rate, NAN);
  else
    {
      /* The value only falls as the rate rises. */
      while (present_value (&flow, high) > 0)
        high *= 2;
      for (guint i = 0; i < 200 && low < high; i++)
        {
          double middle = low + (high - low) / 2;

          if (middle == low || middle == high)
            break;
          if (present_value (&flow, middle) > 0)
            low = middle;
          else
            high = middle;
        }
      qd_number_set_double (&rate, high);
    }
  return qd_value_set_number (out, &rate);
}

const QdExprFunction qd_expr_own_functions[] = {
  { "qd:cas-valid", 1, 1, QD_VALUE_BOOLEAN, 0, 0, fn_cas_valid },
  { "qd:uscc-valid", 1, 1, QD_VALUE_BOOLEAN, 0, 0, fn_uscc_valid },
  { "qd:permit-valid", 1, 1, QD_VALUE_BOOLEAN, 0, 0, fn_permit_valid },
  { "qd:ec-valid", 1, 1, QD_VALUE_BOOLEAN, 0, 0, fn_ec_valid },
  { "qd:listed", 3, 3, QD_VALUE_STRING, 0, 0, fn_listed },
  { "qd:lists", 2, 3, QD_VALUE_STRING, 0, 0, fn_lists },
  { "qd:lists-maybe", 2, 3, QD_VALUE_STRING, 0, 0, fn_lists_maybe },
  { "qd:below-limit", 1, 1, QD_VALUE_BOOLEAN, 0, 0, fn_below_limit },
  { "qd:molar-mass", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_molar_mass },
  { "qd:npv", 4, 4, QD_VALUE_NUMBER, 0, 0, fn_npv },
  { "qd:irr", 3, 3, QD_VALUE_NUMBER, 0, 0, fn_irr },
  { "qd:amount", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_amount },
  { "qd:fact", 1, 1, QD_VALUE_ANY, 0, QD_EXPR_USES_FACTS, fn_fact, QD_LOGIC_FACT },
  { "qd:catalogue", 1, 1, QD_VALUE_BOOLEAN, 0, QD_EXPR_USES_FACTS, fn_fact, QD_LOGIC_CATALOGUE },
  { "qd:local", 1, 1, QD_VALUE_STRING, 0, QD_EXPR_USES_FACTS, fn_fact, QD_LOGIC_LOCAL },
  { "qd:known", 1, 1, QD_VALUE_BOOLEAN, 0, QD_EXPR_USES_FACTS, fn_known, QD_LOGIC_KNOWN },
  { "qd:certain", 1, 1, QD_VALUE_BOOLEAN, 0, QD_EXPR_USES_FACTS, fn_certain, QD_LOGIC_CERTAIN },
  { NULL }
};
