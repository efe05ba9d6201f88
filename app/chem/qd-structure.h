/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/** Structures that cannot be read; the message has what the reader says of the place. */
#define QD_STRUCTURE_ERROR (qd_structure_error_quark ())
GQuark qd_structure_error_quark (void);
typedef enum
{
  QD_STRUCTURE_ERROR_TEXT,
  QD_STRUCTURE_ERROR_TOO_LARGE,
} QdStructureError;

/**
 * qd_structure_dup_formula:
 * @smiles: a structure as SMILES, of any origin
 *
 * Returns: its molecular formula in the order of Hill, charges left out; its molar mass is qd_formula_mass() of it. Any thread.
 */
char *qd_structure_dup_formula (const char *smiles, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
