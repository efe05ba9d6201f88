/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-formula"
#include "config.h"
#include "qd-formula.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_LENGTH 1000
#define MAX_DEPTH 20
#define MAX_COUNT 100000

G_DEFINE_QUARK (qd - formula - error - quark, qd_formula_error)

/* Standard atomic weights, abridged to five digits: IUPAC Commission on Isotopic Abundances and Atomic Weights, 2021 (Pure Appl. Chem. 94, 573).
 * Elements without a standard atomic weight are left out: nobody can give the mass of their compounds without naming the isotope. */
static const struct
{
  char symbol[3];
  char weight[8];
} elements[] = {
  { "Ag", "107.87" },
  { "Al", "26.982" },
  { "Ar", "39.95" },
  { "As", "74.922" },
  { "Au", "196.97" },
  { "B", "10.81" },
  { "Ba", "137.33" },
  { "Be", "9.0122" },
  { "Bi", "208.98" },
  { "Br", "79.904" },
  { "C", "12.011" },
  { "Ca", "40.078" },
  { "Cd", "112.41" },
  { "Ce", "140.12" },
  { "Cl", "35.45" },
  { "Co", "58.933" },
  { "Cr", "51.996" },
  { "Cs", "132.91" },
  { "Cu", "63.546" },
  { "D", "2.0141" },
  { "Dy", "162.50" },
  { "Er", "167.26" },
  { "Eu", "151.96" },
  { "F", "18.998" },
  { "Fe", "55.845" },
  { "Ga", "69.723" },
  { "Gd", "157.25" },
  { "Ge", "72.630" },
  { "H", "1.0080" },
  { "He", "4.0026" },
  { "Hf", "178.49" },
  { "Hg", "200.59" },
  { "Ho", "164.93" },
  { "I", "126.90" },
  { "In", "114.82" },
  { "Ir", "192.22" },
  { "K", "39.098" },
  { "Kr", "83.798" },
  { "La", "138.91" },
  { "Li", "6.94" },
  { "Lu", "174.97" },
  { "Mg", "24.305" },
  { "Mn", "54.938" },
  { "Mo", "95.95" },
  { "N", "14.007" },
  { "Na", "22.990" },
  { "Nb", "92.906" },
  { "Nd", "144.24" },
  { "Ne", "20.180" },
  { "Ni", "58.693" },
  { "O", "15.999" },
  { "Os", "190.23" },
  { "P", "30.974" },
  { "Pa", "231.04" },
  { "Pb", "207.2" },
  { "Pd", "106.42" },
  { "Pr", "140.91" },
  { "Pt", "195.08" },
  { "Rb", "85.468" },
  { "Re", "186.21" },
  { "Rh", "102.91" },
  { "Ru", "101.07" },
  { "S", "32.06" },
  { "Sb", "121.76" },
  { "Sc", "44.956" },
  { "Se", "78.971" },
  { "Si", "28.085" },
  { "Sm", "150.36" },
  { "Sn", "118.71" },
  { "Sr", "87.62" },
  { "Ta", "180.95" },
  { "Tb", "158.93" },
  { "Te", "127.60" },
  { "Th", "232.04" },
  { "Ti", "47.867" },
  { "Tl", "204.38" },
  { "Tm", "168.93" },
  { "U", "238.03" },
  { "V", "50.942" },
  { "W", "183.84" },
  { "Xe", "131.29" },
  { "Y", "88.906" },
  { "Yb", "173.05" },
  { "Zn", "65.38" },
  { "Zr", "91.224" },
};
#define N_ELEMENTS G_N_ELEMENTS (elements)

/* How many atoms of each element. Halves come from hydrates such as ·0.5H2O. */
typedef struct
{
  QdDecimal atoms[N_ELEMENTS];
} Counts;

typedef struct
{
  const char *text; /* half-width */
  const char *at;
  guint depth;
  GError **error;
} Parser;

static int
find_element (const char *symbol)
{
  for (guint i = 0; i < N_ELEMENTS; i++)
    if (g_str_equal (elements[i].symbol, symbol))
      return (int) i;
  return -1;
}

const char *
qd_formula_atomic_weight (const char *symbol)
{
  int i = find_element (symbol);

  return i < 0 ? NULL : elements[i].weight;
}

static gboolean
fail (Parser *self, QdFormulaError code, const char *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
fail (Parser *self, QdFormulaError code, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (self->error, QD_FORMULA_ERROR, code, _ ("Formula “%s”, character %ld: %s"), self->text, g_utf8_pointer_to_offset (self->text, self->at) + 1, what);
  return FALSE;
}

/* The number at the parser; one when there is none. */
static gboolean
read_number (Parser *self, gboolean fraction, QdDecimal *out)
{
  gsize n = strspn (self->at, fraction ? "0123456789." : "0123456789");
  g_autofree char *digits = g_strndup (self->at, n);

  *out = qd_decimal_from_int (1);
  if (n == 0)
    return TRUE;
  if (!qd_decimal_parse (digits, out) || qd_decimal_compare (*out, qd_decimal_from_int (0)) <= 0 || qd_decimal_compare (*out, qd_decimal_from_int (MAX_COUNT)) > 0)
    return fail (self, QD_FORMULA_ERROR_NUMBER, _ ("%s is no number of atoms."), digits);
  self->at += n;
  return TRUE;
}

static gboolean
add_counts (Parser *self, Counts *sum, const Counts *part, QdDecimal factor)
{
  for (guint i = 0; i < N_ELEMENTS; i++)
    {
      QdDecimal times;

      if (part->atoms[i].mantissa == 0)
        continue;
      if (!qd_decimal_multiply (part->atoms[i], factor, &times) || !qd_decimal_add (sum->atoms[i], times, &sum->atoms[i]) || qd_decimal_compare (sum->atoms[i], qd_decimal_from_int (MAX_COUNT)) > 0)
        return fail (self, QD_FORMULA_ERROR_NUMBER, _ ("These are more atoms than a formula may have."));
    }
  return TRUE;
}

static gboolean
read_element (Parser *self, Counts *out)
{
  char symbol[3] = { self->at[0], g_ascii_islower (self->at[1]) ? self->at[1] : '\0', '\0' };
  int i = find_element (symbol);
  QdDecimal n;

  if (i < 0)
    return fail (self, QD_FORMULA_ERROR_ELEMENT, _ ("“%s” is no element with a standard atomic weight."), symbol);
  self->at += strlen (symbol);
  if (!read_number (self, FALSE, &n))
    return FALSE;
  out->atoms[i] = n;
  return TRUE;
}

/* "+", "2+", "^2-", "+2" at the very end. */
static gboolean
is_charge (const char *text)
{
  if (*text == '^')
    text++;
  text += strspn (text, "0123456789");
  if (*text != '+' && *text != '-')
    return FALSE;
  text++;
  text += strspn (text, "0123456789");
  return *text == '\0';
}

/* Elements and brackets, up to the end, a dot, a charge or @close. */
static gboolean
read_group (Parser *self, char close, Counts *out)
{
  gboolean any = FALSE;

  memset (out, 0, sizeof *out);
  while (*self->at != '\0' && *self->at != close)
    {
      Counts part;
      QdDecimal n = qd_decimal_from_int (1);

      memset (&part, 0, sizeof part);
      if (*self->at == '(' || *self->at == '[')
        {
          char end = *self->at == '(' ? ')' : ']';

          if (++self->depth > MAX_DEPTH)
            return fail (self, QD_FORMULA_ERROR_TEXT, _ ("Brackets lie in each other too deep."));
          self->at++;
          if (!read_group (self, end, &part))
            return FALSE;
          if (*self->at != end)
            return fail (self, QD_FORMULA_ERROR_TEXT, _ ("A bracket is not closed."));
          self->at++;
          self->depth--;
          if (*self->at == 'n' || *self->at == 'x')
            return fail (self, QD_FORMULA_ERROR_NUMBER, _ ("A polymer has no molar mass of its own; give that of the unit."));
          /* "[Fe(CN)6]4-": behind a square bracket at the end it is the charge of the ion. */
          if (!(end == ']' && is_charge (self->at)) && !read_number (self, FALSE, &n))
            return FALSE;
        }
      else if (g_ascii_isupper (*self->at))
        {
          if (!read_element (self, &part))
            return FALSE;
        }
      else
        break;
      any = TRUE;
      if (!add_counts (self, out, &part, n))
        return FALSE;
    }
  return any || fail (self, QD_FORMULA_ERROR_TEXT, *self->at == '\0' ? _ ("The formula ends too early.") : _ ("An element was expected here."));
}

/* Behind an element, digits are a count and only the sign is the charge: SO42- cannot be told from SO with 42, SO4^2- can. */
static gboolean
parse (const char *text, Counts *out, GError **error)
{
  g_autofree char *half = g_utf8_validate (text, -1, NULL) ? g_utf8_normalize (text, -1, G_NORMALIZE_NFKC) : NULL;
  g_autoptr (GString) plain = g_string_new (NULL);
  Parser self = { .error = error };

  memset (out, 0, sizeof *out);
  for (const char *p = half; p != NULL && *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        continue;
      /* Dots of all kinds stand before a part of its own. */
      if (c == 0xb7 || c == 0x2022 || c == 0x22c5 || c == 0x2219 || c == 0x30fb)
        c = '*';
      else if (c == 0x2212 || c == 0x2013)
        c = '-';
      g_string_append_unichar (plain, c);
    }
  self.text = self.at = plain->str;
  if (plain->len > MAX_LENGTH)
    {
      g_set_error (error, QD_FORMULA_ERROR, QD_FORMULA_ERROR_TEXT, _ ("A formula has at most %d characters."), MAX_LENGTH);
      return FALSE;
    }
  for (;;)
    {
      Counts part;
      QdDecimal n = qd_decimal_from_int (1);

      if (!read_number (&self, TRUE, &n) || !read_group (&self, '\0', &part) || !add_counts (&self, out, &part, n))
        return FALSE;
      if (is_charge (self.at))
        return TRUE;
      if (*self.at == '\0')
        return TRUE;
      if (*self.at != '*' && *self.at != '.')
        return fail (&self, QD_FORMULA_ERROR_TEXT, _ ("“%.*s” does not belong into a formula."), (int) (g_utf8_next_char (self.at) - self.at), self.at);
      self.at++;
    }
}

gboolean
qd_formula_mass (const char *text, QdDecimal *mass_out, GError **error)
{
  Counts counts;
  QdDecimal sum = qd_decimal_from_int (0);

  g_return_val_if_fail (text != NULL && mass_out != NULL, FALSE);
  if (!parse (text, &counts, error))
    return FALSE;
  for (guint i = 0; i < N_ELEMENTS; i++)
    {
      QdDecimal weight, part;

      /* Counts are small and weights short: the exact sum always fits. */
      if (counts.atoms[i].mantissa != 0 && qd_decimal_parse (elements[i].weight, &weight) && qd_decimal_multiply (counts.atoms[i], weight, &part))
        qd_decimal_add (sum, part, &sum);
    }
  *mass_out = sum;
  return TRUE;
}

static void
append_element (GString *out, const Counts *counts, int i)
{
  g_autofree char *n = NULL;

  if (i < 0 || counts->atoms[i].mantissa == 0)
    return;
  n = qd_decimal_to_string (counts->atoms[i]);
  g_string_append_printf (out, "%s%s", elements[i].symbol, g_str_equal (n, "1") ? "" : n);
}

char *
qd_formula_dup_hill (const char *text, GError **error)
{
  Counts counts;
  GString *out;
  int carbon = find_element ("C"), hydrogen = find_element ("H");
  gboolean organic;

  g_return_val_if_fail (text != NULL, NULL);
  if (!parse (text, &counts, error))
    return NULL;
  out = g_string_new (NULL);
  organic = counts.atoms[carbon].mantissa != 0;
  if (organic)
    {
      append_element (out, &counts, carbon);
      append_element (out, &counts, hydrogen);
    }
  for (guint i = 0; i < N_ELEMENTS; i++)
    if (!organic || ((int) i != carbon && (int) i != hydrogen))
      append_element (out, &counts, (int) i);
  return g_string_free (out, FALSE);
}
