/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-pack.h"

G_BEGIN_DECLS

/* Ids of control lists, as forms have them ("CN-NP-2023 CN-WATER-1"), for people. */

/** One tag a kind of list, "新 水": lists of several batches have one. Ids without a tag stay. */
char *qd_list_tags_dup (QdPack *pack, const char *ids, const char *language) G_GNUC_WARN_UNUSED_RESULT;
/** Full titles, with what is not complete. */
char *qd_list_tags_dup_titles (QdPack *pack, const char *ids, const char *language) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
