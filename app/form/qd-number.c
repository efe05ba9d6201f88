/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-number"
#include "config.h"
#include "qd-expr.h"
#include "qd-expr-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

void
qd_number_set_double (QdNumber *self, double value)
{
  self->value = value;
  self->exact = FALSE;
}

void
qd_number_set_int (QdNumber *self, gint64 value)
{
  self->value = (double) value;
  self->exact = TRUE;
  self->decimal = qd_decimal_from_int (value);
}

void
qd_number_set_decimal (QdNumber *self, QdDecimal value)
{
  self->value = qd_decimal_to_double (value);
  self->exact = TRUE;
  self->decimal = value;
}

/* Writes the significant digits of @value and its decimal exponent as few as read back the same. */
static char *
shortest_text (double value)
{
  char buffer[64], digits[32];
  GString *text = g_string_new (NULL);
  const char *exponent_text;
  int precision = fabs (value) < DBL_MIN ? 1 : 15, exponent;
  gsize n = 0;

  for (;; precision++)
    {
      char format[16];

      g_snprintf (format, sizeof format, "%%.%de", precision - 1);
      g_ascii_formatd (buffer, sizeof buffer, format, value);
      if (precision == 17 || g_ascii_strtod (buffer, NULL) == value)
        break;
    }
  exponent_text = strchr (buffer, 'e');
  exponent = (int) g_ascii_strtoll (exponent_text + 1, NULL, 10);
  for (const char *p = buffer; p < exponent_text; p++)
    if (g_ascii_isdigit (*p))
      digits[n++] = *p;
  while (n > 1 && digits[n - 1] == '0')
    n--;
  if (value < 0)
    g_string_append_c (text, '-');
  if (exponent < 0)
    {
      g_string_append (text, "0.");
      for (int i = -1; i > exponent; i--)
        g_string_append_c (text, '0');
      g_string_append_len (text, digits, (gssize) n);
    }
  else
    {
      for (int i = 0; i <= exponent || (gsize) i < n; i++)
        {
          if (i == exponent + 1)
            g_string_append_c (text, '.');
          g_string_append_c (text, (gsize) i < n ? digits[i] : '0');
        }
    }
  return g_string_free (text, FALSE);
}

char *
qd_number_to_string (const QdNumber *self)
{
  if (self->exact)
    return qd_decimal_to_string (self->decimal);
  if (isnan (self->value))
    return g_strdup ("NaN");
  if (isinf (self->value))
    return g_strdup (self->value < 0 ? "-Infinity" : "Infinity");
  if (self->value == 0)
    return g_strdup ("0");
  return shortest_text (self->value);
}

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

typedef enum
{
  PARSED_NONE,
  PARSED_DECIMAL,
  PARSED_DOUBLE,
} Parsed;

static Parsed
parse (const char *text, QdDecimal *decimal, double *value_out)
{
  const char *p = text, *start, *end;
  gboolean negative = FALSE;
  guint64 value = 0;
  guint digits = 0, scale = 0;

  while (is_space (*p))
    p++;
  start = p;
  if (*p == '-')
    {
      negative = TRUE;
      p++;
    }
  for (; g_ascii_isdigit (*p); p++, digits++)
    value = value * 10 + (guint64) (*p - '0');
  if (*p == '.')
    for (p++; g_ascii_isdigit (*p); p++, digits++, scale++)
      value = value * 10 + (guint64) (*p - '0');
  end = p;
  while (is_space (*p))
    p++;
  if (*p != '\0' || digits == 0)
    return PARSED_NONE;
  if (digits <= 18)
    {
      for (; scale > 0 && value % 10 == 0; scale--)
        value /= 10;
      decimal->mantissa = negative ? -(gint64) value : (gint64) value;
      decimal->scale = (guint8) scale;
    }
  else if (!qd_decimal_parse (text, decimal))
    {
      g_autofree char *number = g_strndup (start, (gsize) (end - start));

      *value_out = g_ascii_strtod (number, NULL);
      return PARSED_DOUBLE;
    }
  if (!negative || decimal->mantissa != 0)
    return PARSED_DECIMAL;
  /* Only IEEE 754 knows a negative zero, and XPath can tell it from zero by dividing. */
  *value_out = -0.0;
  return PARSED_DOUBLE;
}

void
qd_number_parse (QdNumber *self, const char *text)
{
  QdDecimal decimal;
  double value = NAN;

  if (parse (text, &decimal, &value) == PARSED_DECIMAL)
    qd_number_set_decimal (self, decimal);
  else
    qd_number_set_double (self, value);
}

void
qd_total_add (QdEval *ev, QdTotal *self, const char *text)
{
  QdDecimal decimal;
  QdNumber number;
  double value = NAN;

  switch (parse (text, &decimal, &value))
    {
    case PARSED_DECIMAL:
      if (qd_decimal_add (self->exact, decimal, &self->exact))
        return;
      value = qd_decimal_to_double (decimal);
      break;
    case PARSED_DOUBLE:
      if (value == 0)
        return;
      break;
    case PARSED_NONE:
    default:
      qd_number_parse_or_date (ev, &number, text);
      if (number.exact && qd_decimal_add (self->exact, number.decimal, &self->exact))
        return;
      value = number.value;
      break;
    }
  self->rest += value;
  self->has_rest = TRUE;
}

void
qd_total_finish (const QdTotal *self, QdNumber *out)
{
  qd_number_set_decimal (out, self->exact);
  if (self->has_rest)
    qd_number_set_double (out, out->value + self->rest);
}

/* A negative zero is as exact as zero for everything but division. */
static const QdNumber *
without_signed_zero (const QdNumber *self)
{
  static const QdNumber zero = { 0.0, TRUE, { 0, 0 } };

  return !self->exact && self->value == 0 ? &zero : self;
}

void
qd_number_add (QdNumber *self, const QdNumber *other)
{
  const QdNumber *a, *b;
  QdDecimal sum;

  if (!self->exact && !other->exact)
    {
      self->value += other->value;
      return;
    }
  a = without_signed_zero (self);
  b = without_signed_zero (other);
  if (self->value == 0 && other->value == 0)
    qd_number_set_double (self, self->value + other->value);
  else if (a->exact && b->exact && qd_decimal_add (a->decimal, b->decimal, &sum))
    qd_number_set_decimal (self, sum);
  else
    qd_number_set_double (self, self->value + other->value);
}

void
qd_number_subtract (QdNumber *self, const QdNumber *other)
{
  const QdNumber *a, *b;
  QdDecimal difference;

  if (!self->exact && !other->exact)
    {
      self->value -= other->value;
      return;
    }
  a = without_signed_zero (self);
  b = without_signed_zero (other);
  if (self->value == 0 && other->value == 0)
    qd_number_set_double (self, self->value - other->value);
  else if (a->exact && b->exact && qd_decimal_subtract (a->decimal, b->decimal, &difference))
    qd_number_set_decimal (self, difference);
  else
    qd_number_set_double (self, self->value - other->value);
}

void
qd_number_multiply (QdNumber *self, const QdNumber *other)
{
  QdDecimal product;
  double value = self->value * other->value;

  if (value != 0 && self->exact && other->exact && qd_decimal_multiply (self->decimal, other->decimal, &product))
    qd_number_set_decimal (self, product);
  else if (value == 0 && !signbit (value) && (self->value == 0 || other->value == 0))
    qd_number_set_int (self, 0);
  else
    qd_number_set_double (self, value);
}

void
qd_number_divide (QdNumber *self, const QdNumber *other)
{
  QdDecimal quotient;
  double value = self->value / other->value;

  if (value != 0 && self->exact && other->exact && qd_decimal_divide (self->decimal, other->decimal, &quotient))
    qd_number_set_decimal (self, quotient);
  else if (value == 0 && !signbit (value) && self->value == 0)
    qd_number_set_int (self, 0);
  else
    qd_number_set_double (self, value);
}

/* Truncating remainder with the sign of the dividend (XPath 1.0 §3.5), as fmod() does. */
void
qd_number_modulo (QdNumber *self, const QdNumber *other)
{
  if (self->exact && other->exact && other->decimal.mantissa != 0)
    {
      guint scale = MAX (self->decimal.scale, other->decimal.scale);
      __int128 a = self->decimal.mantissa, b = other->decimal.mantissa;
      gboolean fits = TRUE;

      for (guint i = self->decimal.scale; fits && i < scale; i++)
        fits = !__builtin_mul_overflow (a, (__int128) 10, &a);
      for (guint i = other->decimal.scale; fits && i < scale; i++)
        fits = !__builtin_mul_overflow (b, (__int128) 10, &b);
      if (fits)
        {
          __int128 rest = a % b;
          QdDecimal decimal = { rest, (guint8) scale };
          QdDecimal normal;

          if (rest == 0 && a < 0)
            {
              qd_number_set_double (self, -0.0);
              return;
            }
          /* Adding nothing normalises. */
          if (qd_decimal_add (decimal, qd_decimal_from_int (0), &normal))
            {
              qd_number_set_decimal (self, normal);
              return;
            }
        }
    }
  qd_number_set_double (self, fmod (self->value, other->value));
}

void
qd_number_negate (QdNumber *self)
{
  if (self->exact && self->decimal.mantissa != 0)
    {
      self->decimal.mantissa = -self->decimal.mantissa;
      self->value = -self->value;
    }
  else if (!self->exact && self->value == 0 && signbit (self->value))
    {
      qd_number_set_int (self, 0);
    }
  else
    {
      qd_number_set_double (self, -self->value);
    }
}

int
qd_number_compare (const QdNumber *a, const QdNumber *b)
{
  if (a->exact && b->exact)
    return qd_decimal_compare (a->decimal, b->decimal);
  if (isnan (a->value) || isnan (b->value))
    return 2;
  return a->value < b->value ? -1 : a->value > b->value;
}

/* Rounds an exact number by @direction: -1 down, 0 towards zero, 1 up. */
static void
to_whole (QdNumber *self, int direction)
{
  __int128 power = 1, whole, rest;
  gboolean was_negative = self->decimal.mantissa < 0;

  if (self->decimal.scale == 0)
    return;
  for (guint i = 0; i < self->decimal.scale; i++)
    power *= 10;
  whole = self->decimal.mantissa / power;
  rest = self->decimal.mantissa % power;
  if (direction < 0 && rest < 0)
    whole--;
  if (direction > 0 && rest > 0)
    whole++;
  if (whole == 0 && was_negative)
    qd_number_set_double (self, -0.0);
  else
    qd_number_set_decimal (self, (QdDecimal){ whole, 0 });
}

void
qd_number_floor (QdNumber *self)
{
  if (self->exact)
    to_whole (self, -1);
  else
    qd_number_set_double (self, floor (self->value));
}

void
qd_number_ceiling (QdNumber *self)
{
  if (self->exact)
    to_whole (self, 1);
  else
    qd_number_set_double (self, ceil (self->value));
}

void
qd_number_truncate (QdNumber *self)
{
  if (self->exact)
    to_whole (self, 0);
  else
    qd_number_set_double (self, trunc (self->value));
}

void
qd_number_round (QdNumber *self)
{
  static const QdDecimal half = { 5, 1 };
  QdDecimal shifted;

  if (self->exact)
    {
      gboolean was_negative = self->decimal.mantissa < 0;

      if (self->decimal.scale == 0 || !qd_decimal_add (self->decimal, half, &shifted))
        return;
      self->decimal = shifted;
      to_whole (self, -1);
      if (was_negative && self->exact && self->decimal.mantissa == 0)
        qd_number_set_double (self, -0.0);
      else if (self->exact)
        qd_number_set_decimal (self, self->decimal);
      return;
    }
  if (isnan (self->value) || isinf (self->value) || self->value == 0)
    return;
  /* Not floor (x + 0.5), which is wrong next to a half and for large numbers. */
  {
    double whole = floor (self->value);

    if (self->value - whole >= 0.5)
      whole += 1;
    qd_number_set_double (self, whole == 0 && self->value < 0 ? -0.0 : whole);
  }
}

void
qd_number_round_to (QdNumber *self, int digits)
{
  const gboolean was_negative = self->value < 0;

  digits = CLAMP (digits, -40, 40);
  if (self->exact && digits >= 0)
    {
      qd_number_set_decimal (self, qd_decimal_round (self->decimal, (guint) digits));
      if (was_negative && self->value == 0)
        qd_number_set_double (self, -0.0);
      return;
    }
  if (self->exact)
    {
      /* 1234 to -2 digits: 12.34 rounded, times 100 */
      QdDecimal power = { 1, 0 }, value;

      for (int i = 0; i < -digits && i < 37; i++)
        power.mantissa *= 10;
      if (qd_decimal_divide (self->decimal, power, &value))
        {
          value = qd_decimal_round (value, 0);
          if (qd_decimal_multiply (value, power, &value))
            {
              qd_number_set_decimal (self, value);
              if (was_negative && self->value == 0)
                qd_number_set_double (self, -0.0);
              return;
            }
        }
    }
  if (isnan (self->value) || isinf (self->value))
    return;
  {
    double power = pow (10, digits), scaled = self->value * power;

    if (isinf (scaled) || power == 0)
      return;
    qd_number_set_double (self, round (scaled) / power);
  }
}
