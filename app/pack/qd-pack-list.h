/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** What is known of a list: README.md beside this file says what each status means. */
typedef enum
{
  QD_LIST_AS_FOUND, /* also of lists that say nothing of themselves */
  QD_LIST_COMPLETE,
  QD_LIST_PARTIAL,
  QD_LIST_HISTORICAL,
  QD_LIST_SUPERSEDED,
} QdListStatus;

/** QdPackList: what pack.xml says of a list. Belongs to its pack. */
typedef struct _QdPackList QdPackList;

const char *qd_pack_list_get_name (const QdPackList *self);
/** Short id in the first row of a list of substances, CN-NP-2023; "" for others. */
const char *qd_pack_list_get_id (const QdPackList *self);
/** Title in @language ("zh-CN", "en"), else in any, else the name. */
const char *qd_pack_list_get_title (const QdPackList *self, const char *language);
/** (nullable): what is not sure about the list, in @language, else in any. */
const char *qd_pack_list_get_note (const QdPackList *self, const char *language);
/** (nullable): a word or two for tight places, in @language: 新, 水 */
const char *qd_pack_list_get_tag (const QdPackList *self, const char *language);
/** (nullable): where the list comes from. */
const char *qd_pack_list_get_source (const QdPackList *self);
QdListStatus qd_pack_list_get_status (const QdPackList *self);
/** The status in words, in @language. */
const char *qd_pack_list_get_status_text (const QdPackList *self, const char *language);
/** (nullable): ISO dates */
const char *qd_pack_list_get_valid_from (const QdPackList *self);
const char *qd_pack_list_get_valid_to (const QdPackList *self);
/** Its rows are substances with CAS numbers: it takes part in screening. */
gboolean qd_pack_list_is_substances (const QdPackList *self);

G_END_DECLS
