/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * QdDecimal:
 *
 * An exact decimal number: mantissa × 10^-scale, with at most 38 significant digits. A plain value, copied freely.
 * Amounts, limits and money live in this type, so that 0.1 + 0.2 is 0.3 and 10,000 × 0.1 is 1000.
 */
typedef struct
{
  __int128 mantissa;
  guint8 scale; /* digits after the point, 0 … 38; a normalised value has no trailing zeros */
} QdDecimal;

/**
 * qd_decimal_parse:
 * @text: digits with an optional minus sign and one point; spaces around it are ignored; no exponent
 * @out: (out): the value, normalised
 *
 * Returns: %FALSE when @text is not such a number or does not fit; @out is then unchanged
 */
gboolean qd_decimal_parse (const char *text, QdDecimal *out);
/** Shortest text without an exponent: "0.0496", "-3", "1460000". Never "-0". */
char *qd_decimal_to_string (QdDecimal self) G_GNUC_WARN_UNUSED_RESULT;
/** The nearest double, correctly rounded. */
double qd_decimal_to_double (QdDecimal self);
QdDecimal qd_decimal_from_int (gint64 value);
int qd_decimal_compare (QdDecimal a, QdDecimal b);
/* Each returns FALSE, leaving @out alone, when the exact result does not fit. */
gboolean qd_decimal_add (QdDecimal a, QdDecimal b, QdDecimal *out);
gboolean qd_decimal_subtract (QdDecimal a, QdDecimal b, QdDecimal *out);
gboolean qd_decimal_multiply (QdDecimal a, QdDecimal b, QdDecimal *out);
/** Exact quotients only: 1 / 8 fits, 1 / 3 does not. FALSE also for division by zero. */
gboolean qd_decimal_divide (QdDecimal a, QdDecimal b, QdDecimal *out);
/** Rounds half up (away from zero for ties), as GB/T 8170 alternatives go by the caller. */
QdDecimal qd_decimal_round (QdDecimal self, guint scale);

G_END_DECLS
