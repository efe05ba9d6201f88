/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-unit"
#include "config.h"

#include "qd-unit.h"

#include <string.h>

/* The legal units of China (GB 3100-1993) as far as ledgers use them, and the words that stand for them. */

typedef enum
{
  MASS,
  VOLUME,
  ENERGY,
  MONEY,
  RATIO,
  TIME,
  LENGTH,
  COUNT,
  N_DIMENSIONS
} Dimension;

typedef struct
{
  const char *name;
  Dimension dimension;
  const char *factor; /* in t, m³, kWh, 元, 1, a, m, 1 */
} Unit;

static const Unit units[] = {
  { "t", MASS, "1" },
  { "吨", MASS, "1" },
  { "kg", MASS, "0.001" },
  { "千克", MASS, "0.001" },
  { "公斤", MASS, "0.001" },
  { "g", MASS, "0.000001" },
  { "克", MASS, "0.000001" },
  { "mg", MASS, "0.000000001" },
  { "毫克", MASS, "0.000000001" },
  { "µg", MASS, "0.000000000001" },
  { "μg", MASS, "0.000000000001" },
  { "ug", MASS, "0.000000000001" },
  { "微克", MASS, "0.000000000001" },
  { "斤", MASS, "0.0005" },
  { "m³", VOLUME, "1" },
  { "m3", VOLUME, "1" },
  { "立方米", VOLUME, "1" },
  { "方", VOLUME, "1" },
  { "L", VOLUME, "0.001" },
  { "l", VOLUME, "0.001" },
  { "升", VOLUME, "0.001" },
  { "mL", VOLUME, "0.000001" },
  { "ml", VOLUME, "0.000001" },
  { "毫升", VOLUME, "0.000001" },
  { "kWh", ENERGY, "1" },
  { "kW·h", ENERGY, "1" },
  { "度", ENERGY, "1" },
  { "千瓦时", ENERGY, "1" },
  { "MWh", ENERGY, "1000" },
  { "元", MONEY, "1" },
  { "%", RATIO, "0.01" },
  { "％", RATIO, "0.01" },
  { "‰", RATIO, "0.001" },
  { "a", TIME, "1" },
  { "年", TIME, "1" },
  { "m", LENGTH, "1" },
  { "米", LENGTH, "1" },
  { "km", LENGTH, "1000" },
  { "公里", LENGTH, "1000" },
  { "个", COUNT, "1" },
  { "次", COUNT, "1" },
  { "人", COUNT, "1" },
};

/* One unit without a stroke; 万 and 千 before it multiply (万吨, 万元, 千元). */
static gboolean
find_unit (const char *text,
           Dimension *dimension_out,
           QdDecimal *factor_out)
{
  static const struct
  {
    const char *word;
    const char *factor;
  } multiples[] = { { "亿", "100000000" }, { "万", "10000" }, { "千", "1000" } };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_str_equal (units[i].name, text))
      {
        *dimension_out = units[i].dimension;
        return qd_decimal_parse (units[i].factor, factor_out);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (multiples); i++)
    if (g_str_has_prefix (text, multiples[i].word))
      {
        QdDecimal multiple;
        QdDecimal rest;

        return find_unit (text + strlen (multiples[i].word), dimension_out, &rest) && qd_decimal_parse (multiples[i].factor, &multiple) &&
               qd_decimal_multiply (multiple, rest, factor_out);
      }
  return FALSE;
}

typedef struct
{
  int powers[N_DIMENSIONS];
  QdDecimal factor;
} Measure;

/* "mg/L", "吨/年": what stands above the stroke over what stands below. */
static gboolean
parse (const char *text,
       Measure *out)
{
  g_autofree char *copy = g_strstrip (g_strdup (text));
  g_auto (GStrv) parts = NULL;

  if (g_str_has_prefix (copy, "每年"))
    return FALSE;
  parts = g_strsplit (copy, "/", 3);
  if (g_strv_length (parts) == 0 || g_strv_length (parts) > 2)
    return FALSE;
  memset (out, 0, sizeof *out);
  out->factor = qd_decimal_from_int (1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      Dimension dimension;
      QdDecimal factor;

      if (!find_unit (g_strstrip (parts[i]), &dimension, &factor))
        return FALSE;
      out->powers[dimension] += i == 0 ? 1 : -1;
      if (!(i == 0 ? qd_decimal_multiply (out->factor, factor, &out->factor) : qd_decimal_divide (out->factor, factor, &out->factor)))
        return FALSE;
    }
  return TRUE;
}

gboolean
qd_unit_is_known (const char *unit)
{
  Measure measure;

  return unit != NULL && parse (unit, &measure);
}

gboolean
qd_unit_convert (const char *from,
                 const char *to,
                 QdDecimal *factor_out)
{
  Measure a;
  Measure b;

  g_return_val_if_fail (factor_out != NULL, FALSE);

  if (from == NULL || to == NULL)
    return FALSE;
  if (g_str_equal (from, to))
    {
      *factor_out = qd_decimal_from_int (1);
      return TRUE;
    }
  if (!parse (from, &a) || !parse (to, &b))
    return FALSE;
  /* A ledger's "kg" in a column of a year's amounts is meant by the year. */
  if (a.powers[TIME] == 0 || b.powers[TIME] == 0)
    a.powers[TIME] = b.powers[TIME] = 0;
  return memcmp (a.powers, b.powers, sizeof a.powers) == 0 && qd_decimal_divide (a.factor, b.factor, factor_out);
}
