/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-inventory.h"
#include "qd-pack.h"

G_BEGIN_DECLS

/** What is known of a substance; any may be NULL. */
typedef struct
{
  const char *cas;
  const char *serial;
  const char *name_zh;
  const char *name_en;
} QdSubstance;

/** What the dates of an entry and of its list say on a day. */
typedef enum
{
  QD_FORCE_UNDATED, /* no date is known from which the entry counts */
  QD_FORCE_NOT_YET,
  QD_FORCE_IN_FORCE,
  QD_FORCE_ENDED,
} QdForce;

/** A substance in a list, or maybe in it. The texts belong to the pack. */
typedef struct
{
  const QdCatalogEntry *entry;
  const QdPackList *list;
  QdMatch match;
  QdForce force;
} QdHit;

/** Listed for certain, in a list that is neither historical nor superseded: what counts. */
gboolean qd_hit_is_certain (const QdHit *hit);
/** (nullable): why only a person can tell whether the substance is listed; NULL for certain hits. Class notes in @language. */
char *qd_hit_dup_reason (const QdHit *hit, const char *language) G_GNUC_WARN_UNUSED_RESULT;
/** From when to when, in words. */
char *qd_hit_dup_dates (const QdHit *hit) G_GNUC_WARN_UNUSED_RESULT;

/** QdScreening: all lists of a pack, and the local inventory. Counted; any thread. */
typedef struct _QdScreening QdScreening;

/** @inventory: (nullable) */
QdScreening *qd_screening_new (QdPack *pack, QdInventory *inventory) G_GNUC_WARN_UNUSED_RESULT;
QdScreening *qd_screening_ref (QdScreening *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_screening_unref (QdScreening *self);
QdPack *qd_screening_get_pack (QdScreening *self);
QdInventory *qd_screening_get_inventory (QdScreening *self); /* (nullable) */

/**
 * qd_screening_find:
 * @date: ISO date for which force is told
 * @hits: (element-type QdHit): gets the hits, certain ones first, then in the order of the pack
 *
 * By CAS number, then by exact name, then by class, common name, or a name with another number. Nothing found is no proof: see
 * qd_screening_dup_caveat().
 */
void qd_screening_find (QdScreening *self, const QdSubstance *substance, const char *date, GArray *hits);
QdInventoryState qd_screening_find_inventory (QdScreening *self, const QdSubstance *substance, const QdCatalogEntry **entry_out);
/** What a person must know who reads that nothing, or no more, was found: which lists are not complete. */
char *qd_screening_dup_caveat (QdScreening *self, const char *language) G_GNUC_WARN_UNUSED_RESULT;
/** What the inventory says, in words; never that a substance is new. */
char *qd_screening_dup_inventory_text (QdScreening *self, QdInventoryState state, const QdCatalogEntry *entry) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdScreening, qd_screening_unref)

G_END_DECLS
