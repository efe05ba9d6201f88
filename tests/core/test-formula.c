/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "qd-formula.h"

/* Masses are the sums of the abridged standard atomic weights of IUPAC 2021, added by hand. */
static const struct
{
  const char *formula;
  const char *mass;
  const char *hill;
} good[] = {
  { "H2O", "18.015", "H2O" },
  { "h2o", NULL, NULL },
  { "NaCl", "58.44", "ClNa" },
  { "CH2Cl2", "84.927", "CH2Cl2" },
  { "CHCl3", "119.369", "CHCl3" },
  { "C6H6", "78.114", "C6H6" },
  { "HCHO", "30.026", "CH2O" },
  { "K2Cr2O7", "294.181", "Cr2K2O7" },
  { "As2O3", "197.841", "As2O3" },
  { "Ca(OH)2", "74.092", "CaH2O2" },
  { "Al2(SO4)3", "342.132", "Al2O12S3" },
  { "[Fe(CN)6]4-", "211.953", "C6FeN6" },
  { "K4[Fe(CN)6]", "368.345", "C6FeK4N6" },
  { "CuSO4·5H2O", "249.677", "CuH10O9S" },
  { "CuSO4*5H2O", "249.677", "CuH10O9S" },
  { "CuSO4.5H2O", "249.677", "CuH10O9S" },
  { "CaSO4·0.5H2O", "145.1415", "CaHO4.5S" },
  { "2H2O", "36.03", "H4O2" },
  { "ＣＨ２Ｃｌ２", "84.927", "CH2Cl2" },
  { "H₂SO₄", "98.072", "H2O4S" },
  { " C 9 H 8 O 4 ", "180.159", "C9H8O4" },
  { "NH4+", "18.039", "H4N" },
  { "SO4^2-", "96.056", "O4S" },
  { "Cl−", "35.45", "Cl" },
  { "D2O", "20.0272", "D2O" },
  { "((((C))))4", "48.044", "C4" },
  { "CO", "28.01", "CO" },
  { "Co", "58.933", "Co" },
  { "", NULL, NULL },
  { " ", NULL, NULL },
  { "Xx", NULL, NULL },
  { "C2H5OH ethanol", NULL, NULL },
  { "(C2H4)n", NULL, NULL },
  { "(CH3", NULL, NULL },
  { "CH3)", NULL, NULL },
  { "[CH3)", NULL, NULL },
  { "()", NULL, NULL },
  { "C0", NULL, NULL },
  { "C999999999999999999999999999999999999999999", NULL, NULL },
  { "(C99999)99999", NULL, NULL },
  { "1.2.3H2O", NULL, NULL },
  { "H2O·", NULL, NULL },
  { "·H2O", NULL, NULL },
  { "H2O+x", NULL, NULL },
  { "Tc", NULL, NULL }, /* no standard atomic weight */
  { "((((((((((((((((((((((C))))))))))))))))))))))", NULL, NULL },
  { "甲醇", NULL, NULL },
  { "\xff", NULL, NULL },
};

static void
test_mass (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *hill = qd_formula_dup_hill (good[i].formula, NULL);
      g_autofree char *text = NULL;
      QdDecimal mass = qd_decimal_from_int (0);
      gboolean ok = qd_formula_mass (good[i].formula, &mass, &error);

      g_test_message ("%s: %s", good[i].formula, ok ? "read" : error->message);
      g_assert_true (ok == (good[i].mass != NULL));
      g_assert_true ((error == NULL) == ok);
      g_assert_cmpstr (hill, ==, good[i].hill);
      if (!ok)
        continue;
      text = qd_decimal_to_string (mass);
      g_assert_cmpstr (text, ==, good[i].mass);
    }
}

static void
test_messages (void)
{
  static const struct
  {
    const char *formula;
    int code;
    const char *says;
  } rows[] = {
    { "C6H6Q", QD_FORMULA_ERROR_ELEMENT, "character 5" },
    { "(C2H4)n", QD_FORMULA_ERROR_NUMBER, "polymer" },
    { "Ca(OH", QD_FORMULA_ERROR_TEXT, "not closed" },
    { "C6H6甲", QD_FORMULA_ERROR_TEXT, "“甲”" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      QdDecimal mass;

      g_assert_false (qd_formula_mass (rows[i].formula, &mass, &error));
      g_assert_error (error, QD_FORMULA_ERROR, rows[i].code);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, rows[i].says));
    }
  g_assert_cmpstr (qd_formula_atomic_weight ("Hg"), ==, "200.59");
  g_assert_null (qd_formula_atomic_weight ("Qq"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/formula/mass", test_mass);
  g_test_add_func ("/formula/messages", test_messages);
  return g_test_run ();
}
