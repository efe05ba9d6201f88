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

static char *
dup_gross_formula (const char *smiles, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  int molecule, gross;
  char *formula = NULL;

  if (!has_session)
    {
      indigoSetSessionId (indigoAllocSessionId ());
      has_session = TRUE;
    }
  molecule = indigoLoadMoleculeFromString (smiles);
  gross = molecule >= 0 ? indigoGrossFormula (molecule) : -1;
  if (gross >= 0)
    {
      const char *text = indigoToString (gross);

      formula = text != NULL ? g_strdup (text) : NULL;
    }
  if (formula == NULL)
    {
      g_autofree char *why = g_utf8_make_valid (indigoGetLastError (), -1);

      g_set_error (error, QD_STRUCTURE_ERROR, QD_STRUCTURE_ERROR_TEXT, _ ("The structure “%s” cannot be read: %s"), smiles, why);
    }
  indigoFreeAllObjects ();
  return formula;
}

char *
qd_structure_dup_formula (const char *smiles, GError **error)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (smiles));
  g_autofree char *gross = NULL;
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
  gross = dup_gross_formula (trimmed, error);
  return gross != NULL ? qd_formula_dup_hill (gross, error) : NULL;
}
