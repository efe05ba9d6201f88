/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-decimal"
#include "config.h"
#include "qd-decimal.h"

#include <string.h>

#define MAX_DIGITS 38

typedef unsigned __int128 Magnitude;

/* 10^0 … 10^19 fit a guint64; larger powers are products of two. */
static const guint64 small_powers[] = {
  1u,
  10u,
  100u,
  1000u,
  10000u,
  100000u,
  1000000u,
  10000000u,
  100000000u,
  1000000000u,
  10000000000u,
  100000000000u,
  1000000000000u,
  10000000000000u,
  100000000000000u,
  1000000000000000u,
  10000000000000000u,
  100000000000000000u,
  1000000000000000000u,
  10000000000000000000u,
};

/* @n is at most 38. */
static Magnitude
power_of_ten (guint n)
{
  if (n < G_N_ELEMENTS (small_powers))
    return small_powers[n];
  return (Magnitude) small_powers[19] * small_powers[n - 19];
}

static Magnitude
magnitude_of (__int128 value)
{
  return value < 0 ? -(Magnitude) value : (Magnitude) value;
}

static gboolean
fits (Magnitude value)
{
  return value < power_of_ten (MAX_DIGITS);
}

/* Takes trailing zeros off the fraction. Most numbers fit 64 bits, where a division is cheap. */
static void
normalise (Magnitude *value, guint *scale)
{
  while (*scale > 0 && (*value >> 64) != 0 && *value % 10 == 0)
    {
      *value /= 10;
      (*scale)--;
    }
  if ((*value >> 64) == 0)
    {
      guint64 low = (guint64) *value;

      while (*scale > 0 && low % 10 == 0)
        {
          low /= 10;
          (*scale)--;
        }
      *value = low;
    }
  if (*value == 0)
    *scale = 0;
}

static gboolean
store (Magnitude value, guint scale, gboolean negative, QdDecimal *out)
{
  normalise (&value, &scale);
  if (!fits (value) || scale > MAX_DIGITS)
    return FALSE;
  out->mantissa = negative ? -(__int128) value : (__int128) value;
  out->scale = (guint8) scale;
  return TRUE;
}

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

gboolean
qd_decimal_parse (const char *text, QdDecimal *out)
{
  const char *p = text;
  gboolean negative = FALSE, point = FALSE, any = FALSE;
  Magnitude value = 0;
  guint scale = 0, zeros = 0;

  if (text == NULL)
    return FALSE;
  while (is_space (*p))
    p++;
  if (*p == '-')
    {
      negative = TRUE;
      p++;
    }
  for (;; p++)
    {
      if (*p == '.' && !point)
        {
          point = TRUE;
          continue;
        }
      if (*p < '0' || *p > '9')
        break;
      any = TRUE;
      if (point && *p == '0')
        {
          /* Zeros at the end of a fraction count for nothing, however many there are. */
          zeros++;
          continue;
        }
      for (guint n = point ? zeros + 1 : 1; n > 0; n--)
        {
          if (value >= power_of_ten (MAX_DIGITS - 1) || scale > MAX_DIGITS)
            return FALSE;
          value *= 10;
          if (point)
            scale++;
        }
      zeros = 0;
      value += (guint) (*p - '0');
    }
  while (is_space (*p))
    p++;
  if (*p != '\0' || !any)
    return FALSE;
  return store (value, scale, negative, out);
}

/* Enough for sign, 38 digits, a point and the leading zeros of a small fraction. */
#define BUFFER_SIZE 88

static char *
write_backwards (QdDecimal self, char buffer[BUFFER_SIZE])
{
  Magnitude value = magnitude_of (self.mantissa);
  guint scale = self.scale;
  char *p = &buffer[BUFFER_SIZE - 1];

  normalise (&value, &scale);
  *p = '\0';
  if (scale > 0)
    {
      for (; scale > 0; scale--)
        {
          *--p = (char) ('0' + (int) (value % 10));
          value /= 10;
        }
      *--p = '.';
    }
  do
    {
      *--p = (char) ('0' + (int) (value % 10));
      value /= 10;
    }
  while (value != 0);
  if (self.mantissa < 0)
    *--p = '-';
  return p;
}

char *
qd_decimal_to_string (QdDecimal self)
{
  char buffer[BUFFER_SIZE];

  return g_strdup (write_backwards (self, buffer));
}

double
qd_decimal_to_double (QdDecimal self)
{
  char buffer[BUFFER_SIZE];

  /* Both operands are exact doubles here, so that one division rounds correctly. */
  if (self.scale <= 22 && self.mantissa > -((__int128) 1 << 53) && self.mantissa < (__int128) 1 << 53)
    {
      static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

      return (double) (gint64) self.mantissa / powers[self.scale];
    }
  return g_ascii_strtod (write_backwards (self, buffer), NULL);
}

QdDecimal
qd_decimal_from_int (gint64 value)
{
  return (QdDecimal){ .mantissa = value };
}

int
qd_decimal_compare (QdDecimal a, QdDecimal b)
{
  __int128 power_a, power_b, whole_a, whole_b, rest_a, rest_b;

  if (a.scale == b.scale)
    return a.mantissa < b.mantissa ? -1 : a.mantissa > b.mantissa;
  power_a = (__int128) power_of_ten (a.scale);
  power_b = (__int128) power_of_ten (b.scale);
  whole_a = a.mantissa / power_a;
  whole_b = b.mantissa / power_b;
  if (whole_a != whole_b)
    return whole_a < whole_b ? -1 : 1;
  /* A rest is below its own power, so that scaling it up to the other's stays within 38 digits. */
  rest_a = a.mantissa % power_a;
  rest_b = b.mantissa % power_b;
  if (a.scale < b.scale)
    rest_a *= (__int128) power_of_ten (b.scale - a.scale);
  else
    rest_b *= (__int128) power_of_ten (a.scale - b.scale);
  return rest_a < rest_b ? -1 : rest_a > rest_b;
}

gboolean
qd_decimal_add (QdDecimal a, QdDecimal b, QdDecimal *out)
{
  Magnitude first = magnitude_of (a.mantissa), second = magnitude_of (b.mantissa), sum;
  gboolean first_negative = a.mantissa < 0, second_negative = b.mantissa < 0;
  guint scale = MAX (a.scale, b.scale);

  /* Nearly all amounts are small: then 64 bits do. */
  if (first < G_MAXINT32 && second < G_MAXUINT64 / 4 && b.scale == scale && scale - a.scale <= 9)
    {
      gint64 total = (gint64) a.mantissa * (gint64) small_powers[scale - a.scale] + (gint64) b.mantissa;

      for (; scale > 0 && total % 10 == 0; scale--)
        total /= 10;
      out->mantissa = total;
      out->scale = (guint8) (total == 0 ? 0 : scale);
      return TRUE;
    }
  if (second < G_MAXINT32 && first < G_MAXUINT64 / 4 && a.scale == scale && scale - b.scale <= 9)
    return qd_decimal_add (b, a, out);
  if (a.scale < scale && __builtin_mul_overflow (first, power_of_ten (scale - a.scale), &first))
    return FALSE;
  if (b.scale < scale && __builtin_mul_overflow (second, power_of_ten (scale - b.scale), &second))
    return FALSE;
  if (first_negative == second_negative)
    {
      if (__builtin_add_overflow (first, second, &sum))
        return FALSE;
      return store (sum, scale, first_negative, out);
    }
  if (first >= second)
    return store (first - second, scale, first_negative, out);
  return store (second - first, scale, second_negative, out);
}

gboolean
qd_decimal_subtract (QdDecimal a, QdDecimal b, QdDecimal *out)
{
  b.mantissa = -b.mantissa;
  return qd_decimal_add (a, b, out);
}

gboolean
qd_decimal_multiply (QdDecimal a, QdDecimal b, QdDecimal *out)
{
  Magnitude first = magnitude_of (a.mantissa), second = magnitude_of (b.mantissa), product;
  gboolean negative = (a.mantissa < 0) != (b.mantissa < 0);
  guint scale = (guint) a.scale + b.scale;

  if (!__builtin_mul_overflow (first, second, &product) && store (product, scale, negative, out))
    return TRUE;

  /* The product may fit all the same once its trailing zeros are gone: divide the factors instead. */
  while (scale > 0)
    {
      if (first % 10 == 0)
        first /= 10;
      else if (second % 10 == 0)
        second /= 10;
      else if (first % 2 == 0 && second % 5 == 0)
        {
          first /= 2;
          second /= 5;
        }
      else if (first % 5 == 0 && second % 2 == 0)
        {
          first /= 5;
          second /= 2;
        }
      else
        break;
      scale--;
    }
  return !__builtin_mul_overflow (first, second, &product) && store (product, scale, negative, out);
}

static Magnitude
greatest_common_divisor (Magnitude a, Magnitude b)
{
  while (b != 0 && ((a | b) >> 64) != 0)
    {
      Magnitude rest = a % b;

      a = b;
      b = rest;
    }
  if (b != 0)
    {
      guint64 x = (guint64) a, y = (guint64) b;

      while (y != 0)
        {
          guint64 rest = x % y;

          x = y;
          y = rest;
        }
      return x;
    }
  return a;
}

gboolean
qd_decimal_divide (QdDecimal a, QdDecimal b, QdDecimal *out)
{
  Magnitude numerator = magnitude_of (a.mantissa), denominator = magnitude_of (b.mantissa), divisor;
  gboolean negative = (a.mantissa < 0) != (b.mantissa < 0);
  guint twos = 0, fives = 0;
  int scale;

  if (denominator == 0)
    return FALSE;
  if (numerator == 0)
    return store (0, 0, FALSE, out);
  divisor = greatest_common_divisor (numerator, denominator);
  numerator /= divisor;
  denominator /= divisor;
  for (; denominator % 2 == 0; denominator /= 2)
    twos++;
  for (; denominator % 5 == 0; denominator /= 5)
    fives++;
  /* Any other prime factor below the line makes the quotient periodic. */
  if (denominator != 1)
    return FALSE;
  for (guint i = twos; i < fives; i++)
    if (__builtin_mul_overflow (numerator, (Magnitude) 2, &numerator))
      return FALSE;
  for (guint i = fives; i < twos; i++)
    if (__builtin_mul_overflow (numerator, (Magnitude) 5, &numerator))
      return FALSE;
  scale = (int) a.scale - (int) b.scale + (int) MAX (twos, fives);
  for (; scale < 0; scale++)
    if (__builtin_mul_overflow (numerator, (Magnitude) 10, &numerator))
      return FALSE;
  return store (numerator, (guint) scale, negative, out);
}

QdDecimal
qd_decimal_round (QdDecimal self, guint scale)
{
  Magnitude value = magnitude_of (self.mantissa), power, rest;
  QdDecimal result = { 0 };

  if (self.scale <= scale)
    return self;
  power = power_of_ten (self.scale - scale);
  rest = value % power;
  value /= power;
  if (rest * 2 >= power)
    value++;
  /* One digit went at least, so that the carry has room. */
  store (value, scale, self.mantissa < 0, &result);
  return result;
}
