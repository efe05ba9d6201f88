/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-catalog.h"
#include "qd-form.h"
#include "qd-pack-list.h"

G_BEGIN_DECLS

/** Errors of packs. */
#define QD_PACK_ERROR (qd_pack_error_quark ())
GQuark qd_pack_error_quark (void);
typedef enum
{
  QD_PACK_ERROR_INVALID,   /* no pack.xml, or one that cannot be read; message has line and fix */
  QD_PACK_ERROR_NOT_FOUND, /* no such form or list */
  QD_PACK_ERROR_CHANGED,   /* a file does not have the digest that pack.xml states */
} QdPackError;

/**
 * QdPack: a directory with pack.xml (id, version, valid-from, the files), forms/ID.xml, lists/NAME.csv, … Immutable, counted.
 */
typedef struct _QdPack QdPack;

QdPack *qd_pack_load (const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** The built-in pack "cn": $QINGDAN_PACK_DIR/cn, the installed one, or that of the source tree, in this order. */
QdPack *qd_pack_load_builtin (GError **error) G_GNUC_WARN_UNUSED_RESULT;
QdPack *qd_pack_ref (QdPack *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_pack_unref (QdPack *self);
const char *qd_pack_get_id (QdPack *self);
const char *qd_pack_get_version (QdPack *self);
const char *qd_pack_get_valid_from (QdPack *self);
const char *qd_pack_get_dir (QdPack *self);
/** SHA-256 over the sorted list of (name, SHA-256) of all files, lower-case hex. */
const char *qd_pack_get_digest (QdPack *self);
/** (array zero-terminated=1): ids of the forms, in the order of pack.xml */
const char *const *qd_pack_get_form_ids (QdPack *self);
typedef enum
{
  QD_PACK_RULES,     /* duty rules */
  QD_PACK_REGIONS,   /* region profiles */
  QD_PACK_CALENDARS, /* working days: calendars/work-YEAR.csv */
} QdPackFiles;
/** (array zero-terminated=1): names of the files, for qd_pack_read(), in the order of pack.xml */
const char *const *qd_pack_get_files (QdPack *self, QdPackFiles kind);
/** Loaded once and kept. */
QdForm *qd_pack_get_form (QdPack *self, const char *id, GError **error); /* (transfer none) */
GBytes *qd_pack_read (QdPack *self, const char *relative_name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** (element-type QdPackList) (transfer none): the lists, in the order of pack.xml */
GPtrArray *qd_pack_get_lists (QdPack *self);
/** (nullable): the list of that name or short id */
const QdPackList *qd_pack_find_list (QdPack *self, const char *name_or_id);
/** All lists of substances, with the word lists "class-names" and "aliases"; made once and kept. Any thread. */
QdCatalog *qd_pack_get_substances (QdPack *self); /* (transfer none) */
/**
 * A QdResolver for jr://instance/catalog/NAME, jr://file-csv/NAME.csv and jr://instance/calendar/work-YEAR; @user_data is the QdPack. The list "substances" is
 * all lists of substances together, with a column "list" for their names.
 */
GBytes *qd_pack_resolve (const char *uri, char **media_type_out, gpointer user_data, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdPack, qd_pack_unref)

G_END_DECLS
