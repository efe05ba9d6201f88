/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-catalog.h"

G_BEGIN_DECLS

/**
 * QdIdentities: which names go with which CAS numbers, as far as a sheet, the declaration and the control lists tell. With it an import
 * sees numbers that belong to another substance, and knows what a row without a number may be about.
 */
typedef struct _QdIdentities QdIdentities;

/** @catalog: (nullable) */
QdIdentities *qd_identities_new (QdCatalog *catalog) G_GNUC_WARN_UNUSED_RESULT;
void qd_identities_free (QdIdentities *self);
/** @row: of the sheet from 1; 0: a row of the declaration */
void qd_identities_add (QdIdentities *self, const char *name, const char *cas, guint row);
/**
 * Both the name is known with another number and the number with another name. One of the two alone says little: substances have
 * several names, and names of mixtures several numbers.
 *
 * Returns: (nullable): why, a sentence
 */
char *qd_identities_dup_contradiction (QdIdentities *self, const char *name, const char *cas) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): what the name says of a number that is missing or wrong, a sentence */
char *qd_identities_dup_hint (QdIdentities *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): the one number of that name in other rows or, when these have none, in the lists */
char *qd_identities_dup_number (QdIdentities *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;
/** (nullable): as dup_hint() for a row without any number, or what to do when nothing is known of the name */
char *qd_identities_dup_question (QdIdentities *self, const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdIdentities, qd_identities_free)

G_END_DECLS
