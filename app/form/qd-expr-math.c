/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-math"
#include "config.h"
#include "qd-expr.h"
#include "qd-expr-private.h"

#include <math.h>
#include <string.h>

/* Number functions of ODK XForms, after XPath 3.0. */

static gboolean
apply (QdEval *ev, const QdScope *scope, const QdExprNode *call, double (*function) (double), QdValue *out)
{
  double x;

  return qd_eval_double (ev, scope, call->items[0], &x) && qd_value_set_double (out, function (x));
}

#define UNARY(id, function)                                                                        \
  static gboolean fn_##id (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out) \
  {                                                                                                \
    return apply (ev, scope, call, function, out);                                                 \
  }

UNARY (sin, sin)
UNARY (cos, cos)
UNARY (tan, tan)
UNARY (asin, asin)
UNARY (acos, acos)
UNARY (atan, atan)
UNARY (sqrt, sqrt)
UNARY (exp, exp)
UNARY (log, log)
UNARY (log10, log10)

static gboolean
fn_atan2 (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  double y, x;

  return qd_eval_double (ev, scope, call->items[0], &y) && qd_eval_double (ev, scope, call->items[1], &x) && qd_value_set_double (out, atan2 (y, x));
}

static gboolean
fn_pi (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return qd_value_set_double (out, G_PI);
}

/* Whole powers of exact numbers stay exact while they fit. */
static gboolean
set_power (QdValue *out, const QdNumber *base, const QdNumber *exponent)
{
  if (base->exact && exponent->exact && exponent->decimal.scale == 0 && exponent->value >= -38 && exponent->value <= 126)
    {
      QdNumber result, one;

      qd_number_set_int (&result, 1);
      for (int i = 0; i < fabs (exponent->value) && result.exact; i++)
        qd_number_multiply (&result, base);
      if (exponent->value < 0 && base->value != 0)
        {
          qd_number_set_int (&one, 1);
          qd_number_divide (&one, &result);
          result = one;
        }
      if (result.exact && (exponent->value >= 0 || base->value != 0))
        return qd_value_set_number (out, &result);
    }
  return qd_value_set_double (out, pow (base->value, exponent->value));
}

static gboolean
fn_pow (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdNumber base, exponent;

  return qd_eval_number (ev, scope, call->items[0], &base) && qd_eval_number (ev, scope, call->items[1], &exponent) && set_power (out, &base, &exponent);
}

static gboolean
fn_exp10 (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdNumber base, exponent;

  qd_number_set_int (&base, 10);
  return qd_eval_number (ev, scope, call->items[0], &exponent) && set_power (out, &base, &exponent);
}

static gboolean
fn_abs (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdNumber number;

  if (!qd_eval_number (ev, scope, call->items[0], &number))
    return FALSE;
  if (number.value < 0 || (number.value == 0 && signbit (number.value)))
    qd_number_negate (&number);
  return qd_value_set_number (out, &number);
}

static gboolean
fn_int (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdNumber number;

  if (!qd_eval_number (ev, scope, call->items[0], &number))
    return FALSE;
  qd_number_truncate (&number);
  return qd_value_set_number (out, &number);
}

typedef struct
{
  QdNumber best;
  gboolean any;
  int wanted; /* the order of a better number against the best so far */
} Extreme;

static gboolean
consider (Extreme *self, const QdNumber *number)
{
  if (!self->any || isnan (number->value) || qd_number_compare (number, &self->best) == self->wanted)
    self->best = *number;
  self->any = TRUE;
  return !isnan (number->value);
}

static gboolean
consider_node (QdEval *ev, QdTreeNode *node, gpointer data)
{
  QdNumber number;
  QdText text;

  qd_text_of_node (&text, node);
  qd_number_parse_or_date (ev, &number, text.text);
  qd_text_clear (&text);
  return consider (data, &number);
}

/* One argument that is no number makes the result none. */
static gboolean
find_extreme (QdEval *ev, const QdScope *scope, const QdExprNode *call, int wanted, QdValue *out)
{
  Extreme self = { .wanted = wanted };

  qd_number_set_double (&self.best, NAN);
  for (guint i = 0; i < call->n && !(self.any && isnan (self.best.value)); i++)
    {
      QdNumber number;

      if (call->items[i]->type == QD_VALUE_NODES)
        {
          if (!qd_eval_visit (ev, scope, call->items[i], consider_node, &self))
            return FALSE;
          continue;
        }
      if (!qd_eval_number (ev, scope, call->items[i], &number))
        return FALSE;
      consider (&self, &number);
    }
  return qd_value_set_number (out, &self.best);
}

static gboolean
fn_min (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return find_extreme (ev, scope, call, -1, out);
}

static gboolean
fn_max (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return find_extreme (ev, scope, call, 1, out);
}

static gboolean
fn_random (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return qd_value_set_double (out, g_random_double ());
}

const QdExprFunction qd_expr_math_functions[] = {
  { "sin", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_sin },
  { "cos", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_cos },
  { "tan", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_tan },
  { "asin", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_asin },
  { "acos", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_acos },
  { "atan", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_atan },
  { "atan2", 2, 2, QD_VALUE_NUMBER, 0, 0, fn_atan2 },
  { "sqrt", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_sqrt },
  { "exp", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_exp },
  { "exp10", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_exp10 },
  { "log", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_log },
  { "log10", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_log10 },
  { "pow", 2, 2, QD_VALUE_NUMBER, 0, 0, fn_pow },
  { "pi", 0, 0, QD_VALUE_NUMBER, 0, 0, fn_pi },
  { "abs", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_abs },
  { "int", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_int },
  { "min", 1, -1, QD_VALUE_NUMBER, 0, 0, fn_min, QD_LOGIC_ALL_NODES },
  { "max", 1, -1, QD_VALUE_NUMBER, 0, 0, fn_max, QD_LOGIC_ALL_NODES },
  { "random", 0, 0, QD_VALUE_NUMBER, QD_FUNCTION_CONTEXT, QD_EXPR_USES_RANDOM, fn_random },
  { NULL }
};
