/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-pack.h"

G_BEGIN_DECLS

/* Ids of control lists, as forms have them ("CN-NP-2023 CN-WATER-1"), for people. */

/**
 * One tag a kind of list, "新 水": lists of several batches have one. Ids without a tag stay.
 * @cas, @name_zh, @name_en: (nullable): the substance: of a class with a word of its own that word is the tag, "抗"
 */
char *qd_list_tags_dup (QdPack *pack, const char *ids, const char *cas, const char *name_zh, const char *name_en, const char *language) G_GNUC_WARN_UNUSED_RESULT;
/** Full titles, with what is not complete. */
char *qd_list_tags_dup_titles (QdPack *pack, const char *ids, const char *language) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
