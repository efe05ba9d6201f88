/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "qd-unit.h"

static const struct
{
  const char *from;
  const char *to;
  const char *factor; /* NULL: they do not convert */
} rows[] = {
  { "kg", "t", "0.001" },
  { "t", "kg", "1000" },
  { "公斤", "t", "0.001" },
  { "吨", "t", "1" },
  { "万吨", "t", "10000" },
  { "万t", "t", "10000" },
  { "斤", "kg", "0.5" },
  { "mg", "t", "0.000000001" },
  { "µg", "mg", "0.001" },
  { "t/a", "t", "1" },
  { "kg/a", "t/a", "0.001" },
  { "吨/年", "t/a", "1" },
  { "kg", "t/a", "0.001" },
  { "mg/L", "g/m³", "1" },
  { "µg/L", "mg/L", "0.001" },
  { "mg/m3", "mg/m³", "1" },
  { "万元", "元", "10000" },
  { "元", "万元", "0.0001" },
  { "元/吨", "元/kg", "0.001" },
  { "万kWh", "kWh", "10000" },
  { "度", "kWh", "1" },
  { "%", "%", "1" },
  { "‰", "%", "0.1" },
  { "朵", "朵", "1" }, /* the same unit need not be known */
  { " kg ", "t", "0.001" },
  { "kg", "m³", NULL },
  { "mg/L", "t/a", NULL },
  { "t", "mg/L", NULL },
  { "箱", "t", NULL },
  { "kg/t/a", "t", NULL },
  { "/", "t", NULL },
  { "", "t", NULL },
  { "万", "t", NULL },
  { NULL, "t", NULL },
};

static void
test_convert (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  QdDecimal factor = qd_decimal_from_int (-1);
  gboolean converts = qd_unit_convert (rows[i].from, rows[i].to, &factor);
  g_autofree char *text = NULL;

  g_assert_cmpint (converts, ==, rows[i].factor != NULL);
  if (!converts)
    return;
  text = qd_decimal_to_string (factor);
  g_assert_cmpstr (text, ==, rows[i].factor);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/unit/%u %s to %s", (guint) i, rows[i].from != NULL ? rows[i].from : "nothing", rows[i].to);

      for (char *p = path + 6; *p != '\0'; p++)
        if (*p == '/')
          *p = ':';
      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_convert);
    }
  return g_test_run ();
}
