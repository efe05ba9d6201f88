/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "qd-decimal.h"

#include <string.h>

static const struct
{
  const char *text;
  const char *normal; /* NULL: not a number, or does not fit */
} parse_rows[] = {
  { "0", "0" },
  { "-0", "0" },
  { "-0.000", "0" },
  { "1.50", "1.5" },
  { " \t-3.\n", "-3" },
  { ".5", "0.5" },
  { "007.0070", "7.007" },
  { "1460000", "1460000" },
  { "0.0496", "0.0496" },
  { "99999999999999999999999999999999999999", "99999999999999999999999999999999999999" },
  { "-0.00000000000000000000000000000000000001", "-0.00000000000000000000000000000000000001" },
  { "0.12345678901234567890123456789012345678000000", "0.12345678901234567890123456789012345678" },
  { "100000000000000000000000000000000000000", NULL },
  { "0.000000000000000000000000000000000000001", NULL },
  { "1.00000000000000000000000000000000000001", NULL },
  { "", NULL },
  { " ", NULL },
  { ".", NULL },
  { "-", NULL },
  { "+1", NULL },
  { "1e3", NULL },
  { "1 2", NULL },
  { "1.2.3", NULL },
  { "--1", NULL },
  { "- 1", NULL },
  { "１", NULL },
  { "NaN", NULL },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (parse_rows); i++)
    {
      QdDecimal value = { 77, 3 };
      gboolean ok = qd_decimal_parse (parse_rows[i].text, &value);
      g_autofree char *text = qd_decimal_to_string (value);

      g_test_message ("«%s»", parse_rows[i].text);
      g_assert_cmpstr (text, ==, ok ? parse_rows[i].normal : "0.077");
      g_assert_cmpint (ok, ==, parse_rows[i].normal != NULL);
    }
  g_assert_false (qd_decimal_parse (NULL, &(QdDecimal){ 0 }));
}

static const struct
{
  const char *a;
  char op;
  const char *b;
  const char *result; /* NULL: no exact result */
} arithmetic_rows[] = {
  { "0.1", '+', "0.2", "0.3" },
  { "1.5", '+', "-1.50", "0" },
  { "-7", '+', "7.25", "0.25" },
  { "0.3", '-', "0.1", "0.2" },
  { "99999999999999999999999999999999999999", '+', "1", NULL },
  { "99999999999999999999999999999999999999", '-', "99999999999999999999999999999999999998", "1" },
  { "10000000000000000000000000000000000000", '-', "9999999999999999999999999999999999999.1", "0.9" },
  { "1", '+', "0.00000000000000000000000000000000000001", NULL },
  { "0.1", '*', "0.1", "0.01" },
  { "-2.5", '*', "4", "-10" },
  { "12345678901234567890", '*', "98765432109876543210", NULL },
  { "0.000000000000000002", '*', "0.000000000000000005", "0.00000000000000000000000000000000001" },
  { "0.00000000000000000000000000000000000002", '*', "50000000000000000000000000000000000000", "1" },
  { "1", '/', "8", "0.125" },
  { "1", '/', "3", NULL },
  { "-6", '/', "0.25", "-24" },
  { "21", '/', "3", "7" },
  { "0.0001", '/', "0.00000001", "10000" },
  { "0", '/', "7", "0" },
  { "7", '/', "0", NULL },
  { "99999999999999999999999999999999999999", '/', "0.1", NULL },
};

static void
test_arithmetic (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (arithmetic_rows); i++)
    {
      QdDecimal a, b, value = { 77, 3 };
      gboolean ok = FALSE;
      g_autofree char *text = NULL;

      g_assert_true (qd_decimal_parse (arithmetic_rows[i].a, &a));
      g_assert_true (qd_decimal_parse (arithmetic_rows[i].b, &b));
      switch (arithmetic_rows[i].op)
        {
        case '+':
          ok = qd_decimal_add (a, b, &value);
          break;
        case '-':
          ok = qd_decimal_subtract (a, b, &value);
          break;
        case '*':
          ok = qd_decimal_multiply (a, b, &value);
          break;
        default:
          ok = qd_decimal_divide (a, b, &value);
          break;
        }
      text = qd_decimal_to_string (value);
      g_test_message ("%s %c %s", arithmetic_rows[i].a, arithmetic_rows[i].op, arithmetic_rows[i].b);
      g_assert_cmpint (ok, ==, arithmetic_rows[i].result != NULL);
      g_assert_cmpstr (text, ==, ok ? arithmetic_rows[i].result : "0.077");
    }
}

static void
test_compare (void)
{
  /* ascending */
  static const char *const rows[] = {
    "-99999999999999999999999999999999999999", "-2", "-1.5", "-1.49999999999999999999999999999999999", "0", "0.00000000000000000000000000000000000001", "0.1", "0.11", "1", "1.0000000000001", "2", "10", "99999999999999999999999999999999999999"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (rows); j++)
      {
        QdDecimal a, b;

        g_assert_true (qd_decimal_parse (rows[i], &a));
        g_assert_true (qd_decimal_parse (rows[j], &b));
        g_assert_cmpint (qd_decimal_compare (a, b), ==, i < j ? -1 : i > j);
      }
}

static const struct
{
  const char *text;
  guint scale;
  const char *result;
} round_rows[] = {
  { "2.5", 0, "3" },
  { "-2.5", 0, "-3" },
  { "2.4999", 0, "2" },
  { "1.005", 2, "1.01" },
  { "1.2", 5, "1.2" },
  { "0.04", 1, "0" },
  { "-0.04", 1, "0" },
  { "9.99", 1, "10" },
  { "0.99999999999999999999999999999999999999", 0, "1" },
  { "9.9999999999999999999999999999999999999", 36, "10" },
};

static void
test_round (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (round_rows); i++)
    {
      QdDecimal value;
      g_autofree char *text = NULL;

      g_assert_true (qd_decimal_parse (round_rows[i].text, &value));
      text = qd_decimal_to_string (qd_decimal_round (value, round_rows[i].scale));
      g_assert_cmpstr (text, ==, round_rows[i].result);
    }
}

/* Whatever two random decimals give, it agrees with the same sum over long double to its precision, and undoes itself exactly. */
static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (20260815);

  for (guint i = 0; i < 20000; i++)
    {
      QdDecimal a = { (gint64) g_rand_int (random) - G_MAXINT32, (guint8) g_rand_int_range (random, 0, 12) };
      QdDecimal b = { (gint64) g_rand_int (random) - G_MAXINT32, (guint8) g_rand_int_range (random, 0, 12) };
      QdDecimal sum, back, product, quotient;
      g_autofree char *text = NULL;

      g_assert_true (qd_decimal_add (a, b, &sum));
      g_assert_true (qd_decimal_subtract (sum, b, &back));
      g_assert_cmpint (qd_decimal_compare (back, a), ==, 0);
      g_assert_true (qd_decimal_multiply (a, b, &product));
      if (b.mantissa != 0)
        {
          g_assert_true (qd_decimal_divide (product, b, &quotient));
          g_assert_cmpint (qd_decimal_compare (quotient, a), ==, 0);
        }
      text = qd_decimal_to_string (product);
      g_assert_true (qd_decimal_parse (text, &back));
      g_assert_cmpint (qd_decimal_compare (back, product), ==, 0);
      g_assert_true (qd_decimal_to_double (product) == g_ascii_strtod (text, NULL));
    }
}

static void
test_many (void)
{
  QdDecimal tenth, sum = qd_decimal_from_int (0);

  g_assert_true (qd_decimal_parse ("0.1", &tenth));
  for (guint i = 0; i < 10000; i++)
    g_assert_true (qd_decimal_add (sum, tenth, &sum));
  g_assert_cmpint (qd_decimal_compare (sum, qd_decimal_from_int (1000)), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decimal/parse", test_parse);
  g_test_add_func ("/decimal/arithmetic", test_arithmetic);
  g_test_add_func ("/decimal/compare", test_compare);
  g_test_add_func ("/decimal/round", test_round);
  g_test_add_func ("/decimal/random", test_random);
  g_test_add_func ("/decimal/many", test_many);
  return g_test_run ();
}
