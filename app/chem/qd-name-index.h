/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-catalog.h"

G_BEGIN_DECLS

/**
 * QdNameIndex: finds entries by a part of what people type: the beginning of a number or code, any part of a Chinese or English name,
 * or the pinyin initials. Built once, then immutable; counted; any thread.
 */
typedef struct _QdNameIndex QdNameIndex;

/** One entry; the texts belong to the index. */
typedef struct
{
  const char *code; /* CAS number, serial number, code of a division or industry */
  const char *name_zh;
  const char *name_en;
  gpointer data; /* as given */
} QdNameEntry;

QdNameIndex *qd_name_index_new (void) G_GNUC_WARN_UNUSED_RESULT;
/** Before the first search only. @code, @name_zh, @name_en: (nullable) */
void qd_name_index_add (QdNameIndex *self, const char *code, const char *name_zh, const char *name_en, gpointer data);
/** Substances of the control lists, their common names, and those of the inventory (nullable); each number and name once. */
QdNameIndex *qd_name_index_new_substances (QdCatalog *lists, QdCatalog *inventory) G_GNUC_WARN_UNUSED_RESULT;
QdNameIndex *qd_name_index_ref (QdNameIndex *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_name_index_unref (QdNameIndex *self);
guint qd_name_index_get_size (QdNameIndex *self);

/**
 * qd_name_index_search:
 * @typed: what was typed; width, case and spaces do not matter
 * @max: entries to return at most
 *
 * Ranked: the whole of a code or name; beginnings of codes, of Chinese names, of initials, of English names; then parts of names. Short names
 * first. One letter or digit is looked for at beginnings only.
 *
 * Returns: (element-type QdNameEntry) (transfer full): pointers into the index
 */
GPtrArray *qd_name_index_search (QdNameIndex *self, const char *typed, guint max) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdNameIndex, qd_name_index_unref)

G_END_DECLS
