/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-decimal.h"

G_BEGIN_DECLS

/** A formula that is none; the message names the place and what is wrong there. */
#define QD_FORMULA_ERROR (qd_formula_error_quark ())
GQuark qd_formula_error_quark (void);
typedef enum
{
  QD_FORMULA_ERROR_TEXT,    /* no formula */
  QD_FORMULA_ERROR_ELEMENT, /* no such element, or one without a standard atomic weight */
  QD_FORMULA_ERROR_NUMBER,  /* a count that is none, or too large */
} QdFormulaError;

/**
 * qd_formula_mass:
 * @text: molecular formula: elements with counts, brackets, hydrates after "·" or "*" (CuSO4·5H2O), a charge at the end
 *   (NH4+, SO4^2-); full-width characters and subscripts count like plain ones. "D" is deuterium.
 * @mass_out: (out): g/mol, the exact sum of the abridged standard atomic weights (IUPAC 2021, Pure Appl. Chem. 94 (2022) 573)
 */
gboolean qd_formula_mass (const char *text, QdDecimal *mass_out, GError **error);
/** The formula in the order of Hill: C, H, then by letter; without carbon all by letter. Hydrates are counted in. */
char *qd_formula_dup_hill (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): abridged standard atomic weight of an element, as it is printed */
const char *qd_formula_atomic_weight (const char *symbol);

G_END_DECLS
