/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-structure"
#include "config.h"
#include "qd-structure.h"

#include <glib/gi18n-lib.h>
#include <indigo.h>
#include <string.h>

#include "qd-formula.h"

/* Indigo reads molecules of any size; people type those of substances. */
#define MAX_SMILES 4000

G_DEFINE_QUARK (qd - structure - error - quark, qd_structure_error)

/* One session for the program; its calls are one after the other. */
static GMutex lock;
static gboolean has_session;

/* A molecule of the session, which the caller has locked; -1: @error is set. */
static int
load (const char *smiles, GError **error)
{
  int molecule;

  if (!has_session)
    {
      indigoSetSessionId (indigoAllocSessionId ());
      has_session = TRUE;
    }
  molecule = indigoLoadMoleculeFromString (smiles);
  if (molecule < 0)
    {
      g_autofree char *why = g_utf8_make_valid (indigoGetLastError (), -1);

      g_set_error (error, QD_STRUCTURE_ERROR, QD_STRUCTURE_ERROR_TEXT, _ ("The structure “%s” cannot be read: %s"), smiles, why);
    }
  return molecule;
}

/* SMILES without blanks around it, as far as that can be told without reading it; NULL with an error. */
static char *
dup_checked (const char *smiles, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (smiles));
  gsize length = strlen (trimmed);
  int depth = 0;

  if (length > MAX_SMILES)
    {
      g_set_error (error, QD_STRUCTURE_ERROR, QD_STRUCTURE_ERROR_TOO_LARGE, _ ("The structure has more than %d characters."), MAX_SMILES);
      return NULL;
    }
  /* SMILES is printable ASCII without blanks; Indigo would take other formats, too. */
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (trimmed[i]))
      {
        g_autofree char *shown = g_utf8_make_valid (trimmed, -1);

        g_set_error (error, QD_STRUCTURE_ERROR, QD_STRUCTURE_ERROR_TEXT, _ ("“%s” is no SMILES: character %d cannot stand in one."), shown, (int) i + 1);
        return NULL;
      }
  if (length == 0)
    {
      g_set_error (error, QD_STRUCTURE_ERROR, QD_STRUCTURE_ERROR_TEXT, _ ("There is no structure."));
      return NULL;
    }
  /* Indigo takes a branch that is not closed. */
  for (gsize i = 0; i < length; i++)
    depth += trimmed[i] == '(' ? 1 : trimmed[i] == ')' ? -1
                                                       : 0;
  if (depth != 0)
    {
      g_set_error (error, QD_STRUCTURE_ERROR, QD_STRUCTURE_ERROR_TEXT, _ ("The structure “%s” cannot be read: a bracket has no other half."), trimmed);
      return NULL;
    }
  return g_steal_pointer (&trimmed);
}

char *
qd_structure_dup_formula (const char *smiles, GError **error)
{
  g_autofree char *checked = dup_checked (smiles, error), *gross = NULL;
  g_autoptr (GMutexLocker) locker = NULL;
  int molecule;

  if (checked == NULL)
    return NULL;
  locker = g_mutex_locker_new (&lock);
  molecule = load (checked, error);
  if (molecule >= 0)
    gross = g_strdup (indigoToString (indigoGrossFormula (molecule)));
  indigoFreeAllObjects ();
  if (gross != NULL)
    return qd_formula_dup_hill (gross, error);
  if (molecule >= 0)
    g_set_error (error, QD_STRUCTURE_ERROR, QD_STRUCTURE_ERROR_TEXT, _ ("The structure “%s” cannot be read: %s"), checked, "");
  return NULL;
}

/* Drawing. */

static void
add_atom (QdDrawing *self, int atom)
{
  QdDrawnAtom drawn = { .hydrogens = (guint) MAX (0, indigoCountImplicitHydrogens (atom)), .isotope = (guint) MAX (0, indigoIsotope (atom)) };
  const float *place = indigoXYZ (atom);

  g_strlcpy (drawn.symbol, indigoSymbol (atom), sizeof drawn.symbol);
  indigoGetCharge (atom, &drawn.charge);
  drawn.x = place != NULL ? place[0] : 0;
  drawn.y = place != NULL ? place[1] : 0;
  drawn.is_shown = !g_str_equal (drawn.symbol, "C") || drawn.charge != 0 || drawn.isotope != 0;
  g_array_append_val (self->atoms, drawn);
}

static gboolean
add_bond (QdDrawing *self, int bond)
{
  int order = indigoBondOrder (bond), stereo = indigoBondStereo (bond);
  QdDrawnBond drawn = { { (guint) indigoIndex (indigoSource (bond)), (guint) indigoIndex (indigoDestination (bond)) }, (guint) CLAMP (order, 1, 3), stereo == INDIGO_UP ? QD_BOND_UP : stereo == INDIGO_DOWN ? QD_BOND_DOWN
                                                                                                                                                                                                             : QD_BOND_FLAT };

  if (drawn.atoms[0] >= self->atoms->len || drawn.atoms[1] >= self->atoms->len)
    return FALSE;
  g_array_append_val (self->bonds, drawn);
  return TRUE;
}

/* A carbon without neighbours is no corner of anything. */
static void
show_lone_atoms (QdDrawing *self)
{
  g_autofree gboolean *has_bond = g_new0 (gboolean, self->atoms->len + 1);

  for (guint i = 0; i < self->bonds->len; i++)
    for (guint k = 0; k < 2; k++)
      has_bond[g_array_index (self->bonds, QdDrawnBond, i).atoms[k]] = TRUE;
  for (guint i = 0; i < self->atoms->len; i++)
    if (!has_bond[i])
      g_array_index (self->atoms, QdDrawnAtom, i).is_shown = TRUE;
}

static gboolean
fill_drawing (QdDrawing *self, int molecule)
{
  int iterator, item;
  gboolean good = indigoDearomatize (molecule) >= 0 && indigoLayout (molecule) >= 0;

  iterator = good ? indigoIterateAtoms (molecule) : -1;
  while (iterator >= 0 && (item = indigoNext (iterator)) > 0)
    add_atom (self, item);
  iterator = good ? indigoIterateBonds (molecule) : -1;
  while (iterator >= 0 && good && (item = indigoNext (iterator)) > 0)
    good = add_bond (self, item);
  show_lone_atoms (self);
  return good && self->atoms->len > 0;
}

QdDrawing *
qd_drawing_new (const char *smiles, GError **error)
{
  g_autofree char *checked = dup_checked (smiles, error);
  g_autoptr (GMutexLocker) locker = NULL;
  g_autoptr (QdDrawing) self = NULL;
  int molecule;

  if (checked == NULL)
    return NULL;
  locker = g_mutex_locker_new (&lock);
  molecule = load (checked, error);
  if (molecule >= 0 && indigoCountAtoms (molecule) > QD_DRAWING_MAX_ATOMS)
    g_set_error (error, QD_STRUCTURE_ERROR, QD_STRUCTURE_ERROR_TOO_LARGE, _ ("The structure has more than %d atoms, too many to draw."), QD_DRAWING_MAX_ATOMS);
  else if (molecule >= 0)
    {
      self = g_new0 (QdDrawing, 1);
      self->atoms = g_array_new (FALSE, FALSE, sizeof (QdDrawnAtom));
      self->bonds = g_array_new (FALSE, FALSE, sizeof (QdDrawnBond));
      if (!fill_drawing (self, molecule))
        {
          g_autofree char *why = g_utf8_make_valid (indigoGetLastError (), -1);

          g_clear_pointer (&self, qd_drawing_free);
          g_set_error (error, QD_STRUCTURE_ERROR, QD_STRUCTURE_ERROR_TEXT, _ ("The structure “%s” cannot be read: %s"), checked, why);
        }
    }
  indigoFreeAllObjects ();
  return g_steal_pointer (&self);
}

void
qd_drawing_free (QdDrawing *self)
{
  g_array_unref (self->atoms);
  g_array_unref (self->bonds);
  g_free (self);
}
