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

/* How a structure is drawn: places in the plane, one unit about the length of a bond; y grows upwards. */

typedef struct
{
  char symbol[4];
  gboolean is_shown; /* its symbol stands there; a carbon in a chain is only a corner */
  guint isotope;     /* 0: none is named */
  guint hydrogens;   /* to be written beside the symbol */
  int charge;
  double x, y;
} QdDrawnAtom;

typedef enum
{
  QD_BOND_FLAT,
  QD_BOND_UP,   /* the second atom is nearer */
  QD_BOND_DOWN, /* the second atom is farther */
} QdBondStereo;

typedef struct
{
  guint atoms[2];
  guint order; /* 1 to 3 */
  QdBondStereo stereo;
} QdDrawnBond;

typedef struct
{
  GArray *atoms; /* (owned) (element-type QdDrawnAtom) */
  GArray *bonds; /* (owned) (element-type QdDrawnBond) */
} QdDrawing;

/** Larger structures cannot be read in a small picture, and take long to lay out. */
#define QD_DRAWING_MAX_ATOMS 150

/** (blocking; run it in a thread) Errors: as qd_structure_dup_formula(); %QD_STRUCTURE_ERROR_TOO_LARGE also for too many atoms */
QdDrawing *qd_drawing_new (const char *smiles, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void qd_drawing_free (QdDrawing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdDrawing, qd_drawing_free)

G_END_DECLS
